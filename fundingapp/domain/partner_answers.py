"""The workbook that a project's lead fills in, and what it proposes when it is back: each changed cell one proposal,
whatever else was changed listed, nothing dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal
from enum import Enum

from fundingapp.domain.addresses import split_address
from fundingapp.domain.ids import PartnerBookId
from fundingapp.domain.money import Money
from fundingapp.domain.partner_books import FOLLOWS, LOCKED, BookCell, CellProposal, PartnerBook
from fundingapp.domain.sheet_looks import CellLook, SheetLook, Stored, WorkbookLook

#: The defined name that holds a workbook's mark.
MARK_NAME = "partner_book_mark"
#: What a lead says of a ledger line.
AGREE, NOT_OURS = "agree", "not ours"
#: A spreadsheet keeps so many digits of a number; what is beyond is noise of its binary arithmetic.
_STORED = Context(prec=15)


class AskedSort(Enum):
    """What is to be typed into a cell."""

    POUNDS = "an amount in pounds, such as 1250.00"
    WHOLE = "a whole number"
    FIGURE = "a number"
    DAY = "a date, such as 31/03/2019"
    CHOICE = "one of the list"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Asked:
    """A cell to be filled in: *said* is what the file says now, None for nothing; *choices* are those of a CHOICE."""

    subject: str
    sort: AskedSort
    said: Money | Decimal | date | str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowTotal:
    """A live sum of the amounts in the columns *first* to *last* (from 0, inclusive) of its row, which is *value*."""

    first: int
    last: int
    value: Money


Entry = str | Money | int | Decimal | date | Asked | RowTotal | None


@dataclass(frozen=True, slots=True)
class BookTable:
    """A sheet with one table: *widths* of its columns are in characters."""

    name: str
    about: str
    headings: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True, slots=True)
class PartnerBookDocument:
    """A workbook for one project's lead: *facts* and *instructions* stand on its first sheet."""

    mark: str
    title: str
    partnership: str
    made_on: date
    facts: tuple[tuple[str, str], ...]
    instructions: tuple[str, ...]
    tables: tuple[BookTable, ...]

    def asked(self) -> Iterator[Asked]:
        """Every cell that is asked for."""
        for table in self.tables:
            for row in table.rows:
                yield from (entry for entry in row if isinstance(entry, Asked))


def sort_of(subject: str) -> AskedSort:
    """What a cell of *subject* takes; how whole a figure must be is for its indicator to say."""
    match subject.split("/", maxsplit=1)[0]:
        case "forecast":
            return AskedSort.POUNDS
        case "figure":
            return AskedSort.FIGURE
        case "milestone":
            return AskedSort.DAY
        case _:
            return AskedSort.TEXT


def said_of(value: Entry | Stored) -> str:
    """*value* as the text that is kept of a cell: pounds as ``1234.56``, a day as ``2019-03-31``."""
    match value:
        case None:
            return ""
        case Asked():
            return said_of(value.said)
        case RowTotal():
            return said_of(value.value)
        case Money():
            return f"{value.pounds:.2f}"
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case Decimal():
            return _plain(value)
        case datetime():
            return value.date().isoformat() if not (value.hour or value.minute) else value.isoformat(" ")
        case date():
            return value.isoformat()
        case _:
            return "\n".join(line.rstrip() for line in str(value).strip().splitlines())


def _plain(number: Decimal) -> str:
    """The shortest text of *number*, without what binary arithmetic left beyond a spreadsheet's digits."""
    exact = _STORED.plus(number)
    return f"{exact.normalize():f}" if exact else "0"


@dataclass(frozen=True, slots=True)
class Noticed:
    """A cell that can't be a proposal: what was found there and what to do."""

    sheet: str
    cell: str
    text: str
    advice: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A workbook that was read: every cell that was asked for is a proposal, *unchanged* or among *wrong*; *others* are
    changes where nothing was asked."""

    proposals: tuple[CellProposal, ...]
    unchanged: int
    wrong: tuple[Noticed, ...]
    others: tuple[Noticed, ...]

    @property
    def read(self) -> int:
        """How many cells were asked for."""
        return len(self.proposals) + self.unchanged + len(self.wrong)


class _WrongError(Exception):
    """What is wrong with a typed value, and what to do."""


def _typed(subject: str, value: Stored) -> str:
    """What was typed, as it is kept. Raises _WrongError for what such a cell can't take."""
    sort = sort_of(subject)
    if value is None or (isinstance(value, str) and not value.strip()):
        return ""
    wanted = f"Ask for {sort.value}."
    if sort is AskedSort.POUNDS:
        if not isinstance(value, Decimal):
            raise _WrongError(f"“{said_of(value)}” is not an amount", wanted)
        pounds = Decimal(_plain(value))
        if pounds * 100 % 1:
            raise _WrongError(f"{_plain(value)} is not in whole pence", wanted)
        if pounds < 0:
            raise _WrongError(f"{pounds} is below nought", wanted)
        return f"{pounds:.2f}"
    if sort is AskedSort.DAY:
        if not isinstance(value, date):
            raise _WrongError(f"“{said_of(value)}” is not a date", wanted)
        return said_of(value)
    if sort is AskedSort.FIGURE and isinstance(value, date | bool):
        raise _WrongError(f"“{said_of(value)}” is not a number", wanted)
    return said_of(value)


