"""Certificates: what a section 151 officer signs, and what it rests on."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId, ReconciliationId, ReturnId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, period_name
from fundingapp.domain.states import Machine, Move, Need

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


#: Measures that go on changing after the return, or the year end, that states them was signed.
_AFTER_YEAR = frozenset({"received", "repaid"})
_AFTER_RETURN = _AFTER_YEAR | {"available", "awarded", "outturn", "budget"}


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

    @property
    def is_open(self) -> bool:
        """Whether it waits for its signature or stands: then what it is about stays as it is."""
        return self.state in (CertificateState.AWAITING, CertificateState.CERTIFIED)

    @property
    def name(self) -> str:
        """“The certificate of the return up to period 6 (September) of 2018/19”."""
        if self.about is Certified.YEAR_END:
            return f"The certificate of the year end of {self.year}"
        return (
            f"The certificate of the {self.about.value} up to period {self.to_period} "
            f"({period_name(self.to_period)}) of {self.year}"
        )

    def to_stay(self, figures: Figures) -> Figures:
        """Those of *figures* that the certificate rests on.

        What waits for its signature is to be as it was prepared. What a signed return states is what was spent and
        claimed up to its period: later in the year budgets move and money comes. Of a year end only money still comes
        and goes.
        """
        if self.state is CertificateState.AWAITING or self.about is Certified.RECONCILIATION:
            return figures
        moving = _AFTER_YEAR if self.about is Certified.YEAR_END else _AFTER_RETURN
        return tuple((name, amount) for name, amount in figures if self._measure(name) not in moving)

    def _measure(self, name: str) -> str:
        """“spend” of “LF-01/2018/19/spend:revenue@6”."""
        return re.split("[:@]", name.rpartition(f"/{self.year}/")[2])[0]

    def voided(self, by: str, at: datetime, why: str) -> Certificate:
        """This certificate once it is void."""
        return replace(
            self, state=CertificateState.VOIDED, voided_by=by, voided_at=at, voided_why=why.strip()
        )


CERTIFICATES = Machine(
    "certificate",
    (
        Move(CertificateState.AWAITING, CertificateState.CERTIFIED, "sign", "section 151 officer"),
        Move(
            CertificateState.AWAITING,
            CertificateState.DECLINED,
            "decline",
            "section 151 officer",
            (Need.REASON,),
        ),
        Move(CertificateState.AWAITING, CertificateState.VOIDED, "withdraw", "preparer", (Need.REASON,)),
        Move(CertificateState.CERTIFIED, CertificateState.VOIDED, "void", "finance lead", (Need.REASON,)),
    ),
)


def checksum_of(figures: Figures) -> str:
    """SHA-256 over *figures*: a JSON list of name and whole pence for each, one a line, in ASCII."""
    return hashlib.sha256(
        "".join(json.dumps([name, amount.pence]) + "\n" for name, amount in figures).encode("ascii")
    ).hexdigest()


def check_prepared(certificate: Certificate) -> None:
    """Refuses a certificate without its statement, or without figures to sign for."""
    if not certificate.statement.strip():
        raise ExpectedError(
            "no_statement", "A certificate needs its statement.", "Say what is certified by the signature."
        )
    if not certificate.figures:
        raise ExpectedError(
            "nothing_to_certify",
            f"{certificate.name} has no figure.",
            "Record the grant's allocation and import its ledger first.",
        )


def usual_statement(about: Certified, body: str, year: FinancialYear, to_period: int) -> str:
    """What is certified by the signature, to be changed where the funder asks for other words."""
    up_to = f"period {to_period} ({period_name(to_period)}) of {year}"
    match about:
        case Certified.RETURN:
            return (
                f"I certify that the figures below agree with the accounting records of {body} up to {up_to}, that the "
                "spending is eligible under the grant, and that it is counted once."
            )
        case Certified.YEAR_END:
            return (
                f"I certify that the figures below are the outturn of {year} in the accounting records of {body}, that "
                "the spending is eligible under the grant and counted once, and that what is unspent is stated."
            )
        case Certified.RECONCILIATION:
            return (
                f"I certify that the ledger of {body} up to {up_to} was reconciled as stated below, and that its "
                "differences are explained."
            )
