"""What windows and the console ask, besides figures: the file at a glance, lines, searches, checks, files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.grants import RecordPlan, SetUpPartnership
from fundingapp.application.commands.imports import DecideChange, ImportLedger
from fundingapp.application.commands.matching import AddRules, ChargeLines
from fundingapp.application.commands.suggestions import Suggest
from fundingapp.application.desk import Desk
from fundingapp.application.ports import Change, Charged, LineFilter, LineOrder, Show
from fundingapp.application.progress import Cancelled
from fundingapp.application.queries.checks import CheckFigures
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.application.queries.lines import (
    ImportDetail,
    Imports,
    LineCounts,
    LineDetail,
    LineIds,
    LineRows,
    LineShares,
    LineSum,
    LineTotal,
)
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.rules import Rules
from fundingapp.application.queries.search import Search
from fundingapp.application.queries.tables import ReadPlan, ReadRules
from fundingapp.application.queries.workspace import (
    FundNamed,
    GrantDetail,
    History,
    WorkspaceOf,
)
from fundingapp.domain.errors import ExpectedError, InputRefusedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.funds import Partnership
from fundingapp.domain.ids import BatchId, FundId, LineId, ProjectId
from fundingapp.domain.ledger import Meaning, RawRow, RawTable, SkippedRow
from fundingapp.domain.matching import ToIncome, parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.reconciliation import reconcile
from tests.builders_core import (
    NEXT_YEAR,
    YEAR,
    make_download,
    make_line,
    make_plan,
    make_plan_line,
    make_rule,
    money,
    set_up_grant,
)
from tests.fakes import (
    FakeReader,
    FakeSourceStore,
    FakeStore,
    StoppingProgress,
    make_tools,
)

FUND = FundId(1)


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A grant, three lines of one supplier of which two are charged, and a download that words one anew."""
    set_up_grant(desk)
    lines = [make_line(f"T{number}", f"{number}.00", supplier="Youth Trust") for number in (1, 2, 3)]
    desk.do(ImportLedger(make_download(lines, skipped=[SkippedRow("Ledger", 9, "a total", "6.00")])))
    desk.do(ChargeLines((LineId(1), LineId(2)), parse_target("P-02"), "theirs"))
    lines[0] = lines[0]._replace(description="Anew")
    desk.do(ImportLedger(make_download(lines, "second.csv")))
    return desk


class TestTheFileAtAGlance:
    def test_an_empty_file_is_empty_again_when_everything_is_taken_back(self, desk: Desk) -> None:
        assert desk.ask(WorkspaceOf()).is_empty
        desk.do(ImportLedger(make_download([make_line()])))
        assert not desk.ask(WorkspaceOf()).is_empty
        desk.undo()
        assert desk.ask(WorkspaceOf()).is_empty

    def test_it_counts_what_waits_for_a_person(self, filled: Desk) -> None:
        filled.do(SetUpPartnership(Partnership("Safer Charnwood")))
        filled.do(AddRules((make_rule(1, "income", type="GR"),)))
        found = filled.ask(WorkspaceOf())
        assert (found.waiting, found.changed, found.rules, found.imports) == (1, 1, 1, 2)
        assert found.partnership == Partnership("Safer Charnwood")
        assert [(grant.fund, grant.commissioner, grant.year) for grant in found.grants] == [
            ("Locality Fund", "The Commissioner", YEAR)
        ]

    def test_its_years_are_those_of_grants_and_ledger(self, desk: Desk) -> None:
        set_up_grant(desk, year=NEXT_YEAR)
        desk.do(ImportLedger(make_download([make_line()])))
        found = desk.ask(WorkspaceOf())
        assert (found.ledger_years, found.years) == ((YEAR,), (YEAR, NEXT_YEAR))

    def test_a_grant_s_own_records_are_its_own(self, desk: Desk) -> None:
        set_up_grant(desk)
        set_up_grant(desk, year=NEXT_YEAR)
        found = desk.ask(GrantDetail(FUND, YEAR))
        assert (found.fund.value.name, found.commissioner.value.name) == ("Locality Fund", "The Commissioner")
        sizes = [found.allocations, found.awards, found.bids, found.contingencies, found.movements]
        assert [len(each) for each in sizes] == [1, 2, 2, 1, 0]
        assert (len(found.accruals), len(found.projects)) == (0, 2)
        assert {kept.value.year for kept in found.awards} == {YEAR}

    def test_a_fund_is_found_by_its_name_in_any_case(self, desk: Desk) -> None:
        with pytest.raises(ExpectedError, match="none yet"):
            desk.ask(FundNamed("Locality Fund"))
        set_up_grant(desk)
        assert desk.ask(FundNamed(" locality  FUND")) == FUND
        with pytest.raises(ExpectedError, match="The funds are: “Locality Fund”"):
            desk.ask(FundNamed("Another"))

    def test_the_history_is_newest_first(self, filled: Desk) -> None:
        assert [line.command for line in filled.ask(History())] == [
            "ImportLedger",
            "ChargeLines",
            "ImportLedger",
            "RecordPlan",
        ]
        assert len(filled.ask(History(1))) == 1


