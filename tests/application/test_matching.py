"""Lines are placed by the rules or by hand, wait again, and every step is taken back exactly."""

from __future__ import annotations

from typing import Any

import pytest

from fundingapp.application.commands.grants import AddProject
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import (
    AddRules,
    ApplyRules,
    ChargeLine,
    ChargeLines,
    ChargePart,
    ClearCharges,
    RestoreCharges,
)
from fundingapp.application.desk import Desk
from fundingapp.application.effect import NOTHING_TO_UNDO, Command, Topic
from fundingapp.application.ports import LineCharges
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.matching import Disposition, Exclude, How, parse_target
from fundingapp.domain.money import Money
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import (
    NEXT_YEAR,
    YEAR,
    make_download,
    make_head,
    make_line,
    make_rule,
    money,
    set_up_grant,
)
from tests.fakes import FakeStore, StoppingProgress

T1, T2, T3, T4 = (LineId(number) for number in range(1, 5))
FUND = FundId(1)
H1, H2 = make_head(ProjectId(1), FUND), make_head(ProjectId(2), FUND)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A grant with four lines that wait: 10.00, 20.00, −500.00, and 40.00 in the year after."""
    set_up_grant(desk)
    lines = [
        make_line("T1", "10.00"),
        make_line("T2", "20.00", supplier="Youth Trust"),
        make_line("T3", "-500.00", supplier="The Commissioner", type="GR"),
        make_line("T4", "40.00", year=NEXT_YEAR),
    ]
    desk.do(ImportLedger(make_download(lines)))
    return desk


def placed(store: FakeStore, line: LineId) -> list[tuple[Any, Money, str]]:
    with store.open_work(reading=True) as work:
        return [
            (entry.charge.head or entry.charge.disposition, entry.charge.amount, entry.charge.reason)
            for entry in work.ledger.charges_of([line])[line]
        ]


def part(amount: str, head: Any = H1, disposition: Disposition = Disposition.PROJECT) -> ChargePart:
    return ChargePart(money(amount), disposition, head)


class TestRules:
    def test_rules_are_added_in_their_order(self, desk: Desk, store: FakeStore) -> None:
        assert_taken_back_and_done_again(
            desk, store, AddRules((make_rule(2, "income"), make_rule(1, "excluded: not ours")), "add rules")
        )
        newest = store.open_work(reading=True).journal.lines(3)[-1]
        assert newest.sentence == "add rules"
        assert newest.after["added"] == [
            {"id": 1, "order": 2, "when": "every line", "charge to": "income"},
            {"id": 2, "order": 1, "when": "every line", "charge to": "excluded: not ours"},
        ]

    def test_a_list_without_rules_is_refused(self, desk: Desk, store: FakeStore) -> None:
        assert refusal_of(desk, store, AddRules(())).code == "no_rules"

    def test_they_place_what_waits_and_say_how_much(self, desk: Desk, store: FakeStore) -> None:
        rules = (
            make_rule(1, "income", type="GR"),
            make_rule(2, "excluded: not ours", supplier="youth"),
            make_rule(3, "split P-01 50%, P-02 50%"),
        )
        desk.do(AddRules(rules))
        effect = desk.do(ApplyRules())
        result = effect.result
        assert (result.charged, result.income, result.excluded, result.waiting) == (1, 1, 1, 1)
        assert (result.placed, effect.name) == (3, "match 3 lines by the rules")
        assert [amount for _, amount, _ in placed(store, T1)] == [money("5.00")] * 2
        assert placed(store, T4) == []
        with store.open_work(reading=True) as work:
            [charged, _] = work.ledger.charges_of([T1])[T1]
            assert (charged.how, charged.run, charged.by, charged.charge.rule) == (
                How.RULE,
                result.run,
                "Ann",
                3,
            )

    def test_two_runs_never_share_a_number(self, desk: Desk, store: FakeStore) -> None:
        """Though nothing that the first one charged is left: to take it back would take the other's charges too."""
        desk.do(AddRules((make_rule(1, "income", type="GR"),)))
        first = desk.do(ApplyRules()).result.run
        desk.do(ChargeLines((T3,), Exclude("not ours"), ""))
        desk.do(AddRules((make_rule(2, "excluded: not ours", supplier="youth"),)))
        assert desk.do(ApplyRules()).result.run != first
        more = [make_line("T1", "10.00"), make_line("T5", "5.00", type="GR")]
        desk.do(ImportLedger(make_download(more), apply_rules=True))
        new = LineId(5)
        charged = placed(store, new)
        assert charged
        for _ in range(5):
            desk.undo()
        assert placed(store, T3) == []
        for _ in range(5):
            desk.redo()
        assert placed(store, new) == charged

    def test_what_is_placed_already_is_left_alone(self, desk: Desk, store: FakeStore) -> None:
        desk.do(ChargeLine(T1, (part("10.00", H2),), "by hand"))
        desk.do(AddRules((make_rule(1, "P-01"),)))
        desk.do(ApplyRules())
        assert placed(store, T1) == [(H2, money("10.00"), "by hand")]
        assert desk.do(ApplyRules()).inverse is NOTHING_TO_UNDO

    def test_they_are_taken_back_and_done_again_exactly(self, desk: Desk, store: FakeStore) -> None:
        desk.do(AddRules((make_rule(1, "P-01"),)))
        assert_taken_back_and_done_again(desk, store, ApplyRules())

    def test_long_lists_report_how_far_they_are(self, store: FakeStore, desk: Desk) -> None:
        lines = [make_line(f"L{number}", "1.00") for number in range(2000)]
        desk.do(ImportLedger(make_download(lines, "long.csv")))
        desk.do(AddRules((make_rule(1, "P-01"),)))
        progress = StoppingProgress(after=99)
        desk.do(ApplyRules(), progress)
        assert progress.labels == ["Applying the rules"]


