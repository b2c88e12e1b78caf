"""A return in hand: the workbook that would go, or stands on disk, beside what we hold for each of its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from fundingapp.domain.addresses import column_letters, split_address
from fundingapp.domain.money import Money
from fundingapp.domain.received import At, Received, Standing
from fundingapp.domain.returns import ReturnDocument
from fundingapp.domain.sending import Grade, SendingCheck
from fundingapp.domain.sheet_looks import WorkbookLook
from fundingapp.domain.templates import ReturnTemplate, RowsOf, ShownAs


@dataclass(frozen=True, slots=True)
class CellInHand:
    """A cell that is mapped: *value* is what stands in it, *ours* what we hold for it (None: nothing).

    *table* and *key* tell the row of a table; *choices* are the entries of its drop-down. A cell that was *left empty*
    on purpose is none.
    """

    sheet: str
    cell: str
    shown: ShownAs
    value: Standing
    ours: Standing = None
    source: str = ""
    figure: str = ""
    label: str = ""
    table: str = ""
    key: str = ""
    choices: tuple[str, ...] = ()

    @property
    def place(self) -> At:
        return self.sheet, self.cell

    @property
    def row(self) -> int:
        return split_address(self.cell)[0]

    @property
    def column(self) -> str:
        return column_letters(split_address(self.cell)[1])

    @property
    def where(self) -> str:
        """“Expenditure!E8”."""
        return f"{self.sheet}!{self.cell}"

    @property
    def named(self) -> str:
        """“Expenditure!E8 (LF-01, Q1 actual)”."""
        key = "" if self.label.startswith(self.key) else self.key
        told = ", ".join(part for part in (key, self.label) if part)
        return f"{self.where} ({told})" if told else self.where

    @property
    def is_amount(self) -> bool:
        return self.shown in (ShownAs.POUNDS, ShownAs.WHOLE_POUNDS)

    @property
    def is_number(self) -> bool:
        return self.is_amount or self.shown in (ShownAs.NUMBER, ShownAs.PERCENT)

    @property
    def is_blank(self) -> bool:
        return is_blank(self.value)


@dataclass(frozen=True, slots=True)
class TableInHand:
    """A table that is mapped, from *first_row* to *last_row*; *keys* are those of our rows, with a name each."""

    name: str
    sheet: str
    first_row: int
    last_row: int
    key_column: str
    key_source: str
    rows: RowsOf
    keys: Mapping[str, str] = field(default_factory=dict)
    heading_row: int = 0
    by_key: bool = False

    def has(self, row: int) -> bool:
        return self.first_row <= row <= self.last_row


@dataclass(frozen=True, slots=True)
class FormulaInHand:
    """A formula cell: *result* is what its receiver's program works out, *stored* what stands in the file (None: not
    known), *why_not* why it could not be worked out. *was* is the template's formula where the file has another."""

    sheet: str
    cell: str
    result: Standing = None
    stored: Standing = None
    why_not: str = ""
    was: str = ""

    @property
    def place(self) -> At:
        return self.sheet, self.cell

    @property
    def where(self) -> str:
        return f"{self.sheet}!{self.cell}"


@dataclass(frozen=True, slots=True)
class FoundBefore:
    """What was found already while the cells were planned (rows that do not fit, words that are not in a list)."""

    code: str
    grade: Grade
    sheet: str
    cell: str
    text: str
    advice: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class FileOnDisk:
    """A workbook on disk: *written_at* and *written_by* where we wrote it, *is_same* whether it still is as written."""

    name: str
    is_same: bool
    is_known: bool = False
    written_by: str = ""
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LostFormula:
    """A formula of the template in whose place a value stands."""

    sheet: str
    cell: str
    formula: str
    value: Standing
    result: Standing = None


