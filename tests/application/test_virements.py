"""Virements as a person makes them: drafted, decided, applied on their papers, taken back, and what follows of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.budgets import SetProfile
from fundingapp.application.commands.grants import AddProject, MoveBudget
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.commands.virements import (
    ChangeVirement,
    DraftVirement,
    MoveVirement,
    SurrenderContingency,
    TopUpContingency,
)
from fundingapp.application.desk import Desk
from fundingapp.application.ports import Tools
from fundingapp.application.queries.positions import PositionAnswer, PositionOf
from fundingapp.application.queries.virements import VirementRow, VirementsOf
from fundingapp.application.queries.why import Why
from fundingapp.domain.agreements import Agreement, Terms
from fundingapp.domain.allocations import Authority, BudgetMovement, ChangeState, Resource
from fundingapp.domain.claims import Claim, ClaimLine, ClaimState
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, PaymentBasis, Project
from fundingapp.domain.ids import ClaimId, FundId, LineId, ProjectId
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.profiles import Shape
from fundingapp.domain.virements import Leg
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import NEXT_YEAR, YEAR, day, make_download, make_line, money, set_up_grant
from tests.fakes import FakeSourceStore, FakeStore, make_tools
from tests.footing import assert_grant_foots

FUND, P1, P2 = FundId(1), ProjectId(1), ProjectId(2)
LETTER = Path("letter 7.pdf")
S = ChangeState


@pytest.fixture
def tools(store: FakeStore) -> Tools:
    return make_tools(store.open_work, sources=FakeSourceStore({LETTER: b"We agree."}))


@pytest.fixture
def grant(desk: Desk) -> Desk:
    """P-01 with 100.00, P-02 with 200.00, 20.00 contingency, 30.00 not awarded."""
    set_up_grant(desk)
    return desk


def limit(store: FakeStore, own: str, board: str) -> None:
    """An agreement that states how much may be moved on own authority, and with the board's."""
    with store.open_work() as work:
        terms = Terms(own_limit=money(own), board_limit=money(board))
        work.agreements.add(Agreement(FUND, "Agreement", YEAR, YEAR, terms=terms))
        work.commit(None)


def leg(source: ProjectId | None, target: ProjectId | None, amount: str, **more: Any) -> Leg:
    return Leg(more.get("kind", Kind.REVENUE), source, target, money(amount), more.get("to_kind"))


def draft(*legs: Leg, **more: Any) -> DraftVirement:
    given: dict[str, Any] = {"dated": day("2018-10-01"), "reason": "costs moved", **more}
    return DraftVirement(FUND, YEAR, legs, **given)


def step(number: int, to: ChangeState, **more: Any) -> MoveVirement:
    return MoveVirement(FUND, YEAR, number, to, **{"dated": day("2018-11-05"), "reason": "as agreed", **more})


def row(desk: Desk, number: int) -> VirementRow:
    return desk.ask(VirementsOf(FUND, YEAR)).numbered(number)


def ask(desk: Desk) -> PositionAnswer:
    return desk.ask(PositionOf(FUND, YEAR))


def budgets(desk: Desk) -> dict[str, Money]:
    return {
        project.ref + (" capital" if project.kind is Kind.CAPITAL else ""): project.budget.current
        for project in ask(desk).position.projects
    }


class TestNumbers:
    def test_changes_are_numbered_in_the_order_they_are_made(self, grant: Desk) -> None:
        numbers = [
            grant.do(draft(leg(P1, P2, "1.00"))).result,
            grant.do(draft(leg(P1, P2, "1.00"), leg(None, P2, "2.00"), apply=True)).result,
        ]
        grant.do(
            MoveBudget(
                BudgetMovement(FUND, YEAR, Kind.REVENUE, P1, P2, money("3.00"), day("2018-12-01"), "x")
            )
        )
        assert numbers == [1, 2]
        found = grant.ask(VirementsOf(FUND, YEAR)).rows
        assert [(each.virement.number, each.virement.state, each.virement.moved) for each in found] == [
            (1, S.DRAFT, money("1.00")),
            (2, S.APPLIED, money("3.00")),
            (3, S.APPLIED, money("3.00")),
        ]
        assert [each.sources for each in found] == ["P-01", "P-01, contingency", "P-01"]

    def test_what_was_moved_before_numbering_stays_and_is_shown_first(
        self, grant: Desk, store: FakeStore
    ) -> None:
        with store.open_work() as work:
            old = BudgetMovement(FUND, YEAR, Kind.REVENUE, P1, P2, money("5.00"), day("2018-06-01"), "old")
            work.movements.add(old)
            work.commit(None)
        grant.do(draft(leg(P2, P1, "1.00"), apply=True))
        answer = grant.ask(VirementsOf(FUND, YEAR))
        assert [each.virement.name for each in answer.rows] == ["A virement before numbering", "Virement 1"]
        with pytest.raises(ExpectedError):
            answer.numbered(0)


