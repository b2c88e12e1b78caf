"""Ledger lines, imports and charges in SQL: the part that may hold a million rows."""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from fundingapp.application.ports import (
    Batch,
    BatchState,
    Change,
    Charged,
    Kept,
    LineChange,
    LineCharges,
    LineFilter,
    LineOrder,
    LineRow,
    LineShare,
    Show,
    ShowCounts,
    Sighting,
)
from fundingapp.application.wording import plain
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.findings import Finding, Source
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import BatchId, FundId, LineId, ProjectId, RuleId, RunId
from fundingapp.domain.ledger import (
    Control,
    ControlKey,
    HeldLine,
    LedgerLine,
    SkippedRow,
    standing_controls,
)
from fundingapp.domain.matching import Charge, Disposition, How, LineState, state_of
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.reconciliation import ChargeSum, ControlSum, LedgerSum
from fundingapp.persistence.columns import Pence
from fundingapp.persistence.records import (
    BatchRecord,
    ChargeRecord,
    ControlRecord,
    FindingRecord,
    LedgerLineRecord as Line,
    LineChangeRecord,
    ProjectRecord,
    SightingRecord,
    SkippedRowRecord,
)
from fundingapp.persistence.rows import SqlRows

Item = TypeVar("Item")

#: How many ids go into one statement; SQLite's older builds allow 999 parameters.
_CHUNK = 500

_LINE_COLUMNS = (
    Line.key,
    Line.transaction,
    Line.year,
    Line.period,
    Line.posted_on,
    Line.cost_centre,
    Line.account,
    Line.supplier,
    Line.description,
    Line.type,
    Line.amount,
    Line.sheet,
    Line.row,
)

_NOUGHT = literal(Money.ZERO, Pence())

_TEXT_COLUMNS = {
    "cost_centre": Line.cost_centre,
    "account": Line.account,
    "supplier": Line.supplier,
    "description": Line.description,
    "type": Line.type,
    "transaction": Line.transaction,
}


def chunks(items: Iterable[Item], size: int = _CHUNK) -> Iterator[list[Item]]:
    """*items* in lists of at most *size*."""
    each = iter(items)
    while chunk := list(islice(each, size)):
        yield chunk


