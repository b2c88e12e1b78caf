"""The ledger that everything is measured on, the same for everybody: a fixed seed, kept in a temporary folder.

Nine columns (transaction, date, period, cost centre, account, description, supplier, amount, D or C), 200 projects,
five years, five funders, 1,000 yearly budgets, 212 coding rules. Descriptions hardly ever repeat, as in real ledgers.
"""

from __future__ import annotations

import csv
import hashlib
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.effect import JournalRecord
from fundingapp.application.offices import OpenFile
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.assembly import Assembly
from fundingapp.domain.allocations import Allocation, Award
from fundingapp.domain.conditions import fits
from fundingapp.domain.filling import CellToFill
from fundingapp.domain.funds import BudgetHead, Fund, Kind, Partnership, Project
from fundingapp.domain.ids import FundId, PartyId, ProjectId, RuleId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import CodingRule, KnownRule, parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Party, PartyKind
from fundingapp.domain.periods import FinancialYear
from fundingapp.persistence.database import create_file, open_file

PROJECTS, FUNDERS = 200, 5
YEARS = tuple(FinancialYear(start) for start in range(2014, 2019))
HEADINGS = (
    "Transaction",
    "Date",
    "Period",
    "Cost Centre",
    "Account",
    "Description",
    "Supplier",
    "Amount",
    "D/C",
)
#: Counts up when the lines change; files of another version are made anew.
VERSION = 1
_SEED = 20261120
_WORK = (
    "youth work",
    "outreach session",
    "room hire",
    "sports coaching",
    "CCTV repair",
    "training day",
    "printing",
)


class Line(NamedTuple):
    """One line of the ledger; *pence* is never negative, *flag* says D or C."""

    transaction: str
    day: date
    period: int
    cost_centre: str
    account: str
    description: str
    supplier: str
    pence: int
    flag: str


def folder() -> Path:
    """Where the generated files are kept from one run to the next."""
    place = Path(tempfile.gettempdir()) / f"funding-tracker-bench-{VERSION}-{_schema()}"
    place.mkdir(exist_ok=True)
    return place


