"""Any work in any order: a person with two years of a grant, a finance system that restates itself, undo and redo.

The machine is made for a store, so that it drives the one in memory and the real ones alike.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fundingapp.application.commands.adjustments import (
    AddAccrual,
    AddAdjustment,
    ChangeAdjustment,
    RemoveAccrual,
    RemoveAdjustment,
    ReverseAccrual,
)
from fundingapp.application.commands.agreements import (
    AddAgreement,
    ChangeAgreement,
    ChangeTerms,
    RemoveAgreement,
    Reprofile,
)
from fundingapp.application.commands.allocations import (
    CloseAllocation,
    ConfirmAllocation,
    ConfirmResource,
    CorrectAllocation,
    NotifyAllocation,
    ReviseAllocation,
    WithdrawAllocation,
)
from fundingapp.application.commands.grants import (
    AddGrant,
    AddProject,
    MoveBudget,
    RecordPlan,
    SetForecast,
    SetUpPartnership,
)
from fundingapp.application.commands.imports import (
    DecideChange,
    ImportLedger,
    RemoveImport,
    ReviewChanges,
)
from fundingapp.application.commands.locks import LockPeriods, ReopenPeriods
from fundingapp.application.commands.matching import (
    AddRules,
    ApplyRules,
    ChargeLine,
    ChargeLines,
    ChargePart,
    ClearCharges,
)
from fundingapp.application.commands.returns import SaveReturn, SubmitReturn
from fundingapp.application.commands.rules import Placing, SaveRule
from fundingapp.application.desk import Desk
from fundingapp.application.effect import NOTHING_TO_UNDO, Command
from fundingapp.application.ports import BatchState, LineFilter, OpenWork, UnitOfWork
from fundingapp.application.queries.heads import heads_of
from fundingapp.application.queries.positions import position_of
from fundingapp.domain.adjustments import REVERSING, Accrual, Adjustment, AdjustmentType
from fundingapp.domain.agreements import Agreement, Split, share_evenly
from fundingapp.domain.allocations import Allocation, AllocationStatus, BudgetMovement, Resource
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import BudgetHead, Kind, Partnership, Project
from fundingapp.domain.ids import (
    AccrualId,
    AdjustmentId,
    AgreementId,
    AllocationId,
    BatchId,
    FundId,
    LineId,
    ProjectId,
    ReturnId,
    RuleId,
)
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import Disposition, parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.reconciliation import reconcile
from tests.builders_core import (
    ALL_FIELDS,
    NEXT_YEAR,
    YEAR,
    day,
    make_download,
    make_line,
    make_plan,
    make_plan_line,
    make_rule,
)
from tests.fakes import REFERENCES, make_tools
from tests.footing import assert_grant_foots

NewStore = Callable[[], AbstractContextManager[OpenWork]]

YEARS = (YEAR, NEXT_YEAR)
REFS = ("P-01", "P-02", "P-03", "P-04")
SUPPLIERS = ("Safer Streets Ltd", "Youth Trust", "City Council")
TARGETS = (
    *REFS,
    "income",
    "excluded: not grant money",
    "split P-01 60%, P-02 40%",
    "split P-02 1%, P-03 99%",
)

years = st.sampled_from(YEARS)
refs = st.sampled_from(REFS)
amounts = st.integers(-50_00, 200_00).map(Money)
above_nought = st.integers(1, 300_00).map(Money)
periods = st.integers(1, 13)

#: Two lines that every download holds, so that each speaks about both years from end to end.
FRAME = (
    make_line("FIRST", "1.00", period=1),
    make_line("LAST", "1.00", year=NEXT_YEAR, period=13),
)


def figures_of(open_work: OpenWork) -> dict[str, object]:
    """Everything that a person could see, by name: what undo must bring back and redo make again."""
    with open_work(reading=True) as work:
        ledger = work.ledger
        live = [kept for kept in ledger.batches() if kept.value.state is BatchState.LIVE]
        held = {entry.id: entry.line for entry in ledger.held().values()}
        found: dict[str, object] = {
            kind: [(kept.id, kept.value) for kept in getattr(work, kind).all()]
            for kind in REFERENCES
            if kind != "alarms"  # they tell what happened, and undoing does not make it never have happened
        }
        found["imports"] = [(kept.id, kept.value) for kept in live]
        found["changes"] = [(kept.id, ledger.changes(BatchId(kept.id))) for kept in live]
        found["lines"] = held
        found["charges"] = ledger.charges_of(list(held))
        found["waiting"] = list(ledger.waiting())
        found["counts"] = ledger.counts(LineFilter())
        for year in YEARS:
            found[f"charge sums {year}"] = sorted(ledger.charge_sums(year), key=str)
            found[f"ledger sums {year}"] = ledger.ledger_sums(year)
            found[f"control sums {year}"] = ledger.control_sums(year)
            for kept in work.funds.all():
                for to_period in (None, 6):
                    position = position_of(work, FundId(kept.id), year, to_period)
                    name = f"{kept.value.name} {year} to {to_period}"
                    found[name] = position
                    found[f"identities of {name}"] = reconcile(position)
        return found


def assert_same(found: dict[str, object], expected: dict[str, object]) -> None:
    """Names what differs, since the whole is too much to read."""
    names = [*expected, *(name for name in found if name not in expected)]
    differing = {
        name: (found.get(name), expected.get(name)) for name in names if found.get(name) != expected.get(name)
    }
    assert not differing, f"differs (found, expected): {differing}"


def journal_length(open_work: OpenWork) -> int:
    with open_work(reading=True) as work:
        return len(work.journal.lines())


class DeskMachine(RuleBasedStateMachine):
    """Does, undoes and redoes; after each step the figures must be those of that point in the history."""

    def __init__(self, new_store: NewStore) -> None:
        super().__init__()
        self._context = new_store()
        self.open_work = self._context.__enter__()
        self.desk = Desk(make_tools(self.open_work))
        self.finance: dict[str, LedgerLine] = {line.key: line for line in FRAME}
        self.history = [figures_of(self.open_work)]
        self.at = 0
        self.downloads = 0

    # what every step goes through

    def work(self) -> AbstractContextManager[UnitOfWork]:
        return self.open_work(reading=True)

    def do(self, command: Command[Any]) -> None:
        records = journal_length(self.open_work)
        try:
            effect = self.desk.do(command)
        except ExpectedError:
            assert_same(figures_of(self.open_work), self.history[self.at])
            assert journal_length(self.open_work) == records
            return
        now = figures_of(self.open_work)
        if effect.inverse is NOTHING_TO_UNDO:
            assert_same(now, self.history[self.at])
            assert journal_length(self.open_work) == records
            return
        assert effect.inverse is not None
        assert effect.changed, f"{command} changed no topic"
        assert self.desk.undo_name == effect.name
        assert self.desk.redo_name is None
        assert journal_length(self.open_work) == records + 1
        self.history[self.at + 1 :] = [now]
        self.at += 1

    # setting up

    @initialize(received=above_nought, third=above_nought)
    def start_with_a_grant(self, received: Money, third: Money) -> None:
        """Most work needs a grant; without this most sequences would be refusals."""
        self.record_plan("Locality Fund", YEAR, received, [third, received, received])

    @rule(
        fund=st.sampled_from(("Locality Fund", "Home Office Fund")),
        year=years,
        received=above_nought,
        parts=st.lists(above_nought, min_size=1, max_size=4),
    )
    def record_plan(self, fund: str, year: Any, received: Money, parts: list[Money]) -> None:
        kinds = ("revenue", "revenue", "contingency", "capital")
        lines = [
            make_plan_line(ref, str(part), kind) for ref, part, kind in zip(REFS, parts, kinds, strict=False)
        ]
        plan = make_plan(*lines, received=str(received))
        self.do(RecordPlan(plan, fund, "The Commissioner", year, "plan.csv"))

    @rule(year=years, amount=above_nought)
    def add_grant(self, year: Any, amount: Money) -> None:
        self.do(AddGrant("Police Fund", "The Commissioner", year, ((Kind.REVENUE, amount),)))

    @rule(
        data=st.data(),
        year=years,
        kind=st.sampled_from(Kind),
        amount=above_nought,
        resource=st.sampled_from(Resource),
        status=st.sampled_from((AllocationStatus.INDICATIVE, AllocationStatus.CONFIRMED)),
        dated=st.sampled_from(("2018-03-01", "2018-06-01")),
    )
    def notify(
        self,
        data: st.DataObject,
        year: Any,
        kind: Kind,
        amount: Money,
        resource: Resource,
        status: AllocationStatus,
        dated: str,
    ) -> None:
        fund = self._fund(data)
        if fund is not None:
            notice = Allocation(fund, year, kind, amount, resource, status, day(dated), "a letter")
            self.do(NotifyAllocation(notice))

    @rule(
        data=st.data(),
        amount=above_nought,
        what=st.sampled_from(("confirm", "revise", "withdraw", "correct")),
    )
    def move_allocation(self, data: st.DataObject, amount: Money, what: str) -> None:
        for id, held in self._some("allocations", data):
            key, dated = AllocationId(id), day("2018-06-01")
            commands: dict[str, Command[Any]] = {
                "confirm": ConfirmResource(key, held, amount, dated, "a letter"),
                "revise": ReviseAllocation(key, held, amount, dated, "a cut"),
                "withdraw": WithdrawAllocation(key, held, dated, "ended"),
                "correct": CorrectAllocation(key, held, replace(held, amount=amount), "mistyped"),
            }
            self.do(commands[what])

    @rule(data=st.data(), year=years, split=st.dictionaries(st.sampled_from(Kind), above_nought, max_size=2))
    def confirm_or_close(self, data: st.DataObject, year: Any, split: dict[Kind, Money]) -> None:
        fund, dated = self._fund(data), day("2018-06-01")
        if fund is not None and split:
            self.do(ConfirmAllocation(fund, year, tuple(split.items()), dated, "a letter"))
        elif fund is not None:
            self.do(CloseAllocation(fund, year, dated))

    @rule(data=st.data(), whole=above_nought, more=st.integers(0, 2))
    def add_agreement(self, data: st.DataObject, whole: Money, more: int) -> None:
        fund = self._fund(data)
        if fund is not None:
            agreement = Agreement(fund, "Agreement", YEAR, FinancialYear(YEAR.start + more))
            self.do(
                AddAgreement(agreement, (Split(Kind.REVENUE, whole, share_evenly(whole, agreement.years)),))
            )

    @rule(
        data=st.data(), amount=above_nought, what=st.sampled_from(("reprofile", "terms", "amend", "remove"))
    )
    def change_agreement(self, data: st.DataObject, amount: Money, what: str) -> None:
        for id, held in self._some("agreements", data):
            key = AgreementId(id)
            split = Split(Kind.REVENUE, amount, share_evenly(amount, held.years))
            commands: dict[str, Command[Any]] = {
                "reprofile": Reprofile(
                    key, Kind.REVENUE, held.from_year, held.to_year, amount, "a letter", day("2018-06-01")
                ),
                "terms": ChangeTerms(key, held, replace(held.terms, own_limit=amount)),
                "amend": ChangeAgreement(key, held, held, (split,), "variation 1"),
                "remove": RemoveAgreement(key),
            }
            self.do(commands[what])

    @rule(name=st.sampled_from(("Safer Charnwood", "Safer Leicester", " ")))
    def set_up_partnership(self, name: str) -> None:
        self.do(SetUpPartnership(Partnership(name)))

    @rule(ref=refs, year=years, kind=st.sampled_from(Kind), amount=above_nought, data=st.data())
    def add_project(self, ref: str, year: Any, kind: Kind, amount: Money, data: st.DataObject) -> None:
        funds = self._funds()
        if funds:
            fund = data.draw(st.sampled_from(funds))
            self.do(AddProject(Project(ref, f"Project {ref}"), fund, year, kind, amount))

    @rule(data=st.data(), year=years, amount=above_nought)
    def move_budget(self, data: st.DataObject, year: Any, amount: Money) -> None:
        lines = [None, *self._projects()]
        source, target = data.draw(st.sampled_from(lines)), data.draw(st.sampled_from(lines))
        fund = self._fund(data)
        if fund is not None:
            movement = BudgetMovement(
                fund, year, Kind.REVENUE, source, target, amount, day("2018-10-01"), "costs moved"
            )
            self.do(MoveBudget(movement))

    @rule(data=st.data(), period=periods, amount=amounts, reverses=st.sampled_from((None, 1, 13)))
    def add_accrual(self, data: st.DataObject, period: int, amount: Money, reverses: int | None) -> None:
        head = self._head(data)
        if head is not None:
            self.do(
                AddAccrual(
                    Accrual(
                        head.project,
                        head.fund,
                        head.kind,
                        YEAR,
                        period,
                        amount,
                        "Youth Trust",
                        "work done",
                        NEXT_YEAR if reverses else None,
                        reverses,
                    ),
                    ("invoice 12",),
                )
            )

    @rule(data=st.data(), year=years, period=periods)
    def reverse_accrual(self, data: st.DataObject, year: Any, period: int) -> None:
        for id, _ in self._some("accruals", data):
            self.do(ReverseAccrual(AccrualId(id), year, period))

    @rule(data=st.data())
    def remove_accrual(self, data: st.DataObject) -> None:
        for id, _ in self._some("accruals", data):
            self.do(RemoveAccrual(AccrualId(id)))

    @rule(
        data=st.data(),
        type=st.sampled_from(AdjustmentType),
        year=years,
        period=periods,
        amount=amounts,
        reverses=st.none() | periods,
        linked=st.booleans(),
    )
    def add_adjustment(
        self,
        data: st.DataObject,
        type: AdjustmentType,
        year: Any,
        period: int,
        amount: Money,
        reverses: int | None,
        linked: bool,
    ) -> None:
        head = self._head(data)
        if head is None:
            return
        line = accrual = None
        if linked:
            with self.work() as work:
                lines = [
                    (entry.id, entry.line.amount)
                    for entry in work.ledger.held().values()
                    if entry.line.year == year
                    and head in [at.charge.head for at in work.ledger.charges_of([entry.id])[entry.id]]
                ]
            if lines:
                line, whole = data.draw(st.sampled_from(sorted(lines, key=str)))
                amount = -whole if type.only_takes_off else whole
        if type is AdjustmentType.WRITE_OFF:
            for id, _ in self._some("accruals", data):
                accrual = AccrualId(id)
        entry = Adjustment(
            type,
            head.project,
            head.fund,
            head.kind,
            year,
            period,
            amount,
            "as agreed",
            line,
            accrual,
            year.next if reverses and type in REVERSING else None,
            reverses if type in REVERSING else None,
        )
        self.do(AddAdjustment(entry, ("minute 7", "invoice 12")[: data.draw(st.integers(1, 2))]))

    @rule(data=st.data(), amount=amounts, period=periods)
    def change_adjustment(self, data: st.DataObject, amount: Money, period: int) -> None:
        for id, entry in self._some("adjustments", data):
            after = replace(entry, amount=amount, period=period)
            self.do(ChangeAdjustment(AdjustmentId(id), after, ("minute 8",)))

    @rule(data=st.data())
    def remove_adjustment(self, data: st.DataObject) -> None:
        for id, _ in self._some("adjustments", data):
            self.do(RemoveAdjustment(AdjustmentId(id)))

    @rule(year=years, to_period=periods, lock=st.booleans())
    def lock_or_reopen(self, year: Any, to_period: int, lock: bool) -> None:
        """More often opened than locked, so that most sequences can go on."""
        if lock:
            self.do(LockPeriods(year, min(to_period, 4), "the quarter is agreed"))
        else:
            self.do(ReopenPeriods(year, "an invoice came late", min(to_period, 2)))

    @rule(data=st.data(), year=years, from_period=st.integers(1, 13), amount=amounts)
    def set_forecast(self, data: st.DataObject, year: Any, from_period: int, amount: Money) -> None:
        head = self._head(data)
        if head is not None:
            self.do(SetForecast(head.project, head.fund, head.kind, year, from_period, amount))

    # the ledger

    @rule(data=st.data(), apply_rules=st.booleans(), keep_some=st.booleans())
    def import_ledger(self, data: st.DataObject, apply_rules: bool, keep_some: bool) -> None:
        """The finance system adds, words anew, restates and drops lines, then gives a download."""
        keys = [key for key in self.finance if key not in ("FIRST", "LAST")]
        touched = data.draw(st.lists(st.sampled_from(keys), unique=True, max_size=3)) if keys else []
        for key in touched:
            line = self.finance[key]
            match data.draw(st.sampled_from(("reword", "amount", "period", "year", "drop"))):
                case "reword":
                    self.finance[key] = line._replace(supplier=data.draw(st.sampled_from(SUPPLIERS)))
                case "amount":
                    self.finance[key] = line._replace(amount=data.draw(amounts))
                case "period":
                    self.finance[key] = line._replace(period=data.draw(periods))
                case "year":
                    self.finance[key] = line._replace(year=data.draw(years))
                case _:
                    del self.finance[key]
        for _ in range(data.draw(st.integers(0, 3))):
            key = f"T{data.draw(st.integers(1, 12))}"
            if key not in self.finance:
                self.finance[key] = make_line(
                    key,
                    data.draw(amounts),
                    year=data.draw(years),
                    period=data.draw(periods),
                    cost_centre=data.draw(st.sampled_from(("CS100", "CS200"))),
                    supplier=data.draw(st.sampled_from(SUPPLIERS)),
                )
        self.downloads += 1
        lines = [line._replace(row=row) for row, line in enumerate(self.finance.values(), start=2)]
        fields = data.draw(st.sampled_from((ALL_FIELDS, ALL_FIELDS - {"supplier"})))
        self.do(
            ImportLedger(
                make_download(lines, f"download {self.downloads}.csv", fields=fields),
                keep=frozenset(touched[:1]) if keep_some else frozenset(),
                apply_rules=apply_rules,
            )
        )

    @precondition(lambda self: self.downloads)
    @rule()
    def import_the_same_again(self) -> None:
        lines = [line._replace(row=row) for row, line in enumerate(self.finance.values(), start=2)]
        self.do(ImportLedger(make_download(lines, f"download {self.downloads}.csv")))

    @rule(data=st.data())
    def remove_import(self, data: st.DataObject) -> None:
        batches = self._imports()
        if batches:
            self.do(RemoveImport(data.draw(st.sampled_from(batches))))

    @rule(data=st.data(), reviewed=st.booleans())
    def review_changes(self, data: st.DataObject, reviewed: bool) -> None:
        for batch, lines in self._changed(data):
            self.do(ReviewChanges(batch, tuple(lines), reviewed))

    @rule(data=st.data(), take=st.booleans())
    def decide_change(self, data: st.DataObject, take: bool) -> None:
        for batch, lines in self._changed(data):
            self.do(DecideChange(batch, lines[0], take))

    # placing lines

    @rule(
        charge_to=st.sampled_from(TARGETS),
        supplier=st.sampled_from(("", *SUPPLIERS)),
        order=st.integers(1, 3),
    )
    def add_rules(self, charge_to: str, supplier: str, order: int) -> None:
        self.do(AddRules((make_rule(order, charge_to, supplier=supplier),)))

    @rule(data=st.data(), charge_to=st.sampled_from(TARGETS), order=st.integers(1, 4), on=st.booleans())
    def save_rule(self, data: st.DataObject, charge_to: str, order: int, on: bool) -> None:
        with self.work() as work:
            held = work.rules.all()
        kept = data.draw(st.sampled_from((None, *held)))
        supplier = data.draw(st.sampled_from(SUPPLIERS))
        made = replace(make_rule(order, charge_to, supplier=supplier), on=on)
        placing = data.draw(st.sampled_from(Placing))
        if kept is None:
            self.do(SaveRule(made, placing=placing))
        else:
            self.do(SaveRule(made, RuleId(kept.id), kept.value, placing))

    @rule()
    def apply_rules(self) -> None:
        self.do(ApplyRules())

    @rule(data=st.data(), weights=st.lists(st.integers(1, 9), min_size=1, max_size=3))
    def charge_line(self, data: st.DataObject, weights: list[int]) -> None:
        lines, heads = self._lines(), self._heads()
        if not lines or not heads:
            return
        line = data.draw(st.sampled_from(lines))
        with self.work() as work:
            amount = work.ledger.held_line(line).line.amount
        parts = []
        for part in amount.share(weights):
            head = data.draw(st.sampled_from([None, *heads]))
            disposition = Disposition.PROJECT if head else Disposition.EXCLUDED
            parts.append(ChargePart(part, disposition, head))
        self.do(ChargeLine(line, tuple(parts), "as the invoice says"))

    @rule(data=st.data(), charge_to=st.sampled_from(TARGETS))
    def charge_lines(self, data: st.DataObject, charge_to: str) -> None:
        self.do(ChargeLines(self._some_lines(data), parse_target(charge_to), "looked up"))

    @rule(data=st.data())
    def clear_charges(self, data: st.DataObject) -> None:
        self.do(ClearCharges(self._some_lines(data)))

    # the return to the commissioner

    @rule(data=st.data(), year=years, quarter=st.integers(1, 4))
    def save_return(self, data: st.DataObject, year: Any, quarter: int) -> None:
        fund = self._fund(data)
        if fund is not None:
            self.do(SaveReturn(fund, year, quarter, Path("return.xlsx")))

    @rule(data=st.data())
    def submit_return(self, data: st.DataObject) -> None:
        with self.work() as work:
            saved = [ReturnId(kept.id) for kept in work.returns.all()]
        if saved:
            self.do(SubmitReturn(data.draw(st.sampled_from(saved))))

    # taking back

    @precondition(lambda self: self.at > 0)
    @rule(steps=st.integers(1, 5))
    def undo(self, steps: int) -> None:
        for _ in range(min(steps, self.at)):
            self.undo_one()

    @precondition(lambda self: self.at < len(self.history) - 1)
    @rule(steps=st.integers(1, 5))
    def redo(self, steps: int) -> None:
        for _ in range(min(steps, len(self.history) - 1 - self.at)):
            self.redo_one()

    def undo_one(self) -> None:
        name = self.desk.undo_name
        assert self.desk.undo() is not None
        self.at -= 1
        assert_same(figures_of(self.open_work), self.history[self.at])
        assert self.desk.redo_name == name

    def redo_one(self) -> None:
        name = self.desk.redo_name
        assert self.desk.redo() is not None
        self.at += 1
        assert_same(figures_of(self.open_work), self.history[self.at])
        assert self.desk.undo_name == name

    def teardown(self) -> None:
        """Every figure foots; then everything back to the start, and everything forward to the end."""
        try:
            for fund in self._funds():
                for year in YEARS:
                    assert_grant_foots(self.desk, fund, year, None)
            while self.at:
                self.undo_one()
            assert self.desk.undo() is None
            while self.at < len(self.history) - 1:
                self.redo_one()
            assert self.desk.redo() is None
        finally:
            self._context.__exit__(None, None, None)

    # what holds at every moment

    @invariant()
    def the_books_hold_together(self) -> None:
        """Only what a person has left open may fail: lines that wait, lines kept as they were, money over-promised."""
        with self.work() as work:
            kept_as_it_was = any(
                not change.taken for batch in self._imports() for change in work.ledger.changes(batch)
            )
            for kept in work.funds.all():
                for year in YEARS:
                    position = position_of(work, FundId(kept.id), year, 13)
                    failing = self.failing(work, FundId(kept.id), year)
                    allowed = {"R10"} if position.waiting_lines else set()
                    allowed |= {"R2"} if position.over_programmed else set()
                    allowed |= {"R9"} if kept_as_it_was else set()
                    allowed |= {"R13"} if any(entry.open for entry in position.carried) else set()
                    allowed |= {"R14"} if position.overdrawn else set()
                    allowed |= self.left_open(work, FundId(kept.id), year)
                    assert failing <= allowed, f"{failing} fail for {kept.value.name} {year}"

    def failing(self, work: UnitOfWork, fund: FundId, year: Any) -> set[str]:
        """The identities that fail at the end of *year*."""
        position = position_of(work, fund, year, 13)
        return {identity.id for identity in reconcile(position) if not identity.holds}

    def left_open(self, work: UnitOfWork, fund: FundId, year: Any) -> set[str]:
        """The identities that may fail because of what a person has yet to do."""
        return set()

    # what there is to choose from

    def _projects(self) -> list[ProjectId]:
        with self.work() as work:
            return [ProjectId(kept.id) for kept in work.projects.all()]

    def _funds(self) -> list[FundId]:
        with self.work() as work:
            return [FundId(kept.id) for kept in work.funds.all()]

    def _fund(self, data: st.DataObject) -> FundId | None:
        funds = self._funds()
        return data.draw(st.sampled_from(funds)) if funds else None

    def _heads(self) -> list[BudgetHead]:
        with self.work() as work:
            return sorted({head for heads in heads_of(work).values() for head in heads}, key=str)

    def _head(self, data: st.DataObject) -> BudgetHead | None:
        heads = self._heads()
        return data.draw(st.sampled_from(heads)) if heads else None

    def _some(self, kind: str, data: st.DataObject) -> list[tuple[int, Any]]:
        """One row of that kind with its id, or nothing."""
        with self.work() as work:
            rows = [(kept.id, kept.value) for kept in getattr(work, kind).all()]
        return [data.draw(st.sampled_from(rows))] if rows else []

    def _lines(self) -> list[LineId]:
        with self.work() as work:
            return sorted(entry.id for entry in work.ledger.held().values())

    def _some_lines(self, data: st.DataObject) -> tuple[LineId, ...]:
        lines = self._lines()
        return tuple(data.draw(st.lists(st.sampled_from(lines), unique=True, max_size=4))) if lines else ()

    def _imports(self) -> list[BatchId]:
        with self.work() as work:
            return [BatchId(kept.id) for kept in work.ledger.batches() if kept.value.state is BatchState.LIVE]

    def _changed(self, data: st.DataObject) -> list[tuple[BatchId, list[LineId]]]:
        """An import with changed lines and some of those, or nothing."""
        with self.work() as work:
            found = {
                batch: [change.line for change in work.ledger.changes(batch)] for batch in self._imports()
            }
        found = {batch: lines for batch, lines in found.items() if lines}
        if not found:
            return []
        batch = data.draw(st.sampled_from(sorted(found)))
        return [(batch, data.draw(st.permutations(found[batch])))]


def desk_machine(new_store: NewStore) -> type[RuleBasedStateMachine]:
    """The machine for stores that *new_store* opens, each empty and closed again when the example ends."""

    class Machine(DeskMachine):
        def __init__(self) -> None:
            super().__init__(new_store)

    return Machine
