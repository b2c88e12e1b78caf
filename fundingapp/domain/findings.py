"""What is noticed about a user's data: values with a place, collected, never thrown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

#: So many findings of one kind are listed one by one; one more then says how many others there are.
LISTED: Final = 20
#: Held-back rows are the user's work list, so more of them are listed; all of them stand among the skipped.
LISTED_ERRORS: Final = 1_000


class Severity(Enum):
    """How much a finding matters."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Source:
    """Where something stands: the file's name, the sheet ("" in a text file), the row counted from 1."""

    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        parts = [self.file]
        if self.sheet:
            parts.append(f"sheet “{self.sheet}”")
        if self.row:
            parts.append(f"row {self.row:,}")
        if self.column:
            parts.append(f"column “{self.column}”")
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. *kind* is a stable code such as ``amount.unreadable``; *text* says it in English."""

    severity: Severity
    kind: str
    text: str
    source: Source
