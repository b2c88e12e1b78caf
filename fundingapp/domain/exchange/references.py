"""Whether what a row names is there: funds, projects, parties, bids, claims, transactions, indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from fundingapp.domain.exchange.book import Book
from fundingapp.domain.exchange.columns import folded
from fundingapp.domain.exchange.entries import (
    AccrualEntry,
    AllocationEntry,
    AwardEntry,
    BidEntry,
    CarryForwardEntry,
    ChargeEntry,
    ClaimEntry,
    Entry,
    FigureEntry,
    FundEntry,
    IndicatorEntry,
    LedgerEntry,
    PartyEntry,
    PaymentEntry,
    ProfileEntry,
    ProjectEntry,
    RepaymentEntry,
    VirementEntry,
)
from fundingapp.domain.exchange.notes import Notes

_WORDS = {
    "funds": "fund",
    "projects": "project",
    "parties": "party",
    "bids": "bid",
    "claims": "claim",
    "ledger": "transaction",
    "indicators": "indicator",
}


@dataclass(slots=True)
class Known:
    """What there is, by sheet, as names are compared: each with its entry."""

    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)

    def of(self, sheet: str) -> Mapping[str, Entry]:
        return self.entries.get(sheet, {})


def known_in(book: Book) -> Known:
    """Everything of *book* that rows may name."""
    return Known(
        {
            "funds": {folded(each.fund): each for each in book.all(FundEntry)},
            "projects": {folded(each.ref): each for each in book.all(ProjectEntry)},
            "parties": {folded(each.party): each for each in book.all(PartyEntry)},
            "bids": {folded(each.bid): each for each in book.all(BidEntry)},
            "claims": {folded(each.claim): each for each in book.all(ClaimEntry)},
            "ledger": {folded(each.transaction): each for each in book.all(LedgerEntry)},
            "indicators": {folded(each.indicator): each for each in book.all(IndicatorEntry)},
        }
    )


def check_references(book: Book, known: Known, notes: Notes) -> None:
    """Names every row of the workbook that refers to something that is not there."""

    def look(entry: Entry, sheet: str, name: str, column: str) -> None:
        there = known.of(sheet)
        if not name or folded(name) in there:
            return
        near = get_close_matches(folded(name), there, 1) if len(there) < 5_000 else []
        text = f"there is no {_WORDS[sheet]} “{name}” in sheet “{sheet}”"
        if near:
            like = there[near[0]]
            text += f"; “{_name_of(like)}” is the nearest"
            notes.contradiction("reference.unknown", entry.place, text, column, like.place)
            return
        notes.contradiction("reference.unknown", entry.place, text, column)

    for party in book.added(PartyEntry):
        look(party, "parties", party.succeeded_by, "succeeded by")
    if book.knows("parties"):
        for fund in book.added(FundEntry):
            look(fund, "parties", fund.funder, "funder")
        for project in book.added(ProjectEntry):
            look(project, "parties", project.partner, "partner")
        for bid in book.added(BidEntry):
            look(bid, "parties", bid.applicant, "applicant")
    of_projects: tuple[BidEntry | AwardEntry | CarryForwardEntry | ProfileEntry | AccrualEntry, ...] = (
        *book.added(BidEntry),
        *book.added(AwardEntry),
        *book.added(CarryForwardEntry),
        *book.added(ProfileEntry),
        *book.added(AccrualEntry),
    )
    for each in of_projects:
        look(each, "projects", each.ref, "ref")
    for each in of_projects:
        look(each, "funds", each.fund, "fund")
    of_funds: tuple[AllocationEntry | VirementEntry | ClaimEntry | PaymentEntry | RepaymentEntry, ...] = (
        *book.added(AllocationEntry),
        *book.added(VirementEntry),
        *book.added(ClaimEntry),
        *book.added(PaymentEntry),
        *book.added(RepaymentEntry),
    )
    for of_fund in of_funds:
        look(of_fund, "funds", of_fund.fund, "fund")
    for award in book.added(AwardEntry):
        look(award, "bids", award.bid, "bid")
    for virement in book.added(VirementEntry):
        for column, ref, end in (
            ("from ref", virement.from_ref, virement.source),
            ("to ref", virement.to_ref, virement.target),
        ):
            if end is not None:
                look(virement, "projects", ref, column)
    for charge in book.added(ChargeEntry):
        look(charge, "ledger", charge.transaction, "transaction")
        look(charge, "funds", charge.fund, "fund")
        if charge.is_of_project:
            look(charge, "projects", charge.ref, "ref")
    for payment in book.added(PaymentEntry):
        look(payment, "claims", payment.claim, "claim")
        look(payment, "ledger", payment.transaction, "transaction")
    for repayment in book.added(RepaymentEntry):
        look(repayment, "claims", repayment.claim, "claim")
    for indicator in book.added(IndicatorEntry):
        look(indicator, "projects", indicator.ref, "ref")
    for figure in book.added(FigureEntry):
        look(figure, "indicators", figure.indicator, "indicator")


def _name_of(entry: Entry) -> str:
    match entry:
        case FundEntry():
            return entry.fund
        case ProjectEntry():
            return entry.ref
        case PartyEntry():
            return entry.party
        case BidEntry():
            return entry.bid
        case ClaimEntry():
            return entry.claim
        case LedgerEntry():
            return entry.transaction
        case IndicatorEntry():
            return entry.indicator
    return ""
