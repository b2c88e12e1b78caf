"""The pack of one or several bids: what goes to the board and to the commissioner, with every sum it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from fundingapp.domain.bids import Bid, BidCost, BidText, BoardDecision, CostCategory, Offer, Section
from fundingapp.domain.funds import Project
from fundingapp.domain.grant_conditions import GrantCondition
from fundingapp.domain.indicators import ResultLevel
from fundingapp.domain.match_funding import MatchFunding
from fundingapp.domain.money import Money
from fundingapp.domain.states import Step

#: What a line of the pack's facts can say.
Fact = str | Money | date


@dataclass(frozen=True, slots=True)
class CostLine:
    """What a bid plans for one thing of a category, quarter by quarter (April to June is the first)."""

    category: CostCategory
    description: str
    quarters: tuple[Money, Money, Money, Money]

    @property
    def total(self) -> Money:
        return Money.total(self.quarters)


@dataclass(frozen=True, slots=True)
class PlannedResult:
    """What a project is to reach by one of its indicators, as texts that may leave the house (small numbers hidden).

    *last_target*, *last_reached* and *last_state* are of the year before, "" for a project that is new.
    """

    outcome: str
    level: ResultLevel
    name: str
    unit: str
    baseline: str
    target: str
    source: str = ""
    last_target: str = ""
    last_reached: str = ""
    last_state: str = ""


@dataclass(frozen=True, slots=True)
class PlannedMilestone:
    """Something the project is to have done by *due*, and the outcome that it serves."""

    due: date
    name: str
    outcome: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class BidPaper:
    """One bid of a pack. *name* tells it from the others (“LF-09”, “LF-09 (2)” for a project's second bid).

    *papers* are the names of the files and references that support it.
    """

    name: str
    bid: Bid
    project: Project
    fund: str
    commissioner: str
    applicant: str = ""
    texts: tuple[BidText, ...] = ()
    costs: tuple[CostLine, ...] = ()
    match: tuple[MatchFunding, ...] = ()
    conditions: tuple[GrantCondition, ...] = ()
    decisions: tuple[BoardDecision, ...] = ()
    offers: tuple[Offer, ...] = ()
    history: tuple[Step, ...] = ()
    papers: tuple[str, ...] = ()
    results: tuple[PlannedResult, ...] = ()
    milestones: tuple[PlannedMilestone, ...] = ()

    @property
    def continuing(self) -> tuple[PlannedResult, ...]:
        """The results that the year before has something to tell of."""
        return tuple(each for each in self.results if each.last_reached)

    @property
    def title(self) -> str:
        return f"{self.name} {self.project.name}"

    @property
    def costed(self) -> Money:
        """What the costed lines add up to."""
        return Money.total(line.total for line in self.costs)

    @property
    def difference(self) -> Money:
        """The amount asked for less what is costed; nought where both agree."""
        return self.bid.amount - self.costed

    @property
    def in_quarters(self) -> tuple[Money, Money, Money, Money]:
        """What the costed lines add up to in each quarter."""
        first, second, third, fourth = (
            Money.total(line.quarters[at] for line in self.costs) for at in range(4)
        )
        return (first, second, third, fourth)

    def match_sum(self, *, in_kind: bool) -> Money:
        """The planned match, in cash or in kind; the two are never added (R15)."""
        return Money.total(each.planned for each in self.match if each.is_in_kind is in_kind)


@dataclass(frozen=True, slots=True)
class BidPack:
    """The papers of the chosen bids, one at least, in the order in which they are to be read."""

    partnership: str
    accountable_body: str
    prepared_on: date
    papers: tuple[BidPaper, ...]

    @property
    def title(self) -> str:
        """“Bid LF-09 Street Pastors” for one, “3 bids of 2018/19” for several."""
        if len(self.papers) == 1:
            return f"Bid {self.papers[0].title}"
        years = sorted({str(paper.bid.year) for paper in self.papers})
        return f"{len(self.papers):,} bids of {' and '.join(years)}"

    @property
    def asked(self) -> Money:
        return Money.total(paper.bid.amount for paper in self.papers)


def cost_lines(costs: Iterable[BidCost]) -> tuple[CostLine, ...]:
    """*costs* as lines of four quarters: those of one category and description together, in the order of the
    categories and, within one, in the order in which they were first written."""
    sums: dict[tuple[CostCategory, str], list[Money]] = {}
    for cost in costs:
        quarters = sums.setdefault((cost.category, cost.description), [Money.ZERO] * 4)
        quarters[cost.quarter - 1] += cost.amount
    order = list(CostCategory)
    lines = []
    for (category, description), (first, second, third, fourth) in sums.items():
        lines.append(CostLine(category, description, (first, second, third, fourth)))
    return tuple(sorted(lines, key=lambda line: order.index(line.category)))


def texts_in_order(texts: Iterable[BidText]) -> tuple[BidText, ...]:
    """*texts* in the order of a bid's sections, without those that say nothing."""
    order = list(Section)
    return tuple(
        sorted((text for text in texts if text.text.strip()), key=lambda text: order.index(text.section))
    )


def names_of(refs: Iterable[str]) -> tuple[str, ...]:
    """*refs*, each told from those before that read the same: LF-09, LF-10, LF-09 (2)."""
    seen: dict[str, int] = {}
    names = []
    for ref in refs:
        seen[ref] = seen.get(ref, 0) + 1
        names.append(ref if seen[ref] == 1 else f"{ref} ({seen[ref]})")
    return tuple(names)


def facts_of(paper: BidPaper, pack: BidPack) -> Iterator[tuple[str, Fact]]:
    """What a bid is, in the pairs that both forms of the pack begin with; what is not known is left out."""
    bid, project = paper.bid, paper.project
    facts: list[tuple[str, Fact | None]] = [
        ("Reference", bid.reference),
        ("Project", f"{project.ref} {project.name}"),
        ("What it does", project.description),
        ("Partnership", pack.partnership),
        ("Accountable body", pack.accountable_body),
        ("Applicant", paper.applicant),
        ("Project lead", project.lead),
        ("Theme", project.theme),
        ("Area", project.area),
        ("Fund", paper.fund),
        ("Commissioner", paper.commissioner),
        ("Financial year", str(bid.year)),
        ("Kind of money", bid.kind.value),
        (
            "Asked for",
            "beside the year's allocation" if bid.outside_allocation else "out of the year's allocation",
        ),
        ("Starts on", project.starts_on),
        ("Ends on", project.ends_on),
        ("State", bid.state.value),
        ("Submitted on", bid.submitted_on),
        ("Answer due", bid.answer_due),
        ("Decision", bid.decision),
        ("Decided on", bid.decided_on),
        ("Amount asked", bid.amount),
        ("Amount awarded", bid.awarded),
    ]
    for name, fact in facts:
        if fact is not None and fact != "":
            yield name, fact
