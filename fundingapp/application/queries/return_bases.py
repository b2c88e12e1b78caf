"""What the figures of a return are made of now: by head and period the ledger lines, accruals and adjustments; the
awards and virements of a budget; the notices of what is available; the months that are still to come."""

from __future__ import annotations

from collections.abc import Iterator

from fundingapp.application.ports import Kept, LineFilter, LineOrder, UnitOfWork
from fundingapp.domain.adjustments import Accrual, Adjustment, effects
from fundingapp.domain.allocations import Resource, standing_of
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.matching import Disposition
from fundingapp.domain.periods import CLOSING_PERIOD
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.return_proofs import Basis, BasisItem, ReturnProof
from fundingapp.domain.signing import Figures

#: So many lines are read at a time.
_AT_ONCE = 5_000


def proof_of(work: UnitOfWork, saved: int) -> ReturnProof | None:
    """The proof that was kept with a saved return."""
    return next((kept.value for kept in work.return_proofs.all() if kept.value.saved == saved), None)


def head_figure(position: GrantPosition, project: ProjectPosition, measure: str) -> str:
    """“LF-01/2018/19/spend/P6:revenue:Locality Fund@12”: tells the head from every other one."""
    return f"{project.ref}/{position.year}/{measure}:{project.kind.value}:{position.fund.name}@{position.to_period}"


def available_figure(position: GrantPosition) -> str:
    """“Locality Fund/2018/19/available@12”."""
    return f"{position.fund.name}/{position.year}/available@{position.to_period}"


def is_of_ledger(figure: str) -> bool:
    """Whether a figure is of the ledger as a whole, which no project's figure is made of."""
    return figure.startswith("ledger/")


def _ledger_figures(position: GrantPosition) -> Figures:
    """What the year's ledger comes to and where it went, which a return's reconciliation states."""
    sums = (
        ("total", position.ledger_total),
        ("charged", position.charged),
        ("income", position.income),
        ("excluded", position.excluded),
    )
    return tuple((f"ledger/{position.year}/{name}@{position.to_period}", amount) for name, amount in sums)


def base_figures(position: GrantPosition) -> Figures:
    """The figures that all others of a return are made of, without their parts; those of nought are left out."""
    found = [(available_figure(position), position.available)]
    for project in position.projects:
        found += [
            (head_figure(position, project, f"spend/P{period}"), project.in_period(period))
            for period in range(1, position.to_period + 1)
        ]
        found.append((head_figure(position, project, "budget"), project.budget.current))
        found.append((head_figure(position, project, "remaining"), project.forecast_remaining))
    found += _ledger_figures(position)
    return tuple((name, amount) for name, amount in found if amount)


def bases_of(work: UnitOfWork, position: GrantPosition) -> tuple[Basis, ...]:
    """The same figures with the rows that make each: what is written down with a return. A figure of nought is kept
    where rows make it; those of the ledger are kept without their lines, of which the heads have theirs."""
    spent = _spent(work, position)
    budgets = _budgets(work, position)
    found = [Basis(available_figure(position), position.available.pence, tuple(_available(work, position)))]
    for project in position.projects:
        head = (project.project_id, project.kind)
        for period in range(1, position.to_period + 1):
            items = tuple(spent.get((*head, period), ()))
            amount = project.in_period(period)
            if items or amount:
                found.append(Basis(head_figure(position, project, f"spend/P{period}"), amount.pence, items))
        found.append(
            Basis(
                head_figure(position, project, "budget"),
                project.budget.current.pence,
                tuple(budgets.get(head, ())),
            )
        )
        months = tuple(
            BasisItem("months", month, amount.pence)
            for month, amount in enumerate(project.remaining, start=1)
            if amount
        )
        found.append(
            Basis(head_figure(position, project, "remaining"), project.forecast_remaining.pence, months)
        )
    found += [Basis(name, amount.pence, ()) for name, amount in _ledger_figures(position)]
    return tuple(basis for basis in found if basis.items or basis.pence)


