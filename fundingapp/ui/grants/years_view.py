"""All grants of the year, this year beside its neighbours, and the allocation over the years."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fundingapp.application.effect import Topic
from fundingapp.application.queries.agreements import GrantLine, GrantList, GrantsOfYear, TrendOf, YearsOfFund
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.why_agreements import ALL_GRANTS
from fundingapp.application.wording import count
from fundingapp.domain.allocations import TrendYear, trend_in_words
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition
from fundingapp.ui.charts.trend_chart import TrendChart, change_in_words
from fundingapp.ui.office import Office
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import ROW_HEIGHT, STEP, Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.segmented import Segmented


@dataclass(frozen=True, slots=True)
class Row:
    """A grant's line, or (*line* None) the total of all of them in *year*."""

    line: GrantLine | None
    year: FinancialYear
    amounts: dict[str, Money]

    @property
    def name(self) -> str:
        return self.line.fund if self.line else "All grants"

    def figure(self, measure: str) -> str:
        return self.line.figure(measure) if self.line else f"{ALL_GRANTS}/{self.year}/{measure}"


_MEASURES = ("available", "awarded", "spend", "left", "unallocated", "indicative")


def _row(line: GrantLine) -> Row:
    return Row(line, line.year, {measure: line.amount(measure) for measure in _MEASURES})


def _money(title: str, measure: str, width: int = 106) -> Column[Row]:
    def amount(row: Row) -> Money:
        return row.amounts[measure]

    return Column[Row].of_amounts(f"{title} £", amount, sort=measure, orders=True, why=True, width=width)


_FIGURES = (
    _money("Available", "available"),
    _money("Awarded", "awarded"),
    _money("Spent", "spend"),
    _money("Left", "left"),
)
GRANTS = (
    Column[Row](
        "Fund", lambda row: row.name, sort="fund", stretch=3, width=220, least=130, tip=lambda row: row.name
    ),
    Column[Row](
        "From",
        lambda row: row.line.funder if row.line else "",
        sort="funder",
        stretch=1,
        width=150,
        least=80,
        quiet=True,
        may_hide=True,
        tip=lambda row: row.line.funder if row.line else "",
    ),
    *_FIGURES,
    _money("Not awarded", "unallocated"),
    _money("Indicative", "indicative"),
)
YEARS = (
    Column[Row]("Year", lambda row: str(row.year), width=90, stretch=1, least=80),
    *_FIGURES,
)
TREND = (
    Column[TrendYear]("Year", lambda entry: str(entry.year), width=84),
    Column[TrendYear].of_amounts("Allocation £", lambda entry: entry.amount, width=112),
    Column[TrendYear](
        "Change £",
        lambda entry: "–" if entry.change is None else str(entry.change),
        RIGHT,
        amount=lambda entry: entry.change,
        tip=change_in_words,
        width=104,
    ),
    Column[TrendYear](
        "Change %",
        lambda entry: "–" if entry.percent is None else f"{entry.percent}".replace("-", "−"),
        RIGHT,
        width=84,
    ),
    Column[TrendYear](
        "Basis",
        lambda entry: (
            ", ".join(words for words in (entry.basis, "indicative" if entry.hoped else "") if words) or "–"
        ),
        stretch=1,
        width=110,
        least=70,
        quiet=True,
    ),
)


