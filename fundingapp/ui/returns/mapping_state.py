"""A template's mapping as the page shows it: what each cell gets, what is suggested, what is still to be seen to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from fundingapp.application.queries.templates import OpenedTemplate, TemplateFill
from fundingapp.application.wording import count, short_date
from fundingapp.domain.addresses import Area, column_letters, column_number, split_address
from fundingapp.domain.figures_to_send import entry_of, is_known
from fundingapp.domain.mapping_suggestions import Suggested, shown_of, suggest_words
from fundingapp.domain.mappings import PlanFinding, PlannedCell, in_list
from fundingapp.domain.money import Money
from fundingapp.domain.sendable import FigureRow, FigureSort, Sendable, SentValue
from fundingapp.domain.sending import Grade
from fundingapp.domain.sheet_looks import CellLook, Holds, SheetLook
from fundingapp.domain.templates import (
    MappedCell,
    MappedColumn,
    MappedTable,
    Place,
    RowsOf,
    ShownAs,
    TemplateMapping,
)
from fundingapp.ui.sheets.marks import CellAt, CellMark
from fundingapp.ui.theme import Tone

#: What can be said of an entry of each sort; the first is the usual.
SHOWN_AS: Mapping[FigureSort, tuple[ShownAs, ...]] = {
    FigureSort.POUNDS: (ShownAs.POUNDS, ShownAs.WHOLE_POUNDS, ShownAs.TEXT),
    FigureSort.NUMBER: (ShownAs.NUMBER, ShownAs.PERCENT, ShownAs.TEXT),
    FigureSort.TEXT: (ShownAs.TEXT, ShownAs.CHOICE, ShownAs.NUMBER),
    FigureSort.DAY: (ShownAs.DAY, ShownAs.TEXT),
    FigureSort.CHOICE: (ShownAs.CHOICE, ShownAs.TEXT),
}


def known(source: str) -> Sendable | None:
    """The entry of the catalogue; None for what it does not know (any more)."""
    return entry_of(source) if is_known(source) else None


def label_of(source: str) -> str:
    """What a finance officer calls the figure; its name where the catalogue does not know it."""
    entry = known(source)
    return source if entry is None else entry.label


def value_in_words(value: SentValue | None) -> str:
    """What would be sent, for a list: “£1,234.50”, “31/03/2019”, a dash where the file holds nothing."""
    match None if value is None else value.value:
        case None | "":
            return "–"
        case Money() as amount:
            return amount.in_words
        case date() as day:
            return short_date(day)
        case other:
            return " ".join(str(other).split())


@dataclass(frozen=True, slots=True)
class InTable:
    """A cell of a mapped table: the row of the sheet, the column, and what of ours is put there."""

    table: MappedTable
    row: int
    letters: str
    column: MappedColumn | None


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """Something that nobody has confirmed yet: a suggestion, or what was carried over from the issue before."""

    key: str
    at: CellAt
    what: str
    why: str
    is_suggestion: bool

    @property
    def place(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the cells that are there to be filled have a figure."""

    inputs: int
    mapped: int
    empty: int

    @property
    def in_words(self) -> str:
        """As “38 of 41 input cells have a figure; 3 are left empty on purpose”."""
        said = f"{self.mapped:,} of {count(self.inputs, 'input cell')} {'has' if self.mapped == 1 else 'have'} a figure"
        if self.empty:
            said += f"; {self.empty:,} {'is' if self.empty == 1 else 'are'} left empty on purpose"
        left = self.inputs - self.mapped - self.empty
        return said + (f"; {left:,} still to do" if left > 0 and self.mapped + self.empty else "")


