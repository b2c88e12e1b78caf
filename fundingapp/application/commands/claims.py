"""Claiming a grant and recording what came for it: every move of a claim, its lines, retention, payments matched to
claims and to ledger income lines, and what was given back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from fundingapp.application.commands.evidence import Given, copied
from fundingapp.application.commands.gathering import Doing, said
from fundingapp.application.effect import Command, Effect, nothing_done
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.claims import claim_records, income_of, waiting_in
from fundingapp.application.queries.locks import locks_of, refuse_locked_entry
from fundingapp.application.queries.positions import position_of
from fundingapp.application.wording import count
from fundingapp.domain.adjustments import Adjustment, AdjustmentType, check_adjustment
from fundingapp.domain.agreements import Terms, terms_in_force
from fundingapp.domain.claiming import (
    check_decided,
    check_open,
    check_settles,
    figures,
    needs_certificate,
    next_periods,
    retained_of,
    settled_of,
    worked_out,
)
from fundingapp.domain.claims import (
    CLAIM_MACHINE,
    Claim,
    ClaimLine,
    ClaimState,
    Payment,
    PaymentLine,
    PaymentMatch,
    Repayment,
    RetentionRelease,
)
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.ids import AdjustmentId, ClaimId, FundId, LineId, PaymentId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, period_name
from fundingapp.domain.states import Need, Subject


@dataclass(frozen=True, slots=True)
class OpenClaim(Command[ClaimId]):
    """Begins a claim on a grant; without periods, for those that come next. Taken back by SwapRecords."""

    fund: FundId
    year: FinancialYear
    from_period: int | None = None
    to_period: int | None = None
    is_final: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True)
class PrepareClaim(Command["ClaimPrepared"]):
    """Fills the lines of a claim out of the records, or brings those of a draft up to date (R19). Taken back by
    SwapRecords."""

    claim: ClaimId


class LineMoved(NamedTuple):
    """What a line of a draft asked for, and asks for now."""

    ref: str
    kind: Kind
    before: Money
    after: Money


@dataclass(frozen=True, slots=True)
class ClaimPrepared:
    """What a claim asks for now, and which of its lines changed."""

    claimed: Money
    changed: tuple[LineMoved, ...]


@dataclass(frozen=True, slots=True)
class SubmitClaim(Command[Money]):
    """Records that a claim went to the commissioner: its lines stay as they are from then on. *reason* says why it went
    although ledger lines in its periods wait. Taken back by SwapRecords."""

    claim: ClaimId
    dated: date
    reason: str = ""
    reference: str = ""
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryClaim(Command[None]):
    """Records the commissioner's query: *amounts* are what it doubts of lines of the claim, by their ids. Taken back by
    SwapRecords."""

    claim: ClaimId
    dated: date
    reason: str
    amounts: tuple[tuple[int, Money], ...]
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerQuery(Command[None]):
    """Records our answer: nothing is queried any more, and the claim is with the commissioner. Taken back by
    SwapRecords."""

    claim: ClaimId
    dated: date
    reason: str
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class AskCertificate(Command[None]):
    """Records that the claim waits for an accountant's certificate. Taken back by SwapRecords."""

    claim: ClaimId
    dated: date
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the commissioner decided of the line with that id. *host_pays*: what is disallowed becomes ineligible, so
    that it is not claimed again. *retained* None takes the agreement's percentage."""

    line: int
    disallowed: Money = Money.ZERO
    reason: str = ""
    host_pays: bool = True
    retained: Money | None = None


@dataclass(frozen=True, slots=True)
class ApproveClaim(Command[None]):
    """Records what the commissioner approved (R20) and retains (R21); lines without a decision are approved in full.
    *evidence* is its letter and, where one is asked for, the certificate. Taken back by SwapRecords."""

    claim: ClaimId
    dated: date
    reference: str
    decisions: tuple[Decision, ...] = ()
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestPayment(Command[None]):
    """Records that payment of an approved claim was asked for. Taken back by SwapRecords."""

    claim: ClaimId
    dated: date
    reference: str = ""


