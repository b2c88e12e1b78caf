"""Original files: private copies while they are read, kept by content before the row that names them is (D8, D16)."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.domain.errors import ExpectedError, InputRefusedError
from fundingapp.persistence.database import Database
from fundingapp.persistence.sources import FileSources
from tests.conftest import WorkedCase
from tests.persistence.support import NOON, Place, desk_of


@pytest.fixture(autouse=True)
def own_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temp folder of this test's own, so that it can be seen what stays in it."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def sources(tmp_path: Path) -> FileSources:
    return FileSources(tmp_path / "test.funding-files")


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "GL extract.xlsx"
    path.write_bytes(b"content" * 1000)
    return path


def kept_files(sources: FileSources) -> list[Path]:
    return [path for path in sources.root.rglob("*") if path.is_file()]


def test_a_copy_holds_what_the_original_held_and_belongs_to_its_maker_alone(
    sources: FileSources, original: Path, own_temp: Path
) -> None:
    copy = sources.take_copy(original)
    original.write_bytes(b"changed meanwhile")
    assert copy.path.read_bytes() == b"content" * 1000
    assert copy.path.parent == own_temp
    assert (copy.name, copy.size) == ("GL extract.xlsx", 7000)
    assert copy.sha256 == hashlib.sha256(b"content" * 1000).hexdigest()
    assert copy.path.suffix == ".xlsx"
    if os.name != "nt":
        assert stat.S_IMODE(copy.path.stat().st_mode) == 0o600
    sources.discard(copy)
    assert list(own_temp.iterdir()) == []


def test_a_kept_file_is_named_by_its_content_and_can_only_be_read(
    sources: FileSources, original: Path
) -> None:
    copy = sources.take_copy(original)
    sources.keep(copy)
    (kept,) = kept_files(sources)
    assert kept.name == copy.sha256
    assert kept.read_bytes() == original.read_bytes()
    assert not kept.stat().st_mode & stat.S_IWUSR
    assert sources.problem("GL extract.xlsx", copy.sha256) is None


def test_the_same_content_is_kept_once_and_never_written_again(sources: FileSources, original: Path) -> None:
    first = sources.take_copy(original)
    sources.keep(first)
    (kept,) = kept_files(sources)
    before = kept.stat()
    sources.keep(sources.take_copy(original))
    after = kept.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert kept_files(sources) == [kept]


def test_a_damaged_file_is_named_and_mended_by_the_same_content(sources: FileSources, original: Path) -> None:
    copy = sources.take_copy(original)
    sources.keep(copy)
    (kept,) = kept_files(sources)
    kept.chmod(0o644)
    kept.write_bytes(b"contend" + b"content" * 999)
    problem = sources.problem("GL extract.xlsx", copy.sha256)
    assert problem is not None
    assert "GL extract.xlsx" in problem
    assert "changed" in problem
    sources.keep(copy)
    assert sources.problem("GL extract.xlsx", copy.sha256) is None
    kept.unlink()
    problem = sources.problem("GL extract.xlsx", copy.sha256)
    assert problem is not None
    assert "missing" in problem


def test_a_copy_that_was_changed_since_it_was_read_is_not_kept(sources: FileSources, original: Path) -> None:
    copy = sources.take_copy(original)
    copy.path.write_bytes(b"something else")
    with pytest.raises(ExpectedError) as refused:
        sources.keep(copy)
    assert refused.value.code == "copy_changed"
    assert kept_files(sources) == []


def test_several_are_kept_together_or_none_of_them(sources: FileSources, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.txt" for number in range(5)]
    for number, path in enumerate(paths):
        path.write_bytes(b"the same" if number < 2 else b"other %d" % number)
    copies = [sources.take_copy(path) for path in paths]
    copies[4].path.write_bytes(b"changed since")
    with pytest.raises(ExpectedError) as refused:
        sources.keep(*copies)
    assert refused.value.code == "copy_changed"
    assert "“4.txt”" in refused.value.message
    assert kept_files(sources) == []
    sources.keep(*copies[:4])
    assert {path.name for path in kept_files(sources)} == {copy.sha256 for copy in copies[:4]}
    assert len(kept_files(sources)) == 3
    for copy in copies[:4]:
        assert sources.problem(copy.name, copy.sha256) is None
    sources.keep()


def test_a_copy_that_is_gone_is_told_in_a_sentence(sources: FileSources, original: Path) -> None:
    copy = sources.take_copy(original)
    copy.path.unlink()
    with pytest.raises(ExpectedError) as refused:
        sources.keep(copy)
    assert "GL extract.xlsx" in refused.value.message
    assert kept_files(sources) == []


@pytest.mark.parametrize("what", ["missing", "folder", "NUL"])
def test_what_can_t_be_copied_leaves_nothing_behind(
    sources: FileSources, tmp_path: Path, own_temp: Path, what: str
) -> None:
    path = {"missing": tmp_path / "none.xlsx", "folder": tmp_path, "NUL": tmp_path / "a\0b.xlsx"}[what]
    with pytest.raises(InputRefusedError):
        sources.take_copy(path)
    assert list(own_temp.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file names that are no text")
def test_a_name_that_is_no_text_is_kept_as_one_that_can_be_shown(
    sources: FileSources, tmp_path: Path
) -> None:
    path = tmp_path / os.fsdecode(b"GL \xff extract.csv")
    path.write_bytes(b"x")
    assert sources.take_copy(path).name == "GL ? extract.csv"


def test_no_room_while_keeping_leaves_no_part_of_the_file(
    sources: FileSources, original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = sources.take_copy(original)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExpectedError) as refused:
        sources.keep(copy)
    assert refused.value.code == "disk_full"
    assert kept_files(sources) == []


def test_the_source_is_there_before_the_row_that_names_it(
    database: Database, charnwood: WorkedCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(database)
    download = desk.ask(ReadDownload(charnwood.folder / "GL_extract_P10.xlsx"))
    place = database.sources.place_of(download.copy.sha256)
    there: list[bool] = []

    with database.open_work(reading=True) as work:
        store = type(work.ledger)
    add_batch = store.add_batch

    def watched(*given: Any) -> Any:
        there.append(place.exists())
        return add_batch(*given)

    monkeypatch.setattr(store, "add_batch", watched)
    desk.do(ImportLedger(download))
    assert there == [True]
    assert database.problems() == []


def test_check_names_the_import_whose_original_is_gone_or_changed(
    database: Database, charnwood: WorkedCase
) -> None:
    desk = desk_of(database)
    download = desk.ask(ReadDownload(charnwood.folder / "GL_extract_P10.xlsx"))
    desk.do(ImportLedger(download))
    place = database.sources.place_of(download.copy.sha256)
    place.chmod(0o644)
    with place.open("r+b") as file:
        file.seek(1000)
        file.write(b"\0")
    (problem,) = database.problems()
    assert "GL_extract_P10.xlsx" in problem
    assert "changed" in problem
    place.unlink()
    (problem,) = database.problems()
    assert "missing" in problem
    desk.undo()
    assert database.problems() == [], "an import that was taken back needs no original"


def test_what_a_crash_left_goes_after_a_day_and_nothing_else_does(
    sources: FileSources, original: Path, own_temp: Path
) -> None:
    copy = sources.take_copy(original)
    sources.keep(copy)
    (kept,) = kept_files(sources)
    half = kept.with_name(".fundingapp-half")
    strange = own_temp / "somebody-elses"
    for path in (half, strange):
        path.write_bytes(b"x")
    long_ago = (NOON - timedelta(days=2)).timestamp()
    for path in (copy.path, kept, half, strange):
        os.utime(path, (long_ago, long_ago))
    fresh = sources.take_copy(original)
    os.utime(fresh.path, (NOON.timestamp(), NOON.timestamp()))
    sources.sweep(NOON)
    assert not copy.path.exists()
    assert not half.exists()
    assert fresh.path.exists()
    assert kept.exists()
    assert strange.exists()


def test_opening_a_file_sweeps(file: Path, tmp_path: Path, own_temp: Path) -> None:
    old = own_temp / "fundingapp-copy-left.xlsx"
    old.write_bytes(b"x")
    long_ago = (NOON - timedelta(days=2)).timestamp()
    os.utime(old, (long_ago, long_ago))
    place = Place("sqlite", str(file), tmp_path)
    place.open(read_only=True)
    assert old.exists()
    place.open()
    assert not old.exists()
    place.close()


class TestGivingAnOriginalOut:
    """The kept file itself stays out of reach: others get copies."""

    def kept(self, tmp_path: Path) -> tuple[FileSources, str]:
        sources = FileSources(tmp_path / "files")
        source = tmp_path / "ledger.csv"
        source.write_bytes(b"a,b\n1,2\n")
        copy = sources.take_copy(source)
        sources.keep(copy)
        sources.discard(copy)
        return sources, copy.sha256

    def test_a_copy_is_lent_under_the_name_it_came_with(self, tmp_path: Path) -> None:
        sources, digest = self.kept(tmp_path)
        lent = sources.lend(digest, "ledger.csv")
        assert (lent.name, lent.read_bytes()) == ("ledger.csv", b"a,b\n1,2\n")
        lent.write_bytes(b"changed")
        assert sources.problem("ledger.csv", digest) is None
        shutil.rmtree(lent.parent)

    def test_it_is_saved_elsewhere_in_place_of_what_stood_there(self, tmp_path: Path) -> None:
        sources, digest = self.kept(tmp_path)
        out = tmp_path / "out" / "copy.csv"
        out.parent.mkdir()
        out.write_bytes(b"old")
        sources.save_to(digest, "ledger.csv", out)
        assert out.read_bytes() == b"a,b\n1,2\n"
        assert [path.name for path in out.parent.iterdir()] == ["copy.csv"]

    def test_a_damaged_or_missing_original_is_not_given_out(self, tmp_path: Path) -> None:
        sources, digest = self.kept(tmp_path)
        out = tmp_path / "copy.csv"
        place = sources.place_of(digest)
        place.chmod(0o644)
        place.write_bytes(b"changed")
        for _ in range(2):
            with pytest.raises(ExpectedError, match=r"was changed|is missing"):
                sources.save_to(digest, "ledger.csv", out)
            place.unlink(missing_ok=True)
        assert not out.exists()

    def test_a_folder_that_can_t_be_written_is_said(self, tmp_path: Path) -> None:
        sources, digest = self.kept(tmp_path)
        with pytest.raises(ExpectedError) as refusal:
            sources.save_to(digest, "ledger.csv", tmp_path / "nowhere" / "copy.csv")
        assert "nowhere" in refusal.value.message
