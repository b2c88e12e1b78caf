"""A grant's claims and the money that came for them: what each asks, what became of it, and what can be done next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, LineFilter, LineShare, Show, Tools, UnitOfWork
from fundingapp.application.queries.heads import agreed_rates, budgeted
from fundingapp.application.queries.parties import commissioner_in_words
from fundingapp.application.queries.positions import position_of
from fundingapp.domain.agreements import Terms, terms_in_force
from fundingapp.domain.allocations import AllocationStatus
from fundingapp.domain.claiming import (
    CashPosition,
    ClaimFigures,
    ClaimRecords,
    Head,
    basis_amount,
    cash_position,
    check_open,
    claimable_now,
    due_on,
    figures,
    figures_by_head,
    in_ledger_of,
    is_in_transit,
    line_figures,
    matched_of,
    needs_certificate,
    next_periods,
    reconcile_claims,
    suggest_lines,
    to_find_of,
)
from fundingapp.domain.claims import (
    CLAIM_MACHINE,
    Claim,
    ClaimLine,
    ClaimState,
    Payment,
    Repayment,
    RetentionRelease,
)
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.funds import Kind
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import ClaimId, FundId, LineId, PaymentId
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.states import Move, Step, Subject


@dataclass(frozen=True, slots=True)
class ClaimsOf(Question["ClaimsAnswer"]):
    """The claims, payments and repayments of a grant."""

    fund: FundId
    year: FinancialYear


class ClaimLineRow(NamedTuple):
    """A line of a claim. *since* is by how much what it rests on differs now from what it rested on, less what was
    disallowed of it: what the next claim takes in."""

    id: int
    of: ClaimLine
    ref: str
    project: str
    figures: ClaimFigures
    since: Money


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim as a list shows it, with everything that is known of it.

    *asks* is the sum of its lines, also while it is being made. *since* is what changed in its periods after it was
    sent. *waiting* ledger lines of *waiting_total* in its periods are charged to nothing yet.
    """

    id: ClaimId
    of: Claim
    lines: tuple[ClaimLineRow, ...]
    figures: ClaimFigures
    asks: Money
    since: Money
    due: date
    waiting: int
    waiting_total: Money
    needs_certificate: bool
    steps: tuple[Step, ...]
    evidence: tuple[Kept[Evidence], ...]
    releases: tuple[Kept[RetentionRelease], ...]

    @property
    def moves(self) -> tuple[Move[ClaimState], ...]:
        """What can be done with it."""
        return CLAIM_MACHINE.from_state(self.of.state)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment, what of it is matched to claims and found in the ledger, and lines that are likely its own."""

    id: PaymentId
    of: Payment
    matched: Money
    in_ledger: Money
    in_transit: bool
    matches: tuple[tuple[Claim, Money], ...]
    lines: tuple[tuple[LineShare, Money], ...]
    evidence: tuple[Kept[Evidence], ...]
    suggested: tuple[LineId, ...]
    #: What of it the funder took off, because it was not spent before; it never came.
    netted: Money = Money.ZERO

    @property
    def advance(self) -> Money:
        """What of it is matched to no claim."""
        return self.of.amount - self.matched

    @property
    def to_find(self) -> Money:
        """What of it was not found in the ledger yet."""
        return self.of.amount - self.netted - self.in_ledger


@dataclass(frozen=True, slots=True)
class IncomeRow:
    """A ledger line taken as income: what it holds (above nought) and what of it no payment has yet."""

    line: LineShare
    amount: Money
    left: Money
    payments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimsAnswer:
    """Everything of a grant's claims. *claimable* is R19 for every head as it stands now; *next_periods* None when the
    year is claimed to its end or nothing more may be claimed, and *no_claim* then says why."""

    fund: FundId
    fund_name: str
    year: FinancialYear
    terms: Terms
    claims: tuple[ClaimRow, ...]
    payments: tuple[PaymentRow, ...]
    income: tuple[IncomeRow, ...]
    repayments: tuple[Kept[Repayment], ...]
    totals: ClaimFigures
    by_kind: tuple[tuple[Kind, ClaimFigures], ...]
    cash: CashPosition
    claimable: Money
    next_periods: tuple[int, int] | None
    no_claim: str
    locked_to: int
    identities: tuple[Identity, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.claims or self.payments or self.repayments)

    @property
    def open_claims(self) -> tuple[ClaimRow, ...]:
        """Decided claims of which something is still to be paid, or given back."""
        return tuple(row for row in self.claims if row.of.is_decided and row.figures.outstanding)


def claim_records(
    work: UnitOfWork, fund: FundId, year: FinancialYear, to_period: int | None = None
) -> ClaimRecords:
    """Everything about the claims of a grant. Where the fund agreed to pay a part of the cost only, what projects cost
    all funders together is summed up to *to_period* (None: as far as the records go)."""
    grant = (fund, year)
    claims = {
        ClaimId(kept.id): kept.value
        for kept in work.claims.all()
        if (kept.value.fund, kept.value.year) == grant
    }
    payments = {
        PaymentId(kept.id): kept.value
        for kept in work.payments.all()
        if (kept.value.fund, kept.value.year) == grant
    }
    payment_lines = [kept.value for kept in work.payment_lines.all() if kept.value.payment in payments]
    terms = terms_in_force((kept.value for kept in work.agreements.all()), fund, year)
    rates = _rates(work, fund, year, terms)
    allocations = [
        kept.value for kept in work.allocations.all() if (kept.value.fund, kept.value.year) == grant
    ]
    years = {year, *(FinancialYear.of(entry.dated) for entry in payments.values())}
    # A line's income may be shared with payments of other grants: they come first where they were recorded first.
    named = {entry.line for entry in payment_lines}
    taken = dict.fromkeys(named, Money.ZERO)
    for kept in work.payment_lines.all():
        if kept.value.line in named and kept.value.payment not in payments:
            taken[kept.value.line] += kept.value.amount
    return ClaimRecords(
        fund,
        year,
        terms.payment_basis,
        claims,
        [kept.value for kept in work.claim_lines.all() if kept.value.claim in claims],
        [kept.value for kept in work.retention_releases.all() if kept.value.claim in claims],
        payments,
        [kept.value for kept in work.payment_matches.all() if kept.value.payment in payments],
        payment_lines,
        [kept.value for kept in work.repayments.all() if (kept.value.fund, kept.value.year) == grant],
        {line: held - taken[line] for line, held in income_of(work, named).items()},
        rates,
        _whole_spend(work, year, rates, to_period),
        {at: work.ledger.last_period(at) for at in years},
        any(entry.status is AllocationStatus.CLOSED for entry in allocations),
        _netted(work, payments),
    )


def _netted(work: UnitOfWork, payments: Collection[PaymentId]) -> dict[PaymentId, Money]:
    """What the funder took off each of *payments*, because it was not spent before."""
    found: dict[PaymentId, Money] = {}
    for kept in work.settlements.all():
        payment = kept.value.payment
        if payment is not None and payment in payments:
            found[payment] = found.get(payment, Money.ZERO) + kept.value.amount
    return found


def income_of(work: UnitOfWork, lines: Iterable[LineId]) -> dict[LineId, Money]:
    """What each of *lines* holds as income now, above nought; nothing for one that does not count any more."""
    wanted = set(lines)
    if not wanted:
        return {}
    charges = work.ledger.charges_of(wanted)
    return {
        line: -Money.total(
            entry.charge.amount for entry in charged if entry.charge.disposition is Disposition.INCOME
        )
        if work.ledger.held_line(line).live
        else Money.ZERO
        for line, charged in charges.items()
    }


def _rates(work: UnitOfWork, fund: FundId, year: FinancialYear, terms: Terms) -> dict[Head, Decimal]:
    """The agreed part of the cost of each head: its award's own, else the agreement's (R16). What was carried into the
    year keeps the rate that it was awarded at."""
    rates = agreed_rates(work, year)
    found: dict[Head, Decimal] = {}
    for head in {head for head, of_year in budgeted(work) if (head.fund, of_year) == (fund, year)}:
        rate = rates.get(head, terms.intervention_percent)
        if rate is not None:
            found[head.project, head.kind] = rate
    return found


def _whole_spend(
    work: UnitOfWork, year: FinancialYear, rates: dict[Head, Decimal], to_period: int | None
) -> dict[Head, Money]:
    """What each head of *rates* cost all funders together: their eligible spend of that kind, and match cash spent
    outside this file's ledger, which has no kind and goes with the project's first one."""
    if not rates:
        return {}
    projects = {project for project, _ in rates}
    found = dict.fromkeys(rates, Money.ZERO)
    funds = {head.fund for head, of_year in budgeted(work) if of_year == year and head.project in projects}
    for fund in sorted(funds):
        for project in position_of(work, fund, year, to_period).projects:
            head = (project.project_id, project.kind)
            if head in found:
                found[head] += project.spent
    for kept in work.match_funding.all():
        match = kept.value
        if match.year == year and match.project in projects and not match.is_in_kind:
            first = next(kind for kind in Kind if (match.project, kind) in found)
            found[match.project, first] += match.spent
    return found


def claims_identities(work: UnitOfWork, position: GrantPosition) -> tuple[Identity, ...]:
    """R19 to R23 of the grant of *position*."""
    records = claim_records(work, position.fund_id, position.year, position.to_period)
    return reconcile_claims(position, records)


def refuse_after_final(work: UnitOfWork, fund: FundId, year: FinancialYear, what: str) -> None:
    """Raises ExpectedError when the final claim of the grant was sent; *what* says what was to be done, as
    “forecasting LF-09”."""
    sent = next(
        (
            kept.value
            for kept in work.claims.all()
            if (kept.value.fund, kept.value.year) == (fund, year)
            and kept.value.is_final
            and kept.value.counts
        ),
        None,
    )
    if sent is not None:
        day = f" on {sent.submitted_on:%d/%m/%Y}" if sent.submitted_on else ""
        raise ExpectedError(
            "claim_final",
            f"{sent.name} is the final claim of {year} and was sent{day}, so {what} is refused.",
            "What was spent is settled; a forecast for the next year goes there.",
        )


def waiting_in(work: UnitOfWork, claim: Claim) -> tuple[int, Money]:
    """How many ledger lines up to the claim's last period wait for a project, and their sum."""
    return work.ledger.total(LineFilter(year=claim.year, to_period=claim.to_period, show=Show.WAITING))


