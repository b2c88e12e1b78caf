"""The board's paper on what the money changed, gathered from the records: each figure out of the one place that works
it out, each result as a return may show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.evidence import PaperRows
from fundingapp.application.queries.evidence_gaps import gap_records
from fundingapp.application.queries.heads import granted
from fundingapp.application.queries.held_results import HeldResults, ResultRow, projects_of, quarter_over
from fundingapp.application.queries.positions import position_of
from fundingapp.application.queries.released_results import lines_of_year, rows_of_return, safe_lines
from fundingapp.application.queries.results import milestone_rows
from fundingapp.application.queries.return_results import released_tables, results_of_return
from fundingapp.application.queries.value import Bought, SentenceRow
from fundingapp.application.wording import count, short_date
from fundingapp.domain.difference import (
    MOST_YEARS,
    DifferenceReport,
    GrantLine,
    IndexEntry,
    MoneyLine,
    OffLine,
    PaperProject,
    PaperTable,
    Tally,
    YearPoint,
    YearsLine,
    gaps_in_words,
    missing_in_words,
    off_in_result,
    off_in_spend,
    tally_of,
    why_not_named,
)
from fundingapp.domain.due_figures import MissingFigure
from fundingapp.domain.errors import ExpectedError, listed
from fundingapp.domain.evidence import Evidence, Support
from fundingapp.domain.gaps import Gap, GapKind, gaps
from fundingapp.domain.ids import FigureId, FundId, IndicatorId, OutcomeId, ProjectId
from fundingapp.domain.indicators import comparability_of
from fundingapp.domain.judging import Standing
from fundingapp.domain.periods import FinancialYear, days_of, last_period_of
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.return_results import IndicatorLine, ReturnResults, what_to_see_to
from fundingapp.domain.targets import Aim

#: What the gaps of results are: figures, and statements of change, without a paper.
_OF_RESULTS = (GapKind.FIGURE, GapKind.STATEMENT, GapKind.ERASED)


@dataclass(frozen=True, slots=True)
class DraftDifference(Question[DifferenceReport]):
    """The paper on *year* up to *quarter* (1 to 4; None: the last that is over), as it would be written now.

    Of one *fund*, or (None) of every grant of the year. Raises ExpectedError for a year without a grant.
    """

    year: FinancialYear
    fund: FundId | None = None
    quarter: int | None = None


@dataclass(frozen=True, slots=True)
class DifferenceWritten:
    """A paper that stands at *path* and was read back equal."""

    path: Path
    report: DifferenceReport


@dataclass(frozen=True, slots=True)
class WriteDifference(Question[DifferenceWritten]):
    """Writes that paper to *out*, a document (.docx) or a PDF, when nothing in it looks like personal data.

    Raises ExpectedError as :class:`~fundingapp.application.ports.FileWriter` does; *out* is then what it was.
    """

    year: FinancialYear
    out: Path
    fund: FundId | None = None
    quarter: int | None = None


@dataclass(frozen=True, slots=True)
class TallyOf(Question["TallyAnswer"]):
    """How the indicators of a year stand, counted: the same as in the paper. With *projects* those of these alone are
    counted, and nothing of the partnership's own."""

    year: FinancialYear
    fund: FundId | None = None
    quarter: int | None = None
    projects: tuple[ProjectId, ...] | None = None


@dataclass(frozen=True, slots=True)
class TallyAnswer:
    """The *tally* up to the end of *quarter*, with the indicators of each standing."""

    year: FinancialYear
    quarter: int
    tally: Tally
    standings: Mapping[IndicatorId, Standing]


@dataclass(frozen=True, slots=True)
class YearsOfIndicator(Question["YearsLine | None"]):
    """An *indicator* through the years up to *year* and its *quarter*, each year as its own return may show it; None
    where it was measured in one year alone, or is none of the grant's."""

    indicator: IndicatorId
    year: FinancialYear
    quarter: int | None = None
    fund: FundId | None = None


