"""The table of a grant and its awards, as a council keeps it: what was received and what each bid was given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from fundingapp.domain.cells import clean_text, parse_amount
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import Cell, RawRow
from fundingapp.domain.money import Money, NotMoneyError

REVENUE, CAPITAL, CONTINGENCY = "revenue", "capital", "contingency"
LABOUR, NON_LABOUR = "labour", "non-labour"
_HYPHENS = str.maketrans(dict.fromkeys("‐‑–−", "-"))
#: The words by which a table tells the kind of money, besides contingency.
_KINDS = {
    REVENUE: ("", "revenue", "rev", "r", "rdel"),
    CAPITAL: ("capital", "cap", "c", "cdel"),
    LABOUR: ("labour", "labor", "lab", "l", "staff", "staffing"),
    NON_LABOUR: (
        "non-labour",
        "non labour",
        "nonlabour",
        "non-labor",
        "non labor",
        "nl",
        "non-staff",
        "non staff",
    ),
}

#: Names alike in so many per cent, or one made of words of the other, are shown as near duplicates.
_ALIKE_PERCENT = 90
_CONTINGENCY = re.compile(r"\bcontingenc(?:y|e|ies)\b", re.IGNORECASE)
_TOTAL = re.compile(r"(?:grand\s+)?totals?\b.*", re.IGNORECASE)
_HEADINGS = {
    "ref": ("ref", "reference", "bid ref", "project ref", "award ref", "no", "number", "id"),
    "name": (
        "bid",
        "project",
        "name",
        "bid name",
        "project name",
        "title",
        "description",
        "scheme",
        "initiative",
    ),
    "received": ("funding received", "received", "grant received", "income", "grant", "amount received"),
    "amount": (
        "funding allocated",
        "allocated",
        "allocation",
        "award",
        "awarded",
        "amount",
        "amount awarded",
        "amount allocated",
        "funding",
        "budget",
    ),
    "kind": ("kind", "type", "capital revenue", "revenue capital", "category"),
    "theme": ("theme", "priority", "outcome", "objective"),
}


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One bid of the table; *kind* is revenue, capital or contingency, *row* its row in the file."""

    ref: str
    name: str
    amount: Money
    kind: str
    theme: str
    row: int


@dataclass(frozen=True, slots=True)
class ParsedPlan:
    """A funding table understood: *awards* hold the contingency lines too, in the order of the file."""

    received: Money | None
    stated_total: Money | None
    awards: tuple[PlanLine, ...]
    findings: tuple[Finding, ...]

    @property
    def total(self) -> Money:
        return Money.total(award.amount for award in self.awards)


def parse_plan(headings: Sequence[str], rows: Sequence[RawRow], file: str) -> ParsedPlan:
    """The grant received and its awards from a table with columns such as Ref, Bid, Funding received,
    Funding allocated, Kind and Theme.

    A row without reference that has an amount received is the grant; the row called Total is held against the
    sum of the awards and against the grant. What cannot be read is left out and becomes an ERROR finding.
    """
    return _PlanParser(headings, file).parse(rows)


