"""What is wrong with a return's workbook as a whole: the wrong template, what is hidden, changed or too wide."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from fundingapp.domain.addresses import address, column_letters, column_number, split_address
from fundingapp.domain.number_formats import shown_as
from fundingapp.domain.personal_data import SeenCell, look_at_cells
from fundingapp.domain.received import At
from fundingapp.domain.returns_in_hand import CellInHand, ReturnInHand, is_blank, said
from fundingapp.domain.sending import Grade, SendingCheck
from fundingapp.domain.sheet_looks import CellLook, SheetLook, SheetState, WorkbookLook
from fundingapp.domain.templates import TemplateState

_ERROR, _LOOK = Grade.ERROR, Grade.LOOK
#: A year of account in a text: 2018/19, 2018-2019.
_YEAR = re.compile(r"(?<![\d/])(20\d\d) ?[/\u2013-] ?(?:20)?(\d\d)(?![\d/])")
_UNDER_FIVE = re.compile(
    r"(?:under|below|fewer than|less than|smaller than|<) ?(?:5|five)\b|(?:1|one) to (?:4|four)\b",
    re.IGNORECASE,
)
_ACTUAL, _FORECAST = re.compile(r"\bactuals?\b", re.IGNORECASE), re.compile(r"\bforecasts?\b", re.IGNORECASE)
#: Width of a digit and of the margins of a cell at 11 points, in pixels on a usual screen.
_DIGIT, _MARGINS, _POINTS = 7, 5, 110
#: So many changed words in one sheet are no slips: rows or columns were moved.
_MOVED: Final = 6


def workbook_checks(hand: ReturnInHand) -> Iterator[SendingCheck]:
    """What is said of the workbook of *hand*; nothing of one of ours, but for personal data."""
    yield from _template(hand)
    yield from _on_disk(hand)
    yield from _personal(hand)
    yield from _like_formulas(hand)
    if hand.look is None:
        return
    if hand.original is not None:
        yield from _changed(hand, hand.look, hand.original)
    yield from _years(hand, hand.look)
    yield from _headings(hand, hand.look)
    yield from _hidden(hand, hand.look)
    yield from _widths(hand, hand.look)
    yield from _small_counts(hand, hand.look)
    yield from _unchecked(hand)


def _template(hand: ReturnInHand) -> Iterator[SendingCheck]:
    template, document = hand.template, hand.document
    if template is None:
        return
    if template.fund is not None and template.fund != document.position.fund_id:
        yield SendingCheck(
            "template.fund",
            _ERROR,
            f"“{template.name}” is a template of another fund, not of {document.fund}.",
            advice="Choose the template of this fund.",
        )
    if document.quarter not in template.quarters:
        used = ", ".join(f"Q{quarter}" for quarter in template.quarters)
        yield SendingCheck(
            "template.quarter",
            _ERROR,
            f"“{template.name}” is used for {used}, not for Q{document.quarter}.",
            advice="Choose the template of this quarter, or add the quarter to it.",
        )
    if template.state is not TemplateState.IN_USE:
        yield SendingCheck(
            "template.replaced",
            _ERROR,
            f"“{template.name}” is {template.state.value}: the commissioner has another by now.",
            advice="Choose the newest issue; its mapping was carried over.",
        )
    mapped = hand.original or (hand.look if not hand.is_file else None)
    if mapped is not None and mapped.sha256 and mapped.sha256 != template.sha256:
        yield SendingCheck(
            "template.changed",
            _ERROR,
            f"The file of “{template.name}” is not the one that was mapped (fingerprint {mapped.sha256[:12]}, was "
            f"{template.sha256[:12]}).",
            advice="Add it as a new issue: its cells are compared one by one.",
        )


def _on_disk(hand: ReturnInHand) -> Iterator[SendingCheck]:
    file = hand.on_disk
    if file is None or file.is_same:
        return
    if file.is_known and file.written_at is not None:
        text = f"“{file.name}” was changed since it was written on {said(file.written_at.date())} by {file.written_by}."
    else:
        text = f"“{file.name}” is no file that was written here."
    yield SendingCheck(
        "file.changed",
        _LOOK,
        text,
        advice="Each cell in which it differs stands in this list; write it again to have ours.",
    )


# Personal data, text that looks like a formula


def _personal(hand: ReturnInHand) -> Iterator[SendingCheck]:
    """What looks like personal data in the words that go out; who is asked and who signs is named on purpose."""
    named = ("contact/", "certifier/", "partnership/", "body/", "commissioner/")
    seen = [
        cell
        for cell in hand.cells
        if isinstance(cell.value, str) and not cell.is_blank and not cell.source.startswith(named)
    ]
    sorts_in: dict[str, tuple[str, ...]] = {}
    for cell in seen:
        text = str(cell.value)
        if text not in sorts_in:  # the same few words stand in very many cells
            clues = look_at_cells(SeenCell("", "", 1, 0, line) for line in text.splitlines() if line.strip())
            sorts_in[text] = tuple(dict.fromkeys(clue.sort.value for clue in clues))
        if sorts := sorts_in[text]:
            yield SendingCheck(
                "personal.data",
                _ERROR,
                f"{cell.where} ({cell.label or cell.source}) holds what looks like personal data: {', '.join(sorts)}.",
                *cell.place,
                "Take it out, or accept it with a reason.",
                cell.figure,
            )


def _like_formulas(hand: ReturnInHand) -> Iterator[SendingCheck]:
    for cell in hand.cells:
        text = cell.value
        if isinstance(text, str) and text.lstrip()[:1] in ("=", "+", "@", "\uff1d", "\uff0b", "\uff20"):
            yield SendingCheck(
                "text.like_formula",
                _LOOK,
                f"{cell.where} begins like a formula: {said(text)}. It is written as text.",
                *cell.place,
                "Begin it with a word, so that no program takes it for one.",
                cell.figure,
            )


# A file beside its template


def _changed(hand: ReturnInHand, look: WorkbookLook, theirs: WorkbookLook) -> Iterator[SendingCheck]:
    """What is otherwise than in the template, but for cells that are there to be filled."""
    for sheet in theirs.sheets:
        ours = look.sheet(sheet.name)
        if ours is None:
            yield SendingCheck(
                f"sheet.missing.{sheet.name}",
                _ERROR,
                f"The sheet “{sheet.name}” of the template is gone, or is called otherwise.",
                advice="Put it back as it was: returns are read by machine.",
            )
            continue
        if ours.state is not sheet.state:
            yield SendingCheck(
                "sheet.state",
                _ERROR,
                f"The sheet “{sheet.name}” is {ours.state.value}, and {sheet.state.value} in the template.",
                sheet.name,
                "",
                f"Make it {sheet.state.value} again.",
            )
        if sheet.is_protected and not ours.is_protected:
            yield SendingCheck(
                "sheet.unprotected",
                _ERROR,
                f"The sheet “{sheet.name}” is no longer protected.",
                sheet.name,
                "",
                "Protect it again, or write the workbook anew.",
            )
        yield from _hidden_since(sheet, ours)
        yield from _cells_changed(hand, sheet, ours)
    known = {sheet.name.casefold() for sheet in theirs.sheets}
    for sheet in look.sheets:
        if sheet.name.casefold() not in known:
            yield SendingCheck(
                "sheet.added",
                _ERROR,
                f"The sheet “{sheet.name}” is not in the template.",
                sheet.name,
                "",
                "Take it out: returns are read by machine, and nobody has looked at what is in it.",
            )


def _hidden_since(sheet: SheetLook, ours: SheetLook) -> Iterator[SendingCheck]:
    for row in sorted(ours.hidden_rows - sheet.hidden_rows):
        if _holds(ours, rows={row}):
            first = min(at[1] for at in ours.cells if at[0] == row)
            yield SendingCheck(
                "hidden.row",
                _ERROR,
                f"Row {row} of “{sheet.name}” is hidden, and holds something.",
                sheet.name,
                address(row, first),
                "Show it again, or clear it: a total counts it and nobody sees it.",
            )
    for column in sorted(ours.hidden_columns - sheet.hidden_columns):
        if any(at[1] == column and cell.value is not None for at, cell in ours.cells.items()):
            top = min(at[0] for at in ours.cells if at[1] == column)
            yield SendingCheck(
                "hidden.column",
                _ERROR,
                f"Column {column_letters(column)} of “{sheet.name}” is hidden, and holds something.",
                sheet.name,
                address(top, column),
                "Show it again, or clear it.",
            )


def _holds(sheet: SheetLook, rows: set[int]) -> bool:
    return any(at[0] in rows and (cell.value is not None or cell.formula) for at, cell in sheet.cells.items())


def _cells_changed(hand: ReturnInHand, sheet: SheetLook, ours: SheetLook) -> Iterator[SendingCheck]:
    """Words of the template that are others now, cells that are filled without being mapped, comments that came."""
    mapped = hand.at
    in_tables = [table for table in hand.tables if table.sheet == sheet.name]
    changed: list[tuple[At, CellLook, CellLook]] = []
    for at in sorted({*sheet.cells, *ours.cells}):
        was, now = sheet.at(*at), ours.at(*at)
        cell = address(*at)
        if now.note and now.note != was.note:
            yield SendingCheck(
                "note.added",
                _LOOK,
                f"{sheet.name}!{cell} has a comment that the template has not: {said(now.note)}.",
                sheet.name,
                cell,
                "Take it out if it is not meant for the commissioner.",
            )
        if (sheet.name, cell) in mapped or was.formula or was.value == now.value:
            continue
        if now.formula and was.value is None:
            continue
        if was.is_input or is_blank(_plain(was)):
            if not is_blank(_plain(now)) and not any(table.has(at[0]) for table in in_tables):
                yield SendingCheck(
                    "cell.not_mapped",
                    _LOOK,
                    f"{sheet.name}!{cell} holds {said(_plain(now))}, and nothing of ours is mapped to it.",
                    sheet.name,
                    cell,
                    "Map a figure to it, or clear it.",
                )
            continue
        changed.append(((sheet.name, cell), was, now))
    if len(changed) >= _MOVED:
        place, was, now = changed[0]
        yield SendingCheck(
            "sheet.moved",
            _ERROR,
            f"{len(changed)} cells of “{sheet.name}” are not those of the template, from {place[1]} on: rows or "
            "columns were moved, added or taken out.",
            *place,
            "Fill the template again: returns are read by machine.",
        )
        return
    for place, was, now in changed:
        yield SendingCheck(
            "label.changed",
            _ERROR,
            f"{place[0]}!{place[1]} is {said(_plain(now))}, should be {said(_plain(was))} as in the template.",
            *place,
            "Put the template's words back.",
        )


def _plain(cell: CellLook) -> str | Decimal | bool | date | None:
    value = cell.value
    return value if value is None or isinstance(value, str | Decimal | bool | date) else str(value)


# Another year, actual and forecast


def _years(hand: ReturnInHand, look: WorkbookLook) -> Iterator[SendingCheck]:
    """Titles that name another year than the return's, where none names its own."""
    own = hand.document.year.start
    others: list[tuple[SheetLook, CellLook, str]] = []
    for sheet in look.sheets:
        if sheet.state is not SheetState.VISIBLE:
            continue  # lists of years to choose from
        for cell in sheet.cells.values():
            if (
                cell.is_input
                or cell.formula
                or not isinstance(cell.value, str)
                or (sheet.name, cell.cell) in hand.at
            ):
                continue
            for found in _YEAR.finditer(cell.value):
                if (int(found[1]) + 1) % 100 != int(found[2]):
                    continue
                if int(found[1]) == own:
                    return
                others.append((sheet, cell, found[0]))
    if others:
        sheet, cell, year = others[0]
        yield SendingCheck(
            "template.year",
            _LOOK,
            f"{sheet.name}!{cell.cell} speaks of {year}, the return is of {hand.document.year}.",
            sheet.name,
            cell.cell,
            "Look whether this is the template of the right year.",
        )


