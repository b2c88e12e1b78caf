"""Which of a file's ledger tables are the download: those that make one ledger together, none of them twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fundingapp.domain.downloads import joined, parse_each
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.layouts import shape_of
from fundingapp.domain.ledger import LedgerLine, Meaning, ParsedLedger, RawTable
from fundingapp.domain.periods import Period


@dataclass(frozen=True, slots=True)
class TableChoice:
    """The *numbers* of the tables taken, their lines as one ledger, and what each table holds by itself."""

    numbers: frozenset[int]
    parsed: ParsedLedger
    #: One for each table given, in that order.
    results: tuple[ParsedLedger, ...]
    findings: tuple[Finding, ...]


#: Two tables are one ledger when of ten meanings of their columns so many are common to both.
_ALIKE_OF_TEN = 7
#: Fewer lines than this may stand in two tables by chance.
_NO_CHANCE = 2
#: A table that is not of the chosen ledger is told of by name; of more than so many only the number is told.
_NAMED = 8


def choose_tables(
    tables: Sequence[RawTable],
    number: int | None = None,
    period: Period | None = None,
    report: Callable[[int], None] = lambda _rows: None,
    numbers: Collection[int] = (),
) -> TableChoice:
    """The tables that make the likeliest ledger, or the one with this *number*, or those with these *numbers*.

    Tables whose columns mean the same are one ledger, a sheet for a month. One whose lines all stand in the others
    is the same again and is left out. *report* is called with the number of rows before they are read. Raises
    ExpectedError when there is no table with the number.
    """
    wanted = frozenset(numbers if number is None else (number,))
    if missing := sorted(wanted - {table.number for table in tables}):
        raise ExpectedError(
            "no_table",
            f"“{tables[0].file}” has no table {missing[0]}; it has {len(tables)}.",
            "Choose one of them by its number.",
        )
    groups = _groups(tables)
    likeliest = max(groups, key=_weight)
    report(sum(len(table.rows) for table in tables))
    by_number: dict[int, ParsedLedger] = {}
    for group in groups:
        for table, result in zip(group, parse_each(group, period), strict=True):
            by_number[table.number] = result
    results = tuple(by_number[table.number] for table in tables)
    if wanted:
        chosen = sorted((table for table in tables if table.number in wanted), key=lambda table: table.number)
        return TableChoice(wanted, joined(parse_each(chosen, period)), results, ())
    again = _again(likeliest, [by_number[table.number] for table in likeliest])
    taken = [table for table in likeliest if table.number not in again]
    parsed = joined(parse_each(taken, period) if again else [by_number[table.number] for table in likeliest])
    findings = [
        *(_again_finding(table) for table in likeliest if table.number in again),
        *_other_findings(tables, taken, set(again), by_number, parsed),
    ]
    if len(taken) > 1:
        findings.insert(0, _together_finding(taken, parsed))
    return TableChoice(frozenset(table.number for table in taken), parsed, results, tuple(findings))


def _groups(tables: Sequence[RawTable]) -> list[list[RawTable]]:
    """The tables in groups that make one ledger each."""
    groups: list[list[RawTable]] = []
    for table in sorted(tables, key=lambda table: (-len(table.rows), table.number)):
        for group in groups:
            if _alike(group[0], table):
                group.append(table)
                break
        else:
            groups.append([table])
    for group in groups:
        group.sort(key=lambda table: table.number)
    return groups


#: Tables that are called so are no part of the spending, though they have its columns.
_APART = re.compile(
    r"\b(commitments?|orders?|outstanding|budgets?|forecasts?|accruals?|income|receipts|balances?|pivot|summary"
    r"|(?:purchas(?:e|ing)|procurement|payment|credit|p)[\s\-]?cards?|gpc)\b",
    re.IGNORECASE,
)


def set_apart(title: str) -> frozenset[str]:
    """The words of *title* that set a table apart from the spending, such as orders or income."""
    return frozenset(word.casefold().rstrip("s") for word in _APART.findall(title))


def _alike(one: RawTable, other: RawTable) -> bool:
    if set_apart(one.title) != set_apart(other.title):
        return False
    if shape_of(one.headings) == shape_of(other.headings):
        return True
    if one.sheet == other.sheet and (one if one.number > other.number else other).follows_an_end:
        # Sections of one ledger have the same columns in the same places, whatever their headings say.
        return one.meanings == other.meanings
    first, second = _kinds(one), _kinds(other)
    return 10 * len(first & second) >= _ALIKE_OF_TEN * len(first | second)


_SAME_KIND = {
    Meaning.DEBIT: Meaning.AMOUNT,
    Meaning.CREDIT: Meaning.AMOUNT,
    Meaning.NARRATIVE: Meaning.DESCRIPTION,
    Meaning.SUPPLIER: Meaning.DESCRIPTION,
    Meaning.YEAR: Meaning.PERIOD,
    Meaning.DATE_MONTH_FIRST: Meaning.DATE,
}
_SAYS_NOTHING = frozenset({Meaning.OTHER, Meaning.VAT, Meaning.BALANCE, Meaning.DEBIT_CREDIT_FLAG})


def _kinds(table: RawTable) -> frozenset[Meaning]:
    """What the columns of a table say, however it says it."""
    return frozenset(
        _SAME_KIND.get(meaning, meaning) for meaning in table.meanings if meaning not in _SAYS_NOTHING
    )


class _Weight(NamedTuple):
    places_lines: bool
    rows: int
    kinds: int


def _weight(group: Sequence[RawTable]) -> _Weight:
    kinds = _kinds(group[0])
    return _Weight(
        not set_apart(group[0].title) and bool(kinds & {Meaning.DATE, Meaning.PERIOD}) and len(kinds) >= 3,
        sum(len(table.rows) for table in group) * (len(kinds) - 1),
        len(kinds),
    )


def _content(line: LedgerLine) -> tuple[object, ...]:
    return (line.posted_on, line.period, line.amount.pence, line.transaction, line.supplier, line.description)


def _again(tables: Sequence[RawTable], results: Sequence[ParsedLedger]) -> set[int]:
    """The numbers of those tables whose every line stands in the others: a sheet of all months beside them."""
    if len(tables) < 2:
        return set()
    counts = [Counter(map(_content, result.lines)) for result in results]
    gone: set[int] = set()
    # A sheet that repeats all the others goes before any of them: its lines are then said to be theirs.
    for at in sorted(range(len(tables)), key=lambda at: -len(results[at].lines)):
        if len(results[at].lines) < _NO_CHANCE:
            continue
        others: Counter[tuple[object, ...]] = Counter()
        for other, count in enumerate(counts):
            if other != at and tables[other].number not in gone:
                others.update(count)
        if all(others[content] >= times for content, times in counts[at].items()):
            gone.add(tables[at].number)
    return gone


def _place(table: RawTable) -> str:
    sheet = f"sheet “{table.sheet}”, " if table.sheet else ""
    return (
        f"{sheet}headings in row {table.heading_row:,}" if table.heading_row else f"{sheet}without headings"
    )


def _again_finding(table: RawTable) -> Finding:
    return Finding(
        Severity.WARNING,
        "table.again",
        f"Every line of table {table.number} ({_place(table)}) stands in the other tables too, so it was left out and"
        " nothing is counted twice.",
        Source(table.file, table.sheet, table.heading_row),
    )


def _together_finding(taken: Sequence[RawTable], parsed: ParsedLedger) -> Finding:
    sheets = list(dict.fromkeys(table.sheet for table in taken))
    where = f"on {len(sheets)} sheets" if len(sheets) > 1 else "below each other"
    return Finding(
        Severity.NOTE,
        "table.together",
        f"{len(taken)} tables {where} with the same columns were read as one ledger of {len(parsed.lines):,} lines.",
        Source(taken[0].file, taken[0].sheet, 0),
    )


def _other_findings(
    tables: Sequence[RawTable],
    taken: Sequence[RawTable],
    again: set[int],
    by_number: dict[int, ParsedLedger],
    parsed: ParsedLedger,
) -> list[Finding]:
    """Says which tables were not taken, and how to choose them."""
    numbers = {table.number for table in taken} | again
    others = [
        table for table in sorted(tables, key=lambda table: table.number) if table.number not in numbers
    ]
    findings: list[Finding] = []
    for table in others[:_NAMED]:
        result = by_number[table.number]
        summary = not _kinds(table) & {Meaning.DATE, Meaning.PERIOD, Meaning.TRANSACTION}
        total = result.total
        if summary and (not result.lines or total == parsed.total):
            text = f"Table {table.number} ({_place(table)}) sums the lines up and was not counted with them."
            severity = Severity.NOTE
        else:
            text = (
                f"Table {table.number} ({_place(table)}) has other columns and was not taken: {len(result.lines):,}"
                f" lines, {total.in_words}. To take it instead, choose table {table.number}"
                f" (--table {table.number})."
            )
            severity = Severity.WARNING
        findings.append(
            Finding(severity, "table.other", text, Source(table.file, table.sheet, table.heading_row))
        )
    if more := len(others) - len(findings):
        text = f"{more:,} more tables with other columns were not taken."
        findings.append(Finding(Severity.WARNING, "table.other.more", text, Source(tables[0].file)))
    return findings
