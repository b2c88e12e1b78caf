"""Templates are kept once, mapped by a person, taken in as new issues; every step can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.templates import (
    AcceptSuggestions,
    AddTemplate,
    ChangeTemplate,
    LeaveEmpty,
    MapCell,
    MapTable,
    ReplaceTemplate,
    ReviewMapping,
    Unmap,
    WithdrawTemplate,
)
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.queries.templates import (
    FindTemplate,
    TemplateChangesOf,
    TemplateOpened,
    TemplateRow,
    TemplatesOf,
)
from fundingapp.domain.addresses import Area
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.ids import TemplateId
from fundingapp.domain.templates import (
    MappedCell,
    MappedColumn,
    MappedTable,
    Place,
    RowsOf,
    ShownAs,
    TemplateState,
)
from tests.fakes import FakeSourceStore, FakeStore, FakeTemplateReader, make_tools
from tests.machines import assert_same, figures_of
from tests.template_looks import book_of, form, grid

OLD = book_of(
    form(("Fund", "Grant for the year", "Remarks")),
    grid(("Ref", "Project", "Award", "RAG"), 3),
    names={"Fund_Name": ("Cover", 2, 2)},
)
NEW = book_of(
    form(("Partnership", "Fund", "Grant for the year", "Remarks")),
    grid(("Ref", "Project", "Award", "RAG"), 5),
    names={"Fund_Name": ("Cover", 3, 2)},
)


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def desk(store: FakeStore) -> Desk:
    sources = FakeSourceStore(
        {Path("T.xlsx"): b"old", Path("New.xlsx"): b"new", Path("Other.xlsx"): b"other"}
    )
    reader = FakeTemplateReader({"T.xlsx": OLD, "New.xlsx": NEW})
    return Desk(make_tools(store.open_work, sources=sources, read_template=reader))


def added(desk: Desk) -> TemplateId:
    return desk.do(AddTemplate(Path("T.xlsx"), "Monitoring return")).result.id


def only(desk: Desk) -> TemplateRow:
    [row] = desk.ask(TemplatesOf())
    return row


def keys(desk: Desk, id: TemplateId) -> set[str]:
    return {key for key, _ in desk.ask(TemplateOpened(id)).mapping.to_review}


class TestKeeping:
    def test_a_template_comes_with_what_is_suggested_each_to_be_looked_at(self, desk: Desk) -> None:
        result = desk.do(AddTemplate(Path("T.xlsx"))).result
        assert (result.name, result.cells, result.tables) == ("T", 2, 1)
        row = only(desk)
        assert (row.mapped, row.inputs, row.to_review, row.is_mapped) == (14, 15, 3, False)
        opened = desk.ask(TemplateOpened(result.id))
        assert opened.suggested == ()
        assert opened.unmapped == (("Cover", "C4", "Remarks"),)
        assert [why for _, why in opened.mapping.to_review if not why.startswith("suggested: ")] == []

    def test_the_same_file_is_not_kept_twice(self, desk: Desk) -> None:
        added(desk)
        with pytest.raises(ExpectedError) as refused:
            desk.do(AddTemplate(Path("T.xlsx"), "Another"))
        assert (refused.value.code, "“Monitoring return”" in refused.value.message) == (
            "template_there",
            True,
        )
        with pytest.raises(ExpectedError) as named:
            desk.do(AddTemplate(Path("Other.xlsx"), "monitoring RETURN"))
        assert named.value.code == "template_named"

    def test_one_that_was_withdrawn_is_taken_into_use_again_with_its_mapping(self, desk: Desk) -> None:
        id = added(desk)
        desk.do(ReviewMapping(id))
        desk.do(WithdrawTemplate(id, "no longer asked for"))
        assert (only(desk).template.state, only(desk).template.note) == (
            TemplateState.WITHDRAWN,
            "no longer asked for",
        )
        assert desk.do(AddTemplate(Path("T.xlsx"))).result.id == id
        assert (only(desk).template.state, only(desk).is_mapped) == (TemplateState.IN_USE, True)

    def test_it_is_found_by_name_number_and_file(self, desk: Desk) -> None:
        id = added(desk)
        for name in ("monitoring  return", str(id), "t.xlsx"):
            assert desk.ask(FindTemplate(name)) == id
        assert desk.ask(FindTemplate("", Path("T.xlsx"))) == id
        assert desk.ask(FindTemplate("", Path("Other.xlsx"))) is None
        assert desk.ask(FindTemplate("nothing")) is None

    def test_a_new_issue_carries_the_mapping_over_with_a_list(self, desk: Desk) -> None:
        id = added(desk)
        desk.do(ReviewMapping(id))
        result = desk.do(ReplaceTemplate(id, Path("New.xlsx"), "v2")).result
        assert dict(result.to_review) == {
            "Cover!C3": "it moved from Cover!C2",
            "Cover!C4": "it moved from Cover!C3",
            "Expenditure:B": "it has 5 rows, and had 3",
        }
        assert "Fund_Name leads to Cover!C3, and led to Cover!C2." in [
            each.text for each in result.changes.changes
        ]
        assert desk.ask(TemplateChangesOf(result.id)) == result.changes
        states = {row.id: (row.template.state, row.template.issue) for row in desk.ask(TemplatesOf())}
        assert states == {id: (TemplateState.REPLACED, ""), result.id: (TemplateState.IN_USE, "v2")}
        with pytest.raises(ExpectedError) as refused:
            desk.do(ReplaceTemplate(id, Path("Other.xlsx")))
        assert refused.value.code == "template_not_in_use"


AWARD = MappedCell(Place("Cover", "$c$4"), "grant/awarded", ShownAs.POUNDS)
TABLE = MappedTable(
    "Expenditure",
    "Expenditure",
    5,
    7,
    "B",
    "project/ref",
    RowsOf.PROJECTS,
    (MappedColumn("D", "project/spent", ShownAs.POUNDS),),
)


class TestMapping:
    def test_a_cell_is_mapped_with_the_name_that_it_has(self, desk: Desk) -> None:
        id = added(desk)
        desk.do(MapCell(id, AWARD))
        desk.do(MapCell(id, MappedCell(Place("Cover", "C2"), "return/title", ShownAs.TEXT)))
        cells = {cell.place.cell: cell for cell in desk.ask(TemplateOpened(id)).mapping.cells}
        assert (cells["C4"].source, cells["C2"].source, cells["C2"].place.name) == (
            "grant/awarded",
            "return/title",
            "Fund_Name",
        )
        assert "Cover!C2" not in keys(desk, id)
        assert desk.ask(TemplateOpened(id)).unmapped == ()

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (lambda at: MapCell(at, replace(AWARD, source="grant/nonsense")), "source_unknown"),
            (lambda at: MapCell(at, replace(AWARD, source="project/spent")), "source_unknown"),
            (lambda at: MapCell(at, replace(AWARD, place=Place("Nowhere", "C4"))), "not_found"),
            (lambda at: MapCell(at, replace(AWARD, place=Place("Cover", "4C"))), "cell_unknown"),
            (lambda at: MapCell(at, replace(AWARD, place=Place("Cover", "B4"))), "cell_closed"),
            (lambda at: MapCell(at, replace(AWARD, place=Place("Merged", "C3"))), "cell_merged"),
            (lambda at: MapTable(at, replace(TABLE, first_row=9)), "table_rows"),
            (lambda at: MapTable(at, replace(TABLE, columns=())), "table_columns"),
            (lambda at: MapTable(at, replace(TABLE, columns=TABLE.columns * 2)), "table_columns"),
            (lambda at: MapTable(at, replace(TABLE, rows=RowsOf.RISKS)), "source_unknown"),
            (lambda at: Unmap(at, "Cover!Z9"), "not_found"),
            (lambda at: ReviewMapping(at, ("Cover!Z9",)), "not_found"),
            (lambda at: AcceptSuggestions(at, ("Cover!Z9",)), "not_found"),
            (lambda at: ChangeTemplate(at, " "), "template_name"),
            (lambda at: ChangeTemplate(at, "T", quarters=(5,)), "template_quarters"),
        ],
    )
    def test_what_can_not_be_is_refused_and_nothing_is_changed(
        self, store: FakeStore, command: Callable[[TemplateId], Command[Any]], code: str
    ) -> None:
        merged = form(("Words",), "Merged", row=2)
        look = book_of(*OLD.sheets, replace(merged, merges=(Area(2, 2, 4, 3),)))
        sources = FakeSourceStore({Path("T.xlsx"): code.encode()})
        reader = FakeTemplateReader({"T.xlsx": look})
        desk = Desk(make_tools(store.open_work, sources=sources, read_template=reader))
        id = added(desk)
        start = figures_of(store.open_work)
        with pytest.raises(ExpectedError) as refused:
            desk.do(command(id))
        assert refused.value.code == code
        assert_same(figures_of(store.open_work), start)

    def test_suggestions_are_accepted_one_by_one_or_all(self, desk: Desk) -> None:
        id = desk.do(AddTemplate(Path("T.xlsx"), suggest=False)).result.id
        assert [each.key for each in desk.ask(TemplateOpened(id)).suggested] == [
            "Expenditure:B",
            "Cover!C2",
            "Cover!C3",
        ]
        assert desk.do(AcceptSuggestions(id, ("Cover!C3",))).result == 1
        desk.do(MapCell(id, MappedCell(Place("Cover", "C2"), "return/title", ShownAs.TEXT)))
        assert desk.do(AcceptSuggestions(id)).result == 1
        mapping = desk.ask(TemplateOpened(id)).mapping
        assert {cell.source for cell in mapping.cells} == {"grant/available", "return/title"}
        assert (len(mapping.tables), mapping.to_review) == (1, ())

    def test_entries_are_taken_out_by_their_keys(self, desk: Desk) -> None:
        id = added(desk)
        desk.do(Unmap(id, "Cover!C2"))
        desk.do(Unmap(id, "Expenditure:D"))
        mapping = desk.ask(TemplateOpened(id)).mapping
        assert [cell.place.cell for cell in mapping.cells] == ["C3"]
        assert [column.column for column in mapping.tables[0].columns] == ["B", "C", "E"]
        desk.do(Unmap(id, "Expenditure"))
        assert desk.ask(TemplateOpened(id)).mapping.tables == ()

    def test_a_lost_template_is_not_found(self, desk: Desk) -> None:
        with pytest.raises(NotFoundError):
            desk.do(Unmap(added(desk), "Nothing"))


@pytest.mark.parametrize(
    "command",
    [
        lambda _: AddTemplate(Path("Other.xlsx"), quarters=(4,)),
        lambda at: ReplaceTemplate(at, Path("New.xlsx"), "v2"),
        WithdrawTemplate,
        lambda at: ChangeTemplate(at, "Otherwise", "v9", (2, 4), note="sent by post"),
        lambda at: MapCell(at, AWARD),
        lambda at: LeaveEmpty(at, "Cover", "C4"),
        lambda at: MapTable(at, TABLE),
        lambda at: Unmap(at, "Cover!C2"),
        lambda at: ReviewMapping(at, ("Cover!C2",)),
        lambda at: AcceptSuggestions(at, ("Cover!C2",)),
    ],
)
def test_every_step_is_taken_back_and_done_again(
    desk: Desk, store: FakeStore, command: Callable[[TemplateId], Command[Any]]
) -> None:
    id = added(desk)
    start = figures_of(store.open_work)
    desk.do(command(id))
    end = figures_of(store.open_work)
    desk.undo()
    assert_same(figures_of(store.open_work), start)
    desk.redo()
    assert_same(figures_of(store.open_work), end)
    assert start != end
