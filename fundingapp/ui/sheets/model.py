"""The cells of one sheet as Qt's views ask for them, each made ready for painting once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPen

from fundingapp.domain.addresses import column_letters
from fundingapp.domain.sheet_looks import CellLook, Edge, Holds, SheetLook
from fundingapp.ui.sheets.colours import Paper, edge, shades
from fundingapp.ui.sheets.marks import NO_MARK, SIGNS, CellMark, Marks
from fundingapp.ui.theme import BASE_PX, Theme, Tone

_Index = QModelIndex | QPersistentModelIndex
#: Excel's usual eleven points are as large as our own words.
_PX_OF_A_TENTH = BASE_PX / 110
#: So far to the left a cell looks for words that run over into it.
_FARTHEST_SPILL = 40
#: A sheet is never shown smaller than this, nor larger than so many rows and columns: beyond is nothing to see.
_LEAST_ROWS, _LEAST_COLUMNS = 24, 10
_MOST_ROWS, _MOST_COLUMNS = 50_000, 1_000

_PENS = {
    "hair": (1, Qt.PenStyle.DotLine),
    "dotted": (1, Qt.PenStyle.DotLine),
    "dashed": (1, Qt.PenStyle.DashLine),
    "dashDot": (1, Qt.PenStyle.DashDotLine),
    "dashDotDot": (1, Qt.PenStyle.DashDotDotLine),
    "medium": (2, Qt.PenStyle.SolidLine),
    "mediumDashed": (2, Qt.PenStyle.DashLine),
    "mediumDashDot": (2, Qt.PenStyle.DashDotLine),
    "mediumDashDotDot": (2, Qt.PenStyle.DashDotDotLine),
    "slantDashDot": (2, Qt.PenStyle.DashDotLine),
    "thick": (3, Qt.PenStyle.SolidLine),
    "double": (3, Qt.PenStyle.SolidLine),
}
_ACROSS = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "fill": Qt.AlignmentFlag.AlignLeft,
    "justify": Qt.AlignmentFlag.AlignLeft,
    "distributed": Qt.AlignmentFlag.AlignHCenter,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "centerContinuous": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}
_DOWN = {
    "top": Qt.AlignmentFlag.AlignTop,
    "center": Qt.AlignmentFlag.AlignVCenter,
    "justify": Qt.AlignmentFlag.AlignTop,
    "distributed": Qt.AlignmentFlag.AlignVCenter,
}


@dataclass(slots=True)
class Painted:
    """A cell ready to be painted."""

    text: str
    ghost: str
    ground: QColor | None
    ink: QColor
    font: QFont
    across: Qt.AlignmentFlag
    down: Qt.AlignmentFlag
    wraps: bool
    indent: int
    is_number: bool
    right: QPen | None
    bottom: QPen | None
    left: QPen | None
    top: QPen | None
    is_grid: bool  # the line at the right is the grid's own
    is_unseen: bool  # words in the colour of their ground
    mark: CellMark
    sign: str
    is_note: bool
    turned: int


class SheetModel(QAbstractTableModel):
    """One sheet with what is marked in it. Row 0 of the model is row 1 of the sheet."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.look = SheetLook("")
        self._marks: Marks = {}
        self._rows = self._columns = 0
        self._ready: dict[tuple[int, int], Painted] = {}
        self._spills: dict[tuple[int, int], int | None] = {}
        self._fonts: dict[tuple[int, bool, bool, bool, bool], QFont] = {}
        self._metrics: dict[tuple[int, bool, bool, bool, bool], QFontMetrics] = {}
        self._covered: dict[tuple[int, int], tuple[int, int]] = {}
        self._zoom = 100
        self._take_theme()
        Theme.current().changed.connect(self._theme_changed)

    def show(self, look: SheetLook, marks: Marks) -> None:
        """Shows *look*; the views are told that everything is new."""
        # Qt's headings keep the sizes of rows and columns for as long as there are such.
        self.beginResetModel()
        self._rows = self._columns = 0
        self.endResetModel()
        self.beginResetModel()
        self.look = look
        self._marks = marks
        self._ready.clear()
        self._spills.clear()
        merges = [area for area in look.merges if area.last_row <= _MOST_ROWS]
        self._covered = {
            (row, column): (area.first_row, area.first_column)
            for area in merges
            for row in range(area.first_row, area.last_row + 1)
            for column in range(area.first_column, min(area.last_column, _MOST_COLUMNS) + 1)
        }
        self._rows = min(max(look.rows + 2, _LEAST_ROWS), _MOST_ROWS)
        self._columns = min(max(look.columns + 1, _LEAST_COLUMNS), _MOST_COLUMNS)
        self.endResetModel()

    def set_marks(self, marks: Marks) -> None:
        """Marks the same sheet anew."""
        self._marks = marks
        self.repaint_all()

    def set_zoom(self, zoom: int) -> None:
        """How large the words are, per cent."""
        self._zoom = zoom
        self._fonts.clear()
        self._metrics.clear()
        self.repaint_all()

    def repaint_all(self) -> None:
        """Everything is to be painted anew: how a cell looks was changed, not what there is."""
        self._ready.clear()
        self._spills.clear()
        if self._rows and self._columns:
            self.dataChanged.emit(self.index(0, 0), self.index(self._rows - 1, self._columns - 1))

    def mark_at(self, row: int, column: int) -> CellMark:
        """What is said of the cell; rows from 1, columns from 0."""
        if not self._marks:
            return NO_MARK
        return self._marks.get((self.look.name, self.cell_at(row, column).cell), NO_MARK)

    def first_of(self, row: int, column: int) -> tuple[int, int]:
        """The cell itself, or the first of the merged area that it lies in."""
        return self._covered.get((row, column), (row, column))

    def cell_at(self, row: int, column: int) -> CellLook:
        """The cell, or the first of its merged area."""
        return self.look.at(*self.first_of(row, column))

    def text_at(self, row: int, column: int) -> str:
        """What stands in the cell as it is shown."""
        text = self.mark_at(row, column).text
        return self.cell_at(row, column).shown if text is None else text

    def is_empty(self, row: int, column: int) -> bool:
        """Whether words from the left may run over the cell."""
        if (row, column) in self._covered:
            return False
        mark = self.mark_at(row, column)
        return not self.text_at(row, column) and not mark.ghost and mark.tone is None

    def spill_from(self, row: int, column: int) -> int | None:
        """The column at the left whose words may run over this empty cell; None when there are none."""
        if (row, column) not in self._spills:
            self._spills[row, column] = self._spilling(row, column)
        return self._spills[row, column]

    def _spilling(self, row: int, column: int) -> int | None:
        for before in range(column - 1, max(-1, column - _FARTHEST_SPILL), -1):
            if not self.is_empty(row, before):
                if (row, before) in self._covered:
                    return None
                ready = self.painted(row, before)
                runs = not ready.wraps and not ready.is_number and ready.across == Qt.AlignmentFlag.AlignLeft
                return before if runs and ready.text else None
        return None

    def metrics(self, look: CellLook) -> QFontMetrics:
        """The metrics of a cell's words."""
        key = self._font_key(look)
        found = self._metrics.get(key)
        if found is None:
            found = self._metrics[key] = QFontMetrics(self._font(key))
        return found

    def painted(self, row: int, column: int) -> Painted:
        """The cell made ready; remembered until the sheet, its marks or the theme change."""
        ready = self._ready.get((row, column))
        if ready is None:
            ready = self._ready[row, column] = self._made(row, column)
        return ready

    def _made(self, row: int, column: int) -> Painted:
        look = self.look.at(row, column)
        style = look.style
        mark = self.mark_at(row, column)
        colours = shades(style.fill, style.ink, self._paper)
        ground, ink = colours.ground, colours.ink
        if mark.tone is not None and mark.tone is not Tone.NEUTRAL:
            ground, ink = self._tints[mark.tone], self._paper.ink
        text = look.shown if mark.text is None else mark.text
        is_number = look.holds is Holds.NUMBER or look.holds is Holds.DAY
        if mark.text is not None:
            is_number = _reads_as_number(mark.text)
        across = _ACROSS.get(style.across)
        if across is None:
            across = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
            if look.holds in (Holds.YES_NO, Holds.ERROR):
                across = Qt.AlignmentFlag.AlignHCenter
        area = self.look.merge_at(row, column) if (row, column) in self._covered else None
        last_row, last_column = (area.last_row, area.last_column) if area else (row, column)
        grid = self._grid if self.look.has_grid and ground is None else None
        right = self._pen(
            self.look.at(row, last_column).style.right, self.look.at(row, last_column + 1).style.left
        )
        bottom = self._pen(
            self.look.at(last_row, column).style.bottom, self.look.at(last_row + 1, column).style.top
        )
        return Painted(
            text=text,
            ghost="" if text else mark.ghost,
            ground=ground,
            ink=ink,
            font=self._font(self._font_key(look)),
            across=across,
            down=_DOWN.get(style.down, Qt.AlignmentFlag.AlignBottom),
            wraps=style.wraps or "\n" in text,
            indent=style.indent,
            is_number=is_number,
            right=right or grid,
            bottom=bottom or grid,
            left=self._pen(style.left) if column == 0 else None,
            top=self._pen(style.top) if row == 1 else None,
            is_grid=right is None,
            is_unseen=ink == (self._paper.ground if ground is None else ground),
            mark=mark,
            sign=SIGNS[mark.tone][0] if mark.tone is not None else "",
            is_note=bool(look.note),
            turned=style.turned,
        )

    def _pen(self, own: Edge, neighbour: Edge | None = None) -> QPen | None:
        chosen = own if own.style else neighbour
        if chosen is None or not chosen.style:
            return None
        width, line = _PENS.get(chosen.style, (1, Qt.PenStyle.SolidLine))
        pen = QPen(edge(chosen.colour, self._paper), width, line)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    @staticmethod
    def _font_key(look: CellLook) -> tuple[int, bool, bool, bool, bool]:
        style = look.style
        return style.size, style.bold, style.italic, style.underline, style.struck

    def _font(self, key: tuple[int, bool, bool, bool, bool]) -> QFont:
        font = self._fonts.get(key)
        if font is None:
            size, bold, italic, underline, struck = key
            px = max(6, round(size * _PX_OF_A_TENTH * self._zoom / 100))
            font = QFont(Theme.current().font(px, 650 if bold else 400))
            font.setItalic(italic)
            font.setUnderline(underline)
            font.setStrikeOut(struck)
            self._fonts[key] = font
        return font

    def _take_theme(self) -> None:
        theme = Theme.current()
        self._paper = Paper(theme.colour("surface"), theme.colour("ink"), theme.colours.is_dark)
        self._grid = QPen(theme.colour("line"), 1)
        self._tints = {tone: QColor(theme.colours.soft_of(tone)) for tone in Tone}
        self._fonts.clear()
        self._metrics.clear()

    def _theme_changed(self) -> None:
        self._take_theme()
        self.repaint_all()

    def said_of(self, row: int, column: int) -> str:
        """The cell in words, for a screen reader: “C7, Financial year: 2018/19. To look at. …”."""
        look = self.cell_at(row, column)
        mark = self.mark_at(row, column)
        words = look.cell + (f", {look.label}" if look.label else "")
        text = self.text_at(row, column)
        said = [f"{words}: {text}" if text else f"{words}, empty"]
        if mark.tone is not None and SIGNS[mark.tone][1]:
            said.append(SIGNS[mark.tone][1])
        if mark.changed:
            said.append("changed")
        if look.formula:
            said.append("formula")
        said += [each for each in (mark.ghost if not text else "", mark.hint) if each]
        return ". ".join(said)

    # Qt overrides

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else self._columns

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row() + 1, index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text_at(row, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.said_of(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(row, column)
        return None

    def _tip(self, row: int, column: int) -> str:
        look = self.cell_at(row, column)
        mark = self.mark_at(row, column)
        text = self.text_at(row, column)
        said = [f"{look.cell} · {text}" if text else look.cell]
        if look.formula:
            said.append(f"={look.formula}")
        said += [each for each in (mark.ghost if not text else "", mark.hint, look.note) if each]
        return "\n".join(said) if len(said) > 1 or len(text) > 24 else ""

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDropEnabled

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return column_letters(section) if orientation == Qt.Orientation.Horizontal else str(section + 1)


def _reads_as_number(text: str) -> bool:
    """Whether words that we put into a cell are a number or an amount, which stand at the right."""
    plain = text.strip().lstrip("−-£(").rstrip(")%").replace(",", "").replace(".", "", 1)
    return plain.isdecimal()
