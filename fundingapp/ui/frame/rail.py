"""The left rail: whose file this is, the pages in their groups, settings and help."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from fundingapp.ui.icons import pixmap
from fundingapp.ui.theme import CONTROL_RADIUS, Theme

WIDE = 196
NARROW = 56
_ITEM_HEIGHT = 32
_ICON = 16


class RailButton(QAbstractButton):
    """One entry of the rail: icon, words, and a badge that counts what waits for the user."""

    def __init__(self, icon: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._badge = 0
        self._narrow = False
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._name()
        Theme.current().changed.connect(self.update)

    def set_badge(self, count: int) -> None:
        self._badge = count
        self._name()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self._name()

    def _name(self) -> None:
        waiting = f", {self._badge} waiting" if self._badge else ""
        self.setAccessibleName(f"{self.text()}{waiting}")
        self.setToolTip(f"{self.text()}{waiting}" if self._narrow else "")
        self.update()

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(NARROW - 20, _ITEM_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROW - 20, _ITEM_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        if on or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            ground = theme.colour("rail_on")
            ground.setAlpha(255 if on else 130)
            painter.setBrush(ground)
            painter.drawRoundedRect(self.rect(), CONTROL_RADIUS, CONTROL_RADIUS)
        ink = theme.colour("rail_title" if on else "rail_ink")
        drawn = pixmap(self._icon, ink.name(), _ICON)
        left = (self.width() - _ICON) // 2 if self._narrow else 10
        painter.drawPixmap(left, (self.height() - _ICON) // 2, drawn)
        badge_width = 0
        if self._badge:
            badge_width = self._paint_badge(painter)
        if not self._narrow:
            font = theme.font(weight=600 if on else 400)
            painter.setFont(font)
            painter.setPen(ink)
            room = QRect(left + _ICON + 10, 0, self.width() - left - _ICON - 20 - badge_width, self.height())
            text = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), text)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("rail_title"), 2))
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(1, 1, -1, -1), CONTROL_RADIUS, CONTROL_RADIUS
            )
        painter.end()

    def _paint_badge(self, painter: QPainter) -> int:
        theme = Theme.current()
        words = str(self._badge) if self._badge < 1000 else "999+"
        font = theme.font(10 if self._narrow else 11, 600)
        metrics = QFontMetrics(font)
        height = 14 if self._narrow else 17
        width = max(height, metrics.horizontalAdvance(words) + (8 if self._narrow else 13))
        if self._narrow:
            box = QRectF(self.width() - width, 0, width, height)
        else:
            box = QRectF(self.width() - width - 9, (self.height() - height) / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("badge"))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setFont(font)
        painter.setPen(theme.colour("badge_ink"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
        return width + 4


class FileButton(QAbstractButton):
    """The head of the rail: partnership, file name and saved state; opens the menu of the program."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = "Funding Tracker"
        self._state = ""
        self._narrow = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        Theme.current().changed.connect(self.update)
        self.set_file("Funding Tracker", "")

    def set_file(self, title: str, state: str) -> None:
        self._title = title
        self._state = state
        self.setAccessibleName(f"Menu. {title}, {state}".rstrip(", "))
        self.setToolTip(f"{title}\n{state}\nMenu (F10)".replace("\n\n", "\n"))
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.update()

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(NARROW - 20, 44)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("rail_on"))
            painter.drawRoundedRect(self.rect(), CONTROL_RADIUS, CONTROL_RADIUS)
        sign = pixmap("menu", theme.colour("rail_ink").name(), _ICON)
        if self._narrow:
            painter.drawPixmap((self.width() - _ICON) // 2, (self.height() - _ICON) // 2, sign)
        else:
            painter.drawPixmap(self.width() - _ICON - 10, 5, sign)
            title_room = self.rect().adjusted(10, 4, -34, -4)
            state_room = self.rect().adjusted(10, 4, -6, -4)
            for font, token, text, flag, room in (
                (theme.font(weight=600), "rail_title", self._title, Qt.AlignmentFlag.AlignTop, title_room),
                (theme.font(10.5), "rail_third", self._state, Qt.AlignmentFlag.AlignBottom, state_room),
            ):
                painter.setFont(font)
                painter.setPen(theme.colour(token))
                painter.drawText(room, int(flag), shortened(QFontMetrics(font), text, room.width()))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("rail_title"), 2))
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(1, 1, -1, -1), CONTROL_RADIUS, CONTROL_RADIUS
            )
        painter.end()


