"""What passes from one body to the next: what happened under a grant and when, and the extract of each body (R8b)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from fundingapp.application.effect import Question
from fundingapp.application.ports import (
    LineFilter,
    LineOrder,
    TableColumn,
    TableDocument,
    Tools,
    UnitOfWork,
    ValueKind,
)
from fundingapp.application.queries.heads import granted
from fundingapp.application.queries.parties import all_parties, check_new_succession, locked_on
from fundingapp.application.wording import count
from fundingapp.domain.adjustments import Accrual, Adjustment, effects
from fundingapp.domain.claims import Claim, ClaimLine
from fundingapp.domain.funds import Kind
from fundingapp.domain.handovers import (
    HandoverRecords,
    Happening,
    Measure,
    closing,
    handover_identities,
    of_measure,
    opening,
    owed,
    under,
)
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import ClaimId, FundId, PartyId
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Party
from fundingapp.domain.periods import FinancialYear, Period, days_of, last_period_of
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.returns import CommissionerPart
from fundingapp.domain.succession import (
    Spell,
    ended_by,
    in_words,
    spells_of,
    succession_of,
)

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class SuccessionPreview(Question["SuccessionAnswer"]):
    """What would happen if *successor* (an existing body, or one still to be added) took the place of *old* on *on*.

    Raises ExpectedError as the command does.
    """

    old: PartyId
    successor: PartyId | Party
    on: date


@dataclass(frozen=True, slots=True)
class FundHandover:
    """What of a fund passes over on a day, all years together: each measure's sum, and what is owed to us (below
    nought: what is held)."""

    fund: str
    amounts: tuple[tuple[Measure, Money], ...]
    owed: Money
    years: tuple[FinancialYear, ...]


@dataclass(frozen=True, slots=True)
class SuccessionAnswer:
    """*quarter* says which quarter has two bodies, "" when the day begins one; *locked* which lock holds the day."""

    old: Party
    successor: Party
    on: date
    handovers: tuple[FundHandover, ...]
    quarter: str
    locked: str


@dataclass(frozen=True, slots=True)
class BodyExtract(Question["ExtractAnswer"]):
    """Everything of the time of a body, with what it took on and what it hands over; written to *out* when given."""

    party: PartyId
    out: Path | None = None


class ExtractRow(NamedTuple):
    """One row of an extract. *section* says what it is, *happening* what it counts towards, None for a balance."""

    section: str
    fund: str
    year: FinancialYear | None
    kind: Kind | None
    project: str
    reference: str
    dated: date | None
    text: str
    amount: Money | None
    happening: Happening | None = None


@dataclass(frozen=True, slots=True)
class ExtractAnswer:
    """*opening* and *closing* are what the body took on and hands over, by fund."""

    body: Party
    spells: tuple[tuple[str, Spell], ...]
    rows: tuple[ExtractRow, ...]
    opening: tuple[FundHandover, ...]
    closing: tuple[FundHandover, ...]


def _day_of(year: FinancialYear, period: int) -> date:
    return Period(year, period).last_day


def records_of_grant(work: UnitOfWork, position: GrantPosition) -> list[ExtractRow]:
    """Awards, claims, approvals, payments and repayments of a grant."""
    return _records_of(work, position.fund_id, position.year)


def happenings_of(work: UnitOfWork, position: GrantPosition) -> tuple[Happening, ...]:
    """What happened under a grant up to the position's period, by the rules of
    :class:`~fundingapp.domain.handovers.Happening`; the ledger as sums by day."""
    found = [each.happening for each in records_of_grant(work, position) if each.happening is not None]
    return (*found, *spent_by_day(work, position, 1, position.to_period))


def spent_by_day(
    work: UnitOfWork, position: GrantPosition, from_period: int, to_period: int
) -> tuple[Happening, ...]:
    """The spend of these periods, both inclusive, each part on the day that it counts."""
    found = []
    for day_sum in work.ledger.day_sums(position.year, position.fund_id):
        if from_period <= day_sum.period <= to_period:
            day = day_sum.posted_on or _day_of(position.year, day_sum.period)
            found.append(Happening(Measure.SPENT, day_sum.kind, day, day_sum.amount))
    for project in position.projects:
        for period in range(from_period, to_period + 1):
            beside = project.in_period(period) - project.ledger[period - 1]
            if beside:
                day = _day_of(position.year, period)
                found.append(Happening(Measure.SPENT, project.kind, day, beside))
    return tuple(found)


def quarter_parts(work: UnitOfWork, position: GrantPosition, quarter: int) -> tuple[CommissionerPart, ...]:
    """Who was the commissioner in *quarter* and what was spent under each; together the quarter's spend. Nothing where
    one body had it all."""
    bodies = spells_of(all_parties(work), position.fund.funder)
    if len(bodies) < 2:
        return ()  # as nearly always: the days of the ledger are not added up for it
    first, last = days_of(position.year, quarter)
    spent = spent_by_day(work, position, 3 * quarter - 2, last_period_of(quarter))
    found = []
    for spell in bodies:
        amount = of_measure(under(spent, spell), Measure.SPENT)
        if amount or (spell.first <= last and spell.last >= first):
            if spell.last < first:
                days = "posted before the quarter"
            elif spell.first > last:
                days = "posted after the quarter"
            else:
                days = f"{in_words(max(spell.first, first))} to {in_words(min(spell.last, last))}"
            found.append(CommissionerPart(spell.name, days, amount))
    return tuple(found) if len(found) > 1 else ()


def _records_of(work: UnitOfWork, fund: FundId, year: FinancialYear) -> list[ExtractRow]:
    """Awards, claims, approvals, payments and repayments of a grant, in this order."""
    grant = (fund, year)
    fund_name = work.funds.get(fund).value.name
    projects = {kept.id: f"{kept.value.ref} {kept.value.name}" for kept in work.projects.all()}
    rows: list[ExtractRow] = []
    for award in (kept.value for kept in work.awards.all()):
        if (award.fund, award.year) == grant:
            day = award.dated or year.first_day
            happening = Happening(Measure.AWARDED, award.kind, day, award.amount)
            text = "" if award.dated else "without a date: the first day of its year"
            rows.append(
                ExtractRow(
                    "Award",
                    fund_name,
                    year,
                    award.kind,
                    projects[award.project],
                    "",
                    day,
                    text,
                    award.amount,
                    happening,
                )
            )
    claims = {
        ClaimId(kept.id): kept.value
        for kept in work.claims.all()
        if (kept.value.fund, kept.value.year) == grant
    }
    lines = [kept.value for kept in work.claim_lines.all() if kept.value.claim in claims]
    for line in lines:
        rows += _claim_rows(fund_name, claims[line.claim], line, projects[line.project])
    for payment in (kept.value for kept in work.payments.all()):
        if (payment.fund, payment.year) == grant:
            happening = Happening(Measure.PAID, None, payment.dated, payment.amount)
            rows.append(
                ExtractRow(
                    "Payment received",
                    fund_name,
                    year,
                    None,
                    "",
                    payment.remittance,
                    payment.dated,
                    payment.note,
                    payment.amount,
                    happening,
                )
            )
    for repayment in (kept.value for kept in work.repayments.all()):
        if (repayment.fund, repayment.year) == grant:
            happening = Happening(Measure.REPAID, None, repayment.dated, repayment.amount)
            rows.append(
                ExtractRow(
                    "Repayment",
                    fund_name,
                    year,
                    None,
                    "",
                    repayment.invoice,
                    repayment.dated,
                    repayment.reason,
                    repayment.amount,
                    happening,
                )
            )
    return rows


def _claim_rows(fund: str, claim: Claim, line: ClaimLine, project: str) -> Iterator[ExtractRow]:
    if not claim.counts:
        return
    asked = claim.submitted_on or _day_of(claim.year, claim.to_period)
    name = f"claim {claim.number}, {claim.state.value}"
    yield ExtractRow(
        "Claim",
        fund,
        claim.year,
        line.kind,
        project,
        claim.reference,
        asked,
        name,
        line.claimed,
        Happening(Measure.CLAIMED, line.kind, asked, line.claimed),
    )
    if claim.is_decided:
        day = claim.approved_on or asked
        approved = line.claimed - line.disallowed - line.queried
        yield ExtractRow(
            "Approval",
            fund,
            claim.year,
            line.kind,
            project,
            claim.reference,
            day,
            name,
            approved,
            Happening(Measure.APPROVED, line.kind, day, approved),
        )


def _spend_rows(work: UnitOfWork, fund: FundId, years: Sequence[FinancialYear]) -> Iterator[ExtractRow]:
    """Every charge of a ledger line to the fund, then its accruals and adjustments; spend as a grant pays for it."""
    fund_name = work.funds.get(fund).value.name
    projects = {kept.id: f"{kept.value.ref} {kept.value.name}" for kept in work.projects.all()}
    for year in years:
        ids = work.ledger.line_ids(LineFilter(year=year, fund=fund), LineOrder())
        for start in range(0, len(ids), _AT_ONCE):
            for row in work.ledger.line_rows(ids[start : start + _AT_ONCE]):
                for charged in row.charges:
                    head = charged.charge.head
                    if head is None or head.fund != fund:
                        continue
                    line, amount = row.line, charged.charge.amount
                    day = line.posted_on or _day_of(year, line.period)
                    yield ExtractRow(
                        "Ledger line",
                        fund_name,
                        year,
                        head.kind,
                        projects[head.project],
                        line.transaction,
                        day,
                        f"{line.supplier}: {line.description}".strip(": "),
                        amount,
                        Happening(Measure.SPENT, head.kind, day, amount),
                    )
        entries: list[Accrual | Adjustment] = [kept.value for kept in work.accruals.all()]
        entries += [kept.value for kept in work.adjustments.all()]
        for entry in entries:
            if entry.fund != fund:
                continue
            for its_year, period, amount in effects(entry):
                if its_year != year:
                    continue
                day = _day_of(year, period)
                text = (
                    f"{entry.supplier}: {entry.description}".strip(": ")
                    if isinstance(entry, Accrual)
                    else f"{entry.type.value}: {entry.reason}"
                )
                yield ExtractRow(
                    "Accrual" if isinstance(entry, Accrual) else "Adjustment",
                    fund_name,
                    year,
                    entry.kind,
                    projects[entry.project],
                    f"period {period}",
                    day,
                    text,
                    amount,
                    Happening(Measure.SPENT, entry.kind, day, amount),
                )


def _years_of(work: UnitOfWork, fund: FundId) -> tuple[FinancialYear, ...]:
    """The years in which anything is recorded of a fund."""
    years = {year for of_fund, year in granted(work) if of_fund == fund}
    years |= {kept.value.year for kept in work.claims.all() if kept.value.fund == fund}
    years |= {kept.value.year for kept in work.payments.all() if kept.value.fund == fund}
    years |= {kept.value.year for kept in work.repayments.all() if kept.value.fund == fund}
    years |= set(work.ledger.years())
    return tuple(sorted(years))


def _everything(work: UnitOfWork, fund: FundId) -> list[ExtractRow]:
    years = _years_of(work, fund)
    rows = [row for year in years for row in _records_of(work, fund, year)]
    return rows + list(_spend_rows(work, fund, years))


def handover_records(work: UnitOfWork, position: GrantPosition) -> HandoverRecords:
    """The records of R8b for a grant; without happenings where one commissioner has it throughout."""
    spells = spells_of(all_parties(work), position.fund.funder)
    if len(spells) < 2:
        return HandoverRecords(position.fund.name, position.year, spells, (), {})
    happenings = happenings_of(work, position)
    records = records_of_grant(work, position)
    totals = {
        measure: Money.total(
            each.happening.amount
            for each in records
            if each.happening is not None and each.happening.measure is measure
        )
        for measure in Measure
    }
    totals[Measure.AWARDED] = Money.total(project.budget.award for project in position.projects)
    totals[Measure.SPENT] = position.spent
    return HandoverRecords(position.fund.name, position.year, spells, happenings, totals)


def identities_of_handovers(work: UnitOfWork, position: GrantPosition) -> tuple[Identity, ...]:
    """R8b of a grant; nothing where its commissioner never changed."""
    return handover_identities(handover_records(work, position))


def _handover(
    fund: str, happenings: Sequence[Happening], years: Sequence[FinancialYear], day: date
) -> FundHandover:
    """What of a fund passes over on the morning of *day*."""
    balances = opening(happenings, Spell(PartyId(0), "", day, date.max))
    return FundHandover(
        fund,
        tuple((measure, of_measure(balances, measure)) for measure in Measure),
        owed(balances),
        tuple(years),
    )


def answer_preview(question: SuccessionPreview, tools: Tools) -> SuccessionAnswer:
    with tools.open_work(reading=True) as work:
        body, id = check_new_succession(work, question.old, question.successor, question.on)
        parties = all_parties(work)
        # As if it had happened, so that the funds of the old body are those of its office.
        parties[question.old] = ended_by(parties[question.old], id or PartyId(0), question.on)
        parties.setdefault(PartyId(0), body)
        handovers = []
        for kept in work.funds.all():
            if question.old in succession_of(parties, kept.value.funder):
                fund = FundId(kept.id)
                happenings = [row.happening for row in _everything(work, fund) if row.happening is not None]
                handovers.append(_handover(kept.value.name, happenings, _years_of(work, fund), question.on))
        period = Period.of(question.on)
        begins_one = question.on == date(question.on.year, question.on.month, 1) and period.number % 3 == 1
        return SuccessionAnswer(
            work.parties.get(question.old).value,
            body,
            question.on,
            tuple(handovers),
            "" if begins_one else f"quarter {period.quarter} of {period.year}",
            locked_on(work, question.on),
        )


_COLUMNS = (
    TableColumn("Section", width=18),
    TableColumn("Fund", width=24),
    TableColumn("Year", width=9),
    TableColumn("Kind", width=12),
    TableColumn("Project", width=30),
    TableColumn("Reference", width=18),
    TableColumn("Date", ValueKind.DAY, 12),
    TableColumn("What it is", width=48),
    TableColumn("Amount £", ValueKind.MONEY, 14),
)


def _balance_rows(
    section: str,
    fund: str,
    year: FinancialYear,
    balances: Mapping[tuple[Measure, Kind | None], Money],
    day: date,
) -> Iterator[ExtractRow]:
    for (measure, kind), amount in sorted(
        balances.items(), key=lambda entry: (list(Measure).index(entry[0][0]), str(entry[0][1]))
    ):
        yield ExtractRow(section, fund, year, kind, "", "", day, measure.value, amount)
    left = owed(balances)
    word = "approved and not yet paid" if left >= Money.ZERO else "paid and not yet approved"
    yield ExtractRow(section, fund, year, None, "", "", day, word, abs(left))


def answer_extract(question: BodyExtract, tools: Tools) -> ExtractAnswer:
    with tools.open_work(reading=True) as work:
        body = work.parties.get(question.party).value
        parties = all_parties(work)
        spells: list[tuple[str, Spell]] = []
        before: list[ExtractRow] = []
        own: list[ExtractRow] = []
        after: list[ExtractRow] = []
        takes_on: list[FundHandover] = []
        hands_over: list[FundHandover] = []
        for kept in work.funds.all():
            fund, name = FundId(kept.id), kept.value.name
            bodies = spells_of(parties, kept.value.funder)
            spell = next((each for each in bodies if each.party == question.party), None)
            if spell is None:
                continue
            spells.append((name, spell))
            rows = _everything(work, fund)
            years = _years_of(work, fund)
            happenings = [row.happening for row in rows if row.happening is not None]
            began, goes_on = spell.first > date.min, spell.last < date.max
            for agreement in (each.value for each in work.agreements.all() if each.value.fund == fund):
                own.append(
                    ExtractRow(
                        "Agreement",
                        name,
                        None,
                        None,
                        "",
                        agreement.reference,
                        agreement.signed_on,
                        f"{agreement.title}, {agreement.from_year} to {agreement.to_year}",
                        None,
                    )
                )
            for year in years:
                theirs = [row.happening for row in rows if row.year == year and row.happening is not None]
                if not theirs:
                    continue
                if began:
                    before += _balance_rows(
                        "Opening balance", name, year, opening(theirs, spell), spell.first
                    )
                last = spell.last if goes_on else max(tools.clock().date(), max(theirs, key=_dated).dated)
                after += _balance_rows("Closing balance", name, year, closing(theirs, spell), last)
            own += [
                row
                for row in rows
                if row.happening is not None and spell.first <= row.happening.dated <= spell.last
            ]
            if began:
                takes_on.append(_handover(name, happenings, years, spell.first))
            hands_over.append(
                _handover(name, happenings, years, date.fromordinal(spell.last.toordinal() + 1))
                if goes_on
                else _handover(name, happenings, years, date.max)
            )
        answer = ExtractAnswer(
            body, tuple(spells), (*before, *own, *after), tuple(takes_on), tuple(hands_over)
        )
        if question.out is not None:
            tools.write_table(_document(answer, tools), question.out, tools.progress)
        return answer


def _dated(happening: Happening) -> date:
    return happening.dated


def _document(answer: ExtractAnswer, tools: Tools) -> TableDocument:
    def row_of(row: ExtractRow) -> tuple[Any, ...]:
        return (
            row.section,
            row.fund,
            str(row.year) if row.year is not None else "",
            row.kind.value if row.kind is not None else "",
            row.project,
            row.reference,
            row.dated,
            row.text,
            row.amount,
        )

    notes: list[tuple[str, object]] = [("What this is", f"Extract of {answer.body.name} by Funding Tracker")]
    for fund, spell in answer.spells:
        began = f"from {in_words(spell.first)} " if spell.first > date.min else ""
        ended = f"to {in_words(spell.last)}" if spell.last < date.max else "until now"
        notes.append((f"Commissioner of {fund}", f"{began}{ended}"))
    notes.append(
        (
            "What counts when",
            "a ledger line on its posting day; what has no day on the last day of its period, an award without one on "
            "the first day of its year",
        )
    )
    notes += [
        ("Rows", len(answer.rows)),
        ("Exported", tools.clock().astimezone()),
        ("By", tools.who),
    ]
    return TableDocument(
        _COLUMNS, (row_of(row) for row in answer.rows), len(answer.rows), tuple(notes), "Extract"
    )


def what_happens(answer: SuccessionAnswer) -> str:
    """What a succession does, in sentences for whoever is about to carry it out."""
    said = [
        f"{answer.old.name} ends on the day before; from {in_words(answer.on)} the commissioner is "
        f"{answer.successor.name}.",
        "Papers and returns that were made keep the name they were made with.",
    ]
    if answer.handovers:
        funds = ", ".join(each.fund for each in answer.handovers)
        said.append(
            f"The agreements of {count(len(answer.handovers), 'fund')} ({funds}) go on, with their history."
        )
    else:
        said.append("No fund rests on it: only the body changes.")
    if answer.quarter:
        said.append(f"The return of {answer.quarter} names both, each with its days.")
    if answer.locked:
        said.append(f"The day lies in a locked period, which stays as it is: {answer.locked}")
    return "\n".join(said)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    SuccessionPreview: answer_preview,
    BodyExtract: answer_extract,
}
