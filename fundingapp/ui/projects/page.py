"""The Projects page: the views of the chosen grant's projects."""

from __future__ import annotations

from fundingapp.ui.office import Office
from fundingapp.ui.projects.accuracy_view import AccuracyView
from fundingapp.ui.projects.forecast_view import ForecastView
from fundingapp.ui.projects.funding_view import FundingView
from fundingapp.ui.projects.plan_view import PlanView
from fundingapp.ui.projects.position_view import PositionView
from fundingapp.ui.views import ViewLater, ViewsPage
from fundingapp.ui.widgets.empty_state import EmptyState


class ProjectsPage(ViewsPage):
    """What each project was given, has spent and will spend, and what else is kept of it."""

    def __init__(self, office: Office) -> None:
        empty = EmptyState(
            "projects",
            "No projects yet",
            "Projects come with their grant: record the grant from the table of its awards, or add it by hand and "
            "then its projects one by one.",
        )
        empty.add_step("Record a grant…", lambda: self.go("grants"))
        views = (
            PositionView(office),
            ViewLater("forecast", "Forecast", lambda: ForecastView(office)),
            ViewLater("accuracy", "Accuracy", lambda: AccuracyView(office)),
            ViewLater("funding", "Funding", lambda: FundingView(office)),
            ViewLater("plan", "Plan", lambda: PlanView(office)),
        )
        super().__init__(office, "Projects", empty, views)

    def go_to(self, subject: object) -> None:
        """A project's reference alone leads to its position; (view id, subject) to that view."""
        super().go_to(("position", subject) if isinstance(subject, str) else subject)
