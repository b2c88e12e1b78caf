"""Why is it so? Every derived figure taken apart: the sum that makes it, down to ledger lines with file, sheet and
row, and to accruals and adjustments with their evidence.

A figure is named ``scope/year/measure`` with an optional ``@period``: ``LF-08/2018/19/spend``,
``Locality Fund/2018/19/available``, ``ledger/2018/19/waiting@10``. The scope is a project's reference, a fund's
name, or ``ledger``. A project's measures may name the kind when it has both, and the fund when it has several:
``spend:capital``, ``spend:revenue:Locality Fund``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import LineFilter, Show, Tools, UnitOfWork
from fundingapp.application.queries.adjustments import adjustment_rows
from fundingapp.application.queries.explanations import (
    Explanation,
    Supporting,
    Term,
)
from fundingapp.application.queries.heads import budgeted
from fundingapp.application.queries.performance import explain_table
from fundingapp.application.queries.positions import find_fund, position_of
from fundingapp.application.queries.published import explain_published
from fundingapp.application.queries.why_agreements import explain_agreements
from fundingapp.application.queries.why_bids import explain_consented
from fundingapp.application.queries.why_budgets import (
    Found,
    explain_grant_budgets,
    explain_project_budgets,
)
from fundingapp.application.queries.why_chain import explain_grant_chain, explain_project_chain
from fundingapp.application.queries.why_conditions import explain_conditions
from fundingapp.application.queries.why_parties import explain_body
from fundingapp.application.queries.why_plan import explain_plan
from fundingapp.application.queries.why_reconciliations import explain_reconciliation
from fundingapp.application.queries.why_results import explain_indicator
from fundingapp.application.queries.why_returns import explain_grant_return, explain_project_return
from fundingapp.application.queries.why_sums import explain_grant_sums, explain_project_sums
from fundingapp.application.queries.why_value import explain_avoided, explain_unit_cost
from fundingapp.application.queries.why_year_end import explain_year_end
from fundingapp.application.wording import count
from fundingapp.domain.adjustments import AdjustmentType, effects
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import FundId
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, period_name
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.reconciliation import ADJUSTED_NAMES

_FIGURE = re.compile(r"(?P<scope>.+)/(?P<year>\d{4}/\d{2,4})/(?P<measure>.+?)(?:@(?P<period>\d{1,2}))?")
_QUARTER = re.compile(r"spend/Q([1-4])", re.IGNORECASE)
_STATED = re.compile(r"stated/Q([1-4])", re.IGNORECASE)
#: Before a measure of a grant: the same figure where it is taken off.
_LESS = "less/"
_PERIOD = re.compile(r"spend/P(\d{1,2})", re.IGNORECASE)
_SIDE = re.compile(r"(R\d+b?)/([1-9]\d?)/(right|difference)")
_ALONE = re.compile(r"(total|charged|income|excluded|waiting|control)/P(\d{1,2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Why(Question["Explanation"]):
    """What makes *figure*. *limit* bounds the lines that are listed; None lists all."""

    figure: str
    limit: int | None = 200


#: What explains figures that are no part of a grant's money, by what their names begin with.
BESIDE_MONEY: dict[str, Callable[[UnitOfWork, str], Explanation | None]] = {
    "indicator": explain_indicator,
    "unit-cost": explain_unit_cost,
    "avoided": explain_avoided,
    "table": explain_table,
}


def parse_figure(text: str) -> tuple[str, FinancialYear, str, int | None]:
    """Scope, year, measure and period of a figure's name. Raises ExpectedError."""
    found = _FIGURE.fullmatch(text.strip())
    if found is None:
        raise ExpectedError(
            "no_figure",
            f"“{text}” does not name a figure.",
            "Name it as scope/year/measure, for example LF-08/2018/19/spend.",
        )
    period = int(found["period"]) if found["period"] else None
    if period is not None and not 1 <= period <= CLOSING_PERIOD:
        raise ExpectedError("no_figure", f"Period {period} is not one of 1 to 13.", "Choose another period.")
    try:
        year = FinancialYear.parse(found["year"])
    except ValueError:
        raise ExpectedError(
            "no_figure",
            f"“{found['year']}” in “{text}” is not a financial year.",
            "Write it as the year it begins and the next, for example 2018/19.",
        ) from None
    return found["scope"], year, found["measure"].strip(), period


