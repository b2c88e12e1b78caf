"""What the coding rules need of the lines: those that a rule may fit, and those that it placed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import ColumnElement, func, select

from fundingapp.application.ports import RuleUse
from fundingapp.domain.ids import LineId, RuleId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import How
from fundingapp.persistence.ledger.part import CHUNK, LINE_VALUES, Part, chunks, line_of, money_of
from fundingapp.persistence.records.ledger import ChargeRecord, LedgerLineRecord as Line

_TEXTS = {
    "supplier": Line.supplier,
    "cost_centre": Line.cost_centre,
    "account": Line.account,
    "type": Line.type,
}
_PLACES = {name: LINE_VALUES.index(column) for name, column in _TEXTS.items()}
#: How many rows are fetched at once, so that a million lines never stand in memory together.
_FETCHED = 5_000


class Ruled(Part):
    """Lines by their texts and by the rule that placed them."""

    def texts_of(self, column: str) -> list[str]:
        # Lines that do not count included: then the supplier's index answers, and no line is read.
        return list(self._connection.execute(select(_TEXTS[column]).distinct()).scalars())

    def lines_among(self, texts: Mapping[str, Collection[str]]) -> Iterator[tuple[LineId, LedgerLine]]:
        conditions: list[ColumnElement[bool]] = [Line.live == 1]
        long: list[tuple[int, frozenset[str]]] = []
        for column, among in texts.items():
            if len(among) <= CHUNK:
                conditions.append(_TEXTS[column].in_(list(among)))
            else:  # more than a statement takes
                long.append((_PLACES[column], frozenset(among)))
        rows = self._connection.execute(
            select(Line.id, *LINE_VALUES).where(*conditions), execution_options={"yield_per": _FETCHED}
        )
        for id, *values in rows:
            if all(values[at] in among for at, among in long):
                yield LineId(id), line_of(values)

    def rule_uses(self) -> list[RuleUse]:
        rows = self._connection.execute(
            select(ChargeRecord.rule, func.count(ChargeRecord.line.distinct()), func.sum(ChargeRecord.amount))
            .where(ChargeRecord.live == 1, ChargeRecord.how == How.RULE, ChargeRecord.rule.is_not(None))
            .group_by(ChargeRecord.rule)
            .order_by(ChargeRecord.rule)
        )
        return [RuleUse(RuleId(rule or 0), lines, money_of(total)) for rule, lines, total in rows]

    def lines_placed_by(self, rules: Collection[RuleId]) -> list[tuple[LineId, LedgerLine]]:
        found: dict[LineId, LedgerLine] = {}
        for chunk in chunks(rules):
            placed = select(ChargeRecord.line).where(
                ChargeRecord.live == 1, ChargeRecord.how == How.RULE, ChargeRecord.rule.in_(chunk)
            )
            rows = self._connection.execute(
                select(Line.id, *LINE_VALUES).where(Line.live == 1, Line.id.in_(placed))
            )
            found.update((LineId(row[0]), line_of(row[1:])) for row in rows)
        return sorted(found.items())
