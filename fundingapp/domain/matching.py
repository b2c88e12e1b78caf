"""Matching: which project a ledger line is charged to, by which rule and why (R10, R11).

A line is never charged without a rule or a person, and each charge carries its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from fundingapp.domain.errors import CannotChargeError
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import LineId, RuleId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


class Disposition(Enum):
    """What a charge does with its part of a line."""

    PROJECT = "project"
    INCOME = "income"
    EXCLUDED = "excluded"


class LineState(Enum):
    """Where a line stands, for lists and counts; it follows from its charges."""

    WAITING = "waiting"
    CHARGED = "charged"
    INCOME = "income"
    EXCLUDED = "excluded"


# Members of enums under names of their own: Python 3.11 looks each up by a call, a million times in a large import.
_PROJECT, _INCOME = Disposition.PROJECT, Disposition.INCOME
_CHARGED_STATE, _INCOME_STATE, _EXCLUDED_STATE = LineState.CHARGED, LineState.INCOME, LineState.EXCLUDED


class How(Enum):
    """Who placed a line."""

    RULE = "rule"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Split:
    """A share of a line for a project, in per cent; the shares of a target add up to 100."""

    ref: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class ToProjects:
    """Charge to one project, or to several by percentage."""

    splits: tuple[Split, ...]

    def __str__(self) -> str:
        if len(self.splits) == 1:
            return self.splits[0].ref
        return "split " + ", ".join(f"{split.ref} {split.percent.normalize():f}%" for split in self.splits)


@dataclass(frozen=True, slots=True)
class ToIncome:
    """The line is grant received, not spending."""

    def __str__(self) -> str:
        return "income"


@dataclass(frozen=True, slots=True)
class Exclude:
    """The line has nothing to do with any grant, for this reason."""

    reason: str

    def __str__(self) -> str:
        return f"excluded: {self.reason}"


Target = ToProjects | ToIncome | Exclude

_SPLIT = re.compile(r"\s*(\S+)\s+(\d+(?:\.\d+)?)\s*%\s*")


def parse_target(text: str) -> Target:
    """Reads a rule's “charge to”: ``LF-09``, ``income``, ``excluded: reason`` or ``split LF-06 60%, LF-11 40%``.

    Raises ValueError with a sentence when it is none of these, or when the shares do not add up to 100.
    """
    text = text.strip()
    lowered = text.casefold()
    if not text:
        raise ValueError("the column “charge to” is empty")
    if lowered == "income":
        return ToIncome()
    if lowered.startswith("exclude"):
        _, _, reason = text.partition(":")
        if not reason.strip():
            raise ValueError("an exclusion needs its reason, as in “excluded: not grant funded”")
        return Exclude(reason.strip())
    if lowered.startswith("split "):
        splits = []
        for part in text[6:].split(","):
            found = _SPLIT.fullmatch(part)
            if found is None:
                raise ValueError(f"“{part.strip()}” is not a share such as “LF-06 60%”")
            splits.append(Split(found.group(1), Decimal(found.group(2))))
        whole = sum((split.percent for split in splits), Decimal(0))
        if whole != 100:
            raise ValueError(f"the shares add up to {whole.normalize():f}%, not 100%")
        if len({split.ref.casefold() for split in splits}) < len(splits):
            raise ValueError("a project stands twice in the split")
        return ToProjects(tuple(splits))
    if " " in text:
        raise ValueError(f"“{text}” is not a project's reference, “income”, “excluded: reason” or a split")
    return ToProjects((Split(text, Decimal(100)),))


@dataclass(frozen=True, slots=True)
class CodingRule:
    """When a line looks like this, charge it so. Empty conditions hold for every line; text ignores case.

    *order* decides: the first rule that holds wins.
    """

    order: int
    target: Target
    cost_centre: str = ""
    account: str = ""
    supplier: str = ""
    description: str = ""
    type: str = ""

    @property
    def conditions(self) -> str:
        """The conditions in words, for the reason of a charge."""
        named = [
            ("type", self.type, "is"),
            ("cost centre", self.cost_centre, "is"),
            ("account", self.account, "is"),
            ("supplier", self.supplier, "contains"),
            ("description", self.description, "contains"),
        ]
        words = [f"{name} {verb} “{value}”" for name, value, verb in named if value]
        return " and ".join(words) or "every line"

    @property
    def short_name(self) -> str:
        """The one word that tells what the rule looks at, for a list."""
        for name in ("supplier", "description", "cost_centre", "account", "type"):
            if getattr(self, name):
                return name.replace("_", " ")
        return "all lines"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


class Charge(NamedTuple):
    """A part of a line and where it goes. *head* is None for income and exclusions.

    *reason* is what a person reads; *rule* is None when a person decided.
    """

    disposition: Disposition
    head: BudgetHead | None
    amount: Money
    reason: str
    rule: RuleId | None = None


class Placed(NamedTuple):
    """A line with all its charges; they sum to the line's amount (R11)."""

    line: LineId
    charges: tuple[Charge, ...]


