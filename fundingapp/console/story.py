"""The console's commands for what a return says beside the money: narrative, progress, risks, assets and statements."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fundingapp.application.commands.story import CopyWords, TakeStoryTable, WriteText
from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.queries.story import PassedOnTo, ReadStoryTable, StoryAnswer, StoryOf
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.wording import count, short_date
from fundingapp.console.files import DONE, TO_LOOK_AT
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId
from fundingapp.domain.narratives import NarrativeSection
from fundingapp.domain.return_story import StoryGap
from fundingapp.domain.story_tables import StoryTable

#: The gaps that each command tells of, by the beginnings of their codes.
_GAPS = {
    "narrative": ("narrative",),
    "progress": ("progress", "rag", "explanation", "status"),
    "risks": ("risk",),
    "assets": ("asset",),
    "statements": ("statement",),
}


def to_section(text: str) -> NarrativeSection:
    """A section of the narrative by its name, or the beginning of it that no other has."""
    wanted = text.strip().casefold()
    found = [each for each in NarrativeSection if each.value.startswith(wanted)] if wanted else []
    if len(found) != 1:
        known = ", ".join(each.value for each in NarrativeSection)
        raise argparse.ArgumentTypeError(f"“{text}” is none of {known}")
    return found[0]


def add_narrative_options(made: argparse.ArgumentParser) -> None:
    """A section with its text, or the last quarter's words."""
    made.add_argument(
        "--section", type=to_section, metavar="NAME", help="write this section, such as “progress”"
    )
    said = made.add_mutually_exclusive_group()
    said.add_argument("--text", metavar="WORDS", help="what it says; “” takes it out")
    said.add_argument("--text-file", type=Path, metavar="T.txt", help="a text file with what it says")
    made.add_argument(
        "--copy", action="store_true", help="first copy the last quarter's words into what is empty"
    )


def add_table_option(made: argparse.ArgumentParser) -> None:
    """A table to be taken in."""
    made.add_argument(
        "--read",
        type=Path,
        metavar="TABLE",
        help="take the rows of this table in (.csv, .xlsx, .ods), or none",
    )


