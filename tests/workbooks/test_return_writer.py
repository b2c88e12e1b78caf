"""The return workbook: what it says, that its formulas say the same, and that it is put in place whole or not."""

from __future__ import annotations

import gc
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from weakref import ref

import openpyxl
import pytest
from hypothesis import given, settings, strategies as st
from openpyxl.cell import Cell
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from xlsxwriter.utility import xl_pixel_width

from fundingapp.domain.adjustments import Forecast
from fundingapp.domain.allocations import Contingency, Resource
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.positions import ControlSum, LedgerSum
from fundingapp.domain.returns import ReturnDocument
from fundingapp.workbooks.book import Book
from fundingapp.workbooks.read_back import read_back
from fundingapp.workbooks.return_looks import return_look
from fundingapp.workbooks.return_writer import WrittenReturn, write_return
from tests.builders import (
    FUND,
    YEAR,
    charnwood_document,
    make_accrual,
    make_allocation,
    make_award,
    make_charge,
    make_document,
    make_movement,
    make_partnership,
    make_position,
    make_project,
    make_records,
)
from tests.workbooks.evaluator import Evaluator

GOLDEN = Path(__file__).parent.parent / "golden" / "return_q4.txt"
HEADING_ROW = 4
SHEETS = [
    "Cover",
    "Certificate",
    "Summary",
    "Projects",
    "Cost by project and period",
    "Reconciliation to ledger",
    "Checks",
    "To look at",
]
HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://example.org","click")',
    "+44 1509 000000",
    "-none-",
    "@SUM(A1:A9)",
    "{=1+1}",
    "http://example.org/page",
    "mailto:someone@example.org",
    "internal:'Projects'!A1",
    "external:other.xlsx",
    "'quoted",
    "#REF!",
    "00123",
    "1E5",
    "2018-04-01",
    "TRUE",
    "_x0041_",
    "<r><t>rich</t></r>",
    "</t></si>&amp;<!--",
    "a line\nand another",
    " spaces at both ends ",
    "Ребёнок · 子ども · \N{SNOWMAN} · \N{GRINNING FACE}",
    "x" * 300,
    "long words and short ones " * 12,
]


@pytest.fixture(scope="module")
def q4(tmp_path_factory: pytest.TempPathFactory) -> WrittenReturn:
    return write_return(charnwood_document(), tmp_path_factory.mktemp("return") / "Q4.xlsx")


def rows_of(written: WrittenReturn, sheet: str) -> list[dict[str, object]]:
    """The table of a sheet, totals included, each row by its headings."""
    cells = {
        coordinate_to_tuple(cell): value for (name, cell), value in written.cells.items() if name == sheet
    }
    columns = [column for row, column in cells if row == HEADING_ROW]
    last = max(row for row, _ in cells)
    return [
        {str(cells[HEADING_ROW, column]): cells.get((row, column)) for column in columns}
        for row in range(HEADING_ROW + 1, last + 1)
    ]


def summary_of(written: WrittenReturn) -> dict[str, dict[str, object]]:
    return {str(row["Figure"]): row for row in rows_of(written, "Summary")}


def footer_of(sheet: Worksheet) -> tuple[str, str]:
    """What stands at the left and at the right below each page."""
    footer = sheet.HeaderFooter.oddFooter
    assert footer is not None
    assert footer.left is not None
    assert footer.right is not None
    return str(footer.left.text).strip(), str(footer.right.text).strip()


def loaded(written: WrittenReturn) -> Workbook:
    return openpyxl.load_workbook(written.path)


# What it says


