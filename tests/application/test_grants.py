"""Setting a grant up and moving its money: what is recorded, what is refused, and that refusals leave no trace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fundingapp.application.commands.adjustments import AddAccrual
from fundingapp.application.commands.grants import (
    AddGrant,
    AddProject,
    MoveBudget,
    RecordPlan,
    ReplaceForecasts,
    SetForecast,
    SetUpPartnership,
)
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command, Topic
from fundingapp.application.ports import LineFilter, LineOrder
from fundingapp.application.queries.positions import PositionAnswer, PositionOf
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.allocations import Allocation, Award, BudgetMovement, Contingency
from fundingapp.domain.bids import BidState
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.funds import Kind, Partnership, Project
from fundingapp.domain.ids import BidId, FundId, LineId, ProjectId
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.parties import PartyKind
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import (
    NEXT_YEAR,
    YEAR,
    day,
    make_download,
    make_line,
    make_plan,
    make_plan_line,
    money,
    set_up_grant,
)
from tests.fakes import FakeStore

P1, P2 = ProjectId(1), ProjectId(2)
FUND = FundId(1)


def values(store: FakeStore, kind: str) -> list[Any]:
    return [kept.value for kept in getattr(store.open_work(reading=True), kind).all()]


def ask(desk: Desk, to_period: int | None = None) -> PositionAnswer:
    return desk.ask(PositionOf(FUND, YEAR, to_period))


class TestPartnership:
    def test_it_is_set_up_once_and_then_corrected(self, desk: Desk, store: FakeStore) -> None:
        desk.do(SetUpPartnership(Partnership("Safer Charnwood")))
        effect = desk.do(SetUpPartnership(Partnership("Safer Charnwood", area="Charnwood")))
        assert effect.changed is Topic.SETUP
        assert values(store, "partnership") == [Partnership("Safer Charnwood", area="Charnwood")]
        [newest, _] = store.open_work(reading=True).journal.lines()
        assert newest.before == {"kind": "partnership", "id": 1, "area": ""}
        assert newest.after == {"kind": "partnership", "id": 1, "area": "Charnwood"}
        desk.undo()
        assert values(store, "partnership") == [Partnership("Safer Charnwood")]
        desk.undo()
        assert values(store, "partnership") == []

    def test_it_needs_a_name(self, desk: Desk, store: FakeStore) -> None:
        assert refusal_of(desk, store, SetUpPartnership(Partnership(" "))).code == "no_name"


class TestPlan:
    def plan(self, *lines: Any, received: str | None = "350.00", **more: Any) -> RecordPlan:
        plan = make_plan(*lines, received=received, findings=more.pop("findings", ()))
        given = {"fund": "Locality Fund", "commissioner": "The Commissioner", "year": YEAR, **more}
        return RecordPlan(plan, file_name="plan.csv", **given)

    def test_a_table_becomes_fund_allocation_projects_bids_awards_and_contingency(
        self, desk: Desk, store: FakeStore
    ) -> None:
        lines = (
            make_plan_line("P-01", "100.00"),
            make_plan_line("P-02", "200.00", "capital"),
            make_plan_line("C-01", "20.00", "contingency"),
        )
        effect = desk.do(self.plan(*lines))
        made = effect.result
        assert (made.fund, made.projects) == (1, 2)
        assert (made.available, made.awarded, made.contingency) == tuple(
            map(money, ("350.00", "300.00", "20.00"))
        )
        assert effect.name == "record Locality Fund 2018/19"
        assert [finding.kind for finding in made.findings] == ["plan.kinds"]
        assert values(store, "allocations") == [
            Allocation(FUND, YEAR, Kind.REVENUE, money("150.00"), letter="plan.csv"),
            Allocation(FUND, YEAR, Kind.CAPITAL, money("200.00"), letter="plan.csv"),
        ]
        assert [(party.name, party.kind) for party in values(store, "parties")] == [
            ("The Commissioner", PartyKind.COMMISSIONER)
        ]
        assert values(store, "projects") == [
            Project("P-01", "Project P-01", "Safer"),
            Project("P-02", "Project P-02", "Safer"),
        ]
        assert values(store, "awards") == [
            Award(P1, FUND, YEAR, Kind.REVENUE, money("100.00"), bid=BidId(1)),
            Award(P2, FUND, YEAR, Kind.CAPITAL, money("200.00"), bid=BidId(2)),
        ]
        assert {bid.state for bid in values(store, "bids")} == {BidState.APPROVED}
        assert values(store, "contingencies") == [
            Contingency(FUND, YEAR, Kind.REVENUE, "C-01", "Project C-01", money("20.00"))
        ]
        assert ask(desk).reconciled

    def test_it_is_taken_back_and_done_again(self, desk: Desk, store: FakeStore) -> None:
        assert_taken_back_and_done_again(desk, store, self.plan(make_plan_line("P-01", "100.00")))

    def test_without_a_stated_grant_the_awards_are_taken_with_a_warning(self, desk: Desk) -> None:
        made = desk.do(
            self.plan(
                make_plan_line("P-01", "100.00"), make_plan_line("", "5.00", "contingency"), received=None
            )
        ).result
        assert made.available == money("105.00")
        assert [finding.kind for finding in made.findings] == ["plan.no_grant"]

    def test_capital_beyond_the_grant_is_awarded_too_much_and_no_negative_allocation(
        self, desk: Desk, store: FakeStore
    ) -> None:
        desk.do(self.plan(make_plan_line("P-01", "100.00", "capital"), received="80.00"))
        assert values(store, "allocations") == [
            Allocation(FUND, YEAR, Kind.CAPITAL, money("80.00"), letter="plan.csv")
        ]
        assert ask(desk).position.over_programmed == money("20.00")

    def test_a_project_with_both_kinds_is_one_project(self, desk: Desk, store: FakeStore) -> None:
        desk.do(self.plan(make_plan_line("P-01", "100.00"), make_plan_line("p-01", "50.00", "capital")))
        assert [project.ref for project in values(store, "projects")] == ["P-01"]
        assert [award.project for award in values(store, "awards")] == [P1, P1]

    def test_a_second_year_finds_fund_commissioner_and_projects_by_name(
        self, desk: Desk, store: FakeStore
    ) -> None:
        desk.do(self.plan(make_plan_line("P-01", "100.00")))
        desk.do(
            self.plan(
                make_plan_line("p-01", "90.00"),
                year=NEXT_YEAR,
                fund=" locality  FUND ",
                commissioner="the commissioner",
            )
        )
        assert [len(values(store, kind)) for kind in ("parties", "funds", "projects", "awards")] == [
            1,
            1,
            1,
            2,
        ]

    @pytest.mark.parametrize(
        ("lines", "more", "code"),
        [
            ((), {}, "plan_empty"),
            ((make_plan_line(" ", "5.00"),), {}, "plan_no_ref"),
            ((make_plan_line("P-01", "5.00"),), {"fund": " "}, "no_name"),
            ((make_plan_line("P-01", "5.00"),), {"commissioner": " "}, "no_name"),
            ((make_plan_line("P-01", "5.00"),), {}, "grant_exists"),
            ((make_plan_line("P-01", "5.00"),), {"commissioner": "Another"}, "other_commissioner"),
        ],
    )
    def test_a_table_that_can_t_be_recorded_is_refused(
        self, desk: Desk, store: FakeStore, lines: tuple[Any, ...], more: dict[str, Any], code: str
    ) -> None:
        set_up_grant(desk)
        assert refusal_of(desk, store, self.plan(*lines, **more)).code == code

    def test_a_table_with_errors_is_refused_with_the_first(self, desk: Desk, store: FakeStore) -> None:
        findings = [
            Finding(severity, "kind", f"{text}.", Source("plan.csv"))
            for severity, text in (
                (Severity.NOTE, "A note"),
                (Severity.ERROR, "The first"),
                (Severity.ERROR, "The second"),
            )
        ]
        refusal = refusal_of(desk, store, self.plan(make_plan_line("P-01", "5.00"), findings=findings))
        assert refusal.code == "plan_findings"
        assert refusal.message == "“plan.csv” can't be used: The first. (1 more like it)"
        only = refusal_of(desk, store, self.plan(make_plan_line("P-01", "5.00"), findings=findings[:2]))
        assert only.message == "“plan.csv” can't be used: The first."


class TestGrant:
    def command(self, *amounts: tuple[Kind, str], **more: Any) -> AddGrant:
        given = {"fund": "Police Fund", "commissioner": "The Commissioner", "year": YEAR, **more}
        return AddGrant(amounts=tuple((kind, money(amount)) for kind, amount in amounts), **given)

    def test_a_grant_is_added_without_a_table(self, desk: Desk, store: FakeStore) -> None:
        command = self.command(
            (Kind.REVENUE, "100.00"),
            (Kind.CAPITAL, "0.00"),
            letter="letter 7",
            notified_on=day("2018-03-01"),
        )
        assert_taken_back_and_done_again(desk, store, command)
        assert values(store, "allocations") == [
            Allocation(
                FUND,
                YEAR,
                Kind.REVENUE,
                money("100.00"),
                letter="letter 7",
                notified_on=day("2018-03-01"),
            )
        ]

    @pytest.mark.parametrize(
        ("amounts", "code"),
        [
            ((), "no_amount"),
            (((Kind.REVENUE, "0.00"),), "no_amount"),
            (((Kind.REVENUE, "5.00"), (Kind.CAPITAL, "-5.00")), "no_amount"),
        ],
    )
    def test_it_needs_an_amount(
        self, desk: Desk, store: FakeStore, amounts: tuple[Any, ...], code: str
    ) -> None:
        assert refusal_of(desk, store, self.command(*amounts)).code == code

    def test_there_is_one_for_a_fund_and_year(self, desk: Desk, store: FakeStore) -> None:
        command = self.command((Kind.REVENUE, "100.00"))
        desk.do(command)
        assert refusal_of(desk, store, command).code == "grant_exists"
        desk.do(replace(command, year=NEXT_YEAR))


class TestProject:
    def command(self, ref: str = "P-03", name: str = "Cameras", **more: Any) -> AddProject:
        given: dict[str, Any] = {
            "fund": FUND,
            "year": YEAR,
            "kind": Kind.REVENUE,
            "amount": money("30.00"),
            **more,
        }
        return AddProject(Project(ref, name), **given)

    def test_a_project_comes_with_an_approved_bid_and_its_award(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        assert_taken_back_and_done_again(desk, store, self.command(" P-03 ", " Cameras "))
        assert values(store, "projects")[-1] == Project("P-03", "Cameras")
        assert values(store, "awards")[-1].amount == money("30.00")
        assert values(store, "bids")[-1].state is BidState.APPROVED

    def test_a_known_project_gets_another_award(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        effect = desk.do(self.command("p-01", "project p-01", kind=Kind.CAPITAL))
        assert effect.result == P1
        assert effect.changed == Topic.GRANTS | Topic.PROJECTS | Topic.BIDS
        assert len(values(store, "projects")) == 2

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"ref": " "}, "no_name"),
            ({"name": ""}, "no_name"),
            ({"amount": money("-0.01")}, "no_amount"),
            ({"fund": FundId(9)}, "not_found"),
            ({"ref": "p-01", "name": "Project P-01"}, "award_exists"),
            ({"ref": "P-01", "name": "Something else", "kind": Kind.CAPITAL}, "other_project"),
        ],
    )
    def test_what_does_not_fit_is_refused(
        self, desk: Desk, store: FakeStore, more: dict[str, Any], code: str
    ) -> None:
        set_up_grant(desk)
        assert refusal_of(desk, store, self.command(**more)).code == code


def move(source: ProjectId | None, target: ProjectId | None, amount: str, **more: Any) -> MoveBudget:
    given: dict[str, Any] = {
        "kind": Kind.REVENUE,
        "dated": day("2018-10-01"),
        "reason": "costs moved",
        **more,
    }
    return MoveBudget(BudgetMovement(FUND, YEAR, source=source, target=target, amount=money(amount), **given))


class TestMoves:
    @pytest.mark.parametrize(
        ("source", "target", "amount", "name"),
        [
            (P1, P2, "100.00", "move £100.00 from P-01 to P-02"),
            (None, P1, "20.00", "move £20.00 from contingency to P-01"),
            (P2, None, "0.01", "move £0.01 from P-02 to contingency"),
        ],
    )
    def test_money_moves_between_lines_of_a_grant(
        self,
        desk: Desk,
        store: FakeStore,
        source: ProjectId | None,
        target: ProjectId | None,
        amount: str,
        name: str,
    ) -> None:
        set_up_grant(desk)
        awarded = ask(desk).position.awarded + ask(desk).position.contingency
        assert_taken_back_and_done_again(desk, store, move(source, target, amount))
        assert desk.undo_name == name
        answer = ask(desk)
        assert answer.position.awarded + answer.position.contingency == awarded
        assert answer.reconciled

    def test_budget_never_goes_where_nothing_can_be_charged(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        other = desk.do(
            AddProject(Project("P-09", "Cameras"), FUND, NEXT_YEAR, Kind.REVENUE, money("5.00"))
        ).result
        refusal = refusal_of(desk, store, move(P1, other, "1.00"))
        assert (refusal.code, "P-09" in refusal.message) == ("not_found", True)

    def test_what_is_spent_can_t_be_moved(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        desk.do(ImportLedger(make_download([make_line(amount="60.00", period=13)])))
        desk.do(ChargeLines((LineId(1),), parse_target("P-01"), "theirs"))
        refusal = refusal_of(desk, store, move(P1, P2, "40.01"))
        assert (refusal.code, "£40.00 at most" in refusal.message) == ("movement_too_much", True)
        desk.do(move(P1, P2, "40.00"))

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (move(P1, P2, "1.00", reason=" "), "no_reason"),
            (move(P1, P1, "1.00"), "movement_same"),
            (move(None, None, "1.00"), "movement_same"),
            (move(P1, P2, "0.00"), "movement_amount"),
            (move(None, P1, "20.01"), "movement_too_much"),
            (move(None, P1, "0.01", kind=Kind.CAPITAL), "movement_too_much"),
            (move(P1, P2, "0.01", kind=Kind.CAPITAL), "movement_too_much"),
            (move(ProjectId(9), P1, "1.00"), "not_found"),
            (move(P1, ProjectId(9), "1.00"), "not_found"),
        ],
    )
    def test_a_move_that_is_not_allowed_is_refused(
        self, desk: Desk, store: FakeStore, command: MoveBudget, code: str
    ) -> None:
        set_up_grant(desk)
        assert refusal_of(desk, store, command).code == code


def accrue(amount: str = "7.00", period: int = 6, **more: Any) -> AddAccrual:
    given: dict[str, Any] = {"project": P1, "kind": Kind.REVENUE, "description": "work done", **more}
    return AddAccrual(
        Accrual(fund=FUND, year=YEAR, period=period, amount=money(amount), supplier="Youth Trust", **given),
        ("invoice 12",),
    )


class TestAccruals:
    def test_it_counts_as_spend_until_it_is_taken_off(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        assert_taken_back_and_done_again(desk, store, accrue(reverses_year=YEAR, reverses_period=9))
        assert desk.undo_name == "accrue £7.00 for P-01"
        assert [ask(desk, period).position.spent for period in (5, 6, 9)] == [
            Money.ZERO,
            money("7.00"),
            Money.ZERO,
        ]
        assert ask(desk).position.to_period == 6

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (accrue("0.00"), "no_amount"),
            (accrue(description=" "), "no_reason"),
            (accrue(period=14), "accrual_period"),
            (accrue(reverses_year=YEAR, reverses_period=6), "accrual_reversal"),
            (accrue(kind=Kind.CAPITAL), "not_found"),
            (accrue(project=ProjectId(9)), "not_found"),
        ],
    )
    def test_what_can_t_be_accrued_is_refused(
        self, desk: Desk, store: FakeStore, command: AddAccrual, code: str
    ) -> None:
        set_up_grant(desk)
        assert refusal_of(desk, store, command).code == code


def forecast(from_period: int, amount: str, **more: Any) -> SetForecast:
    given: dict[str, Any] = {"project": P1, "fund": FUND, "kind": Kind.REVENUE, "year": YEAR, **more}
    return SetForecast(from_period=from_period, amount=money(amount), **given)


class TestForecasts:
    def test_what_is_expected_is_spread_over_the_months_left(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        assert_taken_back_and_done_again(desk, store, forecast(11, "10.01"))
        assert [(entry.period, entry.amount) for entry in values(store, "forecasts")] == [
            (11, money("5.01")),
            (12, money("5.00")),
        ]

    def test_a_new_forecast_takes_the_place_of_the_months_it_is_for(
        self, desk: Desk, store: FakeStore
    ) -> None:
        set_up_grant(desk)
        desk.do(forecast(10, "30.00"))
        desk.do(forecast(1, "12.00", project=P2))
        assert_taken_back_and_done_again(desk, store, forecast(12, "99.00"))
        ours = {entry.period: entry.amount for entry in values(store, "forecasts") if entry.project == P1}
        assert ours == {10: money("10.00"), 11: money("10.00"), 12: money("99.00")}
        assert len(values(store, "forecasts")) == 15

    def test_a_forecast_never_reaches_before_april(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        desk.do(forecast(0, "12.00"))
        assert [entry.period for entry in values(store, "forecasts")] == list(range(1, 13))

    def test_undo_is_refused_when_somebody_else_changed_a_month(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        desk.do(forecast(12, "5.00"))
        with store.open_work() as work:
            [kept] = work.forecasts.all()
            work.forecasts.replace(kept, replace(kept.value, amount=money("6.00")))
            store.state = work._state
        with pytest.raises(ExpectedError) as refusal:
            desk.undo()
        assert refusal.value.code == "changed_meanwhile"
        assert values(store, "forecasts")[0].amount == money("6.00")

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (forecast(13, "5.00"), "no_months"),
            (forecast(6, "5.00", year=NEXT_YEAR), "not_found"),
            (ReplaceForecasts((), (), "nothing"), ""),
        ],
    )
    def test_what_can_t_be_forecast_is_refused(
        self, desk: Desk, store: FakeStore, command: Command[Any], code: str
    ) -> None:
        set_up_grant(desk)
        if code:
            assert refusal_of(desk, store, command).code == code
        else:
            assert desk.do(command).changed is Topic.PROJECTS


def test_a_position_of_nothing_ends_with_april(desk: Desk, store: FakeStore) -> None:
    set_up_grant(desk)
    answer = ask(desk)
    assert (answer.position.to_period, answer.last_period, answer.unexplained) == (1, 0, Money.ZERO)
    assert list(store.open_work(reading=True).ledger.line_ids(LineFilter(), LineOrder())) == []
