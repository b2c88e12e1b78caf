"""Two people on one shared folder: one works, the other reads, takes the file over, and two versions are settled.

Each has a window, a profile and a PC of their own; the shared folder is said to lie on a network drive. What they do
is what a user can see and press.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fundingapp.assembly import Assembly
from fundingapp.persistence import publishing, surroundings
from fundingapp.ui.sharing.compare import CompareDialog
from tests.journeys.walks import Walk
from tests.persistence.shares import shared_file, told_in
from tests.ui import hands
from tests.ui.windows import PATIENCE_MS, bare_shell, fresh_sample, settle


@pytest.fixture(autouse=True)
def on_a_network(monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    monkeypatch.setattr(
        surroundings, "_network_of", lambda path: "cifs" if path.parent.name == "share" else ""
    )
    monkeypatch.setattr(publishing, "SETTLE", 0.0)
    monkeypatch.setattr(publishing, "GAP", 0.0)
    monkeypatch.setattr(publishing, "RETRY", (0.05,))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return fresh_sample(tmp_path / "share")


class Desk:
    """A person before a window of their own."""

    def __init__(self, qtbot: QtBot, tmp_path: Path, who: str, machine: str, stack: ExitStack) -> None:
        home = tmp_path / who
        home.mkdir()
        offices = Assembly(profile=home / "profile", who=who, machine=machine, beat_every=0.05)
        self.shell = stack.enter_context(bare_shell(home, qtbot, offices=offices))
        self.walk = Walk(qtbot, self.shell)
        self.qtbot = qtbot
        self.home = home

    def open(self, path: Path) -> None:
        self.shell.open_target(str(path))
        self.come_to_rest()

    def come_to_rest(self) -> None:
        self.qtbot.waitUntil(lambda: self.shell.office.workspace is not None, timeout=PATIENCE_MS)
        settle(self.qtbot, self.shell)

    @property
    def status(self) -> str:
        return hands.read(self.shell.window.status_bar)

    @property
    def messages(self) -> list[str]:
        return hands.messages(self.shell.window)

    def wait_for(self, words: str) -> None:
        """Waits until *words* stand in the status bar or in a message."""
        self.qtbot.waitUntil(
            lambda: words in self.status or any(words in each for each in self.messages), timeout=PATIENCE_MS
        )
        settle(self.qtbot, self.shell)

    def press(self, words: str) -> None:
        hands.press(self.shell.window, words)
        settle(self.qtbot, self.shell)

    def add_theme(self, title: str) -> None:
        """Adds a theme to the plan, in Settings."""
        self.walk.show("Settings", "themes")
        self.walk.press("Add a theme…")
        self.walk.fill({"Title": title})
        self.walk.press("Add the theme")

    def comparing(self) -> CompareDialog:
        self.press("Compare…")
        found: list[QWidget] = [
            each
            for each in QApplication.topLevelWidgets()
            if isinstance(each, CompareDialog) and each.isVisible()
        ]
        (dialog,) = found
        assert isinstance(dialog, CompareDialog)
        return dialog


@pytest.fixture
def desks(tmp_path: Path, qtbot: QtBot) -> Iterator[tuple[Desk, Desk]]:
    with ExitStack() as stack:
        ann = Desk(qtbot, tmp_path, "Ann", "ANN-PC", stack)
        bob = Desk(qtbot, tmp_path, "Bob", "BOB-PC", stack)
        yield ann, bob


def silent(path: Path) -> None:
    """Makes the last sign of life in the lock a quarter of an hour old."""
    lock = path.with_name(f"{path.name}.lock")
    held = json.loads(lock.read_text(encoding="utf-8"))
    beat = datetime.now(UTC) - timedelta(minutes=15)
    lock.write_text(json.dumps({**held, "beat": beat.isoformat(timespec="seconds")}), encoding="utf-8")


def test_one_works_the_other_reads_and_goes_on_when_the_first_has_closed(
    desks: tuple[Desk, Desk], path: Path
) -> None:
    ann, bob = desks
    ann.open(path)
    assert re.search(
        r"^Signed in as Ann · As published · Backup today \d\d:\d\d · working copy$", ann.status, re.MULTILINE
    )
    ann.add_theme("Rural crime")
    ann.wait_for(" · published ")
    assert told_in(path)[-1] == "Rural crime"

    # Bob reads what was published last, and sees by whom it is open.
    bob.open(path)
    (said,) = bob.messages
    assert f"“{path.name}” is open by Ann on ANN-PC since" in said
    assert "it can only be read here, as it was last published" in said
    assert "Signed in as Bob · Read only · copy of what was published" in bob.status
    bob.walk.show("Settings", "themes")
    assert "Rural crime" in bob.walk.page

    # Ann goes on: Bob is told that what he reads is no longer the newest, in place of who has it.
    ann.add_theme("Night-time economy")
    bob.wait_for("was published anew: the last change is by Ann on ")
    (said,) = bob.messages
    assert "You still see it as it was when you opened it here. Open it again for what has changed." in said
    bob.walk.show("Settings", "themes")
    assert "Night-time economy" not in bob.walk.page

    # She closes; he opens it again and has all of it, to change.
    ann.shell.window.close()
    ann.qtbot.waitUntil(lambda: not ann.shell.window.isVisible(), timeout=PATIENCE_MS)
    bob.wait_for("is no longer open by Ann, and was published anew: the last change is by Ann on ")
    (said,) = bob.messages
    assert "Open it again for what has changed, and to change it." in said
    bob.press("Open it again")
    bob.come_to_rest()
    assert bob.messages == []
    bob.walk.show("Settings", "themes")
    assert "Night-time economy" in bob.walk.page
    bob.add_theme("Hate crime")
    bob.wait_for(" · published ")
    assert told_in(path)[-3:] == ["Rural crime", "Night-time economy", "Hate crime"]


def test_a_share_that_goes_away_is_said_and_closing_tells_what_is_not_published(
    desks: tuple[Desk, Desk], path: Path
) -> None:
    ann, _ = desks
    ann.open(path)
    away = path.parent.with_name("away")
    path.parent.rename(away)
    ann.add_theme("Rural crime")
    ann.wait_for("not yet published: ")
    (said,) = [each for each in ann.messages if "not yet published" in each]
    assert f"{path.parent} is not there" in said
    assert "everything is saved on this PC" in said
    assert f"{path.name} · not published" in hands.read(ann.shell.window.rail)

    # Closing tries once more, and says that it could not.
    ann.shell.window.close()
    ann.wait_for("is not published: ")
    assert ann.shell.window.isVisible()
    (said,) = [each for each in ann.messages if "is not published" in each]
    assert "is brought over when you open the file here again" in said

    # It is back before she gives up: it is published by itself, and she can close.
    away.rename(path.parent)
    ann.wait_for(" · published ")
    ann.wait_for(f"“{path.name}” is published.")
    assert told_in(path)[-1] == "Rural crime"
    ann.shell.window.close()
    ann.qtbot.waitUntil(lambda: not ann.shell.window.isVisible(), timeout=PATIENCE_MS)
    assert not path.with_name(f"{path.name}.lock").exists()


def test_what_could_not_be_published_is_brought_over_the_next_time(
    desks: tuple[Desk, Desk], path: Path
) -> None:
    ann, _ = desks
    ann.open(path)
    away = path.parent.with_name("away")
    path.parent.rename(away)
    ann.add_theme("Rural crime")
    ann.wait_for("not yet published: ")
    other = fresh_sample(ann.home / "other", filled=False)
    ann.open(other)
    ann.wait_for("What you did is kept on this PC")
    away.rename(path.parent)
    ann.open(path)
    ann.wait_for("1 change of ")
    ann.wait_for(" · working copy")
    ann.qtbot.waitUntil(lambda: told_in(path)[-1] == "Rural crime", timeout=PATIENCE_MS)


def test_a_silent_lock_is_taken_over_and_who_lost_it_is_told(desks: tuple[Desk, Desk], path: Path) -> None:
    ann, bob = desks
    ann.open(path)
    ann.add_theme("Rural crime")
    ann.wait_for(" · published ")

    # Ann's laptop sleeps in her bag; for a quarter of an hour nothing is heard of it.
    opened = ann.shell.office.opened
    assert opened is not None
    shared_file(opened)._heart.stop()
    silent(path)
    bob.open(path)
    (said,) = bob.messages
    assert "If they no longer work on it you can take it over." in said
    bob.press("Take it over…")
    assert any(each.startswith("Take the file over from Ann on ANN-PC since") for each in bob.messages)
    bob.press("Take it over")
    bob.come_to_rest()
    bob.wait_for(" · published ")
    assert told_in(path)[-1] == "take the file over from Ann on ANN-PC"
    assert list(path.with_name(f"{path.name}-backups").glob("*.funding"))
    bob.add_theme("His alone")
    bob.wait_for(" · published ")

    # It wakes: what she does is kept, and never written over his.
    ann.add_theme("Hers alone")
    ann.wait_for("was taken over by Bob on BOB-PC since")
    (said,) = [each for each in ann.messages if "was taken over" in each]
    assert "1 change that had not been published is kept on this PC." in said
    assert "no longer published from this PC" in ann.status
    ann.press("Open it again")
    ann.come_to_rest()
    assert any("is open by Bob on BOB-PC" in each for each in ann.messages)
    assert any("1 change of yours is on this PC and not published" in each for each in ann.messages)

    # Bob closes; she opens it again, compares, and takes his.
    bob.shell.window.close()
    bob.qtbot.waitUntil(lambda: not bob.shell.window.isVisible(), timeout=PATIENCE_MS)
    ann.press("Open it again")
    ann.come_to_rest()
    ann.wait_for("Another version of ")
    dialog = ann.comparing()
    assert "Take the file over from Ann on ANN-PC" in hands.read(dialog)
    hands.press(dialog, "Take theirs")
    ann.wait_for("Yours was set aside as")
    ann.come_to_rest()
    ann.walk.show("Settings", "themes")
    assert "His alone" in ann.walk.page
    (kept,) = (ann.home / "profile" / "set aside").glob("*.funding")
    assert told_in(kept)[-1] == "Hers alone"


def test_two_versions_are_shown_side_by_side_and_one_is_chosen(
    desks: tuple[Desk, Desk], path: Path, tmp_path: Path
) -> None:
    ann, bob = desks
    ann.open(path)
    ann.add_theme("Rural crime")
    ann.wait_for(" · published ")

    # A sync tool puts another version in its place: Bob's, of the same beginning.
    theirs = tmp_path / "by hand" / path.name
    theirs.parent.mkdir()
    theirs.write_bytes(path.read_bytes())
    bob.open(theirs)
    bob.add_theme("His alone")
    bob.shell.window.close()
    bob.qtbot.waitUntil(lambda: not bob.shell.window.isVisible(), timeout=PATIENCE_MS)
    theirs.replace(path)
    ann.add_theme("Hers alone")
    ann.wait_for("Another version of ")
    assert told_in(path)[-1] == "His alone"
    assert "not published: another version lies there" in ann.status

    # Both lists are shown; putting it off keeps the way back.
    dialog = ann.comparing()
    seen = hands.read(dialog)
    assert "Both are the same up to “add the theme “Rural crime”” by Ann on" in seen
    assert [
        row["What was done"]
        for row in hands.rows(hands.table(dialog, "Yours, on this PC: changes, newest first"))
    ] == ["Add the theme “Hers alone”"]
    (row,) = hands.rows(hands.table(dialog, f"In {path.parent}: changes, newest first"))
    assert (row["Who"], row["What was done"]) == ("Bob", "Add the theme “His alone”")
    hands.press(dialog, "Decide later")
    settle(ann.qtbot, ann.shell)

    # Nothing can be changed meanwhile, and that is said.
    ann.walk.show("Settings", "themes")
    ann.walk.press("Add a theme…")
    ann.walk.fill({"Title": "One more"})
    ann.walk.press("Add the theme")
    assert any("Compare the two and choose." in each for each in ann.messages)

    # She saves hers beside, and takes his.
    dialog = ann.comparing()
    mine = tmp_path / "mine"
    ann.shell.office.files.saving = mine  # type: ignore[attr-defined]
    hands.press(dialog, "Save mine as…")
    ann.wait_for("Yours is saved as")
    assert told_in(tmp_path / "mine.funding")[-1] == "Hers alone"
    dialog = ann.comparing()
    hands.press(dialog, "Take theirs")
    ann.wait_for("Yours was set aside as")
    ann.come_to_rest()
    ann.walk.show("Settings", "themes")
    assert "His alone" in ann.walk.page
    assert "Hers alone" not in ann.walk.page
    ann.add_theme("Hers again")
    ann.wait_for(" · published ")
    assert told_in(path)[-2:] == ["His alone", "Hers again"]


def test_a_folder_that_was_restored_is_told_before_the_file_opens_and_the_user_decides(
    desks: tuple[Desk, Desk], path: Path, tmp_path: Path
) -> None:
    ann, _ = desks
    ann.open(path)
    ann.add_theme("Rural crime")
    ann.wait_for(" · published ")
    last_night = path.read_bytes()
    ann.add_theme("Night-time economy")
    ann.qtbot.waitUntil(lambda: told_in(path)[-1] == "Night-time economy", timeout=PATIENCE_MS)
    ann.open(fresh_sample(ann.home / "other", filled=False))
    path.write_bytes(last_night)

    ann.shell.open_target(str(path))
    ann.wait_for("has gone back: its history ends at entry")
    opened = ann.shell.office.opened
    assert opened is not None
    assert opened.place != str(path), "the other file stays open"
    assert path.read_bytes() == last_night
    ann.press("Open it as it is")
    ann.qtbot.waitUntil(
        lambda: ann.shell.office.opened is not None and ann.shell.office.opened.place == str(path),
        timeout=PATIENCE_MS,
    )
    ann.come_to_rest()
    ann.walk.show("Settings", "themes")
    assert "Rural crime" in ann.walk.page
    assert "Night-time economy" not in ann.walk.page
    ann.qtbot.waitUntil(lambda: "had been seen" in told_in(path)[-1], timeout=PATIENCE_MS)
