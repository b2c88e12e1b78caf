"""The first line of every page: its heading, one sentence of state, and its buttons."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QWidget

from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.folding import FoldingRow
from fundingapp.ui.widgets.labels import ElidedLabel, label
from fundingapp.ui.widgets.pill import Pill

_GAP = 10
#: With less room than this for its sentence, be it so long, the buttons go to a line of their own.
_LEAST_SENTENCE = 90
_ENOUGH_SENTENCE = 240


class PageHead(FoldingRow):
    """Heading left, buttons right; the sentence between them gives way, then the buttons go below."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(_GAP, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._title = label(title, "heading")
        self._title.setMinimumHeight(30)
        self._pill = Pill()
        self._pill.hide()
        self._state = ElidedLabel("", "second")
        self._state.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.put(self._title)
        self.put(self._pill)
        self.put(self._state, 1)

    def set_title(self, title: str) -> None:
        self._title.setText(title)
        self.fold()

    def set_state(self, sentence: str) -> None:
        """What the page would say about itself: “4,212 ledger lines · £52,310.44 matched”."""
        self._state.set_text(sentence)
        self.fold()

    def set_state_tip(self, tip: str) -> None:
        """What is said when the pointer rests on that sentence, until the next sentence."""
        self._state.set_tip(tip)

    def set_pill(self, text: str, tone: Tone = Tone.NEUTRAL, sign: str = "") -> None:
        """A pill beside the heading; an empty *text* takes it away."""
        self._pill.set_state(text, tone, sign)
        self._pill.setVisible(bool(text))
        self.fold()

    def least(self) -> int:
        pill = 0 if self._pill.isHidden() else self._pill.sizeHint().width() + _GAP
        said = min(max(self._state.sizeHint().width(), _LEAST_SENTENCE), _ENOUGH_SENTENCE)
        return self._title.sizeHint().width() + pill + said + _GAP
