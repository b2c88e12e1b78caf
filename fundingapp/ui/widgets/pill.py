"""A state in a word: coloured, but never by colour alone."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from fundingapp.ui.theme import Theme, Tone
from fundingapp.ui.widgets.painting import paint_focus, paint_pill, pill_size


class Pill(QWidget):
    """A word in a tone. *sign* (✓, ≠, …) stands before the word."""

    def __init__(
        self, text: str = "", tone: Tone = Tone.NEUTRAL, sign: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        Theme.current().changed.connect(self.update)
        self._tone = tone
        self._words = ""
        self._least: int | None = None
        self.set_state(text, tone, sign)

    def give_way(self, least: int) -> None:
        """Lets the pill be as narrow as *least* pixels where room is short; the tooltip then has all its words."""
        self._least = least
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        return self._words

    @property
    def tone(self) -> Tone:
        return self._tone

    def set_state(self, text: str, tone: Tone, sign: str = "") -> None:
        self._words = f"{sign} {text}".strip()
        self._tone = tone
        self.setAccessibleName(self._words)
        self.updateGeometry()
        self.update()

    # Qt overrides

    def sizeHint(self) -> QSize:
        return pill_size(self._words)

    def minimumSizeHint(self) -> QSize:
        size = self.sizeHint()
        return size if self._least is None else QSize(min(size.width(), self._least), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._least is not None:
            self.setToolTip(self._words if self.width() < self.sizeHint().width() else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_pill(painter, self.rect(), self._words, self._tone)
        painter.end()


class PillButton(QAbstractButton):
    """A pill that leads somewhere: the grant line's “≠ £675.60 to explain”. Click, Space or Enter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.NEUTRAL
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        Theme.current().changed.connect(self.update)

    @property
    def tone(self) -> Tone:
        return self._tone

    def set_state(self, text: str, tone: Tone, sign: str = "", tip: str = "") -> None:
        self.setText(f"{sign} {text}".strip())
        self.setAccessibleName(self.text())
        self.setToolTip(tip)
        self._tone = tone
        self.updateGeometry()
        self.update()

    # Qt overrides

    def sizeHint(self) -> QSize:
        return pill_size(self.text()) + QSize(6, 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        hot = {
            Tone.NEUTRAL: "third",
            Tone.ACCENT: "accent",
            Tone.GOOD: "good",
            Tone.ATTENTION: "attention",
            Tone.BAD: "bad",
        }[self._tone]
        ring = hot if self.underMouse() else ""
        paint_pill(painter, self.rect().adjusted(3, 3, -3, -3), self.text(), self._tone, ring)
        if self.hasFocus():
            paint_focus(painter, self.rect(), self.height() / 2)
        painter.end()
