"""One indicator in the inspector: its chart to the target, the years, every figure with where it is from, its evidence,
what it cost, and what is said of its outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from PySide6.QtWidgets import QWidget

from fundingapp.application.queries.indicators import FigureRow, IndicatorAnswer
from fundingapp.application.wording import count
from fundingapp.domain.difference import YearsLine
from fundingapp.domain.ids import EvidenceId
from fundingapp.domain.indicators import (
    Counted,
    FigureStatus,
    GoodDirection,
    Indicator,
    Measure,
    comparability_of,
)
from fundingapp.domain.outcomes import OutcomeStatement
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.domain.results import number_shown
from fundingapp.domain.targets import Aim
from fundingapp.ui.charts.plots import Bars, Chart, Line as Stroke, Lines, Point
from fundingapp.ui.inspector import (
    Block,
    CheckBlock,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
    WidgetBlock,
)
from fundingapp.ui.outcomes.columns import HIDDEN_TIP, Line
from fundingapp.ui.outcomes.years_line import TITLE, years_blocks
from fundingapp.ui.page import Figure, Target

_QUARTERS = ("Q1", "Q2", "Q3", "Q4")


@dataclass(frozen=True, slots=True)
class OpenFigure:
    """A figure's line in the panel was followed."""

    figure: int


def bars_of(line: Line) -> Bars:
    """The year's quarters to the target: of what adds up, a quarter's even part of the year's. Quarters for which one
    figure was given are one bar, beside which the target of the year stands."""
    row, spread, label = line.row, line.spread or range(0), line.spread_label
    points: list[Point] = []
    for number, (name, result) in enumerate(zip(_QUARTERS, row.quarters, strict=True), start=1):
        measure = f"q{number}"
        if label and number in spread:
            if number > spread[0]:
                continue
            name, measure, result = label, "to-date", row.to_date
        is_known = result.value is not None or bool(result.marks)
        shown = (line.known if measure == "to-date" else line.quarter(number)) if is_known else ""
        is_soft = "p" in result.marks or result.status not in (None, FigureStatus.ACTUAL)
        is_soft |= result.is_part and measure != "to-date"
        points.append(Point(name, None if line.is_hidden(measure) else result.value, shown, is_soft))
    indicator, target = row.indicator, row.target
    if target.aim is not Aim.NUMBER or target.number is None or line.hides:
        return Bars(indicator.name, tuple(points))
    adds_up = indicator.measure is Measure.FLOW and indicator.counted not in (Counted.SHARE, Counted.AVERAGE)
    by_quarter = adds_up and not (label and spread)
    level = target.number / 4 if by_quarter else target.number
    bound = "" if target.is_least else "at most "
    shown = number_shown(level.quantize(Decimal("0.1")), indicator.counted)
    of = " a quarter" if by_quarter else " in the year" if adds_up else ""
    return Bars(indicator.name, tuple(points), level, f"target {bound}{shown}{of}")


def lines_of(line: Line, answer: IndicatorAnswer) -> Lines | None:
    """The quarters of each year over each other; None while only one year has figures, or they are hidden."""
    years = [each for each in answer.years if any(result.value is not None for result in each.quarters)]
    if len(years) < 2 or line.hides:
        return None
    strokes = tuple(
        Stroke(
            str(each.year),
            tuple(None if result.is_part else result.value for result in each.quarters),
            each is years[-1],
        )
        for each in years[-4:]
    )
    if sum(any(value is not None for value in stroke.values) for stroke in strokes) < 2:
        return None  # parts of quarters, of which no line can be drawn
    return Lines(f"{line.row.indicator.name}, year on year", _QUARTERS, strokes, line.row.indicator.unit)


