"""Outcomes, indicators, targets, milestones, statements and grids of figures: recorded, refused, taken back and done
again; what the pages ask of them, and why each figure is what it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.areas import AddArea
from fundingapp.application.commands.figures import ChangeFigure, RecordFigures, RemoveFigures, refuse_clashes
from fundingapp.application.commands.grants import RecordPlan
from fundingapp.application.commands.outcomes import (
    AddMilestone,
    AddOutcome,
    ChangeOutcome,
    RemoveOutcome,
    WriteStatement,
)
from fundingapp.application.commands.results import (
    AddIndicator,
    AddStandardIndicators,
    ChangeIndicator,
    RemoveIndicator,
    SetIndicatorYear,
    SetResultsRules,
)
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.ports import Tools
from fundingapp.application.queries.chains_of_results import ResultsChain
from fundingapp.application.queries.figure_cells import FigureCell, FigureProblems
from fundingapp.application.queries.held_results import HeldResults, ResultRow
from fundingapp.application.queries.history import HistoryEntry, HistoryFilter, HistoryIds
from fundingapp.application.queries.indicators import IndicatorOf, StandardSets
from fundingapp.application.queries.released_results import safe_lines
from fundingapp.application.queries.results import FiguresMissing, ResultsOf
from fundingapp.application.queries.search import Search
from fundingapp.application.queries.why import Why
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.ids import AreaId, FigureId, IndicatorId, OutcomeId, ProjectId
from fundingapp.domain.indicators import (
    Counted,
    Due,
    FigureStatus,
    GoodDirection,
    Indicator,
    IndicatorFigure,
    Measure,
)
from fundingapp.domain.judging import Standing
from fundingapp.domain.outcomes import Milestone, ResultsRules
from fundingapp.domain.periods import days_of
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import YEAR, make_plan, make_plan_line
from tests.fakes import FakeSourceStore, FakeStore, make_tools
from tests.results_steps import CLIENTS, FUND, P1, SAFER, SATISFIED, every_step, quarter

P2 = ProjectId(2)
REPORT, SURVEY = Path("LWA_Q3_report.pdf"), Path("client_survey.xlsx")
HATE = Indicator("Hate incidents", P2, direction=GoodDirection.UP, target="rise", is_sensitive=True)


@pytest.fixture
def tools(store: FakeStore) -> Tools:
    return make_tools(store.open_work, sources=FakeSourceStore({REPORT: b"report", SURVEY: b"survey"}))


@pytest.fixture
def desk(tools: Tools) -> Desk:
    desk = Desk(tools)
    plan = make_plan(make_plan_line("P-01", "600.00"), make_plan_line("P-02", "300.00"), received="1,000.00")
    desk.do(RecordPlan(plan, "Locality Fund", "The PCC", YEAR, "plan.csv"))
    return desk


def record(desk: Desk, *cells: FigureCell) -> Any:
    return desk.do(RecordFigures(cells)).result


def row(desk: Desk, name: str, number: int = 3) -> ResultRow:
    return next(each for each in desk.ask(ResultsOf(YEAR, number)).rows if each.indicator.name == name)


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Three indicators, of which the first has three quarters."""
    outcome = desk.do(AddOutcome(SAFER)).result
    desk.do(AddIndicator(replace(CLIENTS, outcome=outcome)))
    desk.do(AddIndicator(SATISFIED))
    desk.do(AddIndicator(HATE))
    record(desk, *(quarter(1, number, str(value)) for number, value in ((1, 61), (2, 70), (3, 64))))
    return desk


def test_every_command_is_taken_back_and_done_again(desk: Desk, store: FakeStore) -> None:
    commands = every_step(REPORT, SURVEY)
    for command in commands:
        assert_taken_back_and_done_again(desk, store, command)
    while desk.undo_name and "plan" not in desk.undo_name:
        desk.undo()
    with store.open_work(reading=True) as work:
        left = (
            work.outcomes,
            work.indicators,
            work.indicator_figures,
            work.milestones,
            work.evidence,
            work.supports,
        )
        assert [rows.all() for rows in left] == [[]] * len(left)


