"""The first line of every page: its heading, one sentence of state, and its buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import ElidedLabel, label
from fundingapp.ui.widgets.pill import Pill

_GAP = 10
#: With less room than this for its sentence, be it so long, the buttons go to a line of their own.
_LEAST_SENTENCE = 90
_ENOUGH_SENTENCE = 190
#: Qt's own upper bound of a widget's height, which means that there is none.
_NO_BOUND = 16_777_215


class PageHead(QWidget):
    """Heading left, buttons right; the sentence between them gives way, then the buttons go below."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_GAP)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(2, 1)
        self._title = label(title, "heading")
        self._title.setMinimumHeight(30)
        self._pill = Pill()
        self._pill.hide()
        self._state = ElidedLabel("", "second")
        self._state.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._buttons = QWidget()
        self._flow = FlowLayout(self._buttons, _GAP)
        self._grid.addWidget(self._title, 0, 0)
        self._grid.addWidget(self._pill, 0, 1)
        self._grid.addWidget(self._state, 0, 2)
        self._grid.addWidget(self._buttons, 0, 3)
        self._is_folded = False

    def set_title(self, title: str) -> None:
        self._title.setText(title)
        self._fold()

    def set_state(self, sentence: str) -> None:
        """What the page would say about itself: “4,212 ledger lines · £52,310.44 matched”."""
        self._state.set_text(sentence)
        self._fold()

    def set_state_tip(self, tip: str) -> None:
        """What is said when the pointer rests on that sentence, until the next sentence."""
        self._state.set_tip(tip)

    def set_pill(self, text: str, tone: Tone = Tone.NEUTRAL, sign: str = "") -> None:
        """A pill beside the heading; an empty *text* takes it away."""
        self._pill.set_state(text, tone, sign)
        self._pill.setVisible(bool(text))
        self._fold()

    def add(self, widget: QWidget) -> None:
        """Puts a button (or another control) at the right; the primary button comes last."""
        self._flow.addWidget(widget)
        self._fold()

    @property
    def is_folded(self) -> bool:
        """Whether the buttons are on a line of their own."""
        return self._is_folded

    def _fold(self) -> None:
        buttons = self._flow.sizeHint().width()
        pill = 0 if self._pill.isHidden() else self._pill.sizeHint().width() + _GAP
        said = min(max(self._state.sizeHint().width(), _LEAST_SENTENCE), _ENOUGH_SENTENCE)
        needed = self._title.sizeHint().width() + pill + said + 2 * _GAP + buttons
        folded = self.width() < needed and self._flow.count() > 0
        if folded != self._is_folded:
            self._is_folded = folded
            self._grid.removeWidget(self._buttons)
            if folded:
                self._grid.addWidget(self._buttons, 1, 0, 1, 4)
            else:
                self._grid.addWidget(self._buttons, 0, 3)
        height = self._flow.heightForWidth(self.width() if folded else buttons)
        self._buttons.setMinimumSize(0 if folded else buttons, height)
        self._buttons.setMaximumHeight(height if folded else _NO_BOUND)

    # Qt overrides

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # a button has got other words
            self._fold()
        return done

    def minimumSizeHint(self) -> QSize:
        widest = max(self._title.sizeHint().width() + 60, self._flow.minimumSize().width())
        return QSize(widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()
