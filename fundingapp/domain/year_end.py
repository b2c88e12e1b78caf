"""The end of a grant's year: its outturn head by head, what becomes of what is left (R24, R25, R27, R28), and what pays
for what was spent beyond a budget (R29)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.carry_forwards import ASKED, CarryForward, CarryForwardState
from fundingapp.domain.chain import YearMoney, year_money
from fundingapp.domain.claiming import (
    CashPosition,
    ClaimFigures,
    ClaimRecords,
    cash_position,
    figures,
    figures_by_head,
    final_claim,
)
from fundingapp.domain.claims import ClaimState, Repayment
from fundingapp.domain.funds import Kind, PaymentBasis, Project
from fundingapp.domain.identities import Identity, Part, in_order
from fundingapp.domain.ids import CarryForwardId, FundId, ProjectId, RepaymentId, SettlementId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.settlements import Settlement

#: A project in one kind of money; None is money that is in no project's budget.
YearHead = tuple[ProjectId | None, Kind]
#: The last month; once it is in, the year is over.
_LAST_MONTH = 12
#: What money is called that no project has.
NO_PROJECT = "In no project's budget"


@dataclass(frozen=True, slots=True)
class YearEndRecords:
    """Everything that the end of a grant's year is made of. *position* is of that year; *carry_forwards* are those out
    of it, *accruals* those that it made or reverses, *projects* all that the file has."""

    position: GrantPosition
    claims: ClaimRecords
    projects: Mapping[ProjectId, Project] = field(default_factory=dict)
    carry_forwards: Mapping[CarryForwardId, CarryForward] = field(default_factory=dict)
    settlements: Mapping[SettlementId, Settlement] = field(default_factory=dict)
    repayments: Mapping[RepaymentId, Repayment] = field(default_factory=dict)
    accruals: Sequence[Accrual] = ()
    is_closed: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the last month is in, or nothing more can come: from then on what is left has to be settled."""
        return self.is_closed or self.position.forecast_from > _LAST_MONTH or has_final_decision(self.claims)

    @property
    def is_being_settled(self) -> bool:
        """Whether somebody has begun to settle the year: its final claim is approved, the commissioner was asked for a
        carry-forward, something was settled, or the year is closed. Until then an overspend is work under way."""
        return bool(
            self.is_closed
            or has_final_decision(self.claims)
            or self.settlements
            or any(each.state in ASKED for each in self.carry_forwards.values())
        )


@dataclass(frozen=True, slots=True)
class HeadOutturn:
    """The outturn of one project (or of what no project has) in one kind of money, or of several together.

    *ledger* is what periods 1 to 12 charge, *closing* period 13; *reversals* and *ineligible* are above nought where
    they take off. *host* and *by_virement* are what paid for spend beyond the budget (R29), *overspend* is what nothing
    paid for yet. *owed* is repayable or invoiced, *settled_of_refused* what of the refused was settled. A total of
    several has no *project* and no *ref*, one of all kinds no *kind*.
    """

    project: ProjectId | None
    ref: str
    name: str
    kind: Kind | None
    fund: str
    year: FinancialYear
    is_total: bool = False
    budget: Money = Money.ZERO
    ledger: Money = Money.ZERO
    closing: Money = Money.ZERO
    accruals: Money = Money.ZERO
    reversals: Money = Money.ZERO
    adjustments: Money = Money.ZERO
    ineligible: Money = Money.ZERO
    virements: Money = Money.ZERO
    by_virement: Money = Money.ZERO
    host: Money = Money.ZERO
    overspend: Money = Money.ZERO
    approved: Money = Money.ZERO
    final_claim: Money = Money.ZERO
    paid: Money = Money.ZERO
    forecast: Money = Money.ZERO
    anticipated: Money = Money.ZERO
    requested: Money = Money.ZERO
    agreed: Money = Money.ZERO
    refused: Money = Money.ZERO
    owed: Money = Money.ZERO
    repaid: Money = Money.ZERO
    surrendered: Money = Money.ZERO
    settled_of_refused: Money = Money.ZERO

    @property
    def net(self) -> Money:
        """R12: what was spent, the ineligible part still in it."""
        return self.ledger + self.closing + self.accruals - self.reversals + self.adjustments

    @property
    def eligible(self) -> Money:
        """R14: what the grant pays for."""
        return self.net - self.ineligible

    @property
    def left(self) -> Money:
        """Budget less eligible spend; below nought when more was spent."""
        return self.budget - self.eligible

    @property
    def balance(self) -> Money:
        """Eligible spend less what was paid of claims: above nought is due from the funder, below nought to it."""
        return self.eligible - self.paid

    @property
    def settled(self) -> Money:
        """What of what is left was decided: carried forward, given back or to be, surrendered."""
        return self.agreed + self.owed + self.repaid + self.surrendered

    @property
    def pending(self) -> Money:
        """What of what is left nothing was decided about; below nought more was decided than is left."""
        return self.left - self.settled

    @property
    def to_settle(self) -> Money:
        """What was refused, and is neither given back nor surrendered, nor to be."""
        return max(Money.ZERO, self.refused - self.settled_of_refused)

    def figure(self, measure: str) -> str:
        """The name under which “why?” explains *measure*, as “pending”."""
        kind = f":{self.kind.value}" if self.kind is not None else ""
        if self.project is not None:
            return f"{self.ref}/{self.year}/outturn/{measure}{kind}:{self.fund}"
        head = "" if self.is_total else "unassigned/"
        return f"{self.fund}/{self.year}/outturn/{head}{measure}{kind}"

    @property
    def called(self) -> str:
        """“LF-01 Outreach, revenue”, “In no project's budget, revenue”."""
        kind = f", {self.kind.value}" if self.kind is not None and not self.is_total else ""
        return f"{self.ref} {self.name}".strip() + kind


