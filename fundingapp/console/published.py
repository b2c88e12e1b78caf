"""The console's command for the table that a commissioner publishes."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fundingapp.application.commands.published import KeepPublished, RemovePublished
from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.queries.published import PublishedOf, ReadPublished
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.console.files import DONE, REFUSED, TO_LOOK_AT, say_findings
from fundingapp.console.output import BarProgress, Output, finding_data, table
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.settlements import PublishedAllocation, PublishedPart


def add_published_options(made: argparse.ArgumentParser, to_pounds: Callable[[str], Money]) -> None:
    """The table to keep, and what of it the file can't say."""
    made.add_argument("--table", type=Path, metavar="TABLE", help="keep this table: partnerships and amounts")
    made.add_argument(
        "--line", type=to_pounds, metavar="POUNDS", help="the budget line, where no row states it"
    )
    made.add_argument(
        "--ours", default="", metavar="NAME", help="the name that this partnership has in the table"
    )
    made.add_argument("--source", default="", metavar="TEXT", help="what the table is, or where it stands")
    made.add_argument(
        "--difference",
        default="",
        metavar="REASON",
        help="what the difference is by which the table does not foot",
    )
    made.add_argument("--remove", action="store_true", help="take the table out that is kept")


def keep_published(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Keeps, takes out or shows the published table of a grant."""
    writing = given.table is not None or given.remove or bool(given.difference)
    opened = offices.open(given.file, writing=writing)
    try:
        desk = opened.desk
        fund = desk.ask(FundNamed(given.fund))
        if given.remove:
            desk.do(RemovePublished(fund, given.year))
        elif given.table is not None and not _keep(given, desk, fund, out):
            return REFUSED
        if given.difference:
            _explain(given, desk, fund)
        answer = desk.ask(PublishedOf(fund, given.year))
    finally:
        opened.close()
    rows = [kept.value for kept in answer.rows]
    holds = all(identity.holds for identity in answer.identities)
    out.result(
        {
            "rows": [
                {
                    "part": row.part.value,
                    "body": row.body,
                    "amount_pence": row.amount.pence,
                    "ours": row.is_ours,
                    "source": row.source,
                }
                for row in rows
            ],
            "identities": [
                {
                    "id": each.id,
                    "name": each.name,
                    "left_pence": each.left.pence,
                    "right_pence": each.right_total.pence,
                    "difference_pence": each.difference.pence,
                    "ok": each.holds,
                }
                for each in answer.identities
            ],
            "agrees": holds,
        },
        [
            table(
                f"As published of {given.fund} {given.year}",
                ("What", "Name", "£"),
                [
                    (row.part.value, row.body + (" (us)" if row.is_ours else ""), str(row.amount))
                    for row in rows
                ],
                money=(2,),
            )
            if rows
            else f"No published table of {given.fund} {given.year} is kept.",
            *(
                f"{each.name}: {'agrees' if each.holds else f'differs by {each.difference.in_words}'}."
                for each in answer.identities
            ),
        ],
    )
    return DONE if holds else TO_LOOK_AT


def _keep(given: argparse.Namespace, desk: Desk, fund: FundId, out: Output) -> bool:
    parsed = desk.ask(ReadPublished(given.table, ours=given.ours))
    say_findings(out, parsed.findings)
    if parsed.errors:
        if out.as_json:
            out.result({"findings": [finding_data(each) for each in parsed.findings]}, ())
        return False
    rows = parsed.of(fund, given.year, given.source or given.table.name)
    if given.line is not None:
        rows = tuple(row for row in rows if row.part is not PublishedPart.TOTAL)
        line = PublishedAllocation(fund, given.year, PublishedPart.TOTAL, "Budget line", given.line)
        rows += (replace(line, source=given.source or given.table.name),)
    desk.do(KeepPublished(fund, given.year, rows))
    return True


def _explain(given: argparse.Namespace, desk: Desk, fund: FundId) -> None:
    """Records what the difference is by which the table does not foot, so that nobody looks for it again."""
    answer = desk.ask(PublishedOf(fund, given.year))
    rows = tuple(kept.value for kept in answer.rows if kept.value.part is not PublishedPart.DIFFERENCE)
    foots = next((each for each in answer.identities if each.id == "R30"), None)
    explained = Money.total(
        kept.value.amount for kept in answer.rows if kept.value.part is PublishedPart.DIFFERENCE
    )
    amount = (foots.difference if foots else Money.ZERO) + explained
    if amount:
        said = PublishedAllocation(fund, given.year, PublishedPart.DIFFERENCE, given.difference, amount)
        desk.do(KeepPublished(fund, given.year, (*rows, said)))
