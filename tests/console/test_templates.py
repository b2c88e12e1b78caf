"""The commissioner's own workbook on the console: kept, mapped, filled for the fourth quarter, judged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from fundingapp.application.desk import Desk
from fundingapp.application.queries.templates import CellsToFill, FindTemplate
from fundingapp.application.queries.why import Why
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.assembly import Assembly
from fundingapp.domain.filling import FillWishes
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.sendable import FiguresToSend
from fundingapp.workbooks.template_filler import fill_template
from tests.conftest import WorkedCase
from tests.console.conftest import FILE, Line
from tests.console.terminal import run
from tests.workbooks.libreoffice import recalculated

TEMPLATE = "OPCC_monitoring_template.xlsx"


def quietly(done: int, total: int, label: str) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def made(line: Line, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked case after its second download, with the template added and its mapping confirmed."""
    file = tmp_path_factory.mktemp("mapped") / "work" / FILE
    shutil.copytree(line.stations["P12"], file.parent)
    added = run("templates", file, "--add", file.parent / TEMPLATE, "--json")
    assert (added.status, added.data["added"]) == (
        1,  # its mapping is to be looked at
        {"id": 1, "name": "OPCC_monitoring_template", "cells": 16, "tables": 2},
    )
    reviewed = run("map", file, "OPCC_monitoring_template", "--review", "--json")
    assert (reviewed.status, reviewed.data["to_review"], reviewed.data["without_figure"]) == (0, [], [])
    return file


@pytest.fixture
def file(made: Path, tmp_path: Path) -> Path:
    """A copy of one's own."""
    shutil.copytree(made.parent, tmp_path / "work")
    return tmp_path / "work" / made.name


# openpyxl warns of what it would lose; it is only a reader here.
@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
def test_the_workbook_is_filled_for_the_fourth_quarter(
    file: Path, charnwood: WorkedCase, tmp_path: Path
) -> None:
    expected = json.loads(charnwood.expected.read_text(encoding="utf-8"))
    opened = Assembly(profile=tmp_path / "profile").open(str(file), writing=False)
    try:
        template = opened.desk.ask(FindTemplate(TEMPLATE))
        assert template is not None
        fund = opened.desk.ask(FundNamed("Locality Fund"))
        fill = opened.desk.ask(CellsToFill(template, fund, FinancialYear(2018), 4))
        _answers_why(opened.desk, fill.figures)
    finally:
        opened.close()
    out = tmp_path / "filled.xlsx"
    filled = fill_template(
        file.parent / TEMPLATE, fill.plan.to_fill, out, quietly, FillWishes(today=date(2019, 4, 20))
    )
    assert (filled.not_computed, filled.overwritten) == ((), ())
    assert all(part.startswith("xl/worksheets/sheet") for part in filled.parts_changed)
    assert [each for each in filled.parts.features if each.before != each.after] == []
    sheet = openpyxl.load_workbook(out, data_only=True)["Expenditure"]
    for row in range(8, 33):
        if (ref := sheet.cell(row, 2).value) is not None:
            quarters = [pence(sheet.cell(row, column).value) for column in range(5, 9)]
            assert quarters == expected["by_project_quarter_P12"].get(ref, [0, 0, 0, 0])
            assert pence(sheet.cell(row, 4).value) == expected["awards_pence"][ref]
    quarters_of_all = zip(*expected["by_project_quarter_P12"].values(), strict=True)
    assert [pence(sheet.cell(33, column).value) for column in range(5, 9)] == [
        sum(each) for each in quarters_of_all
    ]
    assert pence(sheet["I33"].value) == sum(map(sum, expected["by_project_quarter_P12"].values()))
    _judged_alike(out, tmp_path)


def _answers_why(desk: Desk, figures: FiguresToSend) -> None:
    """Every figure of the whole return, and of a few rows, is explained with the amount that is sent."""
    held = [*figures.values.values()]
    for rows in figures.rows.values():
        held += [value for row in rows[:2] for value in row.values.values()]
    asked = 0
    for value in held:
        if value.figure and isinstance(value.value, Money):
            asked += 1
            assert desk.ask(Why(value.figure, limit=1)).value == value.value, value.figure
    assert asked > 100


