"""Virements: every move of their states, what lines can give, whose decision the limits ask for, R3 and R5."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.agreements import Terms
from fundingapp.domain.allocations import (
    Authority,
    BudgetMovement,
    ChangeState,
    Contingency,
    ContingencyEntry,
)
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import MovementId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.positions import grant_position
from fundingapp.domain.states import Need
from fundingapp.domain.virements import (
    VIREMENTS,
    Leg,
    Line,
    before_and_after,
    check_authority,
    check_legs,
    check_taking_back,
    limits_in_words,
    moved,
    needed_authority,
    reconcile_virements,
    virements_of,
    walked,
)
from tests.builders import (
    FUND,
    YEAR,
    make_allocation,
    make_award,
    make_movement,
    make_project,
    make_records,
    pounds,
)

P1, P2, P3 = ProjectId(1), ProjectId(2), ProjectId(3)
S = ChangeState
#: The whole table: from each state, what it may become and what has to be said for it.
ALLOWED: dict[ChangeState, dict[ChangeState, tuple[Need, ...]]] = {
    S.DRAFT: {S.SUBMITTED: (), S.APPLIED: (Need.DATE,), S.WITHDRAWN: (Need.REASON,)},
    S.SUBMITTED: {
        S.QUERIED: (Need.REASON,),
        S.APPROVED: (Need.DATE,),
        S.REJECTED: (Need.DATE, Need.REASON),
        S.WITHDRAWN: (Need.REASON,),
    },
    S.QUERIED: {
        S.SUBMITTED: (),
        S.APPROVED: (Need.DATE,),
        S.REJECTED: (Need.DATE, Need.REASON),
        S.WITHDRAWN: (Need.REASON,),
    },
    S.APPROVED: {S.AWAITING_LETTER: (), S.APPLIED: (Need.DATE,), S.WITHDRAWN: (Need.REASON,)},
    S.AWAITING_LETTER: {S.APPLIED: (Need.DATE, Need.REFERENCE), S.WITHDRAWN: (Need.REASON,)},
    S.REJECTED: {},
    S.WITHDRAWN: {},
    S.APPLIED: {},
}


class TestStates:
    @pytest.mark.parametrize(
        ("source", "target"),
        [(source, target) for source in S for target in S],
        ids=lambda state: state.value,
    )
    def test_every_move_is_allowed_or_refused_in_a_sentence(
        self, source: ChangeState, target: ChangeState
    ) -> None:
        allowed = ALLOWED[source]
        if target in allowed:
            assert VIREMENTS.check("Virement 3", source, target, allowed[target]).target is target
            for missing in allowed[target]:
                given_ = [need for need in allowed[target] if need is not missing]
                with pytest.raises(ExpectedError) as refusal:
                    VIREMENTS.check("Virement 3", source, target, given_)
                assert (
                    refusal.value.message
                    == f"Virement 3 can't become {target.value} without {missing.value}."
                )
            return
        with pytest.raises(ExpectedError) as refusal:
            VIREMENTS.check("Virement 3", source, target, list(Need))
        assert (
            refusal.value.message
            == f"Virement 3 is {source.value}: it can't become {target.value} from there."
        )
        if allowed:
            assert next(iter(allowed)).value in refusal.value.advice
        else:
            assert refusal.value.advice == "That is its last state."


def line(
    project: ProjectId | None, name: str, budget: str, spent: str = "0", claimed: str = "0", **more: Kind
) -> Line:
    kind = more.get("kind", Kind.REVENUE)
    return Line(project, kind, "", name, pounds(budget), pounds(spent), pounds(claimed))


def leg(source: ProjectId | None, target: ProjectId | None, amount: str, **more: Kind) -> Leg:
    return Leg(more.get("kind", Kind.REVENUE), source, target, pounds(amount), more.get("to_kind"))


LINES = (
    line(P1, "Street Pastors", "3,000.00", "2,850.00"),
    line(P2, "Cycle Theft", "1,000.00"),
    line(P3, "Op Endeavour", "2,000.00", "100.00", "1,500.00"),
    line(None, "contingency", "16.00"),
)


class TestWhatLinesCanGive:
    @pytest.mark.parametrize(
        ("legs", "sentence"),
        [
            (
                [leg(P1, P2, "4,000.00")],
                "£4,000.00 can't leave Street Pastors: £2,850.00 of its £3,000.00 is already spent, so £150.00 at most "
                "can.",
            ),
            (
                [leg(P3, P2, "500.01")],
                "£500.01 can't leave Op Endeavour: £1,500.00 of its £2,000.00 is already claimed and £100.00 spent, so "
                "£500.00 at most can.",
            ),
            (
                [leg(P2, P1, "1,000.01")],
                "£1,000.01 can't leave Cycle Theft: its budget is £1,000.00, so £1,000.00 at most can.",
            ),
            (
                [leg(None, P1, "16.01")],
                "£16.01 can't leave contingency: £16.00 is left in it, so £16.00 at most can.",
            ),
            (
                [leg(P1, P2, "100.00"), leg(P1, P3, "50.01")],
                "£150.01 can't leave Street Pastors: £2,850.00 of its £3,000.00 is already spent, so £150.00 at most "
                "can.",
            ),
            (
                [leg(ProjectId(9), P1, "1.00")],
                "£1.00 can't leave a project that has no revenue award here: its budget is £0.00, so £0.00 at most "
                "can.",
            ),
            ([leg(P1, P2, "0.00")], "A virement moves an amount above nought."),
            ([leg(P1, P1, "1.00")], "A virement needs two different lines."),
            ([leg(None, None, "1.00")], "A virement needs two different lines."),
            (
                [leg(P1, P2, "1.00"), leg(P2, P1, "1.00")],
                "The legs of this virement cancel out: it moves nothing.",
            ),
            ([], "The virement moves nothing yet."),
        ],
    )
    def test_what_is_not_allowed_is_refused_with_the_figures(self, legs: list[Leg], sentence: str) -> None:
        with pytest.raises(ExpectedError) as refusal:
            check_legs(LINES, legs)
        assert refusal.value.message == sentence
        assert refusal.value.advice

    def test_to_the_last_penny_that_is_left(self) -> None:
        changes = check_legs(LINES, [leg(P1, P2, "150.00")])
        assert [(entry.before, entry.after) for entry in changes] == [
            (pounds("3,000.00"), pounds("2,850.00")),
            (pounds("1,000.00"), pounds("1,150.00")),
        ]

    def test_money_on_its_way_through_a_line_is_no_loss_of_it(self) -> None:
        """P2 gets 100.00 and passes 1,050.00 on: it gives 950.00 of its own."""
        changes = check_legs(LINES, [leg(P1, P2, "100.00"), leg(P2, P3, "1,050.00")])
        assert {entry.line.name: entry.change for entry in changes} == {
            "Street Pastors": pounds("-100.00"),
            "Cycle Theft": pounds("-950.00"),
            "Op Endeavour": pounds("1,050.00"),
        }
        assert moved([leg(P1, P2, "100.00"), leg(P2, P3, "1,050.00")]) == pounds("1,050.00")

    def test_one_project_may_change_kinds(self) -> None:
        crossing = leg(P2, P2, "10.00", to_kind=Kind.CAPITAL)
        changes = check_legs(LINES, [crossing])
        assert crossing.crosses
        assert [(entry.line.kind, entry.change) for entry in changes] == [
            (Kind.REVENUE, pounds("-10.00")),
            (Kind.CAPITAL, pounds("10.00")),
        ]

    @given(
        st.lists(
            st.tuples(
                st.sampled_from([None, P1, P2, P3]),
                st.sampled_from([None, P1, P2, P3]),
                st.integers(1, 500_000).map(Money),
            ),
            max_size=6,
        )
    )
    def test_every_virement_nets_to_nought_and_leaves_no_line_below_what_is_used(
        self, given_: list[tuple[ProjectId | None, ProjectId | None, Money]]
    ) -> None:
        """R5, and the rule of the paper: whatever is asked, what is let through moves money and makes none."""
        legs = [Leg(Kind.REVENUE, *entry) for entry in given_]
        assert Money.total(entry.change for entry in before_and_after(LINES, legs)) == Money.ZERO
        try:
            changes = check_legs(LINES, legs)
        except ExpectedError:
            return
        for entry in changes:
            assert entry.after >= entry.line.used or entry.change >= Money.ZERO


class TestAuthority:
    LIMITS = Terms(own_limit=pounds("5,000.00"), board_limit=pounds("20,000.00"))

    @pytest.mark.parametrize(
        ("amount", "terms", "needed"),
        [
            ("5,000.00", LIMITS, Authority.OWN),
            ("5,000.01", LIMITS, Authority.BOARD),
            ("20,000.00", LIMITS, Authority.BOARD),
            ("20,000.01", LIMITS, Authority.COMMISSIONER),
            ("999,999.00", Terms(), Authority.OWN),
            ("0.01", Terms(board_limit=pounds("100.00")), Authority.BOARD),
            ("100.01", Terms(board_limit=pounds("100.00")), Authority.COMMISSIONER),
            ("100.00", Terms(own_limit=pounds("100.00")), Authority.OWN),
            ("100.01", Terms(own_limit=pounds("100.00")), Authority.COMMISSIONER),
            ("0.01", Terms(own_limit=Money.ZERO, board_limit=Money.ZERO), Authority.COMMISSIONER),
        ],
    )
    def test_limits_decide_exactly_at_their_boundary(
        self, amount: str, terms: Terms, needed: Authority
    ) -> None:
        assert needed_authority(pounds(amount), terms) is needed
        assert needed_authority(pounds(amount), terms, crosses=True) is Authority.COMMISSIONER
        assert limits_in_words(terms).startswith("the agreement")

    @pytest.mark.parametrize(
        ("amount", "by", "reference", "document", "code"),
        [
            ("5,000.00", Authority.OWN, "", False, ""),
            ("5,000.01", Authority.OWN, "minute 4", True, "authority_short"),
            ("5,000.01", Authority.BOARD, "", False, "no_minute"),
            ("5,000.01", Authority.BOARD, "minute 4", False, ""),
            ("20,000.01", Authority.BOARD, "minute 4", True, "authority_short"),
            ("20,000.01", Authority.COMMISSIONER, "", True, "no_letter"),
            ("20,000.01", Authority.COMMISSIONER, "letter 7", False, "no_document"),
            ("20,000.01", Authority.COMMISSIONER, "letter 7", True, ""),
            ("1.00", Authority.COMMISSIONER, "letter 7", True, ""),
        ],
    )
    def test_each_authority_needs_its_paper(
        self, amount: str, by: Authority, reference: str, document: bool, code: str
    ) -> None:
        if not code:
            check_authority(pounds(amount), self.LIMITS, by, reference, document)
            return
        with pytest.raises(ExpectedError) as refusal:
            check_authority(pounds(amount), self.LIMITS, by, reference, document)
        assert (refusal.value.code, bool(refusal.value.advice)) == (code, True)

    def test_the_sentence_states_the_limits(self) -> None:
        with pytest.raises(ExpectedError) as refusal:
            check_authority(pounds("6,000.00"), self.LIMITS, Authority.OWN, "", False)
        assert refusal.value.message == (
            "£6,000.00 can't be moved on own authority: the agreement allows up to £5,000.00 on own authority, up to "
            "£20,000.00 with the board, beyond with the commissioner's letter."
        )

    def test_between_kinds_only_the_commissioner_decides(self) -> None:
        with pytest.raises(ExpectedError) as refusal:
            check_authority(pounds("1.00"), Terms(), Authority.BOARD, "minute 4", True, crosses=True)
        assert refusal.value.code == "authority_short"
        assert "only with the commissioner's letter" in refusal.value.message


def test_an_applied_virement_stays_once_money_was_spent_against_it() -> None:
    now = line(P2, "Cycle Theft", "1,500.00", "1,200.00")
    with pytest.raises(ExpectedError) as refusal:
        check_taking_back(now, pounds("500.00"), Money.ZERO, "Virement 3")
    assert refusal.value.message == (
        "Virement 3 can't be taken back: Cycle Theft had £500.00 from it, and £1,200.00 of its £1,500.00 is spent or "
        "claimed by now."
    )
    check_taking_back(line(P2, "Cycle Theft", "1,500.00", "1,000.00"), pounds("500.00"), Money.ZERO, "it")
    # It was overspent before already, which is what the virement was made for.
    check_taking_back(now, pounds("500.00"), pounds("1,200.00"), "it")


def test_movements_of_a_number_are_one_virement_and_old_ones_stand_alone() -> None:
    def movement(number: int, state: ChangeState = S.APPLIED) -> BudgetMovement:
        return BudgetMovement(
            FUND, YEAR, Kind.REVENUE, P1, P2, pounds("1.00"), date(2018, 10, 1), "why", "", number, state
        )

    found = virements_of(
        [
            (MovementId(5), movement(2, S.DRAFT)),
            (MovementId(1), movement(0)),
            (MovementId(3), movement(1)),
            (MovementId(2), movement(0)),
            (MovementId(4), movement(1)),
        ]
    )
    assert [(each.number, each.id, len(each.legs)) for each in found] == [
        (0, 1, 1),
        (0, 2, 1),
        (1, 3, 2),
        (2, 5, 1),
    ]
    assert [each.moved for each in found] == [pounds("1.00"), pounds("1.00"), pounds("2.00"), pounds("1.00")]


def test_an_applied_virement_shows_its_lines_as_it_found_them() -> None:
    def movement(
        number: int, source: ProjectId, target: ProjectId, amount: str, state: ChangeState
    ) -> BudgetMovement:
        dated = date(2018, 10, number)
        return BudgetMovement(
            FUND, YEAR, Kind.REVENUE, source, target, pounds(amount), dated, "why", "", number, state
        )

    found = virements_of(
        [
            (MovementId(1), movement(1, P1, P2, "10.00", S.APPLIED)),
            (MovementId(2), movement(2, P2, P1, "4.00", S.APPLIED)),
            (MovementId(3), movement(3, P1, P2, "1.00", S.DRAFT)),
        ]
    )
    shown = walked(found, [line(P1, "one", "94.00"), line(P2, "two", "56.00")])
    assert {
        id: {entry.line.name: (entry.before, entry.after) for entry in changes}
        for id, changes in shown.items()
    } == {
        1: {"one": (pounds("100.00"), pounds("90.00")), "two": (pounds("50.00"), pounds("60.00"))},
        2: {"two": (pounds("60.00"), pounds("56.00")), "one": (pounds("90.00"), pounds("94.00"))},
        3: {"one": (pounds("94.00"), pounds("93.00")), "two": (pounds("56.00"), pounds("57.00"))},
    }


ends = st.sampled_from([None, 1, 2])
amounts = st.integers(1, 10**6).map(Money)


@given(
    moves=st.lists(
        st.tuples(ends, ends, amounts, st.sampled_from(list(ChangeState)), st.booleans()), max_size=8
    ),
    entries=st.lists(st.tuples(st.sampled_from(list(ContingencyEntry)), amounts), max_size=5),
)
def test_r3_and_r5_hold_whatever_is_moved(
    moves: list[tuple[int | None, int | None, Money, ChangeState, bool]],
    entries: list[tuple[ContingencyEntry, Money]],
) -> None:
    """In whole pence, drafts and refusals left out, also where the commissioner's letters move between kinds."""
    movements = [
        BudgetMovement(
            FUND,
            YEAR,
            Kind.REVENUE,
            None if source is None else ProjectId(source),
            None if target is None else ProjectId(target),
            amount,
            date(2018, 10, 1),
            "why",
            number=number,
            state=state,
            decided_by=Authority.COMMISSIONER if crosses else Authority.OWN,
            to_kind=Kind.CAPITAL if crosses else None,
        )
        for number, (source, target, amount, state, crosses) in enumerate(moves, start=1)
        if source != target or crosses
    ]
    records = make_records(
        allocations=[make_allocation("1,000")],
        projects={ProjectId(1): make_project("P-01"), ProjectId(2): make_project("P-02")},
        awards=[make_award(1, "500"), make_award(2, "400")],
        contingencies=[
            Contingency(FUND, YEAR, Kind.REVENUE, "", "why", amount, entry) for entry, amount in entries
        ],
        movements=movements,
    )
    position = grant_position(records)
    r3, r5 = reconcile_virements(position)
    assert (r3.id, r3.holds, r5.id, r5.holds) == ("R3", True, "R5", True)
    applied = Money.total(move.amount for move in movements if move.counts)
    assert r5.left == applied
    assert position.awarded + position.contingency == pounds("900") + Money.total(
        -amount if entry is ContingencyEntry.SURRENDERED else amount for entry, amount in entries
    )


