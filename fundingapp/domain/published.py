"""The table in which a commissioner publishes what each partnership gets: read as it stands, and held against its own
total and against what this file holds (R30)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from fundingapp.domain.cells import clean_text, parse_amount
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.identities import Identity, Part
from fundingapp.domain.ids import FundId
from fundingapp.domain.ledger import RawRow
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.settlements import PublishedAllocation, PublishedPart

_BODIES = (
    "partnership",
    "csp",
    "community safety partnership",
    "body",
    "council",
    "local authority",
    "district",
    "borough",
    "area",
    "recipient",
    "name",
)
_AMOUNTS = ("allocation", "amount", "funding", "grant", "award", "total")
_TOTAL = re.compile(r"(?:grand\s+|overall\s+)?(?:totals?|budget(?:\s+line)?)\b.*", re.IGNORECASE)
_RETAINED = re.compile(
    r".*\b(?:retained|held\s+back|commissioner|opcc|opfcc|pcc|mopac|central(?:ly)?)\b.*", re.IGNORECASE
)
#: Words that tell no body from another.
_COMMON = {
    "community",
    "safety",
    "partnership",
    "csp",
    "council",
    "borough",
    "city",
    "district",
    "county",
    "the",
    "of",
}


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A row of the table: what it is, whose it is, and its amount; *row* in the file."""

    part: PublishedPart
    body: str
    amount: Money
    is_ours: bool
    row: int


