"""The worked case through the window, with nothing but what a user can see and press.

One thing stands in: the system's own file dialog cannot be pressed in a test, so a chooser answers with the path that a
user would have picked there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from fundingapp.ui.new_file import NewFileDialog
from fundingapp.ui.shell import Shell
from fundingapp.ui.widgets.segmented import Segmented
from tests.conftest import WorkedCase
from tests.ui import hands
from tests.ui.windows import PATIENCE_MS, ChosenFiles, bare_shell, open_shell, settle

#: What the user decides by hand: a word of the line, and the project, or "" and why it is not grant money.
BY_HAND = {
    "PAYROLL": ("LF-02", ""),
    "AMAZON BUSINESS": ("LF-12", ""),
    "POST OFFICE LTD": ("", "stamps of the council's own office"),
    "SUNDRY CREDITOR 0091": ("", "refund that belongs to another service"),
}


def grant_line(shell: Shell) -> str:
    return " ".join(hands.read(shell.window.grant_line).split())


def pick(shell: Shell, path: Path) -> None:
    """What the user picks in the next file dialog."""
    files = shell.office.files
    assert isinstance(files, ChosenFiles)
    files.opening = files.saving = path


def press(qtbot: QtBot, shell: Shell, words: str) -> None:
    hands.press(shell.window, words)
    settle(qtbot, shell)


def go(qtbot: QtBot, shell: Shell, page: str) -> None:
    hands.press(shell.window.rail, page)
    settle(qtbot, shell)


def make_the_file(qtbot: QtBot, shell: Shell, path: Path) -> None:
    hands.press(shell.window, "New funding file…")
    dialog = next(each for each in QApplication.topLevelWidgets() if isinstance(each, NewFileDialog))
    hands.type_in(dialog, "Partnership", "Charnwood CSP")
    hands.type_in(dialog, "Accountable body", "Charnwood Borough Council")
    pick(shell, path)
    hands.press(dialog, "Choose where to keep it…")
    qtbot.waitUntil(lambda: shell.office.workspace is not None, timeout=PATIENCE_MS)
    settle(qtbot, shell)
    assert "Start with the grant" in hands.read(shell.window)


def record_the_grant(qtbot: QtBot, shell: Shell, table: Path) -> None:
    press(qtbot, shell, "Record a grant…")
    pick(shell, table)
    press(qtbot, shell, "Read the table of awards…")
    inspector = shell.window.inspector
    assert "Awarded to 17 projects\n" in hands.read(inspector)
    hands.type_in(inspector, "Fund", "Locality Fund")
    hands.type_in(inspector, "Commissioner", "Leicestershire Police and Crime Commissioner")
    hands.type_in(inspector, "Financial year", "2018/19")
    press(qtbot, shell, "Record the grant")
    assert grant_line(shell).startswith(
        "Locality Fund 2018/19 £75,500.00 available = £75,484.00 awarded to 17 projects + £16.00 contingency"
    )


def add_the_rules(qtbot: QtBot, shell: Shell, table: Path) -> None:
    press(qtbot, shell, "Rules…")
    pick(shell, table)
    press(qtbot, shell, "Add rules from a table…")
    press(qtbot, shell, "Back to the lines")


def import_download(qtbot: QtBot, shell: Shell, download: Path, lines: int) -> None:
    pick(shell, download)
    press(qtbot, shell, "Import ledger…")
    assert "Nothing is kept yet: look it through, then import it." in hands.read(shell.window.stack)
    press(qtbot, shell, f"Import {lines} lines")


def place_by_hand(qtbot: QtBot, shell: Shell, supplier: str, project: str, why_not: str) -> None:
    """Chooses the line in the list and charges it to *project*, or excludes it and says why."""
    inspector = shell.window.inspector
    hands.click_row(hands.table(shell.window, "Ledger lines"), "Supplier", supplier)
    qtbot.waitUntil(lambda: f"{supplier} · " in hands.read(inspector), timeout=PATIENCE_MS)
    settle(qtbot, shell)
    if project:
        hands.choose(inspector, "Part 1: charge to", project)
        hands.press(inspector, "Accept (Enter)")
    else:
        hands.press(inspector, "Exclude…")
        hands.type_in(inspector, "Reason of the charge", why_not)
        hands.press(inspector, "Exclude (Enter)")
    settle(qtbot, shell)


def figures_in(path: Path) -> dict[str, list[int]]:
    """Each project's quarters in whole pence, as an independent reader finds them in the saved workbook."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Projects").to_python()
    heading = next(at for at, row in enumerate(rows) if "Ref" in row)
    columns = [
        next(at for at, name in enumerate(rows[heading]) if f"Q{quarter}" in str(name))
        for quarter in range(1, 5)
    ]
    ref = rows[heading].index("Ref")
    return {
        str(row[ref]): [round(float(str(row[at])) * 100) for at in columns]
        for row in rows[heading + 1 :]
        if str(row[ref]).startswith("LF-")
    }


