"""What others put into a project beside its grants, in cash and in kind, and posts that several pay for (R15, R16)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from fundingapp.domain.ids import FundId, PartyId, PostId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


class SourceType(Enum):
    """What sort of funder it is (domain paper 3, “Funding source on a project”)."""

    PUBLIC = "public"
    PRIVATE = "private"
    THIRD_SECTOR = "third sector"


@dataclass(frozen=True, slots=True)
class MatchFunding:
    """What a source puts into a project in a year.

    *spent* is match cash spent outside this file's ledger: it is part of the project's spend (R15). What is in kind
    is shown beside it and never inside. *source* names it where it is no body of ours.
    """

    project: ProjectId
    year: FinancialYear
    source: str
    planned: Money
    party: PartyId | None = None
    type: SourceType = SourceType.PUBLIC
    is_in_kind: bool = False
    is_secured: bool = False
    received: Money = Money.ZERO
    spent: Money = Money.ZERO
    note: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A post on a project in a year: *fte* is 1 for full time, *months* 1 to 12, *cost* what it costs for these."""

    project: ProjectId
    year: FinancialYear
    title: str
    fte: Decimal
    months: int
    cost: Money


@dataclass(frozen=True, slots=True)
class PostShare:
    """The part of a post that a fund, or another *source*, pays for; the parts of a post are 100 % at most (R16)."""

    post: PostId
    percent: Decimal
    fund: FundId | None = None
    source: str = ""
