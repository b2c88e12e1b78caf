"""The register of virements: what moved, on whose authority, what still waits; and the contingency (R3, R5)."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.virements import SurrenderContingency, TopUpContingency
from fundingapp.application.effect import Command
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.virements import VirementRow, VirementsAnswer, VirementsOf
from fundingapp.application.wording import count, short_date
from fundingapp.domain.allocations import ChangeState
from fundingapp.domain.funds import Kind
from fundingapp.domain.money import Money
from fundingapp.domain.states import Move
from fundingapp.domain.virements import CHANGEABLE, OPEN, VIREMENTS, limits_in_words
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.grants.virement_form import NEEDS, BeforeAfter, DecisionForm, VirementForm
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
from fundingapp.ui.page import Figure
from fundingapp.ui.papers import papers_block
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.day_field import DayField
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.labels import label

_TONES = {
    ChangeState.APPLIED: Tone.GOOD,
    ChangeState.APPROVED: Tone.ACCENT,
    ChangeState.AWAITING_LETTER: Tone.ATTENTION,
    ChangeState.SUBMITTED: Tone.ACCENT,
    ChangeState.QUERIED: Tone.ATTENTION,
    ChangeState.REJECTED: Tone.BAD,
    ChangeState.WITHDRAWN: Tone.NEUTRAL,
    ChangeState.DRAFT: Tone.NEUTRAL,
}
COLUMNS = (
    Column[VirementRow](
        "No.",
        lambda row: str(row.virement.number or "–"),
        RIGHT,
        sort="number",
        order=lambda row: (row.virement.number, row.virement.id),
        width=50,
        tip=lambda row: "" if row.virement.number else "Made before virements were numbered.",
    ),
    Column[VirementRow](
        "Date",
        lambda row: short_date(row.virement.dated),
        sort="date",
        order=lambda row: row.virement.dated,
        width=90,
    ),
    Column[VirementRow]("From", lambda row: row.sources, sort="from", filter="from", width=100),
    Column[VirementRow]("To", lambda row: row.targets, sort="to", filter="to", width=100),
    Column[VirementRow].of_amounts("Amount £", lambda row: row.virement.moved, sort="amount", width=92),
    Column[VirementRow](
        "State",
        lambda row: row.virement.state.value,
        pill=lambda row: _TONES[row.virement.state],
        sort="state",
        filter="state",
        width=110,
    ),
    Column[VirementRow](
        "Decided by",
        lambda row: (
            row.virement.decided_by.value
            if row.virement.state in {ChangeState.APPLIED, ChangeState.APPROVED, ChangeState.AWAITING_LETTER}
            else f"needs: {row.needed.value}"
        ),
        sort="decided",
        filter="decided",
        width=130,
        may_hide=True,
    ),
    Column[VirementRow](
        "Paper",
        lambda row: row.virement.authority,
        filter="paper",
        width=110,
        stretch=1,
        least=60,
        may_hide=True,
    ),
    Column[VirementRow](
        "Reason",
        lambda row: row.virement.reason,
        filter="reason",
        width=180,
        stretch=3,
        least=90,
        tip=lambda row: row.virement.reason,
    ),
)


class VirementsView(GrantView):
    """The register; a virement opens at the right with its lines before and after, its papers and what comes next."""

    def __init__(self, office: Office) -> None:
        super().__init__("virements", "Virements", office)
        self._position: PositionAnswer | None = None
        self._answer: VirementsAnswer | None = None
        self._shown: int | None = None
        self._wanted: object = None
        self._contingency = button("Contingency…", self._open_contingency)
        self._new = primary_button("Move budget…", self.open_new)
        self.buttons += [self._contingency, self._new]
        self._card = Card("Virements")
        self._table = TableView("Virements", "grants.virements", office.settings, office.asker)
        self._model = ListTableModel[VirementRow](COLUMNS, lambda row: row.virement.id, self._table)
        self._table.set_model(self._model)
        self._table.row_activated.connect(self._open)
        self._table.clicked.connect(lambda _index: self._open(self._table.current_row))
        self._table.selection_summarised.connect(self.selection_summarised)
        self._empty = EmptyState(
            "grants",
            "No budget has been moved yet",
            "A virement moves budget between projects, or to and from the contingency; it never leaves a line below "
            "what is spent or claimed. Begin with “Move budget…” above.",
        )
        self._card.add(self._empty, 1)
        self._card.add(self._table, 1)
        self._limits = label("", "note", wrap=True)
        self._limits.setContentsMargins(14, 6, 14, 8)
        self._card.add(self._limits)
        self.body.addWidget(self._card, 1)

    def show_position(self, answer: PositionAnswer) -> None:
        self._position = answer
        position = answer.position
        self.office.ask_of_grant(
            "grants.virements", VirementsOf(position.fund_id, position.year), self._show, self
        )

    def _show(self, answer: VirementsAnswer) -> None:
        self._answer = answer
        waits = [row for row in answer.rows if row.virement.state in OPEN]
        applied = [row for row in answer.rows if row.virement.state is ChangeState.APPLIED]
        self.state_changed.emit(
            f"{answer.fund} {answer.year} · {count(len(applied), 'virement')} applied, "
            f"{Money.total(row.virement.moved for row in applied).in_words} moved"
            + (f" · {len(waits):,} to be decided" if waits else "")
        )
        self._card.set_title("Virements", str(len(answer.rows)) if answer.rows else "")
        self._empty.setVisible(not answer.rows)
        self._table.setVisible(bool(answer.rows))
        said = limits_in_words(answer.terms)
        self._limits.setText(f"{said[0].upper()}{said[1:]}.")
        read_only = self.office.is_read_only
        self._new.setDisabled(read_only or len(answer.lines) < 2)
        self._contingency.setDisabled(read_only)
        self._model.set_rows(answer.rows)
        wanted, self._wanted = self._wanted, None
        if wanted == "new":
            self.open_new()
        elif isinstance(wanted, int):
            self._shown = next(
                (row.virement.id for row in answer.rows if row.virement.number == wanted), None
            )
            self._table.select_key(self._shown)
        row = next((row for row in answer.rows if row.virement.id == self._shown), None)
        if row is not None and self.isVisible():
            self._open(row)

    def go_to(self, subject: object) -> None:
        """“new” opens the form, a number that virement."""
        self._wanted = subject
        if self._position is not None:
            self.show_position(self._position)

    def panel_closed(self) -> None:
        self._shown = None

    def first_focus(self) -> QWidget:
        return self._table if self._model.rows else self._new

    # One virement

    def _open(self, row: object) -> None:
        answer = self._answer
        if not isinstance(row, VirementRow) or answer is None or self._position is None:
            return
        virement = row.virement
        self._shown = virement.id
        state = virement.state
        if state in OPEN:
            standing = f"{virement.moved.in_words}: {NEEDS[row.needed]}."
        else:
            standing = f"{virement.moved.in_words}, {short_date(virement.dated)}"
            standing += f", {virement.decided_by.value}" if state is ChangeState.APPLIED else ""
            standing += f": {virement.authority}." if virement.authority else "."

        def table() -> QWidget:
            made = BeforeAfter()
            made.show_changes(row.lines)
            return made

        blocks: list[Block] = [
            CheckBlock([(state.value, _TONES[state], standing)]),
            WidgetBlock(
                table, "Before and after" if state is not ChangeState.DRAFT else "As budgets stand now"
            ),
            TextBlock(virement.reason, "Why"),
        ]
        blocks.append(papers_block(self.office, "movement", virement.id))
        if row.history:
            steps = "\n".join(
                f"{short_date(step.at.date())} {step.by}: {step.after}"
                + (f", {step.reference}" if step.reference else "")
                + (f" – {step.reason}" if step.reason and step.before else "")
                for step in row.history
            )
            blocks.append(TextBlock(steps, "History"))
        if not self.office.is_read_only and virement.number:
            steps_open = [
                Step(f"{move.name.capitalize()}…", partial(self._decide, row, move), at == 0)
                for at, move in enumerate(VIREMENTS.from_state(state))
            ]
            if state in CHANGEABLE:
                steps_open.append(Step("Change…", partial(self._change, row)))
            for at in range(0, len(steps_open), 2):
                blocks.append(StepsBlock(steps_open[at : at + 2]))
        title = virement.name if virement.number else f"Virement of {short_date(virement.dated)}"
        self.inspect(InspectorPage(title, blocks, ("virement", virement.id)))

    def _do(self, command: Command[object], name: str) -> None:
        self.office.do(command, name, lambda _effect: self._done())

    def _done(self) -> None:
        if self._shown is None:
            self.close_panel()

    def _files(self) -> Path | None:
        return self.office.files.to_open(self, "Attach the document", "Documents (*)")

    def _decide(self, row: VirementRow, move: Move[ChangeState]) -> None:
        answer, position = self._answer, self._position
        if answer is None or position is None:
            return
        fund = position.position.fund_id

        def build() -> Form:
            return DecisionForm(row, move, fund, answer, self._do, partial(self._open, row), self._files)

        title = f"{move.name.capitalize()}: {row.virement.name.lower()}"
        self.inspect_deeper_requested.emit(InspectorPage(title, [WidgetBlock(build)], ("form", title)))

    def _change(self, row: VirementRow) -> None:
        self._form(row)

    def open_new(self) -> None:
        """Opens the form of a new virement."""
        self._shown = None
        self._form(None)

    def _form(self, row: VirementRow | None) -> None:
        answer, position = self._answer, self._position
        if answer is None or position is None:
            return
        fund = position.position.fund_id

        def build() -> Form:
            cancel = self.close_panel if row is None else partial(self._open, row)
            return VirementForm(answer, fund, self._do, cancel, self._files, row)

        title = "Move budget" if row is None else f"Change virement {row.virement.number}"
        page = InspectorPage(title, [WidgetBlock(build)], ("form", title))
        if row is None:
            self.inspect(page)
        else:
            self.inspect_deeper_requested.emit(page)

    # The contingency

    def _open_contingency(self) -> None:
        if self._position is None or self._answer is None:
            return
        position = self._position.position
        name = f"{position.fund.name}/{position.year}"
        identity = next(each for each in self._position.identities if each.id == "R3")
        rows = [
            SumRow(part.name, part.amount, Figure(part.figure))
            for part in identity.right
            if part.amount or part.name == "Set aside"
        ]
        rows.append(SumRow("Contingency now", identity.left, Figure(f"{name}/contingency"), is_total=True))
        self._shown = None
        blocks: list[Block] = [
            SumBlock(rows),
            TextBlock(
                "Releasing it to a project, or taking back from one, is a virement: “Move budget…”, from or to "
                "contingency."
            ),
            StepsBlock(
                [
                    Step("Top up…", partial(self._contingency_form, "top up")),
                    Step("Surrender…", partial(self._contingency_form, "surrender")),
                ]
            ),
        ]
        self.inspect(InspectorPage("Contingency", blocks, ("contingency", name)))

    def _contingency_form(self, what: str) -> None:
        answer = self._position
        if answer is None:
            return
        position = answer.position

        def build() -> Form:
            def accept() -> str:
                amount = amount_of(money)
                chosen = kind.key if isinstance(kind.key, Kind) else position.fund.kinds[0]
                if amount is None or amount <= Money.ZERO:
                    return "Type the amount, above nought."
                if not why.text().strip():
                    return "Say why." if what == "top up" else "Type the letter's reference."
                command: Command[None]
                if what == "top up":
                    command = TopUpContingency(position.fund_id, position.year, chosen, amount, why.text())
                else:
                    dated = day.day
                    if dated is None:
                        return "Type the day of the letter."
                    command = SurrenderContingency(
                        position.fund_id, position.year, chosen, amount, dated, why.text()
                    )
                self.office.do(
                    command, f"{what.capitalize()} contingency", lambda _effect: self._open_contingency()
                )
                return ""

            form = Form(f"{what.capitalize()}", accept, self._open_contingency)
            money = form.money("Amount, £")
            kind = form.choice(
                "Kind of money",
                [Option(each, f"{each.value}: {room(each)}") for each in position.fund.kinds],
            )
            day = DayField("Dated")
            if what == "top up":
                why = form.text("Reason")
                form.note("It comes from what is available and not awarded yet.")
            else:
                why = form.text("Commissioner's letter", hint="its reference")
                day.set_day(date.today())  # noqa: DTZ011 - the user's own day
                form.add("Dated", day)
                form.note("The contingency and the money available both fall by this amount.")
            return form

        def room(kind: Kind) -> str:
            if what == "top up":
                return f"{position.unallocated_for(kind).in_words} not awarded"
            return f"{position.contingency_by_kind[kind].in_words} left"

        title = f"{what.capitalize()} the contingency"
        self.inspect_deeper_requested.emit(InspectorPage(title, [WidgetBlock(build)], ("form", title)))
