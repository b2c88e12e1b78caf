"""A year's bids as a board and a table show them, one bid with everything about it, and the table of requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.domain.agreements import Consent, terms_in_force
from fundingapp.domain.bidding import BidRoom, alert_of, bid_room, expected_of, funded_since
from fundingapp.domain.bids import BIDS, Bid, BidCost, BidState, BidText, BoardDecision, Offer, Section
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.funds import Fund, Kind, Project
from fundingapp.domain.grant_conditions import GrantCondition
from fundingapp.domain.ids import BidId, FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.states import Move, Step, Subject


@dataclass(frozen=True, slots=True)
class BidsOf(Question["BidsAnswer"]):
    """The bids of a year, of one fund or of all, in the order of the projects' references."""

    year: FinancialYear
    fund: FundId | None = None


@dataclass(frozen=True, slots=True)
class BidDetail(Question["BidView"]):
    """One bid with everything that is known of it. Raises NotFoundError."""

    bid: BidId


@dataclass(frozen=True, slots=True)
class FundingRequests(Question["Requests"]):
    """What was asked of the funds in a year and what became of it; drafts are left out (domain paper 6, fact 27)."""

    year: FinancialYear
    fund: FundId | None = None


@dataclass(frozen=True, slots=True)
class BidRow:
    """A bid in a list.

    *costs* is the sum of its costed lines, *funded_since* the first year before its own in which its project had an
    award, of any fund. *next* is what is expected now, *by* until when, *days* how many days that is from today (below
    nought: overdue); *alert* is a sentence where it needs looking at.
    """

    id: BidId
    version: int
    bid: Bid
    ref: str
    project_name: str
    fund_name: str
    applicant: str
    costs: Money
    has_costs: bool
    funded_since: FinancialYear | None
    offer: Offer | None
    next: str
    by: date | None
    days: int | None
    alert: str
    moves: tuple[Move[BidState], ...]

    @property
    def name(self) -> str:
        """“LF-09's bid”."""
        return f"{self.ref}'s bid"

    @property
    def awarded(self) -> Money | None:
        return self.bid.awarded

    @property
    def is_continuing(self) -> bool:
        """Whether its project was funded before."""
        return self.funded_since is not None


@dataclass(frozen=True, slots=True)
class BidsAnswer:
    """A year's bids, and what there is for them by fund and kind in use; *today* is the day that *days* count from."""

    rows: tuple[BidRow, ...]
    rooms: tuple[BidRoom, ...]
    today: date


@dataclass(frozen=True, slots=True)
class EarlierYear:
    """What the bid's project asked for and was awarded in an earlier year, by fund and kind."""

    year: FinancialYear
    fund_name: str
    kind: Kind
    asked: Money
    awarded: Money


@dataclass(frozen=True, slots=True)
class BidView:
    """One bid: its row and all that stands behind it. *texts* are in the order of the sections, *history* and *offers*
    oldest first; *word_limits* are the agreement's; *room* is what there is for its kind, with the bid itself in it."""

    row: BidRow
    costs: tuple[Kept[BidCost], ...]
    texts: tuple[Kept[BidText], ...]
    word_limits: Mapping[Section, int]
    decisions: tuple[Kept[BoardDecision], ...]
    offers: tuple[Kept[Offer], ...]
    conditions: tuple[Kept[GrantCondition], ...]
    history: tuple[Step, ...]
    papers: tuple[Kept[Evidence], ...]
    earlier: tuple[EarlierYear, ...]
    room: BidRoom
    consents: tuple[Kept[Consent], ...]


@dataclass(frozen=True, slots=True)
class Requests:
    """The table of requests in the order of fund and reference, with its sums; *undecided* is asked and unanswered."""

    rows: tuple[BidRow, ...]
    asked: Money
    awarded: Money
    undecided: Money


@dataclass(frozen=True, slots=True)
class _Known:
    """What every row is made of, read once."""

    projects: Mapping[int, Project]
    funds: Mapping[int, Fund]
    parties: Mapping[int, str]
    costs: Mapping[int, list[Kept[BidCost]]]
    offers: Mapping[int, list[Kept[Offer]]]
    awarded_years: Mapping[int, set[FinancialYear]]
    today: date


def _known(work: UnitOfWork, today: date) -> _Known:
    costs: dict[int, list[Kept[BidCost]]] = {}
    for line in work.bid_costs.all():
        costs.setdefault(line.value.bid, []).append(line)
    offers: dict[int, list[Kept[Offer]]] = {}
    for offer in work.offers.all():
        offers.setdefault(offer.value.bid, []).append(offer)
    years: dict[int, set[FinancialYear]] = {}
    for award in work.awards.all():
        years.setdefault(award.value.project, set()).add(award.value.year)
    return _Known(
        {kept.id: kept.value for kept in work.projects.all()},
        {kept.id: kept.value for kept in work.funds.all()},
        {kept.id: kept.value.name for kept in work.parties.all()},
        costs,
        {bid: sorted(found, key=lambda kept: (kept.value.dated, kept.id)) for bid, found in offers.items()},
        years,
        today,
    )


def _row(kept: Kept[Bid], known: _Known) -> BidRow:
    bid = kept.value
    project = known.projects[bid.project]
    costs = known.costs.get(kept.id, [])
    offers = known.offers.get(kept.id, [])
    offer = offers[-1].value if offers else None
    expected = expected_of(bid, offer, project.ends_on)
    days = (expected.by - known.today).days if expected.by is not None else None
    return BidRow(
        BidId(kept.id),
        kept.version,
        bid,
        project.ref,
        project.name,
        known.funds[bid.fund].name,
        known.parties.get(bid.applicant, "") if bid.applicant is not None else "",
        Money.total(line.value.amount for line in costs),
        bool(costs),
        funded_since(known.awarded_years.get(bid.project, ()), bid.year),
        offer,
        expected.words,
        expected.by,
        days,
        alert_of(f"{project.ref}'s bid", bid, offer, known.today),
        BIDS.from_state(bid.state),
    )


