"""Fills cells of somebody else's workbook: only their bytes are exchanged, and the results that depend on them.

Every other part of the package stays byte for byte (``trust.md`` T.1 to T.6, E50 to E56). Before the file takes its
place a second reader has proven it, see :mod:`fundingapp.workbooks.filled_proof`.
"""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fundingapp.domain.addresses import (
    LAST_COLUMN,
    LAST_ROW,
    Area,
    address,
    area_of,
    column_letters,
    split_address,
)
from fundingapp.domain.errors import ExpectedError, listed
from fundingapp.domain.filling import (
    Asks,
    CellToFill,
    Filled,
    FillWishes,
    NotComputed,
    Over,
    Overwritten,
    Recomputed,
    each_once,
    to_day,
    to_number,
)
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.worked_out import Put
from fundingapp.workbooks.apart import cell_reader
from fundingapp.workbooks.cell_content import content_of, escaped, serial_of
from fundingapp.workbooks.filled_proof import Expected, Plan, prove
from fundingapp.workbooks.package import Progress
from fundingapp.workbooks.sheet_patch import BLANK, At, NewContent, SheetPatch, areas_of
from fundingapp.workbooks.sources import read_bytes
from fundingapp.workbooks.swap import put_in_place
from fundingapp.workbooks.template_package import SheetPart, TemplatePackage
from fundingapp.workbooks.template_styles import Styles
from fundingapp.workbooks.xml_places import Element, XmlPart

if TYPE_CHECKING:
    from fundingapp.workbooks.recalculation import Recalculation, Result

_BEGINS_FORMULA: Final = ("=", "+", "-", "@")
_KINDS_OF_SHEETS: Final = {
    "chartsheet": "holds a chart",
    "dialogsheet": "holds a dialog",
    "xlMacrosheet": "holds old macros",
    "xlIntlMacrosheet": "holds old macros",
}
_VALIDATED: Final = {
    "whole": Asks.NUMBER,
    "decimal": Asks.NUMBER,
    "date": Asks.DAY,
    "time": Asks.DAY,
    "textLength": Asks.TEXT,
}
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,10})")
_STEPS: Final = 5
#: 31 December 9999.
_LAST_SERIAL: Final = 2_958_465


def fill_template(
    template: Path,
    cells: Sequence[CellToFill],
    out: Path,
    report: Progress,
    wishes: FillWishes = FillWishes(),  # noqa: B008 - it is frozen
) -> Filled:
    """Writes the workbook *template* with *cells* filled to *out*, proves it and puts it in place.

    Raises ExpectedError for what cannot be filled, each naming sheet and cell, or ``fill_differs`` when the proof
    fails; *out* is then as it was. Raises whatever *report* raises, to stop.
    """
    raw = read_bytes(template, template.name)
    if out.exists() and out.samefile(template):
        raise ExpectedError(
            "fill_over_template",
            f"{template.name} would be written over by its filled copy.",
            "Choose another name: the Commissioner's original stays as it came.",
        )
    package = TemplatePackage(raw, template.name, _silent)
    _refuse_other_suffix(package, out)
    with cell_reader(out.name, len(raw)) as read, _not_collecting():
        report(0, _STEPS, f"Looking at {template.name}")
        filling = _Filling(package, wishes)
        filling.take(cells)
        report(1, _STEPS, "Working out the formulas")
        filling.work_out()
        report(2, _STEPS, "Writing the cells")
        written = filling.package()
        plan = filling.plan()
        report(3, _STEPS, f"Reading {out.name} back")
        made = []

        def look(beside: Path) -> None:
            made.append(prove(package, beside, out.name, plan, read, report))

        put_in_place(out, written, look)
        report(_STEPS, _STEPS, f"{out.name} is written")
    read_back, parts = made[0]
    return Filled(
        hashlib.sha256(raw).hexdigest(),
        hashlib.sha256(written).hexdigest(),
        len(written),
        filling.cells_written,
        read_back,
        parts,
        tuple(filling.recomputed),
        tuple(filling.not_computed),
        tuple(filling.overwritten),
        tuple(filling.findings),
    )