def test_the_whole_workbook_is_as_agreed(q4: WrittenReturn) -> None:
    """Every cell, every formula and every name. UPDATE_GOLDEN=1 writes the text anew; read the difference then."""
    formulas = Evaluator(q4.path).formulas
    lines = [f"{name} = {named.attr_text}" for name, named in sorted(loaded(q4).defined_names.items())]
    for sheet in SHEETS:
        lines += ["", f"== {sheet}"]
        for (name, cell), value in q4.cells.items():
            if name == sheet and value is not None:
                formula = formulas.get((sheet, cell))
                lines.append(f"{cell}\t{value!s}" + (f"\t{formula}" if formula else ""))
    text = "\n".join(lines) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8", newline="\n")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_the_figures_are_those_of_the_worked_case(q4: WrittenReturn) -> None:
    summary = summary_of(q4)
    assert summary["Available"]["Revenue £"] == Decimal("65500.00")
    assert summary["Available"]["Capital £"] == Decimal("10000.00")
    assert summary["Available"]["Total £"] == Decimal("75500.00")
    assert summary["Awarded (current budgets)"]["Total £"] == Decimal("75484.00")
    assert summary["Contingency"]["Total £"] == Decimal("16.00")
    assert summary["Spend year to date"]["Total £"] == Decimal("67668.14")
    assert summary["Income received"]["Total £"] == Decimal("56625.00")
    projects = {row["Ref"]: row for row in rows_of(q4, "Projects")}
    assert projects["LF-18"]["Variance £"] == Decimal("425.20")
    assert projects["LF-18"]["Variance %"] == Decimal("6.1")
    assert projects["LF-18"]["State"] == "over award"
    assert projects["LF-13"]["Variance %"] == Decimal("-100.0")
    assert {row["Result"] for row in rows_of(q4, "Checks")} == {"pass"}


def test_every_figure_that_is_certified_is_the_summary_s(q4: WrittenReturn) -> None:
    summary, certified = summary_of(q4), {row["Item"]: row["Figure £"] for row in rows_of(q4, "Certificate")}
    names = [
        "Available",
        "Spend in the quarter (Q4)",
        "Spend year to date",
        "Forecast outturn",
        "Income received",
    ]
    assert [certified[name] for name in names] == [summary[name]["Total £"] for name in names]


def test_dates_are_dates(q4: WrittenReturn) -> None:
    cover = {row["Item"]: row["Value"] for row in rows_of(q4, "Cover")}
    assert cover["First day of the quarter"] == date(2019, 1, 1)
    assert cover["Last day of the quarter"] == date(2019, 3, 31)
    assert cover["Prepared on"] == date(2019, 4, 12)
    cell = next(row[1] for row in loaded(q4)["Cover"].iter_rows() if row[0].value == "Prepared on")
    assert isinstance(cell, Cell)
    assert cell.is_date
    assert cell.number_format == "dd/mm/yyyy"


def test_a_quarter_still_to_come_is_left_empty(tmp_path: Path) -> None:
    written = write_return(charnwood_document(2), tmp_path / "Q2.xlsx")
    rows = rows_of(written, "Projects")
    assert {(row["Q3 £"], row["Q4 £"]) for row in rows} == {(None, None)}
    assert all(row["Q2 £"] is not None for row in rows)
    assert {row["P7 Oct £"] for row in rows_of(written, "Cost by project and period")} == {None}
    assert Evaluator(written.path).disagreements(written.cells) == []


def test_what_changed_in_a_submitted_quarter_is_shown_as_an_adjustment(tmp_path: Path) -> None:
    position = make_position(
        quarter=2,
        charges=[make_charge(1, 2, "310.00"), make_charge(1, 5, "100.00")],
        submitted={(ProjectId(1), Kind.REVENUE): (Money(300_00),)},
        submitted_quarter=1,
    )
    written = write_return(make_document(position, quarter=2), tmp_path / "R.xlsx")
    summary = summary_of(written)
    assert summary["Spend in earlier quarters"]["Total £"] == Decimal("300.00")
    assert summary["Prior-period adjustment"]["Total £"] == Decimal("10.00")
    assert summary["Spend year to date"]["Total £"] == Decimal("410.00")


def test_only_the_kinds_of_money_that_the_grant_has_are_columns(tmp_path: Path) -> None:
    written = write_return(make_document(), tmp_path / "R.xlsx")
    assert list(rows_of(written, "Summary")[0]) == ["Figure", "Revenue £", "Total £", "How it is made"]


