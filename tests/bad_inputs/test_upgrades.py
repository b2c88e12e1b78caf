"""Upgrades of the funding file that go wrong (catalogue G); every statement of one is tried in test_migrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from fundingapp.assembly import Assembly
from fundingapp.domain.backups import Reason
from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence import backups as backups_module
from fundingapp.persistence.backups import Backups
from fundingapp.persistence.database import open_server
from fundingapp.persistence.upgrading import SCHEMA_VERSION
from tests.persistence.conftest import new_server_database, postgres_uri  # noqa: F401 - fixtures
from tests.persistence.support import noon
from tests.persistence.test_migrations import THEN, next_version  # noqa: F401 - a fixture

Become = Callable[..., None]


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refused(path: Path) -> ExpectedError:
    before = dump(path)
    with pytest.raises(ExpectedError) as caught:
        Assembly().open(str(path))
    assert dump(path) == before
    assert version(path) == SCHEMA_VERSION
    return caught.value


def test_g01_an_upgrade_that_fails_half_way_leaves_the_file_to_the_old_program(
    ours: Path,
    next_version: Become,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context():
        next_version('op.execute("INSERT INTO remark VALUES (77, 77)")')
        assert "references would break" in refused(ours).message


def test_g02_the_file_is_exactly_the_old_one_or_the_new_one(ours: Path, next_version: Become) -> None:  # noqa: F811
    old = dump(ours)
    next_version()
    opened = Assembly().open(str(ours))
    opened.close()
    assert version(ours) == int(THEN)
    assert dump(ours) != old
    (kept,) = Backups(ours).all()
    assert dump(Backups(ours).place_of(kept)) == old


def test_g03_without_room_for_the_backup_no_upgrade_begins(
    ours: Path,
    next_version: Become,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    next_version()
    monkeypatch.setattr(backups_module, "_SPARE", 10**15)
    error = refused(ours)
    assert error.code == "disk_full"
    assert "MB needed" in error.message
    assert Backups(ours).all() == []


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("DELETE FROM award WHERE id = 1", "rows of award would be lost"),
        ("UPDATE allocation SET amount_pence = amount_pence + 1", "amounts in “amount_pence” of allocation"),
        ("UPDATE award SET project_id = 1", "amounts in “project_id” of award would change"),
    ],
)
def test_g04_rows_and_amounts_of_each_table_are_compared_before_the_commit(
    ours: Path,
    next_version: Become,  # noqa: F811
    step: str,
    said: str,
) -> None:
    next_version(f'op.execute("{step}")')
    error = refused(ours)
    assert error.code == "upgrade_failed"
    assert said in error.message


def test_g05_a_file_of_a_newer_program_is_only_read_and_never_brought_back(
    ours: Path,
    next_version: Become,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as newer:
        del newer
        with closing(sqlite3.connect(ours)) as connection:
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    before = ours.read_bytes()
    opened = Assembly().open(str(ours))
    assert "so it can only be read" in opened.notice
    opened.close()
    assert ours.read_bytes() == before
    assert next_version is not None


def test_g06_old_rows_that_break_a_new_rule_are_named_and_the_file_stays_in_its_old_form(
    ours: Path,
    next_version: Become,  # noqa: F811
) -> None:
    next_version("op.execute(\"UPDATE project SET ref = 'P-01'\")")
    error = refused(ours)
    assert error.code == "upgrade_failed"
    assert "project.ref" in error.message
    kept = Backups(ours).all()[0]
    assert kept.reason is Reason.UPGRADE


def test_g07_of_two_clients_that_upgrade_a_server_at_once_the_second_waits(
    new_server_database: Callable[..., str],  # noqa: F811
    tmp_path: Path,
) -> None:
    url = new_server_database()
    with ThreadPoolExecutor(2) as both:
        databases = list(both.map(lambda who: open_server(url, noon, who, tmp_path / who), ["Ann", "Bob"]))
    for database in databases:
        with database._engine.connect().execution_options(reading=True) as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
        assert found == [f"{SCHEMA_VERSION:04}"]
        assert database.problems() == []
        database.close()


def test_g08_an_old_client_is_refused_by_a_newer_schema_with_the_version_it_needs(
    new_server_database: Callable[..., str],  # noqa: F811
    tmp_path: Path,
) -> None:
    url = new_server_database()
    database = open_server(url, noon, "Ann", tmp_path)
    with database._engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{THEN}'"))
    database.close()
    with pytest.raises(ExpectedError) as caught:
        open_server(url, noon, "Bob", tmp_path)
    assert caught.value.code == "newer_schema"
    assert f"version {int(THEN)}, this program knows {SCHEMA_VERSION}" in caught.value.message


def test_g09_a_file_on_a_share_is_upgraded_as_a_working_copy_and_then_published(
    ours: Path,
    next_version: Become,  # noqa: F811
    tmp_path: Path,
) -> None:
    next_version()
    opened = Assembly(profile=tmp_path / "profile", working_copy=True).open(str(ours))
    assert opened.sharing is not None
    opened.close()
    assert version(ours) == int(THEN)
    assert [kept.reason for kept in Backups(ours).all()] == [Reason.UPGRADE]
