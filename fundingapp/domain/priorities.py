"""The partnership's plan: themes and priorities with the years they are in force, and how projects serve them (R7)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from fundingapp.domain.ids import AreaId, PriorityId, ProjectId, ThemeId
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of the plan called *plan*, in force from *from_year* to *to_year*, both inclusive; None is open."""

    code: str
    title: str
    plan: str = ""
    from_year: FinancialYear | None = None
    to_year: FinancialYear | None = None


@dataclass(frozen=True, slots=True)
class Priority:
    """A priority under a theme. Its *code* is free: papers use figures, letters and Roman numerals.

    *owner_group* is the sub-group that answers for it, *commissioner_priority* what it serves in the commissioner's
    plan, *succeeded_by* the priority of a later plan that takes it up.
    """

    code: str
    title: str
    theme: ThemeId | None = None
    from_year: FinancialYear | None = None
    to_year: FinancialYear | None = None
    owner_group: str = ""
    is_cross_cutting: bool = False
    commissioner_priority: str = ""
    succeeded_by: PriorityId | None = None


class Split(Enum):
    """By what a project's budget is divided; each division takes in the whole of it (R7)."""

    THEME = "theme"
    PRIORITY = "priority"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a project's budget of *year* that serves a theme, a priority or an area; exactly one is named, that
    of *split*. *percent* is above nought; the shares of a project, year and split add up to 100.

    A project without theme shares serves the theme that it names; without area shares the area that it names.
    """

    project: ProjectId
    year: FinancialYear
    split: Split
    percent: Decimal
    theme: ThemeId | None = None
    priority: PriorityId | None = None
    area: AreaId | None = None