@dataclass(frozen=True, slots=True)
class MarkNotUsed(Command[None]):
    """Puts a claim aside that was not sent; its number stays taken. Taken back by SwapRecords."""

    claim: ClaimId
    reason: str


@dataclass(frozen=True, slots=True)
class ReleaseRetention(Command[None]):
    """Records that the commissioner releases *amount* of what it retained of a claim; None releases the rest (R21).
    Taken back by SwapRecords."""

    claim: ClaimId
    dated: date
    amount: Money | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class RecordPayment(Command[PaymentId]):
    """Records money that came, the claims that it settles and the ledger income lines that it is (R22). What is matched
    to no claim is an advance. Taken back by SwapRecords."""

    payment: Payment
    claims: tuple[tuple[ClaimId, Money], ...] = ()
    lines: tuple[tuple[LineId, Money], ...] = ()
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchPayment(Command[None]):
    """Puts these claims and ledger income lines in place of those that a payment has. Taken back by SwapRecords."""

    payment: PaymentId
    claims: tuple[tuple[ClaimId, Money], ...]
    lines: tuple[tuple[LineId, Money], ...]


@dataclass(frozen=True, slots=True)
class RemovePayment(Command[None]):
    """Takes a payment out that never came; its claims are to be paid again. Taken back by SwapRecords."""

    payment: PaymentId


@dataclass(frozen=True, slots=True)
class RecordRepayment(Command[int]):
    """Records money given back to the funder, of a credit claim where it names one. Taken back by SwapRecords."""

    repayment: Repayment


@dataclass(frozen=True, slots=True)
class RemoveRepayment(Command[None]):
    """Takes a repayment out that was not made. Taken back by SwapRecords."""

    repayment: int


class ClaimEdits(Doing):
    """What one command does in a unit of work to claims and money."""

    def move(
        self,
        kept: Kept[Claim],
        target: ClaimState,
        *,
        dated: date | None = None,
        reference: str = "",
        reason: str = "",
        given: Sequence[Need] = (),
        **fields: Any,
    ) -> Claim:
        """Moves a claim as the machine allows, with the step of its history; *fields* change beside its state."""
        claim = kept.value
        needs = said(dated=dated, reference=reference, reason=reason) | set(given)
        CLAIM_MACHINE.check(claim.name, claim.state, target, needs)
        after = replace(claim, state=target, **fields)
        self.change("claims", kept, after)
        self.step(Subject.CLAIM, kept.id, claim.state.value, target.value, dated, reference, reason)
        return after


def _terms(work: UnitOfWork, claim: Claim) -> Terms:
    return terms_in_force((kept.value for kept in work.agreements.all()), claim.fund, claim.year)


def _lines(work: UnitOfWork, claim: int) -> list[Kept[ClaimLine]]:
    return [kept for kept in work.claim_lines.all() if kept.value.claim == claim]


def _line_name(work: UnitOfWork, line: ClaimLine) -> str:
    return f"{work.projects.get(line.project).value.ref} ({line.kind.value})"


def open_claim(command: OpenClaim, tools: Tools) -> Effect[ClaimId]:
    with tools.open_work() as work:
        work.funds.get(command.fund)
        records = claim_records(work, command.fund, command.year)
        terms = terms_in_force((kept.value for kept in work.agreements.all()), command.fund, command.year)
        first, last = command.from_period, command.to_period
        if first is None or last is None:
            proposed = next_periods(records, terms.claim_frequency)
            first = proposed[0] if first is None else first
            last = max(first, proposed[1]) if last is None else last
        check_open(records, first, last)
        number = max((claim.number for claim in records.claims.values()), default=0) + 1
        claim = Claim(
            command.fund,
            command.year,
            number,
            first,
            last,
            terms.payment_basis,
            ClaimState.NEW,
            command.is_final,
            comment=command.comment.strip(),
        )
        edits = ClaimEdits(work, tools)
        id = ClaimId(edits.add("claims", claim))
        effect: Effect[ClaimId] = edits.commit("OpenClaim", f"open claim {number}", id)
        return effect


