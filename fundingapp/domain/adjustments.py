"""What is put right beside the ledger: accruals, prepayments, corrections, recharges, VAT and ineligible amounts
(R12 to R14); and what is still expected to be spent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import AccrualId, FundId, LineId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear


@dataclass(frozen=True, slots=True)
class Accrual:
    """Goods or services received but not yet in the ledger (R12: never both here and there).

    It counts in *period* of *year*, and is taken off again in *reverses_period* of *reverses_year* (None: not
    yet known).
    """

    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear
    period: int
    amount: Money
    supplier: str
    description: str
    reverses_year: FinancialYear | None = None
    reverses_period: int | None = None


class AdjustmentType(Enum):
    """Why an amount is put right beside the ledger (domain paper, sections 3 and 5: R12 to R14)."""

    PREPAYMENT = "prepayment"
    CORRECTION = "journal correction"
    RECHARGE = "recharge"
    IRRECOVERABLE_VAT = "irrecoverable VAT"
    RECOVERABLE_VAT = "recoverable VAT"
    WRITE_OFF = "accrual written off"
    INELIGIBLE = "ineligible"

    @property
    def rule(self) -> str:
        """What its amount does to the grant's spend, in words for whoever types it."""
        return _RULES[self]

    @property
    def only_adds(self) -> bool:
        return self is AdjustmentType.IRRECOVERABLE_VAT

    @property
    def only_takes_off(self) -> bool:
        """Whether its amount is always kept below nought, unless it puts a credit right."""
        return self in _TAKING_OFF


_TAKING_OFF = (AdjustmentType.PREPAYMENT, AdjustmentType.RECOVERABLE_VAT, AdjustmentType.INELIGIBLE)
_RULES = {
    AdjustmentType.PREPAYMENT: "paid in this year for the next: taken off now, put back in the period it reverses in",
    AdjustmentType.CORRECTION: "above nought adds to the spend, below nought takes off",
    AdjustmentType.RECHARGE: "above nought is a cost recharged to the project, below nought one recharged to others",
    AdjustmentType.IRRECOVERABLE_VAT: "VAT that the ledger leaves out and the council can't reclaim: adds to the spend",
    AdjustmentType.RECOVERABLE_VAT: "VAT that the ledger holds and the council reclaims: taken off the spend",
    AdjustmentType.WRITE_OFF: "an accrual of an earlier period that never came, or the rest of it: taken off the spend",
    AdjustmentType.INELIGIBLE: "spend that the grant does not pay for: taken off the grant, and paid by the host",
}
#: Those that may be undone by themselves in a later period.
REVERSING = (AdjustmentType.PREPAYMENT, AdjustmentType.CORRECTION, AdjustmentType.RECHARGE)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An amount put right beside the ledger, which stays as it is.

    *amount* is what it adds to the grant's spend in *period* of *year*: below nought takes off. It is undone in
    *reverses_period* of *reverses_year* (None: never). *line* names the ledger line that it puts right, *accrual*
    the accrual that it writes off.
    """

    type: AdjustmentType
    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear
    period: int
    amount: Money
    reason: str
    line: LineId | None = None
    accrual: AccrualId | None = None
    reverses_year: FinancialYear | None = None
    reverses_period: int | None = None


class CarriedAccrual(NamedTuple):
    """An accrual of last year, and what became of it by the end of this one (R13).

    *reversed* and *written_off* are above nought for an accrual above nought.
    """

    amount: Money
    reversed: Money
    written_off: Money

    @property
    def open(self) -> Money:
        """What neither a reversal nor a write-off has taken off."""
        return self.amount - self.reversed - self.written_off


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected to be spent by a project in one month still to come; typed by a person."""

    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear
    period: int
    amount: Money


def check_accrual(accrual: Accrual) -> None:
    """Refuses an accrual outside the year's periods, or one that is taken off before it is put in."""
    if not 1 <= accrual.period <= CLOSING_PERIOD:
        raise ExpectedError(
            "accrual_period",
            f"Period {accrual.period} is not one of 1 to 13.",
            "Choose the period of the cost.",
        )
    _check_reversal(accrual, "accrual_reversal", "An accrual")


