"""What may be claimed, what became of it, and where the cash stands: R19 to R23 in whole pence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.agreements import Frequency, Terms
from fundingapp.domain.claiming import (
    ClaimFigures,
    ClaimRecords,
    before_of,
    cap_of,
    cash_position,
    check_decided,
    check_open,
    claim_due,
    claimable,
    claimable_now,
    claimed_to,
    claiming_to,
    figures,
    figures_by_head,
    final_claim,
    is_in_transit,
    needs_certificate,
    next_periods,
    reconcile_claims,
    retained_of,
    suggest_lines,
    worked_out,
)
from fundingapp.domain.claims import (
    Claim,
    ClaimLine,
    ClaimState as State,
    Payment,
    PaymentLine,
    PaymentMatch,
    Repayment,
    RetentionRelease,
)
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.ids import ClaimId, LineId, PaymentId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.positions import ChargeSum, GrantPosition, grant_position
from tests.builders import FUND, YEAR, make_award, make_charge, make_project, make_records, pounds

P1, P2 = ProjectId(1), ProjectId(2)
PROJECTS = {1: make_project("P-01"), 2: make_project("P-02")}
HEAD = (P1, Kind.REVENUE)


def claim(number: int, to_period: int, state: State = State.APPROVED, **fields: Any) -> Claim:
    given: dict[str, Any] = {"submitted_on": date(2018, 7, 20), "approved_on": date(2018, 8, 10), **fields}
    first = given.pop("from_period", max(1, to_period - 2))
    basis = given.pop("basis", PaymentBasis.ARREARS)
    return Claim(FUND, YEAR, number, first, to_period, basis, state, **given)


def line(
    of: int, claimed: str, project: ProjectId = P1, kind: Kind = Kind.REVENUE, **parts: str
) -> ClaimLine:
    amounts = {name: pounds(amount) for name, amount in parts.items() if name != "reason"}
    asked = pounds(claimed)
    given = {"eligible": asked, "cap": asked, "before": Money.ZERO, **amounts}
    return ClaimLine(
        ClaimId(of), project, kind, given["eligible"], given["cap"], given["before"], asked,
        **{name: given[name] for name in ("disallowed", "queried", "retained") if name in given},
        reason=parts.get("reason", ""),
    )  # fmt: skip


def records(claims: Sequence[Claim] = (), lines: Sequence[ClaimLine] = (), **fields: Any) -> ClaimRecords:
    return ClaimRecords(
        FUND, YEAR, claims={ClaimId(each.number): each for each in claims}, lines=lines, **fields
    )


def position(
    *charges: ChargeSum, to_period: int = 6, awards: Mapping[int, str] | None = None
) -> GrantPosition:
    awarded = awards or {1: "1000.00", 2: "500.00"}
    return grant_position(
        make_records(
            projects=PROJECTS,
            awards=[make_award(project, amount) for project, amount in awarded.items()],
            charges=charges,
        ),
        to_period,
    )


def test_claimable_is_the_smaller_of_eligible_and_cap_less_earlier_claims() -> None:
    assert claimable(pounds("900.00"), pounds("1000.00"), pounds("300.00")) == pounds("600.00")
    assert claimable(pounds("1200.00"), pounds("1000.00"), pounds("300.00")) == pounds("700.00")


def test_claimable_below_nought_is_a_credit() -> None:
    assert claimable(pounds("250.00"), pounds("1000.00"), pounds("300.00")) == pounds("-50.00")


def test_the_cap_is_the_budget_or_the_agreed_part_of_what_all_funders_spent() -> None:
    assert cap_of(pounds("1000.00"), None, pounds("10.00")) == pounds("1000.00")
    assert cap_of(pounds("1000.00"), Decimal(50), pounds("1500.00")) == pounds("750.00")
    assert cap_of(pounds("1000.00"), Decimal(50), pounds("2500.00")) == pounds("1000.00")


def test_the_agreed_part_is_never_exceeded_by_a_part_of_a_penny() -> None:
    assert cap_of(pounds("1.00"), Decimal(50), pounds("0.05")) == pounds("0.02")


def test_earlier_claims_count_with_what_was_approved_of_them_or_what_they_still_ask() -> None:
    held = records(
        [claim(1, 3), claim(2, 6, State.QUERIED), claim(3, 9, State.DRAFT), claim(4, 12, State.NOT_USED)],
        [
            line(1, "100.00", disallowed="20.00"),
            line(2, "50.00", queried="10.00"),
            line(3, "7.00"),
            line(1, "9.00", P2),
        ],
    )
    assert before_of(held, HEAD) == pounds("130.00")
    assert before_of(held, HEAD, 2) == pounds("80.00")


def test_a_claim_takes_each_project_and_kind_by_itself() -> None:
    at = position(
        make_charge(1, 2, "400.00"), make_charge(1, 5, "800.00"), make_charge(2, 6, "30.00"),
        make_charge(2, 7, "5.00"),
    )  # fmt: skip
    held = records([claim(1, 3), claim(2, 6, State.NEW)], [line(1, "400.00")])
    lines = worked_out(held, at, ClaimId(2), held.claims[ClaimId(2)])
    assert [(each.project, each.eligible, each.cap, each.before, each.claimed) for each in lines] == [
        (P1, pounds("1200.00"), pounds("1000.00"), pounds("400.00"), pounds("600.00")),
        (P2, pounds("30.00"), pounds("500.00"), Money.ZERO, pounds("30.00")),
    ]


def test_a_project_that_has_neither_award_nor_spend_any_more_gives_back_what_was_claimed() -> None:
    held = records([claim(1, 3), claim(2, 6, State.NEW)], [line(1, "40.00", ProjectId(9))])
    lines = worked_out(held, position(), ClaimId(2), held.claims[ClaimId(2)])
    assert [(each.project, each.claimed) for each in lines] == [(ProjectId(9), pounds("-40.00"))]


def test_in_advance_the_profile_stands_in_place_of_the_spend() -> None:
    at = position(make_charge(1, 1, "10.00"), to_period=3)
    first = claim(1, 3, State.NEW, basis=PaymentBasis.ADVANCE)
    lines = worked_out(records([first]), at, ClaimId(1), first)
    assert [each.claimed for each in lines] == [
        pounds("250.02"),
        pounds("125.01"),
    ]  # odd pennies go to the first months


def test_the_final_claim_settles_what_was_spent_also_in_advance() -> None:
    at = position(make_charge(1, 1, "10.00"), to_period=13)
    final = claim(2, 13, State.NEW, basis=PaymentBasis.ADVANCE, is_final=True)
    held = records([claim(1, 3, basis=PaymentBasis.ADVANCE), final], [line(1, "250.00")])
    assert [each.claimed for each in worked_out(held, at, ClaimId(2), final)] == [pounds("-240.00")]


def test_lines_are_only_worked_out_at_the_claims_own_end() -> None:
    new = claim(1, 3, State.NEW)
    with pytest.raises(ValueError, match="ends with period 6, not with 3"):
        worked_out(records([new]), position(), ClaimId(1), new)


@pytest.mark.parametrize(
    ("done", "frequency", "expected"),
    [
        (0, Frequency.QUARTERLY, (1, 3)),
        (3, Frequency.QUARTERLY, (4, 6)),
        (4, Frequency.QUARTERLY, (5, 6)),
        (9, Frequency.QUARTERLY, (10, 13)),
        (12, Frequency.QUARTERLY, (13, 13)),
        (0, Frequency.MONTHLY, (1, 1)),
        (11, Frequency.MONTHLY, (12, 13)),
        (0, Frequency.HALF_YEARLY, (1, 6)),
        (6, Frequency.HALF_YEARLY, (7, 13)),
        (0, Frequency.YEARLY, (1, 13)),
    ],
)
def test_the_next_claim_ends_where_the_agreement_has_its_claims_end(
    done: int, frequency: Frequency, expected: tuple[int, int]
) -> None:
    held = records([claim(1, done, from_period=1)] if done else [])
    assert next_periods(held, frequency) == expected


def test_no_claim_comes_after_the_year() -> None:
    with pytest.raises(ExpectedError, match="2018/19 is claimed up to its closing adjustments"):
        next_periods(records([claim(1, 13)]), Frequency.QUARTERLY)


def test_a_claim_is_due_so_many_days_after_its_last_month() -> None:
    assert claim_due(YEAR, 3, Terms(claim_days=30)) == date(2018, 7, 30)
    assert claim_due(YEAR, 13, Terms(claim_days=30)) == date(2019, 4, 30)


def test_no_second_claim_is_opened_while_one_is_being_made() -> None:
    with pytest.raises(ExpectedError, match=r"Claim 1 \(April to June\) is still draft"):
        check_open(records([claim(1, 3, State.DRAFT)]), 4, 6)
    check_open(records([claim(1, 3, State.NOT_USED)]), 1, 3)


def test_nothing_is_claimed_after_the_final_claim() -> None:
    held = records([claim(1, 9, State.SUBMITTED, is_final=True)])
    assert final_claim(held) == held.claims[ClaimId(1)]
    with pytest.raises(ExpectedError, match="Claim 1 is the final claim of 2018/19"):
        check_open(held, 10, 13)
    assert final_claim(records([claim(1, 9, State.DRAFT, is_final=True)])) is None


def test_a_claim_does_not_end_before_the_last_one() -> None:
    with pytest.raises(ExpectedError, match="claimed up to June already"):
        check_open(records([claim(1, 3)]), 1, 2)
    check_open(records([claim(1, 3)]), 3, 3)  # a correction of the same months


def test_the_bands_of_the_forecast_follow_the_claims() -> None:
    held = records([claim(1, 3), claim(2, 6, State.DRAFT)])
    assert (claimed_to(held), claiming_to(held)) == (3, 6)
    assert (claimed_to(records()), claiming_to(records())) == (0, 0)


def test_a_certificate_is_asked_for_from_the_first_penny_above_the_limit() -> None:
    terms = Terms(certificate_above=pounds("50000.00"))
    assert not needs_certificate(pounds("50000.00"), terms)
    assert needs_certificate(pounds("50000.01"), terms)
    assert not needs_certificate(pounds("90000.00"), Terms())


@pytest.mark.parametrize(
    ("approved", "retained"), [("100.00", "10.00"), ("0.05", "0.01"), ("0.04", "0.00"), ("-0.05", "-0.01")]
)
def test_retention_rounds_half_a_penny_away_from_nought(approved: str, retained: str) -> None:
    assert retained_of(pounds(approved), Terms(retention_percent=Decimal(10))) == pounds(retained)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (line(1, "10.00", disallowed="10.01", reason="x"), "£10.01 of LF-09 can't be disallowed: the claim asks"),
        (line(1, "-10.00", queried="1.00"), "£1.00 of LF-09 can't be queried: the claim asks for −£10.00"),
        (line(1, "10.00", disallowed="2.00"), "£2.00 of LF-09 is disallowed without a reason"),
        (line(1, "10.00", retained="10.01"), "£10.01 of LF-09 can't be retained: £10.00 is approved"),
        (line(1, "10.00", retained="-1.00"), "−£1.00 of LF-09 can't be retained: £10.00 is approved"),
    ],
)  # fmt: skip
def test_a_decision_that_does_not_fit_is_refused_with_its_figures(wrong: ClaimLine, sentence: str) -> None:
    with pytest.raises(ExpectedError) as refusal:
        check_decided(wrong, "LF-09")
    assert sentence in str(refusal.value)


def test_figures_as_they_stood_on_a_day() -> None:
    held = records(
        [claim(1, 3, State.PAID)],
        [line(1, "100.00", disallowed="20.00", retained="8.00")],
        releases=[RetentionRelease(ClaimId(1), pounds("8.00"), date(2019, 4, 30))],
        payments={PaymentId(1): Payment(FUND, YEAR, date(2018, 9, 1), pounds("72.00"))},
        matches=[PaymentMatch(PaymentId(1), ClaimId(1), pounds("72.00"))],
    )

    def on(day: date) -> tuple[str, ...]:
        each = figures(held, day=day)
        return tuple(
            str(amount) for amount in (each.claimed, each.undecided, each.approved, each.payable, each.paid)
        )

    assert on(date(2018, 7, 19)) == ("0.00", "0.00", "0.00", "0.00", "0.00")
    assert on(date(2018, 7, 20)) == ("100.00", "100.00", "0.00", "0.00", "0.00")
    assert on(date(2018, 8, 10)) == ("100.00", "0.00", "80.00", "72.00", "0.00")
    assert on(date(2018, 9, 1)) == ("100.00", "0.00", "80.00", "72.00", "72.00")
    assert on(date(2019, 4, 30)) == ("100.00", "0.00", "80.00", "80.00", "72.00")


def test_a_part_payment_is_shared_over_the_lines_that_it_pays() -> None:
    held = records(
        [claim(1, 3)],
        [line(1, "100.00"), line(1, "50.00", P2)],
        payments={PaymentId(1): Payment(FUND, YEAR, date(2018, 9, 1), pounds("75.01"))},
        matches=[PaymentMatch(PaymentId(1), ClaimId(1), pounds("75.01"))],
    )
    assert [each.paid for each in figures_by_head(held).values()] == [pounds("50.01"), pounds("25.00")]


def test_cash_is_said_as_creditor_or_debtor() -> None:
    held = records(payments={PaymentId(1): Payment(FUND, YEAR, date(2018, 5, 1), pounds("100.00"))})
    assert cash_position(held, pounds("60.00")).in_words == "£40.00 received in advance: a creditor"
    assert cash_position(held, pounds("160.00")).in_words == "£60.00 spent and not yet received: a debtor"
    assert "nothing is held" in cash_position(held, pounds("100.00")).in_words
    assert cash_position(held, Money.ZERO, date(2018, 4, 30)).held == Money.ZERO


def test_a_payment_after_the_ledgers_last_month_is_in_transit() -> None:
    held = records(reached={YEAR: 6})
    assert not is_in_transit(held, Payment(FUND, YEAR, date(2018, 9, 30), pounds("1.00")))
    assert is_in_transit(held, Payment(FUND, YEAR, date(2018, 10, 1), pounds("1.00")))
    assert is_in_transit(held, Payment(FUND, YEAR, date(2019, 4, 30), pounds("1.00")))


def test_lines_are_suggested_by_amount_day_and_words_and_never_far_ones() -> None:
    payment = Payment(FUND, YEAR, date(2018, 8, 20), pounds("100.00"), "REM-77")
    lines = [
        (LineId(1), date(2018, 8, 22), pounds("100.00"), "grant income"),
        (LineId(2), date(2018, 8, 21), pounds("300.00"), "OPCC grant REM-77"),
        (LineId(3), date(2018, 3, 1), pounds("7.00"), "hall hire"),
        (LineId(4), None, pounds("100.00"), "receipt"),
    ]
    assert suggest_lines(payment, pounds("100.00"), lines, "Office of the Commissioner") == [
        LineId(1), LineId(4), LineId(2),
    ]  # fmt: skip


def identities(at: GrantPosition, held: ClaimRecords) -> dict[str, Any]:
    return {identity.id: identity for identity in reconcile_claims(at, held)}


def test_a_year_without_claims_has_everything_to_claim_and_is_a_debtor() -> None:
    found = identities(position(make_charge(1, 2, "400.00"), make_charge(2, 2, "700.00")), records())
    assert all(identity.holds for identity in found.values())
    assert found["R19"].left == pounds("900.00")
    assert found["R23"].left == pounds("-1100.00")


def test_a_payment_that_the_ledger_should_have_and_has_not_is_a_difference() -> None:
    payment = Payment(FUND, YEAR, date(2018, 9, 1), pounds("100.00"))
    held = records(payments={PaymentId(1): payment}, reached={YEAR: 6})
    assert identities(position(), held)["R22b"].difference == pounds("100.00")
    lines = [PaymentLine(PaymentId(1), LineId(5), pounds("100.00"))]
    found = replace(held, payment_lines=lines, income={LineId(5): pounds("100.00")})
    assert identities(position(), found)["R22b"].holds
    gone = replace(held, payment_lines=lines, income={LineId(5): Money.ZERO})
    assert identities(position(), gone)["R22b"].broken == 1
    assert identities(position(), replace(held, reached={YEAR: 5}))["R22b"].holds


def test_retention_that_is_left_in_a_closed_year_breaks_r21() -> None:
    held = records([claim(1, 3)], [line(1, "100.00", retained="10.00")])
    assert identities(position(), held)["R21"].holds
    assert identities(position(), replace(held, is_closed=True))["R21"].broken == 1


def test_a_line_that_asks_for_something_else_than_r19_breaks_it() -> None:
    held = records([claim(1, 3)], [line(1, "100.00", eligible="90.00")])
    assert identities(position(), held)["R19"].broken == 1


def test_more_disallowed_than_claimed_breaks_r20() -> None:
    held = records([claim(1, 3)], [line(1, "100.00", disallowed="101.00")])
    assert identities(position(), held)["R20"].broken == 1


ONE, PAID = ClaimId(1), PaymentId(1)


def sound() -> ClaimRecords:
    """A claim of two lines, decided in part, with retention released in part, paid, and found in the ledger."""
    return records(
        [claim(1, 3)],
        [
            line(1, "100.00", cap="1000.00", retained="10.00"),
            line(1, "50.00", P2, cap="500.00", disallowed="5.00", reason="no invoice"),
        ],
        releases=[RetentionRelease(ONE, pounds("4.00"), date(2018, 9, 1))],
        payments={PAID: Payment(FUND, YEAR, date(2018, 9, 1), pounds("120.00"))},
        matches=[PaymentMatch(PAID, ONE, pounds("100.00"))],
        payment_lines=[PaymentLine(PAID, LineId(5), pounds("120.00"))],
        income={LineId(5): pounds("120.00")},
        reached={YEAR: 6},
    )


def first_line(**fields: str) -> ClaimRecords:
    """The same with the first line changed by itself."""
    held = sound()
    amounts: dict[str, Any] = {name: pounds(amount) for name, amount in fields.items()}
    changed = replace(held.lines[0], **amounts)
    return replace(held, lines=[changed, *held.lines[1:]])


@pytest.mark.parametrize(
    ("id", "faulty"),
    [
        ("R19", first_line(claimed="100.01")),
        ("R19", first_line(before="0.01")),
        ("R20", replace(first_line(disallowed="100.01", retained="0.00"), releases=[])),
        ("R20", first_line(disallowed="-0.01")),
        ("R21", replace(sound(), is_closed=True)),
        ("R21", replace(sound(), releases=[RetentionRelease(ONE, pounds("10.01"), date(2018, 9, 1))])),
        ("R21", first_line(retained="100.01")),
        ("R22", replace(sound(), matches=[PaymentMatch(PAID, ONE, pounds("120.01"))])),
        ("R22b", replace(sound(), income={LineId(5): pounds("119.99")})),
        ("R22b", replace(sound(), payment_lines=[])),
        ("R23", replace(sound(), matches=[PaymentMatch(PAID, ClaimId(9), pounds("100.00"))])),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_planted_fault_breaks_its_own_identity_and_no_other(id: str, faulty: ClaimRecords) -> None:
    at = position(make_charge(1, 2, "100.00"), make_charge(2, 2, "50.00"))
    assert [each.id for each in reconcile_claims(at, sound()) if not each.holds] == []
    assert [each.id for each in reconcile_claims(at, faulty) if not each.holds] == [id]


# Any history of claims, in whole pence

pence = st.integers(0, 500_00).map(Money)
signed_pence = st.integers(-100_00, 500_00).map(Money)


@st.composite
def histories(draw: st.DrawFn) -> tuple[GrantPosition, ClaimRecords]:
    """Spend of two projects in both kinds, and claims of it with every kind of decision, retention and money."""
    heads = [(project, kind) for project in (1, 2) for kind in (Kind.REVENUE, Kind.CAPITAL)]
    awards = [make_award(project, str(draw(pence)), kind) for project, kind in heads]
    charges = [
        make_charge(project, draw(st.integers(1, 13)), str(draw(signed_pence)).replace("−", "-"), kind)
        for project, kind in draw(st.lists(st.sampled_from(heads), max_size=10))
    ]
    basis = draw(st.sampled_from(PaymentBasis))
    source = make_records(projects=PROJECTS, awards=awards, charges=charges)
    held = ClaimRecords(FUND, YEAR, basis, reached={YEAR: 13})
    terms = Terms(retention_percent=draw(st.sampled_from([Decimal(0), Decimal(5), Decimal("12.5")])))
    for number, to_period in enumerate(sorted(draw(st.lists(st.integers(1, 13), max_size=4))), start=1):
        id, new = ClaimId(number), Claim(FUND, YEAR, number, 1, to_period, basis)
        claims = {**held.claims, id: new}
        lines = worked_out(replace(held, claims=claims), grant_position(source, to_period), id, new)
        state = draw(st.sampled_from([*State]))
        decided = []
        for each in lines:
            most = max(each.claimed, Money.ZERO)
            part = Money(draw(st.integers(0, most.pence)))
            if state in (State.APPROVED, State.PAYMENT_REQUESTED, State.PAID):
                after = replace(each, disallowed=part, reason="no invoice")
                decided.append(replace(after, retained=retained_of(after.approved, terms)))
            else:
                decided.append(replace(each, queried=part) if state is State.QUERIED else each)
        dated = date(2018, 4, 1 + number)
        sent = replace(new, state=state, submitted_on=dated, approved_on=dated)
        held = replace(
            held,
            claims={**held.claims, id: sent},
            lines=[*held.lines, *([] if state is State.NOT_USED else decided)],
        )
        each_figures = figures(held, claim=id)
        if sent.is_decided:
            release = Money(draw(st.integers(0, max(0, each_figures.retained.pence))))
            if release:
                held = replace(held, releases=[*held.releases, RetentionRelease(id, release, dated)])
    for number in range(1, draw(st.integers(0, 3)) + 1):
        amount = Money(draw(st.integers(1, 800_00)))
        paid = PaymentId(number)
        left, matches, in_ledger = amount, [], []
        for claim_id in held.claims:
            due = figures(held, claim=claim_id).outstanding
            part = Money(draw(st.integers(0, max(0, min(due.pence, left.pence)))))
            if part:
                matches.append(PaymentMatch(paid, claim_id, part))
                left -= part
        if draw(st.booleans()):
            in_ledger = [PaymentLine(paid, LineId(number), amount)]
        held = replace(
            held,
            payments={**held.payments, paid: Payment(FUND, YEAR, date(2018, 6, number), amount)},
            matches=[*held.matches, *matches],
            payment_lines=[*held.payment_lines, *in_ledger],
            income={**held.income, **{entry.line: entry.amount for entry in in_ledger}},
        )
    for claim_id in held.claims:
        credit = -figures(held, claim=claim_id).outstanding
        if credit > Money.ZERO and draw(st.booleans()):
            back = Repayment(FUND, YEAR, date(2019, 3, 1), credit, claim=claim_id)
            held = replace(held, repayments=[*held.repayments, back])
    if draw(st.booleans()):
        back = Repayment(FUND, YEAR, date(2019, 3, 2), Money(draw(st.integers(1, 50_00))))
        held = replace(held, repayments=[*held.repayments, back])
    return grant_position(source, draw(st.integers(1, 13))), held


@given(histories())
def test_r19_to_r23_hold_to_the_penny_whatever_happened(history: tuple[GrantPosition, ClaimRecords]) -> None:
    at, held = history
    missing = Money.total(
        payment.amount
        for id, payment in held.payments.items()
        if not any(entry.payment == id for entry in held.payment_lines)
    )
    for identity in reconcile_claims(at, held):
        expected = missing if identity.id == "R22b" else Money.ZERO
        assert identity.difference == expected, identity
        assert not identity.broken, identity


@given(histories())
def test_heads_claims_and_kinds_each_add_up_to_the_whole(history: tuple[GrantPosition, ClaimRecords]) -> None:
    _, held = history
    whole = figures(held)
    for parts in (
        figures_by_head(held).values(),
        [figures(held, claim=id) for id in held.claims],
        [figures(held, kind=kind) for kind in Kind],
        [figures(held, project=project) for project in (P1, P2)],
    ):
        total = ClaimFigures()
        for part in parts:
            total += part
        assert total == whole


@given(histories())
def test_after_claiming_what_is_claimable_nothing_is(history: tuple[GrantPosition, ClaimRecords]) -> None:
    at, held = history
    due = claimable_now(held, at)
    id = ClaimId(99)
    sent = Claim(FUND, YEAR, 99, 1, at.to_period, held.basis, State.SUBMITTED)
    lines = [*held.lines, *(replace(each, claim=id) for each in due)]
    after = replace(held, claims={**held.claims, id: sent}, lines=lines)
    assert all(not each.claimed for each in claimable_now(after, at))


@given(histories(), st.dates(date(2018, 3, 1), date(2019, 5, 1)))
def test_what_stood_on_a_day_obeys_r20_and_r21_too(
    history: tuple[GrantPosition, ClaimRecords], day: date
) -> None:
    _, held = history
    each = figures(held, day=day)
    assert each.claimed == each.approved + each.disallowed + each.queried + each.undecided
    assert each.approved == each.payable + each.withheld
    assert figures(held, day=date(2030, 1, 1)) == figures(held)
