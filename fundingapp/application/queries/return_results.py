"""The results that go out with a return, gathered from the records and made safe before anything is written."""

from __future__ import annotations

from collections.abc import Iterable

from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.results import HeldResults, in_force, projects_of
from fundingapp.application.queries.safe_results import names_of_papers, safe_lines
from fundingapp.application.queries.value import Bought
from fundingapp.domain.evidence import Agreed, EvidenceType
from fundingapp.domain.ids import FundId, IndicatorId, OutcomeId, ProjectId
from fundingapp.domain.outcomes import Outcome, OutcomeStatement
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.return_results import (
    CostLine,
    OutcomeLine,
    ReturnResults,
)
from fundingapp.domain.unit_costs import HIDDEN


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
            tuple(names_of_papers(evidence)),
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
