"""The rows of the exchange workbook as typed values, one class for each sheet; amounts in pence, days inclusive.

The fields bear the names of the columns. A blank cell is None, "" in columns of texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from fundingapp.domain.agreements import CarryForwardStance
from fundingapp.domain.allocations import AllocationStatus, Authority
from fundingapp.domain.areas import AreaKind
from fundingapp.domain.bids import BidState
from fundingapp.domain.carry_forwards import CarryForwardState
from fundingapp.domain.claims import ClaimState
from fundingapp.domain.exchange.columns import folded
from fundingapp.domain.exchange.notes import Place
from fundingapp.domain.funds import Kind, PaymentBasis, Purpose
from fundingapp.domain.indicators import Counted, Due, FigureStatus, GoodDirection, Measure, ResultLevel
from fundingapp.domain.money import Money
from fundingapp.domain.parties import PartyForm, PartyKind
from fundingapp.domain.periods import FinancialYear

#: What may stand for a project's reference in a virement.
CONTINGENCY = "contingency"
#: What may stand for it in a charge.
INCOME, EXCLUDED = "income", "excluded"


class GrantKey(NamedTuple):
    """A fund (as names are compared), a year and a kind of money."""

    fund: str
    year: FinancialYear
    kind: Kind


class HeadKey(NamedTuple):
    """A project (as references are compared) under a grant in a kind of money."""

    ref: str
    fund: str
    year: FinancialYear
    kind: Kind

    @property
    def grant(self) -> GrantKey:
        return GrantKey(self.fund, self.year, self.kind)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: where it stands."""

    place: Place


class _OfGrant:
    """What entries of a fund, year and kind share."""

    __slots__ = ()
    fund: str
    year: FinancialYear
    kind: Kind

    @property
    def grant(self) -> GrantKey:
        return GrantKey(folded(self.fund), self.year, self.kind)


class _OfHead(_OfGrant):
    """What entries of a project's budget share."""

    __slots__ = ()
    ref: str

    @property
    def head(self) -> HeadKey:
        return HeadKey(folded(self.ref), folded(self.fund), self.year, self.kind)


@dataclass(frozen=True, slots=True)
class PartnershipEntry(Entry):
    name: str
    accountable_body: str = ""
    area: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class PartyEntry(Entry):
    party: str
    kind: PartyKind = PartyKind.PARTNER
    from_: date | None = None
    to: date | None = None
    succeeded_by: str = ""
    form: PartyForm | None = None
    identifier: str = ""
    address: str = ""
    aliases: str = ""


@dataclass(frozen=True, slots=True)
class ThemeEntry(Entry):
    theme: str
    priority: str = ""
    from_year: FinancialYear | None = None
    to_year: FinancialYear | None = None
    theme_code: str = ""
    priority_code: str = ""
    plan: str = ""
    owner_group: str = ""
    cross_cutting: bool | None = None
    commissioner_priority: str = ""
    succeeded_by: str = ""


@dataclass(frozen=True, slots=True)
class FundEntry(Entry):
    fund: str
    funder: str = ""
    ring_fence: str = ""
    payment_basis: PaymentBasis | None = None
    carry_forward: CarryForwardStance | None = None
    unallocated_limit: Money | None = None
    origin: str = ""
    divides_labour: bool | None = None


@dataclass(frozen=True, slots=True)
class AllocationEntry(Entry, _OfGrant):
    fund: str
    year: FinancialYear
    kind: Kind
    status: AllocationStatus
    amount: Money
    notified: date | None = None
    letter: str = ""
    reason: str = ""
    basis: str = ""
    closed: bool | None = None
    withdraws: str = ""


@dataclass(frozen=True, slots=True)
class ProjectEntry(Entry):
    ref: str
    project: str
    theme: str = ""
    priority: str = ""
    area: str = ""
    lead: str = ""
    partner: str = ""
    from_: date | None = None
    to: date | None = None
    purpose: Purpose | None = None
    description: str = ""
    theme_in_words: str = ""


@dataclass(frozen=True, slots=True)
class BidEntry(Entry, _OfHead):
    bid: str
    ref: str
    fund: str
    year: FinancialYear
    kind: Kind
    amount: Money
    state: BidState
    minute: str = ""
    submitted: date | None = None
    decided: date | None = None
    decision: str = ""
    awarded: Money | None = None
    reference: str | None = None
    applicant: str = ""
    outside_allocation: bool | None = None
    answer_due: date | None = None


@dataclass(frozen=True, slots=True)
class AwardEntry(Entry, _OfHead):
    ref: str
    fund: str
    year: FinancialYear
    kind: Kind
    amount: Money
    dated: date | None = None
    bid: str = ""
    intervention_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class VirementEntry(Entry, _OfGrant):
    fund: str
    year: FinancialYear
    kind: Kind
    from_ref: str
    to_ref: str
    amount: Money
    number: str = ""
    dated: date | None = None
    authority: str = ""
    letter: str = ""
    reason: str = ""
    decided_by: Authority | None = None
    to_kind: Kind | None = None

    @property
    def source(self) -> HeadKey | None:
        """Where it leaves; None for the contingency."""
        return self._end(self.from_ref, self.kind)

    @property
    def target(self) -> HeadKey | None:
        return self._end(self.to_ref, self.to_kind or self.kind)

    def _end(self, ref: str, kind: Kind) -> HeadKey | None:
        if folded(ref) == CONTINGENCY:
            return None
        return HeadKey(folded(ref), folded(self.fund), self.year, kind)


