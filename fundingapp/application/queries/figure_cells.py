"""The cells of the grid in which figures are recorded: what each would do, and which can't be a figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Self

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.wording import short_date
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.ids import AreaId, IndicatorId
from fundingapp.domain.indicators import FigureStatus, Indicator, IndicatorFigure
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.domain.results import clashes
from fundingapp.domain.typed_figures import NotANumberError, marks_in, typed_figure


@dataclass(frozen=True, slots=True)
class FigureCell:
    """A cell of the grid of figures: what is typed for an indicator from *first* to *last*, both inclusive.

    "" empties it. *note*, *as_at*, *source* and *marks* are kept as they are where they are None; marks that are typed
    beside the number (“12 [p]”) count too. *evidence* is attached to the figure.
    """

    indicator: IndicatorId
    first: date
    last: date
    text: str
    status: FigureStatus = FigureStatus.ACTUAL
    area: AreaId | None = None
    note: str | None = None
    as_at: date | None = None
    source: str | None = None
    marks: str | None = None
    evidence: tuple[Path | str, ...] = ()

    @classmethod
    def of_quarter(
        cls, indicator: IndicatorId, year: FinancialYear, quarter: int, text: str, **more: Any
    ) -> Self:
        """The cell of *quarter*, 1 to 4, of *year*."""
        return cls(indicator, *days_of(year, quarter), text, **more)


@dataclass(frozen=True, slots=True)
class FigureProblems(Question["tuple[tuple[int, str], ...]"]):
    """What is wrong with cells of a grid before they are recorded: the place of each among *cells*, and a sentence."""

    cells: tuple[FigureCell, ...]


class ReadCell(NamedTuple):
    """A cell that was read: what stands there, and what is to stand there (None: nothing)."""

    at: int
    of: FigureCell
    there: Kept[IndicatorFigure] | None
    after: IndicatorFigure | None


def read_cells(
    work: UnitOfWork, cells: Sequence[FigureCell]
) -> tuple[list[ReadCell], tuple[tuple[int, str], ...]]:
    """What each of *cells* would do, and which can't: their places among *cells*, with a sentence each."""
    indicators = {kept.id: kept.value for kept in work.indicators.all()}
    areas = {kept.id: kept.value.name for kept in work.areas.all()}
    wanted = {cell.indicator for cell in cells}
    held = [kept for kept in work.indicator_figures.all() if kept.value.indicator in wanted]
    by_key = {_key(kept.value): kept for kept in held}
    read: list[ReadCell] = []
    problems: list[tuple[int, str]] = []
    seen: dict[tuple[object, ...], int] = {}
    for at, cell in enumerate(cells):
        indicator = indicators.get(cell.indicator)
        if indicator is None:
            raise NotFoundError("indicator", str(cell.indicator))
        where = f"“{indicator.name}”, {_when(cell)}"
        key = (cell.indicator, cell.area, cell.first, cell.last, cell.status)
        if key in seen:
            problems.append((at, f"{where}: it is given twice."))
            continue
        seen[key] = at
        if cell.last < cell.first:
            problems.append((at, f"{where}: it ends before it begins."))
            continue
        there = by_key.get(key)
        try:
            after = _figure_of(cell, indicator, there.value if there is not None else None)
        except NotANumberError as error:
            problems.append((at, f"{where}: {error}."))
            continue
        if after is None and cell.evidence:
            problems.append((at, f"{where}: evidence without a figure."))
            continue
        if after is not None and indicator.is_closed and there is None:
            problems.append((at, f"{where}: the indicator is closed, so no new figure is recorded."))
            continue
        read.append(ReadCell(at, cell, there, after))
    touched = {cell.there.id for cell in read if cell.there is not None}
    after_all: dict[IndicatorId, list[tuple[str, IndicatorFigure]]] = defaultdict(list)
    for kept in held:
        if kept.id not in touched:
            after_all[kept.value.indicator].append((areas.get(kept.value.area or 0, ""), kept.value))
    fresh = {id(each.after): each.at for each in read if each.after is not None and each.there is None}
    for each in read:
        if each.after is not None:
            after_all[each.of.indicator].append((areas.get(each.of.area or 0, ""), each.after))
    if fresh:
        for of, figures in after_all.items():
            if not any(id(figure) in fresh for _, figure in figures):
                continue
            old = [figure for figure in figures if id(figure[1]) not in fresh]
            known = set(clashes(indicators[of].name, indicators[of].measure, old))
            for text in clashes(indicators[of].name, indicators[of].measure, figures):
                if text in known:
                    continue
                at = next(fresh[id(figure)] for _, figure in figures if id(figure) in fresh)
                problems.append((at, f"{text}."))
    return read, tuple(sorted(problems))


def _key(figure: IndicatorFigure) -> tuple[object, ...]:
    return (figure.indicator, figure.area, figure.first, figure.last, figure.status)


def _when(cell: FigureCell) -> str:
    """“Q3 2018/19”, or the days where they are no quarter."""
    year = FinancialYear.of(cell.first)
    for quarter in (1, 2, 3, 4):
        if days_of(year, quarter) == (cell.first, cell.last):
            return f"Q{quarter} {year}"
    return f"{short_date(cell.first)} to {short_date(cell.last)}"


def _figure_of(
    cell: FigureCell, indicator: Indicator, before: IndicatorFigure | None
) -> IndicatorFigure | None:
    """The figure that *cell* states; None where it is empty. Raises NotANumberError."""
    typed = typed_figure(cell.text, indicator.counted, indicator.unit)
    if typed.is_empty and not cell.marks:
        return None
    said = before or IndicatorFigure(cell.indicator, cell.first, cell.last, None)
    given = marks_in(typed.marks + cell.marks) if cell.marks is not None else typed.marks or said.marks
    same_number = (typed.value, typed.numerator, typed.denominator) == (
        said.value,
        said.numerator,
        said.denominator,
    )
    return IndicatorFigure(
        cell.indicator,
        cell.first,
        cell.last,
        typed.value,
        typed.numerator,
        typed.denominator,
        cell.status,
        said.note if cell.note is None else cell.note.strip(),
        cell.area,
        cell.as_at or said.as_at,
        said.source if cell.source is None else " ".join(cell.source.split()),
        given,
        # A number that was typed over is no longer the one of the file that it came from.
        said.batch if same_number else None,
        said.cell if same_number else "",
    )


def placed(figures: Iterable[IndicatorFigure], areas: Mapping[int, str]) -> list[tuple[str, IndicatorFigure]]:
    """*figures* with what their places are called, "" for an indicator's own."""
    return [(areas.get(figure.area or 0, ""), figure) for figure in figures]


def answer_problems(question: FigureProblems, tools: Tools) -> tuple[tuple[int, str], ...]:
    with tools.open_work(reading=True) as work:
        return read_cells(work, question.cells)[1]


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {FigureProblems: answer_problems}
