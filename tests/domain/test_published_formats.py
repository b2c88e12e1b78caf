"""Published tables as bodies print them: what is written is read, what is right is let be, what is wrong is found."""

from __future__ import annotations

import csv
import io

import pytest

from fundingapp.domain.ledger import RawRow, SheetRows
from fundingapp.domain.printed_checks import TableCheck, check_table
from fundingapp.domain.printed_fields import Made
from fundingapp.domain.printed_figures import Kind, read_printed
from fundingapp.domain.printed_tables import read_tables

Found = list[tuple[int, str, str, str]]


def checks_of(text: str) -> list[TableCheck]:
    rows = [
        RawRow(number, tuple(cell or None for cell in cells))
        for number, cells in enumerate(csv.reader(io.StringIO(text.strip() + "\n")), start=1)
    ]
    sheet = SheetRows("", tuple(row for row in rows if any(row.cells)))
    return [check_table(table) for table in read_tables([sheet])]


def found_in(text: str) -> tuple[Found, Found]:
    checks = checks_of(text)
    wrong = [
        (each.row, each.column, each.printed, each.should_be) for check in checks for each in check.wrong
    ]
    totals = [
        (each.row, each.column, each.printed, each.should_be) for check in checks for each in check.totals
    ]
    return wrong, totals


