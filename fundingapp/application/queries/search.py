"""Go to anything: projects, bids, suppliers, transactions and figures that fit what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class Search(Question["list[Hit]"]):
    """What fits *text* in *year*, best first."""

    text: str
    year: FinancialYear | None
    limit: int = 30


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: *kind* is project, bid, supplier, figure or fund; *target* what to open (a bid's identity)."""

    kind: str
    title: str
    detail: str
    target: str


def answer_search(question: Search, tools: Tools) -> list[Hit]:
    words = question.text.casefold().split()
    hits: list[Hit] = []

    def fits(*texts: str) -> bool:
        whole = " ".join(texts).casefold()
        return all(word in whole for word in words)

    with tools.open_work(reading=True) as work:
        for project in work.projects.all():
            ref, name = project.value.ref, project.value.name
            if fits(ref, name, project.value.theme):
                hits.append(Hit("project", f"{ref} {name}", project.value.theme, ref))
            if question.year is not None:
                for measure in ("spend", "budget", "outturn"):
                    if words and fits(ref, name, measure) and measure[:3] in question.text.casefold():
                        hits.append(
                            Hit(
                                "figure",
                                f"{ref} {measure}",
                                str(question.year),
                                f"{ref}/{question.year}/{measure}",
                            )
                        )
        for fund in work.funds.all():
            if fits(fund.value.name):
                hits.append(Hit("fund", fund.value.name, "grant", fund.value.name))
        if words:
            hits += _bids(work, question.year, fits)
            hits += [
                Hit("supplier", supplier, "ledger lines", supplier)
                for supplier in work.ledger.suppliers()
                if fits(supplier)
            ]
    return hits[: question.limit]


def _bids(work: UnitOfWork, year: FinancialYear | None, fits: Callable[..., bool]) -> list[Hit]:
    """The bids of *year* by their project, reference, state, or the word “bid”."""
    projects = {kept.id: kept.value for kept in work.projects.all()}
    found = []
    for kept in work.bids.all():
        bid, project = kept.value, projects[kept.value.project]
        state = bid.state.value
        if bid.year == year and fits(project.ref, project.name, bid.reference, state, "bid"):
            title, detail = f"{project.ref} {project.name}: bid", f"{bid.amount.in_words} asked · {state}"
            found.append(Hit("bid", title, detail, str(kept.id)))
    return sorted(found, key=lambda hit: hit.title)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {Search: answer_search}
