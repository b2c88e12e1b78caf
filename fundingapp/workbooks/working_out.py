"""The results of a template's formulas with our values in its cells, in the words of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from fundingapp.domain.worked_out import Place, Put, Worked, WorkedOut
from fundingapp.workbooks.recalculation import recalculate  # type: ignore[import-not-found, unused-ignore]


def work_out(template: Path, puts: Mapping[Place, Put], today: date) -> WorkedOut:
    """Every formula cell of *template* that depends on *puts*. Raises InputRefusedError for a file that is no
    workbook."""
    found = recalculate(template, puts, today=today)
    return WorkedOut(
        {place: Worked(result.kind, result.text) for place, result in found.values.items()},
        found.not_computed,
    )
