"""Pages of the inspector about one line: its history, and its row in the original file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from fundingapp.application.queries.line_story import HistoryEntry, Original
from fundingapp.application.wording import short_date
from fundingapp.domain.ledger import Cell
from fundingapp.ui.inspector import InspectorPage, TextBlock, WidgetBlock
from fundingapp.ui.widgets.labels import label


def history_page(title: str, entries: Sequence[HistoryEntry]) -> InspectorPage:
    """What happened to a line, newest first."""

    def make() -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for at, entry in enumerate(entries):
            if at:
                line = QFrame()
                line.setProperty("kind", "hairline")
                column.addWidget(line)
            column.addWidget(label(f"{entry.at.astimezone():%d/%m/%Y %H:%M} · {entry.by}", "caption"))
            column.addWidget(label(entry.what, wrap=True))
            if entry.reason:
                column.addWidget(label(entry.reason, "note", wrap=True))
        return whole

    if not entries:
        return InspectorPage(title, [TextBlock("Nothing is known of this line yet.")])
    return InspectorPage(title, [WidgetBlock(make, "What happened to this line")])


def original_page(title: str, original: Original) -> InspectorPage:
    """The row as the file has it: each heading with what stands under it, and the neighbours' numbers."""
    cells = next(cells for number, cells in original.rows if number == original.row)
    sheet = f", sheet “{original.sheet}”" if original.sheet else ""

    def make() -> QWidget:
        whole = QWidget()
        grid = QGridLayout(whole)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for at, heading in enumerate(original.headings):
            text = _text(cells[at]) if at < len(cells) else ""
            grid.addWidget(label(heading or f"Column {at + 1}", "caption", wrap=True), at, 0)
            shown = label(text or "–", wrap=True)
            grid.addWidget(shown, at, 1)
        for at in range(len(original.headings), len(cells)):
            grid.addWidget(label(f"Column {at + 1}", "caption"), at, 0)
            grid.addWidget(label(_text(cells[at]) or "–", wrap=True), at, 1)
        return whole

    blocks: list[TextBlock | WidgetBlock] = [
        TextBlock(
            f"{original.file}{sheet}, row {original.row:,}: the kept original, unchanged since its import."
        ),
        WidgetBlock(make, f"Row {original.row:,}"),
    ]
    for number, others in original.rows:
        if number != original.row:
            words = " · ".join(text for text in map(_text, others) if text)
            blocks.append(TextBlock(words or "(empty)", f"Row {number:,}"))
    return InspectorPage(title, blocks)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y %H:%M}" if (cell.hour or cell.minute) else f"{cell:%d/%m/%Y}"
    if isinstance(cell, date):
        return short_date(cell)
    return str(cell)
