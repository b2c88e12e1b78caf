"""Thousands of spoilt files: each is read or refused, none brings anything down, and no row goes in silence (Z4)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fundingapp.domain.errors import InputRefusedError
from fundingapp.workbooks import apart
from fundingapp.workbooks.sources import Kind, kind_of
from tests.workbooks.fuzzing import READ, REFUSED, SECONDS
from tests.workbooks.mutations import originals, spoilt

ROOT = Path(__file__).resolve().parents[2]
#: FUZZ_FILES=20000 makes a long run of it.
FILES = int(os.environ.get("FUZZ_FILES", "2400"))
PROCESSES = 2


def read_all(first: int, last: int) -> tuple[list[tuple[int, str, str, str, float]], list[int]]:
    """How each spoilt file went, and which of them took their process down: the next process goes on after it."""
    told: list[tuple[int, str, str, str, float]] = []
    crashed: list[int] = []
    while first < last:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.workbooks.fuzzing", str(first), str(last)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "RUST_BACKTRACE": "0"},
        )
        lines = [json.loads(line) for line in ran.stdout.splitlines()]
        told += [tuple(line) for line in lines if isinstance(line, list)]
        if ran.returncode == 0:
            break
        assert lines, ran.stderr[-2000:]
        crashed.append(lines[-1])
        first = lines[-1] + 1
    return told, crashed


@pytest.mark.skipif(
    sys.platform == "win32", reason="the disposable process stops itself by a signal of POSIX"
)
@pytest.mark.timeout(1200)
def test_no_spoilt_file_brings_the_program_down_or_loses_a_row_in_silence(tmp_path: Path) -> None:
    step = FILES // PROCESSES
    with ThreadPoolExecutor(PROCESSES) as threads:
        halves = list(threads.map(lambda at: read_all(at * step, (at + 1) * step), range(PROCESSES)))
    told = [line for half, _ in halves for line in half]
    crashed = [number for _, some in halves for number in some]
    assert len(told) + len(crashed) == step * PROCESSES >= 2000
    assert [line for line in told if line[3] not in {READ, REFUSED}] == []
    assert max(line[4] for line in told) < SECONDS
    assert {line[1] for line in told} == set(originals())
    ways = {how for _, _, _, how, _ in told}
    assert ways == {READ, REFUSED}
    # What took a process down here is what the child is for: the program itself goes on with a refusal.
    for number in crashed:
        case = spoilt(number)
        path = tmp_path / case.name
        path.write_bytes(case.raw)
        assert kind_of(case.raw, case.name) is not Kind.TEXT
        with pytest.raises(InputRefusedError):
            apart.read_workbook(path, case.name, kind_of(case.raw, case.name), None, lambda *_: None)
    apart._quarantine.clear()
