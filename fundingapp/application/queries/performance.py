"""Published performance tables: what a file of them holds, and those that are kept, with everything worked out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, TableColumn, TableDocument, Tools, UnitOfWork, ValueKind
from fundingapp.application.queries.areas import all_areas
from fundingapp.application.queries.explanations import Explanation, FigureSource
from fundingapp.application.queries.figure_previews import same_as
from fundingapp.application.queries.sheets import SheetsRead, read_sheets_of
from fundingapp.application.small_numbers import ShownRow, ShownTable, rule_of, what_may_be_shown
from fundingapp.application.wording import count, short_date
from fundingapp.domain.changes import Days
from fundingapp.domain.checked_tables import (
    Rank,
    SumBeside,
    TableLine,
    days_of_figure,
    family_rank,
    lines_of,
    periods_of,
    subject_key,
    sums_of,
)
from fundingapp.domain.errors import ExpectedError, InputRefusedError
from fundingapp.domain.figure_files.street import crimes_listed
from fundingapp.domain.ids import PerformanceTableId
from fundingapp.domain.ledger import SheetRows
from fundingapp.domain.money import Money
from fundingapp.domain.outcomes import ResultsRules
from fundingapp.domain.performance import PerformanceFigure, PerformanceFinding, PerformanceTable, RowSort
from fundingapp.domain.places import Places, plain_place
from fundingapp.domain.printed_checks import TableCheck, check_table
from fundingapp.domain.printed_tables import PrintedTable, read_tables, refuse_lists
from fundingapp.domain.published_counts import PrintedCount, counts_of
from fundingapp.domain.published_periods import PeriodRead, periods_read
from fundingapp.domain.raw_tables import address
from fundingapp.domain.results import rules_for
from fundingapp.domain.years_compared import Stated, YearBeside, years_beside


@dataclass(frozen=True, slots=True)
class ReadPerformanceFile(Question["PerformanceFileRead"]):
    """What the published tables in the file at *path* hold; of one *sheet* when it is named."""

    path: Path
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class TableRead:
    """One table of a file: as printed, what its counts do not give, its *counts*, and what its headings say of the
    time."""

    table: PrintedTable
    check: TableCheck
    counts: tuple[PrintedCount, ...]
    periods: tuple[PeriodRead, ...]

    @property
    def name(self) -> str:
        """What the table is called: its title, else its sheet."""
        return self.table.title or self.table.sheet


@dataclass(frozen=True, slots=True)
class PerformanceFileRead:
    """A file of published tables, read from a private copy that stays until the caller unlinks it. *same_as* says when
    the very file was taken in before, "" when it was not."""

    read: SheetsRead
    tables: tuple[TableRead, ...]
    same_as: str

    @property
    def name(self) -> str:
        return self.read.name


def answer_read(question: ReadPerformanceFile, tools: Tools) -> PerformanceFileRead:
    read = read_sheets_of(question.path, question.sheet, tools.sources, tools.reader, tools.progress)
    try:
        found = tables_in(read)
        with tools.open_work(reading=True) as work:
            return PerformanceFileRead(read, found, same_as(work, read.copy))
    except BaseException:
        tools.sources.discard(read.copy)
        raise


@dataclass(frozen=True, slots=True)
class CrimesListed:
    """A *sheet* that is a list of so many single *crimes*, as data.police.uk publishes them, and no table."""

    sheet: str
    crimes: int


def apart_from_crimes(
    sheets: Sequence[SheetRows],
) -> tuple[tuple[SheetRows, ...], tuple[CrimesListed, ...]]:
    """The sheets that may hold tables, and those that list single crimes: these print nothing worked out, and their
    places on the map would be taken for figures."""
    listed = {at: crimes for at, sheet in enumerate(sheets) if (crimes := crimes_listed(sheet)) is not None}
    return (
        tuple(sheet for at, sheet in enumerate(sheets) if at not in listed),
        tuple(CrimesListed(sheets[at].name, crimes) for at, crimes in listed.items()),
    )


def crimes_in_words(name: str, listed: Sequence[CrimesListed]) -> str:
    """Says of the file *name* that it lists single crimes and is no table."""
    crimes = count(sum(each.crimes for each in listed), "crime")
    return f"“{name}” is a list of {crimes}, a row for each, and no table of counts."


def tables_in(read: SheetsRead) -> tuple[TableRead, ...]:
    """The tables of a file that was read; its lists of single crimes are none. Raises InputRefusedError when it holds
    none."""
    found = []
    sheets, listed = apart_from_crimes(read.sheets)
    refuse_lists(sheets)
    for table in read_tables(sheets):
        check = check_table(table)
        counts = counts_of(table, check)
        if counts:
            found.append(TableRead(table, check, counts, periods_read(tuple(each.period for each in counts))))
    if not found and listed:
        raise InputRefusedError(
            "list_of_crimes",
            crimes_in_words(read.name, listed),
            "Import it as figures: its crimes are counted by month, place and kind, and the list is not kept.",
        )
    if not found:
        raise InputRefusedError(
            "no_table",
            f"“{read.name}” holds no table of figures.",
            "Choose the file with the published table.",
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class PerformanceTables(Question["tuple[TableRow, ...]"]):
    """The published tables that are kept, newest first."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table in a list: its periods, how many *rows* it has, and how many findings wait or were accepted."""

    kept: Kept[PerformanceTable]
    file: str
    periods: tuple[Days, ...]
    rows: int
    waiting: int
    accepted: int
    as_at: str


