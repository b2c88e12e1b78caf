"""From bid to award to virement to claim to payment, in a file that was empty, through the window.

With nothing but what a user can see and press; the file dialog answers with the path that a user would have picked.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fundingapp import assembly
from fundingapp.ui.sheets.view import SheetView
from tests.journeys.test_charnwood_window import make_the_file, press
from tests.journeys.walks import Walk, pounds, rows_of
from tests.ui import hands
from tests.ui.windows import bare_shell, settle

RULES = "charge to,supplier contains\nYD-01,Youth Trust\nSP-02,Street Pastors\nincome,OPCC\n"
LEDGER = (
    "T1,2024-05-10,Youth Trust,1200.00",
    "T2,2024-05-31,Youth Trust,800.50",
    "T3,2024-06-28,Street Pastors Trust,600.25",
)
INCOME = "T4,2024-09-02,OPCC grant,-2423.21"
#: £2,000.50 less £50.00 disallowed, and £600.25: £2,550.75, of which 5% is retained line by line.
APPROVED, RETAINED, PAID = Decimal("2550.75"), Decimal("127.54"), Decimal("2423.21")


@pytest.fixture(autouse=True)
def september(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day on which all of it has happened."""
    monkeypatch.setattr(assembly, "now", lambda: datetime(2024, 9, 20, 12, 0, tzinfo=UTC))


def agree(walk: Walk) -> None:
    """The allocation is indicated with its agreement, whose terms are written down; then it is confirmed."""
    press(walk.qtbot, walk.shell, "Record a grant…")
    walk.press("Add a grant by hand…")
    walk.choose("Status", "Indicative")
    walk.fill(
        {
            "Fund": "Safer Streets",
            "Commissioner": "Leicestershire PCC",
            "Financial year": "2024/25",
            "Allocated, revenue, £": "20,000",
            "Letter": "PCC/24/1",
            "Dated": "01/02/2024",
            "Agreement (if there is one)": "Safer Streets agreement",
        }
    )
    walk.press("Add the grant")
    hoped = "Safer Streets 2024/25 £0.00 available (+ £20,000.00 indicative) = £0.00 awarded"
    assert walk.grant_line.startswith(hoped), "what is indicative never counts"
    assert "Bids can be written now" in walk.messages[0]
    walk.show("Grants", "agreement")
    terms = {"Withheld": "5", "Virement on own authority": "500", "Virement with the board's minute": "2,000"}
    for term, said in terms.items():
        hands.open_row(walk.table("Terms"), "Term", term)
        settle(walk.qtbot, walk.shell)
        walk.fill({hands.current(walk.table("Terms"))["Term"]: said})
        walk.press("Save")
    walk.show("Grants", "grant")
    walk.form("Confirm…", {"Dated": "01/03/2024", "Letter": "PCC/24/3"}, "Confirm")
    assert walk.grant_line.startswith("Safer Streets 2024/25 £20,000.00 available")
    assert "£20,000.00 not yet awarded" in walk.grant_line


def bid(walk: Walk) -> None:
    """Two bids from their drafts to live: one is decided in part and has a condition before any release."""
    walk.show("Bids")
    walk.draft("YD-01", "Youth diversion", "10,000", {"Q1": "4000", "Q3": "6000"}, "Write the first bid…")
    walk.board_and_submission("07/03/2024", "09/03/2024")
    part = {"Decided on": "26/03/2024", "Reference": "PCC/24/21", "Amount awarded, £": "7,500.50"}
    walk.form("Approve in part…", part, "Record: approved in part")
    assert "£2,499.50 less than asked" in walk.panel
    walk.offer("OL/7", "28/03/2024", "25/04/2024", "4.2 DBS evidence is sent")
    walk.form(
        "Accept the offer…", {"Accepted on": "20/04/2024", "Accepted by": "The treasurer"}, "Accept the offer"
    )
    walk.form("Start…", {"On": "01/05/2024"}, "Start")
    assert "1 condition before release is neither met nor waived: clause 4.2." in walk.messages[0]

    walk.draft("SP-02", "Street pastors", "6,000", {"Q1": "6000"}, "New bid…")
    walk.board_and_submission("07/03/2024", "09/03/2024")
    full = {"Decided on": "26/03/2024", "Reference": "PCC/24/22"}
    walk.form("Approve in full…", full, "Record: approved in full")
    walk.offer("OL/8", "28/03/2024", "25/04/2024")
    walk.form(
        "Accept the offer…", {"Accepted on": "20/04/2024", "Accepted by": "The treasurer"}, "Accept the offer"
    )
    walk.form("Start…", {"On": "22/04/2024"}, "Start")

    walk.show("Grants", "conditions")
    walk.click("Conditions", "Clause", "4.2")
    walk.form("Mark as met…", {"On": "30/04/2024", "Reference to the evidence": "DBS list"}, "Mark as met")
    walk.show("Bids", "table")
    hands.open_row(walk.table("Bids"), "Ref", "YD-01")
    settle(walk.qtbot, walk.shell)
    walk.form("Start…", {"On": "01/05/2024"}, "Start")
    assert [row["State"] for row in hands.rows(walk.table("Bids")) if row["Ref"]] == ["live", "live"]
    assert "£13,500.50 awarded to 2 projects" in walk.grant_line


