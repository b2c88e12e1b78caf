"""A saved return made ready to go: its pack as a PDF, a letter with it, and the very file that was written."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, PrivateCopy, SavedReturn, Tools, UnitOfWork
from fundingapp.application.queries.held_results import HeldResults
from fundingapp.application.queries.members import roles_of
from fundingapp.application.queries.parties import commissioner_in_words, commissioners_of
from fundingapp.application.queries.released_results import rows_of_return
from fundingapp.application.queries.return_bases import proof_of
from fundingapp.application.queries.sent_returns import ReturnCompared, compared, version_shown
from fundingapp.application.queries.supported import Words
from fundingapp.application.releasing import look_before
from fundingapp.domain.certificate_papers import figure_in_words
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import Supported, name_for_funder, supported_of
from fundingapp.domain.figure_parts import amount_of
from fundingapp.domain.ids import ReturnId
from fundingapp.domain.mails import MailDraft, MailPerson
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Contact, ContactRole, PartyKind
from fundingapp.domain.periods import days_of, last_period_of
from fundingapp.domain.personal_data import SeenCell
from fundingapp.domain.return_packs import (
    AGREES,
    REASON,
    PackChange,
    PackFigure,
    PackPaper,
    PackPart,
    PackStep,
    ReturnPack,
)
from fundingapp.domain.return_proofs import CellSort, ReturnCell, ReturnProof
from fundingapp.domain.returns import ReturnState

_STATES = {state.value: state.in_words for state in ReturnState}
#: Who of the partnership's own people gets a copy.
_OURS = frozenset({ContactRole.SECTION_151, ContactRole.SINGLE_POINT, ContactRole.FINANCE})


@dataclass(frozen=True, slots=True)
class WriteReturnPack(Question["PackWritten"]):
    """Writes the pack of a saved return as a PDF to *out*. Changes nothing in the file."""

    saved: ReturnId
    out: Path


@dataclass(frozen=True, slots=True)
class PackWritten:
    """A pack that stands at *path*, and what is in it."""

    path: Path
    pack: ReturnPack


@dataclass(frozen=True, slots=True)
class WriteReturnMail(Question["MailWritten"]):
    """Writes a letter to the commissioner as a draft for the user's own mail program (.eml) to *out*, with the workbook
    and (*pack*) the PDF. Nothing is sent, and nothing changes in the file."""

    saved: ReturnId
    out: Path
    pack: bool = True


@dataclass(frozen=True, slots=True)
class MailWritten:
    """A letter that stands at *path*. *missing* says whom it could not be addressed to."""

    path: Path
    draft: MailDraft
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SaveKeptReturn(Question["Path"]):
    """Writes the very file that was written as a saved return to *out*, out of what is kept by its hash."""

    saved: ReturnId
    out: Path


def pack_of(work: UnitOfWork, tools: Tools, id: ReturnId) -> ReturnPack:
    """The pack of a saved return. The same return in the same state gives the same pack."""
    shown = version_shown(work, tools, id)
    saved = shown.value
    proof = proof_of(work, id)
    held = work.partnership.all()
    certificate = shown.certificate.certificate if shown.certificate is not None else None
    checks = proof.checks if proof is not None else ()
    changes, before = _changes(work, id, saved)
    return ReturnPack(
        partnership=held[0].value.name if held else "The partnership",
        commissioner=commissioner_in_words(work, saved.fund, *days_of(saved.year, saved.quarter)),
        fund=shown.fund_name,
        year=str(saved.year),
        quarter=saved.quarter,
        version=saved.version,
        state=shown.state_in_words,
        written_by=saved.made_by,
        written_at=saved.made_at,
        file_name=saved.file_name,
        sha256=saved.sha256,
        template=shown.template_name,
        checksum=saved.checksum,
        spent=saved.spent,
        certificate=certificate,
        prepared_by=roles_of(work).name_of(certificate.prepared_by) if certificate is not None else "",
        figures=_figures(shown.fund_name, saved, proof)
        if certificate is None
        else tuple(PackFigure(figure_in_words(name), name, amount) for name, amount in certificate.figures),
        agrees=tuple(check.text for check in checks if check.code.startswith(AGREES)),
        reasons=tuple(check.text for check in checks if check.code.startswith(REASON)),
        checks=tuple(check for check in checks if not check.code.startswith((AGREES, REASON))),
        papers=tuple(_papers(work, id, saved, proof)),
        cells=_filled(proof),
        not_computed=proof.not_computed if proof is not None else (),
        reader=proof.reader if proof is not None else "a second reader",
        compared=proof.compared if proof is not None else saved.cells,
        before=before,
        changes=changes,
        steps=tuple(
            PackStep(
                step.at,
                step.by,
                _STATES.get(step.after, step.after),
                step.dated,
                step.reference,
                step.reason,
            )
            for step in shown.steps
        ),
    )


def _filled(proof: ReturnProof | None) -> tuple[ReturnCell, ...]:
    """The cells that hold something of ours: headings and notes of our own workbook are none of them."""
    cells = proof.cells if proof is not None else ()
    ours = tuple(cell for cell in cells if cell.figure or cell.source or cell.sort is CellSort.RESULT)
    return ours or cells


def _figures(fund: str, saved: SavedReturn, proof: ReturnProof | None) -> tuple[PackFigure, ...]:
    """What a return without a certificate states of the grant."""
    end = last_period_of(saved.quarter)
    found = []
    for measure in ("available", "awarded", "spend", "outturn"):
        name = f"{fund}/{saved.year}/{measure}@{end}"
        amount = amount_of(proof.basis, name) if proof is not None else None
        if amount is not None:
            found.append(PackFigure(figure_in_words(name), name, amount))
    return tuple(found)


def _changes(work: UnitOfWork, id: ReturnId, saved: SavedReturn) -> tuple[tuple[PackChange, ...], int]:
    """What changed since the version that this one takes the place of, with the number of that version."""
    if saved.replaces is None:
        return (), 0
    before = work.returns.get(saved.replaces).value
    if proof_of(work, saved.replaces) is None or proof_of(work, id) is None:
        return (), before.version
    return _as_pack(compared(work, saved.replaces, id)), before.version


def _as_pack(found: ReturnCompared) -> tuple[PackChange, ...]:
    return tuple(
        PackChange(
            each.label,
            each.was,
            each.now,
            tuple(PackPart(part.what, part.where, part.difference, part.why) for part in each.parts),
        )
        for each in found.figures
    )


def _papers(
    work: UnitOfWork, id: ReturnId, saved: SavedReturn, proof: ReturnProof | None
) -> Iterator[PackPaper]:
    """The papers behind what the return states, by what they support."""
    kinds = {"lines": "line", "accruals": "accrual", "adjustments": "adjustment", "movements": "movement"}
    kinds |= {"allocations": "allocation", "carry_forwards": "carry_forward"}
    inside = {
        Supported(kinds[item.kind], item.id)
        for basis in (proof.basis if proof is not None else ())
        for item in basis.items
        if item.kind in kinds
    }
    inside.add(Supported("saved_return", id))
    inside |= {
        Supported("certificate", kept.id) for kept in work.certificates.all() if kept.value.saved == id
    }
    for what, rows in (("condition", work.conditions.all()), ("claim", work.claims.all())):
        inside |= {
            Supported(what, kept.id)
            for kept in rows
            if kept.value.fund == saved.fund and (kept.value.year or saved.year) == saved.year
        }
    projects = {project for project, _, _ in saved.quarters}
    inside |= {Supported("project", project) for project in projects}
    inside |= set(_results_of(work, saved))
    words = Words(work)
    evidence = {kept.id: kept.value for kept in work.evidence.all()}
    found = []
    for kept in work.supports.all():
        supported = supported_of(kept.value)
        paper = evidence[kept.value.evidence]
        if supported in inside and paper.erased_at is None:
            name = name_for_funder(paper) or f"{paper.sort.value}, which is not named"
            found.append(PackPaper(words.of(supported).words, name, paper.sha256))
    yield from sorted(found, key=lambda each: (each.supports.casefold(), each.name.casefold()))


def _results_of(work: UnitOfWork, saved: SavedReturn) -> Iterator[Supported]:
    """The indicators of the return, the figures of them that its quarters are made of, and their outcomes."""
    held = HeldResults(work, saved.fund)
    first, last = saved.year.first_day, days_of(saved.year, saved.quarter)[1]
    for row in rows_of_return(held, saved.fund, saved.year, saved.quarter):
        yield Supported("indicator", row.id)
        if row.indicator.outcome is not None:
            yield Supported("outcome", row.indicator.outcome)
        for each in held.measured.get(row.id, ()):
            if first <= each.figure.last <= last:
                yield Supported("figure", each.id)


def answer_pack(question: WriteReturnPack, tools: Tools) -> PackWritten:
    with tools.open_work(reading=True) as work:
        pack = pack_of(work, tools, question.saved)
    write_pack(pack, question.out, question.out.name, tools)
    return PackWritten(question.out, pack)


def write_pack(pack: ReturnPack, out: Path, name: str, tools: Tools) -> None:
    """Writes *pack* to *out*, called *name*, when nothing in it looks like personal data."""
    look_before(
        tools.open_work,
        f"“{name}”",
        [SeenCell(name, "", number, 0, text) for number, text in enumerate(pack.texts(), start=1) if text],
    )
    tools.write_return_pack(pack, out)


def answer_mail(question: WriteReturnMail, tools: Tools) -> MailWritten:
    with tools.open_work(reading=True) as work:
        kept = work.returns.get(question.saved)
        pack = pack_of(work, tools, question.saved)
        to, cc, missing = _people(work, kept)
    saved = kept.value
    _refuse_not_kept(saved)
    workbook = tools.sources.lend(saved.sha256, saved.file_name)
    attachments = [(workbook, saved.file_name)]
    made: PrivateCopy | None = None
    try:
        if question.pack:
            name = f"{Path(saved.file_name).stem} pack.pdf"
            path = tools.sources.scratch(".pdf")
            made = PrivateCopy(path, name, hashlib.sha256(b"").hexdigest(), 0)
            write_pack(pack, path, name, tools)
            attachments.append((path, name))
        draft = MailDraft(
            to,
            cc,
            _subject(pack),
            _body(pack, [name for _, name in attachments]),
            tuple(attachments),
            tools.clock(),
        )
        look_before(
            tools.open_work, f"“{question.out.name}”", [SeenCell(question.out.name, "", 1, 0, draft.body)]
        )
        tools.write_mail(draft, question.out)
    finally:
        shutil.rmtree(workbook.parent, ignore_errors=True)
        if made is not None:
            tools.sources.discard(made)
    return MailWritten(question.out, draft, missing)


def _refuse_not_kept(saved: SavedReturn) -> None:
    if not saved.size:
        raise ExpectedError(
            "return_not_kept",
            f"No copy of “{saved.file_name}” was kept: it was written by an earlier version of the program.",
            "Take the file that was saved then, or save the return anew.",
        )


def _people(
    work: UnitOfWork, kept: Kept[SavedReturn]
) -> tuple[tuple[MailPerson, ...], tuple[MailPerson, ...], tuple[str, ...]]:
    """Whom a return goes to and who gets a copy: the commissioner's people; our certifier, preparer and finance people
    and those of its projects. The last are the people without an address."""
    saved = kept.value
    first, last = days_of(saved.year, saved.quarter)
    bodies = {spell.party for spell in commissioners_of(work, saved.fund, first, last)}
    projects = {project: work.projects.get(project).value.ref for project, _, _ in saved.quarters}
    roles = roles_of(work)
    prepared = {roles.name_of(saved.made_by).casefold()}
    prepared |= {
        name.casefold()
        for each in work.certificates.all()
        if each.value.saved == kept.id
        for name in (roles.name_of(each.value.prepared_by), each.value.signed_by)
        if name
    }
    to: dict[str, MailPerson] = {}
    cc: dict[str, MailPerson] = {}
    missing = []
    today = work.today
    for contact in (each.value for each in work.contacts.all()):
        if (contact.valid_from or today) > today or (contact.valid_to or today) < today:
            continue
        role = contact.role.value
        if contact.party in bodies:
            where = to
        elif contact.project in projects:
            where, role = cc, f"{role} of {projects[contact.project]}"
        elif contact.project is None and (contact.role in _OURS or contact.name.casefold() in prepared):
            where = cc if _is_ours(work, contact) else {}
        else:
            continue
        if contact.email:
            where.setdefault(contact.email.casefold(), MailPerson(contact.name, contact.email, role))
        else:
            missing.append(f"{contact.name}, {role}, has no e-mail address.")
    if not to:
        missing.insert(0, "No contact of the commissioner has an e-mail address: fill in whom it goes to.")
    return (
        tuple(to.values()),
        tuple(person for email, person in cc.items() if email not in to),
        tuple(dict.fromkeys(missing)),
    )


def _is_ours(work: UnitOfWork, contact: Contact) -> bool:
    """Whether a contact is of the partnership itself or its accountable body."""
    if contact.party is None:
        return True
    return work.parties.get(contact.party).value.kind is PartyKind.ACCOUNTABLE_BODY


def _subject(pack: ReturnPack) -> str:
    again = f", version {pack.version}" if pack.before else ""
    return f"{pack.fund}: monitoring return Q{pack.quarter} {pack.year}{again}"


def _body(pack: ReturnPack, names: list[str]) -> str:
    """The letter in plain words, with the figures as they were certified."""
    said = {figure.name.rpartition("/")[2].partition("@")[0]: figure.amount for figure in pack.figures}
    lines = [
        "Dear colleagues,",
        "",
        f"Please find attached the monitoring return of {pack.partnership} for quarter {pack.quarter} of {pack.year}"
        f" under {pack.fund}.",
        "",
    ]
    if pack.before:
        total = Money.total(
            change.now - change.was for change in pack.changes if "spend in quarter" in change.words
        )
        change = (
            "the same as"
            if not total
            else f"{abs(total).in_words} {'more' if total.pence > 0 else 'less'} than"
        )
        lines += [
            f"It takes the place of version {pack.before}. What changed is listed in the pack; the spend to date is "
            f"{change} before.",
            "",
        ]
    for words, name in (
        ("Available for the year", "available"),
        ("Spent to date", "spend"),
        ("Forecast outturn", "outturn"),
    ):
        if name in said:
            lines.append(f"{words}: {said[name].in_words}")
    lines += ["", pack.certified_in_words, "", "Attached:"]
    lines += [f"- {name}" for name in names]
    lines += [
        "",
        f"SHA-256 of {pack.file_name}:",
        pack.sha256,
        "",
        "Kind regards",
        pack.written_by,
        pack.partnership,
        "",
    ]
    return "\n".join(lines)


def answer_kept(question: SaveKeptReturn, tools: Tools) -> Path:
    with tools.open_work(reading=True) as work:
        saved = work.returns.get(question.saved).value
    _refuse_not_kept(saved)
    tools.sources.save_to(saved.sha256, saved.file_name, question.out)
    return question.out


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    WriteReturnPack: answer_pack,
    WriteReturnMail: answer_mail,
    SaveKeptReturn: answer_kept,
}
