"""Saved returns: their versions and states, every cell as it was sent, why it was so and what it is now, and what
differs between two versions, down to the ledger lines and the decisions behind it (R17, R32, R35)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.history_words import reason_of
from fundingapp.application.ports import (
    JournalLine,
    Kept,
    LineFilter,
    LineOrder,
    LineRow,
    LineShare,
    SavedReturn,
    Tools,
    UnitOfWork,
)
from fundingapp.application.queries.explanations import Explanation, Term
from fundingapp.application.queries.line_story import charged_in
from fundingapp.application.queries.positions import position_of
from fundingapp.application.queries.return_bases import (
    available_figure,
    bases_of,
    head_figure,
    is_of_ledger,
    proof_of,
    quarter_named,
)
from fundingapp.application.queries.returns import QuarterChange, changed_since
from fundingapp.application.queries.signing import CertificateShown, certificates_of
from fundingapp.application.queries.standing_returns import fund_named, moved_under
from fundingapp.application.queries.supported import Words
from fundingapp.application.wording import short_date
from fundingapp.domain.certificate_papers import figure_in_words
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.evidence import Evidence, FileState, Supported
from fundingapp.domain.figure_parts import amount_of, parts_of
from fundingapp.domain.ids import BatchId, FundId, ReturnId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, last_period_of, period_name
from fundingapp.domain.return_changes import CellChange, PartMoved, cells_changed, figures_moved
from fundingapp.domain.return_proofs import Basis, BasisItem, CellSort, ReturnCell, ReturnProof
from fundingapp.domain.returns import RETURNS, ReturnState, needs_certificate
from fundingapp.domain.states import Need, Step, Subject

#: What a paper supports that is a part of a figure, by the kind of the part.
_SUPPORTED = {
    "accruals": "accrual",
    "adjustments": "adjustment",
    "movements": "movement",
    "allocations": "allocation",
    "carry_forwards": "carry_forward",
}
#: What changes many lines without a reason of its own for each.
_BY_ITSELF = frozenset({"ImportLedger", "RemoveImport", "RestoreImport", "ApplyRules"})
#: An amount as a proof keeps it where nothing was rounded.
_IN_PENCE = re.compile(r"-?\d+\.\d\d")
#: So many entries are named for one part.
_NAMED = 2


@dataclass(frozen=True, slots=True)
class ReturnVersions(Question["tuple[VersionShown, ...]"]):
    """The saved returns of a grant's year, the newest first; of one *quarter*, or of all."""

    fund: FundId
    year: FinancialYear
    quarter: int | None = None


