"""Typing a few letters of something that the file knows: what fits is offered, Down and Enter take it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

#: Asks for what fits the text, and calls back with (words, what they stand for).
Ask = Callable[[str, Callable[[Sequence[tuple[str, Any]]], object]], object]


class PickField(QLineEdit):
    """One line. *ask* is given what was typed; Enter on something offered picks it, Enter on nothing of it says what
    was typed."""

    picked = Signal(object)  # what the words chosen stand for
    typed = Signal(str)  # Enter, with nothing of what is offered chosen

    def __init__(self, name: str, hint: str, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self._ask = ask
        self._offered: Sequence[tuple[str, Any]] = ()
        self._asked = ""
        self._model = QStringListModel(self)
        self._completer = QCompleter(self._model, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(10)
        self._completer.setWidget(self)
        # Qt's own: one that Python made would be let go of by whichever thread collects it.
        popup = self._completer.popup()
        assert popup is not None
        self._list = popup
        self._completer.activated[QModelIndex].connect(self._activated)  # type: ignore[index]  # Qt has two of it
        self.textEdited.connect(self._edited)

    @property
    def offered(self) -> tuple[str, ...]:
        """What is offered for what was typed last."""
        return tuple(words for words, _ in self._offered)

    def pick(self, words: str) -> None:
        """Takes what is offered under *words*, as Down and Enter would."""
        for offered, meant in self._offered:
            if offered == words:
                self._take(meant)
                return

    def offer_all(self) -> None:
        """Offers what fits what stands in the field, also nothing."""
        self._edited(self.text())

    def _edited(self, text: str) -> None:
        self._asked = text
        self._ask(text, lambda found: self._offer(text, found))

    def _offer(self, text: str, found: Sequence[tuple[str, Any]]) -> None:
        if text != self._asked:
            return
        self._offered = tuple(found)
        self._model.setStringList([words for words, _ in found])
        if found and self.hasFocus():
            # As wide as its words: the field may stand in a narrow panel.
            metrics = self.fontMetrics()
            self._list.setMinimumWidth(
                min(520, max(metrics.horizontalAdvance(words) for words, _ in found) + 40)
            )
            self._completer.complete()
        else:
            self._list.hide()

    def _activated(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self._offered):
            self._take(self._offered[index.row()][1])

    def _take(self, meant: object) -> None:
        self._list.hide()
        self.clear()
        self._offered = ()
        self._asked = ""
        self.picked.emit(meant)

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self._list.isVisible() and self._list.currentIndex().isValid():
            event.ignore()  # the list that is open takes it: it is a choice, and nothing was typed
        elif is_enter:
            self._list.hide()
            if self.text().strip():
                self.typed.emit(self.text().strip())
        elif event.key() == Qt.Key.Key_Down and not self._list.isVisible():
            self.offer_all()
        else:
            super().keyPressEvent(event)
