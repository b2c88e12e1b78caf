"""Sentences about what the money bought, such as “£10,000.00 → 195 clients supported, target 180 → 100% satisfied”.

A sentence is kept as a wording that names its figures in braces; they are put in whenever it is read, so that text
and figures never disagree (domain paper 7, row 9).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fundingapp.domain.errors import ExpectedError, listed

#: What a new sentence says until somebody words it otherwise.
USUAL = "{spent} → {output}, target {output target} → {outcome}"
#: Each name that a wording may put in braces, with what it stands for.
NAMES = {
    "spent": "what the project spent to date",
    "budget": "its budget",
    "project": "its name",
    "year": "the year",
    "quarter": "the quarter",
    "output": "the output with its number",
    "output number": "the number alone",
    "output target": "its target",
    "output baseline": "its baseline",
    "output progress": "how far it is, in a word or per cent",
    "output cost": "the cost of one, with its parts",
    "outcome": "the outcome with its number",
    "outcome number": "the number alone",
    "outcome target": "its target",
    "outcome baseline": "its baseline",
    "outcome progress": "how far it is, in a word or per cent",
    "outcome cost": "the cost of one, with its parts",
}
#: “{avoided: Robbery}”: what fewer cases of the outcome are said to have saved at that reference value.
AVOIDED = "avoided"

_BRACES = re.compile(r"\{([^{}]*)\}")
_TYPED = re.compile(r"(?<![\w/-])£?\d[\d,.]*%?(?!\w|/)")
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Filling:
    """What a name of a wording stands for: its *text*, and the *figure* that can be asked why. *missing* says why there
    is none, "" where there is; *note* what must be told beside it, each on a line of its own."""

    text: str = ""
    figure: str = ""
    missing: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence: plain text, or a number with the *figure* that it is. *broken* says why a name has
    nothing to stand for."""

    text: str
    figure: str = ""
    broken: str = ""
    note: str = ""


def name_in(braces: str) -> str:
    """What stands between braces, in the form that names are compared in: “output target”, “avoided: robbery”."""
    name, colon, of = (" ".join(part.casefold().split()) for part in braces.partition(":"))
    return f"{name}: {of}" if colon else name


def names_in(wording: str) -> tuple[str, ...]:
    """The names that *wording* puts in braces, each once, in their order."""
    return tuple(dict.fromkeys(name_in(found) for found in _BRACES.findall(wording)))


def pieces_of(wording: str, fillings: Mapping[str, Filling]) -> tuple[Piece, ...]:
    """*wording* with its figures put in. A name without one becomes its reason in square brackets, so that nobody
    sends a sentence with a gap unseen."""
    pieces: list[Piece] = []
    end = 0
    for found in _BRACES.finditer(wording):
        if found.start() > end:
            pieces.append(Piece(wording[end : found.start()]))
        end = found.end()
        filling = fillings.get(name_in(found[1])) or Filling(missing=f"“{found[1].strip()}” is no figure")
        if filling.missing:
            pieces.append(Piece(f"[{filling.missing}]", filling.figure, filling.missing))
        else:
            pieces.append(Piece(filling.text, filling.figure, note=filling.note))
    if end < len(wording):
        pieces.append(Piece(wording[end:]))
    return tuple(pieces)


def shown(pieces: Iterable[Piece]) -> str:
    """The sentence as text."""
    return "".join(piece.text for piece in pieces)


def broken_in(pieces: Iterable[Piece]) -> tuple[str, ...]:
    """Why names of a sentence stand for nothing, each reason once."""
    return tuple(dict.fromkeys(piece.broken for piece in pieces if piece.broken))


def notes_in(pieces: Iterable[Piece]) -> tuple[str, ...]:
    """What must be told beside the numbers of a sentence, each once."""
    return tuple(dict.fromkeys(note for piece in pieces for note in piece.note.splitlines()))


def typed_numbers(wording: str) -> tuple[str, ...]:
    """The numbers that *wording* types itself: they do not follow the figures. Years such as 2018/19 are none."""
    return tuple(dict.fromkeys(found.rstrip(".,") for found in _TYPED.findall(_BRACES.sub(" ", wording))))


def check_wording(wording: str, references: Iterable[str] = ()) -> str:
    """*wording* as it is kept; *references* are the names of the reference values there are.

    Raises ExpectedError for an empty one, one too long, one with a brace too many, or one that names no figure or an
    unknown one.
    """
    said = " ".join(wording.split())
    if not said:
        raise ExpectedError("no_wording", "The sentence says nothing.", f"Begin with “{USUAL}”.")
    if len(said) > _LONGEST:
        raise ExpectedError(
            "too_long",
            f"The sentence has {len(said):,} characters; it can have {_LONGEST:,}.",
            "Make two sentences of it.",
        )
    if any(sign in _BRACES.sub("", said) for sign in "{}"):
        raise ExpectedError(
            "unknown_name",
            "A brace of the sentence has no partner.",
            "Write each figure as its name in braces, such as {spent}.",
        )
    names = names_in(said)
    if not names:
        raise ExpectedError(
            "no_figures",
            "The sentence names no figure, so its numbers would not follow the records.",
            f"Put figures in braces: “{USUAL}”.",
        )
    known = {*NAMES, *(name_in(f"{AVOIDED}: {name}") for name in references)}
    unknown = [f"{{{name}}}" for name in names if name not in known]
    if unknown:
        raise ExpectedError(
            "unknown_name",
            f"The sentence names {listed(unknown, 'and')}, which {'is' if len(unknown) == 1 else 'are'} no figure.",
            f"The names are {listed([f'{{{name}}}' for name in NAMES], 'and')}, and {{avoided: …}} with the name of a "
            "reference value.",
        )
    return said
