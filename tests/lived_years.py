"""Several years of one fund, laid down record by record, for tests of what goes from one year into the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.desk import Desk
from fundingapp.application.ports import OpenWork
from fundingapp.application.queries.chain import Chain, ChainOf, ChainYear
from fundingapp.application.queries.identities import identities_of
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.domain.adjustments import Adjustment, AdjustmentType
from fundingapp.domain.allocations import Allocation, Award, Resource
from fundingapp.domain.carry_forwards import CarryForward, CarryForwardState
from fundingapp.domain.claims import Repayment
from fundingapp.domain.funds import Fund, Kind, Project
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import CarryForwardId, FundId, LineId, PartyId, ProjectId, RepaymentId
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Party, PartyKind
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.settlements import Settlement, SettlementState
from tests.builders_core import day, make_download, make_line, money

FUND = FundId(1)
NAME = "Locality Fund"
AGREED, PART, REFUSED = CarryForwardState.AGREED, CarryForwardState.PART_AGREED, CarryForwardState.REFUSED
FORECAST, ANTICIPATED = CarryForwardState.FORECAST, CarryForwardState.ANTICIPATED
REQUESTED, WITHDRAWN = CarryForwardState.REQUESTED, CarryForwardState.WITHDRAWN


@dataclass
class LivedYears:
    """A desk with one fund and as many years as are laid down; amounts are written as texts in pounds.

    *in_ledger*: spend is charged from downloads, which only a store without files takes from tests; else it is a
    recharge.
    """

    desk: Desk
    open_work: OpenWork
    in_ledger: bool = True
    _ids: dict[str, int] = field(default_factory=dict)
    _projects: dict[str, ProjectId] = field(default_factory=dict)
    _lines: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.add("parties", Party("The Commissioner", PartyKind.COMMISSIONER))
        self.add("funds", Fund(NAME, PartyId(1)))

    def add(self, kind: str, value: Any) -> int:
        """Puts one record in place; returns its identity."""
        self._ids[kind] = self._ids.get(kind, 0) + 1
        self.desk.do(AddRecords((Record(kind, self._ids[kind], value),), f"add {kind}"))
        return self._ids[kind]

    def project(self, ref: str) -> ProjectId:
        """The project of that reference, made when it is first named."""
        if ref not in self._projects:
            self._projects[ref] = ProjectId(self.add("projects", Project(ref, f"Project {ref}")))
        return self._projects[ref]

    def allocate(
        self,
        year: FinancialYear,
        amount: str,
        kind: Kind = Kind.REVENUE,
        resource: Resource = Resource.ALLOCATION,
        **fields: Any,
    ) -> int:
        """A notice of that year."""
        given = {"notified_on": year.first_day, "letter": "letter", **fields}
        return self.add("allocations", Allocation(FUND, year, kind, money(amount), resource, **given))

    def award(self, ref: str, year: FinancialYear, amount: str, kind: Kind = Kind.REVENUE) -> int:
        """An award without a bid."""
        return self.add("awards", Award(self.project(ref), FUND, year, kind, money(amount)))

    def spend(
        self, ref: str, year: FinancialYear, amount: str, kind: Kind = Kind.REVENUE, period: int = 6
    ) -> None:
        """A ledger line, charged; every download of a year holds all lines before it too."""
        if not self.in_ledger:
            project, recharge = self.project(ref), AdjustmentType.RECHARGE
            spent = Adjustment(recharge, project, FUND, kind, year, period, money(amount), "recharged")
            self.add("adjustments", spent)
            return
        key = f"T{len(self._lines) + 1}"
        self._lines.append(make_line(key, amount, year=year, period=period))
        self.desk.do(ImportLedger(make_download(self._lines, f"ledger{len(self._lines)}.csv")))
        self.desk.do(ChargeLines((LineId(len(self._lines)),), parse_target(f"{ref}:{kind.value}"), "theirs"))

    def carry(
        self,
        ref: str,
        from_year: FinancialYear,
        state: CarryForwardState,
        asked: str,
        agreed: str | None = None,
        kind: Kind = Kind.REVENUE,
    ) -> CarryForwardId:
        """A carry-forward out of *from_year*; *ref* "" for money in no project's budget."""
        counts = state in (AGREED, PART)
        entry = CarryForward(
            FUND,
            from_year,
            kind,
            self.project(ref) if ref else None,
            state,
            money(asked),
            money(agreed or asked) if counts else Money.ZERO,
            "staff came late",
            "the same work until June",
            letter="PCC/CF/1" if counts or state is REFUSED else "",
            decided_on=day("2018-07-12") if counts or state is REFUSED else None,
        )
        return CarryForwardId(self.add("carry_forwards", entry))

    def repay(self, year: FinancialYear, amount: str, **fields: Any) -> RepaymentId:
        """Money given back for that year."""
        return RepaymentId(
            self.add("repayments", Repayment(FUND, year, year.next.first_day, money(amount), "inv", **fields))
        )

    def settle(
        self,
        ref: str,
        year: FinancialYear,
        amount: str,
        state: SettlementState = SettlementState.REPAYABLE,
        kind: Kind = Kind.REVENUE,
        **fields: Any,
    ) -> int:
        """Unspent money that goes back."""
        project = self.project(ref) if ref else None
        return self.add("settlements", Settlement(FUND, year, kind, project, money(amount), state, **fields))

    def position(self, year: FinancialYear) -> GrantPosition:
        """The grant at the end of *year*."""
        with self.open_work(reading=True) as work:
            return position_of(work, FUND, year, WHOLE_YEAR)

    def identities(self, year: FinancialYear) -> tuple[Identity, ...]:
        """Every identity of the grant at the end of *year*."""
        with self.open_work(reading=True) as work:
            return identities_of(work, position_of(work, FUND, year, WHOLE_YEAR))

    def failing(self, years: Iterable[FinancialYear]) -> set[tuple[str, str]]:
        """The identities that fail, each with its year."""
        return {(str(year), each.id) for year in years for each in self.identities(year) if not each.holds}

    def chain(self, kind: Kind | None = None) -> Chain:
        return self.desk.ask(ChainOf(FUND, kind))

    def year(self, year: FinancialYear, kind: Kind | None = None) -> ChainYear:
        """That year of the chain."""
        return next(each for each in self.chain(kind).years if each.year == year)
