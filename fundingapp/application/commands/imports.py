"""Taking a ledger download in, taking it back as a whole, and settling what changed between two downloads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from fundingapp.application.commands.layouts import LayoutTurn, remember, turn_over
from fundingapp.application.commands.matching import charges_of_new, new_run, place_all
from fundingapp.application.effect import Command, Effect, JournalRecord, Topic, nothing_done
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
from fundingapp.application.queries.locks import locks_of, refuse_locked_lines
from fundingapp.application.queries.previews import taken_back, told_by
from fundingapp.application.wording import count, plain
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ids import BatchId, LineId
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import (
    HELD_BACK,
    ChangedLine,
    Comparison,
    Control,
    ControlKey,
    HeldBeside,
    HeldLine,
    LedgerLine,
    ParsedLedger,
    SkippedRow,
    controls_of,
)
from fundingapp.domain.locks import Locks
from fundingapp.domain.look_alikes import LookAlike, as_one, look_alikes, recognised_by
from fundingapp.domain.matching import Charge, rescale
from fundingapp.domain.money import Money


@dataclass(frozen=True, slots=True)
class ImportLedger(Command["Imported"]):
    """Takes a download in: new lines are added, changed ones follow the download unless named in *keep*.

    *keep* holds keys of lines that stay as the earlier download had them. With *apply_rules* the coding rules are
    applied to what is then waiting, in the same step. Rows that can't be read are left out only when
    *skip_unreadable* says so; otherwise they refuse the whole download.

    *same* are new lines, by key, that are taken for the line held that they look like; None for the likely ones.
    *leave_out* are keys of new lines that repeat an earlier one and are skipped. *remember* are the layouts that a
    person confirmed with it. The very file of the import that was taken back last is put back with all that had been
    decided about it, unless it is to come in *anew*. Taken back by RemoveImport.
    """

    backed_up_before: ClassVar[str] = "the import of a ledger"

    download: Download
    keep: frozenset[str] = frozenset()
    control_total: Money | None = None
    apply_rules: bool = False
    skip_unreadable: bool = False
    same: frozenset[str] | None = None
    leave_out: frozenset[str] = frozenset()
    remember: tuple[Layout, ...] = ()
    anew: bool = False


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
    charges are put in place as given, and *layouts* what was remembered with it, when the import itself is undone.
    Taken back by RestoreImport.
    """

    backed_up_before: ClassVar[str] = "an import is taken back"

    batch: BatchId
    charges: tuple[LineCharges, ...] = ()
    layouts: tuple[LayoutTurn, ...] = ()


@dataclass(frozen=True, slots=True)
class RestoreImport(Command[BatchId]):
    """Puts a removed import back with everything that had been decided about its lines and its changes.

    *charges* are those of lines of earlier imports, and *layouts* what was remembered with it, when its removal is
    undone. Taken back by RemoveImport.
    """

    batch: BatchId
    charges: tuple[LineCharges, ...] = ()
    layouts: tuple[LayoutTurn, ...] = ()


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
    _refuse_unfit(command)
    download = command.download
    findings = list(download.findings)
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
                    Source(download.name),
                )
            )
        tools.progress.report(0, 0, "Comparing with what is held")
        locks = locks_of(work)
        parsed, comparison, controls = _compared(work, command, bool(live), findings)
        changes = _changes(
            work, comparison.reworded, comparison.amount_changed, comparison.vanished, command.keep, locks
        )
        findings += _locked_findings(locks, comparison.new, changes, Source(download.name))
        gone = None if command.anew else taken_back(batches, download)
        if (
            gone is not None
            and not _charged_in_locked(work, BatchId(gone.id), locks)
            and _does_the_same(work, gone, parsed, comparison, changes)
        ):
            return _import_put_back(work, gone, command, comparison, findings, tools)
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
        made = _batch_of(work, command, parsed, comparison, tools)
        layouts = remember(work, command.remember, tools)
        batch = work.ledger.add_batch(
            made,
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
        _take(work, [(change, change.charges_after) for change in changes if change.taken])
        if run is not None and before:
            placed += place_all(work, tools, run).placed
        undo = RemoveImport(batch, _to_give_back(work, before), tuple(entry.back for entry in layouts))
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
                    "layout": made.layout,
                    "keyed_by": made.keyed_by,
                    "rows_read": parsed.rows_read,
                    "rows_kept": len(parsed.lines),
                    "rows_skipped": len(parsed.skipped),
                    "total_pence": made.total.pence,
                    "new": len(comparison.new),
                    "unchanged": len(comparison.unchanged),
                    "placed": placed,
                    "changed": [
                        {"line": change.line, "change": change.change.value, "taken": change.taken}
                        | {"after": plain(change.after)}
                        for change in changes
                    ],
                    "remembered": [{"id": entry.id, "layout": plain(entry.after)} for entry in layouts],
                },
            )
        )
    result = _imported(BatchId(batch), parsed, comparison, placed, findings)
    return Effect(result, _topics(layouts), name, undo)