class TestDeciding:
    def test_only_what_is_applied_moves_money(self, grant: Desk) -> None:
        grant.do(draft(leg(P1, P2, "40.00")))
        for to in (S.SUBMITTED, S.QUERIED, S.SUBMITTED, S.APPROVED, S.AWAITING_LETTER):
            grant.do(step(1, to, reference="letter 7"))
            assert budgets(grant)["P-01"] == money("100.00")
        grant.do(step(1, S.APPLIED, reference="letter 7"))
        assert budgets(grant) == {"P-01": money("60.00"), "P-02": money("240.00")}
        found = row(grant, 1)
        assert [(each.before, each.after) for each in found.history] == [
            ("", "draft"),
            ("draft", "submitted"),
            ("submitted", "queried"),
            ("queried", "submitted"),
            ("submitted", "approved"),
            ("approved", "awaiting amendment letter"),
            ("awaiting amendment letter", "applied"),
        ]
        assert found.virement.dated == day("2018-11-05")
        assert ask(grant).reconciled

    @pytest.mark.parametrize(
        "path",
        [
            (S.APPLIED,),
            (S.SUBMITTED, S.APPROVED, S.APPLIED),
            (S.SUBMITTED, S.REJECTED),
            (S.SUBMITTED, S.QUERIED, S.WITHDRAWN),
        ],
    )
    def test_every_step_is_taken_back_and_done_again(
        self, grant: Desk, store: FakeStore, path: tuple[ChangeState, ...]
    ) -> None:
        assert_taken_back_and_done_again(grant, store, draft(leg(P1, P2, "40.00"), leg(None, P1, "3.00")))
        for to in path:
            assert_taken_back_and_done_again(grant, store, step(1, to))

    def test_a_forbidden_move_names_both_states(self, grant: Desk, store: FakeStore) -> None:
        grant.do(draft(leg(P1, P2, "40.00"), apply=True))
        refusal = refusal_of(grant, store, step(1, S.WITHDRAWN))
        assert refusal.message == "Virement 1 is applied: it can't become withdrawn from there."
        assert refusal_of(grant, store, step(9, S.SUBMITTED)).code == "not_found"

    def test_a_rejection_needs_its_reason(self, grant: Desk, store: FakeStore) -> None:
        grant.do(draft(leg(P1, P2, "40.00")))
        grant.do(step(1, S.SUBMITTED))
        refusal = refusal_of(grant, store, step(1, S.REJECTED, reason=" "))
        assert refusal.message == "Virement 1 can't become rejected without the reason."

    def test_a_draft_is_changed_leg_by_leg(self, grant: Desk, store: FakeStore) -> None:
        grant.do(draft(leg(P1, P2, "1.00"), leg(None, P2, "2.00")))
        change = ChangeVirement(FUND, YEAR, 1, (), day("2018-10-02"), "another way")
        for legs in (
            (leg(P2, P1, "7.00"),),
            (leg(P2, P1, "7.00"), leg(None, P1, "1.00"), leg(P2, None, "1.00")),
        ):
            change = replace(change, legs=legs)
            assert_taken_back_and_done_again(grant, store, change)
            assert row(grant, 1).virement.legs == legs
        grant.do(step(1, S.SUBMITTED))
        assert refusal_of(grant, store, change).message == (
            "Virement 1 is submitted: what it moves can't be changed any more."
        )
        grant.do(step(1, S.QUERIED))
        grant.do(replace(change, reason="as the board asked"))
        assert row(grant, 1).virement.reason == "as the board asked"


