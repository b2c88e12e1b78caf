"""Placing ledger lines: by the coding rules, by hand, with splits and exclusions; and taking that back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import tee
from typing import Any

from fundingapp.application.commands.records import (
    Changed,
    Record,
    RemoveRecords,
    SwapRecords,
    add_all,
    plain_swap,
    swap,
)
from fundingapp.application.effect import Command, Effect, JournalRecord, Topic, nothing_done
from fundingapp.application.ports import Charged, LineCharges, LineFilter, Show, Tools, UnitOfWork
from fundingapp.application.queries.balances import assertion_of
from fundingapp.application.queries.heads import heads_by_ref, heads_of, refuse_blocked_charges, standing_in
from fundingapp.application.queries.locked_balances import balance_name
from fundingapp.application.queries.locks import Late, holds_of, locks_of, refuse_locked_lines
from fundingapp.application.queries.rules import known_rules
from fundingapp.application.wording import count, plain
from fundingapp.domain.errors import CannotChargeError, ChangedMeanwhileError, ExpectedError
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import FundId, LineId, RunId
from fundingapp.domain.ledger import HeldLine, LedgerLine
from fundingapp.domain.matching import (
    Charge,
    CodingRule,
    Disposition,
    Exclude,
    Heads,
    How,
    LineState as State,
    Placed,
    Target,
    ToIncome,
    ToSums,
    check_charges,
    percent_weights,
    refs_of,
    state_of,
)
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.rulebook import match_lines, why_not_one
from fundingapp.domain.watching import Asserted


@dataclass(frozen=True, slots=True)
class AddRules(Command[int]):
    """Adds coding rules after those that are there, in the order given. Taken back by RemoveRecords."""

    rules: tuple[CodingRule, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One application of the rules: its number, who made it and when."""

    id: RunId
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ApplyRules(Command["Matched"]):
    """Applies the rules to every waiting line. Taken back by UndoRun.

    *again* does a run once more that was taken back: its charges are the same to the last field, so that what was
    done after it can be done again as well.
    """

    again: Run | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """What applying the rules did; *waiting* counts every line that still has no place."""

    run: RunId
    charged: int
    income: int
    excluded: int
    waiting: int

    @property
    def placed(self) -> int:
        return self.charged + self.income + self.excluded


@dataclass(frozen=True, slots=True)
class UndoRun(Command[int]):
    """Takes out every charge that one application of the rules made. Taken back by ApplyRules."""

    run: Run


@dataclass(frozen=True, slots=True)
class ChargePart:
    """A part of a line: to a budget head, or (None) as *disposition* says."""

    amount: Money
    disposition: Disposition
    head: BudgetHead | None = None


@dataclass(frozen=True, slots=True)
class ChargeLine(Command[None]):
    """Places one line by hand in parts that sum to it. Taken back by RestoreCharges.

    *late*: a line that came after its period was locked is charged as a prior-period adjustment (R17): the locked
    period keeps its figure, and the difference is stated apart. Then it is taken back by RestoreLate.
    """

    line: LineId
    parts: tuple[ChargePart, ...]
    reason: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class ChargeLines(Command[int]):
    """Places several lines by hand, each whole or shared by the same percentages. Taken back by RestoreCharges.

    *target* names the heads by reference, as a rule does; *late* as for :class:`ChargeLine`.
    """

    lines: tuple[LineId, ...]
    target: Target
    reason: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class ClearCharges(Command[int]):
    """Makes lines wait again. Taken back by RestoreCharges."""

    lines: tuple[LineId, ...]


@dataclass(frozen=True, slots=True)
class RestoreCharges(Command[int]):
    """Puts the charges of lines back as they were; refused when somebody else changed them. Its own inverse."""

    was: tuple[LineCharges, ...]
    becomes: tuple[LineCharges, ...]
    name: str


@dataclass(frozen=True, slots=True)
class RestoreLate(Command[int]):
    """Puts the charges of lines back as they were, with the balances of the locks that they are stated beside; refused
    when somebody else changed either. Its own inverse."""

    was: tuple[LineCharges, ...]
    becomes: tuple[LineCharges, ...]
    balances: SwapRecords
    name: str


