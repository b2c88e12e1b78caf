"""The page Outcomes on the sample as it comes: what a user sees who opens it for the first time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from fundingapp.application.queries.performance import PerformanceTableOf, PerformanceTables
from fundingapp.assembly import Assembly
from fundingapp.domain.ids import PerformanceTableId
from fundingapp.ui.charts.plots import Bars, Chart, Panels
from fundingapp.ui.outcomes.performance_rows import rows_of, series_of
from fundingapp.ui.outcomes.value_view import ValueView
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.outcomes.measured import indicators, show
from tests.ui.windows import fresh_sample, open_shell, settle

FIRST, CLIENTS = "Street noise complaints in October (Freshers)", "Clients supported"


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    with open_shell(tmp_path, qtbot, page="outcomes") as shell:
        yield shell


def opened(shell: Shell) -> str:
    """The title of the panel at the right; "" while it is closed."""
    page = shell.window.inspector.page
    return page.title if page is not None else ""


def offered(shell: Shell) -> set[str]:
    """What the buttons say that can be seen."""
    return {hands.words_of(each).strip() for each in hands.seen(shell.window.stack, QAbstractButton)}


def test_the_first_indicator_is_open_beside_the_list_and_the_arrows_move_on(
    shell: Shell, qtbot: QtBot
) -> None:
    table = hands.table(shell.window, "Indicators")
    assert (opened(shell), hands.current(table)["Indicator"]) == (FIRST, FIRST)
    table.setFocus()
    hands.key(table, Qt.Key.Key_Down)  # the heading of the next project, which is no indicator
    hands.key(table, Qt.Key.Key_Down)
    settle(qtbot, shell)
    assert opened(shell) == "#CelebrateSafely: impressions"
    hands.key(shell.window, Qt.Key.Key_Escape)
    settle(qtbot, shell)
    assert not opened(shell)  # closed, it does not come back by itself
    shell.window.go_to("overview")
    shell.window.go_to("outcomes")
    settle(qtbot, shell)
    assert opened(shell) == "#CelebrateSafely: impressions"


def test_in_a_narrow_window_the_list_has_the_room_until_enter_is_pressed(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, page="outcomes", size=(1280, 720)) as shell:
        table = hands.table(shell.window, "Indicators")
        assert (opened(shell), hands.current(table)["Indicator"]) == ("", FIRST)
        hands.key(table, Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert opened(shell) == FIRST


def test_a_figure_for_several_quarters_stands_over_them(shell: Shell, qtbot: QtBot) -> None:
    table = hands.table(shell.window, "Indicators")
    row = hands.row(table, "Indicator", CLIENTS)
    assert [row[f"Q{number}"] for number in range(1, 5)] == ["Q1–Q3: 195", "", "", "–"]
    assert hands.row(table, "Indicator", FIRST)["Q3"] == "Oct: 19"
    titles = [column.title for column in indicators(shell)._model.columns]
    at = next(place for place, each in enumerate(hands.rows(table)) if each["Indicator"] == CLIENTS)
    assert table.columnSpan(at, titles.index("Q1")) == 3
    assert table.columnSpan(at, titles.index("Q4")) == 1
    hands.click_figure(table, "Indicator", CLIENTS, "Q1")
    settle(qtbot, shell)
    assert "195" in hands.read(shell.window.inspector)
    hands.click_row(table, "Indicator", CLIENTS)
    settle(qtbot, shell)
    (bars,) = [
        each.drawing for each in hands.seen(shell.window.inspector, Chart) if isinstance(each.drawing, Bars)
    ]
    assert bars.in_words == "Q1–Q3 195; Q4 no figure."
    assert "Report to the Scrutiny Management Board" in hands.read(shell.window.inspector)
    # What is filtered away takes its headings and its spans along.
    table.set_filters_shown(True)
    table.set_filter("indicator", CLIENTS)
    qtbot.waitUntil(lambda: [each["Indicator"] for each in hands.rows(table)] == [CLIENTS])
    assert [table.columnSpan(0, titles.index(title)) for title in ("Indicator", "Q1")] == [1, 3]


def test_missing_figures_are_listed_and_each_leads_to_its_cell(shell: Shell, qtbot: QtBot) -> None:
    view = indicators(shell)
    assert view.answer is not None
    missing = view.answer.missing
    assert missing
    hands.press(shell.window, f"{len(missing)} figures missing: list them")
    settle(qtbot, shell)
    wanted = missing[-1]
    said = hands.read(shell.window.inspector)
    assert f"Q{wanted.quarter} 2018/19, ended {wanted.ended:%d/%m/%Y}" in said
    assert said.count("record\n") + said.endswith("record") == len(missing)
    hands.press(shell.window.inspector, f"{wanted.ref} {wanted.name}".strip())
    settle(qtbot, shell)
    assert view.is_alone
    assert hands.current(view.grid.table)["Indicator"] == wanted.name
    # Another view has the page's head again, although the grid still stands in its place.
    show(qtbot, shell, "performance")
    assert "Check a table…" in offered(shell)
    assert "3 printed wrongly" in hands.read(shell.window.stack)
    show(qtbot, shell, "indicators")
    assert view.is_alone
    assert "Check a table…" not in offered(shell)


def test_a_view_that_is_left_shows_none_of_its_buttons_whatever_it_is_told(
    shell: Shell, qtbot: QtBot
) -> None:
    show(qtbot, shell, "value", "sentences")
    assert "Write a sentence…" in offered(shell)
    assert "195 clients supported → 100% satisfied with the service" in hands.read(shell.window.stack)
    show(qtbot, shell, "performance", "charts")
    (value,) = shell.window.findChildren(ValueView)
    value._show_part()  # as when an answer comes late
    assert "Write a sentence…" not in offered(shell)
    (chart,) = hands.seen(shell.window.stack, Chart)
    assert isinstance(chart.drawing, Panels)
    assert (chart.drawing.panels[0].name, chart.drawing.panels[0].under) == ("Beat 56", "717 → 751")


def test_years_are_drawn_of_the_same_days_only(tmp_path: Path) -> None:
    opened = Assembly().open(str(fresh_sample(tmp_path / "sample")))
    tables = {row.kept.value.name: row for row in opened.desk.ask(PerformanceTables())}
    id = PerformanceTableId(tables["Crime in Charnwood"].kept.id)
    table = opened.desk.ask(PerformanceTableOf(id))
    opened.close()
    # Figure 3 has other counts: of whole years, and another one for the very days.
    assert len(table.lines[0].series) > 4
    drawn = series_of(rows_of(table)[0])
    assert drawn.labels == ("2017/18", "2018/19")
    assert [f"{value:,}" for value in drawn.lines[0].values if value is not None] == ["9,993", "11,258"]
