"""The forms of the year's end: asking, deciding, giving back, paying for overspends, closing and reopening."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from PySide6.QtWidgets import QLineEdit

from fundingapp.application.commands.adjustments import AddAdjustment
from fundingapp.application.commands.carry_forwards import (
    AskCarryForward,
    DecideCarryForward,
    DecidedCarry,
    PlanCarryForward,
    PlannedCarry,
    WithdrawCarryForward,
)
from fundingapp.application.commands.closing import CloseYear, ReopenYear
from fundingapp.application.commands.grants import AddGrant
from fundingapp.application.commands.settlements import (
    InvoiceSettlements,
    NetSettlements,
    RemoveSettlement,
    ReopenSettlement,
    RepaySettlements,
    SettledPart,
    SettleUnderspend,
    SurrenderSettlements,
)
from fundingapp.application.effect import Command
from fundingapp.application.ports import Kept
from fundingapp.application.queries.claims import ClaimsAnswer
from fundingapp.application.queries.year_end import CarryForwardRow, SettlementRow, YearEndAnswer
from fundingapp.application.wording import short_date
from fundingapp.domain.adjustments import Adjustment, AdjustmentType, signed
from fundingapp.domain.allocations import AllocationStatus
from fundingapp.domain.carry_forwards import PLANNED, CarryForwardState
from fundingapp.domain.claims import Repayment
from fundingapp.domain.closing import Checklist, CheckPoint
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import CarryForwardId, PaymentId, RepaymentId, SettlementId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, period_name
from fundingapp.domain.year_end import HeadOutturn
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.move_form import FormHost, MoveForm, words_in
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.money_edit import MoneyEdit

_NOT_AN_AMOUNT = "One of the amounts is not an amount."


class Host(FormHost, Protocol):
    """What the forms need of the view that shows them."""

    @property
    def year_end(self) -> YearEndAnswer: ...


def head_name(head: HeadOutturn) -> str:
    """The project with its kind, or money that no project has."""
    kind = head.kind.aside if head.kind is not None else ""
    return f"{head.ref} {head.name}".strip() + kind


def row_name(row: CarryForwardRow | SettlementRow) -> str:
    return f"{row.ref} {row.name}".strip() + row.of.kind.aside


def _amounts(fields: Sequence[tuple[object, MoneyEdit]]) -> list[tuple[object, Money]] | None:
    """What stands in *fields*, empty ones left out; None when one of them is no amount."""
    found = []
    for key, field in fields:
        amount = amount_of(field)
        if amount is None and field.field.text().strip():
            return None
        if amount:
            found.append((key, amount))
    return found


# The request and its decision


def ask_form(host: Host) -> Form:
    """What is asked of the commissioner: by itself what is planned; what else is left may be asked for too."""
    answer = host.year_end
    heads = [
        (head, planned)
        for head in answer.outturn.heads
        if (planned := planned_of(answer, head)) is not None or room_of(head) > Money.ZERO
    ]

    def build(day: date) -> Command[object] | str:
        items = []
        for head, planned, amount, why in fields:
            asked = amount_of(amount)
            if asked is None and amount.field.text().strip():
                return _NOT_AN_AMOUNT
            if not asked or head.kind is None:
                continue
            if not words_in(why):
                return f"Say why {head_name(head)} carries money forward."
            plan = planned.of.plan if planned is not None else ""
            until = planned.of.spend_by if planned is not None else None
            items.append(PlannedCarry(head.project, head.kind, asked, words_in(why), plan, until))
        if not items:
            return "Type what is asked for at least one project."
        outturn = answer.outturn
        return AskCarryForward(
            outturn.fund_id, outturn.year, tuple(items), day, words_in(reference), form.given
        )

    form = MoveForm(host, "Record the request", build)
    form.note(answer.asking if heads else f"{answer.asking} Nothing is left that could be asked for.")
    form.dated_on("Asked on")
    reference = form.text("Reference of the request", hint="may be left empty")
    fields: list[tuple[HeadOutturn, CarryForwardRow | None, MoneyEdit, QLineEdit]] = []
    for head, planned in heads:
        amount = form.money(
            f"{head_name(head)}, {room_of(head).in_words} left, ask £", planned.of.asked if planned else None
        )
        reason = planned.of.reason if planned is not None else ""
        why = form.text(
            f"Why {head.ref or 'it'} carries it forward", reason, "such as: contract runs to June"
        )
        fields.append((head, planned, amount, why))
    form.papers("The request as it was sent")
    return form


def room_of(head: HeadOutturn) -> Money:
    """What of a head is left that nothing is asked for or decided about."""
    return head.pending - head.requested


def planned_of(answer: YearEndAnswer, head: HeadOutturn) -> CarryForwardRow | None:
    """What is forecast or anticipated of a head: one thing, or nothing."""
    return next(
        (
            row
            for row in answer.carry_forwards
            if row.of.state in PLANNED and (row.of.project, row.of.kind) == (head.project, head.kind)
        ),
        None,
    )


def plan_form(host: Host, head: HeadOutturn) -> Form:
    """What is planned to be carried forward of a head, with what it is for."""
    answer = host.year_end
    planned = planned_of(answer, head)

    def build(_day: date) -> Command[object] | str:
        asked = amount_of(amount)
        if asked is None and amount.field.text().strip():
            return _NOT_AN_AMOUNT
        if not until.is_valid:
            return "Type the day as 30/06/2019, or leave it empty."
        if head.kind is None:
            return "Choose one project."
        item = PlannedCarry(
            head.project, head.kind, asked or Money.ZERO, words_in(why), plan.toPlainText().strip(), until.day
        )
        return PlanCarryForward(answer.outturn.fund_id, answer.outturn.year, (item,), counted.key is True)

    form = MoveForm(host, "Keep the plan", build)
    amount = form.money(
        f"To carry forward of {room_of(head).in_words} left, £", planned.of.asked if planned else None
    )
    counted = form.choice(
        "How sure it is",
        [
            Option(False, "forecast: it will be left"),
            Option(True, "anticipated: next year's plans count on it"),
        ],
        planned is not None and planned.of.state is CarryForwardState.ANTICIPATED,
    )
    why = form.text("Why", planned.of.reason if planned else "", "such as: contract runs to June")
    plan = form.long_text("What it will be used for", planned.of.plan if planned else "")
    until = form.day("Spent by", planned.of.spend_by if planned else None, "may be left empty")
    form.note(f"Neither is money of {answer.outturn.year.next}: only what the commissioner agrees is.")
    return form


def decide_form(host: Host, rows: Sequence[CarryForwardRow]) -> Form:
    """The commissioner's decision about *rows*, project by project; also one that corrects an earlier decision."""
    corrects = any(row.of.decided_on is not None for row in rows)

    def build(day: date) -> Command[object] | str:
        items = []
        for row, field in fields:
            agreed = amount_of(field)
            if agreed is None:
                return "Type what was agreed for each project; 0 where it was refused."
            items.append(DecidedCarry(CarryForwardId(row.id), agreed))
        if not words_in(letter) and not form.given:
            return "Type the reference of the commissioner's letter, or attach it."
        if corrects and not words_in(why):
            return "Say why the decision is another now."
        return DecideCarryForward(
            tuple(items), day, words_in(letter), form.given, words_in(why), settle_refused=back.key is True
        )

    form = MoveForm(host, "Record the decision", build)
    form.dated_on("Decided on")
    letter = form.text("Reference of the letter")
    fields = [
        (
            row,
            form.money(
                f"{row_name(row)}, {row.of.asked.in_words} asked, agreed £",
                row.of.agreed if row.of.decided_on is not None else row.of.asked,
            ),
        )
        for row in rows
    ]
    back = form.choice(
        "What is refused",
        [
            Option(True, "goes back, or is surrendered if never drawn"),
            Option(False, "is decided about later"),
        ],
        True,
    )
    why = form.text(
        "Why" if corrects else "The commissioner's reason", hint="" if corrects else "may be left empty"
    )
    form.papers("The commissioner's letter")
    form.note(
        f"What is agreed is money available in {rows[0].of.into_year} at once, project by project; it is typed nowhere "
        "else."
    )
    return form


