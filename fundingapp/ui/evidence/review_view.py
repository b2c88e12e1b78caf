"""Papers that a person has to look at again: kept long enough, not looked at, without consent, or damaged."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.papers import LookedAt
from fundingapp.application.effect import Topic
from fundingapp.application.queries.evidence import PaperRow
from fundingapp.application.queries.papers_due import PapersToReview, ReviewRow, ReviewWhy
from fundingapp.application.wording import count, short_date
from fundingapp.domain.evidence import PersonalData
from fundingapp.domain.ids import EvidenceId
from fundingapp.ui.evidence.paper_panel import ask_erase, ask_longer
from fundingapp.ui.inspector import Block, InspectorPage, Step, StepsBlock, TextBlock
from fundingapp.ui.office import Office
from fundingapp.ui.papers import open_paper
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, TALL_ROW_HEIGHT, Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.chips import Chips, ChipSpec
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.message_bar import Message

TONES = {
    ReviewWhy.STATE: Tone.BAD,
    ReviewWhy.CONSENT: Tone.BAD,
    ReviewWhy.DUE: Tone.ATTENTION,
}

REVIEW = (
    Column[ReviewRow](
        "Paper",
        lambda line: line.row.title_or_name,
        sort="name",
        filter="name",
        second=lambda line: line.row.of.sort.value,
        tip=lambda line: line.row.of.name,
        stretch=3,
        width=220,
        least=190,
        strong=True,
    ),
    Column[ReviewRow](
        "Why",
        lambda line: line.why.value,
        sort="why",
        filter="why",
        pill=lambda line: TONES.get(line.why, Tone.NEUTRAL),
        width=150,
    ),
    Column[ReviewRow](
        "What is to be decided",
        lambda line: line.sentence,
        tip=lambda line: line.sentence,
        stretch=5,
        width=340,
        least=260,
        wrap=True,
    ),
    Column[ReviewRow](
        "Keep until",
        lambda line: short_date(line.row.of.retain_until),
        sort="until",
        order=lambda line: (line.row.of.retain_until is not None, line.row.of.retain_until),
        width=88,
        may_hide=True,
    ),
    Column[ReviewRow](
        "Supports",
        lambda line: line.row.supports_in_words or "nothing yet",
        tip=lambda line: "\n".join(each.words for each in line.row.supports),
        stretch=3,
        width=180,
        least=150,
        may_hide=True,
        wrap=True,
    ),
)


class ReviewView(GrantView):
    """Nothing is deleted by itself: each row waits until a person has decided (bad-inputs R06)."""

    def __init__(self, office: Office) -> None:
        super().__init__("review", "To review", office)
        self._rows: tuple[ReviewRow, ...] = ()
        self._shown: object = None
        self._look = primary_button(
            "No personal data", self.looked, tip="You looked at the selected papers, and found none"
        )
        self._longer = button("Keep longer…", self.keep_longer)
        self._open_paper = button("Open", self.open_it, tip="As a read-only copy")
        self.buttons += [self._open_paper, self._longer, self._look]
        self.chips = Chips("Which papers")
        self.chips.chosen.connect(lambda _key: self._show_rows())
        self.body.setSpacing(2 * STEP)
        self.body.addWidget(self.chips)
        self._stack = ViewStack()
        card = Card()
        self.table = TableView("To review", "evidence.review", office.settings, row_height=TALL_ROW_HEIGHT)
        self._model = ListTableModel[ReviewRow](REVIEW, lambda line: (line.why, line.row.id), self.table)
        self.table.set_model(self._model)
        self.table.setMinimumHeight(180)
        self.table.row_activated.connect(self._open)
        self.table.current_row_changed.connect(self._current_changed)
        self.table.clicked.connect(lambda _index: self._open(self.table.current_row))
        self.table.selection_summarised.connect(self.selection_summarised)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        card.add(self.table, 1)
        self._stack.addWidget(card)
        self._none = EmptyState(
            "check",
            "Nothing waits for you",
            "Papers come here when they have been kept as long as they were to be, when nobody has looked yet whether "
            "they tell of people, when consent is missing or withdrawn, and when a file was changed or is gone. "
            "Nothing is deleted by itself.",
        )
        self._stack.addWidget(self._none)
        self.body.addWidget(self._stack, 1)
        self._enable()

    # What the page uses

    def refresh(self, topics: Topic) -> None:
        if topics & ~Topic.SUGGESTIONS:
            self.office.ask("evidence.review", PapersToReview(), self._show, self)

    def first_focus(self) -> QWidget:
        return self._none if self._stack.currentWidget() is self._none else self.table

    def panel_closed(self) -> None:
        self._shown = None

    def take_drop(self, _dropped: QMimeData) -> None:
        """Papers are added elsewhere: which this would be one of could not be said here."""
        self.say(
            Message("Nothing was added: drop files on the list of papers, or on a gap.", "", Tone.ATTENTION)
        )

    # What is shown

    def _show(self, rows: tuple[ReviewRow, ...]) -> None:
        self._rows = rows
        self._stack.setCurrentIndex(0 if rows else 1)
        self.chips.setVisible(bool(rows))
        kinds = [why for why in ReviewWhy if any(row.why is why for row in rows)]
        self.chips.set_chips(
            [
                ChipSpec(None, "All", len(rows)),
                *(
                    ChipSpec(
                        why,
                        why.value.capitalize(),
                        sum(row.why is why for row in rows),
                        TONES.get(why, Tone.NEUTRAL),
                    )
                    for why in kinds
                ),
            ]
        )
        self._show_rows()
        if self.isVisible():
            self.state_changed.emit(f"{count(len(rows), 'paper')} to review" if rows else "nothing to review")
        if self._shown is not None and self._shown not in [self._key(row) for row in self._model.rows]:
            self.office.inspect_over.emit(("review", self._shown))
            self._shown = None

    @staticmethod
    def _key(row: ReviewRow) -> object:
        return row.why, row.row.id

    def _show_rows(self) -> None:
        self._model.set_rows([row for row in self._rows if self.chips.key in (None, row.why)])
        self._enable()

    def _chosen(self) -> list[PaperRow]:
        """The papers of the selected rows, else the one under the cursor; each once."""
        rows: Sequence[ReviewRow] = self.table.selected_rows()
        if not rows and self.table.current_row is not None:
            rows = [self.table.current_row]
        return list({row.row.id: row.row for row in rows}.values())

    def _enable(self) -> None:
        chosen = self._chosen()
        can_write = not self.office.is_read_only
        unknown = [row for row in chosen if row.of.personal is PersonalData.UNKNOWN]
        self._look.setEnabled(can_write and bool(unknown))
        self._longer.setEnabled(can_write and bool(chosen))
        self._open_paper.setEnabled(len(chosen) == 1)

    def _current_changed(self, row: object) -> None:
        self._enable()
        if self.table.hasFocus() and self._shown is not None:
            self._open(row)

    def _open(self, row: object) -> None:
        if not isinstance(row, ReviewRow):
            return
        self._shown = self._key(row)
        paper = row.row
        blocks: list[Block] = [TextBlock(row.sentence, row.why.value.capitalize())]
        if paper.of.found:
            blocks.append(TextBlock(paper.of.found, "What the automatic look found"))
        if paper.supports:
            blocks.append(TextBlock("\n".join(each.words for each in paper.supports), "Supports"))
        name = paper.title_or_name
        steps = [Step("Open", partial(open_paper, self.office, self, paper), is_primary=True)]
        if not self.office.is_read_only:
            if row.why is ReviewWhy.PERSONAL:
                steps.append(Step("No personal data", partial(self._say, paper.id, PersonalData.NONE)))
                steps.append(Step("Personal data", partial(self._say, paper.id, PersonalData.SOME)))
                steps.append(Step("Special category", partial(self._say, paper.id, PersonalData.SPECIAL)))
            if row.why in (ReviewWhy.DUE, ReviewWhy.SOON):
                steps.append(Step("Keep longer…", partial(ask_longer, self.office, (paper.id,), name)))
                steps.append(Step("Erase…", partial(ask_erase, self.office, paper.id, name, self)))
        steps.append(Step("Everything of it", lambda: self.go("evidence", ("papers", paper.id))))
        blocks.append(StepsBlock(steps))
        self.inspect(InspectorPage(name, blocks, ("review", self._shown)))

    # What is done

    def _say(self, paper: EvidenceId, personal: PersonalData) -> None:
        self.office.do(LookedAt((paper,), personal), "Look at the paper")

    def looked(self) -> None:
        """Says of the selected papers that a person has looked and found no personal data."""
        papers = tuple(row.id for row in self._chosen() if row.of.personal is PersonalData.UNKNOWN)
        if papers:
            self.office.do(LookedAt(papers, PersonalData.NONE), f"Look at {count(len(papers), 'paper')}")

    def keep_longer(self) -> None:
        """Asks until when the selected papers are kept, and why."""
        rows = self._chosen()
        if rows:
            name = rows[0].title_or_name if len(rows) == 1 else count(len(rows), "paper")
            ask_longer(self.office, tuple(row.id for row in rows), name)

    def open_it(self) -> None:
        """Opens the paper under the cursor."""
        rows = self._chosen()
        if len(rows) == 1:
            open_paper(self.office, self, rows[0])
