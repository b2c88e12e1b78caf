"""What the columns of the ledger lines are in an exported file: typed, with what the list only shows in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fundingapp.application.ports import LineRow, TableColumn, ValueKind
from fundingapp.application.queries.exports import LineColumn
from fundingapp.ui.tables.columns import Column

KINDS = "Excel workbook (*.xlsx);;Text file for any program (*.csv)"

#: Columns that are no text, by the key that sorts them.
_TYPED: dict[str, tuple[ValueKind, int, Callable[[LineRow], Any]]] = {
    "posted_on": (ValueKind.DAY, 12, lambda row: row.line.posted_on),
    "amount": (ValueKind.MONEY, 14, lambda row: row.line.amount),
    "period": (ValueKind.WHOLE, 8, lambda row: row.line.period),
}
_WIDTHS = {"supplier": 32, "description": 40, "project": 42, "state": 20}


def exported(columns: Sequence[Column[LineRow]]) -> tuple[LineColumn, ...]:
    """*columns* as an export has them. A split line has its projects with their amounts in one cell."""
    found = []
    for column in columns:
        heading = " ".join(column.title.split())
        if column.sort in _TYPED:
            kind, width, value = _TYPED[column.sort]
            found.append(LineColumn(TableColumn(heading, kind, width), value))
        else:
            width = _WIDTHS.get(column.sort, 18)
            found.append(LineColumn(TableColumn(heading, ValueKind.TEXT, width), _words(column)))
    return tuple(found)


def _words(column: Column[LineRow]) -> Callable[[LineRow], str]:
    whole = column.tip if column.sort == "project" else None

    def words(row: LineRow) -> str:
        text = (whole(row) if whole is not None else "") or column.text(row)
        return "" if text == "—" else text.replace("\n", "; ")

    return words
