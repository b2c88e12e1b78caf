"""“Why?” of the plan and of who pays: budgets and spend by theme, priority and area (R7), and every funder's part of a
project (R15, R16).

``all grants/2018/19/theme/Safer/budget`` is over all grants, ``Locality Fund/2018/19/theme/Safer/spend`` of one, and
``LF-01/2018/19/theme/Safer/spend`` of one project. ``Locality Fund/2018/19/cost`` and ``LF-01/2018/19/cost`` are what
is spent whoever pays; ``funded/NAME``, ``host contribution``, ``match cash``, ``in kind`` and ``posts`` are its parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.funding import (
    funding_of_year,
    positions_of_year,
    project_funding,
    source_name,
)
from fundingapp.application.queries.plan import ALL_GRANTS, plan_records
from fundingapp.application.queries.positions import find_fund, position_of
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.ids import PartyId
from fundingapp.domain.match_funding import ProjectFunding
from fundingapp.domain.money import Money, percent_in_words
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.priorities import Plan, Split, plan_measure


class Term(NamedTuple):
    """A part of a figure; *figure* is what to ask in turn, "" for a plain number."""

    name: str
    amount: Money
    figure: str = ""


class Found(NamedTuple):
    """A figure taken apart: the value is the sum of *terms*."""

    title: str
    terms: tuple[Term, ...]
    note: str = ""


_SERVED = re.compile(
    r"(theme|priority|area)/(.+)/(budget|spend|outturn)(?::([^:]*)(?::(.+))?)?", re.IGNORECASE
)
_PAID = re.compile(r"cost|host contribution|match cash|in kind|posts|(?:funded|posts)/.+", re.IGNORECASE)
_AMOUNTS: dict[str, Callable[[ProjectPosition], Money]] = {
    "budget": lambda head: head.budget.current,
    "spend": lambda head: head.spent,
    "outturn": lambda head: head.outturn,
}
_NAMES = {"budget": "current budgets", "spend": "spend", "outturn": "forecast outturn"}


def explain_plan(
    work: UnitOfWork, scope: str, year: FinancialYear, measure: str, period: int | None
) -> Found | None:
    """What makes a figure of the plan or of who pays; None when *measure* is another's.

    Raises NotFoundError for a fund, theme or funder that there is not.
    """
    served = _SERVED.fullmatch(measure)
    paid = _PAID.fullmatch(measure)
    if scope.casefold() == ALL_GRANTS and measure in _AMOUNTS:
        return _all_grants(work, year, measure, period)
    if served is not None:
        split = Split(served[1].casefold())
        which = ((served[4] or "").casefold(), (served[5] or "").casefold())
        return _served(work, scope, year, split, served[2], served[3].casefold(), which, period)
    if paid is not None:
        return _paid(work, scope, year, measure, period)
    return None


def _suffix(period: int | None) -> str:
    return f"@{period}" if period else ""


def _is_project(work: UnitOfWork, scope: str) -> bool:
    return any(kept.value.ref.casefold() == scope.casefold() for kept in work.projects.all())


def _all_grants(work: UnitOfWork, year: FinancialYear, measure: str, period: int | None) -> Found:
    names = {"budget": "awarded"}
    terms = tuple(
        Term(
            position.fund.name,
            Money.total(_AMOUNTS[measure](head) for head in position.projects),
            f"{position.fund.name}/{year}/{names.get(measure, measure)}{_suffix(period)}",
        )
        for position in positions_of_year(work, year, period).values()
    )
    return Found(f"All grants of {year}: {_NAMES[measure]}", terms)


def _served(
    work: UnitOfWork,
    scope: str,
    year: FinancialYear,
    split: Split,
    label: str,
    measure: str,
    which: tuple[str, str],
    period: int | None,
) -> Found:
    plan = Plan(plan_records(work, year))
    wanted = " ".join(label.casefold().split())
    suffix = _suffix(period)

    def part(head: ProjectPosition) -> Money:
        """What of *head* serves what is called *label*."""
        divided = plan.divide(head.project_id, split, _AMOUNTS[measure](head))
        return Money.total(amount for served, amount in divided if served.label.casefold() == wanted)

    def serves(head: ProjectPosition) -> bool:
        return any(served.label.casefold() == wanted for served, _ in plan.served(head.project_id, split))

    if _is_project(work, scope):
        positions = positions_of_year(work, year, period).values()
        heads = [
            (position, head)
            for position in positions
            for head in position.projects
            if head.ref.casefold() == scope.casefold()
            and which[0] in ("", head.kind.value)
            and which[1] in ("", position.fund.name.casefold())
        ]
        return _served_of_project(plan, heads, split, label, measure, suffix)
    if scope.casefold() == ALL_GRANTS:
        found = list(positions_of_year(work, year, period).values())
        terms = tuple(
            Term(
                position.fund.name,
                Money.total(map(part, position.projects)),
                f"{position.fund.name}/{year}/{plan_measure(split, label, measure)}{suffix}",
            )
            for position in found
            if any(map(serves, position.projects))
        )
    else:
        found = [position_of(work, find_fund(work, scope), year, period)]
        heads_of = [head for head in found[0].projects if serves(head)]
        terms = tuple(
            Term(
                f"{head.ref} {head.project.name}{_share_of(plan, head, split, wanted)}",
                part(head),
                _figure_of(plan, found[0], head, split, label, measure) + suffix,
            )
            for head in heads_of
        )
    known = {served.label.casefold() for served in plan.in_force(split)}
    if not terms and wanted not in known:
        raise NotFoundError(
            split.value, label, f"Look at what is in force in {year} in the view Plan on Projects."
        )
    note = "" if terms else f"No project serves it in {year}."
    return Found(f"{label}: {_NAMES[measure]}", terms, note)


def _share_of(plan: Plan, head: ProjectPosition, split: Split, wanted: str) -> str:
    percent = sum(
        percent
        for served, percent in plan.served(head.project_id, split)
        if served.label.casefold() == wanted
    )
    return "" if percent == 100 else f", {percent_in_words(percent + 0)} of it" if percent else ""


def _head_figure(position: GrantPosition, head: ProjectPosition, measure: str) -> str:
    return f"{head.ref}/{position.year}/{measure}:{head.kind.value}:{position.fund.name}"


def _figure_of(
    plan: Plan, position: GrantPosition, head: ProjectPosition, split: Split, label: str, measure: str
) -> str:
    """What to ask of a project's part: its own figure where all of it serves that, else how it was divided."""
    if len(plan.served(head.project_id, split)) == 1:
        return _head_figure(position, head, measure)
    which = f"{head.kind.value}:{position.fund.name}"
    return f"{head.ref}/{position.year}/{plan_measure(split, label, measure)}:{which}"