class TestAuthority:
    def test_the_limit_is_exact_and_beyond_it_the_board_decides(self, grant: Desk, store: FakeStore) -> None:
        limit(store, "50.00", "80.00")
        grant.do(draft(leg(P1, P2, "50.00"), apply=True))
        refusal = refusal_of(grant, store, draft(leg(P2, P1, "50.01"), apply=True))
        assert refusal.message == (
            "£50.01 can't be moved on own authority: the agreement allows up to £50.00 on own authority, up to £80.00 "
            "with the board, beyond with the commissioner's letter."
        )
        by_board = draft(leg(P2, P1, "50.01"), apply=True, decided_by=Authority.BOARD)
        assert refusal_of(grant, store, by_board).code == "no_minute"
        grant.do(replace(by_board, authority="minute 12/4"))
        assert row(grant, 2).virement.authority == "minute 12/4"
        assert row(grant, 2).needed is Authority.BOARD

    def test_beyond_the_board_the_letter_must_be_attached(self, grant: Desk, store: FakeStore) -> None:
        limit(store, "10.00", "20.00")
        grant.do(draft(leg(P2, P1, "20.01")))
        grant.do(step(1, S.SUBMITTED))
        by_letter: dict[str, Any] = {"decided_by": Authority.COMMISSIONER}
        assert (
            refusal_of(grant, store, step(1, S.APPROVED, decided_by=Authority.BOARD)).code
            == "authority_short"
        )
        grant.do(step(1, S.APPROVED, **by_letter))  # the decision is known before its letter comes
        assert refusal_of(grant, store, step(1, S.APPLIED)).code == "no_letter"
        assert refusal_of(grant, store, step(1, S.APPLIED, reference="letter 7")).code == "no_document"
        not_a_file = step(1, S.APPLIED, reference="letter 7", evidence=("letter 7",))
        assert refusal_of(grant, store, not_a_file).code == "no_document"
        assert_taken_back_and_done_again(
            grant, store, step(1, S.APPLIED, reference="letter 7", evidence=(LETTER,))
        )
        assert [kept.value.name for kept in row(grant, 1).documents] == ["letter 7.pdf"]

    def test_between_kinds_only_by_letter_and_what_is_available_follows(
        self, grant: Desk, store: FakeStore
    ) -> None:
        grant.do(AddProject(Project("P-03", "Cameras"), FUND, YEAR, Kind.CAPITAL, money("0.00")))
        crossing = draft(leg(P1, ProjectId(3), "25.00", to_kind=Kind.CAPITAL), apply=True)
        assert refusal_of(grant, store, crossing).code == "authority_short"
        by_letter = replace(
            crossing, decided_by=Authority.COMMISSIONER, authority="letter 7", evidence=(LETTER,)
        )
        assert_taken_back_and_done_again(grant, store, by_letter)
        assert budgets(grant) == {
            "P-01": money("75.00"),
            "P-02": money("200.00"),
            "P-03 capital": money("25.00"),
        }
        answer = ask(grant)
        assert answer.reconciled
        available = {kind: each.available for kind, each in answer.position.resources_by_kind.items()}
        assert (available[Kind.REVENUE], available[Kind.CAPITAL]) == (money("325.00"), money("25.00"))
        assert answer.position.unallocated_for(Kind.REVENUE) == money("30.00")

    def test_contingency_turns_into_another_kind_by_letter_and_everything_foots(
        self, grant: Desk, store: FakeStore
    ) -> None:
        turning = draft(leg(None, None, "20.00", to_kind=Kind.CAPITAL), apply=True)
        assert refusal_of(grant, store, turning).code == "authority_short"
        by_letter = replace(
            turning, decided_by=Authority.COMMISSIONER, authority="letter 7", evidence=(LETTER,)
        )
        assert_taken_back_and_done_again(grant, store, by_letter)
        answer = ask(grant)
        assert answer.reconciled
        position = answer.position
        left = [position.contingency_by_kind[kind] for kind in (Kind.REVENUE, Kind.CAPITAL)]
        unallocated = [position.unallocated_for(kind) for kind in (Kind.REVENUE, Kind.CAPITAL)]
        assert (left, unallocated) == ([Money.ZERO, money("20.00")], [money("30.00"), Money.ZERO])
        assert position.over_programmed == Money.ZERO
        assert_grant_foots(grant, FUND, YEAR, None)


