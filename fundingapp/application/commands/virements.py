"""Virements: drafting, changing, deciding and applying them, and what is put aside as contingency (R3, R5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fundingapp.application.commands.evidence import Given, copied, keep_evidence
from fundingapp.application.commands.records import (
    Changed,
    Record,
    SwapRecords,
    plain_swap,
    swap,
    topics_of_swap,
)
from fundingapp.application.effect import Command, Effect, JournalRecord
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.heads import refuse_unless_awarded
from fundingapp.application.queries.positions import position_of
from fundingapp.application.queries.virements import documents_of, lines_now, movements_of
from fundingapp.domain.allocations import (
    Allocation,
    Authority,
    BudgetMovement,
    ChangeState,
    Contingency,
    ContingencyEntry,
    Resource,
)
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, MovementId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.profiles import MONTHS, Profile, Shape, moved_profile, spread
from fundingapp.domain.states import Need, Step, Subject
from fundingapp.domain.virements import (
    CHANGEABLE,
    VIREMENTS,
    Leg,
    Line,
    LineChange,
    Virement,
    check_authority,
    check_giving,
    check_legs,
    check_taking_back,
    virements_of,
)

_Spent = tuple[tuple[ProjectId | None, Kind, Money], ...]


@dataclass(frozen=True, slots=True)
class DraftVirement(Command[int]):
    """A virement with its next number. With *apply* it moves the budget at once, on the authority of *decided_by* and
    its paper (*authority* its reference). Returns the number. Taken back by SwapMovements."""

    fund: FundId
    year: FinancialYear
    legs: tuple[Leg, ...]
    dated: date
    reason: str
    apply: bool = False
    decided_by: Authority = Authority.OWN
    authority: str = ""
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeVirement(Command[None]):
    """Puts other legs, day and reason into a virement that is a draft or queried. Taken back by SwapRecords."""

    fund: FundId
    year: FinancialYear
    number: int
    legs: tuple[Leg, ...]
    dated: date
    reason: str


@dataclass(frozen=True, slots=True)
class MoveVirement(Command[None]):
    """Takes a virement to its next state. *decided_by* and *reference* name the paper of a decision, *dated* its day.

    Taken back by SwapMovements: an applied one only while nothing was spent against it.
    """

    fund: FundId
    year: FinancialYear
    number: int
    to: ChangeState
    dated: date | None = None
    reason: str = ""
    decided_by: Authority | None = None
    reference: str = ""
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class SwapMovements(Command[None]):
    """Carries out *change*, which applies virements or takes them back. *spent* is what was used of the lines that
    gained when they were applied, to be held against when they are taken back. Its own inverse."""

    change: SwapRecords
    spent: _Spent = ()


@dataclass(frozen=True, slots=True)
class TopUpContingency(Command[None]):
    """Puts more of what is not awarded yet into the contingency (R3). Taken back by SwapRecords."""

    fund: FundId
    year: FinancialYear
    kind: Kind
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class SurrenderContingency(Command[None]):
    """Gives contingency up to the commissioner: it leaves the contingency, and the money available is reduced by as
    much on the letter of that reference (R1, R3). Taken back by SwapRecords."""

    fund: FundId
    year: FinancialYear
    kind: Kind
    amount: Money
    dated: date
    letter: str


def draft_virement(command: DraftVirement, tools: Tools) -> Effect[int]:
    reason = _reason(command.reason)
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        position = position_of(work, command.fund, command.year, None)
        changes = _checked(work, position, command.legs)
        number = 1 + max(
            (move.number for _, move in movements_of(work, command.fund, command.year)), default=0
        )
        state = ChangeState.APPLIED if command.apply else ChangeState.DRAFT
        made: list[Record] = []
        for leg in command.legs:
            movement = BudgetMovement(
                command.fund,
                command.year,
                leg.kind,
                leg.source,
                leg.target,
                leg.amount,
                command.dated,
                reason,
                command.authority.strip(),
                number,
                state,
                command.decided_by,
                leg.to_kind if leg.crosses else None,
            )
            made.append(Record("movements", work.movements.add(movement), movement))
        first = MovementId(made[0].id)
        made += keep_evidence(work, tools, copies, movement=first)
        name = _name(changes)
        changed: list[Changed] = []
        if command.apply:
            legs = [record for record in made if record.kind == "movements"]
            [virement] = virements_of((MovementId(record.id), record.value) for record in legs)
            _check_papers(work, position, virement)
            added, changed = _consequences(work, position, virement, changes)
            made += added
        else:
            name = f"draft virement {number}: {name}"
        step = Step(
            Subject.VIREMENT,
            first,
            "",
            state.value,
            command.dated,
            tools.clock(),
            tools.who,
            command.authority.strip(),
            reason,
        )
        made.append(Record("steps", work.steps.add(step), step))
        return _commit(
            work,
            "DraftVirement",
            SwapRecords((), tuple(changed), tuple(made), name),
            number,
            _used(changes) if command.apply else None,
        )


def change_virement(command: ChangeVirement, tools: Tools) -> Effect[None]:
    reason = _reason(command.reason)
    with tools.open_work() as work:
        rows = _rows(work, command.fund, command.year, command.number)
        before = rows[0].value
        if before.state not in CHANGEABLE:
            raise ExpectedError(
                "virement_settled",
                f"Virement {command.number} is {before.state.value}: what it moves can't be changed any more.",
                "Only a draft or a queried virement is changed; withdraw this one, or move budget with another.",
            )
        position = position_of(work, command.fund, command.year, None)
        _checked(work, position, command.legs)
        after = [
            replace(
                before,
                kind=leg.kind,
                source=leg.source,
                target=leg.target,
                amount=leg.amount,
                dated=command.dated,
                reason=reason,
                to_kind=leg.to_kind if leg.crosses else None,
            )
            for leg in command.legs
        ]
        changed = tuple(
            Changed("movements", kept.id, kept.value, value)
            for kept, value in zip(rows, after, strict=False)
            if kept.value != value
        )
        gone = tuple(Record("movements", kept.id, kept.value) for kept in rows[len(after) :])
        swap(work, SwapRecords(gone, changed, (), ""))
        made = tuple(Record("movements", work.movements.add(value), value) for value in after[len(rows) :])
        name = f"change virement {command.number}"
        return _commit(work, "ChangeVirement", SwapRecords(gone, changed, made, name), None, None)


def move_virement(command: MoveVirement, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        rows = _rows(work, command.fund, command.year, command.number)
        before = rows[0].value
        reference, reason = command.reference.strip(), " ".join(command.reason.split())
        said = {
            Need.DATE: command.dated is not None,
            Need.REASON: bool(reason),
            Need.REFERENCE: bool(reference or before.authority),
            Need.EVIDENCE: bool(copies),
        }
        given = [need for need, is_given in said.items() if is_given]
        move = VIREMENTS.check(f"Virement {command.number}", before.state, command.to, given)
        applies = command.to is ChangeState.APPLIED
        shared: dict[str, Any] = {"state": command.to}
        if command.to in {ChangeState.APPROVED, ChangeState.APPLIED}:
            shared["decided_by"] = command.decided_by or before.decided_by
            shared["authority"] = reference or before.authority
        if applies:
            shared["dated"] = command.dated
        after = {kept.id: replace(kept.value, **shared) for kept in rows}
        first = MovementId(rows[0].id)
        made = list(keep_evidence(work, tools, copies, movement=first))
        changed = [Changed("movements", kept.id, kept.value, after[kept.id]) for kept in rows]
        used: _Spent | None = None
        if command.to in {ChangeState.SUBMITTED, ChangeState.APPROVED, ChangeState.APPLIED}:
            [virement] = virements_of((MovementId(id), movement) for id, movement in after.items())
            position = position_of(work, command.fund, command.year, None)
            changes = _checked(work, position, virement.legs)
            if command.to is not ChangeState.SUBMITTED:
                _check_papers(work, position, virement, applies)
            if applies:
                added, profiles = _consequences(work, position, virement, changes)
                made += added
                changed += profiles
                used = _used(changes)
        for kept in rows:
            work.movements.replace(kept, after[kept.id])
        step = Step(
            Subject.VIREMENT,
            first,
            before.state.value,
            command.to.value,
            command.dated,
            tools.clock(),
            tools.who,
            reference,
            reason,
        )
        made.append(Record("steps", work.steps.add(step), step))
        name = f"virement {command.number}: {move.name}"
        return _commit(work, "MoveVirement", SwapRecords((), tuple(changed), tuple(made), name), None, used)


def swap_movements(command: SwapMovements, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        used: _Spent = ()
        if command.spent:
            _check_taking_back(work, command)
            swap(work, command.change)
        else:
            swap(work, command.change)
            used = _applied_again(work, command.change)
        work.commit(JournalRecord("SwapMovements", command.change.name, *plain_swap(command.change)))
    inverse = SwapMovements(command.change.inverse, used)
    return Effect(None, topics_of_swap(command.change), command.change.name, inverse)


def top_up_contingency(command: TopUpContingency, tools: Tools) -> Effect[None]:
    reason = _reason(command.reason)
    with tools.open_work() as work:
        position = position_of(work, command.fund, command.year, None)
        _above_nought(command.amount)
        room = position.unallocated_for(command.kind)
        if command.amount > room:
            raise ExpectedError(
                "contingency_room",
                f"{command.amount.in_words} can't be added to the contingency: {room.in_words} of "
                f"{command.kind.value} is not awarded yet.",
                "Add less, or record more money as available first.",
            )
        entry = Contingency(
            command.fund,
            command.year,
            command.kind,
            "",
            reason,
            command.amount,
            ContingencyEntry.TOP_UP,
        )
        made = (Record("contingencies", work.contingencies.add(entry), entry),)
        name = f"top up the contingency by {command.amount.in_words}"
        return _commit(work, "TopUpContingency", SwapRecords((), (), made, name), None, None)


def surrender_contingency(command: SurrenderContingency, tools: Tools) -> Effect[None]:
    letter = command.letter.strip()
    if not letter:
        raise ExpectedError(
            "no_letter",
            "What is given up to the commissioner needs the reference of the letter.",
            "Type the letter's reference.",
        )
    with tools.open_work() as work:
        position = position_of(work, command.fund, command.year, None)
        _above_nought(command.amount)
        left = position.contingency_by_kind[command.kind]
        if command.amount > left:
            raise ExpectedError(
                "movement_too_much",
                f"{command.amount.in_words} can't leave contingency: {left.in_words} is left in it.",
                "Give up less, or let projects give back budget first.",
            )
        entry = Contingency(
            command.fund,
            command.year,
            command.kind,
            "",
            f"surrendered: {letter}",
            command.amount,
            ContingencyEntry.SURRENDERED,
        )
        reduction = Allocation(
            command.fund,
            command.year,
            command.kind,
            command.amount,
            Resource.REDUCTION,
            notified_on=command.dated,
            letter=letter,
            reason="contingency surrendered",
        )
        made = (
            Record("contingencies", work.contingencies.add(entry), entry),
            Record("allocations", work.allocations.add(reduction), reduction),
        )
        name = f"surrender {command.amount.in_words} of contingency"
        return _commit(work, "SurrenderContingency", SwapRecords((), (), made, name), None, None)


# What they share


def _reason(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise ExpectedError("no_reason", "A virement needs its reason.", "Say why the money moves.")
    return said


def _above_nought(amount: Money) -> None:
    if amount <= Money.ZERO:
        raise ExpectedError("movement_amount", "Only an amount above nought is moved.", "Type the amount.")


def _rows(work: UnitOfWork, fund: FundId, year: FinancialYear, number: int) -> list[Kept[BudgetMovement]]:
    """The legs of the virement of that number, first one first. Raises NotFoundError."""
    rows = sorted(
        (
            kept
            for kept in work.movements.all()
            if (kept.value.fund, kept.value.year, kept.value.number) == (fund, year, number)
        ),
        key=lambda kept: kept.id,
    )
    if not rows or not number:
        name = work.funds.get(fund).value.name
        raise NotFoundError(f"virement of {name} {year}", str(number), "Look at the list of virements.")
    return rows


def _checked(work: UnitOfWork, position: GrantPosition, legs: tuple[Leg, ...]) -> tuple[LineChange, ...]:
    """What *legs* do to the lines of the grant; refused where a line can't give so much, or has no award."""
    for leg in legs:
        for project in (leg.source, leg.target):
            if project is not None:
                work.projects.get(project)
    changes = check_legs(lines_now(work, position), legs)
    for leg in legs:
        if leg.target is not None:
            # A budget where nothing can be charged would only look spent.
            refuse_unless_awarded(work, leg.target, position.fund_id, position.year, leg.target_kind)
    return changes


