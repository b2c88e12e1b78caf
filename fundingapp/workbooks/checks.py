"""What was seen in a workbook before any reader touched it, and what there is to tell about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.workbooks.addresses import RANGE, address, split_address

#: Readers lay the used area out in full, so that two cells at opposite corners would use up all memory.
_LARGE_AREA: Final = 2_000_000
_SPARSE: Final = 50
_LARGEST_AREA: Final = 25_000_000

#: calamine needs about 90 bytes for a cell; larger workbooks are read row by row.
MOST_LAID_OUT: Final = 2_000_000
_LARGE_TEXTS: Final = 48 * 1024 * 1024

#: The error values that calamine knows; one other refuses it the whole sheet (E22).
_KNOWN_ERRORS: Final = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})


@dataclass(slots=True)
class SheetCheck:
    """What was seen in one sheet. Rows count from 1, columns from 0; -1 and 0 where there is nothing."""

    name: str
    part: str
    cells: int = 0
    first_row: int = 0
    last_row: int = 0
    first_column: int = -1
    last_column: int = -1
    hidden_rows: int = 0
    #: First and last row, or column, of each run of hidden ones; a run may reach far beyond the used area.
    hidden_row_runs: list[tuple[int, int]] = field(default_factory=list)
    hidden_runs: list[tuple[int, int]] = field(default_factory=list)
    #: First row, first column, last row, last column of merged areas, where the reader does not tell them.
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    dimension: str = ""
    #: Row, column and text of the cells that hold an error value.
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    without_result: list[tuple[int, int]] = field(default_factory=list)
    repeated: list[tuple[int, int]] = field(default_factory=list)
    #: The first row that stands below one with a higher number; 0 when they are in order.
    row_out_of_order: int = 0
    #: How many formulas would call another program or workbook (X16), as far as they stand in the sheet itself.
    calls: int = 0
    #: Whether the quick scan understood it: rows and cells in order, each with its address.
    is_plain: bool = field(default=True, compare=False)
    #: visible, hidden or veryHidden.
    state: str = "visible"
    #: How many cells surely hold a value, so that a reader must give as many; 0 where that is not counted.
    sure_cells: int = 0

    def take(self, row: int, first_column: int, last_column: int, cells: int) -> None:
        """Widens the used area by cells of one row."""
        self.cells += cells
        if not self.first_row or row < self.first_row:
            self.first_row = row
        self.last_row = max(self.last_row, row)
        if self.first_column < 0 or first_column < self.first_column:
            self.first_column = first_column
        self.last_column = max(self.last_column, last_column)

    @property
    def hidden_used_rows(self) -> int:
        """How many of the used rows are hidden, however that is stored."""
        return self.hidden_rows + sum(
            max(min(last, self.last_row) - max(first, self.first_row) + 1, 0)
            for first, last in self.hidden_row_runs
        )

    @property
    def hidden_columns(self) -> int:
        """How many of the used columns are hidden."""
        return len(
            {
                column
                for first, last in self.hidden_runs
                for column in range(max(first, self.first_column, 0), min(last, self.last_column) + 1)
            }
        )

    @property
    def area(self) -> int:
        """The cells from A1 to the last one: rows are numbered and columns named from there, so all are laid out."""
        return self.last_row * (self.last_column + 1) if self.cells else 0

    @property
    def is_too_sparse(self) -> bool:
        return self.area > _LARGEST_AREA or (self.area > _LARGE_AREA and self.area > _SPARSE * self.cells)

    @property
    def has_broken_dimension(self) -> bool:
        """Whether the size note is no range at all: calamine refuses such a sheet (E8)."""
        return bool(self.dimension) and RANGE.fullmatch(self.dimension) is None

    @property
    def has_wrong_dimension(self) -> bool:
        """Whether the size note leaves out cells that the sheet has, or is no range."""
        if not self.dimension or not self.cells:
            return False
        found = RANGE.fullmatch(self.dimension)
        if found is None:
            return True
        top, left = split_address(found.group(1))
        bottom, right = split_address(found.group(2) or found.group(1))
        return (
            self.first_row < top
            or self.first_column < left
            or self.last_row > bottom
            or self.last_column > right
        )


@dataclass(slots=True)
class Preflight:
    """A package that may be read: its sheets by name, and what to tell about it."""

    name: str
    sheets: dict[str, SheetCheck]
    is_1904: bool = False
    external_links: int = 0
    #: The size, unpacked, of the largest part of texts or styles, which readers hold in memory; in bytes.
    texts: int = 0

    @property
    def is_large(self) -> bool:
        """Whether a reader that lays out everything would need more memory than there may be (X32)."""
        area = sum(sheet.area for sheet in self.sheets.values())
        return area > MOST_LAID_OUT or self.texts > _LARGE_TEXTS

    @property
    def needs_mending(self) -> bool:
        """Whether calamine would refuse a sheet for something that can be mended in a copy."""
        return any(
            sheet.has_broken_dimension or any(text not in _KNOWN_ERRORS for _, _, text in sheet.errors)
            for sheet in self.sheets.values()
        )

    def findings(self) -> list[Finding]:
        """What concerns the workbook as a whole."""
        findings = []
        if self.is_1904:
            findings.append(
                Finding(
                    Severity.NOTE,
                    "dates.1904",
                    f"{self.name} counts its days from 1904, as Excel for Mac once did; its dates were read so.",
                    Source(self.name),
                )
            )
        if self.external_links:
            findings.append(
                Finding(
                    Severity.NOTE,
                    "links.external",
                    f"{self.name} refers to {self.external_links:,} other workbook"
                    f"{'' if self.external_links == 1 else 's'}; nothing was fetched from there, the stored values"
                    " were taken.",
                    Source(self.name),
                )
            )
        return findings

    def sheet_findings(self, sheet: SheetCheck) -> list[Finding]:
        """What concerns one sheet. A repeated cell is an ERROR of its row, which is held back by it."""
        findings = []
        source = Source(self.name, sheet.name)
        if sheet.has_wrong_dimension:
            text = (
                f"Sheet “{sheet.name}” says that it fills {sheet.dimension}, but its last cell is"
                f" {address(sheet.last_row, sheet.last_column)}; all of it was read."
            )
            findings.append(Finding(Severity.NOTE, "sheet.size_note", text, source))
        if calls := sheet.calls:
            text = (
                f"Sheet “{sheet.name}” has {calls:,} formula{'' if calls == 1 else 's'} that would call another program"
                " or workbook; none was carried out, the stored values were taken. Ask who made the file what"
                f" {'it is' if calls == 1 else 'they are'} for."
            )
            findings.append(Finding(Severity.WARNING, "formula.calls", text, source))
        if sheet.row_out_of_order:
            text = (
                f"Sheet “{sheet.name}”: row {sheet.row_out_of_order:,} is stored below a row with a higher number;"
                " all rows were read."
            )
            findings.append(Finding(Severity.NOTE, "sheet.row_order", text, source))
        if hidden := sheet.hidden_used_rows:
            text = (
                f"Sheet “{sheet.name}” has {hidden:,} hidden or filtered"
                f" row{'' if hidden == 1 else 's'}; they were read like the others."
            )
            findings.append(Finding(Severity.NOTE, "sheet.hidden_rows", text, source))
        if columns := sheet.hidden_columns:
            text = (
                f"Sheet “{sheet.name}” has {columns:,} hidden column{'' if columns == 1 else 's'};"
                f" {'it was' if columns == 1 else 'they were'} read like the others."
            )
            findings.append(Finding(Severity.NOTE, "sheet.hidden_columns", text, source))
        for row, column in sheet.repeated:
            text = (
                f"{sheet.name}!{address(row, column)} is stored twice, so it is not known which one counts."
            )
            findings.append(
                Finding(Severity.ERROR, "cell.repeated", text, Source(self.name, sheet.name, row))
            )
        return findings


def refused(name: str, code: str, what: str, advice: str = "") -> InputRefusedError:
    """The refusal of the workbook *name* because of *what*."""
    return InputRefusedError(
        code,
        f"{name} was refused: {what}.",
        advice or "Make the download again, or save a copy from Excel.",
    )


def beyond_grid(name: str, sheet: str, place: str) -> InputRefusedError:
    """The refusal of a cell that no spreadsheet can have."""
    return refused(name, "beyond_grid", f"sheet “{sheet}” has a cell {place}, which no spreadsheet can have")


def too_sparse(name: str, check: SheetCheck) -> InputRefusedError:
    """The refusal of a sheet whose used area is far larger than its content (X09)."""
    last = address(check.last_row, check.last_column)
    return refused(
        name,
        "too_sparse",
        f"the used area of sheet “{check.name}” reaches {last}, far beyond its {check.cells:,} filled cells",
        f"Delete the cells around {last} in Excel, save a copy and import that.",
    )