class Waiting(NamedTuple):
    """A line that no rule could place, and why."""

    line: LineId
    reason: str


class KnownRule(NamedTuple):
    """A rule with its identity in the file."""

    id: RuleId
    rule: CodingRule


#: Where a project's ref can be charged in a year: usually exactly one place.
Heads = Mapping[tuple[str, int], Sequence[BudgetHead]]


def match_lines(
    lines: Iterable[tuple[LineId, LedgerLine]], rules: Sequence[KnownRule], heads: Heads
) -> Iterator[Placed | Waiting]:
    """Each of *lines* placed by the first of *rules* that holds, or waiting with the reason.

    *heads* names, by (ref in lower case, start of the year), the budget heads that a project can be charged to.
    A rule that names a project without exactly one head leaves the line waiting: money is not charged to an
    undecided bid, nor to one of two grants by chance.
    """
    winner_of = _Rulebook(rules).winner_of
    plans: dict[tuple[RuleId, int], _Plan] = {}
    for line_id, line in lines:
        known = winner_of(line)
        if known is None:
            yield Waiting(line_id, "No rule fits this line.")
            continue
        key = (known.id, line.year.start)
        plan = plans.get(key)
        if plan is None:
            plan = plans[key] = _plan(known, line.year, heads)
        if plan.problem:
            yield Waiting(line_id, plan.problem)
            continue
        aims = plan.aims
        if len(aims) == 1:
            disposition, head, reason = aims[0]
            yield Placed(line_id, (Charge(disposition, head, line.amount, reason, known.id),))
            continue
        parts = line.amount.share(plan.weights)
        yield Placed(
            line_id,
            tuple(
                Charge(disposition, head, part, reason, known.id)
                for (disposition, head, reason), part in zip(aims, parts, strict=True)
            ),
        )


class _Wanted(NamedTuple):
    """The conditions of a rule in lower case, "" for none."""

    cost_centre: str
    account: str
    type: str
    supplier: str
    description: str
    known: KnownRule


class _Rulebook:
    """The rules in their order, sorted so that each line is held against the few that can fit it.

    Codes have to be equal, so the rules that fit a line's codes are found once for all lines that share them;
    only the words that suppliers and descriptions must contain are looked for line by line.
    """

    def __init__(self, rules: Sequence[KnownRule]) -> None:
        self._rules = [
            _Wanted(
                known.rule.cost_centre.casefold(),
                known.rule.account.casefold(),
                known.rule.type.casefold(),
                _folded(known.rule.supplier),
                _folded(known.rule.description),
                known,
            )
            for known in sorted(rules, key=lambda known: (known.rule.order, known.id))
        ]
        self._of_centre: dict[str, list[_Wanted]] = {}
        self._of_codes: dict[tuple[str, str, str], list[tuple[str, str, KnownRule]]] = {}

    def winner_of(self, line: LedgerLine) -> KnownRule | None:
        """The first rule whose conditions all hold for *line*."""
        codes = (line.cost_centre, line.account, line.type)
        found = self._of_codes.get(codes)
        if found is None:
            found = self._of_codes[codes] = self._with_codes(*codes)
        for supplier, description, known in found:
            if supplier and supplier not in line.supplier.casefold():
                continue
            if description and description not in line.description.casefold():
                continue
            return known
        return None

    def _with_codes(self, cost_centre: str, account: str, type: str) -> list[tuple[str, str, KnownRule]]:
        """The words that the rules for these codes look for, up to the first rule that looks for none."""
        centre = self._of_centre.get(cost_centre)
        if centre is None:
            folded = cost_centre.casefold()
            centre = self._of_centre[cost_centre] = [
                wanted for wanted in self._rules if wanted.cost_centre in ("", folded)
            ]
        accounts, types = ("", account.casefold()), ("", type.casefold())
        found = []
        for wanted in centre:
            if wanted.account in accounts and wanted.type in types:
                found.append((wanted.supplier, wanted.description, wanted.known))
                if not wanted.supplier and not wanted.description:
                    break
        return found


