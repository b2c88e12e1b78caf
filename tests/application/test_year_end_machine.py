"""Any year end in any order: planned, asked, decided, given back, netted, surrendered, closed and reopened. After each
step R25, R27 and R28 hold to the penny, what is undecided is what plain sums make it, and what was agreed is money of
the next year; in the end everything is taken back and done again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fundingapp.application.commands.carry_forwards import (
    AskCarryForward,
    DecideCarryForward,
    DecidedCarry,
    PlanCarryForward,
    PlannedCarry,
    WithdrawCarryForward,
)
from fundingapp.application.commands.claims import RecordPayment, RecordRepayment
from fundingapp.application.commands.closing import CloseYear, ReopenYear
from fundingapp.application.commands.grants import AddGrant, AddProject
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLine, ChargePart
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
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.year_end import YearEndAnswer, YearEndOf
from fundingapp.domain.agreements import Agreement, Terms
from fundingapp.domain.carry_forwards import ASKED
from fundingapp.domain.claims import Payment, Repayment
from fundingapp.domain.closing import Check
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import BudgetHead, Kind, PaymentBasis, Project
from fundingapp.domain.ids import (
    CarryForwardId,
    FundId,
    LineId,
    PaymentId,
    ProjectId,
    RepaymentId,
    SettlementId,
)
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from tests.builders_core import NEXT_YEAR, YEAR, day, make_download, make_line
from tests.fakes import FakeStore, SteppingClock, make_tools
from tests.footing import assert_foots
from tests.machines import assert_same, figures_of

FUND = FundId(1)
#: Money of three heads, and what of each kind is in no project's budget.
HEADS = (
    (ProjectId(1), Kind.REVENUE),
    (ProjectId(1), Kind.CAPITAL),
    (ProjectId(2), Kind.REVENUE),
    (None, Kind.REVENUE),
    (None, Kind.CAPITAL),
)
LINES = 9
JUNE = day("2019-06-12")

heads = st.sampled_from(HEADS)
amounts = st.integers(1, 90_00).map(Money)
numbers = st.integers(1, 6)


class YearEnds(RuleBasedStateMachine):
    """One grant at its year's end; refusals leave nothing behind."""

    def __init__(self) -> None:
        super().__init__()
        self.store = FakeStore()
        clock = SteppingClock(datetime(2019, 6, 20, 9, 0, tzinfo=UTC))
        self.desk = Desk(make_tools(self.store.open_work, clock=clock))

    @initialize(
        basis=st.sampled_from(PaymentBasis),
        paid=st.integers(0, 400_00),
        sizes=st.lists(st.integers(-5_00, 30_00).filter(bool), min_size=LINES, max_size=LINES),
    )
    def begin(self, basis: PaymentBasis, paid: int, sizes: list[int]) -> None:
        """£300.00 revenue and £100.00 capital; P-01 has £100.00 and £60.00, P-02 £120.00. Each spends what three
        lines come to. *paid* was received, and £200.00 in the next year."""
        for year in (YEAR, NEXT_YEAR):
            both = ((Kind.REVENUE, Money(300_00)), (Kind.CAPITAL, Money(100_00)))
            self.desk.do(AddGrant("Locality Fund", "The Commissioner", year, both))
        for ref, kind, pence in (
            ("P-01", Kind.REVENUE, 100_00),
            ("P-01", Kind.CAPITAL, 60_00),
            ("P-02", Kind.REVENUE, 120_00),
        ):
            self.desk.do(AddProject(Project(ref, f"Project {ref}"), FUND, YEAR, kind, Money(pence)))
        agreement = Agreement(FUND, "Agreement", YEAR, NEXT_YEAR, terms=Terms(payment_basis=basis))
        self.desk.do(AddRecords((Record("agreements", 1, agreement),), "agree"))
        lines = [make_line(f"T{at}", Money(size), period=12) for at, size in enumerate(sizes)]
        self.desk.do(ImportLedger(make_download(lines)))
        for at in range(LINES):
            project, kind = HEADS[at % 3]
            assert project is not None
            part = ChargePart(Money(sizes[at]), Disposition.PROJECT, BudgetHead(project, FUND, kind))
            self.desk.do(ChargeLine(LineId(at + 1), (part,), "theirs"))
        for number, (year, amount) in enumerate(((YEAR, paid), (NEXT_YEAR, 200_00))):
            if amount:
                self.desk.do(RecordPayment(Payment(FUND, year, JUNE, Money(amount), f"REM-{number}")))
        self.spent = sum(sizes)
        self.start = figures_of(self.store.open_work)
        self.before = len(self.desk._undo)

    def do(self, command: Command[Any]) -> None:
        try:
            self.desk.do(command)
        except ExpectedError:
            return

    def answer(self) -> YearEndAnswer:
        return self.desk.ask(YearEndOf(FUND, YEAR))

    @rule(head=heads, amount=amounts, anticipated=st.booleans())
    def plan(self, head: Any, amount: Money, anticipated: bool) -> None:
        self.do(PlanCarryForward(FUND, YEAR, (PlannedCarry(head[0], head[1], amount),), anticipated))

    @rule(head=heads, amount=amounts)
    def ask(self, head: Any, amount: Money) -> None:
        self.do(AskCarryForward(FUND, YEAR, (PlannedCarry(head[0], head[1], amount, "it goes on"),), JUNE))

    @rule(number=numbers, percent=st.sampled_from((0, 30, 100)), settle=st.booleans())
    def decide(self, number: int, percent: int, settle: bool) -> None:
        rows = self.answer().carry_forwards
        if rows:
            row = rows[number % len(rows)]
            agreed = Money(row.of.asked.pence * percent // 100)
            items = (DecidedCarry(row.id, agreed),)
            self.do(DecideCarryForward(items, JUNE, "PCC/9", reason="a letter", settle_refused=settle))

    @rule(number=numbers)
    def withdraw(self, number: int) -> None:
        self.do(WithdrawCarryForward((CarryForwardId(number),), "it stops"))

    @rule(head=heads, amount=amounts, surrender=st.sampled_from((None, True, False)))
    def settle(self, head: Any, amount: Money, surrender: bool | None) -> None:
        self.do(
            SettleUnderspend(FUND, YEAR, (SettledPart(head[0], head[1], amount, surrender),), "left", JUNE)
        )

    @rule()
    def take_proposals(self) -> None:
        """What is proposed is never refused."""
        found = self.answer()
        if found.proposals and found.closed is None:
            parts = tuple(
                SettledPart(each.project, each.kind, each.amount, each.surrender, each.carry_forward)
                for each in found.proposals
            )
            self.desk.do(SettleUnderspend(FUND, YEAR, parts, "as proposed", JUNE))
            assert not self.answer().proposals

    @rule(number=numbers, how=st.sampled_from(("invoice", "repay", "net", "surrender", "reopen", "remove")))
    def move(self, number: int, how: str) -> None:
        id = SettlementId(number)
        commands: dict[str, Command[Any]] = {
            "invoice": InvoiceSettlements((id,), "INV-1", JUNE),
            "repay": RepaySettlements((id,), JUNE),
            "net": NetSettlements((id,), PaymentId(2), payment_was_net=number % 2 == 0),
            "surrender": SurrenderSettlements((id,), "never drawn"),
            "reopen": ReopenSettlement(id, "it came back"),
            "remove": RemoveSettlement(id, "typed twice"),
        }
        self.do(commands[how])

    @rule(percent=st.integers(1, 100))
    def repay_without_saying_of_what(self, percent: int) -> None:
        found = self.answer().outturn
        most = min(found.held_to_return.pence, found.pending.pence - found.total.requested.pence)
        if most > 0 and found.pending_of(Kind.REVENUE).pence >= most and not found.is_closed:
            amount = Money(max(1, most * percent // 100))
            self.do(RecordRepayment(Repayment(FUND, YEAR, JUNE, amount, "INV-9")))

    @rule(number=numbers)
    def settle_with_what_went(self, number: int) -> None:
        self.do(RepaySettlements((SettlementId(number),), JUNE, repayment=RepaymentId(1)))

    @rule()
    def close(self) -> None:
        accepted = tuple((check, "as agreed") for check in Check)
        self.do(CloseYear(FUND, YEAR, JUNE, "all settled", accepted))

    @rule()
    def reopen(self) -> None:
        self.do(ReopenYear(FUND, YEAR, "an invoice came late"))

    @rule()
    def take_the_last_back(self) -> None:
        if len(self.desk._undo) > self.before:
            self.desk.undo()

    @invariant()
    def everything_left_is_decided_once(self) -> None:
        if not hasattr(self, "before"):
            return
        found = self.answer()
        with self.store.open_work(reading=True) as work:
            agreed = sum(kept.value.agreed.pence for kept in work.carry_forwards.all() if kept.value.counts)
            settled = [kept.value for kept in work.settlements.all()]
            given_back = sum(kept.value.amount.pence for kept in work.repayments.all())
        waiting = sum(each.amount.pence for each in settled if not each.is_given_back)
        # Plain sums, without what heads or kinds there are.
        pending = 400_00 - self.spent - agreed - waiting - given_back
        assert found.outturn.pending.pence == pending
        assert found.closed is None or not pending
        stated = {identity.id: identity for identity in found.identities}
        for id in ("R25", "R28"):
            assert stated[id].holds, stated[id]
        with self.store.open_work(reading=True) as work:
            asked = any(kept.value.state in ASKED for kept in work.carry_forwards.all())
        assert ("R27" in stated) == asked
        assert not asked or stated["R27"].holds
        assert ("R29" in stated) == (asked or bool(settled) or found.closed is not None)
        following = self.desk.ask(PositionOf(FUND, NEXT_YEAR)).position
        assert following.available.pence == 400_00 + agreed

    def teardown(self) -> None:
        if not hasattr(self, "before"):
            return
        for identity in self.answer().identities:
            for part in (identity.left_figure, *(part.figure for part in identity.right)):
                assert_foots(self.desk, part)
        end = figures_of(self.store.open_work)
        count = len(self.desk._undo) - self.before
        for _ in range(count):
            self.desk.undo()
        assert_same(figures_of(self.store.open_work), self.start)
        for _ in range(count):
            self.desk.redo()
        assert_same(figures_of(self.store.open_work), end)


TestAnyYearEnd = YearEnds.TestCase
TestAnyYearEnd.settings = settings(
    max_examples=min(6, settings().max_examples), stateful_step_count=20, deadline=None
)
