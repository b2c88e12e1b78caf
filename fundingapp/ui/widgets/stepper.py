"""The financial-year stepper: ‹ 2018/19 ›."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.icons import pixmap
from fundingapp.ui.theme import CONTROL_RADIUS, Theme

_STEP_WIDTH = 26
_HEIGHT = 28


class YearStepper(QWidget):
    """Steps through the years of the file by click, arrow keys or wheel; the ends do not wrap."""

    year_changed = Signal(object)  # FinancialYear

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._years: tuple[FinancialYear, ...] = ()
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip("Financial year: Left and Right step through the years of this file")
        Theme.current().changed.connect(self.update)
        self._name()

    @property
    def year(self) -> FinancialYear | None:
        return self._years[self._at] if self._at >= 0 else None

    def set_years(self, years: Sequence[FinancialYear], year: FinancialYear | None = None) -> None:
        """The years to choose from, and the one to show (the latest when None); says nothing."""
        self._years = tuple(sorted(years))
        self._at = len(self._years) - 1
        if year is not None and year in self._years:
            self._at = self._years.index(year)
        self.setEnabled(bool(self._years))
        self._name()

    def set_year(self, year: FinancialYear) -> None:
        """Shows *year*, which must be one of the years, and says so when it is another."""
        self._go(self._years.index(year))

    def step(self, by: int) -> None:
        """Goes *by* years forward (back when negative), as far as there are years."""
        self._go(min(len(self._years) - 1, max(0, self._at + by)))

    def _go(self, at: int) -> None:
        if at != self._at and self._years:
            self._at = at
            self._name()
            self.year_changed.emit(self.year)

    def _name(self) -> None:
        self.setAccessibleName(f"Financial year {self.year}" if self.year else "No financial year")
        self.update()

    # Qt overrides

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance("2018/19") + 34
        return QSize(2 * _STEP_WIDTH + words, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Down:
                self.step(-1)
            case Qt.Key.Key_Right | Qt.Key.Key_Up:
                self.step(1)
            case Qt.Key.Key_Home:
                self.step(-len(self._years))
            case Qt.Key.Key_End:
                self.step(len(self._years))
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        where = event.position().x()
        if where < _STEP_WIDTH:
            self.step(-1)
        elif where > self.width() - _STEP_WIDTH:
            self.step(1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus() and event.angleDelta().y():
            self.step(1 if event.angleDelta().y() > 0 else -1)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line_soft"))
        painter.drawRoundedRect(box, CONTROL_RADIUS, CONTROL_RADIUS)
        middle = self.rect().adjusted(_STEP_WIDTH, 1, -_STEP_WIDTH, -1)
        painter.fillRect(middle, theme.colour("surface"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = self.hasFocus()
        painter.setPen(QPen(theme.colour("accent" if ring else "control_line"), 2 if ring else 1))
        if ring:
            box = box.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, CONTROL_RADIUS, CONTROL_RADIUS)
        painter.setFont(theme.font(weight=600))
        painter.setPen(theme.colour("ink"))
        painter.drawText(middle, int(Qt.AlignmentFlag.AlignCenter), str(self.year or "No year"))
        top = (self.height() - 14) // 2
        for name, left, possible in (
            ("chevron-left", 6, self._at > 0),
            ("chevron-right", self.width() - 20, 0 <= self._at < len(self._years) - 1),
        ):
            colour = theme.colour("second" if possible else "control_line").name()
            painter.drawPixmap(left, top, pixmap(name, colour, 14))
        painter.end()