def answer_why(question: Why, tools: Tools) -> Explanation:
    beside = BESIDE_MONEY.get(question.figure.partition("/")[0].strip().casefold())
    if beside is not None:
        with tools.open_work(reading=True) as work:
            found = beside(work, question.figure.strip())
        if found is not None:
            return _with_states(replace(found, figure=question.figure), tools)
    scope, year, measure, period = parse_figure(question.figure)
    suffix = f"@{period}" if period else ""
    with tools.open_work(reading=True) as work:
        planned = explain_plan(work, scope, year, measure, period) or explain_agreements(
            work, scope, year, measure, period
        )
        if planned is not None:
            terms = tuple(Term(*term) for term in planned.terms)
            total = Money.total(term.amount for term in terms)
            explanation = Explanation("", planned.title, total, terms, planned.note)
        elif (year_end := explain_year_end(work, scope, year, measure, period)) is not None:
            explanation = year_end
        elif scope.casefold() == "ledger":
            explanation = _ledger(work, year, measure, period, suffix)
        else:
            project = next(
                (kept for kept in work.projects.all() if kept.value.ref.casefold() == scope.casefold()), None
            )
            if project is not None:
                explanation = _project(work, scope, year, measure, period, suffix)
            else:
                explanation = _grant(work, find_fund(work, scope), year, measure, period, suffix)
        explanation = replace(explanation, figure=question.figure)
        if explanation.where is not None:
            number, total = work.ledger.total(explanation.where)
            explanation = replace(
                explanation,
                lines=tuple(work.ledger.shares(explanation.where, question.limit)),
                line_count=number,
                line_total=total,
            )
    return _with_states(explanation, tools)


def _with_states(explanation: Explanation, tools: Tools) -> Explanation:
    """*explanation* with how the file of each item of evidence stands: a figure is as good as its proof."""
    evidence = tuple(
        replace(
            entry, state=tools.sources.state(entry.evidence.value.sha256, entry.evidence.value.size).value
        )
        if entry.evidence.value.is_file
        else entry
        for entry in explanation.evidence
    )
    return replace(explanation, evidence=evidence)


def _unknown(measure: str, scope: str) -> NotFoundError:
    return NotFoundError("figure", f"{measure} of {scope}", "Try spend, budget, outturn, left or available.")


def _ledger(
    work: UnitOfWork, year: FinancialYear, measure: str, period: int | None, suffix: str
) -> Explanation:
    if measure.startswith(_LESS):
        return _taken_off(_ledger(work, year, measure.removeprefix(_LESS), period, suffix))
    where = LineFilter(year=year, to_period=period or CLOSING_PERIOD)
    alone = _ALONE.fullmatch(measure)
    if alone and 1 <= int(alone[2]) <= CLOSING_PERIOD:
        # One period by itself: as a return's reconciliation to the ledger lists them.
        number, measure = int(alone[2]), alone[1]
        where = replace(where, from_period=number, to_period=number)
    titles = {
        "total": ("Ledger lines held", where),
        "placed": ("Ledger lines placed", None),
        "charged": ("Charged to projects", replace(where, disposition=Disposition.PROJECT)),
        "income": ("Income", replace(where, disposition=Disposition.INCOME)),
        "charged/months": (
            "Charged to projects in periods 1 to 12",
            replace(where, to_period=min(where.to_period, 12), disposition=Disposition.PROJECT),
        ),
        "charged/closing": (
            "Charged to projects in period 13",
            replace(where, from_period=CLOSING_PERIOD, disposition=Disposition.PROJECT),
        ),
        "excluded": ("Excluded with a reason", replace(where, disposition=Disposition.EXCLUDED)),
        "waiting": ("Waiting for a project", replace(where, show=Show.WAITING)),
        "control": ("Control total of the downloads", None),
    }
    if measure not in titles:
        reconciled = explain_reconciliation(work, measure, where, suffix)
        if reconciled is None:
            raise _unknown(measure, "ledger")
        return reconciled
    title, lines = titles[measure]
    terms: tuple[Term, ...]
    if measure == "control":
        terms = tuple(
            Term(
                f"Period {entry.period} ({period_name(entry.period)}), {count(entry.lines, 'line')}",
                entry.total,
            )
            for entry in work.ledger.control_sums(year)
            if where.from_period <= entry.period <= where.to_period
        )
        note = "As the newest download covering each period states it."
        return Explanation("", title, Money.total(term.amount for term in terms), terms, note)
    if measure == "placed":
        names = ("charged", "income", "excluded")
        terms = tuple(
            Term(
                titles[name][0],
                work.ledger.total(titles[name][1] or where)[1],
                f"ledger/{year}/{name}{suffix}",
            )
            for name in names
        )
        return Explanation("", title, Money.total(term.amount for term in terms), terms)
    if lines is None:
        raise AssertionError("the two without lines were answered above")
    number, total = work.ledger.total(lines)
    note = {
        "waiting": "Charge these lines on Spend, or exclude them with a reason.",
    }.get(measure, "")
    return Explanation("", f"{title}, {count(number, 'line')}", total, (), note, lines)


