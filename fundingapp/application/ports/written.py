"""Lists, tables, calendars and papers that are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Protocol, TypeVar

from fundingapp.application.progress import Progress
from fundingapp.domain.enquiries import Enquiry
from fundingapp.domain.exchange.columns import Column
from fundingapp.domain.exchange.reading import RawSheet
from fundingapp.domain.findings import Finding
from fundingapp.domain.ledger import SheetRows

Thing_contra = TypeVar("Thing_contra", contravariant=True)


class FileWriter(Protocol[Thing_contra]):
    """Writes one thing as a file of its own, and proves it by reading it back."""

    def __call__(self, thing: Thing_contra, out: Path, /) -> None:
        """Raises ExpectedError when it can't be written; a file that is there is then as it was."""


class ValueKind(Enum):
    """What stands in a column of an exported list: str, Money, date or int; None is an empty cell of any kind."""

    TEXT = "text"
    MONEY = "money"
    DAY = "day"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of an exported list. *width* in characters."""

    heading: str
    kind: ValueKind = ValueKind.TEXT
    width: int = 16


@dataclass(frozen=True, slots=True)
class TableDocument:
    """A list to be written: about *count* rows, each with a value per column, and what it is, in pairs of a name and
    a value (text, whole number, Money or datetime). *sheet* names the sheet of a workbook."""

    columns: tuple[TableColumn, ...]
    rows: Iterable[Sequence[Any]]
    count: int
    notes: tuple[tuple[str, object], ...] = ()
    sheet: str = "Lines"


class TableWriter(Protocol):
    """Writes a list as .xlsx or .csv, by the suffix of *out*; returns how many rows."""

    def __call__(self, document: TableDocument, out: Path, progress: Progress) -> int: ...


class EnquiryWriter(Protocol):
    """Writes the findings workbook and proves it by reading it back; returns how many lines it asks about."""

    def __call__(self, enquiry: Enquiry, out: Path) -> int: ...


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event of a whole day. *uid* names it for good: what is imported again under it updates what was there."""

    uid: str
    day: date
    title: str
    description: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class CalendarDocument:
    """A calendar to be written, called *name*, as it stood at *made_at* (UTC)."""

    name: str
    events: tuple[CalendarEvent, ...]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ExchangeSheet:
    """A sheet of an exchange workbook to be written: a row of values for each of *rows*, one for each of *columns*.

    *about* is what it says about itself among the notes.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]
    about: str = ""


class ExchangeBooks(Protocol):
    """Reads and writes the exchange workbook: an .xlsx, or a folder with a .csv file for each sheet."""

    def read(self, path: Path, name: str, progress: Progress) -> tuple[list[RawSheet], list[Finding]]:
        """Every sheet of the workbook or folder at *path*, called *name*, and what is noticed about the whole.

        Raises InputRefusedError.
        """

    def ledger_file(self, path: Path) -> Path | None:
        """The file that holds the ledger's lines: the workbook itself, or the folder's file of them, if any."""

    def write(self, sheets: Sequence[ExchangeSheet], out: Path, progress: Progress) -> int:
        """Writes the sheets to *out*, a workbook or (without a suffix) a folder; returns how many rows.

        Raises ExpectedError when it can't be written; a workbook that stood there is then as it was.
        """

    def blank(self, sheets: Sequence[ExchangeSheet], out: Path) -> None:
        """Writes a workbook to be filled in, with lists to choose from and notes. Raises ExpectedError."""


@dataclass(frozen=True, slots=True)
class SafeTable:
    """A table to be written as it stood, but for *marks*: what stands instead of the cell of a row of the file (from 1)
    and a column (from 0). *key* says what the marks mean, "" for none; *like* is the file that it was read from."""

    rows: SheetRows
    marks: Mapping[tuple[int, int], str]
    key: str
    like: Path


class SafeTableWriter(Protocol):
    """Writes a table whose small numbers are hidden as .csv or .xlsx, when *prove* is satisfied with the file."""

    def __call__(self, table: SafeTable, out: Path, prove: Callable[[Path], None]) -> None:
        """Raises ExpectedError when it can't be written; a file that is there is then as it was."""
