"""Downloads come in, are taken back as a whole, and what a newer one states differently is settled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fundingapp.application.commands.imports import (
    DecideChange,
    Imported,
    ImportLedger,
    RemoveImport,
    RestoreImport,
    ReviewChanges,
)
from fundingapp.application.commands.matching import (
    AddRules,
    ApplyRules,
    ChargeLine,
    ChargeLines,
    ChargePart,
)
from fundingapp.application.desk import Desk
from fundingapp.application.effect import NOTHING_TO_UNDO, Topic
from fundingapp.application.ports import BatchState, Change, LineFilter, Tools
from fundingapp.application.queries.downloads import Download
from fundingapp.application.queries.heads import heads_of
from fundingapp.application.queries.previews import PreviewImport
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ids import BatchId, LineId
from fundingapp.domain.ledger import LedgerLine, SkippedRow
from fundingapp.domain.matching import Disposition, parse_target
from fundingapp.domain.money import Money
from tests.builders_core import (
    ALL_FIELDS,
    NEXT_YEAR,
    YEAR,
    make_download,
    make_line,
    make_rule,
    money,
    set_up_grant,
)
from tests.fakes import FakeSourceStore, FakeStore
from tests.machines import assert_same, figures_of

FIRST = (
    make_line("T1", "10.00"),
    make_line("T2", "20.00", supplier="Youth Trust"),
    make_line("T3", "30.00", period=2),
)


def do_import(desk: Desk, *lines: LedgerLine, name: str = "ledger.csv", **options: Any) -> Imported:
    return desk.do(ImportLedger(make_download(lines, name), **options)).result


def held(store: FakeStore, key: str) -> LedgerLine:
    return store.open_work(reading=True).ledger.held()[key].line


def line_id(store: FakeStore, key: str) -> LineId:
    return store.open_work(reading=True).ledger.held()[key].id


def charges(store: FakeStore, key: str) -> list[tuple[str, Money]]:
    """Where a line goes and with how much: a project's reference, or what else is done with it."""
    with store.open_work(reading=True) as work:
        line = line_id(store, key)
        return [
            (
                work.projects.get(entry.charge.head.project).value.ref
                if entry.charge.head
                else entry.charge.disposition.value,
                entry.charge.amount,
            )
            for entry in work.ledger.charges_of([line])[line]
        ]


def charge(desk: Desk, store: FakeStore, target: str, *keys: str) -> None:
    lines = tuple(line_id(store, key) for key in keys)
    desk.do(ChargeLines(lines, parse_target(target), "as the invoice says"))


def last_change(store: FakeStore) -> Any:
    with store.open_work(reading=True) as work:
        [change] = work.ledger.changes(BatchId(work.ledger.batches()[-1].id))
        return change


