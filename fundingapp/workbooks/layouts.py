"""Where the ledger tables of a sheet are: which row holds the headings of each, and where each one ends.

Banner rows above headings are passed over, headings in two lines are put together, and a row of other headings further
down begins another table. Where no heading is known, values prove a table: dates beside amounts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from fundingapp.domain.cells import clean_text, parse_date
from fundingapp.domain.layouts import Layout, layout_for, shape_of
from fundingapp.domain.ledger import Cell, Choice, Doubt, Meaning
from fundingapp.domain.table_choice import set_apart
from fundingapp.workbooks.columns import MONEY, SEARCHED_ROWS, is_amount, understand
from fundingapp.workbooks.vocabulary import guess_meaning, plain_heading

__all__ = ["FoundTable", "NoTable", "find_table", "find_tables", "guess_meaning", "is_line", "plain_heading"]

#: Below other headings an amount must follow within so many rows, or they are only words.
_SOON = 15
_WIDEST = 2_000
#: The second line of “Narrative 1”.
_SMALL_NUMBER = re.compile(r"\s*\d{1,2}\s*")


class FoundTable(NamedTuple):
    """A ledger table: the index of its heading row, its headings and their meanings, one for each column.

    Its rows are those from *begin* to before *end*; of a table that stands beside another one, only the cells in
    the columns from *left* to before *right* count. *heading_at* is -1 where there are no headings.
    """

    heading_at: int
    headings: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    begin: int = 0
    end: int = 0
    doubts: tuple[Doubt, ...] = ()
    reason: str = ""
    layout: Layout | None = None
    left: int = 0
    right: int = _WIDEST


class NoTable(NamedTuple):
    """No ledger table; *headings* are those of what looks most like a table, to be named in a message."""

    headings: tuple[str, ...]


class _Heading(NamedTuple):
    """A row of headings, or two of them put together: the first and last index, the texts, the score."""

    first: int
    last: int
    texts: tuple[str, ...]
    score: float
    has_amount: bool


def find_table(rows: Sequence[Sequence[Cell]]) -> FoundTable | NoTable:
    """The first ledger table in *rows*, the rows of a sheet from its top; it needs an amount column to be one."""
    found = find_tables(rows)
    return found if isinstance(found, NoTable) else found[0]


def find_tables(rows: Sequence[Sequence[Cell]], layouts: Sequence[Layout] = ()) -> list[FoundTable] | NoTable:
    """The ledger tables in *rows*, the rows of a sheet from its top.

    Each needs an amount column to be one. A table whose headings are those of one of *layouts* means what that says.
    """
    tables: list[FoundTable] = []
    heading = _first_heading(rows, 0, layouts)
    other: tuple[str, ...] = ()
    if heading is None or not heading.has_amount:
        other = heading.texts if heading is not None else ()
        by_values = _by_values(rows, heading)
        if by_values is None:
            return NoTable(_named(rows, other))
        return [by_values]
    while heading is not None:
        following = _next_heading(rows, heading)
        end = following.first if following is not None else len(rows)
        made = _tables_under(rows, heading, end, layouts)
        if all(set(MONEY) & set(table.meanings) for table in made):
            tables += made
        elif tables:  # what stands there is no table, so its rows are accounted for with those above
            last = tables[-1].begin
            tables = [table._replace(end=end) if table.begin == last else table for table in tables]
        heading = following
    if not tables:
        return NoTable(_named(rows, other))
    return tables


def _named(rows: Sequence[Sequence[Cell]], other: tuple[str, ...]) -> tuple[str, ...]:
    named: Sequence[Cell] = other or next(
        (cells for cells in rows if sum(type(cell) is str for cell in cells) >= 2), ()
    )
    return tuple(text for cell in named if (text := clean_text(cell)))


# Headings


def _first_heading(
    rows: Sequence[Sequence[Cell]], start: int, layouts: Sequence[Layout] = ()
) -> _Heading | None:
    """The headings of the first table; without an amount among them when there are no better ones."""
    best: _Heading | None = None
    other: _Heading | None = None
    for at in range(start, min(len(rows), start + SEARCHED_ROWS)):
        cells = rows[at]
        if best is not None and (_is_data(best.texts, cells) or _holds_values(cells)):
            break
        if layouts and layout_for(_texts(cells), layouts) is not None:
            return _Heading(at, at, _texts(cells), 100.0, has_amount=True)
        score, has_amount = _heading_score(cells)
        if has_amount and (best is None or score >= 0.7 * best.score):
            best = _Heading(at, at, _texts(cells), score, has_amount)
        elif score > (other.score if other is not None else 0.0):
            other = _Heading(at, at, _texts(cells), score, has_amount)
    if best is not None:
        return _in_two_lines(rows, best)
    if other is not None:
        return _in_two_lines(rows, other)
    return None


def _next_heading(rows: Sequence[Sequence[Cell]], above: _Heading) -> _Heading | None:
    """The headings of another table below, whatever its columns; a repetition of those above is none."""
    wheres = [
        at
        for at, text in enumerate(above.texts)
        if (guess := guess_meaning(text)) is not None and guess[0] in MONEY
    ]
    shape = shape_of(above.texts)
    first = wheres[0] if wheres else _WIDEST
    start = above.last + 1
    # Nearly every row has an amount where the table has its first one; those are passed in one go. The rows are taken
    # from first to last, for a long list of them is packed.
    others = [
        (at, cells)
        for at, cells in enumerate(islice(rows, start, None), start)
        if first >= len(cells)
        or (cell := cells[first]) is None
        or (type(cell) is str and not cell[-1:].isdigit())
    ]
    for at, cells in others:
        width = len(cells)
        for where in wheres:  # quickly past the rows that have an amount where the table has its amounts
            if where < width:
                cell = cells[where]
                if cell is not None and (type(cell) is not str or cell[-1:].isdigit()):
                    break
        else:
            score, has_amount = _heading_score(cells)
            if not has_amount:
                continue
            if _repeats(cells, above.texts, shape) and not _is_set_apart(rows, at):
                continue
            found = _in_two_lines(rows, _Heading(at, at, _texts(cells), score, has_amount), above.last + 1)
            if any(_is_data(found.texts, below) for below in rows[found.last + 1 : found.last + _SOON]):
                return found
    return None


def _repeats(cells: Sequence[Cell], headings: Sequence[str], shape: Sequence[str]) -> bool:
    """Whether a row holds *headings* again, each in its place, with no other beside them."""
    texts = _texts(cells)
    if shape_of(texts) == shape:
        return True
    pairs = [(text, headings[at] if at < len(headings) else "") for at, text in enumerate(texts) if text]
    return len(pairs) >= 2 and all(text.casefold() == heading.casefold() for text, heading in pairs)


def _is_set_apart(rows: Sequence[Sequence[Cell]], at: int) -> bool:
    """Whether a title just above the row *at* says that another sort of lines follows, such as orders."""
    for cells in rows[max(0, at - 3) : at]:
        texts = [text for cell in cells if (text := clean_text(cell))]
        if len(texts) == 1 and set_apart(texts[0]):
            return True
    return False


def _texts(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(clean_text(cell) for cell in cells)


def _heading_score(cells: Sequence[Cell]) -> tuple[float, bool]:
    """How much a row looks like headings, and whether one of them is an amount; 0 for a row that holds values."""
    meanings: dict[Meaning, int] = {}
    texts = 0
    for cell in cells:
        if cell is None:
            continue
        if type(cell) is not str:
            return 0.0, False  # a heading row holds no numbers or dates
        text = cell.strip()
        if not text:
            continue
        if text[-1].isdigit() and (is_amount(text) or _is_date(text)):
            return 0.0, False
        texts += 1
        guess = guess_meaning(cell)
        if guess is not None and guess[0] is not Meaning.OTHER:
            meanings[guess[0]] = max(guess[1], meanings.get(guess[0], 0))
    if texts < 2 or len(meanings) < 2:
        return 0.0, False
    return sum(meanings.values()) / 100, any(meaning in meanings for meaning in MONEY)


def _is_date(cell: Cell) -> bool:
    try:
        return parse_date(cell, short_years=True) is not None
    except ValueError:
        return False


def _is_data(headings: Sequence[Cell], cells: Sequence[Cell]) -> bool:
    """Whether a row has an amount below one of the amount headings."""
    for heading, cell in zip(headings, cells, strict=False):
        if cell is None:
            continue
        guess = guess_meaning(heading)
        if guess is None or guess[0] not in MONEY:
            continue
        if is_amount(cell) or (type(cell) is str and cell[:1].isdigit() and "," in cell):
            return True
    return False


def _holds_values(cells: Sequence[Cell]) -> bool:
    """Whether a row has several numbers or dates, so that it is one of a table and no title."""
    values = 0
    for cell in cells:
        if cell is None:
            continue
        if type(cell) is not str or (
            any(char.isdigit() for char in cell) and (is_amount(cell) or _is_date(cell))
        ):
            values += 1
    return values >= 2


def _in_two_lines(rows: Sequence[Sequence[Cell]], heading: _Heading, top: int = 0) -> _Heading:
    """*heading* with the line above or below it, or both, where together they say more than it does alone."""
    best = heading
    best_worth = _worth(heading.texts)
    above = heading.first - 1 if heading.first > top else -1
    below = heading.last + 1 if heading.last + 1 < len(rows) else -1
    tries = []
    if above >= 0 and _is_wording_row(rows[above]):
        tries.append((above, heading.last))
    if below >= 0 and _is_wording_row(rows[below]) and not _is_data(heading.texts, rows[below]):
        tries.append((heading.first, below))
        if above >= 0 and _is_wording_row(rows[above]):
            tries.append((above, below))
    for first, last in tries:
        texts = _joined([rows[at] for at in range(first, last + 1)])
        worth = _worth(texts)
        if worth > best_worth + 0.05:
            best, best_worth = _Heading(first, last, texts, heading.score, heading.has_amount), worth
    return best


def _is_wording_row(cells: Sequence[Cell]) -> bool:
    """Whether a row holds short words only, at least two: it may be half of the headings."""
    texts = [cell for cell in cells if cell is not None and (type(cell) is not str or cell.strip())]
    words = [text for text in texts if type(text) is str and not _SMALL_NUMBER.fullmatch(text)]
    return (
        2 * len(words) > len(texts)
        and all(len(clean_text(text)) <= 40 for text in texts)
        and all(type(text) is str or (type(text) is int and 0 < text < 100) for text in texts)
        and not any(is_amount(word) or _is_date(word) for word in words)
    )


def _joined(lines: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    width = max(map(len, lines))
    return tuple(
        " ".join(text for line in lines if at < len(line) and (text := clean_text(line[at])))
        for at in range(width)
    )


def _worth(texts: Sequence[str]) -> float:
    """How well headings are understood: each meaning once by its surest heading, a little less for each unknown one."""
    meanings: dict[Meaning, int] = {}
    unknown = doubled = 0
    for text in texts:
        if not text:
            continue
        guess = guess_meaning(text)
        if guess is None:
            unknown += 1
        elif guess[0] is Meaning.OTHER:
            continue
        elif guess[0] in meanings:
            doubled += 1
            meanings[guess[0]] = max(guess[1], meanings[guess[0]])
        else:
            meanings[guess[0]] = guess[1]
    return sum(meanings.values()) / 100 - 0.2 * unknown - 0.1 * doubled


# Tables


def _tables_under(
    rows: Sequence[Sequence[Cell]], heading: _Heading, end: int, layouts: Sequence[Layout]
) -> list[FoundTable]:
    """The table under *heading*, or the tables, where several stand side by side with empty columns between."""
    begin = heading.last + 1
    below = rows[begin:end]
    blocks = _blocks(heading.texts)
    if len(blocks) > 1:
        return [_table(rows, heading, begin, end, layouts, left, right) for left, right in blocks]
    width = max(len(heading.texts), max(map(len, below), default=0))
    return [_table(rows, heading, begin, end, layouts, 0, max(width, 1))]


def _table(
    rows: Sequence[Sequence[Cell]],
    heading: _Heading,
    begin: int,
    end: int,
    layouts: Sequence[Layout],
    left: int,
    right: int,
) -> FoundTable:
    texts = tuple(heading.texts[at] if left <= at < len(heading.texts) else "" for at in range(right))
    below: Sequence[Sequence[Cell]] = rows[begin:end]
    if left:
        below = [(None,) * left + tuple(cells[left:right]) for cells in below]
    layout = layout_for(texts, layouts)
    if layout is not None:
        meanings = layout.meanings + (Meaning.OTHER,) * (len(texts) - len(layout.meanings))
        return FoundTable(
            heading.last, texts, meanings[: len(texts)], begin, end, (), "", layout, left, right
        )
    understood = understand(texts, below)
    return FoundTable(
        heading.last,
        texts,
        understood.meanings,
        begin,
        end,
        understood.doubts,
        understood.reason,
        None,
        left,
        right,
    )


def _blocks(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Where tables stand side by side: each with headings of its own, an amount among them; else one block."""
    blocks: list[tuple[int, int]] = []
    left = -1
    for at, text in enumerate((*texts, "")):
        if text and left < 0:
            left = at
        elif not text and left >= 0:
            blocks.append((left, at))
            left = -1
    seen: list[set[Meaning]] = []
    for start, stop in blocks:
        score, has_amount = _heading_score(texts[start:stop])
        if not has_amount or not score:
            return [(0, len(texts))]
        seen.append({guess[0] for text in texts[start:stop] if (guess := guess_meaning(text)) is not None})
    if len(blocks) > 1 and all(len(meanings & seen[0]) >= 2 for meanings in seen):
        return blocks
    return [(0, len(texts))]


