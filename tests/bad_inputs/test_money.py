"""Money and arithmetic (catalogue M): exact pence from the cell to the total, or a refusal."""

from __future__ import annotations

import ast
import random
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from fundingapp.application.commands.adjustments import AddAdjustment
from fundingapp.application.commands.grants import AddProject
from fundingapp.application.commands.matching import AddRules, ApplyRules, ChargeLines
from fundingapp.application.ports import LineFilter, LineOrder
from fundingapp.application.queries.lines import LineDetail, LineIds, LineRows
from fundingapp.application.queries.positions import PositionOf
from fundingapp.assembly import Assembly
from fundingapp.domain.adjustments import Adjustment, AdjustmentType
from fundingapp.domain.cells import parse_amount
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import LARGEST_PENCE, Money, NotMoneyError
from fundingapp.domain.periods import FinancialYear
from fundingapp.workbooks.cells import exact_cell, exact_number
from tests.architecture.shape import core_breaches
from tests.bad_inputs.given import HEADINGS, Given, cells
from tests.builders_core import make_rule
from tests.console.terminal import run
from tests.workbooks.packages import ledger_rows

ROOT = Path(__file__).resolve().parents[2]
YEAR = FinancialYear(2018)
FUND, P1 = FundId(1), ProjectId(1)


# M01: no float touches storage or sums

#: Column types and casts of SQL in which an amount would be a binary fraction.
_INEXACT_IN_SQL = {
    "Float",
    "Double",
    "REAL",
    "FLOAT",
    "DOUBLE",
    "DOUBLE_PRECISION",
    "Numeric",
    "NUMERIC",
    "avg",
}


