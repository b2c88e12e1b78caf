"""How the commands open a funding file that lies on a share, and what is said of its publishing when they are done."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any, cast

from fundingapp.application.offices import Offices, OpenFile
from fundingapp.application.sharing import Stage
from fundingapp.console.output import Output


def add_personal_data_option(made: argparse.ArgumentParser) -> None:
    """How a script says that something may go on although it looks like personal data."""
    made.add_argument(
        "--accept-personal-data",
        default="",
        metavar="REASON",
        help="go on although something looks like personal data; the history keeps the reason",
    )


def add_share_options(made: argparse.ArgumentParser) -> None:
    """What can be wished of a file on a share, and of what looks like personal data."""
    add_personal_data_option(made)
    group = made.add_argument_group("a file that others use too")
    group.add_argument(
        "--take-over",
        action="store_true",
        help="take it over from somebody whose program has been silent for ten minutes; the history tells of it",
    )
    group.add_argument(
        "--accept-older",
        action="store_true",
        help="open it although it has gone back behind what this PC has seen of it",
    )
    group.add_argument(
        "--working-copy",
        action="store_true",
        help="work on a copy that is published back, as on a network drive, wherever it lies",
    )


class _Opening:
    """The offices as one command uses them: files are opened as it wishes, and what is not published is said."""

    def __init__(self, offices: Offices, given: argparse.Namespace, out: Output) -> None:
        self._offices = offices
        self._given = given
        self._out = out
        self.all_published = True

    def open(self, target: str, *, writing: bool = True, **_: bool) -> OpenFile:
        opened = self._offices.open(
            target,
            # A decision about personal data is recorded, also where the command only looks.
            writing=writing or bool(getattr(self._given, "accept_personal_data", "")),
            take_over=getattr(self._given, "take_over", False),
            accept_older=getattr(self._given, "accept_older", False),
            working_copy=getattr(self._given, "working_copy", False),
        )
        opened.desk.accept_personal_data = getattr(self._given, "accept_personal_data", "")
        opened.desk.tell_followed = self._out.say
        if opened.sharing is None:
            return opened
        return replace(opened, close=lambda: self._close(opened))

    def _close(self, opened: OpenFile) -> None:
        opened.close()
        if opened.sharing is None:
            return
        state = opened.sharing.state
        if state.stage is not Stage.PUBLISHED:
            self.all_published = False
            self._out.say(f"{opened.name}: {state.in_words}. {state.advice}".strip())
        elif state.saved is not None:
            self._out.say(f"{opened.name}: {state.in_words}.")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._offices, name)


def opening(offices: Offices, given: argparse.Namespace, out: Output) -> tuple[Offices, _Opening]:
    """*offices* as the command line *given* wishes them, and what afterwards tells whether all was published."""
    made = _Opening(offices, given, out)
    return cast("Offices", made), made
