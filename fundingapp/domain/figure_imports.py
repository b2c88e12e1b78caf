"""Files of figures that were taken in: where each figure stood, and why a row is none."""

from __future__ import annotations

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
    """One of several files that were read as one, such as the months of a police force: *rows* of it were read, and
    they are numbered on from those of the files before it."""

    name: str
    sha256: str
    rows: int


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
