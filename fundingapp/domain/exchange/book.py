"""All entries of an exchange workbook together with what the funding file holds already."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, TypeVar, cast

from fundingapp.domain.allocations import AllocationStatus
from fundingapp.domain.exchange.columns import Holds, folded
from fundingapp.domain.exchange.entries import (
    AllocationEntry,
    ChargeEntry,
    ClaimEntry,
    Entry,
    FigureEntry,
    IndicatorEntry,
    PartnershipEntry,
    VirementEntry,
)
from fundingapp.domain.exchange.further import NUMBER, FurtherRow, FurtherSpec
from fundingapp.domain.exchange.notes import HELD, Notes, Place
from fundingapp.domain.exchange.reading import SheetRead
from fundingapp.domain.exchange.sheets import BY_NAME, SHEET_OF, SheetSpec
from fundingapp.domain.indicators import FigureStatus
from fundingapp.domain.money import Money

EntryT = TypeVar("EntryT", bound=Entry)
#: The place of everything that is held.
IN_FILE = Place(HELD)
#: A row of another sheet as cells name it: “themes 4”.
ROW = re.compile(r"(.+) (\d+)")
#: A text of a cell that holds several values together, in JSON.
_JSON_TEXT = re.compile(r'"([^"\\]+ \d+)"')


@dataclass(slots=True)
class Book:
    """Entries by sheet: *new* come from the workbook and are not held yet, *held* are the funding file's, and *same*
    those of the workbook that are held already. *there* are the sheets that the workbook has."""

    new: dict[str, list[Entry]] = field(default_factory=dict)
    held: dict[str, list[Entry]] = field(default_factory=dict)
    same: dict[str, int] = field(default_factory=dict)
    there: frozenset[str] = frozenset()
    #: What is held in the place of a row of the workbook that says the same.
    matched: dict[Place, Entry] = field(default_factory=dict)

    def all(self, entry: type[EntryT]) -> list[EntryT]:
        """The entries of a class, those held first."""
        sheet = SHEET_OF[entry]
        return cast("list[EntryT]", [*self.held.get(sheet, ()), *self.new.get(sheet, ())])

    def added(self, entry: type[EntryT]) -> list[EntryT]:
        """Those of them that the workbook brings."""
        return cast("list[EntryT]", self.new.get(SHEET_OF[entry], []))

    def further(self, sheet: str) -> list[dict[str, Any]]:
        """The rows of one of our further sheets."""
        rows = cast("list[FurtherRow]", [*self.held.get(sheet, ()), *self.new.get(sheet, ())])
        return [row.values for row in rows]

    def as_held(self, name: str) -> str:
        """What the file calls the row that the workbook calls *name*, as in “themes 4”: rows are numbered by their
        places, which are others in the file. What is no row of the workbook is called the same; what is not held yet
        has a name that nothing held has."""
        row = ROW.fullmatch(name)
        if row is None:
            return name
        place = Place(row[1], int(row[2]))
        if place in self.matched:
            return f"{place.sheet} {self.matched[place].place.row}"
        return f"{name} of the workbook" if place.sheet in self.there else name

    def knows(self, sheet: str) -> bool:
        """Whether anything says what belongs in *sheet*: the workbook or the file has rows of it."""
        return bool(self.new.get(sheet) or self.held.get(sheet))


def made_book(
    read: Iterable[SheetRead],
    held: Mapping[str, Sequence[Entry]],
    notes: Notes,
    further: Iterable[FurtherSpec] = (),
) -> Book:
    """The workbook beside what is *held*: what is new, what is held already, and what contradicts. *further* are the
    sheets of ours that it may have."""
    book = Book(held={name: list(entries) for name, entries in held.items()})
    ours = {spec.name: spec for spec in further}
    # In an order in which each sheet's rows are matched before others name them.
    sheets = sorted(_told_apart(list(read), notes), key=lambda sheet: _rank(sheet.name, ours))
    book.there = frozenset(sheet.name for sheet in sheets)
    for sheet in sheets:
        entries = _tidied(sheet.name, list(sheet.entries), notes)
        spec = BY_NAME.get(sheet.name)
        there = held.get(sheet.name, ())
        if spec is None:
            new, same = _new_further(ours[sheet.name], entries, there, book, notes)
        elif spec.entry is PartnershipEntry:
            new, same = _partnership(entries, there, notes)
        elif spec.key:
            new, same = _new_keyed(spec, entries, there, sheet.given, notes, book)
        else:
            new, same = _new_unkeyed(spec, entries, there, sheet.given, notes, book.matched)
        book.new[sheet.name], book.same[sheet.name] = new, same
    return book


def _rank(sheet: str, ours: Mapping[str, FurtherSpec]) -> int:
    if sheet in ours:
        return 1 if ours[sheet].is_first else 3
    return 2 if BY_NAME[sheet].entry in (IndicatorEntry, FigureEntry) else 0


#: The sheet whose rows a partnership may number anew in each grant and year, with the column of the number. The same
#: payment or accrual in two grants is a contradiction.
_NUMBERED = {"claims": "claim"}


def _told_apart(sheets: list[SheetRead], notes: Notes) -> list[SheetRead]:
    """The sheets with names of their own for what is numbered anew in each grant: “1” of two grants becomes
    “1 of Locality Fund 2018/19” and “1 of Victims Fund 2018/19”. A payment that names a claim names that of its own
    grant."""
    renamed: dict[str, frozenset[str]] = {}
    for sheet in sheets:
        column = _NUMBERED.get(sheet.name)
        if column is None:
            continue
        first: dict[str, Any] = {}
        several: dict[str, Entry] = {}
        for entry in cast("tuple[Any, ...]", sheet.entries):
            name = folded(getattr(entry, column))
            other = first.setdefault(name, entry)
            if (folded(other.fund), other.year) != (folded(entry.fund), entry.year):
                several.setdefault(name, entry)
        for name, entry in several.items():
            notes.note(
                f"{column}.numbered_anew",
                entry.place,
                f"“{getattr(entry, column)}” stands in several grants; each is kept as one of its own",
                other=first[name].place,
            )
        renamed[column] = frozenset(several)
    if not any(renamed.values()):
        return sheets
    return [
        replace(sheet, entries=tuple(_named(each, renamed) for each in sheet.entries)) for sheet in sheets
    ]


def _named(entry: Any, renamed: Mapping[str, frozenset[str]]) -> Entry:
    """*entry* with the grant in those of its names that several grants have."""
    changed = {
        column: f"{name} of {entry.fund} {entry.year}"
        for column, names in renamed.items()
        if (name := getattr(entry, column, "")) and folded(name) in names
    }
    named: Entry = replace(entry, **changed) if changed else entry
    return named


def _tidied(sheet: str, entries: list[Entry], notes: Notes) -> list[Entry]:
    """The entries as they are compared and kept: one way to write each thing."""
    match sheet:
        case "allocations":
            return [_tidy_allocation(cast("AllocationEntry", each)) for each in entries]
        case "virements":
            return [_tidy_virement(cast("VirementEntry", each)) for each in entries]
        case "claims":
            return [_tidy_claim(cast("ClaimEntry", each)) for each in entries]
        case "figures":
            figures = cast("list[FigureEntry]", entries)
            return [replace(each, status=each.status or FigureStatus.ACTUAL) for each in figures]
        case "charges":
            return _joined_charges(cast("list[ChargeEntry]", entries), notes)
    return entries


def _tidy_allocation(entry: AllocationEntry) -> AllocationEntry:
    # A sum that was withdrawn may be written below nought; it is taken off either way.
    if entry.status is AllocationStatus.WITHDRAWN and entry.amount < Money.ZERO:
        return replace(entry, amount=-entry.amount)
    return entry


def _tidy_claim(entry: ClaimEntry) -> ClaimEntry:
    approved: Money | date | None = entry.approved
    if isinstance(approved, date):
        return replace(entry, approved=entry.amount, decided=entry.decided or approved)
    return entry


def _tidy_virement(entry: VirementEntry) -> VirementEntry:
    digits = "".join(sign for sign in entry.number if sign.isdigit())
    number = str(int(digits)) if digits and len(digits) < 7 and int(digits) else ""
    return replace(entry, number=number)


def _joined_charges(entries: list[ChargeEntry], notes: Notes) -> list[Entry]:
    """A line is charged to a place once: what stands there in several rows is one charge."""
    first: dict[tuple[str, ...], int] = {}
    joined: list[Entry] = []
    for entry in entries:
        kind = entry.kind.value if entry.kind and entry.is_of_project else ""
        fund = folded(entry.fund) if entry.is_of_project else ""
        reason = folded(entry.reason) if entry.is_excluded else ""
        key = (folded(entry.transaction), folded(entry.ref), fund, kind, reason)
        if key not in first:
            first[key] = len(joined)
            joined.append(entry)
            continue
        before = cast("ChargeEntry", joined[first[key]])
        joined[first[key]] = replace(before, amount=before.amount + entry.amount)
        notes.finding(
            "charge.twice",
            entry.place,
            f"{entry.transaction} is charged to {entry.ref} in another row, too; the two were taken as one charge",
            other=before.place,
        )
    return joined


def said(value: Any) -> bool:
    """Whether a cell says anything."""
    return value is not None and value != ""


def _same_value(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return folded(one) == folded(other)
    return bool(one == other)


def _new_keyed(
    spec: SheetSpec,
    entries: Sequence[Entry],
    held: Sequence[Entry],
    given: frozenset[str],
    notes: Notes,
    book: Book,
) -> tuple[list[Entry], int]:
    known = {spec.key_of(entry): entry for entry in held}
    first: dict[tuple[Any, ...], Entry] = {}
    new: list[Entry] = []
    same = 0
    for row in entries:
        entry = _naming_as_held(spec, row, book)
        key = spec.key_of(entry)
        name = ", ".join(_word(getattr(entry, name)) for name in spec.key if said(getattr(entry, name)))
        earlier = first.setdefault(key, entry)
        if earlier is not entry:
            differ = _differing(spec, earlier, entry, given)
            how = f"otherwise ({_differences(spec, earlier, entry, differ)})" if differ else "just the same"
            notes.contradiction(
                "key.repeated",
                entry.place,
                f"“{name}” stands there already, {how}; one row must say it",
                other=earlier.place,
            )
            continue
        there = known.get(key)
        if there is None:
            new.append(row)
            continue
        differ = _differing(spec, there, entry, given)
        if differ:
            notes.contradiction(
                "held.differs",
                entry.place,
                f"“{name}” is held otherwise: {_differences(spec, there, entry, differ)}",
                spec.column(differ[0]).heading,
                IN_FILE,
            )
        else:
            _say_what_is_blank(spec, there, entry, given, notes)
            book.matched[entry.place] = there
            same += 1
    return new, same


def _naming_as_held(spec: SheetSpec, entry: Entry, book: Book) -> Entry:
    """*entry* with the rows that it names called as the file calls them."""
    changed: dict[str, Any] = {
        column.field: held
        for column in spec.columns
        if column.is_ours and column.holds is Holds.CODE
        if ROW.fullmatch(name := getattr(entry, column.field) or "") and (held := book.as_held(name)) != name
    }
    named: Entry = replace(entry, **changed) if changed else entry
    return named


def _say_what_is_blank(
    spec: SheetSpec, held: Entry, entry: Entry, given: frozenset[str], notes: Notes
) -> None:
    """What the file says nothing of stays so, and is said: filling it in is a person's to decide."""
    for name in sorted(given):
        value = getattr(entry, name)
        if said(value) and value != Money.ZERO and not said(getattr(held, name)):
            notes.finding(
                "held.blank",
                entry.place,
                f"the file holds this row and says nothing of “{spec.column(name).heading}”, where “{_word(value)}” "
                "stands here; it was left so",
                spec.column(name).heading,
                IN_FILE,
            )


