"""The rows and columns of the Performance view: published counts, what they give, and what was printed instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fundingapp.application.ports import Kept
from fundingapp.application.queries.performance import (
    LineShown,
    OtherFigure,
    TableShown,
    count_shown,
    finding_of,
)
from fundingapp.domain.changes import Days, Trend, periods_beside
from fundingapp.domain.checked_tables import days_of_figure
from fundingapp.domain.performance import PerformanceFinding, RowSort
from fundingapp.domain.places import short_place
from fundingapp.ui.charts.drawings import Line, Lines, Panels, figure_in_words
from fundingapp.ui.inspector import SumRow
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.theme import Tone

NOTHING = "–"
#: Small multiples beside each other say something up to here; a longer list of places is read in the table.
MOST_PANELS = 24


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table with the findings about it."""

    table: TableShown
    line: LineShown
    findings: tuple[Kept[PerformanceFinding], ...]

    @property
    def key(self) -> tuple[str, str]:
        return self.line.line.category, self.line.line.place

    @property
    def name(self) -> str:
        """“All crime · Beat 56”."""
        return " · ".join(each for each in self.key if each)

    @property
    def title(self) -> str:
        """The name without all that its place covers."""
        category, place = self.key
        return " · ".join(each for each in (category, self.line.area or short_place(place)) if each)

    @property
    def waiting(self) -> tuple[Kept[PerformanceFinding], ...]:
        return tuple(each for each in self.findings if not each.value.accepted)

    @property
    def difference(self) -> str:
        changed = self.line.line.difference
        if changed is None:
            return NOTHING
        return f"{'+' if changed > 0 else ''}{figure_in_words(changed)}"

    @property
    def percent(self) -> str:
        percent = self.line.line.percent
        return NOTHING if percent is None else f"{percent:+.1f}%".replace("-", "−").replace("+0.0", "0.0")

    @property
    def trend(self) -> str:
        found = self.line.line.trend
        return NOTHING if found is Trend.NONE else f"{found.sign} {found.word}"

    @property
    def state(self) -> str:
        """A word for what was found: “printed +47.4%”, “accepted”, “not comparable”, “small base”, “right”."""
        if self.waiting:
            return f"printed {self.waiting[0].value.printed}"
        if self.findings:
            return "accepted"
        beside = self.line.line.beside
        if not self.table.kept.value.is_comparable or (beside is not None and not beside.same):
            return "not comparable"
        if self.line.line.is_small_base:
            return "small base"
        current = self.line.line.current
        if current is not None and current.count is None:
            return "hidden" if current.hidden else NOTHING
        return "as counted"

    @property
    def tone(self) -> Tone:
        state = self.state
        if self.waiting:
            return Tone.BAD
        if state in {"accepted", "not comparable", "small base"}:
            return Tone.ATTENTION
        return Tone.NEUTRAL

    @property
    def rank(self) -> str:
        """The rank as printed, and beside it the one that the figures give."""
        printed, rank = self.line.printed_rank, self.line.rank
        if rank is None:
            return printed or NOTHING
        return f"{printed} · now {rank.in_words}" if printed else rank.in_words


def rows_of(table: TableShown) -> list[Row]:
    """The lines of *table*, each with the findings about it."""
    return [Row(table, line, finding_of(line, table)) for line in table.lines]


