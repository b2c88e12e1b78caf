"""Go to anything: projects, bids, papers, suppliers, transactions, indicators, outcomes and figures that fit what was
typed."""

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
    """Something found: *kind* is project, bid, paper, supplier, figure, fund, indicator or outcome; *target* what to
    open (the identity of a bid, a paper, an indicator or an outcome)."""

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
            hits += _results(work, fits)
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


def _results(work: UnitOfWork, fits: Callable[..., bool]) -> list[Hit]:
    """Indicators and outcomes by their name, code and project, or the words “indicator” and “outcome”."""
    refs = {kept.id: kept.value.ref for kept in work.projects.all()}
    found = []
    for kept in work.indicators.all():
        indicator = kept.value
        ref = refs[indicator.project] if indicator.project is not None else ""
        if fits(indicator.name, indicator.code, ref, "indicator"):
            closed = " · closed" if indicator.is_closed else ""
            detail = f"indicator of {ref or 'the partnership'}{closed}"
            found.append(Hit("indicator", indicator.name, detail, str(kept.id)))
    for kept_outcome in work.outcomes.all():
        outcome = kept_outcome.value
        ref = refs[outcome.project] if outcome.project is not None else ""
        if fits(outcome.name, outcome.code, ref, "outcome"):
            detail = f"outcome of {ref or 'the partnership'}"
            found.append(Hit("outcome", outcome.name, detail, str(kept_outcome.id)))
    return sorted(found, key=lambda hit: (hit.kind, hit.title))


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {Search: answer_search}
