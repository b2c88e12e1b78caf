"""What a quarter's return says beside the money, gathered from the records, and the records to be changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.history_words import Names as HistoryNames, changes_in, touched
from fundingapp.application.ports import (
    JournalFilter,
    JournalLine,
    Kept,
    LineFilter,
    LineShare,
    SavedReturn,
    Tools,
    UnitOfWork,
)
from fundingapp.application.queries.parties import all_parties
from fundingapp.application.queries.positions import position_of
from fundingapp.application.queries.released_results import names_of_papers
from fundingapp.application.wording import short_date
from fundingapp.domain.assets import Asset
from fundingapp.domain.bids import Bid
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import AssetId, FundId, LineId, PartyId, ProjectId, RiskId
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import ProjectProgress, quarter_before
from fundingapp.domain.parties import Party, PartyForm, PartyKind
from fundingapp.domain.partner_books import PartnerStatement
from fundingapp.domain.periods import FinancialYear, days_of, last_period_of
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.return_story import (
    AssetLine,
    GrantGiven,
    ReturnStory,
    StatementLine,
    StoryGap,
    TrailLine,
    categories_of,
    progress_of,
    risks_of,
    sections_of,
    story_gaps,
)
from fundingapp.domain.returns import ReturnState
from fundingapp.domain.risks import Risk
from fundingapp.domain.story_tables import StoryTable, read_story_table
from fundingapp.domain.suppliers import plain_name

#: The return of this quarter is that of the whole year.
_LAST_QUARTER = 4
#: So many rows of the audit trail go out with a return; how many more there are is said.
_MOST_TRAIL = 1_000
#: The records whose changes a commissioner asks about: the grant's money, and what the return itself says.
_MONEY_KINDS = frozenset(
    (
        "allocations",
        "awards",
        "contingencies",
        "movements",
        "accruals",
        "adjustments",
        "forecasts",
        "variance_reasons",
        "match_funding",
        "claims",
        "claim_lines",
        "payments",
        "repayments",
        "carry_forwards",
        "settlements",
        "return_texts",
        "project_progress",
        "risks",
        "assets",
        "partner_statements",
    )
)
#: Who is a voluntary, community or social enterprise body.
_VOLUNTARY = frozenset((PartyForm.CHARITY, PartyForm.CIC))


@dataclass(frozen=True, slots=True)
class StoryOf(Question["StoryAnswer"]):
    """What the return of a quarter, 1 to 4, says beside the money."""

    fund: FundId
    year: FinancialYear
    quarter: int


@dataclass(frozen=True, slots=True)
class UnlistedPurchase:
    """A capital line of the ledger that no asset stands for; *share* is what of it this grant pays."""

    line: LineId
    project: ProjectId
    ref: str
    supplier: str
    description: str
    dated: date
    cost: Money
    share: Money

    @property
    def in_words(self) -> str:
        """“LF-03, Secure Ltd, £4,000.00 on 03/05/2018”."""
        what = self.supplier or self.description
        return f"{self.ref}, {what}, {self.cost.in_words} on {short_date(self.dated)}"


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What the ledger charges to a project for lines of one supplier, of which no statement is recorded."""

    project: ProjectId
    ref: str
    partner: str
    amount: Money
    lines: int


@dataclass(frozen=True, slots=True)
class StoryAnswer:
    """A quarter's words with the records behind them. *before* is what the quarter before said."""

    fund: FundId
    year: FinancialYear
    quarter: int
    fund_name: str
    story: ReturnStory
    gaps: tuple[StoryGap, ...]
    before: ReturnStory
    #: All the grant's risks, also those that were closed before.
    risks: tuple[Kept[Risk], ...]
    assets: tuple[Kept[Asset], ...]
    statements: tuple[Kept[PartnerStatement], ...]
    unlisted: tuple[UnlistedPurchase, ...]
    projects: tuple[tuple[ProjectId, str, str], ...]


