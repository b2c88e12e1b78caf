"""The whole of Charnwood's year on both databases: each figure is the worked case's, there and back again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.grants import RecordPlan, SetUpPartnership
from fundingapp.application.commands.imports import Imported, ImportLedger
from fundingapp.application.commands.matching import AddRules, ApplyRules, ChargeLines
from fundingapp.application.commands.returns import SaveReturn
from fundingapp.application.desk import Desk
from fundingapp.application.ports import LineFilter, LineOrder, OpenWork, Show
from fundingapp.application.queries.checks import CheckFigures
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.tables import ReadPlan, ReadRules
from fundingapp.application.sample import COMMISSIONER, FUND, PARTNERSHIP, PLAN, RULES, YEAR
from fundingapp.domain.ids import FundId
from fundingapp.domain.matching import Disposition, parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.positions import GrantPosition
from tests.conftest import WorkedCase
from tests.persistence.support import Place, desk_of


def take_in(desk: Desk, path: Path) -> Imported:
    download = desk.ask(ReadDownload(path))
    try:
        return desk.do(ImportLedger(download)).result
    finally:
        download.copy.path.unlink()


def by_project(open_work: OpenWork) -> dict[str, int]:
    """What the ledger holds for each project, for income and exclusions, and what waits, in pence."""
    with open_work(reading=True) as work:
        refs = {kept.id: kept.value.ref for kept in work.projects.all()}
        sums: dict[str, int] = {}
        for entry in work.ledger.charge_sums(YEAR):
            sums[refs[entry.project]] = sums.get(refs[entry.project], 0) + entry.amount.pence
        for word, disposition in (("income", Disposition.INCOME), ("excluded", Disposition.EXCLUDED)):
            sums[word] = work.ledger.total(LineFilter(year=YEAR, disposition=disposition))[1].pence
        sums["manual"] = work.ledger.total(LineFilter(year=YEAR, show=Show.WAITING))[1].pence
        return sums


def quarters(position: GrantPosition) -> dict[str, list[int]]:
    return {
        project.project.ref: [amount.pence for amount in project.quarters]
        for project in position.projects
        if any(project.quarters)
    }


def seen(open_work: OpenWork) -> dict[str, Any]:
    """Everything that counts, for comparing two moments."""
    with open_work(reading=True) as work:
        held = {entry.id: entry.line for entry in work.ledger.held().values()}
        kinds = ("partnership", "parties", "funds", "projects", "allocations", "bids", "awards", "rules")
        return {
            **{kind: [(kept.id, kept.value) for kept in getattr(work, kind).all()] for kind in kinds},
            "lines": held,
            "charges": work.ledger.charges_of(list(held)),
            "counts": work.ledger.counts(LineFilter()),
            "charge sums": work.ledger.charge_sums(YEAR),
            "ledger sums": work.ledger.ledger_sums(YEAR),
            "control sums": work.ledger.control_sums(YEAR),
        }


def differing(found: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    return [name for name in expected if found[name] != expected[name]]


def test_a_year_of_charnwood_gives_the_figures_of_the_worked_case_there_and_back_again(
    place: Place, charnwood: WorkedCase, tmp_path: Path
) -> None:
    expected = json.loads(charnwood.expected.read_text(encoding="utf-8"))
    database = place.open()
    desk = desk_of(database)
    open_work = database.open_work
    moments = [seen(open_work)]

    def done() -> None:
        moments.append(seen(open_work))

    desk.do(SetUpPartnership(PARTNERSHIP))
    done()
    plan = desk.do(
        RecordPlan(desk.ask(ReadPlan(charnwood.folder / PLAN)), FUND, COMMISSIONER, YEAR, PLAN)
    ).result
    done()
    assert plan.available == Money(expected["grant_pence"])
    assert plan.contingency == Money(expected["contingency_pence"])
    with open_work(reading=True) as work:
        refs = {kept.id: kept.value.ref for kept in work.projects.all()}
        awards = {refs[kept.value.project]: kept.value.amount.pence for kept in work.awards.all()}
    assert awards == expected["awards_pence"]
    desk.do(AddRules(desk.ask(ReadRules(charnwood.folder / RULES)).rules))
    done()

    first = take_in(desk, charnwood.folder / "GL_extract_P10.xlsx")
    done()
    assert first.new == expected["extract_P10"]["rows"]
    with open_work(reading=True) as work:
        assert work.ledger.total(LineFilter())[1].pence == expected["extract_P10"]["total_pence"]
    desk.do(ApplyRules())
    done()
    assert by_project(open_work) == expected["by_project_P10"]

    second = take_in(desk, charnwood.folder / "GL_extract_P12.xlsx")
    done()
    stated = expected["P12_against_P10"]
    with open_work(reading=True) as work:
        keys = {change.line: change.before.transaction for change in work.ledger.changes(second.batch)}
        changed = {
            keys[change.line]: [change.before.amount.pence, change.after.amount.pence]
            for change in work.ledger.changes(second.batch)
            if change.after is not None and change.before.amount != change.after.amount
        }
        assert work.ledger.total(LineFilter())[1].pence == expected["extract_P12"]["total_pence"]
        assert len(work.ledger.line_ids(LineFilter(), LineOrder())) == expected["extract_P12"]["rows"]
    assert (second.new, second.unchanged) == (stated["new"], stated["unchanged"])
    assert len(second.reworded) == len(stated["reworded"])
    assert changed == stated["amount_changed"]
    assert len(second.vanished) == len(stated["vanished"])
    assert set(keys.values()) == {*stated["reworded"], *stated["amount_changed"], *stated["vanished"]}
    desk.do(ApplyRules())
    done()
    assert by_project(open_work) == expected["by_project_P12"]
    position = desk.ask(PositionOf(FundId(plan.fund), YEAR)).position
    assert quarters(position) == expected["by_project_quarter_P12"]

    with open_work(reading=True) as work:
        waiting = tuple(id for id, _ in work.ledger.waiting())
    desk.do(ChargeLines(waiting, parse_target("excluded: looked at by hand"), "not grant money"))
    done()
    desk.do(SaveReturn(FundId(plan.fund), YEAR, 4, tmp_path / "return.xlsx"))
    done()
    assert desk.ask(CheckFigures()) == []
    assert database.problems() == []

    for moment in reversed(moments[:-1]):
        desk.undo()
        assert differing(seen(open_work), moment) == []
    assert desk.undo() is None
    assert database.problems() == []
    for moment in moments[1:]:
        desk.redo()
        assert differing(seen(open_work), moment) == []
    assert desk.redo() is None
    assert database.problems() == []
    assert desk.ask(CheckFigures()) == []

    with place.open().open_work(reading=True) as work:
        entries = work.journal.lines()
    assert len(entries) == 3 * (len(moments) - 1)
    assert {entry.by for entry in entries} == {"S. Officer"}


def test_an_import_with_matching_in_one_step_is_taken_back_with_the_grant_under_it(
    place: Place, charnwood: WorkedCase
) -> None:
    database = place.open()
    desk = desk_of(database)
    start = seen(database.open_work)
    desk.do(RecordPlan(desk.ask(ReadPlan(charnwood.folder / PLAN)), FUND, COMMISSIONER, YEAR, PLAN))
    desk.do(AddRules(desk.ask(ReadRules(charnwood.folder / RULES)).rules))
    for name in ("GL_extract_P10.xlsx", "GL_extract_P12.xlsx"):
        download = desk.ask(ReadDownload(charnwood.folder / name))
        desk.do(ImportLedger(download, apply_rules=True))
        download.copy.path.unlink()
    end = seen(database.open_work)
    while desk.undo():
        pass
    assert differing(seen(database.open_work), start) == []
    while desk.redo():
        pass
    # Charges made anew by a run are of a new moment only when the clock has moved; here it stands still.
    assert differing(seen(database.open_work), end) == []
    assert database.problems() == []


def test_a_copy_of_the_file_with_its_sources_holds_the_same(
    file: Path, charnwood: WorkedCase, tmp_path: Path
) -> None:
    database = Place("sqlite", str(file), tmp_path).open()
    take_in(desk_of(database), charnwood.folder / "GL_extract_P10.xlsx")
    before = seen(database.open_work)
    database.close()
    other = tmp_path / "elsewhere" / "Ünïcode #1 100%?.funding"
    other.parent.mkdir()
    shutil.copyfile(file, other)
    shutil.copytree(f"{file}-files", f"{other}-files")
    copied = Place("sqlite", str(other), tmp_path).open()
    assert differing(seen(copied.open_work), before) == []
    assert copied.problems() == []
    copied.close()


@pytest.mark.parametrize("name", ["GL_extract_P10.xlsx", "GL_extract_P10_drcr.csv"])
def test_the_same_ledger_in_another_form_gives_the_same_total(
    place: Place, charnwood: WorkedCase, name: str
) -> None:
    expected = json.loads(charnwood.expected.read_text(encoding="utf-8"))["extract_P10"]
    database = place.open()
    imported = take_in(desk_of(database), charnwood.folder / name)
    with database.open_work(reading=True) as work:
        assert work.ledger.total(LineFilter()) == (expected["rows"], Money(expected["total_pence"]))
    assert imported.new == expected["rows"]