def answer_tables(question: PerformanceTables, tools: Tools) -> tuple[TableRow, ...]:
    with tools.open_work(reading=True) as work:
        figures = _by_table(work)
        findings: dict[PerformanceTableId, list[PerformanceFinding]] = {}
        for each in work.performance_findings.all():
            findings.setdefault(each.value.table, []).append(each.value)
        batches = {kept.id: kept.value for kept in work.figure_imports.all()}
        rows = []
        for kept in reversed(work.performance_tables.all()):
            id = PerformanceTableId(kept.id)
            own = [each.value for each in figures.get(id, ())]
            batch = batches.get(kept.value.batch) if kept.value.batch is not None else None
            told = findings.get(id, [])
            rows.append(
                TableRow(
                    kept,
                    batch.file_name if batch is not None else "",
                    periods_of(own),
                    len({(each.category, each.area_name) for each in own}),
                    sum(not each.accepted for each in told),
                    sum(bool(each.accepted) for each in told),
                    short_date(batch.as_at) if batch is not None and batch.as_at is not None else "",
                )
            )
        return tuple(rows)


@dataclass(frozen=True, slots=True)
class PerformanceTableOf(Question["TableShown"]):
    """One table that is kept, with differences and percentages worked out."""

    table: PerformanceTableId


@dataclass(frozen=True, slots=True)
class LineShown:
    """A row of a kept table. *row* is its number in the file; *rank* is that of the family group as worked out from the
    figures of the file, None where they do not hold it; *series* are its counts over all tables, oldest first, each
    with the name of its table."""

    line: TableLine
    row: int
    area: str
    rank: Rank | None
    series: tuple[tuple[Days, Decimal, str], ...]
    #: Each of its periods over all tables beside the same days of an earlier year, oldest first, with the rank in the
    #: family group of that year where the file holds its members.
    years: tuple[tuple[YearBeside, Rank | None], ...] = ()

    @property
    def printed_rank(self) -> str:
        """The rank as published, “9/15”; "" where none was."""
        current = self.line.current
        if current is None or current.rank is None:
            return ""
        return f"{current.rank}/{current.rank_of}" if current.rank_of is not None else str(current.rank)


@dataclass(frozen=True, slots=True)
class OtherFigure:
    """The same thing as another table has it: for the same days, but another count, or the sum of its places."""

    category: str
    place: str
    days: Days
    here: Decimal
    there: Decimal
    table: PerformanceTableId
    name: str
    of_parts: int = 0

    @property
    def differs(self) -> bool:
        return self.here != self.there

    @property
    def in_words(self) -> str:
        """“11,258 in one, 10,844 in the other”, with both tables and the days."""
        what = " · ".join(each for each in (self.category, self.place) if each)
        how = f"the sum of {self.of_parts} places in “{self.name}”" if self.of_parts else f"in “{self.name}”"
        verb = "but" if self.differs else "and also"
        return f"{what}, {self.days.in_words}: {self.here:,} here, {verb} {self.there:,} {how}."


