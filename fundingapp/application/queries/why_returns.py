"""Why is it so, of the figures that only a return states: of one kind of money, of one period, of earlier quarters.

Measures of a grant: ``available:capital`` and the like for one kind; ``earlier/Q4`` for the quarters before the fourth;
``accrued/P3`` for one period. A project has ``virements`` and ``contingency`` net, and ``earlier/Q4``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from fundingapp.application.queries.why_budgets import Found
from fundingapp.domain.adjustments import AdjustmentType
from fundingapp.domain.funds import Kind
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.reconciliation import ADJUSTED_NAMES

_EARLIER = re.compile(r"earlier/Q([1-4])", re.IGNORECASE)
_STATED = re.compile(r"stated/Q([1-4])", re.IGNORECASE)
_IN_PERIOD = re.compile(r"(accrued|adjusted|ineligible)/P(\d{1,2})", re.IGNORECASE)

_Named = Callable[[ProjectPosition, str], str]
_Part = Callable[[ProjectPosition], Money]


def explain_grant_return(position: GrantPosition, measure: str, named: _Named) -> Found | None:
    """The figure *measure* of a grant; None when it is none of these. *named* names a measure of a project."""
    name = position.fund.name
    wanted, _, which = measure.partition(":")
    kind = next((kind for kind in Kind if kind.value == which.casefold()), None) if which else None
    if which and kind is None:
        return None
    projects = [each for each in position.projects if kind in (None, each.kind)]
    suffix = f", {kind.value}" if kind is not None else ""
    part = _over_projects(wanted)
    if part is not None:
        words, measure_of_project, of = part
        return Found(
            f"{name}: {words}{suffix}",
            tuple(
                (f"{each.ref} {each.project.name}", of(each), named(each, measure_of_project))
                for each in projects
            ),
        )
    if wanted == "not awarded" and kind is None:
        scope, at = f"{name}/{position.year}", f"@{position.to_period}"
        return Found(
            f"{name}: available, and not yet awarded or kept back",
            (
                ("Available", position.available, f"{scope}/available{at}"),
                ("Current budgets", -position.awarded, f"{scope}/less/awarded{at}"),
                ("Contingency", -position.contingency, f"{scope}/less/contingency{at}"),
            ),
        )
    return _of_kind(position, wanted, kind) if kind is not None else None


def _over_projects(measure: str) -> tuple[str, str, _Part] | None:
    """What a figure that is the sum of its projects' is called, their measure, and its amount; None for another."""
    earlier, stated, month = (pattern.fullmatch(measure) for pattern in (_EARLIER, _STATED, _IN_PERIOD))
    if earlier:
        number = int(earlier[1])
        return f"spend in the quarters before Q{number}", measure, _before(number)
    if stated:
        number = int(stated[1])
        return f"spend in Q{number} as returns state it", measure, lambda each: each.quarters[number - 1]
    if month and 1 <= int(month[2]) <= CLOSING_PERIOD:
        at, column = int(month[2]) - 1, month[1].casefold()
        return f"{column} in period {at + 1}", measure, lambda each: _column(each, column)[at]
    plain: dict[str, tuple[str, str, _Part]] = {
        "awarded": ("current budgets", "budget", lambda each: each.budget.current),
        "award": ("awards", "award", lambda each: each.budget.award),
        "adjusted net": (
            "adjustments, without what is ineligible",
            "adjusted net",
            lambda each: Money.total(each.adjusted_net[: each.to_period]),
        ),
        "virements": ("virements, in less out", "virements", _virements),
        "contingency moved": ("contingency released less surrendered", "contingency moved", _contingency),
        "spend": ("spend", "spend", lambda each: each.spent),
        "prior": ("prior-period adjustment", "prior", lambda each: each.prior_period_adjustment),
        "remaining": ("still expected", "remaining", lambda each: each.forecast_remaining),
        "outturn": ("forecast outturn", "outturn", lambda each: each.outturn),
        "variance": ("variance", "variance", lambda each: each.variance),
        "left in budgets": ("left of budgets", "left", lambda each: each.left),
    }
    return plain.get(measure)