@dataclass(frozen=True, slots=True)
class CarryForwardEntry(Entry):
    fund: str
    from_year: FinancialYear
    kind: Kind
    state: CarryForwardState
    ref: str = ""
    asked: Money | None = None
    agreed: Money | None = None
    decided: date | None = None
    letter: str = ""
    reason: str = ""
    plan: str = ""
    spend_by: date | None = None
    asked_on: date | None = None

    @property
    def key(self) -> HeadKey:
        """The head whose money it was; with no reference, the grant's own."""
        return HeadKey(folded(self.ref), folded(self.fund), self.from_year, self.kind)

    @property
    def counts(self) -> bool:
        return self.state in (CarryForwardState.AGREED, CarryForwardState.PART_AGREED)

    @property
    def carried(self) -> Money:
        """What goes into the next year."""
        return (self.agreed or Money.ZERO) if self.counts else Money.ZERO


@dataclass(frozen=True, slots=True)
class ProfileEntry(Entry, _OfHead):
    ref: str
    fund: str
    year: FinancialYear
    kind: Kind
    period: int
    amount: Money
    shape: str = ""


@dataclass(frozen=True, slots=True)
class LedgerEntry(Entry):
    transaction: str
    year: FinancialYear
    period: int
    amount: Money
    date: date | None = None
    cost_centre: str = ""
    account: str = ""
    supplier: str = ""
    description: str = ""
    type: str = ""
    ledger_transaction: str | None = None


@dataclass(frozen=True, slots=True)
class ChargeEntry(Entry):
    transaction: str
    ref: str
    amount: Money
    fund: str = ""
    kind: Kind | None = None
    reason: str = ""

    @property
    def is_income(self) -> bool:
        return folded(self.ref) == INCOME

    @property
    def is_excluded(self) -> bool:
        return folded(self.ref) == EXCLUDED

    @property
    def is_of_project(self) -> bool:
        return not self.is_income and not self.is_excluded


@dataclass(frozen=True, slots=True)
class AccrualEntry(Entry, _OfHead):
    accrual: str
    ref: str
    fund: str
    kind: Kind
    year: FinancialYear
    amount: Money
    supplier: str = ""
    description: str = ""
    reverses_in_year: FinancialYear | None = None
    reverses_in_period: int | None = None
    period: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimEntry(Entry):
    """A claim; one that a workbook says was approved on a day was approved whole (:func:`made_book` sees to it)."""

    claim: str
    fund: str
    year: FinancialYear
    period_from: int
    period_to: int
    amount: Money
    state: ClaimState
    approved: Money | None = None
    number: int | None = None
    reference: str | None = None
    final: bool | None = None
    submitted: date | None = None
    decided: date | None = None
    comment: str = ""
    basis: PaymentBasis | None = None

    @property
    def is_sent(self) -> bool:
        return self.state not in (ClaimState.NEW, ClaimState.DRAFT, ClaimState.NOT_USED)

    @property
    def is_decided(self) -> bool:
        return self.state in (ClaimState.APPROVED, ClaimState.PAYMENT_REQUESTED, ClaimState.PAID)

    @property
    def stands(self) -> Money:
        """What may be paid of it: what is approved once it is decided, what it asks for before."""
        return self.amount if self.approved is None or not self.is_decided else self.approved


@dataclass(frozen=True, slots=True)
class PaymentEntry(Entry):
    payment: str
    fund: str
    year: FinancialYear
    amount: Money
    dated: date | None = None
    claim: str = ""
    transaction: str = ""
    remittance: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RepaymentEntry(Entry):
    fund: str
    year: FinancialYear
    amount: Money
    dated: date | None = None
    invoice: str = ""
    reason: str = ""
    claim: str = ""


@dataclass(frozen=True, slots=True)
class IndicatorEntry(Entry):
    indicator: str
    ref: str = ""
    unit: str = ""
    direction: GoodDirection | None = None
    flow_or_stock: Measure | None = None
    baseline: str = ""
    target: str = ""
    source: str = ""
    owner: str = ""
    name: str | None = None
    level: ResultLevel | None = None
    counted: Counted | None = None
    outcome: str = ""
    area: str = ""
    code: str = ""
    code_list: str = ""
    method: str = ""
    baseline_from: date | None = None
    baseline_to: date | None = None
    not_comparable: bool | None = None
    comparability: str = ""
    sensitive: bool | None = None
    closed: bool | None = None
    due: Due | None = None
    summed_over: AreaKind | None = None


@dataclass(frozen=True, slots=True)
class FigureEntry(Entry):
    indicator: str
    from_: date
    to: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    status: FigureStatus | None = None
    note: str = ""
    area: str = ""
    as_at: date | None = None
    source: str = ""
    marks: str = ""
    taken_from: str = ""
    cell: str = ""
