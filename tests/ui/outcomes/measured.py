"""A window on the sample with outcomes, indicators and figures of its own, for tests of the page Outcomes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from fundingapp.application.commands.figures import RecordFigures, RemoveFigures
from fundingapp.application.commands.outcomes import (
    AddMilestone,
    AddOutcome,
    RemoveMilestone,
    RemoveOutcome,
    WriteStatement,
)
from fundingapp.application.commands.papers import UnlinkPapers
from fundingapp.application.commands.performance import RemovePerformanceTable
from fundingapp.application.commands.results import AddIndicator, RemoveIndicator
from fundingapp.application.commands.value import RemoveSentence
from fundingapp.application.desk import Desk
from fundingapp.application.queries.chains_of_results import ChainsOf
from fundingapp.application.queries.evidence import PapersOf
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.application.queries.held_results import ResultRow
from fundingapp.application.queries.indicators import IndicatorOf
from fundingapp.application.queries.performance import PerformanceTables
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.results import ResultsOf
from fundingapp.application.queries.value import ValueOf
from fundingapp.application.queries.workspace import WorkspaceOf
from fundingapp.application.sample import FILE
from fundingapp.assembly import Assembly
from fundingapp.domain.evidence import Supported
from fundingapp.domain.ids import IndicatorId, OutcomeId, PerformanceTableId, ProjectId
from fundingapp.domain.indicators import Counted, GoodDirection, Indicator, ResultLevel
from fundingapp.domain.outcomes import Milestone, Outcome
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.outcomes.indicators_view import IndicatorsView
from fundingapp.ui.outcomes.record_grid import RecordGrid
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import PATIENCE_MS, bare_shell, fresh_sample, settle

YEAR = FinancialYear(2018)
CLIENTS, SATISFIED, SESSIONS = "Clients supported", "Satisfied (good or excellent)", "Sessions held"
HATE, BURGLARY = "Hate incidents reported", "Residential burglary"
BETTER, FEWER = "Victims cope better", "Fewer homes are burgled"


def projects_of(desk: Desk) -> dict[str, ProjectId]:
    """The projects of the sample's grant by their references."""
    fund = desk.ask(WorkspaceOf()).grants[0].fund_id
    return {each.ref: each.project_id for each in desk.ask(PositionOf(fund, YEAR)).position.projects}


def measure(desk: Desk) -> dict[str, int]:
    """Two outcomes, five indicators with the figures of three quarters (one of them sensitive), two milestones and a
    statement; returns the ids by name."""
    refs = projects_of(desk)
    first, second, third = (refs[ref] for ref in ("LF-01", "LF-02", "LF-03"))
    ids: dict[str, int] = {}
    ids[BETTER] = desk.do(AddOutcome(Outcome(BETTER, first))).result
    ids[FEWER] = desk.do(AddOutcome(Outcome(FEWER, second))).result

    def add(name: str, project: ProjectId, **more: Any) -> None:
        ids[name] = desk.do(AddIndicator(Indicator(name, project, **more))).result

    better, fewer = OutcomeId(ids[BETTER]), OutcomeId(ids[FEWER])
    up = GoodDirection.UP
    add(
        CLIENTS, first, unit="clients", direction=up, baseline="171", target="180", outcome=better,
        counted=Counted.PEOPLE, source="Case system",
    )  # fmt: skip
    add(
        SATISFIED, first, direction=up, baseline="97%", target="95%", outcome=better, level=ResultLevel.OUTCOME,
        counted=Counted.SHARE,
    )  # fmt: skip
    add(SESSIONS, first, direction=up, baseline="8", target="12", outcome=better)
    add(
        BURGLARY, second, direction=GoodDirection.DOWN, baseline="823", target="fall", outcome=fewer,
        level=ResultLevel.OUTCOME,
    )  # fmt: skip
    add(HATE, third, direction=up, baseline="3", target="rise", is_sensitive=True)
    figures = {
        CLIENTS: ("61", "70", "64 [p]"),
        SATISFIED: ("45/45", "50/51", "40/40"),
        SESSIONS: ("3", "4", "3"),
        BURGLARY: ("281", "302", "371"),
        HATE: ("2", "7", "1"),
    }
    cells = [
        FigureCell.of_quarter(IndicatorId(ids[name]), YEAR, quarter, text)
        for name, texts in figures.items()
        for quarter, text in enumerate(texts, start=1)
    ]
    clients = IndicatorId(ids[CLIENTS])
    cells += [FigureCell.of_quarter(clients, YEAR.previous, quarter, "43") for quarter in range(1, 5)]
    desk.do(RecordFigures(tuple(cells)))
    begun = Milestone(first, "Programme has begun", date(2018, 6, 30), better, done_on=date(2018, 6, 20))
    ids["begun"] = desk.do(AddMilestone(begun)).result
    ids["packs"] = desk.do(
        AddMilestone(Milestone(second, "Packs are bought", date(2018, 9, 30), fewer))
    ).result
    desk.do(WriteStatement(better, YEAR, changed="More clients cope better.", method="Survey on leaving."))
    return ids


