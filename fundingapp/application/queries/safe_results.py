"""What of the results of a year may be shown to others, for a screen that others see: just what a return would show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools
from fundingapp.application.queries.held_results import HeldResults, ResultRow
from fundingapp.application.queries.released_results import safe_lines
from fundingapp.application.queries.results import ResultsAnswer, ResultsOf, answer_results
from fundingapp.domain.ids import FundId, IndicatorId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.results import number_shown
from fundingapp.domain.return_results import IndicatorLine


@dataclass(frozen=True, slots=True)
class SafeResults(Question["SafeResultsAnswer"]):
    """What may be shown of the results that :class:`~fundingapp.application.queries.results.ResultsOf` gives, all of
    them together. *of* is what that gave, when it was asked already: it is not worked out twice then."""

    year: FinancialYear
    quarter: int | None = None
    fund: FundId | None = None
    today: date | None = None
    of: ResultsAnswer | None = None


@dataclass(frozen=True, slots=True)
class SafeResultsAnswer:
    """By indicator, what is shown in place of its figures that are hidden: “baseline”, “q1” to “q4”, “to-date” and
    “change”. Without an entry nothing of an indicator is hidden."""

    year: FinancialYear
    quarter: int
    marks: Mapping[IndicatorId, Mapping[str, str]]


def change_shown(row: ResultRow) -> str:
    """The change against the baseline, “+15.9%”; "" where it can't be told."""
    if row.change is None:
        return ""
    return f"{'+' if row.change > 0 else ''}{number_shown(row.change)}%"


def answer_safe(question: SafeResults, tools: Tools) -> SafeResultsAnswer:
    asked = ResultsOf(question.year, question.quarter, question.fund, today=question.today)
    answer = question.of or answer_results(asked, tools)
    with tools.open_work(reading=True) as work:
        held = HeldResults(work, question.fund)
        lines = safe_lines(held, answer.rows, tools, question.fund)
    marks = {row.id: _marks(row, line) for row, line in zip(answer.rows, lines, strict=True)}
    return SafeResultsAnswer(answer.year, answer.quarter, {id: found for id, found in marks.items() if found})


def _marks(row: ResultRow, line: IndicatorLine) -> dict[str, str]:
    figures = {"baseline": line.baseline, "to-date": line.to_date}
    figures |= {f"q{number}": figure for number, figure in enumerate(line.quarters, start=1)}
    marks = {name: figure.text for name, figure in figures.items() if figure.is_hidden}
    if {"baseline", "to-date"} & marks.keys():
        marks["change"] = ""
    # A return has no quarters after its own; a screen may.
    later = {
        f"q{number}": result.hidden
        for number, result in enumerate(row.quarters, start=1)
        if number > row.quarter and result.is_small
    }
    return marks | later


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {SafeResults: answer_safe}
