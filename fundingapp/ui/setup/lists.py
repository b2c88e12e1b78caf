"""What the lists of Settings share: a table, its first step while it is empty, and an editor in the inspector."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import InspectorPage, WidgetBlock
from fundingapp.ui.office import Office
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.day_field import DayField
from fundingapp.ui.widgets.empty_state import EmptyState

Row = TypeVar("Row")


def in_days(day: date | None) -> str:
    """31/03/2019, or a dash for a day that is open."""
    return f"{day:%d/%m/%Y}" if day is not None else "–"


def wrong_day(*fields: DayField) -> str:
    """What is wrong with the days typed, "" when each is a day or nothing."""
    for field in fields:
        if not field.is_valid:
            return f"“{field.text()}” is not a day such as 31/03/2019."
    return ""


def listed(text: str) -> tuple[str, ...]:
    """The names of a list typed with semicolons."""
    return tuple(part for each in text.split(";") if (part := " ".join(each.split())))


class ListView(GrantView, Generic[Row]):
    """A table; what the user chooses opens at the right. Override :meth:`open_row` and :meth:`key_of`."""

    def __init__(
        self, id: str, title: str, office: Office, columns: Sequence[Column[Row]], empty: EmptyState
    ) -> None:
        super().__init__(id, title, office)
        self.table = TableView(title, f"setup.{id}", office.settings, office.asker)
        self.model = ListTableModel[Row](columns, self.key_of, self.table)
        self.table.set_model(self.model)
        self.table.row_activated.connect(self._open)
        self.table.current_row_changed.connect(self._current_changed)
        # The row on which the keyboard arrived is the current one already when it is clicked.
        self.table.clicked.connect(lambda _index: self._open(self.table.current_row))
        self.table.selection_summarised.connect(self.selection_summarised)
        self.card = Card()
        self.card.add(self.table, 1)
        self.empty = empty
        self.stack = ViewStack()
        self.stack.addWidget(self.card)
        self.stack.addWidget(empty)
        self.body.addWidget(self.stack, 1)
        self._shown: object = None
        self._at: object = None
        self._follows = False

    def key_of(self, row: Any) -> object:
        """What tells a row from the others."""
        return row.kept.id

    def open_row(self, row: Row) -> None:
        """Shows *row* in the inspector."""

    def set_rows(self, rows: Sequence[Row], is_empty: bool) -> None:
        """Shows *rows*; *is_empty* says that there is nothing at all yet, whatever is filtered."""
        self.model.set_rows(rows)
        self.stack.setCurrentWidget(self.empty if is_empty else self.card)
        if self._shown is not None and self.isVisible():
            again = [row for row in rows if self.key_of(row) == self._shown]
            if again:
                self.open_row(again[0])
            else:
                self._shown = None
                self.close_panel()

    def tell(self, sentence: str) -> None:
        """What stands beside the heading; an answer that comes when another view is shown says nothing there."""
        if self.isVisible():
            self.state_changed.emit(sentence)

    def choose(self, key: object) -> None:
        """Puts the cursor on the row of that key and opens it."""
        for row in self.model.rows:
            if self.key_of(row) == key:
                self.table.select_key(key)
                self._open(row)

    def _open(self, row: Any) -> None:
        if row is not None:
            self._shown = self.key_of(row)
            self.open_row(row)

    def _current_changed(self, row: Any) -> None:
        if row is None:
            return
        before, self._at = self._at, self.key_of(row)
        # Rows that come anew put the cursor back where it was: that is no choice of the user's.
        if self._at != before and self._follows and self.table.hasFocus():
            self._open(row)

    def panel_closed(self) -> None:
        self._shown = None

    def open_form(self, title: str, build: Callable[[], Form], deeper: bool = False) -> None:
        """Opens a form in the inspector; *deeper* keeps the way back to what is shown there."""
        page = InspectorPage(title, [WidgetBlock(build)], ("form", self.id, title))
        if deeper:
            self.inspect_deeper_requested.emit(page)
        else:
            self._shown = None
            self.inspect(page)

    def first_focus(self) -> QWidget:
        return self.empty if self.stack.currentWidget() is self.empty else self.table

    # Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard arriving in the table chooses its first row; only what the user chooses opens the panel."""
        super().showEvent(event)
        self._follows = False
        QTimer.singleShot(0, self, self._follow)

    def _follow(self) -> None:
        self._follows = True
