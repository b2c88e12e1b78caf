"""What was not spent and goes back or is surrendered, until the money went. Every command is taken back by
SwapRecords."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fundingapp.application.commands.claims import ClaimEdits, add_repayment, take_out_repayment
from fundingapp.application.commands.evidence import Given, copied
from fundingapp.application.commands.gathering import Doing, said
from fundingapp.application.commands.unspent import (
    check_heads,
    head_in_words,
    name_of_carry,
    room_of,
    year_outturn,
)
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.locks import refuse_closed_year
from fundingapp.application.wording import short_date
from fundingapp.domain.claims import Repayment
from fundingapp.domain.errors import ExpectedError
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
from fundingapp.domain.settlements import SETTLEMENTS, Settlement, SettlementState
from fundingapp.domain.states import Subject
from fundingapp.domain.year_end import Outturn


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


def settle_underspend(command: SettleUnderspend, tools: Tools) -> Effect[tuple[SettlementId, ...]]:
    fund, year, reason = command.fund, command.year, command.reason.strip()
    check_reason(reason, "Settling unspent money")
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        parts = [(item.project, item.kind, (item.carry_forward, item.surrender)) for item in command.items]
        check_heads(work, fund, parts)
        refuse_closed_year(work, fund, year, "settling what was not spent")
        doing = Doing(work, tools)
        made: list[SettlementId] = []
        for item in command.items:
            outturn = year_outturn(work, fund, year)
            room = room_of(outturn, outturn.head(item.project, item.kind), item.kind)
            head = head_in_words(work, item.project, item.kind)
            if not Money.ZERO < item.amount <= room:
                raise ExpectedError(
                    "settlement_beyond",
                    f"{item.amount.in_words} of {head} can't be settled: {max(Money.ZERO, room).in_words} of {year} is "
                    "unspent and neither asked for nor decided there.",
                    "Settle no more than that." if room > Money.ZERO else "There is nothing to settle.",
                )
            if item.carry_forward is not None:
                _check_refused(work, fund, year, item, item.carry_forward)
            made += add_settlements(doing, fund, year, item, outturn, reason, command.dated)
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
            f"{name_of_carry(work, entry)} is another project's, kind's or year's.",
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


def add_settlements(
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
        doing.step(Subject.SETTLEMENT, id, "", state.value, dated, "", reason)
        made.append(id)
    return made


def _settlement_name(work: UnitOfWork, entry: Settlement) -> str:
    head = head_in_words(work, entry.project, entry.kind)
    return f"The {entry.amount.in_words} of {head}, {entry.year},"


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
    doing: Doing,
    change: Callable[[str, Kept[Any], Any], None],
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
    given = said(dated=dated, reference=reference, reason=reason)
    SETTLEMENTS.check(_settlement_name(doing.work, entry), entry.state, target, given)
    change("settlements", kept, replace(entry, state=target, **changes))
    doing.step(Subject.SETTLEMENT, kept.id, entry.state.value, target.value, dated, reference, reason)


def _total(held: Iterable[Kept[Settlement]]) -> Money:
    return Money.total(kept.value.amount for kept in held)


def invoice_settlements(command: InvoiceSettlements, tools: Tools) -> Effect[None]:
    invoice = command.invoice.strip()
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        held = _settlements(work, command.ids)
        doing = Doing(work, tools)
        for kept in held:
            _move(
                doing,
                doing.change,
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
                edits,
                edits.tie,
                kept,
                SettlementState.REPAID,
                dated=command.dated,
                reference=command.invoice,
                reason=command.reason,
                repayment=id,
            )
        edits.keep(copies, repayment=id)
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
                edits,
                edits.tie,
                kept,
                SettlementState.NETTED,
                dated=payment.dated,
                reference=payment.remittance,
                reason=reason,
                repayment=id,
                payment=command.payment,
            )
        edits.keep(copies, repayment=id)
        name = f"record that {total.in_words} of {first.year} was taken off a payment"
        effect: Effect[RepaymentId] = edits.commit("NetSettlements", name, id)
        return effect


def surrender_settlements(command: SurrenderSettlements, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        held = _settlements(work, command.ids)
        first, total = held[0].value, _total(held)
        refuse_closed_year(work, first.fund, first.year, "surrendering what was not spent")
        undrawn = year_outturn(work, first.fund, first.year).undrawn
        if total > undrawn:
            raise ExpectedError(
                "settlement_received",
                f"{total.in_words} can't be surrendered: {undrawn.in_words} of {first.year} was never drawn (R28).",
                "What was received goes back.",
            )
        doing = Doing(work, tools)
        for kept in held:
            _move(doing, doing.change, kept, SettlementState.SURRENDERED, reason=command.reason)
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
            cash = year_outturn(work, entry.fund, entry.year).held_to_return
            if entry.amount > cash:
                raise ExpectedError(
                    "settlement_not_received",
                    f"{entry.amount.in_words} can't be given back: {cash.in_words} of what was received is neither "
                    "spent, carried forward nor to be given back already (R28).",
                    "Take the settlement out if the money is to be decided anew.",
                )
        for each in together:
            _move(
                edits,
                edits.loosen,
                each,
                SettlementState.REPAYABLE,
                reason=reason,
                invoice="",
                invoiced_on=None,
                repayment=None,
                payment=None,
            )
        if entry.repayment is not None:
            take_out_repayment(edits, work.repayments.get(entry.repayment))
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
        doing.remove_with_evidence("settlements", kept, "settlement")
        effect: Effect[None] = doing.commit(
            "RemoveSettlement",
            f"take out the settlement of {entry.amount.in_words} of {entry.year}",
            None,
            reason=command.reason.strip(),
        )
        return effect


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    SettleUnderspend: settle_underspend,
    InvoiceSettlements: invoice_settlements,
    RepaySettlements: repay_settlements,
    NetSettlements: net_settlements,
    SurrenderSettlements: surrender_settlements,
    ReopenSettlement: reopen_settlement,
    RemoveSettlement: remove_settlement,
}
