"""Why is it so, of claims and money: every figure of R19 to R23 taken apart, down to the spend that a claim rests on.

Measures of a grant: ``claimed``, ``approved``, ``received``, ``cash`` and the like; ``claim/2`` is what claim 2 asks
for, ``claim/2/approved`` what was approved of it. A project has ``claim/2`` too, and ``claimable``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.explanations import Explanation, Supporting, Term
from fundingapp.application.queries.positions import position_of
from fundingapp.domain.claiming import (
    ClaimFigures,
    ClaimRecords,
    basis_amount,
    cash_position,
    claimable_now,
    figures,
    figures_by_head,
    found_in_ledger,
    is_in_transit,
    line_figures,
    matched_of,
    to_find_of,
)
from fundingapp.domain.claims import Claim, ClaimLine, Payment
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.ids import ClaimId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, period_name
from fundingapp.domain.positions import GrantPosition, ProjectPosition

_CLAIM = re.compile(r"claim/(\d+)(?:/([a-z ]+))?", re.IGNORECASE)
#: What of claims a measure adds up, with what it is called.
_PARTS: dict[str, tuple[str, Callable[[ClaimFigures], Money]]] = {
    "claimed": ("claimed", lambda each: each.claimed),
    "approved": ("approved", lambda each: each.approved),
    "disallowed": ("disallowed", lambda each: each.disallowed),
    "queried": ("queried", lambda each: each.queried),
    "undecided": ("claimed and not decided", lambda each: each.undecided),
    "retained": ("retained", lambda each: each.retained),
    "released": ("released of what was retained", lambda each: each.released),
    "withheld": ("retained and not released", lambda each: each.withheld),
    "payable": ("payable", lambda each: each.payable),
    "paid": ("paid of claims", lambda each: each.paid),
    "outstanding": ("payable and not paid", lambda each: each.outstanding),
    "pending": ("claimed and not decided, queries included", lambda each: each.pending),
    "asked": ("standing claimed: approved, or not decided yet", lambda each: each.asked),
}

#: What names a head of the grant in a figure, after its measure.
Named = Callable[[ProjectPosition], str]


def explain_grant_claims(
    work: UnitOfWork, position: GrantPosition, measure: str, suffix: str, named: Named
) -> Explanation | None:
    """The figure *measure* of a grant's claims; None when it is none of theirs."""
    records = claim_records(work, position.fund_id, position.year, position.to_period)
    name, year = position.fund.name, position.year

    def figure(wanted: str) -> str:
        return f"{name}/{year}/{wanted}{suffix}"

    one = _CLAIM.fullmatch(measure)
    if one:
        return _of_claim(work, position, records, int(one[1]), (one[2] or "claimed").strip(), named)
    wanted, _, which = measure.partition(":")
    kind = next((kind for kind in Kind if kind.value == which.casefold()), None)
    if wanted in _PARTS and (kind is not None or not which):
        words, part = _PARTS[wanted]
        return _sum(
            f"{name}: {words}" + (f", {kind.value}" if kind is not None else ""),
            (
                Term(
                    f"{claim.name}, {claim.periods_in_words} ({claim.state.value})",
                    part(each),
                    # What of a claim is of one kind is told by its lines; the claim's own figure has all kinds.
                    figure(f"claim/{claim.number}/{wanted}") if kind is None else "",
                )
                for claim, each in _by_claim(records, kind)
            ),
        )
    match measure:
        case "claimable" | "claim-basis" | "beyond-cap":
            return _claimable(position, records, measure, suffix, named)
        case "received":
            return _sum(
                f"{name}: payments received",
                (
                    Term(f"{entry.dated:%d/%m/%Y} {entry.remittance}".strip(), entry.amount)
                    for entry in _payments(records)
                ),
                evidence=_papers(work, position),
            )
        case "matched":
            return _sum(
                f"{name}: payments matched to claims",
                (
                    Term(
                        f"{records.payments[entry.payment].dated:%d/%m/%Y} for "
                        f"claim {records.claims[entry.claim].number}",
                        entry.amount,
                    )
                    for entry in records.matches
                ),
            )
        case "advances":
            return _sum(
                f"{name}: received and matched to no claim",
                (
                    Term(
                        f"{entry.dated:%d/%m/%Y} {entry.remittance}".strip(),
                        entry.amount - matched_of(records, id),
                    )
                    for id, entry in records.payments.items()
                ),
            )
        case "in-transit":
            return _sum(
                f"{name}: received and not yet in the ledger",
                (
                    Term(f"{entry.dated:%d/%m/%Y} {entry.remittance}".strip(), to_find_of(records, id))
                    for id, entry in records.payments.items()
                    if is_in_transit(records, entry)
                ),
            )
        case "netted":
            return _sum(
                f"{name}: taken off payments by the funder",
                (
                    Term(
                        f"{records.payments[id].dated:%d/%m/%Y} {records.payments[id].remittance}".strip(),
                        amount,
                    )
                    for id, amount in records.netted.items()
                ),
                "Money of an earlier year that was not spent.",
            )
        case "income":
            terms = []
            for entry, amount in found_in_ledger(records):
                held = work.ledger.held_line(entry.line).line
                terms.append(
                    Term(f"{held.transaction} {held.description}, {held.sheet} row {held.row:,}", amount)
                )
            return _sum(
                f"{name}: ledger income of this grant",
                terms,
                "Income lines belong to a grant through the payments that they are matched to.",
            )
        case "repaid":
            return _sum(
                f"{name}: repaid to the funder",
                (
                    Term(f"{entry.dated:%d/%m/%Y} {entry.invoice} {entry.reason}".strip(), entry.amount)
                    for entry in records.repayments
                ),
            )
        case "cash":
            cash = cash_position(records, position.spent)
            return _sum(
                f"{name}: cash held",
                (
                    Term("Payments received", cash.paid, figure("received")),
                    Term("Repaid to the funder", -cash.repaid, figure("less/repaid")),
                    Term("Eligible spend", -cash.eligible, figure("less/spend")),
                ),
                f"{cash.in_words[0].upper()}{cash.in_words[1:]}.",
            )
        case _:
            return None


