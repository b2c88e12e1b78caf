"""Opening a funding file: create, look at its version, upgrade, refuse what is not ours, and check it."""

from __future__ import annotations

import contextlib
import getpass
import os
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, literal, select, text
from sqlalchemy.exc import DBAPIError

from fundingapp.application.ports import BatchState, Clock, OpenWork, UnitOfWork
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.matching import LineState
from fundingapp.domain.money import Money
from fundingapp.persistence.columns import Pence
from fundingapp.persistence.errors import plain_error, translated
from fundingapp.persistence.journal import SqlJournal
from fundingapp.persistence.records import (
    BatchRecord,
    ChargeRecord,
    FundRecord,
    LedgerLineRecord,
    ProjectRecord,
)
from fundingapp.persistence.sources import FileSources
from fundingapp.persistence.work import SqlUnitOfWork

#: Marks a SQLite file as ours: the letters FUND.
APPLICATION_ID = 0x46554E44
#: The newest schema this program knows; a file that says more was made by a newer program.
SCHEMA_VERSION = 1
SUFFIX = ".funding"

_PRAGMAS = {
    # What each has to read back as (decision D2); a build of SQLite that ignores one is not trusted.
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "secure_delete": 1,
    "busy_timeout": 5000,
    "synchronous": 2,  # FULL (D1)
}


@dataclass(frozen=True, slots=True)
class Opened:
    """How a file was opened: *notice* says why it can only be read, "" when it can be written."""

    read_only: bool
    notice: str


class Database:
    """An open funding file, or a team's database on a server. Close it when done."""

    def __init__(
        self, engine: Engine, place: str, sources: FileSources, clock: Clock, who: str, opened: Opened
    ) -> None:
        self._engine = engine
        self.place = place
        self.sources = sources
        self.opened = opened
        self._clock = clock
        self._who = who
        self._machine = socket.gethostname()

    @property
    def open_work(self) -> OpenWork:
        """Opens units of work on this file."""

        def opener(*, reading: bool = False) -> UnitOfWork:
            if not reading and self.opened.read_only:
                raise ExpectedError("read_only", self.opened.notice, "Nothing was changed.")
            return SqlUnitOfWork(
                self._engine, self.place, self._clock, self._who, self._machine, reading=reading
            )

        return opener

    def close(self) -> None:
        self._engine.dispose()

    def problems(self) -> list[str]:
        """Everything that is wrong with the file itself, in sentences; empty when it is sound.

        Integrity of the database, references, the audit trail's chain, the kept source files, and what lines say
        of their charges against the charges.
        """
        found: list[str] = []
        with translated(self.place), self._engine.connect().execution_options(reading=True) as connection:
            if connection.dialect.name == "sqlite":
                said = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
                if said != ["ok"]:
                    found += [f"The database is damaged: {line}." for line in said[:20]]
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                found += [
                    f"A row of “{row[0]}” refers to a row of “{row[2]}” that is missing."
                    for row in broken[:20]
                ]
            found += SqlJournal(connection).problems()
            found += self._line_problems(connection)
            held = connection.execute(
                select(BatchRecord.file_name, BatchRecord.sha256).where(BatchRecord.state == BatchState.LIVE)
            ).all()
        for name, digest in held:
            problem = self.sources.problem(name, digest)
            if problem:
                found.append(problem)
        return found

    @staticmethod
    def _line_problems(connection: Connection) -> list[str]:
        sums = (
            select(
                ChargeRecord.line.label("line"),
                func.sum(ChargeRecord.amount).label("total"),
                func.count().label("parts"),
                func.min(ChargeRecord.live).label("live"),
                func.max(ChargeRecord.live).label("live_too"),
            )
            .group_by(ChargeRecord.line)
            .subquery()
        )
        line = LedgerLineRecord
        differing = connection.execute(
            select(line.transaction)
            .outerjoin(sums, sums.c.line == line.id)
            .where(
                (line.parts != func.coalesce(sums.c.parts, 0))
                | (line.charged != func.coalesce(sums.c.total, literal(Money.ZERO, Pence())))
                | ((sums.c.parts > 0) & (line.charged != line.amount))
                | ((sums.c.parts > 0) & ((line.live != sums.c.live) | (line.live != sums.c.live_too)))
                | ((line.state == LineState.WAITING) != (func.coalesce(sums.c.parts, 0) == 0))
            )
            .limit(20)
        ).scalars()
        found = [
            f"The charges of ledger line {transaction} do not add up to it." for transaction in differing
        ]
        for record, column, noun in (
            (ProjectRecord, ChargeRecord.project, "project"),
            (FundRecord, ChargeRecord.fund, "fund"),
        ):
            nowhere = connection.execute(
                select(line.transaction)
                .join(ChargeRecord, ChargeRecord.line == line.id)
                .where(ChargeRecord.live == 1, column.is_not(None), column.not_in(select(record.id)))
                .limit(20)
            ).scalars()
            found += [
                f"Ledger line {transaction} is charged to a {noun} that is missing."
                for transaction in nowhere
            ]
        return found


