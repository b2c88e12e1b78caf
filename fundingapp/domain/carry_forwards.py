"""What of a year's unspent money is to be used in the next: forecast, asked for, and decided by the commissioner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.states import Machine, Move, Need


class CarryForwardState(Enum):
    """Where a carry-forward stands (domain paper 2.2; the words are those of the exchange workbook).

    Only what is agreed, whole or in part, is money available next year; everything before is shown apart.
    """

    FORECAST = "forecast"
    ANTICIPATED = "anticipated"
    REQUESTED = "requested"
    AGREED = "agreed"
    PART_AGREED = "part agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


#: The commissioner has said what it agrees to.
DECIDED = frozenset({CarryForwardState.AGREED, CarryForwardState.PART_AGREED, CarryForwardState.REFUSED})
#: What a person plans, and the commissioner was not asked for yet.
PLANNED = frozenset({CarryForwardState.FORECAST, CarryForwardState.ANTICIPATED})

_FORECAST, _ANTICIPATED = CarryForwardState.FORECAST, CarryForwardState.ANTICIPATED
_REQUESTED, _WITHDRAWN = CarryForwardState.REQUESTED, CarryForwardState.WITHDRAWN
_AGREED, _PART, _REFUSED = (
    CarryForwardState.AGREED,
    CarryForwardState.PART_AGREED,
    CarryForwardState.REFUSED,
)
_OFFICER, _MANAGER, _COMMISSIONER = "finance officer", "community safety manager", "commissioner"
_ASKED = (Need.DATE, Need.REASON, Need.AMOUNT)
_DECISION = (Need.DATE, Need.REFERENCE)
_CORRECTION = (Need.DATE, Need.REFERENCE, Need.REASON)
#: Domain paper 2.2. What is applied there is what is agreed here: one record is read from both years. A decision is
#: corrected by a later letter; what was withdrawn is asked for anew.
CARRY_FORWARDS: Machine[CarryForwardState] = Machine(
    "carry-forward",
    (
        Move(_FORECAST, _ANTICIPATED, "anticipate", _OFFICER),
        Move(_FORECAST, _REQUESTED, "ask", _MANAGER, _ASKED),
        Move(_FORECAST, _WITHDRAWN, "withdraw", _MANAGER, (Need.REASON,)),
        Move(_ANTICIPATED, _FORECAST, "forecast only", _OFFICER),
        Move(_ANTICIPATED, _REQUESTED, "ask", _MANAGER, _ASKED),
        Move(_ANTICIPATED, _WITHDRAWN, "withdraw", _MANAGER, (Need.REASON,)),
        Move(_REQUESTED, _AGREED, "agree", _COMMISSIONER, _DECISION),
        Move(_REQUESTED, _PART, "agree in part", _COMMISSIONER, _DECISION),
        Move(_REQUESTED, _REFUSED, "refuse", _COMMISSIONER, _DECISION),
        Move(_REQUESTED, _WITHDRAWN, "withdraw", _MANAGER, (Need.REASON,)),
        Move(_AGREED, _PART, "correct the decision", _COMMISSIONER, _CORRECTION),
        Move(_AGREED, _REFUSED, "correct the decision", _COMMISSIONER, _CORRECTION),
        Move(_PART, _AGREED, "correct the decision", _COMMISSIONER, _CORRECTION),
        Move(_PART, _PART, "correct the decision", _COMMISSIONER, _CORRECTION),
        Move(_PART, _REFUSED, "correct the decision", _COMMISSIONER, _CORRECTION),
        Move(_REFUSED, _AGREED, "correct the decision", _COMMISSIONER, _CORRECTION),
        Move(_REFUSED, _PART, "correct the decision", _COMMISSIONER, _CORRECTION),
    ),
)


#: The commissioner was asked.
ASKED = DECIDED | {CarryForwardState.REQUESTED}


@dataclass(frozen=True, slots=True)
class CarryForward:
    """What of a project's unspent money of *from_year* is to be used in the year after, in one kind of money.

    *project* None stands for money that was in no project's budget. *asked* is the amount forecast, anticipated or
    asked for, as its state says; *agreed* what the commissioner agreed to of it, nought until it has decided. *plan*
    says what it will be used for, *letter* is the reference of the decision.
    """

    fund: FundId
    from_year: FinancialYear
    kind: Kind
    project: ProjectId | None
    state: CarryForwardState
    asked: Money
    agreed: Money = Money.ZERO
    reason: str = ""
    plan: str = ""
    spend_by: date | None = None
    asked_on: date | None = None
    decided_on: date | None = None
    letter: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is money available in the year after (R1, R26)."""
        return self.state in (CarryForwardState.AGREED, CarryForwardState.PART_AGREED)

    @property
    def carried(self) -> Money:
        """What goes from the one year into the other; nought until it is agreed."""
        return self.agreed if self.counts else Money.ZERO

    @property
    def refused(self) -> Money:
        """R27: what was asked for and not agreed to; nought until it is decided."""
        return self.asked - self.agreed if self.state in DECIDED else Money.ZERO

    @property
    def pending(self) -> Money:
        """R27: what was asked for and is not decided."""
        return self.asked if self.state is CarryForwardState.REQUESTED else Money.ZERO

    @property
    def into_year(self) -> FinancialYear:
        return self.from_year.next


def decided_as(asked: Money, agreed: Money) -> CarryForwardState:
    """What a decision makes of a request, by how much of what was *asked* is *agreed*."""
    if not agreed:
        return CarryForwardState.REFUSED
    return CarryForwardState.AGREED if agreed == asked else CarryForwardState.PART_AGREED


@dataclass(frozen=True, slots=True)
class NotAgreed:
    """What of a year's unspent money may come into the next and is not agreed; it is never money available."""

    forecast: Money = Money.ZERO
    anticipated: Money = Money.ZERO
    requested: Money = Money.ZERO

    @property
    def total(self) -> Money:
        return self.forecast + self.anticipated + self.requested

    def __bool__(self) -> bool:
        return bool(self.forecast or self.anticipated or self.requested)


def carried_of(entries: Iterable[CarryForward], project: ProjectId | None, kind: Kind) -> Money:
    """What of *entries* is agreed for *project* (None: for no project) in *kind*."""
    return Money.total(entry.carried for entry in entries if entry.project == project and entry.kind is kind)


def carried_in(entries: Iterable[CarryForward], kind: Kind | None = None) -> Money:
    """What of *entries* is agreed in *kind* (None: in all)."""
    return Money.total(entry.carried for entry in entries if kind in (None, entry.kind))


def not_agreed_of(
    entries: Iterable[CarryForward], kind: Kind | None = None, anticipated: Money = Money.ZERO
) -> NotAgreed:
    """What of *entries* is not agreed in *kind* (None: in all); *anticipated* was typed apart from them."""
    sums = dict.fromkeys(CarryForwardState, Money.ZERO)
    for entry in entries:
        if kind in (None, entry.kind):
            sums[entry.state] += entry.asked
    return NotAgreed(
        sums[CarryForwardState.FORECAST],
        sums[CarryForwardState.ANTICIPATED] + anticipated,
        sums[CarryForwardState.REQUESTED],
    )
