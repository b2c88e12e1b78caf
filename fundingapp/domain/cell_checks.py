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

from fundingapp.domain.errors import listed
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.periods import days_of
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.received import RuleBroken
from fundingapp.domain.returns import asks_reason
from fundingapp.domain.returns_in_hand import (
    CellInHand,
    ReturnInHand,
    TableInHand,
    is_blank,
    said,
)
from fundingapp.domain.sending import Grade, SendingCheck
from fundingapp.domain.templates import RowsOf, ShownAs

_ERROR, _LOOK = Grade.ERROR, Grade.LOOK

#: Sources that say which return it is: another value there is another return.
_IDENTITY: Final = {
    "return/year": ("return.year", "The year"),
    "return/quarter": ("return.quarter", "The quarter"),
    "fund/name": ("return.fund", "The fund"),
    "partnership/name": ("return.partnership", "The partnership"),
    "body/name": ("return.body", "The accountable body"),
}
#: What may be blank without being asked for: only said where it is due.
MAY_BE_BLANK: Final = frozenset(
    {"project/reason", "project/explanation", "narrative/underspend", "narrative/plan-for-underspend"}
)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"(\+44|0)[\d ()-]{9,16}( ?(ext|x)\.? ?\d{1,5})?", re.IGNORECASE)
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?) ?(\d[ABD-HJLNP-UW-Z]{2})|GIR ?0AA", re.IGNORECASE)
_SPACES = re.compile(r"[\u00a0\u2007\u202f\u200b\ufeff]|  |^\s|\s$")
#: Words of money in a text: with these taken off a number is left.
_MONEY_WORDS = re.compile(r"(?i)\b(gbp|pounds?)\b")
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


def _check(
    code: str, grade: Grade, cell: CellInHand, text: str, advice: str = "", figure: str | None = None
) -> SendingCheck:
    return SendingCheck(
        code, grade, text, cell.sheet, cell.cell, advice, cell.figure if figure is None else figure
    )


