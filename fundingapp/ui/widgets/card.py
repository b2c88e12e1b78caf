"""Boxes: a titled box for tables and panels, and the key-figure cards of the overview."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from fundingapp.domain.money import Money
from fundingapp.ui.theme import FIGURE_PX, STEP, Tone
from fundingapp.ui.widgets.figure import FigureLabel
from fundingapp.ui.widgets.folding import FoldingRow
from fundingapp.ui.widgets.labels import ElidedLabel, label
from fundingapp.ui.widgets.pill import Pill

#: A longer pill beside a title gives way down to so many pixels before the controls go below.
_LEAST_PILL = 160
#: A longer title is shortened where there is no room for it.
_LEAST_TITLE = 140


class _Head(FoldingRow):
    """The title row of a card: its title is read in full, and a long pill beside it gives way."""

    def __init__(self, title: QWidget, pill: Pill) -> None:
        super().__init__(2 * STEP, STEP)
        self.setProperty("kind", "box-head")
        self._title = title
        self._grid.setContentsMargins(14, 8, 10, 8)
        self._pill = pill
        pill.give_way(_LEAST_PILL)
        self.put(title)
        self.put(pill)
        self.keep_title()

    def keep_title(self) -> None:
        """The title does not give way to what stands beside it, unless it is long."""
        self._title.setMinimumWidth(min(self._title.sizeHint().width(), _LEAST_TITLE))
        self.fold()

    def least(self) -> int:
        pill = 0 if self._pill.isHidden() else self._pill.sizeHint().width()
        return super().least() - max(0, pill - _LEAST_PILL)


class Card(QFrame):
    """A white box with a title row and a body. *count* shows as a neutral pill beside the title. What is put at the
    right of the title goes below it where there is no room for both."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "box")
        self.setAccessibleName(title)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(1, 1, 1, 1)
        self._layout.setSpacing(0)
        self._title = ElidedLabel(title, "box-title")
        self._title.setMinimumHeight(22)
        self._pill = Pill()
        self._pill.hide()
        self._head = _Head(self._title, self._pill)
        self._layout.addWidget(self._head)
        self._head.setVisible(bool(title))

    def set_title(self, title: str, count: str = "", tone: Tone = Tone.NEUTRAL) -> None:
        self._title.set_text(title)
        self.setAccessibleName(title)
        self._head.setVisible(bool(title))
        self._pill.set_state(count, tone)
        self._pill.setVisible(bool(count))
        self._head.keep_title()

    def add_head(self, widget: QWidget, stretch: int = 0) -> None:
        """Puts *widget* at the right of the title row; with *stretch* it takes the room that is left there."""
        if stretch:
            self._head.put(widget, stretch)
        else:
            self._head.add(widget)

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Puts *widget* below, from edge to edge (tables)."""
        self._layout.addWidget(widget, stretch)

    def add_padded(self, content: QWidget | QLayout, stretch: int = 0) -> None:
        """Puts *content* below with the box's own margins (text, forms)."""
        frame = QVBoxLayout()
        frame.setContentsMargins(14, 10, 14, 12)
        if isinstance(content, QLayout):
            frame.addLayout(content)
        else:
            frame.addWidget(content)
        self._layout.addLayout(frame, stretch)

    def add_stretch(self) -> None:
        self._layout.addStretch(1)


class KeyFigureCard(QFrame):
    """What it is, the figure at 22 pixels, and a note that puts it in proportion."""

    why_requested = Signal(object)  # the subject

    def __init__(self, title: str, explained: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "box")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(15, 12, 15, 12)
        column.setSpacing(1)
        self._name = title
        self._title = ElidedLabel(title, "second")
        self._figure = FigureLabel(title, FIGURE_PX, 600, explained)
        self._figure.why_requested.connect(self.why_requested)
        self._note = label("", "note", wrap=True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._title)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._figure)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._note, 1)

    @property
    def figure(self) -> FigureLabel:
        return self._figure

    def set_figure(self, amount: Money | str, note: str = "", subject: object = None) -> None:
        """Shows *amount* (Money with its pound sign) over *note*; *subject* goes with “why?”."""
        self._figure.set_figure(amount, subject, self._name)
        self._note.setText(note)