def test_a_fund_that_divides_its_revenue_has_a_column_for_each_kind(tmp_path: Path) -> None:
    """Serious Violence Duty money (rule 24): labour and non-labour stand where revenue would, capital is last."""
    records = make_records(
        allocations=[
            make_allocation("10", Kind.CAPITAL),
            make_allocation("40", Kind.NON_LABOUR),
            make_allocation("60", Kind.LABOUR),
        ],
        awards=[make_award(1, "60", Kind.LABOUR), make_award(1, "40", Kind.NON_LABOUR)],
        charges=[make_charge(1, 2, "7.00", Kind.LABOUR)],
    )
    divided = replace(records, fund=replace(records.fund, divides_labour=True))
    written = write_return(make_document(make_position(divided)), tmp_path / "R.xlsx")
    summary = summary_of(written)
    assert list(summary["Available"].items())[1:5] == [
        ("Labour £", Decimal("60.00")),
        ("Non-labour £", Decimal("40.00")),
        ("Capital £", Decimal("10.00")),
        ("Total £", Decimal("110.00")),
    ]
    assert summary["Spend year to date"]["Labour £"] == Decimal("7.00")


def test_a_grant_without_projects_can_be_returned(tmp_path: Path) -> None:
    position = make_position(allocations=[], awards=[], charges=[], projects={})
    written = write_return(make_document(position), tmp_path / "R.xlsx")
    assert summary_of(written)["Available"]["Total £"] == Decimal("0.00")
    assert Evaluator(written.path).disagreements(written.cells) == []


def test_a_check_that_fails_says_so_and_by_how_much(tmp_path: Path) -> None:
    position = make_position(controls=[ControlSum(2, 1, Money(300_00))])
    written = write_return(make_document(position), tmp_path / "R.xlsx")
    row = next(row for row in rows_of(written, "Checks") if row["Check"] == "R9")
    assert (row["Difference £"], row["Result"]) == (Decimal("0.25"), "fail")
    assert rows_of(written, "To look at")[0]["When"] == "settle before certifying"
    assert Evaluator(written.path).disagreements(written.cells) == []


def test_awarding_more_than_is_available_is_below_nought_in_the_summary_and_fails_its_check(
    tmp_path: Path,
) -> None:
    position = make_position(awards=[make_award(1, "1,200.00")])
    written = write_return(make_document(position), tmp_path / "R.xlsx")
    assert summary_of(written)["Unallocated"]["Total £"] == Decimal("-200.00")
    row = next(row for row in rows_of(written, "Checks") if row["Check"] == "R2")
    assert (row["Difference £"], row["Result"]) == (Decimal("-200.00"), "fail")
    assert Evaluator(written.path).disagreements(written.cells) == []


def test_spend_without_a_budget_has_words_for_its_percentage(tmp_path: Path) -> None:
    position = make_position(awards=[make_award(1, "0.00")])
    written = write_return(make_document(position), tmp_path / "R.xlsx")
    row = rows_of(written, "Projects")[0]
    assert row["Variance %"] == "[no budget]"
    assert row["Reason"] == "Reason or virement needed: £300.25 over budget."
    assert Evaluator(written.path).disagreements(written.cells) == []


def test_the_certificate_names_the_figures_by_their_checksum(tmp_path: Path) -> None:
    def checksum(document: ReturnDocument) -> object:
        written = write_return(document, tmp_path / "R.xlsx")
        return next(row["Text"] for row in rows_of(written, "Certificate") if "Checksum" in str(row["Item"]))

    assert checksum(charnwood_document()) == checksum(charnwood_document(version=2, prepared_by="A. Nother"))
    assert checksum(make_document()) != checksum(
        make_document(make_position(awards=[make_award(1, "1,000.01")]))
    )


# That formulas and values say the same


def test_every_derived_figure_is_a_formula_with_its_result_stored(q4: WrittenReturn) -> None:
    evaluator = Evaluator(q4.path)
    assert evaluator.disagreements(q4.cells) == []
    for row, column in ((5, "L"), (5, "R"), (5, "T"), (5, "U"), (5, "V"), (5, "W")):
        assert ("Projects", f"{column}{row}") in evaluator.formulas
    assert all(
        ("Checks", f"{column}{row}") in evaluator.formulas
        for row in range(5, 17)
        for column in (
            "HJ" if row == 12 else "EGHJ"
        )  # the accruals of last year stand in no sheet of this one
    )