def inexact(source: str) -> list[str]:
    """Where *source*, a module that stores or sums, uses or declares binary fractions, or divides with “/”.

    A pause or an age in seconds is no amount: floats are written only as constants of names with an underscore.
    """
    tree = ast.parse(source)
    allowed = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and all(isinstance(target, ast.Name) and target.id.startswith("_") for target in node.targets)
        for part in ast.walk(node.value)
    }
    found = []
    for node in ast.walk(tree):
        if id(node) in allowed:
            continue
        if not isinstance(node, ast.expr):
            continue
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if name in {"float", "round"} | _INEXACT_IN_SQL:
            found.append(f"line {node.lineno} uses {name}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append(f"line {node.lineno} uses the binary fraction {node.value}")
    return found


@pytest.mark.parametrize(
    "source",
    [
        "amount: Mapped[float]",
        "total = mapped_column('total', Float)",
        "total = func.avg(record.amount)",
        "total = float(row.amount)",
        "share = round(amount, 2)",
        "if total > 0.5: pass",
        "total = cast(record.amount, sa.REAL)",
    ],
)
def test_m01_the_rule_sees_a_planted_float(source: str) -> None:
    assert inexact(source) or core_breaches(source)


def test_m01_no_float_touches_storage_or_sums() -> None:
    """In the domain and the application none at all; in persistence none but pauses and ages in seconds."""
    persistence = sorted((ROOT / "fundingapp" / "persistence").rglob("*.py"))
    core = [path for room in ("domain", "application") for path in (ROOT / "fundingapp" / room).rglob("*.py")]
    assert len(persistence) > 20
    assert len(core) > 60
    #: What is measured there is free space in megabytes and a lock's age, for a sentence, and pauses in seconds.
    other_measures = {
        *("errors.py", "session.py", "surroundings.py", "backups.py"),
        *("opening.py", "publishing.py", "reading.py", "replacing.py"),
    }
    found = {
        path.name: breaches
        for path in persistence
        if path.name not in other_measures and (breaches := inexact(path.read_text(encoding="utf-8")))
    }
    assert found == {}
    assert {path.name: core_breaches(path.read_text(encoding="utf-8")) for path in core} == {
        path.name: [] for path in core
    }


def test_m01_no_column_of_a_funding_file_can_hold_a_fraction(ours: Path) -> None:
    with closing(sqlite3.connect(ours)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM pragma_table_list WHERE type = 'table'")
        ]
        types = {
            row[2]
            for table in tables
            if not table.startswith(("sqlite_", "alembic_"))
            for row in connection.execute(f"PRAGMA table_info({table})")
        }
        assert "ledger_line" in tables
        assert types <= {"INTEGER", "TEXT", "BLOB"}
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("UPDATE award SET amount_pence = 10.5")


# Reading amounts


def test_m02_three_decimals_are_held_back_and_never_rounded(given: Given) -> None:
    brought = given.brought(given.text(cells(1, "10.005"), cells(2, "10.00"), cells(3, "4999.999999999999")))
    assert brought.amounts == [1000, 500000]  # the last is the noise of a binary number, not a third decimal
    assert brought.held == {
        2: "Row 2, column “Net Amount”: “10.005” is not an amount: it has more than two decimals."
    }


def test_m03_a_million_binary_numbers_are_exact_to_the_penny() -> None:
    """Every amount as Excel stores it: pence over a hundred, as the nearest binary number."""
    chance = random.Random(3)
    tried = [*range(-200_000, 200_000), *(chance.randrange(-(10**10), 10**10) for _ in range(580_000))]
    tried += [chance.randrange(-(10**14), 10**14) for _ in range(20_000)]
    assert len(tried) == 1_000_000
    wrong = [pence for pence in tried if _pence(exact_number(pence / 100)) != pence]
    assert wrong == []


def _pence(exact: int | Decimal | str) -> int:
    if isinstance(exact, int):
        return exact * 100
    assert isinstance(exact, Decimal)
    pence = exact * 100
    assert pence == int(pence)
    return int(pence)


def test_m03_what_is_no_penny_is_never_made_one() -> None:
    for stored in (1.005, 0.001, 1234567890123.451, 99999999.995):
        with pytest.raises(NotMoneyError):
            parse_amount(exact_cell(stored))


def test_m04_parts_always_add_up_to_the_whole() -> None:
    chance = random.Random(4)
    for _ in range(2_000):
        whole = Money(chance.randrange(-(10**9), 10**9))
        weights = [chance.randrange(0, 1_000) for _ in range(chance.randrange(1, 9))] + [1]
        parts = whole.share(weights)
        assert Money.total(parts) == whole
        exact = [Decimal(whole.pence) * weight / sum(weights) for weight in weights]
        assert all(abs(part.pence - right) < 1 for part, right in zip(parts, exact, strict=True))
    assert [part.pence for part in Money(100).share([1, 1, 1])] == [34, 33, 33]


def test_m05_a_split_in_thirds_loses_no_penny_and_the_record_names_the_rule(given: Given) -> None:
    given.desk.do(AddProject(Project("P-03", "Third"), FUND, YEAR, Kind.REVENUE, Money(1)))
    given.desk.do(
        AddRules((make_rule(1, "split P-01 33.34%, P-02 33.33%, P-03 33.33%", supplier="ACME LTD"),))
    )
    given.brought(given.text(cells(1, "100.00"), cells(2, "0.01"), cells(3, "-10.00")))
    given.desk.do(ApplyRules())
    for line, amount in enumerate(("100.00", "0.01", "-10.00"), start=1):
        charges = given.desk.ask(LineDetail(LineId(line))).row.charges
        assert Money.total(charged.charge.amount for charged in charges) == Money.parse(amount)
        assert all("33.3" in charged.charge.reason for charged in charges)
        assert all("Rule 1" in charged.charge.reason for charged in charges)


@pytest.mark.parametrize("split", ["split P-01 33.33%, P-02 33.33%", "split P-01 50%, P-02 50.01%"])
def test_m05_percentages_that_are_not_a_hundred_are_refused(split: str) -> None:
    with pytest.raises(ValueError, match=r"100|add up"):
        parse_target(split)


def test_m06_net_vat_and_gross_are_told_apart_and_vat_is_never_counted_twice(given: Given) -> None:
    rows = [[*cells(at, f"{at}00.00"), f"{at * 20}.00", f"{at}20.00"] for at in range(1, 6)]
    path = given.text(*rows, headings=(*HEADINGS, "VAT", "Gross"))
    brought = given.brought(path)
    assert brought.amounts == [10_000, 20_000, 30_000, 40_000, 50_000]
    meanings = dict(brought.download.columns)
    assert (meanings["Net Amount"], meanings["VAT"]) == (Meaning.AMOUNT, Meaning.VAT)
    assert meanings["Gross"] is not Meaning.AMOUNT
    given.desk.do(ChargeLines((LineId(1),), parse_target("P-01"), "theirs"))
    vat = Adjustment(
        AdjustmentType.IRRECOVERABLE_VAT,
        P1,
        FUND,
        Kind.REVENUE,
        YEAR,
        2,
        Money(2_000),
        "not reclaimed",
        line=LineId(1),
    )
    given.desk.do(AddAdjustment(vat, ("VAT return 5",)))
    position = given.desk.ask(PositionOf(FUND, YEAR, 13)).position
    assert position.spent == Money(
        12_000
    )  # both are kept, each by itself: £100.00 in the ledger, £20.00 of VAT
    assert given.desk.ask(LineDetail(LineId(1))).row.line.amount == Money(10_000)


def test_m07_half_a_penny_is_rounded_away_from_nought_in_one_function() -> None:
    assert [Money(pence).percent(Decimal(50)).pence for pence in (1, 3, -1, -3)] == [1, 2, -1, -2]
    assert Money(1).percent(Decimal("49.99")) == Money(0)
    rounding = []
    # What a spreadsheet's ROUND makes of a number, or its format shows of it, is its own rule, and no sum of ours.
    theirs = (
        ROOT / "fundingapp" / "workbooks" / "formulas",
        ROOT / "fundingapp" / "domain" / "number_formats.py",
    )
    for path in sorted((ROOT / "fundingapp").rglob("*.py")):
        if any(each in (path, *path.parents) for each in theirs):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name) and node.id.startswith("ROUND_"):
                rounding.append(path.name)
    assert set(rounding) == {"money.py"}
    golden = (ROOT / "tests" / "golden" / "return_q4.txt").read_text(encoding="utf-8")
    assert "pounds and pence, unrounded" in golden
    assert "percentages have one decimal, with halves rounded away from nought" in golden