class YearsView(GrantView):
    """Grants side by side, and years side by side."""

    def __init__(self, office: Office) -> None:
        super().__init__("years", "All grants", office)
        self._position: GrantPosition | None = None
        self._grants_card = Card("Grants")
        self._grants, self._grants_model = self._table("Grants of the year", "grants.all", GRANTS)
        self._grants.row_activated.connect(self._choose)
        self._grants_card.add(self._grants, 1)
        self.body.addWidget(self._grants_card)
        self._years_card = Card("This year beside its neighbours")
        self._years, self._years_model = self._table("Years side by side", "grants.years", YEARS)
        self._years.row_activated.connect(self._choose)
        self._years_card.add(self._years, 1)
        self.body.addWidget(self._years_card)
        self._trend_card = Card("Allocation over the years")
        self._whose = Segmented("Whose allocation", [Option("fund", "This fund"), Option("all", "All funds")])
        self._whose.chosen.connect(lambda _key: self._ask_trend())
        self._trend_card.add_head(self._whose)
        self._words = label("", wrap=True)
        self._chart = TrendChart()
        self._trend = TableView("Allocation over the years", "grants.trend", office.settings, office.asker)
        self._trend_model = ListTableModel[TrendYear](TREND, lambda entry: str(entry.year), self._trend)
        self._trend.set_model(self._trend_model)
        self._trend.setMinimumHeight(84)
        across = QHBoxLayout()
        across.setSpacing(4 * STEP)
        beside = QVBoxLayout()
        beside.addWidget(self._words)
        beside.addWidget(self._chart, 1)
        across.addLayout(beside, 2)
        across.addWidget(self._trend, 3)
        self._trend_card.add_padded(across, 1)
        self.body.addWidget(self._trend_card, 1)

    def _table(
        self, name: str, id: str, columns: tuple[Column[Row], ...]
    ) -> tuple[TableView, ListTableModel[Row]]:
        table = TableView(name, id, self.office.settings, self.office.asker)
        model = ListTableModel[Row](columns, lambda row: (row.name, str(row.year)), table)
        table.set_model(model)
        table.why_requested.connect(self._why)
        table.selection_summarised.connect(self.selection_summarised)
        return table, model

    def show_position(self, answer: PositionAnswer) -> None:
        self._position = answer.position
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if self._position is not None and topics & (
            Topic.GRANTS | Topic.PROJECTS | Topic.CHARGES | Topic.LEDGER
        ):
            self._ask()

    def _ask(self) -> None:
        position = self._position
        if position is None:
            return
        self.state_changed.emit(f"{position.year} · each row opens that grant")
        ask: Callable[..., None] = self.office.ask_of_grant
        ask("grants.all", GrantsOfYear(position.year), self._show_grants, self)
        ask("grants.years", YearsOfFund(position.fund_id, position.year), self._show_years, self)
        self._ask_trend()

    def _ask_trend(self) -> None:
        if self._position is not None:
            fund = self._position.fund_id if self._whose.key == "fund" else None
            self.office.ask_of_grant("grants.trend", TrendOf(fund), self._show_trend, self)

    def _show_grants(self, grants: GrantList) -> None:
        position = self._position
        if position is None:
            return
        total = Row(None, position.year, {measure: grants.total(measure) for measure in _MEASURES})
        self._grants_model.set_rows(map(_row, grants.lines), total if len(grants.lines) > 1 else None)
        self._grants_card.set_title(f"Grants of {position.year}", count(len(grants.lines), "grant"))
        rows = len(grants.lines) + (len(grants.lines) > 1)
        self._grants_card.setFixedHeight(78 + ROW_HEIGHT * max(1, min(7, rows)))

    def _show_years(self, grants: GrantList) -> None:
        position = self._position
        if position is None:
            return
        self._years_model.set_rows(map(_row, grants.lines))
        self._years_card.set_title(
            f"{position.fund.name}: {position.year} beside its neighbours",
            "" if len(grants.lines) > 1 else "no grant in the year before or after",
        )
        self._years_card.setFixedHeight(78 + ROW_HEIGHT * max(1, len(grants.lines)))

    def _show_trend(self, trend: tuple[TrendYear, ...]) -> None:
        self._trend_model.set_rows(reversed(trend))
        self._chart.set_trend(trend[-10:])
        words = trend_in_words(trend)
        self._words.setText(words or "One year is recorded; the trend begins with the second.")
        cut = bool(words) and trend[-1].change is not None and trend[-1].change.pence < 0
        whose = self._position.fund.name if self._position and self._whose.key == "fund" else "all funds"
        self._trend_card.set_title(
            f"Allocation over the years: {whose}",
            words.partition(":")[0],
            Tone.ATTENTION if cut else Tone.NEUTRAL,
        )

    def _why(self, row: object, column: object) -> None:
        if isinstance(row, Row) and isinstance(column, Column):
            self.ask_why(row.figure(column.sort))

    def _choose(self, row: object) -> None:
        """Brings the grant of *row* to the front, on this page."""
        if isinstance(row, Row) and row.line is not None:
            self.office.grant_wanted.emit(row.line.fund_id, row.year)

    def first_focus(self) -> QWidget:
        return self._grants
