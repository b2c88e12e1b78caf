"""Which place a text means: districts, wards and beats by every name that papers give them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.cells import clean_text
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ids import AreaId
from fundingapp.domain.ledger import RawRow
from fundingapp.domain.periods import FinancialYear

_COVERS = re.compile(r"\s+covers\b.*", re.IGNORECASE | re.DOTALL)
_NO_SIGN = re.compile(r"[^a-z0-9]+")
#: What stands between the places of a list, and around a name in brackets.
_BETWEEN = re.compile(r"[;,/()\[\]\n]|\s[-–—]\s|\band\b|&", re.IGNORECASE)
_HEADINGS = {
    "name": ("name", "place", "area", "title"),
    "kind": ("kind", "type", "sort"),
    "code": ("code", "ons code", "police code", "beat code", "area code"),
    "parent": ("parent", "in", "within", "part of", "district", "belongs to"),
    "aliases": ("aliases", "alias", "other names", "also called", "also known as"),
}
_KINDS = {kind.value.casefold(): kind for kind in AreaKind}


def plain_place(text: str) -> str:
    """*text* as it is compared: letters and digits alone, without accents; “Beat 65” and “BEAT-65” are one."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    return _NO_SIGN.sub("", "".join(letter for letter in plain if not unicodedata.combining(letter)))


def short_place(name: str) -> str:
    """The name of a place without all that it takes in: “Beat 56” of “Beat 56 covers Rothley and Quorn”."""
    return _COVERS.sub("", name).strip(" ,") or name


def names_of(area: Area) -> tuple[str, ...]:
    """Everything that *area* goes by: its name, its code, its other names."""
    return tuple(each for each in (area.name, area.code, *area.aliases) if plain_place(each))


def several_places(kind: AreaKind) -> str:
    """Places of that kind as they are called: “wards”, “LSOAs”."""
    return f"{kind.value}s"


def in_force(area: Area, day: date | None) -> bool:
    """Whether *area* is a place on *day*; None asks for no day."""
    return day is None or ((area.valid_from or day) <= day <= (area.valid_to or day))


def _overlap(one: Area, other: Area) -> bool:
    """Whether there is a day on which both are places."""
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    return first <= min(one.valid_to or date.max, other.valid_to or date.max)


class Places:
    """The places of a file, asked by any of their names."""

    def __init__(self, areas: Mapping[AreaId, Area]) -> None:
        self._areas = areas
        self._named: dict[str, list[AreaId]] = {}
        for id, area in areas.items():
            for name in {plain_place(each) for each in names_of(area)}:
                self._named.setdefault(name, []).append(id)

    def find(self, text: str, day: date | None = None) -> AreaId | None:
        """The place that *text* names in full; None when there is none."""
        found = [id for id in self._named.get(plain_place(text), ()) if in_force(self._areas[id], day)]
        return found[-1] if found else None

    def find_all(self, text: str) -> tuple[AreaId, ...]:
        """The places of a list such as “Loughborough East (N65), Shepshed and Hathern”, each once, in its order."""
        whole = self.find(text)
        if whole is not None:
            return (whole,)
        found = [self.find(part) for part in _BETWEEN.split(text)]
        return tuple(dict.fromkeys(id for id in found if id is not None))

    def within(self, id: AreaId) -> frozenset[AreaId]:
        """The place *id* and every place in it."""
        found = {id}
        waiting = [id]
        while waiting:
            outer = waiting.pop()
            inner = [each for each, area in self._areas.items() if area.parent == outer and each not in found]
            found.update(inner)
            waiting += inner
        return frozenset(found)

    def suggest(self, text: str, limit: int = 8) -> tuple[str, ...]:
        """Names of places that *text* may become, those that begin with it first; another name is told beside its
        place's own: “Loughborough East (N65)”."""
        typed = plain_place(text)
        if not typed:
            return ()
        rated: list[tuple[int, str]] = []
        for area in self._areas.values():
            fitting = [(plain_place(name), name) for name in names_of(area) if typed in plain_place(name)]
            if not fitting:
                continue
            begins = any(plain.startswith(typed) for plain, _ in fitting)
            own = any(name == area.name for _, name in fitting)
            rated.append((0 if begins else 1, area.name if own else f"{area.name} ({fitting[0][1]})"))
        return tuple(name for _, name in sorted(rated)[:limit])

    def outermost_first(self) -> Iterator[tuple[int, AreaId]]:
        """Every place with its depth, each below the place that it is in, by their names."""

        def below(parent: AreaId | None, depth: int) -> Iterator[tuple[int, AreaId]]:
            inner = [(area.name.casefold(), id) for id, area in self._areas.items() if area.parent == parent]
            for _, id in sorted(inner):
                yield depth, id
                yield from below(id, depth + 1)

        yield from below(None, 0)


def check_area(area: Area, id: AreaId | None, areas: Mapping[AreaId, Area]) -> None:
    """Refuses *area* (kept under *id*, None while it is new) beside *areas*, which may hold it as it was.

    Raises ExpectedError: no name, days reversed, a parent that is not there or lies in the place itself, or a name
    that another place has at the same time.
    """
    if not plain_place(area.name):
        raise ExpectedError("no_name", "A place needs a name.", "Type its name.")
    if area.valid_from is not None and area.valid_to is not None and area.valid_to < area.valid_from:
        raise ExpectedError(
            "days_reversed", f"{area.name} would end before it begins.", "Correct one of the days."
        )
    above, seen = area.parent, set()
    while above is not None and above not in seen:
        if above == id:
            inner = areas[area.parent].name if area.parent is not None else ""
            raise ExpectedError(
                "place_loop",
                f"{inner} lies in {area.name}, so {area.name} can't lie in {inner}.",
                "Choose a place outside it, or none.",
            )
        seen.add(above)
        above = areas[above].parent
    for other_id, other in areas.items():
        if other_id == id or not _overlap(area, other):
            continue
        theirs = {plain_place(name): name for name in names_of(other)}
        for name in names_of(area):
            same = theirs.get(plain_place(name))
            if same is not None:
                also = "" if name == same else f" (as “{same}”)"
                raise ExpectedError(
                    "place_taken",
                    f"“{name}” can't mean {area.name}: it means {other.name}, a {other.kind.value}{also}, "
                    "at the same time.",
                    f"Add the names of {area.name} to {other.name} if they are one place, or give each a name of its "
                    "own.",
                )


