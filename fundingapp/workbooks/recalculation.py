"""The results of a workbook's formulas after some of its cells have been filled in (``trust.md`` T.4, E55).

Only what depends on a filled cell is worked out; every other formula keeps its stored result. A result is claimed
only where it can be vouched for: the functions are held against LibreOffice in the tests, a formula whose stored
result in the untouched workbook is not the one that is worked out here is left to Excel with all that read it, and
whatever programs differ about, or what changes by itself, is listed with the reason instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Final

from fundingapp.workbooks.addresses import address
from fundingapp.workbooks.formulas import functions  # noqa: F401 - the worker knows them from here on
from fundingapp.workbooks.formulas.book import FormulaBook, Key
from fundingapp.workbooks.formulas.reach import Reach, Waiting
from fundingapp.workbooks.formulas.values import (
    Error,
    NotComputed,
    Scalar,
    put_value,
    stored_number,
)
from fundingapp.workbooks.formulas.worker import Needs, Worker

#: A sheet by its name and a cell such as B7.
Place = tuple[str, str]
#: What is put into a cell; None makes it blank.
Put = str | Decimal | int | bool | date | datetime | None

_MOST_TEXT: Final = 32_767


@dataclass(frozen=True, slots=True)
class Result:
    """A formula's result as a workbook stores it: *kind* is the cell's ``t`` (n, str, b, e), *text* the content of
    its ``v``, not escaped; an empty text is a formula that shows nothing.
    """

    kind: str
    text: str

    @property
    def value(self) -> str | Decimal | bool:
        """The result as an exact value; an error as its text, such as #DIV/0!."""
        if self.kind == "n":
            return Decimal(self.text)
        return self.text == "1" if self.kind == "b" else self.text


@dataclass(frozen=True, slots=True)
class Recalculation:
    """What filling does to a workbook's formulas; each cell by its sheet and address."""

    #: Every formula cell that depends on a filled one, and every cell that an array formula fills.
    values: Mapping[Place, Result]
    #: The formula cells whose result cannot be vouched for, each with the reason in words.
    not_computed: Mapping[Place, str]
    #: The dynamic arrays that fill another range than before, each with its new one.
    spills: Mapping[Place, str]
    #: Cells that such an array filled before and that are blank now.
    cleared: tuple[Place, ...]
    #: The results that hold for the day that was given as today's.
    of_today: tuple[Place, ...]

    @property
    def needs_calculation_on_load(self) -> bool:
        """Whether Excel must be asked to calculate when it opens the workbook."""
        return bool(self.not_computed)


class RecalculableBook:
    """A workbook read once, whose formulas are worked out for any number of fillings."""

    def __init__(self, book: FormulaBook) -> None:
        self.book = book
        self.reach = Reach(book)
        self._mistrust: dict[Key, str] = {}
        self._weighed: set[Key] = set()

    @classmethod
    def read(cls, source: Path | bytes | BinaryIO, name: str = "") -> RecalculableBook:
        """The workbook in *source*. Raises InputRefusedError."""
        return cls(FormulaBook.read(source, name))

    def keys(self, puts: Mapping[Place, Put]) -> dict[Key, Scalar]:
        """What is put in, by cell. Raises NotComputed for a cell or a day that the workbook cannot have."""
        is_1904 = self.book.is_1904
        return {
            self.book.key(sheet, cell): put_value(value, is_1904=is_1904)
            for (sheet, cell), value in puts.items()
        }

    def filled(self, puts: Mapping[Place, Put], *, today: date | None = None) -> Worker:
        """The workbook with *puts* in it and every formula that depends on them worked out. Raises NotComputed."""
        return self._worked(self.keys(puts), today)

    def recalculated(self, puts: Mapping[Place, Put], *, today: date | None = None) -> Recalculation:
        """What *puts* do to the formulas; *today* is what TODAY() says, None leaves such cells to Excel.

        Raises NotComputed for a cell that the workbook does not have.
        """
        cells = self.keys(puts)
        return self._told(self._worked(cells, today), cells)

    # ---- the work ----

    def _worked(self, cells: Mapping[Key, Scalar], today: date | None) -> Worker:
        changed = set(cells)
        while True:
            todo = self._todo(changed, cells)
            worker = Worker(self.book, cells, todo, self.reach, today, self._mistrusted(todo, cells))
            worker.run()
            grown = _grown(worker)
            if grown <= changed or len(changed) > 500_000:
                return worker
            changed |= grown

    def _todo(self, changed: Iterable[Key], cells: Mapping[Key, Scalar]) -> set[Key]:
        # What says something else every day is never taken from the store: nothing else may build on it.
        todo = self.reach.reached(changed, restless=True)
        for key, formula in self.book.formulas():
            if self.book.asks_for_calculation or not formula.has_result:
                todo.add(key)
        return {key for key in todo if key not in cells}

    def _mistrusted(self, todo: set[Key], cells: Mapping[Key, Scalar]) -> dict[Key, str]:
        """The formulas of *todo* whose stored result is not what they come to here; each is weighed once."""
        book = self.book
        if not book.asks_for_calculation and not book.is_manual:
            left = todo - self._weighed - self.reach.restless
            without = Waiting(key for key, formula in book.formulas() if not formula.has_result)
            scales = Worker(book, {}, set(), None)
            for key in left:
                formula = book.sheets[key[0]].formulas[key[1:]]
                reads = self.reach.reads[key].areas
                if not formula.has_result or any(True for area in reads for _ in without.within(area)):
                    continue
                if not _agrees(scales, key):
                    self._mistrust[key] = (
                        "what the workbook says in it is not what the formula comes to here, "
                        "so nothing is claimed for it"
                    )
            self._weighed |= left
        return {key: why for key, why in self._mistrust.items() if key in todo and key not in cells}

    def _told(self, worker: Worker, cells: Mapping[Key, Scalar]) -> Recalculation:
        book = self.book
        dependent = self.reach.reached(set(cells) | _grown(worker), restless=False)
        current = dependent | self.reach.reached((), restless=True)
        values: dict[Place, Result] = {}
        not_computed: dict[Place, str] = {}
        for key, why in worker.failed.items():
            if key in dependent and key not in cells:
                not_computed[self._place(key)] = why
        spills: dict[Place, str] = {}
        cleared: list[Place] = []
        of_owner = self._owners(worker)
        for key, value in worker.results.items():
            owner = of_owner.get(key, key)
            if owner in cells:
                continue
            told = result_of(value)
            if told is None:
                not_computed[self._place(owner)] = "its result is longer than a cell can hold"
                continue
            if owner in current or told != result_of(book.sheets[key[0]].values.get(key[1:])):
                values[self._place(key)] = told
        for key, area in worker.spills.items():
            ref = book.sheets[key[0]].formulas[key[1:]].ref
            corners = (area.top, area.left, area.bottom, area.right)
            if ref is None or ref == corners:
                continue
            first, last = address(area.top, area.left - 1), address(area.bottom, area.right - 1)
            spills[self._place(key)] = first if area.is_cell else f"{first}:{last}"
            cleared.extend(
                self._place((key[0], row, column))
                for row in range(ref[0], ref[2] + 1)
                for column in range(ref[1], ref[3] + 1)
                if not _covers(corners, row, column)
            )
        of_today = (
            tuple(
                self._place(key)
                for key in sorted(self.reach.reached(worker.of_today, restless=False) | worker.of_today)
            )
            if worker.of_today
            else ()
        )
        return Recalculation(
            values,
            not_computed,
            spills,
            tuple(cleared),
            tuple(place for place in of_today if place in values),
        )

    @staticmethod
    def _owners(worker: Worker) -> dict[Key, Key]:
        """For every cell that a formula elsewhere fills, that formula's cell."""
        owners: dict[Key, Key] = {}
        for number, sheet in enumerate(worker.book.sheets):
            for place, owner in sheet.owners.items():
                owners[number, *place] = (number, *owner)
        for key, area in worker.spills.items():
            for row in range(area.top, area.bottom + 1):
                for column in range(area.left, area.right + 1):
                    owners[area.sheet, row, column] = key
        return owners

    def _place(self, key: Key) -> Place:
        return self.book.sheets[key[0]].name, address(key[1], key[2] - 1)


