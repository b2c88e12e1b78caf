"""What there is to do before a year can be closed, each point with a sign, its figures, and the way there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from fundingapp.domain.closing import Check, Checklist, CheckPoint, Done
from fundingapp.ui.page import Target
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.links import LinkLabel
from fundingapp.ui.widgets.pill import Pill

#: The sign, its tone, and what a screen reader says of it.
SIGNS = {
    Done.DONE: ("✓", Tone.GOOD, "done"),
    Done.OPEN: ("…", Tone.ATTENTION, "still to do"),
    Done.DOES_NOT_APPLY: ("·", Tone.NEUTRAL, "does not apply"),
}


#: Where on this page the points are seen to that lead to no other.
_VIEWS = {
    Check.OVERSPENDS: "outturn",
    Check.CARRY_FORWARD: "underspend",
    Check.UNDERSPEND: "underspend",
    Check.GIVEN_BACK: "underspend",
    Check.CASH: "outturn",
    Check.CERTIFICATE: "outturn",
}


def place_of(point: CheckPoint) -> Target | None:
    """Where *point* is seen to; None where nothing can be done about it but wait."""
    if point.page != "year-end" or point.subject is not None:
        return Target(point.page, point.subject)
    view = _VIEWS.get(point.key)
    return Target("year-end", (view, None)) if view is not None else None


class ChecklistView(QWidget):
    """The points in their order; one that has a place to go to is a link."""

    go_requested = Signal(object)  # Target

    def __init__(self) -> None:
        super().__init__()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._scroll = QScrollArea()
        self._scroll.setProperty("kind", "plain")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setAccessibleName("Checklist")
        whole.addWidget(self._scroll)
        self._shown: Checklist | None = None

    def show_checklist(self, checklist: Checklist) -> None:
        """Shows *checklist*; where it stands already, nothing moves."""
        if checklist == self._shown:
            return
        self._shown = checklist
        at = self._scroll.verticalScrollBar().value()
        points = QWidget()
        points.setProperty("kind", "plain")
        grid = QGridLayout(points)
        grid.setContentsMargins(14, 2 * STEP, 14, 3 * STEP)
        grid.setHorizontalSpacing(3 * STEP)
        grid.setVerticalSpacing(2 * STEP)
        grid.setColumnStretch(1, 1)
        for row, point in enumerate(checklist.points):
            sign, tone, spoken = SIGNS[point.state]
            pill = Pill(sign, tone)
            pill.setAccessibleName(spoken)
            pill.setToolTip(spoken.capitalize())
            grid.addWidget(pill, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self._words(point, spoken), row, 1)
        grid.setRowStretch(len(checklist.points), 1)
        self._scroll.setWidget(points)
        self._scroll.verticalScrollBar().setValue(at)

    def _words(self, point: CheckPoint, spoken: str) -> QWidget:
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        target = place_of(point)
        if target is not None and point.state is not Done.DOES_NOT_APPLY:
            link = LinkLabel(point.key.value, partial(self.go_requested.emit, target))
            link.setAccessibleName(f"{point.key.value}, {spoken}")
            column.addWidget(link)
        else:
            column.addWidget(label(point.key.value, wrap=True))
        told = f"Accepted: {point.accepted}" if point.accepted else point.sentence
        if told:
            column.addWidget(label(told, "note", wrap=True))
        return words
