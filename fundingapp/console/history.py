"""The console's command for the history: every change with who, when, what, before, after and why."""

from __future__ import annotations

import argparse
from pathlib import Path

from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.queries.history import (
    GROUPS,
    CheckChain,
    ExportHistory,
    HistoryChoices,
    HistoryEntry,
    HistoryFilter,
    HistoryIds,
    HistoryRows,
)
from fundingapp.application.wording import count
from fundingapp.console.files import DONE, TO_LOOK_AT
from fundingapp.console.opening import add_personal_data_option
from fundingapp.console.output import BarProgress, Output, Part
from fundingapp.console.values import to_day
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.ids import ProjectId


def add_history_options(made: argparse.ArgumentParser) -> None:
    """The options of the command “history”."""
    made.add_argument("file", metavar="FILE", nargs="?", help="the funding file")
    add_personal_data_option(made)
    made.add_argument("--project", default="", metavar="REF", help="only what concerns this project")
    made.add_argument("--by", default="", metavar="NAME", help="only what this person did")
    made.add_argument("--text", default="", metavar="WORDS", help="only where all these words stand")
    made.add_argument(
        "--kind", choices=sorted(GROUPS), metavar="KIND", help=f"only this: {'; '.join(sorted(GROUPS))}"
    )
    made.add_argument("--from", dest="since", type=to_day, metavar="D", help="from this day on")
    made.add_argument("--to", dest="until", type=to_day, metavar="D", help="up to and including this day")
    made.add_argument(
        "--limit", type=int, default=50, metavar="N", help="the newest N; 0 for all; by itself 50"
    )
    made.add_argument("--out", type=Path, metavar="H.xlsx", help="write them, field by field (.xlsx or .csv)")
    made.add_argument("--check", action="store_true", help="check that the chain of hashes is whole")
    made.add_argument(
        "--verifier",
        type=Path,
        metavar="OUT.py",
        help="write the script that checks a file without this program, with Python alone",
    )


def show_history(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Lists the changes that are asked for, or checks the chain, or writes the script that does."""
    if given.verifier is not None:
        return _write_verifier(given.verifier, offices, out)
    if given.file is None:
        raise ExpectedError("option_missing", "No funding file is named.", "Name it after “history”.")
    opened = offices.open(given.file, writing=False)
    try:
        desk = opened.desk
        if given.check:
            return _check(desk, out, progress)
        ids = desk.ask(HistoryIds(_where(given, desk)))
        if given.out is not None:
            rows = desk.ask(ExportHistory(ids, given.out), progress)
            out.result(
                {"out": str(given.out), "changes": len(ids), "rows": rows},
                [f"{count(len(ids), 'change')} in {count(rows, 'row')} written to {given.out}."],
            )
            return DONE
        shown = ids[: given.limit] if given.limit > 0 else ids
        rows_shown = desk.ask(HistoryRows(shown))
        details = (
            {id: desk.ask(HistoryEntry(id, leaving=True)).changes for id in shown} if out.as_json else {}
        )
    finally:
        opened.close()
    data = [
        {
            "entry": row.sequence,
            "at": row.at.isoformat(),
            "by": row.by,
            "machine": row.machine,
            "what": row.sentence,
            "why": row.reason,
            "changes": [change._asdict() for change in details.get(row.sequence, ())],
        }
        for row in rows_shown
    ]
    words: list[Part] = [
        f"{row.sequence}  {row.at.astimezone():%d/%m/%Y %H:%M}  {row.by}: {row.what}"
        + (f" ({row.reason})" if row.reason and row.reason not in row.what else "")
        for row in rows_shown
    ]
    more = len(ids) - len(shown)
    words.append(f"{count(len(ids), 'change')}" + (f", {more:,} older ones not shown." if more else "."))
    out.result({"found": len(ids), "changes": data}, words)
    return DONE


def _where(given: argparse.Namespace, desk: Desk) -> HistoryFilter:
    project: ProjectId | None = None
    if given.project:
        named = {words.split(" ")[0].casefold(): id for id, words in desk.ask(HistoryChoices()).projects}
        project = named.get(given.project.strip().casefold())
        if project is None:
            raise NotFoundError("project", given.project)
    return HistoryFilter(given.text, given.by, project, given.kind or "", "", given.since, given.until)


def _check(desk: Desk, out: Output, progress: BarProgress) -> int:
    found = desk.ask(CheckChain(), progress)
    progress.stop()
    words: list[Part] = list(found.problems)
    words.append(f"{count(found.entries, 'entry', 'entries')}; the history ends with {found.head}.")
    words.append("It is NOT as it was written." if found.problems else "It is as it was written.")
    out.result(
        {
            "entries": found.entries,
            "head": found.head,
            "ok": not found.problems,
            "problems": list(found.problems),
        },
        words,
    )
    return TO_LOOK_AT if found.problems else DONE


def _write_verifier(path: Path, offices: Offices, out: Output) -> int:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(offices.history_verifier().read_text(encoding="utf-8"))
    except FileExistsError:
        raise ExpectedError(
            "file_there", f"“{path.name}” is there already.", "Choose another name; nothing was written."
        ) from None
    except OSError as error:
        raise ExpectedError(
            "cannot_write", f"“{path}” can't be written: {error.strerror}.", "Choose another folder."
        ) from None
    said = f"Written to {path}. Run it with “python3 {path.name} FILE.funding”."
    out.result({"out": str(path)}, [said])
    return DONE
