"""The letter in which an accountable body asks a commissioner that unspent money may be used in the next year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fundingapp.domain.agreements import CarryForwardStance
from fundingapp.domain.carry_forwards import CarryForward
from fundingapp.domain.chain import YearMoney
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A head whose money is asked for: its *budget* and eligible spend of the year, and the request itself; *ref* ""
    for money that is in no project's budget."""

    ref: str
    name: str
    budget: Money
    spent: Money
    of: CarryForward

    @property
    def title(self) -> str:
        return f"{self.ref} {self.name}".strip()

    @property
    def left(self) -> Money:
        return self.budget - self.spent

    @property
    def not_asked(self) -> Money:
        """What is left and not asked for; below nought where more is asked for than is left."""
        return self.left - self.of.asked


@dataclass(frozen=True, slots=True)
class OutturnRow:
    """A head of the year's outturn: what it had, spent and left, and what of that is *carried* by agreement already."""

    title: str
    kind: Kind
    budget: Money
    spent: Money
    carried: Money
    asked: Money

    @property
    def left(self) -> Money:
        return self.budget - self.spent


@dataclass(frozen=True, slots=True)
class RequestLetter:
    """Everything that the letter says; its sums are those of the position to the end of *year*'s records.

    *held* is what was received, not spent and not given back: below nought for what is still to be received. *ask_by*
    is the agreement's last day to ask, None where it has none. *history_head* is the hash that the audit trail ended
    with when it was made. *clauses* are the agreement's own words on it, each with its number.
    """

    partnership: str
    accountable_body: str
    contact: str
    commissioner: str
    addressee: str
    fund: str
    year: FinancialYear
    dated: date
    agreement: str
    stance: CarryForwardStance
    ask_by: date | None
    basis: PaymentBasis
    clauses: tuple[tuple[str, str], ...]
    asked: tuple[AskedRow, ...]
    outturn: tuple[OutturnRow, ...]
    money: YearMoney
    held: Money
    signatory: str
    prepared_by: str
    history_head: str

    @property
    def title(self) -> str:
        return (
            f"{self.fund} {self.year}: request to carry forward {self.total.in_words} into {self.year.next}"
        )

    @property
    def total(self) -> Money:
        return Money.total(row.of.asked for row in self.asked)

    @property
    def by_kind(self) -> tuple[tuple[Kind, Money], ...]:
        """What is asked for in each kind of money that it is asked for in."""
        sums = {kind: Money.total(row.of.asked for row in self.asked if row.of.kind is kind) for kind in Kind}
        return tuple((kind, amount) for kind, amount in sums.items() if amount)

    @property
    def is_late(self) -> bool:
        return self.ask_by is not None and self.dated > self.ask_by

    @property
    def clause(self) -> str:
        """What the agreement says of carry-forward, in a sentence."""
        under = f"Under {self.agreement}, " if self.agreement else "Under the usual terms, "
        match self.stance:
            case CarryForwardStance.NO:
                return f"{under}unspent money is not carried forward; we ask for it as an exception."
            case CarryForwardStance.YES:
                return f"{under}unspent money may be carried forward; we ask you to confirm the amount."
            case CarryForwardStance.WITH_AGREEMENT:
                said = f"{under}unspent money may be carried forward with your agreement"
                if self.ask_by is None:
                    return f"{said}."
                asked = f", asked for by {_day(self.ask_by)}"
                if not self.is_late:
                    return f"{said}{asked}."
                return (
                    f"{said}{asked}. That day has passed: we ask you to consider this request all the same."
                )

    @property
    def repayable(self) -> Money:
        """What of the amount asked for would be given back if it were refused: as far as it is held in cash."""
        return max(Money.ZERO, min(self.total, self.held))

    @property
    def if_refused(self) -> str:
        """What becomes of the money without agreement, in sentences."""
        back, never = self.repayable, self.total - self.repayable
        how = "in advance" if self.basis is PaymentBasis.ADVANCE else "in arrears"
        begins = f"The grant is paid {how}."
        parts = []
        if back:
            parts.append(f"{back.in_words}, which was received and is not spent, would be given back to you")
        if never:
            parts.append(f"{never.in_words}, which was never drawn, would be surrendered")
        what = ", and ".join(parts)
        return (
            f"{begins} If you do not agree, {what}; the work described above would end, or wait for other money. What "
            "you agree to in part is carried forward, and the rest treated so."
        )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
