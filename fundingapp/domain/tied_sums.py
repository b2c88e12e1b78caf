"""Which lines of a table are sums of others: by the words that say so, and by the figures that bear it out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fundingapp.domain.performance import RowSort
from fundingapp.domain.printed_words import is_part_of_another, may_be_total, sort_of


class Place(NamedTuple):
    """A cell of one of several tables; *row* and *column* from 0 within its table."""

    table: int
    row: int
    column: int


class Range(NamedTuple):
    """What is known of a count: from *least* to *most*, None without an end."""

    least: int
    most: int | None

    @property
    def is_exact(self) -> bool:
        return self.least == self.most


Entry = Range | None
Vector = Sequence[Entry]


class Sum(NamedTuple):
    """One line of a table is the sum of others, at *places* of the line."""

    whole: int
    parts: tuple[int, ...]
    places: frozenset[int]
    #: Whether the figures bear it out, and not the words alone.
    is_sure: bool = True


#: So many lines are searched through for sums of any of them; above that only runs beside each other are tried.
MOST_SEARCHED = 18
_NODES = 20_000
#: Where several sums would do, no more are kept for one line.
_KEPT = 8


#: A count that is hidden without a range is hardly above this.
_HARDLY_ABOVE = 9
#: What is left of a total for its hidden parts is no accident when one in two to this power would fit as well.
_TELLS = 4


class Fit(NamedTuple):
    """Where one line is the sum of others, where it is not, and where it may be."""

    exact: int  # places that agree and say something
    agreeing: frozenset[int]  # those places
    wrong: frozenset[int]
    possible: frozenset[int]  # places with something hidden that could agree


def fit_of(lines: Sequence[Vector], whole: int, parts: Sequence[int]) -> Fit:
    """How well the line *whole* is the sum of *parts*, place by place."""
    agreeing: set[int] = set()
    wrong: set[int] = set()
    possible: set[int] = set()
    for place, total in enumerate(lines[whole]):
        if total is None:
            continue
        least, most, filled = 0, 0, 0
        open_ended = False
        for part in parts:
            entry = lines[part][place]
            if entry is None:
                continue
            filled += entry.most != 0
            least += entry.least
            if entry.most is None:
                open_ended = True
            else:
                most += entry.most
        if total.is_exact and not open_ended and least == most:
            if total.least != least:
                wrong.add(place)
            elif total.least and filled >= 2:
                agreeing.add(place)
        elif (total.most is not None and least > total.most) or (not open_ended and most < total.least):
            wrong.add(place)
        else:
            possible.add(place)
    return Fit(len(agreeing), frozenset(agreeing), frozenset(wrong), frozenset(possible))


def find_sums(lines: Sequence[Vector], labels: Sequence[str]) -> list[Sum]:
    """Which of *lines* are sums of others. A line whose label is a word for a total is believed when no place speaks
    against it, or most speak for it; any other when several places agree and none disagrees."""
    total = _said_to_be_totals(labels)
    found: dict[int, list[Sum]] = {}
    everywhere = [frozenset(at for at, entry in enumerate(line) if entry is not None) for line in lines]

    def keep(whole: int, parts: Sequence[int], fit: Fit, places: frozenset[int] | None = None) -> None:
        kept = found.setdefault(whole, [])
        where = everywhere[whole] if places is None else places
        is_sure = fit.exact > 1 or (fit.exact > 0 and not fit.possible)
        # Which lines a sub-total is of the words don't say; a total is of all of them.
        is_of_all = len(parts) >= sum(not said for said in total)
        is_of_all = total[whole] and is_of_all and sort_of(labels[whole]) is not RowSort.SUBTOTAL
        is_sure = is_sure or (is_of_all and _telling(lines, whole, parts, fit) >= _TELLS)
        made = Sum(whole, tuple(sorted(parts)), where, is_sure)
        if len(kept) < _KEPT and all(each.parts != made.parts for each in kept):
            kept.append(made)

    for whole in range(len(lines)):
        if not total[whole]:
            continue
        for order, parts in enumerate(likely_parts(whole, total)):
            if not parts:
                continue
            fit = fit_of(lines, whole, parts)
            if len(parts) == 1:
                # A section of one line; its total says the same once more.
                if order == 0 and not fit.wrong and whole not in found:
                    keep(whole, parts, fit)
            elif (fit.exact and len(fit.wrong) * 2 < fit.exact + len(fit.possible)) or (
                not fit.exact and fit.possible and not fit.wrong and whole not in found
            ):
                keep(whole, parts, fit)
    partly = {whole: _agreeing_somewhere(lines, whole, total) for whole in range(len(lines)) if total[whole]}
    for whole, parts, fit in _runs(lines, total, found):
        keep(whole, parts, fit)
    if len(lines) <= MOST_SEARCHED:
        for whole in range(len(lines)):
            if whole not in found:
                for parts in subsets(lines, whole):
                    fit = fit_of(lines, whole, parts)
                    if _convinces(lines, whole, parts, fit, said=total[whole]):
                        keep(whole, parts, fit)
    # A total of some rows only, such as a year to date beside a caseload that does not add up.
    for whole, sums in partly.items():
        for parts, fit in sums:
            keep(whole, parts, fit, fit.agreeing)
    _leave_out_named_parts(lines, labels, found)
    _leave_out_what_adds_nothing(lines, found)
    return [each for whole in sorted(found) for each in found[whole]]


def _is_nought_where_shown(line: Vector) -> bool:
    """Whether a line shows nothing but noughts, and hides something."""
    entries = [entry for entry in line if entry is not None]
    return any(not entry.is_exact for entry in entries) and not any(
        entry.is_exact and entry.least for entry in entries
    )


def _leave_out_what_adds_nothing(lines: Sequence[Vector], found: dict[int, list[Sum]]) -> None:
    """A line that is hidden or nought is no part of a total that the others make up in more places without it."""
    for whole, sums in found.items():
        for at, each in enumerate(sums):
            parts = tuple(part for part in each.parts if not _is_nought_where_shown(lines[part]))
            if 1 < len(parts) < len(each.parts):
                fit = fit_of(lines, whole, parts)
                if not fit.wrong and fit.exact > fit_of(lines, whole, each.parts).exact:
                    sums[at] = each._replace(parts=parts, is_sure=True)


def left_open(sums: Sequence[Sum], lines: Sequence[Vector]) -> list[Sum]:
    """Those of *sums* that take in a line more than another sum of the same line does, where that line is nought as far
    as it is shown: only one of both can be so, and what is shown does not say which."""

    return [
        each
        for each in sums
        if any(
            other.whole == each.whole
            and set(other.parts) < set(each.parts)
            and any(_is_nought_where_shown(lines[part]) for part in set(each.parts) - set(other.parts))
            for other in sums
        )
    ]


def owner_of(labels: Sequence[str], part: int) -> int:
    """The line whose part is named: the nearest above that is no such part itself."""
    return next((at for at in range(part - 1, -1, -1) if not is_part_of_another(labels[at])), 0)


def _leave_out_named_parts(
    lines: Sequence[Vector], labels: Sequence[str], found: dict[int, list[Sum]]
) -> None:
    """“Of which repeat” is counted in the line above it already: a total takes no part beside its whole, unless it adds
    up only so."""
    named = {at: owner_of(labels, at) for at, label in enumerate(labels) if at and is_part_of_another(label)}
    for whole, sums in found.items() if named else ():
        kept: list[Sum] = []
        for each in sums:
            parts = tuple(at for at in each.parts if named.get(at) not in each.parts)
            if parts != each.parts:
                fit, given = fit_of(lines, whole, parts), fit_of(lines, whole, each.parts)
                if given.wrong and (kept or len(sums) > 1):
                    continue  # an accident of some places
                if len(fit.wrong) <= len(given.wrong):
                    is_sure = fit.exact > 1 or _telling(lines, whole, parts, fit) >= _TELLS
                    each = each._replace(parts=parts, is_sure=is_sure)
            if all(each.parts != other.parts for other in kept):
                kept.append(each)
        found[whole] = kept


def likely_parts(whole: int, is_total: Sequence[bool]) -> Iterator[list[int]]:
    """Where the parts of the total at *whole* usually stand among lines of which some are totals, the likeliest
    first."""
    before, after = range(whole), range(whole + 1, len(is_total))
    last = max((at for at in before if is_total[at]), default=-1)
    following = min((at for at in after if is_total[at]), default=len(is_total))
    yield list(range(last + 1, whole))
    yield [at for at in before if not is_total[at]]
    yield list(range(whole + 1, following))
    yield [at for at in after if not is_total[at]]
    yield [at for at in before if is_total[at]]
    yield [at for at in after if is_total[at]]
    yield [at for at in range(len(is_total)) if at != whole and not is_total[at]]
    yield [at for at in range(len(is_total)) if at != whole and is_total[at]]
    yield [at for at in range(len(is_total)) if at != whole]


def _said_to_be_totals(labels: Sequence[str]) -> list[bool]:
    """Which labels say that their line is a total; where all of them would, those that differ by their numbers only,
    such as “2013 total” and “2014 total”, are like each other and no totals of each other."""
    total = [may_be_total(label) for label in labels]
    if len(labels) < 2 or not all(total):
        return total
    plain = [" ".join(re.sub(r"\d+", " ", label.casefold()).split()) for label in labels]
    return [plain.count(each) == 1 for each in plain]


def _agreeing_somewhere(
    lines: Sequence[Vector], whole: int, total: Sequence[bool]
) -> list[tuple[list[int], Fit]]:
    """Parts beside a total that sum to it in some places at least."""
    runs = [list(range(first, whole)) for first in range(whole - 1)]
    runs += [list(range(whole + 1, last + 1)) for last in range(whole + 2, len(lines))]
    if len(lines) > 3 * MOST_SEARCHED:
        runs = []
    found = []
    for parts in [*likely_parts(whole, total), *runs]:
        if len(parts) > 1 and (fit := fit_of(lines, whole, parts)).exact:
            found.append((parts, fit))
    return found


def _runs(
    lines: Sequence[Vector], total: Sequence[bool], found: dict[int, list[Sum]]
) -> Iterator[tuple[int, list[int], Fit]]:
    """Sums of the lines just before or just after, without those that a sum found before has taken in."""
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        stack: list[int] = []
        for whole in order:
            taken = 0
            if whole not in found:
                for count in range(2, len(stack) + 1):
                    parts = stack[-count:]
                    fit = fit_of(lines, whole, parts)
                    if fit.wrong and all(_too_much(lines, whole, parts, place) for place in fit.wrong):
                        break
                    if not fit.wrong and _convinces(lines, whole, parts, fit, said=total[whole]):
                        yield whole, parts, fit
                        taken = count
            if taken:
                del stack[-taken:]
            elif whole in found:
                for each in found[whole][0].parts:
                    if each in stack:
                        stack.remove(each)
            stack.append(whole)


def _telling(lines: Sequence[Vector], whole: int, parts: Sequence[int], fit: Fit) -> int:
    """How much it tells that a total is the sum of its parts, and what is left of it just what its hidden parts may be:
    in powers of two."""
    bits = sum(entry.least.bit_length() - 1 for at in fit.agreeing if (entry := lines[whole][at]) is not None)
    for place in fit.possible:
        entries = [entry for part in parts if (entry := lines[part][place]) is not None]
        total = lines[whole][place]
        least = sum(each.least for each in entries)
        most = sum(_HARDLY_ABOVE if each.most is None else each.most for each in entries)
        if total is not None and total.is_exact and least <= total.least <= most:
            bits += max((total.least // (most - least + 1)).bit_length() - 1, 0)
    return bits


def _too_much(lines: Sequence[Vector], whole: int, parts: Sequence[int], place: int) -> bool:
    total = lines[whole][place]
    least = sum(entry.least for part in parts if (entry := lines[part][place]) is not None)
    return total is not None and total.most is not None and least > total.most


def _convinces(lines: Sequence[Vector], whole: int, parts: Sequence[int], fit: Fit, *, said: bool) -> bool:
    """Whether a sum that nobody calls one is no accident."""
    if fit.wrong or not fit.exact:
        return False
    values = {
        entry.least for entry in lines[whole] if entry is not None and entry.is_exact and entry.least > 0
    }
    weight = sum(value.bit_length() for value in values)
    if said:
        return fit.exact >= 2 or weight >= 4 or len(parts) == len(lines) - 1
    if len(parts) == len(lines) - 1 and len(parts) >= 3:
        return fit.exact >= 1 and weight >= 4
    return (fit.exact >= 3 and weight >= 10) or (fit.exact >= 2 and weight >= 16)


def subsets(lines: Sequence[Vector], whole: int) -> list[list[int]]:
    """The smallest sets of other lines that sum to this one wherever nothing is hidden."""
    places = [
        place
        for place, total in enumerate(lines[whole])
        if total is not None
        and total.is_exact
        and all(line[place] is None or exact_of(line[place]) for line in lines)
    ]
    if sum(1 for place in places if (exact_of(lines[whole][place]) or 0) > 0) < 2:
        return []
    target = [exact_of(lines[whole][place]) or 0 for place in places]
    vectors = {
        at: [exact_of(line[place]) or 0 for place in places] for at, line in enumerate(lines) if at != whole
    }
    usable = [
        at
        for at, vector in vectors.items()
        if any(vector) and all(0 <= part <= goal for part, goal in zip(vector, target, strict=True))
    ]
    usable.sort(key=lambda at: -sum(vectors[at]))
    results: list[list[int]] = []
    nodes = 0

    def descend(start: int, left: list[int], chosen: list[int]) -> None:
        nonlocal nodes
        nodes += 1
        if nodes > _NODES or len(results) >= _KEPT:
            return
        if not any(left):
            if len(chosen) >= 2:
                results.append(chosen[:])
            return
        for at in range(start, len(usable)):
            vector = vectors[usable[at]]
            if all(part <= rest for part, rest in zip(vector, left, strict=True)):
                chosen.append(usable[at])
                descend(at + 1, [rest - part for part, rest in zip(vector, left, strict=True)], chosen)
                chosen.pop()

    descend(0, target, [])
    return results


def exact_of(entry: Entry) -> int | None:
    """The count where it is known; None where it is hidden, or there is none."""
    return entry.least if entry is not None and entry.is_exact else None


def plain(label: str) -> str:
    """*label* as it is compared: letters and digits only."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in label.casefold()).split())
