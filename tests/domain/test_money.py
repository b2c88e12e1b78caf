"""Money is whole pence: how it is read, shown, shared and multiplied without losing any."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.money import LARGEST_PENCE, Money, NotMoneyError, percentage

amounts = st.integers(-(10**12), 10**12).map(Money)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any)


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("0", 0),
        ("12", 12_00),
        ("12.3", 12_30),
        ("12.34", 12_34),
        ("12.340000", 12_34),
        ("12.", 12_00),
        (".5", 50),
        ("007", 7_00),
        ("1,234.50", 1_234_50),
        ("12,345,678.90", 12_345_678_90),
        ("£1,234.50", 1_234_50),
        ("  £ 5.00\t", 5_00),
        ("\u00a05.00\u202f", 5_00),
        ("+5", 5_00),
        ("+£5", 5_00),
        ("-5", -5_00),
        ("- 5", -5_00),
        ("-£5.00", -5_00),
        ("£-5.00", -5_00),
        ("5.00-", -5_00),
        ("5.00 -", -5_00),
        ("−5", -5_00),
        ("–5", -5_00),
        ("‐5", -5_00),
        ("‑5", -5_00),
        ("﹣5", -5_00),
        ("－5", -5_00),
        ("(5.00)", -5_00),
        ("( £5.00 )", -5_00),
        ("5.00 CR", -5_00),
        ("5.00cr", -5_00),
        ("£5.00 DR", 5_00),
        ("-5.00 DR", -5_00),
        ("-0.00", 0),
        ("1 234", 1234_00),
        ("−12 345 678.90", -12_345_678_90),
        ("£1\u00a0234.5", 1234_50),
        ("(1\u202f234.50)", -1234_50),
        ("1\u2009234\u2009567.89 CR", -1_234_567_89),
        ("9999999999999.99", LARGEST_PENCE - 1),
        ("10,000,000,000,000.00", LARGEST_PENCE),
    ],
)
def test_an_amount_is_read_as_finance_systems_write_it(text: str, pence: int) -> None:
    assert Money.parse(text) == Money(pence)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        (" \t", "it is empty"),
        ("£", "it is not written as one"),
        ("-", "it is not written as one"),
        (".", "it is not written as one"),
        ("CR", "it is not written as one"),
        ("()", "it is not written as one"),
        ("n/a", "it is not written as one"),
        ("12.3.4", "it is not written as one"),
        ("1,23", "it is not written as one"),
        ("1234,567", "it is not written as one"),
        ("12 34", "it is not written as one"),
        ("1234 567", "it is not written as one"),
        ("0 234", "it is not written as one"),
        ("1 234\u00a0567", "it is not written as one"),
        ("1 234,567", "it is not written as one"),
        ("1e3", "it is not written as one"),
        ("$5", "it is not written as one"),
        ("5%", "it is not written as one"),
        ("NaN", "it is not written as one"),
        ("Infinity", "it is not written as one"),
        ("(5", "it is not written as one"),
        ("+(5)", "it is not written as one"),
        ("+-5", "it is not written as one"),
        ("+£-5", "it is not written as one"),
        ("££5", "it is not written as one"),
        ("1.005", "it has more than two decimals"),
        ("0.001", "it has more than two decimals"),
        ("--5", "it has more than one minus sign"),
        ("-£-5", "it has more than one minus sign"),
        ("-5-", "it has more than one minus sign"),
        ("(-5)", "it has more than one minus sign"),
        ("-5 CR", "it has more than one minus sign"),
        ("(5) CR", "it has more than one minus sign"),
        ("10,000,000,000,000.01", "it is too large"),
        ("9" * 400, "it is too large"),
    ],
)
def test_anything_else_is_no_amount_and_says_why(text: str, reason: str) -> None:
    with pytest.raises(NotMoneyError) as refusal:
        Money.parse(text)
    assert refusal.value.given == text
    assert refusal.value.reason == reason


@given(amounts)
def test_what_is_shown_can_be_read_again(amount: Money) -> None:
    assert Money.parse(str(amount)) == amount
    assert Money.parse(amount.in_words) == amount
    assert Money.of_pounds(amount.pounds) == amount


@pytest.mark.parametrize(
    ("pence", "shown", "in_words"),
    [
        (0, "0.00", "£0.00"),
        (5, "0.05", "£0.05"),
        (-5, "−0.05", "−£0.05"),
        (1_234_50, "1,234.50", "£1,234.50"),
        (-1_234_567_89, "−1,234,567.89", "−£1,234,567.89"),
    ],
)
def test_an_amount_is_shown_with_pence_and_a_true_minus(pence: int, shown: str, in_words: str) -> None:
    assert str(Money(pence)) == shown
    assert Money(pence).in_words == in_words


@pytest.mark.parametrize(
    ("pounds", "reason"),
    [
        (Decimal("0.005"), "it is not a whole number of pence"),
        (Decimal("1." + "0" * 40 + "1"), "it is not a whole number of pence"),
        (Decimal("1E-999999"), "it is not a whole number of pence"),
        (Decimal("NaN"), "it is not a number"),
        (Decimal("-Infinity"), "it is not a number"),
        (Decimal("1E+999999"), "it is too large"),
        (-(10**13) - 1, "it is too large"),
    ],
)
def test_pounds_that_are_no_whole_pence_are_refused(pounds: Decimal | int, reason: str) -> None:
    with pytest.raises(NotMoneyError) as refusal:
        Money.of_pounds(pounds)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("pounds", [Decimal("12.34"), Decimal("12.3400"), Decimal("1234E-2")])
def test_exact_pounds_are_taken_exactly(pounds: Decimal) -> None:
    assert Money.of_pounds(pounds) == Money(12_34)
    assert Money.of_pounds(-3) == Money(-3_00)
    assert Money.of_pounds(Decimal("1E1")) == Money(10_00)


@pytest.mark.parametrize("pence", [1.0, "1", True, Decimal(1), None])
def test_pence_are_whole_numbers_and_nothing_else(pence: object) -> None:
    with pytest.raises(TypeError):
        Money(pence)  # type: ignore[arg-type]  # what the type forbids is refused at run time as well


def test_money_adds_compares_and_turns_round() -> None:
    five, three = Money(5), Money(3)
    assert (five + three, five - three, -five, abs(-five)) == (Money(8), Money(2), Money(-5), five)
    assert three < five
    assert max(three, five) is five
    assert five
    assert not Money.ZERO
    assert Money.total([five, three, Money(-1)]) == Money(7)
    assert Money.total([]) == Money.ZERO


@given(amounts, weights)
def test_shares_add_up_and_none_is_a_penny_from_exact(amount: Money, weights: list[int]) -> None:
    parts = amount.share(weights)
    assert Money.total(parts) == amount
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.pence * whole - amount.pence * weight) < whole


@given(amounts, weights)
def test_sharing_the_reverse_reverses_every_part(amount: Money, weights: list[int]) -> None:
    assert (-amount).share(weights) == tuple(-part for part in amount.share(weights))


@given(amounts, weights, st.integers(1, 1000))
def test_only_proportions_matter(amount: Money, weights: list[int], factor: int) -> None:
    assert amount.share([weight * factor for weight in weights]) == amount.share(weights)


@given(amounts, weights)
def test_nothing_goes_to_a_weight_of_nought_and_equal_weights_differ_by_a_penny(
    amount: Money, weights: list[int]
) -> None:
    parts = amount.share(weights)
    assert all(not part for part, weight in zip(parts, weights, strict=True) if weight == 0)
    even = [part.pence for part in amount.share([1] * len(weights))]
    assert max(even) - min(even) <= 1


def test_a_penny_left_over_goes_to_the_largest_remainder_then_to_the_earliest() -> None:
    assert Money(100).share([1, 1, 1]) == (Money(34), Money(33), Money(33))
    assert Money(101).share([3, 2, 1]) == (Money(50), Money(34), Money(17))
    assert Money(-100).share([1, 1, 1]) == (Money(-34), Money(-33), Money(-33))
    assert Money(5).share([0, 7]) == (Money(0), Money(5))


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_unusable_weights_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(100).share(weights)


@given(amounts, st.decimals(-200, 200, places=3))
def test_a_percentage_is_less_than_a_penny_from_exact(amount: Money, rate: Decimal) -> None:
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(amount.pence) * rate / 100
        assert abs(amount.percent(rate).pence - exact) <= Decimal("0.5")
    assert (-amount).percent(rate) == -amount.percent(rate)


@pytest.mark.parametrize(
    ("pence", "rate", "expected"),
    [
        (1, "50", 1),
        (-1, "50", -1),
        (3, "50", 2),
        (49, "1", 0),
        (100, "33.3", 33),
        (75_500_00, "10", 7_550_00),
    ],
)
def test_half_a_penny_rounds_away_from_nought(pence: int, rate: str, expected: int) -> None:
    assert Money(pence).percent(Decimal(rate)) == Money(expected)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(1, 3, "33.3"), (1, -3, "-33.3"), (5, 1000, "0.5"), (45, 100_00, "0.5"), (0, 5, "0.0"), (5, 5, "100.0")],
)
def test_a_part_is_a_percentage_to_one_decimal(part: int, whole: int, expected: str) -> None:
    assert percentage(Money(part), Money(whole)) == Decimal(expected)


def test_nothing_is_a_percentage_of_nothing() -> None:
    assert percentage(Money(5), Money.ZERO) is None


@given(st.integers(-LARGEST_PENCE, LARGEST_PENCE))
def test_an_amount_of_pence_is_the_same_amount_made_quickly(pence: int) -> None:
    assert Money.of_pence(pence) == Money(pence)
    assert hash(Money.of_pence(pence)) == hash(Money(pence))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("546,000", "£546k"),
        ("62,250", "£62.3k"),
        ("62,249.99", "£62.2k"),
        ("-62,250", "−£62.3k"),
        ("1,234,567", "£1,234.6k"),
        ("1,000", "£1k"),
        ("999.50", "£1k"),
        ("999.49", "£999"),
        ("0.49", "£0"),
        ("-0.49", "£0"),
        ("0", "£0"),
    ],
)
def test_an_amount_is_shown_in_thousands_where_a_heading_asks_for_it(amount: str, shown: str) -> None:
    assert Money.parse(amount).in_thousands == shown
