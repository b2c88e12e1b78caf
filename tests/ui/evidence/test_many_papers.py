"""Many papers at once, as a user drops them: Cancel, a full disk, files that are gone, and decisions on a lot."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from pytestqt.qtbot import QtBot

from fundingapp.application.queries.evidence import Papers
from fundingapp.persistence.sources import FileSources
from fundingapp.ui.evidence.gaps_view import GapsView
from fundingapp.ui.evidence.papers_view import PapersView
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.evidence.desk_papers import PEOPLE, drop, page_of, panel_says, view_of, without_papers
from tests.ui.windows import PATIENCE_MS, open_shell, settle

MANY = 60


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.setattr(os, "fsync", int)  # no power is cut here
    with open_shell(tmp_path, qtbot, page="evidence") as shell:
        without_papers(qtbot, shell)
        yield shell


def files(tmp_path: Path, number: int = MANY, text: str = "Twelve sessions were held: ") -> list[Path]:
    folder = tmp_path / "scans"
    folder.mkdir()
    made = [folder / f"{at:03} survey.csv" for at in range(number)]
    for at, path in enumerate(made):
        path.write_text(f"{text}{at}\n", encoding="utf-8")
    return made


def kept(shell: Shell) -> list[str]:
    return sorted(row.of.name for row in shell.office.fetch(Papers()).rows)


def said(shell: Shell) -> str:
    return "\n".join(hands.messages(shell.window))


class Held:
    """Has the work stand still when it takes the file of that number, until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
        self.stands, self.go_on = Event(), Event()
        self.taken = 0
        take_copy = FileSources.take_copy

        def take(store: FileSources, path: Path, most: int | None = None) -> object:
            self.taken += 1
            if self.taken == at:
                self.stands.set()
                assert self.go_on.wait(PATIENCE_MS / 1000)
            return take_copy(store, path, most)

        monkeypatch.setattr(FileSources, "take_copy", take)


