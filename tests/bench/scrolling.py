"""The ledger's table under the hand: a page further, and a jump to anywhere, each painted before the next."""

from __future__ import annotations

import random
import sqlite3
import statistics
import time
from array import array
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from typing import Any

from fundingapp import paths
from fundingapp.application.ports import LineFilter, LineOrder, LineRow
from fundingapp.application.queries.lines import LineIds, LineRows
from fundingapp.assembly import Assembly
from fundingapp.ui.application import Application
from fundingapp.ui.spend.columns import Words, line_columns
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import TableModel
from fundingapp.ui.tables.paged import PagedTableModel
from fundingapp.ui.tables.view import TableView

_TURNS = 120
_PLAIN = "posted_on, period, cost_centre, supplier, description, transaction_ref, amount_pence, state, type"


def our_table(path: str) -> dict[str, Any]:
    """The Spend page's own columns over the file at *path*, newest lines first, rows asked of the desk."""
    opened = Assembly().open(path, writing=False)

    def fetch(ids: Sequence[int]) -> Sequence[LineRow | None]:
        found = {int(row.id): row for row in opened.desk.ask(LineRows(tuple(ids)))}
        return [found.get(id) for id in ids]

    start = time.perf_counter()
    ids = opened.desk.ask(LineIds(LineFilter(), LineOrder("posted_on", descending=True)))
    asked = time.perf_counter() - start
    said = _turn_pages(lambda: PagedTableModel(line_columns(Words()), fetch), ids)
    opened.close()
    return {**said, "ids": asked}


def plain_table(path: str) -> dict[str, Any]:
    """As many columns of bare texts over ranges of row ids, straight from the driver, in the same view."""
    with closing(sqlite3.connect(path)) as connection:
        (number,) = connection.execute("SELECT max(id) FROM ledger_line").fetchone()
        columns = [
            Column[tuple[Any, ...]](name, partial(_text_at, at)) for at, name in enumerate(_PLAIN.split(", "))
        ]

        def fetch(ids: Sequence[int]) -> Sequence[tuple[Any, ...] | None]:
            return connection.execute(
                f"SELECT {_PLAIN} FROM ledger_line WHERE id BETWEEN ? AND ? ORDER BY id", (ids[0], ids[-1])
            ).fetchall()

        return _turn_pages(lambda: PagedTableModel(columns, fetch), array("q", range(1, number + 1)))


def _text_at(at: int, row: tuple[Any, ...]) -> str:
    return str(row[at])


def _turn_pages(make: Callable[[], TableModel[Any]], ids: array[int]) -> dict[str, Any]:
    """Seconds of a page further and of a jump, in the middle and at worst."""
    application = Application(["bench"], paths.resources())
    model = make()
    view = TableView("Ledger")
    view.set_model(model)
    view.resize(1440, 900)
    if isinstance(model, PagedTableModel):
        model.set_ids(ids)
    view.show()
    application.qt.processEvents()
    bar = view.verticalScrollBar()
    chance = random.Random(1)
    told: dict[str, Any] = {}
    for name, places in (
        ("scroll", [(turn + 1) * bar.pageStep() for turn in range(_TURNS)]),
        ("jump", [chance.randrange(bar.maximum()) for _ in range(_TURNS)]),
    ):
        times = []
        for place in places:
            start = time.perf_counter()
            bar.setValue(place)
            view.viewport().repaint()
            times.append(time.perf_counter() - start)
        told[name], told[f"{name}_worst"] = statistics.median(times), max(times)
    view.close()
    application.close()
    return told