def names_of_heads(work: UnitOfWork, year: FinancialYear) -> dict[BudgetHead, str]:
    """What tells each budget head of *year* from the others of its project, to follow a measure: nothing when there
    is one, ``:capital``, or ``:capital:Home Office Fund`` when several funds pay for that kind."""
    heads = {head for head, of_year in budgeted(work) if of_year == year}
    heads |= {
        BudgetHead(kept.value.project, kept.value.fund, kept.value.kind)
        for kept in work.accruals.all()
        if year in {kept.value.year, kept.value.reverses_year}
    }
    heads |= {
        BudgetHead(kept.value.project, kept.value.fund, kept.value.kind)
        for kept in work.adjustments.all()
        if year in {kept.value.year, kept.value.reverses_year}
    }
    heads |= {
        BudgetHead(project, kept.value.fund, kept.value.kind)
        for kept in work.movements.all()
        for project in (kept.value.source, kept.value.target)
        if kept.value.year == year and project is not None
    }
    heads |= {BudgetHead(entry.project, entry.fund, entry.kind) for entry in work.ledger.charge_sums(year)}
    projects = Counter(head.project for head in heads)
    kinds = Counter((head.project, head.kind) for head in heads)
    names = {}
    for head in heads:
        kind = f":{head.kind.value}" if projects[head.project] > 1 else ""
        fund = f":{work.funds.get(head.fund).value.name}" if kinds[head.project, head.kind] > 1 else ""
        names[head] = kind + fund
    return names


def _head(position: GrantPosition, project: ProjectPosition) -> BudgetHead:
    return BudgetHead(project.project_id, position.fund_id, project.kind)


def _project(
    work: UnitOfWork, ref: str, year: FinancialYear, measure: str, period: int | None, suffix: str
) -> Explanation:
    name, _, which = measure.partition(":")
    kind, _, fund = which.partition(":")
    names = names_of_heads(work, year)
    ids = {kept.id for kept in work.projects.all() if kept.value.ref.casefold() == ref.casefold()}
    funds = sorted({head.fund for head in names if head.project in ids})
    heads = [
        (position, project)
        for position in (position_of(work, fund_id, year, period) for fund_id in funds)
        for project in position.projects
        if project.project_id in ids
        and kind.casefold() in {"", project.kind.value}
        and fund.casefold() in {"", position.fund.name.casefold()}
    ]
    if not heads:
        raise NotFoundError(f"award in {year} for", ref, "Look at the Projects page for the years it has.")
    if len(heads) > 1:
        terms = tuple(
            Term(
                f"{position.fund.name}, {project.kind.value}",
                _value_of(work, position, project, name, suffix),
                f"{project.ref}/{year}/{name}{names[_head(position, project)]}{suffix}",
            )
            for position, project in heads
        )
        return Explanation("", f"{ref} {name}", Money.total(term.amount for term in terms), terms)
    which = names[_head(*heads[0])]
    return (
        _entries(work, *heads[0], name, which, suffix)
        or explain_project_chain(work, *heads[0], name, which)
        or _claims(work, *heads[0], name, which, suffix)
        or _one(*heads[0], name, which, suffix)
    )


def _claims(
    work: UnitOfWork, position: GrantPosition, project: ProjectPosition, measure: str, which: str, suffix: str
) -> Explanation | None:
    """The figure of what is claimed for one budget head; None when others make it."""
    # Not at the top: it explains in the words that are here.
    from fundingapp.application.queries.why_claims import explain_project_claims

    return explain_project_claims(work, position, project, measure, which, suffix)


