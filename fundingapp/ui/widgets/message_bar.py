"""What happened, where, and what to do: shown above the page, never in the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from fundingapp.domain.errors import ExpectedError
from fundingapp.ui.icons import set_icon
from fundingapp.ui.theme import BOX_RADIUS, STEP, Theme, Tone
from fundingapp.ui.widgets.buttons import IconButton, button
from fundingapp.ui.widgets.labels import label

#: Messages that need nothing go away after this long.
PASSING_MS = 8_000
_MOST_SHOWN = 3
_ICONS = {
    Tone.NEUTRAL: "information",
    Tone.ACCENT: "information",
    Tone.GOOD: "check",
    Tone.ATTENTION: "warning",
    Tone.BAD: "warning",
}
_SPOKEN = {Tone.GOOD: "Done", Tone.ATTENTION: "Attention", Tone.BAD: "Problem"}


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell. With a BAD or ATTENTION tone it stays until it is dismissed."""

    text: str
    advice: str = ""
    tone: Tone = Tone.NEUTRAL
    action: str = ""
    do: Callable[[], object] | None = None

    @classmethod
    def of_error(
        cls, error: ExpectedError, action: str = "", do: Callable[[], object] | None = None
    ) -> Message:
        """A refusal as the user meets it."""
        return cls(error.message, error.advice, Tone.BAD, action, do)

    @property
    def stays(self) -> bool:
        return self.tone in (Tone.BAD, Tone.ATTENTION)


class MessageStrip(QFrame):
    """One message on its soft ground, with its action and a cross."""

    dismissed = Signal()

    def __init__(self, message: Message, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = message
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        spoken = _SPOKEN.get(message.tone, "Note")
        self.setAccessibleName(f"{spoken}: {message.text} {message.advice}".strip())
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 6, 7)
        row.setSpacing(10)
        sign = QLabel()
        set_icon(sign, _ICONS[message.tone], message.tone.value if message.tone != Tone.NEUTRAL else "second")
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(1)
        head = label(message.text, "strong", wrap=True)
        head.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.addWidget(head)
        if message.advice:
            advice = label(message.advice, "second", wrap=True)
            advice.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(advice)
        row.addLayout(words, 1)
        if message.action and message.do is not None:
            row.addWidget(button(message.action, self._act), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(IconButton("close", "Dismiss this message", self.dismiss), 0, Qt.AlignmentFlag.AlignTop)
        Theme.current().changed.connect(self.update)
        if not message.stays:
            QTimer.singleShot(PASSING_MS, self, self.dismiss)

    def dismiss(self) -> None:
        self.dismissed.emit()

    def _act(self) -> None:
        self.dismiss()
        if self.message.do is not None:
            self.message.do()

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone = self.message.tone
        painter.setBrush(theme.colour("line_soft" if tone is Tone.NEUTRAL else f"{tone.value}_soft"))
        painter.setPen(QPen(theme.colour("control_line" if tone is Tone.NEUTRAL else tone.value), 1))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), BOX_RADIUS, BOX_RADIUS)
        painter.end()


class MessageBar(QWidget):
    """At most three messages, the newest on top. Problems stay until dismissed and are never pushed out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 12, 20, 0)
        self._column.setSpacing(2 * STEP)
        self._strips: list[MessageStrip] = []
        self._waiting: list[Message] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def messages(self) -> tuple[Message, ...]:
        """What is shown, newest first."""
        return tuple(strip.message for strip in self._strips)

    def show_message(self, message: Message) -> None:
        """Shows *message*; the same words again replace the older ones."""
        for strip in [each for each in self._strips if each.message.text == message.text]:
            self._remove(strip)
        for strip in [each for each in self._strips if not each.message.stays]:
            self._remove(strip)
        if len(self._strips) >= _MOST_SHOWN:
            if message.stays:
                self._waiting.append(message)
            return
        strip = MessageStrip(message)
        strip.dismissed.connect(lambda: self._dismiss(strip))
        self._strips.insert(0, strip)
        self._column.insertWidget(0, strip)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, strip.accessibleName()))

    def take_back(self, begins: str) -> None:
        """Takes away the messages that begin with those words: what they said is over."""
        self._waiting = [each for each in self._waiting if not each.text.startswith(begins)]
        for strip in [each for each in self._strips if each.message.text.startswith(begins)]:
            self._dismiss(strip)

    def clear(self) -> None:
        """Takes everything away; for when another file is opened."""
        self._waiting.clear()
        for strip in list(self._strips):
            self._remove(strip)
        self.hide()

    def _dismiss(self, strip: MessageStrip) -> None:
        if strip in self._strips:
            self._remove(strip)
        if self._waiting:
            self.show_message(self._waiting.pop(0))
        self.setVisible(bool(self._strips))

    def _remove(self, strip: MessageStrip) -> None:
        self._strips.remove(strip)
        self._column.removeWidget(strip)
        strip.hide()
        strip.deleteLater()
