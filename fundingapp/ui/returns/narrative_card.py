"""The narrative of a return: its sections to be written in place, each with its words counted against its limit."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from fundingapp.domain.bids import word_count
from fundingapp.domain.narratives import NarrativeSection
from fundingapp.domain.return_story import SectionLine
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.buttons import link_button
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.pill import Pill

#: A text is kept so long after the last key, in milliseconds, and whenever the field is left.
KEPT_AFTER_MS = 4_000


class _Text(QPlainTextEdit):
    """A text that is kept when the keyboard leaves it, or after a pause; Tab leaves, Esc puts back what was kept."""

    left = Signal()
    backed_out = Signal()

    # Qt overrides

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.hasFocus():
                event.accept()  # else it would close the panel
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.backed_out.emit()
            return
        super().keyPressEvent(event)


class SectionField(QWidget):
    """One section: its heading, how many words it has, its text, and what the quarter before said."""

    written = Signal(object, str)  # NarrativeSection, the text

    def __init__(self, section: NarrativeSection, show_before: Callable[[NarrativeSection], object]) -> None:
        super().__init__()
        self.section = section
        self._kept = ""
        self._limit: int | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        head = QHBoxLayout()
        head.setSpacing(2 * STEP)
        title = label(section.title, "box-title")
        head.addWidget(title)
        self._count = Pill()
        self._count.setAccessibleName(f"Words of {section.title}")
        head.addWidget(self._count)
        head.addStretch(1)
        self.before = link_button("What the last quarter said", lambda: show_before(section))
        self.before.setAccessibleName(f"What the last quarter said of {section.value}")
        head.addWidget(self.before)
        column.addLayout(head)
        self.text = _Text()
        self.text.setAccessibleName(section.title)
        self.text.setPlaceholderText(section.hint)
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(72)
        self.text.setFixedHeight(96)
        title.setBuddy(self.text)
        column.addWidget(self.text)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(KEPT_AFTER_MS)
        self._pause.timeout.connect(self._keep)
        self.text.textChanged.connect(self._typed)
        self.text.left.connect(self._keep)
        self.text.backed_out.connect(self._back)

    def show_line(self, line: SectionLine, has_before: bool, is_read_only: bool) -> None:
        """Shows what is kept; what is just being typed stays."""
        is_typing = self.text.toPlainText() != self._kept
        self._kept, self._limit = line.text, line.limit
        if not is_typing and self.text.toPlainText() != line.text:
            self.text.setPlainText(line.text)
        self._pause.stop()
        self.text.setReadOnly(is_read_only)
        self.before.setVisible(has_before)
        self._show_count()

    def keep_now(self) -> None:
        """Keeps what was typed and not kept yet."""
        self._keep()

    def forget(self) -> None:
        """Another return is shown: what stands here belongs to the one before."""
        self._pause.stop()
        self._kept = ""
        self.text.blockSignals(True)
        self.text.setPlainText("")
        self.text.blockSignals(False)

    def _typed(self) -> None:
        self._show_count()
        if self.text.toPlainText() != self._kept:
            self._pause.start()

    def _keep(self) -> None:
        self._pause.stop()
        text = self.text.toPlainText()
        if text.strip() != self._kept and not self.text.isReadOnly():
            self._kept = text.strip()
            self.written.emit(self.section, text)

    def _back(self) -> None:
        self._pause.stop()
        self.text.setPlainText(self._kept)

    def _show_count(self) -> None:
        line = SectionLine(self.section, self.text.toPlainText(), self._limit)
        words = word_count(line.text)
        if line.over:
            self._count.set_state(f"{line.counted}: {line.over:,} too many", Tone.BAD, "!")
        else:
            self._count.set_state(line.counted, Tone.GOOD if words else Tone.NEUTRAL)


class NarrativeFields(QScrollArea):
    """All sections below each other."""

    written = Signal(object, str)

    def __init__(self, show_before: Callable[[NarrativeSection], object]) -> None:
        super().__init__()
        self.setProperty("kind", "plain")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget()
        body.setProperty("kind", "plain")
        column = QVBoxLayout(body)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(4 * STEP)
        self.fields = {section: SectionField(section, show_before) for section in NarrativeSection}
        for field in self.fields.values():
            field.written.connect(self.written)
            column.addWidget(field)
        column.addStretch(1)
        self.setWidget(body)

    def show_section(self, section: NarrativeSection) -> None:
        """Puts the keyboard into *section*."""
        field = self.fields[section]
        self.ensureWidgetVisible(field)
        field.text.setFocus()
