"""Suggestions for waiting lines and pairs of lines that cancel out, as they were worked out last."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from fundingapp.application.ports import Due as DueAnswer
from fundingapp.domain.doubles import ChargedTo
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.reversals import Pair
from fundingapp.domain.suggestions import Goal, Partner, Proposal
from fundingapp.persistence.columns import reading
from fundingapp.persistence.ledger.due import EVERYTHING, Due
from fundingapp.persistence.ledger.part import LINE_NAMES, Values, chunks, head_of, member_of, word_of

PROPOSAL_NAMES = "line_id, disposition, project_id, fund_id, kind, score, reasons_json"
_PROPOSAL_COLUMNS = ("line_id", "place", *PROPOSAL_NAMES.split(", ")[1:])

#: The columns of a line where other tables are joined to it.
_OF_LINE = ", ".join(f"ledger_line.{name.rpartition('.')[2]}" for name in LINE_NAMES.split(", "))

#: The other line of each pair, from both of its sides.
_SIDES = (("pair.line_id", "pair.original_id", True), ("pair.original_id", "pair.line_id", False))


class SqlSuggestions(Due):
    """Satisfies :class:`~fundingapp.application.ports.SuggestionStore`.

    The plus before “live” keeps SQLite from choosing the index of the totals, which begins with it and would read every
    line there is.
    """

    def due(self) -> DueAnswer:
        names = frozenset(row[0] for row in self._rows("SELECT supplier FROM suggestion_due"))
        return DueAnswer(EVERYTHING in names, names - {EVERYTHING})

    def mark_due(self, lines: Collection[LineId]) -> None:
        self._lines_are_due(lines)

    def basis(self) -> str:
        rows = self._rows("SELECT basis FROM suggestion_basis")
        return next((row[0] for row in rows), "")

    def settle(self, basis: str) -> None:
        self._rows("DELETE FROM suggestion_due")
        self._rows("DELETE FROM suggestion_basis")
        self._insert_many("suggestion_basis", ("id", "basis"), [(1, basis)])

    def names(self) -> list[str]:
        # From one name to the next through the index: SELECT DISTINCT would read a million entries.
        return [
            row[0]
            for row in self._rows(
                "WITH RECURSIVE each(name) AS (SELECT min(supplier) FROM ledger_line UNION ALL SELECT"
                " (SELECT min(supplier) FROM ledger_line WHERE supplier > name) FROM each WHERE name IS NOT NULL)"
                " SELECT name FROM each WHERE name IS NOT NULL"
            )
        ]

    def numbers(self, names: Collection[str] | None) -> dict[str, tuple[int, int]]:
        query = (
            "SELECT supplier, sum(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), count(*) FROM ledger_line"
            " WHERE live = 1{} GROUP BY supplier"
        )
        return {
            name: (int(waiting), int(all) - int(waiting))
            for name, waiting, all in self._of_names(query, " AND supplier IN ({})", names)
        }

    def waiting(self, names: Collection[str]) -> Iterator[tuple[LineId, LedgerLine]]:
        values = Values()
        for row in self._of_names(
            f"SELECT {_OF_LINE}, id FROM ledger_line WHERE live = 1 AND state = 'waiting'{{}} ORDER BY id",  # noqa: S608 - names
            " AND supplier IN ({})",
            names,
        ):
            yield LineId(row[-1]), values.line(row[:-1])

    def charged(self, names: Collection[str], most: int) -> Iterator[tuple[LineId, LedgerLine, Goal | None]]:
        values = Values()
        for row in self._of_names(
            f"SELECT {_OF_LINE}, parts, disposition, project_id, fund_id, charge.kind, id FROM ledger_line"  # noqa: S608 - names
            " JOIN charge ON line_id = id AND part = 0 WHERE +ledger_line.live = 1{}"
            f" ORDER BY ledger_line.year DESC, ledger_line.period DESC, id DESC LIMIT {most}",
            " AND supplier IN ({})",
            names,
        ):
            *held, parts, disposition, project, fund, kind, id = row
            goal = _goal(disposition, project, fund, kind) if parts == 1 else None
            yield LineId(id), values.line(held), goal

    def replace(self, names: Collection[str] | None, proposals: Iterable[Proposal]) -> int:
        if names is None:
            self._rows("DELETE FROM suggestion")
        else:
            for chunk in chunks(names):
                self._rows(
                    "DELETE FROM suggestion WHERE line_id IN"  # noqa: S608 - marks
                    f" (SELECT id FROM ledger_line WHERE supplier IN ({self._marks(len(chunk))}))",
                    tuple(chunk),
                )
        lines = 0

        def values() -> Iterator[tuple[Any, ...]]:
            nonlocal lines
            last, place = 0, 0
            for proposal in proposals:
                place = place + 1 if proposal.line == last else 0
                lines += place == 0
                last = proposal.line
                head = proposal.head
                where = (None, None, None) if head is None else (head.project, head.fund, word_of(head.kind))
                reasons = json.dumps(proposal.reasons, ensure_ascii=False)
                yield (last, place, word_of(proposal.disposition), *where, proposal.score, reasons)

        self._insert_many("suggestion", _PROPOSAL_COLUMNS, values())
        return lines

    def remove(self, lines: Collection[LineId]) -> None:
        for chunk in chunks(lines):
            self._rows(
                f"DELETE FROM suggestion WHERE line_id IN ({self._marks(len(chunk))})",  # noqa: S608 - marks
                tuple(chunk),
            )

    def of(self, lines: Collection[LineId]) -> dict[LineId, tuple[Proposal, ...]]:
        found: dict[LineId, list[Proposal]] = {}
        for chunk in chunks(lines):
            for row in self._rows(
                f"SELECT {PROPOSAL_NAMES} FROM suggestion WHERE line_id IN ({self._marks(len(chunk))})"  # noqa: S608 - names and marks
                " ORDER BY line_id, place",
                tuple(chunk),
            ):
                found.setdefault(LineId(row[0]), []).append(proposal_of(row))
        return {line: tuple(proposals) for line, proposals in found.items()}

    def first(
        self, year: FinancialYear | None, names: Collection[str] | None = None
    ) -> Iterator[tuple[str, Money, Proposal]]:
        of_year = "" if year is None else f" AND year = {year.start}"
        for row in self._of_names(
            f"SELECT {PROPOSAL_NAMES}, supplier, amount_pence FROM suggestion JOIN ledger_line ON id = line_id"  # noqa: S608 - names
            f" WHERE place = 0 AND live = 1 AND state = 'waiting'{of_year}{{}} ORDER BY line_id",
            " AND supplier IN ({})",
            names,
        ):
            yield row[-2], Money(row[-1]), proposal_of(row[:-2])

    def concerned(self, goals: Collection[Goal]) -> frozenset[str]:
        found: set[str] = set()
        for goal in goals:
            if goal.head is not None:
                found.update(
                    row[0]
                    for row in self._rows(
                        "SELECT DISTINCT supplier FROM suggestion JOIN ledger_line ON id = line_id"  # noqa: S608 - marks
                        f" WHERE project_id = {self._mark} AND fund_id = {self._mark} AND kind = {self._mark}",
                        (goal.head.project, goal.head.fund, word_of(goal.head.kind)),
                    )
                )
        return frozenset(found)

    # pairs

    def reversing(self) -> Iterator[tuple[LineId, LedgerLine]]:
        values = Values()
        for row in self._rows(
            f"SELECT {_OF_LINE}, id FROM ledger_line"  # noqa: S608 - names
            f" WHERE live = 1 AND (amount_pence < 0 OR lower(description) LIKE {self._mark})",
            ("%rev%",),
        ):
            yield LineId(row[-1]), values.line(row[:-1])

    def of_amounts(self, pence: Collection[int]) -> Iterator[tuple[LineId, LedgerLine]]:
        # A list of the amounts beside the statement: there may be ten thousands of them.
        if not pence:
            return
        values = Values()
        listed = "json_each" if self._connection.dialect.name == "sqlite" else "json_array_elements_text"
        mark = self._mark if listed == "json_each" else f"CAST({self._mark} AS json)"
        for row in self._rows(
            f"SELECT {_OF_LINE}, id FROM ledger_line WHERE live = 1 AND amount_pence IN"  # noqa: S608 - names and a mark
            f" (SELECT CAST(value AS BIGINT) FROM {listed}({mark}) AS each)",
            (json.dumps(sorted(pence)),),
        ):
            yield LineId(row[-1]), values.line(row[:-1])

    def replace_pairs(self, pairs: Iterable[Pair]) -> None:
        self._rows("DELETE FROM reversal_pair")
        self._insert_many(
            "reversal_pair",
            ("line_id", "original_id", "twice", "why"),
            ((pair.line, pair.original, int(pair.twice), pair.why) for pair in pairs),
        )

    def partners(self, lines: Collection[LineId]) -> dict[LineId, Partner]:
        found: dict[LineId, Partner] = {}
        for here, there, reverses in _SIDES:
            for chunk in chunks(lines):
                for row in self._rows(
                    f"SELECT {here}, other.id, other.transaction_ref, other.parts, other.year = this.year, why,"  # noqa: S608 - names and marks
                    " disposition, project_id, fund_id, charge.kind FROM reversal_pair AS pair"
                    f" JOIN ledger_line AS this ON this.id = {here} JOIN ledger_line AS other ON other.id = {there}"
                    " LEFT JOIN charge ON charge.line_id = other.id AND part = 0"
                    " WHERE twice = 0 AND +this.live = 1 AND +other.live = 1"
                    f" AND {here} IN ({self._marks(len(chunk))})",
                    tuple(chunk),
                ):
                    line, other, transaction, parts, same_year, why, *where = row
                    goal = _goal(*where) if parts == 1 else None
                    found[LineId(line)] = Partner(
                        LineId(other), transaction, goal, parts == 0, reverses, bool(same_year), why
                    )
        return found

    def lone_reversals(self, year: FinancialYear) -> list[Pair]:
        return [
            Pair(LineId(line), None if original is None else LineId(original), bool(twice), why)
            for line, original, twice, why in self._rows(
                "SELECT line_id, original_id, twice, why FROM reversal_pair JOIN ledger_line ON id = line_id"  # noqa: S608 - marks
                f" WHERE (original_id IS NULL OR twice = 1) AND live = 1 AND year = {self._mark} ORDER BY line_id",
                (year.start,),
            )
        ]

    def cancelled(self, year: FinancialYear) -> frozenset[LineId]:
        return frozenset(
            LineId(row[0])
            for column in ("line_id", "original_id")
            for row in self._rows(
                f"SELECT id FROM ledger_line JOIN reversal_pair ON {column} = id"  # noqa: S608 - names and marks
                f" WHERE original_id IS NOT NULL AND twice = 0 AND year = {self._mark}",
                (year.start,),
            )
        )

    def repeated(self, year: FinancialYear) -> Iterator[ChargedTo]:
        values = Values()
        held: dict[LineId, tuple[LedgerLine, set[BudgetHead]]] = {}
        for row in self._rows(
            f"SELECT {_OF_LINE}, project_id, fund_id, charge.kind, id FROM ledger_line"  # noqa: S608 - names and marks
            " JOIN (SELECT supplier, amount_pence FROM ledger_line WHERE live = 1 AND state = 'charged'"
            f" AND supplier <> '' AND amount_pence <> 0 AND year = {self._mark}"
            " GROUP BY supplier, amount_pence HAVING count(*) > 1) AS again"
            " ON again.supplier = ledger_line.supplier AND again.amount_pence = ledger_line.amount_pence"
            " JOIN charge ON line_id = id AND disposition = 'project'"
            f" WHERE ledger_line.live = 1 AND ledger_line.year = {self._mark} ORDER BY id, part",
            (year.start, year.start),
        ):
            *line, project, fund, kind, id = row
            known = held.setdefault(LineId(id), (values.line(line), set()))
            known[1].add(BudgetHead(ProjectId(project), FundId(fund), member_of(Kind, kind)))
        for id, (line, heads) in held.items():
            yield ChargedTo(id, line, frozenset(heads))

    # statements

    def _rows(self, statement: str, values: tuple[Any, ...] = ()) -> Any:
        return self._connection.exec_driver_sql(statement, values)

    def _of_names(self, statement: str, condition: str, names: Collection[str] | None) -> Iterator[Any]:
        """The rows of *statement*, its {} filled with *condition* on the suppliers, where there are any."""
        if names is None:
            yield from self._rows(statement.format(""))
            return
        for chunk in chunks(names):
            asked = statement.format(condition.format(self._marks(len(chunk))))
            yield from self._rows(asked, tuple(chunk))


def proposal_of(row: Any) -> Proposal:
    """A proposal out of its columns."""
    line, disposition, project, fund, kind, score, reasons = row
    return Proposal(
        LineId(line), *_goal(disposition, project, fund, kind), score, tuple(reading(json.loads, reasons))
    )


def _goal(disposition: str, project: int | None, fund: int | None, kind: str | None) -> Goal:
    head = None if kind is None else head_of(project, fund, member_of(Kind, kind))
    return Goal(member_of(Disposition, disposition), head)
