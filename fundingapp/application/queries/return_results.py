"""The results that go out with a return, gathered from the records and made safe before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.results import HeldResults, ResultRow, in_force, projects_of
from fundingapp.application.queries.value import Bought
from fundingapp.application.small_numbers import ShownRow, ShownTable, rule_of, what_may_be_shown
from fundingapp.application.wording import short_date
from fundingapp.domain.evidence import Agreed, Evidence, EvidenceType
from fundingapp.domain.ids import FundId, IndicatorId, OutcomeId, ProjectId
from fundingapp.domain.indicators import Counted, FigureStatus, Indicator, Measure
from fundingapp.domain.outcomes import Outcome, OutcomeStatement
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.results import OF_PARTS, Aim, Result, Standing, Target, is_missing
from fundingapp.domain.return_results import (
    NO_FIGURE,
    NOTHING,
    CostLine,
    IndicatorLine,
    OutcomeLine,
    ReturnResults,
    SafeFigure,
)
from fundingapp.domain.unit_costs import HIDDEN

#: The counts of a line that may give each other away. A target is nobody's count, and what is made of the figure to
#: date (per cent of the target, a unit cost) is hidden with it.
_HEADINGS = ("Baseline", "Q1", "Q2", "Q3", "Q4", "To date")


def results_of_return(
    work: UnitOfWork, tools: Tools, fund: FundId, year: FinancialYear, quarter: int, *, whole_year: bool
) -> ReturnResults | None:
    """The results of a grant up to *quarter* as they may leave the house; *whole_year*: with what they rest on and
    what they cost. None where nothing is measured."""
    held = HeldResults(work, fund)
    paid = projects_of(work, year, fund)
    kept_ones = [
        kept
        for kept in held.indicators.values()
        if held.is_of(kept, year) and (kept.value.project is None or kept.value.project in paid)
    ]
    rows = [held.row(kept, year, quarter) for kept in kept_ones]
    rows.sort(key=lambda row: (not row.ref, row.ref, row.indicator.level.value, row.id))
    lines = safe_lines(held, rows, tools, fund)
    hidden = {line.indicator for line in lines if line.to_date.is_hidden or line.base.is_hidden}
    outcomes = tuple(_statements(held, year, paid, hidden)) if whole_year else ()
    costs = tuple(_costs(work, year, quarter, fund, hidden)) if whole_year else ()
    if not lines and not outcomes:
        return None
    return ReturnResults(tuple(lines), outcomes, costs)


def safe_lines(
    held: HeldResults, rows: Sequence[ResultRow], tools: Tools, fund: FundId
) -> list[IndicatorLine]:
    """*rows* as they may leave the house together, in their order: hidden is each small number of something sensitive,
    and whatever gives one away."""
    lines = [_line(held, row) for row in rows]
    if not lines:
        return []
    shown = [
        ShownRow(f"{line.ref} {line.name}".strip(), _looked_at(line, row), row.indicator.is_sensitive)
        for line, row in zip(lines, rows, strict=True)
    ]
    # Each line also alone: its quarters add up to its figure to date, which of a caseload beside it is not so.
    tables = [ShownTable(_HEADINGS, tuple(shown)), *(ShownTable(_HEADINGS, (row,)) for row in shown)]
    together, *alone = what_may_be_shown(tables, rule_of(held.work, fund), tools.prover, tools.progress)
    marks = [
        tuple(one or other for one, other in zip(joint, each.rows[0], strict=True))
        for joint, each in zip(together.rows, alone, strict=True)
    ]
    return [_hidden(line, row, each) for line, row, each in zip(lines, rows, marks, strict=True)]


def _line(held: HeldResults, row: ResultRow) -> IndicatorLine:
    """*row* as the return lists it, nothing hidden yet."""
    indicator, year = row.indicator, row.year
    measured = held.of(row.kept)
    missing = tuple(
        quarter for quarter in range(1, row.quarter + 1) if is_missing(indicator, measured, year, quarter)
    )
    quarters = [
        _figure(result, quarter in missing) if quarter <= row.quarter else NOTHING
        for quarter, result in enumerate(row.quarters, start=1)
    ]
    to_date, judgement = row.to_date, row.judgement
    figures = [held.kept_figures[id].value for id in to_date.figures]
    days = [figure.as_at for figure in figures if figure.as_at is not None]
    sources = dict.fromkeys([indicator.source, *(figure.source for figure in figures)])
    of_year = [
        each.id for each in held.measured.get(row.id, ()) if FinancialYear.of(each.figure.last) == year
    ]
    evidence = (*held.evidence_of("indicator", (row.id,)), *held.evidence_of("figure", of_year))
    first, last = row.baseline.first, row.baseline.last
    return IndicatorLine(
        row.id,
        row.ref,
        row.project.value.name if row.project is not None else "the partnership",
        indicator.level,
        indicator.name,
        _unit(indicator),
        SafeFigure(row.baseline.value, row.baseline.text if row.baseline.value is None else ""),
        _target(row.target),
        (quarters[0], quarters[1], quarters[2], quarters[3]),
        _figure(to_date, len(missing) == row.quarter),
        judgement.word,
        row.outcome.value.name if row.outcome is not None else "",
        f"{short_date(first)} to {short_date(last)}" if first is not None and last is not None else "",
        indicator.measure is Measure.FLOW and indicator.counted not in OF_PARTS,
        judgement.percent if _target(row.target).number is not None else None,
        max(days, default=None),
        _base(to_date),
        indicator.direction.value,
        tuple(_marks(row)),
        "; ".join(source for source in sources if source),
        tuple(_names(evidence)),
        missing,
        row.figure("to-date"),
    )


def _unit(indicator: Indicator) -> str:
    if indicator.counted is Counted.SHARE:
        return "%"
    return indicator.unit or ("average" if indicator.counted is Counted.AVERAGE else "number")


def _figure(result: Result, is_missed: bool) -> SafeFigure:
    """A figure that was measured; what is only expected is none."""
    if result.value is None or result.status is FigureStatus.FORECAST:
        held_back = next((mark for mark in result.marks if mark in "cxz"), "")
        if held_back:
            return SafeFigure(text=f"[{held_back}]")
        return NO_FIGURE if is_missed else NOTHING
    if result.is_small and result.counted in OF_PARTS:
        return SafeFigure(text=result.hidden)
    return SafeFigure(result.value)


def _base(result: Result) -> SafeFigure:
    """What a percentage or an average is of; with a small count in it neither is told."""
    if result.counted not in OF_PARTS or result.denominator is None:
        return NOTHING
    return SafeFigure(text="[c]") if result.is_small else SafeFigure(result.denominator)


def _target(target: Target) -> SafeFigure:
    """A number to be reached as a number, anything else as it is worded."""
    if target.aim is Aim.NUMBER and target.is_least and target.number is not None:
        return SafeFigure(target.number)
    return SafeFigure(text=target.text)


def _marks(row: ResultRow) -> Iterable[str]:
    """The shorthand that figures bear, by quarter."""
    for quarter, result in enumerate(row.quarters[: row.quarter], start=1):
        if result.value is None or result.status is FigureStatus.FORECAST:
            continue
        letters = dict.fromkeys(result.marks)
        if result.status is FigureStatus.PROVISIONAL:
            letters = dict.fromkeys(("p", *letters))
        yield from (f"Q{quarter} [{letter}]" for letter in letters)


def _names(evidence: Iterable[Kept[Evidence]]) -> list[str]:
    """What evidence is called, once each; not what was erased, nor what those whom it is about don't agree to."""
    return list(
        dict.fromkeys(
            kept.value.title or kept.value.name
            for kept in evidence
            if kept.value.erased_at is None
            and kept.value.agreed not in {Agreed.MISSING, Agreed.WITHDRAWN}
            and kept.value.sort is not EvidenceType.CASE_STUDY
        )
    )


