"""A workbook as it looks: sheets, cells with what is shown in them and how, names, tables, lists and labels.

What the windows paint and what a mapping rests on is the same reading. Rows count from 1, columns from 0; sizes on the
screen are whole pixels at 96 to the inch; colours are six hexadecimal digits (``FFF9E5``), "" for none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum

from fundingapp.domain.addresses import Area, address

#: What a cell holds, None for nothing. Numbers are exactly as they are stored.
Stored = str | Decimal | bool | date | datetime | time | None


class Holds(Enum):
    """What sort of value stands in a cell."""

    NOTHING = "nothing"
    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    YES_NO = "yes or no"
    ERROR = "error"


class SheetState(Enum):
    """Whether a sheet can be seen; what is very hidden cannot be shown from Excel's menu."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    VERY_HIDDEN = "very hidden"


@dataclass(frozen=True, slots=True)
class Edge:
    """A line at one side of a cell: *style* in the words of the file (“thin”, “medium”, “dashed”), "" for none."""

    style: str = ""
    colour: str = ""


NO_EDGE = Edge()


@dataclass(frozen=True, slots=True)
class CellStyle:
    """How a cell looks. *size* is its font's in tenths of a point, *across* and *down* are alignments in the words of
    the file ("" as the value asks), *turned* is in degrees."""

    fill: str = ""
    ink: str = ""
    font: str = ""
    size: int = 110
    bold: bool = False
    italic: bool = False
    underline: bool = False
    struck: bool = False
    across: str = ""
    down: str = ""
    wraps: bool = False
    indent: int = 0
    turned: int = 0
    left: Edge = NO_EDGE
    right: Edge = NO_EDGE
    top: Edge = NO_EDGE
    bottom: Edge = NO_EDGE
    number_format: str = "General"
    locked: bool = True


PLAIN = CellStyle()


@dataclass(frozen=True, slots=True)
class CellLook:
    """One cell. *shown* is its text as Excel shows it, *formula* the formula without =, "" for none; *label* is what
    the sheet says of it: to its left, above it, or both."""

    row: int
    column: int
    shown: str = ""
    value: Stored = None
    holds: Holds = Holds.NOTHING
    style: CellStyle = PLAIN
    formula: str = ""
    label: str = ""
    #: A cell that is there to be filled: not a formula, and unlocked on a protected sheet or in the colour of input.
    is_input: bool = False
    #: The part of a comment or note that stands at it.
    note: str = ""

    @property
    def cell(self) -> str:
        """Its address, such as ``C7``."""
        return address(self.row, self.column)


@dataclass(frozen=True, slots=True)
class TableLook:
    """An Excel table: *area* with its heading row, *headings* by column from its first. *totals* counts its total
    rows, which stand at its end."""

    name: str
    sheet: str
    area: Area
    headings: tuple[str, ...]
    totals: int = 0


@dataclass(frozen=True, slots=True)
class NameLook:
    """A defined name: *refers* as it stands in the file; *sheet* and *area* where it is a plain place, else "" and
    None. *scope* is the sheet it is only known on."""

    name: str
    refers: str
    sheet: str = ""
    area: Area | None = None
    scope: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class ValidationLook:
    """A rule of a template for some cells: *kind* in the words of the file (“list”, “decimal”, “textLength”…), the
    *formulas* as they stand there. *choices* are the entries of a list where they could be found."""

    sheet: str
    areas: tuple[Area, ...]
    kind: str
    operator: str = ""
    formulas: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    allows_blank: bool = True
    prompt: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class PictureLook:
    """A picture, chart or control over the cells, by what it covers."""

    area: Area
    what: str


@dataclass(frozen=True, slots=True)
class SheetLook:
    """One sheet. *cells* has those that hold or look like something; *rows* and *columns* are how far it is used.

    *widths* and *heights* have what differs from *usual_width* and *usual_height*; *frozen* is how many rows and
    columns stay at the top and left.
    """

    name: str
    state: SheetState = SheetState.VISIBLE
    is_protected: bool = False
    rows: int = 0
    columns: int = 0
    cells: Mapping[tuple[int, int], CellLook] = field(default_factory=dict)
    merges: tuple[Area, ...] = ()
    widths: Mapping[int, int] = field(default_factory=dict)
    heights: Mapping[int, int] = field(default_factory=dict)
    usual_width: int = 64
    usual_height: int = 20
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    frozen: tuple[int, int] = (0, 0)
    has_grid: bool = True
    tab: str = ""
    pictures: tuple[PictureLook, ...] = ()
    #: Why it could not be read, "" where it could (a chart sheet has no cells).
    unread: str = ""

    def at(self, row: int, column: int) -> CellLook:
        """The cell, an empty one where the file has none."""
        return self.cells.get((row, column)) or CellLook(row, column)

    def merge_at(self, row: int, column: int) -> Area | None:
        """The merged area that the cell lies in."""
        return next((area for area in self.merges if area.has(row, column)), None)


@dataclass(frozen=True, slots=True)
class WorkbookLook:
    """A workbook as it was read. *markers* are the texts that programs look for in it (``PF-USER_A-START``), each with
    sheet and cell."""

    file_name: str
    sha256: str
    sheets: tuple[SheetLook, ...]
    names: tuple[NameLook, ...] = ()
    tables: tuple[TableLook, ...] = ()
    validations: tuple[ValidationLook, ...] = ()
    markers: tuple[tuple[str, str, str], ...] = ()

    def sheet(self, name: str) -> SheetLook | None:
        """The sheet of that name, in any case of letters, as Excel takes it."""
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == name.casefold()), None)

    def choices(self, sheet: str, row: int, column: int) -> tuple[str, ...]:
        """The entries of the cell's drop-down; none where it has no list, or one that depends on other cells."""
        for rule in self.validations:
            if (
                rule.choices
                and rule.sheet.casefold() == sheet.casefold()
                and any(area.has(row, column) for area in rule.areas)
            ):
                return rule.choices
        return ()
