"""The bid pack as a document: what is asked, for what, at which cost, and how it was decided."""

from __future__ import annotations

from pathlib import Path

from fundingapp.application.wording import count
from fundingapp.documents.paper import Cell, Column, Paper, refuse_other_texts
from fundingapp.domain.bid_packs import BidPack, BidPaper, facts_of
from fundingapp.domain.money import Money

_COSTS = (
    Column("Category", 2.8),
    Column("For", 4.7),
    Column("Q1 £", 1.9, figures=True),
    Column("Q2 £", 1.9, figures=True),
    Column("Q3 £", 1.9, figures=True),
    Column("Q4 £", 1.9, figures=True),
    Column("Total £", 1.9, figures=True),
)
_MATCH = (
    Column("From", 6),
    Column("Kind", 3),
    Column("State", 2.6),
    Column("In", 2.4),
    Column("Planned £", 3, figures=True),
)
_CONDITIONS = (
    Column("Clause", 2),
    Column("Condition", 7.6),
    Column("About", 3),
    Column("Due", 2.2),
    Column("State", 2.2),
)
_RESULTS = (
    Column("Outcome", 4),
    Column("Kind", 1.8),
    Column("Indicator", 5.2),
    Column("Unit", 1.8),
    Column("Baseline", 2.1, figures=True),
    Column("Target", 2.1, figures=True),
)
_LAST_YEAR = (
    Column("Indicator", 7.4),
    Column("Target", 3, figures=True),
    Column("Reached", 3, figures=True),
    Column("State", 3.6),
)
_MILESTONES = (
    Column("Due", 2.2),
    Column("Milestone", 7.6),
    Column("Outcome", 4.6),
    Column("State", 2.6),
)
_BOARD = (
    Column("Day", 2.2),
    Column("Body", 4),
    Column("Minute", 2.6),
    Column("Interests declared", 4),
    Column("Score", 1.6),
    Column("Note", 2.6),
)
_OFFERS = (
    Column("Letter", 3),
    Column("Dated", 2.2),
    Column("Amount £", 2.6, figures=True),
    Column("Accept by", 2.2),
    Column("For the days", 4.2),
    Column("Accepted", 2.8),
)
_HISTORY = (
    Column("Day", 2.2),
    Column("Before", 3),
    Column("After", 3),
    Column("Paper", 3.8),
    Column("Reason", 5),
)
_SUMMARY = (
    Column("Bid", 2.6),
    Column("Project", 5.6),
    Column("Kind", 2),
    Column("State", 2.6),
    Column("Asked £", 2.1, figures=True),
    Column("Awarded £", 2.1, figures=True),
)


def bid_pack(pack: BidPack) -> Paper:
    """*pack* as a document: several bids begin with a table of them, and each stands on a page of its own."""
    several = len(pack.papers) > 1
    paper = Paper(
        pack.title, f"{pack.partnership}: bid pack", pack.prepared_on, f"{pack.partnership} · {pack.title}"
    )
    paper.title(pack.title)
    paper.subtitle(f"{pack.partnership} · prepared on {pack.prepared_on:%d/%m/%Y}")
    if several:
        paper.heading("The bids")
        _summary(paper, pack)
    for each in pack.papers:
        paper.heading(each.title if several else "The bid", on_new_page=several)
        _bid(paper, each, pack)
    return paper


def prove(paper: Paper, path: Path, name: str) -> None:
    """Reads the document at *path* again. Raises ExpectedError ``read_back_differs`` when it says something else."""
    refuse_other_texts(paper.said, path, name)


def _summary(paper: Paper, pack: BidPack) -> None:
    rows: list[list[Cell]] = [
        [
            each.name,
            each.project.name,
            each.bid.kind.value,
            each.bid.state.value,
            each.bid.amount,
            each.bid.awarded if each.bid.awarded is not None else "–",
        ]
        for each in pack.papers
    ]
    awarded = [each.bid.awarded for each in pack.papers if each.bid.awarded is not None]
    total: list[Cell] = [
        "Total",
        count(len(pack.papers), "bid"),
        "",
        "",
        pack.asked,
        Money.total(awarded) if awarded else "–",
    ]
    paper.table(_SUMMARY, rows, total)


