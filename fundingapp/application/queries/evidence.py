"""The papers of a file as lists show them, each with its history, and copies to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import JournalFilter, JournalLine, Kept, Tools, UnitOfWork
from fundingapp.application.queries.supported import SupportShown, Words, fund_of
from fundingapp.domain.agreements import Agreement
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import (
    LOOKS_LIKE,
    NOT_LOOKED_INTO,
    ONLY_IN_PART,
    Agreed,
    Evidence,
    EvidenceType,
    FileState,
    Keeping,
    PersonalData,
    Supported,
    Told,
    keeping_of,
    supported_of,
)
from fundingapp.domain.ids import EvidenceId
from fundingapp.domain.paper_files import CLEANED, EMPTY, cleaned_name, differs, is_program, why_not_opened
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.retention import Proposal, is_due, propose

# Questions


@dataclass(frozen=True, slots=True)
class Papers(Question["PapersAnswer"]):
    """The papers that fit: *text* in the name, title, what it supports or (of a text) the words; empty tuples mean all.

    *supported*: only those of one thing. *unlinked*: only those that support nothing. *year*: only those of one.
    """

    text: str = ""
    sorts: tuple[EvidenceType, ...] = ()
    personal: tuple[PersonalData, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    states: tuple[FileState, ...] = ()
    keepings: tuple[Keeping, ...] = ()
    supported: Supported | None = None
    unlinked: bool = False
    year: FinancialYear | None = None


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper as a list shows it. *state* is told by the size of its file; *due*: it was kept long enough;
    *replaced_by* is its newer version."""

    id: EvidenceId
    of: Evidence
    keeping: Keeping
    state: FileState
    supports: tuple[SupportShown, ...]
    due: bool
    replaced_by: EvidenceId | None = None

    @property
    def title_or_name(self) -> str:
        return self.of.title or self.of.name

    @property
    def years(self) -> frozenset[FinancialYear]:
        """The years that it is of: those of what it supports; where that has none, the one of its date, or of the day
        on which it came in."""
        found = frozenset(each.year for each in self.supports if each.year is not None)
        return found or frozenset((FinancialYear.of(_dated(self.of)),))

    @property
    def supports_in_words(self) -> str:
        return "; ".join(each.words for each in self.supports)


