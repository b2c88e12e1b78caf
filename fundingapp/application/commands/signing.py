"""Certificates: prepared by one person, signed or declined by another, void once what they rest on is opened again; and
balances that are asserted by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fundingapp.application.commands.gathering import Doing
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Kept, SavedReturn, Tools, UnitOfWork
from fundingapp.application.queries.balances import assertion_of
from fundingapp.application.queries.certified import certified_figures
from fundingapp.application.queries.identities import identities_of
from fundingapp.application.queries.members import roles_of
from fundingapp.application.queries.positions import position_of
from fundingapp.application.queries.standing_returns import is_of_sent_return, refuse_moved
from fundingapp.application.queries.watched import changed_under
from fundingapp.domain.errors import ExpectedError, listed
from fundingapp.domain.ids import CertificateId, FundId, ReconciliationId, ReturnId
from fundingapp.domain.locks import check_reason
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, last_period_of, period_name
from fundingapp.domain.reconciliations import ReconciliationState
from fundingapp.domain.returns import RETURNS, ReturnState
from fundingapp.domain.signing import (
    CERTIFICATES,
    Certificate,
    CertificateState,
    Certified,
    Figures,
    check_prepared,
    checksum_of,
    usual_statement,
)
from fundingapp.domain.states import Need, Subject
from fundingapp.domain.watching import Asserted


@dataclass(frozen=True, slots=True)
class PrepareCertificate(Command[CertificateId]):
    """Freezes what a grant states up to *to_period* for somebody else to sign: of a return, a year end (then up to
    period 13) or a reconciliation.

    *saved* is the return's file, *reconciliation* the one that is certified; *statement* "" takes the usual words.
    Refused while an identity of the grant does not hold (R10). Taken back by SwapRecords.
    """

    about: Certified
    fund: FundId
    year: FinancialYear
    to_period: int = CLOSING_PERIOD
    statement: str = ""
    saved: ReturnId | None = None
    reconciliation: ReconciliationId | None = None


@dataclass(frozen=True, slots=True)
class Certify(Command[None]):
    """Signs a certificate; whoever prepared it can't, and where section 151 officers are named, only they can.

    *name* and *role* are printed; "" takes what People says. Taken back by SwapRecords.
    """

    certificate: CertificateId
    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class DeclineCertificate(Command[None]):
    """Declines to sign, with the reason. Taken back by SwapRecords."""

    certificate: CertificateId
    reason: str


@dataclass(frozen=True, slots=True)
class VoidCertificate(Command[None]):
    """Makes a certificate void, or withdraws one that waits, with the reason: what it was about can be changed again.
    Taken back by SwapRecords."""

    certificate: CertificateId
    reason: str


@dataclass(frozen=True, slots=True)
class AssertBalance(Command[int]):
    """Keeps what a grant's heads had spent by the end of a period, so that whatever changes it later is named (L14).
    Taken back by SwapRecords."""

    fund: FundId
    year: FinancialYear
    to_period: int
    note: str


@dataclass(frozen=True, slots=True)
class ForgetBalance(Command[None]):
    """Stops watching a balance that was asserted by hand, with the reason. Taken back by SwapRecords."""

    assertion: int
    reason: str


def resting_on(
    work: UnitOfWork, fund: FundId | None, year: FinancialYear, from_period: int = 1
) -> list[Kept[Certificate]]:
    """The certificates, signed or to be signed, that rest on *from_period* of a grant's year (None: of any grant)."""
    return [
        kept
        for kept in work.certificates.all()
        if kept.value.is_open
        and kept.value.year == year
        and kept.value.to_period >= from_period
        and fund in (None, kept.value.fund)
    ]


