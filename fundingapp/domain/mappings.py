"""From a mapping to the cells to fill: where each figure goes in a template, how it is shown there, and what could not
be put (``trust.md`` T.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from fundingapp.domain.addresses import Area, address, column_number, split_address
from fundingapp.domain.figures_to_send import KEYS, entry_of, is_known
from fundingapp.domain.filling import CellToFill
from fundingapp.domain.money import Money
from fundingapp.domain.number_formats import shown_as
from fundingapp.domain.return_proofs import CellSort
from fundingapp.domain.sendable import NOT_HELD, FigureRow, FigureSort, FiguresToSend, SentValue
from fundingapp.domain.sending import Grade
from fundingapp.domain.sheet_labels import Fence, fences_of
from fundingapp.domain.sheet_looks import NameLook, SheetLook, WorkbookLook
from fundingapp.domain.templates import MappedCell, MappedColumn, MappedTable, Place, ShownAs, TemplateMapping
from fundingapp.domain.worked_out import Put

#: So many places are named in one sentence; the others are counted.
_NAMED: Final = 6
#: The longest text that a cell can hold.
LONGEST_TEXT: Final = 32_767
_SORTS: Final = {
    ShownAs.POUNDS: CellSort.POUNDS,
    ShownAs.WHOLE_POUNDS: CellSort.POUNDS,
    ShownAs.NUMBER: CellSort.NUMBER,
    ShownAs.PERCENT: CellSort.NUMBER,
    ShownAs.TEXT: CellSort.TEXT,
    ShownAs.CHOICE: CellSort.TEXT,
    ShownAs.DAY: CellSort.DAY,
}
_SPACES = re.compile(r"\s+")


def key_of(cell: MappedCell) -> str:
    """What a mapped cell is known by: ``Cover!C7``."""
    return f"{cell.place.sheet}!{cell.place.cell}"


def column_key(table: MappedTable, column: MappedColumn) -> str:
    """What a column of a mapped table is known by: ``Expenditure:E``."""
    return f"{table.name}:{column.column}"


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """A cell that is to be filled: *value* is what is put, *shown* how it looks in the cell's own format."""

    sheet: str
    cell: str
    value: Put
    shown: str
    sort: CellSort
    source: str
    figure: str = ""
    label: str = ""
    over_formula: bool = False

    @property
    def place(self) -> str:
        """“Cover!C7”."""
        return f"{self.sheet}!{self.cell}"


@dataclass(frozen=True, slots=True)
class PlanFinding:
    """What could not be put as it is, or is to be known about it. *code* begins with “mapping.”."""

    code: str
    grade: Grade
    sheet: str
    cell: str
    text: str
    advice: str = ""
    source: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class AnnexTable:
    """The rows of a table that has more of them than the template has room for: they go into an annex of our own."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Put, ...], ...]


@dataclass(frozen=True, slots=True)
class FillPlan:
    """What is put into a template, what is to be known about it, and what goes into an annex."""

    cells: tuple[PlannedCell, ...] = ()
    findings: tuple[PlanFinding, ...] = ()
    annex: tuple[AnnexTable, ...] = ()

    @property
    def to_fill(self) -> tuple[CellToFill, ...]:
        """The cells as the filler takes them."""
        return tuple(
            CellToFill(each.sheet, each.cell, each.value, each.over_formula, each.over_formula)
            for each in self.cells
        )


def plan_of(look: WorkbookLook, mapping: TemplateMapping, figures: FiguresToSend) -> FillPlan:
    """What *mapping* puts into the template that looks like *look*, of all that a return may send."""
    planning = _Planning(look, figures)
    for cell in mapping.cells:
        planning.put_cell(cell)
    for table in mapping.tables:
        planning.put_table(table)
    planning.look_after(mapping)
    return planning.plan()


def places_of(look: WorkbookLook, mapping: TemplateMapping) -> frozenset[tuple[str, str]]:
    """Every cell that *mapping* speaks for: filled, or left empty on purpose."""
    resolving = Places(look)
    found = {(place.sheet, place.cell) for cell in mapping.cells if (place := resolving.place_of(cell.place))}
    for table in mapping.tables:
        for row in range(table.first_row, table.last_row + 1):
            found |= {(table.sheet, f"{column.column}{row}") for column in table.columns}
            found.add((table.sheet, f"{table.key_column}{row}"))
    return frozenset(found)


def unmapped_inputs(look: WorkbookLook, mapping: TemplateMapping) -> tuple[tuple[str, str, str], ...]:
    """The cells that are there to be filled and that *mapping* does not speak for: sheet, cell, label."""
    spoken = places_of(look, mapping)
    return tuple(
        (sheet.name, cell.cell, cell.label)
        for sheet in look.sheets
        for _, cell in sorted(sheet.cells.items())
        if cell.is_input and (sheet.name, cell.cell) not in spoken
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Where a mapped cell is now; *moved* says in words that a name or a marker led elsewhere than recorded."""

    sheet: str
    cell: str
    moved: str = ""


