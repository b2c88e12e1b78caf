"""A year's end on the real databases: carried forward, refused in part, given back, netted, closed and reopened, with a
decision that comes late and lands in both years; all of it taken back and done again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fundingapp.application.commands.allocations import NotifyAllocation
from fundingapp.application.commands.carry_forwards import (
    AskCarryForward,
    DecideCarryForward,
    DecidedCarry,
    PlanCarryForward,
    PlannedCarry,
)
from fundingapp.application.commands.claims import RecordPayment
from fundingapp.application.commands.closing import CloseYear, ReopenYear
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.commands.settlements import (
    InvoiceSettlements,
    NetSettlements,
    ReopenSettlement,
    RepaySettlements,
    SettledPart,
    SettleUnderspend,
)
from fundingapp.application.effect import Command
from fundingapp.application.queries.chain import ChainOf
from fundingapp.application.queries.checks import CheckFigures
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.year_end import YearEndOf
from fundingapp.domain.agreements import Agreement, Terms
from fundingapp.domain.allocations import Allocation
from fundingapp.domain.claims import Payment
from fundingapp.domain.closing import Check
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.ids import CarryForwardId, FundId, LineId, PaymentId, ProjectId, SettlementId
from fundingapp.domain.matching import parse_target
from fundingapp.persistence.database import Database
from tests.builders_core import NEXT_YEAR, YEAR, day, make_download, make_line, money, set_up_grant
from tests.fakes import FakeSourceStore
from tests.machines import assert_same, figures_of
from tests.persistence.support import desk_of

FUND, REVENUE = FundId(1), Kind.REVENUE
P1, P2 = ProjectId(1), ProjectId(2)
MARCH, JUNE, JULY = day("2019-03-01"), day("2019-06-12"), day("2019-07-01")
ONE, TWO = CarryForwardId(1), CarryForwardId(2)


def august() -> datetime:
    return datetime(2019, 8, 1, 12, 0, tzinfo=UTC)


def test_a_year_is_closed_and_the_next_opened_and_all_of_it_taken_back_and_done_again(
    database: Database,
) -> None:
    # The downloads of tests are no files, and the year has to be over.
    desk = desk_of(database, sources=FakeSourceStore(), clock=august)
    set_up_grant(desk)
    desk.do(ImportLedger(make_download([make_line("T1", "60.00"), make_line("T2", "150.00", period=12)])))
    for line, target in ((1, "P-01"), (2, "P-02")):
        desk.do(ChargeLines((LineId(line),), parse_target(target), "theirs"))
    agreement = Agreement(FUND, "Agreement", YEAR, NEXT_YEAR, terms=Terms(payment_basis=PaymentBasis.ADVANCE))
    following = Allocation(FUND, NEXT_YEAR, REVENUE, money("300.00"), notified_on=MARCH, letter="PCC/2019")
    accepted = tuple((check, "as the section 151 officer agreed") for check in Check)
    refused = SettledPart(P2, REVENUE, money("30.00"), None, TWO)
    left = SettledPart(None, REVENUE, money("50.00"))
    steps: list[Command[Any]] = [
        AddRecords((Record("agreements", 1, agreement),), "agree"),
        RecordPayment(Payment(FUND, YEAR, JUNE, money("350.00"), "REM-1")),
        NotifyAllocation(following),
        RecordPayment(Payment(FUND, NEXT_YEAR, JULY, money("250.00"), "REM-2")),
        PlanCarryForward(FUND, YEAR, (PlannedCarry(P1, REVENUE, money("35.00")),)),
        AskCarryForward(
            FUND,
            YEAR,
            (
                PlannedCarry(P1, REVENUE, money("40.00"), "the work goes on"),
                PlannedCarry(P2, REVENUE, money("50.00"), "a late start"),
            ),
            MARCH,
            evidence=("our letter 7",),
        ),
        DecideCarryForward((DecidedCarry(ONE, money("40.00")),), JUNE, "PCC/CF/9", ("PCC/CF/9",)),
        # The next year is open for months before this one comes.
        DecideCarryForward((DecidedCarry(TWO, money("20.00")),), JULY, "PCC/CF/10", settle_refused=False),
        SettleUnderspend(FUND, YEAR, (refused,), "refused in PCC/CF/10", JULY),
        SettleUnderspend(FUND, YEAR, (left,), "never awarded", JULY, ("minute 12",)),
        InvoiceSettlements((SettlementId(1),), "INV-77", JULY),
        RepaySettlements((SettlementId(1),), JULY, evidence=("BACS 40",)),
        ReopenSettlement(SettlementId(1), "the bank sent it back"),
        RepaySettlements((SettlementId(1),), JULY, "INV-78"),
        NetSettlements((SettlementId(2),), PaymentId(2), payment_was_net=True),
        CloseYear(FUND, YEAR, JULY, "all settled", accepted),
        ReopenYear(FUND, YEAR, "an invoice came late"),
        CloseYear(FUND, YEAR, JULY, "settled after all", accepted),
    ]
    before = figures_of(database.open_work)
    for command in steps:
        desk.do(command)
    answer = desk.ask(YearEndOf(FUND, YEAR))
    assert answer.outturn.pending == money("0.00")
    assert all(identity.holds for identity in answer.identities)
    assert [(row.ref, row.of.state.value) for row in answer.settlements] == [
        ("P-02", "repaid"),
        ("", "netted from next payment"),
    ]
    position = desk.ask(PositionOf(FUND, NEXT_YEAR)).position
    assert position.available == money("360.00")
    assert {each.ref: each.budget.brought_forward for each in position.projects} == {
        "P-01": money("40.00"),
        "P-02": money("20.00"),
    }
    assert not desk.ask(ChainOf(FUND)).breaks
    assert desk.ask(CheckFigures()) == []
    assert not [problem for problem in database.problems() if "is missing from" not in problem]
    end = figures_of(database.open_work)
    for _ in steps:
        desk.undo()
    assert_same(figures_of(database.open_work), before)
    for _ in steps:
        desk.redo()
    assert_same(figures_of(database.open_work), end)
