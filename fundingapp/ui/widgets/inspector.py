"""What the inspector shows, as data: a title and blocks. Pages make these; the window's inspector draws them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from PySide6.QtWidgets import QWidget

from fundingapp.domain.money import Money
from fundingapp.ui.theme import Tone


@dataclass(frozen=True, slots=True)
class SumRow:
    """One line of a sum. *link* is what ``link_followed`` carries when the line can be looked into."""

    text: str
    amount: Money | str = ""
    link: object = None
    is_total: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class SumBlock:
    """A sum: its lines, the total last."""

    rows: Sequence[SumRow]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A ledger line with where it came from; *link* as in :class:`SumRow`."""

    text: str
    amount: Money
    source: str
    link: object = None


@dataclass(frozen=True, slots=True)
class LinesBlock:
    """Ledger lines, each with source file, sheet and row."""

    lines: Sequence[SourceLine]
    caption: str = "Ledger lines"


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Words under a quiet caption."""

    text: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class CheckBlock:
    """Findings: each a pill (word and tone) beside its sentence."""

    checks: Sequence[tuple[str, Tone, str]]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class WidgetBlock:
    """A control of the page's own. The function makes it afresh each time the panel shows it."""

    make: Callable[[], QWidget]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A button; the primary one is filled."""

    text: str
    do: Callable[[], object]
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class StepsBlock:
    """Buttons side by side."""

    steps: Sequence[Step]


Block: TypeAlias = SumBlock | LinesBlock | TextBlock | CheckBlock | WidgetBlock | StepsBlock


@dataclass(frozen=True, slots=True)
class InspectorPage:
    """One view of the panel. *subject* tells pages what it is about.

    The same subject again replaces the view.
    """

    title: str
    blocks: Sequence[Block] = field(default=())
    subject: object = None
