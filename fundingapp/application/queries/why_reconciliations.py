"""Why is it so, of the figures that a reconciliation of the ledger keeps: by period, by cost centre, and by where the
pounds went.

Measures of the ledger: ``period 7``, ``charged to Locality Fund``, ``centre FAL01``, and of a cost centre
``centre FAL01/charged to Locality Fund``, ``/income``, ``/excluded: payroll`` and ``/waiting``.
"""

from __future__ import annotations

from dataclasses import replace

from fundingapp.application.ports import LineFilter, Show, UnitOfWork
from fundingapp.application.queries.explanations import Explanation, Term
from fundingapp.application.queries.positions import find_fund
from fundingapp.application.queries.reconciled import reconciled_figures
from fundingapp.application.wording import count
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from fundingapp.domain.periods import period_name
from fundingapp.domain.reconciliations import OfCentre, measure_of, of_centre, of_period

_CHARGED = "charged to "


def explain_reconciliation(
    work: UnitOfWork, measure: str, where: LineFilter, suffix: str
) -> Explanation | None:
    """The figure *measure* of the ledger lines under *where*; None when it is none of these."""
    about, period = of_centre(measure), of_period(measure)
    if about is not None:
        return _of_centre(work, about, measure, where, suffix)
    if period is not None:
        lines = replace(where, from_period=period, to_period=min(period, where.to_period))
        return _lines(work, f"Ledger lines of period {period} ({period_name(period)})", lines)
    if measure.startswith(_CHARGED):
        fund = measure.removeprefix(_CHARGED)
        lines = replace(where, fund=find_fund(work, fund), disposition=Disposition.PROJECT)
        return _lines(work, f"Charged to projects of {fund}", lines)
    return None


def _of_centre(
    work: UnitOfWork, about: OfCentre, measure: str, where: LineFilter, suffix: str
) -> Explanation:
    year = where.year
    if year is None:
        raise AssertionError("a figure names its year")
    parts = {measure_of(name): amount for name, amount in reconciled_figures(work, year, where.to_period)}
    centre = f"centre {about.centre}"
    if centre not in parts:
        raise NotFoundError("cost centre with ledger lines up to that period", about.centre)
    name = f"Cost centre {about.centre or '(none)'}"
    lines = replace(where, columns=(("cost_centre", f"={about.centre}"),))
    match about.what:
        case "":
            terms = tuple(
                Term(_called(found.what, found.rest), amount, f"ledger/{year}/{part}{suffix}")
                for part, amount in parts.items()
                if (found := of_centre(part)) is not None and found.centre == about.centre and found.what
            )
            return Explanation("", f"{name}: its ledger lines", parts[centre], terms)
        case "charged to":
            lines = replace(lines, fund=find_fund(work, about.rest), disposition=Disposition.PROJECT)
        case "income":
            lines = replace(lines, disposition=Disposition.INCOME)
        case "waiting":
            lines = replace(lines, show=Show.WAITING)
        case _:
            return _excluded(work, about, parts.get(measure, Money.ZERO), lines)
    return _lines(work, f"{name}: {_called(about.what, about.rest).lower()}", lines)


def _excluded(work: UnitOfWork, about: OfCentre, value: Money, lines: LineFilter) -> Explanation:
    """The lines excluded for one reason. A line of which parts are excluded for several reasons can't be told by a
    filter: then the lines are all that the cost centre excludes, and their reasons say which."""
    title = f"Cost centre {about.centre or '(none)'}: excluded, {about.rest}"
    every = replace(lines, disposition=Disposition.EXCLUDED)
    for words in (f"={about.rest}", f"{about.rest} (Rule", about.rest):
        ours = replace(every, columns=(*every.columns, ("state", words)))
        number, total = work.ledger.total(ours)
        if total == value:
            return Explanation("", f"{title}, {count(number, 'line')}", value, (), "", ours)
    note = "Among the lines that this cost centre excludes; the reason stands beside each."
    whole = work.ledger.total(every)[1]
    other = Term("Excluded there for other reasons", value - whole)
    return Explanation("", title, value, (Term("All that it excludes", whole), other), note, every)


def _called(what: str, rest: str) -> str:
    """“Charged to Locality Fund”, “Excluded: payroll”, “Waiting for a project”."""
    words = {"charged to": f"Charged to {rest}", "excluded:": f"Excluded: {rest}"}
    return words.get(what, {"income": "Income", "waiting": "Waiting for a project"}.get(what, what))


def _lines(work: UnitOfWork, title: str, where: LineFilter) -> Explanation:
    number, total = work.ledger.total(where)
    return Explanation("", f"{title}, {count(number, 'line')}", total, (), "", where)
