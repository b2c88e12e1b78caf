"""The disk is full, slow, held or gone (catalogue H)."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.grants import SetUpPartnership
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.progress import SilentProgress
from fundingapp.application.queries.workspace import History, WorkspaceOf
from fundingapp.assembly import Assembly
from fundingapp.domain.backups import Reason
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Partnership
from fundingapp.persistence.backups import Backups, folder_of
from tests.bad_inputs.given import Given, cells

QUIET = SilentProgress()


@pytest.fixture
def small_drive(tmp_path: Path) -> Iterator[Path]:
    """A drive of four megabytes."""
    if sys.platform == "win32" or os.getuid() != 0:
        pytest.skip("only root can mount a small drive")
    folder = tmp_path / "drive"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no drive can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill_up(folder: Path, but: int) -> Path:
    """Leaves so many bytes free."""
    filling = folder / "filling"
    free = shutil.disk_usage(folder).free
    with suppress(OSError), filling.open("wb", buffering=0) as file:
        for _ in range(max(0, free - but) // 4096):
            file.write(b"x" * 4096)
    return filling


def test_h01_a_drive_that_is_full_takes_back_the_whole_step_and_says_how_much_is_free(
    given: Given, small_drive: Path
) -> None:
    path = small_drive / "ours.funding"
    shutil.copyfile(given.file, path)
    opened = Assembly().open(str(path))
    before = opened.desk.ask(History())
    filling = fill_up(small_drive, 8192)
    download = given.read(given.text(*(cells(at) for at in range(1, 3_000))))
    with pytest.raises(ExpectedError) as caught:
        opened.desk.do(ImportLedger(download))
    assert caught.value.code == "disk_full"
    assert "MB free" in caught.value.message
    assert opened.desk.ask(History()) == before
    filling.unlink()
    assert opened.check() == []
    opened.desk.do(SetUpPartnership(Partnership("There is room again")))
    opened.close()


def test_h02_a_backup_without_room_names_what_is_free_and_needed_and_leaves_no_part(
    given: Given, small_drive: Path
) -> None:
    path = small_drive / "ours.funding"
    shutil.copyfile(given.file, path)
    opened = Assembly().open(str(path))
    assert opened.safety is not None
    opened.safety.back_up("the first", QUIET)
    kept = {entry.name for entry in folder_of(path).iterdir()}
    fill_up(small_drive, 300_000)
    with pytest.raises(ExpectedError) as caught:
        opened.safety.back_up("the second", QUIET)
    assert caught.value.code == "disk_full"
    assert "0.3 MB free in" in caught.value.message
    assert "MB needed" in caught.value.message
    assert {entry.name for entry in folder_of(path).iterdir()} == kept
    with pytest.raises(ExpectedError) as caught:
        opened.safety.save_copy(small_drive / "copy.funding", QUIET)
    assert caught.value.code == "disk_full"
    assert not (small_drive / "copy.funding").exists()
    assert not list(small_drive.glob(".fundingapp-*"))
    opened.close()


def test_h03_a_quota_that_is_used_up_is_told_as_a_full_disk(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    def over_quota(_handle: int) -> None:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    assert given.opened.safety is not None
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", over_quota)
        with pytest.raises(ExpectedError) as caught:
            given.opened.safety.back_up("", QUIET)
    assert caught.value.code == "disk_full"
    assert "There is no room left" in caught.value.message
    assert list(folder_of(given.file).iterdir()) == []


def test_h04_a_write_error_at_any_step_of_a_backup_leaves_a_whole_one_or_none(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups = Backups(given.file)
    assert given.opened.safety is not None
    refusals = 0
    for number in range(1, 12):
        seen = 0

        def failing(*args: Any, _real: Any = os.fsync, _number: int = number) -> Any:
            nonlocal seen
            seen += 1
            if seen == _number:
                raise OSError(errno.EIO, "Input/output error")
            return _real(*args)

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", failing)
            try:
                given.opened.safety.back_up(f"number {number}", QUIET)
            except ExpectedError as error:
                refusals += "input/output error" in str(error)
        assert not list(folder_of(given.file).glob(".fundingapp-*"))
        assert all(backups.problem(backup) is None for backup in backups.all())
        if seen < number:
            break
    assert refusals >= 2
    assert given.opened.check() == []


def test_h05_on_a_slow_disk_reading_goes_on_while_a_backup_is_written(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def slow(handle: int) -> None:
        time.sleep(0.5)
        real(handle)

    monkeypatch.setattr(os, "fsync", slow)
    safety = given.opened.safety
    assert safety is not None
    working = threading.Thread(target=safety.back_up, args=("", QUIET))
    working.start()
    longest = 0.0
    while working.is_alive():
        began = time.monotonic()
        given.desk.ask(WorkspaceOf())
        longest = max(longest, time.monotonic() - began)
    working.join()
    assert longest < 0.5
    assert safety.last() is not None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not let go of a file that is open")
def test_h06_a_drive_that_was_pulled_stops_writing_and_the_content_can_be_saved_elsewhere(
    given: Given, tmp_path: Path
) -> None:
    drive = given.file.parent
    gone = drive.with_name("pulled")
    drive.rename(gone)
    with pytest.raises(ExpectedError) as caught:
        given.desk.do(SetUpPartnership(Partnership("Lost")))
    assert "was moved, deleted or replaced while it was open" in caught.value.message
    out = tmp_path / "saved elsewhere.funding"
    assert given.opened.safety is not None
    given.opened.safety.save_copy(out, QUIET)
    gone.rename(drive)
    saved = Assembly().open(str(out))
    assert saved.check() == []
    saved.close()


class HeldError(PermissionError):
    """As Windows says that another program has the file open."""

    winerror = 32


@pytest.mark.parametrize("times", [3, 99])
def test_h07_a_file_that_a_virus_scanner_holds_is_tried_again_and_then_named(
    given: Given, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    held = 0
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        nonlocal held
        if str(target).endswith(".funding") and held < times:
            held += 1
            raise HeldError(13, "The process cannot access the file")
        return real(self, target)

    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(Path, "replace", replace)
    backups = Backups(given.file)
    if times == 3:
        backups.make(Reason.ASKED, "", given.desk.ask(History())[0].at, "S. Officer")
        assert len(backups.all()) == 1
        return
    with pytest.raises(ExpectedError) as caught:
        backups.make(Reason.ASKED, "", given.desk.ask(History())[0].at, "S. Officer")
    assert "ours.funding” can't be backed up to" in caught.value.message
    assert held == 6
    assert backups.all() == []
