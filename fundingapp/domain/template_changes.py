"""A new issue of a template: what is otherwise in it than in the one before, and its mapping carried over.

A mapped cell is found again by its name, its marker, or what the sheet says of it; whatever is not exactly as it was
comes on a list to be looked at. No cell goes on another label without being on that list.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Final

from fundingapp.domain.addresses import column_letters, column_number, split_address
from fundingapp.domain.mappings import Places, column_key, key_of
from fundingapp.domain.sheet_looks import CellLook, SheetLook, TableLook, WorkbookLook
from fundingapp.domain.templates import MappedCell, MappedColumn, MappedTable, TemplateMapping

#: Two sheets with other names are one that was renamed when so much of their texts is alike, of a hundred.
_ALIKE: Final = 50
#: A label that is so much like the one that is gone was only reworded, of a hundred.
_RENAMED: Final = 70
#: So many changes of one kind on one sheet are told one by one.
_TOLD: Final = 12
_SPACES = re.compile(r"\s+")
_NUMBERS = re.compile(r"\$?\d+")


@dataclass(frozen=True, slots=True)
class TemplateChange:
    """One thing that is otherwise. *kind* is a short word (“sheet”, “cell”, “column”, “list”, “formula”, “name”,
    “rule”, “protection”, “format”), *sheet* and *cell* where it is in the new issue."""

    kind: str
    sheet: str
    cell: str
    text: str


@dataclass(frozen=True, slots=True)
class TemplateChanges:
    """All that is otherwise in a new issue; *sheets* pairs the sheets of both by name."""

    changes: tuple[TemplateChange, ...] = ()
    sheets: Mapping[str, str] = field(default_factory=dict)


def compare_templates(old: WorkbookLook, new: WorkbookLook) -> TemplateChanges:
    """What is otherwise in *new* than in *old*."""
    pairs = _paired(old, new)
    found: list[TemplateChange] = []
    for name in (sheet.name for sheet in old.sheets if sheet.name not in pairs):
        found.append(TemplateChange("sheet", name, "", f"The sheet {name} is gone."))
    taken = set(pairs.values())
    for sheet in new.sheets:
        if sheet.name not in taken:
            found.append(TemplateChange("sheet", sheet.name, "", f"The sheet {sheet.name} is new."))
    order = [pairs[sheet.name] for sheet in old.sheets if sheet.name in pairs]
    if order != [sheet.name for sheet in new.sheets if sheet.name in taken]:
        found.append(TemplateChange("sheet", "", "", "The sheets stand in another order."))
    for before in old.sheets:
        after = new.sheet(pairs.get(before.name, ""))
        if after is None:
            continue
        if before.name != after.name:
            text = f"The sheet {before.name} is called {after.name} now."
            found.append(TemplateChange("sheet", after.name, "", text))
        found += _of_sheet(before, after)
        found += _of_lists(old, new, before, after)
    found += _of_names(old, new, pairs)
    found += _of_tables(old, new)
    return TemplateChanges(tuple(found), pairs)


def carried_over(mapping: TemplateMapping, old: WorkbookLook, new: WorkbookLook) -> TemplateMapping:
    """*mapping* of *old* for *new*; what is to be looked at, with why, is in its review list."""
    return _Carrying(old, new).carried(mapping)


# Sheets


def _paired(old: WorkbookLook, new: WorkbookLook) -> dict[str, str]:
    """The sheets of both that are the same, by their names in *old*: by name, and else by their texts."""
    pairs: dict[str, str] = {}
    for sheet in old.sheets:
        if (there := new.sheet(sheet.name)) is not None:
            pairs[sheet.name] = there.name
    left = [sheet for sheet in old.sheets if sheet.name not in pairs]
    free = [sheet for sheet in new.sheets if sheet.name not in pairs.values()]
    likely = sorted(
        ((_alike(one, other), -at, one.name, other.name) for one in left for at, other in enumerate(free)),
        reverse=True,
    )
    for likeness, _, one, other in likely:
        if likeness >= _ALIKE and one not in pairs and other not in pairs.values():
            pairs[one] = other
    return pairs


def _alike(one: SheetLook, other: SheetLook) -> int:
    """How much of the texts of two sheets is the same, of a hundred."""
    ours, theirs = (Counter(_plain(cell.shown) for cell in _texts(sheet)) for sheet in (one, other))
    both = sum((ours & theirs).values())
    all_of = sum((ours | theirs).values())
    return both * 100 // all_of if all_of else 0


def _texts(sheet: SheetLook) -> Iterable[CellLook]:
    return (
        cell
        for cell in sheet.cells.values()
        if isinstance(cell.value, str) and not cell.formula and not cell.is_input
    )


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text).strip().casefold()


def _of_sheet(before: SheetLook, after: SheetLook) -> list[TemplateChange]:
    found: list[TemplateChange] = []

    def tell(kind: str, text: str, cell: str = "") -> None:
        found.append(TemplateChange(kind, after.name, cell, text))

    if before.state is not after.state:
        tell("sheet", f"{after.name} was {before.state.value}, and is {after.state.value}.")
    if before.is_protected is not after.is_protected:
        tell(
            "protection",
            f"{after.name} is {'protected now' if after.is_protected else 'no longer protected'}.",
        )
    said: list[tuple[str, str, str]] = []
    ours, theirs = _by_label(before), _by_label(after)
    for label, cells in ours.items():
        there = theirs.get(label, [])
        shown = cells[0].label
        if not there:
            said.append(
                (
                    "cell",
                    cells[0].cell,
                    f"{after.name} has no cell “{shown}” any more (it was {cells[0].cell}).",
                )
            )
        elif len(there) != len(cells):
            said.append(
                (
                    "cell",
                    there[0].cell,
                    f"{after.name} has {len(there)} cells “{shown}”, and had {len(cells)}.",
                )
            )
        else:
            for one, other in zip(cells, there, strict=True):
                if one.cell != other.cell:
                    said.append(("cell", other.cell, f"“{shown}” moved from {one.cell} to {other.cell}."))
                if one.style.number_format != other.style.number_format:
                    was, now = one.style.number_format, other.style.number_format
                    text = f"{other.cell} “{shown}” is shown as {now}, and was as {was}."
                    said.append(("format", other.cell, text))
    for label, cells in theirs.items():
        if label not in ours:
            said.append(
                ("cell", cells[0].cell, f"{after.name} has a new cell “{cells[0].label}” ({cells[0].cell}).")
            )
    for kind, cell, text in said[:_TOLD]:
        tell(kind, text, cell)
    if len(said) > _TOLD:
        tell("cell", f"{after.name} has {len(said) - _TOLD} more cells to be filled that are otherwise.")
    lost, made = _formulas(before) - _formulas(after), _formulas(after) - _formulas(before)
    if lost or made:
        tell(
            "formula", f"{after.name}: {sum(made.values())} formulas are new, {sum(lost.values())} are gone."
        )
    return found


def _by_label(sheet: SheetLook) -> dict[str, list[CellLook]]:
    """The cells to be filled by what is said of them, from top to bottom; those without a label are left out."""
    found: dict[str, list[CellLook]] = {}
    for _, cell in sorted(sheet.cells.items()):
        if cell.is_input and cell.label:
            found.setdefault(_plain(cell.label), []).append(cell)
    return found


def _formulas(sheet: SheetLook) -> Counter[str]:
    """The formulas of a sheet without the numbers of their rows, so that a row put in changes none."""
    return Counter(_NUMBERS.sub("#", cell.formula) for cell in sheet.cells.values() if cell.formula)


def _of_lists(
    old: WorkbookLook, new: WorkbookLook, before: SheetLook, after: SheetLook
) -> list[TemplateChange]:
    """Drop-downs and other rules that are otherwise, each once."""
    found: list[TemplateChange] = []
    ours = Counter(
        (rule.kind, rule.operator, rule.choices or rule.formulas)
        for rule in old.validations
        if rule.sheet == before.name
    )
    theirs = Counter(
        (rule.kind, rule.operator, rule.choices or rule.formulas)
        for rule in new.validations
        if rule.sheet == after.name
    )
    for rule in new.validations:
        key = (rule.kind, rule.operator, rule.choices or rule.formulas)
        if rule.sheet != after.name or key in ours:
            continue
        cell = rule.areas[0].in_words
        if rule.kind != "list":
            found.append(
                TemplateChange(
                    "rule",
                    after.name,
                    cell,
                    f"{after.name}!{cell} has another rule: {rule.kind} {', '.join(rule.formulas)}.",
                )
            )
            continue
        was = next(
            (
                choices
                for kind, _, choices in ours
                if kind == "list" and (kind, "between", choices) not in theirs
            ),
            (),
        )
        more = [word for word in rule.choices if word not in was]
        less = [word for word in was if word not in rule.choices]
        parts = [
            f"{word} {', '.join(each[:_TOLD])}" for word, each in (("new:", more), ("gone:", less)) if each
        ]
        found.append(
            TemplateChange(
                "list", after.name, cell, f"The list of {after.name}!{cell} is another ({'; '.join(parts)})."
            )
        )
    return found


def _of_names(old: WorkbookLook, new: WorkbookLook, pairs: Mapping[str, str]) -> list[TemplateChange]:
    ours = {name.name: name for name in old.names if not name.is_hidden and not name.scope}
    theirs = {name.name: name for name in new.names if not name.is_hidden and not name.scope}
    found = [
        TemplateChange("name", "", "", f"The name {name} is gone.") for name in ours if name not in theirs
    ]
    found += [
        TemplateChange("name", "", "", f"The name {name} is new.") for name in theirs if name not in ours
    ]
    for name, before in ours.items():
        after = theirs.get(name)
        if after is None or before.area is None or after.area is None:
            continue
        if (pairs.get(before.sheet, before.sheet), before.area) != (after.sheet, after.area):
            led, leads = (f"{each.sheet}!{each.area.in_words}" for each in (before, after) if each.area)
            text = f"{name} leads to {leads}, and led to {led}."
            found.append(TemplateChange("name", after.sheet, after.area.in_words, text))
    return found


def _of_tables(old: WorkbookLook, new: WorkbookLook) -> list[TemplateChange]:
    theirs = {table.name: table for table in new.tables}
    found: list[TemplateChange] = []
    for before in old.tables:
        after = theirs.get(before.name)
        if after is None:
            found.append(TemplateChange("column", before.sheet, "", f"The table {before.name} is gone."))
            continue
        at = after.area.in_words
        for heading in after.headings:
            if heading not in before.headings:
                found.append(
                    TemplateChange("column", after.sheet, at, f"{after.name} has a new column “{heading}”.")
                )
        for heading in before.headings:
            if heading not in after.headings:
                found.append(
                    TemplateChange(
                        "column", after.sheet, at, f"{after.name} has no column “{heading}” any more."
                    )
                )
        rows = [each.area.last_row - each.area.first_row - each.totals for each in (before, after)]
        if rows[0] != rows[1]:
            found.append(
                TemplateChange(
                    "column", after.sheet, at, f"{after.name} has {rows[1]} rows, and had {rows[0]}."
                )
            )
    return found


# Mappings


class _Carrying:
    """Finds the places of a mapping again in a new issue."""

    def __init__(self, old: WorkbookLook, new: WorkbookLook) -> None:
        self._old, self._new = old, new
        self._pairs = _paired(old, new)
        self._old_places, self._places = Places(old), Places(new)
        self._same = {
            name
            for name, other in self._pairs.items()
            if (one := old.sheet(name)) is not None
            and (two := new.sheet(other)) is not None
            and _written(one) == _written(two)
        }
        self._review: dict[str, list[str]] = {}

    def carried(self, mapping: TemplateMapping) -> TemplateMapping:
        cells: dict[str, MappedCell] = {}
        for cell in mapping.cells:
            moved = self._cell(cell)
            if moved is None:
                continue
            if (key := key_of(moved)) in cells:
                self._say(key, f"two cells of the issue before are found here: it was {key_of(cell)} too")
                continue
            cells[key] = moved
        tables = tuple(table for each in mapping.tables if (table := self._table(each)) is not None)
        # What was to be looked at before still is.
        for key, why in mapping.to_review:
            self._review.setdefault(key, []).insert(0, why)
        return replace(
            mapping,
            cells=tuple(cells.values()),
            tables=tables,
            to_review=tuple((key, "; ".join(dict.fromkeys(whys))) for key, whys in self._review.items()),
        )

    def _say(self, key: str, why: str) -> None:
        self._review.setdefault(key, []).append(why)

    def _cell(self, mapped: MappedCell) -> MappedCell | None:
        """*mapped* where it is now; None where it is nowhere, which is on the list then."""
        was_key = key_of(mapped)
        found_before = self._old_places.place_of(mapped.place)
        old_sheet = self._old.sheet(mapped.place.sheet if found_before is None else found_before.sheet)
        at = split_address(mapped.place.cell if found_before is None else found_before.cell)
        before = None if old_sheet is None else old_sheet.at(*at)
        label = "" if before is None else before.label or _said_at(old_sheet, *at)
        place = self._by_name(mapped) or self._by_label(old_sheet, before)
        if place is None:
            what = f"“{label}”" if label else was_key
            self._say(was_key, f"{what} is not in the new issue: it is no longer mapped")
            return None
        sheet, row, column, doubt = place
        now = sheet.at(row, column)
        moved = replace(mapped, place=replace(mapped.place, sheet=sheet.name, cell=now.cell))
        key = key_of(moved)
        if key != was_key:
            self._say(key, f"it moved from {was_key}")
        label_now = now.label or _said_at(sheet, row, column)
        if _plain(label_now) != _plain(label):
            self._say(key, f"its label is “{label_now}”, and was “{label}”")
        if doubt:
            self._say(key, doubt)
        self._look_at(
            key, old_sheet, before, sheet, now, mapped.source, mapped.words, over=mapped.over_formula
        )
        return moved

    def _by_name(self, mapped: MappedCell) -> tuple[SheetLook, int, int, str] | None:
        place = mapped.place
        if place.name and any(
            name.name.casefold() == place.name.casefold() and name.area for name in self._new.names
        ):
            found = self._places.place_of(place)
        elif place.marker:
            only = replace(place, name="")
            found = self._places.place_of(only)
            if (
                found is not None
                and not found.moved
                and (found.sheet, found.cell) == (place.sheet, place.cell)
            ):
                return None  # the marker is gone or has several cells: the labels tell
        else:
            return None
        sheet = None if found is None else self._new.sheet(found.sheet)
        if found is None or sheet is None:
            return None
        return (sheet, *split_address(found.cell), "")

    def _by_label(
        self, old_sheet: SheetLook | None, before: CellLook | None
    ) -> tuple[SheetLook, int, int, str] | None:
        """Where the sheet says of a cell what it said before: the same address first, else the cell of that label."""
        if old_sheet is None or before is None:
            return None
        sheet = self._new.sheet(self._pairs.get(old_sheet.name, ""))
        if sheet is None:
            return self._elsewhere(before)
        if old_sheet.name in self._same:
            return sheet, before.row, before.column, ""
        label = _plain(before.label)
        if not label:
            now = sheet.at(before.row, before.column)
            text = _said_at(old_sheet, before.row, before.column)
            if not now.is_input and before.is_input:
                return None
            doubt = (
                ""
                if text and _plain(text) == _plain(_said_at(sheet, before.row, before.column))
                else ("nothing beside it says what it is: see that it is the right cell")
            )
            return sheet, before.row, before.column, doubt
        ours, theirs = _by_label(old_sheet).get(label, []), _by_label(sheet).get(label, [])
        if not theirs:
            return self._renamed(old_sheet, sheet, before)
        if len(ours) == len(theirs):
            # The first of that label stays the first, unless what stands around it says otherwise.
            now = theirs[[cell.cell for cell in ours].index(before.cell)] if before in ours else theirs[0]
            alike = len(ours) == 1 or _around(old_sheet, before) == _around(sheet, now)
            doubt = (
                ""
                if alike
                else f"there are {len(theirs)} cells “{before.label}”: see that it is the right one"
            )
            return sheet, now.row, now.column, doubt
        nearest = min(theirs, key=lambda cell: (abs(cell.row - before.row), abs(cell.column - before.column)))
        alike_cells = [cell for cell in theirs if _around(sheet, cell) == _around(old_sheet, before)]
        now = alike_cells[0] if len(alike_cells) == 1 else nearest
        number = f"there are {len(theirs)} cells “{before.label}” now, and there were {len(ours)}"
        doubt = f"{number}: see that it is the right one"
        return sheet, now.row, now.column, doubt

    def _elsewhere(self, before: CellLook) -> tuple[SheetLook, int, int, str] | None:
        """The one cell of that label on any sheet, where its own sheet is gone."""
        label = _plain(before.label)
        found = [
            (sheet, cell)
            for sheet in self._new.sheets
            for cell in (_by_label(sheet).get(label, []) if label else [])
        ]
        if len(found) != 1:
            return None
        sheet, cell = found[0]
        return sheet, cell.row, cell.column, "it stands on another sheet now"

    def _renamed(
        self, old_sheet: SheetLook, sheet: SheetLook, before: CellLook
    ) -> tuple[SheetLook, int, int, str] | None:
        """The cell whose label is most like the one that is gone, among those that are new."""
        known = _by_label(old_sheet)
        news = [cell for label, cells in _by_label(sheet).items() if label not in known for cell in cells]
        scored = [
            (int(SequenceMatcher(None, _plain(before.label), _plain(cell.label)).ratio() * 100), cell)
            for cell in news
        ]
        likely = [(ratio, cell) for ratio, cell in scored if ratio >= _RENAMED]
        if likely:
            cell = max(likely, key=lambda each: (each[0], each[1].cell == before.cell))[1]
            return sheet, cell.row, cell.column, "its label was changed"
        now = sheet.at(before.row, before.column)
        if now.is_input and any(cell.cell == now.cell for cell in news):
            return sheet, now.row, now.column, "its label was changed"
        return None

    def _look_at(
        self,
        key: str,
        old_sheet: SheetLook | None,
        before: CellLook | None,
        sheet: SheetLook,
        now: CellLook,
        source: str,
        words: Sequence[tuple[str, str]],
        *,
        over: bool,
    ) -> None:
        """Says what speaks for a second look at a cell that was found again."""
        if before is None or old_sheet is None:
            return
        if now.formula and not before.formula:
            self._say(key, "a formula stands there now")
        if (
            not over
            and sheet.is_protected
            and now.style.locked
            and not (old_sheet.is_protected and before.style.locked)
        ):
            self._say(key, "it is locked now")
        if before.style.number_format != now.style.number_format:
            self._say(key, f"its format is {now.style.number_format}, and was {before.style.number_format}")
        ours = self._old.choices(old_sheet.name, before.row, before.column)
        theirs = self._new.choices(sheet.name, now.row, now.column)
        if ours != theirs and source:
            gone = [word for _, word in words if word not in theirs]
            more = f"; {', '.join(gone)} is no longer in it" if gone else ""
            self._say(key, f"its list is another{more}")
        if source and (rules := _rules(self._new, sheet, now)) != _rules(self._old, old_sheet, before):
            self._say(key, f"its rule is another: {'; '.join(rules) or 'none'}")

    # Tables

    def _table(self, table: MappedTable) -> MappedTable | None:
        old_sheet = self._old.sheet(table.sheet)
        held = next(
            (each for each in self._new.tables if table.excel_table and each.name == table.excel_table), None
        )
        sheet = self._new.sheet(held.sheet if held is not None else self._pairs.get(table.sheet, ""))
        if old_sheet is None or sheet is None:
            self._say(table.name, "its sheet is not in the new issue: the table is no longer mapped")
            return None
        if table.sheet in self._same and (held is None or self._is_as_before(held)):
            carried = replace(table, sheet=sheet.name)
            if sheet.name != table.sheet:
                self._say(f"{table.name}:{table.key_column}", f"its sheet was called {table.sheet}")
            self._look_at_columns(carried, carried, old_sheet, sheet)
            return carried
        rows = self._rows_of(table, old_sheet, sheet, held)
        if rows is None:
            self._say(
                table.name, "its headings are not found in the new issue: the table is no longer mapped"
            )
            return None
        heading_row, first, last, places = rows
        columns: list[MappedColumn] = []
        for column in table.columns:
            if (at := places.get(column.column)) is None:
                heading = _heading(old_sheet, table, column.column)
                self._say(
                    column_key(table, column),
                    f"the column “{heading}” is not in the new issue: it is no longer mapped",
                )
                continue
            columns.append(replace(column, column=at))
            if at != column.column:
                self._say(f"{table.name}:{at}", f"it was column {column.column}")
        key = places.get(table.key_column)
        if key is None:
            self._say(table.name, "the column that names its rows is not found: see which it is")
            key = columns[0].column if columns else table.key_column
        if not columns:
            return None
        carried = replace(
            table,
            sheet=sheet.name,
            heading_row=heading_row,
            first_row=first,
            last_row=last,
            key_column=key,
            columns=tuple(columns),
        )
        name_key = f"{table.name}:{key}"
        if (first, table.sheet) != (table.first_row, sheet.name):
            self._say(
                name_key,
                f"it begins in row {first} of {sheet.name}, and began in row {table.first_row} of {table.sheet}",
            )
        if last - first != table.last_row - table.first_row:
            self._say(
                name_key, f"it has {last - first + 1} rows, and had {table.last_row - table.first_row + 1}"
            )
        self._look_at_columns(table, carried, old_sheet, sheet, places)
        self._new_columns(table, carried, old_sheet, sheet)
        return carried

    def _is_as_before(self, held: TableLook) -> bool:
        return any(
            (each.name, each.area, each.headings) == (held.name, held.area, held.headings)
            for each in self._old.tables
        )

    def _look_at_columns(
        self,
        table: MappedTable,
        carried: MappedTable,
        old_sheet: SheetLook,
        sheet: SheetLook,
        places: Mapping[str, str] | None = None,
    ) -> None:
        for column in table.columns:
            at = column.column if places is None else places.get(column.column)
            if at is None:
                continue
            self._look_at(
                f"{table.name}:{at}",
                old_sheet,
                old_sheet.at(table.first_row, column_number(column.column)),
                sheet,
                sheet.at(carried.first_row, column_number(at)),
                column.source,
                column.words,
                over=column.over_formula,
            )

    def _new_columns(
        self, table: MappedTable, carried: MappedTable, old_sheet: SheetLook, sheet: SheetLook
    ) -> None:
        if not table.heading_row:
            return
        known = {text for _, text in _headings_in(old_sheet, table.heading_row)}
        for at, text in _headings_in(sheet, carried.heading_row):
            if text not in known and sheet.at(carried.first_row, at).is_input:
                shown = sheet.at(carried.heading_row, at).shown.strip()
                self._say(
                    f"{table.name}:{column_letters(at)}", f"the column “{shown}” is new and has no figure"
                )

    def _rows_of(
        self, table: MappedTable, old_sheet: SheetLook, sheet: SheetLook, held: TableLook | None
    ) -> tuple[int, int, int, dict[str, str]] | None:
        """Heading row, first and last row, and the new letters of each column of *table*."""
        letters = list(dict.fromkeys((table.key_column, *(column.column for column in table.columns))))
        wanted = {letter: _plain(_heading(old_sheet, table, letter)) for letter in letters}
        if held is not None:
            texts = [(held.area.first_column + at, _plain(text)) for at, text in enumerate(held.headings)]
            places = _columns_again(wanted, texts)
            return held.area.first_row, held.area.first_row + 1, held.area.last_row - held.totals, places
        if not table.heading_row:
            return None
        best: tuple[int, int, int, dict[str, str]] | None = None
        for row in sorted({row for row, _ in sheet.cells}):
            places = _columns_again(wanted, _headings_in(sheet, row))
            score = (len(places), -abs(row - table.heading_row))
            if places and (best is None or score > best[:2]):
                best = (*score, row, places)
        if best is None or best[0] * 2 < len(wanted):
            return None
        row, places = best[2], best[3]
        first = row + table.first_row - table.heading_row
        spots = [column_number(letter) for letter in places.values()]
        last = first + table.last_row - table.first_row
        if not table.by_key or any(sheet.at(first, at).is_input for at in spots):
            while first < row + 20 and not any(sheet.at(first, at).is_input for at in spots):
                first += 1
            last = first
            while any(sheet.at(last + 1, at).is_input for at in spots):
                last += 1
            if last - first > table.last_row - table.first_row and not _ran_on(old_sheet, table):
                last = first + table.last_row - table.first_row  # it was made shorter than the cells go
        return row, first, last, places


def _ran_on(sheet: SheetLook, table: MappedTable) -> bool:
    """Whether a table went to the last of its cells to be filled."""
    return not any(
        sheet.at(table.last_row + 1, column_number(column.column)).is_input for column in table.columns
    )


def _columns_again(wanted: Mapping[str, str], texts: Sequence[tuple[int, str]]) -> dict[str, str]:
    """The new letters of each old column, by its heading; of several alike the first stays the first."""
    found: dict[str, str] = {}
    for letter, heading in wanted.items():
        if not heading:
            continue
        alike_before = [each for each, text in wanted.items() if text == heading]
        alike_now = [at for at, text in texts if text == heading]
        if len(alike_before) <= len(alike_now):
            found[letter] = column_letters(alike_now[alike_before.index(letter)])
    return found


def _heading(sheet: SheetLook, table: MappedTable, letters: str) -> str:
    row = table.heading_row or table.first_row - 1
    return sheet.at(row, column_number(letters)).shown.strip() if row > 0 else ""


def _headings_in(sheet: SheetLook, row: int) -> list[tuple[int, str]]:
    return [
        (column, _plain(cell.shown))
        for (at, column), cell in sorted(sheet.cells.items())
        if at == row and isinstance(cell.value, str) and not cell.formula and cell.shown.strip()
    ]


def _written(sheet: SheetLook) -> dict[tuple[int, int], tuple[str, bool]]:
    """What a sheet says and where it is to be filled: two sheets with the same are the same for a mapping."""
    return {
        at: ("" if cell.is_input else f"={cell.formula}" if cell.formula else cell.shown, cell.is_input)
        for at, cell in sheet.cells.items()
        if cell.is_input or cell.formula or cell.shown
    }


def _around(sheet: SheetLook, cell: CellLook) -> tuple[str, ...]:
    """The nearest texts above a cell in its sheet, by which cells of one label are told apart."""
    texts = [
        _plain(each.shown)
        for (row, _), each in sorted(sheet.cells.items(), reverse=True)
        if row < cell.row and isinstance(each.value, str) and not each.formula and not each.is_input
    ]
    return tuple(texts[:4])


def _said_at(sheet: SheetLook | None, row: int, column: int) -> str:
    """What stands beside a cell that is not there to be filled: the nearest text to its left, else above."""
    if sheet is None:
        return ""
    for at in range(column - 1, max(-1, column - 7), -1):
        if isinstance(sheet.at(row, at).value, str) and not sheet.at(row, at).is_input:
            return sheet.at(row, at).shown
    for at in range(row - 1, max(0, row - 10), -1):
        if isinstance(sheet.at(at, column).value, str) and not sheet.at(at, column).is_input:
            return sheet.at(at, column).shown
    return ""


def _rules(book: WorkbookLook, sheet: SheetLook, cell: CellLook) -> tuple[str, ...]:
    """The rules for a cell beside drop-downs, in words; rows in them do not count."""
    return tuple(
        f"{rule.kind} {rule.operator} "
        f"{', '.join(_NUMBERS.sub('#', text) if '!' in text else text for text in rule.formulas)}"
        for rule in book.validations
        if rule.kind not in {"list", "none"}
        and rule.sheet == sheet.name
        and any(area.has(cell.row, cell.column) for area in rule.areas)
    )