def _served_of_project(
    plan: Plan,
    heads: Sequence[tuple[GrantPosition, ProjectPosition]],
    split: Split,
    label: str,
    measure: str,
    suffix: str,
) -> Found:
    """A project's whole figure, less what of it serves others; each of its budget heads is divided by itself."""
    wanted = " ".join(label.casefold().split())
    terms: list[Term] = []
    ref = heads[0][1].ref if heads else ""
    for position, head in heads:
        amount = _AMOUNTS[measure](head)
        kind = f" ({position.fund.name}, {head.kind.value})" if len(heads) > 1 else ""
        divided = plan.divide(head.project_id, split, amount)
        if all(served.label.casefold() != wanted for served, _ in divided):
            continue
        terms.append(Term(f"{ref} {measure}{kind}", amount, _head_figure(position, head, measure) + suffix))
        terms += [
            Term(
                f"Less {percent_in_words(percent)} for {served.label}{kind}",
                -part,
            )
            for (served, part), (_, percent) in zip(divided, plan.served(head.project_id, split), strict=True)
            if served.label.casefold() != wanted
        ]
    if not terms:
        raise NotFoundError(split.value, label, "The project does not serve it: look at its shares.")
    return Found(
        f"{ref} for {label}: {_NAMES[measure]}",
        tuple(terms),
        "Shares are rounded down to whole pence; the pence left over are the largest share's.",
    )


# Who pays


