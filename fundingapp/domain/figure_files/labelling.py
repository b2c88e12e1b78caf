"""Which indicators a file's figures are of, and how each stands beside what is held."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from fundingapp.domain.areas import AreaKind
from fundingapp.domain.changes import Days
from fundingapp.domain.figure_files.contents import FigureFile, FileFigure
from fundingapp.domain.figure_files.days import in_words
from fundingapp.domain.figure_files.placing import Placing, place_key
from fundingapp.domain.figure_files.plan import (
    FigureChoices,
    Known,
    LabelSeen,
    Match,
    PlannedFigure,
    Standing,
)
from fundingapp.domain.figure_imports import FigureLayout
from fundingapp.domain.ids import AreaId, FigureId, IndicatorId
from fundingapp.domain.indicators import Counted, FigureStatus, Indicator, IndicatorFigure, Measure
from fundingapp.domain.places import plain_place

#: So many are proposed.
_PROPOSED = 3
_DASHES = frozenset({"-", "–", "—"})
_NOT_APPLICABLE = frozenset({"n/a", "na", "not applicable"})
#: Figures that are made of two numbers, and shown in per cent or as an average.
_WHOLE = frozenset({Counted.PEOPLE, Counted.CONTACTS})
_OF_PARTS = frozenset({Counted.SHARE, Counted.AVERAGE})


def source_of(label: str, place: str) -> str:
    """Where a figure of an indicator comes from within its file, as it is kept with it."""
    return f"{label} · {place}" if place else label


class Labelling:
    """The indicators that the figures of a *file* are of."""

    def __init__(self, file: FigureFile, choices: FigureChoices, known: Known) -> None:
        self._file, self._choices, self._known = file, choices, known
        self._chosen = {(choice.label, choice.place): choice.indicator for choice in choices.indicators}
        self._named: dict[str, list[IndicatorId]] = {}
        for id, indicator in known.indicators.items():
            if indicator.is_closed:
                continue
            ref = known.refs.get(indicator.project, "") if indicator.project is not None else ""
            names = {indicator.name, indicator.code, f"{ref} {indicator.name}", f"{ref} {indicator.code}"}
            for name in {plain_place(each) for each in names if plain_place(each)}:
                self._named.setdefault(name, []).append(id)

    def seen(self, figures: Sequence[FileFigure]) -> tuple[LabelSeen, ...]:
        """Each label (and place) of *figures* with the indicator that it means, if any."""
        counted: dict[tuple[str, str], tuple[FileFigure, int]] = {}
        for figure in figures:
            key = self.key(figure)
            first, number = counted.get(key, (figure, 0))
            counted[key] = first, number + 1
        return tuple(self._label(key, figure, number) for key, (figure, number) in counted.items())

    def key(self, figure: FileFigure) -> tuple[str, str]:
        """What stands for the indicator: the label of a grid; of a published table the category and the place."""
        return (
            (figure.label, "") if self._file.layout is FigureLayout.GRID else (figure.category, figure.place)
        )

    def _label(self, key: tuple[str, str], figure: FileFigure, number: int) -> LabelSeen:
        if key in self._chosen:
            return LabelSeen(*key, self._chosen[key], Match.CHOSEN, (), number, figure.number)
        before = (self._known.before or {}).get(key)
        if before is not None:
            return LabelSeen(*key, before, Match.BEFORE, (), number, figure.number)
        if self._file.layout is not FigureLayout.GRID:
            return LabelSeen(*key, None, Match.NONE, (), number, figure.number)
        found, how = self._matched(figure)
        if len(found) == 1:
            return LabelSeen(*key, found[0], how, (), number, figure.number)
        return LabelSeen(*key, None, Match.NONE, found or self._proposals(figure), number, figure.number)

    def _matched(self, figure: FileFigure) -> tuple[tuple[IndicatorId, ...], Match]:
        """The indicators that a row of a grid names in full."""
        for name, how in ((figure.code, Match.CODE), (figure.category, Match.NAME)):
            if not name:
                continue
            found = self._named.get(plain_place(f"{figure.group} {name}" if figure.group else name), [])
            if found:
                return tuple(dict.fromkeys(found)), how
        return (), Match.NONE

    def _proposals(self, figure: FileFigure) -> tuple[IndicatorId, ...]:
        wanted = plain_place(figure.category)
        known: dict[str, IndicatorId] = {}
        for id, indicator in self._known.indicators.items():
            ref = self._known.refs.get(indicator.project, "") if indicator.project is not None else ""
            if not indicator.is_closed and (
                not figure.group or plain_place(figure.group) == plain_place(ref)
            ):
                known.setdefault(plain_place(indicator.name), id)
        within = [
            each
            for each in known
            if len(each) >= 6 and len(wanted) >= 6 and (each in wanted or wanted in each)
        ]
        near = get_close_matches(wanted, known, _PROPOSED)
        return tuple(dict.fromkeys(known[each] for each in (*near, *within)))[:_PROPOSED]


class Planning:
    """What becomes of each figure: it is new, stands there already, differs, or can't stand beside another."""

    def __init__(self, file: FigureFile, choices: FigureChoices, known: Known, placing: Placing) -> None:
        self._file, self._choices, self._known, self._placing = file, choices, known, placing
        self._held: dict[
            tuple[IndicatorId, AreaId | None], list[tuple[FigureId | None, IndicatorFigure, str]]
        ] = {}
        for id, figure in known.figures.items():
            entry = (id, figure, "the file has")
            self._held.setdefault((figure.indicator, figure.area), []).append(entry)

    def plan(self, figure: FileFigure, label: LabelSeen) -> PlannedFigure | None:
        """What becomes of *figure*, which is of the indicator of *label*; None where it states nothing."""
        if label.indicator is None or figure.days is None or figure.number.hidden in _DASHES:
            return None
        indicator = self._known.indicators[label.indicator]
        made = self._made(figure, label.indicator, indicator, figure.days)
        if why := _unfit(figure, indicator):
            return PlannedFigure(made, Standing.CLASH, figure.row, label.label, why_not=why, taken=False)
        place = self._placing.of(figure)
        if self._file.layout is FigureLayout.GRID and figure.place and (place is None or place.area is None):
            why = f"“{figure.place}” is no place of yours"
            return PlannedFigure(made, Standing.CLASH, figure.row, label.label, why_not=why, taken=False)
        beside = self._held.setdefault((made.indicator, made.area), [])
        for id, held, where in beside:
            if held.last < made.first or made.last < held.first:
                continue
            if (held.first, held.last) != (made.first, made.last):
                if _may_overlap(indicator, held, made):
                    continue
                why = (
                    f"{in_words(figure.days)} lies across {in_words(Days(held.first, held.last))}, for which {where} "
                    f"{figure_in_words(held)}"
                )
                return PlannedFigure(made, Standing.CLASH, figure.row, label.label, why_not=why, taken=False)
            if held.status is not made.status:
                continue
            if id is None:
                why = f"{where} {figure_in_words(held)} for {in_words(figure.days)} already"
                return PlannedFigure(made, Standing.CLASH, figure.row, label.label, why_not=why, taken=False)
            if _said(held) == _said(made):
                return PlannedFigure(made, Standing.SAME, figure.row, label.label, id, held, taken=False)
            taken = id in self._choices.replace
            return PlannedFigure(made, Standing.CHANGED, figure.row, label.label, id, held, taken=taken)
        beside.append((None, made, f"{figure.cell} states" if figure.cell else "the same file states"))
        return PlannedFigure(made, Standing.NEW, figure.row, label.label)

    def _made(self, figure: FileFigure, id: IndicatorId, indicator: Indicator, days: Days) -> IndicatorFigure:
        number, marks, note = figure.number, figure.number.marks, figure.note
        if number.hidden and not marks:
            marks = "c" if number.hidden.startswith("<") or number.hidden == "*" else "x"
            marks = "z" if number.hidden.casefold() in _NOT_APPLICABLE else marks
            note = "; ".join(filter(None, (note, f"printed as “{number.hidden}”")))
        status = figure.status or (FigureStatus.PROVISIONAL if "p" in marks else self._choices.status)
        is_grid = self._file.layout is FigureLayout.GRID
        source = (
            source_of(figure.label, "")
            if is_grid
            else source_of(figure.category, place_key(figure.place, figure.sort))
        )
        return IndicatorFigure(
            id,
            days.first,
            days.last,
            number.value,
            figure.numerator,
            figure.denominator,
            status,
            note,
            self._area(figure, indicator),
            source=source,
            marks=marks,
            cell=figure.cell,
        )

    def _area(self, figure: FileFigure, indicator: Indicator) -> AreaId | None:
        """The place of a figure; None for the indicator's own, which is the whole partnership where it names none."""
        seen = self._placing.of(figure)
        if seen is None or seen.area is None or seen.area == indicator.area:
            return None
        whole = self._known.areas[seen.area].kind is AreaKind.PARTNERSHIP
        return None if whole and indicator.area is None else seen.area


