"""Why is it so, for the terms of R1, R4, R12, R13, R17 and R31 that are no figure of their own elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Container

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.why_budgets import Found
from fundingapp.application.wording import short_date
from fundingapp.domain.adjustments import Accrual, carried_into
from fundingapp.domain.allocations import Resource, standing_of
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import AccrualId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, period_name
from fundingapp.domain.positions import GrantPosition, ProjectPosition

_PERIOD = re.compile(r"spend/P(\d{1,2})", re.IGNORECASE)
_ELSEWHERE = re.compile(r"elsewhere/P(\d{1,2})", re.IGNORECASE)
_RESOURCES = {
    "supplements": (Resource.SUPPLEMENT, "supplements"),
    "reductions": (Resource.REDUCTION, "reductions"),
}
_CARRIED = {
    "carried": "accruals of the year before",
    "carried/reversed": "accruals of the year before, reversed",
    "carried/written off": "accruals of the year before, written off",
}


def explain_grant_sums(
    work: UnitOfWork,
    position: GrantPosition,
    measure: str,
    figure: Callable[[ProjectPosition, str], str],
) -> Found | None:
    """The figure *measure* of a grant; None when it is none of these. *figure* names a measure of a project."""
    name = position.fund.name
    if measure in _RESOURCES:
        wanted, words = _RESOURCES[measure]
        return Found(f"{name}: {words}", _notices(work, position, wanted))
    if measure in _CARRIED:
        return Found(f"{name}: {_CARRIED[measure]}", _carried(work, position, measure))
    if measure == "elsewhere":
        return Found(
            f"{name}: charged to other grants", _elsewhere(work, position, range(1, position.to_period + 1))
        )
    alone = _ELSEWHERE.fullmatch(measure)
    if alone:
        period = int(alone[1])
        return Found(
            f"{name}: charged to other grants in period {period}", _elsewhere(work, position, (period,))
        )
    words = _over_projects(measure)
    if not words:
        return None
    return Found(
        f"{name}: {words}",
        tuple(
            (f"{each.ref} {each.project.name}", _sum(each, measure), figure(each, measure))
            for each in position.projects
        ),
    )


def explain_project_sums(project: ProjectPosition, measure: str) -> Found | None:
    """The figure *measure* of one budget head; None when it is none of these."""
    last = project.to_period
    terms: tuple[tuple[str, Money, str], ...]
    match measure:
        case "prior":
            terms = tuple(
                (f"Quarter {number}, since its return was sent", now - sent, "")
                for number, (now, sent) in enumerate(
                    zip(project.by_quarter, project.quarters, strict=True), start=1
                )
                if now != sent
            )
        case "before":
            months = tuple(
                (period_name(period), project.in_period(period), "")
                for period in range(1, last)
                if project.in_period(period)
            )
            changed = -project.prior_period_adjustment
            since = (("What changed in quarters that were sent", changed, ""),) if changed else ()
            terms = months + since
        case _:
            return None
    return Found(f"{project.ref}: {_over_projects(measure)}", terms)


def _over_projects(measure: str) -> str:
    """What a figure that is the sum of its projects' is called; "" for one that is not of these."""
    period = _PERIOD.fullmatch(measure)
    if period and 1 <= int(period[1]) <= 13:
        return f"spend in period {int(period[1])}"
    return {
        "brought forward/projects": "brought forward by projects",
        "prior": "prior-period adjustment",
        "before": "spend before this period, as returns stated it",
    }.get(measure, "")


def _sum(project: ProjectPosition, measure: str) -> Money:
    match measure:
        case "prior":
            return project.prior_period_adjustment
        case "before":
            return project.up_to(project.to_period - 1) - project.prior_period_adjustment
        case "brought forward/projects":
            return project.budget.brought_forward
        case _:
            period = int(measure.rpartition("P")[2])
            return project.in_period(period) if period <= project.to_period else Money.ZERO


def _notices(
    work: UnitOfWork, position: GrantPosition, resource: Resource
) -> tuple[tuple[str, Money, str], ...]:
    """The notices of *resource* that count, each by its letter."""
    notices = standing_of(
        kept.value
        for kept in work.allocations.all()
        if (kept.value.fund, kept.value.year) == (position.fund_id, position.year)
    )
    return tuple(
        (
            ", ".join(
                filter(
                    None,
                    (
                        each.kind.value.capitalize(),
                        each.letter,
                        short_date(each.notified_on) if each.notified_on else "",
                        each.reason,
                    ),
                )
            ),
            each.amount,
            "",
        )
        for each in notices
        if each.resource is resource and each.counts
    )


def _elsewhere(
    work: UnitOfWork, position: GrantPosition, periods: Container[int]
) -> tuple[tuple[str, Money, str], ...]:
    """What the ledger charges to other grants of the year in *periods*, by project."""
    sums: dict[BudgetHead, Money] = {}
    for entry in work.ledger.charge_sums(position.year):
        if entry.fund != position.fund_id and entry.period in periods:
            head = BudgetHead(entry.project, entry.fund, entry.kind)
            sums[head] = sums.get(head, Money.ZERO) + entry.amount
    refs = {kept.id: kept.value.ref for kept in work.projects.all()}
    funds = {kept.id: kept.value.name for kept in work.funds.all()}
    return tuple(
        (f"{refs[head.project]}, {head.kind.value}, {funds[head.fund]}", amount, "")
        for head, amount in sorted(sums.items(), key=lambda each: (refs[each[0].project], each[0].kind.value))
    )


def _carried(work: UnitOfWork, position: GrantPosition, measure: str) -> tuple[tuple[str, Money, str], ...]:
    """The accruals of last year that this one has to take off, one by one."""
    adjustments = [kept.value for kept in work.adjustments.all() if kept.value.fund == position.fund_id]
    refs = {kept.id: kept.value.ref for kept in work.projects.all()}
    found = []
    for kept in sorted(work.accruals.all(), key=lambda kept: kept.id):
        accrual = kept.value
        if accrual.fund != position.fund_id:
            continue
        for carried in carried_into(position.year, {AccrualId(kept.id): accrual}, adjustments):
            amount = {
                "carried": carried.amount,
                "carried/reversed": carried.reversed,
                "carried/written off": carried.written_off,
            }[measure]
            found.append((_accrued(accrual, refs[accrual.project], position.year), amount, ""))
    return tuple(found)


def _accrued(accrual: Accrual, ref: str, year: FinancialYear) -> str:
    """“LF-01, period 12 of 2017/18: outreach in March”; *year* is the one that takes it off."""
    back = f", reverses in period {accrual.reverses_period}" if accrual.reverses_year == year else ""
    return f"{ref}, period {accrual.period} of {accrual.year}: {accrual.description}{back}"
