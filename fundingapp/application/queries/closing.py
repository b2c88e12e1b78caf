"""The checklist of a grant's year end: what is done, what is open, and where to see to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import LineFilter, Show, Tools, UnitOfWork
from fundingapp.application.queries.locks import locks_of
from fundingapp.application.queries.year_end import closed_of, steps_of_year, whole_year
from fundingapp.application.wording import count, short_date
from fundingapp.domain.agreements import CarryForwardStance
from fundingapp.domain.allocations import AllocationStatus, standing_of
from fundingapp.domain.bids import BidState
from fundingapp.domain.carry_forwards import PLANNED
from fundingapp.domain.claiming import figures, final_claim
from fundingapp.domain.closing import Check, Checklist, CheckPoint, Done
from fundingapp.domain.errors import listed
from fundingapp.domain.grant_conditions import ConditionState
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear
from fundingapp.domain.reconciliations import ReconciliationState
from fundingapp.domain.returns import asks_reason, lacks_reason
from fundingapp.domain.signing import Certified
from fundingapp.domain.year_end import Outturn, YearEndRecords, outturn_of, unpaid, year_cash

#: Bids in these states need nothing more.
_OVER = frozenset(
    {BidState.COMPLETE, BidState.CLOSED, BidState.REJECTED, BidState.WITHDRAWN, BidState.TERMINATED}
)
#: Identities that have a point of their own.
_ELSEWHERE = frozenset({"R10", "R13", "R24", "R25", "R28", "R29"})
#: What may stay as it is, with a reason: a line kept as an earlier download had it (R9), and grant income that the
#: council books where no download of this file comes from (R22b).
_EXPLAINED = frozenset({"R9", "R22b"})
_LAST_MONTH = 12
_NAMED = 4


@dataclass(frozen=True, slots=True)
class ChecklistOf(Question["Checklist"]):
    """What has to be so before a grant's year is closed, as of *today*, by itself the clock's."""

    fund: FundId
    year: FinancialYear
    today: date | None = None


def answer_checklist(question: ChecklistOf, tools: Tools) -> Checklist:
    with tools.open_work(reading=True) as work:
        return checklist_of(work, question.fund, question.year, question.today or tools.today)


def checklist_of(work: UnitOfWork, fund: FundId, year: FinancialYear, today: date) -> Checklist:
    """The checklist of a grant's year."""
    # Not at the top: what states identities asks for year ends.
    from fundingapp.application.queries.identities import identities_of

    records = whole_year(work, fund, year)
    outturn = outturn_of(records)
    identities = identities_of(work, records.position)
    is_closed = closed_of(work, fund, year) is not None
    accepted = {
        step.before: step.reason for step in steps_of_year(work, fund, year) if step.after == ACCEPTED
    }
    points = [
        _year_over(year, today),
        _allocation(work, fund, year),
        _waiting(work, year),
        _reconciled(identities),
        _accruals(work, fund, year),
        _last_accruals(records),
        _overspends(outturn),
        _reasons(records),
        _bids(work, fund, year),
        _conditions(work, fund, year),
        _final_claim(records, outturn),
        _carry_forward(records),
        _underspend(outturn),
        _given_back(outturn),
        _cash(records, outturn),
        _locked(work, year),
        _reconciliation(work, year),
        _return(work, fund, year),
        _certificate(work, fund, year),
    ]
    if is_closed:
        points = [
            CheckPoint(
                point.key,
                point.state,
                point.sentence,
                point.page,
                point.subject,
                point.may_accept,
                accepted.get(point.key.value, ""),
            )
            for point in points
        ]
    return Checklist(outturn.fund_name, year, tuple(points), is_closed)


#: The state after which a step keeps why an open point was accepted; the state before is the point.
ACCEPTED = "accepted"


