"""What contradicts, or is worth a look, among claims, payments and repayments."""

from __future__ import annotations

from collections import defaultdict

from fundingapp.domain.claims import ClaimState
from fundingapp.domain.exchange.book import Book
from fundingapp.domain.exchange.columns import folded
from fundingapp.domain.exchange.entries import (
    AllocationEntry,
    ChargeEntry,
    ClaimEntry,
    PaymentEntry,
    RepaymentEntry,
)
from fundingapp.domain.exchange.notes import Notes
from fundingapp.domain.exchange.sums import Sums
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

_Grant = tuple[str, FinancialYear]


def check_money(book: Book, sums: Sums, notes: Notes) -> None:
    """Names what contradicts in what was claimed, what came, and what went back."""
    _check_claims(book, sums, notes)
    _check_payments(book, sums, notes)
    _check_repayments(book, sums, notes)


def _grant(entry: ClaimEntry | PaymentEntry | RepaymentEntry) -> _Grant:
    return folded(entry.fund), entry.year


def _check_claims(book: Book, sums: Sums, notes: Notes) -> None:
    allocated = {(grant.fund, grant.year) for grant in sums.allocated}
    by_grant: dict[_Grant, list[ClaimEntry]] = defaultdict(list)
    for claim in book.all(ClaimEntry):
        by_grant[_grant(claim)].append(claim)
    lines = {(each.grant.fund, each.year): each.place for each in book.all(AllocationEntry)}
    new = set(map(id, book.added(ClaimEntry)))
    for claim in book.added(ClaimEntry):
        _check_claim(claim, notes)
    for grant, claims in by_grant.items():
        if not any(id(claim) in new for claim in claims):
            continue
        _check_overlaps(claims, new, notes)
        last = [claim for claim in claims if id(claim) in new][-1]
        if grant not in allocated:
            notes.finding(
                "claim.no_allocation",
                last.place,
                f"there is no allocation of {last.fund} in {last.year}",
                "fund",
            )
            continue
        asked = Money.total(claim.stands for claim in claims if claim.is_sent)
        available = Money.total(
            sums.available(each) for each in sums.allocated if (each.fund, each.year) == grant
        )
        if asked > available:
            notes.finding(
                "claim.above_available",
                last.place,
                f"the claims of {last.fund} {last.year} add up to {asked.in_words}, and {available.in_words} is "
                "available",
                "amount",
                lines.get(grant),
            )


def _check_claim(claim: ClaimEntry, notes: Notes) -> None:
    if claim.period_to < claim.period_from:
        notes.contradiction(
            "periods.order",
            claim.place,
            f"it goes from period {claim.period_from} to {claim.period_to}",
            "period to",
        )
    if claim.approved is None:
        return
    if claim.approved > claim.amount and claim.amount >= Money.ZERO:
        notes.contradiction(
            "claim.approved",
            claim.place,
            f"{claim.approved.in_words} is approved of {claim.amount.in_words} claimed",
            "approved",
        )
    elif claim.approved and not claim.is_decided:
        notes.contradiction(
            "claim.state",
            claim.place,
            f"it is {claim.state.value}, and {claim.approved.in_words} is approved",
            "state",
        )


def _check_overlaps(claims: list[ClaimEntry], new: set[int], notes: Notes) -> None:
    counted = [claim for claim in claims if claim.state is not ClaimState.NOT_USED]
    for at, claim in enumerate(counted):
        for other in counted[:at]:
            meets = claim.period_from <= other.period_to and other.period_from <= claim.period_to
            is_correction = claim.amount < Money.ZERO or (claim.number or 0) != (other.number or 0)
            if meets and not is_correction and id(claim) in new:
                notes.finding(
                    "claim.overlaps",
                    claim.place,
                    f"{claim.claim} (periods {claim.period_from} to {claim.period_to}) overlaps {other.claim} (periods "
                    f"{other.period_from} to {other.period_to}) of the same fund and year",
                    "period from",
                    other.place,
                )
                break


