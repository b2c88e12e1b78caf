"""What changes a balance or a certified figure later is named: the first entry that did, and by whom (L14)."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from fundingapp.application.commands.adjustments import AddAccrual, AddAdjustment, RemoveAdjustment
from fundingapp.application.commands.grants import MoveBudget
from fundingapp.application.commands.locks import LockPeriods, ReopenPeriods
from fundingapp.application.commands.matching import ChargeLines, ClearCharges
from fundingapp.application.commands.records import ChangeRecord
from fundingapp.application.commands.returns import SaveReturn
from fundingapp.application.commands.signing import (
    AssertBalance,
    Certify,
    ForgetBalance,
    PrepareCertificate,
    VoidCertificate,
)
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.queries.alarms import Alarms
from fundingapp.application.queries.balances import balances
from fundingapp.application.queries.lines import LateAmong
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.signing import Balances, CertificatesOf
from fundingapp.application.queries.why import Why
from fundingapp.domain.adjustments import Accrual, Adjustment, AdjustmentType
from fundingapp.domain.allocations import BudgetMovement
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import AdjustmentId, CertificateId, FundId, LineId, ProjectId
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.periods import quarter_of
from fundingapp.domain.signing import Certified
from fundingapp.domain.watching import Asserted, Watched, differences
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.application.test_locks import adjust, bring
from tests.builders_core import YEAR, day, make_line, money, sent_return, set_up_grant
from tests.fakes import FakeStore, make_tools

FUND, P1, P2, ONE = FundId(1), ProjectId(1), ProjectId(2), CertificateId(1)
LINES = tuple(make_line(f"T{period}", "10.00", period=period) for period in range(1, 8))


def charge(*lines: int, to: str = "P-01", **more: Any) -> ChargeLines:
    return ChargeLines(tuple(LineId(line) for line in lines), parse_target(to), "looked up", **more)


@pytest.fixture
def grant(desk: Desk) -> Desk:
    set_up_grant(desk)
    bring(desk, *LINES)
    desk.do(charge(1, 2, 3, 4, 5, 6, 7))
    return desk


@pytest.fixture
def ben(store: FakeStore) -> Desk:
    return Desk(make_tools(store.open_work, who="Ben"))


class TestABalanceByHand:
    def test_names_the_first_entry_that_broke_it(self, grant: Desk, ben: Desk, store: FakeStore) -> None:
        grant.do(AssertBalance(FUND, YEAR, 3, "agreed with the ledger"))
        grant.do(charge(7, to="P-02"))  # after the period: nothing is broken
        assert grant.ask(Alarms()) == []
        ben.do(charge(2, to="P-02"))
        entry = store.open_work(reading=True).journal.lines(1)[0].sequence
        grant.do(ClearCharges((LineId(1),)))
        [alarm] = grant.ask(Alarms())
        assert (alarm.alarm.sequence, alarm.alarm.by) == (entry, "Ben")
        assert "was first broken by Ben on 15/01/2019: charge 1 line to P-02" in alarm.in_words
        assert (
            "The balance of Locality Fund up to period 3 of 2018/19 (agreed with the ledger)"
            in alarm.in_words
        )
        # The alarm keeps what its entry did; how the figures differ now is told beside it.
        assert [(each.was, each.now) for each in alarm.alarm.differences] == [
            (money("10.00"), Money.ZERO),
            (Money.ZERO, money("10.00")),
        ]
        assert len(alarm.now) == 3

    def test_is_whole_again_when_the_figures_are(self, grant: Desk, store: FakeStore) -> None:
        grant.do(AssertBalance(FUND, YEAR, 3, "agreed"))
        grant.do(charge(2, to="P-02"))
        grant.undo()
        assert grant.ask(Alarms()) == []
        [kept] = grant.ask(Alarms(open_only=False))
        newest = store.open_work(reading=True).journal.lines(1)[0].sequence
        assert kept.alarm.cleared == newest
        grant.redo()
        assert [each.alarm.sequence for each in grant.ask(Alarms())] == [newest + 1]

    def test_is_forgotten_with_a_reason(self, grant: Desk, store: FakeStore) -> None:
        assert_taken_back_and_done_again(grant, store, AssertBalance(FUND, YEAR, 3, "agreed"))
        grant.do(charge(2, to="P-02"))
        assert refusal_of(grant, store, ForgetBalance(1, " ")).code == "no_reason"
        assert_taken_back_and_done_again(grant, store, ForgetBalance(1, "put in by mistake"))
        assert grant.ask(Alarms()) == []

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (AssertBalance(FUND, YEAR, 14, "why"), "assertion_period"),
            (AssertBalance(FUND, YEAR, 3, ""), "no_reason"),
            (ForgetBalance(9, "why"), "not_found"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, grant: Desk, store: FakeStore, command: Command[Any], code: str
    ) -> None:
        assert refusal_of(grant, store, command).code == code


class TestALock:
    def test_keeps_the_balances_of_its_periods(self, grant: Desk, store: FakeStore) -> None:
        grant.do(LockPeriods(YEAR, 3, "Q1 is agreed"))
        [kept] = grant.ask(Balances(YEAR))
        assert (kept.value.because, kept.value.to_period) == (Asserted.LOCK, 3)
        assert kept.value.origin == "periods 1 to 3 (June) of 2018/19 locked"
        assert [name for name, _ in kept.value.figures] == [
            f"P-01/2018/19/spend/P{period}:revenue" for period in (1, 2, 3)
        ]
        for name, amount in kept.value.figures:
            assert grant.ask(Why(name)).value == amount
        assert refusal_of(grant, store, ForgetBalance(kept.id, "why")).code == "balance_held"

    def test_opened_in_part_keeps_what_is_still_locked(self, grant: Desk, store: FakeStore) -> None:
        grant.do(LockPeriods(YEAR, 3, "Q1 is agreed"))
        grant.do(LockPeriods(YEAR, 6, "Q2 is agreed"))
        assert_taken_back_and_done_again(grant, store, ReopenPeriods(YEAR, "a late invoice", 5))
        assert [kept.value.to_period for kept in grant.ask(Balances())] == [3, 4]
        grant.do(ReopenPeriods(YEAR, "audit"))
        assert grant.ask(Balances()) == []


class TestACertificate:
    def test_is_stale_once_a_figure_changes_and_says_by_whom(self, grant: Desk, ben: Desk) -> None:
        grant.do(PrepareCertificate(Certified.YEAR_END, FUND, YEAR))
        ben.do(Certify(ONE))
        move = BudgetMovement(FUND, YEAR, Kind.REVENUE, P1, P2, money("5.00"), day("2018-05-01"), "more work")
        grant.do(MoveBudget(move))
        [shown] = grant.ask(CertificatesOf(FUND, YEAR))
        assert shown.state_in_words == "certified, stale"
        assert shown.alarm is not None
        assert shown.alarm.alarm.by == "Ann"
        assert "virement" in shown.alarm.alarm.done or "move" in shown.alarm.alarm.done
        assert [(each.figure, each.was, each.now) for each in shown.stale] == [
            ("P-01/2018/19/budget:revenue:Locality Fund@13", money("100.00"), money("95.00")),
            ("P-02/2018/19/budget:revenue:Locality Fund@13", money("200.00"), money("205.00")),
        ]
        grant.undo()
        [shown] = grant.ask(CertificatesOf(FUND, YEAR))
        assert (shown.stale, shown.alarm) == ((), None)

    def test_every_figure_answers_why(self, grant: Desk) -> None:
        grant.do(PrepareCertificate(Certified.RETURN, FUND, YEAR, 3))
        [shown] = grant.ask(CertificatesOf(FUND, YEAR))
        assert len(shown.certificate.figures) == 10
        for name, amount in shown.certificate.figures:
            assert grant.ask(Why(name)).value == amount, name

    def test_of_a_return_rests_on_what_was_spent_once_it_is_signed(self, grant: Desk, ben: Desk) -> None:
        """Later in the year budgets move: that changes nothing that the return stated of its quarter."""
        move = BudgetMovement(FUND, YEAR, Kind.REVENUE, P1, P2, money("5.00"), day("2018-05-01"), "more work")
        grant.do(PrepareCertificate(Certified.RETURN, FUND, YEAR, 3))
        grant.do(MoveBudget(move))
        [shown] = grant.ask(CertificatesOf(FUND, YEAR))
        assert len(shown.stale) == 2  # it waits for its signature: what is signed is what is
        grant.undo()
        ben.do(Certify(ONE))
        grant.do(MoveBudget(move))
        [shown] = grant.ask(CertificatesOf(FUND, YEAR))
        assert (shown.stale, shown.alarm) == ((), None)
        grant.do(charge(2, to="P-02"))
        [shown] = grant.ask(CertificatesOf(FUND, YEAR))
        assert [each.figure for each in shown.stale] == [
            "P-01/2018/19/spend:revenue:Locality Fund@3",
            "P-02/2018/19/spend:revenue:Locality Fund@3",
        ]

    def test_of_a_grant_that_is_renamed_is_not_stale(self, grant: Desk, store: FakeStore) -> None:
        grant.do(PrepareCertificate(Certified.RETURN, FUND, YEAR, 3))
        with store.open_work(reading=True) as work:
            [kept] = work.funds.all()
        renamed = replace(kept.value, name="Safer Streets Grant")
        grant.do(ChangeRecord("funds", kept.id, kept.value, renamed, "rename the grant"))
        [shown] = grant.ask(CertificatesOf(FUND, YEAR))
        assert shown.stale == ()

    def test_void_it_is_watched_no_more(self, grant: Desk, ben: Desk) -> None:
        grant.do(PrepareCertificate(Certified.RETURN, FUND, YEAR, 3))
        ben.do(Certify(ONE))
        assert [kept.value.because for kept in grant.ask(Balances())] == [Asserted.CERTIFICATE]
        grant.do(charge(2, to="P-02"))
        assert {each.alarm.watched for each in grant.ask(Alarms())} == {
            Watched.ASSERTION,
            Watched.CERTIFICATE,
        }
        grant.do(VoidCertificate(ONE, "P-02 has it"))
        assert grant.ask(Alarms()) == []
        assert grant.ask(Balances()) == []


edits = st.lists(
    st.one_of(
        st.tuples(st.just("charge"), st.integers(1, 7), st.sampled_from(["P-01", "P-02", "income"])),
        st.tuples(st.just("clear"), st.integers(1, 7), st.just("")),
        st.tuples(st.just("adjust"), st.integers(1, 13), st.just("")),
        st.tuples(st.just("take out"), st.integers(1, 3), st.just("")),
        st.tuples(st.just("accrue"), st.integers(1, 13), st.just("")),
        st.tuples(st.just("undo"), st.just(0), st.just("")),
        st.tuples(st.just("redo"), st.just(0), st.just("")),
    ),
    max_size=10,
)


def _try(desk: Desk, what: str, at: int, to: str) -> None:
    accrual = Accrual(P2, FUND, Kind.REVENUE, YEAR, at or 1, money("3.00"), "Youth Trust", "work")
    commands: dict[str, Command[Any]] = {
        "charge": charge(at, to=to or "P-01"),
        "clear": ClearCharges((LineId(at or 1),)),
        "adjust": AddAdjustment(
            Adjustment(
                AdjustmentType.RECHARGE, P1, FUND, Kind.REVENUE, YEAR, at or 1, money("1.00"), "agreed"
            ),
            ("minute",),
        ),
        "take out": RemoveAdjustment(AdjustmentId(at or 1)),
        "accrue": AddAccrual(accrual, ("order",)),
    }
    match what:
        case "undo":
            desk.undo()
        case "redo":
            desk.redo()
        case _:
            desk.do(commands[what])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits, st.integers(1, 12))
def test_L14_the_alarm_names_exactly_the_first_entry_that_changed_a_watched_figure(
    made: list[tuple[str, int, str]], to_period: int
) -> None:
    """Against an oracle that looks at the balances after every entry of the history."""
    store = FakeStore()
    desk = Desk(make_tools(store.open_work))
    set_up_grant(desk)
    bring(desk, *LINES)
    desk.do(charge(1, 2, 3, 4, 5, 6, 7))

    def now() -> tuple[tuple[str, Money], ...]:
        with store.open_work(reading=True) as work:
            return balances(work, FUND, YEAR, to_period)

    desk.do(AssertBalance(FUND, YEAR, to_period, "agreed"))
    asserted = now()
    expected: list[tuple[int, int | None]] = []
    for edit in made:
        before = len(store.state.journal)
        with contextlib.suppress(ExpectedError):
            _try(desk, *edit)
        after = len(store.state.journal)
        assert after - before <= 1
        if after == before:
            continue
        broken = bool(differences(asserted, now()))
        is_open = bool(expected) and expected[-1][1] is None
        if broken and not is_open:
            expected.append((after, None))
        elif not broken and is_open:
            expected[-1] = (expected[-1][0], after)
        if not desk.ask(Balances()):  # the assertion itself was taken back
            return
    alarms = [each.alarm for each in reversed(desk.ask(Alarms(open_only=False)))]
    assert [(each.sequence, each.cleared) for each in alarms] == expected
    history = {line.sequence: line for line in store.open_work(reading=True).journal.lines()}
    assert [each.done for each in alarms] == [history[each.sequence].sentence for each in alarms]


class TestALateLine:
    """R17: what comes after its period was locked is stated beside it."""

    @pytest.fixture
    def late(self, grant: Desk) -> Desk:
        grant.do(LockPeriods(YEAR, 3, "Q1 is agreed"))
        bring(grant, *LINES, make_line("T8", "4.00", period=2), name="P8.csv")
        return grant

    def test_is_charged_as_a_prior_period_adjustment(self, late: Desk, store: FakeStore) -> None:
        assert refusal_of(late, store, charge(8)).code == "period_locked"
        assert_taken_back_and_done_again(late, store, charge(8, late=True))
        answer = late.ask(PositionOf(FUND, YEAR, 6))
        [project] = [each for each in answer.position.projects if each.ref == "P-01"]
        assert project.spent == money("64.00")
        assert project.prior_period_adjustment == money("4.00")
        assert project.quarters[0] == money("30.00")
        [identity] = [each for each in answer.identities if each.id == "R17"]
        assert identity.holds
        assert [part.amount for part in identity.right][-1] == money("4.00")
        for part in identity.right:
            assert part.figure
            assert late.ask(Why(f"{part.figure}@6")).value == part.amount
        assert late.ask(Alarms()) == []  # it is explained
        line = store.open_work(reading=True).journal.lines(1)[0]
        assert line.sentence == "redo: charge 1 line to P-01 as a prior-period adjustment"

    def test_counts_in_its_period_once_that_is_opened_again(self, late: Desk) -> None:
        late.do(charge(8, late=True))
        late.do(ReopenPeriods(YEAR, "it belongs there"))
        position = late.ask(PositionOf(FUND, YEAR, 6)).position
        assert position.projects[0].prior_period_adjustment == Money.ZERO
        assert position.projects[0].quarters[0] == money("34.00")

    def test_of_a_grant_that_had_nothing_yet_is_stated_too(self, desk: Desk, store: FakeStore) -> None:
        bring(desk, *LINES)
        desk.do(LockPeriods(YEAR, 3, "Q1 is agreed"))
        set_up_grant(desk)
        bring(desk, *LINES, make_line("T8", "4.00", period=2), name="P8.csv")
        assert_taken_back_and_done_again(desk, store, charge(8, late=True))
        assert desk.ask(PositionOf(FUND, YEAR, 6)).position.projects[0].prior_period_adjustment == money(
            "4.00"
        )

    def test_that_is_not_late_is_refused(self, late: Desk, store: FakeStore) -> None:
        refusal = refusal_of(late, store, charge(2, to="P-02", late=True))
        assert refusal.code == "not_late"
        assert "and T2 was held already then" in refusal.message
        assert (
            "no line sits in a locked period"
            in refusal_of(late, store, charge(7, late=True)).message.casefold()
        )

    def test_is_known_among_many_and_charged_with_them(self, late: Desk, store: FakeStore) -> None:
        bring(late, *LINES, *(make_line(f"T{n}", "4.00", period=n - 6) for n in (8, 9)), name="P9.csv")
        assert late.ask(LateAmong(tuple(map(LineId, (2, 7, 8, 9))))) == {8, 9}
        assert_taken_back_and_done_again(late, store, charge(7, 8, 9, to="P-02", late=True))
        projects = late.ask(PositionOf(FUND, YEAR, 6)).position.projects
        assert [each.prior_period_adjustment for each in projects if each.ref == "P-02"] == [money("8.00")]
        late.do(ReopenPeriods(YEAR, "they belong there"))
        assert late.ask(LateAmong((LineId(8),))) == frozenset()

    def test_within_the_second_of_the_lock_is_told_by_the_history(self, store: FakeStore) -> None:
        at = datetime(2019, 1, 15, 9, tzinfo=UTC)
        desk = Desk(make_tools(store.open_work, clock=lambda: at))
        set_up_grant(desk)
        bring(desk, *LINES)
        desk.do(LockPeriods(YEAR, 3, "Q1 is agreed"))
        bring(desk, *LINES, make_line("T8", "4.00", period=2), name="P8.csv")
        assert desk.ask(LateAmong((LineId(2), LineId(8)))) == {8}
        desk.do(LockPeriods(YEAR.next, 3, "of another year"))
        assert desk.ask(LateAmong((LineId(2), LineId(8)))) == {8}
        desk.do(charge(8, late=True))
        assert "T2 was held already" in refusal_of(desk, store, charge(2, late=True)).message

    def test_a_later_change_is_still_named(self, late: Desk, ben: Desk) -> None:
        late.do(AssertBalance(FUND, YEAR, 3, "agreed"))
        ben.do(charge(8, late=True))
        [alarm] = late.ask(Alarms())  # the balance by hand, not the lock's
        assert alarm.alarm.by == "Ben"
        assert "(agreed)" in alarm.what

    def test_its_adjustment_in_an_open_period_is_no_prior_period_adjustment(self, late: Desk) -> None:
        late.do(AddAdjustment(adjust(5), ("minute 3",)))
        assert late.ask(PositionOf(FUND, YEAR, 6)).position.projects[0].prior_period_adjustment == Money.ZERO


acts = st.lists(
    st.one_of(
        st.tuples(st.just("lock"), st.integers(1, 13), st.just(0)),
        st.tuples(st.just("reopen"), st.integers(1, 13), st.just(0)),
        st.tuples(st.just("post"), st.integers(1, 13), st.integers(-500, 5000)),
        st.tuples(st.just("send"), st.integers(1, 4), st.just(0)),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(acts)
def test_R17_what_comes_late_is_stated_beside_locked_periods_and_sent_quarters(
    made: list[tuple[str, int, int]],
) -> None:
    """Against an oracle that keeps what each period stated when it was locked, and each quarter when it was sent."""
    store = FakeStore()
    desk = Desk(make_tools(store.open_work))
    set_up_grant(desk)
    lines = list(LINES)
    bring(desk, *lines)
    desk.do(charge(*range(1, 8)))
    actual = {period: Money(10_00) if period <= 7 else Money.ZERO for period in range(1, 14)}
    stated: dict[int, Money] = {}
    sent: dict[int, Money] = {}

    def quarter_sum(quarter: int) -> Money:
        return Money.total(
            stated.get(period, amount) for period, amount in actual.items() if quarter_of(period) == quarter
        )

    def stated_quarters() -> list[Money]:
        return [sent.get(quarter, quarter_sum(quarter)) for quarter in range(1, 5)]

    for what, number, pence in made:
        try:
            match what:
                case "lock":
                    desk.do(LockPeriods(YEAR, number, "agreed"))
                    for period in range(1, number + 1):
                        stated.setdefault(period, actual[period])
                case "reopen":
                    desk.do(ReopenPeriods(YEAR, "late", number))
                    stated = {period: amount for period, amount in stated.items() if period < number}
                case "post" if pence:
                    key = f"N{len(lines)}"
                    lines.append(make_line(key, Money(pence), period=number))
                    bring(desk, *lines, name=f"{key}.csv")
                    with store.open_work(reading=True) as work:
                        line = work.ledger.held()[key].id
                    desk.do(charge(line, late=number in stated))
                    actual[number] += Money(pence)
                case "send" if number > max(sent, default=0):
                    saved = desk.do(SaveReturn(FUND, YEAR, number, Path("return.xlsx"))).result.id
                    sent_return(desk, saved)
                    sent = {
                        quarter: sent.get(quarter, quarter_sum(quarter)) for quarter in range(1, number + 1)
                    }
        except ExpectedError:
            if what not in {"lock", "reopen"}:
                raise
            continue
        answer = desk.ask(PositionOf(FUND, YEAR, 13))
        [project] = [each for each in answer.position.projects if each.ref == "P-01"]
        assert list(project.quarters) == stated_quarters()
        assert project.prior_period_adjustment == Money.total(actual.values()) - Money.total(
            stated_quarters()
        )
        for to_period in (3, 7, 13):
            identities = desk.ask(PositionOf(FUND, YEAR, to_period)).identities
            assert all(each.holds for each in identities if each.id in {"R12", "R17"})
