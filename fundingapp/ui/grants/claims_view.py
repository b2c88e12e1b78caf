"""Claims and payments of a grant: what each claim asks and what became of it, the money that came, and where the cash
stands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fundingapp.application.commands.claims import (
    ClaimPrepared,
    MatchPayment,
    OpenClaim,
    PrepareClaim,
    RecordPayment,
    RecordRepayment,
    RemovePayment,
    RemoveRepayment,
    SubmitClaim,
)
from fundingapp.application.commands.locks import LockPeriods
from fundingapp.application.effect import Command, Effect, Topic
from fundingapp.application.queries.claims import ClaimLineRow, ClaimRow, ClaimsAnswer, ClaimsOf
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.wording import count
from fundingapp.domain.claims import ClaimState
from fundingapp.domain.ids import ClaimId, LineId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import period_name
from fundingapp.domain.states import Step as StepMade
from fundingapp.ui.explain import ShowLine
from fundingapp.ui.forms import Form
from fundingapp.ui.grants import claim_forms
from fundingapp.ui.grants.claim_columns import (
    CLAIMS,
    INCOME,
    MONEY,
    STATE_TONES,
    LedgerRow,
    MoneyRow,
    waiting_in_words,
)
from fundingapp.ui.inspector import (
    Block,
    CheckBlock,
    InspectorPage,
    LinesBlock,
    SourceLine,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
    WidgetBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.page import Figure, Target
from fundingapp.ui.papers import papers_block
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, TALL_ROW_HEIGHT, Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.figure import FigureLabel
from fundingapp.ui.widgets.labels import ElidedLabel
from fundingapp.ui.widgets.message_bar import Message

PAPERS = "Evidence (*)"

#: So much of a project's name stands in the list of a claim's lines.
_NAME = 27
#: Two rows in each of the lists.
_LEAST_HEIGHT = 440


class KeyFigure(QWidget):
    """What it is, the figure, and one line that puts it in proportion."""

    why_requested = Signal(object)  # the subject

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(ElidedLabel(title, "second"))
        self._figure = FigureLabel(title, 17, 600, True)
        self._figure.why_requested.connect(self.why_requested)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._figure)
        row.addStretch(1)
        column.addLayout(row)
        self._note = ElidedLabel("", "note")
        column.addWidget(self._note)

    def set_figure(self, amount: Money, note: str, subject: object) -> None:
        """Shows *amount* over *note*; *subject* goes with “why?”."""
        self._figure.set_figure(amount, subject, self._title)
        self._note.set_text(note)
        self._note.setToolTip(note)


class ClaimsView(GrantView):
    """Claims above, the money that came and the ledger's income lines below, each claim in full in the inspector."""

    def __init__(self, office: Office) -> None:
        super().__init__("claims", "Claims and payments", office)
        self._answer: ClaimsAnswer | None = None
        self._shown: tuple[str, int] | None = None
        self._open = primary_button("New claim…", self.open_claim, icon="plus")
        self._pay = button("Payment…", self.record_payment)
        self._pay.setAccessibleName("Record a payment…")
        self._repay = button("Repayment…", self.record_repayment)
        self._repay.setAccessibleName("Record a repayment…")
        self._figures = {
            key: KeyFigure(title)
            for key, title in (
                ("claimable", "Claimable now"),
                ("asked", "Claimed"),
                ("received", "Received"),
                ("cash", "Cash held"),
            )
        }
        self._stack = ViewStack()
        self._stack.addWidget(self._lists())
        empty = EmptyState(
            "grants",
            "Claim the first money",
            "A claim asks the commissioner for what was spent (or, paid in advance, for what the profile needs) up to "
            "a period. It is filled from the ledger, kept as it was sent, and followed to its payment. Money that has "
            "come already is recorded as a payment.",
        )
        empty.add_changes(
            ("New claim…", self.open_claim),
            ("Record a payment…", self.record_payment),
            is_read_only=office.is_read_only,
        )
        self._stack.addWidget(empty)
        self.body.addWidget(self._stack, 1)

    def _lists(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * STEP)
        strip = QHBoxLayout()
        strip.setSpacing(3 * STEP)
        for figure in self._figures.values():
            figure.why_requested.connect(self._why)
            strip.addWidget(figure, 1)
        box = Card()
        box.add_padded(strip)
        column.addWidget(box)
        settings = self.office.settings
        self.claims = TableView("Claims", "grants.claims", settings, row_height=TALL_ROW_HEIGHT)
        self._claims = ListTableModel[ClaimRow](CLAIMS, lambda row: row.id, self.claims)
        self.money = TableView("Payments", "grants.payments", settings, row_height=TALL_ROW_HEIGHT)
        self._money = ListTableModel[MoneyRow](MONEY, lambda row: row.key, self.money)
        self.income = TableView("Ledger income", "grants.income", settings, row_height=TALL_ROW_HEIGHT)
        self._income = ListTableModel[LedgerRow](INCOME, lambda row: row.of.line.id, self.income)
        for table, model in (
            (self.claims, self._claims),
            (self.money, self._money),
            (self.income, self._income),
        ):
            table.set_model(model)
            table.selection_summarised.connect(self.selection_summarised)
        self.claims.why_requested.connect(self._why_of_claim)
        self.claims.row_activated.connect(self._open_row)
        self.claims.current_row_changed.connect(partial(self._chosen, self.claims))
        self.money.row_activated.connect(self._open_row)
        self.money.current_row_changed.connect(partial(self._chosen, self.money))
        self.income.row_activated.connect(self._show_line)
        self.income.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self._claims_card = Card("Claims")
        for each in (self._open, self._pay, self._repay):
            self._claims_card.add_head(each)
        self._claims_card.add(self.claims, 1)
        column.addWidget(self._claims_card, 5)
        row = QHBoxLayout()
        row.setSpacing(3 * STEP)
        self._money_card = Card("Payments")
        self._money_card.add(self.money, 1)
        row.addWidget(self._money_card, 1)
        self._income_card = Card("In the ledger")
        self._match = button("Match", self.match)
        self._match.setToolTip("Says that the chosen ledger lines are the chosen payment")
        self._match.setAccessibleName("Match the chosen ledger lines to the chosen payment")
        self._income_card.add_head(self._match)
        self._income_card.add(self.income, 1)
        row.addWidget(self._income_card, 1)
        column.addLayout(row, 4)
        return holder

    # What the page uses

    @property
    def answer(self) -> ClaimsAnswer:
        """What is shown; only asked for while something is."""
        if self._answer is None:
            raise AssertionError("nothing is shown yet")
        return self._answer

    def show_position(self, answer: PositionAnswer) -> None:
        position = answer.position
        if self._answer is not None and (self._answer.fund, self._answer.year) != (
            position.fund_id,
            position.year,
        ):
            self._shown = None
        self.office.ask_of_grant("grants.claims", ClaimsOf(position.fund_id, position.year), self._show, self)

    def refresh(self, topics: Topic) -> None:
        if self._answer is not None and topics & Topic.CLAIMS:
            question = ClaimsOf(self._answer.fund, self._answer.year)
            self.office.ask_of_grant("grants.claims", question, self._show, self)

    def first_focus(self) -> QWidget:
        return self.claims if self._answer is not None and not self._answer.is_empty else self._open

    def panel_closed(self) -> None:
        self._shown = None

    def go_to(self, subject: object) -> None:
        """Shows the claim of that number, once the claims are there."""
        if isinstance(subject, int):
            self._shown = ("claim", subject)
            if self._answer is not None:
                self._show(self._answer)

    # What is shown

    def _show(self, answer: ClaimsAnswer) -> None:
        self._answer = answer
        totals = answer.totals
        self._stack.setCurrentIndex(1 if answer.is_empty else 0)
        claims = sum(row.of.counts for row in answer.claims)
        basis = f"paid in {answer.terms.payment_basis.value}"
        words = answer.cash.in_words
        self.state_changed.emit(
            f"{answer.fund_name} {answer.year} · {basis} · {count(claims, 'claim')} sent · {words}"
        )
        name = f"{answer.fund_name}/{answer.year}"
        self._figures["claimable"].set_figure(
            answer.claimable,
            "a credit is due" if answer.claimable < Money.ZERO else "eligible, less claimed",
            Figure(f"{name}/claimable"),
        )
        asked = [f"{totals.approved.in_words} approved"] if totals.approved or not totals.pending else []
        asked += [f"{totals.pending.in_words} not decided"] if totals.pending else []
        self._figures["asked"].set_figure(totals.claimed, ", ".join(asked), Figure(f"{name}/claimed"))
        advances = answer.cash.advances
        owed = [f"{totals.outstanding.in_words} outstanding"] if totals.outstanding or not advances else []
        owed += [f"{advances.in_words} in advance"] if advances else []
        self._figures["received"].set_figure(answer.cash.paid, ", ".join(owed), Figure(f"{name}/received"))
        self._figures["cash"].set_figure(
            answer.cash.held,
            "a creditor: in advance"
            if answer.cash.held > Money.ZERO
            else "a debtor: owed to us"
            if answer.cash.held
            else "nothing is held or owed",
            Figure(f"{name}/cash"),
        )
        self._claims.set_rows(answer.claims)
        self._claims_card.set_title("Claims", str(len(answer.claims)))
        money = [MoneyRow(payment=row) for row in answer.payments]
        money += [MoneyRow(repayment=kept) for kept in answer.repayments]
        self._money.set_rows(sorted(money, key=lambda row: row.order))
        to_find = sum(bool(row.to_find) and not row.in_transit for row in answer.payments)
        self._money_card.set_title(
            "Payments", f"{to_find} to find" if to_find else str(len(money)),
            Tone.ATTENTION if to_find else Tone.NEUTRAL,
        )  # fmt: skip
        self._show_income()
        self._enable()
        self._refresh_panel()

    def _show_income(self) -> None:
        """The income lines, those first that are likely the chosen payment's."""
        row = self.money.current_row
        payment = row.payment if isinstance(row, MoneyRow) else None
        likely = payment.suggested if payment is not None else ()
        order = {line: at for at, line in enumerate(likely)}
        rows = sorted(
            (LedgerRow(each, each.line.id in order) for each in self.answer.income),
            key=lambda each: (order.get(each.of.line.id, len(order)), not each.of.left, each.of.line.id),
        )
        self._income.set_rows(rows)
        left = Money.total(each.left for each in self.answer.income)
        self._income_card.set_title("In the ledger", f"{left.in_words} to match" if left else "all matched")

    def _enable(self) -> None:
        free = not self.office.is_read_only and self._answer is not None
        self._open.setEnabled(free and self.answer.next_periods is not None)
        self._open.setToolTip(self._answer.no_claim if self._answer is not None else "")
        self._pay.setEnabled(free)
        self._repay.setEnabled(free and bool(self.answer.payments))
        chosen = self.money.current_row
        lines = [row for row in self.income.selected_rows() if isinstance(row, LedgerRow) and row.of.left]
        waits = isinstance(chosen, MoneyRow) and chosen.payment is not None and bool(chosen.payment.to_find)
        self._match.setEnabled(free and waits and bool(lines))

    def _why(self, subject: object) -> None:
        if isinstance(subject, Figure):
            self.why_requested.emit(subject)

    def _why_of_claim(self, row: object, column: object) -> None:
        if isinstance(row, ClaimRow) and isinstance(column, Column):
            measure = {"Approved £": "/approved", "Outstanding £": "/outstanding"}.get(column.title, "")
            self.ask_why(f"{self.answer.fund_name}/{self.answer.year}/claim/{row.of.number}{measure}")

    def _chosen(self, table: TableView, row: object) -> None:
        if table is self.money and self._answer is not None:
            self._show_income()
            self._enable()
        if table.hasFocus():
            self._open_row(row)

    def _show_line(self, row: object) -> None:
        if isinstance(row, LedgerRow):
            self.go("spend", ShowLine(row.of.line.id))

    # One of them, in the inspector

    def _open_row(self, row: object) -> None:
        if isinstance(row, ClaimRow):
            self._shown = ("claim", row.of.number)
            self.inspect(self._claim_page(row))
        elif isinstance(row, MoneyRow):
            self._shown = row.key
            self.inspect(self._money_page(row))

    def _refresh_panel(self) -> None:
        """Shows again what the inspector shows, as it is now."""
        if self._shown is None:
            return
        kind, id = self._shown
        if kind == "claim":
            found = next((row for row in self.answer.claims if row.of.number == id), None)
            if found is not None:
                self.claims.select_key(found.id)
                self.inspect(self._claim_page(found))
                return
        else:
            row = next((row for row in self._money.rows if row.key == self._shown), None)
            if row is not None:
                self.inspect(self._money_page(row))
                return
        self._shown = None
        self.close_panel()

    def _claim_page(self, row: ClaimRow) -> InspectorPage:
        answer, claim, figures = self.answer, row.of, row.figures
        scope = f"{answer.fund_name}/{answer.year}"
        blocks: list[Block] = [CheckBlock(self._checks(row))]

        def part(name: str, amount: Money, measure: str, sign: int = 1, is_total: bool = False) -> SumRow:
            shown = amount if sign > 0 else -amount
            return SumRow(name, shown, Figure(f"{scope}/claim/{claim.number}/{measure}"), is_total=is_total)

        lines = [
            SumRow(
                _short(f"{line.ref} {line.project}"),
                line.of.claimed,
                Figure(
                    f"{line.ref}/{answer.year}/claim/{claim.number}:{line.of.kind.value}:{answer.fund_name}"
                ),
                note=_line_note(line),
            )
            for line in row.lines
        ]
        if not self.office.is_read_only and (steps := self._steps(row)):
            blocks.append(StepsBlock(steps))
        if claim.counts:
            became = [part("Claimed", figures.claimed, "claimed")]
            became += [
                part(name, amount, measure, -1)
                for name, amount, measure in (
                    ("Disallowed", figures.disallowed, "disallowed"),
                    ("Queried", figures.queried, "queried"),
                    ("Not decided yet", figures.undecided, "undecided"),
                )
                if amount
            ]
            became.append(part("Approved", figures.approved, "approved", is_total=True))
            blocks.append(SumBlock(became, "What became of it"))
        if claim.is_decided:
            paid = [part("Approved", figures.approved, "approved")]
            if figures.retained:
                paid.append(part("Retained", figures.retained, "retained", -1))
            if figures.released:
                paid.append(part("Released", figures.released, "released"))
            paid.append(part("Paid", figures.paid, "paid", -1))
            paid.append(part("Outstanding", figures.outstanding, "outstanding", is_total=True))
            blocks.append(SumBlock(paid, "What is to be paid"))
        if lines:
            total = SumRow("Claimed", row.asks, Figure(f"{scope}/claim/{claim.number}"), is_total=True)
            blocks.append(SumBlock([*lines, total], "Lines"))
        blocks.append(papers_block(self.office, "claim", row.id))
        if row.steps:
            blocks.append(TextBlock("\n".join(_step_words(step) for step in row.steps), "History"))
        return InspectorPage(
            f"{claim.name}: {claim.periods_in_words} {claim.year}", blocks, ("claim", claim.number)
        )

    def _checks(self, row: ClaimRow) -> list[tuple[str, Tone, str]]:
        claim = row.of
        found = [(claim.state.value, STATE_TONES[claim.state], _standing(row))]
        if row.waiting:
            found.append(
                (
                    "waiting",
                    Tone.ATTENTION,
                    f"{waiting_in_words(row.waiting, row.waiting_total)}.",
                )
            )
        if claim.counts and row.since:
            found.append(
                (
                    "changed",
                    Tone.ATTENTION,
                    f"The records of its periods differ by {row.since.in_words} from what was sent: the next claim "
                    "takes that in.",
                )
            )
        if row.needs_certificate and claim.state is ClaimState.SUBMITTED:
            limit = self.answer.terms.certificate_above or Money.ZERO
            found.append(
                (
                    "certificate",
                    Tone.ATTENTION,
                    f"Above {limit.in_words} the agreement wants an accountant’s certificate before it is approved.",
                )
            )
        if claim.is_final:
            found.append(("final", Tone.NEUTRAL, "The final claim: nothing is claimed or forecast after it."))
        return found

    def _steps(self, row: ClaimRow) -> list[Step]:
        """What can be done with a claim, the likeliest first."""
        forms = claim_forms
        match row.of.state:
            case ClaimState.NEW:
                return [
                    Step("Fill it from the records", partial(self._prepare, row), is_primary=True),
                    Step("Set aside…", self._form("Put it aside", partial(forms.not_used_form, self, row))),
                ]
            case ClaimState.DRAFT:
                return [
                    Step(
                        "Send it…",
                        self._form("Send the claim", partial(forms.submit_form, self, row)),
                        is_primary=True,
                    ),
                    Step("Refresh", partial(self._prepare, row)),
                    Step("Set aside…", self._form("Put it aside", partial(forms.not_used_form, self, row))),
                ]
            case ClaimState.SUBMITTED:
                approve = (
                    [
                        Step(
                            "Certificate awaited…",
                            self._form("Await the certificate", partial(forms.certificate_form, self, row)),
                            is_primary=True,
                        )
                    ]
                    if row.needs_certificate
                    else self._approvals(row)
                )
                query = Step("Queried…", self._form("The query", partial(forms.query_form, self, row)))
                return [*approve, query]
            case ClaimState.QUERIED:
                return [
                    Step(
                        "Answer…",
                        self._form("The answer", partial(forms.answer_form, self, row)),
                        is_primary=True,
                    )
                ]
            case ClaimState.AWAITING_CERTIFICATE:
                return self._approvals(row)
            case ClaimState.APPROVED | ClaimState.PAYMENT_REQUESTED | ClaimState.PAID:
                return self._money_steps(row)
            case _:
                return []

    def _approvals(self, row: ClaimRow) -> list[Step]:
        return [
            Step(
                "Approved in full…",
                self._form("The decision", partial(claim_forms.approve_form, self, row, True)),
                is_primary=True,
            ),
            Step("In part…", self._form("The decision", partial(claim_forms.approve_form, self, row, False))),
        ]

    def _money_steps(self, row: ClaimRow) -> list[Step]:
        found = []
        due = row.figures.outstanding
        if due > Money.ZERO:
            found.append(Step("Record a payment…", self.record_payment, is_primary=True))
            if row.of.state is ClaimState.APPROVED:
                request = partial(claim_forms.request_form, self, row)
                found.append(Step("Payment asked for…", self._form("Ask for payment", request)))
        elif due < Money.ZERO and self.answer.payments:
            found.append(Step("Record a repayment…", self.record_repayment, is_primary=True))
        if row.figures.withheld:
            release = partial(claim_forms.release_form, self, row)
            found.append(Step("Release retention…", self._form("Release retention", release)))
        return found

    def _money_page(self, row: MoneyRow) -> InspectorPage:
        blocks: list[Block] = []
        steps: list[Step] = []
        if row.payment is not None:
            payment = row.payment
            parts = [SumRow(f"Settles {claim.name.lower()}", amount) for claim, amount in payment.matches]
            parts.append(SumRow("In advance, matched to no claim", payment.advance))
            parts.append(SumRow("Received", payment.of.amount, is_total=True))
            blocks.append(SumBlock(parts, "What it settles"))
            if payment.lines:
                blocks.append(
                    LinesBlock(
                        [
                            SourceLine(
                                f"{line.transaction} {line.description}".strip(),
                                amount,
                                f"{line.file} {line.sheet} row {line.row:,}".strip()
                                + (f" · {line.reason}" if line.reason else ""),
                                Target("spend", ShowLine(line.id)),
                            )
                            for line, amount in payment.lines
                        ],
                        "Ledger income lines",
                    )
                )
            if payment.to_find:
                words = (
                    f"The ledger does not go as far as {payment.of.dated:%d/%m/%Y} yet."
                    if payment.in_transit
                    else f"{payment.to_find.in_words} of it is not matched to the ledger: choose its lines under "
                    "In the ledger and press Match."
                )
                tone = Tone.NEUTRAL if payment.in_transit else Tone.ATTENTION
                blocks.append(CheckBlock([("not yet" if payment.in_transit else "to find", tone, words)]))
            blocks.append(papers_block(self.office, "payment", payment.id))
            steps = [
                Step(
                    "Change what it settles…",
                    self._form("What it settles", partial(claim_forms.settle_form, self, payment)),
                )
            ]
            if payment.lines:
                steps.append(Step("Take the ledger lines off", partial(self._unmatch, row)))
            steps.append(Step("Remove", partial(self._remove, row)))
            title = f"{payment.of.amount.in_words} received on {payment.of.dated:%d/%m/%Y}"
        elif row.repayment is not None:
            repayment = row.repayment.value
            blocks.append(
                TextBlock(f"{repayment.reason}\n{repayment.invoice}".strip() or "No reason was given.", "Why")
            )
            steps = [Step("Remove", partial(self._remove, row))]
            title = f"{repayment.amount.in_words} given back on {repayment.dated:%d/%m/%Y}"
        else:
            raise AssertionError("a row is a payment or a repayment")
        if not self.office.is_read_only:
            blocks.append(StepsBlock(steps))
        return InspectorPage(title, blocks, row.key)

    # What is done

    def _form(self, title: str, build: Callable[[], Form]) -> Callable[[], None]:
        """What opens a form as the next step in the inspector."""

        def show() -> None:
            self.inspect_deeper_requested.emit(
                InspectorPage(title, [WidgetBlock(build)], subject=("form", title))
            )

        return show

    def open_claim(self) -> None:
        """Opens the form of a new claim."""
        if self._answer is not None and self._open.isEnabled():
            build = partial(claim_forms.open_form, self)
            self.inspect(InspectorPage("New claim", [WidgetBlock(build)], ("form", "claim")))

    def record_payment(self) -> None:
        """Opens the form of money that came."""
        if self._answer is not None and self._pay.isEnabled():
            build = partial(claim_forms.payment_form, self)
            self.inspect(InspectorPage("Record a payment", [WidgetBlock(build)], ("form", "payment")))

    def record_repayment(self) -> None:
        """Opens the form of money given back."""
        if self._answer is not None and self._repay.isEnabled():
            build = partial(claim_forms.repayment_form, self)
            self.inspect(InspectorPage("Record a repayment", [WidgetBlock(build)], ("form", "repayment")))

    def match(self) -> None:
        """Says that the chosen ledger lines are the chosen payment, as far as it goes."""
        row = self.money.current_row
        if not isinstance(row, MoneyRow) or row.payment is None or not self._match.isEnabled():
            return
        payment, left = row.payment, row.payment.to_find
        lines = {line.id: amount for line, amount in payment.lines}
        for chosen in self.income.selected_rows():
            part = min(left, chosen.of.left) if isinstance(chosen, LedgerRow) else Money.ZERO
            if part > Money.ZERO:
                lines[chosen.of.line.id] = lines.get(chosen.of.line.id, Money.ZERO) + part
                left -= part
        self._keep_lines(row, tuple(lines.items()))

    def _unmatch(self, row: MoneyRow) -> None:
        self._keep_lines(row, ())

    def _keep_lines(self, row: MoneyRow, lines: tuple[tuple[LineId, Money], ...]) -> None:
        if row.payment is None:
            return
        numbers = {each.of.number: each.id for each in self.answer.claims}
        claims = tuple((numbers[claim.number], amount) for claim, amount in row.payment.matches)
        command = MatchPayment(row.payment.id, claims, lines)
        self.office.do(command, "Match the payment")

    def _remove(self, row: MoneyRow) -> None:
        if row.payment is not None:
            self.office.do(RemovePayment(row.payment.id), "Take the payment out")
        elif row.repayment is not None:
            self.office.do(RemoveRepayment(row.repayment.id), "Take the repayment out")

    def _prepare(self, row: ClaimRow) -> None:
        self.office.do(PrepareClaim(row.id), "Fill the claim", partial(self._prepared, row))

    def _prepared(self, row: ClaimRow, effect: Effect[ClaimPrepared]) -> None:
        changed = effect.result.changed
        if row.of.state is not ClaimState.DRAFT:
            return
        if not changed:
            self.say(Message(f"{row.of.name} is up to date: nothing changed.", "", Tone.GOOD))
            return
        named = ", ".join(
            f"{each.ref} {each.before.in_words} → {each.after.in_words}" for each in changed[:4]
        )
        more = f" and {len(changed) - 4} more" if len(changed) > 4 else ""
        self.say(
            Message(
                f"{count(len(changed), 'line')} of {row.of.name.lower()} changed.",
                f"{named}{more}.",
                Tone.ACCENT,
            )
        )

    def carry_out(self, command: Command[object], name: str) -> None:
        """Has what a form made carried out; the form goes when it succeeded."""
        self.office.do(command, name, partial(self._carried_out, command))

    def _carried_out(self, command: Command[object], effect: Effect[object]) -> None:
        if isinstance(command, OpenClaim) and isinstance(effect.result, int):
            number = max((row.of.number for row in self.answer.claims), default=0) + 1
            self._shown = ("claim", number)
            id = ClaimId(effect.result)
            self.office.do(PrepareClaim(id), "Fill the claim")
        elif isinstance(command, RecordPayment) and isinstance(effect.result, int):
            self._shown = ("payment", effect.result)
        elif isinstance(command, RecordRepayment) and isinstance(effect.result, int):
            self._shown = ("repayment", effect.result)
        elif isinstance(command, SubmitClaim):
            self._offer_lock(command)

    def _offer_lock(self, command: SubmitClaim) -> None:
        """What was claimed should not change unseen: its periods can be locked now."""
        row = next((each for each in self.answer.claims if each.id == command.claim), None)
        if row is None or row.of.to_period <= self.answer.locked_to:
            return
        lock = LockPeriods(row.of.year, row.of.to_period, f"claim {row.of.number} was sent")
        upto = period_name(row.of.to_period)
        self.say(
            Message(
                f"{row.of.name} is recorded as sent.",
                f"What changes in its periods from now on goes into the next claim. Lock {row.of.year} up to {upto}, "
                "so that nothing changes there unseen?",
                Tone.GOOD,
                f"Lock up to {upto}",
                lambda: self.office.do(lock, "Lock the periods"),
            )
        )

    def choose_paper(self) -> Path | None:
        """Asks the user for a file to attach; None when they thought better of it."""
        return self.office.files.to_open(self, "Attach a paper", PAPERS)

    def close_form(self) -> None:
        """Ends a form: what it was about is shown again, or the inspector closes."""
        if self._shown is not None:
            self._refresh_panel()
        else:
            self.close_panel()
            self.first_focus().setFocus()

    # Qt overrides

    def sizeHint(self) -> QSize:
        """The page gives a view the height that it hints at, and scrolls where there is less: the tables need less than
        they hint at."""
        hint = super().sizeHint()
        return QSize(hint.width(), max(self.minimumSizeHint().height(), _LEAST_HEIGHT))


