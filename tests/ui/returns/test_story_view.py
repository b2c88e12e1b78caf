"""The view “Words and risks”: written, judged, kept and settled as a person does, by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from fundingapp.application.queries.story import StoryOf
from fundingapp.domain.ids import FundId
from fundingapp.domain.narratives import NarrativeSection
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.return_story import ReturnStory
from fundingapp.ui.returns.story_view import StoryView
from fundingapp.ui.shell import Shell
from fundingapp.ui.widgets.segmented import Segmented
from tests.ui import hands
from tests.ui.returns.test_returns import choose_quarter, show_view
from tests.ui.windows import open_shell, settle


def kept(shell: Shell, quarter: int = 3) -> ReturnStory:
    return shell.office.desk.ask(StoryOf(FundId(1), FinancialYear(2018), quarter)).story


def choose_part(qtbot: QtBot, shell: Shell, at: int) -> None:
    (parts,) = (
        each
        for each in hands.seen(shell.window.stack, Segmented)
        if each.accessibleName().startswith("Parts of the return")
    )
    parts.setFocus()
    for _ in range(6):
        hands.key(parts, Qt.Key.Key_Left)
    for _ in range(at):
        hands.key(parts, Qt.Key.Key_Right)
    settle(qtbot, shell)


def long_text(shell: Shell, name: str, text: str, root: object = None) -> QPlainTextEdit:
    where = shell.window.inspector if root is None else shell.window.stack
    (field,) = (each for each in hands.seen(where, QPlainTextEdit) if each.accessibleName() == name)
    field.setFocus()
    field.setPlainText(text)
    return field


def test_words_are_written_in_place_and_belong_to_their_quarter(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="returns", size=(1280, 720)) as shell:
        show_view(qtbot, shell, "Words and risks")
        said = hands.read(shell.window.stack)
        assert "0 words" in said
        field = long_text(shell, "Progress", "The bus went out.", "stack")
        assert "4 words" in hands.read(shell.window.stack)
        hands.key(field, Qt.Key.Key_Tab)
        settle(qtbot, shell)
        assert kept(shell).section(NarrativeSection.PROGRESS) == "The bus went out."
        field.setFocus()
        field.setPlainText("Not meant.")
        hands.key(field, Qt.Key.Key_Escape)
        assert field.toPlainText() == "The bus went out.", "Esc backs out"
        field.setPlainText("The bus went out at night.")
        choose_quarter(qtbot, shell, 4)
        assert kept(shell).section(NarrativeSection.PROGRESS) == "The bus went out at night."
        assert field.toPlainText() == "", "the fourth quarter says nothing yet"
        hands.press(shell.window.stack, "Copy the last quarter")
        settle(qtbot, shell)
        assert field.toPlainText() == "The bus went out at night."
        assert kept(shell, 4).section(NarrativeSection.PROGRESS) == "The bus went out at night."


def test_a_project_that_is_not_green_is_not_judged_without_saying_why(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        show_view(qtbot, shell, "Words and risks")
        choose_part(qtbot, shell, 1)
        view = hands.table(shell.window, "Projects")
        assert hands.row(view, "Ref", "LF-01")["Status"] == "not said"
        hands.open_row(view, "Ref", "LF-01")
        settle(qtbot, shell)
        inspector = shell.window.inspector
        hands.choose(inspector, "Delivery", "Red")
        hands.press(inspector, "Keep it")
        settle(qtbot, shell)
        assert "say why" in hands.read(inspector)
        assert kept(shell).progress[0].status is None
        long_text(shell, "Explanation", "The driver left.")
        hands.press(inspector, "Keep it")
        settle(qtbot, shell)
        row = hands.row(view, "Ref", "LF-01")
        assert (row["Status"], row["Delivery"], row["Explanation"]) == (
            "in progress",
            "Red",
            "The driver left.",
        )


def test_a_risk_is_added_from_nothing_and_what_lacks_leads_to_it(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        show_view(qtbot, shell, "Words and risks")
        choose_part(qtbot, shell, 2)
        assert "Write down what may go wrong" in hands.read(shell.window.stack)
        view = cast(StoryView, shell.window.stack.findChild(StoryView))
        view._add_here()
        settle(qtbot, shell)
        inspector = shell.window.inspector
        hands.press(inspector, "Add it")
        assert "A risk needs its name." in hands.read(inspector)
        hands.type_in(inspector, "Risk", "Flood")
        hands.press(inspector, "Add it")
        settle(qtbot, shell)
        assert hands.rows(hands.table(shell.window, "Risks"))[0]["Risk"] == "Flood"
        choose_part(qtbot, shell, 0)
        [gap] = [each for each in view.answer.gaps if each.code == "risk_unmitigated"] if view.answer else []
        view.link_followed(gap)
        settle(qtbot, shell)
        assert "3 × 3 = 9." in hands.read(inspector), "the risk is open in the panel"
        hands.press(inspector, "Remove")
        settle(qtbot, shell)
        assert kept(shell).risks == ()
        shell.office.desk.undo()
        assert [line.risk.name for line in kept(shell).risks] == ["Flood"]
