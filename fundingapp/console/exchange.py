"""The console's commands for the exchange workbook: years in, everything out."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fundingapp.application.commands.exchange import ExchangeRefusedError, Loaded, LoadExchange
from fundingapp.application.offices import Offices
from fundingapp.application.queries.exchange import (
    ExchangeRead,
    ExportExchange,
    ReadExchange,
    SheetCount,
)
from fundingapp.application.wording import count
from fundingapp.console.files import DONE, REFUSED, TO_LOOK_AT, WRONG_COMMAND, writable
from fundingapp.console.opening import add_personal_data_option
from fundingapp.console.output import BarProgress, Output, table
from fundingapp.domain.exchange.notes import HELD, Noticed
from fundingapp.domain.findings import Severity


def add_load_options(made: argparse.ArgumentParser) -> None:
    """The words of ``load``."""
    made.add_argument("file", metavar="FILE", nargs="?", help="the funding file; made when there is none yet")
    made.add_argument(
        "source",
        metavar="WORKBOOK|FOLDER",
        nargs="?",
        type=Path,
        help="the exchange workbook, or a folder with a .csv file for each of its sheets",
    )
    made.add_argument(
        "--blank", type=Path, metavar="OUT.xlsx", help="write an empty exchange workbook to fill in, and stop"
    )


def add_dump_options(made: argparse.ArgumentParser) -> None:
    """The words of ``dump``."""
    made.add_argument("file", metavar="FILE", help="the funding file")
    add_personal_data_option(made)
    made.add_argument(
        "out",
        metavar="WORKBOOK|FOLDER",
        type=Path,
        help="where to: a name that ends in .xlsx, or a folder for a .csv file of each sheet",
    )


def load_book(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Loads an exchange workbook, or writes a blank one."""
    if given.blank is not None:
        offices.blank_exchange(given.blank)
        out.result({"out": str(given.blank)}, [f"{given.blank} is ready to be filled in."])
        return DONE
    if given.file is None or given.source is None:
        out.say("A load needs the funding file and the workbook; give both, or --blank OUT.xlsx.")
        return WRONG_COMMAND
    made = _made_anew(given.file, offices)
    status = REFUSED
    try:
        status = _load(given, offices, out, progress)
    finally:
        if made is not None and status == REFUSED:
            _take_away(made)
    return status


def _made_anew(target: str, offices: Offices) -> Path | None:
    """The funding file that had to be made first; None when it was there."""
    if "://" in target or Path(target).exists():
        return None
    offices.create(Path(target))
    return Path(target)


def _take_away(made: Path) -> None:
    """A file that was only made for a load that failed goes again, with what lies beside it."""
    for path in (made, *made.parent.glob(f"{made.name}-*")):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _load(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    opened = writable(offices, given.file)
    try:
        read = opened.desk.ask(ReadExchange(given.source), progress)
        try:
            loaded = opened.desk.do(LoadExchange(read), progress).result
        except ExchangeRefusedError as error:
            progress.stop()
            if out.as_json:
                out.result(_data(read.counts, read, error.noticed, refused=True), ())
            out.say(str(error))
            return REFUSED
        finally:
            if read.copy is not None:
                read.copy.path.unlink(missing_ok=True)
    finally:
        opened.close()
    if not out.as_json:
        for each in loaded.noticed:
            out.say(f"{each.severity.value}: {each.text}")
    out.result(_data(loaded.counts, read, loaded.noticed, refused=False), _people(loaded))
    return TO_LOOK_AT if any(each.severity is not Severity.NOTE for each in loaded.noticed) else DONE


def _data(
    counts: Sequence[SheetCount], read: ExchangeRead, noticed: Sequence[Noticed], *, refused: bool
) -> dict[str, Any]:
    return {
        "loaded": {each.sheet: 0 if refused else each.new for each in counts},
        "unchanged": {each.sheet: each.unchanged for each in counts},
        "read": {each.sheet: each.read for each in counts},
        "skipped": [
            {"sheet": each.place.sheet, "row": each.place.row, "reason": each.reason} for each in read.skipped
        ],
        "findings": [noticed_data(each) for each in noticed],
        "refused": refused,
    }


def noticed_data(each: Noticed) -> dict[str, Any]:
    """What was noticed as the console's JSON has it; *other* is null where no other row has to do with it."""
    other = each.other
    return {
        "severity": each.severity.value,
        "kind": each.kind,
        "sheet": each.place.sheet,
        "row": each.place.row or None,
        "column": each.column,
        "text": each.text,
        "other": None if other is None or other.sheet == HELD else {"sheet": other.sheet, "row": other.row},
    }


def _people(loaded: Loaded) -> list[Any]:
    rows = [
        (
            each.sheet,
            f"{each.read:,}",
            f"{each.new:,}",
            f"{each.unchanged:,}",
            f"{each.skipped + each.refused:,}",
        )
        for each in loaded.counts
    ]
    said = (
        f"{count(loaded.new, 'row')} loaded."
        if loaded.new
        else "Nothing was changed: the file holds all of it."
    )
    return [table("", ("Sheet", "Rows", "Loaded", "There already", "Skipped"), rows, (1, 2, 3, 4)), said]


def dump_file(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Writes everything that a file holds as an exchange workbook."""
    opened = offices.open(given.file, writing=False)
    try:
        made = opened.desk.ask(ExportExchange(given.out), progress)
    finally:
        opened.close()
    rows = sum(made.rows.values())
    out.result(
        {"out": str(made.out), "rows": made.rows, "small_counts": made.small_counts},
        [
            f"{made.out} holds {count(rows, 'row')} in {count(len(made.rows), 'sheet')}; every cell was read back.",
            *filter(None, [made.caution]),
        ],
    )
    return DONE


#: A command of the console, as main makes it.
Made = Callable[[str, Callable[..., int], str], argparse.ArgumentParser]


def add_exchange_commands(command: Made) -> None:
    """``load`` and ``dump``."""
    add_load_options(
        command("load", load_book, "loads past years from an exchange workbook, or writes a blank one")
    )
    add_dump_options(
        command("dump", dump_file, "writes everything that the file holds as an exchange workbook")
    )