class _Gathering:
    """What the paper is made of, read once out of one snapshot."""

    def __init__(
        self, work: UnitOfWork, tools: Tools, year: FinancialYear, fund: FundId | None, quarter: int
    ) -> None:
        self.work, self.tools, self.year, self.fund, self.quarter = work, tools, year, fund, quarter
        self.held = HeldResults(work, fund)
        self.rows = rows_of_return(self.held, fund, year, quarter)
        self.last = days_of(year, quarter)[1]
        # The figures that are asked for are those of the page: not of a project that had ended.
        self.missing: dict[IndicatorId, list[MissingFigure]] = defaultdict(list)
        for each in self.held.missing((row.kept for row in self.rows), year, tools.today):
            if each.quarter <= quarter:
                self.missing[each.indicator].append(each)
        self.lines = {
            row.id: replace(line, missing=self._quarters_missing(row.id))
            for row, line in zip(self.rows, safe_lines(self.held, self.rows, tools, fund), strict=True)
        }

    def _quarters_missing(self, id: IndicatorId) -> tuple[int, ...]:
        """The quarters that lack a figure of an indicator, or one of their months."""
        return tuple(sorted({each.quarter for each in self.missing.get(id, ())}))

    def results(self) -> ReturnResults:
        """The results of the year's return: with what they rest on, and what they cost."""
        work, tools = self.work, self.tools
        found = results_of_return(
            work, tools, self.fund, self.year, self.quarter, whole_year=True, held=self.held
        )
        return replace(found or ReturnResults(), lines=tuple(self.lines.values()))

    # How it stands

    def standing(self, row: ResultRow) -> Standing:
        """How an indicator stands where others read it: nothing is told of what is hidden."""
        if self.lines[row.id].state == Standing.SMALL.value:
            return Standing.SMALL
        return row.judgement.standing

    def gaps(self) -> list[Gap]:
        """The gaps in the evidence of these indicators and their outcomes, up to the quarter."""
        # None of them tells of a file, for which the disk would be asked a thousand times.
        records = gap_records(self.work, PaperRows(self.work, self.tools), files=False)
        ours = {row.id for row in self.rows}
        outcomes = {row.indicator.outcome for row in self.rows} | self._outcomes_of_projects()
        found = []
        for gap in gaps(records, self.year):
            if gap.kind not in _OF_RESULTS or gap.supported is None or (gap.quarter or 0) > self.quarter:
                continue
            what, id = gap.supported.what, gap.supported.id
            if (what == "figure" and records.figures[FigureId(id)].indicator in ours) or (
                what == "outcome" and id in outcomes
            ):
                found.append(gap)
        return found

    def _outcomes_of_projects(self) -> set[OutcomeId | None]:
        projects = {row.indicator.project for row in self.rows}
        return {id for id, kept in self.held.outcomes.items() if kept.value.project in projects}

    def project_of(self, gap: Gap) -> ProjectId | None:
        """Whose a gap is; None: the partnership's."""
        if gap.supported is None:
            return None
        if gap.supported.what == "outcome":
            return self.held.outcomes[OutcomeId(gap.supported.id)].value.project
        indicator = self.held.kept_figures[FigureId(gap.supported.id)].value.indicator
        return self.held.indicators[indicator].value.project

    def tally(self, gaps: Sequence[Gap], rows: Sequence[ResultRow]) -> Tally:
        return tally_of(
            (self.standing(row) for row in rows),
            sum(len(self.missing.get(row.id, ())) for row in rows),
            len(gaps),
        )

    # The money

    def positions(self) -> list[GrantPosition]:
        """The grants of the paper, to the end of its quarter."""
        funds = {fund for fund, year in granted(self.work) if year == self.year and self.fund in (None, fund)}
        names = {FundId(kept.id): kept.value.name for kept in self.work.funds.all()}
        period = last_period_of(self.quarter)
        return [
            position_of(self.work, fund, self.year, period) for fund in sorted(funds, key=names.__getitem__)
        ]

    # Through the years

    def years_lines(self) -> dict[IndicatorId, YearsLine]:
        """The indicators that were measured in more than one year, each year as its own return may show it."""
        by_year: dict[FinancialYear, set[IndicatorId]] = defaultdict(set)
        ids = {row.id for row in self.rows}
        for kept in self.held.kept_figures.values():
            year = FinancialYear.of(kept.value.last)
            within = self.year.start - MOST_YEARS < year.start < self.year.start
            if kept.value.indicator not in ids or not within:
                continue
            # Of one that is the sum of places, their figures stand for its own.
            indicator = self.held.indicators[kept.value.indicator].value
            if kept.value.area is None or indicator.summed_over is not None:
                by_year[year].add(kept.value.indicator)
        points: dict[IndicatorId, list[YearPoint]] = defaultdict(list)
        for year in sorted(by_year):
            rows, lines = lines_of_year(self.held, self.fund, year, by_year[year], self.tools)
            for row, line in zip(rows, lines, strict=True):
                if row.id in by_year[year] and (point := _point(row, line)) is not None:
                    points[row.id].append(point)
        found = {}
        for row in self.rows:
            line = self.lines[row.id]
            now = _point(row, line)
            own = [*points[row.id], *([now] if now is not None else [])]
            if len(own) > 1:
                note = comparability_of(row.indicator)
                found[row.id] = YearsLine(row.id, line.name, line.unit, line.baseline, tuple(own), note)
        return found

    # The papers

    def index(self, tables: Iterable[int]) -> _Index:
        """The papers behind what the paper says, numbered in the order of their titles."""
        held = self.held
        refs = {row.id: f"{row.ref} {row.indicator.name}".strip() for row in self.rows}
        figures = {
            each.id: row.id
            for row in self.rows
            for each in held.measured.get(row.id, ())
            if self.year.first_day <= each.figure.last <= self.last
        }
        outcomes = {row.indicator.outcome for row in self.rows} | self._outcomes_of_projects()
        milestones = {kept.id: kept.value for kept in self.work.milestones.all()}
        projects = {row.indicator.project for row in self.rows}
        named = {kept.id: kept.value.name for kept in self.work.performance_tables.all()}
        wanted_tables = set(tables)
        of: dict[int, dict[str, None]] = defaultdict(dict)
        by_indicator: dict[IndicatorId, set[int]] = defaultdict(set)

        def take(support: Support, words: str, *indicators: IndicatorId) -> None:
            of[support.evidence][words] = None
            for each in indicators:
                by_indicator[each].add(support.evidence)

        for support in held.supports:
            if support.indicator in refs:
                take(support, refs[support.indicator], support.indicator)
            elif support.figure in figures:
                take(support, refs[figures[support.figure]], figures[support.figure])
            elif support.outcome is not None and support.outcome in outcomes:
                below = [row.id for row in self.rows if row.indicator.outcome == support.outcome]
                take(support, held.outcomes[support.outcome].value.name, *below)
            elif support.milestone in milestones and milestones[support.milestone].project in projects:
                take(support, milestones[support.milestone].name)
            elif support.table in wanted_tables:
                take(support, named[support.table])
        evidence = {kept.id: kept.value for kept in self.work.evidence.all() if kept.id in of}
        ordered = sorted(evidence, key=lambda each: _place(evidence[each], each))
        numbers = {id: number for number, id in enumerate(ordered, start=1)}
        entries = tuple(_entry(numbers[id], evidence[id], tuple(of[id])) for id in ordered)
        return _Index(
            entries,
            {id: tuple(sorted(numbers[each] for each in papers)) for id, papers in by_indicator.items()},
            tuple(evidence[id] for id in ordered),
        )


