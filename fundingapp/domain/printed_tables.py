"""Published tables as they are printed: where each begins and ends, what its headings are, and what its rows say.

A file may hold notes above and below, headings in two rows, and several tables under each other or side by side. What
is worked out of what is told by the figures themselves: see :mod:`~fundingapp.domain.printed_checks`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from fundingapp.domain.cells import clean_text
from fundingapp.domain.ledger import Cell, RawRow, SheetRows
from fundingapp.domain.performance import RowSort
from fundingapp.domain.printed_figures import Kind, Printed, read_printed

#: Headings stand in at most so many rows.
_MOST_HEADINGS: Final = 4


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


_PERIOD = re.compile(
    r"(?:fy\s*)?(?:19|20)\d\d(?:\s*[/\-–]\s*(?:(?:19|20)?\d\d))?"
    r"|(?:q[1-4]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\s\-/]*(?:\d{4}|\d{2})?"
    r"|\d\d/\d\d|ytd",
    re.IGNORECASE,
)
_MONTHS = r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE_LIKE = re.compile(
    rf"\d{{1,2}}(?:st|nd|rd|th)?[\s/\-.]+(?:\d{{1,2}}|(?:{_MONTHS})[a-z]*)[\s/\-.]+\d{{2,4}}", re.IGNORECASE
)
_RANK = re.compile(r"\d{1,3}\s*(?:/|of|out of)\s*\d{1,3}", re.IGNORECASE)
_LABEL_WORDS = re.compile(
    r"\b(?:type|category|measure|area|beat|ward|district|offence|crime|indicator|name|year|period|force|csp|group|hate"
    r"|partnership|month|quarter|age|neighbourhood|sector|code|ref)s?\b",
    re.IGNORECASE,
)


def _is_year(cell: Cell) -> bool:
    return isinstance(cell, int) and not isinstance(cell, bool) and 1990 <= cell <= 2099


def _is_period(cell: Cell) -> bool:
    """Whether a cell names a time, as headings over figures do."""
    if isinstance(cell, date) or _is_year(cell):
        return True
    text = clean_text(cell)
    return bool(text) and (
        (_PERIOD.fullmatch(text) is not None and not re.fullmatch(r"\d\d/\d\d", text))
        or _DATE_LIKE.fullmatch(text) is not None
    )


@dataclass(slots=True)
class _Line:
    """A row as read: its printed cells, and how many of them are figures, periods, words."""

    row: int
    raw: tuple[Cell, ...]
    cells: list[Printed]
    filled: int = 0
    figures: int = 0
    periods: int = 0
    words: int = 0

    def counted(self) -> _Line:
        for cell, printed in zip(self.raw, self.cells, strict=True):
            if printed.kind is Kind.NOTHING and not printed.text:
                continue
            self.filled += 1
            if _is_period(cell):
                self.periods += 1
            elif printed.is_figure or _RANK.fullmatch(printed.text):
                self.figures += 1
            elif printed.kind is Kind.TEXT:
                self.words += 1
        return self

    @property
    def first_filled(self) -> int:
        return next((at for at, each in enumerate(self.cells) if each.text), len(self.cells))


def read_tables(sheets: Sequence[SheetRows]) -> tuple[PrintedTable, ...]:
    """The tables of figures on *sheets*, in their order; none where there are no figures under or beside words."""
    found: list[PrintedTable] = []
    for sheet in sheets:
        found += _tables_of(sheet)
    return tuple(found)


def _tables_of(sheet: SheetRows) -> list[PrintedTable]:
    width = max((len(row.cells) for row in sheet.rows), default=0)
    lines = [_line(row, width, sheet.shown) for row in sheet.rows]
    tables: list[PrintedTable] = []
    notes: list[str] = []
    at = 0
    while at < len(lines):
        top = _next_data(lines, at)
        if top is None:
            break
        begin = _headings_begin(lines, at, top)
        end = _block_end(lines, begin, top)
        above = [clean_text(each) for line in lines[at:begin] for each in line.raw if clean_text(each)]
        block = lines[top:end]
        for left, right in _side_by_side(lines[begin:end], width):
            table = _table(sheet.name, lines[begin:top], block, left, right, above)
            if table is not None:
                tables.append(table)
        at = end
        notes = above
    del notes
    below = tuple(clean_text(each) for line in lines[at:] for each in line.raw if clean_text(each))
    if tables and below:
        last = tables[-1]
        tables[-1] = PrintedTable(
            last.sheet,
            last.title,
            (*last.notes, *below),
            last.heading_row,
            last.label_heading,
            last.columns,
            last.rows,
            last.text_headings,
        )
    return tables


def _line(row: RawRow, width: int, shown: Mapping[tuple[int, int], str]) -> _Line:
    raw = row.cells + (None,) * (width - len(row.cells))
    cells = [read_printed(cell, shown.get((row.row, at), "")) for at, cell in enumerate(raw)]
    return _Line(row.row, raw, cells).counted()


def _is_heading(line: _Line) -> bool:
    """Whether a row can only be headings: several words or periods and no figure."""
    return line.figures == 0 and line.filled >= 2 and line.words + line.periods >= 2


def _next_data(lines: Sequence[_Line], start: int) -> int | None:
    """The first row of figures from *start* on that is no row of headings."""
    for at in range(start, len(lines)):
        line = lines[at]
        if line.figures and line.filled >= 2:
            return at
        if line.periods and line.words == 1 and line.filled >= 2 and _years_are_counts(lines, at, start):
            return at
    return None


def _years_are_counts(lines: Sequence[_Line], at: int, start: int) -> bool:
    """Whether a label with whole numbers like years is a row of counts: only below a row that is headings already,
    where its label is no word of headings and its numbers are not the years in a row."""
    line = lines[at]
    years = [int(str(cell)) for cell in line.raw if _is_year(cell)]
    label = next(
        (each.text for each in line.cells if each.kind is Kind.TEXT and not _PERIOD.fullmatch(each.text)), ""
    )
    headed = any(_is_heading(lines[above]) for above in range(max(start, at - 3), at))
    in_a_row = len(years) > 1 and all(abs(b - a) == 1 for a, b in pairwise(years))
    return (
        bool(years)
        and len(years) == line.periods
        and headed
        and not in_a_row
        and not _LABEL_WORDS.search(label)
    )


def _headings_begin(lines: Sequence[_Line], start: int, top: int) -> int:
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
        if above.filled == 1 and above.first_filled == 0 and not above.periods:
            break
        begin -= 1
    return begin


def _is_gap_of_lines(lines: Sequence[_Line], at: int) -> bool:
    """Whether the row above *at* is longer than a line because a cell of it has line breaks."""
    above = lines[at - 1]
    breaks = max((cell.count("\n") for cell in above.raw if isinstance(cell, str)), default=0)
    return lines[at].row - above.row <= breaks + 1


def _block_end(lines: Sequence[_Line], begin: int, top: int) -> int:
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


def _is_heading_again(lines: Sequence[_Line], begin: int, top: int, line: _Line) -> bool:
    said = {each.text.casefold() for above in lines[begin:top] for each in above.cells if each.text}
    return sum(each.text.casefold() in said for each in line.cells if each.text) >= 2


def _looks_like_counts(line: _Line, columns: Sequence[int]) -> bool:
    years = [cell for cell in (line.raw[at] for at in columns) if _is_year(cell)]
    return (
        bool(years)
        and line.words == 1
        and not any(isinstance(a, int) and isinstance(b, int) and abs(b - a) == 1 for a, b in pairwise(years))
    )


def _side_by_side(lines: Sequence[_Line], width: int) -> list[tuple[int, int]]:
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
        words = sum(line.cells[left].kind is Kind.TEXT for line in lines if line.figures)
        own = right - left > 1 and 2 * words > sum(1 for line in lines if line.figures)
        if merged and not own:
            merged[-1] = (merged[-1][0], right)
        else:
            merged.append((left, right))
    return merged


def _table(
    sheet: str, heads: Sequence[_Line], block: Sequence[_Line], left: int, right: int, above: Sequence[str]
) -> PrintedTable | None:
    places = range(left, right)
    data = [line for line in block if sum(bool(line.cells[at].text) for at in places) >= 2]
    if not data:
        return None
    headings = _headings(heads, left, right)
    sorts = {at: _column_kind(data, at, " ".join(headings[at])) for at in places}
    figures = [at for at in places if sorts[at] == "figures"]
    if not figures:
        return None
    first = min(figures)
    if len(figures) > 1 and _numbers_label(data, first, [at for at in places if at < first], headings):
        figures.remove(first)
        sorts[first] = "words"
        first = min(figures)
    labels = [at for at in places if at < first and sorts[at] == "words"]
    words = [at for at in places if at > first and sorts[at] == "words"]
    labels_in_words = _label_columns(data, labels or words[:1], headings)
    words = [at for at in (*labels, *words) if at not in labels_in_words]
    columns: list[PrintedColumn] = []
    doubled: list[int] = []
    for at in figures:
        group, own = headings.get(at, ("", ""))
        columns.append(
            PrintedColumn(at, " ".join(each for each in (group, own) if each) or _letters(at), group)
        )
        if sum(line.cells[at].beside is not None for line in data) * 2 > len(data):
            doubled.append(at)
    rows: list[PrintedRow] = []
    for line in data:
        label = _label(line, labels_in_words)
        cells = [_as_count(line, at) for at in figures]
        cells += [line.cells[at].beside or read_printed(None) for at in doubled]
        texts = tuple(clean_text(line.raw[at]) for at in words)
        rows.append(PrintedRow(line.row, label, sort_of(label), tuple(cells), texts))
    for at in doubled:
        column = next(each for each in columns if each.at == at)
        columns.append(column)
    if not rows:
        return None
    named = _title_at(above)
    sheet_notes = tuple(each for at, each in enumerate(above) if at != named)
    said = [clean_text(each) for line in block if line not in data for each in line.raw if clean_text(each)]
    title = without_notes(above[named]) if named is not None else ""
    label_heading = (
        " ".join(each for each in headings.get(labels_in_words[0], ("", "")) if each)
        if labels_in_words
        else ""
    )
    return PrintedTable(
        sheet,
        title,
        (*sheet_notes, *said),
        heads[0].row if heads else 0,
        label_heading,
        tuple(columns),
        tuple(rows),
        tuple(" ".join(each for each in headings.get(at, ("", "")) if each) for at in words),
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


def _numbers_label(
    data: Sequence[_Line], first: int, before: Sequence[int], headings: dict[int, tuple[str, str]]
) -> bool:
    """Whether the first column, though of numbers, labels the rows: beats 1, 2 and 3, or years."""
    if any(line.cells[at].text for line in data for at in before):
        return False
    heading = " ".join(headings.get(first, ("", ""))).strip()
    texts = [line.cells[first].text for line in data]
    return (not heading or _LABEL_WORDS.search(heading) is not None) and len(set(texts)) == len(texts)


_TARGET = re.compile(r"\b(?:target|ambition|plan)", re.IGNORECASE)
_NO_LABEL = re.compile(r"\b(?:target|comment|status|rag|trend|note|direction|source)s?\b", re.IGNORECASE)


def _label_columns(
    data: Sequence[_Line], columns: Sequence[int], headings: dict[int, tuple[str, str]]
) -> list[int]:
    """The columns that tell the rows apart: the first of words, and those after it while rows share their label."""
    chosen: list[int] = []
    for at in columns:
        if chosen and _NO_LABEL.search(" ".join(headings.get(at, ("", "")))):
            continue
        chosen.append(at)
        if len({tuple(clean_text(line.raw[each]) for each in chosen) for line in data}) == len(data):
            break
    return chosen or list(columns[:1])


def _as_count(line: _Line, at: int) -> Printed:
    printed = line.cells[at]
    return printed if printed.is_figure or printed.kind is Kind.NOTHING else read_printed(None)


def is_period(text: str) -> bool:
    """Whether *text* names a time and nothing else."""
    return _is_period(int(text) if text.isdecimal() else text)


def _column_kind(data: Sequence[_Line], at: int, heading: str) -> str:
    if _TARGET.search(heading) and any(
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


def _label(line: _Line, labels: Sequence[int]) -> str:
    """The words at the left of a row, those of several columns behind each other."""
    return " · ".join(dict.fromkeys(text for at in labels if (text := clean_text(line.raw[at]))))


def _headings(heads: Sequence[_Line], left: int, right: int) -> dict[int, tuple[str, str]]:
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
            text = _heading_text(upper.raw[at])
            if text:
                spoken = text
            # What stands over the labels does not reach over the figures.
            if (
                spoken
                and (text or (spans and at > left))
                and not (at > left and spoken == _heading_text(upper.raw[left]) and not text)
            ):
                groups[at].append(spoken)
    for at in range(left, right):
        lowest = _heading_text(lines[-1].raw[at]) if lines else ""
        made[at] = (" ".join(dict.fromkeys(groups[at])), lowest)
    return made


def _heading_text(cell: Cell) -> str:
    if isinstance(cell, date):
        return f"{cell.day} {cell:%B %Y}"
    return clean_text(cell)


def _letters(at: int) -> str:
    letters, at = "", at + 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return f"column {letters}"


_ALL_CRIME = re.compile(
    r"(?:(?:all|total|overall|total recorded|all recorded|police recorded|recorded)\s+(?:recorded\s+)?"
    r"(?:crimes?|offences|notifiable offences|incidents|victim[- ]based crime)\b.*|trc|tnc|crimes? total)",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(?:(?:grand|overall|borough|county|force|district|city|csp|partnership|area|table|net|combined|year|annual|column"
    r"|row)\s+)*totals?\b(?!\s+(?:at|as at|to|recorded|crime|offences)\b).*|.{1,60}\b(?:sub[\s-]?)?totals?|sum|all"
    r"|overall|all (?:areas|beats|wards|districts|types|categories|ages|hate|hate crimes?|partnerships|csps|groups"
    r"|strands)",
    re.IGNORECASE,
)
_SUB = re.compile(r"\bsub[\s-]?totals?\b", re.IGNORECASE)
_UNASSIGNED = re.compile(
    r"(?:unassigned|not assigned|unallocated|not recorded|unknown|not known|no beat|outside)\b.*|.*\bunassigned",
    re.IGNORECASE,
)
_OF_WHICH = re.compile(r"(?:\W*(?:of which|of these|of whom|including|incl\.?|includes)\b).*", re.IGNORECASE)


def is_all_crime(text: str) -> bool:
    """Whether *text* names all crime, which is at least the sum of the categories listed (R38)."""
    return _ALL_CRIME.fullmatch(_bare(text)) is not None


def is_total(text: str) -> bool:
    """Whether *text* labels a total, which is the sum of its parts."""
    return _TOTAL.fullmatch(_bare(text)) is not None and not is_all_crime(text)


def is_part_of_another(text: str) -> bool:
    """Whether *text* says that its row is contained in another one: “of which domestic”."""
    return _OF_WHICH.fullmatch(text.strip()) is not None


def _bare(text: str) -> str:
    return re.sub(r"[\s:*†]+$", "", re.sub(r"^[\s\-–•>=]+", "", text.rpartition(" · ")[2]))


def sort_of(label: str) -> RowSort:
    """What a row with this *label* is."""
    bare = _bare(label)
    if _SUB.search(bare):
        return RowSort.SUBTOTAL
    if is_total(bare):
        return RowSort.TOTAL
    return RowSort.UNASSIGNED if _UNASSIGNED.fullmatch(bare) else RowSort.ORDINARY


#: Words of a column or a row that is worked out of others.
SAYS_CHANGE = re.compile(
    r"chang|chng|\bchg\b|\bdiff|varia|\bvar\b|increase|decrease|reduc|\brise\b|\bfall\b|\+\s*/\s*-|±|performance|movement"
    r"|growth|trend|\bv(?:s|\.)?\b|versus|compar|year[- ]on[- ]year|\byoy\b|up\s*/\s*down|from previous|on previous",
    re.IGNORECASE,
)


def is_made_row(label: str, cells: Sequence[Printed]) -> bool:
    """Whether a row is worked out of others, as “% change” below two years is."""
    figures = [each for each in cells if each.is_figure]
    if not figures:
        return False
    percents = sum(each.kind is Kind.PERCENT for each in figures)
    says = SAYS_CHANGE.search(label) is not None and len(label) < 40
    return (
        says and (percents == len(figures) or percents == 0) and not re.search(r"\d{4}.*\d{4}.*\d{4}", label)
    )
