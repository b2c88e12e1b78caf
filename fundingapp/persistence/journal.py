"""The audit trail: who did which command, when, with what before and after; append only, each entry's hash takes in
the one before (decision D13). It detects changes; it cannot prevent them."""

from __future__ import annotations

import hashlib
import json
import secrets
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Text, func, insert, or_, select, type_coerce, update

from fundingapp.application.effect import JournalRecord
from fundingapp.application.ports import ERASED_DETAILS, ERASING, JournalFilter, JournalLine
from fundingapp.application.progress import Progress
from fundingapp.application.wording import without
from fundingapp.persistence.columns import reading
from fundingapp.persistence.records.journal import JournalDetailRecord, JournalEntryRecord

#: So many entries are read by one statement, and checked between two reports.
_AT_ONCE = 500
#: What the first entry takes in.
GENESIS = "0" * 64


#: Entries with their details.
_Whole: TypeAlias = Select[int, datetime, str, str, str, str, str]
_Query = TypeVar("_Query", bound=Select[*tuple[Any, ...]])


class Entry(NamedTuple):
    """What an entry's hash covers, besides the one before it."""

    sequence: int
    at: str
    by: str
    machine: str
    command: str
    sentence: str
    detail_digest: str


def entry_hash(previous: str, entry: Entry) -> str:
    """SHA-256 over the previous hash and the entry, each field with its length so that none can run into the next."""
    said = "".join(f"{len(str(value))}:{value}," for value in (previous, *entry))
    return hashlib.sha256(said.encode()).hexdigest()


def detail_digest(salt: str, detail: str) -> str:
    """The salted digest of a detail: the chain covers this, so the detail itself can be erased one day."""
    return hashlib.sha256(f"{salt}:{detail}".encode()).hexdigest()


