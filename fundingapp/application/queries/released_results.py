"""Results as they may leave the house: one place makes them safe for returns, bid packs, sentences and unit costs.

A quarter is hidden by what stands in its own column alone, so that the same quarter is shown or hidden alike in every
return of the year. The figure to date goes with any quarter of it that is hidden: the returns before have shown the
other quarters, and it would give that one away (R40: other periods, other sheets).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from fundingapp.application.ports import Kept, Tools
from fundingapp.application.queries.held_results import HeldResults, ResultRow, projects_of
from fundingapp.application.small_numbers import SafeRows, ShownRow, ShownTable, rule_of, what_may_be_shown
from fundingapp.application.wording import short_date
from fundingapp.domain.evidence import Evidence, EvidenceType, name_for_funder
from fundingapp.domain.ids import FundId, IndicatorId
from fundingapp.domain.indicators import Counted, FigureStatus, Indicator, Measure, comparability_of
from fundingapp.domain.judging import Standing
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.results import Result
from fundingapp.domain.return_results import NO_FIGURE, NOTHING, IndicatorLine, SafeFigure
from fundingapp.domain.small_numbers import Rule
from fundingapp.domain.targets import Aim, Target
from fundingapp.domain.typed_figures import OF_PARTS

#: The counts that are looked at together: those of an indicator's own row, and of a column over several indicators.
_HEADINGS = ("Baseline", "Q1", "Q2", "Q3", "Q4")
_WITHHELD = "[c]"


def safe_lines(
    held: HeldResults, rows: Sequence[ResultRow], tools: Tools, fund: FundId | None
) -> list[IndicatorLine]:
    """*rows* as they may leave the house, in their order: hidden is each small number of something sensitive, and
    whatever gives one away, here or in an earlier year."""
    lines = _lines_of_their_year(held, rows, tools, fund)
    return [
        _without_baseline(line, row) if line.baseline.is_hidden or _repeats(row, held, tools, fund) else line
        for row, line in zip(rows, lines, strict=True)
    ]


def _lines_of_their_year(
    held: HeldResults, rows: Sequence[ResultRow], tools: Tools, fund: FundId | None
) -> list[IndicatorLine]:
    """*rows* with what is hidden for what their own year shows."""
    lines = [_line(held, row) for row in rows]
    if not lines:
        return []
    rule = rule_of(held.work, fund)
    shown = tuple(
        ShownRow(f"{line.ref} {line.name}".strip(), _looked_at(line, row), row.indicator.is_sensitive)
        for line, row in zip(lines, rows, strict=True)
    )
    # Without the figures to date, which would have quarters hidden that earlier returns have shown.
    [safe] = safely((ShownTable(_HEADINGS, shown),), rule, tools)
    return [
        _hidden(line, row, marks, rule.mark) for line, row, marks in zip(lines, rows, safe.rows, strict=True)
    ]


#: What the last tables came to: a page asks for the same return again and again, and a search may take seconds.
_FOUND: dict[tuple[tuple[ShownTable, ...], Rule], tuple[SafeRows, ...]] = {}
_KEPT = 32


def safely(tables: tuple[ShownTable, ...], rule: Rule, tools: Tools) -> tuple[SafeRows, ...]:
    """What may be shown of *tables*, which stand together; looked up where just the same was asked before."""
    found = _FOUND.get((tables, rule))
    if found is None:
        found = what_may_be_shown(tables, rule, tools.prover, tools.progress)
        # Of a copy: two readers may come here at once.
        for oldest in list(_FOUND)[: max(0, len(_FOUND) - _KEPT + 1)]:
            _FOUND.pop(oldest, None)
        _FOUND[tables, rule] = found
    return found


def _looked_at(line: IndicatorLine, row: ResultRow) -> tuple[Decimal | None, ...]:
    """The counts of a line that are looked at; a percentage and an average are none."""
    if row.indicator.counted in OF_PARTS:
        return (None,) * len(_HEADINGS)
    return tuple(each.number for each in (line.baseline, *line.quarters))


def _hidden(line: IndicatorLine, row: ResultRow, marks: Sequence[str | None], small: str) -> IndicatorLine:
    """*line* with *marks* in place of its counts, *small* in that of a small figure to date; what is made of a hidden
    one goes with it."""
    baseline, one, two, three, four = (
        figure if mark is None else SafeFigure(text=mark)
        for figure, mark in zip((line.baseline, *line.quarters), marks, strict=True)
    )
    to_date = line.to_date
    if row.to_date.is_small and not to_date.is_hidden:
        to_date = SafeFigure(text=small)
    quarters = (one, two, three, four)
    made_of = [_newest(quarters)] if row.indicator.measure is Measure.STOCK else quarters
    if not to_date.is_hidden and any(each.is_hidden for each in made_of):
        to_date = SafeFigure(text=_WITHHELD)
    made = replace(line, baseline=baseline, quarters=quarters, to_date=to_date)
    # A word such as “83%”, or “met” beside a target of 3, narrows the figure to date; so does what it is of.
    if to_date.is_hidden or row.judgement.standing is Standing.SMALL:
        base = SafeFigure(text=_WITHHELD) if made.base.number is not None else made.base
        made = replace(made, of_target=None, state=Standing.SMALL.value, base=base)
    return made


def _newest(quarters: Iterable[SafeFigure]) -> SafeFigure:
    """The last quarter that says something: a caseload's figure to date."""
    said = [each for each in quarters if each not in {NOTHING, NO_FIGURE}]
    return said[-1] if said else NOTHING


