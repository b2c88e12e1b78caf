"""Published tables in the file: kept as published, everything worked out of the counts, side by side with others."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from fundingapp.application.commands.performance import (
    AcceptFinding,
    ChangePerformanceTable,
    ImportPerformanceTable,
    MoveTablePeriod,
    RemovePerformanceTable,
    TableChoices,
    TableImported,
)
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.desk import Desk
from fundingapp.application.ports import Tools
from fundingapp.application.queries.performance import (
    PerformanceFileRead,
    PerformanceTableOf,
    PerformanceTables,
    ReadPerformanceFile,
)
from fundingapp.application.queries.why import Why
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.changes import Days, Trend
from fundingapp.domain.evidence import Evidence, Support
from fundingapp.domain.ids import AreaId, EvidenceId, PerformanceTableId
from fundingapp.domain.ledger import RawRow, SheetRows
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.fakes import FakeReader, FakeSourceStore, FakeStore

PERFORMANCE = Path(__file__).parents[1] / "data" / "performance"
TO_2018 = Days(date(2017, 4, 1), date(2018, 1, 31))
TO_2019 = Days(date(2018, 4, 1), date(2019, 1, 31))
BOROUGH = TableChoices(
    "CSP crime performance",
    {"31 January 2018": TO_2018, "31 January 2019": TO_2019},
    "Charnwood Community Safety Partnership",
    AreaId(1),
)
BEATS = TableChoices("Crime by beat", {"2018": TO_2018, "2019": TO_2019}, area=AreaId(1))


def put(tools: Tools, name: str, text: str) -> Path:
    """A file *name* with that text, to be read."""
    assert isinstance(tools.sources, FakeSourceStore)
    assert isinstance(tools.reader, FakeReader)
    tools.sources.files[Path(name)] = text.encode()
    records = enumerate(csv.reader(io.StringIO(text)), start=1)
    rows = (RawRow(number, tuple(cell or None for cell in cells)) for number, cells in records if any(cells))
    tools.reader.whole[name] = (SheetRows("", tuple(rows)),)
    return Path(name)


def published(tools: Tools, desk: Desk, name: str) -> PerformanceFileRead:
    text = (PERFORMANCE / name).read_text(encoding="utf-8")
    return desk.ask(ReadPerformanceFile(put(tools, name, text)))


def taken(tools: Tools, desk: Desk, name: str, choices: TableChoices) -> TableImported:
    return desk.do(ImportPerformanceTable(published(tools, desk, name), choices)).result


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A borough with one beat that goes by a number."""
    areas = (
        Record("areas", 1, Area("Charnwood", AreaKind.DISTRICT)),
        Record("areas", 2, Area("Woodhouse", AreaKind.BEAT, aliases=("Beat 56", "N56"), parent=AreaId(1))),
    )
    desk.do(AddRecords(areas, "places"))
    return desk


