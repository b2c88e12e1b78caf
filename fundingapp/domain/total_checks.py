"""The arithmetic of a return's formula cells, said out loud: what a total is, what it should be, and why it is not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from fundingapp.domain.addresses import address, column_letters, split_address
from fundingapp.domain.errors import listed
from fundingapp.domain.received import Added, At, FormulaParts, Standing
from fundingapp.domain.returns_in_hand import FormulaInHand, ReturnInHand, TableInHand, is_blank, said
from fundingapp.domain.sending import Grade, SendingCheck
from fundingapp.domain.templates import ShownAs

_ERROR, _LOOK = Grade.ERROR, Grade.LOOK
#: A formula of a column has to say the same in so many rows before another is held to be the odd one out.
_ENOUGH: Final = 3
#: What a formula cell may show instead of a result.
_FAULTS: Final = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#FIELD!"}
)
#: How many are named before the others are counted.
_NAMED: Final = 3


def total_checks(hand: ReturnInHand, accused: Collection[At] = ()) -> Iterator[SendingCheck]:
    """One check for each formula cell of *hand* that is wrong by itself; cells that only repeat a wrong one, or one of
    those *accused* already, are not."""
    wrong: set[At] = set()
    for check in (
        *_lost(hand),
        *_changed(hand),
        *_beside_the_total(hand),
        *_twice(hand),
        *_odd_ones_out(hand),
        *_errors(hand, accused),
    ):
        place = (check.sheet, check.cell)
        if place not in wrong:
            wrong.add(place)
            yield check
    yield from _stale(hand, wrong)
    yield from _not_computed(hand, wrong | set(accused))


def _check(
    code: str, at: At, text: str, advice: str, grade: Grade = _ERROR, figure: str = ""
) -> SendingCheck:
    return SendingCheck(code, grade, text, *at, advice, figure)


def _label(hand: ReturnInHand, at: At) -> str:
    """“Expenditure!I33 (Total, Year to date)”, as the sheet says."""
    sheet = hand.look.sheet(at[0]) if hand.look is not None else None
    label = sheet.at(*split_address(at[1])).label if sheet is not None else ""
    return f"{at[0]}!{at[1]} ({label})" if label else f"{at[0]}!{at[1]}"


def _shown_at(hand: ReturnInHand, at: At) -> ShownAs:
    """Whether the cell shows money: by its number format, or that of the mapped cells in its column."""
    sheet = hand.look.sheet(at[0]) if hand.look is not None else None
    if sheet is not None and "£" in sheet.at(*split_address(at[1])).style.number_format:
        return ShownAs.POUNDS
    return ShownAs.NUMBER


def _apart(found: Decimal, should: Decimal, shown: ShownAs) -> str:
    gap = found - should
    return f"{said(abs(gap), shown)} {'more' if gap > 0 else 'less'}"


def _number(value: Standing) -> Decimal:
    """What a cell counts in a sum: texts, blanks and yes or no count nothing in a range."""
    return value if isinstance(value, Decimal) else Decimal(0)


def _cells_of(added: Added) -> Iterator[At]:
    area = added.area
    for row in range(area.first_row, area.last_row + 1):
        for column in range(area.first_column, area.last_column + 1):
            yield added.sheet, address(row, column)


def _is_small(added: Added) -> bool:
    """Whether its cells can be gone through one by one: whole columns can't."""
    area = added.area
    return (area.last_row - area.first_row + 1) * (area.last_column - area.first_column + 1) <= 20_000


def _sum_of(adds: Iterable[Added], standing: Mapping[At, Standing]) -> Decimal:
    return sum(
        (
            each.times * _number(standing.get(at))
            for each in adds
            if _is_small(each)
            for at in _cells_of(each)
        ),
        Decimal(0),
    )


# A value in place of a formula, a formula that is another