def proposals_of(
    id: PartnerBookId,
    book: PartnerBook,
    look: WorkbookLook,
    problem_of: Callable[[str, str], str] | None = None,
) -> TakenBack:
    """What the workbook proposes against how it went out. *problem_of* says why what was typed can't be what a cell
    stands for, "" where it can."""
    proposals: list[CellProposal] = []
    wrong: list[Noticed] = []
    others: list[Noticed] = []
    unchanged = 0
    for entry in book.cells:
        found = _found(look, entry)
        if entry.subject == FOLLOWS:
            continue
        if entry.subject == LOCKED:
            now = said_of(found.value) if found is not None else None
            if now != entry.said and not _same_number(now, entry.said):
                others.append(_changed(entry, now))
            continue
        if found is None:
            wrong.append(
                Noticed(
                    entry.sheet, entry.cell, "The sheet is not there any more", "Ask for the whole workbook."
                )
            )
            continue
        try:
            typed = _typed(entry.subject, found.value)
        except _WrongError as error:
            wrong.append(Noticed(entry.sheet, entry.cell, str(error.args[0]), str(error.args[1])))
            continue
        if typed == entry.said or _same_number(typed, entry.said):
            unchanged += 1
        elif problem_of is not None and (problem := problem_of(entry.subject, typed)):
            wrong.append(Noticed(entry.sheet, entry.cell, problem, "Ask for a value that fits."))
        else:
            proposals.append(CellProposal(id, entry.sheet, entry.cell, entry.subject, entry.said, typed))
    others += _added(book, look)
    return TakenBack(tuple(proposals), unchanged, tuple(wrong), tuple(others))


def _found(look: WorkbookLook, entry: BookCell) -> CellLook | None:
    sheet = look.sheet(entry.sheet)
    return None if sheet is None else sheet.at(*split_address(entry.cell))


def _cells(sheet: SheetLook) -> Mapping[str, CellLook]:
    return {cell.cell: cell for cell in sheet.cells.values()}


def _same_number(one: str | None, other: str) -> bool:
    """Whether two texts are the same number: “12.00” and “12”."""
    try:
        return one is not None and one != "" and other != "" and Decimal(one) == Decimal(other)
    except ArithmeticError:
        return False


def _changed(entry: BookCell, now: str | None) -> Noticed:
    if now is None:
        text = "The sheet is not there any more"
    else:
        text = f"Was “{entry.said}”, is {f'“{now}”' if now else 'empty'}, where nothing was asked"
    return Noticed(entry.sheet, entry.cell, text, "Nothing is taken from it: ask what was meant.")


def _added(book: PartnerBook, look: WorkbookLook) -> Iterator[Noticed]:
    """What stands in cells and sheets that were not in the workbook, and notes."""
    ours = {(entry.sheet.casefold(), entry.cell) for entry in book.cells}
    for sheet in look.sheets:
        for cell in sheet.cells.values():
            at = (sheet.name.casefold(), cell.cell)
            if at not in ours and cell.value is not None and said_of(cell.value):
                yield Noticed(
                    sheet.name,
                    cell.cell,
                    f"“{said_of(cell.value)}” was added where nothing was asked",
                    "Nothing is taken from it: ask what was meant.",
                )
            if cell.note:
                yield Noticed(
                    sheet.name, cell.cell, f"A note says “{cell.note.strip()}”", "Read it; nothing is taken."
                )


def mark_in(look: WorkbookLook) -> str:
    """The mark of the workbook, "" where it has none."""
    for name in look.names:
        if name.name.casefold() == MARK_NAME and name.area is not None:
            sheet = look.sheet(name.sheet)
            if sheet is not None:
                return said_of(sheet.at(name.area.first_row, name.area.first_column).value)
    return ""


def queries_of(
    id: PartnerBookId,
    sent: WorkbookLook,
    back: WorkbookLook,
    subjects: Mapping[tuple[str, str], str],
) -> tuple[CellProposal, ...]:
    """What the commissioner wrote into a return that was sent: a proposal for each cell that has another value, a note
    or another colour. *subjects* names the figure or source of cells; another cell is named by its place.

    The result of a formula that is the same formula follows other cells and is no query of its own.
    """
    found = []
    for sheet in back.sheets:
        before = sent.sheet(sheet.name)
        held = _cells(before) if before is not None else {}
        now = _cells(sheet)
        for cell in sorted({*held, *now}, key=lambda at: _order(held, now, at)):
            was, after = held.get(cell, CellLook(1, 0)), now.get(cell, CellLook(1, 0))
            said = list(_differences(was, after))
            if said:
                subject = subjects.get((sheet.name, cell), f"{sheet.name}!{cell}")
                found.append(
                    CellProposal(id, sheet.name, cell, subject, said_of(was.value), " · ".join(said))
                )
    return tuple(found)


def _order(held: Mapping[str, CellLook], now: Mapping[str, CellLook], cell: str) -> tuple[int, int]:
    look = now.get(cell) or held[cell]
    return look.row, look.column


def _differences(was: CellLook, now: CellLook) -> Iterator[str]:
    follows = was.formula and was.formula == now.formula
    before, after = said_of(was.value), said_of(now.value)
    if not follows and before != after and not _same_number(before, after):
        yield f"now “{after}”" if after else "emptied"
    if now.formula != was.formula and before == after:
        yield f"formula ={now.formula}" if now.formula else "its formula is gone"
    if now.note.strip() and now.note.strip() != was.note.strip():
        yield f"note: {now.note.strip()}"
    if now.style.fill != was.style.fill:
        yield f"coloured {now.style.fill}" if now.style.fill else "its colour is gone"


def missing_sheets(sent: WorkbookLook, back: WorkbookLook) -> Sequence[str]:
    """The sheets that were sent and did not come back."""
    return [sheet.name for sheet in sent.sheets if back.sheet(sheet.name) is None]
