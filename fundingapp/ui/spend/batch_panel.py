"""One import: how it was read and counted, what it changed side by side, what it skipped, and its original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from fundingapp.application.ports import Batch, BatchState, LineChange
from fundingapp.application.queries.batches import BatchAnswer
from fundingapp.ui.noticed import FINDING_COLUMNS
from fundingapp.ui.settings import Settings
from fundingapp.ui.spend.columns import CHANGE_COLUMNS, SEEN_COLUMNS, SKIPPED_COLUMNS, ColumnSeen
from fundingapp.ui.spend.differences import SIDE_COLUMNS, sides_of
from fundingapp.ui.spend.totals import difference_in_words
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.views import ViewStack
from fundingapp.ui.widgets.buttons import Button, button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.segmented import Segmented


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing about an import."""

    name: str
    value: str


FACT_COLUMNS = (
    Column[Fact]("What", lambda row: row.name, width=170, least=120, quiet=True),
    Column[Fact]("", lambda row: row.value, width=320, stretch=1, least=160, tip=lambda row: row.value),
)

_PARTS = (
    ("about", "About"),
    ("changes", "Changes"),
    ("skipped", "Skipped"),
    ("findings", "Noticed"),
    ("columns", "Columns"),
)


def facts_of(batch: Batch) -> list[Fact]:
    """Everything that is kept about an import, in words."""
    facts = [
        ("File", batch.file_name),
        ("Imported", f"{batch.imported_at.astimezone():%d/%m/%Y %H:%M} by {batch.imported_by}"),
        ("State", "counts" if batch.state is BatchState.LIVE else "taken back: nothing of it counts"),
        ("Rows", f"{batch.rows_read:,} read = {batch.rows_kept:,} kept + {batch.rows_skipped:,} skipped"),
        ("Total of the lines", batch.total.in_words),
        ("Total that the file states", _against(batch, "stated_total")),
        ("Control total typed", _against(batch, "control_total")),
        ("New lines", f"{batch.new:,}"),
        ("Unchanged", f"{batch.unchanged:,}"),
        ("Reworded", f"{batch.reworded:,}"),
        ("Changed in amount or period", f"{batch.amount_changed:,}"),
        ("No longer in the ledger", f"{batch.vanished:,}"),
        ("Columns were told", batch.layout or "not kept by the program of that time"),
        ("Lines are recognised by", batch.keyed_by or "not kept by the program of that time"),
        ("Sheet", batch.sheet or "—"),
        ("Encoding", batch.encoding or "—"),
        ("Size", f"{batch.size:,} bytes"),
        ("Fingerprint (SHA-256)", batch.sha256),
    ]
    return [Fact(*fact) for fact in facts]


def _against(batch: Batch, name: str) -> str:
    wanted = getattr(batch, name)
    if wanted is None:
        return "none"
    if wanted == batch.total:
        return f"{wanted.in_words} ✓ agrees"
    return f"{wanted.in_words} ≠ the lines come to {difference_in_words(batch.total, wanted)}"


