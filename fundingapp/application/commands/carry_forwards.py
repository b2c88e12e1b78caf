"""What is carried forward, as it is planned, asked for and decided. Every command is taken back by SwapRecords."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fundingapp.application.commands.evidence import Given, copied
from fundingapp.application.commands.gathering import Doing, said
from fundingapp.application.commands.settlements import SettledPart, add_settlements
from fundingapp.application.commands.unspent import (
    check_heads,
    head_in_words,
    name_of_carry,
    room_of,
    year_outturn,
)
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.chain import brought_in_use
from fundingapp.application.queries.locks import refuse_closed_year
from fundingapp.application.wording import short_date
from fundingapp.domain.agreements import CarryForwardStance, terms_in_force
from fundingapp.domain.carry_forwards import (
    CARRY_FORWARDS,
    DECIDED,
    PLANNED,
    CarryForward,
    CarryForwardState,
    decided_as,
)
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import CarryForwardId, FundId, ProjectId, SettlementId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.schedules import ask_by
from fundingapp.domain.settlements import SettlementState
from fundingapp.domain.states import Subject


@dataclass(frozen=True, slots=True)
class PlannedCarry:
    """What is to be carried forward of a head: *project* None is money in no project's budget. *plan* says what it will
    be used for."""

    project: ProjectId | None
    kind: Kind
    amount: Money
    reason: str = ""
    plan: str = ""
    spend_by: date | None = None


@dataclass(frozen=True, slots=True)
class PlanCarryForward(Command["tuple[CarryForwardId, ...]"]):
    """Forecasts what will be carried forward of a grant's year, or (*anticipated*) counts on it in plans; neither is
    money available. An amount of nought takes the forecast of that head out."""

    fund: FundId
    year: FinancialYear
    items: tuple[PlannedCarry, ...]
    anticipated: bool = False


@dataclass(frozen=True, slots=True)
class AskCarryForward(Command["Asked"]):
    """Records that the commissioner was asked to agree; what was planned for these heads becomes the request."""

    fund: FundId
    year: FinancialYear
    items: tuple[PlannedCarry, ...]
    dated: date
    reference: str = ""
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; *findings* are sentences about what the commissioner may object to."""

    ids: tuple[CarryForwardId, ...]
    total: Money
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecidedCarry:
    """What the commissioner agreed to of a request: all, a part, or (nought) nothing of it."""

    id: CarryForwardId
    agreed: Money


@dataclass(frozen=True, slots=True)
class DecideCarryForward(Command["Decided"]):
    """Records the commissioner's decision, or puts an earlier one right by a later letter, which needs *reason*.

    What is agreed is money of the next year from then on. With *settle_refused* what is refused is to be given back as
    far as it was received, and surrendered as far as it was never drawn (R28).
    """

    items: tuple[DecidedCarry, ...]
    dated: date
    letter: str
    evidence: tuple[Given, ...] = ()
    reason: str = ""
    settle_refused: bool = True


@dataclass(frozen=True, slots=True)
class Decided:
    """What was agreed and refused, and the settlements that were made of what was refused."""

    agreed: Money
    refused: Money
    settlements: tuple[SettlementId, ...]


@dataclass(frozen=True, slots=True)
class WithdrawCarryForward(Command[None]):
    """Takes forecasts or requests back before they are decided."""

    ids: tuple[CarryForwardId, ...]
    reason: str
    dated: date | None = None


def _rows(
    work: UnitOfWork, fund: FundId, year: FinancialYear, item: PlannedCarry
) -> list[Kept[CarryForward]]:
    return [
        kept
        for kept in work.carry_forwards.all()
        if (kept.value.fund, kept.value.from_year, kept.value.project, kept.value.kind)
        == (fund, year, item.project, item.kind)
    ]


def _refuse_asked(work: UnitOfWork, rows: Iterable[Kept[CarryForward]]) -> None:
    for kept in rows:
        if kept.value.pending:
            asked = short_date(kept.value.asked_on)
            raise ExpectedError(
                "carry_forward_asked",
                f"{name_of_carry(work, kept.value)} was asked for already: {kept.value.asked.in_words} on {asked}, not "
                "decided yet.",
                "Record the decision, or withdraw that request first.",
            )


