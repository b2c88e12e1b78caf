"""From a mapping to cells: each figure goes where it was said, in the template's own words, or a finding tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from fundingapp.domain.addresses import Area
from fundingapp.domain.figures_to_send import CATALOGUE, entries_for
from fundingapp.domain.ids import TemplateId
from fundingapp.domain.mapping_suggestions import mapping_of, suggest_mapping, suggest_words
from fundingapp.domain.mappings import FillPlan, column_key, plan_of, unmapped_inputs
from fundingapp.domain.money import Money
from fundingapp.domain.number_formats import shown_as
from fundingapp.domain.sendable import FigureRow, FiguresToSend, SentValue
from fundingapp.domain.sending import Grade
from fundingapp.domain.sheet_looks import CellLook, Holds, ValidationLook, WorkbookLook
from fundingapp.domain.templates import (
    MappedCell,
    MappedColumn,
    MappedTable,
    Place,
    RowsOf,
    ShownAs,
    TemplateMapping,
)
from tests.template_looks import book_of, form, grid, sheet_of, text, to_fill

ONE = TemplateId(1)


def project(ref: str, spent: str, rag: str = "Green", name: str = "") -> FigureRow:
    values = {
        "project/ref": SentValue(ref),
        "project/name": SentValue(name or f"Project {ref}"),
        "project/spent": SentValue(Money.parse(spent), f"{ref}/2018/19/spend@12"),
        "project/rag": SentValue(rag),
        "project/reason": SentValue(None),
    }
    return FigureRow(ref, f"{ref} {name or 'Project ' + ref}", values)


FIGURES = FiguresToSend(
    {
        "fund/name": SentValue("Locality Fund"),
        "return/date": SentValue(date(2019, 4, 20)),
        "grant/available": SentValue(Money.parse("75500.49"), "Locality Fund/2018/19/available@12"),
        "grant/used-percent": SentValue(Decimal("71.9")),
        "return/quarter": SentValue("Q4"),
        "contact/name": SentValue(None),
    },
    {
        RowsOf.PROJECTS: (
            project("LF-01", "10.01"),
            project("LF-02", "20.02", "Amber/Green"),
            project("LF-03", "30.03"),
        )
    },
)


def cell(at: str, source: str, shown: ShownAs = ShownAs.TEXT, **more: object) -> MappedCell:
    sheet, _, where = at.partition("!")
    return MappedCell(Place(sheet, where), source, shown, **more)  # type: ignore[arg-type]


def planned(look: WorkbookLook, *cells: MappedCell, tables: tuple[MappedTable, ...] = ()) -> FillPlan:
    return plan_of(look, TemplateMapping(ONE, cells, tables), FIGURES)


def codes(plan: FillPlan) -> dict[str, str]:
    return {finding.code.removeprefix("mapping."): finding.text for finding in plan.findings}


FORM = book_of(form(("Fund", "Grant for the year", "Date of return", "Quarter", "Contact name")))


class TestCells:
    @pytest.mark.parametrize(
        ("source", "shown", "put"),
        [
            ("grant/available", ShownAs.POUNDS, Decimal("75500.49")),
            ("grant/available", ShownAs.WHOLE_POUNDS, 75500),
            ("grant/available", ShownAs.TEXT, "75500.49"),
            ("grant/used-percent", ShownAs.NUMBER, Decimal("71.9")),
            ("grant/used-percent", ShownAs.PERCENT, Decimal("0.719")),
            ("return/date", ShownAs.DAY, date(2019, 4, 20)),
            ("return/date", ShownAs.TEXT, "20/04/2019"),
            ("fund/name", ShownAs.TEXT, "Locality Fund"),
        ],
    )
    def test_a_figure_is_put_as_it_is_to_be_shown(self, source: str, shown: ShownAs, put: object) -> None:
        [made] = planned(FORM, cell("Cover!C3", source, shown)).cells
        assert (made.place, made.value, type(made.value)) == ("Cover!C3", put, type(put))
        assert made.figure == FIGURES.values[source].figure
        assert made.label == "Grant for the year"

    def test_what_is_not_held_leaves_the_cell_as_it_is(self) -> None:
        plan = planned(FORM, cell("Cover!C6", "contact/name"))
        assert plan.cells == ()
        assert codes(plan)["nothing_held"] == "Cover!C6 stays as it is: nothing is held for “Contact's name”."

    def test_what_is_left_empty_on_purpose_counts_as_seen_to(self) -> None:
        mapping = TemplateMapping(ONE, (cell("Cover!C6", ""),))
        assert [at for _, at, _ in unmapped_inputs(FORM, mapping)] == ["C2", "C3", "C4", "C5"]
        assert plan_of(FORM, mapping, FIGURES).cells == ()

    def test_words_become_those_of_the_list_or_are_refused(self) -> None:
        rule = ValidationLook("Cover", (Area(5, 2, 5, 2),), "list", choices=("Quarter 1", "Quarter 4"))
        look = replace(FORM, validations=(rule,))
        refused = planned(look, cell("Cover!C5", "return/quarter", ShownAs.CHOICE))
        assert refused.cells == ()
        [finding] = [each for each in refused.findings if each.code == "mapping.word_not_in_list"]
        assert (finding.grade, finding.cell) == (Grade.ERROR, "C5")
        words = suggest_words(("Q1", "Q2", "Q3", "Q4"), rule.choices)
        assert words == (("Q1", "Quarter 1"), ("Q4", "Quarter 4"))
        [made] = planned(look, cell("Cover!C5", "return/quarter", ShownAs.CHOICE, words=words)).cells
        assert made.value == "Quarter 4"

    def test_a_formula_or_a_locked_cell_is_not_written_unless_it_is_said(self) -> None:
        sheet = sheet_of(
            "Cover", [text(2, 1, "Grant"), CellLook(2, 2, "0", Decimal(0), Holds.NUMBER, formula="A1")]
        )
        look = book_of(sheet)
        assert (
            "a formula stands there" in codes(planned(look, cell("Cover!C2", "grant/available")))["not_open"]
        )
        over = cell("Cover!C2", "grant/available", ShownAs.POUNDS, over_formula=True)
        [made] = planned(look, over).to_fill
        assert (made.over_formula, made.over_lock) == (True, True)

    def test_two_figures_for_one_cell_are_told(self) -> None:
        plan = planned(FORM, cell("Cover!C2", "fund/name"), cell("Cover!C2", "return/quarter"))
        assert "“Locality Fund”" in codes(plan)["mapped_twice"]

    def test_a_text_that_is_too_long_is_told_and_not_cut(self) -> None:
        rule = ValidationLook("Cover", (Area(2, 2, 2, 2),), "textLength", "lessThanOrEqual", ("5",))
        plan = planned(replace(FORM, validations=(rule,)), cell("Cover!C2", "fund/name"))
        assert "has 13 characters, and Cover!C2 takes 5 at most" in codes(plan)["text_too_long"]
        assert [made.value for made in plan.cells] == ["Locality Fund"]

    def test_a_mapping_that_is_to_be_looked_at_is_an_error(self) -> None:
        mapping = TemplateMapping(ONE, (), (), (("Cover!C2", "suggested: its label"),))
        [finding] = [each for each in plan_of(FORM, mapping, FIGURES).findings if "review" in each.code]
        assert (finding.grade, "Cover!C2" in finding.text) == (Grade.ERROR, True)


HEADINGS = ("Ref", "Project", "Spent to date", "RAG")
COLUMNS = (
    MappedColumn("B", "project/ref", ShownAs.TEXT),
    MappedColumn("C", "project/name", ShownAs.TEXT),
    MappedColumn("D", "project/spent", ShownAs.POUNDS),
)


def table(rows: int, *, by_key: bool = False) -> MappedTable:
    return MappedTable(
        "Expenditure", "Expenditure", 5, 4 + rows, "B", "project/ref", RowsOf.PROJECTS, COLUMNS, by_key
    )


class TestTables:
    def test_rows_are_filled_from_the_top_and_what_stood_below_is_emptied(self) -> None:
        look = book_of(grid(HEADINGS, 5))
        old = replace(look.sheets[0].cells[8, 3], value=Decimal(7), holds=Holds.NUMBER)
        sheet = replace(look.sheets[0], cells={**look.sheets[0].cells, (8, 3): old})
        plan = planned(replace(look, sheets=(sheet,)), tables=(table(5),))
        assert {made.cell: made.value for made in plan.cells if made.cell[0] in "BD"} == {
            "B5": "LF-01",
            "B6": "LF-02",
            "B7": "LF-03",
            "D5": Decimal("10.01"),
            "D6": Decimal("20.02"),
            "D7": Decimal("30.03"),
            "D8": None,
        }

    @pytest.mark.parametrize("room", [1, 2])
    def test_what_has_no_room_goes_into_an_annex_and_the_total_stays(self, room: int) -> None:
        plan = planned(book_of(grid(HEADINGS, room)), tables=(table(room),))
        amounts = [made.value for made in plan.cells if made.source == "project/spent"]
        assert sum(amount for amount in amounts if isinstance(amount, Decimal)) == Decimal("60.06")
        assert len(amounts) == room
        [annex] = plan.annex
        assert len(annex.rows) == 3 - (room - 1)
        assert "listed in an annex" in codes(plan)["too_many_rows"]

    def test_rows_that_the_template_names_are_found_by_their_key(self) -> None:
        cells = [text(4, 1, "Ref"), text(4, 3, "Spent to date")]
        cells += [text(5, 1, "lf-03 "), text(6, 1, "LF-01: Project LF-01"), text(7, 1, "LF-99")]
        cells += [to_fill(row, 3) for row in (5, 6, 7)]
        plan = planned(book_of(sheet_of("Expenditure", cells)), tables=(table(3, by_key=True),))
        spent = {made.cell: made.value for made in plan.cells if made.source == "project/spent"}
        assert spent == {"D5": Decimal("30.03"), "D6": Decimal("10.01")}
        assert "LF-02" in codes(plan)["row_not_there"]
        assert "LF-99" in codes(plan)["row_not_ours"]

    def test_a_small_count_is_shown_as_the_template_wants_it(self) -> None:
        row = FigureRow(
            "1",
            "One",
            {"indicator/name": SentValue("Clients"), "indicator/q1": SentValue("<5", "", is_small=True)},
        )
        columns = (
            MappedColumn("B", "indicator/name", ShownAs.TEXT),
            MappedColumn("C", "indicator/q1", ShownAs.NUMBER, small="fewer than 5"),
        )
        mapped = MappedTable("Outcomes", "Outcomes", 5, 6, "B", "indicator/name", RowsOf.INDICATORS, columns)
        look = book_of(grid(("Indicator", "Q1"), 2, "Outcomes"))
        plan = plan_of(
            look, TemplateMapping(ONE, (), (mapped,)), FiguresToSend({}, {RowsOf.INDICATORS: (row,)})
        )
        assert [made.value for made in plan.cells] == ["Clients", "fewer than 5"]


class TestSuggestions:
    def test_names_labels_and_headings_suggest_each_with_its_reason(self) -> None:
        look = book_of(
            form(("Fund", "Grant for the year", "Something else")),
            grid(HEADINGS, 4),
            names={"Contact_Name": ("Cover", 4, 2)},
        )
        found = {each.key: each for each in suggest_mapping(look)}
        assert list(found) == ["Expenditure:B", "Cover!C2", "Cover!C3", "Cover!C4"]
        assert found["Cover!C4"].why == "the cell is called Contact_Name: Contact's name"
        assert "filled from the top" in found["Expenditure:B"].why
        mapping = mapping_of(found.values(), ONE)
        assert [key for key, _ in mapping.to_review] == list(found)
        assert "Expenditure:D" in [
            column_key(table, each) for table in mapping.tables for each in table.columns
        ]

    def test_the_name_on_a_declaration_is_the_certifiers(self) -> None:
        look = book_of(form(("Name", "Position", "Date"), "Declaration"), form(("Contact", "E-mail")))
        found = {each.key: each.mapped for each in suggest_mapping(look)}
        sources = {key: mapped.source for key, mapped in found.items() if isinstance(mapped, MappedCell)}
        assert sources == {
            "Declaration!C2": "certifier/name",
            "Declaration!C3": "certifier/position",
            "Declaration!C4": "certifier/date",
            "Cover!C2": "contact/name",
            "Cover!C3": "contact/email",
        }

    def test_another_quarter_is_never_suggested(self) -> None:
        look = book_of(grid(("Ref", "Project", "Q2 actual", "Q3 actual"), 3))
        [found] = suggest_mapping(look)
        assert isinstance(found.mapped, MappedTable)
        assert [column.source for column in found.mapped.columns] == [
            "project/ref",
            "project/name",
            "project/spent/q2",
            "project/spent/q3",
        ]

    def test_a_grid_without_a_column_that_names_its_rows_is_not_guessed(self) -> None:
        assert suggest_mapping(book_of(grid(("Actual", "Forecast"), 3))) == ()


class TestCatalogue:
    def test_each_entry_has_a_name_of_its_own(self) -> None:
        names = [entry.source for entry in CATALOGUE]
        assert len(names) == len(set(names))
        assert {
            len(entries_for(rows)) > 4 for rows in (None, RowsOf.PROJECTS, RowsOf.INDICATORS, RowsOf.RISKS)
        } == {True}


class TestShownAs:
    @pytest.mark.parametrize(
        ("value", "code", "shown"),
        [
            (Decimal("1234.5"), "£#,##0.00", "£1,234.50"),
            (Decimal("-1234.5"), "£#,##0.00;[Red]-£#,##0.00", "-£1,234.50"),
            (Decimal("-0.004"), "0.00", "0.00"),
            (Decimal(0), '#,##0;-#,##0;"-"', "-"),
            (Decimal("0.125"), "0.0%", "12.5%"),
            (Decimal("0.5"), "General", "0.5"),
            (Decimal(75000), "#,##0,", "75"),
            (Decimal(7), "000", "007"),
            (Decimal("2.5"), "_-[$£-809]* #,##0.00_-", "£2.50"),
            (date(2019, 3, 1), "dd mmmm yyyy", "01 March 2019"),
            (date(2019, 3, 1), "ddd d-mmm-yy", "Fri 1-Mar-19"),
            (date(2019, 3, 1), "General", "01/03/2019"),
            ("<5", "#,##0", "<5"),
            (True, "General", "TRUE"),
            (None, "£#,##0.00", ""),
        ],
    )
    def test_a_value_is_shown_as_excel_shows_it(self, value: object, code: str, shown: str) -> None:
        assert shown_as(value, code) == shown  # type: ignore[arg-type]
