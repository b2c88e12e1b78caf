"""Locked periods: what sits in them stays as it is; what comes for them later waits for a person (bad-inputs L)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.adjustments import (
    AddAccrual,
    AddAdjustment,
    AttachEvidence,
    ChangeAdjustment,
    RemoveAccrual,
    RemoveAdjustment,
    ReverseAccrual,
)
from fundingapp.application.commands.grants import AddProject, SetForecast
from fundingapp.application.commands.imports import DecideChange, Imported, ImportLedger, RemoveImport
from fundingapp.application.commands.locks import LockPeriods, ReopenPeriods
from fundingapp.application.commands.matching import (
    AddRules,
    ApplyRules,
    ChargeLine,
    ChargeLines,
    ChargePart,
    ClearCharges,
)
from fundingapp.application.commands.records import ChangeRecord
from fundingapp.application.commands.returns import SaveReturn
from fundingapp.application.commands.rules import PlaceAnew
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.queries.lines import LineDetail
from fundingapp.application.queries.locks import LockedPeriods
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.returns import QuarterChange, ReturnDraft
from fundingapp.domain.adjustments import Accrual, Adjustment, AdjustmentType
from fundingapp.domain.errors import CannotChargeError, ExpectedError
from fundingapp.domain.funds import BudgetHead, Kind, Project
from fundingapp.domain.ids import (
    AccrualId,
    AdjustmentId,
    BatchId,
    EvidenceId,
    FundId,
    LineId,
    ProjectId,
    RuleId,
)
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import Disposition, parse_target
from fundingapp.domain.money import Money
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import (
    NEXT_YEAR,
    YEAR,
    day,
    make_download,
    make_line,
    make_rule,
    money,
    sent_return,
    set_up_grant,
)
from tests.fakes import FakeStore, make_tools
from tests.machines import assert_same, figures_of

FUND, P1 = FundId(1), ProjectId(1)
RECHARGE, ACCRUAL, BATCH = AdjustmentId(1), AccrualId(1), BatchId(1)
IN_LOCK, AFTER = LineId(1), LineId(2)
LINES = (make_line("T1", "10.00", period=2), make_line("T2", "20.00", period=8))


def bring(desk: Desk, *lines: LedgerLine, name: str = "ledger.csv", **options: Any) -> Imported:
    return desk.do(ImportLedger(make_download(lines, name), **options)).result


def adjust(period: int, **fields: Any) -> Adjustment:
    return Adjustment(
        AdjustmentType.RECHARGE, P1, FUND, Kind.REVENUE, YEAR, period, money("1.00"), "agreed", **fields
    )


def accrue(period: int, **fields: Any) -> AddAccrual:
    accrual = Accrual(P1, FUND, Kind.REVENUE, YEAR, period, money("3.00"), "Youth Trust", "work", **fields)
    return AddAccrual(accrual, ("order 5",))


@pytest.fixture
def locked(desk: Desk) -> Desk:
    """Two lines charged by rule, an adjustment and an accrual in period 2; periods 1 to 6 locked."""
    set_up_grant(desk)
    set_up_grant(desk, year=NEXT_YEAR)
    desk.do(AddRules((make_rule(1, "P-01"),)))
    bring(desk, *LINES, apply_rules=True)
    desk.do(AddAdjustment(adjust(2), ("minute 7",)))
    desk.do(accrue(2))
    desk.do(LockPeriods(YEAR, 6, "Q2 is agreed"))
    return desk


def part(amount: str) -> ChargePart:
    return ChargePart(money(amount), Disposition.PROJECT, BudgetHead(P1, FUND, Kind.REVENUE))


@pytest.mark.parametrize(
    "command",
    [
        ChargeLine(IN_LOCK, (part("10.00"),), "looked up"),
        ChargeLines((AFTER, IN_LOCK), parse_target("P-02"), "looked up"),
        ClearCharges((IN_LOCK,)),
        AddAdjustment(adjust(6), ("minute 8",)),
        ChangeAdjustment(RECHARGE, adjust(2), (), (EvidenceId(1),)),
        ChangeAdjustment(RECHARGE, adjust(8)),
        RemoveAdjustment(RECHARGE),
        accrue(6),
        RemoveAccrual(ACCRUAL),
        ReverseAccrual(ACCRUAL, YEAR, 5),
        RemoveImport(BATCH),
    ],
    ids=lambda command: type(command).__name__,
)
def test_L02_posting_into_a_locked_period(locked: Desk, store: FakeStore, command: Command[Any]) -> None:
    """Refused; the refusal names the lock, who set it, when, why, and what to do."""
    refusal = refusal_of(locked, store, command)
    assert refusal.code == "period_locked"
    assert (
        "Periods 1 to 6 (September) of 2018/19 are locked (by Ann on 15/01/2019: Q2 is agreed)"
        in refusal.message
    )
    assert "reopen the periods on Reconcile with a reason" in refusal.advice


def test_L02_what_reaches_no_locked_period_goes_on(locked: Desk, store: FakeStore) -> None:
    for command in (
        ChargeLines((AFTER,), parse_target("P-02"), "looked up"),
        AddAdjustment(adjust(7), ("minute 8",)),
        accrue(13, reverses_year=NEXT_YEAR, reverses_period=1),
        ReverseAccrual(ACCRUAL, YEAR, 7),
        AttachEvidence(RECHARGE, ("a second minute",)),
        SetForecast(P1, FUND, Kind.REVENUE, YEAR, 1, money("12.00")),
    ):
        assert_taken_back_and_done_again(locked, store, command)


def test_L02_what_was_done_before_the_lock_can_t_be_taken_back_by_another(
    store: FakeStore, desk: Desk
) -> None:
    """Somebody else locks the period between; undo then meets the lock and stays possible for later."""
    set_up_grant(desk)
    bring(desk, *LINES)
    desk.do(AddRules((make_rule(1, "P-01"),)))
    desk.do(ApplyRules())
    other = Desk(make_tools(store.open_work, who="Bob"))
    other.do(LockPeriods(YEAR, 2, "closed"))
    with pytest.raises(ExpectedError) as refusal:
        desk.undo()
    assert refusal.value.code == "period_locked"
    assert "by Bob" in refusal.value.message
    other.do(ReopenPeriods(YEAR, "one more look"))
    assert desk.undo() is not None


class TestALaterDownload:
    def test_a_new_line_for_a_locked_period_waits_with_a_finding(
        self, locked: Desk, store: FakeStore
    ) -> None:
        before = figures_of(store.open_work)
        late = make_line("T3", "5.00", period=3)
        made = bring(locked, *LINES, late, make_line("T4", "7.00", period=9), name="P9.csv", apply_rules=True)
        [finding] = [entry for entry in made.findings if entry.kind == "import.posted_into_locked"]
        assert "1 new line (£5.00) is posted into a locked period, the first T3 into period 3" in finding.text
        held = store.open_work(reading=True).ledger.held()
        detail = locked.ask(LineDetail(held["T3"].id))
        assert detail.row.charges == ()
        assert "Periods 1 to 6 (September) of 2018/19 are locked" in detail.waiting_because
        assert locked.ask(LineDetail(held["T4"].id)).row.projects == ("P-01",)
        assert locked.do(ApplyRules()).result.charged == 0
        locked.undo()
        assert_same(figures_of(store.open_work), before)
        locked.redo()

    def test_a_line_that_differs_there_is_kept_as_it_was(self, locked: Desk, store: FakeStore) -> None:
        spent = locked.ask(PositionOf(FUND, YEAR, 6)).position.spent
        restated = [LINES[0]._replace(amount=money("11.00")), LINES[1]._replace(supplier="Other")]
        made = bring(locked, *restated, name="P9.csv")
        [finding] = [entry for entry in made.findings if entry.kind == "import.locked_changed"]
        assert (
            "1 line of a locked period differs in this download, the first T1 (£1.00 together)"
            in finding.text
        )
        changes = {
            change.line: change.taken for change in store.open_work(reading=True).ledger.changes(made.batch)
        }
        assert changes == {IN_LOCK: False, AFTER: True}
        assert locked.ask(PositionOf(FUND, YEAR, 6)).position.spent == spent
        assert refusal_of(locked, store, DecideChange(made.batch, IN_LOCK, True)).code == "period_locked"
        locked.do(ReopenPeriods(YEAR, "the restatement is right"))
        locked.do(DecideChange(made.batch, IN_LOCK, True))
        assert locked.ask(PositionOf(FUND, YEAR, 6)).position.spent == spent + money("1.00")

    @pytest.mark.parametrize("gone", [True, False], ids=["vanished", "moved there from an open period"])
    def test_nothing_leaves_it_or_moves_into_it(self, locked: Desk, store: FakeStore, gone: bool) -> None:
        lines = [LINES[1]] if gone else [LINES[0], LINES[1]._replace(period=4)]
        before = locked.ask(PositionOf(FUND, YEAR, 13)).position.spent
        made = bring(locked, *lines, make_line("T9", "1.00", period=1), name="P9.csv")
        [change] = store.open_work(reading=True).ledger.changes(made.batch)
        assert not change.taken
        assert locked.ask(PositionOf(FUND, YEAR, 13)).position.spent == before

    def test_the_import_that_brought_only_lines_that_wait_there_can_be_taken_back(self, locked: Desk) -> None:
        made = bring(locked, *LINES, make_line("T3", "5.00", period=3), name="P9.csv")
        assert locked.do(RemoveImport(made.batch)).result == made.batch

    def test_an_import_that_was_taken_back_is_not_put_back_into_it(
        self, desk: Desk, store: FakeStore
    ) -> None:
        """It comes in anew instead, and what it brings for the locked period waits."""
        set_up_grant(desk)
        desk.do(AddRules((make_rule(1, "P-01"),)))
        first = bring(desk, *LINES, apply_rules=True)
        desk.do(RemoveImport(first.batch))
        desk.do(LockPeriods(YEAR, 6, "Q2 is agreed"))
        again = bring(desk, *LINES, apply_rules=True)
        assert again.batch != first.batch
        held = store.open_work(reading=True).ledger.held()
        charges = store.open_work(reading=True).ledger.charges_of([entry.id for entry in held.values()])
        assert {key: len(charges[held[key].id]) for key in held} == {"T1": 0, "T2": 1}


def test_rules_that_place_their_lines_anew_leave_locked_ones_as_they_are(
    locked: Desk, store: FakeStore
) -> None:
    with store.open_work(reading=True) as work:
        before = work.ledger.charges_of([IN_LOCK])
        [kept] = work.rules.all()
    assert_taken_back_and_done_again(locked, store, PlaceAnew((RuleId(kept.id),)))
    assert store.open_work(reading=True).ledger.charges_of([IN_LOCK]) == before
    assert store.open_work(reading=True).ledger.charges_of([AFTER])[AFTER][0].run is not None


class TestLocking:
    def locks(self, desk: Desk) -> list[tuple[str, int, str]]:
        found = desk.ask(LockedPeriods())
        return [(str(kept.value.year), kept.value.to_period, kept.value.reason) for kept in found]

    def test_periods_are_locked_further_and_opened_again_in_part(self, desk: Desk, store: FakeStore) -> None:
        assert_taken_back_and_done_again(desk, store, LockPeriods(YEAR, 3, "Q1 is agreed"))
        assert desk.undo_name == "lock periods 1 to 3 (June) of 2018/19"
        assert_taken_back_and_done_again(desk, store, LockPeriods(YEAR, 6, "Q2 is agreed"))
        assert self.locks(desk) == [("2018/19", 6, "Q2 is agreed")]
        assert_taken_back_and_done_again(desk, store, ReopenPeriods(YEAR, "a late invoice", 5))
        assert self.locks(desk) == [("2018/19", 4, "Q2 is agreed")]
        assert_taken_back_and_done_again(desk, store, ReopenPeriods(YEAR, "audit"))
        assert self.locks(desk) == []

    def test_the_history_keeps_why_it_was_opened(self, desk: Desk, store: FakeStore) -> None:
        desk.do(LockPeriods(YEAR, 3, "Q1 is agreed"))
        desk.do(ReopenPeriods(YEAR, "a late invoice"))
        line = store.open_work(reading=True).journal.lines(1)[0]
        assert line.sentence == "reopen the periods of 2018/19: a late invoice"
        assert line.before["removed"][0]["value"]["reason"] == "Q1 is agreed"

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (LockPeriods(YEAR, 14, "why"), "lock_period"),
            (LockPeriods(YEAR, 0, "why"), "lock_period"),
            (LockPeriods(YEAR, 9, " "), "no_reason"),
            (LockPeriods(YEAR, 6, "again"), "locked_already"),
            (LockPeriods(YEAR, 5, "less"), "locked_further"),
            (ReopenPeriods(YEAR, " "), "no_reason"),
            (ReopenPeriods(YEAR, "why", 7), "not_locked"),
            (ReopenPeriods(YEAR, "why", 14), "lock_period"),
            (ReopenPeriods(NEXT_YEAR, "why"), "not_locked"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, desk: Desk, store: FakeStore, command: Command[Any], code: str
    ) -> None:
        desk.do(LockPeriods(YEAR, 6, "Q2 is agreed"))
        assert refusal_of(desk, store, command).code == code


# Other cases of the section on ledgers


def test_L01_a_ledger_total_that_differs_from_the_control_total_by_a_penny(desk: Desk) -> None:
    """The reconciliation stays open, and shows the penny."""
    set_up_grant(desk)
    bring(desk, *LINES)
    restated = LINES[0]._replace(amount=money("10.01"))
    bring(desk, restated, LINES[1], name="P9.csv", keep=frozenset({"T1"}))
    [control] = [entry for entry in desk.ask(PositionOf(FUND, YEAR, 13)).identities if entry.id == "R9"]
    assert (control.holds, control.difference) == (False, money("-0.01"))
    with pytest.raises(ExpectedError) as refusal:
        bring(desk, *LINES, name="P10.csv", control_total=money("30.01"))
    assert "sums to £30.00, the control total is £30.01: −£0.01 apart" in refusal.value.message


def test_L04_one_invoice_over_two_grants_above_100_percent(desk: Desk, store: FakeStore) -> None:
    """Refused (R11): the parts of a line are never more than the line, whatever grants they go to."""
    set_up_grant(desk)
    set_up_grant(desk, fund="Home Office Fund")
    bring(desk, *LINES)
    heads = [BudgetHead(P1, FundId(number), Kind.REVENUE) for number in (1, 2)]
    parts = tuple(ChargePart(money("6.00"), Disposition.PROJECT, head) for head in heads)
    refusal = refusal_of(desk, store, ChargeLine(IN_LOCK, parts, "shared"))
    assert refusal.message == "The parts leave −£2.00 of £10.00 uncharged."


class TestL05SpendOutsideTheProjectsTime:
    @pytest.fixture
    def dated(self, desk: Desk) -> Desk:
        """P-01 runs from June to the end of August 2018."""
        set_up_grant(desk)
        project = Project("P-01", "Project P-01", theme="Safer")
        desk.do(
            ChangeRecord(
                "projects",
                P1,
                project,
                Project(
                    "P-01",
                    "Project P-01",
                    theme="Safer",
                    starts_on=day("2018-06-01"),
                    ends_on=day("2018-08-31"),
                ),
                "date P-01",
            )
        )
        desk.do(
            AddRules((make_rule(1, "P-01", cost_centre="CS100"), make_rule(2, "P-02", cost_centre="CS200")))
        )
        return desk

    @pytest.mark.parametrize(
        ("posted", "held"),
        [
            ("2018-05-31", True),
            ("2018-06-01", False),
            ("2018-08-31", False),
            ("2018-09-01", True),
            (None, False),
        ],
    )
    def test_L05_it_is_held_for_decision_with_the_dates(
        self, dated: Desk, posted: str | None, held: bool
    ) -> None:
        line = make_line("T1", "10.00", posted_on=day(posted) if posted else None)
        bring(dated, line, make_line("T2", "1.00", cost_centre="CS200"), apply_rules=True)
        detail = dated.ask(LineDetail(LineId(1)))
        assert (detail.row.charges == ()) is held
        if held and posted:
            assert "P-01 runs from 01/06/2018 to 31/08/2018, and this line is dated" in detail.waiting_because
            assert f"{day(posted):%d/%m/%Y}" in detail.waiting_because

    def test_L05_a_person_may_charge_it_with_a_reason(self, dated: Desk, store: FakeStore) -> None:
        bring(dated, make_line("T1", "10.00", posted_on=day("2018-09-01")), apply_rules=True)
        command = ChargeLine(LineId(1), (part("10.00"),), "delivered in August, invoiced late")
        assert_taken_back_and_done_again(dated, store, command)
        with pytest.raises(CannotChargeError):
            dated.do(ChargeLine(LineId(1), (part("10.00"),), " "))

    def test_L05_a_year_without_an_award_is_outside_the_grant_too(self, dated: Desk) -> None:
        bring(dated, make_line("T1", "10.00", year=NEXT_YEAR), apply_rules=True)
        because = dated.ask(LineDetail(LineId(1))).waiting_because
        assert because == "Rule 1: cost centre is “CS100”, but P-01 has no award in 2019/20."


class TestL12ChangedSinceSubmission:
    @pytest.fixture
    def sent(self, desk: Desk) -> Desk:
        set_up_grant(desk)
        bring(desk, *LINES)
        desk.do(ChargeLines((IN_LOCK, AFTER), parse_target("P-01"), "theirs"))
        saved = desk.do(SaveReturn(FUND, YEAR, 1, Path("Q1.xlsx"))).result
        sent_return(desk, saved.id)
        return desk

    @staticmethod
    def changed(desk: Desk) -> dict[int, tuple[QuarterChange, ...]]:
        return dict(desk.ask(ReturnDraft(FUND, YEAR, 1)).changed)

    def test_L12_un_matching_a_line_of_a_quarter_that_was_sent_is_told(self, sent: Desk) -> None:
        assert self.changed(sent) == {}
        sent.do(ClearCharges((IN_LOCK,)))
        assert self.changed(sent) == {
            1: (QuarterChange("P-01", Kind.REVENUE, 1, money("10.00"), Money.ZERO),)
        }
        sent.undo()
        assert self.changed(sent) == {}

    def test_L12_so_is_a_charge_to_a_project_that_it_did_not_have(self, sent: Desk) -> None:
        sent.do(AddProject(Project("P-07", "New"), FUND, YEAR, Kind.REVENUE, money("5.00")))
        sent.do(ChargeLines((IN_LOCK,), parse_target("P-07"), "theirs"))
        assert [(change.ref, change.stated, change.now) for change in self.changed(sent)[1]] == [
            ("P-01", money("10.00"), Money.ZERO),
            ("P-07", Money.ZERO, money("10.00")),
        ]

    def test_L12_a_later_quarter_changes_nothing_and_an_adjustment_there_does(self, sent: Desk) -> None:
        sent.do(ClearCharges((AFTER,)))
        assert self.changed(sent) == {}
        sent.do(AddAdjustment(adjust(3), ("minute 7",)))
        assert [change.now for change in self.changed(sent)[1]] == [money("11.00")]

    def test_L12_the_next_return_says_what_changed(self, sent: Desk) -> None:
        sent.do(ClearCharges((IN_LOCK,)))
        checks = [check.text for check in sent.ask(ReturnDraft(FUND, YEAR, 2)).checks]
        told = [text for text in checks if "prior-period adjustment" in text]
        assert told == [
            "P-01 Project P-01: −£10.00 changed in quarters that were sent already; this return states it as a "
            "prior-period adjustment."
        ]
