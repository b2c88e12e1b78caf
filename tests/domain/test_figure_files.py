"""Files of figures as others publish them: what they are, every row accounted for, every figure with its address."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.changes import Days
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.figure_files.contents import FigureFile, FileFigure, RowIs
from fundingapp.domain.figure_files.days import days_in, in_words, month_of, read_days, twelve_months_to
from fundingapp.domain.figure_files.deciding import decide
from fundingapp.domain.figure_files.numbers import MARKS, Number, read_number
from fundingapp.domain.figure_files.plan import (
    FigureChoices,
    FigurePlan,
    HeldTable,
    IndicatorChoice,
    Known,
    Match,
    PlaceChoice,
    Standing,
)
from fundingapp.domain.figure_files.reading import pasted_rows, read_file
from fundingapp.domain.figure_imports import FigureLayout
from fundingapp.domain.ids import AreaId, FigureId, IndicatorId, PerformanceTableId, ProjectId
from fundingapp.domain.indicators import Counted, FigureStatus, Indicator, IndicatorFigure, Measure
from fundingapp.domain.ledger import Cell
from fundingapp.domain.performance import RowSort
from fundingapp.domain.periods import FinancialYear
from fundingapp.workbooks.tables import read_sheets
from tests.figure_texts import GRID, LONG, PARTNERSHIPS, STREET

CHARNWOOD, FOREST, LSOA = AreaId(1), AreaId(2), AreaId(3)
AREAS = {CHARNWOOD: Area("Charnwood", AreaKind.DISTRICT, "E07000130", aliases=("Borough of Charnwood",))}
SUPPORTED, SATISFIED, BURGLARY = IndicatorId(1), IndicatorId(2), IndicatorId(3)
INDICATORS = {
    SUPPORTED: Indicator("Clients supported", ProjectId(1)),
    SATISFIED: Indicator("Clients satisfied", ProjectId(1), counted=Counted.SHARE),
    BURGLARY: Indicator("Domestic burglary", None, area=CHARNWOOD),
    IndicatorId(4): Indicator("People helped", None, counted=Counted.PEOPLE),
    IndicatorId(5): Indicator("Open cases", None, measure=Measure.STOCK),
}
Q1 = Days(date(2018, 4, 1), date(2018, 6, 30))
YEAR_TO_JUNE = Days(date(2024, 7, 1), date(2025, 6, 30))


DEFAULTS = FigureChoices()
DATA = Path(__file__).parent.parent / "data" / "performance"


def read(text: str, layout: FigureLayout | None = None, year: FinancialYear | None = None) -> FigureFile:
    return read_file("file", [pasted_rows(text)], layout, None, year)


def known(**given: object) -> Known:
    parts: dict[str, object] = {
        "areas": AREAS,
        "indicators": INDICATORS,
        "refs": {ProjectId(1): "LF-08"},
        "figures": {},
        **given,
    }
    return Known(**parts)  # type: ignore[arg-type]  # each test names what it is about


def plan(text: str, choices: FigureChoices = DEFAULTS, **given: object) -> FigurePlan:
    made = decide(read(text), choices, known(**given))
    assert (
        made.read == made.kept + len(made.skipped) == sum(bool(line.strip("\t,")) for line in records(text))
    )
    return made


def records(text: str) -> list[str]:
    """The rows of a text as a spreadsheet counts them."""
    return [
        "".join(cell or "" for cell in map(str, filter(None, row.cells))) for row in pasted_rows(text).rows
    ]


# Numbers and days


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("15,974 ", Number(Decimal(15974))),
        ("1\u00a0234", Number(Decimal(1234))),
        ("<5", Number(None, "<5")),
        ("fewer than 5", Number(None, "<5")),
        ("n/a", Number(None, "n/a")),
        ("-", Number(None, "-")),
        ("[x]", Number(None, "[x]", "x")),
        ("12 [P][r]", Number(Decimal(12), "", "pr")),
        ("3 [note 2]", Number(Decimal(3), note="note 2")),
        ("7.9%", Number(Decimal("7.9"), is_percent=True)),
        ("−4", Number(Decimal(-4))),
        (Decimal("12.0"), Number(Decimal(12))),
        (0, Number(Decimal(0))),
        ("  ", Number(None)),
        (None, Number(None)),
    ],
)
def test_a_cell_is_a_number_or_says_why_there_is_none(cell: Cell, number: Number) -> None:
    assert read_number(cell) == number
    assert str(read_number(cell).value) == str(number.value)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("12.3.4", "is not a number"),
        ("12,34", "is not a number"),
        ("#REF!", "holds #REF!"),
        ("5 [q]", "the mark [q]"),
        ("1\u202e2", "hidden sign"),
        (True, "TRUE or FALSE"),
        (date(2018, 4, 1), "is a date"),
        (Decimal("NaN"), "is not a number"),
        ("9" * 16, "more than 15 digits"),
    ],
)
def test_what_is_no_number_is_refused_and_never_made_one(cell: Cell, why: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read_number(cell)
    assert why in str(refused.value)


@given(st.integers(0, 10**14), st.sampled_from(["", *MARKS]), st.booleans())
def test_a_printed_number_is_read_as_it_was(number: int, mark: str, grouped: bool) -> None:
    text = f"{number:,} " if grouped else str(number)
    assert read_number(f"{text}[{mark}]" if mark else text) == Number(Decimal(number), "", mark)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Q1 2018/19", "2018-04-01", "2018-06-30"),
        ("2018/19 Q4", "2019-01-01", "2019-03-31"),
        ("Apr-18", "2018-04-01", "2018-04-30"),
        ("2022-07", "2022-07-01", "2022-07-31"),
        ("2018-19", "2018-04-01", "2019-03-31"),
        ("18/19", "2018-04-01", "2019-03-31"),
        ("year ending June 2025", "2024-07-01", "2025-06-30"),
        ("12 months to 31 January 2019", "2018-02-01", "2019-01-31"),
        ("year to 29 February 2020", "2019-03-01", "2020-02-29"),
        ("year to 28 February 2020", "2019-03-01", "2020-02-28"),
        ("Nov 18 to Jan 19", "2018-11-01", "2019-01-31"),
        ("01/04/2018 to 30/06/2018", "2018-04-01", "2018-06-30"),
        ("20 May 2018", "2018-05-20", "2018-05-20"),
    ],
)
def test_a_heading_names_its_days(text: str, first: str, last: str) -> None:
    assert read_days(text) == Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text", ["2018", "Q1", "Baseline", "5", "May", "31/04/2018", "30/06/2018 to 01/04/2018", ""]
)
def test_what_may_mean_several_periods_means_none(text: str) -> None:
    assert read_days(text) is None


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_days_in_words_are_read_back(day: date) -> None:
    for days in (
        month_of(day.year, day.month),
        twelve_months_to(month_of(day.year, day.month).last),
        Days(day, day),
    ):
        assert read_days(in_words(days)) == days


def test_a_title_names_one_period_or_none() -> None:
    assert days_in("Crime by area, England and Wales, year ending June 2025 [note 1]") == YEAR_TO_JUNE
    assert days_in("June 2024 compared with June 2025") is None
    assert read_days(date(2018, 4, 1)) == month_of(2018, 4), (
        "a spreadsheet keeps Apr-18 as the first of April"
    )


# Recorded crime by partnership


def test_each_row_of_recorded_crime_is_told_apart() -> None:
    file = read(PARTNERSHIPS)
    assert file.layout is FigureLayout.PARTNERSHIPS
    assert (file.days, file.publisher) == (YEAR_TO_JUNE, "Police recorded crime from the Home Office")
    assert file.categories == ("Total recorded crime (excluding fraud)", "Residential burglary", "Homicide")
    assert Counter(row.what for row in file.rows) == {
        RowIs.NOTE: 3,
        RowIs.HEADING: 1,
        RowIs.FORCE: 2,
        RowIs.FIGURES: 4,
        RowIs.AIRPORT: 1,
        RowIs.UNASSIGNED: 1,
        RowIs.EMPTY: 1,
    }
    assert [figure.number.value for figure in file.figures if figure.code == "E22000901"] == [1200, 120, 1]


def test_a_force_that_its_parts_do_not_add_up_to_is_named_with_both_figures() -> None:
    texts = [finding.text for finding in read(PARTNERSHIPS).findings]
    assert texts == [
        "G10: Total recorded crime (excluding fraud) in Cambria is printed as 1,000, its one part comes to 999 (-1).",
        "Northshire has no row as a whole, so the places there can’t be checked against one.",
    ]


def test_a_force_table_with_a_column_for_each_year_states_the_days_of_each_count() -> None:
    text = (
        "Recorded crime by Community Safety Partnership\nForce,CSP,Area code,2017/18,2018/19\n"
        'Midshire,Charnwood,E07000130,"12,345","12,900"\nMidshire,Blaby,E07000129,"5,100","5,222"\n'
        'Midshire,Total,,"17,445","18,123"\n'
    )
    file = read(text)
    assert (file.layout, file.categories) == (
        FigureLayout.PARTNERSHIPS,
        ("Recorded crime by Community Safety Partnership",),
    )
    assert [row.what for row in file.rows[2:]] == [RowIs.FIGURES, RowIs.FIGURES, RowIs.FORCE]
    first, second = Days(date(2017, 4, 1), date(2018, 3, 31)), Days(date(2018, 4, 1), date(2019, 3, 31))
    ours = [(each.days, each.number.value) for each in file.figures if each.code == "E07000130"]
    assert ours == [(first, Decimal(12345)), (second, Decimal(12900))]
    assert file.days == Days(date(2017, 4, 1), date(2019, 3, 31))
    # Each year is held against its own total.
    [differs] = [finding.text for finding in file.findings]
    assert differs.startswith("E5: ")
    assert "printed as 18,123, its 2 parts come to 18,122" in differs
    made = plan(text)
    assert [(each.count, each.area) for each in made.counts] == [
        (Decimal(12345), CHARNWOOD),
        (Decimal(12900), CHARNWOOD),
    ]
    assert made.problems == ()


def test_a_force_table_with_changes_beside_its_years_is_a_performance_table() -> None:
    file = read(
        "Force,CSP,2017/18,2018/19,% change\nMidshire,Charnwood,100,110,10.0%\nMidshire,Blaby,50,40,-20.0%\n"
    )
    assert file.layout is not FigureLayout.PARTNERSHIPS
    assert {each.number.value for each in file.figures} == {100, 110, 50, 40}


def test_only_places_of_ours_come_in_and_each_other_row_says_why() -> None:
    made = plan(PARTNERSHIPS)
    assert [(each.category, each.count, each.area) for each in made.counts] == [
        ("Total recorded crime (excluding fraud)", Decimal(1200), CHARNWOOD),
        ("Residential burglary", Decimal(120), CHARNWOOD),
        ("Homicide", Decimal(1), CHARNWOOD),
    ]
    assert made.problems == ()
    reasons = {row.row: row.reason for row in made.skipped}
    assert reasons[5] == "police force as a whole: Midshire"
    assert reasons[7] == "“Melton, Vale and Rutland” is no place of yours"
    assert "“Charnwood Forest” is no place of yours: perhaps “Charnwood” is meant" in reasons.values()
    assert reasons[8] == "airport: Midshire Airport"
    assert reasons[9] == "not assigned to a place"
    assert reasons[12] == "it has no figure"
    seen = {place.name: place for place in made.places}
    assert seen["Charnwood"].how is Match.NAME
    assert (seen["Charnwood Forest"].area, seen["Charnwood Forest"].proposals) == (None, (CHARNWOOD,))


def test_a_force_called_as_a_place_of_ours_is_not_that_place() -> None:
    areas = {
        CHARNWOOD: Area("Midshire", AreaKind.PARTNERSHIP),
        FOREST: Area("Cambria", AreaKind.DISTRICT, "W14000001"),
    }
    made = plan(PARTNERSHIPS, areas=areas)
    assert made.counts == (), "one is a force, the other has another code of the same kind"
    assert "None of its places is one of yours" in made.problems[0]


def test_all_rows_come_in_when_that_is_chosen_and_keep_what_they_are() -> None:
    made = plan(PARTNERSHIPS, FigureChoices(everything=True))
    total = "Total recorded crime (excluding fraud)"
    assert Counter(each.sort for each in made.counts if each.category == total) == {
        RowSort.ORDINARY: 5,
        RowSort.SUBTOTAL: 2,
        RowSort.UNASSIGNED: 1,
    }
    assert {(each.category, each.hidden) for each in made.counts if each.count is None} == {
        ("Homicide", "[x]")
    }


def test_a_count_becomes_a_figure_of_an_indicator_only_when_somebody_said_so_once() -> None:
    choice = IndicatorChoice("Residential burglary", BURGLARY, "Charnwood")
    made = plan(PARTNERSHIPS, FigureChoices(indicators=(choice,)))
    (figure,) = made.figures
    assert (figure.figure.value, figure.figure.area, figure.figure.cell) == (Decimal(120), None, "H6")
    assert figure.figure.source == "Residential burglary · Charnwood"
    assert plan(PARTNERSHIPS).figures == ()
    again = plan(PARTNERSHIPS, before={("Residential burglary", "Charnwood"): BURGLARY})
    assert [each.standing for each in again.figures] == [Standing.NEW]
    assert [each.how for each in again.labels] == [Match.NONE, Match.BEFORE, Match.NONE]


def test_a_table_that_comes_again_is_laid_beside_the_earlier_one() -> None:
    first = plan(PARTNERSHIPS, FigureChoices(everything=True))
    held = HeldTable(PerformanceTableId(1), "C2", first.counts)
    later = PARTNERSHIPS.replace('"1,200 "', '"1,250 "').replace(
        "E22000903,Charnwood Forest", "E22000903,Charnwood North"
    )
    made = plan(later, FigureChoices(everything=True), tables=[held])
    assert made.earlier is held
    assert [(each.place, each.old, each.new) for each in made.changed] == [("Charnwood", "1,200", "1,250")]
    assert (made.same, made.gone) == (len(first.counts) - 4, 3)


# Street-level crimes


def test_crimes_are_counted_and_nothing_else_of_them_is_kept() -> None:
    file = read(STREET)
    assert file.layout is FigureLayout.STREET
    assert file.days == Days(date(2022, 7, 1), date(2022, 8, 31))
    assert {(figure.category, figure.place, figure.number.value) for figure in file.figures} == {
        ("Burglary", "Charnwood 001A", Decimal(2)),
        ("Burglary", "Charnwood 001A", Decimal(1)),
        ("Anti-social behaviour", "Charnwood 001B", Decimal(1)),
        ("Burglary", "Melton 002A", Decimal(1)),
        ("Drugs", "No location", Decimal(1)),
    }
    assert [finding.text for finding in file.findings] == [
        "1 row repeats the number of an earlier crime, the first in row 3 (as row 2). The publisher counts them; they "
        "can be left out.",
        "1 row has no number of a crime, as anti-social behaviour never has; they count.",
    ]
    for private in ("aa11", "High Street", "52.1", "Under investigation"):
        assert private not in repr(file)


def test_crimes_count_for_the_place_that_they_lie_in() -> None:
    made = plan(STREET)
    assert [(each.category, each.area_name, each.first.month, each.count) for each in made.counts] == [
        ("Burglary", "Charnwood", 7, Decimal(2)),
        ("Anti-social behaviour", "Charnwood", 7, Decimal(1)),
        ("Burglary", "Charnwood", 8, Decimal(1)),
    ]
    assert {row.row: row.reason for row in made.skipped} == {
        1: "the headings",
        5: "“Melton” is no place of yours",
        6: "“No location” is no place of yours",
        7: "the headings again",
    }
    once = plan(STREET, FigureChoices(leave_repeats=True))
    assert [each.count for each in once.counts] == [1, 1, 1]
    assert "the number of its crime stands in row 2 already" in [row.reason for row in once.skipped]


def test_a_census_area_of_ours_counts_by_itself() -> None:
    made = plan(STREET, areas={**AREAS, LSOA: Area("Bell Foundry", AreaKind.LSOA, "E01000101")})
    assert {(each.area_name, each.area) for each in made.counts} == {
        ("Charnwood 001A", LSOA),
        ("Charnwood", CHARNWOOD),
    }


# Grids of indicators


def test_a_grid_is_read_with_the_year_above_its_quarters() -> None:
    file = read(GRID)
    assert file.layout is FigureLayout.GRID
    shown = [
        (each.label, each.days and in_words(each.days), each.number.value, each.status)
        for each in file.figures
    ]
    assert shown == [
        ("LF-08 · Clients supported", "Q1 2018/19", 1095, None),
        ("LF-08 · Clients supported", "Q2 2018/19", 1100, FigureStatus.FORECAST),
        ("LF-08 · Clients supported", "Q3 2018/19", None, None),
        ("LF-08 · Clients satisfied", "Q1 2018/19", None, None),
        ("LF-08 · Clients satisfied", "Q3 2018/19", None, None),
        ("LF-99 · Nobody knows this", "Q1 2018/19", 7, None),
    ]
    assert [finding.text for finding in file.findings] == [
        "“Baseline” is not taken: only figures of periods are.",
        "Row 6: D6 holds “12.3.4”, which is not a number.",
    ]


def test_rows_of_a_grid_are_those_of_indicators_by_their_names_alone() -> None:
    made = plan(GRID, FigureChoices(skip_unreadable=True))
    assert [
        (each.figure.indicator, each.figure.value, each.figure.numerator, each.figure.marks)
        for each in made.figures
    ] == [
        (SUPPORTED, 1095, None, "p"),
        (SUPPORTED, 1100, None, ""),
        (SUPPORTED, None, None, "c"),
        (SATISFIED, None, 45, ""),
    ]
    assert [each.figure.status for each in made.figures][:2] == [
        FigureStatus.PROVISIONAL,
        FigureStatus.FORECAST,
    ]
    assert made.figures[2].figure.note == "printed as “<5”"
    assert {row.row: row.reason for row in made.skipped} == {
        1: "a note above the table",
        2: "a note above the table",
        3: "the headings",
        6: "D6 holds “12.3.4”, which is not a number",
        7: "“LF-99 · Nobody knows this” is no indicator of yours",
        8: "a row that sums others",
        9: "“Figures are checked by the data owner.” has no figure",
    }


def test_what_cannot_be_read_stops_the_import_until_somebody_says_that_it_is_skipped() -> None:
    assert plan(GRID).problems == ("1 row can’t be read: correct the file, or have it skipped.",)


def test_an_indicator_that_two_projects_have_is_asked_for() -> None:
    two = {SUPPORTED: INDICATORS[SUPPORTED], IndicatorId(9): Indicator("Clients supported", ProjectId(2))}
    text = "Indicator,Q1 2018/19\nClients supported,5\n"
    made = plan(text, indicators=two, refs={ProjectId(1): "LF-08", ProjectId(2): "LF-11"})
    assert (made.figures, made.labels[0].proposals) == ((), (SUPPORTED, IndicatorId(9)))
    assert made.problems == ("None of its rows names an indicator of yours: say which they are.",)
    chosen = FigureChoices(indicators=(IndicatorChoice("Clients supported", IndicatorId(9)),))
    assert [each.figure.indicator for each in plan(text, chosen, indicators=two).figures] == [IndicatorId(9)]


def test_a_figure_beside_what_is_held_is_new_the_same_or_changed() -> None:
    held = {
        FigureId(1): IndicatorFigure(SUPPORTED, Q1.first, Q1.last, Decimal(10)),
        FigureId(2): IndicatorFigure(SUPPORTED, date(2018, 7, 1), date(2018, 7, 31), Decimal(3)),
    }
    text = "Indicator,Q1 2018/19,Q2 2018/19,Q3 2018/19\nClients supported,12,9,4\n"
    made = plan(text, figures=held)
    assert [(each.standing, each.taken) for each in made.figures] == [
        (Standing.CHANGED, False),
        (Standing.CLASH, False),
        (Standing.NEW, True),
    ]
    assert made.figures[1].why_not == "Q2 2018/19 lies across July 2018, for which the file has 3"
    chosen = plan(text, FigureChoices(replace=frozenset({FigureId(1)})), figures=held)
    assert chosen.figures[0].taken
    same = plan(text.replace("12", "10"), figures=held)
    assert same.figures[0].standing is Standing.SAME


def test_what_may_lie_across_other_days_is_as_everywhere_else() -> None:
    july = (date(2018, 7, 1), date(2018, 7, 31))
    text = "Indicator,Q2 2018/19\nClients supported,9\nOpen cases,9\n"
    for indicator, status, taken in (
        (SUPPORTED, FigureStatus.ACTUAL, [False, True]),
        (SUPPORTED, FigureStatus.PROVISIONAL, [False, True]),
        (SUPPORTED, FigureStatus.FORECAST, [True, True]),
        (IndicatorId(5), FigureStatus.ACTUAL, [True, True]),
    ):
        held = {FigureId(1): IndicatorFigure(indicator, *july, Decimal(3), status=status)}
        assert [each.taken for each in plan(text, figures=held).figures] == taken, (indicator, status)


def test_a_row_that_states_a_figure_twice_is_held_back() -> None:
    made = plan("Indicator,Q1 2018/19\nClients supported,12\nClients supported,13\n")
    assert [(each.taken, each.why_not) for each in made.figures] == [
        (True, ""),
        (False, "B2 states 12 for Q1 2018/19 already"),
    ]
    assert made.skipped[-1].reason == "B2 states 12 for Q1 2018/19 already"


@pytest.mark.parametrize(
    ("indicator", "cell", "why"),
    [
        ("Clients supported", "95%", "B2 is a percentage, and “Clients supported” is a number"),
        (
            "Clients supported",
            "45/50",
            "B2 has a numerator and a denominator, and “Clients supported” is a number",
        ),
        ("Clients satisfied", "60/50", "B2 has more in the part than in the whole: 60 of 50"),
        ("People helped", "12.5", "B2 holds 12.5, and “People helped” counts people one by one"),
        ("Clients satisfied", "0/0", "B2 is a share of nothing: its denominator is 0"),
        ("Clients satisfied", "0.95", "B2 holds 0.95, and “Clients satisfied” is in per cent"),
    ],
)
def test_a_figure_that_does_not_fit_its_indicator_is_not_bent_to_it(
    indicator: str, cell: str, why: str
) -> None:
    made = plan(f"Indicator,Q1 2018/19\n{indicator},{cell}\n")
    assert made.figures[0].why_not.startswith(why)
    assert made.kept == 0


def test_figures_one_to_a_row_are_read_with_their_days_and_status() -> None:
    file = read(LONG)
    assert [(each.category, each.days, each.status, each.note) for each in file.figures] == [
        ("Clients supported", Q1, FigureStatus.ACTUAL, "counted by hand"),
        ("Clients satisfied", Q1, FigureStatus.PROVISIONAL, ""),
    ]
    assert (file.figures[1].numerator, file.figures[1].denominator) == (Decimal(45), Decimal(50))
    assert [row.reason for row in file.rows if row.what is RowIs.UNREADABLE] == [
        "C4 lies before its first day",
        "B5 holds “Q2”, which is not a date",
        "G6 holds “perhaps”, which is none of actual, forecast or provisional",
    ]


def test_a_quarter_without_a_year_is_one_of_the_year_asked_for() -> None:
    text = "Indicator,Q1,Q2\nClients supported,12,13\n"
    with pytest.raises(InputRefusedError):
        read(text)
    figures = read(text, year=FinancialYear(2020)).figures
    assert [figure.days and in_words(figure.days) for figure in figures] == ["Q1 2020/21", "Q2 2020/21"]


def test_a_file_that_is_something_else_is_refused_with_what_it_needs() -> None:
    for text in ("Supplier,Amount\nSafer Ltd,12.00\n", "only a sentence"):
        with pytest.raises(InputRefusedError) as refused:
            read(text)
        assert "Q1 2018/19" in refused.value.advice
    with pytest.raises(InputRefusedError, match="as street-level crimes"):
        read(PARTNERSHIPS, FigureLayout.STREET)
    with pytest.raises(InputRefusedError, match="nothing to paste"):
        pasted_rows(" \n\t\n")
    with pytest.raises(InputRefusedError, match="quotation mark"):
        pasted_rows('a,"b\nc,d')


def test_a_place_that_a_person_settles_comes_in_under_it() -> None:
    choices = FigureChoices(
        places=(PlaceChoice("Charnwood Forest", CHARNWOOD), PlaceChoice("Charnwood", None))
    )
    made = plan(PARTNERSHIPS, choices)
    assert {(each.area_name, each.area) for each in made.counts} == {("Charnwood Forest", CHARNWOOD)}
    assert "“Charnwood” was left out" in [row.reason for row in made.skipped]
    along = plan(
        PARTNERSHIPS, FigureChoices(places=(PlaceChoice("Melton, Vale and Rutland", None, take=True),))
    )
    assert {(each.area_name, each.area) for each in along.counts} == {
        ("Charnwood", CHARNWOOD),
        ("Melton, Vale and Rutland", None),
    }


cells = st.sampled_from(["", "5", "<5", "1,234 [p]", "12.3.4", "-", "45/50", "#REF!", "n/a", "Total", "x"])


@given(
    st.lists(
        st.tuples(st.sampled_from(["", "Clients supported", "Total", "Other"]), cells, cells), max_size=8
    )
)
def test_every_row_of_any_grid_is_accounted_for_once(rows: list[tuple[str, str, str]]) -> None:
    text = "Indicator,Q1 2018/19,Q2 2018/19\n" + "\n".join(
        ",".join(f'"{cell}"' for cell in row) for row in rows
    )
    file = read(text)
    made = decide(file, FigureChoices(skip_unreadable=True), known())
    assert made.read == len(file.rows) == made.kept + len(made.skipped)
    assert len({row.row for row in made.skipped}) == len(made.skipped)
    assert all(row.reason for row in made.skipped)
    taken = {each.row for each in made.figures if each.taken}
    assert not taken & {row.row for row in made.skipped}


# Published performance tables


def _table(name: str) -> FigureFile:
    sheets, _ = read_sheets(DATA / name, name, lambda _done, _total, _label: None)
    return read_file(name, sheets)


def test_a_published_table_is_taken_whole_once_its_headings_are_settled() -> None:
    file = _table("charnwood_crime_by_beat.csv")
    assert file.layout is FigureLayout.AREAS
    assert [(each.row, each.printed, each.should_be) for each in file.wrong] == [
        (2, "+47.4%", "+4.7%"),
        (7, "-3.2%", "-3.1%"),
        (9, "+23.9%", "+24.0%"),
    ]
    beat = {CHARNWOOD: Area("Beat 56", AreaKind.BEAT)}
    open_ones = decide(file, FigureChoices(), known(areas=beat))
    assert open_ones.problems[0] == "Say which days are meant by “2018” and “2019”."
    years = tuple((str(year), Days(date(year - 1, 2, 1), date(year, 1, 31))) for year in (2018, 2019))
    made = decide(file, FigureChoices(periods=years), known(areas=beat))
    assert (made.problems, made.read, made.kept, len(made.counts)) == ((), 11, 10, 80)
    assert {each.area for each in made.counts if each.area_name.startswith("Beat 56")} == {CHARNWOOD}
    assert all(seen.taken for seen in made.places), "the parts of a total belong together"
    alike = FigureChoices(periods=(years[0], ("2019", years[0][1])))
    assert decide(file, alike, known()).problems[0].startswith("“2018” and “2019” would both mean")


def test_a_category_of_a_published_table_becomes_a_figure_without_a_place() -> None:
    file = _table("coventry_crime_2014_15.csv")
    assert (file.layout, file.categories[:2]) == (FigureLayout.PERFORMANCE, ("TRC", "BDH"))
    choice = FigureChoices(indicators=(IndicatorChoice("TRC", SUPPORTED),), as_table=False)
    made = decide(file, choice, known())
    assert [(each.figure.value, each.figure.first.year) for each in made.figures] == [
        (Decimal(21209), 2013),
        (Decimal(21097), 2014),
    ]
    assert made.counts == ()


def test_a_grid_of_indicators_is_no_published_table_though_it_has_a_change() -> None:
    text = "Indicator,2017/18,2018/19,%\nClients supported,100,110,10%\nClients satisfied,200,210,5%\n"
    assert read(text).layout is FigureLayout.GRID
    assert read(text.replace("Indicator", "Crime type")).layout is FigureLayout.PERFORMANCE
    assert read(text, FigureLayout.PERFORMANCE).layout is FigureLayout.PERFORMANCE


# The published files themselves


def _published(folder: Path, name: str) -> FigureFile:
    sheets, _ = read_sheets(folder / name, name, lambda _done, _total, _label: None)
    return read_file(name, sheets)


def _sum(figures: list[FileFigure]) -> Decimal:
    return sum((figure.number.value for figure in figures if figure.number.value is not None), Decimal(0))


def test_recorded_crime_by_partnership_is_read_to_its_known_figures(real_fixtures: Path) -> None:
    file = _published(real_fixtures, "ons-recorded-crime-by-csp-ye-june-2025.csv")
    assert (file.layout, file.days, len(file.rows)) == (FigureLayout.PARTNERSHIPS, YEAR_TO_JUNE, 407)
    kinds = Counter(row.what for row in file.rows)
    assert (kinds[RowIs.FIGURES], kinds[RowIs.FORCE]) == (314, 42)
    assert kinds[RowIs.UNASSIGNED] + kinds[RowIs.EMPTY] == 42, "Surrey's is blank"
    all_crime = [figure for figure in file.figures if figure.category == file.categories[0]]
    english = [each for each in all_crime if each.code.startswith("E22")]
    welsh = [each for each in all_crime if each.code.startswith("W14")]
    assert (len(english), _sum(english)) == (293, Decimal(4_850_398))
    assert (len(welsh), _sum(welsh)) == (21, Decimal(252_305))
    assert _sum([each for each in all_crime if each.sort is RowSort.SUBTOTAL]) == 5_195_348
    assert _sum([each for each in all_crime if each.sort is RowSort.UNASSIGNED]) == 99_930
    assert [each.number.value for each in all_crime if each.code == "E22000152"] == [9936]
    (noticed,) = (finding.text for finding in file.findings)
    assert noticed.startswith("City of London has no row as a whole"), "every force that has one adds up"


def test_a_street_level_month_is_read_to_its_known_figures(real_fixtures: Path) -> None:
    file = _published(real_fixtures, "police-street-city-of-london-2022-07.csv")
    crimes = [row for row in file.rows if row.has_figures]
    assert (len(crimes), sum(bool(row.repeats) for row in crimes)) == (786, 12)
    assert sum(row.group != "City of London" for row in crimes) == 121
    assert Counter(row.category for row in crimes).most_common(4) == [
        ("Theft from the person", 169),
        ("Violence and sexual offences", 149),
        ("Other theft", 136),
        ("Anti-social behaviour", 75),
    ]
    assert "75 rows have no number" in file.findings[1].text
    city = {CHARNWOOD: Area("City of London", AreaKind.DISTRICT)}
    made = decide(file, FigureChoices(), known(areas=city))
    assert (made.kept, len(made.skipped)) == (786 - 121, 122)
    assert sum(each.count or 0 for each in made.counts) == 665
