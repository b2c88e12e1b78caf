"""Which column means what: told by headings, then by values, then by arithmetic; what stays open is a doubt.

Headings claim meanings and values confirm them. Arithmetic goes before both: a column that adds another one up is a
balance whatever it is called, and one that is a net column and VAT together is not the net one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from fundingapp.domain.cells import (
    clean_text,
    flag_sign,
    parse_amount,
    parse_date,
    parse_period,
    parse_year,
    posting_key_sign,
    total_label,
)
from fundingapp.domain.downloads.special_rows import is_budget, is_commitment
from fundingapp.domain.ledger import Cell, Choice, Doubt, Meaning
from fundingapp.domain.money import NotMoneyError
from fundingapp.domain.styles import has_decimal_commas
from fundingapp.workbooks.vocabulary import guess_meaning, is_in_pence, is_in_thousands

#: So many filled rows below the headings are tried when values decide what a column means.
TRIED_ROWS = 200
#: They are looked for in so many rows.
SEARCHED_ROWS = 1_000
MONEY = (Meaning.AMOUNT, Meaning.DEBIT, Meaning.CREDIT)
_OF_AMOUNTS = frozenset({*MONEY, Meaning.VAT, Meaning.BALANCE})
_SEVERAL = frozenset({Meaning.VAT, Meaning.BALANCE, Meaning.OTHER})
#: A relation between columns counts when so large a share of the rows keeps it, and so many rows were tried.
_KEPT = 0.95
_ENOUGH = 4
#: Headings whose ranks are less than this apart are equally good names for the amount.
_CLOSE = 15
#: How surely a heading that speaks of debits and credits stands above signed amounts, when they are amounts.
_SIGNED = 75
#: A heading such as “Invoice amount” need not be what was charged: any other amount beside it is asked about.
_PAID = 70
#: A heading such as “Gross” or “Total” is the amount for want of a better one only.
_GROSS = 60


class Understood(NamedTuple):
    """The meaning of each column, and what is not certain about them."""

    meanings: tuple[Meaning, ...]
    doubts: tuple[Doubt, ...]
    #: Which column was taken although another has as good a name, and why, in a sentence; "" when there is nothing.
    reason: str = ""


@dataclass(slots=True)
class _Column:
    """One column: its heading, what that may mean, and its values in the rows that are tried."""

    at: int
    heading: str
    meaning: Meaning | None
    rank: int
    values: list[Cell]
    _pence: list[int | None] | None = field(default=None)
    _share: float = field(default=-1.0)

    @property
    def filled(self) -> list[Cell]:
        return [value for value in self.values if value is not None]

    @property
    def pence(self) -> list[int | None]:
        """The amount in each of the rows, None where there is none."""
        if self._pence is None:
            commas = has_decimal_commas(self.values)
            self._pence = [_pence(value, commas) for value in self.values]
        return self._pence

    @property
    def amounts(self) -> float:
        """The share of its filled cells that are amounts."""
        if self._share < 0:
            filled = len(self.filled)
            self._share = sum(pence is not None for pence in self.pence) / filled if filled else 0.0
        return self._share

    @property
    def shows_pence(self) -> bool:
        """Whether some value is written as money: with pence, or with a pound sign."""
        return any(
            (type(value) is Decimal and value == value.quantize(Decimal("0.01")))
            or (type(value) is str and ("£" in value or re.search(r"\d[.,]\d\d\D*$", value) is not None))
            for value in self.filled
            if not isinstance(value, date)
        )

    @property
    def is_money(self) -> bool:
        """Whether its values are amounts by their look."""
        return len(self.filled) > 0 and self.amounts >= 0.9 and self.shows_pence


def _pence(value: Cell, commas: bool = False) -> int | None:
    try:
        amount = parse_amount(value, commas)
    except NotMoneyError:
        return None
    return None if amount is None else amount.pence


def understand(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Understood:
    """The meaning of each column under *headings*, each but a few given once, and the doubts that are left."""
    tried = filled_rows(rows)
    columns = []
    for at, heading in enumerate(headings):
        guess = guess_meaning(heading)
        values = [row[at] if at < len(row) else None for row in tried]
        meaning, rank = guess if guess is not None else (None, 0)
        column = _Column(at, heading, meaning, rank, values)
        if meaning is Meaning.DEBIT_CREDIT_FLAG and column.is_money:  # “Debit/(Credit)” above signed amounts
            column.meaning, column.rank = Meaning.AMOUNT, _SIGNED
        columns.append(column)
    meanings = _claimed(columns)
    _flag_by_values(columns, meanings)
    _pair_of_amounts(columns, meanings)
    money = _Money(columns, meanings, rows)
    money.decide()
    _flag_by_values(columns, meanings)
    _one_amount(columns, meanings)
    if not set(MONEY) & set(meanings):
        return Understood(tuple(meanings), ())
    _others_by_values(columns, meanings)
    doubts = [*money.doubts, *_unit_doubts(columns, meanings), *_currency_doubts(columns, meanings)]
    return Understood(tuple(meanings), tuple(doubts), money.reason)


def _claimed(columns: Sequence[_Column]) -> list[Meaning]:
    """What the headings claim, each meaning given to the column whose heading and values fit best."""
    claims: list[tuple[float, int, Meaning]] = []
    for column in columns:
        if column.meaning is None:
            continue
        fit = _fit(column.meaning, column)
        if column.rank < 50 and fit < 0.6:
            continue
        claims.append((column.rank * (0.3 + 0.7 * fit), column.at, column.meaning))
    meanings = [Meaning.OTHER] * len(columns)
    for _, at, meaning in sorted(claims, key=lambda claim: (-claim[0], claim[1])):
        if meaning in _SEVERAL or meaning not in meanings:
            meanings[at] = meaning
    return meanings


def _flag_by_values(columns: Sequence[_Column], meanings: list[Meaning]) -> None:
    """A column of Dr and Cr is the flag, whatever it is called, where one column of amounts stands beside it."""
    if Meaning.DEBIT_CREDIT_FLAG in meanings or Meaning.AMOUNT not in meanings:
        return
    amounts = columns[meanings.index(Meaning.AMOUNT)].pence
    for column in columns:
        if meanings[column.at] not in (Meaning.OTHER, Meaning.TYPE, Meaning.DEBIT, Meaning.CREDIT):
            continue
        if _holds_posting_keys(column) and all(pence is None or pence >= 0 for pence in amounts):
            meanings[column.at] = Meaning.DEBIT_CREDIT_FLAG
            return
        texts = [value for value in column.filled if type(value) is str and value.strip()]
        if len(texts) < 2 or len(texts) < 0.9 * len(columns[0].values):
            continue
        signs = {flag_sign(text) for text in texts}
        wordy = all(clean_text(text).rstrip(".").isalpha() for text in texts)
        unsigned = not column.heading and all(pence is None or pence >= 0 for pence in amounts)
        if signs == {1, -1} and (wordy or unsigned):
            meanings[column.at] = Meaning.DEBIT_CREDIT_FLAG
            return


_POSTING_KEY = frozenset({"pk", "posting key", "pstky", "pstg key", "post key", "p key"})


def _holds_posting_keys(column: _Column) -> bool:
    """Whether a column is SAP's posting key, and has keys of both debits and credits."""
    if " ".join(column.heading.casefold().split()) not in _POSTING_KEY:
        return False
    return {posting_key_sign(value) for value in column.filled} == {1, -1}


