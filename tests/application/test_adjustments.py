"""Accruals and adjustments: each with a reason and evidence, counted once, taken back and done again (R12 to R14)."""

from __future__ import annotations

from dataclasses import replace
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
from fundingapp.application.commands.grants import SetForecast
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines, ClearCharges
from fundingapp.application.desk import Desk
from fundingapp.application.ports import Tools
from fundingapp.application.queries.adjustments import AdjustmentsOf
from fundingapp.application.queries.checks import CheckFigures
from fundingapp.application.queries.evidence import EvidenceCopy
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.why import Why
from fundingapp.domain.adjustments import Accrual, Adjustment, AdjustmentType as Type
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import AccrualId, AdjustmentId, EvidenceId, FundId, LineId, ProjectId
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.positions import GrantPosition
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import NEXT_YEAR, YEAR, make_download, make_line, money, set_up_grant
from tests.fakes import FakeSourceStore, FakeStore, make_tools

FUND, P1, P2 = FundId(1), ProjectId(1), ProjectId(2)
INVOICE, CLAIM = Path("/papers/invoice 12.pdf"), Path("/papers/claim.xlsx")
ONE_LINE = LineId(1)


@pytest.fixture
def tools(store: FakeStore) -> Tools:
    files = {INVOICE: b"invoice", CLAIM: b"claim", Path("/papers/copy of invoice.pdf"): b"invoice"}
    return make_tools(store.open_work, sources=FakeSourceStore(files))


@pytest.fixture
def year(desk: Desk) -> Desk:
    """Two years of a grant; £60.00 charged to P-01 in period 2, a credit of £6.00 in period 3."""
    set_up_grant(desk)
    set_up_grant(desk, year=NEXT_YEAR)
    lines = (make_line("T1", "60.00", period=2), make_line("T2", "-6.00", period=3), make_line("T3", "5.00"))
    desk.do(ImportLedger(make_download(lines)))
    desk.do(ChargeLines((ONE_LINE, LineId(2)), parse_target("P-01"), "theirs"))
    return desk


def adjustment(type: Type, amount: str, period: int = 4, **fields: Any) -> Adjustment:
    given: dict[str, Any] = {
        "project": P1,
        "kind": Kind.REVENUE,
        "year": YEAR,
        "reason": "as agreed",
        **fields,
    }
    return Adjustment(type, fund=FUND, period=period, amount=money(amount), **given)


def add(type: Type, amount: str, *evidence: Path | str, **fields: Any) -> AddAdjustment:
    return AddAdjustment(adjustment(type, amount, **fields), evidence or ("minute 7",))


def accrue(amount: str = "8.00", period: int = 12, **fields: Any) -> AddAccrual:
    given: dict[str, Any] = {"year": YEAR, "supplier": "Youth Trust", "description": "work done", **fields}
    return AddAccrual(
        Accrual(P1, FUND, Kind.REVENUE, period=period, amount=money(amount), **given), ("order 5",)
    )


def position(desk: Desk, of: Any = YEAR) -> GrantPosition:
    return desk.ask(PositionOf(FUND, of, 13)).position


def identity(desk: Desk, id: str, of: Any = YEAR) -> Identity:
    return next(entry for entry in desk.ask(PositionOf(FUND, of, 13)).identities if entry.id == id)


