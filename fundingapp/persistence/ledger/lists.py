"""Lists of ledger lines: which, in which order, with the part that counts."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from fundingapp.application.ports import (
    BatchState,
    Change,
    Charged,
    LineFilter,
    LineOrder,
    LineRow,
    LineShare,
    Show,
    ShowCounts,
)
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.ids import LineId
from fundingapp.domain.matching import Disposition, How, LineState
from fundingapp.domain.money import Money
from fundingapp.persistence.columns import reading
from fundingapp.persistence.ledger.charges import Charges
from fundingapp.persistence.ledger.filters import CODING, TEXT_COLUMNS, Filters, charge_fits
from fundingapp.persistence.ledger.part import (
    CHARGE_NAMES,
    LINE_NAMES,
    LINE_VALUES,
    Values,
    chunks,
    line_of,
    member_of,
    money_of,
)
from fundingapp.persistence.ledger.suggested import PROPOSAL_NAMES, proposal_of
from fundingapp.persistence.records.grants import ProjectRecord
from fundingapp.persistence.records.imports import BatchRecord
from fundingapp.persistence.records.ledger import ChargeRecord, LedgerLineRecord as Line, SightingRecord


class Lists(Charges, Filters):
    """What lists of lines show, their counts and totals."""

    def counts(self, where: LineFilter) -> ShowCounts:
        changed = self._connection.execute(
            select(func.count()).select_from(Line).where(*self._conditions(replace(where, show=Show.CHANGED)))
        ).scalar_one()
        suggested = self._connection.execute(
            select(func.count())
            .select_from(Line)
            .where(*self._conditions(replace(where, show=Show.SUGGESTED)))
        ).scalar_one()
        states = self._stored_counts(where)
        if states is None:
            states = self._counts_of(self._conditions(where, show=False))
        nothing = (0, 0, Money.ZERO)
        waiting = states.get(LineState.WAITING, nothing)
        return ShowCounts(
            sum(number for number, _, _ in states.values()),
            waiting[0],
            states.get(LineState.CHARGED, nothing)[0],
            sum(split for _, split, _ in states.values()),
            states.get(LineState.INCOME, nothing)[0],
            states.get(LineState.EXCLUDED, nothing)[0],
            changed,
            Money.total(amount for _, _, amount in states.values()),
            waiting[2],
            suggested,
        )

    def _counts_of(self, conditions: list[ColumnElement[bool]]) -> dict[LineState, tuple[int, int, Money]]:
        """Number of lines, of split ones, and the sum, by state, added up out of the lines themselves."""
        rows = self._connection.execute(
            select(
                Line.state, func.count(), func.sum(case((Line.parts > 1, 1), else_=0)), func.sum(Line.amount)
            )
            .select_from(Line)
            .where(*conditions)
            .group_by(Line.state)
        )
        return {state: (number, int(split), money_of(total)) for state, number, split, total in rows}

    def line_ids(self, where: LineFilter, order: LineOrder) -> array[int]:
        key: Any
        if order.column == "project":
            key = (
                select(func.min(self._by_letter(ProjectRecord.ref)))
                .join(ChargeRecord, ChargeRecord.project == ProjectRecord.id)
                .where(ChargeRecord.line == Line.id)
                .scalar_subquery()
            )
        elif order.column == "coding":
            key = self._by_letter(CODING)
        elif order.column in TEXT_COLUMNS:
            key = self._by_letter(TEXT_COLUMNS[order.column])
        elif order.column in ("posted_on", "period", "amount", "state"):
            key = getattr(Line, order.column)
        else:
            raise NotFoundError("column", order.column)
        # What is missing comes first, as SQLite has it; PostgreSQL must be told.
        ordered = key.desc().nulls_last() if order.descending else key.asc().nulls_first()
        last = Line.id.desc() if order.descending else Line.id.asc()
        ids = self._connection.execute(
            select(Line.id).where(*self._conditions(where)).order_by(ordered, last)
        ).scalars()
        return array("q", ids)

    def line_rows(self, ids: Sequence[int]) -> list[LineRow]:
        # Straight from the driver, and as little as is shown: a jump in the table waits for this.
        wanted = [LineId(id) for id in ids]
        values = Values()
        found: dict[int, Any] = {}
        shown: dict[int, tuple[str, str, int]] = {}
        charges: dict[int, list[Charged]] = {}
        refs: dict[int, list[str]] = {}
        changed: dict[int, Change] = {}
        for chunk in chunks(wanted):
            among = f"IN ({self._marks(len(chunk))})"
            for row in self._asked(
                f"SELECT {LINE_NAMES}, ledger_line.id, ledger_line.state, file_name FROM ledger_line"  # noqa: S608 - names and marks
                f" JOIN import_batch ON import_batch.id = first_batch_id WHERE ledger_line.id {among}",
                chunk,
            ):
                found[row[-3]] = row
            for line, file, sheet, number in self._asked(
                "SELECT line_id, file_name, line_sighting.sheet, row_number FROM line_sighting"  # noqa: S608 - marks
                f" JOIN import_batch ON import_batch.id = batch_id AND state = 'live' WHERE line_id {among}"
                " ORDER BY line_id, batch_id",
                chunk,
            ):
                shown[line] = (file, sheet, number)
            for row in self._asked(
                f"SELECT {CHARGE_NAMES}, ref, line_id FROM charge LEFT JOIN project ON project.id = project_id"  # noqa: S608 - names and marks
                f" WHERE line_id {among} ORDER BY line_id, part",
                chunk,
            ):
                charges.setdefault(row[-1], []).append(values.charged(row[:-2]))
                if row[1] is not None:
                    # A line that does not count may be charged to a project that was removed since.
                    refs.setdefault(row[-1], []).append(row[-2] or "")
            for line, change in self._asked(
                "SELECT line_id, change FROM line_change WHERE reviewed = 0"  # noqa: S608 - marks
                " AND batch_id = (SELECT max(id) FROM import_batch WHERE state = 'live')"
                f" AND line_id {among}",
                chunk,
            ):
                changed[line] = reading(Change, change)
        waiting = [id for id, row in found.items() if row[-2] == "waiting"]
        suggested = {
            row[0]: proposal_of(row)
            for chunk in chunks(waiting)
            for row in self._asked(
                f"SELECT {PROPOSAL_NAMES} FROM suggestion"  # noqa: S608 - names and marks
                f" WHERE place = 0 AND line_id IN ({self._marks(len(chunk))})",
                chunk,
            )
        }
        rows = []
        for id in wanted:
            row = found.get(id)
            if row is None:
                continue
            held = values.line(row[:-3])
            file, sheet, number = shown.get(id, (row[-1], "", 0))
            if number:
                held = held._replace(sheet=sheet or held.sheet, row=number)
            rows.append(
                LineRow(
                    id,
                    held,
                    file,
                    reading(partial(member_of, LineState), row[-2]),
                    tuple(charges.get(id, ())),
                    tuple(refs.get(id, ())),
                    changed.get(id),
                    suggested.get(id),
                )
            )
        return rows

    def _asked(self, statement: str, values: Sequence[int]) -> Iterable[Any]:
        """The rows that the driver gives for *statement* with *values* in place of its marks."""
        return self._connection.exec_driver_sql(statement, tuple(values))

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
            select(Line.id, Line.first_batch, share, *LINE_VALUES)
            .where(*conditions)
            .order_by(Line.period, Line.posted_on.asc().nulls_first(), Line.id)
        )
        if limit is not None:
            query = query.limit(limit)
        rows = self._connection.execute(query).all()
        ids = [LineId(row[0]) for row in rows]
        places = self._newest_places(ids, {row[0]: row[1] for row in rows})
        charges = self.charges_of(ids)
        found = []
        for row in rows:
            held = line_of(row[3:])
            file, sheet, number = places[row[0]]
            reasons = [
                charged.charge.reason
                for charged in charges[LineId(row[0])]
                if charge_fits(charged.charge, where)
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
                    money_of(row[2]),
                    "; ".join(dict.fromkeys(reasons)),
                )
            )
        return found

    def total(self, where: LineFilter) -> tuple[int, Money]:
        stored = self._stored_total(where)
        if stored is not None:
            return stored
        charge = self._charge_conditions(where)
        if not charge:
            row = self._connection.execute(
                select(func.count(), func.sum(Line.amount)).select_from(Line).where(*self._conditions(where))
            ).one()
        else:
            of_lines = replace(where, project=None, fund=None, kind=None, disposition=None)
            row = self._connection.execute(
                select(func.count(func.distinct(Line.id)), func.sum(ChargeRecord.amount))
                .select_from(Line)
                .join(ChargeRecord, ChargeRecord.line == Line.id)
                .where(*self._conditions(of_lines), *charge)
            ).one()
        return row[0], money_of(row[1])

    def sum_of(self, ids: Sequence[int]) -> Money:
        total = Money.ZERO
        for chunk in chunks(ids):
            total += money_of(
                self._connection.execute(select(func.sum(Line.amount)).where(Line.id.in_(chunk))).scalar_one()
            )
        return total

    def suppliers(self) -> list[str]:
        names = self._connection.execute(
            select(Line.supplier).where(Line.live == 1, Line.supplier != "").distinct()
        ).scalars()
        return sorted(names)

    def exclusion_reasons(self, limit: int = 50) -> list[str]:
        rows = self._connection.execute(
            select(ChargeRecord.reason, func.count().label("uses"))
            .join(Line, Line.id == ChargeRecord.line)
            .where(
                Line.live == 1,
                ChargeRecord.disposition == Disposition.EXCLUDED,
                ChargeRecord.how == How.HAND,
                ChargeRecord.reason != "",
            )
            .group_by(ChargeRecord.reason)
        ).all()
        return [row[0] for row in sorted(rows, key=lambda row: (-row[1], row[0]))[:limit]]

    def _by_letter(self, column: Any) -> Any:
        """*column* in the order of its letters' numbers, as SQLite has it, whatever a server's language is."""
        return column.collate("C") if self._connection.dialect.name == "postgresql" else column
