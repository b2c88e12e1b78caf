"""A list written as .xlsx and .csv: typed, complete, formulas asleep, in the place of what was there or not at all."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from fundingapp.application.ports import TableColumn, TableDocument, ValueKind
from fundingapp.application.progress import Cancelled, SilentProgress
from fundingapp.application.wording import readable
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.money import Money
from fundingapp.workbooks import table_writer
from fundingapp.workbooks.table_writer import write_table
from tests.fakes import StoppingProgress

COLUMNS = (
    TableColumn("Date", ValueKind.DAY),
    TableColumn("Supplier & payee", width=30),
    TableColumn("£", ValueKind.MONEY),
    TableColumn("Period", ValueKind.WHOLE),
)
ROWS: list[tuple[Any, ...]] = [
    (date(2019, 1, 21), "FALCON <CENTRE> & Co", Money(75_000), 10),
    (None, "=cmd|' /C calc'!A0", Money(-1_887_500), 11),
    (date(2018, 4, 3), "", Money(0), None),
    (date(2018, 4, 3), "0046296351", Money(5), 1),
]
NOTES = (("Filter", "Supplier: =x"), ("Lines", 4), ("Total £", Money(-1_812_495)))


def written(folder: Path, rows: list[tuple[Any, ...]], name: str = "list.xlsx") -> Path:
    out = folder / name
    assert write_table(TableDocument(COLUMNS, rows, len(rows), NOTES), out, SilentProgress()) == len(rows)
    return out


def test_a_workbook_holds_typed_values(tmp_path: Path) -> None:
    book = load_workbook(written(tmp_path, ROWS))
    sheet = book["Lines"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=1)] == [
        ["Date", "Supplier & payee", "£", "Period"],
        [datetime(2019, 1, 21), "FALCON <CENTRE> & Co", 750, 10],
        [None, "=cmd|' /C calc'!A0", -18875, 11],
        [datetime(2018, 4, 3), None, 0, None],
        [datetime(2018, 4, 3), "0046296351", 0.05, 1],
    ]
    assert sheet["A2"].number_format == "dd/mm/yyyy"
    assert sheet["C2"].number_format.startswith("#,##0.00")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:D5"
    about = {row[0].value: row[1].value for row in book["About this list"].iter_rows()}
    assert about == {"Filter": "Supplier: =x", "Lines": 4, "Total £": -18124.95}


def test_a_formula_stays_asleep_in_a_workbook_even_when_its_cell_is_edited(tmp_path: Path) -> None:
    cell = load_workbook(written(tmp_path, ROWS))["Lines"]["B3"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.quotePrefix
    assert cell.number_format == "@"


def test_a_text_file_is_typed_and_its_formulas_asleep(tmp_path: Path) -> None:
    out = written(tmp_path, ROWS, "list.csv")
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["Date", "Supplier & payee", "£", "Period"],
            ["21/01/2019", "FALCON <CENTRE> & Co", "750.00", "10"],
            ["", "'=cmd|' /C calc'!A0", "-18875.00", "11"],
            ["03/04/2018", "", "0.00", ""],
            ["03/04/2018", "0046296351", "0.05", "1"],
        ]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.dates(date(1901, 1, 1), date(2100, 1, 1))),
            st.text(st.characters(codec="utf-8"), max_size=30),
            st.integers(-(10**14), 10**14).map(Money),
            st.one_of(st.none(), st.integers(0, 13)),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]
) -> None:
    out = written(tmp_path_factory.mktemp("list"), rows)
    found = CalamineWorkbook.from_path(out).get_sheet_by_name("Lines").to_python(skip_empty_area=False)[1:]
    found += [["", "", "", ""]] * (len(rows) - len(found))
    for row, cells in zip(rows, found, strict=True):
        assert cells[0] == (row[0] or "")
        assert Money.of_pounds(Decimal(f"{cells[2]:.15g}")) == row[2]
        assert cells[3] == ("" if row[3] is None else row[3])
        assert str(cells[1]) == readable(row[1])


def test_a_long_list_goes_on_in_the_next_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_writer, "ROWS_A_SHEET", 3)
    book = load_workbook(written(tmp_path, ROWS * 2))
    assert book.sheetnames == ["Lines", "Lines 2", "Lines 3", "About this list"]
    assert [sheet.max_row for sheet in book.worksheets[:3]] == [4, 4, 3]
    assert book["Lines 3"]["A1"].value == "Date"


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_a_stopped_or_refused_list_leaves_what_was_there(tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    out.write_bytes(b"before")
    with pytest.raises(Cancelled):
        write_table(TableDocument(COLUMNS, ROWS * 2_000, 8_000), out, StoppingProgress(2))
    if name.endswith("xlsx"):
        with pytest.raises(ExpectedError, match="holds a text of 40,000 characters"):
            write_table(TableDocument(COLUMNS, [(None, "x" * 40_000, Money(1), 1)], 1), out, SilentProgress())
    assert out.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [out]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError) as refused:
        write_table(TableDocument(COLUMNS, ROWS, 4), tmp_path / "none" / "list.csv", SilentProgress())
    assert refused.value.code == "cannot_write"
