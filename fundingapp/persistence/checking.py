"""*Check my file*: everything that can be wrong with a funding file itself, in plain sentences (decision D12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, inspect, literal, select

from fundingapp.application.offices import PaperProblem
from fundingapp.application.ports import BatchState
from fundingapp.application.progress import Progress, SilentProgress
from fundingapp.application.wording import short_date
from fundingapp.domain.adjustments import AdjustmentType
from fundingapp.domain.evidence import FileState
from fundingapp.domain.figure_imports import FigureLayout
from fundingapp.domain.matching import LineState
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.persistence.bases import Base
from fundingapp.persistence.columns import Pence
from fundingapp.persistence.digests import (
    BY_IMPORT,
    IN_THE_ROW,
    Disagreement,
    digested_tables,
    disagreements,
    schema_agrees,
)
from fundingapp.persistence.journal import SqlJournal
from fundingapp.persistence.ledger.totals import total_problems
from fundingapp.persistence.records.evidence import EvidenceRecord, SupportRecord
from fundingapp.persistence.records.figure_files import FigureImportRecord, PublicationRecord
from fundingapp.persistence.records.grants import FundRecord, ProjectRecord
from fundingapp.persistence.records.imports import BatchRecord
from fundingapp.persistence.records.ledger import ChargeRecord, LedgerLineRecord
from fundingapp.persistence.records.results import IndicatorFigureRecord, IndicatorRecord
from fundingapp.persistence.records.returns import PartnerBookRecord, ReturnTemplateRecord, SavedReturnRecord
from fundingapp.persistence.records.year_end import AccrualRecord, AdjustmentRecord
from fundingapp.persistence.sources import FileSources
from fundingapp.persistence.upgrading import SCHEMA_VERSION
from fundingapp.persistence.work import NOUNS

#: Whether a paper is a file that is still kept.
_IS_KEPT: Final = (EvidenceRecord.sha256 != "", EvidenceRecord.erased_at.is_(None))

#: So many sentences of one kind are enough to know where to look.
_MOST: Final = 20

#: What to call rows that are no values of their own.
_NOUNS: Final[Mapping[str, str]] = {
    "ledger_line": "ledger line",
    "charge": "charge of ledger line",
    "line_sighting": "rows of import",
    "line_change": "changed lines of import",
    "skipped_row": "skipped rows of import",
    "finding": "findings of import",
    "batch_control": "control totals of import",
    **NOUNS,
}

#: By which of its columns a person knows a record, the first that it has.
_NAMES: Final = ("ref", "transaction_ref", "name", "title", "file_name", "key", "reason", "sentence")


def problems(
    connection: Connection, path: Path | None, sources: FileSources, progress: Progress | None = None
) -> Iterator[str]:
    """Everything that is wrong with the database on *connection*, in sentences; nothing when it is sound.

    The database and its references, the digest of every row, the history's chain, what lines say of their charges, the
    stored totals, and the kept originals and attachments. *path* is the file, None on a server. Raises ExpectedError
    for what can't be read at all, Cancelled.
    """
    told = progress or SilentProgress()
    told.report(0, 0, "Checking the database")
    yield from damage(connection, path)
    yield from altered_records(connection, told)
    told.report(0, 0, "Checking the history")
    yield from SqlJournal(connection).problems()
    told.report(0, 0, "Checking ledger lines and charges")
    yield from line_problems(connection)
    told.report(0, 0, "Adding everything up anew")
    yield from total_problems(connection)
    yield from _originals(connection, sources, told)
    yield from _evidence_problems(connection, sources)


def damage(connection: Connection, path: Path | None) -> list[str]:
    """What SQLite itself finds wrong; nothing on a server, which looks after that."""
    if connection.dialect.name != "sqlite":
        return []
    if path is not None:
        pages, size = (
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size")
        )
        length = path.stat().st_size
        if length != pages * size:
            # SQLite fills up what is missing of the last page with noughts, without a word.
            return [
                f"The database is damaged: the file is {length:,} bytes long and should be {pages * size:,}."
            ]
    said = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    found = [f"The database is damaged: {line}." for line in said[:_MOST] if line != "ok"]
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return found + [
        f"A row of “{row[0]}” refers to a row of “{row[2]}” that is missing." for row in broken[:_MOST]
    ]


# Row digests


def altered_records(connection: Connection, progress: Progress | None = None) -> Iterator[str]:
    """The records that are not as the program wrote them, each by its name and figures."""
    told = progress or SilentProgress()
    if not _is_newer(connection) and not schema_agrees(connection):
        yield "The layout of the database was changed outside the program, or a disk fault changed it."
    there = set(inspect(connection).get_table_names())
    tables = [name for name in (*digested_tables(), *IN_THE_ROW) if name in there]
    for done, table in enumerate(tables):
        told.report(done, len(tables), "Checking every record")
        yield from _first(_said_of(each) for each in disagreements(connection, [table]))


def _is_newer(connection: Connection) -> bool:
    """Whether a newer program laid the file out, which may have more tables than this one knows of."""
    if connection.dialect.name != "sqlite":
        return False
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one()) > SCHEMA_VERSION


def _first(sentences: Iterable[str]) -> list[str]:
    """The first sentences, and how many more there are."""
    found: list[str] = []
    more = 0
    for sentence in sentences:
        if len(found) < _MOST:
            found.append(sentence)
        else:
            more += 1
    return [*found, f"… and {more:,} more of these."] if more else found


def _said_of(wrong: Disagreement) -> str:
    noun = _NOUNS.get(wrong.table, wrong.table.replace("_", " "))
    name = f"{noun[0].upper()}{noun[1:]} {wrong.id}"
    if not wrong.there:
        return f"{name} is missing: it was taken out of the file outside the program."
    if wrong.table in BY_IMPORT:
        return f"{name} were changed outside the program, or a disk fault changed them."
    return f"{name}{_in_words(wrong.there)} was changed outside the program, or a disk fault changed it."


def _in_words(there: Mapping[str, Any]) -> str:
    """A row as a person knows it, by its name, amount and year, as they stand there now."""
    words: list[str] = []
    for column in _NAMES:
        if there.get(column):
            words.append(f"“{str(there[column])[:60]}”")
            break
    for column, value in there.items():
        if column.endswith("_pence") and isinstance(value, int | Money):
            words.append((value if isinstance(value, Money) else Money(value)).in_words)
            break
    year = there.get("year", there.get("from_year"))
    year = year.start if isinstance(year, FinancialYear) else year
    if isinstance(year, int) and 1900 <= year <= date.max.year - 1:
        words.append(f"for {FinancialYear(year)}")
    return f" ({' '.join(words)})" if words else ""


# Originals and attachments


def _originals(connection: Connection, sources: FileSources, progress: Progress) -> Iterator[str]:
    held = [
        (name, digest)
        for wanted in (
            select(BatchRecord.file_name, BatchRecord.sha256).where(BatchRecord.state == BatchState.LIVE),
            # Of street-level crimes only the counts are kept, and the hash of the file that they were counted from.
            select(FigureImportRecord.file_name, FigureImportRecord.sha256).where(
                FigureImportRecord.layout != FigureLayout.STREET
            ),
            select(PublicationRecord.name, PublicationRecord.sha256),
            select(ReturnTemplateRecord.file_name, ReturnTemplateRecord.sha256),
            # Of older returns no copy was kept: their size is nought.
            select(SavedReturnRecord.file_name, SavedReturnRecord.sha256).where(SavedReturnRecord.size > 0),
            # Workbooks are kept as they came back; "" for one that is out.
            select(PartnerBookRecord.file_name, PartnerBookRecord.back_sha256),
        )
        for name, digest in connection.execute(wanted)
        if digest
    ]
    for done, (name, digest) in enumerate(held):
        progress.report(done, len(held), "Checking originals and attachments")
        problem = sources.problem(name, digest)
        if problem:
            yield problem


def _evidence_problems(connection: Connection, sources: FileSources) -> list[str]:
    """What is wrong with the attached files, each with everything that rests on it."""
    supported: dict[tuple[str, str], list[str]] = {}
    for name, digest, what in _attached(connection):
        supported.setdefault((name, digest), []).append(what)
    found: list[str] = []
    for (name, digest), things in supported.items():
        problem = sources.problem(name, digest, "evidence")
        if problem:
            found.append(PaperProblem(f"{problem} It supports {'; '.join(things)}."))
    lone = connection.execute(
        select(EvidenceRecord.name, EvidenceRecord.sha256)
        .where(*_IS_KEPT, EvidenceRecord.id.not_in(select(SupportRecord.evidence)))
        .order_by(EvidenceRecord.id)
    )
    found += [
        PaperProblem(problem)
        for name, digest in lone
        if (problem := sources.problem(name, digest, "evidence")) is not None
    ]
    erased = connection.execute(
        select(EvidenceRecord.id, EvidenceRecord.sha256, EvidenceRecord.size)
        .where(EvidenceRecord.sha256 != "", EvidenceRecord.erased_at.is_not(None))
        .order_by(EvidenceRecord.id)
    )
    found += [
        f"Paper {id} was erased, and its file is there again: it was put back from elsewhere. Erase it once more."
        for id, digest, size in erased
        if sources.state(digest, size) is not FileState.MISSING
    ]
    return found


def _attached(connection: Connection) -> list[tuple[str, str, str]]:
    """Name, hash and what it supports of every attached file."""
    found = []
    for thing, column, words in (
        (AdjustmentRecord, SupportRecord.adjustment, AdjustmentRecord.type),
        (AccrualRecord, SupportRecord.accrual, literal("accrual")),
    ):
        rows = connection.execute(
            select(
                EvidenceRecord.name,
                EvidenceRecord.sha256,
                words,
                thing.amount,
                ProjectRecord.ref,
                thing.year,
                thing.period,
            )
            .join(SupportRecord, SupportRecord.evidence == EvidenceRecord.id)
            .join(thing, thing.id == column)
            .join(ProjectRecord, ProjectRecord.id == thing.project)
            .where(*_IS_KEPT)
            .order_by(EvidenceRecord.id, thing.id)
        )
        for name, digest, type, amount, ref, year, period in rows:
            word = type.value if isinstance(type, AdjustmentType) else type
            said = f"“{word}” of {amount.in_words} for {ref} in period {period} of {year}"
            found.append((name, digest, said))
    support = SupportRecord.__table__
    others = {
        column: next(iter(column.foreign_keys)).column.table.name
        for column in support.columns
        if column.foreign_keys and column.name not in ("evidence_id", "adjustment_id", "accrual_id")
    }
    rows = connection.execute(
        select(EvidenceRecord.name, EvidenceRecord.sha256, *others)
        .join(SupportRecord, SupportRecord.evidence == EvidenceRecord.id)
        .where(*_IS_KEPT)
        .order_by(EvidenceRecord.id, SupportRecord.id)
    )
    for name, digest, *ids in rows:
        for table, id in zip(others.values(), ids, strict=True):
            if isinstance(id, int):
                found.append((name, digest, _named(connection, table, id)))
    return found


def _named(connection: Connection, table: str, id: int) -> str:
    """What a paper supports as a person knows it: “LF-10 figure of “Clients supported”, 01/04/2018 to 30/06/2018”; by
    its number alone where the row is not there."""
    noun, row = _NOUNS.get(table, table.replace("_", " ")), _row(connection, table, id)
    if not row:
        return f"{noun} {id}"
    if table == IndicatorFigureRecord.__tablename__:
        of = _row(connection, IndicatorRecord.__tablename__, row["indicator_id"])
        days = f"{short_date(row['first_day'])} to {short_date(row['last_day'])}"
        words = f"figure of “{of.get('name', '')}”, {days}"
    else:
        of, said = row, _in_words(row)
        words = f"{noun}{said}" if said else f"{noun} {id}"
    if table == ProjectRecord.__tablename__:
        return f"{noun} {row['ref']}"
    project = _row(connection, ProjectRecord.__tablename__, of.get("project_id"))
    return f"{project['ref']} {words}" if project else words


def _row(connection: Connection, table: str, id: int | None) -> Mapping[str, Any]:
    """The row of that number by its columns' names; empty where there is none."""
    made = Base.metadata.tables[table]
    found = connection.execute(select(made).where(made.c.id == id)).mappings().one_or_none()
    return {str(column): value for column, value in found.items()} if found is not None else {}


# Lines and their charges


def line_problems(connection: Connection) -> list[str]:
    sums = (
        select(
            ChargeRecord.line.label("line"),
            func.sum(ChargeRecord.amount).label("total"),
            func.count().label("parts"),
            func.min(ChargeRecord.live).label("live"),
            func.max(ChargeRecord.live).label("live_too"),
            func.min(ChargeRecord.year).label("year"),
            func.max(ChargeRecord.year).label("year_too"),
            func.min(ChargeRecord.period).label("period"),
            func.max(ChargeRecord.period).label("period_too"),
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
            | ((sums.c.parts > 0) & ((line.year != sums.c.year) | (line.year != sums.c.year_too)))
            | ((sums.c.parts > 0) & ((line.period != sums.c.period) | (line.period != sums.c.period_too)))
            | ((line.state == LineState.WAITING) != (func.coalesce(sums.c.parts, 0) == 0))
        )
        .limit(20)
    ).scalars()
    found = [f"The charges of ledger line {transaction} do not add up to it." for transaction in differing]
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
            f"Ledger line {transaction} is charged to a {noun} that is missing." for transaction in nowhere
        ]
    return found
