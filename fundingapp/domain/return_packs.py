"""The pack of a return, to be filed and sent beside the workbook: what was certified, that it reconciles, why it is off
its budgets, what was accepted, what it rests on, every cell, and what changed since the version before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from fundingapp.domain.money import Money
from fundingapp.domain.return_proofs import KeptCheck, ReturnCell
from fundingapp.domain.signing import Certificate, CertificateState

#: Among the kept checks of a return, by what their codes begin with: an identity that holds, with both sides, and a
#: variance with its reason.
AGREES, REASON = "agrees.", "reason."


@dataclass(frozen=True, slots=True)
class PackFigure:
    """A figure in *words*, with its *name* in the file."""

    words: str
    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class PackPaper:
    """A paper that the return rests on: what it *supports*, what it is called, and the hash of its file."""

    supports: str
    name: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class PackPart:
    """A ledger line or a record that makes a part of a difference, and the decision behind it."""

    what: str
    where: str
    difference: Money
    why: str


@dataclass(frozen=True, slots=True)
class PackChange:
    """A figure that is another than in the version before."""

    words: str
    was: Money
    now: Money
    parts: tuple[PackPart, ...]


@dataclass(frozen=True, slots=True)
class PackStep:
    """A move of the return: the moment (UTC), the person, what the return became, the day and reference on the paper,
    and the reason."""

    at: datetime
    by: str
    became: str
    dated: date | None
    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnPack:
    """Everything that the pack of one saved return says. *agrees* are its identities with both sides, *reasons* the
    variances with their reasons, as they stood when it was written; *before* is the number of the version that it
    takes the place of, 0 for none."""

    partnership: str
    commissioner: str
    fund: str
    year: str
    quarter: int
    version: int
    state: str
    written_by: str
    written_at: datetime
    file_name: str
    sha256: str
    template: str
    checksum: str
    spent: Money
    certificate: Certificate | None
    prepared_by: str
    figures: tuple[PackFigure, ...]
    agrees: tuple[str, ...]
    reasons: tuple[str, ...]
    checks: tuple[KeptCheck, ...]
    papers: tuple[PackPaper, ...]
    cells: tuple[ReturnCell, ...]
    not_computed: tuple[tuple[str, str], ...]
    reader: str
    compared: int
    before: int
    changes: tuple[PackChange, ...]
    steps: tuple[PackStep, ...]

    @property
    def title(self) -> str:
        return f"{self.fund} · monitoring return Q{self.quarter} {self.year}, version {self.version}"

    @property
    def accepted(self) -> tuple[KeptCheck, ...]:
        """The exceptions that somebody accepted, with their reasons."""
        return tuple(check for check in self.checks if check.accepted)

    @property
    def to_look_at(self) -> tuple[KeptCheck, ...]:
        """What was only to be looked at."""
        return tuple(check for check in self.checks if not check.accepted)

    @property
    def certified_in_words(self) -> str:
        """How the certificate stands, in a sentence."""
        of = self.certificate
        if of is None:
            return "This return has no certificate."
        match of.state:
            case CertificateState.CERTIFIED:
                when = f" on {of.decided_at.astimezone():%d/%m/%Y at %H:%M}" if of.decided_at else ""
                role = f", {of.role}" if of.role else ""
                return f"Certified by {of.signed_by}{role}{when}. Prepared by {self.prepared_by}."
            case CertificateState.VOIDED:
                return f"The certificate is void: {of.voided_why}."
            case CertificateState.DECLINED:
                return f"{of.decided_by} declined to certify: {of.reason}."
            case _:
                return f"Not signed yet. Prepared by {self.prepared_by}."

    def texts(self) -> Iterator[str]:
        """What people wrote that the pack repeats, for a look for personal data."""
        yield from self.agrees
        yield from self.reasons
        for check in self.checks:
            yield from (check.text, check.accepted)
        for paper in self.papers:
            yield from (paper.supports, paper.name)
        for change in self.changes:
            for part in change.parts:
                yield from (part.what, part.why)
        for step in self.steps:
            yield step.reason
        for cell in self.cells:
            yield cell.value
