"""A year's bids as cards in lanes by their state: arrows move between them, Enter opens, dragging asks for a move."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fundingapp.application.queries.bids import BidRow
from fundingapp.application.wording import count
from fundingapp.domain.money import Money
from fundingapp.ui.bids.words import LANES, Lane, kind_words, next_tone, next_words, tone_of
from fundingapp.ui.theme import STEP, Theme, Tone
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.pill import Pill

#: What is dragged: the id of a bid, as text.
MIME = "application/x-fundingapp-bid"
#: Lanes with bids share the room; those without are narrow, so that the whole way from draft to close is seen.
_LANE, _WIDEST_LANE, _EMPTY_LANE = 190, 340, 104


class BidCard(QFrame):
    """One bid: what it is, what it asks for, and what is next by when."""

    opened = Signal(object)  # BidRow: Enter or a click
    menu_requested = Signal(object, object)  # BidRow, where on the screen
    step_requested = Signal(object, object)  # the card, the arrow key
    focused = Signal(object)  # the card

    def __init__(self, row: BidRow, names_state: bool = True, parent: QWidget | None = None) -> None:
        """*names_state*: the lane holds several states, so that the card says its own."""
        super().__init__(parent)
        self.row = row
        self._pressed: QPoint | None = None
        self.setProperty("kind", "card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(_EMPTY_LANE - 16)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 9)
        column.setSpacing(2)
        head = QWidget()
        first = FlowLayout(head, 8, 2)
        first.addWidget(label(row.ref, "strong"))
        if names_state:
            first.addWidget(Pill(row.bid.state.value, tone_of(row.bid.state)))
        column.addWidget(head)
        column.addWidget(label(row.project_name, wrap=True))
        sums = QWidget()
        across = FlowLayout(sums, 14, 1)
        across.addWidget(_sum("Asked", row.bid.amount))
        if row.awarded is not None:
            across.addWidget(_sum("Awarded", row.awarded))
        column.addWidget(sums)
        column.addWidget(label(kind_words(row), "note", wrap=True))
        said = next_words(row)
        if said:
            words = label(said, "note", wrap=True)
            tone = next_tone(row)
            if tone is not Tone.NEUTRAL:
                words.setProperty("tone", tone.value)
            column.addWidget(words)
        self.setToolTip(row.alert)
        self.setAccessibleName(self._spoken())
        self.setAccessibleDescription(row.alert)

    def _spoken(self) -> str:
        row = self.row
        parts = [f"{row.ref} {row.project_name}", row.bid.state.value, f"asked {row.bid.amount.in_words}"]
        if row.awarded is not None:
            parts.append(f"awarded {row.awarded.in_words}")
        parts.append(kind_words(row))
        return ", ".join([*parts, next_words(row)] if row.next else parts)

    def set_chosen(self, chosen: bool) -> None:
        """Shows that the inspector speaks of this bid."""
        self.setProperty("chosen", "true" if chosen else "false")
        self.style().unpolish(self)
        self.style().polish(self)

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case (
                Qt.Key.Key_Left
                | Qt.Key.Key_Right
                | Qt.Key.Key_Up
                | Qt.Key.Key_Down
                | Qt.Key.Key_Home
                | Qt.Key.Key_End
            ):
                self.step_requested.emit(self, Qt.Key(event.key()))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.opened.emit(self.row)
            case Qt.Key.Key_Space:
                self._open_menu()
            case _:
                super().keyPressEvent(event)

    def _open_menu(self) -> None:
        self.menu_requested.emit(self.row, self.mapToGlobal(QPoint(8, self.height())))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        far = (event.position().toPoint() - self._pressed).manhattanLength()
        if far < QApplication.startDragDistance():
            return
        drag = QDrag(self)
        drag.setMimeData(mime_of(self.row.id))
        drag.setPixmap(self.grab())
        drag.setHotSpot(self._pressed)
        self._pressed = None
        drag.exec(Qt.DropAction.MoveAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_pressed, self._pressed = self._pressed is not None, None
        if was_pressed and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.row)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.menu_requested.emit(self.row, event.globalPos())
        else:
            self._open_menu()


class LaneBox(QFrame):
    """One lane: its head with count and sum, and its cards; a bid can be dropped on it."""

    dropped = Signal(object, object)  # the bid's id, Lane

    def __init__(self, lane: Lane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lane = lane
        self.cards: list[BidCard] = []
        self.setProperty("kind", "lane")
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(6, 8, 6, 8)
        self._column.setSpacing(6)
        self._head = label(lane.title, "strong", wrap=True)
        self._head.setContentsMargins(4, 0, 4, 0)
        self._sums = label("", "lane-sum", wrap=True)
        self._sums.setContentsMargins(4, 0, 4, 2)
        self._column.addWidget(self._head)
        self._column.addWidget(self._sums)
        self._column.addStretch(1)
        self.set_cards([])

    def set_cards(self, cards: Sequence[BidCard]) -> None:
        """Shows *cards* in the place of those before, which go."""
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = list(cards)
        for at, card in enumerate(self.cards):
            self._column.insertWidget(2 + at, card)
        asked = Money.total(card.row.bid.amount for card in self.cards)
        words = f"{count(len(self.cards), 'bid')} · {asked.in_words}" if self.cards else "none"
        self._sums.setText(words)
        self.setAccessibleName(f"{self.lane.title}: {words}")
        self.setMinimumWidth(_LANE if self.cards else _EMPTY_LANE)
        self.setMaximumWidth(_WIDEST_LANE if self.cards else _EMPTY_LANE)

    def _set_over(self, over: bool) -> None:
        self.setProperty("over", "true" if over else "false")
        self.style().unpolish(self)
        self.style().polish(self)

    # Qt overrides

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if bid_in(event.mimeData()) is not None:
            self._set_over(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_over(False)
        bid = bid_in(event.mimeData())
        if bid is not None:
            event.acceptProposedAction()
            self.dropped.emit(bid, self.lane)


class BidBoard(QScrollArea):
    """The lanes side by side. One card at a time takes Tab; the arrows go from there."""

    opened = Signal(object)  # BidRow
    menu_requested = Signal(object, object)  # BidRow, where on the screen
    dropped = Signal(object, object)  # BidRow, Lane

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "plain")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Board of bids")
        self.setMinimumHeight(240)
        content = QWidget()
        content.setProperty("kind", "plain")
        across = QHBoxLayout(content)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(2 * STEP)
        self.lanes = [LaneBox(lane) for lane in LANES]
        for box in self.lanes:
            across.addWidget(box, 100)
            box.dropped.connect(self._dropped)
        across.addStretch(1)
        self.setWidget(content)
        self._current: int | None = None
        self._chosen: int | None = None

    @property
    def cards(self) -> list[BidCard]:
        """Every card, lane by lane from the top."""
        return [card for box in self.lanes for card in box.cards]

    @property
    def current(self) -> BidCard | None:
        """The card that takes Tab."""
        return next((card for card in self.cards if card.row.id == self._current), None)

    def set_rows(self, rows: Sequence[BidRow]) -> None:
        """Shows *rows*; the keyboard stays on the bid that it is on, wherever that went."""
        # The keyboard leaves a card that goes for any other: it is told afterwards where it was.
        held = self._current
        had_focus = any(card.hasFocus() for card in self.cards)
        for box in self.lanes:
            cards = []
            for row in rows:
                if row.bid.state in box.lane.states:
                    card = BidCard(row, len(box.lane.states) > 1)
                    card.opened.connect(self.opened)
                    card.menu_requested.connect(self.menu_requested)
                    card.step_requested.connect(self._step)
                    card.focused.connect(self._focused)
                    card.set_chosen(row.id == self._chosen)
                    cards.append(card)
            box.set_cards(cards)
        self._current = held
        if self.current is None:
            self._current = self.cards[0].row.id if self.cards else None
        self._take_tab()
        now = self.current
        if had_focus and now is not None:
            now.setFocus()

    def set_chosen(self, id: int | None) -> None:
        """Marks the bid that the inspector speaks of, and brings it into sight; the keyboard goes on from there."""
        self._chosen = id
        for card in self.cards:
            card.set_chosen(card.row.id == id)
            if card.row.id == id:
                self._current = id
                # The inspector takes its room first, and the page gives the keyboard to where it was.
                QTimer.singleShot(0, card, partial(self._come_to, card))
        self._take_tab()

    def _come_to(self, card: BidCard) -> None:
        self._current = card.row.id
        self._take_tab()
        self.ensureWidgetVisible(card, 12, 12)
        if isinstance(self.window().focusWidget(), BidCard):
            card.setFocus()

    def _take_tab(self) -> None:
        for card in self.cards:
            is_current = card.row.id == self._current
            card.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_current else Qt.FocusPolicy.ClickFocus)

    def _focused(self, card: object) -> None:
        if isinstance(card, BidCard):
            self._current = card.row.id
            self._take_tab()
            self.ensureWidgetVisible(card, 12, 12)

    def _step(self, card: object, key: object) -> None:
        if not isinstance(card, BidCard):
            return
        filled = [box.cards for box in self.lanes if box.cards]
        lane = next(at for at, cards in enumerate(filled) if card in cards)
        place = filled[lane].index(card)
        match key:
            case Qt.Key.Key_Up:
                place -= 1
            case Qt.Key.Key_Down:
                place += 1
            case Qt.Key.Key_Left:
                lane -= 1
            case Qt.Key.Key_Right:
                lane += 1
            case Qt.Key.Key_Home:
                place = 0
            case Qt.Key.Key_End:
                place = len(filled[lane]) - 1
        lane = min(len(filled) - 1, max(0, lane))
        place = min(len(filled[lane]) - 1, max(0, place))
        filled[lane][place].setFocus(Qt.FocusReason.TabFocusReason)

    def _dropped(self, bid: object, lane: object) -> None:
        for card in self.cards:
            if card.row.id == bid:
                self.dropped.emit(card.row, lane)
                return

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Takes the room that the page has left: the bar for the lanes at the side is always in sight."""
        return QSize(super().sizeHint().width(), self.minimumHeight())


def mime_of(id: int) -> QMimeData:
    """What is dragged for the bid of that id."""
    data = QMimeData()
    data.setData(MIME, QByteArray(str(id).encode()))
    return data


def bid_in(data: QMimeData) -> int | None:
    """The id of the bid that is dragged; None when it is something else."""
    if not data.hasFormat(MIME):
        return None
    return int(data.data(MIME).toStdString())


def _sum(words: str, amount: Money) -> QWidget:
    holder = QWidget()
    across = QHBoxLayout(holder)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(STEP)
    across.addWidget(label(words, "second"))
    figure = label(amount.in_words)
    figure.setFont(Theme.current().font(weight=600))
    across.addWidget(figure)
    return holder
