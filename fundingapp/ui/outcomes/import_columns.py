"""The tables of the review of a file of figures, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fundingapp.application.ports import Kept
from fundingapp.application.wording import count, short_date
from fundingapp.domain.areas import Area
from fundingapp.domain.changes import Days
from fundingapp.domain.figure_files.contents import RowIs
from fundingapp.domain.figure_files.days import in_words
from fundingapp.domain.figure_files.deciding import why_not_taken
from fundingapp.domain.figure_files.labelling import figure_in_words
from fundingapp.domain.figure_files.plan import (
    CountChanged,
    LabelSeen,
    Match,
    PlaceSeen,
    PlannedFigure,
    Standing,
)
from fundingapp.domain.figure_imports import FigureImport
from fundingapp.domain.ids import AreaId, IndicatorId
from fundingapp.domain.indicators import Indicator
from fundingapp.domain.places import plain_place
from fundingapp.ui.noticed import skipped_columns
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.theme import Tone

NOTHING = "–"
#: A shorter name may stand in any other.
_LEAST = 4
_STANDINGS = {
    Standing.NEW: Tone.GOOD,
    Standing.SAME: Tone.NEUTRAL,
    Standing.CHANGED: Tone.ATTENTION,
    Standing.CLASH: Tone.BAD,
}


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place of the file, in words: what it means or may mean."""

    seen: PlaceSeen
    means: str
    proposed: str
    is_likely: bool = False

    @property
    def state(self) -> str:
        if self.seen.area is not None:
            return "ours"
        if self.seen.taken:
            return "comes along"
        return "to settle" if self.proposed or self.is_likely else "left out"

    @property
    def said(self) -> str:
        if self.seen.area is not None:
            return f"{self.means}, {self.seen.how.value}"
        if self.proposed:
            return f"perhaps {self.proposed}"
        return "perhaps yours: add it to our places" if self.is_likely else "no place of yours"


def place_rows(
    places: tuple[PlaceSeen, ...], areas: Mapping[AreaId, Area], partnership: str
) -> list[PlaceRow]:
    """The places of a file, those first that have to be settled, then ours. One that *partnership*, our own name, is
    called by may be ours although no place of ours says so."""
    own = plain_place(partnership)
    rows = [
        PlaceRow(
            seen,
            areas[seen.area].name if seen.area is not None else "",
            " or ".join(areas[id].name for id in seen.proposals),
            seen.what is RowIs.FIGURES
            and seen.how is Match.NONE
            and len(plain_place(seen.name)) >= _LEAST
            and plain_place(seen.name) in own,
        )
        for seen in places
    ]
    order = {"to settle": 0, "ours": 1, "comes along": 2, "left out": 3}
    return sorted(rows, key=lambda row: (order[row.state], -row.seen.rows))


_PLACE_TONES = {
    "ours": Tone.GOOD,
    "comes along": Tone.NEUTRAL,
    "to settle": Tone.ATTENTION,
    "left out": Tone.NEUTRAL,
}

PLACE_COLUMNS = (
    Column[PlaceRow](
        "Place in the file",
        lambda row: row.seen.name,
        width=210,
        stretch=2,
        least=120,
        sort="name",
        filter="name",
        tip=lambda row: row.seen.name,
    ),
    Column[PlaceRow]("Code", lambda row: row.seen.code or NOTHING, width=100, may_hide=True, filter="code"),
    Column[PlaceRow](
        "What it is",
        lambda row: NOTHING if row.seen.what is RowIs.FIGURES else row.seen.what.value,
        width=150,
        may_hide=True,
    ),
    Column[PlaceRow](
        "Rows",
        lambda row: f"{row.seen.rows:,}",
        RIGHT,
        width=58,
        sort="rows",
        order=lambda row: row.seen.rows,
    ),
    Column[PlaceRow](
        "", lambda row: row.state, width=100, sort="state", pill=lambda row: _PLACE_TONES[row.state]
    ),
    Column[PlaceRow](
        "Means", lambda row: row.said, width=220, stretch=2, least=130, sort="means", tip=lambda row: row.said
    ),
)


@dataclass(frozen=True, slots=True)
class LabelRow:
    """What an indicator is called in the file (of a published table: what was counted, and where), and which of ours
    its figures go to, in words."""

    seen: LabelSeen
    indicator: str
    proposed: str

    @property
    def key(self) -> tuple[str, str]:
        return self.seen.label, self.seen.place

    @property
    def state(self) -> str:
        if self.seen.indicator is not None:
            return "settled"
        return "to settle" if self.proposed else "none"

    @property
    def figures(self) -> str:
        if self.seen.figures > 1 or self.seen.first.is_empty:
            return count(self.seen.figures, "figure")
        value = self.seen.first.value
        return f"{value:,}" if value is not None else self.seen.first.hidden

    @property
    def said(self) -> str:
        if self.seen.indicator is not None:
            return f"{self.indicator}, {self.seen.how.value}"
        if self.seen.how is Match.CHOSEN:
            return "none, as you said"
        return f"perhaps {self.proposed}" if self.proposed else "no indicator"


def indicator_name(indicator: Indicator, ref: str) -> str:
    """An indicator as it is chosen from a list: with its project."""
    return f"{ref} · {indicator.name}" if ref else indicator.name


