"""Why is it so, of the year end: every figure of the outturn and of R24 to R29 taken apart, down to ledger lines,
accruals, requests, decisions and settlements with their papers.

Measures: ``LF-01/2017/18/outturn/pending`` of a project, its kind and fund where it has several
(``outturn/pending:revenue:Locality Fund``); of a grant ``outturn/pending``, of one kind ``outturn/pending:capital``, of
what no project has ``outturn/unassigned/pending:revenue``; and ``year-end/…`` for the sums of the identities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from operator import attrgetter

from fundingapp.application.ports import LineFilter, UnitOfWork
from fundingapp.application.queries.explanations import Explanation, Supporting, Term
from fundingapp.application.queries.positions import WHOLE_YEAR, find_fund, position_of
from fundingapp.application.queries.year_end import year_end_records
from fundingapp.application.wording import short_date
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.carry_forwards import DECIDED, CarryForward, CarryForwardState
from fundingapp.domain.claiming import figures
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, period_name
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.reconciliation import ADJUSTED_NAMES
from fundingapp.domain.settlements import Settlement
from fundingapp.domain.year_end import (
    HeadOutturn,
    Outturn,
    YearEndRecords,
    outturn_of,
    undecided,
    year_cash,
)

_LESS, _OUTTURN, _YEAR_END, _BARE = "less/", "outturn/", "year-end/", "unassigned/"
_ASKED = {
    "forecast": "forecast to be carried forward",
    "anticipated": "anticipated to be carried forward",
    "requested": "asked for and not decided",
    "agreed": "carried forward, as agreed",
    "refused": "refused",
}
_SETTLED = {
    "owed": "to be given back",
    "repaid": "given back",
    "surrendered": "surrendered, never drawn",
}
#: The measures of a head, each with its words and its amount.
_MEASURES: dict[str, tuple[str, Callable[[HeadOutturn], Money]]] = {
    "budget": ("budget", lambda head: head.budget),
    "ledger": ("charged in periods 1 to 12", lambda head: head.ledger),
    "closing": ("charged in period 13", lambda head: head.closing),
    "accruals": ("accruals", lambda head: head.accruals),
    "reversals": ("reversals of last year's accruals", lambda head: head.reversals),
    "adjustments": ("adjustments", lambda head: head.adjustments),
    "ineligible": ("ineligible, paid by the host", lambda head: head.ineligible),
    "net": ("net spend", lambda head: head.net),
    "eligible": ("eligible spend", lambda head: head.eligible),
    "virements": ("virements, in less out", lambda head: head.virements),
    "by virement": ("overspend covered by virements", lambda head: head.by_virement),
    "host": ("overspend paid by the host", lambda head: head.host),
    "overspend": ("overspend that nothing pays for", lambda head: head.overspend),
    "approved": ("approved of claims", lambda head: head.approved),
    "final claim": ("final claim", lambda head: head.final_claim),
    "paid": ("paid of claims", lambda head: head.paid),
    "balance": ("spent and not paid", lambda head: head.balance),
    "left": ("left at the year's end", lambda head: head.left),
    **{name: (words, attrgetter(name)) for name, words in {**_ASKED, **_SETTLED}.items()},
    "pending": ("not decided", lambda head: head.pending),
}


def explain_year_end(
    work: UnitOfWork, scope: str, year: FinancialYear, measure: str, period: int | None
) -> Explanation | None:
    """The figure *measure* of the year end of *scope*, a project's reference or a fund's name; None when it is none of
    these. Raises NotFoundError."""
    wanted = measure.removeprefix(_LESS)
    if not wanted.startswith((_OUTTURN, _YEAR_END)):
        return None
    project = next(
        (kept for kept in work.projects.all() if kept.value.ref.casefold() == scope.casefold()), None
    )
    if project is not None:
        found = _of_project(work, project.value.ref, year, wanted.removeprefix(_OUTTURN), period)
    else:
        found = _Grant(work, find_fund(work, scope), year, period).explain(wanted)
    if measure.startswith(_LESS):
        terms = tuple(replace(term, amount=-term.amount) for term in found.terms)
        return replace(found, title=f"{found.title}, taken off", value=-found.value, terms=terms)
    return found


def _unknown(measure: str, scope: str) -> NotFoundError:
    return NotFoundError("figure", f"{measure} of {scope}", f"Try {', '.join(_MEASURES)}.")


def _of_project(
    work: UnitOfWork, ref: str, year: FinancialYear, measure: str, period: int | None
) -> Explanation:
    name, _, which = measure.partition(":")
    kind, _, fund = which.partition(":")
    if name not in _MEASURES:
        raise _unknown(measure, ref)
    found = []
    for kept in work.funds.all():
        if fund.casefold() in {"", kept.value.name.casefold()}:
            grant = _Grant(work, FundId(kept.id), year, period)
            found += [
                (grant, head)
                for head in grant.outturn.heads
                if head.ref == ref
                and kind.casefold() in {"", head.kind.value.casefold() if head.kind is not None else ""}
            ]
    if not found:
        raise NotFoundError(f"outturn in {year} for", ref, "Look at the Year end page for the years it has.")
    if len(found) == 1:
        grant, head = found[0]
        return grant.of_head(head, name)
    words, amount = _MEASURES[name]
    return _sum(
        f"{ref}: {words}",
        (
            Term(
                f"{head.fund}, {head.kind.value if head.kind else ''}", amount(head), grant.named(head, name)
            )
            for grant, head in found
        ),
    )


class _Grant:
    """The year end of one grant, as “why?” takes it apart."""

    def __init__(self, work: UnitOfWork, fund: FundId, year: FinancialYear, period: int | None) -> None:
        self._work = work
        # Without a period the whole year is meant, as the outturn is: a reversal may still be to come in the ledger.
        position = position_of(work, fund, year, period or WHOLE_YEAR)
        self.records: YearEndRecords = year_end_records(work, position)
        self.outturn: Outturn = outturn_of(self.records)
        self._suffix = f"@{position.to_period}"
        self._scope = f"{position.fund.name}/{year}"
        self._year = year

    def named(self, head: HeadOutturn, measure: str) -> str:
        return f"{head.figure(measure)}{self._suffix}"

    def _figure(self, measure: str) -> str:
        return f"{self._scope}/{measure}{self._suffix}"

    # The grant

    def explain(self, measure: str) -> Explanation:
        """The figure of the grant. Raises NotFoundError."""
        name = self.outturn.fund_name
        if measure.startswith(_YEAR_END):
            return self._year_end(measure.removeprefix(_YEAR_END))
        wanted, _, kind = measure.removeprefix(_OUTTURN).partition(":")
        bare = wanted.startswith(_BARE)
        wanted = wanted.removeprefix(_BARE)
        heads = [
            head
            for head in self.outturn.heads
            if kind in {"", head.kind.value if head.kind is not None else ""}
            and (head.project is None or not bare)
        ]
        if wanted not in _MEASURES:
            raise _unknown(measure, name)
        words, amount = _MEASURES[wanted]
        if bare:
            if len(heads) != 1:
                raise _unknown(measure, name)
            return self.of_head(heads[0], wanted)
        which = f", {kind}" if kind else ""
        return _sum(
            f"{name}: {words}{which}",
            (Term(head.called, amount(head), self.named(head, wanted)) for head in heads),
        )

    def _year_end(self, measure: str) -> Explanation:
        outturn, records, figure = self.outturn, self.records, self._figure
        cash, name = year_cash(outturn), outturn.fund_name
        received = Term("Payments received", outturn.cash.paid, figure("received"))
        spend = Term("Eligible spend", -outturn.eligible, figure("less/spend"))
        credits = Term("Given back of credit claims", -outturn.credits)
        match measure:
            case "unpaid":
                return _sum(
                    f"{name}: payable of claims and not paid",
                    (
                        Term(claim.name, outstanding, figure(f"claim/{claim.number}/outstanding"))
                        for id, claim in records.claims.in_order()
                        if (outstanding := figures(records.claims, claim=id).outstanding) > Money.ZERO
                    ),
                )
            case "carried held":
                return _held(
                    f"{name}: carried forward, held as cash",
                    Term("Carried forward, as agreed", outturn.total.agreed, figure("outturn/agreed")),
                    cash.carried,
                )
            case "undecided held":
                pending = max(Money.ZERO, outturn.pending)
                return _held(
                    f"{name}: not decided, held as cash",
                    Term("Left and not decided", pending),
                    cash.undecided,
                )
            case "to come":
                terms = (
                    (
                        replace(spend, amount=-spend.amount),
                        Term("Received", outturn.credits - outturn.cash.paid),
                    )
                    if cash.to_come
                    else ()
                )
                return _sum(f"{name}: spent and still to be received", terms)
            case "received and not spent":
                return _sum(f"{name}: received and not spent", (received, credits, spend))
            case "received less repaid":
                repaid = Term("Repaid to the funder", -outturn.cash.repaid, figure("less/repaid"))
                return _sum(f"{name}: received less repaid", (received, repaid))
            case "given back":
                unplaced = (
                    (Term("Given back, of no project in particular", outturn.unplaced),)
                    if outturn.unplaced
                    else ()
                )
                repaid = Term("Given back of projects", outturn.total.repaid, figure("outturn/repaid"))
                note = "Repayments that settle a credit claim alone are not in it." if outturn.credits else ""
                return _sum(f"{name}: given back of what was not spent", (repaid, *unplaced), note)
            case "undecided":
                return self._undecided()
            case "asked":
                asked = [
                    each
                    for each in records.carry_forwards.values()
                    if each.state in DECIDED or each.state is CarryForwardState.REQUESTED
                ]
                return self._requests(f"{name}: asked to be carried forward", asked, lambda each: each.asked)
            case "overspends":
                return _sum(
                    f"{name}: spent beyond budgets",
                    (
                        Term(
                            _MEASURES[part][0].capitalize(),
                            _MEASURES[part][1](outturn.total),
                            figure(f"outturn/{part}"),
                        )
                        for part in ("by virement", "host", "overspend")
                    ),
                    "Before a virement gave a project more, and before the host paid.",
                )
            case _:
                raise _unknown(f"year-end/{measure}", name)

    def _undecided(self) -> Explanation:
        outturn, figure = self.outturn, self._figure
        stated = undecided(outturn)
        rest = stated - outturn.pending
        beyond = (Term("More was decided than was left", rest),) if rest else ()
        if outturn.is_closed and rest:
            beyond = (Term("Nothing may be left: the year is closed", rest),)
        return _sum(
            f"{outturn.fund_name}: left and not decided",
            (
                Term("Available", outturn.available, figure("available")),
                Term("Eligible spend", -outturn.eligible, figure("less/spend")),
                Term("Carried forward, as agreed", -outturn.total.agreed, figure("less/outturn/agreed")),
                Term("Given back", -outturn.money.returned, figure("less/year-end/given back")),
                Term("To be given back", -outturn.total.owed, figure("less/outturn/owed")),
                Term("Surrendered", -outturn.total.surrendered, figure("less/outturn/surrendered")),
                *beyond,
            ),
        )

    # One head

    def of_head(self, head: HeadOutturn, measure: str) -> Explanation:
        """The figure *measure* of one head."""
        words, amount = _MEASURES[measure]
        title, value = f"{head.called}: {words}", amount(head)
        if measure in _ASKED:
            return self._asked(head, measure, title)
        if measure in _SETTLED:
            return self._settled(head, measure, title)
        if measure in {"ledger", "closing"}:
            return self._lines(head, measure, title, value)
        if measure in {"accruals", "reversals"}:
            return self._accruals(head, measure, title)
        terms = self._terms(head, measure)
        return (
            _sum(title, terms) if terms is not None else Explanation("", title, value, (Term(words, value),))
        )

    def _terms(self, head: HeadOutturn, measure: str) -> Sequence[Term] | None:
        position = next(
            (
                each
                for each in self.records.position.projects
                if (each.project_id, each.kind) == (head.project, head.kind)
            ),
            None,
        )

        def part(name: str, wanted: str, sign: int = 1) -> Term:
            amount = _MEASURES[wanted][1](head)
            return Term(name, Money(sign * amount.pence), self.named(head, wanted))

        match measure:
            case "budget" if head.project is None:
                awarded = self.records.position.awarded_for(head.kind)
                return (
                    Term("Available", head.budget + awarded),
                    Term("Budgets of projects", -awarded),
                )
            case "net":
                return (
                    part("Charged in periods 1 to 12", "ledger"),
                    part("Charged in period 13", "closing"),
                    part("Accruals", "accruals"),
                    part("Reversals of last year's accruals", "reversals", -1),
                    part("Adjustments", "adjustments"),
                )
            case "eligible":
                return (part("Net spend", "net"), part("Ineligible", "ineligible", -1))
            case "balance":
                return (part("Eligible spend", "eligible"), part("Paid of claims", "paid", -1))
            case "left":
                return (part("Budget", "budget"), part("Eligible spend", "eligible", -1))
            case "pending":
                return (
                    part("Left", "left"),
                    part("Carried forward, as agreed", "agreed", -1),
                    part("To be given back", "owed", -1),
                    part("Given back", "repaid", -1),
                    part("Surrendered", "surrendered", -1),
                )
            case "budget" | "approved" | "paid" if position is not None:
                return (self._elsewhere(head, measure, _MEASURES[measure][1](head)),)
            case "ineligible" if position is not None:
                return (self._elsewhere(head, "host", head.ineligible),)
            case "adjustments" if position is not None:
                return tuple(
                    self._elsewhere(head, type.value, amount, name)
                    for type, name in ADJUSTED_NAMES.items()
                    if type.value != "ineligible" and (amount := position.spent_adjusted(type))
                )
            case "virements" if position is not None:
                return self._virements(head, position)
            case _:
                return None

    def _elsewhere(self, head: HeadOutturn, measure: str, amount: Money, name: str = "") -> Term:
        """A figure that the project's position explains already."""
        kind = head.kind.value if head.kind is not None else ""
        figure = f"{head.ref}/{self._year}/{measure}:{kind}:{head.fund}{self._suffix}"
        return Term(name or f"{measure.capitalize()} of {head.ref}", amount, figure)

    def _virements(self, head: HeadOutturn, position: ProjectPosition) -> Sequence[Term]:
        budget = position.budget
        return (
            self._elsewhere(head, "virements/in", budget.virement_in, "Virements in"),
            self._elsewhere(head, "virements/out", -budget.virement_out, "Virements out"),
            self._elsewhere(head, "contingency/out", budget.released, "Contingency released"),
            self._elsewhere(head, "contingency/in", -budget.surrendered, "Surrendered to the contingency"),
        )

    def _lines(self, head: HeadOutturn, measure: str, title: str, value: Money) -> Explanation:
        last = self.records.position.to_period
        if head.project is None or (measure == "closing" and last < CLOSING_PERIOD):
            return Explanation("", title, value, ())
        first, last = (CLOSING_PERIOD, CLOSING_PERIOD) if measure == "closing" else (1, min(last, 12))
        where = LineFilter(
            year=self._year,
            from_period=first,
            to_period=last,
            project=head.project,
            fund=self.outturn.fund_id,
            kind=head.kind,
        )
        return Explanation("", title, value, (), where=where)

    def _accruals(self, head: HeadOutturn, measure: str, title: str) -> Explanation:
        year, last = self._year, self.records.position.to_period
        terms: list[Term] = []
        evidence: list[Supporting] = []
        for kept in self._work.accruals.all():
            entry = kept.value
            if (entry.fund, entry.project, entry.kind) != (self.outturn.fund_id, head.project, head.kind):
                continue
            found = _effects(entry, year, last, made=measure == "accruals")
            terms += found
            if found:
                evidence += self._papers("accrual", kept.id, f"accrual of {entry.amount.in_words}")
        return _sum(title, terms, evidence=evidence)

    def _asked(self, head: HeadOutturn, measure: str, title: str) -> Explanation:
        states = {
            "forecast": {CarryForwardState.FORECAST},
            "anticipated": {CarryForwardState.ANTICIPATED},
            "requested": {CarryForwardState.REQUESTED},
            "agreed": {CarryForwardState.AGREED, CarryForwardState.PART_AGREED},
            "refused": set(DECIDED),
        }[measure]
        amount: Callable[[CarryForward], Money] = {
            "agreed": lambda each: each.carried,
            "refused": lambda each: each.refused,
        }.get(measure, lambda each: each.asked)
        wanted = [
            each
            for each in self.records.carry_forwards.values()
            if (each.project, each.kind) == (head.project, head.kind)
            and each.state in states
            and amount(each)
        ]
        return self._requests(title, wanted, amount)

    def _requests(
        self, title: str, wanted: Sequence[CarryForward], amount: Callable[[CarryForward], Money]
    ) -> Explanation:
        terms, evidence = [], []
        for id, each in self.records.carry_forwards.items():
            if not any(each is one for one in wanted):
                continue
            said = _request_in_words(each)
            terms.append(Term(said, amount(each)))
            evidence += self._papers("carry_forward", id, said)
        return _sum(title, terms, evidence=evidence)

    def _settled(self, head: HeadOutturn, measure: str, title: str) -> Explanation:
        counts: Callable[[Settlement], bool] = {
            "owed": lambda each: each.is_owed,
            "repaid": lambda each: each.is_given_back,
            "surrendered": lambda each: each.is_surrendered,
        }[measure]
        terms, evidence = [], []
        for id, each in self.records.settlements.items():
            if (each.project, each.kind) != (head.project, head.kind) or not counts(each):
                continue
            said = self._settlement_in_words(each)
            terms.append(Term(said, each.amount))
            evidence += self._papers("settlement", id, said)
            if each.repayment is not None:
                evidence += self._papers("repayment", each.repayment, said)
        return _sum(title, terms, evidence=evidence)

    def _settlement_in_words(self, each: Settlement) -> str:
        words = [f"{each.state.value.capitalize()}: {each.reason}".rstrip(": ")]
        if each.invoice:
            words.append(f"invoice {each.invoice}")
        repayment = self.records.repayments.get(each.repayment) if each.repayment is not None else None
        if repayment is not None:
            words.append(f"on {short_date(repayment.dated)}")
        return ", ".join(words)

    def _papers(self, field: str, id: int, said: str) -> list[Supporting]:
        return [
            Supporting(self._work.evidence.get(kept.value.evidence), said)
            for kept in self._work.supports.all()
            if getattr(kept.value, field) == id
        ]


