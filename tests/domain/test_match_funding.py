"""Who pays for a project: funds, host and match, in kind beside (R15); rates and shared posts (R16)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId, PartyId, ProjectId
from fundingapp.domain.match_funding import (
    FundedPart,
    MatchAchieved,
    MatchFunding,
    Post,
    PostFunding,
    ProjectFunding,
    Rate,
    check_match,
    check_post,
    match_percent,
    reconcile_funding,
)
from fundingapp.domain.money import Money
from tests.builders_core import YEAR, money

P1 = ProjectId(1)
COVID, POLICE = FundId(1), FundId(2)


def match(spent: str = "0.00", **fields: object) -> MatchFunding:
    given = {"source": "The council", "planned": money("10.00"), "spent": money(spent), **fields}
    return MatchFunding(P1, YEAR, **given)  # type: ignore[arg-type]


def part(funded: str, host: str = "0.00", fund: FundId = COVID, agreed: str | None = None) -> FundedPart:
    return FundedPart(
        fund,
        "COVID fund" if fund == COVID else "Police match",
        money("100.00"),
        money(funded) + money(host),
        money(funded),
        money(host),
        Decimal(agreed) if agreed else None,
    )


def project(
    *parts: FundedPart, match: tuple[MatchFunding, ...] = (), posts: tuple[PostFunding, ...] = ()
) -> ProjectFunding:
    return ProjectFunding(P1, "DA-01", "Domestic abuse", parts, match, posts)


def post(cost: str = "100.00", **fields: object) -> Post:
    given = {"title": "Worker", "fte": Decimal(1), "months": 12, "cost": money(cost), **fields}
    return Post(P1, YEAR, **given)  # type: ignore[arg-type]


class TestSpendAndWhoPays:
    def test_match_cash_is_in_the_spend_and_in_kind_beside_it(self) -> None:
        funding = project(
            part("60.00", host="5.00"),
            match=(match("20.00"), match("15.00", is_in_kind=True), match("1.00")),
        )
        assert funding.spend == money("86.00")
        assert (funding.funded, funding.host, funding.match_cash) == (
            money("60.00"),
            money("5.00"),
            money("21.00"),
        )
        assert funding.in_kind == money("15.00")

    @given(
        st.lists(
            st.tuples(st.integers(-(10**9), 10**10), st.integers(0, 10**8), st.integers(1, 3)), max_size=6
        ),
        st.lists(st.tuples(st.integers(0, 10**9), st.booleans()), max_size=5),
    )
    def test_r15_holds_whoever_pays(
        self, funds: list[tuple[int, int, int]], given_by_others: list[tuple[int, bool]]
    ) -> None:
        parts = [
            FundedPart(
                FundId(fund), f"Fund {fund}", Money(0), Money(funded + host), Money(funded), Money(host)
            )
            for funded, host, fund in funds
        ]
        others = tuple(
            match(spent=str(Money(pence)).replace(",", ""), is_in_kind=in_kind)
            for pence, in_kind in given_by_others
        )
        [r15, r16] = reconcile_funding("Fund 1", YEAR, [project(*parts, match=others)])
        assert (r15.id, r16.id) == ("R15", "R16")
        assert r15.holds
        assert r16.holds
        cash = sum(pence for pence, in_kind in given_by_others if not in_kind)
        assert r15.left == Money(sum(funded + host for funded, host, _ in funds) + cash)

    def test_a_host_that_does_not_pay_what_is_ineligible_breaks_it(self) -> None:
        unpaid = replace(part("60.00", host="5.00"), host=money("4.00"))
        [r15, _] = reconcile_funding("COVID fund", YEAR, [project(unpaid)])
        assert r15.difference == money("1.00")
        assert not r15.holds


class TestRates:
    @pytest.mark.parametrize(
        ("funded", "spend", "agreed", "words", "above"),
        [
            ("62.50", "100.00", "50", "62.5% against 50% agreed", "12.50"),
            ("50.00", "100.00", "50", "50% against 50% agreed", "0.00"),
            ("50.01", "100.00", "50", "50% against 50% agreed", "0.01"),
            ("33.34", "100.00", "33.33", "33.3% against 33.33% agreed", "0.01"),
            ("40.00", "100.00", None, "40%", "0.00"),
            ("0.00", "0.00", "50", "nothing spent yet", "0.00"),
        ],
    )
    def test_a_rate_is_above_from_the_first_penny(
        self, funded: str, spend: str, agreed: str | None, words: str, above: str
    ) -> None:
        rate = Rate(money(funded), money(spend), Decimal(agreed) if agreed else None)
        assert (rate.in_words, rate.above) == (words, money(above))
        assert rate.is_above is (money(above) > Money.ZERO)

    @given(st.integers(0, 10**10), st.integers(1, 10**10), st.integers(0, 10_000))
    def test_above_is_the_smallest_amount_that_brings_it_back_within(
        self, funded: int, spend: int, agreed: int
    ) -> None:
        percent = Decimal(agreed).scaleb(-2)
        above = Rate(Money(funded), Money(spend), percent).above.pence
        assert (funded - above) * 10_000 <= agreed * spend or funded == above
        if above:
            assert (funded - above + 1) * 10_000 > agreed * spend

    def test_a_rate_is_of_all_that_is_spent_and_none_of_a_fund_that_pays_nothing(self) -> None:
        funding = project(part("60.00", agreed="50"), match=(match("40.00"),))
        rate = funding.rate(COVID)
        assert rate is not None
        assert rate.in_words == "60% against 50% agreed"
        assert funding.rate(POLICE) is None
        [_, r16] = reconcile_funding("COVID fund", YEAR, [funding])
        assert "DA-01 COVID fund 60% against 50% agreed" in r16.note
        assert r16.holds


class TestMatchAchieved:
    def test_match_is_what_others_pay_of_the_projects_that_a_fund_pays_for(self) -> None:
        shared = project(
            part("50.00"),
            part("30.00", host="5.00", fund=POLICE),
            match=(match("15.00"), match("9.00", is_in_kind=True)),
        )
        elsewhere = project(part("500.00", fund=POLICE))
        achieved = match_percent(COVID, [shared, elsewhere])
        assert achieved == MatchAchieved(money("45.00"), money("100.00"), money("9.00"))
        assert achieved.percent == Decimal("45.0")

    @pytest.mark.parametrize(("pence", "well"), [(4_999, False), (5_000, True), (5_001, True)])
    def test_it_flips_exactly_at_the_limit(self, pence: int, well: bool) -> None:
        achieved = MatchAchieved(Money(pence), money("100.00"))
        assert achieved.at_least(Decimal(50)) is well
        assert achieved.at_most(Decimal(50)) is (pence <= 5_000)

    def test_while_nothing_is_spent_no_limit_is_missed(self) -> None:
        nothing = match_percent(COVID, [])
        assert (nothing.percent, nothing.at_least(Decimal(50)), nothing.at_most(Decimal(0))) == (
            None,
            True,
            True,
        )


class TestPosts:
    def paid(self, *shares: tuple[str, str], cost: str = "100.00") -> PostFunding:
        return PostFunding(post(cost), tuple((name, None, Decimal(percent)) for name, percent in shares))

    def test_the_parts_of_a_post_and_what_nobody_pays_add_up_to_its_cost(self) -> None:
        assert self.paid(("COVID fund", "33.33"), ("Police", "33.33"), cost="100.01").parts == (
            money("33.33"),
            money("33.33"),
            money("33.35"),
        )
        assert self.paid(("COVID fund", "60"), ("Police", "40"), cost="0.01").parts == tuple(
            map(money, ("0.01", "0.00", "0.00"))
        )

    @given(st.integers(1, 10**9), st.lists(st.integers(1, 5_000), max_size=6))
    def test_r16_holds_for_any_parts_up_to_the_whole(self, pence: int, parts: list[int]) -> None:
        shares = []
        for at, each in enumerate(parts):
            if sum(parts[: at + 1]) <= 10_000:
                shares.append((f"Funder {at}", None, Decimal(each).scaleb(-2)))
        paid = PostFunding(post(cost=str(Money(pence)).replace(",", "")), tuple(shares))
        assert Money.total(paid.parts) == paid.post.cost
        [_, r16] = reconcile_funding("COVID fund", YEAR, [project(posts=(paid,))])
        assert r16.holds

    def test_a_post_paid_for_twice_breaks_it(self) -> None:
        """A file put together by other hands: no command makes such a post."""
        twice = self.paid(("COVID fund", "60"), ("Police", "60"))
        [_, r16] = reconcile_funding("COVID fund", YEAR, [project(posts=(twice,))])
        assert (r16.broken, r16.broken_name, r16.holds) == (1, "post", False)

    @pytest.mark.parametrize(
        ("changes", "shares", "code", "says"),
        [
            ({"title": " "}, (), "no_name", "A post needs its title."),
            ({"fte": Decimal(0)}, (), "post_fte", "A post of 0 full-time equivalents can't be."),
            ({"months": 13}, (), "post_months", "A year has no 13 months."),
            ({"months": 0}, (), "post_months", "A year has no 0 months."),
            ({"cost": "0.00"}, (), "post_cost", "A post costs more than nought."),
            ({}, ((" ", "10"),), "no_source", "A part of the post has no funder."),
            ({}, (("Police", "0"),), "share_nothing", "Police pays 0% of the post."),
            (
                {},
                (("Police", "10"), ("police ", "10")),
                "shares_repeated",
                "Police is named twice for the post.",
            ),
            (
                {},
                (("COVID fund", "60"), ("Police", "40.5")),
                "post_over",
                "The parts of “Worker” add up to 100.5%: COVID fund 60%, Police 40.5%.",
            ),
        ],
    )
    def test_a_post_that_can_not_be_is_refused(
        self, changes: dict[str, object], shares: tuple[tuple[str, str], ...], code: str, says: str
    ) -> None:
        made = post(**changes)  # type: ignore[arg-type]
        with pytest.raises(ExpectedError) as refused:
            check_post(made, [(name, Decimal(percent)) for name, percent in shares])
        assert (refused.value.code, refused.value.message) == (code, says)
        assert refused.value.advice

    def test_three_people_full_time_whom_two_pay_for_in_full_are_fine(self) -> None:
        check_post(post(fte=Decimal(3)), [("COVID fund", Decimal(60)), ("Police", Decimal(40))])


class TestMatchRecords:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"source": " "}, "no_source"),
            ({"planned": money("-1.00")}, "match_amount"),
            ({"received": money("-1.00")}, "match_amount"),
            ({"planned": Money.ZERO}, "match_amount"),
        ],
    )
    def test_match_needs_a_source_and_amounts_not_below_nought(
        self, changes: dict[str, object], code: str
    ) -> None:
        with pytest.raises(ExpectedError) as refused:
            check_match(match(**changes))  # type: ignore[arg-type]
        assert refused.value.code == code

    def test_a_body_of_ours_is_source_enough(self) -> None:
        check_match(match(source="", party=PartyId(1)))
