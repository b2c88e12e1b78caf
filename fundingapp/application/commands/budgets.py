"""A project's months: its profile, its forecast as it is typed and as it was kept, and why it is off its budget (R6,
R18)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fundingapp.application.commands.records import (
    Changed,
    Record,
    SwapRecords,
    plain_swap,
    swap,
    topics_of_swap,
)
from fundingapp.application.effect import Command, Effect, JournalRecord
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.budgets import last_year_of, months_to, profile_kept, project_of
from fundingapp.application.queries.claims import refuse_after_final
from fundingapp.application.queries.heads import refuse_unless_awarded, standing_in
from fundingapp.application.queries.positions import position_of
from fundingapp.domain.adjustments import Forecast
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, period_name
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.profiles import (
    MONTHS,
    ForecastKept,
    Profile,
    Shape,
    VarianceReason,
    check_foots,
    evenly,
    in_shape,
    months_of,
    with_difference_on,
)


@dataclass(frozen=True, slots=True)
class SetProfile(Command[None]):
    """Spreads the current budget of a project over the months (R6). Taken back by SwapRecords.

    EVEN spreads it over the months in which the project runs, SEASONAL by *weights* (twelve, April first), LAST_YEAR
    as last year's spend fell; TYPED and PASTED take *months*, which have to foot: what they lack goes on the month
    *difference_on*, when one is named.
    """

    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear
    shape: Shape
    months: tuple[Money, ...] = ()
    weights: tuple[int, ...] = ()
    difference_on: int | None = None


@dataclass(frozen=True, slots=True)
class MonthForecast:
    """What is expected of a project in one month (a period, 1 to 12); None goes back to the profile's month."""

    project: ProjectId
    kind: Kind
    period: int
    amount: Money | None


@dataclass(frozen=True, slots=True)
class SetForecastMonths(Command[None]):
    """Puts several months' forecasts of a grant in place at once, after the cut-off period. Taken back by
    SwapRecords."""

    fund: FundId
    year: FinancialYear
    cut_off: int
    months: tuple[MonthForecast, ...]


@dataclass(frozen=True, slots=True)
class KeepForecast(Command[int]):
    """Keeps the forecast of a grant as it stands up to *cut_off* (None: what the ledger has reached), to be held
    against what comes. Returns of how many projects. Taken back by SwapRecords."""

    fund: FundId
    year: FinancialYear
    occasion: str
    cut_off: int | None = None


@dataclass(frozen=True, slots=True)
class GiveReason(Command[None]):
    """Says why a project is off its budget as at the end of *period*; "" takes the reason away. Taken back by
    SwapRecords."""

    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear
    period: int
    reason: str


