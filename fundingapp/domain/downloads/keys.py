"""A key for every line of a download, by which the next download knows it again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from fundingapp.domain.downloads.columns import Columns
from fundingapp.domain.findings import LISTED, Finding, Severity, Source
from fundingapp.domain.ledger import RawTable
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


class Keys:
    """Hands out a key for each line, unique in the download, the same for the same download each time."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._times: dict[str, int] = {}
        self.repeated: dict[str, int] = {}

    def of_transaction(self, transaction: str) -> str:
        """The transaction itself, with a count where it stands on several rows."""
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


def repeated_findings(keys: Keys, tables: Sequence[RawTable]) -> list[Finding]:
    """Warns of each transaction number that stands on several rows, up to the number that is listed."""
    if not keys.repeated:
        return []
    table = tables[0]
    column = Columns.of(table.meanings).transaction
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
