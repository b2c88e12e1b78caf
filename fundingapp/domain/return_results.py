"""The results that go out with a return: outputs, outcomes, what they rest on and what they cost.

Everything here is as it may leave the house: a small number of something sensitive is not in it at all, only what is
shown in its place, so that no sheet, hidden cell or property of a file can give it away (R40).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fundingapp.domain.errors import listed
from fundingapp.domain.ids import IndicatorId
from fundingapp.domain.indicators import ResultLevel
from fundingapp.domain.money import Money

#: The shorthand of public statistics that results may bear (domain paper 8.1).
SHORTHAND = {
    "b": "break in the series",
    "c": "hidden, small numbers",
    "e": "estimated",
    "p": "provisional",
    "r": "revised",
    "u": "low reliability",
    "x": "not available",
    "z": "not applicable",
}


@dataclass(frozen=True, slots=True)
class SafeFigure:
    """A figure as it may leave the house. Without a *number* the *text* says what stands there: “<5”, “[c]”, “[x]”, a
    target in words, or "" for nothing."""

    number: Decimal | None = None
    text: str = ""

    @property
    def is_hidden(self) -> bool:
        """Whether something stands in the place of a number that may not be shown."""
        return self.number is None and (self.text.startswith("<") or self.text == "[c]")


NO_FIGURE = SafeFigure(text="[x]")
NOTHING = SafeFigure()


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One output or outcome indicator of a return, up to its quarter.

    *quarters* are the four of the year, those to come being nothing; *to_date* is their sum only where *adds*.
    *of_target* is per cent of the target, *base* what a percentage is of, *marks* name the figures that bear a
    shorthand (“Q3 [p]”), *papers* are the names of the evidence. *missing* are the quarters up to now without a figure.
    *comparability* is what is to be known where it is compared with before. *covers* are the days that the figure to
    date is of, which may be fewer than those up to the quarter's end.
    """

    indicator: IndicatorId
    ref: str
    project: str
    level: ResultLevel
    name: str
    unit: str
    baseline: SafeFigure
    target: SafeFigure
    quarters: tuple[SafeFigure, SafeFigure, SafeFigure, SafeFigure]
    to_date: SafeFigure
    state: str
    outcome: str = ""
    baseline_period: str = ""
    adds: bool = False
    of_target: Decimal | None = None
    as_at: date | None = None
    base: SafeFigure = NOTHING
    direction: str = ""
    marks: tuple[str, ...] = ()
    source: str = ""
    papers: tuple[str, ...] = ()
    missing: tuple[int, ...] = ()
    figure: str = ""
    comparability: str = ""
    covers: str = ""

    @property
    def named(self) -> str:
        """“LF-10 Clients supported”."""
        return f"{self.ref} {self.name}".strip()

    @property
    def hides(self) -> bool:
        """Whether something of it is hidden."""
        return any(
            each.is_hidden for each in (self.baseline, self.target, *self.quarters, self.to_date, self.base)
        )


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """What is said of an outcome for the year, and what it rests on. *case_studies* are those alone whose people have
    agreed to their use."""

    ref: str
    project: str
    outcome: str
    changed: str
    papers: tuple[str, ...] = ()
    method: str = ""
    limits: str = ""
    case_studies: tuple[str, ...] = ()
    is_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class CostLine:
    """What one of an output or outcome cost; without a *cost* the *caveat* says why there is none."""

    ref: str
    project: str
    level: ResultLevel
    name: str
    spent: Money
    number: Decimal | None
    cost: Money | None
    caveat: str


@dataclass(frozen=True, slots=True)
class PerformanceLine:
    """One category in one area of a performance table: this period against the one before."""

    area: str
    category: str
    period: str
    previous: SafeFigure
    current: SafeFigure
    difference: SafeFigure
    percent: SafeFigure
    target: str = ""
    direction: str = ""
    family: str = ""
    extracted: date | None = None
    table: str = ""


