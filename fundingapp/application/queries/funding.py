"""Who pays for the projects of a year: grants, host and match, in kind beside, and the posts among them (R15, R16)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.heads import agreed_rates, budgeted, granted
from fundingapp.application.queries.positions import position_of
from fundingapp.domain.adjustments import AdjustmentType
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import FundId, PartyId, PostId, ProjectId
from fundingapp.domain.match_funding import (
    FundedPart,
    MatchFunding,
    MatchRow,
    Post,
    PostFunding,
    PostShare,
    ProjectFunding,
    reconcile_funding,
)
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition


@dataclass(frozen=True, slots=True)
class FundingOf(Question["FundingAnswer"]):
    """Who pays for each project in *year*: of one grant, or (fund None) of all."""

    year: FinancialYear
    fund: FundId | None = None


@dataclass(frozen=True, slots=True)
class FundingAnswer:
    """The funding of projects in the order of their references, and the records that make it, to be changed.

    *funds* are the grants of the year by their names, *parties* all bodies that may give match.
    """

    year: FinancialYear
    projects: tuple[ProjectFunding, ...]
    match: tuple[Kept[MatchFunding], ...]
    posts: tuple[Kept[Post], ...]
    post_shares: tuple[Kept[PostShare], ...]
    funds: tuple[tuple[FundId, str], ...]
    parties: tuple[tuple[PartyId, str], ...]

    def source_of(self, match: MatchFunding) -> str:
        """Who gives it: the body, or what it was called."""
        return source_name(match, dict(self.parties))


def source_name(match: MatchFunding, parties: Mapping[PartyId, str]) -> str:
    """Who gives *match*: what it was called, else the body."""
    return match.source or (parties.get(match.party, "") if match.party is not None else "")


def _party_names(work: UnitOfWork) -> dict[PartyId, str]:
    return {PartyId(kept.id): kept.value.name for kept in work.parties.all()}


def positions_of_year(
    work: UnitOfWork, year: FinancialYear, to_period: int | None = None
) -> dict[FundId, GrantPosition]:
    """The position of each grant that has money in *year*, by the funds' names."""
    funds = {fund for fund, of_year in granted(work) if of_year == year}
    funds |= _paying(work, year, None)
    names = {kept.id: kept.value.name for kept in work.funds.all()}
    return {
        fund: position_of(work, fund, year, to_period) for fund in sorted(funds, key=lambda fund: names[fund])
    }


def _paying(work: UnitOfWork, year: FinancialYear, projects: Collection[ProjectId] | None) -> set[FundId]:
    """The funds that have anything to do with *projects* (None: with any) in *year*."""

    def is_wanted(*ids: ProjectId | None) -> bool:
        return projects is None or any(id in projects for id in ids)

    found = {head.fund for head, of_year in budgeted(work) if of_year == year and is_wanted(head.project)}
    for rows in (work.accruals, work.adjustments):
        found |= {
            kept.value.fund
            for kept in rows.all()
            if is_wanted(kept.value.project) and year in (kept.value.year, kept.value.reverses_year)
        }
    found |= {
        kept.value.fund
        for kept in work.movements.all()
        if kept.value.year == year and is_wanted(kept.value.source, kept.value.target)
    }
    return found | {entry.fund for entry in work.ledger.charge_sums(year) if is_wanted(entry.project)}


class _Paid:
    """What is read once for all projects of a year: the agreed rates, and what is ineligible."""

    def __init__(self, work: UnitOfWork, year: FinancialYear) -> None:
        self._rates: dict[tuple[ProjectId, FundId], list[Decimal]] = {}
        for head, rate in agreed_rates(work, year).items():
            self._rates.setdefault((head.project, head.fund), []).append(rate)
        self._ineligible = [
            kept.value
            for kept in work.adjustments.all()
            if kept.value.type is AdjustmentType.INELIGIBLE and kept.value.year == year
        ]

    def _host(self, position: GrantPosition, project: ProjectId) -> Money:
        """What the host pays of *project*, from the adjustments themselves rather than from the spend (R14)."""
        return -Money.total(
            each.amount
            for each in self._ineligible
            if (each.project, each.fund) == (project, position.fund_id) and each.period <= position.to_period
        )

    def part(self, position: GrantPosition, project: ProjectId) -> FundedPart | None:
        """What the fund of *position* pays of *project*; None when it has nothing to do with it."""
        heads = [head for head in position.projects if head.project_id == project]
        if not heads:
            return None
        agreed = self._rates.get((project, position.fund_id))
        return FundedPart(
            position.fund_id,
            position.fund.name,
            Money.total(head.budget.current for head in heads),
            Money.total(head.net_spent for head in heads),
            Money.total(head.spent for head in heads),
            self._host(position, project),
            # Of several awards to one project the strictest rate holds for it as a whole.
            min(agreed) if agreed else position.terms.intervention_percent,
        )