def test_from_an_empty_file_to_the_saved_return(
    tmp_path: Path, qtbot: QtBot, charnwood: WorkedCase, own_home: Path
) -> None:
    expected: dict[str, Any] = json.loads(charnwood.expected.read_text(encoding="utf-8"))
    with bare_shell(tmp_path, qtbot) as shell:
        window = shell.window
        make_the_file(qtbot, shell, tmp_path / "charnwood.funding")
        record_the_grant(qtbot, shell, charnwood.folder / "funding_2018_19.csv")

        press(qtbot, shell, "Go to Spend")
        add_the_rules(qtbot, shell, charnwood.folder / "coding_rules.csv")
        import_download(
            qtbot, shell, charnwood.folder / "GL_extract_P10.xlsx", expected["extract_P10"]["rows"]
        )
        assert window.rail.button("spend").accessibleName() == "Spend, 4 waiting"
        assert grant_line(shell).endswith("spent £54,318.71 ≠ £716.61 to explain")

        hands.press(window.grant_line, "≠ £716.61 to explain")
        settle(qtbot, shell)
        press(qtbot, shell, "Open the 4 lines")
        for supplier, (project, why_not) in BY_HAND.items():
            place_by_hand(qtbot, shell, supplier, project, why_not)
        assert grant_line(shell).endswith("✓ Reconciled to the penny")
        assert window.rail.button("spend").accessibleName() == "Spend"
        assert "spent £54,994.31" in grant_line(shell)

        import_download(
            qtbot, shell, charnwood.folder / "GL_extract_P12.xlsx", expected["extract_P12"]["rows"]
        )
        assert grant_line(shell).endswith("≠ £450.00 to explain")
        go(qtbot, shell, "Overview")
        press(qtbot, shell, "4 lines changed since the last import")
        changed = hands.rows(hands.table(window, "Ledger lines"))
        assert len(changed) == 4
        press(qtbot, shell, "All looked at")
        hands.press(window.grant_line, "≠ £450.00 to explain")
        settle(qtbot, shell)
        press(qtbot, shell, "Open the 1 line")
        (fifth,) = hands.rows(hands.table(window, "Ledger lines"))
        place_by_hand(qtbot, shell, fifth["Supplier"], "", "waits for its invoice")
        assert grant_line(shell).endswith("✓ Reconciled to the penny")

        go(qtbot, shell, "Returns")
        (quarter,) = (
            each
            for each in hands.seen(window.stack, Segmented)
            if each.accessibleName().startswith("Quarter")
        )
        hands.key(quarter, Qt.Key.Key_Right)
        hands.key(quarter, Qt.Key.Key_Right)
        hands.key(quarter, Qt.Key.Key_Right)
        settle(qtbot, shell)
        assert "Q4 monitoring return" in hands.read(window.stack)
        written = tmp_path / "Locality Fund 2018-19 Q4 return.xlsx"
        pick(shell, written)
        press(qtbot, shell, "Save the return…")
        assert any("cells written and read back equal" in message for message in hands.messages(window))

    wanted = {ref: list(quarters) for ref, quarters in expected["by_project_quarter_P12"].items()}
    wanted["LF-02"][3] += 386_10
    wanted["LF-12"][3] += 289_50
    wanted["LF-13"] = [0, 0, 0, 0]  # no line of the ledger names it
    assert figures_in(written) == wanted


def test_why_leads_from_the_overview_down_to_a_ledger_line_and_to_its_place_on_spend(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        window = shell.window
        inspector = window.inspector
        hands.press(window.stack, "Spent to date £54,318.71")
        settle(qtbot, shell)
        hands.press(inspector, "LF-09 Mobile CCTV Camera fund")
        settle(qtbot, shell)
        lines = hands.table(inspector, "Ledger lines")
        assert [row["£"] for row in hands.rows(lines)] == ["233.14", "310.36"]
        assert "GL_extract_P10.xlsx" in hands.second_lines(lines)[0]
        hands.go_to_cell(lines, "£", "310.36", "Line")
        hands.key(lines, Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert window.rail.button("spend").isChecked()
        line = hands.current(hands.table(window.stack, "Ledger lines"))
        assert "310.36" in line.values()
        assert "VIKING CCTV LTD" in hands.read(inspector)
