"""A layout goes through a small text and comes out the same; anything else is refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.layout_files import (
    FORMAT,
    LONGEST_FILE,
    fingerprint,
    layout_text,
    read_layout,
    why_not_usable,
)
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import Meaning

LAYOUT = Layout(
    "County ledger",
    ("Trans No", "Posted", "Net\nAmount £", ""),
    (Meaning.TRANSACTION, Meaning.DATE, Meaning.AMOUNT, Meaning.OTHER),
    "Unit4",
)


def test_it_reads_back_the_same() -> None:
    assert read_layout(layout_text(LAYOUT), "x.layout.json") == LAYOUT


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_headings_read_back_the_same(headings: list[str]) -> None:
    unused = (Meaning.OTHER,) * len(headings)
    layout = Layout("", (*headings, "Date", "Value"), (*unused, Meaning.DATE, Meaning.AMOUNT))
    assert read_layout(layout_text(layout), "x") == layout


def test_a_person_can_read_it() -> None:
    text = layout_text(LAYOUT)
    assert f'"format": "{FORMAT}"' in text
    assert '"heading": "Trans No"' in text
    assert '"meaning": "transaction"' in text
    assert "£" in text


def changed(**parts: Any) -> str:
    return json.dumps({**json.loads(layout_text(LAYOUT)), **parts})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not the text that a layout is kept as"),
        ("[" * 100_000, "not the text that a layout is kept as"),
        ("[]", "does not begin with the format"),
        ('{"format": "something else"}', "does not begin with the format"),
        (changed(name=3), "its name is not a text"),
        (changed(name="x" * 81), "more than 80 letters"),
        (changed(columns=[]), "names no columns"),
        (changed(columns=["Trans"]), "column 1 has no heading or no meaning"),
        (changed(columns=[{"heading": 1, "meaning": "date"}]), "heading of its column 1 is not a text"),
        (changed(columns=[{"heading": "a", "meaning": "cash"}]), "“cash” of its column 1 is not one of"),
        (changed(columns=[{"heading": "a", "meaning": []}]), "of its column 1 is not one of"),
        (changed(columns=[{"heading": "a", "meaning": "date"}]), "say which column is the amount"),
        (" " * (LONGEST_FILE + 1), "far too large"),
    ],
)
def test_what_is_no_layout_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(InputRefusedError) as refusal:
        read_layout(text, "x.layout.json")
    assert refusal.value.code == "not_a_layout"
    assert words in refusal.value.message
    assert "x.layout.json" in refusal.value.message


def test_a_debit_and_a_credit_column_make_a_ledger() -> None:
    assert why_not_usable([Meaning.PERIOD, Meaning.DEBIT, Meaning.CREDIT, Meaning.VAT, Meaning.VAT]) == ""


def test_two_shapes_never_share_a_fingerprint_by_where_their_headings_are_cut() -> None:
    assert fingerprint(("a", "b")) != fingerprint(("a b",)) != fingerprint(("a", "", "b"))
