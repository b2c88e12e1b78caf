"""Two to five choices side by side, one of them on: Q1 | Q2 | Q3 | Q4."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fundingapp.ui.theme import CONTROL_RADIUS, Theme
from fundingapp.ui.widgets.choice import Option


class Segmented(QWidget):
    """Click or Left and Right choose; the chosen part is filled, bold and named to a screen reader."""

    chosen = Signal(object)  # the key

    def __init__(self, name: str, options: Sequence[Option] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._options: tuple[Option, ...] = ()
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        Theme.current().changed.connect(self.update)
        self.set_options(options)

    @property
    def key(self) -> object:
        return self._options[self._at].key if self._options else None

    def set_options(self, options: Sequence[Option], key: object = None) -> None:
        """What can be chosen, and what is (the first when *key* is not among them); says nothing."""
        self._options = tuple(options)
        keys = [option.key for option in options]
        self._at = keys.index(key) if key in keys else 0
        self.updateGeometry()
        self._name_it()

    def choose(self, key: object) -> None:
        """Chooses the option of *key* and says so when it is another."""
        keys = [option.key for option in self._options]
        if key in keys:
            self._go(keys.index(key))

    def _go(self, at: int) -> None:
        at = min(len(self._options) - 1, max(0, at))
        if at != self._at and self._options:
            self._at = at
            self._name_it()
            self.chosen.emit(self.key)

    def _name_it(self) -> None:
        words = self._options[self._at].text if self._options else ""
        self.setAccessibleName(f"{self._name}: {words}")
        self.update()

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(Theme.current().font(weight=600))
        return [metrics.horizontalAdvance(option.text) + 24 for option in self._options]

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(max(24, sum(self._widths())), 28)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Up:
                self._go(self._at - 1)
            case Qt.Key.Key_Right | Qt.Key.Key_Down:
                self._go(self._at + 1)
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = 0
        for at, width in enumerate(self._widths()):
            left += width
            if event.position().x() < left:
                self._go(at)
                return

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(box, CONTROL_RADIUS, CONTROL_RADIUS)
        painter.fillPath(outline, theme.colour("surface"))
        painter.save()
        painter.setClipPath(outline)
        left = 0
        for at, (option, width) in enumerate(zip(self._options, self._widths(), strict=True)):
            part = QRectF(left, 0, width, self.height())
            if at == self._at:
                painter.fillRect(part, theme.colour("accent_soft"))
            painter.setFont(theme.font(weight=600 if at == self._at else 400))
            painter.setPen(theme.colour("accent" if at == self._at else "second"))
            painter.drawText(part, int(Qt.AlignmentFlag.AlignCenter), option.text)
            left += width
            if at < len(self._options) - 1:
                painter.setPen(theme.colour("line"))
                painter.drawLine(left, 1, left, self.height() - 2)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = self.hasFocus()
        painter.setPen(QPen(theme.colour("accent" if ring else "control_line"), 2 if ring else 1))
        if ring:
            box = box.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, CONTROL_RADIUS, CONTROL_RADIUS)
        painter.end()