@dataclass(frozen=True, slots=True)
class _Index:
    entries: tuple[IndexEntry, ...]
    numbers: Mapping[IndicatorId, tuple[int, ...]]
    evidence: tuple[Evidence, ...]


def _place(evidence: Evidence, id: int) -> tuple[object, ...]:
    """Named papers by their titles, the others after them by their sort and day: not even their order tells."""
    hidden = bool(why_not_named(evidence))
    title = "" if hidden else (evidence.title or evidence.name).casefold()
    return hidden, title, evidence.sort.value if hidden else "", evidence.dated or date.min, id


def _entry(number: int, evidence: Evidence, supports: tuple[str, ...]) -> IndexEntry:
    why_not = why_not_named(evidence)
    title = "" if why_not else evidence.title or evidence.name
    return IndexEntry(number, title, evidence.sort.value, evidence.dated, supports, why_not)


def _point(row: ResultRow, line: IndicatorLine) -> YearPoint | None:
    """What an indicator came to in a year; None where there is nothing of it."""
    result = row.to_date
    if result.value is None and not line.to_date.is_hidden:
        return None
    first, last, year = result.first, result.last, row.year
    days = ""
    if first is not None and last is not None and (first, last) != (year.first_day, year.last_day):
        days = f"{short_date(first)} to {short_date(last)}"
    is_baseline = first is not None and (row.baseline.first, row.baseline.last) == (first, last)
    return YearPoint(year, line.to_date, row.target.text, line.state, days, "b" in result.marks, is_baseline)


