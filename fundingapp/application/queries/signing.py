"""The certificates of a grant: where each stands, who may sign it, and what has changed under it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.alarms import AlarmShown, alarms_shown
from fundingapp.application.queries.locked_balances import balance_in_words
from fundingapp.application.queries.members import roles_of
from fundingapp.application.queries.watched import changed_under
from fundingapp.domain.certificate_papers import CertificatePaper, figure_in_words
from fundingapp.domain.ids import CertificateId, FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.signing import Certificate, CertificateState
from fundingapp.domain.states import Step, Subject
from fundingapp.domain.watching import BalanceAssertion, Difference, Watched


@dataclass(frozen=True, slots=True)
class CertificatesOf(Question["list[CertificateShown]"]):
    """The certificates of a grant's year, the newest first."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class CertificateShown:
    """A certificate, with what of its figures differs now, the alarm that names the first entry that broke it, and why
    whoever asks can't sign it (“” when they can). *steps* are its moves, the oldest first."""

    id: CertificateId
    certificate: Certificate
    stale: tuple[Difference, ...]
    alarm: AlarmShown | None
    why_not_sign: str
    steps: tuple[Step, ...]

    @property
    def state_in_words(self) -> str:
        """“certified”, or “stale” for one whose figures have changed."""
        if self.stale and self.certificate.is_open:
            return f"{self.certificate.state.value}, stale"
        return self.certificate.state.value


@dataclass(frozen=True, slots=True)
class PrintCertificate(Question["Path"]):
    """Writes a certificate as a paper (.docx) with its figures, their checksum, the head of the history and the names;
    answers where it stands. Changes nothing in the file."""

    certificate: CertificateId
    out: Path


@dataclass(frozen=True, slots=True)
class Balances(Question["list[Kept[BalanceAssertion]]"]):
    """The balances that are kept, the oldest first; *year* None takes those of all years."""

    year: FinancialYear | None = None


def certificates_of(work: UnitOfWork, fund: FundId, year: FinancialYear, who: str) -> list[CertificateShown]:
    """The certificates of a grant's year as *who* sees them, the newest first."""
    kept_ones = [
        kept for kept in work.certificates.all() if (kept.value.fund, kept.value.year) == (fund, year)
    ]
    if not kept_ones:
        return []
    roles = roles_of(work)
    alarms = {
        each.alarm.watched_id: each
        for each in alarms_shown(work)
        if each.alarm.watched is Watched.CERTIFICATE
    }
    steps = [each.value for each in work.steps.all() if each.value.subject is Subject.CERTIFICATE]
    found = []
    for kept in reversed(kept_ones):
        value = kept.value
        stale = changed_under(work, value)
        waits = value.state is CertificateState.AWAITING
        found.append(
            CertificateShown(
                CertificateId(kept.id),
                value,
                stale,
                alarms.get(kept.id),
                roles.why_not_certify(who, value.prepared_by) if waits else "",
                tuple(each for each in steps if each.subject_id == kept.id),
            )
        )
    return found


def difference_in_words(difference: Difference) -> str:
    """“LF-01, spend up to period 6 (September) of 2018/19: was £10.00, is £12.00”."""
    name = balance_in_words(difference.figure)
    if name == difference.figure:
        name = figure_in_words(difference.figure)
    return f"{name}: was {difference.was.in_words}, is {difference.now.in_words}"


def answer_certificates(question: CertificatesOf, tools: Tools) -> list[CertificateShown]:
    with tools.open_work(reading=True) as work:
        return certificates_of(work, question.fund, question.year, tools.who)


def answer_print(question: PrintCertificate, tools: Tools) -> Path:
    with tools.open_work(reading=True) as work:
        value = work.certificates.get(question.certificate).value
        held = work.partnership.all()
        roles = roles_of(work)
        changed = changed_under(work, value)
        paper = CertificatePaper(
            value,
            held[0].value.name if held else "Partnership",
            work.funds.get(value.fund).value.name,
            roles.name_of(value.prepared_by),
            tuple((figure_in_words(name), name, amount) for name, amount in value.figures),
            tuple(difference_in_words(each) for each in changed),
            *_file_of(work, value),
        )
    tools.write_certificate(paper, question.out)
    return question.out


def _file_of(work: UnitOfWork, certificate: Certificate) -> tuple[str, str]:
    if certificate.saved is None:
        return "", ""
    saved = work.returns.get(certificate.saved).value
    return saved.file_name, saved.sha256


def answer_balances(question: Balances, tools: Tools) -> list[Kept[BalanceAssertion]]:
    with tools.open_work(reading=True) as work:
        return [kept for kept in work.assertions.all() if question.year in (None, kept.value.year)]


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    CertificatesOf: answer_certificates,
    PrintCertificate: answer_print,
    Balances: answer_balances,
}
