"""The return to the commissioner from draft to accepted: written, checked, sent, queried, answered, accepted.

What the commissioner has never changes: a correction is a new version that takes the place of the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from fundingapp.application.commands.budgets import kept_records
from fundingapp.application.commands.evidence import Given, copied
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.records import Record, RemoveRecords
from fundingapp.application.commands.signing import certificate_of_return, move_return, void_certificates
from fundingapp.application.effect import Command, Effect, JournalRecord, Topic
from fundingapp.application.ports import (
    Kept,
    SavedReturn,
    TableColumn,
    TableDocument,
    Tools,
    UnitOfWork,
    ValueKind,
)
from fundingapp.application.queries.balances import next_entry
from fundingapp.application.queries.positions import position_of
from fundingapp.application.queries.return_bases import bases_of
from fundingapp.application.queries.returns import newest_out, shared_draft
from fundingapp.application.queries.sending_checks import checks_before_sending
from fundingapp.application.queries.standing_returns import refuse_moved
from fundingapp.application.queries.templates import cells_to_fill, template_path
from fundingapp.application.wording import count, plain
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.filling import Filled, FillWishes
from fundingapp.domain.ids import FundId, ReturnId, TemplateId
from fundingapp.domain.locks import check_reason
from fundingapp.domain.mappings import AnnexTable, PlanFinding
from fundingapp.domain.periods import FinancialYear, last_period_of
from fundingapp.domain.return_packs import AGREES, REASON
from fundingapp.domain.return_proofs import CellSort, KeptCheck, ProvedPart, ReturnCell, ReturnProof
from fundingapp.domain.returns import (
    RETURNS,
    ReturnDocument,
    ReturnState,
    asks_reason,
    figures_checksum,
    needs_certificate,
)
from fundingapp.domain.signing import CertificateState
from fundingapp.domain.states import Need

#: Who reads a workbook of ours again before it takes its place.
_READER = "calamine, values only"
#: So many open errors are named in a refusal.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class SaveReturn(Command["ReturnSaved"]):
    """Writes the return of a quarter as a workbook, reads it back, and records it: its hash, a copy of the file, each
    cell with what its figure was made of, and how it was proved.

    *template* is the commissioner's workbook that is filled, None for one of ours. *replaces* is the version that it
    takes the place of; by itself the newest that was sent. Taken back by RemoveRecords: the record goes, the file on
    disk stays.
    """

    fund: FundId
    year: FinancialYear
    quarter: int
    out: Path
    template: TemplateId | None = None
    replaces: ReturnId | None = None


@dataclass(frozen=True, slots=True)
class ReturnSaved:
    """A return that stands on disk and was read back equal. *replaces* is the version that it takes the place of."""

    id: ReturnId
    path: Path
    sha256: str
    cells_written: int
    document: ReturnDocument
    replaces: ReturnId | None = None
    proof: ReturnProof | None = None
    #: What the filler says of the commissioner's workbook; None for one of ours.
    filled: Filled | None = None
    #: What could not be put into it as it is.
    findings: tuple[PlanFinding, ...] = ()
    #: Workbooks of ours with the rows that its tables have no room for.
    annexes: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckReturn(Command[None]):
    """Records that a draft is checked: refused while an error is open, or its figures are no longer the file's. Taken
    back by SwapRecords."""

    saved: ReturnId


@dataclass(frozen=True, slots=True)
class OpenAgain(Command[None]):
    """Makes a return that is checked or certified, and not sent, a draft again; its certificate becomes void. Taken
    back by SwapRecords."""

    saved: ReturnId
    reason: str


@dataclass(frozen=True, slots=True)
class SubmitReturn(Command[None]):
    """Records that a return went to the commissioner: from then on its quarters keep their figures (R17).

    It is certified, or checked where the agreement asks for no certificate. *to* is who got it, *on* the day (None:
    today), *how* the way it went; *papers* are what shows it. Taken back by SwapRecords.
    """

    backed_up_after: ClassVar[str] = "the return that was submitted"

    saved: ReturnId
    to: str = ""
    on: date | None = None
    how: str = ""
    papers: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryReturn(Command[None]):
    """Records what the commissioner asks of a return that was sent, in their *words*. Taken back by SwapRecords."""

    saved: ReturnId
    words: str
    on: date | None = None
    reference: str = ""
    papers: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerQuery(Command[None]):
    """Records what was answered to a query that needs no new version. Taken back by SwapRecords."""

    saved: ReturnId
    words: str
    on: date | None = None
    reference: str = ""
    papers: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptReturn(Command[None]):
    """Records that the commissioner accepted a return, with the *reference* of their letter. Taken back by
    SwapRecords."""

    saved: ReturnId
    on: date | None = None
    reference: str = ""
    papers: tuple[Given, ...] = ()


def save_return(command: SaveReturn, tools: Tools) -> Effect[ReturnSaved]:
    with tools.open_work() as work:
        document = shared_draft(work, command.fund, command.year, command.quarter, tools)
        checks = checks_before_sending(
            work, tools, command.fund, command.year, command.quarter, command.template, document=document
        )
        tools.progress.report(0, 0, "Writing the return")
        file = _written(work, command, document, tools)
        copy = tools.sources.take_copy(file.path)
        try:
            saved = SavedReturn(
                fund=command.fund,
                year=command.year,
                quarter=command.quarter,
                version=document.version,
                state=ReturnState.DRAFT,
                made_at=tools.clock(),
                made_by=tools.who,
                file_name=file.path.name,
                sha256=file.sha256,
                cells=file.cells_written,
                spent=document.position.spent,
                quarters=tuple(
                    (project.project_id, project.kind, project.quarters[: command.quarter])
                    for project in document.position.projects
                ),
                template=command.template,
                replaces=_replaced(work, command),
                checksum=figures_checksum(document),
                sequence=next_entry(work),
                size=copy.size,
            )
            if copy.sha256 != file.sha256:
                raise ExpectedError(
                    "file_changed",
                    f"“{file.path.name}” was changed by another program while it was being saved.",
                    "Close it there, then save the return again.",
                )
            tools.sources.keep(copy)
            name = f"save the Q{command.quarter} return"
            id = ReturnId(work.returns.add(saved))
            proof = ReturnProof(
                id,
                file.cells,
                bases_of(work, document.position),
                file.parts,
                (*checks.kept(), *_kept_beside(document)),
                file.not_computed,
                file.reader,
                file.compared,
                saved.made_at,
            )
            occasion = f"Q{command.quarter} return, version {document.version}"
            made = (
                Record("returns", id, saved),
                Record("return_proofs", work.return_proofs.add(proof), proof),
                *kept_records(work, document.position, occasion, tools),
            )
            work.commit(JournalRecord("SaveReturn", name, {}, {"id": id, **plain(saved)}))
        finally:
            tools.sources.discard(copy)
    result = ReturnSaved(
        id,
        file.path,
        file.sha256,
        file.cells_written,
        document,
        saved.replaces,
        proof,
        file.filled,
        file.findings,
        file.annexes,
    )
    return Effect(result, Topic.RETURNS | Topic.PROJECTS, name, RemoveRecords(made, name))


@dataclass(frozen=True, slots=True)
class _File:
    """A file that was written and proved, whichever way."""

    path: Path
    sha256: str
    cells_written: int
    cells: tuple[ReturnCell, ...]
    reader: str
    compared: int
    parts: tuple[ProvedPart, ...] = ()
    not_computed: tuple[tuple[str, str], ...] = ()
    filled: Filled | None = None
    findings: tuple[PlanFinding, ...] = ()
    annexes: tuple[Path, ...] = ()


def _written(work: UnitOfWork, command: SaveReturn, document: ReturnDocument, tools: Tools) -> _File:
    """Writes the return as a workbook of ours, or fills the commissioner's."""
    if command.template is None:
        made = tools.write_return(document, command.out)
        return _File(made.path, made.sha256, made.cells_written, made.kept, _READER, made.cells_written)
    fill = cells_to_fill(work, tools, document, command.template)
    with template_path(tools, fill.template) as path:
        filled = tools.fill_template(
            path, fill.plan.to_fill, command.out, tools.progress, FillWishes(today=tools.today)
        )
    cells = [
        ReturnCell(each.sheet, each.cell, each.sort, _said(each.value), each.figure, each.source, each.label)
        for each in fill.plan.cells
    ]
    cells += [ReturnCell(each.sheet, each.cell, CellSort.RESULT, each.value) for each in filled.recomputed]
    return _File(
        command.out,
        filled.sha256,
        filled.cells_written,
        tuple(cells),
        filled.read_back.reader,
        filled.read_back.compared,
        filled.parts.parts,
        tuple((f"{each.sheet}!{each.cell}", each.why) for each in filled.not_computed),
        filled,
        fill.plan.findings,
        tuple(_annex(table, command.out, document, tools) for table in fill.plan.annex),
    )


