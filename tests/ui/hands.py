"""A user's hands and eyes in tests: finds what can be seen by its words, presses it, types into it, reads it."""

from __future__ import annotations

from typing import Any, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from fundingapp.ui.main_window import MainWindow
from fundingapp.ui.tables.delegates import CellDelegate
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.widgets.choice import ChoiceButton
from fundingapp.ui.widgets.labels import ElidedLabel
from fundingapp.ui.widgets.links import LinkLabel
from fundingapp.ui.widgets.pill import Pill

Seen = TypeVar("Seen", bound=QWidget)


def seen(root: QWidget, kind: type[Seen]) -> list[Seen]:
    """The visible widgets of that *kind* in *root*."""
    return [each for each in root.findChildren(kind) if each.isVisible()]


def words_of(widget: QWidget) -> str:
    """What a widget says: a button's text, else a label's, else its spoken name."""
    if isinstance(widget, ElidedLabel):
        return widget.accessibleName() or widget.text()
    if isinstance(widget, QAbstractButton | QLabel):
        return widget.text().replace("&&", "&") or widget.accessibleName()
    return widget.accessibleName()


def read(root: QWidget) -> str:
    """Everything that can be read in *root*, one text a line, tables row by row."""
    said = [each for each in seen(root, QWidget) if isinstance(each, QLabel | QAbstractButton | Pill)]
    lines = [words_of(each) for each in said]
    lines += [each.toPlainText() for each in seen(root, QPlainTextEdit)]
    for table in seen(root, TableView):
        lines += ["\t".join(row.values()) for row in rows(table)]
        lines += second_lines(table)
    return "\n".join(lines)


def find(root: QWidget, words: str) -> QWidget:
    """The button or link that says *words*."""
    made: list[QWidget] = [*seen(root, QAbstractButton), *seen(root, LinkLabel)]
    found = [each for each in made if words in (words_of(each), each.accessibleName())]
    assert found, f"nothing to press says “{words}”; there are {[words_of(each) for each in made]}"
    return found[0]


def press(root: QWidget, words: str) -> None:
    """Clicks the button or link that says *words*."""
    target = find(root, words)
    assert target.isEnabled(), f"“{words}” cannot be pressed now"
    QTest.mouseClick(target, Qt.MouseButton.LeftButton)


