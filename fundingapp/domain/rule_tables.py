"""The table of coding rules, as a finance officer keeps it: a column for each field, and what to charge to.

A cell holds the value alone, held against the field as the heading says (“supplier contains”) or as is usual for the
field; or it begins with what is meant: ``starts with: FAL``, ``is not: 4000``, ``between: 3000 to 3999``,
``at least: 500.00``, ``at most: 0``, ``one of: PI; PC``, ``(empty)``, ``(not empty)``. A field may have more columns.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fundingapp.domain.cells import clean_text
from fundingapp.domain.conditions import Condition, Field, Operator, usual_operator
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import RawRow
from fundingapp.domain.matching import CodingRule, parse_target

_HEADINGS = {
    "order": ("order", "no", "number", "rule"),
    "name": ("name", "rule name"),
    "on": ("on", "in use", "switched on"),
    "target": ("charge to", "project", "target"),
}
#: Columns for people only.
_REMARKS = ("note", "notes", "comment", "comments", "remark", "remarks")
_FIELDS = {
    "type": Field.TYPE,
    "transaction type": Field.TYPE,
    "cost centre": Field.COST_CENTRE,
    "costc": Field.COST_CENTRE,
    "cost center": Field.COST_CENTRE,
    "centre": Field.COST_CENTRE,
    "account": Field.ACCOUNT,
    "subjective": Field.ACCOUNT,
    "subj": Field.ACCOUNT,
    "nominal": Field.ACCOUNT,
    "supplier": Field.SUPPLIER,
    "description": Field.DESCRIPTION,
    "narrative": Field.DESCRIPTION,
    "transaction": Field.TRANSACTION,
    "transaction number": Field.TRANSACTION,
    "date": Field.DATE,
    "period": Field.PERIOD,
    "year": Field.YEAR,
    "financial year": Field.YEAR,
    "amount": Field.AMOUNT,
    "sheet": Field.SHEET,
}
_AT_LEAST, _AT_MOST = "at least", "at most"
_SAID = {
    "is": Operator.IS,
    "is not": Operator.IS_NOT,
    "not": Operator.IS_NOT,
    "contains": Operator.CONTAINS,
    "does not contain": Operator.LACKS,
    "starts with": Operator.STARTS,
    "ends with": Operator.ENDS,
    "between": Operator.BETWEEN,
    "is between": Operator.BETWEEN,
    "one of": Operator.ONE_OF,
    "is one of": Operator.ONE_OF,
}
#: How each operator is written.
_WRITTEN = {
    Operator.IS: "is",
    Operator.IS_NOT: "is not",
    Operator.CONTAINS: "contains",
    Operator.LACKS: "does not contain",
    Operator.STARTS: "starts with",
    Operator.ENDS: "ends with",
    Operator.BETWEEN: "between",
    Operator.ONE_OF: "one of",
}
_EMPTY, _FILLED = "(empty)", "(not empty)"
_WORDS = {
    "yes": True,
    "y": True,
    "on": True,
    "true": True,
    "no": False,
    "n": False,
    "off": False,
    "false": False,
}
_AGAIN = re.compile(r"\s*\(\d+\)$")
_TO = re.compile(r"\s+(?:to|and)\s+|\s*(?:\.\.+|–|;)\s*")
#: A field's columns that a table of rules always has, in this order; others when a rule needs them.
_ALWAYS = (Field.COST_CENTRE, Field.ACCOUNT, Field.SUPPLIER, Field.DESCRIPTION, Field.TYPE)


@dataclass(frozen=True, slots=True)
class ParsedRules:
    """The rules of a table in its order; any ERROR finding means that it can't be used."""

    rules: tuple[CodingRule, ...]
    findings: tuple[Finding, ...]


class _Asked(NamedTuple):
    """A column of conditions: its place, its field, and what its heading says about a value alone."""

    at: int
    field: Field
    said: str