def _new_unkeyed(
    spec: SheetSpec,
    entries: Sequence[Entry],
    held: Sequence[Entry],
    given: frozenset[str],
    notes: Notes,
    matched: dict[Place, Entry],
) -> tuple[list[Entry], int]:
    """Equal rows stand for equal things, so each of those held answers for one row only."""
    needed = [column.field for column in spec.columns if column.needed]
    waiting: dict[tuple[Any, ...], list[Entry]] = defaultdict(list)
    for entry in held:
        waiting[_values(entry, needed)].append(entry)
    new: list[Entry] = []
    same = 0
    seen: dict[tuple[Any, ...], Entry] = {}
    for entry in entries:
        all_values = _values(entry, [each.name for each in fields(entry) if each.name != "place"])
        earlier = seen.setdefault(all_values, entry)
        if earlier is not entry and spec.name != "charges":
            notes.finding(
                "row.repeated",
                entry.place,
                "the same row stands there twice; both count",
                other=earlier.place,
            )
        candidates = waiting[_values(entry, needed)]
        at = next(
            (at for at, each in enumerate(candidates) if not _differing(spec, each, entry, given)), None
        )
        if at is None:
            new.append(entry)
        else:
            matched[entry.place] = candidates.pop(at)
            same += 1
    return new, same