def void_certificates(doing: Doing, certificates: Iterable[Kept[Certificate]], why: str) -> list[str]:
    """Makes *certificates* void in *doing*, with the balances that were asserted with them; returns their names."""
    names = []
    gone: set[int] = set()
    for kept in certificates:
        value = kept.value
        _move(doing, kept, value.voided(doing.tools.who, doing.tools.clock(), why), why)
        _return_falls(doing, value, f"certificate void: {why.strip()}")
        names.append(value.name[0].lower() + value.name[1:])
        for each in doing.work.assertions.all():
            of = each.value
            same = (of.fund, of.year, of.to_period) == (value.fund, value.year, value.to_period)
            if of.because is Asserted.CERTIFICATE and same and each.id not in gone and value.stands:
                gone.add(each.id)
                doing.remove("assertions", each)
    return names


def _move(doing: Doing, kept: Kept[Certificate], after: Certificate, reason: str = "") -> None:
    CERTIFICATES.check(
        kept.value.name, kept.value.state, after.state, {Need.REASON} if reason.strip() else set()
    )
    doing.change("certificates", kept, after)
    doing.step(Subject.CERTIFICATE, kept.id, kept.value.state.value, after.state.value, reason=reason)


def move_return(
    doing: Doing,
    kept: Kept[SavedReturn],
    to: ReturnState,
    *,
    dated: date | None = None,
    reference: str = "",
    reason: str = "",
    sent_to: str = "",
) -> None:
    """Puts a saved return into another state, with the step that is kept of it. Whether it may is asked before."""
    saved = kept.value
    doing.change("returns", kept, replace(saved, state=to, sent_to=sent_to or saved.sent_to))
    doing.step(Subject.RETURN, kept.id, saved.state.value, to.value, dated, reference, reason)


def certificate_of_return(work: UnitOfWork, saved: int) -> list[Kept[Certificate]]:
    """The open certificate of a saved return: none, or one."""
    return [kept for kept in work.certificates.all() if kept.value.is_open and kept.value.saved == saved]


def _certify_return(doing: Doing, certificate: Certificate) -> None:
    """The saved return that a certificate is about becomes certified with it."""
    if certificate.saved is None:
        return
    kept = doing.work.returns.get(certificate.saved)
    saved = kept.value
    name = f"The Q{saved.quarter} return, version {saved.version},"
    RETURNS.check(name, saved.state, ReturnState.CERTIFIED)
    refuse_moved(doing.work, kept, "certified")
    move_return(doing, kept, ReturnState.CERTIFIED, reason=f"by {doing.tools.who}")


def _return_falls(doing: Doing, certificate: Certificate, why: str) -> None:
    """The saved return of a certificate that is void or declined is a draft again, unless the commissioner has it."""
    if certificate.saved is None:
        return
    kept = doing.work.returns.get(certificate.saved)
    if kept.value.state in (ReturnState.CHECKED, ReturnState.CERTIFIED):
        move_return(doing, kept, ReturnState.DRAFT, reason=why)


def prepare_certificate(command: PrepareCertificate, tools: Tools) -> Effect[CertificateId]:
    year, about = command.year, command.about
    to_period = CLOSING_PERIOD if about is Certified.YEAR_END else command.to_period
    with tools.open_work() as work:
        fund = work.funds.get(command.fund).value.name
        if about is Certified.RETURN and command.saved is not None:
            to_period = _period_of_return(work, command)
        if about is Certified.RECONCILIATION:
            figures = _reconciled(work, command)
            to_period = work.reconciliations.get(command.reconciliation or 0).value.to_period
        else:
            _refuse_unreconciled(work, command, to_period)
            figures = certified_figures(work, about, command.fund, year, to_period)
        held = work.partnership.all()
        body = held[0].value.name if held else "the partnership"
        certificate = Certificate(
            about,
            command.fund,
            year,
            to_period,
            command.statement.strip() or usual_statement(about, body, year, to_period),
            figures,
            checksum_of(figures),
            work.journal.head(),
            tools.who,
            tools.clock(),
            saved=command.saved if about is Certified.RETURN else None,
            reconciliation=command.reconciliation if about is Certified.RECONCILIATION else None,
        )
        check_prepared(certificate)
        _refuse_second(work, certificate)
        doing = Doing(work, tools)
        id = CertificateId(doing.add("certificates", certificate))
        what = certificate.name[0].lower() + certificate.name[1:]
        effect: Effect[CertificateId] = doing.commit(
            "PrepareCertificate", f"prepare {what} of {fund} for its signature", id
        )
        return effect


