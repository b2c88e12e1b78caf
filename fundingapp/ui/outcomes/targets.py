"""What can be gone to on the page Outcomes, as subjects of a :class:`~fundingapp.ui.page.Target`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundingapp.domain.ids import IndicatorId, OutcomeId, ProjectId

if (
    TYPE_CHECKING
):  # the frame knows these targets, and paints before anything of the domain's results is loaded
    from fundingapp.domain.judging import Standing


@dataclass(frozen=True, slots=True)
class ShowIndicator:
    """An indicator's row, opened at the right; with ("indicators", …)."""

    indicator: IndicatorId


#: In place of a standing: the indicators that lack a figure.
MISSING_FIGURE = "figure missing"


@dataclass(frozen=True, slots=True)
class ShowStanding:
    """The list of those indicators alone that stand so, or (:data:`MISSING_FIGURE`) lack a figure; None: of all. With
    ("indicators", …)."""

    standing: Standing | str | None


@dataclass(frozen=True, slots=True)
class RecordFigures:
    """The grid in which figures are typed, of a *quarter* (None: the one that is shown), with the cursor on an
    indicator; with ("indicators", …)."""

    quarter: int | None = None
    indicator: IndicatorId | None = None


@dataclass(frozen=True, slots=True)
class ShowOutcome:
    """An outcome in the chain, opened at the right; with ("chain", …)."""

    outcome: OutcomeId


@dataclass(frozen=True, slots=True)
class ShowProject:
    """The chain of one project; with ("chain", …)."""

    project: ProjectId
