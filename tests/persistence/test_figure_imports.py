"""Files of figures on the real databases: kept to the last mark, taken back and done again, and their originals."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest

from fundingapp.application.commands.figure_imports import ImportFigures
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.progress import Cancelled
from fundingapp.application.queries.figure_previews import PreviewFigures, ReadFigureFile
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.errors import InputRefusedError
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


def months(folder: Path) -> dict[str, str]:
    """The files of a download as the police site gives it: a folder for each month, June missing; one file twice under
    another name, one that lists no crimes, and a crime of April again in May."""
    head = STREET.splitlines()[0]

    def month(number: int, *rows: str) -> str:
        return "\n".join((head, *(row.replace("2022-07", f"2018-{number:02}") for row in rows), ""))

    burglary, again, asb = STREET.splitlines()[1:4]
    assert burglary == again
    files = {
        "2018-04/2018-04-midshire-street.csv": month(4, burglary, asb),
        "2018-05/2018-05-midshire-street.csv": month(5, burglary, asb, asb),
        "2018-07/2018-07-midshire-street.csv": month(7, asb),
        "2018-07/copy of 2018-07-midshire-street.csv": month(7, asb),
        "2018-07/2018-07-midshire-outcomes.csv": "Crime ID,Month,Outcome type\nx,2018-07,None\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return files


@pytest.mark.parametrize("zipped", [False, True])
def test_the_months_of_a_force_come_in_together_from_a_folder_or_a_zip(
    database: Database, tmp_path: Path, zipped: bool
) -> None:
    desk = desk_of(database)
    desk.do(SET_UP)
    path = tmp_path / "download"
    files = months(path)
    if zipped:
        with ZipFile(tmp_path / "download.zip", "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        path = tmp_path / "download.zip"
    read = desk.ask(ReadFigureFile(path))
    file = read.file
    assert [part.name for part in file.files] == [
        f"2018-{month}-midshire-street.csv" for month in ("04", "05", "07")
    ]
    said = [finding.text for finding in file.findings]
    assert (
        "There is no crime of Midshire Police for June 2018: the file of that month may be missing." in said
    )
    assert any(
        "row 2 of 2018-05-midshire-street.csv (as row 2 of 2018-04-midshire-street.csv)" in text
        for text in said
    )
    assert any("-outcomes.csv” lists no street-level crimes" in text for text in said)
    assert any("is the same file as" in text for text in said)
    choices = FigureChoices(leave_repeats=True)
    plan = desk.ask(PreviewFigures(read, choices)).plan
    assert (plan.read, plan.kept) == (9, 5)
    assert any("stands in row 2 of 2018-04-midshire-street.csv already" in row.reason for row in plan.skipped)
    before = figures_of(database.open_work)
    made = desk.do(ImportFigures(read, choices)).result
    assert made.read == made.kept + made.skipped
    after = figures_of(database.open_work)
    desk.undo()
    assert_same(figures_of(database.open_work), before)
    desk.redo()
    assert_same(figures_of(database.open_work), after)
    with database.open_work(reading=True) as work:
        (batch,) = work.figure_imports.all()
        assert batch.value.files == file.files
        counts = [
            (kept.value.first.month, kept.value.category, int(kept.value.count or 0))
            for kept in work.performance_figures.all()
        ]
    assert counts == [
        (4, "Anti-social behaviour", 1),
        (4, "Burglary", 1),
        (5, "Anti-social behaviour", 2),
        (7, "Anti-social behaviour", 1),
    ]
    assert database.problems() == []
    # The very folder again, and one of its months alone, are known.
    assert desk.ask(PreviewFigures(desk.ask(ReadFigureFile(path)), choices)).same_as.startswith("imported on")
    alone = tmp_path / "alone.csv"
    alone.write_text(files["2018-05/2018-05-midshire-street.csv"], encoding="utf-8")
    assert desk.ask(PreviewFigures(desk.ask(ReadFigureFile(alone)), choices)).same_as.endswith(
        "with other months,"
    )
    # A download with a month more says which of it was there.
    more = tmp_path / "more"
    months(more)
    (more / "2018-06.csv").write_text(STREET.replace("2022-07", "2018-06"), encoding="utf-8")
    known = desk.ask(PreviewFigures(desk.ask(ReadFigureFile(more)), choices)).same_as
    assert known.startswith("in part (“2018-04-midshire-street.csv”, “2018-05-midshire-street.csv” and ")


def test_what_is_no_download_of_months_is_refused_and_leaves_nothing(
    database: Database, tmp_path: Path
) -> None:
    desk = desk_of(database)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputRefusedError, match="holds no text file"):
        desk.ask(ReadFigureFile(empty))
    (empty / "plan.csv").write_text("Ref,Project\nP-01,Mentors\n", encoding="utf-8")
    with pytest.raises(InputRefusedError, match="holds no month of street-level crimes"):
        desk.ask(ReadFigureFile(empty))
    bad = tmp_path / "bad.zip"
    with ZipFile(bad, "w") as made:
        made.writestr("../../x.csv", "a,b\n1,2\n")
    with pytest.raises(InputRefusedError, match="leads outside"):
        desk.ask(ReadFigureFile(bad))
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK no zip")
    with pytest.raises(InputRefusedError):
        desk.ask(ReadFigureFile(broken))
    assert not (tmp_path.parent / "x.csv").exists()


def test_a_long_list_of_crimes_can_be_stopped_midway_and_leaves_nothing(
    database: Database, tmp_path: Path
) -> None:
    desk = desk_of(database)
    path = tmp_path / "long.csv"
    head, row = STREET.splitlines()[:2]
    path.write_text("\n".join((head, *[row] * 12_000, "")), encoding="utf-8")

    class Stops:
        def __init__(self) -> None:
            self.seen: list[tuple[int, int]] = []

        def report(self, done: int, total: int, label: str) -> None:
            if label == "Understanding the rows" and done:
                self.seen.append((done, total))
                raise Cancelled

    stops = Stops()
    with pytest.raises(Cancelled):
        desk.ask(ReadFigureFile(path), stops)
    assert stops.seen == [(5_000, 12_001)]
    with database.open_work(reading=True) as work:
        assert work.figure_imports.all() == []
