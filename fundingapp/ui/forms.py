"""Small forms for the inspector: labelled fields, one line for what is wrong, and the buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from fundingapp.domain.money import Money
from fundingapp.ui.theme import STEP
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.day_field import DayField
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.money_edit import MoneyEdit


class Form(QWidget):
    """Fields under their labels. *accept* is called by the primary button and by Enter in a line of text.

    It returns what is wrong in a sentence, "" when all was well.
    """

    def __init__(self, accept_text: str, accept: Callable[[], str], cancel: Callable[[], object]) -> None:
        super().__init__()
        self._accept = accept
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(STEP)
        self._error = label("", "error", wrap=True)
        self._error.setAccessibleName("What is wrong")
        self._error.hide()
        self._column.addWidget(self._error)
        row = QHBoxLayout()
        row.setContentsMargins(0, 2 * STEP, 0, 0)
        row.setSpacing(2 * STEP)
        self.accept_button: Button = primary_button(accept_text, self._go)
        row.addWidget(self.accept_button)
        row.addWidget(button("Cancel", cancel))
        row.addStretch(1)
        self._column.addLayout(row)

    def add(self, caption: str, field: QWidget) -> QWidget:
        """Puts *field* under *caption*, above the buttons."""
        words = label(caption, "caption", wrap=True)
        words.setBuddy(field)
        if not caption:
            words.setFixedHeight(0)
        if not field.accessibleName():
            field.setAccessibleName(caption)
        at = self._column.count() - 2
        self._column.insertWidget(at, words)
        self._column.insertWidget(at + 1, field)
        return field

    def text(self, caption: str, text: str = "", hint: str = "") -> QLineEdit:
        """A line of text; Enter accepts the form."""
        field = QLineEdit(text)
        field.setPlaceholderText(hint)
        field.setAccessibleName(caption)
        field.returnPressed.connect(self._go)
        self.add(caption, field)
        return field

    def money(self, caption: str, amount: Money | None = None) -> MoneyEdit:
        """An amount in pounds; Enter accepts the form."""
        field = MoneyEdit(caption)
        field.set_amount(amount)
        field.field.returnPressed.connect(self._go)
        self.add(caption, field)
        return field

    def day(self, caption: str, day: date | None = None, hint: str = "") -> DayField:
        """A day, typed as 31/03/2019; Enter accepts the form."""
        field = DayField(caption, hint)
        field.set_day(day)
        field.returnPressed.connect(self._go)
        self.add(caption, field)
        return field

    def long_text(self, caption: str, text: str = "", hint: str = "") -> QPlainTextEdit:
        """Several lines of text; Tab leaves it."""
        field = QPlainTextEdit(text)
        field.setPlaceholderText(hint)
        field.setAccessibleName(caption)
        field.setTabChangesFocus(True)
        field.setFixedHeight(84)
        self.add(caption, field)
        return field

    def choice(self, caption: str, options: Sequence[Option], key: object = None) -> DropDown:
        """One of *options*."""
        field = DropDown(caption)
        field.set_options(options, key)
        self.add(caption, field)
        return field

    def show_field(self, field: QWidget, shown: bool) -> None:
        """Shows or hides *field* with its caption."""
        at = self._column.indexOf(field)
        for place in (at - 1, at):
            item = self._column.itemAt(place)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setVisible(shown)

    def note(self, text: str) -> None:
        """A sentence between the fields and the buttons."""
        self._column.insertWidget(self._column.count() - 2, label(text, "note", wrap=True))

    def say(self, problem: str) -> None:
        """Shows what is wrong; "" takes it away."""
        self._error.setText(problem)
        self._error.setVisible(bool(problem))

    def _go(self) -> None:
        self.say(self._accept())

    # Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        """Puts the keyboard into the first field."""
        super().showEvent(event)
        for field in self.findChildren(QWidget):
            if field.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(field, Button):
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return


def amount_of(field: MoneyEdit) -> Money | None:
    """What stands in *field* now, if it is an amount."""
    field.field.editingFinished.emit()
    return field.amount if field.is_valid else None
