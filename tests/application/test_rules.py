"""Rules are added, changed, moved, switched off and tried one at a time; each step is taken back exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import AddRules, ApplyRules, ChargeLines, ClearCharges
from fundingapp.application.commands.records import Record, RemoveRecords
from fundingapp.application.commands.rules import PlaceAnew, Placing, SaveRule, SwitchRules
from fundingapp.application.desk import Desk
from fundingapp.application.effect import NOTHING_TO_UNDO, Topic
from fundingapp.application.ports import RuleUse
from fundingapp.application.queries.rules import ExplainLine, RuleFromLine, Rules, RuleUses, TryRule
from fundingapp.domain.conditions import Condition, Field, Operator, fits
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import LineId, RuleId
from fundingapp.domain.matching import CodingRule, parse_target
from fundingapp.domain.rule_trials import Meets
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import make_download, make_line, make_rule, money, set_up_grant
from tests.fakes import FakeStore

T1, T2, T3, T4 = (LineId(number) for number in range(1, 5))
R1, R2, R3 = (RuleId(number) for number in range(1, 4))
YOUTH = make_rule(1, "P-01", supplier="youth")
SAFER = make_rule(2, "P-02", supplier="safer")


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Two rules, and four lines: two of the Youth Trust (10.00, 20.00), Safer Streets (40.00), a council (80.00)."""
    set_up_grant(desk)
    lines = [
        make_line("T1", "10.00", supplier="Youth Trust"),
        make_line("T2", "20.00", supplier="Youth Trust North"),
        make_line("T3", "40.00", supplier="Safer Streets Ltd"),
        make_line("T4", "80.00", supplier="City Council"),
    ]
    desk.do(ImportLedger(make_download(lines)))
    desk.do(AddRules((YOUTH, SAFER)))
    return desk


def listed(desk: Desk) -> list[tuple[int, int, str, bool]]:
    return [(kept.id, kept.value.order, str(kept.value.target), kept.value.on) for kept in desk.ask(Rules())]


def where(desk: Desk, line: LineId) -> list[str]:
    return [str(entry.charge.amount) for entry in desk.ask(ExplainLine(line)).charges]


class TestSaving:
    def test_a_new_rule_takes_its_place_and_the_others_make_room(self, desk: Desk, store: FakeStore) -> None:
        assert_taken_back_and_done_again(desk, store, SaveRule(make_rule(1, "income", supplier="north")))
        assert listed(desk) == [(3, 1, "income", True), (1, 2, "P-01", True), (2, 3, "P-02", True)]
        assert desk.undo_name == "add rule 1 for supplier contains “north”"

    def test_a_rule_is_changed(self, desk: Desk, store: FakeStore) -> None:
        command = SaveRule(replace(YOUTH, target=parse_target("P-02")), R1, YOUTH)
        assert_taken_back_and_done_again(desk, store, command)
        assert listed(desk)[0] == (1, 1, "P-02", True)
        assert desk.undo_name == "change rule 1"

    def test_a_rule_is_moved_by_its_number(self, desk: Desk, store: FakeStore) -> None:
        assert_taken_back_and_done_again(desk, store, SaveRule(replace(YOUTH, order=2), R1, YOUTH))
        assert [row[:2] for row in listed(desk)] == [(2, 1), (1, 2)]
        assert desk.undo_name == "move rule 1 to place 2"

    def test_a_rule_saved_as_it_was_changes_nothing(self, desk: Desk) -> None:
        effect = desk.do(SaveRule(YOUTH, R1, YOUTH))
        assert (effect.changed, effect.inverse) == (Topic.NOTHING, NOTHING_TO_UNDO)

    def test_the_lines_that_it_takes_are_charged_at_once_and_no_others(
        self, desk: Desk, store: FakeStore
    ) -> None:
        rule = make_rule(3, "P-01", supplier="council")
        assert_taken_back_and_done_again(desk, store, SaveRule(rule, placing=Placing.WAITING))
        assert where(desk, T4) == ["80.00"]
        assert where(desk, T1) == where(desk, T3) == []
        assert desk.ask(RuleUses()) == {R3: RuleUse(R3, 1, money("80.00"))}

    def test_what_it_placed_is_placed_anew_when_that_is_asked_for(self, desk: Desk, store: FakeStore) -> None:
        desk.do(ApplyRules())
        desk.do(ClearCharges((T3,)))
        narrower = replace(YOUTH, conditions=fits(supplier="youth trust north"), target=parse_target("P-02"))
        assert_taken_back_and_done_again(desk, store, SaveRule(narrower, R1, YOUTH, Placing.ANEW))
        desk.undo()
        effect = desk.do(SaveRule(narrower, R1, YOUTH, Placing.ANEW))
        assert (effect.result.placed, effect.result.waiting) == (1, 1)
        assert where(desk, T1) == where(desk, T3) == []
        [charge] = desk.ask(ExplainLine(T2)).charges
        assert charge.charge.reason == "Rule 1: supplier contains “youth trust north”"

    def test_without_being_asked_a_change_leaves_what_was_placed(self, desk: Desk) -> None:
        desk.do(ApplyRules())
        desk.do(SaveRule(replace(YOUTH, target=parse_target("income")), R1, YOUTH))
        explained = desk.ask(ExplainLine(T1))
        assert explained.charges[0].charge.head is not None
        assert explained.charged_by is not None
        assert str(explained.charged_by.rule.target) == "income"

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (SaveRule(make_rule(0, "P-01", supplier="x")), "rule_order"),
            (SaveRule(YOUTH, R1, SAFER), "changed_meanwhile"),
            (SaveRule(YOUTH, RuleId(9), YOUTH), "not_found"),
            (SwitchRules((RuleId(9),), on=False), "not_found"),
        ],
    )
    def test_what_can_t_be_saved_is_refused(
        self, desk: Desk, store: FakeStore, command: Any, code: str
    ) -> None:
        assert refusal_of(desk, store, command).code == code

    def test_a_step_is_not_taken_back_over_somebody_else_s_change(self, desk: Desk) -> None:
        desk.do(SaveRule(make_rule(3, "P-01", supplier="council"), placing=Placing.WAITING))
        Desk(desk._tools).do(ChargeLines((T4,), parse_target("P-02"), "no, ours"))
        with pytest.raises(ExpectedError) as refusal:
            desk.undo()
        assert refusal.value.code == "changed_meanwhile"
        assert len(listed(desk)) == 3

    def test_the_audit_trail_holds_both_sides(self, desk: Desk, store: FakeStore) -> None:
        desk.do(SaveRule(replace(YOUTH, on=False, name="Youth"), R1, YOUTH))
        [entry] = store.open_work(reading=True).journal.lines(1)
        assert entry.command == "EditRules"
        assert entry.before["rules"] == [
            {"id": 1, "order": 1, "when": "supplier contains “youth”", "charge to": "P-01"}
        ]
        assert entry.after["rules"] == [
            {
                "id": 1,
                "order": 1,
                "when": "supplier contains “youth”",
                "charge to": "P-01",
                "name": "Youth",
                "on": False,
            }
        ]


