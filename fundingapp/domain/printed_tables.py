"""Published tables as they are printed: where each begins and ends, what its headings are, and what its rows say.

A file may hold notes above and below, headings in two rows, and several tables under each other or side by side. What
is worked out of what is told by the figures themselves: see :mod:`~fundingapp.domain.printed_checks`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fundingapp.domain.cells import clean_text
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.ledger import SheetRows
from fundingapp.domain.performance import RowSort
from fundingapp.domain.printed_figures import Kind, Printed, read_printed
from fundingapp.domain.printed_layout import Block, Line, blocks_of, heading_text, is_period
from fundingapp.domain.printed_words import SAYS_CHANGE, is_part_of_another, sort_of


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """A column of figures: *at* its place in the file from 0, its full *heading*, and the *group* that stands above it
    in headings of two rows."""

    at: int
    heading: str
    group: str = ""

    @property
    def own(self) -> str:
        """The heading without its group."""
        return self.heading[len(self.group) :].strip() if self.group else self.heading


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row of figures: *row* its number in the file from 1, a cell for each column of the table, and the *texts* of
    the columns that hold words, such as targets and comments."""

    row: int
    label: str
    sort: RowSort
    cells: tuple[Printed, ...]
    texts: tuple[str, ...] = ()
    #: It is contained in a row above it: “of which domestic”, or what stands indented below that.
    is_part: bool = False
    #: It is led in by a dash or a dot, as a part of the row above often is.
    is_led_in: bool = False
    #: Under which of the lines that name parts of the table it stands, such as districts over their beats; 0 for none.
    part: int = 0


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """One table of a file. *title* stands above it, *notes* around it; *label_heading* is over its labels, and
    *text_headings* over the columns of words. *heading_row* is 0 where there are no headings."""

    sheet: str
    title: str
    notes: tuple[str, ...]
    heading_row: int
    label_heading: str
    columns: tuple[PrintedColumn, ...]
    rows: tuple[PrintedRow, ...]
    text_headings: tuple[str, ...] = ()
    #: Where the columns of words stand in the file, from 0.
    texts_at: tuple[int, ...] = ()


_MOST_ROWS: Final = 50_000
_LED_IN = re.compile(r"\s{2,}\S|\s*[-–—•·>↳…]+\s*\w")


def read_tables(sheets: Sequence[SheetRows]) -> tuple[PrintedTable, ...]:
    """The tables of figures on *sheets*, in their order; none where there are no figures under or beside words."""
    return tuple(table_of(block) for sheet in sheets for block in blocks_of(sheet))


def refuse_lists(sheets: Sequence[SheetRows]) -> None:
    """Raises InputRefusedError for a sheet of more rows than anybody publishes as a table."""
    for sheet in sheets:
        if len(sheet.rows) > _MOST_ROWS:
            raise InputRefusedError(
                "no_table",
                f"{f'Sheet “{sheet.name}”' if sheet.name else 'The file'} has {len(sheet.rows):,} rows; a table of "
                f"more than {_MOST_ROWS:,} is a list, and is not checked row by row.",
                "Choose the table that was published, or another sheet; a list of crimes is imported as figures.",
            )


