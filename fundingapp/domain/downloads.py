"""From the raw cells of a ledger download to ledger lines, with every row accounted for (R9).

A row is a line, or it is skipped with a reason in plain English; ``rows_read`` is always the sum of the two.
A cell that cannot be read holds its row back and becomes an ERROR finding: nothing is guessed or rounded.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from fundingapp.domain.cells import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    PLAIN_AMOUNT,
    clean_text,
    code_text,
    error_in_words,
    flag_sign,
    is_blank,
    is_error_text,
    parse_amount,
    parse_date,
    parse_period,
    parse_year,
)
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import (
    HELD_BACK,
    Cell,
    LedgerLine,
    Meaning,
    ParsedLedger,
    RawTable,
    SkippedRow,
)
from fundingapp.domain.line_lists import LineList
from fundingapp.domain.money import LARGEST_PENCE, Money, NotMoneyError
from fundingapp.domain.periods import FinancialYear, Period

#: So many findings of one kind are listed one by one; one more then says how many others there are.
LISTED = 20
#: Held-back rows are the user's work list, so more of them are listed; all of them stand among the skipped.
LISTED_ERRORS = 1_000

_TOTAL = re.compile(
    r"(?P<grand>(?:grand|report|overall|final|ledger)\s+)?"
    r"(?P<sub>sub[\s\-]*|page\s+|section\s+)?totals?"
    r"(?P<of>\s*(?:[:;,\-–=]|for\b|of\b|per\b|by\b|net\b|spend\b|expenditure\b|amount\b|£).*)?",
    re.IGNORECASE,
)
_TOTAL_LAST = re.compile(r".{1,60}\s(?P<grand>grand\s+)?(?:sub[\s\-]?)?total\s*:?", re.IGNORECASE)
_BALANCE = re.compile(
    r"(?:opening|closing)\s+balances?.*|balances?\s+(?:b/?f(?:wd)?|c/?f(?:wd)?|(?:brought|carried)\s+forward).*"
    r"|(?:brought|carried)\s+forward|b/f(?:wd)?|c/f(?:wd)?",
    re.IGNORECASE,
)
_END = re.compile(r"[*\-=\s]*end\s+of\s+(?:report|file|extract|listing|data)[*\-=.\s]*", re.IGNORECASE)

_COUNTED_AS_FIELD: Mapping[Meaning, tuple[str, ...]] = {
    Meaning.DATE: ("posted_on",),
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
_UNUSED = frozenset({Meaning.OTHER, Meaning.VAT, Meaning.BALANCE})


class _HeldBackError(Exception):
    """A cell of a row cannot be read, so the row is held back; *text* goes on after “Row 12”."""

    def __init__(self, kind: str, text: str, column: str) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.column = column


class _Texts(dict[Cell, str]):
    """The clean text of every cell of a column that was seen, so that a repeated one is cleaned once."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self._heading = heading

    def __missing__(self, cell: Cell) -> str:
        text = code_text(cell)
        if text[:1] == "#" and is_error_text(text):
            what = f", column “{self._heading}” holds {error_in_words(text)}."
            raise _HeldBackError("cell.error", what, self._heading)
        if len(self) < _REMEMBERED and cell not in _LIKE_TRUTH_VALUES:
            self[cell] = text
        return text


#: A column with more different cells than this hardly repeats any, so remembering them all would only fill memory.
_REMEMBERED = 5_000
#: Python calls TRUE and 1 the same key; kept apart by not remembering them.
_LIKE_TRUTH_VALUES = (0, 1)


class _Signs(dict[Cell, int]):
    """What each cell of a column says: 1 for debit, -1 for credit, 0 for neither."""

    def __missing__(self, cell: Cell) -> int:
        sign = flag_sign(cell)
        if cell not in _LIKE_TRUTH_VALUES:
            self[cell] = sign
        return sign


class _Columns(NamedTuple):
    """Where each meaning stands in a row, -1 for nowhere."""

    transaction: int
    year: int
    period: int
    date: int
    cost_centre: int
    account: int
    supplier: int
    description: int
    narrative: int
    type: int
    amount: int
    debit: int
    credit: int
    flag: int

    @classmethod
    def of(cls, meanings: Sequence[Meaning]) -> _Columns:
        where: dict[Meaning, int] = {}
        for at, meaning in enumerate(meanings):
            where.setdefault(meaning, at)
        return cls(
            *(
                where.get(meaning, -1)
                for meaning in (
                    Meaning.TRANSACTION,
                    Meaning.YEAR,
                    Meaning.PERIOD,
                    Meaning.DATE,
                    Meaning.COST_CENTRE,
                    Meaning.ACCOUNT,
                    Meaning.SUPPLIER,
                    Meaning.DESCRIPTION,
                    Meaning.NARRATIVE,
                    Meaning.TYPE,
                    Meaning.AMOUNT,
                    Meaning.DEBIT,
                    Meaning.CREDIT,
                    Meaning.DEBIT_CREDIT_FLAG,
                )
            )
        )