@contextmanager
def _not_collecting() -> Iterator[None]:
    """Looks for no garbage meanwhile: tens of thousands of elements are held, and looking through them again and again
    takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def asked_for(template: Path, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Asks]:
    """What each of *places* (sheet and cell) of a template asks for: by its validation, its number format, or what
    stands in it. A place that is not there asks for anything."""
    raw = read_bytes(template, template.name)
    filling = _Filling(TemplatePackage(raw, template.name, _silent), FillWishes())
    return {place: filling.asks(*place) for place in places}


def _silent(_done: int, _total: int, _label: str) -> None:
    """The steps of filling are told as a whole."""


def _refuse_other_suffix(package: TemplatePackage, out: Path) -> None:
    suffix = package.suffix
    if not suffix:
        raise ExpectedError(
            "fill_kind",
            f"{package.name} is no workbook that can be filled, but an add-in or something of the kind.",
            "Ask for the template as an Excel workbook (.xlsx).",
        )
    if out.suffix.casefold() != suffix:
        what = {
            ".xlsm": "a workbook with macros, which stay in it",
            ".xltx": "a template of Excel's",
            ".xltm": "a template of Excel's with macros, which stay in it",
        }.get(suffix, "a workbook without macros")
        raise ExpectedError(
            "fill_extension",
            f"“{out.name}” would not open: {package.name} is {what}.",
            f"Give it a name that ends in {suffix}.",
        )


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a sheet: its part, where it is, and the names of its columns."""

    part: str
    name: str
    area: Area
    headings: int
    totals: int
    columns: tuple[str, ...]
    computed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Array:
    """A formula whose results fill *area*."""

    area: Area
    kind: str

    @property
    def kind_in_words(self) -> str:
        return "a data table" if self.kind == "dataTable" else "one formula with results"