def _lost(hand: ReturnInHand) -> Iterator[SendingCheck]:
    for lost in hand.lost:
        at = (lost.sheet, lost.cell)
        shown = _shown_at(hand, at)
        gives = f", which gives {said(lost.result, shown)}" if lost.result is not None else ""
        yield _check(
            "formula.gone",
            at,
            f"{_label(hand, at)} holds {said(lost.value, shown)} in the place of the template's formula "
            f"{lost.formula}{gives}.",
            "Put the formula back: grey cells are worked out for you.",
        )


def _changed(hand: ReturnInHand) -> Iterator[SendingCheck]:
    for formula in hand.formulas:
        parts = hand.received.formulas.get(formula.place)
        if not formula.was or parts is None:
            continue
        yield _check(
            "formula.changed",
            formula.place,
            f"{_label(hand, formula.place)} has the formula {parts.text}, the template's is {formula.was}"
            f"{_instead(hand, formula, parts)}.",
            "Put the template's formula back.",
        )


def _instead(hand: ReturnInHand, formula: FormulaInHand, parts: FormulaParts) -> str:
    """What it is and should be, where a row that holds something is left out, or its column says otherwise."""
    if not isinstance(formula.result, Decimal):
        return ""
    shown = _shown_at(hand, formula.place)
    outside = _outside(hand, formula.place, parts)
    if outside is None:
        usual = _as_its_column(hand, formula.place)
        if usual is None or usual == formula.result:
            return ""
        apart = _apart(formula.result, usual, shown)
        return f": it is {said(formula.result, shown)}, should be {said(usual, shown)}: {apart}"
    missing, rows = outside
    should = formula.result + missing
    return (
        f": it is {said(formula.result, shown)}, should be {said(should, shown)}: "
        f"{_apart(formula.result, should, shown)}; {rows}"
    )


# Totals of columns that leave a row out, or count it twice


def _own_table(hand: ReturnInHand, added: Added) -> TableInHand | None:
    """The table whose rows a range adds up: in one column, at least two of its rows."""
    if added.area.first_column != added.area.last_column:
        return None
    for table in hand.tables:
        if table.sheet == added.sheet:
            first, last = max(added.area.first_row, table.first_row), min(added.area.last_row, table.last_row)
            if last > first:
                return table
    return None


def _outside(hand: ReturnInHand, at: At, parts: FormulaParts) -> tuple[Decimal, str] | None:
    """What the rows of a table come to that a total of it leaves out, and which they are; None where none is."""
    if parts.adds is None:
        return None
    for added in parts.adds:
        table = _own_table(hand, added)
        if table is None:
            continue
        column = column_letters(added.area.first_column)
        covered = {
            row
            for each in parts.adds
            if each.sheet == table.sheet
            and each.area.first_column <= added.area.first_column <= each.area.last_column
            for row in range(each.area.first_row, min(each.area.last_row, table.last_row) + 1)
        }
        own = split_address(at[1])[0] if at[0] == table.sheet else 0
        left = [
            (row, _number(hand.standing.get((table.sheet, f"{column}{row}"))))
            for row in range(table.first_row, table.last_row + 1)
            if row not in covered and row != own
        ]
        left = [(row, amount) for row, amount in left if amount]
        if left:
            missing = sum((amount for _, amount in left), Decimal(0)) * added.times
            return (
                missing,
                f"{_rows_said(hand, table, [row for row, _ in left])} outside {_text_of(parts, added)}",
            )
    return None


def _text_of(parts: FormulaParts, added: Added) -> str:
    return parts.text if parts.text.upper().startswith("SUM(") else added.text


def _rows_said(hand: ReturnInHand, table: TableInHand, rows: Sequence[int]) -> str:
    """“row 25 (LF-18) is”, “rows 25 (LF-18) and 26 (LF-19) are”."""
    named = []
    for row in rows[:_NAMED]:
        key = hand.standing.get((table.sheet, f"{table.key_column}{row}"))
        named.append(f"{row} ({key})" if isinstance(key, str) and key.strip() else str(row))
    if len(rows) > _NAMED:
        named.append(f"{len(rows) - _NAMED} more")
    return f"row {named[0]} is" if len(rows) == 1 else f"rows {listed(named, 'and')} are"


