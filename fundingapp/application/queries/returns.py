"""The return as it would be written now, and the returns that were written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, SavedReturn, Tools, UnitOfWork
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.funding import match_rows
from fundingapp.application.queries.handovers import quarter_parts
from fundingapp.application.queries.parties import all_parties, commissioner_in_words, commissioners_of
from fundingapp.application.queries.plan import plan_words
from fundingapp.application.queries.positions import position_of
from fundingapp.application.queries.reconciled import reconciled_figures
from fundingapp.application.queries.return_results import results_of_return
from fundingapp.application.queries.story import story_of_return
from fundingapp.application.queries.year_end import year_end_records
from fundingapp.domain.funds import Kind, Partnership
from fundingapp.domain.grant_conditions import GrantCondition
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Contact, ContactRole, PartyKind
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, days_of, last_period_of
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.reconciliations import statement_of
from fundingapp.domain.returns import (
    AccrualLine,
    ReturnCheck,
    ReturnDocument,
    ReturnYearEnd,
    build_return,
    checks_of,
)
from fundingapp.domain.year_end import outturn_of

#: The return of this quarter is that of the whole year.
LAST_QUARTER = 4


@dataclass(frozen=True, slots=True)
class ReturnDraft(Question["ReturnAnswer"]):
    """The return of a quarter, 1 to 4, as it would be written now."""

    fund: FundId
    year: FinancialYear
    quarter: int


class QuarterChange(NamedTuple):
    """What a submitted return states of a project's quarter, and what it is now (bad-inputs L12)."""

    ref: str
    kind: Kind
    quarter: int
    stated: Money
    now: Money


@dataclass(frozen=True, slots=True)
class ReturnAnswer:
    """A return's document, what to see to before it goes, and the earlier versions.

    *changed* holds, by the id of a return that was sent, what has changed since in the quarters that it states; a
    return without any has not changed.
    """

    document: ReturnDocument
    checks: tuple[ReturnCheck, ...]
    saved: tuple[Kept[SavedReturn], ...]
    changed: Mapping[int, tuple[QuarterChange, ...]]
    #: Who speaks for the commissioner of the quarter.
    contacts: tuple[Contact, ...] = ()
    #: The section 151 officers of the partnership or its accountable body, deputies last; they certify it.
    certifiers: tuple[Contact, ...] = ()


def draft_return(
    work: UnitOfWork, fund: FundId, year: FinancialYear, quarter: int, tools: Tools
) -> ReturnDocument:
    """The document of *quarter* out of what the file holds."""
    position = position_of(work, fund, year, last_period_of(quarter), sent_before=quarter)
    held = work.partnership.all()
    # Not at the top: what states an identity may itself ask for returns.
    from fundingapp.application.queries.identities import identities_of

    grant = (fund, year)
    papers = _papers_of_conditions(work)
    document = build_return(
        position,
        partnership=held[0].value if held else Partnership("Partnership"),
        commissioner=commissioner_in_words(work, fund, *days_of(year, quarter)),
        quarter=quarter,
        version=max((kept.value.version for kept in _saved(work, fund, year, quarter)), default=0) + 1,
        prepared_by=tools.who,
        prepared_on=tools.clock().date(),
        journal_head=work.journal.head(),
        commissioners=quarter_parts(work, position, quarter),
        identities=identities_of(work, position),
        claims=claim_records(work, fund, year, position.to_period),
        match=match_rows(work, position),
        conditions=tuple(
            _shown(kept.value, papers.get(kept.id, ()))
            for kept in work.conditions.all()
            if (kept.value.fund, kept.value.year or year) == grant
        ),
    )
    whole_year = quarter == LAST_QUARTER
    year_end = year_end_of(work, position) if whole_year else None
    results = results_of_return(work, tools, fund, year, quarter, whole_year=whole_year)
    story = story_of_return(work, tools, position, quarter)
    return replace(
        document,
        serves=plan_words(work, year),
        year_end=year_end,
        results=results,
        story=story,
        contact=_speaks_for_us(work, days_of(year, quarter)[1]),
        certifier=next(iter(certifiers_of(work, days_of(year, quarter)[1])), None),
        head_names=_head_names(work, position),
    )


