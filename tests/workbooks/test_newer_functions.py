"""XLOOKUP, XMATCH, UNIQUE and SORT, which the LibreOffice of a stable Linux does not know (it has them from 24.8): held
against what Microsoft's own pages about them say, and left to Excel where these say nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fundingapp.workbooks.recalculation import RecalculableBook
from tests.workbooks.packages import packed, parts_of, sheet_xml

Cell = str | int | None
#: The table of the pages: countries, their short names and prefixes (A, B, C), and the tax rates by income (E, F).
TABLE: Sequence[Sequence[Cell]] = (
    ("China", "CN", 86, None, 10, 9700, 3, "Grape"),
    ("India", "IN", 91, None, 22, 39475, 1, "apple"),
    ("United States", "US", 1, None, 24, 84200, 2, "Apple"),
    ("Indonesia", "ID", 62, None, 32, 160726, 3, "Pear"),
    ("Brazil", "BR", 55, None, 35, 204100, 1, "grape"),
    ("Pakistan", "PK", 92, None, 37, 510300, None, "Pear 2"),
)
#: The first row is filled with what it holds, so that all the formulas depend on something.
PUTS = {("S", f"{chr(65 + at)}1"): value for at, value in enumerate(TABLE[0]) if value is not None}
REASONS = "its UNIQUE", "its SORT", "it looks for", "it searches"


def _row(number: int, cells: Sequence[Cell], last: str = "") -> str:
    inside = "".join(
        f'<c r="{chr(65 + at)}{number}" t="str"><v>{each}</v></c>'
        if isinstance(each, str)
        else f'<c r="{chr(65 + at)}{number}"><v>{each}</v></c>'
        for at, each in enumerate(cells)
        if each is not None
    )
    return f'<row r="{number}">{inside}{last}</row>'


def come_to(formula: str) -> list[str]:
    """What *formula* in J1 comes to, downwards in its first column, or why it is left to Excel."""
    text = formula.replace("&", "&amp;").replace("<", "&lt;")
    cell = f'<c r="J1" cm="1"><f t="array" ref="J1">{text}</f></c>'
    rows = "".join(_row(at, cells, cell if at == 1 else "") for at, cells in enumerate(TABLE, start=1))
    done = RecalculableBook.read(packed(parts_of({"S": sheet_xml(rows)}))).recalculated(PUTS)
    if done.not_computed:
        return [f"left: {why}" for why in done.not_computed.values()]
    return [done.values["S", f"J{at}"].text for at in range(1, 20) if ("S", f"J{at}") in done.values]


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        # support.microsoft.com, “XLOOKUP function”, examples 1 and 3 to 5, and its arguments
        ('_xlfn.XLOOKUP("Brazil",A1:A6,C1:C6)', ["55"]),
        ('_xlfn.XLOOKUP("brazil",A1:A6,C1:C6)', ["55"]),
        ('_xlfn.XLOOKUP("Peru",A1:A6,C1:C6)', ["#N/A"]),
        ('_xlfn.XLOOKUP("Peru",A1:A6,C1:C6,"not found")', ["not found"]),
        ("_xlfn.XLOOKUP(46523,F1:F6,E1:E6,0,1)", ["24"]),
        ("_xlfn.XLOOKUP(46523,F1:F6,E1:E6,0,-1)", ["22"]),
        ("_xlfn.XLOOKUP(999999,F1:F6,E1:E6,0,1)", ["0"]),
        ("_xlfn.XLOOKUP(39475,F1:F6,E1:E6,0,-1)", ["22"]),
        ('_xlfn.XLOOKUP("Ind*",A1:A6,B1:B6,"",2)', ["IN"]),
        ('_xlfn.XLOOKUP("Ind*",A1:A6,B1:B6,"",2,-1)', ["ID"]),
        ('_xlfn.XLOOKUP("Ind*",A1:A6,B1:B6,"none")', ["none"]),
        ("_xlfn.XLOOKUP(3,G1:G6,A1:A6)", ["China"]),
        ("_xlfn.XLOOKUP(3,G1:G6,A1:A6,,0,-1)", ["Indonesia"]),
        # “XMATCH function”: exact, next larger, next smaller, wildcard, from the last
        ('_xlfn.XMATCH("Indonesia",A1:A6)', ["4"]),
        ("_xlfn.XMATCH(25,E1:E6)", ["#N/A"]),
        ("_xlfn.XMATCH(25,E1:E6,1)", ["4"]),
        ("_xlfn.XMATCH(25,E1:E6,-1)", ["3"]),
        ('_xlfn.XMATCH("Bra?il",A1:A6,2)', ["5"]),
        ("_xlfn.XMATCH(1,G1:G6,0,-1)", ["5"]),
        # “UNIQUE function”: in the order met; case makes no difference
        ("_xlfn.UNIQUE(G1:G5)", ["3", "1", "2"]),
        ("_xlfn.UNIQUE(H1:H6)", ["Grape", "apple", "Pear", "Pear 2"]),
        # “SORT function”: ascending unless said otherwise, by the first column unless said otherwise
        ("_xlfn._xlws.SORT(G1:G5)", ["1", "1", "2", "3", "3"]),
        ("_xlfn._xlws.SORT(G1:G5,1,-1)", ["3", "3", "2", "1", "1"]),
        ("_xlfn._xlws.SORT(A1:A6)", ["Brazil", "China", "India", "Indonesia", "Pakistan", "United States"]),
        (
            "_xlfn._xlws.SORT(A1:C6,3,-1)",
            ["Pakistan", "India", "China", "Indonesia", "Brazil", "United States"],
        ),
        ("_xlfn._xlws.SORT(A1:A6,2)", ["#VALUE!"]),
    ],
)
def test_they_come_to_what_their_pages_say(formula: str, result: list[str]) -> None:
    assert come_to(formula) == result


@pytest.mark.parametrize(
    "formula",
    [
        '_xlfn.XLOOKUP("",A1:A6,C1:C6)',
        "_xlfn.XLOOKUP(D1,A1:A6,C1:C6)",
        '_xlfn.XLOOKUP("Chile",A1:A6,C1:C6,0,1)',
        "_xlfn.XLOOKUP(46523,F1:F6,E1:E6,0,1,2)",
        '_xlfn.XMATCH("Chile",A1:A6,-1)',
        "_xlfn.XMATCH(25,E1:E6,0,2)",
        "_xlfn.UNIQUE(G1:G6)",
        "_xlfn.UNIQUE(G1:G5,FALSE,TRUE)",
        "_xlfn.UNIQUE(A1:C6,TRUE)",
        '_xlfn._xlws.SORT(H1:H6&"-")',
        "_xlfn._xlws.SORT(A1:C6,1,1,TRUE)",
    ],
)
def test_what_they_do_not_say_is_left_to_excel(formula: str) -> None:
    (why,) = come_to(formula)
    assert why.startswith(tuple(f"left: {each}" for each in REASONS))