def _bid(paper: Paper, each: BidPaper, pack: BidPack) -> None:
    paper.facts(list(facts_of(each, pack)))
    for text in each.texts:
        section = text.section.value
        paper.heading(f"{section[0].upper()}{section[1:]}", 2)
        paper.text(text.text)
    _results(paper, each)
    paper.heading("Costs", 2)
    _costs(paper, each)
    paper.heading("Match funding", 2)
    _match(paper, each)
    _decisions(paper, each)
    if each.conditions:
        paper.heading("Conditions", 2)
        paper.table(
            _CONDITIONS,
            [
                [
                    condition.clause,
                    condition.text + (" (before release)" if condition.before_release else ""),
                    condition.kind.value,
                    condition.due or "–",
                    condition.state.value,
                ]
                for condition in each.conditions
            ],
        )
    if each.history:
        paper.heading("History", 2)
        paper.table(
            _HISTORY,
            [
                [step.dated or step.at.date(), step.before, step.after, step.reference, step.reason]
                for step in each.history
            ],
        )
    if each.papers:
        paper.heading("Papers", 2)
        for name in each.papers:
            paper.text(name)


def _results(paper: Paper, each: BidPaper) -> None:
    """What is to be reached, what was reached the year before, and by when what is done."""
    if each.results:
        paper.heading("Results to be reached", 2)
        paper.table(
            _RESULTS,
            [
                [
                    line.outcome or "–",
                    line.level.value,
                    line.name,
                    line.unit,
                    line.baseline or "–",
                    line.target or "–",
                ]
                for line in each.results
            ],
        )
    if each.continuing:
        paper.heading(f"Results of {each.bid.year.previous}", 2)
        paper.table(
            _LAST_YEAR,
            [
                [line.name, line.last_target or "–", line.last_reached, line.last_state]
                for line in each.continuing
            ],
        )
    hidden = [
        text
        for line in each.results
        for text in (line.baseline, line.target, line.last_target, line.last_reached)
        if text.startswith("<") or text == "[c]"
    ]
    if hidden:
        paper.note("Small numbers are hidden to protect people: “<” and a number, or [c].")
    if each.milestones:
        paper.heading("Milestones", 2)
        paper.table(
            _MILESTONES,
            [[stone.due, stone.name, stone.outcome or "–", stone.state or "–"] for stone in each.milestones],
        )


def _costs(paper: Paper, each: BidPaper) -> None:
    if not each.costs:
        paper.note("No costed lines are recorded.")
        return
    paper.table(
        _COSTS,
        [[line.category.value, line.description, *line.quarters, line.total] for line in each.costs],
        ["Total", "", *each.in_quarters, each.costed],
    )
    if each.difference == Money.ZERO:
        paper.note(f"The costs add up to the amount asked, {each.bid.amount.in_words}.")
    else:
        more = "more" if each.difference > Money.ZERO else "less"
        paper.note(
            f"The amount asked, {each.bid.amount.in_words}, is {abs(each.difference).in_words} {more} than the costs."
        )


def _match(paper: Paper, each: BidPaper) -> None:
    if not each.match:
        paper.note("No match funding is recorded.")
        return
    paper.table(
        _MATCH,
        [
            [
                match.source,
                match.type.value,
                "secured" if match.is_secured else "not yet secured",
                "kind" if match.is_in_kind else "cash",
                match.planned,
            ]
            for match in each.match
        ],
    )
    cash, kind = each.match_sum(in_kind=False), each.match_sum(in_kind=True)
    paper.note(
        f"{cash.in_words} in cash; {kind.in_words} in kind, which is shown beside the cost and never in it."
    )


def _decisions(paper: Paper, each: BidPaper) -> None:
    if each.decisions:
        paper.heading("The partnership's decision", 2)
        paper.table(
            _BOARD,
            [
                [
                    made.met_on,
                    f"{made.body} (delegated)" if made.is_delegated else made.body,
                    made.minute,
                    made.interests,
                    made.score,
                    made.note,
                ]
                for made in each.decisions
            ],
        )
    if each.offers:
        paper.heading("The commissioner's offer", 2)
        paper.table(
            _OFFERS,
            [
                [
                    offer.reference,
                    offer.dated,
                    offer.amount,
                    offer.accept_by,
                    f"{offer.starts_on:%d/%m/%Y} to {offer.ends_on:%d/%m/%Y}"
                    if offer.starts_on and offer.ends_on
                    else "–",
                    f"{offer.accepted_on:%d/%m/%Y} {offer.accepted_by}".strip()
                    if offer.accepted_on
                    else "not yet",
                ]
                for offer in each.offers
            ],
        )
