"""What the Grants page shows beside one grant: agreements, the history of allocations, all grants and all years."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.agreed import AgreementRow, agreement_rows
from fundingapp.application.queries.heads import granted
from fundingapp.application.queries.parties import commissioner_in_words
from fundingapp.application.queries.positions import position_of
from fundingapp.domain.agreements import Terms, terms_in_force
from fundingapp.domain.allocations import Allocation, TrendYear, trend_of
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.funds import Fund
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.states import Step, Subject


@dataclass(frozen=True, slots=True)
class AgreementsOf(Question["AgreementsAnswer"]):
    """The agreements of a fund, with what is in force in *year*."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class AgreementsAnswer:
    """*in_force* is the agreement that covers the year, None: the usual *terms* count. *allocated* is what stands
    allocated, by the years of all agreements."""

    fund: Kept[Fund]
    agreements: tuple[AgreementRow, ...]
    in_force: AgreementRow | None
    terms: Terms
    allocated: tuple[TrendYear, ...]


@dataclass(frozen=True, slots=True)
class AllocationSteps(Question["dict[int, tuple[Step, ...]]"]):
    """The steps of every allocation of a fund and year, oldest first, by the id of the allocation."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class AllocationPapers(Question["dict[int, tuple[Kept[Evidence], ...]]"]):
    """The papers of every allocation of a fund and year that has some, by the id of the allocation."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class GrantsOfYear(Question["GrantList"]):
    """Every grant of a year with its main figures, and all of them together."""

    year: FinancialYear


@dataclass(frozen=True, slots=True)
class YearsOfFund(Question["GrantList"]):
    """A fund's grant in *year*, the year before and the year after, as far as there is one."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant's main figures: *spent* is eligible spend to date (R14), *left* what is available less that."""

    fund_id: FundId
    fund: str
    funder: str
    year: FinancialYear
    available: Money
    awarded: Money
    contingency: Money
    spent: Money
    unallocated: Money
    indicative: Money
    left: Money

    def figure(self, measure: str) -> str:
        """What to ask “why?” of."""
        return f"{self.fund}/{self.year}/{measure}"

    def amount(self, measure: str) -> Money:
        """The figure of that name, as “why?” knows it."""
        amount: Money = getattr(self, "spent" if measure == "spend" else measure)
        return amount


@dataclass(frozen=True, slots=True)
class GrantList:
    """Grants side by side; the totals are summed here and nowhere else."""

    lines: tuple[GrantLine, ...]

    def total(self, measure: str) -> Money:
        """All of them together."""
        return Money.total(line.amount(measure) for line in self.lines)


@dataclass(frozen=True, slots=True)
class TrendOf(Question["tuple[TrendYear, ...]"]):
    """The allocation of each year of a fund; None: of all funds together."""

    fund: FundId | None


def answer_agreements(question: AgreementsOf, tools: Tools) -> AgreementsAnswer:
    with tools.open_work(reading=True) as work:
        rows = agreement_rows(work, question.fund)
        return AgreementsAnswer(
            work.funds.get(question.fund),
            rows,
            next((row for row in rows if row.kept.value.covers(question.year)), None),
            terms_in_force((row.kept.value for row in rows), question.fund, question.year),
            trend_of(kept.value for kept in work.allocations.all() if kept.value.fund == question.fund),
        )


def answer_steps(question: AllocationSteps, tools: Tools) -> dict[int, tuple[Step, ...]]:
    with tools.open_work(reading=True) as work:
        found: dict[int, tuple[Step, ...]] = {
            kept.id: ()
            for kept in work.allocations.all()
            if (kept.value.fund, kept.value.year) == (question.fund, question.year)
        }
        for kept in work.steps.all():
            step = kept.value
            if step.subject is Subject.ALLOCATION and step.subject_id in found:
                found[step.subject_id] += (step,)
        return found


def answer_papers(question: AllocationPapers, tools: Tools) -> dict[int, tuple[Kept[Evidence], ...]]:
    with tools.open_work(reading=True) as work:
        ours = {
            kept.id
            for kept in work.allocations.all()
            if (kept.value.fund, kept.value.year) == (question.fund, question.year)
        }
        found: dict[int, tuple[Kept[Evidence], ...]] = {}
        for kept in work.supports.all():
            id = kept.value.allocation
            if id in ours and id is not None:
                found[id] = (*found.get(id, ()), work.evidence.get(kept.value.evidence))
        return found


def _line(work: UnitOfWork, fund: FundId, year: FinancialYear, to_period: int | None = None) -> GrantLine:
    position = position_of(work, fund, year, to_period)
    return GrantLine(
        fund,
        position.fund.name,
        commissioner_in_words(work, fund, year.first_day, year.last_day),
        year,
        position.available,
        position.awarded,
        position.contingency,
        position.spent,
        position.unallocated,
        position.resources.indicative,
        position.available - position.spent,
    )


def _lines(work: UnitOfWork, grants: Sequence[tuple[FundId, FinancialYear]]) -> GrantList:
    return GrantList(tuple(_line(work, fund, year) for fund, year in grants))


def grants_of_year(work: UnitOfWork, year: FinancialYear, to_period: int | None = None) -> GrantList:
    """Every grant of *year*, up to *to_period* (None: as far as it has come), by the name of its fund."""
    names = {kept.id: kept.value.name for kept in work.funds.all()}
    ours = [grant for grant in granted(work) if grant[1] == year]
    ours.sort(key=lambda grant: names[grant[0]])
    return GrantList(tuple(_line(work, *grant, to_period) for grant in ours))


def answer_year(question: GrantsOfYear, tools: Tools) -> GrantList:
    with tools.open_work(reading=True) as work:
        return grants_of_year(work, question.year)


def answer_years(question: YearsOfFund, tools: Tools) -> GrantList:
    with tools.open_work(reading=True) as work:
        near = (question.year.previous, question.year, question.year.next)
        return _lines(
            work, sorted(grant for grant in granted(work) if grant[0] == question.fund and grant[1] in near)
        )


def answer_trend(question: TrendOf, tools: Tools) -> tuple[TrendYear, ...]:
    def wanted(allocation: Allocation) -> bool:
        return question.fund in (None, allocation.fund)

    with tools.open_work(reading=True) as work:
        return trend_of(kept.value for kept in work.allocations.all() if wanted(kept.value))


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    AgreementsOf: answer_agreements,
    AllocationPapers: answer_papers,
    AllocationSteps: answer_steps,
    GrantsOfYear: answer_year,
    YearsOfFund: answer_years,
    TrendOf: answer_trend,
}
