"""The bid pack as a workbook: what another reader finds in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

from fundingapp.assembly import Assembly
from tests.documents.packs import make_pack, with_results


def written(tmp_path: Path, number: int = 1) -> Path:
    out = tmp_path / "pack.xlsx"
    Assembly().pack_writer(make_pack(number), out)
    return out


def sheet(path: Path, name: str) -> list[list[object]]:
    """The rows of a sheet's table, under its headings."""
    return [list(row) for row in CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()[4:]]


def test_the_sheets_are_those_of_a_bid(tmp_path: Path) -> None:
    names = CalamineWorkbook.from_path(written(tmp_path)).sheet_names
    assert names == ["Bid", "Costs", "Texts", "Results", "Milestones", "Match", "Conditions", "History"]


def test_costs_have_live_sums_with_their_values(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert sheet(path, "Costs") == [
        ["LF-01", "staff", "Coordinator", 2000.05, 0.0, 2000.06, 0.0, 4000.11],
        ["LF-01", "travel and subsistence", "Fares", 0.0, 0.0, 0.0, 0.1, 0.1],
        ["Total", "", "", 2000.05, 0.0, 2000.06, 0.1, 4000.21],
    ]
    formulas = openpyxl.load_workbook(path)["Costs"]
    assert formulas["H5"].value == "=ROUND(SUM(D5:G5),2)"
    assert formulas["H7"].value == "=ROUND(SUM(H5:H6),2)"


def test_what_is_asked_is_held_against_what_is_costed(tmp_path: Path) -> None:
    path = written(tmp_path)
    facts = {row[1]: (row[2], row[3]) for row in sheet(path, "Bid")}
    assert facts["Amount asked"][0] == 10_000.0
    assert facts["Costed"][0] == 4_000.21
    assert facts["Asked less costed"] == (5_999.79, "the amount asked and the costs differ")
    formulas = [str(cell.value) for cell in openpyxl.load_workbook(path)["Bid"]["C"]]
    assert "=ROUND(SUM('Costs'!$H$5:$H$6),2)" in formulas


def test_texts_stay_texts(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert [row[1:] for row in sheet(path, "Texts")] == [
        ["aims", 3.0, "=HYPERLINK(1)\N{REPLACEMENT CHARACTER} & <b>"],
        ["exit or sustainability plan", 7.0, "+44 the church takes over.\nFrom 2020."],
    ]
    cell = openpyxl.load_workbook(path)["Texts"]["D5"]
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_several_bids_share_the_sheets_and_one_without_costs_has_none(tmp_path: Path) -> None:
    path = written(tmp_path, 3)
    assert {row[0] for row in sheet(path, "Bid")} == {"LF-01", "LF-02", "LF-03"}
    assert [row[2] for row in sheet(path, "Bid") if row[1] == "Costed"] == [4_000.21, 0.0, 0.0]
    assert [row[0] for row in sheet(path, "Costs")] == ["LF-01", "LF-01", "Total"]


def test_decisions_offers_and_steps_are_its_history(tmp_path: Path) -> None:
    said = [row[2] for row in sheet(written(tmp_path), "History")]
    assert said == ["draft → CSP approved", "decided by CSP board", "offer"]


def test_results_to_be_reached_and_those_of_the_year_before_are_in_it(tmp_path: Path) -> None:
    out = tmp_path / "pack.xlsx"
    Assembly().pack_writer(with_results(make_pack()), out)
    assert sheet(out, "Results") == [
        [
            "LF-01",
            "Victims cope",
            "output",
            "Clients supported",
            "clients",
            "171",
            "180",
            "provider",
            "160",
            "171",
            "met",
        ],
        ["LF-01", "", "outcome", "Hate incidents, LGBT+", "", "<5", "rise", "", "", "[c]", "small numbers"],
    ]
    [due, stone] = sheet(out, "Milestones")[0][1:3]
    assert (due, stone) == (date(2018, 9, 30), "Worker in post")


def test_a_pack_without_results_says_so(tmp_path: Path) -> None:
    assert sheet(written(tmp_path), "Results")[0][:2] == ["", "[none]"]
