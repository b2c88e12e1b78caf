"""Ledgers and reconciliation (catalogue L), on a real funding file: what does not fit stays open, and is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fundingapp.application.commands.adjustments import (
    AddAccrual,
    AddAdjustment,
    ChangeAdjustment,
)
from fundingapp.application.commands.bids import (
    AcceptOffer,
    CloseBid,
    CompleteBid,
    MakeOffer,
    StartBid,
)
from fundingapp.application.commands.claims import (
    ApproveClaim,
    Decision,
    OpenClaim,
    PrepareClaim,
    SubmitClaim,
)
from fundingapp.application.commands.grants import AddProject, MoveBudget
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.locks import LockPeriods
from fundingapp.application.commands.matching import (
    AddRules,
    ChargeLine,
    ChargeLines,
    ChargePart,
    ClearCharges,
)
from fundingapp.application.commands.merging import MergeProjects
from fundingapp.application.commands.records import AddRecords, ChangeRecord, Record
from fundingapp.application.commands.returns import SaveReturn
from fundingapp.application.commands.suggestions import AcceptSuggestions, Suggest
from fundingapp.application.commands.virements import DraftVirement
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.queries.bids import BidsOf
from fundingapp.application.queries.claims import ClaimsOf
from fundingapp.application.queries.lines import LineDetail
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.returns import QuarterChange, ReturnDraft
from fundingapp.application.queries.suggestions import ReversalFindings, SuggestionsOf
from fundingapp.application.queries.virements import VirementsOf
from fundingapp.application.queries.workspace import History
from fundingapp.domain.adjustments import Accrual, Adjustment, AdjustmentType
from fundingapp.domain.agreements import Agreement, Terms
from fundingapp.domain.allocations import Authority, BudgetMovement
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import BudgetHead, Kind, Project
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import AdjustmentId, FundId, LineId, ProjectId
from fundingapp.domain.matching import Disposition, parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.virements import Leg
from tests.bad_inputs.given import Given, cells
from tests.builders_core import NEXT_YEAR, YEAR, make_rule, money, sent_return, set_up_grant
from tests.console.terminal import state_of

FUND, P1, P2 = FundId(1), ProjectId(1), ProjectId(2)
ONE, TWO = LineId(1), LineId(2)


def refused(given: Given, command: Command[object]) -> ExpectedError:
    """What *command* is refused with; the file is as it was, and there is something to do."""
    before, undo = state_of(given.file.parent), given.desk.undo_name
    with pytest.raises(ExpectedError) as caught:
        given.desk.do(command)
    assert state_of(given.file.parent) == before
    assert given.desk.undo_name == undo
    assert caught.value.advice
    return caught.value


def identity(given: Given, id: str, year: object = YEAR) -> Identity:
    (found,) = [entry for entry in given.desk.ask(PositionOf(FUND, year, 13)).identities if entry.id == id]  # type: ignore[arg-type]
    return found


def spent(given: Given) -> Money:
    return given.desk.ask(PositionOf(FUND, YEAR, 13)).position.spent


def charged(given: Given, *lines: LineId, to: str = "P-01") -> None:
    given.desk.do(ChargeLines(lines, parse_target(to), "theirs"))


def part(amount: str, fund: int = 1) -> ChargePart:
    return ChargePart(money(amount), Disposition.PROJECT, BudgetHead(P1, FundId(fund), Kind.REVENUE))


def adjust(amount: str, period: int = 2, **fields: object) -> Adjustment:
    values = {"type": AdjustmentType.INELIGIBLE, "reason": "letter of 3 May", **fields}
    return Adjustment(
        project=P1,
        fund=FUND,
        kind=Kind.REVENUE,
        year=YEAR,
        period=period,
        amount=money(amount),
        **values,  # type: ignore[arg-type]
    )


def test_l01_a_control_total_that_differs_by_a_penny_is_refused_with_the_difference(given: Given) -> None:
    download = given.read(given.text(cells(1, "10.00"), cells(2, "20.00")))
    error = refused(given, ImportLedger(download, control_total=money("30.01")))
    assert "sums to £30.00, the control total is £30.01: −£0.01 apart" in error.message


def test_l01_a_line_kept_as_it_was_leaves_the_reconciliation_open_with_its_penny(given: Given) -> None:
    given.brought(given.text(cells(1, "10.00"), cells(2, "20.00")))
    assert identity(given, "R9").holds
    later = given.read(given.text(cells(1, "10.01"), cells(2, "20.00"), name="later.csv"))
    given.desk.do(ImportLedger(later, keep=frozenset({"T1"})))
    control = identity(given, "R9")
    assert (control.holds, control.difference) == (False, money("-0.01"))


@pytest.mark.parametrize(
    "command",
    [
        ChargeLines((ONE,), parse_target("P-02"), "looked up"),
        ClearCharges((ONE,)),
        AddAdjustment(adjust("-1.00"), ("minute 8",)),
    ],
    ids=lambda command: type(command).__name__,
)
def test_l02_posting_into_a_locked_period_names_the_lock_who_and_when(
    given: Given, command: Command[object]
) -> None:
    given.brought(given.text(cells(1), cells(2, period="8", day="04/11/2018")))
    charged(given, ONE)
    given.desk.do(LockPeriods(YEAR, 6, "Q2 is agreed"))
    error = refused(given, command)
    assert f"Periods 1 to 6 (September) of 2018/19 are locked (by {given.opened.who} on " in error.message
    assert "Q2 is agreed)" in error.message
    assert "reopen the periods on Reconcile with a reason" in error.advice
    charged(given, TWO, to="P-02")  # what reaches no locked period goes on


def test_l02_a_late_line_for_a_locked_period_waits_as_a_draft(given: Given) -> None:
    given.desk.do(AddRules((make_rule(1, "P-01", supplier="ACME LTD"),)))
    given.desk.do(LockPeriods(YEAR, 6, "Q2 is agreed"))
    given.desk.do(ImportLedger(given.read(given.text(cells(1))), apply_rules=True))
    detail = given.desk.ask(LineDetail(ONE))
    assert detail.row.charges == ()
    assert "Periods 1 to 6 (September) of 2018/19 are locked" in detail.waiting_because
    assert spent(given) == Money(0)


def test_l03_an_entry_that_was_agreed_is_not_changed_but_corrected_by_another(given: Given) -> None:
    """Agreed is what stands in locked periods; the signatures of issue 5 add who approved each entry."""
    given.brought(given.text(cells(1, "60.00")))
    charged(given, ONE)
    given.desk.do(AddAdjustment(adjust("-10.00"), ("letter",)))
    given.desk.do(LockPeriods(YEAR, 6, "Q2 is agreed"))
    error = refused(given, ChangeAdjustment(AdjustmentId(1), adjust("-20.00")))
    assert "are locked" in error.message
    assert "later period" in error.advice  # the correction that is offered
    given.desk.do(AddAdjustment(adjust("-10.00", period=7), ("second letter",)))
    assert spent(given) == money("40.00")


def test_l04_one_invoice_over_two_grants_above_a_hundred_percent_is_refused(given: Given) -> None:
    set_up_grant(given.desk, fund="Home Office Fund")
    given.brought(given.text(cells(1, "10.00")))
    error = refused(given, ChargeLine(ONE, (part("6.00"), part("6.00", fund=2)), "shared"))
    assert "−£2.00 of £10.00" in error.message
    given.desk.do(ChargeLine(ONE, (part("6.00"), part("4.00", fund=2)), "shared"))


@pytest.mark.parametrize(("day", "held"), [("31/05/2018", True), ("01/06/2018", False), ("01/09/2018", True)])
def test_l05_spend_outside_the_projects_time_is_held_with_the_dates(
    given: Given, day: str, held: bool
) -> None:
    with given.desk._tools.open_work(reading=True) as work:
        before = work.projects.get(P1).value
    after = replace(before, starts_on=date(2018, 6, 1), ends_on=date(2018, 8, 31))
    given.desk.do(ChangeRecord("projects", P1, before, after, "date P-01"))
    given.desk.do(AddRules((make_rule(1, "P-01", supplier="ACME LTD"),)))
    given.desk.do(ImportLedger(given.read(given.text(cells(1, day=day))), apply_rules=True))
    detail = given.desk.ask(LineDetail(ONE))
    assert (detail.row.charges == ()) is held
    if held:
        assert (
            f"P-01 runs from 01/06/2018 to 31/08/2018, and this line is dated {day}: charge it by hand with the reason"
            in detail.waiting_because
        )
        charged(given, ONE)  # a person may


def test_l06_a_reversal_without_original_and_a_second_one_are_findings(given: Given) -> None:
    journal = {"supplier": "", "transaction": ""}
    given.brought(
        given.text(
            cells(1, "40.00", **{**journal, "transaction": "88213"}),
            cells(2, "-40.00", **{**journal, "transaction": "90001"}, description="Reversal of 88213"),
            cells(3, "-40.00", **{**journal, "transaction": "90002"}, description="Reversal of 88213"),
            cells(4, "-9.00", **{**journal, "transaction": "90003"}, description="Reversal of 77777"),
        )
    )
    given.desk.do(Suggest())
    found = [entry.finding for entry in given.desk.ask(ReversalFindings(YEAR))]
    assert [finding.kind for finding in found] == ["reversal.twice", "reversal.no_original"]
    assert all(number in finding.text for finding, number in zip(found, ("88213", "77777"), strict=True))
    assert given.desk.ask(SuggestionsOf(LineId(4))) == ()


def test_l07_a_project_with_spend_is_not_removed_and_its_lines_are_listed(given: Given) -> None:
    """Taking back that it was added is one way for a project to go."""
    given.brought(given.text(*(cells(at, "10.00") for at in range(1, 8))))
    added = given.desk.do(AddProject(Project("P-07", "Closed"), FUND, YEAR, Kind.REVENUE, money("5.00")))
    assert added.result
    colleague = Desk(given.desk._tools)
    colleague.do(ChargeLines(tuple(LineId(at) for at in range(1, 8)), parse_target("P-07"), "theirs"))
    before = state_of(given.file.parent)
    with pytest.raises(ExpectedError) as caught:
        given.desk.undo()
    assert caught.value.message == (
        "P-07 can't be removed: 7 lines of £70.00 are charged to it: T1 (£10.00), T2 (£10.00), T3 (£10.00), T4"
        " (£10.00), T5 (£10.00) and 2 more."
    )
    assert "Charge them elsewhere" in caught.value.advice
    assert state_of(given.file.parent) == before


def test_l07_a_project_with_open_spend_is_neither_merged_nor_its_bid_closed(given: Given) -> None:
    given.brought(given.text(cells(1, "10.00"), cells(2, "5.00")))
    charged(given, ONE, TWO)
    assert refused(given, MergeProjects(P1, P2)).message == (
        "P-01 can't become part of P-02: it has 2 ledger lines of £15.00 (T1 £10.00, T2 £5.00)."
    )
    bid = given.desk.ask(BidsOf(YEAR)).rows[0].id
    at = date(2018, 4, 1)
    for step in (
        MakeOffer(bid, "Offer 1", at),
        AcceptOffer(bid, at, "the treasurer"),
        StartBid(bid, at),
        CompleteBid(bid, at),
    ):
        given.desk.do(step)
    assert refused(given, CloseBid(bid, at)).message == (
        "P-01's bid can't be closed: £85.00 of its £100.00 is neither spent nor given back to contingency."
    )


def test_l08_a_renamed_project_keeps_its_charges_and_a_code_counts_for_its_year(given: Given) -> None:
    set_up_grant(given.desk, year=NEXT_YEAR)
    first = [cells(at, f"{at}.00", supplier="Oak Ltd") for at in range(1, 7)]
    given.brought(given.text(*first, cells(7, "7.00", supplier="Elm Ltd", day="04/05/2019")))
    charged(given, *(LineId(at) for at in range(1, 7)))
    with given.desk._tools.open_work(reading=True) as work:
        before = work.projects.get(P1).value
    given.desk.do(ChangeRecord("projects", P1, before, replace(before, ref="P-99"), "rename P-01"))
    row = given.desk.ask(LineDetail(ONE)).row
    assert (row.projects, row.charges[0].charge.head) == (("P-99",), BudgetHead(P1, FUND, Kind.REVENUE))
    assert spent(given) == money("21.00")
    given.desk.do(Suggest())
    last_years = given.desk.ask(LineDetail(LineId(7))).row  # the same cost centre and account, a year later
    assert (last_years.line.year, last_years.suggestion) == (NEXT_YEAR, None)


def test_l09_an_accrual_is_carried_once_over_the_year_end(given: Given) -> None:
    set_up_grant(given.desk, year=NEXT_YEAR)
    accrual = Accrual(P1, FUND, Kind.REVENUE, YEAR, 13, money("8.00"), "Youth Trust", "work", NEXT_YEAR, 1)
    given.desk.do(AddAccrual(accrual, ("order 5",)))
    carried = identity(given, "R13", NEXT_YEAR)
    assert (carried.left, carried.right_total, carried.holds) == (money("8.00"), money("8.00"), True)
    ends = [given.desk.ask(PositionOf(FUND, year, 13)).position.spent for year in (YEAR, NEXT_YEAR)]
    assert ends == [money("8.00"), money("-8.00")]
    assert given.opened.check() == []


def test_l10_a_virement_beyond_its_budget_line_is_refused_with_the_most(given: Given) -> None:
    given.brought(given.text(cells(1, "60.00")))
    charged(given, ONE)
    beyond = BudgetMovement(
        FUND, YEAR, Kind.REVENUE, P1, P2, money("40.01"), date(2018, 10, 1), "costs moved"
    )
    error = refused(given, MoveBudget(beyond))
    assert "£40.00 at most" in error.message


def test_l10_a_virement_beyond_the_agreed_limit_needs_the_record_of_who_allowed_it(given: Given) -> None:
    with given.desk._tools.open_work(reading=True) as work:
        held = [kept for kept in work.agreements.all() if kept.value.fund == FUND]
    terms = Terms(own_limit=money("10.00"))
    if held:
        stated = replace(held[0].value, terms=terms)
        given.desk.do(ChangeRecord("agreements", held[0].id, held[0].value, stated, "state a limit"))
    else:
        made = Agreement(FUND, "Grant agreement", YEAR, YEAR, terms=terms)
        given.desk.do(AddRecords((Record("agreements", 1, made),), "agree"))
    moved = (Leg(Kind.REVENUE, P1, P2, money("10.01")),)
    on = date(2018, 10, 1)
    draft = DraftVirement(FUND, YEAR, moved, on, "costs moved", apply=True)
    assert refused(given, draft).message == (
        "£10.01 can't be moved on own authority: the agreement allows up to £10.00 on own authority, beyond with the "
        "commissioner's letter."
    )
    letter = given.folder / "letter 7.txt"
    letter.write_text("We agree.", encoding="utf-8")
    named = replace(draft, decided_by=Authority.COMMISSIONER, authority="letter 7")
    assert refused(given, named).code == "no_document"
    given.desk.do(replace(named, evidence=(letter,)))
    (row,) = given.desk.ask(VirementsOf(FUND, YEAR)).rows
    assert (row.virement.authority, [kept.value.name for kept in row.documents]) == (
        "letter 7",
        ["letter 7.txt"],
    )


def test_l11_a_tie_shows_both_and_is_never_accepted_by_itself(given: Given) -> None:
    rows = [cells(at, "10.00", supplier="Oak", description="work") for at in range(1, 10)]
    given.brought(given.text(*rows))
    charged(given, *map(LineId, (1, 3, 5, 7)))
    charged(given, *map(LineId, (2, 4, 6, 8)), to="P-02")
    given.desk.do(Suggest())
    first, second = given.desk.ask(SuggestionsOf(LineId(9)))
    assert (first.score, {first.head.project, second.head.project}) == (second.score, {P1, P2})  # type: ignore[union-attr]
    assert not first.certain
    assert not second.certain
    error = refused(given, AcceptSuggestions((LineId(9),)))
    assert error.code == "suggestion_tied"


def sent(given: Given) -> None:
    """A return of quarter 1 with £10.00 for P-01, sent."""
    given.brought(given.text(cells(1, "10.00")))
    charged(given, ONE)
    saved = given.desk.do(SaveReturn(FUND, YEAR, 1, given.folder / "Q1.xlsx")).result
    sent_return(given.desk, saved.id)


def test_l12_un_matching_after_the_return_was_sent_marks_it_changed(given: Given) -> None:
    sent(given)
    assert dict(given.desk.ask(ReturnDraft(FUND, YEAR, 1)).changed) == {}
    given.desk.do(ClearCharges((ONE,)))
    assert dict(given.desk.ask(ReturnDraft(FUND, YEAR, 1)).changed) == {
        1: (QuarterChange("P-01", Kind.REVENUE, 1, money("10.00"), Money.ZERO),)
    }


def test_l13_a_line_that_the_commissioner_rejects_is_taken_off_and_the_original_stays(given: Given) -> None:
    given.brought(given.text(cells(1, "60.00")))
    charged(given, ONE)
    before = given.desk.ask(LineDetail(ONE)).row
    given.desk.do(AddAdjustment(adjust("-60.00", line=ONE), ("letter of 3 May",)))
    assert spent(given) == Money.ZERO
    assert given.desk.ask(LineDetail(ONE)).row == before
    error = refused(given, AddAdjustment(adjust("-0.01", line=ONE), ("another letter",)))
    assert "£60.00" in error.message


def test_l13_a_disallowed_line_lessens_the_claim_and_a_later_one_by_a_credit(given: Given) -> None:
    """Decided at once, it is taken off the claim; found out later, the next claim takes it back as a negative line."""
    given.brought(given.text(cells(1, "60.00")))
    charged(given, ONE)
    before = given.desk.ask(LineDetail(ONE)).row
    claim = given.desk.do(OpenClaim(FUND, YEAR, to_period=3)).result
    given.desk.do(PrepareClaim(claim))
    given.desk.do(SubmitClaim(claim, date(2018, 7, 30)))
    (line,) = given.desk.ask(ClaimsOf(FUND, YEAR)).claims[0].lines
    refusing = Decision(line.id, money("20.01"), "no invoice")
    given.desk.do(ApproveClaim(claim, date(2018, 8, 20), "PCC/17", (refusing,)))
    assert spent(given) == money("39.99")
    given.desk.do(AddAdjustment(adjust("-10.00", period=5, line=ONE), ("letter of 3 May",)))
    credit = given.desk.do(OpenClaim(FUND, YEAR, to_period=6)).result
    given.desk.do(PrepareClaim(credit))
    first, second = (row.lines[0].of for row in given.desk.ask(ClaimsOf(FUND, YEAR)).claims)
    assert (first.claimed, first.disallowed) == (money("60.00"), money("20.01"))
    assert second.claimed == money("-10.00")
    assert given.desk.ask(LineDetail(ONE)).row == before
    for number in ("R19", "R20", "R21"):
        assert all(
            each.holds for each in given.desk.ask(ClaimsOf(FUND, YEAR)).identities if each.id == number
        )


def test_l14_a_quarter_that_no_longer_is_what_was_stated_names_figure_and_step(given: Given) -> None:
    """The balance asserted at the quarter's end is the return that was sent; issue 5 keeps assertions of their own."""
    sent(given)
    given.desk.do(ClearCharges((ONE,)))
    charged(given, ONE, to="P-02")
    answer = given.desk.ask(ReturnDraft(FUND, YEAR, 2))
    told = [check.text for check in answer.checks if "sent already" in check.text]
    assert len(told) == 2
    assert "P-01 Project P-01: −£10.00 changed in quarters that were sent already" in told[0]
    steps = [entry.sentence for entry in given.desk.ask(History(3))][::-1]
    assert steps[1] == "make 1 line wait again"  # the first one after it was sent is what broke it
