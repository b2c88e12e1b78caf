"""The console's command for the bid pack: one bid, several, or a whole year's."""

from __future__ import annotations

import argparse

from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.queries.bid_packs import BidsNamed, WritePack
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.wording import count
from fundingapp.console.files import DONE
from fundingapp.console.output import BarProgress, Output
from fundingapp.domain.ids import BidId


def write_bid_pack(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Writes the pack of the bids named, or of all of a year."""
    opened = offices.open(given.file, writing=False)
    try:
        written = opened.desk.ask(WritePack(_bids(given, opened.desk), given.out), progress)
    finally:
        opened.close()
    pack = written.pack
    out.result(
        {
            "out": str(written.path),
            "asked_pence": pack.asked.pence,
            "bids": [
                {
                    "name": paper.name,
                    "project": paper.project.ref,
                    "state": paper.bid.state.value,
                    "asked_pence": paper.bid.amount.pence,
                    "costed_pence": paper.costed.pence,
                }
                for paper in pack.papers
            ],
        },
        [f"{written.path} holds {count(len(pack.papers), 'bid')}, which ask for {pack.asked.in_words}."],
    )
    return DONE


def _bids(given: argparse.Namespace, desk: Desk) -> tuple[BidId, ...]:
    fund = desk.ask(FundNamed(given.fund)) if given.fund else None
    return desk.ask(BidsNamed(tuple(given.refs), given.year, fund))