def prepare_claim(command: PrepareClaim, tools: Tools) -> Effect[ClaimPrepared]:
    with tools.open_work() as work:
        kept = work.claims.get(command.claim)
        claim = kept.value
        if not claim.is_being_made:
            CLAIM_MACHINE.check(claim.name, claim.state, ClaimState.DRAFT)
        edits = ClaimEdits(work, tools)
        wanted = {(line.project, line.kind): line for line in _worked_out(work, command.claim, claim)}
        moved: list[LineMoved] = []
        for old in _lines(work, kept.id):
            new = wanted.pop((old.value.project, old.value.kind), None)
            asks = Money.ZERO if new is None else new.claimed
            if asks != old.value.claimed:
                moved.append(_moved(work, old.value, old.value.claimed, asks))
            if new is None:
                edits.remove("claim_lines", old)
            else:
                edits.change("claim_lines", old, new)
        for line in wanted.values():
            edits.add("claim_lines", line)
            if claim.state is ClaimState.DRAFT and line.claimed:
                moved.append(_moved(work, line, Money.ZERO, line.claimed))
        if claim.state is ClaimState.NEW:
            edits.move(kept, ClaimState.DRAFT)
        asked = Money.total(line.value.claimed for line in _lines(work, kept.id))
        result = ClaimPrepared(asked, tuple(sorted(moved, key=lambda each: (each.ref, each.kind.value))))
        if not edits.has_done:
            return nothing_done(f"refresh claim {claim.number}", result)
        verb = "prepare" if claim.state is ClaimState.NEW else "refresh"
        effect: Effect[ClaimPrepared] = edits.commit("PrepareClaim", f"{verb} claim {claim.number}", result)
        return effect


def _moved(work: UnitOfWork, line: ClaimLine, before: Money, after: Money) -> LineMoved:
    return LineMoved(work.projects.get(line.project).value.ref, line.kind, before, after)


def _worked_out(work: UnitOfWork, id: ClaimId, claim: Claim) -> tuple[ClaimLine, ...]:
    records = claim_records(work, claim.fund, claim.year, claim.to_period)
    position = position_of(work, claim.fund, claim.year, claim.to_period)
    return worked_out(records, position, id, claim)


def submit_claim(command: SubmitClaim, tools: Tools) -> Effect[Money]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        kept = work.claims.get(command.claim)
        claim = kept.value
        CLAIM_MACHINE.check(claim.name, claim.state, ClaimState.SUBMITTED, {Need.DATE})
        held = _lines(work, kept.id)
        if not held:
            raise ExpectedError(
                "claim_empty",
                f"{claim.name} has no lines: nothing was spent or claimed in its periods.",
                "Mark it as not used, or prepare it again once there is spend.",
            )
        _refuse_outdated(work, command.claim, claim, held)
        number, total = waiting_in(work, claim)
        if number and not command.reason.strip():
            raise ExpectedError(
                "claim_waiting",
                f"{count(number, 'ledger line')} of {total.in_words} up to {period_name(claim.to_period)} "
                f"{'waits' if number == 1 else 'wait'} for a project: {claim.name} may ask for too little.",
                "Charge them on Spend and refresh the claim, or say why it goes without them.",
            )
        edits = ClaimEdits(work, tools)
        edits.move(
            kept,
            ClaimState.SUBMITTED,
            dated=command.dated,
            reference=command.reference,
            reason=command.reason,
            submitted_on=command.dated,
        )
        edits.keep(copies, claim=command.claim)
        asked = Money.total(line.value.claimed for line in held)
        name = f"submit claim {claim.number} of {asked.in_words}"
        effect: Effect[Money] = edits.commit("SubmitClaim", name, asked)
        return effect


