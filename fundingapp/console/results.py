"""The console's commands for what was achieved: the results of a year, the indicators, and recording a figure."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from fundingapp.application.commands.figures import RecordFigures
from fundingapp.application.commands.results import AddStandardIndicators, ChangeIndicator
from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.queries.chains_of_results import OutcomeList
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.application.queries.held_results import ResultRow
from fundingapp.application.queries.indicators import (
    IndicatorList,
    IndicatorOf,
    ListedIndicator,
    ProjectNamed,
    StandardSets,
)
from fundingapp.application.queries.results import ResultsOf
from fundingapp.application.queries.safe_results import SafeResults
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.wording import count, short_date
from fundingapp.console.files import DONE, TO_LOOK_AT, writable
from fundingapp.console.given_papers import add_evidence_option, papers_given
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.console.values import to_day, to_year
from fundingapp.domain.errors import ExpectedError, NotFoundError, listed
from fundingapp.domain.ids import IndicatorId, OutcomeId, ProjectId
from fundingapp.domain.indicators import Due, FigureStatus, Indicator
from fundingapp.domain.judging import Standing
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.domain.results import Result
from fundingapp.domain.small_numbers import WITHHELD

#: How often a figure is due, by one word each.
_DUE = {
    "month": Due.MONTH,
    "quarter": Due.QUARTER,
    "half-year": Due.HALF_YEAR,
    "year": Due.YEAR,
    "once": Due.ONCE,
}


def add_results_commands(
    command: Callable[[str, Callable[..., int], str], argparse.ArgumentParser],
    file: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Registers the commands of this module."""
    year = "the financial year, such as 2018/19"
    made = command("results", show_results, "what was achieved: indicators to date, against their targets")
    file(made)
    made.add_argument("--year", required=True, type=to_year, metavar="Y", help=year)
    made.add_argument(
        "--quarter",
        type=int,
        choices=range(1, 5),
        metavar="N",
        help="to its end; by itself the last that is over",
    )
    made.add_argument("--fund", default="", metavar="NAME", help="only the projects that this fund pays for")
    made.add_argument("--project", default="", metavar="REF", help="only this project")

    made = command("record", record_figure, "records a figure of an indicator, with its evidence")
    file(made)
    made.add_argument("indicator", metavar="INDICATOR", help="its name, its code or its number in the list")
    made.add_argument(
        "figure", metavar="FIGURE", help="such as 64, 45/50, 95%% or “1,445 [p]”; “” takes the figure away"
    )
    made.add_argument(
        "--project", default="", metavar="REF", help="where several have an indicator so called"
    )
    made.add_argument("--year", type=to_year, metavar="Y", help=f"{year}; with --quarter")
    made.add_argument(
        "--quarter", type=int, choices=range(1, 5), metavar="N", help="1 to 4, April to June is 1"
    )
    made.add_argument(
        "--from", dest="first", type=to_day, metavar="D", help="in place of a quarter: its first day"
    )
    made.add_argument("--to", dest="last", type=to_day, metavar="D", help="and its last")
    made.add_argument(
        "--status", choices=[each.value for each in FigureStatus], default="actual", help="by itself actual"
    )
    made.add_argument("--note", metavar="TEXT", help="what is to be known of it")
    made.add_argument("--source", metavar="TEXT", help="where it comes from")
    made.add_argument("--as-at", type=to_day, metavar="D", help="the day it was taken out of its source")
    add_evidence_option(made, "a paper for it; may be repeated")

    made = command(
        "indicators", keep_indicators, "the indicators of a file, the standard sets, and adding from these"
    )
    file(made)
    made.add_argument("--sets", action="store_true", help="shows the standard sets that can be added")
    made.add_argument("--project", default="", metavar="REF", help="only this project; where to add")
    made.add_argument(
        "--add",
        action="append",
        default=[],
        metavar="CODE",
        help="adds a standard indicator, or a whole set",
    )
    made.add_argument(
        "--outcome", default="", metavar="NAME", help="the outcome that what is added belongs to"
    )
    made.add_argument(
        "--due",
        action="append",
        default=[],
        metavar="INDICATOR=HOW",
        help=f"how often an indicator's figure is due: {', '.join(_DUE)}; may be repeated",
    )