def plan_carry_forward(command: PlanCarryForward, tools: Tools) -> Effect[tuple[CarryForwardId, ...]]:
    target = CarryForwardState.ANTICIPATED if command.anticipated else CarryForwardState.FORECAST
    with tools.open_work() as work:
        check_heads(work, command.fund, [(item.project, item.kind, None) for item in command.items])
        refuse_closed_year(work, command.fund, command.year, "planning a carry-forward")
        doing = Doing(work, tools)
        ids: list[CarryForwardId] = []
        for item in command.items:
            head = head_in_words(work, item.project, item.kind)
            if item.amount < Money.ZERO:
                raise ExpectedError(
                    "no_amount",
                    f"{item.amount.in_words} of {head} can't be carried forward: it is below nought.",
                    "Type an amount above nought, or nought to take the forecast out.",
                )
            rows = _rows(work, command.fund, command.year, item)
            _refuse_asked(work, rows)
            planned = next((kept for kept in rows if kept.value.state in PLANNED), None)
            if not item.amount:
                if planned is not None:
                    doing.remove_with_evidence("carry_forwards", planned, "carry_forward")
                continue
            after = CarryForward(
                command.fund,
                command.year,
                item.kind,
                item.project,
                target,
                item.amount,
                reason=item.reason.strip(),
                plan=item.plan.strip(),
                spend_by=item.spend_by,
            )
            if planned is None:
                id = doing.add("carry_forwards", after)
                doing.step(Subject.CARRY_FORWARD, id, "", target.value, None)
            else:
                id = planned.id
                doing.change("carry_forwards", planned, after)
                if planned.value.state is not target:
                    before = planned.value.state.value
                    doing.step(Subject.CARRY_FORWARD, id, before, target.value, None)
            ids.append(CarryForwardId(id))
        total = Money.total(item.amount for item in command.items)
        verb = "anticipate" if command.anticipated else "forecast"
        name = f"{verb} {total.in_words} carried forward out of {command.year}"
        effect: Effect[tuple[CarryForwardId, ...]] = doing.commit("PlanCarryForward", name, tuple(ids))
        return effect


def ask_carry_forward(command: AskCarryForward, tools: Tools) -> Effect[Asked]:
    fund, year = command.fund, command.year
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        check_heads(work, fund, [(item.project, item.kind, None) for item in command.items])
        refuse_closed_year(work, fund, year, "asking for a carry-forward")
        terms = terms_in_force((kept.value for kept in work.agreements.all()), fund, year)
        if terms.carry_forward is CarryForwardStance.NO:
            raise ExpectedError(
                "carry_forward_barred",
                f"The agreement for {work.funds.get(fund).value.name} {year} lets nothing be carried forward.",
                "Give the money back or surrender it; if the commissioner changed its mind, change the agreement's "
                "terms first.",
            )
        outturn = year_outturn(work, fund, year)
        doing = Doing(work, tools)
        ids: list[CarryForwardId] = []
        for item in command.items:
            rows = _rows(work, fund, year, item)
            _refuse_asked(work, rows)
            planned = next((kept for kept in rows if kept.value.state in PLANNED), None)
            before = planned.value.state if planned is not None else CarryForwardState.FORECAST
            reason = item.reason.strip() or (planned.value.reason if planned is not None else "")
            head = head_in_words(work, item.project, item.kind)
            CARRY_FORWARDS.check(
                f"The carry-forward of {head} out of {year}",
                before,
                CarryForwardState.REQUESTED,
                said(dated=command.dated, reason=reason, amount=item.amount),
            )
            room = room_of(outturn, outturn.head(item.project, item.kind), item.kind)
            if not Money.ZERO < item.amount <= room:
                raise ExpectedError(
                    "carry_forward_beyond",
                    f"{item.amount.in_words} of {head} can't be asked for: "
                    f"{max(Money.ZERO, room).in_words} of {year} is unspent and not decided there.",
                    "Ask for no more than that." if room > Money.ZERO else "There is nothing to ask for.",
                )
            after = CarryForward(
                fund,
                year,
                item.kind,
                item.project,
                CarryForwardState.REQUESTED,
                item.amount,
                reason=reason,
                plan=item.plan.strip() or (planned.value.plan if planned is not None else ""),
                spend_by=item.spend_by or (planned.value.spend_by if planned is not None else None),
                asked_on=command.dated,
            )
            if planned is None:
                id = doing.add("carry_forwards", after)
            else:
                id = planned.id
                doing.change("carry_forwards", planned, after)
            doing.step(
                Subject.CARRY_FORWARD,
                id,
                planned.value.state.value if planned is not None else "",
                after.state.value,
                command.dated,
                command.reference,
                reason,
            )
            doing.keep(copies, carry_forward=id)
            ids.append(CarryForwardId(id))
            outturn = year_outturn(work, fund, year)
        total = Money.total(item.amount for item in command.items)
        last = ask_by(terms, year)
        late = (
            (
                f"The agreement asks for it by {short_date(last)}; {short_date(command.dated)} is later, so the "
                "commissioner may refuse it.",
            )
            if last is not None and command.dated > last
            else ()
        )
        name = f"ask to carry forward {total.in_words} out of {year}"
        effect: Effect[Asked] = doing.commit("AskCarryForward", name, Asked(tuple(ids), total, late))
        return effect


