"""What a download does not prove by itself, asked of the user before anything is imported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fundingapp.domain.ledger import Doubt
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, Period, period_name
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.buttons import Button, button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.pill import Pill

#: What people call the encodings of text files.
ENCODINGS = {"cp1252": "Windows-1252", "cp850": "Code page 850", "utf-8": "UTF-8"}
#: So many years back a period can be chosen.
YEARS_BACK = 12


class DoubtsCard(Card):
    """One question under the other, each with its answers as buttons; those that hold the import up first."""

    answered = Signal(object)  # dict of column (from 0) to Meaning
    period_chosen = Signal(object)  # Period
    encoding_chosen = Signal(object)  # its name

    def __init__(
        self,
        doubts: Sequence[Doubt],
        today: date,
        encodings: Sequence[tuple[str, str]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Questions about the columns", parent)
        self._today = today
        self._answers: list[Button] = []
        column = QVBoxLayout()
        column.setSpacing(12)
        for doubt in sorted(doubts, key=lambda doubt: not doubt.blocks):
            column.addLayout(self._question(doubt))
        if len(encodings) > 1:
            column.addLayout(self._encodings(encodings))
        self.add_padded(column)
        blocking = sum(doubt.blocks for doubt in doubts)
        if blocking:
            self.set_title("Questions about the columns", f"{blocking} to answer", Tone.ATTENTION)
        if (
            not doubts and len(encodings) < 2
        ):  # what has no parent yet is only ever hidden: shown, it would be a window of its own
            self.hide()

    @property
    def first_answer(self) -> QWidget | None:
        """The first button, where the keyboard goes; None when nothing is asked."""
        return self._answers[0] if self._answers else None

    def _question(self, doubt: Doubt) -> QVBoxLayout:
        group = QVBoxLayout()
        group.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        if doubt.blocks:
            head.addWidget(Pill("answer it to import", Tone.ATTENTION, "?"), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(label(doubt.text, wrap=True), 1)
        group.addLayout(head)
        answers = FlowLayout(spacing=8)
        if doubt.kind == "period.unknown":
            self._add_period(answers)
        for choice in doubt.choices:
            made = button(choice.text, partial(self.answered.emit, dict(choice.meanings)))
            self._answers.append(made)
            answers.addWidget(made)
        group.addLayout(answers)
        return group

    def _encodings(self, encodings: Sequence[tuple[str, str]]) -> QVBoxLayout:
        """The same line in each encoding: a person sees at once which of them reads right."""
        group = QVBoxLayout()
        group.setSpacing(6)
        words = "The file does not say how its letters are encoded. Which of these lines reads right?"
        group.addWidget(label(words, wrap=True))
        answers = FlowLayout(spacing=8)
        for name, line in encodings:
            made = button(
                f"{ENCODINGS.get(name, name)}:  {line}", partial(self.encoding_chosen.emit, name), tip=line
            )
            self._answers.append(made)
            answers.addWidget(made)
        group.addLayout(answers)
        return group

    def _add_period(self, answers: FlowLayout) -> None:
        this_year = Period.of(self._today).year.start
        years = DropDown("Financial year of the lines")
        years.set_options(
            [
                Option(FinancialYear(start), str(FinancialYear(start)))
                for start in range(this_year, this_year - YEARS_BACK, -1)
            ]
        )
        periods = DropDown("Period of the lines")
        periods.set_options(
            [
                Option(number, f"Period {number} ({period_name(number)})")
                for number in range(1, CLOSING_PERIOD + 1)
            ]
        )

        def choose() -> None:
            year, number = years.key, periods.key
            if isinstance(year, FinancialYear) and isinstance(number, int):
                self.period_chosen.emit(Period(year, number))

        use = button("All lines belong to this period", choose)
        self._answers.append(use)
        for made in (years, periods, use):
            answers.addWidget(made)