def show_results(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """The results of a year; something is to be looked at while a figure is missing or a target is not met."""
    opened = offices.open(given.file, writing=False)
    try:
        desk = opened.desk
        fund = desk.ask(FundNamed(given.fund)) if given.fund else None
        project = desk.ask(ProjectNamed(given.project)) if given.project else None
        answer = desk.ask(
            ResultsOf(given.year, given.quarter, fund, ProjectId(project.id) if project is not None else None)
        )
        safe = desk.ask(SafeResults(given.year, answer.quarter, fund))
    finally:
        opened.close()
    shown = [_Shown(row, safe.marks.get(row.id, {})) for row in answer.rows]
    rows = [
        (
            each.row.indicator.name,
            each.row.ref,
            each.baseline,
            each.row.target.text,
            *each.quarters,
            each.to_date,
            each.word,
            str(each.row.evidence or ""),
        )
        for each in shown
    ]
    words: list[Part] = [
        table(
            f"Results of {answer.year} to the end of quarter {answer.quarter}",
            (
                "Indicator",
                "Project",
                "Baseline",
                "Target",
                "Q1",
                "Q2",
                "Q3",
                "Q4",
                "To date",
                "State",
                "Evidence",
            ),
            rows,
            (2, 3, 4, 5, 6, 7, 8, 10),
        )
        if rows
        else "No indicator is recorded. Add some with “indicators”."
    ]
    words += [
        f"Missing: {each.name}{f' ({each.ref})' if each.ref else ''} has no figure for {each.period}, which ended on "
        f"{short_date(each.ended)}."
        for each in answer.missing
    ]
    words += [
        f"Milestone of {each.ref}: {each.milestone.name}, due {short_date(each.milestone.due)}: {each.state}."
        for each in answer.milestones_due
    ]
    out.result(
        {
            "year": str(answer.year),
            "quarter": answer.quarter,
            "indicators": [each.data for each in shown],
            "missing": [
                {
                    "indicator": each.name,
                    "project": each.ref or None,
                    "quarter": each.quarter,
                    "period": each.period,
                }
                for each in answer.missing
            ],
            "milestones_due": [
                {"project": each.ref, "name": each.milestone.name, "due": each.milestone.due.isoformat()}
                for each in answer.milestones_due
            ],
        },
        words,
    )
    not_met = any(row.judgement.standing is Standing.NOT_MET for row in answer.rows)
    return TO_LOOK_AT if answer.missing or answer.milestones_due or not_met else DONE


class _Shown:
    """A row as it may leave the program: *marks* are what stands in place of its figures that are hidden."""

    def __init__(self, row: ResultRow, marks: Mapping[str, str]) -> None:
        self.row = row
        self._hides = bool({"to-date", "change"} & marks.keys())
        self.quarters = tuple(
            marks.get(f"q{number}", each.shown) for number, each in enumerate(row.quarters, start=1)
        )
        self.to_date = marks.get("to-date", row.to_date.shown)
        self.word = Standing.SMALL.value if self._hides else row.judgement.word
        self.baseline = marks.get("baseline", row.baseline.text)

    def _number(self, result: Result, text: str) -> int | float | None:
        return None if text != result.shown else _plain(result.value)

    @property
    def data(self) -> dict[str, Any]:
        row, indicator = self.row, self.row.indicator
        judgement = row.judgement
        return {
            "id": row.id,
            "name": indicator.name,
            "code": indicator.code or None,
            "project": row.ref or None,
            "outcome": row.outcome.value.name if row.outcome is not None else None,
            "level": indicator.level.value,
            "unit": indicator.unit,
            "place": row.place or None,
            "owner": indicator.owner or None,
            "comparable": indicator.is_comparable,
            "comparability": indicator.comparability or None,
            "due": indicator.due.value,
            "baseline": self.baseline or None,
            "target": row.target.text or None,
            "quarters": [
                {"value": self._number(each, text), "shown": text}
                for each, text in zip(row.quarters, self.quarters, strict=True)
            ],
            "to_date": {"value": self._number(row.to_date, self.to_date), "shown": self.to_date},
            "state": self.word,
            "percent": None if self._hides else _plain(judgement.percent),
            "change_percent": None if self._hides else _plain(judgement.change),
            "trend": row.trend.in_words if row.trend is not None and not self._hides else None,
            "note": None if self._hides else judgement.note or None,
            "of_places": list(row.of_places),
            "evidence": row.evidence,
            "figure": row.figure("to-date"),
        }


def _plain(number: Decimal | None) -> int | float | None:
    """A number of JSON."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def record_figure(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Records one figure."""
    first, last = _days(given)
    opened = writable(offices, given.file)
    try:
        desk = opened.desk
        year = FinancialYear.of(last)
        of = _indicator(desk, given.indicator, given.project)
        cell = FigureCell(
            IndicatorId(of.kept.id),
            first,
            last,
            given.figure,
            FigureStatus(given.status),
            note=given.note,
            as_at=given.as_at,
            source=given.source,
            evidence=papers_given(given),
        )
        done = desk.do(RecordFigures((cell,))).result
        after = desk.ask(IndicatorOf(cell.indicator, year, 4)).row
        safe = desk.ask(SafeResults(year, 4))
    finally:
        opened.close()
    shown = _Shown(after, safe.marks.get(after.id, {}))
    what = next(word for word in ("new", "changed", "emptied", "unchanged") if getattr(done, word))
    out.result(
        {
            "done": what,
            "figure": done.figures[0] if done.figures else None,
            "evidence": len(given.evidence),
            "indicator": shown.data,
        },
        [
            f"{of.indicator.name}, {short_date(first)} to {short_date(last)}: {what}. To date {shown.to_date}"
            f"{f' of {after.target.text}' if after.target.text else ''}: {shown.word}."
        ],
    )
    return DONE


def _days(given: argparse.Namespace) -> tuple[date, date]:
    """The days that are meant: a quarter, or those that were given."""
    if given.quarter is not None and given.year is not None and given.first is given.last is None:
        return days_of(given.year, given.quarter)
    if given.first is not None and given.last is not None and given.quarter is None:
        return given.first, given.last
    raise ExpectedError(
        "which_days",
        "It is not said for which days the figure is.",
        "Give --year and --quarter, or --from and --to.",
    )


def _indicator(desk: Desk, text: str, ref: str) -> ListedIndicator:
    """The one indicator that is meant, by name, code or number. Raises ExpectedError when there is none, or several."""
    project = ProjectId(desk.ask(ProjectNamed(ref)).id) if ref else None
    held = desk.ask(IndicatorList(project))
    wanted = " ".join(text.split()).casefold()
    found = [each for each in held if each.indicator.name.casefold() == wanted]
    found = found or [each for each in held if each.indicator.code.casefold() == wanted]
    found = found or [each for each in held if str(each.kept.id) == wanted]
    if not found:
        names = ", ".join(f"“{each.indicator.name}”" for each in held[:8]) or "none yet"
        raise NotFoundError("indicator", text, f"The indicators are: {names}.")
    if len(found) > 1:
        refs = listed((each.ref or "the partnership" for each in found), "and")
        raise ExpectedError(
            "which_indicator", f"“{text}” is an indicator of {refs}.", "Say which with --project."
        )
    return found[0]


def keep_indicators(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Lists indicators or standard sets, or adds standard indicators."""
    if not given.add and not given.due:
        return _list(given, offices, out)
    opened = writable(offices, given.file)
    try:
        desk = opened.desk
        due = [_due(desk, said, given.project) for said in given.due]
        project = desk.ask(ProjectNamed(given.project)) if given.project else None
        id = ProjectId(project.id) if project is not None else None
        outcome = _outcome(desk, given.outcome, id) if given.outcome else None
        added = (
            desk.do(AddStandardIndicators(id, _codes(desk, given.add), outcome)).result if given.add else ()
        )
        for indicator, after in due:
            desk.do(ChangeIndicator(indicator, after))
    finally:
        opened.close()
    words = [f"{count(len(added), 'indicator')} added."] if given.add else []
    words += [f"{after.name}: a figure is due {after.due.value}." for _, after in due]
    out.result(
        {"added": list(added), "due": [{"id": id, "due": after.due.value} for id, after in due]}, words
    )
    return DONE


def _due(desk: Desk, said: str, ref: str) -> tuple[IndicatorId, Indicator]:
    """The indicator that INDICATOR=HOW names, as it then is. Raises ExpectedError when it names none, or no word."""
    name, _, how = said.rpartition("=")
    if how.strip().casefold() not in _DUE:
        raise ExpectedError(
            "no_due",
            f"“{how.strip()}” does not say how often a figure is due.",
            f"Say one of: {', '.join(_DUE)}.",
        )
    of = _indicator(desk, name, ref)
    return IndicatorId(of.kept.id), replace(of.indicator, due=_DUE[how.strip().casefold()])


def _codes(desk: Desk, wanted: list[str]) -> tuple[str, ...]:
    """The codes of the indicators that are wanted; a set stands for all of its own."""
    sets = {each.code: each for each in desk.ask(StandardSets())}
    found: list[str] = []
    for code in wanted:
        of_set = sets.get(code.strip().upper())
        found += [each.code for each in of_set.indicators] if of_set is not None else [code]
    return tuple(found)


def _outcome(desk: Desk, name: str, project: ProjectId | None) -> OutcomeId:
    wanted = " ".join(name.split()).casefold()
    for kept in desk.ask(OutcomeList(project)):
        if kept.value.name.casefold() == wanted:
            return OutcomeId(kept.id)
    raise NotFoundError("outcome", name, "Add it in the window, on the page Outcomes.")


def _list(given: argparse.Namespace, offices: Offices, out: Output) -> int:
    opened = offices.open(given.file, writing=False)
    try:
        desk = opened.desk
        sets = desk.ask(StandardSets()) if given.sets else ()
        project = desk.ask(ProjectNamed(given.project)) if given.project else None
        found = desk.ask(IndicatorList(ProjectId(project.id) if project is not None else None))
    finally:
        opened.close()
    if given.sets:
        rows = [
            (
                each.code,
                each.name,
                each.unit,
                each.direction.value,
                each.counted.value,
                each.measure.value,
                each.due.value,
            )
            for held in sets
            for each in held.indicators
        ]
        out.result(
            {
                "sets": [
                    {
                        "code": held.code,
                        "name": held.name,
                        "version": held.version,
                        "indicators": [
                            {
                                "code": each.code,
                                "name": each.name,
                                "unit": each.unit,
                                "direction": each.direction.value,
                                "level": each.level.value,
                                "counted": each.counted.value,
                                "flow_or_stock": each.measure.value,
                                "method": each.method,
                                "due": each.due.value,
                            }
                            for each in held.indicators
                        ],
                    }
                    for held in sets
                ]
            },
            [
                table(
                    "Standard indicators",
                    ("Code", "Indicator", "Unit", "Direction", "Counted", "Adds up", "Due"),
                    rows,
                )
            ],
        )
        return DONE
    words = [
        (
            str(each.kept.id),
            each.indicator.name,
            each.ref,
            each.indicator.unit,
            each.indicator.direction.value,
            _baseline(each.indicator),
            each.indicator.target,
            each.indicator.code,
            str(each.figures),
        )
        for each in found
    ]
    out.result(
        {
            "indicators": [
                {
                    "id": each.kept.id,
                    "name": each.indicator.name,
                    "project": each.ref or None,
                    "outcome": each.outcome or None,
                    "unit": each.indicator.unit,
                    "direction": each.indicator.direction.value,
                    "level": each.indicator.level.value,
                    "counted": each.indicator.counted.value,
                    "flow_or_stock": each.indicator.measure.value,
                    "baseline": _baseline(each.indicator) or None,
                    "target": each.indicator.target or None,
                    "code": each.indicator.code or None,
                    "code_list": each.indicator.code_list or None,
                    "place": each.place or None,
                    "source": each.indicator.source or None,
                    "owner": each.indicator.owner or None,
                    "method": each.indicator.method or None,
                    "comparable": each.indicator.is_comparable,
                    "comparability": each.indicator.comparability or None,
                    "sensitive": each.indicator.is_sensitive,
                    "closed": each.indicator.is_closed,
                    "due": each.indicator.due.value,
                    "summed_over": each.indicator.summed_over.value if each.indicator.summed_over else None,
                    "figures": each.figures,
                }
                for each in found
            ]
        },
        [
            table(
                "Indicators",
                ("No.", "Indicator", "Project", "Unit", "Direction", "Baseline", "Target", "Code", "Figures"),
                words,
                (0, 8),
            )
            if words
            else "No indicator is recorded."
        ],
    )
    return DONE


def _baseline(indicator: Indicator) -> str:
    """The baseline as it may leave the house: “results” tells that of a year, with what may be shown of it (R40)."""
    is_told = indicator.is_sensitive and any(letter.isdigit() for letter in indicator.baseline)
    return WITHHELD if is_told else indicator.baseline