class MappingState:
    """A template with its mapping, and what the chosen quarter's return would put where (None: not known yet)."""

    def __init__(self, opened: OpenedTemplate, fill: TemplateFill | None) -> None:
        self.opened = opened
        self.fill = fill
        self.mapping: TemplateMapping = opened.mapping
        self._cells = {(each.place.sheet.casefold(), each.place.cell): each for each in self.mapping.cells}
        self._review = dict(self.mapping.to_review)
        self._tables = tuple((table, self.area_of(table)) for table in self.mapping.tables)
        plan = () if fill is None else fill.plan.cells
        self._planned = {(each.sheet.casefold(), each.cell): each for each in plan}
        self._findings: dict[tuple[str, str], list[PlanFinding]] = {}
        for finding in () if fill is None else fill.plan.findings:
            self._findings.setdefault((finding.sheet.casefold(), finding.cell), []).append(finding)
        self._suggested: dict[tuple[str, str], tuple[Suggested, str]] = {}
        for suggested in opened.suggested:
            for at, source in self._places_of(suggested.mapped):
                self._suggested.setdefault((at.sheet.casefold(), at.cell), (suggested, source))

    # What is where

    def sheet(self, name: str) -> SheetLook | None:
        return self.opened.look.sheet(name)

    def look(self, at: CellAt) -> CellLook:
        """The cell as the template has it."""
        sheet = self.sheet(at.sheet)
        row, column = split_address(at.cell)
        return CellLook(row, column) if sheet is None else sheet.at(row, column)

    def mapped(self, at: CellAt) -> MappedCell | None:
        """What is put into the cell by itself; left empty on purpose has the source ""."""
        return self._cells.get((at.sheet.casefold(), at.cell))

    def planned(self, at: CellAt) -> PlannedCell | None:
        """What the chosen quarter's return would put there."""
        return self._planned.get((at.sheet.casefold(), at.cell))

    def source(self, at: CellAt) -> str | None:
        """The figure that is put there; "" where it is left empty on purpose, None where nothing is said of it."""
        own, inside = self.mapped(at), self.in_table(at)
        if own is not None:
            return own.source
        return inside.column.source if inside is not None and inside.column is not None else None

    def findings(self, at: CellAt) -> Sequence[PlanFinding]:
        return self._findings.get((at.sheet.casefold(), at.cell), ())

    def area_of(self, table: MappedTable) -> Area:
        """The cells of a mapped table, without its headings: as wide as its headings and mapped columns reach."""
        columns = [column_number(each.column) for each in table.columns] + [column_number(table.key_column)]
        sheet = self.sheet(table.sheet)
        if sheet is not None:
            line = table.heading_row or table.first_row
            for step in (1, -1):
                at = max(columns) if step == 1 else min(columns)
                while at + step >= 0 and self._belongs(sheet, line, at + step, table.first_row):
                    at += step
                columns.append(at)
        return Area(table.first_row, min(columns), table.last_row, max(columns))

    @staticmethod
    def _belongs(sheet: SheetLook, line: int, column: int, first_row: int) -> bool:
        return bool(sheet.at(line, column).shown) or sheet.at(first_row, column).is_input

    def in_table(self, at: CellAt) -> InTable | None:
        """The mapped table that the cell lies in, and its column there."""
        row, column = split_address(at.cell)
        for table, area in self._tables:
            if table.sheet.casefold() == at.sheet.casefold() and area.has(row, column):
                letters = column_letters(column)
                return InTable(
                    table,
                    row,
                    letters,
                    next((each for each in table.columns if each.column == letters), None),
                )
        return None

    def key_at(self, at: CellAt) -> str:
        """What the mapping calls the cell, or its column where it lies in a mapped table: ``Cover!C7``,
        ``Expenditure:E``."""
        inside = self.in_table(at)
        if inside is not None and self.mapped(at) is None:
            return f"{inside.table.name}:{inside.letters}"
        return f"{at.sheet}!{at.cell}"

    def review_key(self, at: CellAt) -> str:
        """What the review list calls the cell, its column or its whole table; "" where it is not on it."""
        keys = [self.key_at(at)]
        inside = self.in_table(at)
        if inside is not None and self.mapped(at) is None:
            keys += [inside.table.name, f"{inside.table.name}:{inside.table.key_column}"]
        return next((key for key in keys if key in self._review), "")

    def review_of(self, at: CellAt) -> str:
        """Why the cell's mapping is to be looked at; "" where it need not be."""
        return self._review.get(self.review_key(at), "")

    def suggested(self, at: CellAt) -> Suggested | None:
        """What is suggested for the cell, where it has nothing yet."""
        found = self._suggested.get((at.sheet.casefold(), at.cell))
        return found[0] if found is not None and not self.has_figure(at) else None

    def has_figure(self, at: CellAt) -> bool:
        """Whether something is put there, or nothing on purpose."""
        return self.source(at) is not None

    def choices(self, at: CellAt) -> tuple[str, ...]:
        """The entries of the cell's drop-down."""
        return self.opened.look.choices(at.sheet, *split_address(at.cell))

    def is_kept(self, at: CellAt) -> str:
        """Why the cell is not there to be written over: a formula, or locked; "" where it may be."""
        look = self.look(at)
        sheet = self.sheet(at.sheet)
        if look.formula:
            return "A formula stands in it"
        if look.style.locked and sheet is not None and sheet.is_protected:
            return "It is locked by the commissioner"
        return ""

    def row_at(self, inside: InTable) -> FigureRow | None:
        """The row of ours that stands in this row of the table."""
        if self.fill is None:
            return None
        rows = self.fill.figures.rows_of(inside.table.rows)
        if not inside.table.by_key:
            at = inside.row - inside.table.first_row
            return rows[at] if 0 <= at < len(rows) else None
        key = self.look(CellAt(inside.table.sheet, f"{inside.table.key_column}{inside.row}")).shown
        return next((each for each in rows if each.key.casefold() == key.strip().casefold()), None)

    def entries(self, at: CellAt) -> tuple[Sendable, ...]:
        """What of ours may be put there: figures of a row in a table, of the whole return elsewhere."""
        inside = self.in_table(at)
        if inside is None:
            return tuple(entry for entry in self.opened.catalogue if not entry.rows)
        return tuple(entry for entry in self.opened.catalogue if inside.table.rows in entry.rows)

    def value_of(self, entry: Sendable, at: CellAt) -> SentValue | None:
        """What the chosen quarter holds for the entry at that cell."""
        if self.fill is None:
            return None
        inside = self.in_table(at)
        if inside is None or not entry.rows:
            return self.fill.figures.values.get(entry.source)
        row = self.row_at(inside)
        return None if row is None else row.values.get(entry.source)

    # What is still to do

    @property
    def to_confirm(self) -> tuple[ToConfirm, ...]:
        """What was carried over or suggested and nobody has confirmed, in the order of the sheets."""
        found = [
            ToConfirm(key, at, what, _why(why, what), False)
            for key, why in self.mapping.to_review
            for at, what in (self.place_of(key),)
        ]
        seen = set()
        for suggested, _source in self._suggested.values():
            if suggested.key in seen or suggested.key in self._review:
                continue
            seen.add(suggested.key)
            places = [at for at, _ in self._places_of(suggested.mapped) if not self.has_figure(at)]
            what = _called(suggested.mapped)
            if places:
                found.append(ToConfirm(suggested.key, places[0], what, _why(suggested.why, what), True))
        order = {sheet.name.casefold(): at for at, sheet in enumerate(self.opened.look.sheets)}
        found.sort(
            key=lambda each: (order.get(each.at.sheet.casefold(), len(order)), *split_address(each.at.cell))
        )
        return tuple(found)

    def place_of(self, key: str) -> tuple[CellAt, str]:
        """Where a key of the mapping stands, and what it puts there in words."""
        for table in self.mapping.tables:
            if key == table.name:
                return CellAt(table.sheet, f"{table.key_column}{table.first_row}"), _called(table)
            if key == f"{table.name}:{table.key_column}":
                return CellAt(table.sheet, f"{table.key_column}{table.first_row}"), _called(table)
            for column in table.columns:
                if key == f"{table.name}:{column.column}":
                    return CellAt(table.sheet, f"{column.column}{table.first_row}"), label_of(column.source)
        sheet, _, cell = key.rpartition("!")
        at = CellAt(sheet, cell)
        mapped = self.mapped(at)
        return at, _called(mapped) if mapped is not None else ""

    @property
    def progress(self) -> Progress:
        """How far it is, over the cells that are there to be filled."""
        inputs = mapped = empty = 0
        for sheet in self.opened.look.sheets:
            for (row, column), look in sheet.cells.items():
                if not look.is_input or _is_covered(sheet, row, column):
                    continue
                inputs += 1
                at = CellAt(sheet.name, look.cell)
                source = self.source(at)
                empty += source == ""
                mapped += bool(source)
        return Progress(inputs, mapped, empty)

    def next_open(self, after: CellAt | None) -> CellAt | None:
        """The next cell to be filled that nothing is said of, from *after* on and round again."""
        found = self._open_cells
        if not found:
            return None
        begin = (-1, 0, 0)
        if after is not None:
            names = [each.name for each in self.opened.look.sheets]
            begin = (names.index(after.sheet) if after.sheet in names else -1, *split_address(after.cell))
        number, row, column = next((each for each in found if each > begin), found[0])
        sheet = self.opened.look.sheets[number]
        return CellAt(sheet.name, sheet.at(row, column).cell)

    @property
    def first_input(self) -> CellAt | None:
        """The first cell that is there to be filled."""
        for sheet in self.opened.look.sheets:
            for place in sorted(sheet.cells):
                if sheet.cells[place].is_input:
                    return CellAt(sheet.name, sheet.cells[place].cell)
        return None

    @cached_property
    def _open_cells(self) -> tuple[tuple[int, int, int], ...]:
        """The cells to be filled that nothing is said of: number of the sheet, row, column."""
        return tuple(
            (number, row, column)
            for number, sheet in enumerate(self.opened.look.sheets)
            for row, column in sorted(sheet.cells)
            if _is_open(self, sheet, sheet.cells[row, column])
        )

    def marks(self) -> dict[tuple[str, str], CellMark]:
        """What is said of each cell in the sheet."""
        marks: dict[tuple[str, str], CellMark] = {}
        for sheet in self.opened.look.sheets:
            for cell in self._cells_of_interest(sheet):
                mark = self._mark(CellAt(sheet.name, cell))
                if mark is not None:
                    marks[sheet.name, cell] = mark
        return marks

    def _cells_of_interest(self, sheet: SheetLook) -> set[str]:
        name = sheet.name.casefold()
        cells = {
            cell
            for of in (self._cells, self._planned, self._findings, self._suggested)
            for at, cell in of
            if at == name
        }
        for table, _area in self._tables:
            if table.sheet.casefold() == name:
                for column in table.columns:
                    cells |= {f"{column.column}{row}" for row in range(table.first_row, table.last_row + 1)}
        return cells - {""}

    def _mark(self, at: CellAt) -> CellMark | None:
        own = self.mapped(at)
        inside = self.in_table(at)
        source = (
            own.source if own is not None else (inside.column.source if inside and inside.column else None)
        )
        if source is None:
            suggested = self._suggested.get((at.sheet.casefold(), at.cell))
            if suggested is None:
                return self._only_findings(at)
            label = label_of(suggested[1])
            return CellMark(ghost=f"{label}?", hint=f"Suggested: {label}. {suggested[0].why}")
        if not source:
            return CellMark(ghost="left empty", hint="Left empty on purpose")
        label = label_of(source)
        planned = self.planned(at)
        why = self.review_of(at)
        findings = self.findings(at)
        is_first = inside is None or own is not None or inside.row == inside.table.first_row
        tone = Tone.ATTENTION if why and is_first else None
        if any(each.grade is Grade.ERROR for each in findings):
            tone = Tone.BAD
        hint = ". ".join([label, *([f"To confirm: {why}"] if why else []), *(each.text for each in findings)])
        if planned is None:
            return CellMark(tone=tone, ghost=label if is_first else "", hint=hint)
        return CellMark(bool(planned.figure), tone, False, planned.shown or None, label, hint)

    def _only_findings(self, at: CellAt) -> CellMark | None:
        findings = [each for each in self.findings(at) if each.code != "mapping.input_without_figure"]
        if not findings:
            return None
        tone = Tone.BAD if any(each.grade is Grade.ERROR for each in findings) else Tone.ATTENTION
        return CellMark(tone=tone, hint=". ".join(each.text for each in findings))

    def _places_of(self, mapped: MappedCell | MappedTable) -> list[tuple[CellAt, str]]:
        """The cells that something suggested would fill, each with its figure."""
        if isinstance(mapped, MappedCell):
            return [(CellAt(mapped.place.sheet, mapped.place.cell), mapped.source)]
        return [
            (CellAt(mapped.sheet, f"{column.column}{row}"), column.source)
            for column in mapped.columns
            for row in range(mapped.first_row, mapped.last_row + 1)
        ]

    # Changes

    def with_figure(self, at: CellAt, entry: Sendable) -> MappedCell | MappedTable:
        """The mapping of the cell, or of its table, when the entry is put there."""
        shown, words = self._told(at, entry)
        inside = self.in_table(at)
        kept = self.is_kept(at) != ""
        if inside is not None and entry.rows:
            made = MappedColumn(inside.letters, entry.source, shown, words, over_formula=kept)
            others = tuple(each for each in inside.table.columns if each.column != inside.letters)
            columns = sorted((*others, made), key=lambda each: column_number(each.column))
            return replace(inside.table, columns=tuple(columns))
        name = next(
            (
                each.name
                for each in self.opened.look.names
                if each.sheet.casefold() == at.sheet.casefold()
                and each.area is not None
                and each.area.is_one_cell
                and each.area.in_words == at.cell
            ),
            "",
        )
        return MappedCell(Place(at.sheet, at.cell, name), entry.source, shown, words, over_formula=kept)

    def _told(self, at: CellAt, entry: Sendable) -> tuple[ShownAs, tuple[tuple[str, str], ...]]:
        choices = self.choices(at)
        if choices and entry.sort in (FigureSort.TEXT, FigureSort.CHOICE):
            return ShownAs.CHOICE, suggest_words(entry.choices, choices)
        if entry.sort is FigureSort.CHOICE or self.look(at).style.number_format == "@":
            return ShownAs.TEXT, ()
        return shown_of(entry, self.look(at)), ()

    def new_table(self, at: CellAt) -> MappedTable:
        """A table that begins in the row of the cell, as the sheet looks: its headings above, and as many rows as are
        there to be filled."""
        sheet = self.sheet(at.sheet)
        row, column = split_address(at.cell)
        assert sheet is not None, "the cell is on a sheet that is shown"
        first = next(
            (
                each
                for each in range(column)
                if sheet.at(row, each).is_input and sheet.at(row - 1, each).shown
            ),
            column,
        )
        last = row
        while sheet.at(last + 1, first).is_input and last < sheet.rows:
            last += 1
        heading = row - 1 if row > 1 and sheet.at(row - 1, first).shown else 0
        excel = next(
            (
                each
                for each in self.opened.look.tables
                if each.sheet.casefold() == at.sheet.casefold() and each.area.has(row, column)
            ),
            None,
        )
        if excel is not None:
            row, last = excel.area.first_row + 1, excel.area.last_row - excel.totals
            heading, first = excel.area.first_row, excel.area.first_column
        taken = {table.name.casefold() for table in self.mapping.tables}
        name = excel.name if excel is not None else sheet.name
        base, number = name, 2
        while name.casefold() in taken:
            name, number = f"{base} {number}", number + 1
        return MappedTable(
            name,
            sheet.name,
            row,
            max(last, row),
            column_letters(first),
            "project/ref",
            RowsOf.PROJECTS,
            (),
            by_key=bool(sheet.at(row, first).shown),
            heading_row=heading,
            excel_table=excel.name if excel is not None else "",
        )

    def left_empty(self, at: CellAt) -> MappedTable | None:
        """The table with the column of the cell left empty on purpose; None where the cell is in no table."""
        inside = self.in_table(at)
        if inside is None:
            return None
        others = tuple(each for each in inside.table.columns if each.column != inside.letters)
        columns = (*others, MappedColumn(inside.letters, "", ShownAs.TEXT))
        return replace(
            inside.table, columns=tuple(sorted(columns, key=lambda each: column_number(each.column)))
        )

    def theirs(self, words: Mapping[str, str], ours: str, choices: Sequence[str]) -> str:
        """Their word for ours: as it was said, or the same one; "" where there is none."""
        return words.get(ours) or in_list(ours, choices) or ""

    def facts(self, at: CellAt) -> str:
        """What the template says of the cell, in a few words."""
        look = self.look(at)
        said = [f"“{look.shown}” stands in it" if look.shown else "empty"]
        if look.formula:
            said = [f"a formula: ={look.formula}" + (f", now “{look.shown}”" if look.shown else "")]
        choices = self.choices(at)
        if choices:
            shown = ", ".join(choices[:5])
            said.append(f"a list: {shown}" + (f" and {len(choices) - 5} more" if len(choices) > 5 else ""))
        form = look.style.number_format
        if look.holds is Holds.DAY or (set("dmy") <= set(form.casefold()) and "0" not in form):
            said.append("shown as a day")
        elif form == "@":
            said.append("shown as text")
        elif form != "General":
            said.append(f"shown as {form.split(';')[0]}")
        sheet = self.sheet(at.sheet)
        if sheet is not None and sheet.is_protected:
            said.append("locked" if look.style.locked else "unlocked")
        for name in self.opened.look.names:
            row, column = split_address(at.cell)
            if name.sheet.casefold() == at.sheet.casefold() and name.area == Area(row, column, row, column):
                said.append(f"named {name.name}")
        for rule in self.opened.look.validations:
            if rule.sheet.casefold() == at.sheet.casefold() and any(
                area.has(*split_address(at.cell)) for area in rule.areas
            ):
                if rule.kind != "list":
                    said.append(_rule_in_words(rule.kind, rule.operator, rule.formulas))
                if rule.prompt:
                    said.append(rule.prompt)
        if look.note:
            said.append(f"note: {look.note}")
        return " · ".join(said)


