"""The commands suppress and attack: small numbers hidden in a table, and what can be worked out of a printed one."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fundingapp.application.offices import Offices
from fundingapp.application.queries.publications import AttackTable, LookAtTable, TableLooked, Unpublished
from fundingapp.application.wording import count
from fundingapp.console.files import DONE, TO_LOOK_AT
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.console.values import to_whole
from fundingapp.domain.personal_data import Clue, in_words
from fundingapp.domain.safe_tables import SafeCell, Why
from fundingapp.domain.table_attacks import Undone

Command = Callable[[str, Callable[..., int], str], argparse.ArgumentParser]


def add_small_number_commands(command: Command) -> None:
    """Adds both commands; neither needs a funding file."""
    made = command(
        "suppress", suppress, "writes a table with its small numbers hidden so that nobody can work them out"
    )
    _table_options(made)
    made.add_argument("--out", required=True, type=Path, metavar="SAFE", help="where to (.csv, .xlsx)")
    made.add_argument(
        "--with",
        dest="together",
        action="append",
        nargs=2,
        default=[],
        metavar=("TABLE", "SAFE"),
        help="another table that is made safe together with it, and where to; may be given several times. A sheet of a "
        "workbook is named after #: book.xlsx#Wards",
    )
    made = command("attack", attack, "says what can be worked out of a table as it is printed")
    _table_options(made)


def _table_options(made: argparse.ArgumentParser) -> None:
    made.add_argument("table", metavar="TABLE", type=Path, help="the table of counts (.csv, .xlsx)")
    made.add_argument("--sheet", metavar="S", help="the sheet to take, where there are several")
    made.add_argument(
        "--threshold",
        type=to_whole,
        default=5,
        metavar="N",
        help="the lowest count that is shown; 5 hides the counts from 1 to 4",
    )
    made.add_argument(
        "--also",
        action="append",
        default=[],
        type=Path,
        metavar="TABLE",
        help="a table that is published together with it; may be given several times",
    )


def suppress(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Writes a safe table, and those that are made safe together with it, or nothing at all."""
    question = LookAtTable(
        given.table,
        given.sheet,
        given.threshold,
        tuple(given.also),
        together=tuple(_unpublished(name) for name, _ in given.together),
    )
    outs = [given.out, *(Path(to) for _, to in given.together)]
    looked = offices.write_safe_tables(question, outs, progress)
    every = (looked, *looked.others)
    notes = [note for each in every for note in each.notes]
    for note in dict.fromkeys(notes):
        out.say(note)
    data = _safe_data(looked, given.out)
    if looked.others:
        data["together"] = [_safe_data(each, to) for each, to in zip(looked.others, outs[1:], strict=True)]
    words = [part for each, to in zip(every, outs, strict=True) for part in _safe_words(each, to)]
    out.result(data, words)
    return TO_LOOK_AT if notes else DONE


def _unpublished(name: str) -> Unpublished:
    """“book.xlsx#Wards”, unless there is a file of that name."""
    path, sign, sheet = name.rpartition("#")
    return (
        Unpublished(Path(path), sheet)
        if sign and path and not Path(name).exists()
        else Unpublished(Path(name))
    )


def _safe_data(looked: TableLooked, to: Path) -> dict[str, Any]:
    hidden = looked.hidden
    return {
        "out": str(to),
        "threshold": looked.rule.threshold,
        "hidden": [_cell_data(cell) for cell in hidden.cells],
        "primary": hidden.of(Why.PRIMARY),
        "secondary": hidden.of(Why.SECONDARY),
        "attack": [_undone_data(undone) for undone in hidden.exposed],
        "is_least": hidden.is_least,
        "hides_grand_total": hidden.hides_total,
        "finding": looked.finding,
        "personal": _personal_data(looked.personal),
        "telling": list(looked.telling),
        "notes": list(looked.notes),
    }


def attack(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Says what can be worked out; nothing is written."""
    attacked = offices.attack_table(
        AttackTable(given.table, given.sheet, given.threshold, tuple(given.also)), progress
    )
    found = attacked.undone
    if attacked.personal:
        out.say(f"“{given.table.name}” holds what looks like personal data: {in_words(attacked.personal)}.")
    supposed = sum(each.is_supposed for each in found)
    words: list[Part] = [f"{given.table.name}: nothing that is hidden can be worked out."]
    if found:
        words = [
            f"{given.table.name}: {len(found):,} of the hidden counts can be worked out or narrowed"
            + (f", {supposed:,} of them only by what the words say." if supposed else "."),
            *(f"Row {each.row}, {each.label}, {each.column} {each.in_words}. {each.how}" for each in found),
        ]
    data: dict[str, Any] = {"attack": [_undone_data(each) for each in found]}
    if attacked.personal:
        data["personal"] = _personal_data(attacked.personal)
    out.result(data, words)
    return TO_LOOK_AT if found else DONE


def _personal_data(clues: Sequence[Clue]) -> list[dict[str, str]]:
    """What looks like personal data and where, never the thing itself."""
    return [{"what": clue.sort.value, "where": clue.where} for clue in clues]


def _cell_data(cell: SafeCell) -> dict[str, Any]:
    return {
        "row": cell.row,
        "column": cell.column,
        "label": cell.label,
        "why": cell.why.value,
        "shown": cell.shown,
        "reason": cell.reason,
    }


def _undone_data(undone: Undone) -> dict[str, Any]:
    data: dict[str, Any] = {"row": undone.row, "column": undone.column, "label": undone.label}
    if undone.value is not None:
        data["value"] = undone.value
    else:
        data |= {"least": undone.least, "most": undone.most}
    return data | {"how": undone.how} | ({"supposed": True} if undone.is_supposed else {})


def _safe_words(looked: TableLooked, out: Path) -> list[Part]:
    hidden = looked.hidden
    words: list[Part] = []
    if hidden.cells:
        words.append(
            table(
                "Hidden",
                ("Row", "Label", "Column", "Shown", "Why"),
                [(str(cell.row), cell.label, cell.column, cell.shown, cell.reason) for cell in hidden.cells],
            )
        )
        words.append(looked.rule.key)
    if hidden.hides_total:
        words.append("It could not be protected without hiding a total of everything.")
    words.append(
        f"Hidden: {count(hidden.of(Why.PRIMARY), 'small count')}, and "
        f"{count(hidden.of(Why.SECONDARY), 'figure')} to protect what is hidden. {looked.finding}"
    )
    words.append(f"Written to {out}.")
    return words
