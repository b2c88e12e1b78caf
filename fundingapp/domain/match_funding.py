"""What others put into a project beside its grants, in cash and in kind, and posts that several pay for (R15, R16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from math import ceil

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.identities import Identity, Part
from fundingapp.domain.ids import FundId, PartyId, PostId, ProjectId
from fundingapp.domain.money import Money, percentage
from fundingapp.domain.periods import FinancialYear


class SourceType(Enum):
    """What sort of funder it is (domain paper 3, “Funding source on a project”)."""

    PUBLIC = "public"
    PRIVATE = "private"
    THIRD_SECTOR = "third sector"


@dataclass(frozen=True, slots=True)
class MatchFunding:
    """What a source puts into a project in a year.

    *spent* is match cash spent outside this file's ledger: it is part of the project's spend (R15). What is in kind
    is shown beside it and never inside. *source* names it where it is no body of ours.
    """

    project: ProjectId
    year: FinancialYear
    source: str
    planned: Money
    party: PartyId | None = None
    type: SourceType = SourceType.PUBLIC
    is_in_kind: bool = False
    is_secured: bool = False
    received: Money = Money.ZERO
    spent: Money = Money.ZERO
    note: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A post on a project in a year: *fte* is 1 for full time, *months* 1 to 12, *cost* what it costs for these."""

    project: ProjectId
    year: FinancialYear
    title: str
    fte: Decimal
    months: int
    cost: Money


@dataclass(frozen=True, slots=True)
class PostShare:
    """The part of a post that a fund, or another *source*, pays for; the parts of a post are 100 % at most (R16)."""

    post: PostId
    percent: Decimal
    fund: FundId | None = None
    source: str = ""


#: More full-time posts than any partnership has: a typing error.
_MOST_FTE = Decimal(99)


def check_match(match: MatchFunding) -> None:
    """Raises ExpectedError for match funding that says too little, or an amount below nought."""
    if not match.source.strip() and match.party is None:
        raise ExpectedError("no_source", "Match funding needs its source.", "Say who gives it.")
    for amount, what in ((match.planned, "planned"), (match.received, "received"), (match.spent, "spent")):
        if amount < Money.ZERO:
            raise ExpectedError(
                "match_amount",
                f"Match funding {what} is never below nought: {amount.in_words}.",
                "Type the amount without a minus.",
            )
    if not (match.planned or match.received or match.spent):
        raise ExpectedError(
            "match_amount", "The match funding has no amount.", "Type what is planned, received or spent."
        )


def percent_text(percent: Decimal) -> str:
    """“50%”, “33.33%”: as given, without noughts at the end."""
    text = f"{percent:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"


def check_post(post: Post, shares: Sequence[tuple[str, Decimal]]) -> None:
    """Raises ExpectedError for a post that can't be, or whose parts are together above 100 % (R16).

    *shares* are who pays, in words, with the part of each in per cent.
    """
    if not post.title.strip():
        raise ExpectedError(
            "no_name", "A post needs its title.", "Say what the post is, such as “Youth worker”."
        )
    if not 0 < post.fte <= _MOST_FTE:
        raise ExpectedError(
            "post_fte",
            f"A post of {post.fte} full-time equivalents can't be.",
            "Type 1 for full time, 0.5 for half of it; 3 stands for three people full time.",
        )
    if not 1 <= post.months <= 12:
        raise ExpectedError(
            "post_months",
            f"A year has no {post.months} months.",
            "Type how many months of the year, 1 to 12.",
        )
    if post.cost <= Money.ZERO:
        raise ExpectedError("post_cost", "A post costs more than nought.", "Type its cost for these months.")
    for name, percent in shares:
        if not name.strip():
            raise ExpectedError("no_source", "A part of the post has no funder.", "Say who pays it.")
        if percent <= 0:
            raise ExpectedError(
                "share_nothing",
                f"{name} pays {percent_text(percent)} of the post.",
                "Leave out who pays nothing of it.",
            )
    names = [" ".join(name.casefold().split()) for name, _ in shares]
    repeated = next((name for (name, _), at in zip(shares, names, strict=True) if names.count(at) > 1), None)
    if repeated is not None:
        raise ExpectedError(
            "shares_repeated", f"{repeated} is named twice for the post.", "Put the two parts together."
        )
    total = sum((percent for _, percent in shares), Decimal(0))
    if total > 100:
        each = ", ".join(f"{name} {percent_text(percent)}" for name, percent in shares)
        raise ExpectedError(
            "post_over",
            f"The parts of “{post.title}” add up to {percent_text(total)}: {each}.",
            "A post is never paid for more than once: 100% at most.",
        )


