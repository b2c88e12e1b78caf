"""The return's sheets of results: they say what the records say, their formulas agree, and no hidden number is in the
file."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fundingapp.application.desk import Desk
from fundingapp.domain.ids import IndicatorId
from fundingapp.domain.indicators import ResultLevel
from fundingapp.domain.money import Money
from fundingapp.domain.outcomes import ResultsRules
from fundingapp.domain.return_results import (
    NO_FIGURE,
    NOTHING,
    CostLine,
    IndicatorLine,
    OutcomeLine,
    PerformanceLine,
    ReturnResults,
    SafeFigure,
)
from fundingapp.domain.returns import ReturnDocument, checks_of, figures_checksum
from fundingapp.workbooks.read_back import read_back
from fundingapp.workbooks.return_writer import write_return
from tests.application.test_return_results import HATE as SENSITIVE, document as draft, lived, record
from tests.builders import make_document
from tests.fakes import FakeStore, make_tools
from tests.workbooks.evaluator import Evaluator
from tests.workbooks.test_return_writer import rows_of


def number(text: str) -> SafeFigure:
    return SafeFigure(Decimal(text))


CLIENTS = IndicatorLine(
    IndicatorId(1),
    "LF-08",
    "Domestic abuse services",
    ResultLevel.OUTPUT,
    "Clients supported",
    "clients",
    number("171"),
    number("180"),
    (number("61"), number("70"), number("64"), NO_FIGURE),
    number("195"),
    "met",
    adds=True,
    of_target=Decimal("108.3"),
    marks=("Q3 [p]",),
    source="provider's report",
    papers=("LWA_Q3_report.pdf",),
    missing=(4,),
    figure="indicator/1/2018/19/to-date",
)
#: Q1 and Q3 are small, and so is what they are of; what may be shown is all that this line has.
HATE = IndicatorLine(
    IndicatorId(2),
    "LF-09",
    "Hate crime reporting",
    ResultLevel.OUTPUT,
    "Hate incidents reported, LGBT+",
    "incidents",
    SafeFigure(text="<5"),
    SafeFigure(text="rise"),
    (SafeFigure(text="<5"), number("5"), SafeFigure(text="<5"), SafeFigure(text="[c]")),
    SafeFigure(text="[c]"),
    "small numbers",
    adds=True,
    papers=("incidents.csv",),
)
SATISFIED = IndicatorLine(
    IndicatorId(3),
    "LF-08",
    "Domestic abuse services",
    ResultLevel.OUTCOME,
    "Satisfied (good or excellent)",
    "%",
    number("97"),
    number("95"),
    (number("100"), number("100"), number("100"), NOTHING),
    number("100"),
    "met",
    outcome="Victims cope and recover",
    baseline_period="01/04/2017 to 31/03/2018",
    of_target=Decimal("105.3"),
    as_at=date(2019, 4, 1),
    base=number("40"),
    direction="up is good",
    comparability="Another question was asked before.",
    covers="01/04/2018 to 31/12/2018",
)
RESULTS = ReturnResults(
    (CLIENTS, HATE, SATISFIED),
    (
        OutcomeLine(
            "LF-08",
            "Domestic abuse services",
            "Victims cope and recover",
            "Two of them moved home",
            ("survey.pdf",),
            "survey at the end of support",
            "of those who answered",
            ("case A.docx",),
            is_sensitive=True,
        ),
        OutcomeLine("LF-09", "Hate crime reporting", "More is reported", ""),
    ),
    (
        CostLine(
            "LF-08",
            "Domestic abuse services",
            ResultLevel.OUTPUT,
            "Clients supported",
            Money.parse("10,000"),
            Decimal(195),
            Money.parse("51.28"),
            "people may be counted in more than one period",
        ),
        CostLine(
            "LF-08",
            "Domestic abuse services",
            ResultLevel.OUTCOME,
            "Satisfied (good or excellent)",
            Money.parse("10,000"),
            Decimal(40),
            Money.parse("250"),
            "",
        ),
        CostLine(
            "LF-09",
            "Hate crime reporting",
            ResultLevel.OUTPUT,
            "Hate incidents",
            Money(1),
            None,
            None,
            "hidden",
        ),
    ),
    (
        PerformanceLine(
            "Beat 56",
            "All crime",
            "1 April 2018 to 31 January 2019",
            number("717"),
            number("751"),
            number("34"),
            number("4.7"),
            "reduction",
            "up",
            "9/15",
            date(2019, 2, 22),
            "Charnwood by beat",
        ),
        PerformanceLine(
            "Beat 57",
            "Hate",
            "1 April 2018 to 31 January 2019",
            SafeFigure(text="<5"),
            SafeFigure(text="[c]"),
            SafeFigure(text="[c]"),
            SafeFigure(text="[c]"),
        ),
    ),
)


def document(results: ReturnResults | None = RESULTS) -> ReturnDocument:
    return replace(make_document(), results=results)


def test_outputs_stand_quarter_by_quarter_with_what_is_hidden_in_words(tmp_path: Path) -> None:
    written = write_return(document(), tmp_path / "R.xlsx")
    clients, hate = rows_of(written, "Outputs")
    assert [clients[name] for name in ("Baseline", "Target", "Q1", "Q2", "Q3", "Q4", "To date")] == [
        171, 180, 61, 70, 64, "[x]", 195,
    ]  # fmt: skip
    assert (clients["% of target"], clients["State"], clients["Marks"]) == (Decimal("108.3"), "met", "Q3 [p]")
    assert [hate[name] for name in ("Baseline", "Target", "Q1", "Q2", "Q3", "Q4", "To date", "% of target")] == [
        "<5", "rise", "<5", 5, "<5", "[c]", "[c]", "–",
    ]  # fmt: skip
    assert written.cells["Outputs", "A2"] == (
        "Locality Fund · monitoring return Q4 2018/19 · draft, version 1 · key: [c] hidden, small numbers, "
        "[p] provisional, [x] not available"
    )


def test_outcomes_have_their_base_and_what_they_are_compared_with(tmp_path: Path) -> None:
    written = write_return(document(), tmp_path / "R.xlsx")
    [row] = rows_of(written, "Outcomes")
    assert (row["Outcome"], row["To date"], row["Out of (n)"], row["As at"]) == (
        "Victims cope and recover",
        100,
        40,
        date(2019, 4, 1),
    )
    assert row["Comparability"] == "Another question was asked before."
    assert row["To date covers"] == "01/04/2018 to 31/12/2018"


def test_the_year_s_return_says_what_changed_what_it_cost_and_how_crime_moved(tmp_path: Path) -> None:
    written = write_return(document(), tmp_path / "R.xlsx")
    said, unsaid = rows_of(written, "Outcome evidence")
    assert (said["What changed"], said["Case studies (consent held)"]) == (
        "Two of them moved home",
        "case A.docx",
    )
    assert (unsaid["What changed"], unsaid["Evidence"]) == ("[nothing said yet]", "[none]")
    output, outcome, hidden = rows_of(written, "Unit costs")
    assert (output["Outputs"], output["Cost per output £"], output["Outcome"]) == (
        195,
        Decimal("51.28"),
        None,
    )
    assert (outcome["Outcomes"], outcome["Cost per outcome £"]) == (40, Decimal("250.00"))
    assert (hidden["Outputs"], hidden["Cost per output £"], hidden["Caveat"]) == ("–", "–", "hidden")
    beat, hate = rows_of(written, "Performance")
    assert (beat["Difference"], beat["% change"], beat["Family position"]) == (34, Decimal("4.7"), "9/15")
    assert (hate["Previous"], hate["Current"], hate["% change"]) == ("<5", "[c]", "[c]")


def test_their_formulas_are_live_and_give_what_is_stored(tmp_path: Path) -> None:
    written = write_return(document(), tmp_path / "R.xlsx")
    assert read_back(written.path, written.cells).equal
    judge = Evaluator(written.path)
    assert judge.disagreements(written.cells) == []
    live = {place: text for place, text in judge.formulas.items() if place[0] in {"Outputs", "Outcomes"}}
    assert live == {
        ("Outputs", "K5"): "=ROUND(SUM(G5:J5),2)",
        ("Outputs", "L5"): "=ROUND(100*K5/F5,1)",
        ("Outcomes", "J5"): "=ROUND(100*I5/H5,1)",
    }
    assert judge.formulas["Unit costs", "F5"] == "=ROUND(C5/E5,2)"
    assert judge.formulas["Unit costs", "I6"] == "=ROUND(C6/H6,2)"
    assert judge.formulas["Performance", "G5"] == "=ROUND(100*(E5-D5)/D5,1)"


def test_a_figure_that_its_quarters_do_not_make_is_a_number_and_no_formula(tmp_path: Path) -> None:
    line = replace(CLIENTS, to_date=number("196"), of_target=Decimal("1.0"))
    written = write_return(document(ReturnResults((line,))), tmp_path / "R.xlsx")
    [row] = rows_of(written, "Outputs")
    assert (row["To date"], row["% of target"]) == (196, Decimal("1.0"))
    assert [place for place in Evaluator(written.path).formulas if place[0] == "Outputs"] == []


def test_libreoffice_recalculates_them(tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice, the outside judge of our formulas, is not installed")
    written = write_return(document(), tmp_path / "R.xlsx")
    subprocess.run(
        [soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "recalculated", written.path],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    result = read_back(tmp_path / "recalculated" / written.path.name, written.cells)
    assert list(map(str, result.differences)) == []


def test_a_return_without_results_has_none_of_their_sheets(tmp_path: Path) -> None:
    for results in (None, ReturnResults()):
        written = write_return(document(results), tmp_path / "R.xlsx")
        assert {sheet for sheet, _ in written.cells}.isdisjoint(
            {"Outputs", "Outcomes", "Outcome evidence", "Unit costs", "Performance"}
        )


def test_results_are_no_part_of_what_the_section_151_officer_certifies() -> None:
    assert figures_checksum(document()) == figures_checksum(document(None))


def test_each_sheet_of_results_is_fenced_by_its_name(tmp_path: Path) -> None:
    written = write_return(document(), tmp_path / "R.xlsx")
    with zipfile.ZipFile(written.path) as package:
        names = set(re.findall(r'definedName name="(\w+)"', package.read("xl/workbook.xml").decode()))
    assert {
        "return_outputs",
        "return_outcomes",
        "return_outcome_evidence",
        "return_unit_costs",
        "return_performance",
    } <= names


def test_what_is_to_be_looked_at_before_results_go() -> None:
    said = [check.text for check in checks_of(document()) if not check.stops]
    for text in (
        "LF-08 Clients supported: there is no figure for Q4.",
        "LF-08 Clients supported: Q3 is provisional, and marked [p].",
        "LF-08 Satisfied (good or excellent): nothing is kept as evidence of its figures.",
        "LF-09 Hate incidents reported, LGBT+: small numbers are hidden in this return.",
        "LF-09 More is reported: nobody has said yet what changed.",
        "LF-08 Victims cope and recover: the text says “Two”; where it counts people, it may tell who they are.",
    ):
        assert text in said
    assert "LF-08 Clients supported: nothing is kept as evidence of its figures." not in said


def test_what_is_to_be_said_of_many_indicators_is_said_once() -> None:
    lines = tuple(replace(CLIENTS, name=f"Output {number}", marks=()) for number in range(1, 7))
    said = [check.text for check in checks_of(document(ReturnResults(lines))) if "Output" in check.text]
    assert said == [
        "6 outputs and outcomes: there is no figure for Q4 (LF-08 Output 1, LF-08 Output 2, LF-08 Output 3 and 3 more)."
    ]


def test_no_raw_count_stands_anywhere_in_the_file(tmp_path: Path) -> None:
    """With a threshold so high that the hidden counts are found in no other text: not in a cell, a formula's stored
    result, a property or a name."""
    store = FakeStore()
    years = lived(Desk(make_tools(store.open_work)), store)
    years.add("results_rules", ResultsRules(threshold=5000))
    for quarter, value in enumerate((1234, 2718, 3141, 9876), start=1):
        record(years, SENSITIVE, quarter, value)
    written = write_return(draft(years, 4), tmp_path / "R.xlsx")
    assert any(value == "<5000" for value in written.cells.values())
    with zipfile.ZipFile(written.path) as package:
        whole = b"\n".join(package.read(name) for name in package.namelist())
    for raw in (b"1234", b"2718", b"3141"):
        assert raw not in whole
