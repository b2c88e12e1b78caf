"""The view of a list as a file to send: its rows in their order, and what was filtered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import (
    LedgerStore,
    LineRow,
    TableColumn,
    TableDocument,
    Tools,
)
from fundingapp.domain.money import Money

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class LineColumn:
    """A column of exported lines, and what stands in it for a line: of the column's kind, or None."""

    column: TableColumn
    value: Callable[[LineRow], Any]


@dataclass(frozen=True, slots=True)
class ExportLines(Question["Exported"]):
    """Writes the lines of *ids*, in this order, to *out* (.xlsx or .csv).

    *about* says in pairs what the list is: its filters, its order. Raises ExpectedError as
    :class:`~fundingapp.application.ports.TableWriter` does, or Cancelled; *out* is then what it was before.
    """

    ids: Sequence[int]
    columns: tuple[LineColumn, ...]
    out: Path
    about: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """What stands in the file. *gone* lines were removed since the list was made, and are not in it."""

    path: Path
    rows: int
    gone: int
    total: Money


@dataclass(frozen=True, slots=True)
class ExportRows(Question[int]):
    """Writes a short list as it is shown to *out* (.xlsx or .csv); returns how many rows.

    *rows* have a value for each column: text, Money or None. *what* says what the list is (“Bids”), *about* in pairs
    its filters. Raises as :class:`ExportLines` does.
    """

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    out: Path
    what: str
    about: tuple[tuple[str, str], ...] = ()


def answer_rows(question: ExportRows, tools: Tools) -> int:
    document = TableDocument(
        question.columns,
        question.rows,
        len(question.rows),
        (
            ("What this is", f"{question.what} as shown by Funding Tracker"),
            *question.about,
            ("Rows", len(question.rows)),
            ("Exported", tools.clock().astimezone()),
            ("By", tools.who),
        ),
        question.what,
    )
    return tools.write_table(document, question.out, tools.progress)


def answer_export(question: ExportLines, tools: Tools) -> Exported:
    with tools.open_work(reading=True) as work:  # one snapshot: rows and total are of the same moment
        total = work.ledger.sum_of(question.ids)
        document = TableDocument(
            tuple(each.column for each in question.columns),
            _rows(work.ledger, question),
            len(question.ids),
            (
                ("What this is", "Ledger lines as shown by Funding Tracker"),
                *question.about,
                ("Lines", len(question.ids)),
                ("Total £", total),
                ("Exported", tools.clock().astimezone()),
                ("By", tools.who),
            ),
        )
        written = tools.write_table(document, question.out, tools.progress)
    return Exported(question.out, written, len(question.ids) - written, total)


def _rows(ledger: LedgerStore, question: ExportLines) -> Iterator[tuple[Any, ...]]:
    values = [each.value for each in question.columns]
    for start in range(0, len(question.ids), _AT_ONCE):
        for row in ledger.line_rows(question.ids[start : start + _AT_ONCE]):
            yield tuple([value(row) for value in values])


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {ExportLines: answer_export, ExportRows: answer_rows}
