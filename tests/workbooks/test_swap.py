"""A file takes its place whole or not at all, whatever goes wrong on the way."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path
from typing import Any

import pytest

from fundingapp.domain.errors import ExpectedError
from fundingapp.workbooks.swap import UNFINISHED, put_in_place


def satisfied(path: Path) -> None:
    """A proof that always succeeds, of a file that is really there."""
    assert path.name.startswith(UNFINISHED)
    assert path.exists()


def failing_with(number: int, **more: object) -> Any:
    def fail(*_: object, **__: object) -> None:
        error = OSError(
            number, os.strerror(number)
        )  # Python makes it PermissionError or the like by its number
        for name, value in more.items():
            setattr(error, name, value)
        raise error

    return fail


def refused(out: Path, contents: bytes = b"new") -> ExpectedError:
    with pytest.raises(ExpectedError) as refusal:
        put_in_place(out, contents, satisfied)
    return refusal.value


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A file that is there already."""
    path = tmp_path / "R.xlsx"
    path.write_bytes(b"old")
    return path


def test_a_new_file_takes_the_place_of_the_old_one(out: Path) -> None:
    put_in_place(out, b"new", satisfied)
    assert out.read_bytes() == b"new"
    assert list(out.parent.iterdir()) == [out]


def test_a_file_is_made_where_none_was(tmp_path: Path) -> None:
    put_in_place(tmp_path / "R.xlsx", b"new", satisfied)
    assert (tmp_path / "R.xlsx").read_bytes() == b"new"


def test_colleagues_may_read_the_new_file_as_they_could_the_old(out: Path) -> None:
    out.chmod(0o664)
    before = out.stat().st_mode & 0o644
    put_in_place(out, b"new", satisfied)
    assert out.stat().st_mode & 0o644 == before


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_stays_a_link(out: Path) -> None:
    link = out.parent / "link.xlsx"
    link.symlink_to(out)
    put_in_place(link, b"new", satisfied)
    assert link.is_symlink()
    assert out.read_bytes() == b"new"


def test_a_file_that_is_not_proved_is_not_put_in_place(out: Path) -> None:
    def unsatisfied(path: Path) -> None:
        raise ExpectedError("read_back_differs", f"{path.name} is wrong.")

    with pytest.raises(ExpectedError, match="is wrong"):
        put_in_place(out, b"new", unsatisfied)
    assert out.read_bytes() == b"old"
    assert list(out.parent.iterdir()) == [out]


@pytest.mark.parametrize("step", ["os.open", "os.fsync", "pathlib.Path.replace"])
@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EACCES, "cannot_write"),
        (errno.EROFS, "cannot_write"),
        (errno.EIO, "cannot_write"),
    ],
)
def test_a_failure_at_any_step_leaves_the_old_file_and_nothing_else(
    out: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, code: str
) -> None:
    monkeypatch.setattr(step, failing_with(number))
    refusal = refused(out)
    monkeypatch.undo()
    assert refusal.code == code
    assert "R.xlsx" in refusal.message
    assert refusal.advice
    assert out.read_bytes() == b"old"
    assert list(out.parent.iterdir()) == [out]


def test_a_disk_that_is_really_full_is_named_with_what_is_needed(out: Path) -> None:
    """A limit on the size of files stands for the full disk: the system itself stops the write half way."""
    resource = pytest.importorskip("resource", reason="Windows has no such limit")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        refusal = refused(out, b"n" * 2_340_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert refusal.code == "disk_full"
    assert "2.3 MB needed" in refusal.message
    assert out.read_bytes() == b"old"
    assert list(out.parent.iterdir()) == [out]


def test_a_file_marked_read_only_stays(out: Path) -> None:
    out.chmod(0o444)
    assert refused(out).code == "cannot_write"
    out.chmod(0o644)
    assert out.read_bytes() == b"old"
    assert list(out.parent.iterdir()) == [out]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    refusal = refused(tmp_path)
    assert refusal.code == "cannot_write"
    assert "is a folder" in refusal.message


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    refusal = refused(tmp_path / "gone" / "R.xlsx")
    assert refusal.code == "cannot_write"
    assert str(tmp_path / "gone") in refusal.message
    assert list(tmp_path.iterdir()) == []


def test_a_scanner_that_lets_go_is_waited_for(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    replace = Path.replace
    monkeypatch.setattr(time, "sleep", waited.append)

    def held_twice(path: Path, target: Path) -> Path:
        if len(waited) < 2:
            failing_with(errno.EACCES, winerror=32)()
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", held_twice)
    put_in_place(out, b"new", satisfied)
    assert out.read_bytes() == b"new"
    assert len(waited) == 2


def test_a_workbook_open_in_excel_is_refused_after_some_seconds(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    monkeypatch.setattr(Path, "replace", failing_with(errno.EACCES, winerror=32))
    refusal = refused(out)
    assert refusal.code == "cannot_write"
    assert "open in Excel" in refusal.advice
    assert sum(waited) == pytest.approx(3)
    assert out.read_bytes() == b"old"
    assert list(out.parent.iterdir()) == [out]
