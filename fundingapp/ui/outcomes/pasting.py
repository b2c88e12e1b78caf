"""What was pasted into the grid of figures: where each cell goes, or why it has no place there (bad inputs U03)."""

from __future__ import annotations

from collections.abc import Sequence

from fundingapp.domain.changes import Days
from fundingapp.domain.errors import ExpectedError, listed
from fundingapp.domain.figure_files.days import in_words, read_days
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.typed_figures import NotANumberError, number_in
from fundingapp.ui.outcomes.grid_rows import FIGURE, GridRow, Span

_NOTHING_CHANGED = "Nothing was changed. A whole file of figures comes in by “Import figures…”."
#: So many names that are no indicators are told.
_TOLD = 5


def read_paste(
    cells: Sequence[Sequence[str]],
    rows: Sequence[GridRow],
    keys: Sequence[str],
    line: int,
    column: int,
) -> list[tuple[GridRow, str, str]]:
    """Where each of *cells* goes: the row, the key of the cell, and its words.

    *keys* are those of the grid's columns, "" where nothing is typed; the cursor is on *line* and *column*. Lines that
    begin with an indicator's name (or its code) go to that indicator, from its first figure on; others go to the rows
    below the cursor. Raises ExpectedError when there is no place for a cell; then none of them is put in.
    """
    lines = [list(each) for each in cells]
    while lines and not any(cell.strip() for cell in lines[-1]):
        lines.pop()
    if not lines:
        return []
    named = _by_name(lines, rows)
    if named is not None:
        first = next(at for at, key in enumerate(keys) if key.startswith(FIGURE))
        number, top = next(each for each in enumerate(lines, start=1) if any(map(str.strip, each[1])))
        if not any(number == of for *_, of in named):
            _check_headings(top, named[0][0].spans, keys, first)
        return [placed for row, rest, number in named for placed in _across(row, rest, keys, first, number)]
    if not 0 <= column < len(keys) or not keys[column]:
        raise ExpectedError(
            "paste_place",
            "What was pasted begins with no indicator's name, and the cursor is where nothing can be typed.",
            f"Put the cursor on the first figure that the cells are for, and paste again. {_NOTHING_CHANGED}",
        )
    room = len(rows) - line
    if len(lines) > room:
        raise ExpectedError(
            "paste_rows",
            f"{len(lines):,} rows were pasted, and there are {room:,} indicators from the cursor down.",
            f"Put the cursor higher, or copy fewer rows. {_NOTHING_CHANGED}",
        )
    found: list[tuple[GridRow, str, str]] = []
    for number, words in enumerate(lines):
        found += _across(rows[line + number], words, keys, column, number + 1)
    return found


def _across(
    row: GridRow, words: Sequence[str], keys: Sequence[str], first: int, number: int
) -> list[tuple[GridRow, str, str]]:
    """The cells of one pasted line, from the column *first* on; *number* is the line's, from 1. An empty cell changes
    nothing: a figure that is kept goes by hand alone, for a blank in a spreadsheet may mean many things."""
    name = row.row.indicator.name
    found: list[tuple[GridRow, str, str]] = []
    for across, text in enumerate(words):
        at = first + across
        key = keys[at] if at < len(keys) else ""
        if not text.strip():
            continue
        if not key:
            raise ExpectedError(
                "paste_columns",
                f"Row {number}, cell {across + 1} (“{_short(text)}”): the grid has no column for it.",
                f"Copy only the columns that the grid has, in its order. {_NOTHING_CHANGED}",
            )
        kind, _, span = key.partition(" ")
        if span and kind != FIGURE and not row.has_parts:
            raise ExpectedError(
                "paste_columns",
                f"Row {number}, cell {across + 1} (“{_short(text)}”): “{name}” is one number, not out of another.",
                f"Leave that cell empty for it. {_NOTHING_CHANGED}",
            )
        if span and (closed := row.why_closed(int(span))):
            raise ExpectedError("paste_closed", f"Row {number}: “{name}”: {closed}", _NOTHING_CHANGED)
        found.append((row, key, text))
    return found