def _looked_at(line: IndicatorLine, row: ResultRow) -> tuple[Decimal | None, ...]:
    """The counts of a line, in the order of the headings; a percentage and an average are none."""
    if row.indicator.counted in OF_PARTS:
        return (None,) * len(_HEADINGS)
    return tuple(each.number for each in (line.baseline, *line.quarters, line.to_date))


def _hidden(line: IndicatorLine, row: ResultRow, marks: tuple[str | None, ...]) -> IndicatorLine:
    """*line* with *marks* in place of its counts; what is made of a hidden one goes with it."""
    figures = (line.baseline, *line.quarters, line.to_date)
    baseline, one, two, three, four, to_date = (
        figure if mark is None else SafeFigure(text=mark) for figure, mark in zip(figures, marks, strict=True)
    )
    made = replace(line, baseline=baseline, quarters=(one, two, three, four), to_date=to_date)
    # A word such as “83%”, or “met” beside a target of 3, narrows the figure to date.
    if to_date.is_hidden or row.judgement.standing is Standing.SMALL:
        made = replace(made, of_target=None, state=Standing.SMALL.value)
    return made


def _statements(
    held: HeldResults, year: FinancialYear, paid: set[ProjectId], hidden: set[IndicatorId]
) -> Iterable[OutcomeLine]:
    """What is said of each outcome of the grant's projects and of the partnership for the whole year."""
    said = {
        kept.value.outcome: kept.value
        for kept in held.work.outcome_statements.all()
        if kept.value.year == year and kept.value.quarter is None
    }
    found: list[tuple[OutcomeId, Outcome]] = [
        (id, kept.value)
        for id, kept in held.outcomes.items()
        if (kept.value.project is None or kept.value.project in paid)
        and (in_force(kept.value, year) or id in said)
    ]
    for id, outcome in sorted(found, key=lambda each: (_ref(held, each[1]) or "~", each[1].code, each[0])):
        project = held.projects.get(outcome.project) if outcome.project is not None else None
        statement = said.get(id, OutcomeStatement(id, year))
        indicators = [each for each in held.indicators.values() if each.value.outcome == id]
        ids = [IndicatorId(each.id) for each in indicators]
        figures = [
            measured.id
            for each in ids
            for measured in held.measured.get(each, ())
            if FinancialYear.of(measured.figure.last) == year
        ]
        evidence = (
            *held.evidence_of("outcome", (id,)),
            *held.evidence_of("indicator", ids),
            *held.evidence_of("figure", figures),
        )
        consented = [
            kept.value.title or kept.value.name
            for kept in evidence
            if kept.value.sort is EvidenceType.CASE_STUDY
            and kept.value.agreed is Agreed.HELD
            and kept.value.erased_at is None
        ]
        yield OutcomeLine(
            project.value.ref if project is not None else "",
            project.value.name if project is not None else "the partnership",
            outcome.name,
            statement.changed,
            tuple(_names(evidence)),
            statement.method,
            statement.limits,
            tuple(dict.fromkeys(consented)),
            any(each.value.is_sensitive for each in indicators) or bool(hidden.intersection(ids)),
        )


def _ref(held: HeldResults, outcome: Outcome) -> str:
    return held.projects[outcome.project].value.ref if outcome.project is not None else ""


def _costs(
    work: UnitOfWork, year: FinancialYear, quarter: int, fund: FundId, hidden: set[IndicatorId]
) -> Iterable[CostLine]:
    """What one of each result cost this grant; where its number is hidden, so is the cost, which gives it away."""
    for row in Bought(work, year, quarter, fund).rows():
        cost = row.cost
        is_hidden = row.indicator in hidden or cost.is_hidden
        yield CostLine(
            row.ref,
            row.project_name,
            row.level,
            row.name,
            cost.spent,
            None if is_hidden else cost.number,
            None if is_hidden else cost.cost,
            HIDDEN if is_hidden else row.caveat,
        )
