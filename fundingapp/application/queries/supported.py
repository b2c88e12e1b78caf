"""What papers support, in the words by which a person knows it, and where it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from fundingapp.application.ports import LineFilter, LineOrder, UnitOfWork
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.evidence import Supported, supported_of
from fundingapp.domain.gaps import quarter_of_days
from fundingapp.domain.grant_conditions import GrantCondition
from fundingapp.domain.ids import LineId
from fundingapp.domain.indicators import Indicator, IndicatorFigure
from fundingapp.domain.periods import FinancialYear

#: The page on which each sort of thing is looked at.
_PAGES: Final[Mapping[str, str]] = {
    "project": "projects",
    "line": "spend",
    "accrual": "spend",
    "adjustment": "spend",
    "bid": "bids",
    "carry_forward": "yearend",
    "settlement": "yearend",
    "reconciliation": "reconcile",
    "certificate": "reconcile",
    "outcome": "outcomes",
    "indicator": "outcomes",
    "figure": "outcomes",
    "milestone": "outcomes",
    "table": "outcomes",
    "saved_return": "returns",
}
#: By which rows of the unit of work each sort of thing is kept, in the order in which a person looks for one.
_ROWS: Final[Mapping[str, str]] = {
    "figure": "indicator_figures",
    "indicator": "indicators",
    "outcome": "outcomes",
    "milestone": "milestones",
    "claim": "claims",
    "condition": "conditions",
    "movement": "movements",
    "bid": "bids",
    "project": "projects",
    "accrual": "accruals",
    "adjustment": "adjustments",
    "payment": "payments",
    "repayment": "repayments",
    "agreement": "agreements",
    "allocation": "allocations",
    "consent": "consents",
    "carry_forward": "carry_forwards",
    "settlement": "settlements",
    "reconciliation": "reconciliations",
    "certificate": "certificates",
    "table": "performance_tables",
    "saved_return": "returns",
}
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class SupportShown:
    """One thing that a paper supports or could support: *words* name it, *page* is where it is looked at, and *year*
    the one that it is of, None for what has none."""

    supported: Supported
    words: str
    page: str
    year: FinancialYear | None = None

    @property
    def subject(self) -> Supported:
        """What *page* is asked to show."""
        return self.supported


def refuse_absent(work: UnitOfWork, supported: Supported) -> None:
    """Raises NotFoundError unless what a paper is to support is there, ExpectedError for what none can support."""
    if supported.what == "line":
        work.ledger.held_line(LineId(supported.id))
    elif supported.what in _ROWS:
        getattr(work, _ROWS[supported.what]).get(supported.id)


def fund_of(work: UnitOfWork, supported: Supported) -> int | None:
    """The fund that a thing is of; None where it has none of its own. Raises NotFoundError."""
    if supported.what not in _ROWS:
        return None
    fund: int | None = getattr(getattr(work, _ROWS[supported.what]).get(supported.id).value, "fund", None)
    return fund


def funds_of_papers(work: UnitOfWork) -> dict[int, set[int]]:
    """The funds of what each paper supports; papers that support nothing with a fund of its own are left out."""
    found: dict[int, set[int]] = {}
    rows: dict[str, dict[int, Any]] = {}
    for kept in work.supports.all():
        supported = supported_of(kept.value)
        if supported.what not in _ROWS:
            continue
        if supported.what not in rows:
            rows[supported.what] = {
                each.id: each.value for each in getattr(work, _ROWS[supported.what]).all()
            }
        fund = getattr(rows[supported.what].get(supported.id), "fund", None)
        if fund is not None:
            found.setdefault(kept.value.evidence, set()).add(fund)
    return found


class Words:
    """Names the things that papers support; what it needs of *work* it reads once."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._rows: dict[str, dict[int, Any]] = {}

    def of(self, supported: Supported) -> SupportShown:
        """The thing in words. What is gone is named by its number."""
        what, id = supported.what, supported.id
        try:
            value = self._work.ledger.held_line(LineId(id)).line if what == "line" else self._kept(what)[id]
        except (KeyError, NotFoundError):
            return SupportShown(supported, f"{what.replace('_', ' ')} {id}, which is gone", "evidence")
        words, year = self._said(what, value)
        return SupportShown(supported, _short(words), _PAGES.get(what, "grants"), year)

    def all(self) -> Iterator[SupportShown]:
        """Everything that a paper can support but ledger lines, the newest of each sort first."""
        for what in _ROWS:
            for id in sorted(self._kept(what), reverse=True):
                yield self.of(Supported(what, id))

    def lines(self, text: str, most: int) -> Iterator[SupportShown]:
        """The ledger lines that fit *text*, at most so many."""
        ids = self._work.ledger.line_ids(LineFilter(text=text), LineOrder(descending=True))
        for row in self._work.ledger.line_rows(list(ids[:most])):
            words, year = self._said("line", row.line)
            yield SupportShown(Supported("line", row.id), _short(words), "spend", year)

    def _kept(self, what: str) -> dict[int, Any]:
        if what not in self._rows:
            rows = getattr(self._work, _ROWS[what])
            self._rows[what] = {kept.id: kept.value for kept in rows.all()}
        return self._rows[what]

    @cached_property
    def _funds(self) -> dict[int, str]:
        return {kept.id: kept.value.name for kept in self._work.funds.all()}

    def _ref(self, project: int | None) -> str:
        return self._kept("project")[project].ref if project is not None else ""

    def _said(self, what: str, value: Any) -> tuple[str, FinancialYear | None]:
        special = {
            "figure": self._figure,
            "indicator": lambda each: (self._indicator(each), None),
            "outcome": lambda each: (
                _joined(self._ref(each.project), f"outcome “{each.name}”"),
                each.from_year,
            ),
            "milestone": lambda each: (
                _joined(self._ref(each.project), f"milestone “{each.name}”"),
                FinancialYear.of(each.due),
            ),
            "project": lambda each: (f"{each.ref} {each.name}", None),
            "line": lambda each: (
                _joined(
                    f"ledger line {each.transaction}" if each.transaction else "ledger line",
                    each.supplier or each.description,
                    each.amount.in_words,
                ),
                each.year,
            ),
            "agreement": lambda each: (f"agreement “{each.title}”, {each.span}", each.from_year),
            "condition": self._condition,
            "reconciliation": lambda each: (
                f"reconciliation of {each.year} to period {each.to_period}",
                each.year,
            ),
            "table": lambda each: (f"table “{each.name}”", None),
        }
        handler: Callable[[Any], tuple[str, FinancialYear | None]] | None = special.get(what)
        return handler(value) if handler is not None else self._money(what, value)

    def _indicator(self, indicator: Indicator) -> str:
        return _joined(self._ref(indicator.project), indicator.name)

    def _figure(self, figure: IndicatorFigure) -> tuple[str, FinancialYear | None]:
        indicator = self._kept("indicator")[figure.indicator]
        quarter = quarter_of_days(figure.first, figure.last)
        if quarter is not None:
            when = f"Q{quarter[1]} {quarter[0]}"
        else:
            when = f"{figure.first:%d/%m/%Y} to {figure.last:%d/%m/%Y}"
        return _joined(self._indicator(indicator), when), FinancialYear.of(figure.last)

    def _condition(self, condition: GrantCondition) -> tuple[str, FinancialYear | None]:
        name = condition.clause or condition.text
        return _joined(
            f"condition {name}", self._ref(condition.project) or self._funds[condition.fund]
        ), condition.year

    def _money(self, what: str, value: Any) -> tuple[str, FinancialYear | None]:
        """What has a fund: its name, its project or fund, and its year."""
        year = value.from_year if what == "carry_forward" else getattr(value, "year", None)
        names = {
            "claim": lambda: f"claim {value.number}",
            "movement": lambda: f"virement {value.number}" if value.number else "virement",
            "bid": lambda: f"bid {value.reference}" if value.reference else "bid",
            "accrual": lambda: f"accrual of {value.amount.in_words}",
            "adjustment": lambda: f"{value.type.value} of {value.amount.in_words}",
            "payment": lambda: f"payment of {value.amount.in_words} on {value.dated:%d/%m/%Y}",
            "repayment": lambda: f"repayment of {value.amount.in_words}",
            "allocation": lambda: f"allocation of {value.amount.in_words}",
            "consent": lambda: f"consent of {value.dated:%d/%m/%Y}",
            "carry_forward": lambda: f"carry-forward of {value.asked.in_words}",
            "settlement": lambda: f"settlement of {value.amount.in_words}",
            "certificate": lambda: f"certificate of the {value.about.value}",
            "saved_return": lambda: f"Q{value.quarter} return, version {value.version}",
        }
        project = getattr(value, "project", None)
        of = self._ref(project) if project is not None else self._funds[value.fund]
        return _joined(of, names[what](), str(year) if year is not None else ""), year


def _joined(*parts: str) -> str:
    """“LF-08 · Clients supported · Q3 2018/19”."""
    return " · ".join(part for part in parts if part)


def _short(words: str) -> str:
    said = " ".join(words.split())
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
