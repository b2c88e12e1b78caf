"""The results chain above the indicators: outcomes, what is said of them, milestones, and the rules of judging."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId, OutcomeId, PriorityId, ProjectId, ThemeId
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class Outcome:
    """A change that the money is to make, for a project (None: for the partnership). The years are inclusive; None
    means open: a framework of outcomes is agreed for a year and may be another one later."""

    name: str
    project: ProjectId | None = None
    theme: ThemeId | None = None
    priority: PriorityId | None = None
    description: str = ""
    code: str = ""
    from_year: FinancialYear | None = None
    to_year: FinancialYear | None = None


@dataclass(frozen=True, slots=True)
class OutcomeStatement:
    """What is said of an outcome for a year, or for one *quarter* (1 to 4) of it: what changed, by which method it is
    known, and what that can't show."""

    outcome: OutcomeId
    year: FinancialYear
    quarter: int | None = None
    changed: str = ""
    method: str = ""
    limits: str = ""
    working_well: str = ""
    to_improve: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something a project is to have done by *due*; *expected* when another day is expected now, *done_on* when it
    was done."""

    project: ProjectId
    name: str
    due: date
    outcome: OutcomeId | None = None
    expected: date | None = None
    done_on: date | None = None
    is_cancelled: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ResultsRules:
    """How results of a fund (None: of all) are judged and what may be shown of small numbers.

    *bands* are the lowest per cent of a target for met and near, in falling order (two for three colours, four for
    five); *steady* is the change in per cent up to which a trend counts as steady; *threshold* is the lowest count
    that is shown; *small_base* the base below which a percentage is warned of.
    """

    fund: FundId | None = None
    bands: tuple[Decimal, ...] = (Decimal(100), Decimal(80))
    steady: Decimal = Decimal("3.65")
    threshold: int = 5
    small_base: int = 20


def check_outcome(outcome: Outcome) -> None:
    """Raises ExpectedError when *outcome* has no name, or ends before it begins."""
    if not outcome.name:
        raise ExpectedError("no_name", "The outcome has no name.", "Say what is to change, in a few words.")
    if outcome.from_year and outcome.to_year and outcome.to_year < outcome.from_year:
        raise ExpectedError(
            "years_order",
            f"“{outcome.name}” ends in {outcome.to_year}, before it begins in {outcome.from_year}.",
            "Put the years the other way round, or leave one open.",
        )


def check_milestone(milestone: Milestone, today: date) -> None:
    """Raises ExpectedError when *milestone* has no name, or was done on a day that has not come."""
    if not milestone.name:
        raise ExpectedError(
            "no_name", "The milestone has no name.", "Say what is to be done, in a few words."
        )
    if milestone.done_on is not None and milestone.done_on > today:
        raise ExpectedError(
            "not_yet",
            f"{milestone.done_on:%d/%m/%Y} has not come yet: “{milestone.name}” can't be done on it.",
            "Type it as the day it is expected, or the day on which it was done.",
        )
    if milestone.done_on is not None and milestone.is_cancelled:
        raise ExpectedError(
            "done_and_cancelled",
            f"“{milestone.name}” was done on {milestone.done_on:%d/%m/%Y}, so it can't be cancelled as well.",
            "Leave one of the two.",
        )
