"""Which budget heads there are: what a project's reference stands for in a year, what has an award, and which of them
take charges now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from fundingapp.application.ports import Charged, UnitOfWork
from fundingapp.application.queries.closed_years import closed_in_words
from fundingapp.domain.allocations import Award
from fundingapp.domain.charging import Standing, standing_of
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import BidId, FundId, LineId, ProjectId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import Charge, NamedHeads, names_of
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

#: Budget heads by (ref in lower case, start of the year).
HeadsByRef = dict[tuple[str, int], list[BudgetHead]]


def standing_in(work: UnitOfWork) -> Standing:
    """Which heads of the file take no charges, and why."""
    standing = standing_of(
        {ProjectId(kept.id): kept.value.ref for kept in work.projects.all()},
        [kept.value for kept in work.awards.all()],
        {BidId(kept.id): kept.value for kept in work.bids.all()},
        [kept.value for kept in work.conditions.all()],
        [kept.value for kept in work.carry_forwards.all()],
    )
    closed = closed_in_words(work)
    if not closed:
        return standing
    return standing.with_closed(
        {(grant[0], grant[1].start): words for grant, words in closed.items()},
        ((head, year.start) for head, year in budgeted(work)),
    )


def budgeted(work: UnitOfWork) -> Iterator[tuple[BudgetHead, FinancialYear]]:
    """Every budget head with money of its own in a year: once for each award, and for each sum that was agreed to be
    carried into it from the year before."""
    for award in (kept.value for kept in work.awards.all()):
        yield BudgetHead(award.project, award.fund, award.kind), award.year
    for entry in (kept.value for kept in work.carry_forwards.all()):
        if entry.project is not None and entry.carried:
            yield BudgetHead(entry.project, entry.fund, entry.kind), entry.into_year


def agreed_rates(work: UnitOfWork, year: FinancialYear) -> dict[BudgetHead, Decimal]:
    """What of a hundred of a head's cost its award agreed to pay in *year* (R16), of several the strictest; money that
    was carried into the year without an award there keeps the rate of the newest award before it."""
    by_head: dict[BudgetHead, list[Award]] = {}
    for award in (kept.value for kept in work.awards.all()):
        if award.year <= year:
            by_head.setdefault(BudgetHead(award.project, award.fund, award.kind), []).append(award)
    found: dict[BudgetHead, Decimal] = {}
    for head in {head for head, of_year in budgeted(work) if of_year == year}:
        awards = by_head.get(head, [])
        newest = max((award.year for award in awards), default=year)
        rates = [award.intervention_percent for award in awards if award.year == newest]
        agreed = [rate for rate in rates if rate is not None]
        if agreed:
            found[head] = min(agreed)
    return found


def granted(work: UnitOfWork) -> set[tuple[FundId, FinancialYear]]:
    """Every fund and year that has an allocation or an award, or money that was agreed to be carried into it."""
    found = {(kept.value.fund, kept.value.year) for kept in work.allocations.all()}
    found |= {(kept.value.fund, kept.value.year) for kept in work.awards.all()}
    return found | {
        (kept.value.fund, kept.value.into_year) for kept in work.carry_forwards.all() if kept.value.carried
    }


def heads_of(work: UnitOfWork) -> NamedHeads:
    """The budget heads by what a target may call them, and start of the year: by the project's ref in lower case, and
    for a project that is paid in several kinds or by several funds with these, as in “sv-01:labour”,
    “lf-01:revenue:home office fund” and “lf-01::home office fund”."""
    return NamedHeads(heads_by_ref(work), fund_names(work))


def fund_names(work: UnitOfWork) -> dict[FundId, str]:
    """The funds by name."""
    return {FundId(kept.id): kept.value.name for kept in work.funds.all()}


def head_names(work: UnitOfWork) -> dict[tuple[BudgetHead, int], str]:
    """What a target calls each budget head in the year that starts then: the shortest name that means it alone."""
    refs = {kept.value.ref.casefold(): kept.value.ref for kept in work.projects.all()}
    funds = fund_names(work)
    return {
        (head, year): name
        for (ref, year), found in heads_by_ref(work).items()
        for head, name in names_of(refs[ref], found, funds).items()
    }


def heads_by_ref(work: UnitOfWork) -> HeadsByRef:
    """The budget heads that a project's reference can mean: those with an award, or with money carried into the year.

    Where there is none, the bid that asks for one: a charge there is refused, or held, with the bid's state named.
    """
    refs = {kept.id: kept.value.ref.casefold() for kept in work.projects.all()}
    heads: HeadsByRef = {}
    for head, year in budgeted(work):
        found = heads.setdefault((refs[head.project], year.start), [])
        if head not in found:
            found.append(head)
    undecided = standing_in(work).undecided
    for head, start in sorted(undecided, key=lambda each: (each[1], each[0].fund, each[0].kind.value)):
        heads.setdefault((refs[head.project], start), [head])
    return heads


def open_heads(work: UnitOfWork) -> HeadsByRef:
    """The budget heads that take charges now, by the project's ref in lower case and start of the year."""
    blocked = standing_in(work).obstacles
    heads = {
        (ref, year): [head for head in found if (head, year) not in blocked]
        for (ref, year), found in heads_by_ref(work).items()
    }
    return {place: found for place, found in heads.items() if found}


