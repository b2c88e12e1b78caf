"""What the pictures of Outcomes show that no sample has: files of several tables and of months, sums of places, years
of a family of areas. All of it is invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl

from fundingapp.application.commands.areas import AddArea
from fundingapp.application.commands.figures import RecordFigures
from fundingapp.application.commands.performance import ImportPerformanceTable, TableChoices
from fundingapp.application.commands.results import AddIndicator
from fundingapp.application.desk import Desk
from fundingapp.application.queries.areas import AllPlaces
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.application.queries.performance import ReadPerformanceFile
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.changes import Days
from fundingapp.domain.ids import AreaId, IndicatorId, PerformanceTableId
from fundingapp.domain.indicators import GoodDirection, Indicator, ResultLevel
from fundingapp.domain.periods import FinancialYear, days_of
from tests.figure_texts import STREET

_BEATS = {
    "Beat 71 Riverside": ("30", "34", "28"),
    "Beat 72 Old Town": ("12", "9", "14"),
    "Unassigned": ("1", "2", "0"),
}


def sum_of_beats(desk: Desk, year: FinancialYear) -> IndicatorId:
    """An indicator whose figures are given by beat; of the second quarter the whole was given too, and differs."""
    indicator = Indicator(
        "Residential burglary, by beat",
        None,
        direction=GoodDirection.DOWN,
        level=ResultLevel.OUTCOME,
        summed_over=AreaKind.BEAT,
    )
    made = desk.do(AddIndicator(indicator)).result
    areas = {each.kept.value.name: each.kept for each in desk.ask(AllPlaces())}
    known = {name: kept.id for name, kept in areas.items() if kept.value.kind is AreaKind.BEAT}
    texts_of = dict.fromkeys(known, ("8", "6", "9")) | _BEATS
    beats = known | {name: desk.do(AddArea(Area(name, AreaKind.BEAT))).result for name in _BEATS}
    cells = [
        FigureCell(made, *days_of(year, quarter), text, area=AreaId(beats[name]))
        for name, texts in texts_of.items()
        for quarter, text in enumerate(texts, start=1)
    ]
    desk.do(RecordFigures((*cells, FigureCell(made, *days_of(year, 2), "47"))))
    return made


def family_of_years(desk: Desk, folder: Path) -> PerformanceTableId:
    """A published table of four areas of one family over four years, and what it says of them."""
    path = folder / "family_of_areas.csv"
    path.write_text(
        "Area,2015/16,2016/17,2017/18,2018/19,Change on the year before\n"
        "Charnwood,9120,9480,9993,11258,+12.7%\n"
        "Ashdown,8800,9010,9444,9102,-3.6%\n"
        "Broxley,10020,10110,10460,11019,+5.3%\n"
        "Gedbury,7710,8210,8230,9102,+10.6%\n",
        encoding="utf-8",
    )
    years = {
        f"{first}/{first - 1999}": Days(date(first, 4, 1), date(first + 1, 3, 31))
        for first in range(2015, 2019)
    }
    family = "Charnwood; Ashdown; Broxley; Gedbury"
    choices = TableChoices("All crime", years, family=family, places_down=True)
    return desk.do(ImportPerformanceTable(desk.ask(ReadPerformanceFile(path)), choices)).result.table


def several_tables(folder: Path) -> Path:
    """A workbook with three tables on two sheets, among them one with a wrong total and percentage."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    crime = book.create_sheet("Crime")
    printed: tuple[tuple[object, ...], ...] = (
        ("Crime by type in Charnwood, April to March",),
        ("Crime type", "2017/18", "2018/19", "Change"),
        ("Burglary", 1274, 1259, "-1.2%"),
        ("Theft of vehicles", 191, 302, "+58.1%"),
        ("Robbery", 90, 75, "-18.7%"),
        ("Total", 1555, 1636, "+5.2%"),
        (),
        ("Anti-social behaviour in Charnwood",),
        ("Kind", "2017/18", "2018/19", "Change", "Confidence"),
        ("Noise", 410, 377, "-8.0%", "61.5%"),
        ("Street drinking", 88, 96, "+9.1%", "58.2%"),
    )
    for row in printed:
        crime.append(row)
    hate = book.create_sheet("Hate crime")
    printed = (
        ("Hate crime reported", "2017/18", "2018/19"),
        ("Racist", 96, 121),
        ("Homophobic", 14, 19),
        ("Disablist", 3, 8),
    )
    for row in printed:
        hate.append(row)
    path = folder / "Performance report 2018-19.xlsx"
    book.save(path)
    return path


def months(folder: Path) -> Path:
    """Three months of a force as they are downloaded, a fourth left out."""
    out = folder / "police downloads"
    for month in ("2018-04", "2018-05", "2018-07"):
        path = out / month / f"{month}-midshire-street.csv"
        path.parent.mkdir(parents=True)
        path.write_text(STREET.replace("2022-07", month).replace("2022-08", month), encoding="utf-8")
    return out
