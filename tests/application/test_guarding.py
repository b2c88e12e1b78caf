"""Nothing reaches into a closed year or into what waits for its signature, whichever command tries, also by undoing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from fundingapp.application.commands.adjustments import AddAdjustment, RemoveAdjustment
from fundingapp.application.commands.matching import AddRules, ApplyRules, ChargeLines, ClearCharges
from fundingapp.application.commands.records import (
    TOPICS,
    AddRecords,
    Changed,
    ChangeRecord,
    Record,
    RemoveRecords,
    SwapRecords,
)
from fundingapp.application.commands.signing import Certify, PrepareCertificate, VoidCertificate
from fundingapp.application.commands.story import ReceiveStatement
from fundingapp.application.desk import Desk
from fundingapp.application.queries.locks import AllLocks, LockKind
from fundingapp.application.watching import _GUARDED
from fundingapp.domain.adjustments import Accrual, Adjustment, AdjustmentType
from fundingapp.domain.agreements import Consent
from fundingapp.domain.allocations import Allocation, Award, BudgetMovement, Contingency
from fundingapp.domain.carry_forwards import CarryForward, CarryForwardState
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import AdjustmentId, CertificateId, FundId, LineId, ProjectId
from fundingapp.domain.matching import parse_target
from fundingapp.domain.narratives import (
    NarrativeSection,
    ProjectProgress,
    ProjectStatus,
    ReturnText,
)
from fundingapp.domain.partner_books import PartnerStatement
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.sending import AcceptedException
from fundingapp.domain.settlements import Settlement, SettlementState, YearClose
from fundingapp.domain.signing import Certified
from tests.application.proofs import refusal_of
from tests.application.test_locks import bring
from tests.builders_core import NEXT_YEAR, YEAR, make_line, make_rule, money, set_up_grant
from tests.fakes import FakeStore, make_tools

FUND, P1, ONE = FundId(1), ProjectId(1), CertificateId(1)
NOON = datetime(2019, 4, 30, 12, tzinfo=UTC)
CLOSED = YearClose(FUND, YEAR, "the accounts are signed", "Ann", NOON)
LAST_YEAR = FinancialYear(2017)


def carried(year: FinancialYear, **fields: Any) -> CarryForward:
    return CarryForward(FUND, year, Kind.REVENUE, P1, CarryForwardState.REQUESTED, money("5.00"), **fields)


#: One value of each kind of row that belongs to the closed year, and one that only reaches into it.
VALUES: dict[str, Any] = {
    "allocations": Allocation(FUND, YEAR, Kind.REVENUE, money("9.00")),
    "awards": Award(P1, FUND, YEAR, Kind.CAPITAL, money("9.00")),
    "contingencies": Contingency(FUND, YEAR, Kind.REVENUE, "C-02", "More", money("9.00")),
    "consents": Consent(FUND, YEAR, Kind.REVENUE, money("9.00"), "letter 1", date(2018, 5, 1)),
    "movements": BudgetMovement(
        FUND, YEAR, Kind.REVENUE, P1, ProjectId(2), money("1.00"), date(2018, 6, 1), "moved"
    ),
    "accruals": Accrual(P1, FUND, Kind.REVENUE, YEAR, 12, money("3.00"), "Youth Trust", "work"),
    "adjustments": Adjustment(
        AdjustmentType.RECHARGE, P1, FUND, Kind.REVENUE, YEAR, 12, money("1.00"), "agreed"
    ),
    "carry_forwards": carried(YEAR),
    "settlements": Settlement(FUND, YEAR, Kind.REVENUE, P1, money("2.00"), SettlementState.REPAYABLE),
    "return_texts": ReturnText(FUND, YEAR, 4, NarrativeSection.PROGRESS, "All ran.", "Ann", NOON),
    "project_progress": ProjectProgress(P1, YEAR, 4, ProjectStatus.COMPLETE),
    "accepted_exceptions": AcceptedException(FUND, YEAR, 4, "code||", "said", "agreed", "Ann", NOON),
    "partner_statements": PartnerStatement(P1, FUND, YEAR, "Youth Trust", money("4.00")),
}
#: What tells another row of a kind, and what changes one, where it is not its kind of money and its amount.
OTHERS: dict[str, dict[str, Any]] = {
    "return_texts": {"section": NarrativeSection.ISSUES},
    "project_progress": {"quarter": 3},
    "accepted_exceptions": {"key": "other||"},
    "partner_statements": {"partner": "Night Watch"},
}
CHANGES: dict[str, dict[str, Any]] = {
    "carry_forwards": {"asked": money("7.00")},
    "return_texts": {"text": "Nothing ran."},
    "project_progress": {"explanation": "Late."},
    "accepted_exceptions": {"reason": "no more"},
    "partner_statements": {"passed_on": money("7.00")},
}
REACHING: dict[str, Any] = {
    "accruals": Accrual(P1, FUND, Kind.REVENUE, LAST_YEAR, 12, money("3.00"), "Trust", "work", YEAR, 1),
    "adjustments": Adjustment(
        AdjustmentType.PREPAYMENT,
        P1,
        FUND,
        Kind.REVENUE,
        LAST_YEAR,
        12,
        money("-1.00"),
        "paid early",
        reverses_year=YEAR,
        reverses_period=1,
    ),
    "carry_forwards": replace(
        carried(LAST_YEAR), state=CarryForwardState.AGREED, agreed=money("5.00"), letter="L1"
    ),
}
#: Rows of a grant's year that go on after it is closed, and why.
LEFT_OPEN = {
    "forecasts": "what was expected changes no figure that was spent",
    "forecasts_kept": "what was expected when",
    "profiles": "how a budget was to be spent",
    "variance_reasons": "words",
    "agreement_sums": "the agreement itself, over several years",
    "agreements": "the agreement itself, over several years",
    "bids": "their awards are guarded",
    "claims": "the last claim is decided and paid after the year",
    "claim_lines": "as above",
    "retention_releases": "as above",
    "payments": "money comes after the year is closed",
    "payment_matches": "as above",
    "payment_lines": "as above",
    "repayments": "money that is owed goes after the year is closed",
    "conditions": "no money",
    "schedule": "no money",
    "match_funding": "other funders' money",
    "published": "what the commissioner published",
    "returns": "what was sent",
    "year_closes": "the lock itself",
    "certificates": "they rest on the year",
    "assertions": "they watch the year",
    "reconciliations": "they look at the year",
    "locks": "of periods",
    "posts": "whose time it was",
    "priorities": "what the plan says",
    "themes": "what the plan says",
    "shares": "how a project serves the plan",
    "outcomes": "no money",
    "outcome_statements": "no money",
    "indicator_years": "no money",
    "partner_books": "what went out and came back: what is accepted of it is guarded where it goes",
    "sentences": "no money: its figures are put in when it is read",
}


def test_no_kind_of_row_with_a_year_is_forgotten() -> None:
    from tests.contract_values import GRANT_VALUES

    with_year = {
        kind
        for kind, value in GRANT_VALUES
        if any(name in {"year", "from_year"} for name in type(value).__dataclass_fields__)
    } & set(TOPICS)
    assert with_year <= set(_GUARDED) | set(LEFT_OPEN)
    assert set(VALUES) == set(_GUARDED)


@pytest.fixture
def ready(desk: Desk) -> Desk:
    """Two years of a grant, a line of each charged by rule, and one row of every kind in the first year."""
    set_up_grant(desk)
    set_up_grant(desk, year=NEXT_YEAR)
    desk.do(AddRules((make_rule(1, "P-01"),)))
    bring(
        desk, make_line("T1", "10.00", period=2), make_line("T2", "20.00", year=NEXT_YEAR), apply_rules=True
    )
    return desk


def put(desk: Desk, *values: tuple[str, Any]) -> tuple[Record, ...]:
    records = tuple(Record(kind, 500 + at, value) for at, (kind, value) in enumerate(values))
    desk.do(AddRecords(records, "put there"))
    return records


def close(desk: Desk) -> None:
    put(desk, ("year_closes", CLOSED))


def test_a_partner_s_statement_still_comes_for_a_closed_year(ready: Desk, store: FakeStore) -> None:
    put(ready, ("partner_statements", VALUES["partner_statements"]))
    close(ready)
    ready.do(ReceiveStatement(500, date(2019, 6, 1), "A. Trustee", date(2019, 5, 30)))
    other = ReceiveStatement(500, date(2019, 6, 1), passed_on=money("4.01"))
    refusal = refusal_of(ready, store, other)
    assert refusal.code == "year_closed"
    assert "a change of what a partner's statement says" in refusal.message


class TestAClosedYear:
    @pytest.mark.parametrize("kind", sorted(VALUES))
    def test_takes_no_row_and_gives_none(self, ready: Desk, store: FakeStore, kind: str) -> None:
        [held] = put(ready, (kind, VALUES[kind]))
        close(ready)
        other = replace(VALUES[kind], **OTHERS.get(kind, {"kind": Kind.CAPITAL}))
        richer = replace(VALUES[kind], **CHANGES.get(kind, {"amount": money("7.00")}))
        for command in (
            AddRecords((Record(kind, 600, other),), "add"),
            ChangeRecord(kind, held.id, held.value, richer, "change"),
            RemoveRecords((held,), "remove"),
            SwapRecords((), (Changed(kind, held.id, held.value, richer),), (), "swap"),
        ):
            refusal = refusal_of(ready, store, command)
            assert refusal.code == "year_closed"
            assert (
                "Locality Fund 2018/19 is closed (by Ann on 30/04/2019: the accounts are signed)"
                in refusal.message
            )
            assert "Reopen the year on Year end with a reason" in refusal.advice
            assert "Anybody may reopen it" in refusal.advice

    @pytest.mark.parametrize("kind", sorted(REACHING))
    def test_takes_nothing_that_reaches_into_it(self, ready: Desk, store: FakeStore, kind: str) -> None:
        close(ready)
        refusal = refusal_of(ready, store, AddRecords((Record(kind, 600, REACHING[kind]),), "add"))
        assert refusal.code == "year_closed"

    @pytest.mark.parametrize("kind", sorted(VALUES))
    def test_leaves_other_years_alone(self, ready: Desk, store: FakeStore, kind: str) -> None:
        close(ready)
        value = VALUES[kind]
        elsewhere = (
            replace(value, from_year=NEXT_YEAR)
            if kind == "carry_forwards"
            else replace(value, year=NEXT_YEAR)
        )
        ready.do(AddRecords((Record(kind, 600, elsewhere),), "add"))
        with store.open_work(reading=True) as work:
            assert getattr(work, kind).get(600).value == elsewhere

    def test_lets_money_that_is_owed_go(self, ready: Desk, store: FakeStore) -> None:
        [held] = put(ready, ("settlements", VALUES["settlements"]))
        close(ready)
        invoiced = replace(held.value, state=SettlementState.INVOICED, invoice="INV 1")
        ready.do(ChangeRecord("settlements", held.id, held.value, invoiced, "invoice it"))
        more = replace(invoiced, amount=money("3.00"))
        assert (
            refusal_of(ready, store, ChangeRecord("settlements", held.id, invoiced, more, "more")).code
            == "year_closed"
        )

    def test_takes_no_charge_and_gives_none(self, ready: Desk, store: FakeStore) -> None:
        bring(
            ready,
            make_line("T1", "10.00", period=2),
            make_line("T2", "20.00", year=NEXT_YEAR),
            make_line("T3", "5.00", period=12),
            name="P12.csv",
        )
        close(ready)
        target = parse_target("P-01")
        for command in (
            ChargeLines((LineId(3),), target, "looked up"),
            ChargeLines((LineId(1),), parse_target("P-02"), "looked up"),
            ClearCharges((LineId(1),)),
        ):
            refusal = refusal_of(ready, store, command)
            assert "Locality Fund 2018/19 is closed" in refusal.message
        assert ready.do(ApplyRules()).result.charged == 0

    def test_meets_what_was_done_before_when_it_is_to_be_taken_back(
        self, ready: Desk, store: FakeStore
    ) -> None:
        ready.do(AddAdjustment(VALUES["adjustments"], ("minute 1",)))
        close(Desk(make_tools(store.open_work, who="Bob")))
        with pytest.raises(ExpectedError) as refusal:
            ready.undo()
        assert refusal.value.code == "year_closed"

    def test_is_closed_and_opened_by_one_swap_with_what_goes_with_it(
        self, ready: Desk, store: FakeStore
    ) -> None:
        """The closing is put in last and taken out first, so that the allocations can be closed with it."""
        [held] = put(ready, ("allocations", VALUES["allocations"]))
        shut = SwapRecords(
            (),
            (Changed("allocations", held.id, held.value, replace(held.value, letter="closed")),),
            (Record("year_closes", 1, CLOSED),),
            "close",
        )
        ready.do(shut)
        ready.undo()
        ready.redo()
        with store.open_work(reading=True) as work:
            assert [kept.value for kept in work.year_closes.all()] == [CLOSED]
        ready.do(shut.inverse)
        with store.open_work(reading=True) as work:
            assert work.year_closes.all() == []
            assert work.allocations.get(held.id).value == held.value


class TestWhatWaitsForItsSignature:
    @pytest.fixture
    def prepared(self, ready: Desk) -> Desk:
        ready.do(AddAdjustment(replace(VALUES["adjustments"], period=3), ("minute 1",)))
        ready.do(PrepareCertificate(Certified.RETURN, FUND, YEAR, 6))
        return ready

    @pytest.mark.parametrize(
        "made",
        [
            lambda: AddAdjustment(replace(VALUES["adjustments"], period=6), ("minute 2",)),
            lambda: RemoveAdjustment(AdjustmentId(1)),
            lambda: AddRecords((Record("accruals", 9, replace(VALUES["accruals"], period=1)),), "add"),
        ],
    )
    def test_L03_is_not_changed_by_hand(
        self, prepared: Desk, store: FakeStore, made: Callable[[], Any]
    ) -> None:
        refusal = refusal_of(prepared, store, made())
        assert refusal.code == "return_locked"
        assert "waits for its signature (prepared by Ann on 15/01/2019)" in refusal.message
        assert "Reverse it and make a new entry in a later period" in refusal.advice

    def test_L03_a_reversal_in_a_later_period_is_let_through(self, prepared: Desk, store: FakeStore) -> None:
        reversal = replace(VALUES["adjustments"], amount=money("-1.00"))
        prepared.do(AddAdjustment(reversal, ("minute 2",)))
        with store.open_work(reading=True) as work:
            assert reversal in [kept.value for kept in work.adjustments.all()]

    def test_is_changed_again_once_it_is_void(self, prepared: Desk, store: FakeStore) -> None:
        boss = Desk(make_tools(store.open_work, who="Ben"))
        boss.do(Certify(ONE))
        refusal = refusal_of(prepared, store, RemoveAdjustment(AdjustmentId(1)))
        assert "is certified (by Ben on" in refusal.message
        [lock] = [each for each in prepared.ask(AllLocks(YEAR)) if each.kind is LockKind.RETURN]
        assert (lock.by, lock.certificate, lock.to_period) == ("Ben", True, 6)
        assert "Anybody may reopen it" in lock.may_reopen
        prepared.do(VoidCertificate(ONE, "a mistake in P-01"))
        prepared.do(RemoveAdjustment(AdjustmentId(1)))
        assert prepared.ask(AllLocks(YEAR)) == []
