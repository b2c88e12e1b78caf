"""Our figures, to be picked for a cell: found by a few letters, each with what it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fundingapp.domain.sendable import Sendable
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.labels import label

#: What is dragged from the list: a figure's name in the catalogue.
FIGURE = "application/x-fundingapp-figure"


@dataclass(frozen=True, slots=True)
class FigureLine:
    """An entry of the catalogue with what it is now, in words."""

    entry: Sendable
    now: str

    def has(self, words: str) -> bool:
        """Whether all of the words stand in its label, its group or what workbooks call it."""
        text = " ".join((self.entry.label, self.entry.group, self.entry.source, *self.entry.also)).casefold()
        return all(word in text for word in words.casefold().split())


COLUMNS = (
    Column[FigureLine](
        "Figure",
        lambda line: line.entry.label,
        tip=lambda line: f"{line.entry.group} · {line.entry.label}",
        stretch=3,
        width=200,
        least=120,
        wrap=True,
    ),
    Column[FigureLine](
        "Now", lambda line: line.now, tip=lambda line: line.now, stretch=2, width=110, least=70, quiet=True
    ),
)


class FigureTable(TableView):
    """The list itself. A figure can be dragged from it onto a cell; Esc goes back."""

    left = Signal()

    _from = QPoint()

    # Qt overrides

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = (event.position().toPoint() - self._from).manhattanLength() >= QApplication.startDragDistance()
        line = self.current_row
        if event.buttons() & Qt.MouseButton.LeftButton and far and isinstance(line, FigureLine):
            drag = QDrag(self)
            carried = QMimeData()
            carried.setData(FIGURE, line.entry.source.encode("utf-8"))
            carried.setText(line.entry.label)
            drag.setMimeData(carried)
            drag.exec(Qt.DropAction.CopyAction)
            return
        super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class _Search(QLineEdit):
    """A line that hands Down to the list, and says when Esc is pressed."""

    down = Signal()
    left = Signal()

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FigureList(QWidget):
    """Search, choice of group and list. Enter in the search takes the first that fits."""

    picked = Signal(object)  # Sendable
    left = Signal()  # Esc: back to where the user came from

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[FigureLine, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        self.search = _Search()
        self.search.setPlaceholderText("Find a figure…")
        self.search.setToolTip("Words of its name, such as: spent, forecast, contact")
        self.search.setAccessibleName("Find a figure")
        self.search.setClearButtonEnabled(True)
        self.group = DropDown("Group of figures")
        row.addWidget(self.search, 3)
        row.addWidget(self.group, 2)
        column.addLayout(row)
        self.table = FigureTable("Our figures", row_height=36)
        self.model = ListTableModel[FigureLine](COLUMNS, key=lambda line: line.entry.source)
        self.table.set_model(self.model)
        column.addWidget(self.table, 1)
        self._none = label("No figure is called so.", "note", wrap=True)
        column.addWidget(self._none)
        self.search.textChanged.connect(lambda _text: self._show())
        self.search.returnPressed.connect(self._take_first)
        self.search.down.connect(self._into_list)
        self.search.left.connect(self._leave)
        self.group.activated.connect(lambda _at: self._show())
        self.table.row_activated.connect(self._picked)
        self.table.left.connect(self.left)

    @property
    def shown(self) -> tuple[FigureLine, ...]:
        """What fits the search now."""
        return self.model.rows

    def set_lines(self, lines: Sequence[FigureLine], chosen: str = "") -> None:
        """What can be picked; *chosen* is the name of the figure that the cell has."""
        self._lines = tuple(lines)
        groups = list(dict.fromkeys(line.entry.group for line in lines))
        key = self.group.key
        self.group.set_options(
            [Option(None, "All figures"), *(Option(group, group) for group in groups)],
            key if key in groups else None,
        )
        self.group.setVisible(len(groups) > 1)
        self._show()
        if chosen and self.table.select_key(chosen):
            # Once it is known how much room the list has.
            QTimer.singleShot(0, self.table, self._show_chosen)

    def _show_chosen(self) -> None:
        self.table.scrollTo(self.table.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def begin(self) -> None:
        """The keyboard goes to the search, which is empty."""
        self.search.clear()
        self.search.setFocus()

    def _show(self) -> None:
        words, group = self.search.text(), self.group.key
        lines = [
            line for line in self._lines if line.has(words) and (group is None or line.entry.group == group)
        ]
        begins = words.strip().casefold()
        if begins:
            # What begins so is meant before what only has it somewhere.
            lines.sort(key=lambda line: not line.entry.label.casefold().startswith(begins))
        self.model.set_rows(lines)
        self._none.setVisible(not lines)

    def _take_first(self) -> None:
        if self.search.text().strip() and self.model.rows:
            self._picked(self.model.rows[0])
        else:
            self._into_list()

    def _into_list(self) -> None:
        if self.model.rows:
            self.table.setFocus()
            if not self.table.currentIndex().isValid():
                self.table.selectRow(0)

    def _leave(self) -> None:
        self.search.clear()
        self.left.emit()

    def _picked(self, line: object) -> None:
        if isinstance(line, FigureLine):
            # The next cell asks for something else.
            self.search.clear()
            self.picked.emit(line.entry)