def test_m08_amounts_too_large_are_held_back_and_nought_has_no_sign(given: Given) -> None:
    most = f"{LARGEST_PENCE // 100}.00"
    brought = given.brought(given.text(cells(1, "-0.00"), cells(2, "10000000000000.01"), cells(3, most)))
    assert brought.amounts == [0, LARGEST_PENCE]
    assert str(brought.lines[0].amount) == "0.00"
    assert "“10000000000000.01” is not an amount: it is too large" in brought.held[3]


def test_m08_a_total_beyond_what_can_be_kept_is_refused_whole(given: Given) -> None:
    """A million of the largest amounts still fit 64 bits, so no honest file gets there; the largest alone is kept."""
    assert 9_000 * LARGEST_PENCE < 2**63
    with pytest.raises(NotMoneyError, match="too large"):
        Money.of_pounds(LARGEST_PENCE)
    with pytest.raises(ExpectedError) as caught:
        given.desk.do(AddProject(Project("P-09", "Huge"), FUND, YEAR, Kind.REVENUE, Money(LARGEST_PENCE + 1)))
    assert caught.value.advice


@pytest.mark.parametrize("value", ["'NaN'", "9e999", "-9e999", "10.5", "'ten'", "NULL", "x'00'"])
@pytest.mark.parametrize(("table", "column"), [("ledger_line", "amount_pence"), ("award", "amount_pence")])
def test_m09_the_file_itself_refuses_what_is_no_whole_number(
    given: Given, table: str, column: str, value: str
) -> None:
    given.brought(given.text(cells(1)))
    with closing(sqlite3.connect(given.file)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(f"UPDATE {table} SET {column} = {value}")


@pytest.mark.parametrize("amount", ["€10.00", "$10.00", "10.00 EUR", "USD 10", "¥10"])
def test_m10_another_currency_is_held_back_with_its_place(given: Given, amount: str) -> None:
    brought = given.brought(given.sheet(ledger_rows(5, amount)))
    assert brought.amounts == [500]
    assert brought.held[3].startswith(
        f"Row 3, column “Net Amount”: “{amount}” is not an amount: it is not in pounds"
    )


# M11: two ways to the same total


def test_m11_totals_of_sql_and_of_python_are_the_same_pence(given: Given) -> None:
    chance = random.Random(11)
    pence = [chance.randrange(-500_000, 900_000) for _ in range(400)]
    given.brought(given.text(*(cells(at, f"{amount / 100:.2f}") for at, amount in enumerate(pence, start=1))))
    ids = list(given.desk.ask(LineIds(LineFilter(), LineOrder())))
    by_python = Money.total(row.line.amount for row in given.desk.ask(LineRows(tuple(ids))))
    with given.desk._tools.open_work(reading=True) as work:
        number, by_sql = work.ledger.total(LineFilter())
        of_some = work.ledger.sum_of(ids)
    assert (number, by_sql, of_some) == (400, by_python, by_python)
    assert by_sql.pence == sum(pence)
    assert given.opened.check() == []


def test_m11_totals_that_differ_stop_the_check_with_both(given: Given) -> None:
    given.brought(given.text(cells(1, "123.45")))
    given.opened.close()
    with closing(sqlite3.connect(given.file)) as connection:
        connection.execute("UPDATE ledger_line SET amount_pence = 12346")
        connection.commit()
    data = run("verify", given.file, "--json").data
    assert data["ok"] is False
    assert any("£123.45" in problem and "£123.46" in problem for problem in data["problems"])
    given.opened = Assembly().open(str(given.file))


def test_m12_what_is_stored_knows_no_local_settings(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        ("03/04/2018", "1", "a", "1.234,56"),
        ("04/04/2018", "2", "b", "20,10"),
        ("05/04/2018", "3", "c", "-5,10"),
    ]
    text = "\n".join(";".join(row) for row in (("Date", "Ref", "Supplier", "Amount"), *rows))
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    brought = given.brought(given.raw(text.encode(), "german.csv"))
    assert brought.amounts == [123456, 2010, -510]
    assert brought.all_told("amount.decimal_comma")
    with closing(sqlite3.connect(given.file)) as connection:
        assert [
            pence for (pence,) in connection.execute("SELECT amount_pence FROM ledger_line ORDER BY id")
        ] == [
            123456,
            2010,
            -510,
        ]
    assert str(brought.lines[0].amount) == "1,234.56"
