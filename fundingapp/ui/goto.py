"""Go to anything: type a few letters, Enter goes there. Pages, commands, projects, suppliers, figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fundingapp.ui.icons import pixmap, set_icon
from fundingapp.ui.jobs.asking import PAUSE_MS, Asker
from fundingapp.ui.theme import Theme
from fundingapp.ui.widgets.labels import label

_MOST = 40
_ROW = 36
_WIDTH = 560
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Place:
    """One thing to go to: its words, a quieter *detail* (“Project · 10,000.00 awarded”), and its icon."""

    text: str
    detail: str
    icon: str
    go: Callable[[], object]


class GoTo(QFrame):
    """A popup over a window. *near* are places at hand, filtered here.

    *search* is asked off the GUI thread.
    """

    def __init__(self, asker: Asker, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("kind", "palette")
        self.setAccessibleName("Go to anything")
        self._asker = asker
        self._near: Callable[[], Sequence[Place]] = tuple
        self._search: Callable[[str], Sequence[Place]] | None = None
        self._found: list[Place] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 0)
        sign = QLabel()
        set_icon(sign, "search", "third")
        row.addWidget(sign)
        self.field = QLineEdit()
        self.field.setProperty("kind", "search")
        self.field.setPlaceholderText("Go to a page, project, supplier, figure or command")
        self.field.setAccessibleName("Go to anything")
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        row.addWidget(self.field, 1)
        column.addLayout(row)
        line = QFrame()
        line.setProperty("kind", "hairline")
        column.addWidget(line)
        self._model = _PlacesModel(self)
        self.list = QListView()
        self.list.setProperty("kind", "found")
        self.list.setAccessibleName("Found")
        self.list.setModel(self._model)
        self.list.setItemDelegate(_PlaceDelegate(self._model, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._chosen)
        column.addWidget(self.list)
        self._nothing = label("Nothing found. Try fewer letters.", "second")
        self._nothing.setContentsMargins(12, 8, 12, 10)
        self._nothing.hide()
        column.addWidget(self._nothing)

    def set_sources(
        self, near: Callable[[], Sequence[Place]], search: Callable[[str], Sequence[Place]] | None = None
    ) -> None:
        """Where places come from: *near* at once, *search* (which may be slow) for at least two letters."""
        self._near = near
        self._search = search

    @property
    def places(self) -> tuple[Place, ...]:
        """What is offered now."""
        return self._model.places

    def open_over(self, anchor: QWidget) -> None:
        """Opens below the top of the window of *anchor*, in its middle."""
        window = anchor.window()
        width = min(_WIDTH, window.width() - 40)
        corner = window.mapToGlobal(QPoint((window.width() - width) // 2, 56))
        self.setFixedWidth(width)
        self.field.clear()
        self._typed("")
        self.move(corner)
        self.show()
        self.field.setFocus()

    def _typed(self, text: str) -> None:
        words = text.casefold().split()
        near = [place for place in self._near() if _fits(place, words)]
        near.sort(key=lambda place: not place.text.casefold().startswith(text.strip().casefold()))
        self._show(near)
        if self._search is None or len(text.strip()) < 2:
            self._asker.forget("go to")
            return
        search = self._search
        self._asker.ask(
            "go to",
            lambda: search(text.strip()),
            lambda far: self._show([*near, *far]),
            pause_ms=PAUSE_MS,
            owner=self,
        )

    def _show(self, places: Sequence[Place]) -> None:
        self._model.set_places(places[:_MOST])
        count = len(self._model.places)
        self.list.setVisible(count > 0)
        self._nothing.setVisible(not count)
        self.list.setFixedHeight(max(1, min(count, _SHOWN)) * _ROW)
        if count:
            self.list.setCurrentIndex(self._model.index(0))
        self.adjustSize()

    def _chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            place = self._model.places[index.row()]
            self.hide()
            place.go()

    # Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self.field:
            at = self.list.currentIndex().row()
            step = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: _SHOWN,
                Qt.Key.Key_PageUp: -_SHOWN,
            }.get(Qt.Key(event.key()))
            if step is not None:
                at = min(self._model.rowCount() - 1, max(0, at + step))
                self.list.setCurrentIndex(self._model.index(at))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._chosen(self.list.currentIndex())
                return True
        return super().eventFilter(watched, event)


def _fits(place: Place, words: Sequence[str]) -> bool:
    among = f"{place.text} {place.detail}".casefold()
    return all(word in among for word in words)


class _PlacesModel(QAbstractListModel):
    """The places found, as text."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.places: tuple[Place, ...] = ()

    def set_places(self, places: Sequence[Place]) -> None:
        self.beginResetModel()
        self.places = tuple(places)
        self.endResetModel()

    # Qt overrides

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's own
        return 0 if parent.isValid() else len(self.places)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:
        if role == 0 and index.isValid():
            place = self.places[index.row()]
            return f"{place.text}, {place.detail}"
        return None


class _PlaceDelegate(QStyledItemDelegate):
    """Icon, words, and the detail at the right."""

    def __init__(self, model: _PlacesModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model

    # Qt overrides

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = Theme.current()
        place = self._model.places[index.row()]
        room: QRect = option.rect
        state = option.state
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft"))
            painter.drawRoundedRect(room.adjusted(0, 1, 0, -1), 6, 6)
        drawn = pixmap(place.icon, theme.colour("second").name())
        painter.drawPixmap(room.left() + 10, room.top() + (room.height() - 16) // 2, drawn)
        words = room.adjusted(38, 0, -12, 0)
        painter.setFont(theme.font(12))
        metrics = QFontMetrics(theme.font(12))
        detail = metrics.elidedText(place.detail, Qt.TextElideMode.ElideRight, words.width() // 2)
        painter.setPen(theme.colour("second"))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), detail)
        words.setRight(words.right() - metrics.horizontalAdvance(detail) - 12)
        painter.setFont(theme.font())
        painter.setPen(theme.colour("ink"))
        text = QFontMetrics(theme.font()).elidedText(place.text, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), text)