#: The figures that accruals and adjustments make, with what they are called.
_ENTRY_TITLES = {
    "accruals": "accruals",
    "reversals": "reversals of accruals",
    **{type.value: name[0].lower() + name[1:] for type, name in ADJUSTED_NAMES.items()},
    "host": "ineligible, paid by the host",
}


def _amount_of_entries(project: ProjectPosition, measure: str) -> Money | None:
    """The figure that the entries of *measure* come to; None when no entries make it."""
    match measure:
        case "accruals":
            return project.spent_accruals
        case "reversals":
            return -project.spent_reversed
        case "host":
            return project.spent_ineligible
        case _:
            found = next((type for type in AdjustmentType if type.value == measure), None)
            return None if found is None else project.spent_adjusted(found)


def _entries(
    work: UnitOfWork,
    position: GrantPosition,
    project: ProjectPosition,
    measure: str,
    which: str,
    suffix: str,
) -> Explanation | None:
    """The accruals or adjustments of one budget head that make *measure*, each with its evidence; None when others
    make it."""
    value = _amount_of_entries(project, measure)
    if value is None:
        return None
    year = position.year
    terms: list[Term] = []
    evidence: list[Supporting] = []
    for row in adjustment_rows(work, position.fund_id, year):
        if (row.of.project, row.of.kind) != (project.project_id, project.kind):
            continue
        if row.is_accrual is not (measure in {"accruals", "reversals"}):
            continue
        if not row.is_accrual and row.type != ("ineligible" if measure == "host" else measure):
            continue
        first = True
        counts = False
        for at, period, amount in effects(row.of):
            made, first = first, False
            wanted = measure not in {"accruals", "reversals"} or made is (measure == "accruals")
            if at != year or period > project.to_period or not wanted:
                continue
            counts = True
            what = "" if made else "reversal of "
            line = f", line {row.line}" if row.line else ""
            terms.append(
                Term(
                    f"Period {period} ({period_name(period)}): {what}{row.reason}{line}",
                    -amount if measure == "host" else amount,
                )
            )
        if counts:
            said = f"{row.type} of {row.of.amount.in_words}, {row.reason}"
            evidence += [Supporting(kept, said) for kept in row.evidence]
    upto = f"up to period {project.to_period} ({period_name(project.to_period)})"
    return Explanation(
        "", f"{project.ref} {_ENTRY_TITLES[measure]} {upto}", value, tuple(terms), evidence=tuple(evidence)
    )


def _value_of(
    work: UnitOfWork, position: GrantPosition, project: ProjectPosition, measure: str, suffix: str
) -> Money:
    entries = _amount_of_entries(project, measure)
    if entries is not None:
        return entries
    carried = explain_project_chain(work, position, project, measure, "")
    if carried is not None:
        return carried.value
    claims = _claims(work, position, project, measure, "", suffix)
    return (claims or _one(position, project, measure, "", suffix)).value