def test_a_published_table_is_kept_with_its_counts_and_its_errors(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    made = taken(tools, office, "charnwood_crime_by_beat.csv", BEATS)
    assert (made.read, made.kept, made.skipped, made.figures, made.findings) == (11, 10, 1, 80, 3)
    shown = office.ask(PerformanceTableOf(made.table))
    assert shown.periods == (TO_2018, TO_2019)
    assert [(each.value.printed, each.value.should_be) for each in shown.findings] == [
        ("+47.4%", "+4.7%"),
        ("-3.2%", "-3.1%"),
        ("+23.9%", "+24.0%"),
    ]
    first = shown.lines[0]
    assert (first.line.category, first.area) == ("All crime", "Woodhouse")
    assert (first.line.difference, first.line.percent) == (Decimal(34), Decimal("4.7"))
    assert first.line.trend is Trend.UP
    small = next(each for each in shown.lines if each.line.percent == 600)
    assert small.line.is_small_base
    assert "says little" in small.line.note
    assert shown.skipped == ((1, "headings"),)
    assert isinstance(tools.sources, FakeSourceStore)
    assert len(tools.sources.kept) == 1
    (row,) = office.ask(PerformanceTables())
    assert (row.rows, row.waiting, row.accepted, row.file) == (40, 3, 0, "charnwood_crime_by_beat.csv")


def test_every_command_on_tables_is_taken_back_and_done_again(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    read = published(tools, office, "charnwood_crime_by_beat.csv")
    assert_taken_back_and_done_again(office, store, ImportPerformanceTable(read, BEATS))
    (row,) = office.ask(PerformanceTables())
    table = PerformanceTableId(row.kept.id)
    shown = office.ask(PerformanceTableOf(table))
    finding = shown.findings[0].id
    assert_taken_back_and_done_again(office, store, AcceptFinding(finding, "as the police published it"))
    assert_taken_back_and_done_again(office, store, AcceptFinding(finding, ""))
    after = replace(
        row.kept.value, name="Beats", is_comparable=False, comparability="recording rules changed"
    )
    assert_taken_back_and_done_again(office, store, ChangePerformanceTable(table, after))
    assert all(each.line.percent is None for each in office.ask(PerformanceTableOf(table)).lines)
    moved = Days(date(2017, 1, 1), date(2017, 12, 31))
    assert_taken_back_and_done_again(office, store, MoveTablePeriod(table, TO_2018, moved))
    assert_taken_back_and_done_again(office, store, RemovePerformanceTable(table))
    assert office.ask(PerformanceTables()) == ()
    with store.open_work(reading=True) as work:
        assert work.figure_imports.all() == []
        assert work.skipped_figures.all() == []


def test_the_days_of_a_heading_are_asked_for_and_never_assumed(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    read = published(tools, office, "charnwood_crime_2018_19.csv")
    proposed = read.tables[0].periods
    assert [(each.days, each.is_sure) for each in proposed] == [(TO_2018, False), (TO_2019, False)]
    refusal = refusal_of(office, store, ImportPerformanceTable(read, TableChoices()))
    assert refusal.code == "periods_unsettled"
    assert "1 April 2018 to 31 January 2019" in refusal.message
    alike = TableChoices(periods={"31 January 2018": TO_2019, "31 January 2019": TO_2019})
    assert refusal_of(office, store, ImportPerformanceTable(read, alike)).code == "periods_alike"
    sure = published(tools, office, "coventry_crime_2014_15.csv").tables[0].periods
    assert [(str(each.days and each.days.first), each.is_sure) for each in sure] == [
        ("2013-04-01", True),
        ("2014-04-01", True),
    ]


def test_the_very_file_is_not_taken_in_twice_unasked(office: Desk, tools: Tools, store: FakeStore) -> None:
    taken(tools, office, "charnwood_crime_2018_19.csv", BOROUGH)
    again = published(tools, office, "charnwood_crime_2018_19.csv")
    assert again.same_as.startswith("imported on")
    assert refusal_of(office, store, ImportPerformanceTable(again, BOROUGH)).code == "figures_known"
    office.do(ImportPerformanceTable(again, replace(BOROUGH, again=True)))
    assert len(office.ask(PerformanceTables())) == 2


def test_tables_of_the_same_thing_stand_side_by_side(office: Desk, tools: Tools) -> None:
    borough = taken(tools, office, "charnwood_crime_2018_19.csv", BOROUGH)
    beats = taken(tools, office, "charnwood_crime_by_beat.csv", BEATS)
    family = taken(tools, office, "charnwood_family_group.csv", replace(BOROUGH, name="Family group"))
    others = office.ask(PerformanceTableOf(borough.table)).others
    # The family group has the same counts for all nine categories.
    assert sum(each.table == family.table and not each.differs for each in others) == 18
    # The ten beats sum to the borough in both periods.
    sums = [each for each in others if each.table == beats.table and each.category == "All Crime"]
    assert [(int(each.here), int(each.there), each.of_parts) for each in sums] == [
        (9993, 9993, 10),
        (11258, 11258, 10),
    ]
    # “Theft of Vehicles” here is “Theft of motor vehicle” there.
    theft = [
        each.there for each in others if each.table == beats.table and each.category == "Theft of Vehicles"
    ]
    assert theft == [191, 302]
    assert not [each for each in others if each.differs]
    text = """
CSP,2018/19 to date
Charnwood,10844
Blaby,4712
"""
    path = put(tools, "figure3.csv", text.strip())
    another = TableChoices("Increase in recorded crime", {"2018/19": TO_2019})
    office.do(ImportPerformanceTable(office.ask(ReadPerformanceFile(path)), another))
    (differs,) = [each for each in office.ask(PerformanceTableOf(borough.table)).others if each.differs]
    assert differs.in_words == (
        "All Crime, 1 April 2018 to 31 January 2019: 11,258 here, but 10,844 in “Increase in recorded crime”."
    )


def test_a_family_rank_is_worked_out_where_the_file_holds_the_family(office: Desk, tools: Tools) -> None:
    choices = replace(BOROUGH, family="Charnwood; Ashfield; Broxtowe; Gedling")
    made = taken(tools, office, "charnwood_family_group.csv", choices)
    lines = office.ask(PerformanceTableOf(made.table)).lines
    assert lines[0].printed_rank == "9/15"
    assert lines[0].rank is None  # nobody knows the others' figures
    text = """
CSP,2018,2019
Ashfield,1000,1300
Broxtowe,1000,1100
Gedling,9993,11258
"""
    path = put(tools, "family.csv", text.strip())
    days = TableChoices("All crime", {"2018": TO_2018, "2019": TO_2019})
    office.do(ImportPerformanceTable(office.ask(ReadPerformanceFile(path)), days))
    rank = office.ask(PerformanceTableOf(made.table)).lines[0].rank
    assert rank is not None
    assert rank.in_words == "=2/4"


def test_the_members_of_a_family_are_no_parts_of_a_whole(office: Desk, tools: Tools) -> None:
    ours = put(tools, "ours.csv", "Crime type,2018,2019\nAll crime,717,751\nRobbery,12,10\n")
    days = {"2018": TO_2018, "2019": TO_2019}
    office.do(ImportPerformanceTable(office.ask(ReadPerformanceFile(ours)), TableChoices("Ours", days)))
    family = put(tools, "family.csv", "CSP,2018,2019\nAshfield,1000,1300\nBroxtowe,1000,1100\n")
    choices = TableChoices("All crime", days, family="Ashfield; Broxtowe", places_down=True)
    made = office.do(ImportPerformanceTable(office.ask(ReadPerformanceFile(family)), choices)).result
    assert office.ask(PerformanceTableOf(made.table)).others == ()
    kept = office.ask(PerformanceTableOf(made.table)).kept.value
    office.do(ChangePerformanceTable(made.table, replace(kept, family="")))
    told = [each.in_words for each in office.ask(PerformanceTableOf(made.table)).others]
    assert any("2,400 here, but 751" in each for each in told), "two places of ours may be the whole"


def test_why_a_change_is_so_leads_to_the_cells_of_the_file(office: Desk, tools: Tools) -> None:
    made = taken(tools, office, "charnwood_crime_by_beat.csv", BEATS)
    shown = office.ask(PerformanceTableOf(made.table))
    why = office.ask(Why(shown.figure_name(shown.lines[0], change=True)))
    assert why.shown == "+4.7%"
    assert "(751 − 717) ÷ 717" in why.note
    assert [(each.shown, each.where) for each in why.sources] == [
        ("717", "charnwood_crime_by_beat.csv, B2"),
        ("751", "charnwood_crime_by_beat.csv, C2"),
    ]
    assert office.ask(Why(shown.figure_name(shown.lines[0]))).shown == "751"


def test_small_numbers_stay_as_they_were_published(office: Desk, tools: Tools) -> None:
    years = {
        "2013": Days(date(2013, 1, 1), date(2013, 12, 31)),
        "2014": Days(date(2014, 1, 1), date(2014, 12, 31)),
    }
    made = taken(tools, office, "coventry_hate_crime_small_numbers.csv", TableChoices("Hate crime", years))
    shown = office.ask(PerformanceTableOf(made.table))
    hidden = next(each for each in shown.lines if each.line.category == "Gypsy/Traveller")
    assert [figure and figure.hidden for figure in hidden.line.counts] == ["<5", "<5"]
    assert hidden.line.percent is None
    racist = next(each for each in shown.lines if each.line.category == "Racist")
    assert racist.line.percent == Decimal("15.9")


def test_a_table_with_papers_is_not_removed_and_a_finding_needs_a_reason(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    made = taken(tools, office, "charnwood_crime_by_beat.csv", BEATS)
    finding = office.ask(PerformanceTableOf(made.table)).findings[0].id
    assert refusal_of(office, store, AcceptFinding(finding, " ")).code == "no_reason"
    paper = Record("evidence", 1, Evidence("the report", "", 0, datetime(2019, 2, 1, tzinfo=UTC), "Ann"))
    link = Record("supports", 1, Support(EvidenceId(1), table=made.table))
    office.do(AddRecords((paper, link), "a paper"))
    assert refusal_of(office, store, RemovePerformanceTable(made.table)).code == "has_papers"


def test_figures_of_several_years_make_a_series(office: Desk, tools: Tools) -> None:
    taken(tools, office, "charnwood_crime_2018_19.csv", BOROUGH)
    text = """
Crime type,2016/17 to January
All crime,8500
"""
    path = put(tools, "earlier.csv", text.strip())
    before = Days(date(2016, 4, 1), date(2017, 1, 31))
    choices = TableChoices("An earlier report", {"2016/17": before}, area=AreaId(1))
    office.do(ImportPerformanceTable(office.ask(ReadPerformanceFile(path)), choices))
    (row, *_) = office.ask(PerformanceTables())
    series = office.ask(PerformanceTableOf(PerformanceTableId(row.kept.id))).lines[0].series
    assert [(days.last.year, int(number)) for days, number, _ in series] == [
        (2017, 8500),
        (2018, 9993),
        (2019, 11258),
    ]
