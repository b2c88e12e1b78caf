"""Why a line is placed as it is: the rule that fits it first, and of the rules that nearly did the one condition that
failed and what the line has instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from fundingapp.domain.conditions import Condition, Operator, folded, stated
from fundingapp.domain.ids import LineId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import Heads, KnownRule, Waiting
from fundingapp.domain.rulebook import in_order, match_lines

#: So many rules that nearly fit are worth reading.
_NEARLY: Final = 10
#: Words shorter than this are in too many names to tell anything.
_TELLING: Final = 4


class Checked(NamedTuple):
    """One condition held against a line; *stated* is what the line has there, "" when that is empty."""

    condition: Condition
    holds: bool
    stated: str

    def __str__(self) -> str:
        """As the inspector says it: account is “3201”: no, it is “3210”."""
        if self.holds:
            return f"{self.condition}: yes"
        if not self.stated:
            return f"{self.condition}: no, it is empty"
        return f"{self.condition}: no, it is “{self.stated}”"


class RuleCheck(NamedTuple):
    """A rule held against a line, condition by condition."""

    known: KnownRule
    checks: tuple[Checked, ...]

    @property
    def holds(self) -> bool:
        return all(check.holds for check in self.checks)

    @property
    def failed(self) -> tuple[Checked, ...]:
        """The conditions that do not hold."""
        return tuple(check for check in self.checks if not check.holds)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the rules make of one line.

    *fits* is the rule that takes it; *problem* says why that one can't be carried out ("" when it can). *later* would
    take it were there none before them, *off* if they were switched on. *nearly* failed by one condition each, the
    nearest first.
    """

    fits: RuleCheck | None
    problem: str
    later: tuple[RuleCheck, ...]
    off: tuple[RuleCheck, ...]
    nearly: tuple[RuleCheck, ...]


def check_rule(known: KnownRule, line: LedgerLine) -> RuleCheck:
    """Each condition of a rule held against *line*."""
    return RuleCheck(
        known,
        tuple(
            Checked(condition, condition.holds(line), stated(condition.field, line))
            for condition in known.rule.conditions
        ),
    )


def explain_line(line: LedgerLine, rules: Iterable[KnownRule], heads: Heads) -> Explanation:
    """What *rules* make of *line* and why; *heads* as for :func:`match_lines`."""
    checked = [check_rule(known, line) for known in in_order(rules)]
    holding = [check for check in checked if check.holds]
    on = [check for check in holding if check.known.rule.on]
    fits = on[0] if on else None
    problem = ""
    if fits is not None:
        [outcome] = match_lines([(LineId(0), line)], [fits.known], heads)
        problem = outcome.reason if isinstance(outcome, Waiting) else ""
    nearly = [check for check in checked if check.known.rule.on and _is_near(check)]
    nearly.sort(key=lambda check: -len(check.checks))  # stable: of equally near ones the first in order
    return Explanation(
        fits,
        problem,
        tuple(on[1:]),
        tuple(check for check in holding if not check.known.rule.on),
        tuple(nearly[:_NEARLY]),
    )


def _is_near(check: RuleCheck) -> bool:
    """One condition failed and another held; or the only one looks for words of which half are there."""
    if len(check.failed) != 1:
        return False
    if len(check.checks) > 1:
        return True
    [failed] = check.failed
    texts = (Operator.IS, Operator.CONTAINS, Operator.STARTS, Operator.ENDS, Operator.ONE_OF)
    if failed.condition.operator not in texts or not failed.stated:
        return False
    there = set(folded(failed.stated).split())
    for value in failed.condition.values:
        words = [word for word in folded(value).split() if len(word) >= _TELLING]
        found = sum(word in there for word in words)
        if found and 2 * found >= len(words):
            return True
    return False