def _one(
    position: GrantPosition, project: ProjectPosition, measure: str, which: str, suffix: str
) -> Explanation:
    """A measure of one budget head; *which* tells it from the others of its project."""
    ref, year, budget = project.ref, position.year, project.budget
    terms: tuple[Term, ...]
    where = LineFilter(
        year=year,
        to_period=project.to_period,
        project=project.project_id,
        fund=position.fund_id,
        kind=project.kind,
    )

    def figure(name: str) -> str:
        return f"{ref}/{year}/{name}{which}{suffix}"

    upto = f"up to period {project.to_period} ({period_name(project.to_period)})"
    stated = _STATED.fullmatch(measure)
    if stated:
        number = int(stated[1])
        now, sent = project.by_quarter[number - 1], project.quarters[number - 1]
        terms = (
            Term("Spend as it is now", now, figure(f"spend/Q{number}")),
            Term("What changed since the return was sent", sent - now),
        )
        return Explanation("", f"{ref} spend in quarter {number} as the return states it", sent, terms)
    quarter, month = _QUARTER.fullmatch(measure), _PERIOD.fullmatch(measure)
    if measure in {"spend", "net", "ledger"}:
        beside = project.spent_accruals or project.spent_reversed or any(map(any, project.adjusted.values()))
        if measure == "ledger" or not beside:
            return Explanation("", f"{ref} spend {upto}", project.spent_ledger, (), where=where)
        types = [type for type in ADJUSTED_NAMES if type in project.adjusted]
        if measure == "net":
            types = [type for type in types if type is not AdjustmentType.INELIGIBLE]
        terms = (
            Term("Charged from the ledger", project.spent_ledger, figure("ledger")),
            Term("Accruals less reversals", project.spent_accrued, figure("accrued")),
            *(Term(ADJUSTED_NAMES[type], project.spent_adjusted(type), figure(type.value)) for type in types),
        )
        title = f"{ref} net spend {upto}" if measure == "net" else f"{ref} spend {upto}"
        return Explanation("", title, Money.total(term.amount for term in terms), terms)
    if quarter or month:
        number = int((quarter or month or ("", "0"))[1])
        first, last = (number * 3 - 2, number * 3 if number < 4 else 13) if quarter else (number, number)
        if not 1 <= first <= CLOSING_PERIOD:
            raise _unknown(measure, ref)
        last = min(last, project.to_period)
        amounts = [
            (Money.total(part[first - 1 : last]) if last >= first else Money.ZERO)
            for part in (
                project.ledger,
                project.accrued,
                project.adjusted_net,
                tuple(-amount for amount in project.ineligible),
            )
        ]
        title = f"{ref} spend in {'quarter' if quarter else 'period'} {number}"
        narrowed = replace(where, from_period=first, to_period=last)
        if any(amounts[1:]):
            names = ("Charged from the ledger", "Accruals less reversals", "Adjustments", "Ineligible")
            terms = tuple(Term(*term) for term in zip(names, amounts, strict=True))
            return Explanation("", title, Money.total(amounts), terms)
        return Explanation("", title, amounts[0], (), where=narrowed)
    simple: dict[str, tuple[str, Money, tuple[Term, ...], str]] = {
        "award": (
            f"{ref} award",
            budget.award,
            (Term(f"Award {year}, {project.kind.value}", budget.award),),
            "",
        ),
        "budget": (
            f"{ref} current budget",
            budget.current,
            (
                Term("Award", budget.award, figure("award")),
                Term("Brought forward", budget.brought_forward, figure("brought forward")),
                Term("Virements in", budget.virement_in, figure("virements/in")),
                Term("Virements out", -budget.virement_out, figure("virements/out")),
                Term("Contingency released", budget.released, figure("contingency/out")),
                Term("Surrendered", -budget.surrendered, figure("contingency/in")),
            ),
            "",
        ),
        "left": (
            f"{ref} left to spend",
            project.left,
            (
                Term("Current budget", budget.current, figure("budget")),
                Term("Spend", -project.spent, figure("spend")),
            ),
            "",
        ),
        "accrued": (
            f"{ref} accruals less reversals {upto}",
            project.spent_accrued,
            (
                Term("Accruals", project.spent_accruals, figure("accruals")),
                Term("Reversals", -project.spent_reversed, figure("reversals")),
            ),
            "Memorandum entries: costs that the ledger does not hold yet.",
        ),
        "remaining": (
            f"{ref} still expected",
            project.forecast_remaining,
            tuple(
                Term(period_name(number), amount)
                for number, amount in enumerate(project.remaining, start=1)
                if amount
            ),
            "What was typed for a month to come, else that month of the profile.",
        ),
        "outturn": (
            f"{ref} forecast outturn",
            project.outturn,
            (
                Term("Spend", project.spent, figure("spend")),
                Term("Still expected", project.forecast_remaining, figure("remaining")),
            ),
            "",
        ),
        "variance": (
            f"{ref} variance at year end",
            project.variance,
            (
                Term("Forecast outturn", project.outturn, figure("outturn")),
                Term("Current budget", -budget.current, figure("budget")),
            ),
            "Above nought is an overspend.",
        ),
        "profile": (
            f"{ref} profile to date",
            project.profile_to_date,
            tuple(
                Term(period_name(number), amount)
                for number, amount in enumerate(project.profile[: min(project.to_period, 12)], start=1)
            ),
            "The current budget over twelve months, as its profile spreads it; evenly where none was set.",
        ),
    }
    if measure not in simple:
        found = (
            explain_project_budgets(position, project, measure)
            or explain_project_sums(project, measure)
            or explain_project_return(project, measure, figure)
        )
        if found is None:
            raise _unknown(measure, ref)
        return _taken_apart(found)
    title, value, terms, note = simple[measure]
    return Explanation("", title, value, terms, note)


