"""Values of the records of a grant's year, from bid to claim, each filled to the last field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from fundingapp.domain.agreements import (
    Agreement,
    AgreementSum,
    CarryForwardStance,
    ClaimsDue,
    Consent,
    DayCount,
    Frequency,
    Terms,
)
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.bids import BidCost, BidText, BoardDecision, CostCategory, Offer, Section
from fundingapp.domain.carry_forwards import CarryForward, CarryForwardState
from fundingapp.domain.claims import (
    Claim,
    ClaimLine,
    ClaimState,
    Payment,
    PaymentMatch,
    Repayment,
    RetentionRelease,
)
from fundingapp.domain.evidence import Support
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.grant_conditions import ConditionKind, ConditionState, Gauge, GrantCondition
from fundingapp.domain.ids import (
    AgreementId,
    AllocationId,
    AreaId,
    BidId,
    CarryForwardId,
    CertificateId,
    ClaimId,
    ConditionId,
    ConsentId,
    EvidenceId,
    FundId,
    IndicatorId,
    MovementId,
    PartyId,
    PaymentId,
    PostId,
    PriorityId,
    ProjectId,
    ReconciliationId,
    RepaymentId,
    SettlementId,
    ThemeId,
)
from fundingapp.domain.indicators import FigureStatus, GoodDirection, Indicator, IndicatorFigure, Measure
from fundingapp.domain.match_funding import MatchFunding, Post, PostShare, SourceType
from fundingapp.domain.members import Member, MemberRole
from fundingapp.domain.money import LARGEST_PENCE, Money
from fundingapp.domain.parties import Contact, ContactRole, Party, PartyForm, PartyKind
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.priorities import Priority, Share, Split, Theme
from fundingapp.domain.profiles import ForecastKept, Profile, Shape, VarianceReason
from fundingapp.domain.reconciliations import Reconciliation, ReconciliationItem, ReconciliationState
from fundingapp.domain.schedules import DeadlineKind, ScheduleEntry
from fundingapp.domain.settlements import (
    PublishedAllocation,
    PublishedPart,
    Settlement,
    SettlementState,
    YearClose,
)
from fundingapp.domain.signing import Certificate, CertificateState, Certified
from fundingapp.domain.states import Step, Subject
from fundingapp.domain.watching import Alarm, Asserted, BalanceAssertion, Difference, Watched

_FUND, _PROJECT, _YEAR = FundId(1), ProjectId(1), FinancialYear(2018)
_DAY, _NOON = date(2018, 6, 1), datetime(2018, 6, 1, 12, 0, tzinfo=UTC)
_ODD = "“Beat 65”; it's £1 – Ü"
_MONTHS = tuple(Money(pence) for pence in range(-1, 11))
TERMS = Terms(
    PaymentBasis.ADVANCE,
    30,
    Frequency.HALF_YEARLY,
    14,
    Decimal("7.5"),
    Money(500_000),
    Money(1_000_000),
    Decimal("2.5"),
    CarryForwardStance.NO,
    2,
    28,
    10,
    Decimal(50),
    Decimal("102.50"),
    Money(5_000_000),
    10,
    (Decimal("2.5"), Decimal(5), Decimal(10), Decimal(20)),
    (("evidence of need", 200),),
    ClaimsDue.MONTH_END,
    DayCount.ALL_DAYS,
)

#: To be added after a party, a fund that divides its revenue, a project, an allocation, a bid, a movement and an item
#: of evidence, each with the identity 1.
GRANT_VALUES: list[tuple[str, Any]] = [
    (
        "parties",
        Party(
            _ODD,
            PartyKind.COMMISSIONER,
            date(2028, 5, 7),
            None,
            PartyForm.MAYOR,
            PartyId(1),
            "GB-LAE-1",
            "The Hall",
            ("The Mayor", _ODD),
        ),
    ),
    (
        "contacts",
        Contact(
            "The officer", ContactRole.SECTION_151, PartyId(1), _PROJECT, "a@b", "1", True, _DAY, _DAY, _ODD
        ),
    ),
    ("contacts", Contact("The chair", ContactRole.CHAIR)),
    ("areas", Area("Charnwood", AreaKind.DISTRICT, "E07000130")),
    ("areas", Area("Loughborough East", AreaKind.BEAT, "65", AreaId(1), ("N65", "NL65", _ODD), _DAY, _DAY)),
    ("themes", Theme("1", "Safer", "Plan 2017/20", _YEAR, _YEAR.next)),
    (
        "priorities",
        Priority("iv", _ODD, ThemeId(1), _YEAR, _YEAR, "Offender group", True, "Victims", None),
    ),
    ("priorities", Priority("iii", "Earlier", succeeded_by=PriorityId(1))),
    ("shares", Share(_PROJECT, _YEAR, Split.THEME, Decimal("33.33"), theme=ThemeId(1))),
    ("shares", Share(_PROJECT, _YEAR, Split.PRIORITY, Decimal(100), priority=PriorityId(2))),
    ("shares", Share(_PROJECT, _YEAR, Split.AREA, Decimal("0.5"), area=AreaId(2))),
    ("agreements", Agreement(_FUND, _ODD, _YEAR, _YEAR.next, "A-1", _DAY, TERMS)),
    ("agreements", Agreement(_FUND, "The usual", _YEAR, _YEAR)),
    ("agreement_sums", AgreementSum(AgreementId(1), Kind.LABOUR, Money(LARGEST_PENCE))),
    ("agreement_sums", AgreementSum(AgreementId(1), Kind.NON_LABOUR, Money(0), _YEAR)),
    ("consents", Consent(_FUND, _YEAR, Kind.CAPITAL, Money(1), "letter 9", _DAY, "The Commissioner")),
    (
        "conditions",
        GrantCondition(
            _FUND,
            "4.2",
            _ODD,
            ConditionKind.TOLERANCE,
            _YEAR,
            _PROJECT,
            BidId(1),
            "Finance",
            _DAY,
            ConditionState.BREACHED,
            "minutes",
            True,
            Gauge.MATCH_PERCENT,
            False,
            None,
            Decimal("62.5"),
        ),
    ),
    (
        "conditions",
        GrantCondition(
            _FUND,
            "9",
            "Unallocated",
            ConditionKind.TOLERANCE,
            gauge=Gauge.UNALLOCATED,
            limit=Money(1_500_000),
        ),
    ),
    (
        "schedule",
        ScheduleEntry(_FUND, _YEAR, DeadlineKind.PAYMENT, _ODD, _DAY, 1, 6, Money(5), "half", _DAY),
    ),
    ("bid_costs", BidCost(BidId(1), CostCategory.STAFF, _ODD, 4, Money(-5))),
    ("bid_texts", BidText(BidId(1), Section.NEED, _ODD)),
    ("board_decisions", BoardDecision(BidId(1), "Board", _DAY, "min 7", "none", "65 %", True, _ODD)),
    ("offers", Offer(BidId(1), "O-1", _DAY, Money(5), _DAY, _DAY, _DAY, _DAY, "The treasurer", "youth work")),
    ("steps", Step(Subject.BID, 1, "draft", "submitted", _DAY, _NOON, "Ann", "letter", _ODD)),
    ("steps", Step(Subject.VIREMENT, 7, "draft", "submitted", None, _NOON, "Ann")),
    (
        "match_funding",
        MatchFunding(
            _PROJECT,
            _YEAR,
            "Police",
            Money(1),
            PartyId(1),
            SourceType.THIRD_SECTOR,
            True,
            True,
            Money(2),
            Money(3),
            _ODD,
        ),
    ),
    ("posts", Post(_PROJECT, _YEAR, _ODD, Decimal("0.6"), 9, Money(7))),
    ("post_shares", PostShare(PostId(1), Decimal("33.3"), _FUND, _ODD)),
    ("profiles", Profile(_PROJECT, _FUND, Kind.LABOUR, _YEAR, Shape.LAST_YEAR, _MONTHS)),
    (
        "forecasts_kept",
        ForecastKept(_PROJECT, _FUND, Kind.NON_LABOUR, _YEAR, 10, _MONTHS, _NOON, "Ann", "Q3 return"),
    ),
    ("variance_reasons", VarianceReason(_PROJECT, _FUND, Kind.CAPITAL, _YEAR, 10, _ODD, "Ann", _NOON)),
    (
        "claims",
        Claim(_FUND, _YEAR, 1, 1, 6, PaymentBasis.ARREARS, ClaimState.QUERIED, True, _DAY, _DAY, "C-1", _ODD),
    ),
    (
        "claim_lines",
        ClaimLine(
            ClaimId(1),
            _PROJECT,
            Kind.LABOUR,
            Money(9),
            Money(8),
            Money(7),
            Money(-6),
            Money(5),
            Money(4),
            Money(3),
            _ODD,
        ),
    ),
    ("retention_releases", RetentionRelease(ClaimId(1), Money(3), _DAY, "letter")),
    ("payments", Payment(_FUND, _YEAR, _DAY, Money(10), "R-1", _ODD)),
    ("payment_matches", PaymentMatch(PaymentId(1), ClaimId(1), Money(4))),
    ("repayments", Repayment(_FUND, _YEAR, _DAY, Money(2), "I-1", _ODD, ClaimId(1))),
    ("supports", Support(EvidenceId(1), agreement=AgreementId(1))),
    ("supports", Support(EvidenceId(1), allocation=AllocationId(1))),
    ("supports", Support(EvidenceId(1), bid=BidId(1))),
    ("supports", Support(EvidenceId(1), condition=ConditionId(1))),
    ("supports", Support(EvidenceId(1), movement=MovementId(1))),
    ("supports", Support(EvidenceId(1), consent=ConsentId(1))),
    ("supports", Support(EvidenceId(1), claim=ClaimId(1))),
    ("supports", Support(EvidenceId(1), payment=PaymentId(1))),
    (
        "carry_forwards",
        CarryForward(
            _FUND,
            _YEAR,
            Kind.CAPITAL,
            _PROJECT,
            CarryForwardState.PART_AGREED,
            Money(9),
            Money(4),
            _ODD,
            "two schools",
            _DAY,
            _DAY,
            _DAY,
            "letter 3",
        ),
    ),
    (
        "carry_forwards",
        CarryForward(_FUND, _YEAR, Kind.REVENUE, None, CarryForwardState.ANTICIPATED, Money(1_500_000)),
    ),
    (
        "settlements",
        Settlement(
            _FUND,
            _YEAR,
            Kind.CAPITAL,
            _PROJECT,
            Money(5),
            SettlementState.NETTED,
            _ODD,
            _DAY,
            CarryForwardId(1),
            "INV 1",
            _DAY,
            RepaymentId(1),
            PaymentId(1),
        ),
    ),
    ("settlements", Settlement(_FUND, _YEAR, Kind.REVENUE, None, Money(1), SettlementState.SURRENDERED)),
    ("year_closes", YearClose(_FUND, _YEAR, _ODD, "Ann", _NOON)),
    (
        "published",
        PublishedAllocation(_FUND, _YEAR, PublishedPart.PARTNERSHIP, _ODD, Money(7), True, "page 2"),
    ),
    ("members", Member("ann", "Ann", MemberRole.FINANCE_LEAD, _DAY, _DAY)),
    ("members", Member("ann", "Ann", MemberRole.AUDITOR)),
    (
        "reconciliations",
        Reconciliation(
            _YEAR,
            9,
            _DAY,
            Money(-1),
            Money(5),
            Money(6),
            ReconciliationState.REVIEWED,
            "Ann",
            _NOON,
            (("CS4402/ledger", Money(6)), (_ODD, Money(-2))),
            _ODD,
            "Ben",
            _NOON,
            "seen",
        ),
    ),
    (
        "reconciliations",
        Reconciliation(_YEAR, 10, _DAY, Money(4), Money(0), None, ReconciliationState.DRAFT, "Ann", _NOON),
    ),
    ("reconciliation_items", ReconciliationItem(ReconciliationId(1), _ODD, Money(-2))),
    (
        "certificates",
        Certificate(
            Certified.RECONCILIATION,
            _FUND,
            _YEAR,
            12,
            _ODD,
            (("Fund/2018/19/spend", Money(LARGEST_PENCE)),),
            "ab",
            "cd",
            "Ann",
            _NOON,
            CertificateState.VOIDED,
            None,
            ReconciliationId(1),
            "The treasurer",
            "section 151 officer",
            "Ben",
            _NOON,
            "",
            "Cyd",
            _NOON,
            _ODD,
        ),
    ),
    (
        "certificates",
        Certificate(Certified.YEAR_END, _FUND, _YEAR, 13, "", (), "", "", "Ann", _NOON),
    ),
    (
        "assertions",
        BalanceAssertion(
            None,
            _YEAR,
            9,
            (("ledger/2018/19/total", Money(3)),),
            "locked",
            "Ann",
            _NOON,
            7,
            Asserted.LOCK,
            (("ledger/2018/19/total", Money(-1)),),
        ),
    ),
    ("assertions", BalanceAssertion(_FUND, _YEAR, 9, (), _ODD, "Ann", _NOON, 8)),
    (
        "alarms",
        Alarm(
            Watched.ASSERTION,
            1,
            9,
            _NOON,
            "Ben",
            _ODD,
            (Difference("ledger/2018/19/total", Money(3), Money(-4)),),
            12,
        ),
    ),
    (
        "indicators",
        Indicator(
            _ODD, _PROJECT, "people", GoodDirection.DOWN, Measure.STOCK, "12", "reduction", "survey", "CSM"
        ),
    ),
    (
        "indicator_figures",
        IndicatorFigure(
            IndicatorId(1),
            _DAY,
            _DAY,
            Decimal("12.5"),
            Decimal(1),
            Decimal(8),
            FigureStatus.PROVISIONAL,
            _ODD,
        ),
    ),
    ("indicator_figures", IndicatorFigure(IndicatorId(1), _DAY, _DAY, None)),
    ("supports", Support(EvidenceId(1), carry_forward=CarryForwardId(1))),
    ("supports", Support(EvidenceId(1), settlement=SettlementId(1))),
    ("supports", Support(EvidenceId(1), repayment=RepaymentId(1))),
    ("supports", Support(EvidenceId(1), reconciliation=ReconciliationId(1))),
    ("supports", Support(EvidenceId(1), certificate=CertificateId(1))),
]
