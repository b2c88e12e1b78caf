"""A team's database on a PostgreSQL server: what is said when the server, the way to it or the right is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from fundingapp.application.ports import LineFilter
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Project
from fundingapp.persistence.database import Database, open_server
from fundingapp.persistence.engines import postgres_engine
from tests.persistence.support import RECORD, Place, a_line, add_lines, noon


@pytest.fixture
def server(shared_server_database: tuple[str, Callable[[], None]], tmp_path: Path) -> Iterator[Place]:
    target, empty = shared_server_database
    place = Place("postgresql", target, tmp_path)
    yield place
    place.close()
    empty()


def end_sessions_of_others(place: Place) -> None:
    """What an administrator or a restart does."""
    engine = postgres_engine(place.target)
    with engine.connect().execution_options(reading=True) as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()


def add(database: Database, ref: str) -> None:
    with database.open_work() as work:
        work.projects.add(Project(ref, ref))
        work.commit(RECORD)


def test_a_session_that_is_ended_in_the_middle_of_work_leaves_nothing_half_done(server: Place) -> None:
    database = server.open()
    add(database, "P-01")
    refused = ""
    try:
        with database.open_work() as work:
            work.projects.add(Project("P-02", "Half done"))
            end_sessions_of_others(server)
            work.projects.all()
    except ExpectedError as error:
        refused = error.code
    assert refused == "no_server"
    with database.open_work(reading=True) as work:
        assert [kept.value.ref for kept in work.projects.all()] == ["P-01"]
    add(database, "P-03")
    assert database.problems() == []


def test_a_session_that_is_ended_before_the_commit_says_so(server: Place) -> None:
    database = server.open()
    with database.open_work() as work:
        add_lines(work, [a_line("T1", 1)])
        end_sessions_of_others(server)
        with pytest.raises(ExpectedError) as refused:
            work.commit(RECORD)
    assert refused.value.code == "no_server"
    with database.open_work(reading=True) as work:
        assert work.ledger.total(LineFilter())[0] == 0
        assert work.journal.lines() == []


def test_sessions_that_ended_over_night_are_opened_again_unseen(server: Place) -> None:
    database = server.open()
    add(database, "P-01")
    end_sessions_of_others(server)
    add(database, "P-02")
    with database.open_work(reading=True) as work:
        assert len(work.projects.all()) == 2


def test_a_reader_of_the_server_can_t_write(server: Place) -> None:
    with pytest.raises(ExpectedError) as refused, server.open().open_work(reading=True) as work:
        work.projects.add(Project("P-01", "Youth Bus"))
    assert refused.value.code == "read_only"


def test_a_character_that_the_server_can_t_keep_is_refused_in_a_sentence(server: Place) -> None:
    with pytest.raises(ExpectedError) as refused, server.open().open_work() as work:
        work.projects.add(Project("P-01", "Youth\0Bus"))
    assert refused.value.code == "bad_character"


def test_a_database_that_the_server_does_not_know_is_named_without_the_password(
    postgres_uri: str, tmp_path: Path
) -> None:
    url = (
        make_url(postgres_uri)
        .set(database="nowhere", password="s3cret")
        .render_as_string(hide_password=False)
    )
    with pytest.raises(ExpectedError) as refused:
        open_server(url, noon, "S. Officer", tmp_path)
    assert refused.value.code == "no_database"
    assert "nowhere" in refused.value.message
    assert "s3cret" not in str(refused.value)


def test_a_server_that_is_not_there_is_told_in_a_sentence_without_the_password(tmp_path: Path) -> None:
    for url in (
        "postgresql://ann:s3cret@127.0.0.1:1/grants",
        "postgresql://ann:s3cret@/grants?host=/nowhere",
    ):
        with pytest.raises(ExpectedError) as refused:
            open_server(url, noon, "S. Officer", tmp_path)
        assert refused.value.code == "no_server"
        assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    ["postgresql://server:port/grants", "postgresql:/grants", "oracle+nothing://x/y", "postgresql://[::1/x"],
)
def test_an_address_that_makes_no_sense_is_told_in_a_sentence(url: str, tmp_path: Path) -> None:
    with pytest.raises(ExpectedError) as refused:
        open_server(url, noon, "S. Officer", tmp_path)
    assert refused.value.code == "bad_address"


def test_figures_of_the_server_do_not_depend_on_its_language(server: Place) -> None:
    """Money and days are kept as whole numbers and ISO text, whatever the server's habits."""
    with server.open().open_work() as work:
        connection = work.ledger._connection  # type: ignore[attr-defined]  # of the store in SQL
        for habit in ("SET LOCAL datestyle = 'SQL, MDY'", "SET LOCAL timezone = 'Asia/Kathmandu'"):
            connection.execute(text(habit))
        (line,) = add_lines(work, [a_line("T1", -123_456)])[1]
        assert work.ledger.held_line(line).line == a_line("T1", -123_456)
        assert work.ledger.total(LineFilter())[1].pence == -123_456
