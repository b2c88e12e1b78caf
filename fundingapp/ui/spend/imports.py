"""The imports of the file, newest first, with what each brought and the way to take one back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QWidget

from fundingapp.application.commands.imports import RemoveImport
from fundingapp.application.ports import Batch, BatchState, Kept, LineFilter
from fundingapp.application.queries.lines import ImportAnswer, ImportDetail, Imports
from fundingapp.application.wording import count
from fundingapp.domain.ids import BatchId
from fundingapp.ui.explain import ShowLines
from fundingapp.ui.office import Office
from fundingapp.ui.spend.columns import BATCH_COLUMNS, CHANGE_COLUMNS, FINDING_COLUMNS, SKIPPED_COLUMNS
from fundingapp.ui.spend.import_review import totals_in_words
from fundingapp.ui.spend.sub_view import SubView
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.labels import ElidedLabel
from fundingapp.ui.widgets.segmented import Segmented

_PARTS = (("skipped", "Skipped"), ("findings", "Noticed"), ("changes", "Changes"))


class ImportsView(SubView):
    """A list of imports above the details of the chosen one."""

    show_requested = Signal(object)  # ShowLines: the lines of an import

    def __init__(self, office: Office, parent: QWidget | None = None) -> None:
        super().__init__("Imports", parent)
        self._office = office
        self._newest: int | None = None
        self._shown: Kept[Batch] | None = None
        self.head.add(button("Back to the lines", self.go_back, icon="chevron-left"))
        self._remove: Button = button("Take this import back", self.take_back, icon="undo")
        self.head.add(self._remove)
        self._lines: Button = primary_button("Show its lines", self._show_lines)
        self.head.add(self._lines)
        self.table = TableView("Imports", "spend.imports", office.settings)
        self._model = ListTableModel(BATCH_COLUMNS, lambda row: row.id, self.table)
        self.table.set_model(self._model)
        self.table.current_row_changed.connect(self._row_changed)
        self.table.row_activated.connect(lambda _row: self._show_lines())
        box = Card()
        box.add(self.table, 1)
        self._details = QStackedWidget()
        self._models: dict[str, ListTableModel[Any]] = {}
        self._add_details("skipped", "Skipped rows", SKIPPED_COLUMNS)
        self._add_details("findings", "What was noticed", FINDING_COLUMNS)
        self._add_details("changes", "What the import changed", CHANGE_COLUMNS)
        self._choice = Segmented("What to look at", [Option(key, words) for key, words in _PARTS])
        keys = [key for key, _ in _PARTS]
        self._choice.chosen.connect(lambda key: self._details.setCurrentIndex(keys.index(key)))
        below = Card()
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._choice)
        self._totals = ElidedLabel("", "second")
        row.addWidget(self._totals, 1)
        below.add_padded(row)
        below.add(self._details, 1)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setHandleWidth(12)
        parts.setChildrenCollapsible(False)
        parts.addWidget(box)
        parts.addWidget(below)
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 3)
        box.setMinimumHeight(130)
        below.setMinimumHeight(150)
        self.body.addWidget(parts, 1)
        self._show_state()

    def start(self) -> None:
        """Comes up with the newest import chosen."""
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        self.refresh()

    def refresh(self) -> None:
        """Asks for the imports again."""
        self._office.ask("spend.imports", Imports(), self._show, self)

    def first_focus(self) -> QWidget:
        return self.table

    def _add_details(self, key: str, name: str, columns: Sequence[Column[Any]]) -> None:
        table = TableView(name, f"spend.imports.{key}", self._office.settings)
        model: ListTableModel[Any] = ListTableModel(columns, parent=table)
        table.set_model(model)
        self._models[key] = model
        self._details.addWidget(table)

    def _show(self, batches: list[Kept[Batch]]) -> None:
        self._newest = next((kept.id for kept in batches if kept.value.state is BatchState.LIVE), None)
        self._model.set_rows(batches)
        gone = sum(kept.value.state is BatchState.REMOVED for kept in batches)
        words = count(len(batches), "import") + (f", {gone:,} taken back" if gone else "")
        self.head.set_state(words if batches else "No ledger has come in yet")
        if self.table.current_row is None and batches:
            self.table.select_key(batches[0].id)
        self._row_changed(self.table.current_row)

    def _row_changed(self, row: object) -> None:
        self._shown = row if isinstance(row, Kept) else None
        self._show_state()
        if self._shown is not None:
            batch = BatchId(self._shown.id)
            self._office.ask("spend.import", ImportDetail(batch), self._show_details, self)

    def _show_details(self, answer: ImportAnswer) -> None:
        rows = {"skipped": answer.skipped, "findings": answer.findings, "changes": answer.changes}
        for key, found in rows.items():
            self._models[key].set_rows(found)
        options = [Option(key, f"{words} {len(rows[key]):,}") for key, words in _PARTS]
        self._choice.set_options(options, self._choice.key)

    def _show_state(self) -> None:
        shown = self._shown
        live = shown is not None and shown.value.state is BatchState.LIVE
        newest = shown is not None and shown.id == self._newest
        self._remove.setEnabled(live and newest and not self._office.is_read_only)
        self._remove.setToolTip(
            ""
            if newest or not live
            else "Only the newest import can be taken back: later ones were compared with it"
        )
        self._lines.setEnabled(live)
        if shown is None:
            self._totals.set_text("")
            return
        batch = shown.value
        total = totals_in_words(batch.total, batch.stated_total, batch.control_total)
        sheet = f"sheet “{batch.sheet}” · " if batch.sheet else ""
        self._totals.set_text(
            f"{sheet}{batch.rows_read:,} rows read = {batch.rows_kept:,} kept + {batch.rows_skipped:,} skipped; {total}"
        )

    def take_back(self) -> None:
        """Takes the chosen import back as a whole."""
        if self._shown is not None:
            name = f"Take back {self._shown.value.file_name}"
            self._remove.setEnabled(False)
            self._office.do(RemoveImport(BatchId(self._shown.id)), name).ended.connect(self._ended)

    def _ended(self, _job: object) -> None:
        self.refresh()

    def _show_lines(self) -> None:
        if self._shown is not None and self._lines.isEnabled():
            where = LineFilter(batch=BatchId(self._shown.id))
            self.show_requested.emit(ShowLines(where, f"Lines of {self._shown.value.file_name}"))