def _refuse_unfit(command: ImportLedger) -> None:
    """Raises ExpectedError for a download that can't be taken in as it is, whatever is held."""
    download, parsed = command.download, command.download.parsed
    if not parsed.lines:
        findings = download.findings
        wrong = next((finding.text for finding in findings if finding.severity is Severity.ERROR), "")
        raise ExpectedError(
            "no_lines",
            f"“{download.name}” has no ledger line: {count(parsed.rows_read, 'row')} read, all skipped."
            + (f" {wrong}" if wrong else ""),
            "Look at the reasons, then choose another sheet or file; nothing was imported.",
        )
    if download.open_questions:
        raise _unsettled(download)
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


def _compared(
    work: UnitOfWork, command: ImportLedger, has_live: bool, findings: list[Finding]
) -> tuple[ParsedLedger, Comparison, dict[ControlKey, Control]]:
    """The download as it is taken in, against what is held, and its control totals; *findings* get what is noticed
    on the way."""
    download = command.download
    parsed = download.parsed
    held = work.ledger.held_beside(parsed.lines, parsed.fields) if has_live else HeldBeside()
    controls = controls_of(parsed.lines)
    comparison = compare(held, download, work.ledger.cost_centre_groups() if has_live else [], controls)
    alike = look_alikes(comparison, download.parsed.lines, held)
    pairs = {
        pair.line.key: HeldLine(pair.held, pair.other)
        for pair in alike
        if pair.held is not None and (pair.likely if command.same is None else pair.line.key in command.same)
    }
    left_out = {
        pair.line.key: pair for pair in alike if pair.held is None and pair.line.key in command.leave_out
    }
    findings += _of_look_alikes(alike, pairs, left_out, Source(download.name))
    comparison = as_one(comparison, pairs)
    if not left_out:
        return parsed, comparison, controls
    skipped = [
        SkippedRow(
            pair.line.sheet,
            pair.line.row,
            f"left out: it repeats row {pair.other.row:,}",
            " | ".join(filter(None, (pair.line.supplier, pair.line.description, str(pair.line.amount)))),
        )
        for pair in left_out.values()
    ]
    parsed = replace(
        download.parsed,
        lines=[line for line in download.parsed.lines if line.key not in left_out],
        skipped=[*download.parsed.skipped, *skipped],
    )
    new = tuple(line for line in comparison.new if line.key not in left_out)
    return parsed, replace(comparison, new=new), controls_of(parsed.lines)


def _of_look_alikes(
    alike: Sequence[LookAlike], pairs: Collection[str], left_out: Collection[str], place: Source
) -> list[Finding]:
    """What is said of lines that look the same: those taken for one, and those that count twice."""
    found = []
    if pairs:
        total = Money.total(pair.line.amount for pair in alike if pair.line.key in pairs)
        found.append(
            Finding(
                Severity.WARNING,
                "import.same_lines",
                f"{count(len(pairs), 'line')} of {total.in_words} that this download numbers otherwise "
                f"{'was' if len(pairs) == 1 else 'were'} taken for lines held already, by date, amount and supplier.",
                place,
            )
        )
    twice = [pair for pair in alike if pair.held is not None and pair.line.key not in pairs]
    if twice:
        first = twice[0]
        found.append(
            Finding(
                Severity.WARNING,
                "import.look_alike",
                f"{count(len(twice), 'new line')} of {Money.total(pair.line.amount for pair in twice).in_words} "
                f"{'looks' if len(twice) == 1 else 'look'} like a line that is held from another import and counts "
                f"beside it, the first in row {first.line.row:,}.",
                replace(place, sheet=first.line.sheet, row=first.line.row),
            )
        )
    again = [pair for pair in alike if pair.held is None and pair.line.key not in left_out]
    if again:
        first = again[0]
        found.append(
            Finding(
                Severity.NOTE,
                "import.repeated_rows",
                f"{count(len(again), 'row')} of {Money.total(pair.line.amount for pair in again).in_words} "
                f"{'repeats' if len(again) == 1 else 'repeat'} an earlier one word for word and "
                f"{'counts' if len(again) == 1 else 'count'} beside it, the first in row {first.line.row:,}.",
                replace(place, sheet=first.line.sheet, row=first.line.row),
            )
        )
    return found