def _spent(work: UnitOfWork, position: GrantPosition) -> dict[tuple[object, ...], list[BasisItem]]:
    """By project, kind and period: every line, accrual and adjustment with what of it counts there."""
    found: dict[tuple[object, ...], list[BasisItem]] = {}
    where = LineFilter(
        year=position.year,
        to_period=position.to_period,
        fund=position.fund_id,
        disposition=Disposition.PROJECT,
    )
    ids = work.ledger.line_ids(where, LineOrder())
    for first in range(0, len(ids), _AT_ONCE):
        for row in work.ledger.line_rows(ids[first : first + _AT_ONCE]):
            for charged in row.charges:
                head = charged.charge.head
                if head is not None and head.fund == position.fund_id:
                    key = (head.project, head.kind, row.line.period)
                    found.setdefault(key, []).append(BasisItem("lines", row.id, charged.charge.amount.pence))
    kept: Kept[Accrual] | Kept[Adjustment]
    for kind, rows in (("accruals", work.accruals.all()), ("adjustments", work.adjustments.all())):
        for kept in rows:
            if kept.value.fund != position.fund_id:
                continue
            for year, period, amount in effects(kept.value):
                if year == position.year and period <= position.to_period:
                    key = (kept.value.project, kept.value.kind, period)
                    found.setdefault(key, []).append(BasisItem(kind, kept.id, amount.pence))
    return found


def _budgets(work: UnitOfWork, position: GrantPosition) -> dict[tuple[object, ...], list[BasisItem]]:
    """By project and kind: every award, virement and carry-forward with what it adds to the budget."""
    grant = (position.fund_id, position.year)
    found: dict[tuple[object, ...], list[BasisItem]] = {}

    def adds(project: ProjectId | None, of: Kind, kind: str, id: int, pence: int) -> None:
        found.setdefault((project, of), []).append(BasisItem(kind, id, pence))

    for kept in work.awards.all():
        award = kept.value
        if (award.fund, award.year) == grant:
            adds(award.project, award.kind, "awards", kept.id, award.amount.pence)
    for moved in work.movements.all():
        move, pence = moved.value, moved.value.amount.pence
        into, out = (move.target, move.target_kind), (move.source, move.kind)
        if (move.fund, move.year) == grant and move.counts and pence and into != out:
            adds(*into, "movements", moved.id, pence)
            adds(*out, "movements", moved.id, -pence)
    for brought in work.carry_forwards.all():
        entry = brought.value
        if (entry.fund, entry.into_year) == grant and entry.carried:
            adds(entry.project, entry.kind, "carry_forwards", brought.id, entry.carried.pence)
    return found


def _available(work: UnitOfWork, position: GrantPosition) -> Iterator[BasisItem]:
    ours = [
        kept
        for kept in work.allocations.all()
        if (kept.value.fund, kept.value.year) == (position.fund_id, position.year)
    ]
    standing = standing_of(kept.value for kept in ours)
    for kept in ours:
        if kept.value.counts and any(kept.value is each for each in standing):
            sign = -1 if kept.value.resource is Resource.REDUCTION else 1
            yield BasisItem("allocations", kept.id, sign * kept.value.amount.pence)
    for brought in work.carry_forwards.all():
        entry = brought.value
        if (entry.fund, entry.into_year) == (position.fund_id, position.year) and entry.carried:
            yield BasisItem("carry_forwards", brought.id, entry.carried.pence)


def quarter_named(figure: str) -> str:
    """*figure* of a period as that of its quarter: “…/spend/Q2:revenue:Locality Fund@12”; another as it is."""
    before, found, after = figure.partition("/spend/P")
    if not found:
        return figure
    number, colon, rest = after.partition(":")
    quarter = min((int(number) - 1) // 3 + 1, 4) if int(number) < CLOSING_PERIOD else 4
    return f"{before}/spend/Q{quarter}{colon}{rest}"
