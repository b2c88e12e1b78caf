"""The two sides of a changed line, field by field, with what it was charged to on each side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from fundingapp.application.ports import Charged, LineChange
from fundingapp.application.wording import short_date
from fundingapp.domain.ledger import LedgerLine
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.theme import Tone

NOTHING = "—"
GONE = "no longer in the ledger"


@dataclass(frozen=True, slots=True)
class Side:
    """One field of a line as the earlier and as the newer download has it."""

    field: str
    was: str
    now: str

    @property
    def differs(self) -> bool:
        return self.was != self.now


_FIELDS: tuple[tuple[str, Callable[[LedgerLine], str]], ...] = (
    ("Amount £", lambda line: str(line.amount)),
    ("Period", lambda line: f"{line.period} of {line.year}"),
    ("Date", lambda line: short_date(line.posted_on)),
    ("Supplier", lambda line: line.supplier),
    ("Description", lambda line: line.description),
    ("Cost centre", lambda line: line.cost_centre),
    ("Account", lambda line: line.account),
    ("Type", lambda line: line.type),
    ("Transaction", lambda line: line.transaction),
    ("Row", lambda line: f"{line.sheet} · {line.row:,}".removeprefix(" · ")),
)


def sides_of(change: LineChange, projects: Mapping[int, str]) -> list[Side]:
    """Every field of *change* on both sides, then its charges; *projects* are references by number."""
    before, after = change.before, change.after
    sides = [Side(name, _said(text, before), _said(text, after)) for name, text in _FIELDS]
    charged = zip_longest(
        _charges(change.charges_before, projects),
        _charges(change.charges_after, projects) if after is not None else (),
    )
    for number, (was, now) in enumerate(charged, start=1):
        name = "Charged to" if number == 1 else f"Charged to ({number})"
        missing = GONE if after is None else "waits for a project"
        sides.append(Side(name, was or "waited for a project", now or missing))
    return sides


def _said(text: Callable[[LedgerLine], str], line: LedgerLine | None) -> str:
    return GONE if line is None else text(line) or NOTHING


def _charges(charges: Sequence[Charged], projects: Mapping[int, str]) -> list[str]:
    said = []
    for entry in charges:
        charge = entry.charge
        where = (
            projects.get(charge.head.project, "a project that is gone")
            if charge.head is not None
            else charge.disposition.value
        )
        said.append(f"{where} {charge.amount}" + (f" · {charge.reason}" if charge.reason else ""))
    return said


SIDE_COLUMNS = (
    Column[Side]("Field", lambda row: row.field, width=104, quiet=True),
    Column[Side](
        "Earlier download", lambda row: row.was, width=190, stretch=1, least=110, tip=lambda row: row.was
    ),
    Column[Side](
        "This download",
        lambda row: row.now,
        width=190,
        stretch=1,
        least=110,
        tip=lambda row: row.now,
    ),
    Column[Side](
        "",
        lambda row: "≠ differs" if row.differs else "",
        width=84,
        pill=lambda row: Tone.ATTENTION if row.differs else None,
    ),
)
