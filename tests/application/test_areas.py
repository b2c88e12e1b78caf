"""Places as a person keeps them: one by one, from a list, and what a district then shows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from fundingapp.application.commands.areas import AddArea, AddAreas, AreasAdded, ChangeArea, RemoveArea
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.desk import Desk
from fundingapp.application.queries.areas import AllPlaces, ProjectsIn, SuggestPlaces
from fundingapp.application.queries.workspace import WorkspaceOf
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.funds import Project
from fundingapp.domain.ids import AreaId, ProjectId
from fundingapp.domain.places import pasted_places
from fundingapp.domain.priorities import Share, Split
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import NEXT_YEAR, YEAR, set_up_grant
from tests.fakes import FakeStore

LIST = pasted_places(
    [
        ["Name", "Kind", "Code", "Parent", "Aliases"],
        ["Loughborough East", "beat", "NL65", "Loughborough", "N65; Beat 65; Bell Foundry"],
        ["Loughborough", "zone", "", "Charnwood", ""],
        ["Charnwood", "district", "E07000130", "", ""],
        ["Melton", "district", "E07000133", "", ""],
    ]
)


P11, P12 = frozenset({ProjectId(11)}), frozenset({ProjectId(12)})


@pytest.fixture
def placed(desk: Desk) -> Desk:
    desk.do(AddAreas(LIST, "places.csv"))
    return desk


def kept(store: FakeStore, id: int) -> Area:
    area: Area = store.open_work(reading=True).areas.get(id).value
    return area


def test_a_list_comes_in_whole_whatever_the_order_of_its_rows(desk: Desk, store: FakeStore) -> None:
    assert_taken_back_and_done_again(desk, store, AddAreas(LIST, "places.csv"))
    assert [(each.depth, each.kept.value.name) for each in desk.ask(AllPlaces())] == [
        (0, "Charnwood"),
        (1, "Loughborough"),
        (2, "Loughborough East"),
        (0, "Melton"),
    ]
    assert desk.ask(SuggestPlaces("bell")) == ("Loughborough East (Bell Foundry)",)
    assert [name for _, name in desk.ask(WorkspaceOf()).districts] == ["Charnwood", "Melton"]


def test_the_same_list_again_changes_nothing_and_a_longer_one_adds(placed: Desk, store: FakeStore) -> None:
    again = placed.do(AddAreas(LIST, "places.csv")).result
    assert again == AreasAdded(added=0, changed=0, unchanged=4)
    more = pasted_places(
        [["Bell Foundry", "beat", "", "", "Warwick Way"], ["Syston", "ward", "", "Charnwood"]]
    )
    assert_taken_back_and_done_again(placed, store, AddAreas(more, "more.csv"))
    east = next(
        each.kept.value for each in placed.ask(AllPlaces()) if each.kept.value.name == "Loughborough East"
    )
    assert east.aliases == ("N65", "Beat 65", "Bell Foundry", "Warwick Way")


@pytest.mark.parametrize(
    ("cells", "code", "sentence"),
    [
        ([["", "beat", "NL1"]], "places_findings", "“x.csv” can't be used: Row 1: it has no name."),
        ([], "places_empty", "“x.csv” holds no place."),
        (
            [["Syston", "ward", "", "Atlantis"]],
            "places_parent",
            "Row 1 of “x.csv” puts Syston into “Atlantis”, which is no place in the list or in this file.",
        ),
        (
            [["Syston", "ward", "", "", "Fosse"], ["Thurmaston", "ward", "", "", "fosse"]],
            "place_taken",
            "Row 1 of “x.csv”: “Fosse” can't mean Syston: it means Thurmaston, a ward (as “fosse”), at the same time.",
        ),
    ],
)
def test_a_list_is_taken_whole_or_not_at_all(
    placed: Desk, store: FakeStore, cells: list[list[str]], code: str, sentence: str
) -> None:
    refused = refusal_of(placed, store, AddAreas(pasted_places(cells), "x.csv"))
    assert (refused.code, refused.message) == (code, sentence)


def test_a_place_is_added_changed_and_removed(placed: Desk, store: FakeStore) -> None:
    area = Area(" Beat  62 ", AreaKind.BEAT, " NL62", AreaId(2), ("N62", "beat-62", "N62", ""))
    id = placed.do(AddArea(area)).result
    assert (kept(store, id).name, kept(store, id).aliases) == ("Beat 62", ("N62",))
    change = ChangeArea(id, kept(store, id), replace(kept(store, id), aliases=("N62", "Town Centre")))
    assert_taken_back_and_done_again(placed, store, change)
    assert_taken_back_and_done_again(placed, store, RemoveArea(id))
    taken = replace(area, name="Another", aliases=("Bell foundry",), code="")
    assert refusal_of(placed, store, AddArea(taken)).code == "place_taken"


def test_what_rests_on_a_place_keeps_it_there(placed: Desk, store: FakeStore) -> None:
    set_up_grant(placed)
    share = Share(ProjectId(1), YEAR, Split.AREA, Decimal(100), area=AreaId(1))
    placed.do(AddRecords((Record("shares", 1, share),), "share"))
    names = {each.kept.value.name: each for each in placed.ask(AllPlaces())}
    east = names["Loughborough East"].kept.id
    charnwood = AreaId(names["Charnwood"].kept.id)
    if east == 1:
        refused = refusal_of(placed, store, RemoveArea(AreaId(1)))
        assert refused.message == "Loughborough East can't be removed: P-01 has a share of 2018/19 there."
    assert "Loughborough lies in it" in refusal_of(placed, store, RemoveArea(charnwood)).message


class TestDistrict:
    @pytest.fixture
    def granted(self, placed: Desk) -> Desk:
        set_up_grant(placed)
        for number, area in ((11, "Bell Foundry (N65), Melton"), (12, "Melton"), (13, "everywhere")):
            project = Project(f"P-{number}", f"Project {number}", area=area)
            placed.do(AddRecords((Record("projects", number, project),), "project"))
        return placed

    def district(self, desk: Desk, name: str) -> AreaId:
        return next(id for id, each in desk.ask(WorkspaceOf()).districts if each == name)

    def test_it_has_the_projects_whose_text_names_a_place_in_it(self, granted: Desk) -> None:
        charnwood = granted.ask(ProjectsIn(self.district(granted, "Charnwood"), YEAR))
        assert (charnwood.area, charnwood.projects, charnwood.partly) == ("Charnwood", P11, P11)
        melton = granted.ask(ProjectsIn(self.district(granted, "Melton"), YEAR))
        assert (melton.projects, melton.partly) == (P11 | P12, P11)
        assert melton.unplaced == 3  # P-01, P-02, and the one that says “everywhere”

    def test_shares_of_the_year_count_before_the_text(self, granted: Desk) -> None:
        melton = self.district(granted, "Melton")
        charnwood = self.district(granted, "Charnwood")
        share = Share(ProjectId(12), YEAR, Split.AREA, Decimal(100), area=charnwood)
        granted.do(AddRecords((Record("shares", 1, share),), "share"))
        assert granted.ask(ProjectsIn(melton, YEAR)).projects == P11
        assert granted.ask(ProjectsIn(charnwood, YEAR)).projects == P11 | P12
        assert granted.ask(ProjectsIn(melton, NEXT_YEAR)).projects == P11 | P12
