"""The Overview as a finance officer reads it: figures that answer why, and what waits leads to where it is settled."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui import hands
from tests.ui.windows import PATIENCE_MS, ChosenFiles, open_shell, settle


def test_the_key_figures_and_what_waits_are_those_of_the_sample(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        seen = hands.read(shell.window.stack)
        for words in (
            "Locality Fund 2018/19 · up to January, period 10",
            "£75,500.00",
            "£54,318.71",
            "71.9% of available · profile 83.3%",
            "£66,899.25",
            "£8,600.75 likely underspend",
            "4 lines to match · 3 early warnings, 1 now",
        ):
            assert words in seen
        burglary = hands.row(hands.table(shell.window, "Projects"), "Project", "Domestic Burglary")
        assert burglary["State"] == "over award"
        assert burglary["Left £"] == "−84.31"


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Available this year £75,500.00", "£75,500.00"),
        ("Spent to date £54,318.71", "£54,318.71"),
        ("Forecast at year end £66,899.25", "£66,899.25"),
    ],
)
def test_each_key_figure_answers_why(words: str, title: str, tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        hands.press(shell.window.stack, words)
        settle(qtbot, shell)
        inspector = hands.read(shell.window.inspector)
        assert title in inspector
        assert "Together" in inspector


@pytest.mark.parametrize(
    ("words", "page", "shown"),
    [
        ("4 lines to match", "spend", "Lines to match"),
        ("Go to Projects: LF-12 Domestic Burglary Packs", "projects", "LF-12 Domestic Burglary Packs"),
        ("Go to Projects: Profile · Locality Fund", "projects", "LF-02 Increase in MTC posts"),
    ],
)
def test_what_waits_leads_to_where_it_is_settled(
    words: str, page: str, shown: str, tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        hands.press(shell.window.stack, words)
        settle(qtbot, shell)
        assert shell.window.rail.button(page).isChecked()
        assert shown in hands.read(shell.window)


def test_the_return_that_is_due_is_one_press_away(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        hands.press(shell.window, "Prepare Q3 return")
        settle(qtbot, shell)
        assert "Q3 monitoring return" in hands.read(shell.window.stack)


def test_a_project_opens_from_its_row(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        table = hands.table(shell.window, "Projects")
        hands.go_to_cell(table, "Project", "Fire Skills", "Project")
        hands.key(table, Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert "LF-13 Fire Skills" in hands.read(shell.window.inspector)


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
def test_no_heading_or_amount_is_cut(size: tuple[int, int], tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview", size=size) as shell:
        table = hands.table(shell.window, "Projects")
        assert table.horizontalScrollBar().maximum() == 0
        assert shell.window.grant_line.verdict.isVisible()


def test_import_ledger_chooses_a_download_and_reviews_it_on_spend(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        files = shell.office.files
        assert isinstance(files, ChosenFiles)
        files.opening = tmp_path / "sample" / "GL_extract_P12.xlsx"
        hands.press(shell.window.stack, "Import ledger…")
        qtbot.waitUntil(lambda: "Import 559 lines" in hands.read(shell.window.stack), timeout=PATIENCE_MS)
        assert hands.find(shell.window.stack, "Import 559 lines").isEnabled()
