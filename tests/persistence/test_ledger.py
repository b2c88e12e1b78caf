"""Imports, changes between them, charges and sums: what SQL adds up is what Python adds up (M11)."""

from __future__ import annotations

import random
from datetime import date

import pytest

from fundingapp.application.ports import (
    BatchState,
    Change,
    Charged,
    Kept,
    LineChange,
    LineCharges,
    LineFilter,
    Sighting,
    UnitOfWork,
)
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import BatchId, LineId, ProjectId, RunId
from fundingapp.domain.ledger import HeldLine, LedgerLine, SkippedRow
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from fundingapp.domain.positions import ChargeSum, ControlSum, LedgerSum
from fundingapp.persistence.database import Database
from tests.persistence.support import (
    RECORD,
    YEAR,
    Place,
    a_batch,
    a_line,
    add_grant,
    add_lines,
    charge,
    elsewhere,
    to_project,
)


def test_an_import_comes_back_as_it_was_put_in(place: Place) -> None:
    lines = [a_line("T1", 5, posted_on=None), a_line("T2", -7, description="Übung % _ ' \" 🙂")]
    skipped = [SkippedRow("Ledger", 9, "a total", "Total | 5.00"), SkippedRow("", 1, "blank", "")]
    findings = [
        Finding(
            Severity.WARNING, "amount.odd", "An amount is odd.", Source("ledger.csv", "Ledger", 4, "Net")
        ),
        Finding(Severity.NOTE, "encoding", "Read as cp1252.", Source("ledger.csv")),
    ]
    with place.open().open_work() as work:
        batch, ids = add_lines(
            work,
            lines,
            skipped=skipped,
            findings=findings,
            size=2**40,
            stated_total=Money(-3),
            control_total=Money(-2),
        )
        work.commit(RECORD)
    with place.open().open_work(reading=True) as work:
        expected = a_batch(lines, size=2**40, stated_total=Money(-3), control_total=Money(-2))
        assert work.ledger.batches() == [Kept(batch, 1, expected)]
        assert work.ledger.skipped(batch) == skipped
        assert work.ledger.findings(batch) == findings
        assert work.ledger.held() == {
            line.key: HeldLine(id, line) for line, id in zip(lines, ids, strict=True)
        }
        assert [work.ledger.held_line(id).line for id in ids] == lines
        assert list(work.ledger.waiting()) == list(zip(ids, lines, strict=True))


def test_changes_between_downloads_come_back_with_both_sides_and_their_charges(database: Database) -> None:
    with database.open_work() as work:
        grant = add_grant(work)
        _, (one, two) = add_lines(work, [a_line("T1", 100), a_line("T2", 200, posted_on=None)])
        before, after = a_line("T1", 100), a_line("T1", 150, posted_on=date(2018, 5, 1))
        changes = [
            LineChange(
                one,
                Change.AMOUNT,
                True,
                False,
                before,
                after,
                (to_project(grant.head(grant.one), 100, run=3),),
                (elsewhere(Disposition.INCOME, 100), elsewhere(Disposition.EXCLUDED, 50)),
            ),
            LineChange(two, Change.VANISHED, False, True, a_line("T2", 200, posted_on=None), None, (), ()),
        ]
        batch, _ = add_lines(work, [], changes=changes)
        assert work.ledger.changes(batch) == changes
        work.ledger.set_taken(batch, two, True)
        work.ledger.set_reviewed(batch, [one], True)
        assert work.ledger.changes(batch) == [
            changes[0]._replace(reviewed=True),
            changes[1]._replace(taken=True),
        ]
        assert work.ledger.changes(BatchId(99)) == []


def test_a_line_that_is_taken_back_does_not_count_until_it_is_back(database: Database) -> None:
    with database.open_work() as work:
        grant = add_grant(work)
        batch, (one, two) = add_lines(work, [a_line("T1", 100), a_line("T2", 200)])
        charge(work, one, to_project(grant.head(grant.one), 100))
        whole = everything(work)
        assert work.ledger.set_batch_lines_live(batch, False) == 2
        work.ledger.set_batch_state(batch, BatchState.REMOVED)
        assert work.ledger.held() == {}
        assert list(work.ledger.waiting()) == []
        assert work.ledger.charge_sums(YEAR) == []
        assert work.ledger.ledger_sums(YEAR) == []
        assert work.ledger.control_sums(YEAR) == []
        assert work.ledger.years() == []
        assert work.ledger.last_period(YEAR) == 0
        assert work.ledger.suppliers() == []
        assert work.ledger.cost_centre_groups() == []
        assert work.ledger.held_line(two).line == a_line("T2", 200)
        assert work.ledger.set_batch_lines_live(batch, True) == 2
        work.ledger.set_batch_state(batch, BatchState.LIVE)
        assert everything(work) == whole


def everything(work: UnitOfWork) -> list[object]:
    ledger = work.ledger
    return [
        ledger.held(),
        list(ledger.waiting()),
        ledger.charge_sums(YEAR),
        ledger.ledger_sums(YEAR),
        ledger.control_sums(YEAR),
        ledger.years(),
        ledger.counts(LineFilter()),
    ]