#: The fields of :class:`HeadOutturn` that are sums of money.
SUMS = tuple(entry.name for entry in fields(HeadOutturn) if entry.default == Money.ZERO)


@dataclass(frozen=True, slots=True)
class Outturn:
    """A grant's year as it ended: its heads by their references, money in no project's budget last, and their totals.

    *unplaced* is what was given back that no settlement and no credit claim explains, so that it belongs to no head;
    *credits* what was given back of credit claims alone, for that was never to be kept.
    """

    fund_id: FundId
    fund_name: str
    year: FinancialYear
    basis: PaymentBasis
    heads: tuple[HeadOutturn, ...]
    by_kind: tuple[HeadOutturn, ...]
    total: HeadOutturn
    money: YearMoney
    money_by_kind: Mapping[Kind, YearMoney]
    cash: CashPosition
    unplaced: Money
    credits: Money
    is_over: bool
    is_closed: bool

    @property
    def available(self) -> Money:
        """R1: what all heads together had, money in no project's budget included."""
        return self.total.budget

    @property
    def eligible(self) -> Money:
        return self.total.eligible

    @property
    def returned(self) -> Money:
        """R25: what was given back of what was not spent, or is to be."""
        return self.money.returned + self.money.owed

    @property
    def pending(self) -> Money:
        """R25: what nothing was decided about; below nought more was decided than was left."""
        return self.money.pending

    @property
    def balance(self) -> Money:
        """Above nought is due from the funder, below nought is held for it (R23)."""
        return -self.cash.held

    def pending_of(self, kind: Kind) -> Money:
        """What nothing was decided about in one kind."""
        return self.money_by_kind[kind].pending

    def head(self, project: ProjectId | None, kind: Kind) -> HeadOutturn | None:
        """The head of *project* in *kind*; None where the year has no such head."""
        return next((each for each in self.heads if (each.project, each.kind) == (project, kind)), None)

    @property
    def held_to_return(self) -> Money:
        """What was received beyond what was spent, is carried forward or is to be given back already: as much of what
        is settled now goes back, the rest was never drawn (R28)."""
        return max(Money.ZERO, self.cash.held - self.total.owed - self.total.agreed)

    @property
    def undrawn(self) -> Money:
        """What of the money available was never drawn, and is not surrendered yet (R28)."""
        return max(Money.ZERO, self.available - (self.cash.paid - self.credits) - self.total.surrendered)