@pytest.mark.parametrize(
    ("text", "wrong", "totals"),
    [
        pytest.param(
            """
Offence,2022/23,2023/24,Diff,% change
Burglary,125,121,(4),(3.2%)
Robbery,50,60,10,20.0%
Theft,80,72,(8),(10.0%)
""",
            [],
            [],
            id="brackets for what is below nought",
        ),
        pytest.param(
            """
Offence,2022/23,2023/24,Var.,Var %
Burglary,125,121,-4,-3.2 %
Robbery,50,60,+10,20.0 %
Theft,80,72,−8,−10.0 %
""",
            [],
            [],
            id="space before percent minus",
        ),
        pytest.param(
            """
Offence,2022/23,2023/24,+/-,%
Burglary,125,121,-4,-3.2
Robbery,50,60,10,20.0
Theft,80,72,-8,-11.0
""",
            [(4, "%", "-11.0", "-10.0")],
            [],
            id="percent column without sign",
        ),
        pytest.param(
            """
Offence,2022/23,2023/24,Difference,% change
Burglary,0,4,4,n/a
Robbery,50,60,10,20.0%
Theft,..,72,..,..
Arson,*,6,*,*
Hate,-,3,3,-
""",
            [],
            [],
            id="n/a - .. *",
        ),
        pytest.param(
            """
Recorded crime,,,,,,
,All crime,,,Burglary,,
,2022,2023,Change,2022,2023,Change
Ward,No.,No.,%,No.,No.,%
A,100,110,10.0,20,25,25.0
B,200,190,-5.0,30,33,11.0
C,300,333,11.0,10,9,-10.0
""",
            [(6, "Burglary Change %", "11.0", "10.0")],
            [],
            id="three heading rows",
        ),
        pytest.param(
            """
Year,Burglary,Robbery,Total
2019/20,100,50,150
2020/21,110,40,150
2021/22,120,41,160
2022/23,90,44,134
""",
            [],
            [(4, "Total", "160", "161")],
            id="years as rows with total",
        ),
        pytest.param(
            """
Year,Crimes,Change on previous year,% change
2019,1000,,
2020,1100,100,10.0%
2021,1045,-55,-5.0%
2022,1254,209,21.0%
""",
            [(5, "% change", "21.0%", "20.0%")],
            [],
            id="years as rows with change column",
        ),
        pytest.param(
            """
Ward,2018,2019,% change
All wards,60,75,25.0%
A,10,20,100.0%
B,30,40,33.3%
C,20,15,-25.0%
""",
            [],
            [],
            id="total on top",
        ),
        pytest.param(
            """
Offence,2019,2020,2021,2022,Change since 2019
Burglary,100,90,95,80,-20.0%
Robbery,50,60,55,75,50.0%
Theft,200,210,190,150,-24.0%
""",
            [(4, "Change since 2019", "-24.0%", "-25.0%")],
            [],
            id="multi-year vs first",
        ),
        pytest.param(
            """
Offence,2019,2020,2021,2022,% change 2021 to 2022,% change 2019 to 2022
Burglary,100,90,100,80,-20.0%,-20.0%
Robbery,50,60,50,75,50.0%,50.0%
Theft,200,210,180,150,-16.7%,-24.0%
""",
            [(4, "% change 2019 to 2022", "-24.0%", "-25.0%")],
            [],
            id="multi-year vs previous year and first",
        ),
        pytest.param(
            """
Area,Population,Crimes,"Rate per 1,000"
North,12000,360,30.0
South,9500,190,20.0
East,20000,500,26.0
West,8000,100,12.5
""",
            [(4, "Rate per 1,000", "26.0", "25.0")],
            [],
            id="rates per 1,000",
        ),
        pytest.param(
            """
Area,Population,2021,2022,Rate per 1000 2021,Rate per 1000 2022
North,12000,360,300,30.0,25.0
South,9500,190,209,20.0,22.0
East,20000,500,510,25.0,25.5
""",
            [],
            [],
            id="rates per 1,000 both",
        ),
        pytest.param(
            """
Outcome,Number,% of total
Charged,120,24.0%
Caution,80,16.0%
No suspect,250,51.0%
Other,50,10.0%
Total,500,100.0%
""",
            [(4, "% of total", "51.0%", "50.0%")],
            [],
            id="share of total",
        ),
        pytest.param(
            """
Offence,2020,2021,2022,Average
Burglary,90,100,110,100
Robbery,50,60,55,55
Theft,20,22,25,22.3
""",
            [],
            [],
            id="average",
        ),
        pytest.param(
            """
Offence,2020,2021,2022,3 year average
Burglary,90,100,110,100.0
Robbery,50,60,55,56.0
Theft,20,22,25,22.3
""",
            [(3, "3 year average", "56.0", "55.0")],
            [],
            id="average wrong",
        ),
        pytest.param(
            """
Offence,2022/23,2023/24,% change
Burglary,"1,234¹","1,357",10.0%
Robbery,827(2),910,10.0%
Theft,52 [r],47 [p],-9.6%
Arson,40*,50,25.0%
""",
            [],
            [],
            id="footnote marks stuck",
        ),
        pytest.param(
            """
Code,Area,2018,2019,% change
E05001,Ashby,10,12,20.0%
E05002,Birstall,30,33,10.0%
E05003,Syston,40,42,6.0%
""",
            [(4, "% change", "6.0%", "5.0%")],
            [],
            id="codes in labels",
        ),
        pytest.param(
            """
Beat,Name,2018,2019,% change
56,Ashby,10,12,20.0%
57,Birstall,30,33,10.0%
58,Syston,40,42,5.0%
Total,,80,87,8.8%
""",
            [],
            [],
            id="numeric codes",
        ),
        pytest.param(
            """
Offence,2018,2019,% change
Violence,100,120,20.0%
  of which domestic,30,36,20.0%
Theft,50,55,10.0%
Total,150,175,16.7%
""",
            [],
            [],
            id="of which",
        ),
        pytest.param(
            """
Offence,2018,2019
Violence against the person,100,120
of which:,,
 - with injury,30,36
 - without injury,70,84
Theft,50,55
Robbery,20,24
Total,170,199
""",
            [],
            [],
            id="of which after colon",
        ),
        pytest.param(
            """
Offence,Q1,Q2,Q3,Q4,2022/23
Burglary,10,12,14,16,52
Robbery,5,6,7,8,26
Theft,20,22,24,26,93
Arson,1,2,3,4,10
""",
            [],
            [(4, "2022/23", "93", "92")],
            id="quarters to a year",
        ),
        pytest.param(
            """
Offence,Q1,Q2,Q3,Q4,Total 2022/23,Total 2021/22,% change
Burglary,10,12,14,16,52,50,4.0%
Robbery,5,6,7,8,26,20,30.0%
Theft,20,22,24,26,92,80,15.0%
""",
            [],
            [],
            id="quarters to a year, change",
        ),
        pytest.param(
            """
Offence,2018,2019,% change

Burglary,10,12,20.0%

Robbery,30,33,10.0%
,,,
Theft,40,42,5.0%

Total,80,87,8.8%
""",
            [],
            [],
            id="blank rows",
        ),
        pytest.param(
            """
Offence,2018,2019
Burglary,<5,12
Robbery,30,33
Total,31-34,45
""",
            [],
            [],
            id="range totals",
        ),
        pytest.param(
            """
Offence,2017/18,2018/19 YTD,2018/19 Projected,% change
Burglary,120,90,120,0.0%
Robbery,60,50,67,11.7%
Theft,200,165,220,10.0%
""",
            [],
            [],
            id="projected",
        ),
        pytest.param(
            """
Burglary,2018,2019,% change
North,10,12,20.0%
South,30,33,10.0%
Robbery,2018,2019,% change
North,10,11,10.0%
South,40,50,26.0%
""",
            [(6, "% change", "26.0%", "25.0%")],
            [],
            id="two tables one under another no blank",
        ),
        pytest.param(
            """
Table 1: Burglary
Ward,2018,2019
North,10,12
South,30,33
Total,40,45

Table 2: Robbery
Ward,2018,2019
North,10,11
South,40,50
Total,50,62
""",
            [],
            [(11, "2019", "62", "61")],
            id="two tables with totals",
        ),
        pytest.param(
            """
Offence,2018,2019,% change
Burglary,16,17,6.2%
Robbery,32,34,6.2%
Theft,100,110,10.0%
Arson,80,85,6.2%
""",
            [],
            [],
            id="tie half to even",
        ),
        pytest.param(
            """
Offence,2018,2019,% change
Burglary,16,17,6.3%
Robbery,32,34,6.2%
Theft,100,110,10.0%
Arson,8,9,12.5%
""",
            [],
            [],
            id="tie mixed",
        ),
        pytest.param(
            """
Offence,2018,2019,% change
Burglary,8,9,12%
Robbery,8,7,-13%
Theft,40,45,13%
Arson,100,110,11%
""",
            [(5, "% change", "11%", "10%")],
            [],
            id="tie whole",
        ),
        pytest.param(
            """
Offence,2018,2019,% change
Violence,832,765,-8%
Burglary,823,954,+15.9%
Robbery,90,117,+30%
All,9993,11258,+12.7%
""",
            [],
            [],
            id="decimals mixed",
        ),
        pytest.param(
            """
Offence,2018,2019,Change
Violence,832,765,▼ 8.1%
Burglary,823,954,▲ 15.9%
Robbery,90,117,▲ 31.0%
""",
            [(4, "Change", "▲ 31.0%", "▲ 30.0%")],
            [],
            id="arrows",
        ),
        pytest.param(
            """
Offence,2018,2019,Change
Violence,832,765,-67 (-8.1%)
Burglary,823,954,131 (15.9%)
Robbery,90,117,27 (31.0%)
""",
            [(4, "Change", "31.0%", "30.0%")],
            [],
            id="number and pct in one cell",
        ),
        pytest.param(
            """
Outcome,2018,2019
Charged,20 (20.0%),30 (25.0%)
Caution,30 (30.0%),30 (25.0%)
Other,50 (50.0%),60 (51.0%)
Total,100,120
""",
            [(4, "2019", "51.0%", "50.0%")],
            [],
            id="share in the cell",
        ),
        pytest.param(
            """
Area,Male,Female,Total,Male %,Female %
North,20,30,50,40.0%,60.0%
South,10,30,40,25.0%,75.0%
East,12,36,48,25.0%,76.0%
""",
            [(4, "Female %", "76.0%", "75.0%")],
            [],
            id="Row percent",
        ),
        pytest.param(
            """
Month,Crimes,Cumulative
April,10,10
May,12,22
June,14,36
July,9,46
August,11,56
""",
            [(5, "Cumulative", "46", "45")],
            [],
            id="cumulative months",
        ),
        pytest.param(
            """
Service,2021 satisfied %,2022 satisfied %,Change (pp)
Advice,80.0%,82.5%,+2.5
Outreach,75.5%,70.0%,-5.5
Helpline,90.0%,91.2%,+1.3
""",
            [],
            [],
            id="pp change",
        ),
        pytest.param(
            """
Offence,Crimes,Detected,Detection rate
Burglary,200,30,15.0%
Robbery,100,25,25.0%
Theft,400,48,13.0%
""",
            [(4, "Detection rate", "13.0%", "12.0%")],
            [],
            id="detection rate",
        ),
        pytest.param(
            """
Offence,This year,Last year,Var,Var %
Burglary,90,100,-10,-10.0%
Robbery,66,60,6,10.0%
Theft,50,40,10,20.0%
""",
            [(4, "Var %", "20.0%", "25.0%")],
            [],
            id="previous at right, Var",
        ),
        pytest.param(
            """
Ward,Population,Crimes,Rank
Ashby,5000,100,2
Birstall,4000,120,1
Syston,7000,80,3
""",
            [],
            [],
            id="rank and population",
        ),
        pytest.param(
            """
Area,2018,2019,Change %
North,72319,74000,2.3%
Unassigned,2199,2300,4.6%
Force,74518,76300,2.4%

Source: force performance team. 3 of these are provisional.
""",
            [],
            [],
            id="table with total and unassigned and note",
        ),
        pytest.param(
            """
Area,Rate 2021,Rate 2022,% change
North,30.0,33.0,10.0%
South,20.0,25.0,25.0%
East,10.0,12.0,20.0%
""",
            [],
            [],
            id="1 decimal rate change",
        ),
        pytest.param(
            """
Type,2021,2022,% change
A,[c],12,[c]
B,30,33,10.0%
C,40,42,5.0%
Total,78,87,11.5%
""",
            [],
            [],
            id="hidden marks",
        ),
        pytest.param(
            """
Offence,Apr-Dec 2018,Apr-Dec 2019,Variance,% variance,RAG
Burglary,100,90,-10,-10%,Green
Robbery,40,44,4,10%,Red
Theft,80,80,0,0%,Amber
""",
            [],
            [],
            id="YTD compare, position before",
        ),
        pytest.param(
            """
Offence,2018/19,2019/20,2020/21,2021/22,% change since 2018/19
Burglary,100,90,95,80,-21.0%
Robbery,50,60,55,75,50.0%
Theft,200,210,190,150,-24.0%
""",
            [
                (2, "% change since 2018/19", "-21.0%", "-20.0%"),
                (4, "% change since 2018/19", "-24.0%", "-25.0%"),
            ],
            [],
            id="two thirds of a named change are wrong",
        ),
        pytest.param(
            """
Offence,2018,2019,Difference
Burglary,10,15,-5
Robbery,20,17,-3
Theft,40,36,-4
""",
            [(2, "Difference", "-5", "5")],
            [],
            id="a difference with the wrong sign",
        ),
        pytest.param(
            """
Offence,2018,2019,% change
Burglary,75,92,+22.7 %
Robbery,60,40,-33 %
Theft,40,55,+37.5 %
Arson,30,39,+30.1 %
""",
            [(3, "% change", "-33 %", "-33.3 %"), (5, "% change", "+30.1 %", "+30.0 %")],
            [],
            id="a percentage cut to fewer decimals, alone",
        ),
        pytest.param(
            """
Measure,Q1,Q2,Q3,Q4,Full year
Burglary,10,12,14,16,57
Robbery,5,6,7,8,26
Theft,20,22,24,26,88
""",
            [],
            [(2, "Full year", "57", "52"), (4, "Full year", "88", "92")],
            id="the sum of quarters, few of them right",
        ),
        pytest.param(
            """
Offence,2016/17,2017/18,% change,Comment
Weapons,55,70,27.3%,"70, 21% up from 55"
Knife crime,191,221,15.7%,Knife crime 191→221 (16.5%)
Robbery,90,75,-16.7%,14 fewer
Theft,100,110,10.0%,Officers patrolled from 18 to 24 hours
""",
            [
                (2, "Comment", "21% up", "27% up"),
                (3, "Comment", "16.5%", "15.7%"),
                (4, "Comment", "14 fewer", "15 fewer"),
            ],
            [],
            id="comments",
        ),
    ],
)
def test_what_is_printed_is_read_and_judged(text: str, wrong: Found, totals: Found) -> None:
    assert found_in(text) == (wrong, totals)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("(3.2%)", Kind.PERCENT, "-3.2"),
        ("-3.2 %", Kind.PERCENT, "-3.2"),
        ("−3.2", Kind.NUMBER, "-3.2"),
        ("▼ 8.1%", Kind.PERCENT, "-8.1"),
        ("1,234¹", Kind.NUMBER, "1234"),
        ("827(2)", Kind.NUMBER, "827"),
        ("52 [r]", Kind.NUMBER, "52"),
        ("1 234", Kind.NUMBER, "1234"),
        ("31-34", Kind.HIDDEN, None),
        ("<5*", Kind.HIDDEN, None),
        ("..", Kind.HIDDEN, None),
        ("[x]", Kind.HIDDEN, None),
        ("n/a", Kind.NOTHING, None),
        ("-", Kind.NOTHING, None),
        ("2018-2019", Kind.TEXT, None),
        ("2018-19", Kind.TEXT, None),
        ("2013 %", Kind.TEXT, None),
        ("9/15", Kind.TEXT, None),
    ],
)
def test_a_figure_is_read_in_every_way_of_writing(text: str, kind: Kind, value: str | None) -> None:
    printed = read_printed(text)
    assert printed.kind is kind
    assert value is None or str(printed.value) == value