def add_rules(command: AddRules, tools: Tools) -> Effect[int]:
    if not command.rules:
        raise ExpectedError("no_rules", "The list has no rule.", "Give at least one rule.")
    name = command.name or f"add {count(len(command.rules), 'rule')}"
    with tools.open_work() as work:
        made = add_all(work, [("rules", rule) for rule in command.rules])
        work.commit(JournalRecord("AddRules", name, {}, {"added": plain_rules(made)}))
    return Effect(len(made), Topic.RULES, name, RemoveRecords(made, name))


def plain_rules(records: Sequence[Record]) -> list[dict[str, Any]]:
    """Rules as plain values for the audit trail."""
    return [
        {"id": record.id, "order": record.value.order}
        | {"when": record.value.when, "charge to": str(record.value.target)}
        | ({"name": record.value.name} if record.value.name else {})
        | ({} if record.value.on else {"on": False})
        for record in records
    ]


def place_all(work: UnitOfWork, tools: Tools, run: Run) -> Matched:
    """Applies the rules to every waiting line in *work*; the caller commits."""
    number, _ = work.ledger.total(LineFilter(show=Show.WAITING))
    counts: Counter[State] = Counter()

    def counted(placed: Iterator[LineCharges]) -> Iterator[LineCharges]:
        for entry in placed:
            counts[state_of([charged.charge for charged in entry.charges])] += 1
            yield entry

    # One by one: a million lines and their charges are never there at the same time.
    placed = charged_by_rules(work, tools, run, work.ledger.waiting(), number)
    left = number - work.ledger.place_waiting(counted(placed))
    return Matched(run.id, counts[State.CHARGED], counts[State.INCOME], counts[State.EXCLUDED], left)


def charges_of_new(
    work: UnitOfWork, tools: Tools, run: Run, lines: Sequence[LedgerLine]
) -> Iterator[tuple[Charged, ...]]:
    """What the rules charge each of *lines* to that the file does not hold yet; an empty tuple for one that waits.

    One by one, so that the charges of a million lines are never there at the same time.
    """
    # Their places, until the file gives them identities.
    places = ((LineId(place), line) for place, line in enumerate(lines))
    following = 0
    for entry in charged_by_rules(work, tools, run, places, len(lines)):
        for _ in range(following, entry.line):
            yield ()
        yield entry.charges
        following = entry.line + 1
    for _ in range(following, len(lines)):
        yield ()


def charged_by_rules(
    work: UnitOfWork, tools: Tools, run: Run, lines: Iterable[tuple[LineId, LedgerLine]], number: int
) -> Iterator[LineCharges]:
    """Those of *lines* that a rule places, with their charges; what is held for a person's decision is left out.

    *number* is how many lines there are.
    """
    lines, again = tee(lines)
    holds = holds_of(work)
    outcomes = match_lines(again, known_rules(work), heads_of(work))
    for done, ((_, line), outcome) in enumerate(zip(lines, outcomes, strict=True), start=1):
        if isinstance(outcome, Placed) and not (holds and holds.because(line, outcome.charges)):
            yield LineCharges(
                outcome.line,
                tuple([Charged(charge, How.RULE, run.id, run.by, run.at) for charge in outcome.charges]),
            )
        if done % 2000 == 0:
            tools.progress.report(done, number, "Applying the rules")


def new_run(work: UnitOfWork, tools: Tools) -> Run:
    """A run that starts now."""
    # Never the number of an earlier run, not even of one whose last charge was replaced by hand: what that one charged
    # is put back when the replacement is undone. No run has a number above that of its entry in the audit trail.
    newest = work.journal.lines(limit=1)
    number = max(work.ledger.next_run(), newest[0].sequence + 1 if newest else 1)
    return Run(RunId(number), tools.who, tools.clock())


def apply_rules(command: ApplyRules, tools: Tools) -> Effect[Matched]:
    with tools.open_work() as work:
        run = command.again or new_run(work, tools)
        matched = place_all(work, tools, run)
        name = f"match {count(matched.placed, 'line')} by the rules"
        if not matched.placed:
            return nothing_done(name, matched)
        work.commit(
            JournalRecord(
                "ApplyRules",
                name,
                {},
                {
                    "run": matched.run,
                    "charged": matched.charged,
                    "income": matched.income,
                    "excluded": matched.excluded,
                    "waiting": matched.waiting,
                },
            )
        )
    return Effect(matched, Topic.CHARGES, name, UndoRun(run))


