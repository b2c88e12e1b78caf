"""The sample's results are those of Charnwood's published report, and what it prints comes out of its counts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fundingapp.application.commands.grants import RecordPlan
from fundingapp.application.desk import Desk
from fundingapp.application.queries.chains_of_results import ResultsChain
from fundingapp.application.queries.held_results import ResultRow
from fundingapp.application.queries.indicators import IndicatorOf
from fundingapp.application.queries.results import ResultsOf
from fundingapp.application.queries.returns import ReturnDraft
from fundingapp.application.queries.value import ValueOf
from fundingapp.application.queries.why import Why
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.sample_results import REPORT, record_results
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.judging import Standing
from fundingapp.domain.sentences import shown
from tests.builders_core import YEAR, make_plan, make_plan_line


@pytest.fixture
def sample(desk: Desk) -> Desk:
    refs = ("LF-01", "LF-06", "LF-10", "LF-12")
    plan = make_plan(*(make_plan_line(ref, "100.00") for ref in refs), received="400.00")
    desk.do(RecordPlan(plan, "Locality Fund", "The PCC", YEAR, "plan.csv"))
    record_results(desk)
    return desk


def row(desk: Desk, name: str, quarter: int = 4) -> ResultRow:
    return next(each for each in desk.ask(ResultsOf(YEAR, quarter)).rows if each.indicator.name == name)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Clients supported", "195"),
        ("Freedom Programme sessions", "10"),
        ("Satisfied with the service (excellent or good)", "100%"),
        ("Cocooning packs given out", "360"),
        ("Domestic abuse campaign: impressions", "1,862"),
        ("#CelebrateSafely: impressions", "3,101"),
        ("Young people assessed as high risk on all three criteria", "13"),
        ("Feel safe in Loughborough during the night", "26%"),
    ],
)
def test_what_was_done_is_as_the_report_says(sample: Desk, name: str, printed: str) -> None:
    assert row(sample, name).to_date.shown == printed


@pytest.mark.parametrize(
    ("name", "printed", "standing"),
    [
        ("All crime", "12.7", Standing.NOT_MET),
        ("Violence against the person with injury", "-8.1", Standing.MET),  # printed -8%
        ("Residential burglary, police", "15.9", Standing.NOT_MET),
        ("Burglary – Business and Community", "-32.4", Standing.MET),
        ("Theft of vehicles", "58.1", Standing.NOT_MET),
        ("Theft from vehicles", "2.9", Standing.NOT_MET),
        ("Robbery", "-16.7", Standing.MET),
        ("Cycle theft", "24.4", Standing.NOT_MET),
        ("Shoplifting", "5.2", Standing.NOT_MET),
    ],
)
def test_figure_1_comes_out_of_its_counts(sample: Desk, name: str, printed: str, standing: Standing) -> None:
    found = row(sample, name)
    assert (found.change, found.judgement.standing) == (Decimal(printed), standing)
    assert found.trend is not None
    assert found.trend.against == "the same days of 2017/18"


def test_every_figure_names_its_source_and_answers_why(sample: Desk) -> None:
    for each in sample.ask(ResultsOf(YEAR, 4)).rows:
        answer = sample.ask(IndicatorOf(each.id, YEAR, 4))
        assert {figure.figure.source for figure in answer.figures} == {REPORT}
        for measure in ("q1", "q2", "q3", "q4", "to-date", "baseline", "target", "progress"):
            assert sample.ask(Why(each.figure(measure))).shown
    assert row(sample, "Clients supported").evidence == 1


def test_freshers_complaints_go_down_year_by_year(sample: Desk) -> None:
    found = row(sample, "Street noise complaints in October (Freshers)")
    years = sample.ask(IndicatorOf(found.id, YEAR, 4)).years
    assert [each.to_date.shown for each in years] == ["108", "56", "20", "19"]
    assert found.trend is not None
    assert (found.trend.sign, found.trend.is_good) == ("↓", True)


def test_outcomes_say_what_changed_and_what_can_not_be_said(sample: Desk) -> None:
    (outcome, *_) = sample.ask(ResultsChain(ProjectId(4), YEAR, 4)).outcomes
    assert outcome.kept is not None
    assert outcome.kept.value.name == "Less residential burglary"
    assert "can't be measured" in outcome.statements[0].value.limits


def test_without_the_projects_the_partnership_s_own_are_recorded(desk: Desk) -> None:
    record_results(desk)
    rows = desk.ask(ResultsOf(YEAR, 4)).rows
    assert len(rows) == 11
    assert {each.ref for each in rows} == {""}


def test_sentences_say_what_the_money_bought_without_a_gap(sample: Desk) -> None:
    first, second = sample.ask(ValueOf(YEAR, 4)).sentences
    assert "195 clients supported → 100% satisfied with the service" in shown(first.pieces)
    assert "360 cocooning packs given out" in shown(second.pieces)
    assert [(each.broken, each.typed) for each in (first, second)] == [((), ()), ((), ())]


def test_nothing_is_asked_for_of_a_campaign_that_is_over(sample: Desk) -> None:
    """It was in November; the four quarters do not lack a figure of it, neither beside its cost nor in the return."""
    [cost] = [
        each.cost
        for each in sample.ask(ValueOf(YEAR, 4)).rows
        if each.cost.indicator.name == "Domestic abuse campaign: impressions"
    ]
    assert not any("no figure for" in caveat for caveat in cost.caveats)
    document = sample.ask(ReturnDraft(sample.ask(FundNamed("Locality Fund")), YEAR, 4)).document
    assert document.results is not None
    missing = {line.name: line.missing for line in document.results.lines}
    assert missing["Domestic abuse campaign: impressions"] == ()
    assert missing["Clients supported"] == (4,)
    covers = {line.name: line.covers for line in document.results.lines}
    assert covers["All crime"] == "01/04/2018 to 31/01/2019"
    assert covers["Young people assessed as high risk on all three criteria"] == "14/02/2019"


def test_a_sentence_says_beside_it_what_its_figures_leave_out(sample: Desk) -> None:
    missing = "no figure for Q4 yet, though the spending counts"
    assert {each.ref: each.notes for each in sample.ask(ValueOf(YEAR, 4)).sentences} == {
        "LF-10": (missing, "of how many is not recorded"),
        "LF-12": (missing, "nothing is charged yet"),
    }
