"""A filter of ledger lines as conditions in SQL."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnClause, ColumnElement, Text, exists, false, func, or_, select, type_coerce

from fundingapp.application.ports import BatchState, LineFilter, Show
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.matching import Charge, LineState
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.persistence.ledger.part import Part
from fundingapp.persistence.records import (
    BatchRecord,
    ChargeRecord,
    LedgerLineRecord as Line,
    LineChangeRecord,
    ProjectRecord,
    SightingRecord,
    SuggestionRecord,
)

TEXT_COLUMNS: dict[str, ColumnClause[str]] = {
    "cost_centre": Line.cost_centre,
    "account": Line.account,
    "supplier": Line.supplier,
    "description": Line.description,
    "type": Line.type,
    "transaction": Line.transaction,
}

#: Cost centre and account as one column.
CODING: ColumnElement[str] = Line.cost_centre.concat(" / ").concat(Line.account)

_STATES = {
    Show.WAITING: LineState.WAITING,
    Show.CHARGED: LineState.CHARGED,
    Show.INCOME: LineState.INCOME,
    Show.EXCLUDED: LineState.EXCLUDED,
}

#: What a search may hold; SQLite refuses deeper conditions and longer patterns.
_MOST_WORDS = 50
_LONGEST_WORD = 1_000

_DAY = re.compile(r"/?[0-9]{1,4}(?:/[0-9]{1,4}){0,2}/?")


class Filters(Part):
    """Turns a filter into conditions on lines and charges."""

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
        if show and where.show in _STATES:
            found.append(Line.state == _STATES[where.show])
        if show and where.show is Show.SUGGESTED:
            found += [Line.state == LineState.WAITING, Line.id.in_(select(SuggestionRecord.line))]
        if show and where.show is Show.SPLIT:
            found.append(Line.parts > 1)
        if where.batch is not None:
            found.append(
                or_(
                    Line.first_batch == where.batch,
                    Line.id.in_(select(SightingRecord.line).where(SightingRecord.batch == where.batch)),
                )
            )
        words = where.text.split()
        if len(words) > _MOST_WORDS:
            raise _too_long()
        found += [self._text_condition(word) for word in words]
        found += [
            self._column_condition(column, text.strip()) for column, text in where.columns if text.strip()
        ]
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
        parts = [self._holds(column, word) for column in TEXT_COLUMNS.values()]
        try:
            amount = Money.parse(word)
        except NotMoneyError:
            pass
        else:
            parts.append(Line.amount.in_([amount, -amount]))
        return or_(*parts)

    def _column_condition(self, column: str, text: str) -> ColumnElement[bool]:
        match column:
            case "amount":
                try:
                    amount = Money.parse(text)
                except NotMoneyError:
                    return false()  # what is no amount fits no line
                return Line.amount.in_([amount, -amount])
            case "period":
                # Longer numbers are no period, and too large for the database.
                return Line.period == int(text) if re.fullmatch("[0-9]{1,4}", text) else false()
            case "coding":
                return self._holds(CODING, text)
            case "posted_on":
                return self._day_condition(text)
            case "state":
                return exists().where(ChargeRecord.line == Line.id, self._holds(ChargeRecord.reason, text))
            case "project":
                return exists().where(
                    ChargeRecord.line == Line.id,
                    ChargeRecord.project == ProjectRecord.id,
                    or_(self._holds(ProjectRecord.ref, text), self._holds(ProjectRecord.name, text)),
                )
            case _ if column in TEXT_COLUMNS:
                return self._holds(TEXT_COLUMNS[column], text)
        raise NotFoundError("column", column)

    def _holds(self, column: ColumnElement[str] | ColumnClause[str], text: str) -> ColumnElement[bool]:
        """Whether *column* holds *text* as it is typed, in any case of its letters."""
        if len(text) > _LONGEST_WORD:
            raise _too_long()
        if text.isascii() or self._connection.dialect.name != "sqlite":
            return column.icontains(text, autoescape=True)
        # SQLite itself knows the cases of A to Z only; “fold” is ours (see database.sqlite_engine).
        return func.fold(column, type_=Text()).contains(text.casefold(), autoescape=True)

    @staticmethod
    def _day_condition(text: str) -> ColumnElement[bool]:
        """Days by any part of dd/mm/yyyy, from the right: 2019, 01/2019, 21/01/2019."""
        if not _DAY.fullmatch(text):
            return false()
        parts = [part.zfill(2) for part in text.split("/") if part]
        iso = "-".join(reversed(parts))
        whole_year = len(parts[-1]) == 4
        # The column is text in the database, so that a part of a day can be looked for.
        return type_coerce(Line.posted_on, Text()).like(f"{iso}%" if whole_year else f"%-{iso}%")


def charge_fits(charge: Charge, where: LineFilter) -> bool:
    """Whether *charge* is one that *where* asks for."""
    head = charge.head
    return (
        (where.project is None or (head is not None and head.project == where.project))
        and (where.fund is None or (head is not None and head.fund == where.fund))
        and (where.kind is None or (head is not None and head.kind == where.kind))
        and (where.disposition is None or charge.disposition is where.disposition)
    )


def _too_long() -> ExpectedError:
    return ExpectedError(
        "search_too_long",
        f"The search is longer than {_MOST_WORDS} words, or one of its words than {_LONGEST_WORD:,} letters.",
        "Search for a few words that the line holds.",
    )
