"""How a budget is spread over the months (R6), what was forecast when, and why a project is off its profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.identities import Identity, Part
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money, NotMoneyError, percentage
from fundingapp.domain.periods import FinancialYear, Period

#: A profile has a month for each period but the closing adjustments.
MONTHS = 12


class Shape(Enum):
    """How a profile came to be."""

    EVEN = "even"
    SEASONAL = "seasonal"
    LAST_YEAR = "last year's shape"
    TYPED = "typed"
    PASTED = "pasted"


@dataclass(frozen=True, slots=True)
class Profile:
    """Twelve amounts, April first, as they were agreed. When the budget has changed since, they are the shape over
    which the new one is spread, so that the profile always sums to it (R6)."""

    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear
    shape: Shape
    months: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class ForecastKept:
    """The forecast as it stood when a return or claim was made: twelve amounts, actual up to *cut_off* (a period)."""

    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear
    cut_off: int
    months: tuple[Money, ...]
    taken_at: datetime
    taken_by: str
    occasion: str = ""


@dataclass(frozen=True, slots=True)
class VarianceReason:
    """Why a project is off its budget or profile at the end of *period*, outside the agreement's tolerance."""

    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear
    period: int
    reason: str
    given_by: str
    given_at: datetime


#: Shapes of a year by month, April first, where work follows a season. Weights, to be read beside each other.
SEASONS: Mapping[str, tuple[int, ...]] = {
    "school terms": (2, 4, 4, 3, 0, 4, 4, 4, 2, 4, 3, 4),
    "summer": (1, 1, 3, 4, 4, 2, 1, 1, 1, 1, 1, 1),
    "dark nights": (1, 1, 0, 0, 0, 1, 4, 5, 4, 3, 2, 1),
    "in quarters": (0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1),
    "to the end of the year": (1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4),
}


def spread(budget: Money, profile: Profile | None) -> tuple[Money, ...]:
    """*budget* over the twelve months in the shape of *profile*, evenly without one; it sums to the budget (R6).

    A profile that sums to the budget comes back as it was agreed, months below nought that were typed included.
    """
    if profile is None:
        return budget.share([1] * MONTHS)
    if Money.total(profile.months) == budget:
        return profile.months
    return in_shape(budget, profile.months)


def in_shape(budget: Money, months: Sequence[Money]) -> tuple[Money, ...]:
    """*budget* over twelve months in proportion to *months*; months below nought count as nought, and where nothing
    is left it is spread evenly."""
    weights = [max(month.pence, 0) for month in months]
    return budget.share(weights if any(weights) else [1] * MONTHS)


def evenly(budget: Money, first: int = 1, last: int = MONTHS) -> tuple[Money, ...]:
    """*budget* evenly over the periods *first* to *last*, both inclusive; the others get nothing."""
    return budget.share([int(first <= month <= last) for month in range(1, MONTHS + 1)])


def months_of(project: Project, year: FinancialYear) -> tuple[int, int]:
    """The first and the last period of *year* in which *project* runs; the whole year when it says nothing, or when
    its days lie outside."""
    starts, ends = project.starts_on or year.first_day, project.ends_on or year.last_day
    if starts > year.last_day or ends < year.first_day or starts > ends:
        return 1, MONTHS
    return Period.of(max(starts, year.first_day)).number, Period.of(min(ends, year.last_day)).number


def moved_profile(months: Sequence[Money], budget: Money, past: int) -> tuple[Money, ...]:
    """The profile *months* when its budget has become *budget*, the first *past* months being over (0 to 12).

    What is over stays as it was agreed, and the months to come share what remains in the shape they had. Where less
    remains than nothing, the months to come hold nought and those that are over give way in proportion; where no
    month is to come, all of them do. It always sums to *budget*, and no month falls below nought that was not.
    """
    over, rest = months[:past], months[past:]
    remains = budget - Money.total(over)
    if not rest or remains < Money.ZERO:
        return in_shape(budget, [*over, *[Money.ZERO] * len(rest)])
    weights = [max(month.pence, 0) for month in rest]
    return (*over, *remains.share(weights if any(weights) else [1] * len(rest)))


def check_foots(months: Sequence[Money], budget: Money, ref: str) -> None:
    """Raises ExpectedError when *months* do not sum to the *budget* of *ref* (R6)."""
    if len(months) != MONTHS:
        raise ExpectedError(
            "profile_months",
            f"A profile has twelve months, April to March; {len(months):,} were given.",
            "Give twelve amounts, or four for the quarters.",
        )
    total = Money.total(months)
    if total != budget:
        apart = abs(budget - total)
        missing = "are missing" if total < budget else "are too many"
        raise ExpectedError(
            "profile_foots",
            f"The months add up to {total.in_words}, the budget of {ref} is {budget.in_words}: "
            f"{apart.pence:,} pence ({apart.in_words}) {missing}.",
            "Change a month, or have the difference put on one.",
        )