class _Filling:
    """One workbook that is being filled."""

    def __init__(self, package: TemplatePackage, wishes: FillWishes) -> None:
        self._package = package
        self._wishes = wishes
        self._styles = Styles(package)
        self._sheets: dict[str, SheetPatch] = {}
        self._tables: dict[str, list[_Table]] = {}
        self._extended: dict[str, bytes] = {}
        self._cells: tuple[CellToFill, ...] = ()
        self._contents: dict[tuple[str, At], NewContent] = {}
        self._results: dict[tuple[str, At], Result] = {}
        self._left: list[tuple[str, At]] = []
        self._cleared: list[tuple[str, At]] = []
        self._formulas_gone: dict[str, set[At]] = {}
        self._on_load = False
        self.recomputed: list[Recomputed] = []
        self.not_computed: list[NotComputed] = []
        self.overwritten: list[Overwritten] = []
        self.findings: list[Finding] = []

    # what is asked for

    @property
    def cells_written(self) -> int:
        return len(self._cells)

    def take(self, cells: Sequence[CellToFill]) -> None:
        """Takes the cells that are to be filled. Raises ExpectedError for the first that cannot be."""
        self._refuse_signed()
        self._cells = each_once([replace(each, cell=self._address(each)) for each in cells])
        by_sheet: dict[str, list[tuple[At, CellToFill]]] = {}
        for each in self._cells:
            self._known(each)
            by_sheet.setdefault(each.sheet, []).append((split_address(each.cell), each))
        for sheet, puts in by_sheet.items():
            self._take_sheet(self._package.sheets[sheet], puts)

    def _refuse_signed(self) -> None:
        if not self._package.is_signed:
            return
        name = self._package.name
        if not self._wishes.break_signature:
            raise ExpectedError(
                "fill_signed",
                f"{name} has a digital signature, which holds only while nothing in it is changed.",
                "Ask the Commissioner for one without, or say that the signature may be broken.",
            )
        text = f"The digital signature of {name} no longer holds, for cells were filled."
        self.findings.append(Finding(Severity.WARNING, "fill.signature", text, Source(name)))

    def _address(self, each: CellToFill) -> str:
        found = _ADDRESS.fullmatch(each.cell.strip())
        at = split_address(f"{found[1].upper()}{found[2]}") if found else (0, -1)
        if not (1 <= at[0] <= LAST_ROW and 0 <= at[1] < LAST_COLUMN):
            raise ExpectedError(
                "fill_cell_unknown",
                f"“{each.cell}” on sheet “{each.sheet}” is no cell that a spreadsheet has.",
                "Write its column and row, such as B7.",
            )
        return address(*at)

    def _known(self, each: CellToFill) -> None:
        sheet = self._package.sheets.get(each.sheet)
        if sheet is None:
            names = list(self._package.sheets)
            near = get_close_matches(each.sheet.strip(), names, 3) or [
                name for name in names if name.casefold().strip() == each.sheet.casefold().strip()
            ]
            there = f"Did you mean {listed(f'“{name}”' for name in near)}?" if near else ""
            raise ExpectedError(
                "fill_sheet_unknown",
                f"{self._package.name} has no sheet “{each.sheet}”, which cell {each.cell} is to be filled of.",
                there or f"It has {listed((f'“{name}”' for name in names), 'and')}.",
            )
        if sheet.kind != "worksheet":
            what = _KINDS_OF_SHEETS.get(sheet.kind, "is of another kind")
            raise ExpectedError(
                "fill_no_cells_there",
                f"Sheet “{each.sheet}” {what} and has no cells, so {each.cell} cannot be filled.",
                "Choose a cell of another sheet.",
            )

    def _sheet(self, name: str) -> SheetPatch:
        if name not in self._sheets:
            part = self._package.sheets[name].part
            self._sheets[name] = SheetPatch(self._xml(part), name, self._package.name)
        return self._sheets[name]

    def _xml(self, part: str) -> XmlPart:
        return XmlPart(
            self._package.part(part),
            lambda: self._package.parser(part),
            self._package.name,
            part,
        )

    def asks(self, sheet: str, cell: str) -> Asks:
        """What a cell asks for."""
        known = self._package.sheets.get(sheet)
        found = _ADDRESS.fullmatch(cell.strip())
        if known is None or known.kind != "worksheet" or found is None:
            return Asks.ANYTHING
        patch = self._sheet(sheet)
        at = split_address(f"{found[1].upper()}{found[2]}")
        for rule, areas in self._validations(patch):
            if any(area.has(*at) for area in areas) and rule in _VALIDATED:
                return _VALIDATED[rule]
        asks = self._styles.asks(patch.style(at))
        if asks is Asks.ANYTHING:
            return {"b": Asks.YES_NO, "n": Asks.NUMBER}.get(patch.kind(at), Asks.ANYTHING)
        return asks

    def _validations(self, patch: SheetPatch) -> list[tuple[str, list[Area]]]:
        if patch.validations is None:
            patch.validations = []
            for each in patch.part.root.within_but("sheetData"):
                if each.local == "dataValidation":
                    ranges = each.attributes.get("sqref", "")
                    ranges += " ".join(
                        patch.part.text(inner) for inner in each.children if inner.local == "sqref"
                    )
                    patch.validations.append((each.attributes.get("type", ""), areas_of(ranges)))
        return patch.validations

    # each cell

    def _take_sheet(self, sheet: SheetPart, puts: list[tuple[At, CellToFill]]) -> None:
        patch = self._sheet(sheet.name)
        merged = patch.merged()
        arrays = _arrays_of(patch)
        open_areas = patch.open_areas() if patch.is_protected else []
        tables = self._tables_of(sheet)
        if sheet.state != "visible":
            self._find(
                Severity.WARNING, "fill.hidden", f"Sheet “{sheet.name}” is hidden, and is filled.", sheet.name
            )
        for at, each in puts:
            content = content_of(each.value, each.place, is_1904=self._package.is_1904)
            area = next((area for area in merged if area.has(*at)), None)
            if area is not None and at != (area.first_row, area.first_column):
                raise ExpectedError(
                    "fill_merged",
                    f"{each.place} is part of the merged cells {area.in_words}, whose value stands in"
                    f" {address(area.first_row, area.first_column)}.",
                    f"Fill {address(area.first_row, area.first_column)} instead.",
                )
            self._mind_table(each, at, tables)
            self._mind_lock(patch, each, at, open_areas)
            self._mind_formula(patch, each, at, arrays)
            self._notice(patch, each, at, sheet)
            patch.put(at, content)
            self._contents[sheet.name, at] = content
        self._keep_shared(patch)
        self._below_tables(patch, dict(puts), tables)
        self._old_pivots(sheet)

    def _mind_lock(self, patch: SheetPatch, each: CellToFill, at: At, open_areas: list[Area]) -> None:
        if not patch.is_protected or not self._styles.is_locked(patch.style(at)):
            return
        if any(area.has(*at) for area in open_areas):
            return
        if not (each.over_lock or self._wishes.over_locked):
            raise ExpectedError(
                "fill_locked",
                f"{each.place} is locked: sheet “{each.sheet}” is protected, and this is none of its input cells.",
                "Choose an input cell, or say that locked cells may be written.",
            )
        self.overwritten.append(Overwritten(each.sheet, each.cell, Over.LOCKED))

    def _mind_formula(self, patch: SheetPatch, each: CellToFill, at: At, arrays: list[_Array]) -> None:
        for array in arrays:
            if array.area.has(*at) and (not array.area.is_one_cell or array.kind == "dataTable"):
                raise ExpectedError(
                    "fill_array",
                    f"{each.place} is part of {array.kind_in_words} over {array.area.in_words}, which can only be"
                    " changed as a whole.",
                    "Choose another cell.",
                )
        formula = patch.formula(at)
        if formula is None:
            return
        text = patch.part.text(formula) or "the formula that it shares with other cells"
        if not (each.over_formula or self._wishes.over_formulas):
            shown = f"={text}" if patch.part.text(formula) else text
            raise ExpectedError(
                "fill_formula",
                f"{each.place} holds a formula ({shown[:80]}) and would lose it.",
                "Choose an input cell, or say that formulas may be written over.",
            )
        self._formulas_gone.setdefault(each.sheet, set()).add(at)
        self.overwritten.append(
            Overwritten(each.sheet, each.cell, Over.FORMULA, f"={patch.part.text(formula)}".rstrip("="))
        )

    def _mind_table(self, each: CellToFill, at: At, tables: list[_Table]) -> None:
        for table in tables:
            if not table.area.has(*at):
                continue
            if at[0] < table.area.first_row + table.headings:
                heading = table.columns[at[1] - table.area.first_column]
                if each.value == heading:
                    continue
                raise ExpectedError(
                    "fill_table_heading",
                    f"{each.place} is the heading “{heading}” of table {table.name}; with another text Excel would"
                    " call the workbook damaged.",
                    "Leave the heading as it is.",
                )
            if at[0] > table.area.last_row - table.totals:
                raise ExpectedError(
                    "fill_table_heading",
                    f"{each.place} is in the total row of table {table.name}, which Excel keeps itself.",
                    "Choose a cell in the table's rows.",
                )

    def _notice(self, patch: SheetPatch, each: CellToFill, at: At, sheet: SheetPart) -> None:
        asks = self._styles.asks(patch.style(at))
        value, place = each.value, each.place
        if isinstance(value, date) and asks is not Asks.DAY:
            number = serial_of(value, place, is_1904=self._package.is_1904)
            text = f"{place} has no date format, so the day will show as {number}."
            self._find(Severity.WARNING, "fill.shows_as_number", text, sheet.name, at)
        elif isinstance(value, str):
            if asks in (Asks.DAY, Asks.NUMBER) and (
                to_number(value) is not None or to_day(value) is not None
            ):
                what = "a day" if asks is Asks.DAY else "a number"
                text = f"{place} is for {what}, and is given the text “{value}”: it will not be counted."
                self._find(Severity.WARNING, "fill.text_in_number", text, sheet.name, at)
            if value.startswith(_BEGINS_FORMULA):
                text = f"{place} begins with {value[0]} and stays text; nothing in it is worked out."
                self._find(Severity.NOTE, "fill.begins_like_formula", text, sheet.name, at)
        elif asks is Asks.DAY and isinstance(value, Decimal | int) and not isinstance(value, bool):
            if abs(Decimal(value)) > _LAST_SERIAL:
                raise ExpectedError(
                    "fill_date",
                    f"{place} has a date format, and {value:,} is no day that a calendar has.",
                    "Give it as a day, such as 31/03/2019.",
                )
            text = f"{place} has a date format, so {value} will show as a day."
            self._find(Severity.WARNING, "fill.shows_as_date", text, sheet.name, at)
        if hidden := patch.is_hidden(at):
            text = f"{place} is in a hidden {hidden}, where the reader does not see it."
            self._find(Severity.WARNING, "fill.hidden", text, sheet.name, at)

    def _find(self, severity: Severity, kind: str, text: str, sheet: str = "", at: At | None = None) -> None:
        row, column = (at[0], column_letters(at[1])) if at is not None else (0, "")
        self.findings.append(Finding(severity, kind, text, Source(self._package.name, sheet, row, column)))

    def _keep_shared(self, patch: SheetPatch) -> None:
        """A formula that others share is kept by the next of them when the cell where it is written is filled."""
        gone = self._formulas_gone.get(patch.name, set())
        masters: dict[str, tuple[At, Element]] = {}
        others: dict[str, list[At]] = {}
        for at, formula in patch.formulas("shared") if gone else ():
            number = formula.attributes.get("si", "")
            if not formula.is_closed and patch.part.text(formula):
                masters.setdefault(number, (at, formula))
            if at not in gone:
                others.setdefault(number, []).append(at)
        for number, (at, formula) in masters.items():
            members = others.get(number, [])
            if at not in gone or not members:
                continue
            heir = members[0]
            rows, columns = [member[0] for member in members], [member[1] for member in members]
            area = Area(min(rows), min(columns), max(rows), max(columns))
            patch.make_master(heir, _moved(patch.part.text(formula), at, heir), area.in_words)

    # tables and pivot tables

    def _tables_of(self, sheet: SheetPart) -> list[_Table]:
        if sheet.name not in self._tables:
            self._tables[sheet.name] = [
                table
                for part in self._package.related(sheet.part, "table")
                if (table := _table(part, self._package.elements(part))) is not None
            ]
        return self._tables[sheet.name]

    def _below_tables(self, patch: SheetPatch, puts: Mapping[At, CellToFill], tables: list[_Table]) -> None:
        for table in tables:
            area = table.area
            last = area.last_row
            while any(
                at[0] == last + 1
                and area.first_column <= at[1] <= area.last_column
                and each.value is not None
                for at, each in puts.items()
            ):
                last += 1
            if last == area.last_row:
                continue
            rows = f"{area.last_row + 1}" if last == area.last_row + 1 else f"{area.last_row + 1} to {last}"
            under = Area(area.last_row + 1, area.first_column, last, area.last_column)
            why_not = ""
            if table.totals:
                why_not = "it has a total row"
            elif any(
                at not in puts and patch.holds_something(at)
                for row in range(under.first_row, under.last_row + 1)
                for at in patch.cells_in(row)
                if under.has(*at)
            ):
                why_not = "other cells there are filled already"
            elif any(_overlap(under, other.area) for other in tables if other is not table):
                why_not = "another table is there"
            if not self._wishes.extend_tables or why_not:
                because = f" ({why_not})" if why_not and self._wishes.extend_tables else ""
                text = (
                    f"Row {rows} of sheet “{patch.name}” is filled just below table {table.name}, which ends at row"
                    f" {area.last_row} and does not count it in{because}."
                )
                self._find(
                    Severity.WARNING,
                    "fill.under_table",
                    text,
                    patch.name,
                    (area.last_row + 1, area.first_column),
                )
                continue
            self._extend(table, Area(area.first_row, area.first_column, last, area.last_column))
            text = f"Table {table.name} of sheet “{patch.name}” now ends at row {last} instead of {area.last_row}."
            severity = Severity.NOTE
            if table.computed:
                severity = Severity.WARNING
                text += (
                    f" Its new rows have no formula in {listed(map('“{}”'.format, table.computed), 'and')}."
                )
            self._find(
                severity, "fill.table_extended", text, patch.name, (area.last_row + 1, area.first_column)
            )

    def _extend(self, table: _Table, wider: Area) -> None:
        part = self._xml(table.part)
        for each in (part.root, *part.root.each("autoFilter")):
            if area_of(each.attributes.get("ref", "")) == table.area:
                part.set_attribute(each, "ref", wider.in_words)
        self._extended[table.part] = part.changed()

    def _old_pivots(self, sheet: SheetPart) -> None:
        """A pivot table shows what its own copy of the data holds, until somebody has it read them anew."""
        for cache in self._package.related(self._package.workbook_part, "pivotCacheDefinition"):
            tables = {table.name.casefold() for table in self._tables_of(sheet)}
            for element, attributes in self._package.elements(cache):
                if element == "worksheetSource" and (
                    attributes.get("sheet") == sheet.name or attributes.get("name", "").casefold() in tables
                ):
                    text = (
                        f"A pivot table is made from sheet “{sheet.name}” and shows its old figures until somebody"
                        " refreshes it in Excel."
                    )
                    self._find(Severity.WARNING, "fill.pivot_old", text, sheet.name)

    # the formulas

    def work_out(self) -> None:
        """Has the formulas that depend on the filled cells worked out."""
        from fundingapp.workbooks.recalculation import recalculate

        puts: dict[tuple[str, str], Put] = {(each.sheet, each.cell): each.value for each in self._cells}
        template = self._package.with_parts(self._extended) if self._extended else self._package.raw
        self._take_results(recalculate(template, puts, today=self._wishes.today))

    def _take_results(self, results: Recalculation) -> None:
        for (sheet, cell), reference in results.spills.items():
            self._sheet(sheet).set_formula_range(split_address(cell), reference)
        for (sheet, cell), result in results.values.items():
            at = split_address(cell)
            patch = self._sheet(sheet)
            self._results[sheet, at] = result
            self.recomputed.append(Recomputed(sheet, cell, _shown(result)))
            if patch.formula(at) is None:
                patch.put(at, _cached(result, keeps_formula=False))
            elif not _same_result(patch, at, result):
                patch.put(at, _cached(result, keeps_formula=True))
        for (sheet, cell), why in results.not_computed.items():
            at = split_address(cell)
            self._left.append((sheet, at))
            self._sheet(sheet).put(at, NewContent(None, "", keeps_formula=True))
            self.not_computed.append(NotComputed(sheet, cell, why))
        for sheet, cell in results.cleared:
            at = split_address(cell)
            self._cleared.append((sheet, at))
            self._sheet(sheet).put(at, BLANK)
        self._on_load = bool(results.needs_calculation_on_load)

    # the package

    def package(self) -> bytes:
        """The bytes of the filled workbook."""
        changed = dict(self._extended)
        for name, patch in self._sheets.items():
            part = self._package.sheets[name].part
            content = patch.changed()
            if content != self._package.part(part):
                changed[part] = content
        dropped: list[str] = []
        if self._formulas_gone:
            self._mend_chain(changed, dropped)
        if self._on_load:
            self._ask_for_calculation(changed)
        return self._package.with_parts(changed, dropped)

    def _mend_chain(self, changed: dict[str, bytes], dropped: list[str]) -> None:
        """Takes cells that hold no formula any more out of the order of calculation: Excel would call it damage."""
        gone = {
            (self._package.sheets[sheet].number, address(*at))
            for sheet, cells in self._formulas_gone.items()
            for at in cells
        }
        for name in self._package.related(self._package.workbook_part, "calcChain"):
            part = self._xml(name)
            number = ""
            left = 0
            owed = False  # whether the next cell must name the sheet that it had from the one before
            for each in part.root.each("c"):
                own = each.attributes.get("i")
                number = own or number
                if (number, each.attributes.get("r", "")) in gone:
                    part.remove(each)
                    owed = owed or own is not None
                    continue
                left += 1
                if owed and own is None:
                    part.set_attribute(each, "i", number)
                owed = False
            if left and part.is_changed:
                changed[name] = part.changed()
            elif not left:
                dropped.append(name)
                self._unlist(name, changed)

    def _unlist(self, name: str, changed: dict[str, bytes]) -> None:
        """Takes a part that is there no more out of the list of types and out of the workbook's relations."""
        types = self._xml("[Content_Types].xml")
        for each in types.root.each("Override"):
            if each.attributes.get("PartName", "").casefold() == f"/{name}".casefold():
                types.remove(each)
        folder, _, file = self._package.workbook_part.rpartition("/")
        relations_part = f"{folder}/_rels/{file}.rels".lstrip("/")
        relations = self._xml(relations_part)
        for each in relations.root.each("Relationship"):
            if each.attributes.get("Type", "").endswith("/calcChain"):
                relations.remove(each)
        for part_name, part in (("[Content_Types].xml", types), (relations_part, relations)):
            if part.is_changed:
                changed[self._package.exact(part_name)] = part.changed()

    def _ask_for_calculation(self, changed: dict[str, bytes]) -> None:
        name = self._package.workbook_part
        part = self._xml(name)
        calculation = part.root.child("calcPr")
        if calculation is not None:
            if calculation.attributes.get("fullCalcOnLoad") in ("1", "true"):
                return
            part.set_attribute(calculation, "fullCalcOnLoad", "1")
        else:
            before = ("sheets", "functionGroups", "externalReferences", "definedNames")
            last = [each for each in part.root.children if each.local in before][-1]
            part.replace(last.end, last.end, str.encode(f'<{part.root.prefix}calcPr fullCalcOnLoad="1"/>'))
        changed[name] = part.changed()

    def plan(self) -> Plan:
        """What the proof is to find in the written file, and where anything may differ from the template."""
        expected: dict[tuple[str, At], Expected] = {}
        for each in self._cells:
            at = split_address(each.cell)
            expected[each.sheet, at] = Expected.of_put(each.value, each.place, is_1904=self._package.is_1904)
        for (sheet, at), result in self._results.items():
            expected[sheet, at] = Expected.of_result(result.kind, result.text)
        for sheet, at in (*self._left, *self._cleared):
            expected[sheet, at] = Expected.nothing()
        heirs = {(patch.name, at) for patch in self._sheets.values() for at in patch.rewritten}
        return Plan(
            expected,
            {name: set(patch.touched) for name, patch in self._sheets.items()},
            heirs,
            frozenset(self._extended),
            self._on_load,
            {(sheet, at) for sheet, cells in self._formulas_gone.items() for at in cells},
        )


