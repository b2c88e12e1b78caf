"""Rows that are no ledger lines: blank, headings again, totals, balances, notes, commitments."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fundingapp.domain.cells import clean_text, is_blank, is_error_text, total_label
from fundingapp.domain.downloads.amounts import Amounts
from fundingapp.domain.downloads.columns import Columns
from fundingapp.domain.downloads.notes import HeldBackError, Notes
from fundingapp.domain.downloads.placing import Placing
from fundingapp.domain.downloads.totals import Tally, Total
from fundingapp.domain.ledger import Cell, LedgerLine, RawTable
from fundingapp.domain.money import Money
from fundingapp.domain.raw_tables import UNUSED

#: SAP marks the totals of its lists with one asterisk for each level.
_ASTERISKS = re.compile(r"\*{1,6}(?:\s+\S.{0,60})?")
_BALANCE = re.compile(
    r"(?:opening|closing)\s+balances?.*|balances?\s+(?:b/?f(?:wd)?|c/?f(?:wd)?|(?:brought|carried)\s+forward).*"
    r"|(?:brought|carried)\s+forward|b/f(?:wd)?|c/f(?:wd)?",
    re.IGNORECASE,
)
#: What every text that _BALANCE knows holds, in one case or the other, and few others do.
BALANCE_WORDS = ("alance", "ALANCE", "orward", "ORWARD", "/f", "/F")
_END = re.compile(
    r"[*\-=<>\s]*end\s+of\s+(?:the\s+)?(?:report|file|extract|list|listing|data)[*\-=<>.\s]*", re.IGNORECASE
)
_PAGE = re.compile(r"page\s*(?:no\.?|number)?\s*:?\s*\d+(?:\s*(?:of|/)\s*\d+)?", re.IGNORECASE)
_RULED = re.compile(r"[\-_=*.–—\s]{2,}")
#: Words beside which a number in a column of amounts is no amount: “Run: 05/05/2024”.
_WORDS = re.compile(r"(?!(?:GBP|EUR|USD)\b)[A-Za-z]{3,}")
_COMMITMENTS = re.compile(
    r"commit(?:ments?|ted|\.)?|com|c|po|p/o|purchase\s+orders?|orders?|encumbrances?|encumbered|grn|goods\s+received.*"
    r"|goods\s+receipts?",
    re.IGNORECASE,
)
#: What a type of transaction must say to be a commitment by itself; PO may mean an invoice for an order.
COMMITMENT_TYPES = frozenset(
    word
    for name in ("commitment", "commitments", "committed", "encumbrance", "encumbrances")
    for word in (name, name.capitalize(), name.upper())
)


_BUDGETS = re.compile(
    r"(?:(?:original|revised|current|annual|approved|period)\s+)?(?:budgets?|bud|forecasts?|estimates?|virements?)",
    re.IGNORECASE,
)


def is_budget(balance_class: str) -> bool:
    """Whether the class of a balance, such as “Budget”, says that it is a plan and no posting."""
    return _BUDGETS.fullmatch(balance_class) is not None


def is_balance(text: str) -> bool:
    """Whether a text calls a row an opening or closing balance, or one brought or carried forward."""
    return _BALANCE.fullmatch(text) is not None


def is_commitment(balance_class: str) -> bool:
    """Whether the class of a balance, such as “Commitment” or “PO”, says that nothing was spent yet."""
    return _COMMITMENTS.fullmatch(balance_class) is not None


class SpecialRows:
    """Tells rows that are no lines from lines, for one table."""

    def __init__(
        self,
        table: RawTable,
        at: Columns,
        notes: Notes,
        amounts: Amounts,
        placing: Placing,
        tally: Tally,
        lines: Sequence[LedgerLine],
    ) -> None:
        self._at = at
        self._notes = notes
        self._amounts = amounts
        self._placing = placing
        self._tally = tally
        used = [where for where, meaning in enumerate(table.meanings) if meaning not in UNUSED]
        self._beside = [where for where in used if where not in amounts.columns]
        self._headings = tuple(clean_text(heading).casefold() for heading in table.headings)
        self._lines = lines

    def skips(self, row: int, cells: tuple[Cell, ...]) -> bool:
        """Skips the row when it is blank, a heading, a total, an opening balance or a note; False for a line.

        Raises HeldBackError for a row that is neither.
        """
        filled = [at for at, cell in enumerate(cells) if cell is not None and not is_blank(cell)]
        if not filled:
            self._notes.skip(row, "blank row", cells)
            return True
        texts = [clean_text(cells[at]) for at in filled if type(cells[at]) is str]
        if len(filled) <= 2 and any(_END.fullmatch(text) for text in texts):
            self._notes.skip(row, "end of the report", cells)
            return True
        if self.is_heading_again(cells):
            self._notes.skip(row, "the headings again", cells)
            return True
        amount = self._amounts.plain(cells)
        beside = [at for at in self._beside if at in filled]
        if self._skips_total(row, cells, texts, amount, beside):
            return True
        has_transaction = self._at.transaction >= 0 and self._at.transaction in filled
        if not has_transaction and any(_BALANCE.fullmatch(text) for text in texts):
            self._tally.add_opening(amount)
            self._notes.skip(row, "a balance brought or carried forward, not spending", cells)
            return True
        if amount is None and not self._amounts.is_unreadable(cells, filled):
            if not self._looks_like_a_line(cells, beside):
                self._notes.skip(row, "a note, not a ledger line", cells)
                return True
            return False
        if amount is not None and len(beside) < 2 and len(self._beside) >= 3:
            column = self._amounts.name
            raise HeldBackError(
                "row.incomplete",
                f": {amount.in_words} stands in “{column}” with hardly anything beside it,"
                " so it is neither a line nor a total of the lines above.",
                column,
            )
        return False

    def skips_total(self, row: int, cells: tuple[Cell, ...]) -> bool:
        """Skips a row that was read as a line in vain when it is a total of the lines above after all."""
        filled = [at for at, cell in enumerate(cells) if cell is not None and not is_blank(cell)]
        texts = [clean_text(cells[at]) for at in filled if type(cells[at]) is str]
        beside = [at for at in self._beside if at in filled]
        return self._skips_total(row, cells, texts, self._amounts.plain(cells), beside)

    def is_heading_again(self, cells: Sequence[Cell]) -> bool:
        """Whether a row repeats the headings of the table."""
        same = different = 0
        for heading, cell in zip(self._headings, cells, strict=False):
            if not heading:
                continue
            if type(cell) is str and clean_text(cell).casefold() == heading:
                same += 1
            elif cell is not None and not is_blank(cell):
                different += 1
        return same >= 2 and same > different

    def is_note(self, cells: Sequence[Cell]) -> bool:
        """Whether a row that is no line holds words only: a remark, or headings that stand above the first line."""
        filled = [cell for cell in cells if cell is not None and not is_blank(cell)]
        if any(type(cell) is not str or is_error_text(cell) for cell in filled):
            return False
        texts = [clean_text(cell) for cell in filled]
        if len(texts) <= 4 and any(_PAGE.fullmatch(text) for text in texts):
            return True
        if all(_RULED.fullmatch(text) for text in texts):
            return True
        if len(texts) <= 3 and 2 * len(texts) <= len(self._beside) + 1 and not self._may_be_a_line(cells):
            return True
        if len(texts) == 1:
            return not any(char.isdigit() for at in self._amounts.columns for char in clean_text(cells[at]))
        if len(texts) == 2:
            return not any(char.isdigit() for text in texts for char in text)
        return not self._lines and all(
            (text.isdecimal() and len(text) <= 2) or not any(char.isdigit() for char in text)
            for text in texts
        )

    def _may_be_a_line(self, cells: Sequence[Cell]) -> bool:
        """Whether a row has a day, or a number without one, or what may have been meant as an amount."""
        if self._at.date < 0 or self._placing.is_date(cells[self._at.date]):
            return True
        if (
            self._at.transaction >= 0
            and clean_text(cells[self._at.transaction])
            and not clean_text(cells[self._at.date])
        ):
            return True
        return any(
            any(char.isdigit() for char in text)
            and not _WORDS.search(text)
            and not self._placing.is_date(text)
            for text in (clean_text(cells[at]) for at in self._amounts.columns)
        )

    def _skips_total(
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
        is_dated = self._at.date in beside and self._placing.is_date(cells[self._at.date])
        found = next(
            (match for text in texts if (match := total_label(text))),
            None,
        )
        adds_up = amount.pence in self._tally.sums_so_far()
        if found is not None and (
            (not is_dated and (not has_id or len(beside) == 1)) or (adds_up and not (has_id and is_dated))
        ):
            groups = found.groupdict()
            is_sub = bool(
                groups.get("sub") or (groups.get("of") or "").strip(" :;,-–=") or "of" not in groups
            )
            is_grand = bool(groups.get("grand"))
            self._tally.totals.append(Total(row, amount, is_grand, is_sub, self._tally.overall))
            self._notes.skip(row, "subtotal row" if is_sub and not is_grand else "total row", cells)
            return True
        if not is_dated and any(_ASTERISKS.fullmatch(text) for text in texts):
            self._tally.totals.append(Total(row, amount, False, True, self._tally.overall))
            self._notes.skip(row, "total row (marked with asterisks)", cells)
            return True
        if (
            len(beside) <= 1
            and not is_dated
            and not has_id
            and len(self._beside) >= 2
            and adds_up
            and self._lines
        ):
            self._tally.totals.append(Total(row, amount, False, False, self._tally.overall))
            self._notes.skip(row, "total row (it has no label, but it is the sum of the lines above)", cells)
            return True
        return False

    def _looks_like_a_line(self, cells: Sequence[Cell], beside: Sequence[int]) -> bool:
        """Whether a row without an amount was meant as a ledger line."""
        if len(beside) < 2:
            return False
        if self._at.transaction in beside or 2 * len(beside) > len(self._beside):
            return True
        return self._at.date in beside and self._placing.is_date(cells[self._at.date])
