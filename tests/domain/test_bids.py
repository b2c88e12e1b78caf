"""The stages of a bid: every move that is allowed with what it needs, and the sentence that refuses every other one."""

from __future__ import annotations

from itertools import product

import pytest

from fundingapp.domain.bids import (
    BIDS,
    BidCost,
    BidState as S,
    BidText,
    CostCategory,
    Section,
    check_costs,
    too_long,
    word_count,
)
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import BidId
from fundingapp.domain.states import Need
from tests.builders_core import money

DATE, REFERENCE, REASON, AMOUNT = Need.DATE, Need.REFERENCE, Need.REASON, Need.AMOUNT
PAPER = {DATE, REFERENCE}
END = {DATE, REASON}

#: What a bid can become from each state, and what has to be said for it (domain paper 2.2).
ALLOWED: dict[S, dict[S, set[Need]]] = {
    S.DRAFT: {S.BOARD_APPROVED: PAPER, S.WITHDRAWN: END},
    S.BOARD_APPROVED: {S.SUBMITTED: {DATE}, S.DRAFT: {REASON}, S.WITHDRAWN: END},
    S.SUBMITTED: {
        S.APPROVED: PAPER,
        S.PART_APPROVED: PAPER | {AMOUNT},
        S.DEFERRED: PAPER,
        S.REJECTED: PAPER,
        S.DRAFT: {REASON},
        S.WITHDRAWN: END,
    },
    S.DEFERRED: {
        S.APPROVED: PAPER,
        S.PART_APPROVED: PAPER | {AMOUNT},
        S.SUBMITTED: {DATE},
        S.REJECTED: PAPER,
        S.WITHDRAWN: END,
    },
    S.APPROVED: {S.OFFERED: PAPER, S.SUBMITTED: {REASON}, S.WITHDRAWN: END},
    S.PART_APPROVED: {S.OFFERED: PAPER, S.SUBMITTED: {REASON}, S.WITHDRAWN: END},
    S.REJECTED: {S.SUBMITTED: {REASON}},
    S.OFFERED: {S.ACCEPTED: {DATE}, S.WITHDRAWN: END},
    S.ACCEPTED: {S.LIVE: {DATE}, S.WITHDRAWN: END},
    S.LIVE: {S.ON_HOLD: END, S.COMPLETE: {DATE}, S.TERMINATED: END},
    S.ON_HOLD: {S.LIVE: {DATE}, S.TERMINATED: END},
    S.COMPLETE: {S.CLOSED: {DATE}, S.LIVE: {REASON}},
    S.CLOSED: {S.COMPLETE: {REASON}},
    S.WITHDRAWN: {},
    S.TERMINATED: {},
}
INSTEAD = {
    S.DRAFT: "It can become CSP approved or withdrawn.",
    S.BOARD_APPROVED: "It can become submitted, draft or withdrawn.",
    S.SUBMITTED: "It can become approved, part approved, deferred, rejected, draft or withdrawn.",
    S.DEFERRED: "It can become approved, part approved, submitted, rejected or withdrawn.",
    S.APPROVED: "It can become offered, submitted or withdrawn.",
    S.PART_APPROVED: "It can become offered, submitted or withdrawn.",
    S.REJECTED: "It can become submitted.",
    S.OFFERED: "It can become accepted or withdrawn.",
    S.ACCEPTED: "It can become live or withdrawn.",
    S.LIVE: "It can become on hold, complete or terminated.",
    S.ON_HOLD: "It can become live or terminated.",
    S.COMPLETE: "It can become financially closed or live.",
    S.CLOSED: "It can become complete.",
    S.WITHDRAWN: "That is its last state.",
    S.TERMINATED: "That is its last state.",
}
PAIRS = list(product(S, S))


def test_the_table_has_every_state_and_no_move_twice() -> None:
    assert set(ALLOWED) == set(S)
    assert len(PAIRS) == 225
    assert len({(move.source, move.target) for move in BIDS.moves}) == len(BIDS.moves) == 35


@pytest.mark.parametrize(("source", "target"), PAIRS, ids=lambda state: state.value)
def test_every_pair_of_states_is_allowed_with_what_it_needs_or_refused_in_words(source: S, target: S) -> None:
    needs = ALLOWED[source].get(target)
    if needs is None:
        with pytest.raises(ExpectedError) as refusal:
            BIDS.check("LF-09's bid", source, target, list(Need))
        assert refusal.value.code == "forbidden_move"
        assert refusal.value.message == (
            f"LF-09's bid is {source.value}: it can't become {target.value} from there."
        )
        assert refusal.value.advice == INSTEAD[source]
        assert not BIDS.allows(source, target)
        return
    move = BIDS.check("LF-09's bid", source, target, needs)
    assert set(move.needs) == needs
    assert move.actor
    for left_out in needs:
        with pytest.raises(ExpectedError) as refusal:
            BIDS.check("LF-09's bid", source, target, needs - {left_out})
        assert refusal.value.code == "move_needs"
        assert refusal.value.message == f"LF-09's bid can't become {target.value} without {left_out.value}."


def test_each_state_lists_its_moves_in_the_order_of_the_table() -> None:
    for source in S:
        assert [move.target for move in BIDS.from_state(source)] == [
            move.target for move in BIDS.moves if move.source is source
        ]


def test_a_state_says_why_it_takes_no_money() -> None:
    assert {state: state.no_charges for state in S if state.no_charges} == {
        S.DRAFT: "is a draft, not decided",
        S.BOARD_APPROVED: "is CSP approved, not decided",
        S.SUBMITTED: "is submitted, not decided",
        S.DEFERRED: "is deferred, not decided",
        S.REJECTED: "was rejected",
        S.WITHDRAWN: "was withdrawn",
        S.ON_HOLD: "is on hold",
        S.TERMINATED: "was terminated",
        S.CLOSED: "is financially closed",
    }


@pytest.mark.parametrize(
    ("costs", "said"),
    [
        ([], "LF-09's bid asks for £30.00 and has no costed lines."),
        (["29.99"], "LF-09's bid asks for £30.00, and its costed lines come to £29.99: £0.01 too little."),
        (
            ["20.00", "10.01"],
            "LF-09's bid asks for £30.00, and its costed lines come to £30.01: £0.01 too much.",
        ),
        (["20.00", "10.00"], ""),
    ],
)
def test_costed_lines_add_up_to_the_amount_to_the_penny(costs: list[str], said: str) -> None:
    lines = [BidCost(BidId(1), CostCategory.STAFF, "worker", 1, money(amount)) for amount in costs]
    if not said:
        check_costs("LF-09's bid", money("30.00"), lines)
        return
    with pytest.raises(ExpectedError) as refusal:
        check_costs("LF-09's bid", money("30.00"), lines)
    assert refusal.value.message == said


def test_words_are_counted_as_forms_count_them() -> None:
    assert word_count("") == word_count("  \n ") == 0
    assert word_count("Beat 65’s  street-based\nyouth work") == 5


def test_sections_are_too_long_from_the_first_word_over_the_limit_and_without_a_limit_never() -> None:
    texts = [
        BidText(BidId(1), Section.RISK, "one two three"),
        BidText(BidId(1), Section.NEED, "one two three"),
        BidText(BidId(1), Section.AIMS, "one " * 5_000),
    ]
    limits = ((Section.NEED.value, 2), (Section.RISK.value, 3), ("no such section", 1))
    assert too_long(texts, limits) == ((Section.NEED, 3, 2),)
    assert too_long(texts, ()) == ()