@dataclass(frozen=True, slots=True)
class TableShown:
    """A kept table: its *lines* over its *periods*, what was printed wrongly (*findings*), totals beside their parts,
    and the *others* that speak of the same."""

    kept: Kept[PerformanceTable]
    file: str
    sha256: str
    as_at: str
    periods: tuple[Days, ...]
    lines: tuple[LineShown, ...]
    findings: tuple[Kept[PerformanceFinding], ...]
    sums: tuple[SumBeside, ...]
    others: tuple[OtherFigure, ...]
    skipped: tuple[tuple[int, str], ...]
    rules: ResultsRules

    def figure_name(self, line: LineShown, *, change: bool = False) -> str:
        """The name by which “why?” is asked of a line's latest count, or of its change."""
        current = line.line.current
        column = current.column if current is not None else 0
        return f"table/{self.kept.id}/{line.row}/{column}{'/change' if change else ''}"


def answer_table(question: PerformanceTableOf, tools: Tools) -> TableShown:
    with tools.open_work(reading=True) as work:
        kept = work.performance_tables.get(question.table)
        figures = _by_table(work)
        own = [each.value for each in figures.get(question.table, ())]
        rules = rules_for([each.value for each in work.results_rules.all()], None)
        areas = all_areas(work)
        tables = {PerformanceTableId(each.id): each.value for each in work.performance_tables.all()}
        batch = work.figure_imports.get(kept.value.batch).value if kept.value.batch is not None else None
        skipped = (
            [each.value for each in work.skipped_figures.all() if each.value.batch == kept.value.batch]
            if kept.value.batch is not None
            else []
        )
        lines = []
        stated = _stated(figures, tables)
        for line in lines_of(own, rules, is_comparable=kept.value.is_comparable):
            lines.append(
                LineShown(
                    line,
                    line.current.row if line.current is not None else 0,
                    areas[line.area].name if line.area is not None and line.area in areas else "",
                    _rank_of(line, kept.value, figures),
                    _series(line, kept.value, figures, tables),
                    _years(line, kept.value, figures, stated, rules),
                )
            )
        return TableShown(
            kept,
            batch.file_name if batch is not None else "",
            batch.sha256 if batch is not None else "",
            short_date(batch.as_at) if batch is not None and batch.as_at is not None else "",
            periods_of(own),
            tuple(lines),
            tuple(each for each in work.performance_findings.all() if each.value.table == question.table),
            sums_of(own),
            tuple(_others(question.table, own, figures, tables)),
            tuple((each.row, each.reason) for each in skipped),
            rules,
        )


@dataclass(frozen=True, slots=True)
class ExportPerformanceTable(Question["TableWritten"]):
    """Writes a kept table as its counts give it to *out*, .xlsx or .csv, with what was printed instead.

    Small numbers are hidden as in everything that leaves the program (R40), with whatever would give them away.
    """

    table: PerformanceTableId
    out: Path


@dataclass(frozen=True, slots=True)
class TableWritten:
    """How many *rows* were written, how many cells of them are *hidden*, and what the search for gaps found."""

    rows: int
    hidden: int
    finding: str


def answer_export(question: ExportPerformanceTable, tools: Tools) -> TableWritten:
    shown = answer_table(PerformanceTableOf(question.table), tools)
    with tools.open_work(reading=True) as work:
        rule = rule_of(work)
    headings = [f"{days.first:%d/%m/%Y} to {days.last:%d/%m/%Y}" for days in shown.periods]
    headings += ["Difference", "Change %", "Printed instead"]
    rows = [
        ShownRow(
            " · ".join(each for each in (line.line.category, line.line.place) if each),
            (
                *(_to_show(figure) for figure in line.line.counts),
                line.line.difference,
                f"{line.line.percent:+}%" if line.line.percent is not None else None,
                ", ".join(each.value.printed for each in finding_of(line, shown)),
            ),
        )
        for line in shown.lines
    ]
    (safe,) = what_may_be_shown(
        [ShownTable(tuple(headings), tuple(rows))], rule, tools.prover, tools.progress
    )
    written = [
        (
            line.line.category,
            line.area or line.line.place,
            *(_written(mark, value) for mark, value in zip(marks, row.values, strict=True)),
            line.line.trend.word if not any(marks) else "",
        )
        for line, row, marks in zip(shown.lines, rows, safe.rows, strict=True)
    ]
    names = ("Category", "Place", *headings, "Trend")
    notes: tuple[tuple[str, object], ...] = (
        ("Table", shown.kept.value.name),
        ("Published by", shown.kept.value.publisher),
        ("File", shown.file),
        ("Percentages", "worked out of the counts: the difference in per cent of the earlier figure"),
    )
    if safe.hidden:
        notes += (("Small numbers", rule.key),)
    document = TableDocument(
        tuple(TableColumn(name, ValueKind.TEXT, 18) for name in names), written, len(written), notes, "Table"
    )
    return TableWritten(
        tools.write_table(document, question.out, tools.progress), len(safe.hidden), safe.finding
    )


