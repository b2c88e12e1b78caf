"""Imports, the lines they brought, and what changed between them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import repeat
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select, update

from fundingapp.application.ports import Batch, BatchState, Brought, Charged, Kept, LineChange, Sighting
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.findings import Finding, Source
from fundingapp.domain.ids import BatchId, LineId
from fundingapp.domain.ledger import (
    WORDING,
    Control,
    ControlKey,
    HeldBeside,
    HeldLine,
    LedgerLine,
    Scope,
    SkippedRow,
    scope_of,
    standing_controls,
)
from fundingapp.domain.money import LARGEST_PENCE, Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import ControlSum
from fundingapp.persistence.columns import reading
from fundingapp.persistence.digests import BY_IMPORT, touch, write_in_the_row
from fundingapp.persistence.errors import refusing
from fundingapp.persistence.ledger.part import (
    LINE_NAMES,
    LINE_VALUES,
    ChargedLine,
    Values,
    chunks,
    head_of,
    line_of,
    money_of,
    standing_of,
)
from fundingapp.persistence.ledger.saved import charges_from, charges_json, line_from, line_json
from fundingapp.persistence.ledger.totals import Totals
from fundingapp.persistence.records.imports import BatchRecord, ControlRecord, FindingRecord, SkippedRowRecord
from fundingapp.persistence.records.ledger import ChargeRecord, LedgerLineRecord as Line, LineChangeRecord
from fundingapp.persistence.rows import SqlRows, Table

#: So many rows are taken from the driver in one go: one by one costs twice the time, all at once the memory.
_ROWS_AT_ONCE = 2_000

_BATCHES = Table(BatchRecord, Batch, "import")


_LINE_COLUMNS = (
    "id",
    "live",
    "first_batch_id",
    "key",
    "transaction_ref",
    "year",
    "period",
    "posted_on",
    "cost_centre",
    "account",
    "supplier",
    "description",
    "type",
    "amount_pence",
    "sheet",
    "row_number",
    "state",
    "charged_pence",
    "parts",
)


#: Those of them that another download may state otherwise.
_CHANGING = slice(_LINE_COLUMNS.index("transaction_ref"), _LINE_COLUMNS.index("sheet"))


class Imports(Totals):
    """Imports and their lines. A line is never deleted: it counts (is live), or it does not."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._batches = SqlRows(connection, _BATCHES)

    def batches(self) -> list[Kept[Batch]]:
        return self._batches.all()

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
        for control in controls.values():
            if abs(control.total.pence) > LARGEST_PENCE:
                raise ExpectedError(
                    "amount_too_large",
                    f"Lines of “{batch.file_name}” sum to {control.total.in_words}, too much to be kept.",
                    "Look for a typing error in its amounts.",
                )
        batch_id = self._batches.add(batch)
        last = self._connection.execute(select(func.max(Line.id))).scalar_one() or 0
        placed = (
            zip(lines, charges, strict=True) if charges is not None else zip(lines, repeat(()), strict=False)
        )
        with self._keeping_totals(Line.id > last, ChargeRecord.line > last, added=True):
            for part in chunks(enumerate(placed, start=last + 1), _ROWS_AT_ONCE):
                self._insert_lines(batch_id, part)
        self._insert_many(
            "line_sighting",
            ("line_id", "batch_id", "sheet", "row_number"),
            ((seen.line, batch_id, seen.sheet, seen.row) for seen in sightings),
        )
        self._insert_many(
            "skipped_row",
            ("batch_id", "number", "sheet", "row_number", "reason", "row_text"),
            (
                (batch_id, number, row.sheet, row.row, row.reason, row.text)
                for number, row in enumerate(skipped)
            ),
        )
        self._insert_many(
            "batch_control",
            ("batch_id", "cost_centre", "year", "period", "lines", "total_pence"),
            (
                (batch_id, key.cost_centre, key.year.start, key.period, control.lines, control.total.pence)
                for key, control in controls.items()
            ),
        )
        self._insert_many(
            "finding",
            (
                "batch_id",
                "number",
                "severity",
                "kind",
                "sentence",
                "file",
                "sheet",
                "row_number",
                "column_name",
            ),
            (
                (
                    batch_id,
                    number,
                    finding.severity.value,
                    finding.kind,
                    finding.text,
                    finding.source.file,
                    finding.source.sheet,
                    finding.source.row,
                    finding.source.column,
                )
                for number, finding in enumerate(findings)
            ),
        )
        self._insert_many(
            "line_change",
            (
                "batch_id",
                "line_id",
                "change",
                "taken",
                "reviewed",
                "before_json",
                "after_json",
                "charges_before_json",
                "charges_after_json",
            ),
            (
                (
                    batch_id,
                    change.line,
                    change.change.value,
                    int(change.taken),
                    int(change.reviewed),
                    line_json(change.before),
                    line_json(change.after) if change.after is not None else None,
                    charges_json(change.charges_before),
                    charges_json(change.charges_after),
                )
                for change in changes
            ),
        )
        for table in BY_IMPORT:
            touch(self._connection, table, batch_id)
        return BatchId(batch_id)

    def _insert_lines(
        self, batch: int, numbered: Sequence[tuple[int, tuple[LedgerLine, tuple[Charged, ...]]]]
    ) -> None:
        """Adds new lines and their charges."""
        self._check_heads(entry.charge.head for _, (_, charged) in numbered for entry in charged)
        self._insert_many("ledger_line", _LINE_COLUMNS, _line_values(batch, numbered))
        self._insert_charges_of(
            ChargedLine(number, 1, line.year.start, line.period, charged)
            for number, (line, charged) in numbered
            if charged
        )

    def set_batch_state(self, batch: BatchId, state: BatchState) -> None:
        self._connection.execute(
            update(BatchRecord)
            .where(BatchRecord.id == batch)
            .values({BatchRecord.state: state, BatchRecord.version: BatchRecord.version + 1})
        )
        self._batches.forget()
        touch(self._connection, BatchRecord.__tablename__, batch)

    def brought(self, batch: BatchId) -> Brought:
        lines, total, charged = self._connection.execute(
            select(
                func.count(),
                func.coalesce(func.sum(Line.amount), 0),
                func.coalesce(func.sum(case((Line.parts > 0, 1), else_=0)), 0),
            ).where(Line.first_batch == batch)
        ).one()
        return Brought(int(lines), money_of(total), int(charged))

    def skipped(self, batch: BatchId) -> list[SkippedRow]:
        rows = self._connection.execute(
            select(
                SkippedRowRecord.sheet, SkippedRowRecord.row, SkippedRowRecord.reason, SkippedRowRecord.text
            )
            .where(SkippedRowRecord.batch == batch)
            .order_by(SkippedRowRecord.number)
        )
        return [SkippedRow(*row) for row in rows]

    def findings(self, batch: BatchId) -> list[Finding]:
        rows = self._connection.execute(
            select(
                FindingRecord.severity,
                FindingRecord.kind,
                FindingRecord.text,
                FindingRecord.file,
                FindingRecord.sheet,
                FindingRecord.row,
                FindingRecord.column,
            )
            .where(FindingRecord.batch == batch)
            .order_by(FindingRecord.number)
        )
        return [Finding(row[0], row[1], row[2], Source(*row[3:])) for row in rows]

    def changes(self, batch: BatchId) -> list[LineChange]:
        rows = self._connection.execute(
            select(
                LineChangeRecord.line,
                LineChangeRecord.change,
                LineChangeRecord.taken,
                LineChangeRecord.reviewed,
                LineChangeRecord.before,
                LineChangeRecord.after,
                LineChangeRecord.charges_before,
                LineChangeRecord.charges_after,
                LineChangeRecord.charges_left,
            )
            .where(LineChangeRecord.batch == batch)
            .order_by(LineChangeRecord.line)
        )
        return [
            LineChange(
                LineId(row[0]),
                row[1],
                bool(row[2]),
                bool(row[3]),
                reading(line_from, row[4]),
                reading(line_from, row[5]) if row[5] is not None else None,
                reading(charges_from, row[6]),
                reading(charges_from, row[7]),
                reading(charges_from, row[8]) if row[8] is not None else None,
            )
            for row in rows
        ]

    def set_reviewed(self, batch: BatchId, lines: Collection[LineId], reviewed: bool) -> None:
        for chunk in chunks(lines):
            self._connection.execute(
                update(LineChangeRecord)
                .where(LineChangeRecord.batch == batch, LineChangeRecord.line.in_(chunk))
                .values({LineChangeRecord.reviewed: int(reviewed)})
            )
        touch(self._connection, LineChangeRecord.__tablename__, batch)

    def set_taken(self, batch: BatchId, line: LineId, taken: bool) -> None:
        self._connection.execute(
            update(LineChangeRecord)
            .where(LineChangeRecord.batch == batch, LineChangeRecord.line == line)
            .values({LineChangeRecord.taken: int(taken)})
        )
        touch(self._connection, LineChangeRecord.__tablename__, batch)

    def set_left(self, batch: BatchId, left: Mapping[LineId, tuple[Charged, ...] | None]) -> None:
        mark = self._mark
        if left:
            self._connection.exec_driver_sql(
                f"UPDATE line_change SET charges_left_json = {mark} WHERE batch_id = {mark} AND line_id = {mark}",  # noqa: S608 - marks
                [
                    (None if charges is None else charges_json(charges), batch, line)
                    for line, charges in left.items()
                ],
            )
            touch(self._connection, LineChangeRecord.__tablename__, batch)

    def _controls(self) -> list[dict[ControlKey, Control]]:
        """The control totals of each live import, oldest first."""
        rows = self._connection.execute(
            select(
                ControlRecord.batch,
                ControlRecord.cost_centre,
                ControlRecord.year,
                ControlRecord.period,
                ControlRecord.lines,
                ControlRecord.total,
            )
            .join(BatchRecord, BatchRecord.id == ControlRecord.batch)
            .where(BatchRecord.state == BatchState.LIVE)
            .order_by(ControlRecord.batch)
        )
        found: dict[int, dict[ControlKey, Control]] = {}
        for batch, centre, year, period, lines, total in rows:
            found.setdefault(batch, {})[ControlKey(centre, year, period)] = Control(lines, total)
        return list(found.values())

    def _extents(self) -> dict[int, list[ControlKey]]:
        """For each live import, oldest first: the first and the last control of each of its cost centres."""
        # Straight from the driver: after years of imports these are many rows, asked for with every position.
        rows = self._connection.exec_driver_sql(
            "SELECT batch_id, cost_centre, min(year * 100 + period), max(year * 100 + period) FROM batch_control"
            " JOIN import_batch ON import_batch.id = batch_control.batch_id AND state = 'live'"
            " GROUP BY batch_id, cost_centre ORDER BY batch_id"
        ).all()
        found: dict[int, list[ControlKey]] = {}
        years: dict[int, FinancialYear] = {}
        for batch, centre, *ends in rows:
            for end in ends:
                start, period = divmod(end, 100)
                year = years.get(start) or years.setdefault(start, FinancialYear(start))
                found.setdefault(batch, []).append(ControlKey(centre, year, period))
        return found

    def cost_centre_groups(self) -> list[frozenset[str]]:
        return [frozenset(key.cost_centre for key in keys) for keys in self._extents().values()]

    def _speakers(self, year: FinancialYear) -> list[int] | None:
        """The live imports whose controls of *year* all stand, while those of the others do not.

        None when a newer import took over some of the controls of an older one and left others.
        """
        groups: list[frozenset[str]] = []
        speaking: list[tuple[int, Scope, Scope]] = []
        for batch, keys in self._extents().items():
            own, whole = scope_of(keys), scope_of(keys, groups)
            groups.append(frozenset(key.cost_centre for key in keys))
            if own is None or whole is None or (part := own.within(year)) is None:
                continue
            speaking = [entry for entry in speaking if not whole.takes_in(entry[1])]
            speaking.append((batch, part, whole))
        for place, (_, part, _) in enumerate(speaking):
            if any(whole.meets(part) for _, _, whole in speaking[place + 1 :]):
                return None
        return [batch for batch, _, _ in speaking]

    def control_sums(self, year: FinancialYear) -> list[ControlSum]:
        speakers = self._speakers(year)
        if speakers is not None:
            rows = self._connection.execute(
                select(ControlRecord.period, func.sum(ControlRecord.lines), func.sum(ControlRecord.total))
                .where(ControlRecord.batch.in_(speakers), ControlRecord.year == year)
                .group_by(ControlRecord.period)
                .order_by(ControlRecord.period)
            )
            return [ControlSum(period, int(lines), money_of(total)) for period, lines, total in rows]
        sums: dict[int, tuple[int, Money]] = {}
        for key, control in standing_controls(self._controls()).items():
            if key.year == year:
                lines, total = sums.get(key.period, (0, Money.ZERO))
                sums[key.period] = (lines + control.lines, total + control.total)
        return [ControlSum(period, lines, total) for period, (lines, total) in sorted(sums.items())]

    def held(self) -> dict[str, HeldLine]:
        return dict(self.held_beside((), frozenset()))

    def held_beside(self, lines: Sequence[LedgerLine], fields: frozenset[str]) -> HeldBeside:
        # Straight from the driver, and compared as it comes: to make a line of each row would take three times as long,
        # and a later download states most of them again word for word.
        stated = {line.key: line for line in lines}
        said_by, of_row = _compared(fields)
        rows = self._connection.exec_driver_sql(
            # The plus keeps the index away: it would have all lines sorted first.
            f"SELECT {LINE_NAMES}, id FROM ledger_line WHERE +live = 1 ORDER BY id"  # noqa: S608 - names from this file
        )
        values = Values()
        others: dict[str, HeldLine] = {}
        alike: dict[str, LineId] = {}
        for part in rows.partitions(_ROWS_AT_ONCE):
            for row in part:
                key = row[0]
                line = stated.get(key)
                if line is not None and said_by(line) == of_row(row):
                    alike[key] = LineId(row[-1])
                else:
                    others[key] = HeldLine(LineId(row[-1]), values.line(row[:-1]))
        return HeldBeside(others, alike)

    def held_line(self, line: LineId) -> HeldLine:
        row = self._connection.execute(select(Line.live, *LINE_VALUES).where(Line.id == line)).one_or_none()
        if row is None:
            raise NotFoundError("ledger line", f"number {line}")
        return HeldLine(line, line_of(row[1:]), bool(row[0]))

    def update_lines(self, lines: Mapping[LineId, LedgerLine]) -> None:
        if not lines:
            return
        mark = self._mark
        values = ", ".join(f"{name} = {mark}" for name in _LINE_COLUMNS[_CHANGING])
        self._everything_is_due()  # what they reverse may be others now
        with self._keeping_totals_of(lines):
            self._connection.exec_driver_sql(
                f"UPDATE ledger_line SET {values} WHERE id = {mark}",  # noqa: S608 - names from this file
                [
                    (*row[_CHANGING], row[0])
                    for row in _line_values(0, [(id, (line, ())) for id, line in lines.items()])
                ],
            )
            self._connection.exec_driver_sql(
                f"UPDATE charge SET year = {mark}, period = {mark} WHERE line_id = {mark}",  # noqa: S608 - marks
                [(line.year.start, line.period, id) for id, line in lines.items()],
            )
            write_in_the_row(self._connection, Line.__tablename__, list(lines))

    def set_live(self, lines: Collection[LineId], live: bool) -> None:
        for chunk in chunks(lines):
            self._set_live(Line.id.in_(chunk), ChargeRecord.line.in_(chunk), live)

    def set_batch_lines_live(self, batch: BatchId, live: bool) -> int:
        lines = select(Line.id).where(Line.first_batch == batch)
        return self._set_live(Line.first_batch == batch, ChargeRecord.line.in_(lines), live)

    def _set_live(self, lines: ColumnElement[bool], charges: ColumnElement[bool], live: bool) -> int:
        if live:
            heads = self._connection.execute(
                select(ChargeRecord.project, ChargeRecord.fund, ChargeRecord.kind)
                .where(charges, ChargeRecord.project.is_not(None))
                .distinct()
            )
            self._check_heads({head_of(*head) for head in heads})
        with self._keeping_totals(lines, charges):
            with refusing(
                self._connection,
                "line_there",
                "A line that should count again is held from a later import.",
                "Take that import back first.",
            ):
                done = self._connection.execute(update(Line).where(lines).values({Line.live: int(live)}))
            self._connection.execute(
                update(ChargeRecord).where(charges).values({ChargeRecord.live: int(live)})
            )
        return done.rowcount