def shortened(metrics: QFontMetrics, text: str, width: int) -> str:
    """*text* in *width*: what stands after the last “ · ” is the news, so the name before it gives way."""
    name, dot, news = text.rpartition(" · ")
    room = width - metrics.horizontalAdvance(f"{dot}{news}")
    if not dot or room <= metrics.horizontalAdvance("…"):
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
    return f"{metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)}{dot}{news}"


class Rail(QFrame):
    """Tab enters at the page in front; Up and Down move, Enter opens."""

    page_requested = Signal(object)  # page id
    menu_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "rail")
        self.setAccessibleName("Pages")
        self.setFixedWidth(WIDE)
        self._narrow = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 8, 10, 12)
        self._column.setSpacing(2)
        self.file = FileButton()
        self.file.clicked.connect(self.menu_requested)
        self._column.addWidget(self.file)
        self._column.addSpacing(6)
        self._stretch = QWidget()
        self._column.addWidget(self._stretch, 1)
        self._pages: dict[str, RailButton] = {}
        self._groups: dict[str, QLabel] = {}
        self._feet: list[RailButton] = []

    def add_page(self, id: str, title: str, icon: str, group: str, at_foot: bool = False) -> None:
        """Adds an entry at the end of its *group*, which is begun when it is new, or at the foot of the rail."""
        made = RailButton(icon, title)
        made.setCheckable(True)
        made.setAutoExclusive(False)
        made.clicked.connect(lambda _checked=False: self.page_requested.emit(id))
        made.setProperty("group", group)
        made.set_narrow(self._narrow)
        made.installEventFilter(self)
        if group and group not in self._groups:
            head = QLabel(group.upper())
            head.setProperty("kind", "rail-group")
            font = Theme.current().font(11, 400)
            head.setFont(font)
            head.setContentsMargins(10, 13, 0, 4)
            self._groups[group] = head
            self._column.insertWidget(self._end(), head)
        at = self._end() + 1 if at_foot else self._end_of(group)
        self._column.insertWidget(at, made)
        self._pages[id] = made

    def add_foot(self, title: str, icon: str, do: Callable[[], object]) -> None:
        """Adds an entry at the bottom: Settings, Help."""
        made = RailButton(icon, title)
        made.set_narrow(self._narrow)
        made.clicked.connect(lambda _checked=False: do())
        made.installEventFilter(self)
        self._column.addWidget(made)
        self._feet.append(made)

    def set_current(self, id: str) -> None:
        for each, made in self._pages.items():
            made.setChecked(each == id)
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus if each == id else Qt.FocusPolicy.ClickFocus)

    def set_pages_shown(self, shown: bool) -> None:
        """Shows the pages and their groups, or nothing: there are no pages while no file is open."""
        for entry in (*self._pages.values(), *self._groups.values()):
            entry.setVisible(shown)

    def set_badge(self, id: str, count: int) -> None:
        if id in self._pages:
            self._pages[id].set_badge(count)

    def set_narrow(self, narrow: bool) -> None:
        """Icons only, or icons and words."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDE)
        for made in (*self._pages.values(), *self._feet):
            made.set_narrow(narrow)
        self.file.set_narrow(narrow)
        for group, head in self._groups.items():
            head.setText("" if narrow else group.upper())
            head.setContentsMargins(10, 4 if narrow else 13, 0, 0 if narrow else 4)

    def button(self, id: str) -> RailButton:
        return self._pages[id]

    def _end(self) -> int:
        """Where the stretch above the feet is."""
        return self._column.indexOf(self._stretch)

    def _end_of(self, group: str) -> int:
        last = 1
        for at, widget in enumerate(self._entries()):
            if widget is self._groups.get(group) or (
                isinstance(widget, RailButton) and widget.property("group") == group
            ):
                last = at
        return last + 1

    def _entries(self) -> list[QWidget | None]:
        items = (self._column.itemAt(at) for at in range(self._column.count()))
        return [item.widget() if item is not None else None for item in items]

    # Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and isinstance(watched, RailButton):
                every = [entry for entry in self._entries() if isinstance(entry, RailButton)]
                at = every.index(watched) + step
                if 0 <= at < len(every):
                    every[at].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)
