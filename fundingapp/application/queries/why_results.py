"""Why is it so, for what was achieved: each figure of an indicator down to the figures that were measured, with file,
sheet and cell or who typed them, and the evidence for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from fundingapp.application.ports import Kept, UnitOfWork
from fundingapp.application.queries.explanations import Explanation, FigureSource, Supporting, Term
from fundingapp.application.queries.held_results import HeldResults, figure_key
from fundingapp.application.queries.indicators import FigureRow, figure_rows
from fundingapp.application.wording import short_date
from fundingapp.domain.errors import NotFoundError, listed
from fundingapp.domain.ids import FigureId, IndicatorId
from fundingapp.domain.indicators import Counted, FigureStatus, Indicator, Measure
from fundingapp.domain.judging import Baseline
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.domain.results import Result, beyond_year, number_shown
from fundingapp.domain.targets import Aim

_FIGURE = re.compile(
    r"indicator/(?P<id>\d+)/(?P<year>\d{4}/\d{2,4})/(?P<measure>q[1-4]|to-date|baseline|target|progress)"
    r"(?:@(?P<period>3|6|9|12|13))?",
    re.IGNORECASE,
)
_MEASURES = "q1 to q4, to-date, baseline, target or progress"


def explain_indicator(work: UnitOfWork, figure: str) -> Explanation:
    """What makes a figure such as ``indicator/7/2018/19/to-date`` or, at the end of quarter 3, ``…/to-date@9``.

    Raises NotFoundError for one that there is not.
    """
    found = _FIGURE.fullmatch(figure)
    try:
        year = FinancialYear.parse(found["year"]) if found else None
    except ValueError:
        year = None
    held = HeldResults(work)
    kept = held.indicators.get(IndicatorId(int(found["id"]))) if found else None
    if found is None or year is None or kept is None:
        raise NotFoundError("figure", figure, f"Name it as indicator/number/year/measure: {_MEASURES}.")
    measure = found["measure"].casefold()
    quarter = min((int(found["period"] or 12) + 2) // 3, 4)
    return _Explaining(held, kept, year, quarter).explain(measure)


class _Explaining:
    """One indicator in one year, to the end of one quarter."""

    def __init__(self, held: HeldResults, kept: Kept[Indicator], year: FinancialYear, quarter: int) -> None:
        self._held, self._kept, self._year, self._quarter = held, kept, year, quarter
        self._indicator = kept.value

    def explain(self, measure: str) -> Explanation:
        match measure:
            case "to-date":
                return self._to_date()
            case "baseline":
                return self._baseline()
            case "target":
                return self._target()
            case "progress":
                return self._progress()
            case _:
                number = int(measure[1])
                result = self._held.quarters(self._kept, self._year)[number - 1]
                return self._measured(f"{self._indicator.name} in Q{number} of {self._year}", result)

    def _figure(self, measure: str) -> str:
        return figure_key(self._kept.id, self._year, measure, self._quarter)

    def _to_date(self) -> Explanation:
        result = self._held.to_date(self._kept, self._year, self._quarter)
        first, last = self._year.first_day, days_of(self._year, self._quarter)[1]
        days = f"{short_date(first)} to {short_date(last)}"
        why = self._measured(f"{self._indicator.name} from {days}", result)
        beyond = [each.id for each in beyond_year(self._held.whole(self._kept), self._year)]
        hides = self._indicator.is_sensitive  # beside its quarters the figure would give a hidden one away
        left = [
            ("a figure" if hides else row.shown) + f" for {self._days_of(row)}" for row in self._rows(beyond)
        ]
        if not left:
            return why
        reach = "reaches" if len(left) == 1 else "reach"
        return replace(
            why, note=f"{why.note} Left out: {listed(left, 'and')}, which {reach} beyond {self._year}."
        )

    def _measured(self, title: str, result: Result) -> Explanation:
        """A result out of its figures; beside a small one among them it is withheld, for it would give that away."""
        rows = self._rows(result.figures)
        if not result.is_small and any(row.hidden != row.shown for row in rows):
            result = replace(result, is_withheld=True)
        quarters = {
            number: self._held.quarters(self._kept, self._year)[number - 1] for number in (1, 2, 3, 4)
        }
        terms = tuple(
            Term(self._named(row), shown=row.hidden, figure=self._quarter_of(row, quarters, result))
            for row in rows
        )
        notes = [self._how(result), *self._of_places(rows), self._coverage(result), *self._notes(rows)]
        return Explanation(
            "",
            title,
            Money.ZERO,
            terms,
            " ".join(note for note in notes if note),
            evidence=self._evidence(rows),
            shown=result.hidden,
            sources=tuple(FigureSource(self._days_of(row), row.hidden, row.where, row.id) for row in rows),
        )

    def _quarter_of(self, row: FigureRow, quarters: dict[int, Result], result: Result) -> str:
        """What to ask of a figure that alone is a quarter; "" in the explanation of that quarter."""
        for number, of_quarter in quarters.items():
            if of_quarter.figures == (row.id,) and result.figures != of_quarter.figures:
                return self._figure(f"q{number}")
        return ""

    def _rows(self, figures: Sequence[FigureId]) -> list[FigureRow]:
        return figure_rows(self._held, self._kept, figures)

    def _days_of(self, row: FigureRow) -> str:
        figure = row.figure
        year = FinancialYear.of(figure.first)
        for number in (1, 2, 3, 4):
            if days_of(year, number) == (figure.first, figure.last):
                return f"Q{number} {year}"
        if figure.first == figure.last:
            return short_date(figure.first)
        return f"{short_date(figure.first)} to {short_date(figure.last)}"

    def _named(self, row: FigureRow) -> str:
        """A figure by its days, with what it is made of; small counts stay hidden."""
        figure = row.figure
        named = f"{row.area}, {self._days_of(row)}" if row.area else self._days_of(row)
        if row.hidden != row.shown or figure.numerator is None or figure.denominator is None:
            return named
        parts = f"{number_shown(figure.numerator)} of {number_shown(figure.denominator)}"
        return f"{named} ({parts})"

    def _how(self, result: Result) -> str:
        """How several figures become one (R39)."""
        if result.why_not:
            return f"{result.why_not[:1].upper()}{result.why_not[1:]}."
        if result.value is None:
            return "No figure is held."
        if self._indicator.measure is Measure.STOCK:
            return "A stock does not add up over periods: the latest figure counts."
        parts = ""
        is_hidden = result.is_small or result.is_withheld
        if result.numerator is not None and result.denominator is not None and not is_hidden:
            parts = f"{number_shown(result.numerator)} of {number_shown(result.denominator)}"
        match self._indicator.counted:
            case Counted.SHARE:
                if not parts:
                    return "As its source states it; the numbers that it is made of are not known."
                return (
                    f"{parts}: a percentage is worked out of the sums of both numbers, never of percentages."
                )
            case Counted.AVERAGE:
                return f"{parts}: the sum divided by the number." if parts else "As its source states it."
            case Counted.PEOPLE if len(result.figures) > 1:
                return "The figures added up. Somebody who was counted in several periods is counted in each."
            case Counted.CONTACTS:
                return "Contacts added up: one person may have many, so they are no number of people."
            case _:
                return "The figures added up." if len(result.figures) > 1 else ""

    def _of_places(self, rows: Sequence[FigureRow]) -> list[str]:
        """That figures are those of places, and what does not agree with their sum (R38)."""
        said = list(self._held.notes_of_places(self._kept, self._year, self._quarter))
        if said and self._indicator.counted is Counted.PEOPLE and any(row.area for row in rows):
            said.append("Somebody who was counted in two places is counted in both.")
        return said

    def _coverage(self, result: Result) -> str:
        if not result.is_part or result.first is None or result.last is None:
            return ""
        gaps = ", with days between them that have none" if result.has_gaps else ""
        return f"The figures take in {short_date(result.first)} to {short_date(result.last)}{gaps}."

    def _notes(self, rows: Sequence[FigureRow]) -> list[str]:
        said = [f"{self._days_of(row)}: {row.figure.note}." for row in rows if row.figure.note]
        said += [
            f"{self._days_of(row)} is a forecast."
            for row in rows
            if row.figure.status is FigureStatus.FORECAST
        ]
        if self._indicator.method:
            said.append(f"Method: {self._indicator.method}")
        if self._indicator.is_sensitive and any(row.hidden != row.shown for row in rows):
            said.append("Small counts are hidden here.")
        return said

    def _evidence(self, rows: Sequence[FigureRow]) -> tuple[Supporting, ...]:
        of_figures = [
            Supporting(kept, f"{self._indicator.name}, {self._days_of(row)}")
            for row in rows
            for kept in row.evidence
        ]
        of_indicator = [
            Supporting(kept, self._indicator.name)
            for kept in self._held.evidence_of("indicator", (self._kept.id,))
        ]
        return (*of_figures, *of_indicator)

    def _baseline(self) -> Explanation:
        baseline = self._held.baseline(self._kept, self._year)
        said = self._held.years.get((IndicatorId(self._kept.id), self._year))
        source = f"As set for {self._year}." if said and said.baseline else "As the indicator states it."
        if baseline.first is not None and baseline.last is not None:
            source += f" It is of {short_date(baseline.first)} to {short_date(baseline.last)}."
        note = " ".join(part for part in (source, said.note if said else "", self._source_of()) if part)
        shown = self._stated(baseline) or "–"
        terms: tuple[Term, ...] = ()
        rows: list[FigureRow] = []
        if baseline.first is not None and baseline.last is not None:
            # Figures of the same days are held: then the baseline rests on them.
            ids = [
                each.id
                for each in self._held.of(self._kept)
                if (each.figure.first, each.figure.last) == (baseline.first, baseline.last)
                and each.figure.status is not FigureStatus.FORECAST
            ]
            rows = self._rows(ids)
            terms = tuple(Term(self._named(row), shown=row.hidden) for row in rows)
        return Explanation(
            "",
            f"{self._indicator.name}: baseline for {self._year}",
            Money.ZERO,
            terms,
            note,
            evidence=self._evidence(rows),
            shown=shown,
            sources=tuple(FigureSource(self._days_of(row), row.hidden, row.where, row.id) for row in rows),
        )

    def _stated(self, baseline: Baseline) -> str:
        """The baseline as it is worded; a small count of a sensitive indicator is hidden."""
        small = self._held.rules.threshold
        is_count = self._indicator.counted not in (Counted.SHARE, Counted.AVERAGE)
        if (
            self._indicator.is_sensitive
            and is_count
            and baseline.value is not None
            and 0 < baseline.value < small
        ):
            return f"<{small}"
        return baseline.text

    def _source_of(self) -> str:
        return f"Source: {self._indicator.source}." if self._indicator.source else ""

    def _target(self) -> Explanation:
        target = self._held.target(self._kept, self._year)
        said = self._held.years.get((IndicatorId(self._kept.id), self._year))
        where = f"As set for {self._year}." if said and said.target else "As the indicator states it."
        match target.aim:
            case Aim.NUMBER:
                means = (
                    "At least that is to be reached." if target.is_least else "At most that is to be reached."
                )
            case Aim.DIRECTION:
                means = f"{'Above' if target.is_least else 'Below'} the baseline."
            case Aim.CHANGE:
                means = f"{'At least' if target.is_least else 'At most'} the baseline"
                means += f" and {number_shown(target.number)}%." if target.number else "."
            case Aim.WORDS:
                means = "It is neither a number nor a direction, so it is not judged."
            case _:
                means = "None is set."
        terms: tuple[Term, ...] = ()
        if target.aim in (Aim.DIRECTION, Aim.CHANGE):
            baseline = self._held.baseline(self._kept, self._year)
            terms = (Term("Baseline", shown=self._stated(baseline) or "–", figure=self._figure("baseline")),)
        note = " ".join(part for part in (where, means, said.note if said else "") if part)
        return Explanation(
            "",
            f"{self._indicator.name}: target for {self._year}",
            Money.ZERO,
            terms,
            note,
            shown=target.text or "–",
        )

    def _progress(self) -> Explanation:
        judgement = self._held.row(self._kept, self._year, self._quarter).safe_judgement
        result = self._held.to_date(self._kept, self._year, self._quarter)
        target = self._held.target(self._kept, self._year)
        terms = [
            Term("To date", shown=result.hidden, figure=self._figure("to-date")),
            Term("Target", shown=target.text or "–", figure=self._figure("target")),
        ]
        if target.aim in (Aim.DIRECTION, Aim.CHANGE):
            baseline = self._held.baseline(self._kept, self._year)
            terms.append(
                Term("Baseline", shown=self._stated(baseline) or "–", figure=self._figure("baseline"))
            )
        if judgement.change is not None:
            terms.append(Term("Against the baseline", shown=f"{judgement.change:+,f}%".replace("-", "−")))
        if judgement.percent is not None:
            terms.append(Term("Of the target", shown=f"{number_shown(judgement.percent)}%"))
        bands = self._held.rules.bands
        words = f"Met from {number_shown(bands[0])}% of the target, near from {number_shown(bands[-1])}%."
        return Explanation(
            "",
            f"{self._indicator.name}: progress to Q{self._quarter} of {self._year}",
            Money.ZERO,
            tuple(terms),
            " ".join(
                part for part in (judgement.note, words if target.aim is not Aim.DIRECTION else "") if part
            ),
            shown=judgement.word,
        )