def _column(project: ProjectPosition, column: str) -> tuple[Money, ...]:
    return {
        "accrued": project.accrued,
        "adjusted": project.adjusted_net,
        "ineligible": project.ineligible,
    }[column]


def _before(quarter: int) -> _Part:
    return lambda each: Money.total(each.quarters[: quarter - 1])


def _virements(project: ProjectPosition) -> Money:
    return project.budget.virement_in - project.budget.virement_out


def _contingency(project: ProjectPosition) -> Money:
    return project.budget.released - project.budget.surrendered


def _of_kind(position: GrantPosition, measure: str, kind: Kind) -> Found | None:
    """A figure of the grant's own money in one kind."""
    scope = f"{position.fund.name}/{position.year}"
    suffix = f"@{position.to_period}"
    resources = position.resources_by_kind[kind]
    contingency = position.contingency_by_kind[kind]
    awarded, outturn = position.awarded_for(kind), position.outturn_for(kind)

    def term(name: str, amount: Money, wanted: str = "") -> tuple[str, Money, str]:
        return name, amount, f"{scope}/{wanted}:{kind.value}{suffix}" if wanted else ""

    found: dict[str, tuple[str, tuple[tuple[str, Money, str], ...]]] = {
        "allocation": ("allocation, as notified", (term("Allocation", resources.allocation),)),
        "brought forward": ("brought forward", (term("Brought forward", resources.brought_forward),)),
        "supplements": ("supplements", (term("Supplements", resources.supplements),)),
        "reductions": ("reductions", (term("Reductions", resources.reductions),)),
        "contingency": ("contingency", (term("Contingency", contingency),)),
        "available": (
            "available",
            (
                term("Allocation", resources.allocation, "allocation"),
                term("Brought forward", resources.brought_forward, "brought forward"),
                term("Supplements", resources.supplements, "supplements"),
                term("Reductions", -resources.reductions),
            ),
        ),
        "not awarded": (
            "available, and not yet awarded or kept back",
            (
                term("Available", resources.available, "available"),
                term("Current budgets", -awarded),
                term("Contingency", -contingency),
            ),
        ),
        "underspend": (
            "likely underspend",
            (term("Available", resources.available, "available"), term("Forecast outturn", -outturn)),
        ),
    }
    if measure not in found:
        return None
    words, terms = found[measure]
    return Found(f"{position.fund.name}: {words}, {kind.value}", terms)


def explain_project_return(
    project: ProjectPosition, measure: str, figure: Callable[[str], str]
) -> Found | None:
    """The figure *measure* of one budget head; None when it is none of these. *figure* names its other measures."""
    earlier, month = _EARLIER.fullmatch(measure), _IN_PERIOD.fullmatch(measure)
    budget = project.budget
    if earlier:
        return Found(
            f"{project.ref}: spend in the quarters before Q{earlier[1]}",
            tuple(
                (
                    f"Quarter {number} as the return states it",
                    project.quarters[number - 1],
                    figure(f"stated/Q{number}"),
                )
                for number in range(1, int(earlier[1]))
            ),
        )
    if month and 1 <= int(month[2]) <= CLOSING_PERIOD:
        column = month[1].casefold()
        amount = _column(project, column)[int(month[2]) - 1]
        return Found(
            f"{project.ref}: {column} in period {int(month[2])}",
            ((column.capitalize(), amount, figure(column)),),
        )
    if measure == "adjusted net":
        return Found(
            f"{project.ref}: adjustments, without what is ineligible",
            tuple(
                (ADJUSTED_NAMES[type], project.spent_adjusted(type), figure(type.value))
                for type in ADJUSTED_NAMES
                if type in project.adjusted and type is not AdjustmentType.INELIGIBLE
            ),
        )
    if measure == "virements":
        return Found(
            f"{project.ref}: virements, in less out",
            (
                ("Virements in", budget.virement_in, figure("virements/in")),
                ("Virements out", -budget.virement_out, figure("virements/out")),
            ),
        )
    if measure == "contingency moved":
        return Found(
            f"{project.ref}: contingency released less surrendered",
            (
                ("Contingency released", budget.released, figure("contingency/out")),
                ("Surrendered", -budget.surrendered, figure("contingency/in")),
            ),
        )
    return None
