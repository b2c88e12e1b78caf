"""What a warning is, what warnings are made of, and the order in which they stand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from fundingapp.domain.agreements import Agreement
from fundingapp.domain.bids import Bid, Offer
from fundingapp.domain.chain import YearMoney
from fundingapp.domain.due_figures import MissingFigure
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.gauges import Reading
from fundingapp.domain.grant_conditions import GrantCondition
from fundingapp.domain.ids import BidId, ConditionId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.outcomes import Milestone
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.schedules import DeadlineKind, ScheduleEntry


class Severity(Enum):
    """How pressing a warning is, the most pressing first."""

    NOW = "now"
    SOON = "soon"
    LOOK = "look"


class WarningKind(Enum):
    """What is warned of, in the order in which warnings of one severity stand."""

    OVERSPEND = "overspend"
    GAUGE = "limit"
    CONDITION = "condition"
    CLAIM = "claim overdue"
    OFFER_LAPSED = "offer lapsed"
    OFFER = "offer lapses"
    NO_ANSWER = "no answer"
    FORECAST_OVERSPEND = "overspend ahead"
    UNDERSPEND = "underspend"
    OFF_PROFILE = "off profile"
    NO_FORECAST = "no forecast"
    UNALLOCATED = "not awarded"
    FUNDING_ENDS = "funding ends"
    MILESTONE = "milestone overdue"
    NO_FIGURES = "figures missing"
    UNDECIDED = "unspent, not decided"


@dataclass(frozen=True, slots=True)
class Term:
    """A line of a warning's arithmetic: an amount, or words such as “÷ 8 months”; *figure* answers “why?”."""

    name: str
    amount: Money | str
    figure: str = ""
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """One thing to see to. *page* and *subject* say where; *project* is the one that it is about, None for the grant.

    *about* names what it is of in a few words, *key* tells it from all others.
    """

    kind: WarningKind
    severity: Severity
    about: str
    sentence: str
    terms: tuple[Term, ...]
    page: str
    subject: object = None
    project: ProjectId | None = None
    key: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class WarningRecords:
    """Everything that a grant's warnings are made of: one fund, one year, as of *today*.

    *bids* and *offers* are those of the year and of the next; *bid_for_next* holds the projects that have a bid or an
    award for the next.
    *typed* are the (project, kind, period) that have a forecast typed, *reasons* the (project, kind, period) that have
    a reason for being off. *claimed_to* is the last period of a claim that was submitted.
    """

    position: GrantPosition
    today: date
    #: The last period that the ledger or an accrual has reached, 0 for none.
    reached: int
    typed: Collection[tuple[ProjectId, Kind, int]] = ()
    reasons: Collection[tuple[ProjectId, Kind, int]] = ()
    conditions: Iterable[tuple[ConditionId, GrantCondition]] = ()
    gauges: Iterable[Reading] = ()
    schedule: Iterable[ScheduleEntry] = ()
    claimed_to: int = 0
    bids: Mapping[BidId, Bid] = field(default_factory=dict)
    offers: Iterable[Offer] = ()
    bid_for_next: Collection[ProjectId] = ()
    agreements: Iterable[Agreement] = ()
    projects: Mapping[ProjectId, Project] = field(default_factory=dict)
    #: The figures of quarters that are over which its projects lack, and their milestones that are overdue.
    missing: Sequence[MissingFigure] = ()
    milestones: Sequence[Milestone] = ()
    #: What became of the year's money, to the end of its records.
    money: YearMoney | None = None


class Watch:
    """What the warnings of a grant, or of one of its projects, have in common."""

    def __init__(self, records: WarningRecords, project: ProjectId | None) -> None:
        self._records = records
        self._position = records.position
        self._year = records.position.year
        self._today = records.today
        self._only = project
        self._is_over = records.today > self._year.last_day
        self._has_begun = records.today >= self._year.first_day

    def of_grant(self, what: str) -> str:
        """What a warning about the whole grant is headed by: “Limit · Locality Fund”."""
        return f"{what} · {self._position.fund.name}"

    def head(self, project: ProjectPosition) -> str:
        """What a warning about a project is headed by; with its kind of money where it has several."""
        many = sum(each.project_id == project.project_id for each in self._position.projects) > 1
        kind = f" ({project.kind.value})" if many else ""
        return f"{project.ref} {project.project.name}{kind}"

    def figure(self, project: ProjectPosition, measure: str) -> str:
        """What to ask of one head: named with kind and fund, so that a project with several is not mixed up."""
        return f"{project.ref}/{self._year}/{measure}:{project.kind.value}:{self._position.fund.name}"

    def grant_figure(self, measure: str) -> str:
        """What to ask of the whole grant."""
        return f"{self._position.fund.name}/{self._year}/{measure}"


def is_done(entry: ScheduleEntry, claimed_to: int) -> bool:
    """Whether an entry of the calendar needs nobody any more: it was ticked off, or its claim was submitted up to
    *claimed_to*, the last period of any."""
    if entry.done_on is not None:
        return True
    return entry.kind is DeadlineKind.CLAIM and entry.to_period is not None and entry.to_period <= claimed_to


def in_order(found: Iterable[EarlyWarning]) -> tuple[EarlyWarning, ...]:
    """*found*, the most pressing first."""
    severities, kinds = list(Severity), list(WarningKind)
    place: Callable[[EarlyWarning], tuple[int, int, str, str]] = lambda warning: (  # noqa: E731 - it is used once, below
        severities.index(warning.severity),
        kinds.index(warning.kind),
        warning.about,
        warning.sentence,
    )
    return tuple(sorted(found, key=place))


def day_in_words(day: date) -> str:
    """31 January 2019."""
    return f"{day.day} {day:%B %Y}"


def shortened(text: str) -> str:
    """*text*, or so much of it as a warning has room for."""
    return text if len(text) <= 90 else f"{text[:89].rstrip()}…"


def counted(number: int, noun: str) -> str:
    """“1 project”, “3 projects”."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