def outturn_of(records: YearEndRecords) -> Outturn:
    """The outturn that *records* make."""
    position, claims = records.position, records.claims
    settlements, repayments = tuple(records.settlements.values()), tuple(records.repayments.items())
    name, year = position.fund.name, position.year
    became = figures_by_head(claims)
    heads = [_head(records, project, became) for project in position.projects]
    known = {(head.project, head.kind) for head in heads}
    # Somebody may have planned or settled something for a head that has neither budget nor spend any more.
    others: set[YearHead] = {(each.project, each.kind) for each in records.carry_forwards.values()}
    others |= {(each.project, each.kind) for each in records.settlements.values()}
    kinds = [
        kind
        for kind in Kind
        if position.resources_by_kind[kind].available
        or any(head.kind is kind for head in heads)
        or any(other[1] is kind for other in others)
    ]
    for kind in kinds:
        left = position.resources_by_kind[kind].available - Money.total(
            head.budget for head in heads if head.kind is kind and head.project is not None
        )
        if left or (None, kind) in others:
            bare = HeadOutturn(None, "", NO_PROJECT, kind, name, year, budget=left)
            heads.append(_with_decisions(records, bare))
            known.add((None, kind))
    for project_id, kind in sorted(others - known, key=lambda other: (other[0] or 0, other[1].value)):
        if project_id is not None:
            project = records.projects[project_id]
            bare = HeadOutturn(project_id, project.ref, project.name, kind, name, year)
            heads.append(_with_decisions(records, bare))
    ordered = tuple(
        sorted(heads, key=lambda head: (head.project is None, head.ref, head.kind is Kind.CAPITAL))
    )
    explained: dict[RepaymentId, Money] = {}
    for settlement in records.settlements.values():
        if settlement.repayment is not None:
            sofar = explained.get(settlement.repayment, Money.ZERO)
            explained[settlement.repayment] = sofar + settlement.amount
    unplaced = Money.total(
        entry.amount - explained.get(id, Money.ZERO)
        for id, entry in records.repayments.items()
        if entry.claim is None
    )
    return Outturn(
        position.fund_id,
        name,
        year,
        claims.basis,
        ordered,
        tuple(_together([head for head in ordered if head.kind is kind], kind, name, year) for kind in kinds),
        _together(ordered, None, name, year),
        year_money(position, settlements, repayments),
        {kind: year_money(position, settlements, repayments, kind) for kind in Kind},
        cash_position(claims, position.spent),
        unplaced,
        Money.total(
            entry.amount - explained.get(id, Money.ZERO)
            for id, entry in records.repayments.items()
            if entry.claim is not None
        ),
        records.is_over,
        records.is_closed,
    )


def _head(
    records: YearEndRecords, project: ProjectPosition, became: Mapping[tuple[ProjectId, Kind], ClaimFigures]
) -> HeadOutturn:
    year, last = records.position.year, project.to_period
    key = (project.project_id, project.kind)
    accruals, reversals = _accrued(records, key, last)
    budget = project.budget
    ineligible = project.spent_ineligible
    net = project.net_spent
    gained = budget.virement_in + budget.released
    # R29: a virement comes first, for it made the budget; of what is beyond that the host paid what is not eligible.
    before = max(Money.ZERO, net - (budget.current - gained))
    beyond = max(Money.ZERO, net - budget.current)
    claimed = became.get(key, ClaimFigures())
    final = final_claim(records.claims)
    return _with_decisions(
        records,
        HeadOutturn(
            project.project_id,
            project.ref,
            project.project.name,
            project.kind,
            records.position.fund.name,
            year,
            budget=budget.current,
            ledger=Money.total(project.ledger[: min(last, _LAST_MONTH)]),
            closing=project.ledger[CLOSING_PERIOD - 1] if last == CLOSING_PERIOD else Money.ZERO,
            accruals=accruals,
            reversals=reversals,
            adjustments=Money.total(project.adjusted_net[:last]),
            ineligible=ineligible,
            virements=gained - budget.virement_out - budget.surrendered,
            by_virement=min(before, gained),
            host=min(beyond, max(Money.ZERO, ineligible)),
            overspend=max(Money.ZERO, project.spent - budget.current),
            approved=claimed.approved,
            final_claim=Money.total(
                line.claimed
                for line in records.claims.lines
                if (line.project, line.kind) == key and records.claims.claims[line.claim] is final
            ),
            paid=claimed.paid,
        ),
    )


