"""Backups of a funding file: what each is, and which are kept (decision D11)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final

from fundingapp.domain.errors import ExpectedError

#: How many days, weeks and months with a backup have their newest one kept.
DAYS: Final = 7
WEEKS: Final = 5
MONTHS: Final = 24

#: After so much work without a backup the next change is preceded by one.
WORK: Final = timedelta(minutes=30)


class Reason(Enum):
    """Why a backup was made."""

    DAY = "before the first change of the day"
    WORK = "after half an hour of work"
    STEP = "before a risky step"
    RETURN = "with a return that was submitted"
    TAKE_OVER = "before the file was taken over"
    UPGRADE = "before the upgrade"
    RESTORE = "before a restore"
    ASKED = "asked for"


#: What nothing else holds any more: these go only when they are too old for every rule.
_IRREPLACEABLE: Final = frozenset({Reason.UPGRADE, Reason.RESTORE, Reason.TAKE_OVER})


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup, as its manifest tells of it.

    *what* says more about the reason, such as the return it was made with; *rows* how many each table holds; *entries*
    is the number of the newest entry of the history and *head* its hash. *at* is in UTC. *size* is in bytes. *notice*
    says what is to be known of its place, "" when nothing is.
    """

    id: str
    at: datetime
    reason: Reason
    what: str
    who: str
    machine: str
    program: str
    schema: int
    size: int
    sha256: str
    rows: tuple[tuple[str, int], ...]
    entries: int
    head: str
    notice: str = ""

    @property
    def row_count(self) -> int:
        """All rows together."""
        return sum(number for _, number in self.rows)

    @property
    def why(self) -> str:
        """Why it was made, in words."""
        if not self.what:
            return self.reason.value
        return f"before {self.what}" if self.reason is Reason.STEP else f"{self.reason.value}: {self.what}"

    @property
    def said(self) -> str:
        """The backup in one line: when, why and how much it holds."""
        return (
            f"{self.at.astimezone():%d/%m/%Y %H:%M}, {self.why}, {self.row_count:,} rows, "
            f"{self.entries:,} entries in the history"
        )


class NeedsBackupError(ExpectedError):
    """A file that can't be opened any more, of which there are *backups*: the newest good ones, newest first."""

    def __init__(self, why: ExpectedError, backups: Sequence[Backup]) -> None:
        listed = "; ".join(backup.said for backup in backups)
        noun = "The newest good backup is" if len(backups) == 1 else "The newest good backups are"
        super().__init__(
            why.code,
            why.message,
            f"{why.advice} {noun}: {listed}. Look into one and restore it under File, Backups.",
        )
        self.backups = tuple(backups)


def day_of(moment: datetime) -> date:
    """The day of *moment* as the people of this PC count it."""
    return moment.astimezone().date()


def is_due(
    newest: Backup | None, now: datetime, last_change: datetime | None, working_since: datetime
) -> Reason | None:
    """Why a backup is due before a change that is made *now*; None when the *newest* one will do.

    *last_change* is the moment of the newest entry of the history, None in a file that has nothing to lose yet;
    *working_since* is when this session opened the file.
    """
    if last_change is None:
        return None
    today = day_of(now)
    backed_up_today = newest is not None and day_of(newest.at) == today
    if day_of(last_change) != today and not backed_up_today:
        return Reason.DAY
    since = working_since if newest is None else max(newest.at, working_since)
    changed_since = newest is None or last_change > newest.at
    return Reason.WORK if changed_since and now - since >= WORK else None


def kept(backups: Collection[Backup], now: datetime) -> set[str]:
    """The identities of those of *backups* that are kept; the others may go.

    Kept are all of the newest day that has one; the newest of each of the last 7 days, 5 weeks and 24 months that have
    one, so that a holiday costs none; the newest of each return that was submitted; and for 24 months whatever was made
    before a restore, an upgrade or a take-over, for nothing else holds that any more.
    """
    newest_first = sorted(backups, key=lambda each: (each.at, each.id), reverse=True)
    found = {each.id for each in newest_first if day_of(each.at) == day_of(newest_first[0].at)}
    found |= _newest_of(newest_first, lambda each: day_of(each.at), DAYS)
    found |= _newest_of(newest_first, lambda each: day_of(each.at).isocalendar()[:2], WEEKS)
    found |= _newest_of(
        newest_first, lambda each: (each.at.astimezone().year, each.at.astimezone().month), MONTHS
    )
    found |= _newest_of(
        (each for each in newest_first if each.reason is Reason.RETURN),
        lambda each: each.what,
        len(newest_first),
    )
    oldest = now - timedelta(days=MONTHS * 31)
    return found | {each.id for each in newest_first if each.reason in _IRREPLACEABLE and each.at >= oldest}


def _newest_of(newest_first: Iterable[Backup], span: Callable[[Backup], Hashable], most: int) -> set[str]:
    """The newest backup of each of the first *most* spans that have one."""
    found: dict[Hashable, str] = {}
    for each in newest_first:
        if len(found) < most:
            found.setdefault(span(each), each.id)
    return set(found.values())
