"""Opening a funding file: create, look at its version, upgrade, refuse what is not ours, and check it."""

from __future__ import annotations

import contextlib
import getpass
import os
import socket
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from fundingapp.application.ports import Clock, OpenWork, UnitOfWork
from fundingapp.application.progress import Progress
from fundingapp.domain.backups import Reason
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.file_names import ROOM_FOR_ORIGINALS, refuse_name
from fundingapp.persistence.backups import Backups, folder_of
from fundingapp.persistence.checking import problems
from fundingapp.persistence.closing import is_in_use, mark_closed
from fundingapp.persistence.engines import APPLICATION_ID, postgres_engine, prove_sqlite, sqlite_engine
from fundingapp.persistence.errors import plain_error, translated
from fundingapp.persistence.journal import SqlJournal
from fundingapp.persistence.schema import Base
from fundingapp.persistence.sources import FileSources
from fundingapp.persistence.surroundings import warnings
from fundingapp.persistence.upgrading import SCHEMA_VERSION, upgrade
from fundingapp.persistence.work import SqlUnitOfWork

_ON_WINDOWS = os.name == "nt"


@dataclass(frozen=True, slots=True)
class Opened:
    """How a file was opened: *notice* says why it can only be read, "" when it can be written; *came_away* whether it
    was moved or copied without its journal while it was being worked on (F08)."""

    read_only: bool
    notice: str
    came_away: bool = False


class Database:
    """An open funding file, or a team's database on a server. Close it when done."""

    def __init__(
        self,
        engine: Engine,
        place: str,
        sources: FileSources,
        clock: Clock,
        who: str,
        opened: Opened,
        *,
        address: Path | None = None,
        machine: str = "",
    ) -> None:
        """*place* is what is open: a path, or the address of a server; *address* is the file as the person knows it,
        None on a server. They differ where a copy of the file is worked on."""
        self._engine = engine
        self.place = place
        self.address = address
        self.sources = sources
        self.opened = opened
        #: Told after each commit, on its thread, whether the history tells of it.
        self.on_commit: list[Callable[[bool], object]] = []
        self._clock = clock
        self._who = who
        self._machine = machine or socket.gethostname()
        self._stopped: ExpectedError | None = None
        #: Told, with the moment of the newest entry of the history, when a change is about to be committed.
        self.before_commit: Callable[[datetime | None], None] | None = None

    @property
    def open_work(self) -> OpenWork:
        """Opens units of work on this file."""

        def opener(*, reading: bool = False) -> UnitOfWork:
            if not reading and self.opened.read_only:
                raise ExpectedError("read_only", self.opened.notice, "Nothing was changed.")
            if not reading and self._stopped is not None:
                raise self._stopped
            return SqlUnitOfWork(
                self._engine,
                self.place,
                self._clock,
                self._who,
                self._machine,
                reading=reading,
                before_commit=self.before_commit,
                committed=self._committed,
            )

        return opener

    @contextlib.contextmanager
    def driver_connection(self) -> Iterator[sqlite3.Connection]:
        """The file itself as the driver has it open, also when it has no name any more; for copies of it."""
        with translated(self.place), self._engine.connect().execution_options(by_hand=True) as connection:
            driver: Any = connection.connection.driver_connection
            yield driver

    def stop(self, why: ExpectedError | None) -> None:
        """Refuses every further change with *why*, until it is None again; what is open can still be read."""
        self._stopped = why

    def _committed(self, told: bool) -> None:
        for hear in self.on_commit:
            hear(told)

    def close(self) -> None:
        if not self.opened.read_only:
            mark_closed(self._engine)
        self._engine.dispose()

    def warnings(self) -> list[tuple[str, str]]:
        """What a person should know of this PC's clock before working on the file, and what to do.

        Raises ExpectedError when the history cannot be read.
        """
        with translated(self.place), self._engine.connect().execution_options(reading=True) as connection:
            newest = SqlJournal(connection).newest_moment()
        found = warnings(newest, self._clock())
        if self.opened.came_away:
            name = (self.address or Path(self.place)).name
            found.append(
                (
                    f"“{name}” was not closed before it was moved or copied, and the journal that belongs beside it "
                    "(“-journal”) is missing: its last changes may be half there.",
                    "Check it (“Check my file”). If the original is still there, open that; else compare with the "
                    "newest backup under File, Backups.",
                )
            )
        return found

    def problems(self, progress: Progress | None = None) -> list[str]:
        """Everything that is wrong with the file itself, in sentences; empty when it is sound. Raises Cancelled."""
        path = Path(self.place) if self._engine.dialect.name == "sqlite" else None
        found: list[str] = []
        try:
            with translated(self.place), self._engine.connect().execution_options(reading=True) as connection:
                # One by one, so that what was found before something can't be read stays.
                found.extend(problems(connection, path, self.sources, progress))
        except ExpectedError as error:
            if error.code not in ("file_damaged", "unreadable_value"):
                raise
            found.append(error.message)
        except DBAPIError as error:
            # Damage may make the database say anything at all.
            found.append(f"The database is damaged: {error.orig}.")
        return found


