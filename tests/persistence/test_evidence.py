"""Evidence in a real file: kept once, lent as a copy, and missed by the check when it is changed or gone."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fundingapp.application.commands.adjustments import AddAccrual, AddAdjustment
from fundingapp.application.desk import Desk
from fundingapp.application.queries.evidence import EvidenceCopy
from fundingapp.domain.adjustments import Accrual, Adjustment, AdjustmentType
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import EvidenceId, FundId, ProjectId
from fundingapp.persistence.database import Database
from tests.builders_core import YEAR, money, set_up_grant
from tests.fakes import make_tools

P1 = ProjectId(1)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    paper = tmp_path / "invoice 12.pdf"
    paper.write_bytes(b"an invoice")
    return paper


@pytest.fixture
def desk(database: Database, paper: Path) -> Desk:
    """A recharge and an accrual that rest on the same paper, which then goes from where it was."""
    desk = Desk(make_tools(database.open_work, sources=database.sources))
    fund = set_up_grant(desk)
    recharge = Adjustment(AdjustmentType.RECHARGE, P1, fund, Kind.REVENUE, YEAR, 4, money("5.00"), "agreed")
    desk.do(AddAdjustment(recharge, (paper, "order 5")))
    accrual = Accrual(P1, FundId(fund), Kind.REVENUE, YEAR, 12, money("7.00"), "Youth Trust", "work done")
    desk.do(AddAccrual(accrual, (paper,)))
    paper.unlink()
    return desk


def kept_files(database: Database) -> list[Path]:
    return [path for path in database.sources.root.rglob("*") if path.is_file()]


def test_a_file_is_kept_once_and_found_sound(desk: Desk, database: Database) -> None:
    [kept] = kept_files(database)
    assert kept.read_bytes() == b"an invoice"
    assert database.problems() == []


def test_A06_evidence_that_is_missing_is_named_with_all_that_it_supports(
    desk: Desk, database: Database
) -> None:
    [kept] = kept_files(database)
    kept.unlink()
    [problem] = database.problems()
    assert problem.startswith("The evidence “invoice 12.pdf” is missing from")
    assert "“recharge” of £5.00 for P-01 in period 4 of 2018/19" in problem
    assert "“accrual” of £7.00 for P-01 in period 12 of 2018/19" in problem
    with pytest.raises(ExpectedError) as refusal:
        desk.ask(EvidenceCopy(EvidenceId(1)))
    assert refusal.value.code == "evidence_missing"


def test_A06_evidence_that_was_changed_is_named(desk: Desk, database: Database) -> None:
    [kept] = kept_files(database)
    kept.chmod(0o644)
    kept.write_bytes(b"another invoice")
    [problem] = database.problems()
    assert "was changed. It supports" in problem


def test_A09_what_is_opened_is_a_copy_that_nobody_can_write(desk: Desk, database: Database) -> None:
    copy = desk.ask(EvidenceCopy(EvidenceId(1)))
    try:
        assert (copy.name, copy.read_bytes()) == ("invoice 12.pdf", b"an invoice")
        assert copy.stat().st_mode & 0o222 == 0
        assert copy not in kept_files(database)
    finally:
        copy.chmod(0o644)
        copy.unlink()
        copy.parent.rmdir()


def test_copies_that_were_lent_are_taken_away_a_day_later(
    desk: Desk, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The sweep looks through the temp folder, where other programs of ours may be at work.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    copy = desk.ask(EvidenceCopy(EvidenceId(1)))
    now = datetime.now(UTC)
    database.sources.sweep(now)
    assert copy.exists()
    database.sources.sweep(now + timedelta(days=2))
    assert not copy.parent.exists()
    assert database.problems() == []
