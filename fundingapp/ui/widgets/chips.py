"""Filter chips with counts: one is chosen, arrows move the choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from fundingapp.ui.icons import pixmap
from fundingapp.ui.theme import Theme, Tone
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.painting import paint_focus

_HEIGHT = 27
_PADDING = 9
_TAG_HEIGHT = 25
_CROSS = 10
_LONGEST_TAG = 260


@dataclass(frozen=True, slots=True)
class ChipSpec:
    """One chip: what choosing it means (*key*), its word, its count (None shows none) and its tone."""

    key: object
    text: str
    count: int | None = None
    tone: Tone = Tone.NEUTRAL

    @property
    def words(self) -> str:
        return self.text if self.count is None else f"{self.text} {self.count:,}"


class Chip(QAbstractButton):
    """One choice. The chosen one has a ring and is announced as checked."""

    def __init__(self, spec: ChipSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.spec = spec
        self.set_spec(spec)
        Theme.current().changed.connect(self.update)

    def set_spec(self, spec: ChipSpec) -> None:
        self.spec = spec
        self.setText(spec.words)
        self.setAccessibleName(f"Show {spec.words}")
        self.updateGeometry()
        self.update()

    # Qt overrides

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(Theme.current().font(12, 600))
        return QSize(metrics.horizontalAdvance(self.text()) + 2 * _PADDING + 2, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        tone = Tone.ACCENT if self.isChecked() and self.spec.tone is Tone.NEUTRAL else self.spec.tone
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().toRectF().adjusted(1, 1, -1, -1)
        ink = theme.colours.ink_of(tone)
        if self.isChecked():
            painter.setPen(QPen(QColor(ink), 1.5))
        elif self.underMouse():
            painter.setPen(QPen(theme.colour("control_line"), 1))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colours.soft_of(tone))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setFont(theme.font(12, 600))
        painter.setPen(ink)
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.text())
        if self.hasFocus():
            paint_focus(painter, self.rect(), self.height() / 2)
        painter.end()


class FilterTag(QAbstractButton):
    """A filter that is on, with a cross; a click, Enter, Space or Delete takes it off."""

    def __init__(
        self, text: str, tone: Tone = Tone.ACCENT, tip: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tone = tone
        self.setText(text)
        self.setAccessibleName(f"Take off the filter {text}")
        self.setToolTip(tip or "Take this filter off")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        Theme.current().changed.connect(self.update)

    # Qt overrides

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(Theme.current().font(12))
        width = min(_LONGEST_TAG, metrics.horizontalAdvance(self.text()))
        return QSize(width + 2 * _PADDING + _CROSS + 6, _TAG_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, _TAG_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        ink = QColor(theme.colours.ink_of(self._tone))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink if self.underMouse() else theme.colour("control_line"), 1))
        painter.setBrush(theme.colours.soft_of(self._tone))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), 5, 5)
        font = theme.font(12)
        painter.setFont(font)
        painter.setPen(ink)
        room = self.rect().adjusted(_PADDING, 0, -_PADDING - _CROSS - 4, 0)
        words = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
        cross = pixmap("close", ink.name(), _CROSS)
        painter.drawPixmap(self.width() - _PADDING - _CROSS + 2, (self.height() - _CROSS) // 2, cross)
        if self.hasFocus():
            paint_focus(painter, self.rect(), 5)
        painter.end()


class Chips(QWidget):
    """A row of chips, wrapping when room is short. Tab enters at the chosen chip; arrows choose the next."""

    chosen = Signal(object)  # the key

    def __init__(self, name: str = "Filter", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._flow = FlowLayout(self, 8)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.buttonClicked.connect(self._clicked)
        self._chips: list[Chip] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def keys(self) -> tuple[object, ...]:
        """The keys of all chips, in their order."""
        return tuple(chip.spec.key for chip in self._chips)

    @property
    def key(self) -> object:
        """The key of the chosen chip."""
        chip = self._group.checkedButton()
        return chip.spec.key if isinstance(chip, Chip) else None

    def set_chips(self, specs: Sequence[ChipSpec]) -> None:
        """Shows *specs*.

        The choice stays when its key is still there, otherwise the first is chosen, silently.
        """
        key = self.key
        if [chip.spec.key for chip in self._chips] == [spec.key for spec in specs]:
            for chip, spec in zip(self._chips, specs, strict=True):
                chip.set_spec(spec)
            return
        for chip in self._chips:
            self._group.removeButton(chip)
            chip.hide()
            chip.deleteLater()
        self._flow.clear()
        self._chips = [Chip(spec, self) for spec in specs]
        for chip in self._chips:
            self._group.addButton(chip)
            self._flow.addWidget(chip)
            chip.installEventFilter(self)
        keys = [spec.key for spec in specs]
        if self._chips:
            self._check(self._chips[keys.index(key) if key in keys else 0])

    def choose(self, key: object) -> None:
        """Chooses the chip of *key* and says so when it is another."""
        for chip in self._chips:
            if chip.spec.key == key and not chip.isChecked():
                self._check(chip)
                self.chosen.emit(key)

    def _check(self, chip: Chip) -> None:
        chip.setChecked(True)
        self.setFocusProxy(chip)
        for each in self._chips:
            each.setFocusPolicy(Qt.FocusPolicy.StrongFocus if each is chip else Qt.FocusPolicy.ClickFocus)

    def _clicked(self, chip: QAbstractButton) -> None:
        if isinstance(chip, Chip):
            self._check(chip)
            self.chosen.emit(chip.spec.key)

    def _move(self, chip: Chip, by: int) -> None:
        at = self._chips.index(chip) + by
        if 0 <= at < len(self._chips):
            target = self._chips[at]
            target.setFocus(Qt.FocusReason.TabFocusReason)
            self.choose(target.spec.key)

    # Qt overrides

    def eventFilter(self, watched: object, event: object) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QKeyEvent.Type.KeyPress
            and isinstance(watched, Chip)
        ):
            step = {
                Qt.Key.Key_Right: 1,
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Left: -1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_Home: -self._chips.index(watched) if watched in self._chips else 0,
                Qt.Key.Key_End: len(self._chips) - 1 - self._chips.index(watched)
                if watched in self._chips
                else 0,
            }.get(Qt.Key(event.key()))
            if step is not None:
                self._move(watched, step)
                return True
        return False
