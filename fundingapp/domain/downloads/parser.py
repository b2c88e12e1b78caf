"""Reads one table, row by row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from fundingapp.domain.downloads.amounts import Amounts
from fundingapp.domain.downloads.columns import Columns, Texts, Unseen
from fundingapp.domain.downloads.keys import Keys
from fundingapp.domain.downloads.narratives import Narratives
from fundingapp.domain.downloads.notes import HeldBackError, Notes
from fundingapp.domain.downloads.placing import Placing
from fundingapp.domain.downloads.special_rows import (
    BALANCE_WORDS,
    COMMITMENT_TYPES,
    SpecialRows,
    is_balance,
    is_budget,
    is_commitment,
)
from fundingapp.domain.downloads.totals import Tally
from fundingapp.domain.findings import Severity
from fundingapp.domain.ledger import HELD_BACK, Cell, LedgerLine, Meaning, ParsedLedger, RawTable
from fundingapp.domain.line_lists import LineList
from fundingapp.domain.money import Money
from fundingapp.domain.periods import Period
from fundingapp.domain.raw_tables import NOT_PLACED

_COUNTED_AS_FIELD: Mapping[Meaning, tuple[str, ...]] = {
    Meaning.DATE: ("posted_on",),
    Meaning.DATE_MONTH_FIRST: ("posted_on",),
    Meaning.COST_CENTRE: ("cost_centre",),
    Meaning.ACCOUNT: ("account",),
    Meaning.SUPPLIER: ("supplier",),
    Meaning.DESCRIPTION: ("description",),
    Meaning.TYPE: ("type",),
    Meaning.AMOUNT: ("amount",),
    Meaning.DEBIT: ("amount",),
    Meaning.CREDIT: ("amount",),
    Meaning.PERIOD: ("period",),
}
#: At these numbers of rows systems and spreadsheets stop without a word: limits on the hits of an enquiry, and the
#: heights of old and new sheets with and without their headings.
_LIMITS = frozenset(
    {500, 1_000, 2_000, 5_000, 9_999, 10_000, 16_383, 16_384, 20_000, 25_000, 32_767, 32_768, 50_000}
    | {65_535, 65_536, 99_999, 100_000, 250_000, 500_000, 999_999, 1_000_000, 1_048_575, 1_048_576}
)

_LOST_DIGITS = re.compile(r"\d(?:\.\d+)?E\+\d{1,3}")
#: Of so many amounts nearly all may be expected not to be credits.
_MANY = 10

LineOf = Callable[[int, tuple[Cell, ...]], LedgerLine | None]


class TableParser:
    """Reads one table. Made once per table; :meth:`parse` is called once."""

    def __init__(self, table: RawTable, keys: Keys, period: Period | None) -> None:
        self._table = table
        self._keys = keys
        self._given = period or table.period
        self._width = max(len(table.headings), len(table.meanings))
        self._at = Columns.of(table.meanings)
        self._notes = Notes(table)
        self._tally = Tally()
        self._amounts = Amounts(table, self._at, self._notes)
        self._placing = Placing(table, self._at, self._notes, self._given)
        self._lines = LineList()
        self._narratives: Narratives | None = None
        self._special = SpecialRows(
            table, self._at, self._notes, self._amounts, self._placing, self._tally, self._lines
        )
        self._without_id = 0
        self._budgets = 0
        self._codes: list[tuple[int, Texts]] = []
        self._wordings: list[tuple[int, Texts]] = []
        #: Texts with control or direction characters in the row that is being read.
        self._unseen: list[Unseen] = []
        self._held = {
            finding.source.row: finding.text
            for finding in reversed(table.findings)
            if finding.severity is Severity.ERROR and finding.source.row
        }

    def parse(self) -> ParsedLedger:
        """The lines of the table, and why each other row is none. Raises ValueError without an amount column."""
        table = self._table
        if not self._amounts.columns:
            raise ValueError("a ledger table needs an amount column")  # the reader refuses such a file
        read_line = self._line_reader()
        width = self._width
        lines, held, notes, special = self._lines, self._held, self._notes, self._special
        rows_read = 0
        for row, cells in table.rows:
            rows_read += 1
            if len(cells) < width:
                cells = cells + (None,) * (width - len(cells))
            if held and row in held:
                notes.skip(row, f"{HELD_BACK}{held[row]}", cells)
                continue
            try:
                line = read_line(row, cells)
            except HeldBackError as error:
                self._tell_unseen(row)
                if special.skips_total(row, cells):
                    continue
                if special.is_heading_again(cells):
                    notes.skip(row, "the headings again", cells)
                elif special.is_note(cells):
                    notes.skip(row, "a note, not a ledger line", cells)
                else:
                    notes.hold(row, error, cells)
                continue
            if line is not None:
                lines.append(line)
        stated = self._tally.check(notes, self._amounts.name)
        if stated is None:
            stated = self._total_above()
        self._finish()
        return ParsedLedger(
            lines=lines,
            skipped=notes.skipped,
            findings=tuple(notes.findings),
            stated_total=stated,
            rows_read=rows_read,
            fields=self._fields(),
        )

    def _line_reader(self) -> LineOf:
        """A function from a row to its line, or None when the row was skipped; made for speed at 100,000 rows."""
        at = self._at
        notes = self._notes
        sheet = self._table.sheet
        read_amount = self._amounts.reader()
        read_date = self._placing.date_reader()
        read_period = self._placing.period_reader()
        transaction_at, cost_centre_at, account_at = at.transaction, at.cost_centre, at.account
        supplier_at, description_at, type_at, class_at = (
            at.supplier,
            at.description,
            at.type,
            at.balance_class,
        )
        transactions, cost_centres, accounts, suppliers, descriptions, types, classes = (
            Texts(notes.heading(where), self._unseen)
            for where in (
                transaction_at,
                cost_centre_at,
                account_at,
                supplier_at,
                description_at,
                type_at,
                class_at,
            )
        )
        self._codes = [(transaction_at, transactions), (cost_centre_at, cost_centres), (account_at, accounts)]
        self._wordings = [(supplier_at, suppliers), (description_at, descriptions)]
        for _, texts in self._codes:
            texts.notices = ("E+",)
        for _, texts in self._wordings:
            texts.notices = BALANCE_WORDS
        split = None
        if at.narrative >= 0:
            self._narratives = Narratives(
                self._table, at.narrative, notes.heading(at.narrative), self._unseen
            )
            split = self._narratives.split
        committed_types = COMMITMENT_TYPES if class_at < 0 <= type_at else frozenset()
        keys, tally = self._keys, self._tally
        is_special = self._special.skips
        unseen = self._unseen
        # A row with a transaction and a date is a line or an error; any other row is looked at more closely.
        marks = tuple(where for where in (at.transaction, at.date) if where >= 0)
        first_mark, last_mark = (marks[0], marks[-1]) if marks else (-1, -1)
        make = tuple.__new__  # a third of the time that LedgerLine's own takes

        def read_line(row: int, cells: tuple[Cell, ...]) -> LedgerLine | None:
            if (first_mark < 0 or cells[first_mark] is None or cells[last_mark] is None) and is_special(
                row, cells
            ):
                return None
            kind = types[cells[type_at]] if type_at >= 0 else ""
            if class_at >= 0:
                balance_class = classes[cells[class_at]]
                if is_commitment(balance_class):
                    self._skip_commitment(row, cells)
                    return None
                if is_budget(balance_class):
                    self._budgets += 1
                    notes.skip(row, "a budget or forecast, not spending", cells)
                    return None
            elif kind in committed_types:
                self._skip_commitment(row, cells)
                return None
            amount = read_amount(row, cells)
            posted_on = read_date(row, cells)
            placed = read_period(row, cells, posted_on)
            if placed is None:
                tally.add_opening(amount)
                notes.skip(row, "opening balance (period 00), not spending of this year", cells)
                return None
            year, period = placed
            transaction = transactions[cells[transaction_at]] if transaction_at >= 0 else ""
            cost_centre = cost_centres[cells[cost_centre_at]] if cost_centre_at >= 0 else ""
            account = accounts[cells[account_at]] if account_at >= 0 else ""
            supplier = suppliers[cells[supplier_at]] if supplier_at >= 0 else ""
            description = descriptions[cells[description_at]] if description_at >= 0 else ""
            if split is not None:
                supplier, description = split(cells, supplier, description)
            if unseen:
                self._tell_unseen(row)
            if transaction:
                key = keys.of_transaction(transaction)
            else:
                self._without_id += 1
                texts = (cost_centre, account, supplier, description)
                key = keys.of_content(posted_on, year, period, texts, amount)
            tally.overall += amount.pence
            return make(
                LedgerLine,
                (
                    key,
                    transaction,
                    year,
                    period,
                    posted_on,
                    cost_centre,
                    account,
                    supplier,
                    description,
                    kind,
                    amount,
                    sheet,
                    row,
                ),
            )

        if self._given is None and at.period < 0 and at.date < 0:
            return self._unplaced_reader()
        return read_line

    def _skip_commitment(self, row: int, cells: tuple[Cell, ...]) -> None:
        self._tally.add_commitment(self._amounts.plain(cells))
        self._notes.skip(row, "a commitment, ordered but not spent", cells)

    def _tell_unseen(self, row: int) -> None:
        """Warns of characters that nobody sees and that can make a text read otherwise than it is stored (X30)."""
        for heading, signs in self._unseen:
            text = (
                f"Row {row:,}, column “{heading}”: the text holds characters that can't be seen"
                f" ({', '.join(signs)}). It is kept with them in words, such as ⟨{signs[0].split()[0]}⟩."
            )
            self._notes.add(Severity.WARNING, "cell.unseen", text, row, heading)
        self._unseen.clear()

    def _unplaced_reader(self) -> LineOf:
        """For a table with neither period nor date column: every line of it is held back, with one finding."""
        self._notes.add(
            Severity.ERROR,
            "period.no_column",
            f"{self._table.file} has neither a period nor a date column, so it is not known which period its"
            " lines belong to.",
        )

        def read_line(row: int, cells: tuple[Cell, ...]) -> LedgerLine | None:
            if not self._special.skips(row, cells):
                self._notes.skip(row, f"{HELD_BACK}it states neither a period nor a date", cells)
            return None

        return read_line

    def _finish(self) -> None:
        notes = self._notes
        self._amounts.tell()
        self._tally.tell(notes)
        given = self._given
        unstated = self._at.period < 0 and self._at.date < 0
        if given is not None and given != NOT_PLACED and unstated and self._lines:
            notes.add(
                Severity.NOTE,
                "period.placed",
                f"The lines state neither a period nor a date; all were placed in period {given.number} of"
                f" {given.year}.",
            )
        if self._without_id:
            whole = self._at.transaction < 0
            what = (
                "The file has no transaction column, so its lines"
                if whole
                else f"{self._without_id:,} line{'' if self._without_id == 1 else 's'} without a transaction number"
            )
            notes.add(
                Severity.NOTE,
                "key.composite",
                f"{what} are recognised by date, cost centre, account, supplier, description and amount together.",
            )
        self._tell_signs()
        self._tell_lost_digits()
        self._tell_balances()
        if self._budgets:
            are = "is" if self._budgets == 1 else "are"
            text = f"{self._budgets:,} row{'' if self._budgets == 1 else 's'} of budgets or forecasts {are} left out."
            notes.add(Severity.NOTE, "budgets.excluded", text)
        self._tell_limit()
        self._tell_orders()
        notes.tell_the_rest()

    def _total_above(self) -> Money | None:
        """The total above the headings, with a warning where the lines add up to something else."""
        stated = self._table.total_above
        if stated is not None and stated.pence != self._tally.overall:
            total = Money(self._tally.overall)
            self._notes.add(
                Severity.WARNING,
                "total.above_differs",
                f"The total above the headings is {stated.in_words}, but the lines add up to {total.in_words}: a"
                f" difference of {(stated - total).in_words}." + self._notes.held_in_words(),
                0,
                self._amounts.name,
            )
        return stated

    def _tell_signs(self) -> None:
        """Warns where nearly all amounts are negative, or most and their sum: spending may be written with a minus."""
        negative = sum(line.amount.pence < 0 for line in self._lines)
        of_ten = 5 if self._tally.overall < 0 else 9
        if len(self._lines) >= _MANY and 10 * negative > of_ten * len(self._lines) - (of_ten == 9):
            self._notes.add(
                Severity.WARNING,
                "amount.mostly_negative",
                f"{negative:,} of {len(self._lines):,} amounts are negative, so they count as income or credits. If the"
                " file writes spending with a minus, give the column the meaning “credit”.",
                0,
                self._amounts.name,
            )

    def _tell_lost_digits(self) -> None:
        """Warns of codes such as 5.51E+11: a spreadsheet has taken them for numbers and dropped their last digits."""
        for at, texts in self._codes:
            lost = next((text for text in texts.noticed if _LOST_DIGITS.fullmatch(text)), "")
            if lost:
                heading = self._notes.heading(at)
                self._notes.add(
                    Severity.WARNING,
                    "code.digits_lost",
                    f"Column “{heading}”: “{lost}” is a code whose last digits were lost, as a spreadsheet took it for"
                    " a number. Make the download again, or keep the column as text.",
                    0,
                    heading,
                )

    def _tell_balances(self) -> None:
        """Warns of lines that call themselves opening balances, which were kept as they have a day and a number."""
        for at, texts in self._wordings:
            balances = frozenset(text for text in texts.noticed if is_balance(text))
            found = (
                [line.row for line in self._lines if {line.supplier, line.description} & balances]
                if balances
                else []
            )
            if found:
                lines = "line calls itself" if len(found) == 1 else "lines call themselves"
                self._notes.add(
                    Severity.WARNING,
                    "balance.kept",
                    f"{len(found):,} {lines} a balance, the first in row {found[0]:,}. If it was brought forward, it is"
                    " no spending.",
                    found[0],
                    self._notes.heading(at),
                )
                return

    def _tell_limit(self) -> None:
        """Warns where the list stops at a number of rows at which systems cut theirs off."""
        held = sum(skip.reason.startswith(HELD_BACK) for skip in self._notes.skipped)
        rows = len(self._lines) + held + self._tally.openings + self._tally.commitments
        last = self._table.rows[-1].row if self._table.rows else 0
        for number, what in ((rows, "rows of the ledger"), (last, "rows in all")):
            if number in _LIMITS and (number == rows or number >= 16_384):
                self._notes.add(
                    Severity.WARNING,
                    "rows.limit",
                    f"The list ends after exactly {number:,} {what}, a number at which systems cut lists off. Compare"
                    " its total with the finance system.",
                )
                return

    def _tell_orders(self) -> None:
        """Warns of lines whose type is that of an order, which were kept as nothing says that they are not spent."""
        if self._at.type < 0 or self._at.balance_class >= 0:
            return
        kinds = {line.type for line in self._lines}
        orders = {kind for kind in kinds if len(kind) > 1 and is_commitment(kind)}
        if orders:
            number = sum(line.type in orders for line in self._lines)
            shown = ", ".join(f"“{kind}”" for kind in sorted(orders)[:3])
            self._notes.add(
                Severity.WARNING,
                "type.orders",
                f"{number:,} lines are of type {shown}; if these are orders, they are no spending yet.",
                0,
                self._notes.heading(self._at.type),
            )

    def _fields(self) -> frozenset[str]:
        fields: set[str] = set()
        for meaning in self._table.meanings:
            fields.update(_COUNTED_AS_FIELD.get(meaning, ()))
        if self._narratives is not None:
            fields.add("description")
            if self._narratives.separator:
                fields.add("supplier")
        return frozenset(fields)
