"""The commands suppress and attack: small numbers hidden in a table, and what can be worked out of a printed one."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fundingapp.application.offices import Offices
from fundingapp.application.queries.publications import AttackTable, LookAtTable, TableLooked
from fundingapp.console.files import DONE, TO_LOOK_AT
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.console.values import to_whole
from fundingapp.domain.safe_tables import SafeCell, Undone, Why

Command = Callable[[str, Callable[..., int], str], argparse.ArgumentParser]


def add_small_number_commands(command: Command) -> None:
    """Adds both commands; neither needs a funding file."""
    made = command(
        "suppress", suppress, "writes a table with its small numbers hidden so that nobody can work them out"
    )
    _table_options(made)
    made.add_argument("--out", required=True, type=Path, metavar="SAFE", help="where to (.csv, .xlsx)")
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
    """Writes a safe table, or nothing at all."""
    question = LookAtTable(given.table, given.sheet, given.threshold, tuple(given.also))
    looked = offices.write_safe_table(question, given.out, progress)
    hidden = looked.hidden
    for note in looked.notes:
        out.say(note)
    data = {
        "out": str(given.out),
        "threshold": looked.rule.threshold,
        "hidden": [_cell_data(cell) for cell in hidden.cells],
        "primary": hidden.of(Why.PRIMARY),
        "secondary": hidden.of(Why.SECONDARY),
        "attack": [_undone_data(undone) for undone in hidden.exposed],
        "is_least": hidden.is_least,
        "hides_grand_total": hidden.hides_total,
        "finding": hidden.finding,
        "notes": list(looked.notes),
    }
    out.result(data, _safe_words(looked, given.out))
    return TO_LOOK_AT if looked.notes else DONE


def attack(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Says what can be worked out; nothing is written."""
    found = offices.attack_table(
        AttackTable(given.table, given.sheet, given.threshold, tuple(given.also)), progress
    )
    words: list[Part] = [f"{given.table.name}: nothing that is hidden can be worked out."]
    if found:
        words = [
            f"{given.table.name}: {len(found):,} of the hidden counts can be worked out or narrowed.",
            *(f"Row {each.row}, {each.label}, {each.column} {each.in_words}. {each.how}" for each in found),
        ]
    out.result({"attack": [_undone_data(each) for each in found]}, words)
    return TO_LOOK_AT if found else DONE


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
    return data | {"how": undone.how}


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
        f"{hidden.of(Why.PRIMARY):,} small counts and {hidden.of(Why.SECONDARY):,} figures that protect them are "
        f"hidden. {hidden.finding}"
    )
    words.append(f"Written to {out}.")
    return words
