"""What a grant may claim (R19), what became of its claims (R20, R21), the money that came for them (R22), and where its
cash stands (R23).

What the commissioner disallows is, by rule, spend that the grant does not pay for: it is recorded as ineligible (R14)
when the claim is approved. Eligible spend falls with it, and so what is claimable does not offer it again. It becomes
claimable once more when it is eligible again, which is when that adjustment is taken out; and it does nothing twice,
because an earlier claim counts with what was approved of it, not with what it asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal

from fundingapp.domain.agreements import Frequency, Terms
from fundingapp.domain.claims import (
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
from fundingapp.domain.identities import Identity, Part
from fundingapp.domain.ids import ClaimId, FundId, LineId, PaymentId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, Period, period_name
from fundingapp.domain.positions import GrantPosition, ProjectPosition

#: A project in one kind of money.
Head = tuple[ProjectId, Kind]


@dataclass(frozen=True, slots=True)
class ClaimRecords:
    """Everything about the claims and the money of one grant: a fund and a year.

    *income* is what each ledger line that a payment names holds as income now, above nought. *rates* are the parts of
    a project's cost, of a hundred, that the fund agreed to pay; *whole_spend* what such projects cost all funders
    together up to the period that is asked about. *reached* is the last period of the ledger in each year that it has;
    *is_closed* says that the year is settled, so that no retention may be left.
    """

    fund: FundId
    year: FinancialYear
    basis: PaymentBasis = PaymentBasis.ARREARS
    claims: Mapping[ClaimId, Claim] = field(default_factory=dict)
    lines: Sequence[ClaimLine] = ()
    releases: Sequence[RetentionRelease] = ()
    payments: Mapping[PaymentId, Payment] = field(default_factory=dict)
    matches: Sequence[PaymentMatch] = ()
    payment_lines: Sequence[PaymentLine] = ()
    repayments: Sequence[Repayment] = ()
    income: Mapping[LineId, Money] = field(default_factory=dict)
    rates: Mapping[Head, Decimal] = field(default_factory=dict)
    whole_spend: Mapping[Head, Money] = field(default_factory=dict)
    reached: Mapping[FinancialYear, int] = field(default_factory=dict)
    is_closed: bool = False
    #: What of each payment never came, because unspent money was taken off it.
    netted: Mapping[PaymentId, Money] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was claimed, received or given back yet."""
        return not (self.claims or self.payments or self.repayments)

    def in_order(self) -> list[tuple[ClaimId, Claim]]:
        """The claims by their numbers."""
        return sorted(self.claims.items(), key=lambda entry: entry[1].number)

    def lines_of(self, claim: ClaimId) -> list[ClaimLine]:
        return [line for line in self.lines if line.claim == claim]


# What became of claims


@dataclass(frozen=True, slots=True)
class ClaimFigures:
    """What became of claims, of one or of several together; a claim that was not sent has nothing here.

    R20: claimed = approved + disallowed + queried, and while the commissioner has not decided + undecided.
    R21: approved = payable + withheld. *paid* is what payments settle, less what repayments settle of credit claims.
    """

    claimed: Money = Money.ZERO
    disallowed: Money = Money.ZERO
    queried: Money = Money.ZERO
    undecided: Money = Money.ZERO
    approved: Money = Money.ZERO
    retained: Money = Money.ZERO
    released: Money = Money.ZERO
    paid: Money = Money.ZERO

    def __add__(self, other: ClaimFigures) -> ClaimFigures:
        return ClaimFigures(
            *(getattr(self, entry.name) + getattr(other, entry.name) for entry in fields(ClaimFigures))
        )

    @property
    def withheld(self) -> Money:
        """Retained and not released."""
        return self.retained - self.released

    @property
    def payable(self) -> Money:
        """R21: what the commissioner pays of it by now, whether or not it did."""
        return self.approved - self.withheld

    @property
    def outstanding(self) -> Money:
        """Payable and not paid; below nought for a credit that was not given back."""
        return self.payable - self.paid

    @property
    def pending(self) -> Money:
        """Sent and not decided, queried or not."""
        return self.undecided + self.queried

    @property
    def asked(self) -> Money:
        """What stands claimed: approved, or sent and not decided (R19's earlier claims)."""
        return self.approved + self.pending