# Rows


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
            yield _check(
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
            yield _check(
                "text.spaces",
                _ERROR,
                key_cell,
                f"{key_cell.where} is “{key_cell.value}”, should be “{near}”: a receiver looks it up letter by letter.",
                "Write it as it stands in the plan, without spaces around it.",
                "",
            )
        elif is_blank(key_cell.value):
            held = [cell for cell in own if not cell.is_blank]
            yield _check(
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
        return _check(
            "row.indicator_not_ours",
            _ERROR,
            cell,
            f"{cell.where}: “{written}” is no indicator that was agreed for this grant.",
            "Agree it with the commissioner and record it on Outcomes, or take the row out.",
            "",
        )
    what = _one_of(table.rows)
    return _check(
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


# Values


def _value_check(
    hand: ReturnInHand, cell: CellInHand, rule: RuleBroken | None, rows: _Rows | None
) -> SendingCheck | None:
    if not cell.source:
        return _rule_broken(rule, cell) if rule is not None and not rule.is_blank else None
    if cell.is_blank:
        return _blank_check(hand, cell, rule, rows)
    for check in (_sort_check, _list_check, _form_check):
        found = check(cell)
        if found is not None:
            return found
    if rule is not None:
        return _rule_broken(rule, cell)
    return (
        _small_check(cell)
        or _day_check(hand, cell)
        or _future_check(hand, cell)
        or _status_check(hand, cell)
        or _differs(hand, cell)
        or _untidy(cell)
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
        return _check(
            "blank.number",
            _ERROR,
            cell,
            f"{cell.named} is blank{should}.",
            "Put in the figure; where there is none enter 0: a blank is refused.",
        )
    if cell.ours is not None and not is_blank(cell.ours):
        return _check(
            "blank.required",
            _ERROR,
            cell,
            f"{cell.named} is blank, should be {said(cell.ours, cell.shown)}.",
            "Put it back, or write the workbook again.",
        )
    if rule is not None:
        return _rule_broken(rule, cell)
    if _is_asked(cell):
        return _check(
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
    results, quarter = hand.document.results, _quarter_of(cell.source)
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
    return _check(
        "blank.result",
        _ERROR if quarter == hand.document.quarter else _LOOK,
        cell,
        f"{cell.named} is blank: there is no figure for {missing}.",
        "Record the figure, 0 where it is nought; a blank is refused.",
        line.figure,
    )


def _quarter_of(source: str) -> int | None:
    found = re.search(r"/q([1-4])$", source)
    return int(found[1]) if found else None


def _signature(hand: ReturnInHand, cell: CellInHand) -> SendingCheck:
    what = cell.source.rpartition("/")[2]
    code = {"name": "signoff.name", "role": "signoff.role", "position": "signoff.role"}.get(
        what, "signoff.date"
    )
    words = {"signoff.name": "name", "signoff.role": "position", "signoff.date": "date"}[code]
    held = f", should be {said(cell.ours, cell.shown)}" if cell.ours is not None else ""
    # The day is only known once it is signed: a draft without it is as it should be.
    grade = _LOOK if code == "signoff.date" and cell.ours is None and not hand.is_file else _ERROR
    return _check(
        code,
        grade,
        cell,
        f"{cell.named} is blank{held}: the {words} of the section 151 officer is missing.",
        "Record the section 151 officer among the contacts."
        if code != "signoff.date"
        else "It is put in when the return is certified.",
    )


def _sort_check(cell: CellInHand) -> SendingCheck | None:
    """Text in a number, text in a date, a number where words are meant."""
    value = cell.value
    if cell.is_number and not isinstance(value, Decimal):
        if isinstance(value, str) and isinstance(cell.ours, str) and value.strip() == cell.ours.strip():
            return None  # “<5” where a small count is hidden
        should = f", should be {said(cell.ours, cell.shown)}" if cell.ours is not None else ""
        if isinstance(value, str) and (number := _as_number(value)) is not None:
            return _check(
                "number.as_text",
                _ERROR,
                cell,
                f"{cell.named} holds {said(value)} as text, should be the number "
                f"{said(cell.ours if isinstance(cell.ours, Decimal) else number, cell.shown)}: totals leave it out.",
                "Type it as a number, without £, commas or spaces.",
            )
        what = f"the text {said(value)}" if isinstance(value, str) else said(value)
        return _check(
            "number.text",
            _ERROR,
            cell,
            f"{cell.named} holds {what} where a number belongs{should}.",
            "Type the number alone; explain it in the comment.",
        )
    if cell.shown is ShownAs.DAY and not isinstance(value, date):
        should = f", should be {said(cell.ours)}" if cell.ours is not None else ""
        what = f"{said(value)} as text" if isinstance(value, str) else f"the number {said(value)}"
        return _check(
            "date.text",
            _ERROR,
            cell,
            f"{cell.named} holds {what} where a date belongs{should}.",
            "Type a real date, such as 12/04/2019.",
        )
    if (
        cell.shown in (ShownAs.TEXT, ShownAs.CHOICE)
        and isinstance(value, Decimal | bool | date)
        and isinstance(cell.ours, str)
        and said(value) != cell.ours
    ):
        return _check(
            "text.number",
            _ERROR,
            cell,
            f"{cell.named} holds {said(value)} where words belong, should be {said(cell.ours)}.",
            "Put the words back.",
        )
    if (
        cell.shown is ShownAs.POUNDS
        and isinstance(value, Decimal)
        and value != value.quantize(Decimal("0.01"))
    ):
        should = f", should be {said(cell.ours, cell.shown)}" if cell.ours is not None else ""
        return _check(
            "amount.fraction",
            _ERROR,
            cell,
            f"{cell.named} is {said(value, cell.shown)}{should}: it has parts of a penny.",
            "Type pounds and pence; sums of such amounts do not agree with the ledger.",
        )
    return None


def _as_number(text: str) -> Decimal | None:
    bare = _MONEY_WORDS.sub("", text.replace("\u00a0", " ")).strip().removesuffix("%").strip()
    try:
        return Money.parse(bare).pounds
    except NotMoneyError:
        return None


def _list_check(cell: CellInHand) -> SendingCheck | None:
    if not cell.choices or cell.value is None:
        return None
    shown = said(cell.value).strip("“”") if not isinstance(cell.value, str) else cell.value
    # Excel takes an entry of a list in any case of letters, but programs that read the workbook do not.
    if shown in cell.choices:
        return None
    code = _IDENTITY.get(cell.source, ("", ""))[0] or "list.not_in"
    should = (
        f", should be {said(cell.ours)}"
        if isinstance(cell.ours, str) and cell.ours in cell.choices
        else f", should be one of: {_choices(cell.choices)}"
    )
    return _check(
        code,
        _ERROR,
        cell,
        f"{cell.named} is {said(cell.value)}, which is not in the drop-down{should}.",
        "Choose an entry of the list.",
    )


def _choices(choices: tuple[str, ...]) -> str:
    most = 8
    more = f" … and {len(choices) - most} more" if len(choices) > most else ""
    return ", ".join(choices[:most]) + more


def _form_check(cell: CellInHand) -> SendingCheck | None:
    """E-mail addresses, telephone numbers and postcodes."""
    if not isinstance(cell.value, str):
        return None
    last, label = cell.source.rpartition("/")[2], cell.label.casefold()
    value = cell.value.strip()
    if last == "email" or (not last and "e-mail" in label):
        if not _EMAIL.fullmatch(value):
            return _form(cell, "form.email", "is no e-mail address", "name@council.gov.uk")
    elif last in ("phone", "telephone"):
        if not (_PHONE.fullmatch(value) and 10 <= sum(letter.isdigit() for letter in value) <= 17):
            return _form(cell, "form.phone", "is no telephone number", "01509 263151")
    elif last in ("postcode", "postcodes"):
        wrong = [each.strip() for each in value.split(",") if not _POSTCODE.fullmatch(each.strip())]
        if wrong:
            return _form(
                cell, "form.postcode", f"has “{wrong[0]}”, which is no full postcode", "LE11 3EX, LE11 5BG"
            )
    return None


def _form(cell: CellInHand, code: str, what: str, example: str) -> SendingCheck:
    should = (
        f", should be {said(cell.ours)}" if isinstance(cell.ours, str) and cell.ours != cell.value else ""
    )
    return _check(
        code, _ERROR, cell, f"{cell.named} {what}: {said(cell.value)}{should}.", f"Write it like {example}."
    )


def _small_check(cell: CellInHand) -> SendingCheck | None:
    """A count that we hide and the workbook shows (R03)."""
    if not (isinstance(cell.ours, str) and cell.ours.startswith("<") and isinstance(cell.value, Decimal)):
        return None
    return _check(
        "count.small",
        _ERROR,
        cell,
        f"{cell.named} shows a count under 5, should be {said(cell.ours)}: it may tell who the people are.",
        f"Put {said(cell.ours)} in its place.",
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
            return _check(
                "date.future",
                _ERROR,
                cell,
                f"{cell.named} is {said(day)}, a day to come{should}.",
                "Put in the day itself.",
            )
        if day <= last and not is_ours:
            return _check(
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
        return _check(
            "date.future",
            _ERROR,
            cell,
            f"{cell.named} is {said(day)}, a day to come{should}.",
            "Put in the day on which it happened.",
        )
    return None


def _future_check(hand: ReturnInHand, cell: CellInHand) -> SendingCheck | None:
    """An actual of a quarter that has not come."""
    quarter = _quarter_of(cell.source)
    if (
        quarter is None
        or quarter <= hand.document.quarter
        or not isinstance(cell.value, Decimal)
        or not cell.value
    ):
        return None
    if not cell.source.startswith(("project/spent/", "grant/spent/", "indicator/q")):
        return None
    return _check(
        "period.future",
        _ERROR,
        cell,
        f"{cell.named} is {said(cell.value, cell.shown)}, and Q{quarter} comes after the return's Q"
        f"{hand.document.quarter}.",
        "Clear it: what is expected belongs in the forecast.",
    )


# What a row says of itself


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
        return _check(
            "status.contradicts",
            _ERROR,
            cell,
            f"{cell.named} is {said(cell.value)}, and {spent.in_words} is spent{should}.",
            "Say how the project stands.",
        )
    if word in _COMPLETE and to_come:
        return _check(
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
        return _check(
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
        return _check(
            "rag.no_reason",
            _LOOK if rag.value == rag.ours else _ERROR,
            cell,
            f"{cell.named} is blank, and {rag.where} is {said(rag.value)}: what is not Green needs its reason.",
            "Say why, and what is done about it.",
        )
    return None


# What differs from ours


def _differs(hand: ReturnInHand, cell: CellInHand) -> SendingCheck | None:
    ours, value = cell.ours, cell.value
    if ours is None:
        if hand.is_file and cell.is_number and isinstance(value, Decimal):
            return _check(
                "figure.not_ours",
                _ERROR if cell.is_amount else _LOOK,
                cell,
                f"{cell.named} is {said(value, cell.shown)}, and the file holds nothing for it.",
                "Record what it rests on, or clear the cell.",
            )
        if hand.is_file and isinstance(value, str) and _is_words(cell):
            return _check(
                "words.not_ours",
                _LOOK,
                cell,
                f"{cell.named} holds words that the file does not: {said(value)}.",
                "Record them, so that the next return has them too.",
            )
        return None
    if isinstance(ours, Decimal) and isinstance(value, Decimal):
        return _figure_differs(hand, cell, ours, value)
    if isinstance(ours, str) and isinstance(value, str):
        return _text_differs(cell, ours, value)
    if isinstance(ours, date) and isinstance(value, date):
        same = ours == (
            value.date() if isinstance(value, datetime) and not isinstance(ours, datetime) else value
        )
        if not same:
            return _check(
                "date.differs",
                _ERROR,
                cell,
                f"{cell.named} is {said(value)}, should be {said(ours)}.",
                "Put our day back, or record the other.",
            )
    if isinstance(ours, str) and isinstance(value, Decimal):
        return _check(
            "figure.differs",
            _ERROR,
            cell,
            f"{cell.named} is {said(value, cell.shown)}, should be {said(ours)}.",
            "Put our figure back.",
        )
    return None


def _figure_differs(
    hand: ReturnInHand, cell: CellInHand, ours: Decimal, value: Decimal
) -> SendingCheck | None:
    if ours == value:
        return None
    gap = value - ours
    apart = f"{said(abs(gap), cell.shown)} {'more' if gap > 0 else 'less'}"
    quarter = _quarter_of(cell.source)
    submitted = hand.document.position.submitted_quarter
    if quarter is not None and quarter <= submitted and cell.source.startswith("project/spent/"):
        return _check(
            "quarter.sent",
            _ERROR,
            cell,
            f"{cell.named} is {said(value, cell.shown)}, should be {said(ours, cell.shown)} as Q{quarter} was sent: "
            f"{apart}.",
            "A quarter that was sent never changes; what came later is a prior-period adjustment.",
        )
    return _check(
        "figure.differs",
        _ERROR,
        cell,
        f"{cell.named} is {said(value, cell.shown)}, should be {said(ours, cell.shown)}: "
        f"{apart}{_hint(ours, value)}.",
        "Put our figure back, or record what changed it.",
    )


def _hint(ours: Decimal, value: Decimal) -> str:
    """What the slip may have been: two digits that changed places, a sign, a decimal point."""
    if ours == -value:
        return "; the sign is turned round"
    if value and ours and (ours == value * 100 or value == ours * 100):
        return "; pounds and pence are mixed up"
    if value and ours and (ours == value * 10 or value == ours * 10):
        return "; a digit is missing or too many"
    first, second = f"{abs(ours):.2f}", f"{abs(value):.2f}"
    if len(first) == len(second):
        off = [at for at, (one, two) in enumerate(zip(first, second, strict=True)) if one != two]
        if len(off) == 2 and first[off[0]] == second[off[1]] and first[off[1]] == second[off[0]]:
            return f"; the digits {first[off[0]]} and {first[off[1]]} changed places"
    return ""


def _is_words(cell: CellInHand) -> bool:
    return cell.source.startswith("narrative/") or cell.source.endswith(
        ("/reason", "/explanation", "/comment")
    )


def _text_differs(cell: CellInHand, ours: str, value: str) -> SendingCheck | None:
    if ours == value:
        return None
    if _plain(ours) == _plain(value):
        return _untidy(cell)
    if cell.source in _IDENTITY:
        code, name = _IDENTITY[cell.source]
        return _check(
            code,
            _ERROR,
            cell,
            f"{cell.where}: {name.lower()} is {said(value)}, should be {said(ours)}.",
            "Choose the right one, or look whether this is the right workbook.",
        )
    last = cell.source.rpartition("/")[2]
    if last == "unit":
        return _check(
            "unit.wrong",
            _ERROR,
            cell,
            f"{cell.named} is {said(value)}, should be {said(ours)}: the indicator was agreed in that unit.",
            "Put the agreed unit back.",
        )
    if _is_words(cell):
        return _check(
            "words.differ",
            _LOOK,
            cell,
            f"{cell.named} has other words than the file: {said(value)}, not {said(ours)}.",
            "Record the new words, so that the next return has them too.",
        )
    if last == "name" and cell.key:
        return _check(
            "row.name",
            _ERROR,
            cell,
            f"{cell.where} is {said(value)}, should be {said(ours)}, which {cell.key} is called.",
            "Put the name back; a row is of one project.",
        )
    if cell.source.startswith("certifier/"):
        return _check(
            f"signoff.{ {'position': 'role'}.get(last, last) }",
            _ERROR,
            cell,
            f"{cell.named} is {said(value)}, should be {said(ours)}: only the section 151 officer may sign.",
            "Put the section 151 officer in.",
        )
    return _check(
        "text.differs",
        _ERROR,
        cell,
        f"{cell.named} is {said(value)}, should be {said(ours)}.",
        "Put ours back, or record the other.",
    )


def _plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\u200b", "").split())


def _untidy(cell: CellInHand) -> SendingCheck | None:
    """Spaces that nobody sees, where words are looked up."""
    value = cell.value
    if not isinstance(value, str) or _is_words(cell) or not _SPACES.search(value):
        return None
    if value == cell.ours:
        return None
    return _check(
        "text.spaces",
        _ERROR,
        cell,
        f"{cell.named} is {said(value)} with spaces that do not show, should be {said(_plain(value))}.",
        "Type it again without them: a receiver looks it up letter by letter.",
    )