def _pair_of_amounts(columns: Sequence[_Column], meanings: list[Meaning]) -> None:
    """“Expenditure” beside “Income” are debit and credit where each row fills one of them."""
    if Meaning.AMOUNT not in meanings or not {Meaning.DEBIT, Meaning.CREDIT} & set(meanings):
        return
    amount = columns[meanings.index(Meaning.AMOUNT)]
    if Meaning.CREDIT in meanings and Meaning.DEBIT not in meanings:
        other, turned = columns[meanings.index(Meaning.CREDIT)], Meaning.DEBIT
    elif Meaning.DEBIT in meanings and Meaning.CREDIT not in meanings:
        other, turned = columns[meanings.index(Meaning.DEBIT)], Meaning.CREDIT
    else:
        return
    if _fill_each_other(amount, other):
        meanings[amount.at] = turned


def _fill_each_other(one: _Column, other: _Column) -> bool:
    """Whether of two columns each row has an amount in exactly one, but for a total or so."""
    pairs = [(bool(a), bool(b)) for a, b in zip(one.pence, other.pence, strict=True)]
    first, second = sum(a for a, _ in pairs), sum(b for _, b in pairs)
    both = sum(a and b for a, b in pairs)
    either = sum(a or b for a, b in pairs)
    return bool(first or second) and both <= (1 - _KEPT) * len(pairs) and either >= 0.9 * len(pairs)


