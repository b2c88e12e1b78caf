"""The return's sheet of match funding: what others put into the projects (R15)."""

from __future__ import annotations

from fundingapp.domain.money import Money
from fundingapp.domain.returns import ReturnDocument
from fundingapp.workbooks.book import FIRST_ROW, Column, Entry, Formula, Sheet, sum_of

MATCH_COLUMNS = (
    Column("Ref", widest=14, source="match/ref"),
    Column("Project", widest=44, source="match/project"),
    Column("Source", widest=34, source="match/source"),
    Column("Type", widest=16, source="match/type"),
    Column("Secured", widest=12),
    Column("Cash or in kind", widest=16),
    Column("Planned £", figures=True, source="match/planned"),
    Column("Received £", figures=True, source="match/received"),
    Column("Spent £", figures=True, source="match/spent"),
)
_PLANNED = 6


def fill_match(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """Fills the sheet; what is in kind is shown beside the cash and is in no total of the grant."""
    sheet.begin("Match", f"{about} · of the grant's projects, from all other sources")
    for row in document.match:
        names: list[Entry] = [
            row.ref,
            row.project,
            row.source,
            row.type,
            "secured" if row.is_secured else "not secured",
            "in kind" if row.is_in_kind else "cash",
        ]
        sheet.add([*names, row.planned, row.received, row.spent])
    last = sheet.next_row - 1
    totals: list[Entry] = [
        Formula(sum_of(sheet.span(FIRST_ROW, column, last, column)), amount)
        for column, amount in enumerate(
            (
                Money.total(row.planned for row in document.match),
                Money.total(row.received for row in document.match),
                Money.total(row.spent for row in document.match),
            ),
            start=_PLANNED,
        )
    ]
    sheet.add(["Total", "", "", "", "", "", *totals], strong=True)
    sheet.finish(last)
