"""`read` on files that nobody here wrote, and the words that choose tables, columns, layouts and periods."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.console.terminal import run

At = Callable[[str], Path]

LEDGERS: dict[str, dict[str, Any]] = {
    "lancashire-pcc-spend-2018-19.xlsx": {
        "records": 7974,
        "total_pence": 62_208_683_77,
        "negatives": 67,
        "date_from": "2018-04-03",
        "date_to": "2019-03-29",
    },
    "lancashire-fire-spend-2025-26-q1.xlsx": {
        "records": 919,
        "total_pence": 7_152_578_77,
        "negatives": 0,
        "date_from": "2025-04-01",
        "date_to": "2025-06-30",
    },
    "hyndburn-spend-2023-06.csv": {
        "encoding": "utf-8",
        "records": 547,
        "total_pence": 1_097_070_88,
        "negatives": 5,
        "negative_total_pence": -1_571_99,
    },
    "oxford-spend-2018-q1.csv": {"records": 1220, "total_pence": 4_339_765_85},
    "gla-spend-2011-12-p13.csv": {
        "encoding": "cp1252",
        "records": 617,
        "total_pence": 15_232_841_74,
        "negatives": 25,
        "negative_total_pence": -199_825_53,
        "stated_total_pence": 15_232_841_74,
    },
    "gla-spend-2009-12.csv": {
        "encoding": "cp1252",
        "records": 156,
        "total_pence": 1_872_466_96,
        "negatives": 14,
        "negative_total_pence": -194_384_28,
        "date_from": None,
    },
    "trafford-grants-360giving.csv": {"records": 555, "total_pence": 1_291_436_54},
}


@pytest.mark.parametrize("name", LEDGERS)
def test_a_published_ledger_is_read_to_the_penny(name: str, real_fixtures: Path) -> None:
    data = run("read", real_fixtures / name, "--json").data
    assert {key: data[key] for key in LEDGERS[name]} == LEDGERS[name]
    assert data["questions"] == []
    assert sum(entry["records"] for entry in data["tables"] if entry["chosen"]) == data["records"]
    assert sum(entry["total_pence"] for entry in data["tables"] if entry["chosen"]) == data["total_pence"]


def test_a_sheet_for_each_month_is_one_ledger(real_fixtures: Path) -> None:
    data = run("read", real_fixtures / "lancashire-pcc-spend-2018-19.xlsx", "--json").data
    first, last = data["tables"][0], data["tables"][-1]
    assert len(data["tables"]) == 12
    assert (first["sheet"], first["records"], first["total_pence"]) == ("Apr 18", 796, 10_586_209_96)
    assert (last["sheet"], last["records"], last["total_pence"]) == ("Mar 19", 839, 3_850_800_04)


TWO_TABLES = (
    "Trans No,Date,Supplier,Amount\n1,03/04/2018,a,10.00\n2,04/04/2018,b,20.00\n\n"
    "Outstanding orders\nOrder No,Order Date,Officer,Value\n9,03/04/2018,x,500.00\n"
)
TWO_AMOUNTS = "Trans No,Date,Supplier,Col7,Col8\n1,03/04/2018,a,10.50,3.10\n2,04/04/2018,b,20.00,4.20\n"


def ledger(folder: Path, content: str) -> Path:
    path = folder / "ledger.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_table_can_be_chosen_by_its_number(tmp_path: Path) -> None:
    path = ledger(tmp_path, TWO_TABLES)
    likeliest = run("read", path, "--json")
    assert (likeliest.status, likeliest.data["total_pence"]) == (1, 3000)
    other = run("read", path, "--table", "2", "--json")
    assert (other.data["total_pence"], [entry["chosen"] for entry in other.data["tables"]]) == (
        50000,
        [False, True],
    )
    refused = run("read", path, "--table", "3", "--json")
    assert (refused.status, "has no table 3" in refused.err) == (3, True)


def test_an_open_question_is_told_by_read_and_refuses_an_import(at: At, tmp_path: Path) -> None:
    path = ledger(tmp_path, TWO_AMOUNTS)
    told = run("read", path, "--json")
    assert told.status == 1
    (question,) = told.data["questions"]
    assert (question["kind"], question["column"], question["must_be_answered"]) == (
        "amount.column",
        "Col7",
        True,
    )
    refused = run("import", at("P10"), path)
    assert refused.status == 3
    assert "Which column holds the amounts" in refused.err
    assert "--column" in refused.err


def test_a_question_is_answered_by_naming_the_column(at: At, tmp_path: Path) -> None:
    path = ledger(tmp_path, TWO_AMOUNTS)
    told = run("read", path, "--column", "col8=Amount", "--json")
    assert (told.data["questions"], told.data["total_pence"]) == ([], 730)
    done = run("import", at("P10"), path, "--column", "Col8=amount", "--json")
    assert (done.data["new"], done.data["total_pence"]) == (2, 730)


def test_a_column_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    ran = run("read", ledger(tmp_path, TWO_AMOUNTS), "--column", "Net=amount")
    assert (ran.status, "has no column called “Net”" in ran.err) == (3, True)


def test_a_ledger_without_dates_is_placed_by_the_user(at: At, tmp_path: Path) -> None:
    path = ledger(tmp_path, "Supplier,Description,Amount\na,x,10.00\nb,y,5.00\n")
    assert run("read", path, "--json").data["questions"][0]["kind"] == "period.unknown"
    file = at("P10")
    refused = run("import", file, path)
    assert (refused.status, "--period" in refused.err) == (3, True)
    assert run("import", file, path, "--period", "2018/19-9", "--json").data["new"] == 2


def test_a_layout_can_be_named(tmp_path: Path) -> None:
    headings = "GL Date,Document Reference,Source,Category,Description,Full Account Flexfield,Debit,Credit"
    path = ledger(
        tmp_path, f"{headings}\n03/04/2018,1,a,PI,x,1-2-3,10.00,\n04/04/2018,2,b,PC,y,1-2-3,,4.00\n"
    )
    ran = run("read", path, "--layout", "oracle, debit and credit", "--json")
    assert (ran.status, ran.data["total_pence"], ran.data["layouts"]) == (
        0,
        600,
        ["Oracle, debit and credit"],
    )
    refused = run("read", path, "--layout", "Published spend")
    assert (refused.status, "does not have the columns" in refused.err) == (3, True)


def test_columns_without_heading_are_told_by_their_number(tmp_path: Path) -> None:
    path = ledger(tmp_path, "03/04/2018,T1,ACME LTD,1.23\n13/04/2018,T2,BETA LTD,20.00\n")
    data = run("read", path, "--json").data
    assert data["columns"]["column 4"] == "amount"
    assert run("read", path, "--column", "column 4=amount", "--json").data["questions"] == []