def label_rows(labels: tuple[LabelSeen, ...], names: Mapping[IndicatorId, str]) -> list[LabelRow]:
    """The labels of a file, those first that have to be settled."""
    rows = [
        LabelRow(
            seen,
            names.get(seen.indicator, "") if seen.indicator is not None else "",
            " or ".join(names[id] for id in seen.proposals) if seen.indicator is None else "",
        )
        for seen in labels
    ]
    return sorted(rows, key=lambda row: row.state != "to settle")


_LABEL_TONES = {"settled": Tone.GOOD, "to settle": Tone.ATTENTION, "none": Tone.NEUTRAL}

LABEL_COLUMNS = (
    Column[LabelRow](
        "In the file",
        lambda row: row.seen.label,
        width=230,
        stretch=2,
        least=130,
        sort="label",
        filter="label",
        tip=lambda row: row.seen.label,
    ),
    Column[LabelRow](
        "Place", lambda row: row.seen.place or NOTHING, width=130, may_hide=True, sort="place", filter="place"
    ),
    Column[LabelRow]("Figures", lambda row: row.figures, RIGHT, width=90),
    Column[LabelRow](
        "", lambda row: row.state, width=90, sort="state", pill=lambda row: _LABEL_TONES[row.state]
    ),
    Column[LabelRow](
        "Goes to the indicator",
        lambda row: row.said,
        width=240,
        stretch=2,
        least=130,
        sort="means",
        tip=lambda row: row.said,
    ),
)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure that the file states, in words."""

    planned: PlannedFigure
    indicator: str
    place: str

    @property
    def key(self) -> tuple[object, ...]:
        figure = self.planned.figure
        return (
            figure.indicator,
            figure.area,
            figure.first,
            figure.last,
            figure.status,
            self.planned.row,
            figure.cell,
        )

    @property
    def days(self) -> str:
        return in_words(Days(self.planned.figure.first, self.planned.figure.last))

    @property
    def old(self) -> str:
        return figure_in_words(self.planned.was) if self.planned.was is not None else NOTHING

    @property
    def decision(self) -> str:
        if self.planned.standing is Standing.CHANGED:
            return "takes its place" if self.planned.taken else "the held one stays"
        return why_not_taken(self.planned)


FIGURE_COLUMNS = (
    Column[FigureRow](
        "Indicator",
        lambda row: row.indicator,
        width=210,
        stretch=2,
        least=120,
        sort="indicator",
        filter="indicator",
        tip=lambda row: row.indicator,
    ),
    Column[FigureRow]("Place", lambda row: row.place or NOTHING, width=110, may_hide=True, sort="place"),
    Column[FigureRow]("Period", lambda row: row.days, width=140, sort="days", tip=lambda row: row.days),
    Column[FigureRow]("Status", lambda row: row.planned.figure.status.value, width=90, may_hide=True),
    Column[FigureRow]("Held", lambda row: row.old, RIGHT, width=96),
    Column[FigureRow](
        "In the file", lambda row: figure_in_words(row.planned.figure), RIGHT, width=96, strong=True
    ),
    Column[FigureRow](
        "",
        lambda row: row.planned.standing.value,
        width=110,
        sort="standing",
        pill=lambda row: _STANDINGS[row.planned.standing],
    ),
    Column[FigureRow](
        "What is done",
        lambda row: row.decision or "comes in",
        width=190,
        stretch=2,
        least=110,
        quiet=True,
        tip=lambda row: row.decision,
    ),
    Column[FigureRow]("Cell", lambda row: row.planned.figure.cell or NOTHING, width=60, may_hide=True),
)

CHANGED_COLUMNS = (
    Column[CountChanged](
        "What was counted", lambda row: row.category, width=220, stretch=2, least=130, sort="category"
    ),
    Column[CountChanged]("Place", lambda row: row.place, width=150, stretch=1, sort="place"),
    Column[CountChanged]("Period", lambda row: in_words(row.days), width=150, sort="days"),
    Column[CountChanged]("Earlier table", lambda row: row.old, RIGHT, width=100),
    Column[CountChanged]("This file", lambda row: row.new, RIGHT, width=100, strong=True),
)

LEFT_COLUMNS = skipped_columns("Why it is not taken")

IMPORT_COLUMNS = (
    Column[Kept[FigureImport]](
        "File",
        lambda row: row.value.file_name,
        width=260,
        stretch=2,
        least=190,
        sort="file",
        filter="file",
        tip=lambda row: row.value.file_name,
    ),
    Column[Kept[FigureImport]]("Read as", lambda row: row.value.layout.value, width=210, sort="layout"),
    Column[Kept[FigureImport]]("Rows read", lambda row: f"{row.value.read:,}", RIGHT, width=84),
    Column[Kept[FigureImport]]("= kept", lambda row: f"{row.value.kept:,}", RIGHT, width=84),
    Column[Kept[FigureImport]]("+ skipped", lambda row: f"{row.value.skipped:,}", RIGHT, width=84),
    Column[Kept[FigureImport]](
        "Source",
        lambda row: row.value.source or NOTHING,
        width=180,
        stretch=1,
        least=90,
        may_hide=True,
        tip=lambda row: row.value.source,
    ),
    Column[Kept[FigureImport]](
        "Imported",
        lambda row: short_date(row.value.imported_at.astimezone().date()),
        width=92,
        sort="at",
        order=lambda row: row.value.imported_at,
    ),
    Column[Kept[FigureImport]]("By", lambda row: row.value.imported_by, width=110, may_hide=True),
)
