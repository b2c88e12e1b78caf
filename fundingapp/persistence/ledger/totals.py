"""The stored totals: what live lines and their charges sum to, kept beside them and never read out of them again.

Every write of lines or charges passes through here, in the same transaction: what the lines that it touches added up
to is taken off, and what they add up to afterwards is put on. “Check my file” adds everything up anew (M11).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnClause, ColumnElement, Connection, and_, case, func, select

from fundingapp.application.ports import LineFilter, Show
from fundingapp.domain.matching import Disposition, LineState
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.persistence.columns import reading
from fundingapp.persistence.ledger.due import Due
from fundingapp.persistence.ledger.part import chunks, word_of
from fundingapp.persistence.records.ledger import (
    ChargeRecord,
    ChargeTotalRecord,
    LedgerLineRecord as Line,
    LineTotalRecord,
)

#: From so many lines on, adding everything up anew is quicker than following each of them.
MANY_LINES = 20_000

_LINE_KEY = ("year", "period", "state")
_LINE_SUMS = ("lines", "split", "unequal", "amount_pence")
_CHARGE_KEY = ("year", "disposition", "fund_id", "project_id", "kind", "period")
_CHARGE_SUMS = ("charges", "amount_pence")

#: Both totals added up out of all lines and charges; a charge to no project has no head: 0, 0 and "".
_DIRECT = {
    "line_total": (
        "SELECT year, period, state, count(*), sum(CASE WHEN parts > 1 THEN 1 ELSE 0 END),"
        " sum(CASE WHEN state <> 'waiting' AND charged_pence <> amount_pence THEN 1 ELSE 0 END), sum(amount_pence)"
        " FROM ledger_line WHERE live = 1 GROUP BY year, period, state"
    ),
    "charge_total": (
        "SELECT year, disposition, coalesce(fund_id, 0), coalesce(project_id, 0), coalesce(kind, ''), period, count(*),"
        " sum(amount_pence) FROM charge WHERE live = 1"
        " GROUP BY year, disposition, fund_id, project_id, kind, period"
    ),
}
_COLUMNS = {"line_total": (_LINE_KEY, _LINE_SUMS), "charge_total": (_CHARGE_KEY, _CHARGE_SUMS)}

_STATES = {
    Show.ALL: tuple(LineState),
    Show.WAITING: (LineState.WAITING,),
    Show.CHARGED: (LineState.CHARGED,),
    Show.INCOME: (LineState.INCOME,),
    Show.EXCLUDED: (LineState.EXCLUDED,),
}

_WAITING = LineState.WAITING.value

_Row = tuple[int | str, ...]


class _Tally:
    """What the totals of lines and of charges change by, for each key."""

    def __init__(self) -> None:
        self._changes: dict[str, dict[_Row, Counter[str]]] = {name: {} for name in _COLUMNS}

    def add(self, table: str, sign: int, key: _Row, sums: _Row) -> None:
        entry = self._changes[table].setdefault(key, Counter())
        for name, value in zip(_COLUMNS[table][1], sums, strict=True):
            entry[name] += sign * int(value)

    def rows(self, table: str) -> list[_Row]:
        """Key and changes of each total that is not as it was."""
        names = _COLUMNS[table][1]
        return [
            (*key, *(entry[name] for name in names))
            for key, entry in self._changes[table].items()
            if any(entry.values())
        ]


class Totals(Due):
    """The stored totals of lines and charges."""

    @contextmanager
    def _keeping_totals(
        self, lines: ColumnElement[bool], charges: ColumnElement[bool], *, added: bool = False
    ) -> Iterator[None]:
        """Carries what is done inside to some lines, and to all of their charges, over into the stored totals.

        Both conditions must say the same lines before and after. *added*: none of them was there before.
        """
        tally = _Tally()
        if not added:
            self._count(tally, -1, lines, charges)
        yield
        self._count(tally, 1, lines, charges)
        self._write(tally)
        self._everything_is_due()

    @contextmanager
    def _keeping_totals_of(self, ids: Collection[int]) -> Iterator[None]:
        """As above, for the lines *ids*."""
        if len(ids) > MANY_LINES:
            with self._keeping_totals_anew():
                yield
            return
        each_once = list(dict.fromkeys(ids))
        tally = _Tally()
        for chunk in chunks(each_once):
            self._count_of(tally, -1, chunk)
        yield
        for chunk in chunks(each_once):
            self._count_of(tally, 1, chunk)
        self._write(tally)
        self._lines_are_due(each_once)

    @contextmanager
    def _keeping_totals_anew(self) -> Iterator[None]:
        """As above, for very many lines: everything is added up anew."""
        yield
        self._recount()
        self._everything_is_due()

    def _count(
        self, tally: _Tally, sign: int, lines: ColumnElement[bool], charges: ColumnElement[bool]
    ) -> None:
        # Reckoned with, “live” keeps away the index of the totals, in which SQLite would look through every line.
        is_unequal = and_(Line.state != LineState.WAITING, Line.charged != Line.amount)
        for year, period, state, number, split, unequal, total in self._connection.execute(
            select(
                Line.year,
                Line.period,
                Line.state,
                func.count(),
                func.sum(case((Line.parts > 1, 1), else_=0)),
                func.sum(case((is_unequal, 1), else_=0)),
                func.sum(Line.amount),
            )
            .where(Line.live + 0 == 1, lines)
            .group_by(Line.year, Line.period, Line.state)
        ):
            tally.add(
                "line_total",
                sign,
                (year.start, period, word_of(state)),
                (number, split, unequal, total.pence),
            )
        head = (ChargeRecord.fund, ChargeRecord.project, ChargeRecord.kind)
        for year, disposition, fund, project, kind, period, number, total in self._connection.execute(
            select(
                ChargeRecord.year,
                ChargeRecord.disposition,
                *head,
                ChargeRecord.period,
                func.count(),
                func.sum(ChargeRecord.amount),
            )
            .where(ChargeRecord.live + 0 == 1, charges)
            .group_by(ChargeRecord.year, ChargeRecord.disposition, *head, ChargeRecord.period)
        ):
            place = (fund or 0, project or 0, word_of(kind) if kind else "")
            key = (year.start, word_of(disposition), *place, period)
            tally.add("charge_total", sign, key, (number, total.pence))

    def _count_of(self, tally: _Tally, sign: int, ids: Sequence[int]) -> None:
        # Straight from the driver: an import that changes many lines comes here twice for each of them.
        among = f"+live = 1 AND {{}} IN ({self._marks(len(ids))})"  # the plus: see _count
        for *key, parts, charged, pence in self._connection.exec_driver_sql(
            "SELECT year, period, state, parts, charged_pence, amount_pence FROM ledger_line WHERE "  # noqa: S608 - marks
            + among.format("id"),
            tuple(ids),
        ):
            unequal = key[-1] != _WAITING and charged != pence
            tally.add("line_total", sign, tuple(key), (1, int(parts > 1), int(unequal), pence))
        for year, disposition, fund, project, kind, period, pence in self._connection.exec_driver_sql(
            "SELECT year, disposition, fund_id, project_id, kind, period, amount_pence FROM charge WHERE "  # noqa: S608 - marks
            + among.format("line_id"),
            tuple(ids),
        ):
            place = (fund or 0, project or 0, kind or "")
            tally.add("charge_total", sign, (year, disposition, *place, period), (1, pence))

    def _write(self, tally: _Tally) -> None:
        for table, (key, sums) in _COLUMNS.items():
            rows = tally.rows(table)
            if not rows:
                continue
            names = (*key, *sums)
            marks = ", ".join([self._mark] * len(names))
            changed = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in sums)
            self._connection.exec_driver_sql(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - names from this file
                f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changed}",
                rows,
            )
            # A total of nothing goes, so that a file where everything was taken back is as one where nothing was.
            here = " AND ".join(f"{name} = {self._mark}" for name in key)
            gone = [row[: len(key)] for row in rows if int(row[len(key)]) < 0]
            if gone:
                self._connection.exec_driver_sql(
                    f"DELETE FROM {table} WHERE {here} AND {sums[0]} = 0",  # noqa: S608 - names from this file
                    gone,
                )

    def _recount(self) -> None:
        """Adds everything up anew."""
        for table, (key, sums) in _COLUMNS.items():
            self._connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names from this file
            self._connection.exec_driver_sql(
                f"INSERT INTO {table} ({', '.join((*key, *sums))}) {_DIRECT[table]}"
            )

    def _stored_total(self, where: LineFilter) -> tuple[int, Money] | None:
        """Number and sum of the lines under *where*, or of their charges to projects; None when they are not stored."""
        states = _STATES.get(where.show)
        if states is None or not _asks_for_periods(where):
            return None
        total = LineTotalRecord
        conditions = _periods(total.year, total.period, where)
        if where.disposition is not None:
            # A line with a part on a project counts as charged, so the number of such lines is known as well.
            if where.disposition is not Disposition.PROJECT or where.show is not Show.ALL:
                return None
            states = (LineState.CHARGED,)
        number, pounds = self._connection.execute(
            select(func.sum(total.lines), func.sum(total.amount)).where(total.state.in_(states), *conditions)
        ).one()
        if where.disposition is not None:
            charged = ChargeTotalRecord
            pounds = self._connection.execute(
                select(func.sum(charged.amount)).where(
                    charged.disposition == where.disposition, *_periods(charged.year, charged.period, where)
                )
            ).scalar_one()
        return int(number or 0), pounds or Money.ZERO

    def _stored_counts(self, where: LineFilter) -> dict[LineState, tuple[int, int, Money]] | None:
        """Number of lines, of split ones, and the sum, by state; None when *where* asks for what is not stored."""
        if where.disposition is not None or not _asks_for_periods(where):
            return None
        total = LineTotalRecord
        rows = self._connection.execute(
            select(total.state, func.sum(total.lines), func.sum(total.split), func.sum(total.amount))
            .where(*_periods(total.year, total.period, where))
            .group_by(total.state)
        )
        return {state: (int(number), int(split), pounds) for state, number, split, pounds in rows}

    def years(self) -> list[FinancialYear]:
        year = LineTotalRecord.year
        return list(self._connection.execute(select(year).distinct().order_by(year)).scalars())

    def last_period(self, year: FinancialYear) -> int:
        last = self._connection.execute(
            select(func.max(LineTotalRecord.period)).where(LineTotalRecord.year == year)
        ).scalar_one()
        return last or 0


def _asks_for_periods(where: LineFilter) -> bool:
    """Whether *where* names nothing but years, periods, a state and a disposition, for which totals are stored."""
    others = (where.text.strip(), where.project, where.fund, where.kind, where.batch)
    return not any(other is not None and other != "" for other in others) and not any(
        text.strip() for _, text in where.columns
    )


def _periods(
    year: ColumnClause[FinancialYear], period: ColumnClause[int], where: LineFilter
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if where.year is not None:
        found.append(year == where.year)
    if where.from_period > 1:
        found.append(period >= where.from_period)
    if where.to_period < 13:
        found.append(period <= where.to_period)
    return found


def total_problems(connection: Connection) -> list[str]:
    """The periods whose stored totals are not what their lines and charges add up to (M11), in sentences."""
    found: list[str] = []
    for table, noun in (("line_total", "lines"), ("charge_total", "charges")):
        key, sums = _COLUMNS[table]
        names = ", ".join((*key, *sums))
        stored = _by_key(connection.exec_driver_sql(f"SELECT {names} FROM {table}"), len(key))  # noqa: S608 - names from this file
        direct = _by_key(connection.exec_driver_sql(_DIRECT[table]), len(key))
        where = (key.index("year"), key.index("period"))
        amount_at = sums.index("amount_pence")
        differing: dict[tuple[int, ...], list[int]] = {}
        for entry in stored.keys() | direct.keys():
            kept, added = stored.get(entry), direct.get(entry)
            if kept != added:
                both = differing.setdefault(tuple(reading(int, entry[at]) for at in where), [0, 0])
                both[0] += kept[amount_at] if kept else 0
                both[1] += added[amount_at] if added else 0
        found += [
            f"The totals kept for {FinancialYear(year)}, period {period}, are not what its {noun} add up to: "
            f"{Money(kept).in_words} is kept where they add up to {Money(added).in_words}."
            for (year, period), (kept, added) in sorted(differing.items())[:20]
        ]
    return found


def _by_key(rows: Iterable[Sequence[Any]], size: int) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """The sums of each total by its key, the first *size* columns."""
    return {tuple(row[:size]): tuple(reading(int, value) for value in row[size:]) for row in rows}
