"""What becomes of what is left: planned, asked, agreed, refused, given back, surrendered, and what is still open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from fundingapp.application.commands.carry_forwards import PlanCarryForward, PlannedCarry
from fundingapp.application.queries.claims import ClaimsAnswer, ClaimsOf
from fundingapp.application.queries.year_end import CarryForwardRow, SettlementRow, YearEndAnswer
from fundingapp.domain.carry_forwards import CarryForwardState
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.settlements import SettlementState
from fundingapp.domain.year_end import HeadOutturn
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import (
    Block,
    CheckBlock,
    InspectorPage,
    Step,
    StepsBlock,
    TextBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.papers import papers_block
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import ElidedLabel, label
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.yearend import forms
from fundingapp.ui.yearend.chain_view import head_rows
from fundingapp.ui.yearend.columns import (
    ANTICIPATED,
    BACK,
    CARRY,
    CARRY_TONES,
    FORECAST,
    MEASURES,
    REASON,
    ROW_HEIGHT,
    SETTLEMENT_TONES,
    BackRow,
    HeadRow,
    underspend_columns,
)
from fundingapp.ui.yearend.view import YearEndView
from fundingapp.ui.yearend.words import (
    carry_in_words,
    pending_in_words,
    settlement_in_words,
    step_in_words,
)

_REQUESTED, _WITHDRAWN = CarryForwardState.REQUESTED, CarryForwardState.WITHDRAWN
_LEAST_HEIGHT = 430
#: Of which settlements which step can be done.
_REPAYABLE, _INVOICED = SettlementState.REPAYABLE, SettlementState.INVOICED
_OWED = frozenset({_REPAYABLE, _INVOICED})


class UnderspendView(YearEndView):
    """The split of what is left above; requests with their decisions below left, what goes back below right."""

    def __init__(self, office: Office) -> None:
        super().__init__("underspend", "Underspend and carry-forward", office)
        settings = office.settings
        self._wanted: str | None = None
        self._card = Card("What becomes of what is left")
        self._ask = primary_button("Ask the commissioner…", self.ask_commissioner)
        self._card.add_head(self._ask)
        self._where = ElidedLabel("", "second")
        self._where.setContentsMargins(14, 6, 14, 6)
        self._card.add(self._where)
        self.heads = TableView(
            "Underspend by project", "year-end.underspend", settings, row_height=ROW_HEIGHT
        )
        self._heads = self._model(())
        self.heads.set_model(self._heads)
        self.heads.accepts_paste = True
        self.heads.edited.connect(self._edited)
        self.heads.pasted.connect(self._pasted)
        self.heads.takes_key = self._takes_key
        self.heads.why_requested.connect(self._why)
        self.heads.row_activated.connect(self._open_head)
        self.heads.selection_summarised.connect(self.selection_summarised)
        if office.is_read_only:
            self.heads.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._card.add(self.heads, 1)
        self.body.addWidget(self._card, 3)
        across = QHBoxLayout()
        across.setSpacing(3 * STEP)
        across.addWidget(self._requests(), 1)
        across.addWidget(self._going_back(), 1)
        self.body.addLayout(across, 2)
        for table, least in ((self.heads, 4 * ROW_HEIGHT + 40), (self.carry, 84), (self.back, 84)):
            # What a table hints at is more than there is: the room is shared out by the stretches alone.
            table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            table.setMinimumHeight(least)

    def _model(self, heads: Sequence[HeadOutturn]) -> ListTableModel[HeadRow]:
        columns = underspend_columns(self._can_plan, heads)
        return ListTableModel[HeadRow](columns, lambda row: row.key, self.heads)

    def _requests(self) -> QWidget:
        self._carry_card = Card("Carry-forward")
        self._decide = button("Record decision…", self.decide)
        self._carry_card.add_head(self._decide)
        self.carry = TableView("Carry-forward", "year-end.carry", self.office.settings)
        self._carry = ListTableModel[CarryForwardRow](CARRY, lambda row: row.id, self.carry)
        self.carry.set_model(self._carry)
        self.carry.row_activated.connect(self._open_carry)
        self.carry.current_row_changed.connect(partial(self._chosen, self.carry))
        self.carry.selection_summarised.connect(self.selection_summarised)
        self._carry_card.add(self.carry, 1)
        self._no_carry = _teaching(
            "Nothing is planned or asked yet. Type above what each project will carry, as a forecast or as "
            "anticipated; then ask the commissioner, and record what it decides."
        )
        self._carry_card.add(self._no_carry, 1)
        return self._carry_card

    def _going_back(self) -> QWidget:
        self._back_card = Card("Going back")
        self._give = button("Give back…", self.give_back)
        self._back_card.add_head(self._give)
        self.back = TableView("Going back", "year-end.back", self.office.settings)
        self._back = ListTableModel[BackRow](BACK, lambda row: row.key, self.back)
        self.back.set_model(self._back)
        self.back.row_activated.connect(self._open_back)
        self.back.current_row_changed.connect(partial(self._chosen, self.back))
        self.back.selection_summarised.connect(self.selection_summarised)
        self.back.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self._back_card.add(self.back, 1)
        self._no_back = _teaching(
            "Nothing goes back. What is refused, and what nobody asked to carry, is proposed here once the year is "
            "over: paid back as far as it is held in cash, surrendered as far as it was never drawn."
        )
        self._back_card.add(self._no_back, 1)
        self._line = QWidget()
        around = QVBoxLayout(self._line)
        around.setContentsMargins(14, 6, 14, 8)
        inner = QWidget()
        around.addWidget(inner)
        flow = FlowLayout(inner, 8, 6)
        self._steps: dict[str, Button] = {}
        for text, do in (
            ("Invoice…", self.invoice),
            ("Repaid…", self.repaid),
            ("Netted…", self.netted),
            ("Surrender…", self.surrender),
        ):
            made = button(text, do)
            self._steps[text] = made
            flow.addWidget(made)
        self._back_card.add(self._line)
        return self._back_card

    def first_focus(self) -> QWidget:
        return self.heads

    def go_to(self, subject: object) -> None:
        """Puts the cursor on the project of that reference, once it is there."""
        self._wanted = subject if isinstance(subject, str) else None
        self._find_wanted()

    def _find_wanted(self) -> None:
        row = next((each for each in self._heads.rows if each.of.ref and each.of.ref == self._wanted), None)
        if row is not None:
            self._wanted = None
            self.heads.select_key(row.key)

    # What is shown

    def show_year_end(self, answer: YearEndAnswer) -> None:
        outturn = answer.outturn
        rows = [row for row in head_rows(answer) if self.office.lists(row.of.project)]
        total = None if self.office.district is not None else HeadRow(outturn.total, is_total=True)
        columns = [each.title for each in underspend_columns(self._can_plan, outturn.heads)]
        if columns != [each.title for each in self._heads.columns]:
            self._heads = self._model(outturn.heads)
            self.heads.set_model(self._heads)
        self._heads.set_rows(rows, total)
        pending = outturn.pending
        self._card.set_title(
            f"What becomes of the {outturn.total.left.in_words} left of {outturn.year}"
            if outturn.total.left > Money.ZERO
            else f"Nothing is left of {outturn.year}"
            if not outturn.total.left
            else f"{outturn.year} is overspent by {(-outturn.total.left).in_words}",
            f"{pending.in_words} pending" if pending else "all decided",
            Tone.ATTENTION if pending else Tone.GOOD,
        )
        self._where.set_text(answer.asking)
        self._carry.set_rows(answer.carry_forwards)
        waiting = [row for row in answer.carry_forwards if row.of.state is _REQUESTED]
        asked = Money.total(row.of.asked for row in waiting)
        self._carry_card.set_title(
            "Carry-forward",
            f"{asked.in_words} awaited" if waiting else str(len(answer.carry_forwards)),
            Tone.ATTENTION if waiting else Tone.NEUTRAL,
        )
        back = [BackRow(settlement=row) for row in answer.settlements]
        back += [BackRow(proposal=each) for each in answer.proposals]
        self._back.set_rows(back)
        owed = Money.total(row.of.amount for row in answer.settlements if row.of.is_owed)
        self._back_card.set_title(
            "Going back",
            f"{owed.in_words} owed" if owed else str(len(back)),
            Tone.ATTENTION if owed else Tone.NEUTRAL,
        )
        self.state_changed.emit(
            f"{outturn.fund_name} {outturn.year} · {pending_in_words(pending)} "
            "What is forecast, anticipated or asked is no money until it is agreed."
        )
        for table, words, some in (
            (self.carry, self._no_carry, answer.carry_forwards),
            (self.back, self._no_back, back),
        ):
            table.setVisible(bool(some))
            words.setVisible(not some)
        self._line.setVisible(bool(owed))
        self._enable()
        self._find_wanted()

    def _enable(self) -> None:
        can = self.can_change
        known = self.is_known
        outturn = self.year_end.outturn if known else None
        self._ask.setEnabled(
            can and outturn is not None and any(head.pending > Money.ZERO for head in outturn.heads)
        )
        self._ask.setToolTip(self.year_end.asking if known else "")
        self._decide.setEnabled(
            can and known and any(row.of.state is _REQUESTED for row in self.year_end.carry_forwards)
        )
        self._give.setEnabled(
            can
            and outturn is not None
            and (bool(self.year_end.proposals) or any(head.pending > Money.ZERO for head in outturn.heads))
        )
        chosen = self._chosen_back()
        owed = bool(chosen) and all(row.of.state in _OWED for row in chosen)
        free = not self.office.is_read_only
        self._steps["Invoice…"].setEnabled(
            free and bool(chosen) and all(row.of.state is _REPAYABLE for row in chosen)
        )
        self._steps["Repaid…"].setEnabled(free and owed)
        self._steps["Netted…"].setEnabled(free and owed)
        self._steps["Surrender…"].setEnabled(can and owed)

    def _chosen(self, table: TableView, row: object) -> None:
        self._enable()
        if table.hasFocus():
            if isinstance(row, CarryForwardRow):
                self._open_carry(row)
            elif isinstance(row, BackRow):
                self._open_back(row)

    def _chosen_back(self) -> list[SettlementRow]:
        """The settlements that are chosen; the only one there is needs no choosing."""
        rows = [row for row in self.back.selected_rows() if isinstance(row, BackRow)]
        if not rows and len(self._back.rows) == 1:
            rows = list(self._back.rows)
        return [row.settlement for row in rows if row.settlement is not None]

    def _why(self, row: object, column: object) -> None:
        if isinstance(row, HeadRow) and isinstance(column, Column):
            self.ask_why(row.of.figure(MEASURES[column.title]))

    # What is typed

    def _can_plan(self, row: HeadRow) -> bool:
        """Whether what is to be carried can be typed: something is left that nobody has asked for or decided about."""
        if row.is_total or not self.can_change:
            return False
        of = row.of
        return not of.requested and (of.pending > Money.ZERO or bool(of.forecast or of.anticipated))

    def _edited(self, row: object, column: object, value: object) -> None:
        if not isinstance(row, HeadRow) or not isinstance(column, Column) or row.of.kind is None:
            return
        title = column.title.split()[0]
        amount = value if isinstance(value, Money) else Money.ZERO
        if title == REASON:
            self._plan([(row, FORECAST if row.of.forecast else ANTICIPATED, None, str(value))])
        elif title in (FORECAST, ANTICIPATED):
            self._plan([(row, title, amount, None)])

    def _plan(self, changes: Sequence[tuple[HeadRow, str, Money | None, str | None]]) -> None:
        """Keeps what was typed: *changes* name a project, which of the two columns, its amount, its reason; None for
        an amount or a reason that stays."""
        outturn = self.year_end.outturn
        for which in (FORECAST, ANTICIPATED):
            items = []
            for row, column, amount, reason in changes:
                if column != which or row.of.kind is None:
                    continue
                planned = forms.planned_of(self.year_end, row.of)
                of = planned.of if planned is not None else None
                items.append(
                    PlannedCarry(
                        row.of.project,
                        row.of.kind,
                        amount if amount is not None else of.asked if of is not None else Money.ZERO,
                        reason.strip() if reason is not None else of.reason if of is not None else "",
                        of.plan if of is not None else "",
                        of.spend_by if of is not None else None,
                    )
                )
            if items:
                command = PlanCarryForward(outturn.fund_id, outturn.year, tuple(items), which == ANTICIPATED)
                self.office.do(command, f"Plan the carry-forward out of {outturn.year}")

    def _pasted(self, cells: list[list[str]]) -> None:
        try:
            self._plan(self._read(cells))
        except ExpectedError as error:
            self.say(Message.of_error(error))

    def _read(self, cells: list[list[str]]) -> list[tuple[HeadRow, str, Money | None, str | None]]:
        """What *cells* say, put in at the cursor. Raises ExpectedError that names the cell."""
        index = self.heads.currentIndex()
        if not index.isValid():
            return []
        columns = [column.title.split()[0] for column in self._heads.columns]
        rows = self._heads.rows
        if index.row() + len(cells) > len(rows):
            raise ExpectedError(
                "paste_rows",
                f"{len(cells):,} rows were pasted, and the list ends after {len(rows) - index.row():,} of them.",
                "Put the cursor higher, or copy fewer rows; nothing was changed.",
            )
        found: list[tuple[HeadRow, str, Money | None, str | None]] = []
        for down, line in enumerate(cells):
            row = rows[index.row() + down]
            amounts: dict[str, Money] = {}
            reason: str | None = None
            for across, text in enumerate(line):
                at = index.column() + across
                title = columns[at] if at < len(columns) else ""
                if title not in (FORECAST, ANTICIPATED, REASON):
                    raise ExpectedError(
                        "paste_column",
                        f"Row {down + 1}, cell {across + 1} would go to “{title or 'no column'}”, which is worked out.",
                        f"Put the cursor on {FORECAST}, {ANTICIPATED} or {REASON}; nothing was changed.",
                    )
                if title == REASON:
                    reason = text.strip()
                elif text.strip():
                    amounts[title] = _amount(text, down, across)
            if not self._can_plan(row):
                raise ExpectedError(
                    "paste_nothing_left",
                    f"Row {down + 1} would go to {row.name}, of which nothing is left to plan.",
                    "Copy the rows without it; nothing was changed.",
                )
            if len([amount for amount in amounts.values() if amount]) > 1:
                raise ExpectedError(
                    "paste_both",
                    f"Row {down + 1} gives {row.name} an amount that is forecast and one that is anticipated.",
                    "What next year's plans count on is anticipated, what is merely left is forecast: give one. "
                    "Nothing was changed.",
                )
            found += [(row, title, amount, reason) for title, amount in amounts.items()]
            if reason is not None and not amounts and (row.of.forecast or row.of.anticipated):
                found.append((row, FORECAST if row.of.forecast else ANTICIPATED, None, reason))
        return found

    def _takes_key(self, event: QKeyEvent) -> bool:
        """Delete takes out what was planned under the cursor."""
        row, index = self.heads.current_row, self.heads.currentIndex()
        title = self._heads.columns[index.column()].title.split()[0] if index.isValid() else ""
        if event.key() != Qt.Key.Key_Delete or title not in (FORECAST, ANTICIPATED):
            return False
        if isinstance(row, HeadRow) and self._can_plan(row):
            now = row.of.forecast if title == FORECAST else row.of.anticipated
            if now:
                self._plan([(row, title, Money.ZERO, None)])
        return True

    # One of them, in the inspector

    def _open_head(self, row: object) -> None:
        """The project's requests and what goes back of it, all together."""
        if isinstance(row, HeadRow) and not row.is_total:
            self.open_page(partial(self._head_page, row.key))

    def _head_page(self, key: object) -> InspectorPage | None:
        row = next((each for each in self._heads.rows if each.key == key), None)
        if row is None:
            return None
        said = [
            (each.of.state.value, CARRY_TONES[each.of.state], carry_in_words(each.of)) for each in row.carry
        ]
        said += [
            (each.of.state.value, SETTLEMENT_TONES[each.of.state], settlement_in_words(each.of))
            for each in self.year_end.settlements
            if (each.of.project, each.of.kind) == (row.of.project, row.of.kind)
        ]
        pending = pending_in_words(row.of.pending)
        said.append(
            ("pending" if row.of.pending else "✓", Tone.ATTENTION if row.of.pending else Tone.GOOD, pending)
        )
        blocks: list[Block] = [CheckBlock(said)]
        if self._can_plan(row):
            plan = self.deeper_form("What is carried forward", partial(forms.plan_form, self, row.of))
            blocks.append(StepsBlock([Step("Plan…", plan, True)]))
        blocks.append(StepsBlock([Step("Its outturn", lambda: self.go("year-end", ("outturn", row.of.ref)))]))
        return InspectorPage(row.name, blocks, ("left", row.key))

    def _open_carry(self, row: object) -> None:
        if isinstance(row, CarryForwardRow):
            self.open_page(partial(self._carry_page, row.id))

    def _carry_page(self, id: int) -> InspectorPage | None:
        row = next((each for each in self.year_end.carry_forwards if each.id == id), None)
        if row is None:
            return None
        of = row.of
        blocks: list[Block] = [CheckBlock([(of.state.value, CARRY_TONES[of.state], carry_in_words(of))])]
        if of.plan:
            blocks.append(TextBlock(of.plan, "Plan"))
        targets = {move.target for move in row.moves}
        steps = []
        if self.can_change:
            if of.state is _REQUESTED:
                decide = self.deeper_form("The decision", partial(forms.decide_form, self, [row]), wide=True)
                steps.append(Step("Record decision…", decide, True))
            elif of.decided_on is not None and of.state is not _WITHDRAWN:
                decide = self.deeper_form(
                    "A later letter", partial(forms.decide_form, self, [row]), wide=True
                )
                steps.append(Step("Another decision…", decide))
            if _WITHDRAWN in targets:
                withdraw = self.deeper_form("Withdraw it", partial(forms.withdraw_form, self, [row]))
                steps.append(Step("Withdraw…", withdraw))
        if steps:
            blocks.append(StepsBlock(steps))
        blocks.append(papers_block(self.office, "carry_forward", row.id))
        if row.steps:
            blocks.append(TextBlock("\n".join(map(step_in_words, row.steps)), "History"))
        return InspectorPage(forms.row_name(row) or "In no project's budget", blocks, ("carry", row.id))

    def _open_back(self, row: object) -> None:
        if isinstance(row, BackRow):
            self.open_page(partial(self._back_page, row.key))

    def _back_page(self, key: object) -> InspectorPage | None:
        row = next((each for each in self._back.rows if each.key == key), None)
        if row is None:
            return None
        if row.settlement is None:
            blocks: list[Block] = [
                CheckBlock([(row.state, row.tone, f"{row.amount.in_words}: {row.why}")]),
            ]
            if self.can_change:
                blocks.append(StepsBlock([Step("Give back…", self.give_back, True)]))
            return InspectorPage(row.name or "In no project's budget", blocks, ("back", key))
        held = row.settlement
        blocks = [CheckBlock([(row.state, row.tone, settlement_in_words(held.of))])]
        steps = self._back_steps(held)
        if steps:
            blocks.append(StepsBlock(steps))
        blocks.append(papers_block(self.office, "settlement", held.id))
        if held.steps:
            blocks.append(TextBlock("\n".join(map(step_in_words, held.steps)), "History"))
        return InspectorPage(row.name or "In no project's budget", blocks, ("back", key))

    def _back_steps(self, row: SettlementRow) -> list[Step]:
        if self.office.is_read_only:
            return []
        steps = []
        if row.of.state is _REPAYABLE:
            steps.append(
                Step("Invoice…", self._form_of("The invoice", partial(forms.invoice_form, self, [row])))
            )
        if row.of.state in _OWED:
            steps.append(Step("Repaid…", partial(self._open_repaid, [row]), True))
            steps.append(Step("Netted…", partial(self._open_netted, [row])))
            if self.can_change:
                surrender = partial(forms.surrender_form, self, [row])
                steps.append(Step("Surrender…", self._form_of("Surrender", surrender)))
                remove = partial(forms.remove_settlement_form, self, row)
                steps.append(Step("Take it out…", self._form_of("Take it out", remove)))
        else:
            back = partial(forms.reopen_settlement_form, self, row)
            steps.append(Step("Back to repayable…", self._form_of("Back to repayable", back)))
        return steps

    # Forms

    def _form_of(self, title: str, build: Callable[[], Form]) -> Callable[[], None]:
        return self.deeper_form(title, build, wide=True)

    def ask_commissioner(self) -> None:
        """Opens the form of the request."""
        if self._ask.isEnabled():
            self.open_form("Ask the commissioner", partial(forms.ask_form, self), wide=True)

    def decide(self) -> None:
        """Opens the form of the decision about the requests that are chosen, else about all that wait."""
        waiting = [row for row in self.year_end.carry_forwards if row.of.state is _REQUESTED]
        chosen = {row.id for row in self.carry.selected_rows() if isinstance(row, CarryForwardRow)}
        rows = [row for row in waiting if row.id in chosen] or waiting
        if rows and self._decide.isEnabled():
            self.open_form("The commissioner's decision", partial(forms.decide_form, self, rows), wide=True)

    def give_back(self) -> None:
        """Opens the form of what goes back."""
        if self._give.isEnabled():
            self.open_form("Give back", partial(forms.give_back_form, self), wide=True)

    def invoice(self) -> None:
        self.open_form("The invoice", partial(forms.invoice_form, self, self._chosen_back()), wide=True)

    def repaid(self) -> None:
        self._open_repaid(self._chosen_back())

    def _open_repaid(self, rows: Sequence[SettlementRow]) -> None:
        """The form of the repayment, once it is known which repayments are recorded that nothing is said of."""
        settled = {row.of.repayment for row in self.year_end.settlements}

        def show(claims: ClaimsAnswer) -> None:
            free = [kept for kept in claims.repayments if kept.id not in settled]
            self.open_form("Paid back", partial(forms.repaid_form, self, rows, free), wide=True)

        outturn = self.year_end.outturn
        question = ClaimsOf(outturn.fund_id, outturn.year)
        self.office.ask_of_grant("year-end.repayments", question, show, self)

    def netted(self) -> None:
        self._open_netted(self._chosen_back())

    def _open_netted(self, rows: Sequence[SettlementRow]) -> None:
        """The form that names the payment, once those of the year after are known."""

        def show(claims: ClaimsAnswer) -> None:
            self.open_form("Netted from a payment", partial(forms.netted_form, self, rows, claims), wide=True)

        outturn = self.year_end.outturn
        question = ClaimsOf(outturn.fund_id, outturn.year.next)
        self.office.ask_of_grant("year-end.payments", question, show, self)

    def surrender(self) -> None:
        self.open_form("Surrender", partial(forms.surrender_form, self, self._chosen_back()), wide=True)

    # Qt overrides

    def sizeHint(self) -> QSize:
        """The page gives a view the height that it hints at, and scrolls where there is less."""
        return QSize(super().sizeHint().width(), _LEAST_HEIGHT)


def _teaching(text: str) -> QLabel:
    """What a list is for, while it is empty."""
    words = label(text, "second", wrap=True)
    words.setAlignment(Qt.AlignmentFlag.AlignTop)
    words.setContentsMargins(14, 12, 14, 12)
    return words


def _amount(text: str, down: int, across: int) -> Money:
    try:
        amount = Money.parse(text)
    except NotMoneyError as error:
        raise ExpectedError(
            "paste_cell",
            f"Row {down + 1}, cell {across + 1}: “{text.strip()}” is not an amount; {error.reason}.",
            "Correct it in the spreadsheet and paste again; nothing was changed.",
        ) from None
    return amount