def _accrued(records: YearEndRecords, key: tuple[ProjectId, Kind], last: int) -> tuple[Money, Money]:
    """What the year itself accrued of a head up to period *last*, less what it reversed of that; and what it reversed
    of the year before."""
    year = records.position.year
    made, reversed_ = Money.ZERO, Money.ZERO
    for entry in records.accruals:
        if (entry.project, entry.kind) != key:
            continue
        back = entry.reverses_year == year and (entry.reverses_period or CLOSING_PERIOD) <= last
        if entry.year == year:
            made += entry.amount if entry.period <= last else Money.ZERO
            made -= entry.amount if back else Money.ZERO
        elif back:
            reversed_ += entry.amount
    return made, reversed_


def _with_decisions(records: YearEndRecords, head: HeadOutturn) -> HeadOutturn:
    """*head* with what was planned, asked and decided about what is left of it."""
    asked = [
        each
        for each in records.carry_forwards.values()
        if (each.project, each.kind) == (head.project, head.kind)
    ]
    settled = [
        each
        for each in records.settlements.values()
        if (each.project, each.kind) == (head.project, head.kind)
    ]

    def planned(state: CarryForwardState) -> Money:
        return Money.total(each.asked for each in asked if each.state is state)

    return replace(
        head,
        forecast=planned(CarryForwardState.FORECAST),
        anticipated=planned(CarryForwardState.ANTICIPATED),
        requested=planned(CarryForwardState.REQUESTED),
        agreed=Money.total(each.carried for each in asked),
        refused=Money.total(each.refused for each in asked),
        owed=Money.total(each.amount for each in settled if each.is_owed),
        repaid=Money.total(each.amount for each in settled if each.is_given_back),
        surrendered=Money.total(each.amount for each in settled if each.is_surrendered),
        settled_of_refused=Money.total(each.amount for each in settled if each.carry_forward is not None),
    )


def _together(heads: Iterable[HeadOutturn], kind: Kind | None, fund: str, year: FinancialYear) -> HeadOutturn:
    held = list(heads)
    sums = {measure: Money.total(getattr(head, measure) for head in held) for measure in SUMS}
    name = "Total" if kind is None else f"Total {kind.value}"
    return HeadOutturn(None, "", name, kind, fund, year, is_total=True, **sums)


@dataclass(frozen=True, slots=True)
class YearCash:
    """R28: what was received and not spent, and what it is held for.

    *kept* is what was received, less credits given back, less what was spent. *carried* and *undecided* are what of it
    is held as cash for what goes into the next year or is not decided; *to_come* is what was spent and not received.
    """

    kept: Money
    returned: Money
    carried: Money
    undecided: Money
    to_come: Money

    @property
    def rest(self) -> Money:
        """What the decisions do not explain: nought when R28 holds."""
        return self.kept - self.returned - self.carried - self.undecided + self.to_come


def year_cash(outturn: Outturn) -> YearCash:
    """What the cash of the year is held for (R24, R28)."""
    kept = outturn.cash.paid - outturn.credits - outturn.cash.eligible
    beside = kept - outturn.returned
    carried = min(outturn.total.agreed, max(Money.ZERO, beside))
    undecided = min(max(Money.ZERO, outturn.pending), max(Money.ZERO, beside - carried))
    to_come = max(Money.ZERO, -kept) if beside < Money.ZERO else Money.ZERO
    return YearCash(kept, outturn.returned, carried, undecided, to_come)


@dataclass(frozen=True, slots=True)
class SettlementProposal:
    """What may be settled next: money that was refused (*carry_forward* names the request), or that nobody asked for.

    It goes back as far as it was received; what was never drawn is surrendered (R28).
    """

    project: ProjectId | None
    ref: str
    name: str
    kind: Kind
    amount: Money
    surrender: bool
    why: str
    carry_forward: CarryForwardId | None = None


def proposals_of(records: YearEndRecords, outturn: Outturn) -> tuple[SettlementProposal, ...]:
    """What is left and refused, and once the year is over what is left and was not asked for, head by head.

    Money that is planned to be asked for, or asked for, waits for its decision.
    """
    cash = outturn.held_to_return
    total = outturn.total
    whole = max(Money.ZERO, outturn.pending - total.requested - total.forecast - total.anticipated)
    found: list[SettlementProposal] = []
    for kind in Kind:
        heads = [head for head in outturn.heads if head.kind is kind]
        waiting = Money.total(head.requested + head.forecast + head.anticipated for head in heads)
        of_kind = max(Money.ZERO, outturn.pending_of(kind) - waiting)
        for head in heads:
            room = min(whole, of_kind, head.pending - head.requested - head.forecast - head.anticipated)
            for id, amount, why in _to_settle(records, head, outturn.is_over, max(Money.ZERO, room)):
                of_kind, whole = of_kind - amount, whole - amount
                back = min(amount, cash)
                cash -= back
                for part, surrender in ((back, False), (amount - back, True)):
                    if part:
                        found.append(
                            SettlementProposal(
                                head.project, head.ref, head.name, kind, part, surrender, why, id
                            )
                        )
    return tuple(found)


