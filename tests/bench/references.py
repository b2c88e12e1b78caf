"""What our code is held against: the same job done as directly as the libraries allow."""

from __future__ import annotations

import csv
import shutil
import sqlite3
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, case, create_engine, func, select

from tests.bench.measuring import seconds_of

_LINE = (
    "CREATE TABLE line (id INTEGER PRIMARY KEY, transaction_ref TEXT NOT NULL, day TEXT, period INTEGER,"
    " cost_centre TEXT, account TEXT, description TEXT, supplier TEXT, amount_pence INTEGER, flag TEXT)"
)
#: As many indexes over as much as the funding file has on its lines.
_LINE_INDEXES = (
    "CREATE UNIQUE INDEX uq_key ON line(transaction_ref)",
    "CREATE INDEX ix_supplier ON line(supplier)",
    "CREATE INDEX ix_batch ON line(flag)",
    "CREATE INDEX ix_totals ON line(period, cost_centre, account, amount_pence)",
)
_INSERT = "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def calamine_rows(source: Path) -> Iterator[list[Any]]:
    """The rows of the first sheet as calamine gives them, below the headings."""
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(str(source)).get_sheet_by_index(0).iter_rows()
    next(rows)
    yield from rows


def import_xlsx(source: Path) -> None:
    """calamine's rows put into a new database with the same number of indexes; nothing is checked."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        with closing(sqlite3.connect(folder / "plain.sqlite")) as plain, plain:
            plain.execute(_LINE)
            for index in _LINE_INDEXES:
                plain.execute(index)
            plain.executemany(
                _INSERT,
                (
                    (at, row[0], row[1].isoformat(), row[2], *row[3:7], round(row[7] * 100), row[8])
                    for at, row in enumerate(calamine_rows(source))
                ),
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read_csv(source: Path) -> None:
    """Every row by Python's csv, and nothing done with it."""
    with source.open(encoding="utf-8", newline="") as file:
        deque(csv.reader(file), maxlen=0)


def import_csv(source: Path) -> None:
    """Python's csv into SQLite in memory, and one total; nothing is checked, no index."""
    with closing(sqlite3.connect(":memory:")) as plain, source.open(encoding="utf-8", newline="") as file:
        plain.execute(_LINE)
        rows = csv.reader(file)
        next(rows)
        plain.executemany(
            _INSERT,
            (
                (at, row[0], _iso(row[1]), int(row[2]), *row[3:7], int(row[7].replace(".", "")), row[8])
                for at, row in enumerate(rows)
            ),
        )
        plain.execute("SELECT sum(amount_pence) FROM line").fetchone()


def _iso(day: str) -> str:
    return f"{day[6:]}-{day[3:5]}-{day[:2]}"


def columns_of(path: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns of ledger_line in the funding file at *path*, and its rows as tuples, ready to be inserted."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT * FROM ledger_line")
        return [entry[0] for entry in found.description], found.fetchall()


_metadata = MetaData()
_charge = Table(
    "charge",
    _metadata,
    Column("project_id", Integer),
    Column("fund_id", Integer),
    Column("kind", Text),
    Column("year", Integer),
    Column("period", Integer),
    Column("amount_pence", Integer),
)
_line = Table(
    "line",
    _metadata,
    Column("year", Integer),
    Column("period", Integer),
    Column("state", Text),
    Column("amount_pence", Integer),
    Column("charged_pence", Integer),
    Column("parts", Integer),
)
_award = Table(
    "award",
    _metadata,
    Column("project_id", Integer),
    Column("fund_id", Integer),
    Column("year", Integer),
    Column("kind", Text),
    Column("amount_pence", Integer),
)


class PlainTotals:
    """Totals by SQLAlchemy Core out of plain tables with covering indexes, kept open."""

    def __init__(self, path: Path) -> None:
        self._engine: Engine = create_engine(f"sqlite:///{path}")

    def of_years(self, years: Sequence[int]) -> list[Any]:
        """The charges of each year by fund, project, kind and period, and every budget."""
        found: list[Any] = []
        with self._engine.connect() as connection:
            for year in years:
                found += connection.execute(self._charges(year)).all()
            found += connection.execute(select(*_award.c)).all()
        return found

    def of_grant(self, fund: int, year: int) -> list[Any]:
        """What the position of one grant is made of: its charges and budgets, and the ledger of its year."""
        ledger = (
            select(
                _line.c.period,
                func.count(),
                func.sum(_line.c.amount_pence),
                func.sum(case((_line.c.state == "waiting", 0), else_=_line.c.amount_pence)),
            )
            .where(_line.c.year == year)
            .group_by(_line.c.period)
        )
        awards = select(*_award.c).where(_award.c.year == year, _award.c.fund_id == fund)
        with self._engine.connect() as connection:
            found = connection.execute(self._charges(year).where(_charge.c.fund_id == fund)).all()
            return [*found, *connection.execute(ledger).all(), *connection.execute(awards).all()]

    def close(self) -> None:
        self._engine.dispose()

    @staticmethod
    def _charges(year: int) -> Any:
        keys = (_charge.c.fund_id, _charge.c.project_id, _charge.c.kind, _charge.c.period)
        return select(*keys, func.sum(_charge.c.amount_pence)).where(_charge.c.year == year).group_by(*keys)


def fill_template(template: Path, out: Path) -> None:
    """Loads the template, fills every cell that is not empty and saves it, all by openpyxl."""
    from openpyxl import load_workbook
    from openpyxl.cell import Cell

    book = load_workbook(template)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, Cell) and cell.value is not None:
                    cell.value = 12.5
    book.save(out)


def load_and_save(template: Path, out: Path) -> None:
    """Loads the template and saves it, with nothing filled, checked or worked out."""
    from openpyxl import load_workbook

    load_workbook(template).save(out)


def write_with_xlsxwriter(rows: Sequence[Sequence[object]], out: Path) -> None:
    """Writes *rows* (texts, days, and whole pence as the last value) formatted, by XlsxWriter with constant memory."""
    import xlsxwriter

    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet()
    day_format = book.add_format({"num_format": "dd/mm/yyyy"})
    amount_format = book.add_format({"num_format": "#,##0.00"})
    for at, row in enumerate(rows):
        *others, pence = row
        for column, value in enumerate(others):
            if isinstance(value, date):
                sheet.write_datetime(at, column, datetime.combine(value, datetime.min.time()), day_format)
            else:
                sheet.write_string(at, column, str(value))
        if isinstance(pence, int):
            sheet.write_number(at, len(others), pence / 100, amount_format)
    book.close()


def calc() -> str | None:
    """The command that starts LibreOffice, when it is installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert_with_calc(command: str, source: Path) -> float:
    """Seconds that Calc takes to open *source* and write it out, started anew with a profile of its own."""
    folder = Path(tempfile.mkdtemp(prefix="bench-calc-"))
    try:
        arguments = ("--headless", "--convert-to", "csv", "--outdir", str(folder), str(source))
        return seconds_of([command, f"-env:UserInstallation={(folder / 'profile').as_uri()}", *arguments])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def insert(connection: Any, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Tuples straight to the driver."""
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    connection.exec_driver_sql(f"INSERT INTO ledger_line ({names}) VALUES ({marks})", list(rows))
