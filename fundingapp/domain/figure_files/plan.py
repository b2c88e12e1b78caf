"""What a person chooses about a file of figures, and what taking it in would then do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.areas import Area
from fundingapp.domain.changes import Days
from fundingapp.domain.figure_files.contents import RowIs
from fundingapp.domain.figure_files.numbers import Number
from fundingapp.domain.ids import AreaId, FigureId, IndicatorId, PerformanceTableId, ProjectId
from fundingapp.domain.indicators import FigureStatus, Indicator, IndicatorFigure
from fundingapp.domain.performance import PerformanceFigure


class Match(Enum):
    """How a place or an indicator of a file was told."""

    CODE = "by its code"
    NAME = "by its name"
    ALIAS = "by another name"
    BEFORE = "as before"
    CHOSEN = "as you said"
    NONE = ""


class Standing(Enum):
    """How a figure of a file stands to what is held."""

    NEW = "new"
    SAME = "as it is"
    CHANGED = "changed"
    CLASH = "can’t stand beside another"


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """What a person says of a place of the file: it is *area*; or (None) it is none of ours, and its rows are left
    out unless *take* says that they come along. *remember* gives the area this further name."""

    name: str
    area: AreaId | None
    take: bool = False
    remember: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorChoice:
    """What a person says of a label of the file: its figures (in *place* as printed; "" for a file without places)
    are those of *indicator*; None leaves them out."""

    label: str
    indicator: IndicatorId | None
    place: str = ""


@dataclass(frozen=True, slots=True)
class FigureChoices:
    """What a person has chosen about a file of figures.

    *everything* takes the rows of all places, not only of ours. *leave_repeats* leaves crimes out whose number stands
    further up. *replace* are held figures that the file's take the place of, *replace_table* does it for the whole
    earlier table. *days* are given to figures without any, *periods* to those of a heading by its words.
    *skip_unreadable* leaves out what can't be read. *as_at* is the day on which the file was taken out of its source.
    """

    places: tuple[PlaceChoice, ...] = ()
    indicators: tuple[IndicatorChoice, ...] = ()
    categories: frozenset[str] | None = None
    left_out: frozenset[int] = frozenset()
    everything: bool = False
    leave_repeats: bool = False
    replace: frozenset[FigureId] = frozenset()
    replace_table: bool = False
    as_table: bool = True
    table_name: str = ""
    days: Days | None = None
    periods: tuple[tuple[str, Days], ...] = ()
    status: FigureStatus = FigureStatus.ACTUAL
    skip_unreadable: bool = False
    again: bool = False
    as_at: date | None = None


@dataclass(frozen=True, slots=True)
class PlaceSeen:
    """A place of the file with its *rows*; *area* is what it means, *proposals* what it may mean. *taken* says whether
    its rows come in."""

    name: str
    code: str
    area: AreaId | None
    how: Match
    proposals: tuple[AreaId, ...]
    rows: int
    taken: bool
    what: RowIs = RowIs.FIGURES
    group: str = ""


@dataclass(frozen=True, slots=True)
class LabelSeen:
    """An indicator as the file names it; of a published table what was counted, and in which place. *indicator* is what
    it means, *proposals* what it may mean; *first* is the first of its *figures*."""

    label: str
    place: str
    indicator: IndicatorId | None
    how: Match
    proposals: tuple[IndicatorId, ...]
    figures: int
    first: Number


@dataclass(frozen=True, slots=True)
class RowLeft:
    """A row of the file that is not taken, and why."""

    row: int
    reason: str
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class PlannedFigure:
    """A figure of an indicator that the file states. *held* is the one that is there for the same days, *was* what it
    says; *why_not* says why it can't be taken. *row* is nought where crimes were counted."""

    figure: IndicatorFigure
    standing: Standing
    row: int
    label: str
    held: FigureId | None = None
    was: IndicatorFigure | None = None
    why_not: str = ""
    taken: bool = True


@dataclass(frozen=True, slots=True)
class CountChanged:
    """A count that an earlier table has otherwise: “–” where one of the two has none."""

    category: str
    place: str
    days: Days
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class HeldTable:
    """An earlier table of counts with its figures."""

    id: PerformanceTableId
    name: str
    counts: tuple[PerformanceFigure, ...]


@dataclass(frozen=True, slots=True)
class FigurePlan:
    """What would be done: *read* rows = *kept* + *skipped*. *counts* make the table, in the order of the file;
    *earlier* is the table that states some of them already, with what is the *same*, *changed* and *gone* (stated there
    and no longer here). *problems* say in sentences why it can't be imported yet."""

    read: int
    kept: int
    skipped: tuple[RowLeft, ...]
    places: tuple[PlaceSeen, ...]
    labels: tuple[LabelSeen, ...]
    counts: tuple[PerformanceFigure, ...]
    figures: tuple[PlannedFigure, ...]
    earlier: HeldTable | None
    same: int
    changed: tuple[CountChanged, ...]
    gone: int
    problems: tuple[str, ...]

    @property
    def new(self) -> int:
        """The figures of indicators that are new."""
        return sum(each.standing is Standing.NEW for each in self.figures)


@dataclass(frozen=True, slots=True)
class Known:
    """What the funding file knows: its places, indicators, projects' references, figures and tables; *before* are the
    indicators that labels were taken for in earlier imports of the layout, by label and place."""

    areas: Mapping[AreaId, Area]
    indicators: Mapping[IndicatorId, Indicator]
    refs: Mapping[ProjectId, str]
    figures: Mapping[FigureId, IndicatorFigure]
    tables: Sequence[HeldTable] = ()
    before: Mapping[tuple[str, str], IndicatorId] | None = None