def income_lines(work: UnitOfWork, year: FinancialYear) -> list[IncomeRow]:
    """The ledger lines of *year* and the next that are taken as income, oldest first: money for a year often comes
    after its end. A line of next year that is another payment's is left out."""
    used: dict[LineId, list[tuple[PaymentId, Money]]] = {}
    for kept in work.payment_lines.all():
        used.setdefault(kept.value.line, []).append((kept.value.payment, kept.value.amount))
    payments = {kept.id: kept.value for kept in work.payments.all()}
    funds = {kept.id: kept.value.name for kept in work.funds.all()}
    found = []
    for at in (year, year.next):
        for share in work.ledger.shares(LineFilter(year=at, disposition=Disposition.INCOME)):
            parts = used.get(share.id, [])
            left = -share.share - Money.total(amount for _, amount in parts)
            names = tuple(
                f"{funds[payments[id].fund]} {payments[id].year}, {payments[id].dated:%d/%m/%Y}: {amount}"
                for id, amount in parts
            )
            if at == year or not parts or any(payments[id].year == year for id, _ in parts):
                found.append(IncomeRow(share, -share.share, left, names))
    return found


def _evidence(work: UnitOfWork, of: str) -> dict[int, tuple[Kept[Evidence], ...]]:
    """The evidence by the thing of that field of Support."""
    known = {kept.id: kept for kept in work.evidence.all()}
    found: dict[int, tuple[Kept[Evidence], ...]] = {}
    for kept in work.supports.all():
        id = getattr(kept.value, of)
        if id is not None:
            found[id] = (*found.get(id, ()), known[kept.value.evidence])
    return found


