"""The commissioner's published table in the window: pasted, held against its total, and taken out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from tests.ui import hands
from tests.ui.windows import open_shell, settle

TABLE = "Partnership\tAllocation\nCharnwood\t£75,500\nMelton\t£50,001\nTotal\t£125,500\n"


def test_a_table_is_pasted_held_against_its_total_and_taken_out(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        hands.press(shell.window, "As published…")
        settle(qtbot, shell)
        inspector = shell.window.inspector
        assert "Paste the table in which the commissioner publishes" in hands.read(inspector)
        hands.press(inspector, "Keep the table")
        assert "needs a column of partnerships and one of amounts" in hands.read(inspector)
        [pasted] = hands.seen(inspector, QPlainTextEdit)
        pasted.setPlainText(TABLE)
        hands.type_in(inspector, "Our name in it", "Charnwood")
        hands.press(inspector, "Keep the table")
        settle(qtbot, shell)
        said = hands.read(inspector)
        assert "Published budget line = partnerships + retained: differs by £1.00" in said
        assert "Published for us = our allocation: agrees to the penny" in said
        hands.press(inspector, "Take the table out")
        settle(qtbot, shell)
        assert "Paste the table in which the commissioner publishes" in hands.read(inspector)
