"""The page Outcomes: its views, and what stands alone in their place while figures are recorded or taken in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fundingapp.ui.difference_paper import difference_button, write_difference
from fundingapp.ui.office import Office
from fundingapp.ui.outcomes.chain_view import ChainView
from fundingapp.ui.outcomes.import_view import ImportView
from fundingapp.ui.outcomes.indicators_view import IndicatorsView
from fundingapp.ui.outcomes.performance_view import PerformanceView
from fundingapp.ui.outcomes.safe_tables_view import SafeTablesView
from fundingapp.ui.outcomes.targets import RecordFigures, ShowIndicator, ShowOutcome, ShowProject
from fundingapp.ui.outcomes.value_view import ValueView
from fundingapp.ui.views import GrantView, ViewLater, ViewsPage
from fundingapp.ui.widgets.empty_state import EmptyState

#: The views in the order of the head, each made when it is first chosen.
VIEWS: tuple[tuple[str, str, Callable[[Office], GrantView]], ...] = (
    ("indicators", "Indicators", IndicatorsView),
    ("chain", "Results chain", ChainView),
    ("performance", "Performance", PerformanceView),
    ("safe-tables", "Safe tables", SafeTablesView),
    ("value", "Value", ValueView),
    ("import", "Imports", ImportView),
)


class OutcomesPage(ViewsPage):
    """What the money changed: indicators and their figures, the chain that they stand in, tables and value."""

    def __init__(self, office: Office) -> None:
        empty = EmptyState(
            "outcomes",
            "What changed for the money?",
            "This page says what each project was to change and what it did: indicators with baseline, target and "
            "figures quarter by quarter, each with its proof. It needs a grant with its projects.",
        )
        empty.add_step("Record a grant…", lambda: self.go("grants"))
        self._alone: set[GrantView] = set()
        views = [ViewLater(id, title, partial(self._made, make)) for id, title, make in VIEWS]
        super().__init__(office, "Outcomes", empty, views, [difference_button(self.write_difference)])
        self._choice.chosen.connect(lambda _view: self._show_head())

    def _made(self, make: Callable[[Office], GrantView]) -> GrantView:
        view = make(self.office)
        if isinstance(view, IndicatorsView | ImportView):
            view.alone_changed.connect(partial(self._stand_alone, view))
        return view

    def write_difference(self) -> None:
        """Asks where the board's paper on the chosen grant and year goes, and writes it."""
        answer = self.office.position
        if answer is not None:
            position = answer.position
            grant = (position.fund_id, position.fund.name, position.year)
            write_difference(self, self.office, grant, self.say)

    def _stand_alone(self, view: GrantView, alone: bool) -> None:
        """A grid or an import has its own head, and takes the place of the whole page."""
        (self._alone.add if alone else self._alone.discard)(view)
        self._show_head()

    def _show_head(self) -> None:
        """What stands alone keeps its place when another view is gone to, which has the head again."""
        alone = self.view in self._alone
        self.head.setVisible(not alone)
        self._choice.setVisible(not alone)

    def go_to(self, subject: object) -> None:
        """What is of one view alone leads to that view."""
        match subject:
            case ShowIndicator() | RecordFigures():
                super().go_to(("indicators", subject))
            case ShowOutcome() | ShowProject():
                super().go_to(("chain", subject))
            case _:
                super().go_to(subject)
