"""The carry-forward chain: what became of each year's money, project by project and kind by kind, and where more comes
into a year than went out of the one before (R25, R26)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum

from fundingapp.domain.allocations import Resources
from fundingapp.domain.carry_forwards import carried_of
from fundingapp.domain.claims import Repayment
from fundingapp.domain.funds import Kind
from fundingapp.domain.identities import Identity, Part
from fundingapp.domain.ids import ProjectId, RepaymentId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.settlements import Settlement


class ChainState(Enum):
    """How a year of the chain stands, in words."""

    CLOSED = "closed"
    AWAITED = "carry-forward awaiting agreement"
    UNDECIDED = "over, not settled"
    SETTLED = "over and settled"
    OPEN = "open"
    TO_COME = "to come"


@dataclass(frozen=True, slots=True)
class YearMoney:
    """What became of a grant's money of a year (R25).

    *carried* is agreed to be used in the next, *returned* was given back, *owed* is to be given back and has not gone
    yet, *surrendered* was never drawn.
    """

    available: Money
    spent: Money
    carried: Money = Money.ZERO
    returned: Money = Money.ZERO
    owed: Money = Money.ZERO
    surrendered: Money = Money.ZERO

    @property
    def underspend(self) -> Money:
        """Available less eligible spend; below nought for an overspend."""
        return self.available - self.spent

    @property
    def pending(self) -> Money:
        """What nobody has decided yet; below nought when more was decided than there was."""
        return self.underspend - self.carried - self.returned - self.owed - self.surrendered


@dataclass(frozen=True, slots=True)
class HeadMoney:
    """What became of one head's money of a year. *project* None stands for money that is in no project's budget: its
    *budget* is what is available of the kind less all budgets, below nought where more was awarded than there is."""

    project: ProjectId | None
    kind: Kind
    budget: Money
    spent: Money
    settled: Money
    carried: Money

    @property
    def left(self) -> Money:
        """Budget less eligible spend; below nought for an overspend."""
        return self.budget - self.spent

    @property
    def room(self) -> Money:
        """What there is to carry forward: what is left and not given back, never below nought."""
        return max(Money.ZERO, self.left - self.settled)

    @property
    def pending(self) -> Money:
        return self.left - self.settled - self.carried

    @property
    def excess(self) -> Money:
        """By how much more was carried forward than there was."""
        return max(Money.ZERO, self.carried - self.room)


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """A link that does not hold: *difference* (above nought) was carried or brought forward beyond what was there.

    *project* and *ref* are None and "" where it is not one project's.
    """

    from_year: FinancialYear
    kind: Kind
    project: ProjectId | None
    ref: str
    difference: Money
    sentence: str

    @property
    def to_year(self) -> FinancialYear:
        return self.from_year.next


def only_kind(position: GrantPosition) -> Kind | None:
    """The one kind of money that a grant's year has; None when it has several, or nothing."""
    used = {project.kind for project in position.projects}
    used |= {kind for kind, resources in position.resources_by_kind.items() if resources != Resources()}
    return next(iter(used)) if len(used) == 1 else None


def year_money(
    position: GrantPosition,
    settlements: Collection[Settlement],
    repayments: Iterable[tuple[RepaymentId, Repayment]],
    kind: Kind | None = None,
) -> YearMoney:
    """What became of the money of *kind* (None: of all) at *position*, which goes to the end of its year.

    *settlements* and *repayments* are those of the grant's year. What a repayment gives back beyond the settlements
    that it pays is unspent money too, of the only kind that the year has, unless it settles a credit claim: that was
    overclaimed.
    """
    ours = [entry for entry in settlements if kind in (None, entry.kind)]
    returned = Money.total(entry.amount for entry in ours if entry.is_given_back)
    if kind in (None, only_kind(position)):
        paid = {id: entry.amount for id, entry in repayments if entry.claim is None}
        explained = Money.total(entry.amount for entry in settlements if entry.repayment in paid)
        returned += Money.total(paid.values()) - explained
    resources = position.resources if kind is None else position.resources_by_kind[kind]
    return YearMoney(
        resources.available,
        position.spent_for(kind),
        position.carried_out_for(kind),
        returned,
        Money.total(entry.amount for entry in ours if entry.is_owed),
        Money.total(entry.amount for entry in ours if entry.is_surrendered),
    )


def head_money(position: GrantPosition, settlements: Collection[Settlement]) -> tuple[HeadMoney, ...]:
    """What became of the money of each head at *position*, in the order of the projects' references; what is in no
    project's budget comes last, kind by kind. A head that money was carried or given back from is there even where it
    has nothing else."""
    heads = {
        (project.project_id, project.kind): (project.budget.current, project.spent)
        for project in position.projects
    }
    moved = [(entry.project, entry.kind) for entry in position.onward if entry.carried]
    moved += [(entry.project, entry.kind) for entry in settlements]
    for project, kind in moved:
        if project is not None:
            heads.setdefault((project, kind), (Money.ZERO, Money.ZERO))
    without = {kind for project, kind in moved if project is None}
    found: list[tuple[ProjectId | None, Kind, Money, Money]] = [
        (project, kind, budget, spent) for (project, kind), (budget, spent) in heads.items()
    ]
    for kind, resources in position.resources_by_kind.items():
        budget = resources.available - position.awarded_for(kind)
        if budget or kind in without:
            found.append((None, kind, budget, Money.ZERO))
    return tuple(
        HeadMoney(
            project,
            kind,
            budget,
            spent,
            Money.total(
                entry.amount for entry in settlements if (entry.project, entry.kind) == (project, kind)
            ),
            carried_of(position.onward, project, kind),
        )
        for project, kind, budget, spent in found
    )


