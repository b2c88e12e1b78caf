"""One of each command of the results chain, in an order in which they can be done one after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from fundingapp.application.commands.evidence import Given
from fundingapp.application.commands.figures import ChangeFigure, RecordFigures, RemoveFigures
from fundingapp.application.commands.outcomes import (
    AddMilestone,
    AddOutcome,
    ChangeMilestone,
    ChangeOutcome,
    RemoveMilestone,
    RemoveOutcome,
    WriteStatement,
)
from fundingapp.application.commands.results import (
    AddIndicator,
    AddStandardIndicators,
    ChangeIndicator,
    RemoveIndicator,
    SetIndicatorYear,
    SetResultsRules,
)
from fundingapp.application.effect import Command
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.domain.ids import FigureId, FundId, IndicatorId, MilestoneId, OutcomeId, ProjectId
from fundingapp.domain.indicators import Counted, GoodDirection, Indicator, IndicatorFigure, ResultLevel
from fundingapp.domain.outcomes import Milestone, Outcome, ResultsRules
from fundingapp.domain.periods import days_of
from tests.builders_core import YEAR

FUND, P1 = FundId(1), ProjectId(1)
SAFER = Outcome("People affected by domestic abuse are safer", P1, code="1")
CLIENTS = Indicator(
    "Clients supported", P1, "people", GoodDirection.UP, baseline="171", target="180", counted=Counted.PEOPLE
)
SATISFIED = Indicator(
    "Satisfied", P1, "%", GoodDirection.UP, target="95%", level=ResultLevel.OUTCOME, counted=Counted.SHARE
)


def quarter(indicator: int, number: int, text: str, **more: Any) -> FigureCell:
    """A cell of the grid of 2018/19."""
    return FigureCell.of_quarter(IndicatorId(indicator), YEAR, number, text, **more)


def every_step(report: Given, survey: Given) -> list[Command[Any]]:
    """The commands, on a file that has a grant with one project at least; *report* and *survey* are evidence."""
    one, first = OutcomeId(1), IndicatorId(1)
    milestone = Milestone(P1, "Worker in post", date(2018, 6, 30), one)
    return [
        AddOutcome(SAFER, (report, "minute 4")),
        ChangeOutcome(one, replace(SAFER, description="Fewer are hurt again")),
        AddIndicator(replace(CLIENTS, outcome=one), (survey,)),
        ChangeIndicator(first, replace(CLIENTS, outcome=one, target="190")),
        AddIndicator(SATISFIED),
        SetIndicatorYear(first, YEAR, "171", "180", "as the agreement has it"),
        SetIndicatorYear(first, YEAR, target="185"),
        SetIndicatorYear(first, YEAR),
        AddStandardIndicators(P1, ("VS-SUP", "vs-sat"), one),
        AddMilestone(milestone, ("letter of appointment",)),
        ChangeMilestone(MilestoneId(1), replace(milestone, done_on=date(2018, 7, 2)), (report,)),
        WriteStatement(one, YEAR, None, "Clients say that they sleep again", "survey", "small sample"),
        WriteStatement(one, YEAR, None, "Clients say that they are safer", "survey"),
        WriteStatement(one, YEAR, 3, "Two groups ran"),
        WriteStatement(one, YEAR, 3),
        RecordFigures((quarter(1, 1, "61", evidence=(report,)), quarter(2, 1, "45/50"))),
        RecordFigures((quarter(1, 1, "60"), quarter(1, 2, "70"), quarter(2, 1, ""))),
        ChangeFigure(
            FigureId(1), IndicatorFigure(first, *days_of(YEAR, 1), Decimal(62), note="one more"), ("mail",)
        ),
        RemoveFigures((FigureId(1),)),
        SetResultsRules(ResultsRules(None, (Decimal(100), Decimal(90)), threshold=10)),
        SetResultsRules(ResultsRules(None, (Decimal(100), Decimal(75)))),
        SetResultsRules(ResultsRules(FUND)),
        RemoveMilestone(MilestoneId(1)),
        AddOutcome(replace(SAFER, name="Another")),
        RemoveOutcome(OutcomeId(2)),
        RemoveIndicator(IndicatorId(4)),
    ]
