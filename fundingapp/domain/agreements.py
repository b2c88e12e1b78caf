"""What a funder's agreement lays down: its years, and everything in which funders differ, as data with defaults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.ids import AgreementId, FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


class Frequency(Enum):
    """How often claims and reports are due."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half-yearly"
    YEARLY = "yearly"

    @property
    def months(self) -> int:
        return {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}[self.value]


class CarryForwardStance(Enum):
    """Whether unspent money may be used next year (exchange workbook, sheet “funds”)."""

    NO = "no"
    WITH_AGREEMENT = "with agreement"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything in which funders differ (domain paper 2.4). None means that the agreement says nothing of it.

    Percentages are of a hundred. Up to *own_limit* the partnership moves budget on its own authority, up to
    *board_limit* with its board's, beyond with the commissioner's letter; both None: no limit is stated.
    *rag_percents* are the upper bounds of Green, Amber/Green, Amber and Amber/Red (rule 28); beyond is Red.
    A claim is due *claim_days* after its period, or with *claim_by_month_end* on the last day of the month after it;
    it is paid *payment_days* later, counted in working days of England and Wales where the agreement says so.
    *ask_by_month* and *ask_by_day* are the last day of the financial year to ask for a carry-forward.
    """

    payment_basis: PaymentBasis = PaymentBasis.ARREARS
    payment_days: int = 21
    claim_frequency: Frequency = Frequency.QUARTERLY
    claim_days: int = 30
    tolerance_percent: Decimal = Decimal(10)
    own_limit: Money | None = None
    board_limit: Money | None = None
    retention_percent: Decimal = Decimal(0)
    carry_forward: CarryForwardStance = CarryForwardStance.WITH_AGREEMENT
    ask_by_month: int = 1
    ask_by_day: int = 31
    acceptance_days: int = 28
    intervention_percent: Decimal | None = None
    over_programming_percent: Decimal | None = None
    certificate_above: Money | None = None
    records_years: int = 6
    rag_percents: tuple[Decimal, ...] = (Decimal(5), Decimal(15), Decimal(30), Decimal(50))
    claim_by_month_end: bool = False
    payment_in_working_days: bool = False


#: What counts where no agreement says anything.
USUAL_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement with a fund's funder for the years *from_year* to *to_year*, both inclusive."""

    fund: FundId
    title: str
    from_year: FinancialYear
    to_year: FinancialYear
    reference: str = ""
    signed_on: date | None = None
    terms: Terms = USUAL_TERMS


def terms_in_force(agreements: Iterable[Agreement], fund: FundId, year: FinancialYear) -> Terms:
    """What is laid down for *fund* in *year*: by the agreement that covers it, of several the one that began last;
    the usual terms where there is none."""
    covering = [each for each in agreements if each.fund == fund and each.from_year <= year <= each.to_year]
    return max(covering, key=lambda each: each.from_year).terms if covering else USUAL_TERMS


@dataclass(frozen=True, slots=True)
class AgreementSum:
    """A sum that an agreement states for a kind of money: for one of its years, or (None) for all of them together.

    R8: the years of a kind add up to its whole.
    """

    agreement: AgreementId
    kind: Kind
    amount: Money
    year: FinancialYear | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """The commissioner's consent to award more than is available, by *amount* at most (R2, over-programming)."""

    fund: FundId
    year: FinancialYear
    kind: Kind
    amount: Money
    reference: str
    dated: date
    given_by: str = ""
