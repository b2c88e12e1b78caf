"""A table of a grant's conditions, as it is typed off an agreement: clause, text, kind, owner, due and limit."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from fundingapp.domain.cells import clean_text, parse_amount, parse_date
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.grant_conditions import ConditionKind, Gauge
from fundingapp.domain.ledger import Cell, RawRow
from fundingapp.domain.money import Money, NotMoneyError

#: The columns in the order in which a table without headings is read.
COLUMNS = (
    "clause",
    "text",
    "kind",
    "owner",
    "due",
    "proof",
    "before release",
    "project",
    "measures",
    "limit",
)
_HEADINGS = {
    "clause": ("clause", "ref", "reference", "no", "number", "paragraph", "section", "term"),
    "text": ("text", "condition", "requirement", "what", "description", "wording", "detail"),
    "kind": ("kind", "type", "category"),
    "owner": ("owner", "who", "responsible", "lead", "responsible officer"),
    "due": ("due", "due date", "deadline", "by", "date", "by when"),
    "proof": ("proof", "evidence", "shown by"),
    "before release": ("before release", "before payment", "pre payment", "holds money back"),
    "project": ("project", "project ref", "scheme"),
    "measures": ("measures", "measure", "gauge", "measured"),
    "limit": ("limit", "tolerance", "threshold"),
}
_KINDS = {
    "pre-payment": ConditionKind.PRE_PAYMENT,
    "prepayment": ConditionKind.PRE_PAYMENT,
    "precondition": ConditionKind.PRE_PAYMENT,
    "payment": ConditionKind.PRE_PAYMENT,
    "report": ConditionKind.REPORTING,
    "monitoring": ConditionKind.REPORTING,
    "data": ConditionKind.DATA_PROTECTION,
    "dbs": ConditionKind.SAFEGUARDING,
    "limit": ConditionKind.TOLERANCE,
    "assets": ConditionKind.ASSET,
    "other": ConditionKind.SPECIAL,
}
_AT_LEAST = re.compile(r"^\s*(?:at least|minimum|min\.?|not less than|no less than|>=|≥)\s*", re.IGNORECASE)
_AT_MOST = re.compile(
    r"^\s*(?:at most|maximum|max\.?|up to|not more than|no more than|<=|≤)\s*", re.IGNORECASE
)
_YES = ("yes", "y", "true", "x", "1", "✓")
_NO = ("", "no", "n", "false", "0")


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """A row of the table; *project* is the reference that it states, "" for none."""

    row: int
    clause: str
    text: str
    kind: ConditionKind
    owner: str = ""
    due: date | None = None
    proof: str = ""
    before_release: bool = False
    project: str = ""
    gauge: Gauge | None = None
    at_most: bool = True
    limit: Money | None = None
    limit_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ParsedConditions:
    """The conditions of a table in their order, and what was noticed; a row with an ERROR is not among them."""

    lines: tuple[ConditionLine, ...]
    findings: tuple[Finding, ...]


def pasted_rows(text: str) -> tuple[list[str], list[RawRow]]:
    """Headings and rows of cells copied from Excel; tables without headings have them in the order of COLUMNS."""
    table = [[clean_text(cell) for cell in row] for row in csv.reader(io.StringIO(text), delimiter="\t")]
    if not table:
        return [], []
    headings = [_plain(cell) for cell in table[0]]
    is_headed = any(heading in _HEADINGS["text"] for heading in headings)
    rows = [RawRow(at, tuple(row)) for at, row in enumerate(table, start=1)]
    if is_headed:
        return table[0], rows[1:]
    return list(COLUMNS[: max(len(row) for row in table)]), rows


def parse_conditions(headings: Sequence[str], rows: Sequence[RawRow], file: str) -> ParsedConditions:
    """The conditions in a table with a column of texts and any of the others. Empty rows are passed over."""
    return _Parser(headings, file).parse(rows)


class _Parser:
    def __init__(self, headings: Sequence[str], file: str) -> None:
        self._file = file
        self._headings = [clean_text(heading) for heading in headings]
        plain = [_plain(heading) for heading in self._headings]
        self._at = {
            what: next(plain.index(word) for word in words if word in plain)
            for what, words in _HEADINGS.items()
            if any(word in plain for word in words)
        }
        self._findings: list[Finding] = []

    def parse(self, rows: Sequence[RawRow]) -> ParsedConditions:
        if "text" not in self._at:
            shown = ", ".join(f"“{heading}”" for heading in self._headings if heading) or "none"
            text = f"{self._file} lacks a column such as “Condition”; its headings are {shown}."
            self._findings.append(
                Finding(Severity.ERROR, "conditions.no_column", text, Source(self._file, "", 0, ""))
            )
            return ParsedConditions((), tuple(self._findings))
        lines = [self._line(row) for row in rows if any(clean_text(cell) for cell in row.cells)]
        return ParsedConditions(tuple(line for line in lines if line is not None), tuple(self._findings))

    def _cell(self, row: RawRow, what: str) -> Cell:
        at = self._at.get(what)
        return row.cells[at] if at is not None and at < len(row.cells) else None

    def _say(self, severity: Severity, kind: str, row: RawRow, what: str, text: str) -> None:
        column = self._headings[self._at[what]] if what in self._at else ""
        where = f"Row {row.row:,}, column “{column}”" if column else f"Row {row.row:,}"
        self._findings.append(
            Finding(severity, kind, f"{where}: {text}", Source(self._file, "", row.row, column))
        )

    def _line(self, row: RawRow) -> ConditionLine | None:
        texts = {what: clean_text(self._cell(row, what)) for what in _HEADINGS}
        if not texts["text"]:
            self._say(Severity.ERROR, "conditions.no_text", row, "text", "there is no text; it was left out.")
            return None
        errors = len(self._findings)
        due = self._due(row)
        gauge, at_most, limit, percent = self._limit(row, texts["measures"], texts["limit"])
        if any(finding.severity is Severity.ERROR for finding in self._findings[errors:]):
            return None
        return ConditionLine(
            row.row,
            texts["clause"],
            texts["text"],
            ConditionKind.TOLERANCE if gauge is not None else self._kind(row, texts["kind"]),
            texts["owner"],
            due,
            texts["proof"],
            self._yes(row, texts["before release"]),
            texts["project"],
            gauge,
            at_most,
            limit,
            percent,
        )

    def _due(self, row: RawRow) -> date | None:
        cell = self._cell(row, "due")
        if not clean_text(cell):
            return None
        try:
            day = parse_date(cell, short_years=True)
        except ValueError:
            day = None
        if day is None:
            self._say(
                Severity.ERROR,
                "date.unreadable",
                row,
                "due",
                f"“{clean_text(cell)}” is not a day; the condition was left out.",
            )
        return day

    def _kind(self, row: RawRow, said: str) -> ConditionKind:
        plain = said.casefold()
        found = next((kind for kind in ConditionKind if kind.value == plain), None)
        found = found or next((kind for word, kind in _KINDS.items() if word in plain), None)
        found = found or next(
            (kind for kind in ConditionKind if plain and kind.value.startswith(plain[:5])), None
        )
        if found is None and plain:
            known = ", ".join(kind.value for kind in ConditionKind)
            self._say(
                Severity.WARNING,
                "kind.unknown",
                row,
                "kind",
                f"“{said}” is none of {known}; “special” was taken.",
            )
        return found or ConditionKind.SPECIAL

    def _yes(self, row: RawRow, said: str) -> bool:
        if said.casefold() not in _YES + _NO:
            self._say(
                Severity.WARNING,
                "yes_no",
                row,
                "before release",
                f"“{said}” is neither yes nor no; yes was taken.",
            )
        return said.casefold() not in _NO

    def _limit(
        self, row: RawRow, measures: str, limit: str
    ) -> tuple[Gauge | None, bool, Money | None, Decimal | None]:
        """What is measured, whether the limit is the most, and the limit in pounds or in per cent."""
        nothing = (None, True, None, None)
        if not measures:
            if limit:
                text = f"the limit “{limit}” was not taken, since nothing is said to be measured."
                self._say(Severity.WARNING, "limit.of_nothing", row, "limit", text)
            return nothing
        gauge = next((each for each in Gauge if _plain(each.value).startswith(_plain(measures))), None)
        if gauge is None:
            known = ", ".join(each.value for each in Gauge)
            self._say(
                Severity.ERROR,
                "gauge.unknown",
                row,
                "measures",
                f"“{measures}” is none of {known}; the condition was left out.",
            )
            return nothing
        at_most = gauge is not Gauge.MATCH_PERCENT
        if _AT_LEAST.match(limit) or _AT_MOST.match(limit):
            at_most = _AT_MOST.match(limit) is not None
        bare = _AT_LEAST.sub("", _AT_MOST.sub("", limit)).strip()
        try:
            if gauge.is_percent:
                percent = Decimal(bare.rstrip("% ").strip())
                if percent.is_finite():
                    return gauge, at_most, None, percent
            else:
                amount = parse_amount(bare)
                if amount is not None:
                    return gauge, at_most, amount, None
        except (InvalidOperation, NotMoneyError):
            pass
        unit = "per cent" if gauge.is_percent else "pounds"
        self._say(
            Severity.ERROR,
            "limit.unreadable",
            row,
            "limit",
            f"“{limit}” is no limit in {unit}; the condition was left out.",
        )
        return nothing


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"[a-z]+", heading.casefold()))
