"""Matching: which project a ledger line is charged to, by which rule and why (R10, R11).

A line is never charged without a rule or a person, and each charge carries its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
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

    def holds(self, looks: Looks) -> bool:
        """Whether a line that *looks* so meets every condition."""
        return (
            (not self.cost_centre or looks.cost_centre == self.cost_centre.casefold())
            and (not self.account or looks.account == self.account.casefold())
            and (not self.type or looks.type == self.type.casefold())
            and (not self.supplier or _folded(self.supplier) in looks.supplier)
            and (not self.description or _folded(self.description) in looks.description)
        )


class Looks(NamedTuple):
    """What rules look at in a line, in lower case."""

    cost_centre: str
    account: str
    supplier: str
    description: str
    type: str

    @classmethod
    def of(cls, line: LedgerLine) -> Looks:
        return cls(
            line.cost_centre.casefold(),
            line.account.casefold(),
            line.supplier.casefold(),
            line.description.casefold(),
            line.type.casefold(),
        )


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


class Suggestion(NamedTuple):
    """A project that a line probably belongs to; never charged before a person accepts it."""

    head: BudgetHead
    reason: str


class KnownRule(NamedTuple):
    """A rule with its identity in the file."""

    id: RuleId
    rule: CodingRule


#: Where a project's ref can be charged in a year: usually exactly one place.
Heads = Mapping[tuple[str, int], Sequence[BudgetHead]]


def match_lines(
    lines: Iterable[tuple[LineId, LedgerLine]], rules: Sequence[KnownRule], heads: Heads
) -> Iterable[Placed | Waiting]:
    """Each of *lines* placed by the first of *rules* that holds, or waiting with the reason.

    *heads* names, by (ref in lower case, start of the year), the budget heads that a project can be charged to.
    A rule that names a project without exactly one head leaves the line waiting: money is not charged to an
    undecided bid, nor to one of two grants by chance.
    """
    ordered = sorted(rules, key=lambda known: (known.rule.order, known.id))
    reasons = {known.id: f"Rule {known.rule.order}: {known.rule.conditions}" for known in ordered}
    winners: dict[Looks, KnownRule | None] = {}  # lines that look alike are tested once
    for line_id, line in lines:
        looks = Looks.of(line)
        if looks not in winners:
            winners[looks] = next((known for known in ordered if known.rule.holds(looks)), None)
        winner = winners[looks]
        if winner is None:
            yield Waiting(line_id, "No rule fits this line.")
        else:
            yield _apply(line_id, line, winner, reasons[winner.id], heads)


def _apply(
    line_id: LineId, line: LedgerLine, known: KnownRule, reason: str, heads: Heads
) -> Placed | Waiting:
    target = known.rule.target
    match target:
        case ToIncome():
            return Placed(line_id, (Charge(Disposition.INCOME, None, line.amount, reason, known.id),))
        case Exclude(why):
            said = f"{why} ({reason})"
            return Placed(line_id, (Charge(Disposition.EXCLUDED, None, line.amount, said, known.id),))
        case ToProjects(splits):
            found = []
            for split in splits:
                places = heads.get((split.ref.casefold(), line.year.start), ())
                if len(places) != 1:
                    missing = "has no award" if not places else "is paid from more than one grant"
                    return Waiting(line_id, f"{reason}, but {split.ref} {missing} in {line.year}.")
                found.append(places[0])
            parts = line.amount.share(percent_weights([split.percent for split in splits]))
            charges = tuple(
                Charge(
                    Disposition.PROJECT,
                    head,
                    part,
                    reason if len(splits) == 1 else f"{reason}; {split.percent.normalize():f}% of the line",
                    known.id,
                )
                for head, part, split in zip(found, parts, splits, strict=True)
            )
            return Placed(line_id, charges)


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
    dispositions = {charge.disposition for charge in charges}
    if Disposition.PROJECT in dispositions:
        return LineState.CHARGED
    return LineState.INCOME if Disposition.INCOME in dispositions else LineState.EXCLUDED


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


def suggest(earlier: Sequence[tuple[str, str]], heads: Heads, year: FinancialYear) -> Suggestion | None:
    """The project that a waiting line probably belongs to, from *earlier* lines of the same supplier.

    *earlier* holds (project's ref, supplier) of each such line's charge. A suggestion is made only when all of
    them went to one project and that project can be charged in *year*.
    """
    refs = {ref for ref, _ in earlier}
    if len(refs) != 1:
        return None
    ref = refs.pop()
    places = heads.get((ref.casefold(), year.start), ())
    if len(places) != 1:
        return None
    number = len(earlier)
    lines = "An earlier line" if number == 1 else f"{number:,} earlier lines"
    verb = "was" if number == 1 else "were"
    return Suggestion(places[0], f"{lines} from this supplier {verb} charged to {ref}.")
