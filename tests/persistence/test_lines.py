"""Lists of ledger lines: each condition finds exactly its lines, every order is the same on both databases."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest

from fundingapp.application.ports import (
    LINE_COLUMNS,
    Change,
    Charged,
    LineChange,
    LineFilter,
    LineOrder,
    Show,
    Sighting,
    UnitOfWork,
)
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import BatchId, LineId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import Disposition, LineState, state_of
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.persistence.database import Database
from tests.persistence.support import YEAR, Grant, a_line, add_grant, add_lines, charge, elsewhere, to_project

SUPPLIERS = (
    "Safer Streets Ltd",
    "100% Proof_Reading",
    "O'Neill & Söhne",
    "zebra crossings",
    "Älter Werden",
    "",
    'The "Quoted" Company',
)


class Seen(NamedTuple):
    """A line with everything that a filter may ask for."""

    line: LedgerLine
    state: LineState
    charges: tuple[Charged, ...]
    heads: set[BudgetHead]
    batches: set[BatchId]


@dataclass
class Books:
    """A ledger of two imports with the charges of its lines, as Python knows them."""

    grant: Grant
    first: BatchId
    second: BatchId
    lines: dict[LineId, LedgerLine]
    charges: dict[LineId, tuple[Charged, ...]]
    batches: dict[LineId, set[BatchId]]
    changed: set[LineId]

    def expected(self, fits: Callable[[Seen], bool]) -> list[LineId]:
        return sorted(
            id
            for id, line in self.lines.items()
            if fits(Seen(line, self.state(id), self.charges[id], self.heads(id), self.batches[id]))
        )

    def heads(self, id: LineId) -> set[BudgetHead]:
        return {charged.charge.head for charged in self.charges[id] if charged.charge.head}

    def by_day(self, id: LineId) -> tuple[Any, ...]:
        line = self.lines[id]
        return (line.period, line.posted_on or date.min, id)

    def state(self, id: LineId) -> LineState:
        return state_of([charged.charge for charged in self.charges[id]])


def fill(work: UnitOfWork) -> Books:
    """Eighty lines of two years, some split over projects, some income, some excluded, some waiting."""
    rng = random.Random(20190412)
    grant = add_grant(work)
    lines = [
        a_line(
            f"55{number:04}/{rng.randrange(100):04}",
            rng.choice((-1, 1, 1, 1)) * rng.randrange(0, 50_000),
            year=rng.choice((YEAR, YEAR, YEAR.next)),
            period=rng.randint(1, 13),
            posted_on=rng.choice((None, date(2018, 4, 1) + timedelta(rng.randrange(500)))),
            cost_centre=rng.choice(("CS100", "CS200", "cs300")),
            account=rng.choice(("4000", "4100")),
            supplier=rng.choice(SUPPLIERS),
            description=rng.choice(("Bus hire", "Rent 50% off", "back\\slash / slash", "under_score")),
            type=rng.choice(("PI", "JNL")),
            row=number + 2,
        )
        for number in range(80)
    ]
    first, ids = add_lines(work, lines[:60], file_name="P10.xlsx")
    reworded = lines[3]._replace(description="said otherwise")
    changes = [
        LineChange(ids[3], Change.REWORDED, True, False, lines[3], reworded, (), ()),
        LineChange(ids[4], Change.VANISHED, True, False, lines[4], None, (), ()),
        LineChange(ids[5], Change.REWORDED, True, True, lines[5], lines[5], (), ()),
    ]
    sightings = [Sighting(id, "P12", 100 + id) for id in ids[:20]]
    second, more = add_lines(work, lines[60:], file_name="P12.xlsx", sightings=sightings, changes=changes)
    work.ledger.update_lines({ids[3]: reworded})
    lines[3] = reworded
    every = dict(zip([*ids, *more], lines, strict=True))
    charges: dict[LineId, tuple[Charged, ...]] = {}
    for id, line in every.items():
        pence = line.amount.pence
        kind = rng.randrange(6)
        match kind:
            case 0 | 1:
                project = rng.choice((grant.one, grant.two, grant.three))
                charges[id] = (to_project(grant.head(project), pence, "Rule 1: bus"),)
            case 2:
                half = pence // 2
                charges[id] = (
                    to_project(grant.head(grant.one), half, "half of it"),
                    to_project(grant.head(rng.choice((grant.two, grant.three))), pence - half, "the rest"),
                )
            case 3:
                charges[id] = (elsewhere(Disposition.INCOME, pence, "grant received"),)
            case 4:
                charges[id] = (elsewhere(Disposition.EXCLUDED, pence, "not grant money"),)
            case _:
                charges[id] = ()
        charge(work, id, *charges[id])
    work.ledger.set_live([ids[4]], False)
    del every[ids[4]], charges[ids[4]]
    batches = {id: {first} if id in ids else {second} for id in every}
    for id in ids[:20]:
        if id in every:
            batches[id].add(second)
    return Books(grant, first, second, every, charges, batches, {ids[3], ids[4]})


def found(work: UnitOfWork, where: LineFilter) -> list[int]:
    return sorted(work.ledger.line_ids(where, LineOrder()))


def test_each_condition_finds_exactly_its_lines(database: Database) -> None:
    with database.open_work() as work:
        books = fill(work)
        grant = books.grant

        cases: list[tuple[LineFilter, Callable[[Seen], bool]]] = [
            (LineFilter(), lambda _: True),
            (LineFilter(year=YEAR), lambda seen: seen.line.year == YEAR),
            (LineFilter(from_period=4), lambda seen: seen.line.period >= 4),
            (LineFilter(to_period=9), lambda seen: seen.line.period <= 9),
            (
                LineFilter(from_period=13, year=YEAR.next),
                lambda seen: seen.line.period == 13 and seen.line.year == YEAR.next,
            ),
            (LineFilter(show=Show.WAITING), lambda seen: seen.state is LineState.WAITING),
            (LineFilter(show=Show.CHARGED), lambda seen: seen.state is LineState.CHARGED),
            (LineFilter(show=Show.INCOME), lambda seen: seen.state is LineState.INCOME),
            (LineFilter(show=Show.EXCLUDED), lambda seen: seen.state is LineState.EXCLUDED),
            (LineFilter(show=Show.SPLIT), lambda seen: len(seen.charges) > 1),
            (LineFilter(project=grant.two), lambda seen: grant.head(grant.two) in seen.heads),
            (LineFilter(fund=grant.fund), lambda seen: bool(seen.heads)),
            (LineFilter(kind=Kind.CAPITAL), lambda seen: grant.head(grant.three) in seen.heads),
            (
                LineFilter(project=grant.one, kind=Kind.CAPITAL),
                lambda _: False,
            ),
            (
                LineFilter(disposition=Disposition.INCOME),
                lambda seen: seen.state is LineState.INCOME,
            ),
            (LineFilter(batch=books.first), lambda seen: books.first in seen.batches),
            (LineFilter(batch=books.second), lambda seen: books.second in seen.batches),
            (LineFilter(columns=(("period", "7"),)), lambda seen: seen.line.period == 7),
            (LineFilter(columns=(("period", "²"),)), lambda _: False),
            (LineFilter(columns=(("period", "9" * 30),)), lambda _: False),
            (
                LineFilter(columns=(("cost_centre", "CS3"), ("type", "jnl"))),
                lambda seen: seen.line.cost_centre == "cs300" and seen.line.type == "JNL",
            ),
            (
                LineFilter(columns=(("coding", "cs2"), ("coding", "00 / 41"))),
                lambda seen: seen.line.cost_centre == "CS200" and seen.line.account == "4100",
            ),
            (
                LineFilter(columns=(("project", "p-02"),)),
                lambda seen: grant.head(grant.two) in seen.heads,
            ),
            (
                LineFilter(columns=(("project", "cameras"),)),
                lambda seen: grant.head(grant.three) in seen.heads,
            ),
            (
                LineFilter(columns=(("state", "the REST"),)),
                lambda seen: any(c.charge.reason == "the rest" for c in seen.charges),
            ),
        ]
        for where, fits in cases:
            assert found(work, where) == books.expected(fits), where
            assert work.ledger.total(where)[0] == len(books.expected(fits)), where
            in_order = sorted(books.expected(fits), key=books.by_day)
            assert [share.id for share in work.ledger.shares(where)] == in_order, where


def test_lines_that_changed_and_that_nobody_looked_at_are_listed_vanished_ones_too(
    database: Database,
) -> None:
    with database.open_work() as work:
        books = fill(work)
        assert set(found(work, LineFilter(show=Show.CHANGED))) == books.changed
        assert work.ledger.counts(LineFilter()).changed == 2
        work.ledger.set_reviewed(books.second, sorted(books.changed)[:1], True)
        assert set(found(work, LineFilter(show=Show.CHANGED))) == {max(books.changed)}


@pytest.mark.parametrize(
    "text",
    [
        "%",
        "_",
        "100%",
        "f_r",
        "'",
        "o'n",
        '"quoted"',
        "\\",
        "/",
        "back\\slash /",
        "SAFER",
        "söhne",
        "SÖHNE",
        "älter",
        "proof rent",
        "; DROP TABLE ledger_line",
        "550012",
        "%%",
    ],
)
def test_text_is_searched_for_as_it_is_typed(database: Database, text: str) -> None:
    with database.open_work() as work:
        books = fill(work)

        def fits(seen: Seen) -> bool:
            line = seen.line
            columns = (
                line.cost_centre,
                line.account,
                line.supplier,
                line.description,
                line.type,
                line.transaction,
            )
            return all(
                any(word.casefold() in column.casefold() for column in columns) for word in text.split()
            )

        assert found(work, LineFilter(text=text)) == books.expected(fits)
        assert found(work, LineFilter(columns=(("supplier", text),))) == books.expected(
            lambda seen: text.casefold() in seen.line.supplier.casefold()
        )


def test_an_amount_is_searched_for_with_either_sign(database: Database) -> None:
    with database.open_work() as work:
        _, (plus, minus, _) = add_lines(
            work, [a_line("A", 123_450), a_line("B", -123_450), a_line("C", 1_234)]
        )
        for text in ("1,234.50", "1234.50", "£1,234.50", "-1234.50", "(1,234.50)"):
            assert found(work, LineFilter(text=text)) == [plus, minus]
            assert found(work, LineFilter(columns=(("amount", text),))) == [plus, minus]
        assert found(work, LineFilter(columns=(("amount", "a lot"),))) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019", ["B", "C"]),
        ("01/2019", ["B"]),
        ("1/2019", ["B"]),
        ("21/01/2019", ["B"]),
        ("21/01", ["A", "B"]),
        ("21", ["A", "B", "C"]),
        ("22", []),
        ("%", []),
        ("_1", []),
        ("2019-01", []),
        ("January", ["A", "B"]),
        ("Jan–Feb 2019", ["B", "C"]),
        ("soon", []),
    ],
)
def test_a_day_is_searched_for_by_any_part_of_it(database: Database, text: str, expected: list[str]) -> None:
    days = {"A": date(2018, 1, 21), "B": date(2019, 1, 21), "C": date(2019, 2, 21)}
    with database.open_work() as work:
        lines = [a_line(key, posted_on=day) for key, day in days.items()] + [a_line("D", posted_on=None)]
        _, ids = add_lines(work, lines)
        keys = dict(zip(ids, (*days, "D"), strict=True))
        where = LineFilter(columns=(("posted_on", text),))
        assert [keys[LineId(id)] for id in found(work, where)] == expected


def test_a_search_of_more_words_than_a_statement_can_hold_is_refused_in_a_sentence(
    database: Database,
) -> None:
    with database.open_work() as work, pytest.raises(ExpectedError) as refused:
        work.ledger.line_ids(LineFilter(text="word " * 2_000), LineOrder())
    assert refused.value.code == "search_too_long"
    with database.open_work() as work, pytest.raises(ExpectedError) as refused:
        work.ledger.counts(LineFilter(columns=(("supplier", "x" * 100_000),)))
    assert refused.value.code == "search_too_long"


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", LINE_COLUMNS)
def test_lines_come_in_the_same_order_whatever_the_database(
    database: Database, column: str, descending: bool
) -> None:
    with database.open_work() as work:
        books = fill(work)

        def key(id: LineId) -> tuple[Any, ...]:
            line = books.lines[id]
            if column == "project":
                projects = {kept.id: kept.value.ref for kept in work.projects.all()}
                refs = [projects[c.charge.head.project] for c in books.charges[id] if c.charge.head]
                return (min(refs, default=""), id)
            if column == "state":
                return (books.state(id).value, id)
            if column == "coding":
                return (f"{line.cost_centre} / {line.account}", id)
            if column == "posted_on":
                return (line.posted_on or date.min, id)
            return (getattr(line, column), id)

        ids = work.ledger.line_ids(LineFilter(), LineOrder(column, descending))
        assert list(ids) == sorted(books.lines, key=key, reverse=descending)


def test_a_column_that_is_not_there_is_refused(database: Database) -> None:
    with database.open_work(reading=True) as work:
        with pytest.raises(NotFoundError):
            work.ledger.line_ids(LineFilter(), LineOrder("id; DROP TABLE fund"))
        with pytest.raises(NotFoundError):
            work.ledger.line_ids(LineFilter(columns=(("colour", "red"),)), LineOrder())


def test_counts_are_those_of_the_lists_they_announce(database: Database) -> None:
    with database.open_work() as work:
        fill(work)
        for where in (
            LineFilter(),
            LineFilter(year=YEAR),
            LineFilter(text="bus"),
            LineFilter(from_period=3, to_period=5),
            LineFilter(year=FinancialYear(1999)),
        ):
            counts = work.ledger.counts(where)
            for show in Show:
                shown = replace(where, show=show)
                assert getattr(counts, show.value) == len(found(work, shown)), shown
            assert counts.total == work.ledger.total(where)[1]
            assert counts.waiting_total == work.ledger.total(replace(where, show=Show.WAITING))[1]


def test_rows_come_as_they_were_asked_for_without_those_that_are_gone(database: Database) -> None:
    with database.open_work() as work:
        books = fill(work)
        wanted = [70, 3, 9_999, 61, 12]
        rows = work.ledger.line_rows(wanted)
        assert [row.id for row in rows] == [70, 3, 61, 12]
        for row in rows:
            held = books.lines[row.id]
            seen_again = books.second in books.batches[row.id] and row.id <= 60
            assert row.line == (held._replace(sheet="P12", row=100 + row.id) if seen_again else held)
            assert row.file == ("P12.xlsx" if books.second in books.batches[row.id] else "P10.xlsx")
            assert row.charges == books.charges[row.id]
            assert row.state is books.state(row.id)
            assert row.change is (Change.REWORDED if row.id in books.changed else None)


def test_a_thousand_rows_are_read_as_truly_as_one(database: Database) -> None:
    with database.open_work() as work:
        grant = add_grant(work)
        _, ids = add_lines(work, [a_line(f"T{number}", number) for number in range(1, 1_301)])
        for id in ids:
            charge(work, id, to_project(grant.head(grant.one), id))
        rows = work.ledger.line_rows(list(reversed(ids)))
        assert [row.id for row in rows] == list(reversed(ids))
        assert all(row.charges[0].charge.amount == row.line.amount == Money(row.id) for row in rows)


def test_shares_are_the_parts_that_the_filter_means(database: Database) -> None:
    with database.open_work() as work:
        books = fill(work)
        grant = books.grant
        cases: list[tuple[LineFilter, Callable[[Charged], bool]]] = [
            (
                LineFilter(project=grant.one),
                lambda c: c.charge.head is not None and c.charge.head.project == grant.one,
            ),
            (LineFilter(kind=Kind.CAPITAL), lambda c: c.charge.head == grant.head(grant.three)),
            (
                LineFilter(disposition=Disposition.EXCLUDED),
                lambda c: c.charge.disposition is Disposition.EXCLUDED,
            ),
        ]
        for where, counts in cases:
            shares = work.ledger.shares(where)
            expected = {
                id: Money.total(c.charge.amount for c in charges if counts(c))
                for id, charges in books.charges.items()
                if any(counts(c) for c in charges)
            }
            assert {share.id: share.share for share in shares} == expected
            assert work.ledger.total(where) == (len(expected), Money.total(expected.values()))
            for share in shares:
                reasons = [c.charge.reason for c in books.charges[share.id] if counts(c)]
                assert share.reason == "; ".join(dict.fromkeys(reasons))
        assert len(work.ledger.shares(LineFilter(), limit=7)) == 7


def test_suppliers_are_named_once_each_in_order(database: Database) -> None:
    with database.open_work() as work:
        books = fill(work)
        assert work.ledger.suppliers() == sorted({line.supplier for line in books.lines.values()} - {""})
