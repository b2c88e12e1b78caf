"""The bid pack as a workbook: its costs as live sums, everything proved by reading the file back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fundingapp.domain.bid_packs import BidPack, BidPaper, facts_of
from fundingapp.domain.bids import word_count
from fundingapp.domain.money import Money
from fundingapp.workbooks.book import FIRST_ROW, Book, Column, Entry, Formula, Sheet, rounded, sum_of
from fundingapp.workbooks.read_back import read_back, refuse_differences
from fundingapp.workbooks.swap import put_in_place

BID, COSTS, TEXTS, MATCH, CONDITIONS, HISTORY = "Bid", "Costs", "Texts", "Match", "Conditions", "History"
RESULTS, MILESTONES = "Results", "Milestones"

_BID_COLUMNS = (
    Column("Bid", widest=18),
    Column("Item", widest=30),
    Column("Figure £", figures=True),
    Column("Text", widest=90),
)
_COST_COLUMNS = (
    Column("Bid", widest=18),
    Column("Category", widest=26),
    Column("For", widest=50),
    Column("Q1 £", figures=True),
    Column("Q2 £", figures=True),
    Column("Q3 £", figures=True),
    Column("Q4 £", figures=True),
    Column("Total £", figures=True),
)
#: Where the quarters begin and the total stands, counted from nought.
_Q1, _Q4, _TOTAL = 3, 6, 7
_TEXT_COLUMNS = (
    Column("Bid", widest=18),
    Column("Section", widest=30),
    Column("Words", figures=True),
    Column("Text", widest=110),
)
_MATCH_COLUMNS = (
    Column("Bid", widest=18),
    Column("From", widest=40),
    Column("Kind", widest=16),
    Column("State", widest=16),
    Column("In", widest=8),
    Column("Planned £", figures=True),
    Column("Note", widest=50),
)
_CONDITION_COLUMNS = (
    Column("Bid", widest=18),
    Column("Clause", widest=14),
    Column("Condition", widest=70),
    Column("About", widest=18),
    Column("Before release", widest=8),
    Column("Owner", widest=20),
    Column("Due", figures=True),
    Column("State", widest=12),
    Column("Proof", widest=40),
)
_RESULT_COLUMNS = (
    Column("Bid", widest=18),
    Column("Outcome", widest=40),
    Column("Kind", widest=12),
    Column("Indicator", widest=44),
    Column("Unit", widest=16),
    Column("Baseline", widest=20),
    Column("Target", widest=20),
    Column("Source", widest=40),
    Column("Target last year", widest=20),
    Column("Reached last year", widest=20),
    Column("State last year", widest=20),
)
_MILESTONE_COLUMNS = (
    Column("Bid", widest=18),
    Column("Due", figures=True),
    Column("Milestone", widest=70),
    Column("Outcome", widest=40),
    Column("State", widest=16),
)
_HISTORY_COLUMNS = (
    Column("Bid", widest=18),
    Column("Day", figures=True),
    Column("What", widest=30),
    Column("Paper", widest=30),
    Column("Text", widest=80),
)


def write_bid_book(pack: BidPack, out: Path) -> None:
    """Writes *pack* as a workbook to *out*, in the place of what is there.

    Raises ExpectedError ``cannot_write``, ``disk_full``, ``read_back_differs``, ``amount_too_large`` or
    ``text_too_long``; *out* is then what it was before.
    """
    book = Book(pack.title, f"{pack.partnership}: bid pack", pack.prepared_on, (pack.partnership, pack.title))
    # Made in the order of the tabs; the costs are filled first, because the first sheet's figures point to them.
    bid = book.sheet(BID, "bid_facts", _BID_COLUMNS)
    costs = book.sheet(COSTS, "bid_costs", _COST_COLUMNS)
    about = f"{pack.partnership} · prepared on {pack.prepared_on:%d/%m/%Y}"
    spans = _fill_costs(costs, pack, about)
    _fill_bid(bid, pack, about, spans)
    for name, table, columns, fill in _LISTS:
        sheet = book.sheet(name, table, columns)
        sheet.begin(name, about)
        for paper in pack.papers:
            for row in fill(paper):
                sheet.add([paper.name, *row])
        if sheet.next_row == FIRST_ROW:
            sheet.add(["", "[none]", *[""] * (len(columns) - 2)])
        sheet.finish(sheet.next_row - 1)
    put_in_place(
        out, book.contents(), lambda beside: refuse_differences(read_back(beside, book.cells), out.name)
    )


def _fill_costs(sheet: Sheet, pack: BidPack, about: str) -> dict[str, str]:
    """Fills the sheet; gives, by the bid's name, where the sums of its lines stand."""
    sheet.begin(COSTS, about)
    spans: dict[str, str] = {}
    for paper in pack.papers:
        first = sheet.next_row
        for line in paper.costs:
            row = sheet.next_row
            total = Formula(sum_of(sheet.span(row, _Q1, row, _Q4)), line.total)
            sheet.add([paper.name, line.category.value, line.description, *line.quarters, total])
        if paper.costs:
            spans[paper.name] = sheet.far_span(first, _TOTAL, sheet.next_row - 1, _TOTAL)
    last = sheet.next_row - 1
    if last < FIRST_ROW:
        sheet.add(["", "[no costed lines yet]", *[""] * (len(_COST_COLUMNS) - 2)])
        sheet.finish(sheet.next_row - 1)
        return spans
    sums = [Money.total(paper.in_quarters[at] for paper in pack.papers) for at in range(4)]
    sums.append(Money.total(paper.costed for paper in pack.papers))
    totals = [
        Formula(sum_of(sheet.span(FIRST_ROW, column, last, column)), amount)
        for column, amount in enumerate(sums, start=_Q1)
    ]
    sheet.add(["Total", "", "", *totals], strong=True)
    sheet.finish(last)
    return spans


