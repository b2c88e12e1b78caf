"""Suggestions for waiting lines: worked out, accepted, rejected; other names of suppliers; invoices charged twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fundingapp.application.commands.matching import charge_by_hand
from fundingapp.application.commands.records import (
    Record,
    RemoveRecords,
    add_all,
    current,
    remove_records,
    rows_of,
)
from fundingapp.application.effect import Command, Effect, JournalRecord, Topic, nothing_done
from fundingapp.application.ports import SuggestionStore, Tools, UnitOfWork
from fundingapp.application.progress import Progress
from fundingapp.application.queries.suggestions import Basis, basis_of, is_due
from fundingapp.application.wording import count, plain
from fundingapp.domain.doubles import Dismissal
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import LineId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import Charge, Disposition
from fundingapp.domain.reversals import Pairs, may_reverse, references
from fundingapp.domain.suggestions import FEW, Goal, Past, Proposal, Proposer, Rejection, Setting
from fundingapp.domain.suppliers import Names, SupplierAlias, plain_name

#: How many newest charged lines of a supplier are looked at; older ones would change nothing that is said.
_NEWEST_OF_SUPPLIER = 2_000
#: How many lines are worked on at a time, so that a million do not fill the memory.
_LINES_AT_A_TIME = 20_000


@dataclass(frozen=True, slots=True)
class Suggest(Command["Suggested"]):
    """Works out what is due: all suggestions after an import, those of the suppliers concerned after a charge.

    It decides nothing, so there is nothing to take back and nothing for the history.
    """


@dataclass(frozen=True, slots=True)
class Suggested:
    """How many waiting lines were looked at, and how many of these have a suggestion now, or a certain one."""

    looked_at: int
    suggested: int
    certain: int


@dataclass(frozen=True, slots=True)
class AcceptSuggestions(Command[int]):
    """Charges waiting lines as suggested, each with the score and the reasons. Taken back by RestoreCharges.

    *head* chooses one of the proposals for a line; without it the first is taken, and a tie is refused.
    """

    lines: tuple[LineId, ...]
    head: BudgetHead | None = None


@dataclass(frozen=True, slots=True)
class RejectSuggestions(Command[int]):
    """Says of lines that they do not belong where it is suggested: it is not suggested again for them.

    *head* chooses one of the proposals for a line; without it the first is meant. Taken back by SetRejections.
    """

    lines: tuple[LineId, ...]
    head: BudgetHead | None = None


@dataclass(frozen=True, slots=True)
class SetRejections(Command[int]):
    """Puts rejections of *lines* in place, or (*there* False) takes them out. Its own inverse."""

    records: tuple[Record, ...]
    lines: tuple[LineId, ...]
    there: bool
    name: str


@dataclass(frozen=True, slots=True)
class AddAlias(Command[int]):
    """Says that the supplier *name* is the same as *same_as*. Taken back by RemoveRecords."""

    name: str
    same_as: str


@dataclass(frozen=True, slots=True)
class RemoveAlias(Command[None]):
    """Takes such a saying out again. Taken back by AddRecords."""

    alias: int


@dataclass(frozen=True, slots=True)
class DismissDouble(Command[None]):
    """Says why two charged lines are not one invoice, so that they are not shown again. Taken back by RemoveRecords."""

    first: LineId
    second: LineId
    reason: str


def suggest(command: Suggest, tools: Tools) -> Effect[Suggested]:
    nothing = nothing_done("work out suggestions", Suggested(0, 0, 0))
    with tools.open_work(reading=True) as work:
        if not is_due(work):
            return nothing
    with tools.open_work() as work:
        made = work_out(work, tools.progress)
        work.commit(None)
    return replace(nothing, result=made, changed=Topic.SUGGESTIONS)


def work_out(work: UnitOfWork, progress: Progress) -> Suggested:
    """Works out what is due in *work*; the caller commits."""
    store = work.suggestions
    due = store.due()
    setting, basis = basis_of(work)
    known = Basis.parse(store.basis())
    names = Names(store.names(), {kept.value.name: kept.value.same_as for kept in work.aliases.all()})
    if due.everything or known is None or known.digest != basis.digest:
        progress.report(0, 0, "Looking for reversals")
        if due.everything or known is None:
            find_pairs(store, progress)
        wanted: frozenset[str] | None = None
    else:
        # A budget that has run out, or has not any more, lowers or raises what is suggested for that head only.
        changed = [Goal(Disposition.PROJECT, head) for head, _ in basis.short ^ known.short]
        suppliers = due.suppliers | store.concerned(changed)
        own = {names.family(name) for name in suppliers}
        families = own | {other for family in own for other, _ in names.alike(family)}
        wanted = frozenset(name for family in families for name in names.names_of(family))
    counted = Counter[str]()
    suggested = store.replace(wanted, _proposals(work, names, setting, wanted, progress, counted))
    store.settle(str(basis))
    return Suggested(counted["looked at"], suggested, counted["certain"])


def find_pairs(store: SuggestionStore, progress: Progress) -> None:
    """Finds the lines that cancel out among all that the file holds."""
    pairs = Pairs((id, line) for id, line in store.reversing() if may_reverse(line))
    for done, (id, line) in enumerate(store.of_amounts(pairs.amounts)):
        pairs.look_at(id, line)
        if done % 5_000 == 0:
            progress.report(0, 0, "Looking for reversals")
    store.replace_pairs(pairs.result())


def _proposals(
    work: UnitOfWork,
    names: Names,
    setting: Setting,
    wanted: Collection[str] | None,
    progress: Progress,
    counted: Counter[str],
) -> Iterator[Proposal]:
    """The proposals for the waiting lines of *wanted* suppliers (None: of all), some suppliers at a time."""
    store = work.suggestions
    numbers = store.numbers(wanted)
    total = sum(waiting for waiting, _ in numbers.values())
    families: dict[str, int] = {}
    charged = Counter[str]()
    for name, (waiting, placed) in numbers.items():
        family = names.family(name)
        charged[family] += placed
        if waiting:
            families[family] = families.get(family, 0) + waiting
    for group in _groups(families):
        of_group = [name for family in group for name in names.names_of(family)]
        past, seen = Past(names), set[tuple[str, int, str]]()
        needed = dict.fromkeys(of_group)
        for family in group:
            # Who has charges enough leans on no other name.
            for other, _ in names.alike(family) if charged[family] < FEW else ():
                needed.update(dict.fromkeys(names.names_of(other)))
        for name in needed:
            for id, line, goal in store.charged([name], _NEWEST_OF_SUPPLIER):
                past.add(id, line, goal)
                seen.update(_invoices(line))
        claims = _claims(store, of_group, names, setting)
        proposer = Proposer(past, setting)
        for chunk in _chunks(store.waiting(of_group)):
            partners = store.partners([id for id, _ in chunk])
            for id, line in chunk:
                doubts = []
                partner = partners.get(id)
                invoices = _invoices(line)
                if partner is None and not seen.isdisjoint(invoices):
                    doubts.append(
                        "Another line has the same supplier, number and amount: look whether it came twice."
                    )
                seen.update(invoices)
                claim = claims.get((names.family(line.supplier), line.amount.pence), 1)
                found = proposer.propose(id, line, partner, doubts, claim)
                counted["looked at"] += 1
                counted["certain"] += bool(found) and found[0].certain
                yield from found
            progress.report(counted["looked at"], total, "Working out suggestions")


def _groups(families: dict[str, int]) -> Iterator[list[str]]:
    """Families of suppliers together until they have so many waiting lines."""
    group: list[str] = []
    lines = 0
    for family, waiting in sorted(families.items()):
        if group and (lines + waiting > _LINES_AT_A_TIME or len(group) >= 200):
            yield group
            group, lines = [], 0
        group.append(family)
        lines += waiting
    if group:
        yield group


def _chunks(
    lines: Iterator[tuple[LineId, LedgerLine]], size: int = 500
) -> Iterator[list[tuple[LineId, LedgerLine]]]:
    chunk: list[tuple[LineId, LedgerLine]] = []
    for entry in lines:
        chunk.append(entry)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _invoices(line: LedgerLine) -> list[tuple[str, int, str]]:
    """What tells that an invoice came twice: supplier, amount and number."""
    family = plain_name(line.supplier)
    return [(family, line.amount.pence, number) for number in references(line.description)] if family else []


def _claims(
    store: SuggestionStore, group: Sequence[str], names: Names, setting: Setting
) -> dict[tuple[str, int], int]:
    """How many waiting lines there are of each supplier and amount that something was accrued for."""
    accrued = {(names.family(accrual.supplier), accrual.amount.pence) for accrual in setting.accruals}
    concerned = [name for name in group if any(names.family(name) == family for family, _ in accrued)]
    found = Counter[tuple[str, int]]()
    if concerned:
        found.update((names.family(line.supplier), line.amount.pence) for _, line in store.waiting(concerned))
    return found


def _chosen(work: UnitOfWork, lines: Sequence[LineId], head: BudgetHead | None) -> list[Proposal]:
    """The proposal that is meant for each of *lines*. Raises ExpectedError where there is none."""
    if not lines:
        raise ExpectedError("no_lines", "No line is chosen.", "Choose one or more lines.")
    stored = work.suggestions.of(lines)
    chosen = []
    for line in dict.fromkeys(lines):
        proposals = stored.get(line, ())
        meant = [entry for entry in proposals if head is None or entry.head == head]
        if not meant:
            held = work.ledger.held_line(line).line
            raise ExpectedError(
                "suggestion_gone",
                f"Nothing like this is suggested for {_called(held)} any more.",
                "Look at the line again, then choose its project yourself.",
            )
        chosen.append(meant[0])
    return chosen


def _called(line: LedgerLine) -> str:
    """A line in a sentence."""
    return f"{line.supplier or line.transaction} {line.amount.in_words}"


def accept_suggestions(command: AcceptSuggestions, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        chosen = _chosen(work, command.lines, command.head)
        charges = work.ledger.charges_of([entry.line for entry in chosen])
        stored = work.suggestions.of(command.lines)
        placed = []
        for proposal in chosen:
            held = work.ledger.held_line(proposal.line)
            if charges[proposal.line] or not held.live:
                raise ExpectedError(
                    "suggestion_gone",
                    f"{_called(held.line)} does not wait any more.",
                    "Look at the line again; nothing was charged.",
                )
            rivals = stored[proposal.line]
            if command.head is None and len(rivals) > 1 and rivals[0].score == rivals[1].score:
                raise ExpectedError(
                    "suggestion_tied",
                    f"Two places fit {_called(held.line)} alike.",
                    "Choose one of the two for this line; nothing was charged.",
                )
            reason = f"Suggested ({proposal.score} of 100): {proposal.reason}"
            charge = Charge(proposal.disposition, proposal.head, held.line.amount, reason)
            placed.append((proposal.line, (charge,)))
        name = f"accept {count(len(placed), 'suggestion')}"
        effect: Effect[int] = charge_by_hand(work, tools, placed, name, len(placed))
    return effect


def reject_suggestions(command: RejectSuggestions, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        chosen = _chosen(work, command.lines, command.head)
        name = f"reject {count(len(chosen), 'suggestion')}"
        values = [Rejection.of(work.ledger.held_line(entry.line).line.key, entry.goal) for entry in chosen]
        made = add_all(work, [("rejections", value) for value in values])
        lines = tuple(entry.line for entry in chosen)
        work.suggestions.remove(lines)
        work.suggestions.mark_due(lines)
        work.commit(JournalRecord("RejectSuggestions", name, {}, {"added": plain(made)}))
    inverse = SetRejections(made, lines, False, name)
    return Effect(len(made), Topic.SUGGESTIONS, name, inverse)


def set_rejections(command: SetRejections, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        for record in command.records:
            if command.there:
                rows_of(work, record.kind).add(record.value, record.id)
            else:
                rows_of(work, record.kind).remove(current(work, record))
        work.suggestions.remove(command.lines)
        work.suggestions.mark_due(command.lines)
        said = {"rejections": plain(command.records)}
        before, after = ({}, said) if command.there else (said, {})
        work.commit(JournalRecord("SetRejections", command.name, before, after))
    inverse = replace(command, there=not command.there)
    return Effect(len(command.records), Topic.SUGGESTIONS, command.name, inverse)


def add_alias(command: AddAlias, tools: Tools) -> Effect[int]:
    alias = SupplierAlias(command.name.strip(), command.same_as.strip())
    if not plain_name(alias.name) or not plain_name(alias.same_as):
        raise ExpectedError(
            "alias_empty", "Two names are needed.", "Type both names as the ledger writes them."
        )
    if plain_name(alias.name) == plain_name(alias.same_as):
        raise ExpectedError(
            "alias_same", f"“{alias.name}” and “{alias.same_as}” are taken for one already.", "Nothing to do."
        )
    name = f"take “{alias.name}” for “{alias.same_as}”"
    with tools.open_work() as work:
        made = add_all(work, [("aliases", alias)])
        work.commit(JournalRecord("AddAlias", name, {}, {"added": plain(made)}))
    return Effect(made[0].id, Topic.SUGGESTIONS, name, RemoveRecords(made, name))


def remove_alias(command: RemoveAlias, tools: Tools) -> Effect[None]:
    with tools.open_work(reading=True) as work:
        kept = work.aliases.get(command.alias)
    name = f"no longer take “{kept.value.name}” for “{kept.value.same_as}”"
    return remove_records(RemoveRecords((Record("aliases", kept.id, kept.value),), name), tools)


def dismiss_double(command: DismissDouble, tools: Tools) -> Effect[None]:
    if not command.reason.strip():
        raise ExpectedError("no_reason", "A reason is needed.", "Say why the two lines are not one invoice.")
    with tools.open_work() as work:
        first, second = (work.ledger.held_line(line).line for line in (command.first, command.second))
        keys = sorted((first.key, second.key))
        made = add_all(work, [("dismissals", Dismissal(keys[0], keys[1], command.reason.strip()))])
        name = f"dismiss {first.transaction} and {second.transaction} as one invoice"
        work.commit(JournalRecord("DismissDouble", name, {}, {"added": plain(made)}))
    return Effect(None, Topic.SUGGESTIONS, name, RemoveRecords(made, name))


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    Suggest: suggest,
    AcceptSuggestions: accept_suggestions,
    RejectSuggestions: reject_suggestions,
    SetRejections: set_rejections,
    AddAlias: add_alias,
    RemoveAlias: remove_alias,
    DismissDouble: dismiss_double,
}
