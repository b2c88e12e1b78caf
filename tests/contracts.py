"""How every store must behave, as tests that are given one.

A test module makes a class of its own from each of these and a fixture ``open_work`` that opens an empty store::

    class TestRowsInMemory(RowsContract):
        @pytest.fixture
        def open_work(self) -> OpenWork:
            return FakeStore().open_work

Nothing here knows which store it is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from fundingapp.application.effect import JournalRecord
from fundingapp.application.ports import (
    LINE_COLUMNS,
    Among,
    Batch,
    BatchState,
    Brought,
    Change,
    Charged,
    Due,
    JournalFilter,
    Kept,
    LineChange,
    LineCharges,
    LineFilter,
    LineOrder,
    OpenWork,
    SavedLayout,
    SavedReturn,
    Show,
    Sighting,
    UnitOfWork,
)
from fundingapp.domain.adjustments import Accrual, Adjustment, AdjustmentType, Forecast
from fundingapp.domain.allocations import (
    Allocation,
    AllocationStatus,
    Authority,
    Award,
    BudgetMovement,
    ChangeState,
    Contingency,
    ContingencyEntry,
    Resource,
)
from fundingapp.domain.bids import Bid, BidState
from fundingapp.domain.conditions import Condition, Field, Operator
from fundingapp.domain.doubles import ChargedTo, Dismissal
from fundingapp.domain.errors import ChangedMeanwhileError, ExpectedError, NotFoundError
from fundingapp.domain.evidence import Evidence, Support
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.funds import Fund, Kind, Partnership, Project, Purpose
from fundingapp.domain.ids import (
    AccrualId,
    AdjustmentId,
    BatchId,
    BidId,
    EvidenceId,
    FundId,
    LineId,
    PartyId,
    ProjectId,
    RuleId,
    RunId,
)
from fundingapp.domain.ledger import LedgerLine, Meaning, SkippedRow, compare_downloads, controls_of, scope_of
from fundingapp.domain.locks import LockedFor, PeriodLock
from fundingapp.domain.matching import Charge, CodingRule, Disposition, How, LineState, parse_target
from fundingapp.domain.money import LARGEST_PENCE, Money
from fundingapp.domain.parties import Party, PartyKind
from fundingapp.domain.positions import ChargeSum, ControlSum, DaySum, LedgerSum
from fundingapp.domain.priorities import Theme
from fundingapp.domain.reconciliations import CentreSum
from fundingapp.domain.returns import ReturnState
from fundingapp.domain.reversals import Pair
from fundingapp.domain.suggestions import Goal, Partner, Proposal, Rejection
from fundingapp.domain.suppliers import SupplierAlias
from tests.builders_core import ALL_FIELDS, NEXT_YEAR, YEAR, day, make_head, make_line, make_rule, money
from tests.contract_values import GRANT_VALUES

NOON = datetime(2019, 1, 15, 12, 0, tzinfo=UTC)
RECORD = JournalRecord("Test", "try something", {"amount": 1}, {"amount": 2, "names": ["é", None]})
FUND, OTHER_FUND = FundId(1), FundId(2)
P1, P2 = ProjectId(1), ProjectId(2)
HEAD_1, HEAD_2 = make_head(P1, FUND), make_head(P2, OTHER_FUND, Kind.CAPITAL)

#: Values of every kind, each filled to the last field, under which id it is kept, in an order in which they fit.
VALUES: list[tuple[str, Any]] = [
    ("partnership", Partnership("Safer Charnwood", "Charnwood Borough Council", "Charnwood", "the office")),
    ("parties", Party("The Commissioner", PartyKind.COMMISSIONER, date(2012, 11, 22), date(2026, 3, 31))),
    (
        "funds",
        Fund("Locality Fund", PartyId(1), "community safety", "Home Office", True),
    ),
    ("projects", Project("P-01", "Youth work", "Safer", "Ann", "East", date(2018, 4, 1), date(2019, 3, 31))),
    (
        "projects",
        Project(
            "P-02", "Cameras — “north”", partner=PartyId(1), purpose=Purpose.BOTH, description="two masts"
        ),
    ),
    (
        "allocations",
        Allocation(
            FUND,
            YEAR,
            Kind.CAPITAL,
            Money(LARGEST_PENCE),
            Resource.SUPPLEMENT,
            AllocationStatus.REVISED,
            date(2018, 2, 28),
            "letter 7",
            "uplift",
            "formula",
        ),
    ),
    (
        "bids",
        Bid(
            P1,
            FUND,
            YEAR,
            Kind.REVENUE,
            money("5.00"),
            BidState.PART_APPROVED,
            day("2018-03-01"),
            "yes",
            "B-1",
            PartyId(1),
            True,
            day("2018-02-01"),
            day("2018-03-31"),
            money("4.00"),
        ),
    ),
    (
        "awards",
        Award(P1, FUND, YEAR, Kind.REVENUE, money("4.00"), day("2018-03-02"), BidId(1), Decimal("62.5")),
    ),
    ("contingencies", Contingency(FUND, YEAR, Kind.REVENUE, "C-01", "kept back", money("1.00"))),
    (
        "contingencies",
        Contingency(FUND, YEAR, Kind.LABOUR, "", "letter 9", money("0.50"), ContingencyEntry.SURRENDERED),
    ),
    (
        "movements",
        BudgetMovement(
            FUND,
            YEAR,
            Kind.REVENUE,
            None,
            P1,
            money("0.01"),
            day("2018-10-01"),
            "why",
            "Board",
            3,
            ChangeState.AWAITING_LETTER,
            Authority.COMMISSIONER,
            Kind.CAPITAL,
        ),
    ),
    (
        "accruals",
        Accrual(P1, FUND, Kind.REVENUE, YEAR, 12, money("-3.00"), "Youth Trust", "due", NEXT_YEAR, 1),
    ),
    (
        "adjustments",
        Adjustment(
            AdjustmentType.PREPAYMENT,
            P1,
            FUND,
            Kind.REVENUE,
            YEAR,
            12,
            money("-4.00"),
            "insurance to June",
            reverses_year=NEXT_YEAR,
            reverses_period=1,
        ),
    ),
    (
        "adjustments",
        Adjustment(
            AdjustmentType.WRITE_OFF,
            P1,
            FUND,
            Kind.REVENUE,
            NEXT_YEAR,
            2,
            money("3.00"),
            "never came",
            accrual=AccrualId(1),
        ),
    ),
    ("evidence", Evidence("invoice 12.pdf", "ef" * 32, 1234, NOON, "Ann")),
    ("evidence", Evidence("INV-12 of 3 May", "", 0, NOON, "Ann")),
    ("supports", Support(EvidenceId(1), adjustment=AdjustmentId(1))),
    ("supports", Support(EvidenceId(2), accrual=AccrualId(1))),
    ("locks", PeriodLock(YEAR, 9, "Q3 is agreed", "Ann", NOON)),
    ("locks", PeriodLock(YEAR, 10, "all but one", "Ann", NOON, LockedFor.ALL_BUT_FINANCE_LEAD)),
    ("forecasts", Forecast(P1, FUND, Kind.REVENUE, YEAR, 11, money("2.00"))),
    ("rules", make_rule(1, "split P-01 33.3%, P-02 66.7%", supplier="a", cost_centre="b", type="PI")),
    ("rules", make_rule(2, "income", description="grant", account="9000")),
    ("rules", make_rule(2, "excluded: not ours: ever")),
    ("aliases", SupplierAlias("Oak Fencing", "A. Lee")),
    ("rejections", Rejection("T1", Disposition.PROJECT, P1, FUND, Kind.CAPITAL)),
    ("rejections", Rejection("T1", Disposition.EXCLUDED)),
    ("dismissals", Dismissal("T1", "T2", "two deliveries")),
    (
        "rules",
        CodingRule(
            3,
            parse_target("split P-01 £33.30, P-02 the rest"),
            (
                Condition(Field.SUPPLIER, Operator.ONE_OF, ("a; b", "“ß”")),
                Condition(Field.DATE, Operator.EMPTY),
            ),
            "Refunds",
            on=False,
        ),
    ),
    (
        "layouts",
        SavedLayout(
            "Our ledger",
            "Unit4",
            ("Trans", "Net – “£”", ""),
            (Meaning.TRANSACTION, Meaning.AMOUNT, Meaning.OTHER),
            "ab" * 16,
            "Ann",
            NOON,
        ),
    ),
    (
        "returns",
        SavedReturn(
            FUND,
            YEAR,
            2,
            3,
            ReturnState.DRAFT,
            NOON,
            "Ann",
            "return.xlsx",
            "ab" * 32,
            99,
            money("12.34"),
            ((P1, Kind.REVENUE, (money("1.00"), money("-2.00"))), (P2, Kind.CAPITAL, (Money(0), Money(1)))),
        ),
    ),
    *GRANT_VALUES,
]


def fill(work: UnitOfWork) -> None:
    """Two projects under two funds, for charges to land on."""
    work.parties.add(Party("The Commissioner", PartyKind.COMMISSIONER))
    for name in ("Locality Fund", "Home Office Fund"):
        work.funds.add(Fund(name, PartyId(1)))
    for ref in ("P-01", "P-02"):
        work.projects.add(Project(ref, f"Project {ref}"))


def make_batch(lines: Sequence[LedgerLine] = (), name: str = "ledger.csv", **fields: Any) -> Batch:
    given: dict[str, Any] = {
        "file_name": name,
        "sha256": "cd" * 32,
        "size": 1000,
        "sheet": "Ledger",
        "encoding": "utf-8",
        "imported_at": NOON,
        "imported_by": "Ann",
        "rows_read": len(lines),
        "rows_kept": len(lines),
        "rows_skipped": 0,
        "total": Money.total(line.amount for line in lines),
        "stated_total": None,
        "control_total": None,
        "new": len(lines),
        "unchanged": 0,
        "reworded": 0,
        "amount_changed": 0,
        "vanished": 0,
        "layout": "told by its headings and values",
        "keyed_by": "transaction number",
        "columns": (("Net – “£”", Meaning.AMOUNT), ("", Meaning.OTHER)),
        **fields,
    }
    return Batch(**given)


def add_lines(
    work: UnitOfWork,
    *lines: LedgerLine,
    name: str = "ledger.csv",
    changes: Sequence[LineChange] = (),
    also: Sequence[LedgerLine] = (),
) -> tuple[BatchId, list[LineId]]:
    """An import that brings *lines*; its control totals take in *also*, which the file holds already."""
    batch = work.ledger.add_batch(
        make_batch(lines, name), lines, [], [], controls_of((*lines, *also)), changes, []
    )
    held = work.ledger.held()
    return batch, [held[line.key].id for line in lines]


def charged(
    amount: Money | str,
    head: Any = HEAD_1,
    *,
    disposition: Disposition = Disposition.PROJECT,
    reason: str = "as the invoice says",
    run: RunId | None = None,
    rule: RuleId | None = None,
) -> Charged:
    exact = money(amount) if isinstance(amount, str) else amount
    at = head if disposition is Disposition.PROJECT else None
    how = How.RULE if run else How.HAND
    return Charged(Charge(disposition, at, exact, reason, rule), how, run, "Ann", NOON)


def changed(line: LineId, before: LedgerLine, after: LedgerLine | None, kind: Change) -> LineChange:
    amount = before.amount
    return LineChange(line, kind, True, False, before, after, (charged(amount),), (charged(amount),))


#: Every kind of small record, each once.
KINDS = tuple(dict.fromkeys(kind for kind, _ in VALUES))


class RowsContract:
    """Small records: what is put in comes out, versions guard it, and nothing dangles."""

    def test_values_come_out_as_they_went_in(self, open_work: OpenWork) -> None:
        with open_work() as work:
            for name, value in VALUES:
                getattr(work, name).add(value)
            work.commit(RECORD)
        # Of all kinds in one database: to fill one anew for each kind would be most of these tests' time.
        with open_work(reading=True) as work:
            for kind in KINDS:
                kept = getattr(work, kind).all()
                assert [entry.value for entry in kept] == [value for name, value in VALUES if name == kind], (
                    kind
                )
                assert [entry.id for entry in kept] == list(range(1, len(kept) + 1)), kind
                assert [getattr(work, kind).get(entry.id) for entry in kept] == kept, kind

    def test_there_is_no_row_that_was_not_put_in(self, open_work: OpenWork) -> None:
        with open_work(reading=True) as work:
            for kind in KINDS:
                assert getattr(work, kind).all() == [], kind
                with pytest.raises(NotFoundError):
                    getattr(work, kind).get(1)

    def test_what_is_not_committed_is_forgotten(self, open_work: OpenWork) -> None:
        with open_work() as work:
            work.parties.add(Party("The Commissioner", PartyKind.COMMISSIONER))
            work.commit(RECORD)
        with open_work() as work:
            work.parties.add(Party("Another", PartyKind.FUNDER))
        with contextlib.suppress(ZeroDivisionError), open_work() as work:
            work.parties.add(Party("A third", PartyKind.FUNDER))
            raise ZeroDivisionError
        with open_work(reading=True) as work:
            assert [kept.value.name for kept in work.parties.all()] == ["The Commissioner"]

    def test_what_was_read_whole_is_read_again_after_each_change(self, open_work: OpenWork) -> None:
        with open_work() as work:
            rows = work.themes

            def titles() -> list[str]:
                return [kept.value.title for kept in rows.all()]

            assert titles() == []
            rows.add(Theme("", "Burglary"))
            assert titles() == ["Burglary"]
            rows.add_all([Theme("", "Hate crime"), Theme("", "Violence")])
            assert titles() == ["Burglary", "Hate crime", "Violence"]
            rows.replace(rows.all()[1], Theme("", "Hate"))
            assert titles() == ["Burglary", "Hate", "Violence"]
            rows.remove(rows.all()[0])
            assert titles() == ["Hate", "Violence"]
            rows.remove_all(rows.all())
            assert titles() == []
            # Whoever is given them may do with the list as he likes.
            rows.all().append(Kept(1, 1, Theme("", "Nobody's")))
            assert titles() == []

    def test_a_change_is_seen_at_once_in_its_own_work(self, open_work: OpenWork) -> None:
        with open_work() as work:
            number = work.projects.add(Project("P-01", "Youth work"))
            assert work.projects.get(number).value.name == "Youth work"
            work.projects.replace(work.projects.get(number), Project("P-01", "Youth clubs"))
            assert [kept.value.name for kept in work.projects.all()] == ["Youth clubs"]

    def test_a_row_is_put_back_under_its_number(self, open_work: OpenWork) -> None:
        with open_work() as work:
            for ref in ("P-01", "P-02", "P-03"):
                work.projects.add(Project(ref, ref))
            work.projects.remove(work.projects.get(2))
            assert [kept.id for kept in work.projects.all()] == [1, 3]
            assert work.projects.add(Project("P-02", "again"), 2) == 2
            assert [(kept.id, kept.value.ref) for kept in work.projects.all()] == [
                (1, "P-01"),
                (2, "P-02"),
                (3, "P-03"),
            ]

    def test_many_rows_go_in_and_out_as_they_do_one_by_one(self, open_work: OpenWork) -> None:
        with open_work() as work:
            assert work.projects.add_all([]) == []
            first = work.projects.add(Project("P-01", "Youth work"))
            more = [Project(f"P-{number:02}", f"Number {number}") for number in range(2, 1_003)]
            assert work.projects.add_all(more) == list(range(first + 1, first + 1_002))
            kept = work.projects.all()
            assert [entry.value for entry in kept[1:]] == more
            with pytest.raises(ExpectedError):
                work.projects.add_all([Project("Q-01", "one"), Project("Q-02", "two")], [2_000, first])
            assert len(work.projects.all()) == 1_002
            work.projects.remove_all(kept[1:-1])
            assert [entry.value.ref for entry in work.projects.all()] == ["P-01", "P-1002"]
            with pytest.raises(ChangedMeanwhileError):
                work.projects.remove_all(kept[1:3])
            assert work.projects.add_all([entry.value for entry in kept[1:3]], [kept[1].id, kept[2].id]) == [
                kept[1].id,
                kept[2].id,
            ]
            assert work.projects.all()[1:3] == kept[1:3]

    def test_a_number_that_is_taken_is_refused(self, open_work: OpenWork) -> None:
        with open_work() as work:
            work.projects.add(Project("P-01", "Youth work"))
            with pytest.raises(ExpectedError):
                work.projects.add(Project("P-02", "Cameras"), 1)

    def test_a_row_that_somebody_else_changed_is_not_overwritten(self, open_work: OpenWork) -> None:
        with open_work() as work:
            stale = work.projects.get(work.projects.add(Project("P-01", "Youth work")))
            work.projects.replace(stale, Project("P-01", "Youth clubs"))
            with pytest.raises(ChangedMeanwhileError):
                work.projects.replace(stale, Project("P-01", "Youth centre"))
            with pytest.raises(ChangedMeanwhileError):
                work.projects.remove(stale)
            assert work.projects.get(stale.id).value.name == "Youth clubs"

    def test_a_row_that_somebody_else_removed_can_t_be_changed(self, open_work: OpenWork) -> None:
        with open_work() as work:
            kept = work.projects.get(work.projects.add(Project("P-01", "Youth work")))
            work.projects.remove(kept)
            with pytest.raises(ChangedMeanwhileError):
                work.projects.replace(kept, kept.value)
            with pytest.raises(ChangedMeanwhileError):
                work.projects.remove(kept)

    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            ("partnership", Partnership("Another")),
            ("funds", Fund("Locality Fund", PartyId(1))),
            ("projects", Project("P-01", "Another")),
            ("forecasts", Forecast(P1, FUND, Kind.REVENUE, YEAR, 11, money("9.00"))),
            ("layouts", SavedLayout("", "", ("Trans",), (Meaning.AMOUNT,), "ab" * 16, "Bob", NOON)),
        ],
    )
    def test_what_there_is_only_one_of_is_not_added_twice(
        self, open_work: OpenWork, kind: str, value: Any
    ) -> None:
        with open_work() as work:
            for name, given in VALUES:
                getattr(work, name).add(given)
            with pytest.raises(ExpectedError):
                getattr(work, kind).add(value)

    def test_a_row_is_not_added_to_what_is_not_there(self, open_work: OpenWork) -> None:
        with open_work() as work, pytest.raises(ExpectedError):
            work.funds.add(Fund("Locality Fund", PartyId(7)))

    @pytest.mark.parametrize(("kind", "number"), [("parties", 1), ("funds", 1), ("projects", 1)])
    def test_what_others_rest_on_is_not_removed(self, open_work: OpenWork, kind: str, number: int) -> None:
        with open_work() as work:
            for name, value in VALUES:
                getattr(work, name).add(value)
            work.commit(RECORD)
        with open_work() as work, pytest.raises(ExpectedError):
            getattr(work, kind).remove(getattr(work, kind).get(number))

    def test_a_project_with_charges_is_not_removed(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            _, [line] = add_lines(work, make_line())
            work.ledger.put_charges([LineCharges(line, (charged("10.00"),))])
            work.commit(RECORD)
        with open_work() as work, pytest.raises(ExpectedError):
            work.projects.remove(work.projects.get(P1))

    def test_charges_that_do_not_count_hold_nothing_back(self, open_work: OpenWork) -> None:
        """Else undoing an import and then the grant it was charged to would stop half way."""
        with open_work() as work:
            fill(work)
            rule = work.rules.add(make_rule(1, "P-01"))
            batch, [line] = add_lines(work, make_line())
            placed = LineCharges(line, (charged("10.00", rule=RuleId(rule), run=work.ledger.next_run()),))
            work.ledger.put_charges([placed])
            work.ledger.set_batch_lines_live(batch, False)
            work.ledger.set_batch_state(batch, BatchState.REMOVED)
            project, kept_rule = work.projects.get(P1), work.rules.get(rule)
            work.projects.remove(project)
            work.rules.remove(kept_rule)
            work.commit(RECORD)
        with open_work() as work:
            work.projects.add(project.value, project.id)
            work.rules.add(kept_rule.value, kept_rule.id)
            work.ledger.set_batch_lines_live(batch, True)
            work.ledger.set_batch_state(batch, BatchState.LIVE)
            assert work.ledger.charges_of([line]) == {line: placed.charges}


class JournalContract:
    """The audit trail is written with each commit, newest first, and ends with a hash of all of it."""

    def test_each_commit_leaves_one_line(self, open_work: OpenWork) -> None:
        for sentence in ("first", "second", "third"):
            with open_work() as work:
                work.commit(replace(RECORD, sentence=sentence))
        with open_work(reading=True) as work:
            assert [line.sentence for line in work.journal.lines()] == ["third", "second", "first"]
            assert [line.sentence for line in work.journal.lines(2)] == ["third", "second"]
            assert work.journal.lines(commands=["NoSuchCommand"]) == []
            assert len(work.journal.lines(commands=[work.journal.lines()[0].command])) >= 1
            newest, *_, oldest = work.journal.lines()
            assert newest.sequence > oldest.sequence
            assert newest.at >= oldest.at
            assert newest.at.tzinfo is not None
            assert (newest.command, newest.before, newest.after) == ("Test", RECORD.before, RECORD.after)

    def test_work_that_is_not_committed_leaves_no_line(self, open_work: OpenWork) -> None:
        with open_work() as work:
            work.parties.add(Party("The Commissioner", PartyKind.COMMISSIONER))
        with open_work(reading=True) as work:
            assert work.journal.lines() == []

    def test_the_head_takes_in_every_line(self, open_work: OpenWork) -> None:
        heads = []
        for _ in range(3):
            with open_work() as work:
                heads.append(work.journal.head())
                work.commit(RECORD)
        with open_work(reading=True) as work:
            heads.append(work.journal.head())
        assert len(set(heads)) == 4

    def test_entries_are_found_by_words_people_days_and_what_they_are_about(
        self, open_work: OpenWork
    ) -> None:
        records = (
            JournalRecord("AddProject", "add LF-01", {}, {"added": [{"kind": "projects", "id": 1}]}),
            JournalRecord("ChargeLines", "charge 2 lines", {"lines": []}, {"lines": [{"amount": 120450}]}),
            JournalRecord("ChangeRecord", "rename É. Été, 100% _sure_", {"name": "a"}, {"name": "Ördög"}),
        )
        for record in records:
            with open_work() as work:
                work.commit(record)
        with open_work(reading=True) as work:
            journal = work.journal
            newest, charging, oldest = journal.ids(JournalFilter())

            def found(**where: Any) -> list[int]:
                return list(journal.ids(JournalFilter(**where)))

            assert found(words=("lines",)) == [charging]
            assert found(words=("LINES", "charge")) == [charging]
            assert found(words=("lines", "rename")) == []
            assert found(words=("ördög",)) == [newest]
            assert found(words=("été",)) == [newest]
            assert found(words=("100%", "_sure_")) == [newest]
            assert found(words=("1%0",)) == []
            assert found(among=(Among(('"kind": "projects"',), ("ChangeRecord",)),)) == [newest, oldest]
            assert found(among=(Among((": 120450",)), Among(("2 lines",)))) == [charging]
            assert found(among=(Among((), ("NoSuchCommand",)),)) == []
            assert list(journal.ids(JournalFilter(), lambda line: "name" not in line.after)) == [
                charging,
                oldest,
            ]
            changed = journal.ids(JournalFilter(words=("rename",)), lambda line: line.before == {"name": "a"})
            assert list(changed) == [newest]
            [by] = journal.people()
            assert found(by=by) == [newest, charging, oldest]
            assert found(by="Nobody") == []
            moments = [line.at for line in journal.entries([newest, oldest])]
            assert found(since=moments[0], before=moments[0]) == []
            assert newest in found(since=moments[0])
            assert newest not in found(before=moments[1])
            assert [line.sentence for line in journal.entries([oldest, 99, newest])] == [
                "add LF-01",
                "rename É. Été, 100% _sure_",
            ]
            assert journal.count() == 3
            assert list(journal.problems()) == []


class LedgerContract:
    """Ledger lines, imports and charges."""

    # imports and their changes

    def test_an_import_is_kept_with_everything_that_came_with_it(self, open_work: OpenWork) -> None:
        lines = [make_line("T1"), make_line("T2", "-5.00", posted_on=None, supplier="")]
        batch = make_batch(lines, stated_total=money("5.00"), control_total=money("5.00"), rows_skipped=1)
        skipped = [SkippedRow("Ledger", 4, "a total", "Total 5.00"), SkippedRow("Ledger", 1, "blank", "")]
        findings = [
            Finding(Severity.WARNING, "b", "Second", Source("ledger.csv", "Ledger", 3, "Amount")),
            Finding(Severity.NOTE, "a", "First", Source("ledger.csv")),
        ]
        with open_work() as work:
            number = work.ledger.add_batch(batch, lines, [], skipped, controls_of(lines), [], findings)
            work.commit(RECORD)
        with open_work(reading=True) as work:
            [kept] = work.ledger.batches()
            assert (kept.id, kept.value) == (number, batch)
            assert work.ledger.skipped(number) == skipped
            assert work.ledger.findings(number) == findings
            assert work.ledger.changes(number) == []
            assert {key: entry.line for key, entry in work.ledger.held().items()} == {
                line.key: line for line in lines
            }

    def test_imports_are_listed_oldest_first_also_those_taken_back(self, open_work: OpenWork) -> None:
        with open_work() as work:
            for name in ("one.csv", "two.csv"):
                add_lines(work, make_line(name), name=name)
            last, _ = add_lines(work, make_line("three.csv"), name="three.csv")
            assert [kept.value.state for kept in work.ledger.batches()] == [BatchState.LIVE] * 3
            work.ledger.set_batch_state(last, BatchState.REMOVED)
            assert [(kept.value.file_name, kept.value.state) for kept in work.ledger.batches()] == [
                ("one.csv", BatchState.LIVE),
                ("two.csv", BatchState.LIVE),
                ("three.csv", BatchState.REMOVED),
            ]

    def test_changes_are_recorded_and_not_carried_out(self, open_work: OpenWork) -> None:
        before, after = make_line("T1", "10.00"), make_line("T1", "12.00", row=7)
        with open_work() as work:
            fill(work)
            _, [line] = add_lines(work, before)
            change = LineChange(
                line, Change.AMOUNT, True, False, before, after, (charged("10.00"),), (charged("12.00"),)
            )
            gone = LineChange(line, Change.VANISHED, False, True, before, None, (), ())
            second, _ = add_lines(work, changes=[change])
            third, _ = add_lines(work, changes=[gone])
            work.commit(RECORD)
        with open_work(reading=True) as work:
            assert work.ledger.changes(second) == [change]
            assert work.ledger.changes(third) == [gone]
            assert work.ledger.held_line(line).line == before
            assert work.ledger.charges_of([line]) == {line: ()}

    def test_what_was_decided_on_a_change_is_kept(self, open_work: OpenWork) -> None:
        lines = [make_line(key) for key in ("T1", "T2", "T3")]
        with open_work() as work:
            fill(work)
            _, ids = add_lines(work, *lines)
            changes = [
                changed(id, line, line._replace(supplier="Anew"), Change.REWORDED)
                for id, line in zip(ids, lines, strict=True)
            ]
            batch, _ = add_lines(work, changes=changes)
            work.ledger.set_reviewed(batch, ids[:2], True)
            work.ledger.set_taken(batch, ids[1], False)
            found = {change.line: (change.reviewed, change.taken) for change in work.ledger.changes(batch)}
            assert found == {ids[0]: (True, True), ids[1]: (True, False), ids[2]: (False, True)}
            work.ledger.set_reviewed(batch, ids, False)
            work.ledger.set_taken(batch, ids[1], True)
            assert work.ledger.changes(batch) == changes
            left = {ids[0]: (charged("1.00"), charged("2.00", HEAD_2)), ids[1]: ()}
            work.ledger.set_left(batch, left)
            assert {change.line: change.charges_left for change in work.ledger.changes(batch)} == {
                **left,
                ids[2]: None,
            }
            work.ledger.set_left(batch, dict.fromkeys(left))
            assert work.ledger.changes(batch) == changes

    def test_a_line_is_shown_where_the_newest_import_holds_it(self, open_work: OpenWork) -> None:
        line = make_line("T1")

        def place(work: UnitOfWork) -> set[tuple[str, str, int]]:
            [row], [share] = work.ledger.line_rows([seen]), work.ledger.shares(LineFilter())
            return {(row.file, row.line.sheet, row.line.row), (share.file, share.sheet, share.row)}

        with open_work() as work:
            first, [seen, other] = add_lines(work, line, make_line("T2", year=NEXT_YEAR))
            work.ledger.set_live([other], False)
            again = [Sighting(seen, "Sheet 2", 9)]
            second = work.ledger.add_batch(
                make_batch(name="second.csv"), [], again, [], controls_of([line]), [], []
            )
            assert work.ledger.held() == {"T1": (seen, line, True)}
            assert place(work) == {("second.csv", "Sheet 2", 9)}
            for batch, number in ((first, 1), (second, 1)):
                assert work.ledger.total(LineFilter(batch=batch))[0] == number
            work.ledger.set_batch_state(second, BatchState.REMOVED)
            assert place(work) == {("ledger.csv", "Ledger", 2)}

    def test_a_vanished_line_is_listed_among_the_changed_ones_only(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            _, [line] = add_lines(work, make_line("T1"))
            batch, _ = add_lines(work, changes=[changed(line, make_line(), None, Change.VANISHED)])
            work.ledger.set_live([line], False)
            assert list(work.ledger.line_ids(LineFilter(), LineOrder())) == []
            assert list(work.ledger.line_ids(LineFilter(show=Show.CHANGED), LineOrder())) == [line]
            counts = work.ledger.counts(LineFilter())
            assert (counts.all, counts.changed) == (0, 1)
            assert [row.change for row in work.ledger.line_rows([line])] == [Change.VANISHED]
            work.ledger.set_reviewed(batch, [line], True)
            assert work.ledger.counts(LineFilter()).changed == 0

    def test_what_an_import_brought_is_counted_whether_or_not_it_counts(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            first, [line, _] = add_lines(work, make_line("T1"), make_line("T2", "-2.50"))
            seen = [Sighting(line, "Ledger", 9)]
            second = work.ledger.add_batch(make_batch(), [], seen, [], controls_of([make_line()]), [], [])
            work.ledger.put_charges([LineCharges(line, (charged("4.00"), charged("6.00", HEAD_2)))])
            for live in (True, False):
                work.ledger.set_batch_lines_live(first, live)
                assert work.ledger.brought(first) == Brought(2, money("7.50"), 1)
                assert work.ledger.brought(second) == Brought(0, Money.ZERO, 0)

    def test_the_cost_centres_of_live_imports_are_known(self, open_work: OpenWork) -> None:
        with open_work() as work:
            add_lines(work, make_line("T1", cost_centre="A"), make_line("T2", cost_centre="B"))
            last, _ = add_lines(work, make_line("T3", cost_centre="C"))
            assert sorted(work.ledger.cost_centre_groups(), key=sorted) == [
                frozenset({"A", "B"}),
                frozenset({"C"}),
            ]
            work.ledger.set_batch_state(last, BatchState.REMOVED)
            assert work.ledger.cost_centre_groups() == [frozenset({"A", "B"})]

    # lines

    @pytest.mark.parametrize(
        "left_out", [frozenset(), frozenset({"supplier", "posted_on"})], ids=["all", "some"]
    )
    def test_lines_laid_beside_a_download_compare_as_all_that_are_held(
        self, open_work: OpenWork, left_out: frozenset[str]
    ) -> None:
        held = [
            make_line(key, "7.00", period=at % 13 + 1, posted_on=None if at % 4 == 0 else day("2018-05-01"))
            for at, key in enumerate("ABCDEFGHIJKLMN", start=1)
        ]
        changes: list[dict[str, Any]] = [
            {},
            {"supplier": "Anew"},
            {"description": "anew", "row": 99},
            {"amount": Money(1)},
            {"amount": Money(-700)},
            {"year": NEXT_YEAR},
            {"period": 9},
            {"posted_on": None},
            {"posted_on": day("2018-05-02")},
            {"cost_centre": "X"},
            {"account": ""},
            {"type": "CN"},
            {"sheet": "Other", "row": 3, "transaction": "T"},
        ]
        stated = [line._replace(**change) for line, change in zip(held, changes, strict=False)]
        stated.append(make_line("NEW"))
        fields = ALL_FIELDS - left_out
        scope = scope_of(controls_of(stated))
        with open_work() as work:
            add_lines(work, *held)
            whole = compare_downloads(work.ledger.held(), stated, fields, scope)
            beside = work.ledger.held_beside(stated, fields)
            found = compare_downloads(beside, stated, fields, scope)
        assert not set(beside) & set(beside.alike)
        assert set(beside) | set(beside.alike) == {line.key for line in held}
        assert [(entry.id, entry.after.row) for entry in found.unchanged] == [
            (entry.id, entry.after.row) for entry in whole.unchanged
        ]
        assert whole.unchanged
        assert whole.reworded
        assert whole.amount_changed
        assert replace(found, unchanged=()) == replace(whole, unchanged=())

    def test_a_line_takes_new_values_and_keeps_its_key_and_place(self, open_work: OpenWork) -> None:
        with open_work() as work:
            _, [line] = add_lines(work, make_line("T1", row=2))
            anew = make_line(
                "T9",
                "-7.00",
                transaction="T1/2",
                year=NEXT_YEAR,
                period=13,
                posted_on=None,
                cost_centre="X",
                account="Y",
                supplier="Z",
                description="D",
                type="CN",
                sheet="Other",
                row=99,
            )
            work.ledger.update_lines({line: anew})
            work.commit(RECORD)
        with open_work(reading=True) as work:
            kept = anew._replace(key="T1", sheet="Ledger", row=2)
            assert work.ledger.held_line(line).line == kept
            assert work.ledger.held() == {"T1": (line, kept, True)}

    def test_charges_follow_a_line_to_its_new_period(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            _, [line] = add_lines(work, make_line("T1", period=1))
            work.ledger.put_charges([LineCharges(line, (charged("10.00"),))])
            work.ledger.update_lines({line: make_line("T1", period=4)})
            assert work.ledger.charge_sums(YEAR) == [ChargeSum(P1, FUND, Kind.REVENUE, 4, money("10.00"))]
            assert [entry.period for entry in work.ledger.ledger_sums(YEAR)] == [4]
            work.ledger.update_lines({line: make_line("T1", year=NEXT_YEAR, period=2)})
            assert work.ledger.charge_sums(YEAR) == []
            assert work.ledger.charge_sums(NEXT_YEAR) == [
                ChargeSum(P1, FUND, Kind.REVENUE, 2, money("10.00"))
            ]

    def test_lines_that_do_not_count_are_nowhere_but_can_be_had_by_number(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            _, [gone, stays] = add_lines(work, make_line("T1", supplier="Gone Ltd"), make_line("T2"))
            work.ledger.put_charges([LineCharges(gone, (charged("10.00"),))])
            work.ledger.set_live([gone], False)
            work.commit(RECORD)
        with open_work() as work:
            ledger = work.ledger
            assert set(ledger.held()) == {"T2"}
            assert [id for id, _ in ledger.waiting()] == [stays]
            assert ledger.charge_sums(YEAR) == []
            assert [entry.lines for entry in ledger.ledger_sums(YEAR)] == [1]
            assert ledger.counts(LineFilter()).all == 1
            assert list(ledger.line_ids(LineFilter(), LineOrder())) == [stays]
            assert ledger.total(LineFilter()) == (1, money("10.00"))
            assert "Gone Ltd" not in ledger.suppliers()
            assert ledger.held_line(gone).line.key == "T1"
            ledger.set_live([gone], True)
            assert ledger.charge_sums(YEAR) == [ChargeSum(P1, FUND, Kind.REVENUE, 1, money("10.00"))]
            assert set(ledger.held()) == {"T1", "T2"}

    def test_a_line_that_does_not_count_leaves_its_key_to_another(self, open_work: OpenWork) -> None:
        with open_work() as work:
            _, [gone] = add_lines(work, make_line("T1"))
            work.ledger.set_live([gone], False)
            _, [anew] = add_lines(work, make_line("T1", "20.00"))
            assert work.ledger.held()["T1"].id == anew != gone

    def test_all_lines_of_an_import_come_and_go_together(self, open_work: OpenWork) -> None:
        with open_work() as work:
            add_lines(work, make_line("T1"))
            batch, _ = add_lines(work, make_line("T2"), make_line("T3"))
            assert work.ledger.set_batch_lines_live(batch, False) == 2
            assert set(work.ledger.held()) == {"T1"}
            assert work.ledger.set_batch_lines_live(batch, True) == 2
            assert set(work.ledger.held()) == {"T1", "T2", "T3"}

    def test_a_line_that_never_was_is_not_found(self, open_work: OpenWork) -> None:
        with open_work(reading=True) as work, pytest.raises(NotFoundError):
            work.ledger.held_line(LineId(1))

    # charges

    def test_charges_come_out_in_order_as_they_went_in(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            _, [split, waiting] = add_lines(work, make_line("T1"), make_line("T2"))
            run = work.ledger.next_run()
            charges = (
                charged("6.00", HEAD_2, run=run, rule=RuleId(3), reason="Rule 3: “a”"),
                charged("1.00", disposition=Disposition.INCOME),
                charged("2.00", HEAD_1),
                charged("1.00", disposition=Disposition.EXCLUDED, reason="not ours"),
            )
            assert work.ledger.put_charges([LineCharges(split, charges)]) == 1
            work.commit(RECORD)
        with open_work(reading=True) as work:
            assert work.ledger.charges_of([split, waiting]) == {split: charges, waiting: ()}

    def test_reasons_of_exclusions_are_remembered_the_most_used_first(self, open_work: OpenWork) -> None:
        def excluded(reason: str, run: RunId | None = None) -> tuple[Charged, ...]:
            return (charged("10.00", disposition=Disposition.EXCLUDED, reason=reason, run=run),)

        with open_work() as work:
            fill(work)
            _, ids = add_lines(work, *(make_line(f"T{number}") for number in range(6)))
            run = work.ledger.next_run()
            reasons = ["stamps", "core budget", "core budget", "another service"]
            placed = [LineCharges(id, excluded(reason)) for id, reason in zip(ids, reasons, strict=False)]
            placed.append(LineCharges(ids[4], excluded("Rule 3", run)))
            placed.append(LineCharges(ids[5], (charged("10.00", reason="to a project"),)))
            work.ledger.put_charges(placed)
            assert work.ledger.exclusion_reasons() == ["core budget", "another service", "stamps"]
            assert work.ledger.exclusion_reasons(limit=1) == ["core budget"]
            work.ledger.set_live([ids[0]], False)
            assert work.ledger.exclusion_reasons() == ["core budget", "another service"]

    def test_new_charges_take_the_place_of_the_old(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            _, [first, second] = add_lines(work, make_line("T1"), make_line("T2"))
            work.ledger.put_charges(
                [LineCharges(first, (charged("4.00"), charged("6.00", HEAD_2)))]
                + [LineCharges(second, (charged("10.00"),))]
            )
            assert list(work.ledger.waiting()) == []
            assert work.ledger.put_charges([LineCharges(first, (charged("10.00", HEAD_2),))]) == 1
            assert work.ledger.put_charges([LineCharges(second, ())]) == 1
            assert work.ledger.charges_of([first, second]) == {
                first: (charged("10.00", HEAD_2),),
                second: (),
            }
            assert [id for id, _ in work.ledger.waiting()] == [second]

    def test_waiting_lines_are_placed_all_at_once(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            _, ids = add_lines(work, *(make_line(f"T{number}") for number in range(20)))
            placed = [
                LineCharges(id, (charged("4.00"), charged("6.00", HEAD_2)) if at % 2 else (charged("10.00"),))
                for at, id in enumerate(ids[:-1])
            ]
            assert work.ledger.place_waiting(placed) == 19
            assert work.ledger.place_waiting([]) == 0
            assert work.ledger.charges_of(ids[:-1]) == {entry.line: entry.charges for entry in placed}
            assert [id for id, _ in work.ledger.waiting()] == ids[-1:]

    def test_new_lines_can_come_with_their_charges(self, open_work: OpenWork) -> None:
        lines = [make_line("T1"), make_line("T2"), make_line("T3", "-10.00")]
        income = (charged("-10.00", disposition=Disposition.INCOME),)
        charges = [(charged("4.00"), charged("6.00", HEAD_2)), (), income]
        with open_work() as work:
            fill(work)
            add_lines(work, make_line("T0"))
            work.ledger.add_batch(
                make_batch(lines, "second.csv"), lines, [], [], controls_of(lines), [], [], charges
            )
            work.commit(RECORD)
        with open_work(reading=True) as work:
            ids = {key: entry.id for key, entry in work.ledger.held().items()}
            kept = work.ledger.charges_of(list(ids.values()))
            assert {key: kept[id] for key, id in ids.items()} == {
                "T0": (),
                **dict(zip(("T1", "T2", "T3"), charges, strict=True)),
            }
            assert [line.key for _, line in work.ledger.waiting()] == ["T0", "T2"]
            counts = work.ledger.counts(LineFilter())
            assert (counts.waiting, counts.charged, counts.split, counts.income) == (2, 1, 1, 1)

    def test_waiting_lines_come_oldest_first(self, open_work: OpenWork) -> None:
        with open_work() as work:
            _, ids = add_lines(work, *(make_line(key) for key in ("T3", "T1", "T2")))
            assert [(id, line.key) for id, line in work.ledger.waiting()] == list(
                zip(ids, ("T3", "T1", "T2"), strict=True)
            )

    def test_a_run_is_cleared_without_touching_other_work(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            _, [first, second, third] = add_lines(work, *(make_line(key) for key in ("T1", "T2", "T3")))
            one = work.ledger.next_run()
            split = (charged("4.00", run=one), charged("6.00", HEAD_2, run=one))
            work.ledger.put_charges([LineCharges(first, split)])
            other = work.ledger.next_run()
            assert other != one
            by_other, by_hand = (charged("10.00", run=other),), (charged("10.00"),)
            work.ledger.put_charges([LineCharges(second, by_other), LineCharges(third, by_hand)])
            assert work.ledger.clear_run(one) == 1
            assert work.ledger.charges_of([first, second, third]) == {
                first: (),
                second: by_other,
                third: by_hand,
            }
            assert [id for id, _ in work.ledger.waiting()] == [first]
            assert work.ledger.clear_run(one) == 0

    def test_the_periods_that_a_run_or_an_import_has_charged_lines_in(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            batch, (one, two, _) = add_lines(
                work, make_line("T1"), make_line("T2", period=4), make_line("T3", period=9)
            )
            later, (four,) = add_lines(work, make_line("T4", year=NEXT_YEAR, period=2), name="later.csv")
            run = work.ledger.next_run()
            by_run, by_hand = (charged("10.00", run=run),), (charged("10.00"),)
            work.ledger.put_charges(
                [LineCharges(one, by_run), LineCharges(two, by_hand), LineCharges(four, by_run)]
            )
            work.commit(RECORD)
        with open_work(reading=True) as work:
            assert work.ledger.charged_periods(batch=batch) == {(YEAR, 1), (YEAR, 4)}
            assert work.ledger.charged_periods(batch=later) == {(NEXT_YEAR, 2)}
            assert work.ledger.charged_periods(run=run) == {(YEAR, 1), (NEXT_YEAR, 2)}
            assert work.ledger.charged_periods(run=RunId(run + 1)) == set()
        with open_work() as work:
            work.ledger.set_batch_lines_live(batch, False)
            assert work.ledger.charged_periods(batch=batch) == {(YEAR, 1), (YEAR, 4)}

    def test_a_run_that_was_cleared_can_be_put_back_under_its_number(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            _, [line] = add_lines(work, make_line())
            run = work.ledger.next_run()
            placed = LineCharges(line, (charged("10.00", run=run),))
            work.ledger.place_waiting([placed])
            work.ledger.clear_run(run)
            work.commit(RECORD)
        with open_work() as work:
            work.ledger.place_waiting([placed])
            assert work.ledger.charges_of([line]) == {line: placed.charges}
            assert work.ledger.next_run() != run

    # sums

    def test_sums_tell_lines_and_charges_apart(self, open_work: OpenWork) -> None:
        """Two periods, another year, and a line whose parts do not make it up, as damage would."""
        with open_work() as work:
            fill(work)
            _, ids = add_lines(
                work,
                make_line("T1", "10.00"),
                make_line("T2", "-3.00"),
                make_line("T3", "5.00"),
                make_line("T4", "7.00", period=13),
                make_line("T5", "9.00"),
                make_line("T6", "100.00", year=NEXT_YEAR),
            )
            work.ledger.put_charges(
                [
                    LineCharges(ids[0], (charged("4.00"), charged("6.00", HEAD_2))),
                    LineCharges(ids[1], (charged("-3.00", disposition=Disposition.INCOME),)),
                    LineCharges(ids[2], (charged("4.99", disposition=Disposition.EXCLUDED),)),
                    LineCharges(ids[3], (charged("7.00"),)),
                    LineCharges(ids[5], (charged("100.00"),)),
                ]
            )
            assert work.ledger.ledger_sums(YEAR) == [
                LedgerSum(
                    1,
                    4,
                    money("21.00"),
                    money("12.00"),
                    money("10.00"),
                    money("-3.00"),
                    money("4.99"),
                    1,
                    1,
                ),
                LedgerSum(13, 1, money("7.00"), money("7.00"), money("7.00"), Money(0), Money(0), 0, 0),
            ]
            assert sorted(work.ledger.charge_sums(YEAR), key=lambda entry: (entry.period, entry.project)) == [
                ChargeSum(P1, FUND, Kind.REVENUE, 1, money("4.00")),
                ChargeSum(P2, OTHER_FUND, Kind.CAPITAL, 1, money("6.00")),
                ChargeSum(P1, FUND, Kind.REVENUE, 13, money("7.00")),
            ]
            assert work.ledger.years() == [YEAR, NEXT_YEAR]
            assert work.ledger.last_period(YEAR) == 13
            assert work.ledger.last_period(NEXT_YEAR) == 1

    def test_a_cost_centre_says_where_its_pounds_went(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            _, ids = add_lines(
                work,
                make_line("T1", "10.00", cost_centre="B1"),
                make_line("T2", "-3.00", cost_centre="A1"),
                make_line("T3", "5.00", cost_centre="A1", period=2),
                make_line("T4", "7.00", cost_centre="A1"),
                make_line("T5", "9.00", cost_centre="A1"),
                make_line("T6", "100.00", cost_centre="A1", period=3),
                make_line("T7", "50.00", cost_centre="C1", year=NEXT_YEAR),
                make_line("T8", "20.00", cost_centre="A1"),
            )
            work.ledger.put_charges(
                [
                    LineCharges(ids[0], (charged("4.00"), charged("6.00", HEAD_2))),
                    LineCharges(ids[1], (charged("-3.00", disposition=Disposition.INCOME),)),
                    LineCharges(
                        ids[2], (charged("5.00", disposition=Disposition.EXCLUDED, reason="payroll"),)
                    ),
                    LineCharges(ids[3], (charged("7.00"),)),
                    LineCharges(ids[5], (charged("100.00"),)),
                    LineCharges(ids[7], (charged("20.00"),)),
                ]
            )
            work.ledger.set_live([ids[7]], False)
            assert work.ledger.centre_sums(YEAR, 2) == [
                CentreSum(
                    "A1",
                    4,
                    money("18.00"),
                    money("9.00"),
                    ((FUND, money("7.00")),),
                    money("-3.00"),
                    (("payroll", money("5.00")),),
                ),
                CentreSum(
                    "B1",
                    1,
                    money("10.00"),
                    Money(0),
                    ((FUND, money("4.00")), (OTHER_FUND, money("6.00"))),
                    Money(0),
                    (),
                ),
            ]
            assert [each.total for each in work.ledger.centre_sums(YEAR, 13)] == [
                money("118.00"),
                money("10.00"),
            ]
            assert work.ledger.centre_sums(NEXT_YEAR.next, 13) == []

    def test_charges_are_summed_by_kind_period_and_posting_day(self, open_work: OpenWork) -> None:
        with open_work() as work:
            fill(work)
            days = (day("2018-04-03"), day("2018-04-03"), None, day("2018-05-04"))
            _, ids = add_lines(
                work,
                *(
                    make_line(f"T{at}", "10.00", period=1 if at < 4 else 2, posted_on=posted)
                    for at, posted in enumerate(days, start=1)
                ),
            )
            work.ledger.put_charges([LineCharges(id, (charged("10.00"),)) for id in ids])
            work.commit(RECORD)
        with open_work() as work:
            assert work.ledger.day_sums(YEAR, FUND) == [
                DaySum(Kind.REVENUE, 1, None, money("10.00")),
                DaySum(Kind.REVENUE, 1, day("2018-04-03"), money("20.00")),
                DaySum(Kind.REVENUE, 2, day("2018-05-04"), money("10.00")),
            ]
            assert work.ledger.day_sums(YEAR, OTHER_FUND) == work.ledger.day_sums(NEXT_YEAR, FUND) == []
            work.ledger.set_live([ids[3]], False)
            assert [entry.period for entry in work.ledger.day_sums(YEAR, FUND)] == [1, 1]

    def test_an_empty_file_sums_to_nothing(self, open_work: OpenWork) -> None:
        with open_work(reading=True) as work:
            assert work.ledger.ledger_sums(YEAR) == []
            assert work.ledger.charge_sums(YEAR) == []
            assert work.ledger.control_sums(YEAR) == []
            assert work.ledger.years() == []
            assert work.ledger.last_period(YEAR) == 0
            assert work.ledger.counts(LineFilter()) == (*[0] * 7, Money(0), Money(0), 0)
            assert work.ledger.batches() == []
            assert work.ledger.held() == {}
            assert work.ledger.suppliers() == []

    def test_the_newest_download_that_covers_a_period_speaks_for_it(self, open_work: OpenWork) -> None:
        april, may = make_line("T1", "10.00"), make_line("T2", "20.00", period=2)
        may_anew, june = make_line("T3", "25.00", period=2), make_line("T4", "1.00", period=3)
        with open_work() as work:
            add_lines(work, april, may)
            second, _ = add_lines(work, may_anew, june)
            assert work.ledger.control_sums(YEAR) == [
                ControlSum(1, 1, money("10.00")),
                ControlSum(2, 1, money("25.00")),
                ControlSum(3, 1, money("1.00")),
            ]
            work.ledger.set_batch_state(second, BatchState.REMOVED)
            assert work.ledger.control_sums(YEAR) == [
                ControlSum(1, 1, money("10.00")),
                ControlSum(2, 1, money("20.00")),
            ]

    def test_a_download_speaks_only_for_its_own_cost_centres(self, open_work: OpenWork) -> None:
        with open_work() as work:
            add_lines(work, make_line("T1", "10.00", cost_centre="A"))
            add_lines(work, make_line("T2", "20.00", cost_centre="B"))
            assert work.ledger.control_sums(YEAR) == [ControlSum(1, 2, money("30.00"))]

    def test_a_download_without_lines_left_in_a_cost_centre_says_nought_there(
        self, open_work: OpenWork
    ) -> None:
        """The centre came with the other once, so it is covered, and so is the month between."""
        stays, later = make_line("T2", "20.00", cost_centre="B"), make_line("T3", period=3, cost_centre="B")
        with open_work() as work:
            add_lines(
                work, make_line("T1", "10.00", cost_centre="A"), make_line("T4", period=2), stays, later
            )
            add_lines(work, also=[stays, later])
            found = work.ledger.control_sums(YEAR)
            assert [entry for entry in found if entry.lines] == [
                ControlSum(1, 1, money("20.00")),
                ControlSum(3, 1, money("10.00")),
            ]
            assert Money.total(entry.total for entry in found) == money("30.00")

    # lists

    def test_counts_follow_the_other_conditions(self, open_work: OpenWork) -> None:
        with open_work() as work:
            ids = self._mixed(work)
            changes = [
                changed(ids["charged"], make_line(), make_line(), Change.REWORDED),
                changed(ids["income"], make_line(), make_line(), Change.AMOUNT),
            ]
            batch, _ = add_lines(work, changes=changes)
            counts = work.ledger.counts(LineFilter(year=YEAR, show=Show.SPLIT))
            assert counts == (5, 1, 2, 1, 1, 1, 2, money("75.00"), money("16.00"), 0)
            assert work.ledger.counts(LineFilter(year=YEAR, from_period=2)).all == 1
            assert work.ledger.counts(LineFilter(year=NEXT_YEAR)) == (
                *(1, 1, 0, 0, 0, 0, 0),
                *[money("32.00")] * 2,
                0,
            )
            work.ledger.set_reviewed(batch, [ids["income"]], True)
            assert work.ledger.counts(LineFilter()).changed == 1
            order = (Show.ALL, Show.WAITING, Show.CHARGED, Show.SPLIT, Show.INCOME, Show.EXCLUDED)
            for show, number in zip(order, counts[:6], strict=True):
                where = LineFilter(year=YEAR, show=show)
                assert len(work.ledger.line_ids(where, LineOrder())) == number
                assert work.ledger.total(where)[0] == number
            work.ledger.set_batch_state(batch, BatchState.REMOVED)
            assert work.ledger.counts(LineFilter()).changed == 0

    def _mixed(self, work: UnitOfWork) -> dict[str, LineId]:
        """A line of each state by name: 8.00 charged, 16.00 waiting, and so on."""
        fill(work)
        lines = {
            "charged": make_line("T1", "8.00", supplier="Alpha 50% Ltd", account="4001"),
            "waiting": make_line("T2", "16.00", supplier="Beta_Ltd", description="Überführung"),
            "split": make_line("T3", "50.00", supplier="alpha again", period=2, cost_centre="CS200"),
            "income": make_line("T4", "-1.00", supplier="The Commissioner", type="GR"),
            "excluded": make_line("T5", "2.00", supplier="Gamma"),
            "later": make_line("T6", "32.00", year=NEXT_YEAR, supplier="Alpha 50% Ltd"),
        }
        _, ids = add_lines(work, *lines.values())
        by_name = dict(zip(lines, ids, strict=True))
        work.ledger.put_charges(
            [
                LineCharges(by_name["charged"], (charged("8.00"),)),
                LineCharges(by_name["split"], (charged("20.00"), charged("30.00", HEAD_2))),
                LineCharges(by_name["income"], (charged("-1.00", disposition=Disposition.INCOME),)),
                LineCharges(by_name["excluded"], (charged("2.00", disposition=Disposition.EXCLUDED),)),
            ]
        )
        return by_name

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            (LineFilter(), {"charged", "waiting", "split", "income", "excluded", "later"}),
            (LineFilter(year=NEXT_YEAR), {"later"}),
            (LineFilter(year=YEAR, to_period=1), {"charged", "waiting", "income", "excluded"}),
            (LineFilter(year=YEAR, from_period=2, to_period=13), {"split"}),
            (LineFilter(from_period=3, to_period=2), set()),
            (LineFilter(project=P1), {"charged", "split"}),
            (LineFilter(project=P2), {"split"}),
            (LineFilter(fund=OTHER_FUND), {"split"}),
            (LineFilter(kind=Kind.CAPITAL), {"split"}),
            (LineFilter(project=P1, fund=OTHER_FUND), set()),
            (LineFilter(disposition=Disposition.PROJECT), {"charged", "split"}),
            (LineFilter(disposition=Disposition.INCOME), {"income"}),
            (LineFilter(show=Show.CHARGED), {"charged", "split"}),
            (LineFilter(show=Show.SPLIT, project=P2), {"split"}),
            (LineFilter(show=Show.WAITING, year=YEAR), {"waiting"}),
            (LineFilter(show=Show.EXCLUDED), {"excluded"}),
            (LineFilter(text="alpha"), {"charged", "split", "later"}),
            (LineFilter(text="AGAIN ALPHA"), {"split"}),
            (LineFilter(text="50%"), {"charged", "later"}),
            (LineFilter(text="l_ha"), set()),
            (LineFilter(text="Beta_L"), {"waiting"}),
            (LineFilter(text="T4"), {"income"}),
            (LineFilter(text="4001"), {"charged"}),
            (LineFilter(text="16.00"), {"waiting"}),
            (LineFilter(text="1.00 grant"), set()),
            (LineFilter(text="1.00 commissioner"), {"income"}),
            (LineFilter(columns=(("amount", "£1.00"),)), {"income"}),
            (LineFilter(columns=(("amount", "much"),)), set()),
            (LineFilter(columns=(("period", "2"),)), {"split"}),
            (LineFilter(columns=(("period", "late"),)), set()),
            (LineFilter(columns=(("posted_on", "31/05/2018"),)), {"split"}),
            (LineFilter(columns=(("posted_on", "04/2019"),)), {"later"}),
            (LineFilter(columns=(("state", "INVOICE"), ("period", "2"))), {"split"}),
            (LineFilter(text="nowhere"), set()),
            (LineFilter(columns=(("supplier", "gamma"),)), {"excluded"}),
            (LineFilter(columns=(("supplier", "alpha"), ("cost_centre", "cs2"))), {"split"}),
            (LineFilter(columns=(("transaction", "t5"),), text="gam"), {"excluded"}),
            (LineFilter(columns=(("type", "GR"),)), {"income"}),
            (LineFilter(columns=(("coding", "cs100 / 4001"),)), {"charged"}),
            (LineFilter(columns=(("project", "P-02"),)), {"split"}),
            (LineFilter(columns=(("amount", ">16"),)), {"split", "later"}),
            (LineFilter(columns=(("amount", "<0; 50"),)), {"income", "split"}),
            (LineFilter(columns=(("amount", "2..16.00"),)), {"charged", "waiting", "excluded"}),
            (LineFilter(columns=(("amount", "=-1"),)), {"income"}),
            (LineFilter(columns=(("amount", "=1"),)), set()),
            (LineFilter(columns=(("period", "2..13"),)), {"split"}),
            (LineFilter(columns=(("posted_on", "May–Jun"),)), {"split"}),
            (LineFilter(columns=(("posted_on", ">30/04/2018"),)), {"split", "later"}),
            (LineFilter(columns=(("posted_on", "2019/20; 31/05/2018"),)), {"split", "later"}),
            (LineFilter(columns=(("posted_on", "soon"),)), set()),
            (LineFilter(columns=(("supplier", "gamma; commissioner"),)), {"excluded", "income"}),
            (LineFilter(columns=(("supplier", "=gamma"),)), {"excluded"}),
            (LineFilter(columns=(("supplier", "=gamm"),)), set()),
            (LineFilter(columns=(("supplier", "!alpha; !gamma"),)), {"waiting", "income"}),
            (LineFilter(columns=(("project", "="),)), {"waiting", "income", "excluded", "later"}),
            (
                LineFilter(columns=(("project", "!P-02"),)),
                {"charged", "waiting", "income", "excluded", "later"},
            ),
            (LineFilter(columns=(("state", "unmatched"),)), {"waiting", "later"}),
            (LineFilter(columns=(("state", "split; excluded"),)), {"split", "excluded"}),
            (LineFilter(columns=(("state", "by rule"),)), set()),
            (LineFilter(batch=BatchId(1), show=Show.INCOME), {"income"}),
            (LineFilter(batch=BatchId(2)), set()),
        ],
    )
    def test_only_lines_that_meet_every_condition_are_listed(
        self, open_work: OpenWork, where: LineFilter, expected: set[str]
    ) -> None:
        with open_work() as work:
            ids = self._mixed(work)
            names = {id: name for name, id in ids.items()}
            found = list(work.ledger.line_ids(where, LineOrder()))
            assert len(set(found)) == len(found)
            assert {names[LineId(id)] for id in found} == expected
            assert {names[share.id] for share in work.ledger.shares(where)} == expected
            assert work.ledger.total(where) == (
                len(expected),
                Money.total(share.share for share in work.ledger.shares(where)),
            )

    @pytest.mark.parametrize("column", LINE_COLUMNS)
    @pytest.mark.parametrize("descending", [False, True])
    def test_lines_can_be_sorted_by_every_column(
        self, open_work: OpenWork, column: str, descending: bool
    ) -> None:
        def key(row: Any) -> Any:
            if column == "project":
                return row.projects
            if column == "coding":
                return row.line.cost_centre, row.line.account
            return row.state.value if column == "state" else getattr(row.line, column)

        with open_work() as work:
            fill(work)
            values = [("Beta", 2, "3.00"), ("Alpha", 1, "10.00"), ("Beta", 3, "-2.00"), ("Alpha", 1, "10.00")]
            _, ids = add_lines(
                work,
                *(
                    make_line(
                        f"T{at}",
                        amount,
                        supplier=supplier,
                        description=supplier,
                        period=period,
                        account=supplier,
                        cost_centre=supplier,
                        type=supplier,
                    )
                    for at, (supplier, period, amount) in enumerate(values)
                ),
            )
            work.ledger.put_charges(
                [
                    LineCharges(ids[0], (charged("3.00", HEAD_2),)),
                    LineCharges(ids[1], (charged("10.00"),)),
                    LineCharges(ids[2], (charged("-2.00", HEAD_2),)),
                    LineCharges(ids[3], (charged("10.00"),)),
                ]
            )
            order = LineOrder(column, descending)
            found = list(work.ledger.line_ids(LineFilter(), order))
            rows = work.ledger.line_rows(found)
            assert sorted(found) == ids
            assert [key(row) for row in rows] == sorted(map(key, rows), reverse=descending)
            ties = [pair for pair in pairwise(rows) if key(pair[0]) == key(pair[1])]
            assert all((one.id > other.id) is descending for one, other in ties)
            assert found == list(work.ledger.line_ids(LineFilter(), order))

    def test_rows_come_as_asked_with_all_that_a_list_shows(self, open_work: OpenWork) -> None:
        with open_work() as work:
            ids = self._mixed(work)
            wanted = [ids["split"], ids["waiting"], LineId(999), ids["income"]]
            split, waiting, income = work.ledger.line_rows(wanted)
            assert (split.id, waiting.id, income.id) == (ids["split"], ids["waiting"], ids["income"])
            assert split.line == work.ledger.held_line(ids["split"]).line
            assert split.file == "ledger.csv"
            assert split.charges == (charged("20.00"), charged("30.00", HEAD_2))
            assert split.projects == ("P-01", "P-02")
            assert (split.state, waiting.state, income.state) == (
                LineState.CHARGED,
                LineState.WAITING,
                LineState.INCOME,
            )
            assert (waiting.charges, waiting.projects, waiting.change) == ((), (), None)
            assert work.ledger.line_rows([]) == []
            assert work.ledger.sum_of([ids["split"], ids["income"], LineId(999)]) == money("49.00")
            assert work.ledger.sum_of([]) == Money.ZERO

    def test_a_row_names_what_the_newest_import_changed_until_it_is_looked_at(
        self, open_work: OpenWork
    ) -> None:
        with open_work() as work:
            ids = self._mixed(work)
            line = ids["charged"]
            batch, _ = add_lines(work, changes=[changed(line, make_line(), make_line(), Change.AMOUNT)])
            assert work.ledger.line_rows([line])[0].change is Change.AMOUNT
            assert list(work.ledger.line_ids(LineFilter(show=Show.CHANGED), LineOrder())) == [line]
            work.ledger.set_reviewed(batch, [line], True)
            assert work.ledger.line_rows([line])[0].change is None
            assert list(work.ledger.line_ids(LineFilter(show=Show.CHANGED), LineOrder())) == []

    def test_a_share_is_the_part_that_counts(self, open_work: OpenWork) -> None:
        with open_work() as work:
            split = self._mixed(work)["split"]
            [share] = work.ledger.shares(LineFilter(project=P2, fund=OTHER_FUND, kind=Kind.CAPITAL))
            assert (share.id, share.amount, share.share) == (split, money("50.00"), money("30.00"))
            assert (share.transaction, share.file, share.sheet, share.row) == (
                "T3",
                "ledger.csv",
                "Ledger",
                2,
            )
            assert share.reason == "as the invoice says"
            whole = [share for share in work.ledger.shares(LineFilter(show=Show.SPLIT)) if share.id == split]
            assert [share.share for share in whole] == [money("50.00")]
            both = work.ledger.shares(LineFilter(show=Show.SPLIT, disposition=Disposition.PROJECT))
            assert [share.share for share in both] == [money("50.00")]
            assert work.ledger.total(LineFilter(project=P1)) == (2, money("28.00"))
            assert len(work.ledger.shares(LineFilter(), 2)) == 2
            assert work.ledger.total(LineFilter())[0] == 6

    def test_the_different_suppliers_of_live_lines_are_listed(self, open_work: OpenWork) -> None:
        with open_work() as work:
            names = ("Youth Trust", "Another", "", "Youth Trust")
            add_lines(work, *(make_line(f"T{at}", supplier=name) for at, name in enumerate(names)))
            assert work.ledger.suppliers() == ["Another", "Youth Trust"]


class SuggestionContract:
    """Suggestions: stored as they were worked out, due again when what they rest on changes, pairs from both sides."""

    def _filled(self, work: UnitOfWork) -> list[LineId]:
        """Two charged lines and two that wait of Alpha, one that waits of Beta, a journal without a supplier."""
        fill(work)
        _, ids = add_lines(
            work,
            make_line("T1", "10.00", supplier="Alpha"),
            make_line("T2", "20.00", supplier="Alpha", period=2),
            make_line("T3", "30.00", supplier="Alpha"),
            make_line("T4", "40.00", supplier="Alpha", period=3),
            make_line("T5", "-40.00", supplier="Beta", period=4),
            make_line("T6", "40.00", supplier="", description="REV OF T9"),
        )
        parts = (charged("15.00"), charged("5.00", HEAD_2))
        work.ledger.put_charges([LineCharges(ids[0], (charged("10.00"),)), LineCharges(ids[1], parts)])
        work.suggestions.settle("first")
        return ids

    @staticmethod
    def _proposal(line: LineId, head: Any = HEAD_1, score: int = 91) -> Proposal:
        disposition = Disposition.PROJECT if head else Disposition.EXCLUDED
        return Proposal(line, disposition, head, score, ("One é line.", "“Two”."))

    def test_a_charge_makes_its_supplier_due(self, open_work: OpenWork) -> None:
        with open_work() as work:
            ids = self._filled(work)
            assert (work.suggestions.due(), work.suggestions.basis()) == (Due(False, frozenset()), "first")
            work.ledger.put_charges([LineCharges(ids[2], (charged("30.00"),))])
            assert work.suggestions.due() == Due(False, frozenset({"Alpha"}))
            work.ledger.put_charges([LineCharges(ids[5], (charged("40.00"),))])
            work.ledger.put_charges([LineCharges(ids[5], ())])
            assert work.suggestions.due() == Due(False, frozenset({"Alpha", ""}))
            work.suggestions.settle("second")
            assert (work.suggestions.due(), work.suggestions.basis()) == (Due(False, frozenset()), "second")
            work.suggestions.mark_due([ids[4]])
            assert work.suggestions.due() == Due(False, frozenset({"Beta"}))

    def test_a_charge_makes_the_supplier_of_the_other_line_of_its_pair_due(self, open_work: OpenWork) -> None:
        with open_work() as work:
            ids = self._filled(work)
            work.suggestions.replace_pairs([Pair(ids[4], ids[3], False, "named")])
            work.ledger.put_charges([LineCharges(ids[3], (charged("40.00"),))])
            assert work.suggestions.due() == Due(False, frozenset({"Alpha", "Beta"}))
            work.suggestions.settle("")
            work.ledger.put_charges([LineCharges(ids[4], (charged("-40.00"),))])
            assert work.suggestions.due() == Due(False, frozenset({"Alpha", "Beta"}))

    def test_lines_that_come_go_or_change_make_everything_due(self, open_work: OpenWork) -> None:
        with open_work() as work:
            ids = self._filled(work)
            batch, _ = add_lines(work, make_line("T7"))
            assert work.suggestions.due().everything
            for change in (
                lambda: work.ledger.set_live([ids[0]], False),
                lambda: work.ledger.set_batch_lines_live(batch, False),
                lambda: work.ledger.update_lines({ids[2]: make_line("T3", "31.00")}),
            ):
                work.suggestions.settle("")
                assert not work.suggestions.due().everything
                change()
                assert work.suggestions.due().everything

    def test_suggestions_come_out_as_they_went_in(self, open_work: OpenWork) -> None:
        with open_work() as work:
            ids = self._filled(work)
            tied = [self._proposal(ids[2], score=80), self._proposal(ids[2], HEAD_2, 80)]
            other = self._proposal(ids[4], None, 55)
            assert work.suggestions.replace(None, [*tied, other]) == 2
            assert work.suggestions.of(ids) == {ids[2]: tuple(tied), ids[4]: (other,)}
            assert [row.suggestion for row in work.ledger.line_rows(ids)] == [
                None,
                None,
                tied[0],
                None,
                other,
                None,
            ]
            assert work.ledger.counts(LineFilter()).suggested == 2
            assert work.ledger.counts(LineFilter(from_period=4)).suggested == 1
            where = LineFilter(show=Show.SUGGESTED)
            assert list(work.ledger.line_ids(where, LineOrder("amount"))) == [ids[4], ids[2]]
            assert work.ledger.total(where) == (2, money("-10.00"))
            assert list(work.suggestions.first(YEAR)) == [
                ("Alpha", money("30.00"), tied[0]),
                ("Beta", money("-40.00"), other),
            ]
            assert list(work.suggestions.first(NEXT_YEAR)) == []
            assert [entry[0] for entry in work.suggestions.first(None, ["Beta"])] == ["Beta"]
            goals = [Goal(Disposition.PROJECT, HEAD_2)]
            assert work.suggestions.concerned(goals) == {"Alpha"}
            assert work.suggestions.replace(["Beta", "Alphabet"], []) == 0
            assert set(work.suggestions.of(ids)) == {ids[2]}
            work.suggestions.remove([ids[2]])
            assert work.suggestions.of(ids) == {}

    def test_a_line_that_is_charged_has_no_suggestion_any_more(self, open_work: OpenWork) -> None:
        with open_work() as work:
            ids = self._filled(work)
            work.suggestions.replace(None, [self._proposal(ids[2])])
            work.ledger.put_charges([LineCharges(ids[2], (charged("30.00"),))])
            assert work.ledger.counts(LineFilter()).suggested == 0
            assert work.ledger.line_rows([ids[2]])[0].suggestion is None
            assert list(work.suggestions.first(None)) == []
            work.ledger.put_charges([LineCharges(ids[2], ())])
            assert work.ledger.counts(LineFilter()).suggested == 1

    def test_what_waits_and_what_was_charged_comes_by_supplier(self, open_work: OpenWork) -> None:
        with open_work() as work:
            ids = self._filled(work)
            work.ledger.set_live([ids[3]], False)
            assert sorted(work.suggestions.names()) == ["", "Alpha", "Beta"]
            assert work.suggestions.numbers(None) == {"Alpha": (1, 2), "Beta": (1, 0), "": (1, 0)}
            assert work.suggestions.numbers(["Beta", "Gamma"]) == {"Beta": (1, 0)}
            waiting = list(work.suggestions.waiting(["Alpha", "Beta"]))
            assert [(id, line.key) for id, line in waiting] == [(ids[2], "T3"), (ids[4], "T5")]
            found = list(work.suggestions.charged(["Alpha"], 10))
            assert [(id, line.key, goal) for id, line, goal in found] == [
                (ids[1], "T2", None),
                (ids[0], "T1", Goal(Disposition.PROJECT, HEAD_1)),
            ]
            assert [id for id, _, _ in work.suggestions.charged(["Alpha"], 1)] == [ids[1]]

    def test_lines_that_may_cancel_out_are_found(self, open_work: OpenWork) -> None:
        with open_work() as work:
            ids = self._filled(work)
            assert sorted(id for id, _ in work.suggestions.reversing()) == [ids[4], ids[5]]
            assert sorted(id for id, _ in work.suggestions.of_amounts({4000, 1, -4000})) == ids[3:]
            assert list(work.suggestions.of_amounts(set())) == []

    def test_a_pair_is_known_from_both_of_its_lines(self, open_work: OpenWork) -> None:
        with open_work() as work:
            ids = self._filled(work)
            pairs = [Pair(ids[4], ids[3], False, "named"), Pair(ids[5], None, False, "")]
            work.suggestions.replace_pairs(pairs)
            work.ledger.put_charges([LineCharges(ids[3], (charged("40.00"),))])
            goal = Goal(Disposition.PROJECT, HEAD_1)
            assert work.suggestions.partners(ids) == {
                ids[4]: Partner(ids[3], "T4", goal, False, True, True, "named"),
                ids[3]: Partner(ids[4], "T5", None, True, False, True, "named"),
            }
            assert work.suggestions.cancelled(YEAR) == {ids[3], ids[4]}
            assert work.suggestions.lone_reversals(YEAR) == [pairs[1]]
            assert work.suggestions.lone_reversals(NEXT_YEAR) == []
            work.ledger.set_live([ids[3]], False)
            assert work.suggestions.partners(ids) == {}
            work.suggestions.replace_pairs([Pair(ids[4], ids[3], True, "named")])
            assert work.suggestions.lone_reversals(YEAR) == [Pair(ids[4], ids[3], True, "named")]
            assert work.suggestions.cancelled(YEAR) == frozenset()

    def test_charged_lines_with_the_same_supplier_and_amount_are_found(self, open_work: OpenWork) -> None:
        with open_work() as work:
            self._filled(work)
            lines = [make_line(f"D{at}", "7.00", supplier="Alpha") for at in range(3)]
            _, ids = add_lines(work, *lines)
            for id, head in zip(ids[:2], (HEAD_1, HEAD_2), strict=True):
                work.ledger.put_charges([LineCharges(id, (charged("7.00", head),))])
            wanted = set(ids[:2])
            found = [entry for entry in work.suggestions.repeated(YEAR) if entry.id in wanted]
            assert found == [
                ChargedTo(ids[0], lines[0], frozenset({HEAD_1})),
                ChargedTo(ids[1], lines[1], frozenset({HEAD_2})),
            ]
            assert list(work.suggestions.repeated(NEXT_YEAR)) == []

    def test_what_was_only_worked_out_leaves_no_line_in_the_history(self, open_work: OpenWork) -> None:
        with open_work() as work:
            ids = self._filled(work)
            work.commit(RECORD)
        with open_work() as work:
            work.suggestions.replace(None, [self._proposal(ids[2])])
            work.commit(None)
        with open_work(reading=True) as work:
            assert len(work.journal.lines()) == 1
            assert set(work.suggestions.of(ids)) == {ids[2]}