@dataclass(frozen=True, slots=True)
class FundedPart:
    """What a fund pays of a project in a year, both kinds together.

    *net_spent* is what the project spends on it (R12), of which the fund pays *funded* (R14, what is eligible) and the
    host *host*. *agreed_percent* is the intervention rate of the award, else of the fund's agreement; None where
    neither states one.
    """

    fund: FundId
    name: str
    budget: Money
    net_spent: Money
    funded: Money
    host: Money
    agreed_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PostFunding:
    """A post and who pays which part of it, in words."""

    post: Post
    shares: tuple[tuple[str, FundId | None, Decimal], ...]

    @property
    def covered_percent(self) -> Decimal:
        return sum((percent for _, _, percent in self.shares), Decimal(0))

    @property
    def parts(self) -> tuple[Money, ...]:
        """What each of :attr:`shares` comes to, and last what nobody pays; they add up to the cost."""
        rest = max(Decimal(0), 100 - self.covered_percent)
        percents = [percent for _, _, percent in self.shares]
        if self.covered_percent > 100:  # no command makes this; R16 says so
            return (*self.post.cost.share([int(percent * 100) for percent in percents]), Money.ZERO)
        return self.post.cost.divide([*percents, rest])


@dataclass(frozen=True, slots=True)
class ProjectFunding:
    """All that pays for a project in a year."""

    project: ProjectId
    ref: str
    name: str
    funds: tuple[FundedPart, ...]
    match: tuple[MatchFunding, ...] = ()
    posts: tuple[PostFunding, ...] = ()

    @property
    def budget(self) -> Money:
        """Its current budgets from all funds."""
        return Money.total(part.budget for part in self.funds)

    @property
    def match_cash(self) -> Money:
        """Match cash spent, outside the ledger."""
        return Money.total(each.spent for each in self.match if not each.is_in_kind)

    @property
    def in_kind(self) -> Money:
        """What was given in kind: beside the spend, never inside (R15)."""
        return Money.total(each.spent for each in self.match if each.is_in_kind)

    @property
    def spend(self) -> Money:
        """R15, left side: the net spend charged to all its funds, and the match cash spent."""
        return Money.total(part.net_spent for part in self.funds) + self.match_cash

    @property
    def funded(self) -> Money:
        """R15: what the funds pay."""
        return Money.total(part.funded for part in self.funds)

    @property
    def host(self) -> Money:
        """R15: what the host pays because no fund does: the ineligible amounts (R14)."""
        return Money.total(part.host for part in self.funds)

    def part_of(self, fund: FundId) -> FundedPart | None:
        return next((part for part in self.funds if part.fund == fund), None)

    def rate(self, fund: FundId) -> Rate | None:
        """R16: what part of the project's spend *fund* pays; None when it pays none of it."""
        part = self.part_of(fund)
        return Rate(part.funded, self.spend, part.agreed_percent) if part is not None else None


@dataclass(frozen=True, slots=True)
class Rate:
    """R16: an intervention rate: what a fund pays of a project's spend, against what was agreed."""

    funded: Money
    spend: Money
    agreed_percent: Decimal | None

    @property
    def percent(self) -> Decimal | None:
        """To one decimal, for show; None while nothing is spent."""
        return percentage(self.funded, self.spend)

    @property
    def is_above(self) -> bool:
        """Whether the fund pays more than was agreed, from the first penny."""
        return self.agreed_percent is not None and self.above > Money.ZERO

    @property
    def above(self) -> Money:
        """By how much the fund pays beyond the agreed rate, in whole pence, rounded up; nought when within it."""
        if self.agreed_percent is None:
            return Money.ZERO
        over = self.funded.pence * 100 - self.agreed_percent * self.spend.pence
        return Money(max(0, ceil(over / 100)))

    @property
    def in_words(self) -> str:
        """“62.5% against 50% agreed”, “62.5%”, “nothing spent yet”."""
        if self.percent is None:
            return "nothing spent yet"
        shown = percent_text(self.percent)
        return (
            shown
            if self.agreed_percent is None
            else f"{shown} against {percent_text(self.agreed_percent)} agreed"
        )


