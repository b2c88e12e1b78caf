"""A raw table read with other meanings of its columns, and what is noticed of its cells before its rows are read.

Whatever depends on what the columns mean is worked out here again, so that no file has to be read twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fundingapp.domain.cells import clean_text, error_in_words, flag_sign, parse_amount, type_sign
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import LISTED, LISTED_ERRORS, Finding, Severity, Source
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import Choice, Doubt, Meaning, RawTable
from fundingapp.domain.money import NotMoneyError
from fundingapp.domain.periods import FinancialYear, Period
from fundingapp.domain.styles import DateStyle, date_style

#: Meanings that any number of columns may have; any other is that of one column at a time.
_SHARED = frozenset({Meaning.OTHER, Meaning.VAT, Meaning.BALANCE})
#: One signed column, or debit and credit: giving one of them takes the other kind away.
_RIVALS: Mapping[Meaning, frozenset[Meaning]] = {
    Meaning.AMOUNT: frozenset({Meaning.DEBIT, Meaning.CREDIT}),
    Meaning.DEBIT: frozenset({Meaning.AMOUNT, Meaning.DEBIT_CREDIT_FLAG}),
    Meaning.CREDIT: frozenset({Meaning.AMOUNT, Meaning.DEBIT_CREDIT_FLAG}),
    Meaning.DEBIT_CREDIT_FLAG: frozenset({Meaning.DEBIT, Meaning.CREDIT}),
    Meaning.DATE: frozenset({Meaning.DATE_MONTH_FIRST}),
    Meaning.DATE_MONTH_FIRST: frozenset({Meaning.DATE}),
}
MONEY = frozenset({Meaning.AMOUNT, Meaning.DEBIT, Meaning.CREDIT})
#: Columns whose content does not reach a ledger line.
UNUSED = frozenset({Meaning.OTHER, Meaning.VAT, Meaning.BALANCE})
_OF_CELLS = frozenset({"cell.error", "cell.error_unused", "cell.merged"})
_OF_VALUES = frozenset({"date.order", "date.years", "amount.sign", "period.unknown"})
#: Where lines stand while nobody has said which period they belong to; nothing is imported so.
NOT_PLACED = Period(FinancialYear(1900), 1)


def with_meanings(table: RawTable, meanings: Mapping[int, Meaning]) -> RawTable:
    """*table* with these columns, counted from 0, meaning what a person says; the others keep their meaning.

    A meaning that another column had goes over to the one named, and doubts about a column named are settled.
    Raises ExpectedError when no column of amounts is left.
    """
    changed = list(table.meanings)
    for at, meaning in meanings.items():
        taken_away = _RIVALS.get(meaning, frozenset()) | ({meaning} - _SHARED)
        for other, was in enumerate(changed):
            if other != at and was in taken_away and meanings.get(other) is not was:
                changed[other] = Meaning.OTHER
        changed[at] = meaning
    if not MONEY & set(changed):
        raise ExpectedError(
            "no_amount_column",
            f"“{table.file}” would be left without a column of amounts.",
            "Say which column is the amount, or which are debit and credit.",
        )
    settled = table.settled | frozenset(meanings)
    doubts = tuple(
        doubt for doubt in table.doubts if doubt.kind not in _OF_VALUES and not settled & set(doubt.columns)
    )
    findings = tuple(finding for finding in table.findings if finding.kind != "column.choice")
    return understood(
        replace(table, meanings=tuple(changed), settled=settled, doubts=doubts, findings=findings, layout="")
    )


def with_layout(table: RawTable, layout: Layout) -> RawTable:
    """*table* with its columns meaning what *layout* says.

    Raises ExpectedError when the table lacks an amount column of it.
    """
    meanings = layout.meanings_for(table.headings)
    if meanings is None:
        raise ExpectedError(
            "layout_differs",
            f"“{table.file}” does not have the columns of the layout “{layout.name}”.",
            "Choose another layout, or leave the layout to be told by the columns.",
        )
    name = layout.name or "as confirmed before"
    made = with_meanings(table, dict(enumerate(meanings)))
    return understood(replace(made, layout=name))


def columns_named(table: RawTable, named: Mapping[str, Meaning]) -> dict[int, Meaning]:
    """Which columns of *table* are meant by these headings, or by “column 3”, in whatever case.

    Raises ExpectedError for a heading that the table has not, or has several times.
    """
    shown = [" ".join(heading.casefold().split()) for heading in table.headings]
    found: dict[int, Meaning] = {}
    for heading, meaning in named.items():
        wanted = " ".join(heading.casefold().split())
        places = [at for at, name in enumerate(shown) if name == wanted]
        number = re.fullmatch(r"column (\d{1,4})", wanted)
        if not places and number is not None and 1 <= int(number[1]) <= len(shown):
            places = [int(number[1]) - 1]
        if len(places) != 1:
            known = ", ".join(f"“{name}”" for name in table.headings if name) or "none"
            several = f"has {len(places)} columns" if places else "has no column"
            raise ExpectedError(
                "no_column",
                f"“{table.file}” {several} called “{heading}”; its headings are {known}.",
                "Name one of them, or count it, such as “column 3”.",
            )
        found[places[0]] = meaning
    return found


def with_period(table: RawTable, period: Period) -> RawTable:
    """*table* placed in *period* by a person, as far as its lines state neither a period nor a date."""
    doubts = tuple(doubt for doubt in table.doubts if doubt.kind != "period.unknown")
    return replace(table, period=period, doubts=doubts)


def understood(table: RawTable) -> RawTable:
    """*table* with what its meanings make of its cells: findings about single ones, doubts about whole columns."""
    kept = tuple(finding for finding in table.findings if finding.kind not in _OF_CELLS)
    doubts = tuple(doubt for doubt in table.doubts if doubt.kind not in _OF_VALUES)
    return replace(
        table,
        findings=kept + tuple(_error_findings(table)) + tuple(_merged_findings(table)),
        doubts=doubts + tuple(_value_doubts(table)),
    )


def _value_doubts(table: RawTable) -> list[Doubt]:
    """What the values of whole columns leave open, as far as no person has settled it.

    A layout says what columns mean, but not in which order this file has days and months: that is asked all the same.
    """
    doubts: list[Doubt] = []
    where = {meaning: at for at, meaning in reversed(list(enumerate(table.meanings)))}
    date_at = where.get(Meaning.DATE, where.get(Meaning.DATE_MONTH_FIRST, -1))
    flag_at = where.get(Meaning.DEBIT_CREDIT_FLAG, -1)
    if date_at >= 0 and (date_at not in table.settled or table.layout):
        asked = _date_doubts(table, date_at)
        doubts += [doubt for doubt in asked if doubt.kind == "date.order" or date_at not in table.settled]
    amount_at = where.get(Meaning.AMOUNT, -1)
    if flag_at >= 0 and amount_at >= 0 and flag_at not in table.settled:
        doubts += _sign_doubts(table, amount_at, flag_at)
    type_at = where.get(Meaning.TYPE, -1)
    if flag_at < 0 and amount_at >= 0 and type_at >= 0 and type_at not in table.settled:
        doubts += _type_doubts(table, amount_at, type_at)
    if not {Meaning.DATE, Meaning.DATE_MONTH_FIRST, Meaning.PERIOD} & set(where) and table.period in (
        None,
        NOT_PLACED,
    ):
        text = (
            f"The lines of “{table.file}” state neither a period nor a date. Which period do they belong to?"
        )
        doubts.append(Doubt("period.unknown", text, ()))
    return doubts


def is_month_first(table: RawTable, at: int, style: DateStyle) -> bool:
    """Whether the numeric dates of the column *at*, which are of this *style*, are read with the month first.

    A person's word goes before what the column proves; a layout's word counts where the column proves nothing.
    """
    if table.meanings[at] is Meaning.DATE_MONTH_FIRST:
        return True
    return style.is_american and (at not in table.settled or bool(table.layout))


def _date_doubts(table: RawTable, at: int) -> list[Doubt]:
    style = date_style({cells[at] for _, cells in table.rows if at < len(cells)})
    called = _heading(table, at) or f"column {at + 1}"
    day_first = Choice("The day stands first", ((at, Meaning.DATE),))
    month_first = Choice("The month stands first", ((at, Meaning.DATE_MONTH_FIRST),))
    unused = Choice("Do not use this column", ((at, Meaning.OTHER),))
    if table.meanings[at] is Meaning.DATE_MONTH_FIRST:
        if style.is_american:
            return []
        text = (
            f"The layout says that column “{called}” has the month first, but nothing in this file proves it. Do its"
            " dates have the month first, as they were read?"
        )
        return [Doubt("date.order", text, (at,), (month_first, day_first, unused))]
    if is_month_first(table, at, style):
        text = (
            f"“{style.month_first}” and others in column “{called}” can only be read with the month first, and none"
            " only with the day first. Do all of them have the month first, as they were read?"
        )
        return [Doubt("date.order", text, (at,), (month_first, day_first, unused))]
    if style.month_first:
        text = (
            f"“{style.month_first}” in column “{called}” can only be read with the month first. Do the others of the"
            " column have the day first, as they were read?"
        )
        return [Doubt("date.order", text, (at,), (day_first, month_first, unused))]
    if style.turned:
        text = (
            f"In column “{called}” every real date has a day up to 12 and every date stored as text, such as"
            f" “{style.turned}”, a later one: a spreadsheet may have taken days for months. Are the real dates right?"
        )
        return [Doubt("date.order", text, (at,), (Choice("They are right", ((at, Meaning.DATE),)), unused))]
    if style.short_years:
        text = (
            f"Column “{called}” writes years with two digits, such as “{style.sample}”. Is that day, month and year of"
            " this century?"
        )
        return [Doubt("date.years", text, (at,), (Choice("It is", ((at, Meaning.DATE),)), unused))]
    return []


def _sign_doubts(table: RawTable, amount_at: int, flag_at: int) -> list[Doubt]:
    plus = minus = 0
    widest = max(amount_at, flag_at)
    # The few flags of a column are looked at once each. Python calls TRUE and 1 the same key; neither is a credit.
    kinds = {cells[flag_at] for _, cells in table.rows if flag_at < len(cells)}
    credits = {kind for kind in kinds if flag_sign(kind) == -1}
    for _, cells in table.rows if credits else ():
        if widest < len(cells) and cells[flag_at] in credits:
            try:
                amount = parse_amount(cells[amount_at])
            except NotMoneyError:
                continue
            if amount is not None:
                plus, minus = plus + (amount.pence > 0), minus + (amount.pence < 0)
    if not plus or not minus:
        return []
    called = _heading(table, flag_at) or f"column {flag_at + 1}"
    text = (
        f"Of the amounts that column “{called}” calls credits, {plus:,} are positive and {minus:,} negative. Were they"
        " rightly all turned round?"
    )
    choices = (
        Choice("Turn credits round", ((flag_at, Meaning.DEBIT_CREDIT_FLAG),)),
        Choice("The amounts carry their own sign", ((flag_at, Meaning.OTHER),)),
    )
    return [Doubt("amount.sign", text, (flag_at,), choices)]


def _type_doubts(table: RawTable, amount_at: int, type_at: int) -> list[Doubt]:
    """Whether credit notes that are written without a minus are credits; they were read as they stand."""
    kinds = {row.cells[type_at] for row in table.rows if type_at < len(row.cells)}
    signs = {kind: type_sign(kind) for kind in kinds}
    if -1 not in signs.values():
        return []
    credits: set[str] = set()
    plus = minus = others = 0
    for row in table.rows:
        cells = row.cells
        if max(amount_at, type_at) >= len(cells) or (kind := cells[type_at]) is None:
            continue
        if signs[kind] >= 0:
            others += 1
            continue
        try:
            amount = parse_amount(cells[amount_at])
        except NotMoneyError:
            continue
        if amount is not None and amount.pence:
            credits.add(clean_text(kind))
            plus, minus = plus + (amount.pence > 0), minus + (amount.pence < 0)
    if not plus or minus or not others:
        return []
    called = _heading(table, type_at) or f"column {type_at + 1}"
    shown = ", ".join(f"“{kind}”" for kind in sorted(credits)[:3])
    text = (
        f"Column “{called}” calls {plus:,} amounts {shown}, and none of them has a minus. Are they credits? They were"
        " read as spending."
    )
    choices = (
        Choice("Turn them round", ((type_at, Meaning.DEBIT_CREDIT_FLAG),)),
        Choice("They are spending", ((type_at, Meaning.TYPE),)),
    )
    return [Doubt("amount.sign", text, (type_at,), choices)]


def address(row: int, column: int) -> str:
    """A cell's address as Excel writes it: row from 1, column from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _heading(table: RawTable, at: int) -> str:
    return table.headings[at] if at < len(table.headings) else ""


