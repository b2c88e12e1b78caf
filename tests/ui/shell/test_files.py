"""Opening, making and checking funding files, as somebody does it who has just started the program."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fundingapp.ui.new_file import NewFileDialog
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import PATIENCE_MS, ChosenFiles, bare_shell, fresh_sample, open_shell, settle


def files_of(shell: Shell) -> ChosenFiles:
    files = shell.office.files
    assert isinstance(files, ChosenFiles)
    return files


def open_file(qtbot: QtBot, shell: Shell, path: Path) -> None:
    files_of(shell).opening = path
    hands.shortcut(shell.window, Qt.Key.Key_O)
    settle(qtbot, shell)


def test_without_a_file_there_are_first_steps_and_no_pages(tmp_path: Path, qtbot: QtBot) -> None:
    with bare_shell(tmp_path, qtbot) as shell:
        window = shell.window
        seen = hands.read(window)
        assert "Whose grant money do you look after?" in seen
        assert "Reconcile" not in seen
        assert hands.words_of(window.focusWidget()) == "New funding file…"
        hands.shortcut(window, Qt.Key.Key_2)
        assert "Whose grant money do you look after?" in hands.read(window)


def test_F12_a_file_in_a_synchronised_folder_opens_as_a_copy_with_a_warning_and_what_to_do(
    tmp_path: Path, qtbot: QtBot, own_home: Path
) -> None:
    path = fresh_sample(tmp_path / "OneDrive - Our Council")
    with bare_shell(tmp_path, qtbot) as shell:
        open_file(qtbot, shell, path)
        seen = hands.read(shell.window)
        assert f"“{path.name}” lies in a folder that OneDrive copies to other computers" in seen
        assert "You work on a copy on this PC, which is put there after each change." in seen
        assert "Let OneDrive finish before somebody else opens it" in seen
        status = hands.read(shell.window.status_bar)
        assert re.search(
            r"^Signed in as .+ · As published · Backup today \d\d:\d\d · working copy$", status, re.MULTILINE
        )
        assert not shell.office.is_read_only


def test_a_new_file_is_made_where_the_user_says_and_teaches_the_first_step(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with bare_shell(tmp_path, qtbot) as shell:
        window = shell.window
        hands.press(window, "New funding file…")
        dialog = next(each for each in QApplication.topLevelWidgets() if isinstance(each, NewFileDialog))
        assert not hands.find(dialog, "Choose where to keep it…").isEnabled()
        hands.type_in(dialog, "Partnership", "Charnwood CSP")
        hands.type_in(dialog, "Accountable body", "Charnwood Borough Council")
        files_of(shell).saving = tmp_path / "ours"
        hands.press(dialog, "Choose where to keep it…")
        qtbot.waitUntil(lambda: shell.office.workspace is not None, timeout=PATIENCE_MS)
        settle(qtbot, shell)
        assert (tmp_path / "ours.funding").is_file()
        assert window.windowTitle() == "Charnwood CSP – Funding Tracker"
        assert "Start with the grant" in hands.read(window)
        hands.press(window, "Record a grant…")
        settle(qtbot, shell)
        assert "Record the first grant" in hands.read(window)
        assert hands.words_of(window.focusWidget()) == "Read the table of awards…"


def test_every_page_of_an_empty_file_says_what_it_is_for(tmp_path: Path, qtbot: QtBot) -> None:
    said = {
        "overview": "Start with the grant",
        "grants": "Record the first grant",
        "projects": "No projects yet",
        "reconcile": "Nothing to reconcile yet",
        "returns": "No return to prepare yet",
    }
    with open_shell(tmp_path, qtbot, filled=False, page="overview") as shell:
        for page, sentence in said.items():
            shell.window.go_to(page)
            settle(qtbot, shell)
            assert sentence in hands.read(shell.window)
            assert shell.window.focusWidget().isVisible()


def damaged_not_ours(folder: Path) -> Path:
    path = folder / "letter.funding"
    path.write_text("Dear Commissioner,")
    return path


def foreign_database(folder: Path) -> Path:
    path = folder / "photos.funding"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE photo (name TEXT)")
    return path


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: folder / "gone.funding", "is not there."),
        (damaged_not_ours, "is not a funding file"),
        (foreign_database, "is not a funding file"),
    ],
)
def test_a_file_that_cannot_be_opened_gets_a_sentence_and_the_open_one_stays(
    make: object, sentence: str, tmp_path: Path, qtbot: QtBot
) -> None:
    assert callable(make)
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        open_file(qtbot, shell, make(tmp_path))
        (message,) = hands.messages(shell.window)
        assert sentence in message
        assert "Traceback" not in message
        assert shell.window.windowTitle() == "Charnwood CSP – Funding Tracker"
        hands.press(shell.window, "Projects")
        settle(qtbot, shell)
        assert len(hands.rows(hands.table(shell.window, "Projects"))) == 18


def make_newer(path: Path) -> str:
    with sqlite3.connect(path) as newer:
        version = newer.execute("PRAGMA user_version").fetchone()[0]
        newer.execute(f"PRAGMA user_version = {version + 1}")
    return f"file version {version + 1}, this program knows {version}"


def hold_elsewhere(path: Path) -> str:
    held = {
        "person": "A. Colleague",
        "machine": "FINANCE-07",
        "process": 4711,
        "since": "2026-11-20T09:00:00+00:00",
    }
    path.with_name(f"{path.name}.lock").write_text(json.dumps(held))
    return "is open by A. Colleague on FINANCE-07"


@pytest.mark.parametrize("make_read_only", [make_newer, hold_elsewhere])
def test_a_file_that_can_only_be_read_says_why_and_offers_no_editing(
    make_read_only: object, tmp_path: Path, qtbot: QtBot
) -> None:
    assert callable(make_read_only)
    target = fresh_sample(tmp_path / "sample")
    why = make_read_only(target)
    with bare_shell(tmp_path, qtbot) as shell:
        window = shell.window
        open_file(qtbot, shell, target)
        (message,) = hands.messages(window)
        assert why in message
        assert "Nothing can be changed." in message
        assert "read only" in window.rail.file.accessibleName()
        assert not hands.find(window, "Import ledger…").isEnabled()
        for page, words in (
            ("Grants", ("Add a grant…", "Read a table of awards…")),
            ("Projects", ("Add a project…",)),
            ("Returns", ("Fill and save…",)),
        ):
            hands.press(window, page)
            settle(qtbot, shell)
            assert not any(hands.find(window.stack, each).isEnabled() for each in words)
        hands.press(window, "Grants")
        settle(qtbot, shell)
        with pytest.raises(AssertionError, match="cannot be edited"):
            hands.edit_cell(hands.table(window, "Awards"), "Ref", "LF-01", "Award £", "1")


def test_opening_the_open_file_again_changes_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        opened = shell.office.opened
        open_file(qtbot, shell, tmp_path / "sample" / "charnwood.funding")
        assert shell.office.opened is opened
        assert hands.messages(shell.window) == ["“charnwood.funding” is open already."]


def test_opening_another_file_closes_the_first(tmp_path: Path, qtbot: QtBot) -> None:
    other = fresh_sample(tmp_path / "other", filled=False)
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        lock = tmp_path / "sample" / "charnwood.funding.lock"
        assert lock.exists()
        open_file(qtbot, shell, other)
        assert not lock.exists()
        assert "Start with the grant" in hands.read(shell.window)
        assert shell.window.rail.button("spend").accessibleName() == "Spend"


def test_the_sample_is_one_press_away(tmp_path: Path, qtbot: QtBot, own_home: Path) -> None:
    with bare_shell(tmp_path, qtbot) as shell:
        hands.press(shell.window, "Open the sample")
        qtbot.waitUntil(lambda: shell.office.position is not None, timeout=PATIENCE_MS)
        settle(qtbot, shell)
        assert shell.window.grant_line.verdict.text().endswith("£716.61 to explain")


def test_a_sound_file_is_called_sound_and_a_spoilt_one_is_not(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        shell.check_file()
        settle(qtbot, shell)
        assert hands.messages(shell.window) == [
            "The file is sound: database, history, originals and figures agree."
        ]
        with sqlite3.connect(tmp_path / "sample" / "charnwood.funding") as elsewhere:
            elsewhere.execute("UPDATE ledger_line SET amount_pence = amount_pence + 1 WHERE id = 1")
        shell.check_file()
        settle(qtbot, shell)
        assert any("Keep this file as it is" in each for each in hands.messages(shell.window))
