"""How good forecasts were: each that was kept, beside what came."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fundingapp.application.queries.budgets import AccuracyOf, AccuracyRow, KeptForecast
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.wording import short_date
from fundingapp.domain.funds import Kind
from fundingapp.domain.periods import period_name
from fundingapp.domain.profiles import Accuracy
from fundingapp.ui.inspector import InspectorPage, SumBlock, SumRow, TextBlock
from fundingapp.ui.office import Office
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.labels import label

COLUMNS = (
    Column[AccuracyRow]("Ref", lambda row: row.ref, sort="ref", filter="ref", width=62, quiet=True),
    Column[AccuracyRow](
        "Project",
        lambda row: row.name + (" (capital)" if row.kind.is_capital else ""),
        sort="name",
        filter="name",
        width=220,
        stretch=4,
        least=140,
        tip=lambda row: f"{row.ref} {row.name}".strip(),
    ),
    Column[AccuracyRow].of_amounts(
        "Forecast £", lambda row: row.accuracy.expected, sort="forecast", width=92
    ),
    Column[AccuracyRow].of_amounts("Actual £", lambda row: row.accuracy.came, sort="came", width=92),
    Column[AccuracyRow].of_amounts(
        "Difference £", lambda row: row.accuracy.difference, sort="difference", width=92, strong=True
    ),
    Column[AccuracyRow](
        "%",
        lambda row: "–" if row.accuracy.percent is None else f"{row.accuracy.percent}%",
        RIGHT,
        sort="percent",
        order=lambda row: row.accuracy.percent or Decimal(0),
        width=66,
    ),
    Column[AccuracyRow].of_amounts(
        "Out by, all months £",
        lambda row: row.accuracy.missed,
        sort="missed",
        tip=lambda _row: "What each month was out by, over and under alike, added up.",
        width=100,
    ),
    Column[AccuracyRow](
        "In words", lambda row: row.accuracy.bias, sort="bias", width=180, stretch=3, least=110
    ),
)


class AccuracyView(GrantView):
    """A kept forecast against what came, project by project; a project opens at the right month by month."""

    def __init__(self, office: Office) -> None:
        super().__init__("accuracy", "Accuracy", office)
        self._kept: tuple[KeptForecast, ...] = ()
        self._card = Card("Forecast accuracy")
        self._choice = DropDown("Kept forecast")
        self._choice.setMinimumWidth(280)
        self._choice.currentIndexChanged.connect(lambda _at: self._show_chosen())
        self._card.add_head(self._choice)
        self._empty = label(
            "No forecast of this grant has been kept yet. “Keep this forecast…” on Forecast keeps one, and saving a "
            "return does so by itself; what comes after is held against it here.",
            "second",
            wrap=True,
        )
        self._empty.setContentsMargins(14, 12, 14, 12)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._card.add(self._empty, 1)
        self._table = TableView("Forecast accuracy", "projects.accuracy", office.settings, office.asker)
        self._model = ListTableModel[AccuracyRow](COLUMNS, lambda row: (row.ref, row.kind), self._table)
        self._table.set_model(self._model)
        self._table.row_activated.connect(self._open)
        self._table.clicked.connect(lambda _index: self._open(self._table.current_row))
        self._table.selection_summarised.connect(self.selection_summarised)
        self._card.add(self._table, 1)
        self.body.addWidget(self._card, 1)

    def show_position(self, answer: PositionAnswer) -> None:
        position = answer.position
        self.office.ask_of_grant(
            "projects.accuracy", AccuracyOf(position.fund_id, position.year), self._show, self
        )

    def _show(self, kept: tuple[KeptForecast, ...]) -> None:
        chosen = self._choice.key
        self._kept = kept
        self._choice.set_options(
            [
                Option(
                    (each.taken_at, each.cut_off),
                    f"{each.occasion}, {short_date(each.taken_at.date())}",
                )
                for each in kept
            ],
            chosen,
        )
        self._choice.setVisible(bool(kept))
        self._empty.setVisible(not kept)
        self._table.setVisible(bool(kept))
        self._show_chosen()

    @property
    def _chosen(self) -> KeptForecast | None:
        key = self._choice.key
        return next((each for each in self._kept if (each.taken_at, each.cut_off) == key), None)

    def _show_chosen(self) -> None:
        kept = self._chosen
        if kept is None:
            self._model.set_rows(())
            self.state_changed.emit("no forecast is kept yet")
            return
        self._model.set_rows(
            kept.rows, AccuracyRow("", "Total", Kind.REVENUE, kept.total) if kept.rows else None
        )
        if kept.total.forecast:
            said = f"{self._months(kept.total)}: {kept.total.bias}, kept by {kept.taken_by}"
        else:
            said = f"kept by {kept.taken_by}; no month is over since"
        self.state_changed.emit(said)

    @staticmethod
    def _months(accuracy: Accuracy) -> str:
        first, last = period_name(accuracy.first), period_name(accuracy.last)
        return first if first == last else f"{first} to {last}"

    def _open(self, row: object) -> None:
        if not isinstance(row, AccuracyRow) or not row.ref:
            return
        accuracy = row.accuracy
        months = [
            SumRow(
                period_name(accuracy.first + at).capitalize(),
                came - expected,
                note=f"forecast {expected.in_words}, actual {came.in_words}",
            )
            for at, (expected, came) in enumerate(zip(accuracy.forecast, accuracy.actual, strict=True))
        ]
        blocks = (
            SumBlock(
                [*months, SumRow("More spent than forecast", accuracy.difference, is_total=True)],
                "Actual less forecast",
            ),
            TextBlock(f"{accuracy.bias.capitalize()}." if accuracy.forecast else "No month is over since."),
        )
        title = f"{row.ref} {row.name}"
        self.inspect(InspectorPage(title, blocks if months else blocks[1:], ("accuracy", row.ref, row.kind)))

    def first_focus(self) -> QWidget:
        return self._table
