"""Why contingency, virements and profiles are as they are: down to each virement, with its number, day and reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from fundingapp.application.wording import short_date
from fundingapp.domain.allocations import BudgetMovement, ContingencyEntry
from fundingapp.domain.money import Money
from fundingapp.domain.periods import period_name
from fundingapp.domain.positions import GrantPosition, ProjectPosition

_QUARTER = re.compile(r"profile/Q([1-4])", re.IGNORECASE)
_ENTRIES = {
    "contingency/set-aside": (ContingencyEntry.SET_ASIDE, "set aside as contingency"),
    "contingency/top-up": (ContingencyEntry.TOP_UP, "added to the contingency from what was not awarded"),
    "contingency/surrendered": (ContingencyEntry.SURRENDERED, "contingency surrendered to the commissioner"),
}


class Found(NamedTuple):
    """A figure taken apart: its value is the sum of *terms*, each a name, an amount and what to ask in turn."""

    title: str
    terms: tuple[tuple[str, Money, str], ...]


def explain_grant_budgets(
    position: GrantPosition,
    measure: str,
    figure: Callable[[ProjectPosition, str], str],
) -> Found | None:
    """The figure *measure* of a grant; None when it is none of these. *figure* names a measure of a project."""
    name, moves = position.fund.name, position.movements
    quarter = _QUARTER.fullmatch(measure)
    if quarter:
        number = int(quarter[1])
        terms = tuple(
            (f"{each.ref} {each.project.name}", _in_quarter(each, number), figure(each, measure))
            for each in position.projects
        )
        return Found(f"{name}: profile of quarter {number}", terms)
    if measure in _ENTRIES:
        entry, words = _ENTRIES[measure]
        lines = [line for line in position.contingency_lines if line.entry is entry]
        return Found(
            f"{name}: {words}",
            tuple((f"{line.ref} {line.name}".strip(), line.change, "") for line in lines),
        )
    wanted: dict[str, tuple[str, Iterable[BudgetMovement]]] = {
        "contingency/in": (
            "given back to the contingency",
            [move for move in moves if move.target is None and move.source is not None],
        ),
        "contingency/out": (
            "released from the contingency",
            [move for move in moves if move.source is None and move.target is not None],
        ),
        "contingency/turned": (
            "contingency turned into another kind",
            [move for move in moves if move.source is None and move.target is None],
        ),
        "virements/in": ("moved into lines", moves),
        "virements/out": (
            "moved between projects",
            [move for move in moves if move.source is not None and move.target is not None],
        ),
    }
    taken_off = measure == "contingency/released"
    measure = "contingency/out" if taken_off else measure
    if measure not in wanted:
        return None
    words, found = wanted[measure]
    sign = -1 if taken_off else 1
    return Found(
        f"{name}: {words}",
        tuple((_in_words(move, position), Money(sign * move.amount.pence), "") for move in found),
    )


def explain_project_budgets(position: GrantPosition, project: ProjectPosition, measure: str) -> Found | None:
    """The figure *measure* of one budget head; None when it is none of these."""
    quarter = _QUARTER.fullmatch(measure)
    if quarter:
        number = int(quarter[1])
        months = range(3 * number - 2, 3 * number + 1)
        return Found(
            f"{project.ref}: profile of quarter {number}",
            tuple((period_name(month), project.profile[month - 1], "") for month in months),
        )
    words = {
        "virements/in": "virements in",
        "virements/out": "virements out",
        "contingency/in": "surrendered to the contingency",
        "contingency/out": "released from the contingency",
    }
    if measure not in words:
        return None
    key = (project.project_id, project.kind)
    from_contingency = measure.startswith("contingency")
    found = [
        move
        for move in position.movements
        if (
            measure in {"virements/in", "contingency/out"}
            and (move.target, move.target_kind) == key
            and (move.source is None) is from_contingency
        )
        or (
            measure in {"virements/out", "contingency/in"}
            and (move.source, move.kind) == key
            and (move.target is None) is from_contingency
        )
    ]
    sign = -1 if measure in {"virements/out", "contingency/in"} else 1
    return Found(
        f"{project.ref}: {words[measure]}",
        tuple((_in_words(move, position), Money(sign * move.amount.pence), "") for move in found),
    )


def _in_quarter(project: ProjectPosition, quarter: int) -> Money:
    return Money.total(project.profile[3 * quarter - 3 : 3 * quarter])


def _in_words(move: BudgetMovement, position: GrantPosition) -> str:
    """“Virement 3 of 01/10/2018, LF-02 to LF-09: costs moved”."""
    what = f"Virement {move.number}" if move.number else "A virement before numbering"
    refs = {each.project_id: each.ref for each in position.projects}
    ends = ["contingency" if at is None else refs[at] for at in (move.source, move.target)]
    kinds = f", {move.kind.value} to {move.target_kind.value}" if move.to_kind else ""
    return f"{what} of {short_date(move.dated)}, {ends[0]} to {ends[1]}{kinds}: {move.reason}"
