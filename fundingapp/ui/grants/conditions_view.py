"""The conditions register of a grant: its limits as gauges, what each clause asks for, and how it was settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from fundingapp.application.commands.conditions import (
    AddConditions,
    AttachToCondition,
    MoveCondition,
    RemoveCondition,
)
from fundingapp.application.effect import Effect, Topic
from fundingapp.application.queries.conditions import (
    ConditionRow,
    ConditionsAnswer,
    ConditionsOf,
    ConditionsRead,
    ReadConditions,
)
from fundingapp.application.wording import count, short_date
from fundingapp.domain.gauges import Reading
from fundingapp.domain.grant_conditions import ConditionState
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.states import Move, Need
from fundingapp.ui.forms import Form
from fundingapp.ui.gauge_rows import GaugeRows
from fundingapp.ui.grants.condition_form import ConditionForm
from fundingapp.ui.grants.register_view import RegisterView
from fundingapp.ui.inspector import (
    Block,
    CheckBlock,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
)
from fundingapp.ui.noticed import noticed_block
from fundingapp.ui.office import Office
from fundingapp.ui.page import Figure
from fundingapp.ui.papers import papers_block
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import TALL_ROW_HEIGHT, Tone
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.evidence_field import EvidenceField
from fundingapp.ui.widgets.message_bar import Message

TABLES = "Tables of conditions (*.csv *.xlsx *.xlsm *.xls *.ods)"
PAPERS = "Evidence (*)"
_STATES = {
    ConditionState.OPEN: Tone.ACCENT,
    ConditionState.MET: Tone.GOOD,
    ConditionState.WAIVED: Tone.NEUTRAL,
    ConditionState.BREACHED: Tone.BAD,
}


def _state(row: ConditionRow) -> str:
    return "overdue" if _is_late(row) else row.condition.state.value


def _is_late(row: ConditionRow) -> bool:
    return row.is_overdue and row.condition.state is ConditionState.OPEN


def _tone(row: ConditionRow) -> Tone:
    return Tone.BAD if _is_late(row) else _STATES[row.condition.state]


def _about(row: ConditionRow) -> str:
    """What stands under the text: whom it concerns, and whether it holds money back."""
    parts = [
        f"{row.ref} {row.project}" if row.ref else "",
        "holds money back until it is met" if row.condition.before_release else "",
        "measured above" if row.condition.gauge is not None else "",
        count(len(row.evidence), "paper") if row.evidence else "",
    ]
    return " · ".join(part for part in parts if part)


COLUMNS = (
    Column[ConditionRow](
        "Clause",
        lambda row: row.condition.clause or "–",
        width=78,
        least=60,
        order=lambda row: row.condition.clause,
    ),
    Column[ConditionRow](
        "What it asks",
        lambda row: row.condition.text,
        second=_about,
        tip=lambda row: row.condition.text,
        stretch=1,
        width=340,
        least=260,
        wrap=True,
    ),
    Column[ConditionRow](
        "Kind", lambda row: row.condition.kind.value, width=110, least=80, may_hide=True, quiet=True
    ),
    Column[ConditionRow](
        "Owner", lambda row: row.condition.owner or "–", width=110, least=70, may_hide=True, quiet=True
    ),
    Column[ConditionRow](
        "Due",
        lambda row: short_date(row.condition.due),
        second=lambda row: row.due,
        width=104,
        order=lambda row: row.condition.due or date.max,
    ),
    Column[ConditionRow]("State", _state, pill=_tone, width=92),
)


class ConditionsView(RegisterView):
    """A register with the chosen condition in the inspector; its forms stand there too."""

    def __init__(self, office: Office) -> None:
        table = TableView(
            "Conditions", "grants.conditions", office.settings, office.asker, row_height=TALL_ROW_HEIGHT
        )
        model = ListTableModel[ConditionRow](COLUMNS, lambda row: row.id, table)
        topics = Topic.GRANTS | Topic.CLAIMS | Topic.PROJECTS
        super().__init__("conditions", "Conditions", office, table, model, topics)
        self.answer: ConditionsAnswer | None = None
        paste = button(
            "Paste from Excel", self._paste, tip="Clause, text, kind, owner, due … as copied cells"
        )
        read = button("Read a table…", self._choose_table, icon="import")
        self._add = primary_button("Add a condition…", self.add, icon="plus")
        for each in (paste, read, self._add):
            each.setDisabled(office.is_read_only)
            self.buttons.append(each)
        self._limits = Card("Limits of the agreement")
        self._gauges = GaugeRows()
        self._gauges.why_requested.connect(self.why_requested)
        self._limits.add_padded(self._gauges)
        self._limits.hide()
        self.body.addWidget(self._limits)
        self._card = Card("Conditions")
        empty = EmptyState(
            "check",
            "Write down what the grant asks for",
            "A condition is a clause of the agreement or of an offer: a report by a day, evidence before money is "
            "released, a limit such as “unallocated at most £15,000”. Limits are measured all the time.",
        )
        empty.add_changes(
            ("Add a condition…", self.add),
            ("Read a table…", self._choose_table),
            is_read_only=office.is_read_only,
        )
        self._stack = self.put_list(self._card, self.table, self._model, empty)

    # What the page calls

    def go_to(self, subject: object) -> None:
        if isinstance(subject, int):
            self.want(subject)

    def first_focus(self) -> QWidget:
        return self.table if self.answer is not None and self.answer.rows else self._add

    def ask(self, position: GrantPosition) -> None:
        question = ConditionsOf(position.fund_id, position.year)
        self.office.ask_of_grant("grants.conditions", question, self._show, self)

    def _show(self, answer: ConditionsAnswer) -> None:
        position = self._position
        if position is None:
            return
        self.answer = answer
        self._stack.setCurrentIndex(0 if answer.rows else 1)
        tone = Tone.BAD if answer.overdue else Tone.NEUTRAL
        late = f"{answer.overdue} overdue" if answer.overdue else str(len(answer.rows) or "")
        self._card.set_title("Conditions", late, tone)
        self._limits.setVisible(bool(answer.gauges))
        self._gauges.show_gauges(position.fund.name, position.year, answer.gauges)
        words = [count(answer.open, "condition") + " open"]
        if answer.overdue:
            words.append(f"{answer.overdue} overdue or breached")
        if answer.gauges:
            words.append(count(len(answer.gauges), "limit"))
        self.state_changed.emit(f"{position.fund.name} {position.year} · {', '.join(words)}")
        self.show_rows(answer.rows)

    # One of them

    def open(self, row: ConditionRow) -> None:
        """Shows *row* in the inspector, with what may be done with it."""
        condition = row.condition
        blocks: list[Block] = [CheckBlock([(_state(row), _tone(row), self._stands(row))])]
        blocks.append(TextBlock(condition.text, "What it asks"))
        reading = self._reading(row)
        if reading is not None and self._position is not None:
            why = Figure(f"{self._position.fund.name}/{self._position.year}/gauge:{row.id}")
            figure = reading.measured.part_figure
            blocks.append(
                SumBlock(
                    [
                        SumRow(
                            reading.gauge.value.capitalize(),
                            reading.value_in_words,
                            Figure(figure) if figure else None,
                        ),
                        SumRow("Limit", reading.limit_in_words),
                        SumRow("Room", reading.room_in_words, why, is_total=False),
                    ],
                    "How it stands",
                )
            )
        facts = [
            SumRow("Kind", condition.kind.value),
            SumRow("About", f"{row.ref} {row.project}" if row.ref else "the whole grant"),
            SumRow("Years", str(condition.year) if condition.year else "every year of the fund"),
            *([SumRow("Owner", condition.owner)] if condition.owner else []),
            *([SumRow("Due", short_date(condition.due), note=row.due)] if condition.due else []),
            *([SumRow("To be shown by", condition.proof)] if condition.proof else []),
            *(
                [SumRow("Money", "held back", note="nothing may be charged before it is met or waived")]
                if condition.before_release
                else []
            ),
        ]
        blocks.append(SumBlock(facts))
        blocks.append(papers_block(self.office, "condition", row.id, "Evidence"))
        if row.history:
            blocks.append(
                SumBlock(
                    [
                        SumRow(
                            f"{step.before} → {step.after}",
                            short_date(step.dated or step.at.astimezone().date()),
                            note=" · ".join(
                                part for part in (step.reason, step.reference, f"by {step.by}") if part
                            ),
                        )
                        for step in row.history
                    ],
                    "History",
                )
            )
        if not self.office.is_read_only:
            moves = [
                Step(f"{move.name[:1].upper()}{move.name[1:]}…", partial(self._move, row, move), at == 0)
                for at, move in enumerate(row.moves)
            ]
            blocks += [StepsBlock(moves[at : at + 2]) for at in range(0, len(moves), 2)]
            blocks.append(StepsBlock([Step("Attach evidence…", partial(self._attach, row))]))
            others = [Step("Remove", partial(self._remove, row))]
            if condition.state is ConditionState.OPEN:
                others.insert(0, Step("Change…", partial(self._change, row)))
            blocks.append(StepsBlock(others))
        title = condition.in_short[:1].upper() + condition.in_short[1:]
        self.inspect(InspectorPage(title, blocks, ("condition", row.id)))

    def _stands(self, row: ConditionRow) -> str:
        condition = row.condition
        match condition.state:
            case ConditionState.OPEN if row.due:
                return f"Due on {short_date(condition.due)}, {row.due}."
            case ConditionState.OPEN:
                reading = self._reading(row)
                if reading is not None:
                    return f"It is measured all the time: {reading.room_in_words}."
                return "Still to be met; no day is set."
        step = row.history[-1] if row.history else None
        on = f" on {short_date(step.dated)}" if step is not None and step.dated else ""
        return f"It is {condition.state.value}{on}."

    def _reading(self, row: ConditionRow) -> Reading | None:
        gauges = self.answer.gauges if self.answer is not None else ()
        return next((reading for reading in gauges if reading.id == row.id), None)

    def _remove(self, row: ConditionRow) -> None:
        self._shown = None
        self.office.do(
            RemoveCondition(row.id), f"Remove {row.condition.in_short}", lambda _effect: self.leave_form()
        )

    # Forms

    def add(self) -> None:
        """Opens the form of a new condition."""
        if self._position is not None and not self.office.is_read_only:
            self.show_form("Add a condition", partial(self._condition_form, None))

    def _change(self, row: ConditionRow) -> None:
        self.show_form("Change the condition", partial(self._condition_form, row))

    def _condition_form(self, row: ConditionRow | None) -> Form:
        position = self._position
        assert position is not None
        projects = self.answer.projects if self.answer is not None else ()
        done = self.leave_form if row is None else partial(self._back_to, row)
        return ConditionForm(self.office, position, projects, row, self.choose_paper, done)

    def _back_to(self, row: ConditionRow) -> None:
        """After a change: the register comes anew, with the same condition open."""
        self.want(row.id)

    def choose_paper(self) -> Path | None:
        """Asks the user for a file to attach; None when they thought better of it."""
        return self.office.files.to_open(self, "Attach evidence", PAPERS)

    def _attach(self, row: ConditionRow) -> None:
        def build() -> Form:
            def accept() -> str:
                if not field.given:
                    return "Attach a file, or type what leads to the paper."
                self.office.do(
                    AttachToCondition(row.id, field.given),
                    "Attach evidence",
                    lambda _effect: self._back_to(row),
                )
                return ""

            form = Form("Keep the evidence", accept, partial(self._back_to, row))
            field = EvidenceField(self.choose_paper)
            form.add("Evidence", field)
            return form

        self.show_form("Attach evidence", build)

    def _move(self, row: ConditionRow, move: Move[ConditionState]) -> None:
        name = f"{move.name[:1].upper()}{move.name[1:]}"
        self.show_form(name, partial(self._move_form, row, move, name))

    def _move_form(self, row: ConditionRow, move: Move[ConditionState], name: str) -> Form:
        needs = move.needs

        def accept() -> str:
            if day is not None and (not day.is_valid or day.day is None):
                return "Type the day on the paper, such as 31/03/2019."
            self.office.do(
                MoveCondition(
                    row.id,
                    move.target,
                    day.day if day is not None else None,
                    reference.text() if reference is not None else "",
                    reason.text() if reason is not None else "",
                    papers.given,
                ),
                name,
                lambda _effect: self._back_to(row),
            )
            return ""

        form = Form(name, accept, partial(self._back_to, row))
        today = self.answer.today if self.answer is not None else None
        day = form.day("On", today) if Need.DATE in needs else None
        reference = (
            form.text("Reference", hint="of the letter or minute that says so")
            if Need.REFERENCE in needs
            else None
        )
        reason = form.text("Reason") if Need.REASON in needs else None
        papers = EvidenceField(self.choose_paper)
        wanted = Need.EVIDENCE in needs and not row.evidence
        form.add("Evidence" if wanted else "Evidence, if there is more", papers)
        if wanted:
            form.note("A file, or what leads to the paper elsewhere.")
        return form

    # Tables

    def _paste(self) -> None:
        text = QApplication.clipboard().text()
        if not text.strip():
            self.say(
                Message(
                    "There is nothing to paste.",
                    "Copy the cells in Excel first: clause, text, kind, owner, due.",
                    Tone.ATTENTION,
                )
            )
            return
        self._read(text)

    def _choose_table(self) -> None:
        path = self.office.files.to_open(self, "A table of conditions", TABLES)
        if path is not None:
            self._read(path)

    def _read(self, source: Path | str) -> None:
        position = self._position
        if position is None:
            return
        desk = self.office.desk
        question = ReadConditions(position.fund_id, position.year, source)
        self.office.work("Read the conditions", lambda _progress: desk.ask(question), self._review)

    def _review(self, read: ConditionsRead) -> None:
        rows: Sequence[SumRow] = [
            SumRow(
                f"{each.clause} {each.text}".strip(),
                short_date(each.due) if each.due else "",
                note=each.kind.value,
            )
            for each in read.conditions
        ]
        blocks: list[Block] = []
        if rows:
            blocks.append(SumBlock(rows, f"{count(len(rows), 'condition')} in {read.name}"))
        if read.findings:
            blocks.append(noticed_block(read.findings))
        if rows:
            text = f"Add {count(len(rows), 'condition')}"
            blocks.append(StepsBlock([Step(text, partial(self._take, read), True)]))
        else:
            blocks.append(TextBlock("There is nothing to add; nothing was changed."))
        self.inspect(InspectorPage("Conditions to be added", blocks, ("conditions", read.name)))

    def _take(self, read: ConditionsRead) -> None:
        def done(effect: Effect[object]) -> None:
            self.leave_form()
            known = getattr(effect.result, "known", 0)
            if known:
                said = f"{count(known, 'condition')} of {read.name} {'was' if known == 1 else 'were'} there already."
                self.say(Message(said, "They were left as they are.", Tone.NEUTRAL))

        self.office.do(AddConditions(read.conditions, read.name), "Add the conditions", done)