def _point(
    key: Check,
    is_done: bool | None,
    sentence: str,
    page: str = "year-end",
    subject: object = None,
    *,
    may_accept: bool = False,
) -> CheckPoint:
    """*is_done* None: it does not apply."""
    state = Done.DOES_NOT_APPLY if is_done is None else Done.DONE if is_done else Done.OPEN
    return CheckPoint(key, state, sentence, page, subject, may_accept)


def _some(names: Iterable[str]) -> str:
    """“LF-01, LF-02 and 3 more”."""
    held = list(names)
    if len(held) <= _NAMED + 1:
        return listed(held, "and")
    return f"{', '.join(held[:_NAMED])} and {len(held) - _NAMED:,} more"


def _year_over(year: FinancialYear, today: date) -> CheckPoint:
    over = today > year.last_day
    words = "ended" if over else "ends"
    return _point(Check.YEAR_OVER, over, f"{year} {words} on {short_date(year.last_day)}.")


def _allocation(work: UnitOfWork, fund: FundId, year: FinancialYear) -> CheckPoint:
    standing = standing_of(
        kept.value for kept in work.allocations.all() if (kept.value.fund, kept.value.year) == (fund, year)
    )
    hoped = [each for each in standing if each.status is AllocationStatus.INDICATIVE]
    if hoped:
        total = Money.total(each.amount for each in hoped)
        sentence = f"{total.in_words} is still indicative: confirm it, or withdraw it."
    else:
        total = Money.total(each.amount for each in standing if each.counts)
        sentence = "Nothing is indicative any more." if standing else "Nothing was notified for the year."
    return _point(Check.ALLOCATION, not hoped, sentence, "grants", ("agreement", None))


def _waiting(work: UnitOfWork, year: FinancialYear) -> CheckPoint:
    number, total = work.ledger.total(LineFilter(year=year, show=Show.WAITING))
    sentence = (
        f"{count(number, 'ledger line')} of {total.in_words} {'waits' if number == 1 else 'wait'} for a project."
        if number
        else "Every ledger line has its place."
    )
    return _point(Check.WAITING, not number, sentence, "spend")


def _reconciled(identities: Iterable[Identity]) -> CheckPoint:
    broken = [each for each in identities if not each.holds and each.id not in _ELSEWHERE]
    sentence = "Every identity holds to the penny."
    if broken:
        named = _some(f"{each.id} by {abs(each.difference).in_words}" for each in broken)
        sentence = f"{count(len(broken), 'identity does', 'identities do')} not hold: {named}."
    explained = all(each.id in _EXPLAINED for each in broken)
    return _point(Check.RECONCILED, not broken, sentence, "reconcile", may_accept=explained)


def _accruals(work: UnitOfWork, fund: FundId, year: FinancialYear) -> CheckPoint:
    held = [kept for kept in work.accruals.all() if (kept.value.fund, kept.value.year) == (fund, year)]
    if not held:
        return _point(Check.ACCRUALS, None, f"Nothing was accrued in {year}.", "spend")
    written_off = {kept.value.accrual for kept in work.adjustments.all()}
    supported = {kept.value.accrual for kept in work.supports.all()}
    open_ = [kept for kept in held if kept.value.reverses_period is None and kept.id not in written_off]
    bare = [kept for kept in held if kept.id not in supported]
    total = Money.total(kept.value.amount for kept in held)
    words = [f"{count(len(held), 'accrual')} of {total.in_words}"]
    if open_:
        sum_ = Money.total(kept.value.amount for kept in open_)
        words.append(f"{len(open_):,} of {sum_.in_words} without the period that takes it off in {year.next}")
    if bare:
        words.append(f"{len(bare):,} without evidence")
    if not open_ and not bare:
        words.append(f"each with its evidence and the period that takes it off in {year.next}")
    return _point(Check.ACCRUALS, not open_ and not bare, f"{', '.join(words)}.", "spend")


