"""What was published of tables with small numbers, so that a later table can't give away what an earlier one hid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """A table that was written with its small numbers hidden.

    *series* names what it is published in: tables of one series are looked at together. *sha256* is the hash of the
    safe file, which is kept; *primary* and *secondary* count the cells hidden for themselves and for others;
    *finding* is what the solver found, *reason* why this table is published so. Raw counts are never in it.
    """

    name: str
    series: str
    sha256: str
    size: int
    threshold: int
    primary: int
    secondary: int
    finding: str
    reason: str
    made_at: datetime
    made_by: str