@dataclass(frozen=True, slots=True)
class MoveShown:
    """A move that a return may make: *name* is what a person does, *why_not* what is in the way, "" for nothing."""

    to: ReturnState
    name: str
    needs: tuple[Need, ...]
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A saved return as a list shows it. *changed* is what differs now in the quarters that a sent one states;
    *is_current* whether one that was not sent states the figures that the file holds; *is_kept* whether a copy of the
    file is there."""

    id: ReturnId
    value: SavedReturn
    fund_name: str
    template_name: str
    state_in_words: str
    steps: tuple[Step, ...]
    certificate: CertificateShown | None
    replaced_by: ReturnId | None
    changed: tuple[QuarterChange, ...]
    is_current: bool
    is_kept: bool
    papers: tuple[Kept[Evidence], ...]
    moves: tuple[MoveShown, ...]

    @property
    def name(self) -> str:
        """“Q2 return of Locality Fund 2018/19, version 3”."""
        value = self.value
        return f"Q{value.quarter} return of {self.fund_name} {value.year}, version {value.version}"


@dataclass(frozen=True, slots=True)
class ReturnOpened(Question["OpenedReturn"]):
    """A saved return with each of its cells as it was written."""

    saved: ReturnId


@dataclass(frozen=True, slots=True)
class CellKept:
    """A cell of a saved return; *now* is what its figure is today where that is another, else None."""

    cell: ReturnCell
    now: Money | None = None


@dataclass(frozen=True, slots=True)
class OpenedReturn:
    """*proof* is None for a return that was written before proofs were kept."""

    version: VersionShown
    proof: ReturnProof | None
    cells: tuple[CellKept, ...]


@dataclass(frozen=True, slots=True)
class WhyOfCell(Question["CellWhy"]):
    """Why a cell of a saved return is as it is: by what made it then. *limit* bounds the lines that are listed."""

    saved: ReturnId
    sheet: str
    cell: str
    limit: int | None = 200


@dataclass(frozen=True, slots=True)
class WhyOfFigure(Question["CellWhy"]):
    """The same of a figure by its name."""

    saved: ReturnId
    figure: str
    limit: int | None = 200


@dataclass(frozen=True, slots=True)
class PartChange:
    """A row that counts another amount in a figure than before: *what* it is, *where* it stands, *why* it changed."""

    kind: str
    id: int
    what: str
    where: str
    was: Money
    now: Money
    why: str

    @property
    def difference(self) -> Money:
        return self.now - self.was


@dataclass(frozen=True, slots=True)
class Decision:
    """An entry of the history behind a difference."""

    sequence: int
    at: datetime
    by: str
    sentence: str
    command: str


@dataclass(frozen=True, slots=True)
class CellWhy:
    """*then* takes the figure apart as it was; *now* is its amount today, None for what is no amount that we can make
    again; *changes* and *decisions* say what lies between."""

    cell: ReturnCell | None
    then: Explanation
    now: Money | None
    changes: tuple[PartChange, ...]
    decisions: tuple[Decision, ...]

    @property
    def difference(self) -> Money:
        return Money.ZERO if self.now is None else self.now - self.then.value


@dataclass(frozen=True, slots=True)
class ReturnDifferences(Question["ReturnCompared"]):
    """What differs from one saved return to another; *new* None: to what the file holds now."""

    old: ReturnId
    new: ReturnId | None = None


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """A figure that differs, with the rows that make the difference."""

    figure: str
    label: str
    was: Money
    now: Money
    parts: tuple[PartChange, ...]

    @property
    def difference(self) -> Money:
        return self.now - self.was

    @property
    def is_explained(self) -> bool:
        """R35: whether its parts come to the difference, to the penny."""
        return Money.total(part.difference for part in self.parts) == self.difference


@dataclass(frozen=True, slots=True)
class ReturnCompared:
    """*was* and *now* are the spend to date. *cells* is empty against the file as it is now."""

    old: SavedReturn
    new: SavedReturn | None
    figures: tuple[FigureDifference, ...]
    cells: tuple[CellChange, ...]
    decisions: tuple[Decision, ...]
    was: Money
    now: Money

    @property
    def difference(self) -> Money:
        return self.now - self.was

    @property
    def is_explained(self) -> bool:
        """R35: whether the listed differences of the spend come to the difference, and each is made by its parts."""
        spend = Money.total(each.difference for each in self.figures if "/spend/" in each.figure)
        return spend == self.difference and all(each.is_explained for each in self.figures)


@dataclass(frozen=True, slots=True)
class ComparedWithBefore(Question["QuarterCompared"]):
    """The return of *quarter* as it would be written now beside that of the quarter before."""

    fund: FundId
    year: FinancialYear
    quarter: int


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A figure in two quarters; *group* is “Grant” or the project."""

    figure: str
    label: str
    group: str
    before: Money
    now: Money

    @property
    def difference(self) -> Money:
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class QuarterCompared:
    """*before* is the newest version of the quarter before, one that was sent rather than a draft; None without any."""

    before: VersionShown | None
    rows: tuple[ComparedRow, ...]