class TestLines:
    def test_a_list_asks_for_ids_then_for_rows(self, filled: Desk) -> None:
        ids = filled.ask(LineIds(LineFilter(show=Show.CHARGED), LineOrder("amount", descending=True)))
        assert list(ids) == [2, 1]
        rows = filled.ask(LineRows(tuple(ids)))
        assert [(row.line.key, row.projects, row.change) for row in rows] == [
            ("T2", ("P-02",), None),
            ("T1", ("P-02",), Change.REWORDED),
        ]
        assert filled.ask(LineCounts(LineFilter())).waiting == 1
        assert len(filled.ask(LineShares(LineFilter(), 2))) == 2
        assert filled.ask(LineTotal(LineFilter(project=ProjectId(2)))) == (2, money("3.00"))
        assert filled.ask(LineSum((1, 3, 99))) == money("4.00")

    def test_a_waiting_line_says_why_and_what_it_probably_is(self, filled: Desk) -> None:
        assert filled.ask(LineDetail(LineId(3))).suggestion is None
        filled.do(Suggest())
        answer = filled.ask(LineDetail(LineId(3)))
        assert answer.waiting_because == "No rule fits this line."
        assert answer.suggestion is not None
        assert answer.suggestion.reason.startswith(
            "Two earlier lines from this supplier were charged to P-02."
        )
        assert [(ref, name) for ref, name, _ in answer.heads] == [
            ("P-01", "Project P-01"),
            ("P-02", "Project P-02"),
        ]
        assert (answer.change, answer.change_batch) == (None, None)

    def test_a_waiting_line_that_a_rule_fits_says_so(self, filled: Desk) -> None:
        filled.do(AddRules((make_rule(1, "P-01"),)))
        because = filled.ask(LineDetail(LineId(3))).waiting_because
        assert because == "A rule fits this line; apply the rules to charge it."

    def test_a_charged_line_shows_its_change(self, filled: Desk) -> None:
        answer = filled.ask(LineDetail(LineId(1)))
        assert (answer.waiting_because, answer.suggestion) == ("", None)
        assert answer.change is not None
        assert (answer.change.change, answer.change_batch) == (Change.REWORDED, 2)

    def test_a_line_that_never_was_is_not_found(self, filled: Desk) -> None:
        with pytest.raises(ExpectedError) as refusal:
            filled.ask(LineDetail(LineId(99)))
        assert refusal.value.code == "not_found"

    def test_a_line_without_any_import_in_place_has_no_change(self, desk: Desk) -> None:
        desk.do(ImportLedger(make_download([make_line()])))
        desk.undo()
        assert desk.ask(LineDetail(LineId(1))).change is None

    def test_imports_are_listed_newest_first_with_what_they_brought(self, filled: Desk) -> None:
        assert [kept.value.file_name for kept in filled.ask(Imports())] == ["second.csv", "ledger.csv"]
        answer = filled.ask(ImportDetail(BatchId(1)))
        assert (answer.batch.id, len(answer.skipped), answer.findings, answer.changes) == (1, 1, (), ())
        assert len(filled.ask(ImportDetail(BatchId(2))).changes) == 1
        with pytest.raises(ExpectedError) as refusal:
            filled.ask(ImportDetail(BatchId(9)))
        assert refusal.value.code == "not_found"

    def test_rules_are_listed_in_the_order_they_are_tried(self, desk: Desk) -> None:
        desk.do(AddRules((make_rule(2, "income"), make_rule(1, "P-01"), make_rule(1, "P-02"))))
        assert [kept.id for kept in desk.ask(Rules())] == [2, 3, 1]