def page_of(
    line: Line,
    answer: IndicatorAnswer,
    statements: Sequence[OutcomeStatement],
    evidence: Sequence[Block],
    cost: Block | None,
    steps: Sequence[Step],
    years: YearsLine | None = None,
) -> InspectorPage:
    """The page of the inspector. *evidence* and *cost* are made by whoever knows papers and money; *years* is what
    may be shown of its years, None for one alone."""
    row, indicator = line.row, line.row.indicator
    blocks: list[Block] = []
    sentence = (HIDDEN_TIP if line.hides else row.judgement.note) or _standing(line)
    blocks.append(CheckBlock([(line.state, line.tone, sentence)]))
    bars = bars_of(line)
    if any(point.shown for point in bars.points):
        blocks.append(WidgetBlock(partial(_chart, bars)))
    lines = lines_of(line, answer)
    if lines is not None:
        blocks.append(WidgetBlock(partial(_chart, lines), "Year on year"))
    if row.trend is not None and not line.hides:
        blocks.append(TextBlock(row.trend.in_words, "Trend"))
    blocks.append(_year_block(line))
    if row.of_places:
        blocks.append(TextBlock("\n".join(row.of_places), "Sum of places"))
    if line.shows_small and len(answer.years) > 1:
        blocks.append(_years_block(answer))
    elif years is not None:
        blocks += years_blocks(years, row.target)
    blocks += evidence
    blocks += _papers_of_figures(answer.figures)
    if cost is not None:
        blocks.append(cost)
    if steps:
        blocks.append(StepsBlock(steps))
    blocks += _figure_blocks(line, answer.figures)
    for statement in statements:
        blocks += _statement_blocks(statement)
    blocks.append(TextBlock(_about(line), "About"))
    return InspectorPage(indicator.name, blocks, ("indicator", row.kept.id))


def _chart(drawing: Bars | Lines) -> QWidget:
    return Chart(drawing)


def _standing(line: Line) -> str:
    row = line.row
    if not row.target.text:
        return "It has no target in this year."
    if row.judgement.percent is not None and not line.hides:
        reached = number_shown(row.judgement.percent)
        return f"{line.to_date} to date, {reached}% of the target {row.target.text}."
    return f"{line.to_date} to date; the target is {row.target.text}."


def _link(line: Line, measure: str, there: bool = True) -> Figure | None:
    return None if line.hides or not there else Figure(line.row.figure(measure))


def _year_block(line: Line) -> SumBlock:
    row = line.row
    rows = []
    if row.baseline.text:
        first, last = row.baseline.first, row.baseline.last
        of = f"of {first:%d/%m/%Y} to {last:%d/%m/%Y}" if first is not None and last is not None else ""
        rows.append(SumRow("Baseline", line.baseline, _link(line, "baseline"), note=of))
    for number, result in enumerate(row.quarters, start=1):
        if not result.figures:
            continue
        note = "part of the quarter" if result.is_part else ""
        rows.append(SumRow(f"Q{number}", line.quarter(number), _link(line, f"q{number}"), note=note))
    rows.append(
        SumRow("To date", line.to_date, _link(line, "to-date", bool(row.to_date.figures)), is_total=True)
    )
    if row.target.text:
        rows.append(SumRow("Target", row.target.text, _link(line, "target")))
    return SumBlock(rows, "This year")


def _years_block(answer: IndicatorAnswer) -> SumBlock:
    """The years with their small counts, for whoever has asked to see them on this screen."""
    rows = []
    for each in answer.years:
        told = [f"target {each.target.text}" if each.target.text else "", each.judgement.word]
        note = " · ".join(part for part in told if part)
        rows.append(SumRow(str(each.year), each.to_date.shown, note=note))
    return SumBlock(rows, TITLE)


def _shown(line: Line, row: FigureRow) -> str:
    """A figure of the list: small counts hidden as they are in the table."""
    figure = row.figure
    if line.row.indicator.is_sensitive and not line.shows_small:
        # A month beside its quarter would give away the months that are hidden.
        quarters = [days_of(line.row.year, number) for number in range(1, 5)]
        in_year = FinancialYear.of(figure.first) == line.row.year
        return "[c]" if in_year and (figure.first, figure.last) not in quarters else row.hidden
    parts = ""
    if figure.numerator is not None and figure.denominator is not None:
        parts = f" ({number_shown(figure.numerator)} of {number_shown(figure.denominator)})"
    return f"{row.shown}{parts}"


