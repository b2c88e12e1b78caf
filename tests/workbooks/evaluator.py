"""Works out the formulas of our own workbooks in exact decimals, so that a test needs no spreadsheet program.

It knows what our workbooks use and nothing more: + - * /, comparisons, ROUND, SUM, SUMIF, IF, MAX. Anything else is a
ValueError, so that a formula beyond it is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries

Value = str | Decimal | None
Thunk = Callable[[], Value]

_TOKEN = re.compile(
    r"""(?P<text>"[^"]*") | (?P<number>\d+(?:\.\d+)?) | (?P<function>[A-Z]+)\( |
    (?P<ref>(?:'[^']+'!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?) | (?P<sign><>|[-+*/(),=])""",
    re.VERBOSE,
)


class Evaluator:
    """The formulas and typed-in values of a workbook; :meth:`value` works a cell out."""

    def __init__(self, path: Path) -> None:
        self.formulas: dict[tuple[str, str], str] = {}
        self._typed: dict[tuple[str, str], Value] = {}
        self._known: dict[tuple[str, str], Value] = {}
        workbook = openpyxl.load_workbook(path)
        for sheet in workbook.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    place = (sheet.title, cell.coordinate)
                    if cell.data_type == "f":
                        self.formulas[place] = str(cell.value)
                    elif isinstance(cell.value, int | float):
                        self._typed[place] = Decimal(f"{cell.value:.15g}")
                    elif isinstance(cell.value, str):
                        self._typed[place] = cell.value
        workbook.close()

    def value(self, sheet: str, cell: str) -> Value:
        place = (sheet, cell)
        if place not in self.formulas:
            return self._typed.get(place)
        if place not in self._known:
            self._known[place] = _Parser(self, sheet, self.formulas[place]).result()
        return self._known[place]

    def disagreements(self, cells: Mapping[tuple[str, str], Value | int | date]) -> list[str]:
        """The formulas whose stored result in *cells* is not what they come to."""
        return [
            f"{sheet}!{cell} {formula} is {self.value(sheet, cell)!r}, stored {cells[sheet, cell]!r}"
            for (sheet, cell), formula in self.formulas.items()
            if self.value(sheet, cell) != cells[sheet, cell]
        ]


class _Parser:
    """Reads one formula from left to right; what IF does not choose is never worked out."""

    def __init__(self, workbook: Evaluator, sheet: str, formula: str) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._formula = formula
        self._tokens = self._split(formula.removeprefix("="))

    def result(self) -> Value:
        thunk = self._comparison()
        if self._tokens:
            raise ValueError(f"{self._formula!r} goes on after its end: {self._tokens}")
        return thunk()

    def _split(self, text: str) -> list[tuple[str, str]]:
        tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise ValueError(f"{self._formula!r} is beyond this evaluator at {text[at:]!r}")
            kind = str(found.lastgroup)
            tokens.append((kind, found[kind]))
            at = found.end()
        return tokens

    def _next_is(self, *signs: str) -> bool:
        return bool(self._tokens) and self._tokens[0][0] == "sign" and self._tokens[0][1] in signs

    def _take(self, *signs: str) -> str:
        if not self._next_is(*signs):
            raise ValueError(f"{self._formula!r}: one of {signs} is missing before {self._tokens}")
        return self._tokens.pop(0)[1]

    def _comparison(self) -> Thunk:
        left = self._sum()
        if not self._next_is("=", "<>"):
            return left
        equal, right = self._take("=", "<>") == "=", self._sum()
        return lambda: Decimal((_or_nought(left()) == _or_nought(right())) is equal)

    def _sum(self) -> Thunk:
        total = self._product()
        while self._next_is("+", "-"):
            total = self._joined(self._take("+", "-"), total, self._product())
        return total

    def _product(self) -> Thunk:
        product = self._factor()
        while self._next_is("*", "/"):
            product = self._joined(self._take("*", "/"), product, self._factor())
        return product

    @staticmethod
    def _joined(sign: str, left: Thunk, right: Thunk) -> Thunk:
        def work_out() -> Value:
            one, two = _number(left()), _number(right())
            return {"+": one.__add__, "-": one.__sub__, "*": one.__mul__, "/": one.__truediv__}[sign](two)

        return work_out

    def _factor(self) -> Thunk:
        if self._next_is("+", "-"):
            negative, inner = self._take("+", "-") == "-", self._factor()
            return lambda: -_number(inner()) if negative else inner()
        if self._next_is("("):
            self._take("(")
            inner = self._comparison()
            self._take(")")
            return inner
        kind, text = self._tokens.pop(0)
        match kind:
            case "text":
                return lambda: text[1:-1]
            case "number":
                return lambda: Decimal(text)
            case "ref":
                sheet, cell = self._cells(text)[0]
                return lambda: self._workbook.value(sheet, cell)
            case "function":
                return self._function(text)
        raise ValueError(f"{self._formula!r}: {text!r} is not expected here")

    def _function(self, name: str) -> Thunk:
        match name:
            case "SUM":
                cells = self._block()
                self._take(")")
                return lambda: sum((_number(value) for value in self._values(cells)), Decimal(0))
            case "SUMIF":
                where = self._block()
                self._take(",")
                wanted = self._comparison()
                self._take(",")
                cells = self._block()
                self._take(")")
                return lambda: sum(
                    (
                        _number(value)
                        for at, value in zip(self._values(where), self._values(cells), strict=True)
                        if at == wanted()
                    ),
                    Decimal(0),
                )
        arguments = [self._comparison()]
        while self._take(",", ")") == ",":
            arguments.append(self._comparison())
        match name:
            case "ROUND":
                number, places = arguments
                return lambda: _number(number()).quantize(
                    Decimal(1).scaleb(-int(_number(places()))), rounding=ROUND_HALF_UP
                )
            case "IF":
                condition, then, otherwise = arguments
                return lambda: then() if condition() else otherwise()
            case "MAX":
                return lambda: max(_number(argument()) for argument in arguments)
        raise ValueError(f"{self._formula!r}: {name} is beyond this evaluator")

    def _block(self) -> list[tuple[str, str]]:
        kind, text = self._tokens.pop(0)
        if kind != "ref":
            raise ValueError(f"{self._formula!r}: {text!r} is no range")
        return self._cells(text)

    def _cells(self, ref: str) -> list[tuple[str, str]]:
        sheet, _, block = ref.rpartition("!")
        left, top, right, bottom = range_boundaries(block.replace("$", ""))
        assert left is not None
        assert top is not None
        assert right is not None
        assert bottom is not None
        name = sheet.strip("'") or self._sheet
        return [
            (name, f"{get_column_letter(column)}{row}")
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]

    def _values(self, cells: list[tuple[str, str]]) -> list[Value]:
        return [self._workbook.value(sheet, cell) for sheet, cell in cells]


def _number(value: Value) -> Decimal:
    """As a spreadsheet takes it: text in a sum counts nothing, an empty cell is nought."""
    return value if isinstance(value, Decimal) else Decimal(0)


def _or_nought(value: Value) -> str | Decimal:
    return Decimal(0) if value is None else value
