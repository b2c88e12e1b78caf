"""“Why?” of a cell of a return: the sum or the ledger lines that make it, by supplier, down to lines and papers."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from fundingapp.application.ports import LineShare
from fundingapp.application.queries.explanations import Explanation
from fundingapp.application.queries.return_looks import LookedReturn
from fundingapp.application.wording import count, short_date
from fundingapp.domain.addresses import Area, address, area_of
from fundingapp.domain.figures_to_send import entry_of
from fundingapp.domain.money import Money
from fundingapp.domain.return_proofs import CellSort, ReturnCell
from fundingapp.domain.sheet_looks import CellLook, Holds, SheetLook
from fundingapp.ui.explain import ShowLine, ShowLines, page_of, source_of
from fundingapp.ui.inspector import (
    Block,
    LinesBlock,
    SourceLine,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
)
from fundingapp.ui.page import Target
from fundingapp.ui.returns.choice import PlaceInReturn

#: More suppliers than this are summed in a last row: the lines themselves are one step away.
_MOST_SUPPLIERS = 12
#: A formula that names more cells than this is told by its words alone.
_MOST_PARTS = 30

_REFERENCE = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([A-Za-z_][\w.]*))!)?(\$?[A-Z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?)(?![\w(])"
)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def title_of(cell: str, shown: str) -> str:
    """As “F9 · 6,120.00 — why?”."""
    return f"{cell} · {shown} — why?" if shown else f"{cell} — why?"


def blocks_of(explanation: Explanation, go: Callable[[Target], object]) -> list[Block]:
    """The parts of *explanation*: its ledger lines by supplier, or its sum; then the ways on."""
    blocks = list(page_of(explanation, None).blocks)
    steps: list[Step] = []
    if explanation.lines:
        # The lines in full, and their sum, are what “Open the lines” shows.
        blocks = [TextBlock(explanation.note)] if explanation.note else []
        rows = list(by_supplier(explanation.lines))
        left = explanation.line_total - Money.total(line.share for line in explanation.lines)
        if left:
            more = explanation.line_count - len(explanation.lines)
            rows.append(SumRow(f"{count(more, 'line')} more", left))
        total = f"Ledger, {count(explanation.line_count, 'line')}"
        rows.append(SumRow(total, explanation.line_total, is_total=True))
        sums: list[Block] = [SumBlock(rows)]
        where, title = explanation.where, explanation.title
        if where is not None:
            steps.append(Step("Open the lines", lambda: go(Target("spend", ShowLines(where, title)))))
        else:  # as they were then: Spend has them as they are now
            sums.append(LinesBlock([_line(line) for line in explanation.lines]))
        blocks = [*sums, *blocks]
    if explanation.evidence:
        paper = explanation.evidence[0].evidence.id
        words = f"Open the evidence ({len(explanation.evidence)})"
        steps.append(Step(words, lambda: go(Target("evidence", ("papers", paper)))))
    if steps:
        blocks.append(StepsBlock(steps))
    return blocks


def _line(line: LineShare) -> SourceLine:
    words = f"{short_date(line.posted_on)} {line.supplier or line.description}"
    return SourceLine(words, line.share, source_of(line), Target("spend", ShowLine(line.id)))


def only_part(explanation: Explanation) -> str:
    """The figure that is the whole of *explanation*, "" where it is made of several or of lines: a quarter of which
    nothing was sent yet is its spend, and that is what is to be seen."""
    parts = [term for term in explanation.terms if term.amount or term.shown]
    alone = len(parts) == 1 and not explanation.lines and parts[0].amount == explanation.value
    return parts[0].figure if alone else ""


def by_supplier(lines: Sequence[LineShare]) -> Iterator[SumRow]:
    """One row for each supplier, those of the most money first; a single line is named by its document."""
    of: dict[str, list[LineShare]] = {}
    for line in lines:
        of.setdefault(line.supplier or line.description or "without a supplier", []).append(line)
    groups = sorted(
        of.items(),
        key=lambda group: (-abs(Money.total(line.share for line in group[1]).pence), group[0]),
    )
    for name, group in groups[:_MOST_SUPPLIERS]:
        total = Money.total(line.share for line in group)
        if len(group) == 1:
            line = group[0]
            part = "" if line.share == line.amount else f", part of {line.amount.in_words}"
            yield SumRow(f"{name}, {line.transaction}{part}", total, Target("spend", ShowLine(line.id)))
        else:
            yield SumRow(f"{name}, {count(len(group), 'line')}", total)
    rest = [line for _, group in groups[_MOST_SUPPLIERS:] for line in group]
    if rest:
        suppliers = count(len(groups) - _MOST_SUPPLIERS, "other supplier")
        yield SumRow(
            f"{suppliers}, {count(len(rest), 'line')}",
            Money.total(line.share for line in rest),
        )


def blocks_of_words(cell: ReturnCell) -> list[Block]:
    """What a cell without a figure holds and where that comes from."""
    try:
        source = entry_of(cell.source).label if cell.source else ""
    except KeyError:
        source = cell.source
    rows = [SumRow("What it says", cell.value)] if len(cell.value) <= 24 else []
    blocks: list[Block] = [SumBlock(rows)] if rows else [TextBlock(cell.value, "What it says")]
    if source:
        blocks.append(TextBlock(source, "What is put here"))
    if cell.label and cell.label != source:
        blocks.append(TextBlock(cell.label, "What the workbook calls it"))
    return blocks


def blocks_of_result(looked: LookedReturn, sheet: str, look: CellLook) -> list[Block]:
    """A formula of the workbook: what it says, and the cells that it is worked out of."""
    parts = list(parts_of(looked.sheets, sheet, look.formula))
    blocks: list[Block] = [TextBlock(f"={look.formula}", "The workbook works it out")]
    why_not = looked.not_computed.get((sheet, look.cell))
    if why_not:
        blocks.append(
            TextBlock(f"{why_not} Excel works it out when the workbook is opened.", "No result yet")
        )
    shown = [part for part in parts if part[1].value is not None and part[1].holds is not Holds.TEXT]
    if shown and len(shown) <= _MOST_PARTS:
        rows = [
            SumRow(_name(looked.sheets, where, part, sheet), part.shown, PlaceInReturn(where, part.cell))
            for where, part in shown
        ]
        rows.append(SumRow(look.cell, look.shown, is_total=True))
        blocks.append(SumBlock(rows, "Out of"))
    elif shown:
        blocks.append(TextBlock(f"{len(shown):,} cells go into it."))
    return blocks


def parts_of(sheets: Sequence[SheetLook], sheet: str, formula: str) -> Iterator[tuple[str, CellLook]]:
    """The cells that *formula*, which stands on *sheet*, names, each once, with the name of its sheet."""
    by_name: Mapping[str, SheetLook] = {each.name.casefold(): each for each in sheets}
    seen: set[tuple[str, str]] = set()
    for found in _REFERENCE.finditer(_QUOTED.sub('""', formula)):
        name = (found[1] or found[2] or sheet).replace("''", "'")
        look, area = by_name.get(name.casefold()), area_of(found[3])
        if look is None or area is None:
            continue
        for row, column in _cells_in(area, look):
            where = (look.name, address(row, column))
            if where not in seen:
                seen.add(where)
                yield look.name, look.at(row, column)


def _cells_in(area: Area, look: SheetLook) -> Iterator[tuple[int, int]]:
    for row in range(area.first_row, min(area.last_row, look.rows) + 1):
        for column in range(area.first_column, min(area.last_column + 1, look.columns)):
            yield row, column


def _name(sheets: Sequence[SheetLook], where: str, part: CellLook, sheet: str) -> str:
    """A cell as it is called in a list: with its sheet where that is another, and what its row is about."""
    place = part.cell if where == sheet else f"{where}!{part.cell}"
    look = next(each for each in sheets if each.name == where)
    words = next(
        (
            cell.shown
            for column in range(part.column)
            if (cell := look.at(part.row, column)).holds is Holds.TEXT and cell.shown.strip()
        ),
        part.label,
    )
    return f"{place} {words}".strip()


def as_shown(cell: ReturnCell) -> str:
    """A cell's value in words, where its look is not at hand: pounds with their commas."""
    if cell.sort is CellSort.POUNDS:
        return f"{Decimal(cell.value):,.2f}".replace("-", "−") if cell.value else ""
    if cell.sort is CellSort.DAY and cell.value:
        with contextlib.suppress(ValueError):
            return f"{date.fromisoformat(cell.value):%d/%m/%Y}"
    return result_in_words(cell.value) if cell.sort is CellSort.RESULT else cell.value


def result_in_words(value: str) -> str:
    """A formula's result as it is read, rather than as a program keeps it: 1,098.33, not 1098.3300000000002."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite() or number == number.to_integral_value():
        return value
    return f"{number:,.2f}".replace("-", "−")