def _check_reversal(entry: Accrual | Adjustment, code: str, name: str) -> None:
    if entry.reverses_year is None and entry.reverses_period is None:
        return
    if entry.reverses_year is None or entry.reverses_period is None:
        raise ExpectedError(code, "A reversal needs its year and its period.", "Choose both, or neither.")
    reverses = (entry.reverses_year, entry.reverses_period)
    if not 1 <= entry.reverses_period <= CLOSING_PERIOD or reverses <= (entry.year, entry.period):
        raise ExpectedError(
            code, f"{name} is reversed after it is made.", "Choose a later period for the reversal."
        )
    if entry.reverses_year > entry.year.next:
        raise ExpectedError(
            code,
            f"{name} of {entry.year} is reversed by the end of {entry.year.next} (R13).",
            "Choose a period of this year or the next.",
        )


def check_adjustment(adjustment: Adjustment) -> None:
    """Refuses an adjustment that nobody could explain: without amount or reason, outside the year's periods, against
    the sign of its type, or with a reversal or a write-off that does not fit it.

    What an adjustment of a ledger line may come to is :func:`check_against_line`'s to say.
    """
    type = adjustment.type
    if not adjustment.amount:
        raise ExpectedError("no_amount", "An adjustment needs an amount.", "Type the amount.")
    if not adjustment.reason.strip():
        raise ExpectedError("no_reason", "An adjustment needs its reason.", "Say why it is made.")
    if not 1 <= adjustment.period <= CLOSING_PERIOD:
        raise ExpectedError(
            "adjustment_period",
            f"Period {adjustment.period} is not one of 1 to 13.",
            "Choose the period that it counts in.",
        )
    if adjustment.line is None:
        wrong_way = (type.only_adds and adjustment.amount < Money.ZERO) or (
            type.only_takes_off and adjustment.amount > Money.ZERO
        )
        if wrong_way:
            raise ExpectedError(
                "adjustment_sign",
                f"{adjustment.amount.in_words} goes the wrong way for “{type.value}”: {type.rule}.",
                "Change the amount's sign, or choose another kind of adjustment.",
            )
    reverses = adjustment.reverses_year is not None or adjustment.reverses_period is not None
    if reverses and type not in REVERSING:
        raise ExpectedError(
            "adjustment_reversal",
            f"“{type.value.capitalize()}” stays; it is not reversed.",
            "Leave the reversal out.",
        )
    if type is AdjustmentType.PREPAYMENT and not reverses:
        raise ExpectedError(
            "adjustment_reversal",
            "A prepayment needs the period in which it becomes a cost.",
            "Choose the period that it reverses in.",
        )
    _check_reversal(adjustment, "adjustment_reversal", f"“{type.value.capitalize()}”")
    if (type is AdjustmentType.WRITE_OFF) != (adjustment.accrual is not None):
        raise ExpectedError(
            "adjustment_accrual",
            "Writing off names the accrual that is written off, and nothing else does.",
            "Choose the accrual.",
        )


def check_against_line(adjustment: Adjustment, share: Money, already: Money) -> None:
    """Refuses what takes more off a ledger line than it charges there, or adds to what it is no part of.

    *share* is what the line charges to the adjustment's budget head; *already* what other adjustments take off it,
    with its sign turned so that it has the line's. Money is counted once (R12), so all of them together may take off
    the share and no more.
    """
    if not share:
        raise ExpectedError(
            "adjustment_line",
            "The ledger line is not charged to that project, fund and kind of money.",
            "Choose a line that is charged there, or charge it first.",
        )
    if not adjustment.type.only_takes_off:
        if abs(adjustment.amount) > abs(share):
            raise ExpectedError(
                "adjustment_more_than_line",
                f"{abs(adjustment.amount).in_words} is more than the {share.in_words} that the line charges there.",
                "Adjust no more than the line.",
            )
        return
    off = -adjustment.amount
    if off.pence * share.pence < 0:
        raise ExpectedError(
            "adjustment_sign",
            f"{adjustment.amount.in_words} goes the wrong way for a line of {share.in_words}.",
            "Take off what the line has put on.",
        )
    if abs(off + already) > abs(share):
        left = share - already
        raise ExpectedError(
            "adjustment_more_than_line",
            f"{abs(off).in_words} is more than the line has left to take off: it charges {share.in_words} there, and "
            f"{left.in_words} of that is not adjusted yet.",
            "Take off no more than that.",
        )


