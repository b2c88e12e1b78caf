"""Buttons: plain, the page's primary one, links, and quiet icon buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from fundingapp.ui.icons import set_icon


class Button(QPushButton):
    """A button that Enter presses too, and that never cuts its words off."""

    def __init__(
        self,
        text: str,
        pressed: Callable[[], object] | None = None,
        kind: str = "",
        icon: str = "",
        tip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._gap = "\u2009" if icon else ""  # Qt puts icon and words too close together
        self.set_text(text)
        if kind:
            self.setProperty("kind", kind)
        self.setAutoDefault(False)
        if tip:
            self.setToolTip(tip)
        if icon:
            set_icon(self, icon, {"primary": "on_accent", "link": "accent"}.get(kind, "second"))
        if pressed is not None:
            self.clicked.connect(lambda _checked=False: pressed())

    def set_text(self, text: str) -> None:
        """Shows *text*, and says it to a screen reader."""
        self.setText(self._gap + text.replace("&", "&&"))
        self.setAccessibleName(text)

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


def button(text: str, pressed: Callable[[], object] | None = None, icon: str = "", tip: str = "") -> Button:
    """A plain button. Words that need more input before anything happens end in “…”."""
    return Button(text, pressed, icon=icon, tip=tip)


def primary_button(
    text: str, pressed: Callable[[], object] | None = None, icon: str = "", tip: str = ""
) -> Button:
    """The one button of a page that does what the page is for."""
    return Button(text, pressed, kind="primary", icon=icon, tip=tip)


def link_button(text: str, pressed: Callable[[], object] | None = None, tip: str = "") -> Button:
    """Words that lead somewhere."""
    made = Button(text, pressed, kind="link", tip=tip)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


class IconButton(QToolButton):
    """A quiet button with an icon only; *name* is its tooltip and its spoken name."""

    def __init__(
        self,
        icon: str,
        name: str,
        pressed: Callable[[], object] | None = None,
        token: str = "second",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "quiet")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(name)
        self.setAccessibleName(name)
        set_icon(self, icon, token)
        if pressed is not None:
            self.clicked.connect(lambda _checked=False: pressed())

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)
