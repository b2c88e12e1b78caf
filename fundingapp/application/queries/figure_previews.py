"""What a file of figures holds, and what taking it in would do."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, PrivateCopy, SourceStore, TableReader, Tools, UnitOfWork
from fundingapp.application.progress import Progress
from fundingapp.application.queries.areas import all_areas
from fundingapp.application.wording import count, short_date
from fundingapp.domain.areas import Area
from fundingapp.domain.errors import ExpectedError, InputRefusedError, listed
from fundingapp.domain.figure_files.contents import FigureFile
from fundingapp.domain.figure_files.deciding import decide
from fundingapp.domain.figure_files.plan import FigureChoices, FigurePlan, HeldTable, Known
from fundingapp.domain.figure_files.reading import PASTED, pasted_rows, read_file, unreadable_rows
from fundingapp.domain.figure_files.street import StreetCrimes
from fundingapp.domain.figure_imports import FigureImport, FigureLayout, SkippedFigure
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ids import AreaId, FigureId, IndicatorId, PerformanceTableId, ProjectId
from fundingapp.domain.indicators import Indicator
from fundingapp.domain.performance import PerformanceFigure
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.published_periods import PeriodRead, periods_read

#: So many files are named.
_NAMED = 3
_UNDERSTANDING = "Understanding the rows"
_PRINTED = frozenset({FigureLayout.PERFORMANCE, FigureLayout.AREAS})


@dataclass(frozen=True, slots=True)
class ReadFigureFile(Question["FiguresRead"]):
    """What the file of figures at *path* holds: of one *sheet* and one *part* of it (which of its tables) or the first
    with figures, read as *layout* or as its headings tell. A quarter without a year is one of *year*."""

    path: Path
    layout: FigureLayout | None = None
    sheet: str | None = None
    year: FinancialYear | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class ReadPastedFigures(Question["FiguresRead"]):
    """The same of pasted *text*."""

    text: str
    layout: FigureLayout | None = None
    year: FinancialYear | None = None


@dataclass(frozen=True, slots=True)
class FiguresRead:
    """A file of figures, read from a private *copy* that stays until the caller unlinks it; None for what was
    pasted."""

    file: FigureFile
    copy: PrivateCopy | None = None


@dataclass(frozen=True, slots=True)
class PreviewFigures(Question["FigurePreview"]):
    """What taking *read* in with *choices* would do."""

    read: FiguresRead
    choices: FigureChoices


@dataclass(frozen=True, slots=True)
class FigurePreview:
    """What would be done. *same_as* says when the very file was taken in before, "" when it was not. *areas* and
    *indicators* (each with its project's reference) are what can be chosen from; *partnership* is our own name."""

    read: FiguresRead
    choices: FigureChoices
    plan: FigurePlan
    same_as: str
    areas: tuple[tuple[AreaId, Area], ...]
    indicators: tuple[tuple[IndicatorId, Indicator, str], ...]
    partnership: str = ""
    #: Headings of a published table whose days a person has to say, with what they may mean.
    periods: tuple[PeriodRead, ...] = ()
    #: The tables of the very file that were taken in before, by sheet and part.
    taken: frozenset[tuple[str, str]] = frozenset()

    @property
    def problems(self) -> tuple[str, ...]:
        """Why it can't be imported yet, in sentences."""
        if self.same_as and not self.choices.again:
            return (f"It was {self.same_as} already.", *self.plan.problems)
        return self.plan.problems


@dataclass(frozen=True, slots=True)
class FigureImports(Question["tuple[Kept[FigureImport], ...]"]):
    """The files of figures that were taken in, newest first."""


@dataclass(frozen=True, slots=True)
class FigureImportOf(Question["ImportShown"]):
    """One of them with its skipped rows."""

    batch: int


@dataclass(frozen=True, slots=True)
class ImportShown:
    """An import of figures: its skipped rows in the order of the file, and in words what of it is held today."""

    kept: Kept[FigureImport]
    skipped: tuple[SkippedFigure, ...]
    brought: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureOriginal(Question[Path]):
    """A read-only copy of the file that an import was read from, for another program to open."""

    batch: int


def answer_file(question: ReadFigureFile, tools: Tools) -> FiguresRead:
    return read_figures(question, tools.sources, tools.reader, tools.progress)


def read_figures(
    question: ReadFigureFile, sources: SourceStore, reader: TableReader, progress: Progress
) -> FiguresRead:
    """The file of *question* through a private copy, which stays until the caller unlinks it.

    Raises InputRefusedError when it holds no figures or can't be read.
    """
    inside = reader.files_in(question.path, question.path.name, progress)
    if inside:
        return _read_several(question.path, inside, sources, reader, progress)
    # Asked of the user's own file: nobody has the private copy open.
    elsewhere = reader.open_elsewhere(question.path)
    copy = sources.take_copy(question.path)
    try:
        progress.report(0, 0, f"Reading {copy.name}")
        sheets, findings = reader.sheets(copy.path, copy.name, progress)
        progress.report(0, 0, _UNDERSTANDING)
        file = read_file(
            copy.name,
            sheets,
            question.layout,
            question.sheet,
            question.year,
            question.part,
            partial(_tell, progress, _UNDERSTANDING),
        )
    except BaseException:
        sources.discard(copy)
        raise
    noticed = (*([elsewhere] if elsewhere is not None else []), *findings, *file.findings)
    return FiguresRead(replace(file, findings=noticed), copy)


def _read_several(
    path: Path, inside: Sequence[str], sources: SourceStore, reader: TableReader, progress: Progress
) -> FiguresRead:
    """The months of street-level crimes in a folder or .zip as one file, through a private copy of one at a time.

    What else lies there is left and named. Raises InputRefusedError when there is no such month.
    """
    crimes = StreetCrimes()
    left: list[Finding] = []
    digest, size = hashlib.sha256(), 0
    for number, inner in enumerate(inside, start=1):
        name = inner.rpartition("/")[2]
        label = f"Reading {name}, {number:,} of {len(inside):,}"
        progress.report(number - 1, len(inside), label)
        scratch = PrivateCopy(sources.scratch(".csv"), name, "", 0)
        try:
            sha256, bytes_read = reader.write_file(path, path.name, inner, scratch.path, progress)
            twin = crimes.has(sha256)
            if twin is not None:
                left.append(
                    _left(path.name, f"“{inner}” is the same file as “{twin.name}”, so it is left out.")
                )
                continue
            sheets, findings = reader.sheets(scratch.path, name, progress)
        finally:
            sources.discard(scratch)
        size += bytes_read
        left += findings
        tell = partial(_tell, progress, label)
        told = [crimes.add(sheet, name, sha256, tell) for sheet in sheets]
        if any(told):
            digest.update(f"{sha256}\n".encode())
        else:
            left.append(_left(path.name, f"“{inner}” lists no street-level crimes, so it is left out."))
    file = crimes.made(path.name, left=left)
    if not file.rows:
        raise InputRefusedError(
            "no_figures",
            f"“{path.name}” holds no month of street-level crimes.",
            "Several files are read together only as data.police.uk gives them; import others one by one.",
        )
    file = replace(file, findings=(*file.findings, *unreadable_rows(file)))
    return FiguresRead(file, PrivateCopy(sources.scratch(".csv"), path.name, digest.hexdigest(), size))


def _tell(progress: Progress, label: str, done: int, total: int) -> None:
    progress.report(done, total, label)


def _left(name: str, text: str) -> Finding:
    return Finding(Severity.NOTE, "figures.file_left", text, Source(name))


def answer_pasted(question: ReadPastedFigures, tools: Tools) -> FiguresRead:
    file = read_file(PASTED, [pasted_rows(question.text)], question.layout, None, question.year)
    return FiguresRead(file)


def answer_preview(question: PreviewFigures, tools: Tools) -> FigurePreview:
    tools.progress.report(0, 0, "Comparing with what is held")
    with tools.open_work(reading=True) as work:
        known = known_of(work, question.read.file.layout)
        file = question.read.file
        same = same_as(work, question.read.copy, file)
        taken = tables_taken(work, question.read.copy, file)
        partnership = next((kept.value.name for kept in work.partnership.all()), "")
    areas = sorted(known.areas.items(), key=lambda entry: entry[1].name.casefold())
    indicators = [
        (id, each, known.refs.get(each.project, "") if each.project is not None else "")
        for id, each in known.indicators.items()
        if not each.is_closed
    ]
    return FigurePreview(
        question.read,
        question.choices,
        decide(question.read.file, question.choices, known),
        same,
        tuple(areas),
        tuple(sorted(indicators, key=lambda entry: (entry[2], entry[1].name.casefold()))),
        partnership,
        _open_periods(question.read.file),
        taken,
    )


def _open_periods(file: FigureFile) -> tuple[PeriodRead, ...]:
    texts = dict.fromkeys(figure.period for figure in file.figures)
    wanted = {figure.period for figure in file.figures if figure.days is None}
    return tuple(each for each in periods_read(tuple(texts)) if each.text in wanted)


def known_of(work: UnitOfWork, layout: FigureLayout) -> Known:
    """What the funding file knows that a file of figures in this *layout* may be about."""
    imports = {kept.id: kept.value for kept in work.figure_imports.all()}
    figures = {FigureId(kept.id): kept.value for kept in work.indicator_figures.all()}
    before: dict[tuple[str, str], IndicatorId] = {}
    for figure in figures.values():
        batch = imports.get(figure.batch) if figure.batch is not None else None
        if batch is not None and batch.layout is layout and figure.source:
            label, sign, place = figure.source.rpartition(" · ")
            key = (label, place) if sign and layout is not FigureLayout.GRID else (figure.source, "")
            before[key] = figure.indicator
    return Known(
        all_areas(work),
        {IndicatorId(kept.id): kept.value for kept in work.indicators.all()},
        {ProjectId(kept.id): kept.value.ref for kept in work.projects.all()},
        figures,
        held_tables(work, layout),
        before,
    )


def held_tables(work: UnitOfWork, layout: FigureLayout) -> tuple[HeldTable, ...]:
    """The tables that are held out of files in this *layout*, oldest first."""
    imports = {kept.id: kept.value for kept in work.figure_imports.all()}
    # A table by place and one by category are both read by their print.
    alike = _PRINTED if layout in _PRINTED else {layout}
    held = {
        kept.id: kept.value
        for kept in work.performance_tables.all()
        if kept.value.batch is not None and imports[kept.value.batch].layout in alike
    }
    if not held:
        return ()
    counts: dict[int, list[PerformanceFigure]] = {id: [] for id in held}
    for kept in work.performance_figures.all():
        if kept.value.table in counts:
            counts[kept.value.table].append(kept.value)
    return tuple(
        HeldTable(PerformanceTableId(id), table.name, tuple(counts[id])) for id, table in held.items()
    )


def same_as(work: UnitOfWork, copy: PrivateCopy | None, file: FigureFile | None = None) -> str:
    """When the very file was taken in before, as “imported on 03/05/2026 as …”; "" when it was not. Of a *file* with
    several tables only the same table counts."""
    if copy is None:
        return ""
    for kept in reversed(work.figure_imports.all()):
        if kept.value.sha256 == copy.sha256 and (file is None or _is_same_table(kept.value, file)):
            return _imported(kept.value)
    mine = {each.sha256: each.name for each in file.files} if file is not None else {}
    for kept in reversed(work.figure_imports.all()):
        held = {each.sha256 for each in kept.value.files} or {kept.value.sha256}
        if not mine and copy.sha256 in held and kept.value.files:
            return f"{_imported(kept.value)}, with other months,"
        known = [f"“{name}”" for sha256, name in mine.items() if sha256 in held]
        if known:
            more = [f"{len(known) - _NAMED:,} more"] if len(known) > _NAMED else []
            return f"in part ({listed([*known[:_NAMED], *more], 'and')}) {_imported(kept.value)}"
    return ""


def _imported(batch: FigureImport) -> str:
    return f"imported on {short_date(batch.imported_at.date())} as “{batch.file_name}”"


def _is_same_table(batch: FigureImport, file: FigureFile) -> bool:
    """Whether *batch* took the table of *file* in. An import of before version 7 took the first of its sheet."""
    if batch.sheet != file.sheet:
        return False
    first = next((each.part for each in file.tables if each.sheet == file.sheet), "")
    return (batch.part or first) == (file.part or first)


def tables_taken(work: UnitOfWork, copy: PrivateCopy | None, file: FigureFile) -> frozenset[tuple[str, str]]:
    """Which tables of the very file were taken in before, by their sheet and part."""
    if copy is None:
        return frozenset()
    batches = [kept.value for kept in work.figure_imports.all() if kept.value.sha256 == copy.sha256]
    return frozenset(
        (each.sheet, each.part)
        for each in file.tables
        if any(_is_same_table(batch, replace(file, sheet=each.sheet, part=each.part)) for batch in batches)
    )


def answer_imports(question: FigureImports, tools: Tools) -> tuple[Kept[FigureImport], ...]:
    with tools.open_work(reading=True) as work:
        return tuple(reversed(work.figure_imports.all()))


def answer_import(question: FigureImportOf, tools: Tools) -> ImportShown:
    with tools.open_work(reading=True) as work:
        kept = work.figure_imports.get(question.batch)
        skipped = [each.value for each in work.skipped_figures.all() if each.value.batch == kept.id]
        tables = {
            each.id: each.value for each in work.performance_tables.all() if each.value.batch == kept.id
        }
        counts = Counter(each.value.table for each in work.performance_figures.all())
        names = {each.id: each.value.name for each in work.indicators.all()}
        figures = Counter(
            names[each.value.indicator]
            for each in work.indicator_figures.all()
            if each.value.batch == kept.id
        )
    brought = [
        f"“{table.name}”: {count(counts[PerformanceTableId(id)], 'count')}" for id, table in tables.items()
    ]
    brought += [f"{name}: {count(number, 'figure')}" for name, number in figures.items()]
    return ImportShown(kept, tuple(sorted(skipped, key=lambda each: each.row)), tuple(brought))


def answer_original(question: FigureOriginal, tools: Tools) -> Path:
    with tools.open_work(reading=True) as work:
        batch = work.figure_imports.get(question.batch).value
    if not batch.has_original:
        raise ExpectedError(
            "no_file",
            f"Of “{batch.file_name}” no original is kept: it was pasted, or it tells of single crimes.",
            "Download it from its publisher again.",
        )
    return tools.sources.lend(batch.sha256, batch.file_name)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    ReadFigureFile: answer_file,
    ReadPastedFigures: answer_pasted,
    PreviewFigures: answer_preview,
    FigureImports: answer_imports,
    FigureImportOf: answer_import,
    FigureOriginal: answer_original,
}