def withdraw_form(host: Host, rows: Sequence[CarryForwardRow]) -> Form:
    """Why a request is taken back."""

    def build(day: date) -> Command[object] | str:
        if not words_in(why):
            return "Say why it is withdrawn."
        return WithdrawCarryForward(tuple(CarryForwardId(row.id) for row in rows), words_in(why), day)

    form = MoveForm(host, "Withdraw it", build)
    form.dated_on("Withdrawn on")
    why = form.text("Why")
    return form


# Money that goes back


def give_back_form(host: Host) -> Form:
    """What goes back: by itself what is proposed; what else is left undecided may go back too."""
    answer = host.year_end
    proposed = {(each.project, each.kind) for each in answer.proposals}
    others = [
        head
        for head in answer.outturn.heads
        if room_of(head) > Money.ZERO and (head.project, head.kind) not in proposed
    ]

    def build(day: date) -> Command[object] | str:
        items = []
        for part, field in fields:
            amount = amount_of(field)
            if amount is None and field.field.text().strip():
                return _NOT_AN_AMOUNT
            if amount:
                surrender = how.key if isinstance(how.key, bool) else part.surrender
                items.append(replace(part, amount=amount, surrender=surrender))
        if not items:
            return "Type what goes back of at least one project."
        if not words_in(why):
            return "Say why it goes back."
        outturn = answer.outturn
        return SettleUnderspend(outturn.fund_id, outturn.year, tuple(items), words_in(why), day, form.given)

    form = MoveForm(host, "Record that it goes back", build)
    form.dated_on("Decided on")
    fields: list[tuple[SettledPart, MoneyEdit]] = []
    for each in answer.proposals:
        part = SettledPart(each.project, each.kind, each.amount, each.surrender, each.carry_forward)
        name = f"{each.ref} {each.name}".strip() + each.kind.aside
        fields.append((part, form.money(f"{name}: {each.why}, £", each.amount)))
    for head in others:
        if head.kind is not None:
            part = SettledPart(head.project, head.kind, room_of(head))
            caption = f"{head_name(head)}, {room_of(head).in_words} not decided, £"
            fields.append((part, form.money(caption, None if answer.proposals else room_of(head))))
    held = answer.outturn.held_to_return
    form.note(
        f"{held.in_words} of it is held in cash and is paid back; what was never drawn is surrendered instead."
        if fields
        else "Nothing is left that could go back."
    )
    how = form.choice(
        "How",
        [
            Option(None, "paid back as far as it is held, else surrendered"),
            Option(False, "paid back"),
            Option(True, "surrendered: it was never drawn"),
        ],
        None,
    )
    why = form.text("Why", hint="such as: not needed any more; refused")
    form.papers()
    return form


