"""Files of figures on the real databases: kept to the last mark, taken back and done again, and their originals."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from fundingapp.application.commands.figure_imports import ImportFigures
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.queries.figure_previews import PreviewFigures, ReadFigureFile
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.figure_files.plan import FigureChoices, IndicatorChoice, PlaceChoice
from fundingapp.domain.ids import AreaId, IndicatorId
from fundingapp.domain.indicators import Indicator
from fundingapp.persistence.database import Database
from tests.figure_texts import PARTNERSHIPS, STREET
from tests.machines import assert_same, figures_of
from tests.persistence.support import desk_of

SET_UP = AddRecords(
    (
        Record("areas", 1, Area("Charnwood", AreaKind.DISTRICT)),
        Record("areas", 2, Area("Melton", AreaKind.DISTRICT)),
        Record("indicators", 1, Indicator("Domestic burglary", None)),
    ),
    "set up",
)
CHOICES = FigureChoices(
    places=(PlaceChoice("Melton, Vale and Rutland", AreaId(2), remember=True),),
    indicators=(IndicatorChoice("Residential burglary", IndicatorId(1), "Charnwood"),),
)


def test_imports_of_figures_are_kept_taken_back_and_done_again(database: Database, tmp_path: Path) -> None:
    desk = desk_of(database)
    desk.do(SET_UP)
    path = tmp_path / "csp.csv"
    path.write_text(PARTNERSHIPS, encoding="utf-8")
    read = desk.ask(ReadFigureFile(path))
    assert read.copy is not None
    stages = [figures_of(database.open_work)]
    made = desk.do(ImportFigures(read, CHOICES)).result
    assert (made.counts, made.new, made.read) == (6, 1, made.kept + made.skipped)
    stages.append(figures_of(database.open_work))
    path.write_text(PARTNERSHIPS.replace('"1,200 "', '"1,250 "'), encoding="utf-8")
    later = desk.ask(ReadFigureFile(path))
    assert len(desk.ask(PreviewFigures(later, FigureChoices())).plan.changed) == 1
    desk.do(ImportFigures(later, FigureChoices(replace_table=True)))
    stages.append(figures_of(database.open_work))
    for stage in reversed(stages[:-1]):
        desk.undo()
        assert_same(figures_of(database.open_work), stage)
    for stage in stages[1:]:
        desk.redo()
        assert_same(figures_of(database.open_work), stage)
    with database.open_work(reading=True) as work:
        counts = [kept.value.count for kept in work.performance_figures.all()]
    assert counts == [Decimal(number) for number in (1250, 120, 1, 1000, 75, 2)]


def test_the_check_misses_an_original_and_never_one_of_single_crimes(
    database: Database, tmp_path: Path
) -> None:
    desk = desk_of(database)
    desk.do(SET_UP)
    for name, text in (("csp.csv", PARTNERSHIPS), ("street.csv", STREET)):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        desk.do(ImportFigures(desk.ask(ReadFigureFile(path)), FigureChoices()))
    assert database.problems() == []
    kept = [path for path in database.sources.root.rglob("*") if path.is_file()]
    (original,) = [path for path in kept if path.read_text(encoding="utf-8") == PARTNERSHIPS]
    assert not [path for path in kept if path.read_bytes() == STREET.encode()]
    original.chmod(0o600)
    original.write_text("something else", encoding="utf-8")
    (problem,) = database.problems()
    assert "csp.csv" in problem