def _rule_in_words(kind: str, operator: str, formulas: Sequence[str]) -> str:
    called = {
        "whole": "a whole number",
        "decimal": "a number",
        "date": "a day",
        "time": "a time",
        "textLength": "a text of a length",
        "custom": "a rule",
    }.get(kind, kind)
    joined = {
        "": " between ",
        "between": " between ",
        "notBetween": " not between ",
        "equal": " of ",
        "notEqual": " other than ",
        "greaterThan": " over ",
        "lessThan": " under ",
        "greaterThanOrEqual": " of at least ",
        "lessThanOrEqual": " of at most ",
    }.get(operator, " ")
    return called + joined + " and ".join(each for each in formulas if each) if formulas else called


def _why(why: str, what: str) -> str:
    """Why something is suggested, without what stands in the line above it anyway."""
    said = why.removeprefix("suggested: ").removesuffix(f": {what}")
    return said[:1].upper() + said[1:]


def _called(mapped: MappedCell | MappedTable) -> str:
    if isinstance(mapped, MappedCell):
        return label_of(mapped.source) if mapped.source else "left empty on purpose"
    return f"table of {mapped.rows.value}, {count(len(mapped.columns), 'column')}"


def _is_covered(sheet: SheetLook, row: int, column: int) -> bool:
    """Whether the cell lies under the first of a merged area."""
    area = sheet.merge_at(row, column)
    return area is not None and (row, column) != (area.first_row, area.first_column)


def _is_open(state: MappingState, sheet: SheetLook, look: CellLook) -> bool:
    at = CellAt(sheet.name, look.cell)
    return look.is_input and not _is_covered(sheet, look.row, look.column) and not state.has_figure(at)