def _beside_the_total(hand: ReturnInHand) -> Iterator[SendingCheck]:
    """Rows that no total of their column adds up, while it adds up others: at the nearest of these totals."""
    by_column: dict[tuple[str, str, int], list[tuple[FormulaInHand, FormulaParts]]] = defaultdict(list)
    for formula in hand.formulas:
        parts = hand.received.formulas.get(formula.place)
        if parts is None or parts.adds is None or formula.was:
            continue
        for added in parts.adds:
            table = _own_table(hand, added)
            if table is not None:
                by_column[table.sheet, table.name, added.area.first_column].append((formula, parts))
                break
    for (sheet, name, column), totals in by_column.items():
        table = next(each for each in hand.tables if (each.sheet, each.name) == (sheet, name))
        covered = {
            row
            for _, parts in totals
            for each in parts.adds or ()
            if each.sheet == sheet and each.area.first_column <= column <= each.area.last_column
            for row in range(
                max(each.area.first_row, table.first_row), min(each.area.last_row, table.last_row) + 1
            )
        }
        letters = column_letters(column)
        rows = [
            row
            for row in range(table.first_row, table.last_row + 1)
            if row not in covered
            and _number(hand.standing.get((sheet, f"{letters}{row}")))
            # A total inside the table is no row of it.
            and not any(formula.place == (sheet, f"{letters}{row}") for formula, _ in totals)
        ]
        if not rows:
            continue
        formula, parts = min(totals, key=lambda each: _far(each[1], column, rows[0]))
        if not isinstance(formula.result, Decimal):
            continue
        shown = _shown_at(hand, formula.place)
        missing = sum((_number(hand.standing.get((sheet, f"{letters}{row}"))) for row in rows), Decimal(0))
        should = formula.result + missing
        added = next(each for each in parts.adds or () if _own_table(hand, each) is table)
        yield _check(
            "formula.total",
            formula.place,
            f"{_label(hand, formula.place)} is {said(formula.result, shown)}, should be {said(should, shown)}: "
            f"{_apart(formula.result, should, shown)}; {_rows_said(hand, table, rows)} outside "
            f"{_text_of(parts, added)}.",
            "Make the total reach over all rows, or ask the commissioner for a template that does.",
        )


def _far(parts: FormulaParts, column: int, row: int) -> tuple[int, int]:
    """How far the nearest range of a total ends from *row*; of the same, the longest range first."""
    areas = [
        each.area for each in parts.adds or () if each.area.first_column <= column <= each.area.last_column
    ]
    return min(
        (min(abs(area.last_row - row), abs(area.first_row - row)), area.first_row - area.last_row)
        for area in areas
    )


def _twice(hand: ReturnInHand) -> Iterator[SendingCheck]:
    """Totals that count a cell twice: as itself and in a subtotal, or in an “of which” row beside its whole."""
    formulas = hand.received.formulas
    for formula in hand.formulas:
        parts = formulas.get(formula.place)
        if parts is None or not parts.adds or not isinstance(formula.result, Decimal):
            continue
        direct = [at for each in parts.adds if each.times > 0 and _is_small(each) for at in _cells_of(each)]
        if len(direct) < 2 or formula.place in direct:
            continue
        of_which = [at for at in direct if _is_of_which(hand, at) and _number(hand.standing.get(at))]
        twice = [at for at, times in Counter(direct).items() if times > 1 and _number(hand.standing.get(at))]
        subtotals = [
            at
            for at in direct
            if (inner := formulas.get(at)) is not None
            and inner.adds
            and _number(hand.standing.get(at))
            and any(
                (each.sheet, part) in set(direct) - {at}
                for each in inner.adds
                if _is_small(each)
                for _, part in _cells_of(each)
            )
        ]
        found = of_which or subtotals or twice
        if not found:
            continue
        shown = _shown_at(hand, formula.place)
        more = sum((_number(hand.standing.get(at)) for at in found), Decimal(0))
        should = formula.result - more
        names = listed((at[1] for at in found[:_NAMED]), "and")
        why = f"“of which” in {names} is part of another row" if of_which else f"{names} is counted twice"
        yield _check(
            "formula.of_which" if of_which else "formula.twice",
            formula.place,
            f"{_label(hand, formula.place)} is {said(formula.result, shown)}, should be {said(should, shown)}: "
            f"{_apart(formula.result, should, shown)}; {why}.",
            "Leave it out of the total, or ask the commissioner for a template that does.",
        )


