"""The papers that a command is given: files kept by their content, references, and what each of them supports."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from fundingapp.application.commands.records import Record
from fundingapp.application.ports import Kept, PrivateCopy, Seen, Tools, UnitOfWork
from fundingapp.application.releasing import see
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import Evidence, Support, check_reference
from fundingapp.domain.ids import EvidenceId
from fundingapp.domain.paper_files import LARGEST, cleaned_name

#: Evidence as it is given: a file to be attached, or what leads to a paper elsewhere.
Given = Path | str


@contextlib.contextmanager
def copied(tools: Tools, given: Iterable[Given]) -> Iterator[list[PrivateCopy | str]]:
    """Private copies of the files among *given*, and the references; the copies go in the end, whatever happens."""
    copies: list[PrivateCopy | str] = []
    try:
        for item in given:
            copies.append(looked_at(tools, item) if isinstance(item, Path) else check_reference(item))
        yield copies
    finally:
        for copy in copies:
            if isinstance(copy, PrivateCopy):
                tools.sources.discard(copy)


def looked_at(tools: Tools, path: Path, seen: Seen | None = None) -> PrivateCopy:
    """A private copy of *path* under its cleaned name, with what it is and what a look for personal data found: that
    is what was *seen* before, when its content is the same.

    Raises InputRefusedError when it can't be read or is too large (A04).
    """
    copy = tools.sources.take_copy(path, LARGEST)
    try:
        name = cleaned_name(copy.name)
        if seen is None or seen.sha256 != copy.sha256:
            seen = see(tools, copy, name)
        return replace(copy, name=name, media_type=seen.media_type, found=seen.found, clues=seen.clues)
    except BaseException:
        tools.sources.discard(copy)
        raise


def refuse_erased(held: Iterable[Kept[Evidence]], name: str, sha256: str) -> None:
    """Refuses a file that is among the erased ones of *held*. Raises ExpectedError."""
    for kept in held:
        if kept.value.erased_at is not None and sha256 in (kept.value.sha256, kept.value.cleaned_from):
            day = kept.value.erased_at.astimezone().strftime("%d/%m/%Y")
            raise ExpectedError(
                "was_erased",
                f"“{name}” was erased from this file by {kept.value.erased_by} on {day}: {kept.value.erased_why}.",
                "What was erased is not taken in again; add a version without what had to go.",
            )


def keep_evidence(
    work: UnitOfWork, tools: Tools, copies: Sequence[PrivateCopy | str], **supported: int
) -> tuple[Record, ...]:
    """Keeps *copies* as evidence for the one thing that *supported* names as :class:`Support` does (``claim=3``).

    A file that is kept already is kept once.
    """
    held = work.evidence.all() if any(isinstance(copy, PrivateCopy) for copy in copies) else []
    known = {kept.value.sha256: kept.id for kept in held if kept.value.is_file}
    there = {kept.value for kept in work.supports.all()}
    made: list[Record] = []
    for copy in copies:
        if isinstance(copy, PrivateCopy):
            id = known.get(copy.sha256)
            refuse_erased(held, copy.name, copy.sha256)
            # Also when a row names it: the file in the store may be damaged or gone, and this puts it right.
            tools.sources.keep(copy)
            evidence = Evidence(
                copy.name,
                copy.sha256,
                copy.size,
                tools.clock(),
                tools.who,
                media_type=copy.media_type,
                found=copy.found,
            )
        else:
            id = None
            evidence = Evidence(copy, "", 0, tools.clock(), tools.who)
        if id is None:
            id = work.evidence.add(evidence)
            made.append(Record("evidence", id, evidence))
            if evidence.is_file:
                known[evidence.sha256] = id
        link = Support(EvidenceId(id), **supported)  # type: ignore[arg-type]  # one of its ids, as the caller names it
        if link not in there:
            there.add(link)
            made.append(Record("supports", work.supports.add(link), link))
    return tuple(made)


def with_evidence(work: UnitOfWork, record: Record, field: str) -> tuple[Record, ...]:
    """*record*, which supports name as *field*, with its links and the evidence that nothing else rests on, in an
    order in which they can be put in."""
    links = [kept for kept in work.supports.all() if getattr(kept.value, field) == record.id]
    evidence = _only_there(work, links)
    return (*evidence, record, *(Record("supports", kept.id, kept.value) for kept in links))


def taken_off(work: UnitOfWork, field: str, id: int, without: Sequence[EvidenceId]) -> tuple[Record, ...]:
    """The links between the items of *without* and the thing *id* that supports name as *field*, with the evidence
    that nothing else rests on."""
    links = [
        kept
        for kept in work.supports.all()
        if getattr(kept.value, field) == id and kept.value.evidence in without
    ]
    evidence = _only_there(work, links)
    return (*evidence, *(Record("supports", kept.id, kept.value) for kept in links))


def _only_there(work: UnitOfWork, links: Sequence[Kept[Support]]) -> tuple[Record, ...]:
    """The evidence of *links* that no other link names (bad-inputs A07)."""
    ours = {kept.id for kept in links}
    elsewhere = {kept.value.evidence for kept in work.supports.all() if kept.id not in ours}
    wanted = dict.fromkeys(kept.value.evidence for kept in links if kept.value.evidence not in elsewhere)
    return tuple(Record("evidence", id, work.evidence.get(id).value) for id in wanted)