@dataclass(frozen=True, slots=True)
class ReturnResults:
    """The results of a return. *outcomes*, *costs* and *performance* are those of the whole year's return only."""

    lines: tuple[IndicatorLine, ...] = ()
    outcomes: tuple[OutcomeLine, ...] = ()
    costs: tuple[CostLine, ...] = ()
    performance: tuple[PerformanceLine, ...] = ()

    def of_level(self, level: ResultLevel) -> tuple[IndicatorLine, ...]:
        """The indicators of what was delivered, or of what changed."""
        return tuple(line for line in self.lines if line.level is level)


def key_of(marks: Iterable[str]) -> str:
    """What the shorthand among *marks* means, “[p] provisional, [x] not available”; "" for none."""
    used = {found for mark in marks for found in _MARK.findall(mark)}
    return ", ".join(f"[{letter}] {SHORTHAND[letter]}" for letter in sorted(used & set(SHORTHAND)))


_MARK = re.compile(r"\[([a-z])\]")
#: A small count in a text, such as “3 victims” or “two of them”; money, years and percentages are none.
_SMALL_COUNT = re.compile(
    r"(?<![\w£.,/-])([1-9]|one|two|three|four|five|six|seven|eight|nine)(?![\w%/]|[.,]\d)", re.IGNORECASE
)


#: So many indicators of which the same is to be said get a sentence each; more of them share one.
_EACH = 3


@dataclass(frozen=True, slots=True)
class ResultNote:
    """A thing to look at in the results: its *code*, a sentence, and the *figure* that it is about; *quarter* is the
    one that it is about, 0 for none."""

    code: str
    text: str
    figure: str = ""
    quarter: int = 0


def what_to_see_to(results: ReturnResults, quarter: int) -> Iterator[tuple[str, str]]:
    """What a careful reader of the results would raise before they go: a sentence, and the figure that it is about."""
    yield from ((note.text, note.figure) for note in result_notes(results, quarter))


def result_notes(results: ReturnResults, quarter: int) -> Iterator[ResultNote]:
    """As :func:`what_to_see_to`, each with its code."""
    lines = results.lines
    yield from _told(
        "result.missing",
        [line for line in lines if quarter in line.missing],
        f"there is no figure for Q{quarter}",
        quarter,
    )
    for earlier in range(1, quarter):
        yield from _told(
            "result.missing",
            [line for line in lines if earlier in line.missing],
            f"there is no figure for Q{earlier} either",
            earlier,
        )
    yield from _told(
        "result.no_evidence",
        [line for line in lines if not line.papers and len(line.missing) < quarter],
        "nothing is kept as evidence of its figures",
    )
    for line in lines:
        provisional = [mark.removesuffix(" [p]") for mark in line.marks if mark.endswith("[p]")]
        if provisional:
            text = f"{line.named}: {listed(provisional, 'and')} is provisional, and marked [p]."
            yield ResultNote("result.provisional", text, line.figure)
    hiding = [line for line in lines if line.hides]
    yield from _told("result.hidden", hiding, "small numbers are hidden in this return")
    for outcome in results.outcomes:
        name = f"{outcome.ref} {outcome.outcome}".strip()
        if not outcome.changed:
            yield ResultNote("outcome.unsaid", f"{name}: nobody has said yet what changed.")
        elif not outcome.papers:
            text = f"{name}: what changed is said, and nothing is kept as evidence."
            yield ResultNote("outcome.no_evidence", text)
        said = f"{outcome.changed} {outcome.method} {outcome.limits}"
        if outcome.is_sensitive and (found := _SMALL_COUNT.search(said)):
            text = f"{name}: the text says “{found[0]}”; where it counts people, it may tell who they are."
            yield ResultNote("outcome.small_count", text)


def _told(code: str, lines: Sequence[IndicatorLine], what: str, quarter: int = 0) -> Iterator[ResultNote]:
    """*what* is to be said of each of *lines*; of many in one sentence that names the first."""
    if len(lines) <= _EACH:
        yield from (ResultNote(code, f"{line.named}: {what}.", line.figure, quarter) for line in lines)
        return
    first = ", ".join(line.named for line in lines[:_EACH])
    yield ResultNote(
        code,
        f"{len(lines):,} outputs and outcomes: {what} ({first} and {len(lines) - _EACH:,} more).",
        lines[0].figure,
        quarter,
    )
