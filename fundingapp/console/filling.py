"""The command fill: cells of somebody else's workbook, with every other part of it left as it was."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fundingapp.application.offices import Offices
from fundingapp.console.files import DONE, TO_LOOK_AT, say_findings
from fundingapp.console.output import BarProgress, Output, Part, finding_data, table
from fundingapp.domain.filling import Filled, FillWishes, Over

CELL_LISTS = """\
The table of cells has the columns sheet, cell, value and, where it is wanted, type: text, number, date, yes-no or
blank. Without a type a value is what its cell asks for, by its validation and its format; else 12.50, -3 and
£1,234.50 are numbers, 31/03/2019 and 2019-03-31 are days, and everything else, codes such as 00123 among it, stays
the text that it is, with its spaces. A value that is left out makes its cell blank.
"""


def add_fill_command(command: Callable[[str, Callable[..., int], str], argparse.ArgumentParser]) -> None:
    """Adds the command; it needs no funding file."""
    made = command("fill", fill, "fills cells of any workbook and leaves every other part of it as it was")
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    made.epilog = CELL_LISTS
    made.add_argument("template", metavar="TEMPLATE", type=Path, help="the workbook (.xlsx, .xlsm)")
    made.add_argument("--cells", required=True, type=Path, metavar="CELLS.csv", help="what to put where")
    made.add_argument("--out", required=True, type=Path, metavar="OUT.xlsx", help="where to")
    made.add_argument(
        "--over-formulas",
        action="store_true",
        help="write over formulas where the table says so, and tell which",
    )
    made.add_argument(
        "--over-locked", action="store_true", help="write locked cells of protected sheets, and tell which"
    )
    made.add_argument(
        "--extend-tables",
        action="store_true",
        help="count rows just below a table in, instead of only telling",
    )
    made.add_argument(
        "--break-signature", action="store_true", help="fill a signed workbook although its signature breaks"
    )


def fill(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Writes the filled workbook when it is proven, or nothing at all."""
    wishes = FillWishes(given.over_formulas, given.over_locked, given.extend_tables, given.break_signature)
    filled = offices.fill_workbook(given.template, given.cells, given.out, wishes, progress)
    say_findings(out, filled.findings)
    out.result(_data(filled, given.out), _words(filled, given.out))
    return TO_LOOK_AT if filled.needs_a_look else DONE


def _data(filled: Filled, out: Path) -> dict[str, Any]:
    return {
        "out": str(out),
        "sha256": filled.sha256,
        "template_sha256": filled.template_sha256,
        "cells_written": filled.cells_written,
        "read_back_equal": filled.read_back.equal,
        "cells_compared": filled.read_back.compared,
        "parts_changed": list(filled.parts_changed),
        "parts_untouched": len(filled.parts_untouched),
        "formulas_recomputed": len(filled.recomputed),
        "formulas_not_computed": [
            {"sheet": each.sheet, "cell": each.cell, "why": each.why} for each in filled.not_computed
        ],
        "overwritten": [
            {"sheet": each.sheet, "cell": each.cell, "what": each.over.value, "formula": each.text}
            for each in filled.overwritten
        ],
        "features": {
            each.what: {"before": each.before, "after": each.after} for each in filled.parts.features
        },
        "findings": [{**finding_data(each), "kind": each.kind} for each in filled.findings],
    }


def _words(filled: Filled, out: Path) -> list[Part]:
    words: list[Part] = []
    if filled.not_computed:
        words.append(
            table(
                "Formulas that are worked out when the workbook is opened",
                ("Sheet", "Cell", "Why"),
                [(each.sheet, each.cell, each.why) for each in filled.not_computed],
            )
        )
    if filled.overwritten:
        words.append(
            table(
                "Written over as asked",
                ("Sheet", "Cell", "What was there"),
                [
                    (
                        each.sheet,
                        each.cell,
                        each.text or "a formula" if each.over is Over.FORMULA else "locked",
                    )
                    for each in filled.overwritten
                ],
            )
        )
    words.append(
        f"{filled.cells_written:,} cells written and {len(filled.recomputed):,} formula results brought up to date;"
        f" {filled.read_back.compared:,} cells read back and found equal."
    )
    words.append(
        f"Changed: {', '.join(filled.parts_changed) or 'nothing'}. {len(filled.parts_untouched):,} other parts are the"
        " same byte for byte."
    )
    words.append(f"Written to {out}.")
    return words