class TestNeverBelowWhatIsUsed:
    def test_what_is_spent_stays_with_both_figures_in_the_sentence(
        self, grant: Desk, store: FakeStore
    ) -> None:
        grant.do(ImportLedger(make_download([make_line(amount="60.00", period=3)])))
        grant.do(ChargeLines((LineId(1),), parse_target("P-01"), "theirs"))
        refusal = refusal_of(grant, store, draft(leg(P1, P2, "40.01")))
        assert refusal.message == (
            "£40.01 can't leave Project P-01: £60.00 of its £100.00 is already spent, so £40.00 at most can."
        )
        grant.do(draft(leg(P1, P2, "40.00"), apply=True))

    def test_what_is_claimed_stays_too(self, grant: Desk, store: FakeStore) -> None:
        with store.open_work() as work:
            claim = Claim(FUND, YEAR, 1, 1, 6, PaymentBasis.ADVANCE, ClaimState.SUBMITTED)
            id = ClaimId(work.claims.add(claim))
            amount = money("70.00")
            work.claim_lines.add(ClaimLine(id, P1, Kind.REVENUE, amount, amount, Money.ZERO, amount))
            work.commit(None)
        refusal = refusal_of(grant, store, draft(leg(P1, P2, "30.01")))
        assert "£70.00 of its £100.00 is already claimed and £0.00 spent" in refusal.message

    def test_what_was_drafted_is_looked_at_again_when_it_is_applied(
        self, grant: Desk, store: FakeStore
    ) -> None:
        grant.do(draft(leg(P1, P2, "60.00")))
        grant.do(draft(leg(P1, P2, "60.00"), apply=True))
        assert refusal_of(grant, store, step(1, S.SUBMITTED)).code == "movement_too_much"
        assert refusal_of(grant, store, step(1, S.APPLIED)).code == "movement_too_much"

    def test_an_applied_one_is_not_taken_back_once_money_was_spent_against_it(
        self, grant: Desk, store: FakeStore, tools: Tools
    ) -> None:
        other = Desk(tools)
        grant.do(draft(leg(P2, P1, "50.00"), apply=True))
        other.do(ImportLedger(make_download([make_line(amount="120.00", period=3)])))
        other.do(ChargeLines((LineId(1),), parse_target("P-01"), "theirs"))
        with pytest.raises(ExpectedError) as refusal:
            grant.undo()
        assert refusal.value.code == "virement_spent"
        assert "£120.00 of its £150.00 is spent" in refusal.value.message
        assert budgets(grant)["P-01"] == money("150.00")

    def test_one_made_for_an_overspend_is_taken_back_while_nothing_more_was_spent(
        self, grant: Desk, store: FakeStore
    ) -> None:
        grant.do(ImportLedger(make_download([make_line(amount="120.00", period=3)])))
        grant.do(ChargeLines((LineId(1),), parse_target("P-01"), "theirs"))
        assert_taken_back_and_done_again(grant, store, draft(leg(P2, P1, "20.00"), apply=True))

    def test_it_is_not_done_again_where_the_money_has_gone_meanwhile(
        self, grant: Desk, store: FakeStore, tools: Tools
    ) -> None:
        other = Desk(tools)
        grant.do(draft(leg(P1, P2, "50.00"), apply=True))
        grant.undo()
        other.do(ImportLedger(make_download([make_line(amount="80.00", period=3)])))
        other.do(ChargeLines((LineId(1),), parse_target("P-01"), "theirs"))
        with pytest.raises(ExpectedError) as refusal:
            grant.redo()
        assert refusal.value.message == (
            "£50.00 can't leave Project P-01: £80.00 of its £100.00 is already spent, so £20.00 at most can."
        )
        assert budgets(grant)["P-01"] == money("100.00")

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (draft(leg(P1, P2, "1.00"), reason=" "), "no_reason"),
            (draft(), "movement_amount"),
            (draft(leg(P1, ProjectId(9), "1.00")), "not_found"),
            (draft(leg(P1, P2, "1.00", kind=Kind.CAPITAL)), "movement_too_much"),
            (draft(leg(P1, P2, "1.00", to_kind=Kind.CAPITAL)), "not_found"),
        ],
    )
    def test_what_does_not_fit_is_refused(
        self, grant: Desk, store: FakeStore, command: DraftVirement, code: str
    ) -> None:
        assert refusal_of(grant, store, command).code == code

    def test_nothing_moves_to_a_project_of_another_year(self, grant: Desk, store: FakeStore) -> None:
        other = grant.do(
            AddProject(Project("P-09", "New"), FUND, NEXT_YEAR, Kind.REVENUE, money("5.00"))
        ).result
        assert refusal_of(grant, store, draft(leg(P1, other, "1.00"))).code == "not_found"


