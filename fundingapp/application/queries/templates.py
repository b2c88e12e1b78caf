"""The commissioner's workbooks that the file keeps: what is in one, what is put where, and the cells of a return."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.figures_to_send import CATALOGUE, figures_to_send
from fundingapp.domain.ids import FundId, TemplateId
from fundingapp.domain.mapping_suggestions import Suggested, suggest_mapping
from fundingapp.domain.mappings import FillPlan, plan_of, unmapped_inputs
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.returns import ReturnDocument
from fundingapp.domain.sendable import FiguresToSend, Sendable
from fundingapp.domain.sheet_looks import WorkbookLook
from fundingapp.domain.template_changes import TemplateChanges, compare_templates
from fundingapp.domain.templates import (
    MappedCell,
    MappedTable,
    ReturnTemplate,
    TemplateMapping,
    TemplateState,
)

#: Suggestions by the file's hash: the same file asks for the same, and looking through a large one takes a while.
_KEPT_SUGGESTIONS: Final = 8
_suggestions: dict[str, tuple[Suggested, ...]] = {}


@dataclass(frozen=True, slots=True)
class TemplatesOf(Question["tuple[TemplateRow, ...]"]):
    """The templates that *fund* may use, all of them for None: those in use first, the newest first."""

    fund: FundId | None = None


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A template in a list: of its *inputs*, the cells that are there to be filled, *mapped* have a figure and
    *empty_on_purpose* are to stay empty; *to_review* entries of its mapping are to be looked at."""

    id: TemplateId
    template: ReturnTemplate
    mapped: int
    inputs: int
    empty_on_purpose: int
    to_review: int
    fund_name: str = ""
    #: How many returns were filled from it.
    returns: int = 0

    @property
    def is_mapped(self) -> bool:
        """Whether something is mapped, and all of it was looked at."""
        return bool(self.mapped) and not self.to_review


@dataclass(frozen=True, slots=True)
class FindTemplate(Question["TemplateId | None"]):
    """The template called *name*, by its name, its file's name or its number, those in use first; None for none.

    With *path* the one in use whose file has the content of that one.
    """

    name: str
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class TemplateOpened(Question["OpenedTemplate"]):
    """A template as it looks, with its mapping and what is suggested."""

    template: TemplateId


@dataclass(frozen=True, slots=True)
class OpenedTemplate:
    """What a mapping is made on. *unmapped* are the cells to be filled that the mapping does not speak for: sheet,
    cell, label."""

    id: TemplateId
    template: ReturnTemplate
    look: WorkbookLook
    mapping: TemplateMapping
    suggested: tuple[Suggested, ...]
    catalogue: tuple[Sendable, ...]
    unmapped: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class TemplateChangesOf(Question[TemplateChanges]):
    """What is otherwise in a template than in the issue before it; nothing where there is none."""

    template: TemplateId


@dataclass(frozen=True, slots=True)
class CellsToFill(Question["TemplateFill"]):
    """What the return of a quarter, 1 to 4, would put into a template now."""

    template: TemplateId
    fund: FundId
    year: FinancialYear
    quarter: int


@dataclass(frozen=True, slots=True)
class TemplateFill:
    """The cells of a template that a return fills, and all that they are taken from."""

    plan: FillPlan
    look: WorkbookLook
    template: ReturnTemplate
    mapping: TemplateMapping
    figures: FiguresToSend


def mapping_of_template(work: UnitOfWork, template: TemplateId) -> Kept[TemplateMapping] | None:
    """The mapping of *template*, None where nothing is mapped yet."""
    return next((kept for kept in work.mappings.all() if kept.value.template == template), None)


@contextlib.contextmanager
def template_path(tools: Tools, template: ReturnTemplate) -> Iterator[Path]:
    """The kept file of *template* under its own name, as long as it is needed. Raises ExpectedError when it is gone."""
    lent = tools.sources.lend(template.sha256, template.file_name)
    try:
        yield lent
    finally:
        shutil.rmtree(lent.parent, ignore_errors=True)


def look_of(tools: Tools, template: ReturnTemplate) -> WorkbookLook:
    """How *template* looks. Raises ExpectedError when its file is gone or was changed."""
    path = tools.sources.original(template.sha256, template.file_name)
    look = tools.read_template(path, template.file_name, template.sha256, tools.progress.report)
    if look.sha256 != template.sha256:
        raise ExpectedError(
            "template_changed",
            f"The kept file of the template “{template.name}” is not the one that was added.",
            "Restore it from a backup, or add the commissioner's file again.",
        )
    return look


def suggested_for(look: WorkbookLook) -> tuple[Suggested, ...]:
    """What the template that looks like *look* may mean by its cells."""
    if look.sha256 not in _suggestions:
        while len(_suggestions) >= _KEPT_SUGGESTIONS:
            _suggestions.pop(next(iter(_suggestions)))
        _suggestions[look.sha256] = suggest_mapping(look)
    return _suggestions[look.sha256]


