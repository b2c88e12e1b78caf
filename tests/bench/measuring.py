"""Times taken side by side: contenders take turns, and the median of each one's turns counts."""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Contender:
    """Something to be timed. *ready* makes what *run* is given, anew for each turn and outside the clock.

    *run* returns its own seconds when the clock of this process is not the one to read, else None.
    """

    run: Callable[[Any], float | None]
    ready: Callable[[], Any] = lambda: None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a contender took: *seconds* as a person waits, and *cpu* seconds, which other work beside it disturbs less.

    The processor's time includes the processes that the contender started, to their end.
    """

    seconds: float
    cpu: float


def in_turns(rounds: int, *contenders: Contender) -> list[Taken]:
    """The medians of each contender over so many *rounds*, in each of which everyone has one turn."""
    times: list[list[Taken]] = [[] for _ in contenders]
    for _ in range(rounds):
        for taken, contender in zip(times, contenders, strict=True):
            given = contender.ready()
            gc.collect()
            cpu, start = _cpu(), time.perf_counter()
            own = contender.run(given)
            seconds = time.perf_counter() - start
            taken.append(Taken(seconds if own is None else own, _cpu() - cpu))
            del given
    return [
        Taken(
            statistics.median(turn.seconds for turn in taken), statistics.median(turn.cpu for turn in taken)
        )
        for taken in times
    ]


def _cpu() -> float:
    return sum(os.times()[:4])


def _surroundings() -> dict[str, str]:
    """Our environment, with compiled modules: an installed program has them, whatever this shell says."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "funding-tracker-bench-compiled"),
    }


def child(task: str, *arguments: object) -> dict[str, Any]:
    """What the task of :mod:`tests.bench.children` said, as its last line; *began* is when it was started.

    Moments are of the monotonic clock, which parent and child share.
    """
    began = time.monotonic()
    done = _run([sys.executable, "-m", "tests.bench.children", task, *map(str, arguments)])
    said: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return {"began": began, **said}


def seconds_to(task: str, moment: str, *arguments: object) -> float:
    """From the start of a process to the *moment* that it names."""
    said = child(task, *arguments)
    return float(said[moment]) - float(said["began"])


def seconds_of(command: Sequence[str], environment: Mapping[str, str] | None = None) -> float:
    """How long a command takes from start to end."""
    start = time.perf_counter()
    _run(command, environment)
    return time.perf_counter() - start


def _run(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**_surroundings(), **_home(), "QT_QPA_PLATFORM": "offscreen", **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return done


def _home() -> dict[str, str]:
    """Settings and data of a user of its own, so that nobody's are read or changed."""
    home = Path(tempfile.gettempdir()) / "funding-tracker-bench-home"
    home.mkdir(exist_ok=True)
    names = (
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
        "XDG_CACHE_HOME",
        "APPDATA",
        "LOCALAPPDATA",
    )
    return dict.fromkeys(names, str(home))


def peak_memory() -> int:
    """The most memory that this process has held, in bytes; with that of its own children, if there are any."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class Counters(ctypes.Structure):
            _fields_ = (
                ("cb", wintypes.DWORD),
                ("page_faults", wintypes.DWORD),
                ("peak", ctypes.c_size_t),
                ("rest", ctypes.c_size_t * 7),
            )

        counters = Counters()
        counters.cb = ctypes.sizeof(counters)
        process = ctypes.windll.kernel32.GetCurrentProcess()
        ctypes.windll.psapi.GetProcessMemoryInfo(process, ctypes.byref(counters), counters.cb)
        return int(counters.peak)
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
    status = Path("/proc/self/status")
    if status.exists():
        # ru_maxrss would count the parent's memory too, at the moment when it made this process.
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 + children
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit + children
