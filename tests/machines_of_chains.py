"""Three to six years of a fund as they are lived, in any order: budgets, charges, accruals that reverse, claims, money
that comes, carry-forwards in every state with late decisions, refusals, settlements, closings; and sums that do not
agree.

After every step an oracle that adds up the bare rows by itself says what each year has, spent, carries and lacks, and
where the chain breaks by how many pence; in the end everything is taken back and done again.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fundingapp.application.commands.adjustments import AddAccrual, AddAdjustment
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
    SubmitClaim,
)
from fundingapp.application.commands.closing import CloseYear, ReopenYear
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines, ClearCharges
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
from fundingapp.application.commands.virements import DraftVirement
from fundingapp.application.desk import Desk
from fundingapp.application.effect import NOTHING_TO_UNDO, Command, Effect
from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.chain import Chain, ChainOf
from fundingapp.application.queries.identities import identities_of
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.application.queries.year_end import OutturnOf
from fundingapp.domain.adjustments import Accrual, Adjustment, AdjustmentType
from fundingapp.domain.agreements import Agreement, Terms
from fundingapp.domain.allocations import Allocation, Authority, Award, Resource
from fundingapp.domain.carry_forwards import CarryForward, CarryForwardState
from fundingapp.domain.claims import Payment, Repayment
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Fund, Kind, PaymentBasis, Project
from fundingapp.domain.ids import ClaimId, FundId, LineId, PartyId, PaymentId, ProjectId
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Party, PartyKind
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.settlements import SettlementState
from fundingapp.domain.virements import Leg
from tests.builders_core import make_download, make_line
from tests.fakes import REFERENCES, make_tools
from tests.footing import assert_grant_foots
from tests.machines import NewStore, assert_same

FUND, FIRST = FundId(1), 2014
DAY = date(2018, 6, 1)
REFS = ("P-01", "P-02", "P-03")
KINDS = (Kind.REVENUE, Kind.CAPITAL)
#: So many lines does the ledger hold of each year, waiting to be charged.
_LINES = 4
_COUNTS = (CarryForwardState.AGREED, CarryForwardState.PART_AGREED)
_GONE = (SettlementState.REPAID, SettlementState.NETTED)
_OWED = (SettlementState.REPAYABLE, SettlementState.INVOICED)

kinds = st.sampled_from(KINDS)
pounds = st.integers(1, 400_00).map(Money)
#: Which of the years there are, counted from either end.
places = st.integers(0, 5)

Sums = dict[Any, int]


class Oracle:
    """What the rows of a fund come to, in plain pence and without any of the program's sums."""

    def __init__(self, work: UnitOfWork) -> None:
        self.allocated: Sums = defaultdict(int)
        self.typed: Sums = defaultdict(int)
        self.budget: Sums = defaultdict(int)
        self.brought: Sums = defaultdict(int)
        self.carried: Sums = defaultdict(int)
        self.spent: Sums = defaultdict(int)
        self.settled: Sums = defaultdict(int)
        self.owed: Sums = defaultdict(int)
        self.surrendered: Sums = defaultdict(int)
        self.returned: Sums = defaultdict(int)
        self.unplaced: Sums = defaultdict(int)
        self.used: set[tuple[FinancialYear, Kind]] = set()
        self._resources(work)
        self._budgets(work)
        self._spend(work)
        self._settlements(work)

    def _resources(self, work: UnitOfWork) -> None:
        for row in (kept.value for kept in work.allocations.all()):
            sign = -1 if row.resource is Resource.REDUCTION else 1
            sums = self.typed if row.resource is Resource.BROUGHT_FORWARD else self.allocated
            sums[row.year, row.kind] += sign * row.amount.pence
            self.used.add((row.year, row.kind))

    def _budgets(self, work: UnitOfWork) -> None:
        for award in (kept.value for kept in work.awards.all()):
            self.budget[award.year, award.kind, award.project] += award.amount.pence
        for move in (kept.value for kept in work.movements.all()):
            if move.source is not None:
                self.budget[move.year, move.kind, move.source] -= move.amount.pence
            if move.target is not None:
                self.budget[move.year, move.kind, move.target] += move.amount.pence
        for entry in (kept.value for kept in work.carry_forwards.all()):
            if entry.state not in _COUNTS:
                continue
            into = FinancialYear(entry.from_year.start + 1)
            self.carried[entry.from_year, entry.kind, entry.project] += entry.agreed.pence
            self.brought[into, entry.kind, entry.project] += entry.agreed.pence
            if entry.agreed:
                self.used.add((into, entry.kind))
            if entry.project is not None:
                self.budget[into, entry.kind, entry.project] += entry.agreed.pence

    def _spend(self, work: UnitOfWork) -> None:
        held = {entry.id: entry.line for entry in work.ledger.held().values()}
        for id, charged in work.ledger.charges_of(list(held)).items():
            for entry in charged:
                head = entry.charge.head
                if head is not None:
                    self.spent[held[id].year, head.kind, head.project] += entry.charge.amount.pence
        rows: list[Accrual | Adjustment] = [kept.value for kept in work.accruals.all()]
        rows += [kept.value for kept in work.adjustments.all()]
        for row in rows:
            self.spent[row.year, row.kind, row.project] += row.amount.pence
            if row.reverses_year is not None:
                self.spent[row.reverses_year, row.kind, row.project] -= row.amount.pence
        self.used |= {key[:2] for key in (*self.budget, *self.spent)}

    def _settlements(self, work: UnitOfWork) -> None:
        explained: Sums = defaultdict(int)
        for entry in (kept.value for kept in work.settlements.all()):
            self.settled[entry.year, entry.kind, entry.project] += entry.amount.pence
            place = (entry.year, entry.kind)
            if entry.state in _GONE:
                self.returned[place] += entry.amount.pence
            elif entry.state in _OWED:
                self.owed[place] += entry.amount.pence
            else:
                self.surrendered[place] += entry.amount.pence
            explained[entry.repayment] += entry.amount.pence
        for kept in work.repayments.all():
            if kept.value.claim is None:
                self.unplaced[kept.value.year] += kept.value.amount.pence - explained[kept.id]

    def of(self, sums: Sums, year: FinancialYear, kind: Kind) -> int:
        """What *sums* has of a year and kind, over all projects."""
        return sum(pence for key, pence in sums.items() if key[:2] == (year, kind))

    def available(self, year: FinancialYear, kind: Kind) -> int:
        place = (year, kind)
        return self.allocated[place] + self.typed[place] + self.of(self.brought, year, kind)

    def pending(self, year: FinancialYear, kind: Kind) -> int:
        """What nobody has decided of a kind; what was given back of no kind is of the only one."""
        place = (year, kind)
        alone = {used for at, used in self.used if at == year} == {kind}
        gone = self.returned[place] + self.owed[place] + self.surrendered[place]
        gone += self.unplaced[year] if alone else 0
        spent, carried = self.of(self.spent, year, kind), self.of(self.carried, year, kind)
        return self.available(year, kind) - spent - carried - gone

    def whole_pending(self, year: FinancialYear) -> int:
        return (
            sum(
                self.available(year, kind)
                - self.of(self.spent, year, kind)
                - self.of(self.carried, year, kind)
                - self.returned[year, kind]
                - self.owed[year, kind]
                - self.surrendered[year, kind]
                for kind in Kind
            )
            - self.unplaced[year]
        )

    def breaks(self, years: list[FinancialYear], projects: dict[int, str]) -> dict[tuple[Any, ...], int]:
        """Where more goes on than there was, by (year it comes from, ref, kind, whether it was typed)."""
        found: dict[tuple[Any, ...], int] = {}
        for year in years:
            for kind in KINDS:
                named = 0
                for project, ref in projects.items():
                    key = (year, kind, project)
                    left = self.budget[key] - self.spent[key] - self.settled[key]
                    over = self.carried[key] - max(0, left)
                    if over > 0:
                        found[year, ref, kind, False] = over
                        named += over
                lacks = min(self.of(self.carried, year, kind), -self.pending(year, kind)) - named
                if lacks > 0:
                    found[year, "", kind, False] = lacks
                if self.typed[year, kind] and year != years[0]:
                    found[FinancialYear(year.start - 1), "", kind, True] = self.typed[year, kind]
        return found