def versions_of(
    work: UnitOfWork, tools: Tools, fund: FundId, year: FinancialYear, quarter: int | None = None
) -> tuple[VersionShown, ...]:
    """The saved returns of a grant's year, the newest first."""
    wanted = [
        kept
        for kept in work.returns.all()
        if (kept.value.fund, kept.value.year) == (fund, year) and quarter in (None, kept.value.quarter)
    ]
    if not wanted:
        return ()
    certificates = certificates_of(work, fund, year, tools.who)
    templates = {kept.id: kept.value.name for kept in work.templates.all()}
    papers = {kept.id: kept for kept in work.evidence.all()}
    of_return: dict[int, list[Kept[Evidence]]] = {}
    for kept in work.supports.all():
        if kept.value.saved_return is not None:
            of_return.setdefault(kept.value.saved_return, []).append(papers[kept.value.evidence])
    steps = [kept.value for kept in work.steps.all() if kept.value.subject is Subject.RETURN]
    replaced = {kept.value.replaces: ReturnId(kept.id) for kept in work.returns.all() if kept.value.replaces}
    name = work.funds.get(fund).value.name
    found = []
    for each in sorted(wanted, key=lambda kept: (kept.value.quarter, kept.value.version), reverse=True):
        value = each.value
        own = [shown for shown in certificates if shown.certificate.saved == each.id]
        is_current = value.state.is_out or moved_under(work, each) is None
        state = (
            tools.sources.state(value.sha256, value.size)
            if value.size and value.sha256
            else FileState.MISSING
        )
        found.append(
            VersionShown(
                ReturnId(each.id),
                value,
                name,
                templates.get(value.template or 0, ""),
                value.state.in_words,
                tuple(step for step in steps if step.subject_id == each.id),
                own[0] if own else None,
                replaced.get(ReturnId(each.id)),
                changed_since(work, value) if value.state.is_out else (),
                is_current,
                state is FileState.WHOLE,
                tuple(of_return.get(each.id, ())),
                _moves(work, value, is_current, own[0] if own else None),
            )
        )
    return tuple(found)


def _moves(
    work: UnitOfWork, saved: SavedReturn, is_current: bool, certificate: CertificateShown | None
) -> tuple[MoveShown, ...]:
    later = _later_out(work, saved)
    found = []
    for move in RETURNS.from_state(saved.state):
        why_not = ""
        if move.target in (ReturnState.CHECKED, ReturnState.CERTIFIED) or move.name == "send":
            if not is_current:
                why_not = "It states other figures than the file holds now: save the return anew."
            elif move.target is ReturnState.CERTIFIED and certificate is not None:
                why_not = certificate.why_not_sign
            elif move.name == "send":
                terms = position_of(work, saved.fund, saved.year, last_period_of(saved.quarter)).terms
                if saved.state is ReturnState.CHECKED and needs_certificate(terms, saved.spent):
                    why_not = "It goes only with its certificate: have it signed first."
                elif later:
                    why_not = (
                        f"The Q{later} return, which states its quarter too, was sent: what changed since is stated in "
                        "the next one."
                    )
        elif move.name == "reopen" and later:
            why_not = f"Reopen the Q{later} return first, which states its quarter too."
        found.append(MoveShown(move.target, move.name, move.needs, why_not))
    return tuple(found)


def _later_out(work: UnitOfWork, saved: SavedReturn) -> int:
    """The last quarter after that of *saved* whose return was sent; 0 for none."""
    return max(
        (
            kept.value.quarter
            for kept in work.returns.all()
            if (kept.value.fund, kept.value.year, kept.value.state.is_out) == (saved.fund, saved.year, True)
            and kept.value.quarter > saved.quarter
        ),
        default=0,
    )


class _Held:
    """A saved return beside what the file holds now; what is asked for twice is worked out once."""

    def __init__(self, work: UnitOfWork, saved: ReturnId) -> None:
        self.work = work
        self.kept = work.returns.get(saved)
        self.saved = self.kept.value
        self.proof = proof_of(work, saved)
        self._now: tuple[Basis, ...] | None = None

    @property
    def then(self) -> tuple[Basis, ...]:
        return self.proof.basis if self.proof is not None else ()

    @property
    def now(self) -> tuple[Basis, ...]:
        """What the same figures are made of now, under the names that they had then."""
        if self._now is None:
            saved = self.saved
            position = position_of(
                self.work,
                saved.fund,
                saved.year,
                last_period_of(saved.quarter),
                sent_before=saved.quarter,
            )
            name = fund_named(tuple((each.figure, Money(each.pence)) for each in self.then), position)
            if name:
                position = replace(position, fund=replace(position.fund, name=name))
            self._now = bases_of(self.work, position)
        return self._now

    def cell(self, sheet: str, cell: str) -> ReturnCell:
        for each in self.proof.cells if self.proof is not None else ():
            if (each.sheet.casefold(), each.cell) == (sheet.casefold(), cell.upper().replace("$", "")):
                return each
        raise NotFoundError("cell", f"{sheet}!{cell}", "It holds nothing that the return keeps.")


