"""Writing the return to the commissioner, and recording that it went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from fundingapp.application.commands.budgets import kept_records
from fundingapp.application.commands.records import ChangeRecord, Record, RemoveRecords
from fundingapp.application.effect import Command, Effect, JournalRecord, Topic
from fundingapp.application.ports import SavedReturn, Tools
from fundingapp.application.queries.returns import draft_return
from fundingapp.application.wording import plain
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId, ReturnId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.returns import ReturnDocument, ReturnState
from fundingapp.domain.signing import CertificateState


@dataclass(frozen=True, slots=True)
class SaveReturn(Command["ReturnSaved"]):
    """Writes the return of a quarter as a workbook, reads it back, and records its hash.

    Taken back by RemoveRecords: the record goes, the file on disk stays.
    """

    fund: FundId
    year: FinancialYear
    quarter: int
    out: Path


@dataclass(frozen=True, slots=True)
class ReturnSaved:
    """A return that stands on disk and was read back equal."""

    id: ReturnId
    path: Path
    sha256: str
    cells_written: int
    document: ReturnDocument


@dataclass(frozen=True, slots=True)
class SubmitReturn(Command[None]):
    """Records that a saved return went to the commissioner: from then on its quarters keep their figures (R17).

    Taken back by ChangeRecord.
    """

    backed_up_after: ClassVar[str] = "the return that was submitted"

    saved: ReturnId


def save_return(command: SaveReturn, tools: Tools) -> Effect[ReturnSaved]:
    with tools.open_work() as work:
        document = draft_return(work, command.fund, command.year, command.quarter, tools)
        tools.progress.report(0, 0, "Writing the return")
        written = tools.write_return(document, command.out)
        saved = SavedReturn(
            fund=command.fund,
            year=command.year,
            quarter=command.quarter,
            version=document.version,
            state=ReturnState.DRAFT,
            made_at=tools.clock(),
            made_by=tools.who,
            file_name=written.path.name,
            sha256=written.sha256,
            cells=written.cells_written,
            spent=document.position.spent,
            quarters=tuple(
                (project.project_id, project.kind, project.quarters[: command.quarter])
                for project in document.position.projects
            ),
        )
        name = f"save the Q{command.quarter} return"
        id = work.returns.add(saved)
        occasion = f"Q{command.quarter} return, version {document.version}"
        made = (Record("returns", id, saved), *kept_records(work, document.position, occasion, tools))
        work.commit(JournalRecord("SaveReturn", name, {}, {"id": id, **plain(saved)}))
    result = ReturnSaved(ReturnId(id), written.path, written.sha256, written.cells_written, document)
    return Effect(result, Topic.RETURNS | Topic.PROJECTS, name, RemoveRecords(made, name))


def submit_return(command: SubmitReturn, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.returns.get(command.saved)
        saved = kept.value
        if saved.state.is_out:
            raise ExpectedError(
                "submitted_already", "This return is recorded as sent already.", "Nothing to do."
            )
        for certificate in work.certificates.all():
            value = certificate.value
            if value.saved == command.saved and value.state is CertificateState.AWAITING:
                raise ExpectedError(
                    "waits_for_signature",
                    f"{value.name} waits for its signature: {value.prepared_by} prepared it.",
                    "Have it signed first, or withdraw it with a reason.",
                )
        sent = replace(saved, state=ReturnState.SUBMITTED)
        name = f"record the Q{saved.quarter} return as sent"
        work.returns.replace(kept, sent)
        work.commit(
            JournalRecord("SubmitReturn", name, {"state": "draft"}, {"state": "submitted", "id": kept.id})
        )
    # Its quarters turn into stated figures, so everything that shows the grant asks again.
    changed = Topic.RETURNS | Topic.GRANTS | Topic.PROJECTS
    return Effect(None, changed, name, ChangeRecord("returns", kept.id, sent, saved, name))


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    SaveReturn: save_return,
    SubmitReturn: submit_return,
}
