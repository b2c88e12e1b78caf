"""The panel at the right that answers “why?”: a sum, down to the ledger lines it is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fundingapp.domain.money import Money
from fundingapp.ui.theme import TALL_ROW_HEIGHT, Tone
from fundingapp.ui.widgets.buttons import IconButton, button, primary_button
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import ElidedLabel, label
from fundingapp.ui.widgets.links import LinkLabel
from fundingapp.ui.widgets.pill import Pill

WIDTH = 372
#: Up to so many ledger lines are shown in full; more of them share what room there is, and scroll.
_FEW_LINES = 6
#: Words of more characters than this at the right of a sum take several lines.
_LONG_VALUE = 16
#: How narrow a pill with long words may become, in pixels.
_LEAST_PILL = 120


@dataclass(frozen=True, slots=True)
class SumRow:
    """One line of a sum. *link* is what ``link_followed`` carries when the line can be looked into."""

    text: str
    amount: Money | str = ""
    link: object = None
    is_total: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class SumBlock:
    """A sum: its lines, the total last."""

    rows: Sequence[SumRow]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A ledger line with where it came from; *link* as in :class:`SumRow`."""

    text: str
    amount: Money
    source: str
    link: object = None


@dataclass(frozen=True, slots=True)
class LinesBlock:
    """Ledger lines, each with source file, sheet and row."""

    lines: Sequence[SourceLine]
    caption: str = "Ledger lines"


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Words under a quiet caption."""

    text: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class CheckBlock:
    """Findings: each a pill (word and tone) beside its sentence."""

    checks: Sequence[tuple[str, Tone, str]]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class WidgetBlock:
    """A control of the page's own. The function makes it afresh each time the panel shows it."""

    make: Callable[[], QWidget]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A button; the primary one is filled."""

    text: str
    do: Callable[[], object]
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class StepsBlock:
    """Buttons side by side, as many in a line as there is room for."""

    steps: Sequence[Step]


Block: TypeAlias = SumBlock | LinesBlock | TextBlock | CheckBlock | WidgetBlock | StepsBlock


@dataclass(frozen=True, slots=True)
class InspectorPage:
    """One view of the panel. *subject* tells pages what it is about.

    The same subject again replaces the view. *width* is the least that it wants, in pixels, where a grid is to be
    filled in; 0 leaves the panel as wide as the user has it.
    """

    title: str
    blocks: Sequence[Block] = field(default=())
    subject: object = None
    width: int = 0


class Inspector(QFrame):
    """Shows an :class:`InspectorPage`; remembers the way back; Esc closes it."""

    link_followed = Signal(object)  # the link of a line
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "box")
        self.setAccessibleName("Inspector")
        self.setMinimumWidth(264)
        self._trail: list[InspectorPage] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        head = QFrame()
        head.setProperty("kind", "box-head")
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 6, 8, 6)
        row.setSpacing(4)
        self._back = IconButton("chevron-left", "Back (Alt Left)", self.back)
        self._title = ElidedLabel("", "box-title")
        self._title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._close = IconButton("close", "Close (Esc)", self.close_panel)
        row.addWidget(self._back)
        row.addWidget(self._title, 1)
        row.addWidget(self._close)
        column.addWidget(head)
        self._scroll = QScrollArea()
        self._scroll.setProperty("kind", "plain")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self._scroll, 1)
        self.hide()

    @property
    def page(self) -> InspectorPage | None:
        """What is shown; None when the panel is closed."""
        return self._trail[-1] if self._trail else None

    def show_page(self, page: InspectorPage, deeper: bool = False) -> None:
        """Shows *page*: as the next step on the way when it goes *deeper*, otherwise as a new beginning."""
        if self._trail and page.subject is not None and self._trail[-1].subject == page.subject:
            self._trail[-1] = page
        elif deeper and self._trail:
            self._trail.append(page)
        else:
            self._trail = [page]
        self._fill()
        self.show()

    def set_title(self, title: str) -> None:
        """What is shown is called *title* from now on."""
        if self._trail and title != self._trail[-1].title:
            self._trail[-1] = replace(self._trail[-1], title=title)
            self._title.set_text(title)

    def back(self) -> None:
        """Shows what was shown before; closes the panel when there is nothing before."""
        if len(self._trail) > 1:
            self._trail.pop()
            self._fill()
        else:
            self.close_panel()

    def close_panel(self) -> None:
        self._trail = []
        self.hide()
        self.closed.emit()

    def _fill(self) -> None:
        page = self._trail[-1]
        # The window's focus: our own focusWidget() also remembers a control that was left long ago.
        focus: QWidget | None = self.window().focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        self._title.set_text(page.title)
        self._back.setVisible(len(self._trail) > 1)
        content = QWidget()
        content.setProperty("kind", "plain")
        column = QVBoxLayout(content)
        column.setContentsMargins(14, 10, 14, 14)
        column.setSpacing(12)
        grows = False
        for block in page.blocks:
            part = self._part(block)
            is_long = isinstance(block, LinesBlock) and len(block.lines) > _FEW_LINES
            grows = grows or is_long
            column.addWidget(part, int(is_long))
        if not grows:
            column.addStretch(1)
        self._scroll.setWidget(content)
        if had_focus and not content.isAncestorOf(
            self.focusWidget()
        ):  # a form has taken it into its first field
            self._close.setFocus()

    def _part(self, block: Block) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        caption = getattr(block, "caption", "")
        if caption:
            column.addWidget(label(caption, "caption", wrap=True))
        match block:
            case SumBlock():
                column.addWidget(self._sum(block))
            case LinesBlock():
                column.addWidget(self._lines(block), 1)
            case TextBlock():
                words = label(block.text, wrap=True)
                words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                column.addWidget(words)
            case CheckBlock():
                column.addWidget(_checks(block))
            case WidgetBlock():
                column.addWidget(block.make())
            case StepsBlock():
                # On the next line where there is no room: a row that can't break would push amounts off the panel.
                row = FlowLayout(spacing=8)
                for step in block.steps:
                    row.addWidget((primary_button if step.is_primary else button)(step.text, step.do))
                column.addLayout(row)
        return part

    def _sum(self, block: SumBlock) -> QWidget:
        rows_of = QWidget()
        column = QVBoxLayout(rows_of)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in block.rows:
            if row.is_total:
                column.addWidget(_line("total-line"))
            column.addWidget(self._sum_row(row))
            if not row.is_total:
                column.addWidget(_line("hairline"))
        return rows_of

    def _sum_row(self, row: SumRow) -> QWidget:
        kind = "strong" if row.is_total else ""
        row_of = QWidget()
        across = QHBoxLayout(row_of)
        across.setContentsMargins(0, 5, 0, 5)
        across.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(1)
        if row.link is None:
            words.addWidget(label(row.text, kind, wrap=True))
        else:
            words.addWidget(LinkLabel(row.text, partial(self.link_followed.emit, row.link)))
        if row.note:
            words.addWidget(label(row.note, "note", wrap=True))
        across.addLayout(words, 1)
        value = str(row.amount)
        # A figure is never broken; words of any length are, or they would push all others off the panel.
        is_long = not isinstance(row.amount, Money) and len(value) > _LONG_VALUE
        amount = label(value, kind, wrap=is_long)
        amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        if is_long:
            across.addWidget(amount, 2)
        else:
            across.addWidget(amount, 0, Qt.AlignmentFlag.AlignTop)
        return row_of

    def _lines(self, block: LinesBlock) -> QWidget:
        # Tables are not needed for the first paint of the window, which waits for nothing that it does not show.
        from fundingapp.ui.tables.columns import Column
        from fundingapp.ui.tables.models import ListTableModel
        from fundingapp.ui.tables.view import TableView

        columns = (
            Column[SourceLine](
                "Line",
                lambda line: line.text,
                second=lambda line: line.source,
                tip=lambda line: f"{line.text}\n{line.source}",
                stretch=1,
                width=120,
                least=80,
            ),
            Column[SourceLine].of_amounts("£", lambda line: line.amount, width=84),
        )
        table = TableView(block.caption, row_height=TALL_ROW_HEIGHT)
        model = ListTableModel(columns, parent=table)
        model.set_rows(block.lines)
        table.set_model(model)
        table.row_activated.connect(self._line_activated)
        height = min(len(block.lines), _FEW_LINES) * TALL_ROW_HEIGHT + 34
        if len(block.lines) > _FEW_LINES:
            table.setMinimumHeight(height)
        else:
            table.setFixedHeight(height)
        return table

    def _line_activated(self, line: object) -> None:
        if isinstance(line, SourceLine) and line.link is not None:
            self.link_followed.emit(line.link)

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 400)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        elif event.key() == Qt.Key.Key_Left and event.modifiers() == Qt.KeyboardModifier.AltModifier:
            self.back()
        else:
            super().keyPressEvent(event)


def _line(kind: str) -> QFrame:
    line = QFrame()
    line.setProperty("kind", kind)
    return line


def _checks(block: CheckBlock) -> QWidget:
    grid_of = QWidget()
    grid = QGridLayout(grid_of)
    grid.setContentsMargins(0, 2, 0, 0)
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    corner = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
    for word, tone, sentence in block.checks:
        at = grid.rowCount()
        if len(word) > _LONG_VALUE:  # beside it there is no room for a sentence
            pill = Pill(word, tone)
            pill.give_way(_LEAST_PILL)
            grid.addWidget(pill, at, 0, 1, 2, corner)
            grid.addWidget(label(sentence, wrap=True), at + 1, 0, 1, 2)
        else:
            grid.addWidget(Pill(word, tone), at, 0, corner)
            grid.addWidget(label(sentence, wrap=True), at, 1)
    return grid_of
