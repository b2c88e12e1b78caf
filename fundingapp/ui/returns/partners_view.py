"""Workbooks that went to project leads: who has one, what those that came back propose, and what becomes of it; the
commissioner's queries stand beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import shorten
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from fundingapp.application.commands.partner_books import (
    AcceptProposals,
    BookBack,
    BookMade,
    MakePartnerBooks,
    RefuseProposals,
    TakeBackBook,
    TakeBackQueries,
    WaitNoLonger,
)
from fundingapp.application.effect import Command, Effect, Topic
from fundingapp.application.queries.partner_books import (
    BookShown,
    PartnerBooksOf,
    PartnersAnswer,
    ProjectToAsk,
    ProposalShown,
)
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.wording import count, short_date
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.partner_books import BookKind, BookState, ProposalState
from fundingapp.domain.positions import GrantPosition
from fundingapp.ui.dropped import files_of
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import (
    Block,
    CheckBlock,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
    WidgetBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.returns.choice import ReturnChoice
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import ROW_HEIGHT, STEP, Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message

WORKBOOKS = "Workbooks (*.xlsx *.xlsm)"
#: So many cells are listed in the inspector; the rest are counted.
_MOST = 40
#: So many characters of a text stand in the list of proposals.
_SHORT = 22
#: An amount as a cell has it: with pence and without commas.
_AMOUNT = re.compile(r"-?\d+\.\d\d")


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A workbook that went out, or a project that has none."""

    book: BookShown | None = None
    ask: ProjectToAsk | None = None

    @property
    def key(self) -> tuple[str, int]:
        if self.book is not None:
            return ("book", self.book.id)
        return ("project", self.ask.id if self.ask is not None else 0)

    @property
    def ref(self) -> str:
        return self.book.ref if self.book is not None else self.ask.ref if self.ask is not None else ""

    @property
    def name(self) -> str:
        return self.book.name if self.book is not None else self.ask.name if self.ask is not None else ""

    @property
    def lead(self) -> str:
        said = self.book.value.sent_to or self.book.lead if self.book is not None else ""
        return said or (self.ask.lead if self.ask is not None else "")

    @property
    def state(self) -> str:
        if self.book is None:
            return "not made"
        return "late" if self.book.is_late else self.book.value.state.value

    @property
    def place(self) -> int:
        """What waits for a decision comes first, what is settled last."""
        if self.book is None:
            return 2
        return {BookState.BACK: 0, BookState.OUT: 1, BookState.SETTLED: 3}[self.book.value.state]

    @property
    def tone(self) -> Tone | None:
        if self.book is None:
            return None
        if self.book.is_late:
            return Tone.BAD
        return {
            BookState.OUT: Tone.NEUTRAL,
            BookState.BACK: Tone.ATTENTION,
            BookState.SETTLED: Tone.GOOD,
        }[self.book.value.state]


def _due(row: PartnerRow) -> str:
    due = row.book.value.due if row.book is not None else None
    return short_date(due) if due is not None else "–"


def _back(row: PartnerRow) -> str:
    at = row.book.value.back_at if row.book is not None else None
    return short_date(at.astimezone().date()) if at is not None else "–"


BOOKS = (
    Column[PartnerRow]("Ref", lambda row: row.ref, width=72, quiet=True),
    Column[PartnerRow]("Project", lambda row: row.name, stretch=2, width=220, least=120),
    Column[PartnerRow]("Lead", lambda row: row.lead or "nobody named", stretch=1, width=160, least=100),
    Column[PartnerRow]("State", lambda row: row.state, pill=lambda row: row.tone, width=104),
    Column[PartnerRow]("Due", _due, width=96),
    Column[PartnerRow]("Back", _back, width=96),
    Column[PartnerRow](
        "To decide",
        lambda row: str(row.book.waiting) if row.book is not None and row.book.waiting else "–",
        RIGHT,
        width=84,
    ),
)


def _read(text: str) -> str:
    """What stands in a cell of the workbook, amounts as they are read everywhere else: “1,777.77”."""
    return str(Money.parse(text)) if _AMOUNT.fullmatch(text) else text


def _short(text: str) -> str:
    """So much of a text as stands in the list; the inspector has all of it."""
    return shorten(_read(text), _SHORT, placeholder="…")