def _to_show(figure: PerformanceFigure | None) -> Decimal | str | None:
    if figure is None:
        return None
    return figure.count if figure.count is not None else figure.hidden or None


def _written(mark: str | None, value: Decimal | int | str | None) -> str:
    if mark is not None:
        return mark
    return "" if value is None else value if isinstance(value, str) else f"{value:,}"


def finding_of(line: LineShown, table: TableShown) -> tuple[Kept[PerformanceFinding], ...]:
    """What was printed wrongly of a line: in its row of the file and, where several lines share that row, under a
    heading of its category."""
    shares = sum(each.row == line.row for each in table.lines) > 1
    category = line.line.category.casefold()
    return tuple(
        each
        for each in table.findings
        if each.value.row == line.row and (not shares or each.value.column.casefold().startswith(category))
    )


def _by_table(work: UnitOfWork) -> dict[PerformanceTableId, list[Kept[PerformanceFigure]]]:
    found: dict[PerformanceTableId, list[Kept[PerformanceFigure]]] = {}
    for each in work.performance_figures.all():
        found.setdefault(each.value.table, []).append(each)
    return found


def _place_key(figure: PerformanceFigure, table: PerformanceTable) -> tuple[str, int | None]:
    """Which place a figure is of, as it is compared between tables: the place of ours where it is known."""
    area = figure.area if figure.area is not None else (table.area if not figure.area_name else None)
    return ("", area) if area is not None else (plain_place(figure.area_name), None)


def _series(
    line: TableLine,
    table: PerformanceTable,
    figures: dict[PerformanceTableId, list[Kept[PerformanceFigure]]],
    tables: dict[PerformanceTableId, PerformanceTable],
) -> tuple[tuple[Days, Decimal, str], ...]:
    if line.current is None:
        return ()
    wanted = subject_key(line.category), _place_key(line.current, table)
    found = [
        (days_of_figure(each.value), each.value.count, tables[id].name)
        for id, kept in figures.items()
        for each in kept
        if each.value.count is not None
        and subject_key(each.value.category) == wanted[0]
        and _place_key(each.value, tables[id]) == wanted[1]
    ]
    return tuple(sorted(set(found), key=lambda each: (each[0].last, each[0].first, each[2])))


#: What a count is of: its category and its place as they are compared between tables, and what its row is.
_Subject = tuple[str, tuple[str, int | None], RowSort]


def _years(
    line: TableLine,
    table: PerformanceTable,
    figures: dict[PerformanceTableId, list[Kept[PerformanceFigure]]],
    stated: dict[_Subject, list[Stated]],
    rules: ResultsRules,
) -> tuple[tuple[YearBeside, Rank | None], ...]:
    """A line through the years, over all tables that state it."""
    if line.current is None:
        return ()
    key = subject_key(line.category), _place_key(line.current, table), line.current.sort
    return tuple(
        (each, _rank_between(line, table, figures, each) if each.is_comparable else None)
        for each in years_beside(stated.get(key, ()), rules)
    )


