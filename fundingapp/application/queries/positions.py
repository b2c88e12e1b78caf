"""A grant's position up to a period: the one source of every figure that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fundingapp.application.effect import Question
from fundingapp.application.ports import SavedReturn, UnitOfWork
from fundingapp.application.queries.locked_balances import stated_by_locks
from fundingapp.domain.adjustments import Adjustment, carried_into
from fundingapp.domain.agreements import terms_in_force
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import AccrualId, FundId, LineId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear
from fundingapp.domain.positions import GrantPosition, GrantRecords, grant_position


@dataclass(frozen=True, slots=True)
class PositionOf(Question["PositionAnswer"]):
    """The position of a fund's year. *to_period* None means the whole year's ledger, forecast from its last month."""

    fund: FundId
    year: FinancialYear
    to_period: int | None = None


@dataclass(frozen=True, slots=True)
class PositionAnswer:
    """A position with its identities; *last_period* is the last one the ledger holds a line for (0: none), *claimed*
    what the year's claims ask for that were sent."""

    position: GrantPosition
    identities: tuple[Identity, ...]
    last_period: int
    claimed: Money = Money.ZERO

    @property
    def unexplained(self) -> Money:
        """The size of what does not reconcile: the differences of all identities together."""
        return Money.total(abs(identity.difference) for identity in self.identities)

    @property
    def reconciled(self) -> bool:
        return all(identity.holds for identity in self.identities)


def find_fund(work: UnitOfWork, name: str) -> FundId:
    """The fund of that name, whatever its case. Raises NotFoundError that lists the funds there are."""
    wanted = " ".join(name.casefold().split())
    funds = work.funds.all()
    for kept in funds:
        if " ".join(kept.value.name.casefold().split()) == wanted:
            return FundId(kept.id)
    there = ", ".join(f"“{kept.value.name}”" for kept in funds) or "none yet"
    raise NotFoundError("fund", name, f"The funds are: {there}.")


def grant_records(work: UnitOfWork, fund: FundId, year: FinancialYear, sent_before: int = 5) -> GrantRecords:
    """Everything that the position of a grant is made of, out of one snapshot.

    Of the returns sent, only those of quarters before *sent_before* keep their figures (R17): a return that is made
    again must not take in what a later one stated.
    """
    submitted: dict[tuple[ProjectId, Kind], tuple[Money, ...]] = {}
    newest: SavedReturn | None = None
    for kept_return in work.returns.all():
        saved = kept_return.value
        if (saved.fund, saved.year, saved.state.is_out) != (fund, year, True):
            continue
        if saved.quarter < sent_before and (
            newest is None or (saved.quarter, saved.version) > (newest.quarter, newest.version)
        ):
            newest = saved
    if newest is not None:
        submitted = {(project, kind): quarters for project, kind, quarters in newest.quarters}
    known = {AccrualId(kept.id): kept.value for kept in work.accruals.all() if kept.value.fund == fund}
    adjustments = [kept.value for kept in work.adjustments.all() if kept.value.fund == fund]
    accruals = [entry for entry in known.values() if year in (entry.year, entry.reverses_year)]
    ours = [entry for entry in adjustments if year in (entry.year, entry.reverses_year)]
    charges = work.ledger.charge_sums(year)
    locked_to, locked = stated_by_locks(work, fund, year)
    carried = [kept.value for kept in work.carry_forwards.all() if kept.value.fund == fund]
    return GrantRecords(
        fund_id=fund,
        fund=work.funds.get(fund).value,
        year=year,
        allocations=[
            kept.value
            for kept in work.allocations.all()
            if (kept.value.fund, kept.value.year) == (fund, year)
        ],
        projects={ProjectId(kept.id): kept.value for kept in work.projects.all()},
        awards=[
            kept.value for kept in work.awards.all() if (kept.value.fund, kept.value.year) == (fund, year)
        ],
        contingencies=[
            kept.value
            for kept in work.contingencies.all()
            if (kept.value.fund, kept.value.year) == (fund, year)
        ],
        movements=[
            kept.value for kept in work.movements.all() if (kept.value.fund, kept.value.year) == (fund, year)
        ],
        accruals=accruals,
        forecasts=[
            kept.value for kept in work.forecasts.all() if (kept.value.fund, kept.value.year) == (fund, year)
        ],
        charges=[entry for entry in charges if entry.fund == fund],
        elsewhere=[entry for entry in charges if entry.fund != fund],
        reached=max(
            [
                work.ledger.last_period(year),
                *(entry.period for entry in accruals if entry.year == year),
            ]
        ),
        ledger=work.ledger.ledger_sums(year),
        controls=work.ledger.control_sums(year),
        submitted=submitted,
        submitted_quarter=newest.quarter if newest else 0,
        locked=locked,
        locked_to=locked_to,
        adjustments=ours,
        carried=carried_into(year, known, adjustments),
        overdrawn=_overdrawn(work, [entry for entry in ours if entry.year == year]),
        consents=[
            kept.value for kept in work.consents.all() if (kept.value.fund, kept.value.year) == (fund, year)
        ],
        brought=[entry for entry in carried if entry.into_year == year],
        onward=[entry for entry in carried if entry.from_year == year],
        terms=terms_in_force((kept.value for kept in work.agreements.all()), fund, year),
        reasons=[
            kept.value
            for kept in work.variance_reasons.all()
            if (kept.value.fund, kept.value.year) == (fund, year)
        ],
        profiles=[
            kept.value for kept in work.profiles.all() if (kept.value.fund, kept.value.year) == (fund, year)
        ],
    )


def _overdrawn(work: UnitOfWork, adjustments: Sequence[Adjustment]) -> int:
    """How many of *adjustments* take more off the ledger line they name than it charges there now."""
    lines = {entry.line for entry in adjustments if entry.line is not None}
    if not lines:
        return 0
    charges = work.ledger.charges_of(lines)
    live = {line: work.ledger.held_line(line).live for line in lines}
    taken: dict[tuple[LineId, BudgetHead], list[Adjustment]] = {}
    for entry in adjustments:
        if entry.line is not None and entry.type.only_takes_off:
            taken.setdefault((entry.line, BudgetHead(entry.project, entry.fund, entry.kind)), []).append(
                entry
            )
    found = 0
    for (line, head), entries in taken.items():
        share = Money.total(
            charged.charge.amount for charged in charges[line] if live[line] and charged.charge.head == head
        )
        off = -Money.total(entry.amount for entry in entries)
        if off.pence * share.pence < 0 or abs(off) > abs(share):
            found += len(entries)
    return found


def position_of(
    work: UnitOfWork, fund: FundId, year: FinancialYear, to_period: int | None, sent_before: int = 5
) -> GrantPosition:
    """The position up to *to_period*; None takes the last period that the ledger, an accrual or an adjustment has
    reached. An adjustment alone does not make the months before it past: what is forecast for them is still expected.

    *sent_before* as in :func:`grant_records`.
    """
    records = grant_records(work, fund, year, sent_before)
    adjusted = max((entry.period for entry in records.adjustments if entry.year == year), default=0)
    return grant_position(records, to_period or max(records.reached, adjusted) or 1)


#: Up to here a position takes in everything of its year.
WHOLE_YEAR = CLOSING_PERIOD