@dataclass(frozen=True, slots=True)
class ParsedPublished:
    """A published table understood; what can't be read is an ERROR finding, and then nothing of the table is taken."""

    file: str
    rows: tuple[PublishedRow, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    def of(self, fund: FundId, year: FinancialYear, source: str) -> tuple[PublishedAllocation, ...]:
        """The rows as records of a grant; *source* leads to the paper."""
        return tuple(
            PublishedAllocation(fund, year, row.part, row.body, row.amount, row.is_ours, source)
            for row in self.rows
        )


def parse_published(
    headings: Sequence[str], rows: Sequence[RawRow], file: str, ours: Collection[str]
) -> ParsedPublished:
    """The rows of a table with a column of bodies and one of amounts, by their headings, else the first two columns.

    A row called Total (or Budget) is the budget line, one that names the commissioner or says “retained” is what stays
    there. *ours* are the names under which this partnership may stand in it.
    """
    shown = [clean_text(heading) for heading in headings]
    at_body, at_amount = _column(shown, _BODIES, 0), _column(shown, _AMOUNTS, 1)
    findings: list[Finding] = []

    def add(kind: str, text: str, row: int = 0, column: str = "") -> None:
        findings.append(Finding(Severity.ERROR, kind, text, Source(file, "", row, column)))

    if at_body == at_amount or len(shown) < 2:
        add("published.no_column", f"{file} needs a column of partnerships and one of amounts.")
        return ParsedPublished(file, (), tuple(findings))
    names = {_plain(name) for name in ours} - {""}
    found: list[PublishedRow] = []
    for row in rows:
        body = clean_text(row.cells[at_body]) if at_body < len(row.cells) else ""
        cell = row.cells[at_amount] if at_amount < len(row.cells) else None
        try:
            amount = parse_amount(cell)
        except NotMoneyError:
            add(
                "amount.unreadable",
                f"Row {row.row:,}, column “{shown[at_amount]}”: “{clean_text(cell)}” is not an amount.",
                row.row,
                shown[at_amount],
            )
            continue
        if amount is None and not body:
            continue
        if amount is None:
            add("amount.missing", f"Row {row.row:,}: “{body}” has no amount.", row.row, shown[at_amount])
            continue
        if not body:
            add(
                "name.missing",
                f"Row {row.row:,}: {amount.in_words} stands beside no name.",
                row.row,
                shown[at_body],
            )
            continue
        mine = _plain(body) in names
        part = PublishedPart.PARTNERSHIP
        if not mine and _TOTAL.fullmatch(body):
            part = PublishedPart.TOTAL
        elif not mine and _RETAINED.fullmatch(body):
            part = PublishedPart.RETAINED
        found.append(PublishedRow(part, body, amount, mine, row.row))
    return ParsedPublished(file, tuple(found), tuple(findings))


def _column(headings: Sequence[str], words: Sequence[str], default: int) -> int:
    plain = [" ".join(re.findall(r"[a-z]+", heading.casefold())) for heading in headings]
    for word in words:
        if word in plain:
            return plain.index(word)
    return next((at for at, heading in enumerate(plain) if any(word in heading for word in words)), default)


def _plain(name: str) -> str:
    words = re.findall(r"[a-z0-9]+", name.casefold())
    return " ".join(word for word in words if word not in _COMMON)


def check_published(rows: Sequence[PublishedAllocation]) -> None:
    """Refuses a table that can't be held against anything. Raises ExpectedError."""
    if not any(row.part is PublishedPart.PARTNERSHIP for row in rows):
        raise ExpectedError(
            "published_empty",
            "The published table names no partnership with an amount.",
            "Give a row for each partnership: its name and its amount.",
        )
    for part, words in (
        (PublishedPart.TOTAL, "budget lines"),
        (PublishedPart.DIFFERENCE, "explained differences"),
    ):
        several = [row for row in rows if row.part is part]
        if len(several) > 1:
            named = " and ".join(row.amount.in_words for row in several)
            raise ExpectedError(
                "published_twice",
                f"The table states two {words}, {named}.",
                "Leave the one that is the whole.",
            )
    mine = [row for row in rows if row.is_ours]
    if len(mine) > 1:
        raise ExpectedError(
            "published_ours",
            f"Two rows are taken for this partnership: “{mine[0].body}” and “{mine[1].body}”.",
            "Say which one it is.",
        )
    seen: dict[str, PublishedAllocation] = {}
    for row in rows:
        if row.part is PublishedPart.PARTNERSHIP and seen.setdefault(row.body.casefold(), row) is not row:
            raise ExpectedError(
                "published_repeated",
                f"“{row.body}” stands in the table twice, with {seen[row.body.casefold()].amount.in_words} and "
                f"{row.amount.in_words}.",
                "Leave the row that counts, or tell the two apart by their names.",
            )


def sum_of(rows: Iterable[PublishedAllocation], part: PublishedPart) -> Money:
    """What the rows of *part* add up to."""
    return Money.total(row.amount for row in rows if row.part is part)


def reconcile_published(
    fund_name: str, year: FinancialYear, rows: Sequence[PublishedAllocation], allocated: Money
) -> tuple[Identity, ...]:
    """R30 of a grant's published table, as far as there is one: its rows sum to its budget line, and our row is what is
    *allocated* to us. To the penny: a table may be a pound or five pence out, and it is said."""
    found = []
    scope = f"{fund_name}/{year}/published"
    parts = [row for row in rows if row.part is PublishedPart.PARTNERSHIP]
    total = next((row for row in rows if row.part is PublishedPart.TOTAL), None)
    explained = next((row for row in rows if row.part is PublishedPart.DIFFERENCE), None)
    if total is not None:
        found.append(
            Identity(
                "R30",
                "Published budget line = partnerships + retained",
                f"{len(parts):,} partnerships; {total.source}".rstrip("; "),
                "Budget line as published",
                total.amount,
                (
                    Part("Partnerships", Money.total(row.amount for row in parts), f"{scope}/partnerships"),
                    Part(
                        "Retained by the commissioner",
                        sum_of(rows, PublishedPart.RETAINED),
                        f"{scope}/retained",
                    ),
                    *(
                        (Part(f"Difference: {explained.body}", explained.amount, f"{scope}/difference"),)
                        if explained is not None
                        else ()
                    ),
                ),
                f"{scope}/line",
                "The commissioner's own table does not add up: ask, and record what the difference is.",
            )
        )
    ours = next((row for row in rows if row.is_ours), None)
    if ours is not None:
        found.append(
            Identity(
                "R30b",
                "Published for us = our allocation",
                f"“{ours.body}”; {ours.source}".rstrip("; "),
                "Published for this partnership",
                ours.amount,
                (Part("Allocation", allocated, f"{fund_name}/{year}/allocation"),),
                f"{scope}/ours",
                "Look at the letter of the allocation and at the table: one of them is not the newest.",
            )
        )
    return tuple(found)
