"""The console's commands for what is signed and watched: people, certify, alarms and locks."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fundingapp.application.commands.members import AddMember, RemoveMember
from fundingapp.application.commands.signing import (
    AssertBalance,
    Certify,
    DeclineCertificate,
    PrepareCertificate,
    VoidCertificate,
)
from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.queries.alarms import Alarms, AlarmShown
from fundingapp.application.queries.locks import AllLocks
from fundingapp.application.queries.members import People
from fundingapp.application.queries.reconciliations import ReconciliationsOf
from fundingapp.application.queries.sent_returns import ReturnVersions
from fundingapp.application.queries.signing import (
    CertificateShown,
    CertificatesOf,
    PrintCertificate,
    difference_in_words,
)
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.console.files import DONE, TO_LOOK_AT, writable
from fundingapp.console.output import BarProgress, Output, table
from fundingapp.console.values import to_day, to_period, to_year
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.ids import FundId
from fundingapp.domain.members import Member, MemberRole
from fundingapp.domain.periods import CLOSING_PERIOD, last_period_of
from fundingapp.domain.reconciliations import ReconciliationState
from fundingapp.domain.returns import ReturnState
from fundingapp.domain.signing import Certified
from fundingapp.domain.watching import Difference

_ABOUT = {
    "return": Certified.RETURN,
    "year-end": Certified.YEAR_END,
    "reconciliation": Certified.RECONCILIATION,
}
_ROLES = {role.value.replace(" ", "-"): role for role in MemberRole}


def add_signing_commands(
    command: Callable[[str, Callable[..., int], str], argparse.ArgumentParser],
    file: Callable[[argparse.ArgumentParser], None],
    grant: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Registers the commands of this module."""
    made = command(
        "people", keep_people, "who works on the file, and as what; names a person, or takes one off"
    )
    file(made)
    doing = made.add_mutually_exclusive_group()
    doing.add_argument("--add", metavar="LOGIN", help="the name that the computer knows the person by")
    doing.add_argument("--remove", metavar="LOGIN", help="take this person's role off the list")
    made.add_argument("--name", default="", metavar="TEXT", help="for --add: as it is to be printed")
    made.add_argument("--role", choices=_ROLES, metavar="ROLE", help=f"one of {', '.join(_ROLES)}")
    made.add_argument("--from", dest="valid_from", type=to_day, metavar="D", help="for --add: the first day")
    made.add_argument("--to", dest="valid_to", type=to_day, metavar="D", help="for --add: the last day")

    made = command(
        "locks", show_locks, "what is locked: by whom, when, why, what it blocks, who may reopen it"
    )
    file(made)
    made.add_argument(
        "--year", type=to_year, metavar="Y", help="only of this financial year, such as 2018/19"
    )

    made = command(
        "certify", keep_certificates, "prepares, signs, declines, voids, prints or lists certificates"
    )
    made.add_argument(
        "what", choices=("prepare", "sign", "decline", "void", "print", "list"), help="what is to be done"
    )
    grant(made)
    made.add_argument("--about", choices=_ABOUT, default="return", help="by itself return")
    made.add_argument(
        "--to-period",
        type=to_period,
        default=CLOSING_PERIOD,
        metavar="N",
        help="for a return: its last period",
    )
    made.add_argument(
        "--statement", default="", metavar="TEXT", help="what is certified; by itself the usual words"
    )
    made.add_argument("--signed-by", default="", metavar="NAME", help="for sign: the name that is printed")
    made.add_argument("--role", default="", metavar="TEXT", help="for sign: such as section 151 officer")
    made.add_argument("--reason", default="", metavar="TEXT", help="for decline and void")
    made.add_argument("--out", type=Path, metavar="X.docx", help="for print: where it is written")

    made = command(
        "alarms", show_alarms, "balances, certificates and reconciliations that something has changed"
    )
    file(made)
    made.add_argument("--all", action="store_true", help="also those whose figures are again what they were")

    made = command("assert", assert_balance, "keeps what a grant had spent, so that a later change is named")
    grant(made)
    made.add_argument("--to-period", required=True, type=to_period, metavar="N", help="up to this period")
    made.add_argument("--reason", required=True, metavar="TEXT", help="what it was agreed with")