def _last_accruals(records: YearEndRecords) -> CheckPoint:
    carried, before = records.position.carried, records.position.year.previous
    if not carried:
        return _point(Check.LAST_ACCRUALS, None, f"Nothing was accrued in {before}.", "spend")
    open_ = [each for each in carried if each.open]
    total = Money.total(each.amount for each in carried)
    sentence = (
        f"{len(open_):,} of {count(len(carried), 'accrual')} of {before} not taken off: "
        f"{Money.total(each.open for each in open_).in_words}."
        if open_
        else f"{count(len(carried), 'accrual')} of {before}, {total.in_words}, reversed or written off."
    )
    return _point(Check.LAST_ACCRUALS, not open_, sentence, "spend")


def _overspends(outturn: Outturn) -> CheckPoint:
    over = [head for head in outturn.heads if head.overspend]
    if over:
        named = _some(f"{head.ref} by {head.overspend.in_words}" for head in over)
        return _point(
            Check.OVERSPENDS,
            False,
            f"Beyond budget, and nothing pays for it: {named}. The host pays it, or a virement covers it.",
            "grants",
            ("virements", "new"),
        )
    paid = outturn.total.by_virement + outturn.total.host
    sentence = (
        f"{outturn.total.by_virement.in_words} covered by virements, {outturn.total.host.in_words} paid by the host."
        if paid
        else "No project has spent more than its budget."
    )
    return _point(Check.OVERSPENDS, True if paid else None, sentence, "grants", ("virements", None))


def _reasons(records: YearEndRecords) -> CheckPoint:
    asked = [each for each in records.position.projects if asks_reason(each)]
    lacking = [each for each in asked if lacks_reason(each)]
    if not asked:
        return _point(Check.REASONS, None, "Every project is within tolerance.", "projects")
    sentence = (
        f"No reason for the variance of {_some(each.ref for each in lacking)}."
        if lacking
        else f"{count(len(asked), 'variance')} beyond tolerance, each with its reason."
    )
    first = lacking[0].ref if lacking else None
    return _point(Check.REASONS, not lacking, sentence, "projects", first, may_accept=True)


def _bids(work: UnitOfWork, fund: FundId, year: FinancialYear) -> CheckPoint:
    held = [kept for kept in work.bids.all() if (kept.value.fund, kept.value.year) == (fund, year)]
    if not held:
        return _point(Check.BIDS, None, "The year has no bids.", "bids")
    refs = {kept.id: kept.value.ref for kept in work.projects.all()}
    open_ = [kept for kept in held if kept.value.state not in _OVER]
    named = _some(f"{refs[kept.value.project]} is {kept.value.state.value}" for kept in open_)
    sentence = f"{named}." if open_ else f"{count(len(held), 'bid')}, each complete or over."
    first = open_[0].id if open_ else None
    return _point(Check.BIDS, not open_, sentence, "bids", first, may_accept=True)


def _conditions(work: UnitOfWork, fund: FundId, year: FinancialYear) -> CheckPoint:
    held = [
        kept for kept in work.conditions.all() if kept.value.fund == fund and kept.value.year in (None, year)
    ]
    if not held:
        return _point(Check.CONDITIONS, None, "The grant has no conditions.", "grants", ("conditions", None))
    open_ = [
        kept
        for kept in held
        if kept.value.state is ConditionState.BREACHED
        or (
            kept.value.state is ConditionState.OPEN
            and (kept.value.year == year or (kept.value.due is not None and kept.value.due <= year.last_day))
        )
    ]
    sentence = (
        f"{count(len(open_), 'condition')} open or breached: {_some(kept.value.text for kept in open_)}."
        if open_
        else "What was due by the year's end is met or waived."
    )
    subject = ("conditions", open_[0].id if open_ else None)
    return _point(Check.CONDITIONS, not open_, sentence, "grants", subject, may_accept=True)


