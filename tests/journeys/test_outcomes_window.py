"""A quarter's results, from the first figure to the last proof, with the keyboard alone: figures are typed with their
evidence, the list of gaps empties itself, and one step takes it all back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from fundingapp.application.queries.evidence import Papers
from fundingapp.application.queries.evidence_gaps import GapRow, GapsOf
from fundingapp.domain.gaps import GapKind
from fundingapp.ui.shell import Shell
from tests.journeys.walks import Walk
from tests.ui import hands
from tests.ui.outcomes.measured import (
    BURGLARY,
    CLIENTS,
    HATE,
    SATISFIED,
    SESSIONS,
    YEAR,
    grid,
    held,
    measured_shell,
)
from tests.ui.windows import settle

#: So often Tab is pressed at most until the control that is looked for has the keyboard.
_TABS = 80
GRID = "Figures to record"
REFERENCE = "Evidence: reference"


@pytest.fixture
def walk(tmp_path: Path, qtbot: QtBot) -> Iterator[Walk]:
    """Five indicators with three quarters recorded, none of them with a paper; on the Overview."""
    with measured_shell(tmp_path, qtbot) as shell:
        walk = Walk(qtbot, shell)
        walk.show("Overview")
        yield walk


def figures_without_proof(shell: Shell) -> list[GapRow]:
    rows = shell.office.desk.ask(GapsOf(YEAR)).rows
    return [row for row in rows if row.kind is GapKind.FIGURE]


def focus(walk: Walk) -> QWidget:
    now: QWidget | None = walk.shell.window.focusWidget()
    assert now is not None
    return now


def go_to(walk: Walk, words: str) -> None:
    """Ctrl+K, a few letters, Enter."""
    hands.shortcut(walk.shell.window, Qt.Key.Key_K)
    QTest.keyClicks(walk.shell.window.go_to_box.field, words)
    settle(walk.qtbot, walk.shell)
    hands.key(walk.shell.window.go_to_box.field, Qt.Key.Key_Return)
    settle(walk.qtbot, walk.shell)


def tab_to(walk: Walk, words: str) -> QWidget:
    """Presses Tab until the control that says *words* has the keyboard."""
    for _ in range(_TABS):
        if hands.words_of(focus(walk)).startswith(words):
            return focus(walk)
        hands.key(focus(walk), Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not reach “{words}”")


def press_key(walk: Walk, pressed: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    hands.key(focus(walk), pressed, modifier)
    settle(walk.qtbot, walk.shell)


def type_cell(walk: Walk, text: str) -> None:
    """Types over the cell under the cursor; Enter keeps it there and goes down."""
    table = hands.table(walk.shell.window, GRID)
    QTest.keyClicks(table, text[0])
    [editor] = hands.seen(table, QLineEdit)
    QTest.keyClicks(editor, text[1:])
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(walk.qtbot, walk.shell)


def right_to(walk: Walk, heading: str) -> None:
    """The arrow keys, to the column of that heading and up to the first row."""
    table = hands.table(walk.shell.window, GRID)
    titles = [" ".join(column.title.split()) for column in table.model().columns]  # type: ignore[attr-defined]
    while titles[table.currentIndex().column()] != heading:
        before = table.currentIndex().column()
        hands.key(table, Qt.Key.Key_Right)
        assert table.currentIndex().column() > before
    while table.currentIndex().row():
        hands.key(table, Qt.Key.Key_Up)


def choose_quarter(walk: Walk, quarter: str) -> None:
    """Opens the menu of quarters from its button, and takes one."""
    button = tab_to(walk, "Q")
    hands.key(button, Qt.Key.Key_Down)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(each for each in menu.actions() if each.text() == quarter)
    menu.setActiveAction(action)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    walk.shell.window.activateWindow()
    settle(walk.qtbot, walk.shell)


def test_a_quarter_is_recorded_with_its_evidence_and_the_gaps_go(walk: Walk) -> None:
    shell = walk.shell
    without = len(figures_without_proof(shell))
    assert without == 15
    # The gaps say so, and lead to nothing else.
    go_to(walk, "Gaps")
    assert "figure without evidence" in walk.page.casefold()

    # The last quarter, typed down its column.
    go_to(walk, "Outcomes")
    tab_to(walk, "Record figures")
    press_key(walk, Qt.Key.Key_Return)
    assert grid(shell).quarter == 4
    for text in ("58", "44/45", "4", "350", "6"):
        type_cell(walk, text)
    right_to(walk, REFERENCE)
    for number in range(1, 6):
        type_cell(walk, f"Q4 return, page {number}")
    press_key(walk, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "5 figures kept: 5 new." in " ".join(walk.messages)
    values = [held(shell)[name].quarters[3].value for name in (CLIENTS, SATISFIED, SESSIONS, BURGLARY, HATE)]
    assert values == [Decimal(58), Decimal("97.8"), Decimal(4), Decimal(350), Decimal(6)]
    assert len(figures_without_proof(shell)) == without  # the new ones came with theirs

    # Each quarter before gets its proof where its figures stand.
    for quarter, left in (("Q1", 10), ("Q2", 5), ("Q3", 0)):
        tab_to(walk, "Record figures")
        press_key(walk, Qt.Key.Key_Return)
        choose_quarter(walk, quarter)
        assert f"Q{grid(shell).quarter}" == quarter
        table = hands.table(shell.window, GRID)
        table.setFocus()
        right_to(walk, REFERENCE)
        for number in range(1, 6):
            type_cell(walk, f"{quarter} return, page {number}")
        press_key(walk, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert "The evidence is attached to the figures." in " ".join(walk.messages)
        assert len(figures_without_proof(shell)) == left

    # The list of gaps has emptied itself; one step back, and the last five are there again.
    go_to(walk, "Gaps")
    assert "figure without evidence" not in walk.page.casefold()
    walk.undo()
    assert "figure without evidence" in walk.page.casefold()
    assert len(figures_without_proof(shell)) == 5


def test_an_indicator_is_chosen_and_two_cells_come_from_excel_with_a_paper(
    walk: Walk, tmp_path: Path
) -> None:
    shell = walk.shell
    paper = tmp_path / "Q4 return.txt"
    paper.write_text("58 clients were supported.", encoding="utf-8")
    shell.office.files.opening = paper  # type: ignore[attr-defined]  # the test's stand-in
    papers = len(shell.office.desk.ask(Papers()).rows)

    # An indicator is chosen in the list, and its figure of the quarter is typed.
    go_to(walk, "Outcomes")
    table = hands.table(shell.window, "Indicators")
    while focus(walk) is not table:
        hands.key(focus(walk), Qt.Key.Key_Tab)
    while hands.current(table)["Indicator"] != CLIENTS:
        hands.key(table, Qt.Key.Key_Down)
    press_key(walk, Qt.Key.Key_Return)
    assert shell.window.inspector.page is not None
    assert shell.window.inspector.page.title == CLIENTS
    tab_to(walk, "Record figures")
    press_key(walk, Qt.Key.Key_Return)
    cells = hands.table(shell.window, GRID)
    assert focus(walk) is cells
    assert hands.current(cells)["Indicator"] == CLIENTS
    press_key(walk, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert hands.row(cells, "Indicator", CLIENTS)["Papers"] == "+ Q4 return.txt"
    type_cell(walk, "58")

    # Two cells of a column, as Excel copies them, go into the two rows from the cursor down.
    assert hands.current(cells)["Indicator"] == SATISFIED
    QGuiApplication.clipboard().setText("56%\r\n1,234\r\n")
    press_key(walk, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "2 cells pasted." in " ".join(walk.messages)
    press_key(walk, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "3 figures kept: 3 new." in " ".join(walk.messages)
    values = [held(shell)[name].quarters[3].value for name in (CLIENTS, SATISFIED, SESSIONS)]
    assert values == [Decimal(58), Decimal(56), Decimal(1234)]
    assert len(shell.office.desk.ask(Papers()).rows) == papers + 1

    # One step takes figures and paper back.
    walk.undo()
    assert not any(held(shell)[name].quarters[3].figures for name in (CLIENTS, SATISFIED, SESSIONS))
    assert len(shell.office.desk.ask(Papers()).rows) == papers
