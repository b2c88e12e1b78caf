"""Papers that somebody has to look at: kept long enough, without consent, or to be erased, with what erasing takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools
from fundingapp.application.queries.evidence import PaperRow, PaperRows, history_of, versions_of
from fundingapp.application.wording import count, short_date
from fundingapp.domain.evidence import Agreed, Evidence, FileState
from fundingapp.domain.ids import EvidenceId
from fundingapp.domain.retention import is_due, is_due_soon, is_not_looked_at, lacks_consent


class ReviewWhy(Enum):
    """Why somebody should look at a paper."""

    DUE = "kept long enough"
    SOON = "soon kept long enough"
    CONSENT = "consent missing"
    PERSONAL = "not looked at for personal data"
    STATE = "file missing or changed"


@dataclass(frozen=True, slots=True)
class PapersToReview(Question["tuple[ReviewRow, ...]"]):
    """The papers that somebody has to decide about; nothing is deleted without a person (R06)."""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A paper that somebody has to decide about, and why, in a sentence."""

    row: PaperRow
    why: ReviewWhy
    sentence: str


@dataclass(frozen=True, slots=True)
class WhatErasingTakes(Question["Erasing"]):
    """What would go and what would stay if a paper were erased."""

    paper: EvidenceId


@dataclass(frozen=True, slots=True)
class Erasing:
    """What goes and what stays, in sentences; *first_entry* is the entry of the history with which the oldest version
    came in: backups that were made since then hold it (see :func:`~fundingapp.domain.retention.backups_holding`)."""

    goes: tuple[str, ...]
    stays: tuple[str, ...]
    first_entry: int


def answer_review(question: PapersToReview, tools: Tools) -> tuple[ReviewRow, ...]:
    del question
    with tools.open_work(reading=True) as work:
        return reviews_among(PaperRows(work, tools), work.today)


def reviews_among(rows: PaperRows, today: date) -> tuple[ReviewRow, ...]:
    """The papers that somebody has to decide about, the most pressing first."""
    found = []
    for kept in rows.held:
        evidence = kept.value
        if evidence.erased_at is not None:
            continue
        row = rows.row(kept)
        until = short_date(evidence.retain_until)
        if is_due(evidence, today):
            found.append(
                ReviewRow(row, ReviewWhy.DUE, f"It was to be kept until {until}: keep it longer or erase it.")
            )
        elif is_due_soon(evidence, today):
            found.append(ReviewRow(row, ReviewWhy.SOON, f"It is to be kept until {until}."))
        if kept.id in rows.newer:
            continue
        if row.state in (FileState.MISSING, FileState.CHANGED):
            found.append(ReviewRow(row, ReviewWhy.STATE, f"Its file is {row.state.value}: add it again."))
        if lacks_consent(evidence):
            found.append(ReviewRow(row, ReviewWhy.CONSENT, _consent(evidence)))
        if is_not_looked_at(evidence):
            found.append(
                ReviewRow(row, ReviewWhy.PERSONAL, evidence.found or "Look at it and say what it holds.")
            )
    order = list(ReviewWhy)
    return tuple(
        sorted(
            found, key=lambda each: (order.index(each.why), each.row.of.retain_until or today, each.row.id)
        )
    )


def _consent(evidence: Evidence) -> str:
    if evidence.agreed is Agreed.WITHDRAWN:
        return "Consent was withdrawn: take it out of what is published, and erase it if nothing else asks for it."
    return "It tells of people, and their consent is not held."


def answer_erasing(question: WhatErasingTakes, tools: Tools) -> Erasing:
    with tools.open_work(reading=True) as work:
        versions = versions_of(work, question.paper)
        rows = PaperRows(work, tools)
        files = [kept for kept in versions if kept.value.is_file]
        entries = [line.sequence for kept in versions for line in history_of(work, EvidenceId(kept.id))]
        goes = []
        if files:
            size = sum(kept.value.size for kept in files)
            many = f"Its {len(files)} versions, together" if len(files) > 1 else "The file,"
            goes.append(f"{many} {size:,} bytes")
        goes.append("Its name, title, text and what was said of it")
        number = len(set(entries))
        goes.append(
            f"What {count(number, 'entry', 'entries')} of the history {'say' if number > 1 else 'says'} of it"
        )
        supports = [rows.row(kept).supports_in_words for kept in versions]
        stays = [
            "That it was there: its hash, who added and who erases it, when and why",
            *(f"That it supported {said}, where a gap shows then" for said in supports if said),
            "What was already sent or printed, and backups until they go",
        ]
        return Erasing(tuple(goes), tuple(stays), min(entries, default=1))


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    PapersToReview: answer_review,
    WhatErasingTakes: answer_erasing,
}
