"""The return's sheet of conditions: each condition of the grant, and whether it is met."""

from __future__ import annotations

from fundingapp.domain.returns import ReturnDocument
from fundingapp.workbooks.book import Column, Sheet

CONDITION_COLUMNS = (
    Column("Clause", widest=16, source="condition/clause"),
    Column("Condition", widest=80, source="condition/text"),
    Column("Kind", widest=22),
    Column("Owner", widest=26, source="condition/owner"),
    Column("Due", source="condition/due"),
    Column("Status", widest=12, source="condition/state"),
    Column("Evidence", widest=44, source="condition/proof"),
)


def fill_conditions(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """Fills the sheet, in the order in which the conditions were recorded."""
    sheet.begin("Conditions", about)
    for each in document.conditions:
        sheet.add(
            [each.clause, each.text, each.kind.value, each.owner, each.due, each.state.value, each.proof]
        )
    sheet.warn_where(5, "breached")
    sheet.finish(sheet.next_row - 1)
