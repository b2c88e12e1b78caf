"""The partnership, the funds that it draws on, and its projects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.ids import FundId, PartyId, ProjectId


class Kind(Enum):
    """Revenue or capital: every figure is held apart for each (domain paper, section 5).

    A fund that divides its revenue into labour and non-labour (rule 24) has these two in revenue's place.
    """

    REVENUE = "revenue"
    CAPITAL = "capital"
    LABOUR = "labour"
    NON_LABOUR = "non-labour"

    @property
    def is_capital(self) -> bool:
        return self is Kind.CAPITAL

    @property
    def aside(self) -> str:
        """What follows a project's name where lists tell kinds apart: “ (capital)”, nothing for plain revenue."""
        return "" if self is Kind.REVENUE else f" ({self.value})"


class PaymentBasis(Enum):
    """Whether the grant is paid after evidence of spend or before it."""

    ARREARS = "arrears"
    ADVANCE = "advance"


@dataclass(frozen=True, slots=True)
class Partnership:
    """The partnership whose file this is; one per file."""

    name: str
    accountable_body: str = ""
    area: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Fund:
    """A stream of money from a funder; what its agreements lay down is in their terms.

    *origin* is where the money comes from in the end, such as the Home Office or proceeds of crime.
    *divides_labour*: its revenue is held apart as labour and non-labour.
    """

    name: str
    funder: PartyId
    ring_fence: str = ""
    origin: str = ""
    divides_labour: bool = False

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of money that it has, in the order in which they are shown."""
        if self.divides_labour:
            return (Kind.LABOUR, Kind.NON_LABOUR, Kind.CAPITAL)
        return (Kind.REVENUE, Kind.CAPITAL)


class Purpose(Enum):
    """Why a project is paid for (domain paper 6, fact 3)."""

    PRIORITY = "priority"
    STATUTORY = "statutory duty"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the partnership, known by its *ref*; days are inclusive, None means the whole year."""

    ref: str
    name: str
    theme: str = ""
    lead: str = ""
    area: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    partner: PartyId | None = None
    purpose: Purpose = Purpose.PRIORITY
    description: str = ""


@dataclass(frozen=True, slots=True)
class BudgetHead:
    """Where a charge can land: one project under one fund in one kind of money."""

    project: ProjectId
    fund: FundId
    kind: Kind
