"""Identities of the things we keep, one type each, so that a line cannot be taken for a project."""

from __future__ import annotations

from typing import NewType

PartyId = NewType("PartyId", int)
FundId = NewType("FundId", int)
AllocationId = NewType("AllocationId", int)
ProjectId = NewType("ProjectId", int)
BidId = NewType("BidId", int)
AwardId = NewType("AwardId", int)
MovementId = NewType("MovementId", int)
AccrualId = NewType("AccrualId", int)
AdjustmentId = NewType("AdjustmentId", int)
EvidenceId = NewType("EvidenceId", int)
BatchId = NewType("BatchId", int)
LineId = NewType("LineId", int)
RuleId = NewType("RuleId", int)
RunId = NewType("RunId", int)
ReturnId = NewType("ReturnId", int)
AreaId = NewType("AreaId", int)
ThemeId = NewType("ThemeId", int)
PriorityId = NewType("PriorityId", int)
AgreementId = NewType("AgreementId", int)
ConditionId = NewType("ConditionId", int)
PostId = NewType("PostId", int)
ClaimId = NewType("ClaimId", int)
PaymentId = NewType("PaymentId", int)
ConsentId = NewType("ConsentId", int)