def recalculate(
    template: Path | bytes | BinaryIO, puts: Mapping[Place, Put], *, today: date | None = None
) -> Recalculation:
    """What *puts* do to the formulas of *template*. Raises InputRefusedError for a workbook that cannot be read, and
    NotComputed for a cell that it does not have.
    """
    return RecalculableBook.read(template).recalculated(puts, today=today)


def result_of(value: Scalar) -> Result | None:
    """*value* as a workbook stores it; a blank is nought, and None is a text that no cell can hold."""
    match value:
        case bool():
            return Result("b", "1" if value else "0")
        case str():
            return Result("str", value) if len(value) <= _MOST_TEXT else None
        case Error():
            return Result("e", value.code)
        case None:
            return Result("n", "0")
        case _:
            return Result("n", stored_number(value))


def _covers(corners: tuple[int, int, int, int] | None, row: int, column: int) -> bool:
    return corners is not None and corners[0] <= row <= corners[2] and corners[1] <= column <= corners[3]


def _grown(worker: Worker) -> set[Key]:
    return {
        (area.sheet, row, column)
        for key, area in worker.spills.items()
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
        if not _covers(worker.book.sheets[key[0]].formulas[key[1:]].ref, row, column)
    }


def _agrees(worker: Worker, key: Key) -> bool:
    """Whether the formula in *key* comes to what is stored, given all other stored values."""
    sheet = worker.book.sheets[key[0]]
    formula = sheet.formulas[key[1:]]
    try:
        result = worker.result_of(key)
    except (Needs, NotComputed, RecursionError):
        return True  # nothing is claimed for it then anyway
    if formula.ref is None:
        return _alike(result.rows[0][0], sheet.values.get(key[1:]))
    top, left, bottom, right = formula.ref
    if formula.kind == "dynamic" and (result.height, result.width) != (bottom - top + 1, right - left + 1):
        return _blocked(sheet.values.get(key[1:]))
    return all(
        _alike(value, sheet.values.get((top + down, left + along)))
        for down, row in enumerate(result.rows)
        for along, value in enumerate(row)
        if top + down <= bottom and left + along <= right
    )


def _blocked(value: Scalar) -> bool:
    return isinstance(value, Error) and value.code in {"#SPILL!", "#VALUE!"}


def _alike(value: Scalar, stored: Scalar) -> bool:
    value = 0.0 if value is None else value
    if stored is None:
        return value in {0.0, ""}
    if isinstance(value, float) and isinstance(stored, float) and not isinstance(stored, bool):
        return abs(value - stored) <= 1e-9 + 1e-12 * abs(stored)
    if isinstance(value, Error) and isinstance(stored, Error):
        return True  # which error it is called differs between versions of Excel
    return type(value) is type(stored) and value == stored