class ChainMachine(RuleBasedStateMachine):
    """Does, undoes and redoes; a refusal changes nothing."""

    def __init__(self, new_store: NewStore) -> None:
        super().__init__()
        self._context = new_store()
        self.open_work = self._context.__enter__()
        self.desk = Desk(make_tools(self.open_work))
        self.years: list[FinancialYear] = []
        self.steps = 0
        self.start = self.state()

    def teardown(self) -> None:
        """Everything is taken back, and then done again."""
        if self.years:
            self.every_identity_holds_or_says_by_how_much()
            year = self.years[self.steps % len(self.years)]
            assert_grant_foots(self.desk, FUND, year, WHOLE_YEAR)
            end, done = self.state(), 0
            while self.desk.undo_name is not None:
                self.desk.undo()
                done += 1
            assert_same(self.state(), self.start)
            for _ in range(done):
                self.desk.redo()
            assert_same(self.state(), end)
        self._context.__exit__(None, None, None)

    # what every step goes through

    def work(self) -> AbstractContextManager[UnitOfWork]:
        return self.open_work(reading=True)

    def state(self) -> dict[str, object]:
        """Every row, and every charge."""
        with self.work() as work:
            held = {entry.id: entry.line for entry in work.ledger.held().values()}
            found: dict[str, object] = {
                kind: [(kept.id, kept.value) for kept in getattr(work, kind).all()] for kind in REFERENCES
            }
            found["lines"] = held
            found["charges"] = work.ledger.charges_of(list(held))
            return found

    def do(self, command: Command[Any]) -> Any:
        """What *command* came to; None where it is refused, which leaves everything as it was."""
        name = self.desk.undo_name
        done = self._done(command)
        if isinstance(done, ExpectedError):
            assert done.advice or done.code == "not_found", command
            assert self.desk.undo_name == name
            return None
        assert done.inverse is NOTHING_TO_UNDO or self.desk.undo_name == done.name
        return done.result

    def _done(self, command: Command[Any]) -> Effect[Any] | ExpectedError:
        try:
            return self.desk.do(command)
        except ExpectedError as refusal:
            return refusal

    def put(self, kind: str, value: Any) -> None:
        """A record as a file of another making may have it."""
        with self.work() as work:
            id = 1 + max((kept.id for kept in getattr(work, kind).all()), default=0)
        self.do(AddRecords((Record(kind, id, value),), f"put {kind}"))

    def year(self, place: int) -> FinancialYear:
        return self.years[place % len(self.years)]

    def pick(self, rows: str, place: int) -> tuple[Any, Any]:
        """One of the rows, or (None, None)."""
        with self.work() as work:
            held = getattr(work, rows).all()
        if not held:
            return None, None
        kept = held[place % len(held)]
        return kept.id, kept.value

    @initialize(
        count=st.integers(3, 6),
        basis=st.sampled_from(PaymentBasis),
        amounts=st.lists(st.integers(50_00, 300_00), min_size=4, max_size=4),
        capital=st.booleans(),
    )
    def begin(self, count: int, basis: PaymentBasis, amounts: list[int], capital: bool) -> None:
        """A fund with its agreement, allocations and awards of all years, and a ledger that waits."""
        self.years = [FinancialYear(FIRST + at) for at in range(count)]
        self.do(
            AddRecords(
                (
                    Record("parties", 1, Party("The Commissioner", PartyKind.COMMISSIONER)),
                    Record("funds", FUND, Fund("Locality Fund", PartyId(1))),
                    *(
                        Record("projects", at, Project(ref, f"Project {ref}"))
                        for at, ref in enumerate(REFS, start=1)
                    ),
                    Record(
                        "agreements",
                        1,
                        Agreement(
                            FUND, "Agreement", self.years[0], self.years[-1], terms=Terms(payment_basis=basis)
                        ),
                    ),
                ),
                "begin",
            )
        )
        used = KINDS if capital else KINDS[:1]
        rows: list[tuple[str, Any]] = []
        for at, year in enumerate(self.years):
            for kind in used:
                part = Money(amounts[at % 4] // 3)
                rows.append(("allocations", Allocation(FUND, year, kind, Money(amounts[at % 4] * 2))))
                rows += [("awards", Award(ProjectId(id), FUND, year, kind, part)) for id in (1, 2)]
        records = [Record(kind, 10 + at, value) for at, (kind, value) in enumerate(rows)]
        self.do(AddRecords(tuple(records), "the years"))
        lines = [
            make_line(f"T{year.start}-{at}", Money(amounts[at] // (at + 2)), year=year, period=1 + at * 4)
            for year in self.years
            for at in range(_LINES)
        ]
        self.do(ImportLedger(make_download(lines)))

    # money and spend

    @rule(place=places, kind=kinds, project=st.integers(1, 3), amount=pounds)
    def award(self, place: int, kind: Kind, project: int, amount: Money) -> None:
        self.put("awards", Award(ProjectId(project), FUND, self.year(place), kind, amount))

    @rule(place=places, kind=kinds, amount=pounds, more=st.booleans())
    def supplement_or_cut(self, place: int, kind: Kind, amount: Money, more: bool) -> None:
        resource = Resource.SUPPLEMENT if more else Resource.REDUCTION
        self.put("allocations", Allocation(FUND, self.year(place), kind, amount, resource))

    @rule(place=places, kind=kinds, giver=st.integers(0, 3), taker=st.integers(0, 3), amount=pounds)
    def virement(self, place: int, kind: Kind, giver: int, taker: int, amount: Money) -> None:
        leg = Leg(kind, ProjectId(giver) if giver else None, ProjectId(taker) if taker else None, amount)
        self.do(DraftVirement(FUND, self.year(place), (leg,), DAY, "moved", True, Authority.OWN))

    @rule(line=st.integers(1, 6 * _LINES), kind=kinds, ref=st.sampled_from(REFS), clear=st.integers(0, 5))
    def charge(self, line: int, kind: Kind, ref: str, clear: int) -> None:
        if clear:
            self.do(ChargeLines((LineId(line),), parse_target(f"{ref}:{kind.value}"), "theirs"))
        else:
            self.do(ClearCharges((LineId(line),)))

    @rule(place=places, kind=kinds, project=st.integers(1, 3), amount=pounds)
    def accrue(self, place: int, kind: Kind, project: int, amount: Money) -> None:
        year = self.year(place)
        accrual = Accrual(ProjectId(project), FUND, kind, year, 12, amount, "Trust", "in March", year.next, 1)
        self.do(AddAccrual(accrual, ("note 4",)))

    @rule(place=places, kind=kinds, project=st.integers(1, 3), amount=pounds, host=st.booleans())
    def adjust(self, place: int, kind: Kind, project: int, amount: Money, host: bool) -> None:
        """The host pays what is not eligible, or a recharge comes."""
        type = AdjustmentType.INELIGIBLE if host else AdjustmentType.RECHARGE
        year = self.year(place)
        given = Adjustment(
            type, ProjectId(project), FUND, kind, year, 12, -amount if host else amount, "as agreed"
        )
        self.do(AddAdjustment(given, ("note 5",)))

    @rule(place=places, to_period=st.sampled_from((6, 12, 13)), final=st.booleans(), stop=st.integers(0, 3))
    def claim(self, place: int, to_period: int, final: bool, stop: int) -> None:
        id = self.do(OpenClaim(FUND, self.year(place), to_period=to_period, is_final=final))
        if id is not None:
            steps = (PrepareClaim(id), SubmitClaim(id, DAY, "late"), ApproveClaim(id, DAY, "letter 4"))
            for step in steps[:stop]:
                self.do(step)

    @rule(place=places, amount=pounds, matched=st.booleans())
    def receive(self, place: int, amount: Money, matched: bool) -> None:
        id, _ = self.pick("claims", place)
        named = ((ClaimId(id), amount),) if matched and id is not None else ()
        self.do(RecordPayment(Payment(FUND, self.year(place), DAY, amount, "remittance"), named))

    @rule(place=places, amount=pounds)
    def give_back(self, place: int, amount: Money) -> None:
        self.do(RecordRepayment(Repayment(FUND, self.year(place), DAY, amount, "invoice", "unspent")))

    # year end

    @rule(place=places, kind=kinds, project=st.integers(0, 3), amount=pounds, what=st.integers(0, 2))
    def plan_or_ask(self, place: int, kind: Kind, project: int, amount: Money, what: int) -> None:
        item = PlannedCarry(ProjectId(project) if project else None, kind, amount, "staff came late")
        year = self.year(place)
        if what == 2:
            self.do(AskCarryForward(FUND, year, (item,), DAY))
        else:
            self.do(PlanCarryForward(FUND, year, (item,), anticipated=bool(what)))

    @rule(place=places, kind=kinds, project=st.integers(0, 3), part=st.integers(1, 100))
    def ask_for_what_is_left(self, place: int, kind: Kind, project: int, part: int) -> None:
        """Asks for a part of what the oracle says is left, so that most requests are good."""
        year = self.year(place)
        with self.work() as work:
            oracle = Oracle(work)
        key = (year, kind, project or None)
        left = oracle.budget[key] - oracle.spent[key] - oracle.carried[key] - oracle.settled[key]
        if left > 0 and project:
            item = PlannedCarry(ProjectId(project), kind, Money(max(1, left * part // 100)), "it came late")
            self.do(AskCarryForward(FUND, year, (item,), DAY))

    @rule(place=places, part=st.integers(0, 100), settle=st.booleans())
    def decide(self, place: int, part: int, settle: bool) -> None:
        id, entry = self.pick("carry_forwards", place)
        if id is not None:
            agreed = Money(entry.asked.pence * part // 100)
            self.do(
                DecideCarryForward(
                    (DecidedCarry(id, agreed),), DAY, "letter 7", reason="as heard", settle_refused=settle
                )
            )

    @rule(place=places)
    def withdraw(self, place: int) -> None:
        id, _ = self.pick("carry_forwards", place)
        if id is not None:
            self.do(WithdrawCarryForward((id,), "not needed"))

    @rule(place=places, kind=kinds, project=st.integers(0, 3), amount=pounds, give=st.none() | st.booleans())
    def settle(self, place: int, kind: Kind, project: int, amount: Money, give: bool | None) -> None:
        part = SettledPart(ProjectId(project) if project else None, kind, amount, give)
        self.do(SettleUnderspend(FUND, self.year(place), (part,), "not needed", DAY))

    @rule(place=places, what=st.integers(0, 5))
    def move_settlement(self, place: int, what: int) -> None:
        id, _ = self.pick("settlements", place)
        payment, _ = self.pick("payments", place)
        if id is None:
            return
        commands: tuple[Command[Any], ...] = (
            InvoiceSettlements((id,), "INV 7", DAY),
            RepaySettlements((id,), DAY, "INV 7", "unspent"),
            SurrenderSettlements((id,), "never drawn"),
            ReopenSettlement(id, "a mistake"),
            RemoveSettlement(id, "a mistake"),
            NetSettlements((id,), PaymentId(payment or 0)),
        )
        self.do(commands[what])

    @rule(place=places, reopen=st.booleans())
    def close_or_reopen(self, place: int, reopen: bool) -> None:
        year = self.year(place)
        self.do(ReopenYear(FUND, year, "an invoice came") if reopen else CloseYear(FUND, year, DAY, "done"))

    # what contradicts

    @rule(place=places, kind=kinds, project=st.integers(0, 3), amount=pounds)
    def carry_without_asking(self, place: int, kind: Kind, project: int, amount: Money) -> None:
        """A file of another making may carry what was not there."""
        entry = CarryForward(
            FUND,
            self.year(place),
            kind,
            ProjectId(project) if project else None,
            CarryForwardState.AGREED,
            amount,
            amount,
            letter="none",
        )
        self.put("carry_forwards", entry)

    @rule(place=places, kind=kinds, amount=pounds)
    def type_what_comes_over(self, place: int, kind: Kind, amount: Money) -> None:
        typed = Allocation(FUND, self.year(place), kind, amount, Resource.BROUGHT_FORWARD)
        self.put("allocations", typed)

    @rule(back=st.integers(1, 4))
    def take_back(self, back: int) -> None:
        done = 0
        for _ in range(back):
            if self.desk.undo_name is not None and self.desk.undo_name not in ("begin", "the years"):
                self.desk.undo()
                done += 1
        for _ in range(done // 2):
            self.desk.redo()

    # what must be so after every step

    @invariant()
    def the_chain_holds_or_breaks_where_the_oracle_says(self) -> None:
        if not self.years:
            return
        self.steps += 1
        with self.work() as work:
            oracle = Oracle(work)
            projects = {kept.id: kept.value.ref for kept in work.projects.all()}
        chain = self.desk.ask(ChainOf(FUND, today=DAY))
        found = {
            (each.from_year, each.ref, each.kind, "typed" in each.sentence): each.difference.pence
            for each in chain.breaks
        }
        assert len(found) == len(chain.breaks)
        assert found == oracle.breaks([year.year for year in chain.years], projects)
        self._years_are(chain, oracle)

    def _years_are(self, chain: Chain, oracle: Oracle) -> None:
        for at, year in enumerate(chain.years):
            of = year.year
            assert year.available.pence == sum(oracle.available(of, kind) for kind in Kind)
            assert year.spent.pence == sum(oracle.of(oracle.spent, of, kind) for kind in Kind)
            assert year.closing.pence == sum(oracle.of(oracle.carried, of, kind) for kind in Kind)
            assert year.pending.pence == oracle.whole_pending(of) == year.standing.undecided.pence
            for head in year.heads:
                if head.project is not None:
                    key = (of, head.kind, head.project)
                    assert head.budget.pence == oracle.budget[key]
                    assert head.spent.pence == oracle.spent[key]
                    assert head.opening.pence == oracle.brought[key]
                    assert head.carried.pence == oracle.carried[key]
                    assert head.settled.pence == oracle.settled[key]
            if at:
                typed = sum(oracle.typed[of, kind] for kind in Kind)
                assert year.opening == chain.years[at - 1].closing + Money(typed)

    def every_identity_holds_or_says_by_how_much(self) -> None:
        with self.work() as work:
            oracle = Oracle(work)
            waiting = {entry.line.year for entry in work.ledger.held().values()}
            closed = {kept.value.year for kept in work.year_closes.all()}
            has_cash = bool(work.payments.all() or work.repayments.all())
            for year in self.years:
                position = position_of(work, FUND, year, WHOLE_YEAR)
                failing = {each.id: each for each in identities_of(work, position) if not each.holds}
                typed = sum(oracle.typed[year, kind] for kind in Kind) if year != self.years[0] else 0
                assert ("R26" in failing) == bool(typed), year
                if typed:
                    assert failing["R26"].difference.pence == typed
                pending = [oracle.pending(year, kind) for kind in Kind]
                if "R25" in failing:
                    assert min(pending) < 0 or year in closed or oracle.whole_pending(year) < 0
                over = any(oracle.spent[key] > oracle.budget[key] for key in oracle.spent if key[0] == year)
                assert "R29" not in failing or over
                allowed = {"R25", "R26", "R29", "R27"} & failing.keys()
                allowed |= {"R10"} if year in waiting else set()
                allowed |= {"R2"} if position.over_programmed else set()
                allowed |= {"R22b", "R24", "R28"} if has_cash or work.claims.all() else {"R28"}
                assert failing.keys() <= allowed, (str(year), failing.keys() - allowed)
        for year in self.years:
            self._outturn_is_the_chain_s(year)

    def _outturn_is_the_chain_s(self, year: FinancialYear) -> None:
        """The year end's own statement and the chain say the same of every head."""
        outturn = self.desk.ask(OutturnOf(FUND, year))
        [of] = [each for each in self.desk.ask(ChainOf(FUND, today=DAY)).years if each.year == year]
        assert outturn.pending == of.pending
        chained = {(head.project, head.kind): head for head in of.heads}
        for head in outturn.heads:
            if head.kind is not None and (head.project, head.kind) in chained:
                other = chained[head.project, head.kind]
                assert (head.left, head.agreed, head.pending) == (other.left, other.carried, other.pending)


def chain_machine(new_store: NewStore) -> type[RuleBasedStateMachine]:
    """The machine for stores that *new_store* opens, each empty and closed again when the example ends."""

    class Machine(ChainMachine):
        def __init__(self) -> None:
            super().__init__(new_store)

    return Machine
