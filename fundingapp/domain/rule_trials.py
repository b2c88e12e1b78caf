"""A rule tried on the lines that are held before it is kept; and a rule proposed from one line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, NamedTuple

from fundingapp.domain.conditions import Condition, Field, Operator, fits, folded
from fundingapp.domain.ids import LineId, RuleId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import CodingRule, Heads, KnownRule, Target, Waiting
from fundingapp.domain.money import Money
from fundingapp.domain.rulebook import Rulebook, match_lines, placed_among

#: Stands for the identity of a rule that has none yet.
NEW_RULE: Final = RuleId(2**62)


class Meets(Enum):
    """What a rule on trial would do with a line that it fits."""

    CHARGES = "charges it"
    KEEPS = "it is charged by this rule already"
    ELSEWHERE = "charged elsewhere already, and stays there"
    EARLIER = "an earlier rule takes it"
    STUCK = "can't be carried out"


class TriedLine(NamedTuple):
    """A line that the rule fits, and what would become of it.

    *rule* is the earlier rule, or the one that charged it (None: a person did). *reason* says why it is stuck.
    """

    id: LineId
    amount: Money
    meets: Meets
    rule: RuleId | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would do to the lines that are held.

    *lost* are lines that the rule charged as it was and would not fit as it is now.
    """

    lines: tuple[TriedLine, ...]
    lost: tuple[LineId, ...] = ()

    def of(self, *meets: Meets) -> list[TriedLine]:
        """The lines of which one of these is true."""
        return [line for line in self.lines if line.meets in meets]

    @property
    def taken(self) -> list[TriedLine]:
        """The lines that would be this rule's: no earlier rule takes them, and it can be carried out."""
        return self.of(Meets.CHARGES, Meets.KEEPS, Meets.ELSEWHERE)

    @property
    def total(self) -> Money:
        """What :attr:`taken` sum to."""
        return Money.total(line.amount for line in self.taken)


def in_words(trial: Trial, numbers: Mapping[RuleId, int]) -> str:
    """A trial as sentences; *numbers* gives the order of each rule by its identity."""
    taken = trial.taken
    if not trial.lines:
        sentences = ["It fits none of the lines that are held."]
    elif not taken:
        sentences = [f"It fits {_lines(len(trial.lines))} and would charge none."]
    else:
        sentences = [f"Would charge {_lines(len(taken))}, {trial.total.in_words}."]
    kept = len(trial.of(Meets.KEEPS))
    if kept:
        sentences.append(f"{_of(kept, len(taken))} charged by it already.")
    elsewhere = Counter(line.rule for line in trial.of(Meets.ELSEWHERE))
    if elsewhere:
        by = [f"{number:,} {_by(rule, numbers)}" for rule, number in elsewhere.most_common()]
        number = sum(elsewhere.values())
        stay = "stays" if number == 1 else "stay"
        sentences.append(f"{_of(number, len(taken))} charged elsewhere ({', '.join(by)}) and {stay} there.")
    for rule, number in Counter(line.rule for line in trial.of(Meets.EARLIER)).most_common():
        verb = "fits" if number == 1 else "fit"
        sentences.append(
            f"{_lines(number)} more {verb}, but {_name(rule, numbers)} takes {_them(number)} first."
        )
    for reason, number in Counter(line.reason for line in trial.of(Meets.STUCK)).most_common():
        sentences.append(f"{_lines(number)} would wait: {reason}")
    if trial.lost:
        sentences.append(f"{_lines(len(trial.lost))} that it charged so far would no longer fit.")
    return " ".join(sentences)


def _lines(number: int) -> str:
    return f"{number:,} line{'' if number == 1 else 's'}"


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


def _of(number: int, whole: int) -> str:
    if number == whole:
        return "It is" if number == 1 else "All of them are"
    return f"{number:,} of them {'is' if number == 1 else 'are'}"


def _by(rule: RuleId | None, numbers: Mapping[RuleId, int]) -> str:
    return "by hand" if rule is None else f"by {_name(rule, numbers)}"