def test_r5_finds_money_that_crossed_kinds_without_a_letter() -> None:
    crossing = BudgetMovement(
        FUND, YEAR, Kind.REVENUE, P1, P2, pounds("5"), date(2018, 10, 1), "why", to_kind=Kind.CAPITAL
    )
    records = make_records(
        projects={P1: make_project("P-01"), P2: make_project("P-02")},
        awards=[make_award(1, "500"), make_award(2, "400")],
        movements=[crossing, make_movement(1, 2, "3")],
    )
    assert [identity.holds for identity in reconcile_virements(grant_position(records))] == [True, False]


def test_contingency_of_one_kind_turned_into_another_s_is_neither_released_nor_given_back() -> None:
    turned = BudgetMovement(
        FUND,
        YEAR,
        Kind.REVENUE,
        None,
        None,
        pounds("5"),
        date(2018, 10, 1),
        "for equipment",
        decided_by=Authority.COMMISSIONER,
        to_kind=Kind.CAPITAL,
    )
    records = make_records(
        projects={P1: make_project("P-01")},
        awards=[make_award(1, "500")],
        contingencies=[Contingency(FUND, YEAR, Kind.REVENUE, "", "why", pounds("20"))],
        movements=[turned],
    )
    position = grant_position(records)
    r3, r5 = reconcile_virements(position)
    assert (r3.holds, r3.left) == (True, pounds("20"))
    assert [part.amount for part in r3.right if part.name != "Set aside"] == [Money.ZERO] * 4
    assert (r5.holds, r5.left, r5.right[-1].amount) == (True, pounds("5"), pounds("5"))
    assert (position.contingency_by_kind[Kind.REVENUE], position.contingency_by_kind[Kind.CAPITAL]) == (
        pounds("15"),
        pounds("5"),
    )


def test_r3_finds_contingency_that_no_entry_explains() -> None:
    """A penny more than what was set aside and moved, as only a fault of the program could make it."""
    records = make_records(
        projects={P1: make_project("P-01"), P2: make_project("P-02")},
        awards=[make_award(1, "500"), make_award(2, "400")],
        movements=[make_movement(1, 2, "3")],
    )
    position = grant_position(records)
    assert [identity.holds for identity in reconcile_virements(position)] == [True, True]
    r3, r5 = reconcile_virements(replace(position, contingency=position.contingency + Money(1)))
    assert (r3.difference, r3.holds, r5.holds) == (Money(1), False, True)
