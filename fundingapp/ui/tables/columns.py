"""A table's columns as data: what stands in a cell, how it looks, and what can be done with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from fundingapp.domain.money import Money
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.bar import Share

Row = TypeVar("Row")

#: A spreadsheet takes pasted text that begins so for a formula; an apostrophe keeps it text (decision D10).
_WAKES_FORMULAS = frozenset("=+-@|%＝＋－＠")
_FIGURE = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?")


class Align(Enum):
    """Where the text of a column stands; money is RIGHT."""

    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"


LEFT = Align.LEFT
RIGHT = Align.RIGHT
CENTRE = Align.CENTRE


class Edit(Enum):
    """How a cell is edited in place."""

    TEXT = "text"
    MONEY = "money"


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column. Every function takes the row and must be quick: it is called while painting.

    *text* is the finished text of the cell. *amount* is the value behind it, for the selection's sum and
    for copying; *why* says that the cell is a derived figure (dotted underline, F2). *pill* gives the tone
    in which the text is shown as a pill, None for plain text; *bar* shows a share instead of the text,
    which is then only spoken and copied. *typed* is what editing begins with where that is not the text. *tint* colours
    the ground of the cell. *second* is a second, quieter line under the text (give the view TALL_ROW_HEIGHT); with
    *wrap*, a text that needs both lines takes them. *sort* is the key that ``sort_requested`` carries (empty: cannot be
    sorted); *order* sorts a short list in memory. *filter* is the key of the column's filter (empty: none). Columns are
    as wide as their first rows need; *width*, in pixels, is expected while there are none, and text may take up to 1.6
    times as much.
    *stretch* columns share the room that is left and give way first; *least* is how narrow text may become
    before the table scrolls. Amounts, pills and bars are never cut. A column that *may_hide* is left out while the
    others need its room, those of the lowest *turn* first; what is copied still has it. A column that is *extra* is
    shown only when the user chooses it. *spans* is over how many columns a cell goes, its own counted: the heading of
    a group, or one figure for several quarters; such a cell asks no width of its column. *hint* says what can be typed
    into the filter, and *refuses* why what is typed cannot be one. A line break in *title* makes two lines.
    """

    title: str
    text: Callable[[Row], str]
    align: Align = LEFT
    sort: str = ""
    filter: str = ""
    width: int = 110
    stretch: int = 0
    least: int = 0
    amount: Callable[[Row], Money | None] | None = None
    why: Callable[[Row], bool] | bool = False
    pill: Callable[[Row], Tone | None] | None = None
    bar: Callable[[Row], Share | None] | None = None
    tint: Callable[[Row], Tone | None] | None = None
    second: Callable[[Row], str] | None = None
    wrap: bool = False
    tip: Callable[[Row], str] | None = None
    order: Callable[[Row], Any] | None = None
    edit: Edit | None = None
    can_edit: Callable[[Row], bool] | None = None
    typed: Callable[[Row], str] | None = None
    spans: Callable[[Row], int] | None = None
    may_hide: bool = False
    turn: int = 0
    extra: bool = False
    hint: str = ""
    refuses: Callable[[str], str] | None = None
    quiet: bool = False
    strong: bool = False

    @classmethod
    def of_amounts(
        cls,
        title: str,
        amount: Callable[[Row], Money | None],
        *,
        dash: bool = False,
        orders: bool = False,
        **more: Any,
    ) -> Column[Row]:
        """A column of amounts: a dash stands for None, and with *dash* for nought too. With *orders* a short list is
        sorted by it in memory. *more* is what a column has besides."""

        def text(row: Row) -> str:
            value = amount(row)
            return "–" if value is None or (dash and not value) else str(value)

        if orders:
            more["order"] = lambda row: (amount(row) or Money.ZERO).pence
        return cls(title, text, RIGHT, amount=amount, **more)

    @property
    def name(self) -> str:
        """The title in a sentence: on one line, without its pound sign."""
        return " ".join(self.title.replace("£", "").split()) or "amount"

    def can_ask_why(self, row: Row) -> bool:
        """Whether the cell of *row* can be explained."""
        return self.why(row) if callable(self.why) else self.why

    def is_editable(self, row: Row) -> bool:
        """Whether the cell of *row* can be edited in place."""
        return self.edit is not None and (self.can_edit is None or self.can_edit(row))

    def begins_with(self, row: Row) -> str:
        """What the field in which the cell of *row* is edited shows first."""
        return (self.typed or self.text)(row)

    def copied(self, row: Row) -> str:
        """The cell for a spreadsheet: amounts with a plain minus and no commas, text on one line."""
        if self.amount is not None:
            amount = self.amount(row)
            if amount is not None:
                return str(amount.pounds)
        text = " ".join(self.text(row).split())
        wakes = text[:1] in _WAKES_FORMULAS and not _FIGURE.fullmatch(text)
        return f"'{text}" if wakes else text


@dataclass(frozen=True, slots=True)
class Sorting:
    """The order that a table asks for."""

    key: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class SelectionSummary:
    """What is selected: how many rows, and the sum of *heading* when it is known."""

    count: int
    heading: str = ""
    total: Money | None = None

    @property
    def in_words(self) -> str:
        """As the status bar says it: “3 selected · £ 1,234.50”; empty for fewer than two rows."""
        if self.count < 2:
            return ""
        if self.total is None:
            return f"{self.count:,} selected"
        return f"{self.count:,} selected · {self.heading} {self.total.in_words}"