class SqlLedger:
    """Satisfies :class:`~fundingapp.application.ports.LedgerStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._batches = SqlRows(connection, BatchRecord, Batch, "import")

    def _insert_many(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Many rows at the driver's own speed; 17 times the ORM's, and the columns are named here, so that none can
        be left out unseen."""
        data = list(rows)
        if not data:
            return
        mark = "?" if self._connection.dialect.name == "sqlite" else "%s"
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))})"  # noqa: S608 - names from this file
        self._connection.exec_driver_sql(statement, data)

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
    ) -> BatchId:
        batch_id = self._batches.add(batch)
        last = self._connection.execute(select(func.max(Line.id))).scalar_one() or 0
        days: dict[date | None, str | None] = {None: None}
        self._insert_many(
            "ledger_line",
            (
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
            ),
            (
                (
                    number,
                    1,
                    batch_id,
                    line.key,
                    line.transaction,
                    line.year.start,
                    line.period,
                    days.get(line.posted_on) or days.setdefault(line.posted_on, _iso(line.posted_on)),
                    line.cost_centre,
                    line.account,
                    line.supplier,
                    line.description,
                    line.type,
                    line.amount.pence,
                    line.sheet,
                    line.row,
                    LineState.WAITING.value,
                    0,
                    0,
                )
                for number, line in enumerate(lines, start=last + 1)
            ),
        )
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
                    _line_json(change.before),
                    _line_json(change.after) if change.after is not None else None,
                    _charges_json(change.charges_before),
                    _charges_json(change.charges_after),
                )
                for change in changes
            ),
        )
        return BatchId(batch_id)

    def set_batch_state(self, batch: BatchId, state: BatchState) -> None:
        self._connection.execute(
            update(BatchRecord)
            .where(BatchRecord.id == batch)
            .values({BatchRecord.state: state, BatchRecord.version: BatchRecord.version + 1})
        )

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
                _line_of(row[4]),
                _line_of(row[5]) if row[5] is not None else None,
                _charges_of(row[6]),
                _charges_of(row[7]),
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

    def set_taken(self, batch: BatchId, line: LineId, taken: bool) -> None:
        self._connection.execute(
            update(LineChangeRecord)
            .where(LineChangeRecord.batch == batch, LineChangeRecord.line == line)
            .values({LineChangeRecord.taken: int(taken)})
        )

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

    def cost_centre_groups(self) -> list[frozenset[str]]:
        return [frozenset(key.cost_centre for key in controls) for controls in self._controls()]

    def control_sums(self, year: FinancialYear) -> list[ControlSum]:
        sums: dict[int, tuple[int, Money]] = {}
        for key, control in standing_controls(self._controls()).items():
            if key.year == year:
                lines, total = sums.get(key.period, (0, Money.ZERO))
                sums[key.period] = (lines + control.lines, total + control.total)
        return [ControlSum(period, lines, total) for period, (lines, total) in sorted(sums.items())]

    def held(self) -> dict[str, HeldLine]:
        # Straight from the driver: SQLAlchemy's conversion of a hundred thousand rows would cost a second.
        names = "id, key, transaction_ref, year, period, posted_on, cost_centre, account, supplier, description, type"
        rows = self._connection.exec_driver_sql(
            f"SELECT {names}, amount_pence, sheet, row_number FROM ledger_line WHERE live = 1 ORDER BY id"  # noqa: S608 - names from this file
        )
        days: dict[str | None, date | None] = {None: None}
        years: dict[int, FinancialYear] = {}
        held = {}
        for id, key, transaction, start, period, day, *texts, pence, sheet, row in rows:
            if day not in days:
                days[day] = date.fromisoformat(day)
            year = years.get(start) or years.setdefault(start, FinancialYear(start))
            line = _line((key, transaction, year, period, days[day], *texts, Money(pence), sheet, row))
            held[key] = HeldLine(LineId(id), line)
        return held

    def held_line(self, line: LineId) -> HeldLine:
        row = self._connection.execute(select(*_LINE_COLUMNS).where(Line.id == line)).one_or_none()
        if row is None:
            raise NotFoundError("ledger line", f"number {line}")
        return HeldLine(line, _line(row))

    def update_line(self, id: LineId, line: LedgerLine) -> None:
        self._connection.execute(
            update(Line)
            .where(Line.id == id)
            .values(
                {
                    Line.transaction: line.transaction,
                    Line.year: line.year,
                    Line.period: line.period,
                    Line.posted_on: line.posted_on,
                    Line.cost_centre: line.cost_centre,
                    Line.account: line.account,
                    Line.supplier: line.supplier,
                    Line.description: line.description,
                    Line.type: line.type,
                    Line.amount: line.amount,
                }
            )
        )
        self._connection.execute(
            update(ChargeRecord)
            .where(ChargeRecord.line == id)
            .values({ChargeRecord.year: line.year, ChargeRecord.period: line.period})
        )

    def set_live(self, lines: Collection[LineId], live: bool) -> None:
        for chunk in chunks(lines):
            self._connection.execute(update(Line).where(Line.id.in_(chunk)).values({Line.live: int(live)}))
            self._connection.execute(
                update(ChargeRecord)
                .where(ChargeRecord.line.in_(chunk))
                .values({ChargeRecord.live: int(live)})
            )

    def set_batch_lines_live(self, batch: BatchId, live: bool) -> int:
        done = self._connection.execute(
            update(Line).where(Line.first_batch == batch).values({Line.live: int(live)})
        )
        self._connection.execute(
            update(ChargeRecord)
            .where(ChargeRecord.line.in_(select(Line.id).where(Line.first_batch == batch)))
            .values({ChargeRecord.live: int(live)})
        )
        return done.rowcount

    def waiting(self) -> list[tuple[LineId, LedgerLine]]:
        rows = self._connection.execute(
            select(Line.id, *_LINE_COLUMNS)
            .where(Line.live == 1, Line.state == LineState.WAITING)
            .order_by(Line.id)
        )
        return [(LineId(row[0]), _line(row[1:])) for row in rows]

    def charges_of(self, lines: Collection[LineId]) -> dict[LineId, tuple[Charged, ...]]:
        found: dict[LineId, list[Charged]] = {line: [] for line in lines}
        for chunk in chunks(found):
            rows = self._connection.execute(
                select(
                    ChargeRecord.line,
                    ChargeRecord.disposition,
                    ChargeRecord.project,
                    ChargeRecord.fund,
                    ChargeRecord.kind,
                    ChargeRecord.amount,
                    ChargeRecord.reason,
                    ChargeRecord.rule,
                    ChargeRecord.run,
                    ChargeRecord.how,
                    ChargeRecord.by,
                    ChargeRecord.at,
                )
                .where(ChargeRecord.line.in_(chunk))
                .order_by(ChargeRecord.line, ChargeRecord.part)
            )
            for line, disposition, project, fund, kind, amount, reason, rule, run, how, by, at in rows:
                head = (
                    BudgetHead(ProjectId(project), FundId(fund), kind)
                    if project is not None and fund is not None and kind is not None
                    else None
                )
                charge = Charge(disposition, head, amount, reason, RuleId(rule) if rule is not None else None)
                found[LineId(line)].append(
                    Charged(charge, how, RunId(run) if run is not None else None, by, at)
                )
        return {line: tuple(charges) for line, charges in found.items()}

    def put_charges(self, placed: Iterable[LineCharges]) -> int:
        entries = list(placed)
        for chunk in chunks(entries):
            self._connection.execute(
                delete(ChargeRecord).where(ChargeRecord.line.in_([entry.line for entry in chunk]))
            )
        self._insert_charges(entries)
        return len(entries)

    def place_waiting(self, placed: Sequence[LineCharges]) -> int:
        self._insert_charges(placed)
        return len(placed)

    def _insert_charges(self, placed: Sequence[LineCharges]) -> None:
        """Adds the charges and writes what follows from them into their lines."""
        where: dict[int, tuple[int, int, int]] = {}
        if len(placed) > 5 * _CHUNK:
            rows: Iterable[Any] = self._connection.exec_driver_sql(
                "SELECT id, live, year, period FROM ledger_line"
            )
            where = {row[0]: (row[1], row[2], row[3]) for row in rows}
        else:
            for chunk in chunks([entry.line for entry in placed]):
                found = self._connection.execute(
                    select(Line.id, Line.live, Line.year, Line.period).where(Line.id.in_(chunk))
                )
                where.update({id: (live, year.start, period) for id, live, year, period in found})
        moments: dict[datetime, str] = {}
        charges: list[tuple[Any, ...]] = []
        lines: list[tuple[str, int, int, int]] = []
        for entry in placed:
            live, year, period = where[entry.line]
            total = 0
            for part, charged in enumerate(entry.charges):
                charge = charged.charge
                total += charge.amount.pence
                head = charge.head
                charges.append(
                    (
                        entry.line,
                        part,
                        live,
                        year,
                        period,
                        charge.disposition.value,
                        head.project if head else None,
                        head.fund if head else None,
                        head.kind.value if head else None,
                        charge.amount.pence,
                        charge.reason,
                        charge.rule,
                        charged.run,
                        charged.how.value,
                        charged.by,
                        moments.get(charged.at) or moments.setdefault(charged.at, charged.at.isoformat()),
                    )
                )
            state = state_of([charged.charge for charged in entry.charges])
            lines.append((state.value, total, len(entry.charges), entry.line))
        self._insert_many(
            "charge",
            (
                "line_id",
                "part",
                "live",
                "year",
                "period",
                "disposition",
                "project_id",
                "fund_id",
                "kind",
                "amount_pence",
                "reason",
                "rule_id",
                "run_id",
                "how",
                "made_by",
                "made_at",
            ),
            charges,
        )
        if lines:
            mark = "?" if self._connection.dialect.name == "sqlite" else "%s"
            self._connection.exec_driver_sql(
                f"UPDATE ledger_line SET state = {mark}, charged_pence = {mark}, parts = {mark} WHERE id = {mark}",  # noqa: S608 - only marks
                lines,
            )

    def next_run(self) -> RunId:
        last = self._connection.execute(select(func.max(ChargeRecord.run))).scalar_one()
        return RunId((last or 0) + 1)

    def clear_run(self, run: RunId) -> int:
        lines = list(
            self._connection.execute(
                select(ChargeRecord.line).where(ChargeRecord.run == run).distinct()
            ).scalars()
        )
        self._connection.execute(
            update(Line)
            .where(Line.id.in_(select(ChargeRecord.line).where(ChargeRecord.run == run)))
            .values({Line.state: LineState.WAITING, Line.charged: Money.ZERO, Line.parts: 0})
        )
        self._connection.execute(delete(ChargeRecord).where(ChargeRecord.run == run))
        return len(lines)

    def charge_sums(self, year: FinancialYear) -> list[ChargeSum]:
        rows = self._connection.execute(
            select(
                ChargeRecord.project,
                ChargeRecord.fund,
                ChargeRecord.kind,
                ChargeRecord.period,
                func.sum(ChargeRecord.amount),
            )
            .where(
                ChargeRecord.live == 1,
                ChargeRecord.year == year,
                ChargeRecord.disposition == Disposition.PROJECT,
            )
            .group_by(ChargeRecord.fund, ChargeRecord.project, ChargeRecord.kind, ChargeRecord.period)
            .order_by(ChargeRecord.fund, ChargeRecord.project, ChargeRecord.kind, ChargeRecord.period)
        )
        return [
            ChargeSum(ProjectId(project), FundId(fund), kind, period, _money(total))
            for project, fund, kind, period, total in rows
            if project is not None and fund is not None and kind is not None
        ]

    def ledger_sums(self, year: FinancialYear) -> list[LedgerSum]:
        is_waiting = Line.state == LineState.WAITING
        lines = self._connection.execute(
            select(
                Line.period,
                func.count(),
                func.sum(Line.amount),
                func.sum(case((is_waiting, _NOUGHT), else_=Line.amount)),
                func.sum(case((is_waiting, 1), else_=0)),
                func.sum(case((and_(~is_waiting, Line.charged != Line.amount), 1), else_=0)),
            )
            .where(Line.live == 1, Line.year == year)
            .group_by(Line.period)
            .order_by(Line.period)
        ).all()
        charges: dict[tuple[int, Disposition], Money] = {}
        for period, disposition, total in self._connection.execute(
            select(ChargeRecord.period, ChargeRecord.disposition, func.sum(ChargeRecord.amount))
            .where(ChargeRecord.live == 1, ChargeRecord.year == year)
            .group_by(ChargeRecord.period, ChargeRecord.disposition)
        ):
            charges[period, disposition] = _money(total)
        return [
            LedgerSum(
                period,
                number,
                _money(total),
                _money(placed),
                charges.get((period, Disposition.PROJECT), Money.ZERO),
                charges.get((period, Disposition.INCOME), Money.ZERO),
                charges.get((period, Disposition.EXCLUDED), Money.ZERO),
                int(waiting),
                int(unequal),
            )
            for period, number, total, placed, waiting, unequal in lines
        ]

    def years(self) -> list[FinancialYear]:
        # One jump through the index per year, instead of reading all of it.
        found: list[FinancialYear] = []
        query = select(func.min(Line.year)).where(Line.live == 1)
        year: FinancialYear | None = self._connection.execute(query).scalar_one()
        while year is not None:
            found.append(year)
            year = self._connection.execute(query.where(Line.year > year)).scalar_one()
        return found

    def last_period(self, year: FinancialYear) -> int:
        last = self._connection.execute(
            select(func.max(Line.period)).where(Line.live == 1, Line.year == year)
        ).scalar_one()
        return last or 0

    def _changed(self) -> Any:
        """Lines whose change in the newest live import nobody has looked at yet."""
        newest = (
            select(func.max(BatchRecord.id)).where(BatchRecord.state == BatchState.LIVE).scalar_subquery()
        )
        return select(LineChangeRecord.line).where(
            LineChangeRecord.batch == newest, LineChangeRecord.reviewed == 0
        )

    def _conditions(self, where: LineFilter, *, show: bool = True) -> list[ColumnElement[bool]]:
        """The conditions on lines; a vanished line is listed only among the changed ones."""
        found: list[ColumnElement[bool]] = []
        if show and where.show is Show.CHANGED:
            found.append(Line.id.in_(self._changed()))
        else:
            found.append(Line.live == 1)
        if where.year is not None:
            found.append(Line.year == where.year)
        if where.from_period > 1:
            found.append(Line.period >= where.from_period)
        if where.to_period < 13:
            found.append(Line.period <= where.to_period)
        if show:
            match where.show:
                case Show.WAITING:
                    found.append(Line.state == LineState.WAITING)
                case Show.CHARGED:
                    found.append(Line.state == LineState.CHARGED)
                case Show.INCOME:
                    found.append(Line.state == LineState.INCOME)
                case Show.EXCLUDED:
                    found.append(Line.state == LineState.EXCLUDED)
                case Show.SPLIT:
                    found.append(Line.parts > 1)
                case Show.ALL | Show.CHANGED:
                    pass
        if where.batch is not None:
            found.append(
                or_(
                    Line.first_batch == where.batch,
                    Line.id.in_(select(SightingRecord.line).where(SightingRecord.batch == where.batch)),
                )
            )
        if where.text.strip():
            for word in where.text.split():
                found.append(self._text_condition(word))
        for column, text in where.columns:
            if text.strip():
                found.append(self._column_condition(column, text.strip()))
        charge = self._charge_conditions(where)
        if charge:
            found.append(exists().where(ChargeRecord.line == Line.id, *charge))
        return found

    @staticmethod
    def _charge_conditions(where: LineFilter) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if where.project is not None:
            found.append(ChargeRecord.project == where.project)
        if where.fund is not None:
            found.append(ChargeRecord.fund == where.fund)
        if where.kind is not None:
            found.append(ChargeRecord.kind == where.kind)
        if where.disposition is not None:
            found.append(ChargeRecord.disposition == where.disposition)
        return found

    def _text_condition(self, word: str) -> ColumnElement[bool]:
        parts: list[ColumnElement[bool]] = [
            column.icontains(word, autoescape=True) for column in _TEXT_COLUMNS.values()
        ]
        try:
            amount = Money.parse(word)
        except NotMoneyError:
            pass
        else:
            parts.append(Line.amount.in_([amount, -amount]))
        return or_(*parts)

    def _column_condition(self, column: str, text: str) -> ColumnElement[bool]:
        if column in _TEXT_COLUMNS:
            return _TEXT_COLUMNS[column].icontains(text, autoescape=True)
        if column == "amount":
            try:
                amount = Money.parse(text)
            except NotMoneyError:
                return Line.id < 0  # what is no amount fits no line
            return Line.amount.in_([amount, -amount])
        if column == "period":
            return Line.period == int(text) if text.isdigit() else Line.id < 0
        if column == "coding":
            coding = Line.cost_centre.concat(" / ").concat(Line.account)
            return coding.icontains(text, autoescape=True)
        if column == "posted_on":
            return self._day_condition(text)
        if column == "state":
            return exists().where(
                ChargeRecord.line == Line.id, ChargeRecord.reason.icontains(text, autoescape=True)
            )
        if column == "project":
            return exists().where(
                ChargeRecord.line == Line.id,
                ChargeRecord.project == ProjectRecord.id,
                or_(
                    ProjectRecord.ref.icontains(text, autoescape=True),
                    ProjectRecord.name.icontains(text, autoescape=True),
                ),
            )
        raise NotFoundError("column", column)

    @staticmethod
    def _day_condition(text: str) -> ColumnElement[bool]:
        """Days by any part of dd/mm/yyyy, from the right: 2019, 01/2019, 21/01/2019."""
        parts = [part.zfill(2) for part in text.split("/") if part]
        iso = "-".join(reversed(parts))
        whole_year = bool(parts) and len(parts[-1]) == 4
        # The column is text in the database, so that a part of a day can be looked for.
        return type_coerce(Line.posted_on, Text()).like(f"{iso}%" if whole_year else f"%-{iso}%")

    def counts(self, where: LineFilter) -> ShowCounts:
        conditions = self._conditions(where, show=False)

        def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
            return func.sum(case((condition, 1), else_=0))

        row = self._connection.execute(
            select(
                func.count(),
                number(Line.state == LineState.WAITING),
                number(Line.state == LineState.CHARGED),
                number(Line.parts > 1),
                number(Line.state == LineState.INCOME),
                number(Line.state == LineState.EXCLUDED),
                func.sum(Line.amount),
                func.sum(case((Line.state == LineState.WAITING, Line.amount), else_=_NOUGHT)),
            )
            .select_from(Line)
            .where(*conditions)
        ).one()
        changed = self._connection.execute(
            select(func.count())
            .select_from(Line)
            .where(
                *self._conditions(_showing(where, Show.CHANGED)),
            )
        ).scalar_one()
        waiting, charged, split, income, excluded = (int(entry or 0) for entry in row[1:6])
        return ShowCounts(
            row[0], waiting, charged, split, income, excluded, changed, _money(row[6]), _money(row[7])
        )

    def line_ids(self, where: LineFilter, order: LineOrder) -> array[int]:
        if order.column == "project":
            key: Any = (
                select(func.min(ProjectRecord.ref))
                .join(ChargeRecord, ChargeRecord.project == ProjectRecord.id)
                .where(ChargeRecord.line == Line.id)
                .scalar_subquery()
            )
        elif order.column == "coding":
            key = Line.cost_centre.concat(" / ").concat(Line.account)
        elif order.column in (*_TEXT_COLUMNS, "posted_on", "period", "amount", "state"):
            key = getattr(Line, order.column)
        else:
            raise NotFoundError("column", order.column)
        ordered = key.desc() if order.descending else key.asc()
        last = Line.id.desc() if order.descending else Line.id.asc()
        ids = self._connection.execute(
            select(Line.id).where(*self._conditions(where)).order_by(ordered, last)
        ).scalars()
        return array("q", ids)

    def line_rows(self, ids: Sequence[int]) -> list[LineRow]:
        wanted = [LineId(id) for id in ids]
        found: dict[int, tuple[LedgerLine, LineState, int]] = {}
        for chunk in chunks(wanted):
            for row in self._connection.execute(
                select(Line.id, Line.state, Line.first_batch, *_LINE_COLUMNS).where(Line.id.in_(chunk))
            ):
                found[row[0]] = (_line(row[3:]), row[1], row[2])
        places = self._newest_places(wanted, {id: entry[2] for id, entry in found.items()})
        charges = self.charges_of(wanted)
        refs = {
            id: ref for id, ref in self._connection.execute(select(ProjectRecord.id, ProjectRecord.ref))
        }
        changed: dict[int, Change] = {}
        for chunk in chunks(wanted):
            changes = self._connection.execute(
                select(LineChangeRecord.line, LineChangeRecord.change).where(
                    LineChangeRecord.line.in_(chunk), LineChangeRecord.line.in_(self._changed())
                )
            )
            changed.update((line, change) for line, change in changes)
        rows = []
        for id in wanted:
            if id not in found:
                continue
            held, state, _ = found[id]
            file, sheet, number = places.get(id, ("", held.sheet, held.row))
            rows.append(
                LineRow(
                    id,
                    held._replace(sheet=sheet or held.sheet, row=number or held.row),
                    file,
                    state,
                    charges[id],
                    tuple(
                        refs[charged.charge.head.project] for charged in charges[id] if charged.charge.head
                    ),
                    changed.get(id),
                )
            )
        return rows

    def _newest_places(
        self, ids: Sequence[LineId], first: Mapping[int, int]
    ) -> dict[int, tuple[str, str, int]]:
        """Where the newest live import holds each line: file, sheet, row ("" and 0: as it first came)."""
        names = {
            id: (name, state)
            for id, name, state in self._connection.execute(
                select(BatchRecord.id, BatchRecord.file_name, BatchRecord.state)
            )
        }
        places = {id: (names[batch][0], "", 0) for id, batch in first.items()}
        for chunk in chunks(ids):
            for line, batch, sheet, row in self._connection.execute(
                select(SightingRecord.line, SightingRecord.batch, SightingRecord.sheet, SightingRecord.row)
                .where(SightingRecord.line.in_(chunk))
                .order_by(SightingRecord.line, SightingRecord.batch)
            ):
                if names[batch][1] is BatchState.LIVE:
                    places[line] = (names[batch][0], sheet, row)
        return places

    def _share_query(self, where: LineFilter) -> tuple[Any, list[ColumnElement[bool]]]:
        charge = self._charge_conditions(where)
        if not charge:
            return Line.amount, self._conditions(where)
        share = (
            select(func.sum(ChargeRecord.amount))
            .where(ChargeRecord.line == Line.id, *charge)
            .scalar_subquery()
        )
        return share, self._conditions(where)

    def shares(self, where: LineFilter, limit: int | None = None) -> list[LineShare]:
        share, conditions = self._share_query(where)
        query: Select[Any] = (
            select(Line.id, Line.first_batch, share, *_LINE_COLUMNS)
            .where(*conditions)
            .order_by(Line.period, Line.posted_on, Line.id)
        )
        if limit is not None:
            query = query.limit(limit)
        rows = self._connection.execute(query).all()
        ids = [LineId(row[0]) for row in rows]
        places = self._newest_places(ids, {row[0]: row[1] for row in rows})
        charges = self.charges_of(ids)
        found = []
        for row in rows:
            held = _line(row[3:])
            file, sheet, number = places[row[0]]
            reasons = [
                charged.charge.reason for charged in charges[LineId(row[0])] if _fits(charged.charge, where)
            ]
            found.append(
                LineShare(
                    LineId(row[0]),
                    held.transaction,
                    held.posted_on,
                    held.supplier,
                    held.description,
                    file,
                    sheet or held.sheet,
                    number or held.row,
                    held.amount,
                    _money(row[2]),
                    "; ".join(dict.fromkeys(reasons)),
                )
            )
        return found

    def total(self, where: LineFilter) -> tuple[int, Money]:
        charge = self._charge_conditions(where)
        if not charge:
            row = self._connection.execute(
                select(func.count(), func.sum(Line.amount)).select_from(Line).where(*self._conditions(where))
            ).one()
        else:
            plain_where = _without_charges(where)
            row = self._connection.execute(
                select(func.count(func.distinct(Line.id)), func.sum(ChargeRecord.amount))
                .select_from(Line)
                .join(ChargeRecord, ChargeRecord.line == Line.id)
                .where(*self._conditions(plain_where), *charge)
            ).one()
        return row[0], _money(row[1])

    def similar(self, line: LineId, limit: int = 50) -> list[LineShare]:
        supplier = self._connection.execute(select(Line.supplier).where(Line.id == line)).scalar_one_or_none()
        if not supplier:
            return []
        rows = self._connection.execute(
            select(Line.id, ProjectRecord.ref, ChargeRecord.amount, Line.first_batch, *_LINE_COLUMNS)
            .join(ChargeRecord, ChargeRecord.line == Line.id)
            .join(ProjectRecord, ProjectRecord.id == ChargeRecord.project)
            .where(Line.live == 1, Line.supplier == supplier, Line.id != line)
            .order_by(Line.posted_on.desc(), Line.id.desc(), ChargeRecord.part)
            .limit(limit)
        ).all()
        places = self._newest_places([LineId(row[0]) for row in rows], {row[0]: row[3] for row in rows})
        found = []
        for id, ref, share, _, *values in rows:
            held = _line(values)
            file, sheet, number = places[id]
            found.append(
                LineShare(
                    LineId(id),
                    held.transaction,
                    held.posted_on,
                    held.supplier,
                    held.description,
                    file,
                    sheet or held.sheet,
                    number or held.row,
                    held.amount,
                    share,
                    ref,
                )
            )
        return found

    def suppliers(self) -> list[str]:
        return list(
            self._connection.execute(
                select(Line.supplier)
                .where(Line.live == 1, Line.supplier != "")
                .distinct()
                .order_by(Line.supplier)
            ).scalars()
        )


