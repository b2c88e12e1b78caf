"""Places: the partnership's districts, wards and beats, each with every name that papers give it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.ids import AreaId


class AreaKind(Enum):
    """What sort of place it is (domain paper 1.3 and 3)."""

    PARTNERSHIP = "partnership"
    DISTRICT = "district"
    WARD = "ward"
    BEAT = "beat"
    LSOA = "LSOA"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Area:
    """A place. *code* is its official one (ONS or police); *aliases* are its other names, such as N65, NL65, Beat 65
    and Loughborough East for one beat. Days are inclusive; None means open."""

    name: str
    kind: AreaKind
    code: str = ""
    parent: AreaId | None = None
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
