"""Virements: budget moved between the lines of one grant, within what is spent and claimed and on whose authority (R3,
R5; domain paper 2.2 and 2.4 rules 5, 6 and 26)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from fundingapp.domain.agreements import Terms
from fundingapp.domain.allocations import Authority, BudgetMovement, ChangeState, ContingencyEntry
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.identities import Identity, Part
from fundingapp.domain.ids import MovementId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.states import Machine, Move, Need

_S = ChangeState

#: What can become of a virement. Whether the authority is enough is asked by :func:`check_authority` as well.
VIREMENTS: Machine[ChangeState] = Machine(
    "virement",
    (
        Move(_S.DRAFT, _S.SUBMITTED, "submit", "community safety manager"),
        Move(_S.DRAFT, _S.APPLIED, "apply at once", "community safety manager", (Need.DATE,)),
        Move(_S.DRAFT, _S.WITHDRAWN, "withdraw", "community safety manager", (Need.REASON,)),
        Move(_S.SUBMITTED, _S.QUERIED, "query", "whoever decides", (Need.REASON,)),
        Move(_S.SUBMITTED, _S.APPROVED, "approve", "whoever decides", (Need.DATE,)),
        Move(_S.SUBMITTED, _S.REJECTED, "reject", "whoever decides", (Need.DATE, Need.REASON)),
        Move(_S.SUBMITTED, _S.WITHDRAWN, "withdraw", "community safety manager", (Need.REASON,)),
        Move(_S.QUERIED, _S.SUBMITTED, "answer the query", "community safety manager"),
        Move(_S.QUERIED, _S.APPROVED, "approve", "whoever decides", (Need.DATE,)),
        Move(_S.QUERIED, _S.REJECTED, "reject", "whoever decides", (Need.DATE, Need.REASON)),
        Move(_S.QUERIED, _S.WITHDRAWN, "withdraw", "community safety manager", (Need.REASON,)),
        Move(_S.APPROVED, _S.AWAITING_LETTER, "await the amendment letter", "commissioner"),
        Move(_S.APPROVED, _S.APPLIED, "apply", "finance officer", (Need.DATE,)),
        Move(_S.APPROVED, _S.WITHDRAWN, "withdraw", "community safety manager", (Need.REASON,)),
        Move(_S.AWAITING_LETTER, _S.APPLIED, "apply", "finance officer", (Need.DATE, Need.REFERENCE)),
        Move(_S.AWAITING_LETTER, _S.WITHDRAWN, "withdraw", "community safety manager", (Need.REASON,)),
    ),
)

#: In these states what a virement moves may still be changed.
CHANGEABLE = frozenset({ChangeState.DRAFT, ChangeState.QUERIED})
#: In these it still waits for something.
OPEN = frozenset(
    {
        ChangeState.DRAFT,
        ChangeState.SUBMITTED,
        ChangeState.QUERIED,
        ChangeState.APPROVED,
        ChangeState.AWAITING_LETTER,
    }
)


@dataclass(frozen=True, slots=True)
class Leg:
    """One move of a virement; None stands for the contingency line. It stays within its *kind* unless *to_kind* says
    that the money is to arrive in another one, which takes the commissioner's letter (R5)."""

    kind: Kind
    source: ProjectId | None
    target: ProjectId | None
    amount: Money
    to_kind: Kind | None = None

    @property
    def target_kind(self) -> Kind:
        return self.to_kind or self.kind

    @property
    def crosses(self) -> bool:
        """Whether it moves money between kinds."""
        return self.target_kind is not self.kind


@dataclass(frozen=True, slots=True)
class Virement:
    """A change to the budgets of a grant's year, with all its legs. *number* is 0 for those made before changes were
    numbered, each of which stands alone. *id* is the first leg's: papers and history hang on it."""

    id: MovementId
    number: int
    state: ChangeState
    dated: date
    reason: str
    authority: str
    decided_by: Authority
    legs: tuple[Leg, ...]

    @property
    def name(self) -> str:
        return f"Virement {self.number}" if self.number else "A virement before numbering"

    @property
    def moved(self) -> Money:
        return moved(self.legs)

    @property
    def crosses(self) -> bool:
        return any(leg.crosses for leg in self.legs)


