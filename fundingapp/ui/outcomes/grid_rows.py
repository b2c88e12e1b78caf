"""What stands in the grid of a quarter's figures: what is kept, what was typed over it, and what is to be kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from fundingapp.application.ports import Kept
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.application.queries.figure_grid import GridFigure
from fundingapp.application.queries.held_results import ResultRow
from fundingapp.domain.due_figures import MissingFigure
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import IndicatorId
from fundingapp.domain.indicators import Counted, Due, FigureStatus, IndicatorFigure
from fundingapp.domain.periods import FinancialYear, Period, days_of, period_name
from fundingapp.domain.results import number_shown
from fundingapp.domain.typed_figures import OF_PARTS

STATUS, NOTE, EVIDENCE = "status", "note", "evidence"
#: What a figure cell's key begins with; the number is that of the span, from 0.
FIGURE, OF = "figure", "of"


@dataclass(frozen=True, slots=True)
class Span:
    """The days that one column of figures is of, both inclusive."""

    title: str
    first: date
    last: date


def spans_of(year: FinancialYear, quarter: int, *, by_months: bool) -> tuple[Span, ...]:
    """The quarter as one span, or its three months."""
    if not by_months:
        return (Span(f"Q{quarter}", *days_of(year, quarter)),)
    made = []
    for number in range(3 * quarter - 2, 3 * quarter + 1):
        last = Period(year, number).last_day
        made.append(Span(period_name(number)[:3], last.replace(day=1), last))
    return tuple(made)


def figure_text(figure: IndicatorFigure, counted: Counted) -> str:
    """A kept figure as it would be typed into one cell: “64”, “45”, “[c]”."""
    if counted in OF_PARTS and figure.numerator is not None:
        said = number_shown(figure.numerator)
    elif figure.value is not None:
        said = number_shown(figure.value, counted)
    else:
        said = ""
    return " ".join(part for part in (said, *(f"[{mark}]" for mark in figure.marks)) if part)


@dataclass
class GridRow:
    """One indicator in the grid. *missing* are the figures of the quarter that it lacks; *typed* has what was typed
    over what is kept, by the cell's key; *files* the papers chosen for the row; *problems* what is wrong with a cell,
    in a sentence."""

    row: ResultRow
    spans: tuple[Span, ...]
    figures: tuple[GridFigure, ...]
    hides: bool = False
    missing: tuple[MissingFigure, ...] = ()
    typed: dict[str, str] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> IndicatorId:
        return IndicatorId(self.row.kept.id)

    @property
    def has_parts(self) -> bool:
        """Whether its figure is made of two numbers."""
        return self.row.indicator.counted in OF_PARTS

    def kept(self, at: int) -> Kept[IndicatorFigure] | None:
        """The figure that is kept for just the days of span *at*; what was measured counts before a forecast."""
        span = self.spans[at]
        order = (FigureStatus.ACTUAL, FigureStatus.PROVISIONAL, FigureStatus.FORECAST)
        found = [
            each.kept
            for each in self.figures
            if (each.kept.value.first, each.kept.value.last) == (span.first, span.last)
        ]
        return min(found, key=lambda kept: order.index(kept.value.status), default=None)

    def others(self, at: int) -> tuple[Kept[IndicatorFigure], ...]:
        """Figures of other days that touch those of span *at*: its months, or the quarter around it."""
        span = self.spans[at]
        return tuple(
            each.kept
            for each in self.figures
            if (each.kept.value.first, each.kept.value.last) != (span.first, span.last)
            and each.kept.value.first <= span.last
            and each.kept.value.last >= span.first
        )

    def why_closed(self, at: int) -> str:
        """Why nothing can be typed for span *at*; "" when it can."""
        if self.kept(at) is not None or self.row.indicator.measure.value == "stock":
            return ""
        others = self.others(at)
        if not others:
            return ""
        days = ", ".join(f"{each.value.first:%d/%m/%Y} to {each.value.last:%d/%m/%Y}" for each in others)
        where = "type what is left under Months" if len(self.spans) == 1 else "type it under Quarter"
        return f"Some of these days have figures ({days}): {where}, or take those away."

    def due(self, at: int) -> str:
        """What the empty cell of span *at* owes, as a period: “Q2”, “2018/19”; "" when nothing is asked for there."""
        in_full = len(self.spans) == 1 or self.row.indicator.due is Due.QUARTER
        if self.text(f"{FIGURE} {at}") or (len(self.spans) > 1 and self.why_closed(at)):
            return ""
        last = self.spans[at].last
        return next((each.period for each in self.missing if in_full or each.ended == last), "")

    # What the cells say

    def before(self, key: str) -> str:
        """What is kept in a cell, as it would be typed."""
        name, _, number = key.partition(" ")
        if name == EVIDENCE:
            return ""
        if name in (STATUS, NOTE):
            known = [kept.value for at in range(len(self.spans)) if (kept := self.kept(at)) is not None]
            if not known:
                return FigureStatus.ACTUAL.value if name == STATUS else ""
            said = {each.status.value if name == STATUS else each.note for each in known}
            return said.pop() if len(said) == 1 else ""
        kept = self.kept(int(number))
        if kept is None:
            return ""
        if name == OF:
            return number_shown(kept.value.denominator) if kept.value.denominator is not None else ""
        return figure_text(kept.value, self.row.indicator.counted)

    def text(self, key: str) -> str:
        """What stands in a cell now."""
        return self.typed.get(key, self.before(key))

    def put(self, key: str, words: str) -> None:
        """Types *words* into a cell; what is as it was kept is no longer typed."""
        said = " ".join(words.split())
        self.problems.pop(key, None)
        if said == self.before(key):
            self.typed.pop(key, None)
        else:
            self.typed[key] = said

    @property
    def is_touched(self) -> bool:
        return bool(self.typed or self.files)

    @property
    def papers(self) -> int:
        """How many papers support what is kept."""
        return sum(each.papers for each in self.figures)

    # What it asks to be kept

    def cell_text(self, at: int) -> str:
        """The figure of span *at* in one text, its parts joined: “45/50”."""
        figure, of = self.text(f"{FIGURE} {at}"), self.text(f"{OF} {at}") if self.has_parts else ""
        if not of or not figure or "/" in figure:
            return figure
        number, mark, rest = figure.partition("[")
        return f"{number.strip()}/{of} {mark}{rest}".strip()

    def cells(self) -> list[tuple[str, FigureCell]]:
        """What was typed in this row, each with the key of the cell to mark when it is refused.

        Raises ExpectedError for a status that is none, a part without the other, and papers without a figure.
        """
        if not self.is_touched:
            return []
        name = self.row.indicator.name
        status = status_of(self.text(STATUS), name)
        note = self.typed.get(NOTE)
        reference = self.typed.get(EVIDENCE, "")
        papers: tuple[Path | str, ...] = (*self.files, *((reference,) if reference else ()))
        made: list[tuple[str, FigureCell]] = []
        for at, span in enumerate(self.spans):
            keys = {f"{FIGURE} {at}", f"{OF} {at}"}
            text, kept = self.cell_text(at), self.kept(at)
            changed = bool(keys & self.typed.keys())
            beside = bool(papers) or bool({STATUS, NOTE} & self.typed.keys())
            if not changed and not (beside and text):
                continue
            if self.has_parts and not self.text(f"{FIGURE} {at}") and self.text(f"{OF} {at}"):
                raise ExpectedError(
                    "half_a_figure",
                    f"“{name}”, {span.title}: there is {self.text(f'{OF} {at}')} to be out of, and nothing beside it.",
                    "Type both numbers, or leave both empty.",
                )
            made.append(
                (
                    f"{FIGURE} {at}",
                    FigureCell(
                        self.id,
                        span.first,
                        span.last,
                        text,
                        status if kept is None or STATUS in self.typed else kept.value.status,
                        note=note,
                        evidence=papers if text else (),
                    ),
                )
            )
        if papers and not any(cell.text for _key, cell in made):
            raise ExpectedError(
                "papers_without_figure",
                f"“{name}” has evidence and no figure that it could support.",
                "Type the figure, or take the evidence out of its cell.",
            )
        return made


def status_of(text: str, name: str) -> FigureStatus:
    """The status typed as a word or its first letters; an empty one is actual. Raises ExpectedError."""
    said = text.strip().casefold()
    found = [status for status in FigureStatus if status.value.startswith(said)]
    if not said:
        return FigureStatus.ACTUAL
    if len(found) != 1:
        raise ExpectedError(
            "figure_status",
            f"“{name}”: “{text}” is not a status of a figure.",
            "Type actual, provisional or forecast; their first letters are enough.",
        )
    return found[0]


def typed_texts(rows: Iterable[GridRow]) -> dict[str, str]:
    """What was typed in the whole grid, for the drafts: by indicator and cell."""
    kept = {f"{row.id}\t{key}": words for row in rows for key, words in row.typed.items()}
    kept |= {f"{row.id}\tfiles": "\n".join(map(str, row.files)) for row in rows if row.files}
    return kept


def put_back(rows: Iterable[GridRow], typed: dict[str, str]) -> list[str]:
    """Puts what was *typed* back into *rows*; returns what could not be: an indicator that is gone, a file that is."""
    by_id = {str(row.id): row for row in rows}
    lost = []
    for place, words in typed.items():
        id, _, key = place.partition("\t")
        row = by_id.get(id)
        if row is None:
            lost.append(words)
        elif key == "files":
            found = [Path(each) for each in words.splitlines()]
            row.files = [path for path in found if path.is_file()]
            lost += [path.name for path in found if not path.is_file()]
        else:
            row.put(key, words)
    return lost
