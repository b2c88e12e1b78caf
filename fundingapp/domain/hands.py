"""How a return comes into the hand: what would be put into a template, or a filled file, beside what we hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from fundingapp.domain.addresses import column_letters, column_number, split_address
from fundingapp.domain.mappings import FillPlan, Places
from fundingapp.domain.received import At, Received, Standing
from fundingapp.domain.return_proofs import CellSort, ReturnCell
from fundingapp.domain.returns import ReturnDocument
from fundingapp.domain.returns_in_hand import (
    CellInHand,
    FileOnDisk,
    FormulaInHand,
    FoundBefore,
    LostFormula,
    ReturnInHand,
    TableInHand,
    is_blank,
)
from fundingapp.domain.sheet_looks import CellLook, SheetLook, WorkbookLook
from fundingapp.domain.templates import (
    MappedCell,
    MappedColumn,
    MappedTable,
    ReturnTemplate,
    RowsOf,
    ShownAs,
    TemplateMapping,
)
from fundingapp.domain.worked_out import Put, WorkedOut


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be put into a cell: *value* ours, None for nothing held."""

    value: Standing
    source: str
    figure: str = ""
    label: str = ""


@dataclass(frozen=True)
class Planning:
    """What is to be put into a template: by cell; *look* is the template's, *template* and *mapping* the file's."""

    document: ReturnDocument
    today: date
    look: WorkbookLook
    mapping: TemplateMapping
    planned: Mapping[At, Planned]
    template: ReturnTemplate | None = None
    found: tuple[FoundBefore, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


def planning_of(
    document: ReturnDocument,
    today: date,
    plan: FillPlan,
    look: WorkbookLook,
    mapping: TemplateMapping,
    template: ReturnTemplate,
) -> Planning:
    """What *plan* puts into the *template* that looks like *look*."""
    return Planning(
        document,
        today,
        look,
        mapping,
        {
            (each.sheet, each.cell): Planned(plain(each.value), each.source, each.figure, each.label)
            for each in plan.cells
        },
        template,
        tuple(
            FoundBefore(each.code, each.grade, each.sheet, each.cell, each.text, each.advice, each.figure)
            for each in plan.findings
        ),
    )


def hand_of_ours(
    document: ReturnDocument, today: date, cells: Iterable[ReturnCell], tabs: Sequence[str]
) -> ReturnInHand:
    """The return as our own workbook would have it: the cells that say what they are."""
    every = [((each.sheet, split_address(each.cell)[0]), each) for each in cells]
    refs = {row: each.value for row, each in every if each.source.endswith("/ref")}
    return ReturnInHand(
        document,
        today,
        tuple(
            CellInHand(
                each.sheet,
                each.cell,
                _SHOWN.get(each.sort, ShownAs.TEXT),
                each.value or None,
                each.value or None,
                each.source,
                each.figure,
                each.label,
                "",
                refs.get(row, ""),
            )
            for row, each in every
        ),
        sheets=tuple(tabs),
    )


_SHOWN = {CellSort.POUNDS: ShownAs.POUNDS, CellSort.NUMBER: ShownAs.NUMBER, CellSort.DAY: ShownAs.DAY}


def hand_of_plan(planning: Planning, results: WorkedOut, received: Received) -> ReturnInHand:
    """The return as it would be written: our values in the template's cells, *results* in its formulas."""
    return _hand(planning, planning.look, None, results, received, {})


def hand_of_file(
    planning: Planning, look: WorkbookLook, file: FileOnDisk, results: WorkedOut, received: Received
) -> ReturnInHand:
    """The return as it stands in the workbook *look*, *results* being what its formulas come to now."""
    return _hand(planning, look, file, results, received, _lost(planning.look, look))


def puts_of_file(template: WorkbookLook, look: WorkbookLook) -> dict[At, Put]:
    """What a filled file has otherwise than its template: with these in the template's cells its formulas come to what
    they should in the file. A formula that is another, or gone, counts with what stands in its place."""
    found: dict[At, Put] = {}
    for sheet in template.sheets:
        now = look.sheet(sheet.name)
        if now is None:
            continue
        for at in {*sheet.cells, *now.cells}:
            was, cell = sheet.at(*at), now.at(*at)
            if was.formula and cell.formula and _bare(was.formula) == _bare(cell.formula):
                continue
            value = plain(cell.value)
            if (was.formula or plain(was.value) != value) and not isinstance(value, time):
                found[sheet.name, cell.cell] = value
    return found


def plain(value: object) -> Standing:
    """A stored value as checks take it: a day without a time of its own is a day."""
    if isinstance(value, datetime):
        return value.date() if value.time() == time.min else value
    if isinstance(value, bool | str | Decimal | date | time) or value is None:
        return value
    if isinstance(value, int):
        return Decimal(value)
    raise TypeError(f"no value of a cell: {value!r}")


def _hand(
    planning: Planning,
    look: WorkbookLook,
    file: FileOnDisk | None,
    results: WorkedOut,
    received: Received,
    lost: Mapping[At, LostFormula],
) -> ReturnInHand:
    maker = _Maker(planning, look, is_file=file is not None)
    singles = (maker.single(each) for each in planning.mapping.cells if each.source)
    cells = [cell for cell in singles if cell is not None]
    tables = []
    for table in planning.mapping.tables:
        made, own = maker.table(table)
        tables.append(made)
        cells += own
    seen = {cell.place for cell in cells}
    return ReturnInHand(
        planning.document,
        planning.today,
        tuple(cells),
        tuple(tables),
        tuple(_formulas(planning.look, look, results, is_file=file is not None, filled=seen)),
        received,
        look,
        planning.look if file is not None else None,
        planning.template,
        planning.found,
        file,
        tuple(each for place, each in lost.items() if place not in seen),
    )


class _Maker:
    """Makes the cells in hand of one workbook."""

    def __init__(self, planning: Planning, look: WorkbookLook, *, is_file: bool) -> None:
        self._planning, self._look, self._is_file = planning, look, is_file
        self._places = Places(planning.look)

    def single(self, mapped: MappedCell) -> CellInHand | None:
        """A cell that is mapped by itself; None where its place is gone, which the plan has said."""
        found = self._places.place_of(mapped.place)
        if found is None:
            return None
        place = (found.sheet, found.cell)
        return self._cell(place, mapped.source, mapped.shown, self._planning.planned.get(place), "", "")

    def table(self, table: MappedTable) -> tuple[TableInHand, list[CellInHand]]:
        """A mapped table with the cells of those of its rows that hold something or are to."""
        keys = _key_columns(table)
        by_row = self._planned_rows(table)
        key_of = {row: self._key(table, keys, row, planned=True) for row in by_row}
        ours = {key_of[row]: by_row[row] for row in sorted(by_row, reverse=True) if key_of[row]}
        names = {key: self._name(table, row) for row, key in sorted(key_of.items()) if key}
        made = TableInHand(
            table.name,
            table.sheet,
            table.first_row,
            table.last_row,
            table.key_column,
            table.key_source,
            table.rows,
            names,
            table.heading_row,
            table.by_key,
        )
        cells = []
        columns = table.columns
        if table.key_column not in {each.column for each in columns}:
            columns = (MappedColumn(table.key_column, table.key_source, ShownAs.TEXT), *columns)
        for row in range(table.first_row, table.last_row + 1):
            standing = [self._standing(table.sheet, row, each.column) for each in columns]
            if row not in by_row and all(is_blank(value) for value in standing):
                continue
            key = self._key(table, keys, row, planned=not self._is_file)
            # A row that has lost its key has nothing of ours beside it.
            planned = ours.get(key, {})
            for each in columns:
                place = (table.sheet, f"{each.column}{row}")
                cells.append(
                    self._cell(place, each.source, each.shown, planned.get(each.column), table.name, key)
                )
        return made, cells

    def _planned_rows(self, table: MappedTable) -> dict[int, dict[str, Planned]]:
        """What is to be put into each row, by its column."""
        found: dict[int, dict[str, Planned]] = {}
        for (sheet, cell), planned in self._planning.planned.items():
            row, column = split_address(cell)
            if sheet == table.sheet and table.first_row <= row <= table.last_row:
                found.setdefault(row, {})[column_letters(column)] = planned
        return found

    def _key(self, table: MappedTable, columns: Sequence[str], row: int, *, planned: bool) -> str:
        parts = []
        for column in columns:
            value = self._standing(table.sheet, row, column)
            if planned:
                own = self._planning.planned.get((table.sheet, f"{column}{row}"))
                if own is not None and own.value is not None:
                    value = own.value
                elif not table.by_key or self._is_file:
                    value = _look_at(self._planning.look, table.sheet, row, column)
            if not is_blank(value):
                parts.append(str(value))
        return " ".join(parts)

    def _name(self, table: MappedTable, row: int) -> str:
        column = next((each.column for each in table.columns if each.source == "project/name"), "")
        own = self._planning.planned.get((table.sheet, f"{column}{row}")) if column else None
        return str(own.value) if own is not None and own.value is not None else ""

    def _standing(self, sheet: str, row: int, column: str) -> Standing:
        """What stands there: in a file what it holds, else what would be put in, or the template has."""
        if not self._is_file:
            own = self._planning.planned.get((sheet, f"{column}{row}"))
            if own is not None and own.value is not None:
                return own.value
        return _look_at(self._look, sheet, row, column)

    def _cell(
        self, place: At, source: str, shown: ShownAs, planned: Planned | None, table: str, key: str
    ) -> CellInHand:
        row, column = split_address(place[1])
        sheet = self._look.sheet(place[0])
        look = sheet.at(row, column) if sheet is not None else CellLook(row, column)
        label = (
            (planned.label if planned is not None else "")
            or self._planning.labels.get(source, "")
            or look.label
        )
        return CellInHand(
            place[0],
            place[1],
            shown,
            self._standing(place[0], row, column_letters(column)),
            planned.value if planned is not None else None,
            source,
            planned.figure if planned is not None else "",
            label,
            table,
            key,
            self._planning.look.choices(place[0], row, column) if shown is ShownAs.CHOICE else (),
        )


def _look_at(look: WorkbookLook, sheet: str, row: int, column: str) -> Standing:
    found = look.sheet(sheet)
    return plain(found.at(row, column_number(column)).value) if found is not None else None


def _key_columns(table: MappedTable) -> tuple[str, ...]:
    """The columns that tell one row from another: the key's, and where several rows share it what else names them."""
    naming = {
        RowsOf.PROJECTS: frozenset[str](),
        RowsOf.HEADS: frozenset({"project/kind"}),
    }.get(table.rows)
    others = [
        each.column
        for each in table.columns
        if each.column != table.key_column
        and (
            each.source in naming
            if naming is not None
            else each.source.endswith(("/ref", "/name", "/number"))
        )
    ]
    return (table.key_column, *others)


def _formulas(
    template: WorkbookLook, look: WorkbookLook, results: WorkedOut, *, is_file: bool, filled: set[At]
) -> list[FormulaInHand]:
    found = []
    for sheet in look.sheets:
        own = template.sheet(sheet.name)
        for at, cell in sheet.cells.items():
            place = (sheet.name, cell.cell)
            if not cell.formula or place in filled:
                continue
            worked = results.values.get(place)
            stored = plain(cell.value)
            result = plain(worked.value) if worked is not None else stored
            was = own.at(*at).formula if own is not None else ""
            found.append(
                FormulaInHand(
                    sheet.name,
                    cell.cell,
                    None if place in results.not_computed else result,
                    stored if is_file else None,
                    results.not_computed.get(place, ""),
                    was if is_file and was and _bare(was) != _bare(cell.formula) else "",
                )
            )
    return found


def _bare(formula: str) -> str:
    """A formula without what does not matter in it: a leading =, blanks, the case of letters."""
    return formula.removeprefix("=").replace(" ", "").upper()


def _lost(template: WorkbookLook, look: WorkbookLook) -> dict[At, LostFormula]:
    """Formula cells of the template in which a value stands now."""
    found = {}
    for sheet in template.sheets:
        now: SheetLook | None = look.sheet(sheet.name)
        if now is None:
            continue
        for at, cell in sheet.cells.items():
            if cell.formula and not now.at(*at).formula:
                place = (sheet.name, cell.cell)
                found[place] = LostFormula(*place, cell.formula.removeprefix("="), plain(now.at(*at).value))
    return found
