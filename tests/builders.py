"""Values for tests with sensible defaults: a test names only what it is about.

The Charnwood grant is the real one of 2018/19, with the invented spend of the worked case beside it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from fundingapp.domain.adjustments import Accrual, Adjustment, AdjustmentType, CarriedAccrual, Forecast
from fundingapp.domain.agreements import Terms
from fundingapp.domain.allocations import Allocation, Award, BudgetMovement, Contingency
from fundingapp.domain.funds import Fund, Kind, Partnership, Project
from fundingapp.domain.ids import FundId, PartyId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, last_period_of
from fundingapp.domain.positions import (
    ChargeSum,
    ControlSum,
    GrantPosition,
    GrantRecords,
    LedgerSum,
    grant_position,
)
from fundingapp.domain.returns import ReturnDocument, build_return

FUND = FundId(1)
YEAR = FinancialYear(2018)
_ROOT = Path(__file__).parent.parent
_TABLE = _ROOT / "resources" / "sample" / "charnwood" / "funding_2018_19.csv"
_EXPECTED = _ROOT / "tests" / "data" / "charnwood" / "expected.json"


def pounds(amount: str) -> Money:
    """Money as a test writes it: ``pounds("1,234.50")``."""
    return Money.parse(amount)


def make_project(ref: str = "P-01", **fields: Any) -> Project:
    return Project(ref, **{"name": f"Project {ref}", "theme": "Making Communities Safer", **fields})


def make_allocation(amount: str, kind: Kind = Kind.REVENUE, **fields: Any) -> Allocation:
    return Allocation(FUND, YEAR, kind, pounds(amount), **fields)


def make_award(project: int, amount: str, kind: Kind = Kind.REVENUE) -> Award:
    return Award(ProjectId(project), FUND, YEAR, kind, pounds(amount))


def make_charge(project: int, period: int, amount: str, kind: Kind = Kind.REVENUE) -> ChargeSum:
    return ChargeSum(ProjectId(project), FUND, kind, period, pounds(amount))


def make_accrual(project: int, period: int, amount: str, **fields: Any) -> Accrual:
    given = {
        "kind": Kind.REVENUE,
        "year": YEAR,
        "supplier": "A supplier",
        "description": "work done",
        **fields,
    }
    return Accrual(project=ProjectId(project), fund=FUND, period=period, amount=pounds(amount), **given)


def make_adjustment(
    project: int, period: int, amount: str, type: AdjustmentType, **fields: Any
) -> Adjustment:
    given = {"kind": Kind.REVENUE, "year": YEAR, "reason": "as agreed", **fields}
    return Adjustment(type, ProjectId(project), FUND, period=period, amount=pounds(amount), **given)


def make_movement(
    source: int | None, target: int | None, amount: str, kind: Kind = Kind.REVENUE
) -> BudgetMovement:
    """A virement; None is the contingency line."""
    return BudgetMovement(
        FUND,
        YEAR,
        kind,
        None if source is None else ProjectId(source),
        None if target is None else ProjectId(target),
        pounds(amount),
        date(2018, 10, 1),
        "costs moved",
    )


def make_ledger(
    charges: Iterable[ChargeSum],
    income: Mapping[int, Money] | None = None,
    excluded: Mapping[int, Money] | None = None,
) -> tuple[tuple[LedgerSum, ...], tuple[ControlSum, ...]]:
    """The ledger that *charges*, *income* and *excluded* (by period) come from, and downloads that agree with it.

    A line for each sum.
    """
    income, excluded = income or {}, excluded or {}
    charged: dict[int, list[Money]] = {}
    for charge in charges:
        charged.setdefault(charge.period, []).append(charge.amount)
    sums = []
    for period in sorted({*charged, *income, *excluded}):
        amounts = charged.get(period, [])
        took, left_out = income.get(period, Money.ZERO), excluded.get(period, Money.ZERO)
        lines = len(amounts) + (period in income) + (period in excluded)
        total = Money.total(amounts) + took + left_out
        sums.append(LedgerSum(period, lines, total, total, Money.total(amounts), took, left_out, 0, 0))
    return tuple(sums), tuple(ControlSum(entry.period, entry.lines, entry.total) for entry in sums)


def make_records(
    *,
    allocations: Sequence[Allocation] | None = None,
    projects: Mapping[int, Project] | None = None,
    awards: Sequence[Award] | None = None,
    contingencies: Sequence[Contingency] = (),
    movements: Sequence[BudgetMovement] = (),
    accruals: Sequence[Accrual] = (),
    forecasts: Sequence[Forecast] = (),
    charges: Sequence[ChargeSum] | None = None,
    ledger: Sequence[LedgerSum] | None = None,
    controls: Sequence[ControlSum] | None = None,
    submitted: Mapping[tuple[ProjectId, Kind], tuple[Money, ...]] | None = None,
    submitted_quarter: int = 0,
    adjustments: Sequence[Adjustment] = (),
    carried: Sequence[CarriedAccrual] = (),
    fund_name: str = "Locality Fund",
    tolerance_percent: Decimal = Decimal(10),
) -> GrantRecords:
    """A grant of £1,000 to one project that spent £300.25; the ledger holds what is charged and agrees."""
    charges = [make_charge(1, 2, "300.25")] if charges is None else charges
    made_ledger, made_controls = make_ledger(charges)
    projects = {1: make_project()} if projects is None else projects
    return GrantRecords(
        fund_id=FUND,
        fund=Fund(fund_name, PartyId(1)),
        terms=Terms(tolerance_percent=tolerance_percent),
        year=YEAR,
        allocations=[make_allocation("1,000.00")] if allocations is None else allocations,
        projects={ProjectId(number): project for number, project in projects.items()},
        awards=[make_award(1, "1,000.00")] if awards is None else awards,
        contingencies=contingencies,
        movements=movements,
        accruals=accruals,
        forecasts=forecasts,
        charges=charges,
        ledger=made_ledger if ledger is None else ledger,
        controls=made_controls if controls is None else controls,
        submitted=submitted or {},
        submitted_quarter=submitted_quarter,
        adjustments=adjustments,
        carried=carried,
    )


def make_position(records: GrantRecords | None = None, quarter: int = 4, **fields: Any) -> GrantPosition:
    """The position of *records*, or of :func:`make_records` with *fields*, at the end of *quarter*."""
    return grant_position(records or make_records(**fields), last_period_of(quarter))


def make_document(
    position: GrantPosition | None = None,
    *,
    quarter: int = 4,
    version: int = 1,
    partnership: Partnership | None = None,
    commissioner: str = "Police and Crime Commissioner",
    prepared_by: str = "S. Officer",
    prepared_on: date = date(2019, 4, 12),
    journal_head: str = "4f1c9a" + "0" * 58,
) -> ReturnDocument:
    return build_return(
        position or make_position(quarter=quarter),
        partnership=partnership or make_partnership(),
        commissioner=commissioner,
        quarter=quarter,
        version=version,
        prepared_by=prepared_by,
        prepared_on=prepared_on,
        journal_head=journal_head,
    )


def make_partnership(**fields: Any) -> Partnership:
    return Partnership(
        **{
            "name": "Charnwood Community Safety Partnership",
            "accountable_body": "Charnwood Borough Council",
            "area": "Charnwood",
            "contact": "community safety team, the council's main switchboard",
            **fields,
        }
    )


def charnwood_records(*, submitted_quarter: int = 0) -> GrantRecords:
    """The Locality Fund of Charnwood 2018/19: 17 projects and a contingency of £16, £75,500 in all.

    A quarter's spend stands in its last month, income and excluded lines in March. The lines of the worked case
    that a person has yet to place are left out, so that the grant reconciles.
    """
    expected = json.loads(_EXPECTED.read_text(encoding="utf-8"))
    projects: dict[int, Project] = {}
    awards: list[Award] = []
    contingencies: list[Contingency] = []
    by_ref: dict[str, tuple[int, Kind]] = {}
    with _TABLE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            amount = row["Funding allocated"]
            if row["Kind"] == "contingency":
                contingencies.append(
                    Contingency(FUND, YEAR, Kind.REVENUE, row["Ref"], row["Bid"], Money.parse(amount))
                )
            elif row["Ref"]:
                number, kind = len(projects) + 1, Kind(row["Kind"])
                projects[number] = Project(row["Ref"], row["Bid"], row["Theme"])
                awards.append(make_award(number, amount, kind))
                by_ref[row["Ref"]] = (number, kind)
    charges = [
        ChargeSum(ProjectId(by_ref[ref][0]), FUND, by_ref[ref][1], min(quarter * 3, 12), Money(pence))
        for ref, quarters in expected["by_project_quarter_P12"].items()
        for quarter, pence in enumerate(quarters, start=1)
        if pence
    ]
    totals = expected["by_project_P12"]
    ledger, controls = make_ledger(charges, {12: Money(totals["income"])}, {12: Money(totals["excluded"])})
    heads = {by_ref[ref]: quarters for ref, quarters in expected["by_project_quarter_P12"].items()}
    return make_records(
        allocations=[make_allocation("65,500"), make_allocation("10,000", Kind.CAPITAL)],
        projects=projects,
        awards=awards,
        contingencies=contingencies,
        charges=charges,
        ledger=ledger,
        controls=controls,
        submitted={
            (ProjectId(number), kind): tuple(map(Money, quarters[:submitted_quarter]))
            for (number, kind), quarters in heads.items()
            if submitted_quarter
        },
        submitted_quarter=submitted_quarter,
    )


def charnwood_document(quarter: int = 4, **fields: Any) -> ReturnDocument:
    """The return of *quarter* of the Charnwood grant, with the quarters before it submitted."""
    records = charnwood_records(submitted_quarter=quarter - 1)
    return make_document(
        make_position(records, quarter),
        quarter=quarter,
        **{"commissioner": "Leicestershire Police and Crime Commissioner", **fields},
    )
