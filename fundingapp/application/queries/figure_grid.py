"""The figures that stand in a quarter already, for the grid in which a quarter's figures are typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools
from fundingapp.domain.ids import FigureId, IndicatorId
from fundingapp.domain.indicators import IndicatorFigure


@dataclass(frozen=True, slots=True)
class FiguresWithin(Question["tuple[GridFigure, ...]"]):
    """The figures of *indicators*, of their own place, that touch the days from *first* to *last*, both inclusive."""

    indicators: tuple[IndicatorId, ...]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class GridFigure:
    """A figure, and how many papers support it."""

    kept: Kept[IndicatorFigure]
    papers: int


def answer_figures(question: FiguresWithin, tools: Tools) -> tuple[GridFigure, ...]:
    wanted = set(question.indicators)
    with tools.open_work(reading=True) as work:
        found = [
            kept
            for kept in work.indicator_figures.all()
            if kept.value.indicator in wanted
            and kept.value.area is None
            and kept.value.first <= question.last
            and kept.value.last >= question.first
        ]
        papers = Counter(kept.value.figure for kept in work.supports.all())
    found.sort(key=lambda kept: (kept.value.indicator, kept.value.first, kept.value.last, kept.id))
    return tuple(GridFigure(kept, papers[FigureId(kept.id)]) for kept in found)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {FiguresWithin: answer_figures}
