"""Year end in the window: the chain of years, the outturn, and what becomes of what is left, as a user meets them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from docx import Document
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.carry_forwards import (
    AskCarryForward,
    DecideCarryForward,
    DecidedCarry,
    PlannedCarry,
)
from fundingapp.application.commands.claims import RecordPayment
from fundingapp.application.effect import Topic
from fundingapp.application.queries.positions import PositionOf
from fundingapp.domain.claims import Payment
from fundingapp.domain.funds import Kind
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import settle
from tests.ui.yearend.years import LAST, THIS, fund_of, pounds, show, spend, year_end_shell


def press(qtbot: QtBot, shell: Shell, words: str, *, inside: bool = False) -> None:
    window = shell.window
    hands.press(window.inspector if inside else window, words)
    settle(qtbot, shell)


def fill(qtbot: QtBot, shell: Shell, fields: dict[str, str], accept: str) -> None:
    """Fills the form at the right, and accepts it."""
    for name, text in fields.items():
        hands.type_in(shell.window.inspector, name, text)
    press(qtbot, shell, accept, inside=True)


def year_of(shell: Shell, year: str) -> dict[str, str]:
    return hands.row(hands.table(shell.window, "The carry-forward chain"), "Year", year)


def head_of(shell: Shell, ref: str) -> dict[str, str]:
    return hands.row(hands.table(shell.window, "Underspend by project"), "Project", ref)


def grant_line(shell: Shell) -> str:
    return " ".join(hands.read(shell.window.grant_line).split())


def plan(qtbot: QtBot, shell: Shell, ref: str, heading: str, text: str) -> None:
    hands.edit_cell(hands.table(shell.window, "Underspend by project"), "Project", ref, heading, text)
    settle(qtbot, shell)


def receive(qtbot: QtBot, shell: Shell, year: FinancialYear, amount: int) -> None:
    """Money that came for a year, in advance of any claim."""
    fund = fund_of(shell.office.desk)
    payment = Payment(fund, year, date(2018, 4, 20), pounds(amount), f"REM {year}")
    shell.office.do(RecordPayment(payment), "Record a payment")
    settle(qtbot, shell)


def ask_for_both(qtbot: QtBot, shell: Shell) -> None:
    """Asks for £8,500.00 and £6,500.00, as the mock-up has it."""
    press(qtbot, shell, "Ask the commissioner…")
    fields = {
        "Asked on": "12/05/2018",
        "WV-01 Mediation call-out, £8,500.00 left, ask £": "8500",
        "Why WV-01 carries it forward": "contract runs to June",
        "WV-02 School mentoring, £6,500.00 left, ask £": "6500",
        "Why WV-02 carries it forward": "two schools start in May",
    }
    fill(qtbot, shell, fields, "Record the request")


def test_after_a_year_has_begun_the_chain_shows_what_the_last_one_left(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with year_end_shell(tmp_path, qtbot, monkeypatch) as shell:
        page = hands.read(shell.window.stack)
        assert "City of Wolverhampton Council as accountable body" in page
        shown = {year: year_of(shell, year) for year in ("2016/17", "2017/18", "2018/19")}
        assert [shown[year]["Allocation £"] for year in shown] == ["268,000.00", "247,000.00", "229,000.00"]
        assert [shown[year]["Pending £"] for year in shown] == ["0.00", "15,000.00", "229,000.00"]
        assert shown["2017/18"]["Spend £"] == "232,000.00"
        assert "Who has the £15,000.00 left" in page
        assert "Checklist to close 2017/18" in page
        left = hands.table(shell.window, "What 2017/18 has left, by project")
        assert [row["Left £"] for row in hands.rows(left)] == ["8,500.00", "6,500.00", "15,000.00"]
        hands.press(shell.window, "Roll into 2018/19")
        hands.click_row(hands.table(shell.window, "The carry-forward chain"), "Year", "2018/19")
        settle(qtbot, shell)
        assert "Checklist to close 2018/19" in hands.read(shell.window.stack)


def test_every_figure_of_the_chain_answers_why(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with year_end_shell(tmp_path, qtbot, monkeypatch) as shell:
        for heading, amount in (
            ("Allocation £", "£247,000.00"),
            ("Spend £", "£232,000.00"),
            ("Pending £", "£15,000.00"),
        ):
            hands.click_figure(
                hands.table(shell.window, "The carry-forward chain"), "Year", "2017/18", heading
            )
            settle(qtbot, shell)
            assert amount in hands.read(shell.window.inspector), heading
        hands.click_figure(
            hands.table(shell.window, "What 2017/18 has left, by project"), "Project", "WV-01", "Left £"
        )
        settle(qtbot, shell)
        assert "£8,500.00" in hands.read(shell.window.inspector)


def test_what_is_typed_in_place_is_planned_and_never_available(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with year_end_shell(tmp_path, qtbot, monkeypatch, "underspend", LAST) as shell:
        plan(qtbot, shell, "WV-01", "Forecast £", "8500")
        plan(qtbot, shell, "WV-02", "Anticipated £", "6,500.00")
        plan(qtbot, shell, "WV-02", "Reason", "two schools start in May")
        first, second = head_of(shell, "WV-01"), head_of(shell, "WV-02")
        assert (first["Forecast £"], first["Anticipated £"], first["Pending £"]) == (
            "8,500.00",
            "",
            "8,500.00",
        )
        assert (second["Forecast £"], second["Anticipated £"]) == ("", "6,500.00")
        assert second["Reason"] == "two schools start in May"
        show(qtbot, shell, "chain", THIS)
        said = grant_line(shell)
        assert (
            "£229,000.00 available (+ £8,500.00 forecast, not agreed) (+ £6,500.00 anticipated, not agreed)"
            in said
        )
        assert shell.window.grant_line.awaited.text() == "£15,000.00 not yet agreed"
        assert shell.window.grant_line.bar.segments[-1].is_hoped
        chain = hands.table(shell.window, "The carry-forward chain")
        assert "8,500.00 forecast, 6,500.00 anticipated" in hands.second_lines(chain)
        assert year_of(shell, "2018/19")["Brought forward £"] == "0.00"
        assert "Where the £15,000.00 comes from" in hands.read(shell.window.stack)
        for _ in range(3):
            hands.shortcut(shell.window, Qt.Key.Key_Z)
            settle(qtbot, shell)
        assert "not agreed" not in grant_line(shell)
        assert not shell.window.grant_line.awaited.isVisible()


def test_amounts_and_reasons_are_pasted_from_a_spreadsheet_or_refused_by_their_cell(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with year_end_shell(tmp_path, qtbot, monkeypatch, "underspend", LAST) as shell:
        table = hands.table(shell.window, "Underspend by project")

        def paste(text: str, heading: str = "Anticipated £") -> None:
            hands.go_to_cell(table, "Project", "WV-01", heading)
            QGuiApplication.clipboard().setText(text)
            hands.key(table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
            settle(qtbot, shell)

        paste("8,500.00\tcontract runs to June\n6500\ttwo schools start in May\n")
        assert head_of(shell, "WV-01")["Anticipated £"] == "8,500.00"
        assert (head_of(shell, "WV-02")["Anticipated £"], head_of(shell, "WV-02")["Reason"]) == (
            "6,500.00",
            "two schools start in May",
        )
        for text, said in (
            ("1\n12.3.4\n", "Row 2, cell 1: “12.3.4” is not an amount"),
            ("1\t2\t3\n", "Row 1, cell 3 would go to “Asked”, which is worked out."),
            ("1\n2\n3\n4\n5\n", "5 rows were pasted, and the list ends after 3 of them."),
            ("1\n2\n3\n", "Row 3 would go to WV-03 Street wardens, of which nothing is left to plan."),
        ):
            shell.window.messages.clear()
            paste(text)
            assert any(said in each for each in hands.messages(shell.window)), hands.messages(shell.window)
            assert head_of(shell, "WV-01")["Anticipated £"] == "8,500.00"
        hands.go_to_cell(table, "Project", "WV-01", "Anticipated £")
        hands.key(table, Qt.Key.Key_Delete)
        settle(qtbot, shell)
        assert head_of(shell, "WV-01")["Anticipated £"] == ""


def test_the_request_letter_is_written_where_the_user_wants_it(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with year_end_shell(tmp_path, qtbot, monkeypatch, "underspend", LAST) as shell:
        assert not hands.find(shell.window, "Request letter…").isEnabled()
        plan(qtbot, shell, "WV-01", "Anticipated £", "8500")
        shell.office.files.saving = tmp_path / "request"  # type: ignore[attr-defined]  # the dialog's stand-in
        press(qtbot, shell, "Request letter…")
        written = tmp_path / "request.docx"
        assert "8,500.00" in "\n".join(
            cell.text for table in Document(str(written)).tables for row in table.rows for cell in row.cells
        )
        assert any(
            f"The letter asks for £8,500.00: written to {written} and read back." in each
            for each in hands.messages(shell.window)
        )


def test_the_next_year_is_begun_with_what_goes_over(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with year_end_shell(tmp_path, qtbot, monkeypatch, "underspend", LAST) as shell:
        ask_for_both(qtbot, shell)
        press(qtbot, shell, "Roll into 2018/19")
        panel = hands.read(shell.window.inspector)
        assert "Nothing is agreed to go over into 2018/19." in panel
        assert "£15,000.00 of 2017/18 is not decided yet. Both years stay open until it is." in panel
        press(qtbot, shell, "Go to 2018/19", inside=True)
        assert str(shell.window.context.year) == "2018/19"
        show(qtbot, shell, "outturn")
        press(qtbot, shell, "Roll into 2019/20")
        press(qtbot, shell, "Begin 2019/20…", inside=True)
        form = {"Allocated for 2019/20, revenue, £": "225000", "Letter": "PCC/19/1", "Dated": "15/05/2018"}
        fill(qtbot, shell, form, "Begin 2019/20")
        press(qtbot, shell, "Roll into 2019/20")
        press(qtbot, shell, "Go to 2019/20", inside=True)
        assert grant_line(shell).startswith("Community Safety Fund 2019/20 £225,000.00 available")


def test_a_decision_in_part_lands_in_both_years_and_the_refused_part_goes_back(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("agreed in part", encoding="utf-8")
    with year_end_shell(tmp_path, qtbot, monkeypatch, "underspend", LAST) as shell:
        ask_for_both(qtbot, shell)
        assert any("31/01/2018" in each for each in hands.messages(shell.window)), (
            "asked after the day for asking"
        )
        assert "£15,000.00 awaited" in hands.read(shell.window.stack)
        press(qtbot, shell, "Record decision…")
        shell.office.files.opening = letter  # type: ignore[attr-defined]  # the dialog's stand-in
        press(qtbot, shell, "Attach a file…", inside=True)
        fields = {
            "Decided on": "03/07/2018",
            "Reference of the letter": "PCC/18/44",
            "WV-01 Mediation call-out, £8,500.00 asked, agreed £": "6000",
            "WV-02 School mentoring, £6,500.00 asked, agreed £": "6500",
        }
        fill(qtbot, shell, fields, "Record the decision")
        first = head_of(shell, "WV-01")
        assert (first["Agreed £"], first["Refused £"], first["Pending £"]) == ("6,000.00", "2,500.00", "0.00")
        row = hands.row(hands.table(shell.window, "Carry-forward"), "Project", "WV-01")
        assert (row["State"], row["Agreed £"], row["Letter"]) == ("part agreed", "6,000.00", "PCC/18/44")
        # Nothing was ever received of it: what is refused is surrendered, and no cash goes back.
        back = hands.row(hands.table(shell.window, "Going back"), "Project", "WV-01")
        assert (back["State"], back["Amount £"]) == ("surrendered", "2,500.00")
        hands.open_row(hands.table(shell.window, "Carry-forward"), "Project", "WV-01")
        settle(qtbot, shell)
        panel = hands.read(shell.window.inspector)
        assert "£8,500.00 asked on 12/05/2018, £6,000.00 agreed on 03/07/2018 (PCC/18/44)" in panel
        assert "letter.txt\nunchanged" in panel
        show(qtbot, shell, "chain", THIS)
        assert year_of(shell, "2017/18")["Carried forward £"] == "12,500.00"
        assert year_of(shell, "2018/19")["Brought forward £"] == "12,500.00"
        assert grant_line(shell).startswith("Community Safety Fund 2018/19 £241,500.00 available =")
        assert "every link holds" in hands.read(shell.window.stack)


def test_what_was_received_and_not_spent_is_given_back_invoiced_and_repaid(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with year_end_shell(tmp_path, qtbot, monkeypatch, "underspend", LAST) as shell:
        receive(qtbot, shell, LAST, 247_000)
        press(qtbot, shell, "Give back…")
        assert "£15,000.00 of it is held in cash and is paid back" in hands.read(shell.window.inspector)
        form = {
            "Decided on": "12/05/2018",
            "WV-02 School mentoring, £6,500.00 not decided, £": "",
            "Why": "not needed any more",
        }
        fill(qtbot, shell, form, "Record that it goes back")
        assert (head_of(shell, "WV-01")["To repay £"], head_of(shell, "WV-02")["To repay £"]) == (
            "8,500.00",
            "–",
        )
        press(qtbot, shell, "Invoice…")
        fill(qtbot, shell, {"Invoice": "PCC-INV-7", "Dated": "14/05/2018"}, "Record the invoice")
        assert hands.rows(hands.table(shell.window, "Going back"))[0]["State"] == "invoiced"
        press(qtbot, shell, "Repaid…")
        fill(qtbot, shell, {"Paid back on": "18/05/2018"}, "Record the repayment")
        row = hands.rows(hands.table(shell.window, "Going back"))[0]
        assert (row["State"], row["Amount £"]) == ("repaid", "8,500.00")
        assert head_of(shell, "WV-01")["Repaid £"] == "8,500.00"
        show(qtbot, shell, "chain")
        assert year_of(shell, "2017/18")["Repaid £"] == "8,500.00"
        for _ in range(3):
            hands.shortcut(shell.window, Qt.Key.Key_Z)
            settle(qtbot, shell)
        assert year_of(shell, "2017/18")["Pending £"] == "15,000.00"


def test_what_is_owed_is_taken_off_a_payment_of_the_next_year(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with year_end_shell(tmp_path, qtbot, monkeypatch, "underspend", LAST) as shell:
        receive(qtbot, shell, LAST, 247_000)
        press(qtbot, shell, "Give back…")
        fill(qtbot, shell, {"Why": "not needed any more"}, "Record that it goes back")
        back = hands.table(shell.window, "Going back")
        back.setFocus()
        back.selectAll()
        press(qtbot, shell, "Netted…")
        press(qtbot, shell, "Record it as netted", inside=True)
        assert "Record the payment of 2018/19 first" in hands.read(shell.window.inspector)
        receive(qtbot, shell, THIS, 50_000)
        back.selectAll()
        press(qtbot, shell, "Netted…")
        hands.choose(shell.window.inspector, "Taken off the payment", "£50,000.00")
        press(qtbot, shell, "Record it as netted", inside=True)
        assert {row["State"] for row in hands.rows(back)} == {"netted from next payment"}
        show(qtbot, shell, "chain")
        assert (year_of(shell, "2017/18")["Repaid £"], year_of(shell, "2017/18")["Pending £"]) == (
            "15,000.00",
            "0.00",
        )


def test_an_overspend_is_paid_by_the_host(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with year_end_shell(tmp_path, qtbot, monkeypatch, "outturn", LAST) as shell:
        spend(shell.office.desk, fund_of(shell.office.desk), LAST, "WV-03", 120)
        show(qtbot, shell, "chain", THIS)
        show(qtbot, shell, "outturn", LAST)
        assert "£120.00 overspent: nothing pays for it" in hands.read(shell.window.stack)
        table = hands.table(shell.window, "Outturn by project")
        assert hands.row(table, "Project", "WV-03")["Net eligible £"] == "! 185,120.00"
        hands.open_row(table, "Project", "WV-03")
        settle(qtbot, shell)
        assert "£120.00 more was spent than the grant gives it." in hands.read(shell.window.inspector)
        press(qtbot, shell, "Host pays…", inside=True)
        hands.type_in(shell.window.inspector, "Reference to the evidence", "cabinet minute 7")
        press(qtbot, shell, "The host pays it", inside=True)
        row = hands.row(hands.table(shell.window, "Outturn by project"), "Project", "WV-03")
        assert (row["Ineligible £"], row["Net eligible £"]) == ("−120.00", "185,000.00")
        assert "every overspend is paid for" in hands.read(shell.window.stack)


def test_a_break_is_named_with_its_pence_and_leads_to_the_year(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with year_end_shell(tmp_path, qtbot, monkeypatch) as shell:
        desk = shell.office.desk
        fund = fund_of(desk)
        position = desk.ask(PositionOf(fund, LAST)).position
        first = next(each for each in position.projects if each.ref == "WV-01")
        carry = PlannedCarry(first.project_id, Kind.REVENUE, pounds(8_500), "contract runs to June")
        asked = desk.do(AskCarryForward(fund, LAST, (carry,), date(2018, 1, 12))).result
        desk.do(
            DecideCarryForward((DecidedCarry(asked.ids[0], pounds(8_500)),), date(2018, 4, 3), "PCC/18/4")
        )
        # A late invoice of the old year: less was left than the commissioner agreed to carry.
        spend(desk, fund, LAST, "WV-01", 500)
        shell.window.refresh(Topic.EVERYTHING)
        show(qtbot, shell, "chain", LAST)
        page = hands.read(shell.window.stack)
        assert "1 break" in page
        assert "≠ £500.00 too much" in page
        sentence = (
            "WV-01 Mediation call-out: £8,500.00 of revenue was carried forward into 2018/19, and £8,000.00 was "
            "left of its budget in 2017/18: £500.00 more than was there."
        )
        assert sentence in page
        assert year_of(shell, "2018/19")["Commissioner"] == "chain broken"
        show(qtbot, shell, "chain", THIS)
        press(qtbot, shell, sentence)
        assert "Checklist to close 2017/18" in hands.read(shell.window.stack)


def test_a_year_is_closed_with_reasons_said_on_every_page_and_reopened(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with year_end_shell(tmp_path, qtbot, monkeypatch, "underspend", LAST) as shell:
        press(qtbot, shell, "Close 2017/18…")
        assert "Everything left is decided: £15,000.00 of revenue is left" in hands.read(
            shell.window.inspector
        )
        press(qtbot, shell, "Go to: Everything left is decided", inside=True)
        press(qtbot, shell, "Give back…")
        fill(qtbot, shell, {"Why": "not needed any more"}, "Record that it goes back")
        assert head_of(shell, "WV-01")["Pending £"] == "0.00"
        press(qtbot, shell, "Close 2017/18…")
        press(qtbot, shell, "Close 2017/18", inside=True)
        assert "accepted" not in hands.read(shell.window.stack)
        for name in [each.accessibleName() for each in hands.seen(shell.window.inspector, QLineEdit)]:
            if name.endswith("accepted because"):
                hands.type_in(shell.window.inspector, name, "it is done outside this file")
        fill(qtbot, shell, {"Why": "outturn agreed"}, "Close 2017/18")
        words = "2017/18 is closed by"
        assert words in hands.read(shell.window.closed_strip)
        assert ": outturn agreed" in hands.read(shell.window.closed_strip)
        shell.window.go_to("grants")
        settle(qtbot, shell)
        assert shell.window.closed_strip.isVisible()
        hands.press(shell.window.closed_strip, "Reopen the year…")
        settle(qtbot, shell)
        fill(qtbot, shell, {"Why it is reopened": "a late invoice"}, "Reopen 2017/18")
        assert not shell.window.closed_strip.isVisible()
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert words in hands.read(shell.window.closed_strip)


def test_go_to_anything_finds_the_views(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with year_end_shell(tmp_path, qtbot, monkeypatch) as shell:
        page = shell.window.current_page
        box = shell.window.go_to_box
        box.open_over(shell.window)
        box.field.setText("underspend")
        found = next(place for place in box.places if place.text == "Underspend and carry-forward")
        box.hide()
        found.go()
        settle(qtbot, shell)
        assert page is shell.window.current_page
        assert "What becomes of" in hands.read(shell.window.stack)
