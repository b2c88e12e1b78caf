"""What is dropped on the window or pasted: files, folders, addresses, and files that another program hands over
although they stand in no folder, such as what comes with a letter in Outlook."""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData

from fundingapp.application.progress import Progress
from fundingapp.domain.errors import ExpectedError

#: How Qt calls what Windows lists of such files, and the content of one of them.
_LIST: Final = 'application/x-qt-windows-mime;value="FileGroupDescriptorW"'
_CONTENT: Final = 'application/x-qt-windows-mime;value="FileContents"'
#: FILEDESCRIPTORW: its length, where the name begins, and how long that may be, in bytes.
_ENTRY, _NAME, _NAME_LENGTH = 592, 72, 520

_WEB: Final = ("http", "https")
#: What systems and programs leave in folders.
_NO_PAPERS: Final = frozenset({"thumbs.db", "desktop.ini"})
#: More than this in one is no folder of papers but somebody's whole disk.
MOST_FILES: Final = 5_000


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A file that another program hands over; *content* is None when it can't be had so."""

    name: str
    content: bytes | None


def files_of(dropped: QMimeData) -> list[Path]:
    """The files among what is dropped; folders and addresses of the web are none. It asks the disk of each."""
    return [place for place in places_of(dropped) if place.is_file()]


def places_of(dropped: QMimeData) -> list[Path]:
    """The files and folders among what is dropped, as they are named: the disk, which may be far away, is not asked."""
    return [Path(url.toLocalFile()) for url in dropped.urls() if url.isLocalFile()]


def links_in(dropped: QMimeData) -> list[str]:
    """The addresses of the web among what is dropped."""
    return [url.toString() for url in dropped.urls() if url.scheme() in _WEB]


def can_take(dropped: QMimeData) -> bool:
    """Whether anything of what hovers over the window can become a paper."""
    return dropped.hasFormat(_LIST) or any(
        url.isLocalFile() or url.scheme() in _WEB for url in dropped.urls()
    )


def handed_over(dropped: QMimeData) -> list[HandedOver]:
    """The files that another program hands over; none where files of the disk are dropped."""
    if not dropped.hasFormat(_LIST) or places_of(dropped):
        return []
    listed = bytes(dropped.data(_LIST).data())
    number = struct.unpack_from("<I", listed)[0] if len(listed) >= 4 else 0
    found = []
    for at in range(min(number, len(listed) // _ENTRY)):
        start = 4 + at * _ENTRY + _NAME
        name = listed[start : start + _NAME_LENGTH].decode("utf-16-le", "replace").partition("\0")[0]
        content = bytes(dropped.data(f"{_CONTENT};index={at}").data())
        if not content and number == 1:
            content = bytes(dropped.data(_CONTENT).data())
        found.append(HandedOver(name or "paper", content or None))
    return found


def files_among(places: Sequence[Path], progress: Progress) -> tuple[list[Path], int]:
    """*places*, each folder among them replaced by the files in it and in the folders in it, by name; and how many of
    those were left out because programs keep them for themselves. Links to elsewhere are not followed.

    Raises ExpectedError when those of a folder are too many to be papers.
    """
    found: list[Path] = []
    left_out = 0
    for folder in places:
        progress.report(len(found), 0, "Looking at the files")
        if not folder.is_dir():
            found.append(folder)  # also what is gone meanwhile: whoever reads it says so
            continue
        before = len(found)
        for place, inner, names in os.walk(folder):
            progress.report(len(found), 0, f"Looking into “{Path(place).name}”")
            inner[:] = sorted(each for each in inner if not each.startswith("."))
            for name in sorted(names):
                if name.startswith((".", "~$")) or name.casefold() in _NO_PAPERS:
                    left_out += 1
                else:
                    found.append(Path(place, name))
            if len(found) - before > MOST_FILES:
                raise ExpectedError(
                    "too_many_files",
                    f"“{folder.name}” holds more than {MOST_FILES:,} files.",
                    "Drop the folders that hold papers one by one; nothing was taken in.",
                )
    return found, left_out
