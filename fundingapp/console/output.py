"""What the console prints: JSON for programs, tables for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress as Bar, TextColumn
from rich.table import Table

from fundingapp.domain.findings import Finding, Severity
from fundingapp.domain.money import Money


class Output:
    """Prints results to standard output and everything else to standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        # Wide when it goes to a file or pipe, so that nothing is cut off there.
        width = None if sys.stdout.isatty() else 140
        self._out = Console(highlight=False, soft_wrap=True, width=width)
        self._err = Console(stderr=True, highlight=False, soft_wrap=True)

    def result(self, data: dict[str, Any], people: Iterable[str | Table]) -> None:
        """The result: *data* as one JSON object, or what *people* read."""
        if self.as_json:
            print(json.dumps(data, ensure_ascii=False))
            return
        for part in people:
            self._out.print(part, markup=False) if isinstance(part, str) else self._out.print(part)

    def say(self, text: str) -> None:
        """A message, never part of the result."""
        self._err.print(text, markup=False)


class BarProgress:
    """Shows progress on standard error when a person looks on."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._task: Any = None

    def report(self, done: int, total: int, label: str) -> None:
        """One step further; shown only on a terminal."""
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = Bar(
                TextColumn("{task.description}"), BarColumn(), console=Console(stderr=True), transient=True
            )
            self._task = self._bar.add_task(label)
            self._bar.start()
        self._bar.update(self._task, description=label, completed=done, total=total or None)

    def stop(self) -> None:
        """Takes the bar off the terminal."""
        if self._bar is not None:
            self._bar.stop()


def table(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], money: Iterable[int] = ()
) -> Table:
    """A table for people; the columns numbered in *money* are right-aligned."""
    made = Table(title=title, title_justify="left", header_style="bold")
    right = set(money)
    for at, heading in enumerate(headings):
        made.add_column(heading, justify="right" if at in right else "left", no_wrap=at in right)
    for row in rows:
        made.add_row(*row)
    return made


def finding_data(finding: Finding) -> dict[str, Any]:
    """A finding as the console's JSON has it."""
    return {
        "severity": finding.severity.value,
        "sheet": finding.source.sheet,
        "row": finding.source.row or None,
        "column": finding.source.column,
        "text": finding.text,
    }


def matters(findings: Iterable[Finding]) -> bool:
    """Whether any finding is more than a note."""
    return any(finding.severity is not Severity.NOTE for finding in findings)


def pounds(amount: Money) -> str:
    """An amount in a table for people."""
    return str(amount)
