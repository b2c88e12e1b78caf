"""The forms of a claim's moves, of payments and of repayments, for the inspector."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from fundingapp.application.commands.claims import (
    AnswerQuery,
    ApproveClaim,
    AskCertificate,
    Decision,
    MarkNotUsed,
    MatchPayment,
    OpenClaim,
    QueryClaim,
    RecordPayment,
    RecordRepayment,
    ReleaseRetention,
    RequestPayment,
    SubmitClaim,
)
from fundingapp.application.effect import Command
from fundingapp.application.queries.claims import ClaimRow, ClaimsAnswer, PaymentRow
from fundingapp.domain.claims import Payment, Repayment
from fundingapp.domain.ids import ClaimId, LineId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, period_name
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.grants.claim_columns import waiting_in_words
from fundingapp.ui.move_form import FormHost, MoveForm, words_in
from fundingapp.ui.widgets.choice import Option

#: How a payment is shared out, beside single claims.
OLDEST_FIRST, ADVANCE = "oldest", "advance"


class Host(FormHost, Protocol):
    """What the forms need of the view that shows them."""

    @property
    def answer(self) -> ClaimsAnswer: ...


def open_form(host: Host) -> Form:
    """A new claim: up to which period, and whether it is the final one."""
    answer = host.answer
    first, last = answer.next_periods or (1, CLOSING_PERIOD)

    def build(_day: date) -> Command[object] | str:
        if not isinstance(to.key, int):
            return "Choose the last period."
        return OpenClaim(
            answer.fund, answer.year, min(first, to.key), to.key, final.key is True, words_in(comment)
        )

    form = MoveForm(host, "Open the claim", build)
    to = form.choice(
        f"From {period_name(first)} to the end of",
        [Option(number, period_name(number)) for number in range(first, CLOSING_PERIOD + 1)],
        last,
    )
    final = form.choice(
        "Final claim",
        [Option(False, "no"), Option(True, "yes: nothing is claimed or forecast after it")],
        False,
    )
    comment = form.text("Note", hint="may be left empty")
    form.note(
        f"{answer.terms.claim_frequency.value.capitalize()} claims, paid in {answer.terms.payment_basis.value}, by the "
        "agreement. It is filled from the records and stays a draft until it is sent."
    )
    return form


def submit_form(host: Host, row: ClaimRow) -> Form:
    """The day it was sent; and why it went, where lines wait."""

    def build(day: date) -> Command[object] | str:
        if why is not None and not words_in(why):
            return "Say why it goes although lines wait, or charge them on Spend first."
        return SubmitClaim(
            row.id, day, words_in(why) if why is not None else "", words_in(reference), form.given
        )

    form = MoveForm(host, "Record it as sent", build)
    form.dated_on("Sent on")
    reference = form.text("Reference", hint="may be left empty")
    why = None
    if row.waiting:
        form.note(f"{waiting_in_words(row.waiting, row.waiting_total)}: the claim may ask for too little.")
        why = form.text("Why it goes without them")
    form.papers("The claim as it was sent")
    form.note(f"{row.asks.in_words} is asked. Its lines stay as they are from then on.")
    return form


def query_form(host: Host, row: ClaimRow) -> Form:
    """What the commissioner doubts, line by line."""

    def build(day: date) -> Command[object] | str:
        amounts = []
        for id, field in fields:
            amount = amount_of(field)
            if amount is None and field.field.text().strip():
                return "One of the amounts is not an amount."
            if amount:
                amounts.append((id, amount))
        if not amounts:
            return "Type what is queried of at least one line."
        if not words_in(why):
            return "Say what the commissioner asks."
        return QueryClaim(row.id, day, words_in(why), tuple(amounts), form.given)

    form = MoveForm(host, "Record the query", build)
    form.dated_on("Queried on")
    why = form.text("What is asked")
    fields = [
        (line.id, form.money(f"Of {line.ref} {line.of.kind.value}, {line.of.claimed.in_words} claimed, £"))
        for line in row.lines
        if line.of.claimed > Money.ZERO
    ]
    form.papers()
    return form


def answer_form(host: Host, row: ClaimRow) -> Form:
    """Our answer to a query."""

    def build(day: date) -> Command[object] | str:
        if not words_in(said):
            return "Say what was answered."
        return AnswerQuery(row.id, day, words_in(said), form.given)

    form = MoveForm(host, "Record the answer", build)
    form.dated_on("Answered on")
    said = form.text("The answer")
    form.papers()
    return form


def certificate_form(host: Host, row: ClaimRow) -> Form:
    """That an accountant's certificate is waited for."""
    form = MoveForm(
        host, "Record it as awaited", lambda day: AskCertificate(row.id, day, words_in(reference))
    )
    form.dated_on("Asked for on")
    reference = form.text("Reference", hint="may be left empty")
    return form


