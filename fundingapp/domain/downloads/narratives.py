"""Splits “SUPPLIER – Description” where most rows of the narrative column are written so."""

from __future__ import annotations

from fundingapp.domain.cells import clean_text
from fundingapp.domain.downloads.columns import Texts, Unseen
from fundingapp.domain.ledger import Cell, RawTable


class Narratives:
    """The narrative column of a table; *separator* is what most of its texts are split by, "" for nothing."""

    def __init__(self, table: RawTable, at: int, heading: str, unseen: list[Unseen]) -> None:
        self._at = at
        self._texts = Texts(heading, unseen)
        self.separator = _separator_of(table, at)

    def split(self, cells: tuple[Cell, ...], supplier: str, description: str) -> tuple[str, str]:
        """Supplier and description of a row; what other columns say of them goes before."""
        narrative = self._texts[cells[self._at]]
        if self.separator:
            head, found, tail = narrative.partition(self.separator)
            if found:
                return supplier or head.strip(), description or tail.strip()
        return supplier, description or narrative


def _separator_of(table: RawTable, at: int) -> str:
    """The separator that stands in more than half of the filled cells of the column; "" for none."""
    texts = [clean_text(cells[at]) for _, cells in table.rows if at < len(cells) and cells[at] is not None]
    texts = [text for text in texts if text]
    for separator in (" – ", " - ", " — "):
        if 2 * sum(separator in text for text in texts) > len(texts):
            return separator
    return ""