def _figure_blocks(line: Line, figures: Sequence[FigureRow]) -> list[Block]:
    if not figures:
        return [TextBlock("No figure is recorded yet.", "Figures")]
    rows = []
    for row in figures:
        figure = row.figure
        status = "" if figure.status is FigureStatus.ACTUAL else figure.status.value
        papers = count(len(row.evidence), "paper") if row.evidence else "no evidence"
        told = [row.area, status, row.where, papers, figure.note]
        rows.append(
            SumRow(
                f"{figure.first:%d/%m/%Y} to {figure.last:%d/%m/%Y}",
                _shown(line, row),
                OpenFigure(row.kept.id),
                note=" · ".join(part for part in told if part),
            )
        )
    return [SumBlock(rows, "Figures")]


def _papers_of_figures(figures: Sequence[FigureRow]) -> list[Block]:
    """The papers that prove single figures, each with how many of them; it leads to the paper."""
    papers = {kept.id: kept.value for row in figures for kept in row.evidence}
    proved = Counter(kept.id for row in figures for kept in row.evidence)
    rows = [
        SumRow(
            of.title or of.name, count(proved[id], "figure"), Target("evidence", ("papers", EvidenceId(id)))
        )
        for id, of in papers.items()
    ]
    return [SumBlock(rows, "Evidence of its figures")] if rows else []


def _statement_blocks(statement: OutcomeStatement) -> list[Block]:
    when = f"Q{statement.quarter} {statement.year}" if statement.quarter else str(statement.year)
    said = [
        ("", statement.changed),
        ("How it is known: ", statement.method),
        ("What that can't show: ", statement.limits),
        ("Works well: ", statement.working_well),
        ("To be better: ", statement.to_improve),
    ]
    words = "\n".join(f"{before}{text}" for before, text in said if text)
    return [TextBlock(words, f"Said of its outcome, {when}")] if words else []


def _about(line: Line) -> str:
    indicator = line.row.indicator
    direction = {GoodDirection.UP: "more is good", GoodDirection.DOWN: "fewer is good"}.get(
        indicator.direction, ""
    )
    measure = "adds up over the year" if indicator.measure is Measure.FLOW else "a level: the latest counts"
    pairs = (
        ("Outcome", line.row.outcome.value.name if line.row.outcome is not None else ""),
        ("Level", indicator.level.value),
        (
            "Counts",
            ", ".join(part for part in (indicator.counted.value, indicator.unit, measure, direction) if part),
        ),
        ("Due", indicator.due.value),
        ("Place", line.row.place),
        ("Source", indicator.source),
        ("Data owner", indicator.owner),
        ("Method", indicator.method),
        ("Code", _code(indicator)),
        ("Comparability", comparability_of(indicator)),
        ("Small numbers", "may tell who somebody is, so they are hidden" if indicator.is_sensitive else ""),
        ("Closed", "nothing is asked of it any more" if indicator.is_closed else ""),
    )
    return "\n".join(f"{name}: {text}" for name, text in pairs if text)


def _code(indicator: Indicator) -> str:
    """The list that an indicator is from, and its code there."""
    if not indicator.code:
        return (
            f"none, though of {indicator.code_list}" if indicator.code_list else "none, it is one of your own"
        )
    return f"{indicator.code} of {indicator.code_list or 'a list that is not named'}"


def figure_page(
    line: Line,
    row: FigureRow,
    evidence: Sequence[Block],
    steps: Sequence[Step],
    form: Callable[[], QWidget] | None,
) -> InspectorPage:
    """One figure: where it is from, its papers, and the form that changes it."""
    figure = row.kept.value
    blocks: list[Block] = [
        SumBlock([SumRow(line.row.indicator.name, _shown(line, row), is_total=True, note=row.where)]),
        *evidence,
    ]
    if steps:
        blocks.append(StepsBlock(steps))
    if form is not None:
        blocks.append(WidgetBlock(form, "Change it"))
    title = f"{figure.first:%d/%m/%Y} to {figure.last:%d/%m/%Y}"
    return InspectorPage(title, blocks, ("figure", row.kept.id))
