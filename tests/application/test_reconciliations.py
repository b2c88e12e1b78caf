"""Reconciling the ledger as a dated document: begun, explained to the penny, prepared, reviewed by another, kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.commands.reconciliations import (
    ChangeExplanation,
    ExplainDifference,
    NoteReconciliation,
    PrepareReconciliation,
    RemoveExplanation,
    ReviewReconciliation,
    SendBackReconciliation,
    StartReconciliation,
    StateLedgerTotal,
    WithdrawReconciliation,
)
from fundingapp.application.commands.records import ChangeRecord
from fundingapp.application.commands.signing import PrepareCertificate
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.ports import LineFilter, LineOrder
from fundingapp.application.queries.lines import LineIds
from fundingapp.application.queries.reconciled import figures_of_reconciliation, whole_figures_of
from fundingapp.application.queries.reconciliations import (
    ReconciliationsOf,
    ReconciliationStatement,
    StatementAnswer,
)
from fundingapp.application.queries.why import Why
from fundingapp.domain.ids import FundId, LineId, ReconciliationId
from fundingapp.domain.matching import Exclude, ToIncome, parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.reconciliations import ReconciliationState
from fundingapp.domain.signing import CertificateState, Certified
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import NEXT_YEAR, YEAR, day, make_download, make_line, money, set_up_grant
from tests.fakes import FakeStore, make_tools

FIRST = ReconciliationId(1)
LINES = (
    make_line("T1", "10.00", period=1, cost_centre="FAL01"),
    make_line("T2", "20.00", period=2, cost_centre="FAL01"),
    make_line("T3", "7.00", period=2, cost_centre="FAL02"),
    make_line("T4", "-4.00", period=2, cost_centre="FAL02"),
    make_line("T5", "100.00", period=5, cost_centre="FAL01"),
)


def line_named(desk: Desk, transaction: str) -> LineId:
    [id] = desk.ask(LineIds(LineFilter(columns=(("transaction", f"={transaction}"),)), LineOrder()))
    return LineId(id)


def another(store: FakeStore, who: str = "Bea") -> Desk:
    return Desk(make_tools(store.open_work, who=who))


def statement(desk: Desk, id: ReconciliationId = FIRST) -> StatementAnswer:
    return desk.ask(ReconciliationStatement(id))


@pytest.fixture
def held(desk: Desk) -> Desk:
    """Five lines: two charged by rule to P-01, one excluded, one income, and one of period 5."""
    set_up_grant(desk)
    desk.do(ImportLedger(make_download(LINES, "ledger.csv")))
    desk.do(ChargeLines((line_named(desk, "T3"),), Exclude("payroll"), ""))
    desk.do(ChargeLines((line_named(desk, "T4"),), ToIncome(), "looked up"))
    for name in ("T1", "T2", "T5"):
        desk.do(ChargeLines((line_named(desk, name),), parse_target("P-01"), "looked up"))
    return desk


@pytest.fixture
def explained(held: Desk) -> Desk:
    """Up to period 2: £33.00 held, £35.50 in the finance system, the difference explained by two items."""
    held.do(StartReconciliation(YEAR, 2, day("2018-06-08")))
    held.do(StateLedgerTotal(FIRST, money("35.50"), ("trial balance of 7 June",)))
    held.do(ExplainDifference(FIRST, "posted after the download", money("3.00"), line_named(held, "T2")))
    held.do(ExplainDifference(FIRST, "a credit that is  not ours", money("-0.50")))
    return held


@pytest.fixture
def prepared(explained: Desk) -> Desk:
    explained.do(PrepareReconciliation(FIRST))
    return explained


def test_a_draft_says_what_is_held_where_it_went_and_what_the_difference_is(explained: Desk) -> None:
    shown = statement(explained)
    value = shown.reconciliation
    assert (value.opening, value.movements, value.held) == (Money.ZERO, money("33.00"), money("33.00"))
    assert (value.difference, shown.explained, shown.unexplained) == (
        money("2.50"),
        money("2.50"),
        Money.ZERO,
    )
    assert [row.item.text for row in shown.items] == [
        "posted after the download",
        "a credit that is not ours",
    ]
    assert [row.line.line.transaction if row.line else "" for row in shown.items] == ["T2", ""]
    assert [kept.value.name for kept in shown.evidence] == ["trial balance of 7 June"]
    assert shown.statement.periods == ((1, money("10.00")), (2, money("23.00")))
    first, second = shown.statement.centres
    assert (first.cost_centre, first.total, first.charged) == (
        "FAL01",
        money("30.00"),
        {"Locality Fund": money("30.00")},
    )
    assert (second.total, second.income, second.excluded, second.difference) == (
        money("3.00"),
        money("-4.00"),
        {"payroll": money("7.00")},
        Money.ZERO,
    )
    assert shown.control == money("33.00")
    assert shown.obstacles == ()


def test_what_is_typed_is_kept_and_a_draft_follows_the_ledger_until_it_is_prepared(
    explained: Desk, store: FakeStore
) -> None:
    explained.do(ImportLedger(make_download((*LINES, make_line("T6", "1.00", period=1)), "later.csv")))
    resumed = statement(another(store, "Ann"))
    assert resumed.reconciliation.ledger_total == money("35.50")
    assert len(resumed.items) == 2
    assert resumed.reconciliation.held == money("34.00")
    assert resumed.unexplained == money("-1.00")


def test_a_penny_that_is_not_explained_keeps_it_open(explained: Desk, store: FakeStore) -> None:
    """L01: the reconciliation stays open, and the difference is shown."""
    explained.do(StateLedgerTotal(FIRST, money("35.51")))
    refusal = refusal_of(explained, store, PrepareReconciliation(FIRST))
    assert refusal.code == "not_reconciled"
    assert "The difference is £2.51, and £2.50 of it is explained: £0.01 is not." in refusal.message
    assert statement(explained).obstacles
    assert statement(explained).reconciliation.state is ReconciliationState.DRAFT


def test_lines_that_wait_keep_it_open(explained: Desk, store: FakeStore) -> None:
    explained.do(ImportLedger(make_download((*LINES, make_line("T6", "1.00", period=1)), "later.csv")))
    explained.do(ExplainDifference(FIRST, "came meanwhile", money("-1.00")))
    refusal = refusal_of(explained, store, PrepareReconciliation(FIRST))
    assert "Lines of £1.00 wait for a project" in refusal.message
    assert statement(explained).waiting_lines == 1


def test_without_the_finance_systems_total_there_is_nothing_to_prepare(held: Desk, store: FakeStore) -> None:
    held.do(StartReconciliation(YEAR, 2))
    assert refusal_of(held, store, PrepareReconciliation(FIRST)).code == "move_needs"
    assert statement(held).obstacles == ("The finance system's total is not typed yet.",)


def test_what_is_prepared_is_kept_as_it_was_and_says_what_changed_since(prepared: Desk) -> None:
    assert statement(prepared).changed == ()
    before = statement(prepared).reconciliation
    prepared.do(ChargeLines((line_named(prepared, "T2"),), Exclude("payroll"), ""))
    shown = statement(prepared)
    assert shown.reconciliation == before
    assert [(each.figure, each.was, each.now) for each in shown.changed] == [
        ("ledger/2018/19/charged to Locality Fund@2", money("30.00"), money("10.00")),
        ("ledger/2018/19/excluded@2", money("7.00"), money("27.00")),
        ("ledger/2018/19/centre FAL01/charged to Locality Fund@2", money("30.00"), money("10.00")),
        ("ledger/2018/19/centre FAL01/excluded: payroll@2", Money.ZERO, money("20.00")),
    ]
    # What happens after its period does not concern it.
    prepared.undo()
    prepared.do(ChargeLines((line_named(prepared, "T5"),), Exclude("payroll"), ""))
    assert statement(prepared).changed == ()


def test_a_grant_that_is_renamed_is_the_same_grant(prepared: Desk, store: FakeStore) -> None:
    with store.open_work(reading=True) as work:
        fund = work.funds.all()[0]
    prepared.do(
        ChangeRecord("funds", fund.id, fund.value, replace(fund.value, name="Safer Places Fund"), "rename it")
    )
    with store.open_work(reading=True) as work:
        value = work.reconciliations.get(FIRST).value
        assert figures_of_reconciliation(work, value) == whole_figures_of(work, value) == value.figures


def test_what_is_watched_is_told_with_its_cost_centre_once_it_differs(
    prepared: Desk, store: FakeStore
) -> None:
    prepared.do(ChargeLines((line_named(prepared, "T2"),), Exclude("payroll"), ""))
    with store.open_work(reading=True) as work:
        value = work.reconciliations.get(FIRST).value
        now = figures_of_reconciliation(work, value)
        assert now == whole_figures_of(work, value) != value.figures


def test_a_change_inside_a_reviewed_one_raises_an_alarm_that_names_it(
    prepared: Desk, store: FakeStore
) -> None:
    another(store).do(ReviewReconciliation(FIRST))
    prepared.do(ChargeLines((line_named(prepared, "T2"),), Exclude("payroll"), ""))
    [alarm] = statement(prepared).alarms
    assert (alarm.by, alarm.done, alarm.cleared) == ("Ann", "exclude 1 line", None)
    assert "ledger/2018/19/excluded@2" in {each.figure for each in alarm.differences}
    with store.open_work(reading=True) as work:
        assert work.journal.entries([alarm.sequence])[0].sentence == "exclude 1 line"
    [row] = prepared.ask(ReconciliationsOf(YEAR)).rows
    assert row.alarms == 1
    prepared.undo()
    assert statement(prepared).alarms[0].cleared is not None
    assert prepared.ask(ReconciliationsOf(YEAR)).rows[0].alarms == 0


def test_every_figure_answers_why_with_lines_that_make_it(prepared: Desk) -> None:
    figures = statement(prepared).reconciliation.figures
    assert len(figures) > 10
    for name, amount in figures:
        answer = prepared.ask(Why(name))
        assert answer.value == amount, name
        if answer.where is not None:
            assert answer.line_total == amount, name
            assert Money.total(line.share for line in answer.lines) == amount, name
        else:
            assert Money.total(term.amount for term in answer.terms) == amount, name


def test_another_person_reviews_it(prepared: Desk, store: FakeStore) -> None:
    refusal = refusal_of(prepared, store, ReviewReconciliation(FIRST))
    assert refusal.code == "own_reconciliation"
    other = another(store)
    other.do(ReviewReconciliation(FIRST))
    value = statement(prepared).reconciliation
    assert (value.state, value.prepared_by, value.reviewed_by) == (ReconciliationState.REVIEWED, "Ann", "Bea")
    assert [(step.before, step.after, step.by) for step in statement(prepared).history] == [
        ("", "draft", "Ann"),
        ("draft", "prepared", "Ann"),
        ("prepared", "reviewed", "Bea"),
    ]


def test_one_that_is_kept_is_not_typed_into(prepared: Desk, store: FakeStore) -> None:
    for command in (
        StateLedgerTotal(FIRST, None),
        NoteReconciliation(FIRST, day("2018-06-09"), "later"),
        ExplainDifference(FIRST, "more", money("1.00")),
        ChangeExplanation(1, "other", money("1.00")),
        RemoveExplanation(1),
    ):
        refusal = refusal_of(prepared, store, command)
        assert refusal.code == "reconciliation_kept"
        assert "Reconciliation" not in refusal.message
        assert "is prepared: it is kept as it was" in refusal.message


def test_sent_back_it_is_a_draft_again_and_needs_its_reason(prepared: Desk, store: FakeStore) -> None:
    other = another(store)
    assert refusal_of(other, store, SendBackReconciliation(FIRST, " ")).code == "move_needs"
    other.do(SendBackReconciliation(FIRST, "the trial balance is of May"))
    value = statement(prepared).reconciliation
    assert (value.state, value.reason) == (ReconciliationState.DRAFT, "the trial balance is of May")
    prepared.do(StateLedgerTotal(FIRST, money("33.00")))
    prepared.do(RemoveExplanation(1))
    prepared.do(RemoveExplanation(2))
    prepared.do(PrepareReconciliation(FIRST))
    assert statement(prepared).reconciliation.difference == Money.ZERO


def test_the_next_one_opens_where_it_ended_whatever_changed_since(prepared: Desk) -> None:
    prepared.do(ImportLedger(make_download((*LINES, make_line("T6", "1.00", period=1)), "later.csv")))
    second = prepared.do(StartReconciliation(YEAR, 5)).result
    shown = statement(prepared, second)
    assert shown.reconciliation.opening == money("33.00")
    assert shown.reconciliation.movements == money("101.00")
    assert shown.inside_before == money("1.00")
    assert shown.before is not None
    assert shown.before.id == FIRST
    assert statement(prepared).changed


def test_a_year_has_one_draft_and_goes_forward(prepared: Desk, store: FakeStore) -> None:
    assert refusal_of(prepared, store, StartReconciliation(YEAR, 2)).code == "reconciled_already"
    assert refusal_of(prepared, store, StartReconciliation(YEAR, 1)).code == "reconciled_already"
    assert refusal_of(prepared, store, StartReconciliation(YEAR, 14)).code == "reconciliation_period"
    prepared.do(StartReconciliation(YEAR, 5))
    assert refusal_of(prepared, store, StartReconciliation(YEAR, 6)).code == "reconciliation_begun"
    # Another year is another ledger.
    prepared.do(StartReconciliation(NEXT_YEAR, 1))
    assert refusal_of(prepared, store, WithdrawReconciliation(FIRST, "wrong")).code == "reconciliation_rests"


def test_withdrawn_it_stays_as_it_was_and_its_period_can_be_reconciled_anew(
    prepared: Desk, store: FakeStore
) -> None:
    assert refusal_of(prepared, store, WithdrawReconciliation(FIRST, "")).code == "move_needs"
    before = statement(prepared).reconciliation
    prepared.do(WithdrawReconciliation(FIRST, "the wrong ledger"))
    after = statement(prepared).reconciliation
    assert after == replace(before, state=ReconciliationState.WITHDRAWN, reason="the wrong ledger")
    assert refusal_of(prepared, store, WithdrawReconciliation(FIRST, "again")).code == "forbidden_move"
    again = prepared.do(StartReconciliation(YEAR, 2)).result
    assert [row.id for row in prepared.ask(ReconciliationsOf(YEAR)).rows] == [again, FIRST]


def test_items_say_what_and_how_much_and_name_lines_that_there_are(held: Desk, store: FakeStore) -> None:
    held.do(StartReconciliation(YEAR, 2))
    assert refusal_of(held, store, ExplainDifference(FIRST, " ", money("1.00"))).code == "no_explanation"
    assert refusal_of(held, store, ExplainDifference(FIRST, "rounding", Money.ZERO)).code == "no_amount"
    assert (
        refusal_of(held, store, ExplainDifference(FIRST, "x", money("1.00"), LineId(99))).code == "not_found"
    )


@pytest.mark.parametrize(
    "command",
    [
        StartReconciliation(NEXT_YEAR, 3),
        StateLedgerTotal(FIRST, money("40.00"), ("another paper",)),
        StateLedgerTotal(FIRST, None),
        NoteReconciliation(FIRST, day("2018-06-09"), "for the audit"),
        ExplainDifference(FIRST, "more", money("1.00")),
        ChangeExplanation(1, "other", money("1.00")),
        RemoveExplanation(1),
        PrepareReconciliation(FIRST),
        WithdrawReconciliation(FIRST, "wrong"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_step_on_a_draft_is_taken_back_and_done_again(
    explained: Desk, store: FakeStore, command: Command[object]
) -> None:
    assert_taken_back_and_done_again(explained, store, command)


@pytest.mark.parametrize(
    "command",
    [
        ReviewReconciliation(FIRST),
        SendBackReconciliation(FIRST, "look again"),
        WithdrawReconciliation(FIRST, "wrong"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_step_on_a_prepared_one_is_taken_back_and_done_again(
    prepared: Desk, store: FakeStore, command: Command[object]
) -> None:
    assert_taken_back_and_done_again(another(store), store, command)


def test_a_certificate_that_rests_on_it_is_void_when_it_is_withdrawn(
    prepared: Desk, store: FakeStore
) -> None:
    other = another(store)
    other.do(ReviewReconciliation(FIRST))
    prepared.do(PrepareCertificate(Certified.RECONCILIATION, FundId(1), YEAR, 2, reconciliation=FIRST))
    assert_taken_back_and_done_again(other, store, WithdrawReconciliation(FIRST, "the wrong ledger"))
    with store.open_work(reading=True) as work:
        [certificate] = [kept.value for kept in work.certificates.all()]
    assert certificate.state is CertificateState.VOIDED
    assert certificate.voided_why == "the reconciliation it rests on was withdrawn: the wrong ledger"