def _paid(work: UnitOfWork, scope: str, year: FinancialYear, measure: str, period: int | None) -> Found:
    if _is_project(work, scope):
        projects = funding_of_year(work, year, period)
        project = next((each for each in projects if each.ref.casefold() == scope.casefold()), None)
        if project is None:
            raise NotFoundError(
                f"funding in {year} for", scope, "Look at the Projects page for the years it has."
            )
        return _paid_of_project(work, project, year, measure, period)
    if scope.casefold() == ALL_GRANTS:
        title, projects = "All grants", funding_of_year(work, year, period)
    else:
        position = position_of(work, find_fund(work, scope), year, period)
        title, projects = position.fund.name, project_funding(work, position)
    amount = _payer(measure)
    terms = tuple(
        Term(f"{each.ref} {each.name}", amount(each), f"{each.ref}/{year}/{measure}{_suffix(period)}")
        for each in projects
        if amount(each)
    )
    return Found(f"{title}: {_title(measure)}", terms, _note(measure))


def _payer(measure: str) -> Callable[[ProjectFunding], Money]:
    what, _, name = measure.partition("/")
    wanted = name.casefold()
    match what.casefold():
        case "cost":
            return lambda project: project.spend
        case "host contribution":
            return lambda project: project.host
        case "match cash":
            return lambda project: project.match_cash
        case "in kind":
            return lambda project: project.in_kind
        case "funded":
            return lambda project: Money.total(
                part.funded for part in project.funds if part.name.casefold() == wanted
            )
        case _:
            return lambda project: Money.total(
                amount for _, payer, amount in _posts(project) if not wanted or payer.casefold() == wanted
            )


def _posts(project: ProjectFunding) -> list[tuple[str, str, Money]]:
    """Each post's title, who pays a part of it, and the part; “nobody yet” for what nobody pays."""
    return [
        (post.post.title, payer, amount)
        for post in project.posts
        for payer, amount in zip(
            [*(name for name, _, _ in post.shares), "nobody yet"], post.parts, strict=True
        )
        if amount
    ]


def _title(measure: str) -> str:
    what, _, name = measure.partition("/")
    titles = {
        "cost": "all that is spent on its projects, match cash in",
        "host contribution": "ineligible, paid by the host",
        "match cash": "match cash spent",
        "in kind": "given in kind",
        "funded": f"paid by {name}",
        "posts": f"posts paid by {name}" if name else "cost of the posts",
    }
    return titles[what.casefold()]


def _note(measure: str) -> str:
    return {
        "cost": "Net spend on all the grants that pay for them, and match cash spent outside the ledger.",
        "in kind": "In kind stands beside the spend, never inside.",
    }.get(measure.casefold(), "")


def _paid_of_project(
    work: UnitOfWork, project: ProjectFunding, year: FinancialYear, measure: str, period: int | None
) -> Found:
    suffix = _suffix(period)
    parties = {PartyId(kept.id): kept.value.name for kept in work.parties.all()}

    def given(in_kind: bool) -> list[Term]:
        return [
            Term(source_name(match, parties) + (f": {match.note}" if match.note else ""), match.spent)
            for match in project.match
            if match.is_in_kind is in_kind and match.spent
        ]

    def of_heads(figure: str, name: str = "") -> list[Term]:
        """One term for each budget head of the funds, or of the one called *name*."""
        found = []
        for part in project.funds:
            if name and part.name.casefold() != name.casefold():
                continue
            position = position_of(work, part.fund, year, period)
            for head in position.projects:
                if head.project_id == project.project:
                    amount = {
                        "net": head.net_spent,
                        "spend": head.spent,
                        "host": head.spent_ineligible,
                    }[figure]
                    found.append(
                        Term(
                            f"{part.name}, {head.kind.value}",
                            amount,
                            _head_figure(position, head, figure) + suffix,
                        )
                    )
        return found

    what, _, name = measure.partition("/")
    terms: Sequence[Term]
    match what.casefold():
        case "cost":
            terms = [*of_heads("net")]
            if project.match_cash:
                terms = [
                    *terms,
                    Term("Match cash", project.match_cash, f"{project.ref}/{year}/match cash{suffix}"),
                ]
        case "host contribution":
            terms = of_heads("host")
        case "match cash":
            terms = given(in_kind=False)
        case "in kind":
            terms = given(in_kind=True)
        case "funded":
            terms = of_heads("spend", name)
        case _:
            terms = [
                Term(f"{title}, paid by {payer}", amount)
                for title, payer, amount in _posts(project)
                if not name or payer.casefold() == name.casefold()
            ]
    return Found(
        f"{project.ref}: {_title(measure).replace('its projects', 'it')}",
        tuple(terms),
        _note(measure),
    )
