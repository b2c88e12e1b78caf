"""A grant's position: every figure of it, and the identities that hold in it, each broken by its own fault only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings, strategies as st

from fundingapp.domain.adjustments import (
    REVERSING,
    Accrual,
    Adjustment,
    AdjustmentType,
    CarriedAccrual,
    Forecast,
)
from fundingapp.domain.agreements import Consent
from fundingapp.domain.allocations import (
    Allocation,
    Award,
    Budget,
    BudgetMovement,
    Contingency,
    Resource,
    Resources,
)
from fundingapp.domain.funds import Kind
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.positions import (
    ChargeSum,
    ControlSum,
    GrantPosition,
    GrantRecords,
    LedgerSum,
    ProjectPosition,
    ProjectState,
    accrued_by_period,
    grant_position,
)
from fundingapp.domain.reconciliation import reconcile
from tests.builders import (
    FUND,
    YEAR,
    charnwood_records,
    make_accrual,
    make_allocation,
    make_award,
    make_charge,
    make_ledger,
    make_movement,
    make_position,
    make_project,
    make_records,
    pounds,
)
from tests.builders_core import NEXT_YEAR

Thing = TypeVar("Thing")
ALL = ["R1", "R2", "R4", "R9", "R10", "R11", "R12", "R13", "R14", "R17", "R18", "R31"]
PENNY = Money(1)

projects = st.sampled_from([ProjectId(1), ProjectId(2), ProjectId(3)])
kinds = st.sampled_from(Kind)
periods = st.integers(1, 13)
some = st.integers(-(10**7), 10**7).map(Money)
positive = st.integers(1, 10**7).map(Money)
charge_sums = st.lists(st.builds(ChargeSum, projects, st.just(FUND), kinds, periods, some), max_size=12)
awards = st.lists(
    st.builds(Award, projects, st.just(FUND), st.just(YEAR), kinds, positive), min_size=1, max_size=6
)
contingencies = st.lists(
    st.builds(Contingency, st.just(FUND), st.just(YEAR), kinds, st.just("C"), st.just("kept back"), positive),
    max_size=2,
)
movements = st.lists(
    st.builds(
        BudgetMovement,
        st.just(FUND),
        st.just(YEAR),
        kinds,
        st.none() | projects,
        st.none() | projects,
        positive,
        st.just(YEAR.first_day),
        st.just("why"),
    ).filter(lambda move: move.source != move.target),
    max_size=4,
)
accruals = st.lists(
    st.builds(
        Accrual,
        projects,
        st.just(FUND),
        kinds,
        st.sampled_from([YEAR, YEAR.previous]),
        periods,
        some,
        st.just("Supplier"),
        st.just("due"),
        st.sampled_from([None, YEAR, NEXT_YEAR]),
        st.none() | periods,
    ),
    max_size=4,
)
adjustments = st.lists(
    st.builds(
        Adjustment,
        st.sampled_from(AdjustmentType),
        projects,
        st.just(FUND),
        kinds,
        st.sampled_from([YEAR, YEAR.previous]),
        periods,
        some,
        st.just("why"),
        st.none(),
        st.none(),
        st.sampled_from([None, YEAR, NEXT_YEAR]),
        st.none() | periods,
    ).filter(lambda entry: entry.type in REVERSING or entry.reverses_period is None),
    max_size=5,
)
settled = st.builds(lambda part, rest: CarriedAccrual(part + rest, part, rest), some, some)
forecasts = st.lists(
    st.builds(Forecast, projects, st.just(FUND), kinds, st.just(YEAR), periods, some), max_size=6
)


@st.composite
def consistent_records(draw: st.DrawFn) -> GrantRecords:
    """A grant in which everything agrees: enough is available, every line has its place, downloads say the same."""
    drawn_awards, kept_back = draw(awards), draw(contingencies)
    allocations: list[Allocation] = []
    for kind in Kind:
        needed = Money.total(
            [award.amount for award in drawn_awards if award.kind is kind]
            + [line.amount for line in kept_back if line.kind is kind]
        )
        resource = draw(st.sampled_from(list(Resource)[:3]))
        allocations.append(Allocation(FUND, YEAR, kind, needed + draw(positive), resource))
    charges = draw(charge_sums)
    elsewhere = [entry._replace(fund=FundId(2)) for entry in draw(charge_sums)]
    income = draw(st.dictionaries(periods, some, max_size=3))
    excluded = draw(st.dictionaries(periods, some, max_size=3))
    ledger, controls = make_ledger([*charges, *elsewhere], income, excluded)
    quarter = draw(st.integers(0, 4))
    stated = st.lists(some, min_size=quarter, max_size=quarter).map(tuple)
    submitted = draw(st.dictionaries(st.tuples(projects, kinds), stated)) if quarter else {}
    return replace(
        make_records(
            allocations=allocations,
            projects={number: make_project(f"P-0{number}") for number in (1, 2, 3)},
            awards=drawn_awards,
            contingencies=kept_back,
            movements=draw(movements),
            accruals=draw(accruals),
            forecasts=draw(forecasts),
            charges=charges,
            ledger=ledger,
            controls=controls,
            submitted=submitted,
            submitted_quarter=quarter,
        ),
        elsewhere=elsewhere,
        reached=draw(st.integers(0, 13)),
        adjustments=draw(adjustments),
        carried=draw(st.lists(settled, max_size=3)),
    )


def failing(position: GrantPosition) -> set[str]:
    return {identity.id for identity in reconcile(position) if not identity.holds}


@given(consistent_records(), periods)
def test_every_identity_holds_in_consistent_records(records: GrantRecords, to_period: int) -> None:
    position = grant_position(records, to_period)
    assert [identity.id for identity in reconcile(position)] == ALL
    assert failing(position) == set()


# Faults: each changes one thing in a position that agrees, as a mistake in the code or in the file would.


def as_kind_of(kind: type[Thing], value: Any) -> Thing:
    """*value*'s fields in a *kind* of it that works out one figure wrongly."""
    return kind(**{entry.name: getattr(value, entry.name) for entry in fields(value) if entry.init})