def _to_settle(
    records: YearEndRecords, head: HeadOutturn, is_over: bool, room: Money
) -> Iterable[tuple[CarryForwardId | None, Money, str]]:
    for id, each in sorted(records.carry_forwards.items()):
        if (each.project, each.kind) != (head.project, head.kind) or not each.refused:
            continue
        settled = Money.total(
            entry.amount for entry in records.settlements.values() if entry.carry_forward == id
        )
        amount = min(room, each.refused - settled)
        if amount > Money.ZERO:
            room -= amount
            yield id, amount, f"refused of {each.asked.in_words} asked for"
    if is_over and room > Money.ZERO:
        yield None, room, "not spent and not asked for"


def reconcile_year_end(records: YearEndRecords) -> tuple[Identity, ...]:
    """R24, R25, R27, R28 and R29 of a grant's year, each once it says something."""
    outturn = outturn_of(records)
    name, year = outturn.fund_name, outturn.year

    def figure(measure: str) -> str:
        return f"{name}/{year}/{measure}"

    asked = any(each.state in ASKED for each in records.carry_forwards.values())
    settling = records.is_being_settled
    stated: list[Identity] = []
    if has_final_decision(records.claims):
        stated.append(_final(records, outturn, figure))
    if records.is_over or settling or outturn.unplaced:
        ends = (_all_decided(outturn, figure), _returned(outturn, figure))
        # While nobody decided anything, spending or receiving more than there is breaks no decision: the warnings, the
        # cash held (R23) and the checklist say it, and the year reconciles but for the lines that wait (R10).
        stated += [each for each in ends if settling or outturn.unplaced or each.holds]
    if asked:
        stated.append(_asked_for(records, outturn, figure))
    if settling:
        stated.append(_overspends(outturn, figure))
    return in_order(stated)


def has_final_decision(claims: ClaimRecords) -> bool:
    final = final_claim(claims)
    return final is not None and final.state in (
        ClaimState.APPROVED,
        ClaimState.PAYMENT_REQUESTED,
        ClaimState.PAID,
    )


def _final(records: YearEndRecords, outturn: Outturn, figure: Callable[[str], str]) -> Identity:
    cash = year_cash(outturn)
    became = figures(records.claims)
    beyond = became.approved > outturn.available
    advice = (
        f"{became.approved.in_words} is approved, more than the {outturn.available.in_words} available: ask for a "
        "credit."
        if beyond
        else "What is approved is not what was spent: a last claim, or a credit, puts it right."
    )
    return Identity(
        "R24",
        "Received less repaid = approved + held",
        "after the final claim; approved is never more than is available",
        "Received less repaid",
        outturn.cash.paid - outturn.cash.repaid,
        (
            Part("Approved", became.approved, figure("approved")),
            Part("Payable and not paid", -unpaid(records.claims), figure("less/year-end/unpaid")),
            Part("Retained", -became.withheld, figure("less/withheld")),
            Part("Carried forward, held as cash", cash.carried, figure("year-end/carried held")),
            Part("Not decided, held as cash", cash.undecided, figure("year-end/undecided held")),
            Part("To be given back", outturn.total.owed, figure("outturn/owed")),
        ),
        figure("year-end/received less repaid"),
        advice,
        broken=int(beyond),
        broken_name="sum approved",
    )


def unpaid(claims: ClaimRecords) -> Money:
    """What is payable of claims and not paid; a credit that was not given back is not in it."""
    return Money.total(max(Money.ZERO, figures(claims, claim=id).outstanding) for id in claims.claims)


def undecided(outturn: Outturn) -> Money:
    """R25's pending decision as it is stated: what nothing was decided about, never below nought, and nought once the
    year is closed; kind by kind, for one kind never pays for another."""
    if outturn.is_closed:
        return Money.ZERO
    by_kind = [money.pending for money in outturn.money_by_kind.values()]
    of_no_kind = Money.total(by_kind) - outturn.pending
    return max(Money.ZERO, Money.total(max(Money.ZERO, each) for each in by_kind) - of_no_kind)