def _said(value: object) -> str:
    """What is put into a cell, as the proof keeps it: a day as 2019-03-31, an amount without rounding."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _annex(table: AnnexTable, out: Path, document: ReturnDocument, tools: Tools) -> Path:
    """Writes the rows that the commissioner's table has no room for beside the return, as a workbook of ours."""
    path = out.with_name(f"{out.stem} annex, {table.name}.xlsx")
    columns = tuple(
        TableColumn(heading, ValueKind.TEXT, max(16, len(heading) + 2)) for heading in table.headings
    )
    rows = [[_said(value) or None for value in row] for row in table.rows]
    notes = (("Return", document.title), ("Table", table.name))
    tools.write_table(TableDocument(columns, rows, len(rows), notes, "Annex"), path, tools.progress)
    return path


def _replaced(work: UnitOfWork, command: SaveReturn) -> ReturnId | None:
    """The version that the new one takes the place of. Raises ExpectedError for one of another quarter, or that the
    commissioner does not have."""
    if command.replaces is None:
        newest = newest_out(work, command.fund, command.year, command.quarter)
        return ReturnId(newest.id) if newest is not None else None
    before = work.returns.get(command.replaces).value
    if (before.fund, before.year, before.quarter) != (command.fund, command.year, command.quarter):
        raise ExpectedError(
            "other_return",
            f"{called(work, before)} is not of the same quarter.",
            "Choose the version of this quarter that was sent.",
        )
    if not before.state.is_out:
        raise ExpectedError(
            "not_sent",
            f"{called(work, before)} is {before.state.in_words}: the commissioner does not have it.",
            "Save the return as a further version instead.",
        )
    return command.replaces