def parse_kind(text: str) -> AreaKind | None:
    """The kind of place that *text* names; None when it names none."""
    word = " ".join(text.casefold().split())
    return _KINDS.get(word) or _KINDS.get(word.removesuffix("s"))


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place of a list: *parent* by one of its names, *row* its row in the file."""

    name: str
    kind: AreaKind
    code: str
    parent: str
    aliases: tuple[str, ...]
    row: int


@dataclass(frozen=True, slots=True)
class ParsedPlaces:
    """A list of places understood. Every one of its *rows* is a place, empty, or named in a finding."""

    places: tuple[PlaceLine, ...]
    findings: tuple[Finding, ...]
    rows: int
    empty: int

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


def parse_places(headings: Sequence[str], rows: Sequence[RawRow], file: str) -> ParsedPlaces:
    """The places of a table with columns such as Name, Kind, Code, Parent and Aliases (separated by semicolons).

    Only the name is needed: without a kind a place is a beat where its name or code says so, else a ward. A row that
    can't be taken becomes an ERROR finding.
    """
    at: dict[str, int] = {}
    for column, heading in enumerate(headings):
        word = _plain_heading(heading)
        for what, known in _HEADINGS.items():
            if word in known and what not in at:
                at[what] = column
                break
    findings: list[Finding] = []
    if "name" not in at:
        shown = ", ".join(f"“{heading}”" for heading in headings if heading) or "none"
        text = f"{file} lacks a column of names such as “Name”; its headings are {shown}."
        findings.append(Finding(Severity.ERROR, "places.no_column", text, Source(file)))
        return ParsedPlaces((), tuple(findings), len(rows), 0)
    places: list[PlaceLine] = []
    first_row: dict[str, int] = {}
    empty = 0

    def refuse(row: RawRow, kind: str, text: str) -> None:
        findings.append(Finding(Severity.ERROR, kind, f"Row {row.row:,}: {text}", Source(file, "", row.row)))

    for row in rows:

        def cell(what: str, row: RawRow = row) -> str:
            column = at.get(what, len(row.cells))
            return clean_text(row.cells[column]) if column < len(row.cells) else ""

        name, code, said = cell("name"), cell("code"), cell("kind")
        if not any(clean_text(each) for each in row.cells):
            empty += 1
            continue
        if not plain_place(name):
            refuse(row, "places.no_name", "it has no name.")
            continue
        kind = parse_kind(said) if said else likely_kind(name, code)
        if kind is None:
            there = ", ".join(each.value for each in AreaKind)
            refuse(row, "places.kind", f"“{said}” is no kind of place; the kinds are {there}.")
            continue
        key = plain_place(name)
        if key in first_row:
            refuse(row, "places.twice", f"“{name}” stands in row {first_row[key]:,} already.")
            continue
        first_row[key] = row.row
        aliases = tuple(
            dict.fromkeys(part for each in cell("aliases").split(";") if (part := clean_text(each)))
        )
        places.append(PlaceLine(name, kind, code, cell("parent"), aliases, row.row))
    return ParsedPlaces(tuple(places), tuple(findings), len(rows), empty)


def pasted_places(cells: Sequence[Sequence[str]]) -> ParsedPlaces:
    """The places of a pasted block: under its own headings, or as name, kind, code, parent and aliases."""
    rows = [RawRow(number, tuple(row)) for number, row in enumerate(cells, start=1)]
    if rows and _plain_heading(clean_text(rows[0].cells[0])) in _HEADINGS["name"]:
        return parse_places([clean_text(each) for each in rows[0].cells], rows[1:], "what was pasted")
    return parse_places(list(_HEADINGS), rows, "what was pasted")


def _plain_heading(text: str) -> str:
    return " ".join(re.findall(r"[a-z]+", text.casefold()))


def likely_kind(name: str, code: str) -> AreaKind:
    """What a place without a kind is: the ONS code begins by its kind, a beat says so."""
    start = code.strip().upper()[:3]
    if start in {"E07", "E06", "E08", "E09", "W06"}:
        return AreaKind.DISTRICT
    if start in {"E05", "W05"}:
        return AreaKind.WARD
    if start in {"E01", "W01"}:
        return AreaKind.LSOA
    if start in {"E22", "W14"}:
        return AreaKind.PARTNERSHIP
    return AreaKind.BEAT if plain_place(name).startswith("beat") else AreaKind.WARD


@dataclass(frozen=True, slots=True)
class AreaShare:
    """That a project's budget of *year* goes to a place, in part or as a whole."""

    year: FinancialYear
    area: AreaId


def serves(
    places: Places,
    inside: frozenset[AreaId],
    area_text: str,
    shares: Iterable[AreaShare],
    year: FinancialYear,
) -> bool:
    """Whether a project is in the places *inside* in *year*: by its shares where it has any for that year, else by
    the places that its own text names."""
    shared = [share.area for share in shares if share.year == year]
    named = shared or places.find_all(area_text)
    return any(area in inside for area in named)
