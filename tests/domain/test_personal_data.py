"""What looks like personal data is found with its place and never repeated; a ledger raises no alarm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.personal_data import (
    Clue,
    ClueSort,
    SeenCell,
    in_words,
    look_at_cells,
    look_at_text,
    refuse_personal,
)


def table(*rows: Sequence[str]) -> list[SeenCell]:
    return [
        SeenCell("clients.xlsx", "Q3", row, column, text)
        for row, cells in enumerate(rows, 1)
        for column, text in enumerate(cells, 1)
    ]


def found(clues: Sequence[Clue]) -> list[tuple[ClueSort, str]]:
    return [(clue.sort, clue.place) for clue in clues]


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("write to jane.doe@example.org about it", ClueSort.EMAIL),
        ("call 07700 900123 after six", ClueSort.PHONE),
        ("call +44 7700 900123", ClueSort.PHONE),
        ("Mrs Example, 01632 960123", ClueSort.PHONE),
        ("NI number QQ123456C is none, AB123456C could be", ClueSort.INSURANCE),
        ("NHS 943 476 5919", ClueSort.NHS),
        ("NHS number: 9434765919", ClueSort.NHS),
        ("the client (born 12/03/1989) said", ClueSort.BIRTH),
        ("DOB 3 May 2001", ClueSort.BIRTH),
        ("crime ref 33/123456/18 at 12 Example Road", ClueSort.CRIME),
    ],
)
def test_what_tells_of_a_person_is_found_in_a_sentence(text: str, sort: ClueSort) -> None:
    assert [clue.sort for clue in look_at_text(f"nothing here\n{text}")] == [sort]
    assert look_at_text(f"nothing here\n{text}")[0].place == "line 2"


@pytest.mark.parametrize(
    "text",
    [
        "remittance to finance@example-council.gov.uk, purchase.ledger.payments@example.org",
        "info@acme.example and no-reply@example.org and csp.team@example.gov.uk",
        "switchboard 01509 263151, freephone 0800 123 456, 03333 123456",
        "invoice 07700900123456, order 4500123456, VAT GB123456789",
        "posted 12/03/2019, paid 31/03/2019, period 01/04/2018 to 31/03/2019",
        "ACME LTD, 12 High Street, LE11 1AB",
        "grant 943 476 5918 and account 12345678 sort code 20-00-00",
        "LF-08 2018/19 £10,000.00 for 195 clients, 100% satisfied",
        "crime reference numbers were given to all victims",
        "33/123456/18 was solved",
    ],
)
def test_what_stands_in_every_finance_paper_raises_no_alarm(text: str) -> None:
    assert look_at_text(text) == ()


def test_names_beside_birth_dates_are_found_by_the_heading() -> None:
    cells = table(
        ["Client name", "DOB", "Outcome"],
        ["Alice Example", "12/03/1989", "housed"],
        ["Bob Example", "1/2/2003", ""],
    )
    assert found(look_at_cells(cells)) == [(ClueSort.BIRTH, "B2"), (ClueSort.BIRTH, "B3")]


def test_names_beside_birth_dates_are_found_without_a_heading_that_says_so() -> None:
    cells = table(
        ["Who", "When", "Seen"],
        ["Alice Example", "1989-03-12", "2019-03-01"],
        ["Bob Example", "2003-02-01", "2019-03-02"],
    )
    assert {place for _, place in found(look_at_cells(cells))} == {"B2", "B3"}


def test_the_days_of_a_ledger_are_no_birth_dates() -> None:
    cells = table(
        ["Supplier", "Trans Date", "Net Amount"],
        ["John Example", "12/03/2018", "45.00"],
        ["Mary Example", "12/01/2019", "50.00"],
        ["ACME LTD", "13/01/2019", "1.00"],
    )
    assert look_at_cells(cells) == ()


def test_a_phone_number_in_the_row_of_a_person_is_found_and_that_of_a_firm_is_not() -> None:
    cells = table(
        ["Name", "Phone"],
        ["Alice Example", "01632 960123"],
        ["Loughborough Printing Services", "01509 263151"],
    )
    assert found(look_at_cells(cells)) == [(ClueSort.PHONE, "B2")]


def test_a_transaction_number_is_no_phone_number() -> None:
    assert look_at_cells(table(["Trans No", "Net Amount"], ["07700900123", "1.00"])) == ()


def test_postcodes_beside_small_counts_are_found_and_beside_large_ones_not() -> None:
    cells = table(["Postcode", "Victims"], ["LE11 1AB", "2"], ["LE11 2CD", "45"], ["LE11 3EF", "0"])
    assert found(look_at_cells(cells)) == [(ClueSort.POSTCODE, "A2")]


def test_the_address_of_a_supplier_beside_a_quantity_is_no_small_count() -> None:
    assert look_at_cells(table(["Supplier", "Address", "Qty"], ["ACME LTD", "LE11 1AB", "2"])) == ()


def test_headings_of_special_category_data_are_told_beside_people_only() -> None:
    with_people = table(["Victim name", "DOB", "Ethnicity"], ["Alice Example", "1/1/1990", "x"])
    assert (ClueSort.SPECIAL, "C1") in found(look_at_cells(with_people))
    assert look_at_cells(table(["Ward", "Ethnicity", "Number"], ["Hastings", "x", "12"])) == ()


def test_a_long_line_is_looked_through_to_its_end_and_cut_between_words() -> None:
    words = "Twelve sessions, finance@example.gov.uk of the board. " * 2_000
    assert look_at_text(words) == ()
    for place in range(3_700, 4_100, 7):  # around the first cut
        text = f"{words[:place]} jane.doe@example.org or 943 476 5919 {words}"
        assert {clue.sort for clue in look_at_text(text)} >= {ClueSort.EMAIL, ClueSort.NHS}, place
        assert {clue.place for clue in look_at_text(text)} == {"line 1"}
    assert [clue.sort for clue in look_at_text(f"{words}call 07700 900123")] == [ClueSort.PHONE]
    assert look_at_text("x" * 100_000) == ()


def test_that_there_is_enough_of_one_sort_hides_no_other() -> None:
    text = "jane.doe@example.org\n" * 500 + "943 476 5919\n" + "DOB 12/03/1989\n" * 30
    found = Counter(clue.sort for clue in look_at_text(text))
    assert found == {ClueSort.EMAIL: 20, ClueSort.NHS: 1, ClueSort.BIRTH: 20}


def test_it_is_said_where_and_never_what() -> None:
    clues = look_at_cells(table(["Name", "E-mail"], ["Alice Example", "alice.example@example.org"]))
    assert in_words(clues) == "1 e-mail address (clients.xlsx, sheet “Q3”, B2)"
    assert "alice" not in in_words(clues).casefold()


def test_many_of_a_sort_are_counted_and_the_first_places_named() -> None:
    rows = [[f"person.number{n}@example.org"] for n in range(50)]
    clues = look_at_cells(table(*rows))
    assert len(clues) == 20
    assert in_words(clues).startswith("20 e-mail addresses (clients.xlsx, sheet “Q3”, A1; ")
    assert in_words(clues).endswith("and 17 more)")


def test_it_goes_on_only_with_a_reason() -> None:
    clues = look_at_text("jane.doe@example.org")
    with pytest.raises(ExpectedError) as refusal:
        refuse_personal(clues, " ", "The return")
    assert refusal.value.code == "personal_data"
    assert "jane" not in str(refusal.value)
    refuse_personal(clues, "agreed with the data protection officer", "The return")
    refuse_personal((), "", "The return")


@given(st.lists(st.lists(st.text(max_size=40), max_size=5), max_size=8))
def test_whatever_stands_there_is_looked_at(rows: list[list[str]]) -> None:
    for clue in look_at_cells(table(*rows)):
        assert clue.where.startswith("clients.xlsx")
