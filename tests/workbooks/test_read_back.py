"""Reading back: what is equal, what is not, and that a difference is named by its place."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, strategies as st

from fundingapp.domain.errors import ExpectedError
from fundingapp.workbooks.read_back import CellValue, Difference, ReadBack, read_back, refuse_differences


def make_file(folder: Path, *cells: tuple[str, object]) -> Path:
    """A workbook with one sheet, “Figures”, holding *cells*."""
    path = folder / "file.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet("Figures")
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for cell, value in cells:
            if isinstance(value, date):
                sheet.write_datetime(cell, value, day)
            else:
                sheet.write(cell, value)
    return path


def found_in(path: Path, cell: str, expected: CellValue) -> ReadBack:
    return read_back(path, {("Figures", cell): expected})


@pytest.mark.parametrize(
    "value",
    [
        Decimal("0.10"),
        Decimal("-1234567.89"),
        Decimal("9999999999999.99"),
        7,
        0,
        "text",
        "=1+1",
        "007",
        " spaces ",
        date(2019, 3, 31),
        None,
    ],
)
def test_what_was_written_is_read_back_equal(tmp_path: Path, value: CellValue) -> None:
    path = make_file(tmp_path, ("A1", "something"), ("D7", value))
    assert found_in(path, "D7", value) == ReadBack(1, ())


@pytest.mark.parametrize(
    ("written", "expected", "found"),
    [
        (Decimal("300.26"), Decimal("300.25"), Decimal("300.26")),
        (Decimal("300.251"), Decimal("300.25"), Decimal("300.251")),
        ("300.25", Decimal("300.25"), "300.25"),
        (Decimal("300.25"), "300.25", Decimal("300.25")),
        (1, None, Decimal(1)),
        (None, 0, None),
        (None, "text", None),
        ("Text", "text", "Text"),
        ("text ", "text", "text "),
        (date(2019, 3, 30), date(2019, 3, 31), date(2019, 3, 30)),
        (datetime(2019, 3, 31, 12), date(2019, 3, 31), "2019-03-31 12:00:00"),
        (True, 1, "TRUE"),
    ],
)
def test_anything_else_is_a_difference(
    tmp_path: Path, written: object, expected: CellValue, found: CellValue
) -> None:
    path = make_file(tmp_path, ("A1", "something"), ("B2", written))
    assert found_in(path, "B2", expected).differences == (Difference("Figures", "B2", expected, found),)


def test_a_table_that_does_not_begin_in_the_corner_keeps_its_places(tmp_path: Path) -> None:
    path = make_file(tmp_path, ("C5", "left"), ("AB12", "right"))
    assert read_back(
        path, {("Figures", "C5"): "left", ("Figures", "AB12"): "right", ("Figures", "A1"): None}
    ).equal


def test_a_sheet_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    path = make_file(tmp_path, ("A1", "something"))
    result = read_back(path, {("Other", "A1"): "something", ("Figures", "A1"): "something"})
    assert result == ReadBack(2, (Difference("Other", "A1", "something", None),))


def test_an_empty_sheet_is_equal_to_nothing(tmp_path: Path) -> None:
    assert found_in(make_file(tmp_path), "A1", None).equal


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(ExpectedError) as refusal:
        found_in(path, "A1", "something")
    assert refusal.value.code == "read_back_differs"


def test_an_address_that_is_none_is_our_own_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'7B' is not a cell"):
        found_in(make_file(tmp_path), "7B", "something")


def test_the_refusal_names_the_first_place_and_counts_the_others() -> None:
    result = ReadBack(
        9,
        (
            Difference("Projects", "K5", Decimal("1000.00"), Decimal("1000.01")),
            Difference("Cover", "B2", "PCC", None),
            Difference("Cover", "B11", date(2019, 3, 31), "31/03/2019"),
        ),
    )
    with pytest.raises(ExpectedError) as refusal:
        refuse_differences(result, "Q4.xlsx")
    assert refusal.value.code == "read_back_differs"
    assert refusal.value.message == (
        "“Q4.xlsx” was read back and does not say what it should: sheet “Projects”, cell K5: 1,000.01 instead of "
        "1,000.00, and 2 more. It was not put in place."
    )
    assert str(result.differences[1]) == "sheet “Cover”, cell B2: nothing instead of “PCC”"
    assert str(result.differences[2]) == "sheet “Cover”, cell B11: “31/03/2019” instead of 31/03/2019"


def test_no_difference_is_no_refusal() -> None:
    result = ReadBack(9, ())
    assert result.equal
    refuse_differences(result, "Q4.xlsx")


@given(pence=st.integers(-(10**15) + 1, 10**15 - 1))
def test_every_amount_of_fifteen_digits_comes_back_to_the_penny(
    tmp_path_factory: pytest.TempPathFactory, pence: int
) -> None:
    amount = Decimal(pence).scaleb(-2)
    path = make_file(tmp_path_factory.mktemp("amount"), ("A1", amount))
    assert found_in(path, "A1", amount).equal
    assert not found_in(path, "A1", amount + Decimal("0.01")).equal