def with_difference_on(months: Sequence[Money], month: int, budget: Money) -> tuple[Money, ...]:
    """*months* with what they lack of *budget*, or have too much, put on *month* (1 to 12)."""
    apart = budget - Money.total(months)
    return tuple(
        amount + apart if number == month else amount for number, amount in enumerate(months, start=1)
    )


def pasted_months(text: str) -> tuple[Money, ...]:
    """Twelve months out of what was copied in a spreadsheet: a row or a column of twelve amounts in pounds, or of
    four for the quarters, which are spread evenly over their months. An empty cell is nought.

    Raises ExpectedError that names the cell which can't be read.
    """
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    cells = [cell for line in lines for cell in line.split("\t")]
    if len(cells) not in (4, MONTHS):
        raise ExpectedError(
            "profile_months",
            f"{len(cells):,} {'cell was' if len(cells) == 1 else 'cells were'} pasted; a profile has twelve months "
            "or four quarters.",
            "Copy twelve cells, April to March, or four, and paste again.",
        )
    amounts = []
    for number, cell in enumerate(cells, start=1):
        try:
            amounts.append(Money.parse(cell) if cell.strip() not in ("", "-", "–") else Money.ZERO)
        except NotMoneyError as error:
            raise ExpectedError(
                "profile_cell",
                f"Cell {number} of {len(cells)}: “{cell.strip()}” is not an amount; {error.reason}.",
                "Correct it in the spreadsheet and paste again; nothing was changed.",
            ) from None
    if len(amounts) == MONTHS:
        return tuple(amounts)
    return tuple(month for quarter in amounts for month in quarter.share([1, 1, 1]))


@dataclass(frozen=True, slots=True)
class ProfiledBudget:
    """A project's current budget and its profile, for R6."""

    budget: Money
    months: tuple[Money, ...]


def reconcile_profiles(grant: str, rows: Sequence[ProfiledBudget]) -> tuple[Identity, ...]:
    """R6: the budgets of the grant that figures call *grant* (“Locality Fund/2018/19”) are the sum of their months,
    project by project."""
    return (
        Identity(
            "R6",
            "Budgets now = their months",
            "the profile of each project sums to its current budget",
            "Budgets of projects",
            Money.total(row.budget for row in rows),
            tuple(
                Part(
                    f"Quarter {quarter}",
                    Money.total(month for row in rows for month in row.months[3 * quarter - 3 : 3 * quarter]),
                    f"{grant}/profile/Q{quarter}",
                )
                for quarter in range(1, 5)
            ),
            f"{grant}/awarded",
            "Set the profile of the project again: Forecast on Projects.",
            broken=sum(row.budget != Money.total(row.months) for row in rows),
        ),
    )


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How a kept forecast compares with what came: the months that were still to come then and are over now.

    *forecast* and *actual* hold an amount for each month from *first* to *last*, both inclusive.
    """

    first: int
    last: int
    forecast: tuple[Money, ...]
    actual: tuple[Money, ...]

    @property
    def expected(self) -> Money:
        return Money.total(self.forecast)

    @property
    def came(self) -> Money:
        return Money.total(self.actual)

    @property
    def difference(self) -> Money:
        """What came less what was forecast: above nought more was spent."""
        return self.came - self.expected

    @property
    def percent(self) -> Decimal | None:
        """The difference as a percentage of the forecast, one decimal; None when nothing was forecast."""
        return percentage(self.difference, self.expected)

    @property
    def missed(self) -> Money:
        """By how much the single months were out, in all: too much in one month makes up for nothing in another."""
        return Money.total(
            abs(came - expected) for expected, came in zip(self.forecast, self.actual, strict=True)
        )

    @property
    def bias(self) -> str:
        """Which way the forecast leant, in words."""
        if not self.forecast:
            return "no month is over yet"
        if not self.difference:
            return "as forecast"
        lean = "too high" if self.difference < Money.ZERO else "too low"
        percent = f" ({abs(self.percent)}%)" if self.percent is not None else ""
        return f"forecast {abs(self.difference).in_words}{percent} {lean}"


def accuracy_of(cut_off: int, kept: Sequence[Money], actual: Sequence[Money], reached: int) -> Accuracy:
    """The forecast *kept* with actuals up to *cut_off* against the *actual* months, of which *reached* are over."""
    last = min(reached, MONTHS)
    return Accuracy(cut_off + 1, last, tuple(kept[cut_off:last]), tuple(actual[cut_off:last]))
