"""The papers of a file as lists show them, what is to be seen to, where papers are missing, and copies to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import (
    JournalFilter,
    JournalLine,
    Kept,
    Seen,
    Tools,
    UnitOfWork,
)
from fundingapp.application.queries.supported import SupportShown, Words, fund_of
from fundingapp.application.releasing import see
from fundingapp.application.wording import count, short_date
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
from fundingapp.domain.gaps import Gap, GapKind, GapRecords, gaps
from fundingapp.domain.ids import (
    EvidenceId,
    FigureId,
    FundId,
    IndicatorId,
    OutcomeId,
)
from fundingapp.domain.paper_files import (
    CLEANED,
    EMPTY,
    LARGEST,
    cleaned_name,
    differs,
    is_program,
    suffix_of,
    why_not_opened,
)
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.personal_data import Clue, look_at_text
from fundingapp.domain.retention import (
    Proposal,
    is_due,
    is_due_soon,
    is_not_looked_at,
    lacks_consent,
    propose,
)

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


@dataclass(frozen=True, slots=True)
class GapsOf(Question["GapsAnswer"]):
    """Where papers are missing in *year* (None: in all), of *fund* (None: of all)."""

    year: FinancialYear | None = None
    fund: FundId | None = None


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap in a sentence, and where to fill it: the thing that a paper is to be put to, or the *paper* itself."""

    gap: Gap
    sentence: str
    page: str

    @property
    def kind(self) -> GapKind:
        return self.gap.kind

    @property
    def group(self) -> str:
        return self.gap.group

    @property
    def supported(self) -> Supported | None:
        return self.gap.supported

    @property
    def paper(self) -> EvidenceId | None:
        return self.gap.paper

    @property
    def key(self) -> tuple[object, ...]:
        return self.gap.kind, self.gap.supported, self.gap.paper, self.gap.year, self.gap.quarter


@dataclass(frozen=True, slots=True)
class GapsAnswer:
    """The gaps, the gravest first."""

    rows: tuple[GapRow, ...]

    @property
    def count(self) -> int:
        return len(self.rows)


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
            _history_of(work, question.paper),
            why_not_opened(evidence.name, media_type) if evidence.is_file else "",
            hidden if media_type in CLEANED else (),
            _keep(work, evidence.sort, evidence.personal, _dated(evidence), rows.supports[kept.id]),
            told_of(evidence.name, evidence.size, media_type, evidence.found, hidden)
            if evidence.is_file
            else (),
        )


def _history_of(work: UnitOfWork, paper: EvidenceId) -> tuple[JournalLine, ...]:
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


