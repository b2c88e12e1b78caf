"""The charts of results, drawn by pyqtgraph: the one place that knows that library.

It takes a third of a second to load, so it is loaded when the first chart is shown, in parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache, partial
from html import escape
from importlib import import_module
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget

from fundingapp.ui.charts.drawings import Bars, Drawing, Line, Lines, Panels, Point, figure_in_words, lines_of
from fundingapp.ui.theme import LIGHT, Colours, Theme
from fundingapp.ui.widgets.painting import paint_focus

__all__ = ["Bars", "Chart", "Drawing", "Line", "Lines", "Panels", "Point", "figure_in_words"]

_SMALL_PX = 10.5
#: Height of the key above lines, and of the smallest chart.
_KEY, _LEAST = 22, 120
#: A panel of small multiples is at least so wide, and so high.
_PANEL_WIDTH, _PANEL_HEIGHT = 170, 104
_BAR = 0.56


#: What pyqtgraph needs of Python, which has nothing to do with Qt: it may be loaded beside the window.
_BESIDE = (
    "numpy", "numpy.typing", "cProfile", "decimal", "importlib.resources", "multiprocessing.connection", "pkgutil",
    "pydoc", "pstats", "subprocess", "sysconfig", "xml.etree.ElementTree",
)  # fmt: skip
#: For so long the window's thread makes Qt's classes known at a time.
_SLICE_S = 0.008


class _Library(QObject):
    """Loads pyqtgraph once, and says when it is there.

    What knows Qt is loaded on the window's own thread: its classes must not come into being on another one while
    the window makes and paints its own. So that the window does not stand still for a third of a second, the
    numbers (numpy) are loaded beside it, then Qt's classes are made known in slices between events, and what is
    left takes a tenth of a second.
    """

    loaded = Signal()
    _beside_done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.is_loaded = False
        self._thread: Thread | None = None
        self._names: Iterator[object] = iter(())
        self._next = QTimer(self)
        self._next.setInterval(0)
        self._next.timeout.connect(self._slice)
        self._beside_done.connect(self._begin, Qt.ConnectionType.QueuedConnection)

    def want(self) -> bool:
        """Whether it is there now; when it is not, it is on its way."""
        if self._thread is None:
            self._thread = Thread(target=self._load_beside, name="charts", daemon=True)
            self._thread.start()
        return self.is_loaded

    def wait(self) -> None:
        """Comes back when it is there: for a picture that has to be made now. On the window's thread only."""
        if not self.want() and self._thread is not None:
            self._thread.join()
            self._finish()

    def _load_beside(self) -> None:
        for name in _BESIDE:
            import_module(name)
        self._beside_done.emit()

    def _begin(self) -> None:
        if not self.is_loaded:
            self._names = _classes_of_qt()
            self._next.start()

    def _slice(self) -> None:
        end = monotonic() + _SLICE_S
        for _known in self._names:
            if monotonic() > end:
                return
        self._finish()

    def _finish(self) -> None:
        self._next.stop()
        if not self.is_loaded:
            import_module("pyqtgraph")
            self.is_loaded = True
            self.loaded.emit()


def _classes_of_qt() -> Iterator[object]:
    """Every class of the modules that pyqtgraph looks through, made known one at a time."""
    for name in ("QtCore", "QtGui", "QtWidgets", "QtSvg", "QtTest"):
        module = import_module(f"PySide6.{name}")
        for each in dir(module):
            yield getattr(module, each)


@cache
def library() -> _Library:
    """The one loader, made when the first chart is."""
    return _Library()


