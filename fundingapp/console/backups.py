"""The commands that keep a file safe: backup, backups, restore."""

from __future__ import annotations

import argparse
from typing import Any

from rich import box
from rich.table import Table

from fundingapp.application.offices import Offices
from fundingapp.application.wording import count
from fundingapp.console.files import DONE
from fundingapp.console.output import BarProgress, Output
from fundingapp.domain.backups import Backup
from fundingapp.domain.errors import ExpectedError


def backup_data(backup: Backup) -> dict[str, Any]:
    """A backup in JSON."""
    return {
        "id": backup.id,
        "made": backup.at.isoformat(),
        "why": backup.why,
        "by": backup.who,
        "machine": backup.machine,
        "rows": dict(backup.rows),
        "entries": backup.entries,
        "head": backup.head,
        "bytes": backup.size,
        "sha256": backup.sha256,
        "file_version": backup.schema,
    }


def make_backup(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Makes a backup now, and proves it."""
    opened = offices.open(given.file)
    try:
        if opened.safety is None:
            raise ExpectedError(
                "server_backups",
                "A database on a server is backed up by the server, not by this program.",
                "Ask whoever looks after it how far back its backups go.",
            )
        made = opened.safety.back_up(given.because or "", progress)
    finally:
        opened.close()
    out.result({"backup": backup_data(made)}, [f"Made and proved: {made.said}."])
    return DONE


def list_backups(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Lists the backups, newest first, or says what one holds."""
    if given.inside:
        return _look_inside(given, offices, out, progress)
    found = offices.backups(given.file)
    table = Table(box=box.SIMPLE)
    for heading in ("Made", "Why", "By"):
        table.add_column(heading)
    for heading in ("Rows", "Entries", "MB"):
        table.add_column(heading, justify="right")
    table.add_column("Name, for “restore”")
    for backup in found:
        table.add_row(
            f"{backup.at.astimezone():%d/%m/%Y %H:%M}",
            backup.why,
            backup.who,
            f"{backup.row_count:,}",
            f"{backup.entries:,}",
            f"{backup.size / 1_000_000:,.1f}",
            backup.id,
        )
    out.result(
        {"backups": [backup_data(backup) for backup in found]},
        [table] if found else ["There is no backup yet."],
    )
    return DONE


def _look_inside(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    inside = offices.look_inside(given.file, given.inside, progress)
    lost = inside.lost
    people = [
        f"{inside.backup.said}: {inside.partnership or 'no partnership yet'}, {count(inside.lines, 'ledger line')}.",
        *(
            f"{grant.grant}: available {grant.available.in_words}, awarded {grant.awarded.in_words}, spent "
            f"{grant.spent.in_words}, {'agrees to the penny' if grant.agrees else 'with something to explain'}."
            for grant in inside.grants
        ),
        "The file itself can't be read any more."
        if lost is None
        else f"{count(len(lost), 'entry', 'entries')} came after it.",
        *(f"  {line.at.astimezone():%d/%m/%Y %H:%M} {line.by}: {line.sentence}" for line in lost or ()),
    ]
    out.result(
        {
            "backup": backup_data(inside.backup),
            "grants": [
                {
                    "grant": grant.grant,
                    "available_pence": grant.available.pence,
                    "awarded_pence": grant.awarded.pence,
                    "spent_pence": grant.spent.pence,
                    "agrees": grant.agrees,
                }
                for grant in inside.grants
            ],
            "lines": inside.lines,
            "same_history": inside.same_history,
            "lost": None
            if lost is None
            else [
                {
                    "sequence": line.sequence,
                    "by": line.by,
                    "at": line.at.isoformat(),
                    "sentence": line.sentence,
                }
                for line in lost
            ],
        },
        people,
    )
    return DONE


def restore_backup(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Puts a backup in the place of the file, after a backup of what is there now."""
    done = offices.restore(given.file, given.backup, progress)
    before = done.before
    there = (
        f"what was there is in the backup “{before.id}”"
        if before is not None
        else f"what was there could not be read and was put aside as “{done.aside}”"
        if done.aside
        else "there was no file in its place"
    )
    out.result(
        {
            "restored": backup_data(done.backup),
            "before": None if before is None else backup_data(before),
            "aside": done.aside,
            "lost": done.lost,
        },
        [f"Restored: {done.backup.said}; {there}."],
    )
    return DONE


def add_backup_options(made: argparse.ArgumentParser) -> None:
    """What “backup” takes."""
    made.add_argument("--because", metavar="TEXT", help="why it is made; it is listed with it")


def add_backups_options(made: argparse.ArgumentParser) -> None:
    """What “backups” takes."""
    made.add_argument(
        "--inside", metavar="BACKUP", help="say what this one holds, and which entries came after it"
    )


def add_restore_options(made: argparse.ArgumentParser) -> None:
    """What “restore” takes."""
    made.add_argument("backup", metavar="BACKUP", help="its name, as “backups” lists it")
