"""Whether a cell of a return says what the records say, and how it differs."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from fundingapp.domain.cells_checked import IDENTITY, about_cell, is_words, quarter_of
from fundingapp.domain.returns_in_hand import CellInHand, ReturnInHand, said
from fundingapp.domain.sending import Grade, SendingCheck

_ERROR, _LOOK = Grade.ERROR, Grade.LOOK
_SPACES = re.compile(r"[\u00a0\u2007\u202f\u200b\ufeff]|  |^\s|\s$")


def differs(hand: ReturnInHand, cell: CellInHand) -> SendingCheck | None:
    """Whether something else stands there than we hold."""
    ours, value = cell.ours, cell.value
    if ours is None:
        if hand.is_file and cell.is_number and isinstance(value, Decimal):
            return about_cell(
                "figure.not_ours",
                _ERROR if cell.is_amount else _LOOK,
                cell,
                f"{cell.named} is {said(value, cell.shown)}, and the file holds nothing for it.",
                "Record what it rests on, or clear the cell.",
            )
        if hand.is_file and isinstance(value, str) and is_words(cell):
            return about_cell(
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
            return about_cell(
                "date.differs",
                _ERROR,
                cell,
                f"{cell.named} is {said(value)}, should be {said(ours)}.",
                "Put our day back, or record the other.",
            )
    if isinstance(ours, str) and isinstance(value, Decimal):
        return about_cell(
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
    quarter = quarter_of(cell.source)
    submitted = hand.document.position.submitted_quarter
    if quarter is not None and quarter <= submitted and cell.source.startswith("project/spent/"):
        return about_cell(
            "quarter.sent",
            _ERROR,
            cell,
            f"{cell.named} is {said(value, cell.shown)}, should be {said(ours, cell.shown)} as Q{quarter} was sent: "
            f"{apart}.",
            "A quarter that was sent never changes; what came later is a prior-period adjustment.",
        )
    return about_cell(
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


def _text_differs(cell: CellInHand, ours: str, value: str) -> SendingCheck | None:
    if ours == value:
        return None
    if _plain(ours) == _plain(value):
        return untidy(cell)
    if cell.source in IDENTITY:
        code, name = IDENTITY[cell.source]
        return about_cell(
            code,
            _ERROR,
            cell,
            f"{cell.where}: {name.lower()} is {said(value)}, should be {said(ours)}.",
            "Choose the right one, or look whether this is the right workbook.",
        )
    last = cell.source.rpartition("/")[2]
    if last == "unit":
        return about_cell(
            "unit.wrong",
            _ERROR,
            cell,
            f"{cell.named} is {said(value)}, should be {said(ours)}: the indicator was agreed in that unit.",
            "Put the agreed unit back.",
        )
    if is_words(cell):
        return about_cell(
            "words.differ",
            _LOOK,
            cell,
            f"{cell.named} has other words than the file: {said(value)}, not {said(ours)}.",
            "Record the new words, so that the next return has them too.",
        )
    if last == "name" and cell.key:
        return about_cell(
            "row.name",
            _ERROR,
            cell,
            f"{cell.where} is {said(value)}, should be {said(ours)}, which {cell.key} is called.",
            "Put the name back; a row is of one project.",
        )
    if cell.source.startswith("certifier/"):
        return about_cell(
            f"signoff.{ {'position': 'role'}.get(last, last) }",
            _ERROR,
            cell,
            f"{cell.named} is {said(value)}, should be {said(ours)}: only the section 151 officer may sign.",
            "Put the section 151 officer in.",
        )
    return about_cell(
        "text.differs",
        _ERROR,
        cell,
        f"{cell.named} is {said(value)}, should be {said(ours)}.",
        "Put ours back, or record the other.",
    )


def _plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\u200b", "").split())


def untidy(cell: CellInHand) -> SendingCheck | None:
    """Spaces that nobody sees, where words are looked up."""
    value = cell.value
    if not isinstance(value, str) or is_words(cell) or not _SPACES.search(value):
        return None
    if value == cell.ours:
        return None
    return about_cell(
        "text.spaces",
        _ERROR,
        cell,
        f"{cell.named} is {said(value)} with spaces that do not show, should be {said(_plain(value))}.",
        "Type it again without them: a receiver looks it up letter by letter.",
    )
