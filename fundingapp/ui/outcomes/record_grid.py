"""A quarter's figures in a grid: typed down a column or pasted from a spreadsheet, and kept in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QWidget

from fundingapp.application.commands.figures import RecordFigures
from fundingapp.application.effect import Effect
from fundingapp.application.queries.figure_cells import FigureCell, FigureProblems
from fundingapp.application.queries.figure_grid import FiguresWithin, GridFigure
from fundingapp.application.queries.held_results import ResultRow
from fundingapp.application.queries.results import ResultsAnswer
from fundingapp.application.wording import count
from fundingapp.domain.errors import ExpectedError, listed
from fundingapp.domain.ids import IndicatorId
from fundingapp.domain.indicators import Counted
from fundingapp.domain.typed_figures import NotANumberError, typed_figure
from fundingapp.ui.drafts import Draft, Drafts
from fundingapp.ui.dropped import files_of
from fundingapp.ui.office import Office
from fundingapp.ui.outcomes.columns import NOTHING, Line
from fundingapp.ui.outcomes.grid_rows import (
    EVIDENCE,
    FIGURE,
    NOTE,
    OF,
    STATUS,
    GridRow,
    put_back,
    spans_of,
    status_of,
    typed_texts,
)
from fundingapp.ui.outcomes.pasting import read_paste
from fundingapp.ui.spend.sub_view import SubView
from fundingapp.ui.tables.columns import LEFT, RIGHT, Column, Edit
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import ChoiceButton, Option
from fundingapp.ui.widgets.labels import ElidedLabel, label
from fundingapp.ui.widgets.links import LinkLabel
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.segmented import Segmented

PAPERS = "Evidence (*)"
#: Stands before what can't be kept, for it is not told by colour alone.
_WRONG = "! "
_CHECK_PAUSE_MS = 250
#: So high that a long name takes two lines where it has no room in one.
_ROW_HEIGHT = 40
#: Stands in the cell of a figure that is asked for and not there.
_DUE = "due"
#: How a figure is typed, by what it is made of.
_HOW = {
    Counted.SHARE: "a share: type what it is out of beside it, or 45/50",
    Counted.AVERAGE: "an average: type the sum, and beside it the number it is of",
    Counted.PEOPLE: "people, each counted once",
    Counted.CONTACTS: "contacts, which are no people: somebody may come twice",
    Counted.NUMBER: "a number",
}


class GridColumn(Column[GridRow]):
    """A column of the grid; *key* is that of its cells, "" where nothing is typed."""

    key: str = ""

    def copied(self, row: GridRow) -> str:
        """What is only due is nothing yet."""
        return "" if self.pill is not None and self.pill(row) is not None else super().copied(row)


def _editable(
    title: str,
    key: str,
    can_edit: Callable[[GridRow], bool],
    *,
    right: bool = False,
    width: int = 84,
    **more: Any,
) -> GridColumn:
    def text(row: GridRow) -> str:
        return _marked(key, row)

    made = GridColumn(
        title,
        more.pop("text", text),
        RIGHT if right else LEFT,
        width=width,
        edit=Edit.TEXT,
        can_edit=can_edit,
        tint=lambda row: Tone.BAD if key in row.problems else Tone.ACCENT if key in row.typed else None,
        **more,
    )
    object.__setattr__(made, "key", key)  # a column is frozen, and this is part of making it
    return made


class GridTable(TableView):
    """Tab goes from cell to cell, and out of the table only at its ends."""

    #: Takes the cursor a step (1 or −1) on; False when there is no cell left that way.
    across: Callable[[int], bool] = staticmethod(lambda _step: False)

    # Qt overrides

    def focusNextPrevChild(self, forward: bool) -> bool:
        return self.across(1 if forward else -1) or super().focusNextPrevChild(forward)


class RecordGrid(SubView):
    """Stands in place of the list. Esc goes back, and what was typed waits to be taken up again."""

    recorded = Signal(object)  # FiguresRecorded: kept in the file
    said = Signal(object)  # Message
    quarter_chosen = Signal(object)  # int: the list's answer of that quarter is wanted

    def __init__(self, office: Office) -> None:
        super().__init__("Record figures")
        self._office = office
        self._answer: ResultsAnswer | None = None
        self._rows: list[GridRow] = []
        self._by_months = False
        self._wanted: IndicatorId | None = None
        self._draft_key = ""
        self._busy = False
        self.setAcceptDrops(True)
        self._quarter = ChoiceButton("Quarter", [Option(number, f"Q{number}") for number in range(1, 5)])
        self._quarter.chosen.connect(self._choose_quarter)
        self._spans = Segmented("Figures of", [Option(False, "Quarter"), Option(True, "Months")])
        self._spans.chosen.connect(self._choose_spans)
        self._attach_button = button("Attach a file…", self.attach, icon="evidence")
        self._attach_button.setToolTip("Evidence for the figures of the row under the cursor (Ctrl+E)")
        self._back = button("Cancel", self.go_back)
        self._keep = primary_button("Keep the figures", self.keep)
        self._keep.setToolTip("Keeps all that was typed in one step (Ctrl+Enter)")
        for each in (self._quarter, self._spans, self._attach_button, self._back, self._keep):
            self.head.add(each)
        self._offer = QWidget()
        row = QHBoxLayout(self._offer)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * STEP)
        self._offer_words = label("", "note")
        row.addWidget(self._offer_words)
        self._take_up_link = LinkLabel("Take it up again", self._take_up)
        row.addWidget(self._take_up_link)
        row.addWidget(LinkLabel("Forget it", self._forget))
        row.addStretch(1)
        self._offer.hide()
        self.body.addWidget(self._offer)
        self._error = label("", "error", wrap=True)
        self._error.setAccessibleName("What is wrong")
        self._error.hide()
        self.body.addWidget(self._error)
        card = Card()
        self._where = ElidedLabel("", "second")
        self._where.setContentsMargins(14, 6, 14, 6)
        card.add(self._where)
        self.table = GridTable(
            "Figures to record", "outcomes.record", office.settings, office.asker, _ROW_HEIGHT
        )
        self.table.across = self._across
        self.table.accepts_paste = True
        self.table.takes_key = self._takes_key
        self.table.edited.connect(self._edited)
        self.table.pasted.connect(self.paste)
        self.table.row_activated.connect(lambda _row: self._down())
        self._model = ListTableModel[GridRow]((), lambda row: row.id, self.table)
        self.table.set_model(self._model)
        card.add(self.table, 1)
        self.body.addWidget(card, 1)

    # What is shown

    @property
    def rows(self) -> tuple[GridRow, ...]:
        return tuple(self._rows)

    @property
    def quarter(self) -> int:
        assert self._answer is not None, "nothing is shown yet"
        return self._answer.quarter

    def start(
        self, answer: ResultsAnswer, rows: Sequence[ResultRow], wanted: IndicatorId | None = None
    ) -> None:
        """Shows the grid for *rows* of *answer*, with the cursor on the indicator that is *wanted*."""
        self._wanted = wanted
        self._answer = answer
        self._offer.hide()
        self._quarter.set_options([Option(number, f"Q{number}") for number in range(1, 5)], answer.quarter)
        self._ask(tuple(row for row in rows if not row.indicator.is_closed))

    def _choose_quarter(self, key: object) -> None:
        self._keep_draft()
        if isinstance(key, int):
            self.quarter_chosen.emit(key)

    def _choose_spans(self, key: object) -> None:
        self._keep_draft()
        self._by_months = bool(key)
        self._ask(tuple(row.row for row in self._rows))

    def _ask(self, rows: tuple[ResultRow, ...]) -> None:
        assert self._answer is not None
        spans = spans_of(self._answer.year, self._answer.quarter, by_months=self._by_months)
        question = FiguresWithin(
            tuple(IndicatorId(row.kept.id) for row in rows), spans[0].first, spans[-1].last
        )
        self._office.ask("outcomes.grid", question, partial(self._show, rows), self)

    def _show(self, rows: tuple[ResultRow, ...], figures: tuple[GridFigure, ...]) -> None:
        answer = self._answer
        assert answer is not None
        spans = spans_of(answer.year, answer.quarter, by_months=self._by_months)
        self._rows = [
            GridRow(
                row,
                spans,
                tuple(each for each in figures if each.kept.value.indicator == row.kept.id),
                row.is_hidden,
                tuple(
                    each
                    for each in answer.missing
                    if each.indicator == row.kept.id and each.quarter == answer.quarter
                ),
            )
            for row in rows
        ]
        self.head.set_state(f"{spans[0].first:%d/%m/%Y} to {spans[-1].last:%d/%m/%Y}")
        self._model = ListTableModel[GridRow](self._columns(), lambda row: row.id, self.table)
        self._model.set_rows(self._rows)
        self.table.set_model(self._model)
        self.table.selectionModel().currentChanged.connect(lambda *_change: self._say_where())
        self._look_for_draft()
        self._say_state()
        self._go_first()

    def _columns(self) -> tuple[Column[GridRow], ...]:
        read_only, spans = self._office.is_read_only, self._rows[0].spans if self._rows else ()
        has_parts = any(row.has_parts for row in self._rows)
        columns: list[Column[GridRow]] = [
            GridColumn(
                "Indicator",
                lambda row: row.row.indicator.name,
                width=190,
                stretch=3,
                least=120,
                wrap=True,
                tip=_about,
            ),
            GridColumn(
                "Project",
                lambda row: row.row.ref or "–",
                width=70,
                quiet=True,
                tip=lambda row: row.row.project.value.name if row.row.project is not None else "",
            ),
            GridColumn("Target", lambda row: row.row.target.text or NOTHING, RIGHT, width=66, quiet=True),
        ]
        if self.quarter > 1:
            columns.append(GridColumn(f"Q{self.quarter - 1}", self._before, RIGHT, width=56, quiet=True))
        for at, span in enumerate(spans):
            key = f"{FIGURE} {at}"
            columns.append(
                _editable(
                    span.title,
                    key,
                    partial(_can_type, read_only, at),
                    right=True,
                    text=partial(_figure, key, at),
                    typed=partial(_typed_first, key, at),
                    pill=partial(_due_tone, at),
                    tip=partial(_figure_tip, key, at),
                    strong=True,
                    width=84 if len(spans) == 1 else 58,
                )
            )
            if has_parts:
                columns.append(
                    _editable(
                        f"{span.title}\nout of" if len(spans) > 1 else "out of",
                        f"{OF} {at}",
                        partial(_can_type_parts, read_only, at),
                        right=True,
                        width=66 if len(spans) == 1 else 52,
                        text=partial(_part, f"{OF} {at}"),
                        tip=_part_tip,
                    )
                )
        free: Callable[[GridRow], bool] = lambda _row: not read_only  # noqa: E731 - used three times below
        columns += [
            _editable("Status", STATUS, free, width=84, tip=partial(_problem, STATUS)),
            _editable("Note", NOTE, free, width=130, stretch=2, least=70, tip=partial(_problem, NOTE)),
            _editable(
                "Evidence: reference",
                EVIDENCE,
                free,
                width=120,
                stretch=1,
                least=80,
                tip=partial(_problem, EVIDENCE),
            ),
            GridColumn("Papers", _papers, width=90, stretch=1, least=60, tip=_papers_tip),
        ]
        return tuple(columns)

    def _before(self, row: GridRow) -> str:
        return Line(row.row).quarter(self.quarter - 1)

    def _say_state(self) -> None:
        """What is wrong in the whole grid, and whether there is something to keep."""
        wrong = [words for row in self._rows for words in row.problems.values()]
        touched = [row for row in self._rows if row.is_touched]
        self._keep.setEnabled(bool(touched) and not self._office.is_read_only and not self._busy)
        self._keep.set_text("Keep the figures")
        self._attach_button.setEnabled(bool(self._rows) and not self._office.is_read_only)
        first = f"{wrong[0]} " if wrong else ""
        more = f"And {count(len(wrong) - 1, 'more cell')} marked below." if len(wrong) > 1 else ""
        self._error.setText(f"{first}{more}".strip())
        self._error.setVisible(bool(wrong))
        self._say_where()

    def _say_where(self) -> None:
        row, column = self._place()
        if row is None:
            self._where.set_text(
                "There is no indicator to record figures of."
                if not self._rows
                else "Type a figure, or paste them."
            )
            return
        key = column.key if column is not None else ""
        wrong = row.problems.get(key, "")
        if self._error.text().startswith(wrong):
            wrong = ""  # it stands above already
        how = _HOW[row.row.indicator.counted]
        kind, _, at = key.partition(" ")
        owed = row.due(int(at)) if kind == FIGURE else ""
        due = f" · the figure of {owed} is due" if owed else ""
        closed = row.why_closed(int(at)) if kind == FIGURE else ""
        of = row.row.ref or "the partnership"
        self._where.set_text(
            wrong
            or f"{row.row.indicator.name} · {of}{due} · {closed or f'{how}. Enter goes down, Tab across.'}"
        )

    def _place(self) -> tuple[GridRow | None, GridColumn | None]:
        index = self.table.currentIndex()
        row = self.table.current_row
        column = self._model.columns[index.column()] if index.isValid() else None
        return (row if isinstance(row, GridRow) else None, column if isinstance(column, GridColumn) else None)

    # Moving

    def _go_first(self) -> None:
        """The cursor on the indicator that is wanted, else on the first figure that is not there yet."""
        columns = self._model.columns
        at = next((n for n, each in enumerate(columns) if getattr(each, "key", "").startswith(FIGURE)), None)
        if at is None or not self._rows:
            return
        wanted = [n for n, row in enumerate(self._rows) if row.id == self._wanted]
        empty = [
            n for n, row in enumerate(self._rows) if not row.text(f"{FIGURE} 0") and not row.why_closed(0)
        ]
        line = (wanted or empty or [0])[0]
        self.table.setCurrentIndex(self._model.index(line, at))
        if self.isVisible():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def first_focus(self) -> QWidget:
        return self.table

    def _down(self) -> None:
        index = self.table.currentIndex()
        if index.row() + 1 < self._model.rowCount():
            self.table.setCurrentIndex(self._model.index(index.row() + 1, index.column()))

    def _across(self, step: int) -> bool:
        """To the next cell that can be typed into, on this row or the one after; False at the end of the grid."""
        index = self.table.currentIndex()
        wide, high = len(self._model.columns), self._model.rowCount()
        place = index.row() * wide + index.column() + step
        while 0 <= place < wide * high:
            line, at = divmod(place, wide)
            row = self._model.row_at(line)
            if row is not None and self._model.columns[at].is_editable(row):
                self.table.setCurrentIndex(self._model.index(line, at))
                return True
            place += step
        return False

    def _takes_key(self, event: QKeyEvent) -> bool:
        """Enter goes down, Delete empties, Ctrl+E attaches, Ctrl+Enter keeps."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control = held == Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if control:
                self.keep()
            elif self.table.state() is QAbstractItemView.State.EditingState:
                QTimer.singleShot(0, self, self._down)  # when the editor has given up what was typed
            elif self._place()[1] is not None and self._is_on_papers():
                self.attach()
            else:
                self._down()
            return True
        if event.key() == Qt.Key.Key_E and control:
            self.attach()
            return True
        if event.key() == Qt.Key.Key_Delete:
            row, column = self._place()
            if row is not None and column is not None and column.is_editable(row):
                self._put(row, column.key, "")
            elif row is not None and self._is_on_papers() and row.files:
                row.files.pop()
                self._touched()
            return True
        return False

    def _is_on_papers(self) -> bool:
        index = self.table.currentIndex()
        return index.isValid() and self._model.columns[index.column()].title == "Papers"

    # Typing

    def _edited(self, row: object, column: object, value: object) -> None:
        if isinstance(row, GridRow) and isinstance(column, GridColumn):
            self._put(row, column.key, str(value).removeprefix(_WRONG))

    def _put(self, row: GridRow, key: str, words: str) -> None:
        row.put(key, words)
        self._look_at(row)
        self._touched()

    def _look_at(self, row: GridRow) -> None:
        """Marks at once what is no figure; what clashes with other figures is asked for."""
        for at in range(len(row.spans)):
            key = f"{FIGURE} {at}"
            row.problems.pop(key, None)
            if not {key, f"{OF} {at}"} & row.typed.keys():
                continue
            try:
                typed_figure(row.cell_text(at), row.row.indicator.counted, row.row.indicator.unit)
            except NotANumberError as error:
                row.problems[key] = f"{row.row.indicator.name}, {row.spans[at].title}: {error}."
        row.problems.pop(STATUS, None)
        try:
            status_of(row.text(STATUS), row.row.indicator.name)
        except ExpectedError as error:
            row.problems[STATUS] = str(error)

    def _touched(self) -> None:
        self.table.viewport().update()
        self._keep_draft()
        self._say_state()
        made = self._made()
        if made:
            cells = tuple(cell for _row, _key, cell in made)
            self._office.ask(
                "outcomes.grid.problems",
                FigureProblems(cells),
                partial(self._mark, made),
                self,
                _CHECK_PAUSE_MS,
            )

    def _made(self) -> list[tuple[GridRow, str, FigureCell]]:
        """The cells of the rows that have nothing wrong."""
        made = []
        for row in self._rows:
            if row.problems:
                continue
            try:
                made += [(row, key, cell) for key, cell in row.cells()]
            except ExpectedError:
                continue  # told when the figures are to be kept: it may be typed in a moment
        return made

    def _mark(
        self, made: list[tuple[GridRow, str, FigureCell]], problems: tuple[tuple[int, str], ...]
    ) -> None:
        """Marks the cells that the rules refuse, unless they have been typed over meanwhile."""
        for at, words in problems:
            row, key, cell = made[at]
            if any(each == (key, cell) for each in _cells(row)):
                row.problems[key] = words
        self.table.viewport().update()
        self._say_state()

    # Pasting

    def paste(self, cells: Sequence[Sequence[str]]) -> None:
        """Puts pasted *cells* in at the cursor, or beside the indicators that they name; refuses what has no place."""
        if self._office.is_read_only or not self._rows:
            return
        index = self.table.currentIndex()
        keys = [getattr(each, "key", "") for each in self._model.columns]
        before = {row.id: (dict(row.typed), dict(row.problems)) for row in self._rows}
        try:
            found = read_paste(cells, self._model.rows, keys, index.row(), index.column())
        except ExpectedError as error:
            self.said.emit(Message.of_error(error))
            return
        for row, key, words in found:
            row.put(key, words)
        for row in {id(each): each for each, _key, _words in found}.values():
            self._look_at(row)
        self._touched()

        def take_back() -> None:
            for row in self._rows:
                row.typed, row.problems = before.get(row.id, ({}, {}))
            self._touched()

        wrong = sum(len(row.problems) for row in self._rows)
        has_blanks = any(not words.strip() for each in cells for words in each)
        blanks = " Empty cells change nothing: Delete takes a figure away." if has_blanks else ""
        self.said.emit(
            Message(
                f"{count(len(found), 'cell')} pasted" + (f", {wrong:,} to put right." if wrong else "."),
                f"Nothing is kept before “Keep the figures”.{blanks}",
                Tone.ATTENTION if wrong else Tone.GOOD,
                "Take the pasting back",
                take_back,
            )
        )

    # Evidence

    def attach(self) -> None:
        """Asks for a file that supports the figures of the row under the cursor."""
        row, _column = self._place()
        if row is None or self._office.is_read_only:
            return
        path = self._office.files.to_open(self, f"Evidence for {row.row.indicator.name}", PAPERS)
        if path is not None:
            self._take(row, [path])

    def _take(self, row: GridRow, paths: Sequence[Path]) -> None:
        row.files += [path for path in paths if path not in row.files]
        self._touched()

    # Keeping

    def keep(self) -> None:
        """Keeps everything that was typed in one step, or says what is wrong and where."""
        if self._busy or self._office.is_read_only:
            return
        wrong = [(row, key) for row in self._rows for key in row.problems]
        if wrong:
            self._go_to(*wrong[0])
            self._say_state()
            return
        made: list[tuple[GridRow, str, FigureCell]] = []
        for row in self._rows:
            try:
                made += [(row, key, cell) for key, cell in row.cells()]
            except ExpectedError as error:
                row.problems[f"{FIGURE} 0"] = f"{error} {error.advice}"
                self._go_to(row, f"{FIGURE} 0")
                self._say_state()
                return
        if not made:
            return
        assert self._answer is not None
        cells = tuple(cell for _row, _key, cell in made)
        name = f"Record figures of Q{self._answer.quarter} {self._answer.year}"
        self._busy = True
        self._say_state()
        job = self._office.do(RecordFigures(cells), name, self._kept)
        job.failed.connect(
            lambda _error: self._office.ask(
                "outcomes.grid.problems", FigureProblems(cells), partial(self._mark, made), self
            )
        )
        job.ended.connect(lambda _job: self._kept_or_not())

    def _kept_or_not(self) -> None:
        self._busy = False
        self._say_state()

    def _kept(self, effect: Effect[Any]) -> None:
        self._drop_draft()
        for row in self._rows:
            row.typed, row.files, row.problems = {}, [], {}
        self.recorded.emit(effect.result)

    def _go_to(self, row: GridRow, key: str) -> None:
        keys = [getattr(each, "key", "") for each in self._model.columns]
        if key in keys:
            self.table.setCurrentIndex(self._model.index(self._rows.index(row), keys.index(key)))
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # What was typed before

    def _key(self) -> str:
        drafts = Drafts.current()
        if drafts is None or self._answer is None:
            return ""
        which = "months" if self._by_months else "quarter"
        return drafts.key(f"record figures\n{self._answer.year} Q{self._answer.quarter} {which}")

    def _keep_draft(self) -> None:
        drafts = Drafts.current()
        if drafts is None or not self._draft_key or self._busy:
            return
        typed = typed_texts(self._rows)
        if typed:
            drafts.keep(self._draft_key, typed)
        elif not self._offer.isVisible():
            drafts.forget(self._draft_key)

    def _drop_draft(self) -> None:
        drafts = Drafts.current()
        if drafts is not None and self._draft_key:
            drafts.forget(self._draft_key)

    def _look_for_draft(self) -> None:
        drafts = Drafts.current()
        self._draft_key = self._key()
        draft = drafts.find(self._draft_key) if drafts is not None and self._draft_key else None
        self._offer.setVisible(draft is not None)
        if draft is not None:
            self._offer_words.setText(
                f"You had begun this on {draft.at.astimezone():%d/%m/%Y at %H:%M} "
                f"({count(len(draft.typed), 'cell')}):"
            )

    def _draft(self) -> Draft | None:
        drafts = Drafts.current()
        return drafts.find(self._draft_key) if drafts is not None else None

    def _take_up(self) -> None:
        draft = self._draft()
        self._offer.hide()
        if draft is None:
            return
        lost = put_back(self._rows, draft.typed)
        for row in self._rows:
            self._look_at(row)
        self._touched()
        if lost:
            self.said.emit(
                Message(
                    f"Not as it was: {listed(lost, 'and')}.",
                    "The indicator or the file is no longer there.",
                    Tone.ATTENTION,
                )
            )
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forget(self) -> None:
        self._offer.hide()
        self._drop_draft()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # Qt overrides

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_of(event.mimeData()) and not self._office.is_read_only:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Files that are dropped on a row support its figures."""
        viewport = self.table.viewport()
        where = viewport.mapFrom(self, event.position().toPoint())
        row = self._model.row_at(self.table.rowAt(where.y())) if viewport.rect().contains(where) else None
        if row is None:
            self.said.emit(Message("Drop the file on the row of the indicator whose figure it supports."))
            return
        self._take(row, files_of(event.mimeData()))
        event.acceptProposedAction()


def _cells(row: GridRow) -> list[tuple[str, FigureCell]]:
    try:
        return row.cells()
    except ExpectedError:
        return []


def _about(row: GridRow) -> str:
    indicator = row.row.indicator
    return "\n".join(part for part in (indicator.name, indicator.unit, indicator.method) if part)


def _figure(key: str, at: int, row: GridRow) -> str:
    """What stands in a figure's cell: small counts of others' typing stay hidden until they are typed over."""
    kept = row.kept(at)
    if row.hides and key not in row.typed and kept is not None:
        return "hidden"
    return _marked(key, row) or (_DUE if row.due(at) else "")


def _typed_first(key: str, at: int, row: GridRow) -> str:
    """What the field of a figure shows first: nothing where it is only due."""
    return "" if row.due(at) else _figure(key, at, row)


def _due_tone(at: int, row: GridRow) -> Tone | None:
    return Tone.ATTENTION if row.due(at) else None


def _part(key: str, row: GridRow) -> str:
    if row.hides and key not in row.typed and row.before(key):
        return "hidden"
    return _marked(key, row)


def _marked(key: str, row: GridRow) -> str:
    """What stands in a cell, with a sign before it while something is wrong with it."""
    return f"{_WRONG}{row.text(key)}" if key in row.problems else row.text(key)


def _can_type(read_only: bool, at: int, row: GridRow) -> bool:
    return not read_only and not row.why_closed(at)


def _can_type_parts(read_only: bool, at: int, row: GridRow) -> bool:
    return row.has_parts and _can_type(read_only, at, row)


def _figure_tip(key: str, at: int, row: GridRow) -> str:
    if key in row.problems:
        return row.problems[key]
    closed = row.why_closed(at)
    if closed:
        return closed
    kept = row.kept(at)
    if kept is None:
        due = row.due(at)
        asked = f"The figure of {due} is due. " if due else ""
        return f"{asked}Nothing is kept yet: {_HOW[row.row.indicator.counted]}."
    if row.hides:
        return "A small number, hidden because this screen may be seen by others. Type over it to change it."
    return f"Kept: {row.before(key) or 'nothing'}, {kept.value.status.value}. Empty the cell to take it away."


def _part_tip(row: GridRow) -> str:
    return "" if row.has_parts else "Only for shares and averages."


def _problem(key: str, row: GridRow) -> str:
    return row.problems.get(key, "")


def _papers(row: GridRow) -> str:
    kept = count(row.papers, "paper") if row.papers else ""
    new = ", ".join(f"+ {path.name}" for path in row.files)
    return ", ".join(part for part in (kept, new) if part) or NOTHING


def _papers_tip(row: GridRow) -> str:
    names = "\n".join(str(path) for path in row.files)
    return names or "Enter attaches a file; files can be dropped on the row too."
