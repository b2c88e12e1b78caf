"""The early warnings of grants, out of everything that the file knows of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.conditions import conditions_of, readings_of
from fundingapp.application.queries.deadlines import grants_of
from fundingapp.application.queries.heads import budgeted
from fundingapp.application.queries.held_results import HeldResults, projects_of
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.application.queries.results import milestone_rows, missing_of_fund
from fundingapp.application.queries.standing import money_of
from fundingapp.domain.claiming import claimed_to
from fundingapp.domain.early_warnings import EarlyWarning, WarningRecords, in_order
from fundingapp.domain.ids import BidId, FundId, ProjectId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.warnings import warnings_of


@dataclass(frozen=True, slots=True)
class EarlyWarnings(Question["tuple[EarlyWarning, ...]"]):
    """The early warnings of *year*, of one *fund* or (None) of all, about one *project* or (None) all together, the
    most pressing first; as of *today*, by itself the clock's."""

    year: FinancialYear
    fund: FundId | None = None
    today: date | None = None
    project: ProjectId | None = None


def warning_records(work: UnitOfWork, fund: FundId, year: FinancialYear, today: date) -> WarningRecords:
    """Everything that the warnings of a grant are made of."""
    position = position_of(work, fund, year, None)
    held = HeldResults(work, fund)
    with_money = projects_of(work, year, fund)
    years = (year, year.next)
    bids = {
        BidId(kept.id): kept.value
        for kept in work.bids.all()
        if kept.value.fund == fund and kept.value.year in years
    }
    return WarningRecords(
        position=position,
        today=today,
        reached=position.forecast_from - 1,
        typed={
            (kept.value.project, kept.value.kind, kept.value.period)
            for kept in work.forecasts.all()
            if (kept.value.fund, kept.value.year) == (fund, year)
        },
        reasons={
            (kept.value.project, kept.value.kind, kept.value.period)
            for kept in work.variance_reasons.all()
            if (kept.value.fund, kept.value.year) == (fund, year)
        },
        conditions=conditions_of(work),
        gauges=readings_of(work, position),
        schedule=tuple(
            kept.value for kept in work.schedule.all() if (kept.value.fund, kept.value.year) == (fund, year)
        ),
        claimed_to=claimed_to(claim_records(work, fund, year)),
        bids=bids,
        offers=tuple(kept.value for kept in work.offers.all() if kept.value.bid in bids),
        bid_for_next={bid.project for bid in bids.values() if bid.year == year.next}
        | {head.project for head, of_year in budgeted(work) if of_year == year.next},
        agreements=tuple(kept.value for kept in work.agreements.all()),
        projects={ProjectId(kept.id): kept.value for kept in work.projects.all()},
        missing=missing_of_fund(held, fund, year, today),
        milestones=[
            row.milestone
            for row in milestone_rows(held, today)
            if row.is_overdue
            and row.milestone.project in with_money
            and FinancialYear.of(row.milestone.due) == year
        ],
        money=money_of(work, position_of(work, fund, year, WHOLE_YEAR)) if today > year.last_day else None,
    )


def answer_warnings(question: EarlyWarnings, tools: Tools) -> tuple[EarlyWarning, ...]:
    today = question.today or tools.today
    with tools.open_work(reading=True) as work:
        funds = sorted(fund for fund, year in grants_of(work) if year == question.year)
        if question.fund is not None:
            funds = [question.fund]
        return in_order(
            warning
            for fund in funds
            for warning in warnings_of(warning_records(work, fund, question.year, today), question.project)
        )


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {EarlyWarnings: answer_warnings}
