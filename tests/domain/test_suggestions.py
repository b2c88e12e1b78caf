"""What speaks for a project, how much, and in which words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from fundingapp.domain.suggestions import (
    ACCEPT_LINE,
    Goal,
    Partner,
    Past,
    Proposal,
    Proposer,
    Rejection,
    Setting,
)
from fundingapp.domain.suppliers import Names
from tests.builders_core import NEXT_YEAR, YEAR, make_head, make_line, money

FUND = FundId(1)
P1, P2 = ProjectId(1), ProjectId(2)
H1, H2 = make_head(P1, FUND), make_head(P2, FUND)
TO_1, TO_2 = Goal(Disposition.PROJECT, H1), Goal(Disposition.PROJECT, H2)
OUT = Goal(Disposition.EXCLUDED, None)
PROJECTS = {P1: Project("P-01", "Youth outreach work"), P2: Project("P-02", "Door staff training")}
HEADS = {
    (project, year.start): [head] for project, head in ((P1, H1), (P2, H2)) for year in (YEAR, NEXT_YEAR)
}


def propose(
    past: list[tuple[LedgerLine, Goal | None]],
    line: LedgerLine,
    *,
    names: dict[str, str] | None = None,
    **known: Any,
) -> tuple[Proposal, ...]:
    """What is proposed for *line* after *past*."""
    asked = {name: known.pop(name) for name in ("partner", "doubts", "claims") if name in known}
    setting = Setting(**{"heads": HEADS, "projects": PROJECTS, **known})
    memory = Past(Names([*(each.supplier for each, _ in past), line.supplier], names or {}))
    for at, (each, goal) in enumerate(past, start=1):
        memory.add(LineId(at), each, goal)
    return Proposer(memory, setting).propose(LineId(99), line, **asked)


def earlier(number: int, goal: Goal | None = TO_1, **fields: Any) -> list[tuple[LedgerLine, Goal | None]]:
    return [(make_line(f"E{goal}{at}", **{"supplier": "Oak", **fields}), goal) for at in range(number)]


def line(**fields: Any) -> LedgerLine:
    return make_line("N", **{"supplier": "Oak", "amount": "77.00", "period": 6, **fields})


def test_nothing_is_said_of_a_supplier_that_nobody_knows() -> None:
    assert propose(earlier(5), line(supplier="Elm")) == ()


def test_what_always_went_to_one_project_probably_goes_there() -> None:
    (proposal,) = propose(earlier(2), line())
    assert (proposal.line, proposal.goal) == (99, TO_1)
    assert proposal.reasons[0] == "Two earlier lines from this supplier were charged to P-01."
    assert not proposal.certain


def test_more_lines_make_it_surer() -> None:
    scores = [propose(earlier(number), line())[0].score for number in (1, 2, 4, 8)]
    assert scores == sorted(set(scores))
    assert scores[0] < ACCEPT_LINE <= scores[-1]


def test_what_was_excluded_is_probably_excluded_again() -> None:
    (proposal,) = propose(earlier(3, OUT), line())
    assert proposal.goal == OUT
    assert proposal.reasons[0] == "Three earlier lines from this supplier were excluded."


def test_a_supplier_of_two_projects_is_told_by_its_coding() -> None:
    past = earlier(6, account="3201") + earlier(6, TO_2, account="3210")
    proposals = propose(past, line(account="3210"))
    assert proposals[0].goal == TO_2
    assert "Six earlier lines with this cost centre and account were charged to P-02." in proposals[0].reasons


def test_L08_a_code_of_last_year_says_nothing_this_year() -> None:
    past = earlier(6, account="3201") + earlier(6, TO_2, account="3210")
    with_code = propose(past, line(account="3210", year=NEXT_YEAR, description="other"))
    assert all(not proposal.certain for proposal in with_code)


def test_L08_a_project_is_known_by_itself_and_its_head_of_the_year() -> None:
    capital = make_head(P1, FUND, Kind.CAPITAL)
    heads = {**HEADS, (P1, NEXT_YEAR.start): [capital]}
    proposals = propose(earlier(3), line(year=NEXT_YEAR), heads=heads)
    assert proposals[0].head == capital
    assert propose(earlier(3), line(year=NEXT_YEAR), heads={(P1, YEAR.start): [H1]}) == ()


def test_L11_what_fits_two_projects_alike_shows_both_below_the_line() -> None:
    first, second = propose(earlier(4) + earlier(4, TO_2), line(description="P-01 and P-02 together"))
    assert {first.goal, second.goal} == {TO_1, TO_2}
    assert first.score == second.score < ACCEPT_LINE
    assert f"As much speaks for P-0{2 if first.goal == TO_1 else 1}." in first.reasons


def test_L11_two_lines_that_one_accrual_may_be_for_are_both_below_the_line() -> None:
    accrual = Accrual(P1, FUND, Kind.REVENUE, YEAR, 5, money("77.00"), "Oak Ltd", "due")
    alone = propose(earlier(2), line(), accruals=[accrual])[0]
    assert alone.certain
    assert alone.reasons[0] == "£77.00 was accrued for it in period 5 of 2018/19."
    both = propose(earlier(2), line(), accruals=[accrual], claims=2)[0]
    assert (both.goal, both.certain) == (TO_1, False)


def test_an_accrual_of_another_amount_or_supplier_says_nothing() -> None:
    for amount, supplier, period in (("78.00", "Oak", 5), ("77.00", "Elm", 5), ("77.00", "Oak", 7)):
        accrual = Accrual(P1, FUND, Kind.REVENUE, YEAR, period, money(amount), supplier, "due")
        assert propose([], line(), accruals=[accrual]) == ()


@pytest.mark.parametrize("text", ["sessions p-01", "P-01: May", "Youth Outreach Work, May"])
def test_a_project_that_the_description_names_is_suggested(text: str) -> None:
    (proposal,) = propose([], line(description=text))
    assert (proposal.goal, proposal.reasons) == (TO_1, ("The description names P-01.",))
    assert not proposal.certain


def test_a_longer_reference_names_no_other_project() -> None:
    assert propose([], line(description="order P-011")) == ()


def test_evidence_that_agrees_adds_up_and_what_speaks_against_it_holds_back() -> None:
    agreed = propose(earlier(3), line(description="P-01 May"))[0]
    assert agreed.certain
    against = propose(earlier(8), line(description="P-02 May"))
    assert not any(proposal.certain for proposal in against)


def test_a_supplier_that_moved_on_is_not_certain_until_it_stayed() -> None:
    moved = earlier(8, period=1) + [(make_line("M1", supplier="Oak", period=5), TO_2)]
    assert not propose(moved, line())[0].certain
    stayed = earlier(8, period=1) + [(make_line(f"M{at}", supplier="Oak", period=5), TO_2) for at in range(8)]
    proposal = propose(stayed, line())[0]
    assert (proposal.goal, proposal.certain) == (TO_2, True)


def test_a_name_that_only_looks_alike_is_never_enough() -> None:
    past = earlier(8, supplier="Falcon Support")
    (proposal,) = propose(past, line(supplier="Falcon Suport"))
    assert (proposal.goal, proposal.certain) == (TO_1, False)
    assert "“Falcon Suport” reads like “Falcon Support”." in proposal.reasons


def test_an_alias_makes_two_names_one() -> None:
    past = earlier(8, supplier="Oak Fencing")
    assert propose(past, line(supplier="A Lee")) == ()
    assert propose(past, line(supplier="A Lee"), names={"A Lee": "Oak Fencing"})[0].certain


def test_a_reversal_goes_where_its_original_went() -> None:
    partner = Partner(LineId(7), "88213", TO_2, False, True, True, "its description names it")
    (proposal,) = propose(earlier(8), line(amount="-77.00"), partner=partner)
    assert (proposal.goal, proposal.certain) == (TO_2, True)
    assert proposal.reasons == ("It reverses 88213 (its description names it), which was charged to P-02.",)


def test_a_pair_that_waits_is_left_out_together() -> None:
    partner = Partner(LineId(7), "88213", None, True, False, True, "its description names it")
    (proposal,) = propose([], line(), partner=partner)
    assert (proposal.goal, proposal.certain) == (OUT, True)
    assert proposal.reasons[0].startswith("It is reversed by 88213")
    across = partner._replace(same_year=False)
    assert not propose([], line(), partner=across)[0].certain


def test_a_line_outside_the_days_of_its_project_is_not_certain() -> None:
    ended = {**PROJECTS, P1: Project("P-01", "Youth", ends_on=date(2018, 6, 30))}
    proposal = propose(earlier(8), line(), projects=ended)[0]
    assert not proposal.certain
    assert "P-01 ended on 30/06/2018, before this line." in proposal.reasons


def test_a_budget_that_does_not_hold_it_is_said() -> None:
    key = (H1, YEAR.start)
    spent = propose(earlier(8), line(), budgets={key: money("1,000.00")}, short={key})[0]
    assert (spent.certain, spent.reasons[-1]) == (False, "Nothing is left of the budget of P-01.")
    small = propose(earlier(8), line(), budgets={key: money("50.00")})[0]
    assert (small.certain, small.reasons[-1]) == (False, "It is more than the whole budget of P-01, £50.00.")


def test_a_quarter_of_the_budget_makes_it_surer() -> None:
    plain = propose(earlier(2), line())[0]
    quarter = propose(earlier(2), line(), budgets={(H1, YEAR.start): money("308.00")})[0]
    assert quarter.score > plain.score
    assert "The amount is a quarter of its budget, £308.00." in quarter.reasons


def test_what_was_rejected_for_a_line_is_not_suggested_again() -> None:
    assert propose(earlier(8), line(), rejected=frozenset({Rejection.of("N", TO_1)})) == ()
    assert propose(earlier(8), line(), rejected=frozenset({Rejection.of("M", TO_1)})) != ()


def test_a_doubt_keeps_it_below_the_line() -> None:
    proposal = propose(earlier(8), line(), doubts=["It came twice."])[0]
    assert (proposal.certain, proposal.reasons[-1]) == (False, "It came twice.")


GOALS = st.sampled_from([TO_1, TO_2, OUT, None])


@given(
    st.lists(
        st.tuples(GOALS, st.integers(1, 12), st.sampled_from(["Oak", "Oaks", ""]), st.integers(1, 3)),
        max_size=25,
    ),
    st.integers(-5_000, 5_000),
)
def test_scores_stay_in_order_and_ties_stay_below_the_line(
    history: list[tuple[Goal | None, int, str, int]], pence: int
) -> None:
    past = [
        (make_line(f"E{at}", Money(100 * amount), supplier=supplier, period=period), goal)
        for at, (goal, period, supplier, amount) in enumerate(history)
    ]
    proposals = propose(past, line(amount=Money(pence)))
    scores = [proposal.score for proposal in proposals]
    assert scores == sorted(scores, reverse=True)
    assert all(50 <= score <= 99 for score in scores)
    assert all(proposal.reasons for proposal in proposals)
    assert len({proposal.goal for proposal in proposals}) == len(proposals)
    if len(proposals) > 1:
        assert scores[0] == scores[1] < ACCEPT_LINE