def _final_claim(records: YearEndRecords, outturn: Outturn) -> CheckPoint:
    claims = records.claims
    if not claims.claims and not outturn.eligible:
        return _point(Check.FINAL_CLAIM, None, "Nothing was spent or claimed.", "grants", ("claims", None))
    open_ = [claim for claim in claims.claims.values() if claim.is_pending or claim.is_being_made]
    became = figures(claims)
    final = final_claim(claims)
    if open_:
        named = _some(f"{claim.name.lower()} is {claim.state.value}" for claim in open_)
        return _point(Check.FINAL_CLAIM, False, f"{named[0].upper()}{named[1:]}.", "grants", ("claims", None))
    if became.outstanding or became.withheld:
        due = unpaid(claims)
        credit = due - became.outstanding
        parts = [f"{due.in_words} is approved and not paid"] if due else []
        parts += [f"{credit.in_words} of a credit claim has not gone back"] if credit else []
        parts += [f"{became.withheld.in_words} is retained"] if became.withheld else []
        return _point(
            Check.FINAL_CLAIM,
            False,
            f"{listed(parts, 'and')}.",
            "grants",
            ("claims", None),
            may_accept=not became.withheld,
        )
    if final is None:
        sentence = (
            f"No final claim was sent; {became.approved.in_words} is approved of {outturn.eligible.in_words}."
        )
        return _point(Check.FINAL_CLAIM, False, sentence, "grants", ("claims", None), may_accept=True)
    return _point(
        Check.FINAL_CLAIM,
        True,
        f"{final.name} is approved and paid, {became.paid.in_words} in all.",
        "grants",
        ("claims", None),
    )


def _carry_forward(records: YearEndRecords) -> CheckPoint:
    held = records.carry_forwards.values()
    planned = Money.total(each.asked for each in held if each.state in PLANNED)
    asked = Money.total(each.pending for each in held)
    if asked or planned:
        parts = [f"{asked.in_words} is asked for and not decided"] if asked else []
        parts += [f"{planned.in_words} is planned and not asked for"] if planned else []
        return _point(Check.CARRY_FORWARD, False, f"{', '.join(parts)}.")
    agreed = Money.total(each.carried for each in held)
    refused = Money.total(each.refused for each in held)
    if not agreed and not refused:
        barred = records.position.terms.carry_forward is CarryForwardStance.NO
        sentence = (
            "The agreement lets nothing be carried forward." if barred else "Nothing is carried forward."
        )
        return _point(Check.CARRY_FORWARD, None, sentence)
    return _point(Check.CARRY_FORWARD, True, f"{agreed.in_words} agreed, {refused.in_words} refused.")


def _underspend(outturn: Outturn) -> CheckPoint:
    kinds = [(kind, money.pending) for kind, money in outturn.money_by_kind.items() if money.pending]
    if not kinds and not outturn.pending:
        left = outturn.available - outturn.eligible
        sentence = (
            f"What becomes of the {left.in_words} left is decided."
            if left
            else "Everything that was available is spent."
        )
        return _point(Check.UNDERSPEND, True, sentence)
    if not kinds:
        kinds_words = f"{outturn.pending.in_words}"
    else:
        kinds_words = listed((f"{amount.in_words} of {kind.value}" for kind, amount in kinds), "and")
    above = outturn.pending >= Money.ZERO
    sentence = (
        f"{kinds_words} is left, and nothing is decided about it: carry it forward, give it back or surrender it."
        if above
        else f"More was carried forward, given back or spent than was available: {kinds_words}."
    )
    return _point(Check.UNDERSPEND, False, sentence)


def _given_back(outturn: Outturn) -> CheckPoint:
    total = outturn.total
    if total.owed:
        return _point(
            Check.GIVEN_BACK,
            False,
            f"{total.owed.in_words} is to be given back and has not gone yet.",
            may_accept=True,
        )
    gone = total.repaid + outturn.unplaced
    sentence = f"{gone.in_words} was given back." if gone else "Nothing had to be given back."
    return _point(Check.GIVEN_BACK, True if gone else None, sentence)


