"""Everything on the ledger lines by keyboard: fifty lines that wait are cleared without the mouse."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.ports import LineFilter, LineOrder, Show
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.application.queries.lines import LineIds, LineRows
from fundingapp.domain.matching import Disposition, LineState
from fundingapp.ui.main_window import MainWindow
from fundingapp.ui.spend.keys import KEYS, KeyHelp
from tests.ui import hands as eyes
from tests.ui.spend.conftest import Spend
from tests.ui.windows import PATIENCE_MS, open_shell

WAITING = 50
#: Suppliers that no rule knows, so that every line waits.
SUPPLIERS = ("ACORN PRINT", "BEACON TRUST", "CEDAR HOUSE", "DOVE LANE", "ELM GROVE")


def ledger_of_fifty(folder: Path) -> Path:
    """A download of fifty lines that no rule places."""
    path = folder / "fifty.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["Trans No", "Trans Date", "Period", "Cost Centre", "Account", "Supplier", "Net Amount"]
        )
        for number in range(WAITING):
            day = f"{number % 28 + 1:02}/05/2018"
            supplier = SUPPLIERS[number % len(SUPPLIERS)]
            row = [f"F{number:03}", day, "201802", "CS9999", f"9{number:03}", supplier, f"{100 + number}.50"]
            writer.writerow(row)
    return path


@pytest.fixture
def fifty(tmp_path: Path, qtbot: QtBot) -> Iterator[Spend]:
    """The sample with fifty more lines, all waiting, on Spend."""
    with open_shell(tmp_path, qtbot) as shell:
        desk = shell.office.desk
        download = desk.ask(ReadDownload(ledger_of_fifty(tmp_path)))
        shell.office.do(ImportLedger(download), "Import")
        yield_to = Spend(shell, qtbot, tmp_path / "sample")
        yield_to.settle()
        yield yield_to


class Hands:
    """A user's two hands on the keyboard, and nothing else."""

    def __init__(self, spend: Spend) -> None:
        self.spend = spend

    @property
    def focus(self) -> QWidget:
        window = self.spend.shell.window
        found: QWidget | None = window.focusWidget()
        assert found is not None, "the keyboard leads nowhere"
        return found

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.focus, key, modifier)
        self.spend.settle()

    def type(self, text: str) -> None:
        for letter in text:
            QTest.keyClicks(self.focus, letter)
        self.spend.settle()

    def enter(self) -> None:
        self.key(Qt.Key.Key_Return)

    @property
    def supplier(self) -> str:
        name: str = self.spend.open_panel.answer.row.line.supplier
        return name


