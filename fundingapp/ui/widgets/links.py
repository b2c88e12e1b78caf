"""Words that lead somewhere, and wrap when room is short."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from fundingapp.ui.theme import Theme
from fundingapp.ui.widgets.painting import paint_focus

_FLAGS = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
_MARGIN = 2


class LinkLabel(QAbstractButton):
    """A link: click, Space or Enter follows it."""

    def __init__(
        self, text: str, followed: Callable[[], object], parent: QWidget | None = None, colour: str = "accent"
    ) -> None:
        """*colour* is its token: in a list where every sentence leads somewhere, ink is easier to read."""
        self._heights: dict[tuple[int, str], int] = {}
        super().__init__(parent)
        self._colour = colour
        self.setText(text)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.clicked.connect(lambda _checked=False: followed())
        Theme.current().changed.connect(self.update)

    # Qt overrides

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        # A layout asks again and again while it looks for its room, and each time the words would be broken anew.
        asked = width, self.text()
        height = self._heights.get(asked)
        if height is None:
            room = QRect(0, 0, max(20, width - 2 * _MARGIN), 10_000)
            height = self.fontMetrics().boundingRect(room, _FLAGS, asked[1]).height() + 2
            self._heights[asked] = height
        return height

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._heights.clear()
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 2 * _MARGIN + 1, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        words = self.text().split() or [""]
        widest = max(self.fontMetrics().horizontalAdvance(word) for word in words)
        return QSize(min(widest + 2 * _MARGIN + 1, 160), self.fontMetrics().height() + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        font = theme.font()
        font.setUnderline(self.underMouse())
        painter.setFont(font)
        painter.setPen(theme.colour(self._colour))
        # The words stand where plain words would; the focus ring lies around them.
        painter.drawText(self.rect().adjusted(0, 1, -2 * _MARGIN, 0), _FLAGS, self.text())
        if self.hasFocus():
            paint_focus(painter, self.rect(), 3)
        painter.end()
