"""Risks of a grant or a project, as returns list them (domain paper 3 and 4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fundingapp.domain.errors import ExpectedError
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

    def is_open_in(self, first: date, last: date) -> bool:
        """Whether a return of the days *first* to *last*, both inclusive, lists it: raised by the end, and not closed
        before the beginning."""
        return (self.raised or first) <= last and (self.closed or last) >= first


#: The scale of likelihood and impact (domain paper 4.1).
SCALE = range(1, 6)


def check_risk(risk: Risk) -> None:
    """Raises ExpectedError for a risk without a name, off the scale, half judged, or closed before it was raised."""
    if not risk.name.strip():
        raise ExpectedError("no_name", "A risk needs its name.", "Say in a few words what may happen.")
    for number, what in (
        (risk.likelihood, "likelihood"),
        (risk.impact, "impact"),
        (risk.likelihood_after, "likelihood after mitigation"),
        (risk.impact_after, "impact after mitigation"),
    ):
        if number is not None and number not in SCALE:
            raise ExpectedError(
                "off_scale",
                f"{risk.name}: {what} {number} is not on the scale.",
                f"Type {SCALE[0]} to {SCALE[-1]}; {SCALE[-1]} is the worst.",
            )
    if (risk.likelihood_after is None) is not (risk.impact_after is None):
        raise ExpectedError(
            "half_judged",
            f"{risk.name}: what is left after the mitigation needs both likelihood and impact.",
            "Type both, or neither.",
        )
    if risk.likelihood_after is not None and not risk.mitigation.strip():
        raise ExpectedError(
            "no_mitigation",
            f"{risk.name}: it is judged after a mitigation that is not named.",
            "Say what is done about it.",
        )
    if risk.closed is not None and risk.raised is not None and risk.closed < risk.raised:
        raise ExpectedError(
            "closed_before",
            f"{risk.name}: closed on {risk.closed:%d/%m/%Y}, before it was raised on {risk.raised:%d/%m/%Y}.",
            "Correct one of the days.",
        )