def _schema() -> str:
    """Stands for the schema: a file of another one is of no use."""
    from fundingapp.persistence import migrations

    versions = sorted((Path(migrations.__file__).parent / "versions").glob("v*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in versions)).hexdigest()[:10]


def lines(number: int) -> Iterator[Line]:
    """So many ledger lines, ordered by day."""
    chance = random.Random(_SEED)
    first, days = YEARS[0].first_day, (YEARS[-1].last_day - YEARS[0].first_day).days
    suppliers = [
        f"{name} {kind}" for name in _names(chance, 250) for kind in ("Ltd", "CIC", "Trust", "Council")
    ]
    for at in range(number):
        day = first + timedelta(days=at * days // number)
        year = FinancialYear.of(day)
        period = 13 if day.month == 3 and chance.random() < 0.1 else (day.month - 4) % 12 + 1
        centre = chance.randrange(PROJECTS + 6) + 1  # six cost centres that no rule knows: their lines wait
        yield Line(
            f"GL{at + 1:08}",
            day,
            year.start * 100 + period,
            f"CC{centre:04}",
            f"{4000 + chance.randrange(40)}",
            f"{chance.choice(_WORK)} inv {chance.randrange(10_000_000):07} {day:%b}",
            chance.choice(suppliers),
            chance.randrange(1, 500_000),
            "C" if chance.random() < 0.04 else "D",
        )


def _names(chance: random.Random, number: int) -> list[str]:
    parts = (
        "Bar",
        "Car",
        "Den",
        "Elm",
        "Fal",
        "Gar",
        "Hol",
        "Ing",
        "Kel",
        "Lod",
        "Mar",
        "Nor",
        "Oak",
        "Pen",
        "Ros",
    )
    ends = ("by", "den", "field", "ford", "ham", "ley", "thorpe", "ton", "well", "worth")
    return [
        f"{chance.choice(parts)}{chance.choice(ends)} {chance.choice(parts)}{chance.choice(ends)}"
        for _ in range(number)
    ]


def csv_file(number: int) -> Path:
    """The ledger as a text file."""

    def make(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            for line in lines(number):
                pounds = f"{line.pence // 100}.{line.pence % 100:02}"
                writer.writerow((line.transaction, f"{line.day:%d/%m/%Y}", *line[2:7], pounds, line.flag))

    return _kept(f"ledger-{number}.csv", make)


def xlsx_file(number: int) -> Path:
    """The ledger as a workbook, with dates and numbers as such, written as Excel writes it."""

    def make(path: Path) -> None:
        import xlsxwriter

        book = xlsxwriter.Workbook(path)
        sheet = book.add_worksheet("Ledger")
        day_format = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, HEADINGS)
        for at, line in enumerate(lines(number), start=1):
            sheet.write_string(at, 0, line.transaction)
            sheet.write_datetime(at, 1, datetime.combine(line.day, datetime.min.time()), day_format)
            sheet.write_number(at, 2, line.period)
            for column, text in enumerate(line[3:7], start=3):
                sheet.write_string(at, column, text)
            sheet.write_number(at, 7, line.pence / 100)
            sheet.write_string(at, 8, line.flag)
        book.close()

    return _kept(f"ledger-{number}.xlsx", make)


def plan_file() -> Path:
    """A funding file with funds, projects, budgets and rules, and no ledger line yet."""

    def make(path: Path) -> None:
        create_file(path)
        database = open_file(path, lambda: datetime(2026, 11, 20, tzinfo=UTC), "bench")
        with closing(database), database.open_work() as work:
            work.partnership.add(Partnership("Bench partnership", "Bench Borough Council", "Bench"))
            parties = [
                PartyId(work.parties.add(Party(f"Funder {number}", PartyKind.COMMISSIONER)))
                for number in range(1, FUNDERS + 1)
            ]
            funds = [
                FundId(work.funds.add(Fund(f"Fund {number}", party)))
                for number, party in enumerate(parties, start=1)
            ]
            for year in YEARS:
                for fund in funds:
                    work.allocations.add(Allocation(fund, year, Kind.REVENUE, Money(PROJECTS * 10_000_00)))
            for number in range(1, PROJECTS + 1):
                project = ProjectId(
                    work.projects.add(Project(f"P-{number:03}", f"Project {number}", f"Theme {number % 7}"))
                )
                for year in YEARS:
                    work.awards.add(
                        Award(project, funds[number % FUNDERS], year, Kind.REVENUE, Money(50_000_00))
                    )
            for rule in _rules():
                work.rules.add(rule)
            work.commit(JournalRecord("Bench", "set up the bench"))

    return _kept("plan.funding", make)


def _rules() -> Iterator[CodingRule]:
    """Twelve rules that look into texts, then one for each cost centre."""
    yield CodingRule(1, parse_target("income"), fits(account="4039"))
    yield CodingRule(2, parse_target("excluded: works of the council"), fits(supplier="oakby"))
    for order, words in enumerate(
        ("inv 00", "inv 01", "cctv repair inv 9", "printing inv 7", "room hire inv 3"), start=3
    ):
        yield CodingRule(order, parse_target(f"P-{order:03}"), fits(description=words, supplier="trust"))
    for order in range(8, 13):
        yield CodingRule(
            order,
            parse_target(f"split P-{order:03} 60%, P-{order + 1:03} 40%"),
            fits(supplier="penton", account=f"40{order:02}"),
        )
    for number in range(1, PROJECTS + 1):
        yield CodingRule(100 + number, parse_target(f"P-{number:03}"), fits(cost_centre=f"CC{number:04}"))


def known_rules() -> list[KnownRule]:
    """The rules with identities."""
    return [KnownRule(RuleId(id), rule) for id, rule in enumerate(_rules(), start=1)]


def heads() -> dict[tuple[str, int], list[BudgetHead]]:
    """Where each project can be charged in each year."""
    return {
        (f"p-{number:03}", year.start): [BudgetHead(ProjectId(number), FundId(1), Kind.REVENUE)]
        for number in range(1, PROJECTS + 1)
        for year in YEARS
    }


def ledger_lines(number: int) -> Iterator[LedgerLine]:
    """The ledger's lines as the program holds them."""
    for row, line in enumerate(lines(number), start=2):
        sign = -1 if line.flag == "C" else 1
        yield LedgerLine(
            key=line.transaction,
            transaction=line.transaction,
            year=FinancialYear(line.period // 100),
            period=line.period % 100,
            posted_on=line.day,
            cost_centre=line.cost_centre,
            account=line.account,
            supplier=line.supplier,
            description=line.description,
            type="",
            amount=Money(sign * line.pence),
            sheet="",
            row=row,
        )


def copy_of(path: Path) -> Path:
    """A copy in a folder of its own, to be written into; see :func:`drop`."""
    place = Path(tempfile.mkdtemp(prefix="copy-", dir=folder()))
    return Path(shutil.copy(path, place / path.name))


def drop(path: Path) -> None:
    """Takes a copy away with its folder."""
    shutil.rmtree(path.parent, ignore_errors=True)


def filled_file(number: int) -> Path:
    """The funding file with so many ledger lines, imported by the program itself and matched by its rules."""
    source = csv_file(number)

    def make(path: Path) -> None:
        shutil.copy(plan_file(), path)
        opened = Assembly().open(str(path))
        try:
            import_into(opened, source, apply_rules=True)
        finally:
            opened.close()

    return _kept(f"filled-{number}.funding", make)


def waiting_file(number: int) -> Path:
    """The funding file with so many ledger lines that no rule has seen yet."""
    source = csv_file(number)

    def make(path: Path) -> None:
        shutil.copy(plan_file(), path)
        opened = Assembly().open(str(path))
        try:
            import_into(opened, source, apply_rules=False)
        finally:
            opened.close()

    return _kept(f"waiting-{number}.funding", make)


def grown_csv_file(number: int) -> Path:
    """The ledger's next download: the same lines and one more."""

    def make(path: Path) -> None:
        shutil.copy(csv_file(number), path)
        with path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(
                ("GL-LAST", "31/03/2019", "201812", "CC0001", "4000", "one more", "Anybody", "1.00", "D")
            )

    return _kept(f"ledger-{number}-grown.csv", make)


def import_into(opened: OpenFile, source: Path, *, apply_rules: bool) -> int:
    """Reads the download *source*, checks and keeps it; returns how many lines are new."""
    download = opened.desk.ask(ReadDownload(source))
    try:
        return opened.desk.do(ImportLedger(download, apply_rules=apply_rules)).result.new
    finally:
        download.copy.path.unlink(missing_ok=True)


def plain_charges(number: int) -> Path:
    """The charges and budgets of the filled file in plain tables, with an index that covers their totals."""
    filled = filled_file(number)

    def make(path: Path) -> None:
        with closing(sqlite3.connect(path)) as plain, plain:
            plain.execute("ATTACH ? AS filled", (str(filled),))
            plain.execute(
                "CREATE TABLE charge AS SELECT project_id, fund_id, kind, year, period, amount_pence FROM filled.charge"
                " WHERE live = 1 AND disposition = 'project'"
            )
            plain.execute(
                "CREATE INDEX ix_totals ON charge(year, fund_id, project_id, kind, period, amount_pence)"
            )
            plain.execute(
                "CREATE TABLE line AS SELECT year, period, state, amount_pence, charged_pence, parts"
                " FROM filled.ledger_line WHERE live = 1"
            )
            plain.execute(
                "CREATE INDEX ix_line ON line(year, period, state, amount_pence, charged_pence, parts)"
            )
            plain.execute(
                "CREATE TABLE award AS SELECT project_id, fund_id, year, kind, amount_pence FROM filled.award"
            )

    return _kept(f"plain-{number}.sqlite", make)


def _kept(name: str, make: Callable[[Path], None]) -> Path:
    path = folder() / name
    if not path.exists():
        beside = path.with_name(f"making-{name}")
        beside.unlink(missing_ok=True)
        make(beside)
        kept = Path(f"{beside}-files")
        if kept.exists():
            kept.rename(f"{path}-files")
        beside.rename(path)
    return path


def cells_of_template(template: Path, number: int) -> list[CellToFill]:
    """So many cells of *template* with an amount for each: blank ones and numbers, from all over its sheets."""
    from openpyxl import load_workbook
    from openpyxl.cell import Cell

    book = load_workbook(template)
    found = [
        CellToFill(sheet.title, cell.coordinate, Decimal("1234.56"))
        for sheet in book.worksheets
        if not sheet.tables
        for row in sheet.iter_rows(max_row=70)
        for cell in row
        if isinstance(cell, Cell) and cell.data_type == "n" and not cell.is_date and cell.column > 3
    ]
    random.Random(7).shuffle(found)  # the same every time
    return found[:number]