def _fill_bid(sheet: Sheet, pack: BidPack, about: str, spans: dict[str, str]) -> None:
    sheet.begin(pack.title, about)
    for paper in pack.papers:
        asked = sheet.next_row
        for name, fact in facts_of(paper, pack):
            if name == "Amount asked":
                asked = sheet.next_row
            if isinstance(fact, Money):
                sheet.add([paper.name, name, fact, ""])
            else:
                sheet.add([paper.name, name, "", fact])
        costed = sheet.next_row
        span = spans.get(paper.name)
        sum_entry: Entry = Formula(sum_of(span), paper.costed) if span else Money.ZERO
        sheet.add([paper.name, "Costed", sum_entry, "what the lines of sheet “Costs” add up to"])
        less = Formula(rounded(f"{sheet.at(asked, 2)}-{sheet.at(costed, 2)}"), paper.difference)
        says = "both agree" if paper.difference == Money.ZERO else "the amount asked and the costs differ"
        sheet.add([paper.name, "Asked less costed", less, says])
        for number, name in enumerate(paper.papers, start=1):
            sheet.add([paper.name, f"Paper {number}", "", name])
    sheet.finish(sheet.next_row - 1)


def _texts(paper: BidPaper) -> list[list[Entry]]:
    return [[text.section.value, word_count(text.text), text.text] for text in paper.texts]


def _results(paper: BidPaper) -> list[list[Entry]]:
    return [
        [
            line.outcome,
            line.level.value,
            line.name,
            line.unit,
            line.baseline,
            line.target,
            line.source,
            line.last_target,
            line.last_reached,
            line.last_state,
        ]
        for line in paper.results
    ]


def _milestones(paper: BidPaper) -> list[list[Entry]]:
    return [[stone.due, stone.name, stone.outcome, stone.state] for stone in paper.milestones]


def _match(paper: BidPaper) -> list[list[Entry]]:
    return [
        [
            match.source,
            match.type.value,
            "secured" if match.is_secured else "not yet secured",
            "kind" if match.is_in_kind else "cash",
            match.planned,
            match.note,
        ]
        for match in paper.match
    ]


def _conditions(paper: BidPaper) -> list[list[Entry]]:
    return [
        [
            condition.clause,
            condition.text,
            condition.kind.value,
            "yes" if condition.before_release else "no",
            condition.owner,
            condition.due,
            condition.state.value,
            condition.proof,
        ]
        for condition in paper.conditions
    ]


def _history(paper: BidPaper) -> list[list[Entry]]:
    rows: list[list[Entry]] = [
        [step.dated or step.at.date(), f"{step.before} → {step.after}", step.reference, step.reason]
        for step in paper.history
    ]
    for made in paper.decisions:
        said = f"Interests declared: {made.interests}."
        if made.score:
            said += f" Score: {made.score}."
        who = f"{made.body} (delegated)" if made.is_delegated else made.body
        rows.append([made.met_on, f"decided by {who}", made.minute, f"{said} {made.note}".strip()])
    for offer in paper.offers:
        said = f"{offer.amount.in_words}, to be accepted by {offer.accept_by:%d/%m/%Y}"
        if offer.accepted_on is not None:
            said += f"; accepted on {offer.accepted_on:%d/%m/%Y} {offer.accepted_by}".rstrip()
        rows.append([offer.dated, "offer", offer.reference, said])
    return rows


_LISTS: tuple[tuple[str, str, tuple[Column, ...], Callable[[BidPaper], list[list[Entry]]]], ...] = (
    (TEXTS, "bid_texts", _TEXT_COLUMNS, _texts),
    (RESULTS, "bid_results", _RESULT_COLUMNS, _results),
    (MILESTONES, "bid_milestones", _MILESTONE_COLUMNS, _milestones),
    (MATCH, "bid_match", _MATCH_COLUMNS, _match),
    (CONDITIONS, "bid_conditions", _CONDITION_COLUMNS, _conditions),
    (HISTORY, "bid_history", _HISTORY_COLUMNS, _history),
)
