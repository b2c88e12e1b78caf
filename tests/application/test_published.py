"""What a commissioner publishes: read as it stands, held against its own total to the penny and against our allocation
(R30)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.published import KeepPublished, RemovePublished
from fundingapp.application.desk import Desk
from fundingapp.application.queries.published import PublishedOf, ReadPublished
from fundingapp.application.queries.why import Why
from fundingapp.domain.funds import Partnership
from fundingapp.domain.ledger import RawRow
from fundingapp.domain.money import Money
from fundingapp.domain.published import parse_published
from fundingapp.domain.settlements import PublishedAllocation, PublishedPart
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import YEAR, money
from tests.fakes import FakeStore
from tests.footing import assert_foots, assert_grant_foots
from tests.lived_years import FUND, NAME, LivedYears

#: A table as Thames Valley's is: its rows are a pound above the total that it prints.
THAMES_VALLEY = """\
Community safety partnership\tAllocation
Bracknell Forest\t£125,000
Slough\t£308,001
West Berkshire\t£147,000
Retained by the PCC\t£20,000
Total\t£600,000
"""
#: A table as London's of serious violence money is: its parts are five pence above its total.
LONDON = """\
Borough;Amount
Barnet;10,000.35
Brent;20,000.35
Camden;30,000.35
Total;60,001.00
"""


@pytest.fixture
def years(desk: Desk, store: FakeStore) -> LivedYears:
    made = LivedYears(desk, store.open_work)
    made.add("partnership", Partnership("Slough Community Safety Partnership"))
    made.allocate(YEAR, "308,001.00")
    return made


def keep(desk: Desk, text: str, **fields: Any) -> KeepPublished:
    parsed = desk.ask(ReadPublished(text=text, **fields))
    assert not parsed.errors
    return KeepPublished(FUND, YEAR, parsed.of(FUND, YEAR, "published on 3 March"))


def test_a_table_that_is_a_pound_out_says_so(years: LivedYears) -> None:
    years.desk.do(keep(years.desk, THAMES_VALLEY))
    foots, ours = years.desk.ask(PublishedOf(FUND, YEAR)).identities
    assert (foots.id, foots.left, foots.right_total) == ("R30", money("600,000.00"), money("600,001.00"))
    assert foots.difference == money("-1.00")
    assert [(part.name, str(part.amount)) for part in foots.right] == [
        ("Partnerships", "580,001.00"),
        ("Retained by the commissioner", "20,000.00"),
    ]
    assert (ours.id, ours.holds, ours.left) == ("R30b", True, money("308,001.00"))
    assert years.failing((YEAR,)) == {("2018/19", "R30")}
    assert_grant_foots(years.desk, FUND, YEAR, 13)
    assert_foots(years.desk, f"{NAME}/2018/19/published/difference")
    assert years.desk.ask(Why(f"{NAME}/2018/19/published/line")).note == "As published: published on 3 March."


def test_a_table_that_is_five_pence_out_says_so_and_the_difference_can_be_explained(
    years: LivedYears,
) -> None:
    given = keep(years.desk, LONDON)
    years.desk.do(given)
    [foots] = years.desk.ask(PublishedOf(FUND, YEAR)).identities
    assert foots.difference == money("-0.05")
    said = PublishedAllocation(
        FUND, YEAR, PublishedPart.DIFFERENCE, "rounding, their reply of 5 March", money("-0.05")
    )
    years.desk.do(KeepPublished(FUND, YEAR, (*given.rows, said)))
    [foots] = years.desk.ask(PublishedOf(FUND, YEAR)).identities
    assert foots.holds
    assert foots.right[-1].name == "Difference: rounding, their reply of 5 March"
    assert_grant_foots(years.desk, FUND, YEAR, 13)


def test_our_row_is_our_allocation_or_it_is_said(years: LivedYears) -> None:
    years.desk.do(keep(years.desk, THAMES_VALLEY.replace("308,001", "308,000")))
    foots, ours = years.desk.ask(PublishedOf(FUND, YEAR)).identities
    assert foots.holds
    assert not ours.holds
    assert (ours.left, ours.right_total) == (money("308,000.00"), money("308,001.00"))


def test_our_row_may_have_another_name(years: LivedYears) -> None:
    parsed = years.desk.ask(ReadPublished(text=LONDON, ours="London Borough of Camden"))
    assert not any(row.is_ours for row in parsed.rows)
    parsed = years.desk.ask(ReadPublished(text=LONDON, ours="camden council"))
    assert [row.body for row in parsed.rows if row.is_ours] == ["Camden"]


def test_a_table_takes_the_place_of_the_one_before_and_goes_again(
    years: LivedYears, store: FakeStore
) -> None:
    assert_taken_back_and_done_again(years.desk, store, keep(years.desk, THAMES_VALLEY))
    assert_taken_back_and_done_again(years.desk, store, keep(years.desk, LONDON))
    assert [kept.value.body for kept in years.desk.ask(PublishedOf(FUND, YEAR)).rows] == [
        "Barnet",
        "Brent",
        "Camden",
        "Total",
    ]
    assert_taken_back_and_done_again(years.desk, store, RemovePublished(FUND, YEAR))
    assert years.desk.ask(PublishedOf(FUND, YEAR)).identities == ()
    assert refusal_of(years.desk, store, RemovePublished(FUND, YEAR)).code == "not_published"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((), "published_empty"),
        ((("Total", "1.00", PublishedPart.TOTAL),), "published_empty"),
        (
            (("A", "1.00", PublishedPart.PARTNERSHIP), ("a", "2.00", PublishedPart.PARTNERSHIP)),
            "published_repeated",
        ),
        (
            (
                ("A", "1.00", PublishedPart.PARTNERSHIP),
                ("Total", "2.00", PublishedPart.TOTAL),
                ("Budget", "3.00", PublishedPart.TOTAL),
            ),
            "published_twice",
        ),
    ],
)
def test_what_can_t_be_held_against_anything_is_refused(
    years: LivedYears, store: FakeStore, rows: tuple[tuple[str, str, PublishedPart], ...], code: str
) -> None:
    given = tuple(PublishedAllocation(FUND, YEAR, part, body, money(amount)) for body, amount, part in rows)
    assert refusal_of(years.desk, store, KeepPublished(FUND, YEAR, given)).code == code


def test_two_rows_can_t_both_be_ours(years: LivedYears, store: FakeStore) -> None:
    given = tuple(
        PublishedAllocation(FUND, YEAR, PublishedPart.PARTNERSHIP, body, money("1.00"), is_ours=True)
        for body in ("Slough", "Slough CSP")
    )
    assert refusal_of(years.desk, store, KeepPublished(FUND, YEAR, given)).code == "published_ours"


def test_what_can_t_be_read_is_named_by_its_row() -> None:
    headings = ["CSP", "2018/19 allocation", "Note"]
    rows = [
        RawRow(2, ("Slough", "about 30", None)),
        RawRow(3, ("Windsor", None, None)),
        RawRow(4, (None, "12.00", None)),
        RawRow(5, (None, None, None)),
        RawRow(6, ("Wokingham", 12, None)),
    ]
    parsed = parse_published(headings, rows, "table.csv", ())
    assert [finding.text for finding in parsed.errors] == [
        "Row 2, column “2018/19 allocation”: “about 30” is not an amount.",
        "Row 3: “Windsor” has no amount.",
        "Row 4: £12.00 stands beside no name.",
    ]
    assert [(row.body, row.amount, row.row) for row in parsed.rows] == [("Wokingham", money("12.00"), 6)]
    assert parse_published(["Only names"], rows, "table.csv", ()).errors


def test_a_file_is_read_as_pasted_text_is(years: LivedYears, tmp_path: Path) -> None:
    pasted = years.desk.ask(ReadPublished(text=THAMES_VALLEY))
    assert [row.part for row in pasted.rows] == [
        *[PublishedPart.PARTNERSHIP] * 3,
        PublishedPart.RETAINED,
        PublishedPart.TOTAL,
    ]
    assert Money.total(row.amount for row in pasted.rows if row.part is PublishedPart.PARTNERSHIP) == money(
        "580,001.00"
    )