_NONE = ClaimFigures()


def line_figures(
    records: ClaimRecords, claim: ClaimId, day: date | None = None
) -> tuple[tuple[Head, ClaimFigures], ...]:
    """What became of each line of *claim*, as it stood at the end of *day* (None: now); the lines add up to the claim.

    What was released and paid is known for a claim as a whole. Its lines have it in proportion to what each has
    retained or payable, in whole pence; when all is released or paid each line has its own.
    """
    held = records.claims[claim]
    if not held.counts or (day is not None and (held.submitted_on is None or held.submitted_on > day)):
        return ()
    decided = held.is_decided and (day is None or (held.approved_on is not None and held.approved_on <= day))
    lines = records.lines_of(claim)

    def by_then(dated: date) -> bool:
        return day is None or dated <= day

    found = []
    for line in lines:
        if decided:
            found.append(
                ClaimFigures(
                    line.claimed, line.disallowed, line.queried, Money.ZERO, line.approved, line.retained
                )
            )
        else:
            queried = line.queried if day is None or not held.is_decided else Money.ZERO
            found.append(ClaimFigures(line.claimed, Money.ZERO, queried, line.claimed - queried))
    released = Money.total(
        entry.amount for entry in records.releases if entry.claim == claim and by_then(entry.dated)
    )
    settled = settled_of(records, claim, day)
    releases = _over(released, [each.retained for each in found])
    payable = [each.approved - each.retained + part for each, part in zip(found, releases, strict=True)]
    paid = _over(settled, payable)
    return tuple(
        (
            (line.project, line.kind),
            ClaimFigures(
                each.claimed,
                each.disallowed,
                each.queried,
                each.undecided,
                each.approved,
                each.retained,
                release,
                part,
            ),
        )
        for line, each, release, part in zip(lines, found, releases, paid, strict=True)
    )


def _over(whole: Money, amounts: Sequence[Money]) -> tuple[Money, ...]:
    """*whole* over lines that have *amounts*: each its own when it is all of them, else in proportion to those with its
    sign."""
    if not amounts:
        return ()
    if whole == Money.total(amounts):
        return tuple(amounts)
    weights = [abs(amount).pence if amount.pence * whole.pence > 0 else 0 for amount in amounts]
    return whole.share(weights if any(weights) else [1] * len(amounts))


def settled_of(records: ClaimRecords, claim: ClaimId, day: date | None = None) -> Money:
    """What payments up to *day* settle of *claim*, less what repayments settle of it."""

    def by_then(dated: date) -> bool:
        return day is None or dated <= day

    return Money.total(
        entry.amount
        for entry in records.matches
        if entry.claim == claim and by_then(records.payments[entry.payment].dated)
    ) - Money.total(
        entry.amount for entry in records.repayments if entry.claim == claim and by_then(entry.dated)
    )


def figures(
    records: ClaimRecords,
    *,
    claim: ClaimId | None = None,
    project: ProjectId | None = None,
    kind: Kind | None = None,
    day: date | None = None,
) -> ClaimFigures:
    """What became of the claims: of all, or of *claim*; of all heads, or of *project* and *kind*.

    *day* (inclusive) asks how it stood at its end. A query that was answered since is not known any more: what was
    queried on that day of a claim that is decided now counts as undecided.
    """
    found = _NONE
    for id in records.claims if claim is None else (claim,):
        for head, each in line_figures(records, id, day):
            if project in (None, head[0]) and kind in (None, head[1]):
                found += each
    return found


def figures_by_head(records: ClaimRecords) -> dict[Head, ClaimFigures]:
    """What became of the claims by project and kind; the heads add up to :func:`figures`."""
    found: dict[Head, ClaimFigures] = {}
    for id in records.claims:
        for head, each in line_figures(records, id):
            found[head] = found.get(head, _NONE) + each
    return found


