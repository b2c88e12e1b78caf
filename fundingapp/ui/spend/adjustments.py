"""The grant's accruals and adjustments: what is put right beside the ledger, with its reason and its evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.adjustments import (
    AttachEvidence,
    RemoveAccrual,
    RemoveAdjustment,
    ReverseAccrual,
)
from fundingapp.application.effect import Command
from fundingapp.application.queries.adjustments import AdjustmentRow, AdjustmentsAnswer, AdjustmentsOf
from fundingapp.application.queries.workspace import Grant
from fundingapp.application.wording import count
from fundingapp.domain.adjustments import Adjustment, AdjustmentType
from fundingapp.domain.ids import AccrualId, AdjustmentId
from fundingapp.domain.money import Money
from fundingapp.domain.positions import ProjectPosition
from fundingapp.ui.explain import ShowLine
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
from fundingapp.ui.page import Context, Figure, Target
from fundingapp.ui.papers import papers_block
from fundingapp.ui.spend.adjustment_form import AdjustmentForm, later_periods, period_in_words
from fundingapp.ui.spend.sub_view import SubView
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import TALL_ROW_HEIGHT, Tone
from fundingapp.ui.views import ViewStack
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.evidence_field import EvidenceField

PAPERS = "Evidence (*)"


def _reverses(row: AdjustmentRow) -> str:
    if row.of.reverses_year is not None and row.of.reverses_period is not None:
        return f"P{row.of.reverses_period} {row.of.reverses_year}"
    if row.still_open:
        return "not yet"
    return "written off" if row.is_accrual else "—"


def _under(row: AdjustmentRow) -> str:
    """What it rests on, and the ledger line that it puts right."""
    names = [kept.value.name for kept in row.evidence] or ["no evidence"]
    return " · ".join([*([f"line {row.line}"] if row.line else []), *names])


COLUMNS = (
    Column[AdjustmentRow](
        "Period",
        lambda row: f"P{row.of.period} {row.of.year}",
        width=92,
        second=lambda row: "locked" if row.lock else "",
        order=lambda row: (row.of.year, row.of.period),
    ),
    Column[AdjustmentRow](
        "Kind",
        lambda row: row.type,
        pill=lambda row: Tone.ATTENTION if row.type == AdjustmentType.INELIGIBLE.value else Tone.NEUTRAL,
        width=140,
    ),
    Column[AdjustmentRow]("Project", lambda row: row.ref, width=70, tip=lambda row: row.project),
    Column[AdjustmentRow](
        "Reason",
        lambda row: row.reason,
        second=_under,
        tip=lambda row: f"{row.reason}\n{_under(row)}",
        stretch=1,
        width=280,
        least=160,
    ),
    Column[AdjustmentRow].of_amounts("Amount £", lambda row: row.of.amount, width=92),
    Column[AdjustmentRow]("Reverses in", _reverses, width=96),
)


class AdjustmentsView(SubView):
    """A list of accruals and adjustments; the chosen one, and the form for a new one, stand in the inspector."""

    inspect_requested = Signal(object)  # InspectorPage
    inspect_deeper_requested = Signal(object)  # InspectorPage, one step further
    go_requested = Signal(object)  # Target
    said = Signal(object)  # Message

    def __init__(self, office: Office, parent: QWidget | None = None) -> None:
        super().__init__("Adjustments", parent)
        self._office = office
        self._context = Context()
        self._rows: tuple[AdjustmentRow, ...] = ()
        self.head.add(button("Back to the lines", self.go_back, icon="chevron-left"))
        self._add: Button = primary_button("Add an adjustment…", self.add, icon="plus")
        self.head.add(self._add)
        self.table = TableView(
            "Adjustments", "spend.adjustments", office.settings, row_height=TALL_ROW_HEIGHT
        )
        self._model = ListTableModel[AdjustmentRow](COLUMNS, lambda row: row.key, self.table)
        self.table.set_model(self._model)
        self.table.current_row_changed.connect(self._row_changed)
        self.table.row_activated.connect(self._open)
        empty = EmptyState(
            "reconcile",
            "Nothing is adjusted",
            "The ledger stays as it is; what it does not show is put right here, with a reason and evidence: costs "
            "received but not yet paid, recharges, corrections, VAT, and amounts that the grant does not pay for.",
        )
        self._first = empty.add_step("Add an adjustment…", self._begin)
        self._stack = ViewStack()
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        box = Card()
        box.add(self._stack, 1)
        self.body.addWidget(box, 1)

    # What the page uses

    def go_back(self) -> None:
        self.inspect_requested.emit(None)
        super().go_back()

    def set_context(self, context: Context) -> None:
        self._context = context

    @property
    def grant(self) -> Grant | None:
        """The grant that the window's filters choose."""
        return self._office.grant(self._context)

    def refresh(self) -> None:
        """Asks for the adjustments again."""
        grant = self.grant
        self._add.setEnabled(grant is not None and not self._office.is_read_only)
        self._first.set_text("Add an adjustment…" if grant is not None else "Record a grant…")
        self._first.setEnabled(grant is None or not self._office.is_read_only)
        if grant is None:
            self._show(AdjustmentsAnswer((), None))
            return
        question = AdjustmentsOf(grant.fund_id, grant.year)
        self._office.ask_of_grant("spend.adjustments", question, self._show, self)

    def first_focus(self) -> QWidget:
        return self.table if self._rows else self._first

    def _show(self, answer: AdjustmentsAnswer) -> None:
        self._rows = answer.rows
        self._model.set_rows(answer.rows)
        self._stack.setCurrentIndex(0 if answer.rows else 1)
        grant = self.grant
        if grant is None:
            self.head.set_state("Record a grant first")
            return
        total = Money.total(row.in_year for row in answer.rows)
        lock = f" · {answer.lock.periods_in_words.lower()} locked" if answer.lock else ""
        self.head.set_state(
            f"{grant.fund} {grant.year} · {count(len(answer.rows), 'entry', 'entries')}, together "
            f"{total.in_words}{lock}"
        )

    def _row_changed(self, row: object) -> None:
        if isinstance(row, AdjustmentRow) and self.table.hasFocus():
            self._open(row)

    # One of them

    def _open(self, row: object) -> None:
        grant = self.grant
        if not isinstance(row, AdjustmentRow) or grant is None:
            return
        of = row.of
        blocks: list[Block] = []
        if row.lock is not None:
            blocks.append(CheckBlock([("locked", Tone.ATTENTION, f"{row.lock.in_words}.")]))
        rows = [SumRow(period_in_words(of.year, of.period), of.amount)]
        if of.reverses_year is not None and of.reverses_period is not None:
            rows.append(
                SumRow(f"Reverses in {period_in_words(of.reverses_year, of.reverses_period)}", -of.amount)
            )
        rows.append(
            SumRow(
                f"Counts in {grant.year}",
                row.in_year,
                Figure(f"{row.ref}/{grant.year}/{'accrued' if row.is_accrual else row.type}"),
                is_total=True,
            )
        )
        blocks.append(SumBlock(rows, f"{row.ref} {row.project}"))
        words = [row.reason, f"Ledger line: {row.line}"] if row.line else [row.reason]
        blocks.append(TextBlock("\n".join(words), "Why"))
        if not row.evidence:
            blocks.append(CheckBlock([("none", Tone.BAD, "Nothing supports it: attach its evidence.")]))
        what = "accrual" if row.is_accrual else "adjustment"
        blocks.append(papers_block(self._office, what, row.id, "Evidence"))
        if row.is_accrual and row.still_open and of.year < grant.year:
            blocks.append(
                TextBlock(
                    f"{row.still_open.in_words} of it is neither reversed nor written off (R13).",
                    "Still open",
                )
            )
        if not self._office.is_read_only:
            blocks.append(StepsBlock(self._steps(row)))
        self.inspect_requested.emit(
            InspectorPage(f"{row.type.capitalize()} of {of.amount.in_words}", blocks, ("adjustment", row.key))
        )

    def _steps(self, row: AdjustmentRow) -> Sequence[Step]:
        steps = [Step("Attach evidence…", partial(self._attach, row))]
        if row.is_accrual:
            steps.append(Step("Reverse…", partial(self._reverse, row)))
        elif row.lock is None:
            steps.append(Step("Change…", partial(self._change, row)))
        if isinstance(row.of, Adjustment) and row.of.line is not None:
            target = Target("spend", ShowLine(row.of.line))
            steps.append(Step("Show the line", lambda: self.go_requested.emit(target)))
        if row.lock is None:
            steps.append(Step("Remove", partial(self._remove, row)))
        return steps

    def _remove(self, row: AdjustmentRow) -> None:
        command: Command[None] = (
            RemoveAccrual(AccrualId(row.id)) if row.is_accrual else RemoveAdjustment(AdjustmentId(row.id))
        )
        self._office.do(command, f"Remove the {row.type}", lambda _effect: self.inspect_requested.emit(None))

    # Forms

    def _form(self, title: str, build: Callable[[], Form]) -> None:
        self.inspect_deeper_requested.emit(
            InspectorPage(title, [WidgetBlock(build)], subject=("form", title))
        )

    def choose_paper(self) -> Path | None:
        """Asks the user for a file to attach; None when they thought better of it."""
        return self._office.files.to_open(self, "Attach evidence", PAPERS)

    def close_form(self) -> None:
        """Ends a form; the keyboard goes back to the list."""
        self.inspect_requested.emit(None)
        self.first_focus().setFocus()

    def _attach(self, row: AdjustmentRow) -> None:
        self._form("Attach evidence", partial(self._build_attach, row))

    def _build_attach(self, row: AdjustmentRow) -> Form:
        def accept() -> str:
            if not field.given:
                return "Attach a file, or type what leads to the paper."
            to = AccrualId(row.id) if row.is_accrual else AdjustmentId(row.id)
            self._office.do(
                AttachEvidence(to, field.given, row.is_accrual),
                "Attach evidence",
                lambda _effect: self.close_form(),
            )
            return ""

        form = Form("Keep the evidence", accept, self.close_form)
        field = EvidenceField(self.choose_paper)
        form.add("Evidence", field)
        return form

    def _reverse(self, row: AdjustmentRow) -> None:
        self._form("Reverse the accrual", partial(self._build_reverse, row))

    def _build_reverse(self, row: AdjustmentRow) -> Form:
        def accept() -> str:
            chosen = choice.key
            if not isinstance(chosen, tuple):
                return "Choose the period in which it reverses."
            self._office.do(
                ReverseAccrual(AccrualId(row.id), *chosen),
                "Reverse the accrual",
                lambda _effect: self.close_form(),
            )
            return ""

        form = Form("Keep the reversal", accept, self.close_form)
        of = row.of
        choice = form.choice(
            "Reverses in", later_periods(of.year, of.period), (of.reverses_year, of.reverses_period)
        )
        form.note(f"{of.amount.in_words} is taken off again in that period, whole.")
        return form

    def _begin(self) -> None:
        """The first step of an empty list: an adjustment belongs to a grant, which comes before it."""
        if self.grant is None:
            self.go_requested.emit(Target("grants"))
        else:
            self.add()

    def add(self) -> None:
        """Opens the form for a new accrual or adjustment."""
        if self.grant is not None and self._add.isEnabled():
            self._form("Add an adjustment", partial(AdjustmentForm, self, None))

    def _change(self, row: AdjustmentRow) -> None:
        self._form("Change the adjustment", partial(AdjustmentForm, self, row))

    # What the form needs

    @property
    def office(self) -> Office:
        return self._office

    @property
    def heads(self) -> Sequence[ProjectPosition]:
        """The budget heads of the grant."""
        answer = self._office.position
        return answer.position.projects if answer is not None else ()

    @property
    def last_period(self) -> int:
        answer = self._office.position
        return answer.position.to_period if answer is not None else 1

    @property
    def open_accruals(self) -> Sequence[AdjustmentRow]:
        """Those that can be written off."""
        return [row for row in self._rows if row.is_accrual and row.still_open]
