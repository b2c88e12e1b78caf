"""The tables of the Spend page as data: ledger lines, what a download changes, imports and rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fundingapp.application.ports import Batch, BatchState, Change, Charged, Kept, LineChange, LineRow
from fundingapp.application.queries.line_story import difference
from fundingapp.application.wording import short_date
from fundingapp.domain.column_filters import problem_of
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import Disposition, How, LineState
from fundingapp.domain.money import Money, percentage
from fundingapp.domain.suggestions import Proposal as Suggested
from fundingapp.ui.noticed import skipped_columns
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.theme import Tone

NOTHING = "—"


def head_words(ref: str, name: str, called: str) -> str:
    """A project, and where *called* (a target's name for it) tells kinds or funds apart, these:
    “LF-01 Street Pastors (capital, Home Office Fund)”."""
    apart = [part for part in called[len(ref) :].split(":", 2) if part]
    return f"{ref} {name}".strip() + (f" ({', '.join(apart)})" if apart else "")


@dataclass
class Words:
    """What the table needs beside its rows: names of projects by reference, rules by id, and who is at work."""

    projects: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[int, str] = field(default_factory=dict)
    orders: Sequence[int] = ()
    #: The reference of each project by its identity.
    refs: Mapping[int, str] = field(default_factory=dict)
    who: str = ""

    def project(self, ref: str) -> str:
        """A project as lists name it: its reference and its name."""
        project = ref if ref in self.projects else ref.partition(":")[0]
        return head_words(project, self.projects.get(project, ""), ref)

    def proposed(self, proposal: Suggested) -> str:
        """Where a suggestion would put a line."""
        if proposal.head is not None:
            return self.project(self.refs.get(proposal.head.project, ""))
        return "Income" if proposal.disposition is Disposition.INCOME else "not grant money"

    def placed(self, row: LineRow) -> str:
        """Where a line went: its project, the projects of a split with their shares, or why it is excluded."""
        if row.state is LineState.WAITING:
            return self.proposed(row.suggestion) if row.suggestion is not None else NOTHING
        if row.state is LineState.INCOME:
            return "Income"
        if row.state is LineState.EXCLUDED:
            reason: str = row.charges[0].charge.reason
            return reason
        if len(row.charges) == 1:
            return self.project(row.projects[0])
        refs = list(row.projects)
        if any(entry.charge.disposition is not Disposition.PROJECT for entry in row.charges):
            refs.append("not grant")
        return f"{' + '.join(refs)} · {_shares(row.charges, row.line.amount)}"

    def placed_in_full(self, row: LineRow) -> str:
        """The same with names and amounts, for a tooltip."""
        if len(row.charges) < 2:
            return self.placed(row) if row.charges else ""
        refs = iter(row.projects)
        lines = []
        for entry in row.charges:
            charge = entry.charge
            name = (
                self.project(next(refs, ""))
                if charge.disposition is Disposition.PROJECT
                else charge.disposition.value.capitalize()
            )
            lines.append(f"{charge.amount}  {name}")
        return "\n".join(lines)

    def how(self, row: LineRow) -> str:
        """How a line came to its place, or how it waits."""
        if row.change is not None:
            return row.change.value
        if row.state is LineState.WAITING:
            return f"suggested {row.suggestion.score}" if row.suggestion is not None else "unmatched"
        if row.state is not LineState.CHARGED:
            state: str = row.state.value
            return state
        first = row.charges[0]
        if first.how is How.RULE:
            name = self.rules.get(first.charge.rule or 0, "")
            return f"rule: {name}" if name else "rule"
        if len(row.charges) > 1:
            return "split by you" if first.by == self.who else "split by hand"
        return "by hand"


def _shares(charges: Sequence[Charged], amount: Money) -> str:
    parts = [percentage(entry.charge.amount, amount) for entry in charges]
    return "/".join(f"{part:.0f}" for part in parts if part is not None)


def _why(row: LineRow) -> str:
    if row.charges:
        reason: str = row.charges[0].charge.reason
        return reason
    return row.suggestion.reason if row.suggestion is not None else ""


def _how_tone(row: LineRow) -> Tone:
    if row.change is not None:
        return Tone.BAD
    match row.state:
        case LineState.WAITING:
            return Tone.ATTENTION
        case LineState.CHARGED:
            return Tone.GOOD
        case LineState.INCOME:
            return Tone.ACCENT
        case LineState.EXCLUDED:
            return Tone.NEUTRAL


def coding_of(line: LedgerLine) -> str:
    """Cost centre and account, as the table and the filter name them."""
    return " / ".join(part for part in (line.cost_centre, line.account) if part)


def _refuses(column: str) -> Callable[[str], str]:
    """Why what is typed cannot be a filter of *column* of LINE_COLUMNS."""
    return lambda text: problem_of(column, text)


_TEXT_HINT = (
    "a part of it; “a; b” for either, “=PAYROLL” for all of it, “!recharge” for without, “=” for empty"
)
_DAY_HINT = (
    "21/01/2019, 01/2019, Apr–Jun, Q1, 2018/19, >31/12/2018, 01/04/2018..30/06/2018; “a; b” for either"
)
_AMOUNT_HINT = "412.75 (either sign), >500, <=100, 100..200, =-75; “a; b” for either"
_HOW_HINT = (
    "unmatched, suggested, by rule, by hand, split, income, excluded, or a word of the reason; “a; b”: either"
)


def line_columns(words: Words) -> tuple[Column[LineRow], ...]:
    """The columns of the ledger; their sort and filter keys are those of LINE_COLUMNS."""
    return (
        Column[LineRow](
            "Date",
            lambda row: short_date(row.line.posted_on),
            sort="posted_on",
            filter="posted_on",
            width=92,
            least=92,
            hint=_DAY_HINT,
            refuses=_refuses("posted_on"),
        ),
        Column[LineRow](
            "Period",
            lambda row: str(row.line.period),
            RIGHT,
            sort="period",
            filter="period",
            width=62,
            extra=True,
            hint="10, 1..3, 12; 13",
            refuses=_refuses("period"),
        ),
        Column[LineRow](
            "Transaction",
            lambda row: row.line.transaction or NOTHING,
            sort="transaction",
            filter="transaction",
            width=104,
            extra=True,
            hint=_TEXT_HINT,
        ),
        Column[LineRow](
            "Cost centre /\naccount",
            lambda row: coding_of(row.line),
            sort="coding",
            filter="coding",
            width=112,
            least=110,
            hint=_TEXT_HINT,
        ),
        Column[LineRow](
            "Type",
            lambda row: row.line.type or NOTHING,
            sort="type",
            filter="type",
            width=60,
            extra=True,
            hint=_TEXT_HINT,
        ),
        Column[LineRow](
            "Supplier",
            lambda row: row.line.supplier or NOTHING,
            sort="supplier",
            filter="supplier",
            width=170,
            stretch=2,
            least=96,
            hint=_TEXT_HINT,
        ),
        Column[LineRow](
            "Description",
            lambda row: row.line.description,
            sort="description",
            filter="description",
            width=150,
            stretch=2,
            least=84,
            may_hide=True,
            quiet=True,
            hint=_TEXT_HINT,
        ),
        Column[LineRow].of_amounts(
            "£",
            lambda row: row.line.amount,
            sort="amount",
            filter="amount",
            width=88,
            hint=_AMOUNT_HINT,
            refuses=_refuses("amount"),
        ),
        Column[LineRow](
            "Project",
            words.placed,
            sort="project",
            filter="project",
            width=170,
            stretch=2,
            least=92,
            tip=words.placed_in_full,
            hint=_TEXT_HINT,
        ),
        Column[LineRow](
            "How",
            words.how,
            sort="state",
            filter="state",
            width=118,
            pill=_how_tone,
            tip=_why,
            hint=_HOW_HINT,
        ),
        Column[LineRow](
            "Came from",
            source_of,
            width=200,
            stretch=1,
            least=110,
            quiet=True,
            extra=True,
            tip=source_of,
        ),
    )


def source_of(row: LineRow) -> str:
    """File, sheet and row that a line was read from."""
    sheet = f", {row.line.sheet}" if row.line.sheet else ""
    return f"{row.file}{sheet}, row {row.line.row:,}"


# The review of a download


@dataclass(frozen=True, slots=True)
class Proposal:
    """A held line that a download states differently, and whether the download's word is taken."""

    change: Change
    before: LedgerLine
    after: LedgerLine | None
    take: bool = True

    @property
    def key(self) -> str:
        return self.before.key

    def decided(self, take: bool) -> Proposal:
        return replace(self, take=take)

    @property
    def in_words(self) -> str:
        return difference(self.before, self.after)


def _bad(_row: object) -> Tone:
    return Tone.BAD


def _change_columns(of: Callable[[Any], str]) -> tuple[Column[Any], ...]:
    """The columns of a line that a later download has otherwise; *of* says how, for a row."""
    return (
        Column[Any]("Change", lambda row: row.change.value, width=120, pill=_bad, sort="change"),
        Column[Any]("Transaction", lambda row: row.before.transaction, width=108, sort="transaction"),
        Column[Any](
            "Supplier",
            lambda row: row.before.supplier or NOTHING,
            width=150,
            stretch=1,
            least=90,
            sort="supplier",
        ),
        Column[Any]("Was → is in this download", of, width=250, stretch=2, least=150, tip=of),
    )


def _change_taken(change: LineChange) -> str:
    return ("taken" if change.taken else "kept as it was") + (" ✓ looked at" if change.reviewed else "")


PROPOSAL_COLUMNS = (
    *_change_columns(lambda row: row.in_words),
    Column[Proposal](
        "What to do",
        lambda row: "take the new" if row.take else "keep the old",
        width=112,
        pill=lambda row: Tone.ACCENT if row.take else Tone.ATTENTION,
        sort="take",
    ),
)
CHANGE_COLUMNS = (
    *_change_columns(lambda row: difference(row.before, row.after)),
    Column[LineChange](
        "Decided",
        _change_taken,
        width=112,
        pill=lambda row: Tone.ACCENT if row.taken else Tone.ATTENTION,
        sort="taken",
    ),
)

SKIPPED_COLUMNS = skipped_columns("Why it is no ledger line")


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A heading of a download and what it was taken for."""

    number: int
    heading: str
    meaning: str


SEEN_COLUMNS = (
    Column[ColumnSeen]("Column", lambda row: str(row.number), RIGHT, width=64),
    Column[ColumnSeen]("Heading in the file", lambda row: row.heading or NOTHING, width=220, stretch=1),
    Column[ColumnSeen]("Is read as", lambda row: row.meaning, width=220, stretch=1),
)


# Imports


def _batch_state(row: Kept[Batch]) -> str:
    return "counts" if row.value.state is BatchState.LIVE else "taken back"


BATCH_COLUMNS = (
    Column[Kept[Batch]](
        "File",
        lambda row: row.value.file_name,
        width=170,
        stretch=1,
        least=110,
        sort="file",
        second=lambda row: f"{row.value.imported_at.astimezone():%d/%m/%Y %H:%M} · {row.value.imported_by}",
        tip=lambda row: row.value.file_name,
    ),
    Column[Kept[Batch]](
        "New",
        lambda row: f"{row.value.new:,}",
        RIGHT,
        width=54,
        sort="new",
        may_hide=True,
        order=lambda row: row.value.new,
    ),
    Column[Kept[Batch]].of_amounts("Total £", lambda row: row.value.total, width=96, sort="total"),
    Column[Kept[Batch]](
        "State",
        _batch_state,
        width=88,
        sort="state",
        pill=lambda row: Tone.GOOD if row.value.state is BatchState.LIVE else Tone.NEUTRAL,
    ),
)