def _repeats(row: ResultRow, held: HeldResults, tools: Tools, fund: FundId | None) -> bool:
    """Whether the baseline is just the figure of an earlier year that the return of that year hides."""
    if row.baseline.value is None:
        return False
    return any(
        held.to_date(row.kept, year, 4).value == row.baseline.value
        and row.id in _hidden_to_date(held, tools, fund, year)
        for year in sorted(_years_of(row.id, held))
        if year < row.year
    )


def _hidden_to_date(
    held: HeldResults, tools: Tools, fund: FundId | None, year: FinancialYear
) -> frozenset[IndicatorId]:
    """Whose figure to date the return of *year* hides; of all that were measured then, so that many may ask."""
    found = held.hidden_to_date.get((fund, year))
    if found is None:
        measured = {id for id in held.indicators if year in _years_of(id, held)}
        rows, lines = lines_of_year(held, fund, year, measured, tools)
        found = frozenset(row.id for row, line in zip(rows, lines, strict=True) if line.to_date.is_hidden)
        held.hidden_to_date[fund, year] = found
    return found


def _years_of(id: IndicatorId, held: HeldResults) -> set[FinancialYear]:
    """The years that an indicator was measured in."""
    return {FinancialYear.of(each.figure.last) for each in held.measured.get(id, ())}


def _without_baseline(line: IndicatorLine, row: ResultRow) -> IndicatorLine:
    """*line* with its baseline hidden, and without how it stands where that would tell of it."""
    if not line.baseline.is_hidden:
        line = replace(line, baseline=SafeFigure(text=_WITHHELD))
    if row.target.aim in (Aim.DIRECTION, Aim.CHANGE):
        line = replace(line, state=Standing.SMALL.value, of_target=None)
    return line


def rows_of_return(
    held: HeldResults, fund: FundId | None, year: FinancialYear, quarter: int
) -> list[ResultRow]:
    """The indicators that a grant's return is of, in its order: those of the projects that it pays for (*fund* None:
    that any grant does), and of the partnership."""
    paid = projects_of(held.work, year, fund)
    kept_ones = [
        kept
        for kept in held.indicators.values()
        if held.is_of(kept, year) and (kept.value.project is None or kept.value.project in paid)
    ]
    rows = [held.row(kept, year, quarter) for kept in kept_ones]
    return sorted(rows, key=lambda row: (not row.ref, row.ref, row.indicator.level.value, row.id))


def lines_of_year(
    held: HeldResults, fund: FundId | None, year: FinancialYear, wanted: Collection[IndicatorId], tools: Tools
) -> tuple[list[ResultRow], list[IndicatorLine]]:
    """The lines of an earlier *year*'s own return, and those of *wanted* that were in none beside them, with what that
    year hides."""
    rows = rows_of_return(held, fund, year, 4)
    there = {row.id for row in rows}
    others = [held.row(held.indicators[id], year, 4) for id in sorted(set(wanted) - there)]
    lines = _lines_of_their_year(held, rows, tools, fund)
    if others:
        # Together with the return, so that neither gives anything of the other away.
        both = _lines_of_their_year(held, [*rows, *others], tools, fund)
        lines = [
            line if alone is None or not alone.to_date.is_hidden else alone
            for line, alone in zip(both, [*lines, *[None] * len(others)], strict=True)
        ]
    return [*rows, *others], lines


