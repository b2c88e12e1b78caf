"""The Reconcile page: every identity up to a period, and from a difference to the lines that make it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.ports import LineFilter, Show
from fundingapp.application.queries.lines import LineShares
from fundingapp.domain.matching import Exclude
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import open_shell, settle


def identities(shell: Shell) -> list[dict[str, str]]:
    return hands.rows(hands.table(shell.window, "Identities"))


def test_the_one_difference_is_named_with_its_lines(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        differing = [each for each in identities(shell) if each["Difference £"] != "0.00"]
        assert [(each[""], each["Identity"], each["Difference £"]) for each in differing] == [
            ("≠", "Ledger = charged + income + excluded", "716.61")
        ]
        assert f"1 of {len(identities(shell))} differ" in hands.read(shell.window.stack)
        inspector = hands.read(shell.window.inspector)
        assert "Why £716.61?" in inspector
        for amount in ("61.00", "−19.99", "386.10", "289.50"):
            assert amount in inspector


def test_a_difference_clicks_through_to_its_lines(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        hands.press(shell.window.inspector, "Open the 4 lines")
        settle(qtbot, shell)
        assert shell.window.rail.button("spend").isChecked()
        assert len(hands.rows(hands.table(shell.window, "Ledger lines"))) == 4


def test_one_line_of_the_difference_opens_on_spend(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        lines = hands.table(shell.window.inspector, "4 lines waiting for a project")
        hands.go_to_cell(lines, "Line", "22/01/2019", "Line")
        hands.key(lines, Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert shell.window.rail.button("spend").isChecked()
        assert "386.10" in hands.read(shell.window.inspector)


def test_another_period_gives_that_periods_figures(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        hands.choose(shell.window.stack, "Period", "period 2 (May)")
        settle(qtbot, shell)
        assert {each["Difference £"] for each in identities(shell)} == {"0.00"}
        assert f"all {len(identities(shell))} agree" in hands.read(shell.window.stack)
        assert not shell.window.inspector.isVisible()
        # The grant line speaks of the whole year and is not moved by it.
        assert "£716.61 to explain" in hands.read(shell.window.grant_line)
        hands.choose(shell.window.stack, "Period", "period 9 (December)")
        settle(qtbot, shell)
        assert "Why £41.01?" in hands.read(shell.window.inspector)


def test_both_sides_of_an_identity_answer_why(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        table = hands.table(shell.window, "Identities")
        hands.click_figure(table, "Identity", "Net spend = ledger", "Right side £")
        settle(qtbot, shell)
        assert "Reversals of accruals" in hands.read(shell.window.inspector)
        hands.click_figure(table, "Identity", "Net spend = ledger", "Left side £")
        settle(qtbot, shell)
        assert "£54,318.71" in hands.read(shell.window.inspector)
        assert "LF-18" in hands.read(shell.window.inspector)


def test_when_the_last_line_has_its_place_the_page_turns_to_agreement(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        answer = shell.office.position
        assert answer is not None
        where = LineFilter(year=answer.position.year, show=Show.WAITING)
        waiting = tuple(line.id for line in shell.office.desk.ask(LineShares(where)))
        shell.office.do(
            ChargeLines(waiting, Exclude("not this grant's"), "not this grant's"), "Exclude the lines"
        )
        settle(qtbot, shell)
        assert "Reconciled to the penny" in hands.read(shell.window.stack)
        assert "Reconciled to the penny" in hands.read(shell.window.grant_line)
        assert not shell.window.inspector.isVisible()
        assert shell.window.rail.button("reconcile").accessibleName() == "Reconcile"


def test_periods_are_locked_and_reopened_with_a_reason(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        page = shell.window.stack
        hands.press(page, "Lock periods…")
        settle(qtbot, shell)
        hands.press(shell.window.inspector, "Lock them")
        assert "Say why" in hands.read(shell.window.inspector)
        hands.field(shell.window.inspector, "Reason").setText("the Q3 return is agreed")
        hands.press(shell.window.inspector, "Lock them")
        settle(qtbot, shell)
        hands.press(page, "Locked to period 10…")
        settle(qtbot, shell)
        assert "the Q3 return is agreed" in hands.read(shell.window.inspector)
        hands.press(shell.window.inspector, "Reopen…")
        settle(qtbot, shell)
        hands.field(shell.window.inspector, "Reason for reopening").setText("an invoice came late")
        hands.press(shell.window.inspector, "Reopen them")
        settle(qtbot, shell)
        hands.press(page, "Locked to period 9…")
        settle(qtbot, shell)
        shell.undo()
        settle(qtbot, shell)
        hands.press(page, "Locked to period 10…")
