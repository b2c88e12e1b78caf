"""The console's part about the commissioner's workbooks: which are kept, and what is put where in them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fundingapp.application.commands.templates import (
    AcceptSuggestions,
    AddTemplate,
    LeaveEmpty,
    MapCell,
    ReplaceTemplate,
    ReviewMapping,
    Unmap,
    WithdrawTemplate,
)
from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.progress import Progress
from fundingapp.application.queries.templates import (
    FindTemplate,
    OpenedTemplate,
    TemplateChangesOf,
    TemplateOpened,
    TemplateRow,
    TemplatesOf,
)
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.wording import count
from fundingapp.console.files import DONE, TO_LOOK_AT, writable
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.domain.addresses import split_address
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.figures_to_send import CATALOGUE, entry_of, is_known
from fundingapp.domain.ids import FundId, TemplateId
from fundingapp.domain.mapping_suggestions import Suggested, shown_of
from fundingapp.domain.mappings import column_key, key_of
from fundingapp.domain.template_changes import TemplateChange
from fundingapp.domain.templates import MappedCell, Place, TemplateState


def add_templates_options(made: argparse.ArgumentParser) -> None:
    """The options of “templates”: at most one of what is to be done."""
    doing = made.add_mutually_exclusive_group()
    doing.add_argument("--add", metavar="T.xlsx", type=Path, help="keep this workbook as a template")
    doing.add_argument(
        "--replace", nargs=2, metavar=("NAME", "T.xlsx"), help="take in a new issue of the template NAME"
    )
    doing.add_argument("--withdraw", metavar="NAME", help="take a template out of use")
    doing.add_argument("--changes", metavar="NAME", help="what is otherwise in it than in the issue before")
    made.add_argument("--name", default="", help="what a template that is added is called")
    made.add_argument("--issue", default="", help="what its issue calls itself, such as v4")
    made.add_argument("--fund", default="", help="the fund whose returns it is for; all of them by itself")
    made.add_argument("--reason", default="", metavar="TEXT", help="why it is withdrawn")


def keep_templates(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Lists the templates of a file, adds, replaces or withdraws one."""
    changes = given.add is not None or given.replace is not None or given.withdraw is not None
    opened = writable(offices, given.file) if changes else offices.open(given.file, writing=False)
    try:
        desk = opened.desk
        said: list[Part] = []
        data: dict[str, Any] = {}
        if given.add is not None:
            fund = desk.ask(FundNamed(given.fund)) if given.fund else None
            added = desk.do(AddTemplate(given.add, given.name, fund, issue=given.issue), progress).result
            said.append(_added(added.name, added.cells, added.tables))
            data["added"] = {"id": added.id, "name": added.name, "cells": added.cells, "tables": added.tables}
        elif given.replace is not None:
            name, path = given.replace
            replaced = desk.do(
                ReplaceTemplate(template_named(desk, name), Path(path), given.issue), progress
            ).result
            said += _changes_in_words(replaced.changes.changes)
            said += _review_in_words(replaced.to_review)
            data["replaced"] = {
                "id": replaced.id,
                "name": replaced.name,
                "changes": [_change_data(each) for each in replaced.changes.changes],
                "to_review": [{"key": key, "why": why} for key, why in replaced.to_review],
            }
        elif given.withdraw is not None:
            desk.do(WithdrawTemplate(template_named(desk, given.withdraw), given.reason), progress)
            said.append(f"The template {given.withdraw} is withdrawn; returns that were filled from it stay.")
        elif given.changes is not None:
            changed = desk.ask(TemplateChangesOf(template_named(desk, given.changes)), progress).changes
            said += _changes_in_words(changed)
            data["changes"] = [_change_data(each) for each in changed]
        rows = desk.ask(TemplatesOf(), progress)
    finally:
        opened.close()
    said.append(_listed(rows))
    out.result({"templates": [_row_data(row) for row in rows], **data}, said)
    return TO_LOOK_AT if any(row.to_review for row in rows) and changes else DONE


def add_map_options(made: argparse.ArgumentParser) -> None:
    """The options of “map”: at most one of what is to be done."""
    made.add_argument("template", metavar="TEMPLATE", nargs="?", default="", help="its name or number")
    doing = made.add_mutually_exclusive_group()
    doing.add_argument("--suggest", action="store_true", help="list what is suggested; nothing is changed")
    doing.add_argument("--accept", action="store_true", help="take over what is suggested")
    doing.add_argument("--cell", metavar="SHEET!CELL", help="map this cell to the figure given with --source")
    doing.add_argument("--empty", metavar="SHEET!CELL", help="say that this cell stays empty")
    doing.add_argument("--unmap", metavar="KEY", help="take a cell, a table or its column out of the mapping")
    doing.add_argument(
        "--review", nargs="*", metavar="KEY", help="say that these entries, or all, are right as they are"
    )
    doing.add_argument("--figures", action="store_true", help="list every figure that can be mapped")
    made.add_argument(
        "--source", default="", metavar="FIGURE", help="the figure for --cell, such as grant/available"
    )
    made.add_argument("--over-formula", action="store_true", help="write over a formula or a locked cell")


