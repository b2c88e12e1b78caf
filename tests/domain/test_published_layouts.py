"""Published tables laid out as forces and ministries do: what is right is let be, what is wrong is found."""

from __future__ import annotations

import pytest

from tests.domain.test_published_formats import checks_of, found_in


@pytest.mark.parametrize(
    ("text", "wrong", "totals"),
    [
        pytest.param(
            """
Offence,2016 [r],2017r,2018 (p),% change 2016 to 2018
Burglary,100,120,110,10.0%
Robbery,50r,40,60 [p],20.0%
Theft,200,210,180,10.0%
Total,350,370,351,0.0%
""",
            [(4, "% change 2016 to 2018", "10.0%", "-10.0%")],
            [(5, "2018 (p)", "351", "350")],
            id="years and counts that are revised or provisional",
        ),
        pytest.param(
            """
Area,2017/18,2018/19,Change,% change
Charnwood
Anstey,100,110,10,10.0%
Quorn,50,40,-10,-20.0%
Charnwood total,150,150,0,0.0%
Melton
Asfordby,30,33,3,1.0%
Bottesford,20,10,-10,-50.0%
Melton total,50,44,-7,-14.0%
""",
            [(7, "% change", "1.0%", "10.0%")],
            [(9, "2018/19", "44", "43")],
            id="districts over their parts and a percentage of the right total",
        ),
        pytest.param(
            """
,2018,,,2019,,,% change,,
Ward,Burglary,Robbery,Total,Burglary,Robbery,Total,Burglary,Robbery,Total
A,100,50,150,110,60,170,10.0%,20.0%,13.3%
B,200,80,280,180,90,270,-10.0%,12.5%,-3.6%
C,50,20,70,60,25,85,20.0%,25.0%,21.4%
D,80,40,120,60,50,110,-25.0%,52.0%,-8.3%
""",
            [(6, "% change Robbery", "52.0%", "25.0%")],
            [],
            id="the same headings under each year and under the change",
        ),
        pytest.param(
            """
Offence,Last year,This year,Change (%)
Burglary,400,410,+10 (+2.5%)
Robbery,250,200,-50 (-20.0%)
Theft,300,330,+33 (+10.0%)
Arson,40,50,+10 (+52.0%)
""",
            [(4, "Change (%)", "+33", "+30"), (5, "Change (%)", "+52.0%", "+25.0%")],
            [],
            id="a difference with its percentage in one cell",
        ),
        pytest.param(
            """
,Arson,,,All crime,,
Area,Current 12 months,Previous 12 months,% change,Current 12 months,Previous 12 months,% change
A,900,100,800.0%,1000,800,25.0%
B,50,100,-50.0%,500,400,25.0%
C,60,30,100.0%,300,330,-9.1%
""",
            [],
            [],
            id="this year's category is no part of all crime of last year",
        ),
        pytest.param(
            """
District,Households,All crime,Rate per 1000
A,42327,4916,116.1
B,13584,664,48.9
C,8923,941,105.5
""",
            [],
            [],
            id="households are no category of crime",
        ),
        pytest.param(
            """
Offence,2018,2019,% change
Violence against the person,300,330,10.0%
Homicide,10,11,10.0%
Violence with injury,120,130,8.3%
Sexual offences,80,90,12.5%
Rape,30,36,20.0%
Robbery,20,25,25.0%
Total,400,445,11.3%
Anti-social behaviour incidents,900,800,-11.1%
""",
            [],
            [],
            id="categories and what they contain listed alike",
        ),
        pytest.param(
            """
Area,Crimes,Share of total
A,100,10.0%
B,300,30.0%
C,600,66.0%
County,1000,100.0%
""",
            [(4, "Share of total", "66.0%", "60.0%")],
            [],
            id="a total by its figures alone",
        ),
        pytest.param(
            """
Area code,Area,2018,2019
E07000130,Charnwood,100,120
E07000133,Melton,50,60
E10000018,County,150,190
""",
            [],
            [(4, "2019", "190", "180")],
            id="codes of areas before their names",
        ),
        pytest.param(
            """
Ward,2018,2019
A,900,1000
B,700,650
C,400,350
Total,2000,2010
""",
            [],
            [(5, "2019", "2010", "2000")],
            id="totals that look like years",
        ),
        pytest.param(
            """
Ward,2018,2019,% change,,Area,2018,2019,% change
A,100,110,10.0%,,North,40,60,50.0%
B,50,40,-20.0%,,Total,40,60,50.0%
C,30,33,10.0%,,,,,
D,20,10,-50.0%,,,,,
E,80,60,-20.0%,,,,,
""",
            [(6, "% change", "-20.0%", "-25.0%")],
            [],
            id="side by side and one longer than the other",
        ),
        pytest.param(
            """
,Q1 2022,Q2 2022,Q3 2022,Q4 2022,Total 2022,Q1 2023,Q2 2023,Q3 2023,Q4 2023,Total 2023,% change
Shoplifting,10,20,30,40,100,20,20,30,40,110,10.0%
Burglary,50,50,50,50,200,40,40,40,40,160,-20.0%
Robbery,5,10,10,5,31,10,10,10,6,36,20.0%
""",
            [],
            [(4, "Total 2022", "31", "30")],
            id="a year is compared with a year and not with the quarter beside it",
        ),
    ],
)
def test_what_is_printed_wrongly_is_found_and_nothing_else(
    text: str, wrong: list[tuple[int, str, str, str]], totals: list[tuple[int, str, str, str]]
) -> None:
    assert found_in(text) == (wrong, totals)


def test_a_total_that_no_rows_make_is_said_and_not_accused() -> None:
    [check] = checks_of("Offence,2018,2019\nFraud,800,900\nTheft,500,700\nArson,90,80\nTotal,300,310")
    assert check.totals == ()
    assert [note.column for note in check.notes] == ["Total"]


def test_a_wrong_total_is_held_to_what_its_own_parts_give_once_they_are_right() -> None:
    """A sub-total that is wrong is the only figure to mend; what the sum over it is off by is no mistake of its own."""
    wrong, totals = found_in(
        "Ward,2018,2019\nA,100,110\nB,50,60\nSubtotal,150,180\nC,30,40\nD,20,30\nSubtotal,50,70\nTotal,200,240"
    )
    assert (wrong, totals) == ([], [(4, "2019", "180", "170")])