def forget(desk: Desk) -> None:
    """Takes out what the sample itself has measured and published, so that a test knows all that there is."""
    forget_tables(desk)
    answer = desk.ask(ChainsOf(YEAR))
    rows = [row for each in answer.rows for row in each.rows]
    figures = [figure.id for row in rows for figure in desk.ask(IndicatorOf(row.id, YEAR)).figures]
    if figures:
        desk.do(RemoveFigures(tuple(figures)))
    for sentence in desk.ask(ValueOf(YEAR, 4)).sentences:
        if sentence.id is not None:
            desk.do(RemoveSentence(sentence.id))
    for row in rows:
        desk.do(RemoveIndicator(row.id))
    for each in answer.rows:
        for milestone in each.milestones:
            desk.do(RemoveMilestone(milestone.id))
    for outcome in answer.outcomes:
        desk.do(RemoveOutcome(OutcomeId(outcome.id)))


def forget_tables(desk: Desk) -> None:
    """Takes the sample's published tables out."""
    for row in desk.ask(PerformanceTables()):
        table = Supported("table", row.kept.id)
        papers = tuple(each.id for each in desk.ask(PapersOf(table)))
        desk.do(UnlinkPapers(papers, (table,)))
        desk.do(RemovePerformanceTable(PerformanceTableId(row.kept.id)))


@cache
def _made_once(with_results: bool) -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """The sample with our own results, or with none; made once for all tests, each of which gets a copy."""
    kept = tempfile.TemporaryDirectory()
    target = fresh_sample(Path(kept.name) / "sample")
    opened = Assembly().open(str(target))
    forget(opened.desk)
    if with_results:
        measure(opened.desk)
    opened.close()
    return kept, target.parent


@contextmanager
def measured_shell(
    tmp_path: Path, qtbot: QtBot, *, view: str = "indicators", with_results: bool = True
) -> Iterator[Shell]:
    """A window on the page Outcomes with all of that, or (without results) with nothing measured yet."""
    folder = tmp_path / "sample"
    shutil.copytree(_made_once(with_results)[1], folder)
    with bare_shell(tmp_path, qtbot) as shell:
        shell.open_target(str(folder / FILE))
        qtbot.waitUntil(lambda: shell.office.workspace is not None, timeout=PATIENCE_MS)
        settle(qtbot, shell)
        show(qtbot, shell, view)
        yield shell


def show(qtbot: QtBot, shell: Shell, view: str, subject: object = None) -> None:
    shell.window.go_to("outcomes", (view, subject))
    settle(qtbot, shell)


def indicators(shell: Shell) -> IndicatorsView:
    """The view of the indicators, wherever the window is."""
    [view] = shell.window.findChildren(IndicatorsView)
    return view


def grid(shell: Shell) -> RecordGrid:
    return indicators(shell).grid


def held(shell: Shell) -> dict[str, ResultRow]:
    """What the file holds, by the indicators' names."""
    return {row.indicator.name: row for row in shell.office.desk.ask(ResultsOf(YEAR)).rows}


def press(qtbot: QtBot, shell: Shell, words: str, *, inside: bool = False) -> None:
    hands.press(shell.window.inspector if inside else shell.window, words)
    settle(qtbot, shell)
