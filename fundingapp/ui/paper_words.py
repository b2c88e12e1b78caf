"""How papers are spoken of in lists and panels: the state of a file, personal data and consent as words in a tone."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from fundingapp.application.queries.evidence import PaperRow
from fundingapp.domain.evidence import (
    LOOKS_LIKE,
    NOT_LOOKED_INTO,
    ONLY_IN_PART,
    Agreed,
    FileState,
    Keeping,
    Marking,
    PersonalData,
)
from fundingapp.domain.retention import is_not_looked_at
from fundingapp.ui.theme import Tone

STATE_TONES = {
    FileState.WHOLE: Tone.GOOD,
    FileState.CHANGED: Tone.BAD,
    FileState.MISSING: Tone.BAD,
    FileState.ERASED: Tone.NEUTRAL,
}
PERSONAL_TONES = {
    PersonalData.UNKNOWN: Tone.NEUTRAL,
    PersonalData.NONE: Tone.GOOD,
    PersonalData.SOME: Tone.ATTENTION,
    PersonalData.SPECIAL: Tone.BAD,
}
AGREED_TONES = {
    Agreed.HELD: Tone.GOOD,
    Agreed.MISSING: Tone.BAD,
    Agreed.WITHDRAWN: Tone.BAD,
}
MARKING_TONES = {Marking.OFFICIAL: Tone.NEUTRAL, Marking.SENSITIVE: Tone.ATTENTION}
_KINDS = {Keeping.LINK: "link", Keeping.REFERENCE: "reference", Keeping.TEXT: "text"}


def in_bytes(size: int) -> str:
    """*size* bytes as people say it: 812 bytes, 14 KB, 3.2 MB."""
    if size < 1_000:
        return f"{size:,} bytes"
    for unit, name in ((1_000, "KB"), (1_000_000, "MB"), (1_000_000_000, "GB")):
        if size < unit * 1_000 or name == "GB":
            parts = Decimal(size) / unit
            return f"{parts:.1f} {name}" if parts < 10 else f"{parts:,.0f} {name}"
    raise AssertionError("the last unit takes every size")


def state_in_words(row: PaperRow) -> str:
    """The state of the paper's file: unchanged, changed, missing, erased; else what it is instead of a file."""
    return _KINDS.get(row.keeping, row.state.value)


def personal_in_words(row: PaperRow) -> tuple[str, str, Tone | None]:
    """What is known of the personal data in a paper, what more there is to say of it, and the tone of a pill; what
    nobody has looked at yet says what the automatic look saw, or why it could not see it."""
    of = row.of
    if row.keeping is Keeping.ERASED or (of.personal is PersonalData.UNKNOWN and not is_not_looked_at(of)):
        return "–", "", None  # of what is kept elsewhere nobody has to look
    if of.personal is not PersonalData.UNKNOWN:
        return of.personal.value, "", PERSONAL_TONES[of.personal]
    if LOOKS_LIKE in of.found:
        return "may hold some", "", Tone.ATTENTION
    why_not = of.why_not_looked_into.removeprefix("it is ").removeprefix("it ")
    if NOT_LOOKED_INTO in of.found:
        return "not looked into", why_not, None
    if ONLY_IN_PART in of.found:
        return "partly looked into", why_not, None
    return of.personal.value, "nothing found by itself" if of.found else "", None


def pills_of(row: PaperRow) -> Sequence[tuple[str, Tone]]:
    """What a line of a paper shows beside its name, the state of the file first."""
    of = row.of
    found = [(state_in_words(row), STATE_TONES.get(row.state, Tone.NEUTRAL))]
    if of.erased_at is not None:
        return found
    if of.personal in (PersonalData.SOME, PersonalData.SPECIAL):
        found.append((of.personal.value, PERSONAL_TONES[of.personal]))
    if of.agreed is not Agreed.NOT_NEEDED:
        found.append((of.agreed.value, AGREED_TONES[of.agreed]))
    return found
