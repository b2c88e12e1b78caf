"""A short list as it is shown, as a file to send: its columns, its rows in their order, its filters."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from fundingapp.application.ports import TableColumn, ValueKind
from fundingapp.application.queries.exports import ExportRows
from fundingapp.application.wording import count
from fundingapp.ui.office import Office
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.message_bar import Message

KINDS = "Excel workbook (*.xlsx);;Text file for any program (*.csv)"


def export_list(
    office: Office,
    parent: QWidget,
    what: str,
    columns: tuple[Column[Any], ...],
    model: ListTableModel[Any],
    said: Any,
    about: tuple[tuple[str, str], ...] = (),
) -> None:
    """Asks where to, and writes the rows of *model* in *columns*; *said* is called with the message of success.

    *what* names the list (“Bids”).
    """
    rows = model.rows
    out = office.files.to_save(parent, f"Export: {what}", f"{what}.xlsx", KINDS)
    if out is None:
        return
    question = ExportRows(
        tuple(_typed(column) for column in columns),
        tuple(tuple(_value(column, row) for column in columns) for row in rows),
        out,
        what,
        about,
    )
    desk = office.desk
    office.work(
        f"Export to {out.name}",
        lambda progress: desk.ask(question, progress),
        lambda written: said(
            Message(f"{count(written, 'row')} written to {out}.", "", Tone.GOOD),
        ),
    )


def _typed(column: Column[Any]) -> TableColumn:
    heading = " ".join(column.title.split())
    if column.amount is not None:
        return TableColumn(heading, ValueKind.MONEY, 14)
    return TableColumn(heading, ValueKind.TEXT, max(12, min(60, column.width // 6)))


def _value(column: Column[Any], row: Any) -> Any:
    if column.amount is not None:
        return column.amount(row)
    text = column.text(row)
    return "" if text in {"–", "—"} else text.replace("\n", "; ")