def _stated(
    figures: dict[PerformanceTableId, list[Kept[PerformanceFigure]]],
    tables: dict[PerformanceTableId, PerformanceTable],
) -> dict[_Subject, list[Stated]]:
    """What all tables state, by what it is of; a total with the places that it is the sum of."""
    found: dict[_Subject, list[Stated]] = {}
    for id, kept in figures.items():
        table = tables[id]
        why = "" if table.is_comparable else table.comparability or "as the table says."
        places: dict[tuple[str, Days], set[str]] = {}
        for each in kept:
            if each.value.sort is RowSort.ORDINARY and each.value.area_name:
                key = subject_key(each.value.category), days_of_figure(each.value)
                places.setdefault(key, set()).add(each.value.area_name)
        for each in kept:
            value = each.value
            if value.count is None:
                continue
            subject, days = subject_key(value.category), days_of_figure(value)
            summed = places.get((subject, days), set()) if value.sort is RowSort.TOTAL else set()
            found.setdefault((subject, _place_key(value, table), value.sort), []).append(
                Stated(days, value.count, id, table.name, frozenset(summed), why)
            )
    return found


def _rank_of(
    line: TableLine,
    table: PerformanceTable,
    figures: dict[PerformanceTableId, list[Kept[PerformanceFigure]]],
) -> Rank | None:
    """The rank in the family group by the change that the table itself shows."""
    previous, current = line.previous, line.current
    if previous is None or current is None or previous.count is None or current.count is None:
        return None
    days = days_of_figure(previous), days_of_figure(current)
    return _rank(line, table, figures, days, (previous.count, current.count))


def _rank_between(
    line: TableLine,
    table: PerformanceTable,
    figures: dict[PerformanceTableId, list[Kept[PerformanceFigure]]],
    year: YearBeside,
) -> Rank | None:
    """The rank in the family group by the change of one year."""
    days = year.previous.days, year.current.days
    return _rank(line, table, figures, days, (year.previous.count, year.current.count))


def _rank(
    line: TableLine,
    table: PerformanceTable,
    figures: dict[PerformanceTableId, list[Kept[PerformanceFigure]]],
    days: tuple[Days, Days],
    own_counts: tuple[Decimal, Decimal],
) -> Rank | None:
    """The rank in the family group from the first to the second of *days*, where the file holds both counts of each of
    its members; of several tables the newest counts."""
    members = {plain_place(name) for name in table.family.split(";") if plain_place(name)}
    if len(members) < 2:
        return None
    subject = subject_key(line.category)
    counts: dict[str, dict[Days, Decimal]] = {}
    for _, kept in sorted(figures.items()):
        for each in kept:
            name, of = plain_place(each.value.area_name), days_of_figure(each.value)
            if each.value.count is None or name not in members or of not in days:
                continue
            if subject_key(each.value.category) == subject:
                counts.setdefault(name, {})[of] = each.value.count
    changes = {name: (own[days[0]], own[days[1]]) for name, own in counts.items() if len(own) == 2}
    missing = [name for name in members if name not in changes]
    ours = plain_place(line.place)
    if ours not in members and len(missing) == 1:
        # A table of our own place does not name it: then it is the member that no table has.
        ours, missing = missing[0], []
    if missing:
        return None
    changes.setdefault(ours, own_counts)
    return family_rank(changes, ours)


def _others(
    id: PerformanceTableId,
    own: list[PerformanceFigure],
    figures: dict[PerformanceTableId, list[Kept[PerformanceFigure]]],
    tables: dict[PerformanceTableId, PerformanceTable],
) -> Iterable[OtherFigure]:
    """The same category, place and days in other tables, also where one of the two has it as the sum of its places."""
    for other_id, kept in figures.items():
        if other_id == id:
            continue
        theirs = [each.value for each in kept]
        there = tables[other_id]
        for figure in own:
            if figure.count is None:
                continue
            same = [each for each in theirs if _is_of(each, figure)]
            direct = [each for each in same if _place_key(each, there) == _place_key(figure, tables[id])]
            for each in direct:
                if each.count is not None:
                    yield _beside(figure, figure.count, each.count, other_id, there)
            whole = (
                None
                if direct or figure.area_name or there.family or there.area != tables[id].area
                else _sum_of_places(same)
            )
            if whole is not None:
                yield _beside(figure, figure.count, whole[0], other_id, there, whole[1])
        if there.area != tables[id].area or tables[id].family:
            continue  # the members of a family are no parts of one whole
        for figure in theirs:
            # Our places together beside the one figure that another table has for all of them.
            same = [each for each in own if _is_of(each, figure)]
            if figure.area_name or figure.count is None or any(not each.area_name for each in same):
                continue
            whole = _sum_of_places(same)
            if whole is not None:
                together = replace(figure, category=same[0].category, area_name=f"all {whole[1]} together")
                yield _beside(together, whole[0], figure.count, other_id, there)


