"""The story of one ledger line: the row it was read from, what later downloads and people did with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Batch, BatchState, Change, JournalLine, Kept, Tools, UnitOfWork
from fundingapp.application.wording import short_date
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import BatchId, LineId
from fundingapp.domain.ledger import Cell, LedgerLine, RawTable
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money

#: The commands whose journal entries name the lines that they charged.
_CHARGING = ("ChargeLines", "RestoreCharges", "EditRules")
#: So many rows above and below are shown with the one that is asked for.
_AROUND = 2


@dataclass(frozen=True, slots=True)
class LineHistory(Question["tuple[HistoryEntry, ...]"]):
    """What happened to a line since it came in, newest first."""

    line: LineId


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that happened to a line: when, by whom, what in a sentence, and its reason."""

    at: datetime
    by: str
    what: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OriginalRow(Question["Original"]):
    """The row of the kept original that a line was read from; reads the file, so it may take seconds."""

    line: LineId


@dataclass(frozen=True, slots=True)
class Original:
    """Rows of the original as the file has them, with its headings. *row* is the one that the line came from.

    *rows* are pairs of a row's number in the file and its cells, the neighbours above and below included.
    """

    file: str
    sheet: str
    row: int
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class ExclusionReasons(Question["list[str]"]):
    """The reasons that people gave for excluding lines, the most used first."""


def answer_history(question: LineHistory, tools: Tools) -> tuple[HistoryEntry, ...]:
    with tools.open_work(reading=True) as work:
        refs = {kept.id: f"{kept.value.ref} {kept.value.name}" for kept in work.projects.all()}
        entries: list[HistoryEntry] = []
        for batch in work.ledger.batches():
            if batch.value.state is BatchState.LIVE:
                entries += _in_batch(work, batch, question.line)
        for journal in work.journal.lines(commands=_CHARGING):
            was = _charges_in(journal.before, question.line)
            now = _charges_in(journal.after, question.line)
            if was is None and now is None:
                continue
            what, reason = _placed(now or (), refs)
            if journal.command == "RestoreCharges":
                what = f"Put back: {what[:1].lower()}{what[1:]}"
            entries.append(HistoryEntry(journal.at, journal.by, what, reason))
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def _in_batch(work: UnitOfWork, batch: Kept[Batch], line: LineId) -> list[HistoryEntry]:
    kept = batch.value
    for change in work.ledger.changes(BatchId(batch.id)):
        if change.line == line:
            taken = "the new counts" if change.taken else "the old was kept"
            words = (
                f"{kept.file_name} states it differently: {difference(change.before, change.after)}; {taken}."
            )
            if change.change is Change.VANISHED:
                words = f"{kept.file_name} does not hold it any more; {taken}."
            return [HistoryEntry(kept.imported_at, kept.imported_by, words)]
    row = work.ledger.line_rows([line])
    if row and row[0].file == kept.file_name:
        return [HistoryEntry(kept.imported_at, kept.imported_by, f"Read from {kept.file_name}.")]
    return []


def difference(before: LedgerLine, after: LedgerLine | None) -> str:
    """What two downloads say differently about a line: “£72.69 → £85.19”."""
    if after is None:
        return f"{before.amount.in_words} → no longer in the ledger"
    parts = []
    if before.amount != after.amount:
        parts.append(f"{before.amount.in_words} → {after.amount.in_words}")
    if (before.year, before.period) != (after.year, after.period):
        parts.append(f"period {before.period} of {before.year} → period {after.period} of {after.year}")
    if before.posted_on != after.posted_on:
        parts.append(f"date {short_date(before.posted_on)} → {short_date(after.posted_on)}")
    for name in ("cost_centre", "account", "supplier", "description", "type"):
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            parts.append(f"{name.replace('_', ' ')} “{was}” → “{now}”")
    return "; ".join(parts) or "nothing that is shown"


def charged_in(entry: JournalLine, line: int) -> bool:
    """Whether *entry* of the history is about what *line* is charged to."""
    return any(_charges_in(detail, LineId(line)) is not None for detail in (entry.before, entry.after))


def _charges_in(detail: Mapping[str, Any], line: LineId) -> Sequence[Mapping[str, Any]] | None:
    """The charges that a journal entry has for *line*; None when it is not about it."""
    for entry in detail.get("lines", ()):
        if entry.get("line") == line:
            found: Sequence[Mapping[str, Any]] = entry.get("charges", ())
            return found
    return None


def _placed(charges: Sequence[Mapping[str, Any]], refs: Mapping[int, str]) -> tuple[str, str]:
    """Where the charges of a journal entry put a line, in a sentence, and their reason."""
    if not charges:
        return "Made to wait again.", ""
    parts = []
    for entry in charges:
        charge = entry["charge"]
        amount = Money(charge["amount"]).in_words
        head = charge.get("head")
        if head is not None:
            parts.append(f"{amount} to {refs.get(head['project'], 'a project that is gone')}")
        elif charge["disposition"] == Disposition.INCOME.value:
            parts.append(f"{amount} as income")
        else:
            parts.append(f"{amount} excluded")
    reasons = dict.fromkeys(str(entry["charge"]["reason"]) for entry in charges)
    return f"Placed: {', '.join(parts)}.", "; ".join(reasons)


def answer_original(question: OriginalRow, tools: Tools) -> Original:
    with tools.open_work(reading=True) as work:
        [row] = work.ledger.line_rows([question.line])
        batches = [kept.value for kept in work.ledger.batches() if kept.value.file_name == row.file]
    live = [batch for batch in batches if batch.state is BatchState.LIVE] or batches
    if not live:
        raise _lost(row.file)
    path = tools.sources.original(live[-1].sha256, row.file)
    line = row.line
    tables = tools.reader.ledger(path, row.file, line.sheet or None, tools.progress)
    for table in tables:
        if table.sheet == line.sheet:
            found = _around(table, line.row)
            if found:
                return Original(row.file, line.sheet, line.row, table.headings, found)
    raise ExpectedError(
        "row_not_found",
        f"Row {line.row:,} was not found in the kept original of “{row.file}”.",
        "Check my file tells whether the original is whole.",
    )


def _around(table: RawTable, number: int) -> tuple[tuple[int, tuple[Cell, ...]], ...]:
    rows = table.rows
    for at, row in enumerate(rows):
        if row.row == number:
            return tuple((each.row, each.cells) for each in rows[max(0, at - _AROUND) : at + _AROUND + 1])
    return ()


def _lost(name: str) -> ExpectedError:
    return ExpectedError(
        "original_lost",
        f"The import that “{name}” came with is not in the file any more.",
        "Open the newest backup to see it.",
    )


def answer_reasons(question: ExclusionReasons, tools: Tools) -> list[str]:
    with tools.open_work(reading=True) as work:
        return work.ledger.exclusion_reasons()


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    LineHistory: answer_history,
    OriginalRow: answer_original,
    ExclusionReasons: answer_reasons,
}
