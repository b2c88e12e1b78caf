"""A page with nothing on it yet: what it is for, and the first step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fundingapp.ui.icons import set_icon
from fundingapp.ui.theme import Theme
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.labels import label

_WIDTH = 460


class EmptyState(QWidget):
    """Icon, title, one or two sentences, and the buttons of the first step; in the middle of its room."""

    def __init__(self, icon: str, title: str, what_for: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 24, 24, 24)
        outer.addStretch(2)
        sign = QLabel()
        set_icon(sign, icon, "third", 36)
        outer.addWidget(sign, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addSpacing(10)
        self._title = label(title)
        self._title.setFont(Theme.current().font(16, 600))
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.setWordWrap(True)
        outer.addWidget(self._title)
        outer.addSpacing(4)
        self._what_for = label(what_for, "second", wrap=True)
        self._what_for.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._what_for.setFixedWidth(_WIDTH)
        self._fit()
        outer.addWidget(self._what_for, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addSpacing(14)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(10)
        self._buttons.addStretch(1)
        self._buttons.addStretch(1)
        outer.addLayout(self._buttons)
        outer.addStretch(3)

    def set_words(self, title: str, what_for: str) -> None:
        self._title.setText(title)
        self._what_for.setText(what_for)
        self._fit()

    def _fit(self) -> None:
        """A centred label gets only the height that it would need unwrapped, so it is told."""
        self._what_for.setMinimumHeight(max(0, self._what_for.heightForWidth(_WIDTH)))

    def add_step(self, text: str, do: Callable[[], object]) -> Button:
        """A button for the first step; the first one added is the primary one."""
        make = primary_button if self._buttons.count() == 2 else button
        made = make(text, do)
        self._buttons.insertWidget(self._buttons.count() - 1, made)
        if self.focusProxy() is None:
            self.setFocusProxy(made)
        return made

    def add_changes(self, *steps: tuple[str, Callable[[], object]], is_read_only: bool) -> None:
        """Buttons for first steps that change the file: asleep in one that is read only."""
        for text, do in steps:
            self.add_step(text, do).setDisabled(is_read_only)
