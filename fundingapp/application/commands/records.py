"""Adding, changing and removing the small records of a file: the building blocks of most commands, and their
inverses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fundingapp.application.effect import Command, Effect, JournalRecord, Topic
from fundingapp.application.ports import Kept, LineFilter, Rows, Tools, UnitOfWork
from fundingapp.application.queries.chain import brought_in_use
from fundingapp.application.queries.heads import budgeted
from fundingapp.application.queries.locks import locks_of, refuse_locked_entry
from fundingapp.application.wording import count, plain
from fundingapp.domain.errors import ChangedMeanwhileError, ExpectedError
from fundingapp.domain.evidence import supported_of
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

#: The kinds of records, by the name of their rows in the unit of work, with the topic that changes.
TOPICS = {
    "partnership": Topic.SETUP,
    "parties": Topic.SETUP,
    "funds": Topic.GRANTS,
    "projects": Topic.PROJECTS,
    "allocations": Topic.GRANTS,
    "bids": Topic.GRANTS | Topic.BIDS,
    "awards": Topic.GRANTS | Topic.PROJECTS,
    "contingencies": Topic.GRANTS,
    "movements": Topic.GRANTS | Topic.PROJECTS,
    "accruals": Topic.PROJECTS,
    "adjustments": Topic.PROJECTS,
    "evidence": Topic.PROJECTS | Topic.EVIDENCE,
    "supports": Topic.PROJECTS | Topic.EVIDENCE,
    "locks": Topic.LOCKS,
    "forecasts": Topic.PROJECTS,
    "rules": Topic.RULES,
    "aliases": Topic.SUGGESTIONS,
    "rejections": Topic.SUGGESTIONS,
    "dismissals": Topic.SUGGESTIONS,
    "layouts": Topic.LAYOUTS,
    "contacts": Topic.SETUP,
    "areas": Topic.SETUP,
    "themes": Topic.SETUP,
    "priorities": Topic.SETUP,
    "shares": Topic.PROJECTS,
    "agreements": Topic.GRANTS | Topic.PROJECTS,
    "agreement_sums": Topic.GRANTS,
    "consents": Topic.GRANTS,
    "conditions": Topic.GRANTS,
    "schedule": Topic.GRANTS,
    "bid_costs": Topic.BIDS,
    "bid_texts": Topic.BIDS,
    "board_decisions": Topic.BIDS,
    "offers": Topic.BIDS,
    "steps": Topic.NOTHING,
    "match_funding": Topic.PROJECTS,
    "posts": Topic.PROJECTS,
    "post_shares": Topic.PROJECTS,
    "profiles": Topic.PROJECTS,
    "forecasts_kept": Topic.PROJECTS,
    "variance_reasons": Topic.PROJECTS,
    "claims": Topic.CLAIMS,
    "claim_lines": Topic.CLAIMS,
    "retention_releases": Topic.CLAIMS,
    "payments": Topic.CLAIMS,
    "payment_matches": Topic.CLAIMS,
    "payment_lines": Topic.CLAIMS,
    "repayments": Topic.CLAIMS,
    "carry_forwards": Topic.YEAR_END | Topic.GRANTS | Topic.PROJECTS,
    "settlements": Topic.YEAR_END,
    "year_closes": Topic.YEAR_END | Topic.LOCKS,
    "published": Topic.GRANTS,
    "members": Topic.SETUP,
    "reconciliations": Topic.SIGNING,
    "reconciliation_items": Topic.SIGNING,
    "certificates": Topic.SIGNING,
    "assertions": Topic.SIGNING,
    "alarms": Topic.SIGNING,
    "outcomes": Topic.RESULTS,
    "outcome_statements": Topic.RESULTS,
    "milestones": Topic.RESULTS,
    "results_rules": Topic.RESULTS,
    "indicators": Topic.RESULTS,
    "indicator_years": Topic.RESULTS,
    "figure_imports": Topic.RESULTS,
    "skipped_figures": Topic.RESULTS,
    "indicator_figures": Topic.RESULTS,
    "performance_tables": Topic.RESULTS,
    "performance_figures": Topic.RESULTS,
    "performance_findings": Topic.RESULTS,
    "publications": Topic.RESULTS,
    "reference_values": Topic.RESULTS,
    "sentences": Topic.RESULTS,
    "return_texts": Topic.RETURNS,
    "project_progress": Topic.RETURNS | Topic.PROJECTS,
    "risks": Topic.RETURNS,
    "assets": Topic.RETURNS | Topic.YEAR_END,
    "partner_statements": Topic.RETURNS | Topic.YEAR_END,
    "templates": Topic.RETURNS,
    "mappings": Topic.RETURNS,
    "return_proofs": Topic.RETURNS,
    "accepted_exceptions": Topic.RETURNS,
    "partner_books": Topic.RETURNS,
    "cell_proposals": Topic.RETURNS,
    "returns": Topic.RETURNS | Topic.GRANTS | Topic.PROJECTS,
}


#: What else changes with a link between a paper and one of these.
_SUPPORTED = {
    "agreement": Topic.GRANTS,
    "allocation": Topic.GRANTS,
    "bid": Topic.BIDS,
    "condition": Topic.GRANTS,
    "consent": Topic.GRANTS,
    "movement": Topic.GRANTS,
    "claim": Topic.CLAIMS,
    "payment": Topic.CLAIMS,
    "repayment": Topic.CLAIMS,
    "carry_forward": Topic.YEAR_END,
    "settlement": Topic.YEAR_END,
    "reconciliation": Topic.SIGNING,
    "certificate": Topic.SIGNING,
    "outcome": Topic.RESULTS,
    "indicator": Topic.RESULTS,
    "figure": Topic.RESULTS,
    "milestone": Topic.RESULTS,
    "table": Topic.RESULTS,
    "saved_return": Topic.RETURNS,
}

#: Rows that come by the thousand with one file, and on which nothing rests but what comes with them.
_BY_THE_THOUSAND = frozenset({"skipped_figures", "performance_figures"})
#: So many lines are named where a project can't be removed because of them.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Record:
    """A value under its identity, in the rows named *kind*."""

    kind: str
    id: int
    value: Any


@dataclass(frozen=True, slots=True)
class AddRecords(Command[None]):
    """Puts records (back) in place under their identities, in this order. Taken back by RemoveRecords."""

    records: tuple[Record, ...]
    name: str


@dataclass(frozen=True, slots=True)
class RemoveRecords(Command[None]):
    """Takes records out, last first; each must still be as given. Taken back by AddRecords."""

    records: tuple[Record, ...]
    name: str


@dataclass(frozen=True, slots=True)
class ChangeRecord(Command[None]):
    """Puts *after* in place of *before*; refused when somebody else changed it meanwhile. Its own inverse."""

    kind: str
    id: int
    before: Any
    after: Any
    name: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A row of the rows named *kind*, as it was and as it becomes."""

    kind: str
    id: int
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class SwapRecords(Command[None]):
    """Takes records out, changes others and puts others in, in one step; each must still be as given. The inverse of
    a command that does several of these, and its own.

    *loosened* are changed before anything goes, for they let go of what is taken out; *tied* once everything is in, for
    they name what is put in.
    """

    removed: tuple[Record, ...]
    changed: tuple[Changed, ...]
    added: tuple[Record, ...]
    name: str
    loosened: tuple[Changed, ...] = ()
    tied: tuple[Changed, ...] = ()

    @property
    def inverse(self) -> SwapRecords:
        loosened, changed, tied = (
            tuple(Changed(entry.kind, entry.id, entry.after, entry.before) for entry in part)
            for part in (self.tied, self.changed, self.loosened)
        )
        return SwapRecords(self.added, changed, self.removed, self.name, loosened, tied)

    @property
    def all_changed(self) -> tuple[Changed, ...]:
        """Every row that is changed."""
        return self.loosened + self.changed + self.tied


