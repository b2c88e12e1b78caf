"""What goes from one year into the next: Wolverhampton's £15,000.00, project by project and kind by kind, and where the
chain breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.commands.records import Changed, ChangeRecord, Record, RemoveRecords, SwapRecords
from fundingapp.application.desk import Desk
from fundingapp.application.queries.chain import ChainOf, brought_in_use
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.standing import StandingOf
from fundingapp.application.queries.warnings import EarlyWarnings
from fundingapp.application.queries.why import Why
from fundingapp.application.queries.workspace import WorkspaceOf
from fundingapp.domain.allocations import AllocationStatus, Resource
from fundingapp.domain.chain import ChainState
from fundingapp.domain.early_warnings import WarningKind
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import LineId
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.settlements import SettlementState
from tests.application.proofs import refusal_of
from tests.builders_core import money
from tests.fakes import FakeStore
from tests.footing import assert_foots, assert_grant_foots
from tests.lived_years import (
    AGREED,
    ANTICIPATED,
    FORECAST,
    FUND,
    NAME,
    PART,
    REFUSED,
    REQUESTED,
    WITHDRAWN,
    LivedYears,
)

Y16, Y17, Y18, Y19 = (FinancialYear(start) for start in (2016, 2017, 2018, 2019))
REVENUE, CAPITAL = Kind.REVENUE, Kind.CAPITAL


@pytest.fixture
def years(desk: Desk, store: FakeStore) -> LivedYears:
    return LivedYears(desk, store.open_work)


@pytest.fixture
def wolverhampton(years: LivedYears) -> LivedYears:
    """£250,000.00 of 2017/18 with £15,000.00 unspent, £8,500.00 of it by WV-01 and £6,500.00 by WV-02; £229,000.00
    allocated for 2018/19."""
    years.allocate(Y17, "250,000.00")
    years.award("WV-01", Y17, "150,000.00")
    years.award("WV-02", Y17, "100,000.00")
    years.spend("WV-01", Y17, "141,500.00")
    years.spend("WV-02", Y17, "93,500.00")
    years.allocate(Y18, "229,000.00")
    years.award("WV-01", Y18, "129,000.00")
    return years


class TestWolverhampton:
    def test_what_is_anticipated_is_never_available(self, wolverhampton: LivedYears) -> None:
        for state in (FORECAST, ANTICIPATED, REQUESTED):
            wolverhampton.carry("WV-01", Y17, state, "15,000.00")
            now = wolverhampton.position(Y18)
            assert (now.available, now.awarded) == (money("229,000.00"), money("129,000.00")), state
        hoped = wolverhampton.position(Y18).not_agreed
        assert (hoped.forecast, hoped.anticipated, hoped.requested) == (money("15,000.00"),) * 3
        assert hoped.total == money("45,000.00")
        assert wolverhampton.position(Y17).not_agreed.total == Money.ZERO
        standing = wolverhampton.desk.ask(StandingOf(FUND, Y18))
        assert (standing.anticipated, standing.available) == (money("15,000.00"), money("229,000.00"))
        assert wolverhampton.desk.ask(StandingOf(FUND, Y17)).asked == money("15,000.00")

    def test_once_agreed_it_is_available_project_by_project(self, wolverhampton: LivedYears) -> None:
        wolverhampton.carry("WV-01", Y17, AGREED, "8,500.00")
        wolverhampton.carry("WV-02", Y17, AGREED, "6,500.00")
        now = wolverhampton.position(Y18)
        assert (now.available, now.resources.brought_forward) == (money("244,000.00"), money("15,000.00"))
        budgets = {each.ref: each.budget for each in now.projects}
        assert budgets["WV-01"].brought_forward == money("8,500.00")
        assert budgets["WV-01"].current == money("137,500.00")
        # WV-02 has no award in 2018/19: what it carries is its budget there.
        assert (budgets["WV-02"].award, budgets["WV-02"].current) == (Money.ZERO, money("6,500.00"))
        assert now.unallocated == money("100,000.00")
        assert wolverhampton.position(Y17).carried_out_for() == money("15,000.00")
        assert not wolverhampton.failing((Y17, Y18))
        assert wolverhampton.chain().holds
        standing = wolverhampton.desk.ask(StandingOf(FUND, Y17))
        assert (standing.underspend, standing.carried_forward) == (money("15,000.00"), money("15,000.00"))
        assert standing.undecided == Money.ZERO

    @pytest.mark.parametrize(
        ("state", "agreed", "available"),
        [(PART, "9,000.00", "238,000.00"), (REFUSED, None, "229,000.00"), (WITHDRAWN, None, "229,000.00")],
    )
    def test_in_part_refused_or_withdrawn(
        self, wolverhampton: LivedYears, state: object, agreed: str | None, available: str
    ) -> None:
        assert state in (PART, REFUSED, WITHDRAWN)
        wolverhampton.carry("", Y17, state, "15,000.00", agreed)
        assert wolverhampton.position(Y18).available == money(available)
        last = wolverhampton.year(Y17)
        assert last.closing == money(agreed or "0")
        assert last.pending == money("15,000.00") - money(agreed or "0")
        assert last.refused == (money("0") if state is WITHDRAWN else money("15,000.00") - last.closing)
        # A grant's own carry-forward, in no project's budget, is what its projects left.
        assert wolverhampton.chain().holds
        assert not wolverhampton.failing((Y17, Y18))

    def test_a_year_that_the_file_does_not_hold_opens_the_first_one(self, years: LivedYears) -> None:
        years.allocate(Y18, "229,000.00")
        years.carry("", Y17, AGREED, "15,000.00")
        assert years.position(Y18).available == money("244,000.00")
        chain = years.chain()
        assert chain.holds
        assert [(str(year.year), year.opening) for year in chain.years] == [("2018/19", money("15,000.00"))]
        assert not years.failing((Y18,))
        assert_grant_foots(years.desk, FUND, Y18, 13)

    def test_every_figure_leads_to_the_letter_and_last_year_s_underspend(
        self, wolverhampton: LivedYears
    ) -> None:
        wolverhampton.carry("WV-01", Y17, AGREED, "8,500.00")
        wolverhampton.carry("WV-02", Y17, PART, "6,500.00", "2,000.00")
        desk = wolverhampton.desk
        into = desk.ask(Why(f"{NAME}/2018/19/brought forward"))
        assert into.value == money("10,500.00")
        assert [term.name for term in into.terms] == [
            "WV-01 Project WV-01, revenue: agreed, PCC/CF/1 of 12/07/2018",
            "WV-02 Project WV-02, revenue: part agreed, PCC/CF/1 of 12/07/2018",
        ]
        out = desk.ask(Why(into.terms[1].figure))
        assert [(term.name, str(term.amount)) for term in out.terms] == [
            ("Left of its budget", "6,500.00"),
            ("Not carried forward", "−4,500.00"),
        ]
        assert "£2,000.00 of £6,500.00 asked: part agreed" in out.note
        left = assert_foots(desk, out.terms[0].figure)
        assert left.value == money("6,500.00")
        for year in (Y17, Y18):
            assert_grant_foots(desk, FUND, year, None)
        for measure in ("brought forward", "carried forward", "unspent/undecided"):
            for year in (Y17, Y18):
                assert_foots(desk, f"{NAME}/{year}/{measure}")


class TestCarriedMoneyIsABudget:
    def test_a_project_with_carried_money_alone_is_charged_and_reported(
        self, wolverhampton: LivedYears
    ) -> None:
        wolverhampton.carry("WV-02", Y17, AGREED, "6,500.00")
        wolverhampton.spend("WV-02", Y18, "4,000.00")
        found = next(each for each in wolverhampton.position(Y18).projects if each.ref == "WV-02")
        assert (found.spent, found.left) == (money("4,000.00"), money("2,500.00"))
        assert not wolverhampton.failing((Y17, Y18))

    def test_without_it_the_project_takes_no_charges(
        self, wolverhampton: LivedYears, store: FakeStore
    ) -> None:
        wolverhampton.carry("WV-02", Y17, REQUESTED, "6,500.00")
        wolverhampton.spend("WV-01", Y18, "1.00")
        refusal = refusal_of(
            wolverhampton.desk, store, ChargeLines((LineId(3),), parse_target("WV-02"), "theirs")
        )
        assert "WV-02" in str(refusal)

    def test_it_cannot_go_while_lines_rest_on_it(self, wolverhampton: LivedYears, store: FakeStore) -> None:
        id = wolverhampton.carry("WV-02", Y17, AGREED, "6,500.00")
        wolverhampton.spend("WV-02", Y18, "4,000.00")
        with store.open_work(reading=True) as work:
            entry = work.carry_forwards.get(id).value
            assert brought_in_use(work, entry, money("4,000.00")) == ""
            assert brought_in_use(work, entry, money("3,999.99")) == (
                "WV-02's budget of 2018/19 is £6,500.00 with the £6,500.00 carried into it, and £4,000.00 is spent of "
                "it: with £3,999.99 it would be £3,999.99."
            )
        refused = replace(entry, state=REFUSED, agreed=Money.ZERO)
        for command in (
            ChangeRecord("carry_forwards", id, entry, refused, "refuse"),
            RemoveRecords((Record("carry_forwards", id, entry),), "remove"),
            SwapRecords((), (Changed("carry_forwards", id, entry, refused),), (), "refuse"),
            SwapRecords((Record("carry_forwards", id, entry),), (), (), "remove"),
        ):
            said = str(refusal_of(wolverhampton.desk, store, command))
            assert "WV-02's agreed carry-forward can't be removed: 1 line of £4,000.00" in said
        # With an award of its own that pays for what is spent, it can.
        wolverhampton.award("WV-02", Y18, "4,000.00")
        wolverhampton.desk.do(ChangeRecord("carry_forwards", id, entry, refused, "refuse"))
        assert wolverhampton.position(Y18).available == money("229,000.00")

    def test_kinds_are_carried_apart(self, years: LivedYears) -> None:
        for kind in (REVENUE, CAPITAL):
            years.allocate(Y17, "100.00", kind)
            years.award("A", Y17, "100.00", kind)
            years.allocate(Y18, "100.00", kind)
        years.carry("A", Y17, AGREED, "40.00", kind=CAPITAL)
        now = years.position(Y18)
        assert now.resources_by_kind[CAPITAL].available == money("140.00")
        assert now.resources_by_kind[REVENUE].available == money("100.00")
        assert [(each.kind, each.budget.current) for each in now.projects] == [(CAPITAL, money("40.00"))]
        assert years.year(Y17, REVENUE).closing == Money.ZERO
        assert years.year(Y17, CAPITAL).closing == money("40.00")
        assert years.year(Y18, CAPITAL).opening == money("40.00")
        standing = years.desk.ask(StandingOf(FUND, Y18, CAPITAL))
        assert (standing.brought_forward, standing.allocation) == (money("40.00"), money("100.00"))

    def test_a_year_with_carried_money_alone_is_a_year_of_the_fund(self, years: LivedYears) -> None:
        years.allocate(Y17, "100.00")
        years.award("A", Y17, "100.00")
        years.carry("A", Y17, AGREED, "40.00")
        assert Y18 in years.desk.ask(WorkspaceOf()).years
        assert [year.year for year in years.chain().years] == [Y17, Y18]
        assert years.position(Y18).available == money("40.00")

    def test_early_warnings_count_it_as_money_for_the_next_year(self, years: LivedYears) -> None:
        years.allocate(Y17, "100.00")
        years.award("A", Y17, "100.00")
        today = date(2018, 3, 1)

        def ends() -> list[str]:
            found = years.desk.ask(EarlyWarnings(Y17, FUND, today))
            return [each.kind.value for each in found if each.kind.value == "funding ends"]

        assert ends() == ["funding ends"]
        years.carry("A", Y17, AGREED, "40.00")
        assert ends() == []


class TestAFinishedYear:
    def told(self, years: LivedYears, today: date = date(2018, 6, 1)) -> list[tuple[str, str]]:
        found = years.desk.ask(EarlyWarnings(Y17, FUND, today))
        return [(each.severity.value, each.sentence) for each in found if each.kind is WarningKind.UNDECIDED]

    def test_warns_of_money_that_nobody_has_decided(self, years: LivedYears) -> None:
        years.allocate(Y17, "100.00")
        years.award("A", Y17, "100.00")
        years.spend("A", Y17, "40.00", period=11)
        assert self.told(years) == []  # March is not in
        years.spend("A", Y17, "10.00", period=12)
        assert self.told(years, date(2018, 3, 31)) == []
        assert self.told(years) == [
            (
                "soon",
                "£50.00 of 2017/18 is unspent and not decided: to be carried forward, given back or surrendered.",
            )
        ]
        years.carry("A", Y17, REQUESTED, "30.00")
        assert self.told(years) == [
            (
                "soon",
                "£50.00 of 2017/18 is unspent and not decided: £30.00 is asked to be carried forward and awaits the "
                "commissioner's answer; £20.00 is to be carried forward, given back or surrendered.",
            )
        ]
        years.settle("A", Y17, "20.00", SettlementState.SURRENDERED)
        assert self.told(years) == [
            (
                "look",
                "£30.00 of 2017/18 is unspent and not decided: £30.00 is asked to be carried forward and awaits the "
                "commissioner's answer.",
            )
        ]
        [warning] = [
            each
            for each in years.desk.ask(EarlyWarnings(Y17, FUND, date(2018, 6, 1)))
            if each.kind is WarningKind.UNDECIDED
        ]
        for term in warning.terms:
            assert isinstance(term.amount, Money)
            assert assert_foots(years.desk, term.figure).value == term.amount, term.name
        years.carry("A", Y17, AGREED, "30.00")
        assert self.told(years) == []


class TestBreaks:
    def test_more_carried_than_a_project_had_left(self, wolverhampton: LivedYears) -> None:
        wolverhampton.carry("WV-01", Y17, AGREED, "9,500.00")
        [found] = wolverhampton.chain().breaks
        assert (found.ref, found.difference) == ("WV-01", money("1,000.00"))
        assert (found.from_year, found.to_year) == (Y17, Y18)
        assert found.sentence == (
            "WV-01 Project WV-01: £9,500.00 of revenue was carried forward into 2018/19, and £8,500.00 was left of its "
            "budget in 2017/18: £1,000.00 more than was there."
        )

    def test_what_was_given_back_can_t_be_carried_as_well(self, wolverhampton: LivedYears) -> None:
        wolverhampton.carry("WV-01", Y17, AGREED, "8,500.00")
        wolverhampton.settle("WV-01", Y17, "500.00")
        [found] = wolverhampton.chain().breaks
        assert (found.ref, found.difference) == ("WV-01", money("500.00"))
        assert "£500.00 of it given back" in found.sentence

    def test_more_than_the_grant_had_left_has_no_project(self, wolverhampton: LivedYears) -> None:
        wolverhampton.carry("", Y17, AGREED, "15,000.01")
        [found] = wolverhampton.chain().breaks
        assert (found.ref, found.project, found.difference) == ("", None, money("0.01"))

    def test_a_project_s_break_is_not_counted_a_second_time(self, wolverhampton: LivedYears) -> None:
        wolverhampton.carry("WV-01", Y17, AGREED, "20,000.00")
        told = [(each.ref, each.difference) for each in wolverhampton.chain().breaks]
        assert told == [("WV-01", money("11,500.00"))]
        # £1,000.00 more is there: WV-02 left £6,500.00.
        wolverhampton.carry("", Y17, AGREED, "1,000.00")
        assert len(wolverhampton.chain().breaks) == 1
        # £5,500.00 of it is left now, and a penny more is not.
        wolverhampton.carry("", Y17, AGREED, "5,500.01")
        told = [(each.ref, each.difference) for each in wolverhampton.chain().breaks]
        assert told == [("WV-01", money("11,500.00")), ("", money("0.01"))]

    def test_an_overspend_elsewhere_takes_what_was_carried(self, years: LivedYears) -> None:
        years.allocate(Y17, "200.00")
        years.award("A", Y17, "100.00")
        years.award("B", Y17, "100.00")
        years.spend("A", Y17, "150.00")
        years.spend("B", Y17, "50.00")
        years.carry("B", Y17, AGREED, "50.00")
        [found] = years.chain().breaks
        assert (found.ref, found.difference) == ("", money("50.00"))

    def test_an_overspend_alone_is_no_break(self, years: LivedYears) -> None:
        years.allocate(Y17, "100.00")
        years.award("A", Y17, "100.00")
        years.spend("A", Y17, "150.00")
        assert years.chain().holds
        assert years.year(Y17).pending == money("-50.00")

    def test_a_sum_typed_where_the_year_before_is_held(self, wolverhampton: LivedYears) -> None:
        wolverhampton.carry("WV-01", Y17, AGREED, "8,500.00")
        wolverhampton.allocate(Y18, "15,000.00", resource=Resource.BROUGHT_FORWARD)
        [found] = wolverhampton.chain().breaks
        assert (found.ref, found.from_year, found.difference) == ("", Y17, money("15,000.00"))
        [failing] = [each for each in wolverhampton.identities(Y18) if not each.holds]
        assert (failing.id, failing.left, failing.right_total) == (
            "R26",
            money("23,500.00"),
            money("8,500.00"),
        )
        assert_grant_foots(wolverhampton.desk, FUND, Y18, 13)

    def test_a_sum_typed_in_the_first_year_is_its_opening(self, years: LivedYears) -> None:
        years.allocate(Y18, "100.00")
        years.allocate(Y18, "15.00", resource=Resource.BROUGHT_FORWARD)
        assert years.chain().holds
        assert not years.failing((Y18,))
        assert years.year(Y18).opening == money("15.00")
        # As soon as the year before is recorded, it contradicts.
        years.allocate(Y17, "100.00")
        assert not years.chain().holds

    def test_a_typed_sum_that_is_only_indicative_is_anticipated(self, years: LivedYears) -> None:
        years.allocate(Y17, "100.00")
        years.allocate(Y18, "229.00")
        years.allocate(Y18, "15.00", resource=Resource.BROUGHT_FORWARD, status=AllocationStatus.INDICATIVE)
        now = years.position(Y18)
        assert (now.not_agreed.anticipated, now.resources.indicative) == (money("15.00"), Money.ZERO)
        assert now.not_agreed_by_kind[REVENUE].anticipated == money("15.00")
        assert years.chain().holds
        assert assert_foots(years.desk, f"{NAME}/2018/19/not agreed/anticipated").value == money("15.00")


class TestTheYears:
    def test_three_years_hand_on_what_is_left(self, years: LivedYears) -> None:
        for year in (Y16, Y17, Y18):
            years.allocate(year, "100.00")
            years.award("A", year, "100.00")
        years.spend("A", Y16, "90.00")
        years.carry("A", Y16, AGREED, "10.00")
        years.spend("A", Y17, "70.00")
        years.carry("A", Y17, PART, "40.00", "25.00")
        years.settle("A", Y17, "15.00", SettlementState.SURRENDERED)
        chain = years.chain()
        assert chain.holds
        told = [
            (year.opening, year.available, year.spent, year.closing, year.pending) for year in chain.years
        ]
        assert [[str(amount) for amount in amounts] for amounts in told] == [
            ["0.00", "100.00", "90.00", "10.00", "0.00"],
            ["10.00", "110.00", "70.00", "25.00", "0.00"],
            ["25.00", "125.00", "0.00", "0.00", "125.00"],
        ]
        [head] = chain.years[1].heads
        assert (head.ref, head.opening, head.budget, head.left) == (
            "A",
            money("10.00"),
            money("110.00"),
            money("40.00"),
        )
        assert [(link.ref, link.from_year, link.of.carried) for link in chain.links] == [
            ("A", Y16, money("10.00")),
            ("A", Y17, money("25.00")),
        ]
        assert not years.failing((Y16, Y17, Y18))

    def test_repaid_owed_and_surrendered_money_is_decided(self, years: LivedYears) -> None:
        years.allocate(Y17, "100.00")
        years.award("A", Y17, "100.00")
        years.spend("A", Y17, "40.00")
        years.repay(Y17, "20.00")
        years.repay(Y17, "7.00", claim=None)
        years.settle("A", Y17, "5.00", SettlementState.INVOICED)
        years.settle("", Y17, "3.00", SettlementState.SURRENDERED)
        found = years.year(Y17)
        assert (found.money.returned, found.money.owed, found.money.surrendered) == (
            money("27.00"),
            money("5.00"),
            money("3.00"),
        )
        assert found.pending == money("25.00") == years.desk.ask(StandingOf(FUND, Y17)).undecided
        assert found.repaid == money("27.00")
        # The only kind of the year has all of it.
        assert years.desk.ask(StandingOf(FUND, Y17, REVENUE)).repaid == money("27.00")
        for measure in ("undecided", "owed", "surrendered", "returned"):
            assert_foots(years.desk, f"{NAME}/2017/18/unspent/{measure}")
        assert years.desk.ask(Why(found.figure("pending"))).value == money("25.00")

    def test_where_there_are_two_kinds_a_repayment_is_of_the_kind_that_it_settles(
        self, years: LivedYears
    ) -> None:
        for kind in (REVENUE, CAPITAL):
            years.allocate(Y17, "100.00", kind)
        paid = years.repay(Y17, "20.00")
        years.settle("", Y17, "20.00", SettlementState.REPAID, CAPITAL, repayment=paid)
        assert years.year(Y17, CAPITAL).money.returned == money("20.00")
        assert years.year(Y17, REVENUE).money.returned == Money.ZERO
        assert years.year(Y17).money.returned == money("20.00")

    def test_how_a_year_stands_in_words(self, years: LivedYears) -> None:
        years.allocate(Y17, "100.00")
        years.award("A", Y17, "100.00")

        def state(today: date) -> ChainState:
            return years.desk.ask(ChainOf(FUND, today=today)).years[0].state

        assert state(date(2017, 3, 31)) is ChainState.TO_COME
        assert state(date(2017, 4, 1)) is ChainState.OPEN
        assert state(date(2018, 4, 1)) is ChainState.UNDECIDED
        years.carry("A", Y17, REQUESTED, "60.00")
        assert state(date(2018, 4, 1)) is ChainState.AWAITED
        years.settle("A", Y17, "100.00", SettlementState.SURRENDERED)
        with years.open_work(reading=True) as work:
            [kept] = work.carry_forwards.all()
        years.desk.do(RemoveRecords((Record("carry_forwards", kept.id, kept.value),), "remove"))
        assert state(date(2018, 4, 1)) is ChainState.SETTLED

    def test_the_position_shows_every_identity_and_every_figure_is_explained(self, years: LivedYears) -> None:
        years.allocate(Y17, "100.00")
        years.award("A", Y17, "60.00")
        years.award("A", Y17, "30.00", CAPITAL)
        years.allocate(Y17, "30.00", CAPITAL)
        years.spend("A", Y17, "40.00")
        years.carry("A", Y17, AGREED, "20.00")
        years.carry("", Y17, AGREED, "15.00")
        years.carry("A", Y17, REQUESTED, "5.00", kind=CAPITAL)
        years.carry("A", Y17, FORECAST, "4.00", kind=CAPITAL)
        years.allocate(Y18, "50.00")
        for year in (Y17, Y18):
            answer = years.desk.ask(PositionOf(FUND, year))
            assert all(each.holds for each in answer.identities), year
            assert_grant_foots(years.desk, FUND, year, None)
            found = years.year(year)
            for measure, amount in (
                ("opening", found.opening),
                ("closing", found.closing),
                ("available", found.available),
                ("spent", found.spent),
                ("pending", found.pending),
                ("underspend", found.money.underspend),
                ("forecast", found.not_agreed.forecast),
                ("requested", found.not_agreed.requested),
                ("anticipated", found.not_agreed.anticipated),
                ("claimed", found.standing.claimed),
                ("received", found.standing.received),
                ("repaid", found.repaid),
                ("awarded", found.standing.awarded),
                ("moved", found.moved),
            ):
                assert assert_foots(years.desk, found.figure(measure)).value == amount, (year, measure)
        for link in years.chain().links:
            if link.of.carried:
                assert assert_foots(years.desk, link.figure).value == link.of.carried

    def test_a_fund_without_anything_has_no_years(self, years: LivedYears) -> None:
        chain = years.chain()
        assert (chain.years, chain.links, chain.holds) == ((), (), True)
