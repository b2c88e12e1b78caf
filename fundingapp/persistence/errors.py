"""The database's errors in plain words (decision D21)."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from fundingapp.domain.errors import ExpectedError

#: What is said of a server that is not there, or not any more.
_GONE = (
    "refused",
    "closed",
    "failed",
    "lost",
    "terminating",
    "timeout expired",
    "timed out",
    "could not translate",
    "not resolve",
    "starting up",
    "shutting down",
    "is the server running",
)


@contextlib.contextmanager
def translated(place: str) -> Iterator[None]:
    """Turns what the database raises about its surroundings into an ExpectedError that names *place*.

    A broken constraint (IntegrityError) passes: where it can be met it is answered with its own sentence, elsewhere
    it is our own mistake.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        known = explained(error, place)
        if known is None:
            raise
        raise known from error
    except UnicodeDecodeError as error:
        # What SQLite says of a damaged schema quotes the damage, which need not be text.
        raise _damaged(place) from error


def explained(error: BaseException | None, place: str) -> ExpectedError | None:
    """The sentence for *error*; None when it is none of the database's, or no fault of the surroundings."""
    if isinstance(error, IntegrityError) or not isinstance(error, DBAPIError | sqlite3.Error):
        return None
    driver = error.orig if isinstance(error, DBAPIError) else error
    if getattr(driver, "sqlite_errorname", "") == "SQLITE_READONLY_DBMOVED":
        return ExpectedError(
            "file_moved",
            f"“{place}” was moved, deleted or replaced while it was open.",
            "What it held can still be read here: export what you need. Then close it and open it where it is now, or"
            " open the newest backup. Nothing was written.",
        )
    for said in _all_said(error):
        known = plain_error(said, place)
        if known is not None:
            return known
    said = next(_all_said(error))
    of_server = place.startswith("postgresql") and isinstance(error, OperationalError | InterfaceError)
    return _server_error(said.casefold(), place) if of_server else None


def _all_said(error: BaseException | None) -> Iterator[str]:
    """What the database said, the last first.

    On a full disk SQLite rolls everything back by itself, and the savepoint that is then no longer there is a second
    complaint that hides the first.
    """
    while error is not None:
        if isinstance(error, DBAPIError | sqlite3.Error):
            yield str(error.orig if isinstance(error, DBAPIError) else error)
        error = error.__cause__ or error.__context__


@contextlib.contextmanager
def refusing(connection: Connection, code: str, message: str, advice: str) -> Iterator[None]:
    """Answers a broken constraint in this sentence.

    In a savepoint: PostgreSQL gives up the whole transaction after a refusal that is met outside of one.
    """
    try:
        with connection.begin_nested():
            yield
    except IntegrityError as error:
        raise ExpectedError(code, message, advice) from error


_SAID_OF_DAMAGE = (
    "malformed",
    "not a database",
    "file is encrypted",
    "not decode to utf-8",
    "no such column",
    "no such function",
    "unknown function",
    "no such collation",
    "no such table",
)


def plain_error(said: str, place: str) -> ExpectedError | None:
    """The sentence for what SQLite or PostgreSQL *said*; None when it is no fault of the surroundings."""
    low = said.casefold()
    if "database is locked" in low or "lock timeout" in low:
        return ExpectedError(
            "file_busy",
            f"“{place}” is being written by another program.",
            "Wait a moment and try again; nothing was changed.",
        )
    if "disk is full" in low or "no space left" in low or "disk full" in low or "quota" in low:
        return ExpectedError(
            "disk_full",
            f"There is no room left to save “{place}”{_free(place)}.",
            "Free some space, then try again; nothing was changed.",
        )
    if "readonly database" in low or "read-only" in low:
        return ExpectedError(
            "read_only",
            f"“{place}” can only be read: the file or its folder is write-protected.",
            "Ask for the right to write there, or save a copy elsewhere.",
        )
    # A column or table that is not there: a turned bit in the names that the file itself keeps.
    if any(word in low for word in _SAID_OF_DAMAGE):
        return _damaged(place)
    if "unable to open database" in low:
        return ExpectedError(
            "cannot_open",
            f"“{place}” can't be opened.",
            "Check that the folder is there and that you may read and write in it.",
        )
    if "disk i/o error" in low:
        return ExpectedError(
            "disk_error",
            f"The disk reported an error with “{place}”.",
            "Check the drive or network connection, then try again; nothing was changed.",
        )
    if "nul (0x00)" in low:
        return ExpectedError(
            "bad_character",
            f"A text holds a character that “{place}” can't keep (NUL).",
            "Take it out of the text; nothing was changed.",
        )
    if "integer overflow" in low or "out of range" in low:
        return ExpectedError(
            "amount_too_large",
            "Amounts add up to more than can be kept.",
            "Look for a typing error in the newest amounts; nothing was changed.",
        )
    return None


def _damaged(place: str) -> ExpectedError:
    return ExpectedError(
        "file_damaged",
        f"“{place}” is damaged and can't be read.",
        "Open the newest backup; leave this file as it is for whoever repairs it.",
    )


def _server_error(low: str, place: str) -> ExpectedError | None:
    """The sentence for what a server said, in lower case, of itself or of the way to it."""
    if "password" in low or "authentication" in low or "permission denied" in low:
        return ExpectedError(
            "no_access",
            f"The database server does not let you in to “{place}”.",
            "Check your name and password, or ask for access; nothing was changed.",
        )
    if "does not exist" in low and ('database "' in low or 'role "' in low):
        return ExpectedError(
            "no_database",
            f"The database server knows no such database or user: “{place}”.",
            "Check the address; nothing was changed.",
        )
    if "too many clients" in low or "connection slots" in low:
        return ExpectedError(
            "server_full",
            f"The database server for “{place}” has reached its limit of connections.",
            "Wait a moment and try again, or ask for a higher limit; nothing was changed.",
        )
    if any(word in low for word in _GONE):
        return ExpectedError(
            "no_server",
            f"The database server for “{place}” can't be reached.",
            "Check the network, then try again; nothing was changed.",
        )
    return None


def _free(place: str) -> str:
    here = Path(place)
    try:
        free = shutil.disk_usage(here if here.is_dir() else here.resolve().parent).free
    except OSError:
        return ""
    return f" ({free / 1_000_000:.1f} MB free)"
