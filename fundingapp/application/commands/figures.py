"""Figures of indicators: typed in the grid, changed, and taken out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fundingapp.application.commands.evidence import Given, copied
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.naming import NAMED
from fundingapp.application.effect import Command, Effect, nothing_done
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.figure_cells import FigureCell, placed, read_cells
from fundingapp.application.wording import count, one_line, short_date
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FigureId, IndicatorId
from fundingapp.domain.indicators import IndicatorFigure
from fundingapp.domain.results import clashes
from fundingapp.domain.typed_figures import NotANumberError, marks_in, problem_of


@dataclass(frozen=True, slots=True)
class RecordFigures(Command["FiguresRecorded"]):
    """Records the figures of a grid, all of it or nothing: every cell that can't be one is named. Taken back by
    SwapRecords."""

    cells: tuple[FigureCell, ...]


@dataclass(frozen=True, slots=True)
class FiguresRecorded:
    """What recording a grid did: how many cells were new, changed, emptied or as they were, and the figures that are
    there now, in the order of the cells."""

    new: int
    changed: int
    emptied: int
    unchanged: int
    figures: tuple[FigureId, ...]


@dataclass(frozen=True, slots=True)
class ChangeFigure(Command[None]):
    """Puts *after* in place of a figure of the same indicator. Taken back by SwapRecords."""

    figure: FigureId
    after: IndicatorFigure
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveFigures(Command[None]):
    """Takes figures out with their own evidence. Taken back by SwapRecords."""

    figures: tuple[FigureId, ...]


def record_figures(command: RecordFigures, tools: Tools) -> Effect[FiguresRecorded]:
    given = [paper for cell in command.cells for paper in cell.evidence]
    with copied(tools, given) as copies, tools.open_work() as work:
        doing = Doing(work, tools)
        cells, problems = read_cells(work, command.cells)
        if problems:
            raise _bad_cells([text for _, text in problems], len(command.cells))
        papers = iter(copies)
        found = {"new": 0, "changed": 0, "emptied": 0, "unchanged": 0}
        figures: list[FigureId] = []
        names: list[str] = []
        for cell in cells:
            of_cell = [next(papers) for _ in cell.of.evidence]
            before = cell.there.value if cell.there is not None else None
            if cell.after is None:
                done = "unchanged" if cell.there is None else "emptied"
                if cell.there is not None:
                    doing.remove_with_evidence("indicator_figures", cell.there, "figure")
            else:
                if cell.there is None:
                    done, id = "new", FigureId(doing.add("indicator_figures", cell.after))
                else:
                    done = "unchanged" if cell.after == before else "changed"
                    id = FigureId(cell.there.id)
                    doing.change("indicator_figures", cell.there, cell.after)
                if of_cell:
                    doing.keep(of_cell, figure=id)
                figures.append(id)
            found[done] += 1
            if done != "unchanged" or of_cell:
                names.append(work.indicators.get(cell.of.indicator).value.name)
        result = FiguresRecorded(**found, figures=tuple(figures))
        name = _recorded(names, result)
        if not doing.has_done:
            return nothing_done(name, result)
        return doing.commit("RecordFigures", name, result)


def _recorded(names: Sequence[str], result: FiguresRecorded) -> str:
    number = result.new + result.changed + result.emptied
    unlike = list(dict.fromkeys(names))
    of = f"“{unlike[0]}”" if len(unlike) == 1 else count(len(unlike), "indicator")
    if not number:
        return f"attach evidence to figures of {of}" if names else "record figures"
    verb = "empty" if number == result.emptied else "record"
    return f"{verb} {count(number, 'figure')} of {of}"


def _bad_cells(problems: Sequence[str], cells: int) -> ExpectedError:
    named = " ".join(problems[:NAMED])
    more = f" And {len(problems) - NAMED:,} more." if len(problems) > NAMED else ""
    fine = cells - len(problems)
    kept = f" The other {count(fine, 'cell')} {'is' if fine == 1 else 'are'} fine." if fine > 0 else ""
    return ExpectedError(
        "bad_figures", f"{named}{more}{kept}", "Correct them and record again; nothing was changed."
    )


def refuse_clashes(work: UnitOfWork, new: Iterable[IndicatorFigure]) -> None:
    """Raises ExpectedError when figures that are to be added can't stand beside those held, or each other; all are
    named. For imports: figures that they replace must be gone already."""
    by_indicator: dict[IndicatorId, list[IndicatorFigure]] = defaultdict(list)
    for figure in new:
        by_indicator[figure.indicator].append(figure)
    areas = {kept.id: kept.value.name for kept in work.areas.all()}
    held: dict[IndicatorId, list[IndicatorFigure]] = defaultdict(list)
    for kept in work.indicator_figures.all():
        if kept.value.indicator in by_indicator:
            held[kept.value.indicator].append(kept.value)
    problems: list[str] = []
    for of, figures in by_indicator.items():
        indicator = work.indicators.get(of).value
        known = set(clashes(indicator.name, indicator.measure, placed(held[of], areas)))
        after = clashes(indicator.name, indicator.measure, placed([*held[of], *figures], areas))
        problems += [text for text in after if text not in known]
    if problems:
        raise overlap_of(problems)


def overlap_of(problems: Sequence[str]) -> ExpectedError:
    """The refusal of figures whose days overlap, as *problems* say."""
    more = f"; and {len(problems) - NAMED:,} more" if len(problems) > NAMED else ""
    return ExpectedError(
        "figures_overlap",
        f"{'; '.join(problems[:NAMED])}{more}.",
        "Days count once: take one of the two away first. Nothing was changed.",
    )


def change_figure(command: ChangeFigure, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        doing = Doing(work, tools)
        kept = work.indicator_figures.get(command.figure)
        indicator = work.indicators.get(kept.value.indicator).value
        after = replace(
            command.after,
            indicator=kept.value.indicator,
            note=command.after.note.strip(),
            source=one_line(command.after.source),
        )
        where = f"“{indicator.name}”, {short_date(after.first)} to {short_date(after.last)}"
        try:
            after = replace(after, marks=marks_in(after.marks))
        except NotANumberError as error:
            raise _bad_cells([f"{where}: {error}."], 1) from None
        problem = problem_of(indicator.counted, after.value, after.numerator, after.denominator)
        if not problem and after.value is None and after.numerator is None and not after.marks:
            problem = "has neither a number nor a mark that says why"
        if problem:
            raise _bad_cells([f"{where}: the figure {problem}."], 1)
        if after.last < after.first:
            raise _bad_cells([f"{where}: it ends before it begins."], 1)
        others = [
            each.value
            for each in work.indicator_figures.all()
            if each.value.indicator == after.indicator and each.id != kept.id
        ]
        areas = {area.id: area.value.name for area in work.areas.all()}
        known = set(clashes(indicator.name, indicator.measure, placed(others, areas)))
        found = clashes(indicator.name, indicator.measure, placed([*others, after], areas))
        if new := [text for text in found if text not in known]:
            raise overlap_of(new)
        doing.change("indicator_figures", kept, after)
        doing.keep(copies, figure=kept.id)
        name = f"change a figure of “{indicator.name}”"
        if not doing.has_done:
            return nothing_done(name)
        return doing.commit("ChangeFigure", name)


def remove_figures(command: RemoveFigures, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        names: list[str] = []
        for id in dict.fromkeys(command.figures):
            kept = work.indicator_figures.get(id)
            names.append(work.indicators.get(kept.value.indicator).value.name)
            doing.remove_with_evidence("indicator_figures", kept, "figure")
        unlike = list(dict.fromkeys(names))
        of = f"“{unlike[0]}”" if len(unlike) == 1 else count(len(unlike), "indicator")
        name = f"remove {count(len(names), 'figure')} of {of}"
        if not names:
            return nothing_done(name)
        return doing.commit("RemoveFigures", name)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    RecordFigures: record_figures,
    ChangeFigure: change_figure,
    RemoveFigures: remove_figures,
}
