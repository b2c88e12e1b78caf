"""What is warned of about a grant's money: spent, expected, not awarded, not decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction

from fundingapp.domain.agreements import CarryForwardStance
from fundingapp.domain.carry_forwards import not_agreed_of
from fundingapp.domain.early_warnings import (
    EarlyWarning,
    Severity,
    Term,
    WarningKind,
    Watch,
    counted,
    day_in_words,
)
from fundingapp.domain.grant_conditions import Gauge
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, period_name
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.schedules import ask_by, in_days

#: Before the ledger holds a quarter, a rate says nothing.
RATE_FROM = 3
#: From the half-year on, the months to come want a forecast of their own.
FORECAST_FROM = 6
#: With March in the ledger the year's spending is known.
_LAST_MONTH = 12
#: Money that is not awarded is late from 1 January.
LATE_MONTHS = (1, 2, 3)
#: The end of a project's funding is near so many days before, inclusive.
ENDING_DAYS = 90


class Basis(Enum):
    """What is said to be spent at 31 March rests on, as a sentence begins."""

    TYPED = "By its forecast"
    RATE = "At this rate"
    PROFILE = "By its profile"
    SPENT = "With the year's spending in,"


@dataclass(frozen=True, slots=True)
class _Expected:
    """What a project will have spent at 31 March, and the arithmetic."""

    project: ProjectPosition
    outturn: Money
    terms: tuple[Term, ...]
    basis: Basis


class MoneyWatch(Watch):
    """Warnings about a grant's money."""

    def look(self) -> list[EarlyWarning]:
        """Once the year is over only what is still open, before it begins nothing."""
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
        return found

    def _overspends(self) -> list[EarlyWarning]:
        found = []
        for project in self._position.projects:
            over = project.spent - project.budget.current
            if over > Money.ZERO:
                found.append(
                    EarlyWarning(
                        WarningKind.OVERSPEND,
                        Severity.NOW,
                        self.head(project),
                        f"{over.in_words} more is spent than the budget of {project.budget.current.in_words}: "
                        "move budget to it, or the host pays.",
                        (
                            Term("Spent", project.spent, self.figure(project, "spend")),
                            Term("Budget", -project.budget.current, self.figure(project, "budget")),
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
        spent = Term("Spent so far", project.spent, self.figure(project, "spend"))
        if months == 12:
            return _Expected(project, project.outturn, (spent,), Basis.SPENT)
        if self._is_typed(project):
            typed = Term(
                "Forecast for the months to come",
                project.forecast_remaining,
                self.figure(project, "remaining"),
            )
            return _Expected(project, project.outturn, (spent, typed), Basis.TYPED)
        if months < RATE_FROM:
            profile = Term(
                "Profile of the months to come",
                project.forecast_remaining,
                self.figure(project, "remaining"),
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
                Term("Budget", budget, self.figure(project, "budget")),
            )
            over = apart > Money.ZERO and (
                each.basis is Basis.TYPED or (each.basis is Basis.RATE and _outside(apart, budget, tolerance))
            )
            if over:
                found.append(
                    EarlyWarning(
                        WarningKind.FORECAST_OVERSPEND,
                        Severity.SOON,
                        self.head(project),
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
                        self.head(project),
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
                how += f"; {counted(forecasts, 'project')} as forecast"
        else:
            begins, how = "By the forecasts", "spent and forecast"
        terms = [
            Term(
                f"{self.head(each.project)}: {each.project.spent} ÷ {months} × 12"
                if each.basis is Basis.RATE
                else self.head(each.project),
                each.outturn,
                self.figure(each.project, "spend" if each.basis is Basis.RATE else "outturn"),
            )
            for each in expected
        ]
        return EarlyWarning(
            WarningKind.UNDERSPEND,
            Severity.SOON,
            self.of_grant("Underspend"),
            f"{begins} {left.in_words} unspent at 31 March{self._ask()}.",
            (
                *terms,
                Term(f"Expected at 31 March ({how})", outturn, is_total=True),
                Term("Available", position.available, self.grant_figure("available")),
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
                    self.of_grant("Profile"),
                    f"{counted(len(off), 'project')} missed the profile to the end of {period_name(to)} by more than "
                    f"{tolerance}% of budget, {' and '.join(words)}, and no reason is given.",
                    tuple(
                        Term(
                            f"{self.head(project)}: {project.spent} spent, {project.profile_to_date} in the profile",
                            project.spent - project.profile_to_date,
                            self.figure(project, "profile"),
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
                self.head(project),
                f"{abs(gap).in_words} {word} its profile to the end of {period_name(to)}, and no reason is given.",
                (
                    Term("Spent", project.spent, self.figure(project, "spend")),
                    Term("Profile to date", -project.profile_to_date, self.figure(project, "profile")),
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
                self.head(without[0]) if one else self.of_grant("Forecast"),
                f"No forecast is typed for the months after {period_name(months)}"
                + ("" if one else f" for {counted(len(without), 'project')}")
                + f": {left.in_words} is still to be spent.",
                (
                    *(
                        Term(self.head(project), project.left, self.figure(project, "left"))
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
            reading.gauge is Gauge.UNALLOCATED and not reading.is_well and not reading.condition.is_settled
            for reading in self._records.gauges
        ):
            return []  # the limit's own warning says it
        return [
            EarlyWarning(
                WarningKind.UNALLOCATED,
                Severity.LOOK,
                self.of_grant("Not awarded"),
                f"{left.in_words} is not awarded to any project, and the year ends "
                f"{in_days(self._year.last_day, self._today)}.",
                (
                    Term("Available", self._position.available, self.grant_figure("available")),
                    Term("Budgets of projects", -self._position.awarded, self.grant_figure("awarded")),
                    Term("Contingency", -self._position.contingency, self.grant_figure("contingency")),
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
            subject = "It has" if one else f"{counted(len(named), 'project')} have"
            over = " The agreement ends with this year." if covering and not goes_on else ""
            found.append(
                EarlyWarning(
                    WarningKind.FUNDING_ENDS,
                    Severity.LOOK,
                    f"{named[0].ref} {named[0].project.name}" if one else self.of_grant("End of funding"),
                    f"Funding ends on {day_in_words(ends)}, {in_days(ends, self._today)}. {subject} no bid for "
                    f"{self._year.next}.{over}",
                    tuple(
                        Term(
                            f"{each.ref} {each.project.name}: budget",
                            each.budget.current,
                            self.figure(each, "budget"),
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
                self.of_grant("Underspend"),
                said,
                (
                    Term("Available", money.available, self.grant_figure("available")),
                    Term("Spent", -money.spent, self.grant_figure("less/spend@13")),
                    *(
                        Term(name, -amount, self.grant_figure(f"less/{figure}"))
                        for name, amount, figure in decided
                        if amount
                    ),
                    Term(
                        "Unspent and not decided",
                        money.pending,
                        self.grant_figure("unspent/undecided"),
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


def _outside(amount: Money, of: Money, percent: object) -> bool:
    """Whether *amount* is more than so many per cent of *of*, in whole pence multiplied across; at the limit it is
    not. Without budget any amount above nought is."""
    return amount > Money.ZERO and Fraction(amount.pence) * 100 > Fraction(abs(of).pence) * Fraction(
        str(percent)
    )
