"""The console's commands for files of figures: what one holds, and taking it in."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from fundingapp.application.commands.figure_imports import ImportFigures
from fundingapp.application.offices import Offices
from fundingapp.application.queries.figure_previews import FigurePreview, PreviewFigures, ReadFigureFile
from fundingapp.application.wording import count
from fundingapp.console.files import DONE, TO_LOOK_AT, say_findings, writable
from fundingapp.console.output import BarProgress, Output, Part, finding_data, matters, table
from fundingapp.console.values import to_day, to_year
from fundingapp.domain.changes import Days
from fundingapp.domain.errors import ExpectedError, listed
from fundingapp.domain.figure_files.contents import FigureFile, FileFigure, RowIs
from fundingapp.domain.figure_files.days import in_words, read_days
from fundingapp.domain.figure_files.deciding import why_not_taken
from fundingapp.domain.figure_files.labelling import figure_in_words
from fundingapp.domain.figure_files.plan import FigureChoices, IndicatorChoice, PlaceChoice, Standing
from fundingapp.domain.figure_files.reading import READERS
from fundingapp.domain.figure_imports import FigureLayout
from fundingapp.domain.ids import AreaId, IndicatorId
from fundingapp.domain.places import Places, plain_place

Command = Callable[[str, Callable[..., int], str], argparse.ArgumentParser]

#: The layouts by one word each.
LAYOUTS = {layout.name.lower(): layout for layout in READERS}
#: So many skipped rows are told to a person; all of them stand in the JSON.
_TOLD = 30


def add_figure_commands(command: Command, file: Callable[[argparse.ArgumentParser], None]) -> None:
    """The two commands and their options."""
    made = command("read-figures", read_figures, "read a file of figures and report, storing nothing")
    _add_reading(made)
    made = command("import-figures", import_figures, "take a file of figures in")
    file(made)
    _add_reading(made)
    made.add_argument(
        "--area",
        action="append",
        default=[],
        metavar="NAME[=PLACE]",
        help="a place of the file comes along, or is this place of ours; may be given several times",
    )
    made.add_argument(
        "--everything", action="store_true", help="take the rows of every place, not only of ours"
    )
    made.add_argument(
        "--indicator",
        action="append",
        default=[],
        metavar="LABEL[@PLACE]=INDICATOR",
        help="the figures of this label (in this place of the file) are those of an indicator, named alone or behind "
        "its project's reference; may be given several times",
    )
    made.add_argument("--name", default="", metavar="TEXT", help="what the table of counts is called")
    made.add_argument(
        "--no-table", action="store_true", help="keep no table of counts, only figures of indicators"
    )
    made.add_argument(
        "--period",
        action="append",
        default=[],
        metavar="[HEADING=]TEXT",
        help="the period, where the file says none or its heading may mean several, such as “2018=2017/18”; may be "
        "given several times",
    )
    made.add_argument(
        "--replace", action="store_true", help="figures that differ take the place of what is held"
    )
    made.add_argument(
        "--replace-table", action="store_true", help="the table takes the place of the earlier one"
    )
    made.add_argument(
        "--leave-repeats", action="store_true", help="leave out crimes whose number comes again"
    )
    made.add_argument(
        "--skip-unreadable", action="store_true", help="take it in without the rows that can't be read"
    )
    made.add_argument(
        "--remember", action="store_true", help="keep the names given with --area for the next time"
    )
    made.add_argument(
        "--as-at", type=to_day, metavar="D", help="the day on which the file was taken out of its source"
    )
    made.add_argument("--again", action="store_true", help="take a file in that was taken in before")


def _add_reading(made: argparse.ArgumentParser) -> None:
    made.add_argument("table", metavar="TABLE", type=Path, help="the file of figures (.csv, .xlsx)")
    made.add_argument(
        "--as",
        dest="layout",
        choices=sorted(LAYOUTS),
        help="how it is laid out; told by its headings without it",
    )
    made.add_argument("--sheet", metavar="S", help="the sheet to take, where there are several")
    made.add_argument(
        "--table", dest="part", metavar="T", help="which table of the sheet to take, where it holds several"
    )
    made.add_argument("--year", type=to_year, metavar="Y", help="the year of quarters that state none")


def _question(given: argparse.Namespace) -> ReadFigureFile:
    layout = LAYOUTS[given.layout] if given.layout else None
    return ReadFigureFile(given.table, layout, given.sheet, given.year, given.part)


def read_figures(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Reads a file of figures and reports, storing nothing."""
    file = offices.read_figures(_question(given), progress)
    say_findings(out, file.findings)
    out.result(_file_data(file), _file_words(file))
    return TO_LOOK_AT if matters(file.findings) else DONE