class Places:
    """Finds the cells of places: names and markers count before addresses."""

    def __init__(self, look: WorkbookLook) -> None:
        self._look = look
        self._names: dict[str, NameLook] = {
            name.name.casefold(): name for name in look.names if name.area is not None and not name.scope
        }
        self._fences: dict[str, Fence] = {fence.name: fence for fence in fences_of(look)}

    def place_of(self, place: Place) -> Found | None:
        """Where *place* is; None when neither its name nor its marker nor its sheet is there."""
        recorded = (place.sheet, place.cell)
        if (
            place.name
            and (name := self._names.get(place.name.casefold())) is not None
            and name.area is not None
        ):
            return self._told(place, name.sheet, name.area, f"the name {name.name}")
        if place.marker and (fence := self._fences.get(place.marker)) is not None:
            inside = self.inputs_of(fence)
            if len(inside) == 1:
                return self._told(place, fence.sheet, inside[0], f"the marker {place.marker}")
        sheet = self._look.sheet(place.sheet)
        return None if sheet is None else Found(sheet.name, recorded[1])

    def inputs_of(self, fence: Fence) -> list[Area]:
        """The cells to be filled between two markers."""
        sheet = self._look.sheet(fence.sheet)
        if sheet is None:
            return []
        return [
            Area(row, column, row, column)
            for (row, column), cell in sorted(sheet.cells.items())
            if cell.is_input and fence.area.has(row, column)
        ]

    def _told(self, place: Place, sheet: str, area: Area, what: str) -> Found:
        cell = address(area.first_row, area.first_column)
        if (sheet, cell) == (place.sheet, place.cell):
            return Found(sheet, cell)
        return Found(
            sheet, cell, f"{what} leads to {sheet}!{cell}, and {place.sheet}!{place.cell} was recorded"
        )


