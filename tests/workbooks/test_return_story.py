"""The return's sheets of words, risks, categories, assets, statements, trail and transparency."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from fundingapp.domain.assets import AssetState
from fundingapp.domain.figures_to_send import CATALOGUE
from fundingapp.domain.ids import AssetId, ProjectId, RiskId
from fundingapp.domain.narratives import NarrativeSection, ProjectStatus, ReturnText
from fundingapp.domain.rag import Rag
from fundingapp.domain.return_proofs import CellSort
from fundingapp.domain.return_story import (
    AssetLine,
    GrantGiven,
    ProgressLine,
    ReturnStory,
    RiskLine,
    StatementLine,
    TrailLine,
    categories_of,
    sections_of,
)
from fundingapp.domain.returns import ReturnDocument, figures_checksum
from fundingapp.domain.risks import Risk
from fundingapp.workbooks.return_writer import WrittenReturn, write_return
from tests.builders import FUND, YEAR, make_document, make_position, pounds
from tests.workbooks.evaluator import Evaluator
from tests.workbooks.test_return_writer import rows_of

ONE = ProjectId(1)
NOON = datetime(2019, 4, 1, 12, tzinfo=UTC)


def told() -> ReturnDocument:
    position = make_position()
    text = ReturnText(
        FUND, YEAR, 4, NarrativeSection.PROGRESS, "=1+1 is no formula, and this is two\nlines.", "Ann", NOON
    )
    given = GrantGiven(
        "360G-charnwood-bc-p-01-2018-19-revenue-1", "Locality Fund: Youth bus", "A bus for young people",
        date(2018, 4, 1), date(2018, 4, 1), date(2019, 3, 31), "Charnwood CSP", "Youth Trust", "GB-CHC-123", "123",
        "Youth bus", pounds("1,000.00"), pounds("1,200.00"), "Charnwood Borough Council", "GB-LAE-CHW", "Locality Fund",
        date(2019, 4, 12),
    )  # fmt: skip
    story = ReturnStory(
        sections_of([text], position.terms),
        (
            ProgressLine(
                ONE, "P-01", "Project P-01", Rag.RED, ProjectStatus.ON_HOLD, Rag.AMBER, Rag.GREEN, "the driver left"
            ),
        ),
        (
            RiskLine(RiskId(1), Risk(FUND, "Flood", "", 4, 5, "pumps", 2, 3, raised=date(2018, 5, 1)), "P-01", "One"),
            RiskLine(RiskId(2), Risk(FUND, "Strike", "-text", 1, 1)),
        ),
        (
            AssetLine(
                AssetId(1), "P-01", "One", "Van", pounds("80.00"), pounds("60.00"), date(2018, 6, 1), "CBC", "depot",
                7, AssetState.DISPOSED, date(2019, 2, 1), pounds("5.50"), "letter 9", ("invoice",),
            ),
        ),
        (StatementLine(1, "P-01", "One", "Trust", pounds("120.00"), pounds("100.50")),),
        categories_of(position, [(ONE, "staff", pounds("700.00"))]),
        (TrailLine(7, NOON, "Ann", "change the award", "Award: P-01", "Amount", "£900.00", "£1,000.00"),),
        3,
        (given, replace(given, identifier="x", awarded_on=None)),
    )  # fmt: skip
    return replace(make_document(position), story=story)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> WrittenReturn:
    return write_return(told(), tmp_path_factory.mktemp("story") / "R.xlsx")


def test_a_return_of_the_money_alone_has_none_of_the_sheets(tmp_path: Path) -> None:
    plain = write_return(make_document(), tmp_path / "R.xlsx")
    sheets = {sheet for sheet, _ in plain.cells}
    assert not sheets & {"Risks", "Narrative", "Assets", "Partner statements", "Audit trail", "Transparency"}


def test_words_are_no_figures(written: WrittenReturn) -> None:
    """What is certified stays the same when only the wording changes."""
    document = told()
    assert figures_checksum(document) == figures_checksum(replace(document, story=ReturnStory()))


def test_every_formula_agrees_with_what_is_stored(written: WrittenReturn) -> None:
    assert Evaluator(written.path).disagreements(written.cells) == []


def test_colours_and_status_stand_in_the_projects(written: WrittenReturn) -> None:
    row = rows_of(written, "Projects")[0]
    assert [row[name] for name in ("Spend RAG", "Delivery RAG", "Status", "Explanation")] == [
        "Amber",
        "Green",
        "on hold",
        "the driver left",
    ]


def test_risks_are_scored_live(written: WrittenReturn) -> None:
    first, second = rows_of(written, "Risks")
    assert (first["Score"], first["Score after"], second["Score"], second["Score after"]) == (20, 6, 1, None)
    assert (first["Project"], second["Project"], second["Description"]) == ("P-01", "whole grant", "-text")
    formulas = Evaluator(written.path).formulas
    assert formulas["Risks", "H5"] == "=F5*G5"


def test_the_narrative_has_its_words_counted(written: WrittenReturn) -> None:
    progress, issues = rows_of(written, "Narrative")[:2]
    assert (progress["Words"], progress["Most words"]) == (9, "[no limit]")
    assert str(progress["Text"]).startswith("=1+1 is no formula")
    assert issues["Text"] == "[nothing said]"
    assert written.said["Narrative", "B5"].source == "narrative/progress"
    assert written.said["Narrative", "B6"].source == ""


def test_categories_assets_and_statements_foot(written: WrittenReturn) -> None:
    staff, rest, total = rows_of(written, "Cost categories")
    assert (staff["Budget £"], rest["Budget £"], total["Budget £"]) == (
        Decimal("700.00"),
        Decimal("300.00"),
        Decimal("1000.00"),
    )
    assert (staff["Year to date £"], total["Year to date £"]) == ("[not divided]", Decimal("300.25"))
    van, total = rows_of(written, "Assets")
    assert (van["State"], van["Disposed of on"], van["Evidence"], total["Proceeds £"]) == (
        "disposed",
        date(2019, 2, 1),
        "invoice",
        Decimal("5.50"),
    )
    line, total = rows_of(written, "Partner statements")
    assert (line["Difference £"], line["Received on"], total["Difference £"]) == (
        Decimal("19.50"),
        "[awaited]",
        Decimal("19.50"),
    )


def test_the_trail_says_what_is_left_out(written: WrittenReturn) -> None:
    [row] = rows_of(written, "Audit trail")
    assert (row["Entry"], row["Before"], row["After"]) == (7, "£900.00", "£1,000.00")
    assert "3 later rows are not listed" in str(written.cells["Audit trail", "A2"])


def test_transparency_has_the_seven_fields_of_the_code(written: WrittenReturn) -> None:
    first, second, total = rows_of(written, "Transparency")
    assert list(first.values()) == [
        date(2018, 4, 1), date(2018, 4, 1), date(2019, 3, 31), "Charnwood CSP", "Youth Trust", "123", "Youth bus",
        Decimal("1000.00"),
    ]  # fmt: skip
    assert (second["Date awarded"], total["Amount £"]) == ("[not recorded]", Decimal("2000.00"))


def test_rows_of_360giving_are_valid_by_the_published_schema(
    written: WrittenReturn, real_fixtures: Path
) -> None:
    schema = json.loads((real_fixtures / "360-giving-schema.json").read_text(encoding="utf-8"))
    [row] = rows_of(written, "360Giving")
    titles = {each.get("title", name.capitalize()): name for name, each in schema["properties"].items()}
    organisation = schema["$defs"]["Organization"]
    parts = {each["title"]: name for name, each in organisation["properties"].items() if "title" in each}
    made: dict[str, object] = {}
    for heading, value in row.items():
        if value is None:
            continue
        first, _, second = heading.partition(":")
        if second:
            name = titles.get(first) or {
                "Recipient Org": "recipientOrganization",
                "Funding Org": "fundingOrganization",
            }.get(first)
            assert name in schema["properties"], heading
            if first.endswith("Org"):
                assert second in parts, heading
            made.setdefault(str(name), {})[parts.get(second, second)] = value  # type: ignore[index]
        else:
            assert heading in titles, heading
            made[titles[heading]] = value
    required = next(
        each["required"] for each in schema["oneOf"] if "recipientOrganization" in each["required"]
    )
    assert set(required) <= set(made)
    for name in ("recipientOrganization", "fundingOrganization"):
        assert set(organisation["required"]) <= set(made[name])  # type: ignore[call-overload]
    assert made["currency"] in schema["$defs"]["currency"]["enum"]
    assert isinstance(made["awardDate"], date)
    assert len(str(made["title"])) <= 140


def test_each_cell_knows_what_it_is(written: WrittenReturn) -> None:
    van = written.said["Assets", "E5"]
    assert (van.sort, van.value, van.source, van.label) == (
        CellSort.POUNDS,
        "80.00",
        "asset/cost",
        "Van · Cost £",
    )
    day = written.said["Assets", "D5"]
    assert (day.sort, day.value) == (CellSort.DAY, "2018-06-01")
    assert ("Assets", "I6") not in written.said, "an empty cell says nothing"
    assert {cell for cell, value in written.cells.items() if value is None}.isdisjoint(written.said)


def test_each_source_is_in_the_catalogue(written: WrittenReturn) -> None:
    known = {entry.source for entry in CATALOGUE}
    assert {cell.source for cell in written.said.values()} - known == {""}
