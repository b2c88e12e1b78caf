"""The return's sheet of virements: each change of budget that was applied, with who allowed it (R4, R5)."""

from __future__ import annotations

from fundingapp.domain.ids import ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.returns import ReturnDocument
from fundingapp.workbooks.book import FIRST_ROW, Column, Formula, Sheet, sum_of

VIREMENT_COLUMNS = (
    Column("No.", figures=True, source="virement/number"),
    Column("Dated", source="virement/day"),
    Column("From", widest=16, source="virement/from"),
    Column("To", widest=16, source="virement/to"),
    Column("Kind", widest=14, source="virement/kind"),
    Column("Amount £", figures=True, source="virement/amount"),
    Column("Decided by", widest=22),
    Column("Authority", widest=34, source="virement/authority"),
    Column("Reason", widest=60, source="virement/reason"),
)
_AMOUNT = 5


def fill_virements(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """Fills the sheet. The contingency line stands for itself; nothing crosses the end of the year."""
    sheet.begin("Virements", f"{about} · each moves money inside this grant, year and kind")
    position = document.position
    refs = {project.project_id: project.ref for project in position.projects}

    def name(project: ProjectId | None) -> str:
        return "contingency" if project is None else refs[project]

    ordered = sorted(position.movements, key=lambda each: (each.dated, each.number))
    for each in ordered:
        sheet.add(
            [
                each.number or None,
                each.dated,
                name(each.source),
                name(each.target),
                each.kind.value if each.to_kind is None else f"{each.kind.value} to {each.to_kind.value}",
                each.amount,
                each.decided_by.value,
                each.authority,
                each.reason,
            ]
        )
    last = sheet.next_row - 1
    total = Money.total(each.amount for each in ordered)
    moved = Formula(sum_of(sheet.span(FIRST_ROW, _AMOUNT, last, _AMOUNT)), total)
    sheet.add(["Total", None, "", "", "", moved, "", "", ""], strong=True)
    sheet.finish(last)
