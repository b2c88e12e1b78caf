"""Papers on a real store: links of every kind, what is erased for good, and a store that others read from."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fundingapp.application.commands.papers import AddPapers, ChangePaper, ErasePaper, NewPaper, ReplacePaper
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.desk import Desk
from fundingapp.application.effect import JournalRecord
from fundingapp.application.queries.evidence import PaperDetail, Papers
from fundingapp.application.queries.evidence_gaps import GapsOf
from fundingapp.application.queries.workspace import History
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import About, EvidenceType, FileState, Keeping, Supported
from fundingapp.domain.gaps import GapKind
from fundingapp.domain.ids import EvidenceId, OutcomeId, ProjectId
from fundingapp.domain.outcomes import Outcome, OutcomeStatement
from fundingapp.persistence.database import Database
from fundingapp.persistence.sources import FileSources, SharedSources
from tests.builders_core import YEAR, set_up_grant
from tests.persistence.support import desk_of

STORY = "Nobody Inparticular was made safe"


@pytest.fixture
def desk(database: Database) -> Desk:
    """A grant with an outcome of which something is said."""
    desk = desk_of(database)
    set_up_grant(desk)
    statement = OutcomeStatement(OutcomeId(1), YEAR.previous, None, "Fewer repeat victims")
    desk.do(
        AddRecords(
            (
                Record("outcomes", 1, Outcome("Safer homes", ProjectId(1))),
                Record("outcome_statements", 1, statement),
            ),
            "say what changed",
        )
    )
    return desk


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story of Inparticular.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


def kept_files(database: Database) -> list[Path]:
    return sorted(database.sources.root.glob("??/*"))


def test_a_paper_closes_a_gap_and_is_taken_back(desk: Desk, database: Database, story: Path) -> None:
    assert [row.kind for row in desk.ask(GapsOf(YEAR.previous)).rows] == [GapKind.STATEMENT]
    desk.do(
        AddPapers((NewPaper(story), NewPaper("minute 7")), (Supported("outcome", 1), Supported("project", 2)))
    )
    assert GapKind.STATEMENT not in {row.kind for row in desk.ask(GapsOf(YEAR.previous)).rows}
    rows = desk.ask(Papers()).rows
    assert [row.keeping for row in rows] == [Keeping.REFERENCE, Keeping.FILE]
    assert rows[0].supports_in_words == "P-01 · outcome “Safer homes”; P-02 Project P-02"
    desk.undo()
    assert desk.ask(Papers()).rows == ()
    desk.redo()
    assert desk.ask(Papers()).total == 2
    assert database.problems() == []


def test_what_is_erased_is_gone_from_rows_details_and_store_and_the_chain_is_whole(
    desk: Desk, database: Database, story: Path, tmp_path: Path
) -> None:
    about = About("Inparticular's story", EvidenceType.CASE_STUDY)
    [first] = desk.do(AddPapers((NewPaper(story, about),), (Supported("outcome", 1),))).result
    desk.do(ChangePaper(first.id, About("The story of Inparticular", method="told by Inparticular")))
    newer = tmp_path / "newer.txt"
    newer.write_text(f"{STORY}, again", encoding="utf-8")
    second = desk.do(ReplacePaper(first.id, newer)).result
    sentences = [line.sentence for line in desk.ask(History())]
    erased = desk.do(ErasePaper(second, "she asked for it", by_request=True)).result
    assert (erased.versions, erased.entries) == (2, 3)
    assert kept_files(database) == []
    after = desk.ask(History())
    assert "nparticular" not in repr(after)
    assert [line.sentence for line in after[1:]] == sentences
    assert {desk.ask(PaperDetail(id)).row.state for id in (first.id, second)} == {FileState.ERASED}
    assert database.problems() == []
    # A second erasing that reaches the same entries leaves the chain whole as well.
    [other] = desk.do(
        AddPapers((NewPaper("the words of Inparticular"), NewPaper("what else was said")))
    ).result[:1]
    desk.do(ErasePaper(other.id, "kept long enough"))
    desk.do(ErasePaper(EvidenceId(other.id + 1), "kept long enough"))
    assert database.problems() == []


def test_an_erasing_that_nobody_told_of_is_found(desk: Desk, database: Database) -> None:
    desk.do(AddPapers((NewPaper("the words of Inparticular"),)))
    with database.open_work() as work:
        assert work.journal.erase("evidence", 1, ()) != {}
        work.commit(JournalRecord("Test", "do something else"))
    assert any("The details of entry" in said and "were changed" in said for said in database.problems())


@pytest.mark.parametrize(
    "change",
    [
        "salt = 'aa', detail_json = '{}'",
        "detail_json = '{\"erased\": true}'",
        "sequence = sequence + 100, salt = 'aa', detail_json = '{\"erased\": true}'",
    ],
)
def test_the_database_lets_details_be_erased_and_changed_in_no_other_way(
    desk: Desk, database: Database, change: str
) -> None:
    with pytest.raises(DBAPIError, match="can only be added to"), database._engine.begin() as connection:
        connection.execute(text(f"UPDATE journal_detail SET {change} WHERE sequence = 1"))
    assert database.problems() == []


def test_an_erased_file_that_came_back_is_told(desk: Desk, database: Database, story: Path) -> None:
    [added] = desk.do(AddPapers((NewPaper(story),))).result
    [kept] = kept_files(database)
    content = kept.read_bytes()
    desk.do(ErasePaper(added.id, "kept long enough"))
    kept.write_bytes(content)
    [problem] = database.problems()
    assert problem.startswith("Paper 1 was erased, and its file is there again")
    kept.unlink()


def test_what_is_erased_on_a_copy_is_erased_beside_the_shared_file_too(tmp_path: Path, story: Path) -> None:
    store = SharedSources(tmp_path / "here", tmp_path / "share")
    copy = store.take_copy(story)
    store.keep(copy)
    store.discard(copy)
    store.publish(copy.sha256)
    assert store.state(copy.sha256, copy.size, thoroughly=True) is FileState.WHOLE
    store.erase(copy.sha256)
    assert list(tmp_path.glob("*/??/*")) == []
    assert store.state(copy.sha256, copy.size) is FileState.MISSING
    store.erase(copy.sha256)


def test_a_list_of_orphans_that_was_damaged_does_no_harm(tmp_path: Path, story: Path) -> None:
    store = FileSources(tmp_path / "store")
    copy = store.take_copy(story)
    store.keep(copy)
    store.discard(copy)
    (store.root / "no-longer-named.txt").write_bytes(b"\xff\xfe nonsense\n")
    now = datetime(2019, 5, 6, tzinfo=UTC)
    assert store.sweep_orphans(set(), now) == 0
    assert store.home_of(copy.sha256).exists()


def test_a_paper_that_another_names_as_its_version_before_can_t_be_taken_out_alone(
    desk: Desk, database: Database, story: Path, tmp_path: Path
) -> None:
    [first] = desk.do(AddPapers((NewPaper(story),))).result
    newer = tmp_path / "newer.txt"
    newer.write_text("again", encoding="utf-8")
    desk.do(ReplacePaper(first.id, newer))
    with database.open_work() as work, pytest.raises(ExpectedError):
        work.evidence.remove(work.evidence.get(first.id))
