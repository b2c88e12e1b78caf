"""Agreements: their years make the whole (R8), money moves between years by reprofile only, and terms can be meant."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.agreements import (
    USUAL_TERMS,
    AgreedSums,
    Agreement,
    AgreementSum,
    Split,
    Terms,
    agreement_identities,
    check_agreement,
    check_edit,
    check_sums,
    check_terms,
    refuse_unequal_years,
    reprofiled,
    share_evenly,
    splits_of,
    terms_in_force,
)
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import AgreementId, FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from tests.builders import pounds

FUND = FundId(1)
Y17, Y18, Y19, Y20 = map(FinancialYear, range(2017, 2021))
ONE = AgreementId(1)


def make_agreement(
    from_year: FinancialYear = Y17, to_year: FinancialYear = Y19, **fields: object
) -> Agreement:
    given = {"title": "Transformation Fund", **fields}
    return Agreement(FUND, from_year=from_year, to_year=to_year, **given)  # type: ignore[arg-type]


def vawg() -> Split:
    """Wolverhampton's transformation fund: £500,000 for the three years 2017 to 2020, confirmed in July 2017."""
    return Split(Kind.REVENUE, pounds("500,000"), share_evenly(pounds("500,000"), (Y17, Y18, Y19)))


def test_half_a_million_over_three_years_is_split_in_whole_pence() -> None:
    assert vawg().years == (
        (Y17, pounds("166,666.67")),
        (Y18, pounds("166,666.67")),
        (Y19, pounds("166,666.66")),
    )
    refuse_unequal_years(vawg())
    (identity,) = agreement_identities(AgreedSums("Transformation Fund", (vawg(),), "VAWG/2018/19/"))
    assert (identity.id, identity.left, identity.holds) == ("R8", pounds("500,000"), True)
    assert [part.figure for part in identity.right] == [
        f"VAWG/2018/19/agreed/{year}" for year in ("2017/18", "2018/19", "2019/20")
    ]


def test_the_years_are_those_between() -> None:
    assert make_agreement().years == (Y17, Y18, Y19)
    assert make_agreement().span == "2017/18 to 2019/20"
    assert make_agreement(Y18, Y18).span == "2018/19"
    assert [make_agreement().covers(year) for year in (Y17, Y19, Y20)] == [True, True, False]


def test_the_terms_of_the_agreement_that_covers_the_year_count() -> None:
    own = replace(USUAL_TERMS, payment_days=10)
    agreement = make_agreement(terms=own)
    assert terms_in_force([agreement], FUND, Y18) == own
    assert terms_in_force([agreement], FUND, Y20) == USUAL_TERMS
    assert terms_in_force([agreement], FundId(2), Y18) == USUAL_TERMS


def test_sums_are_read_kind_by_kind() -> None:
    sums = [
        AgreementSum(ONE, Kind.CAPITAL, pounds("10"), Y18),
        AgreementSum(ONE, Kind.REVENUE, pounds("90")),
        AgreementSum(ONE, Kind.REVENUE, pounds("60"), Y18),
        AgreementSum(ONE, Kind.REVENUE, pounds("30"), Y17),
    ]
    assert splits_of(sums) == (
        Split(Kind.REVENUE, pounds("90"), ((Y17, pounds("30")), (Y18, pounds("60")))),
        Split(Kind.CAPITAL, pounds("10"), ((Y18, pounds("10")),)),
    )


@pytest.mark.parametrize(
    ("agreement", "sentence"),
    [
        (make_agreement(title=" "), "An agreement needs a title."),
        (
            make_agreement(Y19, Y18),
            "The agreement would end in 2018/19, before it begins in 2019/20.",
        ),
        (
            make_agreement(Y19, Y20),
            "“Old” covers 2019/20 of this fund already: its years are 2018/19 to 2019/20.",
        ),
    ],
)
def test_an_agreement_that_can_t_be_is_refused(agreement: Agreement, sentence: str) -> None:
    with pytest.raises(ExpectedError) as refusal:
        check_agreement(agreement, [make_agreement(Y18, Y19, title="Old")])
    assert refusal.value.message == sentence
    assert refusal.value.advice


def test_agreements_of_other_funds_and_years_are_no_hindrance() -> None:
    check_agreement(
        make_agreement(Y20, Y20), [make_agreement(), replace(make_agreement(Y20, Y20), fund=FundId(2))]
    )


@pytest.mark.parametrize(
    ("split", "sentence"),
    [
        (
            Split(
                Kind.REVENUE,
                pounds("100"),
                ((Y17, pounds("33.33")), (Y18, pounds("33.33")), (Y19, pounds("33.33"))),
            ),
            "The years of revenue add up to £99.99, the agreement's whole is £100.00: £0.01 is missing.",
        ),
        (
            Split(Kind.CAPITAL, pounds("100"), ((Y17, pounds("100.02")),)),
            "The years of capital add up to £100.02, the agreement's whole is £100.00: £0.02 too much.",
        ),
        (
            Split(Kind.REVENUE, pounds("100"), ((Y20, pounds("100")),)),
            "2020/21 is not a year of “Transformation Fund”, which covers 2017/18 to 2019/20.",
        ),
        (Split(Kind.LABOUR, pounds("1")), "The fund has no labour money: it has revenue or capital."),
        (
            Split(Kind.REVENUE, pounds("0"), ((Y17, pounds("5")), (Y18, pounds("-5")))),
            "−£5.00 of revenue: an agreement never states a sum below nought.",
        ),
    ],
)
def test_sums_that_an_agreement_can_t_state_are_refused(split: Split, sentence: str) -> None:
    with pytest.raises(ExpectedError) as refusal:
        check_sums(make_agreement(), (Kind.REVENUE, Kind.CAPITAL), [split])
    assert refusal.value.message == sentence
    assert refusal.value.advice