def _arrays_of(patch: SheetPatch) -> list[_Array]:
    found = []
    for _, formula in patch.formulas("array", "dataTable"):
        kind = formula.attributes.get("t", "")
        area = area_of(formula.attributes.get("ref", ""))
        if area is not None:
            found.append(_Array(area, kind))
    return found


def _table(part: str, elements: list[tuple[str, dict[str, str]]]) -> _Table | None:
    attributes = next((held for element, held in elements if element == "table"), {})
    area = area_of(attributes.get("ref", ""))
    if area is None:
        return None
    columns: list[str] = []
    computed: list[str] = []
    for element, held in elements:
        if element == "tableColumn":
            columns.append(held.get("name", ""))
        elif element == "calculatedColumnFormula" and columns:
            computed.append(columns[-1])
    columns += [""] * (area.last_column - area.first_column + 1 - len(columns))
    return _Table(
        part,
        attributes.get("displayName", attributes.get("name", "")),
        area,
        int(attributes.get("headerRowCount", "1")),
        int(attributes.get("totalsRowCount", "0")),
        tuple(columns),
        tuple(computed),
    )


def _overlap(one: Area, other: Area) -> bool:
    return (
        one.first_row <= other.last_row
        and other.first_row <= one.last_row
        and one.first_column <= other.last_column
        and other.first_column <= one.last_column
    )


def _moved(formula: str, at: At, to: At) -> str:
    """A formula as it reads in another cell, its relative references moved along."""
    from openpyxl.formula.translate import Translator

    return str(Translator(f"={formula}", address(*at)).translate_formula(address(*to)))[1:]


def _cached(result: Result, *, keeps_formula: bool) -> NewContent:
    """A formula's result as its cell keeps it."""
    kind = None if result.kind == "n" else result.kind
    if not keeps_formula and result.kind == "str" and not result.text:
        return BLANK
    kept = ' xml:space="preserve"' if result.text != result.text.strip() else ""
    return NewContent(kind, f"<~v{kept}>{escaped(result.text)}</~v>", keeps_formula)


def _same_result(patch: SheetPatch, at: At, result: Result) -> bool:
    """Whether the cell holds that result already, so that not a byte of it need change."""
    stored = patch.stored(at)
    if stored is None or stored[0] != result.kind:
        return False
    if result.kind != "n":
        return stored[1] == escaped(result.text) or stored[1] == result.text
    try:
        return float(stored[1]) == float(result.text)
    except ValueError:
        return False


def _shown(result: Result) -> str:
    if result.kind == "b":
        return "TRUE" if result.text == "1" else "FALSE"
    return result.text
