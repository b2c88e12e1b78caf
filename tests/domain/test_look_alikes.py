"""Bad input X33: the same posting under another number, or twice in one file, is found and shown for choice."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from fundingapp.domain.ids import LineId
from fundingapp.domain.ledger import HeldLine, LedgerLine, compare_downloads, controls_of, scope_of
from fundingapp.domain.look_alikes import LookAlike, as_one, look_alikes, recognised_by
from tests.builders_core import ALL_FIELDS, make_line


def held_of(*lines: LedgerLine) -> dict[str, HeldLine]:
    return {line.key: HeldLine(LineId(at), line) for at, line in enumerate(lines, start=1)}


def compared(held: dict[str, HeldLine], *lines: LedgerLine) -> tuple[LookAlike, ...]:
    comparison = compare_downloads(held, lines, ALL_FIELDS, scope_of(controls_of(lines)))
    return look_alikes(comparison, lines, held)


def pairs(found: Iterable[LookAlike]) -> list[tuple[str, str, bool]]:
    return [(pair.line.key, pair.other.key, pair.likely) for pair in found]


def test_a_line_without_a_number_is_likely_the_one_held_with_a_number() -> None:
    held = held_of(make_line("T1"), make_line("T2", "20.00"))
    found = compared(held, make_line("~a", transaction=""), make_line("~b", "21.00", transaction=""))
    assert pairs(found) == [("~a", "T1", True)]
    assert found[0].held == 1


def test_one_that_both_number_differently_is_only_shown() -> None:
    held = held_of(make_line("T1", cost_centre="A"))
    assert pairs(compared(held, make_line("B/77", cost_centre="B"))) == [("B/77", "T1", False)]


def test_what_vanishes_while_another_comes_is_counted_once_anyway() -> None:
    """As when a posting was reversed and posted again under a new number: no question, no double counting."""
    assert compared(held_of(make_line("T1")), make_line("T9")) == ()


@pytest.mark.parametrize(
    "other",
    [
        make_line("~a", "10.01"),
        make_line("~a", supplier="Somebody else"),
        make_line("~a", period=2),
        make_line("~a", "0.00"),
    ],
)
def test_another_amount_date_or_supplier_is_another_line(other: LedgerLine) -> None:
    assert compared(held_of(make_line("T1"), make_line("T0", "0.00")), other) == ()


def test_a_line_that_the_download_states_under_its_own_number_is_not_taken_again() -> None:
    held = held_of(make_line("T1"))
    assert compared(held, make_line("T1"), make_line("~a")) == ()


def test_each_held_line_is_like_one_new_line_only() -> None:
    held = held_of(make_line("T1"), make_line("T2"))
    found = compared(held, *(make_line(key, transaction="") for key in ("~a", "~a#2", "~a#3")))
    assert [(pair.line.key, pair.held) for pair in found] == [("~a", 1), ("~a#2", 2), ("~a#3", None)]


def test_a_row_that_repeats_an_earlier_one_word_for_word_is_shown() -> None:
    first = make_line("T1", row=2)
    found = compared(
        {}, first, first._replace(key="T1#2", row=3), make_line("T1#3", "9.00", transaction="T1")
    )
    assert pairs(found) == [("T1#2", "T1", False)]


def test_lines_taken_for_one_neither_come_nor_vanish() -> None:
    held = held_of(make_line("T1"), make_line("T2", "5.00"))
    lines = (make_line("~a", row=9),)
    comparison = compare_downloads(held, lines, ALL_FIELDS, scope_of(controls_of(lines)))
    joined = as_one(comparison, {"~a": held["T1"]})
    assert joined.new == ()
    assert [(change.id, change.before.key, change.after.row) for change in joined.unchanged] == [(1, "T1", 9)]
    assert [known.line.key for known in joined.vanished] == ["T2"]
    assert as_one(comparison, {}) is comparison


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ([], ""),
        (["T1", "T2"], "transaction number"),
        (["T1", "T1#2"], "transaction number and its place among the rows of that number"),
        (["~a"], "date, cost centre, account, supplier, description and amount together"),
        (["T1", "~a"], "transaction number; 1 of 2 lines without a number by date, cost centre, account"),
    ],
)
def test_how_lines_are_recognised_is_said_in_words(keys: list[str], words: str) -> None:
    lines = [make_line(key, transaction=key.partition("#")[0].lstrip("~a")) for key in keys]
    assert recognised_by(lines).startswith(words)
    assert bool(recognised_by(lines)) is bool(words)