@dataclass(frozen=True, slots=True)
class Line:
    """What budget can leave or reach: a project in one kind of money, or (*project* None) the contingency of a kind.

    *spent* is the eligible spend of the whole ledger, *claimed* what claims that were sent have asked for.
    """

    project: ProjectId | None
    kind: Kind
    ref: str
    name: str
    budget: Money
    spent: Money = Money.ZERO
    claimed: Money = Money.ZERO

    @property
    def key(self) -> tuple[ProjectId | None, Kind]:
        return self.project, self.kind

    @property
    def used(self) -> Money:
        """What its budget can't go below: the larger of what is spent and what is claimed, never below nought."""
        return max(self.spent, self.claimed, Money.ZERO)

    @property
    def can_give(self) -> Money:
        return max(self.budget - self.used, Money.ZERO)


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line before and after a virement."""

    line: Line
    change: Money

    @property
    def before(self) -> Money:
        return self.line.budget

    @property
    def after(self) -> Money:
        return self.line.budget + self.change


def virements_of(movements: Iterable[tuple[MovementId, BudgetMovement]]) -> tuple[Virement, ...]:
    """The virements that the *movements* of one fund and year are, by number; those before numbering first, by day."""
    groups: dict[tuple[int, int], list[tuple[MovementId, BudgetMovement]]] = {}
    for id, movement in sorted(movements, key=lambda entry: entry[0]):
        groups.setdefault((movement.number, 0 if movement.number else id), []).append((id, movement))
    found = []
    for legs in groups.values():
        id, first = legs[0]
        found.append(
            Virement(
                id,
                first.number,
                first.state,
                first.dated,
                first.reason,
                first.authority,
                first.decided_by,
                tuple(Leg(leg.kind, leg.source, leg.target, leg.amount, leg.to_kind) for _, leg in legs),
            )
        )
    return tuple(
        sorted(found, key=lambda each: (each.number, each.dated if not each.number else date.min, each.id))
    )


def lines_of(position: GrantPosition, claimed: Mapping[tuple[ProjectId, Kind], Money]) -> tuple[Line, ...]:
    """The lines of a grant at *position*: its projects, then the contingency of each kind that has any or had any."""
    projects = [
        Line(
            project.project_id,
            project.kind,
            project.ref,
            project.project.name + (" (capital)" if project.kind.is_capital else ""),
            project.budget.current,
            project.spent,
            claimed.get((project.project_id, project.kind), Money.ZERO),
        )
        for project in position.projects
    ]
    known = {line.kind for line in position.contingency_lines}
    contingency = [
        Line(None, kind, "", "contingency" + (" (capital)" if kind.is_capital else ""), left)
        for kind, left in position.contingency_by_kind.items()
        if left or kind in known or kind in {project.kind for project in position.projects}
    ]
    return (*projects, *contingency)


def moved(legs: Sequence[Leg]) -> Money:
    """How much budget changes its line in all: what the lines that gain are given together."""
    return Money.total(change for change in _net(legs).values() if change > Money.ZERO)


def _net(legs: Sequence[Leg]) -> dict[tuple[ProjectId | None, Kind], Money]:
    """What each line gains (or, below nought, loses), in the order in which the legs name them."""
    net: dict[tuple[ProjectId | None, Kind], Money] = {}
    for leg in legs:
        for key, amount in (
            ((leg.source, leg.kind), -leg.amount),
            ((leg.target, leg.target_kind), leg.amount),
        ):
            net[key] = net.get(key, Money.ZERO) + amount
    return net


def before_and_after(lines: Sequence[Line], legs: Sequence[Leg]) -> tuple[LineChange, ...]:
    """What *legs* do to each line they name. A line that the grant does not have yet stands with nothing."""
    known = {line.key: line for line in lines}
    return tuple(LineChange(known.get(key) or _unknown(*key), change) for key, change in _net(legs).items())


def _unknown(project: ProjectId | None, kind: Kind) -> Line:
    """A line that the grant does not have: nothing can leave it."""
    name = "contingency" if project is None else f"a project that has no {kind.value} award here"
    return Line(project, kind, "", name, Money.ZERO)


def check_legs(lines: Sequence[Line], legs: Sequence[Leg]) -> tuple[LineChange, ...]:
    """What *legs* do to the lines of a grant. Raises ExpectedError when they move nothing, or when a line would go
    below what is spent or claimed of it; what one line gives another gets, so every virement nets to nought (R5)."""
    if not legs:
        raise ExpectedError("movement_amount", "The virement moves nothing yet.", "Say from where to where.")
    for leg in legs:
        if leg.amount <= Money.ZERO:
            raise ExpectedError(
                "movement_amount", "A virement moves an amount above nought.", "Type the amount."
            )
        if leg.source == leg.target and not leg.crosses:
            raise ExpectedError(
                "movement_same", "A virement needs two different lines.", "Choose another line."
            )
    changes = before_and_after(lines, legs)
    for entry in changes:
        if entry.change < Money.ZERO:
            check_giving(entry.line, -entry.change)
    if not any(entry.change for entry in changes):
        raise ExpectedError(
            "movement_amount", "The legs of this virement cancel out: it moves nothing.", "Change a leg."
        )
    return changes


def check_giving(line: Line, amount: Money) -> None:
    """Refuses to take *amount* from *line* where less is left of it, in a sentence with both figures."""
    if amount > line.can_give:
        raise ExpectedError(
            "movement_too_much",
            _too_much(line, amount),
            "Move less, or from another line: no line goes below what is spent or claimed.",
        )


def _too_much(line: Line, asked: Money) -> str:
    """“£4,000.00 can't leave Street Pastors: £2,850.00 of its £3,000.00 is already spent, so £150.00 at most can.”"""
    most = f"so {line.can_give.in_words} at most can"
    if line.project is None:
        return f"{asked.in_words} can't leave {line.name}: {line.budget.in_words} is left in it, {most}."
    if not line.used:
        return f"{asked.in_words} can't leave {line.name}: its budget is {line.budget.in_words}, {most}."
    claimed = f"already claimed and {line.spent.in_words} spent"
    used = claimed if line.claimed > line.spent else "already spent"
    return (
        f"{asked.in_words} can't leave {line.name}: {line.used.in_words} of its {line.budget.in_words} is {used}, "
        f"{most}."
    )


