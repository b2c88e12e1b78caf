"""Suggestions as a person meets them: worked out, accepted, rejected, taken back; and what is worked out again."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from fundingapp.application.commands.adjustments import AddAccrual
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines, ClearCharges
from fundingapp.application.commands.suggestions import (
    AcceptSuggestions,
    AddAlias,
    DismissDouble,
    RejectSuggestions,
    RemoveAlias,
    Suggest,
)
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Topic
from fundingapp.application.ports import LineFilter, LineRow, Show, Tools
from fundingapp.application.progress import Cancelled, Progress
from fundingapp.application.queries.lines import LineCounts, LineRows
from fundingapp.application.queries.suggestions import (
    Aliases,
    DoubleCharges,
    LinesToLookAt,
    ReversalFindings,
    SuggestionCount,
    SuggestionGroup,
    SuggestionGroups,
    SuggestionsDue,
    SuggestionsOf,
)
from fundingapp.application.queries.workspace import History
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import How, parse_target
from fundingapp.domain.suggestions import Proposal
from tests.builders_core import YEAR, make_download, make_head, make_line, money, set_up_grant
from tests.fakes import FakeStore

H1, H2 = make_head(ProjectId(1), FundId(1)), make_head(ProjectId(2), FundId(1))


def bring(desk: Desk, *lines: LedgerLine, name: str = "ledger.csv") -> None:
    desk.do(ImportLedger(make_download(lines, name)))


def charge(desk: Desk, lines: Sequence[int], target: str = "P-02") -> None:
    desk.do(ChargeLines(tuple(LineId(line) for line in lines), parse_target(target), "as agreed"))


def row(desk: Desk, line: int) -> LineRow:
    return desk.ask(LineRows((line,)))[0]


@pytest.fixture
def oak(desk: Desk) -> Desk:
    """Five charged lines of Oak, and two that wait (6 and 7); suggestions are worked out."""
    set_up_grant(desk)
    bring(desk, *(make_line(f"T{at}", f"{at}.00", supplier="Oak Ltd", period=at) for at in range(1, 8)))
    charge(desk, range(1, 6))
    desk.do(Suggest())
    return desk


def test_waiting_lines_are_suggested_and_counted(oak: Desk) -> None:
    assert oak.ask(SuggestionCount()) == 2
    assert oak.ask(LineCounts(LineFilter())).suggested == 2
    suggestion = row(oak, 6).suggestion
    assert suggestion is not None
    assert (suggestion.head, suggestion.certain) == (H2, True)
    assert oak.ask(SuggestionsOf(LineId(6))) == (suggestion,)
    assert oak.ask(SuggestionsOf(LineId(1))) == ()


def test_working_them_out_is_no_step_to_take_back_and_no_line_of_the_history(oak: Desk) -> None:
    name, history = oak.undo_name, oak.ask(History())
    charge(oak, [6])
    oak.undo()
    made = oak.do(Suggest())
    assert (made.changed, made.result.suggested) == (Topic.SUGGESTIONS, 2)
    assert (oak.undo_name, oak.redo_name) == (name, "charge 1 line to P-02")
    assert len(oak.ask(History())) == len(history) + 2


def test_nothing_is_worked_out_twice(oak: Desk, store: FakeStore) -> None:
    state = store.state
    assert oak.do(Suggest()).changed == Topic.NOTHING
    assert store.state is state
    assert not oak.ask(SuggestionsDue())
    charge(oak, [6])
    assert oak.ask(SuggestionsDue())


def test_accepting_charges_with_score_and_reasons_in_one_step(oak: Desk) -> None:
    done = oak.do(AcceptSuggestions((LineId(6), LineId(7))))
    assert (done.result, done.changed, done.name) == (2, Topic.CHARGES, "accept 2 suggestions")
    charged = row(oak, 6).charges[0]
    assert (charged.charge.head, charged.charge.amount, charged.how) == (H2, money("6.00"), How.HAND)
    assert charged.charge.reason.startswith("Suggested (9")
    assert "Five earlier lines from this supplier were charged to P-02." in charged.charge.reason
    assert oak.ask(LineCounts(LineFilter())).suggested == 0
    oak.undo()
    assert oak.ask(LineCounts(LineFilter())).suggested == 2
    assert [row(oak, line).charges for line in (6, 7)] == [(), ()]
    oak.redo()
    assert row(oak, 7).charges[0].charge.head == H2


def test_a_line_that_is_placed_already_is_not_accepted(oak: Desk) -> None:
    charge(oak, [6], "P-01")
    with pytest.raises(ExpectedError) as refusal:
        oak.do(AcceptSuggestions((LineId(7), LineId(6))))
    assert refusal.value.code == "suggestion_gone"
    assert row(oak, 7).charges == ()


@pytest.mark.parametrize("command", [AcceptSuggestions, RejectSuggestions])
def test_what_is_not_suggested_is_neither_accepted_nor_rejected(oak: Desk, command: Any) -> None:
    for lines, head, code in (
        ((), None, "no_lines"),
        ((LineId(1),), None, "suggestion_gone"),
        ((LineId(6),), H1, "suggestion_gone"),
        ((LineId(99),), None, "not_found"),
    ):
        with pytest.raises(ExpectedError) as refusal:
            oak.do(command(lines, head))
        assert refusal.value.code == code


def test_L11_a_tie_is_accepted_only_by_saying_which(desk: Desk) -> None:
    set_up_grant(desk)
    bring(desk, *(make_line(f"T{at}", supplier="Oak", description="work") for at in range(1, 10)))
    charge(desk, [1, 3, 5, 7], "P-01")
    charge(desk, [2, 4, 6, 8], "P-02")
    desk.do(Suggest())
    first, second = desk.ask(SuggestionsOf(LineId(9)))
    assert first.score == second.score
    with pytest.raises(ExpectedError) as refusal:
        desk.do(AcceptSuggestions((LineId(9),)))
    assert refusal.value.code == "suggestion_tied"
    desk.do(AcceptSuggestions((LineId(9),), second.head))
    assert row(desk, 9).charges[0].charge.head == second.head


def test_a_rejected_pair_is_not_suggested_again_also_after_a_new_import(oak: Desk) -> None:
    done = oak.do(RejectSuggestions((LineId(6),)))
    assert (done.result, done.changed, done.name) == (1, Topic.SUGGESTIONS, "reject 1 suggestion")
    oak.do(Suggest())
    assert row(oak, 6).suggestion is None
    assert row(oak, 7).suggestion is not None
    bring(oak, make_line("T9", supplier="Elm"), name="second.csv")
    oak.do(Suggest())
    assert row(oak, 6).suggestion is None


def test_a_rejection_outlives_the_line_it_was_made_for(desk: Desk) -> None:
    set_up_grant(desk)
    bring(desk, *(make_line(f"T{at}", supplier="Oak") for at in range(1, 6)))
    charge(desk, range(1, 6))
    bring(desk, make_line("T6", supplier="Oak", cost_centre="CS200"), name="second.csv")
    desk.do(Suggest())
    desk.do(RejectSuggestions((LineId(6),)))
    kept = desk.ask(LineRows((6,)))[0].line
    for _ in range(2):
        desk.undo()
    bring(desk, kept, name="third.csv")
    desk.do(Suggest())
    assert row(desk, 7).suggestion is not None, "the rejection was taken back with the step"
    desk.do(RejectSuggestions((LineId(7),)))
    desk.do(Suggest())
    assert row(desk, 7).suggestion is None


def test_a_rejection_is_taken_back_and_done_again(oak: Desk) -> None:
    before = row(oak, 6).suggestion
    oak.do(RejectSuggestions((LineId(6),)))
    oak.do(Suggest())
    oak.undo()
    oak.do(Suggest())
    assert row(oak, 6).suggestion == before
    oak.redo()
    oak.do(Suggest())
    assert row(oak, 6).suggestion is None


def test_lines_of_one_supplier_with_the_same_suggestion_are_a_group(oak: Desk) -> None:
    bring(
        oak,
        make_line("T8", "9.00", supplier="OAK LIMITED"),
        make_line("T9", supplier="Elm"),
        name="second.csv",
    )
    oak.do(Suggest())
    group = oak.ask(SuggestionGroup(LineId(6)))
    assert group is not None
    assert (group.lines, group.total) == ((6, 7, 8), money("22.00"))
    assert group.least == min(proposal.score for proposal in _all(oak))
    assert oak.ask(SuggestionGroups(YEAR)) == [group]
    assert oak.ask(SuggestionGroup(LineId(9))) is None
    assert oak.ask(SuggestionGroup(LineId(1))) is None


def test_an_alias_brings_the_suggestions_of_the_other_name(oak: Desk) -> None:
    bring(oak, make_line("T8", supplier="A Lee"), name="second.csv")
    oak.do(Suggest())
    assert row(oak, 8).suggestion is None
    alias = oak.do(AddAlias("A Lee", "Oak")).result
    oak.do(Suggest())
    assert row(oak, 8).suggestion is not None
    assert [kept.value.same_as for kept in oak.ask(Aliases())] == ["Oak"]
    oak.do(RemoveAlias(alias))
    oak.do(Suggest())
    assert row(oak, 8).suggestion is None
    oak.undo()
    assert len(oak.ask(Aliases())) == 1


@pytest.mark.parametrize(
    ("name", "same", "code"), [("", "Oak", "alias_empty"), ("Oak", "OAK LTD", "alias_same")]
)
def test_an_alias_that_says_nothing_is_refused(oak: Desk, name: str, same: str, code: str) -> None:
    with pytest.raises(ExpectedError) as refusal:
        oak.do(AddAlias(name, same))
    assert refusal.value.code == code


def test_what_suggestions_rest_on_is_noticed_wherever_it_changes(oak: Desk) -> None:
    accrual = Accrual(ProjectId(1), FundId(1), Kind.REVENUE, YEAR, 5, money("6.00"), "Oak", "due")
    oak.do(AddAccrual(accrual, ("order 5",)))
    assert oak.ask(SuggestionsDue())
    oak.do(Suggest())
    assert not oak.ask(SuggestionsOf(LineId(6)))[0].certain
    oak.undo()
    oak.do(Suggest())
    assert oak.ask(SuggestionsOf(LineId(6)))[0].certain


def test_a_budget_that_runs_out_lowers_what_is_suggested_for_it(oak: Desk) -> None:
    bring(oak, make_line("T8", "190.00", supplier="Elm"), name="second.csv")
    oak.do(Suggest())
    assert row(oak, 6).suggestion.certain  # type: ignore[union-attr]  # it has one
    charge(oak, [8])
    oak.do(Suggest())
    suggestion = row(oak, 6).suggestion
    assert suggestion is not None
    assert (suggestion.certain, suggestion.reasons[-1]) == (False, "Nothing is left of the budget of P-02.")
    oak.undo()
    oak.do(Suggest())
    assert row(oak, 6).suggestion.certain  # type: ignore[union-attr]  # as before


def test_a_reversal_goes_where_its_original_went(desk: Desk) -> None:
    set_up_grant(desk)
    bring(
        desk,
        make_line("88213", "40.00", supplier="", description="JNL miscode"),
        make_line("90001", "-40.00", supplier="", description="Reversal of 88213", period=2),
    )
    desk.do(Suggest())
    assert [row(desk, line).suggestion.disposition.value for line in (1, 2)] == ["excluded"] * 2  # type: ignore[union-attr]  # both wait
    charge(desk, [1], "P-01")
    desk.do(Suggest())
    suggestion = row(desk, 2).suggestion
    assert suggestion is not None
    assert (suggestion.head, suggestion.certain) == (H1, True)


def test_L06_reversals_that_fit_nothing_are_findings(desk: Desk) -> None:
    set_up_grant(desk)
    bring(
        desk,
        make_line("88213", "40.00", supplier=""),
        make_line("90001", "-40.00", supplier="", description="Reversal of 88213", period=2),
        make_line("90002", "-40.00", supplier="", description="Reversal of 88213", period=3),
        make_line("90003", "-9.00", supplier="", description="Reversal of 77777"),
    )
    desk.do(Suggest())
    found = desk.ask(ReversalFindings(YEAR))
    assert [(entry.line.id, entry.original.id if entry.original else None) for entry in found] == [
        (3, 1),
        (4, None),
    ]
    assert [entry.finding.kind for entry in found] == ["reversal.twice", "reversal.no_original"]
    assert [finding.kind for finding in desk.ask(LinesToLookAt(YEAR))] == [
        "reversal.twice",
        "reversal.no_original",
    ]


def test_L04_an_invoice_charged_to_two_projects_is_a_finding_until_it_is_dismissed(desk: Desk) -> None:
    set_up_grant(desk)
    bring(
        desk,
        make_line("T1", "40.00", supplier="Oak Ltd", description="INV 10233"),
        make_line("T2", "40.00", supplier="Oak Ltd", description="Invoice 10233", period=3),
        make_line("T3", "40.00", supplier="Oak Ltd", description="INV 10234", period=3),
    )
    charge(desk, [1, 3], "P-01")
    assert desk.ask(DoubleCharges(YEAR)) == []
    charge(desk, [2], "P-02")
    (double,) = desk.ask(DoubleCharges(YEAR))
    assert (double.first.id, double.second.id) == (1, 2)
    assert double.finding.kind == "charge.double"
    assert "charged to P-01 and to P-02" in double.finding.text
    with pytest.raises(ExpectedError) as refusal:
        desk.do(DismissDouble(LineId(1), LineId(2), "  "))
    assert refusal.value.code == "no_reason"
    desk.do(DismissDouble(LineId(2), LineId(1), "two deliveries"))
    assert desk.ask(DoubleCharges(YEAR)) == []
    assert desk.ask(History(1))[0].command == "DismissDouble"
    desk.undo()
    assert len(desk.ask(DoubleCharges(YEAR))) == 1


def test_a_waiting_line_that_came_twice_is_not_certain(desk: Desk) -> None:
    set_up_grant(desk)
    bring(
        desk, *(make_line(f"T{at}", "4.00", supplier="Oak", description=f"INV 1000{at}") for at in range(8))
    )
    charge(desk, range(1, 9))
    again = make_line("T9", "4.00", supplier="Oak", description="INV 10003", period=2)
    bring(desk, again, again._replace(key="T10", description="INV 99999"), name="second.csv")
    desk.do(Suggest())
    twice, fine = row(desk, 9).suggestion, row(desk, 10).suggestion
    assert twice is not None
    assert fine is not None
    assert (twice.certain, fine.certain) == (False, True)
    assert "look whether it came twice" in twice.reason


class _Stop(Progress):
    def report(self, done: int, total: int, label: str) -> None:
        raise Cancelled


def test_stopping_leaves_everything_as_it_was(oak: Desk, store: FakeStore) -> None:
    bring(oak, make_line("T8", supplier="Oak"), name="second.csv")
    state = store.state
    with pytest.raises(Cancelled):
        oak.do(Suggest(), _Stop())
    assert store.state is state
    assert oak.do(Suggest()).result.suggested == 3


def _all(desk: Desk) -> list[Proposal]:
    ids = [line for group in desk.ask(SuggestionGroups()) for line in group.lines]
    return [proposal for line in sorted(ids) for proposal in desk.ask(SuggestionsOf(line))]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_worked_out_for_the_suppliers_concerned_is_what_is_worked_out_for_all(
    seed: int, store: FakeStore, tools: Tools
) -> None:
    random, desk = Random(seed), Desk(tools)
    set_up_grant(desk)
    names = ("Falcon Support", "Falcon Suport", "FALCON SUPPORT LTD", "Oak", "Oaks", "Elm", "")
    lines = []
    for at in range(60):
        text = random.choice(("work", "P-01 work", "INV 1023", "Reversal of 7003", "JNL"))
        amount = random.choice(("10.00", "-10.00", "25.00"))
        supplier = random.choice(names)
        lines.append(make_line(f"70{at:02}", amount, supplier=supplier, description=text, period=at // 8 + 1))
    bring(desk, *lines)
    desk.do(Suggest())
    for _ in range(25):
        chosen = random.sample(range(1, 61), random.choice((1, 1, 2, 5)))
        match random.randrange(5):
            case 0:
                desk.do(ClearCharges(tuple(map(LineId, chosen))))
            case 1:
                if desk.undo_name != "import ledger.csv":
                    desk.undo()
            case 2:
                waiting = [line for group in desk.ask(SuggestionGroups()) for line in group.lines]
                if waiting:
                    desk.do(RejectSuggestions((random.choice(waiting),)))
            case _:
                charge(
                    desk,
                    chosen,
                    random.choice(("P-01", "P-02", "excluded: not ours", "split P-01 50%, P-02 50%")),
                )
        desk.do(Suggest())
        step_by_step = _all(desk)
        store.state.everything_is_due()
        desk.do(Suggest())
        assert _all(desk) == step_by_step
        suggested = desk.ask(LineCounts(LineFilter(show=Show.SUGGESTED))).suggested
        assert suggested == len({proposal.line for proposal in step_by_step})