def test_a_grid_is_one_step_with_a_name_of_its_own(filled: Desk) -> None:
    assert filled.undo_name == "record 3 figures of “Clients supported”"
    done = record(
        filled,
        quarter(1, 1, "61"),
        quarter(1, 2, "71"),
        quarter(1, 3, ""),
        quarter(2, 3, "9/9"),
        quarter(2, 4, ""),
    )
    assert (done.new, done.changed, done.emptied, done.unchanged) == (1, 1, 1, 2)
    assert filled.undo_name == "record 3 figures of 2 indicators"
    assert [each.shown for each in row(filled, "Clients supported").quarters] == ["61", "71", "–", "–"]
    filled.undo()
    assert [each.shown for each in row(filled, "Clients supported").quarters] == ["61", "70", "64", "–"]


def test_the_same_grid_again_changes_nothing(filled: Desk) -> None:
    name = filled.undo_name
    done = record(filled, *(quarter(1, number, str(value)) for number, value in ((1, 61), (2, 70), (3, 64))))
    assert (done.unchanged, done.figures) == (3, (1, 2, 3))
    assert filled.undo_name == name


def test_a_grid_with_bad_cells_is_refused_as_a_whole_with_each_of_them_named(
    filled: Desk, store: FakeStore
) -> None:
    cells = (
        quarter(1, 4, "12.5"),
        quarter(2, 1, "60/50"),
        quarter(2, 2, "9/10"),
        quarter(3, 1, "about 3"),
        quarter(3, 1, "4"),
    )
    refused = refusal_of(filled, store, RecordFigures(cells))
    assert refused.code == "bad_figures"
    for part in (
        "“Clients supported”, Q4 2018/19: “12.5” can't be a number of people: it is not whole.",
        "“Satisfied”, Q1 2018/19: “60/50” is more than the whole.",
        "“Hate incidents”, Q1 2018/19: “about 3” is not a number.",
        "“Hate incidents”, Q1 2018/19: it is given twice.",
        "The other 1 cell is fine.",
    ):
        assert part in refused.message
    assert [at for at, _ in filled.ask(FigureProblems(cells))] == [0, 1, 3, 4]


def test_a_month_of_a_quarter_that_is_there_is_refused_with_both_named(
    filled: Desk, store: FakeStore, tools: Tools
) -> None:
    may = FigureCell(IndicatorId(1), date(2018, 5, 1), date(2018, 5, 31), "20")
    refused = refusal_of(filled, store, RecordFigures((may,)))
    assert "the figure for 01/05/2018 to 31/05/2018 is partly of the same days as that for 01/04/2018" in (
        refused.message
    )
    record(filled, replace(may, status=FigureStatus.FORECAST))
    # In place of the quarter it is welcome, in the same step.
    record(filled, quarter(1, 1, ""), may)
    quarter_again = IndicatorFigure(IndicatorId(1), *days_of(YEAR, 1), Decimal(1))
    with tools.open_work(reading=True) as work, pytest.raises(ExpectedError) as clash:
        refuse_clashes(work, [quarter_again])
    assert clash.value.code == "figures_overlap"


def test_evidence_given_with_a_figure_is_kept_once_and_goes_with_the_last(
    filled: Desk, store: FakeStore
) -> None:
    record(
        filled,
        quarter(1, 1, "61", evidence=(REPORT,)),
        quarter(1, 2, "70", evidence=(REPORT, "e-mail of 5 May")),
    )
    assert filled.undo_name == "attach evidence to figures of “Clients supported”"
    assert row(filled, "Clients supported").evidence == 2
    with store.open_work(reading=True) as work:
        assert (len(work.evidence.all()), len(work.supports.all())) == (2, 3)
    filled.do(RemoveFigures((FigureId(2),)))
    with store.open_work(reading=True) as work:
        assert [kept.value.name for kept in work.evidence.all()] == [REPORT.name]
    filled.do(RemoveFigures((FigureId(1),)))
    with store.open_work(reading=True) as work:
        assert work.evidence.all() == []