def with_first_project(position: GrantPosition, kind: type[ProjectPosition]) -> GrantPosition:
    first, *others = position.projects
    return replace(position, projects=(as_kind_of(kind, first), *others))


@dataclass(frozen=True)
class ResourcesShownWrong(Resources):
    """Shows a penny more of supplements than it counts."""

    @property
    def available(self) -> Money:
        return super().available - PENNY


def r1(position: GrantPosition) -> GrantPosition:
    shown = replace(position.resources, supplements=position.resources.supplements + PENNY)
    return replace(position, resources=as_kind_of(ResourcesShownWrong, shown))


def r2(position: GrantPosition) -> GrantPosition:
    """A penny more is kept back than there is room for."""
    room = Money.total(position._room(kind) for kind in Kind if kind is Kind.REVENUE)
    by_kind = dict(position.contingency_by_kind)
    by_kind[Kind.REVENUE] += room + PENNY
    return replace(position, contingency=position.contingency + room + PENNY, contingency_by_kind=by_kind)


@dataclass(frozen=True)
class BudgetShort(Budget):
    @property
    def current(self) -> Money:
        return super().current - PENNY


def r4(position: GrantPosition) -> GrantPosition:
    first, *others = position.projects
    return replace(position, projects=(replace(first, budget=as_kind_of(BudgetShort, first.budget)), *others))


def r9(position: GrantPosition) -> GrantPosition:
    return replace(position, controls=(*position.controls, ControlSum(1, 1, PENNY)))


def r10(position: GrantPosition) -> GrantPosition:
    zero = Money.ZERO
    waiting = LedgerSum(1, 1, PENNY, zero, zero, zero, zero, 1, 0)
    control = ControlSum(1, 1, PENNY)
    return replace(position, ledger=(*position.ledger, waiting), controls=(*position.controls, control))


def r11(position: GrantPosition) -> GrantPosition:
    """Two lines whose parts miss them by a penny, one each way."""
    zero = Money.ZERO
    return replace(position, ledger=(*position.ledger, LedgerSum(1, 2, zero, zero, zero, zero, zero, 0, 2)))