def needed_authority(amount: Money, terms: Terms, crosses: bool = False) -> Authority:
    """Whose decision *terms* ask for to move *amount* in all; a limit is still within.

    Where the agreement states no limit at all, own authority is enough; but money that *crosses* from one kind to
    another always needs the commissioner's letter (R5).
    """
    if crosses:
        return Authority.COMMISSIONER
    if terms.own_limit is None and terms.board_limit is None:
        return Authority.OWN
    if terms.own_limit is not None and amount <= terms.own_limit:
        return Authority.OWN
    if terms.board_limit is not None and amount <= terms.board_limit:
        return Authority.BOARD
    return Authority.COMMISSIONER


def limits_in_words(terms: Terms) -> str:
    """What the agreement says about who may move how much, in a sentence without its full stop."""
    if terms.own_limit is None and terms.board_limit is None:
        return "the agreement states no limit for virements"
    said = []
    if terms.own_limit is not None:
        said.append(f"up to {terms.own_limit.in_words} on own authority")
    if terms.board_limit is not None:
        said.append(f"up to {terms.board_limit.in_words} with the board")
    return f"the agreement allows {', '.join(said)}, beyond with the commissioner's letter"


def check_authority(
    amount: Money,
    terms: Terms,
    decided_by: Authority,
    reference: str,
    has_document: bool,
    crosses: bool = False,
) -> None:
    """Raises ExpectedError when *decided_by* may not move *amount*, or its paper is not there: the board's minute by
    its reference, the commissioner's letter by its reference and as a document."""
    ranks = list(Authority)
    needed = needed_authority(amount, terms, crosses)
    if ranks.index(decided_by) < ranks.index(needed):
        limits = (
            "money crosses between revenue and capital, or labour and non-labour, only with the commissioner's letter"
            if crosses
            else limits_in_words(terms)
        )
        who = {
            Authority.BOARD: "the board's decision with its minute reference",
            Authority.COMMISSIONER: "the commissioner's letter",
        }[needed]
        raise ExpectedError(
            "authority_short",
            f"{amount.in_words} can't be moved on {_ON[decided_by]}: {limits}.",
            f"Submit the virement and record {who}, or move less.",
        )
    if decided_by is Authority.BOARD and not reference.strip():
        raise ExpectedError(
            "no_minute", "The board's decision needs its minute reference.", "Type the minute's reference."
        )
    if decided_by is Authority.COMMISSIONER and not reference.strip():
        raise ExpectedError(
            "no_letter", "The commissioner's letter needs its reference.", "Type the letter's reference."
        )
    if decided_by is Authority.COMMISSIONER and not has_document:
        raise ExpectedError(
            "no_document",
            f"{amount.in_words} moves on the commissioner's letter, and the letter is not attached.",
            "Attach the letter as a file.",
        )


_ON = {
    Authority.OWN: "own authority",
    Authority.BOARD: "the board's authority",
    Authority.COMMISSIONER: "the commissioner's letter",
}


def check_taking_back(line: Line, change: Money, spent_then: Money, name: str) -> None:
    """Refuses to take an applied virement back that gave *line* *change* when money was spent against it since.

    *spent_then* is what was used of the line when the virement was applied: an overspend that it was made to cover
    does not hold it.
    """
    after = line.budget - change
    if line.used > spent_then and line.used > after:
        raise ExpectedError(
            "virement_spent",
            f"{name} can't be taken back: {line.name} had {change.in_words} from it, and {line.used.in_words} of its "
            f"{line.budget.in_words} is spent or claimed by now.",
            "Move budget with another virement instead.",
        )


