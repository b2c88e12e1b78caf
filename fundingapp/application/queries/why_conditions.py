"""Why there is so much room to a limit, and what gauges measure beside the grant's own figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.conditions import readings_of
from fundingapp.application.queries.explanations import Explanation, Term
from fundingapp.application.queries.funding import project_funding
from fundingapp.domain.funds import Kind
from fundingapp.domain.gauges import Reading
from fundingapp.domain.match_funding import ProjectFunding
from fundingapp.domain.money import Money
from fundingapp.domain.positions import GrantPosition

_GAUGE = re.compile(r"gauge:(\d+)")


def explain_conditions(work: UnitOfWork, position: GrantPosition, measure: str) -> Explanation | None:
    """What makes *measure* of the grant at *position*: ``gauge:7``, the room to the limit of condition 7; ``match`` or
    ``capital``, which gauges measure; None for anything else."""
    name, year = position.fund.name, position.year

    found = _GAUGE.fullmatch(measure)
    if found:
        reading = next(
            (each for each in readings_of(work, position) if each.id == int(found[1])),
            None,
        )
        return None if reading is None else _room(reading)
    if measure == "match":
        terms = tuple(_matched(position, project_funding(work, position)))
        note = "What other grants pay for its projects, and match cash. What comes in kind is no part of it (R15)."
        return Explanation(
            "", f"{name}: match in cash", Money.total(term.amount for term in terms), terms, note
        )
    if measure == "capital":
        terms = tuple(
            Term(
                f"{project.ref} {project.project.name}",
                project.spent,
                f"{project.ref}/{year}/spend:{Kind.CAPITAL.value}:{name}",
            )
            for project in position.projects
            if project.kind is Kind.CAPITAL
        )
        return Explanation("", f"{name}: spend on capital", position.spent_for(Kind.CAPITAL), terms)
    return None


def _matched(position: GrantPosition, projects: Iterable[ProjectFunding]) -> Iterator[Term]:
    """What others put in in cash for each of *projects* that the grant pays for."""
    for project in projects:
        if project.part_of(position.fund_id) is None:
            continue
        scope = f"{project.ref}/{position.year}"
        for part in project.funds:
            if part.fund != position.fund_id and part.funded:
                yield Term(f"{project.ref} paid by {part.name}", part.funded, f"{scope}/funded/{part.name}")
        if project.match_cash:
            yield Term(f"{project.ref}: match cash", project.match_cash, f"{scope}/match cash")


def _room(reading: Reading) -> Explanation:
    """The limit less what is measured, or the other way round where the limit is the least."""
    measured, condition = reading.measured, reading.condition
    limit = f"Limit: {reading.limit_in_words}"
    if measured.whole is not None:
        limit += f" of {measured.whole.in_words}"
    value = Term(
        measured.part_name, -measured.part if condition.at_most else measured.part, measured.part_figure
    )
    needed = Term(limit, reading.needed if condition.at_most else -reading.needed, measured.whole_figure)
    terms = (needed, value) if condition.at_most else (value, needed)
    gauge = reading.gauge.value.partition(",")[0].capitalize()
    of = f" of {reading.gauge.value.rpartition('of ')[2]}" if reading.gauge.is_percent else ""
    return Explanation(
        "",
        f"{gauge} {reading.value_in_words}{of}: room to the limit of {condition.in_short}",
        reading.room,
        terms,
        f"{condition.in_short[:1].upper()}{condition.in_short[1:]}: “{condition.text}” At the limit is well, a penny "
        "beyond is not.",
    )
