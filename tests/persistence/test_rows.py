"""The small records: what is kept comes back the same, and nobody's change is lost."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from fundingapp.application.ports import Kept, Rows, SavedReturn, UnitOfWork
from fundingapp.domain.adjustments import Accrual, Adjustment, AdjustmentType, Forecast
from fundingapp.domain.allocations import (
    Allocation,
    AllocationStatus,
    Award,
    BudgetMovement,
    Contingency,
    Resource,
)
from fundingapp.domain.bids import Bid, BidState
from fundingapp.domain.conditions import Condition, Field, Operator, fits
from fundingapp.domain.errors import ChangedMeanwhileError, ExpectedError, NotFoundError
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.funds import Fund, Kind, Partnership, Project
from fundingapp.domain.ids import FundId, PartyId, ProjectId
from fundingapp.domain.locks import PeriodLock
from fundingapp.domain.matching import CodingRule, parse_target
from fundingapp.domain.money import LARGEST_PENCE, Money
from fundingapp.domain.parties import Party, PartyKind
from fundingapp.domain.returns import ReturnState
from fundingapp.persistence.database import Database
from tests.persistence.support import (
    NOON,
    RECORD,
    YEAR,
    Grant,
    Place,
    a_line,
    add_grant,
    add_lines,
    charge,
    to_project,
)

ODD_TEXT = "Ünïcode “quotes” 'single' \"double\" % _ / \\ £ – 🙂 ; DROP TABLE fund; --"


def values(grant: Grant) -> list[tuple[str, Any, Any]]:
    """A value of every kind with every field filled, and another to put in its place."""
    fund, one, two = grant.fund, grant.one, grant.two
    return [
        (
            "partnership",
            Partnership("Charnwood CSP", "The Borough", "Charnwood", ODD_TEXT),
            Partnership("Another"),
        ),
        (
            "parties",
            Party(ODD_TEXT, PartyKind.PARTNER, date(2018, 4, 1), date(2019, 3, 31)),
            Party("A partner", PartyKind.ACCOUNTABLE_BODY),
        ),
        (
            "funds",
            Fund("Home Office", PartyId(1), "serious violence only", ODD_TEXT, True),
            Fund("Home Office Fund", PartyId(1)),
        ),
        (
            "projects",
            Project("P-99", ODD_TEXT, "Theme", "Lead", "Area", date(2018, 4, 1), date(2020, 2, 29)),
            Project("P-98", "Renamed"),
        ),
        (
            "allocations",
            Allocation(
                fund,
                YEAR,
                Kind.CAPITAL,
                Money(LARGEST_PENCE),
                Resource.BROUGHT_FORWARD,
                AllocationStatus.REVISED,
                date(2018, 3, 1),
                "letter 7",
            ),
            Allocation(fund, YEAR.next, Kind.REVENUE, Money(0)),
        ),
        (
            "bids",
            Bid(one, fund, YEAR, Kind.REVENUE, Money(1), BidState.PART_APPROVED, date(2018, 5, 1), "less"),
            Bid(two, fund, YEAR, Kind.REVENUE, Money(2), BidState.DRAFT),
        ),
        (
            "awards",
            Award(two, fund, YEAR, Kind.REVENUE, Money(-LARGEST_PENCE), date(2018, 6, 30)),
            Award(two, fund, YEAR, Kind.CAPITAL, Money(3)),
        ),
        (
            "contingencies",
            Contingency(fund, YEAR, Kind.REVENUE, "LF-15", "Contingency", Money(1600)),
            Contingency(fund, YEAR, Kind.REVENUE, "LF-15", "Contingency", Money(1)),
        ),
        (
            "movements",
            BudgetMovement(
                fund, YEAR, Kind.REVENUE, one, two, Money(5), date(2018, 10, 1), "costs", "the board"
            ),
            BudgetMovement(fund, YEAR, Kind.REVENUE, None, two, Money(6), date(2018, 10, 2), "released"),
        ),
        (
            "accruals",
            Accrual(one, fund, Kind.REVENUE, YEAR, 12, Money(-7), "Supplier", "work", YEAR.next, 1),
            Accrual(one, fund, Kind.REVENUE, YEAR, 13, Money(8), "Supplier", "work"),
        ),
        (
            "adjustments",
            Adjustment(
                AdjustmentType.PREPAYMENT,
                one,
                fund,
                Kind.REVENUE,
                YEAR,
                12,
                Money(-7),
                ODD_TEXT,
                reverses_year=YEAR.next,
                reverses_period=1,
            ),
            Adjustment(AdjustmentType.CORRECTION, one, fund, Kind.REVENUE, YEAR, 13, Money(8), "put right"),
        ),
        (
            "evidence",
            Evidence("invoice 12.pdf", "ab" * 32, 1234, NOON, "S. Officer"),
            Evidence(ODD_TEXT, "", 0, NOON, "B"),
        ),
        (
            "locks",
            PeriodLock(YEAR, 9, ODD_TEXT, "S. Officer", NOON),
            PeriodLock(YEAR, 13, "closed", "B", NOON),
        ),
        (
            "forecasts",
            Forecast(one, fund, Kind.REVENUE, YEAR, 11, Money(9)),
            Forecast(one, fund, Kind.REVENUE, YEAR, 12, Money(-9)),
        ),
        (
            "rules",
            CodingRule(
                3,
                parse_target("split P-01 33.3%, P-02 66.7%"),
                fits(cost_centre="CS1", account="4000", supplier=ODD_TEXT, description="bus", type="PI"),
            ),
            CodingRule(
                4,
                parse_target("split P-01 £33.30, P-02 the rest"),
                (
                    Condition(Field.SUPPLIER, Operator.ONE_OF, (ODD_TEXT, "b; c", "d, e")),
                    Condition(Field.AMOUNT, Operator.BETWEEN, ("", "-0.01")),
                    Condition(Field.DATE, Operator.IS, ("31/03/2019",)),
                    Condition(Field.DESCRIPTION, Operator.EMPTY),
                ),
                ODD_TEXT,
                on=False,
            ),
        ),
        (
            "returns",
            SavedReturn(
                fund,
                YEAR,
                4,
                2,
                ReturnState.DRAFT,
                NOON,
                "S. Officer",
                "return.xlsx",
                "ab" * 32,
                120,
                Money(1234),
                ((one, Kind.REVENUE, (Money(1), Money(-2), Money(3), Money(0))),),
            ),
            SavedReturn(
                fund, YEAR, 4, 3, ReturnState.SUBMITTED, NOON, "B", "other.xlsx", "cd" * 32, 0, Money(0)
            ),
        ),
    ]


def rows(work: UnitOfWork, kind: str) -> Rows[Any]:
    found: Rows[Any] = getattr(work, kind)
    return found


def test_every_kind_of_record_comes_back_as_it_was_put_in(place: Place) -> None:
    with place.open().open_work() as work:
        ids = {kind: rows(work, kind).add(value) for kind, value, _ in values(add_grant(work))}
        work.commit(RECORD)
    with place.open().open_work(reading=True) as work:
        grant = Grant(FundId(1), ProjectId(1), ProjectId(2), ProjectId(3))
        for kind, value, _ in values(grant):
            assert rows(work, kind).get(ids[kind]) == Kept(ids[kind], 1, value)
            assert Kept(ids[kind], 1, value) in rows(work, kind).all()


def test_a_replaced_record_holds_the_new_value_under_the_next_version(database: Database) -> None:
    with database.open_work() as work:
        kept = [
            (kind, rows(work, kind).get(rows(work, kind).add(value)), other)
            for kind, value, other in values(add_grant(work))
        ]
        for kind, before, after in kept:
            rows(work, kind).replace(before, after)
        work.commit(RECORD)
    with database.open_work(reading=True) as work:
        for kind, before, after in kept:
            assert rows(work, kind).get(before.id) == Kept(before.id, 2, after)


def test_a_removed_record_is_gone_and_can_be_put_back_under_its_identity(database: Database) -> None:
    with database.open_work() as work:
        kept = [
            (kind, rows(work, kind).get(rows(work, kind).add(value)))
            for kind, value, _ in values(add_grant(work))
        ]
        for kind, entry in reversed(kept):
            rows(work, kind).remove(entry)
            with pytest.raises(NotFoundError):
                rows(work, kind).get(entry.id)
        for kind, entry in kept:
            assert rows(work, kind).add(entry.value, entry.id) == entry.id
            assert rows(work, kind).get(entry.id) == entry


def test_records_come_in_the_order_of_their_identities(database: Database) -> None:
    with database.open_work() as work:
        for id in (7, 3, 5):
            work.parties.add(Party(f"Party {id}", PartyKind.PARTNER), id)
        assert [kept.id for kept in work.parties.all()] == [3, 5, 7]
        assert work.parties.add(Party("The next", PartyKind.PARTNER)) == 8


def test_a_change_on_top_of_somebody_elses_change_is_refused(place: Place) -> None:
    first, second = place.open("A"), place.open("B")
    with first.open_work() as work:
        project = work.projects.add(Project("P-01", "Youth Bus"))
        work.commit(RECORD)
    with first.open_work(reading=True) as work:
        seen_by_first = work.projects.get(project)
    with second.open_work() as work:
        work.projects.replace(work.projects.get(project), Project("P-01", "Youth Bus II"))
        work.commit(RECORD)
    with first.open_work() as work:
        with pytest.raises(ChangedMeanwhileError):
            work.projects.replace(seen_by_first, Project("P-01", "Night Bus"))
        with pytest.raises(ChangedMeanwhileError):
            work.projects.remove(seen_by_first)
        assert work.projects.get(project).value.name == "Youth Bus II"


def test_a_change_of_what_somebody_else_removed_is_refused(place: Place) -> None:
    first, second = place.open("A"), place.open("B")
    with first.open_work() as work:
        kept = work.projects.get(work.projects.add(Project("P-01", "Youth Bus")))
        work.commit(RECORD)
    with second.open_work() as work:
        work.projects.remove(work.projects.get(kept.id))
        work.commit(RECORD)
    with first.open_work() as work, pytest.raises(ChangedMeanwhileError):
        work.projects.replace(kept, Project("P-01", "Night Bus"))


def test_what_others_rest_on_is_not_removed_and_the_work_can_go_on(database: Database) -> None:
    with database.open_work() as work:
        grant = add_grant(work)
        for kind, id in (("parties", 1), ("funds", grant.fund), ("projects", grant.one)):
            with pytest.raises(ExpectedError) as refused:
                rows(work, kind).remove(rows(work, kind).get(id))
            assert refused.value.code == "in_use"
        work.commit(RECORD)
    with database.open_work(reading=True) as work:
        assert [kept.value.ref for kept in work.projects.all()] == ["P-01", "P-02", "P-03"]


def test_a_project_with_a_charged_line_is_not_removed(database: Database) -> None:
    with database.open_work() as work:
        grant = add_grant(work)
        _, (line,) = add_lines(work, [a_line("T1")])
        charge(work, line, to_project(grant.head(grant.one), 1_000))
        for award in work.awards.all():
            work.awards.remove(award)
        with pytest.raises(ExpectedError) as refused:
            work.projects.remove(work.projects.get(grant.one))
        assert refused.value.code == "in_use"
        work.projects.remove(work.projects.get(grant.two))


def test_a_record_that_names_what_is_not_there_is_refused_and_the_work_can_go_on(database: Database) -> None:
    with database.open_work() as work:
        grant = add_grant(work)
        nowhere = Award(ProjectId(99), grant.fund, YEAR, Kind.REVENUE, Money(1))
        with pytest.raises(ExpectedError) as refused:
            work.awards.add(nowhere)
        assert refused.value.code == "already_there"
        with pytest.raises(ExpectedError):
            work.awards.replace(work.awards.all()[0], nowhere)
        assert work.projects.add(Project("P-04", "Next")) == 4


def test_a_second_project_of_the_same_reference_is_refused(database: Database) -> None:
    with database.open_work() as work:
        work.projects.add(Project("P-01", "Youth Bus"))
        other = work.projects.get(work.projects.add(Project("P-02", "Safe Homes")))
        with pytest.raises(ExpectedError) as refused:
            work.projects.add(Project("P-01", "Another"))
        assert refused.value.code == "already_there"
        with pytest.raises(ExpectedError) as refused:
            work.projects.replace(other, dataclasses.replace(other.value, ref="P-01"))
        assert refused.value.code == "already_there"
        assert [kept.value.name for kept in work.projects.all()] == ["Youth Bus", "Safe Homes"]


def test_a_file_has_one_partnership(database: Database) -> None:
    with database.open_work() as work:
        work.partnership.add(Partnership("One"))
        with pytest.raises(ExpectedError):
            work.partnership.add(Partnership("Two"))


def test_an_amount_beyond_the_largest_is_refused(database: Database) -> None:
    with database.open_work() as work:
        grant = add_grant(work)
        for pence in (LARGEST_PENCE + 1, 2**63 - 1, 2**63, 10**30):
            with pytest.raises(ExpectedError):
                work.awards.add(Award(grant.one, grant.fund, YEAR, Kind.CAPITAL, Money(pence)))
        assert len(work.awards.all()) == 3
