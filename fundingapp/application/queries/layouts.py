"""The layouts that a file remembers, and those in files of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, SavedLayout, TableReader, Tools
from fundingapp.domain.layout_files import LONGEST_NAME, SUFFIX
from fundingapp.domain.layouts import Layout


@dataclass(frozen=True, slots=True)
class Layouts(Question["list[Kept[SavedLayout]]"]):
    """Every layout that the file remembers: those with a name first, by name, then the newest."""


@dataclass(frozen=True, slots=True)
class ReadLayout(Question[Layout]):
    """The layout in the file at *path*. One without a name is called by the name of its file."""

    path: Path


def confirmed_in_words(saved: SavedLayout) -> str:
    """By which layout a download was read: “as Ann confirmed on 3 May 2026”."""
    day = saved.confirmed_at.astimezone()
    name = f" (“{saved.name}”)" if saved.name else ""
    return f"as {saved.confirmed_by} confirmed on {day.day} {day:%B %Y}{name}"


def answer_layouts(question: Layouts, tools: Tools) -> list[Kept[SavedLayout]]:
    with tools.open_work(reading=True) as work:
        kept = sorted(work.layouts.all(), key=lambda entry: entry.value.confirmed_at, reverse=True)
    return sorted(kept, key=lambda entry: (not entry.value.name, entry.value.name.casefold()))


def answer_read_layout(question: ReadLayout, tools: Tools) -> Layout:
    return layout_in(tools.reader, question.path)


def layout_in(reader: TableReader, path: Path) -> Layout:
    """The layout in the file at *path*, called by the file's name where it has none. Raises InputRefusedError."""
    layout = reader.layout(path)
    name = path.name.removesuffix(SUFFIX)
    return layout if layout.name else replace(layout, name=name[:LONGEST_NAME])


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    Layouts: answer_layouts,
    ReadLayout: answer_read_layout,
}