class TestTheFirstDownload:
    def test_every_line_is_new_and_waits(self, desk: Desk, store: FakeStore) -> None:
        download = make_download(FIRST, skipped=[SkippedRow("Ledger", 5, "a total", "Total 60.00")])
        effect = desk.do(ImportLedger(download, control_total=money("60.00")))
        assert effect.result == Imported(BatchId(1), 4, 3, 1, 3, 0, (), (), (), 0, ())
        assert effect.changed == Topic.LEDGER | Topic.CHARGES
        assert effect.name == "import ledger.csv"
        with store.open_work(reading=True) as work:
            [kept] = work.ledger.batches()
            assert (kept.value.total, kept.value.control_total) == (money("60.00"), money("60.00"))
            assert (kept.value.rows_read, kept.value.rows_kept, kept.value.rows_skipped) == (4, 3, 1)
            assert kept.value.imported_by == "Ann"
            assert len(list(work.ledger.waiting())) == 3
            assert work.ledger.skipped(effect.result.batch) == list(download.parsed.skipped)

    def test_the_original_is_kept_before_the_record_names_it(self, desk: Desk, tools: Tools) -> None:
        download = make_download(FIRST)
        desk.do(ImportLedger(download))
        assert isinstance(tools.sources, FakeSourceStore)
        assert tools.sources.kept == [download.copy]

    def test_the_audit_trail_says_what_came(self, desk: Desk, store: FakeStore) -> None:
        do_import(desk, *FIRST)
        [line] = store.open_work(reading=True).journal.lines()
        assert (line.command, line.sentence) == ("ImportLedger", "import ledger.csv")
        assert line.after["total_pence"] == 60_00
        assert (line.after["new"], line.after["unchanged"], line.after["changed"]) == (3, 0, [])

    def test_a_wrong_control_total_is_refused(self, desk: Desk, store: FakeStore) -> None:
        with pytest.raises(ExpectedError) as refusal:
            do_import(desk, *FIRST, control_total=money("60.01"))
        assert refusal.value.code == "control_total"
        assert "−£0.01" in refusal.value.message
        assert store.open_work(reading=True).ledger.batches() == []

    def test_a_download_without_lines_is_refused(self, desk: Desk) -> None:
        download = make_download((), skipped=[SkippedRow("Ledger", 2, "blank", "")])
        with pytest.raises(ExpectedError) as refusal:
            desk.do(ImportLedger(download))
        assert refusal.value.code == "no_lines"
        assert "1 row read" in refusal.value.message

    def test_a_download_without_lines_names_what_is_wrong(self, desk: Desk) -> None:
        wrong = Finding(
            Severity.ERROR, "column.missing", "There is no column of amounts.", Source("ledger.csv")
        )
        with pytest.raises(ExpectedError, match=r"no column of amounts\."):
            desk.do(ImportLedger(replace(make_download(()), findings=(wrong,))))

    @pytest.mark.parametrize(
        ("reasons", "message"),
        [
            (
                ["held back: Row 4 has no date.", "a total"],
                "Row 4 has no date. The other 3 rows of “ledger.csv”, sheet “Ledger”, are fine.",
            ),
            (
                ["held back: Row 4 has no date.", "held back: Row 5 has no amount."],
                "Row 4 has no date. 1 more row can't be read either; the other 3 rows of “ledger.csv”, sheet "
                "“Ledger”, are fine.",
            ),
        ],
    )
    def test_rows_that_can_t_be_read_refuse_it_unless_they_are_left_out(
        self, desk: Desk, reasons: list[str], message: str
    ) -> None:
        skipped = [SkippedRow("Ledger", row, reason, "x") for row, reason in enumerate(reasons, start=4)]
        download = make_download(FIRST, skipped=skipped)
        with pytest.raises(ExpectedError) as refusal:
            desk.do(ImportLedger(download))
        assert (refusal.value.code, refusal.value.message) == ("unreadable_rows", message)
        result = desk.do(ImportLedger(download, skip_unreadable=True)).result
        assert (result.kept, result.skipped) == (3, 2)

    def test_rules_place_its_lines_in_the_same_step(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        desk.do(AddRules((make_rule(1, "P-01", supplier="youth"), make_rule(2, "income", type="gr"))))
        start = figures_of(store.open_work)
        assert do_import(desk, *FIRST, apply_rules=True).placed == 1
        assert charges(store, "T2") == [("P-01", money("20.00"))]
        desk.undo()
        assert_same(figures_of(store.open_work), start)

    def test_rules_place_older_lines_too_and_undo_makes_them_wait_again(
        self, desk: Desk, store: FakeStore
    ) -> None:
        set_up_grant(desk)
        do_import(desk, *FIRST)
        desk.do(AddRules((make_rule(1, "P-01"),)))
        start = figures_of(store.open_work)
        result = do_import(desk, *FIRST, make_line("T4", "1.00"), name="second.csv", apply_rules=True)
        assert result.placed == 4
        end = figures_of(store.open_work)
        desk.undo()
        assert_same(figures_of(store.open_work), start)
        desk.redo()
        assert_same(figures_of(store.open_work), end)


class TestTheSameFileAgain:
    def test_nothing_is_added(self, desk: Desk, store: FakeStore) -> None:
        do_import(desk, *FIRST)
        effect = desk.do(ImportLedger(make_download(FIRST)))
        assert effect.inverse is NOTHING_TO_UNDO
        assert effect.changed is Topic.NOTHING
        assert effect.result.repeated
        assert effect.result.batch == 1
        assert (effect.result.new, effect.result.unchanged) == (0, 3)
        assert [finding.kind for finding in effect.result.findings] == ["import.same_file"]
        assert len(store.open_work(reading=True).ledger.batches()) == 1

    def test_it_is_taken_when_another_came_between_with_a_warning(self, desk: Desk, store: FakeStore) -> None:
        do_import(desk, *FIRST)
        do_import(desk, FIRST[0]._replace(amount=money("11.00")), *FIRST[1:])
        result = do_import(desk, *FIRST)
        assert [finding.kind for finding in result.findings] == ["import.repeated"]
        assert result.amount_changed == ("T1",)
        assert held(store, "T1").amount == money("10.00")

    def test_it_comes_in_anew_when_the_import_was_taken_back(self, desk: Desk, store: FakeStore) -> None:
        batch = do_import(desk, *FIRST).batch
        desk.do(RemoveImport(batch))
        assert do_import(desk, *FIRST).new == 3
        assert store.open_work(reading=True).ledger.counts(LineFilter()).all == 3
        desk.undo()
        desk.undo()
        assert store.open_work(reading=True).ledger.counts(LineFilter()).all == 3


class TestALaterDownload:
    def test_it_is_compared_line_by_line(self, desk: Desk, store: FakeStore) -> None:
        do_import(desk, *FIRST)
        result = do_import(
            desk,
            FIRST[0]._replace(supplier="Safer Streets Limited", row=7),
            FIRST[1]._replace(amount=money("25.00")),
            make_line("T4", "5.00", period=2),
        )
        assert (result.new, result.unchanged) == (1, 0)
        assert (result.reworded, result.amount_changed, result.vanished) == (("T1",), ("T2",), ("T3",))
        assert held(store, "T1").supplier == "Safer Streets Limited"
        assert held(store, "T2").amount == money("25.00")
        assert set(store.open_work(reading=True).ledger.held()) == {"T1", "T2", "T4"}

    def test_a_line_named_to_be_kept_stays_as_it_was(self, desk: Desk, store: FakeStore) -> None:
        do_import(desk, *FIRST)
        do_import(
            desk,
            FIRST[0]._replace(supplier="Another"),
            FIRST[1]._replace(amount=money("25.00")),
            make_line("T4", period=2),
            keep=frozenset({"T1", "T2", "T3"}),
        )
        assert held(store, "T1") == FIRST[0]
        assert held(store, "T2") == FIRST[1]
        assert held(store, "T3") == FIRST[2]
        with store.open_work(reading=True) as work:
            assert [change.taken for change in work.ledger.changes(BatchId(2))] == [False] * 3

    def test_columns_that_it_lacks_are_not_compared(self, desk: Desk, store: FakeStore) -> None:
        do_import(desk, *FIRST)
        lines = [line._replace(supplier="", description="Anew") for line in FIRST]
        result = desk.do(ImportLedger(make_download(lines, fields=ALL_FIELDS - {"supplier"}))).result
        assert len(result.reworded) == 3
        assert held(store, "T2") == FIRST[1]._replace(description="Anew")

    @pytest.mark.parametrize(
        ("target", "amount", "expected"),
        [
            ("P-01", "25.00", [("P-01", "25.00")]),
            ("P-01", "-20.00", [("P-01", "-20.00")]),
            ("split P-01 60%, P-02 40%", "33.33", [("P-01", "20.00"), ("P-02", "13.33")]),
            ("split P-01 60%, P-02 40%", "-20.00", []),
            ("income", "1.00", [("income", "1.00")]),
        ],
    )
    def test_charges_follow_a_changed_amount_in_proportion(
        self,
        desk: Desk,
        store: FakeStore,
        target: str,
        amount: str,
        expected: list[tuple[str, str]],
    ) -> None:
        set_up_grant(desk)
        do_import(desk, *FIRST)
        charge(desk, store, target, "T2")
        start = figures_of(store.open_work)
        do_import(desk, FIRST[0], FIRST[1]._replace(amount=money(amount)), FIRST[2])
        assert charges(store, "T2") == [(where, money(part)) for where, part in expected]
        desk.undo()
        assert_same(figures_of(store.open_work), start)

    def test_a_charge_that_followed_says_so(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        do_import(desk, *FIRST)
        charge(desk, store, "P-01", "T2")
        do_import(desk, FIRST[0], FIRST[1]._replace(amount=money("25.00")), FIRST[2])
        [after] = last_change(store).charges_after
        assert after.charge.reason == "as the invoice says (amount was 20.00 in the earlier download)"

    @pytest.mark.parametrize(("target", "stays"), [("P-01", False), ("excluded: not ours", True)])
    def test_a_line_that_moves_to_another_year_leaves_its_project(
        self, desk: Desk, store: FakeStore, target: str, stays: bool
    ) -> None:
        """The budget it was charged to is for the other year."""
        set_up_grant(desk)
        set_up_grant(desk, year=NEXT_YEAR)
        do_import(desk, *FIRST)
        charge(desk, store, target, "T2")
        start = figures_of(store.open_work)
        do_import(desk, FIRST[0], FIRST[1]._replace(year=NEXT_YEAR), FIRST[2])
        assert bool(charges(store, "T2")) is stays
        desk.undo()
        assert_same(figures_of(store.open_work), start)


class TestTakingAnImportBack:
    def test_it_goes_as_a_whole_and_comes_back_with_its_charges(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        start = figures_of(store.open_work)
        batch = do_import(desk, *FIRST).batch
        charge(desk, store, "P-01", "T1", "T2")
        end = figures_of(store.open_work)
        effect = desk.do(RemoveImport(batch))
        assert effect.name == "import ledger.csv"
        assert_same(figures_of(store.open_work), start)
        assert store.open_work(reading=True).ledger.batches()[0].value.state is BatchState.REMOVED
        desk.undo()
        assert_same(figures_of(store.open_work), end)
        desk.redo()
        assert_same(figures_of(store.open_work), start)

    def test_only_the_newest_can_be_taken_back(self, desk: Desk) -> None:
        batch = do_import(desk, *FIRST).batch
        do_import(desk, *FIRST, make_line("T4"), name="second.csv")
        with pytest.raises(ExpectedError) as refusal:
            desk.do(RemoveImport(batch))
        assert refusal.value.code == "import_not_newest"
        assert "second.csv" in refusal.value.message

    def test_it_can_be_taken_back_once(self, desk: Desk) -> None:
        batch = do_import(desk, *FIRST).batch
        desk.do(RemoveImport(batch))
        with pytest.raises(ExpectedError) as refusal:
            desk.do(RemoveImport(batch))
        assert refusal.value.code == "import_removed"

    def test_an_import_that_never_was_is_not_found(self, desk: Desk) -> None:
        with pytest.raises(ExpectedError) as refusal:
            desk.do(RemoveImport(BatchId(9)))
        assert refusal.value.code == "not_found"

    def test_a_line_charged_anew_since_keeps_its_new_place(self, desk: Desk, store: FakeStore) -> None:
        """Taking back the import that reworded it must not undo the work on it without a word."""
        set_up_grant(desk)
        do_import(desk, *FIRST)
        charge(desk, store, "P-01", "T1", "T2", "T3")
        batch = do_import(
            desk, FIRST[0]._replace(supplier="Anew"), FIRST[1]._replace(amount=money("40.00")), FIRST[2]
        ).batch
        charge(desk, store, "P-02", "T1")
        charge(desk, store, "split P-01 75%, P-02 25%", "T2")
        end = figures_of(store.open_work)
        desk.do(RemoveImport(batch))
        assert charges(store, "T1") == [("P-02", money("10.00"))]
        assert charges(store, "T2") == [("P-01", money("15.00")), ("P-02", money("5.00"))]
        assert charges(store, "T3") == [("P-01", money("30.00"))]
        desk.undo()
        assert_same(figures_of(store.open_work), end)

    def test_it_is_not_put_back_twice(self, desk: Desk) -> None:
        batch = do_import(desk, *FIRST).batch
        with pytest.raises(ExpectedError) as refusal:
            desk.do(RestoreImport(batch, ()))
        assert refusal.value.code == "import_there"

    def test_it_is_not_put_back_beneath_a_newer_one(self, desk: Desk, tools: Tools) -> None:
        batch = do_import(desk, *FIRST).batch
        desk.undo()
        do_import(Desk(tools), make_line("T9"), name="other.csv")
        with pytest.raises(ExpectedError) as refusal:
            desk.redo()
        assert refusal.value.code == "import_not_newest"
        assert "other.csv" in refusal.value.message
        assert batch == 1


class TestChangedLines:
    def make(self, desk: Desk, store: FakeStore, after: LedgerLine | None) -> LineId:
        """T2, charged to P-01, as a second download states it."""
        set_up_grant(desk)
        do_import(desk, *FIRST)
        charge(desk, store, "P-01", "T2")
        line = line_id(store, "T2")
        lines = [FIRST[0], FIRST[2]] if after is None else [FIRST[0], after, FIRST[2]]
        do_import(desk, *lines)
        return line

    @pytest.mark.parametrize(
        ("after", "change"),
        [
            (FIRST[1]._replace(supplier="Anew"), Change.REWORDED),
            (FIRST[1]._replace(amount=money("40.00")), Change.AMOUNT),
            (FIRST[1]._replace(period=2), Change.AMOUNT),
            (None, Change.VANISHED),
        ],
    )
    def test_a_decision_is_taken_and_taken_back(
        self, desk: Desk, store: FakeStore, after: LedgerLine | None, change: Change
    ) -> None:
        line = self.make(desk, store, after)
        taken = figures_of(store.open_work)
        assert last_change(store).change is change
        effect = desk.do(DecideChange(BatchId(2), line, take=False))
        assert effect.name == "keep T2 as it was"
        assert held(store, "T2") == FIRST[1]
        assert charges(store, "T2") == [("P-01", money("20.00"))]
        assert not last_change(store).taken
        kept = figures_of(store.open_work)
        again = desk.do(DecideChange(BatchId(2), line, take=True))
        assert again.name == "take T2 as the new download has it"
        assert_same(figures_of(store.open_work), taken)
        desk.undo()
        assert_same(figures_of(store.open_work), kept)
        desk.undo()
        assert_same(figures_of(store.open_work), taken)

    def test_a_decision_made_already_changes_nothing(self, desk: Desk, store: FakeStore) -> None:
        line = self.make(desk, store, None)
        assert desk.do(DecideChange(BatchId(2), line, take=True)).inverse is NOTHING_TO_UNDO

    def test_a_line_charged_anew_follows_in_proportion(self, desk: Desk, store: FakeStore) -> None:
        line = self.make(desk, store, FIRST[1]._replace(amount=money("40.00")))
        charge(desk, store, "P-02", "T2")
        desk.do(DecideChange(BatchId(2), line, take=False))
        assert charges(store, "T2") == [("P-02", money("20.00"))]
        charge(desk, store, "split P-01 50%, P-02 50%", "T2")
        desk.do(DecideChange(BatchId(2), line, take=True))
        assert charges(store, "T2") == [("P-01", money("20.00")), ("P-02", money("20.00"))]

    def test_only_changes_of_the_newest_import_can_be_decided(self, desk: Desk, store: FakeStore) -> None:
        line = self.make(desk, store, FIRST[1]._replace(amount=money("40.00")))
        do_import(desk, make_line("T9"), name="third.csv")
        with pytest.raises(ExpectedError) as refusal:
            desk.do(DecideChange(BatchId(2), line, take=False))
        assert refusal.value.code == "import_not_newest"

    def test_nothing_can_be_decided_without_an_import(self, desk: Desk) -> None:
        with pytest.raises(ExpectedError) as refusal:
            desk.do(DecideChange(BatchId(1), LineId(1), take=False))
        assert refusal.value.code == "import_not_newest"

    def test_a_line_that_did_not_change_is_not_found(self, desk: Desk, store: FakeStore) -> None:
        self.make(desk, store, None)
        with pytest.raises(ExpectedError) as refusal:
            desk.do(DecideChange(BatchId(2), line_id(store, "T1"), take=False))
        assert refusal.value.code == "not_found"

    def test_looking_at_a_change_is_recorded_and_can_be_taken_back(
        self, desk: Desk, store: FakeStore
    ) -> None:
        line = self.make(desk, store, FIRST[1]._replace(amount=money("40.00")))
        assert store.open_work(reading=True).ledger.counts(LineFilter()).changed == 1
        effect = desk.do(ReviewChanges(BatchId(2), (line, LineId(1))))
        assert (effect.result, effect.name) == (1, "review 1 changed line")
        assert store.open_work(reading=True).ledger.counts(LineFilter()).changed == 0
        assert desk.do(ReviewChanges(BatchId(2), (line,))).inverse is NOTHING_TO_UNDO
        desk.undo()
        assert not last_change(store).reviewed


class TestThePreview:
    def test_it_says_what_an_import_would_do(self, desk: Desk, store: FakeStore) -> None:
        download = make_download(FIRST)
        first = desk.ask(PreviewImport(download))
        assert (len(first.comparison.new), first.same_as) == (3, None)
        desk.do(ImportLedger(download))
        assert desk.ask(PreviewImport(download)).same_as == "ledger.csv"
        other: Download = make_download([FIRST[0]._replace(amount=money("1.00")), *FIRST[1:]])
        answer = desk.ask(PreviewImport(other))
        assert answer.same_as is None
        assert [change.after.key for change in answer.comparison.amount_changed] == ["T1"]
        assert held(store, "T1").amount == money("10.00")


def test_a_line_placed_by_hand_after_the_rules_is_done_again(desk: Desk, store: FakeStore) -> None:
    """Redoing the rules must give the very charges that the hand-made ones were put in place of."""
    set_up_grant(desk)
    do_import(desk, *FIRST)
    desk.do(AddRules((make_rule(1, "P-01"),)))
    desk.do(ApplyRules())
    with store.open_work(reading=True) as work:
        head = heads_of(work)["p-02", YEAR.start][0]
    parts = (ChargePart(money("10.00"), Disposition.PROJECT, head),)
    desk.do(ChargeLine(line_id(store, "T1"), parts, "the other project"))
    end = figures_of(store.open_work)
    for _ in range(3):
        desk.undo()
    for _ in range(3):
        desk.redo()
    assert_same(figures_of(store.open_work), end)


class TestLinesThatLookTheSame:
    """Bad input X33: overlapping extracts of systems that number their lines differently."""

    PLAIN = (
        make_line("~a", "10.00", transaction=""),
        make_line("~b", "20.00", transaction="", supplier="Youth Trust"),
        make_line("~c", "30.00", transaction="", period=2),
        make_line("~d", "40.00", transaction="", period=2),
    )

    def test_X33_lines_numbered_otherwise_are_taken_for_those_held_and_keep_their_charges(
        self, desk: Desk, store: FakeStore
    ) -> None:
        set_up_grant(desk)
        do_import(desk, *FIRST)
        charge(desk, store, "P-01", "T1")
        start = figures_of(store.open_work)
        result = do_import(desk, *self.PLAIN, name="other system.csv")
        assert (result.new, result.unchanged, result.vanished) == (1, 3, ())
        assert [finding.kind for finding in result.findings] == ["import.same_lines"]
        assert charges(store, "T1") == [("P-01", money("10.00"))]
        assert store.open_work(reading=True).ledger.counts(LineFilter()).total == money("100.00")
        desk.undo()
        assert_same(figures_of(store.open_work), start)

    def test_X33_a_person_may_say_that_they_are_others(self, desk: Desk, store: FakeStore) -> None:
        do_import(desk, *FIRST)
        result = do_import(desk, *self.PLAIN, name="other system.csv", same=frozenset())
        assert (result.new, result.vanished) == (4, ("T1", "T2", "T3"))
        assert [finding.kind for finding in result.findings] == ["import.look_alike"]

    def test_X33_a_repeated_row_is_left_out_only_when_a_person_says_so(
        self, desk: Desk, store: FakeStore
    ) -> None:
        lines = (FIRST[0], FIRST[0]._replace(key="T1#2", row=3), FIRST[1])
        result = do_import(desk, *lines, name="twice.csv")
        assert (result.new, [finding.kind for finding in result.findings]) == (3, ["import.repeated_rows"])
        desk.undo()
        result = do_import(desk, *lines, name="twice.csv", leave_out=frozenset({"T1#2"}))
        assert (result.rows_read, result.kept, result.skipped, result.new) == (3, 2, 1, 2)
        with store.open_work(reading=True) as work:
            [row] = work.ledger.skipped(result.batch)
            assert row.reason == "left out: it repeats row 2"
            assert work.ledger.batches()[-1].value.total == money("30.00")


class TestComingInAgain:
    """What was taken back is put back as it was when its file is imported again."""

    SECOND = (
        FIRST[0]._replace(amount=money("25.00")),
        FIRST[1]._replace(supplier="Youth Trust Limited"),
        make_line("T4", "5.00", period=2),
        make_line("T5", "6.00", period=2),
    )

    def begin(self, desk: Desk, store: FakeStore) -> Imported:
        set_up_grant(desk)
        do_import(desk, *FIRST)
        charge(desk, store, "split P-01 60%, P-02 40%", "T1")
        charge(desk, store, "P-01", "T2")
        return do_import(desk, *self.SECOND, name="second.csv")

    def test_everything_that_had_been_decided_comes_with_it(self, desk: Desk, store: FakeStore) -> None:
        batch = self.begin(desk, store).batch
        charge(desk, store, "P-02", "T4")
        charge(desk, store, "P-02", "T1")  # charged anew since its amount changed
        desk.do(DecideChange(batch, line_id(store, "T2"), take=False))
        desk.do(ReviewChanges(batch, (line_id(store, "T1"),)))
        end = figures_of(store.open_work)
        desk.do(RemoveImport(batch))
        gone = figures_of(store.open_work)
        result = do_import(desk, *self.SECOND, name="second.csv", keep=frozenset({"T2"}))
        assert (result.batch, [finding.kind for finding in result.findings]) == (batch, ["import.put_back"])
        assert_same(figures_of(store.open_work), end)
        desk.undo()
        assert_same(figures_of(store.open_work), gone)
        desk.redo()
        assert_same(figures_of(store.open_work), end)

    def test_it_is_put_back_without_its_file_too(self, desk: Desk, store: FakeStore) -> None:
        batch = self.begin(desk, store).batch
        charge(desk, store, "P-02", "T1", "T4")
        end = figures_of(store.open_work)
        desk.do(RemoveImport(batch))
        desk.do(RestoreImport(batch))
        assert_same(figures_of(store.open_work), end)

    def test_a_line_charged_anew_in_between_keeps_that_in_proportion(
        self, desk: Desk, store: FakeStore
    ) -> None:
        batch = self.begin(desk, store).batch
        desk.do(RemoveImport(batch))
        charge(desk, store, "P-02", "T1")
        desk.do(RestoreImport(batch))
        assert charges(store, "T1") == [("P-02", money("25.00"))]

    @pytest.mark.parametrize("options", [{"anew": True}, {"keep": frozenset({"T1"})}])
    def test_it_comes_in_anew_when_that_is_wanted_or_decided_otherwise(
        self, desk: Desk, store: FakeStore, options: dict[str, Any]
    ) -> None:
        batch = self.begin(desk, store).batch
        charge(desk, store, "P-02", "T4")
        desk.do(RemoveImport(batch))
        result = do_import(desk, *self.SECOND, name="second.csv", **options)
        assert result.batch != batch
        assert charges(store, "T4") == []

    def test_the_rules_place_what_waits_when_it_is_put_back(self, desk: Desk, store: FakeStore) -> None:
        batch = self.begin(desk, store).batch
        desk.do(RemoveImport(batch))
        desk.do(AddRules((make_rule(1, "P-01", supplier="safer"),)))
        before = figures_of(store.open_work)
        result = do_import(desk, *self.SECOND, name="second.csv", apply_rules=True)
        assert (result.batch, result.placed) == (batch, 2)
        assert charges(store, "T5") == [("P-01", money("6.00"))]
        desk.undo()
        assert_same(figures_of(store.open_work), before)