def _kept_beside(document: ReturnDocument) -> list[KeptCheck]:
    """Beside the checks: each identity that holds with both sides, and each variance with its reason."""
    kept = [
        KeptCheck(
            f"{AGREES}{each.id}",
            each.left_figure,
            f"{each.name}: {each.left.in_words} = {each.right_total.in_words}",
        )
        for each in document.identities
        if each.holds
    ]
    for project in document.position.projects:
        if asks_reason(project):
            kept.append(
                KeptCheck(
                    f"{REASON}{project.ref}",
                    f"{project.ref}/{document.year}/variance",
                    f"{project.ref} {project.project.name}, {project.kind.value}: budget "
                    f"{project.budget.current.in_words}, forecast outturn {project.outturn.in_words}, variance "
                    f"{project.variance.in_words}: {project.reason or 'no reason was given'}",
                )
            )
    return kept


def called(work: UnitOfWork, saved: SavedReturn) -> str:
    """“The Q2 return of Locality Fund 2018/19, version 3”."""
    fund = work.funds.get(saved.fund).value.name
    return f"The Q{saved.quarter} return of {fund} {saved.year}, version {saved.version}"


def check_return(command: CheckReturn, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.returns.get(command.saved)
        saved = kept.value
        RETURNS.check(called(work, saved), saved.state, ReturnState.CHECKED)
        refuse_moved(work, kept, "checked")
        document = shared_draft(work, saved.fund, saved.year, saved.quarter, tools)
        checks = checks_before_sending(
            work, tools, saved.fund, saved.year, saved.quarter, saved.template, document=document
        )
        _refuse_open(called(work, saved), [check.text for check in checks.errors])
        doing = Doing(work, tools)
        move_return(doing, kept, ReturnState.CHECKED)
        effect: Effect[None] = doing.commit("CheckReturn", f"record the Q{saved.quarter} return as checked")
        return effect


def _refuse_open(name: str, errors: Sequence[str]) -> None:
    """Raises ExpectedError that names the first of the *errors* that are open."""
    if errors:
        more = f" And {len(errors) - _NAMED:,} more." if len(errors) > _NAMED else ""
        raise ExpectedError(
            "open_errors",
            f"{name} has {count(len(errors), 'open error')}: {' '.join(errors[:_NAMED])}{more}",
            "Settle each, or accept it with a reason; then check it again.",
        )


def open_again(command: OpenAgain, tools: Tools) -> Effect[None]:
    check_reason(command.reason, "Opening a return again")
    with tools.open_work() as work:
        kept = work.returns.get(command.saved)
        saved = kept.value
        if saved.state.is_out:
            raise ExpectedError(
                "return_out",
                f"{called(work, saved)} is {saved.state.in_words}.",
                "Reopen it with a reason, or save a new version that takes its place.",
            )
        RETURNS.check(called(work, saved), saved.state, ReturnState.DRAFT, {Need.REASON})
        doing = Doing(work, tools)
        move_return(doing, kept, ReturnState.DRAFT, reason=command.reason)
        name = f"open the Q{saved.quarter} return again"
        void_certificates(doing, certificate_of_return(work, kept.id), f"{name}: {command.reason.strip()}")
        effect: Effect[None] = doing.commit("OpenAgain", f"{name}: {command.reason.strip()}")
        return replace(effect, name=name)


def submit_return(command: SubmitReturn, tools: Tools) -> Effect[None]:
    with copied(tools, command.papers) as papers, tools.open_work() as work:
        kept = work.returns.get(command.saved)
        saved = kept.value
        if saved.state.is_out:
            raise ExpectedError(
                "submitted_already", "This return is recorded as sent already.", "Nothing to do."
            )
        _refuse_unsigned(work, kept, tools)
        _refuse_out_of_turn(work, saved)
        doing = Doing(work, tools)
        how = f" by {command.how.strip()}" if command.how.strip() else ""
        to = command.to.strip()
        move_return(
            doing,
            kept,
            ReturnState.SUBMITTED,
            dated=command.on or tools.today,
            reason=f"{f'to {to}' if to else ''}{how}".strip(),
            sent_to=to,
        )
        doing.keep(papers, saved_return=kept.id)
        effect: Effect[None] = doing.commit("SubmitReturn", f"record the Q{saved.quarter} return as sent")
        # Its quarters turn into stated figures, so everything that shows the grant asks again.
        return replace(effect, changed=effect.changed | Topic.GRANTS | Topic.PROJECTS)


def _refuse_unsigned(work: UnitOfWork, kept: Kept[SavedReturn], tools: Tools) -> None:
    """Raises ExpectedError unless the return is certified, or checked and spared the certificate by the agreement."""
    saved = kept.value
    for certificate in work.certificates.all():
        value = certificate.value
        if value.saved == kept.id and value.state is CertificateState.AWAITING:
            raise ExpectedError(
                "waits_for_signature",
                f"{value.name} waits for its signature: {value.prepared_by} prepared it.",
                "Have it signed first, or withdraw it with a reason.",
            )
    RETURNS.check(called(work, saved), saved.state, ReturnState.SUBMITTED)
    if saved.state is ReturnState.CHECKED:
        position = position_of(work, saved.fund, saved.year, last_period_of(saved.quarter))
        if needs_certificate(position.terms, saved.spent):
            raise ExpectedError(
                "needs_certificate",
                f"{called(work, saved)} is checked, and goes only with its certificate.",
                "Prepare it for its signature, and have the section 151 officer sign it.",
            )
    refuse_moved(work, kept, "sent")


def _refuse_out_of_turn(work: UnitOfWork, saved: SavedReturn) -> None:
    """Raises ExpectedError where the commissioner has a newer version, or a later quarter's return, which states this
    quarter too: the correction would be stated twice (R32)."""
    for kept in work.returns.all():
        other = kept.value
        if (other.fund, other.year, other.state.is_out) != (saved.fund, saved.year, True):
            continue
        if other.quarter > saved.quarter:
            raise ExpectedError(
                "later_return",
                f"{called(work, saved)} can't go any more: the Q{other.quarter} return, which states its quarter too, "
                "was sent.",
                "What changed since is stated in the next return as a prior-period adjustment.",
            )
        if other.quarter == saved.quarter and other.version > saved.version:
            raise ExpectedError(
                "newer_sent",
                f"{called(work, saved)} can't go any more: version {other.version} was sent.",
                "Save a new version.",
            )


def query_return(command: QueryReturn, tools: Tools) -> Effect[None]:
    check_reason(command.words, "A query of the commissioner")
    return _moved(command, ReturnState.QUERIED, "QueryReturn", "record a query on", command.words, tools)


def answer_query(command: AnswerQuery, tools: Tools) -> Effect[None]:
    check_reason(command.words, "An answer to the commissioner")
    return _moved(command, ReturnState.SUBMITTED, "AnswerQuery", "answer the query on", command.words, tools)


def accept_return(command: AcceptReturn, tools: Tools) -> Effect[None]:
    return _moved(command, ReturnState.ACCEPTED, "AcceptReturn", "record the acceptance of", "", tools)


def _moved(
    command: QueryReturn | AnswerQuery | AcceptReturn,
    to: ReturnState,
    journalled: str,
    doing_what: str,
    words: str,
    tools: Tools,
) -> Effect[None]:
    """Moves a return that the commissioner has, with the papers of it."""
    with copied(tools, command.papers) as papers, tools.open_work() as work:
        kept = work.returns.get(command.saved)
        saved = kept.value
        if to is ReturnState.SUBMITTED and saved.state is not ReturnState.QUERIED:
            raise ExpectedError(
                "not_queried",
                f"{called(work, saved)} is {saved.state.in_words}: no query waits for an answer.",
                "Nothing to do.",
            )
        RETURNS.check(called(work, saved), saved.state, to, {Need.REASON} if words.strip() else set())
        doing = Doing(work, tools)
        move_return(
            doing,
            kept,
            to,
            dated=command.on or tools.today,
            reference=command.reference,
            reason=words,
        )
        doing.keep(papers, saved_return=kept.id)
        name = f"{doing_what} the Q{saved.quarter} return"
        said = f": {words.strip()}" if words.strip() else ""
        effect: Effect[None] = doing.commit(journalled, f"{name}{said}")
        return replace(effect, name=name)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    SaveReturn: save_return,
    CheckReturn: check_return,
    OpenAgain: open_again,
    SubmitReturn: submit_return,
    QueryReturn: query_return,
    AnswerQuery: answer_query,
    AcceptReturn: accept_return,
}
