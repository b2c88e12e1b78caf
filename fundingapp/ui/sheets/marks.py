"""What the program says of the cells of a sheet: which figure is explained, what is wrong, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from fundingapp.ui.theme import Tone


@dataclass(frozen=True, slots=True)
class CellAt:
    """A cell of a workbook: the sheet's name as the workbook writes it, and an address (of a merged area its first)."""

    sheet: str
    cell: str

    @property
    def in_words(self) -> str:
        """As ``Expenditure!C7``."""
        return f"{self.sheet}!{self.cell}"


@dataclass(frozen=True, slots=True)
class CellMark:
    """What is said of one cell. *derived* underlines a figure that answers “why?”; *tone* colours the cell and puts a
    sign into it; *changed* says that it had another value before; *text* is shown instead of what the workbook holds;
    *ghost* stands quietly where the cell is empty; *hint* is said of it to the pointer and to a screen reader."""

    derived: bool = False
    tone: Tone | None = None
    changed: bool = False
    text: str | None = None
    ghost: str = ""
    hint: str = ""


NO_MARK = CellMark()

#: By the sheet's name and the cell's address.
Marks: TypeAlias = Mapping[tuple[str, str], CellMark]

#: What stands in the corner of a cell of that tone, and is said of it: colour alone says nothing.
SIGNS: Mapping[Tone, tuple[str, str]] = {
    Tone.BAD: ("!", "error"),
    Tone.ATTENTION: ("?", "to look at"),
    Tone.GOOD: ("✓", "done"),
    Tone.ACCENT: ("", ""),
    Tone.NEUTRAL: ("", ""),
}