@dataclass(frozen=True, slots=True)
class SwapInTurn(Command[None]):
    """SwapRecords of rows that name each other: what is put in is there before it is named, what is taken out goes when
    nothing names it any more. *shown* is what changes with them besides. Its own inverse."""

    change: SwapRecords
    shown: Topic


def rows_of(work: UnitOfWork, kind: str) -> Rows[Any]:
    """The rows named *kind*."""
    rows: Rows[Any] = getattr(work, kind)
    return rows


def topics_of(records: tuple[Record, ...]) -> Topic:
    topics = Topic.NOTHING
    for record in records:
        topics |= _topic_of(record.kind, record.value)
    return topics


def _topic_of(kind: str, value: Any) -> Topic:
    """What changes with a row: its own kind, and of a link to a paper what the paper supports."""
    if kind != "supports":
        return TOPICS[kind]
    return TOPICS[kind] | _SUPPORTED.get(supported_of(value).what, Topic.NOTHING)


def current(work: UnitOfWork, record: Record) -> Kept[Any]:
    """The row of *record*, if it still holds the same value. Raises ChangedMeanwhileError."""
    kept = rows_of(work, record.kind).get(record.id)
    if kept.value != record.value:
        raise ChangedMeanwhileError("The record")
    return kept


def _take_out(work: UnitOfWork, record: Record) -> None:
    """Removes *record*; a project with spend is not, and the refusal names the lines (L07)."""
    kept = current(work, record)
    _refuse_losing(work, record.kind, kept.value, None)
    if record.kind == "projects":
        _refuse_charged(work, LineFilter(project=ProjectId(record.id)), kept.value.ref, "the project")
    rows_of(work, record.kind).remove(kept)