def breaks_out_of(
    position: GrantPosition,
    settlements: Collection[Settlement],
    repayments: Collection[tuple[RepaymentId, Repayment]],
    names: dict[ProjectId, tuple[str, str]],
) -> tuple[ChainBreak, ...]:
    """Where more was carried forward out of the year of *position* than there was.

    A project that carries more than it has left is named; what only the grant as a whole lacks, one kind of money for
    itself, has no project: money that was in no project's budget may be what projects left. *names* are the reference
    and name of every project.
    """
    year, found = position.year, []
    of_projects = dict.fromkeys(Kind, Money.ZERO)
    for head in head_money(position, settlements):
        if head.project is None or not head.excess:
            continue
        ref, name = names[head.project]
        settled = f" and {head.settled.in_words} of it given back" if head.settled else ""
        found.append(
            ChainBreak(
                year,
                head.kind,
                head.project,
                ref,
                head.excess,
                f"{ref} {name}: {head.carried.in_words} of {head.kind.value} was carried forward into {year.next}, and "
                f"{max(Money.ZERO, head.left).in_words} was left of its budget in {year}{settled}: "
                f"{head.excess.in_words} more than was there.",
            )
        )
        of_projects[head.kind] += head.excess
    for kind in Kind:
        money = year_money(position, settlements, repayments, kind)
        rest = min(money.carried, -money.pending) - of_projects[kind]
        if rest > Money.ZERO:
            there = max(Money.ZERO, money.pending + money.carried)
            found.append(
                ChainBreak(
                    year,
                    kind,
                    None,
                    "",
                    rest,
                    f"{money.carried.in_words} of {kind.value} was carried forward out of {year}, and {there.in_words} "
                    f"of the grant's {money.available.in_words} was left to carry: {rest.in_words} more than there "
                    f"was{', beside what is named of projects' if of_projects[kind] else ''}.",
                )
            )
    return tuple(found)


def breaks_into(position: GrantPosition, before_is_held: bool) -> tuple[ChainBreak, ...]:
    """What is typed as brought forward into the year of *position* although the file holds the year before: that year's
    agreed carry-forward is what comes over, and it counts by itself (R26)."""
    if not before_is_held:
        return ()
    year = position.year
    found = []
    for kind, resources in position.resources_by_kind.items():
        if resources.opening:
            agreed = resources.brought_forward - resources.opening
            found.append(
                ChainBreak(
                    year.previous,
                    kind,
                    None,
                    "",
                    resources.opening,
                    f"{resources.opening.in_words} of {kind.value} is typed as brought forward into {year}, beside the "
                    f"{agreed.in_words} that {year.previous} carries forward by agreement: record it as carried "
                    f"forward out of {year.previous}, and withdraw the typed sum.",
                )
            )
    return tuple(found)


def reconcile_chain(position: GrantPosition, before_is_held: bool) -> tuple[Identity, ...]:
    """R26 at *position*: what the year has brought forward is what the year before carries forward, head by head.

    What is typed as brought forward is the opening of the first year that the file holds, and a contradiction in any
    other. Nothing is stated where nothing comes over.
    """
    agreed = [entry for entry in position.brought if entry.carried]
    resources = position.resources
    if not agreed and not resources.brought_forward:
        return ()
    year, name = position.year, position.fund.name
    out: dict[tuple[ProjectId | None, Kind], Money] = {}
    for entry in agreed:
        key = (entry.project, entry.kind)
        out[key] = out.get(key, Money.ZERO) + entry.carried
    into = {(each.project_id, each.kind): each.budget.brought_forward for each in position.projects}
    unequal = sum(
        into.get((project, kind), Money.ZERO) != out.get((project, kind), Money.ZERO)
        for project, kind in {*into, *out}
        if project is not None
    )
    heads = len(out)
    opening = (
        (
            Part(
                "Opening, of years before this file",
                resources.opening,
                f"{name}/{year}/brought forward/opening",
            ),
        )
        if resources.opening and not before_is_held
        else ()
    )
    return (
        Identity(
            "R26",
            "Brought forward = carried forward of the year before",
            f"{heads:,} {'line' if heads == 1 else 'lines'} carried forward out of {year.previous}",
            "Brought forward",
            resources.brought_forward,
            (
                Part(
                    f"Carried forward out of {year.previous}",
                    Money.total(out.values()),
                    f"{name}/{year.previous}/carried forward",
                ),
                *opening,
            ),
            f"{name}/{year}/brought forward",
            f"A sum is typed as brought forward, and {year.previous} is in this file: record the agreed carry-forward "
            "there instead.",
            broken=unequal,
            broken_name="project",
        ),
    )