def test_libreoffice_recalculates_every_formula_to_the_figure_that_is_stored(
    q4: WrittenReturn, tmp_path: Path
) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice, the outside judge of our formulas, is not installed")
    awkward = make_position(
        quarter=2,
        allocations=[make_allocation("1,000.10"), make_allocation("0.20", resource=Resource.SUPPLEMENT)],
        awards=[make_award(1, "1,200.30"), make_award(2, "0", Kind.CAPITAL)],
        projects={1: make_project("P-01"), 2: make_project("P-02", name="=1+1")},
        charges=[
            make_charge(1, 1, "0.10"),
            make_charge(1, 4, "-0.30"),
            make_charge(2, 5, "0.70", Kind.CAPITAL),
        ],
        submitted={(ProjectId(1), Kind.REVENUE): (Money(30),)},
    )
    returns = [q4, write_return(make_document(awkward, quarter=2), tmp_path / "awkward.xlsx")]
    emptied = [
        _without_results(written.path, tmp_path / f"emptied-{at}.xlsx") for at, written in enumerate(returns)
    ]
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            tmp_path / "recalculated",
            *emptied,
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    for written, path in zip(returns, emptied, strict=True):
        result = read_back(tmp_path / "recalculated" / path.name, written.cells)
        assert list(map(str, result.differences)) == []


