"""The amount of a row: one signed column, an amount with a flag, or debit less credit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from fundingapp.domain.cells import (
    clean_text,
    error_in_words,
    is_error_text,
    parse_amount,
)
from fundingapp.domain.downloads.columns import Columns, Signs
from fundingapp.domain.downloads.notes import HeldBackError, Notes
from fundingapp.domain.findings import Severity
from fundingapp.domain.ledger import Cell, RawTable
from fundingapp.domain.money import LARGEST_PENCE, Money, NotMoneyError
from fundingapp.domain.styles import has_decimal_commas

#: Fewer digits than this make no amount beyond LARGEST_PENCE.
_FEW_DIGITS = 16
AmountOf = Callable[[int, tuple[Cell, ...]], Money]


class Amounts:
    """Reads the amounts of one table; what its amount columns are like as a whole is found out first."""

    def __init__(self, table: RawTable, at: Columns, notes: Notes) -> None:
        self._table = table
        self._at = at
        self._notes = notes
        self.columns = at.of_money
        self._commas = {where for where in self.columns if has_decimal_commas(set(self._cells(where)))}
        self._credit_is_signed = at.amount < 0 <= at.credit and self._writes_credits_as_negatives()
        self._texts = self._first_text = 0

    def _cells(self, at: int) -> Iterator[Cell]:
        return (cells[at] for _, cells in self._table.rows if at < len(cells))

    def _writes_credits_as_negatives(self) -> bool:
        """Whether the credit column holds negatives only: then a credit already carries its sign."""
        at = self._at.credit
        negatives = 0
        for cell in self._cells(at):
            if cell is not None:
                try:
                    amount = parse_amount(cell, at in self._commas)
                except NotMoneyError:
                    continue
                if amount is not None and amount.pence > 0:
                    return False
                negatives += amount is not None and amount.pence < 0
        return negatives > 0

    @property
    def name(self) -> str:
        """What the amount column is called, or both columns."""
        return " / ".join(self._notes.heading(at) for at in self.columns)

    def plain(self, cells: Sequence[Cell]) -> Money | None:
        """The amount of any row, debit less credit; None when there is none or one cannot be read."""
        pence, found = 0, False
        for at in self.columns:
            if is_dash(cells[at]):
                continue
            try:
                amount = parse_amount(cells[at], at in self._commas)
            except NotMoneyError:
                return None
            if amount is not None:
                found = True
                turned = at == self._at.credit and not self._credit_is_signed
                pence += -amount.pence if turned else amount.pence
        return Money(pence) if found else None

    def is_unreadable(self, cells: Sequence[Cell], filled: Sequence[int]) -> bool:
        """Whether an amount cell holds something that was meant as an amount, not a note that stands there."""
        for at in self.columns:
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

    def reader(self) -> AmountOf:
        """A function from a row to its amount; made for speed at 100,000 rows. It raises HeldBackError."""
        self._tell_commas()
        at = self._at
        if at.amount < 0:
            return self._debit_credit_reader()
        if at.flag >= 0:
            return self._flag_reader()
        where = at.amount
        amount_of = self._quick(where)

        def read_amount(row: int, cells: tuple[Cell, ...]) -> Money:
            amount = amount_of(cells)
            if amount is None:
                raise self._missing()
            if type(cells[where]) is str:
                self._texts += 1
                self._first_text = self._first_text or row
            return amount

        def read_text_amount(_row: int, cells: tuple[Cell, ...]) -> Money:
            """The same for a text file, where every amount is text and need not be counted."""
            amount = amount_of(cells)
            if amount is None:
                raise self._missing()
            return amount

        return read_amount if self._table.sheet else read_text_amount

    def tell(self) -> None:
        """Says, once the rows are read, how many amounts were texts."""
        if self._texts and self._table.sheet:  # in a text file every amount is text
            self._notes.add(
                Severity.NOTE,
                "amount.text",
                f"{self._texts:,} amount{' is' if self._texts == 1 else 's are'} stored as text, the"
                f" first in row {self._first_text:,}; they were read as numbers.",
                0,
                self.name,
            )

    def _tell_commas(self) -> None:
        for at in sorted(self._commas):
            heading = self._notes.heading(at)
            self._notes.add(
                Severity.WARNING,
                "amount.decimal_comma",
                f"Column “{heading}” is written with a decimal comma throughout (1.234,56), and was read so. Compare"
                " the total with the finance system.",
                0,
                heading,
            )

    def _missing(self) -> HeldBackError:
        return HeldBackError("amount.missing", f", column “{self.name}”: there is no amount.", self.name)

    def _of_cell(self, cells: Sequence[Cell], at: int) -> Money | None:
        cell = cells[at]
        try:
            return parse_amount(cell, at in self._commas)
        except NotMoneyError as error:
            heading = self._notes.heading(at)
            given = clean_text(cell)
            if is_error_text(given):
                kind, what = "cell.error", f"holds {error_in_words(given)}"
            elif error.reason == "it is not written as one":
                kind, what = "amount.unreadable", f"“{given}” is not an amount"
            else:
                kind, what = "amount.unreadable", f"“{given}” is not an amount: {error.reason}"
            colon = "" if kind == "cell.error" else ":"
            raise HeldBackError(kind, f", column “{heading}”{colon} {what}.", heading) from None

    def _quick(self, where: int) -> Callable[[tuple[Cell, ...]], Money | None]:
        """The amount of a row's cell, at once when it is written as most are."""
        has_commas = where in self._commas

        def amount_of(cells: tuple[Cell, ...]) -> Money | None:
            cell = cells[where]
            kind = type(cell)
            if kind is Decimal and cell.is_finite():  # type: ignore[union-attr]  # told by *kind*
                exact = cell.scaleb(2)  # type: ignore[union-attr]  # told by *kind*
                if -LARGEST_PENCE <= exact <= LARGEST_PENCE and (pence := int(exact)) == exact:
                    return Money.of_pence(pence)
            elif kind is str and not has_commas and cell[-3:-2] == ".":  # type: ignore[index]  # told by *kind*
                # In half the time of a pattern; a property test holds it against Money.parse.
                digits: str = cell[:-3] + cell[-2:]  # type: ignore[index]  # told by *kind*
                unsigned = digits[1:] if digits[:1] == "-" else digits
                if unsigned.isdigit() and digits.isascii() and len(digits) < _FEW_DIGITS:
                    return Money.of_pence(int(digits))
            return self._of_cell(cells, where)

        return amount_of

    def _debit_credit_reader(self) -> AmountOf:
        """Debit less credit; or their sum, with a finding, where a file writes its credits as negatives."""
        debit_at, credit_at = self._at.debit, self._at.credit
        sign = -1
        if self._credit_is_signed:
            sign = 1
            heading = self._notes.heading(credit_at)
            self._notes.add(
                Severity.WARNING,
                "credit.signed",
                f"Every amount in column “{heading}” is negative, so they are taken as they stand and not turned"
                " round.",
                0,
                heading,
            )
        debit_of, credit_of = self._quick(debit_at), self._quick(credit_at)

        def read_amount(row: int, cells: tuple[Cell, ...]) -> Money:
            debit = debit_of(cells) if debit_at >= 0 and not is_dash(cells[debit_at]) else None
            credit = credit_of(cells) if credit_at >= 0 and not is_dash(cells[credit_at]) else None
            if debit is None:
                if credit is None:
                    raise self._missing()
                return Money(sign * credit.pence)
            if credit is None:
                return debit
            amount = Money(debit.pence + sign * credit.pence)
            if debit.pence and credit.pence:
                self._notes.add(
                    Severity.NOTE,
                    "amount.debit_and_credit",
                    f"Row {row:,} has both a debit of {debit.in_words} and a credit of {credit.in_words};"
                    f" {amount.in_words} was taken.",
                    row,
                    self.name,
                )
            return amount

        return read_amount

    def _flag_reader(self) -> AmountOf:
        """A debit/credit flag beside the amount turns credits negative, unless the file has done so already."""
        amount_at, flag_at = self._at.amount, self._at.flag
        amount_of, sign_of = self._quick(amount_at), Signs()
        widest = max(amount_at, flag_at)
        plus = minus = 0
        for _, cells in self._table.rows:
            if widest < len(cells) and sign_of[cells[flag_at]] == -1:
                try:
                    amount = parse_amount(cells[amount_at], amount_at in self._commas)
                except NotMoneyError:
                    continue
                if amount is not None:
                    plus, minus = plus + (amount.pence > 0), minus + (amount.pence < 0)
        credit_sign = 1 if minus and not plus else -1
        heading = self._notes.heading(flag_at)
        if plus and minus:
            self._notes.add(
                Severity.WARNING,
                "flag.mixed",
                f"Of the amounts that column “{heading}” calls credits, {plus:,} are positive and {minus:,} are"
                " negative; all were turned round. Compare the total with the finance system.",
                0,
                heading,
            )

        def read_amount(row: int, cells: tuple[Cell, ...]) -> Money:
            amount = amount_of(cells)
            if amount is None:
                raise self._missing()
            if type(cells[amount_at]) is str:
                self._texts += 1
                self._first_text = self._first_text or row
            sign = sign_of[cells[flag_at]]
            if sign == 0:
                given = clean_text(cells[flag_at])
                text = f", column “{heading}”: “{given}” says neither debit nor credit."
                raise HeldBackError("flag.unreadable", text, heading)
            return amount if sign == 1 else Money(credit_sign * amount.pence)

        return read_amount


_DASHES = frozenset({"-", "–", "—", "−", "£-", "£ -", "-£"})


def is_dash(cell: Cell) -> bool:
    """Whether *cell* is the dash that stands for nothing in one of two columns of amounts."""
    return type(cell) is str and (len(cell) == 1 or len(cell) < 20) and cell.strip() in _DASHES
