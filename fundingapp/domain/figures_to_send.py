"""The catalogue of what can be put into a commissioner's workbook, and all that a given return holds for it."""

from __future__ import annotations

from typing import Final

from fundingapp.domain.returns import ReturnDocument
from fundingapp.domain.sendable import FigureRow, FiguresToSend, Sendable
from fundingapp.domain.sendable_entries import ProjectRow, Sent, head_rows, project_rows
from fundingapp.domain.sendable_money import OF_GRANT
from fundingapp.domain.sendable_projects import OF_PROJECT
from fundingapp.domain.sendable_return import OF_RETURN, OF_WORDS
from fundingapp.domain.sendable_rows import OF_ROWS, lines_of, rows_of_sort
from fundingapp.domain.templates import RowsOf

_OF_THE_WHOLE: Final = (*OF_RETURN, *OF_GRANT, *OF_WORDS)

#: Everything that may be sent, in the order in which it is shown.
CATALOGUE: Final[tuple[Sendable, ...]] = (
    *(entry for entry, _ in _OF_THE_WHOLE),
    *(entry for entry, _ in OF_PROJECT),
    *(entry for entries in OF_ROWS.values() for entry, _ in entries),
)
_BY_SOURCE: Final = {entry.source: entry for entry in CATALOGUE}

#: What tells the rows of each sort from each other, where a template names them already.
KEYS: Final = {
    RowsOf.PROJECTS: "project/ref",
    RowsOf.HEADS: "project/ref",
    RowsOf.INDICATORS: "indicator/name",
    RowsOf.OUTCOMES: "outcome/name",
    RowsOf.RISKS: "risk/name",
    RowsOf.VIREMENTS: "virement/number",
    RowsOf.CLAIMS: "claim/number",
    RowsOf.CONDITIONS: "condition/clause",
    RowsOf.MATCH: "match/source",
    RowsOf.ASSETS: "asset/description",
}


def entry_of(source: str) -> Sendable:
    """The entry named *source*. Raises KeyError."""
    return _BY_SOURCE[source]


def is_known(source: str) -> bool:
    """Whether the catalogue has an entry named *source*."""
    return source in _BY_SOURCE


def entries_for(rows: RowsOf | None) -> tuple[Sendable, ...]:
    """The entries that a row of that sort has; with None those of the whole return."""
    if rows is None:
        return tuple(entry for entry in CATALOGUE if not entry.rows)
    return tuple(entry for entry in CATALOGUE if rows in entry.rows)


def figures_to_send(document: ReturnDocument) -> FiguresToSend:
    """What *document* holds for every entry of the catalogue."""
    sent = Sent(document)
    rows = {of: rows_of_sort(sent, of, lines) for of, lines in lines_of(sent).items()}
    rows[RowsOf.PROJECTS] = tuple(_row(project) for project in project_rows(sent))
    rows[RowsOf.HEADS] = tuple(_row(project) for project in head_rows(sent))
    return FiguresToSend({entry.source: value(sent) for entry, value in _OF_THE_WHOLE}, rows)


def _row(project: ProjectRow) -> FigureRow:
    of = RowsOf.HEADS if project.is_head else RowsOf.PROJECTS
    first = project.first
    key = f"{first.ref} {first.kind.value}" if project.is_head else first.ref
    values = {entry.source: value(project) for entry, value in OF_PROJECT if of in entry.rows}
    return FigureRow(key, f"{first.ref} {first.project.name}", values)
