"""The line under the grant line that says that the year is closed, by whom and why, and reopens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from fundingapp.ui.icons import set_icon
from fundingapp.ui.theme import BOX_RADIUS, Theme
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.labels import label


@dataclass(frozen=True, slots=True)
class ClosedState:
    """“2017/18 is closed by A. Officer on 12/07/2018: all settled.” *reopen* None: it cannot be reopened here."""

    sentence: str
    reopen: Callable[[], object] | None = None


class ClosedStrip(QFrame):
    """Stands above every page that would change the year, as long as it is closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: ClosedState | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(32, 18, 26, 6)
        whole.setSpacing(10)
        sign = QLabel()
        set_icon(sign, "lock", "second")
        whole.addWidget(sign, 0, Qt.AlignmentFlag.AlignVCenter)
        self._words = label("", "strong", wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        whole.addWidget(self._words, 1)
        self._button = button("Reopen…", self._reopen)
        self._button.setAccessibleName("Reopen the year…")
        whole.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        Theme.current().changed.connect(self.update)
        self.hide()

    @property
    def state(self) -> ClosedState | None:
        return self._state

    def set_state(self, state: ClosedState | None) -> None:
        """What is said; None: the year is open. Whether it is shown is for the window to say."""
        self._state = state
        if state is not None:
            self._words.setText(state.sentence)
            self.setAccessibleName(state.sentence)
            self._button.setVisible(state.reopen is not None)

    def _reopen(self) -> None:
        if self._state is not None and self._state.reopen is not None:
            self._state.reopen()

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.colour("line_soft"))
        painter.setPen(QPen(theme.colour("control_line"), 1))
        room = self.rect().toRectF().adjusted(20.5, 12.5, -20.5, -0.5)
        painter.drawRoundedRect(room, BOX_RADIUS, BOX_RADIUS)
        painter.end()
