"""Whose file this is: the partnership's own particulars, which stand on its returns."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fundingapp.application.commands.grants import SetUpPartnership
from fundingapp.application.effect import Topic
from fundingapp.domain.funds import Partnership
from fundingapp.ui.office import Office
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.buttons import Button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message

_WIDTH = 520


class PartnershipView(GrantView):
    """Four lines and one button; what is typed is kept when it is pressed."""

    def __init__(self, office: Office) -> None:
        super().__init__("partnership", "Partnership", office)
        card = Card("Whose file this is")
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(STEP)
        self._name = self._field("Partnership", "for example Charnwood Community Safety Partnership")
        self._accountable = self._field("Accountable body", "the council that holds the money")
        self._area = self._field("Area", "for example Charnwood")
        self._contact = self._field("Contact", "whom the commissioner may ask; it stands on the return")
        self._error = label("", "error", wrap=True)
        self._error.setAccessibleName("What is wrong")
        self._error.hide()
        self._column.addWidget(self._error)
        row = QHBoxLayout()
        row.setContentsMargins(0, 2 * STEP, 0, 0)
        self._save: Button = primary_button("Save", self._keep)
        row.addWidget(self._save)
        row.addStretch(1)
        self._column.addLayout(row)
        card.add_padded(inner)
        self.body.addWidget(card)
        self.body.addStretch(1)
        self._kept: Partnership | None = None
        # The file at a glance comes anew after every change, also one that was taken back.
        # A method, which Qt lets go of with the page when another file is opened, where a lambda would be kept.
        office.workspace_changed.connect(self._workspace_changed)

    def _field(self, caption: str, hint: str) -> QLineEdit:
        words = label(caption, "caption")
        field = QLineEdit()
        field.setPlaceholderText(hint)
        field.setAccessibleName(caption)
        field.returnPressed.connect(self._keep)
        field.textEdited.connect(lambda _text: self._show_state())
        field.setReadOnly(self.office.is_read_only)
        words.setBuddy(field)
        self._column.addWidget(words)
        self._column.addWidget(field)
        return field

    def _workspace_changed(self, _workspace: object) -> None:
        self._show()

    def refresh(self, topics: Topic) -> None:
        if topics & Topic.SETUP:
            self._show()

    def _show(self) -> None:
        workspace = self.office.workspace
        if workspace is None:
            return
        if self.isVisible():
            self.state_changed.emit("The particulars that stand on every return")
        held = workspace.partnership or Partnership("")
        if held != self._kept:
            self._kept = held
            for field, text in zip(
                self._fields, (held.name, held.accountable_body, held.area, held.contact), strict=True
            ):
                field.setText(text)
        self._show_state()

    @property
    def _fields(self) -> tuple[QLineEdit, ...]:
        return (self._name, self._accountable, self._area, self._contact)

    @property
    def _typed(self) -> Partnership:
        return Partnership(*(" ".join(field.text().split()) for field in self._fields))

    def _show_state(self) -> None:
        self._save.setEnabled(not self.office.is_read_only and self._typed != self._kept)

    def _keep(self) -> None:
        typed = self._typed
        self._error.setVisible(not typed.name)
        if not typed.name:
            self._error.setText("A partnership needs a name.")
        elif not self.office.is_read_only and typed != self._kept:
            self._kept = typed
            self.office.do(
                SetUpPartnership(typed),
                "Save the partnership",
                lambda _effect: self.say(Message(f"{typed.name} is saved.", "", Tone.GOOD)),
            )
            self._show_state()

    def first_focus(self) -> QWidget:
        return self._name