@dataclass(frozen=True, slots=True)
class PassedOnTo(Question["tuple[PassedOn, ...]"]):
    """What the ledger charges to projects of a grant for partners (bodies recorded as such, or of a project's lead), of
    which no statement is recorded in *year*: a start for asking for them."""

    fund: FundId
    year: FinancialYear


def story_of_return(work: UnitOfWork, tools: Tools, position: GrantPosition, quarter: int) -> ReturnStory:
    """What the return of the grant at *position* says beside the money."""
    first, last = days_of(position.year, quarter)
    whole_year = quarter == _LAST_QUARTER
    said = replace(
        _words(work, position, quarter),
        risks=risks_of(
            ((RiskId(kept.id), kept.value) for kept in work.risks.all()),
            position,
            first,
            last,
        ),
        categories=categories_of(position, _planned(work, position)),
        unlisted=tuple(each.in_words for each in _unlisted(work, position)),
    )
    if not whole_year:
        return said
    trail, left_out = _trail(work, position)
    return replace(
        said,
        assets=_assets(work, position, last),
        statements=_statements(work, position),
        trail=trail,
        trail_left_out=left_out,
        given=_given(work, position, tools.clock().date()),
    )


def _words(work: UnitOfWork, position: GrantPosition, quarter: int) -> ReturnStory:
    """The sections and the projects' progress of a quarter."""
    fund, year = position.fund_id, position.year
    return ReturnStory(
        sections_of(
            (
                kept.value
                for kept in work.return_texts.all()
                if (kept.value.fund, kept.value.year, kept.value.quarter) == (fund, year, quarter)
            ),
            position.terms,
        ),
        progress_of(
            position,
            (
                kept.value
                for kept in work.project_progress.all()
                if (kept.value.year, kept.value.quarter) == (year, quarter)
            ),
        ),
    )


def _named(position: GrantPosition) -> dict[ProjectId, Project]:
    return {head.project_id: head.project for head in position.projects}


def _planned(work: UnitOfWork, position: GrantPosition) -> list[tuple[ProjectId, str, Money]]:
    """What the bids behind the grant's awards plan by category, in the order of the bids' lines."""
    grant = (position.fund_id, position.year)
    bids: dict[int, ProjectId] = {
        kept.value.bid: kept.value.project
        for kept in work.awards.all()
        if kept.value.bid is not None and (kept.value.fund, kept.value.year) == grant
    }
    if not bids:
        return []
    return [
        (bids[kept.value.bid], kept.value.category.value, kept.value.amount)
        for kept in work.bid_costs.all()
        if kept.value.bid in bids
    ]


def _assets(work: UnitOfWork, position: GrantPosition, last: date) -> tuple[AssetLine, ...]:
    """The register of the fund up to *last*, in the order in which things were bought."""
    projects = {kept.id: kept.value for kept in work.projects.all()}
    kept_ones = [
        kept
        for kept in work.assets.all()
        if kept.value.fund == position.fund_id and kept.value.bought_on <= last
    ]
    papers = _papers_of_lines(work, {kept.value.line for kept in kept_ones if kept.value.line is not None})
    lines = []
    for kept in sorted(kept_ones, key=lambda kept: (kept.value.bought_on, kept.id)):
        each = kept.value
        lines.append(
            AssetLine(
                AssetId(kept.id),
                projects[each.project].ref,
                projects[each.project].name,
                each.description,
                each.cost,
                each.share,
                each.bought_on,
                each.custodian,
                each.location,
                each.life_years,
                each.state,
                each.disposed_on,
                each.proceeds,
                each.consent,
                papers.get(each.line, ()) if each.line is not None else (),
            )
        )
    return tuple(lines)


