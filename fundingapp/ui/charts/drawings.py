"""What a chart of results shows, as plain values: bars to a target, lines over the year, small multiples by area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias


def figure_in_words(value: Decimal) -> str:
    """A count as people write it: thousands separated, no empty decimals, a true minus."""
    plain = value.normalize() if value != value.to_integral_value() else value.quantize(Decimal(1))
    return f"{plain:,f}".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Point:
    """One bar. *text* is the figure as it is shown, which may be no number, such as “<5”; then *value* is None.

    A point that *is_soft* is provisional or only expected: paler, with a dashed outline.
    """

    label: str
    value: Decimal | None
    text: str = ""
    is_soft: bool = False

    @property
    def shown(self) -> str:
        """The figure as it stands over the bar; "" where there is none."""
        if self.text or self.value is None:
            return self.text
        return figure_in_words(self.value)

    @property
    def in_words(self) -> str:
        return f"{self.label} {self.shown or 'no figure'}{', not final' if self.is_soft else ''}"


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar for each point, and a dashed line at the *target* under its words (“target 45 a quarter”)."""

    name: str
    points: tuple[Point, ...]
    target: Decimal | None = None
    target_text: str = ""

    @property
    def in_words(self) -> str:
        """The chart for those who do not see it."""
        said = "; ".join(point.in_words for point in self.points)
        target = f" {self.target_text[:1].upper()}{self.target_text[1:]}." if self.target_text else ""
        return f"{said}.{target}" if said else f"No figures yet.{target}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, with a value (or None) for each label of its chart. The main one is the strongest."""

    label: str
    values: tuple[Decimal | None, ...]
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Several lines over the same *labels*: a year over the year before, say. *under* stands below the name of one of
    several small charts."""

    name: str
    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    unit: str = ""
    under: str = ""

    @property
    def highest(self) -> Decimal:
        values = [value for line in self.lines for value in line.values if value is not None]
        return max(values, default=Decimal(0))

    @property
    def lowest(self) -> Decimal:
        values = [value for line in self.lines for value in line.values if value is not None]
        return min(values, default=Decimal(0))

    def figures_at(self, at: int) -> str:
        """What a tooltip says of the label *at*, from 0; "" where no line has a figure."""
        told = [
            f"{line.label}: {figure_in_words(value)}{f' {self.unit}' if self.unit else ''}"
            for line in self.lines
            if at < len(line.values) and (value := line.values[at]) is not None
        ]
        return "\n".join([self.labels[at], *told]) if told else ""

    @property
    def in_words(self) -> str:
        """The chart for those who do not see it."""
        told = []
        for line in self.lines:
            pairs = zip(self.labels, line.values, strict=False)
            said = ", ".join(
                f"{label} {figure_in_words(value)}" for label, value in pairs if value is not None
            )
            told.append(f"{line.label}: {said or 'no figures'}.")
        return " ".join(told) or "No figures yet."


@dataclass(frozen=True, slots=True)
class Panels:
    """The same chart for each of several places, side by side; *columns* 0 takes as many as there is room for.

    On the *same_scale* places compare by height; without it each fills its own.
    """

    name: str
    panels: tuple[Lines, ...]
    columns: int = 0
    same_scale: bool = True

    @property
    def in_words(self) -> str:
        """The charts for those who do not see them."""
        return " ".join(f"{panel.name}: {panel.in_words}" for panel in self.panels) or "No figures yet."


Drawing: TypeAlias = Bars | Lines | Panels


def lines_of(drawing: Drawing) -> Sequence[Line]:
    """The lines that the key above a chart names: of small multiples, those of the first panel."""
    match drawing:
        case Lines():
            return drawing.lines
        case Panels():
            return drawing.panels[0].lines if drawing.panels else ()
        case _:
            return ()
