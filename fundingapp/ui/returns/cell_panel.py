"""What a cell of the template gets: what stands in it now, our figure, how it is put there, and the figures to pick."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fundingapp.domain.sendable import FigureSort, Sendable
from fundingapp.domain.templates import MappedCell, MappedColumn, MappedTable, ShownAs
from fundingapp.ui.returns.figure_list import FigureLine, FigureList
from fundingapp.ui.returns.mapping_state import (
    SHOWN_AS,
    InTable,
    MappingState,
    known,
    label_of,
    value_in_words,
)
from fundingapp.ui.sheets.marks import CellAt
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.buttons import button, link_button, primary_button
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import ElidedLabel, label
from fundingapp.ui.widgets.pill import Pill

#: What is chosen where a word of ours has none in the template's list.
_NO_WORD = ""
_LEAST_LIST = 160


class _Upper(QScrollArea):
    """Scrolls what stands above the list, and takes no more room than that needs."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "plain")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def fit(self) -> None:
        """As high as its content at this width."""
        inside = self.widget()
        if inside is None:
            return
        layout = inside.layout()
        width = max(200, self.viewport().width())
        height = inside.sizeHint().height()
        if layout is not None and layout.hasHeightForWidth():
            height = layout.heightForWidth(width)
        self.setMaximumHeight(height)
        self.updateGeometry()

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(120, self.maximumHeight()))


