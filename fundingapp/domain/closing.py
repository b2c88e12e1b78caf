"""What has to be so before a grant's year can be closed: the points of the checklist, and the rule that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from fundingapp.domain.errors import ExpectedError, listed
from fundingapp.domain.periods import FinancialYear


class Check(Enum):
    """The points of the checklist, in the order of the work."""

    YEAR_OVER = "The year is over"
    ALLOCATION = "Allocation confirmed"
    WAITING = "Nothing waits on Spend"
    RECONCILED = "Ledger and grant reconcile"
    ACCRUALS = "Accruals reverse and have evidence"
    LAST_ACCRUALS = "Last year's accruals reversed"
    OVERSPENDS = "Overspends paid for"
    REASONS = "Variances explained"
    BIDS = "Bids complete"
    CONDITIONS = "Conditions met"
    FINAL_CLAIM = "Final claim approved and paid"
    CARRY_FORWARD = "Carry-forward decided"
    UNDERSPEND = "Everything left is decided"
    GIVEN_BACK = "Money owed given back"
    CASH = "Cash agrees"
    LOCKED = "Periods locked"
    RECONCILIATION = "Year-end reconciliation reviewed"
    RETURN = "Year-end return sent"
    CERTIFICATE = "Year end certified"


class Done(Enum):
    """Where a point stands."""

    DONE = "done"
    OPEN = "open"
    DOES_NOT_APPLY = "doesn't apply"


@dataclass(frozen=True, slots=True)
class CheckPoint:
    """A point of the checklist: *sentence* says how it stands, with its figures; *page* and *subject* lead there.

    *may_accept*: the year may be closed while it is open, with a reason, for no money hangs on it; *accepted* is the
    reason that it was closed with.
    """

    key: Check
    state: Done
    sentence: str
    page: str = "year-end"
    subject: object = None
    may_accept: bool = False
    accepted: str = ""

    @property
    def is_open(self) -> bool:
        return self.state is Done.OPEN


@dataclass(frozen=True, slots=True)
class Checklist:
    """The points of a grant's year, in order."""

    fund_name: str
    year: FinancialYear
    points: tuple[CheckPoint, ...]
    is_closed: bool = False

    @property
    def open(self) -> int:
        """How many points are still to be seen to: nought once the year is closed."""
        return 0 if self.is_closed else sum(point.is_open for point in self.points)

    @property
    def can_close(self) -> bool:
        """Whether nothing is open but what may be accepted with a reason."""
        return not self.is_closed and not any(point.is_open and not point.may_accept for point in self.points)

    @property
    def why_not(self) -> str:
        """What keeps the year from being closed, in a sentence; "" when nothing does."""
        if self.is_closed:
            return f"{self.fund_name} {self.year} is closed."
        firm = [point for point in self.points if point.is_open and not point.may_accept]
        if not firm:
            return ""
        more = f" ({len(firm) - 1:,} more)" if len(firm) > 1 else ""
        return f"{self.fund_name} {self.year} can't be closed: {firm[0].key.value.lower()}? {firm[0].sentence}{more}"

    def point(self, key: Check) -> CheckPoint:
        return next(point for point in self.points if point.key is key)


def check_closing(checklist: Checklist, accepted: Mapping[Check, str]) -> None:
    """Refuses to close the year of *checklist* while a point is open that was not *accepted* with a reason, or may not
    be."""
    if checklist.is_closed:
        raise ExpectedError("year_closed", checklist.why_not, "Reopen it first, with a reason.")
    if not checklist.can_close:
        raise ExpectedError("close_open", checklist.why_not, "See to it, then close the year.")
    missing = [
        point for point in checklist.points if point.is_open and not accepted.get(point.key, "").strip()
    ]
    if missing:
        names = listed((f"“{point.key.value}”" for point in missing), "and")
        raise ExpectedError(
            "close_unexplained",
            f"{checklist.fund_name} {checklist.year} has {names} still open: {missing[0].sentence}",
            "See to it, or give the reason why the year is closed without it.",
        )