def _unfit(figure: FileFigure, indicator: Indicator) -> str:
    """Why *figure* can't be one of *indicator*; "" when it can."""
    number, parts = figure.number, figure.numerator is not None
    where = f"{figure.cell} " if figure.cell else ""
    if number.is_percent and indicator.counted is not Counted.SHARE:
        return f"{where}is a percentage, and “{indicator.name}” is a {indicator.counted.value}"
    if parts and indicator.counted not in _OF_PARTS:
        return (
            f"{where}has a numerator and a denominator, and “{indicator.name}” is a {indicator.counted.value}"
        )
    if parts and not figure.denominator:
        return f"{where}is a share of nothing: its denominator is 0"
    if (
        indicator.counted is Counted.SHARE
        and figure.numerator is not None
        and figure.denominator is not None
        and figure.numerator > figure.denominator
    ):
        return (
            f"{where}has more in the part than in the whole: {figure.numerator:,} of {figure.denominator:,}"
        )
    value = number.value
    if (
        indicator.counted in _WHOLE
        and value is not None
        and (value < 0 or value != value.to_integral_value())
    ):
        return f"{where}holds {value}, and “{indicator.name}” counts {indicator.counted.value} one by one"
    if (
        indicator.counted is Counted.SHARE
        and not parts
        and number.value is not None
        and not number.is_percent
        and abs(number.value) <= 1
        and number.value != number.value.to_integral_value()
    ):
        return f"{where}holds {number.value}, and “{indicator.name}” is in per cent: write it as one, or as 45/50"
    return ""


def _may_overlap(indicator: Indicator, one: IndicatorFigure, other: IndicatorFigure) -> bool:
    """Whether figures of different days that overlap, such as a quarter and its month, may stand beside each other: a
    stock's may, and a forecast beside what was measured (R39)."""
    if indicator.measure is Measure.STOCK:
        return True
    return one.status is not other.status and FigureStatus.FORECAST in (one.status, other.status)


def _said(figure: IndicatorFigure) -> tuple[object, ...]:
    return figure.value, figure.numerator, figure.denominator, figure.marks


def figure_in_words(figure: IndicatorFigure) -> str:
    """What a figure says, as it stands in a list: “195”, “45 of 60”, “–” for none, with its marks."""
    if figure.numerator is not None and figure.denominator is not None:
        shown = f"{figure.numerator:,} of {figure.denominator:,}"
    else:
        shown = f"{figure.value:,}" if figure.value is not None else "–"
    return shown + "".join(f" [{mark}]" for mark in figure.marks)
