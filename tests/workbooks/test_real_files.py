"""Files that nobody here wrote, read as SOURCES.md says; they are never copied into the project."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fundingapp.domain.downloads import parse_lines, parse_tables
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Severity
from fundingapp.domain.ledger import ParsedLedger, RawTable
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, Period
from fundingapp.workbooks.ledger_reader import read_ledger
from fundingapp.workbooks.preflight import check_package
from fundingapp.workbooks.sources import Kind
from fundingapp.workbooks.workbook import Grid, read_grids

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "fixtures" / "real"

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not kept in the project")


def pounds(text: str) -> Money:
    return Money.of_pounds(Decimal(text.replace(",", "")))


def negatives(parsed: ParsedLedger) -> list[Money]:
    return [line.amount for line in parsed.lines if line.amount < Money.ZERO]


def days(parsed: ParsedLedger) -> tuple[date, date]:
    known = sorted(line.posted_on for line in parsed.lines if line.posted_on is not None)
    return known[0], known[-1]


def parsed(name: str, period: Period | None = None) -> tuple[list[RawTable], ParsedLedger]:
    tables = read_ledger(REAL / name)
    result = parse_tables(tables, period)
    assert (
        result.rows_read
        == len(result.lines) + len(result.skipped)
        == sum(len(table.rows) for table in tables)
    )
    assert not [finding for finding in result.findings if finding.severity is Severity.ERROR]
    return tables, result


def test_twelve_monthly_sheets_of_a_commissioner() -> None:
    tables, result = parsed("lancashire-pcc-spend-2018-19.xlsx")
    assert len(tables) == 12
    assert (len(result.lines), result.total) == (7974, pounds("62,208,683.77"))
    assert len(negatives(result)) == 67
    assert days(result) == (date(2018, 4, 3), date(2019, 3, 29))
    by_sheet = {table.sheet: parse_lines(table) for table in tables}
    assert (len(by_sheet["Apr 18"].lines), by_sheet["Apr 18"].total) == (796, pounds("10,586,209.96"))
    assert (len(by_sheet["Mar 19"].lines), by_sheet["Mar 19"].total) == (839, pounds("3,850,800.04"))
    commissioned = [line for line in result.lines if line.description.startswith("PCC Commissioning")]
    assert (len(commissioned), Money.total(line.amount for line in commissioned)) == (
        127,
        pounds("4,142,010.50"),
    )


def test_a_summer_time_leftover_does_not_move_the_day() -> None:
    _, result = parsed("lancashire-fire-spend-2025-26-q1.xlsx")
    assert (len(result.lines), result.total) == (919, pounds("7,152,578.77"))
    assert negatives(result) == []
    assert days(result) == (date(2025, 4, 1), date(2025, 6, 30))


def test_a_blank_first_row_and_two_styles_of_dates() -> None:
    (table,), result = parsed("hyndburn-spend-2023-06.csv")
    assert (table.encoding, table.heading_row) == ("utf-8", 2)
    assert (len(result.lines), result.total) == (547, pounds("1,097,070.88"))
    assert (len(negatives(result)), Money.total(negatives(result))) == (5, pounds("-1571.99"))


def test_codes_that_must_stay_text() -> None:
    _, result = parsed("oxford-spend-2018-q1.csv")
    assert (len(result.lines), result.total) == (1220, pounds("4,339,765.85"))
    assert result.lines[0].transaction == "46296351 - 1"


def test_a_preamble_a_shift_to_the_right_and_brackets() -> None:
    (table,), result = parsed("gla-spend-2011-12-p13.csv")
    assert (table.encoding, table.heading_row) == ("cp1252", 7)
    assert (len(result.lines), result.total) == (617, pounds("15,232,841.74"))
    assert (len(negatives(result)), Money.total(negatives(result))) == (25, pounds("-199,825.53"))
    assert result.stated_total == result.total


def test_a_list_without_dates_is_placed_by_its_title() -> None:
    (table,), result = parsed("gla-spend-2009-12.csv")
    assert {(line.year, line.period) for line in result.lines} == {(FinancialYear(2009), 9)}
    assert table.heading_row == 6
    assert (len(result.lines), result.total) == (156, pounds("1,872,466.96"))
    assert (len(negatives(result)), Money.total(negatives(result))) == (14, pounds("-194,384.28"))
    unplaced = parse_lines(replace(table, period=None))
    assert len(unplaced.skipped) == unplaced.rows_read == len(table.rows)
    assert [finding.kind for finding in unplaced.findings] == ["period.no_column"]


def grids(name: str) -> list[Grid]:
    return read_grids((REAL / name).read_bytes(), name, Kind.XLSX, None, lambda _done, _total, _label: None)[
        0
    ]


def test_dates_counted_from_1904() -> None:
    assert check_package((REAL / "date_1904.xlsx").read_bytes(), "date_1904.xlsx").is_1904
    rows = grids("date_1904.xlsx")[0].rows
    assert [row.cells[0] for row in rows] == [date(2021, 1, 1), date(2021, 1, 2), "10 days, 15:10:10"]
    assert [row.cells[1] for row in rows] == [15, 16, 17]


def test_every_error_is_seen() -> None:
    grid = grids("errors.xlsx")[0]
    texts = ["#DIV/0!", "#NAME?", "#VALUE!", "#NULL!", "#REF!", "#NUM!", "#N/A"]
    assert [row.cells[0] for row in grid.rows] == texts
    assert list(grid.errors) == [(row, 0, text) for row, text in enumerate(texts, start=1)]


def test_strict_open_xml_is_read() -> None:
    sheets = {grid.sheet: grid.rows for grid in grids("SampleSS.strict.xlsx")}
    assert sheets["First Sheet"][0].cells[0] == "Test spreadsheet"
    assert sheets["Sheet Number 2"][-1].cells == (1, 10, 2, 13)
    assert len(sheets) == 3


def test_a_password_is_named_as_the_reason() -> None:
    with pytest.raises(InputRefusedError) as caught:
        read_ledger(REAL / "pass_protected.xlsx")
    assert caught.value.code == "password_protected"
    assert "protected by a password" in caught.value.message


@pytest.mark.parametrize(
    "name",
    [
        "innovateuk-overheads.xlsx",
        "innovateuk-reallocate-project-costs.xlsx",
        "SampleSS.strict.xlsx",
        "date_1904.xlsx",
        "errors.xlsx",
        "currency.csv",
        "ons-recorded-crime-by-csp-ye-june-2025.csv",
        "police-street-city-of-london-2022-07.csv",
    ],
)
def test_what_is_no_ledger_is_refused_with_what_was_found(name: str) -> None:
    with pytest.raises(InputRefusedError) as caught:
        read_ledger(REAL / name)
    assert caught.value.code == "no_amount_column"
    assert name in caught.value.message


def test_a_return_full_of_formulas_passes_the_pre_flight() -> None:
    check = check_package((REAL / "mhclg-pathfinders-return-r1.xlsx").read_bytes(), "return.xlsx")
    assert len(check.sheets) == 15
    assert not any(sheet.without_result for sheet in check.sheets.values())
