"""Agreements and notices in a real store: what is done is kept, and taken back and done again to the last row."""

from __future__ import annotations

from dataclasses import replace

from fundingapp.application.commands.agreements import (
    AddAgreement,
    ChangeAgreement,
    DescribeFund,
    RemoveAgreement,
    Reprofile,
)
from fundingapp.application.commands.allocations import (
    ConfirmAllocation,
    NotifyAllocation,
    ReviseAllocation,
    WithdrawAllocation,
)
from fundingapp.application.queries.agreements import AgreementsOf, AllocationSteps
from fundingapp.domain.agreements import Agreement, Split, share_evenly
from fundingapp.domain.allocations import Allocation, AllocationStatus
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import AllocationId
from fundingapp.domain.periods import FinancialYear
from tests.builders_core import NEXT_YEAR, YEAR, day, money, set_up_grant
from tests.machines import assert_same, figures_of
from tests.persistence.support import Place, desk_of


def test_three_years_are_agreed_amended_reprofiled_and_undone(place: Place) -> None:
    """Wolverhampton's £500,000 for 2017 to 2020, then an uplift of 2.6 % in its third year (domain paper 2.2)."""
    database = place.open()
    desk = desk_of(database)
    fund = set_up_grant(desk)
    states = [figures_of(database.open_work)]
    agreement = Agreement(
        fund, "Transformation Fund", FinancialYear(2017), NEXT_YEAR, "VAWG/17", day("2017-07-14")
    )
    whole = money("500,000")
    held = desk.do(
        AddAgreement(agreement, (Split(Kind.REVENUE, whole, share_evenly(whole, agreement.years)),))
    ).result
    states.append(figures_of(database.open_work))
    raised = Split(
        Kind.REVENUE,
        money("504,333.33"),
        (
            (FinancialYear(2017), money("166,666.67")),
            (YEAR, money("166,666.67")),
            (NEXT_YEAR, money("170,999.99")),
        ),
    )
    desk.do(ChangeAgreement(held, agreement, agreement, (raised,), "variation 1"))
    states.append(figures_of(database.open_work))
    desk.do(Reprofile(held, Kind.REVENUE, YEAR, NEXT_YEAR, money("6,666.67"), "VAWG/19", day("2018-09-01")))
    states.append(figures_of(database.open_work))
    answer = desk.ask(AgreementsOf(fund, YEAR))
    assert answer.in_force is not None
    assert [str(amount) for _, amount in answer.in_force.splits[0].years] == [
        "166,666.67",
        "160,000.00",
        "177,666.66",
    ]
    [step] = answer.in_force.steps
    assert step.reference == "VAWG/19"
    desk.do(DescribeFund(fund, answer.fund.value, replace(answer.fund.value, ring_fence="Women and girls")))
    states.append(figures_of(database.open_work))
    desk.do(RemoveAgreement(held))
    states.append(figures_of(database.open_work))
    assert not desk.ask(AgreementsOf(fund, YEAR)).agreements
    for state in reversed(states[:-1]):
        desk.undo()
        assert_same(figures_of(database.open_work), state)
    for state in states[1:]:
        desk.redo()
        assert_same(figures_of(database.open_work), state)


def test_an_allocation_goes_its_way_and_back(place: Place) -> None:
    database = place.open()
    desk = desk_of(database)
    fund = set_up_grant(desk)
    states = [figures_of(database.open_work)]
    indicated = Allocation(
        fund,
        NEXT_YEAR,
        Kind.REVENUE,
        money("60,000"),
        status=AllocationStatus.INDICATIVE,
        notified_on=day("2018-12-12"),
        letter="CSF/1",
        basis="formula",
    )
    desk.do(NotifyAllocation(indicated))
    states.append(figures_of(database.open_work))
    desk.do(
        ConfirmAllocation(
            fund,
            NEXT_YEAR,
            ((Kind.REVENUE, money("50,000")), (Kind.CAPITAL, money("9,000"))),
            day("2019-03-01"),
            "CSF/2",
        )
    )
    states.append(figures_of(database.open_work))

    def standing() -> tuple[AllocationId, Allocation]:
        with database.open_work(reading=True) as work:
            ours = [kept for kept in work.allocations.all() if kept.value.year == NEXT_YEAR]
            newest = max((kept for kept in ours if kept.value.kind is Kind.REVENUE), key=lambda kept: kept.id)
            return AllocationId(newest.id), newest.value

    desk.do(ReviseAllocation(*standing(), money("48,000"), day("2019-05-01"), "yearly cut", "CSF/3"))
    states.append(figures_of(database.open_work))
    desk.do(WithdrawAllocation(*standing(), day("2019-06-01"), "fund ended"))
    states.append(figures_of(database.open_work))
    steps = desk.ask(AllocationSteps(fund, NEXT_YEAR))
    assert sorted(step.after for each in steps.values() for step in each) == [
        "confirmed",
        "confirmed",
        "indicative",
        "revised",
        "withdrawn",
    ]
    for state in reversed(states[:-1]):
        desk.undo()
        assert_same(figures_of(database.open_work), state)
    for state in states[1:]:
        desk.redo()
        assert_same(figures_of(database.open_work), state)
