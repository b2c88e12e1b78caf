"""A certificate as it is printed: its figures with their names in words, the checksum, the head of the history, and the
names of the two people."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fundingapp.domain.money import Money
from fundingapp.domain.periods import period_name
from fundingapp.domain.signing import Certificate, CertificateState

_FIGURE = re.compile(
    r"(?P<scope>.+)/(?P<year>\d{4}/\d{2,4})/(?P<measure>[^:@]+)(?::(?P<kind>[^:@]+))?(?::[^@]+)?(?:@(?P<period>\d+))?"
)
_PART = re.compile(r"spend/([PQ])(\d{1,2})")
#: What the measures of a certificate are called on paper.
_WORDS = {
    "available": "available",
    "awarded": "awarded to projects",
    "spend": "eligible spend",
    "received": "received",
    "repaid": "given back",
    "outturn": "forecast outturn",
    "budget": "current budget",
    "total": "lines of the ledger",
    "charged": "charged to projects",
    "excluded": "excluded with a reason",
}


@dataclass(frozen=True, slots=True)
class CertificatePaper:
    """*figures* are words, name and amount of each; *changed* says what differs now, where something does."""

    certificate: Certificate
    partnership: str
    fund: str
    prepared_by: str
    figures: tuple[tuple[str, str, Money], ...]
    changed: tuple[str, ...] = ()
    #: The file that it is of, with the SHA-256 of its bytes; "" where no file was saved.
    file_name: str = ""
    file_sha256: str = ""

    @property
    def title(self) -> str:
        of = self.certificate
        return f"Certificate of the {of.about.value} · {self.fund} {of.year}"

    @property
    def state_in_words(self) -> str:
        """What the state of the certificate means to whoever holds the paper."""
        of = self.certificate
        match of.state:
            case CertificateState.AWAITING:
                return "Not yet signed."
            case CertificateState.CERTIFIED:
                return (
                    f"Certified, but figures have changed since: {'; '.join(self.changed)}."
                    if self.changed
                    else "Certified."
                )
            case CertificateState.DECLINED:
                return f"Declined: {of.reason}."
            case CertificateState.VOIDED:
                return f"Void: {of.voided_why}."


def figure_in_words(name: str) -> str:
    """“LF-01, revenue: eligible spend up to period 6 (September)” for the name of a figure; another as it is."""
    found = _FIGURE.fullmatch(name)
    if found is None:
        return name
    kind = f", {found['kind']}" if found["kind"] else ""
    measure = found["measure"]
    words = f"claim {measure[6:]}" if measure.startswith("claim/") else _WORDS.get(measure, measure)
    upto = ""
    if part := _PART.fullmatch(measure):
        number = int(part[2])
        when = f"period {number} ({period_name(number)})" if part[1] == "P" else f"quarter {number}"
        words = f"eligible spend in {when}"
    elif measure == "remaining":
        words = "still expected in the year"
    elif found["period"]:
        period = int(found["period"])
        upto = f" up to period {period} ({period_name(period)})"
    return f"{found['scope']}{kind}: {words}{upto}"
