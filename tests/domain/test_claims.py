"""The moves of a claim: each that is allowed with what it needs, and every other one refused in a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fundingapp.domain.claims import CLAIM_MACHINE, DECIDED, PENDING, Claim, ClaimState as State
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import PaymentBasis
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.states import Need

CLAIM = Claim(FundId(1), FinancialYear(2018), 2, 4, 6, PaymentBasis.ARREARS)

#: Every move there is: from, to, what it is called, and what it needs.
MOVES = {
    (State.NEW, State.DRAFT): ("prepare", set()),
    (State.NEW, State.NOT_USED): ("mark as not used", {Need.REASON}),
    (State.DRAFT, State.SUBMITTED): ("submit", {Need.DATE}),
    (State.DRAFT, State.NOT_USED): ("mark as not used", {Need.REASON}),
    (State.SUBMITTED, State.QUERIED): ("query", {Need.DATE, Need.REASON, Need.AMOUNT}),
    (State.SUBMITTED, State.AWAITING_CERTIFICATE): ("ask for the certificate", {Need.DATE}),
    (State.SUBMITTED, State.APPROVED): ("approve", {Need.DATE, Need.REFERENCE}),
    (State.QUERIED, State.SUBMITTED): ("answer the query", {Need.DATE, Need.REASON}),
    (State.AWAITING_CERTIFICATE, State.APPROVED): ("approve", {Need.DATE, Need.REFERENCE, Need.EVIDENCE}),
    (State.APPROVED, State.PAYMENT_REQUESTED): ("request payment", {Need.DATE}),
    (State.APPROVED, State.PAID): ("pay", {Need.DATE}),
    (State.PAYMENT_REQUESTED, State.PAID): ("pay", {Need.DATE}),
    (State.PAID, State.PAYMENT_REQUESTED): ("open again", {Need.REASON}),
}

#: What is said instead of a move that there is not.
INSTEAD = {
    State.NEW: "It can become draft or not used.",
    State.DRAFT: "It can become submitted or not used.",
    State.SUBMITTED: "It can become queried, awaiting certificate or approved.",
    State.QUERIED: "It can become submitted.",
    State.AWAITING_CERTIFICATE: "It can become approved.",
    State.APPROVED: "It can become payment requested or paid.",
    State.PAYMENT_REQUESTED: "It can become paid.",
    State.PAID: "It can become payment requested.",
    State.NOT_USED: "That is its last state.",
}


@pytest.mark.parametrize("source", State)
@pytest.mark.parametrize("target", State)
def test_each_move_is_in_the_table_or_refused_with_what_can_be_done(source: State, target: State) -> None:
    if (source, target) in MOVES:
        name, needs = MOVES[source, target]
        assert CLAIM_MACHINE.check("Claim 2", source, target, needs).name == name
        return
    with pytest.raises(ExpectedError) as refusal:
        CLAIM_MACHINE.check("Claim 2", source, target, set(Need))
    assert refusal.value.code == "forbidden_move"
    assert str(refusal.value).startswith(
        f"Claim 2 is {source.value}: it can't become {target.value} from there."
    )
    assert refusal.value.advice == INSTEAD[source]


@pytest.mark.parametrize(
    ("source", "target", "need"),
    # In the order of the needs: every process that runs tests must see the same list.
    [(*move, need) for move, (_, needs) in MOVES.items() for need in Need if need in needs],
)
def test_a_move_without_what_it_needs_is_refused(source: State, target: State, need: Need) -> None:
    _, needs = MOVES[source, target]
    with pytest.raises(ExpectedError) as refusal:
        CLAIM_MACHINE.check("Claim 2", source, target, needs - {need})
    assert str(refusal.value).startswith(f"Claim 2 can't become {target.value} without {need.value}.")


def test_a_claim_counts_from_when_it_is_sent_unless_it_is_put_aside() -> None:
    counting = {state for state in State if replace(CLAIM, state=state).counts}
    assert counting == PENDING | DECIDED == set(State) - {State.NEW, State.DRAFT, State.NOT_USED}


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (4, 6, "July to September"),
        (7, 7, "October"),
        (10, 13, "January to March and closing adjustments"),
        (12, 13, "March and closing adjustments"),
        (13, 13, "closing adjustments"),
        (1, 12, "April to March"),
    ],
)
def test_the_periods_of_a_claim_are_said_in_months(first: int, last: int, words: str) -> None:
    assert replace(CLAIM, from_period=first, to_period=last).periods_in_words == words
