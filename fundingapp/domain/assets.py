"""Assets that were bought with a grant (domain paper 2.2 and 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.states import Machine, Move, Need


class AssetState(Enum):
    """Held → disposal requested → disposed (domain paper 2.2)."""

    HELD = "held"
    REQUESTED = "disposal requested"
    DISPOSED = "disposed"


@dataclass(frozen=True, slots=True)
class Asset:
    """Something bought: *cost* in pence, of it *share* out of *fund*; *life_years* is how long it is to serve.

    *consent* names the commissioner's letter for its disposal, *proceeds* is what it fetched. *line* is the ledger line
    that paid for it, whose papers are its own.
    """

    project: ProjectId
    fund: FundId
    description: str
    cost: Money
    share: Money
    bought_on: date
    custodian: str = ""
    location: str = ""
    life_years: int | None = None
    state: AssetState = AssetState.HELD
    disposed_on: date | None = None
    proceeds: Money = Money.ZERO
    consent: str = ""
    line: LineId | None = None

    @property
    def is_listed(self) -> bool:
        """Whether it is still there, or was disposed of and is only shown."""
        return self.state is not AssetState.DISPOSED


#: Held → Disposal requested → Disposed (paper 2.2): nothing that a grant paid for goes without the commissioner's
#: letter. What was recorded by mistake is held again, with the reason.
ASSET_MACHINE = Machine(
    "asset",
    (
        Move(AssetState.HELD, AssetState.REQUESTED, "ask to dispose of it", "the partnership", (Need.DATE,)),
        Move(
            AssetState.REQUESTED,
            AssetState.DISPOSED,
            "record the disposal",
            "the partnership",
            (Need.DATE, Need.REFERENCE),
        ),
        Move(AssetState.REQUESTED, AssetState.HELD, "keep it", "the commissioner", (Need.REASON,)),
        Move(AssetState.DISPOSED, AssetState.HELD, "undo the disposal", "the partnership", (Need.REASON,)),
    ),
)

#: Longer than anything that a grant buys serves: a typing error.
_LONGEST_LIFE = 100


def check_asset(asset: Asset) -> None:
    """Raises ExpectedError for an asset that says too little, or whose amounts can't be."""
    if not asset.description.strip():
        raise ExpectedError("no_name", "An asset needs its description.", "Say what was bought.")
    if asset.cost <= Money.ZERO:
        raise ExpectedError(
            "asset_cost",
            f"{asset.description} cost {asset.cost.in_words}.",
            "Type what it cost, above nought.",
        )
    if not Money.ZERO <= asset.share <= asset.cost:
        raise ExpectedError(
            "asset_share",
            f"{asset.description} cost {asset.cost.in_words}: {asset.share.in_words} of it can't be the grant's share.",
            "Type how much of the cost the grant paid.",
        )
    if asset.proceeds < Money.ZERO:
        raise ExpectedError(
            "asset_proceeds",
            f"{asset.description} can't have fetched {asset.proceeds.in_words}.",
            "Type the amount without a minus.",
        )
    if asset.life_years is not None and not 1 <= asset.life_years <= _LONGEST_LIFE:
        raise ExpectedError(
            "asset_life",
            f"{asset.description}: it can't serve {asset.life_years} years.",
            f"Type the years, 1 to {_LONGEST_LIFE}.",
        )
    if asset.disposed_on is not None and asset.disposed_on < asset.bought_on:
        raise ExpectedError(
            "asset_days",
            f"{asset.description} was bought on {asset.bought_on:%d/%m/%Y} and can't have gone on "
            f"{asset.disposed_on:%d/%m/%Y}.",
            "Correct one of the days.",
        )