def _batch_of(
    work: UnitOfWork, command: ImportLedger, parsed: ParsedLedger, comparison: Comparison, tools: Tools
) -> Batch:
    download = command.download
    return Batch(
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
        layout=_told_by(work, command, tools),
        keyed_by=recognised_by(parsed.lines),
        columns=download.columns,
    )


def _told_by(work: UnitOfWork, command: ImportLedger, tools: Tools) -> str:
    """How it was told what the columns mean, in words."""
    if command.remember:
        return f"as {tools.who} confirmed it"
    return told_by(work, command.download) or "told by its headings and values"


def _imported(
    batch: BatchId, parsed: ParsedLedger, comparison: Comparison, placed: int, findings: Sequence[Finding]
) -> Imported:
    return Imported(
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


def _topics(layouts: Sequence[LayoutTurn]) -> Topic:
    return Topic.LEDGER | Topic.CHARGES | (Topic.LAYOUTS if layouts else Topic.NOTHING)


def _to_give_back(work: UnitOfWork, before: Mapping[LineId, tuple[Charged, ...]]) -> tuple[LineCharges, ...]:
    """Of the charges as they were *before*, those that are others now."""
    now = work.ledger.charges_of(before)
    return tuple(LineCharges(line, was) for line, was in before.items() if now[line] != was)


def _charged_in_locked(work: UnitOfWork, batch: BatchId, locks: Locks) -> bool:
    """Whether putting that import back would charge lines in a period that was locked since."""
    return bool(locks) and any(
        locks.on(year, period) is not None for year, period in work.ledger.charged_periods(batch=batch)
    )


def _does_the_same(
    work: UnitOfWork,
    gone: Kept[Batch],
    parsed: ParsedLedger,
    comparison: Comparison,
    changes: Sequence[LineChange],
) -> bool:
    """Whether an import would do to what is held just what that earlier one did."""
    was = gone.value
    counted = (was.rows_read, was.rows_kept, was.total, was.new, was.unchanged, was.vanished)
    counts = (
        parsed.rows_read,
        len(parsed.lines),
        parsed.total,
        len(comparison.new),
        len(comparison.unchanged),
        len(comparison.vanished),
    )
    recorded = {
        (change.line, change.change, change.before, change.after, change.taken)
        for change in work.ledger.changes(BatchId(gone.id))
    }
    return counted == counts and recorded == {
        (change.line, change.change, change.before, change.after, change.taken) for change in changes
    }


def _import_put_back(
    work: UnitOfWork,
    gone: Kept[Batch],
    command: ImportLedger,
    comparison: Comparison,
    findings: list[Finding],
    tools: Tools,
) -> Effect[Imported]:
    """The very import that was taken back counts again, with everything that had been decided about its lines."""
    batch, download = BatchId(gone.id), command.download
    when = gone.value.imported_at.strftime("%d/%m/%Y %H:%M")
    findings.append(
        Finding(
            Severity.NOTE,
            "import.put_back",
            f"“{download.name}” was imported on {when} and taken back; it was put back with what had been decided "
            "about its lines.",
            Source(download.name),
        )
    )
    lines = [change.line for change in work.ledger.changes(batch)]
    waiting = [line for line, _ in work.ledger.waiting()] if command.apply_rules else []
    before = work.ledger.charges_of(dict.fromkeys([*lines, *waiting]))
    _restore(work, batch, {})
    layouts = remember(work, command.remember, tools)
    placed = 0
    if command.apply_rules:
        placed = place_all(work, tools, new_run(work, tools)).placed
    undo = RemoveImport(batch, _to_give_back(work, before), tuple(entry.back for entry in layouts))
    name = f"import {download.name}"
    work.commit(
        JournalRecord(
            "ImportLedger",
            name,
            {"lines": 0},
            {"batch": batch, "file": download.name, "put_back": True, "placed": placed},
        )
    )
    result = _imported(batch, download.parsed, comparison, placed, findings)
    return Effect(result, _topics(layouts), name, undo)


def _unsettled(download: Download) -> ExpectedError:
    """The refusal of a download with an open question about its amounts, signs, dates or periods."""
    first, *others = download.open_questions
    more = f" {count(len(others), 'more question')} must be answered, too." if others else ""
    by = (
        "Say which period the lines belong to"
        if first.kind == "period.unknown"
        else "Say what its columns mean"
    )
    return ExpectedError(
        "open_questions",
        f"“{download.name}” leaves a question open. {first.text}{more}",
        f"{by}; nothing was imported.",
    )


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
    return nothing_done(f"import {download.name}", result)


def _changes(
    work: UnitOfWork,
    reworded: Sequence[ChangedLine],
    amount_changed: Sequence[ChangedLine],
    vanished: Sequence[HeldLine],
    keep: frozenset[str],
    locks: Locks,
) -> list[LineChange]:
    """The differences as they are recorded; what sits in a locked period is never taken (L02)."""
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
                    changed.after.key not in keep and not _sits_locked(locks, changed.before, changed.after),
                    False,
                    changed.before,
                    changed.after,
                    before,
                    after,
                )
            )
    for gone in vanished:
        before = charges[gone.id]
        taken = gone.line.key not in keep and not _sits_locked(locks, gone.line)
        changes.append(LineChange(gone.id, Change.VANISHED, taken, False, gone.line, None, before, before))
    return changes


