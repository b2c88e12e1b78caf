"""Whether what stands in a cell of a return is of the sort and form that it should be: a number, a word of a list, a
postcode."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from fundingapp.domain.cells_checked import IDENTITY, about_cell
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.returns_in_hand import CellInHand, said
from fundingapp.domain.sending import Grade, SendingCheck
from fundingapp.domain.templates import ShownAs

_ERROR = Grade.ERROR

#: Words of money in a text: with these taken off a number is left.
_MONEY_WORDS = re.compile(r"(?i)\b(gbp|pounds?)\b")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"(\+44|0)[\d ()-]{9,16}( ?(ext|x)\.? ?\d{1,5})?", re.IGNORECASE)
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?) ?(\d[ABD-HJLNP-UW-Z]{2})|GIR ?0AA", re.IGNORECASE)


def sort_check(cell: CellInHand) -> SendingCheck | None:
    """Text in a number, text in a date, a number where words are meant."""
    value = cell.value
    if cell.is_number and not isinstance(value, Decimal):
        if isinstance(value, str) and isinstance(cell.ours, str) and value.strip() == cell.ours.strip():
            return None  # “<5” where a small count is hidden
        should = f", should be {said(cell.ours, cell.shown)}" if cell.ours is not None else ""
        if isinstance(value, str) and (number := _as_number(value)) is not None:
            return about_cell(
                "number.as_text",
                _ERROR,
                cell,
                f"{cell.named} holds {said(value)} as text, should be the number "
                f"{said(cell.ours if isinstance(cell.ours, Decimal) else number, cell.shown)}: totals leave it out.",
                "Type it as a number, without £, commas or spaces.",
            )
        what = f"the text {said(value)}" if isinstance(value, str) else said(value)
        return about_cell(
            "number.text",
            _ERROR,
            cell,
            f"{cell.named} holds {what} where a number belongs{should}.",
            "Type the number alone; explain it in the comment.",
        )
    if cell.shown is ShownAs.DAY and not isinstance(value, date):
        should = f", should be {said(cell.ours)}" if cell.ours is not None else ""
        what = f"{said(value)} as text" if isinstance(value, str) else f"the number {said(value)}"
        return about_cell(
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
        return about_cell(
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
        return about_cell(
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


def list_check(cell: CellInHand) -> SendingCheck | None:
    """Whether a word stands there that is not in the cell's list."""
    if not cell.choices or cell.value is None:
        return None
    shown = said(cell.value).strip("“”") if not isinstance(cell.value, str) else cell.value
    # Excel takes an entry of a list in any case of letters, but programs that read the workbook do not.
    if shown in cell.choices:
        return None
    code = IDENTITY.get(cell.source, ("", ""))[0] or "list.not_in"
    should = (
        f", should be {said(cell.ours)}"
        if isinstance(cell.ours, str) and cell.ours in cell.choices
        else f", should be one of: {_choices(cell.choices)}"
    )
    return about_cell(
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


def form_check(cell: CellInHand) -> SendingCheck | None:
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
    return about_cell(
        code, _ERROR, cell, f"{cell.named} {what}: {said(cell.value)}{should}.", f"Write it like {example}."
    )


def small_check(cell: CellInHand) -> SendingCheck | None:
    """A count that we hide and the workbook shows (R03)."""
    if not (isinstance(cell.ours, str) and cell.ours.startswith("<") and isinstance(cell.value, Decimal)):
        return None
    return about_cell(
        "count.small",
        _ERROR,
        cell,
        f"{cell.named} shows a count under 5, should be {said(cell.ours)}: it may tell who the people are.",
        f"Put {said(cell.ours)} in its place.",
    )