def _merged_findings(table: RawTable) -> list[Finding]:
    """A merged cell belongs to its first row: the others lack a value that they seem to have, so they are held."""
    findings: list[Finding] = []
    last_row = table.rows[-1].row if table.rows else 0
    first_row = table.rows[0].row if table.rows else 0
    for top, left, bottom, right in table.merged:
        used = [
            at
            for at in range(left, min(right + 1, len(table.meanings)))
            if table.meanings[at] is not Meaning.OTHER
        ]
        if bottom == top or bottom < first_row or not used:
            continue
        for row in range(max(top + 1, first_row), min(bottom, last_row) + 1):
            if len(findings) == LISTED_ERRORS:
                return findings
            text = (
                f"{table.sheet}!{address(row, used[0])} is merged with {address(top, left)}, so it is not known"
                " whether the value counts for this row."
            )
            source = Source(table.file, table.sheet, row, _heading(table, used[0]))
            findings.append(Finding(Severity.ERROR, "cell.merged", text, source))
    return findings


def _error_findings(table: RawTable) -> list[Finding]:
    """Error cells with their address: in a column that is used they hold the row back, elsewhere they are noted.

    Of each sort only the first ones are listed; the text in the cell holds back the others just the same.
    """
    findings: list[Finding] = []
    noted = 0
    rows = (table.rows[0].row, table.rows[-1].row) if table.rows else (1, 0)
    for row, at, text in table.errors:
        if not rows[0] <= row <= rows[1]:
            continue
        source = Source(table.file, table.sheet, row, _heading(table, at))
        place = f"{table.sheet}!{address(row, at)}"
        if at < len(table.meanings) and table.meanings[at] not in UNUSED:
            if len(findings) < LISTED_ERRORS:
                what = f"{place} holds {error_in_words(text)}."
                findings.append(Finding(Severity.ERROR, "cell.error", what, source))
        else:
            noted += 1
            if noted <= LISTED:
                what = f"{place} holds {error_in_words(text)}; the column is not used."
                findings.append(Finding(Severity.NOTE, "cell.error_unused", what, source))
    return findings


def doubt_findings(table: RawTable, doubts: Sequence[Doubt]) -> list[Finding]:
    """Each doubt as a warning, so that nobody overlooks that the likeliest answer was taken."""
    return [
        Finding(
            Severity.WARNING,
            doubt.kind,
            doubt.text,
            Source(
                table.file,
                table.sheet,
                table.heading_row,
                _heading(table, doubt.columns[0]) if doubt.columns else "",
            ),
        )
        for doubt in doubts
    ]