# Tables without known headings


def _by_values(rows: Sequence[Sequence[Cell]], heading: _Heading | None) -> FoundTable | None:
    """A table that its values prove: amounts of money beside dates, or below headings some of which are known."""
    tried = rows[:SEARCHED_ROWS]
    first = next((at for at, cells in enumerate(tried) if is_line(cells)), -1)
    if heading is not None and (first < 0 or heading.last < first):
        found = _under_odd_headings(rows, heading)
        if found is not None:
            return found
    if first < 0 or sum(map(is_line, tried[first : first + 50])) < 0.5 * len(tried[first : first + 50]):
        return None
    above = next((at for at in range(first - 1, -1, -1) if any(clean_text(cell) for cell in rows[at])), -1)
    filled = sum(cell is not None for cell in rows[first])
    texts: tuple[str, ...] = ()
    if (
        above >= 0
        and _is_wording_row(rows[above])
        and len([t for t in _texts(rows[above]) if t]) >= 0.5 * filled
    ):
        texts = _texts(rows[above])
    else:
        above = -1
    below = rows[first:]
    width = max(len(texts), max(map(len, below), default=0))
    texts = texts + ("",) * (width - len(texts))
    understood = understand(texts, below)
    if not set(MONEY) & set(understood.meanings) or not {Meaning.DATE, Meaning.PERIOD} & set(
        understood.meanings
    ):
        return None
    doubts = understood.doubts
    if above < 0:
        doubts = tuple(doubt for doubt in doubts if len(doubt.choices) > 1)
        amounts = tuple(at for at, meaning in enumerate(understood.meanings) if meaning in MONEY)
        doubts = (
            *doubts,
            Doubt(
                "columns.no_headings",
                "The table has no headings; what its columns mean was told by their values alone. Is column"
                f" {amounts[0] + 1} the amount?",
                amounts,
                (Choice("It is", ((amounts[0], understood.meanings[amounts[0]]),)),),
            ),
        )
    begin = above + 1 if above >= 0 else first
    return FoundTable(above, texts, understood.meanings, begin, len(rows), doubts, understood.reason)


def _under_odd_headings(rows: Sequence[Sequence[Cell]], heading: _Heading) -> FoundTable | None:
    begin = heading.last + 1
    below = rows[begin:]
    width = max(len(heading.texts), max(map(len, below), default=0))
    texts = heading.texts + ("",) * (width - len(heading.texts))
    understood = understand(texts, below)
    meanings = set(understood.meanings)
    placed = {Meaning.DATE, Meaning.PERIOD, Meaning.SUPPLIER, Meaning.TRANSACTION}
    if not set(MONEY) & meanings or not placed & meanings:
        return None
    return FoundTable(
        heading.last, texts, understood.meanings, begin, len(rows), understood.doubts, understood.reason
    )


def is_line(cells: Sequence[Cell]) -> bool:
    """Whether a row has a date and an amount of money."""
    has_date = has_money = False
    for cell in cells:
        if cell is None:
            continue
        if isinstance(cell, date):
            has_date = True
        elif type(cell) is str:
            if is_amount(cell):
                has_money = has_money or not cell.strip().isdecimal()
            elif len(cell) < 25 and _is_date(cell):
                has_date = True
        elif type(cell) is int or isinstance(cell, Decimal):
            has_money = True
    return has_date and has_money
