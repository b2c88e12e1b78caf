"""What a return may send of the grant as a whole.

Every amount is taken from the place where it is worked out: the position, the claims, the year end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fundingapp.domain.claiming import ClaimFigures, cash_position, figures
from fundingapp.domain.funds import Kind
from fundingapp.domain.money import Money
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.rag import Rag, rag_of
from fundingapp.domain.sendable import NOT_HELD, FigureSort, SentValue
from fundingapp.domain.sendable_entries import Sent, Whole, entry
from fundingapp.domain.year_end import HeadOutturn

_POUNDS = FigureSort.POUNDS
_NUMBER = FigureSort.NUMBER
_CHOICE = FigureSort.CHOICE
_RAGS: Final = tuple(each.value for each in Rag)

#: The headings under which the catalogue shows them.
_GRANT, _CLAIMS, _END = "The grant", "Claims and cash", "Year end"


def _entries_of_grant() -> tuple[Whole, ...]:
    group = _GRANT
    found: list[Whole] = []

    def put(
        source: str, label: str, measure: str, of: Callable[[GrantPosition], Money], also: str = ""
    ) -> None:
        found.append(
            (
                entry(source, label, _POUNDS, group, also),
                lambda sent: sent.amount(measure, of(sent.position)),
            )
        )

    put(
        "grant/available",
        "Available for the year",
        "available",
        lambda each: each.available,
        "grant total;grant for the year;total grant;grant;grant available;total available;total resources",
    )
    put(
        "grant/allocation",
        "Allocation for the year, without what was brought forward",
        "allocation",
        lambda each: each.resources.allocation,
        "allocation;annual allocation;allocation for the year;grant awarded by the commissioner",
    )
    put(
        "grant/brought-forward",
        "Brought forward from the year before",
        "brought forward",
        lambda each: each.resources.brought_forward,
        "brought forward;of which brought forward;carry forward from last year;b/f;balance brought forward",
    )
    put(
        "grant/supplements",
        "Supplements",
        "supplements",
        lambda each: each.resources.supplements,
        "supplements;uplift",
    )
    put(
        "grant/reductions",
        "Reductions",
        "reductions",
        lambda each: -each.resources.reductions,
        "reductions;clawback",
    )
    put(
        "grant/awarded",
        "Awarded to projects (current budgets)",
        "awarded",
        lambda each: each.awarded,
        "awarded to projects;committed;total awarded;allocated to projects;budget",
    )
    put(
        "grant/unallocated",
        "Not awarded yet",
        "unallocated",
        lambda each: each.unallocated,
        "not awarded;unallocated;uncommitted;balance to allocate",
    )
    put("grant/contingency", "Contingency", "contingency", lambda each: each.contingency, "contingency")
    put(
        "grant/spent",
        "Spent to date",
        "spend",
        lambda each: each.spent,
        "spent to date;total spend;expenditure to date;total expenditure;actual to date;year to date;total certified",
    )
    for quarter in range(1, 5):
        put(
            f"grant/spent/q{quarter}",
            f"Spent in quarter {quarter}",
            f"stated/Q{quarter}",
            lambda each, quarter=quarter: each.spent_in_quarter(quarter),  # type: ignore[misc]
            f"q{quarter} actual;q{quarter} spend;quarter {quarter} spend;spend q{quarter};expenditure q{quarter}",
        )
    put(
        "grant/prior-adjustment",
        "Prior-period adjustment",
        "prior",
        lambda each: Money.total(project.prior_period_adjustment for project in each.projects),
        "prior period adjustment;adjustment to earlier quarters;correction of previous quarters",
    )
    put(
        "grant/accrued",
        "Accruals less reversals",
        "accrued",
        lambda each: Money.total(project.spent_accrued for project in each.projects),
        "accruals;accrued",
    )
    put(
        "grant/profile",
        "Profile to date",
        "profile",
        lambda each: each.profile_to_date,
        "profile to date;budget to date;planned to date;profiled spend",
    )
    put(
        "grant/expected",
        "Still expected to be spent",
        "remaining",
        lambda each: Money.total(project.forecast_remaining for project in each.projects),
        "still expected;remaining forecast;forecast to year end;spend to come",
    )
    put(
        "grant/outturn",
        "Forecast outturn",
        "outturn",
        lambda each: each.outturn,
        "forecast outturn;outturn;year end forecast;projected spend;forecast spend;full year forecast",
    )
    put(
        "grant/underspend",
        "Likely underspend (available less outturn)",
        "underspend",
        lambda each: each.underspend,
        "underspend;total underspend;current underspend;projected underspend;forecast underspend",
    )
    put(
        "grant/variance",
        "Variance: outturn less budgets",
        "variance",
        lambda each: each.outturn - each.awarded,
        "variance;forecast variance",
    )
    put(
        "grant/left",
        "Left to spend",
        "left",
        lambda each: each.available - each.spent,
        "left to spend;balance;remaining;remaining grant;unspent",
    )
    found.append(
        (
            entry(
                "grant/used-percent",
                "Spent, as per cent of what is available",
                _NUMBER,
                group,
                "% spent;percent spent",
            ),
            lambda sent: SentValue(sent.position.share_of(sent.position.spent)),
        )
    )
    found.append(
        (
            entry(
                "grant/rag",
                "RAG of the grant's forecast",
                _CHOICE,
                group,
                "rag;overall rag;rag rating",
                (),
                _RAGS,
            ),
            _rag_of_grant,
        )
    )
    for kind in Kind:
        found += _of_kind_of_grant(kind)
    return tuple(found)


def _rag_of_grant(sent: Sent) -> SentValue:
    position = sent.position
    if not position.projects:
        return NOT_HELD
    return SentValue(
        rag_of(position.outturn - position.awarded, position.awarded, position.projects[0].rag_percents).value
    )


def _of_kind_of_grant(kind: Kind) -> list[Whole]:
    group, name = f"The grant, {kind.value}", kind.value

    def put(source: str, label: str, measure: str, of: Callable[[GrantPosition], Money], also: str) -> Whole:
        words = ";".join(f"{name} {word};{word} {name}" for word in also.split(";"))
        return (
            entry(f"grant/{source}/{kind.value}", f"{label}, {name}", _POUNDS, group, words),
            lambda sent: sent.of_kind(measure, kind, of(sent.position)),
        )

    return [
        put(
            "available",
            "Available for the year",
            "available",
            lambda each: each.resources_by_kind[kind].available,
            "grant;available;allocation",
        ),
        put(
            "awarded", "Awarded to projects", "awarded", lambda each: each.awarded_for(kind), "awarded;budget"
        ),
        put("spent", "Spent to date", "spend", lambda each: each.spent_for(kind), "spend;expenditure;actual"),
        *(
            put(
                f"spent/q{quarter}",
                f"Spent in quarter {quarter}",
                f"stated/Q{quarter}",
                lambda each, quarter=quarter: each.spent_in_quarter(quarter, kind),  # type: ignore[misc]
                f"q{quarter};q{quarter} actual",
            )
            for quarter in range(1, 5)
        ),
        put(
            "outturn", "Forecast outturn", "outturn", lambda each: each.outturn_for(kind), "forecast;outturn"
        ),
        put(
            "contingency",
            "Contingency",
            "contingency",
            lambda each: each.contingency_by_kind[kind],
            "contingency",
        ),
    ]


def _entries_of_claims() -> tuple[Whole, ...]:
    group = _CLAIMS
    found: list[Whole] = []

    def put(source: str, label: str, measure: str, of: Callable[[Sent], Money], also: str) -> None:
        found.append(
            (
                entry(source, label, _POUNDS, group, also),
                lambda sent: sent.amount(measure, of(sent)) if sent.document.claims is not None else NOT_HELD,
            )
        )

    def became(part: Callable[[ClaimFigures], Money]) -> Callable[[Sent], Money]:
        return lambda sent: part(figures(sent.document.claims)) if sent.document.claims else Money.ZERO

    put("claims/claimed", "Claimed", "claimed", became(lambda each: each.claimed), "claimed;total claimed")
    put(
        "claims/approved",
        "Approved of claims",
        "approved",
        became(lambda each: each.approved),
        "approved;claims approved",
    )
    put("claims/disallowed", "Disallowed", "disallowed", became(lambda each: each.disallowed), "disallowed")
    put(
        "claims/withheld",
        "Retained and not released",
        "withheld",
        became(lambda each: each.withheld),
        "retention",
    )
    put(
        "claims/outstanding",
        "Payable and not paid",
        "outstanding",
        became(lambda each: each.outstanding),
        "outstanding",
    )
    put(
        "cash/received",
        "Grant received",
        "received",
        lambda sent: (
            cash_position(sent.document.claims, sent.position.spent).paid
            if sent.document.claims
            else Money.ZERO
        ),
        "grant received;received;cash received;payments received",
    )
    put(
        "cash/repaid",
        "Grant given back",
        "repaid",
        lambda sent: (
            cash_position(sent.document.claims, sent.position.spent).repaid
            if sent.document.claims
            else Money.ZERO
        ),
        "repaid;returned;grant repaid",
    )
    return tuple(found)


def _entries_of_year_end() -> tuple[Whole, ...]:
    group = _END
    found: list[Whole] = []

    def put(source: str, label: str, of: Callable[[HeadOutturn], Money], measure: str, also: str) -> None:
        def value(sent: Sent) -> SentValue:
            if sent.document.year_end is None:
                return NOT_HELD
            total = sent.document.year_end.outturn.total
            return SentValue(of(total), total.figure(measure))

        found.append((entry(source, label, _POUNDS, group, also), value))

    put(
        "year-end/asked",
        "Carry-forward asked for",
        lambda each: each.requested,
        "requested",
        "carry forward requested",
    )
    put(
        "year-end/agreed",
        "Carry-forward agreed",
        lambda each: each.agreed,
        "agreed",
        "carry forward agreed;carried forward;carry forward",
    )
    put(
        "year-end/refused",
        "Carry-forward refused",
        lambda each: each.refused,
        "refused",
        "carry forward refused",
    )
    put("year-end/owed", "To be given back", lambda each: each.owed, "owed", "to be returned;repayable")
    put("year-end/repaid", "Given back", lambda each: each.repaid, "repaid", "returned to the commissioner")
    put(
        "year-end/surrendered",
        "Surrendered, never drawn",
        lambda each: each.surrendered,
        "surrendered",
        "surrendered",
    )
    return tuple(found)


#: What it says of the grant, its claims and its year end.
OF_GRANT: Final[tuple[Whole, ...]] = (*_entries_of_grant(), *_entries_of_claims(), *_entries_of_year_end())
