"""What the formulas of a workbook add up and read, cell by cell; nothing is worked out here."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl.formula.translate import Translator, TranslatorError

from fundingapp.domain.addresses import Area, address
from fundingapp.domain.received import Added, At, FormulaParts
from fundingapp.workbooks.formulas.book import CellFormula, FormulaBook, table_area
from fundingapp.workbooks.formulas.syntax import (
    Binary,
    Call,
    Name,
    Node,
    Number,
    Reference,
    SyntaxProblem,
    TablePart,
    Unary,
    parsed,
)

#: Far enough down that no formula refers above the sheet when it is moved there, to be compared with others.
_FAR_ROW = 500_000
#: Names that stand for names, at most.
_DEEPEST = 8
#: SUBTOTAL's numbers for a sum, with hidden rows and without.
_SUMS = (9.0, 109.0)


def formula_parts(book: FormulaBook) -> dict[At, FormulaParts]:
    """Every formula of *book* by its sheet and cell; one that can't be taken apart has its text alone."""
    found = {}
    for (number, row, column), formula in book.formulas():
        sheet = book.sheets[number].name
        cell = address(row, column - 1)
        text = _moved(formula, cell)
        taken = _Taken(book, number, row, column, formula)
        found[sheet, cell] = FormulaParts(
            text,
            _translated(text, cell, f"{cell.rstrip('0123456789')}{_FAR_ROW}"),
            taken.adds(),
            taken.reads(),
        )
    return found


def _moved(formula: CellFormula, cell: str) -> str:
    """The formula as it stands in *cell*: a shared one was written for another."""
    row, column = formula.base
    return _translated(formula.text, address(row, column - 1), cell)


def _translated(text: str, origin: str, to: str) -> str:
    if origin == to:
        return text
    try:
        return str(Translator(f"={text}", origin=origin).translate_formula(to)).removeprefix("=")
    except (TranslatorError, ValueError):  # it would refer beyond the sheet: then it is like no other
        return text


class _Taken:
    """One formula taken apart, for the cell in *row* and *column* of the sheet with that *number*."""

    def __init__(self, book: FormulaBook, number: int, row: int, column: int, formula: CellFormula) -> None:
        self._book, self._number, self._row = book, number, row
        self._down, self._right = row - formula.base[0], column - formula.base[1]
        try:
            self._node: Node | None = parsed(formula.text)
        except SyntaxProblem:
            self._node = None

    def adds(self) -> tuple[Added, ...] | None:
        """The ranges that it adds up; None where it does anything else."""
        return None if self._node is None else self._sum(self._node, 1, 0)

    def reads(self) -> tuple[Added, ...]:
        """Every range that it names."""
        return () if self._node is None else tuple(self._every(self._node, 0))

    def _sum(self, node: Node, times: int, depth: int) -> tuple[Added, ...] | None:
        match node:
            case Reference() | TablePart():
                one = self._area(node, times)
                return None if one is None else (one,)
            case Name():
                inner = self._named(node, depth)
                return None if inner is None else self._sum(inner, times, depth + 1)
            case Unary("-" | "+", operand):
                return self._sum(operand, -times if node.operator == "-" else times, depth)
            case Binary("+" | "-", left, right):
                return self._together(
                    (left, times), (right, -times if node.operator == "-" else times), depth=depth
                )
            case Call("SUM", arguments):
                return self._together(*((each, times) for each in arguments), depth=depth)
            case Call("SUBTOTAL", (Number(number), *rest)) if number in _SUMS:
                return self._together(*((each, times) for each in rest), depth=depth)
            case Call("ROUND", (inner, Number(2.0))):
                return self._sum(inner, times, depth)
            case _:
                return None

    def _together(self, *parts: tuple[Node, int], depth: int) -> tuple[Added, ...] | None:
        found: list[Added] = []
        for node, times in parts:
            one = self._sum(node, times, depth)
            if one is None:
                return None
            found += one
        return tuple(found)

    def _every(self, node: Node, depth: int) -> Iterator[Added]:
        match node:
            case Reference() | TablePart():
                one = self._area(node, 1)
                if one is not None:
                    yield one
            case Name():
                inner = self._named(node, depth)
                if inner is not None:
                    yield from self._every(inner, depth + 1)
            case Unary(_, operand):
                yield from self._every(operand, depth)
            case Binary(_, left, right):
                yield from self._every(left, depth)
                yield from self._every(right, depth)
            case Call(_, arguments):
                for each in arguments:
                    yield from self._every(each, depth)
            case _:
                return

    def _named(self, name: Name, depth: int) -> Node | None:
        """What a name stands for; its own references are taken as they stand, fixed ones as they are meant."""
        if depth >= _DEEPEST:
            return None
        own = self._book.sheet_number(name.sheet) if name.sheet is not None else self._number
        said = self._book.names.get((own, name.name.lower())) or self._book.names.get(
            (None, name.name.lower())
        )
        if said is None:
            return None
        try:
            return parsed(said)
        except SyntaxProblem:
            return None

    def _area(self, node: Reference | TablePart, times: int) -> Added | None:
        if isinstance(node, TablePart):
            table = self._book.tables.get(node.table.lower())
            found = (
                table_area(table, node.areas, node.first, node.last, self._row) if table is not None else None
            )
            if table is None or found is None:
                return None
            sheet = self._book.sheets[table.sheet].name
            area = Area(found.top, found.left - 1, found.bottom, found.right - 1)
            return Added(sheet, area, times, area.in_words)
        if node.last_sheet is not None:
            return None
        number = self._number if node.sheet is None else self._book.sheet_number(node.sheet)
        if number is None:
            return None
        top, left, bottom, right = (
            at if fixed else at + moved
            for at, fixed, moved in zip(
                (node.top, node.left, node.bottom, node.right),
                node.fixed,
                (self._down, self._right, self._down, self._right),
                strict=True,
            )
        )
        # A whole column reaches as far as the sheet is used.
        bottom = min(bottom, max(self._book.sheets[number].last_row, top))
        area = Area(top, left - 1, bottom, right - 1)
        sheet = self._book.sheets[number].name
        return Added(sheet, area, times, area.in_words)
