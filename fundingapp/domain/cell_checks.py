"""What is wrong in single cells and rows of a return, before it is sent (domain paper 4.7).

A cell has one thing wrong with its value at most: what stands there is the wrong sort, not in the list, of the wrong
form, breaks the template's rule, contradicts its row, or differs from what we hold, and the first of these is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from fundingapp.domain.cell_differences import differs, untidy
from fundingapp.domain.cell_forms import form_check, list_check, small_check, sort_check
from fundingapp.domain.cells_checked import about_cell, quarter_of
from fundingapp.domain.errors import listed
from fundingapp.domain.money import Money
from fundingapp.domain.periods import days_of
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.received import RuleBroken
from fundingapp.domain.returns import asks_reason
from fundingapp.domain.returns_in_hand import CellInHand, ReturnInHand, TableInHand, is_blank, said
from fundingapp.domain.sending import Grade, SendingCheck
from fundingapp.domain.templates import RowsOf, ShownAs

_ERROR, _LOOK = Grade.ERROR, Grade.LOOK

#: What may be blank without being asked for: only said where it is due.
MAY_BE_BLANK: Final = frozenset(
    {"project/reason", "project/explanation", "narrative/underspend", "narrative/plan-for-underspend"}
)
_NOT_STARTED, _COMPLETE = frozenset({"not started"}), frozenset({"complete", "completed", "closed"})
_GREEN = frozenset({"green", "g", "on track", "1"})
_STATUSES: Final = frozenset({"project/rag", "project/status", "project/spend-rag"})


@dataclass(slots=True)
class _Rows:
    """What is known of the rows of a table while its cells are looked at."""

    table: TableInHand
    cells: dict[int, list[CellInHand]] = field(default_factory=dict)

    def of(self, row: int, source: str) -> CellInHand | None:
        return next((cell for cell in self.cells.get(row, ()) if cell.source == source), None)


def cell_checks(hand: ReturnInHand) -> Iterator[SendingCheck]:
    """One check for each cell of *hand* in which something is wrong, and for rows that are twice, not ours or gone.

    Nothing is said of a workbook of ours, whose cells are ours.
    """
    if hand.look is None:
        return
    broken: dict[tuple[str, str], RuleBroken] = {}
    for each in hand.received.broken:
        broken.setdefault((each.sheet, each.cell), each)
    tables = {table.name: _Rows(table) for table in hand.tables}
    for cell in hand.cells:
        if cell.table in tables:
            tables[cell.table].cells.setdefault(cell.row, []).append(cell)
    passed: set[tuple[str, str]] = set()
    for rows in tables.values():
        yield from _row_checks(hand, rows, passed)
    for cell in hand.cells:
        if cell.place in passed:
            continue
        found = _value_check(hand, cell, broken.get(cell.place), tables.get(cell.table))
        if found is not None:
            yield found
    known = hand.at
    for place, rule in broken.items():
        if place not in known:
            yield _rule_broken(rule)


def _row_checks(hand: ReturnInHand, rows: _Rows, passed: set[tuple[str, str]]) -> Iterator[SendingCheck]:
    """Rows that stand twice, that are not ours, and rows of ours that are gone; their other cells are passed over."""
    table = rows.table
    at: dict[str, CellInHand] = {}
    gone = dict(table.keys)
    free: CellInHand | None = None
    for row in sorted(rows.cells):
        own = rows.cells[row]
        key_cell = next((cell for cell in own if cell.column == table.key_column), own[0])
        key = key_cell.key
        if not key and all(cell.is_blank for cell in own):
            free = free or key_cell
            passed.update(cell.place for cell in own)
            continue
        if key in table.keys and key not in at:
            at[key] = key_cell
            gone.pop(key, None)
            continue
        passed.update(cell.place for cell in own)
        if key in at:
            yield about_cell(
                "row.twice",
                _ERROR,
                key_cell,
                f"{key_cell.where} names {key} again: it stands in row {at[key].row} already.",
                "Take the second row out: a receiver counts both.",
                "",
            )
        elif near := next((each for each in gone if _squeezed(each) == _squeezed(key)), ""):
            at[near] = key_cell
            del gone[near]
            yield about_cell(
                "text.spaces",
                _ERROR,
                key_cell,
                f"{key_cell.where} is “{key_cell.value}”, should be “{near}”: a receiver looks it up letter by letter.",
                "Write it as it stands in the plan, without spaces around it.",
                "",
            )
        elif is_blank(key_cell.value):
            held = [cell for cell in own if not cell.is_blank]
            yield about_cell(
                "row.no_key",
                _ERROR,
                key_cell,
                f"{key_cell.where} is blank, while {held[0].where} in its row holds "
                f"{said(held[0].value, held[0].shown)}.",
                f"Put in which {_one_of(table.rows)} the row is of, or clear the row.",
                "",
            )
        else:
            yield _not_ours(hand, table, key_cell)
    for key, name in gone.items():
        place = free or CellInHand(table.sheet, f"{table.key_column}{table.first_row}", ShownAs.TEXT, None)
        spent = _spent(hand, key)
        money = f"; its {spent.in_words} is missing from the totals" if spent else ""
        yield SendingCheck(
            f"row.missing.{key}",
            _ERROR,
            f"{table.sheet} has no row for {f'{key} {name}'.strip()}{money}.",
            place.sheet,
            place.cell,
            "Put the row back, or write the workbook again.",
            "",
        )


def _one_of(rows: RowsOf) -> str:
    return {RowsOf.PROJECTS: "project", RowsOf.HEADS: "project", RowsOf.INDICATORS: "indicator"}.get(
        rows, "line"
    )


def _not_ours(hand: ReturnInHand, table: TableInHand, cell: CellInHand) -> SendingCheck:
    written = " ".join(str(cell.value).split())
    if table.rows is RowsOf.INDICATORS:
        return about_cell(
            "row.indicator_not_ours",
            _ERROR,
            cell,
            f"{cell.where}: “{written}” is no indicator that was agreed for this grant.",
            "Agree it with the commissioner and record it on Outcomes, or take the row out.",
            "",
        )
    what = _one_of(table.rows)
    return about_cell(
        "row.not_ours",
        _ERROR,
        cell,
        f"{cell.where}: “{written}” is no {what} of {hand.document.fund} {hand.document.year}.",
        f"Take the row out, or put in the right {what}: another organisation's are refused.",
        "",
    )


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def projects_of(hand: ReturnInHand, key: str) -> list[ProjectPosition]:
    """The lines of the project that a row's *key* names; “LF-01”, or “LF-01 (capital)” for one kind of money."""
    every = [each for each in hand.document.position.projects if each.ref == key]
    return every or [
        each
        for each in hand.document.position.projects
        if key.startswith(each.ref) and each.kind.value in key[len(each.ref) :]
    ]