def who_am_i() -> str:
    """The name the operating system knows the user by."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown user"


def create_file(path: Path) -> None:
    """Makes an empty funding file at *path*; refuses to overwrite.

    The file appears whole or not at all: it is built beside and then put in its place.
    """
    if path.exists():
        raise ExpectedError(
            "file_exists", f"“{path.name}” is there already.", "Choose another name; nothing was changed."
        )
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
                upgrade(engine, made)
        finally:
            engine.dispose()
        # The temporary file is its maker's alone; the funding file follows the folder's habits, for a team to share.
        made.chmod(0o666 & ~_umask())
        _sync(made)
        try:
            made.rename(path)
        except OSError as error:
            raise cannot_write(path, error) from error
    finally:
        made.unlink(missing_ok=True)
        Path(f"{made}-journal").unlink(missing_ok=True)


def cannot_write(path: Path, error: OSError) -> ExpectedError:
    """Why nothing can be written at *path*, in a sentence."""
    known = plain_error(str(error), str(path))
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


def open_file(path: Path, clock: Clock, who: str, *, read_only: bool = False) -> Database:
    """Opens the funding file at *path*.

    A file of a newer program opens read-only with a sentence naming both versions; an older one is upgraded after a
    backup. Raises ExpectedError for what is missing, damaged or not ours.
    """
    opened = look_at(path)
    if read_only and not opened.read_only:
        opened = Opened(True, f"“{path.name}” was opened to be read only.")
    engine = sqlite_engine(path, read_only=opened.read_only)
    try:
        with translated(str(path)):
            with engine.connect().execution_options(reading=True) as connection:
                version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version < SCHEMA_VERSION and not opened.read_only:
                upgrade(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return Database(engine, str(path), FileSources(Path(f"{path}-files")), clock, who, opened)


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


def sqlite_engine(path: Path, *, read_only: bool = False) -> Engine:
    """An engine that begins, nests and rolls back as SQL says, with every PRAGMA read back (decisions D1, D2, D5)."""

    def connect() -> sqlite3.Connection:
        mode = "ro" if read_only else "rw"
        return sqlite3.connect(
            f"{path.resolve().as_uri()}?mode={mode}", uri=True, check_same_thread=False, timeout=5
        )

    engine = create_engine("sqlite://", creator=connect, pool_size=4, poolclass=_pool())

    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver sends no BEGIN of its own, so that DDL rolls back too
        for pragma, wanted in _PRAGMAS.items():
            connection.execute(f"PRAGMA {pragma}={wanted}")
            if connection.execute(f"PRAGMA {pragma}").fetchone()[0] != wanted:
                raise sqlite3.OperationalError(f"SQLite does not take PRAGMA {pragma}")
        connection.execute("PRAGMA mmap_size=0")
        connection.execute("PRAGMA cache_size=-65536")
        # Changes stay in memory until the commit, so that readers are not kept out during a long import.
        connection.execute("PRAGMA cache_spill=OFF")
        # SQLite's own lower() knows A to Z only.
        connection.create_function("fold", 1, str.casefold, deterministic=True)
        if not read_only:
            journal = connection.execute("PRAGMA journal_mode=TRUNCATE").fetchone()[0]
            if journal != "truncate":
                raise sqlite3.OperationalError("SQLite does not take journal_mode=TRUNCATE")

    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("by_hand", False):
            return
        reading = options.get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading or read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


def _pool() -> Any:
    from sqlalchemy.pool import QueuePool

    return QueuePool


def upgrade(engine: Engine, path: Path | None) -> None:
    """Brings the database to the newest schema in one transaction, or leaves it exactly as it was (decision D19).

    An existing file at *path* is backed up first, beside it. Raises ExpectedError when rows would be lost.
    """
    from fundingapp.persistence.migrations.upgrade import run_migrations

    if path is not None and path.stat().st_size:
        _back_up(engine, path)
    if engine.dialect.name != "sqlite":
        # A second program that starts an upgrade waits at the lock of “begin”, and then finds it done (G07).
        with engine.begin() as connection:
            run_migrations(connection)
        return
    # Foreign keys can only be switched outside a transaction, so this connection begins and ends by hand.
    with engine.connect().execution_options(by_hand=True) as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            run_migrations(connection)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise ExpectedError(
                    "upgrade_failed",
                    "The file could not be brought to the new version: references would break.",
                    "It was left as it was; send the file's backup to support.",
                )
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            driver: Any = connection.connection.driver_connection
            if driver.in_transaction:  # SQLite has rolled back by itself where the disk was full
                connection.exec_driver_sql("ROLLBACK")
            raise
        finally:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def _back_up(engine: Engine, path: Path) -> None:
    """A whole copy beside the file, made with SQLite's own backup and checked before it gets its name (D11)."""
    target = path.with_name(f"{path.name}.before-upgrade")
    made = path.with_name(f".fundingapp-{path.name}.backup")
    made.unlink(missing_ok=True)
    try:
        with contextlib.closing(sqlite3.connect(made)) as copy:
            source = engine.raw_connection()
            try:
                driver: Any = source.driver_connection
                driver.backup(copy)
            finally:
                source.close()
            if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise ExpectedError(
                    "backup_failed",
                    f"The backup of “{path.name}” is not sound.",
                    "The file was not upgraded.",
                )
        made.replace(target)
    finally:
        made.unlink(missing_ok=True)


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
                upgrade(engine, None)
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


def postgres_engine(url: str) -> Engine:
    """An engine for PostgreSQL: writers one after the other, readers on one snapshot."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    engine = create_engine(url, pool_pre_ping=True)

    def on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get("reading", False):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        else:
            # Identities, the audit trail's chain and totals are decided from what is there, so writers queue.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({APPLICATION_ID})")

    event.listen(engine, "begin", on_begin)
    return engine


def _server_version(engine: Engine) -> int:
    """The schema version that the server's database says; 0 when it has no tables yet."""
    with engine.connect().execution_options(reading=True) as connection:
        there = connection.execute(text("SELECT to_regclass('alembic_version')")).scalar_one()
        if there is None:
            return 0
        said = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    return int(str(said)[:4])


@contextlib.contextmanager
def closing(database: Database) -> Iterator[Database]:
    """Closes *database* at the end."""
    try:
        yield database
    finally:
        database.close()
