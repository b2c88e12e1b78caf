"""A grant's position up to a period: every total that a window, a return or the console shows is worked out here and
nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from fundingapp.domain.adjustments import (
    Accrual,
    Adjustment,
    AdjustmentType,
    CarriedAccrual,
    Forecast,
    adjusted_by_period,
)
from fundingapp.domain.agreements import USUAL_TERMS, Consent, Terms
from fundingapp.domain.allocations import (
    Allocation,
    Award,
    Budget,
    BudgetMovement,
    Contingency,
    Resources,
    budget_of,
    contingency_left,
    resources_of,
)
from fundingapp.domain.carry_forwards import CarryForward, NotAgreed, carried_in, carried_of, not_agreed_of
from fundingapp.domain.funds import Fund, Kind, Project
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money, percentage
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, quarter_of
from fundingapp.domain.profiles import Profile, VarianceReason, spread
from fundingapp.domain.rag import Rag, rag_of

#: Thirteen periods without an amount.
_NOTHING = (Money.ZERO,) * CLOSING_PERIOD


class ChargeSum(NamedTuple):
    """What live ledger lines charge to one budget head in one period of the year."""

    project: ProjectId
    fund: FundId
    kind: Kind
    period: int
    amount: Money


class DaySum(NamedTuple):
    """What live ledger lines of one period, posted on one day (None: without a day), charge to a grant in one kind of
    money."""

    kind: Kind
    period: int
    posted_on: date | None
    amount: Money


class LedgerSum(NamedTuple):
    """The year's live ledger lines of one period, and where their pounds went.

    *total* and *placed* are sums of lines (*placed*: of those that have charges); *charged*, *income* and
    *excluded* are sums of charges, so that lines and charges can be compared (R10, R11). *unequal_lines* counts
    placed lines whose own charges do not sum to them.
    """

    period: int
    lines: int
    total: Money
    placed: Money
    charged: Money
    income: Money
    excluded: Money
    waiting_lines: int
    unequal_lines: int


class ControlSum(NamedTuple):
    """What the newest download covering a period states for it (R9)."""

    period: int
    lines: int
    total: Money


@dataclass(frozen=True, slots=True)
class GrantRecords:
    """Everything that a grant's position is made of: one fund, one year."""

    fund_id: FundId
    fund: Fund
    year: FinancialYear
    allocations: Sequence[Allocation]
    projects: Mapping[ProjectId, Project]
    awards: Sequence[Award]
    contingencies: Sequence[Contingency]
    movements: Sequence[BudgetMovement]
    accruals: Sequence[Accrual]
    forecasts: Sequence[Forecast]
    charges: Sequence[ChargeSum]
    ledger: Sequence[LedgerSum]
    controls: Sequence[ControlSum]
    #: What the year's ledger charges to other grants.
    elsewhere: Sequence[ChargeSum] = ()
    #: The last period that the ledger or an accrual has reached, 0 for none: months after it are still to come, also
    #: for a position that goes on to the end of a quarter.
    reached: int = CLOSING_PERIOD
    #: What an earlier submitted return stated, by (project, kind): the spend of each quarter up to its own.
    submitted: Mapping[tuple[ProjectId, Kind], tuple[Money, ...]] = field(default_factory=dict)
    submitted_quarter: int = 0
    #: What the spend of each period was when it was locked, by (project, kind), up to *locked_to* (0: none is).
    locked: Mapping[tuple[ProjectId, Kind], tuple[Money, ...]] = field(default_factory=dict)
    locked_to: int = 0
    adjustments: Sequence[Adjustment] = ()
    #: What the accruals of the year before came to (R13).
    carried: Sequence[CarriedAccrual] = ()
    #: How many adjustments take more off a ledger line than it charges there now.
    overdrawn: int = 0
    #: What the agreement for the year lays down.
    terms: Terms = USUAL_TERMS
    profiles: Sequence[Profile] = ()
    reasons: Sequence[VarianceReason] = ()
    #: The commissioner's consents to award more than is available.
    consents: Sequence[Consent] = ()
    #: What of the year before is to be used in this one, in every state: only what is agreed counts (R1, R4).
    brought: Sequence[CarryForward] = ()
    #: What of this year is to be used in the next, in every state.
    onward: Sequence[CarryForward] = ()