def key(widget: QWidget, pressed: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    """Presses a key where *widget* has the keyboard."""
    QTest.keyClick(widget, pressed, modifier or Qt.KeyboardModifier.NoModifier)


def shortcut(
    window: MainWindow, pressed: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.ControlModifier
) -> None:
    """Presses a key of the whole window, wherever the keyboard is."""
    window.activateWindow()
    focus: QWidget | None = window.focusWidget()  # Qt's stubs forget that nothing may have the focus
    QTest.keyClick(focus or window, pressed, modifier)


def field(root: QWidget, name: str) -> QLineEdit:
    """The line of text with that spoken name."""
    found = [each for each in seen(root, QLineEdit) if each.accessibleName() == name]
    assert found, f"no field “{name}”; there are {[each.accessibleName() for each in seen(root, QLineEdit)]}"
    return found[0]


def type_in(root: QWidget, name: str, text: str) -> None:
    """Replaces what stands in a field by typing *text*."""
    target = field(root, name)
    target.setFocus()
    target.selectAll()
    QTest.keyClicks(target, text) if text else QTest.keyClick(target, Qt.Key.Key_Delete)


def choose(root: QWidget, name: str, starts: str) -> None:
    """Chooses the option of a drop-down or choice button that starts with those words."""
    for box in seen(root, QComboBox):
        if box.accessibleName() == name:
            found = [at for at in range(box.count()) if box.itemText(at).startswith(starts)]
            assert found, [box.itemText(at) for at in range(box.count())]
            box.setCurrentIndex(found[0])
            box.activated.emit(found[0])
            return
    for button in seen(root, ChoiceButton):
        if button.accessibleName().startswith(f"{name}:"):
            button.open_menu()
            menu = QApplication.activePopupWidget()
            assert menu is not None
            for action in menu.actions():
                if action.text().startswith(starts):
                    action.trigger()
                    menu.close()
                    button.activateWindow()
                    return
    raise AssertionError(f"nothing to choose from is called “{name}”")


def table(root: QWidget, name: str) -> TableView:
    """The table with that spoken name."""
    found = [each for each in seen(root, TableView) if each.accessibleName() == name]
    assert found, f"no table “{name}”; there are {[each.accessibleName() for each in seen(root, TableView)]}"
    return found[0]


def _model(view: TableView) -> Any:
    return view.model()


def rows(view: TableView) -> list[dict[str, str]]:
    """The rows of a table as they are read: heading and text."""
    model = _model(view)
    return [
        {
            " ".join(column.title.split()): column.text(model.row_at(at)) if model.row_at(at) else ""
            for column in model.columns
        }
        for at in range(model.rowCount())
    ]


def second_lines(view: TableView) -> list[str]:
    """The quieter lines under the texts of a table."""
    model = _model(view)
    return [
        column.second(model.row_at(at))
        for column in model.columns
        if column.second is not None
        for at in range(model.rowCount())
        if model.row_at(at) is not None
    ]


def current(view: TableView) -> dict[str, str]:
    """The row under the cursor."""
    return rows(view)[view.currentIndex().row()]


def row(view: TableView, heading: str, text: str) -> dict[str, str]:
    """The row whose cell under *heading* starts with *text*."""
    found = [each for each in rows(view) if each[heading].startswith(text)]
    assert found, f"no row with {heading} “{text}”: {[each[heading] for each in rows(view)]}"
    return found[0]


def go_to_cell(view: TableView, row_heading: str, row_text: str, heading: str) -> Any:
    """Puts the cursor into a cell, as the arrow keys would; returns its index."""
    model = _model(view)
    at = next(number for number, each in enumerate(rows(view)) if each[row_heading].startswith(row_text))
    column = next(
        number for number, each in enumerate(model.columns) if " ".join(each.title.split()) == heading
    )
    index = model.index(at, column)
    view.setFocus()
    view.setCurrentIndex(index)
    view.scrollTo(index)
    return index


def click_figure(view: TableView, row_heading: str, row_text: str, heading: str) -> None:
    """Clicks the underlined figure of a cell."""
    index = go_to_cell(view, row_heading, row_text, heading)
    delegate = view.itemDelegate()
    assert isinstance(delegate, CellDelegate)
    figure = delegate.figure_rect(view.visualRect(index), index)
    assert figure is not None, f"{heading} of {row_text} is not a figure to ask about"
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=figure.center())


def click_row(view: TableView, row_heading: str, row_text: str, heading: str = "") -> None:
    """Clicks a cell of a row, beside its text."""
    index = go_to_cell(view, row_heading, row_text, heading or row_heading)
    room = view.visualRect(index)
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(room.left() + 4, room.center().y())
    )


def open_row(view: TableView, row_heading: str, row_text: str) -> None:
    """Goes to a row and presses Enter."""
    go_to_cell(view, row_heading, row_text, row_heading)
    QTest.keyClick(view, Qt.Key.Key_Return)


def edit_cell(view: TableView, row_heading: str, row_text: str, heading: str, text: str) -> None:
    """Types over a cell and presses Enter."""
    go_to_cell(view, row_heading, row_text, heading)
    QTest.keyClicks(view, text[0])  # typing begins the editing
    editors = seen(view, QLineEdit)
    assert editors, "the cell cannot be edited"
    editor = editors[0]
    QTest.keyClicks(editor, text[1:])
    QTest.keyClick(editor, Qt.Key.Key_Return)


def messages(window: MainWindow) -> list[str]:
    """What the messages above the page say, newest first."""
    return [f"{each.text} {each.advice}".strip() for each in window.messages.messages]
