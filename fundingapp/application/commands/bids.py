"""A bid from its draft to the commissioner's decision: what it asks and says, who decided what, and the award.

What follows a decision, from the offer to the financial closing, is carried out in ``bids_running``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from fundingapp.application.commands.bid_moves import (
    Found,
    add_award,
    find_bid,
    move,
    note,
    remove_award,
    room_of,
    steps_of,
    terms_of,
)
from fundingapp.application.commands.evidence import Given, copied
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.wording import count, short_date
from fundingapp.domain.agreements import Consent, terms_in_force
from fundingapp.domain.bidding import check_award, check_consent, check_submission, copied_forward
from fundingapp.domain.bids import (
    BIDS,
    Bid,
    BidCost,
    BidState,
    BidText,
    BoardDecision,
    CostCategory,
    check_costs,
    too_long,
)
from fundingapp.domain.errors import ChangedMeanwhileError, ExpectedError
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.grant_conditions import ConditionKind, ConditionState
from fundingapp.domain.ids import BidId, ConsentId, EvidenceId, FundId, PartyId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

#: What the commissioner can decide.
_DECISIONS = (BidState.APPROVED, BidState.PART_APPROVED, BidState.DEFERRED, BidState.REJECTED)


@dataclass(frozen=True, slots=True)
class CreateBid(Command[BidId]):
    """A draft that asks a fund for *amount* for a project, one that is known or a new one. Taken back by SwapRecords.

    There may be several for one project, fund, year and kind: additions within the year.
    """

    project: ProjectId | Project
    fund: FundId
    year: FinancialYear
    kind: Kind
    amount: Money
    reference: str = ""
    applicant: PartyId | None = None
    outside_allocation: bool = False
    answer_due: date | None = None
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeBid(Command[None]):
    """Puts *after* in place of a bid. Fund, year, kind, amount and whether it is outside the allocation change only
    while it is a draft; its state, decision and award never do so. Taken back by SwapRecords.

    *was* is what the change was made to: when somebody else changed it meanwhile, it is refused, here and for costs and
    texts.
    """

    bid: BidId
    after: Bid
    evidence: tuple[Given, ...] = ()
    was: Bid | None = None


@dataclass(frozen=True, slots=True)
class RemoveBid(Command[None]):
    """Takes a draft out with all that it says. Taken back by SwapRecords."""

    bid: BidId


@dataclass(frozen=True, slots=True)
class SetBidCosts(Command[None]):
    """Puts *costs* in place of a bid's costed lines. Taken back by SwapRecords."""

    bid: BidId
    costs: tuple[BidCost, ...]
    was: tuple[BidCost, ...] | None = None


@dataclass(frozen=True, slots=True)
class SetBidTexts(Command[None]):
    """Writes the sections of *texts*; an empty text takes its section out, others stay. Taken back by SwapRecords."""

    bid: BidId
    texts: tuple[BidText, ...]
    was: tuple[BidText, ...] | None = None


@dataclass(frozen=True, slots=True)
class BoardDecides(Command[None]):
    """What the board, or a group or officer that it delegated to, decided on a draft. Taken back by SwapRecords.

    *interests* are those declared; “none” has to be said. A bid that the body does not support is withdrawn, and
    *note* says why.
    """

    bid: BidId
    body: str
    met_on: date
    minute: str
    interests: str
    score: str = ""
    is_delegated: bool = False
    note: str = ""
    approves: bool = True
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class SendBack(Command[None]):
    """Makes a bid that was approved by the board, or submitted, a draft again. Taken back by SwapRecords."""

    bid: BidId
    reason: str