def _off(gathering: _Gathering, positions: Sequence[GrantPosition], today: date) -> tuple[OffLine, ...]:
    """The exceptions: money first, then results, each over before under where a project has both."""
    found = []
    several = len(positions) > 1
    for position in positions:
        for project in position.projects:
            upto = f"@{position.to_period}"
            figure = f"{project.ref}/{position.year}/variance:{project.kind.value}:{position.fund.name}{upto}"
            off = off_in_spend(project, figure)
            if off is not None:
                found.append(replace(off, name=f"{off.name}, {position.fund.name}") if several else off)
    is_over = gathering.quarter == 4 and today > gathering.year.last_day
    for row in gathering.rows:
        off = off_in_result(
            gathering.lines[row.id],
            row.indicator,
            row.target,
            row.judgement,
            gathering.held.rules,
            row.note,
            is_over=is_over,
        )
        if off is not None:
            found.append(off)
    return tuple(found)


def _not_measured(gathering: _Gathering, results: ReturnResults, papers: _Index) -> Iterable[tuple[str, str]]:
    """What could not be measured, or judged, and why: where, and what (domain paper 6, fact 76)."""
    for outcome in results.outcomes:
        if outcome.limits:
            yield f"{outcome.ref} {outcome.outcome}".strip(), outcome.limits
    for entry, evidence in zip(papers.entries, papers.evidence, strict=True):
        if evidence.limits and not entry.why_not:
            yield f"Evidence {entry.number}, {entry.title}", evidence.limits
    for row in gathering.rows:
        line = gathering.lines[row.id]
        standing = gathering.standing(row)
        if standing is Standing.NOT_COMPARABLE and not line.hides:
            yield line.named, row.judgement.note
        elif standing is Standing.NO_TARGET and row.target.aim is Aim.WORDS:
            yield line.named, f"The target “{row.target.text}” is in words: a person has to judge it."
        elif standing is Standing.NO_FIGURE:
            yield line.named, row.judgement.note or "There is no figure of it in this year."


def _tables(gathering: _Gathering) -> tuple[list[int], tuple[PaperTable, ...]]:
    """The published tables of the year with what was printed wrongly, and their identities."""
    work = gathering.work
    released = released_tables(work, gathering.tools, gathering.fund, gathering.year)
    findings = [kept.value for kept in work.performance_findings.all()]
    found = []
    for table in released:
        wrong = []
        of_rows = [each for each in findings if each.table == table.kept.id and each.row in table.rows]
        if table.hides and of_rows:
            # What a total should be tells the small numbers that it is made of.
            wrong.append(
                f"{count(len(of_rows), 'printed figure')} of it {'does' if len(of_rows) == 1 else 'do'} not follow "
                "from the counts; which, is not said here, for small numbers are hidden."
            )
            of_rows = []
        for each in of_rows:
            line = table.lines[table.rows.index(each.row)]
            what = " · ".join(part for part in (line.category, line.area) if part)
            left = f" It is left so: {each.accepted}." if each.accepted else ""
            wrong.append(
                f"{what}, “{each.column}”: {each.printed} is printed; the counts give {each.should_be}.{left}"
            )
        value = table.kept.value
        notes = [
            value.footnotes,
            value.comparability if not value.is_comparable else "",
            "The figures are provisional." if value.is_provisional else "",
        ]
        found.append(
            PaperTable(
                value.name, value.publisher, table.lines, tuple(wrong), tuple(note for note in notes if note)
            )
        )
    return [table.kept.id for table in released], tuple(found)


