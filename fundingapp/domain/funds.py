"""Who gives the money, and the fund it comes from with its conditions as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from fundingapp.domain.ids import FundId, PartyId, ProjectId


class PartyKind(Enum):
    """What a body is to us (exchange workbook, sheet “parties”)."""

    COMMISSIONER = "commissioner"
    FUNDER = "funder"
    ACCOUNTABLE_BODY = "accountable body"
    PARTNER = "partner"


class Kind(Enum):
    """Revenue or capital: every figure is held apart for each (domain paper, section 5)."""

    REVENUE = "revenue"
    CAPITAL = "capital"


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
class Party:
    """A body. *valid_from* and *valid_to* are inclusive; None means open."""

    name: str
    kind: PartyKind
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Fund:
    """A stream of money from a funder, with what its agreement lays down.

    *tolerance_percent* is the variance against profile or award that needs no reason (10 % unless the
    agreement says otherwise: domain paper 2.4, rule 27).
    """

    name: str
    funder: PartyId
    ring_fence: str = ""
    payment_basis: PaymentBasis = PaymentBasis.ARREARS
    tolerance_percent: Decimal = Decimal(10)


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


@dataclass(frozen=True, slots=True)
class BudgetHead:
    """Where a charge can land: one project under one fund in one kind of money."""

    project: ProjectId
    fund: FundId
    kind: Kind
