"""A button that shows a choice and opens a menu of the others: “All funders ▾”."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QMenu,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from fundingapp.ui.icons import pixmap
from fundingapp.ui.theme import Theme

#: How narrow a drop-down of a form may become, in pixels; it shows the beginning of its words then.
_LEAST = 96


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: its key and its words."""

    key: object
    text: str


class ChoiceButton(QToolButton):
    """Shows the words of the chosen option; click, Space, Enter or Down opens the menu."""

    chosen = Signal(object)  # the key

    def __init__(self, name: str, options: Sequence[Option] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "control")
        self._name = name
        self._options: tuple[Option, ...] = ()
        self._key: object = None
        self._menu = QMenu(self)
        self._group = QActionGroup(self._menu)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.clicked.connect(self.open_menu)
        self.set_options(options)

    @property
    def key(self) -> object:
        """The key of the chosen option; None when there is none."""
        return self._key

    def set_options(self, options: Sequence[Option], key: object = None) -> None:
        """What can be chosen, and what is chosen now (the first when *key* is not among them).

        Says nothing.
        """
        self._options = tuple(options)
        keys = [option.key for option in options]
        self._key = key if key in keys else (keys[0] if keys else None)
        self.setEnabled(bool(options))
        self._name_it()

    def choose(self, key: object) -> None:
        """Chooses the option of *key* and says so when it is another."""
        if key != self._key and any(option.key == key for option in self._options):
            self._key = key
            self._name_it()
            self.chosen.emit(key)

    def open_menu(self) -> None:
        """Opens the menu under the button."""
        menu = self._menu
        menu.clear()
        for option in self._options:
            action = QAction(option.text.replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(option.key == self._key)
            action.triggered.connect(lambda _checked=False, key=option.key: self.choose(key))
            self._group.addAction(action)
            menu.addAction(action)
            if action.isChecked():
                menu.setActiveAction(action)
        menu.setMinimumWidth(self.width())
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def _name_it(self) -> None:
        text = next((option.text for option in self._options if option.key == self._key), self._name)
        self.setText(text)
        self.setAccessibleName(f"{self._name}: {text}")
        self.setToolTip(self._name)
        self.updateGeometry()

    # Qt overrides

    def sizeHint(self) -> QSize:
        width = min(220, self.fontMetrics().horizontalAdvance(self.text()))
        return QSize(width + 44, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 96), 28)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_F4):
            self.open_menu()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        words = self.text()
        frame = QStyleOptionToolButton()
        self.initStyleOption(frame)
        frame.text = ""
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, frame)
        theme = Theme.current()
        painter.setFont(self.font())
        painter.setPen(theme.colour("ink" if self.isEnabled() else "third"))
        room = self.rect().adjusted(12, 0, -28, 0)
        shown = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)
        arrow = pixmap("chevron-down", theme.colour("second").name(), 12)
        painter.drawPixmap(self.width() - 22, (self.height() - 12) // 2, arrow)
        painter.end()


class DropDown(QComboBox):
    """A combo box of forms, with our arrow. Wheel turns nothing unless it has the focus."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # As wide as its room, not as its longest option, which would push the form out of the panel.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)
        Theme.current().changed.connect(self.update)

    def set_options(self, options: Sequence[Option], key: object = None) -> None:
        """What can be chosen and what is; says nothing."""
        self.blockSignals(True)
        self.clear()
        for option in options:
            self.addItem(option.text, option.key)
        self.blockSignals(False)
        self.choose(key)

    @property
    def key(self) -> object:
        """The key of the chosen option."""
        key: object = self.currentData()
        return key

    def choose(self, key: object) -> None:
        """Shows the option of *key* when there is one."""
        for at in range(self.count()):
            if self.itemData(at) == key:
                self.setCurrentIndex(at)

    # Qt overrides

    def minimumSizeHint(self) -> QSize:
        size = super().minimumSizeHint()
        return QSize(min(size.width(), _LEAST), size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        frame = QStyleOptionComboBox()
        self.initStyleOption(frame)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, frame, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        frame.currentText = self.fontMetrics().elidedText(
            frame.currentText, Qt.TextElideMode.ElideRight, room.width() - 4
        )
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, frame)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, frame)
        arrow = pixmap("chevron-down", Theme.current().colour("second").name(), 12)
        painter.drawPixmap(self.width() - 21, (self.height() - 12) // 2, arrow)
        painter.end()
