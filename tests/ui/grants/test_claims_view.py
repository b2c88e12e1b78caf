"""Claims and payments in the window: from the first claim to its money, as a user does it."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from fundingapp.ui.grants.page import GrantsPage
from fundingapp.ui.page import Figure
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import ChosenFiles, open_shell, settle


def show_claims(qtbot: QtBot, shell: Shell) -> None:
    page = shell.window.current_page
    assert isinstance(page, GrantsPage)
    page.show_view("claims")
    settle(qtbot, shell)


def press(qtbot: QtBot, shell: Shell, words: str, *, inside: bool = True) -> None:
    window = shell.window
    hands.press(window.inspector if inside else window, words)
    settle(qtbot, shell)


def claim(shell: Shell, number: str = "1") -> dict[str, str]:
    return hands.row(hands.table(shell.window, "Claims"), "Claim", number)


def open_first(qtbot: QtBot, shell: Shell) -> None:
    show_claims(qtbot, shell)
    press(qtbot, shell, "New claim…", inside=False)
    press(qtbot, shell, "Open the claim")


def send(qtbot: QtBot, shell: Shell) -> None:
    open_first(qtbot, shell)
    press(qtbot, shell, "Send it…")
    hands.type_in(shell.window.inspector, "Sent on", "20/07/2018")
    if "Why it goes without them" in hands.read(shell.window.inspector):
        hands.type_in(shell.window.inspector, "Why it goes without them", "they are asked about")
    press(qtbot, shell, "Record it as sent")


def approve(qtbot: QtBot, shell: Shell) -> None:
    send(qtbot, shell)
    press(qtbot, shell, "Approved in full…")
    hands.type_in(shell.window.inspector, "Decided on", "10/08/2018")
    hands.type_in(shell.window.inspector, "Reference of the letter", "PCC/17")
    press(qtbot, shell, "Record the decision")


def test_a_grant_without_claims_says_what_they_are_for(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        show_claims(qtbot, shell)
        assert "Claim the first money" in hands.read(shell.window)


def test_a_new_claim_is_filled_from_the_records(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        open_first(qtbot, shell)
        shown = claim(shell)
        assert (shown["For"], shown["State"]) == ("April to June", "draft")
        assert shown["Claimed £"] != "0.00"
        inspector = hands.read(shell.window.inspector)
        assert "Claim 1: April to June 2018/19" in inspector
        assert f"£{shown['Claimed £']}" in inspector


def test_a_claim_is_sent_approved_and_paid(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        approve(qtbot, shell)
        assert claim(shell)["State"] == "approved"
        asked = claim(shell)["Claimed £"]
        assert claim(shell)["Outstanding £"] == asked
        press(qtbot, shell, "Record a payment…")
        hands.type_in(shell.window.inspector, "Received on", "01/09/2018")
        hands.type_in(shell.window.inspector, "Remittance", "REM-1")
        press(qtbot, shell, "Record the payment")
        assert claim(shell)["State"] == "paid"
        payment = hands.row(hands.table(shell.window, "Payments"), "Paper", "REM-1")
        assert (payment["Amount £"], payment["Ledger"]) == (asked, "to find")


def test_after_sending_the_periods_can_be_locked(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        send(qtbot, shell)
        assert any("Claim 1 is recorded as sent." in said for said in hands.messages(shell.window))
        press(qtbot, shell, "Lock up to June", inside=False)
        assert shell.window.actions_of_window["edit.undo"].text().startswith("Undo lock periods 1 to 3")


def test_every_move_is_taken_back_with_undo(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        approve(qtbot, shell)
        for expected in ("submitted", "draft", "new"):
            shell.window.actions_of_window["edit.undo"].trigger()
            settle(qtbot, shell)
            assert claim(shell)["State"] == expected
        shell.window.actions_of_window["edit.undo"].trigger()
        settle(qtbot, shell)
        assert "Claim the first money" in hands.read(shell.window)


def test_a_query_needs_an_amount_and_a_question(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        send(qtbot, shell)
        press(qtbot, shell, "Queried…")
        press(qtbot, shell, "Record the query")
        assert "Type what is queried of at least one line." in hands.read(shell.window.inspector)


def test_the_grant_line_says_what_is_claimed_once_it_is_sent(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        window = shell.window
        open_first(qtbot, shell)
        assert "claimed" not in hands.read(window.grant_line)
        press(qtbot, shell, "Send it…")
        hands.type_in(window.inspector, "Sent on", "20/07/2018")
        if "Why it goes without them" in hands.read(window.inspector):
            hands.type_in(window.inspector, "Why it goes without them", "they are asked about")
        press(qtbot, shell, "Record it as sent")
        amount = claim(shell)["Claimed £"]
        assert window.grant_line.figures[-1].accessibleName().startswith("claimed of Locality Fund")
        assert f"claimed £{amount}" in " ".join(hands.read(window.grant_line).split())
        window.grant_line.figures[-1].why_requested.emit(Figure("Locality Fund/2018/19/claimed"))
        settle(qtbot, shell)
        assert "Claim 1" in hands.read(window.inspector)
        assert f"£{amount}" in hands.read(window.inspector)


def test_a_claimed_figure_answers_why_down_to_its_projects(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        open_first(qtbot, shell)
        hands.click_figure(hands.table(shell.window, "Claims"), "Claim", "1", "Claimed £")
        settle(qtbot, shell)
        assert f"£{claim(shell)['Claimed £']}" in hands.read(shell.window.inspector)


def test_a_payment_is_matched_to_the_ledgers_income(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        show_claims(qtbot, shell)
        press(qtbot, shell, "Record a payment…", inside=False)
        income = shell.office.position
        assert income is not None
        amount = str(-income.position.income)
        hands.type_in(shell.window.inspector, "Received on", "01/09/2018")
        hands.type_in(shell.window.inspector, "Amount, £", amount)
        hands.type_in(shell.window.inspector, "Remittance", "REM-9")
        press(qtbot, shell, "Record the payment")
        money = hands.table(shell.window, "Payments")
        hands.click_row(money, "Paper", "REM-9")
        settle(qtbot, shell)
        lines = hands.table(shell.window, "Ledger income")
        lines.selectAll()
        settle(qtbot, shell)
        press(qtbot, shell, "Match", inside=False)
        assert hands.row(money, "Paper", "REM-9")["Ledger"] == "in the ledger"
        assert all(row["To match £"] == "–" for row in hands.rows(lines))


def test_money_without_a_claim_is_a_creditor(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        show_claims(qtbot, shell)
        press(qtbot, shell, "Record a payment…", inside=False)
        hands.type_in(shell.window.inspector, "Amount, £", "75,500")
        press(qtbot, shell, "Record the payment")
        assert "received in advance: a creditor" in hands.read(shell.window)


def test_a_paper_is_attached_when_a_claim_is_sent(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        open_first(qtbot, shell)
        paper = tmp_path / "claim one.txt"
        paper.write_text("as sent", encoding="utf-8")
        files = shell.office.files
        assert isinstance(files, ChosenFiles)
        files.opening = paper
        press(qtbot, shell, "Send it…")
        if "Why it goes without them" in hands.read(shell.window.inspector):
            hands.type_in(shell.window.inspector, "Why it goes without them", "they are asked about")
        press(qtbot, shell, "Attach a file…")
        press(qtbot, shell, "Record it as sent")
        assert "claim one.txt" in hands.read(shell.window.inspector)