def _check_payments(book: Book, sums: Sums, notes: Notes) -> None:
    claims = {folded(each.claim): each for each in book.all(ClaimEntry)}
    income: dict[str, Money] = defaultdict(lambda: Money.ZERO)
    for charge in book.all(ChargeEntry):
        if charge.is_income:
            income[folded(charge.transaction)] -= charge.amount
    paid: dict[str, Money] = defaultdict(lambda: Money.ZERO)
    found: dict[str, Money] = defaultdict(lambda: Money.ZERO)
    loose: dict[_Grant, Money] = defaultdict(lambda: Money.ZERO)
    new = set(map(id, book.added(PaymentEntry)))
    for payment in book.all(PaymentEntry):
        is_new = id(payment) in new
        if is_new and payment.amount <= Money.ZERO:
            notes.contradiction("amount.sign", payment.place, "a payment is above nought", "amount")
            continue
        if payment.claim and not book.further("payment matches"):
            _check_claim_of(payment, claims.get(folded(payment.claim)), paid, is_new, notes)
        else:
            loose[_grant(payment)] += payment.amount
        if payment.transaction and not book.further("payment lines"):
            _check_transaction(payment, sums, income, found, is_new, notes)
    if not book.knows("payments") or book.further("payment matches"):
        return
    for claim in book.added(ClaimEntry):
        if claim.state is not ClaimState.PAID or not claim.stands:
            continue
        short = claim.stands - paid[folded(claim.claim)]
        if (
            short > Money.ZERO
            and paid[folded(claim.claim)] == Money.ZERO
            and loose[_grant(claim)] < claim.stands
        ):
            notes.finding(
                "claim.not_paid",
                claim.place,
                f"{claim.claim} is paid, and no payment of {claim.stands.in_words} is there for it",
                "state",
            )


def _check_claim_of(
    payment: PaymentEntry, claim: ClaimEntry | None, paid: dict[str, Money], is_new: bool, notes: Notes
) -> None:
    name = folded(payment.claim)
    paid[name] += payment.amount
    if claim is None or not is_new:
        return
    if _grant(payment) != _grant(claim):
        notes.finding(
            "payment.other_grant",
            payment.place,
            f"the payment is of {payment.fund} {payment.year}, {claim.claim} of {claim.fund} {claim.year}",
            "claim",
            claim.place,
        )
    elif not claim.is_sent:
        notes.finding(
            "payment.not_claimed",
            payment.place,
            f"{claim.claim}, which it pays, is {claim.state.value}",
            "claim",
            claim.place,
        )
    elif paid[name] > claim.stands:
        notes.finding(
            "payment.above_claim",
            payment.place,
            f"{paid[name].in_words} was paid for {claim.claim}, and {claim.stands.in_words} "
            f"{'is approved' if claim.is_decided else 'was claimed'}",
            "amount",
            claim.place,
        )


def _check_transaction(
    payment: PaymentEntry,
    sums: Sums,
    income: dict[str, Money],
    found: dict[str, Money],
    is_new: bool,
    notes: Notes,
) -> None:
    name = folded(payment.transaction)
    found[name] += payment.amount
    line = sums.lines.get(name)
    if line is None or not is_new:
        return
    if name not in income:
        notes.finding(
            "payment.no_income",
            payment.place,
            f"{payment.transaction} is not charged as income, so it is no payment",
            "transaction",
            line.place,
        )
    elif found[name] > income[name]:
        notes.finding(
            "payment.above_income",
            payment.place,
            f"payments of {found[name].in_words} rest on {payment.transaction}, whose income is "
            f"{income[name].in_words}",
            "amount",
            line.place,
        )


def _check_repayments(book: Book, sums: Sums, notes: Notes) -> None:
    new = set(map(id, book.added(RepaymentEntry)))
    paid = {_grant(each): each.place for each in book.all(PaymentEntry)}
    repaid: dict[_Grant, Money] = defaultdict(lambda: Money.ZERO)
    for repayment in book.all(RepaymentEntry):
        grant = _grant(repayment)
        repaid[grant] += repayment.amount
        if id(repayment) not in new:
            continue
        if repayment.amount <= Money.ZERO:
            notes.contradiction("amount.sign", repayment.place, "a repayment is above nought", "amount")
            continue
        carried = Money.total(
            amount for head, amount in sums.carried_in.items() if (head.fund, head.year) == grant
        )
        if not book.knows("payments"):
            continue
        held = sums.received.get(grant, Money.ZERO) + carried - sums.spent_of(*grant)
        if repaid[grant] > max(held, Money.ZERO) and not repayment.claim:
            notes.finding(
                "repayment.above_held",
                repayment.place,
                f"{repaid[grant].in_words} was repaid of {repayment.fund} {repayment.year}, and received less spent is "
                f"{held.in_words}",
                "amount",
                paid.get(grant),
            )