class TestSwitching:
    def test_rules_are_switched_off_and_place_nothing(self, desk: Desk, store: FakeStore) -> None:
        assert_taken_back_and_done_again(desk, store, SwitchRules((R1, R2, R1), on=False))
        assert desk.undo_name == "switch 2 rules off"
        assert desk.do(ApplyRules()).result.placed == 0
        assert desk.do(SwitchRules((R1,), on=True)).name == "switch rule 1 on"
        assert desk.do(SwitchRules((R1,), on=True)).inverse is NOTHING_TO_UNDO


class TestPlacingAnew:
    def test_the_lines_of_a_removed_rule_are_placed_by_the_others_or_wait(
        self, desk: Desk, store: FakeStore
    ) -> None:
        desk.do(AddRules((make_rule(3, "P-02", supplier="north"),)))
        desk.do(ApplyRules())
        desk.do(RemoveRecords((Record("rules", R1, YOUTH),), "remove rule 1"))
        assert desk.ask(ExplainLine(T1)).removed
        assert_taken_back_and_done_again(desk, store, PlaceAnew((R1,)))
        assert where(desk, T1) == []
        explained = desk.ask(ExplainLine(T2))
        assert explained.charged_by is not None
        assert explained.charged_by.id == R3
        assert desk.undo_name == "place 2 lines anew by the rules"

    def test_rules_that_placed_nothing_change_nothing(self, desk: Desk) -> None:
        assert desk.do(PlaceAnew((R1,))).inverse is NOTHING_TO_UNDO


class TestTrying:
    def test_a_trial_tells_what_would_happen_and_keeps_nothing(self, desk: Desk, store: FakeStore) -> None:
        desk.do(ApplyRules())
        desk.do(ChargeLines((T4,), parse_target("P-02"), "theirs"))
        anything = CodingRule(
            1, parse_target("P-01"), (Condition(Field.AMOUNT, Operator.BETWEEN, ("15", "")),)
        )
        before = store.open_work(reading=True).journal.head()
        answer = desk.ask(TryRule(anything))
        assert {line.id: (line.meets, line.rule) for line in answer.trial.lines} == {
            T2: (Meets.ELSEWHERE, R1),
            T3: (Meets.ELSEWHERE, R2),
            T4: (Meets.ELSEWHERE, None),
        }
        assert answer.sentence.startswith(
            "Would charge 3 lines, £140.00. All of them are charged elsewhere ("
        )
        assert store.open_work(reading=True).journal.head() == before

    @pytest.mark.parametrize(
        ("conditions", "lines"),
        [
            (fits(supplier="YOUTH"), {T1, T2}),
            (fits(cost_centre="cs100", type="pi"), {T1, T2, T3, T4}),
            (fits(account="9999"), set()),
            ((Condition(Field.SUPPLIER, Operator.LACKS, ("trust",)),), {T3, T4}),
            ((), {T1, T2, T3, T4}),
        ],
    )
    def test_every_line_that_fits_is_found(
        self, desk: Desk, conditions: tuple[Condition, ...], lines: set[LineId]
    ) -> None:
        trial = desk.ask(TryRule(CodingRule(1, parse_target("P-01"), conditions))).trial
        assert {line.id for line in trial.lines} == lines

    def test_what_a_changed_rule_would_lose_is_told(self, desk: Desk) -> None:
        desk.do(ApplyRules())
        answer = desk.ask(TryRule(replace(YOUTH, conditions=fits(supplier="north")), R1))
        assert answer.trial.lost == (T1,)
        assert [(line.id, line.meets) for line in answer.trial.lines] == [(T2, Meets.KEEPS)]


class TestExplaining:
    def test_a_line_that_waits_names_the_rule_that_nearly_fits(self, desk: Desk) -> None:
        desk.do(SaveRule(make_rule(3, "P-01", supplier="council", account="9999")))
        explained = desk.ask(ExplainLine(T4))
        assert (explained.charges, explained.charged_by, explained.removed) == ((), None, False)
        assert str(explained.today.nearly[0].failed[0]) == "account is “9999”: no, it is “4000”"

    def test_a_rule_is_proposed_from_a_line(self, desk: Desk) -> None:
        rule = desk.ask(RuleFromLine(T4, parse_target("P-01")))
        assert rule == CodingRule(3, parse_target("P-01"), fits(supplier="City Council"))
        assert len(desk.ask(Rules())) == 2