def _one_amount(columns: Sequence[_Column], meanings: list[Meaning]) -> None:
    """Either one amount column or a debit and a credit column, never both.

    The amount where it is debit less credit in each row; the pair where each row fills one of the two and the amount is
    something else, such as both without a sign; else the pair when the amount has gaps.
    """
    pair = {Meaning.DEBIT, Meaning.CREDIT}
    if Meaning.AMOUNT not in meanings or not pair & set(meanings):
        return
    column = columns[meanings.index(Meaning.AMOUNT)]
    dropped = pair
    if pair <= set(meanings):
        debit = columns[meanings.index(Meaning.DEBIT)]
        credit = columns[meanings.index(Meaning.CREDIT)]
        if len(column.filled) < 0.9 * len(column.values) or (
            _fill_each_other(debit, credit) and not _is_difference(column.pence, debit.pence, credit.pence)
        ):
            dropped = {Meaning.AMOUNT}
    for at, meaning in enumerate(meanings):
        if meaning in dropped:
            meanings[at] = Meaning.OTHER


def _is_difference(
    amounts: Sequence[int | None], debits: Sequence[int | None], credits: Sequence[int | None]
) -> bool:
    """Whether nearly every amount is debit less credit, credits with a minus of their own included."""
    rows = [
        (amount, (debit or 0) - abs(credit or 0))
        for amount, debit, credit in zip(amounts, debits, credits, strict=True)
        if amount is not None
    ]
    return bool(rows) and sum(amount == step for amount, step in rows) >= _KEPT * len(rows)


