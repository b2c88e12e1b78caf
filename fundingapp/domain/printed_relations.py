"""Which columns of a published table are worked out of which others, and whether each figure is what they give.

A relation is told by headings **and** proven by the figures: it counts only where most rows, or a heading with at
least one row, bear it out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from fundingapp.domain.printed_fields import (
    Field,
    Made,
    Relation,
    says_change,
    says_percent,
    stem,
)
from fundingapp.domain.printed_pairs import Pairs
from fundingapp.domain.printed_verdicts import Judge
from fundingapp.domain.printed_words import (
    PERIOD_WORDS,
    SAYS_FALL,
    SAYS_OTHER_BASE,
    SAYS_RATIO,
    SAYS_RUNNING,
    SAYS_SHARE,
    SAYS_TARGET,
    when,
)


class Finder:
    """Finds which fields are worked out of which."""

    def __init__(self, pairs: Pairs, judge: Judge) -> None:
        self._fields = pairs.fields
        self._by_place = pairs.by_place
        self._pairs = pairs
        self._judge = judge
        # A difference of whole numbers has no decimals.
        self._count_decimals = max(
            (each.most_decimals for each in pairs.fields if not says_change(each)), default=0
        )
        self._records = judge.records

    def relations(self) -> list[Relation]:
        """The relations that the figures bear out, one for each made field at most."""
        found: list[Relation] = []
        made: set[int] = set()
        wanted = [
            field
            for field in self._fields
            if (self._pairs.only is None or field.place in self._pairs.only)
            and (field.percents or field.numbers)
            and not SAYS_TARGET.search(field.heading)
        ]
        # What the figures bear out comes before what only headings say, and differences before percentages: a column of
        # them must not pass for counts.
        for by_headings in (False, True):
            for hows in (_DIFFERENCES, _PERCENTAGES):
                for field in wanted:
                    if field.place in made or not self._may_be(field, hows):
                        continue
                    relation = self._best(field, hows, made, by_headings=by_headings)
                    if relation is not None and hows == _DIFFERENCES:
                        relation = self._likelier(field, relation, made, by_headings=by_headings)
                    if relation is not None:
                        found.append(relation)
                        made.add(field.place)
        for field in wanted:
            if field.place not in made and (relation := self._as_its_sisters(field, found, made)) is not None:
                found.append(relation)
                made.add(field.place)
        return sorted(found, key=lambda each: each.made)

    def _likelier(self, field: Field, difference: Relation, made: set[int], *, by_headings: bool) -> Relation:
        """*difference*, or the percentage that more of the figures bear out: “Performance to date” may be either. Where
        the heading speaks of numbers, all of them have to."""
        right, wrong = self._borne_out(difference)
        if difference.how is not Made.DIFFERENCE or not wrong or not self._may_be(field, _CHANGES):
            return difference
        other = self._best(field, _CHANGES, made, by_headings=by_headings)
        if other is None:
            return difference
        others_right, others_wrong = self._borne_out(other)
        is_clear = not others_wrong or not _SAYS_NUMBER.search(field.heading)
        return other if is_clear and others_right > right else difference

    def _borne_out(self, relation: Relation) -> tuple[int, int]:
        """How many figures are what *relation* gives, and how many are not."""
        verdicts = [self._judge.verdict(relation, record) for record in range(self._records)]
        told = [each.right for each in verdicts if each is not None and each.expected is not None]
        return sum(told), len(told) - sum(told)

    def _as_its_sisters(self, field: Field, found: Sequence[Relation], made: set[int]) -> Relation | None:
        """What *field* is made of if it stands to the columns beside it as the last column of each other group does:
        2018, 2019 and “%”, again and again. None where that is right nowhere among many."""
        for other in found:
            sister = self._by_place[other.made]
            if (
                other.how not in {Made.CHANGE, Made.DIFFERENCE, Made.SHARE}
                or field.is_percent != sister.is_percent
            ):
                continue
            if (field.beside < 0) is not (sister.beside < 0):
                continue
            # What stands in brackets is behind all other columns; its group is where its cell is.
            moved = _stands_at(field) - _stands_at(sister)
            pairs = [
                (self._by_place.get(at + moved), self._by_place[at]) for at in (other.previous, other.current)
            ]
            pairs.append((field, sister))
            if any(own is None or own.place in made or not _are_alike(own, its) for own, its in pairs):
                continue
            relation = replace(
                other, made=field.place, previous=other.previous + moved, current=other.current + moved
            )
            verdicts = [self._judge.verdict(relation, record) for record in range(self._records)]
            right = [each.right for each in verdicts if each is not None]
            if right and (any(right) or len(right) < _HOPELESS):
                return relation
        return None

    def _may_be(self, field: Field, hows: Sequence[Made]) -> bool:
        """Whether it is worth while to look whether *field* is one of *hows*."""
        of_percent = says_percent(field)
        if hows == _DIFFERENCES:
            if field.is_percent or field.most_decimals > self._count_decimals:
                return False
            if of_percent and not re.search(r"\bno\b|number", field.heading, re.IGNORECASE):
                return False
            runs = self._pairs.in_time != 0 and SAYS_RUNNING.search(field.heading) is not None
            return says_change(field) or runs or not field.heading or field.heading.startswith("column ")
        # What only the figures tell is looked for where percentages may stand, not among coordinates.
        decimals = sum(0 < each.decimals <= 3 for each in field.cells)
        says = says_change(field) or SAYS_RATIO.search(field.heading)
        return field.is_percent or of_percent or bool(says) or 2 * decimals > self._records

    def _best(
        self, field: Field, hows: Sequence[Made], made: set[int], *, by_headings: bool
    ) -> Relation | None:
        best: tuple[tuple[int, int, int], Relation] | None = None
        for rank, relation in enumerate(self._pairs.candidates(field, hows, made)):
            right, wrong, values = 0, 0, set()
            undefined = 0
            for record in range(self._records):
                verdict = self._judge.verdict(relation, record)
                if verdict is None:
                    continue
                if verdict.expected is None:
                    undefined += 1
                    continue
                right += verdict.right
                wrong += not verdict.right
                if wrong == _HOPELESS and not right and not self._is_stated(field, relation):
                    break
                if verdict.right and verdict.telling:
                    values.add(field.cells[record].value)
            if not self._is_borne_out(field, relation, right, wrong, len(values), by_headings=by_headings):
                continue
            if relation.sign == 0 and self._judge.falls(relation) < 2:
                continue  # one fall without a minus is a mistake, and no manner of printing
            score = (len(values), right, -rank)
            if best is None or score > best[0]:
                best = score, relation
            if not wrong and len(values) >= 3 and rank < 4:
                break
        return None if best is None else best[1]

    def _is_borne_out(
        self, field: Field, relation: Relation, right: int, wrong: int, values: int, *, by_headings: bool
    ) -> bool:
        judged = right + wrong
        if not judged:
            return False
        if relation.how in {Made.RATE, Made.AVERAGE, Made.RUNNING} or relation.step:
            # A heading alone does not say of what these are.
            return values >= min(2, judged) and 2 * right >= judged
        if values >= 3 and 5 * right >= 3 * judged:
            return True
        if not wrong and values >= 2 and field.is_percent and field.most_decimals:
            return True
        stated = self._is_stated(field, relation)
        if field.is_percent and values >= 2 and 2 * right >= judged and self._is_near(field, relation):
            return True
        if not stated:
            return (
                judged <= 2
                and values == judged
                and self._is_near(field, relation)
                and (field.is_percent or says_percent(field))
            )
        if values and 4 * right >= judged:
            return True
        if relation.how not in {Made.CHANGE, Made.DIFFERENCE} or not by_headings:
            return False
        return (
            judged <= 2
            or 5 * self._judge.explained(field, relation) >= 3 * judged
            or self._is_plain(field, relation)
        )

    def _is_plain(self, field: Field, relation: Relation) -> bool:
        """Whether the headings alone leave no doubt, so that even a column with nothing right in it is wrong: two
        columns of one thing whose order is told, and beside them the change of it, on nothing else."""
        if self._pairs.named_pair(field) == (relation.previous, relation.current):
            return relation.how is Made.DIFFERENCE or field.is_percent or says_percent(field)
        if self._pairs.order(relation.previous, relation.current) is not True or SAYS_OTHER_BASE.search(
            field.heading
        ):
            return False
        if relation.how is Made.CHANGE and not (field.is_percent or says_percent(field)):
            return False
        return says_change(field)

    def _is_stated(self, field: Field, relation: Relation) -> bool:
        """Whether the headings leave no other pair than this one for a column that says that it is a change."""
        if relation.sign not in {1, -1 if SAYS_FALL.search(field.heading) else 1}:
            return False
        if relation.scale != 1 and any(
            each.value is not None and abs(each.value) > 5 for each in field.cells
        ):
            return False
        if relation.how in {Made.SHARE, Made.RATIO}:
            return relation.how is Made.SHARE and self._says_share(field, self._by_place[relation.current])
        bare = relation.how is Made.CHANGE and says_percent(field)
        if not (says_change(field) or bare) or SAYS_SHARE.search(field.heading):
            return False
        pair = (relation.previous, relation.current)
        if self._pairs.named_pair(field) == pair:
            return True
        if self._pairs.natural_pair(field) != pair:
            return False
        stems = {stem(self._by_place[at]) for at in (relation.previous, relation.current)}
        return len(stems) == 1 and stem(field) in {"", *stems}

    def _is_near(self, field: Field, relation: Relation) -> bool:
        if relation.how is Made.SHARE:
            return abs(relation.current - field.place) <= 2
        return {relation.previous, relation.current} <= set(self._pairs.nearest(field))

    def _says_share(self, field: Field, counts: Field) -> bool:
        """Whether the headings say that *field* is the share of *counts* beside it: “2013 %” beside “2013 total”."""
        if SAYS_SHARE.search(field.heading) or field.beside == counts.place:
            return True
        if says_change(field) or not says_percent(field) or field.place - counts.place != 1:
            return False
        same_time = when(field.heading) is not None and when(field.heading) == when(counts.heading)
        return same_time or stem(field) == stem(counts) != ""


def _stands_at(field: Field) -> int:
    return field.beside if field.beside >= 0 else field.place


def _are_alike(one: Field, other: Field) -> bool:
    """Whether two columns of different groups are headed alike but for what the groups are of."""
    if one.group or other.group:
        return one.own == other.own
    times = [PERIOD_WORDS.findall(each.heading) for each in (one, other)]
    return times[0] == times[1] and says_change(one) == says_change(other)


#: So many figures from the top, none of them right, are no accident.
_HOPELESS = 6
#: A heading that speaks of numbers, and of no percentages.
_SAYS_NUMBER = re.compile(r"\bdiff|\bno\b|number|volume|\bactual", re.IGNORECASE)
_DIFFERENCES = (Made.DIFFERENCE, Made.RUNNING)
_CHANGES = (Made.CHANGE,)
_PERCENTAGES = (Made.CHANGE, Made.SHARE, Made.RATIO, Made.POINTS, Made.RATE, Made.AVERAGE)
