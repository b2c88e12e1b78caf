"""The layouts that the file remembers: what the columns of each shape of download mean, and their names."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QWidget

from fundingapp.application.commands.layouts import ExportLayout, ForgetLayout, RememberLayout, RenameLayout
from fundingapp.application.ports import Kept, SavedLayout
from fundingapp.application.queries.layouts import Layouts, ReadLayout
from fundingapp.application.wording import count
from fundingapp.domain.layout_files import LONGEST_NAME, SUFFIX
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import Meaning
from fundingapp.ui.office import Office
from fundingapp.ui.spend.columns import SEEN_COLUMNS, ColumnSeen
from fundingapp.ui.spend.sub_view import SubView
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import ViewStack
from fundingapp.ui.widgets.buttons import Button, button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message

FILES = f"Layouts (*{SUFFIX})"


def title_of(saved: SavedLayout) -> str:
    """What a layout is called: its name, or its first used headings."""
    if saved.name:
        return saved.name
    used = [
        heading
        for heading, meaning in zip(saved.headings, saved.meanings, strict=True)
        if meaning is not Meaning.OTHER
    ]
    return f"without a name: {', '.join(used[:3])} …"


LAYOUT_COLUMNS = (
    Column[Kept[SavedLayout]](
        "Layout", lambda row: title_of(row.value), width=220, stretch=1, least=140, sort="name"
    ),
    Column[Kept[SavedLayout]](
        "Finance system", lambda row: row.value.system or "—", width=130, least=80, sort="system"
    ),
    Column[Kept[SavedLayout]](
        "Columns", lambda row: f"{len(row.value.headings):,}", width=80, sort="columns"
    ),
    Column[Kept[SavedLayout]](
        "Confirmed",
        lambda row: f"{row.value.confirmed_at.astimezone():%d/%m/%Y %H:%M}",
        width=128,
        sort="confirmed",
        order=lambda row: row.value.confirmed_at,
    ),
    Column[Kept[SavedLayout]]("By", lambda row: row.value.confirmed_by, width=110, least=70, sort="by"),
)


class LayoutsView(SubView):
    """A list of layouts above the columns of the chosen one."""

    said = Signal(object)  # Message

    def __init__(self, office: Office, parent: QWidget | None = None) -> None:
        super().__init__("Layouts", parent)
        self._office = office
        self.head.add(button("Back to the imports", self.go_back, icon="chevron-left"))
        self._forget: Button = button("Forget", self.forget)
        self._export: Button = button("Export…", self.export, icon="export")
        self._add: Button = button("Add from a file…", self.add_from_file, icon="import")
        for made in (self._forget, self._export, self._add):
            self.head.add(made)
        self.table = TableView("Layouts", "spend.layouts", office.settings)
        self._model = ListTableModel(LAYOUT_COLUMNS, lambda row: row.id, self.table)
        self.table.set_model(self._model)
        self.table.current_row_changed.connect(lambda _row: self._show_chosen())
        empty = EmptyState(
            "spend",
            "No layout is remembered yet",
            "A layout says what the columns of one kind of download mean. What you confirm when you import a download "
            "is remembered here and used for the next one of its kind; a layout of another partnership can be added "
            "from its file.",
        )
        empty.add_step("Add from a file…", self.add_from_file).setEnabled(not office.is_read_only)
        self._stack = ViewStack()
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        box = Card()
        box.add(self._stack, 1)
        box.setMinimumHeight(140)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the layout")
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setPlaceholderText("such as “County ledger, period list”")
        self.name.returnPressed.connect(self.rename)
        self.name.textChanged.connect(lambda _text: self._show_state())
        self._rename: Button = button("Save the name", self.rename)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label("Name", "caption"))
        row.addWidget(self.name, 1)
        row.addWidget(self._rename)
        self._columns = ListTableModel(SEEN_COLUMNS, parent=self)
        columns = TableView("Columns of the layout", "spend.layouts.columns", office.settings)
        columns.set_model(self._columns)
        self._below = Card("What its columns mean")
        self._below.add_padded(row)
        self._below.add(columns, 1)
        self._below.setMinimumHeight(180)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setHandleWidth(12)
        parts.setChildrenCollapsible(False)
        parts.addWidget(box)
        parts.addWidget(self._below)
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 3)
        self.body.addWidget(parts, 1)
        self._show_chosen()

    def refresh(self) -> None:
        """Asks for the layouts again."""
        self._office.ask("spend.layouts", Layouts(), self._show, self)

    def first_focus(self) -> QWidget:
        return self.table if self._model.rows else self._add

    @property
    def layouts(self) -> tuple[Kept[SavedLayout], ...]:
        """What the list shows."""
        return self._model.rows

    @property
    def _chosen(self) -> Kept[SavedLayout] | None:
        row = self.table.current_row
        return row if isinstance(row, Kept) else None

    def _show(self, layouts: list[Kept[SavedLayout]]) -> None:
        self._model.set_rows(layouts)
        self._stack.setCurrentIndex(0 if layouts else 1)
        self._below.setVisible(bool(layouts))
        self.head.set_state(
            f"{count(len(layouts), 'layout')}, each used for the next download with the same headings"
            if layouts
            else ""
        )
        if self._chosen is None and layouts:
            self.table.select_key(layouts[0].id)
        self._show_chosen()

    def _show_chosen(self) -> None:
        chosen = self._chosen
        saved = chosen.value if chosen is not None else None
        self.name.setText(saved.name if saved is not None else "")
        pairs = zip(saved.headings, saved.meanings, strict=True) if saved is not None else ()
        self._columns.set_rows(
            ColumnSeen(at, heading, meaning.value) for at, (heading, meaning) in enumerate(pairs, start=1)
        )
        self._show_state()

    def _show_state(self) -> None:
        chosen, can_write = self._chosen, not self._office.is_read_only
        self._forget.setEnabled(can_write and chosen is not None)
        self._export.setEnabled(chosen is not None)
        self._add.setEnabled(can_write)
        self.name.setEnabled(can_write and chosen is not None)
        name = " ".join(self.name.text().split())
        self._rename.setEnabled(can_write and chosen is not None and name != chosen.value.name)

    # What the user does

    def rename(self) -> None:
        """Gives the chosen layout the name that was typed."""
        chosen = self._chosen
        if chosen is not None and self._rename.isEnabled():
            self._office.do(RenameLayout(chosen.id, self.name.text()), "Name the layout")

    def forget(self) -> None:
        """Forgets the chosen layout; what was imported by it stays."""
        chosen = self._chosen
        if chosen is not None:
            words = Message(
                f"The layout {title_of(chosen.value)} is forgotten.",
                "What was imported by it stays as it is.",
                Tone.GOOD,
            )
            self._office.do(ForgetLayout(chosen.id), "Forget a layout", lambda _effect: self.said.emit(words))

    def export(self) -> None:
        """Asks where to, and writes the chosen layout to a file of its own."""
        chosen = self._chosen
        if chosen is None:
            return
        proposed = "".join(letter for letter in chosen.value.name if letter.isalnum() or letter in " -_")
        out = self._office.files.to_save(
            self, "Export the layout", f"{proposed.strip() or 'ledger'}{SUFFIX}", FILES
        )
        if out is not None:
            done = Message(f"The layout is in “{out.name}”.", "Others can add it from there.", Tone.GOOD)
            self._office.do(
                ExportLayout(chosen.value.layout, out),
                "Export a layout",
                lambda _effect: self.said.emit(done),
            )

    def add_from_file(self) -> None:
        """Asks for a layout file and remembers what is in it."""
        path = self._office.files.to_open(self, "Add a layout from a file", FILES)
        if path is not None:
            desk = self._office.desk
            self._office.work(
                f"Read {path.name}",
                lambda progress: desk.ask(ReadLayout(path), progress),
                lambda layout: self._add_layout(path, layout),
            )

    def _add_layout(self, path: Path, layout: Layout) -> None:
        words = Message(f"The layout “{layout.name}” was added from “{path.name}”.", "", Tone.GOOD)
        self._office.do(RememberLayout(layout), "Add a layout", lambda _effect: self.said.emit(words))