class _Money:
    """Decides which of the columns of amounts is the amount."""

    def __init__(
        self, columns: Sequence[_Column], meanings: list[Meaning], rows: Sequence[Sequence[Cell]]
    ) -> None:
        self._columns = columns
        self._meanings = meanings
        self._rows = rows
        self.doubts: list[Doubt] = []
        self.reason = ""
        self._gross: set[int] = set()
        self._net_of_irrecoverable: tuple[int, int] | None = None

    def decide(self) -> None:
        """Settles the meanings in place."""
        money = [column for column in self._columns if self._may_be_money(column)]
        self._mark_balances(money)
        self._mark_vat([column for column in money if self._meanings[column.at] is not Meaning.BALANCE])
        pair = {Meaning.DEBIT, Meaning.CREDIT} & set(self._meanings)
        taken = self._meanings.index(Meaning.AMOUNT) if Meaning.AMOUNT in self._meanings else -1
        if pair and taken < 0:
            return
        candidates = [
            column
            for column in money
            if self._meanings[column.at] in (Meaning.OTHER, Meaning.AMOUNT)
            and column.at not in self._gross
            and column.meaning in (None, Meaning.AMOUNT)
        ]
        if taken >= 0 and self._columns[taken].filled and self._columns[taken].amounts < 0.5:
            better = [column for column in candidates if column.at != taken and column.is_money]
            if better:
                self._meanings[taken] = Meaning.OTHER
                self._choose(better)
                return
        if taken >= 0 and taken not in self._gross:
            self._hold_against_rivals(self._columns[taken], candidates)
        elif candidates:
            self._choose(candidates)
        elif not self._gross and not pair and (whole := self._whole_numbers()):
            self._choose(whole)
        elif self._gross:
            self._meanings[min(self._gross)] = Meaning.AMOUNT
        if pair and Meaning.AMOUNT in self._meanings:
            return
        self._ask_about_irrecoverable_vat()

    def _whole_numbers(self) -> list[_Column]:
        """Columns of whole numbers beside dates that may be amounts for want of any other."""
        if not any(_share(column, _is_plain_date) >= 0.9 for column in self._columns if column.filled):
            return []
        return [
            column
            for column in self._columns
            if column.meaning is None
            and column.heading
            and column.filled
            and all(type(value) is int for value in column.filled)
            and len({*column.filled}) < len(column.filled) + (len(column.filled) < _ENOUGH)
        ]

    def _may_be_money(self, column: _Column) -> bool:
        meaning = self._meanings[column.at]
        if meaning in MONEY or meaning in (Meaning.VAT, Meaning.BALANCE):
            return column.amounts >= 0.8
        if meaning is not Meaning.OTHER or (column.meaning is Meaning.OTHER and column.rank >= 49):
            return False
        if column.meaning not in (None, Meaning.AMOUNT, Meaning.VAT, Meaning.BALANCE):
            return False
        return column.is_money or (column.meaning is Meaning.AMOUNT and column.amounts >= 0.8)

    def _mark_balances(self, money: Sequence[_Column]) -> None:
        """A column whose every step is another column's amount, or debit less credit, is a running balance."""
        steps: list[tuple[int | None, list[int | None]]] = [(column.at, column.pence) for column in money]
        if Meaning.DEBIT in self._meanings and Meaning.CREDIT in self._meanings:
            debit = self._columns[self._meanings.index(Meaning.DEBIT)].pence
            credit = self._columns[self._meanings.index(Meaning.CREDIT)].pence
            steps.append((None, [(d or 0) - abs(c or 0) for d, c in zip(debit, credit, strict=True)]))
        for column in money:
            if self._meanings[column.at] in (Meaning.DEBIT, Meaning.CREDIT):
                continue
            for at, amounts in steps:
                if at != column.at and _runs(column.pence, amounts):
                    self._meanings[column.at] = Meaning.BALANCE
                    if at is not None and self._meanings[at] is Meaning.BALANCE:
                        self._meanings[at] = Meaning.OTHER
                    break

    def _mark_vat(self, money: Sequence[_Column]) -> None:
        """Net and VAT together are the gross: the net is the amount, the gross is not."""
        for vat in money:
            for net in money:
                if net.at == vat.at or not _is_vat_of(vat.pence, net.pence):
                    continue
                if vat.meaning is not Meaning.VAT and len(vat.filled) < _ENOUGH:
                    continue
                for gross in money:
                    if gross.at in (vat.at, net.at) or not _adds_up(net.pence, vat.pence, gross.pence):
                        continue
                    self._drop_copies(gross, money)
                    if any(
                        self._meanings[c.at] in (Meaning.DEBIT, Meaning.CREDIT) for c in (vat, net, gross)
                    ):
                        continue
                    if net.meaning is Meaning.VAT and vat.meaning is not Meaning.VAT:
                        continue
                    self._meanings[vat.at] = Meaning.VAT
                    if (
                        "irrecoverable" in vat.heading.casefold()
                        or "non recoverable" in vat.heading.casefold()
                    ):
                        self._net_of_irrecoverable = (net.at, gross.at)
                        continue
                    self._gross.add(gross.at)
                    if self._meanings[gross.at] is Meaning.AMOUNT:
                        self._meanings[gross.at] = Meaning.OTHER
                        self._meanings[net.at] = Meaning.AMOUNT
                        both = f"“{net.heading}” and VAT together"
                        self.reason = f"column “{gross.heading}” is {both}, so it is not the net amount"
                    return

    def _drop_copies(self, gross: _Column, money: Sequence[_Column]) -> None:
        """A column that says the same as the *gross* one, such as the original amount, is not the net amount either."""
        for column in money:
            if column.at != gross.at and column.pence == gross.pence:
                self._gross.add(column.at)
                if self._meanings[column.at] is Meaning.AMOUNT:
                    self._meanings[column.at] = Meaning.OTHER
                    self._meanings[gross.at] = Meaning.AMOUNT

    def _hold_against_rivals(self, taken: _Column, candidates: Sequence[_Column]) -> None:
        """Another column with as good a name, and other values, makes it doubtful which one is the amount."""
        rivals = [
            column
            for column in candidates
            if column.at != taken.at
            and column.pence != taken.pence
            and (
                taken.rank - column.rank < _CLOSE
                or (taken.rank <= _PAID and column.is_money and any(column.pence))
                if column.meaning is Meaning.AMOUNT
                else taken.rank <= _GROSS and column.is_money
            )
        ]
        if rivals:
            self._choose([taken, *rivals])

    def _choose(self, candidates: Sequence[_Column]) -> None:
        """The one of *candidates* that the file's own total proves; else the likeliest, with a doubt."""
        proven = _proven_by_total(candidates, self._rows) if len(candidates) > 1 else None
        whole = _sum_of_the_others(candidates) if proven is None and len(candidates) > 2 else None
        if whole is not None:
            for column in candidates:
                self._meanings[column.at] = Meaning.OTHER
            self._meanings[whole.at] = Meaning.AMOUNT
            self.reason = "each row of it is the sum of the others"
            return
        best = proven or max(candidates, key=self._likelihood)
        for column in candidates:
            self._meanings[column.at] = Meaning.OTHER
        self._meanings[best.at] = Meaning.AMOUNT
        if proven is not None:
            self.reason = "the file's own total is the sum of it"
            return
        known = sum(meaning not in _SEVERAL for meaning in self._meanings)
        if len(candidates) == 1 and best.shows_pence and (best.meaning is Meaning.AMOUNT or known >= 3):
            if best.meaning is not Meaning.AMOUNT:
                self.reason = "it is the only one whose values are amounts of money"
            return
        shown = [_called(column) for column in candidates]
        listed = ", ".join(shown[:6])
        text = (
            f"Which column holds the amounts: {listed}? {shown[candidates.index(best)]} was taken."
            if len(candidates) > 1
            else f"Is {shown[0]} the column of the amounts? Its heading does not say so."
        )
        choices = tuple(
            Choice(f"{name} is the amount", ((column.at, Meaning.AMOUNT),))
            for name, column in zip(shown, candidates, strict=True)
        )
        self.doubts.append(Doubt("amount.column", text, tuple(column.at for column in candidates), choices))

    def _likelihood(self, column: _Column) -> tuple[float, ...]:
        named = column.rank * (0.3 + 0.7 * column.amounts) if column.meaning is Meaning.AMOUNT else 0
        return (named, column.shows_pence, len(column.filled), -column.at)

    def _ask_about_irrecoverable_vat(self) -> None:
        if self._net_of_irrecoverable is None:
            return
        net, gross = (self._columns[at] for at in self._net_of_irrecoverable)
        for column in (net, gross):
            if self._meanings[column.at] is Meaning.AMOUNT:
                self._meanings[column.at] = Meaning.OTHER
        self._meanings[gross.at] = Meaning.AMOUNT
        self.doubts = [doubt for doubt in self.doubts if doubt.kind != "amount.column"]
        text = (
            f"{_called(gross)} is {_called(net)} and irrecoverable VAT together. VAT that can't be recovered is a cost,"
            f" so {_called(gross)} was taken. Is that right?"
        )
        choices = tuple(
            Choice(f"{_called(column)} is the amount", ((column.at, Meaning.AMOUNT),))
            for column in (gross, net)
        )
        self.doubts.append(Doubt("amount.column", text, (gross.at, net.at), choices))


