"""A figure that answers “why?”: dotted underline, click, Enter or F2."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from fundingapp.domain.money import Money
from fundingapp.ui.theme import BASE_PX, Theme
from fundingapp.ui.widgets.painting import paint_focus, paint_why

_MARGIN = 1


class FigureLabel(QAbstractButton):
    """Shows an amount, and asks for its explanation with the *subject* that the page gave it."""

    why_requested = Signal(object)  # the subject

    def __init__(
        self,
        name: str = "",
        px: float = BASE_PX,
        weight: int = 600,
        explained: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """*name* is what the figure is, for a screen reader. Without *explained* there is nothing to ask."""
        super().__init__(parent)
        self._name = name
        self._px = px
        self._weight = weight
        self._explained = explained
        self._subject: object = None
        self._menu: QMenu | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if explained:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setToolTip("Why this figure? (F2)")
            self.clicked.connect(self._ask)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        Theme.current().changed.connect(self.update)

    def set_figure(self, amount: Money | str, subject: object = None, name: str = "") -> None:
        """Shows *amount*: Money as in a sentence (£1,234.50), a text as it is."""
        self.setText(amount.in_words if isinstance(amount, Money) else amount)
        self._subject = subject
        self._name = name or self._name
        self.setAccessibleName(f"{self._name} {self.text()}".strip())
        self.setAccessibleDescription("Press Enter to see why" if self._explained else "")
        self.updateGeometry()
        self.update()

    @property
    def subject(self) -> object:
        return self._subject

    def _ask(self) -> None:
        self.why_requested.emit(self._subject)

    # Qt overrides

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(Theme.current().font(self._px, self._weight))
        return QSize(metrics.horizontalAdvance(self.text()) + 2 * _MARGIN, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._explained and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.click()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._explained:
            if self._menu is None:
                self._menu = QMenu(self)
                self._menu.addAction("Why this figure?", self._ask)
            self._menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        font = theme.font(self._px, self._weight)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        hot = self._explained and self.underMouse()
        painter.setPen(theme.colour("accent" if hot else "ink"))
        baseline = (self.height() - metrics.height()) // 2 + metrics.ascent()
        painter.drawText(_MARGIN, baseline, self.text())
        if self._explained:
            paint_why(painter, _MARGIN, self.width() - _MARGIN, baseline)
        if self.hasFocus():
            paint_focus(painter, self.rect(), 3)
        painter.end()
