"""What stands in place of the ledger for a while: the review of a download, the imports, the rules."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fundingapp.ui.theme import STEP
from fundingapp.ui.widgets.page_head import PageHead


class SubView(QWidget):
    """A heading, a body, and a way back that Esc takes too."""

    back_requested = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(3 * STEP)
        self.head = PageHead(title)
        self.body.addWidget(self.head)

    def first_focus(self) -> QWidget:
        """Where the keyboard is when the view comes up."""
        return self

    def go_back(self) -> None:
        """What Esc does."""
        self.back_requested.emit()

    # Qt overrides

    def event(self, event: QEvent) -> bool:
        # The window has a shortcut for Esc; here the key is ours, so it is claimed before shortcuts are looked at.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.go_back()
        else:
            super().keyPressEvent(event)