def map_template(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Shows what is put where in a template, or changes it."""
    if given.figures:
        _list_figures(out)
        return DONE
    if not given.template:
        raise ExpectedError(
            "no_template", "Say which template is meant.", "“fundingapp templates FILE” lists them."
        )
    changes = given.accept or given.cell or given.empty or given.unmap or given.review is not None
    opened = writable(offices, given.file) if changes else offices.open(given.file, writing=False)
    try:
        desk = opened.desk
        id = template_named(desk, given.template)
        if given.accept:
            desk.do(AcceptSuggestions(id), progress)
        elif given.cell:
            desk.do(MapCell(id, _asked_cell(given, desk.ask(TemplateOpened(id), progress))), progress)
        elif given.empty:
            desk.do(LeaveEmpty(id, *_place(given.empty)), progress)
        elif given.unmap:
            desk.do(Unmap(id, given.unmap), progress)
        elif given.review is not None:
            desk.do(ReviewMapping(id, tuple(given.review)), progress)
        template = desk.ask(TemplateOpened(id), progress)
    finally:
        opened.close()
    out.result(
        _mapping_data(template, with_suggestions=given.suggest), _mapping_in_words(template, given.suggest)
    )
    return TO_LOOK_AT if template.mapping.to_review else DONE


def template_asked(text: str, desk: Desk, fund: FundId, progress: Progress) -> tuple[TemplateId, str]:
    """The template that *text* names, by its name, number or file; one that is not kept yet is added with its
    suggested mapping, which the second part then says. Raises ExpectedError."""
    path = Path(text)
    try:
        return template_named(desk, text), ""
    except NotFoundError:
        if not path.suffix or not path.is_file():
            raise
    known = desk.ask(FindTemplate(path.name, path), progress)
    if known is not None:
        return known, ""
    added = desk.do(AddTemplate(path, fund=fund), progress).result
    return added.id, _added(added.name, added.cells, added.tables)


def _added(name: str, cells: int, tables: int) -> str:
    """What was said to be put where in a template that is new."""
    suggested = f"{count(cells, 'cell')} and {count(tables, 'table')}"
    return (
        f"The template “{name}” is kept. For {suggested} a figure is suggested: look at them and confirm with "
        "“fundingapp map FILE TEMPLATE --review”."
    )


def template_named(desk: Desk, name: str) -> TemplateId:
    """The template of that name, file name or number. Raises NotFoundError that lists them."""
    found = desk.ask(FindTemplate(name))
    if found is None:
        there = ", ".join(f"“{row.template.name}”" for row in desk.ask(TemplatesOf())) or "none yet"
        raise NotFoundError("template", name, f"The templates are: {there}.")
    return found


def _place(text: str) -> tuple[str, str]:
    """Sheet and cell of ``Cover!C7``. Raises ExpectedError."""
    sheet, mark, cell = text.rpartition("!")
    if not mark or not sheet or not cell:
        raise ExpectedError(
            "cell_unknown", f"“{text}” names no cell.", "Write it as its sheet and cell: 'Cover!C7'."
        )
    return sheet.strip("'"), cell.replace("$", "").upper()


def _asked_cell(given: argparse.Namespace, opened: OpenedTemplate) -> MappedCell:
    """The cell of --cell with the figure of --source, shown as the cell's format asks."""
    sheet, cell = _place(given.cell)
    if not is_known(given.source):
        raise ExpectedError(
            "source_unknown",
            f"“{given.source}” names no figure." if given.source else "--cell needs the figure to put there.",
            "“fundingapp map FILE --figures” lists them; give one with --source.",
        )
    held = opened.look.sheet(sheet)
    if held is None:
        there = ", ".join(each.name for each in opened.look.sheets)
        raise NotFoundError("sheet", sheet, f"The sheets are: {there}.")
    shown = shown_of(entry_of(given.source), held.at(*split_address(cell)))
    return MappedCell(Place(sheet, cell), given.source, shown, over_formula=given.over_formula)


# What is printed


def _listed(rows: Sequence[TemplateRow]) -> Part:
    return table(
        count(len(rows), "template"),
        ("Number", "Name", "Issue", "Fund", "State", "Mapped", "To look at"),
        [
            (
                str(row.id),
                row.template.name,
                row.template.issue,
                row.fund_name or "all",
                row.template.state.value,
                f"{row.mapped} of {row.inputs}"
                if row.template.state is TemplateState.IN_USE
                else str(row.mapped),
                str(row.to_review),
            )
            for row in rows
        ],
        (0, 6),
    )


def _row_data(row: TemplateRow) -> dict[str, Any]:
    value = row.template
    return {
        "id": row.id,
        "name": value.name,
        "file": value.file_name,
        "sha256": value.sha256,
        "issue": value.issue,
        "fund": row.fund_name,
        "quarters": list(value.quarters),
        "state": value.state.value,
        "inputs": row.inputs,
        "mapped": row.mapped,
        "empty_on_purpose": row.empty_on_purpose,
        "to_review": row.to_review,
    }


def _change_data(change: TemplateChange) -> dict[str, str]:
    return {"kind": change.kind, "sheet": change.sheet, "cell": change.cell, "text": change.text}


def _changes_in_words(changes: Sequence[TemplateChange]) -> list[Part]:
    return [f"  {change.text}" for change in changes] or ["Nothing is otherwise than in the issue before."]


def _review_in_words(review: Sequence[tuple[str, str]]) -> list[Part]:
    return [f"To look at: {key}: {why}." for key, why in review]


def _entries(opened: OpenedTemplate) -> list[tuple[str, str, str]]:
    """Key, source and how it is shown of everything that is mapped."""
    mapping = opened.mapping
    return [
        *((key_of(cell), cell.source, cell.shown.value) for cell in mapping.cells),
        *(
            (column_key(table, column), column.source, column.shown.value)
            for table in mapping.tables
            for column in table.columns
        ),
    ]


def _mapping_data(opened: OpenedTemplate, *, with_suggestions: bool) -> dict[str, Any]:
    mapping = opened.mapping
    data: dict[str, Any] = {
        "template": {"id": opened.id, "name": opened.template.name, "sha256": opened.template.sha256},
        "mapped": [{"key": key, "source": source, "shown": shown} for key, source, shown in _entries(opened)],
        "tables": [
            {
                "name": each.name,
                "sheet": each.sheet,
                "rows": each.rows.value,
                "first_row": each.first_row,
                "last_row": each.last_row,
                "key_column": each.key_column,
                "by_key": each.by_key,
            }
            for each in mapping.tables
        ],
        "to_review": [{"key": key, "why": why} for key, why in mapping.to_review],
        "without_figure": [
            {"sheet": sheet, "cell": cell, "label": label} for sheet, cell, label in opened.unmapped
        ],
    }
    if with_suggestions:
        data["suggested"] = [_suggested_data(each) for each in opened.suggested]
    return data


def _suggested_data(each: Suggested) -> dict[str, Any]:
    data: dict[str, Any] = {"key": each.key, "why": each.why, "likeness": each.likeness}
    if isinstance(each.mapped, MappedCell):
        return data | {"source": each.mapped.source}
    return data | {
        "columns": [{"column": column.column, "source": column.source} for column in each.mapped.columns]
    }


def _mapping_in_words(opened: OpenedTemplate, with_suggestions: bool) -> list[Part]:
    entries = _entries(opened)
    said: list[Part] = [
        table(
            f"{opened.template.name}: {count(len(entries), 'entry', 'entries')}",
            ("Where", "Figure", "What it is", "Shown as"),
            [
                (key, source or "–", entry_of(source).label if is_known(source) else "left empty", shown)
                for key, source, shown in entries
            ],
        )
    ]
    said += _review_in_words(opened.mapping.to_review)
    if opened.unmapped:
        said.append(f"{count(len(opened.unmapped), 'cell')} to be filled without a figure.")
    if with_suggestions:
        said += [f"Suggested: {each.key}: {each.why}." for each in opened.suggested]
        if not opened.suggested:
            said.append("Nothing more is suggested.")
    return said


def _list_figures(out: Output) -> None:
    out.result(
        {
            "figures": [
                {
                    "source": entry.source,
                    "label": entry.label,
                    "sort": entry.sort.value,
                    "group": entry.group,
                    "rows": [rows.value for rows in entry.rows],
                }
                for entry in CATALOGUE
            ]
        },
        [
            table(
                count(len(CATALOGUE), "figure"),
                ("Name", "What it is", "Sort", "Of"),
                [
                    (
                        entry.source,
                        entry.label,
                        entry.sort.value,
                        ", ".join(rows.value for rows in entry.rows),
                    )
                    for entry in CATALOGUE
                ],
            )
        ],
    )
