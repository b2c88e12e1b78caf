"""How the page speaks of bids: the lanes of the board, the tones of states, days in words."""

from __future__ import annotations

from dataclasses import dataclass

from fundingapp.application.queries.bids import BidRow
from fundingapp.application.wording import count
from fundingapp.domain.bids import BidState
from fundingapp.ui.theme import Tone


@dataclass(frozen=True, slots=True)
class Lane:
    """A column of the board and the states that stand in it."""

    title: str
    states: tuple[BidState, ...]


LANES = (
    Lane("Draft", (BidState.DRAFT,)),
    Lane("CSP approved", (BidState.BOARD_APPROVED,)),
    Lane("Submitted", (BidState.SUBMITTED,)),
    Lane("Decided", (BidState.APPROVED, BidState.PART_APPROVED, BidState.DEFERRED, BidState.REJECTED)),
    Lane("Offered", (BidState.OFFERED,)),
    Lane("Accepted", (BidState.ACCEPTED,)),
    Lane("Live", (BidState.LIVE, BidState.ON_HOLD)),
    Lane("Complete", (BidState.COMPLETE, BidState.CLOSED)),
    Lane("Withdrawn", (BidState.WITHDRAWN, BidState.TERMINATED)),
)

_TONES = {
    BidState.DRAFT: Tone.NEUTRAL,
    BidState.BOARD_APPROVED: Tone.ACCENT,
    BidState.SUBMITTED: Tone.ACCENT,
    BidState.APPROVED: Tone.GOOD,
    BidState.PART_APPROVED: Tone.GOOD,
    BidState.DEFERRED: Tone.ATTENTION,
    BidState.REJECTED: Tone.BAD,
    BidState.OFFERED: Tone.ATTENTION,
    BidState.ACCEPTED: Tone.GOOD,
    BidState.LIVE: Tone.GOOD,
    BidState.ON_HOLD: Tone.ATTENTION,
    BidState.COMPLETE: Tone.NEUTRAL,
    BidState.CLOSED: Tone.NEUTRAL,
    BidState.WITHDRAWN: Tone.NEUTRAL,
    BidState.TERMINATED: Tone.BAD,
}


def tone_of(state: BidState) -> Tone:
    """The tone in which a state's word is shown."""
    return _TONES[state]


def kind_words(row: BidRow) -> str:
    """“Locality Fund, revenue”; a bid beside the allocation says so."""
    words = f"{row.fund_name}, {row.bid.kind.value}"
    return f"{words}, outside the allocation" if row.bid.outside_allocation else words


def next_words(row: BidRow) -> str:
    """“answer due 31/03/2018, in 12 days”; "" when nothing is next."""
    if not row.next:
        return ""
    if row.by is None:
        return row.next
    words = f"{row.next} {row.by:%d/%m/%Y}"
    return words if row.days is None else f"{words}, {days_words(row.days)}"


def days_words(days: int) -> str:
    """“in 12 days”, “today”, “3 days ago”."""
    if days == 0:
        return "today"
    return f"in {count(days, 'day')}" if days > 0 else f"{count(-days, 'day')} ago"


def next_tone(row: BidRow) -> Tone:
    """How pressing what is next is: past its day, within a fortnight, or neither."""
    if row.alert and row.days is not None and row.days < 0:
        return Tone.BAD
    return Tone.ATTENTION if row.alert else Tone.NEUTRAL


def since_words(row: BidRow) -> str:
    """“new”, or “since 2016/17”."""
    return f"since {row.funded_since}" if row.funded_since is not None else "new"
