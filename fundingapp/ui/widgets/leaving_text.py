"""Several lines of text, edited in place: what was typed counts when the field is left."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget


class LeavingText(QPlainTextEdit):
    """Tab leaves it; :attr:`left` says what stands in it then, when that is another text than before."""

    left = Signal(str)

    def __init__(self, name: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self._settled = ""

    def set_text(self, text: str) -> None:
        """Shows *text*, which is what is known already."""
        self._settled = text
        if text != self.toPlainText():
            self.setPlainText(text)

    # Qt overrides

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.toPlainText() != self._settled:
            self._settled = self.toPlainText()
            self.left.emit(self._settled)