def _name(rule: RuleId | None, numbers: Mapping[RuleId, int]) -> str:
    order = numbers.get(rule) if rule is not None else None
    return f"rule {order}" if order is not None else "a rule that was removed"


def try_rule(
    rule: CodingRule,
    replacing: RuleId | None,
    rules: Sequence[KnownRule],
    heads: Heads,
    lines: Iterable[tuple[LineId, LedgerLine]],
) -> Iterator[TriedLine]:
    """Those of *lines* that *rule* fits, each with what would become of it if it had no charge yet.

    The rule is tried at the place of its number among *rules*, in place of *replacing* if that is given, and as if it
    were on. *heads* as for :func:`match_lines`.
    """
    own = replacing or NEW_RULE
    ordered = placed_among(rules, KnownRule(own, replace(rule, on=True)))
    mine = next(known for known in ordered if known.id == own)
    winner_of = Rulebook(ordered).winner_of
    fits_line = Rulebook([mine]).winner_of
    for line_id, line in lines:
        if fits_line(line) is None:
            continue
        winner = winner_of(line)
        if winner is not None and winner.id != own:
            yield TriedLine(line_id, line.amount, Meets.EARLIER, winner.id)
            continue
        [outcome] = match_lines([(line_id, line)], [mine], heads)
        if isinstance(outcome, Waiting):
            yield TriedLine(line_id, line.amount, Meets.STUCK, None, outcome.reason)
        else:
            yield TriedLine(line_id, line.amount, Meets.CHARGES)


# A rule from a line

_NUMBER = re.compile(r"\S*\d\S*")
_DATE = re.compile(
    r"\b\d{1,4}[/.\-]\d{1,2}(?:[/.\-]\d{1,4})?\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b(?:\s+\d{2,4})?",
    re.IGNORECASE,
)
_EDGES = " ,.;:-–—/()*#&'\"“”’"
#: Parts of a name that come and go from one invoice to the next.
_LOOSE = frozenset(
    {"ltd", "limited", "plc", "llp", "inc", "inv", "invoice", "ref", "no", "re", "the", "cr", "dr"}
    | {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"}
    | {"january", "february", "march", "april", "june", "july", "august", "september", "october", "november"}
    | {"december"}
)


def stem_of(text: str) -> str:
    """What of a supplier's name or a narrative stays the same from line to line: the longest run of its words without
    dates, words that hold numbers, months, and “Ltd” or “inv” at its ends. "" when nothing telling is left."""
    runs = []
    for run in re.split(r"\0", _NUMBER.sub("\0", _DATE.sub("\0", text))):
        words = run.split()
        while words and words[0].strip(_EDGES).casefold() in _LOOSE | {""}:
            words.pop(0)
        while words and words[-1].strip(_EDGES).casefold() in _LOOSE | {""}:
            words.pop()
        runs.append(" ".join(words).strip(_EDGES))
    longest = max(runs, key=len, default="")
    return longest if len(longest) >= 3 else ""


def propose_rule(line: LedgerLine, target: Target, rules: Sequence[KnownRule]) -> CodingRule:
    """A rule that charges lines like *line* to *target*: by its supplier where it has one, else by its codes and what
    its description says. Nothing is kept.

    Its place is before the first rule that takes the line otherwise, or after the last.
    """
    supplier = stem_of(line.supplier)
    # What a stem leaves out may stand inside it: only a text that the line really contains may be asked for.
    if supplier and folded(supplier) in folded(line.supplier):
        conditions = fits(supplier=supplier)
    elif line.supplier.strip():
        conditions = (Condition(Field.SUPPLIER, Operator.IS, (line.supplier,)),)
    else:
        words = stem_of(line.description)
        told = words if folded(words) in folded(line.description) else ""
        conditions = fits(cost_centre=line.cost_centre, account=line.account, description=told)
        if not conditions:
            conditions = fits(type=line.type) or (
                Condition(Field.TRANSACTION, Operator.IS, (line.transaction,)),
            )
    winner = Rulebook(rules).winner_of(line)
    if winner is not None and winner.rule.target != target:
        order = winner.rule.order
    else:
        order = max((known.rule.order for known in rules), default=0) + 1
    return CodingRule(order, target, conditions)
