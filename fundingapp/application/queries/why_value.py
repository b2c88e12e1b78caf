"""Why is it so, for what the money bought: a unit cost into its spending and its figure, a cost avoided into its
baseline, its figure and the reference value; the parts lead on to ledger lines and to figures with their evidence.

``unit-cost/7/2018/19/cost@9`` is what one of indicator 7 cost up to the end of period 9, ``…/cost:Locality Fund@9`` of
one fund's spending; ``avoided/7/2018/19/Robbery@9`` what fewer of it are said to have saved.
"""

from __future__ import annotations

import re

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.explanations import Explanation, Term
from fundingapp.application.queries.positions import find_fund
from fundingapp.application.queries.value import Bought
from fundingapp.application.wording import short_date
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.ids import FundId, IndicatorId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, quarter_of
from fundingapp.domain.results import number_shown
from fundingapp.domain.unit_costs import name_key

_UNIT_COST = re.compile(
    r"unit-cost/(?P<id>\d+)/(?P<year>\d{4}/\d{2,4})(?:/cost(?::(?P<of>.+?))?)?(?:@(?P<period>\d{1,2}))?",
    re.IGNORECASE,
)
_AVOIDED = re.compile(
    r"avoided/(?P<id>\d+)/(?P<year>\d{4}/\d{2,4})/(?P<of>.+?)(?:@(?P<period>\d{1,2}))?", re.IGNORECASE
)


def _bought(
    work: UnitOfWork, found: re.Match[str] | None, figure: str, fund: FundId | None
) -> tuple[Bought, IndicatorId]:
    """What was bought by then, and the indicator that *figure* names. Raises NotFoundError."""
    try:
        year = FinancialYear.parse(found["year"]) if found else None
    except ValueError:
        year = None
    period = int(found["period"] or 13) if found else 0
    if found is None or year is None or not 1 <= period <= 13:
        raise _unknown(figure)
    bought = Bought(work, year, quarter_of(period), fund)
    id = IndicatorId(int(found["id"]))
    if id not in bought.held.indicators:
        raise _unknown(figure)
    return bought, id


def _unknown(figure: str) -> NotFoundError:
    return NotFoundError(
        "figure",
        figure,
        "Name it as unit-cost/indicator/year/cost or avoided/indicator/year/reference value.",
    )


def explain_unit_cost(work: UnitOfWork, figure: str) -> Explanation:
    """What makes a unit cost. Raises NotFoundError for one of nothing, or of the partnership as a whole."""
    found = _UNIT_COST.fullmatch(figure)
    fund = find_fund(work, found["of"]) if found and found["of"] else None
    bought, id = _bought(work, found, figure, fund)
    row = bought.row(id)
    if row is None:
        raise NotFoundError(
            "unit cost",
            bought.indicator(id).name,
            "It is of the partnership, whose spending is not of one project.",
        )
    cost = row.cost
    terms = (
        Term(f"{row.ref} spend", cost.spent, row.spent_figure),
        Term(row.name, figure=row.number_figure, shown=f"÷ {row.number_text}"),
    )
    said = [f"{cost.in_words[:1].upper()}{cost.in_words[1:]}."]
    said += [f"{each[:1].upper()}{each[1:]}." for each in cost.caveats]
    shown = cost.cost.in_words if cost.cost is not None else "–"
    title = f"{row.ref}: cost {cost.per} up to Q{bought.quarter} of {bought.year}"
    return Explanation("", title, Money.ZERO, terms, " ".join(said), shown=shown)


def explain_avoided(work: UnitOfWork, figure: str) -> Explanation:
    """What makes a cost avoided. Raises NotFoundError."""
    found = _AVOIDED.fullmatch(figure)
    bought, id = _bought(work, found, figure, None)
    wanted = name_key(found["of"]) if found else ""
    reference = next((each for each in bought.references if name_key(each.name) == wanted), None)
    if reference is None:
        raise NotFoundError(
            "reference value", wanted, "Look at the list of them on the page Outcomes, under Value."
        )
    saved = bought.avoided(id, reference)
    indicator, result = bought.indicator(id), bought.result(id)
    terms = [
        Term("Baseline", figure=bought.number_figure(id, "baseline"), shown=bought.baseline_text(id) or "–"),
        Term(f"{indicator.name} now", figure=bought.number_figure(id), shown=result.hidden),
    ]
    if saved.amount is not None and saved.fewer is not None:
        terms.append(Term("Fewer", shown=number_shown(saved.fewer)))
    edition = f" ({short_date(reference.edition)})" if reference.edition is not None else ""
    terms.append(
        Term(
            f"{reference.name}, one case at {reference.prices} prices", shown=f"× {reference.amount.in_words}"
        )
    )
    first = f"{saved.in_words[:1].upper()}{saved.in_words[1:]}"
    note = f"{first}. {saved.caveat.rstrip('.')}{edition}."
    shown = saved.amount.in_words if saved.amount is not None else "–"
    title = f"{indicator.name}: cost avoided up to Q{bought.quarter} of {bought.year}"
    return Explanation("", title, Money.ZERO, tuple(terms), note, shown=shown)
