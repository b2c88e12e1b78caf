"""Backups, restoring and the check, as somebody does it who sits before the window."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.grants import SetUpPartnership
from fundingapp.application.commands.locks import LockPeriods
from fundingapp.application.progress import SilentProgress
from fundingapp.application.queries import ANSWERS
from fundingapp.application.queries.checks import CheckFigures
from fundingapp.assembly import Assembly
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Partnership
from fundingapp.domain.periods import FinancialYear
from fundingapp.persistence.backups import Backups
from fundingapp.ui.safety import keeping
from fundingapp.ui.safety.backups_window import BackupsWindow
from fundingapp.ui.safety.findings_window import FindingsWindow
from fundingapp.ui.safety.starts import Starts
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import ChosenFiles, bare_shell, fresh_sample, open_shell, settle


def backups_window() -> BackupsWindow:
    shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, BackupsWindow)]
    return next(each for each in shown if each.isVisible())


def shown_backups(shell: Shell, qtbot: QtBot) -> BackupsWindow:
    shell._keeping.show_backups()
    settle(qtbot, shell)
    return backups_window()


def said(shell: Shell) -> str:
    return "\n".join(hands.messages(shell.window))


def rename(shell: Shell, name: str) -> None:
    shell.office.do(SetUpPartnership(Partnership(name)), f"Call it {name}")


def test_a_backup_is_made_looked_into_and_restored(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        window = shown_backups(shell, qtbot)
        hands.press(window, "Back up now")
        settle(qtbot, shell)
        assert "Backup today" in hands.read(shell.window)
        window.close()
        rename(shell, "Charnwood, renamed by mistake")
        settle(qtbot, shell)
        window = shown_backups(shell, qtbot)
        assert window.chosen is not None
        assert not window.back.isEnabled(), "one looks inside first"
        hands.press(window, "Look inside")
        settle(qtbot, shell)
        seen = hands.read(window)
        assert "opens and is whole: Charnwood CSP, 1 grant" in seen
        assert "1 entry by" in seen
        assert "came after this backup and would no longer be in the file." in seen
        hands.press(window, "Restore this one…")
        assert "What is in the file now is backed up first" in hands.read(window)
        hands.press(window, "Leave the file as it is")
        assert not window.yes.isVisible()
        hands.press(window, "Restore this one…")
        hands.press(window, "Restore it")
        qtbot.waitUntil(lambda: "is in its place" in said(shell), timeout=20_000)
        settle(qtbot, shell)
        assert shell.office.workspace is not None
        assert shell.office.workspace.partnership is not None
        assert shell.office.workspace.partnership.name == "Charnwood CSP"
        assert shell.office.opened is not None
        assert shell.office.opened.check() == []
        reasons = [each.reason.value for each in Assembly().backups(shell.office.opened.place)]
        assert reasons[0] == "before a restore"


def test_a_file_that_can_t_be_opened_names_its_backups_and_leads_to_them(
    tmp_path: Path, qtbot: QtBot
) -> None:
    path = fresh_sample(tmp_path / "sample")
    opened = Assembly().open(str(path))
    assert opened.safety is not None
    opened.safety.back_up("", SilentProgress())
    opened.close()
    path.write_bytes(b"")
    with bare_shell(tmp_path, qtbot) as shell:
        assert isinstance(shell.office.files, ChosenFiles)
        shell.open_target(str(path))
        settle(qtbot, shell)
        assert "“charnwood.funding” is empty." in said(shell)
        assert "The newest good backups are: " in hands.read(shell.window)
        hands.press(shell.window, "Backups…")
        settle(qtbot, shell)
        window = backups_window()
        hands.press(window, "Look inside")
        settle(qtbot, shell)
        assert "The file itself can't be read any more" in hands.read(window)
        hands.press(window, "Restore this one…")
        hands.press(window, "Restore it")
        qtbot.waitUntil(lambda: shell.office.workspace is not None, timeout=20_000)
        settle(qtbot, shell)
        assert "it was put aside as “charnwood.funding.damaged-" in hands.read(shell.window)


def test_what_the_check_finds_can_be_read_in_full(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        with closing(sqlite3.connect(tmp_path / "sample" / "charnwood.funding")) as elsewhere:
            elsewhere.execute("UPDATE allocation SET amount_pence = amount_pence + 100")
            elsewhere.execute("UPDATE project SET name = 'Other' WHERE id = 2")
            elsewhere.commit()
        shell.check_file()
        settle(qtbot, shell)
        hands.press(shell.window, "What was found…")
        shown = next(each for each in QApplication.topLevelWidgets() if isinstance(each, FindingsWindow))
        text = shown.text.toPlainText()
        assert "1. Allocation 1 (£" in text
        assert "Project 2 (“LF-02”) was changed outside the program" in text
        shown.close()


def test_figures_that_do_not_agree_are_work_and_no_damage(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ANSWERS, CheckFigures, lambda _asked, _tools: ["R3 (Awarded): £1.00 against £2.00."])
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        shell.check_file()
        settle(qtbot, shell)
        assert "R3 (Awarded): £1.00 against £2.00." in said(shell)
        assert "The file itself is sound. Reconcile says what the difference is made of." in said(shell)
        assert "newest backup" not in said(shell)
        hands.press(shell.window, "What was found…")
        shown = next(each for each in QApplication.topLevelWidgets() if isinstance(each, FindingsWindow))
        assert "What is named here is work" in hands.read(shown)
        hands.press(shown, "Go to Reconcile")
        settle(qtbot, shell)
        assert shell.window.rail.button("reconcile").isChecked()


def test_the_check_runs_by_itself_and_speaks_only_when_something_is_wrong(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "CHECK_AFTER_MS", 1)
    path = fresh_sample(tmp_path / "sample")
    with bare_shell(tmp_path, qtbot) as shell:
        shell.open_target(str(path))
        settle(qtbot, shell)
        assert hands.messages(shell.window) == []
        shell._close_file()
        with closing(sqlite3.connect(path)) as elsewhere:
            elsewhere.execute("UPDATE project SET name = 'Other' WHERE id = 2")
            elsewhere.commit()
        shell.open_target(str(path))
        settle(qtbot, shell)
        qtbot.waitUntil(lambda: bool(hands.messages(shell.window)), timeout=20_000)
        assert "Project 2 (“LF-02”) was changed outside" in said(shell)


def test_a_copy_of_everything_is_saved_also_when_the_file_is_gone(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        files = shell.office.files
        assert isinstance(files, ChosenFiles)
        (tmp_path / "sample" / "charnwood.funding").unlink()
        files.saving = tmp_path / "rescued"
        shell._keeping.save_copy()
        settle(qtbot, shell)
        assert "“rescued.funding” holds everything that the file held." in said(shell)
    opened = Assembly().open(str(tmp_path / "rescued.funding"))
    assert all("is missing from" in said for said in opened.check())
    opened.close()


def test_a_failed_backup_is_told_of_the_same_day_and_stops_no_work(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: object) -> None:
        raise ExpectedError("disk_full", "There is no room for a backup.", "Free some space.")

    with open_shell(tmp_path, qtbot, page="overview") as shell:
        monkeypatch.setattr(Backups, "make", fails)
        shell.office.do(LockPeriods(FinancialYear(2018), 1, "agreed"), "Lock April")
        settle(qtbot, shell)
        assert "The last backup could not be made." in said(shell)
        seen = hands.read(shell.window)
        assert "There is no room for a backup. Free some space." in seen
        assert "Backup failed" in seen
        assert shell.office.desk.undo_name is not None, "the lock stands"


def test_the_third_start_after_two_that_went_badly_opens_no_file(tmp_path: Path, qtbot: QtBot) -> None:
    place = tmp_path / "starts.json"
    assert [Starts(place).begin() for _ in range(4)] == [False, False, True, True]
    Starts(place).stood()
    assert not Starts(place).begin()
    place.write_text("nonsense", encoding="utf-8")
    assert not Starts(place).begin()
    path = fresh_sample(tmp_path / "sample")
    with bare_shell(tmp_path, qtbot) as shell:
        shell.stay_safe(str(path))
        settle(qtbot, shell)
        seen = hands.read(shell.window)
        assert "so this time “charnwood.funding” was not opened." in seen
        assert shell.office.opened is None
        hands.press(shell.window, "Check it")
        settle(qtbot, shell)
        assert "The file is sound" in said(shell)
        hands.press(shell.window, "Backups…")
        settle(qtbot, shell)
        assert "before each risky step" in hands.read(backups_window())
