"""The coding rules: which there are and what they placed, a rule on trial, why a line is placed as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import (
    Charged,
    Kept,
    RuleUse,
    TableColumn,
    TableDocument,
    Tools,
    UnitOfWork,
    ValueKind,
)
from fundingapp.application.queries.heads import fund_names, head_names, heads_of
from fundingapp.application.queries.locks import holds_of
from fundingapp.domain.conditions import Field, folded
from fundingapp.domain.ids import LineId, ProjectId, RuleId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import CodingRule, How, KnownRule, Target, Waiting
from fundingapp.domain.rule_reasons import Explanation, explain_line
from fundingapp.domain.rule_tables import write_rules
from fundingapp.domain.rule_trials import Meets, Trial, TriedLine, in_words, propose_rule, try_rule
from fundingapp.domain.rulebook import in_order, match_lines

_CODES = (Field.COST_CENTRE, Field.ACCOUNT, Field.TYPE)
#: How many lines are looked at between two reports, and looked up together.
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Rules(Question["list[Kept[CodingRule]]"]):
    """The coding rules in the order they are tried."""


@dataclass(frozen=True, slots=True)
class RuleUses(Question["dict[RuleId, RuleUse]"]):
    """What each rule has placed so far, by its identity; rules that placed nothing are left out."""


@dataclass(frozen=True, slots=True)
class RulesInUse(Question["RulesAnswer"]):
    """The rules in their order with what each has placed, and every project that a rule can charge."""


@dataclass(frozen=True, slots=True)
class RulesAnswer:
    """*projects* are (reference, name), by reference; with several kinds of money also (reference:kind, name)."""

    rules: tuple[Kept[CodingRule], ...]
    uses: Mapping[RuleId, RuleUse]
    projects: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TryRule(Question["TrialAnswer"]):
    """What *rule* would do to the lines that are held, at the place of its number, in place of *replacing* if given."""

    rule: CodingRule
    replacing: RuleId | None = None


@dataclass(frozen=True, slots=True)
class TrialAnswer:
    """A trial, and the same in sentences. *numbers* gives the order of each rule by its identity."""

    trial: Trial
    sentence: str
    numbers: Mapping[RuleId, int]


@dataclass(frozen=True, slots=True)
class ExplainLine(Question["LineExplanation"]):
    """Which rule fits a line, and which nearly did."""

    line: LineId


@dataclass(frozen=True, slots=True)
class LineExplanation:
    """How a line is charged now, and what today's rules make of it.

    *charged_by* is the rule that charged it, None when a person did or it waits; *removed* says that a rule did which
    is there no more. The reasons of the charges say what the rule asked then.
    """

    charges: tuple[Charged, ...]
    charged_by: KnownRule | None
    removed: bool
    today: Explanation


@dataclass(frozen=True, slots=True)
class RuleFromLine(Question[CodingRule]):
    """A rule that charges lines like this one to *target*; nothing is kept until SaveRule."""

    line: LineId
    target: Target


@dataclass(frozen=True, slots=True)
class WriteRules(Question[int]):
    """Writes the rules as a table that ReadRules reads as the same rules, to *out* (.xlsx or .csv). Returns how many.

    Raises ExpectedError as :class:`~fundingapp.application.ports.TableWriter` does; *out* is then what it was before.
    """

    out: Path


def known_rules(work: UnitOfWork) -> list[KnownRule]:
    """Every rule with its identity."""
    return [KnownRule(RuleId(kept.id), kept.value) for kept in work.rules.all()]


def reasons_of(work: UnitOfWork) -> Callable[[Sequence[tuple[LineId, LedgerLine]]], dict[LineId, str]]:
    """A function from waiting lines to why each waits: no rule fits, the rule's project has no place, a locked
    period or a project's dates hold it, or the rules were not applied since."""
    rules, heads, holds = known_rules(work), heads_of(work), holds_of(work)

    def reasons(lines: Sequence[tuple[LineId, LedgerLine]]) -> dict[LineId, str]:
        return {
            id: outcome.reason
            if isinstance(outcome, Waiting)
            else holds.because(line, outcome.charges)
            or "A rule fits this line; apply the rules to charge it."
            for (id, line), outcome in zip(lines, match_lines(lines, rules, heads), strict=True)
        }

    return reasons


def _names_of(work: UnitOfWork) -> Iterator[tuple[str, str]]:
    """What a rule can charge to: each project, and each of its kinds and funds where it has several in a year."""
    names: dict[ProjectId, dict[str, str]] = {}
    funds = fund_names(work)
    for (head, _), name in head_names(work).items():
        told = [head.kind.value] + ([funds[head.fund]] if name.count(":") > 1 else [])
        names.setdefault(head.project, {})[name] = ", ".join(told)
    for kept in work.projects.all():
        project = kept.value
        yield project.ref, project.name
        for name, words in names.get(ProjectId(kept.id), {}).items():
            if name != project.ref:
                yield name, f"{project.name} ({words})"


