"""Assets that were bought with a grant (domain paper 2.2 and 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money


class AssetState(Enum):
    """Held → disposal requested → disposed (domain paper 2.2)."""

    HELD = "held"
    REQUESTED = "disposal requested"
    DISPOSED = "disposed"


@dataclass(frozen=True, slots=True)
class Asset:
    """Something bought: *cost* in pence, of it *share* out of *fund*; *life_years* is how long it is to serve.

    *consent* names the commissioner's letter for its disposal, *proceeds* is what it fetched.
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
