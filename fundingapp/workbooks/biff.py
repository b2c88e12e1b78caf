"""What the two binary workbook formats (.xls and .xlsb) have in common."""

from __future__ import annotations

from typing import Final

from fundingapp.workbooks.addresses import LAST_COLUMN, LAST_ROW, address
from fundingapp.workbooks.checks import SheetCheck, beyond_grid, refused

#: The bytes that stand for errors.
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
STATES: Final = {0: "visible", 1: "hidden", 2: "veryHidden"}


class CellsSeen:
    """Takes the cells of one sheet one by one: rows and columns from 0, in any order.

    A cell stored twice is noticed as long as the cells of a row stand together, as both formats demand.
    """

    def __init__(self, name: str, check: SheetCheck) -> None:
        self._name = name
        self.check = check
        self._row = -1
        self._seen: set[int] = set()

    def take(self, row: int, column: int, *, is_sure: bool) -> None:
        """A cell with a value, or with an error (*is_sure* False: the reader gives nothing for it)."""
        if row >= LAST_ROW or column >= LAST_COLUMN:
            raise beyond_grid(self._name, self.check.name, f"in row {row + 1:,}, column {column + 1:,}")
        check = self.check
        if row != self._row:
            if row < self._row and not check.row_out_of_order:
                check.row_out_of_order = row + 1
            self._row = row
            self._seen.clear()
        elif column in self._seen:
            check.repeated.append((row + 1, column))
            is_sure = False
        self._seen.add(column)
        check.take(row + 1, column, column, 1)
        check.sure_cells += is_sure

    def take_error(self, row: int, column: int, code: int) -> None:
        """A cell that holds the error that byte *code* stands for; calamine refuses a sheet with any other."""
        if code not in _ERRORS:
            place = f"{self.check.name}!{address(row + 1, column)}"
            raise refused(self._name, "unknown_error", f"{place} holds an error of a kind that is not known")
        self.take(row, column, is_sure=False)
        self.check.errors.append((row + 1, column, _ERRORS[code]))
