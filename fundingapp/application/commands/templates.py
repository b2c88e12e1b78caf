"""Keeping the commissioner's workbooks, and saying what of ours is put where in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fundingapp.application.commands.gathering import Doing
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Kept, PrivateCopy, Tools, UnitOfWork
from fundingapp.application.queries.templates import (
    look_of,
    mapping_of_template,
    suggested_for,
)
from fundingapp.application.wording import count
from fundingapp.domain.addresses import address, column_letters, split_address
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.figures_to_send import entries_for, is_known
from fundingapp.domain.ids import FundId, PartyId, TemplateId
from fundingapp.domain.mapping_suggestions import Suggested, mapping_of
from fundingapp.domain.mappings import column_key, key_of
from fundingapp.domain.paper_files import LARGEST
from fundingapp.domain.sheet_looks import SheetLook, WorkbookLook
from fundingapp.domain.template_changes import TemplateChanges, carried_over, compare_templates
from fundingapp.domain.templates import (
    MappedCell,
    MappedTable,
    Place,
    ReturnTemplate,
    ShownAs,
    TemplateMapping,
    TemplateState,
)


@dataclass(frozen=True, slots=True)
class AddTemplate(Command["TemplateAdded"]):
    """Keeps the workbook at *path* as a template, called *name* (the file's name for ""), of *fund* (all for None).

    With *suggest* its mapping begins with all that is suggested, each entry to be looked at. A file that is kept
    already is not added twice: ``template_there``; one that was withdrawn is taken into use again.
    """

    path: Path
    name: str = ""
    fund: FundId | None = None
    party: PartyId | None = None
    issue: str = ""
    quarters: tuple[int, ...] = (1, 2, 3, 4)
    suggest: bool = True


@dataclass(frozen=True, slots=True)
class TemplateAdded:
    """A template that is kept now: how many *cells* and *tables* of its mapping were suggested."""

    id: TemplateId
    name: str
    cells: int
    tables: int
    suggested: tuple[Suggested, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplaceTemplate(Command["TemplateReplaced"]):
    """Keeps the workbook at *path* as a new issue of *template*, whose mapping is carried over with a review list."""

    template: TemplateId
    path: Path
    issue: str = ""


@dataclass(frozen=True, slots=True)
class TemplateReplaced:
    """A new issue that is kept now: what is otherwise in it, and what of the mapping is to be looked at."""

    id: TemplateId
    name: str
    changes: TemplateChanges
    to_review: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WithdrawTemplate(Command[None]):
    """Takes a template out of use; its file and the returns that were filled from it stay."""

    template: TemplateId
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangeTemplate(Command[None]):
    """Changes what is said of a template; the file stays as it came."""

    template: TemplateId
    name: str
    issue: str = ""
    quarters: tuple[int, ...] = (1, 2, 3, 4)
    fund: FundId | None = None
    party: PartyId | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class MapCell(Command[None]):
    """Says what is put into a cell, in place of what was said before. Its key is no longer to be looked at."""

    template: TemplateId
    mapped: MappedCell


@dataclass(frozen=True, slots=True)
class LeaveEmpty(Command[None]):
    """Says that a cell stays empty on purpose."""

    template: TemplateId
    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class MapTable(Command[None]):
    """Says what is put into the columns of a table, in place of the table of the same name."""

    template: TemplateId
    table: MappedTable


@dataclass(frozen=True, slots=True)
class Unmap(Command[None]):
    """Takes a cell (``Cover!C7``), a table (its name) or one of its columns (``Expenditure:E``) out of the mapping."""

    template: TemplateId
    key: str


@dataclass(frozen=True, slots=True)
class AcceptSuggestions(Command[int]):
    """Takes over what is suggested, all of it or the *keys* alone; answers how many. What is mapped stays as it is,
    unless its key is among *keys*."""

    template: TemplateId
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewMapping(Command[int]):
    """Says that entries of the mapping are right as they are, all of them or the *keys* alone; answers how many."""

    template: TemplateId
    keys: tuple[str, ...] = ()


# Templates


def add_template(command: AddTemplate, tools: Tools) -> Effect[TemplateAdded]:
    _check_quarters(command.quarters)
    copy = tools.sources.take_copy(command.path, LARGEST)
    try:
        look = tools.read_template(copy.path, copy.name, copy.sha256, tools.progress.report)
        suggested = suggested_for(look) if command.suggest else ()
        with tools.open_work() as work:
            again = _held_again(work, copy)
            doing = Doing(work, tools)
            tools.sources.keep(copy)
            if again is not None:
                name = f"take the template “{again.value.name}” into use again"
                doing.change("templates", again, replace(again.value, state=TemplateState.IN_USE))
                held = mapping_of_template(work, TemplateId(again.id))
                mapping = TemplateMapping(TemplateId(again.id)) if held is None else held.value
                added = TemplateAdded(
                    TemplateId(again.id), again.value.name, len(mapping.cells), len(mapping.tables)
                )
                return doing.commit("AddTemplate", name, added)
            template = _new(command.name or command.path.stem, copy, command.issue, tools)
            template = replace(
                template, fund=command.fund, party=command.party, quarters=tuple(sorted({*command.quarters}))
            )
            _refuse_name(work, template.name)
            id = TemplateId(doing.add("templates", template))
            mapping = replace(mapping_of(suggested, id), changed_by=tools.who, changed_at=tools.clock())
            doing.add("mappings", mapping)
            added = TemplateAdded(id, template.name, len(mapping.cells), len(mapping.tables), suggested)
            return doing.commit("AddTemplate", f"add the template “{template.name}”", added)
    finally:
        tools.sources.discard(copy)


def _new(name: str, copy: PrivateCopy, issue: str, tools: Tools) -> ReturnTemplate:
    name = " ".join(name.split())
    if not name:
        raise ExpectedError("template_name", "A template needs a name.", "Say what it is called.")
    return ReturnTemplate(
        name, copy.name, copy.sha256, copy.size, tools.who, tools.clock(), issue=issue.strip()
    )


def _check_quarters(quarters: Iterable[int]) -> None:
    if not quarters or any(not 1 <= quarter <= 4 for quarter in quarters):
        raise ExpectedError(
            "template_quarters", "A template is used for one or more of the quarters 1 to 4.", "Choose them."
        )


def _held_again(work: UnitOfWork, copy: PrivateCopy) -> Kept[ReturnTemplate] | None:
    """The withdrawn template whose file it is; refused where that file is in use already."""
    same = [kept for kept in work.templates.all() if kept.value.sha256 == copy.sha256]
    for kept in same:
        if kept.value.state is TemplateState.IN_USE:
            raise ExpectedError(
                "template_there",
                f"“{copy.name}” is kept already: it is the template “{kept.value.name}”.",
                "Use that one; the same file is not kept twice.",
            )
    return next((kept for kept in same if kept.value.state is TemplateState.WITHDRAWN), None)


def _refuse_name(work: UnitOfWork, name: str, but: int | None = None) -> None:
    """Refuses a name that another template in use has: it would not be known which is meant."""
    for kept in work.templates.all():
        is_other = kept.id != but and kept.value.state is TemplateState.IN_USE
        if is_other and kept.value.name.casefold() == name.casefold():
            raise ExpectedError(
                "template_named",
                f"There is a template “{kept.value.name}” already.",
                "Give this one another name, or add it as a new issue of that one.",
            )


def replace_template(command: ReplaceTemplate, tools: Tools) -> Effect[TemplateReplaced]:
    copy = tools.sources.take_copy(command.path, LARGEST)
    try:
        new_look = tools.read_template(copy.path, copy.name, copy.sha256, tools.progress.report)
        with tools.open_work() as work:
            old = work.templates.get(command.template)
            if old.value.state is not TemplateState.IN_USE:
                raise ExpectedError(
                    "template_not_in_use",
                    f"The template “{old.value.name}” is {old.value.state.value}, so it has no new issue.",
                    "Choose the one that is in use.",
                )
            _held_again(work, copy)
            old_look = look_of(tools, old.value)
            held = mapping_of_template(work, command.template)
            mapping = TemplateMapping(command.template) if held is None else held.value
            changes = compare_templates(old_look, new_look)
            carried = carried_over(mapping, old_look, new_look)
            doing = Doing(work, tools)
            tools.sources.keep(copy)
            doing.change("templates", old, replace(old.value, state=TemplateState.REPLACED))
            made = _new(old.value.name, copy, command.issue, tools)
            id = TemplateId(
                doing.add(
                    "templates",
                    replace(
                        made,
                        fund=old.value.fund,
                        party=old.value.party,
                        quarters=old.value.quarters,
                        note=old.value.note,
                        replaces=command.template,
                    ),
                )
            )
            carried = replace(carried, template=id, changed_by=tools.who, changed_at=tools.clock())
            doing.add("mappings", carried)
            name = f"take in a new issue of the template “{made.name}”"
            result = TemplateReplaced(id, made.name, changes, carried.to_review)
            return doing.commit("ReplaceTemplate", name, result)
    finally:
        tools.sources.discard(copy)


def withdraw_template(command: WithdrawTemplate, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.templates.get(command.template)
        if kept.value.state is TemplateState.WITHDRAWN:
            raise ExpectedError(
                "template_not_in_use", f"“{kept.value.name}” is withdrawn already.", "Nothing to do."
            )
        doing = Doing(work, tools)
        note = command.reason.strip() or kept.value.note
        doing.change("templates", kept, replace(kept.value, state=TemplateState.WITHDRAWN, note=note))
        return doing.commit("WithdrawTemplate", f"withdraw the template “{kept.value.name}”")


def change_template(command: ChangeTemplate, tools: Tools) -> Effect[None]:
    _check_quarters(command.quarters)
    name = " ".join(command.name.split())
    if not name:
        raise ExpectedError("template_name", "A template needs a name.", "Say what it is called.")
    with tools.open_work() as work:
        kept = work.templates.get(command.template)
        _refuse_name(work, name, kept.id)
        doing = Doing(work, tools)
        doing.change(
            "templates",
            kept,
            replace(
                kept.value,
                name=name,
                issue=command.issue.strip(),
                quarters=tuple(sorted({*command.quarters})),
                fund=command.fund,
                party=command.party,
                note=command.note.strip(),
            ),
        )
        return doing.commit("ChangeTemplate", f"change the template “{name}”")


# Mappings


def _change(
    tools: Tools,
    template: TemplateId,
    command: str,
    name: str,
    edit: Callable[[TemplateMapping, WorkbookLook], tuple[TemplateMapping, Any]],
) -> Effect[Any]:
    """Puts what *edit* makes of the mapping in its place; *name* says what was done, “{}” standing for the template."""
    with tools.open_work() as work:
        value = work.templates.get(template).value
        kept = mapping_of_template(work, template)
        before = TemplateMapping(template) if kept is None else kept.value
        after, result = edit(before, look_of(tools, value))
        doing = Doing(work, tools)
        after = replace(after, changed_by=tools.who, changed_at=tools.clock())
        if kept is None:
            doing.add("mappings", after)
        else:
            doing.change("mappings", kept, after)
        return doing.commit(command, name.format(f"“{value.name}”"), result)


def _reviewed(mapping: TemplateMapping, *keys: str) -> tuple[tuple[str, str], ...]:
    return tuple(each for each in mapping.to_review if each[0] not in keys)


def map_cell(command: MapCell, tools: Tools) -> Effect[None]:
    mapped = command.mapped

    def edit(mapping: TemplateMapping, look: WorkbookLook) -> tuple[TemplateMapping, None]:
        checked = _checked_cell(look, mapped)
        key = key_of(checked)
        others = tuple(cell for cell in mapping.cells if key_of(cell) != key)
        return replace(mapping, cells=(*others, checked), to_review=_reviewed(mapping, key)), None

    return _change(tools, command.template, "MapCell", f"map {key_of(mapped)} of {{}}", edit)


def leave_empty(command: LeaveEmpty, tools: Tools) -> Effect[None]:
    mapped = MappedCell(Place(command.sheet, command.cell), "", ShownAs.TEXT)

    def edit(mapping: TemplateMapping, look: WorkbookLook) -> tuple[TemplateMapping, None]:
        checked = _checked_cell(look, mapped)
        key = key_of(checked)
        others = tuple(cell for cell in mapping.cells if key_of(cell) != key)
        return replace(mapping, cells=(*others, checked), to_review=_reviewed(mapping, key)), None

    return _change(tools, command.template, "LeaveEmpty", f"leave {key_of(mapped)} of {{}} empty", edit)


def _sheet_of(look: WorkbookLook, name: str) -> SheetLook:
    sheet = look.sheet(name)
    if sheet is None:
        there = ", ".join(each.name for each in look.sheets)
        raise NotFoundError("sheet", name, f"The sheets are: {there}.")
    return sheet


def _checked_cell(look: WorkbookLook, mapped: MappedCell) -> MappedCell:
    """*mapped* as it can stand: of a cell that may be written, with the name that the template gives it."""
    if mapped.source and (not is_known(mapped.source) or mapped.source not in _whole()):
        raise ExpectedError(
            "source_unknown",
            f"“{mapped.source}” names no figure that a return has one value of.",
            "Choose one of the list: “fundingapp map FILE --figures” shows it.",
        )
    sheet = _sheet_of(look, mapped.place.sheet)
    cell = mapped.place.cell.replace("$", "").upper()
    row, column = split_address(cell)
    if not row:
        raise ExpectedError(
            "cell_unknown", f"“{mapped.place.cell}” is no cell.", "Name it by its column and row, such as C7."
        )
    merge = sheet.merge_at(row, column)
    if merge is not None and (row, column) != (merge.first_row, merge.first_column):
        first = address(merge.first_row, merge.first_column)
        raise ExpectedError(
            "cell_merged",
            f"{sheet.name}!{cell} is part of {merge.in_words}.",
            f"Map its first cell, {first}.",
        )
    _refuse_closed(sheet, row, column, mapped.over_formula)
    name = mapped.place.name or next(
        (
            each.name
            for each in look.names
            if each.area is not None
            and not (each.is_hidden or each.scope)
            and each.sheet == sheet.name
            and (each.area.first_row, each.area.first_column) == (row, column)
            and (each.area.is_one_cell or each.area == merge)
        ),
        "",
    )
    return replace(mapped, place=replace(mapped.place, sheet=sheet.name, cell=cell, name=name))


def _whole() -> frozenset[str]:
    return frozenset(entry.source for entry in entries_for(None))


def _refuse_closed(sheet: SheetLook, row: int, column: int, over: bool) -> None:
    there = sheet.at(row, column)
    if over or not (there.formula or (sheet.is_protected and there.style.locked)):
        return
    what = "holds a formula" if there.formula else "is locked"
    raise ExpectedError(
        "cell_closed",
        f"{sheet.name}!{there.cell} {what}: the workbook is not meant to be written there.",
        "Choose another cell, or say that it is to be overwritten; it is then reported each time.",
    )


def map_table(command: MapTable, tools: Tools) -> Effect[None]:
    def edit(mapping: TemplateMapping, look: WorkbookLook) -> tuple[TemplateMapping, None]:
        table = _checked_table(look, command.table)
        others = tuple(each for each in mapping.tables if each.name != table.name)
        keys = {column_key(table, column) for column in table.columns}
        keys |= {table.name, f"{table.name}:{table.key_column}"}
        return replace(mapping, tables=(*others, table), to_review=_reviewed(mapping, *keys)), None

    return _change(tools, command.template, "MapTable", f"map the table {command.table.name} of {{}}", edit)


def _checked_table(look: WorkbookLook, table: MappedTable) -> MappedTable:
    """*table* as it can stand. Raises ExpectedError."""
    sheet = _sheet_of(look, table.sheet)
    if not table.name.strip():
        raise ExpectedError("table_name", "A mapped table needs a name.", "Call it as its sheet is called.")
    if not 1 <= table.first_row <= table.last_row:
        raise ExpectedError(
            "table_rows",
            f"The rows {table.first_row} to {table.last_row} of {sheet.name} are no table.",
            "Say its first row and its last, in this order.",
        )
    if not table.columns:
        raise ExpectedError("table_columns", f"{table.name} has no column.", "Choose what is put into one.")
    known = {entry.source for entry in entries_for(table.rows)}
    columns = set()
    for column in table.columns:
        row, at = split_address(f"{column.column}1")
        if not row or column_letters(at) != column.column:
            raise ExpectedError("cell_unknown", f"“{column.column}” is no column.", "Name it by its letters.")
        if column.column in columns:
            raise ExpectedError(
                "table_columns",
                f"Column {column.column} of {table.name} is there twice.",
                "Keep one of them.",
            )
        columns.add(column.column)
        if column.source and column.source not in known:
            raise ExpectedError(
                "source_unknown",
                f"“{column.source}” names no figure of {table.rows.value}.",
                "Choose one of the list: “fundingapp map FILE --figures” shows it.",
            )
        if column.source:
            _refuse_closed(sheet, table.first_row, at, column.over_formula)
    return replace(table, sheet=sheet.name)


def unmap(command: Unmap, tools: Tools) -> Effect[None]:
    def edit(mapping: TemplateMapping, look: WorkbookLook) -> tuple[TemplateMapping, None]:
        key = command.key
        cells = tuple(cell for cell in mapping.cells if key_of(cell) != key)
        tables = []
        for table in mapping.tables:
            columns = tuple(column for column in table.columns if column_key(table, column) != key)
            if table.name != key and columns:
                tables.append(replace(table, columns=columns))
        after = replace(mapping, cells=cells, tables=tuple(tables), to_review=_reviewed(mapping, key))
        if (after.cells, after.tables) == (mapping.cells, mapping.tables):
            raise NotFoundError(
                "mapping", key, "Name a cell (Cover!C7), a table, or its column (Expenditure:E)."
            )
        return after, None

    return _change(tools, command.template, "Unmap", f"take {command.key} out of the mapping of {{}}", edit)


def accept_suggestions(command: AcceptSuggestions, tools: Tools) -> Effect[int]:
    def edit(mapping: TemplateMapping, look: WorkbookLook) -> tuple[TemplateMapping, int]:
        all_of = suggested_for(look)
        if unknown := set(command.keys) - {each.key for each in all_of}:
            raise NotFoundError("suggestion", min(unknown), "Ask for the suggestions again.")
        cells = {key_of(cell): cell for cell in mapping.cells}
        tables = {table.name: table for table in mapping.tables}
        taken: list[str] = []
        for each in all_of:
            if command.keys and each.key not in command.keys:
                continue
            what = each.mapped
            if isinstance(what, MappedCell):
                if each.key in cells and not command.keys:
                    continue
                cells[each.key] = what
            else:
                if what.name in tables and not command.keys:
                    continue
                tables[what.name] = what
            taken.append(each.key)
        after = replace(
            mapping,
            cells=tuple(cells.values()),
            tables=tuple(tables.values()),
            to_review=_reviewed(mapping, *taken),
        )
        return after, len(taken)

    return _change(
        tools, command.template, "AcceptSuggestions", "accept suggestions for the mapping of {}", edit
    )


def review_mapping(command: ReviewMapping, tools: Tools) -> Effect[int]:
    def edit(mapping: TemplateMapping, look: WorkbookLook) -> tuple[TemplateMapping, int]:
        there = {key for key, _ in mapping.to_review}
        if unknown := set(command.keys) - there:
            raise NotFoundError("entry to look at", min(unknown), "Ask for the mapping again.")
        keys = set(command.keys) or there
        return replace(mapping, to_review=_reviewed(mapping, *keys)), len(keys)

    number = count(len(command.keys), "entry", "entries") if command.keys else "all entries"
    return _change(tools, command.template, "ReviewMapping", f"confirm {number} of the mapping of {{}}", edit)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddTemplate: add_template,
    ReplaceTemplate: replace_template,
    WithdrawTemplate: withdraw_template,
    ChangeTemplate: change_template,
    MapCell: map_cell,
    LeaveEmpty: leave_empty,
    MapTable: map_table,
    Unmap: unmap,
    AcceptSuggestions: accept_suggestions,
    ReviewMapping: review_mapping,
}
