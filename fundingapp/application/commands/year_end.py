"""Year end: what is carried forward, as it is planned, asked for and decided; what goes back or is surrendered, until
the money went; accruals that reverse. Every command is taken back by SwapRecords."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fundingapp.application.commands.claims import ClaimEdits, add_repayment, take_out_repayment
from fundingapp.application.commands.evidence import Given, copied, keep_evidence, with_evidence
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.records import Record
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.chain import brought_in_use
from fundingapp.application.queries.locks import locks_of, refuse_closed_year, refuse_locked_entry
from fundingapp.application.queries.year_end import whole_year
from fundingapp.application.wording import count, short_date
from fundingapp.domain.adjustments import check_accrual
from fundingapp.domain.agreements import CarryForwardStance, terms_in_force
from fundingapp.domain.carry_forwards import (
    CARRY_FORWARDS,
    DECIDED,
    PLANNED,
    CarryForward,
    CarryForwardState,
    decided_as,
)
from fundingapp.domain.claims import Repayment
from fundingapp.domain.errors import ExpectedError, NotFoundError, listed
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import (
    CarryForwardId,
    ClaimId,
    FundId,
    PaymentId,
    ProjectId,
    RepaymentId,
    SettlementId,
)
from fundingapp.domain.locks import check_reason
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.schedules import ask_by
from fundingapp.domain.settlements import SETTLEMENTS, Settlement, SettlementState
from fundingapp.domain.states import Need, Step, Subject
from fundingapp.domain.year_end import HeadOutturn, Outturn, outturn_of

#: What the steps of a command are added with.
_Add = Callable[[str, Any], int]


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


@dataclass(frozen=True, slots=True)
class SettledPart:
    """What of a head is settled. *surrender* None: given back as far as it was received, else surrendered."""

    project: ProjectId | None
    kind: Kind
    amount: Money
    surrender: bool | None = None
    carry_forward: CarryForwardId | None = None


@dataclass(frozen=True, slots=True)
class SettleUnderspend(Command["tuple[SettlementId, ...]"]):
    """Decides that money that was not spent goes back to the funder, or is left undrawn."""

    fund: FundId
    year: FinancialYear
    items: tuple[SettledPart, ...]
    reason: str
    dated: date
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class InvoiceSettlements(Command[None]):
    """Records the funder's invoice for money that goes back."""

    ids: tuple[SettlementId, ...]
    invoice: str
    dated: date
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class RepaySettlements(Command[RepaymentId]):
    """Records that the money went back: one repayment for all of them. *claim* is the credit claim that it settles as
    well; *repayment* names one that is recorded already."""

    ids: tuple[SettlementId, ...]
    dated: date
    invoice: str = ""
    reason: str = ""
    claim: ClaimId | None = None
    repayment: RepaymentId | None = None
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class NetSettlements(Command[RepaymentId]):
    """Records that the funder took the money off *payment*, which is to be the whole sum that it settles.

    *payment_was_net*: it was recorded as what came after the deduction; it is raised by as much.
    """

    ids: tuple[SettlementId, ...]
    payment: PaymentId
    payment_was_net: bool = False
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class SurrenderSettlements(Command[None]):
    """Records that money which was to go back was never drawn."""

    ids: tuple[SettlementId, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class ReopenSettlement(Command[None]):
    """Makes a settlement repayable again. Its invoice is taken off it; its repayment, and whatever else that settled,
    is taken back. A payment that it was taken off stays as it is."""

    id: SettlementId
    reason: str


@dataclass(frozen=True, slots=True)
class RemoveSettlement(Command[None]):
    """Takes out what was settled by mistake: nothing is decided about the money any more."""

    id: SettlementId
    reason: str


@dataclass(frozen=True, slots=True)
class ReverseAccruals(Command[int]):
    """Lets every accrual of a grant's year that says no reversal reverse in *period* of the next year (R13). Returns
    how many."""

    fund: FundId
    year: FinancialYear
    period: int = 1


# What they share


def _needs(**said: object) -> set[Need]:
    """The needs that something was said for, by their names in lower case."""
    return {Need[name.upper()] for name, value in said.items() if value}


def _step(
    tools: Tools,
    subject: Subject,
    id: int,
    before: str,
    after: str,
    dated: date | None,
    reference: str = "",
    reason: str = "",
) -> Step:
    return Step(
        subject, id, before, after, dated, tools.clock(), tools.who, reference.strip(), reason.strip()
    )


def _outturn(work: UnitOfWork, fund: FundId, year: FinancialYear) -> Outturn:
    return outturn_of(whole_year(work, fund, year))


def _head_in_words(work: UnitOfWork, project: ProjectId | None, kind: Kind) -> str:
    """“LF-01 (revenue)”, “revenue in no project's budget”."""
    if project is None:
        return f"{kind.value} in no project's budget"
    return f"{work.projects.get(project).value.ref} ({kind.value})"


def _name_of(work: UnitOfWork, entry: CarryForward) -> str:
    return f"The carry-forward of {_head_in_words(work, entry.project, entry.kind)} out of {entry.from_year}"


def _settlement_name(work: UnitOfWork, entry: Settlement) -> str:
    head = _head_in_words(work, entry.project, entry.kind)
    return f"The {entry.amount.in_words} of {head}, {entry.year},"


def _check_heads(
    work: UnitOfWork, fund: FundId, items: Sequence[PlannedCarry] | Sequence[SettledPart]
) -> None:
    """Refuses no heads at all, one that is named twice, one that is not there, or of a kind that the fund has not."""
    if not items:
        raise ExpectedError("no_amount", "No project was named.", "Give an amount for at least one.")
    held = work.funds.get(fund).value
    seen = set()
    for item in items:
        if item.project is not None:
            work.projects.get(item.project)
        if item.kind not in held.kinds:
            raise ExpectedError(
                "other_kind",
                f"{held.name} has no {item.kind.value} money: it has {listed(kind.value for kind in held.kinds)}.",
                "Choose one of these, or change what kinds of money the fund has.",
            )
        key = (
            item.project,
            item.kind,
            getattr(item, "carry_forward", None),
            getattr(item, "surrender", None),
        )
        if key in seen:
            name = _head_in_words(work, item.project, item.kind)
            raise ExpectedError("named_twice", f"{name} is named twice.", "Give one amount for it.")
        seen.add(key)


def _room(outturn: Outturn, head: HeadOutturn | None, kind: Kind) -> Money:
    """What of a head nothing is asked for or decided about: never more than its kind, and the grant, have left."""
    if head is None:
        return Money.ZERO
    of_kind = Money.total(each.requested for each in outturn.heads if each.kind is kind)
    return min(
        head.pending - head.requested,
        outturn.pending_of(kind) - of_kind,
        outturn.pending - outturn.total.requested,
    )


# Carry-forward


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
                f"{_name_of(work, kept.value)} was asked for already: {kept.value.asked.in_words} on {asked}, not "
                "decided yet.",
                "Record the decision, or withdraw that request first.",
            )