def _sum_of_the_others(candidates: Sequence[_Column]) -> _Column | None:
    """The one column that is the sum of all others in nearly every row, as the total of an analysed cash book is."""
    rows = list(zip(*(column.pence for column in candidates), strict=True))
    for at, column in enumerate(candidates):
        told = [row for row in rows if row[at] is not None]
        kept = sum(2 * (row[at] or 0) == sum(pence or 0 for pence in row) for row in told)
        several = sum(any(row[other] for row in told) for other in range(len(candidates)) if other != at)
        if len(told) >= _ENOUGH and several > 1 and kept >= _KEPT * len(told):
            return column
    return None


def _called(column: _Column) -> str:
    return f"“{column.heading}”" if column.heading else f"column {column.at + 1}"


def _runs(balance: Sequence[int | None], amounts: Sequence[int | None]) -> bool:
    """Whether each balance is the one before and the amount; oldest first or newest first."""
    for forward in (True, False):
        kept = tried = changes = 0
        for at in range(1, len(balance)):
            before, now = balance[at - 1], balance[at]
            step = amounts[at] if forward else amounts[at - 1]
            if before is None or now is None or step is None:
                continue
            tried += 1
            kept += (now - before if forward else before - now) == step
            changes += step != 0
        if tried >= _ENOUGH and changes >= 3 and kept >= _KEPT * tried:
            return True
    return False


def _is_vat_of(vat: Sequence[int | None], net: Sequence[int | None]) -> bool:
    """Whether no VAT is more than a quarter of its net amount, and some is not nought."""
    pairs = [(v, n) for v, n in zip(vat, net, strict=True) if v is not None and n is not None]
    return any(v for v, _ in pairs) and sum(4 * abs(v) <= abs(n) + 4 for v, n in pairs) >= _KEPT * len(pairs)


def _adds_up(net: Sequence[int | None], vat: Sequence[int | None], gross: Sequence[int | None]) -> bool:
    rows = [
        (n, v or 0, g) for n, v, g in zip(net, vat, gross, strict=True) if n is not None and g is not None
    ]
    return any(v for _, v, _ in rows) and sum(n + v == g for n, v, g in rows) >= _KEPT * len(rows)


