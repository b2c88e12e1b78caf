"""What is asked of partners: statements of how money that was passed on was used, and workbooks that come back with
proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from fundingapp.domain.ids import FundId, PartnerBookId, ProjectId, ReturnId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class PartnerStatement:
    """What a partner said of the money that was passed on in a year: *passed_on* in pence; *received_on* is the day its
    statement came, None while it is awaited."""

    project: ProjectId
    fund: FundId
    year: FinancialYear
    partner: str
    passed_on: Money
    received_on: date | None = None
    signed_by: str = ""
    signed_on: date | None = None
    note: str = ""


class BookKind(Enum):
    """Who fills a workbook that went out: a project's lead, or the commissioner, who writes queries into a return."""

    PARTNER = "project lead's workbook"
    QUERIES = "commissioner's queries"


class BookState(Enum):
    """A workbook is out, has come back with proposals, and is settled when each is decided."""

    OUT = "out"
    BACK = "back"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class BookCell:
    """A cell that may be changed: *subject* tells what it stands for (such as ``forecast/LF-01/revenue/11``), *said* is
    what it held when it went out."""

    sheet: str
    cell: str
    subject: str
    said: str


@dataclass(frozen=True, slots=True)
class PartnerBook:
    """A workbook that went out for one quarter (1 to 4). *mark* is written in it, so that it is known again.

    *sha256* is the file's hash as it went out, *back_sha256* as it came back.
    """

    kind: BookKind
    fund: FundId
    year: FinancialYear
    quarter: int
    mark: str
    file_name: str
    sha256: str
    cells: tuple[BookCell, ...]
    state: BookState
    made_by: str
    made_at: datetime
    project: ProjectId | None = None
    saved: ReturnId | None = None
    sent_to: str = ""
    due: date | None = None
    back_sha256: str = ""
    back_at: datetime | None = None


class ProposalState(Enum):
    """What became of a changed cell."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CellProposal:
    """A cell of a workbook that came back otherwise than it went out: *was* and *proposed* as texts."""

    book: PartnerBookId
    sheet: str
    cell: str
    subject: str
    was: str
    proposed: str
    state: ProposalState = ProposalState.PROPOSED
    reason: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