class TestByHand:
    def test_a_line_is_split_by_amounts(self, desk: Desk, store: FakeStore) -> None:
        parts = (part("4.00"), part("5.00", H2), part("1.00", None, Disposition.EXCLUDED))
        assert_taken_back_and_done_again(desk, store, ChargeLine(T1, parts, " as the invoice says "))
        assert desk.undo_name == "charge Safer Streets Ltd £10.00"
        assert placed(store, T1) == [
            (H1, money("4.00"), "as the invoice says"),
            (H2, money("5.00"), "as the invoice says"),
            (Disposition.EXCLUDED, money("1.00"), "as the invoice says"),
        ]

    @pytest.mark.parametrize(
        ("target", "reason", "expected", "name"),
        [
            ("p-01", "theirs", [(H1, "20.00", "theirs")], "charge 1 line to p-01"),
            (
                "split P-01 75%, P-02 25%",
                "shared",
                [(H1, "15.00", "shared"), (H2, "5.00", "shared")],
                "charge 1 line to split P-01 75%, P-02 25%",
            ),
            ("income", "the grant", [(Disposition.INCOME, "20.00", "the grant")], "charge 1 line to income"),
            ("excluded: not ours", "", [(Disposition.EXCLUDED, "20.00", "not ours")], "exclude 1 line"),
            (
                "excluded: not ours",
                "asked Ann",
                [(Disposition.EXCLUDED, "20.00", "not ours: asked Ann")],
                "exclude 1 line",
            ),
        ],
    )
    def test_lines_are_placed_by_reference(
        self,
        desk: Desk,
        store: FakeStore,
        target: str,
        reason: str,
        expected: list[tuple[Any, str, str]],
        name: str,
    ) -> None:
        command = ChargeLines((T2,), parse_target(target), reason)
        assert_taken_back_and_done_again(desk, store, command)
        assert placed(store, T2) == [(where, money(amount), why) for where, amount, why in expected]
        assert desk.undo_name == name

    def test_a_line_that_is_named_twice_is_placed_once(self, desk: Desk, store: FakeStore) -> None:
        assert desk.do(ChargeLines((T1, T2, T1), parse_target("P-01"), "theirs")).result == 2
        assert desk.do(ClearCharges((T1, T1))).result == 1
        assert placed(store, T1) == []

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (ChargeLine(T1, (part("9.99"),), "theirs"), "cannot_charge"),
            (ChargeLine(T1, (part("10.00"),), " "), "cannot_charge"),
            (ChargeLine(T1, (), "theirs"), "cannot_charge"),
            (ChargeLine(T1, (part("10.00", make_head(ProjectId(9), FUND)),), "theirs"), "cannot_charge"),
            (
                ChargeLine(T1, (part("10.00", make_head(ProjectId(1), FUND, Kind.CAPITAL)),), "theirs"),
                "cannot_charge",
            ),
            (ChargeLine(T4, (part("40.00"),), "theirs"), "cannot_charge"),
            (ChargeLine(LineId(99), (part("10.00"),), "theirs"), "not_found"),
            (ChargeLines((), parse_target("P-01"), "theirs"), "cannot_charge"),
            (ChargeLines((T1,), parse_target("P-01"), " "), "cannot_charge"),
            (ChargeLines((T1,), parse_target("P-09"), "theirs"), "cannot_charge"),
            (ChargeLines((T1, T4), parse_target("P-01"), "theirs"), "cannot_charge"),
            (ChargeLines((LineId(99),), parse_target("P-01"), "theirs"), "not_found"),
            (ClearCharges((LineId(99),)), "not_found"),
        ],
    )
    def test_what_can_t_be_charged_is_refused(
        self, desk: Desk, store: FakeStore, command: Any, code: str
    ) -> None:
        assert refusal_of(desk, store, command).code == code

    @pytest.mark.parametrize(
        "command",
        [
            ChargeLine(T2, (ChargePart(money("20.00"), Disposition.INCOME),), "grant"),
            ChargeLines((T1, T2), parse_target("P-01"), "theirs"),
            ClearCharges((T2,)),
        ],
    )
    def test_a_line_that_vanished_from_the_newest_download_is_left_alone(
        self, desk: Desk, store: FakeStore, command: Command[Any]
    ) -> None:
        lines = [make_line("T1", "10.00"), make_line("T3", "-500.00", supplier="The Commissioner", type="GR")]
        desk.do(ImportLedger(make_download(lines)))
        assert "T2 is not in the newest download any more" in refusal_of(desk, store, command).message

    def test_an_exclusion_without_a_reason_is_refused(self, desk: Desk, store: FakeStore) -> None:
        assert refusal_of(desk, store, ChargeLines((T1,), Exclude(" "), "")).code == "cannot_charge"

    def test_a_project_of_two_grants_is_charged_by_amounts(self, desk: Desk, store: FakeStore) -> None:
        desk.do(AddProject(Project("P-01", "Project P-01"), FUND, YEAR, Kind.CAPITAL, money("5.00")))
        refusal = refusal_of(desk, store, ChargeLines((T1,), parse_target("P-01"), "theirs"))
        assert refusal.message == (
            "P-01 has revenue and capital money in 2018/19: name the kind, as in P-01:revenue."
        )
        capital = make_head(ProjectId(1), FUND, Kind.CAPITAL)
        desk.do(ChargeLine(T1, (part("6.00"), part("4.00", capital)), "both"))
        assert [amount for _, amount, _ in placed(store, T1)] == [money("6.00"), money("4.00")]

    def test_a_line_with_a_project_of_another_year_only_can_t_be_charged_to_it(
        self, desk: Desk, store: FakeStore
    ) -> None:
        refusal = refusal_of(desk, store, ChargeLine(T4, (part("40.00"),), "theirs"))
        assert "2019/20" in refusal.message