def _line(values: Sequence[Any]) -> LedgerLine:
    """A line from its columns, in the order of the tuple."""
    return LedgerLine(*values)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _money(total: Any) -> Money:
    """A sum out of the database, which gives whole pence as int, Decimal (PostgreSQL) or already Money."""
    if isinstance(total, Money):
        return total
    return Money(int(total or 0))


def _showing(where: LineFilter, show: Show) -> LineFilter:
    return LineFilter(**{**_fields(where), "show": show})


def _without_charges(where: LineFilter) -> LineFilter:
    return LineFilter(**{**_fields(where), "project": None, "fund": None, "kind": None, "disposition": None})


def _fields(where: LineFilter) -> dict[str, Any]:
    return {name: getattr(where, name) for name in LineFilter.__slots__}


def _fits(charge: Charge, where: LineFilter) -> bool:
    head = charge.head
    return (
        (where.project is None or (head is not None and head.project == where.project))
        and (where.fund is None or (head is not None and head.fund == where.fund))
        and (where.kind is None or (head is not None and head.kind == where.kind))
        and (where.disposition is None or charge.disposition is where.disposition)
    )


def _line_json(line: LedgerLine) -> str:
    return json.dumps(plain(line), ensure_ascii=False)


def _line_of(text: str) -> LedgerLine:
    values = json.loads(text)
    values["year"] = FinancialYear.parse(values["year"])
    values["posted_on"] = date.fromisoformat(values["posted_on"]) if values["posted_on"] else None
    values["amount"] = Money(values["amount"])
    return LedgerLine(**values)


def _charges_json(charges: tuple[Charged, ...]) -> str:
    return json.dumps(plain(charges), ensure_ascii=False)


def _charges_of(text: str) -> tuple[Charged, ...]:
    found = []
    for entry in json.loads(text):
        charge = entry["charge"]
        head = charge["head"]
        found.append(
            Charged(
                Charge(
                    Disposition(charge["disposition"]),
                    BudgetHead(ProjectId(head["project"]), FundId(head["fund"]), Kind(head["kind"]))
                    if head
                    else None,
                    Money(charge["amount"]),
                    charge["reason"],
                    RuleId(charge["rule"]) if charge["rule"] is not None else None,
                ),
                How(entry["how"]),
                RunId(entry["run"]) if entry["run"] is not None else None,
                entry["by"],
                datetime.fromisoformat(entry["at"]),
            )
        )
    return tuple(found)
