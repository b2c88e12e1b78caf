"""Any year of claims in any order: two funds, two years, revenue and capital; after each step R19 to R23 hold to the
penny, and everything is taken back and done again."""

from __future__ import annotations

from typing import Any

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fundingapp.application.commands.claims import (
    AnswerQuery,
    ApproveClaim,
    AskCertificate,
    Decision,
    MarkNotUsed,
    MatchPayment,
    OpenClaim,
    PrepareClaim,
    QueryClaim,
    RecordPayment,
    RecordRepayment,
    ReleaseRetention,
    RemovePayment,
    RequestPayment,
    SubmitClaim,
)
from fundingapp.application.commands.grants import AddGrant, AddProject, MoveBudget
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.locks import LockPeriods
from fundingapp.application.commands.matching import ChargeLine, ChargeLines, ChargePart
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.queries.claims import ClaimsAnswer, ClaimsOf
from fundingapp.application.queries.explanations import Explanation
from fundingapp.domain.agreements import Agreement, Frequency, Terms
from fundingapp.domain.allocations import BudgetMovement
from fundingapp.domain.claims import Payment, Repayment
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import BudgetHead, Kind, PaymentBasis, Project
from fundingapp.domain.ids import ClaimId, FundId, LineId, PaymentId, ProjectId
from fundingapp.domain.matching import Disposition, parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from tests.builders_core import NEXT_YEAR, YEAR, day, make_download, make_line
from tests.fakes import FakeStore, make_tools
from tests.footing import CLAIMED, assert_foots
from tests.machines import assert_same, figures_of

GRANTS = tuple((FundId(fund), year) for fund in (1, 2) for year in (YEAR, NEXT_YEAR))
LINES = 12

grants = st.sampled_from(GRANTS)
amounts = st.integers(1, 150_00).map(Money)
parts = st.integers(0, 100)


