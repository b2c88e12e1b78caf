"""The imports of the file, newest first; beside the list all about the chosen one, and what can be done with it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QSplitter, QWidget

from fundingapp.application.commands.imports import DecideChange, RemoveImport, RestoreImport, ReviewChanges
from fundingapp.application.effect import Effect
from fundingapp.application.ports import Batch, BatchState, Kept, LineFilter
from fundingapp.application.queries.batches import BatchAnswer, BatchDetail, OpenOriginal, SaveOriginal
from fundingapp.application.queries.lines import Imports
from fundingapp.application.wording import count
from fundingapp.domain.ids import BatchId, LineId
from fundingapp.ui.explain import ShowLines
from fundingapp.ui.office import Office
from fundingapp.ui.spend.batch_panel import BatchPanel
from fundingapp.ui.spend.columns import BATCH_COLUMNS
from fundingapp.ui.spend.sub_view import SubView
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import TALL_ROW_HEIGHT, Tone
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.message_bar import Message


class ImportsView(SubView):
    """A list of imports at the left, the chosen one at the right."""

    show_requested = Signal(object)  # ShowLines: the lines of an import
    layouts_requested = Signal()
    said = Signal(object)  # Message

    def __init__(self, office: Office, parent: QWidget | None = None) -> None:
        super().__init__("Imports", parent)
        self._office = office
        self._shown: Kept[Batch] | None = None
        self._answer: BatchAnswer | None = None
        self.head.add(button("Back to the lines", self.go_back, icon="chevron-left"))
        self.head.add(button("Layouts…", self.layouts_requested.emit, tip="What columns of downloads mean"))
        self._remove: Button = button("Take this import back", self.take_back, icon="undo")
        self._return: Button = button("Put this import back", self.put_back, icon="redo")
        self._lines: Button = primary_button("Show its lines", self._show_lines)
        for made in (self._remove, self._return, self._lines):
            self.head.add(made)
        self.table = TableView("Imports", "spend.imports", office.settings, row_height=TALL_ROW_HEIGHT)
        self._model = ListTableModel(BATCH_COLUMNS, lambda row: row.id, self.table)
        self.table.set_model(self._model)
        self.table.current_row_changed.connect(self._row_changed)
        self.table.row_activated.connect(lambda _row: self._show_lines())
        box = Card()
        box.add(self.table, 1)
        box.setMinimumWidth(330)
        self.panel = BatchPanel(office.settings)
        self.panel.decide_requested.connect(self._decide)
        self.panel.reviewed_requested.connect(self._review)
        self.panel.open_requested.connect(self.open_original)
        self.panel.save_requested.connect(self.save_original)
        self.panel.setMinimumWidth(420)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setHandleWidth(12)
        parts.setChildrenCollapsible(False)
        parts.addWidget(box)
        parts.addWidget(self.panel)
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 3)
        parts.setSizes([400, 600])
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

    def _show(self, batches: list[Kept[Batch]]) -> None:
        self._model.set_rows(batches)
        gone = sum(kept.value.state is BatchState.REMOVED for kept in batches)
        words = count(len(batches), "import") + (f", {gone:,} taken back" if gone else "")
        self.head.set_state(words if batches else "No ledger has come in yet")
        if self.table.current_row is None and batches:
            self.table.select_key(batches[0].id)
        self._row_changed(self.table.current_row)

    def _row_changed(self, row: object) -> None:
        self._shown = row if isinstance(row, Kept) else None
        if self._answer is not None and (self._shown is None or self._answer.batch.id != self._shown.id):
            self._answer = None
            self.panel.show_batch(None, can_write=False)
        self._show_state()
        if self._shown is not None:
            batch = BatchId(self._shown.id)
            self._office.ask("spend.import", BatchDetail(batch), self._show_details, self)

    def _show_details(self, answer: BatchAnswer) -> None:
        self._answer = answer
        self.panel.show_batch(answer, can_write=not self._office.is_read_only)
        self._show_state()

    def _show_state(self) -> None:
        answer, can_write = self._answer, not self._office.is_read_only
        self._lines.setEnabled(self._shown is not None and self._shown.value.state is BatchState.LIVE)
        self._remove.setEnabled(can_write and answer is not None and bool(answer.undoes))
        self._remove.setToolTip(answer.undoes or answer.why_not if answer is not None else "")
        self._return.setVisible(answer is not None and answer.can_return)
        self._return.setEnabled(can_write)

    # What the user does

    def take_back(self) -> None:
        """Takes the chosen import back as a whole, and says what that undid."""
        answer = self._answer
        if answer is not None and self._remove.isEnabled():
            self._remove.setEnabled(False)
            name = answer.batch.value.file_name
            undone = answer.undoes.replace(" would be ", " are ").replace(" would go", " are gone")
            job = self._office.do(
                RemoveImport(BatchId(answer.batch.id)),
                f"Take back {name}",
                lambda _effect: self.said.emit(Message(f"“{name}” was taken back.", undone, Tone.GOOD)),
            )
            job.ended.connect(self._ended)

    def put_back(self) -> None:
        """Puts the chosen import back with everything that had been decided about it."""
        answer = self._answer
        if answer is not None and answer.can_return:
            self._return.setEnabled(False)
            name = answer.batch.value.file_name
            words = "Its lines, charges and decisions are as they were."
            job = self._office.do(
                RestoreImport(BatchId(answer.batch.id)),
                f"Put back {name}",
                lambda _effect: self.said.emit(Message(f"“{name}” was put back.", words, Tone.GOOD)),
            )
            job.ended.connect(self._ended)

    def open_original(self) -> None:
        """Opens a copy of the file that the chosen import was read from, in the program that opens such files."""
        if self._shown is not None:
            batch, desk = BatchId(self._shown.id), self._office.desk
            name = f"Open {self._shown.value.file_name}"
            self._office.work(name, lambda _progress: desk.ask(OpenOriginal(batch)), self._open)

    def _open(self, copy: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(copy))):
            self.said.emit(
                Message(
                    f"No program here opens “{copy.name}”.",
                    "Save the original and open it from there.",
                    Tone.ATTENTION,
                )
            )

    def save_original(self) -> None:
        """Asks where to, and writes a copy of the file that the chosen import was read from."""
        if self._shown is None:
            return
        name = self._shown.value.file_name
        out = self._office.files.to_save(self, "Save the original", name, "All files (*)")
        if out is not None:
            question, desk = SaveOriginal(BatchId(self._shown.id), out), self._office.desk
            said = Message(f"The original of “{name}” is in “{out.name}”.", "", Tone.GOOD)
            self._office.work(
                f"Save {name}", lambda _progress: desk.ask(question), lambda _none: self.said.emit(said)
            )

    def _decide(self, line: object, take: bool) -> None:
        if self._answer is not None and isinstance(line, int):
            batch = BatchId(self._answer.batch.id)
            verb = "Take the new" if take else "Keep the old"
            self._office.do(DecideChange(batch, LineId(line), take), verb).ended.connect(self._ended)

    def _review(self, lines: object) -> None:
        if self._answer is not None and isinstance(lines, tuple):
            batch = BatchId(self._answer.batch.id)
            job = self._office.do(
                ReviewChanges(batch, lines), "Looked at", partial(self._reviewed, len(self._answer.changes))
            )
            job.ended.connect(self._ended)

    def _reviewed(self, changes: int, effect: Effect[int]) -> None:
        self.said.emit(Message(f"{effect.result:,} of {count(changes, 'change')} looked at.", "", Tone.GOOD))

    def _ended(self, _job: object) -> None:
        self.refresh()

    def _show_lines(self) -> None:
        if self._shown is not None and self._lines.isEnabled():
            where = LineFilter(batch=BatchId(self._shown.id))
            self.show_requested.emit(ShowLines(where, f"Lines of {self._shown.value.file_name}"))
