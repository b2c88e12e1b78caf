"""When claims, reports and payments are due: the entries of a grant's calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from fundingapp.domain.agreements import CarryForwardStance, ClaimsDue, DayCount, Frequency, Terms
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import PaymentBasis
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, Period, period_name
from fundingapp.domain.working_days import after_working_days, is_working_day


class DeadlineKind(Enum):
    """What is due."""

    CLAIM = "claim"
    REPORT = "report"
    PAYMENT = "payment"
    CARRY_FORWARD = "carry-forward request"
    MEETING = "board meeting"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ScheduleEntry:
    """Something due on a day, for the periods *from_period* to *to_period* of the year where it is about some.

    *amount* is what a payment schedule promises. *done_on* ticks it off.
    """

    fund: FundId
    year: FinancialYear
    kind: DeadlineKind
    title: str
    due: date
    from_period: int | None = None
    to_period: int | None = None
    amount: Money | None = None
    contents: str = ""
    done_on: date | None = None

    @property
    def periods_in_words(self) -> str:
        """“April to June”, “April”, "" where it is about no periods."""
        return periods_in_words(self.from_period, self.to_period)


def periods_in_words(first: int | None, last: int | None) -> str:
    """“April to June” of two periods, 1 to 12; "" where there are none."""
    if first is None or last is None:
        return ""
    return period_name(first) if first == last else f"{period_name(first)} to {period_name(last)}"


def claim_due(terms: Terms, period_end: date) -> date:
    """The last day for a claim of periods that end on *period_end*, inclusive."""
    if terms.claims_due is ClaimsDue.MONTH_END:
        return _month_end(period_end + timedelta(days=1))
    return period_end + timedelta(days=terms.claim_days)


def payment_due(terms: Terms, claimed: date) -> date:
    """When a claim made on *claimed* is paid at the latest."""
    if terms.payment_counted is DayCount.WORKING_DAYS:
        return after_working_days(claimed, terms.payment_days)
    return claimed + timedelta(days=terms.payment_days)


def ask_by(terms: Terms, year: FinancialYear) -> date | None:
    """The last day to ask that money of *year* may be carried forward; None where it never may, or nobody has to
    ask."""
    if terms.carry_forward is not CarryForwardStance.WITH_AGREEMENT:
        return None
    month = terms.ask_by_month
    in_year = year.start if month >= 4 else year.start + 1
    return min(
        date(in_year, month, 1) + timedelta(days=terms.ask_by_day - 1), _month_end(date(in_year, month, 1))
    )


def schedule_from_terms(terms: Terms, fund: FundId, year: FinancialYear) -> tuple[ScheduleEntry, ...]:
    """The claims, reports and payments of *year* that the terms lay down, by their days; a person puts them right.

    In arrears each claim is due some days after its periods and paid some days after that. In advance it is the other
    way round: the payment comes with the first day of the periods, and what is due after them is the return on it.
    """
    found: list[ScheduleEntry] = []
    months = terms.claim_frequency.months
    in_advance = terms.payment_basis is PaymentBasis.ADVANCE
    for number, first in enumerate(range(1, 13, months), start=1):
        last = first + months - 1
        ends = Period(year, last).last_day
        begins = Period(year, first).last_day.replace(day=1)
        due = claim_due(terms, ends)
        name = _name_of(terms.claim_frequency, number, first)
        claim = f"Claim for {name}"
        claimed = due
        if in_advance:
            claim, claimed = f"Claim in advance for {name}", begins - timedelta(days=terms.payment_days)
            if terms.payment_counted is DayCount.WORKING_DAYS:
                claimed = _before_working_days(begins, terms.payment_days)
        paid = begins if in_advance else payment_due(terms, due)
        found += [
            ScheduleEntry(fund, year, DeadlineKind.CLAIM, claim, claimed, first, last),
            ScheduleEntry(fund, year, DeadlineKind.REPORT, f"Report for {name}", due, first, last),
            ScheduleEntry(fund, year, DeadlineKind.PAYMENT, f"Payment for {name}", paid, first, last),
        ]
    return tuple(sorted(found, key=lambda entry: entry.due))


def _name_of(frequency: Frequency, number: int, first: int) -> str:
    match frequency:
        case Frequency.MONTHLY:
            return period_name(first)
        case Frequency.QUARTERLY:
            return f"quarter {number}"
        case Frequency.HALF_YEARLY:
            return "the first half-year" if number == 1 else "the second half-year"
        case Frequency.YEARLY:
            return "the year"


def _before_working_days(day: date, number: int) -> date:
    """The working day from which *day* is *number* working days away."""
    while number > 0:
        day -= timedelta(days=1)
        number -= is_working_day(day)
    return day


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def in_days(due: date, today: date) -> str:
    """How far away a day is, as a reminder says it: “in 9 days”, “tomorrow”, “today”, “3 days overdue”."""
    days = (due - today).days
    match days:
        case 0:
            return "today"
        case 1:
            return "tomorrow"
        case -1:
            return "1 day overdue"
    return f"in {days:,} days" if days > 0 else f"{-days:,} days overdue"


def check_entry(entry: ScheduleEntry) -> None:
    """Refuses an entry that says nothing, or whose periods run backwards. Raises ExpectedError."""
    if not entry.title.strip():
        raise ExpectedError("entry_title", "An entry of the calendar needs a title.", "Say what is due.")
    first, last = entry.from_period, entry.to_period
    if (first is None) != (last is None) or (
        first is not None and last is not None and not 1 <= first <= last <= 12
    ):
        raise ExpectedError(
            "entry_periods",
            f"“{entry.title}” is about periods {first or '–'} to {last or '–'}.",
            "Choose the first and the last of the months that it is about, or none.",
        )
    if entry.amount is not None and entry.amount <= Money.ZERO:
        raise ExpectedError(
            "entry_amount", "What a payment promises is above nought.", "Type the amount, or leave it empty."
        )
