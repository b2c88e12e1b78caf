"""The indicators as a user meets them: the table, small numbers, the inspector, and the first step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from fundingapp.domain.ids import IndicatorId
from fundingapp.ui.charts.plots import Bars, Chart, Lines
from fundingapp.ui.frame.rail import RailButton
from fundingapp.ui.outcomes.targets import ShowIndicator
from fundingapp.ui.shell import Shell
from fundingapp.ui.tables.columns import Sorting
from tests.ui import hands
from tests.ui.outcomes.measured import (
    BETTER,
    BURGLARY,
    CLIENTS,
    FEWER,
    HATE,
    SATISFIED,
    SESSIONS,
    held,
    indicators,
    measured_shell,
    press,
    show,
)
from tests.ui.windows import settle


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    with measured_shell(tmp_path, qtbot) as shell:
        hands.choose(shell.window, "Up to quarter", "Up to Q3")
        settle(qtbot, shell)
        yield shell


def row(shell: Shell, name: str) -> dict[str, str]:
    return hands.row(hands.table(shell.window, "Indicators"), "Indicator", name)


def opened(qtbot: QtBot, shell: Shell, name: str) -> str:
    """Opens an indicator; returns what the inspector says."""
    hands.click_row(hands.table(shell.window, "Indicators"), "Indicator", name)
    settle(qtbot, shell)
    return hands.read(shell.window.inspector)


def test_each_indicator_stands_with_its_quarters_and_how_it_does(shell: Shell) -> None:
    clients = row(shell, CLIENTS)
    shown = [clients[each] for each in ("Baseline", "Target", "Q1", "Q2", "Q3", "Q4", "To date", "State")]
    assert shown == ["171", "180", "61", "70", "64 [p]", "–", "195 [p]", "met"]
    assert row(shell, SATISFIED)["To date"] == "99.3%"
    assert (row(shell, SESSIONS)["To date"], row(shell, SESSIONS)["State"]) == ("10", "83%")
    assert row(shell, BURGLARY)["State"] == "not met"
    assert "5 indicators · up to Q3" in hands.read(shell.window.stack)


def test_small_counts_are_hidden_with_what_would_give_them_away(shell: Shell, qtbot: QtBot) -> None:
    hate = row(shell, HATE)
    assert [hate[each] for each in ("Baseline", "Q1", "Q3", "State")] == ["<5", "<5", "<5", "small numbers"]
    # 10 to date less 7 of the second quarter would leave 3 for two counts that are at least 1 each.
    assert "[c]" in (hate["Q2"], hate["To date"])
    assert "Small counts of 1 indicator are hidden" in hands.read(shell.window.stack)
    press(qtbot, shell, "Show the counts")
    hate = row(shell, HATE)
    assert [hate[each] for each in ("Baseline", "Q1", "Q2", "Q3", "To date")] == ["3", "2", "7", "1", "10"]
    press(qtbot, shell, "Hide the counts")
    assert row(shell, HATE)["Q1"] == "<5"


def test_what_is_copied_never_has_small_counts(shell: Shell, qtbot: QtBot) -> None:
    press(qtbot, shell, "Show the counts")
    table = hands.table(shell.window, "Indicators")
    table.selectAll()
    hands.key(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    heading, hate = lines[0].split("\t"), next(line for line in lines if line.startswith(HATE)).split("\t")
    copied = dict(zip(heading, hate, strict=True))
    assert [copied[each] for each in ("Baseline", "Q1", "Q3")] == ["<5", "<5", "<5"]
    assert "[c]" in (copied["Q2"], copied["To date"])
    assert copied["State"] == "small numbers"


def test_what_is_hidden_can_not_be_asked_about_either(shell: Shell, qtbot: QtBot) -> None:
    said = opened(qtbot, shell, HATE)
    assert "small numbers" in said
    assert not {"1", "2", "3"} & {line.strip() for line in said.splitlines()}
    table = hands.table(shell.window, "Indicators")
    hands.go_to_cell(table, "Indicator", HATE, "Q1")
    hands.key(table, Qt.Key.Key_F2)
    settle(qtbot, shell)
    assert shell.window.inspector.page is not None
    assert shell.window.inspector.page.title == HATE


def test_every_figure_answers_why(shell: Shell, qtbot: QtBot) -> None:
    table = hands.table(shell.window, "Indicators")
    hands.click_figure(table, "Indicator", CLIENTS, "To date")
    settle(qtbot, shell)
    said = hands.read(shell.window.inspector)
    assert "195" in said
    assert "typed by" in said
    for heading in ("Baseline", "Target", "Q2", "State"):
        hands.go_to_cell(table, "Indicator", CLIENTS, heading)
        hands.key(table, Qt.Key.Key_F2)
        settle(qtbot, shell)
        assert shell.window.inspector.page is not None
        assert CLIENTS in hands.read(shell.window.inspector)


def test_one_in_full_has_its_charts_figures_papers_and_what_is_said(shell: Shell, qtbot: QtBot) -> None:
    said = opened(qtbot, shell, CLIENTS)
    charts = [each.drawing for each in hands.seen(shell.window.inspector, Chart)]
    bars = next(each for each in charts if isinstance(each, Bars))
    lines = next(each for each in charts if isinstance(each, Lines))
    assert bars.in_words == "Q1 61; Q2 70; Q3 64 [p], not final; Q4 no figure. Target 45 a quarter."
    assert "2017/18: Q1 43, Q2 43, Q3 43, Q4 43." in lines.in_words
    for words in (
        "01/10/2018 to 31/12/2018",
        "no evidence",
        "More clients cope better.",
        "per client supported",
        "Source: Case system",
        "Drop a file here",
    ):
        assert words in said, words


def test_a_figure_is_changed_and_taken_away_from_the_inspector(shell: Shell, qtbot: QtBot) -> None:
    opened(qtbot, shell, SESSIONS)
    press(qtbot, shell, "01/07/2018 to 30/09/2018", inside=True)
    hands.type_in(shell.window.inspector, "Figure for 01/07/2018 to 30/09/2018", "half")
    press(qtbot, shell, "Keep the figure", inside=True)
    assert "“half” is not a number" in hands.read(shell.window.inspector)
    hands.type_in(shell.window.inspector, "Figure for 01/07/2018 to 30/09/2018", "6")
    hands.type_in(shell.window.inspector, "Note", "two more in August")
    press(qtbot, shell, "Keep the figure", inside=True)
    assert row(shell, SESSIONS)["Q2"] == "6"
    shell.undo()
    settle(qtbot, shell)
    assert row(shell, SESSIONS)["Q2"] == "4"


def test_a_target_of_one_year_is_set_and_goes_again(shell: Shell, qtbot: QtBot) -> None:
    opened(qtbot, shell, SESSIONS)
    press(qtbot, shell, "Target of the year…", inside=True)
    hands.type_in(shell.window.inspector, "Target in 2018/19", "10")
    press(qtbot, shell, "Keep for 2018/19", inside=True)
    assert (row(shell, SESSIONS)["Target"], row(shell, SESSIONS)["State"]) == ("10", "met")
    opened(qtbot, shell, SESSIONS)
    press(qtbot, shell, "History…", inside=True)
    qtbot.wait(300)  # what is searched for is asked after a moment
    settle(qtbot, shell)
    assert f"set the target of “{SESSIONS}”" in hands.read(shell.window.stack).casefold().replace(
        SESSIONS.casefold(), SESSIONS
    )
    show(qtbot, shell, "indicators")
    shell.undo()
    settle(qtbot, shell)
    assert row(shell, SESSIONS)["Target"] == "12"


def test_a_closed_indicator_is_asked_for_nothing(shell: Shell, qtbot: QtBot) -> None:
    opened(qtbot, shell, SESSIONS)
    press(qtbot, shell, "Stop measuring", inside=True)
    press(qtbot, shell, "Record figures")
    names = [each.row.indicator.name for each in indicators(shell).grid.rows]
    assert SESSIONS not in names
    assert CLIENTS in names


def test_the_list_follows_theme_order_filters_and_quarter(shell: Shell, qtbot: QtBot) -> None:
    view = indicators(shell)

    def names() -> list[str]:
        return [each["Indicator"] for each in hands.rows(view.table)]

    first, second, third = (names()[at] for at in (0, 4, 6))
    assert [each[:5] for each in (first, second, third)] == ["LF-01", "LF-02", "LF-03"]
    assert names() == [first, CLIENTS, SATISFIED, SESSIONS, second, BURGLARY, third, HATE]
    hands.choose(shell.window, "Order", "By outcome")
    settle(qtbot, shell)
    by_outcome = [BETTER, CLIENTS, SATISFIED, SESSIONS, FEWER, BURGLARY, "Of no outcome yet", HATE]
    assert names() == by_outcome
    view.table._sort(Sorting("indicator"))
    assert names() == sorted((CLIENTS, SATISFIED, SESSIONS, BURGLARY, HATE), key=str.casefold)
    hands.choose(shell.window, "Order", "By project")
    hands.choose(shell.window, "Order", "By outcome")
    settle(qtbot, shell)
    assert names() == by_outcome
    view.table.set_filters_shown(True)
    view.table.set_filter("state", "met")
    qtbot.waitUntil(lambda: names() == [CLIENTS, SATISFIED, BURGLARY])  # “not met” holds the word too
    view.table.set_filter("state", "")
    qtbot.waitUntil(lambda: names() == by_outcome)
    hands.choose(shell.window, "Up to quarter", "Up to Q1")
    settle(qtbot, shell)
    assert row(shell, CLIENTS)["To date"] == "61"


def test_going_to_an_indicator_opens_it(shell: Shell, qtbot: QtBot) -> None:
    id = IndicatorId(held(shell)[BURGLARY].kept.id)
    shell.window.go_to("overview")
    shell.window.go_to("outcomes", ShowIndicator(id))
    settle(qtbot, shell)
    assert shell.window.inspector.page is not None
    assert shell.window.inspector.page.title == BURGLARY
    assert hands.current(indicators(shell).table)["Indicator"] == BURGLARY


def test_the_badge_counts_figures_of_quarters_that_are_over(shell: Shell) -> None:
    missing = len(indicators(shell).answer.missing)  # type: ignore[union-attr]  # it is shown
    assert missing == 5  # the last quarter of each
    [badge] = [
        name
        for each in hands.seen(shell.window, RailButton)
        if (name := each.accessibleName())[:8] == "Outcomes"
    ]
    assert badge == f"Outcomes, {missing} waiting"


def test_without_indicators_the_page_teaches_the_first_step(tmp_path: Path, qtbot: QtBot) -> None:
    with measured_shell(tmp_path, qtbot, with_results=False) as shell:
        assert "What is the money to change?" in hands.read(shell.window.stack)
        press(qtbot, shell, "Choose from a standard set…")
        hands.choose(shell.window.inspector, "Standard set", "Burglary")
        hands.choose(shell.window.inspector, "Project", "LF-02")
        press(qtbot, shell, "Take them in", inside=True)
        assert all(each.ref == "LF-02" for each in held(shell).values())
        assert hands.rows(hands.table(shell.window, "Indicators"))
