"""Places by all their names, with Charnwood's beats as its own report names them (Scrutiny, 2018/19)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Severity
from fundingapp.domain.ids import AreaId
from fundingapp.domain.ledger import RawRow
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.places import (
    AreaShare,
    Places,
    check_area,
    parse_places,
    pasted_places,
    plain_place,
    serves,
    short_place,
)

YEAR = FinancialYear(2018)
DISTRICT, TOWN = AreaId(1), AreaId(2)


def beat(number: int, *names: str, name: str = "", parent: AreaId | None = DISTRICT) -> Area:
    """A beat with the names that the report gives it: N65, NL65, Beat 65 and what it covers."""
    own = name or f"Beat {number}"
    aliases = [f"N{number}", *([f"Beat {number}"] if name else []), *names]
    return Area(own, AreaKind.BEAT, f"NL{number}", parent, tuple(aliases))


#: The beats of Figure 2 of the report, and what each covers.
CHARNWOOD = {
    DISTRICT: Area("Charnwood", AreaKind.DISTRICT, "E07000130"),
    TOWN: Area("Loughborough", AreaKind.ZONE, parent=DISTRICT),
    AreaId(56): beat(56, "Woodhouse Eaves", "Newtown Linford", "Cropston", "Rothley", "Quorn"),
    AreaId(57): beat(57, "Mountsorrel"),
    AreaId(58): beat(58, "Anstey"),
    AreaId(59): beat(59, "Wymeswold", "Hoton", "Barrow upon Soar", "Sileby", "Seagrave", "Cossington"),
    AreaId(60): beat(60, "Birstall", "Wanlip"),
    AreaId(61): beat(61, "Queniborough", "Syston", "Thurmaston", "South Croxton"),
    AreaId(62): beat(62, "Ashby Road Estate", "Loughborough Town Centre", parent=TOWN),
    AreaId(63): beat(63, "Nanpantan", "The Outwoods", "Shelthorpe", parent=TOWN),
    AreaId(64): beat(64, "Hathern", "Shepshed", "Dishley Road Estate", "Dishley"),
    AreaId(65): beat(65, "Bell Foundry Estate", "Bell Foundry", name="Loughborough East", parent=TOWN),
}
PLACES = Places(CHARNWOOD)


@pytest.mark.parametrize(
    "said",
    ["N65", "n 65", "NL65", "nl-65", "Beat 65", "BEAT  65", "Loughborough East", "Bell Foundry Estate"],
)
def test_every_name_of_a_beat_is_one_place(said: str) -> None:
    assert PLACES.find(said) == 65


@pytest.mark.parametrize("said", ["N6", "Beat", "Loughborough West", "", "N655"])
def test_what_names_no_place_finds_none(said: str) -> None:
    assert PLACES.find(said) is None


@pytest.mark.parametrize(
    ("said", "beats"),
    [
        ("Priority Neighbourhood – Loughborough East (N65)", (65,)),
        ("NL59 and NL64", (59, 64)),
        ("Shepshed, Hathern and Dishley", (64,)),
        ("Sileby; Barrow upon Soar; N62", (59, 62)),
        ("Shepshed & Syston", (64, 61)),
        ("Charnwood", (1,)),
        ("borough-wide", ()),
    ],
)
def test_the_places_of_a_text_are_found_one_by_one(said: str, beats: tuple[int, ...]) -> None:
    assert PLACES.find_all(said) == beats


def test_a_place_is_called_without_all_that_it_covers() -> None:
    assert short_place("Beat 56 Covers, Woodhouse Eves Newtown Linford, Rothley and Quorn") == "Beat 56"
    assert short_place("Discovers Way") == "Discovers Way"


def test_a_district_takes_in_what_lies_in_it_however_deep() -> None:
    assert PLACES.within(DISTRICT) == frozenset(CHARNWOOD)
    assert PLACES.within(TOWN) == {TOWN, AreaId(62), AreaId(63), AreaId(65)}


def test_what_is_typed_suggests_places_by_any_name() -> None:
    assert PLACES.suggest("lough") == (
        "Beat 62 (Loughborough Town Centre)",
        "Loughborough",
        "Loughborough East",
    )
    assert PLACES.suggest("sile") == ("Beat 59 (Sileby)",)
    assert PLACES.suggest("") == ()


@given(text=st.text(max_size=20), gap=st.sampled_from(["", " ", "-", ".", "  "]))
def test_case_punctuation_and_spacing_do_not_matter(text: str, gap: str) -> None:
    assert plain_place(gap.join(text.upper().lower())) == plain_place(text.upper().lower())


@pytest.mark.parametrize("name", ["nl65", "Bell  foundry", "LOUGHBOROUGH EAST"])
def test_a_name_never_means_two_places_at_the_same_time(name: str) -> None:
    other = Area("Beat 99", AreaKind.BEAT, aliases=(name,))
    with pytest.raises(ExpectedError) as refused:
        check_area(other, None, CHARNWOOD)
    assert refused.value.code == "place_taken"
    assert refused.value.message.startswith(
        f"“{name}” can't mean Beat 99: it means Loughborough East, a beat"
    )


def test_a_name_may_mean_another_place_at_another_time() -> None:
    old = Area("Beat 65", AreaKind.BEAT, valid_to=date(2019, 3, 31))
    new = Area("Beat 65", AreaKind.BEAT, valid_from=date(2019, 4, 1))
    check_area(new, None, {AreaId(1): old})
    both = Places({AreaId(1): old, AreaId(2): new})
    assert (both.find("beat65", date(2019, 3, 31)), both.find("beat65", date(2019, 4, 1))) == (1, 2)
    with pytest.raises(ExpectedError):
        check_area(Area("Beat 65", AreaKind.BEAT, valid_from=date(2019, 3, 31)), None, {AreaId(1): old})


def test_a_place_never_lies_in_itself() -> None:
    turned = Area("Charnwood", AreaKind.DISTRICT, "E07000130", AreaId(65))
    with pytest.raises(ExpectedError) as refused:
        check_area(turned, DISTRICT, CHARNWOOD)
    assert (
        refused.value.message
        == "Loughborough East lies in Charnwood, so Charnwood can't lie in Loughborough East."
    )


def test_a_list_is_read_row_by_row_and_every_row_is_accounted_for() -> None:
    rows = [
        RawRow(2, ("Charnwood", "District", "E07000130", "", "")),
        RawRow(3, ("Loughborough East", "beat", "NL65", "Charnwood", "N65; Beat 65;")),
        RawRow(4, ("", "", "", "", "")),
        RawRow(5, ("", "beat", "NL66", "", "")),
        RawRow(6, ("Beat 67", "county", "", "", "")),
        RawRow(7, ("LOUGHBOROUGH EAST", "beat", "", "", "")),
        RawRow(8, ("Beat 68",)),
        RawRow(9, ("Shepshed East", "", "E05005471")),
    ]
    parsed = parse_places(["Name", "Kind", "Code", "Parent", "Aliases"], rows, "places.csv")
    assert [(each.name, each.kind, each.parent, each.aliases) for each in parsed.places] == [
        ("Charnwood", AreaKind.DISTRICT, "", ()),
        ("Loughborough East", AreaKind.BEAT, "Charnwood", ("N65", "Beat 65")),
        ("Beat 68", AreaKind.BEAT, "", ()),
        ("Shepshed East", AreaKind.WARD, "", ()),
    ]
    assert [each.text for each in parsed.errors] == [
        "Row 5: it has no name.",
        "Row 6: “county” is no kind of place; the kinds are partnership, district, ward, beat, LSOA, zone.",
        "Row 7: “LOUGHBOROUGH EAST” stands in row 3 already.",
    ]
    assert len(parsed.places) + len(parsed.errors) + parsed.empty == parsed.rows


def test_a_list_without_names_says_what_it_has() -> None:
    parsed = parse_places(["Code", "Type"], [], "places.csv")
    [finding] = parsed.findings
    assert finding.severity is Severity.ERROR
    assert (
        finding.text == "places.csv lacks a column of names such as “Name”; its headings are “Code”, “Type”."
    )


def test_what_is_pasted_may_have_headings_or_none() -> None:
    plain = pasted_places([["Beat 65", "beat", "NL65", "", "N65"], ["Syston"]])
    headed = pasted_places([["Place", "Also called"], ["Beat 65", "N65"], ["Syston", ""]])
    assert (
        [each.name for each in plain.places] == [each.name for each in headed.places] == ["Beat 65", "Syston"]
    )
    assert plain.places[0].aliases == headed.places[0].aliases == ("N65",)


def test_a_project_is_where_its_shares_are_and_else_where_its_text_says() -> None:
    inside = PLACES.within(TOWN)
    elsewhere = [AreaShare(YEAR, AreaId(58))]
    assert serves(PLACES, inside, "Bell Foundry", [], YEAR)
    assert not serves(PLACES, inside, "Bell Foundry", elsewhere, YEAR)
    assert serves(PLACES, inside, "Anstey", [*elsewhere, AreaShare(YEAR, AreaId(65))], YEAR)
    assert serves(PLACES, inside, "Bell Foundry", [AreaShare(YEAR.next, AreaId(58))], YEAR)
    assert not serves(PLACES, inside, "all over", [], YEAR)
