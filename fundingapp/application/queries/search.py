"""Go to anything: projects, bids, papers, suppliers, transactions and figures that fit what was typed."""

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
    """Something found: *kind* is project, bid, paper, supplier, figure or fund; *target* what to open (a bid's or a
    paper's identity)."""

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
            hits += _papers(work, fits)
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


def _papers(work: UnitOfWork, fits: Callable[..., bool]) -> list[Hit]:
    """The papers by their title, name, type, or the word “paper”; what was erased is not found."""
    found = [
        Hit("paper", paper.title or paper.name, f"paper · {paper.sort.value}", str(kept.id))
        for kept in work.evidence.all()
        if (paper := kept.value).erased_at is None
        and fits(paper.title, paper.name, paper.sort.value, "paper", "evidence")
    ]
    return sorted(found, key=lambda hit: hit.title.casefold())


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {Search: answer_search}