def _proven_by_total(candidates: Sequence[_Column], rows: Sequence[Sequence[Cell]]) -> _Column | None:
    """The one column that a total row of the file sums up; None when it is none or several."""
    sums = {column.at: 0 for column in candidates}
    summed: set[int] = set()
    differs: set[int] = set()
    for row in rows:
        is_total = any(type(cell) is str and total_label(clean_text(cell)) for cell in row)
        for column in candidates:
            pence = _pence(row[column.at]) if column.at < len(row) else None
            if pence is None:
                continue
            if not is_total:
                sums[column.at] += pence
            elif pence == sums[column.at]:
                summed.add(column.at)
            else:
                differs.add(column.at)
    proven = summed - differs
    return next((column for column in candidates if column.at in proven), None) if len(proven) == 1 else None


def _others_by_values(columns: Sequence[_Column], meanings: list[Meaning]) -> None:
    """Finds a date, a period and a description by their values where no heading names them."""
    unknown = [
        column for column in columns if meanings[column.at] is Meaning.OTHER and column.meaning is None
    ]
    if Meaning.CLASS not in meanings:
        _class_by_values(columns, meanings)
    if Meaning.DATE not in meanings:
        dates = [
            column
            for column in columns
            if meanings[column.at] is Meaning.OTHER
            and (column.meaning is None or (column.meaning in _OF_AMOUNTS and column.amounts < 0.5))
            and len(column.filled) >= 1
            and _share(column, _is_plain_date) >= 0.9
        ]
        if dates:
            meanings[dates[0].at] = Meaning.DATE
    if Meaning.PERIOD not in meanings and Meaning.DATE not in meanings:
        periods = [column for column in unknown if column.filled and _share(column, _is_full_period) >= 0.95]
        if periods:
            meanings[periods[0].at] = Meaning.PERIOD
    if not {Meaning.DESCRIPTION, Meaning.NARRATIVE, Meaning.SUPPLIER} & set(meanings):
        texts = [
            column
            for column in columns
            if meanings[column.at] is Meaning.OTHER
            and column.meaning is None
            and (column.heading or not any(other.heading for other in columns))
            and len(column.filled) >= 0.5 * len(column.values)
            and _share(column, _is_wording) >= 0.7
        ]
        if texts:
            longest = max(texts, key=lambda column: sum(len(clean_text(value)) for value in column.filled))
            meanings[longest.at] = Meaning.DESCRIPTION


_ACTUALS = re.compile(r"act(?:uals?)?|posted|spend|spent|invoiced?", re.IGNORECASE)


def _class_by_values(columns: Sequence[_Column], meanings: list[Meaning]) -> None:
    """A column of “Actual” beside “Commitment” or “Budget” says what was spent, whatever it is called."""
    for column in columns:
        if meanings[column.at] not in (Meaning.OTHER, Meaning.TYPE):
            continue
        words = {clean_text(value) for value in column.filled} if len(column.filled) > 1 else set()
        spent = {word for word in words if len(word) > 2 and _ACTUALS.fullmatch(word)}
        planned = {word for word in words if len(word) > 2 and (is_commitment(word) or is_budget(word))}
        if spent and planned and spent | planned == words:
            meanings[column.at] = Meaning.CLASS
            return


def _share(column: _Column, test: Callable[[Cell], bool]) -> float:
    filled = column.filled
    return sum(map(test, filled)) / len(filled) if filled else 0.0


def _is_plain_date(cell: Cell) -> bool:
    """Whether a cell is a date by itself: a real one or a text with its parts, no bare number."""
    if isinstance(cell, date):
        return True
    if type(cell) is not str or cell.strip().isdecimal() or len(cell.strip()) < 6:
        return False
    try:
        return parse_date(cell, short_years=True) is not None
    except ValueError:
        return False


def _is_full_period(cell: Cell) -> bool:
    try:
        period = parse_period(cell)
    except ValueError:
        return False
    return period is not None and period[0] is not None


def _is_wording(cell: Cell) -> bool:
    return type(cell) is str and sum(char.isalpha() for char in cell) >= 3


