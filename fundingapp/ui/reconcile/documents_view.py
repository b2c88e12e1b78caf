"""Reconciliations of the ledger as dated documents: the list at the left, the statement of one at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from fundingapp.application.commands.reconciliations import (
    ChangeExplanation,
    ExplainDifference,
    NoteReconciliation,
    PrepareReconciliation,
    RemoveExplanation,
    ReviewReconciliation,
    SendBackReconciliation,
    StartReconciliation,
    StateLedgerTotal,
    WithdrawReconciliation,
)
from fundingapp.application.effect import Command, Effect, Topic
from fundingapp.application.ports import LineFilter, LineOrder
from fundingapp.application.queries.lines import LineIds
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.reconciliations import (
    ItemRow,
    ReconciliationRow,
    ReconciliationsAnswer,
    ReconciliationsOf,
    ReconciliationStatement,
    StatementAnswer,
    WriteReconciliation,
)
from fundingapp.application.wording import count, short_date
from fundingapp.domain.ids import LineId, ReconciliationId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, Period, period_name
from fundingapp.domain.reconciliations import CentreRow, ReconciliationState, measure_of
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.history.targets import ShowEntry
from fundingapp.ui.inspector import (
    Block,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
    WidgetBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.page import Figure
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, TALL_ROW_HEIGHT, Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.evidence_field import EvidenceField
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label, wrappable
from fundingapp.ui.widgets.message_bar import Message

DOCUMENTS = "Word documents (*.docx)"

_TONES = {
    ReconciliationState.DRAFT: Tone.ATTENTION,
    ReconciliationState.PREPARED: Tone.ACCENT,
    ReconciliationState.REVIEWED: Tone.GOOD,
    ReconciliationState.WITHDRAWN: Tone.NEUTRAL,
}


def _standing(row: ReconciliationRow) -> str:
    value = row.reconciliation
    if row.alarms:
        return f"{count(row.alarms, 'alarm')}: changed since"
    if value.state is ReconciliationState.REVIEWED:
        return f"{short_date(value.dated)}, reviewed by {value.reviewed_by}"
    return f"{short_date(value.dated)}, {value.prepared_by}"


LIST = (
    Column[ReconciliationRow](
        "Up to",
        lambda row: f"period {row.reconciliation.to_period} ({period_name(row.reconciliation.to_period)})",
        second=_standing,
        tip=lambda row: row.reconciliation.in_words,
        stretch=1,
        width=190,
        least=120,
        strong=True,
    ),
    Column[ReconciliationRow](
        "State",
        lambda row: row.reconciliation.state.value,
        pill=lambda row: _TONES[row.reconciliation.state],
        width=94,
    ),
)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A line of the statement. *key* says what it is: a figure's name, “total”, or the number of an item."""

    key: object
    text: str
    amount: Money | None
    second: str = ""
    figure: str = ""
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """Where pounds of a cost centre went; the first of each is its balance."""

    centre: str
    place: str
    amount: Money
    figure: str
    is_sum: bool = False
    is_bad: bool = False


def _amount(row: StatementRow) -> str:
    return "not typed yet" if row.amount is None else str(row.amount)


STATEMENT = (
    Column[StatementRow](
        "Statement",
        lambda row: row.text,
        tip=lambda row: row.text,
        stretch=2,
        width=190,
        least=120,
        tint=lambda row: Tone.ACCENT if row.is_sum else None,
        strong=True,
    ),
    Column[StatementRow](
        "About",
        lambda row: row.second,
        tip=lambda row: row.second,
        stretch=3,
        width=220,
        least=80,
        tint=lambda row: Tone.ACCENT if row.is_sum else None,
        quiet=True,
        may_hide=True,
    ),
    Column[StatementRow](
        "£",
        _amount,
        RIGHT,
        amount=lambda row: row.amount,
        why=lambda row: bool(row.figure),
        width=120,
        tint=lambda row: Tone.ACCENT if row.is_sum else None,
    ),
)
PLACES = (
    Column[PlaceRow]("Cost centre", lambda row: row.centre, width=110, strong=True),
    Column[PlaceRow](
        "Where it went",
        lambda row: row.place,
        tip=lambda row: row.place,
        stretch=1,
        width=240,
        least=140,
        pill=lambda row: Tone.BAD if row.is_bad else None,
    ),
    Column[PlaceRow].of_amounts(
        "£",
        lambda row: row.amount,
        why=lambda row: bool(row.figure),
        width=120,
        tint=lambda row: Tone.ACCENT if row.is_sum else None,
    ),
)


