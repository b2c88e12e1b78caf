"""A filter of ledger lines as conditions in SQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Text,
    and_,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
    type_coerce,
)

from fundingapp.application.ports import BatchState, LineFilter, Show
from fundingapp.application.wording import HOW_WORDS
from fundingapp.domain.column_filters import (
    DaySpan,
    Months,
    NotAFilterError,
    TextTests,
    parse_amounts,
    parse_days,
    parse_periods,
    parse_texts,
)
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.matching import Charge, How, LineState
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.persistence.ledger.part import Part
from fundingapp.persistence.records.grants import ProjectRecord
from fundingapp.persistence.records.imports import BatchRecord
from fundingapp.persistence.records.ledger import (
    ChargeRecord,
    LedgerLineRecord as Line,
    LineChangeRecord,
    SightingRecord,
)
from fundingapp.persistence.records.matching import SuggestionRecord

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
        """What is typed into the filter of *column*; what cannot be understood fits no line."""
        try:
            return self._typed_condition(column, text)
        except NotAFilterError:
            return false()

    def _typed_condition(self, column: str, text: str) -> ColumnElement[bool]:
        match column:
            case "amount":
                return or_(*[_between(Line.amount, *span) for span in parse_amounts(text)])
            case "period":
                return or_(*[_between(Line.period, *pair) for pair in parse_periods(text)])
            case "coding":
                return self._text_tests(parse_texts(text), lambda one, whole: self._fits(CODING, one, whole))
            case "posted_on":
                days = parse_days(text)
                if days is None:
                    return self._day_condition(text)
                return or_(*[self._days_condition(each) for each in days])
            case "state":
                return self._text_tests(parse_texts(text), self._how_fits)
            case "project":
                return self._text_tests(parse_texts(text), self._project_fits)
            case _ if column in TEXT_COLUMNS:
                return self._text_tests(
                    parse_texts(text), lambda one, whole: self._fits(TEXT_COLUMNS[column], one, whole)
                )
        raise NotFoundError("column", column)

    @staticmethod
    def _text_tests(
        tests: TextTests, fits: Callable[[str, bool], ColumnElement[bool]]
    ) -> ColumnElement[bool]:
        wanted = [fits(text, False) for text in tests.holds] + [fits(text, True) for text in tests.equals]
        refused = [fits(text, False) for text in tests.lacks] + [fits(text, True) for text in tests.differs]
        found = [not_(each) for each in refused]
        return and_(*([or_(*wanted)] if wanted else []), *found) if wanted or found else true()

    def _fits(
        self, column: ColumnElement[str] | ColumnClause[str], text: str, whole: bool
    ) -> ColumnElement[bool]:
        """Whether *column* holds *text*, or (*whole*) is it, in any case of its letters."""
        if not whole:
            return self._holds(column, text)
        if text.isascii() or self._connection.dialect.name != "sqlite":
            return func.lower(column) == text.lower()
        return func.fold(column, type_=Text()) == text.casefold()

    def _project_fits(self, text: str, whole: bool) -> ColumnElement[bool]:
        there = exists().where(ChargeRecord.line == Line.id, ChargeRecord.project == ProjectRecord.id)
        if whole and not text:
            return not_(there)
        return there.where(
            or_(self._fits(ProjectRecord.ref, text, whole), self._fits(ProjectRecord.name, text, whole))
        )

    def _how_fits(self, text: str, whole: bool) -> ColumnElement[bool]:
        """How a line came to its place: by the words of the column, or by the reason of a charge."""
        word = HOW_WORDS.get(text.casefold())
        match word:
            case LineState():
                return Line.state == word
            case How():
                return exists().where(ChargeRecord.line == Line.id, ChargeRecord.how == word)
            case "split":
                return Line.parts > 1
            case "suggested":
                return and_(Line.state == LineState.WAITING, Line.id.in_(select(SuggestionRecord.line)))
        return exists().where(ChargeRecord.line == Line.id, self._fits(ChargeRecord.reason, text, whole))

    @staticmethod
    def _days_condition(days: DaySpan | Months) -> ColumnElement[bool]:
        if isinstance(days, DaySpan):
            return and_(Line.posted_on.is_not(None), _between(Line.posted_on, *days))
        # The column is text in the database: 2018-04-03.
        return or_(
            *[type_coerce(Line.posted_on, Text()).like(f"%-{number:02}-%") for number in sorted(days.numbers)]
        )

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


def _between(column: ColumnElement[Any], least: Any, most: Any) -> ColumnElement[bool]:
    """*column* from *least* to *most*, both inclusive; None is without end."""
    found: list[ColumnElement[bool]] = []
    if least is not None:
        found.append(column >= least)
    if most is not None:
        found.append(column <= most)
    return and_(true(), *found)


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
