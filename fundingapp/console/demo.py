"""The whole job on the sample, in the terminal: what `run` does where there is no screen."""

from __future__ import annotations

import tempfile
from pathlib import Path

from rich.table import Table

from fundingapp.application.commands.returns import SaveReturn
from fundingapp.application.offices import Offices
from fundingapp.application.ports import LineFilter, Show
from fundingapp.application.queries.lines import LineShares
from fundingapp.application.queries.positions import PositionAnswer, PositionOf
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.sample import FUND, LEDGER, YEAR, fill_sample, make_sample
from fundingapp.application.wording import count, short_date
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.domain.periods import quarter_due


def demonstrate(offices: Offices, folder: Path | None, out: Output, progress: BarProgress) -> None:
    """Makes the sample, imports its ledger, matches, reconciles, writes the return, and shows it.

    *folder* None makes a new one. The lines that wait at the end are the sample's own lesson.
    """
    place = folder or Path(tempfile.mkdtemp(prefix="funding-tracker-sample-"))
    file = make_sample(offices, place)
    opened = offices.open(str(file))
    try:
        imported, matched = fill_sample(opened.desk, place, progress)
        fund = opened.desk.ask(FundNamed(FUND))
        answer = opened.desk.ask(PositionOf(fund, YEAR))
        quarter = quarter_due(answer.last_period)
        waiting = opened.desk.ask(LineShares(LineFilter(year=YEAR, show=Show.WAITING)))
        saved = opened.desk.do(
            SaveReturn(fund, YEAR, quarter, place / f"Locality Fund 2018-19 Q{quarter} return.xlsx"), progress
        ).result
    finally:
        opened.close()
    position = answer.position
    words: list[Part] = [
        f"{LEDGER}: {count(imported.rows_read, 'row')} read = {count(imported.kept, 'ledger line')} kept + "
        f"{count(imported.skipped, 'row')} skipped with a reason.",
        f"Matched by the rules: {matched.charged:,} charged, {matched.income:,} income, {matched.excluded:,} excluded; "
        f"{matched.waiting:,} wait.",
        f"{FUND} {YEAR}: {position.available.in_words} available = {position.awarded.in_words} awarded to "
        f"{count(len(position.projects), 'project')} + {position.contingency.in_words} contingency; "
        f"spent {position.spent.in_words} up to period {position.to_period}.",
        identity_table(answer),
    ]
    if waiting:
        words.append(
            table(
                f"Why {position.waiting.in_words}? {count(len(waiting), 'line')} to charge or exclude",
                ("Date", "Supplier", "Description", "£", "Where"),
                [
                    (
                        short_date(line.posted_on),
                        line.supplier,
                        line.description,
                        str(line.share),
                        f"{line.file} · {line.sheet} · row {line.row}",
                    )
                    for line in waiting
                ],
                (3,),
            )
        )
    words += [f"Funding file: {file}", f"Return, read back equal: {saved.path}"]
    out.result(
        {
            "file": str(file),
            "out": str(saved.path),
            "agrees": answer.reconciled,
            "unmatched_pence": position.waiting.pence,
        },
        words,
    )


def identity_table(answer: PositionAnswer) -> Table:
    """The identities as a table for people."""
    position = answer.position
    return table(
        f"{position.fund.name} {position.year}, up to period {position.to_period}, £",
        ("", "Identity", "Left side", "Right side", "Difference"),
        [
            (
                "agrees" if identity.holds else "differs",
                f"{identity.id} {identity.name}",
                str(identity.left),
                str(identity.right_total),
                str(identity.difference),
            )
            for identity in answer.identities
        ],
        (2, 3, 4),
    )