class CellPanel(QWidget):
    """Shows one cell of a :class:`MappingState`. What the user does to it is said in signals: the page does it."""

    picked = Signal(object)  # Sendable, for the cell shown
    changed = Signal(object)  # MappedCell or MappedTable, as it is to be
    removed = Signal()
    emptied = Signal()  # to be left empty on purpose
    accepted = Signal(str)  # the key of a suggestion
    confirmed = Signal(str)  # the key of what was carried over
    why_requested = Signal(str)  # a figure's name
    table_wanted = Signal()  # a table begins in the row of the cell
    left = Signal()  # Esc: back to the sheet

    def __init__(self) -> None:
        super().__init__()
        self._state: MappingState | None = None
        self._at: CellAt | None = None
        self._read_only = False
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(2 * STEP)
        head = QHBoxLayout()
        self._title = ElidedLabel("", "box-title")
        self._title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pill = Pill()
        head.addWidget(self._title, 1)
        head.addWidget(self._pill)
        column.addLayout(head)
        self._upper = _Upper()
        column.addWidget(self._upper)
        self.figures = FigureList()
        self.figures.setMinimumHeight(_LEAST_LIST)
        self.figures.picked.connect(self.picked)
        self.figures.left.connect(self.left)
        column.addWidget(self.figures, 1)

    @property
    def at(self) -> CellAt | None:
        """The cell that is shown."""
        return self._at

    def show_cell(self, state: MappingState, at: CellAt, *, read_only: bool = False) -> None:
        """Shows what the mapping says of the cell."""
        self._state, self._at, self._read_only = state, at, read_only
        inside = state.in_table(at)
        own = state.mapped(at)
        look = state.look(at)
        named = look.label or (
            f"column {inside.letters} of {inside.table.name}" if inside is not None else ""
        )
        self._title.set_text(f"{at.cell} · {named}" if named else at.cell)
        self._pill.set_state(*self._standing(state, at))
        self._fill(state, at, inside, own)
        source = state.source(at) or ""
        lines = [FigureLine(entry, value_in_words(state.value_of(entry, at))) for entry in state.entries(at)]
        self.figures.setVisible(not read_only)
        self.figures.set_lines(lines, source)

    @staticmethod
    def _standing(state: MappingState, at: CellAt) -> tuple[str, Tone, str]:
        source = state.source(at)
        if state.review_of(at):
            return "to confirm", Tone.ATTENTION, "?"
        if source == "":
            return "left empty", Tone.NEUTRAL, ""
        if source:
            return "has a figure", Tone.GOOD, "✓"
        if state.suggested(at) is not None:
            return "suggested", Tone.ACCENT, ""
        if state.look(at).is_input:
            return "no figure yet", Tone.ATTENTION, ""
        return "not to be filled", Tone.NEUTRAL, ""

    def _fill(self, state: MappingState, at: CellAt, inside: InTable | None, own: MappedCell | None) -> None:
        holder = QWidget()
        holder.setProperty("kind", "plain")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        column.addWidget(label(state.facts(at), "note", wrap=True))
        if own is not None or (inside is not None and inside.column is not None):
            self._add_mapped(column, state, at, inside, own)
        elif (suggested := state.suggested(at)) is not None:
            what = suggested.mapped
            words = label_of(what.source) if isinstance(what, MappedCell) else f"a table of {what.rows.value}"
            column.addWidget(label(f"Suggested: {words}. {suggested.why}", wrap=True))
            if not self._read_only:
                row = FlowLayout(spacing=8)
                row.addWidget(primary_button("Accept it", partial(self.accepted.emit, suggested.key)))
                row.addWidget(button("Leave it empty", self.emptied.emit))
                if inside is None:
                    row.addWidget(button("A table begins here…", self.table_wanted.emit))
                column.addLayout(row)
        elif not self._read_only:
            words = "Pick the figure that belongs here: double click, Enter, or drag it onto the cell."
            kept = state.is_kept(at)
            if kept:
                words = f"{kept}: as a rule nothing is put here. {words}"
            column.addWidget(label(words, "second", wrap=True))
            row = FlowLayout(spacing=8)
            if state.look(at).is_input:
                row.addWidget(button("Leave it empty", self.emptied.emit))
            if inside is None:
                row.addWidget(button("A table begins here…", self.table_wanted.emit))
            column.addLayout(row)
        for finding in state.findings(at):
            if finding.code not in ("mapping.review_open", "mapping.input_without_figure"):
                column.addWidget(label(f"{finding.text} {finding.advice}".strip(), "second", wrap=True))
        self._upper.setWidget(holder)
        holder.show()
        self._upper.fit()

    def _add_mapped(
        self,
        column: QVBoxLayout,
        state: MappingState,
        at: CellAt,
        inside: InTable | None,
        own: MappedCell | None,
    ) -> None:
        mapped: MappedCell | MappedColumn
        if own is not None:
            mapped = own
        else:
            assert inside is not None
            assert inside.column is not None, "the caller looked"
            mapped = inside.column
        entry = known(mapped.source)
        if not mapped.source:
            column.addWidget(label("It is left empty on purpose.", wrap=True))
        else:
            planned = state.planned(at)
            words = label_of(mapped.source)
            if own is None and inside is not None:
                words += f", in rows {inside.table.first_row} to {inside.table.last_row}"
            column.addWidget(label(words, "strong", wrap=True))
            if planned is not None and planned.shown:
                shown = f"This quarter: {planned.shown}"
            else:
                shown = "This quarter the file holds nothing for it: the cell stays as it is."
            column.addWidget(label(shown, "second", wrap=True))
        why = state.review_of(at)
        if why:
            column.addWidget(label(f"To confirm: {why}", wrap=True))
        planned = state.planned(at)
        explained = planned.figure if planned is not None else ""
        if self._read_only:
            if explained:
                column.addWidget(link_button("Why?", partial(self.why_requested.emit, explained)))
            return
        row = FlowLayout(spacing=8)
        if why:
            row.addWidget(primary_button("Confirm it", partial(self.confirmed.emit, state.review_key(at))))
        row.addWidget(button("Take it off", self.removed.emit))
        if mapped.source and own is not None:
            row.addWidget(button("Leave it empty", self.emptied.emit))
        if explained:
            row.addWidget(link_button("Why?", partial(self.why_requested.emit, explained)))
        column.addLayout(row)
        if entry is not None:
            self._add_details(column, state, at, mapped, entry)

    def _add_details(
        self,
        column: QVBoxLayout,
        state: MappingState,
        at: CellAt,
        mapped: MappedCell | MappedColumn,
        entry: Sendable,
    ) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * STEP)
        grid.setVerticalSpacing(STEP)
        grid.setColumnStretch(1, 1)
        shown = DropDown("Shown as")
        ways = dict.fromkeys((mapped.shown, *SHOWN_AS[entry.sort]))
        shown.set_options([Option(way, way.value) for way in ways], mapped.shown)
        shown.activated.connect(lambda _at: self._change(mapped, shown=shown.key))
        self._row(grid, "Shown as", shown)
        choices = state.choices(at)
        if mapped.shown is ShownAs.CHOICE and choices and entry.choices:
            words = dict(mapped.words)
            for ours in entry.choices:
                field = DropDown(f"“{ours}” in their list")
                options = [Option(_NO_WORD, "– none –"), *(Option(theirs, theirs) for theirs in choices)]
                field.set_options(options, state.theirs(words, ours, choices))
                field.activated.connect(partial(self._word_chosen, mapped, ours, field))
                self._row(grid, f"{ours} →", field)
        if entry.sort is FigureSort.NUMBER:
            small = QLineEdit(mapped.small)
            small.setAccessibleName("Counts under 5 as")
            small.setPlaceholderText("as they leave the house")
            small.editingFinished.connect(lambda: self._small_typed(mapped, small))
            self._row(grid, "Counts under 5 as", small)
        column.addLayout(grid)
        kept = state.is_kept(at)
        if kept or mapped.over_formula:
            over = Check("Write over it all the same")
            over.setChecked(mapped.over_formula)
            over.toggled.connect(lambda on: self._change(mapped, over_formula=on))
            column.addWidget(over)
            warning = (
                f"{kept or 'It was not to be written over'}: written over, it is no longer worked out by the "
            )
            warning += "workbook, and every return that does so says it in its checks."
            column.addWidget(label(warning, "note", wrap=True))

    @staticmethod
    def _row(grid: QGridLayout, words: str, field: QWidget) -> None:
        at = grid.rowCount()
        caption = label(words, "caption")
        caption.setBuddy(field)
        grid.addWidget(caption, at, 0)
        grid.addWidget(field, at, 1)

    def _word_chosen(self, mapped: MappedCell | MappedColumn, ours: str, field: DropDown, _at: int) -> None:
        words = {**dict(mapped.words), ours: str(field.key)}
        self._change(mapped, words=tuple((one, other) for one, other in words.items() if other))

    def _small_typed(self, mapped: MappedCell | MappedColumn, field: QLineEdit) -> None:
        if field.text().strip() != mapped.small:
            self._change(mapped, small=field.text().strip())

    def _change(self, mapped: MappedCell | MappedColumn, **fields: object) -> None:
        """Says the cell, or the table of the column, with those fields."""
        made = replace(mapped, **fields)  # type: ignore[arg-type]  # each caller gives what the field is
        if made == mapped or self._state is None or self._at is None:
            return
        if isinstance(made, MappedCell):
            self.changed.emit(made)
            return
        inside = self._state.in_table(self._at)
        if inside is not None:
            columns = tuple(made if each.column == made.column else each for each in inside.table.columns)
            self.changed.emit(_with(inside.table, columns))

    # Qt overrides

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # it is Qt's own
        self._upper.fit()


def _with(table: MappedTable, columns: tuple[MappedColumn, ...]) -> MappedTable:
    return replace(table, columns=columns)
