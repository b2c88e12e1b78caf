"""What a return says in words: narrative sections, and how each project goes (domain paper 4.1 and 4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

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
