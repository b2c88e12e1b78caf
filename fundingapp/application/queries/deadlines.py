"""Everything that is due, from the calendar, the conditions, the bids and the agreements, as one list."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import CalendarDocument, CalendarEvent, Kept, Tools, UnitOfWork
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.heads import budgeted, granted
from fundingapp.application.queries.supported import funds_of_papers
from fundingapp.application.wording import count
from fundingapp.domain.agreements import terms_in_force
from fundingapp.domain.bids import BidState
from fundingapp.domain.carry_forwards import ASKED
from fundingapp.domain.claiming import claimed_to
from fundingapp.domain.early_warnings import is_done
from fundingapp.domain.grant_conditions import ConditionState
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, Period
from fundingapp.domain.schedules import (
    DeadlineKind,
    ScheduleEntry,
    ask_by,
    claim_due,
    in_days,
    periods_in_words,
    schedule_from_terms,
)

#: What a person ticked off stands in the file; what is called these follows from something else.
CONDITION, OFFER, ANSWER, ENDING = "condition", "offer to accept", "answer to a bid", "end of funding"
RECORDS = "records kept until"
PAPERS = "papers to review"


@dataclass(frozen=True, slots=True)
class Deadlines(Question["DeadlinesAnswer"]):
    """What is due in *year* (None: in all) of *fund* (None: of all), as of *today* (the clock's by itself)."""

    year: FinancialYear | None = None
    fund: FundId | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing that is due, on *due* inclusive. *key* names it for good; *kept* is its entry where it is one of the
    calendar's own; *page* and *subject* lead to what it comes from."""

    key: str
    due: date
    kind: str
    title: str
    fund: str
    year: FinancialYear
    note: str = ""
    amount: Money | None = None
    is_done: bool = False
    done_on: date | None = None
    kept: Kept[ScheduleEntry] | None = None
    page: str = "grants"
    subject: object = None
    #: It went by, and nobody had anything to do: it is neither done nor overdue.
    has_passed: bool = False


@dataclass(frozen=True, slots=True)
class DeadlinesAnswer:
    """The deadlines: what is overdue first, then what is to come by day, then what is done."""

    today: date
    rows: tuple[Deadline, ...]

    def reminder(self, row: Deadline) -> str:
        """“in 9 days”, “3 days overdue”, “done”, “past”."""
        if row.has_passed:
            return "past"
        return "done" if row.is_done else in_days(row.due, self.today)

    def is_overdue(self, row: Deadline) -> bool:
        return not row.is_done and row.due < self.today

    @property
    def overdue(self) -> int:
        return sum(self.is_overdue(row) for row in self.rows)

    @property
    def next(self) -> Deadline | None:
        """The first that is still to come."""
        return next((row for row in self.rows if not row.is_done and row.due >= self.today), None)


@dataclass(frozen=True, slots=True)
class ProposeSchedule(Question["tuple[ScheduleEntry, ...]"]):
    """The claims, reports and payments that the terms in force lay down for a grant, but those that its calendar has
    for the same periods already."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class ExportCalendar(Question["int"]):
    """Writes the deadlines to *out* as a calendar (.ics) that can be imported again and again; returns how many.

    Raises ExpectedError as :class:`~fundingapp.application.ports.FileWriter` does.
    """

    out: Path
    year: FinancialYear | None = None
    fund: FundId | None = None


def grants_of(work: UnitOfWork) -> set[tuple[FundId, FinancialYear]]:
    """Every fund and year that has an allocation, an award, money carried into it or a bid."""
    return granted(work) | {(kept.value.fund, kept.value.year) for kept in work.bids.all()}


def deadlines_of(work: UnitOfWork) -> Iterator[tuple[FundId, Deadline]]:
    """Every deadline of the file with its fund, in no order."""
    funds = {kept.id: kept.value.name for kept in work.funds.all()}
    yield from _from_calendar(work, funds)
    yield from _from_conditions(work, funds)
    yield from _from_bids(work, funds)
    yield from _from_agreements(work, funds)
    yield from _from_projects(work, funds)
    yield from _from_papers(work, funds)


def _from_calendar(work: UnitOfWork, funds: dict[int, str]) -> Iterator[tuple[FundId, Deadline]]:
    entries = work.schedule.all()
    sent: dict[tuple[FundId, FinancialYear], int] = {}
    for kept in entries:
        entry = kept.value
        grant = (entry.fund, entry.year)
        if entry.kind is DeadlineKind.CLAIM and grant not in sent:
            sent[grant] = claimed_to(claim_records(work, *grant))
        note = periods_in_words(entry.from_period, entry.to_period)
        yield (
            entry.fund,
            Deadline(
                f"calendar-{kept.id}",
                entry.due,
                entry.kind.value,
                entry.title,
                funds[entry.fund],
                entry.year,
                " · ".join(part for part in (note, entry.contents) if part),
                entry.amount,
                is_done(entry, sent.get(grant, 0)),
                entry.done_on,
                kept,
                "grants",
                ("claims", None) if entry.kind is DeadlineKind.CLAIM else ("calendar", kept.id),
            ),
        )
    agreements = [kept.value for kept in work.agreements.all()]
    for kept_claim in work.claims.all():
        claim = kept_claim.value
        if not claim.is_being_made:
            continue
        if any(
            (each.value.fund, each.value.year, each.value.kind)
            == (claim.fund, claim.year, DeadlineKind.CLAIM)
            and each.value.to_period == claim.to_period
            for each in entries
        ):
            continue
        terms = terms_in_force(agreements, claim.fund, claim.year)
        yield (
            claim.fund,
            Deadline(
                f"claim-{kept_claim.id}",
                claim_due(terms, Period(claim.year, claim.to_period).last_day),
                DeadlineKind.CLAIM.value,
                f"Claim {claim.number}",
                funds[claim.fund],
                claim.year,
                f"{periods_in_words(claim.from_period, claim.to_period)} · not submitted yet",
                subject=("claims", None),
            ),
        )


def _from_conditions(work: UnitOfWork, funds: dict[int, str]) -> Iterator[tuple[FundId, Deadline]]:
    for kept in work.conditions.all():
        condition = kept.value
        if condition.due is None:
            continue
        name = condition.in_short[:1].upper() + condition.in_short[1:]
        title = f"{name}: {_short(condition.text)}" if condition.clause else _short(condition.text)
        yield (
            condition.fund,
            Deadline(
                f"condition-{kept.id}",
                condition.due,
                CONDITION,
                title,
                funds[condition.fund],
                condition.year or FinancialYear.of(condition.due),
                "breached" if condition.state is ConditionState.BREACHED else "",
                is_done=condition.is_settled,
                subject=("conditions", kept.id),
            ),
        )


def _from_bids(work: UnitOfWork, funds: dict[int, str]) -> Iterator[tuple[FundId, Deadline]]:
    projects = {kept.id: kept.value for kept in work.projects.all()}
    bids = {kept.id: kept.value for kept in work.bids.all()}
    for id, bid in bids.items():
        if bid.answer_due is not None and bid.state in (BidState.SUBMITTED, BidState.DEFERRED):
            ref = projects[bid.project].ref
            yield (
                bid.fund,
                Deadline(
                    f"answer-{id}",
                    bid.answer_due,
                    ANSWER,
                    f"Answer to {ref}'s bid for {bid.amount.in_words}",
                    funds[bid.fund],
                    bid.year,
                    page="bids",
                    subject=id,
                ),
            )
    for kept in work.offers.all():
        offer, bid = kept.value, bids[kept.value.bid]
        if bid.state is BidState.OFFERED or offer.accepted_on is not None:
            yield (
                bid.fund,
                Deadline(
                    f"offer-{kept.id}",
                    offer.accept_by,
                    OFFER,
                    f"Accept {projects[bid.project].ref}'s offer of {offer.amount.in_words}",
                    funds[bid.fund],
                    bid.year,
                    offer.reference,
                    is_done=offer.accepted_on is not None,
                    done_on=offer.accepted_on,
                    page="bids",
                    subject=offer.bid,
                ),
            )


def _from_agreements(work: UnitOfWork, funds: dict[int, str]) -> Iterator[tuple[FundId, Deadline]]:
    agreements = work.agreements.all()
    asked = {
        (kept.value.fund, kept.value.year)
        for kept in work.schedule.all()
        if kept.value.kind is DeadlineKind.CARRY_FORWARD
    }
    requests: dict[tuple[FundId, FinancialYear], date] = {}
    for entry in (kept.value for kept in work.carry_forwards.all()):
        if entry.asked_on is not None and entry.state in ASKED:
            place = (entry.fund, entry.from_year)
            requests[place] = min(entry.asked_on, requests.get(place, entry.asked_on))
    for fund, year in sorted(grants_of(work)):
        last = ask_by(terms_in_force((kept.value for kept in agreements), fund, year), year)
        if last is not None and (fund, year) not in asked:
            yield (
                fund,
                Deadline(
                    f"ask-{fund}-{year.start}",
                    last,
                    DeadlineKind.CARRY_FORWARD.value,
                    f"Last day to ask for carry-forward of {year}",
                    funds[fund],
                    year,
                    is_done=(fund, year) in requests,
                    done_on=requests.get((fund, year)),
                    subject=("agreement", None),
                ),
            )
    for kept in agreements:
        agreement = kept.value
        yield (
            agreement.fund,
            Deadline(
                f"agreement-{kept.id}",
                agreement.to_year.last_day,
                ENDING,
                f"The agreement “{agreement.title}” ends",
                funds[agreement.fund],
                agreement.to_year,
                agreement.reference,
                subject=("agreement", None),
            ),
        )
        yield (
            agreement.fund,
            Deadline(
                f"records-{kept.id}",
                agreement.records_until,
                RECORDS,
                f"The records of “{agreement.title}” are kept until this day",
                funds[agreement.fund],
                FinancialYear.of(agreement.records_until),
                f"{agreement.terms.records_years} years after its funding ends",
                subject=("agreement", None),
            ),
        )


def _from_projects(work: UnitOfWork, funds: dict[int, str]) -> Iterator[tuple[FundId, Deadline]]:
    projects = {kept.id: kept.value for kept in work.projects.all()}
    awarded = {(head.fund, year, head.project) for head, year in budgeted(work)}
    for fund, year, id in sorted(awarded):
        project = projects[id]
        if project.ends_on is not None and FinancialYear.of(project.ends_on) == year:
            yield (
                fund,
                Deadline(
                    f"project-{id}-{fund}",
                    project.ends_on,
                    ENDING,
                    f"{project.ref} {project.name} ends",
                    funds[fund],
                    year,
                    page="projects",
                    subject=project.ref,
                ),
            )


def _from_papers(work: UnitOfWork, funds: dict[int, str]) -> Iterator[tuple[FundId, Deadline]]:
    """The days up to which papers are kept: then somebody has to decide (R06). What supports nothing that has a fund
    stands with the first one."""
    if not funds:
        return
    days: dict[tuple[int, date], int] = {}
    of = funds_of_papers(work)
    for kept in work.evidence.all():
        until = kept.value.retain_until
        if until is not None and kept.value.erased_at is None:
            place = (min(of.get(kept.id) or funds), until)
            days[place] = days.get(place, 0) + 1
    for (fund, until), number in sorted(days.items()):
        yield (
            FundId(fund),
            Deadline(
                f"papers-{fund}-{until}",
                until,
                PAPERS,
                f"{count(number, 'paper')} {'is' if number == 1 else 'are'} kept until this day",
                funds[fund],
                FinancialYear.of(until),
                "then they are kept longer or erased, as a person decides",
                page="evidence",
                subject=("review", None),
            ),
        )


def answer_deadlines(question: Deadlines, tools: Tools) -> DeadlinesAnswer:
    today = question.today or tools.today
    with tools.open_work(reading=True) as work:
        rows = [
            _ended(row, today)
            for fund, row in deadlines_of(work)
            if question.fund in (None, fund) and question.year in (None, row.year)
        ]
    rows.sort(key=lambda row: (row.is_done, row.due, row.fund, row.title, row.key))
    return DeadlinesAnswer(today, tuple(rows))


def _ended(row: Deadline, today: date) -> Deadline:
    """An end that is past is no debt of anybody's, and the day to ask for a carry-forward has simply gone by."""
    passes = row.kind in {ENDING, RECORDS} or (
        row.kind == DeadlineKind.CARRY_FORWARD.value and row.kept is None
    )
    if not passes or row.is_done or row.due >= today:
        return row
    return replace(row, is_done=True, has_passed=True)


def answer_proposal(question: ProposeSchedule, tools: Tools) -> tuple[ScheduleEntry, ...]:
    with tools.open_work(reading=True) as work:
        terms = terms_in_force((kept.value for kept in work.agreements.all()), question.fund, question.year)
        there = {
            (kept.value.kind, kept.value.from_period, kept.value.to_period)
            for kept in work.schedule.all()
            if (kept.value.fund, kept.value.year) == (question.fund, question.year)
        }
    return tuple(
        entry
        for entry in schedule_from_terms(terms, question.fund, question.year)
        if (entry.kind, entry.from_period, entry.to_period) not in there
    )


def answer_export(question: ExportCalendar, tools: Tools) -> int:
    answer = answer_deadlines(Deadlines(question.year, question.fund), tools)
    with tools.open_work(reading=True) as work:
        held = work.partnership.all()
    partnership = held[0].value.name if held else ""
    events = tuple(
        CalendarEvent(
            # The same thing of the same partnership has the same name for good, so that importing again updates it.
            str(uuid.uuid5(uuid.NAMESPACE_OID, f"Funding Tracker/{partnership}/{row.fund}/{row.key}")),
            row.due,
            f"{'Done: ' if row.is_done else ''}{row.title} · {row.fund}",
            f"{row.kind[:1].upper()}{row.kind[1:]}, {row.fund} {row.year}",
            row.is_done,
        )
        for row in answer.rows
    )
    name = f"Funding deadlines {question.year}" if question.year else "Funding deadlines"
    tools.write_calendar(CalendarDocument(name, events, tools.clock()), question.out)
    return len(events)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 70 else f"{words[:69].rstrip()}…"


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    Deadlines: answer_deadlines,
    ProposeSchedule: answer_proposal,
    ExportCalendar: answer_export,
}
