"""Where the tables of a sheet stand: headings, rows of figures, what names a row, and what only stands around.

A sheet may hold notes above and below, headings in several rows, and several tables under each other or side by side.
What its figures mean is not asked here; a table that is checked and one whose small numbers are hidden are laid out by
these rules alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final

from fundingapp.domain.cells import clean_text
from fundingapp.domain.ledger import Cell, RawRow, SheetRows
from fundingapp.domain.printed_figures import Kind, Printed, read_printed, without_marks
from fundingapp.domain.printed_words import (
    DATE_LIKE,
    LABEL_WORDS,
    NAMES_ROWS,
    NAMES_TARGET,
    NO_LABEL,
    PERIOD,
)

#: Headings stand in at most so many rows.
_MOST_HEADINGS: Final = 4
#: So many lines may name the first part of a table below its headings.
_MOST_PART_TITLES: Final = 2
#: The code of an area, such as E07000130.
_CODE = re.compile(r"[A-Z]{1,2}\d{5,9}|[A-Z]\d{2}[A-Z]{2}\d*|\d{2}[A-Z]{2}")
_RANK = re.compile(r"\d{1,3}\s*(?:/|of|out of)\s*\d{1,3}", re.IGNORECASE)
_YEARS: Final = range(1990, 2100)
#: A heading that stands over numbers of rows, or over numbers of anything.
_NUMBERS_ROWS = re.compile(r"no\.?|#|row|id", re.IGNORECASE)


def _is_year(cell: Cell) -> bool:
    """Whether a cell may be a year, as a number or, in a text file, in its four digits."""
    if isinstance(cell, str):
        return len(cell) == 4 and cell.isdecimal() and int(cell) in _YEARS
    return isinstance(cell, int) and not isinstance(cell, bool) and cell in _YEARS


def _is_period(cell: Cell) -> bool:
    """Whether a cell names a time, as headings over figures do."""
    if isinstance(cell, date) or _is_year(cell):
        return True
    text = without_marks(clean_text(cell))
    return bool(text) and (
        (PERIOD.fullmatch(text) is not None and not re.fullmatch(r"\d\d/\d\d", text))
        or DATE_LIKE.fullmatch(text) is not None
    )


def is_period(text: str) -> bool:
    """Whether *text* names a time and nothing else."""
    return _is_period(int(text) if text.isdecimal() else text)


@dataclass(slots=True)
class Line:
    """A row as read: its printed cells, and how many of them are figures, periods, words."""

    row: int
    raw: tuple[Cell, ...]
    cells: list[Printed]
    filled: int = 0
    figures: int = 0
    periods: int = 0
    words: int = 0

    def counted(self) -> Line:
        for cell, printed in zip(self.raw, self.cells, strict=True):
            if printed.kind is Kind.NOTHING and not printed.text:
                continue
            self.filled += 1
            if _is_period(cell):
                self.periods += 1
            elif (
                _RANK.fullmatch(printed.text)
                or (printed.is_figure and len(printed.text) > 1)
                or (printed.is_figure and printed.kind is not Kind.HIDDEN)
            ):
                self.figures += 1  # a lone “#” or “c” may be a heading as well
            elif printed.kind is Kind.TEXT:
                self.words += 1
        return self

    @property
    def first_filled(self) -> int:
        return next((at for at, each in enumerate(self.cells) if each.text), len(self.cells))


@dataclass(frozen=True, slots=True)
class Block:
    """A table as it lies on a sheet: its rows of headings, its *lines* of figures and what stands between them, the
    columns from *left* to before *right*, and what each of these is.

    *headings* has the group and the own heading of each column. *labels* name a row, *figures* hold numbers, of which
    *doubled* print two in most cells, and *words* the rest. *above* and *below* are the texts around it.
    """

    sheet: str
    heads: tuple[Line, ...]
    lines: tuple[Line, ...]
    left: int
    right: int
    headings: Mapping[int, tuple[str, str]]
    labels: tuple[int, ...]
    figures: tuple[int, ...]
    doubled: tuple[int, ...]
    words: tuple[int, ...]
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()

    @property
    def heading_row(self) -> int:
        """The number of the first row of headings; 0 where there are none."""
        return self.heads[0].row if self.heads else 0

    @property
    def data(self) -> tuple[Line, ...]:
        """The lines that say something of something."""
        places = range(self.left, self.right)
        return tuple(line for line in self.lines if sum(bool(line.cells[at].text) for at in places) >= 2)

    def heading(self, at: int) -> str:
        """The whole heading of a column, "" where it has none."""
        return " ".join(filter(None, self.headings.get(at, ("", ""))))


def blocks_of(sheet: SheetRows) -> tuple[Block, ...]:
    """The tables of figures on *sheet* in their order; none where there are no figures under or beside words."""
    width = max((len(row.cells) for row in sheet.rows), default=0)
    lines = [_line(row, width, sheet.shown) for row in sheet.rows]
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        top = _next_data(lines, at)
        if top is None:
            break
        first = _below_headings(lines, at, top)
        begin = _headings_begin(lines, at, first)
        end = _block_end(lines, begin, top)
        above = _texts(lines[at:begin])
        for left, right in _side_by_side(lines[begin:end], width):
            block = _block(sheet.name, lines[begin:first], lines[first:end], left, right, above)
            if block is not None:
                blocks.append(block)
        at = end
    below = _texts(lines[at:])
    if blocks and below:
        blocks[-1] = replace(blocks[-1], below=below)
    return tuple(blocks)


def whole_block(sheet: SheetRows) -> Block | None:
    """All of *sheet* as one table, whose first row is known to be its headings; None where it has no rows below."""
    width = max((len(row.cells) for row in sheet.rows), default=0)
    lines = tuple(_line(row, width, sheet.shown) for row in sheet.rows)
    if len(lines) < 2:
        return None
    headings = {at: ("", heading_text(lines[0].raw[at])) for at in range(width)}
    labels = [0]
    for at in range(1, width):
        filled = [line.cells[at] for line in lines[1:] if line.cells[at].text]
        words = sum(each.kind is Kind.TEXT for each in filled)
        if not filled or 2 * words <= len(filled):
            break
        labels.append(at)
    figures = tuple(at for at in range(width) if at not in labels)
    return Block(sheet.name, lines[:1], lines[1:], 0, width, headings, tuple(labels), figures, (), ())


def _texts(lines: Sequence[Line]) -> tuple[str, ...]:
    return tuple(text for line in lines for each in line.raw if (text := clean_text(each)))


def _line(row: RawRow, width: int, shown: Mapping[tuple[int, int], str]) -> Line:
    raw = row.cells + (None,) * (width - len(row.cells))
    cells = [read_printed(cell, shown.get((row.row, at), "")) for at, cell in enumerate(raw)]
    return Line(row.row, raw, cells).counted()


def _is_heading(line: Line) -> bool:
    """Whether a row can only be headings: several words or periods and no figure."""
    return line.figures == 0 and line.filled >= 2 and line.words + line.periods >= 2


def _next_data(lines: Sequence[Line], start: int) -> int | None:
    """The first row of figures from *start* on that is no row of headings."""
    for at in range(start, len(lines)):
        line = lines[at]
        if line.figures and line.filled >= 2:
            return at
        if line.periods and line.words == 1 and line.filled >= 2 and _years_are_counts(lines, at, start):
            return at
        if _is_all_hidden(line) and at > start and _is_heading(lines[at - 1]):
            return at
    return None


def _is_all_hidden(line: Line) -> bool:
    """Whether a row shows nothing but marks beside its label, which is no word of headings: “Racist, *, *”."""
    filled = [cell for cell in line.cells if cell.text]
    hidden = [cell for cell in filled if cell.kind is Kind.HIDDEN]
    return len(filled) > 1 and hidden == filled[1:] and not LABEL_WORDS.search(filled[0].text)


def _years_are_counts(lines: Sequence[Line], at: int, start: int) -> bool:
    """Whether a label with whole numbers like years is a row of counts: only below a row that is headings already,
    where its label is no word of headings and its numbers are not the years in a row."""
    line = lines[at]
    years = [int(str(cell)) for cell in line.raw if _is_year(cell)]
    label = next(
        (each.text for each in line.cells if each.kind is Kind.TEXT and not PERIOD.fullmatch(each.text)), ""
    )
    headed = any(_is_heading(lines[above]) for above in range(max(start, at - 3), at))
    in_a_row = len(years) > 1 and all(abs(b - a) == 1 for a, b in pairwise(years))
    return (
        bool(years)
        and len(years) == line.periods
        and headed
        and not in_a_row
        and not LABEL_WORDS.search(label)
    )


def _below_headings(lines: Sequence[Line], start: int, top: int) -> int:
    """Where the rows of headings above the data at *top* end: just above it, or above what names its first part, such
    as the district whose beats follow."""
    columns = [at for at, cell in enumerate(lines[top].cells) if cell.is_figure]
    for first in range(top - 1, max(start, top - 1 - _MOST_PART_TITLES), -1):
        if not _is_lone(lines[first]):
            break
        above = lines[first - 1]
        if _is_heading(above) and 2 * sum(bool(above.cells[at].text) for at in columns) > len(columns):
            return first
    return top


def _is_lone(line: Line) -> bool:
    """Whether a row holds nothing but a text at its left, as titles and notes do."""
    return line.filled == 1 and line.first_filled == 0 and not line.periods


def _headings_begin(lines: Sequence[Line], start: int, top: int) -> int:
    """Where the rows of headings above the data at *top* begin; they follow each other without a blank row."""
    begin = top
    while begin > start and top - begin < _MOST_HEADINGS:
        above = lines[begin - 1]
        if lines[begin].row - above.row > 1 and begin < top and not _is_gap_of_lines(lines, begin):
            break
        if above.figures:
            break
        if above.filled == 1 and above.first_filled == 0 and begin < top:
            break  # a title or a note
        if _is_lone(above):
            break
        begin -= 1
    return begin


def _is_gap_of_lines(lines: Sequence[Line], at: int) -> bool:
    """Whether the row above *at* is longer than a line because a cell of it has line breaks."""
    above = lines[at - 1]
    breaks = max((cell.count("\n") for cell in above.raw if isinstance(cell, str)), default=0)
    return lines[at].row - above.row <= breaks + 1


def _block_end(lines: Sequence[Line], begin: int, top: int) -> int:
    """Where the table with data from *top* on ends: before new headings, or notes that only notes or headings
    follow."""
    at = top + 1
    columns = [
        place
        for place in range(len(lines[top].cells))
        if lines[top].cells[place].is_figure or _is_year(lines[top].raw[place])
    ]
    last = top + 1
    while at < len(lines):
        line = lines[at]
        if line.figures and line.filled >= 2:
            at += 1
            last = at
            continue
        wordy = [
            place for place in columns if line.cells[place].kind is Kind.TEXT or _is_period(line.raw[place])
        ]
        if (
            line.filled >= 2
            and 2 * len(wordy) >= max(len(columns), 1)
            and not (
                line.periods
                and not _is_heading_again(lines, begin, top, line)
                and _looks_like_counts(line, columns)
            )
        ):
            break
        if (
            line.filled == 1
            and at + 1 < len(lines)
            and lines[at].row - lines[at - 1].row > 1
            and _is_heading(lines[at + 1])
        ):
            break
        at += 1
        if line.filled >= 2:
            last = at
    return last


def _is_heading_again(lines: Sequence[Line], begin: int, top: int, line: Line) -> bool:
    said = {each.text.casefold() for above in lines[begin:top] for each in above.cells if each.text}
    return sum(each.text.casefold() in said for each in line.cells if each.text) >= 2


def _looks_like_counts(line: Line, columns: Sequence[int]) -> bool:
    years = [int(str(cell)) for cell in (line.raw[at] for at in columns) if _is_year(cell)]
    return bool(years) and line.words == 1 and not any(abs(b - a) == 1 for a, b in pairwise(years))


def _side_by_side(lines: Sequence[Line], width: int) -> list[tuple[int, int]]:
    """The columns of the tables that stand beside each other in one block, each from … to before …."""
    used = [any(line.cells[at].text for line in lines) for at in range(width)]
    spans: list[tuple[int, int]] = []
    at = 0
    while at < width:
        if not used[at]:
            at += 1
            continue
        end = at
        while end < width and used[end]:
            end += 1
        spans.append((at, end))
        at = end
    if len(spans) < 2:
        return [(0, width)]
    merged: list[tuple[int, int]] = []
    for left, right in spans:
        # One of them may be longer than the other.
        filled = [
            line for line in lines if line.figures and any(cell.text for cell in line.cells[left:right])
        ]
        words = sum(line.cells[left].kind is Kind.TEXT for line in filled)
        own = right - left > 1 and 2 * words > len(filled)
        if merged and not own:
            merged[-1] = (merged[-1][0], right)
        else:
            merged.append((left, right))
    return merged


def _block(
    sheet: str, heads: Sequence[Line], lines: Sequence[Line], left: int, right: int, above: Sequence[str]
) -> Block | None:
    places = range(left, right)
    data = [line for line in lines if sum(bool(line.cells[at].text) for at in places) >= 2]
    if not data:
        return None
    headings = _headings(heads, left, right)
    sorts = {at: _column_kind(data, at, " ".join(headings[at])) for at in places}
    figures = [at for at in places if sorts[at] == "figures"]
    if not figures:
        return None
    while len(figures) > 1 and _numbers_label(
        data, figures[0], [at for at in places if at < figures[0]], headings
    ):
        sorts[figures.pop(0)] = "words"
    first = figures[0]
    before = [at for at in places if at < first and sorts[at] == "words"]
    after = [at for at in places if at > first and sorts[at] == "words"]
    labels = _label_columns(data, before or after[:1], headings)
    doubled = [at for at in figures if _print_two([line.cells[at] for line in data])]
    return Block(
        sheet,
        tuple(heads),
        tuple(lines),
        left,
        right,
        headings,
        tuple(labels),
        tuple(figures),
        tuple(doubled),
        tuple(at for at in (*before, *after) if at not in labels),
        tuple(above),
    )


def _print_two(cells: Sequence[Printed]) -> bool:
    """Whether the cells of a column hold two figures: most of them, or some a percentage; “827(2)” has a footnote."""
    second = [cell.beside for cell in cells if cell.beside is not None]
    return 2 * len(second) > len(cells) or any(each.is_percent for each in second)


def _numbers_label(
    data: Sequence[Line], at: int, before: Sequence[int], headings: dict[int, tuple[str, str]]
) -> bool:
    """Whether the first columns, though of numbers, label the rows: beats 1, 2 and 3, or years."""
    heading = " ".join(headings.get(at, ("", ""))).strip()
    filled = [line.cells[at] for line in data if line.cells[at].text]
    counts = [each.count for each in filled]
    texts = [each.text for each in filled]
    if all(count in _YEARS for count in counts) and len(set(texts)) < len(texts):
        return True  # each year again and again, for one place after the other
    if not any(line.cells[each].text for line in data for each in before):
        named = not heading or LABEL_WORDS.search(heading) is not None
        return named and len(filled) == len(data) and len(set(texts)) == len(texts)
    if NAMES_ROWS.fullmatch(heading) is None:
        return False
    if _NUMBERS_ROWS.fullmatch(heading) is None:
        return len(set(texts)) == len(texts)
    # “No.” may stand over counts as well.
    ordinal = [count for count in counts if count is not None]
    return len(ordinal) == len(data) > 2 and all(b - a == 1 for a, b in pairwise(ordinal))


def _label_columns(
    data: Sequence[Line], columns: Sequence[int], headings: dict[int, tuple[str, str]]
) -> list[int]:
    """The columns that tell the rows apart: the first of words, and those after it while rows share their label."""
    chosen: list[int] = []
    for at in columns:
        if chosen and NO_LABEL.search(" ".join(headings.get(at, ("", "")))):
            continue
        chosen.append(at)
        texts = [tuple(clean_text(line.raw[each]) for each in chosen) for line in data]
        # A code names nothing to anybody, and a total has none.
        if len(set(texts)) == len(data) and not all(_CODE.fullmatch(text[-1]) for text in texts if text[-1]):
            break
    return chosen or list(columns[:1])


def _column_kind(data: Sequence[Line], at: int, heading: str) -> str:
    if NAMES_TARGET.search(heading) and any(
        re.search(r"[a-z]", line.cells[at].text, re.IGNORECASE) for line in data
    ):
        return "words"  # “5% reduction” is a target, and no figure
    figures = sum(line.cells[at].is_figure for line in data)
    words = sum(line.cells[at].kind is Kind.TEXT for line in data)
    codes = sum(
        isinstance(line.raw[at], str) and bool(re.fullmatch(r"0\d+", str(line.raw[at]).strip()))
        for line in data
    )
    if figures > words and figures > codes:
        return "figures"
    return "words" if words or codes else "nothing"


def _headings(heads: Sequence[Line], left: int, right: int) -> dict[int, tuple[str, str]]:
    """Group and own heading of each column: upper rows reach to the right until the next filled cell."""
    made: dict[int, tuple[str, str]] = {}
    lines = [line for line in heads if any(line.cells[at].text for at in range(left, right))]
    groups: dict[int, list[str]] = {at: [] for at in range(left, right)}
    for upper in lines[:-1]:
        filled = sum(bool(upper.cells[at].text) for at in range(left, right))
        own = sum(bool(lines[-1].cells[at].text) for at in range(left, right))
        spans = filled < own or filled < (right - left) - 1
        spoken = ""
        for at in range(left, right):
            text = heading_text(upper.raw[at])
            if text:
                spoken = text
            # What stands over the labels does not reach over the figures.
            if (
                spoken
                and (text or (spans and at > left))
                and not (at > left and spoken == heading_text(upper.raw[left]) and not text)
            ):
                groups[at].append(spoken)
    for at in range(left, right):
        lowest = heading_text(lines[-1].raw[at]) if lines else ""
        made[at] = (" ".join(dict.fromkeys(groups[at])), lowest)
    return made


def heading_text(cell: Cell) -> str:
    """What a cell says as a heading; a day in words."""
    if isinstance(cell, date):
        return f"{cell.day} {cell:%B %Y}"
    return clean_text(cell)
