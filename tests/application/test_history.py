"""The history in plain words: who changed what, before and after, and why; found by what a person looks for."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from fundingapp.application.commands.adjustments import AddAdjustment
from fundingapp.application.commands.figures import RecordFigures, RemoveFigures
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.locks import LockPeriods, ReopenPeriods
from fundingapp.application.commands.matching import AddRules, ApplyRules, ChargeLines
from fundingapp.application.commands.records import TOPICS, ChangeRecord
from fundingapp.application.commands.results import AddIndicator, RemoveIndicator, SetIndicatorYear
from fundingapp.application.commands.virements import DraftVirement
from fundingapp.application.desk import Desk
from fundingapp.application.history_words import NOUNS, FieldChange, field_words, record_types
from fundingapp.application.ports import Tools
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.application.queries.history import (
    GROUPS,
    NAME_PROJECTS,
    CheckChain,
    ExportHistory,
    HistoryChoices,
    HistoryDetail,
    HistoryEntry,
    HistoryFilter,
    HistoryIds,
    HistoryRows,
)
from fundingapp.domain.adjustments import Adjustment, AdjustmentType
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.indicators import Indicator
from fundingapp.domain.matching import Exclude
from fundingapp.domain.virements import Leg
from tests.builders_core import YEAR, day, make_download, make_line, make_rule, money, set_up_grant
from tests.fakes import FakeStore, FakeTableWriter

FUND, P1, P2 = FundId(1), ProjectId(1), ProjectId(2)


@pytest.fixture
def lived(desk: Desk) -> Desk:
    """A grant, an import, rules, a charge by hand, an adjustment, a lock and its reopening, and a virement."""
    set_up_grant(desk)
    lines = (make_line("T1", "10.00", supplier="Youth Trust"), make_line("T2", "20.00", supplier="Depot"))
    desk.do(ImportLedger(make_download(lines, "ledger.csv")))
    desk.do(AddRules((make_rule(1, "P-01", supplier="Youth"),)))
    desk.do(ApplyRules())
    desk.do(ChargeLines((LineId(2),), Exclude("payroll"), ""))
    adjustment = Adjustment(
        AdjustmentType.RECHARGE, P1, FUND, Kind.REVENUE, YEAR, 2, money("1.50"), "van hire"
    )
    desk.do(AddAdjustment(adjustment, ("minute 7",)))
    desk.do(LockPeriods(YEAR, 1, "Q1 is agreed"))
    desk.do(ReopenPeriods(YEAR, "an invoice came late"))
    desk.do(
        DraftVirement(
            FUND, YEAR, (Leg(Kind.REVENUE, P1, P2, money("5.00")),), day("2018-10-01"), "costs moved", True
        )
    )
    return desk


def said(desk: Desk, **where: object) -> list[str]:
    """The sentences of the changes that are found, newest first."""
    ids = desk.ask(HistoryIds(HistoryFilter(**where)))  # type: ignore[arg-type]
    return [row.sentence for row in desk.ask(HistoryRows(ids))]


def newest(desk: Desk) -> HistoryDetail:
    return desk.ask(HistoryEntry(desk.ask(HistoryIds(HistoryFilter()))[0]))


def test_a_change_says_who_what_before_after_and_why(lived: Desk, store: FakeStore) -> None:
    with store.open_work(reading=True) as work:
        project = work.projects.get(P1).value
    lived.do(ChangeRecord("projects", P1, project, replace(project, lead="A. Lead"), "change P-01"))
    detail = newest(lived)
    assert (detail.row.by, detail.row.what, detail.row.about) == ("Ann", "Change P-01", "Project")
    assert detail.changes == (FieldChange("Project: P-01, Project P-01", "Lead", "", "A. Lead"),)


def test_amounts_are_pounds_and_numbers_of_records_are_names(lived: Desk) -> None:
    detail = lived.ask(HistoryEntry(lived.ask(HistoryIds(HistoryFilter(kind="Accruals and adjustments")))[0]))
    found = {(change.thing, change.field): change.after for change in detail.changes}
    thing = "Adjustment: P-01, Locality Fund, 2018/19, revenue, period 2"
    assert found[thing, "Amount"] == "£1.50"
    assert found[thing, "Project"] == "P-01, Project P-01"
    assert found[thing, "Fund"] == "Locality Fund"
    assert found[f"Evidence for adjustment {thing.removeprefix('Adjustment: ')}", "Paper"] == "minute 7"
    assert detail.row.reason == "van hire"


def test_where_lines_went_is_said_with_the_line_and_the_reason(lived: Desk) -> None:
    [charging] = lived.ask(HistoryIds(HistoryFilter(text='"exclude 1 line"')))
    detail = lived.ask(HistoryEntry(charging))
    assert detail.changes == (
        FieldChange("Ledger line: T2 Depot £20.00", "Charged to", "waiting", "£20.00 excluded: payroll"),
    )
    assert (detail.row.reason, detail.row.about) == ("payroll", "Ledger lines")


def test_the_reason_is_the_one_that_was_given(lived: Desk) -> None:
    rows = {
        row.sentence: row.reason for row in lived.ask(HistoryRows(lived.ask(HistoryIds(HistoryFilter()))))
    }
    assert rows["lock period 1 (April) of 2018/19"] == "Q1 is agreed"
    assert rows["reopen the periods of 2018/19: an invoice came late"] == "an invoice came late"
    assert rows["move £5.00 from P-01 to P-02"] == "costs moved"


def test_what_is_taken_back_and_done_again_is_named_so(lived: Desk) -> None:
    lived.undo()
    lived.redo()
    assert said(lived)[:3] == [
        "redo: move £5.00 from P-01 to P-02",
        "undo: move £5.00 from P-01 to P-02",
        "move £5.00 from P-01 to P-02",
    ]
    assert said(lived, kind="Undo and redo") == said(lived)[:2]
    undone = lived.ask(HistoryEntry(lived.ask(HistoryIds(HistoryFilter()))[1]))
    assert any(change.before == "£5.00" and change.after == "" for change in undone.changes)


def test_a_project_is_found_by_what_concerns_it_and_nothing_else(lived: Desk) -> None:
    ours, theirs = said(lived, project=P1), said(lived, project=P2)
    assert "exclude 1 line" not in ours
    assert "lock period 1 (April) of 2018/19" not in ours
    assert any("van hire" in each or "recharge" in each for each in ours)
    assert not any("recharge" in each for each in theirs)
    for both in (ours, theirs):
        assert "move £5.00 from P-01 to P-02" in both
        assert "record Locality Fund 2018/19" in both


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"text": "1.50"}, 1),
        ({"text": "£1.50"}, 1),
        ({"text": "£1.51"}, 0),
        ({"text": "VAN hire"}, 1),
        ({"text": "van ann"}, 1),
        ({"by": "Ann", "kind": "Locks, reconciliations and sign-off"}, 2),
        ({"by": "Bea"}, 0),
        ({"field": "lead"}, 0),
        ({"field": "to_period"}, 2),
        ({"kind": "Returns"}, 0),
        ({"until": date(2000, 1, 1)}, 0),
        ({"since": date(2000, 1, 1), "kind": "Accruals and adjustments"}, 1),
    ],
)
def test_changes_are_found_by_what_is_asked(lived: Desk, where: dict[str, object], found: int) -> None:
    assert len(said(lived, **where)) == found


def test_a_field_is_found_where_it_changed_and_not_where_it_only_stands(
    lived: Desk, store: FakeStore
) -> None:
    with store.open_work(reading=True) as work:
        fund = work.funds.get(FUND).value
    lived.do(
        ChangeRecord(
            "funds", FUND, fund, replace(fund, ring_fence="young people"), "change the fund's origin"
        )
    )
    assert said(lived, field="ring_fence") == ["change the fund's origin"]


def test_the_days_of_a_filter_are_whole_days(desk: Desk) -> None:
    set_up_grant(desk)
    [row] = desk.ask(HistoryRows(desk.ask(HistoryIds(HistoryFilter()))))
    today = row.at.astimezone().date()
    assert len(said(desk, since=today, until=today)) == 1


def test_it_can_be_filtered_by_those_who_were_there(lived: Desk) -> None:
    choices = lived.ask(HistoryChoices())
    assert choices.people == ("Ann",)
    assert choices.projects == ((P1, "P-01 Project P-01"), (P2, "P-02 Project P-02"))
    assert ("to_period", "To period") in choices.fields
    assert choices.entries == len(said(lived))


def test_a_change_that_is_not_there_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk.ask(HistoryEntry(7))


def test_the_chain_is_checked_with_what_it_ends_with(lived: Desk, store: FakeStore) -> None:
    checked = lived.ask(CheckChain())
    with store.open_work(reading=True) as work:
        assert checked.head == work.journal.head()
    assert (checked.entries, checked.problems) == (len(said(lived)), ())


def test_what_is_shown_is_exported_a_row_for_each_field(lived: Desk, tools: Tools, tmp_path: Path) -> None:
    ids = lived.ask(HistoryIds(HistoryFilter(text="van hire")))
    out = tmp_path / "history.xlsx"
    rows = lived.ask(ExportHistory(ids, out, (("Searched", "van hire"),)))
    writer = tools.write_table
    assert isinstance(writer, FakeTableWriter)
    assert rows == len(lived.ask(HistoryEntry(ids[0])).changes)


def test_what_is_written_out_of_the_history_holds_no_figure_that_may_tell_of_a_person(
    desk: Desk, tools: Tools, tmp_path: Path
) -> None:
    """The screen has it; the file withholds every figure of the indicator, changed and removed ones too."""
    for name, (one, two, three, four, five), is_sensitive in (
        ("Packs", tuple("56789"), False),
        ("Hate reports", tuple("12345"), True),
        ("Gloves", tuple("12345"), False),  # under the number of the one that was removed
    ):
        of = desk.do(AddIndicator(Indicator(name, None, baseline=one, is_sensitive=is_sensitive))).result
        [id] = desk.do(RecordFigures((FigureCell.of_quarter(of, YEAR, 1, two),))).result.figures
        desk.do(RecordFigures((FigureCell.of_quarter(of, YEAR, 1, three),)))
        desk.do(SetIndicatorYear(of, YEAR, baseline=four, target=five))
        desk.do(RemoveFigures((id,)))
        if is_sensitive:
            desk.do(RemoveIndicator(of))
    ids = desk.ask(HistoryIds(HistoryFilter()))
    on_screen = [change for id in ids for change in desk.ask(HistoryEntry(id)).changes]
    assert set("123456789") <= {change.after for change in on_screen}
    leaving = [change for id in ids for change in desk.ask(HistoryEntry(id, leaving=True)).changes]
    desk.ask(ExportHistory(ids, tmp_path / "history.xlsx"))
    writer = tools.write_table
    assert isinstance(writer, FakeTableWriter)
    [(document, rows)] = writer.documents
    assert [FieldChange(*row[-4:]) for row in rows] == leaving
    told = [change for change in leaving if change.field in ("Value", "Baseline", "Target")]
    assert {text for each in told for text in each[2:]} == {"", "[c]", *"56789"}
    assert "[c]" in dict(document.notes)


def test_every_kind_of_record_has_its_noun_its_type_and_a_group() -> None:
    assert set(NOUNS) - {"lines"} == set(TOPICS)
    assert set(record_types()) == set(TOPICS)
    grouped = {kind for kinds, _ in GROUPS.values() for kind in kinds}
    told_with_others = {"evidence", "supports", "steps", "rules", "alarms"}
    assert grouped | told_with_others == set(TOPICS)


def test_a_project_is_named_only_where_the_history_looks_for_it() -> None:
    """Entries are found by the text of their details first, whose names are sorted."""
    of_projects = {
        name
        for made in record_types().values()
        for name, hint in get_type_hints(made).items()
        if ProjectId in (hint, *get_args(hint))
    }
    assert of_projects == set(NAME_PROJECTS)
    assert [each.name for each in fields(Project) if "id" < each.name < "kind"] == []


def test_no_field_is_shown_by_a_programmers_name() -> None:
    for made in record_types().values():
        assert is_dataclass(made)
        for each in fields(made):
            words = field_words(each.name)
            assert "_" not in words
            assert words[0].isupper()