class _Parts:
    """Names the rows behind figures, and the entries of the history that changed them between two moments."""

    def __init__(self, work: UnitOfWork, after: int, before: int | None = None) -> None:
        self._work, self._words = work, Words(work)
        newest = work.journal.lines(limit=1)
        since = newest[0].sequence - after if newest else 0
        entries = work.journal.lines(limit=since) if since > 0 else []
        self._entries = [
            entry
            for entry in reversed(entries)
            if entry.sequence > after and (before is None or entry.sequence < before)
        ]
        self.rows: dict[int, LineRow] = {}
        self._batches = {kept.id: kept.value for kept in work.ledger.batches()}
        self._in_batch: dict[int, frozenset[int]] = {}
        self._seen_in: dict[int, frozenset[int]] = {}

    def read(self, lines: Iterable[int]) -> None:
        """Fetches the ledger lines of these identities in one go."""
        wanted = sorted(set(lines) - set(self.rows))
        for row in self._work.ledger.line_rows(wanted):
            self.rows[row.id] = row

    def described(self, kind: str, id: int) -> tuple[str, str]:
        """What the row is, and where it stands."""
        match kind:
            case "lines":
                row = self.rows.get(id)
                if row is None:
                    return f"ledger line {id}, which is not in the ledger any more", ""
                line = row.line
                said = (line.transaction, line.supplier, line.description, short_date(line.posted_on))
                sheet = f"{line.sheet} · " if line.sheet else ""
                return " · ".join(each for each in said if each), f"{row.file} · {sheet}row {line.row}"
            case "awards":
                return "award", ""
            case "months":
                return f"expected in {period_name(id)}", ""
            case _:
                return self._words.of(Supported(_SUPPORTED[kind], id)).words, ""

    def entries_of(self, kind: str, id: int) -> list[JournalLine]:
        """The entries that changed the row, the oldest first."""
        return [entry for entry in self._entries if self._is_about(entry, kind, id)]

    def _is_about(self, entry: JournalLine, kind: str, id: int) -> bool:
        if kind == "months":
            return _speaks(entry, "forecasts") or _speaks(entry, "profiles") or _speaks(entry, "awards")
        if kind != "lines":
            return _speaks(entry, kind, id)
        if charged_in(entry, id):
            return True
        batch = entry.after.get("batch") if entry.command == "ImportLedger" else None
        return isinstance(batch, int) and id in self._lines_of(batch)

    def _lines_of(self, batch: int) -> frozenset[int]:
        """The lines that an import brought, or states otherwise."""
        if batch not in self._in_batch:
            held = self._batches.get(batch)
            changed = {change.line for change in self._work.ledger.changes(BatchId(batch))} if held else set()
            came = self._seen(batch).difference(*(self._seen(each) for each in self._batches if each < batch))
            self._in_batch[batch] = frozenset(changed | came)
        return self._in_batch[batch]

    def _seen(self, batch: int) -> frozenset[int]:
        """The lines that an import holds, whether they came with it or were known."""
        if batch not in self._seen_in:
            ids = self._work.ledger.line_ids(LineFilter(batch=BatchId(batch)), LineOrder())
            self._seen_in[batch] = frozenset(ids)
        return self._seen_in[batch]

    def change(self, moved: PartMoved) -> PartChange:
        what, where = self.described(moved.kind, moved.id)
        return PartChange(moved.kind, moved.id, what, where, moved.was, moved.now, self._why(moved))

    def _why(self, moved: PartMoved) -> str:
        entries = self.entries_of(moved.kind, moved.id)[-_NAMED:]
        if entries:
            return "; ".join(
                f"{_with_reason(entry)} ({entry.by}, {short_date(entry.at.astimezone().date())})"
                for entry in entries
            )
        row = self.rows.get(moved.id) if moved.kind == "lines" else None
        if row is None or not row.charges:
            return ""
        charged = row.charges[0]
        return f"{charged.charge.reason} ({charged.by}, {short_date(charged.at.astimezone().date())})"

    def decisions(self, changes: Iterable[PartChange]) -> tuple[Decision, ...]:
        """The entries behind *changes*, the oldest first."""
        found = {
            entry.sequence: entry for change in changes for entry in self.entries_of(change.kind, change.id)
        }
        return tuple(
            Decision(entry.sequence, entry.at, entry.by, entry.sentence, entry.command)
            for _, entry in sorted(found.items())
        )


