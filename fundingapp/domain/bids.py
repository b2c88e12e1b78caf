"""A bid: the request to draw down allocation for a named project, from its draft to the closing of the award."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import BidId, FundId, PartyId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.states import Machine, Move, Need


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

    @property
    def is_asked(self) -> bool:
        """Whether it lies with the commissioner, who has not decided yet."""
        return self in (BidState.SUBMITTED, BidState.DEFERRED)

    @property
    def is_prepared(self) -> bool:
        """Whether it is still with the partnership."""
        return self in (BidState.DRAFT, BidState.BOARD_APPROVED)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected of it."""
        return self in _OVER

    @property
    def no_charges(self) -> str:
        """Why no money may be charged to a bid in this state, after “LF-09's bid”; "" when it may."""
        return _NO_CHARGES.get(self, "")


_OVER = frozenset((BidState.REJECTED, BidState.CLOSED, BidState.WITHDRAWN, BidState.TERMINATED))
_NO_CHARGES = {
    BidState.DRAFT: "is a draft, not decided",
    BidState.BOARD_APPROVED: "is CSP approved, not decided",
    BidState.SUBMITTED: "is submitted, not decided",
    BidState.DEFERRED: "is deferred, not decided",
    BidState.REJECTED: "was rejected",
    BidState.WITHDRAWN: "was withdrawn",
    BidState.ON_HOLD: "is on hold",
    BidState.TERMINATED: "was terminated",
    BidState.CLOSED: "is financially closed",
}
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


def _moves() -> Iterable[Move[BidState]]:
    s = BidState
    board, partnership, commissioner = "the board", "the partnership", "the commissioner"
    body, lead = "the accountable body", "the project's lead"
    why, dated, paper = (Need.REASON,), (Need.DATE,), (Need.DATE, Need.REFERENCE)
    dated_why = (Need.DATE, Need.REASON)

    yield Move(s.DRAFT, s.BOARD_APPROVED, "approve by the board", board, paper)
    yield Move(s.BOARD_APPROVED, s.SUBMITTED, "submit", partnership, dated)
    yield Move(s.BOARD_APPROVED, s.DRAFT, "send back to draft", board, why)
    for asked in (s.SUBMITTED, s.DEFERRED):
        yield Move(asked, s.APPROVED, "approve in full", commissioner, paper)
        yield Move(asked, s.PART_APPROVED, "approve in part", commissioner, (*paper, Need.AMOUNT))
        if asked is s.SUBMITTED:
            yield Move(asked, s.DEFERRED, "defer", commissioner, paper)
        else:
            yield Move(asked, s.SUBMITTED, "submit again", partnership, dated)
        yield Move(asked, s.REJECTED, "reject", commissioner, paper)
    yield Move(s.SUBMITTED, s.DRAFT, "take back to draft", partnership, why)
    for decided in (s.APPROVED, s.PART_APPROVED):
        yield Move(decided, s.OFFERED, "offer", commissioner, paper)
    for decided in (s.APPROVED, s.PART_APPROVED, s.REJECTED):
        yield Move(decided, s.SUBMITTED, "take the decision back", partnership, why)
    yield Move(s.OFFERED, s.ACCEPTED, "accept the offer", body, dated)
    yield Move(s.ACCEPTED, s.LIVE, "start", partnership, dated)
    yield Move(s.LIVE, s.ON_HOLD, "put on hold", partnership, dated_why)
    yield Move(s.ON_HOLD, s.LIVE, "resume", partnership, dated)
    yield Move(s.LIVE, s.COMPLETE, "complete", lead, dated)
    yield Move(s.COMPLETE, s.CLOSED, "close financially", "the finance officer", dated)
    yield Move(s.COMPLETE, s.LIVE, "reopen", partnership, why)
    yield Move(s.CLOSED, s.COMPLETE, "reopen", "the finance officer", why)
    for running in (s.LIVE, s.ON_HOLD):
        yield Move(running, s.TERMINATED, "terminate", partnership, dated_why)
    for early in (
        s.DRAFT,
        s.BOARD_APPROVED,
        s.SUBMITTED,
        s.DEFERRED,
        s.APPROVED,
        s.PART_APPROVED,
        s.ACCEPTED,
    ):
        yield Move(early, s.WITHDRAWN, "withdraw", partnership, dated_why)
    yield Move(s.OFFERED, s.WITHDRAWN, "decline, or let lapse", body, dated_why)


#: Every move of a bid that is allowed, and what each needs (domain paper 2.2).
BIDS = Machine("bid", tuple(_moves()))


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
    purpose: str = ""


def word_count(text: str) -> int:
    """How many words *text* has: what stands between blanks, as forms that limit them count."""
    return len(text.split())


def too_long(
    texts: Iterable[BidText], limits: Iterable[tuple[str, int]]
) -> tuple[tuple[Section, int, int], ...]:
    """The sections of *texts* that have more words than *limits* allow, each with its words and its limit.

    *limits* are the agreement's: the most words of a section, by its name.
    """
    allowed = dict(limits)
    return tuple(
        (text.section, word_count(text.text), allowed[text.section.value])
        for text in sorted(texts, key=lambda text: list(Section).index(text.section))
        if word_count(text.text) > allowed.get(text.section.value, word_count(text.text))
    )


def check_costs(name: str, amount: Money, costs: Iterable[BidCost]) -> None:
    """Raises ExpectedError unless the costed lines of the bid called *name* add up to the *amount* it asks for."""
    lines = tuple(costs)
    total = Money.total(line.amount for line in lines)
    if not lines:
        raise ExpectedError(
            "bid_costs",
            f"{name} asks for {amount.in_words} and has no costed lines.",
            "Cost it by category and quarter; the lines add up to the amount.",
        )
    if total != amount:
        gap = abs(amount - total).in_words
        raise ExpectedError(
            "bid_costs",
            f"{name} asks for {amount.in_words}, and its costed lines come to {total.in_words}: {gap} "
            f"{'too little' if total < amount else 'too much'}.",
            "Change the lines or the amount, so that they agree.",
        )
