"""What to see to before a return goes, in one list: click one to come to its cell, or accept it with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from fundingapp.application.queries.sending_checks import ChecksAnswer
from fundingapp.application.wording import count
from fundingapp.domain.sending import Grade, SendingCheck
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.links import LinkLabel
from fundingapp.ui.widgets.pill import Pill

#: So many are listed at once; the rest follows on request, so that a workbook with a fault in each row does not keep
#: the window waiting.
MOST = 25
WORDS = {Grade.ERROR: ("stop", Tone.BAD), Grade.LOOK: ("ask", Tone.ATTENTION)}


def sentence_of(check: SendingCheck) -> str:
    """Where it is, what is, and what to do: “Expenditure!F11: CCTV is £425.20 over its award. Ask for a virement.”"""
    place = f"{check.sheet}!{check.cell}" if check.cell else check.sheet
    said = f"{check.text} {check.advice}".strip()
    return said if not place or said.startswith(place) else f"{place}: {said}"


class ChecksList(QWidget):
    """The open ones, then what was accepted and why, then *held*: what was checked and holds, each with its word."""

    chosen = Signal(object)  # SendingCheck: show me where
    accept_wanted = Signal(object)  # SendingCheck
    withdraw_wanted = Signal(object)  # SendingCheck that was accepted

    def __init__(
        self, answer: ChecksAnswer, held: Sequence[str] = (), *, may_write: bool, most: int = MOST
    ) -> None:
        super().__init__()
        self._answer, self._held, self._may_write = answer, held, may_write
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 2, 0, 0)
        self._grid_of = QWidget()
        self._column.addWidget(self._grid_of)
        self._fill(most)

    def _fill(self, most: int) -> None:
        grid = QGridLayout(self._grid_of)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for check in self._answer.open[:most]:
            word, tone = WORDS[check.grade]
            self._row(grid, word, tone, self._open(check))
        hidden = len(self._answer.open) - most
        if hidden > 0:
            more = LinkLabel(f"Show {count(hidden, 'more check')}", partial(self._show_all, grid))
            self._row(grid, "…", Tone.NEUTRAL, more)
        for check, kept in self._answer.accepted:
            self._row(grid, "accepted", Tone.ACCENT, self._accepted(check, kept.value.by, kept.value.reason))
        for kept in self._answer.lapsed:
            old = kept.value
            words = f"Accepted by {old.by} before, and it says something else now: “{old.said}”"
            self._row(grid, "open again", Tone.NEUTRAL, label(words, "note", wrap=True))
        for sentence in self._held:
            self._row(grid, "✓", Tone.GOOD, label(sentence, wrap=True))

    @staticmethod
    def _row(grid: QGridLayout, word: str, tone: Tone, what: QWidget) -> None:
        at = grid.rowCount()
        grid.addWidget(Pill(word, tone), at, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(what, at, 1)

    def _open(self, check: SendingCheck) -> QWidget:
        said = sentence_of(check)
        link: QWidget = (
            LinkLabel(said, partial(self.chosen.emit, check), colour="ink")
            if check.cell or check.figure
            else label(said, wrap=True)
        )
        if not self._may_write:
            return link
        accept = LinkLabel("Accept with a reason…", partial(self.accept_wanted.emit, check))
        accept.setAccessibleName(f"Accept with a reason: {said}")
        return _under(link, accept)

    def _accepted(self, check: SendingCheck, by: str, reason: str) -> QWidget:
        said = LinkLabel(sentence_of(check), partial(self.chosen.emit, check), colour="ink")
        parts: list[QWidget] = [said, label(f"{by}: {reason}", "note", wrap=True)]
        if self._may_write:
            back = LinkLabel("Take the acceptance back", partial(self.withdraw_wanted.emit, check))
            parts.append(back)
        return _under(*parts)

    def _show_all(self, _grid: QGridLayout) -> None:
        self._column.removeWidget(self._grid_of)
        self._grid_of.deleteLater()
        self._grid_of = QWidget()
        self._column.addWidget(self._grid_of)
        self._fill(len(self._answer.open))


def _under(*parts: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(1)
    for part in parts:
        column.addWidget(part)
    return holder