def _line_note(line: ClaimLineRow) -> str:
    of = line.of
    said = []
    if of.eligible > of.cap:
        said.append(f"{of.eligible.in_words} spent, {of.cap.in_words} at most")
    if of.before:
        said.append(f"{of.before.in_words} claimed before")
    if of.disallowed:
        said.append(f"{of.disallowed.in_words} disallowed: {of.reason}")
    if of.queried:
        said.append(f"{of.queried.in_words} queried")
    if line.since:
        said.append(f"{line.since.in_words} since")
    return " · ".join(said)


def _short(name: str) -> str:
    """A project's name on one line of the inspector; the figure behind it says it in full."""
    return name if len(name) <= _NAME else f"{name[: _NAME - 1].rstrip()}…"


def _standing(row: ClaimRow) -> str:
    """Where a claim stands, in a sentence."""
    claim, figures = row.of, row.figures
    match claim.state:
        case ClaimState.NEW:
            return f"Nothing is in it yet. Due on {row.due:%d/%m/%Y}."
        case ClaimState.DRAFT:
            return f"It asks for {row.asks.in_words}. Due on {row.due:%d/%m/%Y}."
        case ClaimState.SUBMITTED:
            return f"With the commissioner since {claim.submitted_on:%d/%m/%Y}."
        case ClaimState.QUERIED:
            return f"The commissioner queries {figures.queried.in_words}."
        case ClaimState.AWAITING_CERTIFICATE:
            return "It waits for the accountant’s certificate."
        case ClaimState.NOT_USED:
            return "It was put aside, and never sent."
        case _ if not figures.outstanding:
            held = f"; {figures.withheld.in_words} is retained" if figures.withheld else ""
            return f"Nothing of it is to be paid any more{held}."
        case _ if figures.outstanding < Money.ZERO:
            return f"{(-figures.outstanding).in_words} goes back to the funder."
        case _:
            return f"{figures.outstanding.in_words} is still to be paid."


def _step_words(step: StepMade) -> str:
    day = step.dated or step.at.astimezone().date()
    said = [f"{day:%d/%m/%Y} {step.after}", f"by {step.by}"]
    said += [words for words in (step.reference, step.reason) if words]
    return " · ".join(said)
