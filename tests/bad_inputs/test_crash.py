"""The program ends in the middle of its work (catalogue K)."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from fundingapp.application.ports import LineFilter
from fundingapp.application.progress import SilentProgress
from fundingapp.application.queries.evidence import CheckPapers
from fundingapp.application.queries.lines import LineCounts
from fundingapp.application.queries.workspace import History
from fundingapp.assembly import Assembly
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import FileState
from fundingapp.persistence.backups import Backups, folder_of
from fundingapp.ui.safety.starts import Starts
from fundingapp.workbooks import apart
from tests.bad_inputs.given import Given, cells
from tests.conftest import ROOT
from tests.persistence.test_sqlite import leave_half_done


def killed_during(statement: str, *given: str, after: float) -> None:
    """Has a process of its own carry out *statement* over and over, and kills it after so many seconds."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from fundingapp.assembly import Assembly\n"
        "from fundingapp.application.progress import SilentProgress\n"
        "from fundingapp.application.commands.grants import SetUpPartnership\n"
        "from fundingapp.domain.funds import Partnership\n"
        "opened = Assembly().open(sys.argv[1])\n"
        "print('ready', flush=True)\n"
        "number = 0\n"
        "while True:\n"
        "    number += 1\n"
        f"    {statement}\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, *given], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    time.sleep(after)
    assert child.poll() is None, "it ended by itself"
    child.kill()
    child.wait(timeout=30)
    child.stdout.close()


def test_k01_what_was_confirmed_before_a_kill_is_there_and_the_file_opens_quickly(given: Given) -> None:
    """test_kills.py does this hundreds of times; here once, with what the person sees."""
    given.brought(given.text(*(cells(at, f"{at}.00") for at in range(1, 2_000))))
    number = len(given.desk.ask(History()))
    given.opened.close()
    killed_during(
        "opened.desk.do(SetUpPartnership(Partnership(f'Name {number}')))", str(given.file), after=0.5
    )
    began = time.monotonic()
    given.opened = Assembly().open(str(given.file))
    assert time.monotonic() - began < 2
    assert given.opened.notice == ""
    assert given.opened.warnings == ()
    history = given.opened.desk.ask(History())
    assert len(history) > number
    assert given.opened.check() == []


@pytest.mark.parametrize("after", [0.02, 0.1, 0.3])
def test_k02_a_kill_during_a_backup_leaves_the_file_whole_and_no_half_backup(
    given: Given, after: float
) -> None:
    given.brought(given.text(*(cells(at, f"{at}.00") for at in range(1, 2_000))))
    given.opened.close()
    killed_during("opened.safety.back_up('', SilentProgress())", str(given.file), after=after)
    given.opened = Assembly().open(str(given.file))
    backups = Backups(given.file)
    for backup in backups.all():
        assert backups.problem(backup) is None
    assert given.opened.check() == []
    for left in folder_of(given.file).glob(".fundingapp-*"):
        old = time.time() - 2 * 24 * 60 * 60
        os.utime(left, (old, old))
    assert given.opened.safety is not None
    given.opened.safety.back_up("", SilentProgress())
    assert not list(folder_of(given.file).glob(".fundingapp-*")), "leftovers are swept"


_ADD = (
    "from fundingapp.application.commands.papers import AddPapers, NewPaper; "
    "paper = Path(sys.argv[2], f'{number}.txt'); paper.write_bytes(str(number).encode() * 200_000); "
    "opened.desk.do(AddPapers((NewPaper(paper),)))"
)


@pytest.mark.parametrize("after", [0.05, 0.2, 0.5])
def test_k02_a_kill_while_papers_come_in_leaves_each_whole_or_none(
    given: Given, tmp_path: Path, temp: Path, after: float
) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    given.opened.close()
    killed_during(_ADD, str(given.file), str(papers), after=after)
    given.opened = Assembly().open(str(given.file))
    given.desk = given.opened.desk
    assert given.opened.check() == []
    states = [state for _, state in given.desk.ask(CheckPapers())]
    assert states == [FileState.WHOLE] * len(states)
    # The last one may be on the disk already without its row, which does no harm and goes after a week.
    kept = list(given.file.with_name(f"{given.file.name}-files").glob("??/[0-9a-f]*"))
    assert len(states) <= len(kept) <= len(states) + 1


def test_k03_a_power_cut_in_the_middle_of_a_commit_leaves_the_last_confirmed_state(
    given: Given, tmp_path: Path
) -> None:
    given.brought(given.text(*(cells(at, f"{at}.00") for at in range(1, 400))))
    counts = given.desk.ask(LineCounts(LineFilter()))
    given.opened.close()
    cut = tmp_path / "cut.funding"
    leave_half_done(given.file, cut)
    shutil.copytree(f"{given.file}-files", f"{cut}-files")
    opened = Assembly().open(str(cut))
    assert opened.desk.ask(LineCounts(LineFilter())) == counts
    assert opened.check() == []
    opened.close()
    given.opened = Assembly().open(str(given.file))