def answer_claims(question: ClaimsOf, tools: Tools) -> ClaimsAnswer:
    with tools.open_work(reading=True) as work:
        return claims_answer(work, question.fund, question.year)


def claims_answer(work: UnitOfWork, fund: FundId, year: FinancialYear) -> ClaimsAnswer:
    """Everything of a grant's claims, out of one snapshot."""
    position = position_of(work, fund, year, None)
    records = claim_records(work, fund, year, position.to_period)
    name = position.fund.name
    income = income_lines(work, year)
    next_, why_not = _next(records, position.terms)
    totals = figures(records)
    heads = figures_by_head(records)
    lock = next((kept.value for kept in work.locks.all() if kept.value.year == year), None)
    return ClaimsAnswer(
        fund,
        name,
        year,
        position.terms,
        _claim_rows(work, records, position.terms),
        _payment_rows(work, records, income, name),
        tuple(income),
        tuple(kept for kept in work.repayments.all() if (kept.value.fund, kept.value.year) == (fund, year)),
        totals,
        tuple((kind, _of_kind(heads, kind)) for kind in Kind if any(head[1] is kind for head in heads)),
        cash_position(records, position.spent),
        Money.total(line.claimed for line in claimable_now(records, position)),
        next_,
        why_not,
        lock.to_period if lock else 0,
        reconcile_claims(position, records),
    )


def _of_kind(heads: dict[Head, ClaimFigures], kind: Kind) -> ClaimFigures:
    found = ClaimFigures()
    for head, each in heads.items():
        if head[1] is kind:
            found += each
    return found