def _check_papers(
    work: UnitOfWork, position: GrantPosition, virement: Virement, applies: bool = True
) -> None:
    """Whether the agreement allows it on the authority it has; the letter itself may come after the approval."""
    to_come = not applies and virement.decided_by is Authority.COMMISSIONER
    papers = documents_of(work, virement.id)
    check_authority(
        virement.moved,
        position.terms,
        virement.decided_by,
        "to come" if to_come else virement.authority,
        to_come or any(kept.value.is_file for kept in papers),
        virement.crosses,
    )


def _consequences(
    work: UnitOfWork, position: GrantPosition, virement: Virement, changes: tuple[LineChange, ...]
) -> tuple[list[Record], list[Changed]]:
    """What else changes when a virement is applied, done in *work*: the profiles of its projects (R6), and, where it
    crosses from one kind to another, the money available of each (R1)."""
    made: list[Record] = []
    changed: list[Changed] = []
    past = min(work.ledger.last_period(position.year), MONTHS)
    held: Mapping[tuple[ProjectId, Kind], Kept[Profile]] = {
        (kept.value.project, kept.value.kind): kept
        for kept in work.profiles.all()
        if (kept.value.fund, kept.value.year) == (position.fund_id, position.year)
    }
    for entry in changes:
        project, kind = entry.line.key
        if project is None or not entry.change:
            continue
        kept = held.get((project, kind))
        months = moved_profile(spread(entry.before, kept.value if kept else None), entry.after, past)
        if kept is not None:
            after = replace(kept.value, months=months)
            if after != kept.value:
                work.profiles.replace(kept, after)
                changed.append(Changed("profiles", kept.id, kept.value, after))
        elif past and months != spread(entry.after, None):
            # Nobody set a profile: it was even, and from now on it is even before and after this virement.
            profile = Profile(project, position.fund_id, kind, position.year, Shape.EVEN, months)
            made.append(Record("profiles", work.profiles.add(profile), profile))
    for leg in virement.legs:
        if not leg.crosses:
            continue
        for kind, resource in ((leg.kind, Resource.REDUCTION), (leg.target_kind, Resource.SUPPLEMENT)):
            allocation = Allocation(
                position.fund_id,
                position.year,
                kind,
                leg.amount,
                resource,
                notified_on=virement.dated,
                letter=virement.authority,
                reason=f"virement {virement.number} from {leg.kind.value} to {leg.target_kind.value}",
            )
            made.append(Record("allocations", work.allocations.add(allocation), allocation))
    return made, changed