def r12(position: GrantPosition) -> GrantPosition:
    """A charge that no grant shows."""
    return replace(position, charged_elsewhere=position.charged_elsewhere - PENNY)


def r13(position: GrantPosition) -> GrantPosition:
    """Two accruals that miss their reversals by a penny, one each way."""
    wrong = [CarriedAccrual(pounds("5"), pounds("5") + penny, Money.ZERO) for penny in (PENNY, -PENNY)]
    return replace(position, carried=(*position.carried, *wrong))


def r14(position: GrantPosition) -> GrantPosition:
    """A penny that neither the grant nor the host pays."""
    return replace(position, host_funded=position.host_funded - PENNY)


class ForgetsBefore(ProjectPosition):
    def up_to(self, period: int) -> Money:
        return super().up_to(period) - (PENNY if period == self.to_period - 1 else Money.ZERO)


class ExpectsMore(ProjectPosition):
    @property
    def outturn(self) -> Money:
        return super().outturn + PENNY


class AdjustsMore(ProjectPosition):
    @property
    def prior_period_adjustment(self) -> Money:
        return super().prior_period_adjustment + PENNY


FAULTS: dict[str, Callable[[GrantPosition], GrantPosition]] = {
    "R1": r1,
    "R2": r2,
    "R4": r4,
    "R9": r9,
    "R10": r10,
    "R11": r11,
    "R12": r12,
    "R13": r13,
    "R14": r14,
    "R17": lambda position: with_first_project(position, ForgetsBefore),
    "R18": lambda position: with_first_project(position, ExpectsMore),
    "R31": lambda position: with_first_project(position, AdjustsMore),
}


@pytest.mark.parametrize("identity", FAULTS)
@settings(max_examples=min(20, settings().max_examples))
@given(records=consistent_records(), to_period=periods)
def test_a_planted_fault_breaks_its_own_identity_and_no_other(
    identity: str, records: GrantRecords, to_period: int
) -> None:
    faulty = FAULTS[identity](grant_position(records, to_period))
    assert failing(faulty) == {identity}


def test_every_identity_has_its_fault() -> None:
    assert list(FAULTS) == ALL


def test_an_identity_says_what_differs_and_what_to_do() -> None:
    position = r10(make_position())
    [waits] = [identity for identity in reconcile(position) if not identity.holds]
    assert (waits.id, waits.difference) == ("R10", PENNY)
    assert waits.note == "1 line waits for a project"
    assert waits.advice
    [unequal] = [identity for identity in reconcile(r11(make_position())) if not identity.holds]
    assert unequal.note == "2 lines with other parts"
    assert not unequal.difference


class TestPeriods:
    @pytest.mark.parametrize("to_period", [0, 14])
    def test_a_position_ends_within_the_year(self, to_period: int) -> None:
        with pytest.raises(ValueError, match="1 to 13"):
            grant_position(make_records(), to_period)

    def test_what_comes_later_does_not_count_yet(self) -> None:
        charges = [make_charge(1, 2, "20"), make_charge(1, 5, "50"), make_charge(1, 13, "130")]
        records = make_records(charges=charges, accruals=[make_accrual(1, 5, "7")])
        spent = [grant_position(records, period).spent for period in (1, 2, 4, 5, 12, 13)]
        assert spent == [pounds(each) for each in ("0", "20", "20", "77", "77", "207")]
        position = grant_position(records, 5)
        [project] = position.projects
        assert (project.spent_ledger, project.spent_accrued) == (pounds("70"), pounds("7"))
        assert project.in_period(13) == Money.ZERO
        assert [entry.period for entry in position.ledger] == [2, 5]
        assert [entry.period for entry in position.controls] == [2, 5]
        assert (position.ledger_lines, position.ledger_total) == (2, pounds("70"))

    def test_quarters_take_three_periods_and_the_fourth_the_closing_one(self) -> None:
        charges = [make_charge(1, period, "1") for period in range(1, 14)]
        [project] = make_position(charges=charges).projects
        assert project.by_quarter == (pounds("3"), pounds("3"), pounds("3"), pounds("4"))
        assert [amount.pence for amount in make_position(charges=charges).month_totals()] == [100] * 13

    def test_an_accrual_counts_in_its_period_and_is_taken_off_in_its_reversal(self) -> None:
        here = make_accrual(1, 6, "60", reverses_year=YEAR, reverses_period=8)
        last_year = make_accrual(1, 13, "5", year=YEAR.previous, reverses_year=YEAR, reverses_period=1)
        open_ended = make_accrual(1, 2, "9", reverses_year=YEAR)
        next_year = make_accrual(1, 1, "1", year=NEXT_YEAR)
        sums = accrued_by_period([here, last_year, open_ended, next_year], YEAR)
        assert {at: amount.pence for at, amount in enumerate(sums, start=1) if amount} == {
            1: -5_00,
            2: 9_00,
            6: 60_00,
            8: -60_00,
        }


