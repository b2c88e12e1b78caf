"""What taking a file of figures in would do: every row kept or skipped, every place and indicator settled or asked for,
and each figure beside the one that is held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from fundingapp.domain.changes import Days
from fundingapp.domain.errors import listed
from fundingapp.domain.figure_files.contents import FigureFile, FileFigure, FileRow, RowIs
from fundingapp.domain.figure_files.days import in_words
from fundingapp.domain.figure_files.labelling import Labelling, Planning, figure_in_words
from fundingapp.domain.figure_files.placing import Placing
from fundingapp.domain.figure_files.plan import (
    CountChanged,
    FigureChoices,
    FigurePlan,
    HeldTable,
    Known,
    LabelSeen,
    PlaceSeen,
    PlannedFigure,
    RowLeft,
    Standing,
)
from fundingapp.domain.figure_files.street import count_crimes
from fundingapp.domain.figure_imports import FigureLayout, row_in_words
from fundingapp.domain.ids import PerformanceTableId
from fundingapp.domain.performance import PerformanceFigure

#: The table that counts belong to until it has an identity.
NO_TABLE = PerformanceTableId(0)


def decide(file: FigureFile, choices: FigureChoices, known: Known) -> FigurePlan:
    """What taking *file* in with these *choices* would do. Nothing is matched in silence: a place or an indicator that
    is not named by its code, its name or one of its other names waits for a person."""
    placing = Placing(file, known.areas, choices)
    rows, left = _sorted(file, choices, placing)
    problems: list[str] = []
    figures = _figures(file, choices, placing, rows)
    if any(figure.days is None for figure in figures):
        said = dict(choices.periods)
        figures = tuple(
            replace(each, days=each.days or said.get(each.period, choices.days)) for each in figures
        )
        problems += _open_periods(figures)
        figures = tuple(figure for figure in figures if figure.days is not None)
    labelling = Labelling(file, choices, known)
    labels = labelling.seen(figures)
    planned = _planned(file, choices, known, placing, figures, labelling, labels)
    if file.layout is FigureLayout.GRID:
        _leave_unplanned(planned, figures, labels, rows, left)
    as_table = choices.as_table and file.layout is not FigureLayout.GRID
    counts = tuple(_count(figure, placing) for figure in figures) if as_table else ()
    unreadable = sum(row.what is RowIs.UNREADABLE for row in file.rows)
    if unreadable and not choices.skip_unreadable:
        problems.append(
            f"{unreadable:,} {'row' if unreadable == 1 else 'rows'} can’t be read: correct the file, or have "
            f"{'it' if unreadable == 1 else 'them'} skipped."
        )
    if not counts and not any(each.taken for each in planned):
        problems.append(_why_nothing(file, placing.seen, planned, labels, as_table))
    skipped = tuple(left[row.row] for row in file.rows if row.row in left)
    return FigurePlan(
        len(file.rows),
        len(file.rows) - len(skipped),
        skipped,
        tuple(placing.seen.values()),
        labels,
        counts,
        planned,
        *_beside_earlier(counts, known.tables),
        tuple(problems),
    )


def _open_periods(figures: Sequence[FileFigure]) -> list[str]:
    """What a person has to say of the time, and of headings that would mean the same days."""
    without = dict.fromkeys(figure.period for figure in figures if figure.days is None)
    named = [f"“{text}”" for text in without if text]
    if without:
        said = f"Say which days are meant by {listed(named, 'and')}." if named else ""
        return [said or "Say of which period the figures are: the file does not."]
    meant: dict[Days, str] = {}
    for figure in figures:
        if figure.days is not None and meant.setdefault(figure.days, figure.period) != figure.period:
            return [f"“{meant[figure.days]}” and “{figure.period}” would both mean {in_words(figure.days)}."]
    return []


def _sorted(
    file: FigureFile, choices: FigureChoices, placing: Placing
) -> tuple[list[FileRow], dict[int, RowLeft]]:
    """The rows that are taken, and the others with their reasons."""
    rows: list[FileRow] = []
    left: dict[int, RowLeft] = {}
    for row in file.rows:
        reason = _why_left(file, row, choices, placing)
        if reason:
            left[row.row] = RowLeft(row.row, reason, row.text, row.place)
        else:
            rows.append(row)
    return rows, left


def _why_left(file: FigureFile, row: FileRow, choices: FigureChoices, placing: Placing) -> str:
    """Why *row* is not taken; "" when it is."""
    if not row.has_figures:
        return row.reason or row.what.value
    if row.row in choices.left_out:
        return "left out by you"
    if row.repeats and choices.leave_repeats:
        return f"the number of its crime stands in {row_in_words(file.files, row.repeats)} already"
    if file.crimes and choices.categories is not None and row.category not in choices.categories:
        return f"“{row.category}” was left out"
    return "" if file.layout is FigureLayout.GRID else placing.why_left(row)


def _figures(
    file: FigureFile, choices: FigureChoices, placing: Placing, rows: Sequence[FileRow]
) -> tuple[FileFigure, ...]:
    """The figures of the *rows* that are taken."""
    if file.crimes:
        named = ((row, placing.seen[placing.key(row)]) for row in rows)
        return count_crimes(replace(row, place=seen.name, code=seen.code) for row, seen in named)
    taken = {row.row for row in rows}
    return tuple(
        figure
        for figure in file.figures
        if figure.row in taken and (choices.categories is None or figure.category in choices.categories)
    )


def _planned(
    file: FigureFile,
    choices: FigureChoices,
    known: Known,
    placing: Placing,
    figures: Sequence[FileFigure],
    labelling: Labelling,
    labels: Sequence[LabelSeen],
) -> tuple[PlannedFigure, ...]:
    planning = Planning(file, choices, known, placing)
    by_key = {(label.label, label.place): label for label in labels}
    found = []
    for figure in figures:
        label = by_key.get(labelling.key(figure))
        if label is not None and (planned := planning.plan(figure, label)) is not None:
            found.append(planned)
    return tuple(found)


def _leave_unplanned(
    planned: Sequence[PlannedFigure],
    figures: Sequence[FileFigure],
    labels: Sequence[LabelSeen],
    rows: Sequence[FileRow],
    left: dict[int, RowLeft],
) -> None:
    """Leaves the rows of a grid none of whose figures comes in or is there already, each with the reason."""
    of_row: dict[int, list[PlannedFigure]] = {}
    for each in planned:
        of_row.setdefault(each.row, []).append(each)
    label_of = {figure.row: figure.label for figure in figures}
    settled = {label.label: label for label in labels}
    for row in rows:
        mine = of_row.get(row.row, [])
        if any(each.taken or each.standing is Standing.SAME for each in mine):
            continue
        label = settled.get(label_of.get(row.row, ""))
        if label is not None and label.indicator is None:
            reason = f"“{label.label}” is no indicator of yours"
        elif not mine:
            reason = "it has no figure"
        else:
            reason = "; ".join(dict.fromkeys(why_not_taken(each) for each in mine))
        left[row.row] = RowLeft(row.row, reason, row.text, row.place)


def why_not_taken(planned: PlannedFigure) -> str:
    """Why a figure does not come in, in words; "" when it does."""
    if planned.taken:
        return ""
    if planned.standing is Standing.CHANGED and planned.was is not None:
        return f"it states {figure_in_words(planned.figure)}; {figure_in_words(planned.was)} is kept"
    return planned.why_not or "it stands there already"


def _count(figure: FileFigure, placing: Placing) -> PerformanceFigure:
    days = figure.days
    assert days is not None  # noqa: S101 - those without were left out above
    seen = placing.of(figure)
    return PerformanceFigure(
        NO_TABLE,
        figure.category,
        figure.place,
        days.first,
        days.last,
        figure.number.value,
        seen.area if seen is not None else None,
        figure.sort,
        figure.number.hidden,
        footnote="; ".join(filter(None, (*(f"[{mark}]" for mark in figure.number.marks), figure.note))),
        target=figure.target,
        rank=figure.rank,
        rank_of=figure.rank_of,
        row=figure.row,
        column=figure.column,
    )


def _beside_earlier(
    counts: Sequence[PerformanceFigure], tables: Sequence[HeldTable]
) -> tuple[HeldTable | None, int, tuple[CountChanged, ...], int]:
    """The earlier table that states most of *counts*; how many are the same there, those that differ, and
    how many it states that the file no longer does."""
    mine = {_key_of(each): each for each in counts}
    best = earlier_of(counts, tables)
    if best is None:
        return None, 0, (), 0
    same, gone, changed = 0, 0, []
    for held in best.counts:
        new = mine.get(_key_of(held))
        if new is None:
            gone += 1
        elif (new.count, new.hidden) == (held.count, held.hidden):
            same += 1
        else:
            days = Days(held.first, held.last)
            changed.append(
                CountChanged(held.category, held.area_name, days, count_in_words(held), count_in_words(new))
            )
    return best, same, tuple(changed), gone


def earlier_of(counts: Iterable[PerformanceFigure], tables: Iterable[HeldTable]) -> HeldTable | None:
    """The table that states most of *counts*, whatever their number: of several the newest; None for none."""
    mine = {_key_of(each) for each in counts}
    best: HeldTable | None = None
    most = 0
    for table in tables:
        common = sum(_key_of(each) in mine for each in table.counts)
        if common and common >= most:
            best, most = table, common
    return best


def _key_of(figure: PerformanceFigure) -> tuple[object, ...]:
    return figure.category, figure.area_name, figure.sort, figure.first, figure.last


def count_in_words(figure: PerformanceFigure) -> str:
    """A count as it is shown: “1,234”, “<5”, “–” for none."""
    return f"{figure.count:,}" if figure.count is not None else figure.hidden or "–"


def _why_nothing(
    file: FigureFile,
    places: Mapping[str, PlaceSeen],
    planned: Sequence[PlannedFigure],
    labels: Sequence[LabelSeen],
    as_table: bool,
) -> str:
    """Why nothing would come in, as a sentence that says what to do."""
    if not file.figures:
        return "It has no figure: look at the skipped rows."
    is_grid = file.layout is FigureLayout.GRID
    if planned and all(each.standing is Standing.SAME for each in planned):
        return "Every figure of it stands there already."
    if any(each.standing is Standing.CHANGED for each in planned):
        return "Only figures that differ would come in: choose which of them take the place of what is held."
    if is_grid and not any(label.indicator is not None for label in labels):
        return "None of its rows names an indicator of yours: say which they are."
    if is_grid or planned:
        return "None of its figures can be taken: look at the reasons."
    if places and not any(seen.taken for seen in places.values()):
        return "None of its places is one of yours: say which they are, or take every row."
    return (
        "Say what the figures are to become: a table, or figures of indicators."
        if not as_table
        else ("No row is left to take: look at the skipped rows.")
    )