def _keep(
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


# Files before they are taken in


def answer_files(question: LookIntoFiles, tools: Tools) -> tuple[FileLook, ...]:
    with tools.open_work(reading=True) as work:
        known = {
            digest: EvidenceId(kept.id)
            for kept in work.evidence.all()
            if kept.value.is_file
            for digest in (kept.value.sha256, kept.value.cleaned_from)
            if digest
        }
        keep = {sort: _keep(work, sort, PersonalData.UNKNOWN, work.today, ()) for sort in EvidenceType}
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


# What is to be seen to


def gap_records(work: UnitOfWork, rows: PaperRows, *, files: bool = True) -> GapRecords:
    """What the gaps of the file are told from. Without *files* the disk is not asked, and nothing is told of files that
    are missing or changed."""
    papers: dict[Supported, list[EvidenceId]] = defaultdict(list)
    for id, supported in rows.supports.items():
        for each in supported:
            papers[each].append(EvidenceId(id))
    states = {EvidenceId(kept.id): rows.state_of(kept.value) for kept in rows.held if files}
    return GapRecords(
        work.today,
        {OutcomeId(kept.id): kept.value for kept in work.outcomes.all()},
        {kept.id: kept.value for kept in work.outcome_statements.all()},
        {IndicatorId(kept.id): kept.value for kept in work.indicators.all()},
        {FigureId(kept.id): kept.value for kept in work.indicator_figures.all()},
        frozenset(kept.id for kept in work.figure_imports.all() if kept.value.sha256),
        {kept.id: kept.value for kept in work.claims.all()},
        {kept.id: kept.value for kept in work.conditions.all()},
        {kept.id: kept.value for kept in work.movements.all()},
        {kept.id: kept.value for kept in work.accruals.all()},
        {EvidenceId(kept.id): kept.value for kept in rows.held},
        papers,
        states,
        {kept.id: kept.value.ref for kept in work.projects.all()},
        {kept.id: kept.value.name for kept in work.funds.all()},
    )


def gaps_among(
    work: UnitOfWork, rows: PaperRows, year: FinancialYear | None, fund: FundId | None
) -> list[Gap]:
    """The gaps of *year* (None: of all) and of *fund* (None: of all), the gravest first."""
    records = gap_records(work, rows)
    return [gap for gap in gaps(records, year) if fund is None or _is_of_fund(work, records, gap, fund)]


def answer_gaps(question: GapsOf, tools: Tools) -> GapsAnswer:
    with tools.open_work(reading=True) as work:
        words = Words(work)
        return GapsAnswer(
            tuple(
                GapRow(gap, gap_in_words(gap), words.of(gap.supported).page if gap.supported else "evidence")
                for gap in gaps_among(work, PaperRows(work, tools), question.year, question.fund)
            )
        )


def _is_of_fund(work: UnitOfWork, records: GapRecords, gap: Gap, fund: FundId) -> bool:
    """Whether a gap is of *fund*; what belongs to no fund, or to a project that the fund pays, is of it."""
    if gap.supported is None:
        return True
    what, id = gap.supported.what, gap.supported.id
    if what == "figure":
        project = records.indicators[records.figures[FigureId(id)].indicator].project
    elif what == "outcome":
        project = records.outcomes[OutcomeId(id)].project
    else:
        held: dict[str, Any] = {
            "claim": records.claims,
            "condition": records.conditions,
            "movement": records.movements,
            "accrual": records.accruals,
        }
        return bool(held[what][id].fund == fund)
    funded = {(kept.value.project, kept.value.fund) for kept in work.awards.all()}
    return project is None or (project, fund) in funded


def gap_in_words(gap: Gap) -> str:
    """“Outcome 3, Q2 2018/19: no evidence for “Clients supported””."""
    when = f"Q{gap.quarter} {gap.year}" if gap.quarter else str(gap.year or "")
    match gap.kind:
        case GapKind.FIGURE:
            figure = f" ({gap.figure})" if gap.figure else ""
            return f"{gap.group}, {when}: no evidence for “{gap.name}”{figure}"
        case GapKind.STATEMENT:
            return f"{gap.group}, {when}: no evidence for what is said to have changed"
        case GapKind.ERASED:
            return f"{gap.group}{f', {when}' if when else ''}: the evidence of “{gap.name}” was erased"
        case GapKind.MISSING:
            return (
                f"The file of “{gap.name}” is {gap.group} from where it was kept"
                if gap.group == "missing"
                else (f"The file of “{gap.name}” was changed where it is kept")
            )
        case GapKind.CONSENT:
            return f"“{gap.name}”: {gap.group}"
        case GapKind.PERSONAL:
            return f"“{gap.name}”: nobody has looked at it for personal data"
        case _:
            name = gap.name[0].upper() + gap.name[1:]
            return f"{name} ({gap.group}{f', {when}' if when else ''}): no papers"


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
        entries = [line.sequence for kept in versions for line in _history_of(work, EvidenceId(kept.id))]
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
    LookIntoFiles: answer_files,
    LookIntoText: answer_text,
    GapsOf: answer_gaps,
    PapersToReview: answer_review,
    WhatErasingTakes: answer_erasing,
    EvidenceCopy: answer_copy,
    SavePaper: answer_save,
}
