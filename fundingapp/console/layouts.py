"""The console's part about layouts: which one a download is read by, and the list that a funding file remembers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from fundingapp.application.commands.layouts import (
    AUTOMATIC,
    ExportLayout,
    ForgetLayout,
    RememberLayout,
    RenameLayout,
)
from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.ports import Kept, SavedLayout
from fundingapp.application.queries.layouts import Layouts
from fundingapp.application.wording import count, short_date
from fundingapp.console.output import Output, Part, table
from fundingapp.domain.builtin_layouts import BUILT_IN
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.layout_files import SUFFIX
from fundingapp.domain.layouts import Layout, layout_named


def is_layout_file(text: str) -> bool:
    """Whether *text* names a layout file rather than a layout."""
    return text.casefold().endswith(".json")


def asked_layout(text: str, offices: Offices) -> tuple[str, tuple[Layout, ...]]:
    """The name of the layout to use, "" for none, and the layouts that come from a file of their own."""
    if text.casefold() == AUTOMATIC:
        return "", ()
    if is_layout_file(text):
        found = offices.layout(Path(text))
        return found.name, (found,)
    return text, ()


def add_layouts_options(made: argparse.ArgumentParser) -> None:
    """The options of “layouts”: at most one of what is to be done."""
    doing = made.add_mutually_exclusive_group()
    doing.add_argument("--add", metavar="F", type=Path, help=f"remember the layout in this file (*{SUFFIX})")
    doing.add_argument("--export", metavar="NAME", help="write this layout to the file given with --out")
    doing.add_argument("--forget", metavar="NAME", help="forget this layout; what was imported by it stays")
    doing.add_argument(
        "--rename",
        nargs=2,
        metavar=("NAME", "NEW"),
        help="call a layout otherwise; its number will do as NAME",
    )
    made.add_argument("--out", metavar="F", type=Path, help="where --export writes to")


def do_layouts(given: argparse.Namespace, desk: Desk, offices: Offices, out: Output) -> None:
    """Carries out “layouts”, and prints the list as it is then."""
    said: list[Part] = []
    if given.out is not None and given.export is None:
        raise ExpectedError(
            "no_export", "--out is only for --export.", "Say which layout with --export NAME."
        )
    if given.add is not None:
        layout = offices.layout(given.add)
        desk.do(RememberLayout(layout))
        said.append(f"The layout “{layout.name}” is remembered.")
    elif given.export is not None:
        if given.out is None:
            raise ExpectedError("no_out", "--export needs the file to write.", "Give it with --out.")
        desk.do(ExportLayout(_any_layout(desk, given.export), given.out))
        said.append(f"The layout is in {given.out}.")
    elif given.forget is not None:
        desk.do(ForgetLayout(_kept(desk, given.forget).id))
        said.append(f"The layout {given.forget} is forgotten.")
    elif given.rename is not None:
        old, new = given.rename
        desk.do(RenameLayout(_kept(desk, old).id, new))
        said.append(f"The layout {old} is called “{new}”.")
    layouts = desk.ask(Layouts())
    rows = [
        (
            str(kept.id),
            kept.value.name or "(no name)",
            kept.value.system,
            f"{len(kept.value.headings):,}",
            f"{kept.value.confirmed_by}, {short_date(kept.value.confirmed_at.date())}",
        )
        for kept in layouts
    ]
    said.append(
        table(
            count(len(layouts), "layout") + " remembered",
            ("Number", "Name", "System", "Columns", "Confirmed by"),
            rows,
            (0, 3),
        )
    )
    said.append(f"Built in: {', '.join(layout.name for layout in BUILT_IN)}.")
    out.result(
        {
            "layouts": [_data(kept) for kept in layouts],
            "built_in": [layout.name for layout in BUILT_IN],
            "out": str(given.out) if given.out is not None else None,
        },
        said,
    )


def _data(kept: Kept[SavedLayout]) -> dict[str, Any]:
    saved = kept.value
    return {
        "number": kept.id,
        "name": saved.name,
        "system": saved.system,
        "confirmed_by": saved.confirmed_by,
        "confirmed_at": saved.confirmed_at.isoformat(),
        "columns": [
            {"heading": heading, "meaning": meaning.value}
            for heading, meaning in zip(saved.headings, saved.meanings, strict=True)
        ],
    }


def _kept(desk: Desk, name: str) -> Kept[SavedLayout]:
    """The remembered layout of that name or number. Raises NotFoundError."""
    layouts = desk.ask(Layouts())
    wanted = name.strip().casefold()
    for kept in layouts:
        if wanted and kept.value.name.casefold() == wanted:
            return kept
    for kept in layouts:
        if wanted == str(kept.id):
            return kept
    known = ", ".join(f"“{kept.value.name or kept.id}”" for kept in layouts) or "none"
    raise NotFoundError("layout", name, f"The file remembers {known}.")


def _any_layout(desk: Desk, name: str) -> Layout:
    """The layout of that name, remembered or built in."""
    try:
        return _kept(desk, name).value.layout
    except NotFoundError:
        built_in = layout_named(name, BUILT_IN)
        if built_in is None:
            raise
        return built_in
