"""Profiles, forecasts month by month with what is claimed, how good earlier forecasts were, and reasons for variances
(R6, R18)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.positions import position_of
from fundingapp.domain.claiming import claimed_to, claiming_to
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.profiles import (
    MONTHS,
    Accuracy,
    Profile,
    Shape,
    accuracy_of,
    months_of,
)

#: Funders ask in February for actuals to January and a forecast to March (domain paper 2.1).
USUAL_CUT_OFF = 10


class Band(Enum):
    """How a month of the forecast stands to the claims."""

    CLAIMED = "claimed"
    CLAIMING = "claiming"
    FORECAST = "forecast"


@dataclass(frozen=True, slots=True)
class ProfileOf(Question["ProfileAnswer"]):
    """How the budget of a project is spread, and what it could follow."""

    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class ProfileAnswer:
    """A profile as it stands. *shape* is None while nobody set one. *last_year* holds the eligible spend of the twelve
    months of the year before, None where there was none; *runs* the first and last period in which the project runs."""

    budget: Money
    months: tuple[Money, ...]
    shape: Shape | None
    last_year: tuple[Money, ...] | None
    runs: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ForecastOf(Question["ForecastAnswer"]):
    """The months of a grant: actual up to *cut_off* (a period; None: January, or what the ledger has reached when that
    is less), and forecast after it."""

    fund: FundId
    year: FinancialYear
    cut_off: int | None = None


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """A project of the forecast in one kind of money. *months* hold what was spent up to the cut-off and what is
    expected after it; *typed* says which of them a person typed."""

    position: ProjectPosition
    months: tuple[Money, ...]
    typed: tuple[bool, ...]

    @property
    def closing(self) -> Money:
        """What the closing adjustments of period 13 add, once they are part of the actuals."""
        return self.position.in_period(CLOSING_PERIOD)

    @property
    def outturn(self) -> Money:
        return Money.total(self.months) + self.closing

    @property
    def difference(self) -> Money:
        """Outturn less budget: above nought is an overspend (R18)."""
        return self.outturn - self.position.budget.current


@dataclass(frozen=True, slots=True)
class ForecastAnswer:
    """The forecast grid. *reached* is the last period with actuals (0: none), *cut_offs* what can be chosen."""

    position: GrantPosition
    cut_off: int
    reached: int
    claimed_to: int
    claiming_to: int
    rows: tuple[ForecastRow, ...]

    @property
    def cut_offs(self) -> tuple[int, ...]:
        return tuple(range(min(self.reached, 1), self.reached + 1))

    def band(self, month: int) -> Band:
        """How *month* (1 to 12) stands to the claims: claimed when one that was sent reaches so far, claiming when the
        open one does or the money is spent and not claimed yet."""
        if month <= self.claimed_to:
            return Band.CLAIMED
        return Band.CLAIMING if month <= max(self.claiming_to, self.cut_off) else Band.FORECAST


@dataclass(frozen=True, slots=True)
class AccuracyOf(Question["tuple[KeptForecast, ...]"]):
    """Every forecast that was kept of a grant beside what came, the newest first."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class AccuracyRow:
    """A project's part of a kept forecast."""

    ref: str
    name: str
    kind: Kind
    accuracy: Accuracy


@dataclass(frozen=True, slots=True)
class KeptForecast:
    """A forecast as it was kept on an occasion, against what came since."""

    occasion: str
    taken_at: datetime
    taken_by: str
    cut_off: int
    rows: tuple[AccuracyRow, ...]
    total: Accuracy


def answer_profile(question: ProfileOf, tools: Tools) -> ProfileAnswer:
    with tools.open_work(reading=True) as work:
        found = project_of(work, question.project, question.fund, question.kind, question.year)
        held = profile_kept(work, question.project, question.fund, question.kind, question.year)
        return ProfileAnswer(
            found.budget.current,
            found.profile,
            held.value.shape if held is not None else None,
            last_year_of(work, question.project, question.fund, question.kind, question.year),
            months_of(found.project, question.year),
        )


def project_of(
    work: UnitOfWork, project: ProjectId, fund: FundId, kind: Kind, year: FinancialYear
) -> ProjectPosition:
    """The position of one budget head. Raises NotFoundError when the grant does not have it."""
    for found in position_of(work, fund, year, None).projects:
        if (found.project_id, found.kind) == (project, kind):
            return found
    ref = work.projects.get(project).value.ref
    raise NotFoundError(f"{kind.value} award in {year} for", ref, "Record the award first.")


