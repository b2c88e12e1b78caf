"""`bid-pack`: one bid, several or a year's, as a document or a workbook, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from python_calamine import CalamineWorkbook

from tests.console.terminal import run

At = Callable[[str], Path]


def test_a_years_bids_are_written_as_one_document(at: At) -> None:
    file = at("planned")
    out = file.with_name("bids.docx")
    ran = run("bid-pack", file, "--year", "2018/19", "--out", out, "--json")
    assert ran.status == 0
    assert len(ran.data["bids"]) == 17
    assert ran.data["asked_pence"] == sum(bid["asked_pence"] for bid in ran.data["bids"]) == 75_484_00
    assert docx.Document(str(out)).paragraphs[0].text == "17 bids of 2018/19"


def test_chosen_bids_are_written_as_a_workbook(at: At) -> None:
    file = at("planned")
    out = file.with_name("bids.xlsx")
    ran = run("bid-pack", file, "LF-09", "lf-01", "--out", out)
    assert ran.status == 0
    assert "holds 2 bids" in ran.out
    rows = CalamineWorkbook.from_path(out).get_sheet_by_name("Bid").to_python()
    assert {row[0] for row in rows[4:]} == {"LF-09", "LF-01"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["LF-99", "--out", "x.docx"], "There is no bid “LF-99”. The projects with bids are LF-01,"),
        (["--year", "2030/31", "--out", "x.docx"], "There are no bids of 2030/31."),
        (["LF-01", "--out", "x.pdf"], "ends in .docx or .xlsx"),
    ],
)
def test_what_cannot_be_written_is_refused_in_a_sentence(
    at: At, words: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = at("planned")
    monkeypatch.chdir(file.parent)
    ran = run("bid-pack", file, *words)
    assert ran.status == 3
    assert said in " ".join(ran.err.split())
    assert not (file.parent / words[-1]).exists()
