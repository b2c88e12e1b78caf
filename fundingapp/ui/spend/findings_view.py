"""The findings workbook: out to the budget holder, and what they answered back in, as proposals to be taken."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.enquiries import AcceptAnswers
from fundingapp.application.effect import Effect
from fundingapp.application.queries.enquiries import AskedOut, ReadAnswers, WriteEnquiry
from fundingapp.application.wording import count
from fundingapp.domain.enquiries import Answer, Answers
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.office import Office
from fundingapp.ui.spend.sub_view import SubView
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import ViewStack
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message

WORKBOOK = "Excel workbook (*.xlsx)"
WORKBOOKS = "Findings workbook (*.xlsx *.xlsm *.xls *.ods)"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A row that came back with something in it: *answer* is None for one that can't be taken."""

    row: int
    supplier: str
    description: str
    amount: Money | None
    given: str
    words: str
    answer: Answer | None


def rows_of(answers: Answers) -> list[AnswerRow]:
    """All that was answered, in the order of the workbook."""
    rows = [
        AnswerRow(
            answer.row,
            answer.line.supplier or answer.line.transaction,
            answer.line.description,
            answer.line.amount,
            str(answer.target),
            " · ".join(part for part in (answer.comment, answer.who) if part),
            answer,
        )
        for answer in answers.answered
    ]
    rows += [AnswerRow(row.row, "", "", None, row.given, row.why, None) for row in answers.not_understood]
    return sorted(rows, key=lambda row: row.row)


_COLUMNS = (
    Column[AnswerRow](
        "Row", lambda row: f"{row.row:,}", RIGHT, width=56, sort="row", order=lambda row: row.row
    ),
    Column[AnswerRow]("Supplier", lambda row: row.supplier, width=170, stretch=1, least=100, sort="supplier"),
    Column[AnswerRow](
        "Description", lambda row: row.description, width=170, stretch=1, least=90, quiet=True, may_hide=True
    ),
    Column[AnswerRow](
        "£",
        lambda row: str(row.amount) if row.amount is not None else "",
        RIGHT,
        width=100,
        amount=lambda row: row.amount,
        sort="amount",
        order=lambda row: row.amount.pence if row.amount is not None else 0,
    ),
    Column[AnswerRow](
        "Answer",
        lambda row: row.given,
        width=150,
        stretch=1,
        least=100,
        tip=lambda row: row.given,
        sort="given",
    ),
    Column[AnswerRow](
        "Can be taken",
        lambda row: "yes" if row.answer is not None else "no",
        width=100,
        pill=lambda row: Tone.GOOD if row.answer is not None else Tone.ATTENTION,
        sort="taken",
    ),
    Column[AnswerRow](
        "What they say, or why not",
        lambda row: row.words,
        width=280,
        stretch=2,
        least=140,
        tip=lambda row: row.words,
    ),
)