def approve_form(host: Host, row: ClaimRow, in_full: bool) -> Form:
    """The commissioner's decision: in full, or less what it disallows, line by line."""

    def build(day: date) -> Command[object] | str:
        if not words_in(reference):
            return "Type the reference of the commissioner's letter."
        decisions = []
        for id, field in fields:
            amount = amount_of(field)
            if amount is None and field.field.text().strip():
                return "One of the amounts is not an amount."
            if amount:
                decisions.append(Decision(id, amount, words_in(why), pays.key is True))
        if not in_full and not decisions:
            return "Type what is disallowed of at least one line, or approve it in full."
        if decisions and not words_in(why):
            return "Give the commissioner's reason."
        return ApproveClaim(row.id, day, words_in(reference), tuple(decisions), form.given)

    form = MoveForm(host, "Record the decision", build)
    form.dated_on("Decided on")
    reference = form.text("Reference of the letter")
    fields = []
    if not in_full:
        fields = [
            (
                line.id,
                form.money(
                    f"Disallowed of {line.ref} {line.of.kind.value}, {line.of.claimed.in_words} claimed, £"
                ),
            )
            for line in row.lines
            if line.of.claimed > Money.ZERO
        ]
        why = form.text("The commissioner's reason")
        pays = form.choice(
            "What is disallowed",
            [
                Option(True, "is ineligible: the host pays it"),
                Option(False, "stays eligible, and is claimed again"),
            ],
            True,
        )
    percent = host.answer.terms.retention_percent
    if percent:
        form.note(f"The agreement retains {percent.normalize():f}% of what is approved, line by line.")
    form.papers("Letter, and the certificate where one is asked for")
    return form


def request_form(host: Host, row: ClaimRow) -> Form:
    """That payment was asked for."""
    form = MoveForm(host, "Record the request", lambda day: RequestPayment(row.id, day, words_in(reference)))
    form.dated_on("Asked for on")
    reference = form.text("Invoice or reference", hint="may be left empty")
    form.note(f"{row.figures.outstanding.in_words} is to be paid.")
    return form


def not_used_form(host: Host, row: ClaimRow) -> Form:
    """Why a claim is put aside."""

    def build(_day: date) -> Command[object] | str:
        return MarkNotUsed(row.id, words_in(why)) if words_in(why) else "Say why it is not used."

    form = MoveForm(host, "Put it aside", build)
    why = form.text("Why")
    form.note("It was not sent: its lines go, its number stays taken.")
    return form


def release_form(host: Host, row: ClaimRow) -> Form:
    """What the commissioner releases of what it retained."""

    def build(day: date) -> Command[object] | str:
        amount = amount_of(money)
        return (
            ReleaseRetention(row.id, day, amount, words_in(reference)) if amount else "Type what is released."
        )

    form = MoveForm(host, "Record the release", build)
    money = form.money("Released, £", row.figures.withheld)
    form.dated_on("Released on")
    reference = form.text("Reference", hint="may be left empty")
    return form