def claimed_to(records: ClaimRecords) -> int:
    """The last period that a claim which was sent takes in; 0 for none."""
    return max((claim.to_period for claim in records.claims.values() if claim.counts), default=0)


def claiming_to(records: ClaimRecords) -> int:
    """The last period of the claim that is being made; that of the last one sent while none is."""
    made = [claim.to_period for claim in records.claims.values() if claim.is_being_made]
    return max([claimed_to(records), *made])


def final_claim(records: ClaimRecords) -> Claim | None:
    """The final claim once it was sent: nothing is claimed or forecast after it."""
    return next((claim for claim in records.claims.values() if claim.is_final and claim.counts), None)


# R19: what may be claimed


def claimable(eligible: Money, cap: Money, before: Money) -> Money:
    """R19: min(eligible year to date, cap year to date) less earlier claims; below nought it is a credit (L13)."""
    return min(eligible, cap) - before


def cap_of(budget: Money, rate: Decimal | None, whole_spend: Money) -> Money:
    """What may be claimed at most for a head: its current *budget*; and where the fund agreed to pay a part of the cost
    (*rate* of a hundred, R16), no more than that part of what all funders together spent on it.

    A part of a penny is left out: claimed is never more than the agreed part.
    """
    if rate is None:
        return budget
    return min(budget, whole_spend.part_at_most(rate))


def before_of(records: ClaimRecords, head: Head, number: int | None = None) -> Money:
    """R19's earlier claims of *head*: those that were sent with a number before *number* (None: all), what was approved
    of them or, while it is not decided, what they ask for."""
    found = Money.ZERO
    for line in records.lines:
        claim = records.claims[line.claim]
        if (line.project, line.kind) == head and claim.counts and (number is None or claim.number < number):
            found += line.approved if claim.is_decided else line.claimed
    return found


def basis_amount(project: ProjectPosition, claim: Claim) -> Money:
    """What a claim rests on for a project, whose position goes on to the claim's last period at least: its eligible
    spend up to there; in advance what the profile needs up to there, save for the final claim, which settles what was
    spent."""
    if claim.basis is PaymentBasis.ADVANCE and not claim.is_final:
        return Money.total(project.profile[: min(claim.to_period, 12)])
    return project.up_to(claim.to_period)


def worked_out(
    records: ClaimRecords, position: GrantPosition, id: ClaimId, claim: Claim
) -> tuple[ClaimLine, ...]:
    """The lines of *claim* as the records have them now, by R19; *position* ends with the claim's last period.

    A head with nothing to claim, nothing eligible and nothing claimed before has no line. One that was claimed before
    and has neither award nor spend any more has one, which gives back what was claimed.
    """
    if position.to_period != claim.to_period:
        raise ValueError(f"the position ends with period {position.to_period}, not with {claim.to_period}")
    lines = []
    for project in position.projects:
        head = (project.project_id, project.kind)
        eligible = basis_amount(project, claim)
        advance = claim.basis is PaymentBasis.ADVANCE and not claim.is_final
        rate = None if advance else records.rates.get(head)
        cap = cap_of(project.budget.current, rate, records.whole_spend.get(head, project.spent))
        before = before_of(records, head, claim.number)
        asked = claimable(eligible, cap, before)
        if asked or eligible or before:
            lines.append(ClaimLine(id, *head, eligible, cap, before, asked))
    there = {(project.project_id, project.kind) for project in position.projects}
    for head in dict.fromkeys((line.project, line.kind) for line in records.lines):
        before = before_of(records, head, claim.number)
        if head not in there and before:
            lines.append(ClaimLine(id, *head, Money.ZERO, Money.ZERO, before, -before))
    return tuple(lines)


