"""In-memory parts that satisfy application/ports.py, so that the application can be tested without a database.

The fake store behaves as the real one must: tests/contracts.py says how, and both are held to it.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from fundingapp.application.effect import JournalRecord
from fundingapp.application.ports import (
    Batch,
    BatchState,
    Change,
    Charged,
    Clock,
    JournalLine,
    JournalStore,
    Kept,
    LedgerStore,
    LineChange,
    LineCharges,
    LineFilter,
    LineOrder,
    LineRow,
    LineShare,
    OpenWork,
    PrivateCopy,
    Rows,
    SavedReturn,
    Show,
    ShowCounts,
    Sighting,
    Tools,
)
from fundingapp.application.progress import Cancelled, Progress, SilentProgress
from fundingapp.domain.adjustments import Accrual, Forecast
from fundingapp.domain.allocations import Allocation, Award, BudgetMovement, Contingency
from fundingapp.domain.bids import Bid
from fundingapp.domain.errors import (
    ChangedMeanwhileError,
    ExpectedError,
    InputRefusedError,
    NotFoundError,
)
from fundingapp.domain.findings import Finding
from fundingapp.domain.funds import Fund, Kind, Partnership, Party, Project
from fundingapp.domain.ids import BatchId, FundId, LineId, ProjectId, RunId
from fundingapp.domain.ledger import (
    Control,
    ControlKey,
    HeldBeside,
    HeldLine,
    LedgerLine,
    RawRow,
    RawTable,
    SkippedRow,
    scope_of,
)
from fundingapp.domain.matching import CodingRule, Disposition, LineState, state_of
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.reconciliation import ChargeSum, ControlSum, LedgerSum
from fundingapp.domain.returns import ReturnDocument

Value = TypeVar("Value")

#: The rows of a unit of work, each with the fields of its values that name other rows.
REFERENCES: dict[str, dict[str, str]] = {
    "partnership": {},
    "parties": {},
    "funds": {"funder": "parties"},
    "projects": {},
    "allocations": {"fund": "funds"},
    "bids": {"project": "projects", "fund": "funds"},
    "awards": {"project": "projects", "fund": "funds"},
    "contingencies": {"fund": "funds"},
    "movements": {"fund": "funds", "source": "projects", "target": "projects"},
    "accruals": {"project": "projects", "fund": "funds"},
    "forecasts": {"project": "projects", "fund": "funds"},
    "rules": {},
    "returns": {"fund": "funds"},
}

#: What only one row of a kind may hold.
_ONLY_ONE: dict[str, Callable[[Any], object]] = {
    "partnership": lambda _: "the partnership",
    "funds": lambda value: value.name,
    "projects": lambda value: value.ref,
    "forecasts": lambda value: (value.project, value.fund, value.kind, value.year, value.period),
}


@dataclass(frozen=True)
class StoredBatch:
    """An import with everything that came with it."""

    kept: Kept[Batch]
    lines: tuple[LineId, ...]
    sightings: tuple[Sighting, ...]
    skipped: tuple[SkippedRow, ...]
    controls: Mapping[ControlKey, Control]
    changes: tuple[LineChange, ...]
    findings: tuple[Finding, ...]

    @property
    def live(self) -> bool:
        return self.kept.value.state is BatchState.LIVE


@dataclass(frozen=True)
class StoredLine:
    """A line, the import it first came with, and whether it counts."""

    line: LedgerLine
    batch: BatchId
    live: bool


@dataclass
class State:
    """Everything that a file holds. Its values never change, so a copy of the dictionaries is a snapshot."""

    rows: dict[str, dict[int, Kept[Any]]] = field(default_factory=lambda: {kind: {} for kind in REFERENCES})
    batches: dict[BatchId, StoredBatch] = field(default_factory=dict)
    lines: dict[LineId, StoredLine] = field(default_factory=dict)
    charges: dict[LineId, tuple[Charged, ...]] = field(default_factory=dict)
    journal: tuple[tuple[JournalLine, str], ...] = ()

    def snapshot(self) -> State:
        taken = copy(self)
        taken.rows = {kind: dict(rows) for kind, rows in self.rows.items()}
        taken.batches, taken.lines = dict(self.batches), dict(self.lines)
        taken.charges = dict(self.charges)
        return taken

    def live_charges(self) -> Iterable[tuple[LineId, LedgerLine, Charged]]:
        for id, charges in self.charges.items():
            stored = self.lines[id]
            if stored.live:
                for charged in charges:
                    yield id, stored.line, charged


class FakeRows(Generic[Value]):
    """Rows of one kind in a snapshot."""

    def __init__(self, state: State, kind: str) -> None:
        self._state = state
        self._kind = kind
        self._rows: dict[int, Kept[Value]] = state.rows[kind]

    def all(self) -> list[Kept[Value]]:
        return [self._rows[id] for id in sorted(self._rows)]

    def get(self, id: int) -> Kept[Value]:
        if id not in self._rows:
            raise NotFoundError(self._kind, f"number {id}")
        return self._rows[id]

    def add(self, value: Value, id: int | None = None) -> int:
        number = max(self._rows, default=0) + 1 if id is None else id
        if number in self._rows:
            raise ExpectedError("already_there", f"Number {number} of {self._kind} is taken.")
        self._refuse_unfit(value, number)
        self._rows[number] = Kept(number, 1, value)
        return number

    def replace(self, kept: Kept[Value], value: Value) -> None:
        self._refuse_stale(kept)
        self._refuse_unfit(value, kept.id)
        self._rows[kept.id] = Kept(kept.id, kept.version + 1, value)

    def remove(self, kept: Kept[Value]) -> None:
        self._refuse_stale(kept)
        if (self._kind, kept.id) in set(self._references()):
            raise ExpectedError("in_use", f"Number {kept.id} of {self._kind} is in use.")
        del self._rows[kept.id]

    def _refuse_stale(self, kept: Kept[Value]) -> None:
        if kept.id not in self._rows or self._rows[kept.id].version != kept.version:
            raise ChangedMeanwhileError(f"Number {kept.id} of {self._kind}")

    def _refuse_unfit(self, value: Value, id: int) -> None:
        """As a database would: names that are taken, and references to what is not there."""
        if self._kind in _ONLY_ONE:
            known = _ONLY_ONE[self._kind]
            if any(known(kept.value) == known(value) for kept in self._rows.values() if kept.id != id):
                raise ExpectedError("already_there", f"{known(value)} of {self._kind} is there already.")
        for name, kind in REFERENCES[self._kind].items():
            wanted = getattr(value, name)
            if wanted is not None and wanted not in self._state.rows[kind]:
                raise ExpectedError("already_there", f"Number {wanted} of {kind} is not there.")

    def _references(self) -> Iterable[tuple[str, int]]:
        """Every row that another row or a charge of a line that counts rests on."""
        for kind, named in REFERENCES.items():
            for kept in self._state.rows[kind].values():
                for name, target in named.items():
                    yield target, getattr(kept.value, name)
        for _, _, charged in self._state.live_charges():
            if charged.charge.head is not None:
                yield "projects", charged.charge.head.project
                yield "funds", charged.charge.head.fund


class FakeLedger:
    """Ledger lines, imports and charges in a snapshot."""

    def __init__(self, state: State) -> None:
        self._state = state

    # imports and their changes

    def batches(self) -> list[Kept[Batch]]:
        return [self._state.batches[id].kept for id in sorted(self._state.batches)]

    def add_batch(
        self,
        batch: Batch,
        lines: Sequence[LedgerLine],
        sightings: Iterable[Sighting],
        skipped: Iterable[SkippedRow],
        controls: Mapping[ControlKey, Control],
        changes: Iterable[LineChange],
        findings: Iterable[Finding],
        charges: Iterable[tuple[Charged, ...]] | None = None,
    ) -> BatchId:
        batch_id = BatchId(len(self._state.batches) + 1)
        held = self.held()
        first = len(self._state.lines) + 1
        ids = []
        for number, line in enumerate(lines, start=first):
            assert line.key not in held, f"{line.key} is held already"
            self._state.lines[LineId(number)] = StoredLine(line, batch_id, live=True)
            ids.append(LineId(number))
        self._state.batches[batch_id] = StoredBatch(
            Kept(batch_id, 1, batch),
            tuple(ids),
            tuple(sightings),
            tuple(skipped),
            dict(controls),
            tuple(changes),
            tuple(findings),
        )
        self.put_charges(
            [LineCharges(*entry) for entry in zip(ids, charges, strict=True)] if charges is not None else []
        )
        return batch_id

    def set_batch_state(self, batch: BatchId, state: BatchState) -> None:
        stored = self._state.batches[batch]
        kept = Kept(batch, stored.kept.version + 1, replace(stored.kept.value, state=state))
        self._state.batches[batch] = replace(stored, kept=kept)

    def skipped(self, batch: BatchId) -> list[SkippedRow]:
        return list(self._state.batches[batch].skipped)

    def findings(self, batch: BatchId) -> list[Finding]:
        return list(self._state.batches[batch].findings)

    def changes(self, batch: BatchId) -> list[LineChange]:
        return list(self._state.batches[batch].changes)

    def set_reviewed(self, batch: BatchId, lines: Collection[LineId], reviewed: bool) -> None:
        self._change(batch, lambda change: change.line in lines, reviewed=reviewed)

    def set_taken(self, batch: BatchId, line: LineId, taken: bool) -> None:
        self._change(batch, lambda change: change.line == line, taken=taken)

    def _change(self, batch: BatchId, chosen: Callable[[LineChange], bool], **values: bool) -> None:
        stored = self._state.batches[batch]
        changes = tuple(
            change._replace(**values) if chosen(change) else change  # type: ignore[arg-type]  # bool fields
            for change in stored.changes
        )
        self._state.batches[batch] = replace(stored, changes=changes)

    def cost_centre_groups(self) -> list[frozenset[str]]:
        return [
            frozenset(key.cost_centre for key in stored.controls)
            for _, stored in sorted(self._state.batches.items())
            if stored.live
        ]

    # lines

    def held(self) -> dict[str, HeldLine]:
        return {
            stored.line.key: HeldLine(id, stored.line)
            for id, stored in self._state.lines.items()
            if stored.live
        }

    def held_beside(self, lines: Sequence[LedgerLine], fields: frozenset[str]) -> HeldBeside:
        return HeldBeside(self.held())

    def held_line(self, line: LineId) -> HeldLine:
        if line not in self._state.lines:
            raise NotFoundError("ledger line", f"number {line}")
        return HeldLine(line, self._state.lines[line].line, self._state.lines[line].live)

    def update_line(self, id: LineId, line: LedgerLine) -> None:
        stored = self._state.lines[id]
        kept = stored.line
        self._state.lines[id] = replace(
            stored, line=line._replace(key=kept.key, sheet=kept.sheet, row=kept.row)
        )

    def set_live(self, lines: Collection[LineId], live: bool) -> None:
        for id in lines:
            self._state.lines[id] = replace(self._state.lines[id], live=live)

    def set_batch_lines_live(self, batch: BatchId, live: bool) -> int:
        lines = self._state.batches[batch].lines
        self.set_live(lines, live)
        return len(lines)

    def waiting(self) -> list[tuple[LineId, LedgerLine]]:
        return [
            (id, stored.line)
            for id, stored in sorted(self._state.lines.items())
            if stored.live and not self._state.charges.get(id)
        ]

    # charges

    def charges_of(self, lines: Collection[LineId]) -> dict[LineId, tuple[Charged, ...]]:
        return {line: self._state.charges.get(line, ()) for line in lines}

    def put_charges(self, placed: Iterable[LineCharges]) -> int:
        lines = set()
        for line, charges in placed:
            assert line not in lines, "a line is placed once at a time"
            lines.add(line)
            for charged in charges:
                head = charged.charge.head
                if head is not None:
                    assert head.project in self._state.rows["projects"], (
                        "a charge to a project that is not there"
                    )
                    assert head.fund in self._state.rows["funds"], "a charge to a fund that is not there"
            if charges:
                self._state.charges[line] = charges
            else:
                self._state.charges.pop(line, None)
        return len(lines)

    def place_waiting(self, placed: Sequence[LineCharges]) -> int:
        assert not any(self._state.charges.get(entry.line) for entry in placed), "the line is not waiting"
        return self.put_charges(placed)

    def next_run(self) -> RunId:
        runs = (charged.run for charges in self._state.charges.values() for charged in charges)
        return RunId(max((run for run in runs if run is not None), default=0) + 1)

    def clear_run(self, run: RunId) -> int:
        cleared = 0
        for line, charges in list(self._state.charges.items()):
            left = tuple(charged for charged in charges if charged.run != run)
            if left != charges:
                cleared += 1
                self.put_charges([LineCharges(line, left)])
        return cleared

    # sums

    def charge_sums(self, year: FinancialYear) -> list[ChargeSum]:
        sums: dict[tuple[ProjectId, FundId, Kind, int], Money] = {}
        for _, line, charged in self._state.live_charges():
            head = charged.charge.head
            if head is not None and line.year == year:
                key = (head.project, head.fund, head.kind, line.period)
                sums[key] = sums.get(key, Money.ZERO) + charged.charge.amount
        return [ChargeSum(*key, amount) for key, amount in sums.items()]

    def ledger_sums(self, year: FinancialYear) -> list[LedgerSum]:
        found = []
        live = [
            (stored.line, self._state.charges.get(id, ()))
            for id, stored in self._state.lines.items()
            if stored.live and stored.line.year == year
        ]
        for period in sorted({line.period for line, _ in live}):
            lines = [entry for entry in live if entry[0].period == period]
            charges = [charged.charge for _, placed in lines for charged in placed]

            def of(disposition: Disposition, charges: Sequence[Any] = tuple(charges)) -> Money:
                return Money.total(charge.amount for charge in charges if charge.disposition is disposition)

            found.append(
                LedgerSum(
                    period,
                    len(lines),
                    Money.total(line.amount for line, _ in lines),
                    Money.total(line.amount for line, placed in lines if placed),
                    of(Disposition.PROJECT),
                    of(Disposition.INCOME),
                    of(Disposition.EXCLUDED),
                    sum(not placed for _, placed in lines),
                    sum(
                        bool(placed) and Money.total(entry.charge.amount for entry in placed) != line.amount
                        for line, placed in lines
                    ),
                )
            )
        return found

    def control_sums(self, year: FinancialYear) -> list[ControlSum]:
        live = [stored.controls for _, stored in sorted(self._state.batches.items()) if stored.live]
        groups = [frozenset(key.cost_centre for key in controls) for controls in live]
        scopes = [scope_of(controls, groups[:at]) for at, controls in enumerate(live)]
        sums: dict[int, ControlSum] = {}
        for key in sorted({key for controls in live for key in controls if key.year == year}):
            speaks = max(at for at, scope in enumerate(scopes) if scope is not None and scope.covers(*key))
            control = live[speaks].get(key, Control(0, Money.ZERO))
            before = sums.get(key.period, ControlSum(key.period, 0, Money.ZERO))
            sums[key.period] = ControlSum(
                key.period, before.lines + control.lines, before.total + control.total
            )
        return [sums[period] for period in sorted(sums)]

    def years(self) -> list[FinancialYear]:
        return sorted({stored.line.year for stored in self._state.lines.values() if stored.live})

    def last_period(self, year: FinancialYear) -> int:
        return max(
            (
                stored.line.period
                for stored in self._state.lines.values()
                if stored.live and stored.line.year == year
            ),
            default=0,
        )

    # lists

    def counts(self, where: LineFilter) -> ShowCounts:
        shown = {show: list(self._rows(replace(where, show=show))) for show in Show}
        return ShowCounts(
            all=len(shown[Show.ALL]),
            waiting=len(shown[Show.WAITING]),
            charged=len(shown[Show.CHARGED]),
            split=len(shown[Show.SPLIT]),
            income=len(shown[Show.INCOME]),
            excluded=len(shown[Show.EXCLUDED]),
            changed=len(shown[Show.CHANGED]),
            total=Money.total(row.line.amount for row in shown[Show.ALL]),
            waiting_total=Money.total(row.line.amount for row in shown[Show.WAITING]),
        )

    def line_ids(self, where: LineFilter, order: LineOrder) -> array[int]:
        def key(row: LineRow) -> Any:
            match order.column:
                case "posted_on":
                    return row.line.posted_on or date.min
                case "amount":
                    return row.line.amount
                case "project":
                    return row.projects
                case "state":
                    return row.state.value
                case "coding":
                    return row.line.cost_centre, row.line.account
                case _:
                    return getattr(row.line, order.column)

        rows = sorted(self._rows(where), key=lambda row: (key(row), row.id), reverse=order.descending)
        return array("q", (row.id for row in rows))

    def line_rows(self, ids: Sequence[int]) -> list[LineRow]:
        changed = self._changed()
        known = [LineId(id) for id in ids if LineId(id) in self._state.lines]
        return [self._row(id, self._state.lines[id], changed) for id in known]

    def sum_of(self, ids: Sequence[int]) -> Money:
        return Money.total(row.line.amount for row in self.line_rows(ids))

    def shares(self, where: LineFilter, limit: int | None = None) -> list[LineShare]:
        whole = (where.project, where.fund, where.kind, where.disposition) == (None,) * 4
        found = []
        for row in self._rows(where):
            fitting = [charged.charge for charged in row.charges if _fits(charged, where)]
            found.append(
                _share(
                    row,
                    row.line.amount if whole else Money.total(charge.amount for charge in fitting),
                    "; ".join(dict.fromkeys(charge.reason for charge in fitting)),
                )
            )
        return found[:limit]

    def total(self, where: LineFilter) -> tuple[int, Money]:
        shares = self.shares(where)
        return len(shares), Money.total(share.share for share in shares)

    def similar(self, line: LineId, limit: int = 50) -> list[LineShare]:
        supplier = self.held_line(line).line.supplier
        found = [
            _share(row, charged.charge.amount, self._ref(charged.charge.head.project))
            for row in self._rows(LineFilter())
            if supplier and row.id != line and row.line.supplier == supplier
            for charged in row.charges
            if charged.charge.head is not None
        ]
        found.sort(key=lambda share: (share.posted_on or date.min, share.id), reverse=True)
        return found[:limit]

    def suppliers(self) -> list[str]:
        found = {stored.line.supplier for stored in self._state.lines.values() if stored.live}
        return sorted(found - {""})

    def _ref(self, project: ProjectId) -> str:
        found: Project = self._state.rows["projects"][project].value
        return found.ref

    def _changed(self) -> dict[LineId, Change]:
        """What the newest live import states differently and nobody has looked at."""
        newest = max((id for id, stored in self._state.batches.items() if stored.live), default=None)
        if newest is None:
            return {}
        changes = self._state.batches[newest].changes
        return {change.line: change.change for change in changes if not change.reviewed}

    def _rows(self, where: LineFilter) -> Iterable[LineRow]:
        """The rows that are meant; a vanished line is listed only among the changed ones."""
        changed = self._changed()
        for id, stored in sorted(self._state.lines.items()):
            counts = id in changed if where.show is Show.CHANGED else stored.live
            if counts and self._batch_fits(id, stored, where):
                row = self._row(id, stored, changed)
                if _meant(row, where):
                    yield row

    def _row(self, id: LineId, stored: StoredLine, changed: Mapping[LineId, Change]) -> LineRow:
        """A line as a list shows it, at the place where the newest live import holds it."""
        charges = self._state.charges.get(id, ())
        file, line = self._state.batches[stored.batch].kept.value.file_name, stored.line
        for _, batch in sorted(self._state.batches.items()):
            for sighting in batch.sightings if batch.live else ():
                if sighting.line == id:
                    file = batch.kept.value.file_name
                    line = line._replace(sheet=sighting.sheet, row=sighting.row)
        return LineRow(
            id,
            line,
            file,
            state_of([charged.charge for charged in charges]),
            charges,
            tuple(
                self._ref(charged.charge.head.project)
                for charged in charges
                if charged.charge.head is not None
            ),
            changed.get(id),
        )

    def _batch_fits(self, id: LineId, stored: StoredLine, where: LineFilter) -> bool:
        """Whether the line came with the import that is asked for, or was seen in it again."""
        if where.batch is None or where.batch == stored.batch:
            return True
        batch = self._state.batches.get(where.batch)
        return batch is not None and any(sighting.line == id for sighting in batch.sightings)


def _fits(charged: Charged, where: LineFilter) -> bool:
    """Whether a charge meets what *where* asks of charges."""
    charge = charged.charge
    wanted = (where.project, where.fund, where.kind)
    there = (charge.head.project, charge.head.fund, charge.head.kind) if charge.head else (None, None, None)
    return where.disposition in (None, charge.disposition) and all(
        ask in (None, has) for ask, has in zip(wanted, there, strict=True)
    )


def _meant(row: LineRow, where: LineFilter) -> bool:
    line = row.line
    shown = {
        Show.ALL: True,
        Show.WAITING: row.state is LineState.WAITING,
        Show.CHARGED: row.state is LineState.CHARGED,
        Show.SPLIT: len(row.charges) > 1,
        Show.INCOME: row.state is LineState.INCOME,
        Show.EXCLUDED: row.state is LineState.EXCLUDED,
        Show.CHANGED: row.change is not None,
    }
    of_charges = (where.project, where.fund, where.kind, where.disposition)
    searched = ("transaction", "cost_centre", "account", "supplier", "description", "type", "amount")
    return (
        where.year in (None, line.year)
        and where.from_period <= line.period <= where.to_period
        and shown[where.show]
        and (of_charges == (None,) * 4 or any(_fits(charged, where) for charged in row.charges))
        and all(any(_holds(row, name, word) for name in searched) for word in where.text.split())
        and all(_holds(row, name, text.strip()) for name, text in where.columns)
    )


def _holds(row: LineRow, name: str, text: str) -> bool:
    """Whether the column *name* fits *text*: a part of a text, an amount of either sign, a whole period."""
    line, wanted = row.line, text.casefold()
    match name:
        case "project":
            return wanted in " ".join(row.projects).casefold()
        case "state":
            return any(wanted in charged.charge.reason.casefold() for charged in row.charges)
        case "posted_on":
            return line.posted_on is not None and wanted in line.posted_on.strftime("%d/%m/%Y")
        case "coding":
            return wanted in f"{line.cost_centre} / {line.account}".casefold()
        case "period":
            return wanted == str(line.period)
        case "amount":
            try:
                return abs(Money.parse(text)) == abs(line.amount)
            except NotMoneyError:
                return False
        case _:
            return wanted in str(getattr(line, name)).casefold()


def _share(row: LineRow, share: Money, reason: str) -> LineShare:
    line = row.line
    return LineShare(
        row.id,
        line.transaction,
        line.posted_on,
        line.supplier,
        line.description,
        row.file,
        line.sheet,
        line.row,
        line.amount,
        share,
        reason,
    )


class FakeJournal:
    """The audit trail of a snapshot; each hash takes in the one before."""

    def __init__(self, state: State) -> None:
        self._state = state

    def lines(self, limit: int | None = None) -> list[JournalLine]:
        return [line for line, _ in reversed(self._state.journal)][:limit]

    def head(self) -> str:
        return self._state.journal[-1][1] if self._state.journal else ""


class FakeUnitOfWork:
    """One transaction on a :class:`FakeStore`."""

    partnership: Rows[Partnership]
    parties: Rows[Party]
    funds: Rows[Fund]
    projects: Rows[Project]
    allocations: Rows[Allocation]
    bids: Rows[Bid]
    awards: Rows[Award]
    contingencies: Rows[Contingency]
    movements: Rows[BudgetMovement]
    accruals: Rows[Accrual]
    forecasts: Rows[Forecast]
    rules: Rows[CodingRule]
    returns: Rows[SavedReturn]
    ledger: LedgerStore
    journal: JournalStore

    def __init__(self, store: FakeStore, *, reading: bool) -> None:
        self._store = store
        self._reading = reading
        self._state = store.state.snapshot()
        for kind in REFERENCES:
            setattr(self, kind, FakeRows[Any](self._state, kind))
        self.ledger = FakeLedger(self._state)
        self.journal = FakeJournal(self._state)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What was not committed is forgotten with the snapshot."""

    def commit(self, record: JournalRecord) -> None:
        assert not self._reading, "a unit of work that only reads can't commit"
        store = self._store
        if store.failing_commits:
            store.failing_commits -= 1
            raise ExpectedError("disk_full", "The disk is full.", "Make room, then try again.")
        before = self.journal.head()
        detail = json.dumps([record.before, record.after], sort_keys=True)  # plain values only
        line = JournalLine(
            len(self._state.journal) + 1,
            store.clock(),
            store.who,
            "this computer",
            record.command,
            record.sentence,
            record.before,
            record.after,
        )
        said = f"{before} {line.sequence} {line.at} {line.by} {line.command} {line.sentence} {detail}"
        self._state.journal += ((line, hashlib.sha256(said.encode()).hexdigest()),)
        store.state = self._state.snapshot()


