"""Early warnings: what will go wrong with a grant unless somebody does something, each with its arithmetic.

A warning stays as long as its cause does. What is over already is not announced as coming as well, and what a grant's
own warning adds up is not repeated for each of its projects.
"""

from __future__ import annotations

from collections.abc import Iterable

from fundingapp.domain.early_warnings import EarlyWarning, WarningKind, WarningRecords, in_order
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.warned_money import MoneyWatch
from fundingapp.domain.warned_promises import PromisesWatch
from fundingapp.domain.warned_results import ResultsWatch

#: Where one of these is said of a project, that it is off its profile is the same once more.
_MORE_THAN_OFF_PROFILE = (WarningKind.UNDERSPEND, WarningKind.FORECAST_OVERSPEND)


def warnings_of(records: WarningRecords, project: ProjectId | None = None) -> tuple[EarlyWarning, ...]:
    """The warnings of a grant, or those about one of its projects, the most pressing first.

    Once the year is over nothing is said of rates and forecasts: only what is still open. Before it begins, only of
    what has to be settled first.
    """
    found: list[EarlyWarning] = []
    for watch in (MoneyWatch, PromisesWatch, ResultsWatch):
        found += watch(records, project).look()
    if project is not None:
        found = [warning for warning in found if warning.project == project]
        if any(warning.kind in _MORE_THAN_OFF_PROFILE for warning in found):
            found = [warning for warning in found if warning.kind is not WarningKind.OFF_PROFILE]
    return in_order(_each_once(found))


def _each_once(found: Iterable[EarlyWarning]) -> list[EarlyWarning]:
    by_key: dict[tuple[object, ...], EarlyWarning] = {}
    for warning in found:
        by_key.setdefault(warning.key, warning)
    return list(by_key.values())
