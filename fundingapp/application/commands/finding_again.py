"""Findings in a table that comes again: what was accepted in its earlier extract is carried on."""

from __future__ import annotations

from collections.abc import Sequence

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.wording import short_date
from fundingapp.domain.carried_findings import carried_on
from fundingapp.domain.figure_files.deciding import earlier_of
from fundingapp.domain.figure_files.plan import HeldTable
from fundingapp.domain.performance import PerformanceFigure, PerformanceFinding


def with_earlier(
    work: UnitOfWork,
    found: Sequence[PerformanceFinding],
    counts: Sequence[PerformanceFigure],
    tables: Sequence[HeldTable],
) -> list[PerformanceFinding]:
    """The findings *found* in a table with these *counts*, each with what was accepted in the one of *tables* that is
    an earlier extract of it."""
    earlier = earlier_of(counts, tables) if found else None
    if earlier is None:
        return list(found)
    before = [kept.value for kept in work.performance_findings.all() if kept.value.table == earlier.id]
    batch = work.performance_tables.get(earlier.id).value.batch
    day = (
        f", imported on {short_date(work.figure_imports.get(batch).value.imported_at.date())}"
        if batch is not None
        else ""
    )
    return carried_on(found, counts, before, earlier.counts, f"“{earlier.name}”{day}")
