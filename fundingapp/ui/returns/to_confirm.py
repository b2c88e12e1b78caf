"""What nobody has confirmed yet in a template's mapping, and what a new issue of it changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fundingapp.domain.template_changes import TemplateChange
from fundingapp.ui.returns.mapping_state import ToConfirm
from fundingapp.ui.sheets.marks import CellAt
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, TALL_ROW_HEIGHT
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label

CONFIRM_COLUMNS = (
    Column[ToConfirm](
        "What",
        lambda each: each.what or "nothing",
        second=lambda each: each.why,
        tip=lambda each: each.why,
        stretch=4,
        width=220,
        least=120,
        strong=True,
    ),
    Column[ToConfirm](
        "Where", lambda each: each.place, tip=lambda each: each.at.in_words, stretch=1, least=80
    ),
)
CHANGE_COLUMNS = (
    Column[TemplateChange](
        "What changed",
        lambda each: each.text,
        tip=lambda each: each.text,
        stretch=4,
        width=230,
        least=140,
        wrap=True,
    ),
    Column[TemplateChange](
        "Where",
        lambda each: f"{each.sheet}!{each.cell}" if each.cell else each.sheet,
        stretch=1,
        least=80,
    ),
)


class ToConfirmList(QWidget):
    """Suggestions and what was carried over, each accepted alone or all together; the cell is shown beside."""

    shown = Signal(object)  # CellAt
    opened = Signal(object)  # CellAt: to pick another figure
    confirmed = Signal(object, object)  # keys of suggestions, keys of what was carried over
    left_out = Signal(str)  # a key whose mapping is to go

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(2 * STEP)
        self._words = label("", "second", wrap=True)
        self._words.setContentsMargins(14, 0, 14, 0)
        column.addWidget(self._words)
        self.table = TableView("To confirm", row_height=TALL_ROW_HEIGHT)
        self.model = ListTableModel[ToConfirm](CONFIRM_COLUMNS, key=lambda each: each.key)
        self.table.set_model(self.model)
        self.table.current_row_changed.connect(self._current)
        self.table.row_activated.connect(self._opened)
        column.addWidget(self.table, 1)
        foot = QWidget()
        padded = QVBoxLayout(foot)
        padded.setContentsMargins(14, 4, 14, 12)
        row = FlowLayout(spacing=8)
        self._one = primary_button("Confirm", self.confirm_chosen)
        self._all = button("Confirm all", self.confirm_all)
        self._out = button("Take it off", self._leave_out)
        for each in (self._one, self._all, self._out):
            row.addWidget(each)
        padded.addLayout(row)
        column.addWidget(foot)
        self._read_only = False

    def set_rows(self, rows: Sequence[ToConfirm], *, read_only: bool) -> None:
        """What is still to be confirmed; the chosen line stays, or the next comes up."""
        at = self.table.currentIndex().row()
        current = self.table.current_row
        self._read_only = read_only
        self.model.set_rows(rows)
        if rows and not (isinstance(current, ToConfirm) and self.table.select_key(current.key)):
            self.table.selectRow(min(max(at, 0), len(rows) - 1))
        self._words.setText(
            "Nothing goes out unseen: look at each beside its cell, and confirm it, or pick another figure "
            "(Enter)."
            if rows
            else "Everything is confirmed."
        )
        self._enable()

    def show_current(self) -> None:
        """Has the cell of the chosen line shown."""
        self._current(self.table.current_row)

    def confirm_chosen(self) -> None:
        """Confirms the chosen lines."""
        self._confirm([each for each in self.table.selected_rows() if isinstance(each, ToConfirm)])

    def confirm_all(self) -> None:
        self._confirm(self.model.rows)

    def _confirm(self, rows: Sequence[ToConfirm]) -> None:
        suggested = tuple(each.key for each in rows if each.is_suggestion)
        carried = tuple(each.key for each in rows if not each.is_suggestion)
        if rows:
            self.confirmed.emit(suggested, carried)

    def _leave_out(self) -> None:
        row = self.table.current_row
        if isinstance(row, ToConfirm) and not row.is_suggestion:
            self.left_out.emit(row.key)

    def _current(self, row: object) -> None:
        self._enable()
        # While another part is beside the sheet, the sheet stays where the user is.
        if isinstance(row, ToConfirm) and self.isVisible():
            self.shown.emit(row.at)

    def _opened(self, row: object) -> None:
        if isinstance(row, ToConfirm):
            self.opened.emit(row.at)

    def _enable(self) -> None:
        row = self.table.current_row
        can = not self._read_only
        self._one.setEnabled(can and isinstance(row, ToConfirm))
        self._all.setEnabled(can and bool(self.model.rows))
        self._out.setEnabled(can and isinstance(row, ToConfirm) and not row.is_suggestion)


class ChangesList(QWidget):
    """What the new issue of a template has otherwise than the one before; a click shows the place."""

    shown = Signal(object)  # CellAt

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(2 * STEP)
        self._words = label("", "second", wrap=True)
        self._words.setContentsMargins(14, 0, 14, 0)
        column.addWidget(self._words)
        self.table = TableView("What changed in this issue", row_height=TALL_ROW_HEIGHT)
        self.model = ListTableModel[TemplateChange](CHANGE_COLUMNS)
        self.table.set_model(self.model)
        self.table.current_row_changed.connect(self._current)
        column.addWidget(self.table, 1)

    def set_rows(self, rows: Sequence[TemplateChange]) -> None:
        self.model.set_rows(rows)
        self._words.setText(
            "Compared with the issue before, cell by cell."
            if rows
            else "This issue is the same as the one before in everything that is compared."
        )

    def _current(self, row: object) -> None:
        if isinstance(row, TemplateChange) and row.sheet:
            self.shown.emit(CellAt(row.sheet, row.cell or "A1"))