def plan_carry_forward(command: PlanCarryForward, tools: Tools) -> Effect[tuple[CarryForwardId, ...]]:
    target = CarryForwardState.ANTICIPATED if command.anticipated else CarryForwardState.FORECAST
    with tools.open_work() as work:
        _check_heads(work, command.fund, command.items)
        refuse_closed_year(work, command.fund, command.year, "planning a carry-forward")
        doing = Doing(work, tools)
        ids: list[CarryForwardId] = []
        for item in command.items:
            head = _head_in_words(work, item.project, item.kind)
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
                    _take_out(doing, planned)
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
                doing.add("steps", _step(tools, Subject.CARRY_FORWARD, id, "", target.value, None))
            else:
                id = planned.id
                doing.change("carry_forwards", planned, after)
                if planned.value.state is not target:
                    before = planned.value.state.value
                    doing.add("steps", _step(tools, Subject.CARRY_FORWARD, id, before, target.value, None))
            ids.append(CarryForwardId(id))
        total = Money.total(item.amount for item in command.items)
        verb = "anticipate" if command.anticipated else "forecast"
        name = f"{verb} {total.in_words} carried forward out of {command.year}"
        effect: Effect[tuple[CarryForwardId, ...]] = doing.commit("PlanCarryForward", name, tuple(ids))
        return effect