def _is_of(figure: PerformanceFigure, other: PerformanceFigure) -> bool:
    """Whether both are of the same category and days."""
    days = days_of_figure(figure) == days_of_figure(other)
    return days and subject_key(figure.category) == subject_key(other.category)


def _sum_of_places(figures: Iterable[PerformanceFigure]) -> tuple[Decimal, int] | None:
    """The sum of the places among *figures* and their number; None for fewer than two, or with a hidden one."""
    parts = [
        each for each in figures if each.area_name and each.sort in {RowSort.ORDINARY, RowSort.UNASSIGNED}
    ]
    counts = [each.count for each in parts if each.count is not None]
    return (sum(counts, Decimal()), len(counts)) if 1 < len(counts) == len(parts) else None


def _beside(
    figure: PerformanceFigure,
    here: Decimal,
    there: Decimal,
    id: PerformanceTableId,
    table: PerformanceTable,
    parts: int = 0,
) -> OtherFigure:
    days = days_of_figure(figure)
    return OtherFigure(figure.category, figure.area_name, days, here, there, id, table.name, parts)


def places_of(work: UnitOfWork) -> Places:
    """The places of the file, asked by any of their names."""
    return Places(all_areas(work))


def explain_table(work: UnitOfWork, figure: str) -> Explanation | None:
    """What makes a figure of a published table: ``table/<id>/<row>/<column>``, or its ``/change``."""
    parts = figure.split("/")
    if len(parts) not in {4, 5} or not all(part.isdecimal() for part in parts[1:4]):
        return None
    id, row, column = PerformanceTableId(int(parts[1])), int(parts[2]), int(parts[3])
    table = work.performance_tables.get(id).value
    own = [each.value for each in work.performance_figures.all() if each.value.table == id]
    found = next((each for each in own if (each.row, each.column) == (row, column)), None)
    if found is None:
        raise ExpectedError(
            "no_figure", f"“{table.name}” has no figure in row {row}, column {column}.", "Choose another."
        )
    batch = work.figure_imports.get(table.batch).value if table.batch is not None else None
    where = batch.file_name if batch is not None else table.name
    if batch is not None and batch.sheet:
        where = f"{where}, sheet {batch.sheet}"

    def source(each: PerformanceFigure) -> FigureSource:
        shown = count_shown(each)
        name = f"{each.category} {days_of_figure(each).in_words}"
        return FigureSource(name, shown, f"{where}, {address(each.row, each.column - 1)}")

    what = " · ".join(each for each in (found.category, found.area_name) if each)
    if len(parts) == 4:
        shown = count_shown(found)
        return Explanation(
            "",
            f"{what}, {days_of_figure(found).in_words}",
            note=f"As published in “{table.name}”.",
            value=Money.ZERO,
            terms=(),
            shown=shown,
            sources=(source(found),),
        )
    rules = rules_for([each.value for each in work.results_rules.all()], None)
    line = next(
        each
        for each in lines_of(own, rules, is_comparable=table.is_comparable)
        if (each.category, each.place) == (found.category, found.area_name)
    )
    shown = "–" if line.percent is None else f"{line.percent:+}%"
    said = line.note
    if line.percent is not None and line.previous is not None and line.difference is not None:
        said = (
            f"({count_shown(line.current)} − {count_shown(line.previous)}) ÷ {count_shown(line.previous)} = {shown}, "
            f"a difference of {line.difference:+,}. {said}"
        )
    elif not table.is_comparable:
        said = f"Not comparable: {table.comparability or 'as the table says'}. {said}"
    sources = tuple(source(each) for each in (line.previous, line.current) if each is not None)
    return Explanation("", f"Change of {what}", Money.ZERO, (), said.strip(), shown=shown, sources=sources)


def count_shown(figure: PerformanceFigure | None) -> str:
    """A count as it is shown: 11,258; what stands in its stead where it is hidden; a dash where there is none."""
    if figure is None:
        return "–"
    return f"{figure.count:,}" if figure.count is not None else figure.hidden or "–"


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    ReadPerformanceFile: answer_read,
    PerformanceTables: answer_tables,
    PerformanceTableOf: answer_table,
    ExportPerformanceTable: answer_export,
}
