"""How long papers are kept, which are due to be looked at, and which backups still hold what was erased."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from fundingapp.domain.agreements import USUAL_TERMS, Agreement
from fundingapp.domain.backups import MONTHS, Backup, Reason, kept
from fundingapp.domain.evidence import Agreed, Evidence, EvidenceType, Keeping, PersonalData, keeping_of
from fundingapp.domain.periods import FinancialYear

#: What tells of people is kept no longer than the story is told: so many years after the year that it is of.
PEOPLE_YEARS: Final = 2
#: Sorts that tell of people rather than of money.
_OF_PEOPLE: Final = frozenset({EvidenceType.CASE_STUDY, EvidenceType.PHOTO})
#: A due date is told of so many days before.
SOON_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Proposal:
    """Until when a paper should be kept, its last day inclusive, and the *reason*, for a person to decide."""

    until: date
    reason: str


def propose(
    sort: EvidenceType,
    personal: PersonalData,
    dated: date,
    agreements: Iterable[Agreement] = (),
) -> Proposal:
    """Until when a paper of *dated* should be kept.

    Records of a grant as long as the agreements of what they support ask, the longest of them, else six years after
    the financial year; what tells of people two years after it, for it may not be kept for longer than it is needed.
    """
    year = FinancialYear.of(dated)
    if sort in _OF_PEOPLE or personal is PersonalData.SPECIAL:
        until = FinancialYear(year.start + PEOPLE_YEARS).last_day
        return Proposal(until, f"{sort.value}: it tells of people, {PEOPLE_YEARS} years after {year}")
    asking = max(agreements, key=lambda each: each.records_until, default=None)
    if asking is not None:
        years = asking.terms.records_years
        return Proposal(
            asking.records_until, f"“{asking.title}” asks for {years} years after {asking.to_year}"
        )
    until = FinancialYear(year.start + USUAL_TERMS.records_years).last_day
    return Proposal(
        until, f"{USUAL_TERMS.records_years} years after {year}, as is usual for records of a grant"
    )


def is_due(evidence: Evidence, today: date) -> bool:
    """Whether it was kept long enough by *today*; whether it goes, a person decides (R06)."""
    return (
        keeping_of(evidence) is not Keeping.ERASED
        and evidence.retain_until is not None
        and evidence.retain_until < today
    )


def is_due_soon(evidence: Evidence, today: date) -> bool:
    """Whether it will have been kept long enough within the next sixty days."""
    return not is_due(evidence, today) and is_due(evidence, today + timedelta(days=SOON_DAYS))


def lacks_consent(evidence: Evidence) -> bool:
    """Whether it tells of people who have not agreed to that, or not any more.

    A case study that tells of people who can be recognised needs their consent whatever was said.
    """
    if keeping_of(evidence) is Keeping.ERASED or evidence.agreed is Agreed.HELD:
        return False
    if evidence.agreed in (Agreed.MISSING, Agreed.WITHDRAWN):
        return True
    return evidence.sort in _OF_PEOPLE and evidence.personal in (PersonalData.SOME, PersonalData.SPECIAL)


def is_not_looked_at(evidence: Evidence) -> bool:
    """Whether nobody has said yet if it holds personal data; of what is kept elsewhere nobody needs to."""
    return evidence.personal is PersonalData.UNKNOWN and keeping_of(evidence) in (Keeping.FILE, Keeping.TEXT)


@dataclass(frozen=True, slots=True)
class BackupHolding:
    """A backup that still holds what was erased, and the day on which it goes by itself; None: it is kept for good."""

    backup: Backup
    expires: date | None


def backups_holding(
    backups: Sequence[Backup], first_entry: int, erased_at: datetime | None, now: datetime
) -> tuple[BackupHolding, ...]:
    """The backups that were made after entry *first_entry* of the history, which took something in, and before
    *erased_at*, each with the day on which it goes (R04).

    A day is worked out as if a backup were made each day from now on.
    """
    holding = [
        each for each in backups if each.entries >= first_entry and (erased_at is None or each.at < erased_at)
    ]
    return tuple(BackupHolding(each, _expires(backups, each, now)) for each in holding)


def _expires(backups: Sequence[Backup], backup: Backup, now: datetime) -> date | None:
    if backup.reason is Reason.RETURN:
        return None
    last = (MONTHS + 2) * 31
    # Whether it is kept does not come back once it is lost, so the day can be sought by halves.
    if backup.id in kept(_with_days_to_come(backups, backup, now, last), now + timedelta(days=last)):
        return None
    low, high = 0, last
    while high - low > 1:
        middle = (low + high) // 2
        at = now + timedelta(days=middle)
        if backup.id in kept(_with_days_to_come(backups, backup, now, middle), at):
            low = middle
        else:
            high = middle
    return (now + timedelta(days=high)).date()


def _with_days_to_come(backups: Sequence[Backup], like: Backup, now: datetime, days: int) -> list[Backup]:
    """*backups* with one more for each of the next *days*."""
    return [
        *backups,
        *(
            replace(like, id=f"to come {day}", at=now + timedelta(days=day), reason=Reason.DAY, what="")
            for day in range(1, days + 1)
        ),
    ]
