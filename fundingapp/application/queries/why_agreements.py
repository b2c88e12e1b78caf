"""Why an agreement's figures are so, what is only indicative, and the figures of all grants of a year together."""

from __future__ import annotations

from typing import NamedTuple

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.agreed import agreed_sums
from fundingapp.application.queries.agreements import GrantList, grants_of_year
from fundingapp.application.queries.positions import find_fund
from fundingapp.application.wording import short_date
from fundingapp.domain.allocations import AllocationStatus, Resource, standing_of
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


class Found(NamedTuple):
    """A figure taken apart: the value is the sum of *terms*, each with its name, amount and what to ask in turn."""

    title: str
    terms: tuple[tuple[str, Money, str], ...]
    note: str = ""


#: The scope of a figure that sums over every grant of its year.
ALL_GRANTS = "all grants"
#: What the measures of all grants are called.
_TITLES = {
    "available": "available",
    "awarded": "awarded",
    "contingency": "contingency",
    "spend": "spent",
    "unallocated": "not yet awarded",
    "indicative": "indicative only",
    "left": "left to spend",
}


def explain_agreements(
    work: UnitOfWork, scope: str, year: FinancialYear, measure: str, period: int | None
) -> Found | None:
    """The figure taken apart when it is one of these, else None. Raises NotFoundError for a fund that is not there."""
    if scope.casefold() == ALL_GRANTS and measure in _TITLES:
        return _all_grants(grants_of_year(work, year, period), year, measure, f"@{period}" if period else "")
    if measure not in {"indicative", "agreed"} and not measure.startswith("agreed/"):
        return None
    try:
        fund = find_fund(work, scope)
    except ExpectedError:
        return None
    return _indicative(work, fund, year) if measure == "indicative" else _agreed(work, fund, year, measure)


def _all_grants(grants: GrantList, year: FinancialYear, measure: str, suffix: str) -> Found:
    terms = tuple((line.fund, line.amount(measure), line.figure(measure) + suffix) for line in grants.lines)
    return Found(f"All grants of {year}: {_TITLES[measure]}", terms)


def _indicative(work: UnitOfWork, fund: FundId, year: FinancialYear) -> Found:
    ours = (
        kept.value for kept in work.allocations.all() if (kept.value.fund, kept.value.year) == (fund, year)
    )
    terms = tuple(
        (
            " ".join(
                (
                    f"{each.resource.value.capitalize()}, {each.kind.value},",
                    short_date(each.notified_on),
                    each.letter,
                )
            ),
            -each.amount if each.resource is Resource.REDUCTION else each.amount,
            "",
        )
        for each in standing_of(ours)
        if each.status is AllocationStatus.INDICATIVE
    )
    name = work.funds.get(fund).value.name
    return Found(
        f"{name} {year}: indicative only", terms, "Never counted as available before it is confirmed."
    )


def _agreed(work: UnitOfWork, fund: FundId, year: FinancialYear, measure: str) -> Found | None:
    agreed = agreed_sums(work, fund, year)
    if agreed is None:
        return None
    _, _, which = measure.partition("/")
    if which:
        wanted = FinancialYear.parse(which)
        terms = tuple(
            (split.kind.value.capitalize(), split.of(wanted), "") for split in agreed.splits if split.years
        )
        return Found(f"“{agreed.title}” for {wanted}", terms)
    terms = tuple((str(each), agreed.of_year(each), f"{agreed.figure}agreed/{each}") for each in agreed.years)
    if agreed.not_split:
        terms += (("Not yet split by year", agreed.not_split, ""),)
    return Found(f"“{agreed.title}”: the whole agreement", terms)