def _values(entry: Entry, names: Iterable[str]) -> tuple[Any, ...]:
    found = (getattr(entry, name) for name in names)
    return tuple(folded(value) if isinstance(value, str) else value for value in found)


def _new_further(
    spec: FurtherSpec, entries: Sequence[Entry], held: Sequence[Entry], book: Book, notes: Notes
) -> tuple[list[Entry], int]:
    """Rows are the same when they say the same; numbers only name them within their workbook. Where rows are known by
    a key, two of one key contradict each other."""
    left: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    known: dict[tuple[str, ...], dict[str, str]] = {}
    for entry in held:
        values = _further_words(spec, entry)
        left[tuple(values.values())].append(entry)
        known[tuple(values[name] for name in spec.key)] = values
    new: list[Entry] = []
    same = 0
    first: dict[tuple[str, ...], Entry] = {}
    for entry in _named_first(spec, entries):
        values = _further_words(spec, entry, book)
        key = tuple(values[name] for name in spec.key)
        name = ", ".join(values[name] for name in spec.key if values[name]) or "the row"
        earlier = first.setdefault(key, entry) if spec.key else entry
        if earlier is not entry:
            how = "just the same" if values == _further_words(spec, earlier, book) else "otherwise"
            notes.contradiction(
                "key.repeated",
                entry.place,
                f"“{name}” stands there already, {how}; one row must say it",
                other=earlier.place,
            )
        elif left[tuple(values.values())]:
            book.matched[entry.place] = left[tuple(values.values())].pop(0)
            same += 1
        elif spec.key and key in known:
            there = known[key]
            differ = [each for each in values if values[each] != there[each]]
            said_there = "; ".join(
                f"{each.replace('_', ' ')} {there[each] or 'nothing'} there, {values[each] or 'nothing'} here"
                for each in differ
            )
            column = differ[0].replace("_", " ")
            notes.contradiction(
                "held.differs", entry.place, f"“{name}” is held otherwise: {said_there}", column, IN_FILE
            )
        else:
            new.append(entry)
    return sorted(new, key=lambda entry: entry.place.row), same