def _sentences(gathering: _Gathering) -> list[SentenceRow]:
    """The sentences that are kept for the year, their figures put in as they may be shown."""
    work = gathering.work
    bought = Bought(work, gathering.year, gathering.quarter, gathering.fund, gathering.tools, gathering.held)
    lines = gathering.lines.values()
    bought.hide(
        # What is made of a hidden baseline, such as a cost avoided, goes with it.
        (line.indicator for line in lines if line.to_date.is_hidden or line.baseline.is_hidden),
        (line.indicator for line in lines if line.baseline.is_hidden),
    )
    ours = projects_of(work, gathering.year, gathering.fund)
    return [
        bought.sentence(kept.value, kept.id)
        for kept in work.sentences.all()
        if kept.value.year == gathering.year and kept.value.project in ours
    ]


def _see_to(
    gathering: _Gathering,
    results: ReturnResults,
    sentences: Sequence[SentenceRow],
    positions: Sequence[GrantPosition],
) -> Iterable[str]:
    """What a careful reader would look at before the paper goes."""
    yield from (text for text, _ in what_to_see_to(results, gathering.quarter))
    for row in sentences:
        if row.broken:
            yield f"{row.ref}: a sentence is left out, for {'; '.join(row.broken)}."
        elif row.typed:
            typed = listed([f"“{number}”" for number in row.typed], "and")
            yield f"{row.ref}: in the sentence “{row.text}” {typed} was typed and follows no figure."
    position = positions[0]  # the ledger is that of all grants
    if position.waiting_lines:
        waits = "waits" if position.waiting_lines == 1 else "wait"
        yield (
            f"{count(position.waiting_lines, 'ledger line')} of {position.year} {waits} for a project, "
            f"{position.waiting.in_words}: what is spent may still change."
        )


def _money(positions: Sequence[GrantPosition]) -> dict[ProjectId, list[MoneyLine]]:
    found: dict[ProjectId, list[MoneyLine]] = defaultdict(list)
    for position in positions:
        for each in position.projects:
            budget = each.budget
            found[each.project_id].append(
                MoneyLine(position.fund.name, each.kind, budget.award, budget.current, each.spent)
            )
    return found


def answer_draft(question: DraftDifference, tools: Tools) -> DifferenceReport:
    year = question.year
    quarter = question.quarter or quarter_over(year, tools.today)
    with tools.open_work(reading=True) as work:
        gathering = _Gathering(work, tools, year, question.fund, quarter)
        positions = gathering.positions()
        if not positions:
            raise ExpectedError(
                "no_grant",
                f"There is no grant of {year} in this file.",
                "Choose a year that has one; Grants lists them.",
            )
        years = gathering.years_lines()
        results = gathering.results()
        sentences = _sentences(gathering)
        table_ids, tables = _tables(gathering)
        papers = gathering.index(table_ids)
        found_gaps = gathering.gaps()
        held = [kept.value for kept in work.partnership.all()]
        return DifferenceReport(
            held[0].name if held else "The partnership",
            held[0].accountable_body if held else "",
            year,
            quarter,
            tools.today,
            tools.who,
            work.journal.head(),
            tuple(GrantLine(each.fund.name, each.available, each.awarded, each.spent) for each in positions),
            gathering.tally(found_gaps, gathering.rows),
            _off(gathering, positions, tools.today),
            tuple(_projects(gathering, results, sentences, positions, years, papers, found_gaps)),
            tables,
            tuple(dict.fromkeys(_not_measured(gathering, results, papers))),
            papers.entries,
            gathering.held.rules,
            work.ledger.last_period(year),
            tuple(_see_to(gathering, results, sentences, positions)),
        )