class _Keys:
    """Hands out a key for each line, unique in the download, the same for the same download each time."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._times: dict[str, int] = {}
        self.repeated: dict[str, int] = {}

    def of_transaction(self, transaction: str) -> str:
        if transaction not in self._taken:
            self._taken.add(transaction)
            return transaction
        key = self._next(transaction)
        self.repeated[transaction] = self._times[transaction]
        return key

    def of_content(
        self,
        posted_on: date | None,
        year: FinancialYear,
        period: int,
        texts: tuple[str, ...],
        amount: Money,
    ) -> str:
        """A key for a line without transaction id: its content, and a count where the same stands twice."""
        when = posted_on.isoformat() if posted_on else f"{year.start}p{period}"
        content = "\x1f".join((when, *texts, str(amount.pence)))
        digest = "~" + hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
        if digest not in self._taken:
            self._taken.add(digest)
            return digest
        return self._next(digest)

    def _next(self, stem: str) -> str:
        times = self._times.get(stem, 1)
        while True:
            times += 1
            key = f"{stem}#{times}"
            if key not in self._taken:  # a file may hold an id that looks like one of ours
                self._times[stem] = times
                self._taken.add(key)
                return key


class _Total(NamedTuple):
    """A total row; *overall* is what all lines above it add up to, in pence."""

    row: int
    amount: Money
    is_grand: bool
    is_sub: bool
    overall: int


def parse_lines(table: RawTable, period: Period | None = None) -> ParsedLedger:
    """The ledger lines of *table* and a reason for every other row below its headings.

    *period* places the lines of a download that has neither a period nor a date column. A row that a finding of
    the reader marks as an ERROR is held back; those findings stay with the table and are not given again.
    """
    return parse_tables((table,), period)


def parse_tables(tables: Sequence[RawTable], period: Period | None = None) -> ParsedLedger:
    """The same for several tables of one download; keys are unique over all of them.

    ``fields`` are those that every table has. ``stated_total`` is the sum of the tables' own totals, None
    unless each of them states one.
    """
    keys = _Keys()
    parsers = [_TableParser(table, keys, period) for table in tables]
    results = [parser.parse() for parser in parsers]
    lines = LineList()
    for result in results:
        for line in result.lines:
            lines.append(line)
    skipped = [skip for result in results for skip in result.skipped]
    findings = [finding for result in results for finding in result.findings]
    findings = _told_once(findings) + _repeated_findings(keys, tables)
    totals = [result.stated_total for result in results if result.stated_total is not None]
    fields = frozenset.intersection(*(result.fields for result in results)) if results else frozenset()
    return ParsedLedger(
        lines=lines,
        skipped=skipped,
        findings=tuple(findings),
        stated_total=Money.total(totals) if totals and len(totals) == len(results) else None,
        rows_read=sum(result.rows_read for result in results),
        fields=fields,
    )


def _told_once(findings: Sequence[Finding]) -> list[Finding]:
    """Without what is said again of another table of the same file, word for word and of no row."""
    said: set[tuple[str, str]] = set()
    once: list[Finding] = []
    for finding in findings:
        if not finding.source.row:
            if (finding.kind, finding.text) in said:
                continue
            said.add((finding.kind, finding.text))
        once.append(finding)
    return once


def _repeated_findings(keys: _Keys, tables: Sequence[RawTable]) -> list[Finding]:
    if not keys.repeated:
        return []
    table = tables[0]
    column = _Columns.of(table.meanings).transaction
    source = Source(table.file, table.sheet, 0, table.headings[column] if column >= 0 else "")
    listed = list(keys.repeated.items())[:LISTED]
    findings = [
        Finding(
            Severity.WARNING,
            "transaction.repeated",
            f"Transaction {transaction} stands on {times} rows; they are told apart by their order"
            f" ({transaction}, {transaction}#2 …).",
            source,
        )
        for transaction, times in listed
    ]
    if more := len(keys.repeated) - len(listed):
        findings.append(
            Finding(
                Severity.WARNING,
                "transaction.repeated.more",
                f"{more:,} more transaction numbers stand on several rows.",
                source,
            )
        )
    return findings


class _TableParser:
    """Reads one table, row by row. Made once per table; :meth:`parse` is called once."""

    def __init__(self, table: RawTable, keys: _Keys, period: Period | None) -> None:
        self._table = table
        self._keys = keys
        self._given = period
        self._width = max(len(table.headings), len(table.meanings))
        self._at = _Columns.of(table.meanings)
        self._used = [at for at, meaning in enumerate(table.meanings) if meaning not in _UNUSED]
        pair = [at for at in (self._at.debit, self._at.credit) if at >= 0]
        self._amount_columns = [self._at.amount] if self._at.amount >= 0 else pair
        self._beside = [at for at in self._used if at not in self._amount_columns]
        self._lines = LineList()
        self._skipped: list[SkippedRow] = []
        self._findings: list[Finding] = []
        self._counts: dict[str, int] = {}
        self._totals: list[_Total] = []
        self._overall = 0
        self._opening = 0
        self._openings = 0
        self._without_id = 0
        self._text_amounts = self._first_text_amount = 0
        self._separator = ""
        self._credit_is_signed = self._writes_credits_as_negatives()
        self._headings_text = tuple(clean_text(heading).casefold() for heading in table.headings)
        self._held = {
            finding.source.row: finding.text
            for finding in reversed(table.findings)
            if finding.severity is Severity.ERROR and finding.source.row
        }

    def _writes_credits_as_negatives(self) -> bool:
        """Whether the credit column holds negatives only: then a credit already carries its sign."""
        at = self._at.credit
        if at < 0 or self._at.amount >= 0:
            return False
        negatives = 0
        for _, cells in self._table.rows:
            if at < len(cells) and cells[at] is not None:
                try:
                    amount = parse_amount(cells[at])
                except NotMoneyError:
                    continue
                if amount is not None and amount.pence > 0:
                    return False
                negatives += amount is not None and amount.pence < 0
        return negatives > 0

    # Findings

    def _source(self, row: int = 0, column: str = "") -> Source:
        return Source(self._table.file, self._table.sheet, row, column)

    def _note(self, severity: Severity, kind: str, text: str, row: int = 0, column: str = "") -> None:
        """Keeps a finding; of one kind only so many, the rest are counted and told at the end."""
        count = self._counts.get(kind, 0) + 1
        self._counts[kind] = count
        if count <= (LISTED_ERRORS if severity is Severity.ERROR else LISTED):
            self._findings.append(Finding(severity, kind, text, self._source(row, column)))

    def _tell_the_rest(self) -> None:
        listed: dict[str, int] = {}
        severities: dict[str, Severity] = {}
        for finding in self._findings:
            listed[finding.kind] = listed.get(finding.kind, 0) + 1
            severities[finding.kind] = finding.severity
        for kind, count in self._counts.items():
            if more := count - listed[kind]:
                text = f"{more:,} more rows have the same finding as the {listed[kind]:,} listed."
                self._findings.append(Finding(severities[kind], kind + ".more", text, self._source()))

    def _heading(self, at: int) -> str:
        heading = clean_text(self._table.headings[at]) if at < len(self._table.headings) else ""
        return heading or f"column {at + 1}"

    def _skip(self, row: int, reason: str, cells: Sequence[Cell]) -> None:
        text = " | ".join(filled for cell in cells if (filled := clean_text(cell)))
        self._skipped.append(SkippedRow(self._table.sheet, row, reason, text[:500]))

    # The loop

    def parse(self) -> ParsedLedger:
        table = self._table
        if not self._amount_columns:
            raise ValueError("a ledger table needs an amount column")  # the reader refuses such a file
        read_line = self._line_reader()
        width = self._width
        lines, held = self._lines, self._held
        rows_read = 0
        for row, cells in table.rows:
            rows_read += 1
            if len(cells) < width:
                cells = cells + (None,) * (width - len(cells))
            if held and row in held:
                self._skip(row, f"{HELD_BACK}{held[row]}", cells)
                continue
            try:
                line = read_line(row, cells)
            except _HeldBackError as error:
                self._hold(row, error, cells)
                continue
            if line is not None:
                lines.append(line)
        stated = self._check_totals()
        self._finish()
        return ParsedLedger(
            lines=lines,
            skipped=self._skipped,
            findings=tuple(self._findings),
            stated_total=stated,
            rows_read=rows_read,
            fields=self._fields(),
        )

    def _line_reader(self) -> Callable[[int, tuple[Cell, ...]], LedgerLine | None]:
        """A function from a row to its line, or None when the row was skipped; made for speed at 100,000 rows."""
        at = self._at
        sheet = self._table.sheet
        read_amount = self._amount_reader()
        read_date = self._date_reader()
        read_period = self._period_reader()
        transaction_at, cost_centre_at, account_at = at.transaction, at.cost_centre, at.account
        supplier_at, description_at, type_at = at.supplier, at.description, at.type
        transactions, cost_centres, accounts, suppliers, descriptions, types = (
            _Texts(self._heading(where))
            for where in (transaction_at, cost_centre_at, account_at, supplier_at, description_at, type_at)
        )
        split = self._narrative_splitter()
        keys = self._keys
        skipped_as_special = self._skipped_as_special
        # A row with a transaction and a date is a line or an error; any other row is looked at more closely.
        marks = tuple(where for where in (at.transaction, at.date) if where >= 0)
        first_mark, last_mark = (marks[0], marks[-1]) if marks else (-1, -1)
        year_of_given = self._given

        def read_line(row: int, cells: tuple[Cell, ...]) -> LedgerLine | None:
            if (
                first_mark < 0 or cells[first_mark] is None or cells[last_mark] is None
            ) and skipped_as_special(row, cells):
                return None
            amount = read_amount(row, cells)
            posted_on = read_date(row, cells)
            placed = read_period(row, cells, posted_on)
            if placed is None:
                self._openings += 1
                self._opening += amount.pence
                self._skip(row, "opening balance (period 00), not spending of this year", cells)
                return None
            year, period = placed
            transaction = transactions[cells[transaction_at]] if transaction_at >= 0 else ""
            cost_centre = cost_centres[cells[cost_centre_at]] if cost_centre_at >= 0 else ""
            account = accounts[cells[account_at]] if account_at >= 0 else ""
            supplier = suppliers[cells[supplier_at]] if supplier_at >= 0 else ""
            description = descriptions[cells[description_at]] if description_at >= 0 else ""
            if split is not None:
                supplier, description = split(cells, supplier, description)
            kind = types[cells[type_at]] if type_at >= 0 else ""
            if transaction:
                key = keys.of_transaction(transaction)
            else:
                self._without_id += 1
                texts = (cost_centre, account, supplier, description)
                key = keys.of_content(posted_on, year, period, texts, amount)
            self._overall += amount.pence
            return LedgerLine(
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
            )

        if year_of_given is None and at.period < 0 and at.date < 0:
            return self._unplaced_reader()
        return read_line

    def _unplaced_reader(self) -> Callable[[int, tuple[Cell, ...]], LedgerLine | None]:
        """For a table with neither period nor date column: every line of it is held back, with one finding."""
        self._note(
            Severity.ERROR,
            "period.no_column",
            f"{self._table.file} has neither a period nor a date column, so it is not known which period its"
            " lines belong to.",
        )

        def read_line(row: int, cells: tuple[Cell, ...]) -> LedgerLine | None:
            if not self._skipped_as_special(row, cells):
                self._skip(row, f"{HELD_BACK}it states neither a period nor a date", cells)
            return None

        return read_line

    def _hold(self, row: int, error: _HeldBackError, cells: tuple[Cell, ...]) -> None:
        """Keeps the row out of the lines, with an ERROR finding; a heading printed again is only skipped."""
        if self._is_heading_again(cells):
            self._skip(row, "the headings again", cells)
            return
        text = f"Row {row:,}{error.text}"
        self._note(Severity.ERROR, error.kind, text, row, error.column)
        self._skip(row, f"{HELD_BACK}{text}", cells)

    # Rows that are no ledger lines

    def _skipped_as_special(self, row: int, cells: tuple[Cell, ...]) -> bool:
        """Skips the row when it is blank, a heading, a total, an opening balance or a note; False for a line."""
        filled = [at for at, cell in enumerate(cells) if cell is not None and not is_blank(cell)]
        if not filled:
            self._skip(row, "blank row", cells)
            return True
        texts = [clean_text(cells[at]) for at in filled if type(cells[at]) is str]
        if len(filled) <= 2 and any(_END.fullmatch(text) for text in texts):
            self._skip(row, "end of the report", cells)
            return True
        if self._is_heading_again(cells):
            self._skip(row, "the headings again", cells)
            return True
        amount = self._plain_amount(cells)
        beside = [at for at in self._beside if at in filled]
        if self._skipped_as_total(row, cells, texts, amount, beside):
            return True
        has_transaction = self._at.transaction >= 0 and self._at.transaction in filled
        if not has_transaction and any(_BALANCE.fullmatch(text) for text in texts):
            if amount is not None:
                self._openings += 1
                self._opening += amount.pence
            self._skip(row, "a balance brought or carried forward, not spending", cells)
            return True
        if amount is None and not self._is_unreadable_amount(cells, filled):
            if not self._looks_like_a_line(cells, beside):
                self._skip(row, "a note, not a ledger line", cells)
                return True
            return False
        if amount is not None and len(beside) < 2 and len(self._beside) >= 3:
            column = self._amount_name()
            raise _HeldBackError(
                "row.incomplete",
                f": {amount.in_words} stands in “{column}” with hardly anything beside it,"
                " so it is neither a line nor a total of the lines above.",
                column,
            )
        return False

    def _skipped_as_total(
        self,
        row: int,
        cells: tuple[Cell, ...],
        texts: Sequence[str],
        amount: Money | None,
        beside: Sequence[int],
    ) -> bool:
        """Skips a total row. A label proves it; without one, or beside a date, only the arithmetic does."""
        if amount is None:
            return False
        has_id = self._at.transaction in beside
        is_dated = self._at.date in beside
        found = next(
            (match for text in texts if (match := _TOTAL.fullmatch(text) or _TOTAL_LAST.fullmatch(text))),
            None,
        )
        adds_up = amount.pence in self._sums_so_far()
        if found is not None and (
            (not is_dated and (not has_id or len(beside) == 1)) or (adds_up and not has_id)
        ):
            groups = found.groupdict()
            is_sub = bool(
                groups.get("sub") or (groups.get("of") or "").strip(" :;,-–=") or "of" not in groups
            )
            self._totals.append(_Total(row, amount, bool(groups.get("grand")), is_sub, self._overall))
            self._skip(row, "subtotal row" if is_sub and not groups.get("grand") else "total row", cells)
            return True
        if (
            len(beside) <= 1
            and not is_dated
            and not has_id
            and len(self._beside) >= 2
            and adds_up
            and self._lines
        ):
            self._totals.append(_Total(row, amount, False, False, self._overall))
            self._skip(row, "total row (it has no label, but it is the sum of the lines above)", cells)
            return True
        return False

    def _sums_so_far(self) -> set[int]:
        """The sums in pence of the lines since the start and since each total row above."""
        return {self._overall - start for start in (0, *(total.overall for total in self._totals))}

    def _is_heading_again(self, cells: Sequence[Cell]) -> bool:
        same = different = 0
        for heading, cell in zip(self._headings_text, cells, strict=False):
            if not heading:
                continue
            if type(cell) is str and clean_text(cell).casefold() == heading:
                same += 1
            elif cell is not None and not is_blank(cell):
                different += 1
        return same >= 2 and same > different

    def _plain_amount(self, cells: Sequence[Cell]) -> Money | None:
        """The amount of the row, debit less credit; None when there is none or one cannot be read."""
        pence, found = 0, False
        for at in self._amount_columns:
            try:
                amount = parse_amount(cells[at])
            except NotMoneyError:
                return None
            if amount is not None:
                found = True
                pence += (
                    -amount.pence if at == self._at.credit and not self._credit_is_signed else amount.pence
                )
        return Money(pence) if found else None

    def _is_unreadable_amount(self, cells: Sequence[Cell], filled: Sequence[int]) -> bool:
        """Whether an amount cell holds something that was meant as an amount, not a note that stands there."""
        for at in self._amount_columns:
            if at not in filled:
                continue
            cell = cells[at]
            if (
                type(cell) is not str
                or len(filled) > 2
                or any(char.isdigit() for char in cell)
                or is_error_text(cell)
            ):
                return True
        return False

    def _looks_like_a_line(self, cells: Sequence[Cell], beside: Sequence[int]) -> bool:
        """Whether a row without an amount was meant as a ledger line."""
        if len(beside) < 2:
            return False
        if self._at.transaction in beside or 2 * len(beside) > len(self._beside):
            return True
        try:
            return self._at.date in beside and parse_date(cells[self._at.date]) is not None
        except ValueError:
            return False

    # Cells of a line

    def _amount_name(self) -> str:
        return " / ".join(self._heading(at) for at in self._amount_columns)

    def _amount_of(self, cells: Sequence[Cell], at: int) -> Money | None:
        cell = cells[at]
        try:
            return parse_amount(cell)
        except NotMoneyError as error:
            heading = self._heading(at)
            given = clean_text(cell)
            if is_error_text(given):
                kind, what = "cell.error", f"holds {error_in_words(given)}"
            elif error.reason == "it is not written as one":
                kind, what = "amount.unreadable", f"“{given}” is not an amount"
            else:
                kind, what = "amount.unreadable", f"“{given}” is not an amount: {error.reason}"
            colon = "" if kind == "cell.error" else ":"
            text = f", column “{heading}”{colon} {what}."
            raise _HeldBackError(kind, text, heading) from None

    def _missing_amount(self) -> _HeldBackError:
        name = self._amount_name()
        return _HeldBackError("amount.missing", f", column “{name}”: there is no amount.", name)

    def _amount_reader(self) -> Callable[[int, tuple[Cell, ...]], Money]:
        at = self._at
        if at.amount < 0:
            return self._debit_credit_reader()
        if at.flag >= 0:
            return self._flag_reader()
        where = at.amount
        amount_of = self._quick_amount(where)

        def read_amount(row: int, cells: tuple[Cell, ...]) -> Money:
            amount = amount_of(cells)
            if amount is None:
                raise self._missing_amount()
            if type(cells[where]) is str:
                self._text_amounts += 1
                self._first_text_amount = self._first_text_amount or row
            return amount

        return read_amount

    def _quick_amount(self, where: int) -> Callable[[tuple[Cell, ...]], Money | None]:
        """The amount of a row's cell, at once when it is written as most are."""

        def amount_of(cells: tuple[Cell, ...]) -> Money | None:
            cell = cells[where]
            kind = type(cell)
            if kind is Decimal and cell.is_finite():  # type: ignore[union-attr]  # told by *kind*
                exact = cell.scaleb(2)  # type: ignore[union-attr]  # told by *kind*
                if -LARGEST_PENCE <= exact <= LARGEST_PENCE and (pence := int(exact)) == exact:
                    return Money(pence)
            elif kind is str:
                plain = PLAIN_AMOUNT.fullmatch(cell)  # type: ignore[arg-type]  # told by *kind*
                if plain is not None:
                    minus, pounds, pennies = plain.groups()
                    return Money(int(minus + pounds + pennies))
            return self._amount_of(cells, where)

        return amount_of

    def _debit_credit_reader(self) -> Callable[[int, tuple[Cell, ...]], Money]:
        """Debit less credit; or their sum, with a finding, where a file writes its credits as negatives."""
        debit_at, credit_at = self._at.debit, self._at.credit
        sign = -1
        if self._credit_is_signed:
            sign = 1
            self._note(
                Severity.WARNING,
                "credit.signed",
                f"Every amount in column “{self._heading(credit_at)}” is negative, so they are taken as they stand"
                " and not turned round.",
                0,
                self._heading(credit_at),
            )

        debit_of, credit_of = self._quick_amount(debit_at), self._quick_amount(credit_at)

        def read_amount(row: int, cells: tuple[Cell, ...]) -> Money:
            debit = debit_of(cells) if debit_at >= 0 else None
            credit = credit_of(cells) if credit_at >= 0 else None
            if debit is None:
                if credit is None:
                    raise self._missing_amount()
                return Money(sign * credit.pence)
            if credit is None:
                return debit
            amount = Money(debit.pence + sign * credit.pence)
            if debit.pence and credit.pence:
                self._note(
                    Severity.NOTE,
                    "amount.debit_and_credit",
                    f"Row {row:,} has both a debit of {debit.in_words} and a credit of {credit.in_words};"
                    f" {amount.in_words} was taken.",
                    row,
                    self._amount_name(),
                )
            return amount

        return read_amount

    def _flag_reader(self) -> Callable[[int, tuple[Cell, ...]], Money]:
        """A debit/credit flag beside the amount turns credits negative, unless the file has done so already."""
        amount_at, flag_at = self._at.amount, self._at.flag
        amount_of, sign_of = self._quick_amount(amount_at), _Signs()
        widest = max(amount_at, flag_at)
        plus = minus = 0
        for _, cells in self._table.rows:
            if widest < len(cells) and sign_of[cells[flag_at]] == -1:
                try:
                    amount = parse_amount(cells[amount_at])
                except NotMoneyError:
                    continue
                if amount is not None:
                    plus, minus = plus + (amount.pence > 0), minus + (amount.pence < 0)
        credit_sign = 1 if minus and not plus else -1
        heading = self._heading(flag_at)
        if plus and minus:
            self._note(
                Severity.WARNING,
                "flag.mixed",
                f"Of the amounts that column “{heading}” calls credits, {plus:,} are positive and {minus:,} are"
                " negative; all were turned round. Compare the total with the finance system.",
                0,
                heading,
            )

        def read_amount(_row: int, cells: tuple[Cell, ...]) -> Money:
            amount = amount_of(cells)
            if amount is None:
                raise self._missing_amount()
            sign = sign_of[cells[flag_at]]
            if sign == 0:
                given = clean_text(cells[flag_at])
                text = f", column “{heading}”: “{given}” says neither debit nor credit."
                raise _HeldBackError("flag.unreadable", text, heading)
            return amount if sign == 1 else Money(credit_sign * amount.pence)

        return read_amount

    def _date_reader(self) -> Callable[[int, tuple[Cell, ...]], date | None]:
        at = self._at.date
        if at < 0:
            return lambda _row, _cells: None
        heading = self._heading(at)
        known: dict[str, date] = {}

        def read_date(row: int, cells: tuple[Cell, ...]) -> date | None:
            cell = cells[at]
            if type(cell) is date and EARLIEST_YEAR <= cell.year <= LATEST_YEAR:
                return cell
            if type(cell) is str and (day := known.get(cell)) is not None:
                return day
            try:
                parsed = parse_date(cell)
            except ValueError as error:
                given = clean_text(cell)
                if is_error_text(given):
                    text = f", column “{heading}” holds {error_in_words(given)}."
                    raise _HeldBackError("cell.error", text, heading) from None
                text = f", column “{heading}”: “{given}” {error}."
                raise _HeldBackError("date.unreadable", text, heading) from None
            if parsed is None:
                given = clean_text(cell)
                what = f"“{given}” is a lost date" if given else "there is no date"
                self._note(
                    Severity.WARNING,
                    "date.missing",
                    f"Row {row:,}, column “{heading}”: {what}; the line is kept without one.",
                    row,
                    heading,
                )
            elif type(cell) is str:
                known[cell] = parsed
            elif not isinstance(cell, date):
                self._note(
                    Severity.NOTE,
                    "date.number",
                    f"Row {row:,}, column “{heading}”: the bare number {cell} was read as {parsed:%d/%m/%Y}.",
                    row,
                    heading,
                )
            return parsed

        return read_date

    def _period_reader(
        self,
    ) -> Callable[[int, tuple[Cell, ...], date | None], tuple[FinancialYear, int] | None]:
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
                    self._note(
                        Severity.NOTE,
                        "period.other_year",
                        f"Row {row:,} is of {placed[0]} period {placed[1]}, but its date {posted_on:%d/%m/%Y} lies"
                        " outside that year; the period counts.",
                        row,
                        self._heading(period_at),
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
            heading = self._heading(self._at.period)
            given = clean_text(cell)
            if is_error_text(given):
                text = f", column “{heading}” holds {error_in_words(given)}."
                raise _HeldBackError("cell.error", text, heading) from None
            reason = str(error) if str(error).startswith("period ") else "it is not a period"
            text = f", column “{heading}”: “{given}” cannot be used: {reason}."
            raise _HeldBackError("period.unreadable", text, heading) from None

    def _year_beside(self, year_stated: Cell, number: int, posted_on: date | None) -> int:
        """The year of a bare period number: from the year column, else the one nearest to the date."""
        try:
            start = parse_year(year_stated)
        except ValueError:
            heading = self._heading(self._at.year)
            text = f", column “{heading}”: “{clean_text(year_stated)}” is not a financial year."
            raise _HeldBackError("year.unreadable", text, heading) from None
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

    def _unplaced(self) -> _HeldBackError:
        columns = [self._heading(at) for at in (self._at.period, self._at.date) if at >= 0]
        names = " and ".join(f"“{name}”" for name in columns)
        text = f": neither a period nor a date can be read from {names}."
        return _HeldBackError("period.missing", text, columns[0])

    def _narrative_splitter(
        self,
    ) -> Callable[[tuple[Cell, ...], str, str], tuple[str, str]] | None:
        """Splits “SUPPLIER – Description” where most rows of the column are written so."""
        at = self._at.narrative
        if at < 0:
            return None
        separator = self._separator = self._narrative_separator(at)
        texts = _Texts(self._heading(at))

        def split(cells: tuple[Cell, ...], supplier: str, description: str) -> tuple[str, str]:
            narrative = texts[cells[at]]
            if separator:
                head, found, tail = narrative.partition(separator)
                if found:
                    return supplier or head.strip(), description or tail.strip()
            return supplier, description or narrative

        return split

    def _narrative_separator(self, at: int) -> str:
        """The separator that stands in more than half of the filled cells of the column; "" for none."""
        texts = [
            clean_text(cells[at])
            for _, cells in self._table.rows
            if at < len(cells) and cells[at] is not None
        ]
        texts = [text for text in texts if text]
        for separator in (" – ", " - ", " — "):
            if 2 * sum(separator in text for text in texts) > len(texts):
                return separator
        return ""

    # The end

    def _check_totals(self) -> Money | None:
        """Holds every total row against the lines; gives the one that speaks for the whole table."""
        totals = self._totals
        if not totals:
            return None
        stated = self._stated(totals)
        starts = {0}
        for total in totals:
            sums = {total.overall - start for start in starts}
            starts.add(total.overall)
            whole = total is stated
            if total.amount.pence == self._overall or (not whole and total.amount.pence in sums):
                continue
            if self._openings and total.amount.pence == self._overall + self._opening:
                self._note(
                    Severity.NOTE,
                    "total.with_opening",
                    f"The file's own total in row {total.row:,} takes in the opening balances of"
                    f" {Money(self._opening).in_words}, which are not spending; without them it agrees.",
                    total.row,
                )
                continue
            sum_of_lines = Money(
                self._overall if whole or total.is_grand else min(sums, key=_distance_from(total))
            )
            self._note(
                Severity.ERROR,
                "total.differs",
                f"The file's own total in row {total.row:,} is {total.amount.in_words}, but the lines add up to"
                f" {sum_of_lines.in_words}: a difference of {(total.amount - sum_of_lines).in_words}."
                + self._held_back_in_words(),
                total.row,
                self._amount_name(),
            )
        return stated.amount if stated is not None else None

    def _stated(self, totals: Sequence[_Total]) -> _Total | None:
        """The total of the whole table: a grand total, the only one, or the last if it is no section's."""
        grand = [total for total in totals if total.is_grand]
        if grand:
            return grand[-1]
        whole = [total for total in totals if total.amount.pence == self._overall]
        if whole:
            return whole[-1]
        plain = [total for total in totals if not total.is_sub]
        if len(plain) != 1:
            return None
        only = plain[0]
        closes_a_section = only.amount.pence == only.overall and only.overall != self._overall
        return None if closes_a_section else only

    def _held_back_in_words(self) -> str:
        held = sum(skip.reason.startswith(HELD_BACK) for skip in self._skipped)
        if not held:
            return ""
        return f" {held:,} row{' is' if held == 1 else 's are'} held back."

    def _finish(self) -> None:
        if self._text_amounts and self._table.sheet:  # in a text file every amount is text
            self._note(
                Severity.NOTE,
                "amount.text",
                f"{self._text_amounts:,} amount{' is' if self._text_amounts == 1 else 's are'} stored as text, the"
                f" first in row {self._first_text_amount:,}; they were read as numbers.",
                0,
                self._amount_name(),
            )
        if self._openings:
            self._note(
                Severity.NOTE,
                "opening.excluded",
                f"{self._openings:,} opening balance{'' if self._openings == 1 else 's'} of"
                f" {Money(self._opening).in_words} in all {'is' if self._openings == 1 else 'are'} left out: not"
                " spending of this year.",
            )
        if self._without_id:
            whole = self._at.transaction < 0
            what = (
                "The file has no transaction column, so its lines"
                if whole
                else f"{self._without_id:,} line{'' if self._without_id == 1 else 's'} without a transaction number"
            )
            self._note(
                Severity.NOTE,
                "key.composite",
                f"{what} are recognised by date, cost centre, account, supplier, description and amount together.",
            )
        self._tell_the_rest()

    def _fields(self) -> frozenset[str]:
        fields: set[str] = set()
        for meaning in self._table.meanings:
            fields.update(_COUNTED_AS_FIELD.get(meaning, ()))
        if self._at.narrative >= 0:
            fields.add("description")
            if self._separator:
                fields.add("supplier")
        return frozenset(fields)


def _distance_from(total: _Total) -> Callable[[int], int]:
    """Orders sums in pence by their distance from *total*."""
    return lambda pence: abs(pence - total.amount.pence)
