"""What has no evidence yet, by what it belongs to: each gap leads to its place, and takes the file that fills it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QWidget

from fundingapp.application.effect import Topic
from fundingapp.application.queries.evidence_gaps import GapRow, GapsAnswer, GapsOf
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.wording import count
from fundingapp.domain.evidence import Supported
from fundingapp.domain.gaps import GapKind
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.adding_papers import Adding, add_dropped
from fundingapp.ui.evidence.drop_table import DropTable
from fundingapp.ui.evidence.places import go_to_supported
from fundingapp.ui.inspector import Block, InspectorPage, Step, StepsBlock, TextBlock
from fundingapp.ui.office import Office
from fundingapp.ui.papers import ANY_FILE, papers_block
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.chips import Chips, ChipSpec
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.message_bar import Message

#: What is wrong already, what is still to be brought, and what is only to be looked at.
TONES = {
    GapKind.MISSING: Tone.BAD,
    GapKind.CONSENT: Tone.BAD,
    GapKind.ERASED: Tone.NEUTRAL,
    GapKind.PERSONAL: Tone.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class GapLine:
    """A line of the list: a heading, or (with *of*) one gap under it."""

    heading: str
    number: int = 0
    of: GapRow | None = None

    @property
    def key(self) -> object:
        return self.of.key if self.of is not None else ("heading", self.heading)


def _what(line: GapLine) -> str:
    return line.of.sentence if line.of is not None else f"{line.heading}  ·  {line.number}"


GAPS = (
    Column[GapLine](
        "What is missing",
        _what,
        tip=lambda line: line.of.sentence if line.of is not None else "",
        tint=lambda line: Tone.NEUTRAL if line.of is None else None,
        stretch=5,
        width=420,
        least=240,
    ),
    Column[GapLine](
        "Why it is listed",
        lambda line: line.of.kind.value if line.of is not None else "",
        pill=lambda line: TONES.get(line.of.kind, Tone.ATTENTION) if line.of is not None else None,
        tint=lambda line: Tone.NEUTRAL if line.of is None else None,
        width=190,
    ),
)


class GapsView(GrantView):
    """The list of the chosen year; it empties itself as papers come."""

    def __init__(self, office: Office) -> None:
        super().__init__("gaps", "Gaps", office)
        self._answer: GapsAnswer | None = None
        self._scope: tuple[FinancialYear | None, FundId | None] = (None, None)
        self._shown: object = None
        self._attach = primary_button(
            "Attach a file…", self.attach, icon="evidence", tip="Or drop it on the row"
        )
        self._go = button("Go there", self.go_there)
        self.buttons += [self._go, self._attach]
        self._stack = ViewStack()
        holder = Card()
        self.table = DropTable("Gaps", "evidence.gaps", office.settings, office.asker)
        if not office.is_read_only:
            self.table.take_drops(on_rows=True)
            self.table.dropped.connect(self._dropped)
        self._model = ListTableModel[GapLine](GAPS, lambda line: line.key, self.table)
        self.table.set_model(self._model)
        self.table.setMinimumHeight(180)
        self.table.row_activated.connect(self._open)
        self.table.current_row_changed.connect(self._current_changed)
        self.table.clicked.connect(lambda _index: self._open(self.table.current_row))
        self.chips = Chips("Which gaps")
        self.chips.chosen.connect(lambda _key: self._show_rows())
        self.body.setSpacing(2 * STEP)
        self.body.addWidget(self.chips)
        holder.add(self.table, 1)
        self._stack.addWidget(holder)
        self._none = EmptyState("check", "Nothing is missing", "")
        self._first = self._none.add_step("Record a grant…", lambda: self.go("grants"))
        self._stack.addWidget(self._none)
        self.body.addWidget(self._stack, 1)
        self._enable(None)

    # What the page uses

    def show_position(self, answer: PositionAnswer) -> None:
        self._scope = (answer.position.year, answer.position.fund_id)
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if topics & ~Topic.SUGGESTIONS:
            self._ask()

    def first_focus(self) -> QWidget:
        return self._none if self._stack.currentWidget() is self._none else self.table

    def panel_closed(self) -> None:
        self._shown = None

    def take_drop(self, dropped: QMimeData) -> None:
        """Files dropped beside the rows: the row under the cursor gets them if it can."""
        self._dropped(self.table.current_row, dropped)

    # What is shown

    def _ask(self) -> None:
        self.office.ask_of_grant("evidence.gaps", GapsOf(*self._scope), self._show, self)

    def _show(self, answer: GapsAnswer) -> None:
        self._answer = answer
        year = self._scope[0]
        of = f" of {year}" if year is not None else ""
        if year is None:
            # Of a file without a grant it would be true, and of no use, that nothing is missing.
            self._none.set_words(
                "What will need a paper?",
                "Once a grant has projects with figures, claims and conditions, this list names each that has no paper "
                "yet: “Outcome 3, Q2: no evidence”. It empties as papers are attached.",
            )
        else:
            self._none.set_words(
                "Nothing is missing",
                f"Every figure{of} whose quarter is over rests on a paper, and so does every claim, condition, "
                "virement and accrual that asks for one. What is missing later is listed here by itself.",
            )
        self._first.setVisible(year is None)
        self._none.setFocusProxy(self._first if year is None else None)  # type: ignore[arg-type]  # None: no proxy
        self._stack.setCurrentIndex(0 if answer.rows else 1)
        self.chips.setVisible(bool(answer.rows))
        kinds = [kind for kind in GapKind if any(row.kind is kind for row in answer.rows)]
        self.chips.set_chips(
            [
                ChipSpec(None, "All", len(answer.rows)),
                *(
                    ChipSpec(
                        kind,
                        kind.value.capitalize(),
                        sum(row.kind is kind for row in answer.rows),
                        TONES.get(kind, Tone.ATTENTION),
                    )
                    for kind in kinds
                ),
            ]
        )
        self._show_rows()
        if self.isVisible():
            self.state_changed.emit(
                f"{count(len(answer.rows), 'gap')}{of}" if answer.rows else f"no gaps{of}"
            )
        self._refresh_panel()

    def _show_rows(self) -> None:
        rows = [
            row
            for row in (self._answer.rows if self._answer is not None else ())
            if self.chips.key in (None, row.kind)
        ]
        self._model.set_rows(list(lines_of(rows)))
        self._enable(self.table.current_row)

    def _refresh_panel(self) -> None:
        """The gap that is filled leaves the list, and its panel with it."""
        if self._shown is not None and self._shown not in [line.key for line in self._model.rows]:
            over, self._shown = self._shown, None
            self.office.inspect_over.emit(("gap", over))

    def _enable(self, row: object) -> None:
        gap = row.of if isinstance(row, GapLine) else None
        self._go.setEnabled(gap is not None)
        self._attach.setEnabled(_fillable(row) is not None and not self.office.is_read_only)

    def _current_changed(self, row: object) -> None:
        self._enable(row)
        if self.table.hasFocus() and isinstance(row, GapLine) and self._shown is not None:
            self._open(row)

    def _open(self, row: object) -> None:
        if not isinstance(row, GapLine) or row.of is None:
            return
        gap = row.of
        self._shown = row.key
        blocks: list[Block] = [TextBlock(gap.sentence, gap.kind.value.capitalize())]
        words = "Go there" if gap.paper is None else "Open the paper"
        blocks.append(StepsBlock([Step(words, self.go_there, gap.paper is not None)]))
        if gap.supported is not None:
            blocks.append(papers_block(self.office, gap.supported.what, gap.supported.id))
        self.inspect(InspectorPage(gap.group or "Gap", blocks, ("gap", row.key)))

    # What is done

    def go_there(self) -> None:
        """Leads to what has no evidence, or to the paper with which something is wrong."""
        row = self.table.current_row
        gap = row.of if isinstance(row, GapLine) else None
        if gap is not None and gap.supported is not None:
            go_to_supported(self.office, gap.supported, self)
        elif gap is not None:
            self.go("evidence", ("papers", gap.paper))

    def attach(self) -> None:
        """Asks for files, and adds them to what the cursor is on."""
        gap = _fillable(self.table.current_row)
        if gap is not None:
            paths = self.office.files.several_to_open(self, "Attach evidence", ANY_FILE)
            Adding(self.office, (gap[1],), gap[0], self).files(paths)

    def _dropped(self, row: object, dropped: QMimeData) -> None:
        gap = _fillable(row)
        if gap is not None:
            add_dropped(self.office, dropped, (gap[1],), gap[0], self)
            return
        self.say(
            Message(
                "Nothing was added: files are dropped on the gap that they fill.",
                "Drop them on a row that names a figure, claim, condition, virement or accrual, or on the list of "
                "papers to add them without a place.",
                Tone.ATTENTION,
            )
        )


def _fillable(row: object) -> tuple[str, Supported] | None:
    """What a gap is called in messages and what a paper has to support to fill it; None where no paper can."""
    gap = row.of if isinstance(row, GapLine) else None
    if gap is None or gap.supported is None:
        return None
    return gap.sentence.partition(":")[0], gap.supported


def lines_of(rows: Sequence[GapRow]) -> Sequence[GapLine]:
    """*rows* under the headings of their groups; the groups stand in the order of their most pressing gap. What is
    wrong with papers stands under one heading."""

    def heading_of(row: GapRow) -> str:
        return "Papers" if row.paper is not None else row.group or "Partnership"

    order = {group: at for at, group in reversed(list(enumerate(map(heading_of, rows))))}

    def key(row: GapRow) -> int:
        return order[heading_of(row)]

    found: list[GapLine] = []
    for _, group in groupby(sorted(rows, key=key), key=key):
        members = list(group)
        heading = heading_of(members[0])
        found.append(GapLine(heading, len(members)))
        found += [GapLine(heading, of=row) for row in members]
    return found
