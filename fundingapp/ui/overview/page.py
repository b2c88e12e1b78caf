"""The grant at a glance: four key figures, the difference made, its projects, spend against profile, and what waits
for the user."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fundingapp.application.effect import Topic
from fundingapp.application.ports import LineFilter, Show
from fundingapp.application.queries.conditions import ConditionsAnswer, ConditionsOf
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.wording import count
from fundingapp.domain.early_warnings import EarlyWarning, Severity
from fundingapp.domain.money import Money, percentage
from fundingapp.domain.periods import period_name, quarter_due
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.ui.explain import BeginImport, ShowLines
from fundingapp.ui.gauge_rows import GaugeRows
from fundingapp.ui.office import Office
from fundingapp.ui.office_page import GrantPage
from fundingapp.ui.overview.difference_card import DifferenceCard
from fundingapp.ui.page import Figure
from fundingapp.ui.project_columns import (
    AWARD,
    LEFT_OVER,
    MEASURES,
    NAME,
    SPENT,
    STATE,
    USED,
    figure_of,
)
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.warnings_list import AlsoRow, WarningsList
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card, KeyFigureCard
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.page_head import PageHead

if TYPE_CHECKING:
    from fundingapp.ui.charts.spend_chart import SpendChart

#: How many, in words, the sign, its tone, and where it leads.
_Wait = tuple[int, str, str, Tone, Callable[[], object]]

COLUMNS = (NAME, AWARD, SPENT, LEFT_OVER, USED, STATE)


class OverviewPage(GrantPage):
    """Answers “how are we doing?” in one look."""

    def __init__(self, office: Office) -> None:
        empty = EmptyState(
            "overview",
            "Start with the grant",
            "The overview shows how a grant stands: what is available, spent and expected, project by project. "
            "First record the grant and its awards; then import the ledger.",
        )
        empty.add_step("Record a grant…", lambda: self.go("grants"))
        super().__init__(office, empty)
        self._head = PageHead("Overview")
        self._prepare = primary_button("Prepare the return", lambda: self.go("returns"))
        import_ledger = button("Import ledger…", lambda: self.go("spend", BeginImport()), icon="import")
        import_ledger.setDisabled(office.is_read_only)
        self._head.add(import_ledger)
        self._head.add(self._prepare)
        self.content.addWidget(self._head)
        cards = QHBoxLayout()
        cards.setSpacing(3 * STEP)
        self._available = KeyFigureCard("Available this year")
        self._spent = KeyFigureCard("Spent to date")
        self._forecast = KeyFigureCard("Forecast at year end")
        self._needs = KeyFigureCard("Needs you", explained=False)
        for card in (self._available, self._spent, self._forecast, self._needs):
            card.why_requested.connect(self.why_requested)
            cards.addWidget(card, 1)
        self.content.addLayout(cards)
        self._difference = DifferenceCard(office)
        self._difference.go_requested.connect(self.go_requested)
        across = QHBoxLayout()
        across.setSpacing(3 * STEP)
        self._projects = Card("Projects")
        self._table = TableView("Projects", "overview.projects", office.settings, office.asker)
        self._model = ListTableModel[ProjectPosition](
            COLUMNS, lambda row: (row.project_id, row.kind), self._table
        )
        self._table.set_model(self._model)
        self._table.why_requested.connect(self._why)
        self._table.row_activated.connect(self._open_project)
        self._table.selection_summarised.connect(self.selection_summarised)
        self._projects.add(self._table, 1)
        left = QVBoxLayout()
        left.setSpacing(3 * STEP)
        left.addWidget(self._projects, 1)
        left.addWidget(self._difference)
        self._limits = Card("Limits of the agreement")
        self._gauges = GaugeRows()
        self._gauges.why_requested.connect(self.why_requested)
        self._limits.add_padded(self._gauges)
        self._limits.hide()
        left.addWidget(self._limits)
        across.addLayout(left, 25)
        column = QVBoxLayout()
        column.setSpacing(3 * STEP)
        self._early = Card("Early warning")
        self._warnings = WarningsList(office, "Nothing to warn of on this grant.")
        self._warnings.inspect_requested.connect(self.inspect_requested)
        self._warnings.go_requested.connect(self.go_requested)
        self._warnings.counted.connect(self._warned)
        self._early.add_padded(self._warnings, 1)
        column.addWidget(self._early, 6)
        self._chart_card = Card("Spend against profile")
        self._chart: SpendChart | None = None
        column.addWidget(self._chart_card, 5)
        across.addLayout(column, 10)
        self._waiting: list[_Wait] = []
        self.content.addLayout(across, 1)

    def show_position(self, answer: PositionAnswer) -> None:
        position = answer.position
        name = f"{position.fund.name}/{position.year}"
        reached = (
            f"up to {period_name(position.to_period)}, period {position.to_period}"
            if answer.last_period
            else "no ledger yet"
        )
        self._head.set_state(f"{position.fund.name} {position.year} · {reached}")
        self._prepare.set_text(f"Prepare Q{quarter_due(answer.last_period)} return")
        resources = position.resources
        awaited = position.not_agreed.total
        self._available.set_figure(
            position.available,
            f"allocation {resources.allocation.in_words} + brought forward {resources.brought_forward.in_words}"
            + (f" · {awaited.in_words} more not yet agreed" if awaited else ""),
            Figure(f"{name}/available"),
        )
        spent, profile = (
            percentage(position.spent, position.available),
            percentage(position.profile_to_date, position.available),
        )
        self._spent.set_figure(
            position.spent, f"{spent or 0}% of available · profile {profile or 0}%", Figure(f"{name}/spend")
        )
        under = position.underspend
        self._forecast.set_figure(
            position.outturn,
            f"{under.in_words} likely underspend" if under >= Money.ZERO else f"{(-under).in_words} over",
            Figure(f"{name}/outturn"),
        )
        self._waiting = self._what_waits(answer)
        self._warnings.set_also(
            [
                AlsoRow(text[:1].upper() + text[1:], sign, tone, go)
                for _, text, sign, tone, go in self._waiting
            ]
        )
        self._warnings.show_for(position.fund_id, position.year)
        self._difference.show_for(position)
        self.office.ask_of_grant(
            "overview.limits", ConditionsOf(position.fund_id, position.year), self._show_limits, self
        )
        some = self.office.listed_in_words(position)
        self._projects.set_title("Projects", some or str(len(position.projects)))
        self._model.set_rows(self.office.listed(position))
        self._draw(position, answer.last_period)

    def refresh(self, topics: Topic) -> None:
        answer = self.office.position
        if topics & (Topic.RESULTS | Topic.EVIDENCE) and answer is not None:
            self._difference.show_for(answer.position)

    def _draw(self, position: GrantPosition, last_period: int) -> None:
        if self._chart is None:
            from fundingapp.ui.charts.spend_chart import SpendChart

            self._chart = SpendChart()
            self._chart_card.add(self._chart, 1)
        months = position.month_totals()
        reached = min(position.to_period, 12) if last_period or position.spent else 0
        actual = list(accumulate(months[:12]))[:reached]
        if position.to_period > 12 and actual:
            actual[-1] += months[12]
        start = actual[-1] if actual else Money.ZERO
        forecast = list(accumulate(position.remaining_totals()[reached:], initial=start))[1:]
        self._chart.set_figures(list(accumulate(position.profile_totals())), actual, forecast)

    def _what_waits(self, answer: PositionAnswer) -> list[_Wait]:
        """What the user has to see to on Spend."""
        position = answer.position
        year = position.year
        found: list[_Wait] = []
        if position.waiting_lines:
            where = LineFilter(year=year, show=Show.WAITING)
            found.append(
                (
                    position.waiting_lines,
                    f"{count(position.waiting_lines, 'line')} to match",
                    position.waiting.in_words,
                    Tone.ATTENTION,
                    lambda: self.go("spend", ShowLines(where, "Lines to match")),
                )
            )
        workspace = self.office.workspace
        if workspace is not None and workspace.changed:
            changed = LineFilter(show=Show.CHANGED)
            found.append(
                (
                    workspace.changed,
                    f"{count(workspace.changed, 'line')} changed since the last import",
                    "look",
                    Tone.BAD,
                    lambda: self.go("spend", ShowLines(changed, "Changed since the last import")),
                )
            )
        return found

    def _warned(self, found: tuple[EarlyWarning, ...]) -> None:
        """Counts what waits and what is warned of together: that is what needs the user."""
        pressing = sum(warning.severity is Severity.NOW for warning in found)
        tone = Tone.BAD if pressing else Tone.ATTENTION
        self._early.set_title("Early warning", str(len(found)) if found else "", tone)
        words = [text for _, text, *_ in self._waiting]
        if found:
            words.append(count(len(found), "early warning"))
        if pressing:
            words[-1] += f", {pressing} now"
        self._needs.set_figure(
            str(sum(number for number, *_ in self._waiting) + len(found)),
            " · ".join(words) or "Nothing waits for you.",
        )

    def _show_limits(self, answer: ConditionsAnswer) -> None:
        position = self.office.position
        if position is None:
            return
        self._limits.setVisible(bool(answer.gauges))
        beyond = sum(not reading.is_well and not reading.condition.is_settled for reading in answer.gauges)
        self._limits.set_title(
            "Limits of the agreement",
            f"{beyond} beyond" if beyond else str(len(answer.gauges)),
            Tone.BAD if beyond else Tone.NEUTRAL,
        )
        self._gauges.show_gauges(position.position.fund.name, position.position.year, answer.gauges)

    def _why(self, project: object, column: object) -> None:
        answer = self.office.position
        if isinstance(project, ProjectPosition) and isinstance(column, Column) and answer is not None:
            self.ask_why(figure_of(project, answer.position, MEASURES[column.title]))

    def _open_project(self, project: object) -> None:
        if isinstance(project, ProjectPosition):
            self.go("projects", project.ref)

    def first_focus(self) -> QWidget:
        return self._table