class _Plan(NamedTuple):
    """Where a rule charges the lines of one year: to *aims* by *weights*, or nowhere because of a *problem*."""

    problem: str
    aims: tuple[tuple[Disposition, BudgetHead | None, str], ...] = ()
    weights: Sequence[int] = ()


def _plan(known: KnownRule, year: FinancialYear, heads: Heads) -> _Plan:
    reason = f"Rule {known.rule.order}: {known.rule.conditions}"
    match known.rule.target:
        case ToIncome():
            return _Plan("", ((Disposition.INCOME, None, reason),))
        case Exclude(why):
            return _Plan("", ((Disposition.EXCLUDED, None, f"{why} ({reason})"),))
        case ToProjects(splits):
            aims: list[tuple[Disposition, BudgetHead | None, str]] = []
            for split in splits:
                places = heads.get((split.ref.casefold(), year.start), ())
                if len(places) != 1:
                    missing = "has no award" if not places else "is paid from more than one grant"
                    return _Plan(f"{reason}, but {split.ref} {missing} in {year}.")
                share = "" if len(splits) == 1 else f"; {split.percent.normalize():f}% of the line"
                aims.append((Disposition.PROJECT, places[0], reason + share))
            return _Plan("", tuple(aims), percent_weights([split.percent for split in splits]))


def percent_weights(percents: Sequence[Decimal]) -> list[int]:
    """Percentages as whole weights for :meth:`Money.share`, exact for any number of decimals."""
    places = 0
    for percent in percents:
        exponent = percent.normalize().as_tuple().exponent
        if isinstance(exponent, int):
            places = max(places, -exponent)
    return [int(percent.scaleb(places)) for percent in percents]


def check_charges(amount: Money, charges: Sequence[Charge]) -> None:
    """Refuses charges that do not make up a line of *amount* (R11).

    They must sum to the line to the penny, none may exceed the line in size or go against its sign, and each
    needs a reason.
    """
    if not charges:
        raise CannotChargeError(
            "The line is charged to nothing.", "Choose a project, or exclude it with a reason."
        )
    left = amount - Money.total(charge.amount for charge in charges)
    if left:
        raise CannotChargeError(
            f"The parts leave {left.in_words} of {amount.in_words} uncharged.",
            "Change the parts so that “left to charge” is 0.00.",
        )
    for charge in charges:
        if charge.amount and not amount:
            raise CannotChargeError(
                f"A part of {charge.amount.in_words} exceeds a line of £0.00.", "Charge the line in one part."
            )
        if charge.amount.pence * amount.pence < 0:
            raise CannotChargeError(
                f"A part of {charge.amount.in_words} goes against the line's {amount.in_words}.",
                "Give every part the sign of the line.",
            )
        if (charge.disposition is Disposition.PROJECT) != (charge.head is not None):
            raise CannotChargeError("A charge to a project needs the project.", "Choose a project.")
        if not charge.reason.strip():
            raise CannotChargeError("A charge needs its reason.", "Say why the line is placed so.")
    heads = [charge.head for charge in charges if charge.head is not None]
    if len(set(heads)) < len(heads):
        raise CannotChargeError("A project stands twice in the split.", "Put its two parts together.")


def state_of(charges: Sequence[Charge]) -> LineState:
    """The state of a line with *charges*: waiting with none; a line with a part on a project counts as charged."""
    if not charges:
        return LineState.WAITING
    state = _EXCLUDED_STATE
    for charge in charges:
        if charge.disposition is _PROJECT:
            return _CHARGED_STATE
        if charge.disposition is _INCOME:
            state = _INCOME_STATE
    return state


def rescale(charges: Sequence[Charge], before: Money, after: Money) -> tuple[Charge, ...] | None:
    """*charges* of a line whose amount went from *before* to *after*, kept in proportion to the penny.

    None when they cannot follow by proportion (the line was nil, or turned its sign with a split): then a person
    has to look.
    """
    if len(charges) == 1:
        return (charges[0]._replace(amount=after),)
    if not before or before.pence * after.pence < 0:
        return None
    parts = after.share([abs(charge.amount.pence) for charge in charges])
    return tuple(charge._replace(amount=part) for charge, part in zip(charges, parts, strict=True))
