"""The Returns page: the quarter's return in its views, which share the quarter and the workbook."""

from __future__ import annotations

from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.domain.periods import quarter_due
from fundingapp.ui.office import Office
from fundingapp.ui.page import Context
from fundingapp.ui.returns.choice import PlaceInReturn, ReturnChoice
from fundingapp.ui.returns.mapping_view import MappingView
from fundingapp.ui.returns.partners_view import PartnersView
from fundingapp.ui.returns.return_view import ReturnView
from fundingapp.ui.returns.sent_view import SentView
from fundingapp.ui.returns.story_view import StoryView
from fundingapp.ui.views import GrantView, ViewLater, ViewsPage
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.segmented import Segmented


class ReturnsPage(ViewsPage):
    """The return of a quarter before it is written, those that were, and what they are made with."""

    def __init__(self, office: Office) -> None:
        empty = EmptyState(
            "returns",
            "No return to prepare yet",
            "The return is made of the grant's figures: record the grant and import the ledger first.",
        )
        empty.add_step("Record a grant…", lambda: self.go("grants"))
        self.choice = ReturnChoice()
        self._chosen_for: Context | None = None
        self._quarter = Segmented("Quarter", [Option(number, f"Q{number}") for number in range(1, 5)])
        self._quarter.chosen.connect(self._choose_quarter)
        super().__init__(office, "Monitoring return", empty, self._views(office), (self._quarter,))
        self.choice.quarter_changed.connect(self._quarter_changed)

    def _views(self, office: Office) -> list[GrantView | ViewLater]:
        choice = self.choice
        return [
            ReturnView(office, choice),
            ViewLater("sent", "Sent and saved", lambda: SentView(office, choice)),
            ViewLater("story", "Words and risks", lambda: StoryView(office, choice)),
            ViewLater("templates", "Templates and mapping", lambda: MappingView(office, choice)),
            ViewLater("partners", "Partners", lambda: PartnersView(office, choice)),
        ]

    def set_context(self, context: Context) -> None:
        super().set_context(context)
        if self._chosen_for is not None and self._chosen_for != context:
            self._chosen_for = None

    def show_position(self, answer: PositionAnswer) -> None:
        if self._chosen_for is None:
            self._chosen_for = self.context
            self.choice.choose_quarter(quarter_due(answer.last_period))
            self._show_quarter()
        super().show_position(answer)

    def go_to(self, subject: object) -> None:
        match subject:
            case (_, PlaceInReturn(quarter=quarter)) if quarter:
                self.choice.choose_quarter(quarter)
        super().go_to(subject)

    def _choose_quarter(self, quarter: object) -> None:
        if isinstance(quarter, int):
            self.choice.choose_quarter(quarter)

    def _quarter_changed(self, _quarter: int) -> None:
        self._show_quarter()

    def _show_quarter(self) -> None:
        self._quarter.choose(self.choice.quarter)
        self.head.set_title(f"Q{self.choice.quarter} monitoring return")
