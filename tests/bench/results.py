"""The results of three years: indicators with their figures, milestones and papers, and what the Outcomes page asks."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from fundingapp.application.effect import JournalRecord, Question
from fundingapp.application.queries.chains_of_results import ChainsOf
from fundingapp.application.queries.difference import DraftDifference, TallyOf
from fundingapp.application.queries.evidence import Papers
from fundingapp.application.queries.evidence_gaps import GapsOf
from fundingapp.application.queries.figure_grid import FiguresWithin
from fundingapp.application.queries.results import FiguresMissing, ResultsOf
from fundingapp.application.queries.safe_results import SafeResults
from fundingapp.application.queries.value import ValueOf
from fundingapp.domain.allocations import Allocation, Award
from fundingapp.domain.evidence import Evidence, EvidenceType, PersonalData, Support
from fundingapp.domain.funds import Fund, Kind, Partnership, Project
from fundingapp.domain.ids import EvidenceId, FigureId, FundId, IndicatorId, OutcomeId, PartyId, ProjectId
from fundingapp.domain.indicators import (
    Counted,
    GoodDirection,
    Indicator,
    IndicatorFigure,
    Measure,
    ResultLevel,
)
from fundingapp.domain.money import Money
from fundingapp.domain.outcomes import Milestone, Outcome
from fundingapp.domain.parties import Party, PartyKind
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.persistence.database import create_file, open_file

YEARS = tuple(FinancialYear(start) for start in (2016, 2017, 2018))
YEAR = YEARS[-1]
#: So many indicators has a project, and so many papers every other indicator.
EACH, PAPERS = 5, 10
TODAY = date(2019, 4, 20)


def results_file(path: Path, number: int) -> None:
    """A funding file with so many indicators, five to a project: three quarters of them counts, a fifth sensitive; each
    with a figure for every quarter of three years, and every other one with ten papers."""
    create_file(path)
    at = datetime(2019, 4, 20, tzinfo=UTC)
    database = open_file(path, lambda: at, "bench")
    with closing(database), database.open_work() as work:
        work.partnership.add(Partnership("Bench partnership"))
        fund = FundId(
            work.funds.add(Fund("Fund", PartyId(work.parties.add(Party("F", PartyKind.COMMISSIONER)))))
        )
        for year in YEARS:
            work.allocations.add(Allocation(fund, year, Kind.REVENUE, Money(number * 10_000_00)))
        figures, papers = [], []
        for project_number in range(number // EACH):
            project = ProjectId(
                work.projects.add(Project(f"P-{project_number:03}", f"Project {project_number}"))
            )
            outcome = OutcomeId(work.outcomes.add(Outcome(f"Outcome {project_number}", project)))
            for year in YEARS:
                work.awards.add(Award(project, fund, year, Kind.REVENUE, Money(10_000_00)))
                work.milestones.add(
                    Milestone(project, f"Step of {year}", days_of(year, 2)[1], outcome=outcome)
                )
            for at_most in range(EACH):
                place = project_number * EACH + at_most
                indicator = IndicatorId(work.indicators.add(_indicator(place, project, outcome)))
                figures += [
                    _figure(indicator, place, year, quarter) for year in YEARS for quarter in (1, 2, 3, 4)
                ]
                if place % 2:
                    papers += [(indicator, each) for each in range(PAPERS)]
        ids = [FigureId(id) for id in work.indicator_figures.add_all(figures)]
        evidence = work.evidence.add_all(
            [
                Evidence(
                    f"Paper {number} of indicator {indicator}",
                    "",
                    0,
                    at,
                    "bench",
                    sort=EvidenceType.OTHER,
                    personal=PersonalData.NONE,
                )
                for indicator, number in papers
            ]
        )
        # One paper in ten speaks of the indicator, the others of its last figures.
        of_indicator = len(YEARS) * 4
        work.supports.add_all(
            [
                Support(EvidenceId(id), indicator=indicator)
                if number == 0
                else Support(EvidenceId(id), figure=ids[int(indicator) * of_indicator - number])
                for id, (indicator, number) in zip(evidence, papers, strict=True)
            ]
        )
        work.commit(JournalRecord("Bench", "set up the bench"))


def _indicator(place: int, project: ProjectId, outcome: OutcomeId) -> Indicator:
    is_share = place % 4 == 3
    return Indicator(
        f"Measure {place}",
        project,
        "%" if is_share else "people",
        GoodDirection.UP,
        Measure.STOCK if place % 7 == 0 else Measure.FLOW,
        "60" if is_share else "150",
        "80" if is_share else "240",
        outcome=outcome,
        level=ResultLevel.OUTCOME if place % 2 else ResultLevel.OUTPUT,
        counted=Counted.SHARE if is_share else Counted.NUMBER,
        is_sensitive=place % 5 == 0,
    )


def _figure(indicator: IndicatorId, place: int, year: FinancialYear, quarter: int) -> IndicatorFigure:
    first, last = days_of(year, quarter)
    value = Decimal((place * 37 + year.start * 11 + quarter * 5) % 90)
    if place % 4 == 3:
        whole = Decimal(100)
        return IndicatorFigure(indicator, first, last, value, value, whole)
    return IndicatorFigure(indicator, first, last, value, as_at=last + timedelta(days=9))


def questions(number: int) -> Mapping[str, Question[Any]]:
    """What the views of the Outcomes page ask, and the gaps of the Evidence page."""
    fund = FundId(1)
    indicators = tuple(IndicatorId(id) for id in range(1, number + 1))
    first, last = days_of(YEAR, 1)[0], days_of(YEAR, 4)[1]
    return {
        "indicators": ResultsOf(YEAR, 4, fund, today=TODAY),
        "chains": ChainsOf(YEAR, fund, quarter=4, today=TODAY),
        "record": FiguresWithin(indicators, first, last),
        "missing": FiguresMissing(YEAR, fund, TODAY),
        "safe": SafeResults(YEAR, 4, fund, TODAY),
        "value": ValueOf(YEAR, 4, fund),
        "tally": TallyOf(YEAR, fund, 4),
        "difference": DraftDifference(YEAR, fund, 4),
        "gaps": GapsOf(None, fund),
        "papers": Papers(),
    }
