"""What is to be seen to before a return is sent, in one list, with what was accepted apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, SavedReturn, Tools, UnitOfWork
from fundingapp.application.queries.returns import shared_draft
from fundingapp.application.queries.templates import cells_to_fill, template_path
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.hands import (
    Planning,
    hand_of_file,
    hand_of_ours,
    hand_of_plan,
    planning_of,
    puts_of_file,
)
from fundingapp.domain.ids import FundId, TemplateId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.return_proofs import KeptCheck
from fundingapp.domain.returns import ReturnDocument
from fundingapp.domain.returns_in_hand import FileOnDisk, ReturnInHand
from fundingapp.domain.sending import AcceptedException, Grade, SendingCheck
from fundingapp.domain.sending_checks import sending_checks, settled
from fundingapp.domain.worked_out import Put


@dataclass(frozen=True, slots=True)
class ChecksBeforeSending(Question["ChecksAnswer"]):
    """What is to be seen to before the return of a quarter, 1 to 4, is sent in *template* (None: our own workbook).

    With *workbook* it is that file as it stands on disk which is looked at, cell by cell beside what we hold; it is to
    be of *template*. Raises ExpectedError when a file is gone or is no workbook.
    """

    fund: FundId
    year: FinancialYear
    quarter: int
    template: TemplateId | None = None
    workbook: Path | None = None


@dataclass(frozen=True, slots=True)
class ChecksAnswer:
    """The checks that are *open*, errors first; those *accepted*, each with the exception; exceptions that no longer
    count, because the check is gone or says something else; and how many *cells* were looked at."""

    open: tuple[SendingCheck, ...]
    accepted: tuple[tuple[SendingCheck, Kept[AcceptedException]], ...] = ()
    lapsed: tuple[Kept[AcceptedException], ...] = ()
    cells: int = 0

    @property
    def errors(self) -> tuple[SendingCheck, ...]:
        """What is to be settled, or accepted with a reason, before the return is sent."""
        return tuple(check for check in self.open if check.grade is Grade.ERROR)

    @property
    def looks(self) -> tuple[SendingCheck, ...]:
        """What is only to be looked at."""
        return tuple(check for check in self.open if check.grade is Grade.LOOK)

    @property
    def may_go(self) -> bool:
        """Whether no error is open."""
        return not self.errors

    def kept(self) -> tuple[KeptCheck, ...]:
        """The checks as the proof of a return keeps them."""
        return (
            *(KeptCheck(check.code, _place(check), check.text) for check in self.open),
            *(
                KeptCheck(check.code, _place(check), check.text, kept.value.reason)
                for check, kept in self.accepted
            ),
        )


def _place(check: SendingCheck) -> str:
    return f"{check.sheet}!{check.cell}" if check.cell else check.sheet


@dataclass(frozen=True, slots=True)
class WhatStandsThere(Question["FileThere | None"]):
    """Which saved return a file on disk is, before another takes its place; None when no file is there, or it is none
    that was written here, by its content or its name."""

    path: Path


@dataclass(frozen=True, slots=True)
class FileThere:
    """A saved return as it stands on disk; *is_same* is whether the file is still as it was written."""

    saved: SavedReturn
    fund_name: str
    is_same: bool

    @property
    def named(self) -> str:
        """As “Locality Fund 2018/19 Q3, version 1”."""
        return f"{self.fund_name} {self.saved.year} Q{self.saved.quarter}, version {self.saved.version}"


def checks_before_sending(
    work: UnitOfWork,
    tools: Tools,
    fund: FundId,
    year: FinancialYear,
    quarter: int,
    template: TemplateId | None = None,
    *,
    document: ReturnDocument | None = None,
    workbook: Path | None = None,
) -> ChecksAnswer:
    """As :class:`ChecksBeforeSending`, in an open work without changes; *document* is the draft where there is one."""
    if document is None:
        document = shared_draft(work, fund, year, quarter, tools)
    if template is None:
        if workbook is not None:
            raise ExpectedError(
                "no_template",
                "A file is looked at beside the template that it was filled from, and none is named.",
                "Name the template.",
            )
        ours = tools.return_looks(document)
        hand = hand_of_ours(document, tools.today, ours.cells, ours.names)
    else:
        hand = _hand(work, tools, document, template, workbook)
    checks = sending_checks(hand)
    held = {
        kept.id: kept
        for kept in work.accepted_exceptions.all()
        if (kept.value.fund, kept.value.year, kept.value.quarter) == (fund, year, quarter)
    }
    apart = settled(checks, {id: kept.value for id, kept in held.items()})
    return ChecksAnswer(
        apart.open,
        tuple((check, held[id]) for check, id in apart.accepted),
        tuple(held[id] for id in apart.lapsed),
        len(hand.cells),
    )


def _hand(
    work: UnitOfWork, tools: Tools, document: ReturnDocument, template: TemplateId, workbook: Path | None
) -> ReturnInHand:
    """The return in a template, or as it stands in a *workbook* that was filled from it."""
    fill = cells_to_fill(work, tools, document, template)
    planning = planning_of(document, tools.today, fill.plan, fill.look, fill.mapping, fill.template)
    with template_path(tools, fill.template) as path:
        if workbook is not None:
            return _hand_of_file(work, tools, planning, path, workbook)
        puts: dict[tuple[str, str], Put] = {(each.sheet, each.cell): each.value for each in fill.plan.cells}
        return hand_of_plan(
            planning, tools.work_out(path, puts, tools.today), tools.receive(path, puts, tools.today)
        )


def _hand_of_file(
    work: UnitOfWork, tools: Tools, planning: Planning, template: Path, workbook: Path
) -> ReturnInHand:
    private = tools.sources.take_copy(workbook)
    try:
        look = tools.read_template(private.path, workbook.name, private.sha256, tools.progress.report)
        results = tools.work_out(template, puts_of_file(planning.look, look), tools.today)
        received = tools.receive(private.path, {}, tools.today)
    finally:
        tools.sources.discard(private)
    return hand_of_file(
        planning, look, _on_disk(work, planning.document, workbook, look.sha256), results, received
    )


def _on_disk(work: UnitOfWork, document: ReturnDocument, workbook: Path, sha256: str) -> FileOnDisk:
    """Whether the file is as it was when it was written here, by its name and hash."""
    own = (document.position.fund_id, document.year, document.quarter)
    written = [
        kept.value
        for kept in work.returns.all()
        if (kept.value.fund, kept.value.year, kept.value.quarter) == own
    ]
    known = _written_as(written, workbook.name, sha256)
    if known is None:
        return FileOnDisk(workbook.name, is_same=False)
    return FileOnDisk(workbook.name, known.sha256 == sha256, True, known.made_by, known.made_at)


def _written_as(written: Sequence[SavedReturn], name: str, sha256: str) -> SavedReturn | None:
    """The one that a file is by its content, else the newest that was written under its name."""
    same = (saved for saved in written if saved.sha256 == sha256)
    of_name = [saved for saved in written if saved.file_name == name]
    return next(same, None) or max(of_name, key=lambda saved: saved.made_at, default=None)


def answer_what_stands_there(question: WhatStandsThere, tools: Tools) -> FileThere | None:
    if not question.path.exists():
        return None
    copy = tools.sources.take_copy(question.path)
    tools.sources.discard(copy)  # its hash is all that is wanted
    with tools.open_work(reading=True) as work:
        written = [kept.value for kept in work.returns.all()]
        known = _written_as(written, question.path.name, copy.sha256)
        if known is None:
            return None
        return FileThere(known, work.funds.get(known.fund).value.name, known.sha256 == copy.sha256)


def answer_checks(question: ChecksBeforeSending, tools: Tools) -> ChecksAnswer:
    with tools.open_work(reading=True) as work:
        return checks_before_sending(
            work,
            tools,
            question.fund,
            question.year,
            question.quarter,
            question.template,
            workbook=question.workbook,
        )


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    ChecksBeforeSending: answer_checks,
    WhatStandsThere: answer_what_stands_there,
}
