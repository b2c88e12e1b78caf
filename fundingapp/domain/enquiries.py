"""The findings workbook: what is unplaced or odd, asked of the budget holder, and what they answered.

An answer is a proposal: it is understood and shown, and charges nothing before a person accepts it. Every row that
comes back is accounted for: read = answered + left open + not understood, each of these with its reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from fundingapp.domain.cells import clean_text, code_text, parse_amount
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import LineId
from fundingapp.domain.ledger import Cell, HeldLine, LedgerLine, RawRow
from fundingapp.domain.matching import Exclude, Heads, Target, ToIncome, ToProjects, parse_target
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.rulebook import why_not_one

#: The headings by which the sheet of lines is found again, whatever was sorted, filtered or moved.
KEY, AMOUNT, CHARGE_TO, COMMENT, ANSWERED_BY = (
    "Line key",
    "Amount £",
    "Charge to",
    "Reason or comment",
    "Answered by",
)
#: What can be chosen beside the projects.
NOT_OURS, GRANT_RECEIVED = "Not ours", "Income"


class AskedLine(NamedTuple):
    """A line that waits, what is asked about it, and what is thought (“” for nothing)."""

    id: LineId
    line: LedgerLine
    file: str
    question: str
    thought: str


class Place(NamedTuple):
    """A project that can be named in an answer."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Enquiry:
    """All that the findings workbook says. *findings* are the odd things that ask for no answer in a cell."""

    partnership: str
    year: FinancialYear
    asked_by: str
    asked_on: date
    lines: tuple[AskedLine, ...]
    findings: tuple[Finding, ...]
    places: tuple[Place, ...]

    @property
    def total(self) -> Money:
        """What the lines asked about sum to."""
        return Money.total(asked.line.amount for asked in self.lines)


class Answer(NamedTuple):
    """One answered row: where the line should go, with the budget holder's own words."""

    row: int
    id: LineId
    line: LedgerLine
    target: Target
    comment: str
    who: str

    @property
    def reason(self) -> str:
        """Why the line would be charged so, for the charge itself."""
        who = f"{self.who} answered" if self.who else "The budget holder answered"
        return f"{who} “{self.target}”" + (f": {self.comment}" if self.comment else "")


class NotUnderstood(NamedTuple):
    """A row with an answer that can't be taken, and why."""

    row: int
    given: str
    why: str


@dataclass(frozen=True, slots=True)
class Answers:
    """A findings workbook that came back: *read* = answered + left_open + not_understood."""

    file: str
    read: int
    answered: tuple[Answer, ...]
    left_open: tuple[int, ...]
    not_understood: tuple[NotUnderstood, ...]

    @property
    def total(self) -> Money:
        """What the answered lines sum to."""
        return Money.total(answer.line.amount for answer in self.answered)


class _Columns(NamedTuple):
    key: int
    amount: int
    charge_to: int
    comment: int
    who: int


def understand(
    file: str,
    headings: Sequence[str],
    rows: Iterable[RawRow],
    held: Mapping[str, HeldLine],
    waiting: Collection[LineId],
    heads: Heads,
) -> Answers:
    """What the rows of a findings workbook answer.

    *held* are the lines that the file holds, by key; only *waiting* ones can be answered. *heads* names where a
    project can be charged, by (ref in lower case, start of the year). Raises InputRefusedError for a table that is no
    findings workbook.
    """
    at = _columns(file, headings)
    read = 0
    answered: dict[LineId, Answer] = {}
    left_open: list[int] = []
    refused: list[NotUnderstood] = []
    for row in rows:
        read += 1
        cells = tuple(row.cells)
        given, comment = clean_text(cells[at.charge_to]), clean_text(cells[at.comment])
        if not given and not comment:
            left_open.append(row.row)
            continue
        found = _answer(row.row, cells, at, held, waiting, heads)
        if isinstance(found, str):
            refused.append(NotUnderstood(row.row, given or comment, found))
        elif (twice := answered.get(found.id)) is not None:
            refused.append(
                NotUnderstood(row.row, given, f"The same line is answered in row {twice.row:,} already.")
            )
        else:
            answered[found.id] = found
    return Answers(file, read, tuple(answered.values()), tuple(left_open), tuple(refused))


def _columns(file: str, headings: Sequence[str]) -> _Columns:
    plain = [clean_text(heading).casefold() for heading in headings]
    missing = [
        name for name in (KEY, AMOUNT, CHARGE_TO, COMMENT, ANSWERED_BY) if name.casefold() not in plain
    ]
    if missing:
        raise InputRefusedError(
            "not_answers",
            f"{file} is not a findings workbook that was written here: it has no column “{missing[0]}”.",
            "Choose the workbook that came back from the budget holder.",
        )
    return _Columns(
        *(plain.index(name.casefold()) for name in (KEY, AMOUNT, CHARGE_TO, COMMENT, ANSWERED_BY))
    )


def _answer(
    row: int,
    cells: Sequence[Cell],
    at: _Columns,
    held: Mapping[str, HeldLine],
    waiting: Collection[LineId],
    heads: Heads,
) -> Answer | str:
    """The answer of a row, or why it can't be taken."""
    key, given = code_text(cells[at.key]), clean_text(cells[at.charge_to])
    comment, who = clean_text(cells[at.comment]), clean_text(cells[at.who])
    if not given:
        return "It has a comment but says nothing in “Charge to”."
    known = held.get(key)
    if known is None:
        return f"No line with the key “{key}” counts here; it may have gone with a newer download."
    line = known.line
    try:
        amount = parse_amount(cells[at.amount])
    except NotMoneyError:
        amount = None
    if amount != line.amount:
        stated = "no amount" if amount is None else amount.in_words
        return f"The row says {stated}, but the line is {line.amount.in_words}; it was changed in one of the two."
    if known.id not in waiting:
        return "The line was placed meanwhile."
    try:
        target = _target(given, comment)
    except ValueError as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}."
    problem = _not_chargeable(target, line.year, heads)
    return problem or Answer(row, known.id, line, target, comment, who)


def _target(given: str, comment: str) -> Target:
    folded = given.casefold()
    if folded == GRANT_RECEIVED.casefold():
        return ToIncome()
    if folded == NOT_OURS.casefold():
        if not comment:
            raise ValueError("“Not ours” needs its reason beside it")
        return Exclude(comment)
    # A place chosen from the list reads “LF-09 · Shop watch”.
    return parse_target(given.partition(" · ")[0])


def _not_chargeable(target: Target, year: FinancialYear, heads: Heads) -> str:
    if not isinstance(target, ToProjects):
        return ""
    for split in target.splits:
        places: Sequence[BudgetHead] = heads.get((split.ref.casefold(), year.start), ())
        if not places:
            return f"{split.ref} {why_not_one(places, split.ref, year, heads)}."
        if len(places) > 1:
            return f"{split.ref} {why_not_one(places, split.ref, year, heads)}; or charge this line by hand."
    return ""