_Picked = tuple[Any, ...]


def _compared(
    fields: frozenset[str],
) -> tuple[Callable[[LedgerLine], _Picked], Callable[[Sequence[Any]], _Picked]]:
    """What is compared of a line, as it stands in the database, and of a row of LINE_NAMES: year, period and amount,
    and those of *fields* that are no more than wording."""
    days: dict[date | None, str | None] = {None: None}

    def all_of(line: LedgerLine) -> _Picked:
        posted_on = line.posted_on
        day = days.get(posted_on)
        if day is None and posted_on is not None:
            day = days[posted_on] = posted_on.isoformat()
        return (line.year.start, line.period, day, *line[5:10], line.amount.pence)

    # From the year to the amount, in the order of a line's fields, which is that of the columns.
    everything = slice(2, 11)
    names = LedgerLine._fields[everything]
    wanted = [at for at, name in enumerate(names) if name in fields or name not in WORDING]
    if len(wanted) == len(names):
        return all_of, itemgetter(everything)
    some = itemgetter(*wanted)
    return lambda line: some(all_of(line)), lambda row: some(row[everything])


def _line_values(
    batch: int, numbered: Iterable[tuple[int, tuple[LedgerLine, tuple[Charged, ...]]]]
) -> Iterator[tuple[Any, ...]]:
    """The values of each new line, in the order of the columns."""
    waiting = standing_of(())
    days: dict[date | None, str | None] = {None: None}
    for number, (line, charged) in numbered:
        key, transaction, year, period, posted_on, centre, account = line[:7]
        supplier, description, kind, amount, sheet, row = line[7:]
        day = days.get(posted_on)
        if day is None and posted_on is not None:
            day = days[posted_on] = posted_on.isoformat()
        state, total, parts = standing_of(charged) if charged else waiting
        yield (
            number,
            1,
            batch,
            key,
            transaction,
            year.start,
            period,
            day,
            centre,
            account,
            supplier,
            description,
            kind,
            amount.pence,
            sheet,
            row,
            state,
            total,
            parts,
        )