@pytest.mark.parametrize("at", [MANY // 2, MANY + MANY // 2], ids=["looked into", "kept"])
def test_cancel_leaves_nothing_and_the_window_is_usable_until_then(
    qtbot: QtBot, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    dropped = files(tmp_path)
    held = Held(monkeypatch, at)
    undone = shell.office.desk.undo_name
    try:
        drop(page_of(shell), *dropped)
        qtbot.waitUntil(held.stands.is_set, timeout=PATIENCE_MS)
        bar = shell.window.status_bar
        qtbot.waitUntil(lambda: bar.shows_work and bar.bar.maximum() == 1000, timeout=PATIENCE_MS)
        # Another view is looked at meanwhile.
        page_of(shell).show_view("gaps")
        qtbot.waitUntil(lambda: shell.application.asker.is_idle, timeout=PATIENCE_MS)
        assert "no evidence for" in hands.read(page_of(shell))
        page_of(shell).show_view("papers")
        hands.press(bar, "Cancel")
    finally:
        held.go_on.set()
    settle(qtbot, shell)
    assert "Stopped: nothing of it was kept." in said(shell)
    assert kept(shell) == []
    assert shell.office.desk.undo_name == undone
    assert shell.office.opened is not None
    assert shell.office.opened.check() == []
    assert not bar.shows_work
    # The same again goes on as if nothing had been.
    drop(page_of(shell), *dropped)
    settle(qtbot, shell)
    assert len(kept(shell)) == MANY


def test_all_that_was_dropped_is_one_step_of_undo_and_comes_back(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    dropped = files(tmp_path)
    drop(page_of(shell), *dropped)
    settle(qtbot, shell)
    names = [path.name for path in dropped]
    assert f"{MANY} papers kept." in said(shell)
    assert f"{MANY} papers selected" in panel_says(shell)
    assert kept(shell) == names
    hands.shortcut(shell.window, Qt.Key.Key_Z)
    settle(qtbot, shell)
    assert kept(shell) == []
    assert "What do the figures rest on?" in hands.read(shell.window.stack)
    hands.shortcut(shell.window, Qt.Key.Key_Y)
    settle(qtbot, shell)
    assert kept(shell) == names


def test_h02_a_full_disk_says_what_where_and_what_to_do(
    qtbot: QtBot, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped = files(tmp_path)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        drop(page_of(shell), *dropped)
        settle(qtbot, shell)
    assert "There is no room left to save" in said(shell)
    assert "-files”" in said(shell)
    assert "Free some space, then try again; nothing was changed." in said(shell)
    assert kept(shell) == []
    assert shell.office.opened is not None
    assert shell.office.opened.check() == []
    store = next((tmp_path / "sample").glob("*-files"))
    assert not list(store.rglob(".fundingapp-*"))


def test_a05_what_is_gone_or_no_file_is_named_and_the_rest_is_kept(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    dropped = files(tmp_path, 12)
    for path in dropped[:9]:
        path.unlink()
    if hasattr(os, "mkfifo"):
        os.mkfifo(dropped[0])  # who opened it would wait for ever
    drop(page_of(shell), *dropped)
    settle(qtbot, shell)
    assert kept(shell) == [path.name for path in dropped[9:]]
    assert "9 files were not taken in." in said(shell)
    assert f"“{dropped[1]}” is not there." in said(shell)
    assert "… and 3 more." in said(shell)
    if hasattr(os, "mkfifo"):
        assert f"“{dropped[0]}” is no file" in said(shell)


def test_more_than_a_dozen_that_tell_of_people_are_decided_on_together(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    dropped = files(tmp_path, 30, PEOPLE)
    plain = tmp_path / "minutes.txt"
    plain.write_text("agreed", encoding="utf-8")
    drop(page_of(shell), plain, *dropped)
    settle(qtbot, shell)
    assert kept(shell) == ["minutes.txt"]
    assert "Not kept yet: “000 survey.csv”, “001 survey.csv”, “002 survey.csv” and 27 more." in said(shell)
    panel = panel_says(shell)
    assert all(f"“{path.name}”: It may hold personal data" in panel for path in dropped)
    assert "anna.smith" not in panel
    hands.press(shell.window.inspector, "Go on")
    assert "Say why what tells of people may be kept" in panel_says(shell)
    hands.type_in(shell.window.inspector, "Why it may be kept, kept in the history", "the forms are held")
    hands.press(shell.window.inspector, "Go on")
    settle(qtbot, shell)
    assert len(kept(shell)) == 31
    shell.window.status_bar.undo.click()
    settle(qtbot, shell)
    assert kept(shell) == ["minutes.txt"]
    drop(page_of(shell), *dropped)
    settle(qtbot, shell)
    hands.choose(shell.window.inspector, "What becomes of the 30 papers", "Leave them out")
    hands.press(shell.window.inspector, "Go on")
    settle(qtbot, shell)
    assert "Left out: “000 survey.csv”, “001 survey.csv”, “002 survey.csv” and 27 more." in said(shell)
    assert kept(shell) == ["minutes.txt"]


def test_a06_a_file_that_is_gone_from_the_store_is_named_with_what_to_do(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    dropped = files(tmp_path, 3)
    drop(page_of(shell), *dropped)
    settle(qtbot, shell)
    [row] = [row for row in shell.office.fetch(Papers()).rows if row.of.name == dropped[1].name]
    [there] = [path for path in (tmp_path / "sample").rglob(row.of.sha256) if path.is_file()]
    there.chmod(0o644)
    there.unlink()
    hands.press(shell.window.stack, "Check the files")
    settle(qtbot, shell)
    assert "1 file of 3 changed or missing." in said(shell)
    assert f"“{dropped[1].name}” is missing; it supports nothing yet." in said(shell)
    assert "Attach the same file again, or fetch it from a backup: then it is whole again." in said(shell)
    papers = hands.table(shell.window, "Papers")
    assert [row["File"] for row in hands.rows(papers)] == ["missing"]
    view_of(qtbot, shell, "review")
    assert "Its file is missing: add it again." in hands.read(page_of(shell))
    view_of(qtbot, shell, "papers")
    drop(page_of(shell), dropped[1])
    settle(qtbot, shell)
    assert {row["File"] for row in hands.rows(hands.table(shell.window, "Papers"))} == {"unchanged"}


def links(*addresses: str, beside: Sequence[Path] = ()) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([*map(QUrl, addresses), *(QUrl.fromLocalFile(str(path)) for path in beside)])
    return mime


def test_every_link_that_is_dropped_is_kept_and_the_files_beside_them(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    [survey] = files(tmp_path, 1)
    first, second = "https://example.org/a", "https://example.org/b"
    page = page_of(shell)
    assert isinstance(page.view, PapersView)
    page.view.take_drop(links(first, second, beside=[survey]))
    settle(qtbot, shell)
    assert kept(shell) == [survey.name, first, second]


def test_a_view_is_made_when_it_is_first_chosen_and_stays(qtbot: QtBot, shell: Shell) -> None:
    page = page_of(shell)
    assert page.findChildren(GapsView) == []
    view = view_of(qtbot, shell, "gaps")
    assert isinstance(view, GapsView)
    assert hands.find(page.head, "Attach a file…").isVisible()
    view_of(qtbot, shell, "papers")
    assert not any(each.isVisible() for each in view.buttons)
    assert view_of(qtbot, shell, "gaps") is view
