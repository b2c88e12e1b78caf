"""Certificates: what a section 151 officer signs, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from fundingapp.domain.ids import FundId, ReconciliationId, ReturnId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

#: Figures by their names, as “LF-01/2018/19/spend”, in order.
Figures = tuple[tuple[str, Money], ...]


class Certified(Enum):
    """What a certificate is about."""

    RETURN = "return"
    YEAR_END = "year end"
    RECONCILIATION = "reconciliation"


class CertificateState(Enum):
    """Where a certificate stands (domain paper 2.2, returns)."""

    AWAITING = "awaiting sign-off"
    CERTIFIED = "certified"
    DECLINED = "declined"
    VOIDED = "void"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Figures that one person prepared and another signs for; the two are never the same (decision D14).

    *figures* are those certified, *checksum* their SHA-256, *journal_head* the hash that the history ended with when
    they were prepared. *signed_by* is the certifier's name as it is printed, *decided_by* the login that certified or
    declined. Moments are in UTC.
    """

    about: Certified
    fund: FundId
    year: FinancialYear
    to_period: int
    statement: str
    figures: Figures
    checksum: str
    journal_head: str
    prepared_by: str
    prepared_at: datetime
    state: CertificateState = CertificateState.AWAITING
    saved: ReturnId | None = None
    reconciliation: ReconciliationId | None = None
    signed_by: str = ""
    role: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    voided_by: str = ""
    voided_at: datetime | None = None
    voided_why: str = ""

    @property
    def stands(self) -> bool:
        """Whether somebody rests on it: it was given and is not void."""
        return self.state is CertificateState.CERTIFIED
