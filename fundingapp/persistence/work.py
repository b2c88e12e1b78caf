"""The unit of work: one transaction over all rows, with its entry in the audit trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from fundingapp.application.effect import JournalRecord
from fundingapp.application.ports import Clock, SavedLayout, SavedReturn
from fundingapp.domain.adjustments import Accrual, Adjustment, Forecast
from fundingapp.domain.agreements import Agreement, AgreementSum, Consent
from fundingapp.domain.allocations import Allocation, Award, BudgetMovement, Contingency
from fundingapp.domain.areas import Area
from fundingapp.domain.assets import Asset
from fundingapp.domain.bids import Bid, BidCost, BidText, BoardDecision, Offer
from fundingapp.domain.carry_forwards import CarryForward
from fundingapp.domain.claims import (
    Claim,
    ClaimLine,
    Payment,
    PaymentLine,
    PaymentMatch,
    Repayment,
    RetentionRelease,
)
from fundingapp.domain.doubles import Dismissal
from fundingapp.domain.evidence import Evidence, Support
from fundingapp.domain.figure_imports import FigureImport, SkippedFigure
from fundingapp.domain.funds import Fund, Partnership, Project
from fundingapp.domain.grant_conditions import GrantCondition
from fundingapp.domain.indicators import Indicator, IndicatorFigure, IndicatorYear
from fundingapp.domain.locks import PeriodLock
from fundingapp.domain.match_funding import MatchFunding, Post, PostShare
from fundingapp.domain.matching import CodingRule
from fundingapp.domain.members import Member
from fundingapp.domain.narratives import ProjectProgress, ReturnText
from fundingapp.domain.outcomes import Milestone, Outcome, OutcomeStatement, ResultsRules
from fundingapp.domain.parties import Contact, Party
from fundingapp.domain.partner_books import CellProposal, PartnerBook, PartnerStatement
from fundingapp.domain.performance import PerformanceFigure, PerformanceFinding, PerformanceTable
from fundingapp.domain.priorities import Priority, Share, Theme
from fundingapp.domain.profiles import ForecastKept, Profile, VarianceReason
from fundingapp.domain.publications import Publication
from fundingapp.domain.reconciliations import Reconciliation, ReconciliationItem
from fundingapp.domain.return_proofs import ReturnProof
from fundingapp.domain.risks import Risk
from fundingapp.domain.schedules import ScheduleEntry
from fundingapp.domain.sending import AcceptedException
from fundingapp.domain.settlements import PublishedAllocation, Settlement, YearClose
from fundingapp.domain.signing import Certificate
from fundingapp.domain.states import Step
from fundingapp.domain.suggestions import Rejection
from fundingapp.domain.suppliers import SupplierAlias
from fundingapp.domain.templates import ReturnTemplate, TemplateMapping
from fundingapp.domain.value import ReferenceValue, Sentence
from fundingapp.domain.watching import Alarm, BalanceAssertion
from fundingapp.persistence import digests
from fundingapp.persistence.closing import mark_in_use
from fundingapp.persistence.errors import explained, translated
from fundingapp.persistence.journal import SqlJournal
from fundingapp.persistence.ledger import SqlLedger
from fundingapp.persistence.ledger.suggested import SqlSuggestions
from fundingapp.persistence.records.bids import (
    BidCostRecord,
    BidRecord,
    BidTextRecord,
    BoardDecisionRecord,
    MatchFundingRecord,
    OfferRecord,
)
from fundingapp.persistence.records.claims import (
    ClaimLineRecord,
    ClaimRecord,
    PaymentLineRecord,
    PaymentMatchRecord,
    PaymentRecord,
    RepaymentRecord,
    RetentionReleaseRecord,
)
from fundingapp.persistence.records.evidence import EvidenceRecord, SupportRecord
from fundingapp.persistence.records.figure_files import (
    FigureImportRecord,
    PerformanceFigureRecord,
    PerformanceFindingRecord,
    PerformanceTableRecord,
    PublicationRecord,
    SkippedFigureRecord,
)
from fundingapp.persistence.records.grants import (
    AgreementRecord,
    AgreementSumRecord,
    AllocationRecord,
    AwardRecord,
    BudgetMovementRecord,
    ConsentRecord,
    ContingencyRecord,
    FundRecord,
    GrantConditionRecord,
    ProjectRecord,
    PublishedAllocationRecord,
    ScheduleEntryRecord,
)
from fundingapp.persistence.records.imports import LayoutRecord
from fundingapp.persistence.records.ledger import ChargeRecord
from fundingapp.persistence.records.matching import (
    CodingRuleRecord,
    DismissalRecord,
    RejectionRecord,
    SupplierAliasRecord,
)
from fundingapp.persistence.records.parties import (
    AreaRecord,
    ContactRecord,
    MemberRecord,
    PartnershipRecord,
    PartyRecord,
)
from fundingapp.persistence.records.plan import (
    ForecastKeptRecord,
    ForecastRecord,
    PostRecord,
    PostShareRecord,
    PriorityRecord,
    ProfileRecord,
    ShareRecord,
    ThemeRecord,
    VarianceReasonRecord,
)
from fundingapp.persistence.records.results import (
    IndicatorFigureRecord,
    IndicatorRecord,
    IndicatorYearRecord,
    MilestoneRecord,
    OutcomeRecord,
    OutcomeStatementRecord,
    ReferenceValueRecord,
    ResultsRulesRecord,
    SentenceRecord,
)
from fundingapp.persistence.records.returns import (
    AcceptedExceptionRecord,
    AssetRecord,
    CellProposalRecord,
    PartnerBookRecord,
    PartnerStatementRecord,
    ProjectProgressRecord,
    ReturnProofRecord,
    ReturnTemplateRecord,
    ReturnTextRecord,
    RiskRecord,
    SavedReturnRecord,
    TemplateMappingRecord,
)
from fundingapp.persistence.records.signing import (
    AlarmRecord,
    BalanceAssertionRecord,
    CertificateRecord,
    StepRecord,
)
from fundingapp.persistence.records.year_end import (
    AccrualRecord,
    AdjustmentRecord,
    CarryForwardRecord,
    PeriodLockRecord,
    ReconciliationItemRecord,
    ReconciliationRecord,
    SettlementRecord,
    YearCloseRecord,
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
_CONTACTS = Table(ContactRecord, Contact, "contact")
_AREAS = Table(AreaRecord, Area, "place")
_THEMES = Table(ThemeRecord, Theme, "theme")
_PRIORITIES = Table(PriorityRecord, Priority, "priority")
_SHARES = Table(ShareRecord, Share, "share")
_AGREEMENTS = Table(AgreementRecord, Agreement, "agreement")
_AGREEMENT_SUMS = Table(AgreementSumRecord, AgreementSum, "sum of an agreement")
_CONSENTS = Table(ConsentRecord, Consent, "consent")
_CONDITIONS = Table(GrantConditionRecord, GrantCondition, "condition")
_SCHEDULE = Table(ScheduleEntryRecord, ScheduleEntry, "entry of the calendar")
_BID_COSTS = Table(BidCostRecord, BidCost, "costed line")
_BID_TEXTS = Table(BidTextRecord, BidText, "text of a bid")
_BOARD_DECISIONS = Table(BoardDecisionRecord, BoardDecision, "board decision")
_OFFERS = Table(OfferRecord, Offer, "offer")
_STEPS = Table(StepRecord, Step, "step")
_MATCH_FUNDING = Table(MatchFundingRecord, MatchFunding, "match funding")
_POSTS = Table(PostRecord, Post, "post")
_POST_SHARES = Table(PostShareRecord, PostShare, "share of a post")
_PROFILES = Table(ProfileRecord, Profile, "profile")
_FORECASTS_KEPT = Table(ForecastKeptRecord, ForecastKept, "kept forecast")
_VARIANCE_REASONS = Table(VarianceReasonRecord, VarianceReason, "reason for a variance")
_CLAIMS = Table(ClaimRecord, Claim, "claim")
_CLAIM_LINES = Table(ClaimLineRecord, ClaimLine, "line of a claim")
_RETENTION_RELEASES = Table(RetentionReleaseRecord, RetentionRelease, "release of retention")
_PAYMENTS = Table(PaymentRecord, Payment, "payment")
_PAYMENT_MATCHES = Table(PaymentMatchRecord, PaymentMatch, "match of a payment")
_PAYMENT_LINES = Table(PaymentLineRecord, PaymentLine, "income line of a payment")
_REPAYMENTS = Table(RepaymentRecord, Repayment, "repayment")
_CARRY_FORWARDS = Table(CarryForwardRecord, CarryForward, "carry-forward")
_SETTLEMENTS = Table(SettlementRecord, Settlement, "settlement")
_YEAR_CLOSES = Table(YearCloseRecord, YearClose, "closing of a year")
_PUBLISHED = Table(PublishedAllocationRecord, PublishedAllocation, "published allocation")
_MEMBERS = Table(MemberRecord, Member, "person")
_RECONCILIATIONS = Table(ReconciliationRecord, Reconciliation, "reconciliation")
_RECONCILIATION_ITEMS = Table(ReconciliationItemRecord, ReconciliationItem, "item of a reconciliation")
_CERTIFICATES = Table(CertificateRecord, Certificate, "certificate")
_ASSERTIONS = Table(BalanceAssertionRecord, BalanceAssertion, "balance")
_ALARMS = Table(AlarmRecord, Alarm, "alarm")
_OUTCOMES = Table(OutcomeRecord, Outcome, "outcome")
_OUTCOME_STATEMENTS = Table(OutcomeStatementRecord, OutcomeStatement, "statement of an outcome")
_MILESTONES = Table(MilestoneRecord, Milestone, "milestone")
_RESULTS_RULES = Table(ResultsRulesRecord, ResultsRules, "rule for results")
_INDICATORS = Table(IndicatorRecord, Indicator, "indicator")
_INDICATOR_YEARS = Table(IndicatorYearRecord, IndicatorYear, "target of a year")
_FIGURE_IMPORTS = Table(FigureImportRecord, FigureImport, "import of figures")
_SKIPPED_FIGURES = Table(SkippedFigureRecord, SkippedFigure, "row without a figure")
_INDICATOR_FIGURES = Table(IndicatorFigureRecord, IndicatorFigure, "figure of an indicator")
_PERFORMANCE_TABLES = Table(PerformanceTableRecord, PerformanceTable, "performance table")
_PERFORMANCE_FIGURES = Table(PerformanceFigureRecord, PerformanceFigure, "figure of a table")
_PERFORMANCE_FINDINGS = Table(PerformanceFindingRecord, PerformanceFinding, "finding in a table")
_PUBLICATIONS = Table(PublicationRecord, Publication, "publication")
_RETURN_TEXTS = Table(ReturnTextRecord, ReturnText, "narrative")
_PROJECT_PROGRESS = Table(ProjectProgressRecord, ProjectProgress, "progress of a project")
_RISKS = Table(RiskRecord, Risk, "risk")
_ASSETS = Table(AssetRecord, Asset, "asset")
_PARTNER_STATEMENTS = Table(PartnerStatementRecord, PartnerStatement, "partner's statement")
_TEMPLATES = Table(ReturnTemplateRecord, ReturnTemplate, "template")
_MAPPINGS = Table(TemplateMappingRecord, TemplateMapping, "mapping")
_RETURN_PROOFS = Table(ReturnProofRecord, ReturnProof, "proof of a return")
_ACCEPTED_EXCEPTIONS = Table(AcceptedExceptionRecord, AcceptedException, "accepted exception")
_PARTNER_BOOKS = Table(PartnerBookRecord, PartnerBook, "workbook that went out")
_CELL_PROPOSALS = Table(CellProposalRecord, CellProposal, "proposal")
_REFERENCE_VALUES = Table(ReferenceValueRecord, ReferenceValue, "reference value")
_SENTENCES = Table(SentenceRecord, Sentence, "sentence")
_RETURNS = Table(SavedReturnRecord, SavedReturn, "return", renamed={"version": "return_version"})

#: What to call a record of each table in a sentence.
NOUNS = {
    table.record.__tablename__: table.noun
    for table in [value for value in globals().values() if isinstance(value, Table)]
}


class SqlUnitOfWork:
    """Satisfies :class:`~fundingapp.application.ports.UnitOfWork`.

    *reading* opens one snapshot that cannot write. *before_commit* is told, with the moment of the newest entry of the
    history, when a change is about to be committed; *committed* is told after each commit whether the history tells of
    it. Whatever the database raises leaves as an ExpectedError.
    """

    def __init__(
        self,
        engine: Engine,
        place: str,
        clock: Clock,
        who: str,
        machine: str,
        *,
        reading: bool,
        before_commit: Callable[[datetime | None], None] | None = None,
        committed: Callable[[bool], object] | None = None,
    ) -> None:
        self._engine = engine
        self._place = place
        self._clock = clock
        self._who = who
        self._machine = machine
        self._reading = reading
        self._before_commit = before_commit
        self._committed = committed
        self._connection: Connection | None = None

    @property
    def who(self) -> str:
        return self._who

    @property
    def today(self) -> date:
        return self._clock().astimezone().date()

    def __enter__(self) -> Self:
        with translated(self._place):
            connection = self._engine.connect().execution_options(reading=self._reading)
            try:
                connection.begin()
            except DBAPIError:
                connection.close()
                raise
        self._connection = connection
        digests.begin(connection)
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
        self.contacts = SqlRows(connection, _CONTACTS)
        self.areas = SqlRows(connection, _AREAS)
        self.themes = SqlRows(connection, _THEMES)
        self.priorities = SqlRows(connection, _PRIORITIES)
        self.shares = SqlRows(connection, _SHARES)
        self.agreements = SqlRows(connection, _AGREEMENTS)
        self.agreement_sums = SqlRows(connection, _AGREEMENT_SUMS)
        self.consents = SqlRows(connection, _CONSENTS)
        self.conditions = SqlRows(connection, _CONDITIONS)
        self.schedule = SqlRows(connection, _SCHEDULE)
        self.bid_costs = SqlRows(connection, _BID_COSTS)
        self.bid_texts = SqlRows(connection, _BID_TEXTS)
        self.board_decisions = SqlRows(connection, _BOARD_DECISIONS)
        self.offers = SqlRows(connection, _OFFERS)
        self.steps = SqlRows(connection, _STEPS)
        self.match_funding = SqlRows(connection, _MATCH_FUNDING)
        self.posts = SqlRows(connection, _POSTS)
        self.post_shares = SqlRows(connection, _POST_SHARES)
        self.profiles = SqlRows(connection, _PROFILES)
        self.forecasts_kept = SqlRows(connection, _FORECASTS_KEPT)
        self.variance_reasons = SqlRows(connection, _VARIANCE_REASONS)
        self.claims = SqlRows(connection, _CLAIMS)
        self.claim_lines = SqlRows(connection, _CLAIM_LINES)
        self.retention_releases = SqlRows(connection, _RETENTION_RELEASES)
        self.payments = SqlRows(connection, _PAYMENTS)
        self.payment_matches = SqlRows(connection, _PAYMENT_MATCHES)
        self.payment_lines = SqlRows(connection, _PAYMENT_LINES)
        self.repayments = SqlRows(connection, _REPAYMENTS)
        self.carry_forwards = SqlRows(connection, _CARRY_FORWARDS)
        self.settlements = SqlRows(connection, _SETTLEMENTS)
        self.year_closes = SqlRows(connection, _YEAR_CLOSES)
        self.published = SqlRows(connection, _PUBLISHED)
        self.members = SqlRows(connection, _MEMBERS)
        self.reconciliations = SqlRows(connection, _RECONCILIATIONS)
        self.reconciliation_items = SqlRows(connection, _RECONCILIATION_ITEMS)
        self.certificates = SqlRows(connection, _CERTIFICATES)
        self.assertions = SqlRows(connection, _ASSERTIONS)
        self.alarms = SqlRows(connection, _ALARMS)
        self.outcomes = SqlRows(connection, _OUTCOMES)
        self.outcome_statements = SqlRows(connection, _OUTCOME_STATEMENTS)
        self.milestones = SqlRows(connection, _MILESTONES)
        self.results_rules = SqlRows(connection, _RESULTS_RULES)
        self.indicators = SqlRows(connection, _INDICATORS)
        self.indicator_years = SqlRows(connection, _INDICATOR_YEARS)
        self.figure_imports = SqlRows(connection, _FIGURE_IMPORTS)
        self.skipped_figures = SqlRows(connection, _SKIPPED_FIGURES)
        self.indicator_figures = SqlRows(connection, _INDICATOR_FIGURES)
        self.performance_tables = SqlRows(connection, _PERFORMANCE_TABLES)
        self.performance_figures = SqlRows(connection, _PERFORMANCE_FIGURES)
        self.performance_findings = SqlRows(connection, _PERFORMANCE_FINDINGS)
        self.publications = SqlRows(connection, _PUBLICATIONS)
        self.reference_values = SqlRows(connection, _REFERENCE_VALUES)
        self.sentences = SqlRows(connection, _SENTENCES)
        self.return_texts = SqlRows(connection, _RETURN_TEXTS)
        self.project_progress = SqlRows(connection, _PROJECT_PROGRESS)
        self.risks = SqlRows(connection, _RISKS)
        self.assets = SqlRows(connection, _ASSETS)
        self.partner_statements = SqlRows(connection, _PARTNER_STATEMENTS)
        self.templates = SqlRows(connection, _TEMPLATES)
        self.mappings = SqlRows(connection, _MAPPINGS)
        self.return_proofs = SqlRows(connection, _RETURN_PROOFS)
        self.accepted_exceptions = SqlRows(connection, _ACCEPTED_EXCEPTIONS)
        self.partner_books = SqlRows(connection, _PARTNER_BOOKS)
        self.cell_proposals = SqlRows(connection, _CELL_PROPOSALS)
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
                if self._before_commit is not None:
                    self._before_commit(self.journal.newest_moment())
                self.journal.append(record, now, self._who, self._machine)
            digests.settle(self._connection)
            mark_in_use(self._connection)
            try:
                self._connection.commit()
            except BaseException:
                # SQLite keeps a transaction open that it could not commit because somebody was reading, and
                # SQLAlchemy takes it for ended; only throwing the connection away ends it for certain.
                self._connection.invalidate()
                raise
        if self._committed is not None:
            self._committed(record is not None)