def _cash(records: YearEndRecords, outturn: Outturn) -> CheckPoint:
    if records.claims.is_empty:
        sentence = "No payment is recorded: what was received is not known here."
        return _point(
            Check.CASH,
            None if not outturn.eligible else False,
            sentence,
            "grants",
            ("claims", None),
            may_accept=True,
        )
    cash = year_cash(outturn)
    if cash.rest:
        sentence = (
            f"{cash.rest.in_words} more was received than what was decided explains (R28)."
            if cash.rest > Money.ZERO
            else f"{(-cash.rest).in_words} more goes back than was received and not spent (R28)."
        )
        return _point(Check.CASH, False, sentence)
    if cash.to_come:
        return _point(
            Check.CASH,
            False,
            f"{cash.to_come.in_words} was spent and is still to be received.",
            "grants",
            ("claims", None),
            may_accept=True,
        )
    held = cash.carried
    sentence = (
        f"{held.in_words} is held for what is carried forward."
        if held
        else "What was received is spent or given back."
    )
    return _point(Check.CASH, True, sentence, "grants", ("claims", None))


def _locked(work: UnitOfWork, year: FinancialYear) -> CheckPoint:
    locks = locks_of(work)
    to = max((period for period in range(1, CLOSING_PERIOD + 1) if locks.on(year, period)), default=0)
    sentence = (
        "Periods 1 to 13 are locked."
        if to == CLOSING_PERIOD
        else f"Periods {to + 1} to 13 are open."
        if to < _LAST_MONTH
        else "Period 13 (closing adjustments) is open."
    )
    return _point(Check.LOCKED, to == CLOSING_PERIOD, sentence, "reconcile", may_accept=True)


def _reconciliation(work: UnitOfWork, year: FinancialYear) -> CheckPoint:
    held = [
        kept.value
        for kept in work.reconciliations.all()
        if kept.value.year == year
        and kept.value.to_period >= _LAST_MONTH
        and kept.value.state is not ReconciliationState.WITHDRAWN
    ]
    best = next((each for each in held if each.state is ReconciliationState.REVIEWED), None)
    if best is not None:
        sentence = f"Reconciled up to period {best.to_period}, reviewed by {best.reviewed_by}."
    elif held:
        sentence = f"The reconciliation up to period {held[-1].to_period} is {held[-1].state.value}."
    else:
        sentence = f"{year} has no reconciliation up to its end."
    return _point(
        Check.RECONCILIATION, best is not None, sentence, "reconcile", ("documents", None), may_accept=True
    )


def _return(work: UnitOfWork, fund: FundId, year: FinancialYear) -> CheckPoint:
    sent = [
        kept.value
        for kept in work.returns.all()
        if (kept.value.fund, kept.value.year, kept.value.quarter) == (fund, year, 4)
        and kept.value.state.is_out
    ]
    sentence = (
        f"Version {max(each.version for each in sent)} was sent."
        if sent
        else "The return of the fourth quarter was not sent."
    )
    return _point(Check.RETURN, bool(sent), sentence, "returns", may_accept=True)


def _certificate(work: UnitOfWork, fund: FundId, year: FinancialYear) -> CheckPoint:
    given = [
        kept.value
        for kept in work.certificates.all()
        if (kept.value.fund, kept.value.year) == (fund, year)
        and kept.value.about in (Certified.YEAR_END, Certified.RETURN)
        and kept.value.to_period >= _LAST_MONTH
    ]
    standing = next((each for each in reversed(given) if each.stands), None)
    if standing is not None:
        sentence = f"Certified by {standing.signed_by}."
    elif given:
        sentence = f"The certificate is {given[-1].state.value}."
    else:
        sentence = "Nobody has certified the year's figures."
    return _point(Check.CERTIFICATE, standing is not None, sentence, may_accept=True)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {ChecklistOf: answer_checklist}
