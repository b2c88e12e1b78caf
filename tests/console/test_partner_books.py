"""Workbooks for project leads and what came back, as scripts read them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from tests.console import test_chain
from tests.console.terminal import run
from tests.console.test_chain import Y18, Lay
from tests.lived_years import NAME

made = test_chain.made  # the same years
GRANT = ("--fund", NAME, "--year", "2018/19", "--quarter", 2)


def test_a_workbook_goes_out_comes_back_and_is_accepted(made: Callable[[Lay], Path], tmp_path: Path) -> None:
    file = made(lambda years: years.award("WV-02", Y18, "1,000.00"))
    unknown = run("partner-book", file, *GRANT, "--project", "WV-99", "--out", tmp_path)
    assert (unknown.status, "WV-99" in unknown.refusal) == (3, True)
    ran = run("partner-book", file, *GRANT, "--project", "WV-02", "--out", tmp_path, "--mail", "--json")
    assert ran.status == 1, "no lead has an address"
    (book,) = ran.data["books"]
    assert (book["project"], book["letter"]) == ("WV-02", None)
    workbook: Any = openpyxl.load_workbook(book["path"])
    workbook["Forecast"]["H5"] = 12.5
    workbook["Forecast"]["I5"] = "lots"
    workbook.save(tmp_path / "back.xlsx")
    back = run("take-back", file, tmp_path / "back.xlsx", "--accept", "--json")
    assert back.status == 1, "a cell can't be taken"
    assert [each["proposed"] for each in back.data["proposals"]] == ["12.50"]
    assert (back.data["accepted"], [each["cell"] for each in back.data["wrong"]]) == (1, ["I5"])
    again = run("take-back", file, tmp_path / "back.xlsx")
    assert "very same file" in again.refusal
