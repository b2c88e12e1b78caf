"""What of the results of a year may be shown to others: small counts hidden, with all that would give them away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools
from fundingapp.application.queries.results import ResultRow, ResultsOf, answer_results
from fundingapp.application.small_numbers import ShownRow, ShownTable, rule_of, what_may_be_shown
from fundingapp.domain.ids import FundId, IndicatorId
from fundingapp.domain.indicators import Measure
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.results import OF_PARTS, Result, number_shown

#: The figures of a row by the names under which they are explained, in the order of the table.
MEASURES = ("baseline", "q1", "q2", "q3", "q4", "to-date", "change")


@dataclass(frozen=True, slots=True)
class SafeResults(Question["SafeResultsAnswer"]):
    """What may be shown of the results that :class:`~fundingapp.application.queries.results.ResultsOf` gives, all of
    them together."""

    year: FinancialYear
    quarter: int | None = None
    fund: FundId | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class SafeResultsAnswer:
    """By indicator, what is shown in place of its figures that are hidden, by their names in MEASURES; *finding* says
    what was looked for. Without an entry nothing of an indicator is hidden."""

    year: FinancialYear
    quarter: int
    marks: Mapping[IndicatorId, Mapping[str, str]]
    finding: str


def change_shown(row: ResultRow) -> str:
    """The change against the baseline, “+15.9%”; "" where it can't be told."""
    if row.change is None:
        return ""
    return f"{'+' if row.change > 0 else ''}{number_shown(row.change)}%"


def answer_safe(question: SafeResults, tools: Tools) -> SafeResultsAnswer:
    asked = ResultsOf(question.year, question.quarter, question.fund, today=question.today)
    answer = answer_results(asked, tools)
    with tools.open_work(reading=True) as work:
        rule = rule_of(work, question.fund)
    rows = [_row(row) for row in answer.rows]
    # Each row by itself, for what its own figures come to; and the counts of all together, for what some of them may be
    # the sum of. Percentages of one indicator have nothing to do with counts of another.
    alone = [_alone(row, shown) for row, shown in zip(answer.rows, rows, strict=True)]
    counted = [at for at, row in enumerate(answer.rows) if row.indicator.counted not in OF_PARTS]
    together = ShownTable(_COUNTS, tuple(_counts_of(rows[at]) for at in counted))
    tables = [*(table for _names, table in alone), *([together] if counted else [])]
    safe = what_may_be_shown(tables, rule, tools.prover, tools.progress)
    marks: dict[IndicatorId, dict[str, str]] = {}
    for at, row in enumerate(answer.rows):
        found = _found(alone[at][0], safe[at].rows[0]) | _of_parts(row)
        if at in counted:
            found = _found(_COUNTS, safe[-1].rows[counted.index(at)]) | found
        if found:
            marks[row.id] = found
    return SafeResultsAnswer(answer.year, answer.quarter, marks, safe[-1].finding if safe else "")


#: The figures that are counts, where the indicator's are.
_COUNTS = MEASURES[1:6]


def _counts_of(shown: ShownRow) -> ShownRow:
    return ShownRow(shown.label, shown.values[1:6], shown.sensitive)


def _found(names: tuple[str, ...], marks: tuple[str | None, ...]) -> dict[str, str]:
    return {name: mark for name, mark in zip(names, marks, strict=True) if mark is not None}


def _alone(row: ResultRow, shown: ShownRow) -> tuple[tuple[str, ...], ShownTable]:
    """A table of one row, without the columns in which it has nothing, and the names of those that are left.

    Of what adds up, the figure to date is called the total that it is, so that a reader's sum is reckoned with.
    """
    there = [at for at, value in enumerate(shown.values) if value is not None]
    adds_up = row.indicator.measure is Measure.FLOW and row.indicator.counted not in OF_PARTS
    names = tuple(MEASURES[at] for at in there)
    headings = tuple("Total" if adds_up and name == "to-date" else name for name in names)
    own = ShownRow(shown.label, tuple(shown.values[at] for at in there), shown.sensitive)
    return names, ShownTable(headings, (own,))


def _of_parts(row: ResultRow) -> dict[str, str]:
    """A share or an average of small counts is hidden, and with it the one to date, which they are part of."""
    if row.indicator.counted not in OF_PARTS:
        return {}
    small = {f"q{at}": result.hidden for at, result in enumerate(row.quarters, start=1) if result.is_small}
    if not small and not row.to_date.is_small:
        return {}
    return small | {"to-date": "[c]", "change": "[c]"}


def _row(row: ResultRow) -> ShownRow:
    def value(result: Result) -> Any:
        if result.value is None:
            return None
        return result.shown if row.indicator.counted in OF_PARTS else result.value

    baseline = row.baseline.value
    if baseline is None or row.indicator.counted in OF_PARTS:
        first: Any = row.baseline.text or None
    else:
        first = baseline
    return ShownRow(
        row.indicator.name,
        (first, *(value(each) for each in row.quarters), value(row.to_date), change_shown(row) or None),
        row.indicator.is_sensitive,
    )


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {SafeResults: answer_safe}
