"""The console's command for papers: listed, added, linked, saved, kept longer, erased; where they are missing."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fundingapp.application.commands.papers import (
    AddPapers,
    ChangePapers,
    CleanPaper,
    ErasePaper,
    KeepLonger,
    LinkPapers,
    LookedAt,
    NewPaper,
    RemovePapers,
    ReplacePaper,
    UnlinkPapers,
)
from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices, OpenFile
from fundingapp.application.queries.evidence import (
    CheckPapers,
    PaperDetail,
    PaperRow,
    Papers,
    SavePaper,
    ThingsToSupport,
)
from fundingapp.application.queries.evidence_gaps import GapsOf
from fundingapp.application.queries.papers_due import PapersToReview, WhatErasingTakes
from fundingapp.application.wording import count, short_date
from fundingapp.console.files import DONE, TO_LOOK_AT, writable
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.console.values import to_day, to_year
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import (
    SUPPORTABLE,
    About,
    Agreed,
    EvidenceType,
    Marking,
    PersonalData,
    Supported,
    Told,
)
from fundingapp.domain.ids import EvidenceId
from fundingapp.domain.retention import backups_holding

_READS = ("list", "things", "gaps", "due", "check", "save", "show")
_CHANGES = ("add", "link", "unlink", "replace", "clean", "looked-at", "describe", "keep", "remove", "erase")
_SORTS = {each.value.replace(" ", "-"): each for each in EvidenceType}
_PERSONAL = {each.name.casefold(): each for each in PersonalData}
_CONSENT = {
    "not-needed": Agreed.NOT_NEEDED,
    "held": Agreed.HELD,
    "missing": Agreed.MISSING,
    "withdrawn": Agreed.WITHDRAWN,
}
_MARKINGS = {"none": Marking.NONE, "official": Marking.OFFICIAL, "official-sensitive": Marking.SENSITIVE}


def add_evidence_command(
    command: Callable[[str, Callable[..., int], str], argparse.ArgumentParser],
    file: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Registers the command of this module."""
    made = command("evidence", keep_papers, "the papers of the file: listed, added, linked, saved, erased")
    file(made)
    made.add_argument("what", choices=(*_READS, *_CHANGES), help="what is to be done")
    made.add_argument(
        "--paper", type=int, action="append", default=[], metavar="N", help="a paper by its number"
    )
    made.add_argument(
        "--attach", type=Path, action="append", default=[], metavar="PATH", help="for add and replace: a file"
    )
    made.add_argument(
        "--reference",
        action="append",
        default=[],
        metavar="TEXT",
        help="for add: a link, or what leads to a paper",
    )
    made.add_argument("--text", default="", metavar="TEXT", help="for add: a text itself, with --title")
    made.add_argument(
        "--supports",
        type=_to_supported,
        action="append",
        default=[],
        metavar="WHAT:ID",
        help="what it supports, such as claim:2 or figure:17; “things” lists them",
    )
    made.add_argument("--find", default="", metavar="TEXT", help="for list and things: only what fits")
    made.add_argument(
        "--year", type=to_year, metavar="Y", help="for list and gaps: only of this financial year"
    )
    made.add_argument("--title", default="", metavar="TEXT", help="for add and describe: what it is called")
    made.add_argument("--sort", choices=_SORTS, help="for add and describe: what sort of paper it is")
    made.add_argument("--dated", type=to_day, metavar="D", help="for add and describe: the day on it")
    made.add_argument(
        "--personal", choices=_PERSONAL, help="for add, describe and looked-at: whether it tells of people"
    )
    made.add_argument(
        "--consent", choices=_CONSENT, help="for add and describe: whether those whom it is about agree"
    )
    made.add_argument("--marking", choices=_MARKINGS, help="for add and describe: its protective marking")
    made.add_argument(
        "--until", type=to_day, metavar="D", help="for add and keep: the last day that it is kept"
    )
    made.add_argument(
        "--clean", action="store_true", help="for add: without what it tells of its author and place"
    )
    made.add_argument("--reason", default="", metavar="TEXT", help="for keep and erase")
    made.add_argument("--by-request", action="store_true", help="for erase: because a person asked for it")
    made.add_argument("--for-good", action="store_true", help="for erase: yes, it can't be taken back")
    made.add_argument("--out", type=Path, metavar="PATH", help="for save: a file, or a folder")