def _funding(
    work: UnitOfWork,
    year: FinancialYear,
    positions: Mapping[FundId, GrantPosition],
    wanted: Collection[ProjectId],
) -> tuple[ProjectFunding, ...]:
    funds = {kept.id: kept.value.name for kept in work.funds.all()}
    projects = {kept.id: kept.value for kept in work.projects.all()}
    read = _Paid(work, year)
    match = [kept.value for kept in work.match_funding.all() if kept.value.year == year]
    posts = [kept for kept in work.posts.all() if kept.value.year == year and kept.value.project in wanted]
    shares = [kept.value for kept in work.post_shares.all()] if posts else []
    paid = {
        kept.id: PostFunding(
            kept.value,
            tuple(
                (funds[share.fund] if share.fund is not None else share.source, share.fund, share.percent)
                for share in shares
                if share.post == kept.id
            ),
        )
        for kept in posts
    }
    made = []
    for project in sorted(wanted, key=lambda each: projects[each].ref):
        parts = [read.part(position, project) for position in positions.values()]
        made.append(
            ProjectFunding(
                project,
                projects[project].ref,
                projects[project].name,
                tuple(part for part in parts if part is not None),
                tuple(each for each in match if each.project == project),
                tuple(paid[kept.id] for kept in posts if kept.value.project == project),
            )
        )
    return tuple(made)


def project_funding(work: UnitOfWork, position: GrantPosition) -> tuple[ProjectFunding, ...]:
    """Who pays for the projects of the grant at *position*, up to its period: this grant and all others."""
    wanted = {head.project_id for head in position.projects}
    positions = {position.fund_id: position}
    if (
        len(work.funds.all()) > 1
    ):  # looking through the ledger's sums again is spared where nobody else can pay
        for fund in sorted(_paying(work, position.year, wanted) - {position.fund_id}):
            positions[fund] = position_of(work, fund, position.year, position.to_period)
    return _funding(work, position.year, positions, wanted)


def funding_of_year(
    work: UnitOfWork, year: FinancialYear, to_period: int | None = None
) -> tuple[ProjectFunding, ...]:
    """Who pays for each project of *year*: those of all grants, and those that only match or posts are recorded for."""
    positions = positions_of_year(work, year, to_period)
    wanted = {head.project_id for position in positions.values() for head in position.projects}
    wanted |= {kept.value.project for kept in work.match_funding.all() if kept.value.year == year}
    wanted |= {kept.value.project for kept in work.posts.all() if kept.value.year == year}
    return _funding(work, year, positions, wanted)


def state_funding(work: UnitOfWork, position: GrantPosition) -> tuple[Identity, ...]:
    """R15 and R16 of the grant at *position*."""
    return reconcile_funding(position.fund.name, position.year, project_funding(work, position))


def match_rows(work: UnitOfWork, position: GrantPosition) -> tuple[MatchRow, ...]:
    """The lines of the return's sheet “Match”: of the grant's projects, in the order of their references."""
    wanted = {head.project_id: head.project for head in position.projects}
    parties = _party_names(work)
    rows = [
        MatchRow(
            wanted[kept.value.project].ref,
            wanted[kept.value.project].name,
            source_name(kept.value, parties),
            kept.value.type.value,
            kept.value.is_secured,
            kept.value.is_in_kind,
            kept.value.planned,
            kept.value.received,
            kept.value.spent,
        )
        for kept in work.match_funding.all()
        if kept.value.year == position.year and kept.value.project in wanted
    ]
    return tuple(sorted(rows, key=lambda row: row.ref))


def answer_funding(question: FundingOf, tools: Tools) -> FundingAnswer:
    with tools.open_work(reading=True) as work:
        if question.fund is None:
            projects = funding_of_year(work, question.year)
        else:
            projects = project_funding(work, position_of(work, question.fund, question.year, None))
        shown = {project.project for project in projects}
        posts = [
            kept
            for kept in work.posts.all()
            if kept.value.year == question.year and kept.value.project in shown
        ]
        ids = {PostId(kept.id) for kept in posts}
        awarded = {fund for fund, year in granted(work) if year == question.year}
        return FundingAnswer(
            question.year,
            projects,
            tuple(
                kept
                for kept in work.match_funding.all()
                if kept.value.year == question.year and kept.value.project in shown
            ),
            tuple(posts),
            tuple(kept for kept in work.post_shares.all() if kept.value.post in ids),
            tuple((FundId(kept.id), kept.value.name) for kept in work.funds.all() if kept.id in awarded),
            tuple(_party_names(work).items()),
        )


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {FundingOf: answer_funding}