def _period_of_return(work: UnitOfWork, command: PrepareCertificate) -> int:
    """The last period of the saved return. Raises ExpectedError when it states other figures than the file now."""
    kept = work.returns.get(command.saved or 0)
    saved = kept.value
    if (saved.fund, saved.year) != (command.fund, command.year):
        raise ExpectedError(
            "other_grant", "That return is another grant's.", "Choose the return of this grant and year."
        )
    if saved.state is not ReturnState.CHECKED:
        raise ExpectedError(
            "not_checked",
            f"The Q{saved.quarter} return, version {saved.version}, is {saved.state.in_words}.",
            "Check it first, then prepare it for its signature."
            if saved.state is ReturnState.DRAFT
            else "Only a return that is checked is prepared for its signature.",
        )
    refuse_moved(work, kept, "prepared for its signature")
    return last_period_of(saved.quarter)


def _reconciled(work: UnitOfWork, command: PrepareCertificate) -> Figures:
    """The figures that a reviewed reconciliation was kept with."""
    if command.reconciliation is None:
        raise ExpectedError(
            "no_reconciliation", "No reconciliation is chosen.", "Choose the one that is to be certified."
        )
    value = work.reconciliations.get(command.reconciliation).value
    if value.state is not ReconciliationState.REVIEWED or value.year != command.year:
        raise ExpectedError(
            "not_reviewed",
            f"The reconciliation of {value.year} up to period {value.to_period} is {value.state.value}.",
            "Have it reviewed first, then prepare it for its signature.",
        )
    return value.figures


def _refuse_unreconciled(work: UnitOfWork, command: PrepareCertificate, to_period: int) -> None:
    """Nothing is signed for that does not add up (R10)."""
    position = position_of(work, command.fund, command.year, to_period)
    differing = [each for each in identities_of(work, position) if not each.holds]
    if differing:
        names = listed((f"{each.id} ({each.name}: {each.difference.in_words})" for each in differing), "and")
        raise ExpectedError(
            "not_reconciled",
            f"Not everything agrees up to period {to_period} ({period_name(to_period)}): {names}.",
            f"{differing[0].advice or 'See Reconcile for what makes the difference.'} Then prepare the certificate.",
        )


def _refuse_second(work: UnitOfWork, certificate: Certificate) -> None:
    def subject(value: Certificate) -> tuple[object, ...]:
        return value.about, value.fund, value.year, value.to_period, value.reconciliation

    for kept in work.certificates.all():
        if certificate.saved is not None and is_of_sent_return(work, kept.value):
            continue  # the commissioner has that one, and a new version takes its place
        if kept.value.is_open and subject(kept.value) == subject(certificate):
            raise ExpectedError(
                "certificate_there",
                f"{kept.value.name} is {kept.value.state.value} already.",
                "Sign or decline that one, or make it void with a reason first.",
            )


