"""Early warnings as a list: how pressing, what of, the sentence that opens its arithmetic, and the way there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fundingapp.application.queries.warnings import EarlyWarnings
from fundingapp.domain.early_warnings import EarlyWarning, Severity, Term
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.inspector import InspectorPage, Step, StepsBlock, SumBlock, SumRow, TextBlock
from fundingapp.ui.office import Office
from fundingapp.ui.page import Figure, Target
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.buttons import IconButton
from fundingapp.ui.widgets.labels import ElidedLabel, label
from fundingapp.ui.widgets.links import LinkLabel
from fundingapp.ui.widgets.pill import Pill

_TONES = {Severity.NOW: Tone.BAD, Severity.SOON: Tone.ATTENTION, Severity.LOOK: Tone.NEUTRAL}
_PAGES = {
    "grants": "Grants",
    "projects": "Projects",
    "bids": "Bids",
    "spend": "Spend",
    "year-end": "Year end",
    "outcomes": "Outcomes",
}


@dataclass(frozen=True, slots=True)
class AlsoRow:
    """Something that waits: in words that lead there, with a sign such as “£716.61”."""

    text: str
    sign: str
    tone: Tone
    go: Callable[[], object]


class WarningsList(QWidget):
    """The warnings of a grant, or (:meth:`show_for` a project) of one of its projects; asks for them itself."""

    inspect_requested = Signal(object)  # InspectorPage: the arithmetic of one
    go_requested = Signal(object)  # Target
    counted = Signal(object)  # tuple[EarlyWarning, ...]: what is shown now

    def __init__(self, office: Office, nothing: str = "Nothing to warn of.", scrolls: bool = True) -> None:
        """*nothing* is said when there are none. Without *scrolls* the list is as long as it has to be."""
        super().__init__()
        self._office = office
        self._nothing = nothing
        self._also: Sequence[AlsoRow] = ()
        self._found: Sequence[EarlyWarning] = ()
        self._body = QWidget()
        self._body.setProperty("kind", "plain")
        self._rows = QVBoxLayout(self._body)
        self._rows.setContentsMargins(0, 0, STEP if scrolls else 0, 0)
        self._rows.setSpacing(2 * STEP)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        if scrolls:
            area = QScrollArea()
            area.setProperty("kind", "plain")
            area.setWidgetResizable(True)
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setWidget(self._body)
            whole.addWidget(area)
        else:
            whole.addWidget(self._body)

    def show_for(self, fund: FundId, year: FinancialYear, project: ProjectId | None = None) -> None:
        """Asks for the warnings of the grant, or of a project of it, and shows them."""
        question = EarlyWarnings(year, fund, project=project)
        self._office.ask_of_grant(f"warnings.{id(self)}", question, self.show_warnings, self)

    def set_also(self, rows: Sequence[AlsoRow]) -> None:
        """What stands above the warnings because it waits for the user already."""
        self._also = rows
        self.show_warnings(self._found)

    def show_warnings(self, found: Sequence[EarlyWarning]) -> None:
        """Shows these."""
        self._found = found
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for also in self._also:
            self._rows.addWidget(_also(also))
        for warning in found:
            self._rows.addWidget(self._row(warning))
        if not found and not self._also:
            self._rows.addWidget(label(self._nothing, "second", wrap=True))
        self._rows.addStretch(1)
        self.counted.emit(tuple(found))

    def _row(self, warning: EarlyWarning) -> QWidget:
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        across = QHBoxLayout()
        across.setSpacing(2 * STEP)
        across.addWidget(Pill(warning.severity.value, _TONES[warning.severity]))
        about = ElidedLabel(kind="strong")
        about.set_text(warning.about)
        across.addWidget(about, 1)
        page = _PAGES[warning.page]
        across.addWidget(
            IconButton("chevron-right", f"Go to {page}: {warning.about}", partial(self._go, warning))
        )
        column.addLayout(across)
        column.addWidget(LinkLabel(warning.sentence, partial(self._open, warning)))
        return row

    def _go(self, warning: EarlyWarning) -> None:
        self.go_requested.emit(Target(warning.page, warning.subject))

    def _open(self, warning: EarlyWarning) -> None:
        self.inspect_requested.emit(arithmetic_of(warning, partial(self._go, warning)))


def _also(row: AlsoRow) -> QWidget:
    made = QWidget()
    across = QHBoxLayout(made)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(2 * STEP)
    across.addWidget(Pill(row.sign, row.tone), 0, Qt.AlignmentFlag.AlignTop)
    across.addWidget(LinkLabel(row.text, row.go), 1)
    return made


def arithmetic_of(warning: EarlyWarning, go: object) -> InspectorPage:
    """The inspector's view of *warning*: its sentence, its arithmetic with links, and *go*, the way there."""
    blocks: list[SumBlock | TextBlock | StepsBlock] = [
        TextBlock(warning.sentence),
        SumBlock([_sum_row(term) for term in warning.terms], "How it is worked out"),
    ]
    if callable(go):
        blocks.append(StepsBlock([Step(f"Go to {_PAGES[warning.page]}", go, True)]))
    return InspectorPage(warning.about, blocks, ("warning", warning.key))


def _sum_row(term: Term) -> SumRow:
    return SumRow(term.name, term.amount, Figure(term.figure) if term.figure else None, term.is_total)