def parse_rules(headings: Sequence[str], rows: Sequence[RawRow], file: str) -> ParsedRules:
    """Reads coding rules out of a table; blank rows are passed over, anything unclear is a finding with its row."""
    columns: dict[str, int] = {}
    asked: list[_Asked] = []
    unknown: dict[int, str] = {}
    for at, heading in enumerate(headings):
        words = _AGAIN.sub("", " ".join(heading.casefold().split()))
        name = next((name for name, known in _HEADINGS.items() if words in known and name not in columns), "")
        condition = _condition_column(at, words)
        if name:
            columns[name] = at
        elif condition is not None:
            asked.append(condition)
        elif words and words not in _REMARKS:
            unknown[at] = heading
    findings: list[Finding] = []
    if "target" not in columns:
        text = f"The table has no column “charge to”; its headings are {', '.join(headings) or 'empty'}."
        return ParsedRules((), (Finding(Severity.ERROR, "rules.no_target", text, Source(file)),))
    for at, heading in unknown.items():
        if any(at < len(row.cells) and clean_text(row.cells[at]) for row in rows):
            text = f"The column “{heading}” is none that rules know; what stands in it was not used."
            findings.append(Finding(Severity.WARNING, "rules.column", text, Source(file, column=heading)))
    rules: list[CodingRule] = []
    for row in rows:
        cells = [_text(cell) for cell in row.cells] + [""] * (len(headings) - len(row.cells))
        if not any(cells[at] for at in (*columns.values(), *(column.at for column in asked))):
            continue
        source = Source(file, row=row.row)
        try:
            rule = _rule(cells, columns, asked, len(rules) + 1, headings)
        except _NotARuleError as error:
            text = f"Row {row.row}{error.where}: {error}."
            findings.append(Finding(Severity.ERROR, error.kind, text, source))
            continue
        if not rule.conditions:
            findings.append(
                Finding(
                    Severity.WARNING,
                    "rules.everything",
                    f"Row {row.row} has no condition: it charges every line that is left to {rule.target}.",
                    source,
                )
            )
        rules.append(rule)
    return ParsedRules(tuple(rules), tuple(findings))


class _NotARuleError(ValueError):
    def __init__(self, kind: str, words: object, column: str = "") -> None:
        super().__init__(str(words))
        self.kind = kind
        self.where = f", column “{column}”" if column else ""


def _text(cell: object) -> str:
    text = clean_text(cell)  # type: ignore[arg-type]  # a cell of a raw row
    # The apostrophe that keeps a spreadsheet from taking a text for a formula is none of the text.
    return text[1:] if text[:1] == "'" and text[1:2] in _WAKING else text


_WAKING = frozenset("=+-@|%")


def _condition_column(at: int, words: str) -> _Asked | None:
    for name, field in sorted(_FIELDS.items(), key=lambda entry: -len(entry[0])):
        if words == name:
            return _Asked(at, field, "")
        said = words.removeprefix(f"{name} ")
        if said != words and (said in _SAID or said.removeprefix("is ") in (_AT_LEAST, _AT_MOST)):
            return _Asked(at, field, said.removeprefix("is ") if said.startswith("is at") else said)
    return None


def _rule(
    cells: Sequence[str],
    columns: dict[str, int],
    asked: Sequence[_Asked],
    place: int,
    headings: Sequence[str],
) -> CodingRule:
    """The rule of one row. Raises _NotARuleError."""
    values = {name: cells[at] for name, at in columns.items()}
    order = values.get("order", "")
    if order and not order.isdecimal():
        raise _NotARuleError("rules.order", f"“{order}” is not a whole number", "order")
    conditions = []
    for column in asked:
        if cells[column.at]:
            try:
                conditions.append(parse_condition(column.field, cells[column.at], column.said))
            except ValueError as error:
                raise _NotARuleError("rules.condition", error, headings[column.at]) from error
    said = values.get("on", "").casefold()
    if said and said not in _WORDS:
        raise _NotARuleError("rules.on", f"“{values['on']}” is neither yes nor no", headings[columns["on"]])
    try:
        target = parse_target(values["target"])
    except ValueError as error:
        raise _NotARuleError("rules.target", error) from error
    return CodingRule(
        int(order) if order else place,
        target,
        tuple(conditions),
        values.get("name", ""),
        _WORDS.get(said, True),
    )


