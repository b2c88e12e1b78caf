"""The names of the rows in a unit of work, by the type of identity that names one of them."""

from __future__ import annotations

from typing import Final

#: “ProjectId” → projects.
KIND_OF_ID: Final = {
    "PartyId": "parties",
    "FundId": "funds",
    "AllocationId": "allocations",
    "ProjectId": "projects",
    "BidId": "bids",
    "AwardId": "awards",
    "MovementId": "movements",
    "AccrualId": "accruals",
    "AdjustmentId": "adjustments",
    "EvidenceId": "evidence",
    "BatchId": "batches",
    "LineId": "lines",
    "ReturnId": "returns",
    "AreaId": "areas",
    "ThemeId": "themes",
    "PriorityId": "priorities",
    "AgreementId": "agreements",
    "ConditionId": "conditions",
    "PostId": "posts",
    "ClaimId": "claims",
    "PaymentId": "payments",
    "ConsentId": "consents",
    "CarryForwardId": "carry_forwards",
    "SettlementId": "settlements",
    "RepaymentId": "repayments",
    "ReconciliationId": "reconciliations",
    "CertificateId": "certificates",
    "AssertionId": "assertions",
    "IndicatorId": "indicators",
    "FigureId": "indicator_figures",
    "OutcomeId": "outcomes",
    "MilestoneId": "milestones",
    "FigureImportId": "figure_imports",
    "PerformanceTableId": "performance_tables",
    "PublicationId": "publications",
    "TemplateId": "templates",
    "PartnerBookId": "partner_books",
    "RiskId": "risks",
    "AssetId": "assets",
}
