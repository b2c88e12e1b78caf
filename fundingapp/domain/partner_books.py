"""What is asked of partners: statements of how money that was passed on was used, and workbooks that come back with
proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId, PartnerBookId, ProjectId, ReturnId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.states import Machine, Move, Need


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

    @property
    def is_awaited(self) -> bool:
        return self.received_on is None


def check_statement(statement: PartnerStatement) -> None:
    """Raises ExpectedError for a statement that names nobody, an amount below nought, or half a signature."""
    if not statement.partner.strip():
        raise ExpectedError("no_name", "A statement needs its partner.", "Say who got the money.")
    if statement.passed_on < Money.ZERO:
        raise ExpectedError(
            "statement_amount",
            f"{statement.passed_on.in_words} can't have been passed on to {statement.partner}.",
            "Type the amount without a minus.",
        )
    if (statement.signed_on is not None or statement.signed_by.strip()) and statement.is_awaited:
        raise ExpectedError(
            "statement_awaited",
            f"The statement of {statement.partner} is signed, and has no day on which it came.",
            "Say when it was received.",
        )
    if statement.signed_on is not None and not statement.signed_by.strip():
        raise ExpectedError(
            "no_signature",
            f"The statement of {statement.partner} has a day of signing and nobody who signed it.",
            "Say who signed it.",
        )


class BookKind(Enum):
    """Who fills a workbook that went out: a project's lead, or the commissioner, who writes queries into a return."""

    PARTNER = "project lead's workbook"
    QUERIES = "commissioner's queries"


class BookState(Enum):
    """A workbook is out, has come back with proposals, and is settled when each is decided."""

    OUT = "out"
    BACK = "back"
    SETTLED = "settled"


#: Every move of a workbook that went out. One that is not waited for any more, or that a newer one replaces, is settled
#: with the reason; a later copy of one that is settled may still come.
PARTNER_BOOKS = Machine(
    "workbook",
    (
        Move(BookState.OUT, BookState.BACK, "take back", "preparer"),
        Move(BookState.OUT, BookState.SETTLED, "wait no longer", "preparer", (Need.REASON,)),
        Move(BookState.BACK, BookState.SETTLED, "settle", "preparer"),
        Move(BookState.SETTLED, BookState.BACK, "take back again", "preparer"),
    ),
)

#: What begins a subject of a cell that nobody is asked to change, and of a formula, which follows other cells.
LOCKED, FOLLOWS = "", "="


@dataclass(frozen=True, slots=True)
class BookCell:
    """A cell: *subject* tells what it stands for (such as ``forecast/LF-01/revenue/11``), LOCKED for one that is not to
    be changed, FOLLOWS for a formula; *said* is what it held when it went out."""

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
