"""The funding file as a whole, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Protocol, Self

from fundingapp.application.effect import JournalRecord
from fundingapp.application.ports.journal import JournalStore
from fundingapp.application.ports.ledger import LedgerStore
from fundingapp.application.ports.rows import Rows
from fundingapp.application.ports.suggestions import SuggestionStore
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
from fundingapp.domain.funds import Fund, Kind, Partnership, Project
from fundingapp.domain.grant_conditions import GrantCondition
from fundingapp.domain.ids import FundId, ProjectId, ReturnId, TemplateId
from fundingapp.domain.indicators import Indicator, IndicatorFigure, IndicatorYear
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.locks import PeriodLock
from fundingapp.domain.match_funding import MatchFunding, Post, PostShare
from fundingapp.domain.matching import CodingRule
from fundingapp.domain.members import Member
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import ProjectProgress, ReturnText
from fundingapp.domain.outcomes import Milestone, Outcome, OutcomeStatement, ResultsRules
from fundingapp.domain.parties import Contact, Party
from fundingapp.domain.partner_books import CellProposal, PartnerBook, PartnerStatement
from fundingapp.domain.performance import PerformanceFigure, PerformanceFinding, PerformanceTable
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.priorities import Priority, Share, Theme
from fundingapp.domain.profiles import ForecastKept, Profile, VarianceReason
from fundingapp.domain.publications import Publication
from fundingapp.domain.reconciliations import Reconciliation, ReconciliationItem
from fundingapp.domain.return_proofs import ReturnProof
from fundingapp.domain.returns import ReturnState
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


@dataclass(frozen=True, slots=True)
class SavedLayout:
    """A layout that a person confirmed; there is one for each *shape* of headings.

    *name* is "" for one that is merely remembered. *shape* is the fingerprint of the headings.
    """

    name: str
    system: str
    headings: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    shape: str
    confirmed_by: str
    confirmed_at: datetime

    @property
    def layout(self) -> Layout:
        """What a reader needs of it."""
        return Layout(self.name, self.headings, self.meanings, self.system)


@dataclass(frozen=True, slots=True)
class SavedReturn:
    """A return as it was written: which, by whom, its file's hash, and the quarters it stated.

    *quarters* holds, per project ref and kind, the spend of each quarter up to the return's own.
    """

    fund: FundId
    year: FinancialYear
    quarter: int
    version: int
    state: ReturnState
    made_at: datetime
    made_by: str
    file_name: str
    sha256: str
    cells: int
    spent: Money
    quarters: tuple[tuple[ProjectId, Kind, tuple[Money, ...]], ...] = ()
    #: The commissioner's workbook that was filled; None for a workbook of ours.
    template: TemplateId | None = None
    #: The return before it that this one takes the place of: a resubmission.
    replaces: ReturnId | None = None
    #: SHA-256 of its figures, see :func:`~fundingapp.domain.returns.figures_checksum`.
    checksum: str = ""
    #: The history's sequence number when it was written.
    sequence: int = 0
    #: The file's size in bytes where a copy is kept under its hash; 0 where none is.
    size: int = 0
    #: Whom it was sent to.
    sent_to: str = ""


class UnitOfWork(Protocol):
    """One transaction. Leaving it without :meth:`commit` rolls everything back.

    *who* is the login that the audit trail will name, *today* the day that it is where that person is.
    """

    @property
    def who(self) -> str: ...
    @property
    def today(self) -> date: ...
    @property
    def partnership(self) -> Rows[Partnership]: ...
    @property
    def parties(self) -> Rows[Party]: ...
    @property
    def funds(self) -> Rows[Fund]: ...
    @property
    def projects(self) -> Rows[Project]: ...
    @property
    def allocations(self) -> Rows[Allocation]: ...
    @property
    def bids(self) -> Rows[Bid]: ...
    @property
    def awards(self) -> Rows[Award]: ...
    @property
    def contingencies(self) -> Rows[Contingency]: ...
    @property
    def movements(self) -> Rows[BudgetMovement]: ...
    @property
    def accruals(self) -> Rows[Accrual]: ...
    @property
    def adjustments(self) -> Rows[Adjustment]: ...
    @property
    def evidence(self) -> Rows[Evidence]: ...
    @property
    def supports(self) -> Rows[Support]: ...
    @property
    def locks(self) -> Rows[PeriodLock]: ...
    @property
    def forecasts(self) -> Rows[Forecast]: ...
    @property
    def rules(self) -> Rows[CodingRule]: ...
    @property
    def aliases(self) -> Rows[SupplierAlias]: ...
    @property
    def rejections(self) -> Rows[Rejection]: ...
    @property
    def dismissals(self) -> Rows[Dismissal]: ...
    @property
    def layouts(self) -> Rows[SavedLayout]: ...
    @property
    def returns(self) -> Rows[SavedReturn]: ...
    @property
    def contacts(self) -> Rows[Contact]: ...
    @property
    def areas(self) -> Rows[Area]: ...
    @property
    def themes(self) -> Rows[Theme]: ...
    @property
    def priorities(self) -> Rows[Priority]: ...
    @property
    def shares(self) -> Rows[Share]: ...
    @property
    def agreements(self) -> Rows[Agreement]: ...
    @property
    def agreement_sums(self) -> Rows[AgreementSum]: ...
    @property
    def consents(self) -> Rows[Consent]: ...
    @property
    def conditions(self) -> Rows[GrantCondition]: ...
    @property
    def schedule(self) -> Rows[ScheduleEntry]: ...
    @property
    def bid_costs(self) -> Rows[BidCost]: ...
    @property
    def bid_texts(self) -> Rows[BidText]: ...
    @property
    def board_decisions(self) -> Rows[BoardDecision]: ...
    @property
    def offers(self) -> Rows[Offer]: ...
    @property
    def steps(self) -> Rows[Step]: ...
    @property
    def match_funding(self) -> Rows[MatchFunding]: ...
    @property
    def posts(self) -> Rows[Post]: ...
    @property
    def post_shares(self) -> Rows[PostShare]: ...
    @property
    def profiles(self) -> Rows[Profile]: ...
    @property
    def forecasts_kept(self) -> Rows[ForecastKept]: ...
    @property
    def variance_reasons(self) -> Rows[VarianceReason]: ...
    @property
    def claims(self) -> Rows[Claim]: ...
    @property
    def claim_lines(self) -> Rows[ClaimLine]: ...
    @property
    def retention_releases(self) -> Rows[RetentionRelease]: ...
    @property
    def payments(self) -> Rows[Payment]: ...
    @property
    def payment_matches(self) -> Rows[PaymentMatch]: ...
    @property
    def payment_lines(self) -> Rows[PaymentLine]: ...
    @property
    def repayments(self) -> Rows[Repayment]: ...
    @property
    def carry_forwards(self) -> Rows[CarryForward]: ...
    @property
    def settlements(self) -> Rows[Settlement]: ...
    @property
    def year_closes(self) -> Rows[YearClose]: ...
    @property
    def published(self) -> Rows[PublishedAllocation]: ...
    @property
    def members(self) -> Rows[Member]: ...
    @property
    def reconciliations(self) -> Rows[Reconciliation]: ...
    @property
    def reconciliation_items(self) -> Rows[ReconciliationItem]: ...
    @property
    def certificates(self) -> Rows[Certificate]: ...
    @property
    def assertions(self) -> Rows[BalanceAssertion]: ...
    @property
    def alarms(self) -> Rows[Alarm]: ...
    @property
    def outcomes(self) -> Rows[Outcome]: ...
    @property
    def outcome_statements(self) -> Rows[OutcomeStatement]: ...
    @property
    def milestones(self) -> Rows[Milestone]: ...
    @property
    def results_rules(self) -> Rows[ResultsRules]: ...
    @property
    def indicators(self) -> Rows[Indicator]: ...
    @property
    def indicator_years(self) -> Rows[IndicatorYear]: ...
    @property
    def figure_imports(self) -> Rows[FigureImport]: ...
    @property
    def skipped_figures(self) -> Rows[SkippedFigure]: ...
    @property
    def indicator_figures(self) -> Rows[IndicatorFigure]: ...
    @property
    def performance_tables(self) -> Rows[PerformanceTable]: ...
    @property
    def performance_figures(self) -> Rows[PerformanceFigure]: ...
    @property
    def performance_findings(self) -> Rows[PerformanceFinding]: ...
    @property
    def publications(self) -> Rows[Publication]: ...
    @property
    def reference_values(self) -> Rows[ReferenceValue]: ...
    @property
    def sentences(self) -> Rows[Sentence]: ...
    @property
    def return_texts(self) -> Rows[ReturnText]: ...
    @property
    def project_progress(self) -> Rows[ProjectProgress]: ...
    @property
    def risks(self) -> Rows[Risk]: ...
    @property
    def assets(self) -> Rows[Asset]: ...
    @property
    def partner_statements(self) -> Rows[PartnerStatement]: ...
    @property
    def templates(self) -> Rows[ReturnTemplate]: ...
    @property
    def mappings(self) -> Rows[TemplateMapping]: ...
    @property
    def return_proofs(self) -> Rows[ReturnProof]: ...
    @property
    def accepted_exceptions(self) -> Rows[AcceptedException]: ...
    @property
    def partner_books(self) -> Rows[PartnerBook]: ...
    @property
    def cell_proposals(self) -> Rows[CellProposal]: ...
    @property
    def ledger(self) -> LedgerStore: ...
    @property
    def suggestions(self) -> SuggestionStore: ...
    @property
    def journal(self) -> JournalStore: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self, record: JournalRecord | None) -> None:
        """Writes *record* to the audit trail and makes everything durable, or nothing.

        None is for what only follows from the rest of the file and decides nothing: suggestions.
        """


class OpenWork(Protocol):
    """Opens a unit of work: one that writes, or (*reading*) one that only looks at a single snapshot."""

    def __call__(self, *, reading: bool = False) -> UnitOfWork: ...
