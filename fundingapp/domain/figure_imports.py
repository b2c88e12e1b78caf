"""Files of figures that were taken in: where each figure stood, and why a row is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from fundingapp.domain.ids import FigureImportId


class FigureLayout(Enum):
    """How a file of figures is laid out."""

    GRID = "figures by indicator and period"
    PERFORMANCE = "performance table"
    PARTNERSHIPS = "recorded crime by partnership"
    STREET = "street-level crimes"
    AREAS = "crime by area"


@dataclass(frozen=True, slots=True)
class FilePart:
    """One of several files that were read as one, such as the months of a police force. *rows* is the number of its
    last row: the rows of the next one are numbered on from there."""

    name: str
    sha256: str
    rows: int


def row_in_words(files: Iterable[FilePart], row: int) -> str:
    """Where a *row* stands that is numbered through several *files*: “row 7 of 2018-05-leicestershire-street.csv”."""
    before = 0
    for file in files:
        if row <= before + file.rows:
            return f"row {row - before:,} of {file.name}"
        before += file.rows
    return f"row {row:,}"


@dataclass(frozen=True, slots=True)
class FigureImport:
    """A file of figures that was read: *read* rows = *kept* + *skipped*, each skipped one with a reason.

    *sha256* is the hash of the file, by which the original is kept; "" for what was pasted. *as_at* is the day on
    which the figures were taken out of their source. *part* names the table where its sheet holds several, *files* the
    files where several were read as one.
    """

    file_name: str
    sha256: str
    layout: FigureLayout
    read: int
    kept: int
    skipped: int
    imported_at: datetime
    imported_by: str
    sheet: str = ""
    as_at: date | None = None
    source: str = ""
    part: str = ""
    files: tuple[FilePart, ...] = ()

    @property
    def has_original(self) -> bool:
        """Whether the file itself is kept: not of street-level crimes, whose rows tell of single ones (R01)."""
        return bool(self.sha256) and self.layout is not FigureLayout.STREET


@dataclass(frozen=True, slots=True)
class SkippedFigure:
    """A row of a file of figures that was not taken, and why. Rows count from 1."""

    batch: FigureImportId
    row: int
    reason: str
    text: str = ""
