"""A year is closed: what is left is carried forward, a part is refused and paid back, and the next year opens with the
rest; then all of it is undone to the empty file, and done again.

Through the window, with nothing but what a user can see and press; the file dialog answers with the path that a user
would have picked there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fundingapp import assembly
from tests.journeys.test_charnwood_window import make_the_file, pick
from tests.journeys.walks import Walk
from tests.ui import hands
from tests.ui.windows import PATIENCE_MS, bare_shell, settle

AWARDS = """Ref,Bid,Funding received,Funding allocated
,Grant,62000,
WV-01,Mediation call-out,,40000
WV-02,School mentoring,,22000
"""
RULES = "charge to,supplier contains\nWV-01,Mediation\nWV-02,Mentors\nincome,OPCC\n"
LEDGER = (
    "1,2017-06-10,Mediation Trust,20000.00",
    "2,2018-03-20,Mediation Trust,11500.00",
    "3,2018-03-22,Mentors Ltd,15500.00",
    "4,2017-04-10,OPCC West Midlands,-62000.00",
)


@pytest.fixture
def walk(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """On 20 May 2018: the grant of 2017/18 with its awards and ledger, paid in advance; £15,000.00 is left."""
    monkeypatch.setattr(assembly, "now", lambda: datetime(2018, 5, 20, 12, 0, tzinfo=UTC))
    with bare_shell(tmp_path, qtbot) as shell:
        walk = Walk(qtbot, shell)
        make_the_file(qtbot, shell, tmp_path / "case.funding")
        walk.show("Grants")
        table = tmp_path / "awards.csv"
        table.write_text(AWARDS, encoding="utf-8")
        pick(shell, table)
        walk.press("Read the table of awards…")
        walk.fill({"Fund": "Safety Fund", "Commissioner": "West Midlands PCC", "Financial year": "2017/18"})
        walk.press("Record the grant")
        walk.show("Spend")
        walk.add_rules(tmp_path / "rules.csv", RULES)
        walk.import_ledger(tmp_path / "ledger.csv", LEDGER)
        walk.show("Grants", "claims")
        walk.press("Record a payment…")
        walk.fill({"Received on": "10/04/2017", "Amount, £": "62000", "Remittance": "BACS 1"})
        walk.choose("Ledger income line", "4")
        walk.press("Record the payment")
        yield walk


def seen_of(walk: Walk) -> tuple[str, list[dict[str, str]]]:
    """The grant line and the chain, in the year that is shown."""
    walk.show("Year end", "chain")
    return walk.grant_line, hands.rows(walk.table("The carry-forward chain"))


def turn(walk: Walk, key: Qt.Key, most: int = 80) -> int:
    """Undoes or redoes until there is nothing more; returns how often. Nothing is refused on the way."""
    desk, window = walk.shell.office.desk, walk.shell.window
    window.activateWindow()
    walk.qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE_MS)
    for times in range(most):
        if (desk.undo_name if key == Qt.Key.Key_Z else desk.redo_name) is None:
            return times
        hands.shortcut(window, key)
        settle(walk.qtbot, walk.shell)
    raise AssertionError(f"more than {most} steps, or one that was refused: {walk.messages}")


def test_a_year_is_closed_carried_forward_in_part_and_paid_back(walk: Walk, tmp_path: Path) -> None:
    shell = walk.shell
    walk.show("Year end", "underspend")
    assert "What becomes of the £15,000.00 left of 2017/18" in walk.page

    # What is planned is typed in place, and asked for with its reasons.
    table = walk.table("Underspend by project")
    for ref, amount in (("WV-01", "8500"), ("WV-02", "6500")):
        hands.edit_cell(table, "Project", ref, "Anticipated £", amount)
        settle(walk.qtbot, shell)
    shell.office.files.saving = tmp_path / "request.docx"  # type: ignore[attr-defined]  # the dialog's stand-in
    walk.press("Request letter…")
    assert any("The letter asks for £15,000.00" in each for each in walk.messages)
    walk.press("Ask the commissioner…")
    walk.fill(
        {
            "Asked on": "12/04/2018",
            "Why WV-01 carries it forward": "contract runs to June",
            "Why WV-02 carries it forward": "two schools start in May",
        }
    )
    walk.press("Record the request")
    assert "£15,000.00 awaited" in walk.page

    # The commissioner agrees to all of one and to a part of the other; the rest goes back, for it was received.
    letter = tmp_path / "PCC-18-44.txt"
    letter.write_text("agreed in part", encoding="utf-8")
    walk.press("Record decision…")
    pick(shell, letter)
    walk.press("Attach a file…")
    walk.fill(
        {
            "Decided on": "03/05/2018",
            "Reference of the letter": "PCC/18/44",
            "WV-02 School mentoring, £6,500.00 asked, agreed £": "4000",
        }
    )
    walk.press("Record the decision")
    assert (walk.row("Underspend by project", "Project", "WV-02")["To repay £"]) == "2,500.00"
    walk.press("Invoice…")
    walk.fill({"Invoice": "PCC-INV-7", "Dated": "10/05/2018"})
    walk.press("Record the invoice")
    walk.press("Repaid…")
    walk.fill({"Paid back on": "18/05/2018"})
    walk.press("Record the repayment")
    assert walk.row("Going back", "Project", "WV-02")["State"] == "repaid"
    assert "all decided" in walk.page

    # Nothing that is money is open any more: the year is closed, with reasons for the rest.
    walk.press("Close 2017/18…")
    for name in [each.accessibleName() for each in hands.seen(shell.window.inspector, QLineEdit)]:
        if name.endswith("accepted because"):
            walk.fill({name: "kept in the old system for this year"})
    walk.fill({"Why": "outturn agreed with the commissioner"})
    walk.press("Close 2017/18")
    assert "2017/18 is closed by" in hands.read(shell.window.closed_strip)
    assert walk.grant_line.endswith("✓ Reconciled to the penny")

    # The next year opens with what was agreed, project by project; nothing of it is typed again.
    walk.press("Roll into 2018/19")
    assert "Goes over into 2018/19, as agreed" in walk.panel
    walk.press("Begin 2018/19…")
    walk.fill({"Allocated for 2018/19, revenue, £": "229000", "Letter": "PCC/18/1", "Dated": "01/05/2018"})
    walk.press("Begin 2018/19")
    walk.press("Roll into 2018/19")
    walk.press("Go to 2018/19")
    assert walk.grant_line.startswith(
        "Safety Fund 2018/19 £241,500.00 available = £12,500.00 awarded to 2 projects"
    )
    walk.show("Year end", "chain")
    chain = {row["Year"]: row for row in hands.rows(walk.table("The carry-forward chain"))}
    closed, opened = chain["2017/18"], chain["2018/19"]
    assert (closed["Spend £"], closed["Carried forward £"], closed["Repaid £"]) == (
        "47,000.00",
        "12,500.00",
        "2,500.00",
    )
    assert (opened["Brought forward £"], opened["Commissioner"]) == ("12,500.00", "open")
    assert "every link holds" in walk.page

    # What is closed stays as it is, and says so.
    walk.choose_year("2017/18")
    walk.show("Year end", "underspend")
    assert not hands.find(shell.window, "Give back…").isEnabled()

    # All of it is taken back, down to the file as it was made, and done again to the penny.
    before = seen_of(walk)
    undone = turn(walk, Qt.Key.Key_Z)
    walk.show("Overview")
    assert "Start with the grant" in hands.read(shell.window)
    assert turn(walk, Qt.Key.Key_Y) == undone
    walk.choose_year("2017/18")
    assert seen_of(walk) == before
