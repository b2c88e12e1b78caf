"""The page of the evidence: the papers, the gaps, and what is to be reviewed. It needs no grant."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from fundingapp.application.effect import Topic
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.ui.dropped import can_take
from fundingapp.ui.evidence.gaps_view import GapsView
from fundingapp.ui.evidence.papers_view import PapersView
from fundingapp.ui.evidence.review_view import ReviewView
from fundingapp.ui.office import Office
from fundingapp.ui.views import ViewLater, ViewsPage
from fundingapp.ui.widgets.empty_state import EmptyState


@runtime_checkable
class TakesDrops(Protocol):
    """A view that knows what becomes of files that are dropped on the page."""

    def take_drop(self, dropped: QMimeData) -> None: ...


class EvidencePage(ViewsPage):
    """Files can be dropped anywhere on it."""

    def __init__(self, office: Office) -> None:
        # Shown only while no file is open, as every page's.
        empty = EmptyState("evidence", "Evidence belongs to a file", "Open a funding file first.")
        views = (
            PapersView(office),
            ViewLater("gaps", "Gaps", lambda: GapsView(office)),
            ViewLater("review", "To review", lambda: ReviewView(office)),
        )
        super().__init__(office, "Evidence", empty, views)
        self.setAcceptDrops(not office.is_read_only)

    def _position_changed(self, answer: object) -> None:
        """Papers are kept from the first day of a file, before there is a grant."""
        focus: QWidget | None = self.focusWidget()  # Qt's stubs forget that nothing may have the focus
        had_focus = focus is not None and self._empty.isAncestorOf(focus)
        self._stack.setCurrentWidget(self._holder if self.office.opened is not None else self._empty)
        if isinstance(answer, PositionAnswer):
            self.show_position(answer)
        if had_focus and (first := self.primary_focus()) is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def shown(self) -> None:
        super().shown()
        self.view.refresh(Topic.EVERYTHING)

    # Qt overrides

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        view = self.view
        if isinstance(view, TakesDrops):
            event.acceptProposedAction()
            view.take_drop(event.mimeData())
