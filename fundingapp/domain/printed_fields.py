"""The columns of a printed table, or its rows read across, and what one of them may be worked out of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from fundingapp.domain.printed_figures import MOST_DECIMALS, Kind, Printed
from fundingapp.domain.printed_words import SAYS_CHANGE, SAYS_PERCENT, subject_without_change


class Made(Enum):
    """How a figure of a table is made of others."""

    CHANGE = "change in per cent"
    DIFFERENCE = "difference"
    SHARE = "share of the total"
    RATIO = "share of another column"
    POINTS = "difference in points"
    RATE = "so many of so many"
    AVERAGE = "average"
    RUNNING = "running total"


@dataclass(frozen=True, slots=True)
class Relation:
    """That the column (or, *is_of_rows*, the row) *made* is worked out of *previous* and *current*, each by its place.

    A SHARE has its count in *current*, a RATIO and a RATE their denominator in *previous*; a rate is of *per*, such as
    1,000. *parts* are the counts that an AVERAGE is of. *sign* is −1 where falls are printed as positive, 0 where signs
    are left out; *scale* is 100 where 0.047 is printed for 4.7%. *step* is −1 where the figure before is that of the
    row above, 1 where it is that of the row below, as in a list of years.
    """

    how: Made
    made: int
    previous: int
    current: int
    sign: int = 1
    scale: int = 1
    is_of_rows: bool = False
    per: int = 0
    parts: tuple[int, ...] = ()
    step: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """A column, or a row read across, with one figure for each record. *beside* is the column whose cells hold it as
    their second figure, −1 where it stands by itself."""

    place: int
    heading: str
    group: str
    cells: tuple[Printed, ...]
    beside: int = -1

    @property
    def own(self) -> str:
        """The heading without its group."""
        return self.heading.removeprefix(self.group).strip()

    @property
    def percents(self) -> int:
        return sum(
            each.kind is Kind.PERCENT or (each.kind is Kind.HIDDEN and each.is_percent) for each in self.cells
        )

    @property
    def numbers(self) -> int:
        return sum(
            each.kind is Kind.NUMBER or (each.kind is Kind.HIDDEN and not each.is_percent)
            for each in self.cells
        )

    @property
    def most_decimals(self) -> int:
        """The decimals of a column of fractions, whose last noughts are left out."""
        return max((each.decimals for each in self.cells if each.decimals <= MOST_DECIMALS), default=0)

    @property
    def is_percent(self) -> bool:
        return self.percents > self.numbers


def says_change(field: Field) -> bool:
    """Whether a heading speaks of a change."""
    return SAYS_CHANGE.search(field.heading) is not None


def says_percent(field: Field) -> bool:
    """Whether a heading speaks of per cent."""
    return SAYS_PERCENT.search(field.heading) is not None


def stem(field: Field) -> str:
    """What a heading says besides its time and that it is a change."""
    return subject_without_change(field.heading)


def is_of_group(field: Field, other: Field) -> bool:
    """Whether two headings are of one subject."""
    if field.group or other.group:
        return field.group == other.group
    own = stem(field)
    return bool(own) and stem(other) == own


def has_decimals(relation: Relation) -> bool:
    """Whether what *relation* makes is printed in per cent or points, with as many decimals as somebody chose."""
    return relation.scale == 1 and relation.how not in {Made.DIFFERENCE, Made.RUNNING}


def ends_in_nought(printed: Printed) -> bool:
    return printed.value is not None and printed.value * 10**printed.decimals % 10 == 0