class TestProjects:
    def test_a_project_is_shown_for_whatever_touches_it_in_the_order_of_its_reference(self) -> None:
        projects = {number: make_project(f"P-0{9 - number}") for number in range(1, 6)}
        records = make_records(
            projects=projects,
            allocations=[make_allocation("1,000")],
            awards=[make_award(1, "100"), make_award(1, "10", Kind.CAPITAL)],
            charges=[make_charge(2, 1, "5")],
            accruals=[make_accrual(3, 1, "5")],
            movements=[make_movement(1, 4, "5"), make_movement(None, 1, "1")],
        )
        position = grant_position(records)
        assert [(project.ref, project.kind) for project in position.projects] == [
            ("P-05", Kind.REVENUE),
            ("P-06", Kind.REVENUE),
            ("P-07", Kind.REVENUE),
            ("P-08", Kind.CAPITAL),
            ("P-08", Kind.REVENUE),
        ]

    def test_each_kind_of_money_is_held_apart(self) -> None:
        records = make_records(
            allocations=[make_allocation("100"), make_allocation("50", Kind.CAPITAL)],
            awards=[make_award(1, "80"), make_award(1, "40", Kind.CAPITAL)],
            charges=[make_charge(1, 1, "30"), make_charge(1, 2, "45", Kind.CAPITAL)],
            movements=[make_movement(None, 1, "5", Kind.CAPITAL)],
        )
        position = grant_position(records)
        assert position.awarded_for(Kind.REVENUE) == pounds("80")
        assert position.awarded_for(Kind.CAPITAL) == pounds("45")
        assert position.awarded == pounds("125")
        assert (position.spent_for(Kind.REVENUE), position.spent_for(Kind.CAPITAL)) == (
            pounds("30"),
            pounds("45"),
        )
        left = {kind: amount for kind, amount in position.contingency_by_kind.items() if amount}
        assert left == {Kind.CAPITAL: pounds("-5")}
        assert position.spent_in_quarter(1, Kind.CAPITAL) == pounds("45")
        assert position.outturn_for(Kind.REVENUE) == pounds("30")

    def test_one_kind_never_pays_for_the_other(self) -> None:
        records = make_records(
            allocations=[make_allocation("100"), make_allocation("50", Kind.CAPITAL)],
            awards=[make_award(1, "110"), make_award(1, "20", Kind.CAPITAL)],
        )
        position = grant_position(records)
        assert (position.unallocated, position.over_programmed) == (pounds("30"), pounds("10"))
        assert failing(position) == {"R2"}

    @pytest.mark.parametrize(
        ("period", "spent", "state"),
        [
            (6, "600.00", ProjectState.ON_TRACK),
            (6, "480.00", ProjectState.ON_TRACK),
            (6, "479.99", ProjectState.BEHIND),
            (6, "720.00", ProjectState.ON_TRACK),
            (6, "720.01", ProjectState.AHEAD),
            (6, "1,200.00", ProjectState.AHEAD),
            (6, "1,200.01", ProjectState.OVER),
            (13, "1,200.00", ProjectState.ON_TRACK),
            (13, "1,079.99", ProjectState.BEHIND),
        ],
    )
    def test_spending_is_held_against_its_profile(self, period: int, spent: str, state: ProjectState) -> None:
        """1,200.00 over the year, 100.00 a month, 10 % of the budget either way."""
        records = make_records(awards=[make_award(1, "1,200")], charges=[make_charge(1, 1, spent)])
        position = grant_position(records, period)
        assert position.projects[0].state is state
        assert bool(position.overspent) is (state is ProjectState.OVER)

    def test_the_tolerance_is_the_fund_s_own(self) -> None:
        records = make_records(
            awards=[make_award(1, "1,200")],
            charges=[make_charge(1, 1, "550")],
            tolerance_percent=Decimal(4),
        )
        assert grant_position(records, 6).projects[0].state is ProjectState.BEHIND

    def test_what_is_left_used_and_expected_follows_from_the_budget(self) -> None:
        records = replace(
            make_records(awards=[make_award(1, "1,200")], charges=[make_charge(1, 1, "300")]), reached=3
        )
        position = grant_position(records, 3)
        [project] = position.projects
        assert project.left == pounds("900")
        assert project.used_percent == Decimal("25.0")
        assert project.profile_to_date == pounds("300")
        assert project.forecast_remaining == pounds("900")
        assert (project.outturn, project.variance) == (pounds("1,200"), Money.ZERO)
        assert position.profile_to_date == pounds("300")
        assert position.profile_totals() == (pounds("100"),) * 12
        assert position.remaining_totals() == (Money.ZERO,) * 3 + (pounds("100"),) * 9
        assert position.underspend == pounds("-200")
        assert position.forecast_from == 4

    def test_a_typed_forecast_takes_the_place_of_the_profile_in_months_to_come(self) -> None:
        typed = [
            Forecast(ProjectId(1), FUND, Kind.REVENUE, YEAR, period, pounds("7")) for period in (2, 5, 12, 13)
        ]
        records = replace(make_records(awards=[make_award(1, "1,200")], forecasts=typed), reached=3)
        [project] = grant_position(records, 3).projects
        assert [amount.pence for amount in project.remaining] == [
            *[0] * 3,
            *[100_00, 7_00],
            *[100_00] * 6,
            7_00,
        ]

    def test_months_that_the_ledger_has_not_reached_are_still_expected_at_a_quarter_s_end(self) -> None:
        records = replace(make_records(awards=[make_award(1, "1,200")]), reached=2)
        [project] = grant_position(records, 3).projects
        assert project.forecast_remaining == pounds("1,000")