def _without_results(path: Path, out: Path) -> Path:
    """A copy with the formulas' stored results taken out, so that what is shown can only be recalculated (E56)."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.namelist():
            contents = source.read(part)
            if part.startswith("xl/worksheets/sheet"):
                contents, count = re.subn(rb"</f><v>[^<]*</v>", b"</f>", contents)
                assert count or b"<f>" not in contents
            target.writestr(part, contents)
    return out


_PENCE = st.integers(-(10**9), 10**9).map(Money)
_UP = st.integers(0, 10**9).map(Money)


@st.composite
def documents(draw: st.DrawFn) -> ReturnDocument:
    """Returns of any grant: kinds mixed, identities that hold or not, quarters submitted, forecasts, accruals."""
    quarter = draw(st.integers(1, 4))
    count = draw(st.integers(0, 4))
    kinds = st.sampled_from(Kind)
    numbers = st.integers(1, count)
    periods = st.integers(1, 13)

    def some(strategy: st.SearchStrategy[tuple[int, Kind, int, Money]]) -> list[tuple[int, Kind, int, Money]]:
        return draw(st.lists(strategy, max_size=6)) if count else []

    heads = {(number, draw(kinds)) for number in range(1, count + 1)}
    spends = some(st.tuples(numbers, kinds, periods, _PENCE))
    moves = some(st.tuples(numbers, kinds, st.integers(0, count), _UP))
    ledger = draw(st.lists(st.tuples(periods, _PENCE, _PENCE, _PENCE, _PENCE, _PENCE), max_size=4))
    records = make_records(
        allocations=[
            make_allocation(str(amount), kind, resource=resource)
            for kind, resource, amount in draw(
                st.lists(st.tuples(kinds, st.sampled_from(Resource), _UP), max_size=5)
            )
        ],
        projects={number: make_project(f"P-{number:02}") for number in range(1, count + 1)},
        awards=[make_award(number, str(draw(_UP)), kind) for number, kind in sorted(heads, key=str)],
        contingencies=[
            Contingency(FUND, YEAR, kind, "C-01", "Contingency", amount)
            for kind, amount in draw(st.lists(st.tuples(kinds, _UP), max_size=2))
        ],
        movements=[
            make_movement(number, None if target == 0 else target, str(amount), kind)
            for number, kind, target, amount in moves
        ],
        accruals=[
            make_accrual(number, period, str(amount), kind=kind, reverses_year=YEAR, reverses_period=13)
            for number, kind, period, amount in some(st.tuples(numbers, kinds, periods, _PENCE))
        ],
        forecasts=[
            Forecast(ProjectId(number), FUND, kind, YEAR, period, amount)
            for number, kind, period, amount in some(st.tuples(numbers, kinds, periods, _PENCE))
        ],
        charges=[make_charge(number, period, str(amount), kind) for number, kind, period, amount in spends],
        ledger=[
            LedgerSum(period, 3, total, placed, charged, income, excluded, 1, draw(st.integers(0, 1)))
            for period, total, placed, charged, income, excluded in ledger
        ],
        controls=[ControlSum(period, 3, draw(_PENCE)) for period, *_ in ledger],
        submitted={
            (ProjectId(number), kind): tuple(draw(_PENCE) for _ in range(quarter - 1))
            for number, kind in heads
        },
        submitted_quarter=quarter - 1,
    )
    return make_document(make_position(records, quarter), quarter=quarter)


@settings(max_examples=30)
@given(document=documents())
def test_any_return_foots_across_and_down_and_its_formulas_agree(
    tmp_path_factory: pytest.TempPathFactory, document: ReturnDocument
) -> None:
    path = tmp_path_factory.mktemp("any") / "R.xlsx"
    written = write_return(document, path)
    assert read_back(path, written.cells).equal
    assert Evaluator(path).disagreements(written.cells) == []

    def amount(row: dict[str, object], column: str) -> Decimal:
        value = row[column]
        return value if isinstance(value, Decimal) else Decimal(0)

    *projects, total = rows_of(written, "Projects")
    for column in (
        "Original award £",
        "Current budget £",
        "Q1 £",
        "Q4 £",
        "Year to date £",
        "Variance £",
        "Left £",
    ):
        assert sum(amount(row, column) for row in projects) == amount(total, column)
    for row in [*projects, total]:
        quarters = sum(amount(row, f"Q{quarter} £") for quarter in range(1, 5))
        assert quarters + amount(row, "Prior-period adjustment £") == amount(row, "Year to date £")
    *months, month_total = rows_of(written, "Cost by project and period")
    assert sum(amount(row, "Total £") for row in months) == amount(month_total, "Total £")
    assert amount(month_total, "Total £") == amount(total, "Year to date £")
    assert amount(rows_of(written, "Reconciliation to ledger")[-1], "Spend of this grant £") == amount(
        total, "Year to date £"
    )
    summary = summary_of(written)
    for figure, column in (
        ("Awarded (current budgets)", "Current budget £"),
        ("Spend year to date", "Year to date £"),
        ("Forecast outturn", "Forecast outturn to 31 March £"),
        ("Variance against budgets", "Variance £"),
    ):
        by_kind = [
            amount(summary[figure], name)
            for name in summary[figure]
            if name in {f"{kind.value.capitalize()} £" for kind in Kind}
        ]
        assert sum(by_kind) == amount(summary[figure], "Total £") == amount(total, column)


# Text


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    projects = {
        number: make_project(f"P-{number:02}", name=text) for number, text in enumerate(HOSTILE, start=1)
    }
    position = make_position(
        projects=projects, awards=[make_award(number, "1.00") for number in projects], charges=[]
    )
    partnership = make_partnership(name="=cmd()", accountable_body="+A", contact="@B")
    document = make_document(position, partnership=partnership, commissioner="-C", prepared_by="'D")
    written = write_return(document, tmp_path / "R.xlsx")
    sheet = loaded(written)["Projects"]
    cells = {sheet.cell(row, 1).value: sheet.cell(row, 2) for row in range(5, 5 + len(HOSTILE))}
    for number, text in enumerate(HOSTILE, start=1):
        cell = cells[f"P-{number:02}"]
        assert cell.value == text
        assert cell.data_type == "s"
        assert cell.hyperlink is None
        assert bool(cell.quotePrefix) is (text[0] in "=+-@'")
    assert Evaluator(written.path).disagreements(written.cells) == []


def test_characters_that_a_workbook_cannot_hold_are_seen_as_such(tmp_path: Path) -> None:
    position = make_position(
        projects={1: make_project(name="bell\x07 nul\x00 half\ud83d none\uffff cr\r\nend")}
    )
    written = write_return(make_document(position), tmp_path / "R.xlsx")
    assert rows_of(written, "Projects")[0]["Project"] == "bell� nul� half� none� cr\nend"


def test_text_beyond_a_cell_is_refused_with_its_place(tmp_path: Path) -> None:
    position = make_position(projects={1: make_project(name="x" * 32_768)})
    with pytest.raises(ExpectedError, match=r"sheet “Projects”, cell B5") as refusal:
        write_return(make_document(position), tmp_path / "R.xlsx")
    assert refusal.value.code == "text_too_long"
    assert list(tmp_path.iterdir()) == []


def test_an_amount_beyond_the_digits_of_a_spreadsheet_is_refused(tmp_path: Path) -> None:
    largest = make_position(awards=[make_award(1, "9,999,999,999,999.99")], charges=[])
    written = write_return(make_document(largest), tmp_path / "R.xlsx")
    assert rows_of(written, "Projects")[0]["Original award £"] == Decimal("9999999999999.99")
    beyond = make_position(awards=[make_award(1, "9,999,999,999,999.99"), make_award(1, "0.01")], charges=[])
    with pytest.raises(ExpectedError) as refusal:
        write_return(make_document(beyond), tmp_path / "R.xlsx")
    assert refusal.value.code == "amount_too_large"


# Its form


def test_the_workbook_holds_nothing_that_a_receiving_system_refuses(q4: WrittenReturn) -> None:
    workbook = loaded(q4)
    assert workbook.sheetnames == SHEETS
    assert all(len(name) < 31 for name in workbook.sheetnames)
    for sheet in workbook.worksheets:
        assert not sheet.merged_cells.ranges
        assert sheet.sheet_state == "visible"
        assert not [row for row, of in sheet.row_dimensions.items() if of.hidden]
        assert not [column for column, of in sheet.column_dimensions.items() if of.hidden]
        assert sheet["A1"].value
        assert sheet.freeze_panes is not None
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == f"${HEADING_ROW}:${HEADING_ROW}"
        assert footer_of(sheet) == ("Locality Fund · 2018/19 · Q4 · version 1", "Page &P of &N")
    with zipfile.ZipFile(q4.path) as package:
        parts = package.namelist()
        assert not [part for part in parts if re.search("external|vba|comments|drawing|printer|embed", part)]
        assert not [part for part in parts if b'TargetMode="External"' in package.read(part)]


def test_each_table_is_fenced_by_a_name_from_its_headings_to_its_last_row(q4: WrittenReturn) -> None:
    workbook = loaded(q4)
    names = {name: named.attr_text for name, named in workbook.defined_names.items()}
    assert set(names) == {
        "return_cover",
        "return_certificate",
        "return_summary",
        "return_projects",
        "return_periods",
        "return_ledger",
        "return_checks",
        "return_to_look_at",
    }
    assert names["return_projects"] == "'Projects'!$A$4:$AC$21"
    assert workbook["Projects"]["A21"].value == "LF-18"
    assert workbook["Projects"]["A22"].value == "Total"


def test_contents_lead_to_the_sheets_inside_the_workbook(q4: WrittenReturn) -> None:
    links = {
        link.display or link.location: link
        for link in (cell.hyperlink for row in loaded(q4)["Cover"] for cell in row)
        if link
    }
    assert [str(link.location) for link in links.values()] == [f"'{name}'!A1" for name in SHEETS]


def test_properties_name_the_return_and_nobody(q4: WrittenReturn) -> None:
    properties = loaded(q4).properties
    assert properties.title == "Locality Fund · monitoring return Q4 2018/19 · version 1"
    assert properties.creator == properties.lastModifiedBy == "Funding Tracker"
    assert properties.created is not None
    assert properties.created.date() == date(2019, 4, 12)


def test_amounts_have_two_decimals_and_no_pound_sign(q4: WrittenReturn) -> None:
    for sheet in loaded(q4).worksheets:
        for row in sheet.iter_rows(min_row=HEADING_ROW + 1):
            for cell in row:
                if isinstance(q4.cells.get((sheet.title, cell.coordinate)), Decimal):
                    assert cell.number_format in {"#,##0.00;[Red]-#,##0.00", "0.0;[Red]-0.0"}


def test_every_figure_fits_its_column(tmp_path: Path) -> None:
    position = make_position(
        awards=[make_award(1, "9,999,999,999.99")], charges=[make_charge(1, 2, "-123,456,789.01")]
    )
    written = write_return(make_document(position), tmp_path / "R.xlsx")
    widths = {
        (sheet.title, column): dimension.width
        for sheet in loaded(written).worksheets
        for dimension in sheet.column_dimensions.values()
        for column in range(dimension.min or 0, (dimension.max or 0) + 1)
    }
    for (name, cell), value in written.cells.items():
        if isinstance(value, Decimal):
            width = widths[name, coordinate_to_tuple(cell)[1]]
            # A width is counted in digits of Calibri 11, seven pixels each; so is the figure here.
            assert xl_pixel_width(f"{value:,}") <= width * 7


def test_every_cell_that_is_not_empty_is_accounted_for(q4: WrittenReturn) -> None:
    found = {
        (sheet.title, cell.coordinate)
        for sheet in loaded(q4).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert found == {place for place, value in q4.cells.items() if value is not None}
    assert q4.cells_written == len(found)


def test_a_fund_name_cannot_upset_the_footer(tmp_path: Path) -> None:
    position = make_position(fund_name="2018 & beyond &P " + "long " * 60)
    sheet = loaded(write_return(make_document(position), tmp_path / "R.xlsx"))["Projects"]
    left, right = footer_of(sheet)
    assert left.startswith("2018 && beyond &&P long")
    assert left.endswith("… · 2018/19 · Q4 · version 1")
    assert right == "Page &P of &N"


def test_equal_returns_are_equal_files(tmp_path: Path) -> None:
    one = write_return(charnwood_document(), tmp_path / "one.xlsx")
    two = write_return(charnwood_document(), tmp_path / "two.xlsx")
    assert one.sha256 == two.sha256
    assert one.path.read_bytes() == two.path.read_bytes()
    assert write_return(charnwood_document(version=2), tmp_path / "two.xlsx").sha256 != one.sha256


def test_a_return_that_is_looked_at_and_written_is_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Book] = []
    contents = Book.contents

    def counted(book: Book) -> bytes:
        made.append(book)
        return contents(book)

    monkeypatch.setattr(Book, "contents", counted)
    document = make_document()
    look = return_look(document)
    written = write_return(document, tmp_path / "one.xlsx")
    assert len(made) == 1
    assert (
        look.names
        == tuple(sheet.name for sheet in look.sheets)
        == tuple(openpyxl.load_workbook(written.path).sheetnames)
    )
    assert look.cells == tuple(written.said.values())
    # Another document is another workbook, were it equal; and what it is of is held no longer than somebody has it.
    write_return(replace(document), tmp_path / "two.xlsx")
    assert len(made) == 2
    gone = ref(document)
    del document, look
    gc.collect()
    assert gone() is None


def test_a_return_that_a_workbook_can_t_hold_is_refused_each_time() -> None:
    document = make_document(partnership=make_partnership(name="x" * 40_000))
    for _ in range(2):
        with pytest.raises(ExpectedError) as refusal:
            return_look(document)
        assert refusal.value.code == "text_too_long"


# Its place


def test_a_file_that_does_not_read_back_is_not_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "R.xlsx"
    out.write_bytes(b"the return before")
    right = Book.contents

    def wrong(book: Book) -> bytes:
        path = tmp_path / "planted.zip"
        path.write_bytes(right(book))
        with zipfile.ZipFile(path) as source:
            parts = {part: source.read(part) for part in source.namelist()}
        path.unlink()
        planted = tmp_path / "planted2.zip"
        with zipfile.ZipFile(planted, "w") as target:
            for part, contents in parts.items():
                target.writestr(part, contents.replace(b"<v>300.25</v>", b"<v>300.26</v>"))
        contents = planted.read_bytes()
        planted.unlink()
        return contents

    monkeypatch.setattr(Book, "contents", wrong)
    with pytest.raises(
        ExpectedError, match=r"sheet “.+”, cell [A-Z]+\d+: 300\.26 instead of 300\.25"
    ) as refusal:
        write_return(make_document(), out)
    assert refusal.value.code == "read_back_differs"
    assert out.read_bytes() == b"the return before"
    assert list(tmp_path.iterdir()) == [out]
