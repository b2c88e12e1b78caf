"""A workbook as it looks: one sheet at a time, with tabs, the current cell, and marks of the program's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fundingapp.domain.addresses import Area, split_address
from fundingapp.domain.sheet_looks import CellLook, SheetLook, SheetState
from fundingapp.ui.sheets.grid import SheetGrid
from fundingapp.ui.sheets.marks import NO_MARK, SIGNS, CellAt, Marks
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.labels import ElidedLabel, label

_ZOOM_STEP = 10


class SheetView(QWidget):
    """Shows the sheets of a workbook, read-only. Marks are by sheet and address; every signal carries a
    :class:`CellAt`."""

    current_changed = Signal(object)  # CellAt
    chosen = Signal(object)  # CellAt: double click or Enter
    why_requested = Signal(object)  # CellAt: a click on a dotted underline, or F2
    delete_requested = Signal(object)  # CellAt
    sheet_changed = Signal(str)
    dropped = Signal(object, str)  # CellAt, what was dropped

    def __init__(
        self, name: str, *, bar: bool = True, accepts: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._sheets: tuple[SheetLook, ...] = ()
        self._marks: Marks = {}
        self._notes: Mapping[str, tuple[str, Tone]] = {}
        self._areas: Sequence[tuple[str, Area]] = ()
        self._make_menu: Callable[[CellAt], Sequence[QAction]] | None = None
        self._shown = ""
        self._opened: list[str] = []
        self._places: dict[str, tuple[int, int, int, int]] = {}
        self._filling = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._made_bar())
        self._bar.setVisible(bar)
        self.grid = SheetGrid(name, accepts)
        self._unread = label("", "second", wrap=True)
        self._unread.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self._unread)
        column.addWidget(self._stack, 1)
        column.addWidget(self._made_foot())
        self.setFocusProxy(self.grid)
        grid = self.grid
        grid.selectionModel().currentChanged.connect(self._current_changed)
        grid.cell_chosen.connect(lambda index: self.chosen.emit(self._at(index)))
        grid.why_wanted.connect(lambda index: self.why_requested.emit(self._at(index)))
        grid.delete_wanted.connect(lambda index: self.delete_requested.emit(self._at(index)))
        grid.dropped.connect(lambda index, text: self.dropped.emit(self._at(index), text))
        grid.menu_wanted.connect(self._open_menu)
        grid.zoom_wanted.connect(lambda step: self.set_zoom(self.zoom + step * _ZOOM_STEP if step else 100))
        grid.turn_wanted.connect(self._turn)

    def _made_bar(self) -> QWidget:
        self._bar = QFrame()
        self._bar.setProperty("kind", "box-head")
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(10, 5, 10, 5)
        row.setSpacing(10)
        self._address = label("", "strong")
        self._address.setMinimumWidth(44)
        self._address.setAccessibleName("Current cell")
        self._content = ElidedLabel("", "second")
        self._content.setAccessibleName("What stands in the current cell")
        self._content.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row.addWidget(self._address)
        row.addWidget(self._content, 1)
        return self._bar

    def _made_foot(self) -> QWidget:
        foot = QFrame()
        foot.setProperty("kind", "sheet-foot")
        row = QHBoxLayout(foot)
        row.setContentsMargins(4, 0, 8, 0)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Sheets")
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.tabs.currentChanged.connect(self._tab_changed)
        self._hidden = QToolButton()
        self._hidden.setProperty("kind", "quiet")
        self._hidden.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._hidden.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._hidden.clicked.connect(self._open_hidden)
        self._hidden_menu = QMenu(self)
        row.addWidget(self.tabs, 1)
        row.addWidget(self._hidden)
        return foot

    # What pages use

    @property
    def sheet(self) -> str:
        """The name of the sheet that is shown; "" when there is none."""
        return self._shown

    @property
    def sheets(self) -> tuple[SheetLook, ...]:
        return self._sheets

    @property
    def current(self) -> CellAt | None:
        """The current cell."""
        index = self.grid.currentIndex()
        return self._at(index) if index.isValid() and self._shown else None

    @property
    def zoom(self) -> int:
        """Per cent."""
        return self.grid.zoom

    @property
    def sheets_in_words(self) -> str:
        """As “3 of 5 sheets”: those that can be seen, of all; “5 sheets” where none is hidden."""
        seen = sum(each.state is SheetState.VISIBLE for each in self._sheets)
        count = len(self._sheets)
        noun = "sheet" if count == 1 else "sheets"
        return f"{count} {noun}" if seen == count else f"{seen} of {count} {noun}"

    def show_sheets(self, sheets: Sequence[SheetLook], marks: Marks | None = None) -> None:
        """Shows other sheets, or the same ones anew: the sheet, the cell and where it was scrolled to stay as they were
        where there are such."""
        marks = {} if marks is None else marks
        if self._shown:
            self._remember()
        names = {each.name for each in sheets}
        if not names & {each.name for each in self._sheets}:
            self._places.clear()
        self._sheets = tuple(sheets)
        self._marks = marks
        self._opened = [name for name in self._opened if name in names]
        self._fill_tabs()
        seen = [each.name for each in sheets if each.state is SheetState.VISIBLE] or [*names]
        wanted = self._shown if self._shown in names else (seen[0] if seen else "")
        self._shown = ""
        if wanted:
            self._show(wanted)
        else:
            self.clear()

    def set_marks(self, marks: Marks) -> None:
        """Marks the same sheets anew."""
        self._marks = marks
        self.grid.model_of_sheet.set_marks(marks)
        self._say_current()

    def set_tab_notes(self, notes: Mapping[str, tuple[str, Tone]]) -> None:
        """Words beside the names of sheets: how much there is to see to, and of what kind."""
        self._notes = notes
        for at in range(self.tabs.count()):
            name = str(self.tabs.tabData(at))
            self.tabs.setTabText(at, self._tab_words(name))

    def set_menu(self, make: Callable[[CellAt], Sequence[QAction]]) -> None:
        """What the context menu of a cell offers; made each time it is opened."""
        self._make_menu = make

    def set_zoom(self, zoom: int) -> None:
        """Shows the sheet so many per cent large."""
        current = self.grid.currentIndex()
        self.grid.set_zoom(zoom)
        if current.isValid():
            self.grid.scrollTo(current)

    def go_to(self, sheet: str, cell: str) -> bool:
        """Shows the sheet, a hidden one too, and makes the cell current. False: there is no such sheet or cell."""
        look = next((each for each in self._sheets if each.name.casefold() == sheet.casefold()), None)
        row, column = split_address(cell.upper())
        if look is None:
            return False
        self._show(look.name)
        model = self.grid.model_of_sheet
        if not (1 <= row <= model.rowCount() and 0 <= column < model.columnCount()):
            return False
        first_row, first_column = model.first_of(row, column)
        index = model.index(first_row - 1, first_column)
        self.grid.setCurrentIndex(index)
        self.grid.scrollTo(index)
        return True

    def highlight(self, areas: Sequence[tuple[str, Area]]) -> None:
        """Puts dashed frames round areas, each with its sheet's name."""
        self._areas = tuple(areas)
        self._frame()

    def clear(self) -> None:
        """Shows nothing."""
        self._sheets, self._marks, self._shown = (), {}, ""
        self._places.clear()
        self._opened = []
        self._fill_tabs()
        self.grid.show_sheet(SheetLook(""), {})
        self._say_current()

    def look(self, at: CellAt) -> CellLook | None:
        """The cell as it was read; None where there is no such sheet."""
        sheet = next((each for each in self._sheets if each.name == at.sheet), None)
        return None if sheet is None else sheet.at(*split_address(at.cell))

    # Inside

    def _at(self, index: QModelIndex) -> CellAt:
        return CellAt(self._shown, self.grid.model_of_sheet.cell_at(index.row() + 1, index.column()).cell)

    def _fill_tabs(self) -> None:
        self._filling = True
        while self.tabs.count():
            self.tabs.removeTab(0)
        for each in self._sheets:
            if each.state is SheetState.VISIBLE or each.name in self._opened:
                at = self.tabs.addTab(self._tab_words(each.name, each))
                self.tabs.setTabData(at, each.name)
                self.tabs.setTabToolTip(at, self._tab_tip(each))
                if each.name == self._shown:
                    self.tabs.setCurrentIndex(at)
        self._filling = False
        hidden = [each for each in self._sheets if each.state is not SheetState.VISIBLE]
        noun = "sheet" if len(hidden) == 1 else "sheets"
        self._hidden.setText(f"{len(hidden)} hidden {noun} ▾")
        self._hidden.setAccessibleName(f"{len(hidden)} hidden {noun}: choose one to look at")
        self._hidden.setVisible(bool(hidden))

    def _tab_words(self, name: str, look: SheetLook | None = None) -> str:
        look = look or next((each for each in self._sheets if each.name == name), None)
        words = name.replace("&", "&&")
        if look is not None and look.state is not SheetState.VISIBLE:
            words += f" ({look.state.value})"
        note = self._notes.get(name)
        if note is not None and note[0]:
            sign = SIGNS[note[1]][0]
            words += f"  {sign}{' ' if sign else ''}{note[0]}"
        return words

    @staticmethod
    def _tab_tip(look: SheetLook) -> str:
        inputs = sum(cell.is_input for cell in look.cells.values())
        said = [look.name, "protected" if look.is_protected else "not protected"]
        if inputs:
            said.append(f"{inputs:,} {'cell' if inputs == 1 else 'cells'} to fill")
        if look.state is not SheetState.VISIBLE:
            said.append(f"{look.state.value}: it goes out with the workbook all the same")
        return " · ".join(said)

    def _tab_changed(self, at: int) -> None:
        if not self._filling and at >= 0:
            self._show(str(self.tabs.tabData(at)))

    def _turn(self, by: int) -> None:
        at = self.tabs.currentIndex() + by
        if 0 <= at < self.tabs.count():
            self.tabs.setCurrentIndex(at)

    def _remember(self) -> None:
        index = self.grid.currentIndex()
        self._places[self._shown] = (
            index.row() if index.isValid() else 0,
            index.column() if index.isValid() else 0,
            self.grid.horizontalScrollBar().value(),
            self.grid.verticalScrollBar().value(),
        )

    def _show(self, name: str) -> None:
        look = next(each for each in self._sheets if each.name == name)
        if name == self._shown:
            return
        if self._shown:
            self._remember()
        self._shown = name
        if look.state is not SheetState.VISIBLE and name not in self._opened:
            self._opened.append(name)
            self._fill_tabs()
        self._filling = True
        for at in range(self.tabs.count()):
            if self.tabs.tabData(at) == name:
                self.tabs.setCurrentIndex(at)
        self._filling = False
        self.grid.show_sheet(look, self._marks)
        self._unread.setText(look.unread)
        self._stack.setCurrentWidget(self._unread if look.unread else self.grid)
        self._frame()
        row, column, across, down = self._places.get(name, (0, 0, 0, 0))
        model = self.grid.model_of_sheet
        row, column = min(row, model.rowCount() - 1), min(column, model.columnCount() - 1)
        self.grid.setCurrentIndex(model.index(row, column))
        self.grid.horizontalScrollBar().setValue(across)
        self.grid.verticalScrollBar().setValue(down)
        self.sheet_changed.emit(name)

    def _frame(self) -> None:
        self.grid.set_frames([area for sheet, area in self._areas if sheet == self._shown])

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self._say_current()
        if current.isValid() and self._shown:
            self.current_changed.emit(self._at(current))

    def _say_current(self) -> None:
        at = self.current
        look = None if at is None else self.look(at)
        if at is None or look is None:
            self._address.setText("")
            self._content.set_text("")
            return
        mark = self._marks.get((at.sheet, at.cell), NO_MARK)
        text = look.shown if mark.text is None else mark.text
        self._address.setText(at.cell)
        words = f"={look.formula}" if look.formula and mark.text is None else text
        if look.formula and text:
            words = f"={look.formula} → {text}"
        said = [" ".join(words.split()), mark.hint.replace("\n", " · ")]
        self._content.set_text(" · ".join(each for each in said if each) or look.label)

    def _open_menu(self, point: QPoint) -> None:
        at = self.current
        if at is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        actions = list(self._make_menu(at)) if self._make_menu is not None else []
        copy = QAction("Copy\tCtrl+C", menu)
        copy.triggered.connect(self.grid.copy)
        for action in actions:
            menu.addAction(action)
        if actions:
            menu.addSeparator()
        menu.addAction(copy)
        menu.popup(point)

    def _open_hidden(self) -> None:
        self._hidden_menu.clear()
        for each in self._sheets:
            if each.state is not SheetState.VISIBLE:
                action = QAction(f"{each.name} ({each.state.value})".replace("&", "&&"), self._hidden_menu)
                action.triggered.connect(lambda _checked=False, name=each.name: self._show(name))
                self._hidden_menu.addAction(action)
        self._hidden_menu.popup(self._hidden.mapToGlobal(QPoint(0, -self._hidden_menu.sizeHint().height())))