class TestReturnsThatWereSent:
    CHARGES = (("2", 2), ("30", 5), ("400", 8))

    def position(self, to_period: int, *stated: str, **more: Any) -> GrantPosition:
        charges = [make_charge(1, period, amount) for amount, period in self.CHARGES]
        given = {
            "charges": charges,
            "submitted": {(ProjectId(1), Kind.REVENUE): tuple(map(pounds, stated))},
            "submitted_quarter": len(stated),
            **more,
        }
        return grant_position(make_records(**given), to_period)

    def test_a_quarter_that_was_sent_keeps_its_figure_and_the_rest_is_an_adjustment(self) -> None:
        position = self.position(9, "1", "30")
        [project] = position.projects
        assert project.quarters == (pounds("1"), pounds("30"), pounds("400"), Money.ZERO)
        assert project.by_quarter == (pounds("2"), pounds("30"), pounds("400"), Money.ZERO)
        assert project.prior_period_adjustment == pounds("1")
        assert position.spent_in_quarter(1) == pounds("1")
        assert position.spent == pounds("432")
        assert failing(position) == set()

    @pytest.mark.parametrize(
        ("to_period", "quarters", "adjustment"),
        [
            (2, ("2", "0"), "0"),
            (3, ("1", "0"), "1"),
            (5, ("1", "30"), "1"),
            (6, ("1", "33"), "-2"),
            (12, ("1", "33"), "-2"),
        ],
    )
    def test_a_quarter_is_as_sent_only_when_it_is_over(
        self, to_period: int, quarters: tuple[str, str], adjustment: str
    ) -> None:
        """Looking at February must not set the whole of a quarter that was sent against half of its spend."""
        position = self.position(to_period, "1", "33")
        [project] = position.projects
        assert project.quarters[:2] == tuple(map(pounds, quarters))
        assert project.prior_period_adjustment == pounds(adjustment)
        assert failing(position) == set()

    def test_the_fourth_quarter_is_over_with_the_closing_adjustments(self) -> None:
        stated = ("2", "30", "400", "9")
        assert self.position(12, *stated).projects[0].quarters[3] == Money.ZERO
        closed = self.position(13, *stated)
        assert closed.projects[0].quarters[3] == pounds("9")
        assert closed.projects[0].prior_period_adjustment == pounds("-9")

    def test_a_project_that_joins_after_a_return_was_sent_shows_its_earlier_spend_as_adjustment(self) -> None:
        """The grant's first quarter stays what was sent (R17)."""
        charges = [make_charge(1, 2, "2"), make_charge(2, 2, "5"), make_charge(2, 4, "6")]
        position = self.position(
            6,
            "2",
            charges=charges,
            projects={1: make_project("P-01"), 2: make_project("P-02")},
            awards=[make_award(1, "500"), make_award(2, "500")],
        )
        assert position.spent_in_quarter(1) == pounds("2")
        assert position.spent_in_quarter(2) == pounds("6")
        assert position.projects[1].prior_period_adjustment == pounds("5")
        assert failing(position) == set()