def walked(virements: Iterable[Virement], lines: Sequence[Line]) -> dict[MovementId, tuple[LineChange, ...]]:
    """Each virement's lines before and after it: of an applied one as it found them, of any other from today's.

    *lines* are today's. What was applied is walked back from them, the newest day first.
    """
    budgets = {line.key: line.budget for line in lines}
    known = {line.key: line for line in lines}
    found: dict[MovementId, tuple[LineChange, ...]] = {}
    applied = []
    for virement in virements:
        if virement.state is ChangeState.APPLIED:
            applied.append(virement)
        else:
            found[virement.id] = before_and_after(lines, virement.legs)
    for virement in sorted(applied, key=lambda each: (each.dated, each.id), reverse=True):
        changes = []
        for key, change in _net(virement.legs).items():
            line = known.get(key) or _unknown(*key)
            budgets[key] = budgets.get(key, line.budget) - change
            changes.append(LineChange(replace(line, budget=budgets[key]), change))
        found[virement.id] = tuple(changes)
    return found


def reconcile_virements(position: GrantPosition) -> tuple[Identity, ...]:
    """R3 and R5 of a grant: what became of the contingency, and that virements only move money."""
    name, year = position.fund.name, position.year

    def figure(measure: str) -> str:
        return f"{name}/{year}/{measure}"

    entries = dict.fromkeys(ContingencyEntry, Money.ZERO)
    for line in position.contingency_lines:
        entries[line.entry] += line.amount
    given_back = Money.total(
        move.amount for move in position.movements if move.target is None and move.source is not None
    )
    # A letter may turn contingency of one kind into another's: that much leaves it and comes back.
    turned = Money.total(
        move.amount for move in position.movements if move.source is None and move.target is None
    )
    released = Money.total(project.budget.released for project in position.projects)
    budgets = [project.budget for project in position.projects]
    into = Money.total(budget.virement_in + budget.released for budget in budgets) + given_back + turned
    numbers = {
        (move.number, index if not move.number else 0) for index, move in enumerate(position.movements)
    }
    return (
        Identity(
            "R3",
            "Contingency now = what was set aside and what moved since",
            "set aside + topped up − released to projects − surrendered",
            "Contingency",
            position.contingency,
            (
                Part("Set aside", entries[ContingencyEntry.SET_ASIDE], figure("contingency/set-aside")),
                Part(
                    "Topped up from what is not awarded",
                    entries[ContingencyEntry.TOP_UP],
                    figure("contingency/top-up"),
                ),
                Part("Given back by projects", given_back, figure("contingency/in")),
                Part("Released to projects", -released, figure("contingency/released")),
                Part(
                    "Surrendered to the commissioner",
                    -entries[ContingencyEntry.SURRENDERED],
                    figure("contingency/surrendered"),
                ),
            ),
            figure("contingency"),
        ),
        Identity(
            "R5",
            "Moved into lines = moved out of lines",
            f"{len(numbers):,} {'virement' if len(numbers) == 1 else 'virements'} applied, each within its year and "
            "kind",
            "Moved into lines",
            into,
            (
                Part(
                    "Out of projects, to others",
                    Money.total(budget.virement_out for budget in budgets),
                    figure("virements/out"),
                ),
                Part(
                    "Out of projects, to contingency",
                    Money.total(budget.surrendered for budget in budgets),
                    figure("contingency/in"),
                ),
                Part(
                    "Out of contingency",
                    Money.total(
                        move.amount
                        for move in position.movements
                        if move.source is None and move.target is not None
                    ),
                    figure("contingency/out"),
                ),
                *(
                    [Part("Within contingency, to another kind", turned, figure("contingency/turned"))]
                    if turned
                    else []
                ),
            ),
            figure("virements/in"),
            "A virement moved money from or to a line that the grant does not have.",
            broken=sum(
                1
                for kind in Kind
                if Money.total(
                    project.budget.virement_in - project.budget.virement_out
                    for project in position.projects
                    if project.kind is kind
                )
                != _across(position, kind)
            )
            + sum(
                1
                for move in position.movements
                if move.target_kind is not move.kind and move.decided_by is not Authority.COMMISSIONER
            ),
        ),
    )


def _across(position: GrantPosition, kind: Kind) -> Money:
    """What the commissioner's letters moved into *kind* from other kinds, between projects."""
    total = Money.ZERO
    for move in position.movements:
        if move.source is None or move.target is None or move.target_kind is move.kind:
            continue
        if move.target_kind is kind:
            total += move.amount
        if move.kind is kind:
            total -= move.amount
    return total
