"""What the money bought in the sample, for tests and pictures: outputs and outcomes of the domestic abuse service with
figures, one of them small and sensitive, what is said of the outcome, and sentences with their figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from fundingapp.application.commands.figures import RecordFigures
from fundingapp.application.commands.outcomes import AddMilestone, AddOutcome, WriteStatement
from fundingapp.application.commands.results import AddIndicator
from fundingapp.application.commands.value import UprateReferenceValues, WriteSentence
from fundingapp.application.desk import Desk
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.workspace import WorkspaceOf
from fundingapp.domain.ids import IndicatorId, ProjectId
from fundingapp.domain.indicators import Counted, FigureStatus, GoodDirection, Indicator, ResultLevel
from fundingapp.domain.outcomes import Milestone, Outcome
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.sentences import USUAL

YEAR = FinancialYear.parse("2018/19")
#: The sample's domestic abuse service, and a project whose numbers are small.
SERVICE, REPORTING = "Domestic Abuse Services", "Street Pastors"


class Bought(NamedTuple):
    """What was added."""

    service: ProjectId
    clients: IndicatorId
    satisfied: IndicatorId
    small: IndicatorId
    burglaries: IndicatorId


def buy(desk: Desk) -> Bought:
    """Adds it to the filled sample."""
    fund = desk.ask(WorkspaceOf()).grants[0].fund_id
    heads = {each.project.name: each for each in desk.ask(PositionOf(fund, YEAR)).position.projects}
    service, reporting = heads[SERVICE].project_id, heads[REPORTING].project_id
    up = GoodDirection.UP
    outcome = desk.do(AddOutcome(Outcome("Victims cope and recover (test)", service))).result

    def add(indicator: Indicator) -> IndicatorId:
        return desk.do(AddIndicator(indicator, ("report of the provider",))).result

    clients = add(
        Indicator(
            "Clients helped", service, "clients", up, baseline="171", target="180", counted=Counted.PEOPLE,
            source="quarterly report of the provider",
        )
    )  # fmt: skip
    satisfied = add(
        Indicator(
            "Satisfied with the service", service, "%", up, baseline="97%", target="95%", outcome=outcome,
            level=ResultLevel.OUTCOME, counted=Counted.SHARE,
        )
    )  # fmt: skip
    small = add(
        Indicator(
            "Hate incidents helped with, LGBT+", reporting, "incidents", up, target="rise", is_sensitive=True
        )
    )
    burglaries = add(
        Indicator(
            "Robbery in the beat", None, "offences", GoodDirection.DOWN, baseline="44", target="fall",
            level=ResultLevel.OUTCOME, baseline_first=date(2017, 4, 1), baseline_last=date(2018, 3, 31),
        )
    )  # fmt: skip
    desk.do(
        RecordFigures(
            tuple(
                FigureCell.of_quarter(indicator, YEAR, quarter, text, status=status)
                for indicator, texts in (
                    (clients, ("61", "70", "64", "52")),
                    (satisfied, ("20/20", "22/22", "18/19", "15/15")),
                    (small, ("1", "0", "2", "0")),
                    (burglaries, ("11", "9", "12", "8")),
                )
                for quarter, text in enumerate(texts, start=1)
                for status in [
                    FigureStatus.PROVISIONAL if (indicator, quarter) == (clients, 4) else FigureStatus.ACTUAL
                ]
            )
        )
    )
    desk.do(
        WriteStatement(
            outcome, YEAR, changed="Clients say that they feel safer at home.", method="survey at the end of support",
            limits="only of those who answered",
        )
    )  # fmt: skip
    desk.do(AddMilestone(Milestone(service, "Second worker in post", date(2018, 9, 30), outcome)))
    desk.do(WriteSentence(service, YEAR, USUAL, clients, satisfied))
    desk.do(
        WriteSentence(
            service, YEAR, "{project}: {output cost}; robberies fell: {avoided: Robbery}", clients, burglaries
        )
    )
    desk.do(WriteSentence(reporting, YEAR, "{output} for {spent}, {output cost} and {outcome}", small))
    return Bought(service, clients, satisfied, small, burglaries)


def uprate(desk: Desk) -> None:
    """Puts one of the reference values at the prices of the year."""
    desk.do(UprateReferenceValues(Decimal("6.1"), "2018/19", "GDP deflator of June 2019", ("Arson",)))