def test_a_second_live_line_of_the_same_key_is_refused_in_a_sentence(database: Database) -> None:
    with database.open_work() as work:
        first, _ = add_lines(work, [a_line("T1")])
        work.ledger.set_batch_lines_live(first, False)
        add_lines(work, [a_line("T1", 2_000)])
        with pytest.raises(ExpectedError) as refused:
            work.ledger.set_batch_lines_live(first, True)
        assert refused.value.code == "line_there"
        with pytest.raises(ExpectedError) as refused:
            work.ledger.set_live([LineId(1)], True)
        assert refused.value.code == "line_there"
        assert [entry.line.amount for entry in work.ledger.held().values()] == [Money(2_000)]


def test_a_line_takes_new_values_but_keeps_its_key_and_where_it_first_stood(database: Database) -> None:
    with database.open_work() as work:
        grant = add_grant(work)
        _, (line,) = add_lines(work, [a_line("T1", 100)])
        charge(work, line, to_project(grant.head(grant.one), 100))
        new = a_line("T9", 100, year=YEAR.next, period=13, posted_on=None, supplier="B", sheet="X", row=77)
        work.ledger.update_lines({line: new})
        held = work.ledger.held_line(line).line
        assert held == new._replace(key="T1", sheet="Ledger", row=2)
        assert [(entry.period, entry.amount) for entry in work.ledger.charge_sums(YEAR.next)] == [
            (13, Money(100))
        ]
        assert work.ledger.charge_sums(YEAR) == []


def test_a_line_that_is_not_there_is_not_found(database: Database) -> None:
    with database.open_work(reading=True) as work:
        with pytest.raises(NotFoundError):
            work.ledger.held_line(LineId(1))
        assert work.ledger.line_rows([1]) == []
        assert work.ledger.charges_of([LineId(1)]) == {1: ()}


def test_charges_come_back_in_order_and_are_replaced_as_a_whole(database: Database) -> None:
    with database.open_work() as work:
        grant = add_grant(work)
        _, (line, other) = add_lines(work, [a_line("T1", 100), a_line("T2", 50)])
        parts = (
            to_project(grant.head(grant.three), 30, "third"),
            to_project(grant.head(grant.one), 70, "first", run=4),
        )
        assert work.ledger.put_charges([LineCharges(line, parts), LineCharges(other, ())]) == 2
        assert work.ledger.charges_of([line, other]) == {line: parts, other: ()}
        charge(work, line, elsewhere(Disposition.EXCLUDED, 100))
        assert work.ledger.charges_of([line]) == {line: (elsewhere(Disposition.EXCLUDED, 100),)}
        charge(work, line)
        assert work.ledger.charges_of([line]) == {line: ()}
        assert [id for id, _ in work.ledger.waiting()] == [line, other]


def test_a_charge_to_a_project_that_is_not_there_is_refused_in_a_sentence(database: Database) -> None:
    with database.open_work() as work:
        grant = add_grant(work)
        _, (line,) = add_lines(work, [a_line("T1", 100)])
        with pytest.raises(ExpectedError) as refused:
            charge(work, line, to_project(BudgetHead(ProjectId(99), grant.fund, Kind.REVENUE), 100))
        assert refused.value.code == "no_project"


def test_taking_a_run_back_makes_its_lines_wait_and_no_others(database: Database) -> None:
    with database.open_work() as work:
        grant = add_grant(work)
        _, ids = add_lines(work, [a_line(f"T{number}", 100) for number in range(1, 5)])
        assert work.ledger.next_run() == 1
        head = grant.head(grant.one)
        work.ledger.place_waiting(
            [LineCharges(id, (to_project(head, 60, run=1), to_project(head, 40, run=1))) for id in ids[:2]]
        )
        charge(work, ids[2], to_project(head, 100))
        assert work.ledger.next_run() == 2
        work.ledger.place_waiting([LineCharges(ids[3], (to_project(head, 100, run=2),))])
        assert list(work.ledger.waiting()) == []
        assert work.ledger.clear_run(work.ledger.next_run()) == 0
        assert work.ledger.clear_run(RunId(1)) == 2
        assert [id for id, _ in work.ledger.waiting()] == ids[:2]
        assert work.ledger.counts(LineFilter()).charged == 2
        assert work.ledger.next_run() == 3


def test_control_sums_are_those_of_the_newest_download_that_speaks_of_them(database: Database) -> None:
    april = [a_line("T1", 100), a_line("T2", 50, cost_centre="CS200")]
    with database.open_work() as work:
        add_lines(work, april)
        assert work.ledger.control_sums(YEAR) == [ControlSum(1, 2, Money(150))]
        later, _ = add_lines(work, [a_line("T3", 7, period=2)], held=[a_line("T1", 90)])
        assert work.ledger.control_sums(YEAR) == [ControlSum(1, 1, Money(90)), ControlSum(2, 1, Money(7))]
        assert work.ledger.cost_centre_groups() == [frozenset({"CS100", "CS200"}), frozenset({"CS100"})]
        work.ledger.set_batch_state(later, BatchState.REMOVED)
        assert work.ledger.control_sums(YEAR) == [ControlSum(1, 2, Money(150))]


