"""A layout that puts widgets side by side and goes to the next line when room is short."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Left to right, top to bottom; widgets of a line stand on its middle."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 8, line_spacing: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._line_spacing = line_spacing
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def clear(self) -> None:
        """Lets go of every widget; they are not deleted."""
        self._items.clear()
        self.invalidate()

    def _arrange(self, room: QRect, move: bool) -> int:
        """The height that the widgets need at the width of *room*; puts them there when *move* says so."""
        top = room.top()
        line: list[tuple[QLayoutItem, QRect]] = []
        left, height = room.left(), 0
        for item in self._seen():
            size = item.sizeHint()
            size.setWidth(min(size.width(), room.width()))
            if line and left + size.width() > room.right() + 1:
                _settle(line, height, move)
                top += height + self._line_spacing
                left, height, line = room.left(), 0, []
            line.append((item, QRect(QPoint(left, top), size)))
            left += size.width() + self.spacing()
            height = max(height, size.height())
        _settle(line, height, move)
        return top + height - room.top()

    def _seen(self) -> list[QLayoutItem]:
        """The items that take room: what is hidden takes none, nor the space beside it."""
        return [item for item in self._items if (widget := item.widget()) is None or not widget.isHidden()]

    # Qt overrides

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # None past the end, as Qt wants
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # None past the end, as Qt wants
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, room: QRect) -> None:
        super().setGeometry(room)
        self._arrange(room, move=True)

    def sizeHint(self) -> QSize:
        sizes = [item.sizeHint() for item in self._seen()]
        width = sum(size.width() for size in sizes) + self.spacing() * max(0, len(sizes) - 1)
        height = max((size.height() for size in sizes), default=0)
        return QSize(width, height)

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._seen()]
        width = max((size.width() for size in sizes), default=0)
        height = max((size.height() for size in sizes), default=0)
        return QSize(width, height)


def _settle(line: list[tuple[QLayoutItem, QRect]], height: int, move: bool) -> None:
    if move:
        for item, place in line:
            item.setGeometry(place.translated(0, (height - place.height()) // 2))
