"""The tables of the Grants page, column by column."""

from __future__ import annotations

from dataclasses import dataclass

from fundingapp.application.ports import Kept
from fundingapp.application.wording import short_date
from fundingapp.domain.allocations import Award, BudgetMovement
from fundingapp.domain.bids import BidState
from fundingapp.domain.money import Money
from fundingapp.ui.bids.words import tone_of
from fundingapp.ui.tables.columns import RIGHT, Column, Edit


@dataclass(frozen=True, slots=True)
class AwardRow:
    """An award with the names around it; *kept* is None for the contingency line."""

    kept: Kept[Award] | None
    ref: str
    name: str
    kind: str
    bid: str
    amount: Money
    budget: Money
    percent: str


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A virement with the names of its two lines."""

    kept: Kept[BudgetMovement]
    source: str
    target: str


AWARDS = (
    Column[AwardRow]("Ref", lambda row: row.ref, sort="ref", filter="ref", width=64, quiet=True),
    Column[AwardRow](
        "Project",
        lambda row: row.name,
        sort="name",
        filter="name",
        stretch=3,
        width=260,
        least=110,
        tip=lambda row: row.name,
    ),
    Column[AwardRow]("Kind", lambda row: row.kind, sort="kind", filter="kind", width=90),
    Column[AwardRow](
        "Bid",
        lambda row: row.bid,
        pill=lambda row: tone_of(BidState(row.bid)) if row.bid else None,
        width=104,
    ),
    Column[AwardRow].of_amounts(
        "Award £",
        lambda row: row.amount,
        sort="award",
        orders=True,
        edit=Edit.MONEY,
        tip=lambda _row: "Double-click, or just type, to change it",
        can_edit=lambda row: row.kept is not None,
        width=104,
    ),
    Column[AwardRow].of_amounts(
        "Budget now £",
        lambda row: row.budget,
        sort="budget",
        orders=True,
        why=lambda row: row.kept is not None,
        width=112,
    ),
    Column[AwardRow]("Of the grant", lambda row: row.percent, RIGHT, width=92, quiet=True, may_hide=True),
)
MOVEMENTS = (
    Column[MovementRow]("Dated", lambda row: short_date(row.kept.value.dated), width=92),
    Column[MovementRow]("From", lambda row: row.source, width=100),
    Column[MovementRow]("To", lambda row: row.target, width=100),
    Column[MovementRow].of_amounts("£", lambda row: row.kept.value.amount, width=92),
    Column[MovementRow]("Why", lambda row: row.kept.value.reason, stretch=2, width=160, least=90),
    Column[MovementRow](
        "Authority", lambda row: row.kept.value.authority or "–", stretch=1, width=110, quiet=True
    ),
)