def _papers_of_lines(work: UnitOfWork, lines: Collection[LineId]) -> dict[LineId, tuple[str, ...]]:
    """The names of the evidence of each of *lines*, as they may leave the house."""
    if not lines:
        return {}
    evidence: dict[int, Kept[Evidence]] = {kept.id: kept for kept in work.evidence.all()}
    found: dict[LineId, list[Kept[Evidence]]] = {}
    for kept in work.supports.all():
        if kept.value.line in lines and kept.value.line is not None:
            found.setdefault(kept.value.line, []).append(evidence[kept.value.evidence])
    return {line: tuple(names_of_papers(each)) for line, each in found.items()}


def _unlisted(work: UnitOfWork, position: GrantPosition) -> tuple[UnlistedPurchase, ...]:
    """Capital lines of the grant above nought that no asset stands for, the oldest first."""
    if not any(head.kind is Kind.CAPITAL and head.spent_ledger for head in position.projects):
        return ()
    listed = {kept.value.line for kept in work.assets.all()}
    found = []
    for head in position.projects:
        if head.kind is not Kind.CAPITAL:
            continue
        where = LineFilter(
            year=position.year,
            to_period=position.to_period,
            project=head.project_id,
            fund=position.fund_id,
            kind=Kind.CAPITAL,
        )
        for line in work.ledger.shares(where):
            if line.id not in listed and line.share > Money.ZERO:
                found.append(_purchase(head, line, position.year))
    return tuple(sorted(found, key=lambda each: (each.dated, each.line)))


def _purchase(head: ProjectPosition, line: LineShare, year: FinancialYear) -> UnlistedPurchase:
    return UnlistedPurchase(
        line.id,
        head.project_id,
        head.ref,
        line.supplier,
        line.description,
        line.posted_on or year.last_day,
        line.amount,
        line.share,
    )


class _Suppliers:
    """The suppliers of a ledger by what they mean: names that a person takes for one are one."""

    def __init__(self, work: UnitOfWork) -> None:
        self._same = {
            plain_name(kept.value.name): plain_name(kept.value.same_as) for kept in work.aliases.all()
        }

    def of(self, name: str) -> str:
        plain = plain_name(name)
        return self._same.get(plain, plain)


def in_ledger(work: UnitOfWork, statement: PartnerStatement) -> Money:
    """What the ledger's lines to the partner of *statement* charge to its project in its year."""
    suppliers = _Suppliers(work)
    wanted = suppliers.of(statement.partner)
    lines = work.ledger.shares(
        LineFilter(year=statement.year, project=statement.project, fund=statement.fund)
    )
    return Money.total(line.share for line in lines if suppliers.of(line.supplier) == wanted)


def _statements(work: UnitOfWork, position: GrantPosition) -> tuple[StatementLine, ...]:
    projects = {kept.id: kept.value for kept in work.projects.all()}
    lines = [
        StatementLine(
            kept.id,
            projects[kept.value.project].ref,
            projects[kept.value.project].name,
            kept.value.partner,
            kept.value.passed_on,
            in_ledger(work, kept.value),
            kept.value.received_on,
            kept.value.signed_by,
            kept.value.signed_on,
            kept.value.note,
        )
        for kept in work.partner_statements.all()
        if (kept.value.fund, kept.value.year) == (position.fund_id, position.year)
    ]
    return tuple(sorted(lines, key=lambda line: (line.ref, line.partner, line.id)))


def _trail(work: UnitOfWork, position: GrantPosition) -> tuple[tuple[TrailLine, ...], int]:
    """What was changed in the grant's records since its last return was certified or sent, oldest first, and how many
    rows are left out. Nothing where there is no such return: the trail begins with it."""
    since = _last_certified(work, position.fund_id)
    if since is None:
        return (), 0
    projects = set(_named(position))
    names = HistoryNames(work)
    rows: list[TrailLine] = []
    for line in _entries_after(work, since):
        if not _is_about(line, position.fund_id, projects):
            continue
        for change in changes_in(line, names):
            rows.append(TrailLine(line.sequence, line.at, line.by, line.sentence, *change))
    return tuple(rows[:_MOST_TRAIL]), max(0, len(rows) - _MOST_TRAIL)


