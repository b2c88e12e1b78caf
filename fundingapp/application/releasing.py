"""What leaves the program, and what is taken in, is looked through for personal data first; it goes on only for a
reason that the history keeps (decision D17; bad-inputs R01).

One function is asked by all: :func:`look_before`. What was decided is known by what was found and where, so that the
same workbook with the same findings is not asked about twice, and another one is.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import Any

from fundingapp.application.effect import NOTHING_TO_UNDO, Command, Effect, JournalRecord, Topic
from fundingapp.application.ports import OpenWork, PrivateCopy, Seen, Tools, UnitOfWork
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import LOOKS_LIKE, NOT_LOOKED_INTO, NOTHING_IN_THE_REST, ONLY_IN_PART
from fundingapp.domain.paper_files import cleaned_name
from fundingapp.domain.personal_data import (
    Clue,
    PersonalDataError,
    SeenCell,
    in_words,
    is_reference,
    key_of,
    look_at_cells,
    may_tell,
    refuse_personal,
)

_DECISION = "AcceptPersonalData"
#: The files in a letter or an archive, whose names may tell of people too.
_FILE_INSIDE = re.compile(r"in “[^”]*”")


@dataclass(frozen=True, slots=True)
class AcceptPersonalData(Command[None]):
    """Records why something may go on although it holds what looks like personal data: *key* tells what was found and
    where (see :func:`~fundingapp.domain.personal_data.key_of`), *found* says it in words. A decision is not taken back:
    what went out is out."""

    key: str
    reason: str
    found: str = ""


def accept_personal_data(command: AcceptPersonalData, tools: Tools) -> Effect[None]:
    reason = " ".join(command.reason.split())
    if not reason:
        raise ExpectedError(
            "no_reason", "It is not said why it may go on.", "Type the reason; the history keeps it."
        )
    name = "accept what looks like personal data"
    with tools.open_work() as work:
        after = {"key": command.key, "reason": reason, "found": command.found}
        work.commit(JournalRecord(_DECISION, name, {}, after))
    return Effect(None, Topic.NOTHING, name, NOTHING_TO_UNDO)


def check_clues(work: UnitOfWork, clues: tuple[Clue, ...], accept: str, what: str) -> None:
    """Refuses *what* (“The return”) for *clues*, unless *accept* says why it may go on, or somebody decided so before.

    Raises PersonalDataError.
    """
    if not clues or accept.strip():
        return
    key = key_of(clues)
    decided = work.journal.lines(commands=(_DECISION,))
    if all(line.after.get("key") != key for line in decided):
        refuse_personal(clues, accept, what)


def look_before(open_work: OpenWork, what: str, cells: Iterable[SeenCell]) -> None:
    """Looks through *cells*, of which *what* is made, before it goes out or comes in. The addresses and numbers of the
    partnership's own contacts are known and let pass.

    Raises PersonalDataError, with every place, unless somebody decided that it may go on.
    """
    with contextlib.ExitStack() as stack:
        try:
            work = stack.enter_context(open_work(reading=True))
        except ExpectedError:
            # What is saved out of a file that is gone must still come out (bad-inputs F06): nobody is known then,
            # and nothing was decided.
            refuse_personal(look_at_cells(cells), "", what)
            return
        known = {
            said.casefold()
            for kept in work.contacts.all()
            for said in (kept.value.email, kept.value.phone)
            if said
        }
        check_clues(work, look_at_cells(_without(cells, known)), "", what)


class LookThrough:
    """Looks through long lists as they are written to a file called *name*.

    Each text is looked at once, amounts and days are not, and only rows with one that may tell are kept, with the
    headings above them. In references only addresses are looked for: each is another, and its digits tell nothing.
    """

    def __init__(self, open_work: OpenWork, name: str) -> None:
        self._open_work = open_work
        self._name = name
        self._kept: list[SeenCell] = []
        self._silent: set[Any] = set()

    def rows(
        self, sheet: str, headings: Sequence[str], texts: Iterable[int], rows: Iterable[Sequence[Any]]
    ) -> Iterator[Sequence[Any]]:
        """*rows* of a sheet as they are, looked through as they go by. *texts* are the columns, from 0, that hold
        texts."""
        name, silent = self._name, self._silent
        self._kept += [SeenCell(name, sheet, 1, column, text) for column, text in enumerate(headings, 1)]
        texts = list(texts)
        references = [column for column in texts if is_reference(headings[column])]
        wanted = [column for column in texts if column not in references]
        # Twice the first, so that it gives several also of one.
        pick = itemgetter(*wanted, wanted[0]) if wanted else lambda _: ()
        for number, row in enumerate(rows, 2):
            seen = pick(row)
            tells = not silent.issuperset(seen) and self._tells(seen)
            if not tells:
                for column in references:
                    value = row[column]
                    if value.__class__ is str and "@" in value:
                        tells = True
            if tells:
                self._kept += [
                    SeenCell(name, sheet, number, column, value)
                    for column, value in enumerate(row, 1)
                    if isinstance(value, str)
                ]
            yield row

    def _tells(self, values: Iterable[Any]) -> bool:
        tells = False
        for value in values:
            if value not in self._silent:
                if isinstance(value, str) and may_tell(value):
                    tells = True
                else:
                    self._silent.add(value)
        return tells

    def decide(self) -> None:
        """Raises PersonalDataError for what was found, unless somebody decided that it may go on."""
        look_before(self._open_work, f"“{self._name}”", self._kept)


def _without(cells: Iterable[SeenCell], known: set[str]) -> Iterable[SeenCell]:
    pattern = re.compile("|".join(map(re.escape, sorted(known, key=len, reverse=True))), re.IGNORECASE)
    for cell in cells:
        yield cell._replace(text=pattern.sub("", cell.text)) if known and pattern.search(cell.text) else cell


def look_before_file(tools: Tools, path: Path, name: str, what: str) -> None:
    """As :func:`look_before`, for a file at *path* that is called *name*."""
    looked = tools.papers.texts(path, cleaned_name(name), tools.papers.media_type(path))
    look_before(tools.open_work, what, looked.cells)


def see(tools: Tools, copy: PrivateCopy, name: str) -> Seen:
    """What a file is, and what a look for personal data finds in it, in words and one by one; the words name no file,
    and never what was found itself (R09)."""
    media_type = tools.papers.media_type(copy.path)
    looked = tools.papers.texts(copy.path, name, media_type)
    clues = look_at_cells(looked.cells)
    return Seen(copy.sha256, media_type, found_in_words(clues, looked.why_not, looked.partly), clues)


def found_in_words(clues: Sequence[Clue], why_not: str = "", partly: bool = False) -> str:
    """What the row of a paper keeps of a look for personal data. *why_not* and *partly* are those of
    :class:`~fundingapp.application.ports.LookedInto`."""
    said = [f"{LOOKS_LIKE} {in_words([replace(clue, file='') for clue in clues])}." if clues else ""]
    if why_not:
        said.append(f"{ONLY_IN_PART if partly else NOT_LOOKED_INTO}: {why_not}.")
    if not clues and not why_not:
        said.append("Nothing that looks like personal data was found.")
    elif not clues and partly:
        said.append(NOTHING_IN_THE_REST)
    return _FILE_INSIDE.sub("in a file of it", " ".join(part for part in said if part))


def found_in(error: PersonalDataError) -> str:
    """What was found, in words that repeat nothing of it, for the history."""
    return in_words([replace(clue, file="") for clue in error.clues])


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {AcceptPersonalData: accept_personal_data}
