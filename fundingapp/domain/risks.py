"""Risks of a grant or a project, as returns list them (domain paper 3 and 4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fundingapp.domain.ids import FundId, ProjectId


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk to a fund's grant, or to one project of it. Likelihood and impact are 1 to 5, 5 the worst; the second pair
    is what is left after the mitigation, None while nobody judged. *raised* and *closed* are days."""

    fund: FundId
    name: str
    description: str
    likelihood: int
    impact: int
    mitigation: str = ""
    likelihood_after: int | None = None
    impact_after: int | None = None
    category: str = ""
    consequence: str = ""
    proximity: str = ""
    owner: str = ""
    project: ProjectId | None = None
    raised: date | None = None
    closed: date | None = None

    @property
    def score(self) -> int:
        """Likelihood times impact, before the mitigation."""
        return self.likelihood * self.impact

    @property
    def score_after(self) -> int | None:
        """Likelihood times impact, after the mitigation."""
        if self.likelihood_after is None or self.impact_after is None:
            return None
        return self.likelihood_after * self.impact_after