def _last_certified(work: UnitOfWork, fund: FundId) -> SavedReturn | None:
    done = [
        kept.value
        for kept in work.returns.all()
        if kept.value.fund == fund and (kept.value.state.is_out or kept.value.state is ReturnState.CERTIFIED)
    ]
    return max(done, key=lambda saved: saved.made_at, default=None)


def _entries_after(work: UnitOfWork, saved: SavedReturn) -> Iterator[JournalLine]:
    """The entries of the history after *saved* was written, oldest first."""
    ids = [id for id in reversed(work.journal.ids(JournalFilter(since=saved.made_at))) if id > saved.sequence]
    for start in range(0, len(ids), 500):
        yield from work.journal.entries(ids[start : start + 500])


def _is_about(line: JournalLine, fund: FundId, projects: Collection[ProjectId]) -> bool:
    """Whether an entry changes records of the grant, and of nothing else of the kinds that are told."""

    def ours(value: Mapping[str, Any]) -> bool:
        if value.get("fund") is not None:
            return bool(value["fund"] == fund)
        return any(value.get(name) in projects for name in ("project", "source", "target"))

    records = [each for each in touched(line) if each.kind != "steps"]
    return bool(records) and all(
        each.kind in _MONEY_KINDS and ours({**(each.before or {}), **(each.after or {})}) for each in records
    )


def _given(work: UnitOfWork, position: GrantPosition, today: date) -> tuple[GrantGiven, ...]:
    """The grants to voluntary bodies among the awards of the year: one for each award, by the projects' references."""
    parties = all_parties(work)
    projects = _named(position)
    bids = {kept.id: kept.value for kept in work.bids.all()}
    held = work.partnership.all()
    partnership = held[0].value.name if held else ""
    body = next((party for party in parties.values() if party.kind is PartyKind.ACCOUNTABLE_BODY), None)
    funder = (
        body.name if body is not None else (held[0].value.accountable_body if held else "") or partnership
    )
    funder_id = (body.identifier if body is not None else "") or _made_id(funder)
    found = []
    for kept in work.awards.all():
        award = kept.value
        if (award.fund, award.year) != (position.fund_id, position.year) or award.project not in projects:
            continue
        project = projects[award.project]
        bid = bids.get(award.bid) if award.bid is not None else None
        party = _beneficiary(parties, project, bid)
        if party is None or award.amount <= Money.ZERO:
            continue
        parts = (_slug(funder), project.ref, str(award.year), award.kind.value, str(kept.id))
        found.append(
            GrantGiven(
                f"360G-{'-'.join(map(_slug, parts))}",
                f"{position.fund.name}: {project.name}"[:140],
                project.description or project.name,
                award.dated or (bid.decided_on if bid is not None else None),
                project.starts_on or award.year.first_day,
                project.ends_on or award.year.last_day,
                partnership,
                party.name,
                party.identifier or _made_id(party.name),
                party.identifier.rpartition("-")[2],
                project.name,
                award.amount,
                bid.amount if bid is not None else None,
                funder,
                funder_id,
                position.fund.name,
                today,
            )
        )
    return tuple(sorted(found, key=lambda each: each.identifier))


def _beneficiary(parties: Mapping[PartyId, Party], project: Project, bid: Bid | None) -> Party | None:
    """The voluntary body that an award went to: who applied, else the project's partner; None for any other."""
    for id in (bid.applicant if bid is not None else None, project.partner):
        if id is not None:
            return parties[id] if parties[id].form in _VOLUNTARY else None
    return None


