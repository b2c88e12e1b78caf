"""The first line of every page: its heading, one sentence of state, and its buttons."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.labels import ElidedLabel, label
from fundingapp.ui.widgets.pill import Pill


class PageHead(QWidget):
    """Heading left, buttons right; the sentence between them gives way when room is short."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(10)
        self._title = label(title, "heading")
        self._pill = Pill()
        self._pill.hide()
        self._state = ElidedLabel("", "second")
        self._state.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row.addWidget(self._title)
        self._row.addWidget(self._pill)
        self._row.addWidget(self._state, 1)

    def set_title(self, title: str) -> None:
        self._title.setText(title)

    def set_state(self, sentence: str) -> None:
        """What the page would say about itself: “4,212 ledger lines · £52,310.44 matched”."""
        self._state.set_text(sentence)

    def set_pill(self, text: str, tone: Tone = Tone.NEUTRAL, sign: str = "") -> None:
        """A pill beside the heading; an empty *text* takes it away."""
        self._pill.set_state(text, tone, sign)
        self._pill.setVisible(bool(text))

    def add(self, widget: QWidget) -> None:
        """Puts a button (or another control) at the right; the primary button comes last."""
        self._row.addWidget(widget)