def _with_reason(entry: JournalLine) -> str:
    """What was done and, where a person decided it, why: “charge 1 line to P-01: invoiced to the wrong project”."""
    said = "" if entry.command in _BY_ITSELF else reason_of(entry).strip()
    return entry.sentence if not said or said in entry.sentence else f"{entry.sentence}: {said}"


def _speaks(entry: JournalLine, kind: str, id: int | None = None) -> bool:
    """Whether the details of *entry* name a row of *kind*."""

    def told(value: object) -> bool:
        if isinstance(value, Mapping):
            if value.get("kind") == kind and id in (None, value.get("id")):
                return True
            return any(told(item) for item in value.values())
        return isinstance(value, (list, tuple)) and any(told(item) for item in value)

    return told(entry.before) or told(entry.after)


def answer_versions(question: ReturnVersions, tools: Tools) -> tuple[VersionShown, ...]:
    with tools.open_work(reading=True) as work:
        return versions_of(work, tools, question.fund, question.year, question.quarter)


def version_shown(work: UnitOfWork, tools: Tools, saved: ReturnId) -> VersionShown:
    """A saved return as a list shows it. Raises NotFoundError."""
    value = work.returns.get(saved).value
    shown = versions_of(work, tools, value.fund, value.year, value.quarter)
    return next(each for each in shown if each.id == saved)


def answer_opened(question: ReturnOpened, tools: Tools) -> OpenedReturn:
    with tools.open_work(reading=True) as work:
        version = version_shown(work, tools, question.saved)
        held = _Held(work, question.saved)
        cells = held.proof.cells if held.proof is not None else ()
        return OpenedReturn(version, held.proof, tuple(CellKept(cell, _now_of(held, cell)) for cell in cells))


def _now_of(held: _Held, cell: ReturnCell) -> Money | None:
    """What the figure of *cell* is today where that is another."""
    if not cell.figure or cell.sort not in (CellSort.POUNDS, CellSort.RESULT):
        return None
    was, now = amount_of(held.then, cell.figure), amount_of(held.now, cell.figure)
    return now if was != now else None


def answer_why_cell(question: WhyOfCell, tools: Tools) -> CellWhy:
    with tools.open_work(reading=True) as work:
        held = _Held(work, question.saved)
        cell = held.cell(question.sheet, question.cell)
        return _why(held, cell.figure, cell, question.limit)


def answer_why_figure(question: WhyOfFigure, tools: Tools) -> CellWhy:
    with tools.open_work(reading=True) as work:
        held = _Held(work, question.saved)
        return _why(held, question.figure, None, question.limit)


def _why(held: _Held, figure: str, cell: ReturnCell | None, limit: int | None) -> CellWhy:
    title = cell.label if cell is not None and cell.label else figure_in_words(figure) if figure else ""
    chosen = parts_of(held.then, figure) if figure else None
    if chosen is None:
        return _as_it_stands(held, figure, cell, title)
    parts = _Parts(held.work, held.saved.sequence)
    items = [(sign, basis, item) for sign, basis in chosen for item in basis.items]
    now = parts_of(held.now, figure) or ()
    moved = [
        moved
        for each in figures_moved(
            [_signed(sign, basis) for sign, basis in chosen], [_signed(sign, basis) for sign, basis in now]
        )
        for moved in each.parts
    ]
    parts.read(item.id for _, _, item in items if item.kind == "lines")
    parts.read(each.id for each in moved if each.kind == "lines")
    changes = tuple(parts.change(each) for each in moved)
    value = Money.total(Money(sign * basis.pence) for sign, basis in chosen)
    lines = [_share(parts, sign, item) for sign, _, item in items if item.kind == "lines"]
    shown = tuple(line for line in (lines if limit is None else lines[:limit]) if line is not None)
    charged = Money.total(Money(sign * item.pence) for sign, _, item in items if item.kind == "lines")
    return CellWhy(
        cell,
        Explanation(
            figure,
            f"{title}, as it was in version {held.saved.version}",
            value,
            _terms(parts, chosen, charged, len(lines), value),
            lines=shown,
            line_count=len(lines),
            line_total=charged,
        ),
        amount_of(held.now, figure),
        changes,
        parts.decisions(changes),
    )