class TestWaitingAgain:
    def test_lines_wait_again(self, desk: Desk, store: FakeStore) -> None:
        desk.do(ChargeLines((T1, T2), parse_target("P-01"), "theirs"))
        assert_taken_back_and_done_again(desk, store, ClearCharges((T1, T2, T3)))
        assert desk.undo_name == "make 2 lines wait again"

    @pytest.mark.parametrize("lines", [(), (T1,)])
    def test_what_waits_already_changes_nothing(self, desk: Desk, lines: tuple[LineId, ...]) -> None:
        effect = desk.do(ClearCharges(lines))
        assert (effect.result, effect.changed, effect.inverse) == (0, Topic.NOTHING, NOTHING_TO_UNDO)


def test_charges_that_somebody_else_changed_are_not_put_back(desk: Desk, store: FakeStore) -> None:
    desk.do(ChargeLines((T1,), parse_target("P-01"), "theirs"))
    Desk(desk._tools).do(ChargeLines((T1,), parse_target("P-02"), "no, ours"))
    with pytest.raises(ExpectedError) as refusal:
        desk.undo()
    assert refusal.value.code == "changed_meanwhile"
    assert placed(store, T1) == [(H2, money("10.00"), "no, ours")]


def test_restoring_is_its_own_inverse(desk: Desk, store: FakeStore) -> None:
    empty, full = LineCharges(T1, ()), LineCharges(T2, ())
    effect = desk.do(RestoreCharges((empty, full), (empty, full), "nothing at all"))
    assert effect.inverse == RestoreCharges((empty, full), (empty, full), "nothing at all")