def _refuse_outdated(work: UnitOfWork, id: ClaimId, claim: Claim, held: Sequence[Kept[ClaimLine]]) -> None:
    """A claim is sent with what the records say on that day, and with nothing older."""
    now = {(line.project, line.kind): line for line in _worked_out(work, id, claim)}
    then = {(line.value.project, line.value.kind): line.value for line in held}
    for head in {**then, **now}:
        before, after = then.get(head), now.get(head)
        if before != after:
            line = before or after
            if line is None:
                raise AssertionError("a head is there because a line has it")
            was, is_ = (Money.ZERO if each is None else each.claimed for each in (before, after))
            raise ExpectedError(
                "claim_outdated",
                f"{_line_name(work, line)} changed since {claim.name} was prepared: it asks for {was.in_words}, the "
                f"records make it {is_.in_words}.",
                "Refresh the claim and look at it again.",
            )


def query_claim(command: QueryClaim, tools: Tools) -> Effect[None]:
    amounts = {id: amount for id, amount in command.amounts if amount}
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        kept = work.claims.get(command.claim)
        edits = ClaimEdits(work, tools)
        edits.move(
            kept,
            ClaimState.QUERIED,
            dated=command.dated,
            reason=command.reason,
            given=[Need.AMOUNT] if amounts else [],
        )
        for line in _lines_named(work, kept, amounts):
            after = replace(line.value, queried=amounts[line.id])
            check_decided(after, _line_name(work, after))
            edits.change("claim_lines", line, after)
        edits.keep(copies, claim=command.claim)
        total = Money.total(amounts.values())
        effect: Effect[None] = edits.commit(
            "QueryClaim", f"record the query of {total.in_words} in claim {kept.value.number}"
        )
        return effect


def _lines_named(work: UnitOfWork, kept: Kept[Claim], ids: Any) -> list[Kept[ClaimLine]]:
    """The lines of the claim with these ids; one of another claim is refused."""
    lines = [line for line in _lines(work, kept.id) if line.id in ids]
    if len(lines) != len(set(ids)):
        raise ExpectedError(
            "claim_line",
            f"A line that was named does not belong to {kept.value.name}.",
            "Choose lines of this claim.",
        )
    return lines