def _as_it_stands(held: _Held, figure: str, cell: ReturnCell | None, title: str) -> CellWhy:
    """What is no figure that its parts were kept of: it says what it was."""
    if cell is None:
        raise ExpectedError(
            "figure_not_kept",
            f"The return keeps nothing that makes “{figure}”.",
            "Ask for it as it is now, or for one of the figures that it is made of.",
        )
    stated = (
        f"As it was written by {held.saved.made_by} on {short_date(held.saved.made_at.astimezone().date())}."
    )
    is_money = cell.sort is CellSort.POUNDS and _IN_PENCE.fullmatch(cell.value) is not None
    return CellWhy(
        cell,
        Explanation(
            figure,
            title or f"{cell.sheet}!{cell.cell}",
            Money.parse(cell.value) if is_money else Money.ZERO,
            (),
            stated,
            shown="" if is_money else cell.value,
        ),
        None,
        (),
        (),
    )


def _signed(sign: int, basis: Basis) -> Basis:
    return Basis(
        basis.figure,
        sign * basis.pence,
        tuple(BasisItem(item.kind, item.id, sign * item.pence) for item in basis.items),
    )


def _share(parts: _Parts, sign: int, item: BasisItem) -> LineShare | None:
    row = parts.rows.get(item.id)
    if row is None:
        return None
    line = row.line
    reason = row.charges[0].charge.reason if row.charges else ""
    return LineShare(
        row.id,
        line.transaction,
        line.posted_on,
        line.supplier,
        line.description,
        row.file,
        line.sheet,
        line.row,
        line.amount,
        Money(sign * item.pence),
        reason,
    )


def _terms(
    parts: _Parts, chosen: Sequence[tuple[int, Basis]], charged: Money, lines: int, value: Money
) -> tuple[Term, ...]:
    """What makes the figure: the ledger's lines in one, everything else by itself; several heads each with their own
    figure."""
    heads = dict.fromkeys(_head_of(basis.figure) for _, basis in chosen)
    if len(heads) > 1:
        sums = {
            head: Money.total(
                Money(sign * basis.pence) for sign, basis in chosen if _head_of(basis.figure) == head
            )
            for head in heads
        }
        return tuple(Term(head, amount) for head, amount in sums.items() if amount)
    terms = [Term("Charged from the ledger", charged)] if lines else []
    for sign, basis in chosen:
        for item in basis.items:
            if item.kind != "lines":
                terms.append(Term(parts.described(item.kind, item.id)[0], Money(sign * item.pence)))
    rest = value - Money.total(term.amount for term in terms)
    if rest:
        terms.append(Term("Other", rest))
    return tuple(terms) if terms != [Term("Charged from the ledger", charged)] else ()


def _head_of(figure: str) -> str:
    """“LF-01, revenue” of a figure of a head; the grant's name otherwise."""
    scope, _, rest = figure.partition("/")
    measure = rest.rpartition("@")[0]
    kind = measure.split(":")[1] if ":" in measure else ""
    return f"{scope}, {kind}" if kind else scope


def answer_differences(question: ReturnDifferences, tools: Tools) -> ReturnCompared:
    with tools.open_work(reading=True) as work:
        return compared(work, question.old, question.new)


def compared(work: UnitOfWork, old: ReturnId, new: ReturnId | None = None) -> ReturnCompared:
    """What differs from *old* to *new*, None for what the file holds now. Raises ExpectedError for returns of two
    grants, or without a proof."""
    before = _Held(work, old)
    after = _Held(work, new) if new is not None else None
    for each in (before, after):
        if each is not None and each.proof is None:
            raise ExpectedError(
                "no_proof",
                f"What the Q{each.saved.quarter} return, version {each.saved.version}, was made of was not kept: it "
                "was written by an earlier version of the program.",
                "Compare versions that were written since.",
            )
    if after is not None and (before.saved.fund, before.saved.year) != (after.saved.fund, after.saved.year):
        raise ExpectedError(
            "other_return", "The two returns are not of the same grant.", "Choose two of one grant and year."
        )
    moved = figures_moved(_plain(before.then), _plain(after.then if after is not None else before.now))
    parts = _Parts(work, before.saved.sequence, after.saved.sequence if after is not None else None)
    parts.read(part.id for each in moved for part in each.parts if part.kind == "lines")
    figures = tuple(
        FigureDifference(
            each.figure,
            figure_in_words(each.figure),
            each.was,
            each.now,
            tuple(parts.change(part) for part in each.parts),
        )
        for each in moved
    )
    changes = [part for each in figures for part in each.parts]
    now = after.saved.spent if after is not None else _spent(before.now)
    return ReturnCompared(
        before.saved,
        after.saved if after is not None else None,
        figures,
        cells_changed(before.proof.cells, after.proof.cells)
        if after is not None and before.proof is not None and after.proof is not None
        else (),
        parts.decisions(changes),
        before.saved.spent,
        now,
    )