def _grant(
    work: UnitOfWork, fund: FundId, year: FinancialYear, measure: str, period: int | None, suffix: str
) -> Explanation:
    if measure.startswith(_LESS):
        return _taken_off(_grant(work, fund, year, measure.removeprefix(_LESS), period, suffix))
    position = position_of(work, fund, year, period)
    name = position.fund.name

    def figure(wanted: str) -> str:
        return f"{name}/{year}/{wanted}{suffix}"

    def over_projects(
        title: str, part: Callable[[ProjectPosition], Money], wanted: str, note: str = ""
    ) -> Explanation:
        terms = tuple(
            Term(
                f"{project.ref} {project.project.name}",
                part(project),
                f"{project.ref}/{year}/{wanted}{names[_head(position, project)]}{suffix}",
            )
            for project in position.projects
        )
        return Explanation("", title, Money.total(term.amount for term in terms), terms, note)

    # Not at the top: it explains in the words that are here.
    from fundingapp.application.queries.why_claims import explain_grant_claims

    names = names_of_heads(work, year)
    claims = explain_grant_claims(
        work, position, measure, suffix, lambda project: names.get(_head(position, project), "")
    )
    if claims is not None:
        return claims
    carried = explain_grant_chain(work, position, measure, suffix)
    if carried is not None:
        return carried
    published = explain_published(work, position, measure)
    if published is not None:
        return published
    of_body = explain_body(work, position, measure, suffix)
    if of_body is not None:
        terms = tuple(Term(*each) for each in of_body.terms)
        return Explanation("", of_body.title, of_body.value, terms, of_body.note)
    upto = f"up to period {position.to_period} ({period_name(position.to_period)})"
    quarter = _QUARTER.fullmatch(measure)
    if quarter:
        number = int(quarter[1])
        return over_projects(
            f"{name} spend in quarter {number}",
            lambda project: project.by_quarter[number - 1],
            f"spend/Q{number}",
        )
    stated = _STATED.fullmatch(measure)
    if stated:
        number = int(stated[1])
        return over_projects(
            f"{name} spend in quarter {number} as the return states it",
            lambda project: project.quarters[number - 1],
            f"stated/Q{number}",
        )
    match measure:
        case "spend":
            return over_projects(f"{name} spend {upto}", lambda project: project.spent, "spend")
        case "awarded":
            return over_projects(f"{name}: current budgets", lambda project: project.budget.current, "budget")
        case "award":
            return over_projects(f"{name}: awards", lambda project: project.budget.award, "award")
        case "accrued":
            return over_projects(
                f"{name}: accruals less reversals {upto}", lambda project: project.spent_accrued, "accrued"
            )
        case "net":
            return over_projects(f"{name}: net spend {upto}", lambda project: project.net_spent, "net")
        case _ if measure in _ENTRY_TITLES:
            return over_projects(
                f"{name}: {_ENTRY_TITLES[measure]} {upto}",
                lambda project: _amount_of_entries(project, measure) or Money.ZERO,
                measure,
            )
        case "remaining":
            return over_projects(
                f"{name}: still expected", lambda project: project.forecast_remaining, "remaining"
            )
        case "outturn":
            return over_projects(f"{name}: forecast outturn", lambda project: project.outturn, "outturn")
        case "profile":
            return over_projects(
                f"{name}: profile {upto}", lambda project: project.profile_to_date, "profile"
            )
        case "available":
            resources = position.resources
            terms = (
                Term("Allocation", resources.allocation, figure("allocation")),
                Term("Brought forward", resources.brought_forward, figure("brought forward")),
                Term("Supplements", resources.supplements, figure("supplements")),
                Term("Reductions", -resources.reductions, figure("reductions")),
            )
            return Explanation("", f"{name} available in {year}", position.available, terms)
        case "allocation":
            terms = tuple(
                Term(
                    f"{kind.value.capitalize()}, as notified",
                    position.resources_by_kind[kind].allocation,
                )
                for kind in position.resources_by_kind
                if position.resources_by_kind[kind].allocation
            )
            letters = {
                kept.value.letter
                for kept in work.allocations.all()
                if (kept.value.fund, kept.value.year) == (fund, year) and kept.value.letter
            }
            note = f"From {', '.join(sorted(letters))}." if letters else ""
            return Explanation("", f"{name} allocation {year}", position.resources.allocation, terms, note)
        case "contingency":
            opening = tuple(
                Term(f"{line.ref} {line.name}".strip(), line.change) for line in position.contingency_lines
            )
            moved = tuple(
                Term(
                    ("Released" if move.source is None else "Surrendered") + f": {move.reason}",
                    -move.amount if move.source is None else move.amount,
                )
                for move in position.movements
                if (move.source is None) is not (move.target is None)  # within it, of two kinds, is no change
            )
            return Explanation("", f"{name}: contingency", position.contingency, opening + moved)
        case "unallocated":
            terms = (
                Term("Available", position.available, figure("available")),
                Term("Current budgets", -position.awarded, figure("awarded")),
                Term("Contingency", -position.contingency, figure("contingency")),
            )
            if position.over_programmed:
                terms += (Term("Awarded beyond what is available", position.over_programmed),)
            return Explanation("", f"{name}: not yet awarded", position.unallocated, terms)
        case "consented":
            consented = explain_consented(position)
            return Explanation(
                "",
                f"{name}: awarded beyond what is available, with consent",
                -position.over_programmed_with_consent,
                tuple(Term(*term) for term in consented.terms),
                consented.note,
            )
        case "underspend":
            terms = (
                Term("Available", position.available, figure("available")),
                Term("Forecast outturn", -position.outturn, figure("outturn")),
            )
            return Explanation(
                "", f"{name}: likely underspend", position.underspend, terms, "Below nought is an overspend."
            )
        case "variance":
            terms = (
                Term("Forecast outturn", position.outturn, figure("outturn")),
                Term("Current budgets", -position.awarded, figure("awarded")),
            )
            return Explanation("", f"{name}: variance", position.outturn - position.awarded, terms)
        case "left":
            terms = (
                Term("Available", position.available, figure("available")),
                Term("Spend", -position.spent, figure("spend")),
            )
            return Explanation("", f"{name}: left to spend", position.available - position.spent, terms)
        case _:

            def of_project(project: ProjectPosition, wanted: str) -> str:
                return f"{project.ref}/{year}/{wanted}{names[_head(position, project)]}{suffix}"

            found = explain_grant_budgets(position, measure, of_project)
            found = found or explain_grant_sums(work, position, measure, of_project)
            found = found or explain_grant_return(position, measure, of_project)
            if found is not None:
                return _taken_apart(found)
            explained = explain_conditions(work, position, measure) or _of_identity(work, position, measure)
            if explained is None:
                raise _unknown(measure, name)
            return explained


