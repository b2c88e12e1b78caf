"""How a count is said in words: “195 clients supported”, “1 client supported”, “per client supported”."""

from __future__ import annotations

import re
from decimal import Decimal

from fundingapp.domain.results import number_shown

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
#: Plurals that no rule makes singular.
_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "knives": "knife",
    "lives": "life",
    "wives": "wife",
    "thieves": "thief",
    "premises": "premises",
    "series": "series",
    "crimes": "crime",
    "cases": "case",
    "analyses": "analysis",
    "crises": "crisis",
}
#: Words that end like plurals and are none.
_NO_PLURALS = frozenset({"news", "has", "was", "as", "its", "always"})


def name_in_text(name: str) -> str:
    """*name* as it stands inside a sentence: its first letter small, unless it begins with a proper name or an
    abbreviation (“ASB cases”, “Freedom Programme sessions”)."""
    said = " ".join(name.split())
    words = said.split(" ")
    first = words[0]
    is_plain = first[:1].isupper() and not any(letter.isupper() or letter.isdigit() for letter in first[1:])
    follows_a_name = len(words) > 1 and words[1][:1].isupper()
    return said[:1].lower() + said[1:] if is_plain and not follows_a_name else said


def singular_in(words: str) -> str:
    """*words* for one of them: “clients supported” becomes “client supported”.

    The first word that is a plural is made singular; where none is, the words stay as they are.
    """
    for found in _WORD.finditer(words):
        one = _singular(found[0])
        if one != found[0]:
            return words[: found.start()] + one + words[found.end() :]
    return words


def _singular(word: str) -> str:
    small = word.lower()
    if small in _IRREGULAR:
        one = _IRREGULAR[small]
        return one.capitalize() if word[:1].isupper() else one
    if len(word) < 3 or small in _NO_PLURALS or small.endswith(("ss", "us", "is", "'s", "’s")):
        return word
    if small.endswith("ies"):
        return word[:-3] + "y"
    if small.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word.removesuffix("s")


def counted(number: Decimal | int, name: str) -> str:
    """“195 clients supported”, “1 client supported”."""
    words = name_in_text(name)
    return f"{number_shown(Decimal(number))} {singular_in(words) if abs(number) == 1 else words}"