def answer_query(command: AnswerQuery, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        kept = work.claims.get(command.claim)
        edits = ClaimEdits(work, tools)
        edits.move(kept, ClaimState.SUBMITTED, dated=command.dated, reason=command.reason)
        for line in _lines(work, kept.id):
            edits.change("claim_lines", line, replace(line.value, queried=Money.ZERO))
        edits.keep(copies, claim=command.claim)
        effect: Effect[None] = edits.commit(
            "AnswerQuery", f"answer the query about claim {kept.value.number}"
        )
        return effect


def ask_certificate(command: AskCertificate, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.claims.get(command.claim)
        edits = ClaimEdits(work, tools)
        edits.move(kept, ClaimState.AWAITING_CERTIFICATE, dated=command.dated, reference=command.reference)
        effect: Effect[None] = edits.commit(
            "AskCertificate", f"await the certificate of claim {kept.value.number}"
        )
        return effect


def approve_claim(command: ApproveClaim, tools: Tools) -> Effect[None]:
    decisions = {entry.line: entry for entry in command.decisions}
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        kept = work.claims.get(command.claim)
        claim, terms = kept.value, _terms(work, kept.value)
        lines = _lines(work, kept.id)
        asked = Money.total(line.value.claimed for line in lines)
        if claim.state is ClaimState.SUBMITTED and needs_certificate(asked, terms):
            limit = terms.certificate_above or Money.ZERO
            raise ExpectedError(
                "claim_certificate",
                f"{claim.name} asks for {asked.in_words}: above {limit.in_words} the agreement wants an accountant's "
                "certificate first.",
                "Record that the certificate is awaited; approve the claim with the certificate attached.",
            )
        edits = ClaimEdits(work, tools)
        edits.move(
            kept,
            ClaimState.APPROVED,
            dated=command.dated,
            reference=command.reference,
            given=[Need.EVIDENCE] if command.evidence else [],
            approved_on=command.dated,
        )
        _lines_named(work, kept, decisions)
        approved = Money.ZERO
        for line in lines:
            decision = decisions.get(line.id, Decision(line.id))
            after = replace(
                line.value, disallowed=decision.disallowed, queried=Money.ZERO, reason=decision.reason.strip()
            )
            retained = decision.retained
            after = replace(
                after, retained=retained_of(after.approved, terms) if retained is None else retained
            )
            check_decided(after, _line_name(work, after))
            edits.change("claim_lines", line, after)
            approved += after.approved
            in_arrears = claim.basis is PaymentBasis.ARREARS or claim.is_final
            if after.disallowed and decision.host_pays and in_arrears:
                _disallow(work, tools, edits, claim, after, command.reference)
        edits.keep(copies, claim=command.claim)
        effect: Effect[None] = edits.commit(
            "ApproveClaim", f"approve {approved.in_words} of claim {claim.number}"
        )
        return effect


def _disallow(
    work: UnitOfWork, tools: Tools, edits: ClaimEdits, claim: Claim, line: ClaimLine, reference: str
) -> None:
    """What is disallowed is not eligible: the host pays it (R14). It goes into the claim's last period, or the first
    one after it that is not locked."""
    locks = locks_of(work)
    period = next(
        (at for at in range(claim.to_period, CLOSING_PERIOD + 1) if locks.on(claim.year, at) is None),
        claim.to_period,
    )
    adjustment = Adjustment(
        AdjustmentType.INELIGIBLE,
        line.project,
        claim.fund,
        line.kind,
        claim.year,
        period,
        -line.disallowed,
        f"disallowed in claim {claim.number}: {line.reason}",
    )
    check_adjustment(adjustment)
    refuse_locked_entry(locks, None, adjustment)
    id = AdjustmentId(edits.add("adjustments", adjustment))
    edits.keep([reference.strip()], adjustment=id)


def request_payment(command: RequestPayment, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.claims.get(command.claim)
        claim = kept.value
        CLAIM_MACHINE.check(claim.name, claim.state, ClaimState.PAYMENT_REQUESTED, {Need.DATE, Need.REASON})
        due = figures(claim_records(work, claim.fund, claim.year), claim=command.claim).outstanding
        if due <= Money.ZERO:
            raise ExpectedError(
                "claim_nothing_due",
                f"{due.in_words} of {claim.name} is still to be paid: there is nothing to ask for."
                if not due
                else f"{claim.name} is a credit: {(-due).in_words} goes back to the funder.",
                "Nothing to do."
                if not due
                else "Record the repayment, or match it to the payment it was taken off.",
            )
        edits = ClaimEdits(work, tools)
        edits.move(kept, ClaimState.PAYMENT_REQUESTED, dated=command.dated, reference=command.reference)
        effect: Effect[None] = edits.commit(
            "RequestPayment", f"request payment of {due.in_words} for claim {claim.number}"
        )
        return effect


def mark_not_used(command: MarkNotUsed, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.claims.get(command.claim)
        edits = ClaimEdits(work, tools)
        edits.move(kept, ClaimState.NOT_USED, reason=command.reason)
        for line in reversed(_lines(work, kept.id)):
            edits.remove("claim_lines", line)
        effect: Effect[None] = edits.commit("MarkNotUsed", f"put claim {kept.value.number} aside")
        return effect


def release_retention(command: ReleaseRetention, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.claims.get(command.claim)
        claim = kept.value
        held = figures(claim_records(work, claim.fund, claim.year), claim=command.claim).withheld
        amount = held if command.amount is None else command.amount
        if not amount or amount.pence * held.pence < 0 or abs(amount) > abs(held):
            raise ExpectedError(
                "claim_release",
                f"{amount.in_words} can't be released: {held.in_words} of {claim.name} is retained.",
                "Release no more than that." if held else "Nothing to do.",
            )
        edits = ClaimEdits(work, tools)
        edits.add(
            "retention_releases",
            RetentionRelease(command.claim, amount, command.dated, command.reference.strip()),
        )
        settle_claims(edits, {command.claim}, command.dated, "retention released")
        effect: Effect[None] = edits.commit(
            "ReleaseRetention", f"release {amount.in_words} retained of claim {claim.number}"
        )
        return effect


def settle_claims(edits: ClaimEdits, claims: set[ClaimId], dated: date, reason: str) -> None:
    """Moves decided claims as their money stands: paid once nothing is outstanding, open again when something is."""
    for id in sorted(claims):
        kept = edits.work.claims.get(id)
        claim = kept.value
        records = claim_records(edits.work, claim.fund, claim.year)
        each = figures(records, claim=id)
        if claim.state is ClaimState.PAID and each.outstanding:
            edits.move(kept, ClaimState.PAYMENT_REQUESTED, dated=dated, reason=reason)
        elif (
            claim.state in (ClaimState.APPROVED, ClaimState.PAYMENT_REQUESTED)
            and each.payable
            and not each.outstanding
        ):
            edits.move(kept, ClaimState.PAID, dated=dated, reason=reason)


def record_payment(command: RecordPayment, tools: Tools) -> Effect[PaymentId]:
    payment = replace(
        command.payment, remittance=command.payment.remittance.strip(), note=command.payment.note.strip()
    )
    if payment.amount <= Money.ZERO:
        raise ExpectedError(
            "payment_amount",
            f"A payment is an amount above nought, not {payment.amount.in_words}.",
            "Money that went back to the funder is a repayment.",
        )
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        fund = work.funds.get(payment.fund).value.name
        _refuse_twice(work, payment)
        edits = ClaimEdits(work, tools)
        id = PaymentId(edits.add("payments", payment))
        _match(edits, id, payment, command.claims, command.lines)
        edits.keep(copies, payment=id)
        effect: Effect[PaymentId] = edits.commit(
            "RecordPayment", f"record {payment.amount.in_words} received for {fund} {payment.year}", id
        )
        return effect


def _refuse_twice(work: UnitOfWork, payment: Payment) -> None:
    """The same remittance, day and amount is the same money."""
    for kept in work.payments.all():
        held = kept.value
        same = (held.fund, held.dated, held.amount, held.remittance.casefold())
        if payment.remittance and same == (
            payment.fund,
            payment.dated,
            payment.amount,
            payment.remittance.casefold(),
        ):
            raise ExpectedError(
                "payment_twice",
                f"{payment.amount.in_words} of {payment.dated:%d/%m/%Y}, {payment.remittance}, is recorded already, "
                f"for {held.year}.",
                "If two such sums came, tell their remittances apart.",
            )


def match_payment(command: MatchPayment, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.payments.get(command.payment)
        edits = ClaimEdits(work, tools)
        before = _unmatch(edits, command.payment)
        after = _match(edits, command.payment, kept.value, command.claims, command.lines, settle=False)
        settle_claims(
            edits, before | after, kept.value.dated, f"payment of {kept.value.dated:%d/%m/%Y} matched anew"
        )
        effect: Effect[None] = edits.commit(
            "MatchPayment", f"match the payment of {kept.value.amount.in_words}, {kept.value.dated:%d/%m/%Y}"
        )
        return effect


def _unmatch(edits: ClaimEdits, payment: PaymentId) -> set[ClaimId]:
    """Takes the claims and lines off a payment; returns the claims."""
    claims: set[ClaimId] = set()
    for match in reversed(edits.work.payment_matches.all()):
        if match.value.payment == payment:
            claims.add(match.value.claim)
            edits.remove("payment_matches", match)
    for line in reversed(edits.work.payment_lines.all()):
        if line.value.payment == payment:
            edits.remove("payment_lines", line)
    return claims


def _match(
    edits: ClaimEdits,
    id: PaymentId,
    payment: Payment,
    claims: Sequence[tuple[ClaimId, Money]],
    lines: Sequence[tuple[LineId, Money]],
    *,
    settle: bool = True,
) -> set[ClaimId]:
    """Matches a payment that has neither claims nor lines; returns the claims. Refuses claims of another grant or not
    decided, amounts beyond what is outstanding or came, and lines that are no income or have less left."""
    work = edits.work
    named: set[ClaimId] = set()
    for claim_id, amount in claims:
        claim = work.claims.get(claim_id).value
        if (claim.fund, claim.year) != (payment.fund, payment.year):
            ours, other = (work.funds.get(each.fund).value.name for each in (payment, claim))
            raise ExpectedError(
                "payment_other_grant",
                f"{claim.name} of {other} {claim.year} can't be settled with money of {ours} {payment.year}.",
                "Where one remittance is for two grants, record a payment for each and share its ledger line.",
            )
        if not claim.is_decided:
            raise ExpectedError(
                "payment_not_approved",
                f"{claim.name} is {claim.state.value}: nothing of it is approved.",
                "Record the commissioner's decision first, or leave the money as an advance.",
            )
        if claim_id in named:
            raise ExpectedError("payment_claim_twice", f"{claim.name} is named twice.", "Name it once.")
        named.add(claim_id)
        records = claim_records(work, claim.fund, claim.year)
        payable = figures(records, claim=claim_id).payable
        check_settles(amount, payable, settled_of(records, claim_id), claim.name)
        edits.add("payment_matches", PaymentMatch(id, claim_id, amount))
    total = Money.total(amount for _, amount in claims)
    if total > payment.amount:
        raise ExpectedError(
            "payment_beyond",
            f"{total.in_words} is matched to claims, but {payment.amount.in_words} came.",
            "Match no more than came: the rest of a claim stays outstanding.",
        )
    _match_lines(edits, id, payment, lines)
    if settle:
        settle_claims(edits, named, payment.dated, f"payment of {payment.dated:%d/%m/%Y}")
    return named


def _match_lines(
    edits: ClaimEdits, id: PaymentId, payment: Payment, lines: Sequence[tuple[LineId, Money]]
) -> None:
    work = edits.work
    income = income_of(work, [line for line, _ in lines])
    named: set[LineId] = set()
    for line, amount in lines:
        held = work.ledger.held_line(line).line
        taken = Money.total(
            entry.value.amount for entry in work.payment_lines.all() if entry.value.line == line
        )
        left = income[line] - taken
        if not Money.ZERO < amount <= left:
            raise ExpectedError(
                "payment_line",
                f"{amount.in_words} of {held.transaction} can't be this payment: "
                + (
                    f"{left.in_words} of its income is no payment's yet."
                    if income[line]
                    else "it is not taken as income."
                ),
                "Take no more than that."
                if income[line]
                else "Place the line as income on Spend first, then match it.",
            )
        if line in named:
            raise ExpectedError("payment_line_twice", f"{held.transaction} is named twice.", "Name it once.")
        named.add(line)
        edits.add("payment_lines", PaymentLine(id, line, amount))
    total = Money.total(amount for _, amount in lines)
    netted = Money.total(each.value.amount for each in work.settlements.all() if each.value.payment == id)
    if total > payment.amount - netted:
        raise ExpectedError(
            "payment_lines_beyond",
            f"The ledger lines chosen come to {total.in_words}, but {(payment.amount - netted).in_words} came.",
            "Take less of them, or put the payment's amount right.",
        )


def remove_payment(command: RemovePayment, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.payments.get(command.payment)
        if any(each.value.payment == command.payment for each in work.settlements.all()):
            raise ExpectedError(
                "payment_netted",
                f"Unspent money was taken off the payment of {kept.value.amount.in_words}, "
                f"{kept.value.dated:%d/%m/%Y}.",
                "Reopen that settlement under Year end first, with the reason.",
            )
        edits = ClaimEdits(work, tools)
        claims = _unmatch(edits, command.payment)
        edits.remove_with_evidence("payments", kept, "payment")
        settle_claims(edits, claims, kept.value.dated, f"payment of {kept.value.dated:%d/%m/%Y} taken out")
        effect: Effect[None] = edits.commit(
            "RemovePayment",
            f"take out the payment of {kept.value.amount.in_words}, {kept.value.dated:%d/%m/%Y}",
        )
        return effect


def record_repayment(command: RecordRepayment, tools: Tools) -> Effect[int]:
    repayment = replace(
        command.repayment,
        invoice=command.repayment.invoice.strip(),
        reason=command.repayment.reason.strip(),
    )
    if repayment.amount <= Money.ZERO:
        raise ExpectedError(
            "repayment_amount",
            f"A repayment is an amount above nought, not {repayment.amount.in_words}.",
            "Type what was given back.",
        )
    with tools.open_work() as work:
        edits = ClaimEdits(work, tools)
        id = add_repayment(edits, repayment)
        effect: Effect[int] = edits.commit(
            "RecordRepayment", f"record {repayment.amount.in_words} given back to the funder", id
        )
        return effect


def add_repayment(edits: ClaimEdits, repayment: Repayment) -> int:
    """Adds *repayment* and settles the credit claim that it names; returns its id. Refuses more than is in hand, or
    than the claim gives back."""
    work = edits.work
    fund = work.funds.get(repayment.fund).value.name
    records = claim_records(work, repayment.fund, repayment.year)
    received = Money.total(entry.amount for entry in records.payments.values())
    given_back = Money.total(entry.amount for entry in records.repayments)
    if repayment.amount > received - given_back:
        raise ExpectedError(
            "repayment_beyond",
            f"{repayment.amount.in_words} can't be given back: {(received - given_back).in_words} of {fund} "
            f"{repayment.year} is in hand, {received.in_words} received and {given_back.in_words} repaid.",
            "Record the payment that came first, or give back less.",
        )
    if repayment.claim is not None:
        claim = records.claims.get(repayment.claim)
        if claim is None or not claim.is_decided:
            raise ExpectedError(
                "repayment_claim",
                "A repayment settles a decided credit claim of its own grant.",
                "Choose that claim, or none.",
            )
        each = figures(records, claim=repayment.claim)
        check_settles(-repayment.amount, each.payable, settled_of(records, repayment.claim), claim.name)
    id = edits.add("repayments", repayment)
    if repayment.claim is not None:
        settle_claims(edits, {repayment.claim}, repayment.dated, f"repaid on {repayment.dated:%d/%m/%Y}")
    return id


def take_out_repayment(edits: ClaimEdits, kept: Kept[Repayment]) -> None:
    """Takes a repayment out with its evidence; the credit claim that it settled is to be paid again."""
    edits.remove_with_evidence("repayments", kept, "repayment")
    if kept.value.claim is not None:
        settle_claims(edits, {kept.value.claim}, kept.value.dated, "repayment taken out")


def remove_repayment(command: RemoveRepayment, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.repayments.get(command.repayment)
        if any(each.value.repayment == kept.id for each in work.settlements.all()):
            raise ExpectedError(
                "repayment_settles",
                f"The repayment of {kept.value.amount.in_words} settles unspent money of {kept.value.year}.",
                "Reopen that settlement under Year end, with the reason: its repayment goes with it.",
            )
        edits = ClaimEdits(work, tools)
        take_out_repayment(edits, kept)
        effect: Effect[None] = edits.commit(
            "RemoveRepayment", f"take out the repayment of {kept.value.amount.in_words}"
        )
        return effect


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    OpenClaim: open_claim,
    PrepareClaim: prepare_claim,
    SubmitClaim: submit_claim,
    QueryClaim: query_claim,
    AnswerQuery: answer_query,
    AskCertificate: ask_certificate,
    ApproveClaim: approve_claim,
    RequestPayment: request_payment,
    MarkNotUsed: mark_not_used,
    ReleaseRetention: release_retention,
    RecordPayment: record_payment,
    MatchPayment: match_payment,
    RemovePayment: remove_payment,
    RecordRepayment: record_repayment,
    RemoveRepayment: remove_repayment,
}
