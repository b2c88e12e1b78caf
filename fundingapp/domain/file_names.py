"""Names and folders that Windows cannot use, told before anything is typed or written (bad-inputs F10)."""

from __future__ import annotations

from typing import Final

from fundingapp.domain.errors import ExpectedError

#: Windows takes these for devices, with whatever suffix.
_DEVICES: Final = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"}
)
_FORBIDDEN: Final = '<>:"/\\|?*'
#: The longest path that every program on Windows can open, in characters.
LONGEST_PATH: Final = 259
#: What stands behind a funding file's path for the originals that it keeps: “-files”, two letters, the hash.
ROOM_FOR_ORIGINALS: Final = len("-files/ab/") + 64


def refuse_name(folder: str, name: str, room: int = 0) -> None:
    """Refuses *name* in *folder* where Windows could not keep the file or would take it for something else.

    *folder* is its whole path; *room* is how many characters the longest name behind it needs. Raises ExpectedError.
    """
    if (why := _objection(name)) != "":
        raise ExpectedError(
            "bad_name",
            f"“{name}” can't be the name of a file on Windows: {why}.",
            "Choose another name; nothing was written.",
        )
    length = len(folder) + 1 + len(name)
    if length + room > LONGEST_PATH:
        kept = f", and {room} more are needed for the originals that are kept beside it" if room else ""
        raise ExpectedError(
            "path_too_long",
            f"“{name}” would have a path of {length:,} characters{kept}; Windows can use {LONGEST_PATH}.",
            f"Choose a folder or a name that is shorter by {length + room - LONGEST_PATH:,}; nothing was written.",
        )


def is_device(name: str) -> bool:
    """Whether Windows takes *name*, with whatever suffix, for a device."""
    return name.partition(".")[0].rstrip(" ").upper() in _DEVICES


def _objection(name: str) -> str:
    stem = name.partition(".")[0].rstrip(" ").upper()
    if is_device(name):
        return f"“{stem}” is the name of a device there"
    if name.endswith((".", " ")):
        return f"it ends with a {'full stop' if name.endswith('.') else 'blank'}, which Windows leaves out"
    bad = next((sign for sign in name if sign in _FORBIDDEN or sign < " "), "")
    if bad:
        return f"it holds “{bad}”" if bad >= " " else "it holds a character that can't be seen"
    return ""
