"""Returns as workbooks, ours and the commissioner's: read, worked out, written and proved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Protocol

from fundingapp.application.progress import Progress
from fundingapp.domain.filling import CellToFill, Filled, FillWishes
from fundingapp.domain.leaving import LeavingThing
from fundingapp.domain.partner_answers import PartnerBookDocument
from fundingapp.domain.partner_books import BookCell
from fundingapp.domain.received import Received
from fundingapp.domain.return_proofs import ReturnCell
from fundingapp.domain.returns import ReturnDocument
from fundingapp.domain.sheet_looks import SheetLook, WorkbookLook
from fundingapp.domain.worked_out import Place, Put, WorkedOut


class WrittenReturn(Protocol):
    """A return that stands on disk and was read back equal."""

    @property
    def path(self) -> Path: ...
    @property
    def sha256(self) -> str: ...
    @property
    def cells_written(self) -> int: ...
    @property
    def kept(self) -> tuple[ReturnCell, ...]:
        """Every cell that is not empty, as it was read back."""


class ReturnWriter(Protocol):
    """Writes a return as a workbook and proves it by reading it back."""

    def __call__(self, document: ReturnDocument, out: Path) -> WrittenReturn: ...


class BookLook:
    """A return of ours as it would look: what the cells of its tables say and are, the *names* of its sheets in their
    order, and its :attr:`sheets`, which *read* gives when they are asked for: who only checks the cells needs none."""

    def __init__(
        self,
        cells: tuple[ReturnCell, ...],
        names: tuple[str, ...],
        read: Callable[[], tuple[SheetLook, ...]],
    ) -> None:
        self.cells = cells
        self.names = names
        self._read = read

    @cached_property
    def sheets(self) -> tuple[SheetLook, ...]:
        """The sheets as they look."""
        return self._read()


class ReturnLooks(Protocol):
    """Makes our own workbook of a return to be looked at; writes nothing."""

    def __call__(self, document: ReturnDocument) -> BookLook: ...


class TemplateReader(Protocol):
    """Reads a commissioner's workbook as it looks."""

    def __call__(
        self, path: Path, name: str, sha256: str, report: Callable[[int, int, str], None]
    ) -> WorkbookLook:
        """The look of the workbook at *path*, called *name*, whose content has that hash.

        Raises InputRefusedError for what can't be a template.
        """


class WorkingOut(Protocol):
    """Works the formulas of a workbook out again, with other values in its cells; writes nothing."""

    def __call__(self, template: Path, puts: Mapping[Place, Put], today: date) -> WorkedOut:
        """The results of every formula that depends on *puts*; *today* is what TODAY() is. Raises InputRefusedError
        for a file that is no workbook."""
        ...


class FillTemplate(Protocol):
    """Fills cells of somebody else's workbook, proves that nothing else changed, and puts the file in place."""

    def __call__(
        self, template: Path, cells: Sequence[CellToFill], out: Path, progress: Progress, wishes: FillWishes
    ) -> Filled:
        """Raises ExpectedError when a cell can't be filled or the proof fails; a file that is there is then as it
        was."""


class Receiving(Protocol):
    """Takes a workbook as its receiver's program would; writes nothing."""

    def __call__(self, path: Path, puts: Mapping[Place, Put], today: date) -> Received:
        """The rules that the workbook's cells break with *puts* in them, and what its formulas add up. Raises
        InputRefusedError for a file that is no workbook."""
        ...


class LooksAtLeaving(Protocol):
    """Says what leaves with a workbook beside what its sheets show."""

    def __call__(self, path: Path, template: Path | None, progress: Progress) -> tuple[LeavingThing, ...]:
        """Told apart by what the *template* came with. Raises ExpectedError for what is no such workbook."""
        ...


class PartnerBookWriter(Protocol):
    """Writes the workbook of a project's lead and proves it by reading it back; returns its cells."""

    def __call__(self, document: PartnerBookDocument, out: Path) -> tuple[BookCell, ...]:
        """Raises ExpectedError when it can't be written; a file that is there is then as it was."""
        ...