def set_profile(command: SetProfile, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        found = project_of(work, command.project, command.fund, command.kind, command.year)
        refuse_after_final(work, command.fund, command.year, f"another profile for {found.ref}")
        months = _months(work, command, found.budget.current, found.ref)
        name = f"profile {found.ref}: {command.shape.value}"
        after = Profile(command.project, command.fund, command.kind, command.year, command.shape, months)
        held = profile_kept(work, command.project, command.fund, command.kind, command.year)
        if held is None:
            change = SwapRecords((), (), (Record("profiles", work.profiles.add(after), after),), name)
        else:
            change = SwapRecords((), (Changed("profiles", held.id, held.value, after),), (), name)
            swap(work, change)
        return _commit(work, "SetProfile", change, None)


def _months(work: UnitOfWork, command: SetProfile, budget: Money, ref: str) -> tuple[Money, ...]:
    """The twelve months that *command* asks for; they sum to *budget*."""
    match command.shape:
        case Shape.EVEN:
            project = work.projects.get(command.project).value
            return evenly(budget, *months_of(project, command.year))
        case Shape.SEASONAL:
            weights = command.weights
            if len(weights) != MONTHS or min(weights) < 0 or not any(weights):
                raise ExpectedError(
                    "profile_weights",
                    "A seasonal shape has a weight for each of twelve months, none below nought and not all nought.",
                    "Give twelve whole numbers, April to March.",
                )
            return budget.share(weights)
        case Shape.LAST_YEAR:
            spent = last_year_of(work, command.project, command.fund, command.kind, command.year)
            if spent is None:
                raise ExpectedError(
                    "profile_last_year",
                    f"{ref} spent nothing from this fund in {command.year.previous}, so there is no shape to follow.",
                    "Choose another shape.",
                )
            return in_shape(budget, spent)
        case _:
            months = command.months
            if command.difference_on is not None and len(months) == MONTHS:
                months = with_difference_on(months, command.difference_on, budget)
            check_foots(months, budget, ref)
            return months


def set_forecast_months(command: SetForecastMonths, tools: Tools) -> Effect[None]:
    wanted = {(month.project, month.kind, month.period): month.amount for month in command.months}
    past = next((month for month in command.months if not command.cut_off < month.period <= MONTHS), None)
    if past is not None:
        raise ExpectedError(
            "forecast_past",
            f"{period_name(past.period).capitalize()} is not a month to come: it shows what was spent."
            if 1 <= past.period <= MONTHS
            else f"Period {past.period} is no month.",
            "Forecast a month after the cut-off, or choose an earlier cut-off.",
        )
    with tools.open_work() as work:
        standing = standing_in(work)
        for project, kind in dict.fromkeys((month.project, month.kind) for month in command.months):
            refuse_unless_awarded(work, project, command.fund, command.year, kind, standing=standing)
            ref = work.projects.get(project).value.ref
            refuse_after_final(work, command.fund, command.year, f"forecasting {ref}")
        gone, changed = [], []
        for kept in work.forecasts.all():
            entry = kept.value
            key = (entry.project, entry.kind, entry.period)
            if (entry.fund, entry.year) != (command.fund, command.year) or key not in wanted:
                continue
            amount = wanted.pop(key)
            if amount is None:
                gone.append(Record("forecasts", kept.id, entry))
            elif amount != entry.amount:
                changed.append(Changed("forecasts", kept.id, entry, replace(entry, amount=amount)))
        swap(work, SwapRecords(tuple(gone), tuple(changed), (), ""))
        made = []
        for (project, kind, period), amount in wanted.items():
            if amount is not None:
                entry = Forecast(project, command.fund, kind, command.year, period, amount)
                made.append(Record("forecasts", work.forecasts.add(entry), entry))
        refs = dict.fromkeys(work.projects.get(month.project).value.ref for month in command.months)
        name = f"forecast {_listed(list(refs), [month.period for month in command.months])}"
        change = SwapRecords(tuple(gone), tuple(changed), tuple(made), name)
        return _commit(work, "SetForecastMonths", change, None)


def _listed(refs: list[str], periods: list[int]) -> str:
    """“LF-03, June”, “LF-03, June to March”, “4 projects”."""
    if len(refs) != 1:
        return f"{len(refs):,} projects"
    first, last = min(periods), max(periods)
    return f"{refs[0]}, {period_name(first)}" + (f" to {period_name(last)}" if last > first else "")


def keep_forecast(command: KeepForecast, tools: Tools) -> Effect[int]:
    occasion = command.occasion.strip()
    if not occasion:
        raise ExpectedError(
            "no_name", "A forecast is kept for an occasion.", "Say which, for example “February report”."
        )
    with tools.open_work() as work:
        position = position_of(work, command.fund, command.year, command.cut_off)
        made = kept_records(work, position, occasion, tools)
        if not made:
            raise ExpectedError(
                "no_projects",
                f"{position.fund.name} {command.year} has no projects to forecast.",
                "Record an award first.",
            )
        change = SwapRecords((), (), made, f"keep the forecast: {occasion}")
        return _commit(work, "KeepForecast", change, len(made))


def kept_records(
    work: UnitOfWork, position: GrantPosition, occasion: str, tools: Tools
) -> tuple[Record, ...]:
    """The forecast at *position* put among those that are kept, a record for each of its projects: what a return or
    a claim does in its own step."""
    cut_off, at = min(position.forecast_from - 1, MONTHS), tools.clock()
    entries = [
        ForecastKept(
            project.project_id,
            position.fund_id,
            project.kind,
            position.year,
            cut_off,
            months_to(project, cut_off),
            at,
            tools.who,
            occasion,
        )
        for project in position.projects
    ]
    ids = work.forecasts_kept.add_all(entries)
    return tuple(Record("forecasts_kept", id, entry) for id, entry in zip(ids, entries, strict=True))


def give_reason(command: GiveReason, tools: Tools) -> Effect[None]:
    said = " ".join(command.reason.split())
    if not 1 <= command.period <= CLOSING_PERIOD:
        raise ExpectedError(
            "no_period", f"Period {command.period} is not one of 1 to 13.", "Choose another period."
        )
    head = (command.project, command.fund, command.kind, command.year)
    with tools.open_work() as work:
        project_of(work, *head)
        ref = work.projects.get(command.project).value.ref
        held = next(
            (
                kept
                for kept in work.variance_reasons.all()
                if (kept.value.project, kept.value.fund, kept.value.kind, kept.value.year) == head
                and kept.value.period == command.period
            ),
            None,
        )
        after = VarianceReason(*head, command.period, said, tools.who, tools.clock())
        name = f"say why {ref} is off its budget"
        if held is None and not said:
            raise ExpectedError("no_reason", "There is no reason to keep yet.", "Say why it differs.")
        if held is None:
            made = Record("variance_reasons", work.variance_reasons.add(after), after)
            change = SwapRecords((), (), (made,), name)
        else:
            if said:
                changed = Changed("variance_reasons", held.id, held.value, after)
                change = SwapRecords((), (changed,), (), name)
            else:
                name = f"take back why {ref} is off its budget"
                change = SwapRecords((Record("variance_reasons", held.id, held.value),), (), (), name)
            swap(work, change)
        return _commit(work, "GiveReason", change, None)


def _commit(work: UnitOfWork, command: str, change: SwapRecords, result: Any) -> Effect[Any]:
    """Journals what was done in *work* and makes it durable."""
    work.commit(JournalRecord(command, change.name, *plain_swap(change)))
    return Effect(result, topics_of_swap(change), change.name, change.inverse)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    SetProfile: set_profile,
    SetForecastMonths: set_forecast_months,
    KeepForecast: keep_forecast,
    GiveReason: give_reason,
}