def explain_project_claims(
    work: UnitOfWork, position: GrantPosition, project: ProjectPosition, measure: str, which: str, suffix: str
) -> Explanation | None:
    """The figure *measure* of what is claimed for one head; *which* tells it from the others of its project."""
    head = (project.project_id, project.kind)
    records = claim_records(work, position.fund_id, position.year, position.to_period)
    one = _CLAIM.fullmatch(measure)
    if one:
        id, claim = _numbered(records, int(one[1]))
        line = next((each for each in records.lines_of(id) if (each.project, each.kind) == head), None)
        if line is None:
            return Explanation("", f"{project.ref} in claim {claim.number}", Money.ZERO, ())
        wanted = (one[2] or "claimed").strip()
        if wanted == "claimed":
            return _of_line(work, position, claim, line, which)
        words, part = _part(wanted, project.ref)
        became = dict(line_figures(records, id)).get(head, ClaimFigures())
        terms = _decided(became, wanted) or (Term(claim.name, part(became)),)
        return Explanation("", f"{project.ref}: {words} in claim {claim.number}", part(became), terms)
    if measure in _PARTS:
        words, part = _PARTS[measure]
        return _sum(
            f"{project.ref}: {words}",
            (
                Term(
                    claim.name,
                    part(dict(line_figures(records, id)).get(head, ClaimFigures())),
                    f"{project.ref}/{position.year}/claim/{claim.number}/{measure}{which}",
                )
                for id, claim in records.in_order()
                if claim.counts
            ),
        )
    if measure == "claimable":
        line = next(
            (each for each in claimable_now(records, position) if (each.project, each.kind) == head), None
        )
        if line is None:
            return Explanation("", f"{project.ref}: claimable now", Money.ZERO, ())
        return Explanation(
            "",
            f"{project.ref}: claimable up to {period_name(position.to_period)}",
            line.claimed,
            _r19(
                project,
                position.year,
                line,
                records.basis is PaymentBasis.ADVANCE,
                f"{which}{suffix}",
                f"{project.ref}/{position.year}/asked{which}{suffix}",
            ),
            _RULE,
        )
    return None


def _of_line(
    work: UnitOfWork, position: GrantPosition, claim: Claim, line: ClaimLine, which: str
) -> Explanation:
    then = position_of(work, position.fund_id, position.year, claim.to_period)
    head = (line.project, line.kind)
    project = next(each for each in then.projects if (each.project_id, each.kind) == head)
    now = basis_amount(project, claim)
    advance = claim.basis is PaymentBasis.ADVANCE and not claim.is_final
    basis, *others = _r19(project, position.year, line, advance, f"{which}@{claim.to_period}")
    since = (Term("What changed since the claim was made", line.eligible - now),)
    return Explanation(
        "",
        f"{project.ref}: {claim.name.lower()}, up to {period_name(claim.to_period)}",
        line.claimed,
        (Term(basis.name, now, basis.figure), *(since if now != line.eligible else ()), *others),
        _RULE,
    )


#: What is said beside R19.
_RULE = "R19: the smaller of eligible and cap, less earlier claims. Below nought it is a credit."


def _r19(
    project: ProjectPosition,
    year: FinancialYear,
    line: ClaimLine,
    advance: bool,
    which: str,
    earlier: str = "",
) -> tuple[Term, ...]:
    """The terms of what a line claims, the first of which is what it rests on."""
    name, measure = ("Profile to date", "profile") if advance else ("Eligible spend", "spend")
    beyond = max(Money.ZERO, line.eligible - line.cap)
    over = (Term(f"Beyond the cap of {line.cap.in_words}", -beyond),) if beyond else ()
    basis = Term(name, line.eligible, f"{project.ref}/{year}/{measure}{which}")
    return (basis, *over, Term("Earlier claims", -line.before, earlier))


def _part(wanted: str, scope: str) -> tuple[str, Callable[[ClaimFigures], Money]]:
    """Raises NotFoundError."""
    if wanted not in _PARTS:
        raise NotFoundError("figure", f"{wanted} of a claim of {scope}", f"Try {', '.join(_PARTS)}.")
    return _PARTS[wanted]