def charge(walk: Walk, folder: Path) -> None:
    """The ledger comes and places itself by rules; a partner's match is written down."""
    walk.show("Spend")
    walk.add_rules(folder / "rules.csv", RULES)
    walk.import_ledger(folder / "quarter 1.csv", LEDGER)
    assert "spent £2,600.75" in walk.grant_line
    walk.show("Projects", "funding")
    walk.click("Funding", "Ref", "YD-01")
    walk.form("Add match…", {"Source": "Youth Trust", "Planned, £": "500"}, "Keep the match")


def move_budget(walk: Walk) -> None:
    """£300.00 goes from one project to the other, after what is not possible was refused."""
    walk.show("Grants", "virements")
    walk.press("Move budget…")
    walk.choose("From", "SP-02")
    walk.choose("To", "YD-01")
    walk.fill({"Amount, £": "5,400", "Why the money moves": "more referrals", "Dated": "12/07/2024"})
    assert "£5,400.00 can't leave Street pastors: £600.25 of its £6,000.00 is already spent" in walk.panel
    walk.fill({"Amount, £": "300"})
    assert "can't leave" not in walk.panel
    for figure in ("6,000.00", "5,700.00", "7,500.50", "7,800.50", "Within own authority up to £500.00."):
        assert figure in walk.panel
    walk.press("Apply the virement")
    register = walk.row("Virements", "No.", "1")
    assert (register["From"], register["To"], register["Amount £"], register["State"]) == (
        "SP-02",
        "YD-01",
        "300.00",
        "applied",
    )
    walk.show("Projects", "position")
    assert walk.row("Projects", "Ref", "YD-01")["Budget £"] == "7,800.50"


def claim(walk: Walk, folder: Path) -> None:
    """The first quarter is claimed, cut, retained in part and paid; the money is found in the ledger."""
    walk.show("Grants", "claims")
    walk.send_claim("15/07/2024")
    assert walk.row("Claims", "Claim", "1")["Claimed £"] == "2,600.75"
    walk.press("In part…")
    decision = {
        "Decided on": "10/08/2024",
        "Reference of the letter": "PCC/24/40",
        "Disallowed of YD-01 revenue, £2,000.50 claimed, £": "50",
        "The commissioner's reason": "refreshments",
    }
    walk.fill(decision)
    walk.press("Record the decision")
    row = walk.row("Claims", "Claim", "1")
    assert (row["Approved £"], row["Disallowed £"], row["Retained £"]) == ("2,550.75", "50.00", "127.54")
    assert "spent £2,550.75" in walk.grant_line, "what is disallowed is no spend of the grant's"
    walk.show("Spend")
    walk.import_ledger(folder / "to September.csv", (*LEDGER, INCOME))
    walk.show("Grants", "claims")
    walk.click("Claims", "Claim", "1")
    walk.press("Record a payment…")
    walk.choose("Ledger income line", "T4")
    walk.fill({"Received on": "02/09/2024", "Remittance": "REM-1"})
    walk.press("Record the payment")
    row = walk.row("Claims", "Claim", "1")
    assert (row["State"], row["Paid £"], row["Outstanding £"]) == ("paid", "2,423.21", "–")
    assert walk.row("Payments", "Paper", "REM-1")["Ledger"] == "in the ledger"


