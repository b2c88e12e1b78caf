"""Past years and export, under Settings: looked into, loaded, taken back, and everything written out."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fundingapp.ui.setup.exchange_view import ExchangeView
from fundingapp.ui.shell import Shell
from tests.exchange_books import RightBook, right_book
from tests.exchange_files import write_book, write_folder
from tests.ui import hands
from tests.ui.windows import ChosenFiles, bare_shell, open_shell, settle


@pytest.fixture
def book() -> RightBook:
    return right_book(4)


def act(qtbot: QtBot, shell: Shell, id: str) -> None:
    shell.window.actions_of_window[id].trigger()
    settle(qtbot, shell)


def press(qtbot: QtBot, shell: Shell, words: str) -> None:
    hands.press(shell.window, words)
    settle(qtbot, shell)


def chosen(shell: Shell, path: Path) -> None:
    """Answers every file dialog with *path*."""
    files = ChosenFiles()
    files.opening = files.saving = files.folder = path
    shell.office.files = files  # type: ignore[assignment]  # stands in for the dialogs


def test_a_workbook_is_looked_into_loaded_and_taken_back(
    tmp_path: Path, qtbot: QtBot, book: RightBook
) -> None:
    source = write_book(book.raw(), tmp_path / "past.xlsx")
    with open_shell(tmp_path, qtbot, filled=False, page="overview") as shell:
        chosen(shell, source)
        act(qtbot, shell, "file.import")
        rows = sum(map(len, book.sheets.values()))
        assert f"{rows:,} rows would be loaded; nothing contradicts." in hands.read(shell.window)
        sheets = hands.table(shell.window, "Sheets of the workbook")
        assert hands.row(sheets, "Sheet", "ledger")["To load"] == f"{len(book.sheets['ledger']):,}"
        press(qtbot, shell, f"Load {rows:,} rows")
        assert "Undo takes all of it back." in hands.read(shell.window)
        assert {grant.fund for grant in shell.office.workspace.grants} >= set(book.funds)  # type: ignore[union-attr]
        act(qtbot, shell, "file.import")
        assert "The file holds all of it already" in hands.read(shell.window)
        press(qtbot, shell, "Close without loading")
        act(qtbot, shell, "edit.undo")
        assert not {grant.fund for grant in shell.office.workspace.grants} & set(book.funds)  # type: ignore[union-attr]


def test_contradictions_are_listed_with_sheet_and_row_and_nothing_can_be_loaded(
    tmp_path: Path, qtbot: QtBot, book: RightBook
) -> None:
    book.sheets["charges"][0]["transaction"] = "T-nobody"
    with open_shell(tmp_path, qtbot, filled=False, page="overview") as shell:
        chosen(shell, write_folder(book.raw(), tmp_path / "past"))
        act(qtbot, shell, "file.import")
        said = hands.read(shell.window)
        assert "1 contradiction: nothing of it can be loaded before it is put right" in said
        row = hands.row(hands.table(shell.window, "What was noticed"), "Sheet", "charges")
        assert (row["What it is"], row["Row"], row["Column"]) == ("contradiction", "2", "transaction")
        assert "“T-nobody”" in row["What was noticed"]
        rows = sum(map(len, book.sheets.values()))
        assert not hands.find(shell.window, f"Load {rows:,} rows").isEnabled()


def test_everything_goes_out_from_the_menu(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        out = tmp_path / "everything"
        chosen(shell, out)
        act(qtbot, shell, "file.export")
        assert (tmp_path / "everything.xlsx").exists()
        assert "“everything.xlsx” holds everything" in hands.read(shell.window)
        press(qtbot, shell, "Export as .csv files…")
        assert (out / "ledger.csv").exists()


def test_a_blank_one_is_offered_as_the_first_step(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, filled=False, page="overview") as shell:
        chosen(shell, tmp_path / "blank.xlsx")
        shell.window.go_to("setup", ("exchange", None))
        settle(qtbot, shell)
        press(qtbot, shell, "Write a blank one…")
        assert (tmp_path / "blank.xlsx").exists()
        view = shell.window.findChild(ExchangeView)
        assert view is not None


def test_without_a_file_it_says_what_to_do(tmp_path: Path, qtbot: QtBot) -> None:
    with bare_shell(tmp_path, qtbot) as shell:
        act(qtbot, shell, "file.import")
        assert "No file is open." in hands.read(shell.window)
