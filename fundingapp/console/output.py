"""What the console prints: JSON for programs, tables for people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.progress import BarColumn, Progress as Bar, TextColumn
from rich.table import Table

from fundingapp.domain.findings import Finding, Severity

#: How wide a table may be where no terminal says so: in a file or a pipe.
PIPED_WIDTH = 140


@dataclass(frozen=True, slots=True)
class EitherWay:
    """The same figures in two forms: one wide table, or several that fit a narrow terminal."""

    wide: Table
    narrow: Sequence[Table]


Part = str | Table | EitherWay


class _Terminal(Console):
    """Leaves a closed pipe to its caller, instead of ending the program with a status of its own."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def show_what_is_possible() -> None:
    """Lets a terminal without pound or minus signs show question marks for them, rather than nothing at all."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


class Output:
    """Prints results to standard output and everything else to standard error.

    Who reads may stop reading (``| head``): then the rest goes nowhere, and the command's status stands.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._out = _Terminal(
            highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else PIPED_WIDTH
        )
        self._err = _Terminal(stderr=True, highlight=False, soft_wrap=True)

    def result(self, data: dict[str, Any], people: Iterable[Part]) -> None:
        """The result: *data* as one JSON object, or what *people* read."""
        if self.as_json:
            in_unicode = (getattr(sys.stdout, "encoding", None) or "utf-8").casefold().replace(
                "-", ""
            ) == "utf8"
            _to_reader(sys.stdout, lambda: print(json.dumps(data, ensure_ascii=not in_unicode), flush=True))
            return
        _to_reader(sys.stdout, lambda: self._print(people))

    def say(self, text: str) -> None:
        """A message, never part of the result."""
        _to_reader(sys.stderr, lambda: self._err.print(text, markup=False))

    def _print(self, parts: Iterable[Part]) -> None:
        for part in parts:
            match part:
                case str():
                    self._out.print(part, markup=False)
                case EitherWay() if self._needed(part.wide) > self._out.width and self._out.is_terminal:
                    self._print(part.narrow)
                case EitherWay():
                    self._print([part.wide])
                case _:
                    # Never narrower than its figures: a terminal may break such lines, but nothing is cut off.
                    self._out.print(part, width=max(self._needed(part), self._out.width))
        sys.stdout.flush()

    def _needed(self, table: Table) -> int:
        """The width below which a figure or a word of *table* would be broken."""
        return Measurement.get(self._out, self._out.options.update(width=10_000), table).minimum


def _to_reader(stream: Any, write: Callable[[], None]) -> None:
    try:
        write()
    except BrokenPipeError:
        # What Python still holds back for the closed pipe goes nowhere too, or it would complain at the end.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


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
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    money: Iterable[int] = (),
    *,
    total: bool = False,
) -> Table:
    """A table for people; the columns numbered in *money* are right-aligned. *total* sets the last row apart."""
    made = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=box.HORIZONTALS,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    held = [tuple(row) for row in rows]
    right = set(money)
    for at, heading in enumerate(headings):
        cells = [heading, *(row[at] for row in held)]
        if at in right:
            widest = max(map(cell_len, cells))
            made.add_column(heading, justify="right", no_wrap=True, min_width=widest)
            continue
        words = [word for cell in cells for word in cell.split()]
        made.add_column(heading, overflow="fold", min_width=max(map(cell_len, words), default=0))
    for at, row in enumerate(held, start=1):
        # Square brackets in a supplier's name are no markup.
        made.add_row(*map(escape, row), end_section=total and at == len(held) - 1)
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