def _unit_doubts(columns: Sequence[_Column], meanings: Sequence[Meaning]) -> list[Doubt]:
    """Amounts in thousands are no amounts to the penny: never taken for pounds without being asked."""
    return [
        unit_doubt(column.at, column.heading)
        for column in columns
        if meanings[column.at] in MONEY and (is_in_thousands(column.heading) or is_in_pence(column.heading))
    ] or [
        _unit_doubt(
            column.at,
            f"{_called(column)} has noughts before its digits and no point, such as {clean_text(column.filled[0])}:"
            " such amounts may be pence.",
        )
        for column in columns
        if meanings[column.at] in MONEY and _has_no_point(column)
    ]


_NO_POINT = re.compile(r"[+\-]?0\d{6,}")


def _has_no_point(column: _Column) -> bool:
    """Whether amounts are digits of one width with noughts before them, as systems write whole pence."""
    texts = [value for value in column.filled if type(value) is str]
    fixed = [text for text in texts if _NO_POINT.fullmatch(text.strip())]
    return (
        len(fixed) >= 2
        and len(fixed) == len(column.filled)
        and len({len(text.strip(" +-")) for text in texts}) == 1
    )


_CURRENCY = frozenset({"currency", "ccy", "curr", "cur", "currency code", "crcy", "iso currency"})
_POUNDS = frozenset({"gbp", "£", "stg", "sterling", "uk", "pounds", "gb", "ukp"})


def _currency_doubts(columns: Sequence[_Column], meanings: Sequence[Meaning]) -> list[Doubt]:
    """Rows in another currency are no pounds, unless a second column of amounts is the one in that currency."""
    amount = next((column for column in columns if meanings[column.at] in MONEY), None)
    if amount is None or any(
        column.at != amount.at and column.meaning is Meaning.AMOUNT and column.rank <= _GROSS
        for column in columns
    ):
        return []
    for column in columns:
        if " ".join(column.heading.casefold().split()) in _CURRENCY:
            foreign = {clean_text(value) for value in column.filled} - {""}
            foreign = {name for name in foreign if name.casefold() not in _POUNDS}
            if foreign:
                shown = ", ".join(sorted(foreign)[:3])
                text = f"Column “{column.heading}” says {shown} in some rows. Is {_called(amount)} in pounds there?"
                choice = Choice("It is in pounds", ((amount.at, meanings[amount.at]),))
                return [Doubt("amount.currency", text, (amount.at,), (choice,))]
    return []


def unit_doubt(at: int, words: str) -> Doubt:
    """The question whether amounts are pounds, where *words* of the file speak of thousands or of pence."""
    unit = "pence" if is_in_pence(words) else "thousands or millions of pounds"
    return _unit_doubt(at, f"“{words}” speaks of {unit}.")


def _unit_doubt(at: int, why: str) -> Doubt:
    return Doubt(
        "amount.unit",
        f"{why} Are the amounts pounds and pence all the same? They were read as pounds.",
        (at,),
        (Choice("They are pounds and pence", ((at, Meaning.AMOUNT),)),),
    )


def filled_rows(rows: Sequence[Sequence[Cell]]) -> list[Sequence[Cell]]:
    """The first rows with at least three filled cells: totals and notes must not decide what a column means."""
    filled: list[Sequence[Cell]] = []
    for row in rows[:SEARCHED_ROWS]:
        if sum(cell is not None for cell in row) >= min(3, len(row)) and not any(
            type(cell) is str and total_label(cell) for cell in row
        ):
            filled.append(row)
            if len(filled) == TRIED_ROWS:
                break
    return filled


def _fit(meaning: Meaning, column: _Column) -> float:
    """The share of the values of *column* that can be what *meaning* says; 0.5 where there are none."""
    if not column.filled:
        return 0.5
    if meaning in (*MONEY, Meaning.VAT, Meaning.BALANCE):
        return column.amounts
    test = _TESTS.get(meaning)
    return 1.0 if test is None else _share(column, test)


def is_amount(cell: Cell) -> bool:
    """Whether *cell* is an amount."""
    return _pence(cell) is not None


def _reads(read: Callable[[Cell], object]) -> Callable[[Cell], bool]:
    def is_readable(cell: Cell) -> bool:
        try:
            read(cell)
        except ValueError:
            return False
        return True

    return is_readable


_TESTS: Mapping[Meaning, Callable[[Cell], bool]] = {
    Meaning.DATE: _reads(lambda cell: parse_date(cell, short_years=True)),
    Meaning.PERIOD: _reads(parse_period),
    Meaning.YEAR: _reads(parse_year),
    Meaning.DEBIT_CREDIT_FLAG: lambda cell: flag_sign(cell) != 0,
}
