"""The unit of work: one transaction over all rows, with its entry in the audit trail."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from fundingapp.application.effect import JournalRecord
from fundingapp.application.ports import Clock, SavedLayout, SavedReturn
from fundingapp.domain.adjustments import Accrual, Adjustment, Forecast
from fundingapp.domain.allocations import Allocation, Award, BudgetMovement, Contingency
from fundingapp.domain.bids import Bid
from fundingapp.domain.doubles import Dismissal
from fundingapp.domain.evidence import Evidence, Support
from fundingapp.domain.funds import Fund, Partnership, Party, Project
from fundingapp.domain.locks import PeriodLock
from fundingapp.domain.matching import CodingRule
from fundingapp.domain.suggestions import Rejection
from fundingapp.domain.suppliers import SupplierAlias
from fundingapp.persistence.errors import explained, translated
from fundingapp.persistence.journal import SqlJournal
from fundingapp.persistence.ledger import SqlLedger
from fundingapp.persistence.ledger.suggested import SqlSuggestions
from fundingapp.persistence.records import (
    AccrualRecord,
    AdjustmentRecord,
    AllocationRecord,
    AwardRecord,
    BidRecord,
    BudgetMovementRecord,
    ChargeRecord,
    CodingRuleRecord,
    ContingencyRecord,
    DismissalRecord,
    EvidenceRecord,
    ForecastRecord,
    FundRecord,
    LayoutRecord,
    PartnershipRecord,
    PartyRecord,
    PeriodLockRecord,
    ProjectRecord,
    RejectionRecord,
    SavedReturnRecord,
    SupplierAliasRecord,
    SupportRecord,
)
from fundingapp.persistence.rows import SqlRows, Table

_PARTNERSHIP = Table(PartnershipRecord, Partnership, "partnership")
_PARTIES = Table(PartyRecord, Party, "party")
_FUNDS = Table(FundRecord, Fund, "fund", charged_to=ChargeRecord.fund)
_PROJECTS = Table(ProjectRecord, Project, "project", charged_to=ChargeRecord.project)
_ALLOCATIONS = Table(AllocationRecord, Allocation, "allocation")
_BIDS = Table(BidRecord, Bid, "bid")
_AWARDS = Table(AwardRecord, Award, "award")
_CONTINGENCIES = Table(ContingencyRecord, Contingency, "contingency line")
_MOVEMENTS = Table(BudgetMovementRecord, BudgetMovement, "virement")
_ACCRUALS = Table(AccrualRecord, Accrual, "accrual")
_ADJUSTMENTS = Table(AdjustmentRecord, Adjustment, "adjustment")
_EVIDENCE = Table(EvidenceRecord, Evidence, "item of evidence")
_SUPPORTS = Table(SupportRecord, Support, "link to evidence")
_LOCKS = Table(PeriodLockRecord, PeriodLock, "lock")
_FORECASTS = Table(ForecastRecord, Forecast, "forecast")
_RULES = Table(CodingRuleRecord, CodingRule, "rule", spoken_of=ChargeRecord.rule)
_ALIASES = Table(SupplierAliasRecord, SupplierAlias, "other name of a supplier")
_REJECTIONS = Table(RejectionRecord, Rejection, "rejected suggestion")
_DISMISSALS = Table(DismissalRecord, Dismissal, "dismissed finding")
_LAYOUTS = Table(LayoutRecord, SavedLayout, "layout")
_RETURNS = Table(SavedReturnRecord, SavedReturn, "return", renamed={"version": "return_version"})


class SqlUnitOfWork:
    """Satisfies :class:`~fundingapp.application.ports.UnitOfWork`.

    *reading* opens one snapshot that cannot write. Whatever the database raises leaves as an ExpectedError.
    """

    def __init__(
        self, engine: Engine, place: str, clock: Clock, who: str, machine: str, *, reading: bool
    ) -> None:
        self._engine = engine
        self._place = place
        self._clock = clock
        self._who = who
        self._machine = machine
        self._reading = reading
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        with translated(self._place):
            connection = self._engine.connect().execution_options(reading=self._reading)
            try:
                connection.begin()
            except DBAPIError:
                connection.close()
                raise
        self._connection = connection
        self.partnership = SqlRows(connection, _PARTNERSHIP)
        self.parties = SqlRows(connection, _PARTIES)
        self.funds = SqlRows(connection, _FUNDS)
        self.projects = SqlRows(connection, _PROJECTS)
        self.allocations = SqlRows(connection, _ALLOCATIONS)
        self.bids = SqlRows(connection, _BIDS)
        self.awards = SqlRows(connection, _AWARDS)
        self.contingencies = SqlRows(connection, _CONTINGENCIES)
        self.movements = SqlRows(connection, _MOVEMENTS)
        self.accruals = SqlRows(connection, _ACCRUALS)
        self.adjustments = SqlRows(connection, _ADJUSTMENTS)
        self.evidence = SqlRows(connection, _EVIDENCE)
        self.supports = SqlRows(connection, _SUPPORTS)
        self.locks = SqlRows(connection, _LOCKS)
        self.forecasts = SqlRows(connection, _FORECASTS)
        self.rules = SqlRows(connection, _RULES)
        self.aliases = SqlRows(connection, _ALIASES)
        self.rejections = SqlRows(connection, _REJECTIONS)
        self.dismissals = SqlRows(connection, _DISMISSALS)
        self.layouts = SqlRows(connection, _LAYOUTS)
        self.returns = SqlRows(connection, _RETURNS)
        self.ledger = SqlLedger(connection)
        self.suggestions = SqlSuggestions(connection)
        self.journal = SqlJournal(connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # Closing without a commit rolls back; what the database says to that adds nothing to *error*.
            with translated(self._place):
                connection.close()
        known = explained(error, self._place)
        if known is not None:
            raise known from error

    def commit(self, record: JournalRecord | None) -> None:
        if self._connection is None or self._reading:
            raise AssertionError("only an open, writing unit of work can be committed")
        now: datetime = self._clock()
        with translated(self._place):
            if record is not None:
                self.journal.append(record, now, self._who, self._machine)
            try:
                self._connection.commit()
            except BaseException:
                # SQLite keeps a transaction open that it could not commit because somebody was reading, and
                # SQLAlchemy takes it for ended; only throwing the connection away ends it for certain.
                self._connection.invalidate()
                raise
