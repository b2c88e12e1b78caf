"""What the views of the page Returns share: the quarter, and the workbook that the return is written into."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from fundingapp.domain.ids import ReturnId, TemplateId


@dataclass(frozen=True, slots=True)
class PlaceInReturn:
    """The subject of a Target to a view of Returns: a cell of the workbook. *quarter* 0 is the one that is shown."""

    sheet: str
    cell: str
    quarter: int = 0


@dataclass(frozen=True, slots=True)
class SavedInList:
    """The subject of a Target to the view “Sent and saved”: one of the saved returns."""

    id: ReturnId


class ReturnChoice(QObject):
    """The quarter, 1 to 4, and the template (None: our own workbook) that the views show; each change is said once."""

    quarter_changed = Signal(object)  # int, 1 to 4
    template_changed = Signal(object)  # TemplateId | None

    def __init__(self) -> None:
        super().__init__()
        self._quarter = 1
        self._template: TemplateId | None = None

    @property
    def quarter(self) -> int:
        return self._quarter

    @property
    def template(self) -> TemplateId | None:
        return self._template

    def choose_quarter(self, quarter: int) -> None:
        """Shows another quarter; raises ValueError where there is none of that number."""
        if quarter not in range(1, 5):
            raise ValueError(f"a year has no quarter {quarter}")
        if quarter != self._quarter:
            self._quarter = quarter
            self.quarter_changed.emit(quarter)

    def choose_template(self, template: TemplateId | None) -> None:
        """Writes the return into another workbook from now on."""
        if template != self._template:
            self._template = template
            self.template_changed.emit(template)