class FindingsView(SubView):
    """Teaches both steps; once a workbook came back, lists its answers and takes the chosen ones."""

    said = Signal(object)  # Message

    def __init__(self, office: Office, parent: QWidget | None = None) -> None:
        super().__init__("Findings workbook", parent)
        self._office = office
        self._year: FinancialYear | None = None
        self._answers: Answers | None = None
        self._path = Path()
        self.head.add(button("Back to the lines", self.go_back, icon="chevron-left"))
        self._write: Button = button("Write the workbook…", self.write, icon="export")
        self._read: Button = button("Read answers…", self.read, icon="import")
        self._take: Button = primary_button("Take the answers", self.take)
        for made in (self._write, self._read, self._take):
            self.head.add(made)
        self.table = TableView("Answers of the budget holder", "spend.answers", office.settings)
        self._model = ListTableModel(_COLUMNS, lambda row: row.row, self.table)
        self.table.set_model(self._model)
        self.table.selection_summarised.connect(lambda _summary: self._show_state())
        self._empty = empty = EmptyState(
            "spend",
            "Ask the budget holder",
            "Write what is unplaced or odd to a workbook and send it to those who know. They choose a project for each "
            "line, or say that it is not theirs, and send it back. Their answers come in as proposals: nothing is "
            "charged before you take them.",
        )
        empty.add_step("Write the workbook…", self.write)
        empty.add_step("Read answers…", self.read)
        self._stack = ViewStack()
        self._stack.addWidget(empty)
        self._stack.addWidget(self.table)
        box = Card()
        box.add(self._stack, 1)
        self.body.addWidget(box, 1)
        self._accounted = label("", "note", wrap=True)
        self.body.addWidget(self._accounted)
        self._show_state()

    # What the page uses

    def set_year(self, year: FinancialYear | None) -> None:
        """The year whose lines are asked about."""
        self._year = year

    def refresh(self) -> None:
        """Reads the answers again after something changed: a line may have been placed meanwhile."""
        if self._answers is not None:
            self._look_at(self._path)

    def first_focus(self) -> QWidget:
        return self.table if self._answers is not None else self._empty

    # What the user does

    def write(self) -> None:
        """Asks where to, and writes the workbook."""
        year = self._year
        if year is None:
            return
        name = f"Lines to place {str(year).replace('/', '-')}.xlsx"
        out = self._office.files.to_save(self, "Write the findings workbook", name, WORKBOOK)
        if out is not None:
            desk = self._office.desk
            question = WriteEnquiry(year, out)
            self._office.work(
                f"Write {out.name}", lambda progress: desk.ask(question, progress), self._written
            )

    def _written(self, asked: AskedOut) -> None:
        others = f" and names {count(asked.findings, 'other thing')} to look at" if asked.findings else ""
        self.said.emit(
            Message(
                f"“{asked.path.name}” asks about {count(asked.lines, 'line')}{others}.",
                "Send it to the budget holder, and read it here when it comes back.",
                Tone.GOOD,
            )
        )

    def read(self) -> None:
        """Asks for a workbook that came back, and shows what it proposes."""
        path = self._office.files.to_open(self, "Read answers", WORKBOOKS)
        if path is not None:
            self._look_at(path)

    def _look_at(self, path: Path) -> None:
        desk = self._office.desk

        def shown(answers: Answers) -> None:
            self._path, self._answers = path, answers
            self._show()

        self._office.work(f"Read {path.name}", lambda progress: desk.ask(ReadAnswers(path), progress), shown)

    def take(self) -> None:
        """Charges the lines of the chosen answers, or of all that can be taken when none is chosen."""
        chosen = self._chosen()
        if chosen and self._answers is not None:
            self._take.setEnabled(False)
            command = AcceptAnswers(chosen, self._answers.file)
            self._office.do(command, "Take answers", self._taken).ended.connect(
                lambda _job: self._show_state()
            )

    def _taken(self, effect: Effect[int]) -> None:
        self.said.emit(
            Message(f"{count(effect.result, 'line')} charged as the budget holder answered.", "", Tone.GOOD)
        )

    # What is shown

    def _chosen(self) -> tuple[Answer, ...]:
        selected: list[AnswerRow] = self.table.selected_rows()
        rows = selected or list(self._model.rows)
        return tuple(row.answer for row in rows if row.answer is not None)

    def _show(self) -> None:
        answers = self._answers
        if answers is None:
            return
        self._model.set_rows(rows_of(answers))
        self._stack.setCurrentIndex(1)
        self.head.set_state(answers.file)
        self._accounted.setText(
            f"{count(answers.read, 'row')} read = {len(answers.answered):,} answered + {len(answers.left_open):,} left "
            f"open + {len(answers.not_understood):,} that can’t be taken. Answered: {answers.total.in_words}."
        )
        self._show_state()
        self.table.setFocus()

    def _show_state(self) -> None:
        can_write = not self._office.is_read_only
        # Before anything came back, the middle of the page offers the two steps.
        for made in (self._write, self._read, self._take):
            made.setVisible(self._answers is not None)
        self._accounted.setVisible(self._answers is not None)
        chosen = self._chosen() if self._answers is not None else ()
        selected = bool(self.table.selected_places()) if self._answers is not None else False
        self._take.setEnabled(can_write and bool(chosen))
        self._take.set_text(f"Take {count(len(chosen), 'answer')}" if chosen else "Take the answers")
        self._take.setToolTip(
            "" if selected or not chosen else "All that can be taken; choose rows to take only some"
        )
