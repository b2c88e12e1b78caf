"""Parsing one table, or several of a download as one ledger."""

from __future__ import annotations

from collections.abc import Sequence

from fundingapp.domain.downloads.keys import Keys, repeated_findings
from fundingapp.domain.downloads.parser import TableParser
from fundingapp.domain.findings import Finding
from fundingapp.domain.ledger import ParsedLedger, RawTable
from fundingapp.domain.line_lists import LineList
from fundingapp.domain.money import Money
from fundingapp.domain.periods import Period


def parse_lines(table: RawTable, period: Period | None = None) -> ParsedLedger:
    """The ledger lines of *table* and a reason for every other row below its headings.

    *period* places the lines of a download that has neither a period nor a date column, before the one that the
    table's own title names. A row that a finding of the reader marks as an ERROR is held back; those findings stay
    with the table and are not given again.
    """
    return parse_tables((table,), period)


def parse_tables(tables: Sequence[RawTable], period: Period | None = None) -> ParsedLedger:
    """The same for several tables of one download; keys are unique over all of them."""
    return joined(parse_each(tables, period))


def parse_each(tables: Sequence[RawTable], period: Period | None = None) -> list[ParsedLedger]:
    """Each of *tables* by itself, with keys that are unique over all of them.

    The first one also warns of transaction numbers that stand on several rows of any of them.
    """
    keys = Keys()
    results = [TableParser(table, keys, period).parse() for table in tables]
    if results and (repeated := repeated_findings(keys, tables)):
        results[0] = _with_findings(results[0], repeated)
    return results


def _with_findings(result: ParsedLedger, more: Sequence[Finding]) -> ParsedLedger:
    return ParsedLedger(
        result.lines,
        result.skipped,
        (*result.findings, *more),
        result.stated_total,
        result.rows_read,
        result.fields,
    )


def joined(results: Sequence[ParsedLedger]) -> ParsedLedger:
    """The *results* of :func:`parse_each` as one ledger.

    ``fields`` are those that every table has. ``stated_total`` is the sum of the tables' own totals, None
    unless each of them states one.
    """
    if len(results) == 1:
        return results[0]
    findings = _told_once([finding for result in results for finding in result.findings])
    lines = LineList()
    for result in results:
        for line in result.lines:
            lines.append(line)
    totals = [result.stated_total for result in results if result.stated_total is not None]
    return ParsedLedger(
        lines=lines,
        skipped=[skip for result in results for skip in result.skipped],
        findings=tuple(findings),
        stated_total=Money.total(totals) if totals and len(totals) == len(results) else None,
        rows_read=sum(result.rows_read for result in results),
        fields=frozenset.intersection(*(result.fields for result in results)) if results else frozenset(),
    )


def _told_once(findings: Sequence[Finding]) -> list[Finding]:
    """Without what is said again of another table of the same file, word for word and of no row."""
    said: set[tuple[str, str]] = set()
    once: list[Finding] = []
    for finding in findings:
        if not finding.source.row:
            if (finding.kind, finding.text) in said:
                continue
            said.add((finding.kind, finding.text))
        once.append(finding)
    return once
