"""What the page Outcomes asks besides: what of a year's results may be shown to others, what stands in the grid of a
quarter already, and the results chains of all projects together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from fundingapp.application.commands.areas import AddArea
from fundingapp.application.commands.figures import RecordFigures
from fundingapp.application.commands.grants import RecordPlan
from fundingapp.application.commands.outcomes import AddMilestone, AddOutcome
from fundingapp.application.commands.results import AddIndicator
from fundingapp.application.desk import Desk
from fundingapp.application.queries.chains_of_results import ChainsOf
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.application.queries.figure_grid import FiguresWithin
from fundingapp.application.queries.results import ResultsOf
from fundingapp.application.queries.returns import ReturnDraft
from fundingapp.application.queries.safe_results import SafeResults
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.ids import FundId, IndicatorId, OutcomeId, ProjectId
from fundingapp.domain.indicators import Counted, Indicator, Measure
from fundingapp.domain.judging import Standing
from fundingapp.domain.outcomes import Milestone, Outcome
from fundingapp.domain.periods import days_of
from tests.builders_core import YEAR, make_plan, make_plan_line
from tests.fakes import FakeStore, make_tools

P1, P2 = ProjectId(1), ProjectId(2)


@pytest.fixture
def desk(store: FakeStore) -> Desk:
    desk = Desk(make_tools(store.open_work))
    plan = make_plan(make_plan_line("P-01", "600.00"), make_plan_line("P-02", "300.00"), received="1,000.00")
    desk.do(RecordPlan(plan, "Locality Fund", "The PCC", YEAR, "plan.csv"))
    return desk


def measured(desk: Desk, indicator: Indicator, texts: Sequence[str]) -> IndicatorId:
    """An indicator with the figures of the first quarters."""
    id = desk.do(AddIndicator(indicator)).result
    cells = [FigureCell.of_quarter(id, YEAR, at, text) for at, text in enumerate(texts, start=1) if text]
    desk.do(RecordFigures(tuple(cells)))
    return id


def marks_of(desk: Desk, id: IndicatorId, quarter: int = 4) -> dict[str, str]:
    return dict(desk.ask(SafeResults(YEAR, quarter)).marks.get(id, {}))


def test_without_a_small_sensitive_count_nothing_is_hidden(desk: Desk) -> None:
    measured(desk, Indicator("Sessions", P1), ("1", "2", "1"))
    measured(desk, Indicator("Hate incidents", P2, is_sensitive=True), ("0", "9", "12"))
    assert not desk.ask(SafeResults(YEAR, 4)).marks


@pytest.mark.parametrize(
    "texts", [("2", "7", "1", ""), ("6", "3", "9", "5"), ("1", "1", "1", "1"), ("4", "4", "", "")]
)
def test_what_is_left_of_a_row_fits_every_small_count(desk: Desk, texts: tuple[str, ...]) -> None:
    """Whatever small number a reader supposes in a hidden quarter, the quarters and the sum that are shown allow it."""
    measured(desk, Indicator("Caseload", P1, measure=Measure.STOCK), ("8", "13", "11"))
    id = measured(desk, Indicator("Hate incidents", P2, is_sensitive=True), texts)
    marks = marks_of(desk, id)
    counts = [int(text) for text in texts if text]
    small = [at for at, count in enumerate(counts) if 0 < count < 5]
    assert all(marks[f"q{at + 1}"] == "<5" for at in small)
    total = sum(counts)
    hidden_total = "to-date" in marks
    for at in small:
        for supposed in range(1, 5):
            others = [
                range(1, 5) if marks.get(f"q{number + 1}") == "<5"
                else range(60) if f"q{number + 1}" in marks
                else (count,)
                for number, count in enumerate(counts)
                if number != at
            ]  # fmt: skip
            assert hidden_total or any(supposed + sum(rest) == total for rest in product(*others))


def test_what_has_nothing_to_do_with_a_small_count_is_shown(desk: Desk) -> None:
    plain = [
        measured(desk, Indicator("Satisfied", P1, counted=Counted.SHARE, baseline="97%"), ("45/45", "50/51", "40/40")),
        measured(desk, Indicator("Clients", P1, baseline="171"), ("61", "70", "64")),
        measured(desk, Indicator("Burglary", P1, baseline="823"), ("281", "302", "371")),
    ]  # fmt: skip
    hate = measured(desk, Indicator("Hate incidents", P2, baseline="3", is_sensitive=True), ("2", "7", "1"))
    assert [marks_of(desk, id) for id in plain] == [{}, {}, {}]
    assert {"baseline": "<5", "q1": "<5", "q3": "<5"}.items() <= marks_of(desk, hate).items()


def test_a_part_is_not_told_by_the_whole_and_the_other_parts(desk: Desk) -> None:
    measured(desk, Indicator("Hate incidents", P2), ("20", "30", "41", "28"))
    measured(desk, Indicator("Hate incidents, race", P2, is_sensitive=True), ("18", "21", "30", "17"))
    small = measured(desk, Indicator("Hate incidents, faith", P2, is_sensitive=True), ("2", "9", "11", "11"))
    marks = desk.ask(SafeResults(YEAR, 4)).marks
    assert marks[small]["q1"] == "<5"
    others = [of_it for id, of_it in marks.items() if id != small]
    assert any("q1" in of_it for of_it in others)  # 20 less 18 is 2


def test_a_baseline_repeats_no_figure_that_an_earlier_year_hides_for_another(desk: Desk) -> None:
    """Not a small one itself: it is hidden so that the count beside it can't be worked out (R40: other periods)."""
    before = YEAR.previous
    texts = {"all": ("20", "30"), "race": ("18", "21"), "faith": ("2", "9"), "burglary": ("61", "70")}
    ids: dict[str, IndicatorId] = {}
    for name, (one, two) in texts.items():
        sensitive = name in ("race", "faith")
        sums = str(int(one) + int(two))
        indicator = Indicator(name, P2, baseline=sums, target="fall", is_sensitive=sensitive)
        ids[name] = desk.do(AddIndicator(indicator)).result
        cells = [FigureCell.of_quarter(ids[name], before, at, text) for at, text in ((1, one), (2, two))]
        cells += [FigureCell.of_quarter(ids[name], YEAR, at, "40") for at in (1, 2)]
        desk.do(RecordFigures(tuple(cells)))
    earlier = desk.ask(SafeResults(before, 4)).marks
    hidden = {name for name, id in ids.items() if "to-date" in earlier.get(id, {})}
    assert "faith" in hidden
    assert len(hidden) > 1, "another one protects it"
    assert "burglary" not in hidden
    now = desk.ask(SafeResults(YEAR, 4)).marks
    assert {name for name, id in ids.items() if "baseline" in now.get(id, {})} == hidden
    assert {name for name, id in ids.items() if "change" in now.get(id, {})} == hidden
    results = desk.ask(ReturnDraft(FundId(1), YEAR, 4)).document.results
    assert results is not None
    assert {line.name for line in results.lines if line.baseline.is_hidden} == hidden
    # Whether it fell since would tell of it.
    assert {line.name for line in results.lines if line.state == Standing.SMALL.value} == hidden


