"""A bid: the request to draw down allocation for a named project, from its draft to the closing of the award."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import BidId, FundId, PartyId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


class BidState(Enum):
    """Stages of a bid, which decide whether money may be charged (domain paper 2.2)."""

    DRAFT = "draft"
    BOARD_APPROVED = "CSP approved"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PART_APPROVED = "part approved"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    LIVE = "live"
    ON_HOLD = "on hold"
    COMPLETE = "complete"
    CLOSED = "financially closed"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"

    @property
    def is_awarded(self) -> bool:
        """Whether the commissioner has decided for it, in full or in part."""
        return self in _AWARDED


_AWARDED = frozenset(
    (
        BidState.APPROVED,
        BidState.PART_APPROVED,
        BidState.OFFERED,
        BidState.ACCEPTED,
        BidState.LIVE,
        BidState.ON_HOLD,
        BidState.COMPLETE,
        BidState.CLOSED,
        BidState.TERMINATED,
    )
)


@dataclass(frozen=True, slots=True)
class Bid:
    """What was asked of a fund for a project in a year.

    *outside_allocation*: it asks for money beside the year's allocation, as a separate capital bid does. *awarded* is
    what the commissioner decided to give, None before that.
    """

    project: ProjectId
    fund: FundId
    year: FinancialYear
    kind: Kind
    amount: Money
    state: BidState
    decided_on: date | None = None
    decision: str = ""
    reference: str = ""
    applicant: PartyId | None = None
    outside_allocation: bool = False
    submitted_on: date | None = None
    answer_due: date | None = None
    awarded: Money | None = None


class CostCategory(Enum):
    """What a costed line is for (domain paper 3, “Bid” and “Budget line”)."""

    STAFF = "staff"
    TRAINING = "training"
    MARKETING = "marketing"
    EQUIPMENT = "assets and equipment"
    MATERIALS = "materials"
    SUBCONTRACTING = "subcontracting"
    TRAVEL = "travel and subsistence"
    PREMISES = "premises"
    OVERHEADS = "overheads"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class BidCost:
    """A costed line of a bid: what is planned for *category* in *quarter* (1 to 4) of the bid's year."""

    bid: BidId
    category: CostCategory
    description: str
    quarter: int
    amount: Money


class Section(Enum):
    """The texts of a bid, in the order of its pack (domain paper 3, “Bid”)."""

    SUMMARY = "description"
    AIMS = "aims"
    BENEFICIARIES = "beneficiaries"
    NEED = "evidence of need"
    PREVENTION = "prevention and early intervention"
    OUTCOMES = "outcomes and how they are measured"
    MILESTONES = "milestones at 3, 6, 9 and 12 months"
    ELSEWHERE = "similar provision elsewhere"
    PARTNERS = "partners"
    PLACES = "places"
    EXIT = "exit or sustainability plan"
    RISK = "risks"
    SAFEGUARDING = "safeguarding"
    EQUALITY = "equality"
    DATA_PROTECTION = "data protection"


@dataclass(frozen=True, slots=True)
class BidText:
    """What a bid says in one of its sections."""

    bid: BidId
    section: Section
    text: str


@dataclass(frozen=True, slots=True)
class BoardDecision:
    """What the partnership's board, or a group or officer that it delegated to, decided on a bid.

    *interests* are those that members declared, “none” when it was asked and there were none.
    """

    bid: BidId
    body: str
    met_on: date
    minute: str
    interests: str
    score: str = ""
    is_delegated: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """The commissioner's offer of an award: to be accepted by *accept_by* (inclusive), for *starts_on* to *ends_on*."""

    bid: BidId
    reference: str
    dated: date
    amount: Money
    accept_by: date
    starts_on: date | None = None
    ends_on: date | None = None
    accepted_on: date | None = None
    accepted_by: str = ""