def check_write_off(adjustment: Adjustment, accrual: Accrual, still_open: Money) -> None:
    """Refuses a write-off of another head's accrual, in or before its period, or of more than is open of it (R13)."""
    if (adjustment.project, adjustment.fund, adjustment.kind) != (
        accrual.project,
        accrual.fund,
        accrual.kind,
    ):
        raise ExpectedError(
            "adjustment_accrual",
            "The accrual belongs to another project, fund or kind of money.",
            "Choose the accrual of that project.",
        )
    if (adjustment.year, adjustment.period) <= (accrual.year, accrual.period):
        raise ExpectedError(
            "adjustment_accrual", "An accrual is written off after it is made.", "Choose a later period."
        )
    off = -adjustment.amount
    if off.pence * still_open.pence < 0 or abs(off) > abs(still_open):
        raise ExpectedError(
            "adjustment_more_than_accrual",
            f"{still_open.in_words} of this accrual is open, so {off.in_words} of it can't be written off.",
            "Write off no more than what is open.",
        )


def signed(type: AdjustmentType, size: Money, of_credit: bool = False) -> Money:
    """*size* as it is kept: what only takes off is below nought, whichever way it was typed.

    *of_credit* says that it puts a credit right, which turns it round.
    """
    if type.only_takes_off:
        return abs(size) if of_credit else -abs(size)
    return size


def adjusted_by_period(
    adjustments: Iterable[Adjustment], year: FinancialYear
) -> dict[AdjustmentType, tuple[Money, ...]]:
    """For each type that *year* has: thirteen amounts, reversals taken off in the period they fall in."""
    sums: dict[AdjustmentType, list[Money]] = {}
    for entry in adjustments:
        for at, period, amount in effects(entry):
            if at == year:
                sums.setdefault(entry.type, [Money.ZERO] * CLOSING_PERIOD)[period - 1] += amount
    return {type: tuple(sums[type]) for type in AdjustmentType if type in sums}


def effects(entry: Accrual | Adjustment) -> Iterable[tuple[FinancialYear, int, Money]]:
    """The year, period and amount of everything that *entry* puts in or takes off."""
    yield entry.year, entry.period, entry.amount
    if entry.reverses_year is not None and entry.reverses_period is not None:
        yield entry.reverses_year, entry.reverses_period, -entry.amount


def open_of(accrual: Accrual, written_off: Money) -> Money:
    """What is neither reversed nor *written_off* (with the accrual's sign) of *accrual*."""
    if accrual.reverses_period is not None:
        return Money.ZERO
    return accrual.amount - written_off


def carried_into(
    year: FinancialYear, accruals: Mapping[AccrualId, Accrual], adjustments: Sequence[Adjustment]
) -> tuple[CarriedAccrual, ...]:
    """Every accrual of the year before that this one has to take off, in the order of their identities (R13, L09).

    Left out is what the year before took off itself; a reversal in this year counts although its period may still be
    to come.
    """
    before: dict[AccrualId, Money] = {}
    here: dict[AccrualId, Money] = {}
    for entry in adjustments:
        if entry.accrual is not None and entry.year <= year:
            sums = here if entry.year == year else before
            sums[entry.accrual] = sums.get(entry.accrual, Money.ZERO) - entry.amount
    found = []
    for id, accrual in sorted(accruals.items()):
        if accrual.year.next != year or accrual.reverses_year == accrual.year:
            continue
        carried = accrual.amount - before.get(id, Money.ZERO)
        if carried:
            reversed_here = accrual.amount if accrual.reverses_year == year else Money.ZERO
            found.append(CarriedAccrual(carried, reversed_here, here.get(id, Money.ZERO)))
    return tuple(found)
