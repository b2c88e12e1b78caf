"""The coding rules at work: each line is placed by the first rule that holds, or waits with the reason (R10, R11).

Built for a million lines: which rules suit a code, a supplier, a day or a stretch of amounts is found once for all
lines that share it, and only what is left of the rules is looked at line by line.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from fundingapp.domain.conditions import READ, Condition, Field, folded
from fundingapp.domain.errors import listed
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import LineId, RuleId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import (
    Charge,
    Disposition,
    Exclude,
    Heads,
    KnownRule,
    NamedHeads,
    Placed,
    ToIncome,
    ToProjects,
    ToSums,
    Waiting,
    names_of,
    percent_weights,
    refs_of,
    written,
)
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

NO_RULE: Final = "No rule fits this line."

#: Fields whose values repeat from line to line, with their place in a line: what rules make of each is remembered.
_REPEATED: Final = tuple(
    (LedgerLine._fields.index(name), field)
    for name, field in (
        ("cost_centre", Field.COST_CENTRE),
        ("account", Field.ACCOUNT),
        ("supplier", Field.SUPPLIER),
        ("type", Field.TYPE),
        ("period", Field.PERIOD),
        ("year", Field.YEAR),
        ("posted_on", Field.DATE),
        ("sheet", Field.SHEET),
    )
)
_TEXTS: Final = frozenset({Field.COST_CENTRE, Field.ACCOUNT, Field.SUPPLIER, Field.TYPE, Field.SHEET})
#: Fields that hardly ever repeat.
_EVER_NEW: Final = frozenset({Field.DESCRIPTION, Field.TRANSACTION})
#: How many different values are remembered before the memory is emptied; suppliers may be people and never end.
_REMEMBERED: Final = 100_000
#: With fewer texts to look for, looking for each is as quick as asking first whether there is any.
_MANY_TEXTS: Final = 12
#: That much of a text is looked for when it is only asked whether any is there.
_LONG_TEXT: Final = 40

Test = Callable[[Any], bool]


def match_lines(
    lines: Iterable[tuple[LineId, LedgerLine]], rules: Sequence[KnownRule], heads: Heads
) -> Iterator[Placed | Waiting]:
    """Each of *lines* placed by the first of *rules* that holds, or waiting with the reason.

    *heads* names, by (ref in lower case, start of the year), the budget heads that a project can be charged to.
    A rule that names a project without exactly one head leaves the line waiting: money is not charged to an
    undecided bid, nor to one of two grants by chance. So does one whose fixed sums do not suit the line.
    """
    winner_of = Rulebook(rules).winner_of
    plans: dict[tuple[RuleId, int], Plan] = {}
    for line_id, line in lines:
        known = winner_of(line)
        if known is None:
            yield Waiting(line_id, NO_RULE)
            continue
        key = (known.id, line.year.start)
        plan = plans.get(key)
        if plan is None:
            plan = plans[key] = plan_of(known, line.year, heads)
        if plan.problem:
            yield Waiting(line_id, plan.problem)
            continue
        aims = plan.aims
        if len(aims) == 1:
            disposition, head, reason = aims[0]
            yield Placed(line_id, (Charge(disposition, head, line.amount, reason, known.id),))
            continue
        try:
            parts = plan.parts_of(line.amount)
        except ValueError as error:
            yield Waiting(line_id, f"{reason_of(known)}, but {error}.")
            continue
        yield Placed(
            line_id,
            tuple(
                Charge(disposition, head, part, reason, known.id)
                for (disposition, head, reason), part in zip(aims, parts, strict=True)
                if part or not plan.sums
            ),
        )


def reason_of(known: KnownRule) -> str:
    """How the reason of a charge names the rule."""
    return f"Rule {known.rule.order}: {known.rule.when}"


def in_order(rules: Iterable[KnownRule]) -> list[KnownRule]:
    """*rules* as they are tried: of two with one number, the older first."""
    return sorted(rules, key=lambda known: (known.rule.order, known.id))


def placed_among(rules: Iterable[KnownRule], known: KnownRule) -> list[KnownRule]:
    """*rules* in their order with *known* among them, in place of the one of its identity if there is one.

    It takes the place that its number says: before the rule that has the number, or, when it comes from further up,
    after it. Numbers are changed only as far as the order needs; afterwards no two are the same.
    """
    ordered = in_order(rules)
    was = next((each for each in ordered if each.id == known.id), None)
    others = [each for each in ordered if each.id != known.id]
    order = known.rule.order
    if was is not None and was.rule.order == order:
        at = ordered.index(was)
    elif was is not None and was.rule.order < order:
        at = sum(each.rule.order <= order for each in others)
    else:
        at = sum(each.rule.order < order for each in others)
    placed = [*others[:at], known, *others[at:]]
    numbers = [each.rule.order for each in placed]
    if was is not None and any(each.rule.order == order for each in others):
        numbers = sorted([each.rule.order for each in others] + [was.rule.order])
    for place in range(1, len(numbers)):
        numbers[place] = max(numbers[place], numbers[place - 1] + 1)
    return [
        each if each.rule.order == number else each._replace(rule=replace(each.rule, order=number))
        for each, number in zip(placed, numbers, strict=True)
    ]


class Plan(NamedTuple):
    """Where a rule charges the lines of one year: to *aims*, or nowhere because of a *problem*.

    Several aims share by *weights*, or by *sums*.
    """

    problem: str
    aims: tuple[tuple[Disposition, BudgetHead | None, str], ...] = ()
    weights: Sequence[int] = ()
    sums: ToSums | None = None

    def parts_of(self, amount: Money) -> tuple[Money, ...]:
        """The part of *amount* for each aim. Raises ValueError in words when the sums do not suit it."""
        return self.sums.parts_of(amount) if self.sums is not None else amount.share(self.weights)


def plan_of(known: KnownRule, year: FinancialYear, heads: Heads) -> Plan:
    """What carrying out a rule in *year* comes to."""
    reason, target = reason_of(known), known.rule.target
    if isinstance(target, ToIncome):
        return Plan("", ((Disposition.INCOME, None, reason),))
    if isinstance(target, Exclude):
        return Plan("", ((Disposition.EXCLUDED, None, f"{target.reason} ({reason})"),))
    shares = _shares_in_words(target)
    aims: list[tuple[Disposition, BudgetHead | None, str]] = []
    for ref, share in zip(refs_of(target), shares, strict=True):
        places = heads.get((ref.casefold(), year.start), ())
        if len(places) != 1:
            return Plan(f"{reason}, but {ref} {why_not_one(places, ref, year, heads)}.")
        if any(head == places[0] for _, head, _ in aims):
            return Plan(f"{reason}, but {ref} stands twice in its split.")
        aims.append((Disposition.PROJECT, places[0], reason + share))
    if isinstance(target, ToSums):
        return Plan("", tuple(aims), sums=target)
    return Plan("", tuple(aims), percent_weights([split.percent for split in target.splits]))


def why_not_one(places: Sequence[BudgetHead], ref: str, year: FinancialYear, heads: Heads) -> str:
    """Why money of *year* can't be charged to *ref*, which stands for none or several *places* among *heads*, and how
    to name one of them."""
    project, _, narrower = ref.partition(":")
    paid = heads.get((project.casefold(), year.start), ())
    funds = heads.funds if isinstance(heads, NamedHeads) else {}
    names = [written(name) for name in names_of(project, paid, funds).values()]
    if not places:
        those = f"; {project} is charged as {listed(names, 'or')}" if narrower and names else ""
        return f"has no award in {year}{those}"
    if len({head.fund for head in places}) > 1:
        how = f": name the one that pays, as in {names[0]}" if funds and names else ""
        return f"is paid from more than one grant in {year}{how}"
    kinds = [head.kind.value for head in places]
    named = next((name for head, name in names_of(project, paid, funds).items() if head in places), ref)
    return f"has {' and '.join(kinds)} money in {year}: name the kind, as in {written(named)}"


def _shares_in_words(target: ToProjects | ToSums) -> list[str]:
    if isinstance(target, ToSums):
        words = [f"; {entry.amount.in_words} of the line" for entry in target.sums]
        return [*words, "; the rest of the line"] if target.rest else words
    if len(target.splits) == 1:
        return [""]
    return [f"; {split.percent.normalize():f}% of the line" for split in target.splits]


#: What is left to ask of a line: a text that its description must contain ("" for none), and the other tests.
_Left = tuple[str, tuple[tuple[Callable[[LedgerLine], Any], Test], ...], KnownRule]


class _Candidates(NamedTuple):
    """The rules that suit everything that is told from single values, up to the first that asks for nothing more.

    *without_text* are those among them that look for no text in the description, where there are many that do.
    """

    all: tuple[_Left, ...]
    without_text: tuple[_Left, ...] | None


class Rulebook:
    """The rules that are on, in their order, sorted so that each line is held against the few that can fit it.

    A set of rules is a whole number with a bit for each, the first rule's the lowest.
    """

    def __init__(self, rules: Iterable[KnownRule]) -> None:
        self._rules = [known for known in in_order(rules) if known.rule.on]
        self._all = (1 << len(self._rules)) - 1
        self._columns: list[tuple[int, dict[Any, int], _Suiting]] = [
            (at, {}, _Suiting(self._conditions_on(field), self._all, field in _TEXTS))
            for at, field in _REPEATED
            if self._conditions_on(field)
        ]
        self._amounts = _Amounts(self._conditions_on(Field.AMOUNT), self._all)
        self._left = [_left(known) for known in self._rules]
        self._texts = _any_of(text for text, _, _ in self._left)
        self._of_set: dict[int, _Candidates] = {}

    def _conditions_on(self, field: Field) -> list[tuple[int, list[Condition]]]:
        """The rules, by their place, that look at *field*, each with what it asks there."""
        asked = [
            (place, [condition for condition in known.rule.conditions if condition.field is field])
            for place, known in enumerate(self._rules)
        ]
        return [(place, conditions) for place, conditions in asked if conditions]

    def winner_of(self, line: LedgerLine) -> KnownRule | None:
        """The first rule whose conditions all hold for *line*; None when there is none."""
        suiting = self._all
        for at, memory, suiting_of in self._columns:
            value = line[at]
            found = memory.get(value)
            if found is None:
                if len(memory) >= _REMEMBERED:
                    memory.clear()
                found = memory[value] = suiting_of(value)
            suiting &= found
        if self._amounts.points:
            suiting &= self._amounts.suiting(line.amount.pence)
        if not suiting:
            return None
        candidates = self._of_set.get(suiting)
        if candidates is None:
            if len(self._of_set) >= _REMEMBERED:
                self._of_set.clear()
            candidates = self._of_set[suiting] = self._candidates(suiting)
        tried = candidates.all
        description: str | None = None
        if candidates.without_text is not None and self._texts is not None:
            description = folded(line.description)
            if self._texts(description) is None:
                tried = candidates.without_text
        for text, others, known in tried:
            if text:
                if description is None:
                    description = folded(line.description)
                if text not in description:
                    continue
            for read, test in others:
                if not test(read(line)):
                    break
            else:
                return known
        return None

    def _candidates(self, suiting: int) -> _Candidates:
        found: list[_Left] = []
        while suiting:
            lowest = suiting & -suiting
            left = self._left[lowest.bit_length() - 1]
            found.append(left)
            if not left[0] and not left[1]:
                break
            suiting ^= lowest
        without = tuple(left for left in found if not left[0])
        return _Candidates(tuple(found), without if len(found) - len(without) > _MANY_TEXTS else None)


class _Suiting:
    """Which rules suit a value of one field: those that ask nothing of it, and those of which all tests hold."""

    def __init__(self, asked: Sequence[tuple[int, list[Condition]]], all: int, is_text: bool) -> None:
        self._is_text = is_text
        looking: list[tuple[str, int, list[Test]]] = []
        testing: list[tuple[int, list[Test]]] = []
        self._free = all
        for place, conditions in asked:
            self._free &= ~(1 << place)
            sought = next((condition for condition in conditions if condition.looks_for), None)
            tests = [condition.test() for condition in conditions if condition is not sought]
            if sought is not None:
                looking.append((sought.looks_for, 1 << place, tests))
            else:
                testing.append((1 << place, tests))
        self._looking, self._testing = looking, testing
        self._any = _any_of(text for text, _, _ in looking)

    def __call__(self, value: Any) -> int:
        if self._is_text:
            value = folded(value)
        elif isinstance(value, FinancialYear):
            value = value.start
        suiting = self._free
        for bit, tests in self._testing:
            if all(test(value) for test in tests):
                suiting |= bit
        if self._any is None or self._any(value) is not None:
            for text, bit, tests in self._looking:
                if text in value and all(test(value) for test in tests):
                    suiting |= bit
        return suiting


class _Amounts:
    """Which rules suit an amount: the amounts that rules name divide all others into stretches, each with its rules."""

    def __init__(self, asked: Sequence[tuple[int, list[Condition]]], all: int) -> None:
        named = (value for _, conditions in asked for condition in conditions for value in condition.values)
        self.points = sorted({Money.parse(value).pence for value in named if value})
        suiting = _Suiting(asked, all, is_text=False)
        self._at = [suiting(point) for point in self.points]
        # Below the first point, between each two, above the last; between two that touch there is nothing.
        between = [point - 1 for point in self.points] + [point + 1 for point in self.points[-1:]]
        self._between = [suiting(pence) for pence in between]

    def suiting(self, pence: int) -> int:
        """The rules that suit an amount of *pence*."""
        at = bisect_left(self.points, pence)
        if at < len(self.points) and self.points[at] == pence:
            return self._at[at]
        return self._between[at]


def _left(known: KnownRule) -> _Left:
    text = ""
    others: list[tuple[Callable[[LedgerLine], Any], Test]] = []
    for condition in known.rule.conditions:
        if condition.field is Field.DESCRIPTION and condition.looks_for and not text:
            text = condition.looks_for
        elif condition.field in _EVER_NEW:
            others.append((READ[condition.field], condition.test()))
    return text, tuple(others), known


def _any_of(texts: Iterable[str]) -> Callable[[str], object] | None:
    """A search for any of *texts* in one go; None when there are too few for that to be worth it."""
    wanted = sorted({text[:_LONG_TEXT] for text in texts if text})
    if len(wanted) <= _MANY_TEXTS:
        return None
    return re.compile(_branches(wanted)).search


def _branches(words: Sequence[str]) -> str:
    """A pattern for any of *words*, which are sorted: common beginnings are looked at once."""
    if words[0] == "":
        return ""  # whatever follows, one of the words is there already
    found = []
    at = 0
    while at < len(words):
        letter = words[at][0]
        end = at
        while end < len(words) and words[end][0] == letter:
            end += 1
        found.append(re.escape(letter) + _branches([word[1:] for word in words[at:end]]))
        at = end
    return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"
