"""What contradicts, or is worth a look, among indicators and their figures."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import pairwise

from fundingapp.domain.exchange.book import Book
from fundingapp.domain.exchange.columns import folded
from fundingapp.domain.exchange.entries import FigureEntry, IndicatorEntry
from fundingapp.domain.exchange.notes import Notes
from fundingapp.domain.indicators import Measure

#: What a rate may be out of: itself, a hundred, a thousand, ten or a hundred thousand.
_OUT_OF = (Decimal(1), Decimal(100), Decimal(1_000), Decimal(10_000), Decimal(100_000))


def check_results(book: Book, notes: Notes) -> None:
    """Names what contradicts in the figures of indicators."""
    indicators = {folded(each.indicator): each for each in book.all(IndicatorEntry)}
    by_indicator: dict[tuple[str, object, str], list[FigureEntry]] = defaultdict(list)
    for figure in book.all(FigureEntry):
        by_indicator[folded(figure.indicator), figure.status, folded(figure.area)].append(figure)
    new = set(map(id, book.added(FigureEntry)))
    for figure in book.added(FigureEntry):
        _check_figure(figure, notes)
    for (name, *_), figures in by_indicator.items():
        indicator = indicators.get(name)
        if indicator is None or indicator.flow_or_stock is not Measure.STOCK:
            _check_overlaps(figures, new, notes)


def _check_figure(figure: FigureEntry, notes: Notes) -> None:
    if figure.to < figure.from_:
        notes.contradiction(
            "days.order",
            figure.place,
            f"it ends on {figure.to:%d/%m/%Y}, before it begins on {figure.from_:%d/%m/%Y}",
            "to",
        )
    over, under, value = figure.numerator, figure.denominator, figure.value
    if value is None and over is None and not figure.marks:
        notes.contradiction("cell.missing", figure.place, "neither a value nor a numerator is there", "value")
    if under is not None and under == 0:
        if value:
            notes.finding(
                "figure.denominator", figure.place, f"a rate out of nought can't be {value}", "denominator"
            )
    elif value is not None and over is not None and under is not None:
        rate = over / under
        if not any(_agrees(value, rate * times) for times in _OUT_OF):
            notes.finding(
                "figure.rate",
                figure.place,
                f"{over.normalize():f} of {under.normalize():f} is {(rate * 100).quantize(Decimal('0.1'))}%, and the "
                f"value says {value.normalize():f}",
                "value",
            )


def _agrees(value: Decimal, exact: Decimal) -> bool:
    """Whether *value* is *exact* as it may be rounded: to its own decimals, at most by one in the last of them."""
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return abs(value - exact) <= Decimal(1).scaleb(-places) / 2 + Decimal("0.0000001")


def _check_overlaps(figures: list[FigureEntry], new: set[int], notes: Notes) -> None:
    ordered = sorted(figures, key=lambda each: (each.from_, each.to))
    for before, figure in pairwise(ordered):
        if figure.from_ <= before.to and (id(figure) in new or id(before) in new):
            notes.finding(
                "figure.overlaps",
                figure.place if id(figure) in new else before.place,
                f"“{figure.indicator}” has another figure for {before.from_:%d/%m/%Y} to {before.to:%d/%m/%Y}, which "
                "overlaps it",
                "from",
                before.place if id(figure) in new else figure.place,
            )