def _further_words(spec: FurtherSpec, entry: Entry, book: Book | None = None) -> dict[str, str]:
    """What a row says, as two of them are compared; a row of a *book* names others as the file calls them."""
    values = cast("FurtherRow", entry).values
    words: dict[str, str] = {}
    for column in spec.columns:
        value = values.get(column.field)
        if column.field == NUMBER:
            continue
        word = _word(value) if said(value) else ""
        if column.field in spec.references:
            word = folded(book.as_held(word) if book is not None else word)
        elif book is not None and word[:1] in ("[", "{"):
            word = _JSON_TEXT.sub(lambda found: f'"{book.as_held(found[1])}"', word)
        words[column.field] = word
    return words


def _named_first(spec: FurtherSpec, entries: Sequence[Entry]) -> list[Entry]:
    """The rows in their order, save that each comes after those of its own sheet that it names."""
    placed: list[Entry] = []
    waiting = list(entries)
    while waiting:
        undecided = {f"{spec.name} {entry.place.row}" for entry in waiting}
        later = [
            entry
            for entry in waiting
            if any(cast("FurtherRow", entry).values.get(name) in undecided for name in spec.references)
        ]
        if len(later) == len(waiting):
            return placed + later
        rest = {entry.place for entry in later}
        placed += [entry for entry in waiting if entry.place not in rest]
        waiting = later
    return placed


def _partnership(entries: Sequence[Entry], held: Sequence[Entry], notes: Notes) -> tuple[list[Entry], int]:
    if len(entries) > 1:
        notes.contradiction(
            "partnership.several",
            entries[1].place,
            "a file is one partnership's, so the sheet has one row",
            other=entries[0].place,
        )
    if not entries or not held:
        return list(entries[:1]), 0
    entry, there = cast("PartnershipEntry", entries[0]), cast("PartnershipEntry", held[0])
    if there.name and folded(there.name) != folded(entry.name):
        notes.note(
            "partnership.other",
            entry.place,
            f"the workbook is of “{entry.name}”, the file of “{there.name}”, which it stays",
            "name",
            IN_FILE,
        )
        entry = replace(entry, name=there.name)
    blanks = any(
        getattr(entry, name) and not getattr(there, name)
        for name in ("name", "accountable_body", "area", "contact")
    )
    return ([entry], 0) if blanks else ([], 1)


def _differing(spec: SheetSpec, one: Entry, other: Entry, given: frozenset[str]) -> list[str]:
    """The fields in which both say something, and not the same."""
    return [
        column.field
        for column in spec.columns
        if column.field in given
        and said(getattr(one, column.field))
        and said(getattr(other, column.field))
        and not _same_value(getattr(one, column.field), getattr(other, column.field))
    ]


def _differences(spec: SheetSpec, one: Entry, other: Entry, names: Sequence[str]) -> str:
    return "; ".join(
        f"{spec.column(name).heading} {_word(getattr(one, name))} there, {_word(getattr(other, name))} here"
        for name in names
    )


def _word(value: Any) -> str:
    if isinstance(value, Money):
        return value.in_words
    if hasattr(value, "value"):
        return str(value.value)
    if hasattr(value, "strftime"):
        return str(value.strftime("%d/%m/%Y"))
    return str(value)