def _by_name(
    lines: list[list[str]], rows: Sequence[GridRow]
) -> list[tuple[GridRow, Sequence[str], int]] | None:
    """The pasted lines by the indicators that they name, with what follows the name; None when they name none.

    A first line of headings is passed over. Raises ExpectedError when some name an indicator and others don't.
    """
    known: dict[str, list[GridRow]] = {}
    for row in rows:
        for name in {row.row.indicator.name, row.row.indicator.code}:
            if name:
                known.setdefault(_folded(name), []).append(row)
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if any(map(str.strip, line))]
    hits = [(number, line) for number, line in numbered if _folded(line[0]) in known]
    if not hits:
        return None
    missed = [(number, line) for number, line in numbered if (number, line) not in hits]
    if missed and missed[0][0] == numbered[0][0] and not any(map(_is_number, missed[0][1])):
        missed = missed[1:]
    if missed:
        told = [f"“{_short(line[0])}” (row {number})" for number, line in missed[:_TOLD]]
        more = f" and {len(missed) - _TOLD:,} more" if len(missed) > _TOLD else ""
        raise ExpectedError(
            "paste_names",
            f"These are no indicators of the grid: {', '.join(told)}{more}.",
            f"Correct the names as the grid has them, or leave those rows out. {_NOTHING_CHANGED}",
        )
    several = [line[0] for _number, line in hits if len(known[_folded(line[0])]) > 1]
    if several:
        raise ExpectedError(
            "paste_names",
            f"More than one indicator is called {listed([f'“{_short(name)}”' for name in several[:_TOLD]], 'and')}.",
            f"Paste only their figures, with the cursor on the first of them. {_NOTHING_CHANGED}",
        )
    seen: dict[str, int] = {}
    for number, line in hits:
        name = _folded(line[0])
        if name in seen:
            raise ExpectedError(
                "paste_names",
                f"“{_short(line[0])}” is there twice, in rows {seen[name]} and {number}.",
                f"Leave one of them out. {_NOTHING_CHANGED}",
            )
        seen[name] = number
    return [(known[_folded(line[0])][0], line[1:], number) for number, line in hits]


def _check_headings(headings: Sequence[str], spans: Sequence[Span], keys: Sequence[str], first: int) -> None:
    """Raises ExpectedError when a heading above the pasted figures names other days than those of their column: they
    would be kept under a quarter that they are not of."""
    for across, heading in enumerate(headings[1:]):
        at = first + across
        kind, _, number = (keys[at] if at < len(keys) else "").partition(" ")
        span = spans[int(number)] if number else None
        days = _days_of(heading, FinancialYear.of(spans[0].first))
        if days is None or (span is not None and kind == FIGURE and days == Days(span.first, span.last)):
            continue
        where = in_words(Days(span.first, span.last)) if span is not None else "none of the periods shown"
        raise ExpectedError(
            "paste_period",
            f"The heading “{_short(heading)}” means {in_words(days)}, and the column that it would fill is of {where}.",
            "Choose the quarter above the grid first. Several periods at once come in under Import, by “Paste "
            f"figures”. {_NOTHING_CHANGED}",
        )


def _days_of(heading: str, year: FinancialYear) -> Days | None:
    """The days that a heading names; a month without a year is one of *year*."""
    found = read_days(heading, year)
    if found is not None or not heading.strip().isalpha():
        return found
    months = [read_days(f"{heading} {calendar}") for calendar in (year.start, year.start + 1)]
    return next((days for days in months if days is not None and FinancialYear.of(days.first) == year), None)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _is_number(text: str) -> bool:
    try:
        return number_in(text) is not None
    except NotANumberError:
        return False


def _short(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= 40 else f"{said[:39]}…"
