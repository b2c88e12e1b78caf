"""The child that reads a workbook may die, hang or lie; the program says so in a sentence and goes on (X35, K07)."""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fundingapp.children import frames as plain_frames, limits
from fundingapp.domain.errors import InputRefusedError
from fundingapp.workbooks import apart, frames
from fundingapp.workbooks.apart import CHILD_WORD, read_workbook
from fundingapp.workbooks.sources import Kind, kind_of
from fundingapp.workbooks.workbook import read_grids
from tests.workbooks.binary import binary_workbook, sheet_bin
from tests.workbooks.packages import ledger_rows, saved, sheet_xml, workbook

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "data" / "workbooks"

Starts = Callable[[str], None]


def silent(_done: int, _total: int, _label: str) -> None:
    pass


@pytest.fixture(autouse=True)
def nothing_is_in_quarantine() -> Iterator[None]:
    apart._quarantine.clear()
    yield
    apart._quarantine.clear()


@pytest.fixture
def child_runs(monkeypatch: pytest.MonkeyPatch) -> Starts:
    """Makes the child run other Python code instead of reading."""

    def runs(code: str) -> None:
        monkeypatch.setattr(apart, "child_command", lambda: [sys.executable, "-P", "-c", code])

    return runs


def refusal(path: Path) -> InputRefusedError:
    with pytest.raises(InputRefusedError) as caught:
        read_workbook(path, path.name, Kind.XLSX, None, silent)
    assert path.name in caught.value.message
    assert caught.value.advice
    return caught.value


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return saved(tmp_path, workbook(sheet_xml(ledger_rows(5, 't="e"><v>#REF!</v>', 7))))


def samples(folder: Path) -> list[Path]:
    binary = saved(
        folder, binary_workbook({"Ledger": sheet_bin([["Amount"], [5], ["#REF!"]])}), "ledger.xlsb"
    )
    charnwood = ROOT / "resources" / "sample" / "charnwood"
    return [binary, *sorted(SAMPLES.glob("ledger.*")), *sorted(charnwood.glob("*.xlsx"))]


def test_the_child_tells_what_is_read_in_this_process(tmp_path: Path) -> None:
    for path in samples(tmp_path):
        raw = path.read_bytes()
        kind = kind_of(raw, path.name)
        assert read_workbook(path, path.name, kind, None, silent) == read_grids(
            raw, path.name, kind, None, silent
        )


def test_the_child_passes_refusals_on(tmp_path: Path) -> None:
    path = saved(tmp_path, workbook("<worksheet>"))
    error = refusal(path)
    assert error.code == "damaged"
    assert "xl/worksheets/sheet1.xml" in error.message
    assert apart._quarantine == {}


def test_a_file_that_has_gone_meanwhile_is_refused(ledger: Path, child_runs: Starts) -> None:
    child_runs(
        f"import os\nfrom fundingapp.workbooks import child\nos.unlink({str(ledger)!r})\nchild.main()\n"
    )
    assert refusal(ledger).code == "cannot_read"
    assert refusal(ledger).code == "cannot_read"
    assert apart._quarantine == {}


def test_a_sheet_that_is_not_there_is_refused_through_the_child(ledger: Path) -> None:
    with pytest.raises(InputRefusedError) as caught:
        read_workbook(ledger, "ledger.xlsx", Kind.XLSX, "Other", silent)
    assert caught.value.code == "no_sheet"


