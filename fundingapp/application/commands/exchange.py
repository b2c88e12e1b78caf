"""Taking an exchange workbook in, in one transaction, and taking it back as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, cast

from fundingapp.application.commands.exchange_records import Records
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.records import SwapRecords, plain_swap, swap
from fundingapp.application.effect import Command, Effect, JournalRecord, Topic, nothing_done
from fundingapp.application.ports import (
    Batch,
    BatchState,
    Charged,
    LineCharges,
    LineFilter,
    LineOrder,
    Tools,
    UnitOfWork,
)
from fundingapp.application.queries.exchange import ExchangeRead, SheetCount, counts_of, laid_beside
from fundingapp.application.queries.locks import locks_of
from fundingapp.application.wording import count
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.exchange.book import Book
from fundingapp.domain.exchange.columns import folded
from fundingapp.domain.exchange.entries import ChargeEntry, LedgerEntry
from fundingapp.domain.exchange.notes import Notes, Noticed, shortened
from fundingapp.domain.exchange.sums import sums_of
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import BatchId, LineId
from fundingapp.domain.ledger import LedgerLine, SkippedRow, controls_of, scope_of
from fundingapp.domain.matching import Charge, Disposition, How
from fundingapp.domain.money import Money


@dataclass(frozen=True, slots=True)
class LoadExchange(Command["Loaded"]):
    """Takes in what is new of an exchange workbook that was read. Refused as a whole, with every place, when anything
    in it contradicts itself or what the file holds. Taken back by UnloadExchange."""

    backed_up_before: ClassVar[str] = "past years are loaded"

    read: ExchangeRead


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came in, sheet by sheet, and what was noticed."""

    counts: tuple[SheetCount, ...]
    noticed: tuple[Noticed, ...]

    @property
    def new(self) -> int:
        """How many rows came in."""
        return sum(each.new for each in self.counts)


class ExchangeRefusedError(ExpectedError):
    """A workbook contradicts itself or what is held; *noticed* has every contradiction, and what else was noticed."""

    def __init__(self, name: str, noticed: Sequence[Noticed]) -> None:
        wrong = [each for each in noticed if each.contradicts]
        said = "\n".join(each.text for each in wrong)
        super().__init__(
            "exchange_contradicts",
            f"“{name}” can't be loaded: {count(len(wrong), 'contradiction')}.\n{said}\n",
            "Correct the rows and load it again; nothing was changed.",
        )
        self.noticed = tuple(noticed)


@dataclass(frozen=True, slots=True)
class UnloadExchange(Command[None]):
    """Takes back what a load brought: *records*, and the lines of *batch* with their charges. *charged* are lines of
    earlier imports that it charged, with the charges that they go back to. Taken back by ReloadExchange."""

    records: SwapRecords
    batch: BatchId | None
    charged: tuple[LineCharges, ...]
    name: str


@dataclass(frozen=True, slots=True)
class ReloadExchange(Command[None]):
    """Puts back what UnloadExchange took out; *charged* are the charges of every line as they were then."""

    records: SwapRecords
    batch: BatchId | None
    charged: tuple[LineCharges, ...]
    name: str


def load_exchange(command: LoadExchange, tools: Tools) -> Effect[Loaded]:
    read = command.read
    notes = Notes()
    notes.all += read.of_reading
    name = f"load {read.name}"
    with tools.open_work() as work:
        book, contents = laid_beside(work, read.sheets, notes, tools.progress)
        _refuse_contradictions(read, notes)
        counts = counts_of(read.sheets, book)
        if not any(book.new.values()):
            loaded = Loaded(counts, shortened(notes.all))
            return nothing_done(name, loaded)
        tools.progress.report(0, 0, f"Keeping {count(sum(each.new for each in counts), 'row')}")
        doing = Doing(work, tools)
        sums = sums_of(book)
        records = Records(doing, tools, book, contents, sums, read.name, notes)
        records.add_first()
        batch = _add_lines(work, tools, read, book, records)
        lines = {key: held.id for key, held in work.ledger.held().items()}
        charged = _charge_held(work, tools, read, book, records, lines)
        records.add_rest(lines)
        _refuse_contradictions(read, notes)
        change = doing.gathered(name)
        before, after = plain_swap(change)
        said = {each.sheet: each.new for each in counts if each.new}
        digest = read.copy.sha256 if read.copy is not None else ""
        work.commit(
            JournalRecord(
                "LoadExchange", name, before, after | {"rows": said, "batch": batch, "sha256": digest}
            )
        )
    inverse = UnloadExchange(change, batch, charged, name)
    return Effect(Loaded(counts, shortened(notes.all)), Topic.EVERYTHING, name, inverse)