def pence(value: Any) -> int:
    return Money.of_pounds(Decimal(str(value or 0)).quantize(Decimal("0.01"))).pence


def _judged_alike(out: Path, folder: Path) -> None:
    """LibreOffice works every formula out anew and comes to what was stored."""
    [judged] = recalculated([out], folder / "judge")
    formulas = openpyxl.load_workbook(out)
    ours, theirs = openpyxl.load_workbook(out, data_only=True), openpyxl.load_workbook(judged, data_only=True)
    compared = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                mine, other = (
                    ours[sheet.title][cell.coordinate].value,
                    theirs[sheet.title][cell.coordinate].value,
                )
                compared += 1
                if isinstance(mine, (int, float)) and isinstance(other, (int, float)):
                    assert mine == pytest.approx(other, abs=1e-9), cell.coordinate
                else:
                    assert (mine or "") == (other or ""), cell.coordinate
    assert compared == 63


def test_cells_are_mapped_by_hand_and_taken_out_again(file: Path) -> None:
    mapped = run("map", file, "1", "--cell", "Cover!C13", "--source", "grant/allocation", "--json")
    assert {"key": "Cover!C13", "source": "grant/allocation", "shown": "pounds and pence"} in mapped.data[
        "mapped"
    ]
    run("map", file, "1", "--unmap", "Narrative!B17")
    assert run("map", file, "1", "--json").data["without_figure"] == [
        {"sheet": "Narrative", "cell": "B17", "label": "What will you do next quarter?"}
    ]
    suggested = run("map", file, "1", "--suggest", "--json").data["suggested"]
    assert [(each["key"], each["source"]) for each in suggested] == [
        ("Narrative!B17", "narrative/milestones")
    ]
    emptied = run("map", file, "1", "--empty", "Narrative!B17", "--json").data
    assert emptied["without_figure"] == []
    assert "narrative/milestones" not in {each["source"] for each in emptied["mapped"]}


def test_what_can_not_be_is_refused_with_what_to_do(file: Path) -> None:
    template, other = file.parent / TEMPLATE, file.parent / "GL_extract_P10.xlsx"
    named = ("--name", "opcc_MONITORING_template")
    for words, said in (
        (("map", file, "1", "--cell", "Cover!C15", "--source", "grant/spent"), "holds a formula"),
        (("map", file, "1", "--cell", "Cover!C13", "--source", "grant/nothing"), "names no figure"),
        (("map", file, "1", "--cell", "C13", "--source", "grant/spent"), "names no cell"),
        (("map", file, "2"), "The templates are: “OPCC_monitoring_template”."),
        (("map", file), "“fundingapp templates FILE” lists them"),
        (("templates", file, "--replace", "OPCC_monitoring_template", template), "is kept already"),
        (("templates", file, "--add", other, *named), "Give this one another name"),
    ):
        assert said in run(*words).refusal


def test_a_workbook_that_is_not_kept_yet_is_added_with_what_is_suggested(
    at: Callable[[str], Path], tmp_path: Path
) -> None:
    file, out = at("P12"), tmp_path / "filled.xlsx"
    grant = ("--fund", "Locality Fund", "--year", "2018/19", "--quarter", "4")
    ran = run("return", file, *grant, "--template", file.parent / TEMPLATE, "--out", out, "--json").data
    assert (ran["read_back_equal"], out.exists()) == (True, True)
    assert ran["parts_changed"] == [f"xl/worksheets/sheet{number}.xml" for number in (3, 4, 7)]
    graded = {each["code"]: each["grade"] for each in ran["template_findings"]}
    assert graded["mapping.review_open"] == "error"
    assert graded["mapping.nothing_held"] == "look"
    again = run("return", file, *grant, "--template", file.parent / TEMPLATE, "--out", out, "--json")
    assert again.status == 1  # its mapping is still to be looked at
    assert len(run("templates", file, "--json").data["templates"]) == 1


def test_the_catalogue_is_listed(file: Path) -> None:
    figures = run("map", file, "--figures", "--json").data["figures"]
    assert {"grant/available", "project/spent/q4", "indicator/to-date"} <= {
        each["source"] for each in figures
    }
