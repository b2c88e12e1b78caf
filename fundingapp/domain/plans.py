"""x"""

from __future__ import annotations

from dataclasses import dataclass

from fundingapp.domain.findings import Finding
from fundingapp.domain.money import Money


@dataclass(frozen=True, slots=True)
class PlanLine:
    ref: str
    name: str
    amount: Money
    kind: str
    theme: str
    row: int


@dataclass(frozen=True, slots=True)
class ParsedPlan:
    received: Money | None
    stated_total: Money | None
    awards: tuple[PlanLine, ...]
    findings: tuple[Finding, ...]
