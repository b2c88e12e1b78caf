"""From one download to the next: what is new, worded anew, restated or gone, and what each speaks about (R9)."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.findings import Source
from fundingapp.domain.ids import LineId
from fundingapp.domain.ledger import (
    Comparison,
    Control,
    ControlKey,
    HeldLine,
    LedgerLine,
    ParsedLedger,
    SkippedRow,
    compare_downloads,
    controls_of,
    scope_of,
    standing_controls,
)
from fundingapp.domain.money import Money
from tests.builders_core import ALL_FIELDS, NEXT_YEAR, YEAR, make_line, money

FIRST = [make_line("T1", "10.00"), make_line("T2", "20.00", period=2), make_line("T3", "30.00", period=3)]


def hold(lines: list[LedgerLine]) -> dict[str, HeldLine]:
    return {line.key: HeldLine(LineId(number), line) for number, line in enumerate(lines, start=1)}


def compare(lines: list[LedgerLine], fields: frozenset[str] = ALL_FIELDS) -> Comparison:
    return compare_downloads(hold(FIRST), lines, fields, scope_of(controls_of(lines)))


def groups(comparison: Comparison) -> dict[str, list[str]]:
    return {
        "new": [line.key for line in comparison.new],
        "unchanged": [change.after.key for change in comparison.unchanged],
        "reworded": [change.after.key for change in comparison.reworded],
        "amount": [change.after.key for change in comparison.amount_changed],
        "vanished": [gone.line.key for gone in comparison.vanished],
    }


def only(**expected: list[str]) -> dict[str, list[str]]:
    return {"new": [], "unchanged": [], "reworded": [], "amount": [], "vanished": [], **expected}


class TestComparing:
    def test_the_same_download_changes_nothing_wherever_its_rows_stand(self) -> None:
        moved = [line._replace(row=line.row + 7, sheet="Sheet 2") for line in reversed(FIRST)]
        assert groups(compare(moved)) == only(unchanged=["T3", "T2", "T1"])

    def test_everything_is_new_to_an_empty_file(self) -> None:
        comparison = compare_downloads({}, FIRST, ALL_FIELDS, scope_of(controls_of(FIRST)))
        assert groups(comparison) == only(new=["T1", "T2", "T3"])

    @pytest.mark.parametrize(
        "change",
        [
            {"supplier": "Anew"},
            {"description": "Anew"},
            {"account": "9999"},
            {"cost_centre": "CS200"},
            {"type": "CN"},
            {"posted_on": None},
        ],
    )
    def test_a_line_worded_anew_keeps_its_amount(self, change: dict[str, object]) -> None:
        lines = [FIRST[0]._replace(**change), *FIRST[1:]]  # type: ignore[arg-type]  # fields by name
        comparison = compare(lines)
        assert groups(comparison) == only(reworded=["T1"], unchanged=["T2", "T3"])
        [found] = comparison.reworded
        assert (found.id, found.before, found.after) == (1, FIRST[0], lines[0])

    @pytest.mark.parametrize(
        "change",
        [{"amount": money("10.01")}, {"amount": money("-10.00")}, {"period": 2}, {"year": NEXT_YEAR}],
    )
    def test_money_that_changes_or_moves_is_a_change_of_amount(self, change: dict[str, object]) -> None:
        lines = [FIRST[0]._replace(**change), *FIRST[1:]]  # type: ignore[arg-type]  # fields by name
        assert groups(compare(lines)) == only(amount=["T1"], unchanged=["T2", "T3"])

    def test_what_a_download_has_no_column_for_is_neither_compared_nor_lost(self) -> None:
        lines = [line._replace(supplier="", account="", description="Anew") for line in FIRST]
        comparison = compare(lines, ALL_FIELDS - {"supplier", "account"})
        assert groups(comparison) == only(reworded=["T1", "T2", "T3"])
        assert comparison.reworded[0].after == FIRST[0]._replace(description="Anew")
        silent = compare(lines, ALL_FIELDS - {"supplier", "account", "description"})
        assert groups(silent) == only(unchanged=["T1", "T2", "T3"])

    def test_a_line_that_is_gone_from_what_the_download_covers_has_vanished(self) -> None:
        assert groups(compare([FIRST[0], FIRST[2]])) == only(unchanged=["T1", "T3"], vanished=["T2"])

    def test_a_line_outside_what_the_download_covers_has_not(self) -> None:
        assert groups(compare(FIRST[1:])) == only(unchanged=["T2", "T3"])
        assert groups(compare(FIRST[:2])) == only(unchanged=["T1", "T2"])
        other = [make_line("T9", period=1, cost_centre="X"), make_line("T8", period=3, cost_centre="X")]
        assert groups(compare(other)) == only(new=["T9", "T8"])

    def test_a_download_without_lines_makes_nothing_vanish(self) -> None:
        assert groups(compare([])) == only()

    @given(st.lists(st.sampled_from(["same", "word", "amount", "drop"]), min_size=3, max_size=3))
    def test_every_line_is_in_exactly_one_group(self, doings: list[str]) -> None:
        lines = [make_line("A", period=1), make_line("Z", period=13)]
        for line, doing in zip(FIRST, doings, strict=True):
            if doing == "same":
                lines.append(line)
            elif doing == "word":
                lines.append(line._replace(supplier="Anew"))
            elif doing == "amount":
                lines.append(line._replace(amount=Money(1)))
        expected = only(new=["A", "Z"])
        for line, doing in zip(FIRST, doings, strict=True):
            name = {"same": "unchanged", "word": "reworded", "amount": "amount", "drop": "vanished"}[doing]
            expected[name].append(line.key)
        assert groups(compare(lines)) == expected


class TestScope:
    def test_it_reaches_from_the_first_to_the_last_period_of_its_cost_centres(self) -> None:
        lines = [make_line("T1", period=11), make_line("T2", year=NEXT_YEAR, period=2, cost_centre="B")]
        scope = scope_of(controls_of(lines))
        assert scope is not None
        assert scope.covers("CS100", YEAR, 13)
        assert scope.covers("B", NEXT_YEAR, 1)
        assert not scope.covers("CS100", YEAR, 10)
        assert not scope.covers("B", NEXT_YEAR, 3)
        assert not scope.covers("C", YEAR, 12)

    def test_a_cost_centre_that_once_came_with_one_of_its_own_belongs_to_it(self) -> None:
        keys = controls_of([make_line("T1", cost_centre="A")])
        scope = scope_of(keys, [frozenset({"A", "B"}), frozenset({"C", "D"})])
        assert scope is not None
        assert scope.cost_centres == {"A", "B"}

    def test_there_is_none_without_lines(self) -> None:
        assert scope_of([], [frozenset({"A"})]) is None


class TestControls:
    def test_they_count_and_sum_each_cost_centre_and_period(self) -> None:
        lines = [*FIRST, make_line("T4", "-4.00"), make_line("T5", "5.00", cost_centre="B")]
        assert controls_of(lines) == {
            ControlKey("CS100", YEAR, 1): Control(2, money("6.00")),
            ControlKey("CS100", YEAR, 2): Control(1, money("20.00")),
            ControlKey("CS100", YEAR, 3): Control(1, money("30.00")),
            ControlKey("B", YEAR, 1): Control(1, money("5.00")),
        }

    def test_the_newest_download_that_covers_a_period_speaks_for_it(self) -> None:
        first = controls_of(FIRST)
        second = controls_of([make_line("T2", "25.00", period=2), make_line("T4", "4.00", period=4)])
        assert standing_controls([first, second]) == {
            ControlKey("CS100", YEAR, 1): Control(1, money("10.00")),
            ControlKey("CS100", YEAR, 2): Control(1, money("25.00")),
            ControlKey("CS100", YEAR, 4): Control(1, money("4.00")),
        }

    def test_a_download_without_lines_says_nothing(self) -> None:
        first = controls_of(FIRST)
        assert standing_controls([first, {}]) == first
        assert standing_controls([]) == {}

    @given(
        st.lists(
            st.lists(
                st.tuples(
                    st.sampled_from("ABC"),
                    st.sampled_from([YEAR, NEXT_YEAR]),
                    st.integers(1, 4),
                    st.integers(1, 99),
                ),
                max_size=5,
            ),
            max_size=4,
        )
    )
    def test_they_stand_for_what_the_file_holds(
        self, downloads: list[list[tuple[str, object, int, int]]]
    ) -> None:
        """R9: lines taken over from one download after the other sum to the controls that stand."""
        held: dict[str, HeldLine] = {}
        seen: list[frozenset[str]] = []
        controls = []
        for number, rows in enumerate(downloads):
            lines = [
                make_line(f"D{number}-{at}", Money(pence), cost_centre=centre, year=year, period=period)
                for at, (centre, year, period, pence) in enumerate(rows)
            ]
            found = controls_of(lines)
            comparison = compare_downloads(held, lines, ALL_FIELDS, scope_of(found, seen))
            for gone in comparison.vanished:
                del held[gone.line.key]
            held.update((line.key, HeldLine(LineId(0), line)) for line in comparison.new)
            seen.append(frozenset(key.cost_centre for key in found))
            controls.append(found)
        assert standing_controls(controls) == controls_of(entry.line for entry in held.values())


def test_a_parsed_ledger_sums_its_lines_and_names_what_was_held_back() -> None:
    blank, wrong = SkippedRow("Ledger", 2, "blank", ""), SkippedRow("Ledger", 3, "held back: no date.", "x")
    parsed = ParsedLedger(FIRST, [blank, wrong], (), None, 5)
    assert parsed.total == money("60.00")
    assert parsed.held_back == [wrong]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (Source("a.csv"), "a.csv"),
        (Source("a.xlsx", "Data", 1_884, "Net"), "a.xlsx · sheet “Data” · row 1,884 · column “Net”"),
    ],
)
def test_a_source_is_named_down_to_the_column(source: Source, shown: str) -> None:
    assert str(source) == shown