def _spent(hand: ReturnInHand, key: str) -> Money:
    return Money.total(project.spent for project in projects_of(hand, key))


def _value_check(
    hand: ReturnInHand, cell: CellInHand, rule: RuleBroken | None, rows: _Rows | None
) -> SendingCheck | None:
    if not cell.source:
        return _rule_broken(rule, cell) if rule is not None and not rule.is_blank else None
    if cell.is_blank:
        return _blank_check(hand, cell, rule, rows)
    for check in (sort_check, list_check, form_check):
        found = check(cell)
        if found is not None:
            return found
    if rule is not None:
        return _rule_broken(rule, cell)
    return (
        small_check(cell)
        or _day_check(hand, cell)
        or _future_check(hand, cell)
        or _status_check(hand, cell)
        or differs(hand, cell)
        or untidy(cell)
    )


def _rule_broken(rule: RuleBroken, cell: CellInHand | None = None) -> SendingCheck:
    place = f"{rule.sheet}!{rule.cell}"
    label = cell.named if cell is not None else place
    theirs = f" The template says: “{rule.message}”." if rule.message else ""
    if rule.is_blank:
        return SendingCheck(
            "blank.required",
            _ERROR,
            f"{label} is blank, and the template does not allow that.{theirs}",
            rule.sheet,
            rule.cell,
            f"It should be {rule.should}." if rule.should else "Fill it in.",
            cell.figure if cell is not None else "",
        )
    long = re.search(r"characters", rule.should) is not None and rule.value
    return SendingCheck(
        "text.too_long" if long else "template.rule",
        _ERROR if rule.stops else _LOOK,
        f"{label} is {_short(rule.value)}, should be {rule.should}.{theirs}",
        rule.sheet,
        rule.cell,
        "Shorten the text; what is beyond the limit is cut off or refused."
        if long
        else "Change it: the receiver's workbook refuses it.",
        cell.figure if cell is not None else "",
    )


