"""A percentage in a workbook is a fraction with a format: what is shown is what was published."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from fundingapp.domain.printed_checks import check_table
from fundingapp.domain.printed_tables import read_tables
from fundingapp.workbooks.percent_cells import as_shown, percent_cells
from fundingapp.workbooks.tables import read_sheets


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        ("0.0474198047419804", "0.0%", "4.7%"),
        ("0.0474198047419804", "+0.0%;-0.0%;0%", "+4.7%"),
        ("-0.08", "0%", "-8%"),
        ("-0.08", "0.0%;[Red](0.0%)", "(8.0%)"),
        ("0", "+0.0%;-0.0%;0%", "0%"),
        ("0.20749999999999999", "0.0%", "20.8%"),  # 20.75%, whatever its binary number
        ("6", "0%", "600%"),
    ],
)
def test_a_fraction_is_shown_as_its_format_says(number: str, code: str, shown: str) -> None:
    assert as_shown(Decimal(number), code) == shown


def test_a_published_workbook_is_judged_by_what_it_shows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Beats"
    page.append(["Recorded crime by beat"])
    page.append([])
    page.append(["Beat", 2018, 2019, "% change"])
    for beat, before, now, change in (
        ("Beat 56", 717, 751, 0.474),
        ("Beat 57", 326, 424, 98 / 326),
        ("Beat 58", 338, 326, -12 / 338),
        ("Beat 63", 667, 827, 0.239),
    ):
        page.append([beat, before, now, change])
        page.cell(page.max_row, 4).number_format = "0.0%"
    page.append(["Total", "=SUM(B4:B7)", 2328])
    path = tmp_path / "beats.xlsx"
    book.save(path)
    assert percent_cells(path, path.name)["Beats"] == {
        (4, 3): "47.4%",
        (5, 3): "30.1%",
        (6, 3): "-3.6%",
        (7, 3): "23.9%",
    }
    sheets, _ = read_sheets(path, path.name, lambda _done, _total, _label: None)
    (table,) = read_tables(sheets)
    assert table.title == "Recorded crime by beat"
    assert [(each.row, each.printed, each.should_be) for each in check_table(table).wrong] == [
        (4, "47.4%", "4.7%"),
        (7, "23.9%", "24.0%"),
    ]
