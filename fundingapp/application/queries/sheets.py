"""The rows of a file of tables, read from a private copy, before anything is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fundingapp.application.ports import PrivateCopy, SourceStore, TableReader
from fundingapp.application.progress import Progress
from fundingapp.domain.errors import InputRefusedError, listed
from fundingapp.domain.findings import Finding
from fundingapp.domain.ledger import SheetRows


@dataclass(frozen=True, slots=True)
class SheetsRead:
    """The filled rows of a file called *name*, sheet by sheet. *copy* is what was read; whoever asked keeps it or
    discards it."""

    name: str
    copy: PrivateCopy
    sheets: tuple[SheetRows, ...]
    findings: tuple[Finding, ...]


def read_sheets_of(
    path: Path, sheet: str | None, sources: SourceStore, reader: TableReader, progress: Progress
) -> SheetsRead:
    """The rows of the file at *path*, of one *sheet* when it is named.

    Raises InputRefusedError when it can't be read or has no such sheet; its copy is gone then.
    """
    copy = sources.take_copy(path)
    try:
        sheets, findings = reader.sheets(copy.path, copy.name, progress)
        if sheet is not None:
            names = [each.name for each in sheets if each.name]
            sheets = tuple(each for each in sheets if each.name == sheet)
            if not sheets:
                has = (
                    f"its sheets are {listed((f'“{name}”' for name in names), 'and')}"
                    if names
                    else "it has none"
                )
                raise InputRefusedError(
                    "no_sheet", f"{copy.name} has no sheet “{sheet}”; {has}.", "Choose one of these."
                )
    except BaseException:
        sources.discard(copy)
        raise
    return SheetsRead(copy.name, copy, sheets, findings)
