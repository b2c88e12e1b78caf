"""The calendar that an agreement lays down, and reminders in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.agreements import CarryForwardStance, ClaimsDue, DayCount, Frequency, Terms
from fundingapp.domain.funds import PaymentBasis
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.schedules import (
    DeadlineKind,
    ScheduleEntry,
    ask_by,
    in_days,
    schedule_from_terms,
)
from tests.builders import FUND, YEAR

CLAIM, REPORT, PAYMENT = DeadlineKind.CLAIM, DeadlineKind.REPORT, DeadlineKind.PAYMENT


def days(entries: tuple[ScheduleEntry, ...], kind: DeadlineKind) -> list[str]:
    return [f"{entry.due:%d/%m/%Y}" for entry in entries if entry.kind is kind]


def test_the_usual_terms_claim_thirty_days_after_each_quarter() -> None:
    entries = schedule_from_terms(Terms(), FUND, YEAR)
    assert days(entries, CLAIM) == ["30/07/2018", "30/10/2018", "30/01/2019", "30/04/2019"]
    assert days(entries, REPORT) == days(entries, CLAIM)
    assert days(entries, PAYMENT) == ["29/08/2018", "28/11/2018", "28/02/2019", "31/05/2019"]
    first = entries[0]
    assert (first.title, first.from_period, first.to_period) == ("Claim for quarter 1", 1, 3)
    assert first.periods_in_words == "April to June"


def test_the_half_yearly_cycle_of_a_pcc_agreement() -> None:
    """Domain paper 2.4, rule 10: claims due 31 October and 30 April, paid 21 November and 21 May."""
    terms = Terms(
        claim_frequency=Frequency.HALF_YEARLY,
        claims_due=ClaimsDue.MONTH_END,
        payment_days=21,
        payment_counted=DayCount.ALL_DAYS,
    )
    entries = schedule_from_terms(terms, FUND, FinancialYear(2017))
    assert days(entries, CLAIM) == ["31/10/2017", "30/04/2018"]
    assert days(entries, PAYMENT) == ["21/11/2017", "21/05/2018"]


def test_payment_within_working_days_steps_over_bank_holidays() -> None:
    """Rule 7: within 21 working days; from 30 April 2019 there are two bank holidays in May."""
    assert days(schedule_from_terms(Terms(), FUND, YEAR), PAYMENT)[-1] == "31/05/2019"
    counted = Terms(payment_counted=DayCount.ALL_DAYS)
    assert days(schedule_from_terms(counted, FUND, YEAR), PAYMENT)[-1] == "21/05/2019"


def test_in_advance_the_payment_comes_with_the_first_day() -> None:
    terms = Terms(
        payment_basis=PaymentBasis.ADVANCE,
        claim_frequency=Frequency.YEARLY,
        payment_counted=DayCount.ALL_DAYS,
    )
    entries = schedule_from_terms(terms, FUND, YEAR)
    assert [(entry.title, f"{entry.due:%d/%m/%Y}") for entry in entries] == [
        ("Claim in advance for the year", "11/03/2018"),
        ("Payment for the year", "01/04/2018"),
        ("Report for the year", "30/04/2019"),
    ]


@given(
    frequency=st.sampled_from(Frequency),
    basis=st.sampled_from(PaymentBasis),
    start=st.integers(2000, 2060),
    claim_days=st.integers(0, 90),
    payment_days=st.integers(0, 60),
    due=st.sampled_from(ClaimsDue),
    counted=st.sampled_from(DayCount),
)
def test_every_period_is_claimed_and_paid_once_and_in_order(
    frequency: Frequency,
    basis: PaymentBasis,
    start: int,
    claim_days: int,
    payment_days: int,
    due: ClaimsDue,
    counted: DayCount,
) -> None:
    terms = Terms(
        basis,
        claim_frequency=frequency,
        claim_days=claim_days,
        payment_days=payment_days,
        claims_due=due,
        payment_counted=counted,
    )
    entries = schedule_from_terms(terms, FUND, FinancialYear(start))
    for kind in (CLAIM, REPORT, PAYMENT):
        periods = [
            period
            for entry in entries
            if entry.kind is kind
            for period in range(entry.from_period or 0, (entry.to_period or 0) + 1)
        ]
        assert sorted(periods) == list(range(1, 13))
    claims = {entry.to_period: entry.due for entry in entries if entry.kind is CLAIM}
    for entry in entries:
        if entry.kind is PAYMENT:
            assert entry.due >= claims[entry.to_period]


def test_the_last_day_to_ask_for_a_carry_forward() -> None:
    assert ask_by(Terms(), YEAR) == date(2019, 1, 31)
    assert ask_by(Terms(ask_by_month=10, ask_by_day=30), YEAR) == date(2018, 10, 30)
    assert ask_by(Terms(ask_by_month=2, ask_by_day=31), YEAR) == date(2019, 2, 28)
    assert ask_by(Terms(carry_forward=CarryForwardStance.NO), YEAR) is None
    assert ask_by(Terms(carry_forward=CarryForwardStance.YES), YEAR) is None


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (9, "in 9 days"),
        (1, "tomorrow"),
        (0, "today"),
        (-1, "1 day overdue"),
        (-3, "3 days overdue"),
    ],
)
def test_reminders_are_in_words(away: int, words: str) -> None:
    today = date(2019, 1, 22)
    assert in_days(today + timedelta(days=away), today) == words
