"""How carry-forwards, money that goes back, and a year's standing are put in a sentence."""

from __future__ import annotations

from fundingapp.application.wording import short_date
from fundingapp.domain.carry_forwards import CarryForward, CarryForwardState
from fundingapp.domain.money import Money
from fundingapp.domain.settlements import Settlement, SettlementState
from fundingapp.domain.states import Step


def carry_in_words(carry: CarryForward) -> str:
    """“£8,500.00 asked on 12/05/2018, £6,000.00 agreed on 03/07/2018 (PCC/18/44): contract runs to June.”"""
    asked = f" on {short_date(carry.asked_on)}" if carry.asked_on else ""
    decided = f" on {short_date(carry.decided_on)}" if carry.decided_on else ""
    letter = f" ({carry.letter})" if carry.letter else ""
    match carry.state:
        case CarryForwardState.FORECAST:
            said = (
                f"{carry.asked.in_words} is forecast to be left: nothing is asked yet, and it is no money of "
            )
            said += f"{carry.into_year}"
        case CarryForwardState.ANTICIPATED:
            said = f"{carry.asked.in_words} is planned on in {carry.into_year}, though nothing is asked or agreed yet"
        case CarryForwardState.REQUESTED:
            said = f"{carry.asked.in_words} asked{asked}; the commissioner has not decided"
        case CarryForwardState.AGREED | CarryForwardState.PART_AGREED:
            said = f"{carry.asked.in_words} asked{asked}, {carry.agreed.in_words} agreed{decided}{letter}"
        case CarryForwardState.REFUSED:
            said = f"{carry.asked.in_words} asked{asked}, refused{decided}{letter}"
        case _:
            said = f"{carry.asked.in_words} was withdrawn"
    until = f", to be spent by {short_date(carry.spend_by)}" if carry.spend_by else ""
    return f"{said}{until}: {carry.reason}." if carry.reason else f"{said}{until}."


def settlement_in_words(of: Settlement) -> str:
    """“£2,500.00 is to be given back: refused.”"""
    invoice = f" (invoice {of.invoice})" if of.invoice else ""
    match of.state:
        case SettlementState.REPAYABLE:
            said = f"{of.amount.in_words} is to be given back; the funder has not invoiced it yet"
        case SettlementState.INVOICED:
            day = f" on {short_date(of.invoiced_on)}" if of.invoiced_on else ""
            said = f"{of.amount.in_words} was invoiced by the funder{day}{invoice}, and is to be paid"
        case SettlementState.REPAID:
            said = f"{of.amount.in_words} was paid back{invoice}"
        case SettlementState.NETTED:
            said = f"{of.amount.in_words} was taken off a later payment"
        case _:
            said = f"{of.amount.in_words} was never drawn, and is left with the funder"
    return f"{said}: {of.reason}." if of.reason else f"{said}."


def step_in_words(step: Step) -> str:
    """“03/07/2018 requested → agreed (PCC/18/44) · A. Officer”."""
    day = step.dated or step.at.astimezone().date()
    moved = f"{step.before} → {step.after}" if step.before else step.after
    paper = f" ({step.reference})" if step.reference else ""
    why = f": {step.reason}" if step.reason else ""
    return f"{short_date(day)} {moved}{paper}{why} · {step.by}"


def pending_in_words(pending: Money) -> str:
    """What nobody has decided yet."""
    if not pending:
        return "Everything that was left is decided."
    if pending < Money.ZERO:
        return f"{(-pending).in_words} more was spent or decided than there was."
    return f"{pending.in_words} is left that nothing is decided about."