class TestProfiles:
    def test_months_that_are_over_keep_theirs_when_the_budget_moves(
        self, grant: Desk, store: FakeStore
    ) -> None:
        months = (money("10.00"),) * 5 + (money("50.00"),) + (Money.ZERO,) * 6
        grant.do(SetProfile(P1, FUND, Kind.REVENUE, YEAR, Shape.TYPED, months))
        grant.do(ImportLedger(make_download([make_line(amount="1.00", period=3)])))
        assert_taken_back_and_done_again(grant, store, draft(leg(P2, P1, "21.00"), apply=True))
        projects = {project.ref: project for project in ask(grant).position.projects}
        first = projects["P-01"].profile
        assert first[:3] == months[:3]
        # 91.00 remains for two months of 10.00 and one of 50.00, in that shape.
        assert first[3:6] == (money("13.00"), money("13.00"), money("65.00"))
        assert Money.total(first) == money("121.00")
        even = money("200.00").share([1] * 12)
        assert projects["P-02"].profile[:3] == even[:3]
        assert Money.total(projects["P-02"].profile) == money("179.00")

    def test_before_the_year_has_begun_an_even_profile_stays_even(
        self, grant: Desk, store: FakeStore
    ) -> None:
        grant.do(draft(leg(P2, P1, "20.00"), apply=True))
        assert store.open_work(reading=True).profiles.all() == []


class TestContingency:
    def test_it_is_topped_up_from_what_is_not_awarded(self, grant: Desk, store: FakeStore) -> None:
        top_up = TopUpContingency(FUND, YEAR, Kind.REVENUE, money("30.00"), "kept for the summer")
        over = replace(top_up, amount=money("30.01"))
        refusal = refusal_of(grant, store, over)
        assert refusal.message == (
            "£30.01 can't be added to the contingency: £30.00 of revenue is not awarded yet."
        )
        assert_taken_back_and_done_again(grant, store, top_up)
        position = ask(grant).position
        assert (position.contingency, position.unallocated) == (money("50.00"), Money.ZERO)

    def test_what_is_surrendered_leaves_the_grant(self, grant: Desk, store: FakeStore) -> None:
        give_up = SurrenderContingency(
            FUND, YEAR, Kind.REVENUE, money("20.00"), day("2019-01-31"), "letter 9"
        )
        assert refusal_of(grant, store, replace(give_up, amount=money("20.01"))).code == "movement_too_much"
        assert refusal_of(grant, store, replace(give_up, letter=" ")).code == "no_letter"
        assert refusal_of(grant, store, replace(give_up, amount=Money.ZERO)).code == "movement_amount"
        assert_taken_back_and_done_again(grant, store, give_up)
        answer = ask(grant)
        assert (answer.position.contingency, answer.position.available) == (Money.ZERO, money("330.00"))
        reductions = [
            kept.value
            for kept in store.open_work(reading=True).allocations.all()
            if kept.value.resource is Resource.REDUCTION
        ]
        assert [(each.letter, each.notified_on) for each in reductions] == [("letter 9", day("2019-01-31"))]
        assert answer.reconciled

    def test_r3_and_why_tell_what_became_of_it(self, grant: Desk) -> None:
        grant.do(TopUpContingency(FUND, YEAR, Kind.REVENUE, money("5.00"), "more"))
        grant.do(draft(leg(None, P1, "7.00"), apply=True))
        grant.do(draft(leg(P2, None, "1.00"), apply=True))
        grant.do(SurrenderContingency(FUND, YEAR, Kind.REVENUE, money("2.00"), day("2019-01-31"), "letter 9"))
        [r3] = [identity for identity in ask(grant).identities if identity.id == "R3"]
        assert (r3.left, r3.holds) == (money("17.00"), True)
        assert [part.amount for part in r3.right] == [
            money("20.00"),
            money("5.00"),
            money("1.00"),
            money("-7.00"),
            money("-2.00"),
        ]
        released = grant.ask(Why("Locality Fund/2018/19/contingency/released"))
        assert [term.name for term in released.terms] == [
            "Virement 1 of 01/10/2018, contingency to P-01: costs moved"
        ]
        into = grant.ask(Why("P-01/2018/19/contingency/out"))
        assert (into.value, into.title) == (money("7.00"), "P-01: released from the contingency")
