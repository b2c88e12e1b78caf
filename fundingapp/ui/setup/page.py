"""The Settings page: what the file holds besides its grants. Its views need no grant."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fundingapp.application.effect import Topic
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.ui.office import Office
from fundingapp.ui.setup.bodies_view import BodiesView
from fundingapp.ui.setup.contacts_view import ContactsView
from fundingapp.ui.setup.exchange_view import ExchangeView
from fundingapp.ui.setup.partnership_view import PartnershipView
from fundingapp.ui.setup.people_view import PeopleView
from fundingapp.ui.setup.places_view import PlacesView
from fundingapp.ui.setup.plan_view import PlanSetupView
from fundingapp.ui.views import GrantView, ViewsPage
from fundingapp.ui.widgets.empty_state import EmptyState


class SetupPage(ViewsPage):
    """The partnership, the bodies, the places and the contacts of the file."""

    def __init__(self, office: Office) -> None:
        # Shown only while no file is open, as every page's.
        empty = EmptyState("settings", "Settings belong to a file", "Open a funding file first.")
        views: list[GrantView] = [
            PartnershipView(office),
            BodiesView(office),
            PlacesView(office),
            ContactsView(office),
            PeopleView(office),
            PlanSetupView(office),
            ExchangeView(office),
        ]
        super().__init__(office, "Settings", empty, views)

    def _position_changed(self, answer: object) -> None:
        """Unlike the pages of a grant this one is there from the first day of a file."""
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
