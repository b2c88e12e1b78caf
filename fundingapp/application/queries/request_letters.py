"""The request letter: what is asked for, the year's outturn and the agreement, gathered and written as a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.parties import commissioner_in_words
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.application.queries.standing import money_of, settlements_of
from fundingapp.domain.agreements import Agreement
from fundingapp.domain.carry_forwards import CarryForward, CarryForwardState
from fundingapp.domain.chain import HeadMoney, head_money
from fundingapp.domain.claiming import cash_position
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Partnership
from fundingapp.domain.ids import CarryForwardId, FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Contact, ContactRole
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.request_letters import AskedRow, OutturnRow, RequestLetter
from fundingapp.domain.schedules import ask_by

_PLANNED = (CarryForwardState.FORECAST, CarryForwardState.ANTICIPATED)


@dataclass(frozen=True, slots=True)
class DraftRequestLetter(Question[RequestLetter]):
    """The letter that asks for money of *year* to be carried forward, as it would be written now.

    It asks for the carry-forwards of *only*; without any, for those that are requested and not decided, and where there
    are none for those that are planned. Raises ExpectedError when there is nothing to ask for.
    """

    fund: FundId
    year: FinancialYear
    only: tuple[CarryForwardId, ...] = ()
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class LetterWritten:
    """A letter that stands at *path* and was read back equal."""

    path: Path
    letter: RequestLetter


@dataclass(frozen=True, slots=True)
class WriteRequestLetter(Question[LetterWritten]):
    """Writes that letter to *out*, a .docx.

    Raises ExpectedError as :class:`~fundingapp.application.ports.FileWriter` does; *out* is then what it was before.
    """

    fund: FundId
    year: FinancialYear
    out: Path
    only: tuple[CarryForwardId, ...] = ()
    dated: date | None = None


def _chosen(
    work: UnitOfWork, fund: FundId, year: FinancialYear, only: tuple[CarryForwardId, ...]
) -> list[Kept[CarryForward]]:
    ours = [
        kept for kept in work.carry_forwards.all() if (kept.value.fund, kept.value.from_year) == (fund, year)
    ]
    if only:
        return [kept for kept in ours if kept.id in only]
    requested = [kept for kept in ours if kept.value.state is CarryForwardState.REQUESTED]
    return requested or [kept for kept in ours if kept.value.state in _PLANNED]


def answer_draft(question: DraftRequestLetter, tools: Tools) -> RequestLetter:
    fund, year = question.fund, question.year
    dated = question.dated or tools.today
    with tools.open_work(reading=True) as work:
        name = work.funds.get(fund).value.name
        chosen = [kept.value for kept in _chosen(work, fund, year, question.only)]
        if not chosen:
            raise ExpectedError(
                "nothing_to_ask",
                f"Nothing of {name} {year} is requested or planned to be carried forward.",
                "Say on Year end what is to be asked for, project by project.",
            )
        position = position_of(work, fund, year, WHOLE_YEAR)
        heads = head_money(position, settlements_of(work, fund, year))
        projects = {ProjectId(kept.id): (kept.value.ref, kept.value.name) for kept in work.projects.all()}
        held = [kept.value for kept in work.partnership.all()]
        partnership = held[0] if held else Partnership("The partnership")
        agreements = [
            kept.value
            for kept in work.agreements.all()
            if kept.value.fund == fund and kept.value.covers(year)
        ]
        agreement = max(agreements, key=lambda each: each.from_year, default=None)
        cash = cash_position(claim_records(work, fund, year, WHOLE_YEAR), position.spent)
        return RequestLetter(
            partnership.name,
            partnership.accountable_body,
            partnership.contact,
            commissioner_in_words(work, fund, dated, dated),
            _addressee(work, fund, dated),
            name,
            year,
            dated,
            _agreement(agreement),
            position.terms.carry_forward,
            ask_by(position.terms, year),
            position.terms.payment_basis,
            _clauses(work, fund, year),
            tuple(sorted((_asked(each, heads, projects) for each in chosen), key=_place)),
            tuple(_outturn(each, chosen, projects) for each in heads),
            money_of(work, position),
            cash.held,
            _signatory(work, fund, dated),
            tools.who,
            work.journal.head(),
        )


def _asked(
    entry: CarryForward, heads: tuple[HeadMoney, ...], projects: dict[ProjectId, tuple[str, str]]
) -> AskedRow:
    head = next((each for each in heads if (each.project, each.kind) == (entry.project, entry.kind)), None)
    ref, name = projects[entry.project] if entry.project is not None else ("", "In no project's budget")
    budget = head.budget if head else Money.ZERO
    return AskedRow(ref, name, budget, head.spent if head else Money.ZERO, entry)


def _place(row: AskedRow) -> tuple[bool, str, str]:
    return row.ref == "", row.ref, row.of.kind.value


def _outturn(
    head: HeadMoney, chosen: list[CarryForward], projects: dict[ProjectId, tuple[str, str]]
) -> OutturnRow:
    title = " ".join(projects[head.project]) if head.project is not None else "In no project's budget"
    asked = Money.total(
        each.asked for each in chosen if (each.project, each.kind) == (head.project, head.kind)
    )
    return OutturnRow(title, head.kind, head.budget, head.spent, head.carried, asked)


def _agreement(agreement: Agreement | None) -> str:
    if agreement is None:
        return ""
    reference = f" ({agreement.reference})" if agreement.reference else ""
    return f"the agreement “{agreement.title}”{reference}"


def _clauses(work: UnitOfWork, fund: FundId, year: FinancialYear) -> tuple[tuple[str, str], ...]:
    """The conditions of the grant that speak of carrying forward or of unspent money, each with its clause."""
    words = ("carry forward", "carry-forward", "carried forward", "underspend", "unspent")
    return tuple(
        (kept.value.clause, kept.value.text)
        for kept in work.conditions.all()
        if kept.value.applies_to(fund, year) and any(word in kept.value.text.casefold() for word in words)
    )


def _addressee(work: UnitOfWork, fund: FundId, day: date) -> str:
    """The commissioner's grant officer on that day, else their single point of contact."""
    funder = work.funds.get(fund).value.funder
    for role in (ContactRole.GRANT_OFFICER, ContactRole.SINGLE_POINT):
        for contact in (kept.value for kept in work.contacts.all()):
            if contact.party == funder and contact.role is role and _acts(contact, day):
                return contact.name
    return ""


def _signatory(work: UnitOfWork, fund: FundId, day: date) -> str:
    """The section 151 officer on our side on that day; "" where nobody is recorded."""
    funder = work.funds.get(fund).value.funder
    for contact in (kept.value for kept in work.contacts.all()):
        ours = contact.party != funder and contact.role is ContactRole.SECTION_151
        if ours and not contact.is_deputy and _acts(contact, day):
            return contact.name
    return ""


def _acts(contact: Contact, day: date) -> bool:
    return (contact.valid_from or day) <= day <= (contact.valid_to or day)


def answer_write(question: WriteRequestLetter, tools: Tools) -> LetterWritten:
    letter = answer_draft(
        DraftRequestLetter(question.fund, question.year, question.only, question.dated), tools
    )
    tools.progress.report(0, 0, "Writing the letter")
    tools.write_letter(letter, question.out)
    return LetterWritten(question.out, letter)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    DraftRequestLetter: answer_draft,
    WriteRequestLetter: answer_write,
}
