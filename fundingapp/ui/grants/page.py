"""The Grants page: its views of one grant, and how the first grant comes into the file."""

from __future__ import annotations

from fundingapp.ui.grants.agreement_view import AgreementView
from fundingapp.ui.grants.calendar_view import CalendarView
from fundingapp.ui.grants.claims_view import ClaimsView
from fundingapp.ui.grants.conditions_view import ConditionsView
from fundingapp.ui.grants.grant_view import OneGrantView
from fundingapp.ui.grants.virements_view import VirementsView
from fundingapp.ui.grants.years_view import YearsView
from fundingapp.ui.office import Office
from fundingapp.ui.page import Context
from fundingapp.ui.views import GrantView, ViewLater, ViewsPage
from fundingapp.ui.widgets.empty_state import EmptyState


class GrantsPage(ViewsPage):
    """What the commissioner gave, on which terms, and to whom it was awarded."""

    def __init__(self, office: Office) -> None:
        self._grant = OneGrantView(office)
        empty = EmptyState(
            "grants",
            "Record the first grant",
            "A grant is what the commissioner gives for a financial year. If you have its table of awards (a row for "
            "each project, with reference, name and amount), read that; or add the grant by hand.",
        )
        empty.add_changes(
            ("Read the table of awards…", self._grant.new.choose_table),
            ("Add a grant by hand…", self._grant.new.add_by_hand),
            is_read_only=office.is_read_only,
        )
        views: list[GrantView | ViewLater] = [
            self._grant,
            ViewLater("agreement", "Agreement", lambda: AgreementView(office)),
            ViewLater("years", "All grants", lambda: YearsView(office)),
            ViewLater("conditions", "Conditions", lambda: ConditionsView(office)),
            ViewLater("calendar", "Calendar", lambda: CalendarView(office)),
            ViewLater("virements", "Virements", lambda: VirementsView(office)),
            ViewLater("claims", "Claims and payments", lambda: ClaimsView(office)),
        ]
        super().__init__(office, "Grants", empty, views)

    def set_context(self, context: Context) -> None:
        super().set_context(context)
        self._grant.new.year = context.year
