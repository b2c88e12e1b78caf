"""Words on a page: headings, notes, and text that is shortened rather than cut off."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


def wrappable(text: str) -> str:
    """*text* for a label that wraps: a minus stays with its amount (U+2060 joins words and is not seen)."""
    return text.replace("−£", "−\u2060£")


def label(text: str, kind: str = "", wrap: bool = False) -> QLabel:
    """A label in one of the style sheet's kinds: heading, box-title, strong, second, note, caption, error."""
    made = QLabel(wrappable(text) if wrap else text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if kind:
        made.setProperty("kind", kind)
    made.setWordWrap(wrap)
    return made


class ElidedLabel(QLabel):
    """One line of text that ends in “…” when there is no room; the tooltip then has it all."""

    def __init__(self, text: str = "", kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if kind:
            self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._tip = self._short = ""

    def set_tip(self, tip: str) -> None:
        """What the tooltip and a screen reader say besides the text, until another text is set."""
        self._tip = tip
        self.setAccessibleDescription(tip)
        self._remember()

    def set_text(self, text: str, short: str = "") -> None:
        """Shows *text*, or what is *short* for it where it has no room; says it to a screen reader in full."""
        self._tip, self._short = "", short
        self.setAccessibleDescription("")
        self.setText(text)
        self.setAccessibleName(text)
        self._remember()

    @property
    def shown(self) -> str:
        """What there is room for."""
        metrics, room = self.fontMetrics(), self.contentsRect().width()
        fits = metrics.horizontalAdvance(self.text()) <= room
        text = self.text() if fits or not self._short else self._short
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)

    def _remember(self) -> None:
        short = self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()
        self.setToolTip("\n".join(filter(None, (self.text() if short else "", self._tip))))

    # Qt overrides

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._remember()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        room = self.contentsRect()
        painter.drawText(room, int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), self.shown)
        painter.end()