def _all_decided(outturn: Outturn, figure: Callable[[str], str]) -> Identity:
    pending = outturn.pending
    still = undecided(outturn)
    if outturn.is_closed and pending:
        advice = (
            f"{pending.in_words} is left although the year is closed: reopen it, and say what becomes of it."
        )
    else:
        advice = "More was carried forward, given back or surrendered than was left: put the decision right."
    note = (
        "everything that was left is decided"
        if not pending
        else f"{still.in_words} is not decided yet"
        if still == pending
        else f"{(still - pending).in_words} more was decided than was left"
    )
    return Identity(
        "R25",
        "Available = spent + carried forward + returned + surrendered + not decided",
        note,
        "Available",
        outturn.available,
        (
            Part("Eligible spend", outturn.eligible, figure("spend")),
            Part("Carried forward, as agreed", outturn.total.agreed, figure("outturn/agreed")),
            Part("Given back", outturn.total.repaid + outturn.unplaced, figure("year-end/given back")),
            Part("To be given back", outturn.total.owed, figure("outturn/owed")),
            Part("Surrendered, never drawn", outturn.total.surrendered, figure("outturn/surrendered")),
            Part("Not decided yet", still, figure("year-end/undecided")),
        ),
        figure("available"),
        advice,
    )


def _asked_for(records: YearEndRecords, outturn: Outturn, figure: Callable[[str], str]) -> Identity:
    asked = [each for each in records.carry_forwards.values() if each.state in ASKED]
    wrong = sum(not Money.ZERO <= each.agreed <= each.asked for each in asked)
    return Identity(
        "R27",
        "Asked to carry forward = agreed + refused + not decided",
        f"{len(asked):,} request{'' if len(asked) == 1 else 's'}",
        "Asked for",
        Money.total(each.asked for each in asked),
        (
            Part("Agreed", outturn.total.agreed, figure("outturn/agreed")),
            Part("Refused", outturn.total.refused, figure("outturn/refused")),
            Part("Not decided yet", outturn.total.requested, figure("outturn/requested")),
        ),
        figure("year-end/asked"),
        "More is agreed than was asked for: put the request or the decision right.",
        broken=wrong,
        broken_name="request",
    )


def _returned(outturn: Outturn, figure: Callable[[str], str]) -> Identity:
    cash = year_cash(outturn)
    note = (
        "paid in arrears: what was never drawn is surrendered, not given back"
        if outturn.basis is PaymentBasis.ARREARS
        else "paid in advance: what is not carried forward goes back"
    )
    advice = (
        "More is given back than was received and not spent: what was never drawn is surrendered."
        if cash.rest < Money.ZERO
        else "Money that was received is stated as surrendered, or more came than is available: it goes back."
    )
    return Identity(
        "R28",
        "Received and not spent = returned + held",
        note,
        "Received and not spent",
        cash.kept,
        (
            Part("Given back", outturn.total.repaid + outturn.unplaced, figure("year-end/given back")),
            Part("To be given back", outturn.total.owed, figure("outturn/owed")),
            Part("Carried forward, held as cash", cash.carried, figure("year-end/carried held")),
            Part("Not decided, held as cash", cash.undecided, figure("year-end/undecided held")),
            Part("Still to be received", -cash.to_come, figure("less/year-end/to come")),
        ),
        figure("year-end/received and not spent"),
        advice,
    )


def _overspends(outturn: Outturn, figure: Callable[[str], str]) -> Identity:
    over = [head for head in outturn.heads if head.overspend]
    total = outturn.total
    named = ", ".join(f"{head.ref} {head.overspend.in_words}" for head in over[:5])
    return Identity(
        "R29",
        "Overspends = virements + paid by the host",
        f"nothing pays for {named}" if over else "no project has spent more than the grant gives it",
        "Spent beyond budgets",
        total.by_virement + total.host + total.overspend,
        (
            Part("Covered by virements", total.by_virement, figure("outturn/by virement")),
            Part("Paid by the host", total.host, figure("outturn/host")),
        ),
        figure("year-end/overspends"),
        "Let the host pay it (an ineligible adjustment), or move budget to it with a dated virement.",
        broken=len(over),
        broken_name="project",
    )