def reconcile(walk: Walk) -> None:
    """Every identity that the year's work is about is stated, and agrees."""
    walk.show("Reconcile")
    identities = hands.rows(walk.table("Identities"))
    assert {row[""] for row in identities} == {"✓"}
    assert {row["Difference £"] for row in identities} == {"0.00"}
    stated = {row["No."] for row in identities}
    assert {
        "R1",
        "R2",
        "R4",
        "R5",
        "R6",
        "R10",
        "R12",
        "R14",
        "R19",
        "R20",
        "R21",
        "R22",
        "R22b",
        "R23",
    } <= stated
    assert walk.grant_line.endswith("✓ Reconciled to the penny")


def read_back(walk: Walk, folder: Path) -> None:
    """The quarter's return, as an independent reader finds it."""
    walk.show("Returns")
    assert "Q2 monitoring return" in walk.page
    (view,) = hands.seen(walk.shell.window.stack, SheetView)
    (projects,) = (sheet for sheet in view.sheets if sheet.name == "Projects")
    rows = [
        {cell.column: cell.shown for (at, _), cell in projects.cells.items() if at == row}
        for row in range(1, projects.rows + 1)
    ]
    for name, spent in (("Youth diversion", "1,950.50"), ("Street pastors", "600.25"), ("Total", "2,550.75")):
        assert any(name in said.values() and spent in said.values() for said in map(dict, rows)), (
            f"{name}: {spent}; the foot has what is disallowed taken off, as its rows have"
        )
    book = walk.save_return(folder / "return.xlsx")
    moved, total = rows_of(book, "Virements", "No.")
    assert (moved["From"], moved["To"], moved["Decided by"]) == ("SP-02", "YD-01", "own authority")
    assert pounds(moved["Amount £"]) == pounds(total["Amount £"]) == Decimal("300.00")
    sent, advances, claimed = rows_of(book, "Claims and payments", "Claim")
    assert (sent["Period"], sent["State"], sent["Remittance"]) == ("April to June", "paid", "REM-1")
    assert pounds(sent["Disallowed £"]) == Decimal("50.00")
    for row in (sent, claimed):
        assert [pounds(row[of]) for of in ("Approved £", "Retained £", "Paid £")] == [
            APPROVED,
            RETAINED,
            PAID,
        ]
    assert pounds(advances["Paid £"]) == Decimal("0.00")
    given, _total = rows_of(book, "Match", "Ref")
    assert (given["Ref"], given["Source"], pounds(given["Planned £"])) == (
        "YD-01",
        "Youth Trust",
        Decimal("500.00"),
    )
    (condition,) = rows_of(book, "Conditions", "Clause")
    assert (condition["Status"], condition["Evidence"]) == ("met", "DBS list")


def take_back(walk: Walk) -> None:
    """Ctrl+Z takes everything back, step by step, to the empty file; Ctrl+Y does it all again."""
    undo, redo = (walk.shell.window.actions_of_window[name] for name in ("edit.undo", "edit.redo"))
    before = walk.grant_line
    for said, figure in (("Q2 return", ""), ("£2,423.21", ""), ("import", "spent £2,550.75")):
        assert said in undo.text(), undo.text()
        walk.undo()
        assert figure in walk.grant_line
    steps = 3
    while undo.isEnabled():
        walk.undo()
        steps += 1
        assert steps < 99, undo.text()
    walk.show("Grants")
    assert "Record the first grant" in walk.page
    for _ in range(steps):
        assert redo.isEnabled()
        redo.trigger()
        settle(walk.qtbot, walk.shell)
    assert not redo.isEnabled()
    assert walk.grant_line == before
    reconcile(walk)


def test_from_bid_to_payment_and_back(tmp_path: Path, qtbot: QtBot) -> None:
    with bare_shell(tmp_path, qtbot) as shell:
        walk = Walk(qtbot, shell)
        make_the_file(qtbot, shell, tmp_path / "case.funding")
        agree(walk)
        bid(walk)
        charge(walk, tmp_path)
        move_budget(walk)
        claim(walk, tmp_path)
        reconcile(walk)
        read_back(walk, tmp_path)
        take_back(walk)