def test_the_newest_live_import_says_where_a_line_stands(database: Database) -> None:
    with database.open_work() as work:
        _, (line,) = add_lines(work, [a_line("T1")], file_name="P10.xlsx")
        second, _ = add_lines(work, [], sightings=[Sighting(line, "P11", 8)], file_name="P11.xlsx")
        third, _ = add_lines(work, [], sightings=[Sighting(line, "P12", 9)], file_name="P12.xlsx")

        def where() -> tuple[str, str, int]:
            (row,) = work.ledger.line_rows([line])
            (share,) = work.ledger.shares(LineFilter())
            assert (share.file, share.sheet, share.row) == (row.file, row.line.sheet, row.line.row)
            return row.file, row.line.sheet, row.line.row

        assert where() == ("P12.xlsx", "P12", 9)
        work.ledger.set_batch_state(third, BatchState.REMOVED)
        assert where() == ("P11.xlsx", "P11", 8)
        work.ledger.set_batch_state(second, BatchState.REMOVED)
        assert where() == ("P10.xlsx", "Ledger", 2)


@pytest.mark.parametrize("seed", range(6))
def test_what_sql_adds_up_is_what_python_adds_up(database: Database, seed: int) -> None:
    rng = random.Random(seed)
    with database.open_work() as work:
        grant = add_grant(work)
        lines = [
            a_line(
                f"T{number}",
                rng.choice((1, -1)) * rng.choice((0, 1, 99, rng.randrange(10**6), 10**12)),
                year=rng.choice((YEAR, YEAR.next)),
                period=rng.randint(1, 13),
            )
            for number in range(150)
        ]
        _, ids = add_lines(work, lines)
        charges: dict[LineId, tuple[Charged, ...]] = {}
        for id, line in zip(ids, lines, strict=True):
            parts = list(line.amount.share([rng.randint(0, 5) for _ in range(rng.randint(1, 3))] + [1]))
            match rng.randrange(4):
                case 0:
                    charges[id] = ()
                case 1:
                    charges[id] = (
                        elsewhere(rng.choice((Disposition.INCOME, Disposition.EXCLUDED)), line.amount.pence),
                    )
                case _:
                    charges[id] = tuple(
                        to_project(grant.head(rng.choice((grant.one, grant.two, grant.three))), part.pence)
                        for part in parts
                    )
        work.ledger.put_charges([LineCharges(id, parts) for id, parts in charges.items()])
        gone = set(rng.sample(ids, 20))
        work.ledger.set_live(gone, False)
        live = [(id, line) for id, line in zip(ids, lines, strict=True) if id not in gone]
        for year in (YEAR, YEAR.next):
            by_head: dict[tuple[int, int, str, int], int] = {}
            for id, line in live:
                for charged in charges[id]:
                    head = charged.charge.head
                    if line.year == year and head is not None:
                        key = (head.fund, head.project, head.kind.value, line.period)
                        by_head[key] = by_head.get(key, 0) + charged.charge.amount.pence
            assert [
                (entry.fund, entry.project, entry.kind.value, entry.period, entry.amount.pence)
                for entry in work.ledger.charge_sums(year)
            ] == [(*key, pence) for key, pence in sorted(by_head.items())]
            assert all(isinstance(entry, ChargeSum) for entry in work.ledger.charge_sums(year))
            assert work.ledger.ledger_sums(year) == python_sums(
                [(line, charges[id]) for id, line in live if line.year == year]
            )
            assert work.ledger.total(LineFilter(year=year)) == (
                len([line for _, line in live if line.year == year]),
                Money.total(line.amount for _, line in live if line.year == year),
            )
        assert work.ledger.years() == sorted({line.year for _, line in live})
        assert work.ledger.last_period(YEAR) == max(line.period for _, line in live if line.year == YEAR)
        work.commit(RECORD)
    (missing,) = database.problems()
    assert missing.startswith("The original of “ledger.csv” is missing")


def python_sums(lines: list[tuple[LedgerLine, tuple[Charged, ...]]]) -> list[LedgerSum]:
    def part(disposition: Disposition, charges: list[Charged]) -> Money:
        return Money.total(c.charge.amount for c in charges if c.charge.disposition is disposition)

    found = []
    for period in sorted({line.period for line, _ in lines}):
        here = [(line, charges) for line, charges in lines if line.period == period]
        every = [charged for _, charges in here for charged in charges]
        found.append(
            LedgerSum(
                period,
                len(here),
                Money.total(line.amount for line, _ in here),
                Money.total(line.amount for line, charges in here if charges),
                part(Disposition.PROJECT, every),
                part(Disposition.INCOME, every),
                part(Disposition.EXCLUDED, every),
                len([line for line, charges in here if not charges]),
                len(
                    [
                        line
                        for line, charges in here
                        if charges and Money.total(c.charge.amount for c in charges) != line.amount
                    ]
                ),
            )
        )
    return found