def test_an_installed_program_is_its_own_child(monkeypatch: pytest.MonkeyPatch, ledger: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert apart.child_command() == [sys.executable, CHILD_WORD]
    monkeypatch.undo()
    usual = read_workbook(ledger, ledger.name, Kind.XLSX, None, silent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart, "child_command", lambda: [sys.executable, "-P", "-m", "fundingapp", CHILD_WORD])
        assert read_workbook(ledger, ledger.name, Kind.XLSX, None, silent) == usual


def test_the_child_is_light() -> None:
    """It starts with every workbook: neither the window's libraries nor the database's may come along."""
    program = "import sys, fundingapp.workbooks.child, json; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    rooms = {name.partition(".")[0] for name in json.loads(ran.stdout)}
    assert not rooms & {"PySide6", "sqlalchemy", "openpyxl", "xlsxwriter", "alembic", "numpy", "rich"}


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        "import os; os._exit(3)",
        "import os; os.kill(os.getpid(), 11)",
        "import sys; sys.stdout.buffer.write(b'rubbish' * 9)",
        "import sys; sys.stdout.buffer.write(b'\\xff\\xff\\xff\\xff')",
        "import sys; sys.stdout.buffer.write(b'\\x04\\x00\\x00\\x00abcd')",
        "import sys; sys.stdout.buffer.write(b'\\x04\\x00\\x00\\x00ab')",
        "raise SystemExit('no module of that name')",
    ],
)
def test_x35_a_child_that_dies_or_babbles_refuses_the_file(
    child_runs: Starts, ledger: Path, code: str
) -> None:
    child_runs(code)
    error = refusal(ledger)
    assert error.code == "reader_stopped"
    assert "Nothing else was harmed" in error.message


def test_x35_a_child_that_dies_half_way_gives_nothing(child_runs: Starts, ledger: Path) -> None:
    child_runs(
        "import os\n"
        "from fundingapp.workbooks import child, reading\n"
        "whole = child.parts_of_workbook\n"
        "def half(*given):\n"
        "    for part in whole(*given):\n"
        "        yield part\n"
        "        if isinstance(part, reading.Rows):\n"
        "            os.abort()\n"
        "child.parts_of_workbook = half\n"
        "child.main()\n"
    )
    assert refusal(ledger).code == "reader_stopped"


def test_x35_a_child_that_falls_silent_is_ended(
    child_runs: Starts, ledger: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(limits, "_SILENCE", 0.4)
    child_runs(
        "import sys, os, time\n"
        "from fundingapp.workbooks import child\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n"
        "child.parts_of_workbook = lambda *given: time.sleep(60)\n"
        "child.main()\n"
    )
    start = time.monotonic()
    error = refusal(ledger)
    assert error.code == "reader_stopped"
    assert "gave no sign of life" in error.message
    assert time.monotonic() - start < 20
    assert_gone(int((tmp_path / "pid").read_text()))


def assert_gone(pid: int) -> None:
    if sys.platform == "win32":
        return  # there signal 0 is no question but a signal
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="the job object is the system's own there")
def test_k07_a_child_that_takes_too_much_memory_dies_alone(child_runs: Starts, ledger: Path) -> None:
    child_runs(
        "from fundingapp.workbooks import child\n"
        "child.parts_of_workbook = lambda *given: [bytearray(1 << 30)]\n"
        "child.main()\n"
    )
    error = refusal(ledger)
    assert error.code == "out_of_memory"
    assert "Make the download for fewer periods" in error.advice


def test_k07_a_real_file_that_makes_calamine_abort_is_refused_and_the_program_lives() -> None:
    """Four bits of an .xls were flipped, and calamine asks for 171 GB: the process aborts, which nothing catches."""
    path = SAMPLES / "aborts_the_reader.xls"
    with pytest.raises(InputRefusedError) as caught:
        read_workbook(path, path.name, Kind.XLS, None, silent)
    assert caught.value.code == "reader_stopped"
    assert "ran out of memory or broke down" in caught.value.message


@pytest.mark.skipif(sys.platform != "linux", reason="it asks Linux how much memory the child has")
def test_k07_native_code_that_runs_out_of_memory_dies_alone(child_runs: Starts, tmp_path: Path) -> None:
    """calamine aborts the process; that is why it runs in one of its own (E1)."""
    path = saved(tmp_path, workbook(sheet_xml(ledger_rows(*range(60_000)))))
    child_runs(
        "from fundingapp.workbooks import child, reading\n"
        "import resource, re\n"
        "whole = child.parts_of_workbook\n"
        "def narrow(*given):\n"
        "    now = int(re.search(r'VmSize:\\s+(\\d+)', open('/proc/self/status').read()).group(1)) * 1024\n"
        "    resource.setrlimit(resource.RLIMIT_AS, (now + (12 << 20), resource.RLIM_INFINITY))\n"
        "    yield from whole(*given)\n"
        "child.limit_this_process = lambda size: None\n"
        "child.parts_of_workbook = narrow\n"
        "child.main()\n"
    )
    assert refusal(path).code in {"reader_stopped", "out_of_memory"}