def payment_form(host: Host) -> Form:
    """Money that came: what it settles, and which ledger line it is."""
    answer = host.answer
    rows = answer.open_claims

    def build(day: date) -> Command[object] | str:
        amount = amount_of(money)
        if amount is None or amount <= Money.ZERO:
            return "Type the amount that came."
        claims: tuple[tuple[ClaimId, Money], ...] = ()
        if settles.key == OLDEST_FIRST:
            claims = oldest_first(rows, amount)
        elif isinstance(settles.key, int):
            chosen = next(row for row in rows if row.id == settles.key)
            claims = ((chosen.id, min(amount, chosen.figures.outstanding)),)
        lines: tuple[tuple[LineId, Money], ...] = ()
        if isinstance(line.key, int):
            left = next(row.left for row in answer.income if row.line.id == line.key)
            lines = ((LineId(line.key), min(amount, left)),)
        payment = Payment(answer.fund, answer.year, day, amount, words_in(remittance))
        return RecordPayment(payment, claims, lines, form.given)

    form = MoveForm(host, "Record the payment", build)
    form.dated_on("Received on")
    due = Money.total(row.figures.outstanding for row in rows)
    money = form.money("Amount, £", due if due > Money.ZERO else None)
    remittance = form.text("Remittance", hint="as the remittance advice has it")
    options = [
        Option(row.id, f"claim {row.of.number}, {row.figures.outstanding.in_words} outstanding")
        for row in rows
    ]
    if len(rows) > 1:
        options.insert(0, Option(OLDEST_FIRST, "the oldest claims first"))
    settles = form.choice("It settles", [*options, Option(ADVANCE, "no claim: it is in advance")])
    line = form.choice(
        "Ledger income line",
        [
            Option(None, "match it later"),
            *(
                Option(
                    row.line.id,
                    f"{_line_words(row.line.transaction, row.line.description)}, {row.left.in_words}",
                )
                for row in answer.income
                if row.left > Money.ZERO
            ),
        ],
        None,
    )
    form.papers("Remittance advice")
    return form


def _line_words(transaction: str, description: str) -> str:
    return f"{transaction} {description}".strip()


def oldest_first(rows: Sequence[ClaimRow], amount: Money) -> tuple[tuple[ClaimId, Money], ...]:
    """*amount* over the claims that are outstanding: credits are taken off first, then the oldest are paid."""
    credits = [(row.id, row.figures.outstanding) for row in rows if row.figures.outstanding < Money.ZERO]
    left = amount - Money.total(part for _, part in credits)
    found = list(credits)
    for row in rows:
        part = min(left, row.figures.outstanding)
        if part > Money.ZERO:
            found.append((row.id, part))
            left -= part
    # A credit that no claim takes up would be matched to money that is not there.
    if Money.total(part for _, part in found) < Money.ZERO:
        found = []
    return tuple(found)


def settle_form(host: Host, row: PaymentRow) -> Form:
    """Which claims a payment settles, and with how much each."""
    answer = host.answer
    has = {claim.number: amount for claim, amount in row.matches}
    claims = [each for each in answer.claims if each.of.is_decided]
    shown = [each for each in claims if each.figures.outstanding or each.of.number in has]

    def build(_day: date) -> Command[object] | str:
        matches = []
        for id, field in fields:
            amount = amount_of(field)
            if amount is None and field.field.text().strip():
                return "One of the amounts is not an amount."
            if amount:
                matches.append((id, amount))
        lines = tuple((line.id, amount) for line, amount in row.lines)
        return MatchPayment(row.id, tuple(matches), lines)

    form = MoveForm(host, "Keep this", build)
    fields = [
        (
            each.id,
            form.money(
                f"Claim {each.of.number}, "
                f"{(each.figures.outstanding + has.get(each.of.number, Money.ZERO)).in_words} to be paid, £",
                has.get(each.of.number),
            ),
        )
        for each in shown
    ]
    form.note(
        f"{row.of.amount.in_words} came; what is matched to no claim is an advance. A credit claim takes an amount "
        "below nought."
        if shown
        else "No claim is approved and outstanding: the money is an advance."
    )
    return form


def repayment_form(host: Host) -> Form:
    """Money given back to the funder."""
    answer = host.answer
    credits = [row for row in answer.open_claims if row.figures.outstanding < Money.ZERO]

    def build(day: date) -> Command[object] | str:
        amount = amount_of(money)
        if amount is None or amount <= Money.ZERO:
            return "Type the amount that was given back."
        if not words_in(why):
            return "Say why it went back."
        claim = ClaimId(settles.key) if isinstance(settles.key, int) else None
        return RecordRepayment(
            Repayment(answer.fund, answer.year, day, amount, words_in(invoice), words_in(why), claim)
        )

    form = MoveForm(host, "Record the repayment", build)
    form.dated_on("Paid back on")
    money = form.money("Amount, £", -credits[0].figures.outstanding if credits else None)
    invoice = form.text("Invoice", hint="the funder's invoice or reference")
    why = form.text("Why", "credit claim" if credits else "")
    settles = form.choice(
        "It settles",
        [
            *(
                Option(row.id, f"claim {row.of.number}, a credit of {(-row.figures.outstanding).in_words}")
                for row in credits
            ),
            Option(None, "no claim"),
        ],
    )
    return form
