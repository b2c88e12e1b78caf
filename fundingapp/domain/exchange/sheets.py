"""The documented sheets of the exchange workbook, in their order: columns, what each row becomes, and what it is
known by. Columns of ours come last: others need not have them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from fundingapp.domain.agreements import CarryForwardStance
from fundingapp.domain.allocations import AllocationStatus, Authority
from fundingapp.domain.areas import AreaKind
from fundingapp.domain.bids import BidState
from fundingapp.domain.carry_forwards import CarryForwardState
from fundingapp.domain.claims import ClaimState
from fundingapp.domain.exchange.columns import Column, Holds, folded
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
    PartnershipEntry,
    PartyEntry,
    PaymentEntry,
    ProfileEntry,
    ProjectEntry,
    RepaymentEntry,
    ThemeEntry,
    VirementEntry,
)
from fundingapp.domain.funds import PaymentBasis, Purpose
from fundingapp.domain.indicators import Counted, Due, FigureStatus, GoodDirection, Measure, ResultLevel
from fundingapp.domain.parties import PartyForm, PartyKind


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """A documented sheet. *key* names the columns by which a row is known, none where equal rows may stand twice."""

    name: str
    entry: type[Entry]
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    about: str = ""

    @property
    def documented(self) -> tuple[Column, ...]:
        """Its columns as the exchange format has them."""
        return tuple(column for column in self.columns if not column.is_ours)

    def column(self, field: str) -> Column:
        """The column of a field of its entries."""
        return next(column for column in self.columns if column.field == field)

    def key_of(self, entry: Entry) -> tuple[Any, ...]:
        """What *entry* is known by; () where nothing is."""
        values = [getattr(entry, field) for field in self.key]
        return tuple(folded(value) if isinstance(value, str) else value for value in values)


def _text(heading: str, *, needed: bool = False, note: str = "", ours: bool = False) -> Column:
    return Column(heading, Holds.TEXT, needed, is_ours=ours, note=note)


def _code(
    heading: str, refers: str = "", *, needed: bool = False, note: str = "", ours: bool = False
) -> Column:
    return Column(heading, Holds.CODE, needed, refers=refers, is_ours=ours, note=note)


def _choice(
    heading: str, choices: type[Enum], *, needed: bool = False, note: str = "", ours: bool = False
) -> Column:
    return Column(heading, Holds.CHOICE, needed, choices, is_ours=ours, note=note)


def _day(heading: str, *, needed: bool = False, note: str = "", ours: bool = False) -> Column:
    return Column(heading, Holds.DAY, needed, is_ours=ours, note=note)


def _yes(heading: str, note: str = "") -> Column:
    return Column(heading, Holds.YES, is_ours=True, note=note)


_REF = _code("ref", "projects", needed=True)
_FUND = _code("fund", "funds", needed=True)
_YEAR = Column("year", Holds.YEAR, needed=True, note="written 2018/19")
_KIND = Column("kind", Holds.KIND, needed=True)
_AMOUNT = Column("amount", Holds.MONEY, needed=True)
_DATED = _day("dated", needed=True)

SHEETS: tuple[SheetSpec, ...] = (
    SheetSpec(
        "partnership",
        PartnershipEntry,
        (_text("name", needed=True), _text("accountable body"), _text("area"), _text("contact")),
        about="One row: whose file it is.",
    ),
    SheetSpec(
        "parties",
        PartyEntry,
        (
            _text("party", needed=True),
            _choice("kind", PartyKind, needed=True),
            _day("from"),
            _day("to"),
            _code("succeeded by", "parties"),
            _choice("form", PartyForm, ours=True),
            _text("identifier", ours=True),
            _text("address", ours=True),
            _text("aliases", ours=True, note="separated by semicolons"),
        ),
        ("party",),
        "The bodies that the partnership deals with.",
    ),
    SheetSpec(
        "themes",
        ThemeEntry,
        (
            _text("theme", needed=True),
            _text("priority"),
            Column("from year", Holds.YEAR),
            Column("to year", Holds.YEAR),
            _text("theme code", ours=True),
            _text("priority code", ours=True),
            _text("plan", ours=True),
            _text("owner group", ours=True),
            _yes("cross-cutting"),
            _text("commissioner priority", ours=True),
            _code("succeeded by", ours=True, note="the row of the priority that takes it up, as “themes 4”"),
        ),
        ("theme", "priority", "from_year"),
        "The plan: a row for each priority, or for a theme without one.",
    ),
    SheetSpec(
        "funds",
        FundEntry,
        (
            _text("fund", needed=True),
            _code("funder", "parties", needed=True),
            _text("ring-fence"),
            _choice("payment basis", PaymentBasis),
            _choice("carry-forward", CarryForwardStance),
            Column("unallocated limit", Holds.MONEY),
            _text("origin", ours=True),
            _yes("divides labour"),
        ),
        ("fund",),
        "The funds, with what their agreements lay down.",
    ),
    SheetSpec(
        "allocations",
        AllocationEntry,
        (
            _FUND,
            _YEAR,
            _KIND,
            _choice("status", AllocationStatus, needed=True),
            _AMOUNT,
            _day("notified"),
            _text("letter"),
            _text("reason", ours=True),
            _text("basis", ours=True),
            _yes("closed", "its year is settled"),
            _text(
                "withdraws", ours=True, note="“all” where a withdrawn line takes the whole allocation away"
            ),
        ),
        about="Every notice of an allocation. The newest confirmed or revised line counts; withdrawn amounts are taken "
        "off; indicative lines do not count.",
    ),
    SheetSpec(
        "projects",
        ProjectEntry,
        (
            _code("ref", needed=True),
            _text("project", needed=True),
            _text("theme"),
            _text("priority"),
            _text("area"),
            _text("lead"),
            _code("partner", "parties"),
            _day("from"),
            _day("to"),
            _choice("purpose", Purpose, ours=True),
            _text("description", ours=True),
            _text("theme in words", ours=True, note="a theme that is not in sheet “themes”"),
        ),
        ("ref",),
        "The projects, each known by its reference.",
    ),
    SheetSpec(
        "bids",
        BidEntry,
        (
            _code("bid", needed=True),
            _REF,
            _FUND,
            _YEAR,
            _KIND,
            _AMOUNT,
            _choice("state", BidState, needed=True),
            _text("minute"),
            _day("submitted"),
            _day("decided"),
            _text("decision"),
            Column("awarded", Holds.MONEY),
            _text("reference", ours=True),
            _code("applicant", "parties", ours=True),
            _yes("outside allocation"),
            _day("answer due", ours=True),
        ),
        ("bid",),
        "What was asked for, and what the commissioner decided.",
    ),
    SheetSpec(
        "awards",
        AwardEntry,
        (
            _REF,
            _FUND,
            _YEAR,
            _KIND,
            _AMOUNT,
            _day("dated"),
            _code("bid", "bids", ours=True),
            Column("intervention percent", Holds.NUMBER, is_ours=True),
        ),
        about="What projects were awarded; several rows of one project add up.",
    ),
    SheetSpec(
        "virements",
        VirementEntry,
        (
            _code("number"),
            _DATED,
            _FUND,
            _YEAR,
            _KIND,
            _code("from ref", needed=True, note="a project's reference, or contingency"),
            _code("to ref", needed=True, note="a project's reference, or contingency"),
            _AMOUNT,
            _text("authority"),
            _text("letter"),
            _text("reason", ours=True),
            _choice("decided by", Authority, ours=True),
            Column("to kind", Holds.KIND, is_ours=True),
        ),
        about="Budget moved within one fund, year and kind. Only what is in force.",
    ),
    SheetSpec(
        "carry forwards",
        CarryForwardEntry,
        (
            _FUND,
            _code("ref", "projects", note="empty for money that was in no project's budget"),
            Column("from year", Holds.YEAR, needed=True),
            _KIND,
            _choice("state", CarryForwardState, needed=True),
            Column("asked", Holds.MONEY),
            Column("agreed", Holds.MONEY),
            _day("decided"),
            _text("letter"),
            _text("reason", ours=True),
            _text("plan", ours=True),
            _day("spend by", ours=True),
            _day("asked on", ours=True),
        ),
        ("fund", "ref", "from_year", "kind"),
        "Unspent money of a year for the next. Only what is agreed counts as money available there.",
    ),
    SheetSpec(
        "profile",
        ProfileEntry,
        (
            _REF,
            _FUND,
            _YEAR,
            _KIND,
            Column("period", Holds.PERIOD, needed=True),
            _AMOUNT,
            _text("shape", ours=True),
        ),
        ("ref", "fund", "year", "kind", "period"),
        "How a budget is spread over the twelve periods.",
    ),
    SheetSpec(
        "ledger",
        LedgerEntry,
        (
            _code("transaction", needed=True),
            _YEAR,
            Column("period", Holds.PERIOD, needed=True),
            _day("date"),
            _code("cost centre"),
            _code("account"),
            _text("supplier"),
            _text("description"),
            _code("type"),
            _AMOUNT,
            _code("ledger transaction", ours=True, note="its number in the ledger, where that is another"),
        ),
        ("transaction",),
        "The ledger's lines, each under its own transaction.",
    ),
    SheetSpec(
        "charges",
        ChargeEntry,
        (
            _code("transaction", "ledger", needed=True),
            _code("ref", needed=True, note="a project's reference, income or excluded"),
            _code("fund", "funds"),
            Column("kind", Holds.KIND),
            _AMOUNT,
            _text("reason"),
        ),
        about="Where each ledger line went; the charges of a line add up to it.",
    ),
    SheetSpec(
        "accruals",
        AccrualEntry,
        (
            _code("accrual", needed=True),
            _REF,
            _FUND,
            _KIND,
            _YEAR,
            _AMOUNT,
            _text("supplier"),
            _text("description"),
            Column("reverses in year", Holds.YEAR),
            Column("reverses in period", Holds.PERIOD),
            Column("period", Holds.PERIOD, is_ours=True, note="12 where nothing is said"),
        ),
        ("accrual",),
        "Goods and services of a year that its ledger has not: memorandum entries.",
    ),
    SheetSpec(
        "claims",
        ClaimEntry,
        (
            _code("claim", needed=True),
            _FUND,
            _YEAR,
            Column("period from", Holds.PERIOD, needed=True),
            Column("period to", Holds.PERIOD, needed=True),
            _AMOUNT,
            _choice("state", ClaimState, needed=True),
            Column(
                "approved",
                Holds.MONEY_OR_DAY,
                note="how much was approved; a date means all of it, on that day",
            ),
            Column("number", Holds.WHOLE, is_ours=True),
            _text("reference", ours=True),
            _yes("final"),
            _day("submitted", ours=True),
            _day("decided", ours=True),
            _text("comment", ours=True),
            _choice("basis", PaymentBasis, ours=True),
        ),
        ("claim",),
        "What was claimed of a grant.",
    ),
    SheetSpec(
        "payments",
        PaymentEntry,
        (
            _code("payment", needed=True),
            _FUND,
            _YEAR,
            _DATED,
            _AMOUNT,
            _code("claim", "claims"),
            _code("transaction", "ledger"),
            _text("remittance", ours=True),
            _text("note", ours=True),
        ),
        ("payment",),
        "Money that came.",
    ),
    SheetSpec(
        "repayments",
        RepaymentEntry,
        (
            _FUND,
            _YEAR,
            _DATED,
            _AMOUNT,
            _text("invoice"),
            _text("reason", ours=True),
            _code("claim", "claims", ours=True),
        ),
        about="Money that went back.",
    ),
    SheetSpec(
        "indicators",
        IndicatorEntry,
        (
            _code("indicator", needed=True),
            _code("ref", "projects"),
            _text("unit"),
            _choice("direction", GoodDirection),
            _choice("flow or stock", Measure),
            _text("baseline"),
            _text("target"),
            _text("source"),
            _text("owner"),
            _text("name", ours=True, note="where several are called the same"),
            _choice("level", ResultLevel, ours=True),
            _choice("counted", Counted, ours=True),
            _code("outcome", ours=True, note="its row, as “outcomes 2”"),
            _code("area", ours=True, note="its row, as “areas 2”"),
            _code("code", ours=True),
            _text("code list", ours=True),
            _text("method", ours=True),
            _day("baseline from", ours=True),
            _day("baseline to", ours=True),
            _yes("not comparable"),
            _text("comparability", ours=True),
            _yes("sensitive", "small counts of it are hidden"),
            _yes("closed"),
            _choice("due", Due, ours=True),
            _choice("summed over", AreaKind, ours=True),
        ),
        ("indicator",),
        "What is measured.",
    ),
    SheetSpec(
        "figures",
        FigureEntry,
        (
            _code("indicator", "indicators", needed=True),
            _day("from", needed=True),
            _day("to", needed=True),
            Column("value", Holds.NUMBER),
            Column("numerator", Holds.NUMBER),
            Column("denominator", Holds.NUMBER),
            _choice("status", FigureStatus),
            _text("note"),
            _code("area", ours=True, note="its row, as “areas 2”; empty for the indicator's own place"),
            _day("as at", ours=True),
            _text("source", ours=True),
            _text("marks", ours=True, note="letters such as p for provisional"),
            _code("taken from", ours=True, note="the row of the file, as “figure files 2”"),
            _code("cell", ours=True),
        ),
        ("indicator", "area", "from_", "to", "status"),
        "What was measured, from day to day inclusive.",
    ),
)

BY_NAME = {spec.name: spec for spec in SHEETS}
#: The sheet of each class of entries.
SHEET_OF: dict[type[Entry], str] = {spec.entry: spec.name for spec in SHEETS}
