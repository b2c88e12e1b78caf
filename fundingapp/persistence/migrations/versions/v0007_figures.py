"""The seventh version of the funding file: how often an indicator is due, of which places it is the sum, out of which
files and table figures came, and what became of a finding in an earlier table."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import sqlalchemy as sa
from alembic import op

from fundingapp.persistence.migrations.tables import check, gain

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_EMPTY = "NOT NULL DEFAULT ''"
#: So many days a quarter has at most.
_QUARTER = 92


def upgrade() -> None:
    """Brings a file of version 6 to version 7; nothing that it holds is lost, and no total changes."""
    gain("indicator", ("due", "TEXT", "NOT NULL DEFAULT 'each quarter'"), ("summed_over", "TEXT", ""))
    check(
        "indicator",
        due_known="due = 'each month' OR due = 'each quarter' OR due = 'each half-year' OR "
        "due = 'at year end' OR due = 'once'",
        summed_over_known="summed_over = 'partnership' OR summed_over = 'district' OR summed_over = 'ward' OR "
        "summed_over = 'beat' OR summed_over = 'LSOA' OR summed_over = 'zone'",
    )
    _once_a_year()
    gain("figure_import", ("part_text", "TEXT", _EMPTY), ("files_json", "TEXT", "NOT NULL DEFAULT '[]'"))
    gain("performance_finding", ("history_text", "TEXT", _EMPTY))


def _once_a_year() -> None:
    """What was given once in each of several years is due at year end, as the program took it to be until now.

    With figures of one year alone it can't be told from what is given each quarter and has only begun: that is asked
    for each quarter, so that nothing falls silent.
    """
    bind = op.get_bind()
    adds_up = {
        id: measure == "flow" and counted not in ("share of a number", "average")
        for id, measure, counted in bind.execute(sa.text("SELECT id, measure, counted FROM indicator"))
    }
    given: dict[int, dict[int, set[tuple[date, date]]]] = defaultdict(lambda: defaultdict(set))
    for id, first_day, last_day in bind.execute(
        sa.text(
            "SELECT indicator_id, first_day, last_day FROM indicator_figure"
            " WHERE area_id IS NULL AND status <> 'forecast'"
        )
    ):
        first, last = date.fromisoformat(first_day), date.fromisoformat(last_day)
        given[id][last.year - (last.month < 4)].add((first, last))
    for id, years in given.items():
        if len(years) < 2 or any(len(figures) != 1 for figures in years.values()):
            continue
        spans = [(last - first).days for figures in years.values() for first, last in figures]
        # A flow of some months is a part of its year; one short figure, or the year itself, is all that comes.
        if adds_up[id] and not (max(spans) < _QUARTER or min(spans) > 360):
            continue
        bind.execute(sa.text("UPDATE indicator SET due = 'at year end' WHERE id = :id"), {"id": id})
