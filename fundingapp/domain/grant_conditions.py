"""The conditions that a grant or an award comes with, and the limits among them that are measured as gauges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import BidId, FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.states import Machine, Move, Need


class ConditionKind(Enum):
    """What a condition is about (domain paper 3, “Condition”)."""

    PRE_PAYMENT = "before payment"
    REPORTING = "reporting"
    PUBLICITY = "publicity"
    DATA_PROTECTION = "data protection"
    SAFEGUARDING = "safeguarding"
    AUDIT = "audit"
    ASSET = "asset"
    TOLERANCE = "tolerance"
    SPECIAL = "special"


class ConditionState(Enum):
    """Where a condition stands (domain paper 2.2)."""

    OPEN = "open"
    MET = "met"
    WAIVED = "waived"
    BREACHED = "breached"


class Gauge(Enum):
    """What a condition of kind tolerance measures of a grant; in pounds, or in per cent."""

    UNALLOCATED = "unallocated"
    UNDERSPEND = "forecast underspend"
    CASH_HELD = "cash held"
    MATCH_PERCENT = "match, % of cost"
    CAPITAL_PERCENT = "capital, % of spend"
    CONTINGENCY_PERCENT = "contingency, % of available"

    @property
    def is_percent(self) -> bool:
        return self.value.rpartition(", ")[2].startswith("%")


@dataclass(frozen=True, slots=True)
class GrantCondition:
    """A condition of a fund (in every year, or in one), of a project, or of a bid's offer.

    *before_release*: no money may be charged to the project before it is met or waived. *gauge* with *limit* (or
    *limit_percent*) is measured all the time; *at_most* says on which side of the limit is well; the limit itself is
    well on both.
    """

    fund: FundId
    clause: str
    text: str
    kind: ConditionKind
    year: FinancialYear | None = None
    project: ProjectId | None = None
    bid: BidId | None = None
    owner: str = ""
    due: date | None = None
    state: ConditionState = ConditionState.OPEN
    proof: str = ""
    before_release: bool = False
    gauge: Gauge | None = None
    at_most: bool = True
    limit: Money | None = None
    limit_percent: Decimal | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing has to be done for it any more."""
        return self.state in (ConditionState.MET, ConditionState.WAIVED)

    @property
    def in_short(self) -> str:
        """How sentences name it: “clause 4.2”, or the beginning of its text where it has no clause."""
        if self.clause:
            return f"clause {self.clause}" if self.clause[:1].isdigit() else self.clause
        return f"“{self.text if len(self.text) <= 60 else self.text[:59].rstrip() + '…'}”"

    def applies_to(self, fund: FundId, year: FinancialYear) -> bool:
        """Whether it is one of the fund's conditions in *year*."""
        return self.fund == fund and self.year in (None, year)

    def is_overdue(self, today: date) -> bool:
        """Whether it is still to be met and its day is past; on the day itself it is not."""
        return self.state is ConditionState.OPEN and self.due is not None and self.due < today


#: Open → Met | Waived | Breached (paper 2.2). What was settled by mistake is opened again, with the reason; a breach
#: may be put right late, or be waived by the commissioner.
CONDITION_MACHINE = Machine(
    "condition",
    (
        Move(
            ConditionState.OPEN,
            ConditionState.MET,
            "mark as met",
            "the partnership",
            (Need.DATE, Need.EVIDENCE),
        ),
        Move(
            ConditionState.OPEN,
            ConditionState.WAIVED,
            "record the waiver",
            "the commissioner",
            (Need.DATE, Need.REFERENCE, Need.REASON),
        ),
        Move(
            ConditionState.OPEN,
            ConditionState.BREACHED,
            "record the breach",
            "the commissioner",
            (Need.DATE, Need.REASON),
        ),
        Move(
            ConditionState.BREACHED,
            ConditionState.MET,
            "mark as met late",
            "the partnership",
            (Need.DATE, Need.EVIDENCE),
        ),
        Move(
            ConditionState.BREACHED,
            ConditionState.WAIVED,
            "record the waiver",
            "the commissioner",
            (Need.DATE, Need.REFERENCE, Need.REASON),
        ),
        *(
            Move(state, ConditionState.OPEN, "open again", "the partnership", (Need.REASON,))
            for state in (ConditionState.MET, ConditionState.WAIVED, ConditionState.BREACHED)
        ),
    ),
)


def check_condition(condition: GrantCondition) -> None:
    """Refuses a condition that says nothing, or whose limit can't be measured. Raises ExpectedError."""
    if not condition.text.strip():
        raise ExpectedError(
            "condition_text", "A condition needs its text.", "Type or paste it from the agreement."
        )
    if condition.gauge is None:
        if condition.limit is not None or condition.limit_percent is not None:
            raise ExpectedError(
                "condition_limit",
                f"The limit of {condition.in_short} says nothing of what is measured.",
                "Choose what it measures, or leave the limit empty.",
            )
        return
    _check_gauge(condition, condition.gauge)


def _check_gauge(condition: GrantCondition, gauge: Gauge) -> None:
    name = condition.in_short
    if condition.kind is not ConditionKind.TOLERANCE:
        raise ExpectedError(
            "condition_gauge",
            f"Only a tolerance is measured, and {name} is of the kind “{condition.kind.value}”.",
            "Choose the kind “tolerance”, or measure nothing.",
        )
    if condition.project is not None or condition.before_release:
        raise ExpectedError(
            "condition_gauge",
            f"A limit is measured over the whole grant, so {name} can't be about one project or hold money back.",
            "Take the project and “before release” off it.",
        )
    wanted, other = (
        (condition.limit_percent, condition.limit)
        if gauge.is_percent
        else (condition.limit, condition.limit_percent)
    )
    unit = "per cent" if gauge.is_percent else "pounds"
    if wanted is None or other is not None:
        raise ExpectedError(
            "condition_limit",
            f"“{gauge.value}” is measured in {unit}, and {name} states no limit in {unit}.",
            f"Type the limit in {unit}.",
        )
    is_outside = (condition.limit_percent is not None and not 0 <= condition.limit_percent <= 100) or (
        condition.limit is not None and condition.limit < Money.ZERO
    )
    if is_outside:
        between = "between 0 and 100" if gauge.is_percent else "nought or above"
        raise ExpectedError(
            "condition_limit",
            f"The limit of {name} has to be {between}.",
            "Type it as the agreement states it.",
        )


def open_before_release(
    conditions: Iterable[GrantCondition], project: ProjectId, fund: FundId, year: FinancialYear
) -> tuple[GrantCondition, ...]:
    """The conditions that hold money of *fund* back from *project* in *year*: to be met or waived before any is
    released (paper 2.2, Accepted → Live). One that names no project holds it back from all of the fund."""
    return tuple(
        condition
        for condition in conditions
        if condition.before_release
        and not condition.is_settled
        and condition.applies_to(fund, year)
        and condition.project in (None, project)
    )