def _is_of_which(hand: ReturnInHand, at: At) -> bool:
    """Whether the first words of its row say that it is a part of the row above."""
    row, column = split_address(at[1])
    for before in range(column):
        text = hand.standing.get((at[0], address(row, before)))
        if isinstance(text, str) and text.strip():
            return (
                text.strip()
                .casefold()
                .startswith(("of which", "(of which", "- of which", "– of which", "memo"))
            )
    return False


# The odd one out in a column of formulas


def _odd_ones_out(hand: ReturnInHand) -> Iterator[SendingCheck]:
    formulas = hand.received.formulas
    place_of = {formula.place: formula for formula in hand.formulas}
    for table in hand.tables:
        columns: dict[int, list[int]] = defaultdict(list)
        for sheet, cell in formulas:
            row, column = split_address(cell)
            if sheet == table.sheet and table.has(row):
                columns[column].append(row)
        for column, rows in columns.items():
            sayings = Counter(formulas[table.sheet, address(row, column)].relative for row in rows)
            usual, times = sayings.most_common(1)[0]
            if times < _ENOUGH or times <= len(rows) - times:
                continue
            model = next(
                row for row in sorted(rows) if formulas[table.sheet, address(row, column)].relative == usual
            )
            for row in sorted(rows):
                at = (table.sheet, address(row, column))
                if formulas[at].relative != usual and at in place_of and not place_of[at].was:
                    yield _odd_one(
                        hand,
                        place_of[at],
                        formulas[at],
                        formulas[table.sheet, address(model, column)],
                        row - model,
                    )


def _as_its_column(hand: ReturnInHand, at: At) -> Decimal | None:
    """What the formula of the rows around it would add up to in its own row."""
    row, column = split_address(at[1])
    formulas = hand.received.formulas
    for table in hand.tables:
        if table.sheet != at[0] or not table.has(row):
            continue
        others = {
            each: formulas[at[0], address(each, column)]
            for each in range(table.first_row, table.last_row + 1)
            if each != row and (at[0], address(each, column)) in formulas
        }
        if not others:
            return None
        usual, times = Counter(parts.relative for parts in others.values()).most_common(1)[0]
        if times < _ENOUGH:
            return None
        model = next(each for each in others if others[each].relative == usual)
        return _moved_sum(hand, others[model], row - model)
    return None


def _moved_sum(hand: ReturnInHand, model: FormulaParts, down: int) -> Decimal | None:
    """What *model* adds up so many rows further down; None where it does more than add up."""
    if model.adds is None:
        return None
    return _sum_of((each.moved(down) for each in model.adds), hand.standing)


def _odd_one(
    hand: ReturnInHand, formula: FormulaInHand, parts: FormulaParts, model: FormulaParts, down: int
) -> SendingCheck:
    shown = _shown_at(hand, formula.place)
    should = _moved_sum(hand, model, down)
    of = f"{model.text} in row {split_address(formula.cell)[0] - down}"
    if should is not None and isinstance(formula.result, Decimal) and formula.result != should:
        text = (
            f"{_label(hand, formula.place)} is {said(formula.result, shown)}, should be {said(should, shown)}: "
            f"{_apart(formula.result, should, shown)}; its formula {parts.text} is not that of its column ({of})."
        )
    else:
        text = f"{_label(hand, formula.place)} has the formula {parts.text}, not that of its column ({of})."
    return _check("formula.odd", formula.place, text, "Make the formula the one of the rows around it.")


# Errors, old results, what can't be worked out