class ClaimYears(RuleBasedStateMachine):
    """Spends, claims, decides, pays and gives back; refusals leave nothing behind."""

    def __init__(self) -> None:
        super().__init__()
        self.store = FakeStore()
        self.desk = Desk(make_tools(self.store.open_work))
        self.done = 0

    @initialize(
        basis=st.sampled_from(PaymentBasis),
        retention=st.sampled_from((0, 5, 10)),
        frequency=st.sampled_from((Frequency.QUARTERLY, Frequency.HALF_YEARLY)),
        sizes=st.lists(st.integers(-60_00, 120_00).filter(bool), min_size=LINES, max_size=LINES),
        periods=st.lists(st.integers(1, 13), min_size=LINES, max_size=LINES),
    )
    def begin(
        self, basis: PaymentBasis, retention: int, frequency: Frequency, sizes: list[int], periods: list[int]
    ) -> None:
        """Two funds in two years with a project in both kinds and one in revenue; lines that wait, and income."""
        for number, (fund, year) in enumerate(GRANTS):
            name = f"Fund {fund}"
            both = ((Kind.REVENUE, Money(300_00)), (Kind.CAPITAL, Money(100_00)))
            self.desk.do(AddGrant(name, "The Commissioner", year, both))
            for ref, kind in (("P-01", Kind.REVENUE), ("P-01", Kind.CAPITAL), ("P-02", Kind.REVENUE)):
                self.desk.do(AddProject(Project(ref, f"Project {ref}"), fund, year, kind, Money(100_00)))
            if number % 2 == 0:
                terms = Terms(
                    payment_basis=basis if fund == 1 else PaymentBasis.ARREARS,
                    claim_frequency=frequency,
                    retention_percent=Terms().retention_percent + retention,
                    certificate_above=Money(150_00),
                )
                agreement = Agreement(fund, f"Agreement {fund}", YEAR, NEXT_YEAR, terms=terms)
                self.desk.do(AddRecords((Record("agreements", fund, agreement),), "agree"))
        lines = [
            make_line(f"T{at}", Money(size), year=(YEAR, NEXT_YEAR)[at % 2], period=period)
            for at, (size, period) in enumerate(zip(sizes, periods, strict=True))
        ]
        self.desk.do(ImportLedger(make_download(lines)))
        self.start = figures_of(self.store.open_work)
        self.before = len(self.desk._undo)

    def do(self, command: Command[Any]) -> None:
        try:
            self.desk.do(command)
        except ExpectedError:
            return

    def answer(self, grant: tuple[FundId, FinancialYear]) -> ClaimsAnswer:
        return self.desk.ask(ClaimsOf(*grant))

    def row(self, data: st.DataObject, grant: tuple[FundId, FinancialYear]) -> Any:
        rows = self.answer(grant).claims
        return data.draw(st.sampled_from(rows)) if rows else None

    @rule(
        line=st.integers(1, LINES), fund=st.sampled_from((1, 2)), project=st.sampled_from((1, 2)),
        kind=st.sampled_from((Kind.REVENUE, Kind.CAPITAL)),
    )  # fmt: skip
    def spend(self, line: int, fund: int, project: int, kind: Kind) -> None:
        """Charges a line as a person does where a project has several heads."""
        with self.store.open_work(reading=True) as work:
            amount = work.ledger.held_line(LineId(line)).line.amount
        head = BudgetHead(ProjectId(project), FundId(fund), kind)
        part = ChargePart(amount, Disposition.PROJECT, head)
        self.do(ChargeLine(LineId(line), (part,), "theirs"))

    @rule(line=st.integers(1, LINES))
    def take_as_income(self, line: int) -> None:
        self.do(ChargeLines((LineId(line),), parse_target("income"), "grant received"))

    @rule(grant=grants, amount=amounts)
    def move(self, grant: tuple[FundId, FinancialYear], amount: Money) -> None:
        movement = BudgetMovement(
            *grant, Kind.REVENUE, ProjectId(1), ProjectId(2), amount, day("2018-10-01"), "costs moved"
        )
        self.do(MoveBudget(movement))

    @rule(grant=grants, final=st.booleans(), to_period=st.none() | st.integers(1, 13))
    def claim(self, grant: tuple[FundId, FinancialYear], final: bool, to_period: int | None) -> None:
        """Opens a claim, prepares it, and sends it."""
        try:
            id = self.desk.do(OpenClaim(*grant, None, to_period, final and to_period == 13)).result
        except ExpectedError:
            return
        self.do(PrepareClaim(id))
        self.do(SubmitClaim(id, day("2018-07-20"), "the rest waits for an invoice"))

    @rule(data=st.data(), grant=grants, share=parts)
    def query(self, data: st.DataObject, grant: tuple[FundId, FinancialYear], share: int) -> None:
        row = self.row(data, grant)
        if row is not None:
            named = tuple((line.id, _part(line.of.claimed, share)) for line in row.lines)
            self.do(QueryClaim(row.id, day("2018-08-01"), "which invoice?", named))

    @rule(data=st.data(), grant=grants)
    def carry_on(self, data: st.DataObject, grant: tuple[FundId, FinancialYear]) -> None:
        """Whatever a person might press next."""
        row = self.row(data, grant)
        if row is not None:
            dated = day("2018-08-02")
            commands = (
                AnswerQuery(row.id, dated, "it is attached"),
                AskCertificate(row.id, dated),
                RequestPayment(row.id, dated),
                ReleaseRetention(row.id, dated),
                PrepareClaim(row.id),
                SubmitClaim(row.id, dated, "late"),
                MarkNotUsed(row.id, "not needed"),
            )
            self.do(data.draw(st.sampled_from(commands)))

    @rule(data=st.data(), grant=grants, share=parts, host=st.booleans())
    def approve(
        self, data: st.DataObject, grant: tuple[FundId, FinancialYear], share: int, host: bool
    ) -> None:
        row = self.row(data, grant)
        if row is not None:
            named = tuple(
                Decision(line.id, _part(line.of.claimed, share), "no invoice", host) for line in row.lines
            )
            self.do(ApproveClaim(row.id, day("2018-08-10"), "PCC/17", named, ("the certificate",)))

    @rule(data=st.data(), grant=grants, amount=amounts, dated=st.sampled_from(("2018-09-01", "2020-05-21")))
    def pay(
        self, data: st.DataObject, grant: tuple[FundId, FinancialYear], amount: Money, dated: str
    ) -> None:
        answer = self.answer(grant)
        claims = tuple(
            (row.id, min(row.figures.outstanding, amount))
            for row in answer.open_claims[: data.draw(st.integers(0, 2))]
        )
        lines = tuple(
            (LineId(row.line.id), min(row.left, amount))
            for row in answer.income[: data.draw(st.integers(0, 1))]
        )
        self.do(RecordPayment(Payment(*grant, day(dated), amount), claims, lines))

    @rule(data=st.data(), grant=grants, remove=st.booleans())
    def match_anew(self, data: st.DataObject, grant: tuple[FundId, FinancialYear], remove: bool) -> None:
        payments = self.answer(grant).payments
        if payments:
            row = data.draw(st.sampled_from(payments))
            self.do(RemovePayment(row.id) if remove else MatchPayment(PaymentId(row.id), (), ()))

    @rule(data=st.data(), grant=grants, amount=amounts)
    def give_back(self, data: st.DataObject, grant: tuple[FundId, FinancialYear], amount: Money) -> None:
        credits = [row for row in self.answer(grant).open_claims if row.figures.outstanding < Money.ZERO]
        row = data.draw(st.sampled_from([None, *credits]))
        size = amount if row is None else -row.figures.outstanding
        claim = ClaimId(row.id) if row is not None else None
        self.do(RecordRepayment(Repayment(*grant, day("2019-03-01"), size, "INV 1", "unspent", claim)))

    @rule(year=st.sampled_from((YEAR, NEXT_YEAR)), to_period=st.integers(1, 4))
    def lock(self, year: FinancialYear, to_period: int) -> None:
        self.do(LockPeriods(year, to_period, "the claim was sent"))

    @rule()
    def undo(self) -> None:
        if len(self.desk._undo) > self.before:
            self.desk.undo()

    @rule()
    def redo(self) -> None:
        self.desk.redo()

    @invariant()
    def the_identities_hold(self) -> None:
        if not hasattr(self, "start"):
            return
        for grant in GRANTS:
            for identity in self.answer(grant).identities:
                # Money that is not matched to the ledger, or whose line is income no more, is a difference by right.
                assert identity.holds or identity.id == "R22b", identity

    def teardown(self) -> None:
        if not hasattr(self, "start"):
            return
        seen: dict[str, Explanation] = {}
        for measure in (*CLAIMED, "received", "advances", "cash"):
            assert_foots(self.desk, f"Fund 1/{YEAR}/{measure}", seen)
        end = figures_of(self.store.open_work)
        steps = 0
        while len(self.desk._undo) > self.before:
            self.desk.undo()
            steps += 1
        assert_same(figures_of(self.store.open_work), self.start)
        for _ in range(steps):
            self.desk.redo()
        assert_same(figures_of(self.store.open_work), end)


def _part(claimed: Money, share: int) -> Money:
    """*share* per cent of what is claimed; nothing of a credit."""
    return Money(max(0, claimed.pence) * share // 100)


TestAnyYearsOfClaims = ClaimYears.TestCase
TestAnyYearsOfClaims.settings = settings(
    max_examples=min(12, settings().max_examples), stateful_step_count=25, deadline=None
)