def profile_kept(
    work: UnitOfWork, project: ProjectId, fund: FundId, kind: Kind, year: FinancialYear
) -> Kept[Profile] | None:
    """The profile that was set for a budget head, if one was."""
    wanted = (project, fund, kind, year)
    for kept in work.profiles.all():
        profile = kept.value
        if (profile.project, profile.fund, profile.kind, profile.year) == wanted:
            return kept
    return None


def last_year_of(
    work: UnitOfWork, project: ProjectId, fund: FundId, kind: Kind, year: FinancialYear
) -> tuple[Money, ...] | None:
    """The eligible spend of the twelve months of the year before; None when nothing was spent in any of them."""
    for found in position_of(work, fund, year.previous, CLOSING_PERIOD).projects:
        if (found.project_id, found.kind) == (project, kind):
            months = tuple(found.in_period(month) for month in range(1, MONTHS + 1))
            return months if any(month > Money.ZERO for month in months) else None
    return None


def months_to(project: ProjectPosition, cut_off: int) -> tuple[Money, ...]:
    """Twelve amounts: what *project* spent up to *cut_off*, and what is expected after it."""
    return tuple(
        project.in_period(month) if month <= cut_off else project.remaining[month - 1]
        for month in range(1, MONTHS + 1)
    )


def answer_forecast(question: ForecastOf, tools: Tools) -> ForecastAnswer:
    with tools.open_work(reading=True) as work:
        now = position_of(work, question.fund, question.year, None)
        reached = now.forecast_from - 1
        wanted = USUAL_CUT_OFF if question.cut_off is None else question.cut_off
        # A position ends with a period: all is to come only while the ledger has reached none.
        cut_off = min(max(wanted, 1), reached)
        position = now if cut_off == reached else position_of(work, question.fund, question.year, cut_off)
        typed = {
            (kept.value.project, kept.value.kind, kept.value.period)
            for kept in work.forecasts.all()
            if (kept.value.fund, kept.value.year) == (question.fund, question.year)
        }
        rows = tuple(
            ForecastRow(
                project,
                months_to(project, cut_off),
                tuple(
                    month > cut_off and (project.project_id, project.kind, month) in typed
                    for month in range(1, MONTHS + 1)
                ),
            )
            for project in position.projects
        )
        claims = claim_records(work, question.fund, question.year)
        return ForecastAnswer(position, cut_off, reached, claimed_to(claims), claiming_to(claims), rows)


def answer_accuracy(question: AccuracyOf, tools: Tools) -> tuple[KeptForecast, ...]:
    with tools.open_work(reading=True) as work:
        position = position_of(work, question.fund, question.year, None)
        reached = position.forecast_from - 1
        projects = {kept.id: kept.value for kept in work.projects.all()}
        actual = {
            (project.project_id, project.kind): tuple(
                project.in_period(month) for month in range(1, MONTHS + 1)
            )
            for project in position.projects
        }
        taken: dict[tuple[datetime, str, int], list[Any]] = {}
        for kept in work.forecasts_kept.all():
            entry = kept.value
            if (entry.fund, entry.year) == (question.fund, question.year):
                taken.setdefault((entry.taken_at, entry.occasion, entry.cut_off), []).append(entry)
        found = []
        nothing = (Money.ZERO,) * MONTHS
        for (at, occasion, cut_off), entries in taken.items():
            rows = tuple(
                sorted(
                    (
                        AccuracyRow(
                            projects[entry.project].ref,
                            projects[entry.project].name,
                            entry.kind,
                            accuracy_of(
                                cut_off,
                                entry.months,
                                actual.get((entry.project, entry.kind), nothing),
                                reached,
                            ),
                        )
                        for entry in entries
                    ),
                    key=lambda row: (row.ref, row.kind.value),
                )
            )
            total = accuracy_of(
                cut_off,
                [Money.total(entry.months[at] for entry in entries) for at in range(MONTHS)],
                [
                    Money.total(actual.get((entry.project, entry.kind), nothing)[at] for entry in entries)
                    for at in range(MONTHS)
                ],
                reached,
            )
            found.append(KeptForecast(occasion, at, entries[0].taken_by, cut_off, rows, total))
        return tuple(sorted(found, key=lambda each: (each.taken_at, each.cut_off), reverse=True))


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    ProfileOf: answer_profile,
    ForecastOf: answer_forecast,
    AccuracyOf: answer_accuracy,
}
