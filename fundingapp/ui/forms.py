"""Small forms for the inspector: labelled fields, one line for what is wrong, and the buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from fundingapp.domain.money import Money
from fundingapp.ui.drafts import Draft, Drafts, Typed, put_back, typed_in
from fundingapp.ui.inspector import Inspector
from fundingapp.ui.theme import STEP
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.day_field import DayField
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.links import LinkLabel
from fundingapp.ui.widgets.money_edit import MoneyEdit

#: How often what was typed is looked at, in milliseconds: so much typing a crash may take away.
LOOK_EVERY_MS = 500


class Form(QWidget):
    """Fields under their labels. *accept* is called by the primary button and by Enter in a line of text.

    It returns what is wrong in a sentence, "" when all was well. What was typed and neither accepted nor cancelled is
    offered when the form is opened again (:mod:`fundingapp.ui.drafts`).
    """

    def __init__(self, accept_text: str, accept: Callable[[], str], cancel: Callable[[], object]) -> None:
        super().__init__()
        self._accept = accept
        self._cancel = cancel
        self._drafts: Drafts | None = None
        self._draft_key = ""
        # What need not be kept: the form as it was opened, then as it was kept, accepted or cancelled.
        self._as_found: Typed = {}
        self._settled: Typed = {}
        self._is_over = False
        self._offer: QWidget | None = None
        self._look = QTimer(self)
        self._look.setInterval(LOOK_EVERY_MS)
        self._look.timeout.connect(self._keep_draft)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(STEP - 1)
        self._error = label("", "error", wrap=True)
        self._error.setAccessibleName("What is wrong")
        self._error.hide()
        self._column.addWidget(self._error)
        row = FlowLayout(spacing=2 * STEP)
        self.accept_button: Button = primary_button(accept_text, self._go)
        row.addWidget(self.accept_button)
        row.addWidget(button("Cancel", self._cancelled))
        foot = QVBoxLayout()
        foot.setContentsMargins(0, 2 * STEP, 0, 0)
        foot.addLayout(row)
        self._column.addLayout(foot)

    def add(self, caption: str, field: QWidget) -> QWidget:
        """Puts *field* under *caption*, above the buttons."""
        words = label(caption, "caption", wrap=True)
        words.setBuddy(field)
        words.setContentsMargins(0, STEP, 0, 0)  # nearer to its own field than to the one above
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
        field.setToolTip(hint)  # a narrow panel cuts it off in the field
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
        problem = self._accept()
        self.say(problem)
        if not problem:
            self._settle()

    def _cancelled(self) -> None:
        self._settle()
        self._cancel()

    # What was typed before

    def grow(self) -> bool:
        """Adds one more group of fields for a draft that had more; False when the form has no such groups."""
        return False

    def _settle(self) -> None:
        """What stands here now needs no keeping: it was accepted, or is not wanted."""
        if self._drafts is not None:
            self._is_over = True
            self._drafts.forget(self._draft_key)
            # Once Enter has tidied up the field that it was pressed in.
            QTimer.singleShot(0, self, self._note_settled)

    def _note_settled(self) -> None:
        self._settled = typed_in(self)

    def _keep_draft(self) -> None:
        if self._drafts is None:
            return
        typed = typed_in(self)
        if typed == self._settled:
            return
        self._settled = typed
        self._is_over = False  # it stayed open, refused by the rules, and was typed into again
        if typed == self._as_found:
            if self._offer is None:
                self._drafts.forget(self._draft_key)
        else:
            self._drafts.keep(self._draft_key, typed)

    def _begin_draft(self) -> None:
        """Looks, when the form is shown for the first time, whether it had been begun before."""
        self._drafts = Drafts.current()
        if self._drafts is None:
            return
        above: QWidget | None = self.parentWidget()
        while above is not None and not isinstance(above, Inspector):
            above = above.parentWidget()
        title = above.page.title if above is not None and above.page is not None else ""
        self._draft_key = self._drafts.key(f"{title}\n{type(self).__name__}\n{self.accept_button.text()}")
        self._as_found = self._settled = typed_in(self)
        draft = self._drafts.find(self._draft_key)
        if draft is not None and draft.typed != self._as_found:
            self._offer_draft(draft)

    def _offer_draft(self, draft: Draft) -> None:
        self._offer = QWidget()
        column = QVBoxLayout(self._offer)
        column.setContentsMargins(0, 0, 0, 2 * STEP)
        row = FlowLayout(spacing=2 * STEP)
        column.addLayout(row)
        row.addWidget(label(f"You had begun this on {draft.at.astimezone():%d/%m/%Y at %H:%M}:", "note"))
        row.addWidget(LinkLabel("Take it up again", lambda: self._take_up(draft)))
        row.addWidget(LinkLabel("Forget it", self._forget_draft))
        self._column.insertWidget(0, self._offer)
        self._offer.show()

    def _take_up(self, draft: Draft) -> None:
        self._close_offer()
        missing = put_back(self, draft.typed, self.grow)
        if missing:
            self.say(f"Not as it was, please look: {', '.join(name.rstrip(',') for name in missing)}.")
        self._keep_draft()
        self._focus_first()

    def _forget_draft(self) -> None:
        self._close_offer()
        if self._drafts is not None and typed_in(self) == self._as_found:
            self._drafts.forget(self._draft_key)
        self._focus_first()

    def _close_offer(self) -> None:
        if self._offer is not None:
            self._offer.hide()
            self._offer.deleteLater()
            self._offer = None

    def _focus_first(self) -> None:
        for field in self.findChildren(QWidget):
            if self._offer is not None and self._offer.isAncestorOf(field):
                continue
            if field.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(field, Button):
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    # Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        """Puts the keyboard into the first field."""
        super().showEvent(event)
        if not self._draft_key:
            self._begin_draft()
        self._look.start()
        self._focus_first()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keeps what was typed when the form is left."""
        self._look.stop()
        if not self._is_over:
            self._keep_draft()
        super().hideEvent(event)


def amount_of(field: MoneyEdit) -> Money | None:
    """What stands in *field* now, if it is an amount."""
    field.field.editingFinished.emit()
    return field.amount if field.is_valid else None