def _rows(work: UnitOfWork, year: FinancialYear, fund: FundId | None, today: date) -> list[BidRow]:
    known = _known(work, today)
    rows = [
        _row(kept, known)
        for kept in work.bids.all()
        if kept.value.year == year and fund in (None, kept.value.fund)
    ]
    return sorted(rows, key=lambda row: (row.ref, row.fund_name, row.id))


def _rooms(
    work: UnitOfWork, year: FinancialYear, funds: Iterable[FundId], kind: Kind | None = None
) -> tuple[BidRoom, ...]:
    """The rooms of *funds* in *year*, for each kind in use, or for one kind alone."""
    bids = [kept.value for kept in work.bids.all()]
    allocations = [kept.value for kept in work.allocations.all()]
    consents = [kept.value for kept in work.consents.all()]
    found = []
    for fund in funds:
        position: GrantPosition = position_of(work, fund, year, WHOLE_YEAR)
        for each in position.fund.kinds if kind is None else (kind,):
            room = bid_room(position, each, bids, allocations, consents)
            if kind is not None or room.limit or room.taken or room.preparing or room.outside:
                found.append(room)
    return tuple(found)


def _funds_of(work: UnitOfWork, year: FinancialYear) -> list[FundId]:
    """The funds with an allocation or a bid in *year*, in the order of their names."""
    used = {kept.value.fund for kept in work.allocations.all() if kept.value.year == year}
    used |= {kept.value.fund for kept in work.bids.all() if kept.value.year == year}
    funds = sorted(work.funds.all(), key=lambda kept: kept.value.name.casefold())
    return [FundId(kept.id) for kept in funds if kept.id in used]


def answer_bids(question: BidsOf, tools: Tools) -> BidsAnswer:
    today = tools.clock().date()
    with tools.open_work(reading=True) as work:
        funds = _funds_of(work, question.year) if question.fund is None else [question.fund]
        rows = _rows(work, question.year, question.fund, today)
        return BidsAnswer(tuple(rows), _rooms(work, question.year, funds), today)


def answer_detail(question: BidDetail, tools: Tools) -> BidView:
    with tools.open_work(reading=True) as work:
        kept = work.bids.get(question.bid)
        bid, id = kept.value, BidId(kept.id)
        known = _known(work, tools.clock().date())
        sections = list(Section)
        named = {section.value: section for section in Section}
        terms = terms_in_force((each.value for each in work.agreements.all()), bid.fund, bid.year)
        evidence = {each.value.evidence for each in work.supports.all() if each.value.bid == id}
        return BidView(
            _row(kept, known),
            tuple(known.costs.get(id, ())),
            tuple(
                sorted(
                    (text for text in work.bid_texts.all() if text.value.bid == id),
                    key=lambda text: sections.index(text.value.section),
                )
            ),
            {named[section]: words for section, words in terms.section_words if section in named},
            tuple(each for each in work.board_decisions.all() if each.value.bid == id),
            tuple(known.offers.get(id, ())),
            tuple(each for each in work.conditions.all() if each.value.bid == id),
            tuple(
                each.value
                for each in work.steps.all()
                if each.value.subject is Subject.BID and each.value.subject_id == id
            ),
            tuple(each for each in work.evidence.all() if each.id in evidence),
            _earlier(work, bid, known),
            _rooms(work, bid.year, [bid.fund], bid.kind)[0],
            tuple(
                each
                for each in work.consents.all()
                if (each.value.fund, each.value.year, each.value.kind) == (bid.fund, bid.year, bid.kind)
            ),
        )


def _earlier(work: UnitOfWork, bid: Bid, known: _Known) -> tuple[EarlierYear, ...]:
    asked: dict[tuple[FinancialYear, FundId, Kind], Money] = {}
    awarded: dict[tuple[FinancialYear, FundId, Kind], Money] = {}
    project: ProjectId = bid.project
    for kept in work.bids.all():
        other = kept.value
        if other.project == project and other.year < bid.year and other.state is not BidState.WITHDRAWN:
            place = (other.year, other.fund, other.kind)
            asked[place] = asked.get(place, Money.ZERO) + other.amount
    for held in work.awards.all():
        award = held.value
        if award.project == project and award.year < bid.year:
            place = (award.year, award.fund, award.kind)
            awarded[place] = awarded.get(place, Money.ZERO) + award.amount
    places = sorted(
        {*asked, *awarded}, key=lambda place: (place[0], known.funds[place[1]].name, place[2].value)
    )
    return tuple(
        EarlierYear(
            year,
            known.funds[fund].name,
            kind,
            asked.get((year, fund, kind), Money.ZERO),
            awarded.get((year, fund, kind), Money.ZERO),
        )
        for year, fund, kind in places
    )


def answer_requests(question: FundingRequests, tools: Tools) -> Requests:
    with tools.open_work(reading=True) as work:
        found = _rows(work, question.year, question.fund, tools.clock().date())
    rows = sorted(
        (row for row in found if row.bid.state is not BidState.DRAFT),
        key=lambda row: (row.fund_name.casefold(), row.ref, row.id),
    )
    return Requests(
        tuple(rows),
        Money.total(row.bid.amount for row in rows),
        Money.total(row.awarded or Money.ZERO for row in rows),
        Money.total(row.bid.amount for row in rows if row.bid.state.is_asked),
    )


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    BidsOf: answer_bids,
    BidDetail: answer_detail,
    FundingRequests: answer_requests,
}