class _Planning:
    """Puts figures into cells, one mapping after the other."""

    def __init__(self, look: WorkbookLook, figures: FiguresToSend) -> None:
        self._look, self._figures = look, figures
        self._places = Places(look)
        self._cells: dict[tuple[str, str], PlannedCell] = {}
        self._findings: list[PlanFinding] = []
        self._annex: list[AnnexTable] = []

    def plan(self) -> FillPlan:
        order = {sheet.name: at for at, sheet in enumerate(self._look.sheets)}
        cells = sorted(
            self._cells.values(), key=lambda each: (order.get(each.sheet, 0), split_address(each.cell))
        )
        return FillPlan(tuple(cells), tuple(self._findings), tuple(self._annex))

    def find(
        self,
        code: str,
        text: str,
        advice: str = "",
        sheet: str = "",
        cell: str = "",
        source: str = "",
        *,
        is_error: bool = True,
        figure: str = "",
    ) -> None:
        grade = Grade.ERROR if is_error else Grade.LOOK
        self._findings.append(
            PlanFinding(f"mapping.{code}", grade, sheet, cell, text, advice, source, figure)
        )

    # Single cells

    def put_cell(self, mapped: MappedCell) -> None:
        if not mapped.source:
            return  # left empty on purpose
        place = self._places.place_of(mapped.place)
        if place is None:
            self.find(
                "place_lost",
                f"The sheet {mapped.place.sheet} is not in the template, so {_said(mapped.source)} has no place.",
                "Map it to another cell, or take the mapping out.",
                mapped.place.sheet,
                mapped.place.cell,
                mapped.source,
            )
            return
        if place.moved:
            self.find(
                "place_moved",
                f"{_said(mapped.source)} goes into {place.sheet}!{place.cell}: {place.moved}.",
                "See that it is the right cell.",
                place.sheet,
                place.cell,
                mapped.source,
                is_error=False,
            )
        if not is_known(mapped.source):
            self._unknown(mapped.source, place.sheet, place.cell)
            return
        value = self._figures.values.get(mapped.source, NOT_HELD)
        if value.value is None:
            self.find(
                "nothing_held",
                f"{place.sheet}!{place.cell} stays as it is: nothing is held for {_said(mapped.source)}.",
                "Record it, or fill the cell by hand.",
                place.sheet,
                place.cell,
                mapped.source,
                is_error=False,
            )
            return
        sheet = self._look.sheet(place.sheet)
        label = _label_at(sheet, place.cell) or entry_of(mapped.source).label
        as_column = MappedColumn(
            "", mapped.source, mapped.shown, mapped.words, mapped.small, mapped.over_formula
        )
        self._put(place.sheet, place.cell, as_column, value, label)

    def _unknown(self, source: str, sheet: str, cell: str) -> None:
        self.find(
            "source_unknown",
            f"{sheet}!{cell} is mapped to “{source}”, which this version does not know.",
            "Choose another figure for it.",
            sheet,
            cell,
            source,
        )

    # Tables

    def put_table(self, table: MappedTable) -> None:
        sheet = self._look.sheet(table.sheet)
        if sheet is None:
            self.find(
                "place_lost",
                f"The sheet {table.sheet} of the table {table.name} is not in the template.",
                "Map it anew, or take the mapping out.",
                table.sheet,
            )
            return
        table = self._followed(table)
        columns = []
        for column in table.columns:
            if not column.source:
                continue  # left empty on purpose
            if is_known(column.source):
                columns.append(column)
            else:
                self._unknown(column.source, sheet.name, f"{column.column}{table.first_row}")
        rows = self._figures.rows_of(table.rows)
        if table.by_key:
            self._by_key(sheet, table, columns, rows)
        else:
            self._from_top(sheet, table, columns, rows)

    def _followed(self, table: MappedTable) -> MappedTable:
        """*table* where the Excel table of its name is now, if it is one."""
        held = next((each for each in self._look.tables if each.name == table.excel_table), None)
        if held is None or not table.excel_table:
            return table
        first, last = held.area.first_row + 1, held.area.last_row - held.totals
        if (held.sheet, first, last) == (table.sheet, table.first_row, table.last_row):
            return table
        self.find(
            "place_moved",
            f"The table {table.excel_table} is in {held.sheet}!{held.area.in_words}, otherwise than recorded.",
            "See that its rows are the right ones.",
            held.sheet,
            address(held.area.first_row, held.area.first_column),
            is_error=False,
        )
        return replace(table, sheet=held.sheet, first_row=first, last_row=last)

    def _by_key(
        self, sheet: SheetLook, table: MappedTable, columns: Sequence[MappedColumn], rows: Sequence[FigureRow]
    ) -> None:
        """Puts each of *rows* where the template names it."""
        key_column = column_number(table.key_column)
        source = table.key_source or KEYS.get(table.rows, "")
        theirs = {
            _plain(text): row
            for row in range(table.first_row, table.last_row + 1)
            if (text := sheet.at(row, key_column).shown.strip())
        }
        taken: set[int] = set()
        for row in rows:
            at = _row_of(theirs, row, source)
            if at is None or at in taken:
                self.find(
                    "row_not_there",
                    f"{row.label} has no row of its own in {sheet.name} (column {table.key_column}, rows "
                    f"{table.first_row} to {table.last_row}).",
                    "Ask the commissioner for a row, or map the table from the top.",
                    sheet.name,
                    f"{table.key_column}{table.first_row}",
                    source,
                )
                continue
            taken.add(at)
            for column in columns:
                if column.column != table.key_column:
                    self._put_row(sheet, table, column, at, row)
        others = [sheet.at(row, key_column).shown.strip() for row in theirs.values() if row not in taken]
        if others:
            self.find(
                "row_not_ours",
                f"{sheet.name} has rows that this return has nothing for: {_listed(others)}.",
                "They stay as they are.",
                sheet.name,
                f"{table.key_column}{table.first_row}",
                is_error=False,
            )

    def _from_top(
        self, sheet: SheetLook, table: MappedTable, columns: Sequence[MappedColumn], rows: Sequence[FigureRow]
    ) -> None:
        """Puts *rows* one under the other; what has no room goes into an annex, with its total in the last row."""
        room = table.last_row - table.first_row + 1
        put = rows if len(rows) <= room else rows[: room - 1]
        for at, row in enumerate(put):
            for column in columns:
                self._put_row(sheet, table, column, table.first_row + at, row)
        if len(rows) > room:
            self._rest(sheet, table, columns, rows)
            return
        for at in range(table.first_row + len(rows), table.last_row + 1):
            self._clear(sheet, columns, at)

    def _rest(
        self, sheet: SheetLook, table: MappedTable, columns: Sequence[MappedColumn], rows: Sequence[FigureRow]
    ) -> None:
        room = table.last_row - table.first_row + 1
        rest = rows[room - 1 :]
        last = table.last_row
        says = f"{len(rest)} more, see the annex"
        for column in columns:
            entry = entry_of(column.source)
            held = [row.values.get(column.source, NOT_HELD).value for row in rest]
            is_name = column.source.rpartition("/")[2] in {"name", "named", "project", "description", "text"}
            if entry.sort is FigureSort.POUNDS:
                total = Money.total(amount for amount in held if isinstance(amount, Money))
                self._put(
                    sheet.name, f"{column.column}{last}", column, SentValue(total), f"{says}: {entry.label}"
                )
            elif is_name:
                self._put(sheet.name, f"{column.column}{last}", column, SentValue(says), says)
            else:
                self._clear(sheet, [column], last)
        self._annex.append(
            AnnexTable(
                f"{sheet.name} annex",
                tuple(entry_of(column.source).label for column in columns),
                tuple(
                    tuple(_put_of(row.values.get(column.source, NOT_HELD), column) for column in columns)
                    for row in rest
                ),
            )
        )
        self.find(
            "too_many_rows",
            f"{sheet.name} has room for {room} rows from row {table.first_row} on, and the return has {len(rows)}: the "
            f"last {len(rest)} are added up in row {last} and listed in an annex.",
            "Send the annex with the return, or ask the commissioner for a larger template.",
            sheet.name,
            f"{table.key_column}{last}",
            is_error=False,
        )

    def _put_row(
        self, sheet: SheetLook, table: MappedTable, column: MappedColumn, at: int, row: FigureRow
    ) -> None:
        value = row.values.get(column.source, NOT_HELD)
        if value.value is None:
            self._clear(sheet, [column], at)
            return
        heading = ""
        if table.heading_row:
            heading = _SPACES.sub(
                " ", sheet.at(table.heading_row, column_number(column.column)).shown
            ).strip()
        label = f"{row.label}: {heading or entry_of(column.source).label}"
        self._put(sheet.name, f"{column.column}{at}", column, value, label)

    def _clear(self, sheet: SheetLook, columns: Iterable[MappedColumn], row: int) -> None:
        """Empties the cells of a row that hold something of before, such as another quarter's figures."""
        for column in columns:
            cell = sheet.at(row, column_number(column.column))
            is_open = cell.is_input or column.over_formula
            if cell.value is not None and not cell.formula and is_open:
                self._cells[sheet.name, cell.cell] = PlannedCell(
                    sheet.name, cell.cell, None, "", _SORTS[column.shown], column.source, "", "left empty"
                )

    # Values

    def _put(self, sheet_name: str, cell: str, mapped: MappedColumn, value: SentValue, label: str) -> None:
        sheet = self._look.sheet(sheet_name)
        if sheet is None:
            return
        row, column = split_address(cell)
        there = sheet.at(row, column)
        if not mapped.over_formula and (there.formula or (sheet.is_protected and there.style.locked)):
            what = "a formula stands there" if there.formula else "the cell is locked"
            self.find(
                "not_open",
                f"{label} can't go into {sheet.name}!{cell}: {what}.",
                "Choose another cell, or allow it in the mapping.",
                sheet.name,
                cell,
                mapped.source,
                figure=value.figure,
            )
            return
        put = _put_of(value, mapped)
        choices = self._look.choices(sheet.name, row, column)
        if isinstance(put, str) and choices and not value.is_small:
            chosen = in_list(put, choices)
            if chosen is None:
                self.find(
                    "word_not_in_list",
                    f"{sheet.name}!{cell} takes {_listed(choices)}, and {label} is “{put}”.",
                    "Say in the mapping which word of the list stands for it.",
                    sheet.name,
                    cell,
                    mapped.source,
                    figure=value.figure,
                )
                return
            put = chosen
        if isinstance(put, str):
            most = self._most_letters(sheet.name, row, column)
            if len(put) > min(most, LONGEST_TEXT):
                self.find(
                    "text_too_long",
                    f"{label} has {len(put):,} characters, and {sheet.name}!{cell} takes {most:,} at most.",
                    "Shorten it; nothing is cut off by itself.",
                    sheet.name,
                    cell,
                    mapped.source,
                )
                if len(put) > LONGEST_TEXT:
                    return
        self._take(
            PlannedCell(
                sheet.name,
                cell,
                put,
                shown_as(put, there.style.number_format),
                _SORTS[mapped.shown] if not isinstance(put, str) else CellSort.TEXT,
                mapped.source,
                value.figure,
                label,
                mapped.over_formula,
            )
        )

    def _take(self, cell: PlannedCell) -> None:
        other = self._cells.get((cell.sheet, cell.cell))
        if other is not None and other.source and other.value is not None and other.value != cell.value:
            self.find(
                "mapped_twice",
                f"{cell.place} is to hold {_said(other.source)} (“{other.shown}”) and {_said(cell.source)} "
                f"(“{cell.shown}”).",
                "Take one of the two out of the mapping.",
                cell.sheet,
                cell.cell,
                cell.source,
            )
            return
        self._cells[cell.sheet, cell.cell] = cell

    def _most_letters(self, sheet: str, row: int, column: int) -> int:
        for rule in self._look.validations:
            if (
                rule.kind != "textLength"
                or rule.sheet != sheet
                or not any(area.has(row, column) for area in rule.areas)
            ):
                continue
            limit = rule.formulas[-1] if rule.formulas else ""
            if limit.isdecimal() and rule.operator in {"lessThanOrEqual", "lessThan", "between", "equal"}:
                return int(limit) - (rule.operator == "lessThan")
        return LONGEST_TEXT

    # What is left

    def look_after(self, mapping: TemplateMapping) -> None:
        """Says what is to be looked at still, and which cells nobody spoke for."""
        if mapping.to_review:
            keys = [key for key, _ in mapping.to_review]
            self.find(
                "review_open",
                f"{len(keys)} of the mapping are to be looked at still: {_listed(keys)}.",
                "Open the mapping, look at each, and confirm or correct it.",
            )
        by_sheet: dict[str, list[str]] = {}
        for sheet, cell, label in unmapped_inputs(self._look, mapping):
            by_sheet.setdefault(sheet, []).append(f"{cell} ({label})" if label else cell)
        for sheet, cells in by_sheet.items():
            number = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
            self.find(
                "input_without_figure",
                f"{sheet} has {number} to be filled that no figure is mapped to: {_listed(cells)}.",
                "Map them, say that they stay empty, or fill them by hand.",
                sheet,
                cells[0].partition(" ")[0],
                is_error=False,
            )


