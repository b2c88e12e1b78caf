"""The grant line: the grant's equation in one sentence and one bar, and whether it reconciles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fundingapp.domain.money import Money
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.bar import Segment, SegmentBar
from fundingapp.ui.widgets.figure import FigureLabel
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.pill import PillButton


@dataclass(frozen=True, slots=True)
class GrantFigure:
    """A figure with the words around it: “=”, £75,484.00, “awarded to 17 projects”."""

    before: str
    amount: Money
    after: str
    subject: object
    name: str


@dataclass(frozen=True, slots=True)
class GrantState:
    """What the grant line says. *verdict* is the pill: “Reconciled to the penny”, with its sign and tone; *awaited* is
    a pill before it, of money that is hoped for and does not count: “£15,000.00 not yet agreed”."""

    title: str
    figures: Sequence[GrantFigure]
    segments: Sequence[Segment]
    verdict: str
    tone: Tone
    sign: str = ""
    awaited: str = ""


class GrantLine(QFrame):
    """Figures answer “why?”; the pills lead to Year end and to Reconcile. The sentence wraps when room is short."""

    why_requested = Signal(object)  # the subject of a figure
    verdict_pressed = Signal()
    awaited_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "top")
        self.setAccessibleName("The grant")
        self.setMinimumHeight(58)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 7, 17, 9)
        row.setSpacing(18)
        words = QVBoxLayout()
        words.setSpacing(4)
        self._sentence = QWidget()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self._sentence.setSizePolicy(policy)
        self._flow = FlowLayout(self._sentence, 8, 0)
        self._title = label("", "second")
        self._flow.addWidget(self._title)
        self._parts: list[_Part] = []
        self._bar = SegmentBar()
        words.addWidget(self._sentence)
        words.addWidget(self._bar)
        row.addLayout(words, 1)
        pills = QVBoxLayout()
        pills.setSpacing(0)
        self.awaited = PillButton()
        self.awaited.clicked.connect(self.awaited_pressed)
        self.awaited.hide()
        pills.addWidget(self.awaited, 0, Qt.AlignmentFlag.AlignRight)
        self.verdict = PillButton()
        self.verdict.clicked.connect(self.verdict_pressed)
        pills.addWidget(self.verdict, 0, Qt.AlignmentFlag.AlignRight)
        row.addLayout(pills)
        row.setAlignment(pills, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    @property
    def figures(self) -> list[FigureLabel]:
        """The figures from left to right."""
        return [part.figure for part in self._parts]

    @property
    def bar(self) -> SegmentBar:
        return self._bar

    def set_state(self, state: GrantState | None) -> None:
        """Shows *state*; None hides the line. Figures that stay keep the keyboard focus."""
        if state is None:
            self.hide()
            return
        self._title.setText(state.title)
        while len(self._parts) < len(state.figures):
            part = _Part(self._sentence)
            part.figure.why_requested.connect(self.why_requested)
            self._flow.addWidget(part)
            self._parts.append(part)
        for at, part in enumerate(self._parts):
            part.setVisible(at < len(state.figures))
            if at < len(state.figures):
                part.set_figure(state.figures[at])
        self._bar.set_segments(state.segments)
        self.verdict.set_state(state.verdict, state.tone, state.sign, "Open Reconcile")
        self.awaited.set_state(state.awaited, Tone.ATTENTION, tip="Open Year end")
        self.awaited.setVisible(bool(state.awaited))
        self._flow.invalidate()
        self.show()


class _Part(QWidget):
    """A figure and the words around it, which are not torn apart."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._before = label("")
        self.figure = FigureLabel()
        self._after = label("")
        row.addWidget(self._before)
        row.addWidget(self.figure)
        row.addWidget(self._after)

    def set_figure(self, figure: GrantFigure) -> None:
        self._before.setText(figure.before)
        self._before.setVisible(bool(figure.before))
        self.figure.set_figure(figure.amount, figure.subject, figure.name)
        self._after.setText(figure.after)
        self._after.setVisible(bool(figure.after))
