"""Which places of ours a file's places are: by code, by name, by another name; else it is asked, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.errors import listed
from fundingapp.domain.figure_files.contents import SORTS, FigureFile, FileFigure, FileRow, RowIs
from fundingapp.domain.figure_files.plan import FigureChoices, Match, PlaceSeen
from fundingapp.domain.figure_imports import FigureLayout
from fundingapp.domain.ids import AreaId
from fundingapp.domain.performance import RowSort
from fundingapp.domain.places import Places, likely_kind, names_of, plain_place

#: So many are proposed.
_PROPOSED = 3
#: Rows that no place of ours is meant by when their names are alike: a force may be called as a partnership is.
_NOT_BY_NAME = frozenset({RowIs.FORCE, RowIs.TOTAL, RowIs.UNASSIGNED})

#: Published tables, which are taken whole.
_WHOLE = frozenset({FigureLayout.PERFORMANCE, FigureLayout.AREAS})
_COVERS = re.compile(r"\bcovers\b", re.IGNORECASE)
_SAID = {RowSort.SUBTOTAL: " (whole force)", RowSort.TOTAL: " (total)"}


def place_key(place: str, sort: RowSort) -> str:
    """A place as it is told from another of its name: a force may be called as a partnership in it is."""
    return place + _SAID.get(sort, "")


def place_of(seen: PlaceSeen) -> Area:
    """A place of the file as one of ours: what it is, its code says."""
    name = seen.name.removesuffix(_SAID[RowSort.SUBTOTAL])
    kind = likely_kind(name, seen.code)
    if seen.what is RowIs.FORCE or (kind is AreaKind.WARD and not seen.code):
        kind = AreaKind.ZONE if seen.what is RowIs.FORCE else AreaKind.DISTRICT
    return Area(name, kind, seen.code)


class Placing:
    """The places of a *file* beside *areas*, ours."""

    def __init__(self, file: FigureFile, areas: Mapping[AreaId, Area], choices: FigureChoices) -> None:
        self._file, self._areas, self._choices = file, areas, choices
        self._places = Places(areas)
        self._by_code = {plain_place(area.code): id for id, area in areas.items() if plain_place(area.code)}
        self._chosen = {choice.name: choice for choice in choices.places}
        #: The census areas of a file of crimes that are places of ours by themselves.
        of_crimes = {(row.place, row.code, row.what) for row in file.rows if file.crimes and row.has_figures}
        self._own = {
            place for place, code, what in of_crimes if self._matched(place, code, what, ())[0] is not None
        }
        self.seen: dict[str, PlaceSeen] = self._see()

    def key(self, row: FileRow) -> str:
        """The name that *row* counts under: of a crime its census area where that is one of ours, else its district."""
        if self._file.crimes:
            return row.place if row.place in self._own else row.group
        return place_key(row.place, SORTS[row.what])

    def of(self, figure: FileFigure) -> PlaceSeen | None:
        """The place that *figure* counts for; None where it names none."""
        return self.seen.get(place_key(figure.place, figure.sort))

    def why_left(self, row: FileRow) -> str:
        """Why a *row* with figures stays outside; "" when it comes in."""
        seen = self.seen.get(self.key(row))
        if seen is None or seen.taken:
            return ""
        if row.what is RowIs.FIGURES:
            if seen.how is Match.CHOSEN:
                return f"“{seen.name}” was left out"
            reason = f"“{seen.name}” is no place of yours"
            likely = [f"“{self._areas[area].name}”" for area in seen.proposals]
            return f"{reason}: perhaps {listed(likely)} is meant" if likely else reason
        return row.what.value if row.what is RowIs.UNASSIGNED else f"{row.what.value}: {row.place}"

    def _see(self) -> dict[str, PlaceSeen]:
        first: dict[str, FileRow] = {}
        rows: dict[str, int] = {}
        for row in self._file.rows:
            if row.has_figures and self.key(row):
                name = self.key(row)
                first.setdefault(name, row)
                rows[name] = rows.get(name, 0) + 1
        of_rows = {row.row for row in self._file.rows if row.place}
        for figure in self._file.figures:
            # Where places stand side by side, a row is of all of them.
            if figure.place and figure.row and figure.row not in of_rows:
                first.setdefault(figure.place, FileRow(figure.row, RowIs.FIGURES, "", place=figure.place))
                rows[figure.place] = rows.get(figure.place, 0) + 1
        return {name: self._place(name, row, rows[name]) for name, row in first.items()}

    def _place(self, name: str, row: FileRow, rows: int) -> PlaceSeen:
        code = row.code if not self._file.crimes or name == row.place else ""
        chosen = self._chosen.get(name)
        # The places of a published table make its totals, so all of them come in unless one is left out.
        everything = self._choices.everything or self._file.layout in _WHOLE
        if chosen is not None:
            taken = chosen.area is not None or chosen.take
            return PlaceSeen(name, code, chosen.area, Match.CHOSEN, (), rows, taken, row.what, row.group)
        plain = row.place if row.what in _NOT_BY_NAME else name
        area, how = self._matched(plain, code, row.what, row.also)
        proposals = () if area is not None or row.what in _NOT_BY_NAME else self._proposals(name)
        return PlaceSeen(
            name, code, area, how, proposals, rows, everything or area is not None, row.what, row.group
        )

    def _matched(
        self, name: str, code: str, what: RowIs, also: tuple[str, ...]
    ) -> tuple[AreaId | None, Match]:
        if code and (found := self._by_code.get(plain_place(code))) is not None:
            return found, Match.CODE
        if what in _NOT_BY_NAME or not name:
            return None, Match.NONE
        day = self._file.days.last if self._file.days is not None else None
        # “Beat 56 Covers, Woodhouse Eaves …” is Beat 56.
        found = self._places.find(name, day) or self._places.find(_COVERS.split(name)[0].strip(" ,"), day)
        if found is not None and not self._contradicts(self._areas[found], code):
            own = plain_place(self._areas[found].name) == plain_place(name)
            return found, Match.NAME if own else Match.ALIAS
        for other in also:
            if (found := self._by_code.get(plain_place(other))) is not None:
                return found, Match.CODE
        return None, Match.NONE

    @staticmethod
    def _contradicts(area: Area, code: str) -> bool:
        """Whether both have a code of one kind, and not the same: then a like name is another place's."""
        own = area.code.strip().upper()
        return bool(own and code) and own != code.upper() and own[:3] == code.upper()[:3]

    def _proposals(self, name: str) -> tuple[AreaId, ...]:
        """Places that *name* may mean, the likeliest first; a force or a country is none."""
        wanted = plain_place(name)
        known: dict[str, AreaId] = {}
        for id, area in self._areas.items():
            if not (self._file.crimes and area.kind is AreaKind.LSOA):
                known |= {plain_place(each): id for each in names_of(area)}
        within = [each for each in known if len(each) >= 4 and (each in wanted or wanted in each)]
        near = get_close_matches(wanted, known, _PROPOSED)
        return tuple(dict.fromkeys(known[each] for each in (*near, *within)))[:_PROPOSED]
