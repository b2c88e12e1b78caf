"""The day, the financial year and the period of a row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from fundingapp.domain.cells import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    clean_text,
    error_in_words,
    is_error_text,
    parse_date,
    parse_period,
    parse_year,
)
from fundingapp.domain.downloads.columns import Columns
from fundingapp.domain.downloads.notes import HeldBackError, Notes
from fundingapp.domain.findings import Severity
from fundingapp.domain.ledger import Cell, RawTable
from fundingapp.domain.periods import FinancialYear, Period
from fundingapp.domain.raw_tables import is_month_first
from fundingapp.domain.styles import DateStyle, date_style

DateOf = Callable[[int, tuple[Cell, ...]], date | None]
PeriodOf = Callable[[int, tuple[Cell, ...], date | None], tuple[FinancialYear, int] | None]


class Placing:
    """Places the rows of one table in time; *given* is the period of a table that states none itself."""

    def __init__(self, table: RawTable, at: Columns, notes: Notes, given: Period | None) -> None:
        self._table = table
        self._at = at
        self._notes = notes
        self._given = given
        self._style = DateStyle()
        self._month_first = False
        if at.date >= 0:
            self._style = date_style({cells[at.date] for _, cells in table.rows if at.date < len(cells)})
            self._month_first = is_month_first(table, at.date, self._style)

    def is_date(self, cell: Cell) -> bool:
        """Whether *cell* states a day."""
        try:
            return parse_date(cell, self._style.short_years, self._month_first) is not None
        except ValueError:
            return False

    def date_reader(self) -> DateOf:
        """A function from a row to its day, None where it states none. It raises HeldBackError."""
        at = self._at.date
        if at < 0:
            return lambda _row, _cells: None
        heading = self._notes.heading(at)
        short_years, month_first = self._style.short_years, self._month_first
        known: dict[str, date] = {}
        self._tell_style(heading)

        def read_date(row: int, cells: tuple[Cell, ...]) -> date | None:
            cell = cells[at]
            if type(cell) is date and EARLIEST_YEAR <= cell.year <= LATEST_YEAR:
                return cell
            if type(cell) is str and (day := known.get(cell)) is not None:
                return day
            try:
                parsed = parse_date(cell, short_years, month_first)
            except ValueError as error:
                raise self._unreadable(cell, heading, str(error)) from None
            if parsed is None:
                given = clean_text(cell)
                what = f"“{given}” is a lost date" if given else "there is no date"
                self._notes.add(
                    Severity.WARNING,
                    "date.missing",
                    f"Row {row:,}, column “{heading}”: {what}; the line is kept without one.",
                    row,
                    heading,
                )
            elif type(cell) is str:
                known[cell] = parsed
            elif not isinstance(cell, date):
                self._notes.add(
                    Severity.NOTE,
                    "date.number",
                    f"Row {row:,}, column “{heading}”: the bare number {cell} was read as {parsed:%d/%m/%Y}.",
                    row,
                    heading,
                )
            return parsed

        return read_date

    def _unreadable(self, cell: Cell, heading: str, why: str) -> HeldBackError:
        given = clean_text(cell)
        if is_error_text(given):
            text = f", column “{heading}” holds {error_in_words(given)}."
            return HeldBackError("cell.error", text, heading)
        return HeldBackError("date.unreadable", f", column “{heading}”: “{given}” {why}.", heading)

    def _tell_style(self, heading: str) -> None:
        style = self._style
        if self._month_first:
            self._notes.add(
                Severity.WARNING,
                "date.order",
                f"The dates of column “{heading}” were read with the month first, not in British order.",
                0,
                heading,
            )
        elif style.month_first:
            self._notes.add(
                Severity.WARNING,
                "date.order",
                f"Column “{heading}”: “{style.month_first}” can only be read with the month first, so the others may be"
                " meant so too; they were read in British order, day first.",
                0,
                heading,
            )
        elif style.turned:
            self._notes.add(
                Severity.WARNING,
                "date.order",
                f"Column “{heading}”: every real date has a day up to 12 and every date stored as text, such as"
                f" “{style.turned}”, a later one. A spreadsheet may have taken days for months.",
                0,
                heading,
            )
        if style.short_years:
            self._notes.add(
                Severity.WARNING,
                "date.years",
                f"Column “{heading}” writes its years with two digits, such as “{style.sample}”; the whole column shows"
                f" that the {'month' if self._month_first else 'day'} stands first and the year last, and was read so.",
                0,
                heading,
            )

    def period_reader(self) -> PeriodOf:
        """A function to the year and period of a row; None for the opening balance (period 00)."""
        period_at, year_at = self._at.period, self._at.year
        known: dict[tuple[Cell, Cell, date | None], tuple[FinancialYear, int] | None] = {}

        def read_period(
            row: int, cells: tuple[Cell, ...], posted_on: date | None
        ) -> tuple[FinancialYear, int] | None:
            stated = cells[period_at] if period_at >= 0 else None
            year_stated = cells[year_at] if year_at >= 0 else None
            key = (stated, year_stated, posted_on)
            if key in known and type(stated) is not bool:
                placed = known[key]
            else:
                placed = known[key] = self._placed(stated, year_stated, posted_on)
            if placed is not None and posted_on is not None and period_at >= 0:
                year = placed[0].start
                if posted_on.year != (year if posted_on.month >= 4 else year + 1):
                    self._notes.add(
                        Severity.NOTE,
                        "period.other_year",
                        f"Row {row:,} is of {placed[0]} period {placed[1]}, but its date {posted_on:%d/%m/%Y} lies"
                        " outside that year; the period counts.",
                        row,
                        self._notes.heading(period_at),
                    )
            return placed

        return read_period

    def _placed(
        self, stated: Cell, year_stated: Cell, posted_on: date | None
    ) -> tuple[FinancialYear, int] | None:
        """The year and period from the period column, else from the date; None for period 00."""
        parsed = self._stated_period(stated)
        if parsed is None:
            if posted_on is not None:
                period = Period.of(posted_on)
                return period.year, period.number
            if self._given is not None:
                return self._given.year, self._given.number
            raise self._unplaced()
        start, number = parsed
        if number == 0:
            return None
        if start is None:
            start = self._year_beside(year_stated, number, posted_on)
        return FinancialYear(start), number

    def _stated_period(self, cell: Cell) -> tuple[int | None, int] | None:
        try:
            return parse_period(cell)
        except ValueError as error:
            heading = self._notes.heading(self._at.period)
            given = clean_text(cell)
            if is_error_text(given):
                text = f", column “{heading}” holds {error_in_words(given)}."
                raise HeldBackError("cell.error", text, heading) from None
            reason = str(error) if str(error).startswith("period ") else "it is not a period"
            text = f", column “{heading}”: “{given}” cannot be used: {reason}."
            raise HeldBackError("period.unreadable", text, heading) from None

    def _year_beside(self, year_stated: Cell, number: int, posted_on: date | None) -> int:
        """The year of a bare period number: from the year column, else the one nearest to the date."""
        try:
            start = parse_year(year_stated)
        except ValueError:
            heading = self._notes.heading(self._at.year)
            text = f", column “{heading}”: “{clean_text(year_stated)}” is not a financial year."
            raise HeldBackError("year.unreadable", text, heading) from None
        if start is not None:
            return start
        if posted_on is None:
            if self._given is not None:
                return self._given.year.start
            raise self._unplaced()
        own = Period.of(posted_on)
        month = own.year.start * 12 + own.number
        steps = (-1, 0, 1)
        nearest = min(steps, key=lambda step: abs((own.year.start + step) * 12 + min(number, 12) - month))
        return own.year.start + nearest

    def _unplaced(self) -> HeldBackError:
        columns = [self._notes.heading(at) for at in (self._at.period, self._at.date) if at >= 0]
        names = " and ".join(f"“{name}”" for name in columns)
        text = f": neither a period nor a date can be read from {names}."
        return HeldBackError("period.missing", text, columns[0])