def _ids(rows: Sequence[SettlementRow]) -> tuple[SettlementId, ...]:
    return tuple(SettlementId(row.id) for row in rows)


def _together(rows: Sequence[SettlementRow]) -> str:
    whole = Money.total(row.of.amount for row in rows).in_words
    return f"{whole}: " + ", ".join(f"{row_name(row)} {row.of.amount.in_words}" for row in rows)


def invoice_form(host: Host, rows: Sequence[SettlementRow]) -> Form:
    """The funder's invoice."""

    def build(day: date) -> Command[object] | str:
        if not words_in(invoice):
            return "Type the number of the funder's invoice."
        return InvoiceSettlements(_ids(rows), words_in(invoice), day, form.given)

    form = MoveForm(host, "Record the invoice", build)
    form.note(_together(rows))
    invoice = form.text("Invoice", hint="the funder's number")
    form.dated_on("Dated")
    form.papers("The invoice")
    return form


def repaid_form(host: Host, rows: Sequence[SettlementRow], recorded: Sequence[Kept[Repayment]]) -> Form:
    """That the money went; *recorded* are repayments of the year that nothing is said of yet."""
    whole = Money.total(row.of.amount for row in rows)

    def build(day: date) -> Command[object] | str:
        known = RepaymentId(which.key) if which is not None and isinstance(which.key, int) else None
        return RepaySettlements(
            _ids(rows), day, words_in(invoice), words_in(why), repayment=known, evidence=form.given
        )

    form = MoveForm(host, "Record the repayment", build)
    form.note(_together(rows))
    form.dated_on("Paid back on")
    invoices = dict.fromkeys(row.of.invoice for row in rows if row.of.invoice)
    invoice = form.text("Invoice", ", ".join(invoices), "the funder's invoice or reference")
    why = form.text("Why", "unspent money given back")
    fitting = [kept for kept in recorded if kept.value.amount == whole and kept.value.claim is None]
    which = None
    if fitting:
        which = form.choice(
            "Repayment",
            [
                Option(None, f"a new one of {whole.in_words}"),
                *(
                    Option(
                        kept.id,
                        f"recorded on {short_date(kept.value.dated)}: {kept.value.reason or kept.value.invoice}",
                    )
                    for kept in fitting
                ),
            ],
            None,
        )
    form.papers("Remittance advice")
    return form