def _projects(
    gathering: _Gathering,
    results: ReturnResults,
    sentences: Sequence[SentenceRow],
    positions: Sequence[GrantPosition],
    years: Mapping[IndicatorId, YearsLine],
    papers: _Index,
    found_gaps: Sequence[Gap],
) -> Iterable[PaperProject]:
    """Each project that the grants pay for, by its reference; the partnership as a whole last."""
    held = gathering.held
    money = _money(positions)
    of_row: dict[ProjectId | None, list[ResultRow]] = defaultdict(list)
    for row in gathering.rows:
        of_row[row.indicator.project].append(row)
    milestones: dict[ProjectId, list[str]] = defaultdict(list)
    for each in milestone_rows(held, gathering.tools.today):
        if FinancialYear.of(each.milestone.due) == gathering.year:
            milestones[each.milestone.project].append(f"{each.milestone.name}: {each.state}")
    paid = {*money, *(project for project in of_row if project is not None)}
    ids: list[ProjectId | None] = [*sorted(paid, key=lambda project: held.projects[project].value.ref)]
    if of_row[None]:
        ids.append(None)
    for id in ids:
        rows = of_row[id]
        project = held.projects[id].value if id is not None else None
        ref = project.ref if project is not None else ""
        lines = tuple(gathering.lines[row.id] for row in rows)
        said = missing_in_words(each for row in rows for each in gathering.missing.get(row.id, ()))
        said += gaps_in_words(gap for gap in found_gaps if gathering.project_of(gap) == id)
        outcomes = tuple(each for each in results.outcomes if each.ref == ref)
        said += [
            f"Nobody has said yet what changed: “{each.outcome}”." for each in outcomes if not each.changed
        ]
        serves = " · ".join(part for part in (project.theme, project.area) if part) if project else ""
        yield PaperProject(
            ref,
            project.name if project is not None else "The partnership as a whole",
            project.description if project is not None else "",
            serves,
            tuple(each.outcome for each in outcomes),
            tuple(money.get(id, ())) if id is not None else (),
            lines,
            tuple(each for each in outcomes if each.changed),
            tuple(milestones.get(id, ())) if id is not None else (),
            tuple(each for each in results.costs if each.ref == ref and each.cost is not None),
            tuple(
                (row.text, "; ".join(row.notes))
                for row in sentences
                if row.sentence.project == id and not row.broken
            ),
            tuple(years[row.id] for row in rows if row.id in years),
            tuple((row.id, papers.numbers[row.id]) for row in rows if row.id in papers.numbers),
            tuple(dict.fromkeys(said)),
        )


def answer_write(question: WriteDifference, tools: Tools) -> DifferenceWritten:
    tools.progress.report(0, 0, "Gathering the results")
    report = answer_draft(DraftDifference(question.year, question.fund, question.quarter), tools)
    tools.progress.report(0, 0, "Writing the paper")
    tools.write_difference(report, question.out)
    return DifferenceWritten(question.out, report)


def answer_tally(question: TallyOf, tools: Tools) -> TallyAnswer:
    """Told once for all who ask while the file stays as it is: nothing that it rests on changes without an entry in the
    history, but the day."""
    quarter = question.quarter or quarter_over(question.year, tools.today)
    with tools.open_work(reading=True) as work:
        state = (work.journal.head(), question, quarter, tools.who, work.today, tools.today)
        tally, standings = tools.tallies.of(state, lambda: _tally(work, tools, question, quarter))
    return TallyAnswer(question.year, quarter, tally, standings)


def _tally(
    work: UnitOfWork, tools: Tools, question: TallyOf, quarter: int
) -> tuple[Tally, Mapping[IndicatorId, Standing]]:
    gathering = _Gathering(work, tools, question.year, question.fund, quarter)
    only = question.projects

    def is_asked(project: ProjectId | None) -> bool:
        return only is None or project in only

    rows = [row for row in gathering.rows if is_asked(row.indicator.project)]
    found = [gap for gap in gathering.gaps() if is_asked(gathering.project_of(gap))]
    return gathering.tally(found, rows), {row.id: gathering.standing(row) for row in rows}


def answer_years(question: YearsOfIndicator, tools: Tools) -> YearsLine | None:
    quarter = question.quarter or quarter_over(question.year, tools.today)
    with tools.open_work(reading=True) as work:
        gathering = _Gathering(work, tools, question.year, question.fund, quarter)
        return gathering.years_lines().get(question.indicator)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    DraftDifference: answer_draft,
    WriteDifference: answer_write,
    TallyOf: answer_tally,
    YearsOfIndicator: answer_years,
}
