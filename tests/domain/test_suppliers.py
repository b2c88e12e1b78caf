"""Names of suppliers: the same, alike, and only seemingly alike."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.suppliers import ALIKE, Names, likeness, plain_name


@pytest.mark.parametrize(
    "name",
    [
        "Falcon Support Services",
        "FALCON SUPPORT SERVICES LTD",
        "The Falcon Support Svcs Limited",
        "falcon  support-services (UK)",
        "Falcon Support Services 104882",
        "104882 Falcon Support Services",
        "Ann Lee T/A Falcon Support Services",
        "A. Lee trading as Falcon Support Services Ltd.",
        "Fálcon Support Services",
    ],
)
def test_one_supplier_written_in_many_ways_is_one(name: str) -> None:
    assert plain_name(name) == "falcon support services"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Falcon Suport Services", "Falcon Support Services"),
        ("Falcon Support Serv", "Falcon Support Services"),
        ("FALCON SUPPORT SERVI", "Falcon Support Services"),
        ("Services, Falcon Support", "Falcon Support Services"),
        ("Charnwood BC", "Charnwood Borough Council"),
        ("Turning Piont", "Turning Point"),
    ],
)
def test_typing_errors_and_cut_off_words_look_alike(one: str, other: str) -> None:
    assert likeness(plain_name(one), plain_name(other)) >= ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Melton Borough Council", "Charnwood Borough Council"),
        ("Leicester City Council", "Leicestershire County Council"),
        ("J Smith Builders", "K Smith Builders"),
        ("Unit 1 Youth Club", "Unit 2 Youth Club"),
        ("Oak Fencing", "Oak Framing"),
        ("Falcon", "Falcon Lighting"),
        ("Leicestershire Police", "Leicestershire Partnership"),
    ],
)
def test_others_with_words_in_common_do_not(one: str, other: str) -> None:
    assert likeness(plain_name(one), plain_name(other)) < ALIKE


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_has_no_direction(one: str, other: str) -> None:
    one, other = plain_name(one), plain_name(other)
    assert likeness(one, one) == 100
    assert 0 <= likeness(one, other) <= 100
    assert (likeness(one, other) >= ALIKE) == (likeness(other, one) >= ALIKE)


@given(st.text(max_size=60))
def test_a_plain_name_stays_as_it_is(name: str) -> None:
    assert plain_name(plain_name(name)) == plain_name(name)


def test_a_name_that_a_person_says_is_another_s_is_of_its_family() -> None:
    names = Names(["A. Lee", "Oak Fencing Ltd", "Oak Fencing"], {"A. Lee": "Oak Fencing"})
    assert names.family("a lee") == "oak fencing"
    assert names.names_of("oak fencing") == ["A. Lee", "Oak Fencing Ltd", "Oak Fencing"]


def test_aliases_in_a_circle_come_to_an_end() -> None:
    names = Names(["A", "B"], {"Aa": "Bb", "Bb": "Aa"})
    assert names.family("Aa") in {"aa", "bb"}


def test_alike_families_are_named_whatever_else_is_there() -> None:
    few = Names(["Falcon Support", "Falcon Suport"], {})
    many = Names(["Falcon Support", "Falcon Suport", "Owl Support", "Falcon Lighting"], {})
    assert few.alike("falcon suport") == many.alike("falcon suport")
    assert [name for name, _ in many.alike("falcon support")] == ["falcon suport"]
