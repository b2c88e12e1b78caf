"""“The difference made”: what the paper says is what the screens say, it gives no small number away, names no paper
that tells of people, and is read back before it stands."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest

from fundingapp.application.desk import Desk
from fundingapp.application.queries.difference import DraftDifference, TallyOf, WriteDifference
from fundingapp.application.queries.indicators import IndicatorOf
from fundingapp.application.queries.results import ResultsOf
from fundingapp.application.queries.safe_results import SafeResults
from fundingapp.application.queries.why import Why
from fundingapp.assembly import Assembly
from fundingapp.documents import difference as module
from fundingapp.documents.paper import PAGE_ROOM, Column, texts_of
from fundingapp.domain.allocations import Award
from fundingapp.domain.difference import DifferenceReport, OffBy, Side
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import Evidence, EvidenceType, PersonalData, Support
from fundingapp.domain.funds import Fund, Kind, Partnership
from fundingapp.domain.ids import EvidenceId, FundId, IndicatorId, OutcomeId, PartyId, PerformanceTableId
from fundingapp.domain.indicators import IndicatorFigure
from fundingapp.domain.outcomes import Milestone, OutcomeStatement
from fundingapp.domain.performance import PerformanceFigure, PerformanceFinding, PerformanceTable
from fundingapp.domain.periods import days_of
from fundingapp.domain.profiles import VarianceReason
from fundingapp.domain.value import Sentence
from tests.application.test_return_results import CLIENTS, CRIME, HATE, SATISFIED, lived, record
from tests.builders_core import YEAR, money
from tests.fakes import FakeDifferenceWriter, FakeStore, SteppingClock, make_tools
from tests.lived_years import FUND, NAME, LivedYears


@pytest.fixture
def years() -> LivedYears:
    clock = SteppingClock(datetime(2019, 6, 1, 9, tzinfo=UTC))
    store = FakeStore(clock=clock)
    desk = Desk(make_tools(store.open_work, clock=clock))
    made = lived(desk, store)
    made.add("partnership", Partnership("Safer Charnwood"))
    made.allocate(YEAR, "12,000.00")
    record(made, CLIENTS, 4, 5)
    record(made, CRIME, 1, 954)
    return made


def draft(years: LivedYears, **asked: Any) -> DifferenceReport:
    return years.desk.ask(DraftDifference(YEAR, FUND, **asked))


def written(years: LivedYears, tmp_path: Path, **asked: Any) -> Path:
    out = tmp_path / "difference.docx"
    Assembly().difference_writer(draft(years, **asked), out)
    return out


def table_under(out: Path, *headings: str) -> list[list[str]]:
    """The rows of the first table with those headings."""
    for table in docx.Document(str(out)).tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        if rows[0][: len(headings)] == list(headings):
            return rows[1:]
    raise AssertionError(f"there is no table headed {headings}")


def keep(years: LivedYears, name: str, indicator: IndicatorId = SATISFIED, **fields: Any) -> None:
    id = years.add("evidence", Evidence(name, "", 0, datetime(2019, 4, 1, tzinfo=UTC), "Ann", **fields))
    years.add("supports", Support(EvidenceId(id), indicator=indicator))


def test_the_money_is_that_of_the_position_to_the_penny(years: LivedYears, tmp_path: Path) -> None:
    out, position = written(years, tmp_path), years.position(YEAR)
    assert table_under(out, "Grant", "Available £") == [
        [NAME, "12,000.00", "10,000.00", "9,750.00", str(position.available - position.spent)]
    ]
    rows = table_under(out, "Project", "Kind")
    assert [row[0] for row in rows] == [
        *(f"{each.ref} {each.project.name}" for each in position.projects),
        "Together",
    ]
    for row, each in zip(rows, position.projects, strict=False):
        assert row[2:] == list(map(str, (each.budget.award, each.budget.current, each.spent, each.left)))
    assert rows[-1][2:5] == [str(position.awarded), str(position.awarded), str(position.spent)]


def test_the_results_are_those_of_the_screen(years: LivedYears, tmp_path: Path) -> None:
    out = written(years, tmp_path)
    said = {
        row[0]: row
        for table in docx.Document(str(out)).tables
        for row in [[c.text for c in r.cells] for r in table.rows]
        if len(row) == 7
    }
    results, safe = years.desk.ask(ResultsOf(YEAR, 4, FUND)), years.desk.ask(SafeResults(YEAR, 4, FUND))
    for row in results.rows:
        unit = row.indicator.unit
        name = f"{row.indicator.name} ({unit})" if unit not in {"", "%"} else row.indicator.name
        assert not safe.marks.get(row.id)
        found = said[name]
        of = f" of {row.to_date.denominator}" if row.to_date.denominator is not None else ""
        assert found[1] == (row.baseline.text or "–")
        assert found[2] == (f"{row.to_date.shown}{of}" if row.to_date.value is not None else "[x]")
        assert found[3].startswith(row.target.text or "–")
        assert found[4] == row.judgement.word
    assert said["Clients supported (clients)"][2:5] == ["200", "180 (111.1% of it)", "met"]
    costs = table_under(out, "One of", "Spent £")
    assert ["Clients supported", "9,750.00", "200", "48.75"] in [row[:4] for row in costs]


def test_the_exceptions_stand_first_with_their_reasons(years: LivedYears, tmp_path: Path) -> None:
    years.award("LF-09", YEAR, "1,000.00")
    years.spend("LF-09", YEAR, "1,200.00", period=12)
    reason = "Two sessions more than planned."
    given = VarianceReason(
        years.project("LF-09"), FUND, Kind.REVENUE, YEAR, 9, reason, "Ann", datetime(2019, 1, 1, tzinfo=UTC)
    )
    years.add("variance_reasons", given)
    report = draft(years)
    assert [(each.by, each.side, each.ref or each.name, each.reason) for each in report.off] == [
        (OffBy.SPEND, Side.OVER, "LF-09", reason),
        (OffBy.RESULT, Side.OVER, "Residential burglary", ""),
    ]
    assert years.desk.ask(Why(report.off[0].figure)).value == money("200.00")
    out = written(years, tmp_path)
    texts = texts_of(out)
    assert texts.index("Exceptions") < texts.index("The money")
    rows = table_under(out, "Project or measure")
    assert rows == [
        ["LF-09 Project LF-09", "over", "£1,200.00 spent of £1,000.00: £200.00 (20.0%) over.", reason]
    ]
    assert "No reason is recorded." in texts


def test_no_small_number_is_anywhere_in_the_file(years: LivedYears, tmp_path: Path) -> None:
    # 2017/18 came to 4, the year to 3,067: neither these, nor what is left of their sum, may be told.
    for quarter, value in enumerate((3061, 2, 1, 3), start=1):
        record(years, HATE, quarter, value)
    first, last = days_of(YEAR.previous, 2)
    years.add("indicator_figures", IndicatorFigure(HATE, first, last, Decimal(4)))
    years.add(
        "sentences",
        Sentence(years.project("LF-08"), YEAR, "{spent} → {output}, from {output baseline}", HATE, None),
    )
    keep(years, "notes.txt", HATE, title="Notes on incidents")
    out = written(years, tmp_path)
    texts = texts_of(out)
    [row] = [
        row
        for row in (texts[at : at + 7] for at, text in enumerate(texts) if text == "Hate incidents, LGBT+")
        if row[4] == "small numbers"
    ]
    assert row[2] in ("[c]", "<5")
    for table in docx.Document(str(out)).tables:
        for cells in table.rows:
            if cells.cells[0].text.startswith("Hate incidents"):
                assert not {"2", "3", "4", "3,067", "3067"} & {cell.text for cell in cells.cells}
    with zipfile.ZipFile(out) as archive:
        everything = " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert not re.search(r"3,?067", everything)
    made = tmp_path / "difference.pdf"
    Assembly().difference_writer(draft(years), made)
    assert not re.search(r"3,?067", " ".join(page.extract_text() for page in pypdf.PdfReader(made).pages))


def test_an_indicator_goes_through_the_years(years: LivedYears, tmp_path: Path) -> None:
    for number, value in enumerate((40, 41, 42, 48), start=1):
        first, last = days_of(YEAR.previous, number)
        years.add(
            "indicator_figures",
            IndicatorFigure(CLIENTS, first, last, Decimal(value), marks="b" if number == 1 else ""),
        )
    rows = table_under(written(years, tmp_path), "Measure", "Baseline", "2017/18", "2018/19")
    assert rows == [["Clients supported", "171", "171 [b]", "200", "180"]]
    shown = years.desk.ask(IndicatorOf(CLIENTS, YEAR, 4, FUND))
    assert [each.to_date.value for each in shown.years] == [171, 200]


def test_papers_are_numbered_and_those_that_tell_of_people_not_named(
    years: LivedYears, tmp_path: Path
) -> None:
    keep(years, "survey.xlsx", title="Client survey 2018", dated=date(2019, 3, 1), sort=EvidenceType.SURVEY,
         limits="Only those who came to the end were asked.")  # fmt: skip
    keep(
        years,
        "Jane Doe.docx",
        title="Story of Jane Doe",
        sort=EvidenceType.CASE_STUDY,
        personal=PersonalData.SOME,
    )
    out = written(years, tmp_path)
    assert [row[:4] for row in table_under(out, "No.", "Paper")] == [
        ["1", "Client survey 2018", "01/03/2019", "survey"],
        ["2", "not named: it holds personal data", "–", "case study"],
    ]
    assert "Jane" not in " ".join(texts_of(out))
    assert ["Evidence 1, Client survey 2018", "Only those who came to the end were asked."] in table_under(
        out, "Of"
    )
    satisfied = next(row for row in map(list, _lines(out)) if row[0] == "Satisfied")
    assert satisfied[-1] == "1, 2"


def _lines(out: Path) -> list[list[str]]:
    return [
        [cell.text for cell in row.cells]
        for table in docx.Document(str(out)).tables
        for row in table.rows
        if len(row.cells) == 7
    ]


def test_gaps_limits_milestones_and_silence_are_said_plainly(years: LivedYears, tmp_path: Path) -> None:
    years.award("LF-11", YEAR, "500.00")
    years.add(
        "milestones",
        Milestone(years.project("LF-08"), "Worker in post", date(2018, 6, 30), done_on=date(2018, 7, 2)),
    )
    years.add(
        "outcome_statements",
        OutcomeStatement(OutcomeId(1), YEAR, None, "They feel safer.", "survey", "few answered"),
    )
    texts = texts_of(written(years, tmp_path))
    for said in (
        "They feel safer.",
        "What that can't show: few answered",
        "few answered",
        "Milestone: Worker in post: done 02/07/2018, 2 days late",
        "LF-11 Project LF-11",
        "Projects of which no result is recorded",
    ):
        assert said in texts, said
    report = draft(years)
    [project] = [each for each in report.projects if each.ref == "LF-08"]
    assert any(
        gap.startswith("No figure for Q1, Q2, Q3 and Q4: ") and "Hate incidents" in gap
        for gap in project.gaps
    )
    assert any(
        gap.startswith("No evidence for Q1: ") and "“Clients supported”" in gap for gap in project.gaps
    )
    assert report.tally.missing == len(years.desk.ask(ResultsOf(YEAR, 4, FUND)).missing)
    assert report.tally == years.desk.ask(TallyOf(YEAR, FUND, 4)).tally


def test_published_tables_name_what_was_printed_wrongly(years: LivedYears, tmp_path: Path) -> None:
    table = PerformanceTableId(
        years.add("performance_tables", PerformanceTable("Crime by beat", publisher="Police"))
    )
    for row, (before, now) in enumerate(((717, 751), (100, 90)), start=2):
        for column, (start, count) in enumerate(((2017, before), (2018, now)), start=2):
            days = date(start, 4, 1), date(start + 1, 1, 31)
            years.add(
                "performance_figures",
                PerformanceFigure(table, f"Crime {row}", "", *days, Decimal(count), row=row, column=column),
            )
    years.add("performance_findings", PerformanceFinding(table, 2, "% Change", "+47.4%", "+4.7%", "", ""))
    out = written(years, tmp_path)
    rows = table_under(out, "What", "Before", "Now")
    assert [row[1:5] for row in rows] == [["717", "751", "+34", "+4.7"], ["100", "90", "−10", "−10.0"]]
    assert "Now: 1 April 2018 to 31 January 2019." in texts_of(out)
    assert "Crime 2, “% Change”: +47.4% is printed; the counts give +4.7%." in texts_of(out)
    # Beside a hidden count, what a total should be would tell it.
    years.add(
        "performance_figures",
        PerformanceFigure(
            table, "Crime 4", "", date(2018, 4, 1), date(2019, 1, 31), Decimal(3), row=4, column=3
        ),
    )
    said = " ".join(texts_of(written(years, tmp_path)))
    assert "+47.4%" not in said
    assert "1 printed figure of it does not follow from the counts" in said


def test_a_part_of_a_year_says_so_and_misses_no_target_yet(years: LivedYears, tmp_path: Path) -> None:
    report = draft(years, quarter=1)
    assert [each for each in report.off if each.by is OffBy.RESULT and each.name == "Clients supported"] == []
    texts = texts_of(written(years, tmp_path, quarter=1))
    assert "To the end of Q1: the year goes on, and targets are those of the whole year." in texts


def test_without_a_fund_the_paper_is_of_every_grant(years: LivedYears, tmp_path: Path) -> None:
    years.add("funds", Fund("Home Office Fund", PartyId(1)))
    years.add("awards", Award(years.project("LF-08"), FundId(2), YEAR, Kind.REVENUE, money("500.00")))
    report = years.desk.ask(DraftDifference(YEAR, quarter=4))
    assert report.title == "The difference made: Home Office Fund and Locality Fund 2018/19"
    out = tmp_path / "all.docx"
    Assembly().difference_writer(report, out)
    assert [row[2] for row in table_under(out, "Grant", "Available £")] == [
        "500.00",
        "10,000.00",
        "10,500.00",
    ]
    assert [row[0] for row in table_under(out, "Project", "Kind")] == [
        "LF-08 Project LF-08, Home Office Fund",
        "LF-08 Project LF-08, Locality Fund",
        "Together",
    ]


def test_a_sentence_with_a_typed_number_or_without_a_figure_is_to_be_seen_to(years: LivedYears) -> None:
    for wording in ("{spent} → {output}", "Some 90 people: {output}", "{outcome}"):
        years.add("sentences", Sentence(years.project("LF-08"), YEAR, wording, CLIENTS))
    report = draft(years)
    [project] = [each for each in report.projects if each.ref == "LF-08"]
    assert [text for text, _ in project.sentences] == [
        "£9,750.00 → 200 clients supported",
        "Some 90 people: 200 clients supported",
    ]
    seen = " ".join(report.to_see_to)
    assert "“90” was typed and follows no figure." in seen
    assert "LF-08: a sentence is left out, for " in seen


def test_a_year_without_a_grant_is_refused(years: LivedYears) -> None:
    with pytest.raises(ExpectedError) as refusal:
        years.desk.ask(DraftDifference(YEAR.next.next))
    assert refusal.value.code == "no_grant"


def test_it_is_written_through_the_port_and_read_back(years: LivedYears, tmp_path: Path) -> None:
    report, out = draft(years), tmp_path / "difference.docx"
    writer = FakeDifferenceWriter()
    store_desk = Desk(make_tools(years.open_work, write_difference=writer, clock=SteppingClock()))
    found = store_desk.ask(WriteDifference(YEAR, out, FUND))
    assert found.path == out
    assert list(writer.reports) == [out]
    write = Assembly().difference_writer
    write(report, out)
    made = docx.Document(str(out))
    assert made.core_properties.language == "en-GB"
    assert [
        paragraph.text for paragraph in made.paragraphs if paragraph.style and paragraph.style.name == "Title"
    ] == [report.title]
    headed = [table for table in made.tables if table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")]
    assert len(headed) == len(made.tables)
    pdf = tmp_path / "difference.pdf"
    write(report, pdf)
    read = pypdf.PdfReader(pdf)
    assert read.metadata is not None
    assert read.metadata.title == report.title
    for text in ("Exceptions", "Clients supported", "9,750.00"):
        assert text in " ".join(page.extract_text() for page in read.pages)
    with pytest.raises(ExpectedError, match=r"ends in \.docx or \.pdf"):
        write(report, tmp_path / "difference.txt")


def test_columns_fit_between_the_margins() -> None:
    tables = [
        value
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, tuple) and value and isinstance(value[0], Column)
    ]
    assert len(tables) == 9
    for columns in tables:
        assert round(sum(column.width for column in columns), 6) == PAGE_ROOM