def _next(records: ClaimRecords, terms: Terms) -> tuple[tuple[int, int] | None, str]:
    try:
        periods = next_periods(records, terms.claim_frequency)
        check_open(records, *periods)
    except ExpectedError as error:
        return None, str(error)
    return periods, ""


def _claim_rows(work: UnitOfWork, records: ClaimRecords, terms: Terms) -> tuple[ClaimRow, ...]:
    projects = {kept.id: kept.value for kept in work.projects.all()}
    lines: dict[ClaimId, list[Kept[ClaimLine]]] = {}
    for kept in work.claim_lines.all():
        lines.setdefault(kept.value.claim, []).append(kept)
    releases: dict[ClaimId, list[Kept[RetentionRelease]]] = {}
    for kept_release in work.retention_releases.all():
        releases.setdefault(kept_release.value.claim, []).append(kept_release)
    steps = [kept.value for kept in work.steps.all() if kept.value.subject is Subject.CLAIM]
    evidence = _evidence(work, "claim")
    position = position_of(work, records.fund, records.year, CLOSING_PERIOD)
    rows = []
    for id, claim in records.in_order():
        now = {(each.project_id, each.kind): basis_amount(each, claim) for each in position.projects}
        became = dict(line_figures(records, id))
        shown = sorted(
            (
                ClaimLineRow(
                    kept.id,
                    kept.value,
                    projects[kept.value.project].ref,
                    projects[kept.value.project].name,
                    became.get((kept.value.project, kept.value.kind), ClaimFigures()),
                    now.get((kept.value.project, kept.value.kind), Money.ZERO)
                    - kept.value.eligible
                    + kept.value.disallowed,
                )
                for kept in lines.get(id, ())
            ),
            key=lambda row: (row.ref, row.of.kind.value),
        )
        known = {(row.of.project, row.of.kind) for row in shown}
        asks = Money.total(row.of.claimed for row in shown)
        number, total = waiting_in(work, claim) if claim.is_being_made else (0, Money.ZERO)
        rows.append(
            ClaimRow(
                id,
                claim,
                tuple(shown),
                figures(records, claim=id),
                asks,
                Money.total(row.since for row in shown)
                + Money.total(amount for head, amount in now.items() if head not in known),
                due_on(claim, terms),
                number,
                total,
                needs_certificate(asks, terms),
                tuple(step for step in steps if step.subject_id == id),
                evidence.get(id, ()),
                tuple(releases.get(id, ())),
            )
        )
    return tuple(rows)


def _payment_rows(
    work: UnitOfWork, records: ClaimRecords, income: Sequence[IncomeRow], fund: str
) -> tuple[PaymentRow, ...]:
    evidence = _evidence(work, "payment")
    shares = {row.line.id: row.line for row in income}
    free = [
        (
            row.line.id,
            row.line.posted_on,
            row.left,
            f"{row.line.supplier} {row.line.description} {row.line.transaction}",
        )
        for row in income
        if row.left > Money.ZERO
    ]
    rows = []
    for id, payment in sorted(records.payments.items(), key=lambda entry: (entry[1].dated, entry[0])):
        in_ledger = in_ledger_of(records, id)
        still = to_find_of(records, id)
        # Whoever is the commissioner on the day pays: after a succession that is another name in the ledger.
        payer = commissioner_in_words(work, records.fund, payment.dated, payment.dated)
        rows.append(
            PaymentRow(
                id,
                payment,
                matched_of(records, id),
                in_ledger,
                is_in_transit(records, payment),
                tuple(
                    (records.claims[entry.claim], entry.amount)
                    for entry in records.matches
                    if entry.payment == id
                ),
                tuple(
                    (shares.get(entry.line) or _gone(work, entry.line), entry.amount)
                    for entry in records.payment_lines
                    if entry.payment == id
                ),
                evidence.get(id, ()),
                tuple(suggest_lines(payment, still, free, f"{fund} {payer}")) if still else (),
                records.netted.get(id, Money.ZERO),
            )
        )
    return tuple(rows)


def _gone(work: UnitOfWork, line: LineId) -> LineShare:
    """A ledger line that is no income of these years any more, as a payment still names it."""
    held = work.ledger.held_line(line)
    return LineShare(
        line,
        held.line.transaction,
        held.line.posted_on,
        held.line.supplier,
        held.line.description,
        "",
        held.line.sheet,
        held.line.row,
        held.line.amount,
        Money.ZERO,
        "not income any more",
    )


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {ClaimsOf: answer_claims}