class BatchPanel(Card):
    """Shows a :class:`BatchAnswer`."""

    decide_requested = Signal(object, bool)  # LineId, whether the new is taken
    reviewed_requested = Signal(object)  # tuple of LineId
    open_requested = Signal()
    save_requested = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__("Import", parent)
        self._settings = settings
        self._answer: BatchAnswer | None = None
        self._can_write = False
        self._models: dict[str, ListTableModel[Any]] = {}
        self._tables: dict[str, TableView] = {}
        self._pages = ViewStack()
        self._pages.addWidget(self._about_page())
        self._pages.addWidget(self._changes_page())
        self._pages.addWidget(self._add_table("skipped", "Skipped rows", SKIPPED_COLUMNS))
        self._pages.addWidget(self._add_table("findings", "What was noticed", FINDING_COLUMNS))
        self._pages.addWidget(self._add_table("columns", "Columns of the file", SEEN_COLUMNS))
        self.choice = Segmented("What to look at", [Option(key, words) for key, words in _PARTS])
        keys = [key for key, _ in _PARTS]
        self.choice.chosen.connect(lambda key: self._pages.setCurrentIndex(keys.index(key)))
        row = QHBoxLayout()
        row.addWidget(self.choice)
        row.addStretch(1)
        self._undoes = label("", "note", wrap=True)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._undoes)
        column.addLayout(row)
        self.add_padded(column)
        self.add(self._pages, 1)
        self.setMinimumHeight(240)
        self.show_batch(None, can_write=False)

    def table(self, key: str) -> TableView:
        """One of the tables: about, changes, sides, skipped, findings or columns."""
        return self._tables[key]

    def rows(self, key: str) -> tuple[Any, ...]:
        """What one of the tables shows."""
        return self._models[key].rows

    def show_batch(self, answer: BatchAnswer | None, *, can_write: bool) -> None:
        """Shows *answer*; None while there is nothing to show. The part that is looked at stays."""
        same = answer is not None and self._answer is not None and self._answer.batch.id == answer.batch.id
        looked_at = self._tables["changes"].current_row if same else None
        self._answer, self._can_write = answer, can_write
        batch = answer.batch.value if answer is not None else None
        self.set_title(batch.file_name if batch is not None else "No import is chosen")
        columns = batch.columns if batch is not None else ()
        rows: dict[str, Sequence[Any]] = {
            "about": facts_of(batch) if batch is not None else (),
            "changes": answer.changes if answer is not None else (),
            "skipped": answer.skipped if answer is not None else (),
            "findings": answer.findings if answer is not None else (),
            "columns": [
                ColumnSeen(at, " ".join(heading.split()), meaning.value)
                for at, (heading, meaning) in enumerate(columns, start=1)
            ],
        }
        for key, found in rows.items():
            self._models[key].set_rows(found)
        options = [
            Option(key, words if key == "about" else f"{words} {len(rows[key]):,}") for key, words in _PARTS
        ]
        self.choice.set_options(options, self.choice.key)
        if answer is not None:
            undoes = f"Taking it back: {answer.undoes}" if answer.undoes else answer.why_not
            if answer.can_return:
                undoes += " It can be put back with everything that was decided."
            self._undoes.setText(undoes)
        self._undoes.setVisible(answer is not None)
        changes = self._tables["changes"]
        if answer is not None and answer.changes:
            wanted = looked_at.line if isinstance(looked_at, LineChange) else answer.changes[0].line
            changes.select_key(wanted)
        self._show_sides(changes.current_row)
        for made in (self._open, self._save):
            made.setEnabled(answer is not None)

    # Parts

    def _add_table(self, key: str, name: str, columns: Sequence[Column[Any]]) -> TableView:
        table = TableView(name, f"spend.imports.{key}", self._settings)
        by_line = (lambda row: row.line) if key == "changes" else None
        model: ListTableModel[Any] = ListTableModel(columns, by_line, table)
        table.set_model(model)
        self._models[key] = model
        self._tables[key] = table
        return table

    def _about_page(self) -> QWidget:
        self._open: Button = button("Open a copy of the original", self.open_requested.emit)
        self._save: Button = button("Save the original…", self.save_requested.emit)
        return _with_buttons(
            self._add_table("about", "About the import", FACT_COLUMNS), (self._open, self._save)
        )

    def _changes_page(self) -> QWidget:
        table = self._add_table("changes", "What the import changed", CHANGE_COLUMNS)
        table.current_row_changed.connect(self._show_sides)
        table.selection_summarised.connect(lambda _summary: self._show_buttons())
        sides = self._add_table("sides", "The line in both downloads", SIDE_COLUMNS)
        self._take: Button = button("Take the new", lambda: self._decide(True))
        self._keep: Button = button("Keep the old", lambda: self._decide(False))
        self._looked: Button = button("Looked at", self._review_selected)
        self._all: Button = button("All looked at", self._review_all)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setHandleWidth(8)
        parts.setChildrenCollapsible(False)
        for shown in (table, sides):
            shown.setMinimumHeight(76)
            parts.addWidget(shown)
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 3)
        return _with_buttons(parts, (self._take, self._keep, self._looked, self._all))

    def _show_sides(self, row: object) -> None:
        answer = self._answer
        chosen = row if isinstance(row, LineChange) and answer is not None else None
        found = sides_of(chosen, answer.projects) if chosen is not None and answer is not None else ()
        self._models["sides"].set_rows(found)
        self._show_buttons()

    def _show_buttons(self) -> None:
        answer = self._answer
        row = self._tables["changes"].current_row
        chosen = row if isinstance(row, LineChange) else None
        can_decide = self._can_write and answer is not None and answer.can_decide and chosen is not None
        self._take.setEnabled(can_decide and chosen is not None and not chosen.taken)
        self._keep.setEnabled(can_decide and chosen is not None and chosen.taken)
        open_ones = answer is not None and any(not change.reviewed for change in answer.changes)
        self._looked.setEnabled(self._can_write and any(not change.reviewed for change in self._selected()))
        self._all.setEnabled(self._can_write and open_ones)

    def _selected(self) -> list[LineChange]:
        table = self._tables["changes"]
        current = table.current_row
        return table.selected_rows() or ([current] if isinstance(current, LineChange) else [])

    # What the user does

    def _decide(self, take: bool) -> None:
        row = self._tables["changes"].current_row
        if isinstance(row, LineChange):
            self.decide_requested.emit(row.line, take)

    def _review_selected(self) -> None:
        self.reviewed_requested.emit(tuple(change.line for change in self._selected()))

    def _review_all(self) -> None:
        if self._answer is not None:
            self.reviewed_requested.emit(tuple(change.line for change in self._answer.changes))


def _with_buttons(widget: QWidget, buttons: Sequence[Button]) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(widget, 1)
    row = FlowLayout(spacing=8)
    for made in buttons:
        row.addWidget(made)
    below = QVBoxLayout()
    below.setContentsMargins(14, 8, 14, 10)
    below.addLayout(row)
    column.addLayout(below)
    return page