def _slug(text: str) -> str:
    """*text* as part of an identifier: letters, digits and single hyphens."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower()


def _made_id(name: str) -> str:
    """The identifier of a body that has none of its own, as 360Giving asks: made from its name."""
    return f"360G-org-{_slug(name)}"


def answer_story(question: StoryOf, tools: Tools) -> StoryAnswer:
    with tools.open_work(reading=True) as work:
        position = position_of(work, question.fund, question.year, last_period_of(question.quarter))
        story = story_of_return(work, tools, position, question.quarter)
        before_year, before_quarter = quarter_before(question.year, question.quarter)
        earlier = (
            position
            if before_year == question.year
            else position_of(work, question.fund, before_year, last_period_of(before_quarter))
        )
        # The register and the statements are shown all through the year, not only with its last return.
        whole = replace(
            story,
            assets=_assets(work, position, question.year.last_day),
            statements=_statements(work, position),
        )
        return StoryAnswer(
            question.fund,
            question.year,
            question.quarter,
            position.fund.name,
            whole,
            story_gaps(whole, position, whole_year=question.quarter == _LAST_QUARTER),
            _words(work, earlier, before_quarter),
            tuple(kept for kept in work.risks.all() if kept.value.fund == question.fund),
            tuple(kept for kept in work.assets.all() if kept.value.fund == question.fund),
            tuple(
                kept
                for kept in work.partner_statements.all()
                if (kept.value.fund, kept.value.year) == (question.fund, question.year)
            ),
            _unlisted(work, position),
            tuple(
                sorted(
                    ((id, project.ref, project.name) for id, project in _named(position).items()),
                    key=lambda each: each[1],
                )
            ),
        )


def answer_passed_on(question: PassedOnTo, tools: Tools) -> tuple[PassedOn, ...]:
    with tools.open_work(reading=True) as work:
        position = position_of(work, question.fund, question.year, None)
        suppliers = _Suppliers(work)
        partners = {
            suppliers.of(name)
            for party in all_parties(work).values()
            if party.kind is PartyKind.PARTNER
            for name in (party.name, *party.aliases)
        } - {""}
        stated = {
            (kept.value.project, suppliers.of(kept.value.partner))
            for kept in work.partner_statements.all()
            if (kept.value.fund, kept.value.year) == (question.fund, question.year)
        }
        found: list[PassedOn] = []
        for id, project in _named(position).items():
            wanted = partners | ({suppliers.of(project.lead)} - {""})
            sums: dict[str, list[LineShare]] = {}
            for line in work.ledger.shares(LineFilter(year=question.year, project=id, fund=question.fund)):
                who = suppliers.of(line.supplier)
                if who in wanted and (id, who) not in stated:
                    sums.setdefault(who, []).append(line)
            found += [
                PassedOn(id, project.ref, lines[0].supplier, _shared(lines), len(lines))
                for lines in sums.values()
            ]
        return tuple(sorted(found, key=lambda each: (each.ref, each.partner)))


def _shared(lines: Iterable[LineShare]) -> Money:
    return Money.total(line.share for line in lines)


@dataclass(frozen=True, slots=True)
class ReadStoryTable(Question["tuple[ProjectProgress | Risk | Asset | PartnerStatement, ...]"]):
    """What a table (.csv, .xlsx, .ods) of progress, risks, assets or statements says of a grant's quarter. Raises
    InputRefusedError that names row and column."""

    table: StoryTable
    fund: FundId
    year: FinancialYear
    quarter: int
    path: Path


def answer_table(
    question: ReadStoryTable, tools: Tools
) -> tuple[ProjectProgress | Risk | Asset | PartnerStatement, ...]:
    headings, rows = tools.reader.plain(question.path)
    with tools.open_work(reading=True) as work:
        position = position_of(work, question.fund, question.year, None)
    return read_story_table(
        question.table,
        headings,
        rows,
        question.path.name,
        fund=question.fund,
        year=question.year,
        quarter=question.quarter,
        projects={project.ref: id for id, project in _named(position).items()},
    )


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    ReadStoryTable: answer_table,
    StoryOf: answer_story,
    PassedOnTo: answer_passed_on,
}
