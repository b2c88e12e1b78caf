"""The rows to look at before an import: the ends and what stands out, each with why."""

from __future__ import annotations

from datetime import date

from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import LedgerLine, ParsedLedger, SkippedRow
from fundingapp.domain.odd_rows import OddRow, odd_rows
from tests.builders_core import NEXT_YEAR, make_line, money

LINES = [make_line(f"T{row}", f"{row}.00", row=row) for row in range(2, 102)]


def rows_of(
    lines: list[LedgerLine], skipped: list[SkippedRow] | None = None, findings: tuple[Finding, ...] = ()
) -> dict[int, str]:
    skipped = skipped or []
    parsed = ParsedLedger(lines, skipped, (), None, len(lines) + len(skipped))
    return {odd.row: odd.why for odd in odd_rows(parsed, findings)}


def test_the_ends_and_the_largest_are_shown_once_with_every_reason() -> None:
    found = rows_of(LINES)
    assert sorted(found) == [2, 3, 4, 5, 6, 97, 98, 99, 100, 101]
    assert found[101] == "one of the largest amounts; at the end"
    assert found[2] == "at the beginning"


def test_the_largest_negative_amounts_are_shown() -> None:
    lines = [*LINES]
    lines[50] = lines[50]._replace(amount=money("-0.01"))
    assert rows_of(lines)[52] == "one of the largest negative amounts"


def test_what_lies_outside_the_year_has_no_date_or_no_amount_is_shown() -> None:
    lines = [*LINES]
    lines[50] = lines[50]._replace(posted_on=date(2019, 4, 1))
    lines[51] = lines[51]._replace(year=NEXT_YEAR)
    lines[52] = lines[52]._replace(posted_on=None)
    lines[53] = lines[53]._replace(amount=money("0.00"))
    found = rows_of(lines)
    assert found[52] == found[53] == "lies outside 2018/19, the year of most lines"
    assert found[54] == "has no date"
    assert found[55] == "has an amount of nothing"


def test_rows_that_are_held_back_and_rows_with_findings_come_first() -> None:
    held = SkippedRow("Ledger", 200, "held back: Row 200 has no date.", "10.00 | x")
    blank = SkippedRow("Ledger", 201, "blank", "")
    said = Finding(Severity.NOTE, "date.number", "read as a date", Source("f", "Ledger", 60))
    whole = Finding(Severity.NOTE, "key.composite", "of the file", Source("f"))
    parsed = ParsedLedger(LINES, [held, blank], (), None, 102)
    first, second, *_ = odd_rows(parsed, (whole, said))
    assert first == OddRow("Ledger", 200, held.reason, None, "10.00 | x")
    assert (second.row, second.why, second.line) == (60, "read as a date", LINES[58])
    assert 201 not in rows_of(LINES, [held, blank])


def test_a_kind_of_finding_shows_its_first_rows_only() -> None:
    findings = tuple(Finding(Severity.NOTE, "x", "said", Source("f", "Ledger", row)) for row in range(20, 40))
    found = rows_of(LINES, findings=findings)
    assert [row for row, why in found.items() if why == "said"] == [20, 21, 22, 23, 24]


def test_a_download_without_lines_has_nothing_odd() -> None:
    assert rows_of([]) == {}