@dataclass(frozen=True, slots=True)
class SubmitBid(Command[None]):
    """Sends a bid to the commissioner, or once more after it was deferred. Taken back by SwapRecords.

    Refused when submitted and awarded bids then exceed what is available, indicative or consented to (R2).
    """

    bid: BidId
    on: date
    answer_due: date | None = None
    reference: str = ""
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordConsent(Command[ConsentId]):
    """The commissioner's consent to award more than is available (R2). Taken back by SwapRecords."""

    consent: Consent
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class DecideBid(Command[None]):
    """The commissioner's decision: APPROVED in full, PART_APPROVED with its *amount*, DEFERRED (*until*) or REJECTED.

    A positive one makes the award. Taken back by SwapRecords.
    """

    bid: BidId
    decision: BidState
    on: date
    reference: str
    amount: Money | None = None
    until: date | None = None
    reason: str = ""
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeDecisionBack(Command[None]):
    """Makes a decided bid a submitted one again; its award goes. Taken back by SwapRecords."""

    bid: BidId
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawBid(Command[None]):
    """Ends a bid before its project starts, also where an offer was declined or lapsed; its award goes.

    Taken back by SwapRecords.
    """

    bid: BidId
    on: date
    reason: str
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferCondition:
    """A condition that an offer comes with; *before_release*: no money is charged before it is met or waived."""

    clause: str
    text: str
    kind: ConditionKind = ConditionKind.SPECIAL
    due: date | None = None
    owner: str = ""
    before_release: bool = False


@dataclass(frozen=True, slots=True)
class MakeOffer(Command[None]):
    """The commissioner's offer of what was awarded. Taken back by SwapRecords.

    *accept_by* (inclusive) None: as many days after *dated* as the agreement gives. The conditions enter the register.
    """

    bid: BidId
    reference: str
    dated: date
    accept_by: date | None = None
    purpose: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    conditions: tuple[OfferCondition, ...] = ()
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtendOffer(Command[None]):
    """Gives more time to accept an offer. Taken back by SwapRecords."""

    bid: BidId
    accept_by: date
    reason: str
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptOffer(Command[None]):
    """The accountable body accepts, *by* whom and *on* which day. Taken back by SwapRecords."""

    bid: BidId
    on: date
    by: str
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class StartBid(Command[None]):
    """The project starts: every condition before release is met or waived. Taken back by SwapRecords."""

    bid: BidId
    on: date


@dataclass(frozen=True, slots=True)
class HoldBid(Command[None]):
    """Nothing is charged until it is resumed. Taken back by SwapRecords."""

    bid: BidId
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class ResumeBid(Command[None]):
    """Ends a hold. Taken back by SwapRecords."""

    bid: BidId
    on: date


@dataclass(frozen=True, slots=True)
class TerminateBid(Command[Money]):
    """Ends a running project for good; what is unspent goes to contingency. Returns how much. Taken back by
    SwapRecords."""

    bid: BidId
    on: date
    reason: str
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class CompleteBid(Command[None]):
    """The project's work is done; what comes late may still be charged. Taken back by SwapRecords."""

    bid: BidId
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CloseBid(Command[Money]):
    """Closes a complete project financially; nothing may be open. Taken back by SwapRecords.

    *surrender* gives what is unspent to contingency; without it, unspent money refuses the closing. Returns how much.
    """

    bid: BidId
    on: date
    surrender: bool = False


@dataclass(frozen=True, slots=True)
class ReopenBid(Command[None]):
    """Makes a closed bid complete again, or a complete one live. Taken back by SwapRecords."""

    bid: BidId
    reason: str


@dataclass(frozen=True, slots=True)
class CopyForward(Command["tuple[BidId, ...]"]):
    """Drafts for the year after, with costs and texts, *percent* dearer; in the order given. Taken back by
    SwapRecords."""

    bids: tuple[BidId, ...]
    percent: Decimal = Decimal(0)


# What a bid is


def create_bid(command: CreateBid, tools: Tools) -> Effect[BidId]:
    with copied(tools, command.evidence) as papers, tools.open_work() as work:
        doing = Doing(work, tools)
        project, ref = _project(doing, command.project)
        bid = Bid(
            project,
            command.fund,
            command.year,
            command.kind,
            command.amount,
            BidState.DRAFT,
            reference=command.reference.strip(),
            applicant=command.applicant,
            outside_allocation=command.outside_allocation,
            answer_due=command.answer_due,
        )
        _check_bid(work, bid)
        id = BidId(doing.add("bids", bid))
        doing.keep(papers, bid=id)
        return doing.commit("CreateBid", f"draft {ref}'s bid of {bid.amount.in_words}", id)