class SteppingClock:
    """A clock that is a second later each time it is read, so that two doings never share a moment."""

    def __init__(self, start: datetime = datetime(2019, 1, 15, 9, 0, tzinfo=UTC)) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class FakeStore:
    """A file in memory. ``open_work`` satisfies the port; *failing_commits* makes the next ones fail."""

    state: State = field(default_factory=State)
    clock: Clock = field(default_factory=SteppingClock)
    who: str = "Ann"
    failing_commits: int = 0

    def open_work(self, *, reading: bool = False) -> FakeUnitOfWork:
        return FakeUnitOfWork(self, reading=reading)


class FakeSourceStore:
    """Files in memory by path; remembers which copies were kept and which were thrown away."""

    def __init__(self, files: Mapping[Path, bytes] | None = None) -> None:
        self.files = dict(files or {})
        self.kept: list[PrivateCopy] = []
        self.discarded: list[PrivateCopy] = []

    def take_copy(self, path: Path) -> PrivateCopy:
        if path not in self.files:
            raise InputRefusedError("no_file", f"There is no file “{path.name}”.", "Choose another file.")
        content = self.files[path]
        return PrivateCopy(path, path.name, hashlib.sha256(content).hexdigest(), len(content))

    def keep(self, copy: PrivateCopy) -> None:
        self.kept.append(copy)

    def discard(self, copy: PrivateCopy) -> None:
        self.discarded.append(copy)