class _PlanParser:
    def __init__(self, headings: Sequence[str], file: str) -> None:
        self._file = file
        self._headings = [clean_text(heading) for heading in headings]
        self._at = _columns(self._headings)
        self._findings: list[Finding] = []
        self._awards: list[PlanLine] = []
        self._received: Money | None = None
        self._stated: tuple[Money, int] | None = None

    def parse(self, rows: Sequence[RawRow]) -> ParsedPlan:
        missing = [name for name in ("name", "amount") if name not in self._at]
        if missing:
            wanted = {
                "name": "a column of names such as “Bid”",
                "amount": "a column such as “Funding allocated”",
            }
            shown = ", ".join(f"“{heading}”" for heading in self._headings if heading) or "none"
            text = f"{self._file} lacks {' and '.join(wanted[name] for name in missing)}; its headings are {shown}."
            self._add(Severity.ERROR, "plan.no_column", text)
            return ParsedPlan(None, None, (), tuple(self._findings))
        for row in rows:
            self._read(row)
        self._check_refs()
        self._check_names()
        self._check_sums()
        stated = self._stated[0] if self._stated else None
        return ParsedPlan(self._received, stated, tuple(self._awards), tuple(self._findings))

    def _add(self, severity: Severity, kind: str, text: str, row: int = 0, column: str = "") -> None:
        self._findings.append(Finding(severity, kind, text, Source(self._file, "", row, column)))

    def _cell(self, row: RawRow, what: str) -> Cell:
        at = self._at.get(what)
        return row.cells[at] if at is not None and at < len(row.cells) else None

    def _amount(self, row: RawRow, what: str) -> Money | None:
        """The amount of a cell; None when it is empty or, with a finding, cannot be read."""
        cell = self._cell(row, what)
        try:
            return parse_amount(cell)
        except NotMoneyError as error:
            column = self._headings[self._at[what]]
            reason = "" if error.reason == "it is not written as one" else f": {error.reason}"
            text = f"Row {row.row:,}, column “{column}”: “{clean_text(cell)}” is not an amount{reason}."
            self._add(Severity.ERROR, "amount.unreadable", text, row.row, column)
            return None

    def _read(self, row: RawRow) -> None:
        errors = len(self._findings)
        ref, name = clean_text(self._cell(row, "ref")), clean_text(self._cell(row, "name"))
        received, amount = self._amount(row, "received"), self._amount(row, "amount")
        if not ref and (_TOTAL.fullmatch(name) or (not name and amount is not None)):
            if amount is not None:
                self._stated = (amount, row.row)
            return
        if received is not None and amount is None and not ref:
            self._received = received if self._received is None else self._received + received
            return
        if amount is None:
            if len(self._findings) == errors and (ref or (name and received is not None)):
                column = self._headings[self._at["amount"]]
                text = f"Row {row.row:,}, column “{column}”: “{name or ref}” has no amount."
                self._add(Severity.ERROR, "amount.missing", text, row.row, column)
            return
        if received is not None:
            column = self._headings[self._at["received"]]
            text = f"Row {row.row:,} has both an amount received and one allocated; only the allocation was taken."
            self._add(Severity.WARNING, "plan.both_amounts", text, row.row, column)
        if not name:
            column = self._headings[self._at["name"]]
            self._add(
                Severity.ERROR,
                "name.missing",
                f"Row {row.row:,}, column “{column}”: there is no name.",
                row.row,
                column,
            )
            return
        theme = clean_text(self._cell(row, "theme"))
        self._awards.append(PlanLine(ref, name, amount, self._kind(row, name), theme, row.row))

    def _kind(self, row: RawRow, name: str) -> str:
        given = clean_text(self._cell(row, "kind")).casefold()
        if given.startswith("cont") or (_CONTINGENCY.search(name) and given in ("", REVENUE)):
            return CONTINGENCY
        spelt = given.translate(_HYPHENS)
        found = next((kind for kind, words in _KINDS.items() if spelt in words), None)
        if found is None:
            column = self._headings[self._at["kind"]]
            text = (
                f"Row {row.row:,}, column “{column}”: “{given}” is neither revenue, capital, labour, non-labour nor "
                "contingency; revenue was taken."
            )
            self._add(Severity.WARNING, "kind.unknown", text, row.row, column)
        return found or REVENUE

    def _check_refs(self) -> None:
        # A project may stand once for each kind of money.
        first: dict[tuple[str, str], PlanLine] = {}
        column = self._headings[self._at["ref"]] if "ref" in self._at else ""
        for award in self._awards:
            if not award.ref:
                continue
            earlier = first.setdefault((award.ref.casefold(), award.kind), award)
            if earlier is not award:
                text = (
                    f"Row {award.row:,}, column “{column}”: {award.ref} stands in row {earlier.row:,} already,"
                    f" for “{earlier.name}”."
                )
                self._add(Severity.ERROR, "ref.repeated", text, award.row, column)

    def _check_names(self) -> None:
        """Notes awards whose names are nearly the same: they are easily mixed up when spending is charged."""
        column = self._headings[self._at["name"]]
        for at, award in enumerate(self._awards):
            for other in self._awards[:at]:
                if _nearly_same(other.name, award.name):
                    text = (
                        f"Rows {other.row:,} and {award.row:,} have nearly the same name: “{other.name}” and"
                        f" “{award.name}”. They are kept as two awards."
                    )
                    self._add(Severity.NOTE, "name.similar", text, award.row, column)

    def _check_sums(self) -> None:
        total = Money.total(award.amount for award in self._awards)
        column = self._headings[self._at["amount"]]
        if self._stated is not None:
            stated, row = self._stated
            if stated != total:
                text = (
                    f"The total in row {row:,} is {stated.in_words}, but the awards add up to {total.in_words}:"
                    f" a difference of {(stated - total).in_words}."
                )
                self._add(Severity.ERROR, "total.differs", text, row, column)
        if self._received is not None and self._received != total:
            text = (
                f"{self._received.in_words} was received, but the awards add up to {total.in_words}:"
                f" a difference of {(self._received - total).in_words}."
            )
            self._add(Severity.WARNING, "received.differs", text, 0, column)


def _columns(headings: Sequence[str]) -> dict[str, int]:
    """Which column holds what: exact headings first, then headings that contain one of the words."""
    plain = [" ".join(re.findall(r"[a-z]+", heading.casefold())) for heading in headings]
    found: dict[str, int] = {}
    for what, words in _HEADINGS.items():
        at = next((plain.index(word) for word in words if word in plain), -1)
        if at >= 0 and at not in found.values():
            found[what] = at
    for what, words in _HEADINGS.items():
        if what in found:
            continue
        for at, heading in enumerate(plain):
            if at not in found.values() and any(word in heading for word in words if len(word) > 3):
                found[what] = at
                break
    return found


def _nearly_same(one: str, other: str) -> bool:
    first, second = one.casefold(), other.casefold()
    few, many = sorted((set(re.findall(r"\w+", first)), set(re.findall(r"\w+", second))), key=len)
    if len(few) >= 2 and few <= many:
        return True
    return SequenceMatcher(None, first, second).ratio() * 100 >= _ALIKE_PERCENT
