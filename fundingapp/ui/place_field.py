"""Typing where a project works: places that the file knows are offered, anything else may be typed too."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit

from fundingapp.application.queries.areas import SuggestPlaces
from fundingapp.ui.office import Office

_PAUSE_MS = 150


class PlaceField(QLineEdit):
    """One line for a place, or several with commas between; what is typed after the last comma is completed."""

    def __init__(self, office: Office, name: str, text: str = "") -> None:
        super().__init__(text)
        self._office = office
        self._key = f"place field {id(self)}"
        self.setAccessibleName(name)
        self.setPlaceholderText("a place, or several with commas between")
        self._known = QStringListModel(self)
        self._completer = QCompleter(self._known, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setWidget(self)
        self._completer.activated.connect(self.take)
        self.textEdited.connect(self._ask)

    @property
    def offered(self) -> tuple[str, ...]:
        """What is offered for what was typed last."""
        return tuple(self._known.stringList())

    def take(self, place: str) -> None:
        """Puts an offered place where it was typed; the name in brackets only said why it was offered."""
        before, comma, _ = self.text().rpartition(",")
        own = place.partition(" (")[0] if place.endswith(")") else place
        self.setText(f"{before}{comma} {own}" if comma else own)

    def _ask(self, text: str) -> None:
        typed = text.rpartition(",")[2]
        self._office.ask(self._key, SuggestPlaces(typed), self._offer, self, _PAUSE_MS)

    def _offer(self, places: tuple[str, ...]) -> None:
        self._known.setStringList(list(places))
        if places and self.hasFocus():
            self._completer.complete()
