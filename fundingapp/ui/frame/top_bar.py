"""The top bar: year, funder and district filters, and the way to anything."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QWidget

from fundingapp.ui.icons import pixmap
from fundingapp.ui.theme import CONTROL_RADIUS, Theme
from fundingapp.ui.widgets.choice import ChoiceButton, Option
from fundingapp.ui.widgets.stepper import YearStepper


class SearchButton(QAbstractButton):
    """Looks like a field; opens “Go to anything…”."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("Go to anything…")
        self.setAccessibleName("Go to anything, Ctrl K")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        Theme.current().changed.connect(self.update)

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(290, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 28)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = self.hasFocus()
        painter.setPen(QPen(theme.colour("accent" if ring else "control_line"), 2 if ring else 1))
        painter.setBrush(theme.colour("surface"))
        inset = 1 if ring else 0.5
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, CONTROL_RADIUS, CONTROL_RADIUS)
        painter.drawPixmap(9, (self.height() - 14) // 2, pixmap("search", theme.colour("third").name(), 14))
        painter.setFont(theme.font())
        painter.setPen(theme.colour("third"))
        painter.drawText(self.rect().adjusted(30, 0, -64, 0), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        keys = theme.font(11)
        width = QFontMetrics(keys).horizontalAdvance("Ctrl K") + 12
        cap = QRectF(self.width() - width - 7, (self.height() - 18) / 2, width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line_soft"))
        painter.drawRoundedRect(cap, 4, 4)
        painter.setFont(keys)
        painter.setPen(theme.colour("second"))
        painter.drawText(cap, int(Qt.AlignmentFlag.AlignCenter), "Ctrl K")
        painter.end()


class TopBar(QFrame):
    """Filters hold across pages. A filter without options is not shown."""

    filters_changed = Signal()
    search_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "top")
        self.setFixedHeight(46)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 1)
        row.setSpacing(12)
        self.year = YearStepper()
        self.funder = ChoiceButton("Funder")
        self.district = ChoiceButton("District")
        self.search = SearchButton()
        row.addWidget(self.year)
        row.addWidget(self.funder)
        row.addWidget(self.district)
        row.addStretch(1)
        row.addWidget(self.search)
        self.funder.hide()
        self.district.hide()
        self.year.year_changed.connect(lambda _year: self.filters_changed.emit())
        self.funder.chosen.connect(lambda _key: self.filters_changed.emit())
        self.district.chosen.connect(lambda _key: self.filters_changed.emit())
        self.search.clicked.connect(self.search_requested)

    def set_funders(self, options: Sequence[Option]) -> None:
        """The funders to choose from; a choice that is still there stays, otherwise the first is chosen.

        All of them together cannot be chosen: every page shows one grant.
        """
        self._fill(self.funder, options)

    def set_districts(self, options: Sequence[Option]) -> None:
        """The districts to choose from, besides all of them; a choice that is still there stays."""
        self._fill(self.district, (Option(None, "All districts"), *options) if options else ())

    def _fill(self, choice: ChoiceButton, options: Sequence[Option]) -> None:
        before = choice.key
        choice.set_options(options, before)
        choice.setVisible(bool(options))
        if choice.key != before:
            self.filters_changed.emit()
