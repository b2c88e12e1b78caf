"""An indicator through the years, in the inspector: its baseline, each year's figure beside the target, and where a
series breaks. Years are shown as their own returns may show them."""

from __future__ import annotations

from functools import partial

from fundingapp.domain.difference import YearPoint, YearsLine, figure_shown
from fundingapp.domain.return_results import NOTHING, SafeFigure
from fundingapp.domain.targets import Aim, Target
from fundingapp.ui.charts.plots import Bars, Chart, Point
from fundingapp.ui.inspector import Block, SumBlock, SumRow, WidgetBlock

TITLE = "Through the years"
#: Under the figure of a year whose series is broken, and what it says.
_BREAK = "[b]"
_BROKEN = "[b] break in the series: not comparable with the years before"


def years_blocks(years: YearsLine, target: Target) -> list[Block]:
    """The chart of *years*, with the *target* of the last one, and the figures as rows."""
    bars = bars_of_years(years, target)
    blocks: list[Block] = []
    if sum(point.value is not None for point in bars.points) > 1:
        blocks.append(WidgetBlock(partial(Chart, bars), TITLE))
    rows = [SumRow(str(point.year), _shown(point, years), note=_told(point)) for point in years.points]
    if _needs_baseline(years):
        rows.insert(0, SumRow("Baseline", figure_shown(years.baseline, years.unit)))
    blocks.append(SumBlock(rows, "" if blocks else TITLE))
    return blocks


def bars_of_years(years: YearsLine, target: Target) -> Bars:
    """A bar for the baseline, unless it is one of the years, and one for each year; what is hidden has only its
    mark."""
    # A part of a year among whole ones is paler; where each is of the same part, such as October, none is.
    are_parts = all(point.days for point in years.points)
    points = [
        Point(
            str(point.year),
            point.to_date.number,
            _shown(point, years),
            bool(point.days) and not are_parts,
        )
        for point in years.points
    ]
    if _needs_baseline(years):
        points.insert(0, _bar("baseline", years.baseline, years.unit))
    name = f"{years.name} through the years"
    last = years.points[-1]
    if target.aim is not Aim.NUMBER or target.number is None or last.to_date.is_hidden:
        return Bars(name, tuple(points))
    bound = "" if target.is_least else "at most "
    shown = figure_shown(SafeFigure(target.number), years.unit)
    return Bars(name, tuple(points), target.number, f"target {bound}{shown} for {last.year}")


def _bar(label: str, figure: SafeFigure, unit: str) -> Point:
    return Point(label, figure.number, figure_shown(figure, unit))


def _needs_baseline(years: YearsLine) -> bool:
    """Whether the baseline is no year's own figure."""
    return years.baseline != NOTHING and not any(point.is_baseline for point in years.points)


def _shown(point: YearPoint, years: YearsLine) -> str:
    shown = figure_shown(point.to_date, years.unit)
    return f"{shown} {_BREAK}" if point.breaks else shown


def _told(point: YearPoint) -> str:
    """What stands under a year's figure."""
    state = "what is compared with" if point.is_baseline else point.state
    parts = (
        point.days,
        f"target {point.target}" if point.target else "",
        state,
        _BROKEN if point.breaks else "",
    )
    return " · ".join(part for part in parts if part)