def shared_draft(
    work: UnitOfWork, fund: FundId, year: FinancialYear, quarter: int, tools: Tools
) -> ReturnDocument:
    """As :func:`draft_return`, drafted once for all who ask while the file stays as it is: the page's sheets, its
    checks and its versions, and the saving after them.

    The end of the history tells the state of the file, for nothing that a return is made of changes without an entry;
    so *work* must hold no change of its own yet.
    """
    state = (work.journal.head(), fund, year, quarter, tools.who, tools.clock().date(), tools.today)
    return tools.drafts.of(state, lambda: draft_return(work, fund, year, quarter, tools))


def certifiers_of(work: UnitOfWork, day: date) -> tuple[Contact, ...]:
    """The section 151 officers of the partnership or its accountable body on *day*, deputies last."""
    parties = all_parties(work)
    found = [
        kept.value
        for kept in work.contacts.all()
        if kept.value.role is ContactRole.SECTION_151
        and kept.value.project is None
        and (kept.value.party is None or parties[kept.value.party].kind is PartyKind.ACCOUNTABLE_BODY)
        and _is_in_office(kept.value, day)
    ]
    return tuple(sorted(found, key=lambda contact: contact.is_deputy))


#: Who is asked about a return, the first role that somebody has.
_ASKED = (
    ContactRole.SINGLE_POINT,
    ContactRole.GRANT_OFFICER,
    ContactRole.FINANCE,
    ContactRole.MONITORING,
    ContactRole.SENIOR_OWNER,
)


def _speaks_for_us(work: UnitOfWork, day: date) -> Contact | None:
    """The partnership's own contact on *day*; None where none is recorded."""
    parties = all_parties(work)
    ours = [
        kept.value
        for kept in work.contacts.all()
        if kept.value.project is None
        and (kept.value.party is None or parties[kept.value.party].kind is PartyKind.ACCOUNTABLE_BODY)
        and kept.value.role in _ASKED
        and _is_in_office(kept.value, day)
    ]
    return min(ours, key=lambda each: (_ASKED.index(each.role), each.is_deputy), default=None)


def _is_in_office(contact: Contact, day: date) -> bool:
    return (contact.valid_from or day) <= day <= (contact.valid_to or day)


def _head_names(work: UnitOfWork, position: GrantPosition) -> dict[tuple[ProjectId, Kind], str]:
    """What tells each kind of a project's money apart in a figure's name, where something has to."""
    # Not at the top: it asks for returns itself.
    from fundingapp.application.queries.why import names_of_heads

    return {
        (head.project, head.kind): name
        for head, name in names_of_heads(work, position.year).items()
        if name and head.fund == position.fund_id
    }


def year_end_of(work: UnitOfWork, position: GrantPosition) -> ReturnYearEnd:
    """What the return of the whole year of *position* has beside."""
    fund, year = position.fund_id, position.year
    records = year_end_records(work, position)
    papers = {kept.id: kept.value.name for kept in work.evidence.all()}
    of_accrual: dict[int, list[str]] = {}
    for kept in work.supports.all():
        if kept.value.accrual is not None:
            of_accrual.setdefault(kept.value.accrual, []).append(papers[kept.value.evidence])
    refs = {kept.id: kept.value.ref for kept in work.projects.all()}
    accruals = sorted(
        (kept for kept in work.accruals.all() if (kept.value.fund, kept.value.year) == (fund, year)),
        key=lambda kept: (refs[kept.value.project], kept.value.kind.value, kept.value.period, kept.id),
    )
    return ReturnYearEnd(
        outturn_of(records),
        tuple(records.carry_forwards.values()),
        tuple(
            AccrualLine(
                refs[kept.value.project],
                kept.value.kind,
                kept.value.period,
                kept.value.supplier,
                kept.value.description,
                kept.value.amount,
                tuple(of_accrual.get(kept.id, ())),
                f"period {kept.value.reverses_period} of {kept.value.reverses_year}"
                if kept.value.reverses_year is not None
                else "not known yet",
            )
            for kept in accruals
        ),
        statement_of(reconciled_figures(work, year, CLOSING_PERIOD)).centres,
    )


