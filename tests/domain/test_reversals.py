"""Lines that cancel out find each other, once, and what fits nothing is said (L06)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fundingapp.domain.ids import LineId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.reversals import Pair, Pairs, may_reverse, references, says_reversal
from tests.builders_core import NEXT_YEAR, make_line


def pairs_of(lines: Sequence[LedgerLine]) -> list[tuple[int, int | None, bool]]:
    numbered = [(LineId(at), line) for at, line in enumerate(lines, start=1)]
    pairs = Pairs((id, line) for id, line in numbered if may_reverse(line))
    for id, line in numbered:
        if line.amount.pence in pairs.amounts:
            pairs.look_at(id, line)
    return [(pair.line, pair.original, pair.twice) for pair in pairs.result()]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("INV 010233 outreach May", {"10233"}),
        ("Credit note INV-10233/2", {"102332"}),
        ("Reversal of 88213", {"88213"}),
        ("April 2018, 2018/19, 01/04/2018, P12", set()),
        ("room 12", set()),
    ],
)
def test_invoice_and_journal_numbers_are_told_from_days_and_years(text: str, numbers: set[str]) -> None:
    assert references(text) == numbers


@pytest.mark.parametrize("text", ["Reversal of 88213", "REV JNL 88213", "reversed accrual", "Rev of 881"])
def test_a_reversal_says_so(text: str) -> None:
    assert says_reversal(make_line(description=text))


@pytest.mark.parametrize("text", ["LF REV GRANT", "Review of rents", "Revenue support"])
def test_other_words_that_begin_alike_are_no_reversal(text: str) -> None:
    assert not says_reversal(make_line(description=text))


def test_a_reversal_finds_the_journal_that_it_names() -> None:
    wrong = make_line("88213", "40.00", supplier="", description="JNL miscode")
    same = make_line("88214", "40.00", supplier="", description="JNL other")
    back = make_line("90001", "-40.00", supplier="", description="Reversal of 88213", period=3)
    assert pairs_of([same, wrong, back]) == [(3, 2, False)]


def test_a_credit_note_finds_its_invoice_by_supplier_and_number() -> None:
    bill = make_line("T1", "40.00", description="INV 10233 work")
    other = make_line("T2", "40.00", description="INV 10234 work")
    back = make_line("T3", "-40.00", description="Credit note INV 10233", period=2)
    assert pairs_of([bill, other, back]) == [(3, 1, False)]
    assert pairs_of([bill._replace(supplier="Another"), other, back]) == []


def test_a_negative_line_alone_is_no_reversal() -> None:
    assert pairs_of([make_line("T1", "40.00"), make_line("T2", "-40.00", period=2)]) == []


def test_a_reversal_never_comes_before_its_original() -> None:
    late = make_line("88213", "40.00", supplier="", period=5)
    back = make_line("90001", "-40.00", supplier="", description="Reversal of 88213", period=3)
    assert pairs_of([late, back]) == [(2, None, False)]


def test_a_pair_may_stand_across_the_end_of_the_year() -> None:
    march = make_line("88213", "40.00", supplier="", period=12)
    april = make_line("9", "-40.00", supplier="", description="REV JNL 88213", year=NEXT_YEAR, period=1)
    assert pairs_of([march, april]) == [(2, 1, False)]


def test_L06_a_reversal_without_its_original_is_said() -> None:
    assert pairs_of([make_line("T1", "-40.00", description="Reversal of 77777")]) == [(1, None, False)]


def test_L06_what_is_reversed_twice_is_said() -> None:
    wrong = make_line("88213", "40.00", supplier="")
    back = make_line("90001", "-40.00", supplier="", description="Reversal of 88213", period=2)
    again = make_line("90002", "-40.00", supplier="", description="Reversal of 88213", period=3)
    assert pairs_of([wrong, back, again]) == [(2, 1, False), (3, 1, True)]


def test_two_journals_of_one_amount_take_a_reversal_each() -> None:
    lines = [make_line(str(at), "40.00", description="INV 555 fee") for at in (1001, 1002)]
    backs = [make_line(str(at), "-40.00", description="Credit INV 555", period=2) for at in (1003, 1004)]
    found = pairs_of([*lines, *backs])
    assert {original for _, original, _ in found} == {1, 2}
    assert not any(twice for _, _, twice in found)


def test_pairs_say_how_they_were_told() -> None:
    wrong = make_line("88213", "40.00", supplier="")
    back = make_line("90001", "-40.00", supplier="", description="Reversal of 88213")
    finder = Pairs([(LineId(2), back)])
    finder.look_at(LineId(1), wrong)
    assert finder.result() == [Pair(LineId(2), LineId(1), False, "its description names it")]