def _sits_locked(locks: Locks, *lines: LedgerLine | None) -> bool:
    return any(line is not None and locks.on(line.year, line.period) is not None for line in lines)


def _locked_findings(
    locks: Locks, new: Sequence[LedgerLine], changes: Sequence[LineChange], place: Source
) -> list[Finding]:
    """What the download says of locked periods: new lines wait for a decision, differences are not taken."""
    found = []
    if not locks:
        return []
    posted = [line for line in new if _sits_locked(locks, line)]
    if posted:
        one, first = len(posted) == 1, posted[0]
        found.append(
            Finding(
                Severity.WARNING,
                "import.posted_into_locked",
                f"{count(len(posted), 'new line')} ({Money.total(line.amount for line in posted).in_words}) "
                f"{'is' if one else 'are'} posted into a locked period, the first {first.transaction} into period "
                f"{first.period} of {first.year}: no rule charges {'it' if one else 'them'}, a person has to decide.",
                place,
            )
        )
    differing = [change for change in changes if _sits_locked(locks, change.before, change.after)]
    if differing:
        one = len(differing) == 1
        apart = Money.total(
            (change.after.amount if change.after else Money.ZERO) - change.before.amount
            for change in differing
        )
        found.append(
            Finding(
                Severity.WARNING,
                "import.locked_changed",
                f"{count(len(differing), 'line')} of a locked period {'differs' if one else 'differ'} in this "
                f"download, the first {differing[0].before.transaction} ({apart.in_words} together): kept as "
                f"{'it was' if one else 'they were'}, as a difference of an earlier period. Reopen the period to take "
                f"{'it' if one else 'them'}.",
                place,
            )
        )
    return found


def _refuse_locked_charges(
    work: UnitOfWork,
    batch: BatchId | None,
    changes: Sequence[LineChange],
    lines: Sequence[LineId],
    what: str,
) -> None:
    """Raises PeriodLockedError when a charged line that came with *batch*, a line of *changes* or one of *lines* sits
    in a locked period. Lines that wait there are in no figure of spend yet, so they may come and go."""
    locks = locks_of(work)
    if not locks:
        return
    for year, period in sorted(work.ledger.charged_periods(batch=batch)):
        locks.refuse(year, period, what)
    for change in changes:
        for line in (change.before, change.after):
            if line is not None:
                locks.refuse(line.year, line.period, what)
    refuse_locked_lines(work, lines, "charging")


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


def _charges_again(change: LineChange, now: tuple[Charged, ...]) -> tuple[Charged, ...]:
    """The charges when an import is put back: those it was left with, unless the line was charged anew since."""
    left = change.charges_left
    if left is not None and now == _charges_back(change, left):
        return left
    return _charges_there(change, now)


