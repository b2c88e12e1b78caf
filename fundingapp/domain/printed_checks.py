"""Whether what a published table prints of its counts is what they give: percentages, differences, shares and totals.

A suppressed or rounded figure is a range, and nothing is called wrong that some value in the range makes right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fundingapp.domain.performance import RowSort
from fundingapp.domain.printed_ranges import rounding_of
from fundingapp.domain.printed_relations import Field, Finder, Relation
from fundingapp.domain.printed_tables import PrintedTable, is_made_row
from fundingapp.domain.printed_totals import TotalDiffers, Totals
from fundingapp.domain.printed_words import is_all_crime


@dataclass(frozen=True, slots=True)
class Wrong:
    """A printed figure that its counts do not give: where it stands, as printed, and as it should be."""

    row: int
    column: str
    label: str
    printed: str
    should_be: str
    text: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class TableCheck:
    """What was found in a table. *relations* are those that its figures bear out, *verified* how many printed figures
    were compared with what their counts give."""

    wrong: tuple[Wrong, ...]
    totals: tuple[TotalDiffers, ...]
    relations: tuple[Relation, ...]
    verified: int


def check_table(table: PrintedTable) -> TableCheck:
    """Every printed percentage, difference, share and total of *table* against its counts."""
    rows = [at for at, row in enumerate(table.rows) if not is_made_row(row.label, row.cells)]
    made_rows = [at for at in range(len(table.rows)) if at not in rows]
    fields = [
        Field(place, column.heading, column.group, tuple(table.rows[at].cells[place] for at in rows))
        for place, column in enumerate(table.columns)
    ]
    total_at = next(
        (
            place
            for place, at in enumerate(rows)
            if table.rows[at].sort is RowSort.TOTAL or is_all_crime(table.rows[at].label)
        ),
        None,
    )
    ordinary = [
        place
        for place, at in enumerate(rows)
        if table.rows[at].sort in {RowSort.ORDINARY, RowSort.UNASSIGNED}
    ]
    unit = rounding_of(table)
    finder = Finder(fields, total_at, ordinary, unit)
    relations = finder.relations()
    totals = Totals(table, rows, fields, {relation.made for relation in relations}, unit)
    differing = totals.differing()
    wrong: list[Wrong] = []
    verified = totals.verified
    in_full = finder.leaves_out_noughts(relations)
    for relation in relations:
        for record, at in enumerate(rows):
            verdict = finder.verdict(relation, record, in_full=in_full)
            if verdict is None:
                continue
            verified += 1
            if verdict.right or finder.is_right_with(
                relation,
                record,
                totals.mended((at, relation.previous)),
                totals.mended((at, relation.current)),
                in_full=in_full,
            ):
                continue
            row, column = table.rows[at], table.columns[relation.made]
            told = finder.told(relation, record, verdict, row.label)
            wrong.append(Wrong(row.row, column.heading, row.label, *told, column.at))
    across: list[Relation] = []
    if made_rows and len(rows) >= 2:
        lines = [Field(at, row.label, "", row.cells) for at, row in enumerate(table.rows)]
        turned = Finder(lines, None, list(range(len(table.columns))), unit, only=frozenset(made_rows))
        for relation in turned.relations():
            across.append(replace(relation, is_of_rows=True))
            for record, column in enumerate(table.columns):
                verdict = turned.verdict(relation, record)
                verified += verdict is not None
                if verdict is not None and not verdict.right:
                    row = table.rows[relation.made]
                    told = turned.told(relation, record, verdict, column.heading)
                    wrong.append(Wrong(row.row, column.heading, row.label, *told, column.at))
    wrong.sort(key=lambda each: (each.row, each.at))
    return TableCheck(tuple(wrong), tuple(differing), (*relations, *across), verified)
