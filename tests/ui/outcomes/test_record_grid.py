"""A quarter's figures in the grid, as a user types and pastes them: with the keyboard alone, in one step."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fundingapp.application.queries.evidence import PapersOf
from fundingapp.domain.evidence import Supported
from fundingapp.domain.indicators import FigureStatus
from fundingapp.domain.judging import Standing
from fundingapp.ui.drafts import Drafts
from fundingapp.ui.outcomes.targets import RecordFigures, ShowStanding
from fundingapp.ui.shell import Shell
from fundingapp.ui.tables.view import TableView
from tests.ui import hands
from tests.ui.outcomes.measured import (
    BURGLARY,
    CLIENTS,
    HATE,
    SATISFIED,
    SESSIONS,
    grid,
    held,
    indicators,
    measured_shell,
    press,
)
from tests.ui.windows import settle

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    """On the grid of the last quarter, in which nothing is recorded yet."""
    with measured_shell(tmp_path, qtbot) as shell:
        press(qtbot, shell, "Record figures")
        yield shell


def table(shell: Shell) -> TableView:
    return hands.table(shell.window, "Figures to record")


def typed(qtbot: QtBot, shell: Shell, text: str, then: Qt.Key = Qt.Key.Key_Return) -> None:
    """Types over the cell under the cursor, and leaves it with a key."""
    view = table(shell)
    QTest.keyClicks(view, text[0])
    [editor] = hands.seen(view, QLineEdit)
    QTest.keyClicks(editor, text[1:])
    QTest.keyClick(editor, then)
    settle(qtbot, shell)


def cell(shell: Shell, name: str, heading: str) -> str:
    return hands.row(table(shell), "Indicator", name)[heading]


def paste(qtbot: QtBot, shell: Shell, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    hands.key(table(shell), Qt.Key.Key_V, CONTROL)
    settle(qtbot, shell)


def fourth(shell: Shell, name: str) -> Decimal | None:
    return held(shell)[name].quarters[3].value


def test_a_quarter_is_typed_down_the_column_and_kept_in_one_step(shell: Shell, qtbot: QtBot) -> None:
    view = table(shell)
    assert view.hasFocus()
    assert hands.current(view)["Indicator"] == CLIENTS
    for text in ("58", "44/45", "4", "350"):
        typed(qtbot, shell, text)  # Enter goes down
    assert hands.current(view)["Indicator"] == HATE
    assert fourth(shell, CLIENTS) is None  # nothing is kept yet
    hands.key(view, Qt.Key.Key_Return, CONTROL)
    settle(qtbot, shell)
    values = [fourth(shell, name) for name in (CLIENTS, SATISFIED, SESSIONS, BURGLARY, HATE)]
    assert values == [Decimal(58), Decimal("97.8"), Decimal(4), Decimal(350), None]
    assert "4 figures kept: 4 new." in " ".join(hands.messages(shell.window))
    assert hands.table(shell.window, "Indicators").isVisible()
    shell.undo()
    settle(qtbot, shell)
    assert all(fourth(shell, name) is None for name in (CLIENTS, SATISFIED, SESSIONS, BURGLARY))


def test_tab_goes_across_to_the_parts_status_and_note(shell: Shell, qtbot: QtBot) -> None:
    view = table(shell)
    hands.go_to_cell(view, "Indicator", SATISFIED, "Q4")
    typed(qtbot, shell, "44", Qt.Key.Key_Tab)
    [editor] = hands.seen(view, QLineEdit)  # the next cell is open already
    QTest.keyClicks(editor, "50")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, shell)
    hands.go_to_cell(view, "Indicator", SATISFIED, "out of")
    hands.key(view, Qt.Key.Key_Tab)
    typed(qtbot, shell, "prov", Qt.Key.Key_Tab)
    [editor] = hands.seen(view, QLineEdit)
    QTest.keyClicks(editor, "two answers are late")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, shell)
    press(qtbot, shell, "Keep the figures")
    result = held(shell)[SATISFIED].quarters[3]
    assert (result.value, result.numerator, result.denominator) == (Decimal(88), Decimal(44), Decimal(50))
    assert result.status is FigureStatus.PROVISIONAL


def test_what_can_not_be_is_marked_in_its_cell_and_nothing_is_kept(shell: Shell, qtbot: QtBot) -> None:
    view = table(shell)
    hands.go_to_cell(view, "Indicator", CLIENTS, "Q4")
    typed(qtbot, shell, "12.5")
    hands.go_to_cell(view, "Indicator", SESSIONS, "Q4")
    typed(qtbot, shell, "4")
    assert cell(shell, CLIENTS, "Q4") == "! 12.5"
    assert "it is not whole" in hands.read(shell.window.stack)
    press(qtbot, shell, "Keep the figures")
    assert fourth(shell, SESSIONS) is None
    assert hands.current(view)["Indicator"] == CLIENTS
    typed(qtbot, shell, "12")
    assert cell(shell, CLIENTS, "Q4") == "12"
    press(qtbot, shell, "Keep the figures")
    assert (fourth(shell, CLIENTS), fourth(shell, SESSIONS)) == (Decimal(12), Decimal(4))


def test_a_kept_figure_is_changed_and_emptied_and_a_small_one_stays_hidden(
    shell: Shell, qtbot: QtBot
) -> None:
    hands.choose(shell.window, "Quarter", "Q1")
    settle(qtbot, shell)
    assert cell(shell, CLIENTS, "Q1") == "61"
    assert cell(shell, HATE, "Q1") == "hidden"
    view = table(shell)
    hands.go_to_cell(view, "Indicator", CLIENTS, "Q1")
    typed(qtbot, shell, "62")
    hands.go_to_cell(view, "Indicator", SESSIONS, "Q1")
    hands.key(view, Qt.Key.Key_Delete)
    hands.go_to_cell(view, "Indicator", HATE, "Q1")
    typed(qtbot, shell, "4")
    press(qtbot, shell, "Keep the figures")
    now = held(shell)
    values = [now[name].quarters[0].value for name in (CLIENTS, SESSIONS, HATE)]
    assert values == [Decimal(62), None, Decimal(4)]
    assert "3 figures kept: 2 changed, 1 taken away." in " ".join(hands.messages(shell.window))


def test_months_are_recorded_and_close_the_quarter(shell: Shell, qtbot: QtBot) -> None:
    grid(shell)._spans.choose(True)
    settle(qtbot, shell)
    view = table(shell)
    hands.go_to_cell(view, "Indicator", CLIENTS, "Jan")
    paste(qtbot, shell, "20\t\t21\t\t17")
    assert [cell(shell, CLIENTS, month) for month in ("Jan", "Feb", "Mar")] == ["20", "21", "17"]
    press(qtbot, shell, "Keep the figures")
    assert fourth(shell, CLIENTS) == Decimal(58)
    press(qtbot, shell, "Record figures")
    grid(shell)._spans.choose(False)
    settle(qtbot, shell)
    index = hands.go_to_cell(table(shell), "Indicator", CLIENTS, "Q4")
    assert not index.flags() & Qt.ItemFlag.ItemIsEditable
    assert "Some of these days have figures (01/" in grid(shell).rows[0].why_closed(0)


def test_what_is_due_says_so_until_it_is_typed(shell: Shell, qtbot: QtBot) -> None:
    hands.go_to_cell(table(shell), "Indicator", CLIENTS, "Q4")
    assert cell(shell, CLIENTS, "Q4") == "due"
    assert "the figure of Q4 is due" in hands.read(shell.window.stack)
    hands.key(table(shell), Qt.Key.Key_C, CONTROL)
    assert "due" not in QGuiApplication.clipboard().text()
    hands.key(table(shell), Qt.Key.Key_F2)
    [editor] = hands.seen(table(shell), QLineEdit)
    assert editor.text() == ""
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, shell)
    assert not any(row.is_touched for row in grid(shell).rows)
    hands.choose(shell.window, "Quarter", "Q3")
    settle(qtbot, shell)
    assert "due" not in {row["Q3"] for row in hands.rows(table(shell))}


def test_a_block_from_a_spreadsheet_finds_its_indicators_by_name(shell: Shell, qtbot: QtBot) -> None:
    paste(qtbot, shell, f"Indicator\tQ4\n{SESSIONS}\t5\n{CLIENTS}\t58\n")
    assert (cell(shell, SESSIONS, "Q4"), cell(shell, CLIENTS, "Q4")) == ("5", "58")
    assert "2 cells pasted." in " ".join(hands.messages(shell.window))
    press(qtbot, shell, "Take the pasting back")
    assert (cell(shell, SESSIONS, "Q4"), cell(shell, CLIENTS, "Q4")) == ("due", "due")
    hands.go_to_cell(table(shell), "Indicator", SESSIONS, "Q4")
    paste(qtbot, shell, "5\n350\nfour\n")
    assert [cell(shell, name, "Q4") for name in (SESSIONS, BURGLARY, HATE)] == ["5", "350", "! four"]


def test_an_empty_cell_of_a_block_takes_no_figure_away(shell: Shell, qtbot: QtBot) -> None:
    """A small count is copied as an empty cell, and what comes back out of a spreadsheet leaves it as it is."""
    hands.choose(shell.window, "Quarter", "Q1")
    settle(qtbot, shell)
    paste(qtbot, shell, f"Indicator\tQ1\n{CLIENTS}\t62\n{SESSIONS}\t\n{HATE}\t\n")
    assert "1 cell pasted." in " ".join(hands.messages(shell.window))
    assert "Empty cells change nothing" in " ".join(hands.messages(shell.window))
    before = [held(shell)[name].quarters[0].value for name in (SESSIONS, HATE)]
    press(qtbot, shell, "Keep the figures")
    assert "1 figure kept: 1 changed." in " ".join(hands.messages(shell.window))
    assert [held(shell)[name].quarters[0].value for name in (SESSIONS, HATE)] == before


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        pytest.param("1\n" * 5_000, "5,000 rows were pasted, and there are 5 indicators", id="5,000 rows"),
        pytest.param("1\t\t\t\t\t\t9\n", "the grid has no column for it", id="too many columns"),
        pytest.param("58\t60\n", "is one number, not out of another", id="wrong column"),
        pytest.param(
            f"{CLIENTS}\t58\nPacks given out\t12\n",
            "“Packs given out” (row 2)",
            id="a name that is not there",
        ),
        pytest.param(
            f"\tQ1\n{CLIENTS}\t58\n",
            "“Q1” means Q1 2018/19, and the column that it would fill is of Q4",
            id="Q1",
        ),
        pytest.param(f"Indicator\tQ4 2017/18\n{CLIENTS}\t58\n", "“Q4 2017/18” means", id="another year"),
        pytest.param(
            f"\nIndicator\tNovember\n{CLIENTS}\t58\n", "“November” means November 2018", id="a month"
        ),
        pytest.param(f"{CLIENTS}\t58\n{CLIENTS}\t59\n", "is there twice, in rows 1 and 2", id="a name twice"),
    ],
)
def test_a_block_that_does_not_fit_is_refused_whole(
    shell: Shell, qtbot: QtBot, text: str, refused: str
) -> None:
    """U03."""
    hands.go_to_cell(table(shell), "Indicator", CLIENTS, "Q4")
    paste(qtbot, shell, text)
    assert refused in " ".join(hands.messages(shell.window))
    assert not any(row.is_touched for row in grid(shell).rows)


def test_evidence_comes_with_the_figure_typed_attached_or_dropped(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    report, survey = tmp_path / "Q4 report.txt", tmp_path / "survey.csv"
    report.write_text("58 clients were supported.", encoding="utf-8")
    survey.write_text("answer,number\ngood,44\n", encoding="utf-8")
    view = table(shell)
    hands.go_to_cell(view, "Indicator", CLIENTS, "Q4")
    typed(qtbot, shell, "58")
    hands.go_to_cell(view, "Indicator", CLIENTS, "Evidence: reference")
    typed(qtbot, shell, "minute 12 of March")
    hands.go_to_cell(view, "Indicator", CLIENTS, "Papers")
    shell.office.files.opening = report  # type: ignore[attr-defined]  # no dialog can be answered in a test
    hands.key(view, Qt.Key.Key_Return)
    index = hands.go_to_cell(view, "Indicator", CLIENTS, "Papers")
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(survey))])
    where = view.viewport().mapTo(grid(shell), view.visualRect(index).center())
    event = QDropEvent(
        QPointF(where),
        Qt.DropAction.CopyAction,
        dropped,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    grid(shell).dropEvent(event)
    assert cell(shell, CLIENTS, "Papers") == "+ Q4 report.txt, + survey.csv"
    press(qtbot, shell, "Keep the figures")
    [figure] = held(shell)[CLIENTS].quarters[3].figures
    papers = shell.office.desk.ask(PapersOf(Supported("figure", figure)))
    assert {paper.of.name for paper in papers} == {"Q4 report.txt", "survey.csv", "minute 12 of March"}


def test_evidence_without_a_figure_is_refused_where_it_stands(shell: Shell, qtbot: QtBot) -> None:
    view = table(shell)
    hands.go_to_cell(view, "Indicator", SESSIONS, "Evidence: reference")
    typed(qtbot, shell, "minute 12")
    press(qtbot, shell, "Keep the figures")
    assert "has evidence and no figure" in hands.read(shell.window.stack)
    assert hands.current(view)["Indicator"] == SESSIONS


def test_what_was_typed_waits_when_the_grid_is_left(shell: Shell, qtbot: QtBot) -> None:
    """K05."""
    hands.go_to_cell(table(shell), "Indicator", CLIENTS, "Q4")
    typed(qtbot, shell, "58")
    hands.key(table(shell), Qt.Key.Key_Escape)
    settle(qtbot, shell)
    assert hands.table(shell.window, "Indicators").isVisible()
    assert Drafts.current() is not None
    shell.window.go_to("overview")
    shell.window.go_to("outcomes", RecordFigures(4))
    settle(qtbot, shell)
    assert "You had begun this on" in hands.read(shell.window.stack)
    assert cell(shell, CLIENTS, "Q4") == "due"
    press(qtbot, shell, "Take it up again")
    assert cell(shell, CLIENTS, "Q4") == "58"
    press(qtbot, shell, "Keep the figures")
    press(qtbot, shell, "Record figures")
    assert "You had begun this" not in hands.read(shell.window.stack)


def test_the_grid_opens_where_a_figure_is_missing(shell: Shell, qtbot: QtBot) -> None:
    id = held(shell)[BURGLARY].id
    shell.window.go_to("overview")
    shell.window.go_to("outcomes", RecordFigures(2, id))
    settle(qtbot, shell)
    assert grid(shell).quarter == 2
    assert hands.current(table(shell))["Indicator"] == BURGLARY
    assert table(shell).hasFocus()
    assert indicators(shell).is_alone
    # Also where the list is narrowed to what it is not among.
    shell.window.go_to("outcomes", ("indicators", ShowStanding(Standing.NOT_MET)))
    settle(qtbot, shell)
    listed = hands.rows(hands.table(shell.window, "Indicators"))
    assert BURGLARY not in {row["Indicator"] for row in listed}
    shell.window.go_to("outcomes", RecordFigures(2, id))
    settle(qtbot, shell)
    assert hands.current(table(shell))["Indicator"] == BURGLARY