def parse_condition(field: Field, text: str, said: str = "") -> Condition:
    """The condition on *field* that the cell *text* states; *said* is what its heading says about a value alone.

    Raises ValueError with a few words.
    """
    text = " ".join(text.split())
    if text.casefold() in (_EMPTY, _FILLED):
        return Condition(field, Operator.EMPTY if text.casefold() == _EMPTY else Operator.FILLED)
    words, colon, value = text.partition(":")
    words = words.strip().casefold()
    if colon and (words in _SAID or words in (_AT_LEAST, _AT_MOST)):
        said, text = words, value.strip()
    if said in (_AT_LEAST, _AT_MOST):
        return Condition(field, Operator.BETWEEN, (text, "") if said == _AT_LEAST else ("", text))
    operator = _SAID[said] if said else usual_operator(field)
    if operator is Operator.ONE_OF:
        [values] = csv.reader([text], delimiter=";", skipinitialspace=True)
        return Condition(field, operator, tuple(values))
    if operator is Operator.BETWEEN:
        parts = text.split(";") if ";" in text else _TO.split(text)
        if len(parts) != 2:
            raise ValueError(f"“{text}” is not a first and a last value, as in “between: 3000 to 3999”")
        return Condition(field, operator, (parts[0].strip(), parts[1].strip()))
    return Condition(field, operator, (text,))


def write_condition(condition: Condition) -> str:
    """The cell that :func:`parse_condition` reads as *condition* where the heading says nothing else."""
    field, operator, values = condition.field, condition.operator, condition.values
    if operator in (Operator.EMPTY, Operator.FILLED):
        return _EMPTY if operator is Operator.EMPTY else _FILLED
    if operator is Operator.BETWEEN:
        low, high = values
        if not low or not high:
            return f"{_AT_LEAST}: {low}" if low else f"{_AT_MOST}: {high}"
        plain = f"between: {low} to {high}"
        return plain if _reads_as(condition, plain) else f"between: {low}; {high}"
    if operator is Operator.ONE_OF:
        line = io.StringIO()
        csv.writer(line, delimiter=";", lineterminator="").writerow(values)
        # Written with a blank after each semicolon where no value has one of its own.
        text = line.getvalue() if ";" in "".join(values) else line.getvalue().replace(";", "; ")
        return f"one of: {text}"
    if operator is usual_operator(field) and _reads_as(condition, values[0]):
        return values[0]
    return f"{_WRITTEN[operator]}: {values[0]}"


def _reads_as(condition: Condition, text: str) -> bool:
    try:
        return parse_condition(condition.field, text) == condition
    except ValueError:
        return False


def write_rules(rules: Iterable[CodingRule]) -> tuple[list[str], list[list[str]]]:
    """The headings and rows of a table that :func:`parse_rules` reads as *rules*; only columns that are needed."""
    rules = list(rules)
    needed: Counter[Field] = Counter(dict.fromkeys(_ALWAYS, 1))
    for rule in rules:
        needed |= Counter(condition.field for condition in rule.conditions)
    fields = [*_ALWAYS, *(field for field in Field if field not in _ALWAYS)]
    columns = [(field, number) for field in fields for number in range(1, needed[field] + 1)]
    named, some_off = any(rule.name for rule in rules), not all(rule.on for rule in rules)
    headings = ["order"] + ["name"] * named
    for field, number in columns:
        usual = " contains" if usual_operator(field) is Operator.CONTAINS else ""
        headings.append(f"{field.value}{usual}" + (f" ({number})" if number > 1 else ""))
    headings += ["on"] * some_off + ["charge to"]
    rows = []
    for rule in rules:
        cells = [str(rule.order)] + [rule.name] * named
        for field, number in columns:
            here = [condition for condition in rule.conditions if condition.field is field]
            cells.append(write_condition(here[number - 1]) if number <= len(here) else "")
        rows.append([*cells, *(["yes" if rule.on else "no"] * some_off), str(rule.target)])
    return headings, rows