def test_half_way_between_two_either_is_right_and_said() -> None:
    [check] = checks_of("""
Offence,2018,2019,% change
Burglary,8,13,+62%
Robbery,8,13,+63%
Theft,32,23,-28%
Arson,200,201,+0%
""")
    assert check.wrong == ()
    assert [note.text for note in check.notes] == [
        "“% change”: 2 figures lie half way between two and were not rounded away from nought, as programs do that "
        "round to the even one; that is not counted as wrong."
    ]


def test_off_the_half_nothing_is_let_pass() -> None:
    wrong, _ = found_in(
        "Offence,2018,2019,% change\nBurglary,800,1301,+62%\nRobbery,100,110,+10%\nTheft,50,60,+20%"
    )
    assert wrong == [(2, "% change", "+62%", "+63%")]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("Service,Cases,Satisfied %\nAdvice,100,95%\nOutreach,50,88%", "Satisfied %"),
        (
            "Offence,2018,2019,Change since 2015\nBurglary,10,12,40%\nTheft,20,30,10%\nArson,7,9,3%",
            "Change since 2015",
        ),
        ("Area,Crimes,Rate per 1000\nNorth,10,0.8\nSouth,20,1.4\nEast,31,2.2", "Rate per 1000"),
    ],
)
def test_what_can_not_be_judged_is_said(text: str, column: str) -> None:
    [check] = checks_of(text)
    assert (check.wrong, check.verified) == ((), 0)
    assert [note.column for note in check.notes] == [column]
    assert "could not be judged, because" in check.notes[0].text


