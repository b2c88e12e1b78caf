"""Charges of ledger lines, and what lines and charges add up to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select, update

from fundingapp.application.ports import Charged, LineCharges
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import BatchId, FundId, LineId, ProjectId, RunId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import Disposition, LineState
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import ChargeSum, DaySum, LedgerSum
from fundingapp.domain.reconciliations import CentreSum
from fundingapp.persistence.ledger.part import (
    CHARGE_NAMES,
    LINE_NAMES,
    ChargedLine,
    Values,
    chunks,
    money_of,
    standing_of,
)
from fundingapp.persistence.ledger.totals import MANY_LINES, Totals
from fundingapp.persistence.records.ledger import (
    ChargeRecord,
    ChargeTotalRecord,
    LedgerLineRecord as Line,
    LineTotalRecord,
)

#: So many waiting lines are read, and so many lines placed, at a time.
_PAGE = 5_000


class LineTotal(NamedTuple):
    """What the lines of one state in one period are together."""

    lines: int
    unequal: int
    amount: Money


class Charges(Totals):
    """Charges and the sums of them; the lines' own state and the stored totals follow and are written with them."""

    def waiting(self) -> Iterator[tuple[LineId, LedgerLine]]:
        values = Values()
        for rows in self._waiting_rows():
            for row in rows:
                yield LineId(row[-1]), values.line(row[:-1])

    def _waiting_rows(self) -> Iterator[Sequence[Any]]:
        """The values and identities of the waiting lines, page by page; every page is whole before it is given."""
        number = self._connection.execute(
            select(func.sum(LineTotalRecord.lines)).where(LineTotalRecord.state == LineState.WAITING)
        ).scalar_one()
        asked = f"SELECT {LINE_NAMES}, id FROM ledger_line WHERE {{}} AND state = 'waiting'"  # noqa: S608 - names from this file
        if (number or 0) <= _PAGE:
            yield self._connection.exec_driver_sql(asked.format("live = 1") + " ORDER BY id").all()
            return
        # The plus keeps the index away: for each page it would have all of them sorted.
        statement = asked.format("+live = 1") + f" AND id > {self._mark} ORDER BY id LIMIT {_PAGE}"
        last = 0
        while rows := self._connection.exec_driver_sql(statement, (last,)).all():
            yield rows
            last = rows[-1][-1]

    def charges_of(self, lines: Collection[LineId]) -> dict[LineId, tuple[Charged, ...]]:
        found: dict[LineId, list[Charged]] = {line: [] for line in lines}
        values = Values()
        for chunk in chunks(found):
            rows = self._connection.exec_driver_sql(
                f"SELECT {CHARGE_NAMES}, line_id FROM charge WHERE line_id IN ({self._marks(len(chunk))})"  # noqa: S608 - names and marks
                " ORDER BY line_id, part",
                tuple(chunk),
            )
            for row in rows:
                found[LineId(row[-1])].append(values.charged(row[:-1]))
        return {line: tuple(charges) for line, charges in found.items()}

    def put_charges(self, placed: Iterable[LineCharges]) -> int:
        entries = list(placed)
        with self._keeping_totals_of([entry.line for entry in entries]):
            for chunk in chunks(entries):
                self._connection.execute(
                    delete(ChargeRecord).where(ChargeRecord.line.in_([entry.line for entry in chunk]))
                )
            self._insert_charges(entries)
        return len(entries)

    def place_waiting(self, placed: Iterable[LineCharges]) -> int:
        each = iter(placed)
        first = list(islice(each, MANY_LINES + 1))
        if len(first) <= MANY_LINES:
            with self._keeping_totals_of([entry.line for entry in first]):
                self._insert_charges(first)
            return len(first)
        number = 0
        with self._keeping_totals_anew():
            for part in chunks(chain(first, each), _PAGE):
                self._insert_charges(part)
                number += len(part)
        return number

    def _insert_charges(self, placed: Sequence[LineCharges]) -> None:
        """Adds the charges and writes what follows from them into their lines."""
        self._check_heads(charged.charge.head for entry in placed for charged in entry.charges)
        where: dict[int, tuple[int, int, int]] = {}
        for chunk in chunks([entry.line for entry in placed]):
            rows = self._connection.exec_driver_sql(
                f"SELECT id, live, year, period FROM ledger_line WHERE id IN ({self._marks(len(chunk))})",  # noqa: S608 - only marks
                tuple(chunk),
            )
            where.update({row[0]: (row[1], row[2], row[3]) for row in rows})
        self._insert_charges_of(
            ChargedLine(entry.line, *where[entry.line], entry.charges) for entry in placed
        )
        if placed:
            mark = self._mark
            self._connection.exec_driver_sql(
                f"UPDATE ledger_line SET state = {mark}, charged_pence = {mark}, parts = {mark} WHERE id = {mark}",  # noqa: S608 - only marks
                [(*standing_of(entry.charges), entry.line) for entry in placed],
            )

    def next_run(self) -> RunId:
        last = self._connection.execute(select(func.max(ChargeRecord.run))).scalar_one()
        return RunId((last or 0) + 1)

    def charged_periods(
        self, *, batch: BatchId | None = None, run: RunId | None = None
    ) -> set[tuple[FinancialYear, int]]:
        found: set[tuple[FinancialYear, int]] = set()
        if batch is not None:
            lines = select(Line.year, Line.period).where(Line.first_batch == batch, Line.parts > 0)
            found |= {(year, period) for year, period in self._connection.execute(lines.distinct())}
        if run is not None:
            charges = select(ChargeRecord.year, ChargeRecord.period).where(ChargeRecord.run == run)
            found |= {(year, period) for year, period in self._connection.execute(charges.distinct())}
        return found

    def clear_run(self, run: RunId) -> int:
        lines = list(
            self._connection.execute(
                select(ChargeRecord.line).where(ChargeRecord.run == run).distinct()
            ).scalars()
        )
        of_run = select(ChargeRecord.line).where(ChargeRecord.run == run)
        with self._keeping_totals_of(lines):
            self._connection.execute(
                update(Line)
                .where(Line.id.in_(of_run))
                .values({Line.state: LineState.WAITING, Line.charged: Money.ZERO, Line.parts: 0})
            )
            self._connection.execute(delete(ChargeRecord).where(ChargeRecord.run == run))
        return len(lines)

    def charge_sums(self, year: FinancialYear) -> list[ChargeSum]:
        # Straight from the driver: with hundreds of projects these are thousands of rows, for every position.
        mark = self._mark
        rows = self._connection.exec_driver_sql(
            "SELECT project_id, fund_id, kind, period, amount_pence FROM charge_total"  # noqa: S608 - only marks
            f" WHERE year = {mark} AND disposition = {mark} ORDER BY fund_id, project_id, kind, period",
            (year.start, Disposition.PROJECT.value),
        ).all()
        kinds = {kind.value: kind for kind in Kind}
        return [
            ChargeSum(ProjectId(project), FundId(fund), kinds[kind], period, Money(total))
            for project, fund, kind, period, total in rows
        ]

    def day_sums(self, year: FinancialYear, fund: FundId) -> list[DaySum]:
        rows = self._connection.execute(
            select(ChargeRecord.kind, ChargeRecord.period, Line.posted_on, func.sum(ChargeRecord.amount))
            .join(Line, Line.id == ChargeRecord.line)
            .where(
                ChargeRecord.live == 1,
                ChargeRecord.year == year,
                ChargeRecord.disposition == Disposition.PROJECT,
                ChargeRecord.fund == fund,
            )
            .group_by(ChargeRecord.kind, ChargeRecord.period, Line.posted_on)
        )
        found = [DaySum(kind, period, day, money_of(total)) for kind, period, day, total in rows if kind]
        return sorted(found, key=lambda each: (each.kind.value, each.period, each.posted_on or date.min))

    def centre_sums(self, year: FinancialYear, to_period: int) -> list[CentreSum]:
        # Straight from the driver: each is asked for again after every change that might have touched a period that
        # is reconciled.
        mark = self._mark
        lines: dict[str, dict[str, tuple[int, int]]] = {}
        for centre, state, number, pence in self._connection.exec_driver_sql(
            "SELECT cost_centre, state, count(*), sum(amount_pence) FROM ledger_line"  # noqa: S608 - only marks
            f" WHERE live = 1 AND year = {mark} AND period <= {mark} GROUP BY cost_centre, state",
            (year.start, to_period),
        ):
            lines.setdefault(centre, {})[state] = (number, int(pence))
        excluded = Disposition.EXCLUDED.value
        charged: dict[str, dict[tuple[str, int, str], int]] = {centre: {} for centre in lines}
        for centre, disposition, fund, reason, pence in self._connection.exec_driver_sql(
            "SELECT cost_centre, disposition, coalesce(fund_id, 0),"  # noqa: S608 - only marks
            f" CASE WHEN disposition = '{excluded}' THEN reason ELSE '' END AS why, sum(charge.amount_pence)"
            " FROM charge JOIN ledger_line ON ledger_line.id = charge.line_id"
            f" WHERE charge.live = 1 AND charge.year = {mark} AND charge.period <= {mark}"
            " GROUP BY cost_centre, disposition, coalesce(fund_id, 0), why",
            (year.start, to_period),
        ):
            charged[centre][disposition, fund, reason] = int(pence)
        waiting = LineState.WAITING.value
        return [
            CentreSum(
                centre,
                sum(number for number, _ in states.values()),
                Money(sum(pence for _, pence in states.values())),
                Money(states.get(waiting, (0, 0))[1]),
                tuple(
                    (FundId(fund), Money(pence))
                    for (disposition, fund, _), pence in sorted(charged[centre].items())
                    if disposition == Disposition.PROJECT.value
                ),
                Money(charged[centre].get((Disposition.INCOME.value, 0, ""), 0)),
                tuple(
                    (reason, Money(pence))
                    for (disposition, _, reason), pence in sorted(charged[centre].items())
                    if disposition == excluded
                ),
            )
            for centre, states in sorted(lines.items())
        ]

    def ledger_sums(self, year: FinancialYear) -> list[LedgerSum]:
        lines: dict[int, dict[LineState, LineTotal]] = {}
        total = LineTotalRecord
        for period, state, number, unequal, amount in self._connection.execute(
            select(total.period, total.state, total.lines, total.unequal, total.amount)
            .where(total.year == year)
            .order_by(total.period)
        ):
            lines.setdefault(period, {})[state] = LineTotal(number, unequal, amount)
        charged = ChargeTotalRecord
        charges: dict[tuple[int, Disposition], Money] = {
            (period, disposition): amount
            for period, disposition, amount in self._connection.execute(
                select(charged.period, charged.disposition, func.sum(charged.amount))
                .where(charged.year == year)
                .group_by(charged.period, charged.disposition)
            )
        }
        none = LineTotal(0, 0, Money.ZERO)
        return [
            LedgerSum(
                period,
                sum(entry.lines for entry in states.values()),
                Money.total(entry.amount for entry in states.values()),
                Money.total(
                    entry.amount for state, entry in states.items() if state is not LineState.WAITING
                ),
                charges.get((period, Disposition.PROJECT), Money.ZERO),
                charges.get((period, Disposition.INCOME), Money.ZERO),
                charges.get((period, Disposition.EXCLUDED), Money.ZERO),
                states.get(LineState.WAITING, none).lines,
                sum(entry.unequal for entry in states.values()),
            )
            for period, states in lines.items()
        ]
