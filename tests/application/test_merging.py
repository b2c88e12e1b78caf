"""Making one project of two: what goes over, and what keeps them apart (bad-inputs L07)."""

from __future__ import annotations

from typing import Any

import pytest

from fundingapp.application.commands.adjustments import AddAccrual
from fundingapp.application.commands.grants import MoveBudget, SetForecast
from fundingapp.application.commands.matching import AddRules, ClearCharges
from fundingapp.application.commands.merging import MergeProjects
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.queries.bids import BidsOf
from fundingapp.application.queries.chains_of_results import ResultsChain
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.results import ResultsOf
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.allocations import BudgetMovement
from fundingapp.domain.evidence import Support
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import EvidenceId, FundId, LineId, ProjectId
from fundingapp.domain.match_funding import MatchFunding
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.bid_steps import charge, import_lines, keep
from tests.builders_core import YEAR, day, make_rule, money, set_up_grant
from tests.fakes import FakeStore
from tests.results_steps import every_step

FUND, P1, P2 = FundId(1), ProjectId(1), ProjectId(2)
MERGE = MergeProjects(P1, P2)


def test_two_that_are_the_same_become_one_with_all_that_is_asked_and_awarded(
    desk: Desk, store: FakeStore
) -> None:
    set_up_grant(desk)
    keep(store, "match_funding", MatchFunding(P1, YEAR, "The council", money("9.00")))
    assert_taken_back_and_done_again(desk, store, MERGE)
    answer = desk.ask(PositionOf(FUND, YEAR, 13))
    assert [(each.ref, each.budget.current) for each in answer.position.projects] == [
        ("P-02", money("300.00"))
    ]
    assert [row.ref for row in desk.ask(BidsOf(YEAR)).rows] == ["P-02", "P-02"]
    assert all(identity.holds for identity in answer.identities)


def test_the_results_chain_goes_over_with_its_figures_and_papers(desk: Desk, store: FakeStore) -> None:
    set_up_grant(desk)
    for step in every_step("minute 4", "survey of June")[:17]:
        desk.do(step)
    keep(store, "supports", Support(EvidenceId(1), project=P1))
    before = [(row.indicator.name, row.to_date.shown) for row in desk.ask(ResultsOf(YEAR, 4)).rows]
    assert_taken_back_and_done_again(desk, store, MERGE)
    rows = desk.ask(ResultsOf(YEAR, 4)).rows
    assert [(row.indicator.name, row.to_date.shown) for row in rows] == before
    assert {row.ref for row in rows} == {"P-02"}
    assert [
        each.kept.value.project for each in desk.ask(ResultsChain(P2, YEAR, 4)).outcomes if each.kept
    ] == [P2]


def test_l07_open_money_keeps_them_apart_and_is_listed(desk: Desk, store: FakeStore) -> None:
    set_up_grant(desk)
    import_lines(desk, "20.00", "5.50")
    charge(desk, 1, 2, to="P-01")
    refusal = refusal_of(desk, store, MERGE)
    assert refusal.message == (
        "P-01 can't become part of P-02: it has 2 ledger lines of £25.50 (T1 £20.00, T2 £5.50)."
    )
    desk.do(ClearCharges((LineId(1), LineId(2))))
    desk.do(MERGE)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (
            AddAccrual(Accrual(P1, FUND, Kind.REVENUE, YEAR, 1, money("1.00"), "A", "b", YEAR, 2), ("PO",)),
            "1 accrual",
        ),
        (
            MoveBudget(
                BudgetMovement(FUND, YEAR, Kind.REVENUE, P1, P2, money("1.00"), day("2018-05-01"), "x")
            ),
            "1 virement",
        ),
        (SetForecast(P1, FUND, Kind.REVENUE, YEAR, 11, money("2.00")), "2 forecasts"),
        (AddRules((make_rule(7, "P-01", supplier="Safer"),)), "rule 7 charging it"),
    ],
)
def test_what_was_planned_or_put_right_keeps_them_apart_too(
    desk: Desk, store: FakeStore, command: Command[Any], said: str
) -> None:
    set_up_grant(desk)
    desk.do(command)
    assert refusal_of(desk, store, MERGE).message == f"P-01 can't become part of P-02: it has {said}."


def test_a_project_is_not_merged_with_itself(desk: Desk, store: FakeStore) -> None:
    set_up_grant(desk)
    assert refusal_of(desk, store, MergeProjects(P1, P1)).code == "same_project"