def test_a_total_of_more_than_is_listed_is_said_and_not_accused() -> None:
    [check] = checks_of("Offence,2018,2019\nViolence,832,765\nBurglary,823,954\nTotal,9993,11258")
    assert check.totals == ()
    assert "nowhere the sum of the rows listed" in check.notes[0].text


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Year,Crimes,% change\n2019,100,\n2020,110,10.0%\n2021,99,-10.0%\n2022,120,21.2%", Made.CHANGE),
        ("Year,Crimes,% change\n2022,120,21.2%\n2021,99,-10.0%\n2020,110,10.0%\n2019,100,", Made.CHANGE),
        ("Month,Crimes,Cumulative\nApril,10,10\nMay,12,22\nJune,14,36", Made.RUNNING),
    ],
)
def test_a_list_of_years_compares_each_with_the_one_before(text: str, how: Made) -> None:
    [check] = checks_of(text)
    assert [each.how for each in check.relations] == [how]
    assert check.verified == 3
    assert check.wrong == ()


_TO_DATE = """
Crime type,{heading},Total at 31 March 2018,Total at 31 March 2019
Cycle theft,-16,"2,599","2,192"
Shoplifting,+39,99,138
Burglary,+4,141,147
Robbery,{robbery},113,132
"""


@pytest.mark.parametrize(
    ("heading", "robbery", "wrong"),
    [
        ("Performance to date", "+17", []),
        ("Performance to date", "+18", [(5, "Performance to date", "+18", "+17")]),
        # All are percentages, so a heading that speaks of numbers is the only thing wrong.
        ("Difference", "+17", []),
    ],
)
def test_percentages_without_their_sign_are_not_judged_as_differences_because_one_happens_to_be_one(
    heading: str, robbery: str, wrong: Found
) -> None:
    assert found_in(_TO_DATE.format(heading=heading, robbery=robbery)) == (wrong, [])


def test_a_difference_is_one_where_its_heading_says_so_and_not_all_figures_are_percentages() -> None:
    wrong, _ = found_in(_TO_DATE.format(heading="Difference", robbery="+19"))
    assert [(row, should_be) for row, _, _, should_be in wrong] == [(2, "-407"), (4, "+6")]
