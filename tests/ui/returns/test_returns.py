"""The Returns page: the quarter's figures and checks, saving the workbook, its versions, and what was sent."""

from __future__ import annotations

from pathlib import Path

import python_calamine
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.parties import AddContact
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.domain.parties import Contact, ContactRole
from fundingapp.ui.shell import Shell
from fundingapp.ui.widgets.segmented import Segmented
from tests.ui import hands
from tests.ui.windows import ChosenFiles, open_shell, settle


def choose_quarter(qtbot: QtBot, shell: Shell, quarter: int) -> None:
    (segmented,) = (
        each
        for each in hands.seen(shell.window.stack, Segmented)
        if each.accessibleName().startswith("Quarter")
    )
    segmented.setFocus()
    for _ in range(4):
        hands.key(segmented, Qt.Key.Key_Left)
    for _ in range(quarter - 1):
        hands.key(segmented, Qt.Key.Key_Right)
    settle(qtbot, shell)


def show_view(qtbot: QtBot, shell: Shell, title: str) -> None:
    """Chooses a view of the page with the arrow keys."""
    (views,) = (
        each
        for each in hands.seen(shell.window.stack, Segmented)
        if each.accessibleName().startswith("Views")
    )
    views.setFocus()
    for _ in range(6):
        hands.key(views, Qt.Key.Key_Left)
    while not views.accessibleName().endswith(f": {title}"):
        before = views.accessibleName()
        hands.key(views, Qt.Key.Key_Right)
        assert views.accessibleName() != before, f"there is no view “{title}”"
    settle(qtbot, shell)


def save(qtbot: QtBot, shell: Shell, path: Path | None) -> None:
    files = shell.office.files
    assert isinstance(files, ChosenFiles)
    files.saving = path
    hands.press(shell.window, "Save the return…")
    settle(qtbot, shell)


def total(shell: Shell) -> dict[str, str]:
    return hands.row(hands.table(shell.window, "The return's projects"), "Project", "Total")


