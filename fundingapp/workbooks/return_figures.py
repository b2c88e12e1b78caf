"""The names of the figures that stand in a return, for “why?”."""

from __future__ import annotations

from dataclasses import dataclass

from fundingapp.domain.funds import Kind
from fundingapp.domain.positions import GrantPosition, ProjectPosition


@dataclass(frozen=True, slots=True)
class FigureNames:
    """Names the figures of the grant at *position*, as they are up to its period."""

    position: GrantPosition

    def of_grant(self, measure: str, kind: Kind | None = None) -> str:
        """A figure of the grant, or of one *kind* of its money."""
        which = f":{kind.value}" if kind is not None else ""
        return f"{self.position.fund.name}/{self.position.year}/{measure}{which}@{self.position.to_period}"

    def of_project(self, project: ProjectPosition, measure: str) -> str:
        """A figure of one budget head of the grant."""
        which = f":{project.kind.value}:{self.position.fund.name}"
        return f"{project.ref}/{self.position.year}/{measure}{which}@{self.position.to_period}"

    def of_ledger(self, measure: str, to_period: int | None = None) -> str:
        """A figure of the whole ledger."""
        return f"ledger/{self.position.year}/{measure}@{to_period or self.position.to_period}"
