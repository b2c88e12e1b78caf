"""The file's own totals, held against the lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from fundingapp.domain.downloads.notes import Notes
from fundingapp.domain.findings import Severity
from fundingapp.domain.money import Money


class Total(NamedTuple):
    """A total row; *overall* is what all lines above it add up to, in pence."""

    row: int
    amount: Money
    is_grand: bool
    is_sub: bool
    overall: int


class Tally:
    """What the rows of a table add up to so far, in pence; opening balances and commitments apart."""

    def __init__(self) -> None:
        self.overall = 0
        self.opening = 0
        self.openings = 0
        self.committed = 0
        self.commitments = 0
        self.totals: list[Total] = []

    def add_opening(self, amount: Money | None) -> None:
        """Counts an opening balance, which is no spending."""
        if amount is not None:
            self.openings += 1
            self.opening += amount.pence

    def add_commitment(self, amount: Money | None) -> None:
        """Counts a commitment, which is no spending yet."""
        self.commitments += 1
        self.committed += amount.pence if amount is not None else 0

    def sums_so_far(self) -> set[int]:
        """The sums in pence of the lines since the start and since each total row above."""
        return {self.overall - start for start in (0, *(total.overall for total in self.totals))}

    def check(self, notes: Notes, amount_name: str) -> Money | None:
        """Holds every total row against the lines; gives the one that speaks for the whole table."""
        if not self.totals:
            return None
        stated = self._stated()
        starts = {0}
        for total in self.totals:
            sums = {total.overall - start for start in starts}
            starts.add(total.overall)
            whole = total is stated
            if total.amount.pence == self.overall or (not whole and total.amount.pence in sums):
                continue
            if (what := self._with_others(total)) is not None:
                notes.add(Severity.NOTE, *what, total.row)
                continue
            sum_of_lines = Money(
                self.overall if whole or total.is_grand else min(sums, key=_distance_from(total))
            )
            notes.add(
                Severity.ERROR,
                "total.differs",
                f"The file's own total in row {total.row:,} is {total.amount.in_words}, but the lines add up to"
                f" {sum_of_lines.in_words}: a difference of {(total.amount - sum_of_lines).in_words}."
                + notes.held_in_words(),
                total.row,
                amount_name,
            )
        return stated.amount if stated is not None else None

    def _with_others(self, total: Total) -> tuple[str, str] | None:
        """Kind and text of a note where the total takes in what is no spending, and agrees with it."""
        taken_in = total.amount.pence - self.overall
        if self.openings and taken_in == self.opening:
            return (
                "total.with_opening",
                f"The file's own total in row {total.row:,} takes in the opening balances of"
                f" {Money(self.opening).in_words}, which are not spending; without them it agrees.",
            )
        if self.commitments and taken_in in (self.committed, self.committed + self.opening):
            return (
                "total.with_commitments",
                f"The file's own total in row {total.row:,} takes in {Money(taken_in).in_words} that is not spending,"
                " commitments among it; without that it agrees.",
            )
        return None

    def _stated(self) -> Total | None:
        """The total of the whole table: a grand total, the only one, or the last if it is no section's."""
        grand = [total for total in self.totals if total.is_grand]
        if grand:
            return grand[-1]
        whole = [total for total in self.totals if total.amount.pence == self.overall]
        if whole:
            return whole[-1]
        plain: Sequence[Total] = [total for total in self.totals if not total.is_sub]
        if len(plain) != 1:
            return None
        only = plain[0]
        closes_a_section = only.amount.pence == only.overall and only.overall != self.overall
        return None if closes_a_section else only

    def tell(self, notes: Notes) -> None:
        """Says what was left out because it is no spending."""
        if self.openings:
            are = "is" if self.openings == 1 else "are"
            notes.add(
                Severity.NOTE,
                "opening.excluded",
                f"{self.openings:,} opening balance{'' if self.openings == 1 else 's'} of"
                f" {Money(self.opening).in_words} in all {are} left out: not spending of this year.",
            )
        if self.commitments:
            are = "is" if self.commitments == 1 else "are"
            notes.add(
                Severity.NOTE,
                "commitments.excluded",
                f"{self.commitments:,} commitment{'' if self.commitments == 1 else 's'} of"
                f" {Money(self.committed).in_words} in all {are} left out: ordered, but not spent.",
            )


def _distance_from(total: Total) -> Callable[[int], int]:
    """Orders sums in pence by their distance from *total*."""
    return lambda pence: abs(pence - total.amount.pence)