def answer_rules(question: Rules, tools: Tools) -> list[Kept[CodingRule]]:
    with tools.open_work(reading=True) as work:
        return sorted(work.rules.all(), key=lambda kept: (kept.value.order, kept.id))


def answer_uses(question: RuleUses, tools: Tools) -> dict[RuleId, RuleUse]:
    with tools.open_work(reading=True) as work:
        return {use.rule: use for use in work.ledger.rule_uses()}


def answer_in_use(question: RulesInUse, tools: Tools) -> RulesAnswer:
    with tools.open_work(reading=True) as work:
        return RulesAnswer(
            tuple(sorted(work.rules.all(), key=lambda kept: (kept.value.order, kept.id))),
            {use.rule: use for use in work.ledger.rule_uses()},
            tuple(sorted(_names_of(work))),
        )


def lines_that_may_fit(work: UnitOfWork, rule: CodingRule) -> Iterator[tuple[LineId, LedgerLine]]:
    """The live lines that *rule* may fit: every one that it does fit is among them."""
    asked = {condition.field for condition in rule.conditions}
    fields = [Field.SUPPLIER] if Field.SUPPLIER in asked else [field for field in _CODES if field in asked]
    texts: dict[str, list[str]] = {}
    for field in fields:
        column = field.name.lower()
        tests = [condition.test() for condition in rule.conditions if condition.field is field]
        texts[column] = [
            text for text in work.ledger.texts_of(column) if all(test(folded(text)) for test in tests)
        ]
    return work.ledger.lines_among(texts)


def answer_trial(question: TryRule, tools: Tools) -> TrialAnswer:
    rule, replacing = question.rule, question.replacing
    found: list[TriedLine] = []
    lost: tuple[LineId, ...] = ()
    with tools.open_work(reading=True) as work:
        rules = known_rules(work)
        lines = _reported(lines_that_may_fit(work, rule), tools)
        tried = try_rule(rule, replacing, rules, heads_of(work), lines)
        while chunk := list(islice(tried, _AT_ONCE)):
            charges = work.ledger.charges_of([line.id for line in chunk])
            found += [_with_charges(line, charges[line.id], replacing) for line in chunk]
        if replacing is not None:
            kept = {line.id for line in found if line.meets is Meets.KEEPS}
            lost = tuple(line for line, _ in work.ledger.lines_placed_by([replacing]) if line not in kept)
    trial = Trial(tuple(found), lost)
    numbers = {known.id: known.rule.order for known in rules}
    return TrialAnswer(trial, in_words(trial, numbers), numbers)


def _reported(
    lines: Iterable[tuple[LineId, LedgerLine]], tools: Tools
) -> Iterator[tuple[LineId, LedgerLine]]:
    for done, line in enumerate(lines, start=1):
        yield line
        if done % _AT_ONCE == 0:
            tools.progress.report(done, 0, "Trying the rule")


def _with_charges(line: TriedLine, charges: tuple[Charged, ...], replacing: RuleId | None) -> TriedLine:
    """What becomes of a line that is charged already: it stays where it is."""
    if line.meets is not Meets.CHARGES or not charges:
        return line
    by = charges[0].charge.rule if charges[0].how is How.RULE else None
    own = by is not None and by == replacing
    return line._replace(meets=Meets.KEEPS if own else Meets.ELSEWHERE, rule=by)


def answer_explain(question: ExplainLine, tools: Tools) -> LineExplanation:
    with tools.open_work(reading=True) as work:
        line = work.ledger.held_line(question.line).line
        rules = known_rules(work)
        charges = work.ledger.charges_of([question.line])[question.line]
        today = explain_line(line, rules, heads_of(work))
    by = next((entry.charge.rule for entry in charges if entry.how is How.RULE), None)
    charged_by = next((known for known in rules if known.id == by), None) if by is not None else None
    return LineExplanation(charges, charged_by, by is not None and charged_by is None, today)


def answer_from_line(question: RuleFromLine, tools: Tools) -> CodingRule:
    with tools.open_work(reading=True) as work:
        line = work.ledger.held_line(question.line).line
        return propose_rule(line, question.target, known_rules(work))


def answer_write(question: WriteRules, tools: Tools) -> int:
    with tools.open_work(reading=True) as work:
        rules = [known.rule for known in in_order(known_rules(work))]
    headings, rows = write_rules(rules)
    columns = tuple(TableColumn(heading, ValueKind.TEXT) for heading in headings)
    notes = (
        ("What this is", "Coding rules as kept by Funding Tracker; they can be read in again"),
        ("Rules", len(rows)),
        ("Exported", tools.clock().astimezone()),
        ("By", tools.who),
    )
    return tools.write_table(
        TableDocument(columns, rows, len(rows), notes, "Rules"), question.out, tools.progress
    )


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    Rules: answer_rules,
    RuleUses: answer_uses,
    RulesInUse: answer_in_use,
    TryRule: answer_trial,
    ExplainLine: answer_explain,
    RuleFromLine: answer_from_line,
    WriteRules: answer_write,
}