def next_periods(records: ClaimRecords, frequency: Frequency) -> tuple[int, int]:
    """The first and the last period of the claim that comes next, both inclusive; the last one of the year takes in the
    closing adjustments. Raises ExpectedError when the year is claimed to its end."""
    done = claiming_to(records)
    if done >= CLOSING_PERIOD:
        raise ExpectedError(
            "claim_year_done",
            f"{records.year} is claimed up to its closing adjustments.",
            "To correct what was claimed, give the periods of the correcting claim yourself.",
        )
    months = frequency.months
    last = (done // months + 1) * months
    return done + 1, CLOSING_PERIOD if last >= 12 else last


def due_on(claim: Claim, terms: Terms) -> date:
    """The day by which *claim* is to be with the commissioner, inclusive."""
    return claim_due(claim.year, claim.to_period, terms)


def claim_due(year: FinancialYear, to_period: int, terms: Terms) -> date:
    """The day by which a claim up to *to_period* is to be with the commissioner, inclusive."""
    return date.fromordinal(Period(year, to_period).last_day.toordinal() + terms.claim_days)


# What a claim must satisfy


def check_open(records: ClaimRecords, from_period: int, to_period: int) -> None:
    """Refuses a new claim while another is being made, after the final one, or that ends before the last one."""
    final = final_claim(records)
    if final is not None:
        raise ExpectedError(
            "claim_final",
            f"{final.name} is the final claim of {records.year}: nothing is claimed after it.",
            "If it was sent too early, ask the commissioner to open the year again.",
        )
    made = next((claim for claim in records.claims.values() if claim.is_being_made), None)
    if made is not None:
        raise ExpectedError(
            "claim_open",
            f"{made.name} ({made.periods_in_words}) is still {made.state.value}: what it asks for is not settled.",
            "Submit it, or mark it as not used, before the next one.",
        )
    if not 1 <= from_period <= to_period <= CLOSING_PERIOD:
        raise ExpectedError(
            "claim_periods",
            f"A claim goes from one period to a later one, 1 to 13; {from_period} to {to_period} does not.",
            "Choose its first and its last period.",
        )
    if to_period < claimed_to(records):
        raise ExpectedError(
            "claim_periods",
            f"{records.year} is claimed up to {period_name(claimed_to(records))} already, and figures are to date: a "
            f"claim that ends with {period_name(to_period)} would take later spend back.",
            "Choose a later last period.",
        )


def needs_certificate(claimed: Money, terms: Terms) -> bool:
    """Whether a claim of that sum wants an accountant's certificate: from the first penny above the agreement's."""
    return terms.certificate_above is not None and claimed > terms.certificate_above


def check_decided(line: ClaimLine, name: str) -> None:
    """Refuses a decision that R20 does not allow for *line*, the one of *name* (“LF-09”)."""
    for word, amount in (("disallowed", line.disallowed), ("queried", line.queried)):
        if amount < Money.ZERO or amount > max(line.claimed, Money.ZERO):
            raise ExpectedError(
                "claim_amount",
                f"{amount.in_words} of {name} can't be {word}: the claim asks for {line.claimed.in_words} there.",
                "Type an amount from nought to what is claimed.",
            )
    if line.disallowed and not line.reason.strip():
        raise ExpectedError(
            "claim_reason",
            f"{line.disallowed.in_words} of {name} is disallowed without a reason.",
            "Give the commissioner's reason.",
        )
    if _retains_more(line):
        raise ExpectedError(
            "claim_retained",
            f"{line.retained.in_words} of {name} can't be retained: {line.approved.in_words} is approved there.",
            "Retain no more than is approved.",
        )


def retained_of(approved: Money, terms: Terms) -> Money:
    """R21: what the agreement retains of an approved line, half a penny away from nought; a credit gives it back."""
    return approved.percent(terms.retention_percent)


# R22 and R23: money


@dataclass(frozen=True, slots=True)
class CashPosition:
    """R23: where the cash of a grant stands."""

    paid: Money
    repaid: Money
    eligible: Money
    #: What was paid and is matched to no claim.
    advances: Money = Money.ZERO

    @property
    def held(self) -> Money:
        """Paid less repaid less eligible spend: above nought is held for the funder, below nought is owed by it."""
        return self.paid - self.repaid - self.eligible

    @property
    def in_words(self) -> str:
        """“£12,400.00 received in advance: a creditor”."""
        if self.held > Money.ZERO:
            return f"{self.held.in_words} received in advance: a creditor"
        if self.held < Money.ZERO:
            return f"{(-self.held).in_words} spent and not yet received: a debtor"
        return "received and spent are the same: nothing is held and nothing is owed"


def cash_position(records: ClaimRecords, eligible: Money, day: date | None = None) -> CashPosition:
    """R23 with *eligible* as the spend; only what was paid and given back up to *day*, inclusive (None: all)."""
    payments = {id: entry for id, entry in records.payments.items() if day is None or entry.dated <= day}
    paid = Money.total(entry.amount for entry in payments.values())
    matched = Money.total(entry.amount for entry in records.matches if entry.payment in payments)
    repaid = Money.total(entry.amount for entry in records.repayments if day is None or entry.dated <= day)
    return CashPosition(paid, repaid, eligible, paid - matched)


def matched_of(records: ClaimRecords, payment: PaymentId) -> Money:
    """What of *payment* settles claims."""
    return Money.total(entry.amount for entry in records.matches if entry.payment == payment)


def in_ledger_of(records: ClaimRecords, payment: PaymentId) -> Money:
    """What of *payment* was found in the ledger."""
    return Money.total(entry.amount for entry in records.payment_lines if entry.payment == payment)


def to_find_of(records: ClaimRecords, payment: PaymentId) -> Money:
    """What of *payment* the ledger should have and was not found there yet; what was taken off it never comes."""
    came = records.payments[payment].amount - records.netted.get(payment, Money.ZERO)
    return came - in_ledger_of(records, payment)


def is_in_transit(records: ClaimRecords, payment: Payment) -> bool:
    """Whether the ledger does not go as far as the day of *payment*, so that it can't be found there yet."""
    at = Period.of(payment.dated)
    return at.number > records.reached.get(at.year, 0)


def check_settles(amount: Money, payable: Money, settled: Money, name: str) -> None:
    """Refuses to match *amount* of a payment to a claim (“Claim 2”) beyond what is payable of it."""
    outstanding = payable - settled
    if not amount or amount.pence * outstanding.pence < 0 or abs(amount) > abs(outstanding):
        raise ExpectedError(
            "payment_too_much",
            f"{amount.in_words} can't settle {name}: {outstanding.in_words} of it is still to be paid.",
            "Match no more than that; what is left of the payment stays an advance.",
        )


# The identities, each stated once


def reconcile_claims(position: GrantPosition, records: ClaimRecords) -> tuple[Identity, ...]:
    """R19 to R23 of a grant, with the eligible spend of *position*."""
    name, year = position.fund.name, position.year

    def figure(measure: str) -> str:
        return f"{name}/{year}/{measure}"

    heads = figures_by_head(records)
    all_ = figures(records)
    now = _due_claim(records, position)
    by_head = {(line.project, line.kind): line for line in worked_out(records, position, ClaimId(0), now)}
    due = Money.total(line.claimed for line in by_head.values())
    rests_on = Money.total(line.eligible for line in by_head.values())
    beyond = Money.total(max(Money.ZERO, line.eligible - line.cap) for line in by_head.values())
    cash = cash_position(records, position.spent)
    other_repaid = Money.total(entry.amount for entry in records.repayments if entry.claim is None)
    not_claimed = position.spent - all_.asked
    found = Money.total(amount for _, amount in found_in_ledger(records))
    in_transit = Money.total(
        to_find_of(records, id) for id, entry in records.payments.items() if is_in_transit(records, entry)
    )
    netted = Money.total(records.netted.values())
    sent = sum(claim.counts for claim in records.claims.values())
    number = f"{sent:,} claim{'' if sent == 1 else 's'} sent"
    what = "Profile to date" if records.basis is PaymentBasis.ADVANCE else "Eligible spend"
    return (
        Identity(
            "R19",
            "Claimable = the smaller of eligible and cap − earlier claims",
            f"up to period {position.to_period}, project by project; below nought a credit is due",
            "Claimable now",
            due,
            (
                Part(what, rests_on, figure("claim-basis")),
                Part("Beyond the cap of its project", -beyond, figure("beyond-cap")),
                Part("Earlier claims, approved", -all_.approved, figure("less/approved")),
                Part("Earlier claims, not decided", -all_.pending, figure("less/pending")),
            ),
            figure("claimable"),
            "A claim asks for something else than its eligible spend, cap and earlier claims make: look at its lines.",
            broken=_wrong_lines(records),
            broken_name="line of a claim",
        ),
        Identity(
            "R20",
            "Claimed = approved + disallowed + queried",
            f"{number}; what is not decided yet is still to be one of the three",
            "Claimed",
            Money.total(line.claimed for line in records.lines if records.claims[line.claim].counts),
            (
                Part("Approved", all_.approved, figure("approved")),
                Part("Disallowed", all_.disallowed, figure("disallowed")),
                Part("Queried", all_.queried, figure("queried")),
                Part("Not decided yet", all_.undecided, figure("undecided")),
            ),
            figure("claimed"),
            "More is disallowed or queried than was claimed: look at the claim's lines.",
            broken=_wrong_decisions(records),
            broken_name="line of a claim",
        ),
        Identity(
            "R21",
            "Approved = paid + still to be paid + retained",
            "what is retained and not released is not payable yet",
            "Approved",
            Money.total(each.approved for each in heads.values()),
            (
                Part(
                    "Paid of claims",
                    Money.total(settled_of(records, id) for id in records.claims),
                    figure("paid"),
                ),
                Part("Payable and not paid", all_.outstanding, figure("outstanding")),
                Part("Retained", all_.retained, figure("retained")),
                Part(
                    "Released of that",
                    -Money.total(entry.amount for entry in records.releases),
                    figure("less/released"),
                ),
            ),
            figure("approved"),
            "The year is closed and retained money was never released: record its release, or disallow it.",
            broken=_wrong_retention(records),
            broken_name="claim",
        ),
        Identity(
            "R22",
            "Received = matched to claims + advances",
            f"{len(records.payments):,} payment{'' if len(records.payments) == 1 else 's'}",
            "Payments received",
            cash.paid,
            (
                Part(
                    "Matched to claims",
                    Money.total(entry.amount for entry in records.matches),
                    figure("matched"),
                ),
                Part("In advance, matched to none", _advances(records), figure("advances")),
            ),
            figure("received"),
            "More of a payment is matched than came: look at its claims.",
            broken=sum(matched_of(records, id) > entry.amount for id, entry in records.payments.items()),
            broken_name="payment",
        ),
        Identity(
            "R22b",
            "Received = income lines of the ledger",
            f"the ledger goes to period {records.reached.get(year, 0)} of {year}; a later payment is still to come",
            "Payments received",
            cash.paid,
            (
                Part("Ledger income of this grant", found, figure("income")),
                Part("Not yet in the ledger", in_transit, figure("in-transit")),
                *((Part("Taken off by the funder", netted, figure("netted")),) if netted else ()),
            ),
            figure("received"),
            "Match the payment to its ledger income lines, under Claims and payments on Grants.",
            broken=sum(to_find_of(records, id) < Money.ZERO for id in records.payments)
            + sum(_held(records, entry) < entry.amount for entry in records.payment_lines),
            broken_name="payment",
        ),
        Identity(
            "R23",
            "Cash held = received − repaid − eligible spend",
            cash.in_words,
            "By the claims: advances less what is still owed",
            _advances(records) - other_repaid - all_.outstanding - all_.withheld - all_.pending - not_claimed,
            (
                Part("Payments received", cash.paid, figure("received")),
                Part("Repaid to the funder", -cash.repaid, figure("less/repaid")),
                Part("Eligible spend", -cash.eligible, figure("less/spend")),
            ),
            figure("cash"),
        ),
    )


def _due_claim(records: ClaimRecords, position: GrantPosition) -> Claim:
    """A claim that would be made now, after all that were sent, up to the position's period."""
    number = max((claim.number for claim in records.claims.values()), default=0) + 1
    return Claim(
        records.fund,
        records.year,
        number,
        position.to_period,
        position.to_period,
        records.basis,
        ClaimState.NEW,
    )


def claimable_now(records: ClaimRecords, position: GrantPosition) -> tuple[ClaimLine, ...]:
    """R19 for every head, as a claim made now up to the position's period would ask; what is being drafted does not
    count as claimed."""
    return worked_out(records, position, ClaimId(0), _due_claim(records, position))


def found_in_ledger(records: ClaimRecords) -> list[tuple[PaymentLine, Money]]:
    """Each part of a payment that the ledger has, and how much of it is income there now."""
    return [(entry, min(entry.amount, _held(records, entry))) for entry in records.payment_lines]


def _held(records: ClaimRecords, entry: PaymentLine) -> Money:
    """What of the ledger line of *entry* is left for it, after those of the payments that were recorded before it."""
    before = Money.ZERO
    for each in records.payment_lines:
        if each is entry:
            break
        if each.line == entry.line:
            before += each.amount
    return max(Money.ZERO, records.income.get(entry.line, Money.ZERO) - before)


def _advances(records: ClaimRecords) -> Money:
    return Money.total(entry.amount - matched_of(records, id) for id, entry in records.payments.items())


def _wrong_lines(records: ClaimRecords) -> int:
    return sum(
        line.claimed != claimable(line.eligible, line.cap, line.before)
        for line in records.lines
        if records.claims[line.claim].counts
    )


def _wrong_decisions(records: ClaimRecords) -> int:
    found = 0
    for line in records.lines:
        most = max(line.claimed, Money.ZERO)
        fits = all(Money.ZERO <= part <= most for part in (line.disallowed, line.queried))
        fits = fits and line.disallowed + line.queried <= most
        undecided = not records.claims[line.claim].is_decided
        found += not fits or (undecided and bool(line.disallowed or line.retained))
    return found


def _wrong_retention(records: ClaimRecords) -> int:
    found = 0
    for id in records.claims:
        each = figures(records, claim=id)
        beyond = each.released.pence * each.retained.pence < 0 or abs(each.released) > abs(each.retained)
        more = any(_retains_more(line) for line in records.lines if line.claim == id)
        found += beyond or more or (records.is_closed and bool(each.withheld))
    return found


def _retains_more(line: ClaimLine) -> bool:
    """Whether more of *line* is retained than was approved, or against its sign."""
    approved = line.approved
    return line.retained.pence * approved.pence < 0 or abs(line.retained) > abs(approved)


def suggest_lines(
    payment: Payment, still: Money, candidates: Iterable[tuple[LineId, date | None, Money, str]], words: str
) -> list[LineId]:
    """Which ledger income lines are likely this payment's, best first: the amount to the penny counts most, then how
    near the day is, then whether the line names the funder or the remittance (*words*). Far and unlike ones are left
    out; nothing is matched by itself.

    *candidates* hold a line, its day, what is left of it (above nought), and its text.
    """
    named = {word for word in words.casefold().split() if len(word) > 3}
    remittance = payment.remittance.strip().casefold()
    scored = []
    for line, day, left, text in candidates:
        apart = abs((day - payment.dated).days) if day is not None else 60
        said = text.casefold()
        score = 60 if left == still else 0
        score += max(0, 30 - apart)
        score += 30 if remittance and remittance in said else 0
        score += 10 if any(word in said for word in named) else 0
        if score >= 40:
            scored.append((-score, apart, line))
    return [line for _, _, line in sorted(scored)]
