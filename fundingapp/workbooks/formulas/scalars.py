"""Functions over single values: conditions, questions about values, arithmetic and texts."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_UP

from fundingapp.workbooks.formulas.numbers import floored, rounded, text_of, to_multiple
from fundingapp.workbooks.formulas.syntax import Missing, Name, Node
from fundingapp.workbooks.formulas.values import (
    DIV0,
    NA,
    NUM,
    VALUE,
    Area,
    Areas,
    Array,
    Error,
    Faulty,
    NotComputed,
    Scalar,
    Value,
    compare,
    finite,
    is_number,
    number_in_text,
    refuse_ghost,
    to_number,
    to_text,
    to_truth,
)
from fundingapp.workbooks.formulas.worker import Context, Worker, lazy, plain, power, whole

# ---- conditions -------------------------------------------------------------------------------------------------


def _settled(worker: Worker, context: Context, node: Node) -> Scalar | Array:
    return worker.settled(worker.evaluate(node, context), context)


def _chosen(worker: Worker, context: Context, node: Node | None, otherwise: Scalar) -> Value:
    if node is None:
        return otherwise
    if isinstance(node, Missing):
        return 0.0
    return worker.evaluate(node, context)


def _refuse_forced(context: Context) -> None:
    """Excel asks a condition for whole ranges in array formulas only, others within SUMPRODUCT too."""
    if context.is_forced:
        raise NotComputed("programs differ about a condition over a whole range here")


@lazy("IF", 1, 3)
def _if(worker: Worker, context: Context, arguments: Sequence[Node]) -> Value:
    condition = _settled(worker, context, arguments[0])
    yes = arguments[1] if len(arguments) > 1 else None
    no = arguments[2] if len(arguments) > 2 else None
    if isinstance(condition, Array):
        _refuse_forced(context)
        branches = [
            worker.settled(_chosen(worker, context, yes, True), context),
            worker.settled(_chosen(worker, context, no, False), context),
        ]

        def pick(test: Scalar, one: Scalar, other: Scalar) -> Scalar:
            return one if to_truth(test) else other

        def pick_whole(test: Scalar, one: Scalar, other: Scalar) -> Scalar:
            return test if isinstance(test, Error) else pick(test, one, other)

        return worker.each(pick_whole, [condition, *branches], takes_errors=True)
    if to_truth(condition):
        return _chosen(worker, context, yes, True)
    return _chosen(worker, context, no, False)


@lazy("IFS", 2)
def _ifs(worker: Worker, context: Context, arguments: Sequence[Node]) -> Value:
    if len(arguments) % 2:
        raise Faulty(NA)
    for test, then in zip(arguments[::2], arguments[1::2], strict=True):
        condition = _settled(worker, context, test)
        if isinstance(condition, Array):
            raise NotComputed("its IFS is asked for a whole range")
        if to_truth(condition):
            return _chosen(worker, context, then, 0.0)
    raise Faulty(NA)


@lazy("SWITCH", 3)
def _switch(worker: Worker, context: Context, arguments: Sequence[Node]) -> Value:
    value = _settled(worker, context, arguments[0])
    if isinstance(value, Array):
        raise NotComputed("its SWITCH is asked for a whole range")
    if isinstance(value, Error):
        return value
    rest = arguments[1:]
    for case, then in zip(rest[::2], rest[1::2], strict=False):
        other = _settled(worker, context, case)
        if isinstance(other, Array):
            raise NotComputed("its SWITCH is asked for a whole range")
        if isinstance(other, bool) != isinstance(value, bool):
            raise NotComputed("programs differ about comparing TRUE or FALSE with a number")
        if compare(value, other) == 0:
            return _chosen(worker, context, then, 0.0)
    if len(rest) % 2:
        return _chosen(worker, context, rest[-1], 0.0)
    raise Faulty(NA)


@lazy("CHOOSE", 2)
def _choose(worker: Worker, context: Context, arguments: Sequence[Node]) -> Value:
    number = _settled(worker, context, arguments[0])
    if isinstance(number, Array):
        raise NotComputed("its CHOOSE is asked for a whole range")
    at = int(to_number(number))
    if not 1 <= at < len(arguments):
        raise Faulty(VALUE)
    return _chosen(worker, context, arguments[at], 0.0)


def _instead(only_na: bool) -> object:
    def function(worker: Worker, context: Context, arguments: Sequence[Node]) -> Value:
        def is_caught(value: Scalar) -> bool:
            return isinstance(value, Error) and (not only_na or value.code == NA)

        try:
            value = worker.evaluate(arguments[0], context)
            value = worker.settled(value, context) if not isinstance(value, Area) or value.is_cell else value
        except Faulty as fault:
            value = fault.error
        if isinstance(value, Area):
            value = worker.settled(value, context)
        if isinstance(value, Array) and value.height * value.width > 1:
            _refuse_forced(context)
            if not any(is_caught(each) for each in value.flat()):
                return value
            other = _settled(worker, context, arguments[1])
            return worker.each(
                lambda one, two: two if is_caught(one) else one, [value, other], takes_errors=True
            )
        single = value.rows[0][0] if isinstance(value, Array) else value
        if isinstance(single, (Areas, Area)):
            raise Faulty(VALUE)
        if is_caught(single):
            return _chosen(worker, context, arguments[1], 0.0)
        return single

    return function


lazy("IFERROR", 2, 2)(_instead(only_na=False))
lazy("IFNA", 2, 2)(_instead(only_na=True))


def _truths(worker: Worker, values: list[Value]) -> list[bool]:
    """The conditions among *values*; texts and blanks in ranges are none."""
    found: list[bool] = []
    for value in values:
        if isinstance(value, (Area, Areas, Array)):
            for each in worker_values(worker, value):
                if isinstance(each, Error):
                    raise Faulty(each.code)
                if isinstance(each, (bool, float)):
                    found.append(bool(each))
                elif isinstance(each, str) and each:
                    _refuse_text_condition(each)
        elif isinstance(value, str):
            found.append(to_truth(value))
        else:
            found.append(to_truth(value))
    if not found:
        raise Faulty(VALUE)
    return found


def _refuse_text_condition(text: str) -> None:
    if text.upper() in {"TRUE", "FALSE"} or any(letter.isdigit() for letter in text):
        raise NotComputed("programs differ about texts among conditions")


def worker_values(worker: Worker, value: Value) -> list[Scalar]:
    """All single values of *value*; blank cells beyond all that is used are left out."""
    match value:
        case Area():
            return list(worker.array(value).flat())
        case Areas(areas):
            return [each for area in areas for each in worker.array(area).flat()]
        case Array():
            return list(value.flat())
        case _:
            return [value]


@whole("AND", 1)
def _and(worker: Worker, context: Context, values: list[Value]) -> Value:
    return all(_truths(worker, values))


@whole("OR", 1)
def _or(worker: Worker, context: Context, values: list[Value]) -> Value:
    return any(_truths(worker, values))


@whole("XOR", 1)
def _xor(worker: Worker, context: Context, values: list[Value]) -> Value:
    return sum(_truths(worker, values)) % 2 == 1


@plain("NOT", 1, 1)
def _not(value: Scalar) -> Scalar:
    return not to_truth(value)


@plain("TRUE", 0, 0)
def _true() -> Scalar:
    return True


@plain("FALSE", 0, 0)
def _false() -> Scalar:
    return False


# ---- questions about values -------------------------------------------------------------------------------------


@plain("NA", 0, 0)
def _na() -> Scalar:
    return Error(NA)


@plain("ISERROR", 1, 1, takes_errors=True)
def _is_error(value: Scalar) -> Scalar:
    return isinstance(value, Error)


@plain("ISERR", 1, 1, takes_errors=True)
def _is_err(value: Scalar) -> Scalar:
    return isinstance(value, Error) and value.code != NA


@plain("ISNA", 1, 1, takes_errors=True)
def _is_na(value: Scalar) -> Scalar:
    return isinstance(value, Error) and value.code == NA


@plain("ISBLANK", 1, 1, takes_errors=True)
def _is_blank(value: Scalar) -> Scalar:
    refuse_ghost(value)
    return value is None


@plain("ISTEXT", 1, 1, takes_errors=True)
def _is_text(value: Scalar) -> Scalar:
    refuse_ghost(value)
    return isinstance(value, str)


@plain("ISNONTEXT", 1, 1, takes_errors=True)
def _is_nontext(value: Scalar) -> Scalar:
    refuse_ghost(value)
    return not isinstance(value, str)


@plain("ISNUMBER", 1, 1, takes_errors=True)
def _is_number(value: Scalar) -> Scalar:
    if isinstance(value, bool):
        raise NotComputed("programs differ about whether TRUE is a number")
    return is_number(value)


@plain("ISLOGICAL", 1, 1, takes_errors=True)
def _is_logical(value: Scalar) -> Scalar:
    return isinstance(value, bool)


@plain("ISEVEN", 1, 1)
def _is_even(value: Scalar) -> Scalar:
    return math.trunc(_real_number(value)) % 2 == 0


@plain("ISODD", 1, 1)
def _is_odd(value: Scalar) -> Scalar:
    return math.trunc(_real_number(value)) % 2 == 1


def _real_number(value: Scalar) -> float:
    if value is None or isinstance(value, (bool, str)):
        raise NotComputed("programs differ about what is no number here")
    return to_number(value)


@plain("TYPE", 1, 1, takes_errors=True)
def _type(value: Scalar) -> Scalar:
    if isinstance(value, bool):
        raise NotComputed("programs differ about whether TRUE is a number")
    refuse_ghost(value)
    if isinstance(value, Error):
        return 16.0
    return 2.0 if isinstance(value, str) else 1.0


@plain("N", 1, 1)
def _n(value: Scalar) -> Scalar:
    return 0.0 if isinstance(value, str) else to_number(value)


@plain("T", 1, 1)
def _t(value: Scalar) -> Scalar:
    return value if isinstance(value, str) else ""


@plain("ERROR.TYPE", 1, 1, takes_errors=True)
def _error_type(value: Scalar) -> Scalar:
    kinds = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
    if not isinstance(value, Error):
        raise Faulty(NA)
    if value.code not in kinds:
        raise NotComputed("programs number this error differently")
    return float(kinds.index(value.code) + 1)


# ---- arithmetic -------------------------------------------------------------------------------------------------


@plain("ABS", 1, 1)
def _abs(value: Scalar) -> Scalar:
    return abs(to_number(value))


@plain("SIGN", 1, 1)
def _sign(value: Scalar) -> Scalar:
    number = to_number(value)
    return float((number > 0) - (number < 0))


def _digits(value: Scalar) -> int:
    return math.trunc(to_number(value))


@plain("ROUND", 2, 2)
def _round(value: Scalar, digits: Scalar) -> Scalar:
    return rounded(to_number(value), _digits(digits))


@plain("ROUNDUP", 2, 2)
def _round_up(value: Scalar, digits: Scalar) -> Scalar:
    return rounded(to_number(value), _digits(digits), ROUND_UP)


@plain("ROUNDDOWN", 2, 2)
def _round_down(value: Scalar, digits: Scalar) -> Scalar:
    return rounded(to_number(value), _digits(digits), ROUND_DOWN)


@plain("TRUNC", 1, 2)
def _trunc(value: Scalar, digits: Scalar = 0.0) -> Scalar:
    return rounded(to_number(value), _digits(digits), ROUND_DOWN)


@plain("INT", 1, 1)
def _int(value: Scalar) -> Scalar:
    return floored(to_number(value))


@plain("EVEN", 1, 1)
def _even(value: Scalar) -> Scalar:
    number = to_number(value)
    return math.copysign(to_multiple(abs(number), 2.0, "up"), number) + 0.0


@plain("ODD", 1, 1)
def _odd(value: Scalar) -> Scalar:
    number = to_number(value)
    if number == 0:
        return 1.0
    return math.copysign(to_multiple(abs(number) + 1, 2.0, "up") - 1, number)


@plain("MROUND", 2, 2)
def _mround(value: Scalar, step: Scalar) -> Scalar:
    number, multiple = to_number(value), to_number(step)
    if number * multiple < 0:
        raise NotComputed("programs differ about rounding negative numbers to multiples")
    return to_multiple(number, multiple, "nearest")


@plain("CEILING CEILING.MATH", 2, 2)
def _ceiling(value: Scalar, step: Scalar) -> Scalar:
    return _stepped(to_number(value), to_number(step), "up")


@plain("FLOOR FLOOR.MATH", 2, 2)
def _floor(value: Scalar, step: Scalar) -> Scalar:
    return _stepped(to_number(value), to_number(step), "down")


def _stepped(number: float, step: float, way: str) -> float:
    if number < 0 or step <= 0:
        raise NotComputed("programs differ about rounding negative numbers to multiples")
    return to_multiple(number, step, way)


@plain("MOD", 2, 2)
def _mod(value: Scalar, divisor: Scalar) -> Scalar:
    number, step = to_number(value), to_number(divisor)
    if step == 0:
        raise Faulty(DIV0)
    if number.is_integer() and step.is_integer():
        return float(number % step)
    from decimal import Decimal

    exact, by = Decimal(f"{number:.15g}"), Decimal(f"{step:.15g}")
    rest = exact - by * math.floor(exact / by)
    simple = number - step * math.floor(number / step)
    if abs(float(rest) - simple) > 1e-9:
        raise NotComputed("digits beyond the 15th would decide what is left over")
    return simple if rest else 0.0


@plain("QUOTIENT", 2, 2)
def _quotient(value: Scalar, divisor: Scalar) -> Scalar:
    number, step = to_number(value), to_number(divisor)
    if step == 0:
        raise Faulty(DIV0)
    return rounded(number / step, 0, ROUND_DOWN)


@plain("POWER", 2, 2)
def _power(base: Scalar, exponent: Scalar) -> Scalar:
    return power(to_number(base), to_number(exponent))


@plain("SQRT", 1, 1)
def _sqrt(value: Scalar) -> Scalar:
    number = to_number(value)
    if number < 0:
        raise Faulty(NUM)
    return math.sqrt(number)


@plain("EXP", 1, 1)
def _exp(value: Scalar) -> Scalar:
    return finite(math.exp(min(to_number(value), 1e4)) if to_number(value) < 710 else math.inf)


@plain("LN", 1, 1)
def _ln(value: Scalar) -> Scalar:
    return math.log(_positive(value))


@plain("LOG10", 1, 1)
def _log10(value: Scalar) -> Scalar:
    return math.log10(_positive(value))


@plain("LOG", 1, 2)
def _log(value: Scalar, base: Scalar = 10.0) -> Scalar:
    number, by = _positive(value), _positive(base)
    if by == 1:
        raise Faulty(DIV0)
    return math.log10(number) if by == 10 else math.log(number) / math.log(by)


def _positive(value: Scalar) -> float:
    number = to_number(value)
    if number <= 0:
        raise Faulty(NUM)
    return number


@plain("PI", 0, 0)
def _pi() -> Scalar:
    return math.pi


# ---- texts ------------------------------------------------------------------------------------------------------

_MOST_TEXT = 32_767


def _count(value: Scalar, least: int) -> int:
    count = math.trunc(to_number(value))
    if count < least:
        raise Faulty(VALUE)
    return count


def _letters(text: str) -> str:
    """*text*, unless it has letters that Excel counts as two and others as one."""
    if any(ord(letter) > 0xFFFF for letter in text):
        raise NotComputed("programs count such signs differently")
    return text


@plain("LEFT", 1, 2)
def _left(text: Scalar, count: Scalar = 1.0) -> Scalar:
    return _letters(to_text(text))[: _count(count, 0)]


@plain("RIGHT", 1, 2)
def _right(text: Scalar, count: Scalar = 1.0) -> Scalar:
    whole_text = _letters(to_text(text))
    return whole_text[max(len(whole_text) - _count(count, 0), 0) :]


@plain("MID", 3, 3)
def _mid(text: Scalar, start: Scalar, count: Scalar) -> Scalar:
    at = _count(start, 1) - 1
    return _letters(to_text(text))[at : at + _count(count, 0)]


@plain("LEN", 1, 1)
def _len(text: Scalar) -> Scalar:
    return float(len(_letters(to_text(text))))


@plain("UPPER", 1, 1)
def _upper(text: Scalar) -> Scalar:
    plain_text = to_text(text)
    if any(len(letter.upper()) > 1 for letter in plain_text):
        raise NotComputed("programs differ about the capital of such a letter")
    return plain_text.upper()


@plain("LOWER", 1, 1)
def _lower(text: Scalar) -> Scalar:
    return to_text(text).lower()


@plain("PROPER", 1, 1)
def _proper(text: Scalar) -> Scalar:
    out: list[str] = []
    before = ""
    for letter in to_text(text):
        out.append(letter.lower() if before.isalpha() else letter.upper())
        before = letter
    return "".join(out)


@plain("TRIM", 1, 1)
def _trim(text: Scalar) -> Scalar:
    return re.sub(" +", " ", to_text(text)).strip(" ")


@plain("CLEAN", 1, 1)
def _clean(text: Scalar) -> Scalar:
    plain_text = to_text(text)
    if any(0x7F <= ord(letter) <= 0x9F for letter in plain_text):
        raise NotComputed("programs differ about which signs cannot be printed")
    return "".join(letter for letter in plain_text if ord(letter) >= 32)


@plain("EXACT", 2, 2)
def _exact(left: Scalar, right: Scalar) -> Scalar:
    return to_text(left) == to_text(right)


@plain("REPT", 2, 2)
def _rept(text: Scalar, times: Scalar) -> Scalar:
    part, count = to_text(text), _count(times, 0)
    if len(part) * count > _MOST_TEXT:
        raise Faulty(VALUE)
    return part * count


@plain("FIND", 2, 3)
def _find(wanted: Scalar, text: Scalar, start: Scalar = 1.0) -> Scalar:
    part, inside, at = to_text(wanted), _letters(to_text(text)), _count(start, 1) - 1
    if not part:
        raise NotComputed("programs differ about searching for nothing")
    found = inside.find(part, at)
    if found < 0:
        raise Faulty(VALUE)
    return float(found + 1)


@plain("SEARCH", 2, 3)
def _search(wanted: Scalar, text: Scalar, start: Scalar = 1.0) -> Scalar:
    part, inside, at = to_text(wanted), _letters(to_text(text)), _count(start, 1) - 1
    if at > len(inside) or not part:
        raise Faulty(VALUE) if part else NotComputed("programs differ about searching for nothing")
    found = re.compile(wildcard(part), re.IGNORECASE | re.DOTALL).search(inside, at)
    if found is None:
        raise Faulty(VALUE)
    return float(found.start() + 1)


def wildcard(text: str) -> str:
    """The regular expression for a text with * and ?, which ~ makes plain."""
    if text.count("*") > 8:
        raise NotComputed("it searches for a text with too many places left open")
    out: list[str] = []
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == "~" and at + 1 < len(text) and text[at + 1] in "*?~":
            at += 1
            out.append(re.escape(text[at]))
        elif letter == "*":
            if not out or out[-1] != ".*?":
                out.append(".*?")
        elif letter == "?":
            out.append(".")
        else:
            out.append(re.escape(letter))
        at += 1
    return "".join(out)


@plain("SUBSTITUTE", 3, 4)
def _substitute(text: Scalar, old: Scalar, new: Scalar, which: Scalar = None) -> Scalar:
    inside, part, other = to_text(text), to_text(old), to_text(new)
    if not part:
        return inside
    if which is None:
        return _short(inside.replace(part, other))
    count = _count(which, 1)
    at = -1
    for _ in range(count):
        at = inside.find(part, at + 1 if at < 0 else at + len(part))
        if at < 0:
            return inside
    return _short(inside[:at] + other + inside[at + len(part) :])


def _short(text: str) -> str:
    if len(text) > _MOST_TEXT:
        raise Faulty(VALUE)
    return text


@plain("REPLACE", 4, 4)
def _replace(text: Scalar, start: Scalar, count: Scalar, new: Scalar) -> Scalar:
    inside, at, length = _letters(to_text(text)), _count(start, 1) - 1, _count(count, 0)
    return _short(inside[:at] + to_text(new) + inside[at + length :])


@plain("CHAR", 1, 1)
def _char(value: Scalar) -> Scalar:
    number = math.trunc(to_number(value))
    if number == 0:
        raise NotComputed("programs differ about the sign with the number 0")
    if not 1 <= number <= 255:
        raise Faulty(VALUE)
    if number < 128:
        return chr(number)
    try:
        return bytes([number]).decode("cp1252")
    except UnicodeDecodeError:
        raise NotComputed("programs differ about this sign") from None


@plain("CODE", 1, 1)
def _code(text: Scalar) -> Scalar:
    inside = to_text(text)
    if not inside:
        raise NotComputed("programs differ about the code of an empty text")
    if ord(inside[0]) > 127:
        raise NotComputed("programs differ about the code of this sign")
    return float(ord(inside[0]))


@plain("UNICHAR", 1, 1)
def _unichar(value: Scalar) -> Scalar:
    number = math.trunc(to_number(value))
    if number == 0:
        raise NotComputed("programs differ about the sign with the number 0")
    if not 1 <= number <= 0xFFFF or 0xD800 <= number <= 0xDFFF:
        raise Faulty(VALUE)
    return chr(number)


@plain("UNICODE", 1, 1)
def _unicode(text: Scalar) -> Scalar:
    inside = to_text(text)
    if not inside:
        raise Faulty(VALUE)
    return float(ord(inside[0]))


@plain("VALUE", 1, 1)
def _value(text: Scalar) -> Scalar:
    if isinstance(text, str):
        plain_text = text.strip()
        if re.fullmatch(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", plain_text):
            return float(plain_text.replace(",", ""))
        if re.fullmatch(r"[+-]?[0-9]+(?:\.[0-9]+)?%", plain_text):
            return float(plain_text[:-1]) / 100
        if text == "":
            raise Faulty(VALUE)
        number = number_in_text(text)
        if number is None:
            raise Faulty(VALUE)
        return number
    if isinstance(text, bool):
        raise NotComputed("programs differ about the value of TRUE")
    return to_number(text)


@whole("TEXT", 2, 2)
def _text(worker: Worker, context: Context, values: list[Value]) -> Value:
    is_1904 = worker.book.is_1904
    settled = [worker.settled(each, context) for each in values]

    def shown(value: Scalar, form: Scalar) -> Scalar:
        if isinstance(value, bool):
            raise NotComputed("programs differ about TRUE as a text")
        return text_of(value, to_text(form), is_1904=is_1904)

    return worker.each(shown, settled)


@whole("CONCATENATE", 1)
def _concatenate(worker: Worker, context: Context, values: list[Value]) -> Value:
    settled = [worker.settled(each, context) for each in values]
    return worker.each(lambda *parts: _short("".join(map(to_text, parts))), settled)


@whole("CONCAT", 1)
def _concat(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _short("".join(to_text(each) for value in values for each in worker_values(worker, value)))


@whole("TEXTJOIN", 3)
def _textjoin(worker: Worker, context: Context, values: list[Value]) -> Value:
    between = worker.single(values[0], context)
    skips = to_truth(worker.single(values[1], context))
    parts = [to_text(each) for value in values[2:] for each in _all_values(worker, value)]
    return _short(to_text(between).join(part for part in parts if part or not skips))


def _all_values(worker: Worker, value: Value) -> list[Scalar]:
    if isinstance(value, Area):
        return list(worker.full_array(value).flat())
    return worker_values(worker, value)


@lazy("LET", 3)
def _let(worker: Worker, context: Context, arguments: Sequence[Node]) -> Value:
    from dataclasses import replace

    if len(arguments) % 2 == 0:
        raise NotComputed("its LET is not whole")
    scope = dict(context.scope or {})
    for name, node in zip(arguments[:-1:2], arguments[1::2], strict=True):
        if not isinstance(name, Name):
            raise NotComputed("its LET is not whole")
        scope[name.name.lower()] = worker.evaluate(node, replace(context, scope=dict(scope)))
    return worker.evaluate(arguments[-1], replace(context, scope=scope))