class ProjectState(Enum):
    """How a project's spending stands, in the words of the Overview page."""

    ON_TRACK = "on track"
    BEHIND = "behind profile"
    AHEAD = "ahead of profile"
    OVER = "over award"


@dataclass(frozen=True, slots=True)
class ProjectPosition:
    """One project under the grant, in one kind of money.

    *ledger*, *accrued* and each of *adjusted* hold thirteen amounts, period 1 first, over the whole year; what counts
    up to the position's period is in *spent* and *quarters*. *accrued* has the accruals less their reversals, and
    *reversed* the reversals alone, above nought.

    What the grant pays for is the eligible spend (R14): that is what is called spent everywhere. *net_spent* has the
    ineligible amounts in it, which the host pays.
    """

    project_id: ProjectId
    project: Project
    kind: Kind
    budget: Budget
    to_period: int
    ledger: tuple[Money, ...]
    accrued: tuple[Money, ...]
    profile: tuple[Money, ...]
    remaining: tuple[Money, ...]
    submitted: tuple[Money, ...]
    tolerance_percent: Decimal
    reversed: tuple[Money, ...] = _NOTHING
    adjusted: Mapping[AdjustmentType, tuple[Money, ...]] = field(default_factory=dict)
    #: Why it is off its budget, as it was said last up to the position's period; "" for nothing.
    reason: str = ""
    #: The agreement's bands, in per cent of the budget (rule 28).
    rag_percents: tuple[Decimal, ...] = USUAL_TERMS.rag_percents
    #: The spend of each locked period, as it was when it was locked (R17).
    locked: tuple[Money, ...] = ()
    #: Eligible spend of each period, nothing beyond the position's own: asked for again with every figure.
    _eligible: tuple[Money, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        columns = (self.ledger, self.accrued, *self.adjusted.values())
        object.__setattr__(
            self,
            "_eligible",
            tuple(
                Money.total(amounts) if period <= self.to_period else Money.ZERO
                for period, amounts in enumerate(zip(*columns, strict=True), start=1)
            ),
        )

    @property
    def ref(self) -> str:
        return self.project.ref

    def in_period(self, period: int) -> Money:
        """Eligible spend of *period*, 1 to 13; nothing beyond the position's own period."""
        return self._eligible[period - 1]

    def up_to(self, period: int) -> Money:
        """Eligible spend from the start of the year to the end of *period*."""
        return Money.total(self._eligible[:period])

    @property
    def spent(self) -> Money:
        """R14: what the grant pays for: the net spend (R12) less what is not eligible."""
        return self.up_to(self.to_period)

    def spent_adjusted(self, type: AdjustmentType) -> Money:
        """What the adjustments of *type* add to the spend, below nought where they take off."""
        return Money.total(self.adjusted.get(type, _NOTHING)[: self.to_period])

    @property
    def adjusted_net(self) -> tuple[Money, ...]:
        """Thirteen amounts: what all adjustments but the ineligible ones add (R12)."""
        return self._adjusted(set(AdjustmentType) - {AdjustmentType.INELIGIBLE})

    @property
    def ineligible(self) -> tuple[Money, ...]:
        """Thirteen amounts: spend that the grant does not pay for, above nought (R14)."""
        return tuple(-amount for amount in self._adjusted({AdjustmentType.INELIGIBLE}))

    def _adjusted(self, wanted: set[AdjustmentType]) -> tuple[Money, ...]:
        kept = [sums for type, sums in self.adjusted.items() if type in wanted]
        if not kept:
            return _NOTHING
        return tuple(Money.total(sums[at] for sums in kept) for at in range(CLOSING_PERIOD))

    @property
    def spent_ineligible(self) -> Money:
        return Money.total(self.ineligible[: self.to_period])

    @property
    def net_spent(self) -> Money:
        """R12: ledger, accruals less reversals, and every adjustment but the ineligible ones, each counted once."""
        return Money.total(
            (
                *self.ledger[: self.to_period],
                *self.accrued[: self.to_period],
                *self.adjusted_net[: self.to_period],
            )
        )

    @property
    def spent_accruals(self) -> Money:
        """What is accrued, its reversals not yet taken off."""
        return self.spent_accrued + self.spent_reversed

    @property
    def spent_reversed(self) -> Money:
        """What reversals take off, above nought for accruals above nought."""
        return Money.total(self.reversed[: self.to_period])

    @property
    def spent_ledger(self) -> Money:
        return Money.total(self.ledger[: self.to_period])

    @property
    def spent_accrued(self) -> Money:
        return Money.total(self.accrued[: self.to_period])

    @property
    def by_quarter(self) -> tuple[Money, Money, Money, Money]:
        """Eligible spend by the quarter that the ledger's period falls in."""
        pence = [0] * 4
        for period, amount in enumerate(self._eligible, start=1):
            pence[quarter_of(period) - 1] += amount.pence
        return (Money(pence[0]), Money(pence[1]), Money(pence[2]), Money(pence[3]))

    @property
    def quarters(self) -> tuple[Money, Money, Money, Money]:
        """As a return states them: a quarter already submitted keeps its figure, and so does a locked period (R17)."""
        kept = list(self.by_quarter)
        for period, (stated, now) in enumerate(zip(self.locked, self._eligible, strict=False), start=1):
            kept[quarter_of(period) - 1] += stated - now
        for at, amount in enumerate(self.submitted):
            kept[at] = amount
        return (kept[0], kept[1], kept[2], kept[3])

    @property
    def prior_period_adjustment(self) -> Money:
        """R17: what changed in quarters already submitted, or was charged late into a locked period."""
        return Money.total(self.by_quarter) - Money.total(self.quarters)

    @property
    def forecast_remaining(self) -> Money:
        """What is expected in the months after the position's period."""
        return Money.total(self.remaining)

    @property
    def outturn(self) -> Money:
        """R18: year to date plus what is still expected."""
        return self.spent + self.forecast_remaining

    @property
    def variance(self) -> Money:
        """R18: outturn less budget; above nought is an overspend."""
        return self.outturn - self.budget.current

    @property
    def spend_rag(self) -> Rag:
        """How far the forecast outturn is from the budget, over or under, by the agreement's bands."""
        return rag_of(self.variance, self.budget.current, self.rag_percents)

    @property
    def left(self) -> Money:
        """Budget less what is spent; below nought when over."""
        return self.budget.current - self.spent

    @property
    def profile_to_date(self) -> Money:
        return Money.total(self.profile[: min(self.to_period, 12)])

    @property
    def used_percent(self) -> Decimal | None:
        return percentage(self.spent, self.budget.current)

    @property
    def state(self) -> ProjectState:
        """Over award from the first penny; behind or ahead when the profile is missed by more than tolerance.

        Tolerance is a percentage of the current budget (the fund's own).
        """
        if self.spent > self.budget.current:
            return ProjectState.OVER
        allowed = abs(self.budget.current).percent(self.tolerance_percent)
        gap = self.spent - self.profile_to_date
        if gap < -allowed:
            return ProjectState.BEHIND
        return ProjectState.AHEAD if gap > allowed else ProjectState.ON_TRACK


@dataclass(frozen=True, slots=True)
class GrantPosition:
    """A fund's grant for a year, up to and including *to_period*: every figure that is shown of it."""

    fund_id: FundId
    fund: Fund
    year: FinancialYear
    to_period: int
    resources: Resources
    resources_by_kind: Mapping[Kind, Resources]
    projects: tuple[ProjectPosition, ...]
    contingency_lines: tuple[Contingency, ...]
    contingency: Money
    contingency_by_kind: Mapping[Kind, Money]
    ledger: tuple[LedgerSum, ...]
    controls: tuple[ControlSum, ...]
    movements: tuple[BudgetMovement, ...]
    submitted_quarter: int
    charged_elsewhere: Money = Money.ZERO
    forecast_from: int = CLOSING_PERIOD
    #: What the host pays because the grant does not, from the adjustments themselves (R14).
    host_funded: Money = Money.ZERO
    carried: tuple[CarriedAccrual, ...] = ()
    overdrawn: int = 0
    terms: Terms = USUAL_TERMS
    consents: tuple[Consent, ...] = ()
    #: The last period that is locked for everybody, 0 for none.
    locked_to: int = 0
    #: What may come from the year before and is not agreed: never available.
    not_agreed_by_kind: Mapping[Kind, NotAgreed] = field(default_factory=dict)
    brought: tuple[CarryForward, ...] = ()
    onward: tuple[CarryForward, ...] = ()

    def _sum(self, of: Callable[[ProjectPosition], Money], kind: Kind | None = None) -> Money:
        return Money.total(of(project) for project in self.projects if kind in (None, project.kind))

    @property
    def available(self) -> Money:
        return self.resources.available

    @property
    def not_agreed(self) -> NotAgreed:
        """What may come from the year before and is not agreed, all kinds together."""
        return not_agreed_of(self.brought, None, self.resources.anticipated)

    def carried_out_for(self, kind: Kind | None = None) -> Money:
        return carried_in(self.onward, kind)

    def share_of(self, amount: Money) -> Decimal | None:
        """*amount* as a percentage of what is available, one decimal; None when nothing is."""
        return percentage(amount, self.available)

    @property
    def awarded(self) -> Money:
        """Current budgets of all projects."""
        return self.awarded_for()

    def awarded_for(self, kind: Kind | None = None) -> Money:
        return self._sum(lambda project: project.budget.current, kind)

    @property
    def unallocated(self) -> Money:
        """R2: available less budgets and contingency, kind by kind; never below nought (then it is over-programmed)."""
        return Money.total(self.unallocated_for(kind) for kind in Kind)

    def unallocated_for(self, kind: Kind) -> Money:
        """What of a kind is not awarded yet, nought when it is over-programmed."""
        return max(Money.ZERO, self._room(kind))

    def _room(self, kind: Kind) -> Money:
        """What is left to award of a kind; below nought when more is awarded than is available."""
        available = self.resources_by_kind[kind].available
        return available - self.awarded_for(kind) - self.contingency_by_kind[kind]

    @property
    def over_programmed(self) -> Money:
        """By how much budgets and contingency exceed what is available, kind by kind: one kind never pays for
        another."""
        return Money.total(max(Money.ZERO, -self._room(kind)) for kind in Kind)

    def beyond_with_consent(self, kind: Kind) -> Money:
        """R2: what of a kind is awarded beyond what is available and the commissioner consented to."""
        consented = Money.total(consent.amount for consent in self.consents if consent.kind is kind)
        return min(max(Money.ZERO, -self._room(kind)), consented)

    @property
    def over_programmed_with_consent(self) -> Money:
        return Money.total(self.beyond_with_consent(kind) for kind in Kind)

    @property
    def spent(self) -> Money:
        return self.spent_for()

    def spent_for(self, kind: Kind | None = None) -> Money:
        return self._sum(lambda project: project.spent, kind)

    @property
    def net_spent(self) -> Money:
        """R12, over all projects: the ineligible amounts are still in it."""
        return self._sum(lambda project: project.net_spent)

    def spent_adjusted(self, type: AdjustmentType) -> Money:
        """What the adjustments of *type* add to the spend of all projects."""
        return self._sum(lambda project: project.spent_adjusted(type))

    def spent_in_quarter(self, quarter: int, kind: Kind | None = None) -> Money:
        return self._sum(lambda project: project.quarters[quarter - 1], kind)

    def outturn_for(self, kind: Kind | None = None) -> Money:
        return self._sum(lambda project: project.outturn, kind)

    @property
    def outturn(self) -> Money:
        return self.outturn_for()

    @property
    def underspend(self) -> Money:
        """Available less forecast outturn; what may be carried forward or goes back."""
        return self.available - self.outturn

    @property
    def profile_to_date(self) -> Money:
        return self._sum(lambda project: project.profile_to_date)

    @property
    def overspent(self) -> tuple[ProjectPosition, ...]:
        return tuple(project for project in self.projects if project.state is ProjectState.OVER)

    @property
    def ledger_total(self) -> Money:
        return Money.total(entry.total for entry in self.ledger)

    @property
    def charged(self) -> Money:
        """What the year's ledger charges to projects of any grant."""
        return Money.total(entry.charged for entry in self.ledger)

    @property
    def income(self) -> Money:
        """Grant received as the ledger holds it: below nought."""
        return Money.total(entry.income for entry in self.ledger)

    @property
    def excluded(self) -> Money:
        return Money.total(entry.excluded for entry in self.ledger)

    @property
    def waiting(self) -> Money:
        """What no rule and no person has placed yet."""
        return self.ledger_total - self.placed

    @property
    def placed(self) -> Money:
        """The lines that have charges."""
        return Money.total(entry.placed for entry in self.ledger)

    @property
    def waiting_lines(self) -> int:
        return sum(entry.waiting_lines for entry in self.ledger)

    @property
    def ledger_lines(self) -> int:
        return sum(entry.lines for entry in self.ledger)

    def month_totals(self) -> tuple[Money, ...]:
        """Eligible spend of the thirteen periods over all projects."""
        return tuple(
            Money.total(project.in_period(period) for project in self.projects)
            for period in range(1, CLOSING_PERIOD + 1)
        )

    def profile_totals(self) -> tuple[Money, ...]:
        """The profile of the twelve months over all projects."""
        return tuple(Money.total(project.profile[month] for project in self.projects) for month in range(12))

    def remaining_totals(self) -> tuple[Money, ...]:
        """What is expected in each of the twelve months; nothing in months that are past."""
        return tuple(
            Money.total(project.remaining[month] for project in self.projects) for month in range(12)
        )


def grant_position(records: GrantRecords, to_period: int = CLOSING_PERIOD) -> GrantPosition:
    """The position that *records* make, up to and including *to_period* (1 to 13)."""
    if not 1 <= to_period <= CLOSING_PERIOD:
        raise ValueError(f"period {to_period} is not one of 1 to {CLOSING_PERIOD}")
    heads = {(award.project, award.kind) for award in records.awards}
    heads |= {(entry.project, entry.kind) for entry in records.charges}
    heads |= {(entry.project, entry.kind) for entry in records.accruals}
    heads |= {(entry.project, entry.kind) for entry in records.adjustments}
    applied = [movement for movement in records.movements if movement.counts]
    for movement in applied:
        ends = ((movement.source, movement.kind), (movement.target, movement.target_kind))
        heads |= {(at, kind) for at, kind in ends if at is not None}
    heads |= {
        (entry.project, entry.kind)
        for entry in records.brought
        if entry.project is not None and entry.carried
    }
    ordered = sorted(heads, key=lambda head: (records.projects[head[0]].ref, head[1].value))
    kinds = list(Kind)
    by_kind = {
        kind: resources_of(
            (entry for entry in records.allocations if entry.kind is kind), carried_in(records.brought, kind)
        )
        for kind in kinds
    }
    contingency = {kind: contingency_left(records.contingencies, applied, kind) for kind in kinds}
    return GrantPosition(
        fund_id=records.fund_id,
        fund=records.fund,
        year=records.year,
        to_period=to_period,
        resources=resources_of(records.allocations, carried_in(records.brought)),
        resources_by_kind=by_kind,
        projects=tuple(
            _project_position(records, project, kind, applied, to_period) for project, kind in ordered
        ),
        contingency_lines=tuple(records.contingencies),
        contingency=Money.total(contingency.values()),
        contingency_by_kind=contingency,
        ledger=tuple(entry for entry in records.ledger if entry.period <= to_period),
        controls=tuple(entry for entry in records.controls if entry.period <= to_period),
        movements=tuple(applied),
        submitted_quarter=records.submitted_quarter,
        charged_elsewhere=Money.total(
            entry.amount for entry in records.elsewhere if entry.period <= to_period
        ),
        forecast_from=min(to_period, records.reached) + 1,
        host_funded=-Money.total(
            entry.amount
            for entry in records.adjustments
            if entry.type is AdjustmentType.INELIGIBLE
            and entry.year == records.year
            and entry.period <= to_period
        ),
        carried=tuple(records.carried),
        overdrawn=records.overdrawn,
        terms=records.terms,
        consents=tuple(records.consents),
        locked_to=records.locked_to,
        not_agreed_by_kind={
            kind: not_agreed_of(records.brought, kind, by_kind[kind].anticipated) for kind in kinds
        },
        brought=tuple(records.brought),
        onward=tuple(records.onward),
    )


def _project_position(
    records: GrantRecords, project: ProjectId, kind: Kind, movements: Sequence[BudgetMovement], to_period: int
) -> ProjectPosition:
    ledger = [Money.ZERO] * CLOSING_PERIOD
    for entry in records.charges:
        if (entry.project, entry.kind) == (project, kind):
            ledger[entry.period - 1] += entry.amount
    budget = budget_of(project, records.awards, movements, kind, carried_of(records.brought, project, kind))
    agreed = next((each for each in records.profiles if (each.project, each.kind) == (project, kind)), None)
    profile = spread(budget.current, agreed)
    accruals = [entry for entry in records.accruals if (entry.project, entry.kind) == (project, kind)]
    return ProjectPosition(
        project_id=project,
        project=records.projects[project],
        kind=kind,
        budget=budget,
        to_period=to_period,
        ledger=tuple(ledger),
        accrued=accrued_by_period(accruals, records.year),
        reversed=_reversed_by_period(accruals, records.year),
        adjusted=adjusted_by_period(
            (entry for entry in records.adjustments if (entry.project, entry.kind) == (project, kind)),
            records.year,
        ),
        profile=profile,
        remaining=_remaining(records.forecasts, project, kind, profile, min(to_period, records.reached)),
        submitted=_stated(records, project, kind, to_period),
        tolerance_percent=records.terms.tolerance_percent,
        reason=_reason(records.reasons, project, kind, to_period),
        rag_percents=records.terms.rag_percents,
        locked=records.locked.get((project, kind), (Money.ZERO,) * records.locked_to)[:to_period],
    )


def _reason(reasons: Iterable[VarianceReason], project: ProjectId, kind: Kind, to_period: int) -> str:
    """The newest reason given for a project as at *to_period* or before it."""
    said = [
        entry
        for entry in reasons
        if (entry.project, entry.kind) == (project, kind) and entry.period <= to_period
    ]
    return max(said, key=lambda entry: entry.period).reason if said else ""


def _stated(records: GrantRecords, project: ProjectId, kind: Kind, to_period: int) -> tuple[Money, ...]:
    """What the submitted return states of a project, as far as the quarters are over by *to_period* (R17).

    A project that the return did not have yet was stated with nothing.
    """
    stated = records.submitted.get((project, kind), (Money.ZERO,) * records.submitted_quarter)
    return stated[: 4 if to_period == CLOSING_PERIOD else min(to_period // 3, 3)]


def accrued_by_period(accruals: Iterable[Accrual], year: FinancialYear) -> tuple[Money, ...]:
    """Thirteen amounts of *year*: accruals in their period, less those that reverse in it (R12, R13)."""
    sums = [Money.ZERO] * CLOSING_PERIOD
    for accrual in accruals:
        if accrual.year == year:
            sums[accrual.period - 1] += accrual.amount
        if accrual.reverses_year == year and accrual.reverses_period is not None:
            sums[accrual.reverses_period - 1] -= accrual.amount
    return tuple(sums)


def _reversed_by_period(accruals: Iterable[Accrual], year: FinancialYear) -> tuple[Money, ...]:
    sums = [Money.ZERO] * CLOSING_PERIOD
    for accrual in accruals:
        if accrual.reverses_year == year and accrual.reverses_period is not None:
            sums[accrual.reverses_period - 1] += accrual.amount
    return tuple(sums)


def _remaining(
    forecasts: Iterable[Forecast], project: ProjectId, kind: Kind, profile: Sequence[Money], reached: int
) -> tuple[Money, ...]:
    """Twelve amounts still expected: what a person typed for a month to come, else that month's profile."""
    typed = {
        entry.period: entry.amount
        for entry in forecasts
        if (entry.project, entry.kind) == (project, kind) and entry.period <= 12
    }
    return tuple(
        Money.ZERO if month <= reached else typed.get(month, profile[month - 1]) for month in range(1, 13)
    )