class DocumentsView(GrantView):
    """What is typed into a draft is kept at once; whoever comes back, also after a crash, goes on from there."""

    def __init__(self, office: Office) -> None:
        super().__init__("documents", "Documents", office)
        self._year: FinancialYear | None = None
        self._answer: ReconciliationsAnswer | None = None
        self._shown: ReconciliationId | None = None
        self._statement: StatementAnswer | None = None
        self._print = button("Print…", self._write, icon="file")
        self._begin = primary_button("Reconcile a period…", self.open_new)
        self.buttons += [self._print, self._begin]
        self._empty = EmptyState(
            "reconcile",
            "The ledger has not been reconciled for a date yet",
            "A reconciliation sets what this file holds of the ledger against the finance system's total, explains "
            "the difference to the penny, and is signed by two people. It is kept as it was on its day, and says when "
            "something inside it changes later.",
        )
        self._empty.add_step("Reconcile a period…", self.open_new).setDisabled(office.is_read_only)
        self.body.addWidget(self._empty, 1)
        self._parts = QSplitter(Qt.Orientation.Horizontal)
        self._parts.setChildrenCollapsible(False)
        self._list_card = Card("Reconciliations")
        self._list = TableView(
            "Reconciliations", "reconcile.documents", office.settings, office.asker, TALL_ROW_HEIGHT
        )
        self._list_model = ListTableModel[ReconciliationRow](LIST, lambda row: row.id, self._list)
        self._list.set_model(self._list_model)
        self._list.current_row_changed.connect(self._chosen)
        self._list_card.add(self._list, 1)
        self._parts.addWidget(self._list_card)
        self._parts.addWidget(self._make_statement())
        self._list_card.setMinimumWidth(210)
        self._parts.setStretchFactor(0, 0)
        self._parts.setStretchFactor(1, 1)
        self._parts.setHandleWidth(3 * STEP)
        self._parts.setSizes([290, 780])
        self.body.addWidget(self._parts, 1)

    def _make_statement(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * STEP)
        self._card = Card("Statement")
        self._moves: dict[str, Button] = {}
        row = QWidget()
        flow = FlowLayout(row)
        for name, text, do in (
            ("prepare", "Prepare", self._prepare),
            ("review", "Review", self._review),
            ("total", "Ledger total…", self._open_total),
            ("explain", "Explain…", self._open_explain),
            ("more", "Day and note…", self._open_note),
            ("send back", "Send back…", partial(self._open_reason, "send back")),
            ("withdraw", "Withdraw…", partial(self._open_reason, "withdraw")),
        ):
            make: Callable[[str, Callable[[], object]], Button] = (
                primary_button if name in {"prepare", "review"} else button
            )
            self._moves[name] = make(text, do)
            flow.addWidget(self._moves[name])
        self._said = label("", wrap=True)
        self._said.setContentsMargins(14, 8, 14, 4)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._card.add(self._said)
        self._changes = button("What changed…", self._open_changes)
        flow.addWidget(self._changes)
        holder = QWidget()
        margins = QVBoxLayout(holder)
        margins.setContentsMargins(14, 2, 14, 8)
        margins.addWidget(row)
        self._card.add(holder)
        self._table = TableView("Statement", "reconcile.statement", self.office.settings, self.office.asker)
        self._model = ListTableModel[StatementRow](STATEMENT, lambda row: row.key, self._table)
        self._table.set_model(self._model)
        self._table.why_requested.connect(self._why)
        self._table.row_activated.connect(self._activated)
        self._table.setMinimumHeight(200)
        self._card.add(self._table, 1)
        column.addWidget(self._card, 5)
        self._places_card = Card("By cost centre")
        self._places = TableView(
            "By cost centre", "reconcile.centres", self.office.settings, self.office.asker
        )
        self._places_model = ListTableModel[PlaceRow](PLACES, lambda row: row.figure, self._places)
        self._places.set_model(self._places_model)
        self._places.why_requested.connect(self._why_place)
        self._places.setMinimumHeight(110)
        self._places_card.add(self._places, 1)
        column.addWidget(self._places_card, 3)
        return side

    # What is shown

    def show_position(self, answer: PositionAnswer) -> None:
        if self._year != answer.position.year:
            self._year, self._shown, self._statement = answer.position.year, None, None
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if self._year is not None and topics & (Topic.SIGNING | Topic.LEDGER | Topic.CHARGES):
            self._ask()

    def go_to(self, subject: object) -> None:
        """The number of a reconciliation shows it, “new” begins one."""
        if isinstance(subject, int):
            self._shown = ReconciliationId(subject)
        if self._year is not None:
            self._ask()
        if subject == "new":
            self.open_new()

    def first_focus(self) -> QWidget:
        return self._list if self._list_model.rows else self._empty

    def _ask(self) -> None:
        if self._year is not None:
            self.office.ask("reconcile.documents", ReconciliationsOf(self._year), self._show, self)

    def _show(self, answer: ReconciliationsAnswer) -> None:
        self._answer = answer
        rows = answer.rows
        kept = [row for row in rows if row.reconciliation.is_kept]
        drafts = [row for row in rows if row.reconciliation.state is ReconciliationState.DRAFT]
        last = max((row.reconciliation.to_period for row in kept), default=0)
        said = (
            f"{self._year}: reconciled up to period {last}" if last else f"{self._year}: not reconciled yet"
        )
        if drafts:
            said += f" · period {drafts[0].reconciliation.to_period} is a draft"
        self.state_changed.emit(said)
        alarms = sum(row.alarms for row in rows)
        self.pill_changed.emit((count(alarms, "alarm"), Tone.BAD, "!") if alarms else ("",))
        self._empty.setVisible(not rows)
        self._parts.setVisible(bool(rows))
        self._begin.setDisabled(self.office.is_read_only or bool(drafts))
        self._begin.setToolTip("Finish or withdraw the draft first." if drafts else "")
        self._print.setDisabled(not rows)
        self._list_card.set_title("Reconciliations", str(len(rows)))
        self._list_model.set_rows(rows)
        ids = [row.id for row in rows]
        if self._shown not in ids:
            self._shown = ids[0] if ids else None
        if self._shown is not None:
            self._list.select_key(self._shown)
            self._ask_statement()

    def _chosen(self, row: object) -> None:
        if isinstance(row, ReconciliationRow) and row.id != self._shown:
            self._shown = row.id
            self.close_panel()
            self._ask_statement()

    def _ask_statement(self) -> None:
        if self._shown is not None:
            self.office.ask_of_grant(
                "reconcile.statement", ReconciliationStatement(self._shown), self._show_statement, self
            )

    def _show_statement(self, answer: StatementAnswer) -> None:
        if answer.id != self._shown:
            return
        self._statement = answer
        value = answer.reconciliation
        self._card.set_title(
            f"{value.in_words[0].upper()}{value.in_words[1:]}", value.state.value, _TONES[value.state]
        )
        self._model.set_rows(_statement_rows(answer))
        places = [row for centre in answer.statement.centres for row in _places(answer, centre)]
        self._places_model.set_rows(places)
        centres = len(answer.statement.centres)
        self._places_card.set_title("By cost centre", str(centres) if centres else "")
        self._said.setText(wrappable(_said(answer)))
        self._changes.setVisible(bool(answer.changed or answer.alarms))
        state, read_only = value.state, self.office.is_read_only
        is_draft = state is ReconciliationState.DRAFT
        shown = {
            "explain": is_draft,
            "total": is_draft,
            "more": is_draft,
            "prepare": is_draft,
            "review": state is ReconciliationState.PREPARED,
            "send back": state is ReconciliationState.PREPARED,
            "withdraw": state is not ReconciliationState.WITHDRAWN,
        }
        for name, each in self._moves.items():
            each.setVisible(shown[name])
            each.setDisabled(read_only)
        self._moves["prepare"].setDisabled(read_only or bool(answer.obstacles))
        self._moves["prepare"].setToolTip("\n".join(answer.obstacles))

    def _why(self, row: object, _column: object) -> None:
        if isinstance(row, StatementRow) and row.figure:
            self.ask_why(row.figure)

    def _why_place(self, row: object, _column: object) -> None:
        if isinstance(row, PlaceRow) and row.figure:
            self.ask_why(row.figure)

    def _activated(self, row: object) -> None:
        """Enter on a line of a draft changes it where it can be changed."""
        answer = self._statement
        if not isinstance(row, StatementRow) or answer is None:
            return
        is_draft = answer.reconciliation.state is ReconciliationState.DRAFT
        if is_draft and not self.office.is_read_only:
            if row.key == "total":
                self._open_total()
                return
            item = next((each for each in answer.items if ("item", each.id) == row.key), None)
            if item is not None:
                self._open_explain(item)
                return
        if row.figure:
            self.ask_why(row.figure)

    def _open_changes(self) -> None:
        answer = self._statement
        if answer is None:
            return
        blocks: list[Block] = []
        for alarm in answer.alarms:
            mended = f" Entry {alarm.cleared} put it right again." if alarm.cleared is not None else ""
            blocks.append(
                TextBlock(
                    f"{alarm.done} – {alarm.by}, {alarm.at.astimezone():%d/%m/%Y %H:%M} "
                    f"(entry {alarm.sequence} of the history).{mended}",
                    "What first changed it",
                )
            )
            go = partial(self.go, "history", ShowEntry(alarm.sequence))
            blocks.append(StepsBlock([Step("Show it in the history", go)]))
        for each in answer.changed:
            rows = [
                SumRow("As it was signed", each.was),
                SumRow("As it is now", each.now, Figure(each.figure), is_total=True),
            ]
            measure = measure_of(each.figure)
            blocks.append(SumBlock(rows, f"{measure[0].upper()}{measure[1:]}"))
        if not answer.changed:
            blocks.append(TextBlock("Every figure is again what it was when it was signed."))
        self.inspect(InspectorPage("What changed since", blocks, ("reconciliation changes", answer.id)))

    # What can be done

    def _do(self, command: Command[None], name: str) -> None:
        self.office.do(command, name, lambda _effect: self.close_panel())

    def _prepare(self) -> None:
        if self._statement is not None:
            self._do(PrepareReconciliation(self._statement.id), "Prepare the reconciliation")

    def _review(self) -> None:
        if self._statement is not None:
            self._do(ReviewReconciliation(self._statement.id), "Review the reconciliation")

    def open_new(self) -> None:
        """Opens the form that begins a reconciliation."""
        answer, year = self._answer, self._year
        if answer is None or year is None:
            return
        last = max(
            (row.reconciliation.to_period for row in answer.rows if row.reconciliation.is_kept), default=0
        )
        if last >= CLOSING_PERIOD:
            self.say(Message(f"{year} is reconciled to its end.", "Withdraw a reconciliation to do it anew."))
            return

        def begun(effect: Effect[ReconciliationId]) -> None:
            self._shown = effect.result
            self.close_panel()

        def build() -> Form:
            def accept() -> str:
                if not isinstance(period.key, int):
                    return "Choose the last period to reconcile."
                if day.day is None:
                    return "Type the day that the reconciliation is of, as 31/03/2019."
                command = StartReconciliation(year, period.key, day.day)
                self.office.do(command, "Begin the reconciliation", begun)
                return ""

            form = Form("Begin", accept, self.close_panel)
            options = [
                Option(number, f"period {number} ({period_name(number)})")
                for number in range(last + 1, CLOSING_PERIOD + 1)
            ]
            reached = max(answer.last_period, last + 1)
            period = form.choice("Up to and including", options, reached)
            today = date.today()  # noqa: DTZ011 - the user's own day
            day = form.day("Dated", min(today, max(today, Period(year, reached).last_day)))
            form.note("It can be left at any time and taken up again: what is typed is kept at once.")
            return form

        self.inspect(InspectorPage(f"Reconcile {year}", [WidgetBlock(build)], ("form", "reconcile")))

    def _open_total(self) -> None:
        answer = self._statement
        if answer is None:
            return

        def build() -> Form:
            def accept() -> str:
                total = amount_of(money)
                if total is None:
                    return "Type the total as the finance system states it, for example 61,204.18."
                self._do(StateLedgerTotal(answer.id, total, papers.given), "State the ledger's total")
                return ""

            form = Form("Keep it", accept, self.close_panel)
            money = form.money("Finance system's total, £", answer.reconciliation.ledger_total)
            papers = EvidenceField(self._files)
            papers.reference.setPlaceholderText("trial balance or enquiry number")
            form.add("The paper that says so", papers)
            control = answer.control
            if control is not None:
                form.note(
                    f"The downloads themselves state {control.in_words} up to that period. Take the total from the "
                    "finance system's own report, not from the download."
                )
            return form

        self.inspect(InspectorPage("Finance system's total", [WidgetBlock(build)], ("form", "ledger total")))

    def _files(self) -> Path | None:
        return self.office.files.to_open(self, "Attach the paper", "Documents (*)")

    def _open_explain(self, item: ItemRow | None = None) -> None:
        answer = self._statement
        if answer is None:
            return

        def build() -> Form:
            def accept() -> str:
                amount = amount_of(money)
                if not words.text().strip():
                    return "Say what makes the difference."
                if not amount:
                    return "Type the amount: above nought for what the finance system has more."
                named = self._line_named(line.text(), answer)
                if isinstance(named, str):
                    return named
                command: Command[int] | Command[None]
                if item is None:
                    command = ExplainDifference(answer.id, words.text(), amount, named)
                else:
                    command = ChangeExplanation(item.id, words.text(), amount, named)
                self.office.do(command, "Explain the difference", lambda _effect: self.close_panel())
                return ""

            form = Form("Keep it", accept, self.close_panel)
            words = form.text(
                "What makes it", item.item.text if item else "", "for example: posted after the download"
            )
            left = answer.unexplained
            money = form.money("Amount, £", item.item.amount if item else (left or None))
            of_line = item.line.line.transaction if item is not None and item.line is not None else ""
            line = form.text("Ledger line, if it is about one", of_line, "its transaction")
            form.note("Above nought: the finance system has more than this file. Below nought: it has less.")
            return form

        blocks: list[Block] = [WidgetBlock(build)]
        if item is not None:
            remove = partial(self._do, RemoveExplanation(item.id), "Remove the explanation")
            blocks.append(StepsBlock([Step("Remove it", remove)]))
        self.inspect(InspectorPage("Explain the difference", blocks, ("form", "explain")))

    def _line_named(self, transaction: str, answer: StatementAnswer) -> LineId | str | None:
        """The one line of that transaction in the year; None for no words, a sentence when there is not just one."""
        named = transaction.strip()
        if not named:
            return None
        where = LineFilter(year=answer.reconciliation.year, columns=(("transaction", f"={named}"),))
        ids = self.office.fetch(LineIds(where, LineOrder()))
        if len(ids) == 1:
            return LineId(ids[0])
        if not ids:
            return f"No ledger line of {answer.reconciliation.year} has the transaction {named}."
        return f"{count(len(ids), 'ledger line')} have the transaction {named}: leave it empty and say which in words."

    def _open_note(self) -> None:
        answer = self._statement
        if answer is None:
            return

        def build() -> Form:
            def accept() -> str:
                if day.day is None:
                    return "Type the day as 31/03/2019."
                self._do(
                    NoteReconciliation(answer.id, day.day, note.toPlainText()), "Date the reconciliation"
                )
                return ""

            form = Form("Keep it", accept, self.close_panel)
            day = form.day("Dated", answer.reconciliation.dated)
            note = form.long_text("Note", answer.reconciliation.note, "printed on the document")
            return form

        self.inspect(InspectorPage("Day and note", [WidgetBlock(build)], ("form", "note")))

    def _open_reason(self, move: str) -> None:
        answer = self._statement
        if answer is None:
            return
        title = f"{move.capitalize()} the reconciliation"

        def build() -> Form:
            def accept() -> str:
                if not reason.text().strip():
                    return "Say why: it is kept with the document."
                make = SendBackReconciliation if move == "send back" else WithdrawReconciliation
                self._do(make(answer.id, reason.text()), title)
                return ""

            form = Form(move.capitalize(), accept, self.close_panel)
            reason = form.text("Reason", hint="for example: the trial balance was of another month")
            form.note(
                "It becomes a draft again, with what was typed into it."
                if move == "send back"
                else "It stays in the list as it was, and the period can be reconciled anew."
            )
            return form

        self.inspect(InspectorPage(title, [WidgetBlock(build)], ("form", move)))

    def _write(self) -> None:
        answer = self._statement
        if answer is None:
            return
        value = answer.reconciliation
        name = f"Reconciliation {value.year} period {value.to_period}.docx".replace("/", "-")
        out = self.office.files.to_save(self, "Print the reconciliation", name, DOCUMENTS)
        if out is None:
            return
        desk, question = self.office.desk, WriteReconciliation(answer.id, out)
        self.office.work(f"Write {out.name}", lambda progress: desk.ask(question, progress), self._written)

    def _written(self, path: Path) -> None:
        self.say(Message(f"The reconciliation is written to {path} and read back.", "", Tone.GOOD))


