"""A template's own validations, classic ones and those of Excel 2010 and later, run as the receiver's Excel would."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Final

from fundingapp.domain.validations import (
    CellContent,
    RuleKind,
    RuleStyle,
    Unchecked,
    Validated,
    ValidationRule,
    Violation,
    choices_in_words,
    in_words,
    is_listed,
    keeps_limits,
)
from fundingapp.workbooks.addresses import address
from fundingapp.workbooks.formulas.book import FormulaBook, Key, RawValidation, rectangle
from fundingapp.workbooks.formulas.reach import sheets_between
from fundingapp.workbooks.formulas.syntax import (
    Binary,
    Call,
    Name,
    Node,
    Reference,
    SyntaxProblem,
    Text,
    Unary,
    parsed,
)
from fundingapp.workbooks.formulas.values import Error, Faulty, NotComputed, Scalar, day_of, stored_number
from fundingapp.workbooks.formulas.worker import Worker
from fundingapp.workbooks.recalculation import Place, Put, RecalculableBook

Source = Path | bytes | BinaryIO | FormulaBook | RecalculableBook

_KINDS: Final = {kind.value: kind for kind in RuleKind}
_STYLES: Final = {style.value: style for style in RuleStyle}
#: Cells of one rule that are looked at one by one when blanks are told; a whole column is no form.
_MOST_BLANKS: Final = 5_000


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule with its cells, and the cell that its formulas were written for."""

    rule: ValidationRule
    sheet: int
    corners: tuple[tuple[int, int, int, int], ...]
    bases: tuple[tuple[int, int], ...]


def rules_of(source: Source) -> tuple[ValidationRule, ...]:
    """Every validation of a workbook, in the order of its sheets. Raises InputRefusedError."""
    return tuple(each.rule for each in _rules(_opened(source).book))


def validated(
    source: Source,
    puts: Mapping[Place, Put],
    *,
    today: date | None = None,
    only: Collection[Place] | None = None,
    blanks: bool = True,
) -> Validated:
    """Holds every cell that says something once *puts* are in it against the rules of the workbook, and tells of
    required cells that are blank (with *blanks*); *only* narrows it to those cells.

    Raises InputRefusedError, and NotComputed for a cell that the workbook does not have.
    """
    opened = _opened(source)
    worker = opened.filled(puts, today=today)
    wanted = None if only is None else {opened.book.key(sheet, cell) for sheet, cell in only}
    violations: list[Violation] = []
    unchecked: list[Unchecked] = []
    checked = 0
    for rule in _rules(opened.book):
        if rule.rule.kind is RuleKind.ANY:
            continue
        for key in _cells(worker, rule, wanted, blanks=blanks and not rule.rule.allows_blank):
            checked += 1
            cell = address(key[1], key[2] - 1)
            try:
                found = _judged(worker, rule, key, cell)
            except NotComputed as problem:
                unchecked.append(Unchecked(rule.rule.sheet, cell, rule.rule, str(problem)))
                continue
            if found is not None:
                violations.append(found)
    return Validated(tuple(violations), tuple(unchecked), checked)


def choices(
    source: Source,
    sheet: str,
    cell: str,
    puts: Mapping[Place, Put] | None = None,
    *,
    today: date | None = None,
) -> tuple[str, ...]:
    """What the drop-down of a cell offers; nothing when it has none. Raises NotComputed when its list cannot be
    worked out.
    """
    opened = _opened(source)
    key = opened.book.key(sheet, cell)
    rules = [
        each for each in _rules(opened.book) if each.rule.kind is RuleKind.LIST and _holds_for(each, key)
    ]
    if not rules:
        return ()
    worker = opened.filled(puts or {}, today=today)
    return _offered(_entries(worker, rules[0], key)[0])


# ---- reading ----------------------------------------------------------------------------------------------------


def _opened(source: Source) -> RecalculableBook:
    if isinstance(source, RecalculableBook):
        return source
    if isinstance(source, FormulaBook):
        return RecalculableBook(source)
    return RecalculableBook.read(source)


def _rules(book: FormulaBook) -> list[_Rule]:
    found: list[_Rule] = []
    for number, sheet in enumerate(book.sheets):
        for raw in sheet.validations:
            corners = tuple(each for each in map(rectangle, raw.ranges) if each is not None)
            if corners:
                rule = _rule(sheet.name, raw)
                found.append(_Rule(rule, number, corners, _bases(rule, corners)))
    return found