def _refuse_charged(work: UnitOfWork, where: LineFilter, name: str, what: str) -> None:
    """Raises ExpectedError when lines are charged *where*; the refusal names them (L07)."""
    number, total = work.ledger.total(where)
    if number:
        named = [
            f"{share.transaction or share.description} ({share.share.in_words})"
            for share in work.ledger.shares(where, _NAMED)
        ]
        more = f" and {number - len(named):,} more" if number > len(named) else ""
        raise ExpectedError(
            "in_use",
            f"{name} can't be removed: {count(number, 'line')} of {total.in_words}"
            f" {'is' if number == 1 else 'are'} charged to it: {', '.join(named)}{more}.",
            f"Charge them elsewhere, or let them wait, then remove {what}; nothing was changed.",
        )


def _refuse_charged_head(work: UnitOfWork, head: BudgetHead, year: FinancialYear, what: str) -> None:
    """Raises ExpectedError when the last money of a budget head that lines are charged to would go, an award or what
    was carried into the year (*what*): somebody may have charged them after what is being taken back."""
    if list(budgeted(work)).count((head, year)) == 1:
        where = LineFilter(year=year, project=head.project, fund=head.fund, kind=head.kind)
        ref = work.projects.get(head.project).value.ref
        _refuse_charged(work, where, f"{ref}'s {what}", f"the {what}")


def _refuse_losing(work: UnitOfWork, kind: str, before: Any, after: Any) -> None:
    """Refuses to put *after* (None: nothing) in place of an agreed carry-forward that next year rests on: lines are
    charged there, or its budget was moved away, by somebody who came after what is being taken back."""
    if kind != "carry_forwards" or before.project is None or not before.carried:
        return
    head = BudgetHead(before.project, before.fund, before.kind)
    stays = after is not None and after.carried and after.into_year == before.into_year
    if not stays or BudgetHead(after.project, after.fund, after.kind) != head:
        _refuse_charged_head(work, head, before.into_year, "agreed carry-forward")
    used = brought_in_use(work, before, after.carried if stays else Money.ZERO)
    if used:
        raise ExpectedError(
            "carry_forward_used", used, "Move budget there first (a virement); nothing was changed."
        )


def _refuse_locked(work: UnitOfWork, kind: str, before: Any, after: Any) -> None:
    """What reaches into a locked period stays as it is, also when it is to be taken back (L02)."""
    if kind in {"accruals", "adjustments"}:
        refuse_locked_entry(locks_of(work), before, after)


def add_all(work: UnitOfWork, values: list[tuple[str, Any]]) -> tuple[Record, ...]:
    """Adds new *values*, each with its kind; returns them as records with their identities."""
    return tuple(Record(kind, rows_of(work, kind).add(value), value) for kind, value in values)