def _short(text: str) -> str:
    words = " ".join(text.split())
    return f"“{words if len(words) <= 60 else words[:59] + '…'}”"


def _blank_check(
    hand: ReturnInHand, cell: CellInHand, rule: RuleBroken | None, rows: _Rows | None
) -> SendingCheck | None:
    if cell.source in MAY_BE_BLANK:
        return _reason_missing(hand, cell, rows)
    if cell.source.startswith("certifier/") or cell.source == "return/certified-on":
        return _signature(hand, cell)
    if cell.is_number:
        if cell.ours is None and cell.source.startswith(("indicator/", "outcome/")):
            return _no_figure(hand, cell)
        if cell.ours is None and rule is None:
            return None  # nothing is held and nothing was asked for: the plan says so
        should = f", should be {said(cell.ours, cell.shown)}" if cell.ours is not None else ""
        return about_cell(
            "blank.number",
            _ERROR,
            cell,
            f"{cell.named} is blank{should}.",
            "Put in the figure; where there is none enter 0: a blank is refused.",
        )
    if cell.ours is not None and not is_blank(cell.ours):
        return about_cell(
            "blank.required",
            _ERROR,
            cell,
            f"{cell.named} is blank, should be {said(cell.ours, cell.shown)}.",
            "Put it back, or write the workbook again.",
        )
    if rule is not None:
        return _rule_broken(rule, cell)
    if _is_asked(cell):
        return about_cell(
            "blank.required",
            _ERROR,
            cell,
            f"{cell.named} is blank: the commissioner asks for it.",
            _where_to_say(cell.source),
        )
    return None


def _is_asked(cell: CellInHand) -> bool:
    """Whether a text that we hold nothing for is missed: words of the return, who is asked, and what a row is."""
    source = cell.source
    if source.startswith("narrative/"):
        return source not in ("narrative/case-study", "narrative/changes")
    return source.startswith(("return/", "contact/", "partnership/", "body/", "fund/")) or source.endswith(
        ("/name", "/secured", "/rag", "/status")
    )


def _where_to_say(source: str) -> str:
    if source.startswith("narrative/"):
        return "Write it under Returns, Words and risks."
    if source.startswith("contact/"):
        return "Record the partnership's contact under Settings."
    return "Record it, or leave the cell empty on purpose in the mapping."


def _no_figure(hand: ReturnInHand, cell: CellInHand) -> SendingCheck | None:
    """An indicator without a figure of a quarter that is due: said once in its row, at the newest of them."""
    results, quarter = hand.document.results, quarter_of(cell.source)
    line = next(
        (
            each
            for each in (results.lines if results is not None else ())
            if each.name in cell.key and each.ref in cell.key
        ),
        None,
    )
    if line is None or not line.missing or quarter != max(line.missing):
        return None
    missing = listed((f"Q{each}" for each in line.missing), "and")
    return about_cell(
        "blank.result",
        _ERROR if quarter == hand.document.quarter else _LOOK,
        cell,
        f"{cell.named} is blank: there is no figure for {missing}.",
        "Record the figure, 0 where it is nought; a blank is refused.",
        line.figure,
    )


def _signature(hand: ReturnInHand, cell: CellInHand) -> SendingCheck:
    what = cell.source.rpartition("/")[2]
    code = {"name": "signoff.name", "role": "signoff.role", "position": "signoff.role"}.get(
        what, "signoff.date"
    )
    words = {"signoff.name": "name", "signoff.role": "position", "signoff.date": "date"}[code]
    held = f", should be {said(cell.ours, cell.shown)}" if cell.ours is not None else ""
    # The day is only known once it is signed: a draft without it is as it should be.
    grade = _LOOK if code == "signoff.date" and cell.ours is None and not hand.is_file else _ERROR
    return about_cell(
        code,
        grade,
        cell,
        f"{cell.named} is blank{held}: the {words} of the section 151 officer is missing.",
        "Record the section 151 officer among the contacts."
        if code != "signoff.date"
        else "It is put in when the return is certified.",
    )


