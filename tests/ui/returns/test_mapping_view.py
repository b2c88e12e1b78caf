"""Templates and their mapping: a workbook added, mapped by keyboard, suggestions confirmed, a new issue taken."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import xlsxwriter
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fundingapp.ui.returns.figure_list import FIGURE
from fundingapp.ui.returns.mapping_view import MappingView
from fundingapp.ui.sheets.marks import CellAt
from fundingapp.ui.shell import Shell
from fundingapp.ui.widgets.segmented import Segmented
from tests.ui import hands
from tests.ui.windows import ChosenFiles, open_shell, settle

TEMPLATE = (
    Path(__file__).resolve().parents[3]
    / "resources"
    / "sample"
    / "charnwood"
    / "OPCC_monitoring_template.xlsx"
)
CTRL = Qt.KeyboardModifier.ControlModifier


def another(folder: Path) -> Path:
    """Charnwood's template as another file: the same workbook, of another fingerprint."""
    path = folder / "LPCC_monitoring_v4.xlsx"
    shutil.copyfile(TEMPLATE, path)
    with zipfile.ZipFile(path, "a") as package:
        package.comment = b"sent again"
    return path


def small(path: Path, labels: list[str], choices: list[str]) -> Path:
    """A template of our own making: labels in B, yellow cells beside them, the last with a list."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Cover")
    sheet.protect()
    yellow = book.add_format({"bg_color": "#FFF9E5", "locked": False})
    for row, words in enumerate(labels, 3):
        sheet.write_string(row, 1, words)
        if words != "Heading":
            sheet.write_blank(row, 2, None, yellow)
    sheet.data_validation(2 + len(labels), 2, 2 + len(labels), 2, {"validate": "list", "source": choices})
    book.close()
    return path


def view_of(qtbot: QtBot, shell: Shell) -> MappingView:
    """The view, as the user comes to it."""
    shell.window.go_to("returns", ("templates", None))
    settle(qtbot, shell)
    view = shell.window.findChild(MappingView)
    assert view is not None
    return view


def add(qtbot: QtBot, shell: Shell, path: Path, *, suggest: bool = True) -> MappingView:
    view = view_of(qtbot, shell)
    files = shell.office.files
    assert isinstance(files, ChosenFiles)
    files.opening = path
    hands.press(shell.window.stack, "Add a template…")
    settle(qtbot, shell)
    inspector = shell.window.inspector
    hands.type_in(inspector, "Name", "Monitoring return")
    hands.type_in(inspector, "Issue", "v4")
    if not suggest:
        hands.press(inspector, "Suggest figures for its cells")
    hands.press(inspector, "Add it")
    settle(qtbot, shell)
    return view


def show_part(qtbot: QtBot, shell: Shell, view: MappingView, steps: int) -> None:
    """Chooses the part beside the sheet, so many steps from the first, by keyboard."""
    (parts,) = [each for each in hands.seen(view, Segmented) if "beside the sheet" in each.accessibleName()]
    parts.setFocus()
    for _ in range(4):
        hands.key(parts, Qt.Key.Key_Left)
    for _ in range(steps):
        hands.key(parts, Qt.Key.Key_Right)
    settle(qtbot, shell)


def pick(qtbot: QtBot, shell: Shell, view: MappingView, words: str) -> None:
    """Enter on the cell, a few letters, Enter on what is found."""
    hands.key(view.sheet.grid, Qt.Key.Key_Return)
    search = view.panel.figures.search
    assert search.hasFocus()
    QTest.keyClicks(search, words)
    hands.key(search, Qt.Key.Key_Return)
    settle(qtbot, shell)


def cell(view: MappingView) -> str:
    assert view.sheet.current is not None
    return view.sheet.current.in_words


def said(view: MappingView, at: str) -> str:
    """What the sheet shows in a cell now."""
    assert view.sheet.go_to(*at.split("!"))
    return str(view.sheet.grid.currentIndex().data())


def test_an_empty_template_is_mapped_by_hand_with_the_keyboard_alone(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        view = add(qtbot, shell, another(tmp_path), suggest=False)
        assert "0 of 266 input cells have a figure" in hands.read(view)
        assert cell(view) == "Cover!C4"
        assert view.sheet.grid.hasFocus()
        for words, following in (
            ("name of the partnership", "Cover!C5"),
            ("accountable body", "Cover!C6"),
            ("name of the fund", "Cover!C7"),
            ("financial year", "Cover!C8"),
        ):
            pick(qtbot, shell, view, words)
            assert cell(view) == following
        assert said(view, "Cover!C4") == "Charnwood CSP"
        assert said(view, "Cover!C7") == "2018/19"
        assert "4 of 266 input cells have a figure; 262 still to do" in hands.read(view)
        view.sheet.go_to("Expenditure", "B8")
        hands.press(view, "A table begins here…")
        settle(qtbot, shell)
        name = hands.field(view, "Name of the table")
        assert name.text() == "Expenditure"
        assert hands.field(view, "Last row").text() == "32"
        hands.key(name, Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert said(view, "Expenditure!B8") == "LF-01"
        view.sheet.go_to("Expenditure", "C8")
        view.sheet.setFocus()
        pick(qtbot, shell, view, "name")
        assert cell(view) == "Expenditure!D8"
        pick(qtbot, shell, view, "award")
        pick(qtbot, shell, view, "spent in quarter 1")
        assert said(view, "Expenditure!D9") == "£5,000.00"
        assert view.sheet.grid.model_of_sheet.mark_at(9, 4).derived
        assert "104 of 266 input cells have a figure" in hands.read(view)
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert not said(view, "Expenditure!E9")
        drop_figures(qtbot, shell, view)


def drop_figures(qtbot: QtBot, shell: Shell, view: MappingView) -> None:
    """A figure of the whole return is dropped on a cell; one that each project has is refused beside its table."""
    assert view.sheet.go_to("Cover", "C9")
    entries = {line.entry.source for line in view.panel.figures.shown}
    assert "grant/available" in entries
    assert "project/award" not in entries
    carried = QMimeData()
    carried.setData(FIGURE, b"project/award")
    where = QPointF(view.sheet.grid.visualRect(view.sheet.grid.currentIndex()).center())
    event = QDropEvent(
        where,
        Qt.DropAction.CopyAction,
        carried,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    view.sheet.grid.dropEvent(event)
    settle(qtbot, shell)
    assert "has a value for each of several rows, and C9 is in no such table" in hands.read(shell.window)
    carried.setData(FIGURE, b"partnership/name")
    view.sheet.grid.dropEvent(event)
    settle(qtbot, shell)
    assert said(view, "Cover!C9") == "Charnwood CSP"


def test_suggestions_are_seen_confirmed_one_by_one_or_all_and_taken_back(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        view = add(qtbot, shell, another(tmp_path))
        left = len(view.confirm.model.rows)
        assert left > 10
        assert f"{left} to confirm" in hands.read(shell.window.stack)
        assert view.sheet.grid.model_of_sheet.said_of(4, 2).startswith(
            "C4, Partnership: Charnwood CSP. to look at"
        )
        show_part(qtbot, shell, view, 2)
        view.confirm.table.setFocus()
        hands.key(view.confirm.table, Qt.Key.Key_Down)
        assert cell(view) == "Cover!C5", "the cell is shown beside"
        hands.press(view, "Confirm")
        settle(qtbot, shell)
        assert len(view.confirm.model.rows) == left - 1
        hands.press(view, "Confirm all")
        settle(qtbot, shell)
        assert "Everything is confirmed." in hands.read(view)
        assert "✓ confirmed" in hands.read(shell.window.stack)
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert len(view.confirm.model.rows) == left - 1
        hands.key(view.confirm.table, Qt.Key.Key_Return)
        assert view.panel.figures.search.hasFocus(), "another figure can be picked for it at once"
        change_cells(qtbot, shell, view)
        choose_another_quarter(qtbot, shell, view)


def change_cells(qtbot: QtBot, shell: Shell, view: MappingView) -> None:
    """Figures are taken off, cells left empty, a formula is written over with a warning, words are said otherwise."""
    view.sheet.go_to("Cover", "C14")
    view.sheet.setFocus()
    hands.key(view.sheet.grid, Qt.Key.Key_Delete)
    settle(qtbot, shell)
    assert "C14 · Of which brought forward" in hands.read(view)
    hands.press(view, "Leave it empty")
    settle(qtbot, shell)
    assert "1 is left empty on purpose" in hands.read(view)
    view.sheet.go_to("Cover", "C15")
    view.sheet.setFocus()
    assert "A formula stands in it" in hands.read(view)
    pick(qtbot, shell, view, "awarded to projects")
    assert "is written over it" in hands.read(shell.window)
    view.sheet.go_to("Cover", "C15")
    assert "Write over it all the same" in hands.read(view)
    view.sheet.go_to("Expenditure", "L8")
    settle(qtbot, shell)
    hands.choose(view, "“Amber/Green” in their list", "Green")
    settle(qtbot, shell)
    state = view._state
    assert state is not None
    inside = state.in_table(CellAt("Expenditure", "L8"))
    assert inside is not None
    assert inside.column is not None
    assert dict(inside.column.words)["Amber/Green"] == "Green"


def choose_another_quarter(qtbot: QtBot, shell: Shell, view: MappingView) -> None:
    """The sheet shows what the chosen quarter would send."""
    assert said(view, "Cover!C8") == "Q3"
    (quarter,) = [
        each for each in hands.seen(shell.window.stack, Segmented) if "Quarter" in each.accessibleName()
    ]
    quarter.setFocus()
    hands.key(quarter, Qt.Key.Key_Left)
    settle(qtbot, shell)
    assert said(view, "Cover!C8") == "Q2"


def test_a_new_issue_is_compared_and_its_mapping_looked_through(tmp_path: Path, qtbot: QtBot) -> None:
    first = small(
        tmp_path / "v4.xlsx", ["Partnership", "Accountable body", "Quarter"], ["Q1", "Q2", "Q3", "Q4"]
    )
    moved = ["Heading", "Partnership", "Accountable body", "Quarter"]
    second = small(tmp_path / "v5.xlsx", moved, ["Quarter 1", "Quarter 2", "Quarter 3", "Quarter 4"])
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        view = add(qtbot, shell, first)
        show_part(qtbot, shell, view, 2)
        hands.press(view, "Confirm all")
        settle(qtbot, shell)
        files = shell.office.files
        assert isinstance(files, ChosenFiles)
        files.opening = second
        hands.press(shell.window.stack, "New issue…")
        settle(qtbot, shell)
        assert "The new issue is kept" in hands.read(shell.window)
        where = [row.key for row in view.confirm.model.rows]
        assert "Cover!C5" in where, "the mapping went with its label"
        assert said(view, "Cover!C5") == "Charnwood CSP"
        assert not said(view, "Cover!C4")
        show_part(qtbot, shell, view, 3)
        changes = hands.read(view)
        assert "Compared with the issue before" in changes
        assert view.changes.model.rows
        show_part(qtbot, shell, view, 2)
        hands.press(view, "Confirm all")
        settle(qtbot, shell)
        assert "Everything is confirmed." in hands.read(view)
        hands.press(view, "‹ All templates")
        settle(qtbot, shell)
        states = [
            row["State"] for row in hands.rows(view.list.table) if row["Template"] == "Monitoring return"
        ]
        assert states == ["in use", "replaced"]
        change_the_list(
            qtbot, shell, view, small(tmp_path / "LPCC_v4.xlsx", ["Partnership", "Quarter"], ["Q1", "Q2"])
        )


def change_the_list(qtbot: QtBot, shell: Shell, view: MappingView, path: Path) -> None:
    """A workbook is dropped on the list; the template is changed, and withdrawn."""
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(40, 200),
        Qt.DropAction.CopyAction,
        carried,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    view.list.table.dropEvent(event)
    settle(qtbot, shell)
    inspector = shell.window.inspector
    assert hands.field(inspector, "Name").text() == "LPCC v4"
    hands.press(inspector, "Add it")
    settle(qtbot, shell)
    assert cell(view) == "Cover!C4"
    hands.press(view, "‹ All templates")
    settle(qtbot, shell)
    table = view.list.table
    row = next(each for each in view.list.model.rows if each.template.name == "LPCC v4")
    table.setFocus()
    table.select_key(row.id)
    settle(qtbot, shell)
    hands.press(inspector, "Change…")
    hands.type_in(inspector, "Name", "Police return")
    hands.press(inspector, "Q1")
    hands.press(inspector, "Keep")
    settle(qtbot, shell)
    assert hands.row(table, "Template", "Police return")["Used in"] == "Q2, Q3, Q4"
    table.setFocus()
    table.select_key(-1)
    table.select_key(row.id)
    view._inspect_row(next(each for each in view.list.model.rows if each.id == row.id))
    hands.press(inspector, "Withdraw…")
    hands.type_in(inspector, "Reason", "another workbook is asked for")
    hands.press(inspector, "Withdraw it")
    settle(qtbot, shell)
    assert hands.row(table, "Template", "Police return")["State"] == "withdrawn"
    view.open_template(row.id)
    settle(qtbot, shell)
    hands.key(view.sheet.grid, Qt.Key.Key_Return)
    assert not view.panel.figures.isVisible(), "what is withdrawn is looked at, not changed"