def test_a_whole_that_is_not_split_yet_may_stand() -> None:
    whole = Split(Kind.REVENUE, pounds("500,000"))
    check_sums(make_agreement(), (Kind.REVENUE,), [whole])
    (identity,) = agreement_identities(AgreedSums("Fund", (whole,)))
    assert identity.holds
    assert [part.name for part in identity.right] == ["Not yet split by year"]


def test_nothing_is_stated_without_an_agreement_or_its_sums() -> None:
    assert agreement_identities(None) == ()
    assert agreement_identities(AgreedSums("Fund", ())) == ()


def test_kinds_that_make_up_for_each_other_break_the_identity() -> None:
    uneven = (
        Split(Kind.REVENUE, pounds("10"), ((Y17, pounds("11")),)),
        Split(Kind.CAPITAL, pounds("10"), ((Y17, pounds("9")),)),
    )
    (identity,) = agreement_identities(AgreedSums("Fund", uneven))
    assert (identity.difference, identity.broken, identity.holds) == (Money.ZERO, 2, False)


def test_one_year_is_never_edited_while_the_whole_stays() -> None:
    years = dict(vawg().years)
    years[Y18] = pounds("170,000")
    with pytest.raises(ExpectedError) as refusal:
        check_edit([vawg()], [Split(Kind.REVENUE, pounds("500,000"), tuple(years.items()))])
    assert refusal.value.message == (
        "Revenue of 2018/19 is £166,666.67; it can't become £170,000.00 while the whole stays £500,000.00 (R8)."
    )
    check_edit([vawg()], [Split(Kind.REVENUE, pounds("600,000"), ((Y17, pounds("600,000")),))])
    check_edit([Split(Kind.REVENUE, pounds("500,000"))], [vawg()])


@pytest.mark.parametrize(
    ("source", "target", "amount", "sentence"),
    [
        (Y17, Y18, "0", "A reprofile moves an amount above nought."),
        (Y17, Y17, "1", "A reprofile needs two different years."),
        (Y17, Y20, "1", "The agreement states no sum of revenue for 2020/21."),
        (
            Y19,
            Y17,
            "166,666.67",
            "£166,666.67 can't leave 2019/20: the agreement gives it £166,666.66 of revenue.",
        ),
    ],
)
def test_a_reprofile_that_can_t_be_is_refused(
    source: FinancialYear, target: FinancialYear, amount: str, sentence: str
) -> None:
    with pytest.raises(ExpectedError) as refusal:
        reprofiled(vawg(), source, target, pounds(amount))
    assert refusal.value.message == sentence
    assert refusal.value.advice


@given(
    st.integers(0, 10**10),
    st.integers(1, 6),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(-5, 10**10)), max_size=20),
)
def test_the_years_make_the_whole_after_any_reprofiles(
    pence: int, number: int, moves: list[tuple[int, int, int]]
) -> None:
    """R8, in whole pence, at every step."""
    years = [FinancialYear(2017 + at) for at in range(number)]
    split = Split(Kind.REVENUE, Money(pence), share_evenly(Money(pence), years))
    for source, target, amount in moves:
        try:
            split = reprofiled(
                split, FinancialYear(2017 + source), FinancialYear(2017 + target), Money(amount)
            )
        except ExpectedError:
            continue
        refuse_unequal_years(split)
        assert all(amount.pence >= 0 for _, amount in split.years)
        (identity,) = agreement_identities(AgreedSums("Fund", (split,)))
        assert identity.holds
    assert split.total == Money(pence)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        (Terms(tolerance_percent=Decimal(101)), "The tolerance of 101% is not between 0 and 100."),
        (Terms(retention_percent=Decimal("-0.5")), "The retention of -0.5% is not between 0 and 100."),
        (Terms(payment_days=-1), "The days to payment can't be -1."),
        (Terms(own_limit=pounds("-1")), "A limit of −£1.00 is below nought."),
        (
            Terms(own_limit=pounds("5,000"), board_limit=pounds("2,000")),
            "Own authority up to £5,000.00 goes beyond the board's £2,000.00.",
        ),
        (Terms(ask_by_month=2, ask_by_day=30), "There is no day 30 in month 2 of every year."),
        (
            Terms(rag_percents=(Decimal(5), Decimal(5), Decimal(30), Decimal(50))),
            "The four bands of the spend rating must rise from one to the next.",
        ),
    ],
)
def test_terms_that_can_t_be_meant_are_refused(terms: Terms, sentence: str) -> None:
    with pytest.raises(ExpectedError) as refusal:
        check_terms(terms)
    assert refusal.value.message == sentence


def test_the_usual_terms_can_be_meant() -> None:
    check_terms(USUAL_TERMS)
