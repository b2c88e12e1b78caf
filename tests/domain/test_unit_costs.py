"""What one of something cost: its parts multiply back, what can't be said is not said, and estimates carry their
source."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.counted_words import counted, name_in_text, singular_in
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.indicators import Counted, GoodDirection, Indicator, Measure
from fundingapp.domain.money import Money
from fundingapp.domain.unit_costs import (
    HIDDEN,
    SHIPPED,
    Reached,
    avoided,
    check_reference_value,
    in_force,
    unit_cost,
    uprated,
)
from fundingapp.domain.value import ReferenceValue

CLIENTS = Indicator(
    "Clients supported", ProjectId(1), direction=GoodDirection.UP, counted=Counted.PEOPLE, target="180"
)
CONTACTS = Indicator("Victim contacts", ProjectId(1), direction=GoodDirection.UP, counted=Counted.CONTACTS)
SATISFIED = Indicator("Satisfied (good or excellent)", ProjectId(1), counted=Counted.SHARE)
ROBBERIES = Indicator("Robberies, police recorded", ProjectId(1), direction=GoodDirection.DOWN)
ROBBERY = next(value for value in SHIPPED if value.name == "Robbery")


def reached(number: int | str | None, **more: object) -> Reached:
    return Reached(None if number is None else Decimal(number), **more)  # type: ignore[arg-type]


def test_a_cost_is_shown_with_its_parts() -> None:
    cost = unit_cost(CLIENTS, Money(1_000_000), reached(195))
    assert cost.in_words == "£51.28 per client supported · £10,000.00 ÷ 195"
    assert cost.caveats == ("people may be counted in more than one period",)


def test_about_52_pounds_per_contact_and_not_per_person() -> None:
    """Seed E: £300,000 in two years, 5,792 contacts, “some repeats” (domain paper, row 108)."""
    cost = unit_cost(CONTACTS, Money.parse("300,000"), reached(5_792))
    assert cost.cost == Money.parse("51.80")
    assert cost.in_words == "£51.80 per victim contact · £300,000.00 ÷ 5,792"
    assert cost.caveats == ("per contact, not per person: the same people may come again",)


@pytest.mark.parametrize(
    ("indicator", "spent", "figure", "why_not"),
    [
        (CLIENTS, 100, reached(0), "the figure is 0"),
        (CLIENTS, 100, reached(None), "there is no figure yet"),
        (CLIENTS, 100, reached(-1), "the figure is below nought"),
        (CLIENTS, -1, reached(5), "the spending is a credit"),
        (ROBBERIES, 100, reached(5), "fewer of it is good, so the money did not buy it"),
        (replace(CLIENTS, counted=Counted.AVERAGE), 100, reached(5), "an average counts nobody"),
        (SATISFIED, 100, reached(None), "there is no figure yet"),
        (SATISFIED, 100, reached(100), "only the percentage is known, not how many it is of"),
        (CLIENTS, 100, reached(3, is_hidden=True), HIDDEN),
    ],
)
def test_where_there_is_no_cost_it_says_why(
    indicator: Indicator, spent: int, figure: Reached, why_not: str
) -> None:
    cost = unit_cost(indicator, Money(spent), figure)
    assert (cost.cost, cost.why_not) == (None, why_not)
    assert cost.in_words.endswith(why_not)


def test_a_small_number_that_is_hidden_is_nowhere_in_a_cost() -> None:
    cost = unit_cost(CLIENTS, Money(1_000_00), reached(3, is_hidden=True))
    assert (cost.number, cost.cost) == (None, None)
    assert "3" not in cost.in_words + "".join(cost.caveats)


def test_a_share_costs_by_those_who_are_meant_and_not_by_its_percentage() -> None:
    figure = Reached(Decimal("95.0"), Decimal(38), Decimal(40))
    assert unit_cost(SATISFIED, Money(3_800_00), figure).cost == Money(100_00)


def test_what_weakens_a_cost_is_said() -> None:
    stock = replace(CLIENTS, measure=Measure.STOCK)
    figure = reached(13, is_provisional=True, missing=(2, 3))
    assert unit_cost(stock, Money.ZERO, figure, is_of_one_fund=True).caveats == (
        "of those there at the end, not of all who came",
        "out of 13 only: one more or fewer changes it much",
        "no figure for Q2 and Q3 yet, though the spending counts",
        "the figure is provisional",
        "one fund's spending only; others paid too",
        "nothing is charged yet",
    )


@given(st.integers(0, 10**11), st.integers(1, 10**7))
def test_a_cost_times_its_number_is_the_spending_within_half_a_penny_each(pence: int, number: int) -> None:
    cost = unit_cost(CLIENTS, Money(pence), reached(number)).cost
    assert cost is not None
    assert abs(cost.times(number) - Money(pence)).pence * 2 <= number


@given(st.integers(-(10**11), 10**11), st.decimals(-1000, 1000, places=2))
def test_one_of_and_times_know_no_rounding_but_at_the_end(pence: int, number: Decimal) -> None:
    times = Money(pence).times(number)
    assert abs(times.pence * 100 - pence * int(number * 100)) * 2 <= 100
    assert Money(-pence).times(number) == -times
    one = Money(pence).each(number)
    if number:
        assert one is not None
        assert abs(one.pence * int(number * 100) - pence * 100) * 2 <= abs(int(number * 100))
        assert Money(-pence).each(number) == -one
    else:
        assert one is None


def test_fewer_cases_avoid_a_cost_with_its_source_and_caveat() -> None:
    saved = avoided(ROBBERIES, ROBBERY, Decimal(44), reached(40))
    assert saved.amount == Money.parse("45,280")
    assert saved.in_words == "£45,280.00 · 4 fewer × £11,320.00 (robbery, 2015/16 prices)"
    assert "secondary source" in saved.caveat
    assert "not money saved by anybody" in saved.caveat


@pytest.mark.parametrize(
    ("indicator", "reference", "baseline", "figure", "incomparable", "why_not"),
    [
        (ROBBERIES, replace(ROBBERY, source=""), "9", reached(1), "", "has no source, prices or caveat"),
        (ROBBERIES, replace(ROBBERY, caveat=" "), "9", reached(1), "", "has no source, prices or caveat"),
        (ROBBERIES, replace(ROBBERY, is_withdrawn=True), "9", reached(1), "", "is withdrawn"),
        (CLIENTS, ROBBERY, "9", reached(1), "", "fewer of it is not what is wanted"),
        (replace(ROBBERIES, counted=Counted.SHARE), ROBBERY, "9", reached(1), "", "counts no cases"),
        (ROBBERIES, ROBBERY, None, reached(1), "", "the baseline is not a number"),
        (ROBBERIES, ROBBERY, "9", reached(None), "", "there is no figure yet"),
        (ROBBERIES, ROBBERY, "9", reached(1, is_hidden=True), "", HIDDEN),
        (ROBBERIES, ROBBERY, "9", reached(12), "", "there were 3 more than in the baseline"),
        (ROBBERIES, ROBBERY, "9", reached(9), "", "there were as many as in the baseline"),
        (ROBBERIES, ROBBERY, "9", reached(1), "the months differ", "the months differ"),
        (
            replace(ROBBERIES, is_comparable=False, comparability="recording changed"),
            ROBBERY,
            "9",
            reached(1),
            "",
            "it can't be compared: recording changed",
        ),
    ],
)
def test_a_cost_avoided_that_can_t_be_said_is_not_said(
    indicator: Indicator,
    reference: ReferenceValue,
    baseline: str | None,
    figure: Reached,
    incomparable: str,
    why_not: str,
) -> None:
    before = None if baseline is None else Decimal(baseline)
    saved = avoided(indicator, reference, before, figure, incomparable)
    assert saved.amount is None
    assert saved.why_not.endswith(why_not)
    assert saved.in_words == f"no cost avoided: {saved.why_not}"


def test_what_ships_is_dated_and_says_whose_it_is() -> None:
    assert len(SHIPPED) == 10
    for value in SHIPPED:
        assert value.prices == "2015/16"
        assert check_reference_value(value) == value
        assert value.edition is not None


def test_the_file_s_own_values_lie_over_those_that_shipped() -> None:
    own = replace(ROBBERY, name="robbery", amount=Money(1))
    more = replace(ROBBERY, name="Begging")
    assert in_force([more, own]) == (
        *(own if value is ROBBERY else value for value in SHIPPED),
        more,
    )


@pytest.mark.parametrize("field", ["name", "prices", "source", "caveat"])
def test_a_reference_value_without_what_makes_it_honest_is_refused(field: str) -> None:
    with pytest.raises(ExpectedError, match="has not got"):
        check_reference_value(replace(ROBBERY, **{field: "  "}))  # type: ignore[arg-type]


def test_a_reference_value_of_nothing_is_refused() -> None:
    with pytest.raises(ExpectedError, match=r"“Robbery” is £0\.00"):
        check_reference_value(replace(ROBBERY, amount=Money.ZERO))


def test_an_amount_of_one_s_own_is_not_told_under_somebody_else_s_name() -> None:
    changed = replace(ROBBERY, amount=Money.parse("12,000"))
    with pytest.raises(ExpectedError, match=r"its source has £11,320\.00 at 2015/16 prices"):
        check_reference_value(changed)
    for other in (replace(changed, source="a later study"), replace(changed, prices="2023/24")):
        assert check_reference_value(other) == other


def test_an_uprated_value_says_so_and_is_not_uprated_twice() -> None:
    newer = uprated(ROBBERY, Decimal("12.5"), "2020/21", "GDP deflator of June 2021")
    assert newer.amount == Money.parse("12,735")
    assert newer.prices == "2020/21 (2015/16 uprated by +12.5%)"
    assert newer.caveat.endswith("from £11,320.00 at 2015/16 prices by GDP deflator of June 2021")
    with pytest.raises(ExpectedError, match="already"):
        uprated(newer, Decimal(1), "2021/22", "x")
    with pytest.raises(ExpectedError, match="leaves nothing"):
        uprated(ROBBERY, Decimal(-100), "2020/21", "x")
    with pytest.raises(ExpectedError, match="has not got the year"):
        uprated(ROBBERY, Decimal(1), "2020/21", " ")


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("clients supported", "client supported"),
        ("Freedom Programme sessions", "Freedom Programme session"),
        ("children seen", "child seen"),
        ("people who feel safer", "person who feel safer"),
        ("burglaries", "burglary"),
        ("passes issued", "pass issued"),
        ("business crime reports", "business crime report"),
        ("boxes packed", "box packed"),
        ("residential burglary, police", "residential burglary, police"),
        ("anti-social behaviour cases", "anti-social behaviour case"),
    ],
)
def test_one_of_many(name: str, one: str) -> None:
    assert singular_in(name) == one


def test_a_number_and_a_name_in_a_sentence() -> None:
    assert counted(Decimal(1445), "Students reached") == "1,445 students reached"
    assert counted(1, "Clients supported") == "1 client supported"
    assert counted(Decimal("1.0"), "ASB cases closed") == "1 ASB case closed"
    assert name_in_text("Freedom Programme sessions") == "Freedom Programme sessions"
