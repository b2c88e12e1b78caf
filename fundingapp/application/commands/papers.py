"""Papers of their own: taking them in, what is said of them, what they support, new versions, cleaning, erasing.

No sentence of the history names a paper or repeats what stands in it: sentences stay for good, and details can be
erased (R05, R09).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from fundingapp.application.commands.evidence import looked_at, refuse_erased
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.effect import Command, Effect, JournalRecord, Topic
from fundingapp.application.ports import (
    ERASED_DETAILS,
    ERASING,
    BatchState,
    Kept,
    PrivateCopy,
    Seen,
    Tools,
    UnitOfWork,
)
from fundingapp.application.queries.evidence import told_of, versions_of
from fundingapp.application.queries.supported import refuse_absent
from fundingapp.application.releasing import check_clues, found_in_words
from fundingapp.application.wording import ERASED, count, short_date
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import (
    NOTHING_SAID,
    About,
    Evidence,
    Keeping,
    PersonalData,
    Supported,
    Told,
    about_of,
    check_reference,
    keeping_of,
    support_for,
    with_about,
)
from fundingapp.domain.ids import EvidenceId
from fundingapp.domain.paper_files import LARGEST, cleaned_name
from fundingapp.domain.personal_data import Clue, look_at_text

#: So many files are put into the store together.
_LOT = 200


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper to be taken in: a file, what leads to one elsewhere (a link or reference), or with *body* a text that is
    called *given*. *clean*: without what a photo or document tells beside its picture or text. *seen* is what a look at
    the file found already, so that it is not looked at twice."""

    given: Path | str
    about: About = NOTHING_SAID
    body: str = ""
    clean: bool = False
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class PaperAdded:
    """A paper that was taken in. *known*: the file was kept already, and is kept once. *told* is what to know of it."""

    id: EvidenceId
    known: bool
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class AddPapers(Command[tuple[PaperAdded, ...]]):
    """Takes papers in, and links each to all of *supports*. *accept* says why they may come in although they hold what
    looks like personal data; without it they are refused then (``personal_data``). Taken back by SwapRecords."""

    papers: tuple[NewPaper, ...]
    supports: tuple[Supported, ...] = ()
    accept: str = ""


@dataclass(frozen=True, slots=True)
class ChangePaper(Command[None]):
    """Puts *about* in place of what is said of a paper; *name* and *body* change a reference or a text. Taken back by
    SwapRecords."""

    paper: EvidenceId
    about: About
    name: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class ChangePapers(Command[None]):
    """Says the same of several papers: pairs of a field of :class:`About` and its value. Taken back by SwapRecords."""

    papers: tuple[EvidenceId, ...]
    changes: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class LinkPapers(Command[None]):
    """Has each of *papers* support each of *supports*. Taken back by SwapRecords."""

    papers: tuple[EvidenceId, ...]
    supports: tuple[Supported, ...]


@dataclass(frozen=True, slots=True)
class UnlinkPapers(Command[None]):
    """Takes the links between *papers* and *supports* out; the papers stay. Taken back by SwapRecords."""

    papers: tuple[EvidenceId, ...]
    supports: tuple[Supported, ...]


@dataclass(frozen=True, slots=True)
class ReplacePaper(Command[EvidenceId]):
    """Takes a new version of a file in: it supports what the old one did, which stays as the version before (A09).
    *accept* as for AddPapers, *seen* as for NewPaper. Taken back by SwapRecords."""

    paper: EvidenceId
    given: Path
    accept: str = ""
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class LookedAt(Command[None]):
    """Records that a person looked at papers for personal data, and what they hold. Taken back by SwapRecords."""

    papers: tuple[EvidenceId, ...]
    personal: PersonalData


@dataclass(frozen=True, slots=True)
class CleanPaper(Command[tuple[str, ...]]):
    """Puts a copy without what it tells beside its picture or text in a file's place; the hash of the original stays
    (A08). Returns what was taken out. Taken back by SwapRecords, as long as the original is still there."""

    paper: EvidenceId