def who_am_i() -> str:
    """The name the operating system knows the user by."""
    try:
        return getpass.getuser().encode(errors="replace").decode()
    except (KeyError, OSError, ImportError):
        return "unknown user"


def create_file(path: Path) -> None:
    """Makes an empty funding file at *path*; refuses to overwrite.

    The file appears whole or not at all: it is built beside and then put in its place.
    """
    prove_sqlite()
    if _ON_WINDOWS:
        refuse_name(str(path.absolute().parent), path.name, ROOM_FOR_ORIGINALS)
    if path.exists():
        raise _there_already(path)
    try:
        handle, name = tempfile.mkstemp(prefix=".fundingapp-", suffix=".new", dir=path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error
    os.close(handle)
    made = Path(name)
    try:
        engine = sqlite_engine(made)
        try:
            with translated(str(path)):
                upgrade(engine)
        finally:
            engine.dispose()
        # The temporary file is its maker's alone; the funding file follows the folder's habits, for a team to share.
        made.chmod(0o666 & ~_umask())
        _sync(made)
        try:
            _put_in_place(made, path)
        except FileExistsError as error:
            raise _there_already(path) from error
        except OSError as error:
            raise cannot_write(path, error) from error
    finally:
        made.unlink(missing_ok=True)
        Path(f"{made}-journal").unlink(missing_ok=True)


def _there_already(path: Path) -> ExpectedError:
    return ExpectedError(
        "file_exists", f"“{path.name}” is there already.", "Choose another name; nothing was changed."
    )


def _put_in_place(made: Path, path: Path) -> None:
    """Gives *made* the name *path* unless that is taken; raises FileExistsError.

    A second name and not a new one, which would replace what somebody else has put there a moment ago.
    """
    try:
        path.hardlink_to(made)
    except FileExistsError:
        raise
    except OSError:
        # A drive that knows no second names.
        if path.exists():
            raise FileExistsError(path) from None
        made.rename(path)


def cannot_write(path: Path, error: OSError) -> ExpectedError:
    """Why nothing can be written at *path*, in a sentence."""
    known = plain_error(error.strerror or str(error), str(path))
    if known is not None:
        return known
    if isinstance(error, FileNotFoundError):
        return ExpectedError(
            "no_folder",
            f"The folder “{path.parent}” is not there.",
            "Make it first, or choose another folder.",
        )
    return ExpectedError(
        "cannot_write",
        f"“{path}” can't be written: {(error.strerror or str(error)).lower()}.",
        "Choose a folder where you may write.",
    )


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def open_file(
    path: Path,
    clock: Clock,
    who: str,
    *,
    read_only: bool = False,
    address: Path | None = None,
    sources: FileSources | None = None,
    machine: str = "",
    elsewhere: Path | None = None,
) -> Database:
    """Opens the funding file at *path*; *address* is where the person knows it when *path* is a copy of it, and
    *sources* then keeps its originals.

    A file of a newer program opens read-only with a sentence naming both versions; an older one is upgraded after a
    backup, which goes to *elsewhere* where none can be made beside it. Raises ExpectedError for what is missing,
    damaged or not ours.
    """
    prove_sqlite()
    opened = look_at(path)
    journal_there = Path(f"{path}-journal").exists()
    if read_only and not opened.read_only:
        opened = Opened(True, f"“{path.name}” was opened to be read only.")
    home = address or path
    engine = sqlite_engine(path, read_only=opened.read_only)
    try:
        with translated(str(path)):
            with engine.connect().execution_options(reading=True) as connection:
                version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version > SCHEMA_VERSION:
                _check_layout(engine, path, version)
            elif version < SCHEMA_VERSION:
                if opened.read_only:
                    raise ExpectedError(
                        "needs_upgrade",
                        f"“{path.name}” was made by an older program (file version {version}, this program writes "
                        f"{SCHEMA_VERSION}) and must be upgraded before it can be read.",
                        "Open it for writing once, where you may write.",
                    )
                what = f"from file version {version} to {SCHEMA_VERSION}"
                backups = Backups(path, folder_of(home), elsewhere)
                upgrade(engine, lambda: backups.make(Reason.UPGRADE, what, clock(), who))
            elif not journal_there:
                with engine.connect().execution_options(reading=True) as connection:
                    opened = replace(opened, came_away=is_in_use(connection))
    except BaseException:
        engine.dispose()
        raise
    if sources is None:
        sources = FileSources(Path(f"{home}-files"))
        if not opened.read_only and sources.root.is_dir():
            # Not of a file that is worked on as a copy: what that names is published later.
            with translated(str(path)), engine.connect().execution_options(reading=True) as connection:
                named = _hashes(connection)
            sources.sweep_orphans(named, clock())
    if not opened.read_only:
        sources.sweep(clock())
    return Database(engine, str(path), sources, clock, who, opened, address=home, machine=machine)


def _hashes(connection: Connection) -> set[str]:
    """The hashes of every kept file that a row names: originals, papers, publications."""
    return {
        digest
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name == "sha256" or column.name.endswith("_sha256")
        for digest in connection.execute(select(column)).scalars()
        if digest
    }


def _check_layout(engine: Engine, path: Path, version: int) -> None:
    """Whether everything that is asked for here is still there in a file of a newer program."""
    there = inspect(engine)
    tables = set(there.get_table_names())
    for table in Base.metadata.sorted_tables:
        columns = {column["name"] for column in there.get_columns(table.name)} if table.name in tables else ()
        if not {column.name for column in table.columns} <= set(columns):
            raise ExpectedError(
                "newer_file",
                f"“{path.name}” was made by a newer program (file version {version}, this program knows "
                f"{SCHEMA_VERSION}) that lays it out differently.",
                "Install the newer program; the file was not touched.",
            )


def look_at(path: Path) -> Opened:
    """What kind of file stands at *path*, read from its first bytes. Raises ExpectedError when it is not ours."""
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except FileNotFoundError as error:
        raise ExpectedError(
            "no_file", f"“{path}” is not there.", "Check the name, or make a new file."
        ) from error
    except OSError as error:
        raise ExpectedError(
            "cannot_open",
            f"“{path}” can't be opened: {(error.strerror or str(error)).lower()}.",
            "Check that it is a file that you may read.",
        ) from error
    if not head:
        raise ExpectedError(
            "file_empty", f"“{path.name}” is empty.", "Open the newest backup; nothing was changed."
        )
    if not head.startswith(b"SQLite format 3\0") or int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        begins = head[:16].decode("ascii", "replace").strip("\0 \r\n")
        raise ExpectedError(
            "not_ours",
            f"“{path.name}” is not a funding file (it begins with “{begins}”).",
            "Choose a file that ends in .funding; this one was not touched.",
        )
    version = int.from_bytes(head[60:64], "big")
    if version > SCHEMA_VERSION:
        return Opened(
            True,
            f"“{path.name}” was made by a newer program (file version {version}, this program knows {SCHEMA_VERSION}), "
            "so it can only be read.",
        )
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        return Opened(True, f"“{path.name}” or its folder is write-protected, so it can only be read.")
    return Opened(False, "")


def open_server(url: str, clock: Clock, who: str, files: Path) -> Database:
    """Opens a team's database on a PostgreSQL server; *files* is where its source files are kept.

    Raises ExpectedError when the server is not there or its schema is newer than this program.
    """
    engine = postgres_engine(url)
    place = engine.url.render_as_string(hide_password=True)
    try:
        with translated(place):
            version = _server_version(engine)
            if version > SCHEMA_VERSION:
                raise ExpectedError(
                    "newer_schema",
                    f"The database was made by a newer program (version {version}, this program knows "
                    f"{SCHEMA_VERSION}).",
                    "Install the newer program.",
                )
            if version < SCHEMA_VERSION:
                upgrade(engine)
    except DBAPIError as error:
        engine.dispose()
        raise ExpectedError(
            "no_server",
            f"The database “{place}” can't be opened.",
            "Check the address, your name and password, and that the server is running.",
        ) from error
    except BaseException:
        engine.dispose()
        raise
    return Database(engine, place, FileSources(files), clock, who, Opened(False, ""))


def _server_version(engine: Engine) -> int:
    """The schema version that the server's database says; 0 when it has no tables yet."""
    with engine.connect().execution_options(reading=True) as connection:
        there = connection.execute(text("SELECT to_regclass('alembic_version')")).scalar_one()
        if there is None:
            return 0
        said = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    return int(str(said)[:4])