def undo_run(command: UndoRun, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        locks = locks_of(work)
        if locks:
            for year, period in sorted(work.ledger.charged_periods(run=command.run.id)):
                locks.refuse(year, period, "taking back what the rules charged")
        lines = work.ledger.clear_run(command.run.id)
        name = f"match {count(lines, 'line')} by the rules"
        work.commit(
            JournalRecord(
                "UndoRun", f"take back {name}", {"run": command.run.id, "lines": lines}, {"lines": 0}
            )
        )
    return Effect(lines, Topic.CHARGES, name, ApplyRules(command.run))


def counting(work: UnitOfWork, line: LineId) -> HeldLine:
    """The line, if it counts: a charge of one that vanished would change nothing and yet look done."""
    held = work.ledger.held_line(line)
    if not held.live:
        raise CannotChargeError(
            f"{held.line.transaction} is not in the newest download any more, so it can't be charged.",
            "Keep it as it was among the changed lines first, if the download is wrong.",
        )
    return held


def charge_line(command: ChargeLine, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        held = counting(work, command.line)
        charges = [
            Charge(part.disposition, part.head, part.amount, command.reason.strip()) for part in command.parts
        ]
        check_charges(held.line.amount, charges)
        year = held.line.year.start
        allowed = {
            head for (_, start), heads in heads_by_ref(work).items() if start == year for head in heads
        }
        for charge in charges:
            if charge.head is not None and charge.head not in allowed:
                obstacle = standing_in(work).of(charge.head, held.line.year)
                if obstacle is not None:
                    raise obstacle.refusal(charge.amount)
                raise CannotChargeError(
                    f"A part goes to a project that has no award there in {held.line.year}.",
                    "Record the award first.",
                )
        if not command.reason.strip():
            held_because = holds_of(work).out_of_time(held.line, charges)
            if held_because:
                raise CannotChargeError(held_because, "Type the reason.")
        name = f"charge {held.line.supplier or held.line.transaction} {held.line.amount.in_words}"
        placed = [(command.line, tuple(charges))]
        if command.late:
            return charge_late(work, tools, placed, name, None)
        return charge_by_hand(work, tools, placed, name, None)


def charge_lines(command: ChargeLines, tools: Tools) -> Effect[int]:
    if not command.lines:
        raise CannotChargeError("No line is chosen.", "Choose one or more lines.")
    if not command.reason.strip() and not isinstance(command.target, Exclude):
        raise CannotChargeError("A charge needs its reason.", "Say why the lines are placed so.")
    with tools.open_work() as work:
        heads = heads_of(work)
        placed = []
        for line_id in dict.fromkeys(command.lines):
            line = counting(work, line_id).line
            placed.append((line_id, aim_of(line.amount, line.year.start, command, heads)))
        verb = "exclude" if isinstance(command.target, Exclude) else "charge"
        where = "" if isinstance(command.target, Exclude) else f" to {command.target}"
        name = f"{verb} {count(len(placed), 'line')}{where}"
        if command.late:
            return charge_late(work, tools, placed, name, len(placed))
        return charge_by_hand(work, tools, placed, name, len(placed))


def aim_of(amount: Money, year: int, command: ChargeLines, heads: Heads) -> tuple[Charge, ...]:
    """The charges that *command* makes of a line of *amount* in the financial year that begins in *year*.

    Raises CannotChargeError where a project has no award there, or more than one.
    """
    target, reason = command.target, command.reason.strip()
    if isinstance(target, ToIncome):
        return (Charge(Disposition.INCOME, None, amount, reason),)
    if isinstance(target, Exclude):
        if not target.reason.strip():
            raise CannotChargeError("An exclusion needs its reason.", "Say why the line is not grant money.")
        said = target.reason.strip() + (f": {reason}" if reason else "")
        return (Charge(Disposition.EXCLUDED, None, amount, said),)
    found = []
    for ref in refs_of(target):
        places = heads.get((ref.casefold(), year), [])
        if len(places) != 1:
            raise CannotChargeError(
                f"{ref} {why_not_one(places, ref, FinancialYear(year), heads)}.",
                "Record the award, or charge the line by amounts.",
            )
        found.append(places[0])
    if isinstance(target, ToSums):
        try:
            parts = target.parts_of(amount)
        except ValueError as error:
            raise CannotChargeError(
                f"The line can't be split so: {error}.", "Change the sums, or share the line by percentages."
            ) from error
    else:
        parts = amount.share(percent_weights([split.percent for split in target.splits]))
    charges = tuple(
        Charge(Disposition.PROJECT, head, part, reason)
        for head, part in zip(found, parts, strict=True)
        if part or not isinstance(target, ToSums)
    )
    check_charges(amount, charges)
    return charges


def clear_charges(command: ClearCharges, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        for line in command.lines:
            counting(work, line)
        charged = [line for line, charges in work.ledger.charges_of(command.lines).items() if charges]
        name = f"make {count(len(charged), 'line')} wait again"
        if not charged:
            return nothing_done(name, 0)
        return charge_by_hand(work, tools, [(line, ()) for line in charged], name, len(charged))


def charge_by_hand(
    work: UnitOfWork,
    tools: Tools,
    placed: Sequence[tuple[LineId, tuple[Charge, ...]]],
    name: str,
    result: Any,
) -> Effect[Any]:
    """Puts hand-made charges in place of what is there, journals and commits."""
    refuse_locked_lines(work, [line for line, _ in placed], "charging")
    now = tools.clock()
    was = work.ledger.charges_of([line for line, _ in placed])
    refuse_blocked_charges(work, placed, was)
    before = tuple(LineCharges(line, was[line]) for line, _ in placed)
    after = tuple(
        LineCharges(line, tuple(Charged(charge, How.HAND, None, tools.who, now) for charge in charges))
        for line, charges in placed
    )
    work.ledger.put_charges(after)
    work.commit(JournalRecord("ChargeLines", name, {"lines": plain(before)}, {"lines": plain(after)}))
    return Effect(result, Topic.CHARGES, name, RestoreCharges(after, before, name))


def charge_late(
    work: UnitOfWork,
    tools: Tools,
    placed: Sequence[tuple[LineId, tuple[Charge, ...]]],
    name: str,
    result: Any,
) -> Effect[Any]:
    """Charges lines that came after their period was locked: the balances that the lock keeps stay, and what is charged
    stands beside them as a prior-period adjustment (R17)."""
    locks = locks_of(work)
    lines = {line: work.ledger.held_line(line).line for line, _ in placed}
    inside = [id for id, line in lines.items() if locks.on(line.year, line.period) is not None]
    if not inside:
        raise ExpectedError(
            "not_late",
            "No line sits in a locked period, so nothing is a prior-period adjustment.",
            "Charge them as usual.",
        )
    late = Late(work)
    for id in inside:
        why_not = late.why_not(id)
        if why_not:
            raise ExpectedError(
                "not_late", why_not, "Reopen the periods on Reconcile with a reason; nothing was changed."
            )
    was = work.ledger.charges_of(list(lines))
    refuse_blocked_charges(work, placed, was)
    now = tools.clock()
    before = tuple(LineCharges(line, was[line]) for line, _ in placed)
    after = tuple(
        LineCharges(line, tuple(Charged(charge, How.HAND, None, tools.who, now) for charge in charges))
        for line, charges in placed
    )
    name = f"{name} as a prior-period adjustment"
    balances = _beside(work, tools, inside, lines, before, after, name)
    work.ledger.put_charges(after)
    swap(work, balances)
    was_there, is_there = plain_swap(balances)
    work.commit(
        JournalRecord(
            "ChargeLate",
            name,
            {"lines": plain(before), "balances": was_there},
            {"lines": plain(after), "balances": is_there},
        )
    )
    topics = Topic.CHARGES | Topic.SIGNING
    return Effect(result, topics, name, RestoreLate(after, before, balances.inverse, name))


def _beside(
    work: UnitOfWork,
    tools: Tools,
    inside: Collection[LineId],
    lines: Mapping[LineId, LedgerLine],
    before: Iterable[LineCharges],
    after: Iterable[LineCharges],
    name: str,
) -> SwapRecords:
    """The balances that locks keep, with what *after* charges beyond *before* in their periods put beside them.

    A grant that had nothing yet when the periods were locked gets its balance now.
    """
    refs = {kept.id: kept.value.ref for kept in work.projects.all()}
    posted: dict[tuple[FundId, FinancialYear, int], dict[str, Money]] = {}
    for sign, placed in ((-1, before), (1, after)):
        for entry in placed:
            line = lines[entry.line]
            for charged in entry.charges if entry.line in inside else ():
                head = charged.charge.head
                if head is None:
                    continue
                sums = posted.setdefault((head.fund, line.year, line.period), {})
                figure = balance_name(refs[head.project], line.year, head.kind, line.period)
                sums[figure] = sums.get(figure, Money.ZERO) + Money(sign * charged.charge.amount.pence)
    changed: list[Changed] = []
    kept_by_locks = [kept for kept in work.assertions.all() if kept.value.because is Asserted.LOCK]
    last = max((kept.id for kept in work.assertions.all()), default=0)
    added: list[Record] = []
    for kept in kept_by_locks:
        late = [
            each
            for (fund, year, period), sums in posted.items()
            if (fund, year) == (kept.value.fund, kept.value.year) and period <= kept.value.to_period
            for each in sums.items()
        ]
        if late:
            changed.append(Changed("assertions", kept.id, kept.value, kept.value.with_late(tuple(late))))
    held = {(kept.value.fund, kept.value.year) for kept in kept_by_locks}
    for fund, year in sorted({(fund, year) for fund, year, _ in posted} - held):
        lock = locks_of(work).on(year, 1)
        if lock is None:
            raise AssertionError("a late line sits in a locked period")
        periods = lock.periods_in_words[0].lower() + lock.periods_in_words[1:]
        made = assertion_of(
            work, fund, year, lock.to_period, Asserted.LOCK, f"{periods} locked", tools.clock()
        )
        late = [each for key, sums in posted.items() if key[:2] == (fund, year) for each in sums.items()]
        last += 1
        added.append(Record("assertions", last, made.with_late(tuple(late))))
    return SwapRecords((), tuple(changed), tuple(added), name)


def restore_late(command: RestoreLate, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        now = work.ledger.charges_of([entry.line for entry in command.was])
        for entry in command.was:
            if now[entry.line] != entry.charges:
                raise ChangedMeanwhileError("A line's charge")
        refuse_restoring(work, command.becomes, now)
        work.ledger.put_charges(command.becomes)
        swap(work, command.balances)
        was_there, is_there = plain_swap(command.balances)
        work.commit(
            JournalRecord(
                "RestoreLate",
                command.name,
                {"lines": plain(command.was), "balances": was_there},
                {"lines": plain(command.becomes), "balances": is_there},
            )
        )
    inverse = RestoreLate(command.becomes, command.was, command.balances.inverse, command.name)
    return Effect(len(command.becomes), Topic.CHARGES | Topic.SIGNING, command.name, inverse)


def refuse_restoring(
    work: UnitOfWork, becomes: Iterable[LineCharges], was: Mapping[LineId, Collection[Charged]]
) -> None:
    """Raises ExpectedError when charges that are put back go to a head that has no award any more, or is closed."""
    placed = [(entry.line, [charged.charge for charged in entry.charges]) for entry in becomes]
    refuse_blocked_charges(work, placed, was, restoring=True)


def restore_charges(command: RestoreCharges, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        now = work.ledger.charges_of([entry.line for entry in command.was])
        for entry in command.was:
            if now[entry.line] != entry.charges:
                raise ChangedMeanwhileError("A line's charge")
        refuse_locked_lines(work, [entry.line for entry in command.was], "charging")
        refuse_restoring(work, command.becomes, now)
        work.ledger.put_charges(command.becomes)
        work.commit(
            JournalRecord(
                "RestoreCharges",
                command.name,
                {"lines": plain(command.was)},
                {"lines": plain(command.becomes)},
            )
        )
    inverse = RestoreCharges(command.becomes, command.was, command.name)
    return Effect(len(command.becomes), Topic.CHARGES, command.name, inverse)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddRules: add_rules,
    ApplyRules: apply_rules,
    UndoRun: undo_run,
    ChargeLine: charge_line,
    ChargeLines: charge_lines,
    ClearCharges: clear_charges,
    RestoreCharges: restore_charges,
    RestoreLate: restore_late,
}