def _project(doing: Doing, given: ProjectId | Project) -> tuple[ProjectId, str]:
    """The project meant, made when it is new, and its reference."""
    work = doing.work
    if not isinstance(given, Project):
        return given, work.projects.get(given).value.ref
    project = replace(given, ref=given.ref.strip(), name=given.name.strip())
    if not project.ref or not project.name:
        raise ExpectedError("no_name", "A project needs a reference and a name.", "Type both.")
    for kept in work.projects.all():
        if kept.value.ref.casefold() == project.ref.casefold():
            if kept.value.name.casefold() != project.name.casefold():
                raise ExpectedError(
                    "other_project",
                    f"{kept.value.ref} is “{kept.value.name}” in this file.",
                    "Give the project another reference, or the name it has.",
                )
            return ProjectId(kept.id), kept.value.ref
    return ProjectId(doing.add("projects", project)), project.ref


def _check_bid(work: UnitOfWork, bid: Bid) -> None:
    """Raises ExpectedError for a bid that asks for nothing, or for money that its fund does not have."""
    fund = work.funds.get(bid.fund).value
    if bid.amount <= Money.ZERO:
        raise ExpectedError("no_amount", "A bid asks for an amount above nought.", "Type the amount.")
    if bid.kind not in fund.kinds:
        has = " and ".join(kind.value for kind in fund.kinds)
        raise ExpectedError(
            "other_kind", f"“{fund.name}” has {has}, and no {bid.kind.value}.", "Choose one of these."
        )
    if bid.applicant is not None:
        work.parties.get(bid.applicant)


