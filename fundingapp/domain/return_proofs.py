"""What is kept of a return that was written: every cell, what each figure was made of, and how the file was proved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from fundingapp.domain.ids import ReturnId


class CellSort(Enum):
    """What a cell of a return holds."""

    POUNDS = "pounds"
    NUMBER = "number"
    TEXT = "text"
    DAY = "day"
    YES_NO = "yes or no"
    RESULT = "formula result"


@dataclass(frozen=True, slots=True)
class ReturnCell:
    """A cell as it was written: *value* as text (pounds as ``1234.56``, a day as ``2019-03-31``); *figure* names what
    answers “why?” ("" for words), *source* its name in the catalogue, *label* what it is in words."""

    sheet: str
    cell: str
    sort: CellSort
    value: str
    figure: str = ""
    source: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class BasisItem:
    """A part of a figure: the row of *kind* (“lines”, “accruals”, “adjustments”) with that *id*, and how much of it, in
    pence, counts."""

    kind: str
    id: int
    pence: int


@dataclass(frozen=True, slots=True)
class Basis:
    """What a figure was made of when the return was written. Totals are made of other figures and have none."""

    figure: str
    pence: int
    items: tuple[BasisItem, ...]


@dataclass(frozen=True, slots=True)
class ProvedPart:
    """A part of the package against the template's: whether it is the same byte for byte, and its SHA-256."""

    name: str
    is_same: bool
    sha256: str


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """A check as it stood when the return was written; *accepted* is why it may stay so, "" where it held."""

    code: str
    place: str
    text: str
    accepted: str = ""


@dataclass(frozen=True, slots=True)
class ReturnProof:
    """The proof of a saved return: it was read back by *reader*, *compared* cells were equal, and these are its parts;
    *not_computed* lists formula cells whose result is left to the receiver's program, each with why."""

    saved: ReturnId
    cells: tuple[ReturnCell, ...]
    basis: tuple[Basis, ...]
    parts: tuple[ProvedPart, ...]
    checks: tuple[KeptCheck, ...]
    not_computed: tuple[tuple[str, str], ...]
    reader: str
    compared: int
    made_at: datetime
