"""The console's command for suggestions: list them, accept them, reject them."""

from __future__ import annotations

import argparse
from typing import Any

from fundingapp.application.commands.suggestions import AcceptSuggestions, RejectSuggestions, Suggest
from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.queries.lines import LineRows
from fundingapp.application.queries.suggestions import HeadNames, SuggestionGroups, SuggestionsOf
from fundingapp.application.wording import count
from fundingapp.console.files import DONE, TO_LOOK_AT, writable
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import LineId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.suggestions import ACCEPT_LINE, Proposal

#: Stands for every line with a suggestion above the accept line.
CERTAIN = "certain"


def suggest_lines(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Works suggestions out, then lists those that are left; with --accept or --reject it does that first."""
    opened = writable(offices, given.file)
    desk = opened.desk
    try:
        desk.do(Suggest(), progress)
        accepted = rejected = 0
        if given.accept:
            head = _head(desk, given)
            accepted = desk.do(AcceptSuggestions(_lines(desk, given, given.accept), head), progress).result
        elif given.reject:
            head = _head(desk, given)
            rejected = desk.do(RejectSuggestions(_lines(desk, given, given.reject), head), progress).result
        desk.do(Suggest(), progress)
        listed = _listed(desk, given.year)
    finally:
        opened.close()
    words: list[Part] = []
    if accepted or rejected:
        words.append(f"{count(accepted, 'suggestion')} accepted, {rejected:,} rejected.")
    if listed:
        rows = [
            (
                entry["transaction"],
                entry["supplier"],
                entry["amount"],
                entry["to"],
                str(entry["score"]),
                entry["why"],
            )
            for entry in listed
        ]
        headings = ("Transaction", "Supplier", "Amount £", "Suggested", "Score", "Why")
        words.append(table(count(len(rows), "suggestion"), headings, rows, (2, 4)))
        words.append(
            f"From {ACCEPT_LINE} on a suggestion is as good as certain; below that look at each line."
        )
    else:
        words.append("Nothing is suggested.")
    out.result(
        {
            "accepted": accepted,
            "rejected": rejected,
            "accept_line": ACCEPT_LINE,
            "suggestions": [
                {key: value for key, value in entry.items() if key not in {"amount", "why"}}
                for entry in listed
            ],
        },
        words,
    )
    return TO_LOOK_AT if listed else DONE


def _listed(desk: Desk, year: FinancialYear | None) -> list[dict[str, Any]]:
    """Every suggestion of *year*, ties included, line by line."""
    names = desk.ask(HeadNames())
    lines = [line for group in desk.ask(SuggestionGroups(year)) for line in group.lines]
    rows = {row.id: row for row in desk.ask(LineRows(tuple(sorted(lines))))}
    found = []
    for id, row in rows.items():
        for proposal in desk.ask(SuggestionsOf(id)):
            found.append(
                {
                    "line": id,
                    "transaction": row.line.transaction,
                    "supplier": row.line.supplier,
                    "amount": str(row.line.amount),
                    "amount_pence": row.line.amount.pence,
                    "to": _where(proposal, row.line.year, names),
                    "score": proposal.score,
                    "reasons": list(proposal.reasons),
                    "why": proposal.reason,
                }
            )
    return found


def _where(proposal: Proposal, year: FinancialYear, names: dict[tuple[BudgetHead, int], str]) -> str:
    """What a target calls the place that is proposed: a project, with its grant where several pay for it."""
    return names[proposal.head, year.start] if proposal.head is not None else proposal.disposition.value


def _lines(desk: Desk, given: argparse.Namespace, named: list[str]) -> tuple[LineId, ...]:
    """The lines that *named* speaks of: by transaction, or all that are certain."""
    lines = [line for group in desk.ask(SuggestionGroups(given.year)) for line in group.lines]
    rows = desk.ask(LineRows(tuple(sorted(lines))))
    chosen: list[LineId] = []
    for name in named:
        if name == CERTAIN:
            meant = [row.id for row in rows if row.suggestion is not None and row.suggestion.certain]
        else:
            meant = [row.id for row in rows if row.line.transaction == name]
        if not meant:
            raise NotFoundError("suggestion for a line", name, "Without --accept the command lists them.")
        chosen += meant
    return tuple(dict.fromkeys(chosen))


def _head(desk: Desk, given: argparse.Namespace) -> BudgetHead | None:
    """The head that --to names among what is suggested for the lines, by the project or as it is listed."""
    if given.to is None:
        return None
    names, wanted = desk.ask(HeadNames()), given.to.casefold()
    lines = _lines(desk, given, given.accept or given.reject)
    years = {row.id: row.line.year.start for row in desk.ask(LineRows(lines))}
    found: dict[BudgetHead, str] = {}
    for line in lines:
        for proposal in desk.ask(SuggestionsOf(line)):
            head = proposal.head
            name = names[head, years[line]] if head is not None else ""
            if head is not None and wanted in (name.casefold(), name.casefold().partition(":")[0]):
                found[head] = name
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise ExpectedError(
            "several_places",
            f"{given.to} is suggested as {' and as '.join(sorted(found.values()))}.",
            "Give --to one of these.",
        )
    raise NotFoundError("suggestion for the project", given.to, "Without --to the first suggestion is taken.")