def _errors(hand: ReturnInHand, accused: Collection[At]) -> Iterator[SendingCheck]:
    """Formula cells that show an error, but for those that only pass one on, or stumble over what is wrong already."""
    wrong = {
        formula.place: formula.result
        for formula in hand.formulas
        if isinstance(formula.result, str) and _is_error(formula.result)
    }
    for formula in hand.formulas:
        if formula.place not in wrong:
            continue
        parts = hand.received.formulas.get(formula.place)
        reads = parts.reads if parts is not None else ()
        if any(
            (at in wrong or at in accused) and at != formula.place
            for each in reads
            if _is_small(each)
            for at in _cells_of(each)
        ):
            continue
        formula_text = f", its formula is {parts.text}" if parts is not None else ""
        passed = [at for at in wrong if at != formula.place and _reads(hand, at, formula.place)]
        also = f"; {_places_said(passed)} it too" if passed else ""
        yield _check(
            "formula.error",
            formula.place,
            f"{_label(hand, formula.place)} shows {formula.result}{formula_text}{also}.",
            "Put the cells that it reads right, or ask the commissioner for a template that works.",
        )


def _places_said(places: Sequence[At]) -> str:
    named = [f"{sheet}!{cell}" for sheet, cell in places[:_NAMED]]
    if len(places) > _NAMED:
        named.append(f"{len(places) - _NAMED} more")
    return f"{listed(named, 'and')} {'shows' if len(places) == 1 else 'show'}"


def _reads(hand: ReturnInHand, at: At, other: At) -> bool:
    parts = hand.received.formulas.get(at)
    row, column = split_address(other[1])
    return parts is not None and any(
        each.sheet == other[0] and each.area.has(row, column) for each in parts.reads
    )


def _is_error(text: str) -> bool:
    return text in _FAULTS


def _stale(hand: ReturnInHand, wrong: set[At]) -> Iterator[SendingCheck]:
    """Results in a file that are not those of its cells: old ones beside new figures."""
    old = [
        formula
        for formula in hand.formulas
        if hand.is_file
        and formula.result is not None
        and not _same(formula.stored, formula.result)
        and formula.place not in wrong
    ]
    if not old:
        return
    places = {formula.place for formula in old}
    first = next(
        (each for each in old if not any(_reads(hand, each.place, other) for other in places - {each.place})),
        old[0],
    )
    shown = _shown_at(hand, first.place)
    more = (
        f" So do {len(old) - 1} more."
        if len(old) > 2
        else f" So does {next(e.where for e in old if e is not first)}."
        if len(old) == 2
        else ""
    )
    has = f"holds the old result {said(first.stored, shown)}" if first.stored is not None else "has no result"
    yield _check(
        "formula.old",
        first.place,
        f"{_label(hand, first.place)} {has}, should be {said(first.result, shown)}.{more}",
        "Open it in Excel and save it once, or write the workbook again.",
    )


def _same(one: Standing, other: Standing) -> bool:
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        # A spreadsheet keeps numbers as doubles: what differs beyond fifteen digits is the same.
        return abs(one - other) <= Decimal("1e-9") * max(abs(one), abs(other), Decimal(1))
    return one == other or (is_blank(one) and is_blank(other))


def _not_computed(hand: ReturnInHand, wrong: Collection[At]) -> Iterator[SendingCheck]:
    """Results that are left to the receiver's program, but for those that rest on a cell that is *wrong* already."""
    left = [formula for formula in hand.formulas if formula.why_not and formula.place not in wrong]
    tainted = set(wrong)
    found = True
    while found:
        reached = {
            formula.place for formula in left if any(_reads(hand, formula.place, other) for other in tainted)
        }
        found = bool(reached - tainted)
        tainted |= reached
    left = [formula for formula in left if formula.place not in tainted]
    if not left:
        return
    first = left[0]
    more = f" {len(left) - 1:,} more are left too." if len(left) > 1 else ""
    yield _check(
        "formula.not_computed",
        first.place,
        f"The result of {_label(hand, first.place)} is left to the receiver's program: {first.why_not}.{more}",
        "Open the workbook in Excel, check the totals, and save it once before it is sent.",
        _LOOK,
    )