class Chart(QWidget):
    """Shows a drawing in the theme's colours. The mouse does nothing but tell figures; the wheel scrolls the page."""

    def __init__(self, drawing: Drawing | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self._view: Any = None
        self._plots: list[Any] = []
        self._columns = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        Theme.current().changed.connect(self._rebuild)
        library().loaded.connect(self._rebuild, Qt.ConnectionType.QueuedConnection)
        self._name()

    @property
    def drawing(self) -> Drawing | None:
        return self._drawing

    @property
    def is_drawn(self) -> bool:
        """Whether what is shown is there yet: the library may still be loading."""
        return self._view is not None

    @property
    def in_words(self) -> str:
        """What is drawn, for those who do not see it."""
        return self._drawing.in_words if self._drawing is not None else ""

    def set_drawing(self, drawing: Drawing | None) -> None:
        """Shows *drawing* in the place of what was shown; None shows nothing."""
        if drawing == self._drawing and self._view is not None:
            return
        self._drawing = drawing
        self._name()
        self._rebuild()
        self.updateGeometry()

    def _name(self) -> None:
        self.setAccessibleName(self._drawing.name if self._drawing is not None else "Chart")
        self.setAccessibleDescription(self.in_words)
        self._column.setContentsMargins(2, 2 + self._key_height(), 2, 2)
        self.setMinimumHeight(self.sizeHint().height() if isinstance(self._drawing, Panels) else _LEAST)

    def _key_height(self) -> int:
        return _KEY if self._drawing is not None and _key_of(self._drawing, LIGHT) else 0

    # The picture

    def picture(self, width: int = 900, height: int = 420) -> QImage:
        """What is drawn as a picture in the light theme, for papers."""
        image = QImage(width, height, QImage.Format.Format_ARGB32)
        image.fill(QColor(LIGHT.surface))
        self._paint_on(image, width, height)
        return image

    def save(self, path: Path, width: int = 900, height: int = 420) -> None:
        """Writes the picture: a drawing to scale as .svg, else in the format of its ending. Raises OSError."""
        if path.suffix.casefold() == ".svg":
            from PySide6.QtSvg import QSvgGenerator

            drawn = QSvgGenerator()
            drawn.setFileName(str(path))
            drawn.setSize(QSize(width, height))
            drawn.setViewBox(QRectF(0, 0, width, height))
            drawn.setTitle(self.accessibleName())
            drawn.setDescription(self.in_words)
            self._paint_on(drawn, width, height)
            if not path.is_file():
                raise OSError(f"{path} could not be written")
        elif not self.picture(width, height).save(str(path)):
            raise OSError(f"{path} could not be written")

    def _paint_on(self, device: Any, width: int, height: int) -> None:
        if self._drawing is None:
            return
        library().wait()
        top = self._key_height()
        view, plots = _build(self._drawing, LIGHT, width, self._columns_for(width))
        view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        view.resize(width, height - top)
        view.show()  # the scene is laid out when it is shown
        with QPainter(device) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if top:
                _paint_key(painter, _key_of(self._drawing, LIGHT), LIGHT, width)
            view.render(painter, QRectF(0, top, width, height - top))
        _take_down(view, plots)

    # Building

    def _rebuild(self) -> None:
        """Draws anew: what is shown is another, the colours changed, or the library has come."""
        if self._view is not None:
            self._column.removeWidget(self._view)
            _take_down(self._view, self._plots)
            self._view, self._plots = None, []
        if self._drawing is None or not self.isVisible() or not library().want():
            self.update()
            return
        self._columns = self._columns_for(self.width())
        self._view, self._plots = _build(self._drawing, Theme.current().colours, self.width(), self._columns)
        self._column.addWidget(self._view)
        self._view.show()
        self._column.activate()
        self.update()

    def _columns_for(self, width: int) -> int:
        if not isinstance(self._drawing, Panels):
            return 1
        most = len(self._drawing.panels) or 1
        fitting = min(most, self._drawing.columns or max(1, width // _PANEL_WIDTH))
        rows = -(-most // fitting)
        return -(
            -most // rows
        )  # the rows are filled evenly: ten stand as five and five, not as seven and three

    def figures_at(self, where: QPointF) -> str:
        """What a tooltip says at a place of this widget; "" where there is nothing to say."""
        if self._view is None or self._drawing is None:
            return ""
        place = self._view.mapToScene((where - QPointF(self._view.pos())).toPoint())
        for number, plot in enumerate(self._plots):
            if plot.sceneBoundingRect().contains(place):
                at = round(plot.vb.mapSceneToView(place).x())
                return _told(self._drawing, number, at)
        return ""

    # Qt overrides

    def sizeHint(self) -> QSize:
        if isinstance(self._drawing, Panels):
            columns = self._columns_for(max(self.width(), _PANEL_WIDTH))
            rows = -(-len(self._drawing.panels) // columns) or 1
            return QSize(3 * _PANEL_WIDTH, rows * _PANEL_HEIGHT + self._key_height() + 4)
        return QSize(340, 170)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._view is None:
            self._rebuild()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if isinstance(self._drawing, Panels) and self._columns_for(self.width()) != self._columns:
            self._name()
            if self._view is not None:
                self._rebuild()
        elif isinstance(self._drawing, Lines) and self._view is not None:
            labels = self._drawing.labels
            if _every(labels, self.width()) != _every(labels, event.oldSize().width()):
                self._rebuild()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        said = self.figures_at(event.position())
        if said:
            QToolTip.showText(event.globalPosition().toPoint(), said, self)
        else:
            QToolTip.hideText()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._view is not None and self._drawing is not None and self._key_height():
                colours = Theme.current().colours
                _paint_key(painter, _key_of(self._drawing, colours), colours, self.width())
            if self.hasFocus():
                paint_focus(painter, self.rect(), 3)


def _told(drawing: Drawing, number: int, at: int) -> str:
    """The figures of the label *at* of plot *number*."""
    match drawing:
        case Bars():
            return drawing.points[at].in_words if 0 <= at < len(drawing.points) else ""
        case Lines():
            return drawing.figures_at(at) if 0 <= at < len(drawing.labels) else ""
        case Panels():
            panel = drawing.panels[number]
            said = panel.figures_at(at) if 0 <= at < len(panel.labels) else ""
            return f"{panel.name}\n{said}" if said else ""


#: Views that Qt has yet to destroy, with their plots: Python must not let go of a part before Qt has.
_LEAVING: dict[int, tuple[Any, list[Any]]] = {}


def _take_down(view: Any, plots: list[Any]) -> None:
    """Has Qt destroy *view* with all that is in it, once nothing is at work in it."""
    key = id(view)
    _LEAVING[key] = (view, plots)
    view.hide()
    view.destroyed.connect(partial(_LEAVING.pop, key, None))
    view.deleteLater()


# Drawing with the library


def _build(drawing: Drawing, colours: Colours, width: int, columns: int) -> tuple[Any, list[Any]]:
    """The library's widget with *drawing* in it, and its plots."""
    import pyqtgraph

    view = pyqtgraph.GraphicsLayoutWidget()
    view.setBackground(None)
    view.setFrameShape(view.Shape.NoFrame)
    view.setStyleSheet("background: transparent; border: none")  # what it stands on shows through
    view.setMinimumSize(0, 0)
    for part in (view, *view.findChildren(QWidget)):
        part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    # The chart around it tells figures, and lets the wheel through to the page.
    view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    view.setRenderHint(QPainter.RenderHint.Antialiasing)
    view.ci.layout.setContentsMargins(0, 0, 10, 0)
    view.ci.layout.setSpacing(8)
    plots: list[Any] = []
    match drawing:
        case Bars():
            plots.append(_bars(view, drawing, colours))
        case Lines():
            span = (drawing.lowest, drawing.highest)
            plots.append(_lines(view, drawing, colours, 0, 0, span, width))
        case Panels():
            lowest = min((panel.lowest for panel in drawing.panels), default=Decimal(0))
            highest = max((panel.highest for panel in drawing.panels), default=Decimal(0))
            for number, panel in enumerate(drawing.panels):
                span = (lowest, highest) if drawing.same_scale else (panel.lowest, panel.highest)
                row, column = divmod(number, columns)
                plots.append(_lines(view, panel, colours, row, column, span, width // columns, panel.name))
            room = width - 14 - 8 * (columns - 1)  # without what the layout keeps at its sides and between
            for column in range(columns):
                view.ci.layout.setColumnStretchFactor(column, 1)
                view.ci.layout.setColumnPreferredWidth(column, room // columns)
    return view, plots


def _plot(view: Any, colours: Colours, labels: Sequence[str], row: int, column: int, width: int) -> Any:
    """An empty plot without anything that the mouse could do, its labels along the foot."""
    plot = view.addPlot(row, column, enableMenu=False)
    plot.hideButtons()
    plot.vb.setMouseEnabled(False, False)
    plot.vb.setDefaultPadding(0)
    font = Theme.current().font(_SMALL_PX)
    foot, side = plot.getAxis("bottom"), plot.getAxis("left")
    for axis in (foot, side):
        axis.setPen(QPen(QColor(colours.line), 1))
        axis.setTextPen(QColor(colours.third))
        axis.setStyle(tickFont=font, tickLength=0, tickTextOffset=5, hideOverlappingLabels=False)
    # As many labels as have room, evenly; with room for few only the ends, which say from when to when.
    every = _every(labels, width)
    ends = (0, len(labels) - 1)
    foot.setTicks(
        [
            [
                (at, label)
                for at, label in enumerate(labels)
                if (at in ends if 2 * every >= len(labels) > 2 and every > 1 else at % every == 0)
            ]
        ]
    )
    plot.vb.setXRange(-0.6, max(len(labels), 1) - 0.4, padding=0)
    return plot


def _every(labels: Sequence[str], width: int) -> int:
    """Every how many of *labels* there is room for along the foot of a plot of *width*: 1 for all."""
    metrics = QFontMetrics(Theme.current().font(_SMALL_PX))
    wide = max((metrics.horizontalAdvance(label) for label in labels), default=0) + 8
    return max(1, -(-wide * len(labels) // max(1, width - 40)))


def _bars(view: Any, bars: Bars, colours: Colours) -> Any:
    import pyqtgraph

    plot = _plot(view, colours, [point.label for point in bars.points], 0, 0, 10_000)
    plot.hideAxis("left")
    values = [float(point.value) for point in bars.points if point.value is not None]
    target = float(bars.target) if bars.target is not None else None
    lowest, highest = _span([*values, *([] if target is None else [target])])
    plot.vb.setYRange(lowest, highest, padding=0)
    second, solid = QColor(colours.second), QColor(colours.accent)
    for at, point in enumerate(bars.points):
        height = float(point.value) if point.value is not None else 0.0
        if height:
            pen = QPen(solid, 1.3, Qt.PenStyle.DashLine) if point.is_soft else QPen(Qt.PenStyle.NoPen)
            pen.setCosmetic(True)
            fill = QColor(colours.accent_soft) if point.is_soft else solid
            plot.addItem(pyqtgraph.BarGraphItem(x=[at], height=[height], width=_BAR, pen=pen, brush=fill))
        words = point.shown or "–"
        plot.addItem(_words(words, second, at, height, (0.5, 1.0) if height >= 0 else (0.5, 0.0)))
    if target is not None:
        plot.addItem(pyqtgraph.InfiniteLine(target, angle=0, pen=_target_pen(colours)))
    return plot


def _lines(
    view: Any,
    lines: Lines,
    colours: Colours,
    row: int,
    column: int,
    span: tuple[Decimal, Decimal],
    width: int,
    title: str = "",
) -> Any:
    import pyqtgraph

    plot = _plot(view, colours, lines.labels, row, column, width)
    if title:
        # A long name must not make its panel wider than its neighbours; the tooltip has it whole.
        metrics = QFontMetrics(Theme.current().font(_SMALL_PX + 0.5))
        room = max(60, width - 62)
        told = [metrics.elidedText(each, Qt.TextElideMode.ElideRight, room) for each in (title, lines.under)]
        words = "<br>".join(escape(each) for each in told if each)
        plot.setTitle(words, color=colours.ink, size=f"{_SMALL_PX + 0.5}px")
    lowest, highest = _span([float(each) for each in span])
    plot.vb.setYRange(lowest, highest, padding=0)
    side = plot.getAxis("left")
    ticks = _ticks(lowest, highest, 3 if title else 4)
    # Lines of our own: with the library's grid the label at the foot of the scale, which is nought, has no room.
    for tick in ticks:
        if tick > lowest:
            pen = QPen(QColor(colours.line), 1)
            pen.setCosmetic(True)
            across = pyqtgraph.InfiniteLine(tick, angle=0, pen=pen)
            across.setZValue(-10)
            plot.addItem(across)
    side.setTicks([[(tick, figure_in_words(Decimal(str(tick)))) for tick in ticks]])
    weaker = [line for line in lines.lines if not line.is_main]
    for line in sorted(lines.lines, key=lambda each: each.is_main):
        values = [float("nan") if value is None else float(value) for value in line.values]
        if all(value is None for value in line.values):
            continue  # nothing to draw; the library would look for the highest of no values in the middle of painting
        is_alone = sum(value is not None for value in line.values) == 1
        pen = _pen(line, weaker, colours)
        ink = pen.color()
        plot.plot(
            list(range(len(values))),
            values,
            pen=pen,
            connect="finite",
            symbol="o" if line.is_main or is_alone else None,
            symbolSize=5,
            symbolBrush=ink,
            symbolPen=None,
            antialias=True,  # the library has it off by default, and slanting lines become stairs
        )
    return plot


_DASHES: tuple[Sequence[float], ...] = ((4, 3), (1.5, 2.5), (7, 3), (7, 2, 1.5, 2))


def _pen(line: Line, weaker: Sequence[Line], colours: Colours) -> QPen:
    """Strong for the main line; for the others paler ones that differ in their dashes, not in colour alone."""
    if line.is_main:
        pen = QPen(QColor(colours.accent), 2.2)
    else:
        at = weaker.index(line)
        pen = QPen(
            QColor((colours.accent_middle, colours.third, colours.attention, colours.second)[at % 4]), 1.6
        )
        pen.setDashPattern(_DASHES[at % len(_DASHES)])
    pen.setCosmetic(True)
    return pen


def _words(text: str, ink: QColor, x: float, y: float, anchor: tuple[float, float]) -> Any:
    import pyqtgraph

    item = pyqtgraph.TextItem(text, color=ink, anchor=anchor)
    item.setFont(Theme.current().font(_SMALL_PX))
    item.setPos(x, y)
    return item


def _span(values: Sequence[float]) -> tuple[float, float]:
    """From where to where a scale reaches: nought is always on it, with room for words beyond the last."""
    lowest, highest = min([0.0, *values]), max([0.0, *values])
    room = (highest - lowest) or 1.0
    return (lowest - 0.16 * room if lowest < 0 else 0.0, highest + 0.16 * room)


def _ticks(lowest: float, highest: float, most: int) -> list[float]:
    """Round places on a scale, at most *most* steps apart from nought."""
    size = 1.0
    while highest - lowest > most * size * 5:
        size *= 10
    while size > 0.01 and (highest - lowest) * 2 < most * size:
        size /= 10
    step = next((size * factor for factor in (1, 2, 5) if highest - lowest <= most * size * factor), size * 5)
    first = -int(-lowest // step) if lowest < 0 else 0
    return [round(step * at, 2) for at in range(int(first), int(highest // step) + 1)]


def _key_of(drawing: Drawing, colours: Colours) -> list[tuple[QPen, str]]:
    """What the key above a chart names: each stroke as it is drawn, and its words."""
    if isinstance(drawing, Bars):
        return [(_target_pen(colours), drawing.target_text)] if drawing.target_text else []
    lines = lines_of(drawing)
    weaker = [line for line in lines if not line.is_main]
    return [(_pen(line, weaker, colours), line.label) for line in lines] if len(lines) > 1 else []


def _target_pen(colours: Colours) -> QPen:
    pen = QPen(QColor(colours.attention), 1.3, Qt.PenStyle.DashLine)
    pen.setCosmetic(True)
    return pen


def _paint_key(painter: QPainter, key: Sequence[tuple[QPen, str]], colours: Colours, width: int) -> None:
    painter.setFont(Theme.current().font(_SMALL_PX))
    metrics = QFontMetrics(painter.font())
    left = 6.0
    for pen, words in key:
        room = metrics.horizontalAdvance(words)
        if left + 28 + room > width:
            break
        painter.setPen(pen)
        painter.drawLine(QPointF(left, _KEY / 2), QPointF(left + 22, _KEY / 2))
        painter.setPen(QColor(colours.second))
        painter.drawText(QRectF(left + 28, 0, room + 4, _KEY), Qt.AlignmentFlag.AlignVCenter, words)
        left += 28 + room + 18
