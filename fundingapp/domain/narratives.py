"""What a return says in words: narrative sections, and how each project goes (domain paper 4.1 and 4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.rag import Rag


class NarrativeSection(Enum):
    """The sections that commissioners ask for, by the words that stand above them."""

    PROGRESS = "progress"
    ISSUES = "issues"
    MILESTONES = "milestones"
    UNDERSPEND = "plan for underspend"
    CHANGES = "changes"
    CASE_STUDY = "case study"

    @property
    def title(self) -> str:
        """How it is headed: “Plan for underspend”."""
        return self.value.capitalize()

    @property
    def hint(self) -> str:
        """What is to be said in it."""
        return _HINTS[self]


_HINTS = {
    NarrativeSection.PROGRESS: "What was done in the quarter, and what it changed.",
    NarrativeSection.ISSUES: "What went wrong or may go wrong, and what is done about it.",
    NarrativeSection.MILESTONES: "What is to be reached next, with days.",
    NarrativeSection.UNDERSPEND: "How money that is not spent yet will be used, and by when.",
    NarrativeSection.CHANGES: "Changes of projects and budgets since the last return, and why.",
    NarrativeSection.CASE_STUDY: "One case, without anything that tells who it is about.",
}

#: Before the name of a narrative section in the terms' limits of words, so that none is taken for a bid's section.
_OF_A_RETURN = "return "
#: What the terms call the limits of a project's explanation and of a risk's description.
EXPLANATION, RISK = f"{_OF_A_RETURN}explanation", f"{_OF_A_RETURN}risk"


def limit_name(section: NarrativeSection) -> str:
    """What the terms of an agreement call *section* where they limit its words: “return progress”."""
    return f"{_OF_A_RETURN}{section.value}"


#: All names that limits of a return can have, in the order of the return.
LIMIT_NAMES = (*map(limit_name, NarrativeSection), EXPLANATION, RISK)


class ProjectStatus(Enum):
    """How far a project is, in the words of the Pathfinders return (domain paper 4.1)."""

    NOT_STARTED = "not started"
    IN_PROGRESS = "in progress"
    ON_HOLD = "on hold"
    CANCELLED = "cancelled"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class ReturnText:
    """One section of a quarter's return (1 to 4) in words, *by* whom and when (in UTC) it was last written."""

    fund: FundId
    year: FinancialYear
    quarter: int
    section: NarrativeSection
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProjectProgress:
    """How a project stood at the end of a quarter (1 to 4), as judged by a person; None where nobody judged."""

    project: ProjectId
    year: FinancialYear
    quarter: int
    status: ProjectStatus
    spend_rag: Rag | None = None
    delivery_rag: Rag | None = None
    explanation: str = ""
    by: str = ""
    at: datetime | None = None


def check_quarter(quarter: int) -> None:
    """Raises ExpectedError for what is no quarter of a year, 1 to 4."""
    if not 1 <= quarter <= 4:
        raise ExpectedError("no_quarter", f"There is no quarter {quarter}.", "Choose one of 1 to 4.")


def quarter_before(year: FinancialYear, quarter: int) -> tuple[FinancialYear, int]:
    """The year and quarter before: before the first comes the fourth of the year before."""
    return (year, quarter - 1) if quarter > 1 else (year.previous, 4)