def change_bid(command: ChangeBid, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as papers, tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        bid, after = found.bid, replace(command.after, reference=command.after.reference.strip())
        _refuse_changed(found.name, command.was, bid)
        given = (after.state, after.decided_on, after.decision, after.submitted_on, after.awarded)
        if given != (bid.state, bid.decided_on, bid.decision, bid.submitted_on, bid.awarded) or (
            after.project != bid.project
        ):
            raise ExpectedError(
                "bid_moves",
                f"{found.name} moves from state to state by what was decided, not by typing over it.",
                "Record the decision.",
            )
        asked = (after.fund, after.year, after.kind, after.amount, after.outside_allocation)
        if asked != (bid.fund, bid.year, bid.kind, bid.amount, bid.outside_allocation):
            if bid.state is not BidState.DRAFT:
                raise ExpectedError(
                    "bid_fixed",
                    f"{found.name} is {bid.state.value} for {bid.amount.in_words}: what it asks for can't change now.",
                    "Take it back to draft first, with the reason."
                    if BIDS.allows(bid.state, BidState.DRAFT)
                    else "Draft a new bid for what is asked beside it.",
                )
            _check_bid(work, after)
        doing.change("bids", found.kept, after)
        doing.keep(papers, bid=found.id)
        return doing.commit("ChangeBid", f"change {found.name}")


def _refuse_changed(what: str, was: object | None, now: object) -> None:
    """Raises ChangedMeanwhileError when *what* is not as it was when the change to it was begun."""
    if was is not None and was != now:
        raise ChangedMeanwhileError(what)


def remove_bid(command: RemoveBid, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        if found.bid.state is not BidState.DRAFT:
            raise ExpectedError(
                "bid_fixed",
                f"{found.name} is {found.bid.state.value}, so it isn't removed.",
                "Withdraw it, or take it back to draft first.",
            )
        for kind, rows in (
            ("bid_costs", work.bid_costs.all()),
            ("bid_texts", work.bid_texts.all()),
            ("board_decisions", work.board_decisions.all()),
            ("offers", work.offers.all()),
        ):
            for kept in rows:
                if kept.value.bid == found.id:
                    doing.remove(kind, kept)
        _remove_papers(doing, found.id)
        for step in steps_of(work, found.id):
            doing.remove("steps", step)
        doing.remove("bids", found.kept)
        return doing.commit("RemoveBid", f"remove {found.name}")


def _remove_papers(doing: Doing, bid: BidId) -> None:
    """Takes the bid's papers out, with the evidence that nothing else rests on."""
    work = doing.work
    ours = [kept for kept in work.supports.all() if kept.value.bid == bid]
    elsewhere = {kept.value.evidence for kept in work.supports.all() if kept.value.bid != bid}
    for kept in ours:
        doing.remove("supports", kept)
    for evidence in dict.fromkeys(kept.value.evidence for kept in ours):
        if evidence not in elsewhere:
            doing.remove("evidence", work.evidence.get(EvidenceId(evidence)))


def set_costs(command: SetBidCosts, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        _refuse_unless_prepared(found, "its costs")
        held = [kept for kept in work.bid_costs.all() if kept.value.bid == found.id]
        _refuse_changed(f"The costs of {found.name}", command.was, tuple(kept.value for kept in held))
        for line in command.costs:
            _check_cost(found, line)
        for kept in held:
            doing.remove("bid_costs", kept)
        for line in command.costs:
            doing.add("bid_costs", replace(line, description=line.description.strip()))
        total = Money.total(line.amount for line in command.costs)
        return doing.commit("SetBidCosts", f"cost {found.name} at {total.in_words}")


def _check_cost(found: Found, line: BidCost) -> None:
    if line.bid != found.id:
        raise ExpectedError(
            "other_bid", f"A costed line belongs to another bid than {found.name}.", "Give this bid's own."
        )
    if line.quarter not in range(1, 5):
        raise ExpectedError("cost_quarter", f"Quarter {line.quarter} is not one of 1 to 4.", "Correct it.")
    if line.amount < Money.ZERO:
        raise ExpectedError(
            "cost_amount", f"{line.amount.in_words} is below nought: a cost never is.", "Type what it costs."
        )
    staff = line.category is CostCategory.STAFF
    if found.bid.kind is Kind.LABOUR and not staff:
        raise ExpectedError(
            "cost_kind",
            f"{found.name} asks for labour, and “{line.category.value}” is none.",
            "Ask for it in a bid of non-labour.",
        )
    if found.bid.kind is Kind.NON_LABOUR and staff:
        raise ExpectedError(
            "cost_kind",
            f"{found.name} asks for non-labour, and staff is labour.",
            "Ask for it in a bid of labour.",
        )


def _refuse_unless_prepared(found: Found, what: str) -> None:
    if found.bid.state is BidState.DRAFT:
        return
    advice = (
        "Take it back to draft first, with the reason."
        if BIDS.allows(found.bid.state, BidState.DRAFT)
        else "They stay as they were decided."
    )
    raise ExpectedError(
        "bid_fixed", f"{found.name} is {found.bid.state.value}: {what} can't change now.", advice
    )


def set_texts(command: SetBidTexts, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        _refuse_unless_prepared(found, "what it says")
        held = {kept.value.section: kept for kept in work.bid_texts.all() if kept.value.bid == found.id}
        before = {text.section: text.text for text in command.was or ()}
        for text in command.texts:
            if command.was is not None:
                now = held[text.section].value.text if text.section in held else ""
                what = f"{text.section.value.capitalize()} of {found.name}"
                _refuse_changed(what, before.get(text.section, ""), now)
            if text.bid != found.id:
                raise ExpectedError(
                    "other_bid", f"A text belongs to another bid than {found.name}.", "Give this bid's own."
                )
            kept, said = held.get(text.section), text.text.strip()
            if not said:
                if kept is not None:
                    doing.remove("bid_texts", kept)
            elif kept is None:
                doing.add("bid_texts", replace(text, text=said))
            else:
                doing.change("bid_texts", kept, replace(text, text=said))
        what = command.texts[0].section.value if len(command.texts) == 1 else "the texts"
        return doing.commit("SetBidTexts", f"write {what} of {found.name}")


# Decisions


def board_decides(command: BoardDecides, tools: Tools) -> Effect[None]:
    said = [command.body, command.interests]
    with copied(tools, command.evidence) as papers, tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        if not all(text.strip() for text in said):
            raise ExpectedError(
                "board_decision",
                f"The decision on {found.name} needs who decided, and the interests that were declared.",
                "Type both; where none was declared, type “none”.",
            )
        if command.approves:
            costs = [kept.value for kept in work.bid_costs.all() if kept.value.bid == found.id]
            check_costs(found.name, found.bid.amount, costs)
            target, reason = BidState.BOARD_APPROVED, command.note
        else:
            target, reason = BidState.WITHDRAWN, command.note
            if not command.minute.strip():
                raise ExpectedError(
                    "move_needs", f"The decision on {found.name} needs its minute.", "Type its reference."
                )
        move(doing, found, target, on=command.met_on, reference=command.minute, reason=reason)
        doing.add(
            "board_decisions",
            BoardDecision(
                found.id,
                command.body.strip(),
                command.met_on,
                command.minute.strip(),
                command.interests.strip(),
                command.score.strip(),
                command.is_delegated,
                command.note.strip(),
            ),
        )
        doing.keep(papers, bid=found.id)
        word = "approve" if command.approves else "turn down"
        return doing.commit("BoardDecides", f"{word} {found.name} by {command.body.strip()}")


def send_back(command: SendBack, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        move(doing, found, BidState.DRAFT, reason=command.reason, submitted_on=None)
        return doing.commit("SendBack", f"take {found.name} back to draft")


def submit_bid(command: SubmitBid, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as papers, tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        bid = found.bid
        due = command.answer_due or bid.answer_due
        if due is not None and due < command.on:
            raise ExpectedError(
                "answer_before",
                f"The answer can't be due on {short_date(due)}, before the bid is submitted on "
                f"{short_date(command.on)}.",
                "Correct one of the two days.",
            )
        texts = [kept.value for kept in work.bid_texts.all() if kept.value.bid == found.id]
        long = too_long(texts, terms_of(work, bid).section_words)
        move(
            doing,
            found,
            BidState.SUBMITTED,
            on=command.on,
            reference=command.reference,
            submitted_on=command.on,
            answer_due=due,
        )
        if long:
            said = ", ".join(f"“{section.value}” has {words:,} of {most:,}" for section, words, most in long)
            raise ExpectedError(
                "too_many_words",
                f"{found.name} has more words than the agreement allows: {said}.",
                "Shorten them; the bid has to go back to draft for it.",
            )
        check_submission(found.name, bid, room_of(work, bid.fund, bid.year, bid.kind, without=found.id))
        doing.keep(papers, bid=found.id)
        return doing.commit("SubmitBid", f"submit {found.name}")


def record_consent(command: RecordConsent, tools: Tools) -> Effect[ConsentId]:
    given = command.consent
    consent = replace(given, reference=given.reference.strip(), given_by=given.given_by.strip())
    with copied(tools, command.evidence) as papers, tools.open_work() as work:
        doing = Doing(work, tools)
        fund = work.funds.get(consent.fund).value
        agreements = (kept.value for kept in work.agreements.all())
        terms = terms_in_force(agreements, consent.fund, consent.year)
        check_consent(consent, room_of(work, consent.fund, consent.year, consent.kind), terms)
        id = ConsentId(doing.add("consents", consent))
        doing.keep(papers, consent=id)
        name = f"record the consent to {consent.amount.in_words} beyond {fund.name} {consent.year}"
        return doing.commit("RecordConsent", name, id)


def decide_bid(command: DecideBid, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as papers, tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        bid, decision, reference = found.bid, command.decision, command.reference.strip()
        if decision not in _DECISIONS:
            raise ExpectedError(
                "not_a_decision",
                f"The commissioner approves {found.name} in full or in part, defers or rejects it.",
                "Choose one of these.",
            )
        positive = decision in (BidState.APPROVED, BidState.PART_APPROVED)
        awarded = _awarded(found, command) if positive else None
        if command.until is not None and command.until < command.on:
            raise ExpectedError(
                "answer_before", f"{short_date(command.until)} is before the decision.", "Correct the day."
            )
        move(
            doing,
            found,
            decision,
            on=command.on,
            reference=reference,
            reason=command.reason,
            amount=awarded if positive else None,
            decided_on=None if decision is BidState.DEFERRED else command.on,
            decision=reference,
            answer_due=command.until if decision is BidState.DEFERRED else bid.answer_due,
            awarded=awarded,
        )
        if awarded is not None:
            check_award(
                found.ref, bid, awarded, room_of(work, bid.fund, bid.year, bid.kind, without=found.id)
            )
            add_award(doing, found, awarded, command.on, reference)
        doing.keep(papers, bid=found.id)
        words = (
            f"award {awarded.in_words} to {found.ref}"
            if awarded
            else f"record {found.name} as {decision.value}"
        )
        return doing.commit("DecideBid", words)


def _awarded(found: Found, command: DecideBid) -> Money | None:
    """What a positive decision gives; None where a part is given and its amount is not said.

    Raises ExpectedError where the amount does not fit the decision.
    """
    asked, amount = found.bid.amount, command.amount
    if command.decision is BidState.APPROVED:
        if amount is not None and amount != asked:
            raise ExpectedError(
                "not_in_full",
                f"{found.name} asks for {asked.in_words}; {amount.in_words} is not all of it.",
                "Record a decision in part, or leave the amount out.",
            )
        return asked
    if amount is not None and not Money.ZERO < amount < asked:
        raise ExpectedError(
            "not_in_part",
            f"{amount.in_words} is not a part of the {asked.in_words} that {found.name} asks for.",
            "Type an amount above nought and below what was asked; all of it is an approval in full.",
        )
    return amount


def take_decision_back(command: TakeDecisionBack, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        if found.bid.state is BidState.DEFERRED:
            raise ExpectedError(
                "forbidden_move",
                f"{found.name} is deferred: there is no decision to take back.",
                "Submit it again.",
            )
        remove_award(doing, found)
        move(
            doing,
            found,
            BidState.SUBMITTED,
            reason=command.reason,
            decided_on=None,
            decision="",
            awarded=None,
        )
        return doing.commit("TakeDecisionBack", f"take the decision on {found.name} back")


def withdraw_bid(command: WithdrawBid, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as papers, tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        if BIDS.allows(found.bid.state, BidState.WITHDRAWN):
            remove_award(doing, found)
        move(doing, found, BidState.WITHDRAWN, on=command.on, reason=command.reason, awarded=None)
        _waive_conditions(doing, found)
        doing.keep(papers, bid=found.id)
        return doing.commit("WithdrawBid", f"withdraw {found.name}")


def _waive_conditions(doing: Doing, found: Found) -> None:
    """What an offer asked for is asked no more."""
    for kept in doing.work.conditions.all():
        condition = kept.value
        if condition.bid == found.id and not condition.is_settled:
            doing.change(
                "conditions",
                kept,
                replace(condition, state=ConditionState.WAIVED, proof=f"{found.name} was withdrawn"),
            )


# Another year


def copy_forward(command: CopyForward, tools: Tools) -> Effect[tuple[BidId, ...]]:
    if not command.bids:
        raise ExpectedError("no_bids", "No bid is chosen.", "Choose one or more bids.")
    made: list[BidId] = []
    with tools.open_work() as work:
        doing = Doing(work, tools)
        costs, texts = work.bid_costs.all(), work.bid_texts.all()
        before = work.bids.all()
        for id in dict.fromkeys(command.bids):
            found = find_bid(work, id)
            lines = [kept.value for kept in costs if kept.value.bid == id]
            draft, lines_then = copied_forward(found.bid, lines, command.percent)
            _refuse_second_copy(before, found, draft)
            copy = BidId(doing.add("bids", draft))
            for line in lines_then:
                doing.add("bid_costs", replace(line, bid=copy))
            for kept in texts:
                if kept.value.bid == id:
                    doing.add("bid_texts", replace(kept.value, bid=copy))
            step = f"copied from {found.bid.year}"
            note(doing, replace(found, kept=Kept(copy, 1, draft)), BidState.DRAFT, reason=step)
            made.append(copy)
        return doing.commit("CopyForward", f"copy {count(len(made), 'bid')} forward", tuple(made))


def _refuse_second_copy(before: list[Kept[Bid]], found: Found, draft: Bid) -> None:
    place = (draft.project, draft.fund, draft.year, draft.kind, draft.outside_allocation)
    for kept in before:
        bid = kept.value
        held = (bid.project, bid.fund, bid.year, bid.kind, bid.outside_allocation)
        if held == place and bid.state is not BidState.WITHDRAWN:
            raise ExpectedError(
                "bid_there",
                f"{found.ref} has a bid of {bid.amount.in_words} for {draft.year} already; it is {bid.state.value}.",
                "Leave it out of the copying, or change that bid.",
            )


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    CreateBid: create_bid,
    ChangeBid: change_bid,
    RemoveBid: remove_bid,
    SetBidCosts: set_costs,
    SetBidTexts: set_texts,
    BoardDecides: board_decides,
    SendBack: send_back,
    SubmitBid: submit_bid,
    RecordConsent: record_consent,
    DecideBid: decide_bid,
    TakeDecisionBack: take_decision_back,
    WithdrawBid: withdraw_bid,
    CopyForward: copy_forward,
}
