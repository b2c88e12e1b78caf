"""What was noticed of a file that is read, and the rows of it that are not taken: as lists, and in the inspector."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fundingapp.domain.findings import Finding, Severity
from fundingapp.ui.inspector import CheckBlock
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.theme import Tone

_TONES = {Severity.NOTE: Tone.NEUTRAL, Severity.WARNING: Tone.ATTENTION, Severity.ERROR: Tone.BAD}
_WORST = (Severity.ERROR, Severity.WARNING, Severity.NOTE)

FINDING_COLUMNS = (
    Column[Finding](
        "Kind",
        lambda row: row.severity.value,
        width=84,
        pill=lambda row: _TONES[row.severity],
        sort="severity",
    ),
    Column[Finding](
        "What was noticed", lambda row: row.text, width=420, stretch=3, least=200, tip=lambda row: row.text
    ),
    Column[Finding](
        "Where", lambda row: str(row.source), width=200, stretch=1, least=110, quiet=True, sort="source"
    ),
)


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """*findings* as they are listed: what is wrong before what is merely said."""
    return sorted(findings, key=lambda finding: _WORST.index(finding.severity))


def noticed_block(findings: Iterable[Finding]) -> CheckBlock:
    """*findings* for the inspector, in their order."""
    return CheckBlock(
        [(finding.severity.value, _TONES[finding.severity], finding.text) for finding in findings],
        "What was noticed",
    )


def skipped_columns(why: str) -> tuple[Column[Any], ...]:
    """The columns of rows that are not taken, each with its number, its reason and what stands in it; *why* heads the
    reasons."""
    return (
        Column[Any](
            "Row", lambda row: f"{row.row:,}", RIGHT, width=64, sort="row", order=lambda row: row.row
        ),
        Column[Any](
            why,
            lambda row: row.reason,
            width=290,
            stretch=1,
            least=150,
            sort="reason",
            filter="reason",
            tip=lambda row: row.reason,
        ),
        Column[Any](
            "What stands in it",
            lambda row: row.text,
            width=300,
            stretch=1,
            least=120,
            quiet=True,
            filter="text",
            tip=lambda row: row.text,
        ),
    )