_TONES = {
    ProposalState.PROPOSED: Tone.ATTENTION,
    ProposalState.ACCEPTED: Tone.GOOD,
    ProposalState.REFUSED: Tone.NEUTRAL,
}
PROPOSALS = (
    Column[ProposalShown]("Cell", lambda row: f"{row.value.sheet}!{row.value.cell}", width=136),
    Column[ProposalShown](
        "What it is",
        lambda row: row.label.partition(": ")[2] or row.label,
        tip=lambda row: row.label,
        stretch=2,
        width=220,
        least=120,
    ),
    Column[ProposalShown](
        "Was", lambda row: _short(row.value.was) or "–", tip=lambda row: row.value.was, width=110
    ),
    Column[ProposalShown](
        "In the file now",
        lambda row: _short(row.now) or "–",
        pill=lambda row: Tone.BAD if row.has_moved else None,
        tip=lambda row: "changed since the workbook went out" if row.has_moved else row.now,
        width=126,
    ),
    Column[ProposalShown](
        "Proposed",
        lambda row: _read(row.value.proposed) or "(emptied)",
        tip=lambda row: row.value.proposed,
        stretch=2,
        width=180,
        least=110,
    ),
    Column[ProposalShown](
        "State",
        lambda row: row.value.state.value,
        pill=lambda row: _TONES[row.value.state],
        tip=lambda row: row.value.reason,
        width=104,
    ),
)