def import_figures(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Takes a file of figures in."""
    periods = dict(_period(said) for said in given.period)
    opened = writable(offices, given.file)
    try:
        read = opened.desk.ask(_question(given), progress)
        try:
            choices = FigureChoices(
                everything=given.everything,
                leave_repeats=given.leave_repeats,
                replace_table=given.replace_table,
                as_table=not given.no_table,
                table_name=given.name,
                days=periods.pop("", None),
                periods=tuple(periods.items()),
                skip_unreadable=given.skip_unreadable,
                again=given.again,
                as_at=given.as_at,
            )
            preview = opened.desk.ask(PreviewFigures(read, choices), progress)
            choices = _settled(given, preview, choices)
            preview = opened.desk.ask(PreviewFigures(read, choices), progress)
            if given.replace:
                held = [each.held for each in preview.plan.figures if each.standing is Standing.CHANGED]
                choices = replace(choices, replace=frozenset(id for id in held if id is not None))
                preview = opened.desk.ask(PreviewFigures(read, choices), progress)
            made = opened.desk.do(ImportFigures(read, choices), progress).result
        finally:
            if read.copy is not None:
                read.copy.path.unlink(missing_ok=True)
    finally:
        opened.close()
    plan, file = preview.plan, read.file
    left = [each for each in plan.figures if not each.taken and each.standing is not Standing.SAME]
    data = _file_data(file) | {
        "batch": made.batch,
        "table": made.table,
        "rows_read": made.read,
        "rows_kept": made.kept,
        "rows_skipped": made.skipped,
        "counts": made.counts,
        "new": made.new,
        "same": made.same,
        "changed": made.changed,
        "left": [
            {
                "row": each.row,
                "cell": each.figure.cell,
                "label": each.label,
                "period": in_words(Days(each.figure.first, each.figure.last)),
                "states": figure_in_words(each.figure),
                "held": figure_in_words(each.was) if each.was is not None else None,
                "reason": why_not_taken(each),
            }
            for each in left
        ],
        "differences": [
            {
                "category": each.category,
                "place": each.place,
                "period": in_words(each.days),
                "old": each.old,
                "new": each.new,
            }
            for each in plan.changed
        ],
        "skipped": [{"row": each.row, "reason": each.reason} for each in plan.skipped],
        "areas": [
            {"name": each.name, "code": each.code, "taken": each.taken, "told": each.how.value}
            for each in plan.places
            if each.taken or each.proposals
        ],
    }
    say_findings(out, file.findings)
    words: list[Part] = [
        *_file_words(file)[:-2],
        f"Import {made.batch}: {made.read:,} rows read = {made.kept:,} kept + {made.skipped:,} skipped; "
        f"{count(made.counts, 'count')} in a table; {count(made.new, 'figure')} new, {made.same:,} as they were, "
        f"{made.changed:,} changed, {made.left:,} left.",
        *(f"Left: {each.label}, {each.figure.cell}: {why_not_taken(each)}" for each in left),
        *(f"Differs: {each.category}, {each.place}: {each.old} → {each.new}" for each in plan.changed),
        *(f"Skipped row {each.row}: {each.reason}" for each in plan.skipped[:_TOLD]),
    ]
    out.result(data, words)
    return TO_LOOK_AT if left or plan.changed or matters(file.findings) else DONE


def _period(said: str) -> tuple[str, Days]:
    """A heading ("" for the whole file) and the days that it means. Raises ExpectedError for what is no period."""
    heading, _, text = said.rpartition("=")
    days = read_days(text)
    if days is None:
        raise ExpectedError(
            "no_period", f"“{text}” is no period.", "Give one such as 2018/19, Q1 2018/19 or Apr-18."
        )
    return heading.strip(), days


def _settled(given: argparse.Namespace, preview: FigurePreview, choices: FigureChoices) -> FigureChoices:
    """*choices* with the places and indicators of the command line. Raises ExpectedError for what there is not."""
    in_file = {plain_place(seen.code): seen.name for seen in preview.plan.places if seen.code}
    in_file |= {plain_place(seen.name): seen.name for seen in preview.plan.places}
    ours = Places(dict(preview.areas))
    places = []
    for said in given.area:
        name, equals, place = said.partition("=")
        known = in_file.get(plain_place(name))
        if known is None:
            raise ExpectedError(
                "no_place",
                f"“{given.table.name}” has no place “{name}”.",
                "Give its name or its code as it stands in the file.",
            )
        area: AreaId | None = ours.find(place) if equals else None
        if equals and area is None:
            there = listed((f"“{each.name}”" for _, each in preview.areas), "and")
            raise ExpectedError(
                "no_area", f"“{place}” is no place of this file.", f"Add it first; there are {there}."
            )
        places.append(PlaceChoice(known, area, take=area is None, remember=given.remember))
    named: dict[str, list[IndicatorId]] = {}
    for id, indicator, ref in preview.indicators:
        for name in {indicator.name, f"{ref} {indicator.name}", indicator.code} - {""}:
            named.setdefault(plain_place(name), []).append(id)
    indicators = []
    for said in given.indicator:
        where, _, name = said.rpartition("=")
        label, _, place = where.partition("@")
        found = list(dict.fromkeys(named.get(plain_place(name), [])))
        if len(found) != 1 or not label:
            what = "is the name of several indicators" if len(found) > 1 else "is no indicator of this file"
            raise ExpectedError(
                "no_indicator",
                f"“{name}” {what}.",
                "Name one as LABEL=INDICATOR, with its project's reference before it where two have one name.",
            )
        indicators.append(IndicatorChoice(label.strip(), found[0], place.strip()))
    return replace(choices, places=tuple(places), indicators=tuple(indicators))


# What is told of a file


def _file_data(file: FigureFile) -> dict[str, Any]:
    days = file.days
    return {
        "file": file.name,
        "layout": file.layout.name.lower(),
        "sheet": file.sheet,
        "part": file.part or None,
        "title": file.title,
        "tables": [
            {
                "sheet": each.sheet,
                "part": each.part or None,
                "title": each.title,
                "layout": each.layout.name.lower(),
                "rows": each.rows,
                "figures": each.figures,
            }
            for each in file.tables
        ],
        "publisher": file.publisher,
        "period_from": days.first.isoformat() if days is not None else None,
        "period_to": days.last.isoformat() if days is not None else None,
        "rows_read": len(file.rows),
        "rows": _rows_data(file),
        "categories": [
            {"name": each.name, "total": _plain(each.total)}
            | ({"period": each.period} if each.period else {})
            for each in _totals(file)
        ],
        "repeated": sum(bool(row.repeats) for row in file.rows),
        "skipped": [
            {"row": row.row, "reason": row.reason or row.what.value}
            for row in file.rows
            if not row.has_figures
        ],
        "findings": [finding_data(finding) for finding in file.findings],
    }


def _period_of(figure: FileFigure) -> str:
    """The time of a figure as its heading has it, else by its days; "" where the file says none."""
    return figure.period or (in_words(figure.days) if figure.days is not None else "")


def _first_counts(file: FigureFile) -> dict[int, Decimal]:
    """What each row states of the first category, in its first column; of single crimes each row is one."""
    if file.crimes:
        return {row.row: Decimal(1) for row in file.rows if row.has_figures}
    of_first = [figure for figure in file.figures if figure.category == file.categories[0]]
    first = min((figure.column for figure in of_first), default=0)
    return {
        figure.row: figure.number.value
        for figure in of_first
        if figure.column == first and figure.number.value is not None
    }


def _rows_data(file: FigureFile) -> list[dict[str, Any]]:
    """The rows by what they are (places also by the first three letters of their codes), with the total of the first
    column of counts."""
    counts = _first_counts(file)
    found: dict[tuple[RowIs, str], list[int]] = {}
    for row in file.rows:
        found.setdefault((row.what, row.code[:3] if row.what is RowIs.FIGURES else ""), []).append(row.row)
    return [
        {
            "sort": what.value,
            "codes": codes,
            "rows": len(rows),
            "total": _plain(sum((counts.get(row, Decimal(0)) for row in rows), Decimal(0)))
            if file.layout is not FigureLayout.GRID
            else None,
        }
        for (what, codes), rows in found.items()
    ]


class _Total(NamedTuple):
    """A category's total over the rows of places, None with a hidden count or an empty cell among them; *period* is ""
    where the file is of one time only."""

    name: str
    period: str
    total: Decimal | None


def _totals(file: FigureFile) -> list[_Total]:
    """The totals of each category, of one period each: those of two years are never added up. Indicators of a grid
    have none, for they don't add up."""
    if file.layout is FigureLayout.GRID:
        return [_Total(name, "", None) for name in file.categories]
    if file.crimes:
        tally = Counter(row.category for row in file.rows if row.has_figures)
        return [_Total(name, "", Decimal(tally[name])) for name in file.categories]
    what = {row.row: row.what for row in file.rows}
    held: dict[tuple[str, str], list[FileFigure]] = {}
    for figure in file.figures:
        held.setdefault((figure.category, _period_of(figure)), []).append(figure)
    several = len({period for _, period in held}) > 1
    found = []
    for (name, period), figures in held.items():
        # A category that has only a row for all places, such as a grand total, is that row.
        adding = [each for each in figures if what[each.row] is RowIs.FIGURES] or figures
        values = [each.number.value for each in adding if each.number.value is not None]
        is_whole = len(values) == len(adding) and not any(each.number.hidden for each in adding)
        found.append(_Total(name, period if several else "", sum(values, Decimal(0)) if is_whole else None))
    return found


def _plain(number: Decimal | None) -> int | str | None:
    """A count as JSON has it: whole where it is whole, else its digits as text, for a float would change them."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else str(number)


def _file_words(file: FigureFile) -> list[Part]:
    where = f", sheet “{file.sheet}”" if file.sheet else ""
    period = in_words(file.days) if file.days is not None else "no period stated"
    rows = _rows_data(file)
    kept = sum(row.has_figures for row in file.rows)
    others = [each.in_words for each in file.tables if (each.sheet, each.part) != (file.sheet, file.part)]
    return [
        f"{file.name}{where}: {file.layout.value}, {period}. {file.title}",
        f"{count(len(file.rows), 'row')} read = {kept:,} with figures + {len(file.rows) - kept:,} without.",
        *(
            [f"Its other tables, which are taken with --sheet and --table: {'; '.join(others)}."]
            if others
            else []
        ),
        table(
            "Rows",
            ("What they are", "Codes", "Rows", "Total"),
            [
                (
                    each["sort"],
                    each["codes"],
                    f"{each['rows']:,}",
                    f"{each['total']:,}" if isinstance(each["total"], int) else each["total"] or "–",
                )
                for each in rows
            ],
            (2, 3),
        ),
        _categories(_totals(file)),
    ]


def _categories(totals: Sequence[_Total]) -> Part:
    rows = [(each.name, each.period, f"{each.total:,}" if each.total is not None else "–") for each in totals]
    if any(each.period for each in totals):
        return table("Categories", ("Name", "Period", "Total"), rows, (2,))
    return table("Categories", ("Name", "Total"), [(name, total) for name, _, total in rows], (1,))