def _headings(hand: ReturnInHand, look: WorkbookLook) -> Iterator[SendingCheck]:
    """Columns of quarters headed “Forecast” that are over, or “Actual” that are to come."""
    seen: set[At] = set()
    for table in hand.tables:
        sheet = look.sheet(table.sheet)
        if sheet is None or not table.heading_row:
            continue
        for cell in hand.cells:
            found = re.fullmatch(r"(?:project/spent|indicator)/q([1-4])", cell.source)
            if cell.table != table.name or found is None:
                continue
            heading = sheet.at(table.heading_row, column_number(cell.column))
            place = (sheet.name, heading.cell)
            if place in seen:
                continue
            seen.add(place)
            quarter, own = int(found[1]), hand.document.quarter
            if quarter <= own and _FORECAST.search(heading.shown) and not _ACTUAL.search(heading.shown):
                yield SendingCheck(
                    "period.past",
                    _ERROR,
                    f"{sheet.name}!{heading.cell} says {said(heading.shown)}, and Q{quarter} is over: it holds "
                    "actuals.",
                    *place,
                    "Head it “Actual”, or take the template of this quarter.",
                )


# Hidden, too wide, small


def _hidden(hand: ReturnInHand, look: WorkbookLook) -> Iterator[SendingCheck]:
    """Places that we fill and nobody sees."""
    for sheet in look.sheets:
        cells = [cell for cell in hand.cells if cell.sheet == sheet.name and not cell.is_blank]
        if not cells:
            continue
        original = hand.original.sheet(sheet.name) if hand.original is not None else None
        if sheet.state is not SheetState.VISIBLE and (original is None or original.state is sheet.state):
            yield SendingCheck(
                "hidden.sheet",
                _LOOK,
                f"The sheet “{sheet.name}” is {sheet.state.value}, and {len(cells)} of its cells are filled.",
                *cells[0].place,
                "Look whether the commissioner means it to be filled.",
            )
        rows: dict[int, CellInHand] = {}
        columns: dict[int, CellInHand] = {}
        for cell in cells:
            row, column = split_address(cell.cell)
            if row in sheet.hidden_rows and (original is None or row in original.hidden_rows):
                rows.setdefault(row, cell)
            elif column in sheet.hidden_columns and (original is None or column in original.hidden_columns):
                columns.setdefault(column, cell)
        for row, cell in sorted(rows.items()):
            yield SendingCheck(
                "hidden.row",
                _LOOK,
                f"Row {row} of “{sheet.name}” is hidden, and {cell.where} in it is filled.",
                *cell.place,
                "Look whether the commissioner means it to be filled.",
            )
        for column, cell in sorted(columns.items()):
            yield SendingCheck(
                "hidden.column",
                _LOOK,
                f"Column {column_letters(column)} of “{sheet.name}” is hidden, and {cell.where} in it is filled.",
                *cell.place,
                "Look whether the commissioner means it to be filled.",
            )


