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

#: So many years back a period can be chosen.
YEARS_BACK = 12


class DoubtsCard(Card):
    """One question under the other, each with its answers as buttons; those that hold the import up first."""

    answered = Signal(object)  # dict of column (from 0) to Meaning
    period_chosen = Signal(object)  # Period

    def __init__(self, doubts: Sequence[Doubt], today: date, parent: QWidget | None = None) -> None:
        super().__init__("Questions about the columns", parent)
        self._today = today
        self._answers: list[Button] = []
        column = QVBoxLayout()
        column.setSpacing(12)
        for doubt in sorted(doubts, key=lambda doubt: not doubt.blocks):
            column.addLayout(self._question(doubt))
        self.add_padded(column)
        blocking = sum(doubt.blocks for doubt in doubts)
        if blocking:
            self.set_title("Questions about the columns", f"{blocking} to answer", Tone.ATTENTION)
        if not doubts:  # what has no parent yet is only ever hidden: shown, it would be a window of its own
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