def _day_check(hand: ReturnInHand, cell: CellInHand) -> SendingCheck | None:
    """A day that has not come, or that lies before what it is about."""
    value = cell.value
    if cell.shown is not ShownAs.DAY or not isinstance(value, date):
        return None
    day = value.date() if isinstance(value, datetime) else value
    document = hand.document
    last = days_of(document.year, document.quarter)[1]
    should = f", should be {said(cell.ours)}" if isinstance(cell.ours, date) and cell.ours != day else ""
    is_ours = isinstance(cell.ours, date) and cell.ours == day
    if cell.source in ("return/date", "return/certified-on") or cell.source.startswith("certifier/"):
        if day > hand.today:
            return about_cell(
                "date.future",
                _ERROR,
                cell,
                f"{cell.named} is {said(day)}, a day to come{should}.",
                "Put in the day itself.",
            )
        if day <= last and not is_ours:
            return about_cell(
                "date.early",
                _ERROR,
                cell,
                f"{cell.named} is {said(day)}, before Q{document.quarter} {document.year} ended on {said(last)}"
                f"{should}.",
                "Put in the day on which the return was made.",
            )
        return None
    if (
        any(word in cell.source for word in ("spent", "paid", "bought", "received", "raised", "met"))
        and day > hand.today
    ):
        return about_cell(
            "date.future",
            _ERROR,
            cell,
            f"{cell.named} is {said(day)}, a day to come{should}.",
            "Put in the day on which it happened.",
        )
    return None


def _future_check(hand: ReturnInHand, cell: CellInHand) -> SendingCheck | None:
    """An actual of a quarter that has not come."""
    quarter = quarter_of(cell.source)
    if (
        quarter is None
        or quarter <= hand.document.quarter
        or not isinstance(cell.value, Decimal)
        or not cell.value
    ):
        return None
    if not cell.source.startswith(("project/spent/", "grant/spent/", "indicator/q")):
        return None
    return about_cell(
        "period.future",
        _ERROR,
        cell,
        f"{cell.named} is {said(cell.value, cell.shown)}, and Q{quarter} comes after the return's Q"
        f"{hand.document.quarter}.",
        "Clear it: what is expected belongs in the forecast.",
    )


def _status_check(hand: ReturnInHand, cell: CellInHand) -> SendingCheck | None:
    """A status or colour that what is spent contradicts."""
    if cell.source not in _STATUSES or not isinstance(cell.value, str):
        return None
    word = str(cell.value).strip().casefold()
    ours = cell.ours if isinstance(cell.ours, str) else ""
    if ours and ours == cell.value:
        return None  # what the record itself contradicts is said of the record
    spent = _spent(hand, cell.key)
    to_come = Money.total(project.forecast_remaining for project in projects_of(hand, cell.key))
    should = f", should be {said(ours)}" if ours else ""
    if word in _NOT_STARTED and spent:
        return about_cell(
            "status.contradicts",
            _ERROR,
            cell,
            f"{cell.named} is {said(cell.value)}, and {spent.in_words} is spent{should}.",
            "Say how the project stands.",
        )
    if word in _COMPLETE and to_come:
        return about_cell(
            "status.contradicts",
            _ERROR,
            cell,
            f"{cell.named} is {said(cell.value)}, and {to_come.in_words} is still expected{should}.",
            "Say how the project stands, or take the forecast back.",
        )
    return None


def _reason_missing(hand: ReturnInHand, cell: CellInHand, rows: _Rows | None) -> SendingCheck | None:
    """A reason or comment that is blank: an error where one is asked for."""
    if cell.source.startswith("narrative/"):
        return None  # an underspend without its plan is said of the record
    if cell.ours is not None and not is_blank(cell.ours):
        return about_cell(
            "blank.reason",
            _ERROR,
            cell,
            f"{cell.named} is blank, should be {said(cell.ours)}.",
            "Put the reason back.",
        )
    off = [project for project in projects_of(hand, cell.key) if asks_reason(project)]
    if off and cell.source == "project/reason":
        return None  # nobody has said why: said of the record, at this cell
    rag = rows.of(cell.row, "project/rag") if rows is not None else None
    if rag is None or not isinstance(rag.value, str) or is_blank(rag.value):
        return None
    word = rag.value.strip().casefold()
    if word in _GREEN | _COMPLETE | _NOT_STARTED or (
        rag.ours is not None and rag.value == rag.ours and cell.source != "project/reason"
    ):
        return None
    if word.startswith(("amber", "red")):
        return about_cell(
            "rag.no_reason",
            _LOOK if rag.value == rag.ours else _ERROR,
            cell,
            f"{cell.named} is blank, and {rag.where} is {said(rag.value)}: what is not Green needs its reason.",
            "Say why, and what is done about it.",
        )
    return None
