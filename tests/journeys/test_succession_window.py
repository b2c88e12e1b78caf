"""The commissioner is succeeded in May: two years open, the first quarter split, both bodies' extracts (R8b).

Through the window, with nothing but what a user can see and press; the file dialog answers with the path that a user
would have picked there.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from fundingapp.ui.setup.page import SetupPage
from fundingapp.ui.shell import Shell
from fundingapp.ui.widgets.segmented import Segmented
from tests.journeys.test_charnwood_window import go, make_the_file, pick, press
from tests.ui import hands
from tests.ui.windows import bare_shell, settle

PCC, MAYOR = "Leicestershire PCC", "Mayor of Leicestershire"
AWARDS = """Ref,Bid,Funding received,Funding allocated
,Grant,{total},
LF-01,Street Pastors,,{one}
LF-02,Youth work,,{two}
"""
#: Spend of two years: day, supplier, pounds; the commissioner changes on 7 May 2028.
LINES = {
    "2027/28": [("2027-06-10", "Street Pastors Trust", "1000.00"), ("2028-03-20", "Youth Trust", "400.40")],
    "2028/29": [
        ("2028-04-03", "Street Pastors Trust", "250.10"),
        ("2028-05-06", "Youth Trust", "99.99"),
        ("2028-05-07", "Youth Trust", "0.02"),
        ("2028-06-30", "Street Pastors Trust", "300.00"),
        ("2028-07-01", "Street Pastors Trust", "50.00"),
    ],
}
RULES = "charge to,supplier contains\nLF-01,Street Pastors\nLF-02,Youth\n"


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    """A file with a grant of each year and its ledger, charged by two rules."""
    with bare_shell(tmp_path, qtbot) as shell:
        make_the_file(qtbot, shell, tmp_path / "case.funding")
        go(qtbot, shell, "Grants")
        for year, amounts in (("2027/28", (2000, 1500, 500)), ("2028/29", (3000, 2000, 1000))):
            table = tmp_path / f"awards {year[:4]}.csv"
            total, one, two = amounts
            table.write_text(AWARDS.format(total=total, one=one, two=two), encoding="utf-8")
            pick(shell, table)
            first = year == "2027/28"
            press(qtbot, shell, "Read the table of awards…" if first else "Read a table of awards…")
            inspector = shell.window.inspector
            hands.type_in(inspector, "Fund", "Locality Fund")
            hands.type_in(inspector, "Commissioner", PCC)
            hands.type_in(inspector, "Financial year", year)
            press(qtbot, shell, "Record the grant")
        go(qtbot, shell, "Spend")
        rules = tmp_path / "rules.csv"
        rules.write_text(RULES, encoding="utf-8")
        press(qtbot, shell, "Rules…")
        pick(shell, rules)
        press(qtbot, shell, "Add rules from a table…")
        press(qtbot, shell, "Back to the lines")
        ledger = tmp_path / "ledger.csv"
        rows = ["Transaction,Posting date,Supplier,Net amount"]
        for year, lines in LINES.items():
            for at, (day, supplier, amount) in enumerate(lines, start=1):
                rows.append(f"{year[:4]}-{at},{day},{supplier},{amount}")
        ledger.write_text("\n".join([*rows, ""]), encoding="utf-8")
        pick(shell, ledger)
        press(qtbot, shell, "Import ledger…")
        press(qtbot, shell, "Import 7 lines")
        yield shell


def bodies(qtbot: QtBot, shell: Shell) -> Any:
    go(qtbot, shell, "Settings")
    page = shell.window.current_page
    assert isinstance(page, SetupPage)
    page.show_view("bodies")
    settle(qtbot, shell)
    return hands.table(shell.window, "Bodies")


def succeed(qtbot: QtBot, shell: Shell) -> None:
    hands.click_row(bodies(qtbot, shell), "Name", PCC)
    settle(qtbot, shell)
    press(qtbot, shell, "Succeeded by…")
    inspector = shell.window.inspector
    hands.type_in(inspector, "Name of the new body", MAYOR)
    hands.type_in(inspector, "Its first day", "7/5/2028")
    hands.type_in(inspector, "By what paper", "Transfer Order 2028")
    press(qtbot, shell, "Look at what will happen")
    said = hands.read(inspector)
    assert "The agreements of 1 fund (Locality Fund) go on, with their history." in said
    assert "The return of quarter 1 of 2028/29 names both, each with its days." in said
    assert "1,750.49" in said  # 1,000.00 + 400.40 + 250.10 + 99.99 are spent by then
    press(qtbot, shell, "Let it happen")


def choose_year(qtbot: QtBot, shell: Shell, year: str) -> None:
    stepper = shell.window.top_bar.year
    stepper.setFocus()
    while str(stepper.year) != year:
        hands.key(stepper, Qt.Key.Key_Left if str(stepper.year) > year else Qt.Key.Key_Right)
        settle(qtbot, shell)


def choose_quarter(qtbot: QtBot, shell: Shell, quarter: int) -> None:
    [chooser] = [
        each
        for each in hands.seen(shell.window.stack, Segmented)
        if each.accessibleName().startswith("Quarter")
    ]
    chooser.choose(quarter)
    settle(qtbot, shell)


def extract(qtbot: QtBot, shell: Shell, name: str, out: Path) -> list[list[Any]]:
    hands.click_row(bodies(qtbot, shell), "Name", name)
    settle(qtbot, shell)
    pick(shell, out)
    press(qtbot, shell, "Extract…")
    rows = CalamineWorkbook.from_path(out).get_sheet_by_name("Extract").to_python()
    heading = next(at for at, row in enumerate(rows) if row[0] == "Section")
    return rows[heading + 1 :]


def pounds(value: object) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def test_the_commissioner_is_succeeded_in_may_and_quarter_one_is_split(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    go(qtbot, shell, "Returns")
    choose_year(qtbot, shell, "2027/28")
    choose_quarter(qtbot, shell, 4)
    old_return = tmp_path / "Q4 2027.xlsx"
    pick(shell, old_return)
    press(qtbot, shell, "Save the return…")
    before = old_return.read_bytes()

    succeed(qtbot, shell)
    table = hands.table(shell.window, "Bodies")
    assert hands.row(table, "Name", PCC)["To"] == "06/05/2028"
    assert hands.row(table, "Name", PCC)["Succeeded by"] == MAYOR
    assert hands.row(table, "Name", MAYOR)["From"] == "07/05/2028"

    # The year before keeps its name, and so does the paper that was made.
    go(qtbot, shell, "Grants")
    choose_year(qtbot, shell, "2027/28")
    assert f"from {PCC} · " in hands.read(shell.window.stack)
    assert MAYOR not in hands.read(shell.window.stack)
    assert old_return.read_bytes() == before

    # The year of the change names both, and so does its first return, with what was spent under each.
    both = f"{PCC} to 6 May 2028, {MAYOR} from 7 May 2028"
    choose_year(qtbot, shell, "2028/29")
    assert f"from {both} · " in hands.read(shell.window.stack)
    go(qtbot, shell, "Returns")
    choose_quarter(qtbot, shell, 1)
    assert f"to {both}" in hands.read(shell.window.stack)
    said = hands.read(shell.window.inspector)
    assert "Spent in Q1 under each commissioner" in said
    assert "1 April 2028 to 6 May 2028" in said
    assert "350.09" in said
    assert "7 May 2028 to 30 June 2028" in said
    assert "300.02" in said
    out = tmp_path / "Q1 2028.xlsx"
    pick(shell, out)
    press(qtbot, shell, "Save the return…")
    book = CalamineWorkbook.from_path(out)
    cover = {row[0]: row[1] for row in book.get_sheet_by_name("Cover").to_python() if row[0]}
    assert cover["Commissioner"] == both
    certified = {row[0]: row for row in book.get_sheet_by_name("Certificate").to_python() if row[0]}
    assert pounds(certified[f"of which under {PCC}"][1]) == Decimal("350.09")
    assert pounds(certified[f"of which under {MAYOR}"][1]) == Decimal("300.02")
    assert pounds(certified["Spend in the quarter (Q1)"][1]) == Decimal("650.11")
    choose_quarter(qtbot, shell, 2)
    assert f"to {MAYOR}" in hands.read(shell.window.stack)
    assert PCC not in hands.read(shell.window.stack)

    # Reconcile states R8b for both years, and what each had is explained.
    go(qtbot, shell, "Reconcile")
    identities = hands.table(shell.window, "Identities")
    row = hands.row(identities, "No.", "R8b/S")
    assert (row["Left side £"], row["Right side £"], row["Difference £"]) == ("700.11", "700.11", "0.00")
    hands.click_figure(identities, "No.", "R8b/S", "Right side £")
    settle(qtbot, shell)
    said = hands.read(shell.window.inspector)
    assert f"{PCC}, to 6 May 2028" in said
    assert "350.09" in said
    assert f"{MAYOR}, from 7 May 2028" in said
    assert "350.02" in said

    # Both extracts agree with it and with one another, on the day of transfer and in all.
    old, new = (extract(qtbot, shell, name, tmp_path / f"{name}.xlsx") for name in (PCC, MAYOR))
    closes = [(row[1:4], row[7], pounds(row[8])) for row in old if row[0] == "Closing balance"]
    opens = [(row[1:4], row[7], pounds(row[8])) for row in new if row[0] == "Opening balance"]
    assert closes == opens
    spent = {(row[2], row[7]): pounds(row[8]) for row in old if row[0] == "Closing balance"}
    assert spent["2027/28", "spent"] == Decimal("1400.40")
    assert spent["2028/29", "spent"] == Decimal("350.09")
    for rows, total in ((old, "1750.49"), (new, "350.02")):
        assert sum(pounds(row[8]) for row in rows if row[0] == "Ledger line") == Decimal(total)

    # The return that was saved is taken back first, then the succession itself.
    for _ in range(2):
        shell.undo()
        settle(qtbot, shell)
    assert hands.row(bodies(qtbot, shell), "Name", PCC)["Succeeded by"] == ""
