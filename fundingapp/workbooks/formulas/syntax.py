"""A formula as it is stored in a workbook, taken apart into a tree; nothing is worked out here.

Stored formulas are in English, with commas between arguments, whatever the language of the program that wrote them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from fundingapp.workbooks.addresses import LAST_COLUMN, LAST_ROW, column_number

#: Excel's own limits: a formula of so many characters, nested so deep.
_LONGEST: Final = 8192
_DEEPEST: Final = 100


class SyntaxProblem(Exception):  # noqa: N818 - no error of ours: the formula is beyond this reader
    """A formula that cannot be taken apart; the text says why in plain words."""


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Text:
    value: str


@dataclass(frozen=True, slots=True)
class Truth:
    value: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """An error written into the formula, as #REF! is when a cell it referred to was deleted."""

    code: str


@dataclass(frozen=True, slots=True)
class Missing:
    """An argument that is left out, as in IF(A1,,2)."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A cell or a range. Rows and columns count from 1; a fixed one ($) does not move with the formula."""

    top: int
    left: int
    bottom: int
    right: int
    fixed: tuple[bool, bool, bool, bool]
    sheet: str | None = None
    last_sheet: str | None = None
    is_cell: bool = True


@dataclass(frozen=True, slots=True)
class Outside:
    """A reference into another workbook."""

    text: str


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class TablePart:
    """A structured reference: *areas* of #All, #Data, #Headers, #Totals, #This Row, and the first and last column."""

    table: str
    areas: tuple[str, ...]
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign before, or with ``%`` a percent sign behind."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands; ``:`` spans a range, a blank is the part that two ranges share, ``,`` joins ranges."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Table:
    """Constants in braces, row by row."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Spill:
    """All cells that the formula in one cell fills: A1#."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Single:
    """@: the one cell of a range that stands in the formula's own row or column."""

    operand: Node


