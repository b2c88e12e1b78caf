"""The only module that knows every room: it builds the parts and hands them over.

Nothing heavy is imported before it is needed: the window paints first, SQL and spreadsheets come after.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fundingapp import paths

if TYPE_CHECKING:
    from fundingapp.application.offices import OpenFile
    from fundingapp.application.ports import ReturnWriter, TableReader, WrittenReturn
    from fundingapp.application.progress import Progress
    from fundingapp.application.queries.downloads import Download
    from fundingapp.domain.ledger import RawRow, RawTable
    from fundingapp.domain.returns import ReturnDocument
    from fundingapp.persistence.database import Database


def now() -> datetime:
    """The clock: the time in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


class _Tables:
    """Hands reading to workbooks, which are imported with the first file."""

    def ledger(self, path: Path, name: str, sheet: str | None, progress: Progress) -> list[RawTable]:
        from fundingapp.workbooks.ledger_reader import read_ledger

        return read_ledger(path, sheet, progress.report, name)

    def plain(self, path: Path) -> tuple[list[str], list[RawRow]]:
        from fundingapp.workbooks.tables import read_plain_table

        return read_plain_table(path)


def _write_return(document: ReturnDocument, out: Path) -> WrittenReturn:
    from fundingapp.workbooks.return_writer import write_return

    return write_return(document, out)


@dataclass(slots=True)
class Assembly:
    """Satisfies :class:`~fundingapp.application.offices.Offices` with the real parts."""

    reader: TableReader = field(default_factory=_Tables)
    writer: ReturnWriter = _write_return

    def open(self, target: str, *, writing: bool = True) -> OpenFile:
        from fundingapp.persistence.database import open_file, open_server, who_am_i
        from fundingapp.persistence.session import SessionLock, this_session

        who = who_am_i()
        if target.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
            return self._opened(
                open_server(target, now, who, paths.user_data() / "server-files"),
                target.rsplit("/", 1)[-1],
                who,
            )
        path = Path(target)
        lock = SessionLock(path, this_session(who, now())) if writing else None
        other = lock.take() if lock is not None and path.exists() and os.access(path, os.W_OK) else None
        try:
            database = open_file(path, now, who, read_only=not writing or other is not None)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        notice = ""
        if other is not None:
            notice = f"“{path.name}” is open by {other.said}, so it can only be read here."
        return self._opened(database, path.name, who, notice, lock)

    def _opened(
        self, database: Database, name: str, who: str, notice: str = "", lock: object | None = None
    ) -> OpenFile:
        from fundingapp.application.desk import Desk
        from fundingapp.application.offices import OpenFile
        from fundingapp.application.ports import Tools
        from fundingapp.application.progress import SilentProgress
        from fundingapp.application.queries.checks import CheckFigures
        from fundingapp.persistence.session import SessionLock

        desk = Desk(
            Tools(
                open_work=database.open_work,
                sources=database.sources,
                reader=self.reader,
                write_return=self.writer,
                clock=now,
                who=who,
                progress=SilentProgress(),
            )
        )

        def check() -> list[str]:
            return database.problems() + desk.ask(CheckFigures())

        def close() -> None:
            database.close()
            if isinstance(lock, SessionLock):
                lock.release()

        return OpenFile(desk, database.place, name, who, notice or database.opened.notice, check, close)

    def create(self, path: Path) -> None:
        from fundingapp.persistence.database import create_file

        create_file(path)

    def read(self, path: Path, sheet: str | None, progress: Progress) -> Download:
        from fundingapp.application.queries.downloads import read_download
        from fundingapp.persistence.sources import FileSources

        sources = FileSources(paths.user_data())
        download = read_download(path, sheet, sources, self.reader, progress)
        sources.discard(download.copy)
        return download

    def sample_files(self) -> list[Path]:
        return sorted((paths.resources() / "sample" / "charnwood").iterdir())

    def sample_folder(self) -> Path:
        return paths.user_data() / "sample"


def run_console(arguments: Sequence[str]) -> int:
    """Carries out a console command; returns the exit status."""
    from fundingapp.console.main import run

    return run(arguments, Assembly())


def run_window(target: str | None, *, sample: bool = False) -> int:
    """Opens the window; returns the exit status."""
    from fundingapp.ui.shell import run

    return run(Assembly(), paths.resources(), target, sample=sample)