def test_the_worked_case_agrees_in_every_period() -> None:
    """Charnwood 2018/19: £75,500 received; 17 projects of £75,484 and a contingency of £16."""
    records = charnwood_records()
    for period in range(1, 14):
        assert failing(grant_position(records, period)) == set()
    position = grant_position(records)
    assert (position.available, position.awarded, position.contingency) == (
        pounds("75,500"),
        pounds("75,484"),
        pounds("16"),
    )
    assert len(position.projects) == 17
    assert position.unallocated == Money.ZERO


def test_an_empty_grant_reconciles() -> None:
    records = make_records(allocations=[], projects={}, awards=[], charges=[])
    position = grant_position(records)
    assert position.projects == ()
    assert failing(position) == set()
    assert (position.available, position.spent, position.income, position.excluded) == (Money.ZERO,) * 4
    assert position.waiting == Money.ZERO


class TestConsent:
    """R2: below nought only with a recorded consent, whose excess it shows (domain paper 2.4, rule 31: £525,179 on
    £510,000)."""

    def stated(self, consented: str) -> tuple[GrantPosition, Identity]:
        records = make_records(allocations=[make_allocation("510,000")], awards=[make_award(1, "525,179")])
        amount = pounds(consented)
        if amount:
            consent = Consent(FUND, YEAR, Kind.REVENUE, amount, "PCC/9", date(2018, 4, 1))
            records = replace(records, consents=[consent])
        position = grant_position(records, 13)
        return position, next(each for each in reconcile(position) if each.id == "R2")

    def test_with_consent_to_the_penny_it_holds_and_shows_the_excess(self) -> None:
        position, r2 = self.stated("15179")
        assert (r2.holds, r2.right[-1].amount) == (True, pounds("-15179"))
        assert r2.right[-1].name == "Awarded beyond it, with consent"
        assert (position.over_programmed, position.unallocated) == (pounds("15179"), Money.ZERO)

    def test_a_penny_beyond_the_consent_fails_by_the_penny(self) -> None:
        _, r2 = self.stated("15178.99")
        assert (r2.holds, r2.difference) == (False, pounds("-0.01"))

    def test_without_consent_it_fails_by_all_of_it(self) -> None:
        _, r2 = self.stated("0")
        assert (r2.difference, len(r2.right)) == (pounds("-15179"), 3)

    def test_a_larger_consent_shows_no_more_than_is_used(self) -> None:
        _, r2 = self.stated("51000")
        assert r2.right[-1].amount == pounds("-15179")