Node = (
    Number
    | Text
    | Truth
    | Fault
    | Missing
    | Reference
    | Outside
    | Name
    | TablePart
    | Call
    | Unary
    | Binary
    | Table
    | Spill
    | Single
)

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<text>"(?:[^"]|"")*")
    | (?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!))
    | (?P<sheet>'(?:[^']|'')+'!|[\w.\[\]\\]+(?::[\w.]+)?!)
    | (?P<area>CELL:CELL(?![\w(.\[!])
        | \$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w(.\[!])
        | \$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6}(?![\w(.]))
    | (?P<cell>CELL(?![\w(.\[!]))
    | (?P<call>[A-Za-z_\\][\w.\\]*\()
    | (?P<name>[^\W\d][\w.\\?]*|\\[\w.\\?]*)
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?)
    | (?P<bracket>\[)
    | (?P<sign><>|<=|>=|[-+*/^&=<>%:,(){};@\#])
    """.replace("CELL", _CELL),
    re.VERBOSE,
)
_CELL_PARTS = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]+)")
_POWERS: Final = {
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1),
    "&": 2,
    "+": 3,
    "-": 3,
    "*": 4,
    "/": 4,
    "^": 5,
}
#: What newer functions are called in the file, so that older programs know that they do not know them.
_PREFIXES: Final = ("_xlfn.", "_xlws.", "_xlpm.", "_xludf.")


@lru_cache(maxsize=20_000)
def parsed(formula: str) -> Node:
    """The tree of *formula*, given without its equals sign. Raises SyntaxProblem."""
    if len(formula) > _LONGEST * 4:
        raise SyntaxProblem("it is longer than a formula can be")
    try:
        return _Parser(formula).whole()
    except RecursionError:
        raise SyntaxProblem("it is nested deeper than Excel allows") from None


def _tokens(formula: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        if match is None:
            raise SyntaxProblem(f"it cannot be read at “{formula[at : at + 12]}”")
        kind, at = str(match.lastgroup), match.end()
        if kind == "bracket":
            end = _bracket_end(formula, match.start())
            found.append(("bracket", formula[match.start() : end]))
            at = end
        else:
            found.append((kind, match.group()))
    return found


def _bracket_end(formula: str, at: int) -> int:
    depth = 0
    while at < len(formula):
        letter = formula[at]
        if letter == "'":
            at += 1  # what follows stands for itself
        elif letter == "[":
            depth += 1
        elif letter == "]":
            depth -= 1
            if not depth:
                return at + 1
        at += 1
    raise SyntaxProblem("a square bracket in it is not closed")


class _Parser:
    def __init__(self, formula: str) -> None:
        self._tokens = _tokens(formula)
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._expression(0)
        self._skip()
        if self._at < len(self._tokens):
            raise SyntaxProblem(f"it cannot be read at “{self._tokens[self._at][1]}”")
        return node

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _skip(self) -> bool:
        skipped = False
        while self._peek()[0] == "space":
            self._at += 1
            skipped = True
        return skipped

    def _take(self, sign: str) -> None:
        self._skip()
        if self._peek() != ("sign", sign):
            raise SyntaxProblem(f"a “{sign}” is missing in it")
        self._at += 1

    def _expression(self, least: int) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise SyntaxProblem("it is nested deeper than Excel allows")
        left = self._signed()
        while True:
            self._skip()
            kind, sign = self._peek()
            power = _POWERS.get(sign, 0) if kind == "sign" else 0
            if power <= least:
                break
            self._at += 1
            left = Binary(sign, left, self._expression(power))
        self._depth -= 1
        return left

    def _signed(self) -> Node:
        """A sign binds tighter than a power in a spreadsheet: -2^2 is 4."""
        self._skip()
        kind, sign = self._peek()
        if kind == "sign" and sign in {"-", "+", "@"}:
            self._at += 1
            self._depth += 1
            if self._depth > _DEEPEST:
                raise SyntaxProblem("it is nested deeper than Excel allows")
            operand = self._signed()
            self._depth -= 1
            return Single(operand) if sign == "@" else Unary(sign, operand)
        node = self._shared()
        while True:
            self._skip()
            if self._peek() != ("sign", "%"):
                return node
            self._at += 1
            node = Unary("%", node)

    def _shared(self) -> Node:
        """Ranges with a blank between them: the part that they share."""
        node = self._spanned()
        while True:
            here = self._at
            if not self._skip():
                return node
            kind, sign = self._peek()
            if kind not in {"sheet", "area", "cell", "name", "call"} and (kind, sign) != ("sign", "("):
                self._at = here
                return node
            node = Binary(" ", node, self._spanned())

    def _spanned(self) -> Node:
        node = self._spilled()
        while self._peek() == ("sign", ":"):
            self._at += 1
            node = Binary(":", node, self._spilled())
        return node

    def _spilled(self) -> Node:
        node = self._operand()
        while self._peek() == ("sign", "#"):
            self._at += 1
            node = Spill(node)
        return node

    def _operand(self) -> Node:
        kind, text = self._peek()
        self._at += 1
        match kind:
            case "number":
                return Number(float(text))
            case "text":
                return Text(text[1:-1].replace('""', '"'))
            case "error":
                return Fault(text)
            case "cell" | "area":
                return _reference(text)
            case "sheet":
                return self._on_sheet(text)
            case "call":
                return self._call(text[:-1])
            case "bracket":
                return _table_part("", text)
            case "name":
                if self._peek()[0] == "bracket":
                    self._at += 1
                    return _table_part(text, self._tokens[self._at - 1][1])
                if text.upper() in {"TRUE", "FALSE"}:
                    return Truth(text.upper() == "TRUE")
                return Name(_without_prefix(text))
        if (kind, text) == ("sign", "("):
            return self._group()
        if (kind, text) == ("sign", "{"):
            return self._constants()
        raise SyntaxProblem(f"it cannot be read at “{text}”" if text else "it ends too early")

    def _group(self) -> Node:
        node = self._expression(0)
        self._skip()
        while self._peek() == ("sign", ","):
            self._at += 1
            node = Binary(",", node, self._expression(0))
            self._skip()
        self._take(")")
        return node

    def _on_sheet(self, prefix: str) -> Node:
        sheet = prefix[:-1]
        if sheet.startswith("'"):
            sheet = sheet[1:-1].replace("''", "'")
        kind, text = self._peek()
        self._at += 1
        if sheet.startswith("[0]"):
            sheet = sheet[3:]  # Excel's way to say: of this workbook
            if not sheet and kind == "name":
                return Name(text)
        if "[" in sheet or not sheet:
            return Outside(f"{prefix}{text}")
        first, _, last = sheet.partition(":")
        if kind in {"cell", "area"}:
            return _reference(text, first, last or None)
        if kind == "name":
            return Name(text, first)
        if kind == "error":
            return Fault(text)
        raise SyntaxProblem(f"it cannot be read at “{prefix}{text}”")

    def _call(self, name: str) -> Node:
        arguments: list[Node] = []
        self._skip()
        if self._peek() == ("sign", ")"):
            self._at += 1
            return Call(_without_prefix(name).upper(), ())
        while True:
            self._skip()
            if self._peek() in {("sign", ","), ("sign", ")")}:
                arguments.append(Missing())
            else:
                arguments.append(self._expression(0))
                self._skip()
            kind, sign = self._peek()
            self._at += 1
            if (kind, sign) == ("sign", ")"):
                return Call(_without_prefix(name).upper(), tuple(arguments))
            if (kind, sign) != ("sign", ","):
                raise SyntaxProblem(f"it cannot be read at “{sign}”" if sign else "a “)” is missing in it")

    def _constants(self) -> Node:
        rows: list[tuple[Node, ...]] = []
        row: list[Node] = []
        while True:
            self._skip()
            negative = self._peek() == ("sign", "-")
            if negative:
                self._at += 1
            node = self._operand()
            if negative:
                if not isinstance(node, Number):
                    raise SyntaxProblem("only constants can stand in braces")
                node = Number(-node.value)
            if not isinstance(node, (Number, Text, Truth, Fault)):
                raise SyntaxProblem("only constants can stand in braces")
            row.append(node)
            self._skip()
            _, sign = self._peek()
            self._at += 1
            if sign == ",":
                continue
            rows.append(tuple(row))
            row = []
            if sign == "}":
                break
            if sign != ";":
                raise SyntaxProblem("a “}” is missing in it")
        if len({len(each) for each in rows}) != 1:
            raise SyntaxProblem("the rows in its braces are of different lengths")
        return Table(tuple(rows))


def _without_prefix(name: str) -> str:
    found = True
    while found:
        found = False
        for prefix in _PREFIXES:
            if name.lower().startswith(prefix):
                name, found = name[len(prefix) :], True
    return name


def _reference(text: str, sheet: str | None = None, last_sheet: str | None = None) -> Node:
    first, _, second = text.partition(":")
    if not second:
        top, left, top_fixed, left_fixed = _corner(first)
        fixed = (top_fixed, left_fixed, top_fixed, left_fixed)
        return Reference(top, left, top, left, fixed, sheet, last_sheet)
    if first.lstrip("$").isdigit():  # whole rows
        rows = sorted((int(part.lstrip("$")), part.startswith("$")) for part in (first, second))
        (top, top_fixed), (bottom, bottom_fixed) = rows
        return Reference(
            top, 1, bottom, LAST_COLUMN, (top_fixed, True, bottom_fixed, True), sheet, last_sheet, False
        )
    if not any(letter.isdigit() for letter in text):  # whole columns
        columns = sorted(
            (column_number(part.lstrip("$").upper()) + 1, part.startswith("$")) for part in (first, second)
        )
        (left, left_fixed), (right, right_fixed) = columns
        return Reference(
            1, left, LAST_ROW, right, (True, left_fixed, True, right_fixed), sheet, last_sheet, False
        )
    one, other = _corner(first), _corner(second)
    (top, top_fixed), (bottom, bottom_fixed) = sorted(((one[0], one[2]), (other[0], other[2])))
    (left, left_fixed), (right, right_fixed) = sorted(((one[1], one[3]), (other[1], other[3])))
    fixed = (top_fixed, left_fixed, bottom_fixed, right_fixed)
    return Reference(top, left, bottom, right, fixed, sheet, last_sheet, False)


def _corner(text: str) -> tuple[int, int, bool, bool]:
    found = _CELL_PARTS.fullmatch(text)
    if found is None:
        raise SyntaxProblem(f"“{text}” is no cell")
    row, column = int(found.group(4)), column_number(found.group(2).upper()) + 1
    if row > LAST_ROW or column > LAST_COLUMN:
        raise SyntaxProblem(f"“{text}” is beyond the last cell of a sheet")
    return row, column, bool(found.group(3)), bool(found.group(1))


_AREAS: Final = {"#all", "#data", "#headers", "#totals", "#this row"}


def _table_part(table: str, bracket: str) -> Node:
    inner = bracket[1:-1]
    areas: list[str] = []
    columns: list[str] = []
    is_span = False
    if inner.startswith("@"):
        areas.append("#this row")
        inner = inner[1:]
        if inner and not inner.startswith("["):
            columns.append(_plain_column(inner))
            inner = ""
    if inner.strip().startswith("["):
        at = 0
        while at < len(inner):
            letter = inner[at]
            if letter == "[":
                end = _bracket_end(inner, at)
                part = inner[at + 1 : end - 1]
                if part.lower() in _AREAS:
                    areas.append(part.lower())
                else:
                    columns.append(_plain_column(part))
                at = end
            elif letter == ":":
                is_span = True
                at += 1
            elif letter in ", \n":
                at += 1
            else:  # some programs write a column after #This Row without brackets of its own
                end = at
                while end < len(inner) and inner[end] not in ",[]":
                    end += 2 if inner[end] == "'" else 1
                columns.append(_plain_column(inner[at:end].strip()))
                at = end
    elif inner.lower() in _AREAS:
        areas.append(inner.lower())
    elif inner:
        columns.append(_plain_column(inner))
    if len(columns) > 2 or (len(columns) == 2) != is_span:
        raise SyntaxProblem(f"the table reference {table}{bracket} cannot be read")
    first = columns[0] if columns else None
    return TablePart(table, tuple(areas), first, columns[-1] if columns else None)


def _plain_column(text: str) -> str:
    """A column's name without the apostrophes that Excel puts before signs of its own."""
    return re.sub(r"'(.)", r"\1", text, flags=re.DOTALL)
