"""What a template may mean by its cells: suggestions by names, labels, headings and drop-downs, each with its reason.

Nothing is mapped by itself: a person accepts each suggestion, and it stays to be looked at until then.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from fundingapp.domain.addresses import Area, address, column_letters
from fundingapp.domain.figures_to_send import KEYS, entries_for
from fundingapp.domain.ids import TemplateId
from fundingapp.domain.mappings import in_list
from fundingapp.domain.sendable import FigureSort, Sendable
from fundingapp.domain.sheet_labels import Beside, Fence, fences_of
from fundingapp.domain.sheet_looks import CellLook, Holds, SheetLook, SheetState, TableLook, WorkbookLook
from fundingapp.domain.templates import (
    MappedCell,
    MappedColumn,
    MappedTable,
    Place,
    RowsOf,
    ShownAs,
    TemplateMapping,
)

#: A likeness below this, of a hundred, suggests nothing.
_LEAST: Final = 72
#: A table has at least so many rows and columns to be filled.
_FEWEST_ROWS, _FEWEST_COLUMNS = 2, 2
#: So many columns of a table must be known for it to be suggested.
_FEWEST_KNOWN: Final = 2
#: Between two markers with more cells than these to be filled, the texts between them speak for none of them.
_FEW: Final = 3
_WORD = re.compile(r"[a-z0-9%]+")
_FILLER_WORDS: Final = """
the of for a an and which in your please enter select to is are be what this that their our by at on or
"""
_FILLERS: Final = frozenset(_FILLER_WORDS.split())
_QUARTERS: Final = frozenset({"q1", "q2", "q3", "q4"})
_SMALL_RULE = re.compile(r"(?:<\s?5|under 5|fewer than 5|less than 5|below 5)", re.IGNORECASE)
_OF_CERTIFIER = re.compile(r"declaration|sign[- ]?off|certif|signat|section 151|chief finance", re.IGNORECASE)
_ABOVE_LEFT: Final = 12
#: What is said of it shown: how sure a suggestion is where the words are the very same, and where its name says it.
_SAME, _BY_NAME = 100, 98


@dataclass(frozen=True, slots=True)
class Suggested:
    """One suggestion: a cell, or a table with its columns. *why* says in words what it rests on, *likeness* how sure it
    is, of a hundred."""

    key: str
    mapped: MappedCell | MappedTable
    why: str
    likeness: int


def suggest_mapping(look: WorkbookLook) -> tuple[Suggested, ...]:
    """What the template that looks like *look* may ask for, tables first; each place once."""
    suggesting = _Suggesting(look)
    return (*suggesting.tables(), *suggesting.cells())


def mapping_of(suggested: Iterable[Suggested], template: TemplateId) -> TemplateMapping:
    """The mapping that takes over all of *suggested*, each still to be looked at."""
    cells: list[MappedCell] = []
    tables: list[MappedTable] = []
    review: list[tuple[str, str]] = []
    for each in suggested:
        if isinstance(each.mapped, MappedCell):
            cells.append(each.mapped)
        else:
            tables.append(each.mapped)
        review.append((each.key, f"suggested: {each.why}"))
    return TemplateMapping(template, tuple(cells), tuple(tables), tuple(review))


def suggest_words(ours: Sequence[str], theirs: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Which entry of a drop-down stands for each of our words, where it is not the same: the likest, or the one that
    the word begins with, as “Amber” stands for “Amber/Green” where a list has three colours."""
    found: list[tuple[str, str]] = []
    for word in ours:
        if in_list(word, theirs) is not None:
            continue
        likeness, best = max(((_likeness_of_words(each, word), each) for each in theirs), default=(0, ""))
        if likeness >= _LEAST:
            found.append((word, best))
    return tuple(found)


def _likeness_of_words(theirs: str, ours: str) -> int:
    begins = _words(theirs) and _words(ours)[: len(_words(theirs))] == _words(theirs)
    return max(_likeness(theirs, ours), 80 if begins else 0)


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    """The words of a label that tell it from others, in small letters; “Q1” and “quarter 1” are the same."""
    text = text.casefold().replace("e-mail", "email").replace("’", "'").replace("'s", "")
    text = re.sub(r"\b(?:qtr|quarter)\s*([1-4])\b", r"q\1", re.sub(r"[_/-]", " ", text))
    return tuple(word for word in _WORD.findall(text) if word not in _FILLERS)