class TestSearch:
    @pytest.mark.parametrize(
        ("text", "targets"),
        [
            ("youth trust", ["Youth Trust"]),
            ("p-02", ["P-02", "2"]),
            ("bid p-01", ["1"]),
            ("approved", ["1", "2"]),
            ("spend p-02", ["P-02/2018/19/spend"]),
            ("locality", ["Locality Fund"]),
            ("nothing like it", []),
            ("", ["P-01", "P-02", "Locality Fund"]),
        ],
    )
    def test_everything_that_fits_all_words_is_found(
        self, filled: Desk, text: str, targets: list[str]
    ) -> None:
        assert [hit.target for hit in filled.ask(Search(text, YEAR))] == targets

    def test_figures_need_a_year_and_hits_have_a_limit(self, filled: Desk) -> None:
        assert filled.ask(Search("spend p-02", None)) == []
        assert len(filled.ask(Search("", YEAR, limit=1))) == 1


class TestChecks:
    def test_work_still_to_do_is_not_wrong(self, filled: Desk) -> None:
        position = filled.ask(PositionOf(FUND, YEAR)).position
        assert [identity.id for identity in reconcile(position) if not identity.holds] == ["R10"]
        assert filled.ask(CheckFigures()) == []

    def test_a_line_kept_as_it_was_explains_a_difference_to_the_downloads(self, filled: Desk) -> None:
        lines = [make_line("T1", "9.00", supplier="Youth Trust"), make_line("T9", "1.00")]
        filled.do(ImportLedger(make_download(lines, "third.csv")))
        filled.do(DecideChange(BatchId(3), LineId(1), take=False))
        answer = filled.ask(PositionOf(FUND, YEAR))
        assert not answer.reconciled
        assert filled.ask(CheckFigures()) == []

    def test_damage_is_told_with_both_sides(self, filled: Desk, store: FakeStore) -> None:
        """A charge that does not sum to its line, as only damage to the file can leave it."""
        [entry] = store.state.charges[LineId(1)]
        charge = entry.charge._replace(amount=entry.charge.amount + Money(1))
        store.state.charges[LineId(1)] = (Charged(charge, *entry[1:]),)
        told = filled.ask(CheckFigures())
        assert [sentence.split(",")[1].split(" (")[0].strip() for sentence in told] == ["R10", "R11"]
        assert "£3.00 against £3.01" in told[1]


def table(*rows: tuple[Any, ...], sheet: str = "Ledger") -> RawTable:
    meanings = (Meaning.TRANSACTION, Meaning.DATE, Meaning.AMOUNT)
    return RawTable(
        "ledger.csv",
        sheet,
        "utf-8",
        1,
        ("Transaction", "Date", "Amount"),
        meanings,
        [RawRow(number, row) for number, row in enumerate(rows, start=2)],
    )