def _used(changes: tuple[LineChange, ...]) -> _Spent:
    """What is used of the lines that gain."""
    return tuple((*entry.line.key, entry.line.used) for entry in changes if entry.change > Money.ZERO)


def _applied_again(work: UnitOfWork, change: SwapRecords) -> _Spent:
    """What is used now of the lines that *change*, which stands in *work*, gave budget to. Refused where a line that
    gave has been spent meanwhile."""
    lines = _lines_touched(work, change)
    net = _net_of_taken(change.inverse)
    for key, amount in net.items():
        line = lines.get(key)
        if line is not None and amount < Money.ZERO and line.budget < line.used:
            # Said of the line as it was: this is refused, so the budget has not left it.
            line = replace(line, budget=line.budget - amount)
            check_giving(line, -amount)
    return tuple(
        (*key, lines[key].used) for key, amount in net.items() if amount > Money.ZERO and key in lines
    )


def _net_of_taken(change: SwapRecords) -> dict[tuple[ProjectId | None, Kind], Money]:
    """What each line had gained (below nought: given) by the applied movements that *change* takes back."""
    taken = [record.value for record in change.removed if record.kind == "movements" and record.value.counts]
    taken += [
        entry.before
        for entry in change.changed
        if entry.kind == "movements" and entry.before.counts and not entry.after.counts
    ]
    net: dict[tuple[ProjectId | None, Kind], Money] = {}
    for move in taken:
        for key, amount in (
            ((move.target, move.target_kind), move.amount),
            ((move.source, move.kind), -move.amount),
        ):
            net[key] = net.get(key, Money.ZERO) + amount
    return net


