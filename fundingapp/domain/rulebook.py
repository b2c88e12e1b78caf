"""The coding rules at work: each line is placed by the first rule that holds, or waits with the reason (R10, R11).

Built for a million lines: what the rules make of a line's codes and supplier is found once for all lines that share
them, and only what is left is looked at line by line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from fundingapp.domain.conditions import READ, Field, folded
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import LineId, RuleId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import (
    Charge,
    Disposition,
    Exclude,
    Heads,
    KnownRule,
    Placed,
    ToIncome,
    ToProjects,
    ToSums,
    Waiting,
    percent_weights,
    refs_of,
)
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

NO_RULE: Final = "No rule fits this line."

_CODES: Final = (Field.COST_CENTRE, Field.ACCOUNT, Field.TYPE)
#: How many different lines are remembered before the memory is emptied; suppliers may be people and never end.
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
            missing = "has no award" if not places else "is paid from more than one grant"
            return Plan(f"{reason}, but {ref} {missing} in {year}.")
        aims.append((Disposition.PROJECT, places[0], reason + share))
    if isinstance(target, ToSums):
        return Plan("", tuple(aims), sums=target)
    return Plan("", tuple(aims), percent_weights([split.percent for split in target.splits]))


def _shares_in_words(target: ToProjects | ToSums) -> list[str]:
    if isinstance(target, ToSums):
        words = [f"; {entry.amount.in_words} of the line" for entry in target.sums]
        return [*words, "; the rest of the line"] if target.rest else words
    if len(target.splits) == 1:
        return [""]
    return [f"; {split.percent.normalize():f}% of the line" for split in target.splits]


class _Compiled(NamedTuple):
    """A rule as it is tried: what it asks of the codes and the supplier, a text that the description must contain
    ("" for none), and everything else."""

    known: KnownRule
    codes: tuple[tuple[int, Test], ...]
    names: tuple[Test, ...]
    name_text: str
    text: str
    others: tuple[tuple[Callable[[LedgerLine], Any], Test], ...]


#: What is left to ask of a line once its codes and supplier suit: a text in the description, and the other tests.
_Left = tuple[str, tuple[tuple[Callable[[LedgerLine], Any], Test], ...], KnownRule]


class _Candidates(NamedTuple):
    """The rules that suit a line's codes and supplier, up to the first that asks for nothing more.

    *without_text* are those among them that look for no text in the description, where there are many that do.
    """

    all: tuple[_Left, ...]
    without_text: tuple[_Left, ...] | None


class Rulebook:
    """The rules that are on, in their order, sorted so that each line is held against the few that can fit it."""

    def __init__(self, rules: Iterable[KnownRule]) -> None:
        self._rules = [_compiled(known) for known in in_order(rules) if known.rule.on]
        self._names = _any_of(rule.name_text for rule in self._rules)
        self._texts = _any_of(rule.text for rule in self._rules)
        self._of_codes: dict[tuple[str, str, str], tuple[_Compiled, ...]] = {}
        self._of_line: dict[tuple[str, str, str, str], _Candidates] = {}

    def winner_of(self, line: LedgerLine) -> KnownRule | None:
        """The first rule whose conditions all hold for *line*; None when there is none."""
        key = (line.cost_centre, line.account, line.type, line.supplier)
        found = self._of_line.get(key)
        if found is None:
            if len(self._of_line) >= _REMEMBERED:
                self._of_line.clear()
            found = self._of_line[key] = self._candidates(*key)
        description: str | None = None
        candidates = found.all
        if found.without_text is not None and self._texts is not None:
            description = folded(line.description)
            if self._texts(description) is None:
                candidates = found.without_text
        for text, others, known in candidates:
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

    def _candidates(self, cost_centre: str, account: str, type: str, supplier: str) -> _Candidates:
        codes = (cost_centre, account, type)
        of_codes = self._of_codes.get(codes)
        if of_codes is None:
            if len(self._of_codes) >= _REMEMBERED:
                self._of_codes.clear()
            values = tuple(map(folded, codes))
            of_codes = self._of_codes[codes] = tuple(
                rule for rule in self._rules if all(test(values[at]) for at, test in rule.codes)
            )
        name = folded(supplier)
        no_text = self._names is not None and self._names(name) is None
        found: list[_Left] = []
        for rule in of_codes:
            if rule.name_text and (no_text or rule.name_text not in name):
                continue
            if all(test(name) for test in rule.names):
                found.append((rule.text, rule.others, rule.known))
                if not rule.text and not rule.others:
                    break
        without = tuple(left for left in found if not left[0])
        return _Candidates(tuple(found), without if len(found) - len(without) > _MANY_TEXTS else None)


def _compiled(known: KnownRule) -> _Compiled:
    codes: list[tuple[int, Test]] = []
    names: list[Test] = []
    name_text = text = ""
    others: list[tuple[Callable[[LedgerLine], Any], Test]] = []
    for condition in known.rule.conditions:
        if condition.field in _CODES:
            codes.append((_CODES.index(condition.field), condition.test()))
        elif condition.field is Field.SUPPLIER:
            if condition.looks_for and not name_text:
                name_text = condition.looks_for
            else:
                names.append(condition.test())
        elif condition.field is Field.DESCRIPTION and condition.looks_for and not text:
            text = condition.looks_for
        else:
            others.append((READ[condition.field], condition.test()))
    return _Compiled(known, tuple(codes), tuple(names), name_text, text, tuple(others))


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