@dataclass(frozen=True)
class ReturnInHand:
    """Everything that is looked at before a return is sent. *today* is the day it is looked at.

    *look* is the workbook as it would go or stands on disk, None for one of ours; *original* the template's look where
    that is another.
    """

    document: ReturnDocument
    today: date
    cells: tuple[CellInHand, ...] = ()
    tables: tuple[TableInHand, ...] = ()
    formulas: tuple[FormulaInHand, ...] = ()
    received: Received = field(default_factory=Received)
    look: WorkbookLook | None = None
    original: WorkbookLook | None = None
    template: ReturnTemplate | None = None
    found: tuple[FoundBefore, ...] = ()
    on_disk: FileOnDisk | None = None
    lost: tuple[LostFormula, ...] = ()
    #: The tabs of a workbook of ours, in their order.
    sheets: tuple[str, ...] = ()

    @cached_property
    def at(self) -> Mapping[At, CellInHand]:
        return {cell.place: cell for cell in self.cells}

    @cached_property
    def by_source(self) -> Mapping[tuple[str, str], CellInHand]:
        """The first cell of each source, by source and row's key (“” for the whole return)."""
        found: dict[tuple[str, str], CellInHand] = {}
        for cell in self.cells:
            found.setdefault((cell.source, cell.key), cell)
        return found

    @cached_property
    def by_figure(self) -> Mapping[str, CellInHand]:
        found: dict[str, CellInHand] = {}
        for cell in self.cells:
            if cell.figure:
                found.setdefault(cell.figure, cell)
        return found

    @cached_property
    def standing(self) -> Mapping[At, Standing]:
        """What stands in every cell: mapped ones, results of formulas, and what the template has."""
        found: dict[At, Standing] = {}
        for sheet in self.look.sheets if self.look is not None else ():
            for look in sheet.cells.values():
                if not look.formula and look.value is not None:
                    found[sheet.name, look.cell] = look.value
        for cell in self.cells:
            found[cell.place] = cell.value
        for formula in self.formulas:
            found[formula.place] = formula.result
        return found

    @property
    def is_file(self) -> bool:
        """Whether it is a file on disk that is looked at, not what would be written."""
        return self.on_disk is not None


def is_blank(value: Standing) -> bool:
    """Nothing, or a text of spaces."""
    return value is None or (isinstance(value, str) and not value.replace("\u00a0", " ").strip())


def said(value: Standing, shown: ShownAs | None = None) -> str:
    """*value* as a sentence has it: “£2,782.14”, “31/03/2019”, “the text “tbc””, “blank”."""
    match value:
        case None:
            return "blank"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%d/%m/%Y}" if value.time() == datetime.min.time() else f"{value:%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case Decimal():
            if shown in (ShownAs.POUNDS, ShownAs.WHOLE_POUNDS):
                return pounds_said(value)
            return plain_number(value)
        case str() if is_blank(value):
            return "blank"
        case str():
            text = " ".join(value.split())
            return f"“{text if len(text) <= 60 else text[:59] + '…'}”"
        case _:
            return str(value)


def pounds_said(value: Decimal) -> str:
    """“£2,782.14”; with more decimals where it has them."""
    cents = value * 100
    if cents == cents.to_integral_value():
        return Money(int(cents)).in_words
    return f"{'−' if value < 0 else ''}£{abs(value):,f}"


def plain_number(value: Decimal) -> str:
    """“1,234.5”, without noughts at the end."""
    text = f"{value:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def in_tab_order(checks: Iterable[SendingCheck], tabs: Iterable[str]) -> tuple[SendingCheck, ...]:
    """Errors first; then what is about the whole return, then by the order of the tabs, rows and columns."""
    order = {name: at for at, name in enumerate(tabs, start=1)}

    def place(check: SendingCheck) -> tuple[int, int, str, int, int, str]:
        row, column = split_address(check.cell)
        known = order.get(check.sheet, len(order) + 1) if check.sheet else 0
        return (check.grade is not Grade.ERROR, known, check.sheet, row, column, check.code)

    return tuple(sorted(checks, key=place))
