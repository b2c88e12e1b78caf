"""The sample partnership is written beside its files, and filled as a person would fill it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest

from fundingapp.application import sample
from fundingapp.application.commands.grants import RecordPlan
from fundingapp.application.desk import Desk
from fundingapp.application.offices import OpenFile
from fundingapp.application.progress import Progress, SilentProgress
from fundingapp.application.queries.downloads import Download, ReadDownload
from fundingapp.application.queries.figure_previews import ReadFigureFile
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.sheets import SheetsRead
from fundingapp.application.queries.tables import ReadPlan
from fundingapp.application.queries.workspace import WorkspaceOf
from fundingapp.application.safety import Inside, Restored
from fundingapp.application.sample_tables import TABLE_FILES
from fundingapp.domain.backups import Backup
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.figure_files.contents import FigureFile
from fundingapp.domain.ids import FundId
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import Meaning, RawRow, RawTable, SheetRows
from tests.builders_core import money
from tests.fakes import FakeReader, FakeSourceStore, FakeStore, make_tools

PLAN = (
    ["Ref", "Bid", "Funding received", "Funding allocated"],
    [RawRow(2, ("LF-01", "Youth work", None, "50.00"))],
)
RULES = (["Supplier", "Charge to"], [RawRow(2, ("Trust", "LF-01"))])
#: Each with a count of its own, for the very file is not taken in twice.
TABLES: dict[str, tuple[SheetRows, ...]] = {
    name: (
        SheetRows(
            "",
            (
                RawRow(1, ("Crime type", "2016/17", "2017/18")),
                RawRow(2, ("All crime", f"{at}0", f"{at}1")),
                RawRow(3, ("Robbery", f"{at}", f"{at}")),
            ),
        ),
    )
    for at, name in enumerate(TABLE_FILES, start=1)
}
SHIPPED = (sample.PLAN, sample.RULES, sample.LEDGER, sample.TEMPLATE, *TABLE_FILES)
LEDGER = RawTable(
    sample.LEDGER,
    "Ledger",
    "",
    1,
    ("Transaction", "Date", "Supplier", "Amount"),
    (Meaning.TRANSACTION, Meaning.DATE, Meaning.SUPPLIER, Meaning.AMOUNT),
    [
        RawRow(2, ("T1", "30/04/2018", "Youth Trust", "10.00")),
        RawRow(3, ("T2", "01/05/2018", "Else", "5.00")),
    ],
)


def _sound(progress: Progress | None = None) -> list[str]:
    return []


@dataclass
class FakeOffices:
    """Opens one store in memory, whatever file is asked for, and notes what was made and closed."""

    shipped: Path
    desk: Desk
    made: list[Path] = field(default_factory=list)
    closed: int = 0

    def open(self, target: str, **_how: bool) -> OpenFile:
        def close() -> None:
            self.closed += 1

        return OpenFile(self.desk, target, Path(target).name, "Ann", "", _sound, close)

    def backups(self, target: str) -> list[Backup]:
        raise AssertionError("the sample needs no backup")

    def look_inside(self, target: str, id: str, progress: Progress) -> Inside:
        raise AssertionError("the sample needs no backup")

    def restore(self, target: str, id: str, progress: Progress) -> Restored:
        raise AssertionError("the sample needs no backup")

    def create(self, path: Path) -> None:
        self.made.append(path)

    def read(self, question: ReadDownload, progress: Progress) -> Download:
        raise AssertionError("the sample is read by its desk")

    def read_figures(self, question: ReadFigureFile, progress: Progress) -> FigureFile:
        raise AssertionError("the sample's figures are recorded by its desk")

    def fill_workbook(self, *_given: object) -> NoReturn:
        raise AssertionError("the sample fills no template of its own")

    def attack_table(self, *_given: object) -> NoReturn:
        raise AssertionError("the sample attacks nothing")

    def write_safe_tables(self, *_given: object) -> NoReturn:
        raise AssertionError("the sample publishes nothing")

    def layout(self, path: Path) -> Layout:
        raise AssertionError("the sample needs no layout")

    def sample_files(self) -> list[Path]:
        return [self.shipped / name for name in SHIPPED]

    def sheets(self, path: Path, sheet: str | None, progress: Progress) -> SheetsRead:
        raise AssertionError("the sample's tables are read by its desk")

    def blank_exchange(self, out: Path) -> None:
        raise NotImplementedError

    def history_verifier(self) -> Path:
        raise AssertionError("the sample asks for none")

    def sample_folder(self) -> Path:
        return self.shipped


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "mine" / "charnwood"


@pytest.fixture
def offices(tmp_path: Path, target: Path) -> FakeOffices:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    for name in SHIPPED:
        (shipped / name).write_text(name, encoding="utf-8")
    reader = FakeReader({sample.LEDGER: [LEDGER]}, {sample.PLAN: PLAN, sample.RULES: RULES}, TABLES)
    read = (sample.LEDGER, sample.TEMPLATE, *TABLE_FILES)
    sources = FakeSourceStore({target / name: name.encode() for name in read})
    return FakeOffices(shipped, Desk(make_tools(FakeStore().open_work, reader=reader, sources=sources)))


def test_it_holds_the_partnership_and_has_its_files_beside_it(offices: FakeOffices, target: Path) -> None:
    made = sample.make_sample(offices, target)
    assert made == target / "charnwood.funding"
    assert offices.made == [made]
    assert offices.closed == 1
    assert {path.name for path in target.iterdir()} == set(SHIPPED)
    found = offices.desk.ask(WorkspaceOf())
    assert (found.partnership, found.grants) == (sample.PARTNERSHIP, ())


def test_it_can_be_filled(offices: FakeOffices, target: Path) -> None:
    sample.make_sample(offices, target, filled=True)
    position = offices.desk.ask(PositionOf(FundId(1), sample.YEAR)).position
    assert (position.available, position.spent, position.waiting) == tuple(
        map(money, ("50.00", "10.00", "5.00"))
    )


def test_filling_says_what_came_and_what_was_placed(offices: FakeOffices, target: Path) -> None:
    imported, matched = sample.fill_sample(offices.desk, target, SilentProgress())
    assert (imported.new, matched.charged, matched.waiting) == (2, 1, 1)


def test_one_that_is_there_is_not_overwritten(offices: FakeOffices, target: Path) -> None:
    target.mkdir(parents=True)
    (target / sample.FILE).write_text("mine", encoding="utf-8")
    with pytest.raises(ExpectedError) as refusal:
        sample.make_sample(offices, target)
    assert refusal.value.code == "file_exists"
    assert [path.name for path in target.iterdir()] == [sample.FILE]


def test_a_place_that_can_t_be_written_is_refused_in_words(offices: FakeOffices, target: Path) -> None:
    shutil.rmtree(offices.shipped)
    with pytest.raises(ExpectedError, match="no such file") as refusal:
        sample.make_sample(offices, target)
    assert refusal.value.code == "cannot_write"
    assert offices.made == []


def test_the_file_is_closed_also_when_filling_it_fails(offices: FakeOffices, target: Path) -> None:
    offices.desk.do(
        RecordPlan(offices.desk.ask(ReadPlan(Path(sample.PLAN))), sample.FUND, "x", sample.YEAR, "")
    )
    with pytest.raises(ExpectedError):
        sample.make_sample(offices, target, filled=True)
    assert offices.closed == 1