def netted_form(host: Host, rows: Sequence[SettlementRow], claims: ClaimsAnswer) -> Form:
    """Which later payment it was taken off."""
    whole = Money.total(row.of.amount for row in rows)

    def build(_day: date) -> Command[object] | str:
        if payment is None or not isinstance(payment.key, int):
            return f"Record the payment of {claims.year} first, under Grants, Claims and payments."
        return NetSettlements(_ids(rows), PaymentId(payment.key), net.key is True, form.given)

    form = MoveForm(host, "Record it as netted", build)
    form.note(_together(rows))
    payment = None
    if claims.payments:
        payment = form.choice(
            "Taken off the payment",
            [
                Option(
                    row.id,
                    f"{row.of.amount.in_words} on {short_date(row.of.dated)} {row.of.remittance}".strip(),
                )
                for row in claims.payments
            ],
        )
    else:
        form.note(
            f"No payment of {claims.year} is recorded yet. Record the one that it was taken off under Grants, Claims "
            "and payments."
        )
    net = form.choice(
        "That payment is recorded",
        [
            Option(False, f"in full, before the {whole.in_words} was taken off"),
            Option(True, f"as it came, {whole.in_words} less: raise it by as much"),
        ],
        False,
    )
    form.papers("Remittance advice")
    return form


def reason_form(
    host: Host, text: str, caption: str, note: str, make: Callable[[str], Command[object]]
) -> Form:
    """A step that only wants a reason."""

    def build(_day: date) -> Command[object] | str:
        return make(words_in(why)) if words_in(why) else "Say why: the reason is kept."

    form = MoveForm(host, text, build)
    why = form.text(caption)
    if note:
        form.note(note)
    return form


def surrender_form(host: Host, rows: Sequence[SettlementRow]) -> Form:
    """That the money was never drawn, and stays with the funder."""
    return reason_form(
        host,
        "Record it as surrendered",
        "Why",
        f"{_together(rows)} It was never drawn: no cash goes back.",
        lambda why: SurrenderSettlements(_ids(rows), why),
    )


def reopen_settlement_form(host: Host, row: SettlementRow) -> Form:
    """Back to repayable."""
    return reason_form(
        host,
        "Take it back to repayable",
        "Why",
        "The repayment that was recorded with it goes too." if row.repayment is not None else "",
        lambda why: ReopenSettlement(SettlementId(row.id), why),
    )


def remove_settlement_form(host: Host, row: SettlementRow) -> Form:
    """That it does not go back after all."""
    return reason_form(
        host,
        "Take it out",
        "Why",
        "What becomes of the money is open again.",
        lambda why: RemoveSettlement(SettlementId(row.id), why),
    )


# Overspends


