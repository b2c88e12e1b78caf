"""Coding rules one at a time: added at a place, changed, moved, switched off; and their lines placed anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from fundingapp.application.commands.matching import (
    RestoreCharges,
    charged_by_rules,
    new_run,
    plain_rules,
    refuse_restoring,
)
from fundingapp.application.commands.records import Record, current
from fundingapp.application.effect import Command, Effect, JournalRecord, Topic, nothing_done
from fundingapp.application.ports import LineCharges, Tools, UnitOfWork
from fundingapp.application.queries.heads import without_closed
from fundingapp.application.queries.locks import locks_of, refuse_locked_lines
from fundingapp.application.queries.rules import known_rules
from fundingapp.application.wording import count, plain
from fundingapp.domain.errors import ChangedMeanwhileError, ExpectedError
from fundingapp.domain.ids import LineId, RuleId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import CodingRule, KnownRule
from fundingapp.domain.rule_trials import NEW_RULE
from fundingapp.domain.rulebook import Rulebook, placed_among


class Placing(Enum):
    """Which lines a rule is applied to at once when it is kept; no other line is touched."""

    NOTHING = "nothing"
    #: Lines that wait and that this rule is the first to fit.
    WAITING = "what waits"
    #: These, and the lines that this rule placed so far: they are placed again by the rules as they then are.
    ANEW = "what waits and what it placed"


@dataclass(frozen=True, slots=True)
class SaveRule(Command["RuleSaved"]):
    """Keeps a new rule at the place of its number, or *rule* in place of *was*, which has this *id*.

    A number that is taken shifts the rules from there on. A changed number moves the rule. Taken back by EditRules.
    """

    rule: CodingRule
    id: RuleId | None = None
    was: CodingRule | None = None
    placing: Placing = Placing.NOTHING


@dataclass(frozen=True, slots=True)
class RuleSaved:
    """The rule's identity and number, how many lines it or another rule placed with it, and how many it had placed
    that wait now."""

    id: RuleId
    order: int
    placed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class SwitchRules(Command[int]):
    """Switches rules on or off; what they charged stays. Taken back by EditRules. Returns how many it changed."""

    rules: tuple[RuleId, ...]
    on: bool


@dataclass(frozen=True, slots=True)
class PlaceAnew(Command["PlacedAnew"]):
    """Places the lines that these rules placed again by the rules as they are; the rules may be removed already.

    Taken back by RestoreCharges.
    """

    rules: tuple[RuleId, ...]


@dataclass(frozen=True, slots=True)
class PlacedAnew:
    """How many lines were placed again, of which so many wait now."""

    lines: int
    waiting: int


@dataclass(frozen=True, slots=True)
class EditRules(Command[None]):
    """Puts the rules *after* in place of those *before*, and the charges that went with it; refused when somebody
    else changed them meanwhile. Its own inverse."""

    before: tuple[Record, ...]
    after: tuple[Record, ...]
    name: str
    was: tuple[LineCharges, ...] = ()
    becomes: tuple[LineCharges, ...] = ()


def save_rule(command: SaveRule, tools: Tools) -> Effect[RuleSaved]:
    rule = command.rule
    if rule.order < 1:
        raise ExpectedError(
            "rule_order", f"A rule can't have the number {rule.order}.", "Number rules from 1 on."
        )
    with tools.open_work() as work:
        if command.id is not None:
            current(work, Record("rules", command.id, command.was))
        held = known_rules(work)
        ordered = placed_among(held, KnownRule(command.id or NEW_RULE, rule))
        before, after = _put(work, held, ordered)
        known = {entry.id for entry in held}
        own = command.id or next(RuleId(record.id) for record in after if record.id not in known)
        saved = work.rules.get(own).value
        name = _name_of(command, saved)
        if not after and command.placing is Placing.NOTHING:
            return nothing_done(name, RuleSaved(own, saved.order, 0, 0))
        was, becomes = _placed_with(work, tools, own, command.placing)
        if not after and not becomes:
            return nothing_done(name, RuleSaved(own, saved.order, 0, 0))
        placed = sum(bool(entry.charges) for entry in becomes)
        result = RuleSaved(own, saved.order, placed, len(becomes) - placed)
        _commit(work, EditRules(before, after, name, was, becomes))
    topics = Topic.RULES | Topic.CHARGES if becomes else Topic.RULES
    return Effect(result, topics, name, EditRules(after, before, name, becomes, was))


def _put(
    work: UnitOfWork, held: Sequence[KnownRule], ordered: Sequence[KnownRule]
) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """Writes the rules of *ordered* that differ from *held*; returns what was and what is now."""
    had = {known.id: known.rule for known in held}
    before, after = [], []
    for known in ordered:
        if known.id == NEW_RULE:
            after.append(Record("rules", work.rules.add(known.rule), known.rule))
        elif had[known.id] != known.rule:
            work.rules.replace(work.rules.get(known.id), known.rule)
            before.append(Record("rules", known.id, had[known.id]))
            after.append(Record("rules", known.id, known.rule))
    return tuple(before), tuple(after)


def _name_of(command: SaveRule, saved: CodingRule) -> str:
    was = command.was
    if command.id is None or was is None:
        return f"add rule {saved.order} for {saved.when}"
    if replace(was, order=saved.order) == saved and was.order != saved.order:
        return f"move rule {was.order} to place {saved.order}"
    if replace(was, on=saved.on) == saved and was.on != saved.on:
        return f"switch rule {saved.order} {'on' if saved.on else 'off'}"
    return f"change rule {saved.order}"


def _placed_with(
    work: UnitOfWork, tools: Tools, rule: RuleId, placing: Placing
) -> tuple[tuple[LineCharges, ...], tuple[LineCharges, ...]]:
    """Places what *placing* says; returns the charges of these lines before and after."""
    if placing is Placing.NOTHING:
        return (), ()
    winner_of = Rulebook(known_rules(work)).winner_of
    lines: list[tuple[LineId, LedgerLine]] = []
    for id, line in work.ledger.waiting():
        winner = winner_of(line)
        if winner is not None and winner.id == rule:
            lines.append((id, line))
    anew = work.ledger.lines_placed_by([rule]) if placing is Placing.ANEW else []
    return _place(work, tools, anew + lines, {id for id, _ in anew})


def _place(
    work: UnitOfWork, tools: Tools, lines: Sequence[tuple[LineId, LedgerLine]], cleared: set[LineId]
) -> tuple[tuple[LineCharges, ...], tuple[LineCharges, ...]]:
    """Places *lines* by the rules; those of *cleared* that no rule places wait. Returns what changed.

    What sits in a locked period, or is charged to a bid that is closed, stays as it is.
    """
    locks = locks_of(work)
    if locks:
        lines = [(id, line) for id, line in lines if locks.on(line.year, line.period) is None]
    lines = without_closed(work, lines)
    run = new_run(work, tools)
    placed = {entry.line: entry for entry in charged_by_rules(work, tools, run, lines, len(lines))}
    held = work.ledger.charges_of([id for id, _ in lines])
    becomes = [placed.get(id, LineCharges(id, ())) for id, _ in lines if id in placed or id in cleared]
    was = tuple(LineCharges(entry.line, held[entry.line]) for entry in becomes)
    work.ledger.put_charges(becomes)
    return was, tuple(becomes)


def switch_rules(command: SwitchRules, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        kept = [work.rules.get(rule) for rule in dict.fromkeys(command.rules)]
        before = tuple(Record("rules", each.id, each.value) for each in kept if each.value.on != command.on)
        after = tuple(Record("rules", each.id, replace(each.value, on=command.on)) for each in before)
        which = f"rule {before[0].value.order}" if len(before) == 1 else count(len(before), "rule")
        name = f"switch {which} {'on' if command.on else 'off'}"
        if not before:
            return nothing_done(name, 0)
        edit = EditRules(before, after, name)
        _carry_out(work, edit)
        _commit(work, edit)
    return Effect(len(before), Topic.RULES, name, EditRules(after, before, name))


def place_anew(command: PlaceAnew, tools: Tools) -> Effect[PlacedAnew]:
    with tools.open_work() as work:
        lines = work.ledger.lines_placed_by(command.rules)
        name = f"place {count(len(lines), 'line')} anew by the rules"
        if not lines:
            return nothing_done(name, PlacedAnew(0, 0))
        was, becomes = _place(work, tools, lines, {id for id, _ in lines})
        if not becomes:  # all of them sit in locked periods
            return nothing_done(name, PlacedAnew(0, 0))
        name = f"place {count(len(becomes), 'line')} anew by the rules"
        waiting = sum(not entry.charges for entry in becomes)
        work.commit(JournalRecord("PlaceAnew", name, {"lines": plain(was)}, {"lines": plain(becomes)}))
    return Effect(PlacedAnew(len(becomes), waiting), Topic.CHARGES, name, RestoreCharges(becomes, was, name))


def edit_rules(command: EditRules, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        _carry_out(work, command)
        now = work.ledger.charges_of([entry.line for entry in command.was])
        if any(now[entry.line] != entry.charges for entry in command.was):
            raise ChangedMeanwhileError("A line's charge")
        refuse_locked_lines(work, [entry.line for entry in command.was], "charging")
        refuse_restoring(work, command.becomes, now)
        work.ledger.put_charges(command.becomes)
        _commit(work, command)
    inverse = EditRules(command.after, command.before, command.name, command.becomes, command.was)
    topics = Topic.RULES | Topic.CHARGES if command.becomes else Topic.RULES
    return Effect(None, topics, command.name, inverse)


def _carry_out(work: UnitOfWork, edit: EditRules) -> None:
    kept = {record.id: current(work, record) for record in edit.before}
    after = {record.id: record.value for record in edit.after}
    for id, rule in kept.items():
        if id not in after:
            work.rules.remove(rule)
        else:
            work.rules.replace(rule, after[id])
    for id, value in after.items():
        if id not in kept:
            work.rules.add(value, id)


def _commit(work: UnitOfWork, edit: EditRules) -> None:
    """Journals and commits: the rules on both sides, and the charges that went with them."""
    before: dict[str, Any] = {"rules": plain_rules(edit.before)}
    after: dict[str, Any] = {"rules": plain_rules(edit.after)}
    if edit.becomes:
        before["lines"], after["lines"] = plain(edit.was), plain(edit.becomes)
    work.commit(JournalRecord("EditRules", edit.name, before, after))


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    SaveRule: save_rule,
    SwitchRules: switch_rules,
    PlaceAnew: place_anew,
    EditRules: edit_rules,
}