class PartnersView(GrantView):
    """Above the workbooks of the quarter, below what the chosen one proposes; A accepts and R refuses what is chosen
    there. A file that is dropped anywhere on the view is taken back."""

    def __init__(self, office: Office, choice: ReturnChoice) -> None:
        super().__init__("partners", "Partners", office)
        self._choice = choice
        self._position: GrantPosition | None = None
        self.answer: PartnersAnswer | None = None
        self._wanted: object = None
        self.setAcceptDrops(True)
        self._queries = button(
            "Commissioner's queries…", self._choose_queries, tip="The return as the commissioner sent it back"
        )
        self._take = button(
            "Take back…", self._choose_back, icon="import", tip="A workbook that a lead sent back"
        )
        self._make = primary_button("Make workbooks…", self._make_form, icon="plus")
        self.buttons += [self._queries, self._take, self._make]
        self._stack = ViewStack()
        lists = QWidget()
        column = QVBoxLayout(lists)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * STEP)
        self.books = self._table("Workbooks", "returns.partner_books", BOOKS, lambda row: row.key)
        self.books.current_row_changed.connect(self._show_proposals)
        self.books.row_activated.connect(self.open_book)
        above = Card()
        above.add(self.books, 1)
        column.addWidget(above, 2)
        self.proposals = self._table("Proposals", "returns.partner_proposals", PROPOSALS, lambda row: row.id)
        self.proposals.takes_key = self._key
        self.proposals.row_activated.connect(self.open_proposal)
        self._words = label("", "second", wrap=True)
        self._accept = primary_button("Accept (A)", self.accept_chosen)
        self._refuse = button("Refuse… (R)", self.refuse_chosen)
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addWidget(self._words, 1)
        row.addWidget(self._refuse)
        row.addWidget(self._accept)
        bar = QWidget()
        bar.setLayout(row)
        row.setContentsMargins(3 * STEP, 2 * STEP, 3 * STEP, STEP)
        for table in (self.books, self.proposals):
            # Two lists share the page: neither asks for more than is there, so that the page need not scroll.
            table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            table.setMinimumHeight(90)
        below = Card()
        below.add(bar)
        below.add(self.proposals, 1)
        column.addWidget(below, 3)
        self._stack.addWidget(lists)
        empty = EmptyState(
            "returns",
            "No project to ask yet",
            "Each project's lead gets a workbook with their own lines: forecast, figures, milestones and payments to"
            " agree. What comes back is proposed, and you decide. Award a project first.",
        )
        empty.add_step("Award a project…", lambda: self.go("projects"))
        self._stack.addWidget(empty)
        self.body.addWidget(self._stack, 1)
        choice.quarter_changed.connect(lambda _quarter: self._ask() if self.isVisible() else None)

    def _table(self, title: str, key: str, columns: Any, id: Callable[[Any], object]) -> TableView:
        table = TableView(title, key, self.office.settings, self.office.asker, row_height=ROW_HEIGHT)
        table.set_model(ListTableModel[Any](columns, id, table))
        table.selection_summarised.connect(self.selection_summarised)
        return table

    # What the page calls

    def show_position(self, answer: PositionAnswer) -> None:
        self._position = answer.position
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if topics & (Topic.RETURNS | Topic.PROJECTS | Topic.RESULTS | Topic.CHARGES | Topic.GRANTS):
            self._ask()

    def first_focus(self) -> QWidget:
        return self.books

    def _ask(self) -> None:
        position = self._position
        if position is not None:
            question = PartnerBooksOf(position.fund_id, position.year, self._choice.quarter)
            self.office.ask_of_grant("returns.partners", question, self._show, self)

    def _show(self, answer: PartnersAnswer) -> None:
        current = self.books.current_row
        self.answer = answer
        rows = [PartnerRow(book=book) for book in answer.books]
        rows += [PartnerRow(ask=ask) for ask in answer.without]
        rows.sort(key=lambda row: (row.place, row.ref))
        model = self.books.model()
        assert isinstance(model, ListTableModel)
        model.set_rows(rows)
        self._stack.setCurrentIndex(0 if rows else 1)
        wanted = self._wanted or (current.key if current is not None else None)
        self._wanted = None
        if rows and (wanted is None or not self.books.select_key(wanted)):
            self.books.select_key(rows[0].key)
        self._show_proposals(self.books.current_row)
        out = sum(book.value.state is BookState.OUT for book in answer.books)
        late = sum(book.is_late for book in answer.books)
        waiting = sum(book.waiting for book in answer.books)
        parts = [
            f"{waiting:,} to decide" if waiting else "nothing to decide",
            f"{out:,} out",
            f"{late:,} late" if late else "",
        ]
        self.state_changed.emit(", ".join(filter(None, parts)))
        read_only = self.office.is_read_only
        self._make.setDisabled(read_only or not rows)
        self._take.setDisabled(read_only or not answer.books)
        self._queries.setDisabled(read_only or not answer.returns)

    def _show_proposals(self, row: object) -> None:
        book = row.book if isinstance(row, PartnerRow) else None
        model = self.proposals.model()
        assert isinstance(model, ListTableModel)
        model.set_rows(book.proposals if book is not None else ())
        if book is None:
            said = (
                "No workbook was made for this project: choose “Make workbooks…”." if row is not None else ""
            )
        elif book.value.state is BookState.OUT:
            said = f"{book.ref}: the workbook is out. When it is back, drop the file here or choose “Take back…”."
        elif not book.proposals:
            said = f"{book.ref}: nothing was proposed."
        else:
            said = f"{book.ref}: {count(book.waiting, 'proposal')} to decide of {len(book.proposals):,}."
        self._words.setText(said)
        can = book is not None and book.waiting > 0 and not self.office.is_read_only
        self._accept.setEnabled(can)
        self._refuse.setEnabled(can)

    # Making and taking back

    def _make_form(self) -> None:
        self.inspect(
            InspectorPage("Make workbooks", [WidgetBlock(lambda: MakeForm(self))], ("form", "partners make"))
        )

    def make(self, projects: tuple[ProjectId, ...], due: Any, mail: bool) -> None:
        """Asks for a folder and writes the workbooks of *projects* (all for none) into it."""
        position = self._position
        if position is None:
            return
        folder = self.office.files.to_folder(self, "Folder for the workbooks")
        if folder is not None:
            command = MakePartnerBooks(
                position.fund_id, position.year, self._choice.quarter, folder, projects, due, mail
            )
            self.office.do(command, "Make the workbooks", partial(self._made, folder))

    def _made(self, folder: Path, effect: Effect[tuple[BookMade, ...]]) -> None:
        made = effect.result
        self.close_panel()
        letters = len({each.letter for each in made if each.letter is not None})
        words = f", and {count(letters, 'letter')}" if letters else ""
        self.say(Message(f"{count(len(made), 'workbook')}{words} written to {folder}.", tone=Tone.GOOD))
        self.books.setFocus()

    def _choose_back(self) -> None:
        path = self.office.files.to_open(self, "Workbook that came back", WORKBOOKS)
        if path is not None:
            self.take_back(path)

    def take_back(self, path: Path) -> None:
        """Takes a lead's workbook back."""
        self.office.do(TakeBackBook(path), f"Take back {path.name}", self._came_back)

    def _choose_queries(self) -> None:
        answer = self.answer
        if answer is None or not answer.returns:
            return
        path = self.office.files.to_open(self, "Return with the commissioner's queries", WORKBOOKS)
        if path is not None:
            command = TakeBackQueries(path, answer.returns[-1][0])
            self.office.do(command, f"Take in {path.name}", self._came_back)

    def _came_back(self, effect: Effect[BookBack]) -> None:
        back = effect.result
        self._wanted = ("book", back.id)
        self._ask()
        blocks: list[Block] = [
            SumBlock(
                [
                    SumRow("Proposals", str(len(back.proposals))),
                    SumRow("Unchanged", str(back.unchanged)),
                    SumRow("Can't be taken", str(len(back.wrong))),
                    SumRow("Changed where nothing was asked", str(len(back.others))),
                ]
            )
        ]
        if back.told:
            blocks.append(CheckBlock([("look", Tone.ATTENTION, told) for told in back.told]))
        for rows, caption in ((back.wrong, "Can't be taken"), (back.others, "Where nothing was asked")):
            lines = [f"{each.sheet}!{each.cell}: {each.text}. {each.advice}" for each in rows[:_MOST]]
            if len(rows) > _MOST:
                lines.append(f"and {len(rows) - _MOST:,} more.")
            if lines:
                blocks.append(TextBlock("\n".join(lines), caption))
        self.inspect(
            InspectorPage(f"{back.called[:1].upper()}{back.called[1:]}", blocks, ("partners", back.id))
        )
        self.proposals.setFocus()

    # Deciding

    def _chosen(self) -> tuple[int, ...]:
        rows = [row for row in self.proposals.selected_rows() if isinstance(row, ProposalShown)]
        current = self.proposals.current_row
        if not rows and isinstance(current, ProposalShown):
            rows = [current]
        return tuple(row.id for row in rows if row.value.state is ProposalState.PROPOSED)

    def _key(self, event: QKeyEvent) -> bool:
        if event.modifiers() or self.office.is_read_only or not self._chosen():
            return False
        if event.key() == Qt.Key.Key_A:
            self.accept_chosen()
        elif event.key() == Qt.Key.Key_R:
            self.refuse_chosen()
        else:
            return False
        return True

    def accept_chosen(self) -> None:
        """Accepts the chosen proposals; those whose value moved meanwhile are shown side by side first."""
        ids = self._chosen()
        if not ids:
            self.say(Message("Choose one or more proposals in the list first."))
            return
        moved = [
            row
            for row in self.proposals.selected_rows() or [self.proposals.current_row]
            if isinstance(row, ProposalShown) and row.id in ids and row.has_moved
        ]
        if moved:
            self.open_proposal(moved[0])
            return
        self.carry_out(AcceptProposals(ids), f"Accept {count(len(ids), 'proposal')}")

    def refuse_chosen(self) -> None:
        """Asks why, and refuses the chosen proposals."""
        ids = self._chosen()
        if not ids:
            self.say(Message("Choose one or more proposals in the list first."))
            return
        self.inspect(
            InspectorPage(
                f"Refuse {count(len(ids), 'proposal')}",
                [WidgetBlock(lambda: RefuseForm(self, ids))],
                ("form", "partners refuse"),
            )
        )

    def carry_out(self, command: Command[Any], name: str) -> None:
        """Does *command* and goes back to the list."""
        self.office.do(command, name, lambda _effect: self.close_form())

    def close_form(self) -> None:
        """Leaves the form; the keyboard is in the list again."""
        self.close_panel()
        self.proposals.setFocus()

    def open_proposal(self, row: object) -> None:
        """A proposal side by side with what was and what is now."""
        if not isinstance(row, ProposalShown):
            return
        value = row.value
        blocks: list[Block] = [
            TextBlock(value.was or "nothing", "When the workbook went out"),
            TextBlock(row.now or "nothing", "In the file now"),
            TextBlock(value.proposed or "emptied", "Proposed"),
        ]
        if row.has_moved:
            words = "the file has changed since the workbook went out"
            blocks.insert(0, CheckBlock([("changed", Tone.BAD, words)]))
        if value.subject.startswith("line/") and value.subject.endswith("/answer"):
            blocks.append(
                TextBlock(
                    "Accepting keeps what the lead says. The line stays charged until you charge it elsewhere on the"
                    " page Spend.",
                    "Ledger line",
                )
            )
        if value.state is not ProposalState.PROPOSED:
            said = f"{value.state.value} by {value.decided_by}"
            blocks.append(TextBlock(f"{said}: {value.reason}" if value.reason else said, "Decided"))
        elif not self.office.is_read_only:
            accept = AcceptProposals((row.id,), although_changed=row.has_moved)
            words = "Accept it nevertheless" if row.has_moved else "Accept"
            blocks.append(
                StepsBlock(
                    [
                        Step(words, lambda: self.carry_out(accept, "Accept the proposal"), is_primary=True),
                        Step("Refuse…", self.refuse_chosen),
                    ]
                )
            )
        self.inspect(InspectorPage(row.label, blocks, ("partners", "proposal", row.id)))

    def open_book(self, row: object) -> None:
        """A workbook, and that it is not waited for any more."""
        if not isinstance(row, PartnerRow):
            return
        if row.book is None:
            self._make_form()
            return
        book = row.book
        value = book.value
        if value.kind is BookKind.QUERIES or value.state is not BookState.OUT or self.office.is_read_only:
            self.proposals.setFocus()
            return
        made = (
            f"Made by {value.made_by} on {short_date(value.made_at.astimezone().date())}: {value.file_name}."
        )
        self.inspect(
            InspectorPage(
                f"{book.ref} {book.name}",
                [
                    TextBlock(made),
                    WidgetBlock(lambda: WaitForm(self, book)),
                ],
                ("form", f"partners wait {book.id}"),
            )
        )

    # Qt overrides

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_of(event.mimeData()) and not self.office.is_read_only:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Each workbook that is dropped is taken back."""
        event.acceptProposedAction()
        for path in files_of(event.mimeData()):
            self.take_back(Path(path))


class MakeForm(Form):
    """For which projects, until when, and whether with letters."""

    def __init__(self, view: PartnersView) -> None:
        super().__init__("Choose a folder…", self._accepted, view.close_form)
        self._view = view
        current = view.books.current_row
        self._one: tuple[ProjectId, ...] = ()
        if isinstance(current, PartnerRow):
            project = current.book.value.project if current.book is not None else None
            project = current.ask.id if current.ask is not None else project
            self._one = (project,) if project is not None else ()
        self.all = Check("For every project of the grant")
        self.all.setChecked(True)
        self.add("Projects", self.all)
        if isinstance(current, PartnerRow) and self._one:
            self.add("", label(f"Otherwise for {current.ref} {current.name} alone.", "note", wrap=True))
        self.due = self.day("To be back by", None, "such as 20/04/2019")
        self.mail = Check("Write a letter to each lead, as a draft")
        self.mail.setChecked(True)
        self.add("Letters", self.mail)

    def _accepted(self) -> str:
        if self.due.text().strip() and self.due.day is None:
            return "That is no day: type it as 20/04/2019."
        self._view.make(() if self.all.isChecked() else self._one, self.due.day, self.mail.isChecked())
        return ""


class RefuseForm(Form):
    """Why proposals are refused."""

    def __init__(self, view: PartnersView, ids: tuple[int, ...]) -> None:
        super().__init__("Refuse", self._accepted, view.close_form)
        self._view, self._ids = view, ids
        self.reason: QPlainTextEdit = self.long_text("Reason", "", "it is the answer to them")

    def _accepted(self) -> str:
        reason = self.reason.toPlainText().strip()
        if not reason:
            return "Say why, in a few words."
        name = f"Refuse {count(len(self._ids), 'proposal')}"
        self._view.carry_out(RefuseProposals(self._ids, reason), name)
        return ""


class WaitForm(Form):
    """Why a workbook is not waited for any more."""

    def __init__(self, view: PartnersView, book: BookShown) -> None:
        super().__init__("Wait no longer", self._accepted, view.close_form)
        self._view, self._book = view, book
        self.reason = self.text("Reason", "", "such as: told by phone that nothing changes")

    def _accepted(self) -> str:
        if not self.reason.text().strip():
            return "Say why, in a few words."
        self._view.carry_out(WaitNoLonger(self._book.id, self.reason.text()), "Wait no longer")
        return ""
