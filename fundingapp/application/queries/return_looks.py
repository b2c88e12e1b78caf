"""The return as it would be written now: its sheets with our values in them and the results of their formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.returns import shared_draft
from fundingapp.application.queries.templates import cells_to_fill, template_path
from fundingapp.domain.filled_looks import filled_sheets
from fundingapp.domain.ids import FundId, TemplateId
from fundingapp.domain.mappings import PlanFinding
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.return_proofs import CellSort, ReturnCell
from fundingapp.domain.returns import ReturnDocument
from fundingapp.domain.sheet_looks import SheetLook
from fundingapp.domain.templates import ReturnTemplate
from fundingapp.domain.worked_out import Place, Put, WorkedOut


@dataclass(frozen=True, slots=True)
class ReturnLook(Question["LookedReturn"]):
    """How the return of a quarter, 1 to 4, would look now in *template*; in our own workbook where it is None."""

    fund: FundId
    year: FinancialYear
    quarter: int
    template: TemplateId | None = None


@dataclass(frozen=True, slots=True)
class LookedReturn:
    """A return that is not written yet.

    *cells* has, by sheet and address, what of ours stands in the workbook, and the results of formulas that rest on it
    (sort RESULT). *not_computed* says of formulas whose result is left to the receiver's program why it is.
    """

    document: ReturnDocument
    sheets: tuple[SheetLook, ...]
    cells: Mapping[Place, ReturnCell]
    not_computed: Mapping[Place, str] = field(default_factory=dict)
    template: ReturnTemplate | None = None
    findings: tuple[PlanFinding, ...] = ()

    @property
    def file_name(self) -> str:
        """The workbook that it is written into, "" for our own."""
        return self.template.file_name if self.template is not None else ""


def return_as_it_would_be(
    work: UnitOfWork, tools: Tools, document: ReturnDocument, template: TemplateId | None
) -> LookedReturn:
    """As :class:`ReturnLook`, of a document that is made already. Raises NotFoundError for a template that is gone."""
    if template is None:
        ours = tools.return_looks(document)
        return LookedReturn(document, ours.sheets, {(each.sheet, each.cell): each for each in ours.cells})
    fill = cells_to_fill(work, tools, document, template)
    puts = {(each.sheet, each.cell): each.value for each in fill.plan.cells}
    with template_path(tools, fill.template) as path:
        results = tools.work_out(path, puts, tools.today)
    cells = {
        (each.sheet, each.cell): ReturnCell(
            each.sheet, each.cell, each.sort, _text(each.value), each.figure, each.source, each.label
        )
        for each in fill.plan.cells
    }
    labels = _labels(fill.look.sheets, results)
    for (sheet, cell), worked in results.values.items():
        if (sheet, cell) not in cells:
            cells[sheet, cell] = ReturnCell(
                sheet, cell, CellSort.RESULT, worked.text, label=labels.get((sheet, cell), "")
            )
    return LookedReturn(
        document,
        filled_sheets(fill.look, puts, results),
        cells,
        results.not_computed,
        fill.template,
        fill.plan.findings,
    )


def _text(value: Put) -> str:
    """*value* as a cell of a return keeps it: pounds as ``1234.56``, a day as ``2019-03-31``."""
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


def _labels(sheets: tuple[SheetLook, ...], results: WorkedOut) -> dict[Place, str]:
    wanted = {(sheet.casefold(), cell) for sheet, cell in results.values}
    return {
        (sheet.name, look.cell): look.label
        for sheet in sheets
        for look in sheet.cells.values()
        if look.formula and look.label and (sheet.name.casefold(), look.cell) in wanted
    }


def answer_look(question: ReturnLook, tools: Tools) -> LookedReturn:
    with tools.open_work(reading=True) as work:
        document = shared_draft(work, question.fund, question.year, question.quarter, tools)
        return return_as_it_would_be(work, tools, document, question.template)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {ReturnLook: answer_look}