def _refuse_contradictions(read: ExchangeRead, notes: Notes) -> None:
    if any(each.contradicts for each in notes.all):
        raise ExchangeRefusedError(read.name, shortened(notes.all))


# The ledger


def _add_lines(
    work: UnitOfWork,
    tools: Tools,
    read: ExchangeRead,
    book: Book,
    records: Records,
) -> BatchId | None:
    """Keeps the new ledger lines as one import, each with its charges; None where there is none."""
    entries = book.added(LedgerEntry)
    if not entries or read.copy is None:
        return None
    sheet = next(each for each in read.sheets if each.name == "ledger")
    of_line: dict[str, list[ChargeEntry]] = {}
    for charge in book.added(ChargeEntry):
        of_line.setdefault(folded(charge.transaction), []).append(charge)
    lines = [_line_of(entry) for entry in entries]
    maker = _ChargeMaker(tools, read, records)
    _refuse_locked(work, [line for line in lines if folded(line.key) in of_line], read)
    tools.sources.keep(read.copy)
    all_lines = [_line_of(cast("LedgerEntry", entry)) for entry in sheet.entries]
    made = Batch(
        file_name=read.copy.name,
        sha256=read.copy.sha256,
        size=read.copy.size,
        sheet="ledger",
        encoding="",
        imported_at=tools.clock(),
        imported_by=tools.who,
        rows_read=sheet.read,
        rows_kept=len(all_lines),
        rows_skipped=len(sheet.skipped) + sheet.refused,
        total=Money.total(line.amount for line in all_lines),
        stated_total=None,
        control_total=None,
        new=len(lines),
        unchanged=len(all_lines) - len(lines),
        reworded=0,
        amount_changed=0,
        vanished=0,
        layout="the exchange workbook's own columns",
        keyed_by="its transaction",
    )
    skipped = [SkippedRow("ledger", each.place.row, each.reason, "") for each in sheet.skipped]

    def charges() -> Iterator[tuple[Charged, ...]]:
        for at, line in enumerate(lines):
            if at % 2_000 == 0:
                tools.progress.report(at, len(lines), "Keeping the ledger's lines")
            yield maker.of(line, of_line.get(folded(line.key), ()))

    return work.ledger.add_batch(
        made, lines, (), skipped, controls_of([*_in_scope(work, lines), *lines]), (), (), charges()
    )


def _in_scope(work: UnitOfWork, lines: Sequence[LedgerLine]) -> list[LedgerLine]:
    """The lines held that sit where the new ones do: what is stated for a period counts them as well (R9)."""
    groups = work.ledger.cost_centre_groups()
    scope = scope_of(controls_of(lines), groups) if groups else None
    if scope is None:
        return []
    return [
        held.line
        for held in work.ledger.held().values()
        if scope.covers(held.line.cost_centre, held.line.year, held.line.period)
    ]


def _line_of(entry: LedgerEntry) -> LedgerLine:
    return LedgerLine(
        entry.transaction,
        entry.ledger_transaction or entry.transaction,
        entry.year,
        entry.period,
        entry.date,
        entry.cost_centre,
        entry.account,
        entry.supplier,
        entry.description,
        entry.type,
        entry.amount,
        "ledger",
        entry.place.row,
    )


def _refuse_locked(work: UnitOfWork, lines: Sequence[LedgerLine], read: ExchangeRead) -> None:
    locks = locks_of(work)
    if locks:
        for line in lines:
            locks.refuse(line.year, line.period, f"charging {line.transaction} of “{read.name}”")


class _ChargeMaker:
    """Makes the charges of a line as a person's, each with its reason."""

    def __init__(self, tools: Tools, read: ExchangeRead, records: Records) -> None:
        self._at: datetime = tools.clock()
        self._by, self._source, self._records = tools.who, read.name, records

    def of(self, line: LedgerLine, entries: Sequence[ChargeEntry]) -> tuple[Charged, ...]:
        """The charges of *line*; what they leave of it is excluded, and says so."""
        if not entries:
            return ()
        charges = [self._charge(entry) for entry in entries]
        left = line.amount - Money.total(charge.amount for charge in charges)
        if left:
            reason = f"not charged in {self._source}, sheet charges, row {entries[-1].place.row}"
            charges.append(Charge(Disposition.EXCLUDED, None, left, reason))
        return tuple(Charged(charge, How.HAND, None, self._by, self._at) for charge in charges)

    def _charge(self, entry: ChargeEntry) -> Charge:
        reason = entry.reason or f"loaded from {self._source}, sheet charges, row {entry.place.row}"
        if entry.is_income:
            return Charge(Disposition.INCOME, None, entry.amount, reason)
        if entry.is_excluded:
            return Charge(Disposition.EXCLUDED, None, entry.amount, reason)
        project, fund = self._records.head(entry.ref, entry.fund)
        return Charge(
            Disposition.PROJECT, BudgetHead(project, fund, entry.kind or Kind.REVENUE), entry.amount, reason
        )