def decide_carry_forward(command: DecideCarryForward, tools: Tools) -> Effect[Decided]:
    letter, reason = command.letter.strip(), command.reason.strip()
    if not command.items:
        raise ExpectedError("no_amount", "No request was named.", "Say what was agreed of at least one.")
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        doing = Doing(work, tools)
        made: list[SettlementId] = []
        agreed = refused = Money.ZERO
        seen: set[int] = set()
        for item in command.items:
            kept = work.carry_forwards.get(item.id)
            entry = kept.value
            name = name_of_carry(work, entry)
            if kept.id in seen:
                raise ExpectedError("named_twice", f"{name} is named twice.", "Decide it once.")
            seen.add(kept.id)
            refuse_closed_year(work, entry.fund, entry.from_year, "deciding about its carry-forward")
            if item.agreed != entry.carried:
                refuse_closed_year(work, entry.fund, entry.into_year, "changing what is brought into it")
            if not Money.ZERO <= item.agreed <= entry.asked:
                raise ExpectedError(
                    "carry_forward_agreed",
                    f"{item.agreed.in_words} can't be agreed of {entry.asked.in_words} asked for "
                    f"({head_in_words(work, entry.project, entry.kind)}).",
                    "Type an amount from nought to what was asked for.",
                )
            target = decided_as(entry.asked, item.agreed)
            CARRY_FORWARDS.check(
                name, entry.state, target, said(dated=command.dated, reference=letter, reason=reason)
            )
            was_decided = entry.state in DECIDED
            if was_decided and item.agreed == entry.agreed:
                raise ExpectedError(
                    "nothing_changes",
                    f"{name} stands at {entry.agreed.in_words} agreed already.",
                    "Type what the later letter says.",
                )
            kept_back = _loosen(doing, item.id, entry, item.agreed) if was_decided else Money.ZERO
            _check_change(work, entry, item.agreed)
            after = replace(entry, state=target, agreed=item.agreed, decided_on=command.dated, letter=letter)
            doing.change("carry_forwards", kept, after)
            doing.step(
                Subject.CARRY_FORWARD,
                kept.id,
                entry.state.value,
                target.value,
                command.dated,
                letter,
                reason,
            )
            doing.keep(copies, carry_forward=kept.id)
            agreed += after.agreed
            refused += after.refused
            if command.settle_refused and after.refused > kept_back:
                made += _settle_refused(
                    doing, item.id, after, after.refused - kept_back, letter, command.dated
                )
        name = f"record the decision: {agreed.in_words} carried forward" + (
            f", {refused.in_words} refused" if refused else ""
        )
        result = Decided(agreed, refused, tuple(made))
        effect: Effect[Decided] = doing.commit("DecideCarryForward", name, result)
        return effect


def _loosen(doing: Doing, id: CarryForwardId, entry: CarryForward, agreed: Money) -> Money:
    """Takes out what was settled of the part that was refused before, as far as no money or invoice hangs on it;
    returns what stays settled. Refuses to agree to what has been invoiced or given back."""
    stays = Money.ZERO
    for kept in reversed(doing.work.settlements.all()):
        if kept.value.carry_forward != id:
            continue
        if kept.value.state in (SettlementState.REPAYABLE, SettlementState.SURRENDERED):
            doing.remove_with_evidence("settlements", kept, "settlement")
        else:
            stays += kept.value.amount
    if entry.asked - agreed < stays:
        raise ExpectedError(
            "carry_forward_given_back",
            f"{agreed.in_words} can't be agreed of {entry.asked.in_words}: {stays.in_words} of it was refused before "
            "and is invoiced or given back.",
            "Reopen that settlement first, with the reason.",
        )
    return stays


