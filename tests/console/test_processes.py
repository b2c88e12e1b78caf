"""The console as programs and schedulers meet it: real processes, closed pipes, poor terminals, real disks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.console.conftest import Line
from tests.console.terminal import FUND, YEAR, Ran, state_of

ROOT = Path(__file__).resolve().parents[2]
GRANT = ("--fund", FUND, "--year", YEAR)

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="rights and mounts as Linux has them")


def start(
    *words: object,
    program: tuple[str, ...] = ("-m", "fundingapp"),
    environment: Mapping[str, str | None] | None = None,
) -> subprocess.Popen[bytes]:
    """A process of its own; an environment variable given as None is taken out."""
    held = {**os.environ, "PYTHONPATH": str(ROOT)}
    for name, value in (environment or {}).items():
        held.pop(name, None)
        if value is not None:
            held[name] = value
    return subprocess.Popen(
        [sys.executable, *program, *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=held,
    )


def run_process(*words: object, **environment: str | None) -> Ran:
    process = start(*words, environment=environment)
    out, err = process.communicate(timeout=120)
    encoding = (environment.get("PYTHONIOENCODING") or "utf-8").partition(":")[0]
    return Ran(process.returncode, out.decode(encoding), err.decode(encoding))


@pytest.fixture
def p10(line: Line, tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    shutil.copytree(line.stations["P10"], folder)
    return folder / "charnwood.funding"


def test_a_process_prints_one_json_object_and_ends_with_the_status(p10: Path) -> None:
    reconciled = run_process("reconcile", p10, *GRANT, "--json")
    assert (reconciled.status, reconciled.err) == (1, "")
    assert reconciled.data["agrees"] is False
    verified = run_process("verify", p10, "--json")
    assert (verified.status, verified.out) == (0, '{"ok": true, "problems": [], "findings": []}\n')
    refused = run_process("verify", p10.with_name("gone.funding"), "--json")
    assert "is not there" in refused.refusal
    wrong = run_process("verify")
    assert (wrong.status, wrong.out) == (2, "")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_lacks_letters_still_shows_the_rest(encoding: str, p10: Path) -> None:
    people = run_process("spend", p10, *GRANT, PYTHONIOENCODING=encoding)
    assert (people.status, people.err) == (1, "")
    assert "716.61" in people.out
    asked = run_process("why", p10, "LF-04/2018/19/spend", "--json", PYTHONIOENCODING=encoding)
    assert "“" in asked.data["lines"][0]["reason"]
    explained = run_process("why", "--help", PYTHONIOENCODING=encoding)
    assert (explained.status, explained.err) == (0, "")


@pytest.mark.parametrize("json", [(), ("--json",)], ids=["for people", "json"])
def test_a_reader_who_stops_reading_is_no_fault(json: tuple[str, ...], p10: Path) -> None:
    process = start("why", p10, "ledger/2018/19/total", *json)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), said) == (0, b"")


@linux_only
@pytest.mark.parametrize("words", [[], ["--sample"], ["some.funding"]])
def test_without_a_display_the_window_says_what_to_do_instead(words: list[str]) -> None:
    ran = run_process(*words, DISPLAY=None, WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)
    assert ran.refusal.startswith("There is no display here to open the window on.")
    assert "fundingapp demo" in ran.refusal


def test_a_file_that_somebody_has_open_is_not_written(p10: Path) -> None:
    before = state_of(p10.parent)
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        holder = {"person": "Sam", "process": other.pid, "since": "2019-02-01T09:14:00+00:00"}
        import socket

        holder["machine"] = socket.gethostname()
        lock = p10.with_name("charnwood.funding.lock")
        lock.write_text(json.dumps(holder), encoding="utf-8")
        refused = run_process("match", p10)
        assert "“charnwood.funding” is open by Sam on" in refused.refusal
        assert run_process("spend", p10, *GRANT, "--json").data["unmatched_pence"] == 71661
        assert lock.exists()
    finally:
        other.communicate(b"\n")
    # The other has ended without taking its lock away: it no longer counts.
    assert run_process("match", p10, "--json").status == 1
    assert not lock.exists()
    assert set(state_of(p10.parent)) == set(before)


# Rights


#: Root may write everywhere by one capability; without it the rights of files count for root too.
WITHOUT_IT = """
import ctypes, os, sys
assert ctypes.CDLL(None).prctl(24, 1, 0, 0, 0) == 0
os.execv(sys.executable, [sys.executable, "-m", "fundingapp", *sys.argv[1:]])
"""


def run_as_anyone(*words: object) -> Ran:
    """As a user without special rights."""
    if os.geteuid():
        return run_process(*words)
    process = start(*words, program=("-c", WITHOUT_IT))
    out, err = process.communicate(timeout=120)
    return Ran(process.returncode, out.decode("utf-8"), err.decode("utf-8"))


@pytest.fixture
def protected(p10: Path) -> Iterator[Path]:
    """A funding file that may only be read, in a folder where nothing may be written."""
    paths = [p10.parent, *p10.parent.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    if run_as_anyone("--version").status != 0:
        pytest.skip("root can't give up its right to write everywhere here")
    yield p10
    for path in paths:
        path.chmod(0o755)


@linux_only
def test_f09_in_a_read_only_folder_nothing_is_written_and_questions_are_answered(
    protected: Path,
) -> None:
    file, folder = protected, protected.parent
    before = state_of(folder)
    commissioner = ("--commissioner", "PCC")
    for words, said in {
        ("import", file, folder / "GL_extract_P12.xlsx"): "write-protected, so it can only be read",
        ("match", file): "write-protected, so it can only be read",
        (
            "plan",
            file,
            folder / "funding_2018_19.csv",
            "--fund",
            "X",
            *commissioner,
            "--year",
            YEAR,
        ): "write-protected",
        ("return", file, *GRANT, "--out", folder / "home.xlsx"): "write-protected, so it can only be read",
        (
            "new",
            folder / "new.funding",
            "--partnership",
            "Ours",
        ): "permission denied. Choose a folder where you may",
        ("sample", folder / "sample"): "permission denied. Choose a folder where you may write",
    }.items():
        assert said in run_as_anyone(*words).refusal
    assert run_as_anyone("spend", file, *GRANT, "--json").data["unmatched_pence"] == 71661
    assert run_as_anyone("verify", file, "--json").data["ok"] is True
    assert state_of(folder) == before


@linux_only
def test_f09_a_read_only_file_in_an_open_folder_is_not_written(protected: Path) -> None:
    file, folder = protected, protected.parent
    folder.chmod(0o777)
    before = state_of(folder)
    assert "can only be read" in run_as_anyone("match", file).refusal
    assert run_as_anyone("reconcile", file, *GRANT, "--json").data["agrees"] is False
    assert state_of(folder) == before


@linux_only
def test_a_return_goes_nowhere_where_nothing_may_be_written(protected: Path) -> None:
    """The funding file may be written here, the folder of the return may not."""
    file, folder = protected, protected.parent
    own = folder.with_name("own")
    shutil.copytree(folder, own)
    for path in [own, *own.rglob("*")]:
        path.chmod(0o755)
    before = state_of(own)
    ran = run_as_anyone("return", own / file.name, *GRANT, "--out", folder / "return.xlsx")
    assert "“return.xlsx” cannot be written" in ran.refusal
    assert state_of(own) == before


# A disk that is really full


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 800 KB."""
    place = tmp_path / "disk"
    place.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can make a small disk to fill")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2400k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode != 0:
        pytest.skip("no file system may be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("free", [0, 12, 60])
def test_h01_a_disk_that_fills_up_during_an_import(free: int, small_disk: Path, line: Line) -> None:
    """Whatever is written when the room runs out: the sentence names the place, and the file is as it was."""
    station = line.stations["P10"]
    folder = small_disk / "work"
    shutil.copytree(station, folder, ignore=shutil.ignore_patterns("GL_*", "*.csv"))
    file = folder / "charnwood.funding"
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(small_disk).free - free * 1024))
    before = state_of(folder)
    ran = run_process("import", file, station / "GL_extract_P12.xlsx")
    assert "no room left" in ran.refusal
    assert "charnwood.funding" in ran.refusal
    assert "Free some space, then " in ran.refusal
    after = state_of(folder)
    assert {name: after.get(name) for name in before} == before
    unfinished = [
        name for name in after if name not in before and not name.startswith("charnwood.funding-files")
    ]
    assert unfinished == []
    ballast.unlink()
    assert run_process("verify", file, "--json").data["ok"] is True


def test_h02_a_return_on_a_full_disk_leaves_no_part(small_disk: Path, p10: Path) -> None:
    (small_disk / "ballast").write_bytes(bytes(shutil.disk_usage(small_disk).free - 8192))
    before = state_of(p10.parent)
    ran = run_process("return", p10, *GRANT, "--out", small_disk / "return.xlsx")
    assert "There is no room for “return.xlsx”" in ran.refusal
    assert [path.name for path in small_disk.iterdir()] == ["ballast"]
    assert state_of(p10.parent) == before


@pytest.mark.parametrize(
    "words", [("new", "{disk}/x.funding", "--partnership", "Ours"), ("sample", "{disk}/sample")]
)
def test_h01_nothing_new_is_begun_on_a_full_disk(words: tuple[str, ...], small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(bytes(shutil.disk_usage(small_disk).free - 8192))
    refusal = run_process(*(word.replace("{disk}", str(small_disk)) for word in words)).refusal
    assert "no room left" in refusal or "no space left" in refusal
    assert not list(small_disk.rglob("*.funding"))
    assert not list(small_disk.rglob(".fundingapp*"))
