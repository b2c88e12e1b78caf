"""Layout files on the disk: small texts in UTF-8 that go from one partnership to another."""

from __future__ import annotations

from pathlib import Path

from fundingapp.domain.errors import ExpectedError, InputRefusedError
from fundingapp.domain.layout_files import LONGEST_FILE, layout_text, read_layout
from fundingapp.domain.layouts import Layout
from fundingapp.workbooks.sources import read_bytes
from fundingapp.workbooks.swap import put_in_place


def read_layout_file(path: Path) -> Layout:
    """The layout in the file at *path*. Raises InputRefusedError."""
    raw = read_bytes(path, path.name)
    try:
        # A letter has up to four bytes; what is longer is refused unread.
        text = raw[: 4 * LONGEST_FILE + 1].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRefusedError(
            "not_a_layout",
            f"“{path.name}” can't be used as a layout: it is not a text file in UTF-8.",
            "Choose a layout file that was exported from Funding Tracker; nothing was changed.",
        ) from error
    return read_layout(text, path.name)


def write_layout_file(layout: Layout, out: Path) -> None:
    """Writes *layout* to *out* and proves that it reads back the same. Raises ExpectedError."""

    def prove(written: Path) -> None:
        if read_layout_file(written) != layout:
            raise ExpectedError(
                "not_read_back",
                f"The layout written to “{out.name}” does not read back the same.",
                "Save it to another folder; a file that was there is as it was.",
            )

    put_in_place(out, layout_text(layout).encode(), prove)
