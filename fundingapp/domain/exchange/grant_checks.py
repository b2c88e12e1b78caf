"""Contradictions among parties, the plan, funds, allocations and projects."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from fundingapp.domain.allocations import AllocationStatus
from fundingapp.domain.exchange.book import Book
from fundingapp.domain.exchange.columns import folded
from fundingapp.domain.exchange.entries import AllocationEntry, GrantKey, PartyEntry, ProjectEntry, ThemeEntry
from fundingapp.domain.exchange.notes import Notes
from fundingapp.domain.money import Money
from fundingapp.domain.priorities import named


def check_grants(book: Book, notes: Notes) -> None:
    """Names what contradicts in the sheets that everything else rests on."""
    _check_days(book, notes)
    _check_parties(book, notes)
    _check_plan(book, notes)
    _check_allocations(book, notes)


def _check_days(book: Book, notes: Notes) -> None:
    dated: list[PartyEntry | ProjectEntry] = [*book.added(PartyEntry), *book.added(ProjectEntry)]
    for each in dated:
        if each.from_ and each.to and each.to < each.from_:
            notes.contradiction(
                "days.order",
                each.place,
                f"it ends on {each.to:%d/%m/%Y}, before it begins on {each.from_:%d/%m/%Y}",
                "to",
            )
    for theme in book.added(ThemeEntry):
        if theme.from_year and theme.to_year and theme.to_year < theme.from_year:
            notes.contradiction(
                "years.order",
                theme.place,
                f"it ends in {theme.to_year}, before it begins in {theme.from_year}",
                "to year",
            )
        if not theme.theme and not theme.priority:
            notes.contradiction(
                "cell.missing", theme.place, "neither a theme nor a priority is there", "theme"
            )


def _check_parties(book: Book, notes: Notes) -> None:
    parties = {folded(each.party): each for each in book.all(PartyEntry)}
    for party in book.added(PartyEntry):
        name = folded(party.party)
        if folded(party.succeeded_by) == name and name:
            notes.contradiction("party.itself", party.place, "a party can't succeed itself", "succeeded by")
            continue
        seen, at = [name], parties.get(folded(party.succeeded_by))
        while at is not None and folded(at.party) not in seen:
            seen.append(folded(at.party))
            at = parties.get(folded(at.succeeded_by))
        if at is not None and folded(at.party) == name:
            notes.contradiction(
                "party.circle",
                party.place,
                f"the successors of “{party.party}” lead back to it",
                "succeeded by",
                parties[seen[-1]].place,
            )
        successor = parties.get(folded(party.succeeded_by))
        if successor is not None and party.to and successor.to and successor.to < party.to:
            notes.finding(
                "party.order",
                party.place,
                f"“{successor.party}” succeeds it, and ends on {successor.to:%d/%m/%Y}, before {party.to:%d/%m/%Y}",
                "succeeded by",
                successor.place,
            )


def _check_plan(book: Book, notes: Notes) -> None:
    if not book.knows("themes"):
        return
    entries = book.all(ThemeEntry)
    themes = {folded(name) for each in entries for name in (each.theme, named(each.theme_code, each.theme))}
    priorities = {
        folded(name) for each in entries for name in (each.priority, named(each.priority_code, each.priority))
    }
    for project in book.added(ProjectEntry):
        for column, name, there in (
            ("theme", project.theme, themes),
            ("priority", project.priority, priorities),
        ):
            if name and folded(name) not in there:
                notes.contradiction(
                    "reference.unknown",
                    project.place,
                    f"there is no {column} “{name}” in sheet “themes”",
                    column,
                )


def _check_allocations(book: Book, notes: Notes) -> None:
    by_grant: dict[GrantKey, list[AllocationEntry]] = defaultdict(list)
    for each in book.all(AllocationEntry):
        by_grant[each.grant].append(each)
    new = set(map(id, book.added(AllocationEntry)))
    for entries in by_grant.values():
        if any(id(each) in new for each in entries):
            _check_lines(entries, new, notes)


def _check_lines(entries: list[AllocationEntry], new: set[int], notes: Notes) -> None:
    """The lines of one fund, year and kind, at least one of them new."""
    for each in entries:
        if id(each) in new and each.amount < Money.ZERO:
            notes.contradiction("amount.sign", each.place, "an allocation is never below nought", "amount")
    confirmed = [each for each in entries if each.status is AllocationStatus.CONFIRMED]
    revised = [each for each in entries if each.status is AllocationStatus.REVISED]
    withdrawn = [each for each in entries if each.status is AllocationStatus.WITHDRAWN and not each.withdraws]
    dated = [each for each in confirmed if each.notified]
    first = min(dated, key=lambda each: each.notified or date.max, default=None)
    for each in (*revised, *withdrawn):
        if id(each) not in new and (first is None or id(first) not in new):
            continue
        if first is not None and first.notified and each.notified and each.notified < first.notified:
            notes.finding(
                "allocation.order",
                each.place,
                f"it was {each.status.value} on {each.notified:%d/%m/%Y}, before the allocation was confirmed on "
                f"{first.notified:%d/%m/%Y}",
                "notified",
                first.place,
            )
    indicative = [each for each in entries if each.status is AllocationStatus.INDICATIVE and each.notified]
    for each in indicative:
        if (
            id(each) in new
            and first is not None
            and first.notified
            and each.notified
            and each.notified > first.notified
        ):
            notes.note(
                "allocation.indicative_late",
                each.place,
                f"it is indicative on {each.notified:%d/%m/%Y}, after the allocation was confirmed; it does not count",
                "notified",
                first.place,
            )
    _check_newest(confirmed + revised, new, notes)
    counted = confirmed + revised + [each for each in entries if each.status is AllocationStatus.CLOSED]
    whole = max((each.amount for each in counted), default=Money.ZERO)
    off = Money.total(each.amount for each in withdrawn)
    if withdrawn and counted and off > whole:
        notes.contradiction(
            "allocation.withdrawn",
            withdrawn[-1].place,
            f"{off.in_words} is withdrawn together, and {whole.in_words} was allocated",
            "amount",
            counted[-1].place,
        )


def _check_newest(counted: list[AllocationEntry], new: set[int], notes: Notes) -> None:
    """Whether it can be told which line is the newest."""
    if len(counted) < 2:
        return
    without = [each for each in counted if each.notified is None]
    for each in without:
        if id(each) in new:
            notes.finding(
                "allocation.undated",
                each.place,
                "several lines state this allocation and this one has no day, so it was taken for the oldest",
                "notified",
                next(other.place for other in counted if other is not each),
            )
    by_day: dict[object, AllocationEntry] = {}
    for each in counted:
        if each.notified is None:
            continue
        earlier = by_day.setdefault((each.notified, each.status), each)
        if earlier is not each and earlier.amount != each.amount and (id(each) in new or id(earlier) in new):
            notes.contradiction(
                "allocation.same_day",
                each.place,
                f"{each.amount.in_words} and {earlier.amount.in_words} are both {each.status.value} on "
                f"{each.notified:%d/%m/%Y}, so it is not known which counts",
                "amount",
                earlier.place,
            )