def test_evidence_without_a_figure_is_refused(filled: Desk, store: FakeStore) -> None:
    refused = refusal_of(filled, store, RecordFigures((quarter(2, 1, "", evidence=(REPORT,)),)))
    assert "evidence without a figure" in refused.message


def test_a_number_typed_over_one_from_a_file_is_no_longer_the_files(filled: Desk) -> None:
    taken = replace(
        filled.ask(IndicatorOf(IndicatorId(1), YEAR)).figures[-1].figure,
        cell="C5",
        source="quarterly report",
        note="n",
    )
    filled.do(ChangeFigure(FigureId(1), taken))
    record(filled, quarter(1, 1, "61"))
    assert filled.ask(IndicatorOf(IndicatorId(1), YEAR)).figures[-1].figure.cell == "C5"
    record(filled, quarter(1, 1, "62 [r]"))
    figure = filled.ask(IndicatorOf(IndicatorId(1), YEAR)).figures[-1].figure
    assert (figure.cell, figure.note, figure.source, figure.marks) == ("", "n", "quarterly report", "r")


@pytest.mark.parametrize(
    ("command", "code", "part"),
    [
        (RemoveIndicator(IndicatorId(1)), "in_use", "it has 3 figures"),
        (RemoveOutcome(OutcomeId(1)), "in_use", "“Clients supported” belongs to it"),
        (AddIndicator(replace(CLIENTS, name=" clients  SUPPORTED ")), "there_already", "clients SUPPORTED"),
        (AddIndicator(replace(CLIENTS, name="  ")), "no_name", "has no name"),
        (AddOutcome(SAFER), "there_already", "safer"),
        (
            ChangeIndicator(IndicatorId(1), replace(CLIENTS, counted=Counted.SHARE)),
            "figures_differ",
            "is a number",
        ),
        (AddIndicator(replace(HATE, name="Other", outcome=OutcomeId(1))), "other_project", "one of P-01"),
        (
            AddIndicator(replace(HATE, name="Other", baseline_first=date(2018, 4, 1))),
            "baseline_days",
            "only one of its two days",
        ),
        (
            AddMilestone(Milestone(P1, "x", date(2018, 6, 1), done_on=date(2030, 1, 1))),
            "not_yet",
            "has not come",
        ),
        (
            AddMilestone(Milestone(P1, "x", date(2018, 6, 1), done_on=date(2018, 1, 1), is_cancelled=True)),
            "done_and_cancelled",
            "can't be cancelled",
        ),
        (AddMilestone(Milestone(P2, "x", date(2018, 6, 1), OutcomeId(1))), "other_project", "one of P-01"),
        (ChangeOutcome(OutcomeId(1), replace(SAFER, project=P2)), "in_use", "would stay behind"),
        (WriteStatement(OutcomeId(1), YEAR, 5, "x"), "no_quarter", "no quarter 5"),
        (AddStandardIndicators(P1, ("XX-1",)), "not_found", "XX-1"),
        (SetResultsRules(ResultsRules(None, (Decimal(80), Decimal(100)))), "bad_bands", "have to fall"),
        (SetResultsRules(ResultsRules(None, threshold=-1)), "bad_bands", "below nought"),
        (
            ChangeFigure(FigureId(1), IndicatorFigure(IndicatorId(1), *days_of(YEAR, 2), Decimal(1))),
            "figures_overlap",
            "two actual figures",
        ),
        (
            ChangeFigure(FigureId(1), IndicatorFigure(IndicatorId(1), *days_of(YEAR, 1), None)),
            "bad_figures",
            "neither a number nor a mark",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Command) else "",
)
def test_what_can_not_be_is_refused_in_a_sentence(
    filled: Desk, store: FakeStore, command: Command[Any], code: str, part: str
) -> None:
    refused = refusal_of(filled, store, command)
    assert refused.code == code
    assert part in refused.message


def test_a_closed_indicator_keeps_its_figures_and_takes_no_new_ones(filled: Desk, store: FakeStore) -> None:
    kept = row(filled, "Clients supported").indicator
    filled.do(ChangeIndicator(IndicatorId(1), replace(kept, is_closed=True)))
    refused = refusal_of(filled, store, RecordFigures((quarter(1, 4, "5"),)))
    assert "the indicator is closed" in refused.message
    record(filled, quarter(1, 3, "65"))
    assert row(filled, "Clients supported").to_date.value == 196
    following = filled.ask(ResultsOf(YEAR.next, 1)).rows
    assert "Clients supported" not in {each.indicator.name for each in following}


def test_an_indicator_takes_in_the_figures_of_the_place_that_it_becomes_of(
    desk: Desk, store: FakeStore
) -> None:
    town = desk.do(AddArea(Area("Loughborough", AreaKind.ZONE))).result
    first = desk.do(AddIndicator(CLIENTS)).result
    record(desk, quarter(first, 1, "61"), quarter(first, 2, "9", area=town))
    assert row(desk, "Clients supported").to_date.value == 61
    there = [each.area for each in desk.ask(IndicatorOf(first, YEAR, 3)).figures]
    assert there == ["Loughborough", ""]
    assert_taken_back_and_done_again(desk, store, ChangeIndicator(first, replace(CLIENTS, area=town)))
    found = row(desk, "Clients supported")
    assert (found.place, found.to_date.shown) == ("Loughborough", "70")
    # Another place has figures of its own for days that are there: neither is thrown away.
    other = desk.do(AddArea(Area("Shepshed", AreaKind.ZONE))).result
    record(desk, quarter(first, 2, "8", area=other))
    refused = refusal_of(desk, store, ChangeIndicator(first, replace(CLIENTS, area=other)))
    assert refused.code == "figures_overlap"
    assert "two actual figures for 01/07/2018 to 30/09/2018" in refused.message


def test_a_figure_says_on_which_day_it_was_taken_out_of_its_source(filled: Desk) -> None:
    record(filled, quarter(1, 3, "66", as_at=date(2019, 1, 8), source="case system"))
    newest = filled.ask(IndicatorOf(IndicatorId(1), YEAR, 3)).figures[0]
    assert newest.where == "typed by Ann on 15/01/2019 · from case system · as at 08/01/2019"
    why = filled.ask(Why(f"indicator/1/{YEAR}/q3"))
    assert [source.where for source in why.sources] == [newest.where]


def test_a_row_has_the_figures_of_the_mock_up(filled: Desk) -> None:
    found = row(filled, "Clients supported")
    assert (found.ref, found.baseline.text, found.target.text) == ("P-01", "171", "180")
    assert [each.shown for each in found.quarters] == ["61", "70", "64", "–"]
    assert (found.to_date.shown, found.judgement.word, found.evidence) == ("195", "met", 0)
    assert found.trend is not None
    assert found.trend.in_words == "↓ 8.6% against Q2"
    assert found.figure("to-date") == f"indicator/1/{YEAR}/to-date@9"
    assert row(filled, "Clients supported", 1).to_date.shown == "61"


def test_small_counts_are_marked_to_be_hidden(filled: Desk) -> None:
    record(filled, quarter(3, 1, "3"), quarter(3, 2, "5"), quarter(3, 3, "0"))
    found = row(filled, "Hate incidents")
    assert found.is_hidden
    assert [each.hidden for each in found.quarters[:3]] == ["<5", "5", "0"]
    assert (found.to_date.shown, found.to_date.hidden, found.safe_judgement.word) == (
        "8",
        "[c]",
        "small numbers",
    )
    why = filled.ask(Why(found.figure("to-date")))
    assert (why.shown, [term.shown for term in why.terms]) == ("[c]", ["<5", "5", "0"])
    assert "8" not in why.note
    assert (
        found.judgement.standing is Standing.NOT_COMPARABLE
    )  # its eight may be shown, but there is no baseline
    filled.do(SetResultsRules(ResultsRules(FUND, threshold=10)))
    of_fund = filled.ask(ResultsOf(YEAR, 3, FUND)).rows[-1]
    assert (of_fund.judgement.word, of_fund.to_date.hidden) == ("small numbers", "<10")


def test_rows_are_narrowed_by_fund_project_theme_and_text(filled: Desk) -> None:
    filled.do(AddIndicator(Indicator("Recorded crime", None)))

    def names(**narrowed: Any) -> list[str]:
        return [each.indicator.name for each in filled.ask(ResultsOf(YEAR, 3, **narrowed)).rows]

    everything = ["Clients supported", "Satisfied", "Hate incidents", "Recorded crime"]
    assert names() == names(fund=FUND) == everything
    assert names(project=P2) == ["Hate incidents"]
    assert names(text="p-01 clients") == ["Clients supported"]
    assert names(text="nothing of the kind") == []
    elsewhere = filled.ask(ResultsOf(YEAR.next, 1, FUND)).rows
    assert [each.indicator.name for each in elsewhere] == ["Recorded crime"]


def test_a_year_has_a_target_of_its_own(filled: Desk) -> None:
    filled.do(SetIndicatorYear(IndicatorId(1), YEAR, "", "200", "raised in June"))
    found = row(filled, "Clients supported")
    assert (found.target.text, found.baseline.text, found.note) == ("200", "171", "raised in June")
    assert found.judgement.word == "97%"
    assert filled.ask(Why(found.figure("target"))).shown == "200"


def test_the_figures_that_quarters_over_lack_are_named(filled: Desk) -> None:
    missing = filled.ask(FiguresMissing(YEAR, today=date(2019, 1, 15)))
    assert [(each.name, each.quarter) for each in missing] == [
        ("Satisfied", 1),
        ("Hate incidents", 1),
        ("Satisfied", 2),
        ("Hate incidents", 2),
        ("Satisfied", 3),
        ("Hate incidents", 3),
    ]
    assert missing[0].ended == date(2018, 6, 30)
    assert filled.ask(FiguresMissing(YEAR, today=date(2018, 6, 30))) == ()
    # The project has no money in the next year, so nothing is asked of it.
    assert filled.ask(FiguresMissing(YEAR.next, today=date(2020, 6, 1))) == ()


def test_milestones_say_how_they_stand(filled: Desk) -> None:
    one = Milestone(P1, "Worker in post", date(2018, 6, 30), OutcomeId(1))
    wanted = {
        "cancelled": replace(one, name="a", is_cancelled=True),
        "done 02/07/2018, 2 days late": replace(one, name="b", done_on=date(2018, 7, 2)),
        "done 30/06/2018": replace(one, name="c", done_on=date(2018, 6, 30)),
        "expected 01/03/2019, in 45 days": replace(one, name="d", expected=date(2019, 3, 1)),
        "199 days overdue": replace(one, name="e"),
    }
    for milestone in wanted.values():
        filled.do(AddMilestone(milestone))
    today = date(2019, 1, 15)
    chain = filled.ask(ResultsChain(P1, YEAR, today=today))
    assert {each.state: each.milestone for each in chain.outcomes[0].milestones} == wanted
    (late,) = filled.ask(ResultsOf(YEAR, today=today)).milestones_due
    assert late.milestone.name == "e"


def test_the_chain_of_a_project_shows_what_hangs_on_what(filled: Desk) -> None:
    filled.do(WriteStatement(OutcomeId(1), YEAR, 2, "Two groups ran"))
    filled.do(WriteStatement(OutcomeId(1), YEAR, None, "Clients are safer"))
    first, loose = filled.ask(ResultsChain(P1, YEAR, 3)).outcomes
    assert first.kept is not None
    assert first.kept.value.name == SAFER.name
    assert [each.indicator.name for each in first.rows] == ["Clients supported"]
    assert [kept.value.changed for kept in first.statements] == ["Clients are safer", "Two groups ran"]
    assert loose.kept is None
    assert [each.indicator.name for each in loose.rows] == ["Satisfied"]


def test_an_outcome_counts_in_its_years(filled: Desk) -> None:
    kept = filled.ask(ResultsChain(P1, YEAR, 3)).outcomes[0].kept
    assert kept is not None
    filled.do(ChangeOutcome(OutcomeId(1), replace(kept.value, from_year=YEAR, to_year=YEAR)))
    assert filled.ask(ResultsChain(P1, YEAR.next, 3)).outcomes[0].kept is None
    names = [each.indicator.name for each in filled.ask(ResultsOf(YEAR.next, 1)).rows]
    assert names == ["Satisfied", "Hate incidents"]


def test_one_indicator_is_shown_over_its_years(filled: Desk) -> None:
    before = YEAR.previous
    record(
        filled,
        *(
            FigureCell.of_quarter(IndicatorId(1), before, number, str(value))
            for number, value in ((1, 50), (2, 61), (3, 60))
        ),
    )
    answer = filled.ask(IndicatorOf(IndicatorId(1), YEAR, 3))
    assert [(each.year, each.to_date.shown) for each in answer.years] == [(before, "171"), (YEAR, "195")]
    assert [each.figure.value for each in answer.figures] == [64, 70, 61, 60, 61, 50]
    assert answer.figures[0].where == "typed by Ann on 15/01/2019"
    assert answer.row.trend is not None
    assert answer.row.trend.in_words == "↑ 14% against the same days of 2017/18"


def test_standard_indicators_come_with_their_list_and_are_not_doubled(desk: Desk) -> None:
    sets = desk.ask(StandardSets())
    assert [each.code for each in sets] == ["VS", "ASB", "VIO", "BUR", "HATE", "PREV"]
    codes = tuple(each.code for each in sets[0].indicators)
    assert len(set(codes)) == len(codes)
    assert sum(code.startswith("VS-NEED-") for code in codes) == 8
    made = desk.do(AddStandardIndicators(P1, codes)).result
    assert len(made) == len(codes)
    assert desk.do(AddStandardIndicators(P1, (*codes, "ASB-INC"))).result == (len(codes) + 1,)
    rows = desk.ask(ResultsOf(YEAR, 1)).rows
    assert {each.indicator.code_list for each in rows} == {"Victims' services v1", "Anti-social behaviour v1"}
    assert next(each for each in rows if each.indicator.code == "VS-LOAD").indicator.measure is Measure.STOCK


def test_a_standard_set_comes_beside_what_a_project_measures_already(desk: Desk) -> None:
    """One that has the name of the project's own stays out, and that is told; the others come all the same."""
    desk.do(AddIndicator(Indicator("residential burglary, POLICE", P1)))
    effect = desk.do(AddStandardIndicators(P1, ("BUR-RES", "BUR-HARD")))
    assert len(effect.result) == 1
    ref = desk.ask(ResultsOf(YEAR, 1)).rows[0].ref
    assert effect.followed == (
        f"Left: BUR-RES “Residential burglary, police”, for {ref} has an indicator of its own so called. To have the "
        "standard one too, rename yours and add it again.",
    )
    again = desk.do(AddStandardIndicators(P1, ("BUR-HARD",)))
    assert again.followed == (f"1 standard indicator of {ref} there already; left as before.",)
    assert desk.undo_name == effect.name
    desk.undo()
    assert [row.indicator.name for row in desk.ask(ResultsOf(YEAR, 1)).rows] == [
        "residential burglary, POLICE"
    ]


def test_a_school_year_s_figure_is_counted_in_neither_year_and_never_without_a_word(desk: Desk) -> None:
    """Seed B: outputs of a school year (domain paper 6, row 38)."""
    of = desk.do(AddIndicator(Indicator("Students told", P1))).result
    days = (date(2018, 9, 1), date(2019, 7, 31))
    desk.do(RecordFigures((FigureCell(of, *days, "1,445"),)))
    for year in (YEAR, YEAR.next):
        [row] = desk.ask(ResultsOf(year, 4)).rows
        said = f"The figure for 01/09/2018 to 31/07/2019 reaches beyond {year}, so it is not counted in it."
        assert (row.to_date.value, row.judgement.standing, row.judgement.note) == (
            None,
            Standing.NOT_COMPARABLE,
            said,
        )
    desk.do(RecordFigures((FigureCell.of_quarter(of, YEAR, 1, "60"),)))
    [row] = desk.ask(ResultsOf(YEAR, 4)).rows
    assert row.to_date.shown == "60"
    why = desk.ask(Why(f"indicator/{of}/{YEAR}/to-date"))
    assert f"Left out: 1,445 for 01/09/2018 to 31/07/2019, which reaches beyond {YEAR}." in why.note


# Why


def test_why_a_figure_to_date_is_what_it_is(filled: Desk) -> None:
    record(filled, quarter(1, 3, "64", evidence=(REPORT,), note="two came twice"))
    why = filled.ask(Why(f"indicator/1/{YEAR}/to-date@9"))
    assert (why.shown, why.in_words, why.title) == (
        "195",
        "195",
        "Clients supported from 01/04/2018 to 31/12/2018",
    )
    assert [(term.name, term.shown) for term in why.terms] == [
        ("Q1 2018/19", "61"),
        ("Q2 2018/19", "70"),
        ("Q3 2018/19", "64"),
    ]
    assert [source.where for source in why.sources] == ["typed by Ann on 15/01/2019"] * 3
    assert [(entry.evidence.value.name, entry.state) for entry in why.evidence] == [
        (REPORT.name, "unchanged")
    ]
    assert "counted in several periods" in why.note
    assert "two came twice" in why.note
    for term in why.terms:
        assert filled.ask(Why(term.figure)).shown == term.shown


def test_every_key_of_every_row_answers_why(filled: Desk) -> None:
    record(filled, quarter(2, 1, "45/50"), quarter(2, 2, "40/50"), quarter(3, 1, "3"))
    for each in filled.ask(ResultsOf(YEAR, 3)).rows:
        for measure in ("q1", "q2", "q3", "q4", "to-date", "baseline", "target", "progress"):
            why = filled.ask(Why(each.figure(measure)))
            assert why.shown
            for term in why.terms:
                assert not term.figure or filled.ask(Why(term.figure)).shown == term.shown
        assert filled.ask(Why(each.figure("to-date"))).shown == each.to_date.hidden
        assert filled.ask(Why(each.figure("progress"))).shown == each.safe_judgement.word
    share = filled.ask(Why(f"indicator/2/{YEAR}/to-date"))
    assert (share.shown, [term.shown for term in share.terms]) == (
        "85%",
        ["90%", "80%"],
    )
    assert [term.name for term in share.terms] == ["Q1 2018/19 (45 of 50)", "Q2 2018/19 (40 of 50)"]
    assert "85 of 100" in share.note
    small = filled.ask(Why(f"indicator/3/{YEAR}/q1"))
    assert (small.shown, [term.shown for term in small.terms]) == ("<5", ["<5"])


@pytest.mark.parametrize(
    "figure",
    [
        "indicator/9/2018/19/to-date",
        "indicator/1/2018/19/nothing",
        "indicator/1/2018/17/q1",
        "indicator/x/2018/19/q1",
    ],
)
def test_a_figure_that_there_is_not_is_refused(filled: Desk, figure: str) -> None:
    with pytest.raises(NotFoundError):
        filled.ask(Why(figure))


def test_indicators_and_outcomes_are_found_by_going_to_anything(filled: Desk) -> None:
    hits = [(hit.kind, hit.title, hit.detail, hit.target) for hit in filled.ask(Search("p-01 cl", YEAR))]
    assert hits == [("indicator", "Clients supported", "indicator of P-01", "1")]
    (outcome,) = filled.ask(Search("affected by domestic", YEAR))
    assert (outcome.kind, outcome.target) == ("outcome", "1")


def test_the_history_tells_of_a_figure_by_its_indicator_and_its_days(filled: Desk) -> None:
    record(filled, quarter(1, 2, "71 [r]", source="corrected report"))
    detail = filled.ask(HistoryEntry(filled.ask(HistoryIds(HistoryFilter(text="record 1 figure")))[0]))
    assert detail.row.what == "Record 1 figure of “Clients supported”"
    thing = "Figure of an indicator: Clients supported, P-01, 01/07/2018 to 30/09/2018"
    assert [(each.thing, each.field, each.before, each.after) for each in detail.changes] == [
        (thing, "Value", "70", "71"),
        (thing, "Source", "", "corrected report"),
        (thing, "Marks", "", "r"),
    ]


def test_figures_of_all_beats_stand_for_the_whole_and_why_lists_each(desk: Desk, tools: Tools) -> None:
    beats = [
        desk.do(AddArea(Area(name, AreaKind.BEAT))).result for name in ("Beat 56", "Beat 57", "Unassigned")
    ]
    burglary = desk.do(AddIndicator(Indicator("Burglary", None, summed_over=AreaKind.BEAT))).result
    q1, q2 = days_of(YEAR, 1), days_of(YEAR, 2)

    def cell(area: int | None, days: tuple[date, date], text: str) -> FigureCell:
        return FigureCell(burglary, *days, text, area=AreaId(area) if area is not None else None)

    record(desk, *(cell(beat, q1, text) for beat, text in zip(beats, ("30", "12", "1"), strict=True)))
    record(desk, cell(None, q2, "50"), *(cell(beat, q2, "16") for beat in beats))
    shown = row(desk, "Burglary", 2)
    assert [each.shown for each in shown.quarters] == ["43", "50", "–", "–"]
    assert shown.to_date.shown == "93"
    assert shown.of_places == (
        "Q1 2018/19: the sum of 3 beats, as the whole is not recorded.",
        "Q2 2018/19: recorded as 50, which is used; the 3 beats come to 48.",
    )
    why = desk.ask(Why(shown.figure("q1")))
    assert why.shown == "43"
    assert [(term.name, term.shown) for term in why.terms] == [
        ("Beat 56, Q1 2018/19", "30"),
        ("Beat 57, Q1 2018/19", "12"),
        ("Unassigned, Q1 2018/19", "1"),
    ]
    assert "Q1 2018/19: the sum of 3 beats, as the whole is not recorded." in why.note
    assert [each.quarter for each in desk.ask(FiguresMissing(YEAR, today=date(2018, 12, 1)))] == []
    # Without one of the beats there is no sum, and the quarter lacks its figure.
    record(desk, cell(beats[2], q1, ""))
    assert row(desk, "Burglary", 2).of_places[0] == (
        "Q1 2018/19: Unassigned lacks its figure, so the 3 beats are not added up."
    )
    assert [each.period for each in desk.ask(FiguresMissing(YEAR, today=date(2018, 12, 1)))] == ["Q1"]
    with tools.open_work(reading=True) as work:
        (line,) = safe_lines(HeldResults(work), [row(desk, "Burglary", 2)], tools, None)
    assert line.source == (
        "Q1 2018/19: Unassigned lacks its figure, so the 3 beats are not added up; "
        "Q2 2018/19: recorded as 50, which is used; the 3 beats come to 48"
    )


def test_a_figure_is_missed_as_often_as_it_is_due(filled: Desk) -> None:
    def missed(due: Due) -> list[str]:
        with_due = replace(HATE, due=due)
        filled.do(ChangeIndicator(IndicatorId(3), with_due))
        found = filled.ask(FiguresMissing(YEAR, today=date(2019, 1, 2)))
        return [each.period for each in found if each.indicator == 3]

    assert missed(Due.MONTH) == [
        *("April 2018", "May 2018", "June 2018", "July 2018", "August 2018", "September 2018"),
        *("October 2018", "November 2018", "December 2018"),
    ]
    assert missed(Due.QUARTER) == ["Q1", "Q2", "Q3"]
    assert missed(Due.HALF_YEAR) == ["Q1 to Q2"]
    assert missed(Due.YEAR) == missed(Due.ONCE) == []
    while filled.undo_name and "Hate" in filled.undo_name:
        filled.undo()
