"""What is noticed while a table is read, and the rows that are skipped."""

from __future__ import annotations

from collections.abc import Sequence

from fundingapp.domain.cells import clean_text
from fundingapp.domain.findings import LISTED, LISTED_ERRORS, Finding, Severity, Source
from fundingapp.domain.ledger import HELD_BACK, Cell, RawTable, SkippedRow


class HeldBackError(Exception):
    """A cell of a row cannot be read, so the row is held back; *text* goes on after “Row 12”."""

    def __init__(self, kind: str, text: str, column: str) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.column = column


class Notes:
    """Collects the findings and skipped rows of one table; of one kind of finding only so many are listed."""

    def __init__(self, table: RawTable) -> None:
        self._table = table
        self._counts: dict[str, int] = {}
        self.findings: list[Finding] = []
        self.skipped: list[SkippedRow] = []

    def heading(self, at: int) -> str:
        """How the column *at*, counted from 0, is called in a message."""
        headings = self._table.headings
        heading = clean_text(headings[at]) if at < len(headings) else ""
        return heading or f"column {at + 1}"

    def add(self, severity: Severity, kind: str, text: str, row: int = 0, column: str = "") -> None:
        """Keeps a finding; of one kind only so many, the rest are counted and told at the end."""
        count = self._counts.get(kind, 0) + 1
        self._counts[kind] = count
        if count <= (LISTED_ERRORS if severity is Severity.ERROR else LISTED):
            self.findings.append(Finding(severity, kind, text, self._source(row, column)))

    def skip(self, row: int, reason: str, cells: Sequence[Cell]) -> None:
        """Accounts for a row that becomes no line."""
        text = " | ".join(filled for cell in cells if (filled := clean_text(cell)))
        self.skipped.append(SkippedRow(self._table.sheet, row, reason, text[:500]))

    def hold(self, row: int, error: HeldBackError, cells: Sequence[Cell]) -> None:
        """Keeps the row out of the lines, with an ERROR finding."""
        text = f"Row {row:,}{error.text}"
        self.add(Severity.ERROR, error.kind, text, row, error.column)
        self.skip(row, f"{HELD_BACK}{text}", cells)

    def held_in_words(self) -> str:
        """A sentence about the rows held back, beginning with a space; "" when there are none."""
        held = sum(skip.reason.startswith(HELD_BACK) for skip in self.skipped)
        return f" {held:,} row{' is' if held == 1 else 's are'} held back." if held else ""

    def tell_the_rest(self) -> None:
        """Adds, for each kind with more findings than are listed, how many more there are."""
        listed: dict[str, int] = {}
        severities: dict[str, Severity] = {}
        for finding in self.findings:
            listed[finding.kind] = listed.get(finding.kind, 0) + 1
            severities[finding.kind] = finding.severity
        for kind, count in self._counts.items():
            if more := count - listed[kind]:
                text = f"{more:,} more rows have the same finding as the {listed[kind]:,} listed."
                self.findings.append(Finding(severities[kind], kind + ".more", text, self._source()))

    def _source(self, row: int = 0, column: str = "") -> Source:
        return Source(self._table.file, self._table.sheet, row, column)
