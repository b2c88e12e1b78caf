"""The base of pages that show the chosen grant: they follow its position, and teach the first step without one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.workspace import Grant
from fundingapp.ui.office import Office
from fundingapp.ui.page import Figure, Page, Target
from fundingapp.ui.theme import STEP
from fundingapp.ui.widgets.empty_state import EmptyState


class GrantPage(Page):
    """Lay out into :attr:`content`; override :meth:`show_position`, which follows every change to the file.

    While there is no grant in the chosen year, *empty* stands in its place.
    """

    def __init__(self, office: Office, empty: EmptyState) -> None:
        super().__init__()
        self.office = office
        self._stack = QStackedWidget()
        self._empty = empty
        holder = QWidget()
        self.content = QVBoxLayout(holder)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(3 * STEP)
        self._holder = holder
        self._stack.addWidget(holder)
        self._stack.addWidget(empty)
        self.body.addWidget(self._stack, 1)
        office.position_changed.connect(self._position_known)

    @property
    def grant(self) -> Grant | None:
        """The grant that the window's filters choose."""
        return self.office.grant(self.context)

    def shown(self) -> None:
        self._position_changed(self.office.position)

    def _position_known(self, answer: object) -> None:
        # A page behind another asks for nothing: it is told when it comes to the front.
        stack = self.parentWidget()
        if not isinstance(stack, QStackedWidget) or stack.currentWidget() is self:
            self._position_changed(answer)

    def _position_changed(self, answer: object) -> None:
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        before = self._stack.currentWidget()
        if isinstance(answer, PositionAnswer):
            self._stack.setCurrentWidget(self._holder)
            self.show_position(answer)
        elif self.office.workspace is not None and self.grant is None:
            self._stack.setCurrentWidget(self._empty)
        focus = self.primary_focus()
        if had_focus and focus is not None and self._stack.currentWidget() is not before:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_position(self, answer: PositionAnswer) -> None:
        """The grant's position is known anew."""

    def first_focus(self) -> QWidget | None:
        """Where the keyboard is when the page comes up with a grant."""
        return None

    def ask_why(self, figure: str) -> None:
        """Opens the inspector on the figure of that name."""
        self.why_requested.emit(Figure(figure))

    def primary_focus(self) -> QWidget | None:
        if self._stack.currentWidget() is self._empty:
            return self._empty
        return self.first_focus()

    def go(self, page: str, subject: object = None) -> None:
        """Asks the window to bring another page to the front."""
        self.go_requested.emit(Target(page, subject))
