"""``python -m tests.bench [names] [--lines 10000 100000 1000000] [--rounds 3] [--json FILE]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from fundingapp.assembly import collect_seldom
from tests.bench.jobs import JOBS, Figure, Job

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def main(arguments: Sequence[str]) -> int:
    """Measures the jobs named, all when none is; always returns 0."""
    given = _arguments(arguments)
    collect_seldom()  # as our program does; references are run under the same
    console = Console(stderr=True)
    figures: list[Figure] = []
    for job in JOBS:
        if given.names and not any(job.name.startswith(name) for name in given.names):
            continue
        for size in _sizes(job, given.lines):
            console.print(f"{job.about}" + (f", {size:,} lines" if size else ""), style="dim")
            figures += job.measure(size, given.rounds)
    Console(width=None if sys.stdout.isatty() else 140).print(_table(figures))
    growth = _growth(figures)
    for sentence in growth:
        print(sentence)
    if given.json is not None:
        _write(given.json, figures)
    return 0


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    names = ", ".join(job.name for job in JOBS)
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=f"The jobs are: {names}.")
    parser.add_argument("names", nargs="*", help="beginnings of names of jobs; all when none is given")
    parser.add_argument("--lines", nargs="+", type=int, help="sizes for the jobs that have one")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each contender; the median counts")
    parser.add_argument("--json", type=Path, help="also write the figures to this file (-: to the screen)")
    return parser.parse_args(arguments)


def _sizes(job: Job, wanted: Sequence[int] | None) -> Sequence[int]:
    return wanted if wanted and job.scales else job.sizes


def _table(figures: Sequence[Figure]) -> Table:
    table = Table(title="Ours beside the reference, both measured in turns")
    for heading in (
        "Job",
        "Lines",
        "Ours",
        "Reference",
        "Theirs",
        "Ratio",
        "CPU",
        "Must",
        "Aim",
        "Verdict",
        "Note",
    ):
        table.add_column(
            heading, justify="left" if heading in {"Job", "Reference", "Verdict", "Note"} else "right"
        )
    for figure in figures:
        table.add_row(
            figure.job,
            f"{figure.lines:,}" if figure.lines else "",
            _said(figure.ours, figure.unit),
            figure.reference,
            _said(figure.theirs, figure.unit),
            f"{figure.ratio:.2f}" if figure.ratio is not None else "",
            f"{figure.cpu_ratio:.2f}" if figure.cpu_ratio is not None else "",
            _demand(figure, figure.must),
            _demand(figure, figure.aim),
            figure.verdict,
            figure.note,
        )
    return table


def _said(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "MiB":
        return f"{value:,.0f} MiB"
    return f"{value:,.2f} s" if value >= 1 else f"{value * 1000:,.1f} ms"


def _demand(figure: Figure, value: float | None) -> str:
    if value is None:
        return ""
    return f"≤ {_said(value, figure.unit)}" if figure.absolute else f"≤ {value:.2g}"


def _growth(figures: Sequence[Figure]) -> list[str]:
    """How the cost per line went from the smallest to the largest size of each job."""
    found = []
    for job in dict.fromkeys((figure.job, figure.note) for figure in figures):
        own = sorted(
            {figure.lines: figure for figure in figures if (figure.job, figure.note) == job}.values(),
            key=lambda figure: figure.lines,
        )
        if len(own) > 1:
            first, last = own[0], own[-1]
            times = (last.ours / last.lines) / (first.ours / first.lines)
            found.append(
                f"{job[0]}{f' ({job[1]})' if job[1] else ''}: from {first.lines:,} to {last.lines:,} lines"
                f" the cost per line went to {times:.2f} of what it was."
            )
    return found


def _write(path: Path, figures: Sequence[Figure]) -> None:
    text = json.dumps(
        {
            "python": platform.python_version(),
            "platform": platform.platform(),
            "figures": [
                {**asdict(figure), "ratio": figure.ratio, "verdict": figure.verdict} for figure in figures
            ],
        },
        indent=2,
    )
    if str(path) == "-":
        print(text)
    else:
        path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