def _take(work: UnitOfWork, changes: Sequence[tuple[LineChange, tuple[Charged, ...]]]) -> None:
    """Makes the lines as the newer download has them, each with the charges beside it."""
    work.ledger.set_live([change.line for change, _ in changes if change.after is None], False)
    _put(
        work,
        [(change.line, change.after, charges) for change, charges in changes if change.after is not None],
    )


def _give_back(work: UnitOfWork, changes: Sequence[tuple[LineChange, tuple[Charged, ...]]]) -> None:
    """Makes the lines as the earlier download had them, each with the charges beside it."""
    work.ledger.set_live([change.line for change, _ in changes if change.after is None], True)
    _put(
        work,
        [(change.line, change.before, charges) for change, charges in changes if change.after is not None],
    )


def _put(work: UnitOfWork, lines: Sequence[tuple[LineId, LedgerLine, tuple[Charged, ...]]]) -> None:
    """Gives lines other values and charges, all of them together: one by one costs a hundred times as much."""
    work.ledger.update_lines({id: line for id, line, _ in lines})
    work.ledger.put_charges([LineCharges(id, charges) for id, _, charges in lines])


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
        what = f"taking back “{kept.value.file_name}”"
        _refuse_locked_charges(work, command.batch, changes, [entry.line for entry in command.charges], what)
        given = {entry.line: entry.charges for entry in command.charges}
        now = work.ledger.charges_of(dict.fromkeys([change.line for change in changes] + list(given)))
        _give_back(work, [(change, _charges_back(change, now[change.line])) for change in changes])
        work.ledger.set_left(command.batch, {change.line: now[change.line] for change in changes})
        work.ledger.put_charges(command.charges)
        turn_over(work, command.layouts)
        lines = work.ledger.set_batch_lines_live(command.batch, False)
        work.ledger.set_batch_state(command.batch, BatchState.REMOVED)
        name = f"import {kept.value.file_name}"
        work.commit(
            JournalRecord(
                "RemoveImport", f"take back {name}", {"batch": command.batch, "lines": lines}, {"lines": 0}
            )
        )
    charges = tuple(LineCharges(line, charged) for line, charged in now.items())
    inverse = RestoreImport(command.batch, charges, tuple(entry.back for entry in command.layouts))
    return Effect(command.batch, _topics(command.layouts), name, inverse)


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
        given = {entry.line: entry.charges for entry in command.charges}
        changes = [change for change in work.ledger.changes(command.batch) if change.taken]
        changed = [change.line for change in changes]
        now = work.ledger.charges_of(dict.fromkeys([*changed, *given]))
        what = f"putting back “{kept.value.file_name}”"
        _refuse_locked_charges(work, command.batch, changes, list(now), what)
        lines = _restore(work, command.batch, given)
        turn_over(work, command.layouts)
        name = f"import {kept.value.file_name}"
        work.commit(
            JournalRecord("RestoreImport", name, {"lines": 0}, {"batch": command.batch, "lines": lines})
        )
    charges = tuple(LineCharges(line, charged) for line, charged in now.items())
    inverse = RemoveImport(command.batch, charges, tuple(entry.back for entry in command.layouts))
    return Effect(command.batch, _topics(command.layouts), name, inverse)


def _restore(work: UnitOfWork, batch: BatchId, given: Mapping[LineId, tuple[Charged, ...]]) -> int:
    """Makes a removed import count again; lines of earlier imports get the charges *given*. Returns its lines."""
    changes = [change for change in work.ledger.changes(batch) if change.taken]
    now = work.ledger.charges_of([change.line for change in changes])
    _take(work, [(change, _charges_again(change, now[change.line])) for change in changes])
    work.ledger.set_left(batch, {change.line: None for change in changes})
    work.ledger.put_charges([LineCharges(line, charged) for line, charged in given.items()])
    lines = work.ledger.set_batch_lines_live(batch, True)
    work.ledger.set_batch_state(batch, BatchState.LIVE)
    return lines


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
            return nothing_done(name, 0)
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
            return nothing_done(name)
        _refuse_locked_charges(work, None, [change], [], f"changing {change.before.transaction}")
        now = work.ledger.charges_of([command.line])[command.line]
        turn, charges = (_take, _charges_there) if command.take else (_give_back, _charges_back)
        turn(work, [(change, charges(change, now) if command.charges is None else command.charges)])
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