def _lines_touched(work: UnitOfWork, change: SwapRecords) -> dict[tuple[ProjectId | None, Kind], Line]:
    movement = next(
        (entry.value for entry in (*change.removed, *change.added) if entry.kind == "movements"),
        next((entry.after for entry in change.changed if entry.kind == "movements"), None),
    )
    if movement is None:
        return {}
    position = position_of(work, movement.fund, movement.year, None)
    return {line.key: line for line in lines_now(work, position)}


def _check_taking_back(work: UnitOfWork, command: SwapMovements) -> None:
    lines = _lines_touched(work, command.change)
    then = {(project, kind): amount for project, kind, amount in command.spent}
    for key, amount in _net_of_taken(command.change).items():
        if key in lines and amount > Money.ZERO:
            check_taking_back(lines[key], amount, then.get(key, Money.ZERO), "The virement")


def _commit(
    work: UnitOfWork, command: str, change: SwapRecords, result: Any, used: _Spent | None
) -> Effect[Any]:
    """Journals what was done in *work*. *used* of a virement that was applied is what its taking back looks at."""
    work.commit(JournalRecord(command, change.name, *plain_swap(change)))
    inverse = change.inverse if used is None else SwapMovements(change.inverse, used)
    return Effect(result, topics_of_swap(change), change.name, inverse)


def _name(changes: tuple[LineChange, ...]) -> str:
    """“move £100.00 from P-01 to P-02”."""
    amount = Money.total(entry.change for entry in changes if entry.change > Money.ZERO)
    ends = [
        ", ".join(
            dict.fromkeys(
                entry.line.ref or "contingency" for entry in changes if (entry.change > Money.ZERO) is gains
            )
        )
        for gains in (False, True)
    ]
    return f"move {amount.in_words} from {ends[0]} to {ends[1]}"


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    DraftVirement: draft_virement,
    ChangeVirement: change_virement,
    MoveVirement: move_virement,
    SwapMovements: swap_movements,
    TopUpContingency: top_up_contingency,
    SurrenderContingency: surrender_contingency,
}