def test_fifty_waiting_lines_are_cleared_without_the_mouse(fifty: Spend) -> None:
    hands, ledger = Hands(fifty), fifty.page.ledger
    waited = fifty.count(Show.WAITING)
    assert waited == WAITING + 4
    window = fifty.shell.window
    window.activateWindow()
    ledger.table.setFocus()  # where the page puts the keyboard when it comes to the front
    hands.type("2")
    assert ledger.show_key is Show.WAITING
    hands.type("/")
    hands.type("CS9999")
    hands.enter()
    assert len(fifty.rows) == WAITING

    hands.key(Qt.Key.Key_Down)
    hands.key(Qt.Key.Key_Up)
    fifty.qtbot.waitUntil(lambda: fifty.panel is not None, timeout=PATIENCE_MS)
    placed = 0
    while fifty.page.ledger.model.ids and placed < WAITING:
        before = len(fifty.page.ledger.model.ids)
        supplier = hands.supplier
        if supplier == "ACORN PRINT":  # a project by the letters of its name
            hands.enter() if not fifty.open_panel.is_ready else hands.type("p")
            hands.type("street pas")
            assert fifty.open_panel.editor.rows[0].place.currentText().startswith("LF-03 Street Pastors")
            hands.enter()
        elif supplier == "BEACON TRUST":  # by its number
            hands.type("p")
            hands.type("lf-08")
            hands.enter()
        elif supplier == "CEDAR HOUSE":  # split in per cent
            hands.type("p")
            hands.type("3")
            hands.key(Qt.Key.Key_F6)
            hands.type("s")
            hands.type("lf8")
            hands.key(Qt.Key.Key_Tab)
            hands.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            hands.type("40%")
            hands.enter()
        else:  # not grant money: the reason is typed once, and then picked by its first letters
            hands.type("e")
            hands.type("core budget of the council" if placed < len(SUPPLIERS) else "core")
            hands.enter()
        placed += 1
        assert len(fifty.page.ledger.model.ids) == before - 1, f"{supplier}, line {placed}"
        assert ledger.isAncestorOf(hands.focus), "the list has the keyboard again"
        if placed < WAITING:
            assert hands.focus is ledger.table, "on the next line that waits"
            fifty.qtbot.waitUntil(lambda: fifty.panel is not None, timeout=PATIENCE_MS)
    assert placed == WAITING

    ids = fifty.shell.office.fetch(LineIds(LineFilter(text="CS9999"), LineOrder()))
    rows = fifty.shell.office.fetch(LineRows(tuple(ids)))
    by_supplier = {name: [row for row in rows if row.line.supplier == name] for name in SUPPLIERS}
    assert {row.projects for row in by_supplier["ACORN PRINT"]} == {("LF-03",)}
    assert {row.projects for row in by_supplier["BEACON TRUST"]} == {("LF-08",)}
    assert {row.projects for row in by_supplier["CEDAR HOUSE"]} == {("LF-03", "LF-08")}
    for row in by_supplier["CEDAR HOUSE"]:
        first, second = (entry.charge.amount for entry in row.charges)
        assert first + second == row.line.amount
        assert abs(second.pence * 100 - row.line.amount.pence * 40) <= 50
    for name in ("DOVE LANE", "ELM GROVE"):
        assert {row.state for row in by_supplier[name]} == {LineState.EXCLUDED}
        assert {row.charges[0].charge.reason for row in by_supplier[name]} == {"core budget of the council"}

    name = fifty.shell.office.desk.undo_name
    assert name is not None
    assert f"Undo: {name}" in window.status_bar.undo.accessibleName()
    hands.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(fifty.page.ledger.model.ids) == 1
    assert window.status_bar.redo.accessibleName() == f"Redo: {name}"


def test_a_held_enter_accepts_one_line_only(fifty: Spend) -> None:
    fifty.show(Show.WAITING)
    fifty.select(0)
    table, panel = fifty.page.ledger.table, fifty.open_panel
    panel.editor.rows[0].place.setCurrentIndex(1)
    for number in range(6):  # the first press, then what a held key sends
        none = Qt.KeyboardModifier.NoModifier
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, none, "\r", number > 0)
        QApplication.sendEvent(table, event)
    fifty.settle()
    assert fifty.count(Show.WAITING) == WAITING + 3


def test_keys_pressed_before_the_next_line_is_there_do_not_reach_the_one_just_placed(fifty: Spend) -> None:
    fifty.show(Show.WAITING)
    fifty.select(0)
    first = fifty.rows[0].id
    table = fifty.page.ledger.table
    fifty.open_panel.editor.rows[0].place.setCurrentIndex(1)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_E, Qt.Key.Key_W):
        QTest.keyClick(table, key)
    fifty.settle()
    assert fifty.count(Show.WAITING) == WAITING + 3
    [row] = fifty.shell.office.fetch(LineRows((first,)))
    assert row.charges[0].charge.disposition is Disposition.PROJECT


