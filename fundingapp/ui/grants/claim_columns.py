"""The tables of claims, of the money that came for them, and of the ledger's income lines, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fundingapp.application.ports import Kept
from fundingapp.application.queries.claims import ClaimRow, IncomeRow, PaymentRow
from fundingapp.application.wording import count, short_date
from fundingapp.domain.claims import ClaimState, Repayment
from fundingapp.domain.money import Money
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.theme import Tone

STATE_TONES = {
    ClaimState.NEW: Tone.NEUTRAL,
    ClaimState.DRAFT: Tone.NEUTRAL,
    ClaimState.SUBMITTED: Tone.ACCENT,
    ClaimState.QUERIED: Tone.ATTENTION,
    ClaimState.AWAITING_CERTIFICATE: Tone.ATTENTION,
    ClaimState.APPROVED: Tone.ACCENT,
    ClaimState.PAYMENT_REQUESTED: Tone.ACCENT,
    ClaimState.PAID: Tone.GOOD,
    ClaimState.NOT_USED: Tone.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """A payment received, or (below nought) a repayment: one of the two is there."""

    payment: PaymentRow | None = None
    repayment: Kept[Repayment] | None = None

    @property
    def key(self) -> tuple[str, int]:
        if self.payment is not None:
            return ("payment", self.payment.id)
        return ("repayment", self.given_back.id)

    @property
    def given_back(self) -> Kept[Repayment]:
        """The repayment; only asked for where there is no payment."""
        if self.repayment is None:
            raise AssertionError("a row is a payment or a repayment")
        return self.repayment

    @property
    def dated(self) -> date:
        return self.payment.of.dated if self.payment is not None else self.given_back.value.dated

    @property
    def paper(self) -> str:
        """The remittance, or the funder's invoice."""
        if self.payment is not None:
            return self.payment.of.remittance
        return self.given_back.value.invoice

    @property
    def amount(self) -> Money:
        return self.payment.of.amount if self.payment is not None else -self.given_back.value.amount

    @property
    def order(self) -> tuple[date, tuple[str, int]]:
        return (self.dated, self.key)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """An income line, and whether it is likely the chosen payment's."""

    of: IncomeRow
    is_likely: bool


def _second(row: ClaimRow) -> str:
    if row.of.is_being_made:
        return f"due {row.due:%d/%m/%Y}"
    if row.of.submitted_on is not None:
        final = "final, " if row.of.is_final else ""
        since = f" · {row.since.in_words} since" if row.since else ""
        return f"{final}sent {row.of.submitted_on:%d/%m/%Y}{since}"
    return ""


def _claims_of(row: MoneyRow) -> str:
    """What it settles, in a few words."""
    if row.payment is None:
        return row.given_back.value.reason or "given back"
    names = ", ".join(str(claim.number) for claim, _ in row.payment.matches)
    said = f"claim {names}" if names else ""
    if row.payment.advance:
        return f"{said} and {row.payment.advance.in_words} in advance" if said else "in advance"
    return said


def _ledger_state(row: MoneyRow) -> str:
    if row.payment is None:
        return "given back"
    if not row.payment.to_find:
        return "in the ledger"
    return "not yet due there" if row.payment.in_transit else "to find"


def _ledger_tone(row: MoneyRow) -> Tone:
    if row.payment is None:
        return Tone.NEUTRAL
    if not row.payment.to_find:
        return Tone.GOOD
    return Tone.NEUTRAL if row.payment.in_transit else Tone.ATTENTION


CLAIMS = (
    Column[ClaimRow](
        "Claim", lambda row: str(row.of.number), order=lambda row: row.of.number, sort="number", width=56
    ),
    Column[ClaimRow](
        "For",
        lambda row: row.of.periods_in_words,
        second=_second,
        tip=lambda row: f"{row.of.periods_in_words}\n{_second(row)}",
        stretch=1,
        width=190,
        least=130,
    ),
    Column[ClaimRow](
        "State", lambda row: row.of.state.value, pill=lambda row: STATE_TONES[row.of.state], width=150
    ),
    Column[ClaimRow].of_amounts("Claimed £", lambda row: row.asks, why=True, width=100),
    Column[ClaimRow].of_amounts(
        "Queried £", lambda row: row.figures.queried, dash=True, width=90, may_hide=True
    ),
    Column[ClaimRow].of_amounts(
        "Disallowed £", lambda row: row.figures.disallowed, dash=True, width=100, may_hide=True
    ),
    Column[ClaimRow].of_amounts(
        "Approved £",
        lambda row: row.figures.approved,
        dash=True,
        why=lambda row: row.of.is_decided,
        width=100,
    ),
    Column[ClaimRow].of_amounts(
        "Retained £", lambda row: row.figures.withheld, dash=True, width=90, may_hide=True
    ),
    Column[ClaimRow].of_amounts("Paid £", lambda row: row.figures.paid, dash=True, width=96, may_hide=True),
    Column[ClaimRow].of_amounts(
        "Outstanding £",
        lambda row: row.figures.outstanding,
        dash=True,
        why=lambda row: bool(row.figures.outstanding),
        strong=True,
        width=110,
    ),
)
MONEY = (
    Column[MoneyRow](
        "Dated", lambda row: short_date(row.dated), order=lambda row: row.order, sort="dated", width=88
    ),
    Column[MoneyRow](
        "Paper",
        lambda row: row.paper or "–",
        second=_claims_of,
        tip=_claims_of,
        stretch=1,
        width=140,
        least=56,
    ),
    Column[MoneyRow]("Ledger", _ledger_state, pill=_ledger_tone, width=84),
    Column[MoneyRow].of_amounts("Amount £", lambda row: row.amount, width=96),
)
INCOME = (
    Column[LedgerRow](
        "Posted",
        lambda row: short_date(row.of.line.posted_on),
        second=lambda row: "likely" if row.is_likely else "",
        width=88,
    ),
    Column[LedgerRow](
        "Ledger income",
        lambda row: row.of.line.description or row.of.line.transaction,
        second=lambda row: "; ".join(row.of.payments) if row.of.payments else row.of.line.transaction,
        tip=lambda row: (
            f"{row.of.line.supplier} {row.of.line.description}\n{row.of.line.file}, "
            f"{row.of.line.sheet} row {row.of.line.row:,}"
        ),
        stretch=1,
        width=150,
        least=90,
    ),
    Column[LedgerRow].of_amounts("Income £", lambda row: row.of.amount, width=92, may_hide=True),
    Column[LedgerRow].of_amounts("To match £", lambda row: row.of.left, dash=True, width=96),
)


def waiting_in_words(number: int, total: Money) -> str:
    """“2 ledger lines of £210.00 in its periods wait for a project”."""
    verb = "waits" if number == 1 else "wait"
    return f"{count(number, 'ledger line')} of {total.in_words} in its periods {verb} for a project"
