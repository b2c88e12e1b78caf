"""Matching: which project a ledger line is charged to, by which rule and why (R10, R11).

A line is never charged without a rule or a person, and each charge carries its reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from fundingapp.domain.conditions import Condition, Field
from fundingapp.domain.errors import CannotChargeError
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import FundId, LineId, RuleId
from fundingapp.domain.money import Money


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
    """A share of a line for a project, in per cent; the shares of a target add up to 100.

    *ref* names the project, and where several kinds of money or several funds pay for it, which: “LF-01:capital”,
    “LF-01:revenue:Home Office Fund” or “LF-01::Home Office Fund”.
    """

    ref: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class ToProjects:
    """Charge to one project, or to several by percentage."""

    splits: tuple[Split, ...]

    def __str__(self) -> str:
        if len(self.splits) == 1:
            return written(self.splits[0].ref)
        return "split " + ", ".join(
            f"{written(split.ref)} {split.percent.normalize():f}%" for split in self.splits
        )


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


@dataclass(frozen=True, slots=True)
class FixedSum:
    """A sum of a line for a project; above nought, it takes the sign of the line."""

    ref: str
    amount: Money


@dataclass(frozen=True, slots=True)
class ToSums:
    """Charge fixed sums to projects and what is left to *rest*; without it (""), the sums must make up the line.

    A credit note is shared as the invoice was, every sum with the sign of the line. The sums never exceed the line in
    size: a line that is too small for them waits.
    """

    sums: tuple[FixedSum, ...]
    rest: str = ""

    def __str__(self) -> str:
        parts = [f"{written(entry.ref)} {entry.amount.in_words}" for entry in self.sums]
        return "split " + ", ".join([*parts, f"{written(self.rest)} the rest"] if self.rest else parts)

    @property
    def refs(self) -> tuple[str, ...]:
        """The projects in their order, *rest* last."""
        return tuple(entry.ref for entry in self.sums) + ((self.rest,) if self.rest else ())

    def parts_of(self, amount: Money) -> tuple[Money, ...]:
        """The parts of a line of *amount*, one for each of :attr:`refs`; they add up to it (R11).

        Raises ValueError with a few words when it can't be done.
        """
        whole = Money.total(entry.amount for entry in self.sums)
        left = abs(amount) - whole
        if left < Money.ZERO:
            raise ValueError(f"the sums of {whole.in_words} exceed the line's {amount.in_words}")
        if left and not self.rest:
            raise ValueError(
                f"the sums of {whole.in_words} leave {left.in_words} of the line without a project"
            )
        parts = [entry.amount for entry in self.sums] + ([left] if self.rest else [])
        return tuple(-part for part in parts) if amount < Money.ZERO else tuple(parts)


Target = ToProjects | ToSums | ToIncome | Exclude

#: What may stand without quotation marks: a reference, and behind a colon the kind and the fund's name.
_PLAIN = re.compile(r'[^\s",:]+(?::(?:[^\s",](?:[^",\n\r\t]*[^\s",])?|))?')
_QUOTED = re.compile(r'"(?:[^"]|"")+"')
_PART = re.compile(
    r"""\s*(?P<ref>"(?:[^"]|"")+"|[^\s":][^\s:]*(?::[^",]*?)?)\s+
    (?:(?P<percent>\d+(?:\.\d+)?)\s*%
      |£?\s*(?P<sum>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?)
      |(?P<rest>(?:the\s+)?rest))
    \s*(?:,|$)""",
    re.VERBOSE | re.IGNORECASE,
)


def refs_of(target: Target) -> tuple[str, ...]:
    """What *target* charges, as it names it: references of projects, some with their kind and fund."""
    match target:
        case ToProjects(splits):
            return tuple(split.ref for split in splits)
        case ToSums():
            return target.refs
        case _:
            return ()


def may_charge(target: Target, ref: str) -> bool:
    """Whether *target* names the project *ref*, alone or with a kind or a fund."""
    wanted = ref.casefold()
    return any(
        name.casefold() == wanted or name.casefold().startswith(f"{wanted}:") for name in refs_of(target)
    )


def written(ref: str) -> str:
    """A reference as it stands in a target: in quotation marks where it could be read as something else."""
    lowered = ref.casefold()
    if _PLAIN.fullmatch(ref) and lowered != "income" and not lowered.startswith("exclude"):
        return ref
    return '"' + ref.replace('"', '""') + '"'


def _unquoted(ref: str) -> str:
    return ref[1:-1].replace('""', '"') if ref.startswith('"') else ref


def names_of(ref: str, heads: Sequence[BudgetHead], funds: Mapping[FundId, str]) -> dict[BudgetHead, str]:
    """How a target names each of the *heads* that the project *ref* has in a year: by its reference alone when there
    is one, with the kind, or with kind and fund where several of the *funds* pay for that kind."""
    names = {}
    for head in heads:
        several = sum(other.kind is head.kind for other in heads) > 1
        fund = f":{funds.get(head.fund, '')}" if several else ""
        names[head] = f"{ref}:{head.kind.value}{fund}" if len(heads) > 1 else ref
    return names


def parse_target(text: str) -> Target:
    """Reads a rule's “charge to”: ``LF-09``, ``income``, ``excluded: reason``, ``split LF-06 60%, LF-11 40%``, or with
    fixed sums ``split LF-06 £100.00, LF-11 the rest``.

    A project that several kinds of money or several funds pay for is named with them, as in ``LF-09:capital``,
    ``LF-09:revenue:Home Office Fund`` and ``LF-09::Home Office Fund``; in quotation marks where a name has a comma.

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
        return _parse_split(text[6:])
    if _QUOTED.fullmatch(text):
        return ToProjects((Split(_unquoted(text), Decimal(100)),))
    project = text.partition(":")[0]
    if " " in project or not project:
        raise ValueError(f"“{text}” is not a project's reference, “income”, “excluded: reason” or a split")
    return ToProjects((Split(text, Decimal(100)),))


def _parse_split(text: str) -> Target:
    percents: list[Split] = []
    sums: list[FixedSum] = []
    rests: list[str] = []
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None:
            part = text[at:].partition(",")[0].strip()
            raise ValueError(
                f"“{part}” is not a share such as “LF-06 60%”, “LF-06 £100.00” or “LF-06 the rest”"
            )
        at = found.end()
        ref = _unquoted(found["ref"])
        if found["percent"]:
            percents.append(Split(ref, Decimal(found["percent"])))
        elif found["sum"]:
            sums.append(FixedSum(ref, Money.parse(found["sum"])))
        else:
            rests.append(ref)
    refs = [split.ref for split in percents] + [entry.ref for entry in sums] + rests
    if len({ref.casefold() for ref in refs}) < len(refs):
        raise ValueError("a project stands twice in the split")
    if percents and sums:
        raise ValueError("a split is by percentages or by sums, not by both")
    if len(rests) > 1:
        raise ValueError("only one project can have the rest")
    if sums:
        if not all(entry.amount for entry in sums):
            raise ValueError("a sum in the split is £0.00")
        return ToSums(tuple(sums), rests[0] if rests else "")
    whole = sum((split.percent for split in percents), Decimal(0))
    if rests and percents and whole < 100:
        percents.append(Split(rests[0], 100 - whole))
        whole = Decimal(100)
    elif rests:
        raise ValueError("nothing is left for the rest" if percents else "the split has one project only")
    if whole != 100:
        raise ValueError(f"the shares add up to {whole.normalize():f}%, not 100%")
    return ToProjects(tuple(percents))


@dataclass(frozen=True, slots=True)
class CodingRule:
    """When all *conditions* hold for a line, charge it to *target*. No condition holds for every line.

    *order* decides: the first rule that holds wins. A rule that is not *on* is kept and passed over. *name* is what a
    person calls it, "" for most.
    """

    order: int
    target: Target
    conditions: tuple[Condition, ...] = ()
    name: str = ""
    on: bool = True

    def __post_init__(self) -> None:
        # In one order and once each, so that rules that ask the same are equal and say the same.
        once = sorted(dict.fromkeys(self.conditions), key=lambda condition: _PLACES[condition.field])
        object.__setattr__(self, "conditions", tuple(once))

    @property
    def when(self) -> str:
        """The conditions in words, for the reason of a charge."""
        return " and ".join(map(str, self.conditions)) or "every line"

    @property
    def short_name(self) -> str:
        """Its name, or the one word that tells what it looks at, for a list."""
        if self.name or not self.conditions:
            return self.name or "all lines"
        fields = [condition.field for condition in self.conditions]
        return next((field for field in _TELLING if field in fields), fields[0]).value


_PLACES = {field: at for at, field in enumerate(Field)}
#: The fields that tell most about a rule, for its short name.
_TELLING = (Field.SUPPLIER, Field.DESCRIPTION, Field.COST_CENTRE, Field.ACCOUNT)


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


class NamedHeads(dict[tuple[str, int], list[BudgetHead]]):
    """Heads by what a target may call them, in lower case, and the start of the year; *funds* names the funds for
    sentences."""

    def __init__(self, heads: Heads, funds: Mapping[FundId, str]) -> None:
        super().__init__({key: list(found) for key, found in heads.items()})
        self.funds = funds
        for (ref, year), found in heads.items():
            for head in found:
                kind, fund = head.kind.value, funds[head.fund].casefold()
                for name in (f"{ref}:{kind}", f"{ref}::{fund}", f"{ref}:{kind}:{fund}"):
                    self.setdefault((name, year), []).append(head)


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