@dataclass(frozen=True, slots=True)
class MatchAchieved:
    """How much of what projects cost is paid by others than the fund that asks; *in_kind* stands beside."""

    match: Money
    cost: Money
    in_kind: Money = Money.ZERO

    @property
    def percent(self) -> Decimal | None:
        """To one decimal, for show; None while nothing is spent."""
        return percentage(self.match, self.cost)

    def at_least(self, limit: Decimal) -> bool:
        """Whether it is *limit* per cent or more, exactly; well while nothing is spent."""
        return not self.cost or self.match.pence * 100 >= limit * self.cost.pence

    def at_most(self, limit: Decimal) -> bool:
        """Whether it is *limit* per cent or less, exactly; well while nothing is spent."""
        return not self.cost or self.match.pence * 100 <= limit * self.cost.pence


def match_percent(fund: FundId, projects: Iterable[ProjectFunding]) -> MatchAchieved:
    """How much of the cost of those *projects* that *fund* pays for is match: what other funds pay, and match cash.

    The cost is all that is spent on them (R15), so also what the host pays, which is no match.
    """
    match = cost = in_kind = Money.ZERO
    for project in projects:
        if project.part_of(fund) is None:
            continue
        others = Money.total(part.funded for part in project.funds if part.fund != fund)
        match += others + project.match_cash
        cost += project.spend
        in_kind += project.in_kind
    return MatchAchieved(match, cost, in_kind)


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A line of the return's sheet “Match” (domain paper 4.5)."""

    ref: str
    project: str
    source: str
    type: str
    is_secured: bool
    is_in_kind: bool
    planned: Money
    received: Money
    spent: Money


def reconcile_funding(
    fund: str, year: FinancialYear, projects: Sequence[ProjectFunding]
) -> tuple[Identity, ...]:
    """R15 and R16 of the projects that the grant called *fund* pays for, whoever else pays for them."""

    def figure(measure: str) -> str:
        return f"{fund}/{year}/{measure}"

    funds: dict[str, Money] = {}
    for project in projects:
        for part in project.funds:
            funds[part.name] = funds.get(part.name, Money.ZERO) + part.funded
    in_kind = Money.total(project.in_kind for project in projects)
    posts = [post for project in projects for post in project.posts]
    payers: dict[str, Money] = {}
    nobody = Money.ZERO
    for post in posts:
        *parts, rest = post.parts
        nobody += rest
        for (name, _, _), amount in zip(post.shares, parts, strict=True):
            payers[name] = payers.get(name, Money.ZERO) + amount
    above = [
        f"{project.ref} {part.name} {rate.in_words}"
        for project in projects
        for part in project.funds
        if (rate := project.rate(part.fund)) is not None and rate.is_above
    ]
    people = f"{len(posts):,} post{'' if len(posts) == 1 else 's'}"
    return (
        Identity(
            "R15",
            "Spend of its projects = what each funder pays",
            f"{in_kind.in_words} in kind stands beside, never inside",
            "Spend of its projects, match cash in",
            Money.total(project.spend for project in projects),
            (
                *(
                    Part(f"Paid by {name}", amount, figure(f"funded/{name}"))
                    for name, amount in funds.items()
                ),
                Part(
                    "Ineligible, paid by the host",
                    Money.total(project.host for project in projects),
                    figure("host contribution"),
                ),
                Part(
                    "Match cash",
                    Money.total(project.match_cash for project in projects),
                    figure("match cash"),
                ),
            ),
            figure("cost"),
            "An ineligible amount is not paid by the host in full: look at Adjustments on Spend.",
        ),
        Identity(
            "R16",
            "Posts = the parts that funders pay, 100% at most",
            "; ".join([people, *above]) if above else f"{people}, no fund pays above its agreed rate",
            "Cost of the posts",
            Money.total(post.post.cost for post in posts),
            (
                *(
                    Part(f"Paid by {name}", amount, figure(f"posts/{name}"))
                    for name, amount in payers.items()
                ),
                Part("Paid by nobody yet", nobody, figure("posts/nobody yet")),
            ),
            figure("posts"),
            "Correct who pays for the post, in the view Funding on Projects.",
            broken=sum(post.covered_percent > 100 for post in posts),
            broken_name="post",
        ),
    )