def keep_people(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out “people”."""
    changes = given.add is not None or given.remove is not None
    opened = writable(offices, given.file) if changes else offices.open(given.file)
    try:
        desk = opened.desk
        if given.add is not None:
            if given.role is None:
                raise ExpectedError("no_role", "A person needs a role.", f"Give --role: {', '.join(_ROLES)}.")
            name = given.name or given.add
            desk.do(AddMember(Member(given.add, name, _ROLES[given.role], given.valid_from, given.valid_to)))
        elif given.remove is not None:
            _remove(desk, given.remove, _ROLES.get(given.role or ""))
        people = desk.ask(People())
    finally:
        opened.close()
    data = [
        {
            "login": kept.value.login,
            "name": kept.value.name,
            "role": kept.value.role.value,
            "from": kept.value.valid_from.isoformat() if kept.value.valid_from else None,
            "to": kept.value.valid_to.isoformat() if kept.value.valid_to else None,
        }
        for kept in people
    ]
    rows = [(kept.value.name, kept.value.role.value, kept.value.login) for kept in people]
    none = "Nobody is named: anybody may reopen what is locked."
    out.result({"people": data}, [table("People", ("Name", "Role", "Login"), rows) if rows else none])
    return DONE


def _remove(desk: Desk, login: str, role: MemberRole | None) -> None:
    found = [
        kept
        for kept in desk.ask(People())
        if kept.value.login.casefold() == login.casefold() and role in {None, kept.value.role}
    ]
    if not found:
        raise NotFoundError("person", login, "“people” lists who is named.")
    if len(found) > 1:
        roles = ", ".join(kept.value.role.value for kept in found)
        raise ExpectedError("several_roles", f"{login} is named as {roles}.", "Say which with --role.")
    desk.do(RemoveMember(found[0].id))


def show_locks(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out “locks”."""
    opened = offices.open(given.file)
    try:
        locks = opened.desk.ask(AllLocks(given.year))
    finally:
        opened.close()
    data = [
        {
            "kind": each.kind.value,
            "what": each.what,
            "year": str(each.year),
            "to_period": each.to_period,
            "for": each.whom.value,
            "by": each.by,
            "at": each.at.isoformat(),
            "reason": each.reason,
            "blocks": each.blocks,
            "may_reopen": each.may_reopen,
        }
        for each in locks
    ]
    words = [
        f"{each.what}: locked for {each.whom.value} by {each.by} on {each.at.astimezone():%d/%m/%Y} ({each.reason}). "
        f"{each.blocks} {each.may_reopen}"
        for each in locks
    ]
    out.result({"locks": data}, words or ["Nothing is locked."])
    return DONE


def keep_certificates(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out “certify”; 1 when a certificate is stale."""
    reads = given.what in {"list", "print"}
    opened = offices.open(given.file) if reads else writable(offices, given.file)
    try:
        desk = opened.desk
        fund = desk.ask(FundNamed(given.fund))
        if given.what == "prepare":
            _prepare(given, desk, fund)
        elif not reads:
            _decide(given, desk, fund)
        elif given.what == "print":
            if given.out is None:
                raise ExpectedError(
                    "no_out", "A certificate is printed to a file.", "Give it with --out X.docx."
                )
            desk.ask(PrintCertificate(_one(given, desk, fund).id, given.out))
        found = desk.ask(CertificatesOf(fund, given.year))
    finally:
        opened.close()
    out.result({"certificates": [_data(each) for each in found]}, _words(found))
    return TO_LOOK_AT if any(each.stale for each in found) else DONE


def _prepare(given: argparse.Namespace, desk: Desk, fund: FundId) -> None:
    about = _ABOUT[given.about]
    reconciliation = None
    if about is Certified.RECONCILIATION:
        reviewed = [
            row
            for row in desk.ask(ReconciliationsOf(given.year)).rows
            if row.reconciliation.state is ReconciliationState.REVIEWED
            and given.to_period in {CLOSING_PERIOD, row.reconciliation.to_period}
        ]
        if not reviewed:
            raise NotFoundError(
                "reviewed reconciliation", str(given.year), "Prepare one and have it reviewed first."
            )
        reconciliation = max(reviewed, key=lambda row: row.reconciliation.to_period).id
    saved = None
    if about is Certified.RETURN:
        # The file that was checked is what is signed; without one it is the figures up to the period alone.
        checked = [
            each
            for each in desk.ask(ReturnVersions(fund, given.year))
            if each.value.state is ReturnState.CHECKED
            and given.to_period in {CLOSING_PERIOD, last_period_of(each.value.quarter)}
        ]
        saved = checked[0].id if checked else None
    desk.do(
        PrepareCertificate(
            about,
            fund,
            given.year,
            given.to_period,
            given.statement,
            saved=saved,
            reconciliation=reconciliation,
        )
    )


def _decide(given: argparse.Namespace, desk: Desk, fund: FundId) -> None:
    one = _one(given, desk, fund)
    match given.what:
        case "sign":
            desk.do(Certify(one.id, given.signed_by, given.role))
        case "decline":
            desk.do(DeclineCertificate(one.id, given.reason))
        case _:
            desk.do(VoidCertificate(one.id, given.reason))


def _one(given: argparse.Namespace, desk: Desk, fund: FundId) -> CertificateShown:
    """The newest certificate that the command is about."""
    for each in desk.ask(CertificatesOf(fund, given.year)):
        of = each.certificate
        if of.about is _ABOUT[given.about] and given.to_period in {CLOSING_PERIOD, of.to_period}:
            return each
    raise NotFoundError("certificate", f"{given.about} {given.year}", "Prepare it first: certify prepare.")


def _differences(found: tuple[Difference, ...]) -> list[dict[str, Any]]:
    return [
        {"figure": each.figure, "was_pence": each.was.pence, "now_pence": each.now.pence} for each in found
    ]


def _data(each: CertificateShown) -> dict[str, Any]:
    of = each.certificate
    return {
        "id": each.id,
        "about": of.about.value,
        "to_period": of.to_period,
        "state": of.state.value,
        "prepared_by": of.prepared_by,
        "signed_by": of.signed_by or None,
        "decided_by": of.decided_by or None,
        "reason": of.reason or of.voided_why or None,
        "checksum": of.checksum,
        "journal_head": of.journal_head,
        "figures": [{"figure": name, "pence": amount.pence} for name, amount in of.figures],
        "changed": _differences(each.stale),
    }


def _words(found: list[CertificateShown]) -> list[str]:
    words = []
    for each in found:
        of = each.certificate
        words.append(f"{of.name}: {each.state_in_words}. Prepared by {of.prepared_by}.")
        words += [f"  changed since: {difference_in_words(one)}" for one in each.stale]
        if each.alarm is not None:
            words.append(f"  {each.alarm.in_words}.")
    return words or ["No certificate yet."]


def show_alarms(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out “alarms”; 1 when one is open."""
    opened = offices.open(given.file)
    try:
        alarms = opened.desk.ask(Alarms(open_only=not given.all))
    finally:
        opened.close()
    data = [
        {
            "about": each.alarm.watched.value,
            "what": each.what,
            "entry": each.alarm.sequence,
            "by": each.alarm.by,
            "at": each.alarm.at.isoformat(),
            "done": each.alarm.done,
            "open": each.is_open,
            "changed": _differences(each.alarm.differences),
            "differs": _differences(each.now),
        }
        for each in alarms
    ]
    out.result({"alarms": data}, [line for each in alarms for line in _told(each)] or ["No alarm."])
    return TO_LOOK_AT if any(each.is_open for each in alarms) else DONE


def _told(each: AlarmShown) -> list[str]:
    return [f"{each.in_words}.", *(f"  {difference_in_words(one)}" for one in each.now)]


def assert_balance(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out “assert”."""
    opened = writable(offices, given.file)
    try:
        fund = opened.desk.ask(FundNamed(given.fund))
        id = opened.desk.do(AssertBalance(fund, given.year, given.to_period, given.reason)).result
    finally:
        opened.close()
    out.result({"balance": id}, [f"The balance up to period {given.to_period} of {given.year} is kept."])
    return DONE
