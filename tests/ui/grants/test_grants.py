"""The Grants page: allocations and awards edited in place, virements, and how a grant comes into the file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.virements import TopUpContingency
from fundingapp.domain.funds import Kind
from fundingapp.domain.money import Money
from fundingapp.ui.shell import Shell
from fundingapp.ui.yearend.page import YearEndPage
from tests.ui import hands
from tests.ui.windows import ChosenFiles, open_shell, settle


def awards(shell: Shell, ref: str) -> dict[str, str]:
    return hands.row(hands.table(shell.window, "Awards"), "Ref", ref)


def line(shell: Shell) -> str:
    return " ".join(hands.read(shell.window.grant_line).split())


def open_move(
    qtbot: QtBot, shell: Shell, source: str, target: str, amount: str, why: str, paper: str = ""
) -> None:
    """Fills the form of a virement, to which the button of the register leads, and presses its button."""
    window = shell.window
    window.go_to("grants", ("virements", None))
    settle(qtbot, shell)
    hands.press(window.stack, "Move budget…")
    settle(qtbot, shell)
    hands.choose(window.inspector, "From", source)
    hands.choose(window.inspector, "To", target)
    hands.type_in(window.inspector, "Amount, £", amount)
    hands.type_in(window.inspector, "Why the money moves", why)
    hands.type_in(window.inspector, "Minute or letter", paper)
    hands.press(window.inspector, "Apply the virement")
    settle(qtbot, shell)


def back_to_the_grant(qtbot: QtBot, shell: Shell) -> None:
    shell.window.go_to("grants", ("grant", None))
    settle(qtbot, shell)


def test_an_allocation_typed_over_becomes_a_revision_with_its_reason(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        panel = shell.window.inspector
        hands.edit_cell(hands.table(shell.window, "Allocations"), "Kind", "revenue", "Amount £", "66,000")
        settle(qtbot, shell)
        assert hands.field(panel, "New amount, £").text() == "66,000.00"
        assert "£75,500.00 available" in line(shell)
        hands.press(panel, "Revise")
        assert "Say why the allocation is revised." in hands.read(panel)
        hands.type_in(panel, "Reason", "uplift")
        hands.press(panel, "Revise")
        settle(qtbot, shell)
        assert "£76,000.00 available" in line(shell)
        assert "£500.00 not yet awarded" in line(shell)
        revised = hands.row(hands.table(shell.window, "Allocations"), "Kind", "revenue")
        assert (revised["Status"], revised["History"]) == ("revised", "1 earlier notice")


def test_a_cut_below_the_awards_says_so_by_figures(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        hands.edit_cell(hands.table(shell.window, "Allocations"), "Kind", "revenue", "Amount £", "65,000")
        settle(qtbot, shell)
        hands.type_in(shell.window.inspector, "Reason", "cut")
        hands.press(shell.window.inspector, "Revise")
        settle(qtbot, shell)
        [message] = hands.messages(shell.window)
        assert "£500.00 more than the £65,000.00 that is available now (R2)." in message


def test_a_typing_error_is_corrected_and_the_history_tells_it(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        panel, allocations = shell.window.inspector, hands.table(shell.window, "Allocations")
        hands.edit_cell(allocations, "Kind", "capital", "Amount £", "10,001")
        settle(qtbot, shell)
        hands.press(panel, "Correct a typing error…")
        hands.type_in(panel, "What was mistyped", "the last pound")
        hands.press(panel, "Correct")
        settle(qtbot, shell)
        assert "£75,501.00 available" in line(shell)
        hands.open_row(hands.table(shell.window, "Allocations"), "Kind", "capital")
        settle(qtbot, shell)
        assert "confirmed → confirmed" in hands.read(panel)
        assert "corrected from £10,000.00: the last pound" in hands.read(panel)


def test_indicative_money_is_shown_apart_until_its_letter_confirms_it(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        window = shell.window
        hands.press(window, "Record a notice…")
        hands.choose(window.inspector, "What", "Supplement")
        hands.choose(window.inspector, "Status", "Indicative")
        hands.type_in(window.inspector, "Amount, £", "5000")
        hands.press(window.inspector, "Record the notice")
        assert "Type what it rests on" in hands.read(window.inspector)
        hands.type_in(window.inspector, "From", "CSF/4")
        hands.press(window.inspector, "Record the notice")
        settle(qtbot, shell)
        assert "£75,500.00 · £5,000.00 indicative" in hands.read(window.stack)
        assert "£75,500.00 available" in line(shell)
        hands.open_row(hands.table(window, "Allocations"), "What", "Supplement")
        settle(qtbot, shell)
        hands.press(window.inspector, "Confirm…")
        hands.type_in(window.inspector, "Letter", "CSF/5")
        hands.press(window.inspector, "Confirm")
        settle(qtbot, shell)
        assert "£80,500.00 available" in line(shell)


def test_the_letter_is_attached_to_its_notice(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        panel, files = shell.window.inspector, shell.office.files
        assert isinstance(files, ChosenFiles)
        files.opening = tmp_path / "letter 7.pdf"
        files.opening.write_bytes(b"%PDF-1.4 letter")
        hands.open_row(hands.table(shell.window, "Allocations"), "Kind", "revenue")
        settle(qtbot, shell)
        assert "No paper yet." in hands.read(panel)
        hands.press(panel, "Attach…")
        settle(qtbot, shell)
        assert "letter 7.pdf" in hands.read(panel)


def test_closing_the_year_leads_to_year_end_which_says_what_comes_first(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        hands.press(shell.window, "Close the year…")
        settle(qtbot, shell)
        assert isinstance(shell.window.current_page, YearEndPage)
        assert "Close 2018/19" in hands.read(shell.window.inspector)
        assert "Nothing waits on Spend: 4 ledger lines" in hands.read(shell.window.inspector)


def test_an_award_below_nought_is_refused_in_a_sentence(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        hands.edit_cell(hands.table(shell.window, "Awards"), "Ref", "LF-01", "Award £", "-5")
        settle(qtbot, shell)
        assert hands.messages(shell.window) == ["An award is never below nought. Type the amount awarded."]
        assert awards(shell, "LF-01")["Award £"] == "10,000.00"


def test_what_is_no_amount_is_not_taken(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        hands.edit_cell(hands.table(shell.window, "Awards"), "Ref", "LF-01", "Award £", "12.3.4")
        settle(qtbot, shell)
        assert "£75,484.00 awarded" in line(shell)
        assert not shell.window.actions_of_window["edit.undo"].isEnabled()


def change_award(qtbot: QtBot, shell: Shell, ref: str, amount: str, reason: str) -> None:
    """Types over an award and gives the reason in the form that opens."""
    hands.edit_cell(hands.table(shell.window, "Awards"), "Ref", ref, "Award £", amount)
    settle(qtbot, shell)
    hands.type_in(shell.window.inspector, "Reason", reason)
    hands.press(shell.window.inspector, "Change the award")
    settle(qtbot, shell)


def test_an_award_typed_over_asks_why_and_its_bid_follows(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        window = shell.window
        hands.edit_cell(hands.table(window, "Awards"), "Ref", "LF-01", "Award £", "9,000")
        settle(qtbot, shell)
        assert hands.field(window.inspector, "Amount awarded, £").text() == "9,000.00"
        hands.press(window.inspector, "Change the award")
        assert "Say what was wrong with it" in hands.read(window.inspector)
        hands.type_in(window.inspector, "Reason", "mistyped")
        hands.press(window.inspector, "Change the award")
        settle(qtbot, shell)
        assert not window.inspector.isVisible()
        assert awards(shell, "LF-01")["Award £"] == "9,000.00"
        window.go_to("bids", ("table", None))
        settle(qtbot, shell)
        row = hands.row(hands.table(window, "Bids"), "Ref", "LF-01")
        assert (row["Asked £"], row["Awarded £"]) == ("9,000.00", "9,000.00")
        assert window.actions_of_window["edit.undo"].text() == "Undo change the award of LF-01 to £9,000.00"


def test_awarding_more_than_is_available_is_refused_by_figures(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        change_award(qtbot, shell, "LF-01", "12,000", "mistyped")
        [message] = hands.messages(shell.window)
        assert "£2,000.00 beyond the £65,500.00 of revenue available in 2018/19" in message
        assert "£75,484.00 awarded" in line(shell)


def test_the_contingency_is_one_line_whatever_was_added_to_it(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        change_award(qtbot, shell, "LF-01", "9,000", "mistyped")
        (grant,) = shell.office.workspace.grants if shell.office.workspace else ()
        entry = TopUpContingency(grant.fund_id, grant.year, Kind.REVENUE, Money(100_00), "a hard winter")
        shell.office.do(entry, "Top the contingency up")
        settle(qtbot, shell)
        rows = [
            row for row in hands.rows(hands.table(shell.window, "Awards")) if row["Kind"] == "contingency"
        ]
        assert [(row["Award £"], row["Budget now £"]) for row in rows] == [("116.00", "116.00")]
        total = hands.rows(hands.table(shell.window, "Awards"))[-1]
        assert (total["Project"], total["Budget now £"]) == ("Total", "74,600.00")


def test_a_budget_answers_why(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        hands.click_figure(hands.table(shell.window, "Awards"), "Ref", "LF-08", "Budget now £")
        settle(qtbot, shell)
        assert "£10,000.00" in hands.read(shell.window.inspector)


def test_a_virement_moves_budget_and_is_undone(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        open_move(qtbot, shell, "LF-13", "LF-12", "500", "Packs cost more", "minute 14/2")
        assert not shell.window.inspector.isVisible()
        back_to_the_grant(qtbot, shell)
        assert awards(shell, "LF-13")["Budget now £"] == "3,184.00"
        assert awards(shell, "LF-12")["Budget now £"] == "5,500.00"
        assert awards(shell, "LF-12")["Award £"] == "5,000.00"
        (moved,) = hands.rows(hands.table(shell.window, "Virements"))
        assert moved["Why"] == "Packs cost more"
        assert moved["Authority"] == "minute 14/2"
        assert shell.window.actions_of_window["edit.undo"].text() == "Undo move £500.00 from LF-13 to LF-12"
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert awards(shell, "LF-13")["Budget now £"] == "3,684.00"


def test_contingency_is_released_to_a_project(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        open_move(qtbot, shell, "contingency", "LF-12", "16", "Toward the overspend")
        assert "£75,500.00 awarded to 17 projects + £0.00 contingency" in line(shell)
        back_to_the_grant(qtbot, shell)
        assert awards(shell, "LF-12")["Budget now £"] == "5,016.00"


def test_a_virement_of_more_than_is_left_is_refused_and_the_form_stays(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        open_move(qtbot, shell, "contingency", "LF-12", "20", "Toward the overspend")
        (message,) = hands.messages(shell.window)
        assert "£16.00" in message
        assert hands.field(shell.window.inspector, "Amount, £").text() == "20.00"
        assert "+ £16.00 contingency" in line(shell)


def test_a_virement_without_amount_or_reason_says_what_is_missing(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        open_move(qtbot, shell, "LF-13", "LF-12", "", "Packs cost more")
        assert "Type the amount that moves, in pounds and pence." in hands.read(shell.window.inspector)
        open_move(qtbot, shell, "LF-13", "LF-12", "5", "")
        assert "Say why the money moves." in hands.read(shell.window.inspector)


def test_the_table_of_awards_is_reviewed_and_then_recorded(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, filled=False, page="grants") as shell:
        window = shell.window
        files = shell.office.files
        assert isinstance(files, ChosenFiles)
        files.opening = tmp_path / "sample" / "funding_2018_19.csv"
        hands.press(window, "Read the table of awards…")
        settle(qtbot, shell)
        review = hands.read(window.inspector)
        for words in ("Awarded to 17 projects", "75,484.00", "Contingency", "16.00", "75,500.00"):
            assert words in review
        hands.press(window.inspector, "Record the grant")
        assert "Type the financial year, for example 2018/19." in hands.read(window.inspector)
        hands.type_in(window.inspector, "Financial year", "2018/19")
        hands.press(window.inspector, "Record the grant")
        assert "Type the fund's and the commissioner's names." in hands.read(window.inspector)
        hands.type_in(window.inspector, "Fund", "Locality Fund")
        hands.type_in(window.inspector, "Commissioner", "Leicestershire PCC")
        hands.key(hands.field(window.inspector, "Commissioner"), Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert hands.messages(window) == [
            "£75,500.00 available = £75,484.00 awarded to 17 projects + £16.00 contingency. "
            "Next, import the ledger on Spend."
        ]
        assert line(shell).startswith("Locality Fund 2018/19 £75,500.00 available")
        assert len(hands.rows(hands.table(window, "Awards"))) == 19


def test_a_grant_added_by_hand_for_another_year_comes_to_the_front(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        window = shell.window
        hands.press(window, "Add a grant…")
        assert "Allocated, labour, £" not in hands.read(window.inspector)
        hands.press(window.inspector, "Revenue is divided into labour and non-labour")
        assert "Allocated, labour, £" in hands.read(window.inspector)
        hands.press(window.inspector, "Revenue is divided into labour and non-labour")
        hands.press(window.inspector, "Add the grant")
        assert "Type the fund's and the commissioner's names." in hands.read(window.inspector)
        hands.type_in(window.inspector, "Fund", "Safer Streets")
        hands.type_in(window.inspector, "Commissioner", "Home Office")
        hands.type_in(window.inspector, "Financial year", "2019/20")
        hands.type_in(window.inspector, "Allocated, revenue, £", "40000")
        hands.press(window.inspector, "Add the grant")
        settle(qtbot, shell)
        assert line(shell).startswith("Safer Streets 2019/20 £40,000.00 available")
        assert window.top_bar.funder.text() == "Safer Streets"
        hands.press(window, "Go to Projects")
        settle(qtbot, shell)
        assert window.rail.button("projects").isChecked()


def test_a_table_that_is_no_table_of_awards_is_refused_in_a_sentence(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, filled=False, page="grants") as shell:
        files = shell.office.files
        assert isinstance(files, ChosenFiles)
        letter = tmp_path / "letter.csv"
        letter.write_text("Dear Commissioner,\nthank you.\n")
        files.opening = letter
        hands.press(shell.window, "Read the table of awards…")
        settle(qtbot, shell)
        said = " ".join(hands.messages(shell.window)) + hands.read(shell.window.inspector)
        assert "letter.csv" in said
        assert "Traceback" not in said
        assert "Record the first grant" in hands.read(shell.window.stack)
