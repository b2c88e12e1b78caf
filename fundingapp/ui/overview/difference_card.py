"""“Difference made” on the overview: how the year's indicators stand, in one line whose every count leads to them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fundingapp.application.queries.difference import TallyAnswer, TallyOf
from fundingapp.application.wording import count
from fundingapp.domain.difference import STANDING_WORDS
from fundingapp.domain.judging import Standing
from fundingapp.domain.positions import GrantPosition
from fundingapp.ui.office import Office
from fundingapp.ui.outcomes.targets import MISSING_FIGURE, ShowStanding
from fundingapp.ui.page import Target
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.links import LinkLabel
from fundingapp.ui.widgets.pill import PillButton

#: The words of each standing where room is short, and the sign and the tone that go with them.
_LOOKS = {
    Standing.MET: ("met", "✓", Tone.GOOD),
    Standing.NEAR: ("nearly", "≈", Tone.ATTENTION),
    Standing.NOT_MET: ("not met", "✕", Tone.BAD),
    Standing.NO_TARGET: ("no target", "", Tone.NEUTRAL),
    Standing.NOT_COMPARABLE: ("not comparable", "", Tone.NEUTRAL),
    Standing.NO_FIGURE: ("no figure", "", Tone.NEUTRAL),
    Standing.SMALL: ("small numbers", "", Tone.NEUTRAL),
}


class DifferenceCard(Card):
    """Asks for the tally of the grant's year itself. Without indicators it says what to do first."""

    go_requested = Signal(object)  # Target

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.setAccessibleName("Difference made")
        self._office = office
        row = QHBoxLayout()
        row.setSpacing(3 * STEP)
        row.addWidget(label("Difference made", "box-title"))
        self._counts = QWidget()
        self._flow = FlowLayout(self._counts, spacing=STEP)
        row.addWidget(self._counts, 1)
        frame = QWidget()
        frame.setLayout(row)
        row.setContentsMargins(14, 5, 10, 5)
        self.add(frame)

    def show_for(self, position: GrantPosition) -> None:
        """Asks how the indicators of that grant and year stand, those of the chosen district alone where one is."""
        listed = self._office.listed(position)
        only = None if self._office.district is None else tuple(each.project_id for each in listed)
        question = TallyOf(position.year, position.fund_id, projects=only)
        self._office.ask_of_grant("overview.difference", question, self.show_tally, self)

    def show_tally(self, answer: TallyAnswer) -> None:
        """Shows these counts; those of nought are left out."""
        while self._flow.count():
            item = self._flow.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        tally = answer.tally
        indicators = count(tally.indicators, "indicator")
        upto = f"{answer.year} up to Q{answer.quarter}"
        for standing, (word, sign, tone) in _LOOKS.items():
            many = tally.of(standing)
            if many:
                tip = f"{many:,} of {indicators} {STANDING_WORDS[standing]}, {upto}: go to them"
                self._add(
                    f"{many:,} {word}",
                    tone,
                    sign,
                    tip,
                    partial(self._go, "indicators", ShowStanding(standing)),
                )
        if tally.missing:
            words = f"{count(tally.missing, 'figure')} missing"
            go = partial(self._go, "indicators", ShowStanding(MISSING_FIGURE))
            tip = f"{words} of quarters that are over: go to them"
            self._add(words, Tone.ATTENTION, "!", tip, go)
        if tally.gaps:
            words = f"{tally.gaps} without evidence"
            go = partial(self._leave, Target("evidence", ("gaps", None)))
            self._add(
                words, Tone.ATTENTION, "!", f"{count(tally.gaps, 'figure')} without evidence: go to them", go
            )
        if not tally.indicators:
            first = "Say what the money is to change…"
            self._flow.addWidget(LinkLabel(first, partial(self._go, "indicators", None)))
        self.setAccessibleDescription(f"{indicators}, {upto}")
        self._counts.updateGeometry()

    def _add(self, words: str, tone: Tone, sign: str, tip: str, go: Callable[[], object]) -> None:
        pill = PillButton()
        pill.set_state(words, tone, sign, tip)
        pill.clicked.connect(lambda _checked=False: go())
        self._flow.addWidget(pill)

    def _go(self, view: str, subject: object) -> None:
        self._leave(Target("outcomes", (view, subject)))

    def _leave(self, target: Target) -> None:
        self.go_requested.emit(target)