def test_k03_a_journal_that_lost_its_unsynced_end_does_no_harm(given: Given, tmp_path: Path) -> None:
    """What a power cut drops are pieces that were never synced: the journal is cut at any of its sectors while the
    file itself has not been written yet, as SQLite syncs the journal first."""
    given.brought(given.text(*(cells(at, f"{at}.00") for at in range(1, 400))))
    given.opened.close()
    with closing(sqlite3.connect(given.file)) as connection:
        before = list(connection.iterdump())
    half = tmp_path / "half.funding"
    leave_half_done(given.file, half)
    journal = Path(f"{half}-journal").read_bytes()
    outcomes = 0
    for end in range(0, len(journal), max(512, len(journal) // 40 // 512 * 512)):
        cut = tmp_path / f"cut{end}.funding"
        shutil.copyfile(given.file, cut)
        Path(f"{cut}-journal").write_bytes(journal[:end])
        with closing(sqlite3.connect(cut)) as connection:
            assert list(connection.iterdump()) == before, f"journal cut at {end}"
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        outcomes += 1
        cut.unlink()
        Path(f"{cut}-journal").unlink(missing_ok=True)
    assert outcomes >= 20
    given.opened = Assembly().open(str(given.file))


def test_k04_a_mistake_of_the_program_keeps_what_was_saved_and_writes_no_personal_data(
    given: Given, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    from fundingapp.application.commands import HANDLERS
    from tests.console.terminal import run

    def broken(*_given: object) -> None:
        raise ZeroDivisionError("a mistake of ours")

    given.brought(given.text(cells(1, supplier="Mr A. Person")))
    before = given.desk.ask(History())
    given.opened.close()
    command = next(each for each in HANDLERS if each.__name__ == "LockPeriods")
    monkeypatch.setitem(HANDLERS, command, broken)
    ran = run("lock", given.file, "--year", "2018/19", "--to-period", "1", "--reason", "agreed")
    assert (ran.status, ran.out) == (3, "")
    assert "The program made a mistake and stopped; what it had not finished was not kept." in ran.err
    assert "Traceback" not in ran.err
    written = "".join(path.read_text(encoding="utf-8") for path in own_home.rglob("*.log"))
    assert "Mr A. Person" not in written
    given.opened = Assembly().open(str(given.file))
    assert given.opened.desk.ask(History()) == before


def test_k05_a_half_typed_form_comes_back_as_a_draft(tmp_path: Path) -> None:
    """A program is gone in the middle of a form; the next one offers what was typed. The window: tests/ui/shell."""

    def run_form(typed: str) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-X",
            "utf8",
            "-m",
            "tests.bad_inputs.form_child",
            str(tmp_path / "settings.ini"),
            typed,
        ]
        return subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
        )

    assert run_form("the invoice of Ap").returncode == 9
    again = run_form("")
    assert (again.returncode, again.stdout.strip()) == (0, "12.50|the invoice of Ap"), again.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends programs in another way")
def test_k06_a_log_off_ends_the_console_with_nothing_half_done(given: Given) -> None:
    given.opened.close()
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from fundingapp.assembly import Assembly; opened = Assembly().open(sys.argv[1]);"
            " print('ready', flush=True); sys.stdin.read(); opened.close()",
            str(given.file),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=30)
    given.opened = Assembly().open(str(given.file))
    assert given.opened.notice == "", "the lock of a program that was ended is taken over"
    assert given.opened.check() == []


def test_k07_a_reader_that_runs_out_of_memory_dies_alone(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_quarantine", {})
    greedy = (
        "from fundingapp.children.limits import limit_this_process; limit_this_process(1); bytearray(10**12)"
    )
    path = given.book(["Trans No"], ["T1"])
    with monkeypatch.context() as patched:
        patched.setattr(apart, "child_command", lambda: [sys.executable, "-c", greedy])
        with pytest.raises(ExpectedError) as caught:
            given.read(path)
    assert path.name in caught.value.message
    assert given.opened.check() == []


def test_k08_the_third_start_after_two_that_went_badly_is_a_safe_one(tmp_path: Path) -> None:
    """What the window then offers is tried in tests/ui/safety."""
    place = tmp_path / "starts.json"
    assert [Starts(place).begin() for _ in range(3)] == [False, False, True]
    Starts(place).stood()
    assert Starts(place).begin() is False
