"""How every store must behave towards the coding rules; given one as those of tests/contracts.py are."""

from __future__ import annotations

from fundingapp.application.ports import LineCharges, OpenWork, RuleUse
from fundingapp.domain.ids import RuleId
from tests.builders_core import make_line, make_rule, money
from tests.contracts import HEAD_2, RECORD, add_lines, charged, fill


class RuledContract:
    """Lines are found by their texts and by the rule that placed them; a rule's identity is never used again."""

    def test_lines_are_found_by_their_texts(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            _, ids = add_lines(
                work,
                make_line("T1", supplier="Ünder", account="1"),
                make_line("T2", supplier="Over", account="1"),
                make_line("T3", supplier="Over", account="2"),
            )
            work.ledger.set_live(ids[2:], False)
            assert sorted(work.ledger.texts_of("supplier")) == ["Over", "Ünder"]
            assert set(work.ledger.texts_of("account")) >= {"1"}

            def among(**texts: list[str]) -> list[str]:
                return sorted(line.transaction for _, line in work.ledger.lines_among(texts))

            assert among() == ["T1", "T2"]
            assert among(supplier=["Over"]) == ["T2"]
            assert among(supplier=["Over", "Ünder"], account=["2"]) == []
            assert among(supplier=[]) == []
            many = [f"x{number}" for number in range(1200)]
            assert among(supplier=[*many, "Ünder"], account=["1", *many]) == ["T1"]
            assert dict(work.ledger.lines_among({}))[ids[0]].supplier == "Ünder"

    def test_what_each_rule_placed_is_counted_while_it_counts(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            _, (one, two, three) = add_lines(work, make_line("T1"), make_line("T2"), make_line("T3"))
            run = work.ledger.next_run()
            split = (
                charged("6.00", run=run, rule=RuleId(2)),
                charged("4.00", HEAD_2, run=run, rule=RuleId(2)),
            )
            work.ledger.put_charges(
                [
                    LineCharges(one, split),
                    LineCharges(two, (charged("10.00", run=run, rule=RuleId(2)),)),
                    LineCharges(three, (charged("10.00"),)),
                ]
            )
            assert work.ledger.rule_uses() == [RuleUse(RuleId(2), 2, money("20.00"))]
            placed = work.ledger.lines_placed_by([RuleId(2), RuleId(3)])
            assert [(id, line.transaction) for id, line in placed] == [(one, "T1"), (two, "T2")]
            work.ledger.set_live([two], False)
            assert work.ledger.rule_uses() == [RuleUse(RuleId(2), 1, money("10.00"))]
            assert [id for id, _ in work.ledger.lines_placed_by([RuleId(2)])] == [one]
            assert work.ledger.lines_placed_by([]) == []

    def test_a_rule_that_a_charge_names_gives_its_identity_to_no_other(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            rule = work.rules.add(make_rule(1, "P-01"))
            _, [line] = add_lines(work, make_line())
            placed = charged("10.00", rule=RuleId(rule), run=work.ledger.next_run())
            work.ledger.put_charges([LineCharges(line, (placed,))])
            work.rules.remove(work.rules.get(rule))
            work.commit(RECORD)
        with open_work() as work:
            assert work.rules.add(make_rule(1, "P-02")) > rule