COUNT = Column[Row](
    "Latest",
    lambda row: count_shown(row.line.line.current),
    RIGHT,
    sort="latest",
    order=lambda row: row.line.line.current.count or 0 if row.line.line.current is not None else 0,
    why=True,
    width=76,
    strong=True,
)
PERCENT = Column[Row](
    "Change %",
    lambda row: row.percent,
    RIGHT,
    sort="percent",
    order=lambda row: row.line.line.percent or 0,
    why=lambda row: row.line.line.percent is not None,
    width=82,
    tip=lambda row: row.line.line.note,
)
PLACE = Column[Row](
    "Place",
    lambda row: row.line.area or short_place(row.line.line.place) or NOTHING,
    sort="place",
    filter="place",
    width=150,
    stretch=2,
    least=86,
    tip=lambda row: row.line.line.place,
)
TARGET = Column[Row](
    "Target",
    lambda row: row.line.line.target or NOTHING,
    width=84,
    filter="target",
    may_hide=True,
    quiet=True,
)
RANK = Column[Row]("Family rank", lambda row: row.rank, width=92, may_hide=True, quiet=True)
COLUMNS = (
    Column[Row](
        "Category",
        lambda row: row.line.line.category,
        sort="category",
        filter="category",
        width=190,
        stretch=3,
        least=118,
        tip=lambda row: row.line.line.category,
    ),
    PLACE,
    Column[Row](
        "Year before",
        lambda row: count_shown(row.line.line.previous),
        RIGHT,
        sort="before",
        order=lambda row: row.line.line.previous.count or 0 if row.line.line.previous is not None else 0,
        width=88,
    ),
    COUNT,
    Column[Row](
        "Difference",
        lambda row: row.difference,
        RIGHT,
        sort="difference",
        order=lambda row: row.line.line.difference or 0,
        width=84,
        may_hide=True,
    ),
    PERCENT,
    Column[Row](
        "Trend",
        lambda row: row.trend,
        sort="trend",
        filter="trend",
        width=82,
        may_hide=True,
        tip=lambda row: f"Up to {figure_in_words(row.table.rules.steady)}% either way counts as steady",
    ),
    TARGET,
    RANK,
    Column[Row](
        "Printed figures",
        lambda row: row.state,
        width=124,
        sort="state",
        filter="state",
        pill=lambda row: row.tone,
        tip=lambda row: "\n".join(each.value.text for each in row.findings) or row.line.line.note,
    ),
)
OTHER_COLUMNS = (
    Column[OtherFigure](
        "Category",
        lambda row: row.category,
        sort="category",
        filter="category",
        width=190,
        stretch=2,
        least=110,
    ),
    Column[OtherFigure](
        "Place",
        lambda row: row.place or NOTHING,
        sort="place",
        filter="place",
        width=120,
        stretch=1,
        least=70,
        may_hide=True,  # beside the panel, which says it too
    ),
    Column[OtherFigure](
        "Days",
        lambda row: f"{row.days.first:%d/%m/%Y} – {row.days.last:%d/%m/%Y}",
        sort="days",
        order=lambda row: row.days.last,
        width=170,
    ),
    Column[OtherFigure]("Here", lambda row: figure_in_words(row.here), RIGHT, width=76),
    Column[OtherFigure]("There", lambda row: figure_in_words(row.there), RIGHT, width=76),
    Column[OtherFigure](
        "In",
        lambda row: f"{row.name}{f', the sum of {row.of_parts} places' if row.of_parts else ''}",
        sort="name",
        filter="name",
        width=200,
        stretch=2,
        least=110,
    ),
    Column[OtherFigure](
        "State",
        lambda row: "differs" if row.differs else "agrees",
        width=84,
        sort="state",
        filter="state",
        pill=lambda row: Tone.BAD if row.differs else Tone.GOOD,
        tip=lambda row: row.in_words,
    ),
)


def columns_for(rows: Sequence[Row]) -> tuple[Column[Row], ...]:
    """The columns that say something of *rows*: few tables print targets, or a rank in the family
    group, and one of a single place does not name it in each row."""
    silent = [each for each in (PLACE, TARGET, RANK) if all(each.text(row) == NOTHING for row in rows)]
    return tuple(each for each in COLUMNS if each not in silent)


def period_label(days: Days) -> str:
    """A period under a chart, as short as it can be told: “2018/19” for what ends in it, “2018” for a calendar year."""
    if (days.first.month, days.first.day, days.last.month, days.last.day) == (1, 1, 12, 31):
        return str(days.last.year)
    start = days.first.year if days.first.month >= 4 else days.first.year - 1
    return f"{start}/{(start + 1) % 100:02}"


def series_of(row: Row) -> Lines:
    """The counts of a line over all tables of the file, oldest first: of the same days of each year only (R37), and
    where tables differ, as its own has it."""
    current = row.line.line.current
    wanted = days_of_figure(current) if current is not None else None
    own = row.table.kept.value.name
    by_days: dict[Days, Decimal] = {}
    for days, number, table in row.line.series:
        alike = wanted is None or days == wanted or periods_beside(days, wanted).same
        if alike and (table == own or days not in by_days):
            by_days[days] = number
    drawn = sorted(by_days, key=lambda each: (each.last, each.first))
    return Lines(
        row.name,
        tuple(period_label(each) for each in drawn),
        (Line(row.name, tuple(by_days[each] for each in drawn), is_main=True),),
    )


def years_of(row: Row) -> list[SumRow]:
    """Each period of a line beside the same days of an earlier year, the newest first; or why it can't be compared."""
    found = []
    for year, rank in reversed(row.line.years):
        if year.is_comparable and year.difference is not None:
            percent = f"{year.percent:+}%".replace("-", "−") if year.percent is not None else "from nought"
            shown = f"{percent} {year.trend.sign}"
        else:
            shown = "not comparable"
        counts = f"{year.previous.count:,} → {year.current.count:,}"
        said = (counts, f"rank {rank.in_words} in the family" if rank is not None else "", year.note)
        note = " · ".join(part for part in said if part)
        name = f"{period_label(year.current.days)} against {period_label(year.previous.days)}"
        found.append(SumRow(name, shown, note=note))
    return found


def panels_of(rows: list[Row]) -> Panels:
    """Small multiples of one category: one panel for each place, or of one table for each category."""
    places = [row for row in rows if row.line.line.sort in {RowSort.ORDINARY, RowSort.UNASSIGNED}][
        :MOST_PANELS
    ]
    by_place = len({row.line.line.category for row in places}) == 1
    panels = []
    for row in places:
        name = (row.line.area or row.line.line.place) if by_place else row.line.line.category
        drawn = series_of(row)
        counts = [figure_in_words(value) for value in drawn.lines[0].values[-2:] if value is not None]
        shown = short_place(name or row.name)
        panels.append(Lines(shown, drawn.labels, drawn.lines, under=" → ".join(counts)))
    title = places[0].line.line.category if places and by_place else "Counts by category"
    return Panels(title, tuple(panels), same_scale=by_place)