def _spent(bases: Iterable[Basis]) -> Money:
    return Money.total(Money(basis.pence) for basis in bases if "/spend/P" in basis.figure)


def _plain(bases: Iterable[Basis]) -> tuple[Basis, ...]:
    """*bases* by quarter instead of by period, and without the period that the return ends with: so two quarters'
    returns, or two versions of one, can be held against each other. Without the ledger as a whole: its lines are told
    with the heads that they are charged to."""
    sums: dict[str, list[Basis]] = {}
    for basis in bases:
        if is_of_ledger(basis.figure):
            continue
        sums.setdefault(quarter_named(basis.figure), []).append(basis)
    return tuple(
        Basis(
            figure.rpartition("@")[0],
            sum(each.pence for each in held),
            tuple(item for each in held for item in each.items),
        )
        for figure, held in sums.items()
    )


def answer_before(question: ComparedWithBefore, tools: Tools) -> QuarterCompared:
    with tools.open_work(reading=True) as work:
        shown = (
            versions_of(work, tools, question.fund, question.year, question.quarter - 1)
            if question.quarter > 1
            else ()
        )
        before = next((each for each in shown if each.value.state.is_out), shown[0] if shown else None)
        position = position_of(
            work,
            question.fund,
            question.year,
            last_period_of(question.quarter),
            sent_before=question.quarter,
        )
        held = _Held(work, before.id) if before is not None else None
        then = held.then if held is not None else ()
        stated = (
            {(project, kind): amounts for project, kind, amounts in before.value.quarters} if before else {}
        )
        end = before.value.quarter if before is not None else 0

        def was(figure: str) -> Money:
            name = f"{figure.rpartition('@')[0]}@{last_period_of(end)}" if end else figure
            return amount_of(then, name) or Money.ZERO

        available, name = available_figure(position), position.fund.name
        spend = f"{name}/{position.year}/spend@{position.to_period}"
        outturn = f"{name}/{position.year}/outturn@{position.to_period}"
        rows = [
            ComparedRow(available, "Available", "Grant", was(available), position.available),
            ComparedRow(
                spend,
                "Spent in the quarter",
                "Grant",
                Money.total(amounts[end - 1] for amounts in stated.values()) if end else Money.ZERO,
                position.spent_in_quarter(question.quarter),
            ),
            ComparedRow(
                spend, "Spent to date", "Grant", before.value.spent if before else Money.ZERO, position.spent
            ),
            ComparedRow(outturn, "Forecast outturn", "Grant", was(outturn), position.outturn),
        ]
        for project in position.projects:
            group = f"{project.ref} {project.project.name}, {project.kind.value}"
            amounts = stated.get((project.project_id, project.kind), ())
            for label, measure, earlier, now in (
                (
                    "Spent in the quarter",
                    f"stated/Q{question.quarter}",
                    amounts[end - 1] if amounts and end else Money.ZERO,
                    project.quarters[question.quarter - 1],
                ),
                ("Budget", "budget", None, project.budget.current),
                ("Spent to date", "spend", None, project.spent),
                ("Forecast outturn", "outturn", None, project.outturn),
            ):
                figure = head_figure(position, project, measure)
                rows.append(
                    ComparedRow(figure, label, group, was(figure) if earlier is None else earlier, now)
                )
        return QuarterCompared(before, tuple(rows))


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    ReturnVersions: answer_versions,
    ReturnOpened: answer_opened,
    WhyOfCell: answer_why_cell,
    WhyOfFigure: answer_why_figure,
    ReturnDifferences: answer_differences,
    ComparedWithBefore: answer_before,
}
