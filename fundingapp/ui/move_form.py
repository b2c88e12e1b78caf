"""A form for a step that a paper stands behind: the day on it, what else the step wants, and the papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QLineEdit

from fundingapp.application.effect import Command
from fundingapp.ui.forms import Form
from fundingapp.ui.widgets.day_field import DayField
from fundingapp.ui.widgets.evidence_field import EvidenceField


class FormHost(Protocol):
    """What such a form needs of the view that shows it."""

    def carry_out(self, command: Command[object], name: str) -> None: ...
    def choose_paper(self) -> Path | None: ...
    def close_form(self) -> None: ...


def today() -> date:
    """The user's own day, as a letter would be dated."""
    return date.today()  # noqa: DTZ011


class MoveForm(Form):
    """*build* makes the command of what was given on that day, or says in a sentence what is missing."""

    def __init__(self, host: FormHost, text: str, build: Callable[[date], Command[object] | str]) -> None:
        super().__init__(text, self._accepted, host.close_form)
        self.host = host
        self._build = build
        self._text = text
        self.dated: DayField | None = None
        self.evidence: EvidenceField | None = None

    def dated_on(self, caption: str) -> None:
        """The field of the day, with today in it."""
        self.dated = self.day(caption, today())

    def papers(self, caption: str = "Letter or mail") -> EvidenceField:
        """The field of the papers."""
        self.evidence = EvidenceField(self.host.choose_paper)
        self.add(caption, self.evidence)
        return self.evidence

    @property
    def given(self) -> tuple[Path | str, ...]:
        return self.evidence.given if self.evidence is not None else ()

    def _accepted(self) -> str:
        day = today()
        if self.dated is not None:
            if self.dated.day is None:
                return "Type the day, such as 31/03/2019."
            day = self.dated.day
        made = self._build(day)
        if isinstance(made, str):
            return made
        self.host.carry_out(made, self._text)
        return ""


def words_in(field: QLineEdit) -> str:
    """What stands in *field*, without blanks around it."""
    return field.text().strip()