@dataclass
class FakeReader:
    """Gives the tables it was made with, by the name of the file."""

    tables: dict[str, list[RawTable]] = field(default_factory=dict)
    small: dict[str, tuple[list[str], list[RawRow]]] = field(default_factory=dict)

    def ledger(self, path: Path, name: str, sheet: str | None, progress: Progress) -> list[RawTable]:
        found = self.tables.get(name, [])
        return [table for table in found if table.sheet == sheet] if sheet is not None else found

    def plain(self, path: Path) -> tuple[list[str], list[RawRow]]:
        return self.small[path.name]


@dataclass(frozen=True)
class FakeWritten:
    """A return that was “written”."""

    path: Path
    sha256: str
    cells_written: int


@dataclass
class FakeReturnWriter:
    """Remembers the documents it was given instead of writing them."""

    documents: list[ReturnDocument] = field(default_factory=list)

    def __call__(self, document: ReturnDocument, out: Path) -> FakeWritten:
        self.documents.append(document)
        said = f"{document.title} {document.version} {document.position.spent}"
        return FakeWritten(out, hashlib.sha256(said.encode()).hexdigest(), len(fields(document)))


@dataclass
class StoppingProgress:
    """Stops the work at its report number *after*, as a user would."""

    after: int = 1
    labels: list[str] = field(default_factory=list)

    def report(self, done: int, total: int, label: str) -> None:
        self.labels.append(label)
        if len(self.labels) >= self.after:
            raise Cancelled


def make_tools(open_work: OpenWork, **parts: Any) -> Tools:
    """Tools on *open_work* with fakes for everything else, unless *parts* names others."""
    given: dict[str, Any] = {
        "sources": FakeSourceStore(),
        "reader": FakeReader(),
        "write_return": FakeReturnWriter(),
        "clock": SteppingClock(),
        "who": "Ann",
        "progress": SilentProgress(),
        **parts,
    }
    return Tools(open_work, **given)
