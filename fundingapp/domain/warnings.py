"""Early warnings: what will go wrong with a grant unless somebody does something, each with its arithmetic.

A warning stays as long as its cause does. What is over already is not announced as coming as well, and what a grant's
own warning adds up is not repeated for each of its projects.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fractions import Fraction

from fundingapp.domain.agreements import Agreement, CarryForwardStance
from fundingapp.domain.bids import Bid, BidState, Offer
from fundingapp.domain.carry_forwards import not_agreed_of
from fundingapp.domain.chain import YearMoney
from fundingapp.domain.due_figures import MissingFigure
from fundingapp.domain.errors import listed
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.gauges import Reading
from fundingapp.domain.grant_conditions import ConditionState, Gauge, GrantCondition
from fundingapp.domain.ids import BidId, ConditionId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.outcomes import Milestone
from fundingapp.domain.periods import CLOSING_PERIOD, period_name
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.schedules import DeadlineKind, ScheduleEntry, ask_by, in_days

#: An offer is about to lapse so many days before the last one to accept it, inclusive.
OFFER_DAYS = 14
#: The end of a project's funding is near so many days before, inclusive.
ENDING_DAYS = 90
#: Before the ledger holds a quarter, a rate says nothing.
RATE_FROM = 3
#: From the half-year on, the months to come want a forecast of their own.
FORECAST_FROM = 6
#: With March in the ledger the year's spending is known.
_LAST_MONTH = 12
#: Money that is not awarded is late from 1 January.
LATE_MONTHS = (1, 2, 3)


class Basis(Enum):
    """What is said to be spent at 31 March rests on, as a sentence begins."""

    TYPED = "By its forecast"
    RATE = "At this rate"
    PROFILE = "By its profile"
    SPENT = "With the year's spending in,"


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


#: Where one of these is said of a project, that it is off its profile is the same once more.
_MORE_THAN_OFF_PROFILE = (WarningKind.UNDERSPEND, WarningKind.FORECAST_OVERSPEND)


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


@dataclass(frozen=True, slots=True)
class _Expected:
    """What a project will have spent at 31 March, and the arithmetic."""

    project: ProjectPosition
    outturn: Money
    terms: tuple[Term, ...]
    basis: Basis


def warnings_of(records: WarningRecords, project: ProjectId | None = None) -> tuple[EarlyWarning, ...]:
    """The warnings of a grant, or those about one of its projects, the most pressing first.

    Once the year is over nothing is said of rates and forecasts: only what is still open. Before it begins, only of
    what has to be settled first.
    """
    return _Watch(records, project).look()


class _Watch:
    def __init__(self, records: WarningRecords, project: ProjectId | None) -> None:
        self._records = records
        self._position = records.position
        self._year = records.position.year
        self._today = records.today
        self._only = project
        self._is_over = records.today > self._year.last_day
        self._has_begun = records.today >= self._year.first_day

    def look(self) -> tuple[EarlyWarning, ...]:
        found: list[EarlyWarning] = []
        if self._has_begun:
            found += self._overspends()
            found += self._off_profile()
        if self._has_begun and not self._is_over:
            found += self._ahead()
            found += self._no_forecast()
            found += self._unallocated()
            found += self._funding_ends()
        if self._is_over:
            found += self._undecided()
        found += self._gauges()
        found += self._conditions()
        found += self._claims()
        found += self._offers()
        found += self._answers()
        found += self._milestones()
        found += self._missing_figures()
        if self._only is not None:
            found = [warning for warning in found if warning.project == self._only]
            if any(warning.kind in _MORE_THAN_OFF_PROFILE for warning in found):
                found = [warning for warning in found if warning.kind is not WarningKind.OFF_PROFILE]
        return in_order(_each_once(found))

    def _of_grant(self, what: str) -> str:
        """What a warning about the whole grant is headed by: “Limit · Locality Fund”."""
        return f"{what} · {self._position.fund.name}"

    # What was achieved

    def _milestones(self) -> list[EarlyWarning]:
        """Milestones that are overdue, one warning for each project."""
        by_project: dict[ProjectId, list[Milestone]] = {}
        for milestone in self._records.milestones:
            by_project.setdefault(milestone.project, []).append(milestone)
        found = []
        for id, milestones in by_project.items():
            project = self._records.projects[id]
            milestones.sort(key=lambda each: each.expected or each.due)
            first = milestones[0]
            days = (self._today - (first.expected or first.due)).days
            more = f", and {len(milestones) - 1} more" if len(milestones) > 1 else ""
            found.append(
                EarlyWarning(
                    WarningKind.MILESTONE,
                    Severity.LOOK,
                    f"{project.ref} {project.name}",
                    f"“{first.name}” is {_count(days, 'day')} overdue{more}: record when it was done, or say when it "
                    "is expected.",
                    tuple(
                        Term(each.name, f"due {each.expected or each.due:%d/%m/%Y}") for each in milestones
                    ),
                    "outcomes",
                    ("chain", None),
                    id,
                    (WarningKind.MILESTONE, id),
                )
            )
        return found

    def _missing_figures(self) -> list[EarlyWarning]:
        """Figures of quarters that are over, one warning for the grant; with the day on which its report is due."""
        missing = [each for each in self._records.missing if self._only in (None, each.project)]
        if not missing:
            return []
        last = max(each.quarter for each in missing)
        quarters = listed((f"Q{quarter}" for quarter in sorted({each.quarter for each in missing})), "and")
        severity, due = self._report_due(last)
        refs = {each.ref for each in missing}
        only = missing[0].project if len(refs) == 1 else None
        about = f"{missing[0].ref} {self._records.projects[only].name}" if only is not None else None
        indicators = len({each.indicator for each in missing})
        lacks = "lacks its" if indicators == 1 else "lack their"
        return [
            EarlyWarning(
                WarningKind.NO_FIGURES,
                severity,
                about or self._of_grant("Outcomes"),
                f"{_count(indicators, 'indicator')} {lacks} {'figure' if len(missing) == 1 else 'figures'} for "
                f"{quarters}{due}.",
                tuple(
                    Term(
                        f"{each.ref} {each.name}",
                        each.period,
                        f"indicator/{each.indicator}/{self._year}/q{each.quarter}",
                    )
                    for each in missing
                ),
                "outcomes",
                ("indicators", None),
                only,
                (WarningKind.NO_FIGURES, self._position.fund_id),
            )
        ]

    def _report_due(self, quarter: int) -> tuple[Severity, str]:
        """How pressing figures of *quarter* are, by the report on it that is still to be made, in words."""
        reports = [
            entry
            for entry in self._records.schedule
            if entry.kind is DeadlineKind.REPORT and entry.done_on is None and entry.to_period == quarter * 3
        ]
        if not reports:
            return Severity.LOOK, ""
        due = min(entry.due for entry in reports)
        words = f"; the report is due on {due:%d/%m/%Y}, {in_days(due, self._today)}"
        if due < self._today:
            return Severity.NOW, f"; the report was due on {due:%d/%m/%Y}"
        return Severity.SOON, words

    # What is spent and expected

    def _head(self, project: ProjectPosition) -> str:
        many = sum(each.project_id == project.project_id for each in self._position.projects) > 1
        kind = f" ({project.kind.value})" if many else ""
        return f"{project.ref} {project.project.name}{kind}"

    def _figure(self, project: ProjectPosition, measure: str) -> str:
        """What to ask of one head: named with kind and fund, so that a project with several is not mixed up."""
        return f"{project.ref}/{self._year}/{measure}:{project.kind.value}:{self._position.fund.name}"

    def _grant_figure(self, measure: str) -> str:
        return f"{self._position.fund.name}/{self._year}/{measure}"

    def _overspends(self) -> list[EarlyWarning]:
        found = []
        for project in self._position.projects:
            over = project.spent - project.budget.current
            if over > Money.ZERO:
                found.append(
                    EarlyWarning(
                        WarningKind.OVERSPEND,
                        Severity.NOW,
                        self._head(project),
                        f"{over.in_words} more is spent than the budget of {project.budget.current.in_words}: "
                        "move budget to it, or the host pays.",
                        (
                            Term("Spent", project.spent, self._figure(project, "spend")),
                            Term("Budget", -project.budget.current, self._figure(project, "budget")),
                            Term("Over the budget", over, is_total=True),
                        ),
                        "projects",
                        project.ref,
                        project.project_id,
                        (WarningKind.OVERSPEND, project.project_id, project.kind),
                    )
                )
        return found

    def _expected(self, project: ProjectPosition) -> _Expected:
        """What a project will have spent at 31 March, and how that is worked out.

        What a person typed for any month to come counts as their forecast for all of them; without, the spend so far
        goes on at its rate. Before a quarter is in the ledger there is no rate: then the profile stands.
        """
        months = min(self._records.reached, 12)
        spent = Term("Spent so far", project.spent, self._figure(project, "spend"))
        if months == 12:
            return _Expected(project, project.outturn, (spent,), Basis.SPENT)
        if self._is_typed(project):
            typed = Term(
                "Forecast for the months to come",
                project.forecast_remaining,
                self._figure(project, "remaining"),
            )
            return _Expected(project, project.outturn, (spent, typed), Basis.TYPED)
        if months < RATE_FROM:
            profile = Term(
                "Profile of the months to come",
                project.forecast_remaining,
                self._figure(project, "remaining"),
            )
            return _Expected(project, project.outturn, (spent, profile), Basis.PROFILE)
        # Half a penny goes away from nought, as in every percentage.
        exact = Fraction(project.spent.pence * 12, months)
        pence = int(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1)
        return _Expected(project, Money(pence), (spent, Term(f"÷ {months} months × 12", "")), Basis.RATE)

    def _is_typed(self, project: ProjectPosition) -> bool:
        """Whether a forecast is typed for any month to come."""
        return any(
            (project.project_id, project.kind, period) in self._records.typed
            for period in range(self._records.reached + 1, CLOSING_PERIOD)
        )

    def _ahead(self) -> list[EarlyWarning]:
        """What is forecast over its budget, and what will be left of it beyond tolerance."""
        found: list[EarlyWarning] = []
        tolerance = self._position.terms.tolerance_percent
        expected = [self._expected(project) for project in self._position.projects]
        whole = self._underspend_of_grant(expected)
        if whole is not None:
            found.append(whole)
        for each in expected:
            project, budget = each.project, each.project.budget.current
            apart = each.outturn - budget
            if project.spent > budget:
                continue  # over already, which is said
            arithmetic = (
                *each.terms,
                Term("Expected at 31 March", each.outturn, is_total=True),
                Term("Budget", budget, self._figure(project, "budget")),
            )
            over = apart > Money.ZERO and (
                each.basis is Basis.TYPED or (each.basis is Basis.RATE and _outside(apart, budget, tolerance))
            )
            if over:
                found.append(
                    EarlyWarning(
                        WarningKind.FORECAST_OVERSPEND,
                        Severity.SOON,
                        self._head(project),
                        f"{each.basis.value} {apart.in_words} over its budget at 31 March.",
                        (*arithmetic, Term("Over the budget", apart, is_total=True)),
                        "projects",
                        project.ref,
                        project.project_id,
                        (WarningKind.FORECAST_OVERSPEND, project.project_id, project.kind),
                    )
                )
            elif self._records.reached >= RATE_FROM and _outside(-apart, budget, tolerance):
                if whole is not None and self._only is None:
                    continue  # it is a line of the grant's own arithmetic
                found.append(
                    EarlyWarning(
                        WarningKind.UNDERSPEND,
                        Severity.SOON,
                        self._head(project),
                        f"{each.basis.value} {(-apart).in_words} unspent at 31 March{self._ask()}.",
                        (*arithmetic, Term("Unspent", -apart, is_total=True)),
                        "projects",
                        project.ref,
                        project.project_id,
                        (WarningKind.UNDERSPEND, project.project_id, project.kind),
                    )
                )
        return found

    def _underspend_of_grant(self, expected: Sequence[_Expected]) -> EarlyWarning | None:
        """That more of the grant is left at 31 March than the tolerance, counting what is not awarded."""
        position = self._position
        outturn = Money.total(each.outturn for each in expected)
        left = position.available - outturn
        if self._records.reached < RATE_FROM or not _outside(
            left, position.available, position.terms.tolerance_percent
        ):
            return None
        months = min(self._records.reached, 12)
        rates = sum(each.basis is Basis.RATE for each in expected)
        forecasts = sum(each.basis is Basis.TYPED for each in expected)
        if months == 12:
            begins, how = Basis.SPENT.value, "spent"
        elif rates:
            begins, how = Basis.RATE.value, f"spent to {period_name(months)} ÷ {months} × 12"
            if forecasts:
                how += f"; {_count(forecasts, 'project')} as forecast"
        else:
            begins, how = "By the forecasts", "spent and forecast"
        terms = [
            Term(
                f"{self._head(each.project)}: {each.project.spent} ÷ {months} × 12"
                if each.basis is Basis.RATE
                else self._head(each.project),
                each.outturn,
                self._figure(each.project, "spend" if each.basis is Basis.RATE else "outturn"),
            )
            for each in expected
        ]
        return EarlyWarning(
            WarningKind.UNDERSPEND,
            Severity.SOON,
            self._of_grant("Underspend"),
            f"{begins} {left.in_words} unspent at 31 March{self._ask()}.",
            (
                *terms,
                Term(f"Expected at 31 March ({how})", outturn, is_total=True),
                Term("Available", position.available, self._grant_figure("available")),
                Term("Unspent", left, is_total=True),
            ),
            "projects",
            None,
            None,
            (WarningKind.UNDERSPEND, position.fund_id),
        )

    def _ask(self) -> str:
        """What can still be done with money that is left."""
        terms = self._position.terms
        last = ask_by(terms, self._year)
        if last is not None:
            was = "was" if last < self._today else "is"
            return f"; last day to ask for carry-forward {was} {last.day} {last:%B}"
        if terms.carry_forward is CarryForwardStance.NO:
            return "; the agreement allows no carry-forward"
        return "; the agreement lets it be carried forward"

    def _off_profile(self) -> list[EarlyWarning]:
        """Projects that miss their profile by more than tolerance and for which nobody has said why; several are one
        warning. A reason holds until the end of the next quarter."""
        to = min(self._position.to_period, 12)
        if self._records.reached < 1:
            return []
        since = to if to % 3 == 0 else max(to - to % 3, 1)
        off = [
            project
            for project in self._position.projects
            if project.spent <= project.budget.current
            and self._only in (None, project.project_id)
            and _outside(
                abs(project.spent - project.profile_to_date),
                project.budget.current,
                project.tolerance_percent,
            )
            and not any(
                (project.project_id, project.kind, period) in self._records.reasons
                for period in range(since, CLOSING_PERIOD + 1)
            )
        ]
        if not off:
            return []
        tolerance = self._position.terms.tolerance_percent
        if len(off) > 1:
            behind = sum(project.spent < project.profile_to_date for project in off)
            ahead = len(off) - behind
            words = [f"{behind} behind"] * bool(behind) + [f"{ahead} ahead"] * bool(ahead)
            return [
                EarlyWarning(
                    WarningKind.OFF_PROFILE,
                    Severity.LOOK,
                    self._of_grant("Profile"),
                    f"{_count(len(off), 'project')} missed the profile to the end of {period_name(to)} by more than "
                    f"{tolerance}% of budget, {' and '.join(words)}, and no reason is given.",
                    tuple(
                        Term(
                            f"{self._head(project)}: {project.spent} spent, {project.profile_to_date} in the profile",
                            project.spent - project.profile_to_date,
                            self._figure(project, "profile"),
                        )
                        for project in off
                    ),
                    "projects",
                    off[0].ref,
                    off[0].project_id if self._only is not None else None,
                    (WarningKind.OFF_PROFILE, self._position.fund_id),
                )
            ]
        (project,) = off
        gap = project.spent - project.profile_to_date
        word = "behind" if gap < Money.ZERO else "ahead of"
        return [
            EarlyWarning(
                WarningKind.OFF_PROFILE,
                Severity.LOOK,
                self._head(project),
                f"{abs(gap).in_words} {word} its profile to the end of {period_name(to)}, and no reason is given.",
                (
                    Term("Spent", project.spent, self._figure(project, "spend")),
                    Term("Profile to date", -project.profile_to_date, self._figure(project, "profile")),
                    Term("Apart", gap, is_total=True),
                    Term(f"Tolerance, {tolerance}% of the budget", project.budget.current.percent(tolerance)),
                ),
                "projects",
                project.ref,
                project.project_id,
                (WarningKind.OFF_PROFILE, self._position.fund_id),
            )
        ]

    def _no_forecast(self) -> list[EarlyWarning]:
        """From the half-year on: projects with money to spend and nothing typed for any month to come."""
        months = self._records.reached
        if not FORECAST_FROM <= months < 12:
            return []
        without = [
            project
            for project in self._position.projects
            if project.left > Money.ZERO
            and self._only in (None, project.project_id)
            and not self._is_typed(project)
        ]
        if not without:
            return []
        left = Money.total(project.left for project in without)
        one = len(without) == 1
        return [
            EarlyWarning(
                WarningKind.NO_FORECAST,
                Severity.LOOK,
                self._head(without[0]) if one else self._of_grant("Forecast"),
                f"No forecast is typed for the months after {period_name(months)}"
                + ("" if one else f" for {_count(len(without), 'project')}")
                + f": {left.in_words} is still to be spent.",
                (
                    *(
                        Term(self._head(project), project.left, self._figure(project, "left"))
                        for project in without
                    ),
                    Term("Left to spend", left, is_total=True),
                ),
                "projects",
                ("forecast", without[0].ref),
                without[0].project_id if one or self._only is not None else None,
                (WarningKind.NO_FORECAST, self._position.fund_id),
            )
        ]

    def _unallocated(self) -> list[EarlyWarning]:
        left = self._position.unallocated
        if left <= Money.ZERO or self._today.month not in LATE_MONTHS:
            return []
        if any(
            reading.gauge is Gauge.UNALLOCATED and not reading.is_well and _is_live(reading.condition)
            for reading in self._records.gauges
        ):
            return []  # the limit's own warning says it
        return [
            EarlyWarning(
                WarningKind.UNALLOCATED,
                Severity.LOOK,
                self._of_grant("Not awarded"),
                f"{left.in_words} is not awarded to any project, and the year ends "
                f"{in_days(self._year.last_day, self._today)}.",
                (
                    Term("Available", self._position.available, self._grant_figure("available")),
                    Term("Budgets of projects", -self._position.awarded, self._grant_figure("awarded")),
                    Term("Contingency", -self._position.contingency, self._grant_figure("contingency")),
                    *(
                        [Term("Awarded beyond what is available", self._position.over_programmed)]
                        if self._position.over_programmed
                        else []
                    ),
                    Term("Not yet awarded", left, is_total=True),
                ),
                "grants",
                None,
                None,
                (WarningKind.UNALLOCATED, self._position.fund_id),
            )
        ]

    def _funding_ends(self) -> list[EarlyWarning]:
        """Projects whose money ends within ninety days and that have neither bid nor award for the next year.

        Those that end on the same day are one warning. An award is for a year: its money ends on 31 March unless the
        project ends before, or goes on longer under an agreement that does too.
        """
        covering = [
            each
            for each in self._records.agreements
            if each.fund == self._position.fund_id and each.from_year <= self._year <= each.to_year
        ]
        goes_on = any(each.to_year > self._year for each in covering)
        by_day: dict[date, dict[ProjectId, ProjectPosition]] = {}
        for project in self._position.projects:
            own = project.project.ends_on
            if own is not None and (own < self._today or (own > self._year.last_day and goes_on)):
                continue  # it has ended, or it goes on under the same agreement
            ends = min(own or self._year.last_day, self._year.last_day)
            if (
                0 <= (ends - self._today).days <= ENDING_DAYS
                and project.project_id not in self._records.bid_for_next
                and (self._only in (None, project.project_id))
                and project.budget.current
            ):
                by_day.setdefault(ends, {})[project.project_id] = project
        found = []
        for ends, projects in sorted(by_day.items()):
            named = list(projects.values())
            one = len(named) == 1
            subject = "It has" if one else f"{_count(len(named), 'project')} have"
            over = " The agreement ends with this year." if covering and not goes_on else ""
            found.append(
                EarlyWarning(
                    WarningKind.FUNDING_ENDS,
                    Severity.LOOK,
                    f"{named[0].ref} {named[0].project.name}" if one else self._of_grant("End of funding"),
                    f"Funding ends on {_day(ends)}, {in_days(ends, self._today)}. {subject} no bid for "
                    f"{self._year.next}.{over}",
                    tuple(
                        Term(
                            f"{each.ref} {each.project.name}: budget",
                            each.budget.current,
                            self._figure(each, "budget"),
                        )
                        for each in named
                    ),
                    "bids",
                    None,
                    named[0].project_id if one else None,
                    (WarningKind.FUNDING_ENDS, self._position.fund_id, ends),
                )
            )
        return found

    # What is left of a year that is over

    def _undecided(self) -> list[EarlyWarning]:
        """That money of a finished year stays unspent and nobody has decided what becomes of it; known once March is in
        the ledger."""
        money = self._records.money
        if money is None or self._records.reached < _LAST_MONTH or money.pending <= Money.ZERO:
            return []
        asked = min(money.pending, not_agreed_of(self._position.onward).requested)
        rest = money.pending - asked
        said = f"{money.pending.in_words} of {self._year} is unspent and not decided: "
        if asked:
            said += f"{asked.in_words} is asked to be carried forward and awaits the commissioner's answer"
            said += f"; {rest.in_words} is " if rest else "."
        if rest:
            said += f"to be {self._what_to_do()}."
        decided = (
            ("Carried forward", money.carried, "carried forward"),
            ("Given back", money.returned, "unspent/returned"),
            ("To be given back", money.owed, "unspent/owed"),
            ("Surrendered undrawn", money.surrendered, "unspent/surrendered"),
        )
        return [
            EarlyWarning(
                WarningKind.UNDECIDED,
                Severity.SOON if rest else Severity.LOOK,
                self._of_grant("Underspend"),
                said,
                (
                    Term("Available", money.available, self._grant_figure("available")),
                    Term("Spent", -money.spent, self._grant_figure("less/spend@13")),
                    *(
                        Term(name, -amount, self._grant_figure(f"less/{figure}"))
                        for name, amount, figure in decided
                        if amount
                    ),
                    Term(
                        "Unspent and not decided",
                        money.pending,
                        self._grant_figure("unspent/undecided"),
                        is_total=True,
                    ),
                ),
                "year-end",
                ("underspend", None),
                None,
                (WarningKind.UNDECIDED, self._position.fund_id),
            )
        ]

    def _what_to_do(self) -> str:
        if self._position.terms.carry_forward is CarryForwardStance.NO:
            return "given back or surrendered: the agreement allows no carry-forward"
        return "carried forward, given back or surrendered"

    # What was agreed

    def _gauges(self) -> list[EarlyWarning]:
        return [
            EarlyWarning(
                WarningKind.GAUGE,
                Severity.NOW,
                self._of_grant("Limit"),
                reading.sentence,
                (
                    *_of_reading(reading),
                    Term("Beyond the limit", -reading.room, is_total=True),
                ),
                "grants",
                ("conditions", reading.id),
                None,
                (WarningKind.GAUGE, reading.id),
            )
            for reading in self._records.gauges
            if not reading.is_well and _is_live(reading.condition)
        ]

    def _conditions(self) -> list[EarlyWarning]:
        found = []
        for id, condition in self._records.conditions:
            is_breached = condition.state is ConditionState.BREACHED
            if not condition.applies_to(self._position.fund_id, self._year):
                continue
            if not is_breached and not condition.is_overdue(self._today):
                continue
            due = condition.due
            when = f"was due on {_day(due)}, {in_days(due, self._today)}" if due is not None else ""
            said = "is breached" + (f"; it {when}" if due is not None and due < self._today else "")
            name = condition.in_short[:1].upper() + condition.in_short[1:]
            text = f": “{_short(condition.text)}”" if condition.clause else ""
            terms = (
                *([Term("Due", _day(due))] if due is not None else []),
                Term("Today", _day(self._today)),
                *([Term("Owner", condition.owner)] if condition.owner else []),
                *([Term("To be shown by", condition.proof)] if condition.proof else []),
            )
            found.append(
                EarlyWarning(
                    WarningKind.CONDITION,
                    Severity.NOW,
                    self._of_grant("Condition"),
                    f"{name} {said if is_breached else when}{text}.",
                    terms,
                    "grants",
                    ("conditions", id),
                    condition.project,
                    (WarningKind.CONDITION, id),
                )
            )
        return found

    def _claims(self) -> list[EarlyWarning]:
        return [
            EarlyWarning(
                WarningKind.CLAIM,
                Severity.NOW,
                self._of_grant("Claim"),
                f"{entry.title} was due on {_day(entry.due)}, {in_days(entry.due, self._today)}, and is not "
                "submitted.",
                (Term("Due", _day(entry.due)), Term("Today", _day(self._today))),
                "grants",
                ("claims", None),
                None,
                (WarningKind.CLAIM, entry.title, entry.due),
            )
            for entry in self._records.schedule
            if entry.kind is DeadlineKind.CLAIM
            and entry.due < self._today
            and not is_done(entry, self._records.claimed_to)
        ]

    # Bids

    def _bid_head(self, bid: Bid) -> str:
        project = self._records.projects.get(bid.project)
        name = f"{project.ref} {project.name}" if project is not None else bid.reference
        name = name or f"Bid for {self._position.fund.name}"
        return name if bid.year == self._year else f"{name} · {bid.year}"

    def _offers(self) -> list[EarlyWarning]:
        found = []
        for offer in self._records.offers:
            bid = self._records.bids.get(offer.bid)
            if bid is None or bid.state is not BidState.OFFERED or offer.accepted_on is not None:
                continue
            days = (offer.accept_by - self._today).days
            if days > OFFER_DAYS:
                continue
            lapsed = days < 0
            sentence = (
                f"The offer of {offer.amount.in_words} lapsed on {_day(offer.accept_by)}, unaccepted: ask for it to be "
                "extended."
                if lapsed
                else f"The offer of {offer.amount.in_words} lapses unless it is accepted by {_day(offer.accept_by)}, "
                f"{in_days(offer.accept_by, self._today)}."
            )
            found.append(
                EarlyWarning(
                    WarningKind.OFFER_LAPSED if lapsed else WarningKind.OFFER,
                    Severity.NOW,
                    self._bid_head(bid),
                    sentence,
                    (
                        Term("Offered", offer.amount),
                        Term("To be accepted by", _day(offer.accept_by)),
                        Term("Today", _day(self._today)),
                    ),
                    "bids",
                    offer.bid,
                    bid.project,
                    (WarningKind.OFFER, offer.bid),
                )
            )
        return found

    def _answers(self) -> list[EarlyWarning]:
        """Bids with the commissioner whose answer is overdue, or that are undecided when their year has begun."""
        found = []
        for id, bid in self._records.bids.items():
            if bid.state not in (BidState.SUBMITTED, BidState.DEFERRED):
                continue
            is_late = bid.answer_due is not None and bid.answer_due < self._today
            has_begun = bid.year.first_day <= self._today
            if not is_late and not has_begun:
                continue
            due = (
                f"was due on {_day(bid.answer_due)}, {in_days(bid.answer_due, self._today)}"
                if bid.answer_due is not None and is_late
                else f"is still to come, and {bid.year} has begun"
            )
            found.append(
                EarlyWarning(
                    WarningKind.NO_ANSWER,
                    Severity.NOW if has_begun else Severity.SOON,
                    self._bid_head(bid),
                    f"The answer to the bid for {bid.amount.in_words} {due}: nothing may be charged to it.",
                    (
                        Term("Asked", bid.amount),
                        *(
                            [Term("Submitted", _day(bid.submitted_on))]
                            if bid.submitted_on is not None
                            else []
                        ),
                        *([Term("Answer due", _day(bid.answer_due))] if bid.answer_due is not None else []),
                        Term("Today", _day(self._today)),
                    ),
                    "bids",
                    id,
                    bid.project,
                    (WarningKind.NO_ANSWER, id),
                )
            )
        return found


def is_done(entry: ScheduleEntry, claimed_to: int) -> bool:
    """Whether an entry of the calendar needs nobody any more: it was ticked off, or its claim was submitted up to
    *claimed_to*, the last period of any."""
    if entry.done_on is not None:
        return True
    return entry.kind is DeadlineKind.CLAIM and entry.to_period is not None and entry.to_period <= claimed_to


def _of_reading(reading: Reading) -> tuple[Term, ...]:
    """What a gauge measures beside its limit."""
    measured, condition = reading.measured, reading.condition
    limit = Term(f"Limit: {reading.limit_in_words}", "" if reading.gauge.is_percent else reading.needed)
    if measured.whole is None:
        return (Term(measured.part_name, measured.part, measured.part_figure), limit)
    return (
        Term(measured.part_name, measured.part, measured.part_figure),
        Term(measured.whole_name, measured.whole, measured.whole_figure),
        Term("Which is", reading.value_in_words),
        limit,
        Term(f"{condition.limit_percent}% of {measured.whole_name.lower()}", reading.needed),
    )


def _is_live(condition: GrantCondition) -> bool:
    return not condition.is_settled


def _outside(amount: Money, of: Money, percent: object) -> bool:
    """Whether *amount* is more than so many per cent of *of*, in whole pence multiplied across; at the limit it is
    not. Without budget any amount above nought is."""
    return amount > Money.ZERO and Fraction(amount.pence) * 100 > Fraction(abs(of).pence) * Fraction(
        str(percent)
    )


def _each_once(found: Iterable[EarlyWarning]) -> list[EarlyWarning]:
    by_key: dict[tuple[object, ...], EarlyWarning] = {}
    for warning in found:
        by_key.setdefault(warning.key, warning)
    return list(by_key.values())


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


def _day(day: date) -> str:
    """31 January 2019."""
    return f"{day.day} {day:%B %Y}"


def _short(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:89].rstrip()}…"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