def _charge_held(
    work: UnitOfWork,
    tools: Tools,
    read: ExchangeRead,
    book: Book,
    records: Records,
    lines: dict[str, LineId],
) -> tuple[LineCharges, ...]:
    """Charges lines that the file held already, and that wait; returns what they were charged with before."""
    new = {folded(entry.transaction) for entry in book.added(LedgerEntry)}
    of_line: dict[str, list[ChargeEntry]] = {}
    for charge in book.added(ChargeEntry):
        if folded(charge.transaction) not in new:
            of_line.setdefault(folded(charge.transaction), []).append(charge)
    if not of_line:
        return ()
    by_key = {folded(key): id for key, id in lines.items()}
    ids = {by_key[name]: entries for name, entries in of_line.items()}
    before = work.ledger.charges_of(ids)
    maker = _ChargeMaker(tools, read, records)
    held = {id: work.ledger.held_line(id).line for id in ids}
    _refuse_locked(work, list(held.values()), read)
    work.ledger.put_charges([LineCharges(id, maker.of(held[id], entries)) for id, entries in ids.items()])
    return tuple(LineCharges(id, was) for id, was in before.items())


# Taking it back


def _newest_batch(work: UnitOfWork, batch: BatchId, state: BatchState) -> None:
    """Refuses when a newer import counts, which was compared with this one."""
    batches = work.ledger.batches()
    if not any(kept.id == batch and kept.value.state is state for kept in batches):
        raise NotFoundError("import", str(batch))
    newer = [kept for kept in batches if kept.id > batch and kept.value.state is BatchState.LIVE]
    if newer:
        raise ExpectedError(
            "import_not_newest",
            f"“{newer[-1].value.file_name}” was imported after this one and was compared with it.",
            "Take back the newer import first.",
        )


def unload_exchange(command: UnloadExchange, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        lines: list[LineId] = [entry.line for entry in command.charged]
        if command.batch is not None:
            _newest_batch(work, command.batch, BatchState.LIVE)
            found = work.ledger.line_ids(LineFilter(batch=command.batch), LineOrder())
            lines += [LineId(id) for id in found]
        _refuse_locked_charges(work, lines)
        now = work.ledger.charges_of(lines)
        given = {entry.line: entry.charges for entry in command.charged}
        work.ledger.put_charges([LineCharges(line, given.get(line, ())) for line in lines])
        swap(work, command.records.inverse)
        if command.batch is not None:
            work.ledger.set_batch_lines_live(command.batch, False)
            work.ledger.set_batch_state(command.batch, BatchState.REMOVED)
        before, after = plain_swap(command.records.inverse)
        work.commit(JournalRecord("UnloadExchange", f"take back: {command.name}", before, after))
    charged = tuple(LineCharges(line, was) for line, was in now.items())
    inverse = ReloadExchange(command.records, command.batch, charged, command.name)
    return Effect(None, Topic.EVERYTHING, command.name, inverse)


def reload_exchange(command: ReloadExchange, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        swap(work, command.records)
        if command.batch is not None:
            _newest_batch(work, command.batch, BatchState.REMOVED)
            work.ledger.set_batch_lines_live(command.batch, True)
            work.ledger.set_batch_state(command.batch, BatchState.LIVE)
        own: set[int] = set()
        if command.batch is not None:
            own = set(work.ledger.line_ids(LineFilter(batch=command.batch), LineOrder()))
        lines = [entry.line for entry in command.charged]
        # The lines of its own import had no charges before and come and go with it.
        now = work.ledger.charges_of([line for line in lines if line not in own])
        work.ledger.put_charges(command.charged)
        _refuse_locked_charges(work, lines)
        before, after = plain_swap(command.records)
        work.commit(JournalRecord("ReloadExchange", command.name, before, after))
    held = tuple(LineCharges(line, was) for line, was in now.items())
    return Effect(
        None,
        Topic.EVERYTHING,
        command.name,
        UnloadExchange(command.records, command.batch, held, command.name),
    )


def _refuse_locked_charges(work: UnitOfWork, lines: Sequence[LineId]) -> None:
    locks = locks_of(work)
    if not locks:
        return
    charged = [line for line, charges in work.ledger.charges_of(lines).items() if charges]
    for row in work.ledger.line_rows(charged):
        locks.refuse(row.line.year, row.line.period, f"charging {row.line.transaction}")


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    LoadExchange: load_exchange,
    UnloadExchange: unload_exchange,
    ReloadExchange: reload_exchange,
}