def _widths(hand: ReturnInHand, look: WorkbookLook) -> Iterator[SendingCheck]:
    """Numbers and days that a program shows as ####, one check for each column."""
    wide: dict[tuple[str, int], list[tuple[At, str, int]]] = defaultdict(list)
    shown: dict[At, object] = {cell.place: cell.value for cell in hand.cells}
    shown |= {formula.place: formula.result for formula in hand.formulas}
    for sheet in look.sheets:
        if sheet.state is not SheetState.VISIBLE:
            continue
        for (name, cell), value in shown.items():
            if name != sheet.name or isinstance(value, bool) or not isinstance(value, Decimal | date):
                continue
            row, column = split_address(cell)
            cell_look = sheet.at(row, column)
            if (
                column in sheet.hidden_columns
                or row in sheet.hidden_rows
                or cell_look.style.number_format == "General"
            ):
                continue
            merged = sheet.merge_at(row, column)
            columns = range(column, merged.last_column + 1) if merged is not None else (column,)
            room = sum(sheet.widths.get(each, sheet.usual_width) for each in columns)
            text = shown_as(value, cell_look.style.number_format)
            needed = len(text.strip()) * _DIGIT * cell_look.style.size // _POINTS
            # Points and commas are half as wide as digits.
            needed -= sum(letter in ".,:;'1 " for letter in text) * 3 * cell_look.style.size // _POINTS
            if needed + _MARGINS > room + 4:
                wide[sheet.name, column].append(((name, cell), text, row))
    for places in wide.values():
        place, text, _ = min(places, key=lambda each: each[2])
        more = f", and {len(places) - 1} more below" if len(places) > 1 else ""
        yield SendingCheck(
            "number.too_wide",
            _LOOK,
            f"{place[0]}!{place[1]} shows #### instead of {text}{more}: its column is too narrow.",
            *place,
            "The figure is right; say so to the commissioner, or leave it: readers of the file see it.",
        )


