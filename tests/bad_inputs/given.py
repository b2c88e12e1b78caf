"""What is handed in, and what becomes of it: refused with a whole sentence, or brought in, each row accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from fundingapp.application.commands.imports import Imported, ImportLedger
from fundingapp.application.offices import OpenFile
from fundingapp.application.queries.batches import BatchDetail
from fundingapp.application.queries.downloads import Download, ReadDownload
from fundingapp.assembly import Assembly
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Finding
from fundingapp.domain.ledger import HELD_BACK, LedgerLine
from tests.console.terminal import state_of
from tests.workbooks.packages import saved, sheet_xml, workbook

HEADINGS = (
    "Trans No",
    "Trans Date",
    "Period",
    "Cost Centre",
    "Account",
    "Supplier",
    "Description",
    "Net Amount",
)

#: Reasons of rows that are none of the ledger's.
_BY_RULE = (
    "total row",
    "subtotal row",
    "a note, not a ledger line",
    "the headings again",
    "opening balance",
    "a commitment",
)


def cells(number: int, amount: object = "10.00", **fields: object) -> list[object]:
    """The cells of one honest row, but for what a test says otherwise."""
    values: dict[str, object] = {
        "transaction": f"T{number}",
        "day": "04/05/2018",
        "period": "2",
        "cost_centre": "CS4402",
        "account": "40110",
        "supplier": "ACME LTD",
        "description": f"Leaflets {number}",
        **fields,
        "amount": amount,
    }
    return list(values.values())


@dataclass(frozen=True, slots=True)
class Brought:
    """A download that was imported."""

    download: Download
    imported: Imported

    @property
    def lines(self) -> Sequence[LedgerLine]:
        return self.download.parsed.lines

    @property
    def amounts(self) -> list[int]:
        """The amounts of the lines, in pence, in the order of the file."""
        return [line.amount.pence for line in self.lines]

    @property
    def held(self) -> dict[int, str]:
        """Each row held back, with the reason."""
        return {row.row: row.reason.removeprefix(HELD_BACK) for row in self.download.parsed.held_back}

    @property
    def skipped(self) -> dict[int, str]:
        """Each row that is none of the ledger's, with the reason."""
        return {row.row: row.reason for row in self.download.parsed.skipped if row.row not in self.held}

    def told(self, kind: str) -> str:
        """What was noticed of that kind, once."""
        (finding,) = self.all_told(kind)
        return finding.text

    def all_told(self, kind: str) -> list[Finding]:
        return [finding for finding in self.download.findings if finding.kind == kind]


class Given:
    """An open funding file, and a folder for the files that are handed in."""

    def __init__(self, file: Path, folder: Path) -> None:
        self.file = file
        self.folder = folder
        self.opened: OpenFile = Assembly().open(str(file))
        self.desk = self.opened.desk
        self._copies: list[Path] = []

    def close(self) -> None:
        """Closes the file and throws the private copies of what was read away, as the windows do."""
        self.opened.close()
        for copy in self._copies:
            copy.unlink()

    # What is handed in

    def raw(self, content: bytes, name: str = "ledger.xlsx") -> Path:
        return saved(self.folder, content, name)

    def text(
        self, *rows: Sequence[object], name: str = "ledger.csv", headings: Sequence[str] = HEADINGS
    ) -> Path:
        """A text file with commas; a cell that needs quotes has to bring them."""
        lines = [",".join(map(str, row)) for row in (headings, *rows)]
        return self.raw(("\n".join(lines) + "\n").encode(), name)

    def sheet(self, rows: str, name: str = "ledger.xlsx", **options: Any) -> Path:
        """A workbook with the sheet “Claim” of these rows of XML."""
        return self.raw(workbook(sheet_xml(rows, **options)), name)

    def book(self, *rows: Sequence[object], name: str = "ledger.xlsx", **options: Any) -> Path:
        """A workbook as xlsxwriter writes it, with the sheet “Ledger”."""
        path = self.folder / name
        with xlsxwriter.Workbook(path, options) as book:
            sheet = book.add_worksheet("Ledger")
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
        return path

    # What becomes of it

    def read(self, path: Path, **asked: Any) -> Download:
        download = self.desk.ask(ReadDownload(path, **asked))
        self.own(download)
        return download

    def own(self, download: Download) -> None:
        """Remembers the private copy that came with *download*, to be thrown away in the end."""
        self._copies.append(download.copy.path)

    def refused(self, path: Path, **asked: Any) -> ExpectedError:
        """What *path* is refused with: it names the file and what to do, and nothing anywhere has changed."""
        before, handed = state_of(self.file.parent), state_of(self.folder)
        with pytest.raises(ExpectedError) as caught:
            self.desk.do(ImportLedger(self.read(path, **asked)))
        assert path.name in caught.value.message
        assert caught.value.advice.strip().endswith(".")
        assert state_of(self.file.parent) == before
        assert state_of(self.folder) == handed
        assert self.desk.undo_name in (None, "")
        return caught.value

    def brought(self, path: Path, **asked: Any) -> Brought:
        """*path* imported, without the rows that can't be read if there are any, and accounted for row by row.

        rows in the file = imported + held back + skipped by rule + blank; the file handed in is as it was; with a row
        held back the import is refused first and has then changed nothing.
        """
        before, handed = state_of(self.file.parent), state_of(self.folder)
        download = self.read(path, **asked)
        assert not download.open_questions
        parsed = download.parsed
        if parsed.held_back:
            with pytest.raises(ExpectedError) as caught:
                self.desk.do(ImportLedger(download))
            first = parsed.held_back[0]
            assert first.reason.removeprefix(HELD_BACK) in caught.value.message
            assert path.name in caught.value.message
            assert state_of(self.file.parent) == before
            download = self.read(path, **asked)
        imported = self.desk.do(ImportLedger(download, skip_unreadable=True)).result
        kinds = [kind_of_skip(row.reason) for row in parsed.skipped]
        assert parsed.rows_read == len(parsed.lines) + sum(
            kinds.count(kind) for kind in ("held back", "by rule", "blank")
        )
        assert all(row.row > 0 for row in parsed.skipped)
        batch = self.desk.ask(BatchDetail(imported.batch))
        assert (batch.batch.value.rows_read, batch.batch.value.rows_kept, batch.batch.value.rows_skipped) == (
            parsed.rows_read,
            len(parsed.lines),
            len(parsed.skipped),
        )
        assert [(row.row, row.reason) for row in batch.skipped] == [
            (row.row, row.reason) for row in parsed.skipped
        ]
        assert batch.batch.value.total == parsed.total
        assert state_of(self.folder) == handed
        assert self.opened.check() == []
        return Brought(download, imported)


def kind_of_skip(reason: str) -> str:
    """Which of the three sorts of rows that are not imported a reason names."""
    if reason.startswith(HELD_BACK):
        return "held back"
    if reason == "blank row":
        return "blank"
    assert reason.startswith(_BY_RULE), reason
    return "by rule"


def in_order(words: Iterable[str], text: str) -> bool:
    """Whether *words* stand in *text*, in this order."""
    at = 0
    for word in words:
        at = text.find(word, at)
        if at < 0:
            return False
        at += len(word)
    return True
