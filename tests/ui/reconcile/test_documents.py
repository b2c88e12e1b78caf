"""Reconciliations as dated documents: begun, typed, explained, prepared and told of what changed inside them."""

from __future__ import annotations

from pathlib import Path

import docx
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.ports import LineFilter, LineOrder, Show
from fundingapp.application.queries.lines import LineIds
from fundingapp.application.sample import FILE
from fundingapp.domain.ids import LineId
from fundingapp.domain.matching import Exclude
from fundingapp.ui.reconcile.documents_view import DocumentsView
from fundingapp.ui.shell import Shell
from fundingapp.ui.views import ViewsPage
from tests.ui import hands
from tests.ui.windows import ChosenFiles, bare_shell, open_shell, settle

HELD = "65,987.77"


def documents(shell: Shell, qtbot: QtBot) -> DocumentsView:
    page = shell.window.current_page
    assert isinstance(page, ViewsPage)
    view = page.show_view("documents")
    settle(qtbot, shell)
    assert isinstance(view, DocumentsView)
    return view


def begin(shell: Shell, qtbot: QtBot, view: DocumentsView, period: str = "period 2 (May)") -> None:
    hands.press(view, "Reconcile a period…")
    settle(qtbot, shell)
    hands.choose(shell.window.inspector, "Up to and including", period)
    hands.press(shell.window.inspector, "Begin")
    settle(qtbot, shell)


def state_total(shell: Shell, qtbot: QtBot, view: DocumentsView, total: str) -> None:
    hands.press(view, "Ledger total…")
    settle(qtbot, shell)
    hands.type_in(shell.window.inspector, "Finance system's total, £", total)
    hands.field(shell.window.inspector, "Reference to the evidence").setText("trial balance of 7 June")
    hands.press(shell.window.inspector, "Keep it")
    settle(qtbot, shell)


def statement(view: DocumentsView) -> dict[str, str]:
    return {row["Statement"]: row["£"] for row in hands.rows(hands.table(view, "Statement"))}


def test_a_period_is_reconciled_to_the_penny_and_kept(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        view = documents(shell, qtbot)
        assert "The ledger has not been reconciled for a date yet" in hands.read(view)
        begin(shell, qtbot, view)
        assert "The finance system's total is not typed yet." in hands.read(view)
        assert not view._moves["prepare"].isEnabled()
        state_total(shell, qtbot, view, "66,000.00")
        assert statement(view)["Held in this file"] == HELD
        assert statement(view)["Difference"] == "12.23"
        hands.press(view, "Explain…")
        settle(qtbot, shell)
        hands.press(shell.window.inspector, "Keep it")
        assert "Say what makes the difference." in hands.read(shell.window.inspector)
        # The amount stands there already: what is left to explain.
        hands.type_in(shell.window.inspector, "What makes it", "posted after the download")
        hands.press(shell.window.inspector, "Keep it")
        settle(qtbot, shell)
        assert statement(view)["posted after the download"] == "12.23"
        assert statement(view)["Still to explain"] == "0.00"
        hands.press(view, "Prepare")
        settle(qtbot, shell)
        assert "Nothing inside it changed since." in hands.read(view)
        assert "prepared" in hands.read(view)
        # Whoever prepared it does not review it.
        hands.press(view, "Review")
        settle(qtbot, shell)
        assert any("can't review it" in each for each in hands.messages(shell.window))


def test_what_was_typed_is_there_when_the_file_is_opened_again(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        view = documents(shell, qtbot)
        begin(shell, qtbot, view)
        state_total(shell, qtbot, view, "66,000.00")
    with bare_shell(tmp_path, qtbot) as shell:
        shell.open_target(str(tmp_path / "sample" / FILE))
        settle(qtbot, shell)
        shell.window.go_to("reconcile")
        settle(qtbot, shell)
        view = documents(shell, qtbot)
        assert statement(view)["Finance system's total"] == "66,000.00"
        assert "Still to explain" in statement(view)


def test_a_later_change_inside_it_is_told_with_both_figures(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        view = documents(shell, qtbot)
        begin(shell, qtbot, view)
        state_total(shell, qtbot, view, HELD)
        hands.press(view, "Prepare")
        settle(qtbot, shell)
        charged = LineFilter(to_period=2, show=Show.CHARGED)
        ids = shell.office.desk.ask(LineIds(charged, LineOrder()))
        shell.office.do(ChargeLines((LineId(ids[0]),), Exclude("payroll"), ""), "Exclude a line")
        settle(qtbot, shell)
        assert "inside it changed since." in hands.read(view)
        hands.press(view, "What changed…")
        settle(qtbot, shell)
        said = hands.read(shell.window.inspector)
        assert "As it was signed" in said
        assert "As it is now" in said
        shell.undo()
        settle(qtbot, shell)
        assert "Nothing inside it changed since." in hands.read(view)


def test_every_figure_of_the_statement_answers_why(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        view = documents(shell, qtbot)
        begin(shell, qtbot, view)
        hands.click_figure(hands.table(view, "Statement"), "Statement", "Period 2", "£")
        settle(qtbot, shell)
        assert "Ledger lines of period 2 (May)" in hands.read(shell.window.inspector)
        hands.click_figure(hands.table(view, "By cost centre"), "Where it went", "Charged to", "£")
        settle(qtbot, shell)
        assert "charged to locality fund" in hands.read(shell.window.inspector)


def test_it_is_printed_and_withdrawn_with_a_reason(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        view = documents(shell, qtbot)
        begin(shell, qtbot, view)
        state_total(shell, qtbot, view, HELD)
        files = shell.office.files
        assert isinstance(files, ChosenFiles)
        files.saving = tmp_path / "paper.docx"
        hands.press(shell.window.stack, "Print…")
        settle(qtbot, shell)
        said = [paragraph.text for paragraph in docx.Document(str(tmp_path / "paper.docx")).paragraphs]
        assert said[0] == "Reconciliation of the ledger, 2018/19 up to period 2 (May)"
        hands.press(view, "Withdraw…")
        settle(qtbot, shell)
        hands.press(shell.window.inspector, "Withdraw")
        assert "Say why" in hands.read(shell.window.inspector)
        hands.field(shell.window.inspector, "Reason").setText("the wrong month")
        hands.press(shell.window.inspector, "Withdraw")
        settle(qtbot, shell)
        assert "Withdrawn: the wrong month." in hands.read(view)
        assert view._begin.isEnabled()


def test_enter_on_a_line_of_a_draft_changes_it(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        view = documents(shell, qtbot)
        begin(shell, qtbot, view)
        table = hands.table(view, "Statement")
        hands.go_to_cell(table, "Statement", "Finance system's total", "Statement")
        hands.key(table, Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert "Finance system's total, £" in hands.read(shell.window.inspector)
