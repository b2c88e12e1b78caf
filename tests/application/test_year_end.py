"""The end of a grant's year: what is carried forward, given back and surrendered, until the year is closed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.adjustments import AddAccrual, ReverseAccruals
from fundingapp.application.commands.allocations import NotifyAllocation
from fundingapp.application.commands.carry_forwards import (
    AskCarryForward,
    DecideCarryForward,
    DecidedCarry,
    PlanCarryForward,
    PlannedCarry,
    WithdrawCarryForward,
)
from fundingapp.application.commands.claims import (
    ApproveClaim,
    OpenClaim,
    PrepareClaim,
    RecordPayment,
    RecordRepayment,
    RemovePayment,
    RemoveRepayment,
    SubmitClaim,
)
from fundingapp.application.commands.closing import CloseYear, ReopenYear
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.commands.settlements import (
    InvoiceSettlements,
    NetSettlements,
    RemoveSettlement,
    ReopenSettlement,
    RepaySettlements,
    SettledPart,
    SettleUnderspend,
    SurrenderSettlements,
)
from fundingapp.application.commands.signing import PrepareCertificate
from fundingapp.application.commands.virements import DraftVirement
from fundingapp.application.desk import Desk
from fundingapp.application.ports import Tools
from fundingapp.application.queries.checks import CheckFigures
from fundingapp.application.queries.claims import ClaimsOf
from fundingapp.application.queries.closing import ChecklistOf
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.why import Why
from fundingapp.application.queries.year_end import OutturnOf, RollOver, YearEndAnswer, YearEndOf
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.agreements import Agreement, CarryForwardStance, Terms
from fundingapp.domain.allocations import Allocation, AllocationStatus, Authority
from fundingapp.domain.carry_forwards import CarryForwardState
from fundingapp.domain.claims import Payment, Repayment
from fundingapp.domain.closing import Check, Checklist, Done
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import (
    CarryForwardId,
    ClaimId,
    FundId,
    LineId,
    PaymentId,
    ProjectId,
    RepaymentId,
    SettlementId,
)
from fundingapp.domain.matching import parse_target
from fundingapp.domain.settlements import SettlementState, YearClose
from fundingapp.domain.signing import CertificateState, Certified
from fundingapp.domain.virements import Leg
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import NEXT_YEAR, YEAR, day, make_download, make_line, money, set_up_grant
from tests.fakes import FakeSourceStore, FakeStore, SteppingClock, make_tools
from tests.footing import assert_foots
from tests.machines import assert_same, figures_of

FUND = FundId(1)
P1, P2 = ProjectId(1), ProjectId(2)
REVENUE = Kind.REVENUE
LETTER = Path("/papers/letter.pdf")
MARCH, JUNE, JULY = day("2019-03-01"), day("2019-06-12"), day("2019-07-01")
ONE, TWO = CarryForwardId(1), CarryForwardId(2)
S1, S2 = SettlementId(1), SettlementId(2)


@pytest.fixture
def tools(store: FakeStore) -> Tools:
    return make_tools(
        store.open_work,
        sources=FakeSourceStore({LETTER: b"letter"}),
        clock=SteppingClock(datetime(2019, 6, 20, 9, 0, tzinfo=UTC)),
    )


@pytest.fixture
def year(desk: Desk) -> Desk:
    """£350.00 available in advance and received: P-01 has spent £60.00 of £100.00, P-02 £150.00 of £200.00; £20.00 is
    contingency and £30.00 was never awarded."""
    set_up_grant(desk)
    lines = (
        make_line("T1", "60.00", period=2),
        make_line("T2", "150.00", period=12),
        make_line("IN1", "-350.00", period=1),
    )
    desk.do(ImportLedger(make_download(lines)))
    for line, target in ((1, "P-01"), (2, "P-02"), (3, "income")):
        desk.do(ChargeLines((LineId(line),), parse_target(target), "theirs"))
    agree(desk, payment_basis=PaymentBasis.ADVANCE)
    desk.do(
        RecordPayment(
            Payment(FUND, YEAR, day("2018-04-20"), money("350.00"), "REM-1"),
            lines=((LineId(3), money("350.00")),),
        )
    )
    return desk


def agree(desk: Desk, **fields: Any) -> None:
    agreement = Agreement(FUND, "Grant agreement", YEAR, NEXT_YEAR, terms=Terms(**fields))
    desk.do(AddRecords((Record("agreements", 1, agreement),), "agree"))


def carry(project: ProjectId | None, amount: str, reason: str = "the work goes on") -> PlannedCarry:
    return PlannedCarry(project, REVENUE, money(amount), reason)


def ask(*items: PlannedCarry, dated: Any = MARCH) -> AskCarryForward:
    return AskCarryForward(FUND, YEAR, items, dated, "our letter 7")


def decide(*items: tuple[CarryForwardId, str], **fields: Any) -> DecideCarryForward:
    decided = tuple(DecidedCarry(id, money(amount)) for id, amount in items)
    return DecideCarryForward(decided, fields.pop("dated", JUNE), fields.pop("letter", "PCC/CF/9"), **fields)


def settle(project: ProjectId | None, amount: str, surrender: bool | None = None) -> SettleUnderspend:
    item = SettledPart(project, REVENUE, money(amount), surrender)
    return SettleUnderspend(FUND, YEAR, (item,), "not needed any more", JUNE)


def answer(desk: Desk) -> YearEndAnswer:
    return desk.ask(YearEndOf(FUND, YEAR))


def identities(desk: Desk) -> set[str]:
    return {identity.id for identity in desk.ask(PositionOf(FUND, YEAR)).identities}


def stated(desk: Desk, id: str, year: Any = YEAR) -> Identity:
    found = desk.ask(PositionOf(FUND, year)).identities
    return next(identity for identity in found if identity.id == id)


def assert_all_hold(desk: Desk, *but: str) -> None:
    """Every identity of both years holds, and why of every side of it foots."""
    for at in (YEAR, NEXT_YEAR):
        position = desk.ask(PositionOf(FUND, at))
        for identity in position.identities:
            assert identity.holds or identity.id in but, identity
            for name, amount in [
                (identity.left_figure, identity.left),
                *((part.figure, part.amount) for part in identity.right),
            ]:
                if name:
                    figure = f"{name}@{position.position.to_period}"
                    assert assert_foots(desk, figure).value == amount, f"{identity.id}: {figure}"


def open_next_year(desk: Desk) -> None:
    desk.do(
        NotifyAllocation(
            Allocation(FUND, NEXT_YEAR, REVENUE, money("300.00"), notified_on=MARCH, letter="PCC/2019")
        )
    )


MEASURES = (
    "budget",
    "ledger",
    "closing",
    "accruals",
    "reversals",
    "adjustments",
    "ineligible",
    "net",
    "eligible",
    "virements",
    "host",
    "overspend",
    "approved",
    "paid",
    "balance",
    "left",
    "forecast",
    "anticipated",
    "requested",
    "agreed",
    "refused",
    "owed",
    "repaid",
    "surrendered",
    "pending",
)


def test_the_outturn_says_what_became_of_every_pound(year: Desk) -> None:
    outturn = year.ask(OutturnOf(FUND, YEAR))
    rows = [(head.ref, head.budget, head.eligible, head.left, head.pending) for head in outturn.heads]
    assert rows == [
        ("P-01", money("100.00"), money("60.00"), money("40.00"), money("40.00")),
        ("P-02", money("200.00"), money("150.00"), money("50.00"), money("50.00")),
        ("", money("50.00"), money("0.00"), money("50.00"), money("50.00")),
    ]
    assert outturn.total.left == outturn.pending == money("140.00")
    assert outturn.available == money("350.00")
    assert outturn.cash.held == money("140.00")
    assert outturn.is_over
    assert not outturn.is_closed


def test_why_answers_for_every_figure_of_the_outturn(year: Desk) -> None:
    year.do(ask(carry(P1, "40.00"), carry(None, "10.00")))
    year.do(decide((ONE, "25.00"), (TWO, "10.00"), evidence=(LETTER,)))
    outturn = year.ask(OutturnOf(FUND, YEAR))
    for head in (*outturn.heads, *outturn.by_kind, outturn.total):
        for measure in MEASURES:
            found = assert_foots(year, head.figure(measure))
            assert found.value == getattr(head, measure), head.figure(measure)
    agreed = year.ask(Why(f"P-01/{YEAR}/outturn/agreed"))
    assert [term.name for term in agreed.terms] == ["Part agreed on 12/06/2019 (PCC/CF/9): the work goes on"]
    assert [item.evidence.value.name for item in agreed.evidence] == ["letter.pdf"]
    assert_all_hold(year)


def test_a_forecast_and_what_is_anticipated_are_shown_and_never_counted(year: Desk) -> None:
    year.do(PlanCarryForward(FUND, YEAR, (carry(P1, "40.00"), carry(P2, "15.00"))))
    year.do(PlanCarryForward(FUND, YEAR, (carry(P2, "15.00"),), anticipated=True))
    outturn = answer(year).outturn
    assert (outturn.total.forecast, outturn.total.anticipated) == (money("40.00"), money("15.00"))
    assert outturn.pending == money("140.00")
    open_next_year(year)
    following = year.ask(PositionOf(FUND, NEXT_YEAR)).position
    assert following.available == money("300.00")
    assert following.not_agreed.total == money("55.00")
    year.do(PlanCarryForward(FUND, YEAR, (carry(P1, "0.00"),)))
    assert answer(year).outturn.total.forecast == money("0.00")


def test_what_is_agreed_lands_in_both_years_at_once(year: Desk) -> None:
    open_next_year(year)
    year.do(PlanCarryForward(FUND, YEAR, (carry(P1, "40.00"),)))
    asked = year.do(ask(carry(P1, "40.00"), carry(P2, "50.00"))).result
    assert (asked.ids, asked.total) == ((ONE, TWO), money("90.00"))
    assert asked.findings == (
        "The agreement asks for it by 31/01/2019; 01/03/2019 is later, so the commissioner may refuse it.",
    )
    assert stated(year, "R27").right[2].amount == money("90.00")
    decided = year.do(decide((ONE, "40.00"), (TWO, "20.00"))).result
    assert (decided.agreed, decided.refused) == (money("60.00"), money("30.00"))
    found = answer(year)
    assert [row.of.state for row in found.carry_forwards] == [
        CarryForwardState.AGREED,
        CarryForwardState.PART_AGREED,
    ]
    [back] = found.settlements
    assert (back.of.amount, back.of.state, back.of.carry_forward) == (
        money("30.00"),
        SettlementState.REPAYABLE,
        TWO,
    )
    assert found.outturn.pending == money("50.00")
    following = year.ask(PositionOf(FUND, NEXT_YEAR)).position
    assert following.available == money("360.00")
    assert {each.ref: each.budget.current for each in following.projects} == {
        "P-01": money("40.00"),
        "P-02": money("20.00"),
    }
    assert_all_hold(year)


def test_in_arrears_what_is_refused_was_never_drawn(desk: Desk) -> None:
    set_up_grant(desk)
    desk.do(ImportLedger(make_download([make_line("T1", "60.00", period=12)])))
    desk.do(ChargeLines((LineId(1),), parse_target("P-01"), "theirs"))
    desk.do(ask(carry(P1, "40.00")))
    desk.do(decide((ONE, "0.00")))
    [left] = answer(desk).settlements
    assert (left.of.state, left.of.amount) == (SettlementState.SURRENDERED, money("40.00"))
    refused = desk.ask(Why(f"P-01/{YEAR}/outturn/refused"))
    assert refused.value == money("40.00")
    assert_all_hold(desk)
    assert "goes back" not in stated(desk, "R28").note


def test_money_that_goes_back_from_the_decision_to_the_bank(year: Desk, store: FakeStore) -> None:
    year.do(settle(P1, "40.00"))
    year.do(InvoiceSettlements((S1,), "INV-77", JUNE, (LETTER,)))
    assert answer(year).outturn.total.owed == money("40.00")
    assert_taken_back_and_done_again(year, store, RepaySettlements((S1,), JULY))
    [row] = answer(year).settlements
    assert row.of.state is SettlementState.REPAID
    assert row.repayment == Repayment(FUND, YEAR, JULY, money("40.00"), "INV-77", f"not spent in {YEAR}")
    assert [step.after for step in row.steps] == ["repayable", "invoiced", "repaid"]
    assert year.ask(ClaimsOf(FUND, YEAR)).cash.held == money("100.00")
    assert_all_hold(year)
    refusal = refusal_of(year, store, RemoveRepayment(1))
    assert refusal.code == "repayment_settles"
    assert_taken_back_and_done_again(year, store, ReopenSettlement(S1, "the bank sent it back"))
    assert answer(year).outturn.cash.repaid == money("0.00")
    assert answer(year).settlements[0].of.invoice == ""


def test_a_repayment_that_is_recorded_already_settles_what_was_decided(year: Desk, store: FakeStore) -> None:
    repayment = Repayment(FUND, YEAR, JULY, money("45.00"), "INV-1")
    id = RepaymentId(year.do(RecordRepayment(repayment)).result)
    found = answer(year).outturn
    assert (found.unplaced, found.pending) == (money("45.00"), money("95.00"))
    assert_all_hold(year)
    year.do(settle(P1, "40.00"))
    year.do(RepaySettlements((S1,), JULY, repayment=id))
    found = answer(year).outturn
    assert (found.unplaced, found.total.repaid, found.pending) == (
        money("5.00"),
        money("40.00"),
        money("95.00"),
    )
    assert_all_hold(year)
    year.do(settle(P2, "10.00"))
    refusal = refusal_of(year, store, RepaySettlements((S2,), JULY, repayment=id))
    assert "£5.00 of it settles nothing yet" in refusal.message


def test_money_taken_off_the_next_payment(year: Desk, store: FakeStore) -> None:
    open_next_year(year)
    year.do(settle(P1, "40.00"))
    payment = year.do(
        RecordPayment(Payment(FUND, NEXT_YEAR, day("2019-04-20"), money("260.00"), "REM-2"))
    ).result
    refusal = refusal_of(year, store, NetSettlements((S1,), PaymentId(9)))
    assert refusal.code == "not_found"
    assert_taken_back_and_done_again(year, store, NetSettlements((S1,), payment, payment_was_net=True))
    [row] = answer(year).settlements
    assert row.of.state is SettlementState.NETTED
    assert row.payment is not None
    assert row.payment.amount == money("300.00")
    assert answer(year).outturn.cash.repaid == money("40.00")
    assert answer(year).outturn.total.repaid == money("40.00")
    following = year.ask(ClaimsOf(FUND, NEXT_YEAR))
    assert following.payments[0].to_find == money("260.00")
    assert_all_hold(year)
    assert refusal_of(year, store, RemovePayment(payment)).code == "payment_netted"


def test_a_later_letter_puts_a_decision_right(year: Desk, store: FakeStore) -> None:
    open_next_year(year)
    year.do(ask(carry(P1, "40.00")))
    year.do(decide((ONE, "10.00")))
    assert answer(year).outturn.total.owed == money("30.00")
    bare = refusal_of(year, store, decide((ONE, "40.00"), letter="PCC/CF/10"))
    assert "without the reason" in bare.message
    later = decide((ONE, "40.00"), letter="PCC/CF/10", reason="the commissioner looked again")
    assert_taken_back_and_done_again(year, store, later)
    found = answer(year).outturn.total
    assert (found.agreed, found.owed, found.pending) == (money("40.00"), money("0.00"), money("100.00"))
    assert year.ask(PositionOf(FUND, NEXT_YEAR)).position.available == money("340.00")
    assert_all_hold(year)


def test_a_decision_can_not_take_back_what_next_year_has_used(year: Desk, store: FakeStore) -> None:
    open_next_year(year)
    year.do(ask(carry(P1, "40.00"), carry(P2, "50.00")))
    year.do(decide((ONE, "40.00"), (TWO, "50.00")))
    leg = Leg(REVENUE, P1, P2, money("35.00"))
    year.do(
        DraftVirement(
            FUND, NEXT_YEAR, (leg,), JUNE, "costs moved", True, Authority.OWN, "minute 4", ("minute 4",)
        )
    )
    used = refusal_of(year, store, decide((ONE, "30.00"), reason="put right", letter="PCC/CF/10"))
    assert used.code == "carry_forward_used"
    assert "£35.00 of it was moved" in used.message
    year.do(decide((ONE, "35.00"), reason="put right", letter="PCC/CF/10"))
    assert_all_hold(year)


def test_a_decision_is_not_undone_under_a_colleague_who_used_it(
    year: Desk, store: FakeStore, tools: Tools
) -> None:
    open_next_year(year)
    year.do(ask(carry(P1, "40.00"), carry(P2, "50.00")))
    year.do(decide((ONE, "40.00"), (TWO, "50.00")))
    leg = Leg(REVENUE, P1, P2, money("35.00"))
    Desk(tools).do(
        DraftVirement(FUND, NEXT_YEAR, (leg,), JUNE, "costs moved", True, Authority.OWN, "minute 4")
    )
    end = figures_of(store.open_work)
    with pytest.raises(ExpectedError) as refusal:
        year.undo()
    assert refusal.value.code == "carry_forward_used"
    assert "£35.00 of it was moved" in refusal.value.message
    assert_same(figures_of(store.open_work), end)


def test_accruals_reverse_in_the_next_year_all_at_once(year: Desk, store: FakeStore) -> None:
    refusal = refusal_of(year, store, ReverseAccruals(FUND, YEAR))
    assert refusal.code == "not_found"
    accrual = Accrual(P1, FUND, REVENUE, YEAR, 12, money("25.00"), "Outreach Ltd", "outreach in March")
    year.do(AddAccrual(accrual, ("PO 17",)))
    assert checklist(year).point(Check.ACCRUALS).sentence == (
        "1 accrual of £25.00, 1 of £25.00 without the period that takes it off in 2019/20."
    )
    assert_taken_back_and_done_again(year, store, ReverseAccruals(FUND, YEAR, 2))
    assert checklist(year).point(Check.ACCRUALS).state is Done.DONE
    head = year.ask(OutturnOf(FUND, YEAR)).head(P1, REVENUE)
    assert head is not None
    assert (head.accruals, head.eligible, head.left) == (money("25.00"), money("85.00"), money("15.00"))
    following = year.ask(OutturnOf(FUND, NEXT_YEAR)).head(P1, REVENUE)
    assert following is not None
    assert (following.reversals, following.eligible) == (money("25.00"), money("-25.00"))
    assert assert_foots(year, following.figure("reversals")).value == money("25.00")
    assert_all_hold(year)


def test_what_a_person_is_refused(year: Desk, store: FakeStore) -> None:
    cases = [
        (
            ask(carry(P1, "40.01")),
            "£40.01 of P-01 (revenue) can't be asked for: £40.00 of 2018/19 is unspent",
        ),
        (ask(carry(P1, "10.00", "")), "without the reason"),
        (ask(), "No project was named"),
        (ask(carry(P1, "1.00"), carry(P1, "2.00")), "P-01 (revenue) is named twice"),
        (settle(P1, "40.01"), "£40.01 of P-01 (revenue) can't be settled: £40.00 of 2018/19 is unspent"),
        (settle(P1, "10.00", True), "£10.00 can't be surrendered: £0.00 of 2018/19 was never drawn (R28)."),
        (PlanCarryForward(FUND, YEAR, (carry(P1, "-1.00"),)), "-£1.00 of P-01"),
    ]
    for command, sentence in cases:
        refusal = refusal_of(year, store, command)
        assert sentence.replace("-£", "−£") in str(refusal).replace("-£", "−£"), str(refusal)
    year.do(ask(carry(P1, "30.00")))
    twice = refusal_of(year, store, ask(carry(P1, "10.00")))
    assert "asked for already: £30.00 on 01/03/2019, not decided yet" in twice.message
    beyond = refusal_of(year, store, decide((ONE, "30.01")))
    assert "£30.01 can't be agreed of £30.00 asked for (P-01 (revenue))" in beyond.message
    assert "£10.01 of P-01" in refusal_of(year, store, settle(P1, "10.01")).message
    year.do(WithdrawCarryForward((ONE,), "the project stops"))
    assert "It can become" not in refusal_of(year, store, decide((ONE, "1.00"))).message


def test_an_agreement_that_lets_nothing_be_carried_forward(desk: Desk, store: FakeStore) -> None:
    set_up_grant(desk)
    agree(desk, carry_forward=CarryForwardStance.NO)
    refusal = refusal_of(desk, store, ask(carry(P1, "40.00")))
    assert refusal.code == "carry_forward_barred"
    assert "lets nothing be carried forward" in answer(desk).asking


def test_proposals_give_back_what_was_received_and_surrender_the_rest(year: Desk) -> None:
    year.do(ask(carry(P1, "40.00")))
    year.do(decide((ONE, "10.00"), settle_refused=False))
    proposals = answer(year).proposals
    assert [(each.ref, each.amount, each.surrender, each.carry_forward) for each in proposals] == [
        ("P-01", money("30.00"), False, ONE),
        ("P-02", money("50.00"), False, None),
        ("", money("50.00"), False, None),
    ]
    for each in proposals:
        part = SettledPart(each.project, each.kind, each.amount, each.surrender, each.carry_forward)
        year.do(SettleUnderspend(FUND, YEAR, (part,), each.why, JUNE))
    assert not answer(year).proposals
    assert answer(year).outturn.pending == money("0.00")
    assert_all_hold(year)


def test_a_settlement_is_taken_out_with_a_reason_and_never_once_it_moved(
    year: Desk, store: FakeStore
) -> None:
    year.do(settle(P1, "40.00"))
    assert_taken_back_and_done_again(year, store, RemoveSettlement(S1, "typed twice"))
    year.do(settle(P1, "40.00"))
    id = answer(year).settlements[0].id
    year.do(InvoiceSettlements((id,), "INV-77", JUNE))
    assert refusal_of(year, store, RemoveSettlement(id, "typed twice")).code == "settlement_moved"
    refusal = refusal_of(year, store, SurrenderSettlements((id,), "never drawn"))
    assert refusal.code == "settlement_received"


# Closing

ACCEPTED = tuple(
    (key, "agreed with the section 151 officer")
    for key in (
        Check.REASONS,
        Check.FINAL_CLAIM,
        Check.LOCKED,
        Check.RECONCILIATION,
        Check.RETURN,
        Check.CERTIFICATE,
        Check.BIDS,
    )
)


def close(**fields: Any) -> CloseYear:
    return CloseYear(FUND, YEAR, JULY, fields.pop("reason", "all settled"), fields.pop("accepted", ACCEPTED))


def checklist(desk: Desk) -> Checklist:
    return desk.ask(ChecklistOf(FUND, YEAR))


def test_a_year_is_closed_once_nothing_is_open_but_what_may_be_accepted(year: Desk, store: FakeStore) -> None:
    assert checklist(year).point(Check.UNDERSPEND).sentence == (
        "£140.00 of revenue is left, and nothing is decided about it: carry it forward, give it back or surrender it."
    )
    assert not checklist(year).can_close
    firm = refusal_of(year, store, close())
    assert firm.code == "close_open"
    assert "£140.00 of revenue is left" in firm.message
    year.do(ask(carry(P1, "40.00"), carry(P2, "50.00"), carry(None, "50.00")))
    year.do(decide((ONE, "40.00"), (TWO, "20.00"), (CarryForwardId(3), "0.00")))
    bare = refusal_of(year, store, close(accepted=()))
    assert bare.code == "close_unexplained"
    refusal_of(year, store, close(reason=" "))
    owed = refusal_of(year, store, close())
    assert "Money owed given back" in owed.message
    year.do(RepaySettlements(tuple(row.id for row in answer(year).settlements), JULY, "INV-1"))
    found = {point.key: point.state for point in checklist(year).points}
    assert found[Check.UNDERSPEND] is found[Check.GIVEN_BACK] is found[Check.CASH] is Done.DONE
    assert_taken_back_and_done_again(year, store, close())
    closed = answer(year)
    assert closed.closed is not None
    assert closed.closed.value.reason == "all settled"
    assert closed.outturn.is_closed
    assert year.ask(ClaimsOf(FUND, YEAR)).identities
    assert_all_hold(year)
    assert checklist(year).open == 0
    assert checklist(year).point(Check.LOCKED).accepted == "agreed with the section 151 officer"
    with store.open_work(reading=True) as work:
        assert {kept.value.status for kept in work.allocations.all()} == {AllocationStatus.CLOSED}
    again = refusal_of(year, store, close())
    assert again.code == "year_closed"


def test_money_that_a_closed_year_left_undecided_is_wrong_and_of_an_open_one_is_work(year: Desk) -> None:
    more = "Locality Fund 2018/19, R25 (Available = spent + carried forward + returned + surrendered + not decided)"
    assert year.ask(CheckFigures()) == []
    closed = YearClose(FUND, YEAR, "closed by another program", "Ann", datetime(2019, 6, 20, tzinfo=UTC))
    year.do(AddRecords((Record("year_closes", 1, closed),), "close"))
    assert year.ask(CheckFigures()) == [f"{more}: £350.00 against £210.00."]
    year.undo()
    assert year.ask(CheckFigures()) == []


def test_a_closed_year_keeps_its_decisions_until_it_is_reopened_with_a_reason(
    year: Desk, store: FakeStore
) -> None:
    year.do(ask(carry(P1, "40.00"), carry(P2, "50.00"), carry(None, "50.00")))
    year.do(decide((ONE, "40.00"), (TWO, "50.00"), (CarryForwardId(3), "50.00")))
    year.do(close())
    for command in (
        decide((ONE, "10.00"), reason="another letter", letter="PCC/CF/10"),
        settle(P1, "1.00"),
        ask(carry(P1, "1.00")),
        PlanCarryForward(FUND, YEAR, (carry(P1, "1.00"),)),
    ):
        refusal = refusal_of(year, store, command)
        assert refusal.code == "year_closed"
        assert "is closed (by Ann on 20/06/2019: all settled)" in refusal.message
    with store.open_work(reading=True) as work:
        [kept] = work.assertions.all()
    assert (kept.value.origin, kept.value.to_period) == ("2018/19 closed", 13)
    year.do(PrepareCertificate(Certified.YEAR_END, FUND, YEAR, 13, "true and fair"))
    assert refusal_of(year, store, ReopenYear(FUND, YEAR, "")).code == "no_reason"
    assert_taken_back_and_done_again(year, store, ReopenYear(FUND, YEAR, "an invoice came late"))
    with store.open_work(reading=True) as work:
        assert {kept.value.status for kept in work.allocations.all()} == {AllocationStatus.CONFIRMED}
        assert not work.assertions.all()
        [certificate] = work.certificates.all()
    assert certificate.value.state is CertificateState.VOIDED
    assert certificate.value.voided_why == "Locality Fund 2018/19 reopened: an invoice came late"
    assert [(step.before, step.after, step.reason) for step in answer(year).steps][-2:] == [
        ("open", "closed", "all settled"),
        ("closed", "open", "an invoice came late"),
    ]
    assert refusal_of(year, store, ReopenYear(FUND, YEAR, "again")).code == "not_locked"


def test_more_spent_than_is_available_breaks_no_year_end_until_somebody_settles_it(year: Desk) -> None:
    lines = (
        make_line("T1", "60.00", period=2),
        make_line("T2", "150.00", period=12),
        make_line("IN1", "-350.00", period=1),
        make_line("T4", "150.00", period=12),
    )
    year.do(ImportLedger(make_download(lines, "later.csv")))
    charged = ChargeLines((LineId(4),), parse_target("P-01"), "theirs")
    year.do(charged)
    assert answer(year).outturn.pending == -money("10.00")
    assert not identities(year) & {"R24", "R25", "R27", "R29"}
    assert_all_hold(year)
    year.undo()
    year.do(PlanCarryForward(FUND, YEAR, (carry(P2, "50.00"),)))
    year.do(charged)
    assert not identities(year) & {"R24", "R25", "R27", "R29"}
    year.undo()
    year.do(ask(carry(P2, "50.00")))
    year.do(charged)
    assert stated(year, "R29").difference == money("110.00")
    assert stated(year, "R25").difference == -money("10.00")


def test_an_overspend_is_paid_for_by_the_host_or_a_virement(year: Desk) -> None:
    more = make_line("T4", "50.00", period=12)
    lines = (
        make_line("T1", "60.00", period=2),
        make_line("T2", "150.00", period=12),
        make_line("IN1", "-350.00", period=1),
        more,
    )
    year.do(ImportLedger(make_download(lines, "later.csv")))
    year.do(ChargeLines((LineId(4),), parse_target("P-01"), "theirs"))
    assert checklist(year).point(Check.OVERSPENDS).state is Done.OPEN
    assert_all_hold(year)
    assert "R29" not in identities(year)  # nobody settles the year yet
    year.do(ask(carry(P2, "50.00")))
    over = stated(year, "R29")
    assert (over.difference, over.broken) == (money("10.00"), 1)
    assert "P-01 £10.00" in over.note
    leg = Leg(REVENUE, P2, P1, money("10.00"))
    year.do(DraftVirement(FUND, YEAR, (leg,), JUNE, "costs moved", True, Authority.OWN, "m", ("minute 4",)))
    assert stated(year, "R29").holds
    assert stated(year, "R29").left == money("10.00")
    assert_all_hold(year)


def test_what_goes_over_into_the_next_year(year: Desk) -> None:
    year.do(ask(carry(P1, "40.00"), carry(P2, "50.00")))
    year.do(decide((ONE, "40.00")))
    over = year.ask(RollOver(FUND, YEAR))
    assert [row.ref for row in over.agreed] == ["P-01"]
    assert [row.ref for row in over.not_agreed] == ["P-02"]
    assert over.pending == money("100.00")
    assert not over.next_has_allocation


def test_the_final_claim_and_the_cash_agree(desk: Desk, store: FakeStore) -> None:
    set_up_grant(desk)
    desk.do(ImportLedger(make_download([make_line("T1", "60.00", period=12)])))
    desk.do(ChargeLines((LineId(1),), parse_target("P-01"), "theirs"))
    id = desk.do(OpenClaim(FUND, YEAR, 1, 13, True)).result
    desk.do(PrepareClaim(id))
    desk.do(SubmitClaim(id, JUNE))
    assert not [each for each in desk.ask(PositionOf(FUND, YEAR)).identities if each.id == "R24"]
    desk.do(ApproveClaim(id, JUNE, "PCC/1"))
    assert stated(desk, "R24").holds
    assert checklist(desk).point(Check.FINAL_CLAIM).sentence == "£60.00 is approved and not paid."
    desk.do(RecordPayment(Payment(FUND, YEAR, JULY, money("60.00"), "REM"), ((ClaimId(1), money("60.00")),)))
    assert stated(desk, "R24").holds
    assert_all_hold(desk, "R22b")
    assert checklist(desk).point(Check.FINAL_CLAIM).state is Done.DONE
    assert answer(desk).outturn.head(P1, REVENUE).final_claim == money("60.00")  # type: ignore[union-attr]