def _line(held: HeldResults, row: ResultRow) -> IndicatorLine:
    """*row* as the return lists it, nothing hidden yet."""
    indicator, year = row.indicator, row.year
    missing = held.quarters_missing(row.kept, year, row.quarter)
    quarters = [
        _figure(result, quarter in missing) if quarter <= row.quarter else NOTHING
        for quarter, result in enumerate(row.quarters, start=1)
    ]
    to_date, judgement = row.to_date, row.judgement
    figures = [held.kept_figures[id].value for id in to_date.figures]
    days = [as_at for id in to_date.figures if (as_at := held.as_at(id)) is not None]
    sources = dict.fromkeys([indicator.source, *(figure.source for figure in figures)])
    of_year = [
        each.id for each in held.measured.get(row.id, ()) if FinancialYear.of(each.figure.last) == year
    ]
    evidence = (*held.evidence_of("indicator", (row.id,)), *held.evidence_of("figure", of_year))
    first, last = row.baseline.first, row.baseline.last
    return IndicatorLine(
        row.id,
        row.ref,
        row.project.value.name if row.project is not None else "the partnership",
        indicator.level,
        indicator.name,
        _unit(indicator),
        SafeFigure(row.baseline.value, row.baseline.text if row.baseline.value is None else ""),
        _target(row.target),
        (quarters[0], quarters[1], quarters[2], quarters[3]),
        _figure(to_date, len(missing) == row.quarter),
        judgement.word,
        row.outcome.value.name if row.outcome is not None else "",
        f"{short_date(first)} to {short_date(last)}" if first is not None and last is not None else "",
        indicator.measure is Measure.FLOW and indicator.counted not in OF_PARTS,
        judgement.percent if _target(row.target).number is not None else None,
        max(days, default=None),
        _base(to_date),
        indicator.direction.value,
        tuple(_marks(row)),
        "; ".join([*(source for source in sources if source), *_of_places(row)]),
        tuple(names_of_papers(evidence)),
        missing,
        row.figure("to-date"),
        comparability_of(indicator),
        _covers(to_date),
    )


def _covers(result: Result) -> str:
    """The days that a figure to date takes in; "" where there is none."""
    if result.value is None or result.first is None or result.last is None:
        return ""
    if result.first == result.last:
        return short_date(result.last)
    days = f"{short_date(result.first)} to {short_date(result.last)}"
    return f"{days}, with gaps" if result.has_gaps else days


def _of_places(row: ResultRow) -> list[str]:
    """Which figure of places or of the whole is used, up to the quarter of *row*."""
    return [text.removesuffix(".") for text in row.of_places]


def _unit(indicator: Indicator) -> str:
    if indicator.counted is Counted.SHARE:
        return "%"
    return indicator.unit or ("average" if indicator.counted is Counted.AVERAGE else "number")


def _figure(result: Result, is_missed: bool) -> SafeFigure:
    """A figure that was measured; what is only expected is none."""
    if result.value is None or result.status is FigureStatus.FORECAST:
        held_back = next((mark for mark in result.marks if mark in "cxz"), "")
        if held_back:
            return SafeFigure(text=f"[{held_back}]")
        return NO_FIGURE if is_missed else NOTHING
    if result.is_small and result.counted in OF_PARTS:
        return SafeFigure(text=result.hidden)
    return SafeFigure(result.value)


def _base(result: Result) -> SafeFigure:
    """What a percentage or an average is of; with a small count in it neither is told."""
    if result.counted not in OF_PARTS or result.denominator is None:
        return NOTHING
    return SafeFigure(text="[c]") if result.is_small else SafeFigure(result.denominator)


def _target(target: Target) -> SafeFigure:
    """A number to be reached as a number, anything else as it is worded."""
    if target.aim is Aim.NUMBER and target.is_least and target.number is not None:
        return SafeFigure(target.number)
    return SafeFigure(text=target.text)


def _marks(row: ResultRow) -> Iterable[str]:
    """The shorthand that figures bear, by quarter."""
    for quarter, result in enumerate(row.quarters[: row.quarter], start=1):
        if result.value is None or result.status is FigureStatus.FORECAST:
            continue
        letters = dict.fromkeys(result.marks)
        if result.status is FigureStatus.PROVISIONAL:
            letters = dict.fromkeys(("p", *letters))
        yield from (f"Q{quarter} [{letter}]" for letter in letters)


def names_of_papers(evidence: Iterable[Kept[Evidence]]) -> list[str]:
    """What evidence is called in what goes to a funder, once each; case studies are listed by themselves."""
    names = (
        name_for_funder(kept.value) for kept in evidence if kept.value.sort is not EvidenceType.CASE_STUDY
    )
    return list(dict.fromkeys(name for name in names if name))
