"""A line of words and controls, in which the controls go to a line of their own where there is no room for both."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from fundingapp.ui.widgets.flow import FlowLayout

#: Qt's own upper bound of a widget's height, which means that there is none.
_NO_BOUND = 16_777_215
#: The columns of the grid: words from the left, then what is left over, then the controls.
_REST = 8
_CONTROLS = 9


class FoldingRow(QFrame):
    """Words left, controls right. Override :meth:`least`, the room that the words want beside the controls."""

    def __init__(self, gap: int, line_gap: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gap = gap
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(gap)
        self._grid.setVerticalSpacing(line_gap)
        self._words: list[QWidget] = []
        self._controls = QWidget()
        self._flow = FlowLayout(self._controls, gap)
        self._grid.setColumnStretch(_REST, 1)
        self._grid.addWidget(self._controls, 0, _CONTROLS)
        self._controls.hide()
        self._is_folded = False

    def put(self, widget: QWidget, stretch: int = 0) -> None:
        """Puts *widget* at the left, after those put before."""
        at = len(self._words)
        self._words.append(widget)
        self._grid.addWidget(widget, 0, at)
        if stretch:
            self._grid.setColumnStretch(at, stretch)
            self._grid.setColumnStretch(_REST, 0)

    def add(self, control: QWidget) -> None:
        """Puts *control* at the right, after those added before."""
        self._flow.addWidget(control)
        self._controls.show()
        self.fold()

    @property
    def is_folded(self) -> bool:
        """Whether the controls are on a line of their own."""
        return self._is_folded

    def least(self) -> int:
        """The room, in pixels, that the words want beside the controls: all that they need."""
        seen = [each for each in self._words if not each.isHidden()]
        return sum(each.sizeHint().width() for each in seen) + self._gap * max(0, len(seen) - 1)

    def fold(self) -> None:
        """Looks again whether there is room for both in one line; called by itself when a control changes."""
        controls = self._flow.sizeHint().width()
        margins = self._grid.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        folded = room < self.least() + self._gap + controls and bool(controls)
        if folded != self._is_folded:
            self._is_folded = folded
            self._grid.removeWidget(self._controls)
            if folded:
                self._grid.addWidget(self._controls, 1, 0, 1, _CONTROLS + 1)
            else:
                self._grid.addWidget(self._controls, 0, _CONTROLS)
        height = self._flow.heightForWidth(room if folded else controls)
        self._controls.setMinimumSize(0 if folded else controls, height)
        self._controls.setMaximumHeight(height if folded else _NO_BOUND)

    # Qt overrides

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # a control has got other words
            self.fold()
        return done

    def minimumSizeHint(self) -> QSize:
        margins = self._grid.contentsMargins()
        seen = [each for each in self._words if not each.isHidden()]
        words = [max(each.minimumSizeHint().width(), each.minimumWidth()) for each in seen]
        widest = max(sum(words) + self._gap * max(0, len(words) - 1), self._flow.minimumSize().width())
        return QSize(widest + margins.left() + margins.right(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fold()
