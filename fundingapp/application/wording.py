"""How values are written in sentences and in the audit trail; one place to change or translate."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from fundingapp.domain.matching import How, LineState
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

#: The words by which the column “How” of a list of ledger lines can be filtered, and what they mean there.
HOW_WORDS: dict[str, LineState | How | str] = {
    "unmatched": LineState.WAITING,
    "waiting": LineState.WAITING,
    "to match": LineState.WAITING,
    "charged": LineState.CHARGED,
    "income": LineState.INCOME,
    "excluded": LineState.EXCLUDED,
    "rule": How.RULE,
    "by rule": How.RULE,
    "hand": How.HAND,
    "by hand": How.HAND,
    "split": "split",
    "suggested": "suggested",
}


def count(number: int, noun: str, plural: str = "") -> str:
    """``1 line``, ``1,204 lines``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def one_line(text: str) -> str:
    """*text* as a name is kept: on one line, with single blanks."""
    return " ".join(text.split())


def short_date(day: date | None) -> str:
    """31/03/2019, or a dash when there is none."""
    return day.strftime("%d/%m/%Y") if day else "–"


def plain(value: object) -> Any:
    """*value* as plain data for the audit trail: amounts as whole pence, days as ISO text, names of enums."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Money):
        return value.pence
    if isinstance(value, FinancialYear):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {name: plain(item) for name, item in zip(value._fields, value, strict=True)}
    if is_dataclass(value) and not isinstance(value, type):
        return {entry.name: plain(getattr(value, entry.name)) for entry in fields(value)}
    if isinstance(value, dict):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no plain form")


#: What stands where something was erased.
ERASED = "(erased)"


def without(value: Any, kind: str, id: int, words: Collection[str]) -> Any:
    """The plain details *value* of an entry, without what they say of the row *id* of *kind*, and without every text
    that holds one of *words* (R05). Numbers, days and hashes stay, so that it is still seen what was done."""
    if isinstance(value, str):
        return ERASED if any(word in value for word in words) else value
    if isinstance(value, list):
        return [without(item, kind, id, words) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("kind") == kind and value.get("id") == id:
        return _blanked(value, ("kind", "id"))
    return {name: without(item, kind, id, words) for name, item in value.items()}


#: What of a row says nothing of anybody.
_SAYS_NOTHING = (
    *("sha256", "size", "added_at", "dated", "media_type", "sort", "personal", "agreed", "marking"),
    *("retain_until", "cleaned_from", "erased_at", "added_by", "erased_by"),
)


def _blanked(value: dict[str, Any], kept: Collection[str]) -> dict[str, Any]:
    """A row's values with every text but those that say nothing of anybody put out."""
    found: dict[str, Any] = {}
    for name, item in value.items():
        if isinstance(item, dict):
            found[name] = _blanked(item, ())
        elif isinstance(item, str) and item and name not in (*kept, *_SAYS_NOTHING):
            found[name] = ERASED
        else:
            found[name] = item
    return found


def readable(text: str) -> str:
    """*text* as a workbook or a document can hold it.

    A character that XML forbids (a control character, half a surrogate pair) becomes the replacement sign, so that
    it is seen that something unprintable stood there; line ends become one kind.
    """
    if text.isascii() and text.isprintable():
        return text  # as nearly all are
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter if _is_allowed(letter) else "\N{REPLACEMENT CHARACTER}" for letter in lines)


def _is_allowed(letter: str) -> bool:
    return (
        letter in "\t\n"
        or "\x20" <= letter <= "\ud7ff"
        or "\ue000" <= letter <= "\ufffd"
        or letter > "\uffff"
    )