def _statement_rows(answer: StatementAnswer) -> list[StatementRow]:
    """From the opening to what is left to explain."""
    value, before = answer.reconciliation, answer.before
    end = f"@{value.to_period}"
    ledger = f"ledger/{value.year}"
    covered = before.value.to_period if before is not None else 0
    opening = (
        f"reconciled up to period {covered}, {short_date(before.value.dated)}"
        if before
        else "the year begins"
    )
    rows = [
        StatementRow(
            "opening", "Opening", value.opening, opening, f"{ledger}/total@{covered}" if covered else ""
        )
    ]
    if answer.inside_before:
        rows.append(
            StatementRow(
                "inside",
                "Changed since then",
                answer.inside_before,
                f"in periods 1 to {covered}, after they were reconciled",
            )
        )
    rows += [
        StatementRow(
            ("period", period),
            f"Period {period}",
            amount,
            period_name(period),
            f"{ledger}/period {period}{end}",
        )
        for period, amount in answer.statement.periods
        if period > covered
    ]
    rows.append(
        StatementRow(
            "held", "Held in this file", value.held, "the lines of the ledger", f"{ledger}/total{end}", True
        )
    )
    papers = ", ".join(kept.value.name for kept in answer.evidence)
    rows.append(StatementRow("total", "Finance system's total", value.ledger_total, papers or "no paper yet"))
    typed = value.ledger_total is not None
    rows.append(
        StatementRow(
            "difference", "Difference", value.difference if typed else None, "to be explained", "", True
        )
    )
    for item in answer.items:
        line = item.line.line if item.line is not None else None
        about = f"{line.transaction} {line.supplier}".strip() if line is not None else ""
        rows.append(StatementRow(("item", item.id), item.item.text, item.item.amount, about or "explained"))
    left = answer.unexplained if typed else None
    rows.append(StatementRow("left", "Still to explain", left, "must be nil before it is prepared", "", True))
    return rows