def test_x35_a_file_that_stopped_the_reader_is_not_tried_again(
    child_runs: Starts, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child_runs("import os; os.abort()")
    refusal(ledger)
    started = 0
    whole = apart._start

    def start() -> subprocess.Popen[bytes]:
        nonlocal started
        started += 1
        return whole()

    monkeypatch.undo()
    monkeypatch.setattr(apart, "_start", start)
    other = ledger.with_name("the same under another name.xlsx")
    other.write_bytes(ledger.read_bytes())
    for path in (ledger, other):
        error = refusal(path)
        assert error.code == "reader_stopped"
        assert "it was not tried again" in error.message
        assert "close Funding Tracker and open it again" in error.advice
    assert started == 0
    fine = saved(ledger.parent, workbook(sheet_xml(ledger_rows(5))), "fine.xlsx")
    grids, _ = read_workbook(fine, "fine.xlsx", Kind.XLSX, None, silent)
    assert (started, len(grids)) == (1, 1)


class StopError(Exception):
    """What a progress raises when the user cancels."""


def test_x40_cancelling_ends_the_child_within_a_second(
    child_runs: Starts, ledger: Path, tmp_path: Path
) -> None:
    child_runs(
        "import os, time\n"
        "from fundingapp.workbooks import child\n"
        "def hang(*given):\n"
        f"    open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n"
        "    time.sleep(60)\n"
        "child.parts_of_workbook = hang\n"
        "child.main()\n"
    )
    wanted = 0.0

    def report(_done: int, _total: int, _label: str) -> None:
        nonlocal wanted
        if (tmp_path / "pid").exists() and (tmp_path / "pid").read_text():
            wanted = wanted or time.monotonic()
            raise StopError

    threads = threading.active_count()
    with pytest.raises(StopError):
        read_workbook(ledger, ledger.name, Kind.XLSX, None, report)
    assert time.monotonic() - wanted < 1
    assert_gone(int((tmp_path / "pid").read_text()))
    assert threading.active_count() == threads
    assert apart._quarantine == {}


def test_progress_of_the_child_is_told_and_may_stop_it(tmp_path: Path) -> None:
    path = saved(tmp_path, workbook(sheet_xml(ledger_rows(*range(60_000)))))
    told: list[tuple[int, int, str]] = []
    read_workbook(path, path.name, Kind.XLSX, None, lambda *how: told.append(how))
    labels = {label for *_, label in told}
    assert "Checking ledger.xlsx" in labels
    assert all(done <= total for done, total, _ in told)

    def stop(_done: int, _total: int, label: str) -> None:
        if label.startswith("Checking"):
            raise StopError

    start = time.monotonic()
    with pytest.raises(StopError):
        read_workbook(path, path.name, Kind.XLSX, None, stop)
    assert time.monotonic() - start < 10


def test_a_frame_makes_nothing_but_plain_values() -> None:
    evil = pickle.dumps(("rows", os.system), pickle.HIGHEST_PROTOCOL)
    with pytest.raises(plain_frames.BrokenFrameError):
        plain_frames.unpacked(evil)
    with pytest.raises(plain_frames.BrokenFrameError):
        frames.part_of(("nonsense", 1))
    with pytest.raises(plain_frames.BrokenFrameError):
        frames.part_of(("finding", ("no severity", "", "", ())))
    with pytest.raises(plain_frames.BrokenFrameError):
        plain_frames.read_frame(io.BytesIO(b"\x01"))


def test_the_limits_grow_with_the_file_and_end() -> None:
    assert limits.memory_for(0) == 480 * limits.MB
    assert limits.memory_for(limits.MB) == 520 * limits.MB
    assert limits.memory_for(10**12) == 2048 * limits.MB
    assert limits.silence_for(0) == 5
    assert limits.silence_for(50 * limits.MB) == 105
