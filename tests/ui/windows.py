"""A window, on a fresh copy of the sample or with no file, for tests of what a user does and sees."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fundingapp import assembly
from fundingapp.application.sample import FILE, make_sample
from fundingapp.assembly import Assembly
from fundingapp.ui.application import Application
from fundingapp.ui.settings import Settings
from fundingapp.ui.shell import Shell
from fundingapp.ui.theme import Theme, ThemeChoice

ROOT = Path(__file__).resolve().parent.parent.parent
#: Long enough for two shared cores; nothing waits for it when all goes well.
PATIENCE_MS = 20_000


class ChosenFiles:
    """Stands in for the file dialogs: answers what the test put there."""

    def __init__(self) -> None:
        self.opening: Path | None = None
        self.several: tuple[Path, ...] = ()
        self.saving: Path | None = None
        self.folder: Path | None = None

    def to_open(self, _parent: QWidget, _caption: str, _kinds: str) -> Path | None:
        return self.opening

    def several_to_open(self, _parent: QWidget, _caption: str, _kinds: str) -> tuple[Path, ...]:
        return self.several or ((self.opening,) if self.opening is not None else ())

    def to_save(self, _parent: QWidget, _caption: str, _name: str, _kinds: str) -> Path | None:
        return self.saving

    def to_folder(self, _parent: QWidget, _caption: str) -> Path | None:
        return self.folder


def settle(qtbot: QtBot, shell: Shell) -> None:
    """Waits until nothing is being written, asked or about to be asked."""

    def quiet() -> bool:
        return not shell.application.runner.is_busy and shell.application.asker.is_idle

    # More than once: what has just been answered may ask again, and suggestions are worked out after every command.
    for _ in range(3):
        qtbot.waitUntil(quiet, timeout=PATIENCE_MS)
        qtbot.wait(5)
        shell.application.qt.processEvents()
    qtbot.waitUntil(quiet, timeout=PATIENCE_MS)


@cache
def _made_once(filled: bool, _day: date) -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """The sample, made once for all tests of a day; each gets a copy of its folder.

    The day is the program's own: some tests set its clock to the sample's year, and a file that was made in
    another test's time would bring its moments (“Backup today”, a history ahead of the clock) along.
    """
    kept = tempfile.TemporaryDirectory()
    return kept, make_sample(Assembly(), Path(kept.name) / "sample", filled=filled).parent


def fresh_sample(folder: Path, *, filled: bool = True) -> Path:
    """A funding file of the sample in *folder*, with the sample's own files beside it."""
    shutil.copytree(_made_once(filled, assembly.now().date())[1], folder)
    return folder / FILE


@contextmanager
def bare_shell(
    tmp_path: Path, qtbot: QtBot, size: tuple[int, int] = (1440, 900), offices: Assembly | None = None
) -> Iterator[Shell]:
    """A window with no file open: what somebody sees who starts the program for the first time."""
    settings = Settings.in_file(tmp_path / "settings.ini")
    settings.theme = ThemeChoice.LIGHT
    before = Theme._current
    application = Application(["fundingapp"], ROOT / "resources", settings)
    shell = Shell(application, offices or Assembly())
    shell.office.files = ChosenFiles()  # type: ignore[assignment]  # no dialog can be answered in a test
    window = application.window
    window.resize(*size)
    window.show()
    try:
        settle(qtbot, shell)
        yield shell
        settle(qtbot, shell)
    finally:
        window.close()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)
        application.close()
        window.deleteLater()
        application.qt.processEvents()
        if before is not None:  # the session's own theme, which other tests look at
            Theme._current = before
            before.set_choice(ThemeChoice.LIGHT)


@contextmanager
def open_shell(
    tmp_path: Path,
    qtbot: QtBot,
    *,
    filled: bool = True,
    page: str = "spend",
    size: tuple[int, int] = (1440, 900),
) -> Iterator[Shell]:
    """A window with a fresh sample, on *page*; *filled* has its grant, its rules and its first download."""
    target = fresh_sample(tmp_path / "sample", filled=filled)
    with bare_shell(tmp_path, qtbot, size) as shell:
        shell.open_target(str(target))
        qtbot.waitUntil(lambda: shell.office.workspace is not None, timeout=PATIENCE_MS)
        settle(qtbot, shell)
        if page != "overview":
            shell.window.go_to(page)
            settle(qtbot, shell)
        yield shell