class TestCounting:
    @pytest.mark.parametrize(
        ("type", "amount", "net", "eligible"),
        [
            (Type.CORRECTION, "2.50", "56.50", "56.50"),
            (Type.CORRECTION, "-2.50", "51.50", "51.50"),
            (Type.RECHARGE, "3.00", "57.00", "57.00"),
            (Type.IRRECOVERABLE_VAT, "12.00", "66.00", "66.00"),
            (Type.RECOVERABLE_VAT, "-10.00", "44.00", "44.00"),
            (Type.INELIGIBLE, "-4.00", "54.00", "50.00"),
        ],
    )
    def test_each_kind_counts_once_and_every_identity_still_holds(
        self, year: Desk, store: FakeStore, type: Type, amount: str, net: str, eligible: str
    ) -> None:
        assert_taken_back_and_done_again(year, store, add(type, amount))
        assert year.undo_name == f"add “{type.value}” of {money(amount).in_words} for P-01"
        now = position(year)
        assert (now.net_spent, now.spent) == (money(net), money(eligible))
        assert now.net_spent == now.spent + now.host_funded
        assert now.projects[0].left == money("100.00") - money(eligible)
        failing = [entry.id for entry in year.ask(PositionOf(FUND, YEAR, 13)).identities if not entry.holds]
        assert failing == ["R10"]  # T3 waits

    def test_a_prepayment_becomes_a_cost_in_the_period_it_reverses_in(self, year: Desk) -> None:
        year.do(add(Type.PREPAYMENT, "-20.00", period=12, reverses_year=NEXT_YEAR, reverses_period=1))
        assert (position(year).spent, position(year, NEXT_YEAR).spent) == (money("34.00"), money("20.00"))

    def test_it_counts_from_its_own_period_on(self, year: Desk) -> None:
        year.do(add(Type.RECHARGE, "3.00", period=5))
        spent = [year.ask(PositionOf(FUND, YEAR, period)).position.spent for period in (4, 5)]
        assert spent == [money("54.00"), money("57.00")]
        assert position(year).projects[0].by_quarter[1] == money("3.00")

    def test_why_leads_to_the_adjustment_and_what_it_rests_on(self, year: Desk) -> None:
        year.do(add(Type.INELIGIBLE, "-4.00", INVOICE, "minute 7", line=ONE_LINE))
        spend = year.ask(Why("P-01/2018/19/spend"))
        assert [(term.name, term.amount) for term in spend.terms] == [
            ("Charged from the ledger", money("54.00")),
            ("Accruals less reversals", Money.ZERO),
            ("Ineligible", money("-4.00")),
        ]
        ineligible = year.ask(Why(spend.terms[2].figure))
        assert ineligible.value == money("-4.00")
        [term] = ineligible.terms
        assert term.name == "Period 4 (July): as agreed, line T1"
        assert [entry.evidence.value.name for entry in ineligible.evidence] == ["invoice 12.pdf", "minute 7"]
        assert ineligible.evidence[0].supports == "ineligible of −£4.00, as agreed"


def test_an_adjustment_of_a_month_to_come_leaves_the_forecast_of_the_months_before(year: Desk) -> None:
    year.do(SetForecast(P1, FUND, Kind.REVENUE, YEAR, 4, money("9.00")))
    year.do(add(Type.RECHARGE, "3.00", period=12))
    now = year.ask(PositionOf(FUND, YEAR)).position
    assert (now.to_period, now.projects[0].forecast_remaining) == (12, money("9.00"))
    assert now.projects[0].outturn == money("66.00")


class TestRefusals:
    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (add(Type.CORRECTION, "0.00"), "no_amount"),
            (add(Type.CORRECTION, "1.00", reason=" "), "no_reason"),
            (AddAdjustment(adjustment(Type.CORRECTION, "1.00"), ()), "no_evidence"),
            (add(Type.CORRECTION, "1.00", "  "), "no_evidence"),
            (add(Type.CORRECTION, "1.00", Path("/papers/gone.pdf")), "no_file"),
            (add(Type.CORRECTION, "1.00", period=14), "adjustment_period"),
            (add(Type.INELIGIBLE, "1.00"), "adjustment_sign"),
            (add(Type.IRRECOVERABLE_VAT, "-1.00"), "adjustment_sign"),
            (add(Type.PREPAYMENT, "-1.00"), "adjustment_reversal"),
            (
                add(Type.INELIGIBLE, "-1.00", reverses_year=NEXT_YEAR, reverses_period=1),
                "adjustment_reversal",
            ),
            (add(Type.CORRECTION, "1.00", reverses_year=YEAR, reverses_period=4), "adjustment_reversal"),
            (add(Type.WRITE_OFF, "-1.00"), "adjustment_accrual"),
            (add(Type.WRITE_OFF, "-1.00", accrual=AccrualId(9)), "not_found"),
            (add(Type.CORRECTION, "1.00", kind=Kind.CAPITAL), "not_found"),
            (add(Type.CORRECTION, "1.00", project=ProjectId(9)), "not_found"),
            (add(Type.INELIGIBLE, "-60.01", line=ONE_LINE), "adjustment_more_than_line"),
            (add(Type.CORRECTION, "60.01", line=ONE_LINE), "adjustment_more_than_line"),
            (add(Type.INELIGIBLE, "-1.00", line=LineId(2)), "adjustment_sign"),
            (add(Type.INELIGIBLE, "-1.00", line=LineId(3)), "adjustment_line"),
            (add(Type.INELIGIBLE, "-1.00", line=ONE_LINE, project=P2), "adjustment_line"),
            (add(Type.INELIGIBLE, "-1.00", line=ONE_LINE, year=NEXT_YEAR), "adjustment_line"),
            (replace(accrue(), evidence=()), "no_evidence"),
        ],
    )
    def test_what_nobody_could_explain_is_refused(
        self, year: Desk, store: FakeStore, command: Any, code: str
    ) -> None:
        assert refusal_of(year, store, command).code == code

    def test_a_line_is_taken_off_once_however_often_it_is_adjusted(
        self, year: Desk, store: FakeStore
    ) -> None:
        """R12: ineligible amount and recoverable VAT together are never more than the line."""
        year.do(add(Type.INELIGIBLE, "-50.00", line=ONE_LINE))
        refusal = refusal_of(year, store, add(Type.RECOVERABLE_VAT, "-10.01", line=ONE_LINE))
        assert refusal.code == "adjustment_more_than_line"
        assert "£10.00 of that is not adjusted yet" in refusal.message
        year.do(add(Type.RECOVERABLE_VAT, "-10.00", line=ONE_LINE))
        assert position(year).spent == money("-6.00")

    def test_a_credit_is_put_right_the_other_way_round(self, year: Desk) -> None:
        year.do(add(Type.INELIGIBLE, "6.00", line=LineId(2)))
        assert position(year).spent == money("60.00")
        assert position(year).host_funded == money("-6.00")

    def test_a_line_that_is_charged_anew_leaves_its_adjustment_to_be_seen_to(self, year: Desk) -> None:
        year.do(add(Type.INELIGIBLE, "-4.00", line=ONE_LINE))
        year.do(ClearCharges((ONE_LINE,)))
        found = identity(year, "R14")
        assert (found.holds, found.broken, found.difference) == (False, 1, Money.ZERO)
        assert found.note == "1 adjustment beyond the ledger line put right"
        assert year.ask(CheckFigures()) == []  # work to do, not a broken file
        year.undo()
        assert identity(year, "R14").holds