def _places(answer: StatementAnswer, centre: CentreRow) -> list[PlaceRow]:
    value = answer.reconciliation
    ours = f"ledger/{value.year}/centre {centre.cost_centre}"
    end = f"@{value.to_period}"
    rows = [PlaceRow(centre.cost_centre or "(none)", "Ledger balance", centre.total, f"{ours}{end}", True)]
    rows += [
        PlaceRow("", f"Charged to {name}", amount, f"{ours}/charged to {name}{end}")
        for name, amount in centre.charged.items()
    ]
    if centre.income:
        rows.append(PlaceRow("", "Income", centre.income, f"{ours}/income{end}"))
    rows += [
        PlaceRow("", f"Excluded: {reason}", amount, f"{ours}/excluded: {reason}{end}")
        for reason, amount in centre.excluded.items()
    ]
    if centre.waiting:
        rows.append(
            PlaceRow("", "Waiting for a project", centre.waiting, f"{ours}/waiting{end}", is_bad=True)
        )
    return rows


def _said(answer: StatementAnswer) -> str:
    """What the reader must know of it, above its figures."""
    value = answer.reconciliation
    moment = f"{value.prepared_at.astimezone():%d/%m/%Y %H:%M}"
    match value.state:
        case ReconciliationState.DRAFT:
            if answer.obstacles:
                return " ".join(answer.obstacles)
            return "Every penny is explained. Prepare it: its figures are then kept as they are."
        case ReconciliationState.WITHDRAWN:
            return f"Withdrawn: {value.reason}. Prepared by {value.prepared_by}, {moment}."
        case _:
            said = f"Prepared by {value.prepared_by}, {moment}."
            if value.reviewed_at is not None:
                said += f" Reviewed by {value.reviewed_by}, {value.reviewed_at.astimezone():%d/%m/%Y %H:%M}."
            else:
                said += " It waits for the review of another person."
            if answer.changed:
                return f"{said} {count(len(answer.changed), 'figure')} inside it changed since."
            return f"{said} Nothing inside it changed since."