def table_of(block: Block) -> PrintedTable:
    """The table that lies in *block*."""
    columns = [
        PrintedColumn(at, block.heading(at) or _letters(at), block.headings[at][0]) for at in block.figures
    ]
    columns += [column for column in columns if column.at in block.doubled]
    data = {line.row for line in block.data}
    rows: list[PrintedRow] = []
    inside = False
    part = 0
    for line in block.lines:
        led_in = bool(block.labels) and _LED_IN.match(str(line.raw[block.labels[0]] or "")) is not None
        if line.row not in data:
            inside = is_part_of_another(_label(line, block.labels)) or inside
            part += bool(block.labels and clean_text(line.raw[block.labels[0]]))
            continue
        inside = inside and led_in
        label = _label(line, block.labels)
        cells = [_as_figure(line, at) for at in block.figures]
        cells += [line.cells[at].beside or read_printed(None) for at in block.doubled]
        texts = tuple(clean_text(line.raw[at]) for at in block.words)
        is_part = inside or is_part_of_another(label)
        rows.append(PrintedRow(line.row, label, sort_of(label), tuple(cells), texts, is_part, led_in, part))
    named = _title_at(block.above)
    around = [each for at, each in enumerate(block.above) if at != named]
    said = [
        clean_text(each)
        for line in block.lines
        if line.row not in data
        for each in line.raw
        if clean_text(each)
    ]
    return PrintedTable(
        block.sheet,
        without_notes(block.above[named]) if named is not None else "",
        (*around, *said, *block.below),
        block.heading_row,
        block.heading(block.labels[0]) if block.labels else "",
        tuple(columns),
        tuple(rows),
        tuple(block.heading(at) for at in block.words),
        block.words,
    )


#: How the name of a table begins that says of itself that it is one: “Table C2: …”.
_NUMBERED = re.compile(r"table\s+(?:[a-z]{0,2}\d[\w.]*|[a-z])\s*[:.\-–—]?\s+\S", re.IGNORECASE)
#: What else stands above a table: where it is from, what its signs mean, and where to go on.
_SAID_OF_IT = re.compile(
    r"(?:data )?source\b(?! of)|sources\s*:|(?:foot)?notes?\b|n\.?b\.?\b|links? to\b|(?:back|return|go) to\b"
    r"|(?:this|some|the|all|any) (?:work)?(?:sheet|table|cells?|data|figures?|counts?|shorthand)\b"
    r"|figures? (?:are|is|may|exclude|include)\b|(?:copyright|crown copyright|©)|https?:|www\.|contact(?: us|s?\s*:)"
    r"|(?:last )?updated\b|published (?:by|on|at|in)\b|extracted\b|downloaded\b|produced (?:by|on)\b|printed\b"
    r"|[*†‡]|\[",
    re.IGNORECASE,
)
_NOTE_MARK = re.compile(r"\s*\[\s*note[^\]]*\]", re.IGNORECASE)


def without_notes(text: str) -> str:
    """A heading or title without the marks of its notes, such as “[note 1]”."""
    return _NOTE_MARK.sub("", text)


def _title_at(above: Sequence[str]) -> int | None:
    """Which of the texts *above* a table names it: the last that is numbered as a table, else the last that is neither
    a source, a note, a sentence nor a time alone. None where all are said of the table."""
    named = [at for at, text in enumerate(above) if _NUMBERED.match(text) and not text.endswith(".")]
    named = named or [at for at, text in enumerate(above) if not _SAID_OF_IT.match(text)]
    named = [at for at in named if not is_period(above[at])] or named
    named = [at for at in named if not above[at].endswith(".")] or named
    return named[-1] if named else None


def _as_figure(line: Line, at: int) -> Printed:
    printed = line.cells[at]
    return printed if printed.is_figure or printed.kind is Kind.NOTHING else read_printed(None)


def _label(line: Line, labels: Sequence[int]) -> str:
    """The words at the left of a row, those of several columns behind each other."""
    return " · ".join(dict.fromkeys(text for at in labels if (text := heading_text(line.raw[at]))))


def _letters(at: int) -> str:
    letters, at = "", at + 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return f"column {letters}"


def is_made_row(label: str, cells: Sequence[Printed]) -> bool:
    """Whether a row is worked out of others, as “% change” below two years is."""
    figures = [each for each in cells if each.kind in {Kind.NUMBER, Kind.PERCENT}]
    if not figures:
        return False
    percents = sum(each.kind is Kind.PERCENT for each in figures)
    says = SAYS_CHANGE.search(label) is not None and len(label) < 40
    return (
        says and (percents == len(figures) or percents == 0) and not re.search(r"\d{4}.*\d{4}.*\d{4}", label)
    )