def test_L13_a_rejected_line_is_taken_off_and_the_original_stays(year: Desk, store: FakeStore) -> None:
    before = year.ask(Why("P-01/2018/19/ledger@13"))
    year.do(add(Type.INELIGIBLE, "-60.00", "commissioner's letter of 3 May", line=ONE_LINE))
    assert year.ask(Why("P-01/2018/19/ledger@13")) == before
    now = position(year)
    assert (now.spent, now.net_spent, now.host_funded) == (money("-6.00"), money("54.00"), money("60.00"))
    assert store.open_work(reading=True).ledger.held()["T1"].line.amount == money("60.00")


class TestAccruals:
    def test_L09_an_accrual_is_carried_once_over_the_rollover(self, year: Desk) -> None:
        year.do(accrue(reverses_year=NEXT_YEAR, reverses_period=1))
        year.do(accrue("3.00", period=13, reverses_year=NEXT_YEAR, reverses_period=2))
        year.do(accrue("1.00", period=3, reverses_year=YEAR, reverses_period=4))
        assert (position(year).spent, position(year, NEXT_YEAR).spent) == (money("65.00"), money("-11.00"))
        carried = identity(year, "R13", NEXT_YEAR)
        assert (carried.left, carried.right_total, carried.holds) == (money("11.00"), money("11.00"), True)
        assert carried.note == "2 accruals of 2018/19"
        assert identity(year, "R13", NEXT_YEAR.next).left == Money.ZERO

    def test_one_without_a_reversal_is_shown_until_it_is_reversed(self, year: Desk, store: FakeStore) -> None:
        id = year.do(accrue()).result
        assert identity(year, "R13").holds
        open_ = identity(year, "R13", NEXT_YEAR)
        assert (open_.difference, open_.broken, open_.holds) == (money("8.00"), 1, False)
        assert_taken_back_and_done_again(year, store, ReverseAccrual(id, NEXT_YEAR, 1))
        assert identity(year, "R13", NEXT_YEAR).holds

    def test_or_until_it_is_written_off_with_a_reason(self, year: Desk, store: FakeStore) -> None:
        id = year.do(accrue()).result
        off = add(Type.WRITE_OFF, "-5.00", year=NEXT_YEAR, period=1, accrual=id)
        assert_taken_back_and_done_again(year, store, off)
        assert identity(year, "R13", NEXT_YEAR).difference == money("3.00")
        too_much = add(Type.WRITE_OFF, "-3.01", year=NEXT_YEAR, period=2, accrual=id)
        assert refusal_of(year, store, too_much).code == "adjustment_more_than_accrual"
        year.do(add(Type.WRITE_OFF, "-3.00", year=NEXT_YEAR, period=2, accrual=id))
        assert identity(year, "R13", NEXT_YEAR).holds
        assert position(year, NEXT_YEAR).spent == money("-8.00")
        assert refusal_of(year, store, ReverseAccrual(id, NEXT_YEAR, 1)).code == "accrual_written_off"
        assert refusal_of(year, store, RemoveAccrual(id)).code == "accrual_written_off"

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"year": YEAR, "period": 12}, "adjustment_accrual"),
            ({"year": NEXT_YEAR, "period": 1, "project": P2}, "adjustment_accrual"),
        ],
    )
    def test_a_write_off_that_does_not_fit_is_refused(
        self, year: Desk, store: FakeStore, fields: dict[str, Any], code: str
    ) -> None:
        id = year.do(accrue()).result
        assert refusal_of(year, store, add(Type.WRITE_OFF, "-8.00", accrual=id, **fields)).code == code

    def test_it_is_taken_out_with_its_evidence(self, year: Desk, store: FakeStore) -> None:
        id = year.do(accrue()).result
        assert_taken_back_and_done_again(year, store, RemoveAccrual(id))
        with store.open_work(reading=True) as work:
            assert (work.accruals.all(), work.evidence.all(), work.supports.all()) == ([], [], [])