def narrative(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Writes a section of the narrative, or shows all of it with its words counted."""
    if (given.section is None) is not (given.text is None and given.text_file is None):
        raise ExpectedError(
            "half_a_section",
            "A section and its text go together.",
            "Give --section with --text or --text-file, or none of them.",
        )

    def write(desk: Desk, fund: FundId) -> int:
        filled = desk.do(CopyWords(fund, given.year, given.quarter)).result if given.copy else 0
        if given.section is not None:
            text = given.text if given.text is not None else _text_in(given.text_file)
            desk.do(WriteText(fund, given.year, given.quarter, given.section, text))
            filled += 1
        return filled

    writes = given.copy or given.section is not None
    answer, changed = _asked(given, offices, write if writes else None)
    lines = answer.story.sections
    rows = [(line.section.title, line.counted, line.text or "–") for line in lines]
    return _say(
        out,
        "narrative",
        answer,
        {
            "sections": [
                {
                    "section": line.section.value,
                    "text": line.text,
                    "words": line.words,
                    "most_words": line.limit,
                    "words_over": line.over,
                    "by": line.by,
                    "at": line.at.isoformat() if line.at is not None else None,
                }
                for line in lines
            ],
            "changed": changed,
        },
        [table("Narrative", ("Section", "Words", "Text"), rows)],
    )


def _text_in(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = "is no text in UTF-8" if isinstance(error, UnicodeDecodeError) else "can't be read"
        raise ExpectedError("cannot_read", f"“{path.name}” {why}.", "Choose a text file.") from error


def progress_of_projects(
    given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress
) -> int:
    """How each project stands, with the colours; a table of them is taken in."""
    answer, taken = _asked(given, offices, _taking(given, StoryTable.PROGRESS))
    lines = answer.story.progress
    rows = [
        (
            line.ref,
            line.name,
            line.status.value if line.status is not None else "not said",
            line.spend.value + (" (suggested)" if line.spend_rag is None else ""),
            line.delivery_rag.value if line.delivery_rag is not None else "–",
            line.explanation or "–",
        )
        for line in lines
    ]
    data = {
        "projects": [
            {
                "ref": line.ref,
                "name": line.name,
                "status": line.status.value if line.status is not None else None,
                "spend_rag": line.spend.value,
                "suggested_rag": line.suggested.value,
                "is_judged": line.spend_rag is not None,
                "delivery_rag": line.delivery_rag.value if line.delivery_rag is not None else None,
                "explanation": line.explanation,
            }
            for line in lines
        ],
        "taken": taken,
    }
    headings = ("Ref", "Project", "Status", "Spend", "Delivery", "Explanation")
    return _say(out, "progress", answer, data, [table("Projects", headings, rows)])


def risks(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """The risks of the quarter, the worst first; a table of them is taken in."""
    answer, taken = _asked(given, offices, _taking(given, StoryTable.RISKS))
    lines = answer.story.risks
    rows = [
        (
            line.ref or "the grant",
            line.risk.name,
            str(line.risk.score),
            str(line.risk.score_after) if line.risk.score_after is not None else "–",
            line.risk.mitigation or "–",
            f"closed {short_date(line.risk.closed)}" if line.risk.closed is not None else "open",
        )
        for line in lines
    ]
    data = {
        "risks": [
            {
                "id": line.id,
                "project": line.ref or None,
                "name": line.risk.name,
                "category": line.risk.category,
                "description": line.risk.description,
                "likelihood": line.risk.likelihood,
                "impact": line.risk.impact,
                "score": line.risk.score,
                "mitigation": line.risk.mitigation,
                "likelihood_after": line.risk.likelihood_after,
                "impact_after": line.risk.impact_after,
                "score_after": line.risk.score_after,
                "owner": line.risk.owner,
                "raised": line.risk.raised.isoformat() if line.risk.raised is not None else None,
                "closed": line.risk.closed.isoformat() if line.risk.closed is not None else None,
            }
            for line in lines
        ],
        "taken": taken,
    }
    headings = ("To", "Risk", "Score", "After", "Mitigation", "State")
    words: list[Part] = [table("Risks", headings, rows, (2, 3))] if rows else ["No risk is recorded."]
    return _say(out, "risks", answer, data, words)


def assets(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """What was bought out of the fund, and capital lines without an asset; a table of assets is taken in."""
    answer, taken = _asked(given, offices, _taking(given, StoryTable.ASSETS))
    lines = answer.story.assets
    rows = [
        (
            line.ref,
            line.description,
            short_date(line.bought_on),
            str(line.cost),
            str(line.share),
            line.state.value,
        )
        for line in lines
    ]
    data = {
        "assets": [
            {
                "id": line.id,
                "project": line.ref,
                "description": line.description,
                "bought_on": line.bought_on.isoformat(),
                "cost_pence": line.cost.pence,
                "share_pence": line.share.pence,
                "custodian": line.custodian,
                "location": line.location,
                "life_years": line.life_years,
                "state": line.state.value,
                "disposed_on": line.disposed_on.isoformat() if line.disposed_on is not None else None,
                "proceeds_pence": line.proceeds.pence,
                "consent": line.consent,
                "evidence": list(line.papers),
            }
            for line in lines
        ],
        "unlisted": [
            {
                "line": each.line,
                "project": each.ref,
                "supplier": each.supplier,
                "bought_on": each.dated.isoformat(),
                "cost_pence": each.cost.pence,
                "share_pence": each.share.pence,
            }
            for each in answer.unlisted
        ],
        "taken": taken,
    }
    headings = ("Ref", "Asset", "Bought on", "Cost £", "This grant £", "State")
    words: list[Part] = [table("Assets", headings, rows, (3, 4))] if rows else ["No asset is recorded."]
    return _say(out, "assets", answer, data, words)


def statements(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Partners' statements against the ledger, and what went to partners without one; a table is taken in."""
    answer, taken = _asked(given, offices, _taking(given, StoryTable.STATEMENTS))
    opened = offices.open(given.file, writing=False)
    try:
        passed = opened.desk.ask(PassedOnTo(answer.fund, given.year))
    finally:
        opened.close()
    lines = answer.story.statements
    rows = [
        (
            line.ref,
            line.partner,
            str(line.passed_on),
            str(line.in_ledger),
            str(line.difference),
            short_date(line.received_on) if line.received_on is not None else "awaited",
        )
        for line in lines
    ]
    data = {
        "statements": [
            {
                "id": line.id,
                "project": line.ref,
                "partner": line.partner,
                "passed_on_pence": line.passed_on.pence,
                "in_ledger_pence": line.in_ledger.pence,
                "difference_pence": line.difference.pence,
                "received_on": line.received_on.isoformat() if line.received_on is not None else None,
                "signed_by": line.signed_by,
                "signed_on": line.signed_on.isoformat() if line.signed_on is not None else None,
            }
            for line in lines
        ],
        "without_statement": [
            {
                "project": each.ref,
                "partner": each.partner,
                "amount_pence": each.amount.pence,
                "lines": each.lines,
            }
            for each in passed
        ],
        "taken": taken,
    }
    headings = ("Ref", "Partner", "Stated £", "In the ledger £", "Difference £", "Received")
    words: list[Part] = (
        [table("Partners' statements", headings, rows, (2, 3, 4))] if rows else ["No statement is recorded."]
    )
    words += [
        f"{each.ref}: {each.amount.in_words} went to {each.partner} in {count(each.lines, 'line')}, no statement yet."
        for each in passed
    ]
    return _say(out, "statements", answer, data, words)


def _taking(given: argparse.Namespace, kind: StoryTable) -> Callable[[Desk, FundId], int] | None:
    """What takes the table of --read in; None without one."""
    path: Path | None = given.read
    if path is None:
        return None

    def take(desk: Desk, fund: FundId) -> int:
        rows = desk.ask(ReadStoryTable(kind, fund, given.year, given.quarter, path))
        return desk.do(TakeStoryTable(rows, path.name)).result

    return take


def _asked(
    given: argparse.Namespace, offices: Offices, write: Callable[[Desk, FundId], int] | None
) -> tuple[StoryAnswer, int]:
    """The quarter's story after *write*, and how much that changed."""
    opened = offices.open(given.file, writing=write is not None)
    try:
        fund = opened.desk.ask(FundNamed(given.fund))
        changed = write(opened.desk, fund) if write is not None else 0
        return opened.desk.ask(StoryOf(fund, given.year, given.quarter)), changed
    finally:
        opened.close()


def _say(out: Output, name: str, answer: StoryAnswer, data: dict[str, Any], words: list[Part]) -> int:
    gaps = [gap for gap in answer.gaps if gap.code.startswith(_GAPS[name])]
    out.result(
        {**data, "quarter": answer.quarter, "gaps": [_gap_data(gap) for gap in gaps]},
        [
            *words,
            *(f"{'To settle' if gap.is_error else 'To look at'}: {gap.text} {gap.advice}" for gap in gaps),
        ],
    )
    return TO_LOOK_AT if gaps else DONE


def _gap_data(gap: StoryGap) -> dict[str, object]:
    return {
        "code": gap.code,
        "is_error": gap.is_error,
        "text": gap.text,
        "advice": gap.advice,
        "figure": gap.figure,
    }
