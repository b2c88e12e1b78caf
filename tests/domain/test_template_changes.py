"""A new issue of a template: the mapping follows its cells, and no cell goes silently on another label."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings, strategies as st

from fundingapp.domain.addresses import Area, split_address
from fundingapp.domain.ids import TemplateId
from fundingapp.domain.mapping_suggestions import mapping_of, suggest_mapping
from fundingapp.domain.mappings import Places, key_of
from fundingapp.domain.sheet_looks import ValidationLook, WorkbookLook
from fundingapp.domain.template_changes import carried_over, compare_templates
from fundingapp.domain.templates import MappedCell, Place, ShownAs, TemplateMapping
from tests.template_looks import book_of, form, grid, moved_by, sheet_of, text, to_fill

LABELS = ("Partnership", "Accountable body", "Fund", "Contact name", "Grant for the year", "Date of return")
HEADINGS = ("Ref", "Project", "Award", "Q1 actual", "Q2 actual", "RAG")
OLD = book_of(
    form(LABELS), grid(HEADINGS, 5), names={"Fund_Name": ("Cover", 4, 2), "Contact": ("Cover", 5, 2)}
)
MAPPING = replace(mapping_of(suggest_mapping(OLD), TemplateId(1)), to_review=())


def label_of(book: WorkbookLook, sheet: str, cell: str) -> str:
    held = book.sheet(sheet)
    assert held is not None
    return held.at(*split_address(cell)).label


def silent_mistakes(
    mapping: TemplateMapping, old: WorkbookLook, carried: TemplateMapping, new: WorkbookLook
) -> list[str]:
    """The mapped cells that stand on another label than before, and that nobody is asked to look at."""
    reviewed = {key for key, _ in carried.to_review}
    was = {cell.source: label_of(old, cell.place.sheet, cell.place.cell) for cell in mapping.cells}
    wrong = [
        key_of(cell)
        for cell in carried.cells
        if label_of(new, cell.place.sheet, cell.place.cell) != was[cell.source]
        and key_of(cell) not in reviewed
    ]
    before = {
        column.source: _heading(old, mapping, at) for at, column in enumerate(mapping.tables[0].columns)
    }
    for table in carried.tables:
        sheet = new.sheet(table.sheet)
        assert sheet is not None
        for column in table.columns:
            shown = sheet.at(table.heading_row, split_address(f"{column.column}1")[1]).shown
            if shown != before[column.source] and f"{table.name}:{column.column}" not in reviewed:
                wrong.append(f"{table.name}:{column.column}")
    return wrong


def _heading(book: WorkbookLook, mapping: TemplateMapping, at: int) -> str:
    table = mapping.tables[0]
    sheet = book.sheet(table.sheet)
    assert sheet is not None
    return sheet.at(table.heading_row, split_address(f"{table.columns[at].column}1")[1]).shown


class TestCarryingOver:
    def test_the_same_template_needs_no_look(self) -> None:
        assert carried_over(MAPPING, OLD, OLD) == MAPPING
        assert compare_templates(OLD, OLD).changes == ()

    @settings(max_examples=35, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["Cover", "Expenditure"]),
                st.booleans(),
                st.integers(1, 10),
                st.integers(1, 3),
            ),
            min_size=1,
            max_size=3,
        )
    )
    def test_rows_and_columns_put_in_move_what_is_mapped_along(
        self, insertions: list[tuple[str, bool, int, int]]
    ) -> None:
        new = OLD
        for sheet, is_row, at, by in insertions:
            new = (
                moved_by(new, sheet, row=at, by=by) if is_row else moved_by(new, sheet, column=at - 1, by=by)
            )
        carried = carried_over(MAPPING, OLD, new)
        assert silent_mistakes(MAPPING, OLD, carried, new) == []
        # What has a name of its own is never lost.
        kept = {cell.source for cell in carried.cells}
        assert {"fund/name", "contact/name"} <= kept

    @settings(max_examples=20, deadline=None)
    @given(st.permutations(LABELS), st.permutations(HEADINGS), st.integers(0, 3))
    def test_what_stands_in_another_order_is_found_by_what_is_said_of_it(
        self, labels: list[str], headings: list[str], down: int
    ) -> None:
        new = book_of(form(labels, row=2 + down), grid(headings, 5, row=4 + down))
        carried = carried_over(replace(MAPPING, cells=_without_names(MAPPING)), OLD, new)
        assert silent_mistakes(MAPPING, OLD, carried, new) == []
        assert {cell.source for cell in carried.cells} == {cell.source for cell in MAPPING.cells}
        assert {column.source for column in carried.tables[0].columns} == {
            column.source for column in MAPPING.tables[0].columns
        }

    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.sampled_from(LABELS), min_size=1, unique=True), st.randoms())
    def test_a_label_that_was_changed_is_never_taken_silently(
        self, changed: list[str], random: object
    ) -> None:
        labels = [f"{label} (see note)" if label in changed else label for label in LABELS]
        new = book_of(form(labels), grid(HEADINGS, 5))
        carried = carried_over(replace(MAPPING, cells=_without_names(MAPPING)), OLD, new)
        assert silent_mistakes(MAPPING, OLD, carried, new) == []
        assert len(carried.to_review) == len(changed)

    def test_a_name_that_leads_elsewhere_is_followed_and_told(self) -> None:
        new = replace(OLD, names=tuple(replace(name, area=Area(3, 2, 3, 2)) for name in OLD.names[:1]))
        found = Places(new).place_of(Place("Cover", "C4", "Fund_Name"))
        assert found is not None
        assert (found.cell, found.moved) == (
            "C3",
            "the name Fund_Name leads to Cover!C3, and Cover!C4 was recorded",
        )
        carried = carried_over(MAPPING, OLD, new)
        assert any("Accountable body" in why for _, why in carried.to_review)

    def test_a_sheet_with_another_name_is_known_by_its_texts(self) -> None:
        new = book_of(form(LABELS, name="Front page"), grid(HEADINGS, 5))
        assert "The sheet Cover is called Front page now." in [
            change.text for change in compare_templates(OLD, new).changes
        ]
        carried = carried_over(replace(MAPPING, cells=_without_names(MAPPING)), OLD, new)
        assert {cell.place.sheet for cell in carried.cells} == {"Front page"}
        assert len(carried.to_review) >= len(carried.cells)

    def test_a_column_that_is_new_or_gone_is_on_the_list(self) -> None:
        new = book_of(form(LABELS), grid(("Ref", "Project", "Grant awarded", "Q1 actual", "RAG"), 7))
        carried = carried_over(replace(MAPPING, cells=_without_names(MAPPING)), OLD, new)
        review = dict(carried.to_review)
        assert "not in the new issue" in review["Expenditure:F"]
        assert "is new and has no figure" in review["Expenditure:D"]
        assert "it has 7 rows, and had 5" in review["Expenditure:B"]

    def test_a_list_that_is_another_is_on_the_list(self) -> None:
        rule = ValidationLook(
            "Cover", (Area(4, 2, 4, 2),), "list", formulas=("Funds",), choices=("Locality Fund",)
        )
        old = replace(OLD, validations=(rule,))
        new = replace(OLD, validations=(replace(rule, choices=("Community Fund", "Other")),))
        assert "its list is another" in dict(carried_over(MAPPING, old, new).to_review)["Cover!C4"]
        [change] = compare_templates(old, new).changes
        assert (
            change.text
            == "The list of Cover!C4 is another (new: Community Fund, Other; gone: Locality Fund)."
        )

    def test_what_is_gone_is_no_longer_mapped_and_is_told(self) -> None:
        new = book_of(form(LABELS[:4]), grid(HEADINGS, 5))
        carried = carried_over(replace(MAPPING, cells=_without_names(MAPPING)), OLD, new)
        assert "grant/available" not in {cell.source for cell in carried.cells}
        assert "is no longer mapped" in dict(carried.to_review)["Cover!C6"]

    def test_a_marker_is_followed(self) -> None:
        def fenced(row: int) -> WorkbookLook:
            cells = [
                text(row, 1, "PF-USER_NAME-START"),
                text(row + 1, 1, "Contact name"),
                to_fill(row + 2, 1),
            ]
            sheet = sheet_of("Admin", [*cells, text(row + 3, 1, "PF-USER_NAME-END")])
            markers = [
                ("Admin", f"B{row}", "PF-USER_NAME-START"),
                ("Admin", f"B{row + 3}", "PF-USER_NAME-END"),
            ]
            return book_of(sheet, markers=markers)

        cell = MappedCell(Place("Admin", "B4", marker="PF-USER_NAME"), "contact/name", ShownAs.TEXT)
        carried = carried_over(TemplateMapping(TemplateId(1), (cell,)), fenced(2), fenced(9))
        assert [each.place.cell for each in carried.cells] == ["B11"]
        assert dict(carried.to_review) == {"Admin!B11": "it moved from Admin!B4"}


def _without_names(mapping: TemplateMapping) -> tuple[MappedCell, ...]:
    return tuple(replace(cell, place=replace(cell.place, name="")) for cell in mapping.cells)
