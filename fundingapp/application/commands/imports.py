"""Taking a ledger download in, taking it back as a whole, and settling what changed between two downloads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fundingapp.application.commands.matching import charges_of_new, new_run, place_all
from fundingapp.application.effect import NOTHING_TO_UNDO, Command, Effect, JournalRecord, Topic
from fundingapp.application.ports import (
    Batch,
    BatchState,
    Change,
    Charged,
    Kept,
    LineChange,
    LineCharges,
    Sighting,
    Tools,
    UnitOfWork,
)
from fundingapp.application.queries.downloads import Download, compare
from fundingapp.application.wording import count, plain
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ids import BatchId, LineId
from fundingapp.domain.ledger import (
    HELD_BACK,
    ChangedLine,
    HeldLine,
    LedgerLine,
    SkippedRow,
    controls_of,
)
from fundingapp.domain.matching import Charge, rescale
from fundingapp.domain.money import Money


@dataclass(frozen=True, slots=True)
class ImportLedger(Command["Imported"]):
    """Takes a download in: new lines are added, changed ones follow the download unless named in *keep*.

    *keep* holds keys of lines that stay as the earlier download had them. With *apply_rules* the coding rules are
    applied to what is then waiting, in the same step. Rows that can't be read are left out only when
    *skip_unreadable* says so; otherwise they refuse the whole download. Taken back by RemoveImport.
    """

    download: Download
    keep: frozenset[str] = frozenset()
    control_total: Money | None = None
    apply_rules: bool = False
    skip_unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. *batch* is the earlier import when the same file had been imported before."""

    batch: BatchId
    rows_read: int
    kept: int
    skipped: int
    new: int
    unchanged: int
    reworded: tuple[str, ...]
    amount_changed: tuple[str, ...]
    vanished: tuple[str, ...]
    placed: int
    findings: tuple[Finding, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class RemoveImport(Command[BatchId]):
    """Takes the newest import back as a whole: its lines with their charges, and what it changed.

    A line that was charged anew since the import changed it keeps that, in proportion. *charges* name lines whose
    charges are put in place as given, when the import itself is taken back. Taken back by RestoreImport.
    """

    batch: BatchId
    charges: tuple[LineCharges, ...] = ()


@dataclass(frozen=True, slots=True)
class RestoreImport(Command[BatchId]):
    """Puts a removed import back with the charges that lines of earlier imports had. Taken back by RemoveImport."""

    batch: BatchId
    charges: tuple[LineCharges, ...]


@dataclass(frozen=True, slots=True)
class ReviewChanges(Command[int]):
    """Says that a person has looked at these changed lines of an import, or (*reviewed* False) takes that back."""

    batch: BatchId
    lines: tuple[LineId, ...]
    reviewed: bool = True


@dataclass(frozen=True, slots=True)
class DecideChange(Command[None]):
    """Takes a changed line as the newer download has it, or keeps it as the earlier one had it.

    Its own inverse; *charges* are put in place as given when it takes a decision back.
    """

    batch: BatchId
    line: LineId
    take: bool
    charges: tuple[Charged, ...] | None = None


def import_ledger(command: ImportLedger, tools: Tools) -> Effect[Imported]:
    download = command.download
    parsed = download.parsed
    findings = list(download.findings)
    place = Source(download.name)
    if not parsed.lines:
        wrong = next((finding.text for finding in findings if finding.severity is Severity.ERROR), "")
        raise ExpectedError(
            "no_lines",
            f"“{download.name}” has no ledger line: {count(parsed.rows_read, 'row')} read, all skipped."
            + (f" {wrong}" if wrong else ""),
            "Look at the reasons, then choose another sheet or file; nothing was imported.",
        )
    held_back = parsed.held_back
    if held_back and not command.skip_unreadable:
        raise _unreadable(download, held_back)
    if command.control_total is not None and command.control_total != parsed.total:
        raise ExpectedError(
            "control_total",
            f"“{download.name}” sums to {parsed.total.in_words}, the control total is "
            f"{command.control_total.in_words}: {(parsed.total - command.control_total).in_words} apart.",
            "Check that the download is whole and the total is for the same periods; nothing has been imported.",
        )
    with tools.open_work() as work:
        batches = work.ledger.batches()
        live = [kept for kept in batches if _is_live(kept)]
        if live and live[-1].value.sha256 == download.copy.sha256:
            return _same_file(download, live[-1], findings)
        if any(kept.value.sha256 == download.copy.sha256 for kept in live):
            findings.append(
                Finding(
                    Severity.WARNING,
                    "import.repeated",
                    f"“{download.name}” was imported before, and another download since.",
                    place,
                )
            )
        tools.progress.report(0, 0, "Comparing with what is held")
        held = work.ledger.held_beside(parsed.lines, parsed.fields) if live else {}
        controls = controls_of(parsed.lines)
        comparison = compare(held, download, work.ledger.cost_centre_groups() if live else [], controls)
        changes = _changes(
            work, comparison.reworded, comparison.amount_changed, comparison.vanished, command.keep
        )
        # The lines of earlier imports that this one may charge anew, and the charges to give back to them.
        before = {
            change.line: change.charges_before for change in changes if change.change is not Change.VANISHED
        }
        run = new_run(work, tools) if command.apply_rules else None
        charges: Iterator[tuple[Charged, ...]] | None = None
        placed = 0
        if run is not None:
            before.update((line, ()) for line, _ in work.ledger.waiting())
            # The new lines come in with their charges: to place them afterwards would write each of them twice.
            charges = charges_of_new(work, tools, run, comparison.new)

        def counted(each: Iterator[tuple[Charged, ...]]) -> Iterator[tuple[Charged, ...]]:
            nonlocal placed
            for charged in each:
                placed += bool(charged)
                yield charged

        tools.progress.report(0, 0, f"Keeping {count(len(parsed.lines), 'line')}")
        tools.sources.keep(download.copy)
        batch = work.ledger.add_batch(
            Batch(
                file_name=download.name,
                sha256=download.copy.sha256,
                size=download.copy.size,
                sheet=download.sheet,
                encoding=download.encoding,
                imported_at=tools.clock(),
                imported_by=tools.who,
                rows_read=parsed.rows_read,
                rows_kept=len(parsed.lines),
                rows_skipped=len(parsed.skipped),
                total=parsed.total,
                stated_total=parsed.stated_total,
                control_total=command.control_total,
                new=len(comparison.new),
                unchanged=len(comparison.unchanged),
                reworded=len(comparison.reworded),
                amount_changed=len(comparison.amount_changed),
                vanished=len(comparison.vanished),
            ),
            comparison.new,
            (
                Sighting(changed.id, changed.after.sheet, changed.after.row)
                for group in (comparison.unchanged, comparison.reworded, comparison.amount_changed)
                for changed in group
            ),
            parsed.skipped,
            controls,
            changes,
            findings,
            counted(charges) if charges is not None else None,
        )
        for change in changes:
            if change.taken:
                _take(work, change, change.charges_after)
        if run is not None and before:
            placed += place_all(work, tools, run).placed
        now = work.ledger.charges_of(before)
        undo = RemoveImport(
            batch, tuple(LineCharges(line, was) for line, was in before.items() if now[line] != was)
        )
        name = f"import {download.name}"
        work.commit(
            JournalRecord(
                "ImportLedger",
                name,
                {"changed": [plain(change.before) for change in changes]},
                {
                    "batch": batch,
                    "file": download.name,
                    "sha256": download.copy.sha256,
                    "rows_read": parsed.rows_read,
                    "rows_kept": len(parsed.lines),
                    "rows_skipped": len(parsed.skipped),
                    "total_pence": parsed.total.pence,
                    "new": len(comparison.new),
                    "unchanged": len(comparison.unchanged),
                    "placed": placed,
                    "changed": [
                        {"line": change.line, "change": change.change.value, "taken": change.taken}
                        | {"after": plain(change.after)}
                        for change in changes
                    ],
                },
            )
        )
    result = Imported(
        batch,
        parsed.rows_read,
        len(parsed.lines),
        len(parsed.skipped),
        len(comparison.new),
        len(comparison.unchanged),
        tuple(changed.after.key for changed in comparison.reworded),
        tuple(changed.after.key for changed in comparison.amount_changed),
        tuple(gone.line.key for gone in comparison.vanished),
        placed,
        tuple(findings),
    )
    return Effect(result, Topic.LEDGER | Topic.CHARGES, name, undo)


def _unreadable(download: Download, held_back: Sequence[SkippedRow]) -> ExpectedError:
    """The refusal of a download with rows that can't be read: the first in full, the others counted."""
    first, more = held_back[0], len(held_back) - 1
    place = f"“{download.name}”" + (f", sheet “{first.sheet}”," if first.sheet else "")
    too = f"{count(more, 'more row')} can't be read either; the" if more else "The"
    fine = len(download.parsed.lines)
    return ExpectedError(
        "unreadable_rows",
        f"{first.reason.removeprefix(HELD_BACK)} {too} other {count(fine, 'row')} of {place} "
        f"{'is' if fine == 1 else 'are'} fine.",
        "Correct the download and import it again, or import it without what can't be read; nothing was imported.",
    )


def _same_file(download: Download, earlier: Kept[Batch], findings: list[Finding]) -> Effect[Imported]:
    when = earlier.value.imported_at.strftime("%d/%m/%Y %H:%M")
    findings.append(
        Finding(
            Severity.WARNING,
            "import.same_file",
            f"“{download.name}” is the very file imported on {when} as “{earlier.value.file_name}”; nothing was added.",
            Source(download.name),
        )
    )
    parsed = download.parsed
    result = Imported(
        BatchId(earlier.id),
        parsed.rows_read,
        len(parsed.lines),
        len(parsed.skipped),
        0,
        len(parsed.lines),
        (),
        (),
        (),
        0,
        tuple(findings),
        repeated=True,
    )
    return Effect(result, Topic.NOTHING, f"import {download.name}", NOTHING_TO_UNDO)


def _changes(
    work: UnitOfWork,
    reworded: Sequence[ChangedLine],
    amount_changed: Sequence[ChangedLine],
    vanished: Sequence[HeldLine],
    keep: frozenset[str],
) -> list[LineChange]:
    ids = [changed.id for changed in (*reworded, *amount_changed)] + [gone.id for gone in vanished]
    charges = work.ledger.charges_of(ids)
    changes = []
    for kind, group in ((Change.REWORDED, reworded), (Change.AMOUNT, amount_changed)):
        for changed in group:
            before = charges[changed.id]
            after = _follow(before, changed.before, changed.after, "earlier")
            changes.append(
                LineChange(
                    changed.id,
                    kind,
                    changed.after.key not in keep,
                    False,
                    changed.before,
                    changed.after,
                    before,
                    after,
                )
            )
    for gone in vanished:
        before = charges[gone.id]
        changes.append(
            LineChange(
                gone.id, Change.VANISHED, gone.line.key not in keep, False, gone.line, None, before, before
            )
        )
    return changes


def _follow(
    charged: tuple[Charged, ...], before: LedgerLine, after: LedgerLine, download: str
) -> tuple[Charged, ...]:
    """Charges that follow a line to its new amount in proportion; none when a person has to look.

    A budget is for one year, so a line that moves to another year leaves its project. *download* says which of the
    two held the line as it was *before*.
    """
    if before.year != after.year and any(entry.charge.head is not None for entry in charged):
        return ()
    if before.amount == after.amount or not charged:
        return charged
    moved = rescale([entry.charge for entry in charged], before.amount, after.amount)
    if moved is None:
        return ()
    note = f" (amount was {before.amount} in the {download} download)"
    return tuple(
        entry._replace(charge=_noted(charge, note)) for entry, charge in zip(charged, moved, strict=True)
    )


def _noted(charge: Charge, note: str) -> Charge:
    return charge._replace(reason=charge.reason + note)


def _charges_there(change: LineChange, now: tuple[Charged, ...]) -> tuple[Charged, ...]:
    """The charges when a change is taken: as it was recorded, unless the line was charged anew since."""
    if change.after is None or now == change.charges_before:
        return change.charges_after
    return _follow(now, change.before, change.after, "earlier")


def _charges_back(change: LineChange, now: tuple[Charged, ...]) -> tuple[Charged, ...]:
    """The charges when a change is given back: those from before, unless the line was charged anew since."""
    if change.after is None or now == change.charges_after:
        return change.charges_before
    return _follow(now, change.after, change.before, "newer")


def _take(work: UnitOfWork, change: LineChange, charges: tuple[Charged, ...]) -> None:
    """Makes the line as the newer download has it."""
    if change.after is None:
        work.ledger.set_live([change.line], False)
        return
    work.ledger.update_line(change.line, change.after)
    work.ledger.put_charges([LineCharges(change.line, charges)])


def _give_back(work: UnitOfWork, change: LineChange, charges: tuple[Charged, ...]) -> None:
    """Makes the line as the earlier download had it."""
    if change.after is None:
        work.ledger.set_live([change.line], True)
        return
    work.ledger.update_line(change.line, change.before)
    work.ledger.put_charges([LineCharges(change.line, charges)])


def _is_live(kept: Kept[Batch]) -> bool:
    return kept.value.state is BatchState.LIVE


def _batch(work: UnitOfWork, batch: BatchId) -> Kept[Batch]:
    for kept in work.ledger.batches():
        if kept.id == batch:
            return kept
    raise NotFoundError("import", str(batch))


def remove_import(command: RemoveImport, tools: Tools) -> Effect[BatchId]:
    with tools.open_work() as work:
        kept = _batch(work, command.batch)
        live = [entry.id for entry in work.ledger.batches() if _is_live(entry)]
        if not _is_live(kept):
            raise ExpectedError(
                "import_removed", "This import has been taken back already.", "Nothing to do."
            )
        if command.batch != live[-1]:
            newest = _batch(work, BatchId(live[-1])).value.file_name
            raise ExpectedError(
                "import_not_newest",
                f"“{newest}” was imported after this one and was compared with it.",
                "Take back the newer import first.",
            )
        changes = [change for change in work.ledger.changes(command.batch) if change.taken]
        given = {entry.line: entry.charges for entry in command.charges}
        now = work.ledger.charges_of(dict.fromkeys([change.line for change in changes] + list(given)))
        for change in changes:
            _give_back(work, change, _charges_back(change, now[change.line]))
        work.ledger.put_charges(command.charges)
        lines = work.ledger.set_batch_lines_live(command.batch, False)
        work.ledger.set_batch_state(command.batch, BatchState.REMOVED)
        name = f"import {kept.value.file_name}"
        work.commit(
            JournalRecord(
                "RemoveImport", f"take back {name}", {"batch": command.batch, "lines": lines}, {"lines": 0}
            )
        )
    charges = tuple(LineCharges(line, charged) for line, charged in now.items())
    return Effect(command.batch, Topic.LEDGER | Topic.CHARGES, name, RestoreImport(command.batch, charges))


def restore_import(command: RestoreImport, tools: Tools) -> Effect[BatchId]:
    with tools.open_work() as work:
        kept = _batch(work, command.batch)
        if _is_live(kept):
            raise ExpectedError("import_there", "This import is in place already.", "Nothing to do.")
        newer = [entry for entry in work.ledger.batches() if entry.id > kept.id and _is_live(entry)]
        if newer:
            raise ExpectedError(
                "import_not_newest",
                f"“{newer[-1].value.file_name}” was imported after this one was taken back.",
                "Import the file of this one again.",
            )
        now = work.ledger.charges_of([entry.line for entry in command.charges])
        for change in work.ledger.changes(command.batch):
            if change.taken:
                _take(work, change, change.charges_after)
        work.ledger.put_charges(command.charges)
        lines = work.ledger.set_batch_lines_live(command.batch, True)
        work.ledger.set_batch_state(command.batch, BatchState.LIVE)
        name = f"import {kept.value.file_name}"
        work.commit(
            JournalRecord("RestoreImport", name, {"lines": 0}, {"batch": command.batch, "lines": lines})
        )
    charges = tuple(LineCharges(line, charged) for line, charged in now.items())
    return Effect(command.batch, Topic.LEDGER | Topic.CHARGES, name, RemoveImport(command.batch, charges))


def review_changes(command: ReviewChanges, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        todo = {
            change.line
            for change in work.ledger.changes(command.batch)
            if change.reviewed is not command.reviewed
        }
        lines = tuple(line for line in command.lines if line in todo)
        name = f"review {count(len(lines), 'changed line')}"
        if not lines:
            return Effect(0, Topic.NOTHING, name, NOTHING_TO_UNDO)
        work.ledger.set_reviewed(command.batch, lines, command.reviewed)
        work.commit(
            JournalRecord(
                "ReviewChanges",
                name,
                {"lines": list(lines), "reviewed": not command.reviewed},
                {"lines": list(lines), "reviewed": command.reviewed},
            )
        )
    inverse = ReviewChanges(command.batch, lines, not command.reviewed)
    return Effect(len(lines), Topic.LEDGER, name, inverse)


def decide_change(command: DecideChange, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        live = [entry.id for entry in work.ledger.batches() if _is_live(entry)]
        if not live or live[-1] != command.batch:
            raise ExpectedError(
                "import_not_newest",
                "A newer import has come since; only its changes can be decided.",
                "Look at the changes of the newest import.",
            )
        change = next(
            (entry for entry in work.ledger.changes(command.batch) if entry.line == command.line), None
        )
        if change is None:
            raise NotFoundError("changed line", str(command.line))
        name = f"{'take' if command.take else 'keep'} {change.before.transaction} as " + (
            "the new download has it" if command.take else "it was"
        )
        if change.taken is command.take:
            return Effect(None, Topic.NOTHING, name, NOTHING_TO_UNDO)
        now = work.ledger.charges_of([command.line])[command.line]
        turn, charges = (_take, _charges_there) if command.take else (_give_back, _charges_back)
        turn(work, change, charges(change, now) if command.charges is None else command.charges)
        work.ledger.set_taken(command.batch, command.line, command.take)
        work.commit(
            JournalRecord(
                "DecideChange",
                name,
                {"line": command.line, "taken": change.taken},
                {"line": command.line, "taken": command.take},
            )
        )
    inverse = DecideChange(command.batch, command.line, not command.take, now)
    return Effect(None, Topic.LEDGER | Topic.CHARGES, name, inverse)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    ImportLedger: import_ledger,
    RemoveImport: remove_import,
    RestoreImport: restore_import,
    ReviewChanges: review_changes,
    DecideChange: decide_change,
}
