"""Two years open at once: last year's late claim beside this year's bids; nothing goes from one to the other unsaid.

Through the window, with nothing but what a user can see and press; the file dialog answers with the path that a user
would have picked there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fundingapp import assembly
from tests.journeys.test_charnwood_window import make_the_file, pick
from tests.journeys.walks import Walk
from tests.ui import hands
from tests.ui.windows import bare_shell, settle

AWARDS = """Ref,Bid,Funding received,Funding allocated
,Grant,3500,
LF-01,Street Pastors,,2000
LF-02,Youth work,,1500
"""
RULES = "charge to,supplier contains\nLF-01,Street Pastors\nLF-02,Youth\nincome,OPCC\n"
LAST = (
    "1,2024-06-10,Street Pastors Trust,1000.00",
    "2,2025-03-20,Youth Trust,400.40",
)
THIS = ("3,2025-04-03,Street Pastors Trust,250.10", "4,2025-05-06,Youth Trust,99.99")


@pytest.fixture
def walk(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """On 20 May 2025: last year's grant with its awards and ledger, and this year's allocation, just known."""
    monkeypatch.setattr(assembly, "now", lambda: datetime(2025, 5, 20, 12, 0, tzinfo=UTC))
    with bare_shell(tmp_path, qtbot) as shell:
        walk = Walk(qtbot, shell)
        make_the_file(qtbot, shell, tmp_path / "case.funding")
        walk.show("Grants")
        table = tmp_path / "awards.csv"
        table.write_text(AWARDS, encoding="utf-8")
        pick(shell, table)
        walk.press("Read the table of awards…")
        names = {"Fund": "Locality Fund", "Commissioner": "Leicestershire PCC"}
        walk.fill({**names, "Financial year": "2024/25"})
        walk.press("Record the grant")
        walk.press("Add a grant…")
        walk.fill(
            {
                **names,
                "Financial year": "2025/26",
                "Allocated, revenue, £": "4,000",
                "Letter": "PCC/25/1",
                "Dated": "01/04/2025",
            }
        )
        walk.press("Add the grant")
        walk.show("Spend")
        walk.add_rules(tmp_path / "rules.csv", RULES)
        walk.import_ledger(tmp_path / "ledger.csv", (*LAST, *THIS))
        yield walk


def warned(walk: Walk) -> str:
    """What the Overview of the year says."""
    walk.show("Overview")
    return walk.page


def test_last_years_late_claim_and_this_years_bids(walk: Walk) -> None:
    # This year has its allocation and nothing else: nothing came over from last year.
    walk.choose_year("2025/26")
    alone = "Locality Fund 2025/26 £4,000.00 available = £0.00 awarded to 0 projects + £0.00 contingency"
    assert walk.grant_line.startswith(alone)
    assert walk.grant_line.endswith("spent £0.00 ≠ £350.09 to explain"), (
        "the year has lines, and no award to charge"
    )

    # Last year's dates come from its agreement: what nobody claimed is overdue there, and only there.
    walk.choose_year("2024/25")
    last_year = walk.grant_line
    assert last_year.endswith("spent £1,400.40 ✓ Reconciled to the penny")
    walk.show("Grants", "agreement")
    walk.press("Record an agreement…")
    walk.fill({"Title": "Grant agreement", "First year": "2024/25", "Last year": "2024/25"})
    walk.press("Record the agreement")
    walk.show("Grants", "calendar")
    walk.press("From the agreement…")
    walk.press("Add 12 dates")
    overdue = "Claim for quarter 4 was due on 30 April 2025, 20 days overdue, and is not submitted."
    assert overdue in warned(walk)
    walk.choose_year("2025/26")
    assert "overdue" not in warned(walk)
    assert "allocation £4,000.00 + brought forward £0.00" in walk.page

    # Last year's bids are copied: they are drafts, so nothing is awarded, and the rules can't charge them.
    walk.show("Bids")
    walk.press("Copy last year's bids…")
    assert "2 bids of £3,500.00." in walk.panel
    walk.press("Copy to 2025/26")
    walk.show("Bids", "table")
    copied = {
        row["Ref"]: (row["State"], row["Asked £"], row["Awarded £"]) for row in hands.rows(walk.table("Bids"))
    }
    assert copied == {"LF-01": ("draft", "2,000.00", "–"), "LF-02": ("draft", "1,500.00", "–")}
    assert walk.grant_line.startswith(alone)
    walk.show("Spend")
    walk.press("Rules…")
    walk.press("Apply the rules")
    assert walk.messages[0].startswith("The rules place none of the 2 waiting lines. A line on Spend says")
    walk.press("Back to the lines")
    walk.click("Ledger lines", "Supplier", "Street Pastors")
    walk.wait_for("LF-01's bid is a draft, not decided")

    # One of them is decided; the other still waits.
    walk.show("Bids", "table")
    hands.open_row(walk.table("Bids"), "Ref", "LF-01")
    settle(walk.qtbot, walk.shell)
    walk.costs({"Q1": "2000"})
    walk.board_and_submission("28/04/2025", "30/04/2025")
    walk.form(
        "Approve in full…", {"Decided on": "12/05/2025", "Reference": "PCC/25/9"}, "Record: approved in full"
    )
    walk.show("Spend")
    walk.press("Rules…")
    walk.press("Apply the rules")
    assert walk.messages[0] == "The rules placed 1 line: 1 charged; 1 line still waits."
    walk.press("Back to the lines")
    assert "£2,000.00 awarded to 1 project" in walk.grant_line
    assert walk.grant_line.endswith("spent £250.10 ≠ £99.99 to explain")

    # Meanwhile last year is as it was; its claim goes late, for all its months, and is no longer overdue.
    walk.choose_year("2024/25")
    assert walk.grant_line == last_year
    walk.show("Bids", "table")
    assert [row["State"] for row in hands.rows(walk.table("Bids"))] == ["approved", "approved"]
    walk.show("Grants", "claims")
    walk.press("New claim…")
    walk.choose("From April to the end of", "March")
    walk.press("Open the claim")
    walk.form("Send it…", {"Sent on": "19/05/2025"}, "Record it as sent")
    sent = walk.row("Claims", "Claim", "1")
    assert (sent["For"], sent["State"], sent["Claimed £"]) == ("April to March", "submitted", "1,400.40")
    assert "overdue" not in warned(walk)
    walk.press("Lock up to March")

    # The lock is last year's only, and so is the claim: this year's lines are still placed, its claims begin at one.
    walk.choose_year("2025/26")
    walk.show("Grants", "claims")
    assert "0 claims sent · £250.10 spent and not yet received: a debtor" in walk.page
    walk.show("Reconcile")
    differing = [row["No."] for row in hands.rows(walk.table("Identities")) if row["Difference £"] != "0.00"]
    assert differing == ["R10"], "one line waits for its bid"
    walk.choose_year("2024/25")
    assert {row["Difference £"] for row in hands.rows(walk.table("Identities"))} == {"0.00"}
    walk.show("Grants", "claims")
    walk.click("Claims", "Claim", "1")
    walk.form(
        "Approved in full…",
        {"Decided on": "20/05/2025", "Reference of the letter": "PCC/25/11"},
        "Record the decision",
    )
    assert walk.row("Claims", "Claim", "1")["Outstanding £"] == "1,400.40"

    # What both years did is taken back in the order in which it was done, whichever year is shown.
    undo = walk.shell.window.actions_of_window["edit.undo"]
    assert "approve £1,400.40 of claim 1" in undo.text()
    walk.choose_year("2025/26")
    walk.undo(5)
    assert "submit claim" not in undo.text()
    walk.choose_year("2024/25")
    walk.show("Grants", "claims")
    assert "Claim the first money" in walk.page
    assert undo.text() == "Undo match 1 line by the rules"
