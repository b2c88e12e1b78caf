"""The results chain goes out into the exchange workbook whole, and comes back the same."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from fundingapp.application.commands.exchange import LoadExchange
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.desk import Desk
from fundingapp.application.effect import NOTHING_TO_UNDO
from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.exchange import ExportExchange, ReadExchange
from fundingapp.application.queries.held_results import ResultRow
from fundingapp.application.queries.results import ResultsOf
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.figure_imports import FigureImport, FigureLayout, SkippedFigure
from fundingapp.domain.ids import AreaId, FigureImportId, IndicatorId, PerformanceTableId, ProjectId
from fundingapp.domain.indicators import FigureStatus, IndicatorFigure
from fundingapp.domain.performance import PerformanceFigure, PerformanceFinding, PerformanceTable
from tests.builders_core import YEAR, set_up_grant
from tests.fakes import FakeExchangeBooks, FakeSourceStore, FakeStore, make_tools
from tests.results_steps import CLIENTS, every_step

ONE, TWO, REPORT, SURVEY = (Path(name) for name in ("one.xlsx", "two.xlsx", "report.pdf", "survey.xlsx"))
NOON = datetime(2019, 1, 15, 12, 0, tzinfo=UTC)


def filled(tools_of: Any) -> Desk:
    """A desk whose file has everything of the results chain, with two indicators of one name."""
    desk = Desk(tools_of)
    set_up_grant(desk)
    for command in every_step(REPORT, SURVEY)[:22]:
        desk.do(command)
    taken = FigureImport(
        "beats.csv", "ab" * 32, FigureLayout.AREAS, 2, 1, 1, NOON, "Ann", "Sheet1", date(2019, 1, 31)
    )
    first, last = date(2018, 4, 1), date(2019, 1, 31)
    of_beat = IndicatorFigure(
        IndicatorId(1),
        first,
        last,
        Decimal(7),
        status=FigureStatus.PROVISIONAL,
        area=AreaId(1),
        as_at=last,
        source="force",
        marks="pe",
        batch=FigureImportId(1),
        cell="C5",
    )
    closed = replace(
        CLIENTS,
        project=ProjectId(2),
        area=AreaId(1),
        method="counted\nonce",
        baseline_first=first,
        baseline_last=last,
        is_comparable=False,
        comparability="rules changed",
        is_sensitive=True,
        is_closed=True,
    )
    rows = (
        ("areas", 1, Area("Beat 62", AreaKind.BEAT, aliases=("N62", "NL62"))),
        ("figure_imports", 1, taken),
        ("skipped_figures", 1, SkippedFigure(FigureImportId(1), 9, "a sub-total", "Total;9")),
        ("indicators", 90, closed),
        ("indicator_figures", 90, of_beat),
        ("indicator_figures", 91, IndicatorFigure(IndicatorId(90), first, last, None, marks="c")),
        ("performance_tables", 1, PerformanceTable("Crime", FigureImportId(1), area=AreaId(1))),
        (
            "performance_figures",
            1,
            PerformanceFigure(
                PerformanceTableId(1), "All crime", "N62", first, last, Decimal(2777), AreaId(1)
            ),
        ),
        (
            "performance_findings",
            1,
            PerformanceFinding(PerformanceTableId(1), 3, "Change", "+47.4%", "+4.7%"),
        ),
    )
    desk.do(AddRecords(tuple(Record(*row) for row in rows), "add the rest"))
    return desk


def told(row: ResultRow) -> tuple[Any, ...]:
    """What a row says, without the numbers of its records."""
    own = {entry.name: getattr(row.indicator, entry.name) for entry in fields(row.indicator)}
    for number in ("project", "outcome", "area"):
        own[number] = own[number] is not None
    quarters = [(each.shown, each.marks, each.status) for each in row.quarters]
    return own, row.ref, row.baseline, row.target, quarters, row.to_date.shown, row.judgement


def counts(work: UnitOfWork) -> dict[str, int]:
    kinds = (
        *("outcomes", "outcome_statements", "milestones", "results_rules", "indicators", "indicator_years"),
        *(
            "figure_imports",
            "skipped_figures",
            "indicator_figures",
            "performance_tables",
            "performance_figures",
        ),
        *("performance_findings", "evidence", "supports"),
    )
    return {kind: len(getattr(work, kind).all()) for kind in kinds}


def test_everything_goes_out_and_comes_back_the_same() -> None:
    books, sources = FakeExchangeBooks(), FakeSourceStore({ONE: b"one", REPORT: b"report", SURVEY: b"survey"})
    here, there = FakeStore(), FakeStore()
    desk = filled(make_tools(here.open_work, exchange=books, sources=sources))
    desk.ask(ExportExchange(ONE))
    other = Desk(make_tools(there.open_work, exchange=books, sources=sources))
    read = other.ask(ReadExchange(ONE))
    assert [each.text for each in read.contradictions] == []
    other.do(LoadExchange(read))
    with here.open_work(reading=True) as one, there.open_work(reading=True) as two:
        assert counts(two) == counts(one)
    wanted, found = (
        sorted(
            (told(row) for row in of.ask(ResultsOf(YEAR, 3)).rows),
            key=lambda each: (each[1], each[0]["name"]),
        )
        for of in (desk, other)
    )
    assert found == wanted
    other.ask(ExportExchange(TWO))
    assert books.books[TWO] == books.books[ONE]
    # Taken in once more, it changes nothing.
    again = other.do(LoadExchange(other.ask(ReadExchange(ONE))))
    assert (again.result.new, again.inverse) == (0, NOTHING_TO_UNDO)