def _check_change(work: UnitOfWork, entry: CarryForward, agreed: Money) -> None:
    """Refuses to carry forward more than is left, or less than the next year has used already."""
    more = agreed - entry.carried
    outturn = year_outturn(work, entry.fund, entry.from_year)
    head = outturn.head(entry.project, entry.kind)
    words = head_in_words(work, entry.project, entry.kind)
    if more > Money.ZERO:
        pending = head.pending if head is not None else Money.ZERO
        room = min(pending, outturn.pending_of(entry.kind), outturn.pending)
        if more > room:
            left = max(Money.ZERO, room) + entry.carried
            raise ExpectedError(
                "carry_forward_beyond",
                f"{agreed.in_words} of {words} can't go into {entry.into_year}: {left.in_words} of {entry.from_year} "
                "is unspent and not decided otherwise.",
                "Carry no more than that; tell the commissioner what was spent since it was asked.",
            )
    if more < Money.ZERO:
        _refuse_used(work, entry, agreed)


def _refuse_used(work: UnitOfWork, entry: CarryForward, agreed: Money) -> None:
    """Refuses to carry no more than *agreed* where the next year has spent, moved or awarded more already."""
    less = entry.carried - agreed
    used = brought_in_use(work, entry, agreed)
    if entry.project is None:
        following = year_outturn(work, entry.fund, entry.into_year)
        bare = following.head(None, entry.kind)
        left = bare.left if bare is not None else Money.ZERO
        if left < less:
            used = (
                f"Of the {entry.kind.value} available in {entry.into_year} {max(Money.ZERO, left).in_words} is in no "
                f"project's budget: {less.in_words} of it can't go again."
            )
    if used:
        raise ExpectedError(
            "carry_forward_used",
            used,
            "Move budget there in the next year first (a virement), or let the host pay what is beyond.",
        )


def _settle_refused(
    doing: Doing, id: CarryForwardId, entry: CarryForward, amount: Money, letter: str, dated: date
) -> list[SettlementId]:
    outturn = year_outturn(doing.work, entry.fund, entry.from_year)
    room = room_of(outturn, outturn.head(entry.project, entry.kind), entry.kind)
    amount = min(amount, max(Money.ZERO, room))
    if not amount:
        return []
    part = SettledPart(entry.project, entry.kind, amount, None, id)
    reason = f"refused in {letter}"
    return add_settlements(doing, entry.fund, entry.from_year, part, outturn, reason, dated)


def withdraw_carry_forward(command: WithdrawCarryForward, tools: Tools) -> Effect[None]:
    reason = command.reason.strip()
    if not command.ids:
        raise ExpectedError("no_amount", "No carry-forward was named.", "Name at least one.")
    with tools.open_work() as work:
        doing = Doing(work, tools)
        total = Money.ZERO
        for id in dict.fromkeys(command.ids):
            kept = work.carry_forwards.get(id)
            entry = kept.value
            refuse_closed_year(work, entry.fund, entry.from_year, "withdrawing its carry-forward")
            target = CarryForwardState.WITHDRAWN
            CARRY_FORWARDS.check(name_of_carry(work, entry), entry.state, target, said(reason=reason))
            doing.change("carry_forwards", kept, replace(entry, state=target))
            doing.step(
                Subject.CARRY_FORWARD,
                kept.id,
                entry.state.value,
                target.value,
                command.dated,
                "",
                reason,
            )
            total += entry.asked
        effect: Effect[None] = doing.commit(
            "WithdrawCarryForward", f"withdraw the carry-forward of {total.in_words}", None, reason=reason
        )
        return effect


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    PlanCarryForward: plan_carry_forward,
    AskCarryForward: ask_carry_forward,
    DecideCarryForward: decide_carry_forward,
    WithdrawCarryForward: withdraw_carry_forward,
}