@dataclass(frozen=True, slots=True)
class PapersAnswer:
    """The rows that fit, the newest first; *total* is how many papers there are without their earlier versions."""

    rows: tuple[PaperRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class PaperDetail(Question["PaperShown"]):
    """Everything that is known of a paper."""

    paper: EvidenceId


@dataclass(frozen=True, slots=True)
class PaperShown:
    """A paper with its versions, oldest first, and its history, newest first. *why_not* says why it is never opened
    from here, "" when it may be; *can_clean* what could be taken out of it; *keep* until when it should be kept."""

    row: PaperRow
    versions: tuple[PaperRow, ...]
    history: tuple[JournalLine, ...]
    why_not: str
    can_clean: tuple[str, ...]
    keep: Proposal
    told: tuple[Told, ...]

    @property
    def opens(self) -> bool:
        return self.row.of.is_file and not self.why_not and self.row.state is not FileState.MISSING


@dataclass(frozen=True, slots=True)
class PapersOf(Question[tuple[PaperRow, ...]]):
    """The papers of one thing, the newest first."""

    supported: Supported


@dataclass(frozen=True, slots=True)
class CheckPapers(Question[tuple[tuple[EvidenceId, FileState], ...]]):
    """What became of every kept file, by its content; takes as long as reading them all. May be cancelled."""


@dataclass(frozen=True, slots=True)
class ThingsToSupport(Question[tuple[SupportShown, ...]]):
    """What a paper can support that fits *text*, ledger lines among it; at most *most*."""

    text: str = ""
    most: int = 50


@dataclass(frozen=True, slots=True)
class EvidenceCopy(Question[Path]):
    """A read-only copy of an attached file, for another program to open; the kept file stays out of reach (A09).

    A program, and what is not known to be harmless, is refused (``not_opened``, A02): it can be saved as a copy.
    """

    evidence: EvidenceId


@dataclass(frozen=True, slots=True)
class SavePaper(Question[Path]):
    """Writes a copy of a paper to *out*, or in a folder *out* under its cleaned name; returns where (A01)."""

    paper: EvidenceId
    out: Path


# Rows


def versions_of(work: UnitOfWork, paper: EvidenceId) -> list[Kept[Evidence]]:
    """The paper with every older and newer version, oldest first."""
    held = {kept.id: kept for kept in work.evidence.all()}
    newer = {kept.value.replaces: kept.id for kept in held.values() if kept.value.replaces is not None}
    first = work.evidence.get(paper)
    while first.value.replaces is not None:
        first = held[first.value.replaces]
    found = [first]
    while found[-1].id in newer:
        found.append(held[newer[EvidenceId(found[-1].id)]])
    return found


def told_of(name: str, size: int, media_type: str, found: str, hidden: Iterable[str]) -> tuple[Told, ...]:
    """What a person should know of a file: A02, A03, A04, A08 and what the look for personal data found."""
    told = []
    if size == 0 or media_type == EMPTY:
        told.append(Told("empty", f"“{name}” is empty: it has 0 bytes."))
    if sentence := differs(name, media_type):
        told.append(Told("differs", sentence))
    if is_program(name, media_type):
        why = why_not_opened(name, media_type)
        told.append(Told("program", f"“{name}” {why}: it is kept, but never opened from here."))
    if LOOKS_LIKE in found:
        told.append(Told("personal", f"“{name}” may hold personal data. {found}"))
    if NOT_LOOKED_INTO in found:
        told.append(
            Told("not_looked_into", f"“{name}” was not looked into for personal data: look at it yourself.")
        )
    if ONLY_IN_PART in found:
        told.append(
            Told(
                "looked_in_part",
                f"“{name}” was only looked into in part for personal data: look at the rest.",
            )
        )
    if hidden := tuple(hidden):
        stays = "" if media_type in CLEANED else ", which this program can't take out"
        told.append(Told("hidden", f"“{name}” also tells {', '.join(hidden)}{stays}."))
    return tuple(told)


class PaperRows:
    """Papers as rows; what they need of *work*, and of the disk, is read once."""

    def __init__(self, work: UnitOfWork, tools: Tools) -> None:
        self._tools = tools
        self._today = work.today
        self.held = work.evidence.all()
        self.newer = {
            kept.value.replaces: EvidenceId(kept.id) for kept in self.held if kept.value.replaces is not None
        }
        self._words = Words(work)
        self._states: dict[tuple[str, int], FileState] = {}
        self.supports: dict[int, list[Supported]] = defaultdict(list)
        for kept in work.supports.all():
            self.supports[kept.value.evidence].append(supported_of(kept.value))

    def state_of(self, evidence: Evidence) -> FileState:
        if evidence.erased_at is not None:
            return FileState.ERASED
        if not evidence.sha256:
            return FileState.NONE
        file = (evidence.sha256, evidence.size)
        if file not in self._states:
            self._states[file] = self._tools.sources.state(*file)
        return self._states[file]

    def row(self, kept: Kept[Evidence]) -> PaperRow:
        return PaperRow(
            EvidenceId(kept.id),
            kept.value,
            keeping_of(kept.value),
            self.state_of(kept.value),
            tuple(self._words.of(each) for each in self.supports[kept.id]),
            is_due(kept.value, self._today),
            self.newer.get(EvidenceId(kept.id)),
        )


def answer_papers(question: Papers, tools: Tools) -> PapersAnswer:
    words = question.text.casefold().split()
    with tools.open_work(reading=True) as work:
        rows = PaperRows(work, tools)
        newest = [kept for kept in rows.held if kept.id not in rows.newer]
        found = []
        for kept in reversed(newest):
            evidence = kept.value
            if (
                (question.sorts and evidence.sort not in question.sorts)
                or (question.personal and evidence.personal not in question.personal)
                or (question.agreed and evidence.agreed not in question.agreed)
                or (question.keepings and keeping_of(evidence) not in question.keepings)
                or (question.supported is not None and question.supported not in rows.supports[kept.id])
                or (question.unlinked and rows.supports[kept.id])
            ):
                continue
            row = rows.row(kept)
            if (question.states and row.state not in question.states) or (
                question.year is not None and question.year not in row.years
            ):
                continue
            said = f"{evidence.name} {evidence.title} {evidence.sort.value} {row.supports_in_words} {evidence.body}"
            if all(word in said.casefold() for word in words):
                found.append(row)
        return PapersAnswer(tuple(found), len(newest))


def answer_papers_of(question: PapersOf, tools: Tools) -> tuple[PaperRow, ...]:
    return answer_papers(Papers(supported=question.supported), tools).rows


def answer_detail(question: PaperDetail, tools: Tools) -> PaperShown:
    with tools.open_work(reading=True) as work:
        kept = work.evidence.get(question.paper)
        rows = PaperRows(work, tools)
        row = rows.row(kept)
        evidence = kept.value
        media_type = evidence.media_type
        hidden: tuple[str, ...] = ()
        if evidence.is_file and row.state is FileState.WHOLE:
            place = tools.sources.original(evidence.sha256, evidence.name)
            media_type = media_type or tools.papers.media_type(place)
            hidden = tools.papers.hidden(place, media_type)
        return PaperShown(
            row,
            tuple(rows.row(each) for each in versions_of(work, question.paper)),
            history_of(work, question.paper),
            why_not_opened(evidence.name, media_type) if evidence.is_file else "",
            hidden if media_type in CLEANED else (),
            keep_of(work, evidence.sort, evidence.personal, _dated(evidence), rows.supports[kept.id]),
            told_of(evidence.name, evidence.size, media_type, evidence.found, hidden)
            if evidence.is_file
            else (),
        )


def history_of(work: UnitOfWork, paper: EvidenceId) -> tuple[JournalLine, ...]:
    """The entries of the history whose details speak of the paper."""
    ids = work.journal.ids(JournalFilter(words=('"kind": "evidence"',)))
    return tuple(
        line
        for line in work.journal.entries(list(ids))
        if _speaks_of(line.before, paper) or _speaks_of(line.after, paper)
    )


def _speaks_of(value: object, paper: EvidenceId) -> bool:
    if isinstance(value, dict):
        if value.get("kind") == "evidence" and value.get("id") == paper:
            return True
        return any(_speaks_of(item, paper) for item in value.values())
    return isinstance(value, list) and any(_speaks_of(item, paper) for item in value)


def _dated(evidence: Evidence) -> date:
    return evidence.dated or evidence.added_at.astimezone().date()


def keep_of(
    work: UnitOfWork,
    sort: EvidenceType,
    personal: PersonalData,
    dated: date,
    supports: Iterable[Supported],
) -> Proposal:
    """Until when a paper should be kept, by the agreements of the funds of what it supports."""
    return propose(sort, personal, dated, _agreements_of(work, supports, FinancialYear.of(dated)))


def _agreements_of(work: UnitOfWork, supports: Iterable[Supported], year: FinancialYear) -> list[Agreement]:
    """The agreements of *year* of the funds of *supports*; of every fund where nothing with a fund is supported."""
    agreements = [kept.value for kept in work.agreements.all()]
    if not agreements:
        return []
    funds = {fund for each in supports if (fund := fund_of(work, each)) is not None}
    return [each for each in agreements if each.covers(year) and (not funds or each.fund in funds)]


def answer_check(question: CheckPapers, tools: Tools) -> tuple[tuple[EvidenceId, FileState], ...]:
    with tools.open_work(reading=True) as work:
        held = work.evidence.all()
    found = []
    for done, kept in enumerate(held):
        tools.progress.report(done, len(held), "Checking the papers")
        evidence = kept.value
        if evidence.erased_at is not None:
            state = FileState.ERASED
        elif not evidence.sha256:
            state = FileState.NONE
        else:
            state = tools.sources.state(evidence.sha256, evidence.size, thoroughly=True)
        found.append((EvidenceId(kept.id), state))
    return tuple(found)


def answer_things(question: ThingsToSupport, tools: Tools) -> tuple[SupportShown, ...]:
    words = question.text.casefold().split()
    with tools.open_work(reading=True) as work:
        names = Words(work)
        found = []
        for each in names.all():
            if all(word in each.words.casefold() for word in words):
                found.append(each)
                if len(found) == question.most:
                    return tuple(found)
        if words:
            found += names.lines(question.text, question.most - len(found))
        return tuple(found)


# Copies


def answer_copy(question: EvidenceCopy, tools: Tools) -> Path:
    evidence = _file(question.evidence, tools)
    media_type = evidence.media_type
    if not media_type:
        media_type = tools.papers.media_type(tools.sources.original(evidence.sha256, evidence.name))
    if why := why_not_opened(evidence.name, media_type):
        raise ExpectedError(
            "not_opened",
            f"“{evidence.name}” {why}, so it is not opened from here.",
            "Save a copy of it, and look at where it came from before you open that.",
        )
    return tools.sources.lend(evidence.sha256, evidence.name)


def answer_save(question: SavePaper, tools: Tools) -> Path:
    evidence = _file(question.paper, tools)
    out = question.out / cleaned_name(evidence.name) if question.out.is_dir() else question.out
    tools.sources.save_to(evidence.sha256, evidence.name, out)
    return out


def _file(paper: EvidenceId, tools: Tools) -> Evidence:
    with tools.open_work(reading=True) as work:
        evidence = work.evidence.get(paper).value
    if evidence.erased_at is not None:
        raise ExpectedError(
            "is_erased",
            f"Paper {paper} was erased by {evidence.erased_by}: {evidence.erased_why}.",
            "Only that it was there is kept.",
        )
    if not evidence.is_file:
        what = "a text" if evidence.body else "a reference: its paper is kept elsewhere"
        raise ExpectedError("no_file", f"“{evidence.name}” is {what}.", "Look for it there.")
    return evidence


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    Papers: answer_papers,
    PaperDetail: answer_detail,
    PapersOf: answer_papers_of,
    CheckPapers: answer_check,
    ThingsToSupport: answer_things,
    EvidenceCopy: answer_copy,
    SavePaper: answer_save,
}
