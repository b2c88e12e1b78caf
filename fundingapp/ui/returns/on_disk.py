"""A return as it stands on disk: looked at cell by cell beside the figures held here, and before another takes its
place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.returns import ReturnSaved
from fundingapp.application.ports import SavedReturn
from fundingapp.application.queries.sending_checks import (
    ChecksAnswer,
    ChecksBeforeSending,
    FileThere,
    WhatStandsThere,
)
from fundingapp.application.wording import count
from fundingapp.domain.findings import Finding, Severity
from fundingapp.domain.ids import FundId, TemplateId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.sending import Grade, SendingCheck
from fundingapp.ui.inspector import Block, CheckBlock, InspectorPage, Step, StepsBlock, TextBlock, WidgetBlock
from fundingapp.ui.returns.checks_list import ChecksList
from fundingapp.ui.returns.choice import PlaceInReturn
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView

#: Of what a return is looked at for: grant, year, quarter, and the commissioner's workbook.
Of = tuple[FundId, FinancialYear, int, TemplateId]


class OnDisk:
    """Looks, for *view*, at files that were written; what it finds is shown in the inspector."""

    def __init__(self, view: GrantView) -> None:
        self._view = view

    # A file that somebody may have changed

    def choose(self, saved: SavedReturn) -> None:
        """Asks which file is to be looked at beside what *saved* is of."""
        if saved.template is not None:
            self.choose_of((saved.fund, saved.year, saved.quarter, saved.template))

    def choose_of(self, of: Of) -> None:
        """Asks which file, and looks at it."""
        path = self._view.office.files.to_open(
            self._view, f"Check a file of Q{of[2]} {of[1]}", "Excel workbooks (*.xlsx *.xlsm)"
        )
        if path is not None:
            self.check(of, path)

    def check(self, of: Of, path: Path) -> None:
        """Has each cell of the file at *path* held against the figures here."""
        subject = ("on disk", str(path))
        self._view.inspect(
            InspectorPage(path.name, [TextBlock("Being read and held against the figures here…")], subject)
        )
        question = ChecksBeforeSending(*of, path)
        self._view.office.ask(
            "returns.on-disk", question, partial(self._checked, of, path), self._view, failed=self._failed
        )

    def _failed(self, error: Exception) -> None:
        self._view.close_panel()
        self._view.office.asker.failed.emit(error)

    def _checked(self, of: Of, path: Path, answer: ChecksAnswer) -> None:
        said = (
            (
                "look",
                Tone.ATTENTION,
                f"{count(len(answer.open), 'thing')} to look at before this very file goes.",
            )
            if answer.open
            else ("✓", Tone.GOOD, "It is as it was written, and nothing is open.")
        )
        blocks: list[Block] = [
            CheckBlock([said]),
            TextBlock(str(path.parent), "Where it stands"),
            WidgetBlock(partial(self._list, of[2], answer), "In the file as it stands on disk"),
        ]
        self._view.inspect(InspectorPage(path.name, blocks, ("on disk", str(path))))

    def _list(self, quarter: int, answer: ChecksAnswer) -> QWidget:
        held = [f"{count(answer.cells, 'cell')} looked at."] if answer.cells else []
        made = ChecksList(answer, held, may_write=False)
        made.chosen.connect(partial(self._go_to, quarter))
        return made

    def _go_to(self, quarter: int, check: object) -> None:
        if isinstance(check, SendingCheck) and check.cell:
            self._view.go("returns", ("return", PlaceInReturn(check.sheet, check.cell, quarter)))
        elif isinstance(check, SendingCheck) and check.figure:
            self._view.ask_why(check.figure)

    # Before another takes its place

    def may_write(
        self,
        path: Path,
        of: tuple[FundId, FinancialYear, int],
        write: Callable[[], object],
        other: Callable[[], object],
    ) -> None:
        """Writes at once where nothing is lost by it; else shows what stands at *path*, with *write* and *other* (the
        choice of another place) as the ways on."""
        self._view.office.ask(
            "returns.there", WhatStandsThere(path), partial(self._there, path, of, write, other), self._view
        )

    def _there(
        self,
        path: Path,
        of: tuple[FundId, FinancialYear, int],
        write: Callable[[], object],
        other: Callable[[], object],
        there: FileThere | None,
    ) -> None:
        said = lost_by_writing_over(path, of, there) if there is not None else ""
        if there is None or not said:
            write()
            return
        saved = there.saved
        steps = [Step("Choose another place…", other, True)]
        if saved.template is not None:
            look = (saved.fund, saved.year, saved.quarter, saved.template)
            steps.append(Step("Look at what stands in it…", partial(self.check, look, path)))
        steps.append(Step("Write over it", write))
        blocks: list[Block] = [
            CheckBlock([("stop", Tone.ATTENTION, said)]),
            TextBlock(str(path.parent), "Where it stands"),
            StepsBlock(steps),
        ]
        self._view.inspect(InspectorPage("Write over a file?", blocks, ("over", str(path))))


def lost_by_writing_over(path: Path, of: tuple[FundId, FinancialYear, int], there: FileThere) -> str:
    """What somebody would miss when the return of *of* takes the place of what stands at *path*; "" for nothing."""
    saved = there.saved
    written = f"{saved.made_at.astimezone():%d/%m/%Y %H:%M} by {saved.made_by}"
    if not there.is_same:
        return (
            f"“{path.name}” was changed since it was written here on {written} ({there.named}). What was changed in it "
            "is kept nowhere else."
        )
    if (saved.fund, saved.year, saved.quarter) != of:
        return (
            f"“{path.name}” is {there.named}, written on {written}: another return than the one to be saved."
        )
    if saved.state.is_out:
        return f"“{path.name}” is {there.named}, which is {saved.state.in_words}."
    return ""


# What the filler found


def found_in(made: ReturnSaved) -> tuple[SendingCheck, ...]:
    """What is to be known of a workbook that was filled, each with its cell; what matters most first."""
    plan = [
        SendingCheck(each.code, each.grade, each.text, each.sheet, each.cell, each.advice, each.figure)
        for each in made.findings
    ]
    filled = made.filled
    if filled is None:
        return tuple(plan)
    found = sorted(filled.findings, key=lambda each: each.severity is Severity.NOTE)
    left = [
        SendingCheck(
            "fill.not_computed",
            Grade.LOOK,
            f"{each.sheet}!{each.cell} has no result yet: {each.why}",
            each.sheet,
            each.cell,
            "Excel works it out when the workbook is opened.",
        )
        for each in filled.not_computed
    ]
    over = [
        SendingCheck(
            "fill.overwritten",
            Grade.LOOK,
            f"{each.sheet}!{each.cell}: "
            + (
                f"the formula ={each.text.removeprefix('=')} was written over"
                if each.text
                else "it was locked"
            )
            + ", as its mapping says.",
            each.sheet,
            each.cell,
        )
        for each in filled.overwritten
    ]
    every = (*plan, *(_of_filler(each) for each in found), *left, *over)
    return tuple(sorted(every, key=lambda each: each.grade is not Grade.ERROR))


def _of_filler(found: Finding) -> SendingCheck:
    source = found.source
    cell = f"{source.column}{source.row}" if source.row and source.column else ""
    grade = Grade.ERROR if found.severity is Severity.ERROR else Grade.LOOK
    return SendingCheck(found.kind, grade, found.text, source.sheet, cell)