def _small_counts(hand: ReturnInHand, look: WorkbookLook) -> Iterator[SendingCheck]:
    """Counts of 1 to 4 that go out as they are, where the template asks for “<5”."""
    asked = next(
        (
            f"{sheet.name}!{cell.cell}"
            for sheet in look.sheets
            for cell in sheet.cells.values()
            if isinstance(cell.value, str) and "<5" in cell.value and _UNDER_FIVE.search(cell.value)
        ),
        "",
    )
    if not asked:
        return
    for cell in hand.cells:
        value = cell.value
        if (
            cell.source.startswith("indicator/")
            and isinstance(value, Decimal)
            and isinstance(cell.ours, Decimal)
            and 0 < value < 5
            and value == value.to_integral_value()
        ):
            yield SendingCheck(
                "count.under_five",
                _ERROR,
                f"{cell.named} is {said(value)}, should be “<5”: {asked} asks for it.",
                *cell.place,
                "Show counts under 5 as “<5” in the mapping of this cell.",
                cell.figure,
            )


def _unchecked(hand: ReturnInHand) -> Iterator[SendingCheck]:
    left = hand.received.unchecked
    if left:
        first = left[0]
        more = f" {len(left) - 1:,} more could not be tried either." if len(left) > 1 else ""
        yield SendingCheck(
            "rule.unchecked",
            _LOOK,
            f"The template's rule for {first.sheet}!{first.cell} could not be tried: {first.why}.{more}",
            first.sheet,
            first.cell,
            "Open the workbook in Excel and choose Data, Circle Invalid Data.",
        )