class TestFiles:
    PATH = Path("ledger.csv")

    def desk(self, reader: FakeReader) -> tuple[Desk, FakeSourceStore]:
        sources = FakeSourceStore({self.PATH: b"content"})
        return Desk(make_tools(FakeStore().open_work, sources=sources, reader=reader)), sources

    def test_a_download_is_read_from_a_private_copy(self) -> None:
        first = table(("T1", "30/04/2018", "10.00"), ("T2", "01/05/2018", "-2.50"))
        other = replace(
            table(("ACME", "01/05/2018", "1.00"), sheet="Other"),
            headings=("Payee", "Date", "Amount"),
            meanings=(Meaning.SUPPLIER, Meaning.DATE, Meaning.AMOUNT),
            number=2,
        )
        desk, sources = self.desk(FakeReader({"ledger.csv": [first, other]}))
        download = desk.ask(ReadDownload(self.PATH))
        assert [line.amount for line in download.parsed.lines] == [money("10.00"), money("-2.50")]
        assert [(seen.sheet, seen.records, seen.total) for seen in download.tables] == [
            ("Ledger", 2, money("7.50")),
            ("Other", 1, money("1.00")),
        ]
        assert download.columns[0] == ("Transaction", Meaning.TRANSACTION)
        assert (download.name, download.sheet, download.copy.size) == ("ledger.csv", "Ledger", 7)
        assert sources.discarded == []
        assert [seen.chosen for seen in download.tables] == [True, False]
        assert desk.ask(ReadDownload(self.PATH, "Other")).parsed.lines[0].supplier == "ACME"
        assert desk.ask(ReadDownload(self.PATH, table=2)).parsed.lines[0].supplier == "ACME"

    def test_x36_a_file_that_is_open_elsewhere_is_read_with_a_warning_first(self) -> None:
        warning = Finding(Severity.WARNING, "file.open", "It is open.", Source("ledger.csv"))
        tables = {"ledger.csv": [table(("T1", "30/04/2018", "10.00"))]}
        desk, _ = self.desk(FakeReader(tables, warnings={self.PATH: warning}))
        assert desk.ask(ReadDownload(self.PATH)).findings[0] == warning

    def test_a_file_without_a_ledger_is_refused_and_its_copy_thrown_away(self) -> None:
        desk, sources = self.desk(FakeReader())
        with pytest.raises(InputRefusedError) as refusal:
            desk.ask(ReadDownload(self.PATH))
        assert refusal.value.code == "no_table"
        assert [copy.name for copy in sources.discarded] == ["ledger.csv"]

    def test_a_file_that_is_not_there_is_refused(self) -> None:
        desk, _ = self.desk(FakeReader())
        with pytest.raises(InputRefusedError) as refusal:
            desk.ask(ReadDownload(Path("elsewhere.csv")))
        assert refusal.value.code == "no_file"

    def test_stopping_while_reading_throws_the_copy_away(self) -> None:
        desk, sources = self.desk(FakeReader({"ledger.csv": [table(("T1", "30/04/2018", "1.00"))]}))
        with pytest.raises(Cancelled):
            desk.ask(ReadDownload(self.PATH), StoppingProgress())
        assert len(sources.discarded) == 1

    def test_small_tables_become_plans_and_rules(self) -> None:
        reader = FakeReader(
            small={
                "plan.csv": (
                    ["Ref", "Bid", "Funding received", "Funding allocated"],
                    [RawRow(2, ("P-01", "Youth work", None, "5.00"))],
                ),
                "rules.csv": (
                    ["Order", "Supplier contains", "Charge to"],
                    [RawRow(2, ("1", "Council", "income"))],
                ),
            }
        )
        desk, _ = self.desk(reader)
        assert [line.amount for line in desk.ask(ReadPlan(Path("plan.csv"))).awards] == [money("5.00")]
        rules = desk.ask(ReadRules(Path("rules.csv")))
        assert [rule.target for rule in rules.rules] == [ToIncome()], rules.findings


def test_a_project_with_an_award_only_is_in_the_grant(desk: Desk) -> None:
    plan = make_plan(make_plan_line("P-01", "5.00"))
    fund = desk.do(RecordPlan(plan, "Fund", "Them", YEAR, "plan.csv")).result.fund
    assert [project.ref for project in desk.ask(PositionOf(fund, YEAR)).position.projects] == ["P-01"]


def test_two_awards_to_one_head_are_one_place_to_charge(desk: Desk) -> None:
    plan = make_plan(make_plan_line("P-01", "5.00"), make_plan_line("P-01", "6.00"))
    desk.do(RecordPlan(plan, "Fund", "Them", YEAR, "plan.csv"))
    desk.do(ImportLedger(make_download([make_line()])))
    desk.do(ChargeLines((LineId(1),), parse_target("P-01"), "theirs"))
    assert len(desk.ask(LineDetail(LineId(1))).heads) == 1