def _of_identity(work: UnitOfWork, position: GrantPosition, measure: str) -> Explanation | None:
    """The right side of an identity, or what its sides differ by (“R12/1/right” is of the first R12); None for what is
    none of these."""
    found = _SIDE.fullmatch(measure)
    if found is None:
        return None
    # Not at the top: what states an identity may itself ask why.
    from fundingapp.application.queries.identities import identities_of

    same = [each for each in identities_of(work, position) if each.id == found[1]]
    if int(found[2]) > len(same):
        return None
    identity = same[int(found[2]) - 1]
    parts = tuple(Term(part.name, part.amount, part.figure) for part in identity.right)
    if found[3] == "right":
        return Explanation("", f"{identity.id}: {identity.name}", identity.right_total, parts, identity.note)
    left = Term(identity.left_name, identity.left, identity.left_figure)
    taken = tuple(replace(term, amount=-term.amount, figure="") for term in parts)
    return Explanation(
        "", f"{identity.id}: what the sides differ by", identity.difference, (left, *taken), identity.advice
    )


def _taken_off(taken: Explanation) -> Explanation:
    """The same figure where it is taken off. Its lines stay as the ledger has them."""
    terms = tuple(replace(term, amount=-term.amount) for term in taken.terms)
    return replace(taken, title=f"{taken.title}, taken off", value=-taken.value, terms=terms)


def _taken_apart(found: Found) -> Explanation:
    terms = tuple(Term(*term) for term in found.terms)
    return Explanation("", found.title, Money.total(term.amount for term in terms), terms)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {Why: answer_why}
