"""Which rows of a download a person should look at before importing it: its ends, and whatever stands out."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fundingapp.domain.findings import Finding
from fundingapp.domain.ledger import LedgerLine, ParsedLedger, SkippedRow
from fundingapp.domain.periods import FinancialYear

#: So many rows of the beginning and of the end are shown.
ENDS = 5
#: So many rows are shown for each thing that stands out.
EACH = 5


class OddRow(NamedTuple):
    """A row of the download and why it is shown; *line* is None for one that is no ledger line."""

    sheet: str
    row: int
    why: str
    line: LedgerLine | None
    text: str = ""


def odd_rows(parsed: ParsedLedger, findings: Iterable[Finding] = ()) -> list[OddRow]:
    """The rows to look at, in the order of what matters: each once, with every reason why it is shown.

    Rows that are held back come first, then what was noticed, the largest amounts of either sign, dates that lie
    outside the year of most lines or differ from their period, and the first and last lines.
    """
    reasons: dict[tuple[str, int], list[str]] = {}
    lines = parsed.lines
    skipped = {(row.sheet, row.row): row for row in parsed.skipped}

    def show(sheet: str, row: int, why: str) -> None:
        said = reasons.setdefault((sheet, row), [])
        if why not in said:
            said.append(why)

    for held in parsed.held_back[:EACH]:
        show(held.sheet, held.row, held.reason)
    for finding in _with_rows(findings, EACH):
        show(finding.source.sheet, finding.source.row, finding.text)
    for line in heapq.nlargest(EACH, lines, key=lambda line: line.amount.pence):
        if line.amount.pence > 0:
            show(line.sheet, line.row, "one of the largest amounts")
    for line in heapq.nsmallest(EACH, lines, key=lambda line: line.amount.pence):
        if line.amount.pence < 0:
            show(line.sheet, line.row, "one of the largest negative amounts")
    for line, why in _out_of_time(lines, EACH):
        show(line.sheet, line.row, why)
    for line in lines[:ENDS]:
        show(line.sheet, line.row, "at the beginning")
    for line in lines[-ENDS:]:
        show(line.sheet, line.row, "at the end")
    wanted = set(reasons)
    by_place = {(line.sheet, line.row): line for line in lines if (line.sheet, line.row) in wanted}
    return [
        OddRow(*place, "; ".join(why), by_place.get(place), _text_of(skipped.get(place)))
        for place, why in reasons.items()
        if place in by_place or place in skipped
    ]


def _text_of(row: SkippedRow | None) -> str:
    return row.text if row is not None else ""


def _with_rows(findings: Iterable[Finding], each: int) -> list[Finding]:
    """The first findings of each kind that speak of one row."""
    counts: Counter[str] = Counter()
    found = []
    for finding in findings:
        if finding.source.row:
            counts[finding.kind] += 1
            if counts[finding.kind] <= each:
                found.append(finding)
    return found


def _out_of_time(lines: Sequence[LedgerLine], each: int) -> list[tuple[LedgerLine, str]]:
    if not lines:
        return []
    usual = main_year(lines)
    found: list[tuple[LedgerLine, str]] = []
    other = undated = zero = 0
    for line in lines:
        day = line.posted_on
        if day is None:
            undated += 1
            if undated <= each:
                found.append((line, "has no date"))
        elif line.year != usual or day.year - (day.month < 4) != usual.start:
            other += 1
            if other <= each:
                found.append((line, f"lies outside {usual}, the year of most lines"))
        if not line.amount:
            zero += 1
            if zero <= each:
                found.append((line, "has an amount of nothing"))
    return found


def main_year(lines: Iterable[LedgerLine]) -> FinancialYear:
    """The year that most of *lines*, at least one, belong to; of two as good the earlier."""
    counts = Counter(line.year.start for line in lines)
    best = max(counts.items(), key=lambda entry: (entry[1], -entry[0]))
    return FinancialYear(best[0])
