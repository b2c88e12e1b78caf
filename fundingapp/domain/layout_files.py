"""Layouts on their way between files: a small text that a person can read, and what makes one usable at all."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import Meaning

#: The first entry of a layout file, so that no other JSON is taken for one.
FORMAT = "Funding Tracker layout 1"
#: What the name of such a file ends with.
SUFFIX = ".layout.json"
#: A file with more characters than this is no layout; the widest ledger that was seen needs four thousand.
LONGEST_FILE = 1_000_000
#: Names are shown in lists and typed on the command line.
LONGEST_NAME = 80

#: What only one column of a table can be. The others may stand on several columns, or are not used.
_ONLY_ONCE = frozenset(Meaning) - {Meaning.OTHER, Meaning.VAT, Meaning.BALANCE}


def why_not_usable(meanings: Iterable[Meaning]) -> str:
    """Why columns with these meanings make no ledger, as a sentence; "" when they do."""
    counts = Counter(meanings)
    twice = [meaning.value for meaning in Meaning if meaning in _ONLY_ONCE and counts[meaning] > 1]
    if twice:
        return f"Only one column can be the {twice[0]}."
    if counts[Meaning.AMOUNT] and (counts[Meaning.DEBIT] or counts[Meaning.CREDIT]):
        return "Choose either one amount column, or a debit and a credit column."
    if not (counts[Meaning.AMOUNT] or counts[Meaning.DEBIT] or counts[Meaning.CREDIT]):
        return "Say which column is the amount."
    if counts[Meaning.DEBIT_CREDIT_FLAG] and not counts[Meaning.AMOUNT]:
        return "A column that says debit or credit needs an amount column beside it."
    if counts[Meaning.DATE] and counts[Meaning.DATE_MONTH_FIRST]:
        return "Only one column can be the date."
    return ""


def fingerprint(shape: Sequence[str]) -> str:
    """A short text that tells one shape of headings from every other."""
    return hashlib.blake2b(json.dumps(list(shape)).encode(), digest_size=16).hexdigest()


def layout_text(layout: Layout) -> str:
    """*layout* as the text of a layout file; :func:`read_layout` makes the same layout of it."""
    return (
        json.dumps(
            {
                "format": FORMAT,
                "name": layout.name,
                "system": layout.system,
                "columns": [
                    {"heading": heading, "meaning": meaning.value}
                    for heading, meaning in zip(layout.headings, layout.meanings, strict=True)
                ],
            },
            ensure_ascii=False,
            indent=2,
        )
        + "\n"
    )


def read_layout(text: str, file: str) -> Layout:
    """The layout in *text*, the contents of the file called *file*.

    Raises InputRefusedError ``not_a_layout`` that says what is wrong with it, and where.
    """
    if len(text) > LONGEST_FILE:
        raise _refusal(file, "it is far too large for a layout")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refusal(file, "it is not the text that a layout is kept as") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _refusal(file, f"it does not begin with the format “{FORMAT}”")
    name, system = (_text(found.get(part, ""), part, file) for part in ("name", "system"))
    if len(name) > LONGEST_NAME:
        raise _refusal(file, f"its name has more than {LONGEST_NAME} letters")
    columns = found.get("columns")
    if not isinstance(columns, list) or not columns:
        raise _refusal(file, "it names no columns")
    headings, meanings = [], []
    for number, column in enumerate(columns, start=1):
        heading, meaning = _column(column, number, file)
        headings.append(heading)
        meanings.append(meaning)
    if problem := why_not_usable(meanings):
        raise _refusal(file, f"its columns make no ledger: {problem[:1].lower()}{problem[1:-1]}")
    return Layout(name, tuple(headings), tuple(meanings), system)


def _column(column: Any, number: int, file: str) -> tuple[str, Meaning]:
    if not isinstance(column, dict) or "heading" not in column or "meaning" not in column:
        raise _refusal(file, f"its column {number} has no heading or no meaning")
    heading = column["heading"]
    if not isinstance(heading, str):
        raise _refusal(file, f"the heading of its column {number} is not a text")
    try:
        return heading, Meaning(column["meaning"])
    except ValueError as error:
        known = ", ".join(meaning.value for meaning in Meaning)
        raise _refusal(
            file, f"the meaning “{column['meaning']}” of its column {number} is not one of: {known}"
        ) from error


def _text(value: Any, what: str, file: str) -> str:
    if not isinstance(value, str):
        raise _refusal(file, f"its {what} is not a text")
    return " ".join(value.split())


def _refusal(file: str, why: str) -> InputRefusedError:
    return InputRefusedError(
        "not_a_layout",
        f"“{file}” can't be used as a layout: {why}.",
        f"Choose a file that was exported from Funding Tracker (its name ends with {SUFFIX}); nothing was changed.",
    )
