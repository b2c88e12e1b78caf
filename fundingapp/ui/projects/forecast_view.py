"""The forecast month by month: actual up to a cut-off, typed, pasted or spread after it, against the budget."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fundingapp.application.commands.budgets import KeepForecast, MonthForecast, SetForecastMonths
from fundingapp.application.queries.budgets import Band, ForecastAnswer, ForecastOf, ForecastRow
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.periods import CLOSING_PERIOD, period_name, short_period_name
from fundingapp.domain.profiles import MONTHS
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import InspectorPage, WidgetBlock
from fundingapp.ui.office import Office
from fundingapp.ui.project_columns import figure_of, total_of
from fundingapp.ui.tables.columns import Column, Edit
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.labels import ElidedLabel
from fundingapp.ui.widgets.message_bar import Message

_TINTS = {Band.CLAIMED: Tone.GOOD, Band.CLAIMING: Tone.ATTENTION, Band.FORECAST: None}
#: How wide the columns are that stay in sight while the months scroll.
_STAYING = 500


def _name(row: ForecastRow) -> str:
    return row.position.project.name + (" (capital)" if row.position.kind.is_capital else "")


STAYING = (
    Column[ForecastRow]("Ref\n ", lambda row: row.position.ref, width=58, quiet=True),
    Column[ForecastRow](
        "Project\n ",
        _name,
        width=170,
        stretch=1,
        least=110,
        tip=lambda row: f"{row.position.ref} {_name(row)}".strip(),
    ),
    Column[ForecastRow].of_amounts(
        "Budget £\n ", lambda row: row.position.budget.current, why=True, width=84
    ),
    Column[ForecastRow].of_amounts("Outturn £\n ", lambda row: row.outturn, width=84, strong=True),
    Column[ForecastRow].of_amounts(
        "Difference £\n ", lambda row: row.difference, tip=lambda row: _difference(row.difference), width=84
    ),
)


def _difference(amount: Money) -> str:
    if not amount:
        return "Comes to the budget."
    return f"{abs(amount).in_words} {'over' if amount > Money.ZERO else 'under'} the budget."


def month_column(answer: ForecastAnswer, month: int) -> Column[ForecastRow]:
    """The column of *month*, 1 to 12; it is edited after the cut-off."""
    band = answer.band(month)
    can_edit = month > answer.cut_off

    def tip(row: ForecastRow) -> str:
        what = f"{period_name(month).capitalize()}, {band.value}"
        if not can_edit:
            return f"{what}: spent, as the ledger and its adjustments have it."
        if not row.position.ref:
            return f"{what}: all projects together."
        if row.typed[month - 1]:
            return f"{what}: typed. Empty the cell to go back to the profile's {row.position.profile[month - 1]}."
        return f"{what}: as the profile has it. Type to forecast something else."

    return Column[ForecastRow].of_amounts(
        f"{short_period_name(month)} £\n{band.value}",
        lambda row: row.months[month - 1],
        tint=lambda _row: _TINTS[band],
        tip=tip,
        edit=Edit.MONEY if can_edit else None,
        can_edit=lambda row: bool(row.position.ref),
        quiet=False,
        width=76,
    )


def closing_column() -> Column[ForecastRow]:
    """The closing adjustments, once they are among the actuals."""
    return Column[ForecastRow].of_amounts("P13 £\nclosing", lambda row: row.closing, width=76)


def total_row(answer: ForecastAnswer, rows: Sequence[ForecastRow], name: str) -> ForecastRow:
    """*rows* together under *name*; it has no reference."""
    return ForecastRow(
        total_of(answer.position, [row.position for row in rows], name),
        tuple(Money.total(row.months[at] for row in rows) for at in range(MONTHS)),
        (False,) * MONTHS,
    )


class ForecastView(GrantView):
    """Projects by months. What is typed is kept at once, and Ctrl+Z takes it back."""

    def __init__(self, office: Office) -> None:
        super().__init__("forecast", "Forecast", office)
        self._grant: PositionAnswer | None = None
        self._answer: ForecastAnswer | None = None
        self._cut_off: int | None = None
        self._followed = False
        self._keep = button("Keep this forecast…", self._keep_form)
        self.buttons.append(self._keep)
        card = Card("Forecast by month")
        self._card = card
        self._choice = DropDown("Actual up to")
        self._choice.setMinimumWidth(190)
        self._choice.currentIndexChanged.connect(lambda _at: self._cut())
        card.add_head(self._choice)
        self._fill = button("Fill right", self._fill_right)
        self._fill.setToolTip("Puts the month under the cursor into every month after it (Ctrl+R)")
        self._even = button("Spread the rest evenly", self._spread_evenly)
        self._even.setToolTip("Spreads what is left of the budget over the months to come")
        self._shape = button("Spread by profile", self._spread_by_profile)
        self._shape.setToolTip("Spreads what is left of the budget in the shape of the profile")
        self._clear = button("Back to profile", self._back_to_profile)
        self._clear.setToolTip("Takes out what was typed for the selected projects")
        for each in (self._fill, self._even, self._shape, self._clear):
            card.add_head(each)
        self._where = ElidedLabel("", "second")
        self._where.setContentsMargins(14, 6, 14, 6)
        card.add(self._where)
        tables = QWidget()
        row = QHBoxLayout(tables)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._names = TableView(
            "Projects of the forecast", "projects.forecast", office.settings, office.asker
        )
        self._names_model = ListTableModel[ForecastRow](STAYING, self._key, self._names)
        self._names.set_model(self._names_model)
        self._names.why_requested.connect(self._why)
        self._months = TableView("Months of the forecast", "", None, office.asker)
        self._months_model = ListTableModel[ForecastRow]((), self._key, self._months)
        self._months.set_model(self._months_model)
        self._months.accepts_paste = True
        self._months.edited.connect(self._edited)
        self._months.pasted.connect(self._pasted)
        self._months.takes_key = self._takes_key
        for table in (self._names, self._months):
            table.selection_summarised.connect(self.selection_summarised)
        self._names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._names.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        left = QWidget()
        left.setFixedWidth(_STAYING)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._names, 1)
        # As high as the bar under the months, so that both tables end with the same row.
        self._under = QWidget()
        self._under.setFixedHeight(0)
        column.addWidget(self._under)
        row.addWidget(left)
        # What is scrolled half under the columns that stay is not to be read as one of their figures.
        edge = QFrame()
        edge.setProperty("kind", "edge")
        row.addWidget(edge)
        row.addWidget(self._months, 1)
        card.add(tables, 1)
        self.body.addWidget(card, 1)
        self._months.verticalScrollBar().valueChanged.connect(self._names.verticalScrollBar().setValue)
        self._names.verticalScrollBar().valueChanged.connect(self._months.verticalScrollBar().setValue)
        self._months.horizontalScrollBar().rangeChanged.connect(lambda *_range: self._level())
        self._names.current_row_changed.connect(lambda row: self._follow(self._months, row))
        self._months.current_row_changed.connect(lambda row: self._follow(self._names, row))

    @staticmethod
    def _key(row: ForecastRow) -> object:
        return (row.position.project_id, row.position.kind)

    # What is shown

    def show_position(self, answer: PositionAnswer) -> None:
        if self._grant is not None and (self._grant.position.fund_id, self._grant.position.year) != (
            answer.position.fund_id,
            answer.position.year,
        ):
            self._cut_off = None
        self._grant = answer
        self._ask()

    def _ask(self) -> None:
        if self._grant is None:
            return
        position = self._grant.position
        self.office.ask_of_grant(
            "projects.forecast",
            ForecastOf(position.fund_id, position.year, self._cut_off),
            self._show,
            self,
        )

    def _cut(self) -> None:
        key = self._choice.key
        if isinstance(key, int) and self._answer is not None and key != self._answer.cut_off:
            self._cut_off = key
            self._ask()

    def _show(self, answer: ForecastAnswer) -> None:
        first = self._answer is None
        before = None if self._answer is None else self._columns(self._answer)
        self._answer = answer
        position = answer.position
        self._choice.set_options(
            [
                Option(period, f"Actual to {period_name(period)}" if period else "All to come")
                for period in answer.cut_offs
            ],
            answer.cut_off,
        )
        some = self.office.listed_in_words(position)
        listed = {(each.project_id, each.kind) for each in self.office.listed(position)}
        rows = [row for row in answer.rows if self._key(row) in listed]
        total = total_row(answer, rows, f"Total of {some}" if some else "Total") if rows else None
        self._names_model.set_rows(rows, total)
        titles = self._columns(answer)
        if titles != before:
            months = [month_column(answer, month) for month in range(1, MONTHS + 1)]
            if answer.cut_off == CLOSING_PERIOD:
                months.append(closing_column())
            self._months_model = ListTableModel[ForecastRow](months, self._key, self._months)
            self._months_model.set_rows(rows, total)
            self._months.set_model(self._months_model)
            self._months.selectionModel().currentChanged.connect(lambda *_change: self._say_where())
        else:
            self._months_model.set_rows(rows, total)
        if first and rows:
            self._months.setCurrentIndex(self._months_model.index(0, min(answer.cut_off, MONTHS - 1)))
            QTimer.singleShot(0, self, self._show_cut_off)
        read_only = self.office.is_read_only or answer.cut_off >= MONTHS or not rows
        for each in (self._fill, self._even, self._shape, self._clear):
            each.setDisabled(read_only)
        self._keep.setDisabled(self.office.is_read_only or not answer.rows)
        outturn = Money.total(row.outturn for row in rows)
        budget = Money.total(row.position.budget.current for row in rows)
        self.state_changed.emit(
            f"outturn {outturn.in_words} of budgets {budget.in_words}: {_difference(outturn - budget).lower()}"
            + (f" · {some}" if some else "")
        )
        self._say_where()
        self._level()

    @staticmethod
    def _columns(answer: ForecastAnswer) -> tuple[object, ...]:
        return (answer.cut_off, *(answer.band(month) for month in range(1, MONTHS + 1)))

    def _show_cut_off(self) -> None:
        """The last month that is over and those to come are in sight."""
        if self._answer is not None and self._months_model.rows:
            for at in (MONTHS - 1, max(0, self._answer.cut_off - 1)):
                self._months.scrollTo(self._months_model.index(0, at))

    def _level(self) -> None:
        bar = self._months.horizontalScrollBar()
        self._under.setFixedHeight(bar.sizeHint().height() if bar.maximum() > 0 else 0)

    def _follow(self, table: TableView, row: object) -> None:
        if isinstance(row, ForecastRow) and row.position.ref and table.current_row != row:
            table.select_key(self._key(row))
        self._say_where()

    def _say_where(self) -> None:
        """Which project and month the cursor is on, for those who see only part of the table, or hear it."""
        answer, row = self._answer, self._months.current_row
        at = self._months.currentIndex().column() + 1
        if answer is None or not isinstance(row, ForecastRow):
            self._where.set_text(
                "Type a month to come, paste months from a spreadsheet, or spread what is left."
            )
            return
        month = min(max(at, 1), MONTHS)
        source = answer.band(month).value
        if month > answer.cut_off:
            source += ", typed" if row.typed[month - 1] else ", by profile"
        self._where.set_text(
            f"{row.position.ref} {_name(row)} · {period_name(month)}: {row.months[month - 1].in_words}, {source}"
        )

    def _why(self, row: object, column: object) -> None:
        if isinstance(row, ForecastRow) and isinstance(column, Column) and self._answer is not None:
            self.ask_why(figure_of(row.position, self._answer.position, "budget"))

    # What is typed

    def _put(self, months: Sequence[MonthForecast], name: str) -> None:
        answer = self._answer
        if answer is None or not months or self.office.is_read_only:
            return
        position = answer.position
        self.office.do(
            SetForecastMonths(position.fund_id, position.year, answer.cut_off, tuple(months)), name
        )

    def _of(self, row: ForecastRow, month: int, amount: Money | None) -> MonthForecast:
        return MonthForecast(row.position.project_id, row.position.kind, month, amount)

    def _edited(self, row: object, column: object, amount: object) -> None:
        if not isinstance(row, ForecastRow) or column not in self._months_model.columns:
            return
        month = self._months_model.columns.index(column) + 1
        value = amount if isinstance(amount, Money) else None
        self._put([self._of(row, month, value)], f"Forecast {row.position.ref}")

    def _pasted(self, cells: list[list[str]]) -> None:
        try:
            self._put(self._read(cells), "Paste the forecast")
        except ExpectedError as error:
            self.say(Message.of_error(error))

    def _read(self, cells: list[list[str]]) -> list[MonthForecast]:
        """The months that *cells* stand for, put in at the cursor. Raises ExpectedError that names the cell."""
        answer, index = self._answer, self._months.currentIndex()
        if answer is None or not index.isValid():
            return []
        found = []
        for down, line in enumerate(cells):
            row = self._months_model.row_at(index.row() + down)
            if row is None or not row.position.ref:
                raise ExpectedError(
                    "paste_rows",
                    f"{len(cells):,} rows were pasted, and the list ends after {down:,} of them.",
                    "Put the cursor higher, or copy fewer rows; nothing was changed.",
                )
            for across, text in enumerate(line):
                month = index.column() + 1 + across
                if not answer.cut_off < month <= MONTHS:
                    raise ExpectedError(
                        "paste_months",
                        f"Row {down + 1}, cell {across + 1} would go to "
                        + (f"{period_name(month)}, which is over." if month <= MONTHS else "after March."),
                        "Put the cursor on the first month to come that the cells are for; nothing was changed.",
                    )
                found.append(self._of(row, month, self._amount(text, down, across)))
        return found

    @staticmethod
    def _amount(text: str, down: int, across: int) -> Money | None:
        if not text.strip():
            return None
        try:
            return Money.parse(text)
        except NotMoneyError as error:
            raise ExpectedError(
                "paste_cell",
                f"Row {down + 1}, cell {across + 1}: “{text.strip()}” is not an amount; {error.reason}.",
                "Correct it in the spreadsheet and paste again; nothing was changed.",
            ) from None

    def _takes_key(self, event: QKeyEvent) -> bool:
        """Ctrl+R fills right, as in a spreadsheet; Delete goes back to the profile."""
        if event.key() == Qt.Key.Key_R and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._fill_right()
        elif event.key() == Qt.Key.Key_Delete:
            self._back_to_profile()
        else:
            return False
        return True

    def _selected(self) -> list[ForecastRow]:
        rows = self._months.selected_rows() or self._names.selected_rows()
        return [row for row in rows if isinstance(row, ForecastRow) and row.position.ref]

    def _fill_right(self) -> None:
        answer, row = self._answer, self._months.current_row
        month = self._months.currentIndex().column() + 1
        if answer is None or not isinstance(row, ForecastRow) or not 1 <= month <= MONTHS:
            return
        amount = row.months[month - 1]
        after = range(max(month, answer.cut_off) + 1, MONTHS + 1)
        self._put([self._of(row, each, amount) for each in after], f"Fill {row.position.ref} to March")

    def _spread_evenly(self) -> None:
        self._spread(even=True)

    def _spread_by_profile(self) -> None:
        self._spread(even=False)

    def _spread(self, *, even: bool) -> None:
        answer = self._answer
        if answer is None:
            return
        months = range(answer.cut_off + 1, MONTHS + 1)
        found = []
        for row in self._selected():
            left = row.position.budget.current - row.position.spent
            left = max(left, Money.ZERO)  # Nothing is left: what is over already shows as the difference.
            shape = [Money(1) if even else row.position.profile[month - 1] for month in months]
            weights = [max(part.pence, 0) for part in shape]
            parts = left.share(weights if any(weights) else [1] * len(weights))
            found += [self._of(row, month, part) for month, part in zip(months, parts, strict=True)]
        self._put(found, "Spread what is left")

    def _back_to_profile(self) -> None:
        answer = self._answer
        if answer is None:
            return
        self._put(
            [
                self._of(row, month, None)
                for row in self._selected()
                for month in range(answer.cut_off + 1, MONTHS + 1)
                if row.typed[month - 1]
            ],
            "Back to the profile",
        )

    def _keep_form(self) -> None:
        answer = self._answer
        if answer is None:
            return
        position, cut_off = answer.position, answer.cut_off

        def build() -> Form:
            def accept() -> str:
                if not occasion.text().strip():
                    return "Say what it is kept for, for example “February report”."
                self.office.do(
                    KeepForecast(position.fund_id, position.year, occasion.text(), cut_off or None),
                    "Keep the forecast",
                    lambda _effect: self.close_panel(),
                )
                return ""

            form = Form("Keep it", accept, self.close_panel)
            occasion = form.text("Kept for", hint="for example February report")
            actual = f"actual to {period_name(cut_off)}, " if cut_off else ""
            form.note(
                f"Each project's months are kept as they stand now ({actual}forecast after). Accuracy shows later "
                "how they compare with what came. Saving a return keeps its forecast by itself."
            )
            return form

        self.inspect(InspectorPage("Keep this forecast", [WidgetBlock(build)], ("form", "keep")))

    def go_to(self, subject: object) -> None:
        """Shows the project of that reference."""
        for row in self._names_model.rows:
            if isinstance(subject, str) and row.position.ref.casefold() == subject.casefold():
                self._months.select_key(self._key(row))

    def first_focus(self) -> QWidget:
        return self._months
