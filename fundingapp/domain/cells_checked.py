"""What the checks of a return's cells have in common."""

from __future__ import annotations

import re
from typing import Final

from fundingapp.domain.returns_in_hand import CellInHand
from fundingapp.domain.sending import Grade, SendingCheck

#: Sources that say which return it is: another value there is another return.
IDENTITY: Final = {
    "return/year": ("return.year", "The year"),
    "return/quarter": ("return.quarter", "The quarter"),
    "fund/name": ("return.fund", "The fund"),
    "partnership/name": ("return.partnership", "The partnership"),
    "body/name": ("return.body", "The accountable body"),
}


def about_cell(
    code: str, grade: Grade, cell: CellInHand, text: str, advice: str = "", figure: str | None = None
) -> SendingCheck:
    """Something to see to in *cell*; *figure* in place of the cell's own."""
    return SendingCheck(
        code, grade, text, cell.sheet, cell.cell, advice, cell.figure if figure is None else figure
    )


def quarter_of(source: str) -> int | None:
    """The quarter that *source* is of, if it names one."""
    found = re.search(r"/q([1-4])$", source)
    return int(found[1]) if found else None


def is_words(cell: CellInHand) -> bool:
    """Whether the cell is there for words of people, whatever they say."""
    return cell.source.startswith("narrative/") or cell.source.endswith(
        ("/reason", "/explanation", "/comment")
    )
