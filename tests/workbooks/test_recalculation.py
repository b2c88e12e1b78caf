"""What filling does to formulas: all that depends on a filled cell, and nothing that cannot be vouched for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from fundingapp.domain.errors import InputRefusedError
from fundingapp.workbooks.formulas.values import NotComputed
from fundingapp.workbooks.recalculation import (
    Place,
    Put,
    RecalculableBook,
    Recalculation,
    Result,
    recalculate,
)
from tests.workbooks.packages import MAIN, OFFICE, PACKAGE, packed, parts_of, sheet_xml

S = "Claim"
TODAY = date(2019, 5, 1)


def cell(place: str, content: str | float | None = None, formula: str = "", more: str = "") -> str:
    """A cell as Excel stores it: a constant, or a formula with its result."""
    shown = "" if content is None else f"<v>{escape(str(content))}</v>"
    kind = ' t="str"' if isinstance(content, str) else ""
    if formula.startswith("<"):
        return f'<c r="{place}"{kind}{more}>{formula}{shown}</c>'
    return f'<c r="{place}"{kind}{more}>{f"<f>{escape(formula)}</f>" if formula else ""}{shown}</c>'


def book(
    *rows: str,
    others: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    calc: str = "",
    tail: str = "",
    date1904: bool = False,
    table: str = "",
) -> bytes:
    """A workbook with *rows* of cells on the sheet Claim."""
    parts: dict[str, str | bytes] = {}
    parts.update(parts_of({S: sheet_xml(_rows(rows), tail=tail), **(others or {})}, date1904=date1904))
    defined = "".join(
        f'<definedName name="{name}">{escape(text)}</definedName>' for name, text in (names or {}).items()
    )
    more = (f"<definedNames>{defined}</definedNames>" if defined else "") + calc
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace("</workbook>", f"{more}</workbook>")
    if table:
        parts["xl/tables/table1.xml"] = table
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
            f'<Relationships xmlns="{PACKAGE}">'
            f'<Relationship Id="rId1" Type="{OFFICE}/table" Target="../tables/table1.xml"/></Relationships>'
        )
    return packed(parts)


def _rows(rows: tuple[str, ...]) -> str:
    return "".join(f'<row r="{at}">{row}</row>' for at, row in enumerate(rows, start=1))


def done(raw: bytes, puts: Mapping[str, Put], today: date | None = TODAY) -> Recalculation:
    return recalculate(raw, {(S, place): value for place, value in puts.items()}, today=today)


def shown(found: Recalculation) -> dict[str, str]:
    return {place: result.text for (_, place), result in found.values.items()}


# ---- what is reached ----


def test_only_what_depends_on_a_filled_cell_is_worked_out_directly_or_through_others() -> None:
    raw = book(
        cell("A1", 1) + cell("B1", 2, "A1*2") + cell("C1", 3, "B1+1"),
        cell("A2", 5) + cell("B2", 10, "A2*2"),
    )
    found = done(raw, {"A1": Decimal("4.25")})
    assert shown(found) == {"B1": "8.5", "C1": "9.5"}
    assert not found.not_computed
    assert not found.needs_calculation_on_load


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("SUM(A:A)", "12"),
        ("SUM(1:2)-B1*0", "12"),
        ("SUM(Total)", "12"),
        ("SUM(OFFSET($A$1,0,0,COUNT($A$1:$A$3),1))", "12"),
        ("SUM(Grown)", "12"),
        ('SUM(INDIRECT("A1:A"&2))', "12"),
        ("SUM(Claim:Other!A1)", "10"),
        ("SUM(A1:INDEX(A:A,2))", "12"),
        ("[0]!Total Claim!A1", "10"),
        ("SUM(A1:A2 A2:A3)", "2"),
        ('IF(A1>5,"more","less")', "more"),
        ("_xlfn.IFNA(VLOOKUP(A1,A1:A2,1,FALSE),0)", "10"),
        ("_xlfn.LET(_xlpm.x,A1,_xlpm.x*2)", "20"),
    ],
)
def test_ways_to_refer_to_a_cell(formula: str, result: str) -> None:
    raw = book(
        cell("A1", 1),
        cell("A2", 2),
        cell("C3", None, formula),
        others={"Other": sheet_xml("")},
        names={"Total": "Claim!$A$1:$A$2", "Grown": "OFFSET(Claim!$A$1,0,0,COUNTA(Claim!$A:$A),1)"},
    )
    assert shown(done(raw, {"A1": 10})) == {"C3": result}


def test_a_shared_formula_moves_along_as_excel_moves_it() -> None:
    first = cell("B1", 2, '<f t="shared" ref="B1:B3" si="0">A1*$A$3</f>')
    raw = book(
        cell("A1", 1) + first,
        cell("A2", 2) + cell("B2", 4, '<f t="shared" si="0"/>'),
        cell("A3", 2) + cell("B3", 4, '<f t="shared" si="0"/>'),
    )
    assert shown(done(raw, {"A2": 10, "B1": 7})) == {"B2": "20"}
    assert shown(done(raw, {"A3": 3})) == {"B1": "3", "B2": "6", "B3": "9"}


def test_a_name_that_is_relative_means_the_cell_beside_the_formula() -> None:
    raw = book(cell("A1", 3) + cell("B1", 6, "Beside*2"), names={"Beside": "Claim!XFD1"})
    assert shown(done(raw, {"A1": 4})) == {"B1": "8"}


TABLE = (
    f'<table xmlns="{MAIN}" id="1" name="Lines" displayName="Lines" ref="A1:C3"><tableColumns count="3">'
    '<tableColumn id="1" name="Line"/><tableColumn id="2" name="Paid [£]"/><tableColumn id="3" name="Share"/>'
    "</tableColumns></table>"
)


def test_structured_references_to_columns_and_to_this_row() -> None:
    raw = book(
        cell("A1", "Line") + cell("B1", "Paid [£]") + cell("C1", "Share"),
        cell("A2", "a")
        + cell("B2", 1)
        + cell("C2", 0.25, "Lines[[#This Row],[Paid '[£']]]/SUM(Lines[Paid '[£']])"),
        cell("A3", "b")
        + cell("B3", 3)
        + cell("C3", 0.75, "Lines[[#This Row],[Paid '[£']]]/SUM(Lines[Paid '[£']])"),
        cell("E4", 1, "SUM(Lines[[#All],[Share]])"),
        table=TABLE,
    )
    assert shown(done(raw, {"B2": 9})) == {"C2": "0.75", "C3": "0.25", "E4": "1"}


# ---- arrays ----


def spilling(*, keep: str = "A1:A3<>0") -> bytes:
    formula = f'<f t="array" ref="B1:B2">_xlfn._xlws.FILTER(A1:A3,{escape(keep)})</f>'
    return book(
        cell("A1", 5) + cell("B1", 5, formula, ' cm="1"'),
        cell("A2", 6) + cell("B2", 6),
        cell("A3", 0) + cell("D3", 11, "SUM(B1:B5)"),
        cell("E4", 2, "ROWS(_xlfn.ANCHORARRAY(B1))"),
    )


def test_a_dynamic_array_that_grows_fills_more_cells_and_what_reads_them_follows() -> None:
    found = done(spilling(), {"A3": 7})
    assert found.spills == {(S, "B1"): "B1:B3"}
    assert shown(found) == {"B1": "5", "B2": "6", "B3": "7", "D3": "18", "E4": "3"}
    assert found.cleared == ()


def test_a_dynamic_array_that_shrinks_clears_what_it_no_longer_fills() -> None:
    found = done(spilling(), {"A2": 0})
    assert found.spills == {(S, "B1"): "B1"}
    assert found.cleared == ((S, "B2"),)
    assert shown(found) == {"B1": "5", "D3": "5", "E4": "1"}


def test_a_dynamic_array_with_something_in_its_way_says_so() -> None:
    found = done(spilling(), {"A3": 7, "B3": "in the way"})
    assert found.values[S, "B1"] == Result("e", "#SPILL!")
    assert found.cleared == ((S, "B2"),)


def test_an_array_formula_of_fixed_cells_repeats_and_says_what_is_missing() -> None:
    raw = book(
        cell("A1", 1) + cell("B1", 2, '<f t="array" ref="B1:B3">A1:A2*2</f>'),
        cell("A2", 2) + cell("B2", 4),
        '<c r="B3" t="e"><v>#N/A</v></c>',
    )
    assert shown(done(raw, {"A1": 5})) == {"B1": "10", "B2": "4", "B3": "#N/A"}


# ---- what is not claimed ----


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("A1+NOW()", "moment"),
        ("A1*RAND()", "drawn by lot"),
        ('A1&CELL("filename")', "how the workbook is opened"),
        ("A1+[1]Rates!$B$2", "another workbook"),
        ("OURSUM(A1)", "OURSUM"),
        ("A1+C1", "refers to itself"),
        ("YEAR(A1)", "before 1 March 1900"),
        ("A1+B1+", "ends too early"),
        ("INT((A1+0.35)*100)", "digits beyond the 15th"),
        ("SUM(A1,D1)+SUM(D1:E1)", "TRUE"),
    ],
)
def test_what_cannot_be_vouched_for_is_listed_with_the_reason(formula: str, why: str) -> None:
    raw = book(
        cell("A1", 0) + cell("C1", None, formula) + '<c r="D1" t="b"><v>1</v></c>' + cell("F1", 0, "C1+A1")
    )
    found = done(raw, {"A1": 4})
    assert why in found.not_computed[S, "C1"]
    assert "Claim!C1" in found.not_computed[S, "F1"]
    assert not found.values
    assert found.needs_calculation_on_load


def test_nothing_is_claimed_where_the_workbook_calculates_as_displayed() -> None:
    raw = book(cell("A1", 1) + cell("B1", 2, "A1*2"), calc='<calcPr calcId="1" fullPrecision="0"/>')
    assert "precision as displayed" in done(raw, {"A1": 4}).not_computed[S, "B1"]


def test_a_formula_whose_stored_result_is_another_is_left_alone_with_all_that_read_it() -> None:
    raw = book(cell("A1", 1) + cell("B1", 99, "A1*2") + cell("C1", 99, "B1") + cell("D1", 2, "A1+1"))
    found = done(raw, {"A1": 4})
    assert "is not what the formula comes to" in found.not_computed[S, "B1"]
    assert "Claim!B1" in found.not_computed[S, "C1"]
    assert shown(found) == {"D1": "5"}


def test_a_workbook_that_asks_for_calculation_says_nothing_about_its_results() -> None:
    raw = book(
        cell("A1", 1) + cell("B1", 0, "A1*2") + cell("C1", 0, 'IF(D1="","",D1)') + cell("E1", 0, "D1"),
        calc='<calcPr calcId="1" fullCalcOnLoad="1"/>',
    )
    found = done(raw, {"A1": 4})
    # C1 does not depend on A1; its stored nought is no result, so the right one takes its place.
    assert found.values == {(S, "B1"): Result("n", "8"), (S, "C1"): Result("str", "")}


def test_a_formula_without_a_result_is_worked_out_for_those_that_read_it() -> None:
    raw = book(cell("A1", 1) + cell("B1", None, "2*3") + cell("C1", 7, "A1+B1"))
    assert shown(done(raw, {"A1": 4})) == {"B1": "6", "C1": "10"}


def test_today_counts_when_it_is_said_and_is_told_apart() -> None:
    raw = book(cell("A1", 43000) + cell("B1", 43000, "TODAY()") + cell("C1", "due", 'IF(A1<B1,"late","due")'))
    found = done(raw, {"A1": date(2019, 4, 30)})
    assert shown(found) == {"B1": "43586", "C1": "late"}
    assert set(found.of_today) == {(S, "B1"), (S, "C1")}
    unsaid = done(raw, {"A1": date(2019, 4, 30)}, today=None)
    assert list(unsaid.not_computed) == [
        (S, "C1")
    ]  # B1 depends on nothing that was filled: it stays as it is


def test_now_stays_as_it_is_where_nothing_filled_reaches_it() -> None:
    raw = book(cell("A1", 1) + cell("B1", 43000.5, "NOW()") + cell("C1", 2, "A1*2"))
    found = done(raw, {"A1": 4})
    assert shown(found) == {"C1": "8"}
    assert not found.not_computed


# ---- values ----


@pytest.mark.parametrize(
    ("put", "formula", "result"),
    [
        (Decimal("292.47"), "A1", Result("n", "292.47")),
        (Decimal("0.1"), "A1+0.2", Result("n", "0.30000000000000004")),
        (Decimal("0.3"), "A1-0.1-0.2", Result("n", "0")),
        (Decimal("0.3"), "A1=0.1+0.2", Result("b", "1")),
        (Decimal("2.675"), "ROUND(A1,2)", Result("n", "2.68")),
        (None, "A1", Result("n", "0")),
        (None, 'A1&""', Result("str", "")),
        (None, "1/A1", Result("e", "#DIV/0!")),
        ("ABC ", 'A1="abc "', Result("b", "1")),
        ("<&>", "A1", Result("str", "<&>")),
        (date(2019, 3, 31), "EOMONTH(A1,1)", Result("n", "43585")),
        (date(2019, 3, 31), 'TEXT(A1,"d mmmm yyyy")', Result("str", "31 March 2019")),
        (Decimal(74120), 'TEXT(A1,"£#,##0.00")', Result("str", "£74,120.00")),
        (True, "A1", Result("b", "1")),
        (12345678901234567, "A1*1000", Result("n", "1.2345678901234567E+19")),
    ],
)
def test_results_are_exact_and_typed(put: Put, formula: str, result: Result) -> None:
    assert done(book(cell("A1", 1) + cell("B1", None, formula)), {"A1": put}).values[S, "B1"] == result


def test_days_of_a_workbook_that_counts_from_1904() -> None:
    raw = book(cell("A1", 1) + cell("B1", None, "A1+1") + cell("C1", None, "YEAR(A1)"), date1904=True)
    assert shown(done(raw, {"A1": date(2019, 3, 31)})) == {"B1": "42094", "C1": "2019"}


def test_a_running_balance_of_thousands_of_rows_is_no_trouble() -> None:
    rows = [cell("A1", 1) + cell("B1", 1, "A1")]
    rows += [cell(f"A{row}", 1) + cell(f"B{row}", row, f"B{row - 1}+A{row}") for row in range(2, 3001)]
    found = done(book(*rows), {"A1": 2})
    assert found.values[S, "B3000"] == Result("n", "3001")
    assert len(found.values) == 3000


def test_a_formula_that_would_take_all_memory_is_listed() -> None:
    raw = book(cell("A1", 1) + cell("B1", None, "SUM(_xlfn.SEQUENCE(1000000,A1))"))
    assert "more cells" in done(raw, {"A1": 500}).not_computed[S, "B1"]


def test_deep_nesting_is_listed_and_not_a_crash() -> None:
    deep = "(" * 3000 + "A1" + ")" * 3000
    raw = book(cell("A1", 1) + cell("B1", None, deep) + cell("C1", None, "+".join(["A1"] * 2000)))
    found = done(raw, {"A1": 500})
    assert "nested deeper" in found.not_computed[S, "B1"]
    assert (S, "C1") in {**found.values, **found.not_computed}


def test_a_cell_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotComputed, match="no cell A1 on a sheet “Nowhere”"):
        recalculate(book(cell("A1", 1)), {("Nowhere", "A1"): 1})


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(b"no workbook at all")
    with pytest.raises(InputRefusedError):
        recalculate(path, {})


# ---- the templates ----


@pytest.mark.parametrize(
    "name",
    [
        "mhclg-pathfinders-return-r1.xlsx",
        "innovateuk-reallocate-project-costs.xlsx",
        "innovateuk-overheads.xlsx",
    ],
)
def test_every_stored_result_of_a_published_template_is_what_its_formula_comes_to(
    real_fixtures: Path, name: str
) -> None:
    opened = RecalculableBook.read(real_fixtures / name)
    every = {key for key, _ in opened.book.formulas()}
    assert opened._mistrusted(every, {}) == {}


def test_the_lists_of_a_councils_projects_follow_the_council(real_fixtures: Path) -> None:
    """Dynamic names with FILTER, which spill on two sheets: another council, another list."""
    opened = RecalculableBook.read(real_fixtures / "mhclg-pathfinders-return-r1.xlsx")
    found = opened.recalculated({("Admin", "B15"): "Rotherham Metropolitan Borough Council"})
    assert not found.not_computed
    assert found.spills[("Progress", "B16")].startswith("B16")
    assert found.values[("Bespoke Outputs", "A2")].text == "Rotherham Metropolitan Borough Council"


def test_a_mended_figure_reaches_its_totals_and_nothing_else(real_fixtures: Path) -> None:
    opened = RecalculableBook.read(real_fixtures / "mhclg-pathfinders-return-r1.xlsx")
    place: Place = ("Finances", "C45")
    found = opened.recalculated({place: Decimal("2.01")})
    assert found.values[("Finances", "D45")] == Result("n", "2.01")
    assert ("Outputs", "K19") not in found.values
    assert not found.not_computed


def test_codes_and_financial_years_are_texts_and_not_days_or_times() -> None:
    rows = [cell("A1", 1) + cell("D1", None, 'SUMIFS(C:C,A:A,"P1",B:B,"2018/19")')]
    rows += [
        cell(f"A{row}", f"P{row % 3}") + cell(f"B{row}", "2018/19") + cell(f"C{row}", row)
        for row in range(2, 8)
    ]
    assert shown(done(book(*rows), {"C4": 100})) == {"D1": "107"}


def test_hundreds_of_conditions_over_thousands_of_rows_are_looked_up_once() -> None:
    rows = [
        cell(f"A{row}", f"P{row % 20}") + cell(f"B{row}", row % 12) + cell(f"C{row}", 0.01 * row)
        for row in range(1, 2001)
    ]
    sums = [
        "".join(
            cell(
                f"{chr(65 + column)}{row}",
                None,
                f'SUMIFS(Claim!$C:$C,Claim!$A:$A,"P{row}",Claim!$B:$B,{column})',
            )
            for column in range(12)
        )
        for row in range(1, 20)
    ]
    totals = sheet_xml("".join(f'<row r="{row}">{each}</row>' for row, each in enumerate(sums, start=1)))
    opened = RecalculableBook.read(book(*rows, others={"Sums": totals}))
    worker = opened.filled({(S, "C1"): 5})
    assert len(worker.results) == 12 * 19
    assert worker._read < 200_000
