"""The return's sheets of results: outputs and outcomes, and at the year's end what they rest on, what they cost and
how crime moved (domain paper 4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from fundingapp.domain.changes import share
from fundingapp.domain.indicators import ResultLevel
from fundingapp.domain.money import Money
from fundingapp.domain.return_results import IndicatorLine, ReturnResults, SafeFigure, key_of
from fundingapp.domain.returns import ReturnDocument
from fundingapp.workbooks.book import Column, Entry, Formula, Sheet, rounded, sum_of

OUTPUT_COLUMNS = (
    Column("Project", widest=16, source="indicator/ref"),
    Column("Name", widest=40, source="indicator/project"),
    Column("Output", widest=44),
    Column("Unit", widest=16, source="indicator/unit"),
    Column("Baseline", figures=True, source="indicator/baseline"),
    Column("Target", figures=True, source="indicator/target"),
    Column("Q1", figures=True, source="indicator/q1"),
    Column("Q2", figures=True, source="indicator/q2"),
    Column("Q3", figures=True, source="indicator/q3"),
    Column("Q4", figures=True, source="indicator/q4"),
    Column("To date", figures=True, source="indicator/to-date"),
    Column("% of target", figures=True),
    Column("State", widest=18, source="indicator/state"),
    Column("Marks", widest=24, source="indicator/marks"),
    Column("Source", widest=40, source="indicator/source"),
    Column("Evidence", widest=44, source="indicator/papers"),
    Column("To date covers", widest=26),
)
_TARGET, _Q1, _Q4, _TO_DATE, _STATE = 5, 6, 9, 10, 12

OUTCOME_COLUMNS = (
    Column("Project", widest=16),
    Column("Name", widest=40),
    Column("Outcome", widest=44),
    Column("Indicator", widest=44),
    Column("Unit", widest=16),
    Column("Baseline period", widest=26),
    Column("Baseline", figures=True),
    Column("Target", figures=True),
    Column("To date", figures=True),
    Column("% of target", figures=True),
    Column("As at", widest=14),
    Column("Out of (n)", figures=True),
    Column("Direction", widest=18),
    Column("State", widest=18),
    Column("Marks", widest=24),
    Column("Evidence", widest=44),
    Column("Comparability", widest=60),
    Column("To date covers", widest=26),
)
_OUTCOME_TARGET, _OUTCOME_TO_DATE, _OUTCOME_STATE = 7, 8, 13

STATEMENT_COLUMNS = (
    Column("Project", widest=16),
    Column("Name", widest=40),
    Column("Outcome", widest=44),
    Column("What changed", widest=80),
    Column("Evidence", widest=44),
    Column("Method", widest=50),
    Column("Limits", widest=50),
    Column("Case studies (consent held)", widest=40),
)

COST_COLUMNS = (
    Column("Project", widest=16),
    Column("Name", widest=40),
    Column("Spend £", figures=True),
    Column("Output", widest=40),
    Column("Outputs", figures=True),
    Column("Cost per output £", figures=True),
    Column("Outcome", widest=40),
    Column("Outcomes", figures=True),
    Column("Cost per outcome £", figures=True),
    Column("Caveat", widest=70),
)
_SPEND, _OUTPUTS, _OUTCOMES = 2, 4, 7

PERFORMANCE_COLUMNS = (
    Column("Area", widest=30),
    Column("Category", widest=40),
    Column("Period", widest=40),
    Column("Previous", figures=True),
    Column("Current", figures=True),
    Column("Difference", figures=True),
    Column("% change", figures=True),
    Column("Target", widest=20),
    Column("Direction", widest=14),
    Column("Family position", widest=18),
    Column("Extracted on", widest=14),
    Column("Table", widest=44),
)
_PREVIOUS, _CURRENT = 3, 4


def _of(document: ReturnDocument) -> ReturnResults:
    return document.results if document.results is not None else ReturnResults()


def has_outputs(document: ReturnDocument) -> bool:
    return bool(_of(document).of_level(ResultLevel.OUTPUT))


def has_outcomes(document: ReturnDocument) -> bool:
    return bool(_of(document).of_level(ResultLevel.OUTCOME))


def has_statements(document: ReturnDocument) -> bool:
    return bool(_of(document).outcomes)


def has_costs(document: ReturnDocument) -> bool:
    return bool(_of(document).costs)


def has_performance(document: ReturnDocument) -> bool:
    return bool(_of(document).performance)


def fill_outputs(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """What was delivered, quarter by quarter. Different outputs are never added up."""
    lines = _of(document).of_level(ResultLevel.OUTPUT)
    sheet.begin("Outputs", _with_key(about, lines))
    for line in lines:
        row = sheet.next_row
        sheet.add(
            [
                line.ref or "–",
                line.project,
                line.name,
                line.unit,
                _entry(line.baseline),
                _entry(line.target),
                *map(_entry, line.quarters),
                _sum_of_quarters(sheet, row, line),
                _of_target(sheet, row, line, _TARGET, _TO_DATE),
                line.state,
                ", ".join(line.marks),
                line.source,
                "; ".join(line.papers),
                line.covers,
            ]
        )
    sheet.warn_where(_STATE, "not met")
    sheet.finish(sheet.next_row - 1)


def fill_outcomes(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """What changed, by its indicators."""
    lines = _of(document).of_level(ResultLevel.OUTCOME)
    sheet.begin("Outcomes", _with_key(about, lines))
    for line in lines:
        row = sheet.next_row
        sheet.add(
            [
                line.ref or "–",
                line.project,
                line.outcome or "–",
                line.name,
                line.unit,
                line.baseline_period,
                _entry(line.baseline),
                _entry(line.target),
                _entry(line.to_date),
                _of_target(sheet, row, line, _OUTCOME_TARGET, _OUTCOME_TO_DATE),
                line.as_at,
                _entry(line.base),
                line.direction,
                line.state,
                ", ".join(line.marks),
                "; ".join(line.papers),
                line.comparability,
                line.covers,
            ]
        )
    sheet.warn_where(_OUTCOME_STATE, "not met")
    sheet.finish(sheet.next_row - 1)


def fill_statements(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """What is said of each outcome for the year, and what it rests on."""
    sheet.begin("Outcome evidence", f"{about} · case studies only with the consent of those they are about")
    for line in _of(document).outcomes:
        sheet.add(
            [
                line.ref or "–",
                line.project,
                line.outcome,
                line.changed or "[nothing said yet]",
                "; ".join(line.papers) or "[none]",
                line.method,
                line.limits,
                "; ".join(line.case_studies),
            ]
        )
    sheet.finish(sheet.next_row - 1)


def fill_costs(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """What one of each output and outcome cost. One project's spending stands against each of its results in turn, so
    that the costs must not be added up."""
    sheet.begin(
        "Unit costs",
        f"{about} · the project's whole spending ÷ each of its results in turn: costs are not to be added",
    )
    for line in _of(document).costs:
        row = sheet.next_row
        is_output = line.level is ResultLevel.OUTPUT
        at = _OUTPUTS if is_output else _OUTCOMES
        made: list[Entry] = [line.name, _number(line.number) if line.number is not None else "–", "–"]
        if line.cost is not None and line.number:
            made[2] = _divided(sheet, row, at, line.spent, line.number, line.cost)
        beside: list[Entry] = ["", None, None]
        sheet.add(
            [
                line.ref,
                line.project,
                line.spent,
                *(made if is_output else beside),
                *(beside if is_output else made),
                line.caveat,
            ]
        )
    sheet.finish(sheet.next_row - 1)


def _divided(sheet: Sheet, row: int, at: int, spent: Money, number: Decimal, cost: Money) -> Entry:
    """The cost as a formula over the cells beside it."""
    if spent.each(number) != cost:
        return cost
    return Formula(rounded(f"{sheet.at(row, _SPEND)}/{sheet.at(row, at)}"), cost)


def fill_performance(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """Crime and incidents against the same days of the year before; percentages are of the earlier figure (R36)."""
    lines = _of(document).performance
    shown = [
        each.text for line in lines for each in (line.previous, line.current, line.difference, line.percent)
    ]
    key = key_of(shown)
    sheet.begin("Performance", f"{about} · key: {key}" if key else about)
    for line in lines:
        row = sheet.next_row
        previous, current = sheet.at(row, _PREVIOUS), sheet.at(row, _CURRENT)
        difference, percent = _entry(line.difference), _entry(line.percent)
        if line.previous.number is not None and line.current.number is not None:
            change = line.current.number - line.previous.number
            if change == line.difference.number:
                difference = Formula(f"={current}-{previous}", _number(change))
            if line.percent.number is not None and line.previous.number:
                percent = Formula(f"=ROUND(100*({current}-{previous})/{previous},1)", line.percent.number)
        sheet.add(
            [
                line.area,
                line.category,
                line.period,
                _entry(line.previous),
                _entry(line.current),
                difference,
                percent,
                line.target,
                line.direction,
                line.family,
                line.extracted,
                line.table,
            ]
        )
    sheet.finish(sheet.next_row - 1)


def _with_key(about: str, lines: Sequence[IndicatorLine]) -> str:
    """*about* with what the shorthand in *lines* means."""
    key = key_of(_shorthand(lines))
    return f"{about} · key: {key}" if key else about


def _shorthand(lines: Iterable[IndicatorLine]) -> Iterable[str]:
    for line in lines:
        yield from line.marks
        yield from (
            each.text for each in (line.baseline, line.target, *line.quarters, line.to_date, line.base)
        )


def _entry(figure: SafeFigure) -> Entry:
    return figure.text if figure.number is None else _number(figure.number)


def _number(number: Decimal) -> int | Decimal:
    """A whole number as a count, any other with its decimals."""
    return int(number) if number == number.to_integral_value() else number


def _sum_of_quarters(sheet: Sheet, row: int, line: IndicatorLine) -> Entry:
    """The figure to date: live where it is the sum of the quarters that are shown, and not one of them is hidden."""
    numbers = [each.number for each in line.quarters if each.number is not None]
    to_date = line.to_date.number
    if (
        not line.adds
        or to_date is None
        or any(each.is_hidden for each in line.quarters)
        or sum(numbers) != to_date
        or to_date != round(to_date, 2)
    ):
        return _entry(line.to_date)
    return Formula(sum_of(sheet.span(row, _Q1, row, _Q4)), _number(to_date))


def _of_target(sheet: Sheet, row: int, line: IndicatorLine, target_at: int, to_date_at: int) -> Entry:
    """Per cent of the target: live where both numbers stand beside it."""
    target, to_date, percent = line.target.number, line.to_date.number, line.of_target
    if percent is None or to_date is None:
        return "–"
    if target is not None and share(to_date, target) == percent:
        return Formula(f"=ROUND(100*{sheet.at(row, to_date_at)}/{sheet.at(row, target_at)},1)", percent)
    return percent