def test_the_quarter_that_is_due_comes_up_with_its_checks(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        assert "Q3 monitoring return" in hands.read(shell.window.stack)
        assert total(shell)["Quarter £"] == "17,812.09"
        assert total(shell)["Spent £"] == "48,309.45"
        inspector = hands.read(shell.window.inspector)
        assert "What the section 151 officer certifies" in inspector
        assert "the sides differ by £41.01" in inspector
        assert "1 thing to settle" in hands.read(shell.window.stack)


def test_who_certifies_is_named_and_a_missing_reason_is_one_step_away(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="returns", size=(1280, 720)) as shell:
        inspector = shell.window.inspector
        assert "Nobody is recorded as section 151 officer" in hands.read(inspector)
        officer = Contact("A. Treasurer", ContactRole.SECTION_151, email="s151@example.org")
        deputy = Contact("B. Deputy", ContactRole.SECTION_151, is_deputy=True)
        shell.office.do(AddContact(deputy), "Add a deputy")
        shell.office.do(AddContact(officer), "Add an officer")
        settle(qtbot, shell)
        said = hands.read(inspector)
        assert "Who certifies it\nA. Treasurer, section 151 officer, s151@example.org\nB. Deputy" in said
        hands.press(inspector, "Give the reason of LF-02…")
        settle(qtbot, shell)
        hands.press(inspector, "Give the reason…")
        hands.type_in(inspector, "Why it differs", "A post was empty until November")
        hands.choose(inspector, "As at the end of", "December")
        hands.press(inspector, "Keep the reason")
        settle(qtbot, shell)
        hands.press(shell.window.rail, "Returns")
        settle(qtbot, shell)
        said = hands.read(inspector)
        assert "LF-02: A post was empty until November" in said
        assert "Give the reason of LF-04…" in said


def test_another_quarter_gives_its_own_figures(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        choose_quarter(qtbot, shell, 1)
        assert "Q1 monitoring return" in hands.read(shell.window.stack)
        assert total(shell)["Quarter £"] == "13,833.51"
        assert total(shell)["Spent £"] == "13,833.51"
        choose_quarter(qtbot, shell, 4)
        assert total(shell)["Quarter £"] == "6,009.26"
        assert total(shell)["Spent £"] == "54,318.71"


def test_a_figure_of_the_return_answers_why(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        hands.click_figure(hands.table(shell.window, "The return's projects"), "Ref", "LF-11", "Quarter £")
        settle(qtbot, shell)
        assert "£376.45" in hands.read(shell.window.inspector)


def test_the_return_is_written_where_the_user_says_and_kept_as_a_version(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        save(qtbot, shell, tmp_path / "Q3 return")
        written = tmp_path / "Q3 return.xlsx"
        (message,) = hands.messages(shell.window)
        assert message.startswith("Q3 return.xlsx is saved: ")
        assert "cells written and read back equal" in message
        assert str(tmp_path) in message
        assert "Summary" in python_calamine.CalamineWorkbook.from_path(written).sheet_names
        assert "draft 2" in hands.read(shell.window.stack)
        show_view(qtbot, shell, "Sent and saved")
        (saved,) = hands.rows(hands.table(shell.window, "Saved versions"))
        assert (saved["Version"], saved["State"], saved["File"]) == ("1", "draft", "Q3 return.xlsx")
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert hands.rows(hands.table(shell.window, "Saved versions")) == []
        assert written.exists()


def test_thinking_better_of_it_saves_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        save(qtbot, shell, None)
        assert hands.messages(shell.window) == []
        assert "draft 1" in hands.read(shell.window.stack)


def test_a_place_that_cannot_be_written_is_refused_in_a_sentence(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        save(qtbot, shell, tmp_path / "no such folder" / "return.xlsx")
        (message,) = hands.messages(shell.window)
        assert "return.xlsx" in message
        assert "Traceback" not in message
        assert "draft 1" in hands.read(shell.window.stack)


def test_what_is_posted_after_a_return_was_sent_is_a_prior_period_adjustment(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        window = shell.window
        save(qtbot, shell, tmp_path / "Q3 return.xlsx")
        show_view(qtbot, shell, "Sent and saved")
        table = hands.table(window, "Saved versions")
        hands.go_to_cell(table, "Version", "1", "Version")
        hands.key(table, Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert "Q3 return, version 1" in hands.read(window.inspector)
        hands.press(window.inspector, "Record as sent")
        settle(qtbot, shell)
        assert hands.rows(table)[0]["State"] == "sent"
        seen = hands.read(window.inspector)
        assert "Its quarters keep their figures" in seen
        assert "Record as sent" not in seen
        # The later download changes and drops postings of the quarters that went.
        desk = shell.office.desk
        download = desk.ask(ReadDownload(tmp_path / "sample" / "GL_extract_P12.xlsx"))
        shell.office.do(ImportLedger(download), "Import the ledger")
        settle(qtbot, shell)
        hands.press(window, "Reconcile")
        settle(qtbot, shell)
        hands.choose(window.stack, "Period", "period 12 (March)")
        settle(qtbot, shell)
        view = hands.table(window, "Identities")
        hands.click_row(view, "Identity", "Year to date")
        settle(qtbot, shell)
        prior = hands.read(window.inspector)
        assert "Prior-period adjustment\n−64.94" in prior
        assert hands.row(view, "Identity", "Year to date")[""] == "✓"
        assert "Period 12" in prior


def test_the_folder_of_a_saved_return_is_one_press_away(
    tmp_path: Path, qtbot: QtBot, monkeypatch: object
) -> None:
    opened: list[str] = []
    assert hasattr(monkeypatch, "setattr")
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        save(qtbot, shell, tmp_path / "Q3 return.xlsx")
        hands.press(shell.window, "Open the folder")
        assert opened == [str(tmp_path)]