def host_pays_form(host: Host, head: HeadOutturn) -> Form:
    """R29: the host pays what was spent beyond the budget; it is taken off the grant as ineligible."""
    outturn = host.year_end.outturn

    def build(_day: date) -> Command[object] | str:
        amount = amount_of(money)
        if amount is None or amount <= Money.ZERO:
            return "Type what the host pays."
        if not words_in(why):
            return "Say who agreed that the host pays it."
        if not form.given:
            return "Attach the decision, or type what leads to it."
        if head.project is None or head.kind is None or not isinstance(period.key, int):
            return "Only a project's overspend can be paid by the host."
        return AddAdjustment(
            Adjustment(
                AdjustmentType.INELIGIBLE,
                head.project,
                outturn.fund_id,
                head.kind,
                outturn.year,
                period.key,
                signed(AdjustmentType.INELIGIBLE, amount, False),
                words_in(why),
            ),
            form.given,
        )

    form = MoveForm(host, "The host pays it", build)
    form.note(
        f"{head_name(head)} spent {head.overspend.in_words} more than the grant gives it. What the host pays is taken "
        "off the grant as ineligible."
    )
    money = form.money("The host pays, £", head.overspend)
    period = form.choice(
        "Counts in",
        [
            Option(number, f"period {number} ({period_name(number)})")
            for number in range(1, CLOSING_PERIOD + 1)
        ],
        CLOSING_PERIOD,
    )
    why = form.text("Reason", "overspend paid by the host")
    form.papers("The decision that it does")
    return form


# Closing, reopening, and the year after


def close_form(host: Host, checklist: Checklist) -> Form:
    """The last look: each point that is open has to be accepted with a reason."""
    outturn = host.year_end.outturn
    open_points = [point for point in checklist.points if point.is_open]

    def build(day: date) -> Command[object] | str:
        accepted = []
        for point, field in fields:
            if not words_in(field):
                return f"Say why the year closes although this is open: {point.key.value}."
            accepted.append((point.key, words_in(field)))
        if not words_in(why):
            return "Say why the year is closed, such as: outturn agreed with the commissioner."
        return CloseYear(outturn.fund_id, outturn.year, day, words_in(why), tuple(accepted))

    form = MoveForm(host, f"Close {outturn.year}", build)
    form.dated_on("Closed on")
    why = form.text("Why", hint="such as: outturn agreed with the commissioner")
    fields: list[tuple[CheckPoint, QLineEdit]] = []
    for point in open_points:
        fields.append((point, form.text(f"{point.key.value}: accepted because", hint=point.sentence)))
    form.note(
        "Its budgets, charges, adjustments, carry-forward and settlement stay as they are from then on. It can be "
        "reopened with a reason; that voids the certificates that rest on it."
    )
    return form


def reopen_form(host: Host) -> Form:
    """Why a closed year is opened again."""
    outturn = host.year_end.outturn
    return reason_form(
        host,
        f"Reopen {outturn.year}",
        "Why it is reopened",
        "The certificates that rest on it become void.",
        lambda why: ReopenYear(outturn.fund_id, outturn.year, why),
    )


def next_year_form(host: Host, fund: str, commissioner: str, kinds: Sequence[Kind]) -> Form:
    """What the commissioner allocates for the year after: with it the year is in the file."""
    year = host.year_end.outturn.year.next

    def build(day: date) -> Command[object] | str:
        amounts = _amounts(fields)
        if amounts is None:
            return _NOT_AN_AMOUNT
        if not amounts:
            return f"Type what the commissioner allocates for {year}."
        return AddGrant(
            fund,
            commissioner,
            year,
            tuple((kind, amount) for kind, amount in amounts if isinstance(kind, Kind)),
            words_in(letter),
            day,
            AllocationStatus(str(status.key)),
        )

    form = MoveForm(host, f"Begin {year}", build)
    fields: list[tuple[object, MoneyEdit]] = [
        (kind, form.money(f"Allocated for {year}, {kind.value}, £")) for kind in kinds
    ]
    status = form.choice(
        "Status",
        [
            Option("confirmed", "Confirmed: it counts as available"),
            Option("indicative", "Indicative: known, not yet confirmed"),
        ],
        "confirmed",
    )
    letter = form.text("Letter", hint="reference of the commissioner's letter")
    form.dated_on("Dated")
    return form
