"""What of the history does not leave the house: the figures of indicators whose small counts may tell who somebody is.

On the screen the history has them, for whoever may open the file may see them; what is written out of it goes further
than that (R40). All figures of such an indicator are withheld, not the small ones alone: the others would give them
away beside what returns have shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fundingapp.application.history_words import Touched, touched
from fundingapp.application.ports import JournalFilter, UnitOfWork

_FIGURES: Final = frozenset({"value", "numerator", "denominator"})
#: How an entry says that the small counts of an indicator are hidden.
_MARKED: Final = '"is_sensitive": true'
_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "indicator_figures": _FIGURES,
    "indicators": frozenset({"baseline", "target"}),
    "indicator_years": frozenset({"baseline", "target"}),
}


class Withheld:
    """Says of a field of the history whether it is withheld: of each indicator that was ever marked as one whose small
    counts may tell who somebody is, and of one that is not known any more."""

    def __init__(self, work: UnitOfWork) -> None:
        self._kept_in = {kept.id for kept in work.indicators.all() if kept.value.is_sensitive}
        # Numbers of what was removed may be given again, so the history itself says which were marked.
        for line in work.journal.entries(work.journal.ids(JournalFilter((_MARKED,)))):
            self._kept_in |= {each.id for each in touched(line) if each.kind == "indicators"}
        self._of_figure: dict[int, int] = {
            kept.id: kept.value.indicator for kept in work.indicator_figures.all()
        }
        self._of_year: dict[int, int] = {kept.id: kept.value.indicator for kept in work.indicator_years.all()}

    def __call__(self, each: Touched, field: str) -> bool:
        if field not in _FIELDS.get(each.kind, ()):
            return False
        indicator = self._indicator(each)
        return indicator is None or indicator in self._kept_in

    def _indicator(self, each: Touched) -> int | None:
        if each.kind == "indicators":
            return each.id
        whole: dict[str, Any] = {**(each.before or {}), **(each.after or {})}
        held = self._of_figure if each.kind == "indicator_figures" else self._of_year
        found = whole.get("indicator", held.get(each.id))
        return int(found) if found is not None else None
