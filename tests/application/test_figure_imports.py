"""Files of figures as a person takes them in: looked through first, in one step, and back again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from fundingapp.application.commands.figure_imports import FiguresImported, ImportFigures
from fundingapp.application.commands.performance import AcceptFinding, ChangePerformanceTable
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.desk import Desk
from fundingapp.application.ports import Tools
from fundingapp.application.progress import Cancelled
from fundingapp.application.queries.figure_previews import (
    FigureImports,
    FiguresRead,
    PreviewFigures,
    ReadFigureFile,
    ReadPastedFigures,
)
from fundingapp.application.queries.held_results import HeldResults
from fundingapp.application.queries.indicators import IndicatorOf
from fundingapp.application.queries.performance import PerformanceTableOf
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import Evidence, Support
from fundingapp.domain.figure_files.plan import FigureChoices, IndicatorChoice, Match, PlaceChoice, Standing
from fundingapp.domain.figure_files.reading import pasted_rows
from fundingapp.domain.figure_imports import FigureLayout
from fundingapp.domain.ids import AreaId, EvidenceId, FigureId, IndicatorId, PerformanceTableId
from fundingapp.domain.indicators import Counted, Indicator
from fundingapp.domain.periods import FinancialYear
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import day, project_id, set_up_grant
from tests.fakes import FakeReader, FakeSourceStore, FakeStore, SteppingClock
from tests.figure_texts import GRID, PARTNERSHIPS, STREET

CHARNWOOD, MELTON, BURGLARY = AreaId(1), AreaId(2), IndicatorId(3)
PLAIN = FigureChoices()
TO_BURGLARY = FigureChoices(indicators=(IndicatorChoice("Residential burglary", BURGLARY, "Charnwood"),))


@pytest.fixture
def office(desk: Desk, store: FakeStore) -> Desk:
    """Two districts; a project with two indicators, and one of the partnership for its first district."""
    set_up_grant(desk)
    project = project_id(store.open_work(reading=True), "P-01")
    desk.do(
        AddRecords(
            (
                Record("areas", CHARNWOOD, Area("Charnwood", AreaKind.DISTRICT)),
                Record("areas", MELTON, Area("Melton Mowbray", AreaKind.DISTRICT)),
                Record("indicators", 1, Indicator("Clients supported", project)),
                Record("indicators", 2, Indicator("Clients satisfied", project, counted=Counted.SHARE)),
                Record("indicators", BURGLARY, Indicator("Domestic burglary", None, area=CHARNWOOD)),
            ),
            "set up",
        )
    )
    return desk


def read(tools: Tools, desk: Desk, text: str, name: str = "crime.csv", sha256: str = "") -> FiguresRead:
    """The file *name* with that text."""
    put(tools, name, text)
    made = desk.ask(ReadFigureFile(Path(name)))
    assert made.copy is not None
    return replace(made, copy=replace(made.copy, sha256=sha256 or made.copy.sha256))


def put(tools: Tools, name: str, text: str) -> FakeSourceStore:
    """A file *name* to be read, beside the others."""
    assert isinstance(tools.sources, FakeSourceStore)
    assert isinstance(tools.reader, FakeReader)
    tools.sources.files[Path(name)] = text.encode()
    tools.reader.whole[name] = (pasted_rows(text),)
    return tools.sources


def imported(desk: Desk, read: FiguresRead, choices: FigureChoices = PLAIN) -> FiguresImported:
    return desk.do(ImportFigures(read, choices)).result


def test_a_table_of_recorded_crime_comes_in_with_every_row_accounted_for(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    file = read(tools, office, PARTNERSHIPS)
    made = imported(office, file, TO_BURGLARY)
    assert (made.read, made.kept, made.skipped) == (13, 1, 12)
    assert (made.counts, made.new) == (3, 1)
    with store.open_work(reading=True) as work:
        (batch,) = work.figure_imports.all()
        assert (batch.value.layout, batch.value.imported_by) == (FigureLayout.PARTNERSHIPS, "Ann")
        assert len(work.skipped_figures.all()) == 12
        (table,) = work.performance_tables.all()
        assert table.value.name.startswith("Table C2")
        assert [kept.value.count for kept in work.performance_figures.all()] == [1200, 120, 1]
        (figure,) = (kept.value for kept in work.indicator_figures.all())
        assert (figure.value, figure.cell) == (Decimal(120), "H6")
        assert figure.batch == batch.id
        assert (figure.first, figure.last) == (day("2024-07-01"), day("2025-06-30"))
    assert isinstance(tools.sources, FakeSourceStore)
    assert tools.sources.kept == [file.copy]
    assert [kept.value.file_name for kept in office.ask(FigureImports())] == ["crime.csv"]


def test_an_import_of_figures_is_taken_back_and_done_again(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    file = read(tools, office, PARTNERSHIPS)
    names = PlaceChoice("Melton, Vale and Rutland", MELTON, remember=True)
    assert_taken_back_and_done_again(
        office, store, ImportFigures(file, replace(TO_BURGLARY, places=(names,)))
    )
    assert office.undo_name == "import crime.csv"


def test_the_day_on_which_a_file_was_taken_out_of_its_source_stands_by_its_figures(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    file = read(tools, office, PARTNERSHIPS)
    with pytest.raises(ExpectedError) as refused:
        imported(office, file, replace(TO_BURGLARY, as_at=tools.today + timedelta(days=1)))
    assert refused.value.code == "not_yet"
    imported(office, file, replace(TO_BURGLARY, as_at=day("2019-01-08")))
    with store.open_work(reading=True) as work:
        held = HeldResults(work)
        (id,) = held.kept_figures
        assert held.as_at(id) == day("2019-01-08")
    (figure,) = office.ask(IndicatorOf(BURGLARY, FinancialYear(2024))).figures
    assert figure.where.endswith("taken in by Ann on 15/01/2019 · as at 08/01/2019")


def test_the_same_file_is_recognised(office: Desk, tools: Tools, store: FakeStore) -> None:
    file = read(tools, office, PARTNERSHIPS)
    imported(office, file)
    preview = office.ask(PreviewFigures(file, PLAIN))
    assert preview.same_as.startswith("imported on")
    assert refusal_of(office, store, ImportFigures(file, PLAIN)).code == "figures_known"
    assert imported(office, file, FigureChoices(again=True)).counts == 3


def test_street_level_crimes_leave_counts_and_the_hash_of_their_file_and_nothing_else(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    file = read(tools, office, STREET, "2022-07-midshire-street.csv", "street")
    made = imported(office, file)
    assert (made.read, made.kept, made.counts) == (8, 4, 3)
    assert isinstance(tools.sources, FakeSourceStore)
    assert not tools.sources.kept
    with store.open_work(reading=True) as work:
        (batch,) = work.figure_imports.all()
        assert batch.value.sha256 == "street"
        held = repr([work.skipped_figures.all(), work.performance_figures.all(), store.state])
    for private in ("aa11", "dd44", "High Street", "52.1", "Under investigation"):
        assert private not in held


def test_a_grid_fills_the_indicators_that_it_names(office: Desk, store: FakeStore) -> None:
    text = GRID.replace("LF-08", "P-01")
    read = office.ask(ReadPastedFigures(text))
    assert read.copy is None
    refused = refusal_of(office, store, ImportFigures(read, PLAIN))
    assert "1 row can’t be read" in refused.message
    made = imported(office, read, FigureChoices(skip_unreadable=True))
    assert (made.new, made.table, made.read, made.kept) == (4, None, 9, 2)
    with store.open_work(reading=True) as work:
        first = work.indicator_figures.all()[0].value
        assert (first.value, first.marks, first.cell, first.source) == (
            Decimal(1095),
            "p",
            "D4",
            "P-01 · Clients supported",
        )


def test_a_figure_that_differs_stays_until_it_is_chosen(office: Desk, store: FakeStore) -> None:
    first = office.ask(ReadPastedFigures("Indicator,Q1 2018/19,Q2 2018/19\nClients supported,10,5\n"))
    imported(office, first)
    later = office.ask(ReadPastedFigures("Indicator,Q1 2018/19,Q2 2018/19\nClients supported,12,5\n"))
    plan = office.ask(PreviewFigures(later, PLAIN)).plan
    assert [(each.standing, each.was and each.was.value) for each in plan.figures] == [
        (Standing.CHANGED, Decimal(10)),
        (Standing.SAME, Decimal(5)),
    ]
    assert (
        "choose which of them"
        in refusal_of(
            office,
            store,
            ImportFigures(
                office.ask(ReadPastedFigures("Indicator,Q1 2018/19\nClients supported,12\n")),
                PLAIN,
            ),
        ).message
    )
    command = ImportFigures(later, FigureChoices(replace=frozenset({FigureId(1)})))
    assert_taken_back_and_done_again(office, store, command)
    with store.open_work(reading=True) as work:
        figures = [kept.value for kept in work.indicator_figures.all()]
    assert [(each.value, int(each.batch or 0)) for each in figures] == [(Decimal(12), 2), (Decimal(5), 1)]


def test_a_table_that_comes_again_takes_the_place_of_the_earlier_one_with_its_papers(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    table = imported(office, read(tools, office, PARTNERSHIPS)).table
    assert table is not None
    office.do(
        AddRecords(
            (
                Record("evidence", 1, Evidence("letter 5", "", 0, SteppingClock()(), "Ann")),
                Record("supports", 1, Support(EvidenceId(1), table=table)),
            ),
            "a paper",
        )
    )
    later = read(tools, office, PARTNERSHIPS.replace('"1,200 "', '"1,250 "'), sha256="later")
    plan = office.ask(PreviewFigures(later, PLAIN)).plan
    assert (plan.same, [(each.old, each.new) for each in plan.changed], plan.gone) == (
        2,
        [("1,200", "1,250")],
        0,
    )
    assert_taken_back_and_done_again(office, store, ImportFigures(later, FigureChoices(replace_table=True)))
    with store.open_work(reading=True) as work:
        (kept,) = work.performance_tables.all()
        assert [each.value.table for each in work.supports.all()] == [kept.id]
        assert {each.value.table for each in work.performance_figures.all()} == {kept.id}
        assert work.performance_figures.all()[0].value.count == 1250


def test_a_name_is_remembered_only_when_it_means_no_other_place(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    file = read(tools, office, PARTNERSHIPS)
    settled = PlaceChoice("Melton, Vale and Rutland", MELTON, remember=True)
    imported(office, file, FigureChoices(places=(settled,)))
    with store.open_work(reading=True) as work:
        assert work.areas.get(MELTON).value.aliases == ("Melton, Vale and Rutland",)
    seen = {each.name: each for each in office.ask(PreviewFigures(file, PLAIN)).plan.places}
    assert (seen[settled.name].area, seen[settled.name].how) == (MELTON, Match.ALIAS)
    office.undo()
    assert store.open_work(reading=True).areas.get(MELTON).value.aliases == ()
    wrong = PlaceChoice("Charnwood", MELTON, remember=True)
    refused = refusal_of(office, store, ImportFigures(file, FigureChoices(places=(wrong,))))
    assert refused.code == "place_taken"


def test_what_a_count_was_taken_for_is_known_the_next_time(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    imported(office, read(tools, office, PARTNERSHIPS), TO_BURGLARY)
    later = read(tools, office, PARTNERSHIPS.replace("June 2025", "June 2026"), sha256="later")
    (figure,) = office.ask(PreviewFigures(later, PLAIN)).plan.figures
    assert (figure.figure.indicator, figure.figure.value, figure.standing) == (
        BURGLARY,
        Decimal(120),
        Standing.NEW,
    )
    office.undo()
    assert office.ask(PreviewFigures(later, PLAIN)).plan.figures == ()


def test_a_file_that_cannot_be_read_leaves_no_copy_behind(office: Desk, tools: Tools) -> None:
    sources = put(tools, "ledger.csv", "Supplier,Amount\nSafer Ltd,12.00\n")
    with pytest.raises(ExpectedError, match="no figures"):
        office.ask(ReadFigureFile(Path("ledger.csv")))
    assert [copy.name for copy in sources.discarded] == ["ledger.csv"]


def test_an_import_that_is_stopped_keeps_nothing(office: Desk, tools: Tools, store: FakeStore) -> None:
    class Stops:
        def report(self, done: int, total: int, label: str) -> None:
            if label == "Keeping the figures" and done:
                raise Cancelled

    command = ImportFigures(read(tools, office, PARTNERSHIPS), PLAIN)
    with pytest.raises(Cancelled):
        office.do(command, Stops())
    with store.open_work(reading=True) as work:
        assert (work.figure_imports.all(), work.performance_tables.all(), work.skipped_figures.all()) == (
            [],
            [],
            [],
        )
    assert isinstance(imported(office, command.read).table, int)


def test_a_published_table_comes_in_with_what_is_wrong_in_it(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    text = "Crime type,2017/18,2018/19,%\nBurglary,100,110,12%\nRobbery,200,210,5%\nDrugs,50,60,20%\n"
    file = read(tools, office, text, "table.csv")
    made = imported(office, file)
    assert (made.read, made.kept, made.counts) == (4, 3, 6)
    with store.open_work(reading=True) as work:
        (finding,) = (kept.value for kept in work.performance_findings.all())
        assert (finding.row, finding.printed, finding.should_be) == (2, "12%", "10%")
        assert finding.table == made.table
    later = read(tools, office, text.replace("110,12%", "111,11%"), "table.csv", "later")
    plan = office.ask(PreviewFigures(later, PLAIN)).plan
    assert (plan.same, [(each.old, each.new) for each in plan.changed]) == (5, [("110", "111")])
    assert_taken_back_and_done_again(office, store, ImportFigures(later, FigureChoices(replace_table=True)))


def test_a_file_with_what_looks_like_personal_data_comes_in_only_for_a_reason(
    office: Desk, store: FakeStore
) -> None:
    text = "Indicator,Q1 2018/19,Comment\nClients supported,12,ask jane.doe@example.org\n"
    read = office.ask(ReadPastedFigures(text))
    refused = refusal_of(office, store, ImportFigures(read, PLAIN))
    assert "1 e-mail address" in refused.message
    assert "jane" not in refused.message, "the thing itself is never repeated"
    office.accept_personal_data = "a made-up address"
    assert imported(office, read).new == 1


#: Two published tables one below the other, each with a wrong percentage.
TWO = (
    "Beats in 2018/19\n"
    "Crime type,2017/18,2018/19,%\nBurglary,100,110,12%\nRobbery,200,210,5%\nDrugs,50,60,20%\n"
    "\n"
    "Vehicles in 2018/19\n"
    "Crime type,2017/18,2018/19,%\nTheft of vehicle,10,12,20%\nTheft from vehicle,40,50,24%\n"
)


def test_each_table_of_a_sheet_is_chosen_by_name_and_taken_in_by_itself(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    first = read(tools, office, TWO, "two.csv")
    assert [(each.part, each.rows, each.figures) for each in first.file.tables] == [
        ("Beats in 2018/19", 3, 6),
        ("Vehicles in 2018/19", 2, 4),
    ]
    assert first.file.part == "Beats in 2018/19"
    assert imported(office, first).counts == 6
    second = office.ask(ReadFigureFile(Path("two.csv"), part="vehicles in 2018/19"))
    preview = office.ask(PreviewFigures(second, PLAIN))
    assert not preview.same_as
    assert preview.taken == {("", "Beats in 2018/19")}
    made = imported(office, second)
    assert (made.read, made.kept, made.counts) == (9, 2, 4)
    assert made.read == made.kept + made.skipped
    assert [kept.value.part for kept in store.open_work().figure_imports.all()] == [
        "Beats in 2018/19",
        "Vehicles in 2018/19",
    ]
    assert "imported on" in refusal_of(office, store, ImportFigures(second, PLAIN)).message
    with pytest.raises(ExpectedError, match="no table “Bicycles”") as refused:
        office.ask(ReadFigureFile(Path("two.csv"), part="Bicycles"))
    assert "“Beats in 2018/19”" in refused.value.advice


def test_an_import_of_an_older_file_version_took_the_first_table_of_its_sheet(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    first = read(tools, office, TWO, "two.csv")
    imported(office, replace(first, file=replace(first.file, part="")))
    assert office.ask(PreviewFigures(first, PLAIN)).same_as
    second = office.ask(ReadFigureFile(Path("two.csv"), part="Vehicles in 2018/19"))
    assert not office.ask(PreviewFigures(second, PLAIN)).same_as


PRINTED = "Crime type,2017/18,2018/19,%\nBurglary,100,110,12%\nRobbery,200,210,6%\nDrugs,50,60,20%\nArson,20,30,50%\n"


@pytest.mark.parametrize("in_place", [True, False])
def test_what_was_accepted_as_wrong_is_carried_on_to_the_same_figure_and_lapses_with_another(
    office: Desk, tools: Tools, store: FakeStore, in_place: bool
) -> None:
    imported(office, read(tools, office, PRINTED, "table.csv"))
    for finding in (1, 2):
        office.do(AcceptFinding(finding, "the publisher knows"))
    # The rows stand elsewhere, one figure is printed otherwise, and a third is wrong that was not.
    rows = ("Drugs,50,60,21%", "Arson,20,30,50%", "Robbery,200,210,7%", "Burglary,100,110,12%")
    again = "\n".join(("Title\n\nCrime type,2017/18,2018/19,%", *rows, ""))
    later = read(tools, office, again, "table.csv", "later")
    assert_taken_back_and_done_again(
        office, store, ImportFigures(later, FigureChoices(replace_table=in_place))
    )
    with store.open_work(reading=True) as work:
        newest = max(kept.id for kept in work.performance_tables.all())
        found = {
            kept.value.printed: kept.value
            for kept in work.performance_findings.all()
            if kept.value.table == newest
        }
    assert set(found) == {"21%", "7%", "12%"}
    assert found["12%"].accepted == "the publisher knows"
    assert found["12%"].history.startswith("Accepted in “table”, imported on ")
    assert (found["7%"].accepted, found["21%"].accepted, found["21%"].history) == ("", "", "")
    assert found["7%"].history.endswith("now 7% is printed, so it is to be decided again.")
    assert "6% was accepted here (“the publisher knows”)" in found["7%"].history


def test_the_years_of_recorded_crime_are_compared_and_ranked_in_the_family(
    office: Desk, tools: Tools, store: FakeStore
) -> None:
    """Three years of the table of the Office for National Statistics; in the second a member has no figure."""
    years = {
        "2023": PARTNERSHIPS.replace("120 ,1", "100 ,1").replace("75 ,2", "60 ,2").replace("7 ,0", "8 ,0"),
        "2024": PARTNERSHIPS.replace("120 ,1", "110 ,1").replace("77 ,7 ,0", "77 ,[x],0"),
        "2025": PARTNERSHIPS,
    }
    family = "Charnwood; Melton, Vale and Rutland; Charnwood Forest"
    everything = FigureChoices(everything=True)
    for year, text in years.items():
        file = read(tools, office, text.replace("June 2025", f"June {year}"), f"{year}.csv", sha256=year)
        made = imported(office, file, replace(everything, table_name=f"Crime {year}"))
        assert made.table is not None
    with store.open_work(reading=True) as work:
        newest = work.performance_tables.get(3).value
    office.do(ChangePerformanceTable(PerformanceTableId(3), replace(newest, family=family)))
    shown = office.ask(PerformanceTableOf(PerformanceTableId(3)))
    (line,) = [
        each
        for each in shown.lines
        if (each.line.category, each.line.place) == ("Residential burglary", "Charnwood")
    ]
    assert [
        (each.previous.name, each.current.name, str(each.percent), rank.in_words if rank else "")
        for each, rank in line.years
    ] == [("Crime 2023", "Crime 2024", "10.0", ""), ("Crime 2024", "Crime 2025", "9.1", "")]
    # With both figures of every member there is a rank, of the least increase first.
    (crime,) = [
        each
        for each in shown.lines
        if each.line.place == "Charnwood" and "Total recorded crime" in each.line.category
    ]
    assert [rank.in_words if rank else "" for _, rank in crime.years] == ["=1/3", "=1/3"]
