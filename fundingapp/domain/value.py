"""What the money bought: reference values for what a case costs, and sentences whose numbers are figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fundingapp.domain.ids import IndicatorId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """What one case is said to cost society, in pence, at the prices of *prices* (such as “2015/16”).

    It counts only with its *source* and *caveat*; *edition* is the day of the edition it was taken from.
    """

    name: str
    amount: Money
    prices: str
    source: str
    caveat: str
    edition: date | None = None
    category: str = ""
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence about a project's year. *wording* names its figures in braces, such as ``{spent}``; they are put in
    when it is read, never typed."""

    project: ProjectId
    year: FinancialYear
    wording: str
    output: IndicatorId | None = None
    outcome: IndicatorId | None = None