def add_records(command: AddRecords, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        for record in command.records:
            _refuse_locked(work, record.kind, None, record.value)
            rows_of(work, record.kind).add(record.value, record.id)
        work.commit(JournalRecord("AddRecords", command.name, {}, {"added": plain(command.records)}))
    return Effect(
        None, topics_of(command.records), command.name, RemoveRecords(command.records, command.name)
    )


def remove_records(command: RemoveRecords, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        for record in reversed(command.records):
            _refuse_locked(work, record.kind, record.value, None)
            _take_out(work, record)
        work.commit(JournalRecord("RemoveRecords", command.name, {"removed": plain(command.records)}, {}))
    return Effect(None, topics_of(command.records), command.name, AddRecords(command.records, command.name))


def change_record(command: ChangeRecord, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = current(work, Record(command.kind, command.id, command.before))
        _refuse_locked(work, command.kind, command.before, command.after)
        _refuse_losing(work, command.kind, command.before, command.after)
        rows_of(work, command.kind).replace(kept, command.after)
        before, after = plain(command.before), plain(command.after)
        changed = [name for name in after if before.get(name) != after[name]]
        work.commit(
            JournalRecord(
                "ChangeRecord",
                command.name,
                {"kind": command.kind, "id": command.id, **{name: before.get(name) for name in changed}},
                {"kind": command.kind, "id": command.id, **{name: after[name] for name in changed}},
            )
        )
    inverse = ChangeRecord(command.kind, command.id, command.after, command.before, command.name)
    return Effect(None, TOPICS[command.kind], command.name, inverse)


def swap(work: UnitOfWork, command: SwapRecords) -> None:
    """Carries *command* out in *work*; the caller commits."""
    _change(work, command.loosened)
    for kind, group in groupby(reversed(command.removed), key=lambda record: record.kind):
        if kind in _BY_THE_THOUSAND:
            _take_all_out(work, kind, list(group))
        else:
            _take_each_out(work, group)
    _change(work, command.changed)
    for kind, group in groupby(command.added, key=lambda record: record.kind):
        records = list(group)
        if kind in _BY_THE_THOUSAND:
            rows_of(work, kind).add_all([each.value for each in records], [each.id for each in records])
            continue
        for record in records:
            _refuse_locked(work, record.kind, None, record.value)
            rows_of(work, record.kind).add(record.value, record.id)
    _change(work, command.tied)


def _take_all_out(work: UnitOfWork, kind: str, records: Sequence[Record]) -> None:
    """Removes many rows of one kind, each as it was given. Raises ChangedMeanwhileError."""
    there = {kept.id: kept for kept in rows_of(work, kind).all()}
    if any(record.id not in there or there[record.id].value != record.value for record in records):
        raise ChangedMeanwhileError("The record")
    rows_of(work, kind).remove_all([there[record.id] for record in records])


def _take_each_out(work: UnitOfWork, records: Iterable[Record]) -> None:
    for record in records:
        _refuse_locked(work, record.kind, record.value, None)
        if record.kind == "awards":
            award = record.value
            head = BudgetHead(award.project, award.fund, award.kind)
            _refuse_charged_head(work, head, award.year, "award")
        _take_out(work, record)


def _change(work: UnitOfWork, changed: tuple[Changed, ...]) -> None:
    for entry in changed:
        _refuse_locked(work, entry.kind, entry.before, entry.after)
        kept = current(work, Record(entry.kind, entry.id, entry.before))
        _refuse_losing(work, entry.kind, entry.before, entry.after)
        rows_of(work, entry.kind).replace(kept, entry.after)


def topics_of_swap(command: SwapRecords) -> Topic:
    topics = topics_of(command.removed + command.added)
    for entry in command.all_changed:
        topics |= _topic_of(entry.kind, entry.after)
    return topics


def plain_swap(command: SwapRecords) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stood before and what stands after, for the audit trail."""
    before: dict[str, Any] = {"removed": plain(command.removed)} if command.removed else {}
    after: dict[str, Any] = {"added": plain(command.added)} if command.added else {}
    if command.all_changed:
        ids = [{"kind": entry.kind, "id": entry.id} for entry in command.all_changed]
        before["changed"] = [
            id | {"value": plain(entry.before)} for id, entry in zip(ids, command.all_changed, strict=True)
        ]
        after["changed"] = [
            id | {"value": plain(entry.after)} for id, entry in zip(ids, command.all_changed, strict=True)
        ]
    return before, after


def swap_records(command: SwapRecords, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        swap(work, command)
        before, after = plain_swap(command)
        work.commit(JournalRecord("SwapRecords", command.name, before, after))
    return Effect(None, topics_of_swap(command), command.name, command.inverse)


def swap_in_turn(command: SwapInTurn, tools: Tools) -> Effect[None]:
    change = command.change
    with tools.open_work() as work:
        swap(work, SwapRecords((), (), change.added, change.name))
        swap(work, SwapRecords((), change.changed, (), change.name))
        swap(work, SwapRecords(change.removed, (), (), change.name))
        work.commit(JournalRecord("SwapRecords", change.name, *plain_swap(change)))
    back = SwapInTurn(change.inverse, command.shown)
    return Effect(None, topics_of_swap(change) | command.shown, change.name, back)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddRecords: add_records,
    RemoveRecords: remove_records,
    ChangeRecord: change_record,
    SwapRecords: swap_records,
    SwapInTurn: swap_in_turn,
}
