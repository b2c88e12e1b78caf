"""Virements in the window: drafted with their lines before and after, decided, applied, refused in a sentence."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import open_shell, settle


def open_virements(qtbot: QtBot, shell: Shell) -> None:
    shell.window.go_to("grants", ("virements", None))
    settle(qtbot, shell)


def register(shell: Shell, number: str) -> dict[str, str]:
    return hands.row(hands.table(shell.window, "Virements"), "No.", number)


def move(qtbot: QtBot, shell: Shell, source: str, target: str, amount: str, why: str = "costs moved") -> None:
    """Fills the form of a new virement; what is done with it is the test's own."""
    hands.press(shell.window.stack, "Move budget…")
    inspector = shell.window.inspector
    hands.choose(inspector, "From", source)
    hands.choose(inspector, "To", target)
    hands.type_in(inspector, "Amount, £", amount)
    hands.type_in(inspector, "Why the money moves", why)


def test_an_empty_register_teaches_the_first_step(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        open_virements(qtbot, shell)
        seen = hands.read(shell.window.stack)
        assert "No budget has been moved yet" in seen
        assert "The agreement states no limit for virements." in seen


def test_before_and_after_follow_every_key_and_what_is_spent_stays(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        open_virements(qtbot, shell)
        inspector = shell.window.inspector
        move(qtbot, shell, "LF-03", "LF-13", "4000")
        settle(qtbot, shell)
        seen = hands.read(inspector)
        assert (
            "£4,000.00 can't leave Street Pastors: £2,164.81 of its £3,000.00 is already spent, so £835.19 at most "
            "can." in seen
        )
        assert "−1,000.00" in seen
        assert "7,684.00" in seen
        hands.press(inspector, "Apply the virement")
        settle(qtbot, shell)
        assert "can't leave Street Pastors" in hands.messages(shell.window)[0]
        hands.type_in(inspector, "Amount, £", "835.19")
        assert "can't leave" not in hands.read(inspector)
        hands.press(inspector, "Apply the virement")
        settle(qtbot, shell)
        found = register(shell, "1")
        assert (found["From"], found["To"], found["Amount £"], found["State"]) == (
            "LF-03",
            "LF-13",
            "835.19",
            "applied",
        )
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert "No budget has been moved yet" in hands.read(shell.window.stack)


def test_a_draft_is_submitted_decided_and_applied(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        open_virements(qtbot, shell)
        inspector = shell.window.inspector
        move(qtbot, shell, "LF-03", "LF-13", "100")
        hands.choose(inspector, "Then", "keep it as a draft")
        hands.press(inspector, "Keep the draft")
        settle(qtbot, shell)
        assert register(shell, "1")["State"] == "draft"
        hands.click_row(hands.table(shell.window, "Virements"), "No.", "1", "Reason")
        settle(qtbot, shell)
        hands.press(inspector, "Submit…")
        hands.press(inspector, "Submit")
        settle(qtbot, shell)
        assert register(shell, "1")["State"] == "submitted"
        hands.press(inspector, "Approve…")
        hands.choose(inspector, "Decided by", "The board")
        hands.press(inspector, "Approve")
        settle(qtbot, shell)
        assert "The board's decision needs its minute reference." in hands.messages(shell.window)[0]
        hands.type_in(inspector, "Minute or letter", "minute 12/4")
        hands.press(inspector, "Approve")
        settle(qtbot, shell)
        assert register(shell, "1")["State"] == "approved"
        hands.press(inspector, "Apply…")
        hands.press(inspector, "Apply")
        settle(qtbot, shell)
        found = register(shell, "1")
        assert (found["State"], found["Decided by"], found["Paper"]) == ("applied", "board", "minute 12/4")
        seen = hands.read(inspector)
        assert "submitted" in seen
        assert "3,000.00" in seen
        assert "2,900.00" in seen


def test_the_contingency_tells_what_became_of_it(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        open_virements(qtbot, shell)
        inspector = shell.window.inspector
        move(qtbot, shell, "contingency", "LF-13", "10")
        hands.press(inspector, "Apply the virement")
        settle(qtbot, shell)
        hands.press(shell.window.stack, "Contingency…")
        seen = hands.read(inspector)
        assert "Released to projects" in seen
        assert "6.00" in seen
        hands.press(inspector, "Surrender…")
        hands.type_in(inspector, "Amount, £", "6.01")
        hands.type_in(inspector, "Commissioner's letter", "letter 9")
        hands.press(inspector, "Surrender")
        settle(qtbot, shell)
        assert "£6.01 can't leave contingency: £6.00 is left in it." in hands.messages(shell.window)[0]
        hands.type_in(inspector, "Amount, £", "6.00")
        hands.press(inspector, "Surrender")
        settle(qtbot, shell)
        assert "£75,494.00" in hands.read(shell.window.grant_line)


def test_a_project_leads_to_the_form(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        hands.click_row(hands.table(shell.window, "Projects"), "Ref", "LF-13")
        settle(qtbot, shell)
        hands.press(shell.window.inspector, "Move budget…")
        settle(qtbot, shell)
        assert shell.window.rail.button("grants").isChecked()
        assert "Why the money moves" in hands.read(shell.window.inspector)