def _request_in_words(each: CarryForward) -> str:
    """“Agreed on 30/06/2018 (PCC/CF/9): the project goes on”."""
    said = each.state.value.capitalize()
    if each.state in DECIDED:
        said += f" on {short_date(each.decided_on)} ({each.letter})" if each.letter else ""
    elif each.asked_on is not None:
        said += f" on {short_date(each.asked_on)}"
    return f"{said}: {each.reason}" if each.reason else said


def _effects(entry: Accrual, year: FinancialYear, last: int, *, made: bool) -> list[Term]:
    """What an accrual does to *year* up to period *last*: what the year *made* itself, less what it takes off of that;
    else what it takes off of the year before, above nought."""
    name = f"{entry.supplier} {entry.description}".strip()
    terms = []
    if made and entry.year == year and entry.period <= last:
        terms.append(Term(f"Period {entry.period} ({period_name(entry.period)}): {name}", entry.amount))
    back = entry.reverses_period
    if back is not None and entry.reverses_year == year and back <= last and made is (entry.year == year):
        amount = -entry.amount if made else entry.amount
        terms.append(Term(f"Period {back} ({period_name(back)}): reversal of {name}", amount))
    return terms


def _held(title: str, whole: Term, held: Money) -> Explanation:
    rest = held - whole.amount
    return _sum(title, (whole, Term("Not held as cash", rest)) if rest else (whole,))


def _sum(
    title: str, terms: Iterable[Term], note: str = "", evidence: Sequence[Supporting] = ()
) -> Explanation:
    held = tuple(terms)
    total = Money.total(term.amount for term in held)
    return Explanation("", title, total, held, note, evidence=tuple(evidence))