def _rule(sheet: str, raw: RawValidation) -> ValidationRule:
    given = raw.attributes

    def is_set(name: str) -> bool:
        return given.get(name) in {"1", "true", "on"}

    return ValidationRule(
        sheet,
        raw.ranges,
        _KINDS.get(given.get("type", "none"), RuleKind.ANY),
        given.get("operator", "between"),
        raw.formulas[0].removeprefix("="),
        raw.formulas[1].removeprefix("="),
        is_set("allowBlank"),
        is_set("showErrorMessage"),
        _STYLES.get(given.get("errorStyle", "stop"), RuleStyle.STOP),
        given.get("errorTitle", ""),
        given.get("error", ""),
        given.get("promptTitle", ""),
        given.get("prompt", ""),
        raw.extended,
    )


def _bases(rule: ValidationRule, corners: Sequence[tuple[int, int, int, int]]) -> tuple[tuple[int, int], ...]:
    """The cell that the formulas were written for: the first of the first range, or of the box around all of them.

    Writers of workbooks differ; where it matters both are tried, and nothing is said unless they agree.
    """
    first = corners[0][0], corners[0][1]
    box = min(each[0] for each in corners), min(each[1] for each in corners)
    return (first,) if first == box or not (_moves(rule.first) or _moves(rule.second)) else (first, box)


def _moves(formula: str) -> bool:
    """Whether *formula* means something else in another cell."""
    if not formula:
        return False
    try:
        return _node_moves(parsed(formula))
    except SyntaxProblem:
        return False


def _node_moves(node: Node) -> bool:
    match node:
        case Reference():
            return not all(node.fixed)
        case Call(function, arguments):
            return function in {"ROW", "COLUMN"} or any(map(_node_moves, arguments))
        case Binary(_, left, right):
            return _node_moves(left) or _node_moves(right)
        case Unary(_, operand):
            return _node_moves(operand)
        case Name():
            return False
        case _:
            return False


def _holds_for(rule: _Rule, key: Key) -> bool:
    return key[0] == rule.sheet and any(
        top <= key[1] <= bottom and left <= key[2] <= right for top, left, bottom, right in rule.corners
    )


def _every_cell(rule: _Rule, most: int) -> Iterator[Key]:
    left_over = most
    for top, left, bottom, right in rule.corners:
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                left_over -= 1
                if left_over < 0:
                    return
                yield rule.sheet, row, column


def _cells(worker: Worker, rule: _Rule, wanted: Collection[Key] | None, *, blanks: bool) -> Iterator[Key]:
    """The rule's cells to look at: those that say something, and with *blanks* the others."""
    if wanted is not None:
        keys = sorted(key for key in wanted if _holds_for(rule, key))
        yield from (key for key in keys if blanks or not _is_blank(worker, key))
        return
    size = sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in rule.corners)
    if size <= _MOST_BLANKS:
        yield from (key for key in _every_cell(rule, size) if blanks or not _is_blank(worker, key))
        return
    now = worker.now(rule.sheet)
    yield from (
        (rule.sheet, *place)
        for place in sorted(now)
        if now[place] is not None and _holds_for(rule, (rule.sheet, *place))
    )


def _is_blank(worker: Worker, key: Key) -> bool:
    return key not in worker.failed and worker.now(key[0]).get(key[1:]) in {None, ""}


# ---- judging ----------------------------------------------------------------------------------------------------


def _judged(worker: Worker, rule: _Rule, key: Key, cell: str) -> Violation | None:
    value = worker.cell(key)
    told = rule.rule
    if value is None or value == "":
        if told.allows_blank:
            return None
        said = in_words(told, *_limits_in_words(worker, rule, key)) if told.kind is not RuleKind.LIST else ""
        should = said or choices_in_words(_offered(_quietly(worker, rule, key)))
        return Violation(told.sheet, cell, told, "", said or in_words(told, "", ""), should, True)
    if isinstance(value, Error):
        return Violation(
            told.sheet,
            cell,
            told,
            value.code,
            in_words(told, *_limits_in_words(worker, rule, key)),
            "no error",
            False,
        )
    shown = _shown(value)
    if told.kind is RuleKind.LIST:
        entries, literal = _entries(worker, rule, key)
        if is_listed(_content(value), shown, [_content(each) for each in entries], literal=literal):
            return None
        should = choices_in_words(_offered(entries))
        return Violation(told.sheet, cell, told, shown, in_words(told, "", ""), should, False)
    if told.kind is RuleKind.CUSTOM:
        if _is_allowed(worker, rule, key):
            return None
        said = in_words(told, "", "")
        return Violation(told.sheet, cell, told, shown, said, told.message or said, False)
    limits = _limits(worker, rule, key)
    if keeps_limits(told, _content(value), shown, *limits):
        return None
    said = in_words(told, *(_limit_in_words(worker, told, limit) for limit in limits))
    if told.kind is RuleKind.DATE and isinstance(value, float):
        shown = _day(worker, value)
    return Violation(told.sheet, cell, told, shown, said, said, False)