def _to_supported(text: str) -> Supported:
    what, _, id = text.partition(":")
    what = what.strip().replace("-", "_")
    if what not in SUPPORTABLE or not id.strip().isdecimal():
        raise argparse.ArgumentTypeError(
            f"“{text}” names nothing that a paper can support; such as claim:2. “things” lists them."
        )
    return Supported(what, int(id))


def keep_papers(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out “evidence”; 1 when there is something to look at: gaps, reviews, files that are not whole."""
    if given.what == "erase" and given.for_good:
        return _erase(given, offices, out)
    opened = (
        offices.open(given.file)
        if given.what in _READS or given.what == "erase"
        else writable(offices, given.file)
    )
    try:
        desk = opened.desk
        match given.what:
            case "list":
                return _list(desk.ask(Papers(text=given.find, year=given.year)).rows, out)
            case "show":
                return _show(desk, _one(given), out)
            case "things":
                return _things(desk, given.find, out)
            case "gaps":
                return _gaps(desk, given, out)
            case "due":
                return _due(desk, out)
            case "check":
                return _check(desk, out, progress)
            case "save":
                if given.out is None:
                    raise ExpectedError(
                        "no_out", "It is not said where to.", "Give a file or folder with --out."
                    )
                path = desk.ask(SavePaper(_one(given), given.out))
                out.result({"out": str(path)}, [f"Saved as {path}."])
                return DONE
            case "erase":
                return _ask_for_good(opened, given, out)
            case "add":
                return _add(desk, given, out, progress)
            case _:
                return _change(desk, given, out)
    finally:
        opened.close()


def _one(given: argparse.Namespace) -> EvidenceId:
    if len(given.paper) != 1:
        raise ExpectedError(
            "no_paper", "It is not said which paper.", "Name one with --paper N; “list” has the numbers."
        )
    return EvidenceId(given.paper[0])


def _several(given: argparse.Namespace) -> tuple[EvidenceId, ...]:
    if not given.paper:
        raise ExpectedError(
            "no_paper", "It is not said which papers.", "Name each with --paper N; “list” has the numbers."
        )
    return tuple(EvidenceId(each) for each in given.paper)


def _data(row: PaperRow) -> dict[str, Any]:
    of = row.of
    return {
        "paper": row.id,
        "name": of.name,
        "title": of.title,
        "sort": of.sort.value,
        "kept_as": row.keeping.value,
        "state": row.state.value or None,
        "sha256": of.sha256 or None,
        "size": of.size,
        "type": of.media_type or None,
        "supports": [
            {"what": each.supported.what, "id": each.supported.id, "words": each.words}
            for each in row.supports
        ],
        "personal_data": of.personal.value,
        "found": of.found,
        "consent": of.agreed.value,
        "marking": of.marking.value,
        "keep_until": of.retain_until.isoformat() if of.retain_until else None,
        "due": row.due,
        "added_by": of.added_by,
        "added_at": of.added_at.isoformat(),
        "cleaned_from": of.cleaned_from or None,
        "erased": {"by": of.erased_by, "why": of.erased_why} if of.erased_at is not None else None,
    }


def _list(rows: Sequence[PaperRow], out: Output) -> int:
    shown = [
        (
            str(row.id),
            row.title_or_name,
            row.of.sort.value,
            row.supports_in_words or "nothing yet",
            row.of.personal.value,
            row.state.value or row.keeping.value,
        )
        for row in rows
    ]
    headings = ("No.", "Paper", "Sort", "Supports", "Personal data", "State")
    out.result(
        {"papers": [_data(row) for row in rows]},
        [table("Papers", headings, shown)] if shown else ["There are no papers."],
    )
    return DONE


def _show(desk: Desk, paper: EvidenceId, out: Output) -> int:
    shown = desk.ask(PaperDetail(paper))
    row = shown.row
    people = [
        f"Paper {row.id}: {row.title_or_name} ({row.keeping.value}, {row.state.value or 'no file here'})",
        f"Supports: {row.supports_in_words or 'nothing yet'}",
        f"Personal data: {row.of.personal.value}. {row.of.found}".strip(),
        f"Keep until: {short_date(row.of.retain_until)}; proposed {short_date(shown.keep.until)} ({shown.keep.reason})",
        *(each.text for each in shown.told),
        *(f"Version: paper {each.id}, added by {each.of.added_by}" for each in shown.versions[:-1]),
    ]
    data = _data(row) | {
        "versions": [each.id for each in shown.versions],
        "opens": shown.opens,
        "why_not_opened": shown.why_not or None,
        "can_be_cleaned_of": list(shown.can_clean),
        "proposed_until": shown.keep.until.isoformat(),
    }
    out.result(data, people)
    return DONE


def _things(desk: Desk, text: str, out: Output) -> int:
    found = desk.ask(ThingsToSupport(text, 200))
    data = [{"what": each.supported.what, "id": each.supported.id, "words": each.words} for each in found]
    rows = [(f"{each.supported.what}:{each.supported.id}", each.words) for each in found]
    out.result(
        {"things": data},
        [table("What a paper can support", ("Name it so", "What it is"), rows)]
        if rows
        else ["Nothing fits."],
    )
    return DONE


def _gaps(desk: Desk, given: argparse.Namespace, out: Output) -> int:
    answer = desk.ask(GapsOf(given.year))
    data = [
        {
            "kind": row.kind.value,
            "sentence": row.sentence,
            "what": row.supported.what if row.supported else None,
            "id": row.supported.id if row.supported else None,
            "paper": row.paper,
            "year": str(row.gap.year) if row.gap.year else None,
            "quarter": row.gap.quarter,
        }
        for row in answer.rows
    ]
    out.result({"gaps": data}, [row.sentence for row in answer.rows] or ["No evidence is missing."])
    return TO_LOOK_AT if answer.rows else DONE


def _due(desk: Desk, out: Output) -> int:
    rows = desk.ask(PapersToReview())
    data = [{"paper": each.row.id, "why": each.why.value, "sentence": each.sentence} for each in rows]
    shown = [(str(each.row.id), each.row.title_or_name, each.why.value, each.sentence) for each in rows]
    out.result(
        {"review": data},
        [table("To review", ("No.", "Paper", "Why", "What to do"), shown)]
        if shown
        else ["Nothing is to be reviewed."],
    )
    return TO_LOOK_AT if rows else DONE


def _check(desk: Desk, out: Output, progress: BarProgress) -> int:
    states = desk.ask(CheckPapers(), progress)
    wrong = [(paper, state) for paper, state in states if state.value in ("changed", "missing")]
    rows = {row.id: row for row in desk.ask(Papers()).rows} if wrong else {}
    words = []
    for paper, state in wrong:
        row = rows.get(paper)
        named = f"Paper {paper}, “{row.title_or_name}”," if row is not None else f"Paper {paper}"
        rests = f" It supports {row.supports_in_words}." if row is not None and row.supports else ""
        words.append(f"{named} is {state.value}.{rests}")
    out.result(
        {
            "papers": [
                {
                    "paper": paper,
                    "state": state.value or None,
                    "name": rows[paper].title_or_name if paper in rows else None,
                    "supports": [each.words for each in rows[paper].supports] if paper in rows else [],
                }
                if (paper, state) in wrong
                else {"paper": paper, "state": state.value or None}
                for paper, state in states
            ]
        },
        words or [f"{count(len(states), 'paper')} looked at: all as they were."],
    )
    return TO_LOOK_AT if wrong else DONE


def _add(desk: Desk, given: argparse.Namespace, out: Output, progress: BarProgress) -> int:
    about = About(
        given.title,
        _SORTS[given.sort] if given.sort else EvidenceType.OTHER,
        given.dated,
        _PERSONAL[given.personal] if given.personal else PersonalData.UNKNOWN,
        _CONSENT[given.consent] if given.consent else Agreed.NOT_NEEDED,
        marking=_MARKINGS[given.marking] if given.marking else Marking.NONE,
        retain_until=given.until,
    )
    papers = [NewPaper(path, about, clean=given.clean) for path in given.attach]
    papers += [NewPaper(text, about) for text in given.reference]
    if given.text:
        papers.append(NewPaper(given.title or "Text", about, body=given.text))
    added = desk.do(
        AddPapers(tuple(papers), tuple(given.supports), given.accept_personal_data), progress
    ).result
    rows = [desk.ask(PaperDetail(each.id)).row for each in added]
    told: list[Told] = [told for each in added for told in each.told]
    people: list[Part] = [f"Paper {row.id}: {row.title_or_name}" for row in rows]
    out.result(
        {
            "papers": [_data(row) | {"known": each.known} for row, each in zip(rows, added, strict=True)],
            "told": [{"kind": each.kind, "text": each.text} for each in told],
        },
        [*people, *(each.text for each in told)],
    )
    return DONE


def _said(given: argparse.Namespace) -> tuple[tuple[str, Any], ...]:
    """What is said of papers, by the fields of :class:`About`. Raises ExpectedError for nothing."""
    said = {
        "title": given.title or None,
        "sort": _SORTS[given.sort] if given.sort else None,
        "dated": given.dated,
        "personal": _PERSONAL[given.personal] if given.personal else None,
        "agreed": _CONSENT[given.consent] if given.consent else None,
        "marking": _MARKINGS[given.marking] if given.marking else None,
    }
    changes = tuple((field, value) for field, value in said.items() if value is not None)
    if not changes:
        raise ExpectedError(
            "not_said",
            "It is not said what is to be changed.",
            "Give one of --title, --sort, --dated, --personal, --consent and --marking.",
        )
    return changes


def _change(desk: Desk, given: argparse.Namespace, out: Output) -> int:
    """What changes papers that are there already; shows them afterwards."""
    papers, supports = _several(given), tuple(given.supports)
    match given.what:
        case "link" | "unlink" if not supports:
            raise ExpectedError(
                "nothing_named", "It is not said what they support.", "Name it with --supports."
            )
        case "link":
            desk.do(LinkPapers(papers, supports))
        case "unlink":
            desk.do(UnlinkPapers(papers, supports))
        case "replace":
            if len(given.attach) != 1:
                raise ExpectedError("no_file", "A new version is one file.", "Name it with --attach PATH.")
            papers = (desk.do(ReplacePaper(_one(given), given.attach[0], given.accept_personal_data)).result,)
        case "clean":
            for paper in papers:
                desk.do(CleanPaper(paper))
        case "looked-at":
            if given.personal is None:
                raise ExpectedError(
                    "not_said",
                    "It is not said what they hold.",
                    f"Say it with --personal: {', '.join(_PERSONAL)}.",
                )
            desk.do(LookedAt(papers, _PERSONAL[given.personal]))
        case "describe":
            desk.do(ChangePapers(papers, _said(given)))
        case "keep":
            if given.until is None:
                raise ExpectedError("no_day", "It is not said until when.", "Give the day with --until.")
            desk.do(KeepLonger(papers, given.until, given.reason))
        case _:
            desk.do(RemovePapers(papers))
            out.result({"removed": list(papers)}, [f"{len(papers)} removed; their files go after a week."])
            return DONE
    return _list([desk.ask(PaperDetail(paper)).row for paper in papers], out)


def _ask_for_good(opened: OpenFile, given: argparse.Namespace, out: Output) -> int:
    """Says what erasing would take, and does nothing: it can't be taken back."""
    asked = opened.desk.ask(WhatErasingTakes(_one(given)))
    out.result(
        {"erased": False, "goes": list(asked.goes), "stays": list(asked.stays)},
        [
            "Nothing was erased. It would go for good:",
            *(f"  {each}" for each in asked.goes),
            "What stays:",
            *(f"  {each}" for each in asked.stays),
            "Say --for-good with a --reason to erase it.",
        ],
    )
    return TO_LOOK_AT


def _erase(given: argparse.Namespace, offices: Offices, out: Output) -> int:
    opened = writable(offices, given.file)
    try:
        paper = _one(given)
        asked = opened.desk.ask(WhatErasingTakes(paper))
        erased = opened.desk.do(ErasePaper(paper, given.reason, given.by_request)).result
        # A server backs itself up, and says elsewhere how far back.
        backups = offices.backups(given.file) if opened.safety is not None else []
        now = datetime.now(UTC)
        holding = backups_holding(backups, asked.first_entry, now, now)
    finally:
        opened.close()
    out.result(
        {
            "erased": True,
            "versions": erased.versions,
            "history_entries": erased.entries,
            "backups": [
                {
                    "id": each.backup.id,
                    "at": each.backup.at.isoformat(),
                    "goes_on": each.expires.isoformat() if each.expires else None,
                }
                for each in holding
            ],
        },
        [
            f"Paper {paper} was erased, with what {erased.entries} entries of the history said of it.",
            *(
                f"A backup still holds it: {each.backup.said}; "
                + (
                    f"it goes by {short_date(each.expires)}."
                    if each.expires
                    else "it is kept until you remove it."
                )
                for each in holding
            ),
        ],
    )
    return DONE
