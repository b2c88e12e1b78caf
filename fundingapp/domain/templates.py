"""The commissioner's own workbook as a template, and what of ours is put where in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from fundingapp.domain.ids import FundId, PartyId, TemplateId


class TemplateState(Enum):
    """A template is in use, until a newer issue replaces it or it is withdrawn."""

    IN_USE = "in use"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ReturnTemplate:
    """A workbook as the commissioner sent it. *sha256* is the file's hash, under which the file itself is kept; *issue*
    is what it calls itself (“v4”); *quarters* are those it is used for (1 to 4); *replaces* is the issue before."""

    name: str
    file_name: str
    sha256: str
    size: int
    added_by: str
    added_at: datetime
    fund: FundId | None = None
    party: PartyId | None = None
    issue: str = ""
    quarters: tuple[int, ...] = (1, 2, 3, 4)
    state: TemplateState = TemplateState.IN_USE
    replaces: TemplateId | None = None
    note: str = ""


class ShownAs(Enum):
    """How a figure is put into a cell."""

    POUNDS = "pounds and pence"
    WHOLE_POUNDS = "whole pounds"
    NUMBER = "number"
    PERCENT = "percentage"
    TEXT = "text"
    DAY = "day"
    CHOICE = "one of the list"


class RowsOf(Enum):
    """What the rows of a table are."""

    PROJECTS = "projects"
    HEADS = "projects and kinds of money"
    INDICATORS = "indicators"
    OUTCOMES = "outcomes"
    RISKS = "risks"
    VIREMENTS = "virements"
    CLAIMS = "claims"
    CONDITIONS = "conditions"
    MATCH = "match funding"
    ASSETS = "assets"
    MILESTONES = "milestones"


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a template: by its *sheet* and *cell*, by a defined *name*, or by the *marker* text that stands in it
    or fences it; what is empty is not used. A name or marker counts before the address, which is where it was when it
    was mapped."""

    sheet: str
    cell: str
    name: str = ""
    marker: str = ""


@dataclass(frozen=True, slots=True)
class MappedCell:
    """What is put into one cell. *source* is the figure's name in the catalogue (``grant/available``).

    *words* turn ours into the template's own (a drop-down's); *small* is how counts of 1 to 4 are shown ("" as they
    are); *over_formula* allows to overwrite a formula or a locked cell.
    """

    place: Place
    source: str
    shown: ShownAs
    words: tuple[tuple[str, str], ...] = ()
    small: str = ""
    over_formula: bool = False


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column of a mapped table, by its letters; the rest is as in a :class:`MappedCell`."""

    column: str
    source: str
    shown: ShownAs
    words: tuple[tuple[str, str], ...] = ()
    small: str = ""
    over_formula: bool = False


@dataclass(frozen=True, slots=True)
class MappedTable:
    """A table of a template: from *first_row* to *last_row*, both inclusive. Rows are known by what stands in
    *key_column*: with *by_key* the template names them already, else they are filled from the top in our order.
    *heading_row* is where its headings stand (0 where none was found), *excel_table* its name where it is one."""

    name: str
    sheet: str
    first_row: int
    last_row: int
    key_column: str
    key_source: str
    rows: RowsOf
    columns: tuple[MappedColumn, ...]
    by_key: bool = False
    heading_row: int = 0
    excel_table: str = ""


@dataclass(frozen=True, slots=True)
class TemplateMapping:
    """What is put where in a template. *to_review* names, by key, what was carried over from the issue before and is to
    be looked at, each with why."""

    template: TemplateId
    cells: tuple[MappedCell, ...] = ()
    tables: tuple[MappedTable, ...] = ()
    to_review: tuple[tuple[str, str], ...] = ()
    changed_by: str = ""
    changed_at: datetime | None = None