def _decided(became: ClaimFigures, wanted: str) -> tuple[Term, ...]:
    match wanted:
        case "approved":
            return (
                Term("Claimed", became.claimed),
                Term("Disallowed", -became.disallowed),
                Term("Queried", -became.queried),
                Term("Not decided yet", -became.undecided),
            )
        case "payable":
            return (
                Term("Approved", became.approved),
                Term("Retained", -became.retained),
                Term("Released", became.released),
            )
        case "outstanding":
            return (Term("Payable", became.payable), Term("Paid", -became.paid))
        case "withheld":
            return (Term("Retained", became.retained), Term("Released", -became.released))
        case _:
            return ()


def _of_claim(
    work: UnitOfWork, position: GrantPosition, records: ClaimRecords, number: int, wanted: str, named: Named
) -> Explanation:
    id, claim = _numbered(records, number)
    words, part = _part(wanted, position.fund.name)
    became = dict(line_figures(records, id))
    by_head = {(each.project_id, each.kind): each for each in position.projects}
    refs = {kept.id: kept.value for kept in work.projects.all()}
    terms = []
    for line in records.lines_of(id):
        head = (line.project, line.kind)
        amount = line.claimed if wanted == "claimed" else part(became.get(head, ClaimFigures()))
        project = by_head.get(head)
        measure = f"claim/{number}" if wanted == "claimed" else f"claim/{number}/{wanted}"
        terms.append(
            Term(
                f"{refs[line.project].ref} {refs[line.project].name}, {line.kind.value}",
                amount,
                f"{project.ref}/{position.year}/{measure}{named(project)}" if project is not None else "",
            )
        )
    note = f"{claim.periods_in_words} of {claim.year}; {claim.state.value}."
    title = f"{position.fund.name}: {words if wanted != 'claimed' else 'asked'} in claim {number}"
    supports = [kept.value for kept in work.supports.all() if kept.value.claim == id]
    evidence = tuple(Supporting(work.evidence.get(entry.evidence), claim.name) for entry in supports)
    return _sum(title, sorted(terms, key=lambda term: term.name), note, evidence)


def _claimable(
    position: GrantPosition, records: ClaimRecords, measure: str, suffix: str, named: Named
) -> Explanation:
    by_head = {(each.project_id, each.kind): each for each in position.projects}
    titles = {
        "claimable": "claimable now",
        "claim-basis": "profile to date" if records.basis is PaymentBasis.ADVANCE else "eligible spend",
        "beyond-cap": "eligible beyond the caps of projects",
    }
    asked = figures_by_head(records)
    terms = []
    for line in claimable_now(records, position):
        project = by_head.get((line.project, line.kind))
        if project is None:
            gone = line.claimed if measure == "claimable" else Money.ZERO
            terms.append(Term("A project without award and spend", gone))
            continue
        amount, wanted = {
            "claimable": (line.claimed, "claimable"),
            "claim-basis": (line.eligible, "profile" if records.basis is PaymentBasis.ADVANCE else "spend"),
            "beyond-cap": (-max(Money.ZERO, line.eligible - line.cap), ""),
        }[measure]
        terms.append(
            Term(
                f"{project.ref} {project.project.name}",
                amount,
                f"{project.ref}/{position.year}/{wanted}{named(project)}{suffix}" if wanted else "",
            )
        )
    sent = Money.total(each.asked for each in asked.values())
    note = (
        f"Up to {period_name(position.to_period)}; {sent.in_words} stands claimed."
        if measure == "claimable"
        else ""
    )
    return _sum(f"{position.fund.name}: {titles[measure]}", terms, note)


def _by_claim(records: ClaimRecords, kind: Kind | None = None) -> list[tuple[Claim, ClaimFigures]]:
    return [
        (claim, figures(records, claim=id, kind=kind)) for id, claim in records.in_order() if claim.counts
    ]


def _payments(records: ClaimRecords) -> list[Payment]:
    return sorted(records.payments.values(), key=lambda entry: entry.dated)


def _numbered(records: ClaimRecords, number: int) -> tuple[ClaimId, Claim]:
    """Raises NotFoundError."""
    for id, claim in records.in_order():
        if claim.number == number:
            return id, claim
    there = ", ".join(str(claim.number) for _, claim in records.in_order()) or "none yet"
    raise NotFoundError("claim", str(number), f"The claims of {records.year} are: {there}.")


def _papers(work: UnitOfWork, position: GrantPosition) -> tuple[Supporting, ...]:
    payments = {
        kept.id: kept.value
        for kept in work.payments.all()
        if (kept.value.fund, kept.value.year) == (position.fund_id, position.year)
    }
    return tuple(
        Supporting(
            work.evidence.get(kept.value.evidence),
            f"payment of {payments[kept.value.payment].dated:%d/%m/%Y}",
        )
        for kept in work.supports.all()
        if kept.value.payment in payments
    )


def _sum(
    title: str, terms: Iterable[Term], note: str = "", evidence: tuple[Supporting, ...] = ()
) -> Explanation:
    held = tuple(terms)
    return Explanation("", title, Money.total(term.amount for term in held), held, note, evidence=evidence)
