"""What a file of figures holds: its rows, each accounted for, and its figures, each with its address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from fundingapp.domain.cells import clean_text
from fundingapp.domain.changes import Days
from fundingapp.domain.errors import listed
from fundingapp.domain.figure_files.numbers import Number
from fundingapp.domain.figure_imports import FigureLayout, FilePart
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.indicators import FigureStatus
from fundingapp.domain.ledger import Cell, RawRow
from fundingapp.domain.performance import RowSort
from fundingapp.domain.personal_data import Clue

#: A row is shown by so many letters of it.
_SHOWN = 100


class RowIs(Enum):
    """What a row of a file is. Only the first four may be taken in."""

    FIGURES = "figures"
    TOTAL = "total"
    FORCE = "police force as a whole"
    UNASSIGNED = "not assigned to a place"
    AIRPORT = "airport"
    HEADING = "headings"
    NOTE = "note"
    EMPTY = "without a figure"
    UNREADABLE = "can’t be read"


#: How the figures of such rows stand in a performance table (R38).
SORTS = {
    RowIs.FIGURES: RowSort.ORDINARY,
    RowIs.AIRPORT: RowSort.ORDINARY,
    RowIs.FORCE: RowSort.SUBTOTAL,
    RowIs.TOTAL: RowSort.TOTAL,
    RowIs.UNASSIGNED: RowSort.UNASSIGNED,
}


@dataclass(frozen=True, slots=True)
class FileRow:
    """A filled row of a file. *text* shows it, without anything that tells of a person; *reason* says why it holds no
    figure, "" where it does. *place* and *code* are as printed, *group* is what the place belongs to (its force or
    district). Of a single crime, *category* and *days* are given, and *repeats* is the earlier row with the same
    number, 0 for none."""

    row: int
    what: RowIs
    text: str
    reason: str = ""
    place: str = ""
    code: str = ""
    group: str = ""
    category: str = ""
    days: Days | None = None
    repeats: int = 0
    #: What else the place is called in its row, such as the local authority's code.
    also: tuple[str, ...] = ()

    @property
    def has_figures(self) -> bool:
        return self.what in SORTS and not self.reason


@dataclass(frozen=True, slots=True)
class FileFigure:
    """A figure of a file: *category* is what was counted, or the indicator as it is named there.

    *row* and *column* count from 1; both are nought where single crimes were counted. *days* are None where the file
    does not say of which period it is. *numerator* and *denominator* are given where it states them.
    """

    row: int
    column: int
    category: str
    place: str
    days: Days | None
    number: Number
    code: str = ""
    group: str = ""
    sort: RowSort = RowSort.ORDINARY
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    status: FigureStatus | None = None
    note: str = ""
    cell: str = ""
    label: str = ""
    #: Of a published table: its heading's words for the time, the target beside it, and the rank in a family group.
    period: str = ""
    target: str = ""
    rank: int | None = None
    rank_of: int | None = None


@dataclass(frozen=True, slots=True)
class PrintedFault:
    """A figure that was printed in a table and is not what its counts give."""

    row: int
    column: str
    printed: str
    should_be: str
    text: str


@dataclass(frozen=True, slots=True)
class TableSeen:
    """A table of a file: its *sheet* and, where that holds several, its *part*; how many *rows* have figures."""

    sheet: str
    part: str
    title: str
    layout: FigureLayout
    rows: int
    figures: int
    is_first: bool = True

    @property
    def in_words(self) -> str:
        """“Table C2: recorded crime (314 rows)”."""
        named = self.part or (self.title if not self.sheet or self.title == self.sheet else "")
        where = ": ".join(each for each in (self.sheet, named) if each) or self.title
        return f"{where} ({self.rows:,} {'row' if self.rows == 1 else 'rows'})"


@dataclass(frozen=True, slots=True)
class FigureFile:
    """A file of figures understood. *rows* are all its filled rows, in their order.

    *title* stands above the table, *publisher* is its source as it says itself. *days* are None where the whole file
    has no one period. *categories* are in the order of the file. *crimes* says that each row is one crime, so that
    *figures* are what was counted of them, by their place.
    """

    name: str
    layout: FigureLayout
    sheet: str
    title: str
    publisher: str
    days: Days | None
    rows: tuple[FileRow, ...]
    figures: tuple[FileFigure, ...]
    categories: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    footnotes: str = ""
    is_provisional: bool = False
    crimes: bool = False
    #: Which of several tables of its sheet it is; "" for the only one.
    part: str = ""
    #: Every table of the file, in its order, this one among them.
    tables: tuple[TableSeen, ...] = ()
    wrong: tuple[PrintedFault, ...] = ()
    #: The files where several were read as one; their rows are numbered on.
    files: tuple[FilePart, ...] = ()
    #: What looks like personal data in it; of single crimes the file is not kept, and nothing but counts.
    clues: tuple[Clue, ...] = ()


def text_of(row: RawRow) -> str:
    """The row as it is shown in a list, cut to what fits."""
    shown = " | ".join(filled for cell in row.cells if (filled := clean_text(cell)))
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"


def cell_of(row: RawRow, column: int) -> Cell:
    """The cell in the column counted from 0; None beyond the row's end."""
    return row.cells[column] if 0 <= column < len(row.cells) else None


def plain_heading(cell: Cell) -> str:
    """A heading as it is compared: words in small letters, without signs or line breaks."""
    text = clean_text(cell).casefold()
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text).split())


#: The force, what was counted, and of which days.
_Summed: TypeAlias = tuple[str, str, Days | None]


def add_up(name: str, sheet: str, figures: Iterable[FileFigure]) -> tuple[Finding, ...]:
    """What does not add up: the places of each force, with what is assigned to none, against the force's own row
    (R38). Groups with a hidden count prove nothing and are passed over; those without a row of their own are named."""
    parts: dict[_Summed, list[FileFigure]] = {}
    wholes: dict[_Summed, FileFigure] = {}
    for figure in figures:
        if figure.sort is RowSort.SUBTOTAL:
            wholes[figure.group, figure.category, figure.days] = figure
        elif figure.sort in (RowSort.ORDINARY, RowSort.UNASSIGNED):
            parts.setdefault((figure.group, figure.category, figure.days), []).append(figure)
    found = []
    for key, whole in wholes.items():
        below = parts.get(key, [])
        if whole.number.value is None or not below or any(each.number.hidden for each in below):
            continue
        total = sum((each.number.value for each in below if each.number.value is not None), Decimal(0))
        if total != whole.number.value:
            parts_come = f"{len(below):,} parts come" if len(below) > 1 else "one part comes"
            found.append(
                Finding(
                    Severity.WARNING,
                    "figures.total_differs",
                    f"{whole.cell}: {key[1]} in {key[0]} is printed as {whole.number.value:,}, its {parts_come} to "
                    f"{total:,} ({total - whole.number.value:+,}).",
                    Source(name, sheet, whole.row, key[1]),
                )
            )
    groups = {group for group, _, _ in wholes}
    alone = [group for group in dict.fromkeys(group for group, _, _ in parts) if group not in groups]
    if groups and alone:
        found.append(
            Finding(
                Severity.NOTE,
                "figures.no_total",
                f"{listed(alone, 'and')} {'has' if len(alone) == 1 else 'have'} no row as a whole, so "
                "the places there can’t be checked against one.",
                Source(name, sheet),
            )
        )
    return tuple(found)


def above(rows: Sequence[RawRow], heading: int) -> list[str]:
    """The texts above the row at place *heading*, in their order."""
    return [text for row in rows[:heading] for cell in row.cells if (text := clean_text(cell))]