def certify(command: Certify, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.certificates.get(command.certificate)
        value = kept.value
        CERTIFICATES.check(value.name, value.state, CertificateState.CERTIFIED)
        roles = roles_of(work)
        why_not = roles.why_not_certify(tools.who, value.prepared_by)
        if why_not:
            raise ExpectedError(
                "may_not_certify", why_not, "Ask them to open the file under their own login and sign there."
            )
        changed = changed_under(work, value)
        if changed:
            first = changed[0]
            raise ExpectedError(
                "certificate_stale",
                f"{first.figure} was {first.was.in_words} when it was prepared, and is {first.now.in_words} now.",
                "Decline it, or withdraw it and prepare it anew.",
            )
        role = command.role.strip() or _role_of(work, tools.who)
        after = replace(
            value,
            state=CertificateState.CERTIFIED,
            signed_by=command.name.strip() or roles.name_of(tools.who),
            role=role,
            decided_by=tools.who,
            decided_at=tools.clock(),
        )
        doing = Doing(work, tools)
        _move(doing, kept, after)
        what = value.name[0].lower() + value.name[1:]
        _certify_return(doing, value)
        if value.about is not Certified.RECONCILIATION:
            origin = f"certified by {after.signed_by}"
            doing.add(
                "assertions",
                assertion_of(
                    work,
                    value.fund,
                    value.year,
                    value.to_period,
                    Asserted.CERTIFICATE,
                    origin,
                    tools.clock(),
                ),
            )
        effect: Effect[None] = doing.commit("Certify", f"sign {what}")
        return effect


def _role_of(work: UnitOfWork, login: str) -> str:
    """The roles that People gives *login*, section 151 officer first."""
    found = [
        kept.value.role
        for kept in work.members.all()
        if kept.value.login.casefold() == login.casefold() and kept.value.acts_on(work.today)
    ]
    return min((role.value for role in found), key=lambda role: role != "section 151 officer", default="")


def decline_certificate(command: DeclineCertificate, tools: Tools) -> Effect[None]:
    check_reason(command.reason, "Declining")
    with tools.open_work() as work:
        kept = work.certificates.get(command.certificate)
        after = replace(
            kept.value,
            state=CertificateState.DECLINED,
            decided_by=tools.who,
            decided_at=tools.clock(),
            reason=command.reason.strip(),
        )
        doing = Doing(work, tools)
        _move(doing, kept, after, command.reason)
        _return_falls(doing, kept.value, f"certificate declined: {command.reason.strip()}")
        what = kept.value.name[0].lower() + kept.value.name[1:]
        effect: Effect[None] = doing.commit("DeclineCertificate", f"decline {what}: {command.reason.strip()}")
        return effect


def void_certificate(command: VoidCertificate, tools: Tools) -> Effect[None]:
    check_reason(command.reason, "Making a certificate void")
    with tools.open_work() as work:
        kept = work.certificates.get(command.certificate)
        if kept.value.stands:
            roles_of(work).refuse_reopening(tools.who, "what is certified")
        doing = Doing(work, tools)
        (what,) = void_certificates(doing, [kept], command.reason)
        effect: Effect[None] = doing.commit("VoidCertificate", f"make {what} void: {command.reason.strip()}")
        return effect


def assert_balance(command: AssertBalance, tools: Tools) -> Effect[int]:
    if not 1 <= command.to_period <= CLOSING_PERIOD:
        raise ExpectedError(
            "assertion_period", f"Period {command.to_period} is not one of 1 to 13.", "Choose another period."
        )
    check_reason(command.note, "A balance")
    with tools.open_work() as work:
        fund = work.funds.get(command.fund).value.name
        assertion = assertion_of(
            work,
            command.fund,
            command.year,
            command.to_period,
            Asserted.HAND,
            command.note.strip(),
            tools.clock(),
        )
        doing = Doing(work, tools)
        id = doing.add("assertions", assertion)
        effect: Effect[int] = doing.commit(
            "AssertBalance",
            f"keep the balance of {fund} up to period {command.to_period} of {command.year}",
            id,
        )
        return effect


def forget_balance(command: ForgetBalance, tools: Tools) -> Effect[None]:
    check_reason(command.reason, "Forgetting a balance")
    with tools.open_work() as work:
        kept = work.assertions.get(command.assertion)
        if kept.value.because is not Asserted.HAND:
            raise ExpectedError(
                "balance_held",
                f"This balance goes with a {kept.value.because.value} ({kept.value.origin}).",
                "It goes when that is opened again or made void.",
            )
        doing = Doing(work, tools)
        doing.remove("assertions", kept)
        effect: Effect[None] = doing.commit(
            "ForgetBalance",
            f"forget the balance up to period {kept.value.to_period} of {kept.value.year}: {command.reason.strip()}",
        )
        return effect


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    PrepareCertificate: prepare_certificate,
    Certify: certify,
    DeclineCertificate: decline_certificate,
    VoidCertificate: void_certificate,
    AssertBalance: assert_balance,
    ForgetBalance: forget_balance,
}