def test_a_share_of_small_counts_is_hidden_too(desk: Desk) -> None:
    id = measured(desk, Indicator("Coping", P1, counted=Counted.SHARE, is_sensitive=True), ("2/3", "40/50"))
    marks = marks_of(desk, id)
    assert {"q1": "[c]", "to-date": "[c]"}.items() <= marks.items()
    assert "q2" not in marks


def test_the_grid_knows_the_figures_of_its_days_and_place(desk: Desk) -> None:
    id = desk.do(AddIndicator(Indicator("Sessions", P1))).result
    other = desk.do(AddIndicator(Indicator("Packs", P1))).result
    place = desk.do(AddArea(Area("Loughborough", AreaKind.DISTRICT))).result
    first, last = days_of(YEAR, 2)
    cells = (
        FigureCell.of_quarter(id, YEAR, 1, "3"),
        FigureCell(id, first, date(2018, 7, 31), "1", evidence=("minute 4",)),
        FigureCell(id, date(2018, 8, 1), last, "2"),
        FigureCell(id, first, last, "9", area=place),
        FigureCell.of_quarter(other, YEAR, 2, "5"),
    )
    desk.do(RecordFigures(cells))
    found = desk.ask(FiguresWithin((id,), first, last))
    assert [(each.kept.value.value, each.papers) for each in found] == [(Decimal(1), 1), (Decimal(2), 0)]


def test_the_chains_of_all_projects_stand_one_after_the_other(desk: Desk) -> None:
    shared = OutcomeId(desk.do(AddOutcome(Outcome("Safer town"))).result)
    own = OutcomeId(desk.do(AddOutcome(Outcome("Coping better", P2))).result)
    idle = OutcomeId(desk.do(AddOutcome(Outcome("Fewer calls"))).result)
    desk.do(AddIndicator(Indicator("Patrols", P1, outcome=shared)))
    desk.do(AddIndicator(Indicator("Clients", P2, outcome=own)))
    desk.do(AddIndicator(Indicator("Visits", P2)))
    desk.do(AddMilestone(Milestone(P2, "Worker in post", date(2018, 6, 30), own)))
    answer = desk.ask(ChainsOf(YEAR))
    told = [
        (
            project,
            [
                (
                    row.kept.value.name if row.kept is not None else "",
                    [each.indicator.name for each in row.rows],
                    [each.milestone.name for each in row.milestones],
                )
                for row in rows
            ],
        )
        for project, rows in answer.chains
    ]
    assert told == [
        (P1, [("Safer town", ["Patrols"], [])]),
        (P2, [("Coping better", ["Clients"], ["Worker in post"]), ("", ["Visits"], [])]),
        (None, [("Fewer calls", [], [])]),
    ]
    assert {OutcomeId(kept.id) for kept in answer.outcomes} == {shared, own, idle}
    alone = desk.ask(ChainsOf(YEAR, project=P2))
    assert [project for project, _rows in alone.chains] == [P2]


def test_what_was_worked_out_already_gives_the_same(desk: Desk) -> None:
    measured(desk, Indicator("Hate incidents", P2, baseline="3", is_sensitive=True), ("2", "7", "1"))
    results = desk.ask(ResultsOf(YEAR, 4))
    assert desk.ask(SafeResults(YEAR, 4, of=results)) == desk.ask(SafeResults(YEAR, 4))
    # It is taken as given: without its rows there is nothing to mark.
    assert not desk.ask(SafeResults(YEAR, 4, of=replace(results, rows=()))).marks