class SqlJournal:
    """Satisfies :class:`~fundingapp.application.ports.JournalStore`; writing is for the unit of work only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def head(self) -> str:
        found = self._connection.execute(
            select(JournalEntryRecord.hash).order_by(JournalEntryRecord.sequence.desc()).limit(1)
        ).scalar_one_or_none()
        return found or GENESIS

    def newest_moment(self) -> datetime | None:
        """When the last entry was made, by the clock of whoever made it; None in an empty history."""
        return self._connection.execute(
            select(JournalEntryRecord.at).order_by(JournalEntryRecord.sequence.desc()).limit(1)
        ).scalar_one_or_none()

    def append(self, record: JournalRecord, at: datetime, by: str, machine: str) -> int:
        """Writes *record*; returns its place in the chain."""
        last = self._connection.execute(
            select(JournalEntryRecord.sequence, JournalEntryRecord.hash)
            .order_by(JournalEntryRecord.sequence.desc())
            .limit(1)
        ).one_or_none()
        sequence, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
        salt = secrets.token_hex(16)
        detail = json.dumps(
            {"before": record.before, "after": record.after}, ensure_ascii=False, sort_keys=True
        )
        digest = detail_digest(salt, detail)
        at = at.astimezone(UTC)
        entry = Entry(sequence, at.isoformat(), by, machine, record.command, record.sentence, digest)
        self._connection.execute(
            insert(JournalEntryRecord).values(
                {
                    JournalEntryRecord.sequence: sequence,
                    JournalEntryRecord.at: at,
                    JournalEntryRecord.by: by,
                    JournalEntryRecord.machine: machine,
                    JournalEntryRecord.command: record.command,
                    JournalEntryRecord.sentence: record.sentence,
                    JournalEntryRecord.detail_digest: digest,
                    JournalEntryRecord.hash: entry_hash(previous, entry),
                }
            )
        )
        self._connection.execute(
            insert(JournalDetailRecord).values(
                {
                    JournalDetailRecord.sequence: sequence,
                    JournalDetailRecord.salt: salt,
                    JournalDetailRecord.detail: detail,
                }
            )
        )
        return sequence

    def ids(self, where: JournalFilter, fits: Callable[[JournalLine], bool] | None = None) -> array[int]:
        newest_first = JournalEntryRecord.sequence.desc()
        if fits is not None:
            whole = self._under(self._whole().order_by(newest_first), where)
            return array("q", (line.sequence for line in self._read(whole) if fits(line)))
        query = select(JournalEntryRecord.sequence).order_by(newest_first)
        if where.words or any(each.words for each in where.among):
            query = self._with_details(query)
        return array("q", self._connection.execute(self._under(query, where)).scalars())

    def _under(self, query: _Query, where: JournalFilter) -> _Query:
        """*query* of entries, and where words are looked for of their details, for those under *where*."""
        entry, detail = JournalEntryRecord, JournalDetailRecord
        if where.by:
            query = query.where(entry.by == where.by)
        if where.since is not None:
            query = query.where(entry.at >= where.since)
        if where.before is not None:
            query = query.where(entry.at < where.before)
        for word in where.words:
            columns = (entry.sentence, entry.by, detail.detail)
            query = query.where(or_(*[self._holds(column, word) for column in columns]))
        for each in where.among:
            found = [
                self._holds(column, word) for word in each.words for column in (entry.sentence, detail.detail)
            ]
            if each.commands:
                found.append(entry.command.in_(each.commands))
            query = query.where(or_(*found))
        return query

    def _holds(self, column: ColumnElement[str], word: str) -> ColumnElement[bool]:
        if self._connection.dialect.name != "sqlite":
            return column.icontains(word, autoescape=True)
        # SQLite's LIKE takes A to Z alike, and no other letters: such a word needs no copy in small ones.
        if word.isascii():
            return column.contains(word, autoescape=True)
        # “fold” is ours (see engines.py).
        return func.fold(column, type_=Text()).contains(word.casefold(), autoescape=True)

    def entries(self, ids: Sequence[int]) -> list[JournalLine]:
        held: dict[int, JournalLine] = {}
        for start in range(0, len(ids), _AT_ONCE):
            part = ids[start : start + _AT_ONCE]
            query = self._whole().where(JournalEntryRecord.sequence.in_(part))
            held |= {line.sequence: line for line in self._read(query)}
        return [held[id] for id in ids if id in held]

    def people(self) -> list[str]:
        by = JournalEntryRecord.by
        return list(self._connection.execute(select(by).distinct().order_by(by)).scalars())

    def count(self) -> int:
        return int(
            self._connection.execute(select(func.count()).select_from(JournalEntryRecord)).scalar_one()
        )

    def lines(self, limit: int | None = None, commands: Collection[str] = ()) -> list[JournalLine]:
        query = self._whole().order_by(JournalEntryRecord.sequence.desc())
        if commands:
            query = query.where(JournalEntryRecord.command.in_(commands))
        if limit is not None:
            query = query.limit(limit)
        return list(self._read(query))

    @classmethod
    def _whole(cls) -> _Whole:
        """Entries with their details."""
        return cls._with_details(
            select(
                JournalEntryRecord.sequence,
                JournalEntryRecord.at,
                JournalEntryRecord.by,
                JournalEntryRecord.machine,
                JournalEntryRecord.command,
                JournalEntryRecord.sentence,
                JournalDetailRecord.detail,
            )
        )

    @staticmethod
    def _with_details(query: _Query) -> _Query:
        return query.outerjoin(
            JournalDetailRecord, JournalDetailRecord.sequence == JournalEntryRecord.sequence
        )

    def _read(self, query: _Whole) -> Iterator[JournalLine]:
        # The details of a long history are too much to be held all at once.
        query = query.execution_options(yield_per=_AT_ONCE)
        for sequence, at, by, machine, command, sentence, detail in self._connection.execute(query):
            kept = reading(json.loads, detail) if detail else {"before": {}, "after": {}}
            yield JournalLine(sequence, at, by, machine, command, sentence, kept["before"], kept["after"])

    def erase(self, kind: str, id: int, words: Collection[str]) -> dict[int, str]:
        """Puts “(erased)” in place of what the details say of the row *id* of *kind*, and of every text in them that
        holds one of *words* (R05); returns the digest of each detail that changed, for the entry that tells of it.

        The entries' own hashes stay as they are: they cover the digests of the details as they were. The salts go, for
        with them a short text could be guessed from its digest.
        """
        changed: dict[int, str] = {}
        wanted = [JournalDetailRecord.detail.contains(f'"kind": "{kind}"', autoescape=True)]
        for word in words:
            escaped = json.dumps(word, ensure_ascii=False)[1:-1]
            wanted.append(JournalDetailRecord.detail.contains(escaped, autoescape=True))
        held = self._connection.execute(
            select(JournalDetailRecord.sequence, JournalDetailRecord.detail)
            .where(or_(*wanted))
            .order_by(JournalDetailRecord.sequence)
        ).all()
        for sequence, detail in held:
            said = reading(json.loads, detail)
            kept = without(said, kind, id, words)
            if kept == said:
                continue
            kept["erased"] = True
            text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
            salt = secrets.token_hex(16)
            self._connection.execute(
                update(JournalDetailRecord)
                .where(JournalDetailRecord.sequence == sequence)
                .values({JournalDetailRecord.salt: salt, JournalDetailRecord.detail: text})
            )
            changed[sequence] = detail_digest(salt, text)
        return changed

    def _erased(self) -> dict[int, str]:
        """The digests of the details from which something was erased, as the entries that say so keep them; where
        something was erased twice, as the newer one does."""
        found: dict[int, str] = {}
        for line in reversed(self.lines(commands=(ERASING,))):
            kept = line.after.get(ERASED_DETAILS, {})
            found |= {int(sequence): str(digest) for sequence, digest in kept.items()}
        return found

    def problems(self, progress: Progress | None = None) -> Iterable[str]:
        """What is wrong with the chain, entry by entry; nothing when it is whole.

        Details from which something was erased must be as the entry that tells of the erasing says.
        """
        previous, expected = GENESIS, 1
        erased = self._erased()
        total = self.count() if progress is not None else 0
        rows = self._connection.execute(
            select(
                JournalEntryRecord.sequence,
                # The very text, which the hash covers; a changed one need not be a moment any more.
                type_coerce(JournalEntryRecord.at, Text()),
                JournalEntryRecord.by,
                JournalEntryRecord.machine,
                JournalEntryRecord.command,
                JournalEntryRecord.sentence,
                JournalEntryRecord.detail_digest,
                JournalEntryRecord.hash,
                JournalDetailRecord.salt,
                JournalDetailRecord.detail,
            )
            .outerjoin(JournalDetailRecord, JournalDetailRecord.sequence == JournalEntryRecord.sequence)
            .order_by(JournalEntryRecord.sequence)
        )
        for sequence, at, by, machine, command, sentence, digest, held, salt, detail in rows:
            if progress is not None and sequence % _AT_ONCE == 0:
                progress.report(sequence, total, "Checking the history")
            if sequence != expected:
                yield f"The history jumps from entry {expected - 1} to {sequence}: entries are missing."
            entry = Entry(sequence, at, by, machine, command, sentence, digest)
            if entry_hash(previous, entry) != held:
                yield f"Entry {sequence} of the history (“{sentence}”) was changed after it was written."
            if not salt:  # an outer join: both are missing together
                yield f"The details of entry {sequence} of the history (“{sentence}”) are missing."
            elif detail_digest(salt, detail) != erased.get(sequence, digest):
                yield f"The details of entry {sequence} of the history (“{sentence}”) were changed."
            previous, expected = held, sequence + 1