def _quietly(worker: Worker, rule: _Rule, key: Key) -> list[Scalar]:
    try:
        return _entries(worker, rule, key)[0]
    except NotComputed:
        return []


def _agreed(worker: Worker, rule: _Rule, key: Key, formula: str) -> list[Scalar]:
    """What *formula* comes to in the cell *key*: the cells of a range, or one value. Raises NotComputed."""
    found = [worker.listed(formula, key, base) for base in rule.bases]
    if any(each != found[0] for each in found):
        raise NotComputed("programs differ about which cell its formula was written for")
    return found[0]


def _entries(worker: Worker, rule: _Rule, key: Key) -> tuple[list[Scalar], bool]:
    """What a list offers, and whether it is typed into the rule itself. Raises NotComputed."""
    formula = rule.rule.first
    try:
        node = parsed(formula)
    except SyntaxProblem as problem:
        raise NotComputed(f"its list cannot be read: {problem}") from None
    if isinstance(node, Text):
        return [entry.strip() for entry in node.value.split(",")], True
    if isinstance(node, Reference) and sheets_between(worker.book, node, key[0]) is None:
        raise NotComputed("the sheet of its list is not there")
    entries = _agreed(worker, rule, key, formula)
    if len(entries) == 1 and isinstance(entries[0], Error):
        raise NotComputed(f"its list comes to {entries[0].code}")
    return entries, False


def _is_allowed(worker: Worker, rule: _Rule, key: Key) -> bool:
    answer = _agreed(worker, rule, key, rule.rule.first)[0]
    if isinstance(answer, Error):
        return False
    if isinstance(answer, str):
        raise NotComputed("its formula comes to a text")
    return bool(answer)


def _limits(worker: Worker, rule: _Rule, key: Key) -> tuple[Decimal, Decimal | None]:
    found: list[Decimal | None] = []
    for formula in (rule.rule.first, rule.rule.second):
        if not formula:
            found.append(None)
            continue
        limit = _agreed(worker, rule, key, formula)[0]
        if limit is None:
            limit = 0.0
        if isinstance(limit, bool) or not isinstance(limit, float):
            raise NotComputed("its limit is not a number")
        found.append(Decimal(stored_number(limit)))
    first, second = found
    if first is None or (second is None and rule.rule.operator in {"between", "notBetween"}):
        raise NotComputed("a limit is missing in it")
    return first, second


def _limits_in_words(worker: Worker, rule: _Rule, key: Key) -> tuple[str, str]:
    if rule.rule.kind in {RuleKind.LIST, RuleKind.CUSTOM}:
        return "", ""
    first, second = _limits(worker, rule, key)
    return _limit_in_words(worker, rule.rule, first), _limit_in_words(worker, rule.rule, second)


def _limit_in_words(worker: Worker, rule: ValidationRule, limit: Decimal | None) -> str:
    if limit is None:
        return ""
    if rule.kind is RuleKind.DATE:
        return _day(worker, float(limit))
    return f"{limit:,f}"


def _day(worker: Worker, serial: float) -> str:
    if serial < 0:
        return stored_number(serial)
    try:
        day = day_of(serial, is_1904=worker.book.is_1904)
    except NotComputed:
        day = date(1899, 12, 31) + timedelta(days=int(serial))
    except Faulty:
        return stored_number(serial)
    return f"{day:%d/%m/%Y}"


def _content(value: Scalar) -> CellContent:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return value.code if isinstance(value, Error) else Decimal(stored_number(value))


def _shown(value: Scalar) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return value
        case Error():
            return value.code
        case _:
            return f"{value:.15g}"


def _offered(entries: Sequence[Scalar]) -> tuple[str, ...]:
    """The entries as a drop-down shows them: blank ones left out, each once."""
    return tuple(dict.fromkeys(text for text in map(_shown, entries) if text))