def test_letters_pick_a_project_and_esc_gives_them_back(fifty: Spend) -> None:
    fifty.show(Show.WAITING)
    fifty.select(0)
    hands = Hands(fifty)
    fifty.page.ledger.table.setFocus()
    hands.type("p")
    place = fifty.open_panel.editor.rows[0].place
    sought = fifty.open_panel.editor._sought
    hands.type("lf")
    assert place.currentText().startswith("LF-01")
    assert sought.text().startswith("“lf” fits ")
    hands.key(Qt.Key.Key_Down)
    assert place.currentText().startswith("LF-02")
    hands.type("zz")
    assert place.key is None, "what fits nothing chooses nothing"
    assert not fifty.open_panel.is_ready
    hands.key(Qt.Key.Key_Backspace)
    hands.key(Qt.Key.Key_Backspace)
    assert place.currentText().startswith("LF-01")
    hands.key(Qt.Key.Key_Escape)
    assert place.key is None
    assert not sought.isVisible()
    assert hands.focus is place
    hands.key(Qt.Key.Key_Escape)
    assert hands.focus is fifty.page.ledger.table
    assert fifty.panel is not None, "the first Esc only leads back to the list"
    hands.key(Qt.Key.Key_Escape)
    assert fifty.panel is None


def test_f6_goes_from_the_list_to_the_panel_and_back(fifty: Spend) -> None:
    fifty.select(0)
    hands, table = Hands(fifty), fifty.page.ledger.table
    table.setFocus()
    hands.key(Qt.Key.Key_F6)
    assert fifty.shell.window.inspector.isAncestorOf(hands.focus)
    assert hands.focus is fifty.open_panel.editor.rows[0].place
    hands.key(Qt.Key.Key_Tab)
    assert fifty.open_panel.isAncestorOf(hands.focus)
    hands.key(Qt.Key.Key_F6)
    assert hands.focus is table


def test_the_digits_choose_the_chips(fifty: Spend) -> None:
    hands, ledger = Hands(fifty), fifty.page.ledger
    ledger.table.setFocus()
    wanted = (Show.ALL, Show.WAITING, Show.SUGGESTED, Show.SPLIT, Show.EXCLUDED, Show.INCOME, Show.CHANGED)
    for digit, show in enumerate(wanted, start=1):
        hands.type(str(digit))
        assert ledger.show_key is show, digit


def test_the_keys_are_listed_on_asking(fifty: Spend) -> None:
    hands = Hands(fifty)
    fifty.page.ledger.table.setFocus()
    hands.type("?")
    shown = fifty.page.ledger.key_help
    assert isinstance(shown, KeyHelp)
    assert shown.isVisible()
    assert {keys for keys, _ in KEYS} >= {"Enter", "S", "E", "R", "X", "/ or Ctrl+F", "F6", "1 – 7"}
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()


def test_a_rule_from_a_line_by_keys_is_tried_before_it_is_kept(fifty: Spend) -> None:
    fifty.show(Show.WAITING)
    at = next(at for at, row in enumerate(fifty.rows) if row.line.supplier == "ACORN PRINT")
    fifty.select(at)
    hands = Hands(fifty)
    fifty.page.ledger.table.setFocus()
    hands.type("p")
    hands.type("lf-03")
    hands.key(Qt.Key.Key_F6)
    hands.type("r")
    panel = fifty.open_panel
    fifty.qtbot.waitUntil(lambda: panel.is_ready, timeout=PATIENCE_MS)
    assert "Would charge 10 lines" in panel._rule.text()
    hands.enter()
    assert fifty.count(Show.WAITING) == WAITING + 4 - 10
    assert fifty.shell.office.desk.undo_name is not None
    fifty.undo()
    assert fifty.count(Show.WAITING) == WAITING + 4


def test_the_history_and_the_row_of_the_original_are_shown_beside_the_list(fifty: Spend) -> None:
    fifty.show(Show.WAITING)
    at = next(at for at, row in enumerate(fifty.rows) if row.line.transaction == "F007")
    fifty.select(at)
    hands, window = Hands(fifty), fifty.shell.window
    assert isinstance(window, MainWindow)
    fifty.page.ledger.table.setFocus()
    hands.type("o")
    words = eyes.read(window.inspector)
    assert "the kept original, unchanged since its import" in words
    assert "Row 9" in words
    assert "CEDAR HOUSE" in words
    hands.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    window.inspector.back()
    fifty.settle()
    fifty.page.ledger.table.setFocus()
    hands.type("h")
    assert "Read from fifty.csv." in eyes.read(window.inspector)