@lru_cache(maxsize=8192)
def _word_set(text: str) -> frozenset[str]:
    return frozenset(_words(text))


@lru_cache(maxsize=65536)
def _likeness(label: str, name: str) -> int:
    """How like a label of a template is to one of our names, of a hundred."""
    ours, theirs = _words(name), _words(label)
    if not ours or not theirs:
        return 0
    if not _word_set(name) & _word_set(label):
        return 0
    if ours == theirs:
        return _SAME
    if sorted(ours) == sorted(theirs):
        return 96
    if _word_set(name) & _QUARTERS != _word_set(label) & _QUARTERS:
        return 0  # another quarter is another figure, however alike
    joined, other = " ".join(ours), " ".join(theirs)
    if len(ours) > 1 and f" {joined} " in f" {other} ":
        return max(75, 92 - 3 * (len(theirs) - len(ours)))
    ratio = int(SequenceMatcher(None, joined, other).ratio() * 100)
    return ratio if ratio >= 84 and len(joined) > 4 else 0


def _best_name(label: str, entry: Sendable) -> int:
    """How like *label* is to what *entry* is called, its less usual names a little less."""
    best = 0
    for at, name in enumerate((entry.label, *entry.also)):
        likeness = _likeness(label, name)
        if likeness:
            best = max(best, likeness - (min(at - 1, 8) if at else 0) // 2)
    return best


class _Suggesting:
    def __init__(self, look: WorkbookLook) -> None:
        self._look = look
        self._names = {
            (name.sheet, name.area.first_row, name.area.first_column): name.name
            for name in look.names
            if name.area is not None and not name.is_hidden and not name.scope
        }
        self._fences = fences_of(look)
        #: Fences around many cells, whose texts speak for no single one of them.
        self._large = frozenset(
            fence
            for fence in self._fences
            if (sheet := look.sheet(fence.sheet)) is not None
            and sum(cell.is_input and fence.area.has(*at) for at, cell in sheet.cells.items()) > _FEW
        )
        self._small = (
            "<5"
            if any(
                isinstance(cell.value, str) and _SMALL_RULE.search(cell.value)
                for sheet in look.sheets
                for cell in sheet.cells.values()
            )
            else ""
        )
        self._taken: set[tuple[str, int, int]] = set()

    # Tables

    def tables(self) -> tuple[Suggested, ...]:
        found: list[Suggested] = []
        for table in self._look.tables:
            sheet = self._look.sheet(table.sheet)
            if sheet is not None and sheet.state is SheetState.VISIBLE and not _is_full(sheet, table):
                found += self._of_excel_table(sheet, table)
        for sheet in self._look.sheets:
            if sheet.state is not SheetState.VISIBLE:
                continue
            for headings, first, last, heading_row in self._grids(sheet):
                found += self._of_grid(
                    sheet, headings, first, last, heading_row, {each.key for each in found}
                )
                # What stands in a grid is no single cell, known or not.
                self._taken |= {
                    (sheet.name, row, column) for row in range(first, last + 1) for column in headings
                }
        return tuple(found)

    def _of_excel_table(self, sheet: SheetLook, table: TableLook) -> list[Suggested]:
        first, last = table.area.first_row + 1, table.area.last_row - table.totals
        headings = {
            table.area.first_column + at: heading
            for at, heading in enumerate(table.headings)
            if not sheet.at(first, table.area.first_column + at).formula
        }
        return self._table(sheet, table.name, headings, first, last, table.area.first_row, table.name)

    def _grids(self, sheet: SheetLook) -> list[tuple[dict[int, str], int, int, int]]:
        """The grids of cells to be filled: headings by column, first and last row, and the row of the headings."""
        runs: dict[tuple[int, int], list[int]] = {}
        headings: dict[tuple[int, int], dict[int, str]] = {}
        in_tables = [table.area for table in self._look.tables if table.sheet == sheet.name]
        for (row, column), cell in sorted(sheet.cells.items()):
            if not cell.is_input or any(area.has(row, column) for area in in_tables):
                continue
            at, heading = _heading_of(sheet, row, column)
            if heading:
                runs.setdefault((at, column), []).append(row)
                headings.setdefault((at, 0), {})[column] = heading
        found: list[tuple[dict[int, str], int, int, int]] = []
        for at in sorted({at for at, _ in runs}):
            columns = {column: rows for (above, column), rows in runs.items() if above == at}
            blocks: dict[tuple[int, int], dict[int, str]] = {}
            for column, rows in columns.items():
                first = rows[0]
                last = first
                for row in rows[1:]:
                    if row - last > 1:
                        break
                    last = row
                if last - first + 1 >= _FEWEST_ROWS:
                    blocks.setdefault((first, last), {})[column] = headings[at, 0][column]
            for (first, last), of in blocks.items():
                if len(of) >= _FEWEST_COLUMNS:
                    found.append((of, first, last, at))
        return found

    def _of_grid(
        self,
        sheet: SheetLook,
        headings: Mapping[int, str],
        first: int,
        last: int,
        heading_row: int,
        known: Collection[str],
    ) -> list[Suggested]:
        # A column that is not to be filled may name the rows already.
        every = dict(headings)
        for column in range(max(0, min(headings) - 3), min(headings)):
            text = sheet.at(heading_row, column).shown.strip()
            if text and column not in every and sheet.at(first, column).shown.strip():
                every[column] = text
        names = {key.rpartition(":")[0] for key in known}
        name = sheet.name if sheet.name not in names else f"{sheet.name} row {heading_row}"
        return self._table(sheet, name, every, first, last, heading_row, "")

    def _table(
        self,
        sheet: SheetLook,
        name: str,
        headings: Mapping[int, str],
        first: int,
        last: int,
        heading_row: int,
        excel_table: str,
    ) -> list[Suggested]:
        """The table with these headings as rows of the sort that knows most of them."""
        best: tuple[int, RowsOf, dict[int, tuple[Sendable, int]]] | None = None
        for rows in RowsOf:
            known = self._columns(sheet, headings, first, entries_for(rows))
            score = sum(likeness for _, likeness in known.values())
            if not any(_is_naming(entry, rows) for entry, _ in known.values()):
                continue  # what rows they are would be guessed
            if len(known) >= _FEWEST_KNOWN and (best is None or score > best[0]):
                best = (score, rows, known)
        if best is None:
            return []
        score, rows, known = best
        named = {column for column in known if self._names_rows(sheet, column, first, last)}
        keys = [column for column, (entry, _) in known.items() if entry.source == KEYS.get(rows)]
        key = next((column for column in sorted(named)), keys[0] if keys else min(known))
        by_key = bool(named)
        columns = tuple(
            self._column(sheet, column, first, known[column][0], rows)
            for column in sorted(known)
            if column not in named
        )
        if not columns:
            return []
        self._taken |= {
            (sheet.name, row, column) for row in range(first, last + 1) for column in (*known, key)
        }
        table = MappedTable(
            name,
            sheet.name,
            first,
            last,
            column_letters(key),
            known[key][0].source,
            rows,
            columns,
            by_key,
            heading_row,
            excel_table,
        )
        said = ", ".join(f"{column_letters(column)} “{_short(headings[column])}”" for column in sorted(known))
        how = "the rows are named already" if by_key else "filled from the top"
        why = f"its headings are those of {rows.value}: {said}; {how}"
        return [Suggested(f"{name}:{column_letters(key)}", table, why, score // len(known))]

    def _columns(
        self, sheet: SheetLook, headings: Mapping[int, str], first: int, entries: Sequence[Sendable]
    ) -> dict[int, tuple[Sendable, int]]:
        """Which entry each column asks for; each entry once, the likest first."""
        pairs = sorted(
            (
                (likeness, -at, column)
                for column, heading in headings.items()
                for at, entry in enumerate(entries)
                if (likeness := self._fits(sheet, first, column, heading, entry)) >= _LEAST
            ),
            reverse=True,
        )
        found: dict[int, tuple[Sendable, int]] = {}
        used: set[str] = set()
        for likeness, at, column in pairs:
            entry = entries[-at]
            if column not in found and entry.source not in used:
                found[column] = (entry, likeness)
                used.add(entry.source)
        return found

    def _fits(self, sheet: SheetLook, row: int, column: int, heading: str, entry: Sendable) -> int:
        likeness = _best_name(heading, entry)
        return likeness - self._against(sheet.at(row, column), sheet, entry) if likeness else 0

    def _against(self, cell: CellLook, sheet: SheetLook, entry: Sendable) -> int:
        """What speaks against *entry* in *cell*: its format and its drop-down."""
        code = cell.style.number_format
        choices = self._look.choices(sheet.name, cell.row, cell.column)
        if choices:
            if entry.sort is FigureSort.CHOICE:
                known = [word for word in entry.choices if in_list(word, choices)]
                return 0 if known or suggest_words(entry.choices, choices) else 60
            return 8 if entry.sort is FigureSort.TEXT else 60
        is_day = cell.holds is Holds.DAY or ("yy" in code.casefold() and "d" in code.casefold())
        if is_day is not (entry.sort is FigureSort.DAY):
            return 60 if is_day else 6
        if entry.sort is FigureSort.TEXT and ("#,##0" in code or "0.00" in code):
            return 60
        return 0

    def _names_rows(self, sheet: SheetLook, column: int, first: int, last: int) -> bool:
        """Whether the template names its rows in this column: texts of its own, not to be filled."""
        cells = [sheet.at(row, column) for row in range(first, last + 1)]
        return not cells[0].is_input and sum(isinstance(cell.value, str) for cell in cells) >= _FEWEST_ROWS

    def _column(self, sheet: SheetLook, column: int, row: int, entry: Sendable, rows: RowsOf) -> MappedColumn:
        cell = sheet.at(row, column)
        small = self._small if rows is RowsOf.INDICATORS and entry.sort is FigureSort.NUMBER else ""
        return MappedColumn(
            column_letters(column),
            entry.source,
            shown_of(entry, cell),
            self._translated(sheet, cell, entry),
            small,
        )

    def _translated(self, sheet: SheetLook, cell: CellLook, entry: Sendable) -> tuple[tuple[str, str], ...]:
        choices = self._look.choices(sheet.name, cell.row, cell.column)
        return suggest_words(entry.choices, choices) if choices and entry.choices else ()

    # Single cells

    def cells(self) -> tuple[Suggested, ...]:
        entries = entries_for(None)
        pairs: list[tuple[int, int, int, CellLook, SheetLook, str]] = []
        for place, sheet in enumerate(self._look.sheets):
            if sheet.state is not SheetState.VISIBLE:
                continue
            beside = Beside(sheet)
            for (row, column), cell in sorted(sheet.cells.items()):
                if not cell.is_input or (sheet.name, row, column) in self._taken:
                    continue
                for likeness, at, why in self._candidates(sheet, beside, cell, entries):
                    pairs.append((likeness, -place, -at, cell, sheet, why))
        pairs.sort(key=lambda each: (each[0], each[1], each[2], -each[3].row), reverse=True)
        found: list[tuple[int, int, Suggested]] = []
        places: set[tuple[str, str]] = set()
        used: set[str] = set()
        for likeness, place, at, cell, sheet, why in pairs:
            entry = entries[-at]
            if (sheet.name, cell.cell) in places or entry.source in used:
                continue
            places.add((sheet.name, cell.cell))
            used.add(entry.source)
            found.append((-place, cell.row, self._suggested(sheet, cell, entry, why, likeness)))
        return tuple(each for _, _, each in sorted(found, key=lambda each: each[:2]))

    def _candidates(
        self, sheet: SheetLook, labels: Beside, cell: CellLook, entries: Sequence[Sendable]
    ) -> Iterable[tuple[int, int, str]]:
        name = self._names.get((sheet.name, cell.row, cell.column), "")
        fence = self._fence_of(sheet, cell)
        beside = [word for word in labels.words(cell.row, cell.column) if word]
        if fence is not None and fence not in self._large:
            beside += _texts_in(sheet, fence.area, cell)
        signs = bool(_OF_CERTIFIER.search(f"{sheet.name} {_heading_text(sheet, cell.row)}"))
        fenced = fence if fence is not None and fence not in self._large else None
        for at, entry in enumerate(entries):
            best, why = 0, ""
            if name and (likeness := _best_name(name, entry)):
                best, why = min(likeness, _BY_NAME), f"the cell is called {name}"
            if fenced is not None:
                likeness = _best_name(fenced.name.partition("_")[2] or fenced.name, entry)
                if likeness > best:
                    best, why = likeness, f"it stands between the markers {fenced.name}"
            for word in beside:
                likeness = _best_name(word, entry)
                if likeness > best:
                    best, why = likeness, f"“{_short(word)}” stands beside it"
            if not best:
                continue
            if entry.source.startswith("certifier/") is not signs:
                # “Name” on a declaration is the certifier's; elsewhere it is not.
                best -= 30 if entry.source.startswith("certifier/") else 12
            best -= self._against(cell, sheet, entry)
            if best >= _LEAST:
                yield best, at, why

    def _fence_of(self, sheet: SheetLook, cell: CellLook) -> Fence | None:
        return next(
            (
                each
                for each in self._fences
                if each.sheet == sheet.name and each.area.has(cell.row, cell.column)
            ),
            None,
        )

    def _suggested(
        self, sheet: SheetLook, cell: CellLook, entry: Sendable, why: str, likeness: int
    ) -> Suggested:
        fence = self._fence_of(sheet, cell)
        place = Place(
            sheet.name,
            cell.cell,
            self._names.get((sheet.name, cell.row, cell.column), ""),
            fence.name if fence is not None else "",
        )
        mapped = MappedCell(place, entry.source, shown_of(entry, cell), self._translated(sheet, cell, entry))
        return Suggested(f"{sheet.name}!{cell.cell}", mapped, f"{why}: {entry.label}", likeness)


def _is_naming(entry: Sendable, rows: RowsOf) -> bool:
    """Whether a row is told from the others by *entry*."""
    return entry.source == KEYS.get(rows) or entry.source.rpartition("/")[2] in {"name", "named", "ref"}


def shown_of(entry: Sendable, cell: CellLook) -> ShownAs:
    """How *entry* is put into *cell*, by its sort and the cell's format."""
    match entry.sort:
        case FigureSort.POUNDS:
            return ShownAs.POUNDS
        case FigureSort.NUMBER:
            return ShownAs.PERCENT if "%" in cell.style.number_format else ShownAs.NUMBER
        case FigureSort.DAY:
            return ShownAs.DAY
        case FigureSort.CHOICE:
            return ShownAs.CHOICE
        case _:
            return ShownAs.TEXT


def _heading_of(sheet: SheetLook, row: int, column: int) -> tuple[int, str]:
    """The row and text of the heading above a cell to be filled; 0 where there is none."""
    for at in range(row - 1, max(0, row - 80), -1):
        cell = sheet.cells.get((at, column))
        if cell is None:
            if at < row - 1:
                return 0, ""
            continue
        if cell.is_input or cell.formula:
            continue
        if isinstance(cell.value, str) and cell.value.strip():
            return at, cell.value
        if cell.value is not None:
            return 0, ""
    return 0, ""


def _is_full(sheet: SheetLook, table: TableLook) -> bool:
    """Whether a table holds data of the template's own, such as a list of choices."""
    filled = sum(
        cell.value is not None and table.area.has(row, column) and row > table.area.first_row
        for (row, column), cell in sheet.cells.items()
    )
    return filled * 2 > (table.area.last_row - table.area.first_row) * len(table.headings)


def _texts_in(sheet: SheetLook, area: Area, cell: CellLook) -> list[str]:
    """The texts between two markers that are not to be filled, up to the cell."""
    return [
        each.shown.strip()
        for (row, column), each in sorted(sheet.cells.items())
        if area.has(row, column)
        and row < cell.row
        and not each.is_input
        and isinstance(each.value, str)
        and address(row, column) != cell.cell
    ]


def _heading_text(sheet: SheetLook, row: int) -> str:
    """What stands at the head of the part of a sheet that *row* is in: the first texts, a few of them."""
    texts = [
        cell.shown
        for (at, _), cell in sorted(sheet.cells.items())
        if at < row and isinstance(cell.value, str) and not cell.is_input
    ]
    return " ".join(texts[:_ABOVE_LEFT])[:400]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 48 else f"{text[:47]}…"