class TestEvidence:
    def rows(self, desk: Desk) -> list[list[str]]:
        answer = desk.ask(AdjustmentsOf(FUND, YEAR))
        return [[kept.value.name for kept in row.evidence] for row in answer.rows]

    def test_a_file_is_kept_by_its_hash_and_its_private_copy_goes(self, year: Desk, tools: Tools) -> None:
        year.do(add(Type.RECHARGE, "1.00", INVOICE, "order 5"))
        sources = tools.sources
        assert isinstance(sources, FakeSourceStore)
        assert [copy.name for copy in sources.kept] == ["ledger.csv", "invoice 12.pdf"]
        assert [copy.name for copy in sources.discarded] == ["invoice 12.pdf"]
        assert self.rows(year) == [["invoice 12.pdf", "order 5"]]
        assert year.ask(EvidenceCopy(EvidenceId(1))).name == "invoice 12.pdf"

    def test_the_private_copy_goes_also_when_the_adjustment_is_refused(
        self, year: Desk, store: FakeStore, tools: Tools
    ) -> None:
        sources = tools.sources
        assert isinstance(sources, FakeSourceStore)
        command = add(Type.RECHARGE, "1.00", INVOICE, kind=Kind.CAPITAL)
        assert refusal_of(year, store, command).code == "not_found"
        assert [copy.name for copy in sources.discarded] == ["invoice 12.pdf"]
        assert [copy.name for copy in sources.kept] == ["ledger.csv"]

    def test_A07_the_same_file_is_kept_once_and_goes_with_the_last_that_rests_on_it(
        self, year: Desk, store: FakeStore
    ) -> None:
        first = year.do(add(Type.RECHARGE, "1.00", INVOICE)).result
        second = year.do(add(Type.RECHARGE, "2.00", Path("/papers/copy of invoice.pdf"))).result
        assert self.rows(year) == [["invoice 12.pdf"], ["invoice 12.pdf"]]
        assert_taken_back_and_done_again(year, store, RemoveAdjustment(first))
        assert self.rows(year) == [["invoice 12.pdf"]]
        assert_taken_back_and_done_again(year, store, RemoveAdjustment(second))
        with store.open_work(reading=True) as work:
            assert work.evidence.all() == []

    def test_more_can_be_attached_and_the_last_can_t_be_taken_off(self, year: Desk, store: FakeStore) -> None:
        id = year.do(add(Type.RECHARGE, "1.00", INVOICE)).result
        assert_taken_back_and_done_again(year, store, AttachEvidence(id, (CLAIM,)))
        assert refusal_of(year, store, AttachEvidence(id, (CLAIM,))).code == "attached_already"
        changed = adjustment(Type.RECHARGE, "1.50")
        assert_taken_back_and_done_again(year, store, ChangeAdjustment(id, changed, without=(EvidenceId(1),)))
        assert self.rows(year) == [["claim.xlsx"]]
        command = ChangeAdjustment(id, changed, without=(EvidenceId(2),))
        assert refusal_of(year, store, command).code == "no_evidence"

    def test_a_reference_has_no_file_to_open(self, year: Desk, store: FakeStore) -> None:
        id = year.do(accrue()).result
        assert refusal_of_question(year, EvidenceCopy(EvidenceId(1))) == "no_file"
        assert_taken_back_and_done_again(year, store, AttachEvidence(id, ("delivery note",), is_accrual=True))
        assert self.rows(year) == [["order 5", "delivery note"]]


def refusal_of_question(desk: Desk, question: Any) -> str:
    with pytest.raises(ExpectedError) as refusal:
        desk.ask(question)
    return refusal.value.code


def test_a_change_is_journalled_with_both_its_sides(year: Desk, store: FakeStore) -> None:
    id = year.do(add(Type.RECHARGE, "1.00", period=4)).result
    assert_taken_back_and_done_again(year, store, ChangeAdjustment(id, adjustment(Type.RECHARGE, "2.00")))
    line = store.open_work(reading=True).journal.lines(1)[0]
    assert (line.command, line.sentence) == ("SwapRecords", "redo: change “recharge” of £2.00 for P-01")
    assert line.before["changed"][0]["value"]["amount"] == 1_00
    assert line.after["changed"][0]["value"]["amount"] == 2_00
    assert refusal_of(year, store, RemoveAdjustment(AdjustmentId(9))).code == "not_found"