def _papers_of_conditions(work: UnitOfWork) -> dict[int, list[str]]:
    """The names of the evidence that was given for each condition."""
    names = {kept.id: kept.value.name for kept in work.evidence.all()}
    found: dict[int, list[str]] = {}
    for kept in work.supports.all():
        if kept.value.condition is not None:
            found.setdefault(kept.value.condition, []).append(names[kept.value.evidence])
    return found


def _shown(condition: GrantCondition, papers: Sequence[str]) -> GrantCondition:
    """*condition* with the evidence that was given, where some was, in place of what is to be shown."""
    return replace(condition, proof=", ".join(papers)) if papers else condition


def _saved(work: UnitOfWork, fund: FundId, year: FinancialYear, quarter: int) -> list[Kept[SavedReturn]]:
    return [
        kept
        for kept in work.returns.all()
        if (kept.value.fund, kept.value.year, kept.value.quarter) == (fund, year, quarter)
    ]


def newest_out(work: UnitOfWork, fund: FundId, year: FinancialYear, quarter: int) -> Kept[SavedReturn] | None:
    """The newest version of a quarter's return that the commissioner has."""
    out = [kept for kept in _saved(work, fund, year, quarter) if kept.value.state.is_out]
    return max(out, key=lambda kept: kept.value.version, default=None)


def changed_since(work: UnitOfWork, saved: SavedReturn) -> tuple[QuarterChange, ...]:
    """Every quarter that *saved* states of a project otherwise than it is now, in the order of the references.

    What a line that was un-matched, charged anew or restated does to a quarter that was sent shows here, whatever later
    returns say of it.
    """
    position = position_of(work, saved.fund, saved.year, last_period_of(saved.quarter))
    now = {(project.project_id, project.kind): project.by_quarter for project in position.projects}
    stated = {(project, kind): amounts for project, kind, amounts in saved.quarters}
    nothing = (Money.ZERO,) * 4
    refs = {kept.id: kept.value.ref for kept in work.projects.all()}
    found = []
    for project, kind in {**now, **stated}:
        ref = refs.get(project, f"project {project}")  # one without lines may have been removed
        pairs = zip(
            stated.get((project, kind), nothing[: saved.quarter]),
            now.get((project, kind), nothing)[: saved.quarter],
            strict=True,
        )
        for quarter, (before, after) in enumerate(pairs, start=1):
            if before != after:
                found.append(QuarterChange(ref, kind, quarter, before, after))
    return tuple(sorted(found, key=lambda change: (change.ref, change.kind.value, change.quarter)))


def answer_draft(question: ReturnDraft, tools: Tools) -> ReturnAnswer:
    with tools.open_work(reading=True) as work:
        document = shared_draft(work, question.fund, question.year, question.quarter, tools)
        saved = tuple(_saved(work, question.fund, question.year, question.quarter))
        changed = {
            kept.id: changes
            for kept in saved
            if kept.value.state.is_out and (changes := changed_since(work, kept.value))
        }
        first, last = days_of(question.year, question.quarter)
        bodies = {spell.party for spell in commissioners_of(work, question.fund, first, last)}
        contacts = tuple(
            kept.value
            for kept in work.contacts.all()
            if kept.value.party in bodies
            and (kept.value.valid_from or first) <= last
            and (kept.value.valid_to or last) >= first
        )
        certifiers = certifiers_of(work, last)
    return ReturnAnswer(document, checks_of(document), saved, changed, contacts, certifiers)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {ReturnDraft: answer_draft}
