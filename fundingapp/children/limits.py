"""How much memory and time a child may take, and how the system is told so (``trust.md`` D8, X35, K07)."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from subprocess import Popen  # the child is limited too, and starts nothing itself

MB: Final = 1024 * 1024
#: An honest file needs memory and time in proportion to its size: measured with the largest of each format.
_MEMORY: Final = 480 * MB
_MEMORY_PER_BYTE: Final = 40
_MOST_MEMORY: Final = 2048 * MB
#: Seconds without a word from the child, before it is up and afterwards.
START_TIME: Final = 30.0
_SILENCE: Final = 5.0
_SILENCE_PER_MB: Final = 2.0


def memory_for(size: int) -> int:
    """How many bytes a child may take for a file of *size* bytes."""
    return min(_MEMORY + _MEMORY_PER_BYTE * size, _MOST_MEMORY)


def silence_for(size: int) -> float:
    """After how many seconds without a word a child that reads a file of *size* bytes has failed."""
    return _SILENCE + _SILENCE_PER_MB * size / MB


def limit_this_process(size: int) -> None:
    """Sets the limits from inside the child, where the system knows such limits (POSIX)."""
    if sys.platform == "win32":
        return  # the job object of its parent limits it
    import resource

    def lower(kind: int, wanted: int) -> None:
        _, most = resource.getrlimit(kind)
        if most != resource.RLIM_INFINITY:
            wanted = min(wanted, most)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (wanted, most))

    lower(resource.RLIMIT_AS, memory_for(size))
    lower(resource.RLIMIT_CORE, 0)  # a crash leaves no copy of the ledger behind
    # Only for a child whose parent was killed while a reader runs in circles; a child may have had tasks before.
    used = resource.getrusage(resource.RUSAGE_SELF)
    lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + 60 + 10 * size / MB))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _KILL_ON_CLOSE: Final = 0x00002000
    _PROCESS_MEMORY: Final = 0x00000100
    _DIE_ON_EXCEPTION: Final = 0x00000400
    _EXTENDED_LIMITS: Final = 9

    class _BasicLimits(ctypes.Structure):
        """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

        _fields_ = (
            ("PerProcessUserTimeLimit", wintypes.LARGE_INTEGER),
            ("PerJobUserTimeLimit", wintypes.LARGE_INTEGER),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class _Counters(ctypes.Structure):
        """IO_COUNTERS."""

        _fields_ = tuple(
            (name, ctypes.c_ulonglong)
            for name in (
                "ReadOperationCount",
                "WriteOperationCount",
                "OtherOperationCount",
                "ReadTransferCount",
                "WriteTransferCount",
                "OtherTransferCount",
            )
        )

    class _Limits(ctypes.Structure):
        """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

        _fields_ = (
            ("BasicLimitInformation", _BasicLimits),
            ("IoInfo", _Counters),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    def _kernel() -> ctypes.WinDLL:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.CreateJobObjectW.argtypes = (wintypes.LPVOID, wintypes.LPCWSTR)
        kernel.SetInformationJobObject.restype = wintypes.BOOL
        kernel.SetInformationJobObject.argtypes = (
            wintypes.HANDLE,
            ctypes.c_int,
            wintypes.LPVOID,
            wintypes.DWORD,
        )
        kernel.AssignProcessToJobObject.restype = wintypes.BOOL
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        kernel.CloseHandle.restype = wintypes.BOOL
        kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
        return kernel

    @contextlib.contextmanager
    def limited(child: Popen[bytes], size: int) -> Iterator[None]:
        """Puts *child* into a job object with the memory for a file of *size* bytes; it ends with the block.

        The child waits for its task, so it is limited before it opens anything. Where the system allows no job
        (inside another one that forbids it, on old systems), the child runs with its time limit alone.
        """
        kernel = _kernel()
        job = kernel.CreateJobObjectW(None, None)
        try:
            if job:
                limits = _Limits()
                limits.BasicLimitInformation.LimitFlags = _KILL_ON_CLOSE | _PROCESS_MEMORY | _DIE_ON_EXCEPTION
                limits.ProcessMemoryLimit = memory_for(size)
                if kernel.SetInformationJobObject(
                    job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
                ):
                    # subprocess keeps the handle of its process to itself, and Windows alone has one.
                    process = int(child._handle)  # type: ignore[attr-defined]  # noqa: SLF001
                    kernel.AssignProcessToJobObject(job, wintypes.HANDLE(process))
            yield
        finally:
            if job:
                kernel.CloseHandle(job)

else:

    @contextlib.contextmanager
    def limited(child: Popen[bytes], size: int) -> Iterator[None]:  # noqa: ARG001 - as on Windows
        """The child limits itself here, before it opens anything."""
        yield
