"""Typing a day: 31/3/2019, 31 March 2019 and 2019-03-31 are the same, and shown as we write it."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QLineEdit, QWidget

from fundingapp.domain.cells import parse_date


class DayField(QLineEdit):
    """One line that holds a day or nothing. Leaving it shows the day as 31/03/2019; what is no day is marked."""

    def __init__(self, name: str = "Day", hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(hint or "31/03/2019")
        self.setMaxLength(30)
        self.editingFinished.connect(self._tidy)
        self.textEdited.connect(lambda _text: self._mark(False))

    @property
    def is_valid(self) -> bool:
        """Whether what stands in the field now is a day or nothing."""
        try:
            parse_date(self.text())
        except ValueError:
            return False
        return True

    @property
    def day(self) -> date | None:
        """The day that stands in the field now; None when it is empty or no day."""
        try:
            return parse_date(self.text())
        except ValueError:
            return None

    def set_day(self, day: date | None) -> None:
        self.setText(f"{day:%d/%m/%Y}" if day is not None else "")
        self._mark(False)

    def _tidy(self) -> None:
        if self.is_valid:
            self.set_day(self.day)
        else:
            self._mark(True)

    def _mark(self, invalid: bool) -> None:
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", "true" if invalid else None)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setToolTip("This is not a day such as 31/03/2019." if invalid else "")
