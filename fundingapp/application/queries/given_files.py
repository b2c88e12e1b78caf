"""Files and texts before they are taken in as papers: what they are, what they hold, and whether they are here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Seen, Tools
from fundingapp.application.queries.evidence import keep_of, told_of
from fundingapp.application.releasing import see
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import EvidenceType, PersonalData, Told
from fundingapp.domain.ids import EvidenceId
from fundingapp.domain.paper_files import CLEANED, LARGEST, cleaned_name, suffix_of
from fundingapp.domain.personal_data import Clue, look_at_text
from fundingapp.domain.retention import Proposal


@dataclass(frozen=True, slots=True)
class LookIntoFiles(Question["tuple[FileLook, ...]"]):
    """What files are, before they are taken in; nothing is kept."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class FileLook:
    """What a file is that may be taken in. *problem* says why it can't be, "" when it can.

    *found* is what looks like personal data, *cleanable* what could be taken out, *known* the paper that it is already.
    *sort* and *keep* are proposals. *seen* goes with the paper when it is taken in.
    """

    path: Path
    name: str
    size: int = 0
    media_type: str = ""
    told: tuple[Told, ...] = ()
    found: tuple[Clue, ...] = ()
    cleanable: tuple[str, ...] = ()
    known: EvidenceId | None = None
    sort: EvidenceType = EvidenceType.OTHER
    keep: Proposal | None = None
    problem: str = ""
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class LookIntoText(Question[tuple[Clue, ...]]):
    """What looks like personal data in a text."""

    text: str


def answer_files(question: LookIntoFiles, tools: Tools) -> tuple[FileLook, ...]:
    with tools.open_work(reading=True) as work:
        known = {
            digest: EvidenceId(kept.id)
            for kept in work.evidence.all()
            if kept.value.is_file
            for digest in (kept.value.sha256, kept.value.cleaned_from)
            if digest
        }
        keep = {sort: keep_of(work, sort, PersonalData.UNKNOWN, work.today, ()) for sort in EvidenceType}
    looks = []
    for done, path in enumerate(question.paths):
        tools.progress.report(done, len(question.paths), "Looking at the files")
        looks.append(_look(tools, path, known, keep))
    return tuple(looks)


def _look(
    tools: Tools, path: Path, known: dict[str, EvidenceId], keep: dict[EvidenceType, Proposal]
) -> FileLook:
    name = cleaned_name(path.name)
    try:
        copy = tools.sources.take_copy(path, LARGEST)
    except ExpectedError as refusal:
        return FileLook(path, name, problem=str(refusal))
    try:
        name = cleaned_name(copy.name)
        seen = see(tools, copy, name)
        media_type = seen.media_type
        hidden = tools.papers.hidden(copy.path, media_type)
        sort = sort_of(name, media_type)
        return FileLook(
            path,
            name,
            copy.size,
            media_type,
            told_of(name, copy.size, media_type, seen.found, hidden),
            seen.clues,
            hidden if media_type in CLEANED else (),
            known.get(copy.sha256),
            sort,
            keep[sort],
            seen=seen,
        )
    finally:
        tools.sources.discard(copy)


def sort_of(name: str, media_type: str) -> EvidenceType:
    """What sort of paper a file seems to be, by its name and kind; for a person to decide."""
    said = name.casefold()
    for word, sort in (
        ("invoice", EvidenceType.INVOICE),
        ("receipt", EvidenceType.INVOICE),
        ("case study", EvidenceType.CASE_STUDY),
        ("case_study", EvidenceType.CASE_STUDY),
        ("casestudy", EvidenceType.CASE_STUDY),
        ("minutes", EvidenceType.MINUTES),
        ("survey", EvidenceType.SURVEY),
        ("questionnaire", EvidenceType.SURVEY),
        ("evaluation", EvidenceType.EVALUATION),
        ("letter", EvidenceType.LETTER),
        ("report", EvidenceType.REPORT),
    ):
        if word in said:
            return sort
    if media_type.startswith("image/"):
        return EvidenceType.PHOTO
    return (
        EvidenceType.DATASET if suffix_of(name) in (".csv", ".xlsx", ".xls", ".ods") else EvidenceType.OTHER
    )


def answer_text(question: LookIntoText, tools: Tools) -> tuple[Clue, ...]:
    del tools
    return look_at_text(question.text)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    LookIntoFiles: answer_files,
    LookIntoText: answer_text,
}