def refuse_blocked_charges(
    work: UnitOfWork,
    placed: Iterable[tuple[LineId, Sequence[Charge]]],
    was: Mapping[LineId, Collection[Charged]],
    *,
    restoring: bool = False,
) -> None:
    """Raises ExpectedError when *placed* charges a head that takes no charges: money can't be charged to an undecided
    bid, nor to one that is on hold or over.

    What a line *was* charged with already may stay, or become less, but not once its bid is closed. *restoring*: it is
    put back as it was, which only needs an award that is still there and not closed.
    """
    standing = standing_in(work)
    if not standing:
        return
    blocked = {head for head, _ in standing.obstacles}
    for line, charges in placed:
        sums = _by_head(charges)
        before = _by_head(charged.charge for charged in was.get(line, ()))
        if blocked.isdisjoint(sums) and blocked.isdisjoint(before):
            continue
        year = work.ledger.held_line(line).line.year
        for head in {**before, **sums}:
            obstacle = standing.of(head, year)
            now, then = sums.get(head, Money.ZERO), before.get(head, Money.ZERO)
            if obstacle is None or now == then:
                continue
            if not _within(now, then) and not (restoring and obstacle.has_award and not obstacle.is_closed):
                raise obstacle.refusal(now)
            if obstacle.is_closed:
                raise obstacle.fixed(then - now)


def without_closed(
    work: UnitOfWork, lines: Sequence[tuple[LineId, LedgerLine]]
) -> Sequence[tuple[LineId, LedgerLine]]:
    """*lines* without those that are charged to a bid that is financially closed."""
    closed = {place for place, obstacle in standing_in(work).obstacles.items() if obstacle.is_closed}
    if not closed:
        return lines
    charges = work.ledger.charges_of([id for id, _ in lines])
    return [
        (id, line)
        for id, line in lines
        if not any((charged.charge.head, line.year.start) in closed for charged in charges[id])
    ]


def _by_head(charges: Iterable[Charge]) -> dict[BudgetHead, Money]:
    sums: dict[BudgetHead, Money] = {}
    for charge in charges:
        if charge.head is not None:
            sums[charge.head] = sums.get(charge.head, Money.ZERO) + charge.amount
    return sums


def _within(amount: Money, before: Money) -> bool:
    """Whether *amount* is a part of *before*, or all of it."""
    return Money.ZERO <= amount <= before or before <= amount <= Money.ZERO


def refuse_unless_awarded(
    work: UnitOfWork,
    project: ProjectId,
    fund: FundId,
    year: FinancialYear,
    kind: Kind,
    charging: Money | None = None,
    standing: Standing | None = None,
) -> None:
    """Raises ExpectedError when the project has no award of that kind from the fund in *year*, nor money carried into
    it, naming the bid's state where there is a bid, and when its bid is over.

    *charging* is an amount to be charged there: then a bid on hold, or money that is not released yet, refuses it too.
    *standing* is given where many are asked about.
    """
    head = BudgetHead(project, fund, kind)
    obstacle = (standing if standing is not None else standing_in(work)).of(head, year)
    if obstacle is not None and charging is not None:
        raise obstacle.refusal(charging)
    if obstacle is not None and obstacle.is_over:
        raise ExpectedError(
            "cannot_charge", f"{obstacle.words}, so nothing is planned for it.", obstacle.advice
        )
    if (head, year) not in budgeted(work):
        ref = work.projects.get(project).value.ref
        raise NotFoundError(f"{kind.value} award in {year} for", ref, "Record the award first.")