def _take_out(doing: Doing, kept: Kept[CarryForward]) -> None:
    for record in reversed(
        with_evidence(doing.work, Record("carry_forwards", kept.id, kept.value), "carry_forward")
    ):
        doing.remove(record.kind, getattr(doing.work, record.kind).get(record.id))


def ask_carry_forward(command: AskCarryForward, tools: Tools) -> Effect[Asked]:
    fund, year = command.fund, command.year
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        _check_heads(work, fund, command.items)
        refuse_closed_year(work, fund, year, "asking for a carry-forward")
        terms = terms_in_force((kept.value for kept in work.agreements.all()), fund, year)
        if terms.carry_forward is CarryForwardStance.NO:
            raise ExpectedError(
                "carry_forward_barred",
                f"The agreement for {work.funds.get(fund).value.name} {year} lets nothing be carried forward.",
                "Give the money back or surrender it; if the commissioner changed its mind, change the agreement's "
                "terms first.",
            )
        outturn = _outturn(work, fund, year)
        doing = Doing(work, tools)
        ids: list[CarryForwardId] = []
        for item in command.items:
            rows = _rows(work, fund, year, item)
            _refuse_asked(work, rows)
            planned = next((kept for kept in rows if kept.value.state in PLANNED), None)
            before = planned.value.state if planned is not None else CarryForwardState.FORECAST
            reason = item.reason.strip() or (planned.value.reason if planned is not None else "")
            head = _head_in_words(work, item.project, item.kind)
            CARRY_FORWARDS.check(
                f"The carry-forward of {head} out of {year}",
                before,
                CarryForwardState.REQUESTED,
                _needs(date=command.dated, reason=reason, amount=item.amount),
            )
            room = _room(outturn, outturn.head(item.project, item.kind), item.kind)
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
            doing.add(
                "steps",
                _step(
                    tools,
                    Subject.CARRY_FORWARD,
                    id,
                    planned.value.state.value if planned is not None else "",
                    after.state.value,
                    command.dated,
                    command.reference,
                    reason,
                ),
            )
            doing.keep(copies, carry_forward=id)
            ids.append(CarryForwardId(id))
            outturn = _outturn(work, fund, year)
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
            name = _name_of(work, entry)
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
                    f"({_head_in_words(work, entry.project, entry.kind)}).",
                    "Type an amount from nought to what was asked for.",
                )
            target = decided_as(entry.asked, item.agreed)
            CARRY_FORWARDS.check(
                name, entry.state, target, _needs(date=command.dated, reference=letter, reason=reason)
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
            doing.add(
                "steps",
                _step(
                    tools,
                    Subject.CARRY_FORWARD,
                    kept.id,
                    entry.state.value,
                    target.value,
                    command.dated,
                    letter,
                    reason,
                ),
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
            _remove_settlement(doing, kept)
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
    outturn = _outturn(work, entry.fund, entry.from_year)
    head = outturn.head(entry.project, entry.kind)
    words = _head_in_words(work, entry.project, entry.kind)
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
        following = _outturn(work, entry.fund, entry.into_year)
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
    outturn = _outturn(doing.work, entry.fund, entry.from_year)
    room = _room(outturn, outturn.head(entry.project, entry.kind), entry.kind)
    amount = min(amount, max(Money.ZERO, room))
    if not amount:
        return []
    part = SettledPart(entry.project, entry.kind, amount, None, id)
    reason = f"refused in {letter}"
    return _add_settlements(doing, entry.fund, entry.from_year, part, outturn, reason, dated)


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
            CARRY_FORWARDS.check(_name_of(work, entry), entry.state, target, _needs(reason=reason))
            doing.change("carry_forwards", kept, replace(entry, state=target))
            doing.add(
                "steps",
                _step(
                    tools,
                    Subject.CARRY_FORWARD,
                    kept.id,
                    entry.state.value,
                    target.value,
                    command.dated,
                    "",
                    reason,
                ),
            )
            total += entry.asked
        effect: Effect[None] = doing.commit(
            "WithdrawCarryForward", f"withdraw the carry-forward of {total.in_words}", None, reason=reason
        )
        return effect


# Settlement


def settle_underspend(command: SettleUnderspend, tools: Tools) -> Effect[tuple[SettlementId, ...]]:
    fund, year, reason = command.fund, command.year, command.reason.strip()
    check_reason(reason, "Settling unspent money")
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        _check_heads(work, fund, command.items)
        refuse_closed_year(work, fund, year, "settling what was not spent")
        doing = Doing(work, tools)
        made: list[SettlementId] = []
        for item in command.items:
            outturn = _outturn(work, fund, year)
            room = _room(outturn, outturn.head(item.project, item.kind), item.kind)
            head = _head_in_words(work, item.project, item.kind)
            if not Money.ZERO < item.amount <= room:
                raise ExpectedError(
                    "settlement_beyond",
                    f"{item.amount.in_words} of {head} can't be settled: {max(Money.ZERO, room).in_words} of {year} is "
                    "unspent and neither asked for nor decided there.",
                    "Settle no more than that." if room > Money.ZERO else "There is nothing to settle.",
                )
            if item.carry_forward is not None:
                _check_refused(work, fund, year, item, item.carry_forward)
            made += _add_settlements(doing, fund, year, item, outturn, reason, command.dated)
        for id in made:
            doing.keep(copies, settlement=id)
        total = Money.total(item.amount for item in command.items)
        effect: Effect[tuple[SettlementId, ...]] = doing.commit(
            "SettleUnderspend", f"settle {total.in_words} not spent in {year}", tuple(made)
        )
        return effect


def _check_refused(
    work: UnitOfWork, fund: FundId, year: FinancialYear, item: SettledPart, id: CarryForwardId
) -> None:
    """Refuses to name a request of another head, or of which less was refused."""
    entry = work.carry_forwards.get(id).value
    if (entry.fund, entry.from_year, entry.project, entry.kind) != (fund, year, item.project, item.kind):
        raise ExpectedError(
            "settlement_request",
            f"{_name_of(work, entry)} is another project's, kind's or year's.",
            "Choose the request of this head.",
        )
    settled = Money.total(
        kept.value.amount for kept in work.settlements.all() if kept.value.carry_forward == id
    )
    if item.amount > entry.refused - settled:
        raise ExpectedError(
            "settlement_beyond",
            f"{item.amount.in_words} is more than was refused and is not settled: {entry.refused.in_words} refused, "
            f"{settled.in_words} settled.",
            "Settle no more than that of the request, and the rest without one.",
        )


def _add_settlements(
    doing: Doing,
    fund: FundId,
    year: FinancialYear,
    item: SettledPart,
    outturn: Outturn,
    reason: str,
    dated: date,
) -> list[SettlementId]:
    """Adds what becomes of *item*: repayable as far as it was received, surrendered as far as it was not, unless it
    says which of the two; then refuses what the cash does not allow (R28)."""
    cash = outturn.held_to_return
    back = min(item.amount, cash) if item.surrender is None else Money.ZERO
    if item.surrender is False:
        back = item.amount
        if back > cash:
            raise ExpectedError(
                "settlement_not_received",
                f"{back.in_words} can't be given back: of what was received, {cash.in_words} is neither spent, carried "
                "forward nor to be given back already (R28).",
                "Surrender what was never drawn, or record the payment that came first.",
            )
    undrawn = outturn.undrawn
    if item.surrender and item.amount > undrawn:
        raise ExpectedError(
            "settlement_received",
            f"{item.amount.in_words} can't be surrendered: {undrawn.in_words} of {year} was never drawn (R28).",
            "What was received goes back.",
        )
    made = []
    parts = ((back, SettlementState.REPAYABLE), (item.amount - back, SettlementState.SURRENDERED))
    for amount, state in parts:
        if not amount:
            continue
        settlement = Settlement(
            fund, year, item.kind, item.project, amount, state, reason, dated, item.carry_forward
        )
        id = SettlementId(doing.add("settlements", settlement))
        doing.add("steps", _step(doing.tools, Subject.SETTLEMENT, id, "", state.value, dated, "", reason))
        made.append(id)
    return made


def _settlements(work: UnitOfWork, ids: Sequence[SettlementId]) -> list[Kept[Settlement]]:
    """The settlements of *ids*, each once; of one grant's year."""
    if not ids:
        raise ExpectedError("no_amount", "No settlement was named.", "Name at least one.")
    held = [work.settlements.get(id) for id in dict.fromkeys(ids)]
    grants = {(kept.value.fund, kept.value.year) for kept in held}
    if len(grants) > 1:
        raise ExpectedError(
            "settlement_grants",
            "These settlements are of several grants or years: money goes back for one at a time.",
            "Choose those of one grant's year.",
        )
    return held


def _move(
    work: UnitOfWork,
    tools: Tools,
    change: Callable[[str, Kept[Any], Any], None],
    add: _Add,
    kept: Kept[Settlement],
    target: SettlementState,
    *,
    dated: date | None = None,
    reference: str = "",
    reason: str = "",
    **changes: Any,
) -> None:
    """Moves a settlement as the machine allows, with the step of its history."""
    entry = kept.value
    given = _needs(date=dated, reference=reference.strip(), reason=reason.strip())
    SETTLEMENTS.check(_settlement_name(work, entry), entry.state, target, given)
    change("settlements", kept, replace(entry, state=target, **changes))
    add(
        "steps",
        _step(tools, Subject.SETTLEMENT, kept.id, entry.state.value, target.value, dated, reference, reason),
    )


def _total(held: Iterable[Kept[Settlement]]) -> Money:
    return Money.total(kept.value.amount for kept in held)


def invoice_settlements(command: InvoiceSettlements, tools: Tools) -> Effect[None]:
    invoice = command.invoice.strip()
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        held = _settlements(work, command.ids)
        doing = Doing(work, tools)
        for kept in held:
            _move(
                work,
                tools,
                doing.change,
                doing.add,
                kept,
                SettlementState.INVOICED,
                dated=command.dated,
                reference=invoice,
                invoice=invoice,
                invoiced_on=command.dated,
            )
            doing.keep(copies, settlement=kept.id)
        name = f"record the invoice {invoice} for {_total(held).in_words}"
        effect: Effect[None] = doing.commit("InvoiceSettlements", name)
        return effect


def repay_settlements(command: RepaySettlements, tools: Tools) -> Effect[RepaymentId]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        held = _settlements(work, command.ids)
        first, total = held[0].value, _total(held)
        edits = ClaimEdits(work, tools)
        if command.repayment is None:
            invoice = command.invoice.strip() or next(
                (kept.value.invoice for kept in held if kept.value.invoice), ""
            )
            reason = command.reason.strip() or f"not spent in {first.year}"
            repayment = Repayment(
                first.fund, first.year, command.dated, total, invoice, reason, command.claim
            )
            id = RepaymentId(add_repayment(edits, repayment))
        else:
            id = command.repayment
            _check_recorded(work, id, first, total)
        for kept in held:
            _move(
                work,
                tools,
                edits.tie,
                edits.add,
                kept,
                SettlementState.REPAID,
                dated=command.dated,
                reference=command.invoice,
                reason=command.reason,
                repayment=id,
            )
        edits.keep(keep_evidence(work, tools, copies, repayment=id))
        name = f"record that {total.in_words} of {first.year} was given back"
        effect: Effect[RepaymentId] = edits.commit("RepaySettlements", name, id)
        return effect


def _check_recorded(work: UnitOfWork, id: RepaymentId, of: Settlement, total: Money) -> None:
    """Refuses a repayment of another grant, or that has less left than is to be settled with it."""
    repayment = work.repayments.get(id).value
    if (repayment.fund, repayment.year) != (of.fund, of.year):
        raise ExpectedError(
            "repayment_other_grant",
            f"The repayment of {repayment.amount.in_words}, {short_date(repayment.dated)}, is for another grant or "
            "year.",
            "Choose one of this grant's year, or record the repayment anew.",
        )
    taken = _total(kept for kept in work.settlements.all() if kept.value.repayment == id)
    if total > repayment.amount - taken:
        raise ExpectedError(
            "repayment_less",
            f"{total.in_words} can't be settled with the repayment of {repayment.amount.in_words}, "
            f"{short_date(repayment.dated)}: {(repayment.amount - taken).in_words} of it settles nothing yet.",
            "Choose fewer settlements, or another repayment.",
        )


def net_settlements(command: NetSettlements, tools: Tools) -> Effect[RepaymentId]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        held = _settlements(work, command.ids)
        first, total = held[0].value, _total(held)
        paid = work.payments.get(command.payment)
        payment = paid.value
        if payment.fund != first.fund or payment.year < first.year:
            raise ExpectedError(
                "payment_other_grant",
                f"The payment of {payment.amount.in_words}, {short_date(payment.dated)}, is of another fund or an "
                "earlier year.",
                "Choose the payment that the money was taken off.",
            )
        edits = ClaimEdits(work, tools)
        if command.payment_was_net:
            payment = replace(payment, amount=payment.amount + total)
            edits.change("payments", paid, payment)
        netted = _total(kept for kept in work.settlements.all() if kept.value.payment == command.payment)
        in_ledger = Money.total(
            kept.value.amount for kept in work.payment_lines.all() if kept.value.payment == command.payment
        )
        if netted + total > payment.amount - in_ledger:
            raise ExpectedError(
                "payment_less",
                f"{total.in_words} can't have been taken off the payment of {payment.amount.in_words}, "
                f"{short_date(payment.dated)}: {in_ledger.in_words} of it came and {netted.in_words} was taken off.",
                "If the payment is recorded as what came in, say so: it is raised by what was taken off.",
            )
        reason = f"taken off the payment of {short_date(payment.dated)}"
        repayment = Repayment(first.fund, first.year, payment.dated, total, payment.remittance, reason)
        id = RepaymentId(add_repayment(edits, repayment))
        for kept in held:
            _move(
                work,
                tools,
                edits.tie,
                edits.add,
                kept,
                SettlementState.NETTED,
                dated=payment.dated,
                reference=payment.remittance,
                reason=reason,
                repayment=id,
                payment=command.payment,
            )
        edits.keep(keep_evidence(work, tools, copies, repayment=id))
        name = f"record that {total.in_words} of {first.year} was taken off a payment"
        effect: Effect[RepaymentId] = edits.commit("NetSettlements", name, id)
        return effect


def surrender_settlements(command: SurrenderSettlements, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        held = _settlements(work, command.ids)
        first, total = held[0].value, _total(held)
        refuse_closed_year(work, first.fund, first.year, "surrendering what was not spent")
        undrawn = _outturn(work, first.fund, first.year).undrawn
        if total > undrawn:
            raise ExpectedError(
                "settlement_received",
                f"{total.in_words} can't be surrendered: {undrawn.in_words} of {first.year} was never drawn (R28).",
                "What was received goes back.",
            )
        doing = Doing(work, tools)
        for kept in held:
            _move(
                work,
                tools,
                doing.change,
                doing.add,
                kept,
                SettlementState.SURRENDERED,
                reason=command.reason,
            )
        effect: Effect[None] = doing.commit(
            "SurrenderSettlements", f"surrender {total.in_words} of {first.year}", None, reason=command.reason
        )
        return effect


def reopen_settlement(command: ReopenSettlement, tools: Tools) -> Effect[None]:
    reason = command.reason.strip()
    with tools.open_work() as work:
        kept = work.settlements.get(command.id)
        entry = kept.value
        refuse_closed_year(work, entry.fund, entry.year, "reopening its settlement")
        edits = ClaimEdits(work, tools)
        together = [kept]
        if entry.repayment is not None:
            together = [each for each in work.settlements.all() if each.value.repayment == entry.repayment]
        if entry.is_surrendered:
            cash = _outturn(work, entry.fund, entry.year).held_to_return
            if entry.amount > cash:
                raise ExpectedError(
                    "settlement_not_received",
                    f"{entry.amount.in_words} can't be given back: {cash.in_words} of what was received is neither "
                    "spent, carried forward nor to be given back already (R28).",
                    "Take the settlement out if the money is to be decided anew.",
                )
        for each in together:
            _move(
                work,
                tools,
                edits.loosen,
                edits.add,
                each,
                SettlementState.REPAYABLE,
                reason=reason,
                invoice="",
                invoiced_on=None,
                repayment=None,
                payment=None,
            )
        if entry.repayment is not None:
            repayment = work.repayments.get(entry.repayment)
            for record in reversed(
                with_evidence(work, Record("repayments", repayment.id, repayment.value), "repayment")
            ):
                if record.kind == "repayments":
                    take_out_repayment(edits, repayment)
                else:
                    edits.remove(record.kind, getattr(work, record.kind).get(record.id))
        name = f"make {_total(together).in_words} of {entry.year} repayable again"
        effect: Effect[None] = edits.commit("ReopenSettlement", name)
        return effect


def remove_settlement(command: RemoveSettlement, tools: Tools) -> Effect[None]:
    check_reason(command.reason, "Taking a settlement out")
    with tools.open_work() as work:
        kept = work.settlements.get(command.id)
        entry = kept.value
        refuse_closed_year(work, entry.fund, entry.year, "taking its settlement out")
        if entry.state not in (SettlementState.REPAYABLE, SettlementState.SURRENDERED):
            raise ExpectedError(
                "settlement_moved",
                f"{_settlement_name(work, entry)} is {entry.state.value}: it can't be taken out.",
                "Reopen it first, with the reason.",
            )
        doing = Doing(work, tools)
        _remove_settlement(doing, kept)
        effect: Effect[None] = doing.commit(
            "RemoveSettlement",
            f"take out the settlement of {entry.amount.in_words} of {entry.year}",
            None,
            reason=command.reason.strip(),
        )
        return effect


def _remove_settlement(doing: Doing, kept: Kept[Settlement]) -> None:
    for record in reversed(
        with_evidence(doing.work, Record("settlements", kept.id, kept.value), "settlement")
    ):
        doing.remove(record.kind, getattr(doing.work, record.kind).get(record.id))


# Accruals


def reverse_accruals(command: ReverseAccruals, tools: Tools) -> Effect[int]:
    fund, year = command.fund, command.year
    with tools.open_work() as work:
        written_off = {kept.value.accrual for kept in work.adjustments.all()}
        held = [
            kept
            for kept in work.accruals.all()
            if (kept.value.fund, kept.value.year, kept.value.reverses_year) == (fund, year, None)
            and kept.id not in written_off
        ]
        if not held:
            raise NotFoundError(
                "accrual without a reversal in", str(year), "Every accrual says when it reverses."
            )
        refuse_closed_year(work, fund, year.next, "reversing accruals in it")
        doing = Doing(work, tools)
        locks = locks_of(work)
        for kept in held:
            after = replace(kept.value, reverses_year=year.next, reverses_period=command.period)
            check_accrual(after)
            refuse_locked_entry(locks, kept.value, after)
            doing.change("accruals", kept, after)
        name = f"reverse {count(len(held), 'accrual')} of {year} in period {command.period} of {year.next}"
        effect: Effect[int] = doing.commit("ReverseAccruals", name, len(held))
        return effect


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    PlanCarryForward: plan_carry_forward,
    AskCarryForward: ask_carry_forward,
    DecideCarryForward: decide_carry_forward,
    WithdrawCarryForward: withdraw_carry_forward,
    SettleUnderspend: settle_underspend,
    InvoiceSettlements: invoice_settlements,
    RepaySettlements: repay_settlements,
    NetSettlements: net_settlements,
    SurrenderSettlements: surrender_settlements,
    ReopenSettlement: reopen_settlement,
    RemoveSettlement: remove_settlement,
    ReverseAccruals: reverse_accruals,
}
