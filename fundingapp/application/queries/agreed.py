"""What agreements state, for identities and for what shows them."""

from __future__ import annotations

from dataclasses import dataclass

from fundingapp.application.ports import Kept, UnitOfWork
from fundingapp.domain.agreements import AgreedSums, Agreement, Split, agreement_identities, splits_of
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.states import Step, Subject


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement with its sums, and the reprofiles that moved money between its years, oldest first."""

    kept: Kept[Agreement]
    splits: tuple[Split, ...]
    steps: tuple[Step, ...]


def agreement_rows(work: UnitOfWork, fund: FundId) -> tuple[AgreementRow, ...]:
    """The agreements of *fund*, newest years first."""
    sums = [kept.value for kept in work.agreement_sums.all()]
    steps = [kept.value for kept in work.steps.all() if kept.value.subject is Subject.AGREEMENT]
    rows = [
        AgreementRow(
            kept,
            splits_of(entry for entry in sums if entry.agreement == kept.id),
            tuple(step for step in steps if step.subject_id == kept.id),
        )
        for kept in work.agreements.all()
        if kept.value.fund == fund
    ]
    return tuple(sorted(rows, key=lambda row: row.kept.value.from_year, reverse=True))


def agreed_sums(work: UnitOfWork, fund: FundId, year: FinancialYear) -> AgreedSums | None:
    """What the agreement that covers *year* states, None when none does."""
    row = next((row for row in agreement_rows(work, fund) if row.kept.value.covers(year)), None)
    if row is None:
        return None
    return AgreedSums(row.kept.value.title, row.splits, f"{work.funds.get(fund).value.name}/{year}/")


def state_agreement(work: UnitOfWork, position: GrantPosition) -> tuple[Identity, ...]:
    """R8 of the agreement in force."""
    return agreement_identities(agreed_sums(work, position.fund_id, position.year))