@dataclass(frozen=True, slots=True)
class KeepLonger(Command[None]):
    """Keeps papers until another day, inclusive, for a reason. Taken back by SwapRecords."""

    papers: tuple[EvidenceId, ...]
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class RemovePapers(Command[None]):
    """Takes papers out with all their versions and links, such as what was added by mistake. The file goes a week
    later, when nothing names it any more (A07, D16). Taken back by SwapRecords."""

    papers: tuple[EvidenceId, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: how many versions, and from how many entries of the history."""

    versions: int
    entries: int


@dataclass(frozen=True, slots=True)
class ErasePaper(Command[Erased]):
    """Takes the content of a paper out for good, with all its versions: the file, the text, its name, and what the
    history's details say of it. Its hash, who erased it, when and *why* stay, and so do its links (A10, R04, R05).
    *by_request*: because a person asked for it, not because it was kept long enough.

    It can't be taken back, and nothing before it can.
    """

    paper: EvidenceId
    why: str
    by_request: bool = False


@contextmanager
def _taken(tools: Tools, papers: Sequence[NewPaper]) -> Iterator[list[tuple[PrivateCopy | None, str]]]:
    """For each of *papers* its private copy, cleaned where that is wished, and the hash of the original then."""
    taken: list[tuple[PrivateCopy | None, str]] = []
    try:
        for done, paper in enumerate(papers):
            tools.progress.report(done, len(papers), "Looking at the papers")
            if isinstance(paper.given, Path):
                copy = looked_at(tools, paper.given, paper.seen)
                taken.append((copy, ""))
                if paper.clean:
                    taken[-1] = (_without_traces(tools, copy), copy.sha256)
                    tools.sources.discard(copy)
            else:
                taken.append((None, ""))
        yield taken
    finally:
        for copy_taken, _ in taken:
            if copy_taken is not None:
                tools.sources.discard(copy_taken)


def _without_traces(tools: Tools, copy: PrivateCopy) -> PrivateCopy:
    """A private copy of *copy* without what it tells beside its picture or text. Raises ExpectedError."""
    scratch = tools.sources.scratch(PurePosixPath(copy.name).suffix)
    try:
        tools.papers.cleaned(copy.path, copy.media_type, scratch)
        made = tools.sources.take_copy(scratch, LARGEST)
    finally:
        tools.sources.discard(PrivateCopy(scratch, scratch.name, "", 0))
    return replace(made, name=copy.name, media_type=copy.media_type, found=copy.found, clues=copy.clues)


def add_papers(command: AddPapers, tools: Tools) -> Effect[tuple[PaperAdded, ...]]:
    if not command.papers:
        raise ExpectedError("no_papers", "No paper was given.", "Choose a file, or type what leads to one.")
    with _taken(tools, command.papers) as taken:
        clues = [
            clue
            for paper, (copy, _) in zip(command.papers, taken, strict=True)
            for clue in _clues(paper, copy)
        ]
        what = "The paper" if len(command.papers) == 1 else "One of the papers"
        with tools.open_work() as work:
            check_clues(work, tuple(clues), command.accept, what)
            doing = Doing(work, tools)
            before = work.evidence.all()
            for copy, original in taken:
                if copy is not None:
                    refuse_erased(before, copy.name, original or copy.sha256)
            _keep(tools, [copy for copy, _ in taken if copy is not None])
            held = _held(before)
            added = [
                _add(doing, held, paper, copy, original)
                for paper, (copy, original) in zip(command.papers, taken, strict=True)
            ]
            _link(doing, [each.id for each in added], command.supports)
            said = {"accepted_personal_data": command.accept.strip()} if clues else {}
            name = f"add {count(len(added), 'paper')}"
            return doing.commit("AddPapers", name, tuple(added), **said)


def _clues(paper: NewPaper, copy: PrivateCopy | None) -> tuple[Clue, ...]:
    """What looks like personal data in a paper that comes in."""
    return look_at_text(paper.body) if copy is None else copy.clues


def _keep(tools: Tools, copies: Sequence[PrivateCopy]) -> None:
    """Makes *copies* part of the file's store, several at a time: the disk is asked once for each lot to hold them
    for good. Also those that a row names already: the file in the store may be damaged or gone, and this puts it
    right."""
    for start in range(0, len(copies), _LOT):
        tools.progress.report(start, len(copies), "Keeping the papers")
        tools.sources.keep(*copies[start : start + _LOT])


def _held(before: Sequence[Kept[Evidence]]) -> dict[str, EvidenceId]:
    """The papers by the hashes of their files, and by those of the originals that were cleaned."""
    return {
        digest: EvidenceId(kept.id)
        for kept in before
        if kept.value.is_file
        for digest in (kept.value.cleaned_from, kept.value.sha256)
        if digest
    }


def _add(
    doing: Doing, held: dict[str, EvidenceId], paper: NewPaper, copy: PrivateCopy | None, original: str
) -> PaperAdded:
    """Takes one paper in, whose file is in the store. *held* are those that are kept already, by their hashes."""
    tools = doing.tools
    if copy is None:
        name = check_reference(str(paper.given))
        evidence = Evidence(name, "", 0, tools.clock(), tools.who)
        if paper.body.strip():
            clues = look_at_text(paper.body)
            evidence = replace(evidence, body=paper.body.strip(), found=found_in_words(clues))
            evidence = replace(evidence, size=len(evidence.body.encode()))
        return PaperAdded(EvidenceId(doing.add("evidence", with_about(evidence, paper.about))), False)
    told = told_of(copy.name, copy.size, copy.media_type, copy.found, ())
    known = held.get(copy.sha256, held.get(original))
    if known is not None:
        same = Told("known", f"“{copy.name}” was kept already, as paper {known}; it is kept once.")
        return PaperAdded(known, True, (same, *told))
    evidence = Evidence(
        copy.name,
        copy.sha256,
        copy.size,
        tools.clock(),
        tools.who,
        media_type=copy.media_type,
        found=copy.found,
        cleaned_from=original,
    )
    id = EvidenceId(doing.add("evidence", with_about(evidence, paper.about)))
    held[copy.sha256] = id
    return PaperAdded(id, False, told)


def _link(doing: Doing, papers: Sequence[EvidenceId], supports: Sequence[Supported]) -> None:
    if not supports:
        return
    there = {kept.value for kept in doing.work.supports.all()}
    for supported in dict.fromkeys(supports):
        refuse_absent(doing.work, supported)
        for paper in papers:
            link = support_for(paper, supported)
            if link not in there:
                there.add(link)
                doing.add("supports", link)


def _present(work: UnitOfWork, paper: EvidenceId) -> Kept[Evidence]:
    """The paper, unless it was erased. Raises ExpectedError."""
    kept = work.evidence.get(paper)
    if keeping_of(kept.value) is Keeping.ERASED:
        raise ExpectedError(
            "is_erased",
            f"Paper {paper} was erased by {kept.value.erased_by}: {kept.value.erased_why}.",
            "Only that it was there is kept; nothing was changed.",
        )
    return kept


def change_paper(command: ChangePaper, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        kept = _present(work, command.paper)
        evidence = with_about(kept.value, command.about)
        keeping = keeping_of(evidence)
        if command.name is not None and command.name != evidence.name:
            name = cleaned_name(command.name) if keeping is Keeping.FILE else check_reference(command.name)
            evidence = replace(evidence, name=name)
        if command.body is not None and command.body.strip() != evidence.body:
            if keeping is not Keeping.TEXT or not command.body.strip():
                raise ExpectedError(
                    "no_text",
                    "Only a text has words that can be changed, and it can't be empty.",
                    "Nothing was changed.",
                )
            clues = look_at_text(command.body)
            body = command.body.strip()
            evidence = replace(
                evidence,
                body=body,
                size=len(body.encode()),
                found=found_in_words(clues),
                personal=PersonalData.UNKNOWN if clues else evidence.personal,
            )
        doing.change("evidence", kept, evidence)
        return doing.commit("ChangePaper", f"change paper {command.paper}")


def change_papers(command: ChangePapers, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        for paper in dict.fromkeys(command.papers):
            kept = _present(work, paper)
            about = replace(about_of(kept.value), **dict(command.changes))
            doing.change("evidence", kept, with_about(kept.value, about))
        return doing.commit("ChangePapers", f"change {count(len(set(command.papers)), 'paper')}")


def link_papers(command: LinkPapers, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        papers = tuple(dict.fromkeys(command.papers))
        for paper in papers:
            _present(work, paper)
        _link(doing, papers, command.supports)
        return doing.commit("LinkPapers", f"link {count(len(set(command.papers)), 'paper')}")


def unlink_papers(command: UnlinkPapers, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        wanted = {support_for(paper, supported) for paper in command.papers for supported in command.supports}
        links = [kept for kept in work.supports.all() if kept.value in wanted]
        if not links:
            raise ExpectedError("no_link", "None of these papers supports that.", "Look at the list again.")
        for link in links:
            doing.remove("supports", link)
        return doing.commit("UnlinkPapers", f"take off {count(len(links), 'link')} to papers")


def replace_paper(command: ReplacePaper, tools: Tools) -> Effect[EvidenceId]:
    paper = NewPaper(command.given, seen=command.seen)
    with _taken(tools, (paper,)) as [(copy, _)], tools.open_work() as work:
        if copy is None:
            raise AssertionError("a path is a file")
        kept = _present(work, command.paper)
        check_clues(work, copy.clues, command.accept, "The new version")
        newer = next((each.id for each in work.evidence.all() if each.value.replaces == command.paper), None)
        if newer is not None:
            raise ExpectedError(
                "not_newest",
                f"Paper {command.paper} has a newer version already, paper {newer}.",
                "Replace that one; nothing was changed.",
            )
        refuse_erased(work.evidence.all(), copy.name, copy.sha256)
        same = next(
            (
                each.id
                for each in work.evidence.all()
                if each.value.is_file and each.value.sha256 == copy.sha256
            ),
            None,
        )
        if same is not None:
            raise ExpectedError(
                "same_file",
                f"“{copy.name}” is the very file that is kept as paper {same}: nothing in it was changed.",
                "Save your changes in it first, or link that paper; nothing was changed.",
            )
        tools.sources.keep(copy)
        doing = Doing(work, tools)
        about = replace(about_of(kept.value), personal=PersonalData.UNKNOWN)
        evidence = Evidence(
            copy.name,
            copy.sha256,
            copy.size,
            tools.clock(),
            tools.who,
            media_type=copy.media_type,
            found=copy.found,
            replaces=command.paper,
        )
        id = EvidenceId(doing.add("evidence", with_about(evidence, about)))
        for link in work.supports.all():
            if link.value.evidence == command.paper:
                doing.remove("supports", link)
                doing.add("supports", replace(link.value, evidence=id))
        said = {"accepted_personal_data": command.accept.strip()} if command.accept.strip() else {}
        return doing.commit(
            "ReplacePaper", f"put a new version in place of paper {command.paper}", id, **said
        )


def looked_at_papers(command: LookedAt, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        for paper in dict.fromkeys(command.papers):
            kept = _present(work, paper)
            doing.change("evidence", kept, replace(kept.value, personal=command.personal))
        number = count(len(set(command.papers)), "paper")
        return doing.commit("LookedAt", f"look at {number} for personal data: {command.personal.value}")


def clean_paper(command: CleanPaper, tools: Tools) -> Effect[tuple[str, ...]]:
    with tools.open_work() as work:
        kept = _present(work, command.paper)
        evidence = kept.value
        if not evidence.is_file:
            raise ExpectedError("no_file", f"Paper {command.paper} is no file.", "There is nothing to clean.")
        place = tools.sources.original(evidence.sha256, evidence.name)
        media_type = evidence.media_type or tools.papers.media_type(place)
        told = tools.papers.hidden(place, media_type)
        if not told:
            raise ExpectedError(
                "nothing_to_clean",
                f"“{evidence.name}” tells nothing beside its content that this program could find.",
                "Nothing was changed.",
            )
        copy = _without_traces(
            tools,
            PrivateCopy(place, evidence.name, evidence.sha256, evidence.size, media_type, evidence.found),
        )
        try:
            tools.sources.keep(copy)
            doing = Doing(work, tools)
            doing.change(
                "evidence",
                kept,
                replace(
                    evidence,
                    sha256=copy.sha256,
                    size=copy.size,
                    media_type=media_type,
                    cleaned_from=evidence.cleaned_from or evidence.sha256,
                ),
            )
            return doing.commit("CleanPaper", f"clean paper {command.paper}", told)
        finally:
            tools.sources.discard(copy)


def keep_longer(command: KeepLonger, tools: Tools) -> Effect[None]:
    reason = " ".join(command.reason.split())
    if not reason:
        raise ExpectedError("no_reason", "It is not said why it is kept longer.", "Type a reason.")
    with tools.open_work() as work:
        if command.until < work.today:
            raise ExpectedError(
                "past_day",
                f"{short_date(command.until)} is over, so nothing would be kept until then.",
                "Type a day to come; nothing was changed.",
            )
        doing = Doing(work, tools)
        for paper in dict.fromkeys(command.papers):
            kept = _present(work, paper)
            doing.change("evidence", kept, replace(kept.value, retain_until=command.until))
        number = count(len(set(command.papers)), "paper")
        return doing.commit(
            "KeepLonger", f"keep {number} until {short_date(command.until)}", None, reason=reason
        )


def remove_papers(command: RemovePapers, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        wanted: dict[int, Kept[Evidence]] = {}
        for paper in command.papers:
            _present(work, paper)
            wanted |= {kept.id: kept for kept in versions_of(work, paper)}
        for link in work.supports.all():
            if link.value.evidence in wanted:
                doing.remove("supports", link)
        for kept in sorted(wanted.values(), key=lambda each: each.id, reverse=True):
            doing.remove("evidence", kept)
        return doing.commit("RemovePapers", f"remove {count(len(set(command.papers)), 'paper')}")


def erase_paper(command: ErasePaper, tools: Tools) -> Effect[Erased]:
    why = " ".join(command.why.split())
    if not why:
        raise ExpectedError(
            "no_reason",
            "It is not said why it is erased.",
            "Type the reason; it stays when the paper is gone.",
        )
    with tools.open_work() as work:
        _present(work, command.paper)
        versions = [kept for kept in versions_of(work, command.paper) if kept.value.erased_at is None]
        for kept in versions:
            _refuse_imported(work, kept)
        now = tools.clock()
        digests: dict[int, str] = {}
        hashes: list[str] = []
        for kept in versions:
            evidence = kept.value
            digests |= work.journal.erase("evidence", kept.id, _words(evidence))
            work.evidence.replace(
                kept,
                replace(
                    evidence,
                    name=f"paper {kept.id} (erased)",
                    title="",
                    body="",
                    found="",
                    agreed_note="",
                    lawful_basis="",
                    method="",
                    limits="",
                    erased_at=now,
                    erased_by=tools.who,
                    erased_why=f"{why} (asked for by a person)" if command.by_request else why,
                ),
            )
            hashes += [digest for digest in (evidence.sha256, evidence.cleaned_from) if digest]
        # The files go before the rows say so: if one can't go, nothing was changed.
        for digest in hashes:
            tools.sources.erase(digest)
        name = f"erase paper {command.paper} for good"
        after = {
            "papers": [kept.id for kept in versions],
            "sha256": [kept.value.sha256 for kept in versions],
            "why": why,
            "by_request": command.by_request,
            ERASED_DETAILS: {str(sequence): digest for sequence, digest in digests.items()},
        }
        work.commit(JournalRecord(ERASING, name, {}, after))
    return Effect(Erased(len(versions), len(digests)), Topic.EVERYTHING, name, None)


def _words(evidence: Evidence) -> tuple[str, ...]:
    """What tells of the paper wherever it stands in the details; short words would put out what is none of it."""
    said = (
        evidence.name,
        evidence.title,
        evidence.body,
        evidence.agreed_note,
        evidence.method,
        evidence.limits,
    )
    return tuple(word for word in said if len(word) >= 8 and word != ERASED)


def _refuse_imported(work: UnitOfWork, kept: Kept[Evidence]) -> None:
    """Refuses to erase a file that is the original of an import or a publication as well. Raises ExpectedError."""
    digest = kept.value.sha256
    if not digest:
        return
    names = [
        f"the import of “{batch.value.file_name}”"
        for batch in work.ledger.batches()
        if batch.value.sha256 == digest and batch.value.state is BatchState.LIVE
    ]
    names += [
        f"the import of figures from “{each.value.file_name}”"
        for each in work.figure_imports.all()
        if each.value.sha256 == digest
    ]
    names += ["a publication" for each in work.publications.all() if each.value.sha256 == digest]
    if names:
        raise ExpectedError(
            "is_original",
            f"Paper {kept.id} is the same file as that of {', '.join(names)}, whose figures rest on it.",
            "Take that back first; nothing was erased.",
        )


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddPapers: add_papers,
    ChangePaper: change_paper,
    ChangePapers: change_papers,
    LinkPapers: link_papers,
    UnlinkPapers: unlink_papers,
    ReplacePaper: replace_paper,
    LookedAt: looked_at_papers,
    CleanPaper: clean_paper,
    KeepLonger: keep_longer,
    RemovePapers: remove_papers,
    ErasePaper: erase_paper,
}
