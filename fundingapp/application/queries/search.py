"""Go to anything: projects, suppliers, transactions and figures that fit what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class Search(Question["list[Hit]"]):
    """What fits *text* in *year*, best first."""

    text: str
    year: FinancialYear | None
    limit: int = 30


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: *kind* is project, supplier, figure or fund; *target* what to open."""

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
            hits += [
                Hit("supplier", supplier, "ledger lines", supplier)
                for supplier in work.ledger.suppliers()
                if fits(supplier)
            ]
    return hits[: question.limit]


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {Search: answer_search}