def cells_to_fill(
    work: UnitOfWork, tools: Tools, document: ReturnDocument, template: TemplateId
) -> TemplateFill:
    """What *document* puts into *template*. Raises ExpectedError when its file is gone."""
    value = work.templates.get(template).value
    kept = mapping_of_template(work, template)
    mapping = TemplateMapping(template) if kept is None else kept.value
    look = look_of(tools, value)
    figures = figures_to_send(document)
    return TemplateFill(plan_of(look, mapping, figures), look, value, mapping, figures)


def answer_templates(question: TemplatesOf, tools: Tools) -> tuple[TemplateRow, ...]:
    with tools.open_work(reading=True) as work:
        held = [
            kept
            for kept in work.templates.all()
            if question.fund is None or kept.value.fund in (None, question.fund)
        ]
        mappings = {kept.value.template: kept.value for kept in work.mappings.all()}
        funds = {kept.id: kept.value.name for kept in work.funds.all()}
        filled = [kept.value.template for kept in work.returns.all()]
    held.sort(key=lambda kept: (kept.value.state is not TemplateState.IN_USE, -kept.id))
    return tuple(
        _row(tools, kept, mappings.get(TemplateId(kept.id)), funds, filled.count(TemplateId(kept.id)))
        for kept in held
    )


def _row(
    tools: Tools,
    kept: Kept[ReturnTemplate],
    mapping: TemplateMapping | None,
    funds: dict[int, str],
    returns: int,
) -> TemplateRow:
    id = TemplateId(kept.id)
    mapping = mapping or TemplateMapping(id)
    empty = sum(not cell.source for cell in mapping.cells)
    inputs = mapped = 0
    # What was replaced or withdrawn is only listed, so its file is not read.
    if kept.value.state is TemplateState.IN_USE:
        with contextlib.suppress(
            ExpectedError
        ):  # a lost file is told when the template is opened, and by the check
            look = look_of(tools, kept.value)
            inputs = sum(cell.is_input for sheet in look.sheets for cell in sheet.cells.values())
            mapped = inputs - len(unmapped_inputs(look, mapping)) - empty
    return TemplateRow(
        id,
        kept.value,
        max(mapped, sum(bool(cell.source) for cell in mapping.cells)),
        inputs,
        empty,
        len(mapping.to_review),
        "" if kept.value.fund is None else funds.get(kept.value.fund, ""),
        returns,
    )


def answer_find(question: FindTemplate, tools: Tools) -> TemplateId | None:
    with tools.open_work(reading=True) as work:
        held = sorted(
            work.templates.all(), key=lambda kept: (kept.value.state is not TemplateState.IN_USE, -kept.id)
        )
    if question.path is not None:
        copy = tools.sources.take_copy(question.path)
        tools.sources.discard(copy)
        same = (kept.id for kept in held if kept.value.sha256 == copy.sha256)
        in_use = {kept.id for kept in held if kept.value.state is TemplateState.IN_USE}
        return next((TemplateId(id) for id in same if id in in_use), None)
    wanted = " ".join(question.name.casefold().split())
    for kept in held:
        named = (kept.value.name, kept.value.file_name, str(kept.id))
        if wanted in {" ".join(each.casefold().split()) for each in named}:
            return TemplateId(kept.id)
    return None


def answer_opened(question: TemplateOpened, tools: Tools) -> OpenedTemplate:
    with tools.open_work(reading=True) as work:
        template = work.templates.get(question.template).value
        kept = mapping_of_template(work, question.template)
    look = look_of(tools, template)
    mapping = TemplateMapping(question.template) if kept is None else kept.value
    return OpenedTemplate(
        question.template,
        template,
        look,
        mapping,
        tuple(each for each in suggested_for(look) if not _is_there(mapping, each)),
        CATALOGUE,
        unmapped_inputs(look, mapping),
    )


def _is_there(mapping: TemplateMapping, suggested: Suggested) -> bool:
    """Whether the mapping has already said something of the place that is suggested."""
    what = suggested.mapped
    if isinstance(what, MappedCell):
        place = (what.place.sheet, what.place.cell)
        return any((cell.place.sheet, cell.place.cell) == place for cell in mapping.cells)
    return any(_overlap(table, what) for table in mapping.tables)


def _overlap(one: MappedTable, other: MappedTable) -> bool:
    return (
        one.sheet == other.sheet
        and one.first_row <= other.last_row
        and other.first_row <= one.last_row
        and bool({column.column for column in one.columns} & {column.column for column in other.columns})
    )


def answer_changes(question: TemplateChangesOf, tools: Tools) -> TemplateChanges:
    with tools.open_work(reading=True) as work:
        new = work.templates.get(question.template).value
        old = None if new.replaces is None else work.templates.get(new.replaces).value
    return TemplateChanges() if old is None else compare_templates(look_of(tools, old), look_of(tools, new))


def answer_cells(question: CellsToFill, tools: Tools) -> TemplateFill:
    # Not at the top: what drafts a return asks for what stands here.
    from fundingapp.application.queries.returns import shared_draft

    with tools.open_work(reading=True) as work:
        document = shared_draft(work, question.fund, question.year, question.quarter, tools)
        return cells_to_fill(work, tools, document, question.template)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    TemplatesOf: answer_templates,
    FindTemplate: answer_find,
    TemplateOpened: answer_opened,
    TemplateChangesOf: answer_changes,
    CellsToFill: answer_cells,
}
