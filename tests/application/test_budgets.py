"""A project's months as a person sets them: profile, forecast, what is kept of it, and why it is off its budget."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fundingapp.application.commands.budgets import (
    GiveReason,
    KeepForecast,
    MonthForecast,
    SetForecastMonths,
    SetProfile,
)
from fundingapp.application.commands.grants import AddProject, SetForecast
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.queries.budgets import AccuracyOf, Band, ForecastAnswer, ForecastOf, ProfileOf
from fundingapp.application.queries.positions import PositionOf
from fundingapp.domain.claims import Claim, ClaimState
from fundingapp.domain.funds import Kind, PaymentBasis, Project
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.profiles import SEASONS, Shape
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import NEXT_YEAR, YEAR, day, make_download, make_line, money, set_up_grant
from tests.fakes import FakeStore

FUND, P1, P2 = FundId(1), ProjectId(1), ProjectId(2)
HEAD = (P1, FUND, Kind.REVENUE, YEAR)


@pytest.fixture
def grant(desk: Desk) -> Desk:
    """P-01 with 100.00, P-02 with 200.00."""
    set_up_grant(desk)
    return desk


def spend(desk: Desk, *periods: int) -> None:
    """6.00 in each of *periods*, charged to P-01."""
    lines = [make_line(f"T{period}", "6.00", period=period) for period in periods]
    desk.do(ImportLedger(make_download(lines)))
    desk.do(ChargeLines(tuple(LineId(at) for at in range(1, len(lines) + 1)), parse_target("P-01"), "theirs"))


def project(desk: Desk, ref: str = "P-01", to_period: int | None = None) -> ProjectPosition:
    position = desk.ask(PositionOf(FUND, YEAR, to_period)).position
    return next(each for each in position.projects if each.ref == ref)


class TestProfile:
    @pytest.mark.parametrize(
        ("more", "months"),
        [
            ({"shape": Shape.EVEN}, ["8.34"] * 4 + ["8.33"] * 8),
            (
                {"shape": Shape.SEASONAL, "weights": SEASONS["in quarters"]},
                ["0", "0", "25.00"] * 4,
            ),
            (
                {"shape": Shape.TYPED, "months": (money("100.00"), *[Money.ZERO] * 11)},
                ["100.00"] + ["0"] * 11,
            ),
            (
                {"shape": Shape.PASTED, "months": (money("1.00"),) * 12, "difference_on": 12},
                ["1.00"] * 11 + ["89.00"],
            ),
        ],
        ids=lambda value: value["shape"].value if isinstance(value, dict) else "",
    )
    def test_every_shape_sums_to_the_budget(
        self, grant: Desk, store: FakeStore, more: dict[str, Any], months: list[str]
    ) -> None:
        assert_taken_back_and_done_again(grant, store, SetProfile(*HEAD, **more))
        assert project(grant).profile == tuple(money(month) for month in months)
        assert grant.ask(ProfileOf(*HEAD)).shape is more["shape"]
        assert all(identity.holds for identity in grant.ask(PositionOf(FUND, YEAR)).identities)

    def test_a_second_profile_takes_the_place_of_the_first(self, grant: Desk, store: FakeStore) -> None:
        grant.do(SetProfile(*HEAD, Shape.EVEN))
        assert_taken_back_and_done_again(
            grant, store, SetProfile(*HEAD, Shape.SEASONAL, weights=SEASONS["summer"])
        )
        assert len(store.open_work(reading=True).profiles.all()) == 1

    def test_even_means_the_months_in_which_the_project_runs(self, grant: Desk) -> None:
        part = Project("P-05", "Summer", starts_on=day("2018-06-01"), ends_on=day("2018-09-30"))
        id = grant.do(AddProject(part, FUND, YEAR, Kind.REVENUE, money("30.00"))).result
        grant.do(SetProfile(id, FUND, Kind.REVENUE, YEAR, Shape.EVEN))
        assert project(grant, "P-05").profile[:7] == tuple(
            money(month) for month in ("0", "0", "7.50", "7.50", "7.50", "7.50", "0")
        )

    def test_last_year_s_shape_follows_what_was_spent(self, grant: Desk, store: FakeStore) -> None:
        before = YEAR.previous
        grant.do(AddProject(Project("P-01", "Project P-01"), FUND, before, Kind.REVENUE, money("50.00")))
        grant.do(
            ImportLedger(
                make_download(
                    [
                        make_line("A", "30.00", period=2, year=before),
                        make_line("B", "10.00", period=12, year=before),
                        make_line("C", "-5.00", period=3, year=before),
                    ]
                )
            )
        )
        grant.do(ChargeLines((LineId(1), LineId(2), LineId(3)), parse_target("P-01"), "theirs"))
        assert_taken_back_and_done_again(grant, store, SetProfile(*HEAD, Shape.LAST_YEAR))
        found = project(grant).profile
        assert (found[1], found[2], found[11]) == (money("75.00"), Money.ZERO, money("25.00"))
        assert grant.ask(ProfileOf(*HEAD)).last_year is not None

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (SetProfile(*HEAD, Shape.LAST_YEAR), "profile_last_year"),
            (SetProfile(*HEAD, Shape.SEASONAL, weights=(1, 2, 3)), "profile_weights"),
            (SetProfile(*HEAD, Shape.SEASONAL, weights=(0,) * 12), "profile_weights"),
            (SetProfile(*HEAD, Shape.SEASONAL, weights=(-1, *[1] * 11)), "profile_weights"),
            (SetProfile(*HEAD, Shape.TYPED, (money("1.00"),) * 12), "profile_foots"),
            (SetProfile(*HEAD, Shape.TYPED, (money("100.00"),), difference_on=1), "profile_months"),
            (SetProfile(P1, FUND, Kind.CAPITAL, YEAR, Shape.EVEN), "not_found"),
            (SetProfile(P1, FUND, Kind.REVENUE, NEXT_YEAR, Shape.EVEN), "not_found"),
        ],
    )
    def test_what_does_not_foot_is_refused(
        self, grant: Desk, store: FakeStore, command: Command[Any], code: str
    ) -> None:
        assert refusal_of(grant, store, command).code == code


def months(*amounts: tuple[int, str | None], of: ProjectId = P1, cut_off: int = 3) -> SetForecastMonths:
    return SetForecastMonths(
        FUND,
        YEAR,
        cut_off,
        tuple(
            MonthForecast(of, Kind.REVENUE, period, None if amount is None else money(amount))
            for period, amount in amounts
        ),
    )


class TestForecast:
    def test_months_are_typed_changed_and_given_back_to_the_profile(
        self, grant: Desk, store: FakeStore
    ) -> None:
        spend(grant, 1, 2, 3)
        assert_taken_back_and_done_again(grant, store, months((4, "20.00"), (5, "0.00"), (12, "-1.00")))
        assert grant.undo_name == "forecast P-01, July to March"
        assert project(grant).remaining[3:6] == (money("20.00"), Money.ZERO, project(grant).profile[5])
        assert_taken_back_and_done_again(grant, store, months((4, "21.00"), (5, None), (6, "1.00")))
        assert project(grant).remaining[3:6] == (money("21.00"), project(grant).profile[4], money("1.00"))

    def test_a_month_that_is_over_shows_what_was_spent(self, grant: Desk, store: FakeStore) -> None:
        refusal = refusal_of(grant, store, months((3, "1.00")))
        assert refusal.message == "June is not a month to come: it shows what was spent."
        assert refusal_of(grant, store, months((13, "1.00"))).code == "forecast_past"
        assert refusal_of(grant, store, months((5, "1.00"), of=ProjectId(9))).code == "not_found"

    def test_after_the_final_claim_nothing_is_forecast(self, grant: Desk, store: FakeStore) -> None:
        with store.open_work() as work:
            work.claims.add(
                Claim(FUND, YEAR, 1, 1, 13, PaymentBasis.ARREARS, ClaimState.SUBMITTED, is_final=True)
            )
            work.commit(None)
        assert refusal_of(grant, store, months((5, "1.00"))).code == "claim_final"
        assert refusal_of(grant, store, SetProfile(*HEAD, Shape.EVEN)).code == "claim_final"
        rest = SetForecast(*HEAD, from_period=5, amount=money("1.00"))
        assert refusal_of(grant, store, rest).code == "claim_final"


class TestGrid:
    def ask(self, desk: Desk, cut_off: int | None = None) -> ForecastAnswer:
        return desk.ask(ForecastOf(FUND, YEAR, cut_off))

    def test_before_the_ledger_all_is_to_come(self, grant: Desk) -> None:
        answer = self.ask(grant)
        assert (answer.cut_off, answer.reached, answer.cut_offs) == (0, 0, (0,))
        assert answer.rows[0].months == answer.rows[0].position.profile
        assert answer.rows[0].difference == Money.ZERO

    def test_actual_to_january_is_usual_once_the_ledger_is_there(self, grant: Desk) -> None:
        spend(grant, *range(1, 13))
        grant.do(months((11, "30.00"), cut_off=10))
        answer = self.ask(grant)
        row = answer.rows[0]
        assert (answer.cut_off, answer.reached) == (10, 12)
        assert row.months[:10] == (money("6.00"),) * 10
        assert (row.months[10], row.typed[10], row.typed[11]) == (money("30.00"), True, False)
        assert row.outturn == money("60.00") + money("30.00") + row.position.profile[11]
        later = self.ask(grant, 12).rows[0]
        assert (later.months[11], later.outturn, later.typed[10]) == (money("6.00"), money("72.00"), False)
        assert self.ask(grant, 13).cut_off == 12

    def test_rows_and_columns_foot_whatever_the_cut_off(self, grant: Desk) -> None:
        spend(grant, 1, 4, 7, 13)
        grant.do(months((9, "12.34"), (10, "0.01"), cut_off=7))
        for cut_off in range(1, 14):
            answer = self.ask(grant, cut_off)
            position = answer.position
            assert Money.total(row.outturn for row in answer.rows) == position.outturn
            for row in answer.rows:
                assert row.outturn == row.position.outturn
                assert row.difference == row.position.variance

    def test_the_bands_follow_the_claims(self, grant: Desk, store: FakeStore) -> None:
        spend(grant, 1, 2, 3, 4, 5)
        assert [self.ask(grant).band(month) for month in (1, 5, 6)] == [
            Band.CLAIMING,
            Band.CLAIMING,
            Band.FORECAST,
        ]
        with store.open_work() as work:
            sent = Claim(FUND, YEAR, 1, 1, 3, PaymentBasis.ARREARS, ClaimState.SUBMITTED)
            work.claims.add(sent)
            work.claims.add(replace(sent, number=2, from_period=4, to_period=6, state=ClaimState.DRAFT))
            unused = replace(sent, number=3, from_period=7, to_period=9, state=ClaimState.NOT_USED)
            work.claims.add(unused)
            work.commit(None)
        answer = self.ask(grant)
        assert [answer.band(month).value for month in range(1, 9)] == [
            *["claimed"] * 3,
            *["claiming"] * 3,
            *["forecast"] * 2,
        ]


class TestAccuracy:
    def test_a_kept_forecast_is_held_against_what_came(self, grant: Desk, store: FakeStore) -> None:
        grant.do(months((1, "10.00"), (2, "10.00"), (3, "10.00"), cut_off=0))
        assert_taken_back_and_done_again(grant, store, KeepForecast(FUND, YEAR, "plan of April"))
        assert len(store.open_work(reading=True).forecasts_kept.all()) == 2
        spend(grant, 1, 2, 3)
        [kept] = grant.ask(AccuracyOf(FUND, YEAR))
        assert (kept.occasion, kept.cut_off, kept.taken_by) == ("plan of April", 0, "Ann")
        first = kept.rows[0]
        assert (first.ref, first.accuracy.expected, first.accuracy.came) == (
            "P-01",
            money("30.00"),
            money("18.00"),
        )
        assert first.accuracy.bias == "forecast £12.00 (40.0%) too high"
        assert kept.total.expected == Money.total(row.accuracy.expected for row in kept.rows)

    def test_the_newest_comes_first_and_each_says_what_it_was_kept_for(
        self, grant: Desk, store: FakeStore
    ) -> None:
        grant.do(KeepForecast(FUND, YEAR, "plan"))
        spend(grant, 1, 2)
        grant.do(KeepForecast(FUND, YEAR, "July report", 1))
        assert [(each.occasion, each.cut_off) for each in grant.ask(AccuracyOf(FUND, YEAR))] == [
            ("July report", 1),
            ("plan", 0),
        ]
        assert refusal_of(grant, store, KeepForecast(FUND, YEAR, " ")).code == "no_name"
        assert refusal_of(grant, store, KeepForecast(FUND, NEXT_YEAR, "plan")).code == "no_projects"


class TestReasons:
    def test_a_reason_stands_from_its_period_on(self, grant: Desk, store: FakeStore) -> None:
        spend(grant, *range(1, 11))
        give = GiveReason(*HEAD, 6, "post filled  in September")
        assert_taken_back_and_done_again(grant, store, give)
        assert [project(grant, to_period=period).reason for period in (5, 6, 10)] == [
            "",
            "post filled in September",
            "post filled in September",
        ]
        assert_taken_back_and_done_again(grant, store, replace(give, reason="another"))
        grant.do(replace(give, period=9, reason="newer"))
        assert [project(grant, to_period=period).reason for period in (8, 9)] == ["another", "newer"]
        assert_taken_back_and_done_again(grant, store, replace(give, period=9, reason=""))
        assert project(grant).reason == "another"

    def test_what_is_no_reason_is_refused(self, grant: Desk, store: FakeStore) -> None:
        assert refusal_of(grant, store, GiveReason(*HEAD, 6, " ")).code == "no_reason"
        assert refusal_of(grant, store, GiveReason(*HEAD, 14, "why")).code == "no_period"
        other = GiveReason(P1, FUND, Kind.CAPITAL, YEAR, 6, "why")
        assert refusal_of(grant, store, other).code == "not_found"