def in_list(word: str, choices: Sequence[str]) -> str | None:
    """The entry of a drop-down that is *word*, but for capitals and spaces; None where there is none."""
    if word in choices:
        return word
    plain = _plain(word)
    return next((each for each in choices if _plain(each) == plain), None)


def _put_of(value: SentValue, mapped: MappedColumn) -> Put:
    """What is put into the cell for *value*, in the template's own words."""
    held = value.value
    if held is None:
        return None
    if value.is_small:
        return mapped.small or str(held)
    words = dict(mapped.words)
    match mapped.shown:
        case ShownAs.WHOLE_POUNDS if isinstance(held, Money):
            return held.whole_pounds
        case ShownAs.PERCENT if isinstance(held, (Decimal, int)):
            return Decimal(held).scaleb(-2)
        case ShownAs.TEXT | ShownAs.CHOICE:
            text = _text_of(held)
            return words.get(text, text)
        case _:
            if isinstance(held, Money):
                return held.pounds
            return words.get(held, held) if isinstance(held, str) else held


def _text_of(value: Money | Decimal | int | str | date) -> str:
    if isinstance(value, Money):
        return f"{value.pounds:.2f}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def _row_of(theirs: Mapping[str, int], row: FigureRow, source: str) -> int | None:
    """The row of the template that names *row*: by the key alone, by the name, or by both as in “LF-01: Project”."""
    key = row.values.get(source, NOT_HELD).value
    wanted = [str(each) for each in (key, row.key, row.label) if each]
    name = row.values.get("project/name", NOT_HELD).value
    if name:
        wanted += [str(name), f"{row.key}: {name}", f"{row.key} - {name}", f"{row.key} {name}"]
    return next((theirs[plain] for plain in map(_plain, wanted) if plain in theirs), None)


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text).strip().casefold()


def _label_at(sheet: SheetLook | None, cell: str) -> str:
    return "" if sheet is None else sheet.at(*split_address(cell)).label


def _said(source: str) -> str:
    """What a source is called, in quotation marks."""
    return f"“{entry_of(source).label}”" if is_known(source) else f"“{source}”"


def _listed(words: Sequence[str]) -> str:
    shown = ", ".join(words[:_NAMED])
    more = len(words) - _NAMED
    return f"{shown} and {more} more" if more > 0 else shown
