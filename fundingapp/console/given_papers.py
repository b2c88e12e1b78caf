"""Papers that come with a command as --evidence."""

from __future__ import annotations

import argparse
import mimetypes
from pathlib import Path

from fundingapp.application.commands.evidence import Given

_WHAT = "a file to be kept, or a reference; may be given several times"


def add_evidence_option(made: argparse.ArgumentParser, help: str = _WHAT, *, required: bool = False) -> None:
    """Lets a command be given papers."""
    made.add_argument(
        "--evidence", required=required, action="append", default=[], metavar="PATH|TEXT", help=help
    )


def papers_given(given: argparse.Namespace) -> tuple[Given, ...]:
    """The papers that were given, in their order."""
    return tuple(_paper(text) for text in given.evidence)


def _paper(text: str) -> Given:
    """A file, when one is there or the text ends as a file's name does, so that a slip of the pen is refused and not
    taken for a reference; else the reference."""
    path = Path(text)
    try:
        is_there = path.is_file()
    except (OSError, ValueError):
        is_there = False
    return path if is_there or mimetypes.guess_type(path.name)[0] is not None else text
