"""Upgrades: all or nothing, no row lost, and every released file keeps its totals (D19, G01–G08)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.exc import IntegrityError

from fundingapp.domain.agreements import Terms, terms_in_force
from fundingapp.domain.backups import Reason
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import PersonalData
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.ids import FundId
from fundingapp.domain.indicators import Counted, Due, ResultLevel
from fundingapp.domain.locks import LockedFor
from fundingapp.domain.parties import Party, PartyKind
from fundingapp.domain.periods import FinancialYear
from fundingapp.persistence import database as database_module, upgrading
from fundingapp.persistence.backups import Backups
from fundingapp.persistence.database import Database, create_file, open_file, open_server
from fundingapp.persistence.engines import postgres_engine, sqlite_engine
from fundingapp.persistence.migrations import upgrade as steps
from fundingapp.persistence.schema import Base
from tests.conftest import ROOT
from tests.data.files.make_released import totals
from tests.persistence.support import RECORD, Place, a_line, add_grant, add_lines, charge, noon, to_project

FILES = ROOT / "tests" / "data" / "files"

NOW, THEN = f"{upgrading.SCHEMA_VERSION:04}", f"{upgrading.SCHEMA_VERSION + 1:04}"
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{next}"
down_revision = "{now}"


def upgrade():
    op.add_column("project", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("project_id", sa.Integer(), sa.ForeignKey("project.id"), nullable=False),
    )
    op.execute("INSERT INTO remark SELECT id, id FROM project")
    op.execute("UPDATE project SET note = 'known since the next version'")
    {more}
"""


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes this program one of the next version, whose step ends with the statement given."""

    def become(more: str = "pass") -> None:
        scripts = tmp_path / "scripts"
        shutil.copytree(steps.SCRIPTS / "versions", scripts / "versions", dirs_exist_ok=True)
        step = NEXT.replace("{more}", more).replace("{next}", THEN).replace("{now}", NOW)
        (scripts / "versions" / f"v{THEN}_next.py").write_text(step, encoding="utf-8")
        monkeypatch.setattr(steps, "SCRIPTS", scripts)
        for module in (upgrading, database_module):
            monkeypatch.setattr(module, "SCHEMA_VERSION", int(THEN))
        monkeypatch.setattr(sys, "dont_write_bytecode", True)

    return become


@pytest.fixture
def old_place(request: pytest.FixtureRequest, place: Place, tmp_path: Path) -> Iterator[Place]:
    """A database of this version, of this test's own, with a grant and charged lines."""
    if place.kind == "postgresql":
        url = request.getfixturevalue("new_server_database")()
        place = Place("postgresql", url, tmp_path)
    with place.open().open_work() as work:
        grant = add_grant(work)
        _, (line,) = add_lines(work, [a_line("T1", 100)])
        charge(work, line, to_project(grant.head(grant.one), 100))
        work.commit(RECORD)
    place.close()
    place.opened.clear()
    yield place
    place.close()


def engine_of(place: Place) -> Engine:
    if place.kind == "sqlite":
        return sqlite_engine(Path(place.target))
    return postgres_engine(place.target)


def content(place: Place) -> object:
    """Everything that the database holds: the very bytes, or every table with every row."""
    if place.kind == "sqlite":
        return hashlib.sha256(Path(place.target).read_bytes()).hexdigest()
    engine = engine_of(place)
    with engine.connect().execution_options(reading=True) as connection:
        found = {
            name: (
                [(column["name"], str(column["type"])) for column in inspect(connection).get_columns(name)],
                sorted(map(str, connection.execute(text(f"SELECT * FROM {name}")))),
            )
            for name in inspect(connection).get_table_names()
        }
    engine.dispose()
    return found


def version_of(place: Place) -> list[str]:
    engine = engine_of(place)
    with engine.connect().execution_options(reading=True) as connection:
        found = [row[0] for row in connection.execute(text("SELECT version_num FROM alembic_version"))]
    engine.dispose()
    return found


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, Base.metadata))


def test_v0001_first_makes_the_tables_that_the_records_declare(place: Place) -> None:
    place.open()
    engine = engine_of(place)
    with engine.connect().execution_options(reading=True) as connection:
        assert differences(connection) == []
        assert set(inspect(connection).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
        for table in Base.metadata.sorted_tables:
            checks = {check["name"] for check in inspect(connection).get_check_constraints(table.name)}
            declared = {
                str(constraint.name)
                for constraint in table.constraints
                if constraint.__visit_name__ == "check_constraint"
            }
            only_sqlite = {name for name in declared if name.endswith("is_a_day")}
            assert declared - (set() if place.kind == "sqlite" else only_sqlite) <= checks, table.name
    engine.dispose()


def test_v0002_any_ledger_leaves_what_a_file_of_version_1_held(tmp_path: Path) -> None:
    """The same partnership, grant, rules and lines, and the chain of its history unbroken."""
    file = tmp_path / "v1.funding"
    shutil.copyfile(FILES / file.name, file)
    with closing(sqlite3.connect(file)) as connection:
        before = connection.execute("SELECT * FROM charge ORDER BY line_id, part").fetchall()
        history = connection.execute("SELECT * FROM journal ORDER BY sequence").fetchall()
    open_file(file, noon, "S. Officer").close()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() >= (2,)
        charges = connection.execute("SELECT * FROM charge ORDER BY line_id, part").fetchall()
        assert [row[: len(before[0])] for row in charges] == before
        assert connection.execute("SELECT * FROM journal ORDER BY sequence").fetchall() == history


def _rows_of_2(connection: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
    connection.row_factory = sqlite3.Row
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return {
        name: [dict(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY rowid")]
        for name in names
        if name not in {"alembic_version", "line_total", "charge_total", "row_digest"}
    }


def test_v0003_bid_to_claim_leaves_every_value_of_a_file_of_version_2(tmp_path: Path) -> None:
    """Every column of every row; the terms of a fund stand in an agreement, where they were not the usual ones."""
    file = tmp_path / "v2.funding"
    shutil.copyfile(FILES / file.name, file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE fund SET payment_basis = 'advance', tolerance_percent = '7.5'")
        connection.commit()
        before = _rows_of_2(connection)
    database = open_file(file, noon, "S. Officer")
    with database.open_work(reading=True) as work:
        (agreement,) = [kept.value for kept in work.agreements.all()]
        assert agreement.terms == Terms(PaymentBasis.ADVANCE, tolerance_percent=Decimal("7.5"))
        assert terms_in_force([agreement], FundId(1), FinancialYear(2018)) == agreement.terms
        bids = {kept.id: kept.value for kept in work.bids.all()}
        assert bids
        for award in (kept.value for kept in work.awards.all()):
            assert award.bid is not None
            assert bids[award.bid].awarded == award.amount
            assert bids[award.bid].project == award.project
    database.close()
    with closing(sqlite3.connect(file)) as connection:
        after = _rows_of_2(connection)
    moved = {"payment_basis", "tolerance_percent"}
    for name, rows in before.items():
        if name != "journal":
            known = set(rows[0]) - moved if rows else set()
            assert [{key: row[key] for key in row if key not in moved} for row in rows] == [
                {key: row[key] for key in known} for row in after[name]
            ], name
    assert after["journal"] == before["journal"]


def test_v0003_bid_to_claim_opens_a_file_of_the_usual_terms_without_inventing_an_agreement(
    tmp_path: Path,
) -> None:
    file = tmp_path / "v2.funding"
    shutil.copyfile(FILES / file.name, file)
    database = open_file(file, noon, "S. Officer")
    with database.open_work(reading=True) as work:
        assert work.agreements.all() == []
        assert terms_in_force([], FundId(1), FinancialYear(2018)) == Terms()
    database.close()


def test_v0003_bid_to_claim_upgrades_a_server_of_version_2(
    new_server_database: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tmp_path / "scripts"
    shutil.copytree(
        steps.SCRIPTS / "versions",
        older / "versions",
        ignore=shutil.ignore_patterns("v0003*", "v0004*", "v0005*", "v0006*", "v0007*"),
    )
    url = new_server_database()
    engine = postgres_engine(url)
    with monkeypatch.context() as older_program:
        older_program.setattr(steps, "SCRIPTS", older)
        with engine.begin() as connection:
            steps.run_migrations(connection)
            for statement in (
                "INSERT INTO party VALUES ('PCC', 'commissioner', NULL, NULL, 1, 1)",
                "INSERT INTO fund (id, version, name, funder_id, ring_fence, payment_basis, tolerance_percent)"
                " VALUES (1, 1, 'Fund', 1, '', 'advance', '5')",
                "INSERT INTO allocation (id, version, fund_id, year, kind, amount_pence, resource, status, letter)"
                " VALUES (1, 1, 1, 2018, 'revenue', 100, 'allocation', 'confirmed', '')",
            ):
                connection.execute(text(statement))
    with engine.begin() as connection:
        steps.run_migrations(connection)
        assert differences(connection) == []
        # What a check refused before is allowed now, and nothing else is.
        connection.execute(text("UPDATE allocation SET kind = 'non-labour', status = 'closed'"))
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text("UPDATE allocation SET kind = 'other'"))
    engine.dispose()
    database = open_server(url, noon, "S. Officer", tmp_path)
    with database.open_work(reading=True) as work:
        assert [kept.value.terms.payment_basis for kept in work.agreements.all()] == [PaymentBasis.ADVANCE]
        assert [kept.value.kind for kept in work.allocations.all()] == [Kind.NON_LABOUR]
    database.close()


def test_v0004_year_end_leaves_every_value_of_a_file_of_version_3(tmp_path: Path) -> None:
    file = tmp_path / "v3.funding"
    shutil.copyfile(FILES / file.name, file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            "INSERT INTO period_lock (id, version, year, to_period, reason, locked_by, locked_at)"
            " VALUES (7, 3, 2031, 9, 'agreed', 'Ann', '2018-06-01T12:00:00+00:00')"
        )
        connection.commit()
        before = _rows_of_2(connection)
    assert sum(map(bool, before.values())) > 40
    database = open_file(file, noon, "S. Officer")
    with database.open_work(reading=True) as work:
        lock = work.locks.get(7).value
        assert (lock.to_period, lock.whom) == (9, LockedFor.EVERYBODY)
        assert work.carry_forwards.all() == []
    database.close()
    with closing(sqlite3.connect(file)) as connection:
        after = _rows_of_2(connection)
    for name, rows in before.items():
        known = set(rows[0]) if rows else set()
        assert rows == [{key: row[key] for key in known} for row in after[name]], name


def test_v0004_year_end_upgrades_a_server_of_version_3(
    new_server_database: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tmp_path / "scripts"
    shutil.copytree(
        steps.SCRIPTS / "versions",
        older / "versions",
        ignore=shutil.ignore_patterns("v0004*", "v0005*", "v0006*", "v0007*"),
    )
    url = new_server_database()
    engine = postgres_engine(url)
    with monkeypatch.context() as older_program:
        older_program.setattr(steps, "SCRIPTS", older)
        with engine.begin() as connection:
            steps.run_migrations(connection)
            connection.execute(
                text(
                    "INSERT INTO period_lock (id, version, year, to_period, reason, locked_by, locked_at)"
                    " VALUES (1, 1, 2018, 9, 'agreed', 'Ann', '2018-06-01T12:00:00+00:00')"
                )
            )
    with engine.begin() as connection:
        steps.run_migrations(connection)
        assert differences(connection) == []
        connection.execute(
            text(
                "INSERT INTO period_lock VALUES"
                " (2018, 12, 'later', 'Ann', '2018-06-01T12:00:00+00:00', 'all but the finance lead', 2, 1)"
            )
        )
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text("UPDATE period_lock SET whom = 'everybody'"))
    engine.dispose()
    database = open_server(url, noon, "S. Officer", tmp_path)
    with database.open_work(reading=True) as work:
        assert [kept.value.whom for kept in work.locks.all()] == list(LockedFor)
    database.close()


def test_v0005_outcomes_leaves_every_value_of_a_file_of_version_4(tmp_path: Path) -> None:
    file = tmp_path / "v4.funding"
    shutil.copyfile(FILES / file.name, file)
    with closing(sqlite3.connect(file)) as connection:
        before = _rows_of_2(connection)
    assert sum(map(bool, before.values())) > 45
    assert before["evidence"]
    database = open_file(file, noon, "S. Officer")
    with database.open_work(reading=True) as work:
        assert {kept.value.personal for kept in work.evidence.all()} == {PersonalData.UNKNOWN}
        assert work.outcomes.all() == []
    database.close()
    with closing(sqlite3.connect(file)) as connection:
        after = _rows_of_2(connection)
    for name, rows in before.items():
        known = set(rows[0]) if rows else set()
        assert rows == [{key: row[key] for key in known} for row in after[name]], name


def test_v0005_outcomes_upgrades_a_server_of_version_4(
    new_server_database: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tmp_path / "scripts"
    shutil.copytree(
        steps.SCRIPTS / "versions",
        older / "versions",
        ignore=shutil.ignore_patterns("v0005*", "v0006*", "v0007*"),
    )
    url = new_server_database()
    engine = postgres_engine(url)
    with monkeypatch.context() as older_program:
        older_program.setattr(steps, "SCRIPTS", older)
        with engine.begin() as connection:
            steps.run_migrations(connection)
            for statement in (
                "INSERT INTO indicator (id, version, name, unit, direction, measure, baseline, target, source_text,"
                " owned_by) VALUES (1, 1, 'Clients', 'people', 'up is good', 'flow', '171', '180', '', '')",
                "INSERT INTO evidence (id, version, name, sha256, size, added_at, added_by)"
                " VALUES (1, 1, 'letter', '', 0, '2018-06-01T12:00:00+00:00', 'Ann')",
            ):
                connection.execute(text(statement))
    with engine.begin() as connection:
        steps.run_migrations(connection)
        assert differences(connection) == []
        connection.execute(
            text("INSERT INTO support (id, version, evidence_id, indicator_id) VALUES (1, 1, 1, 1)")
        )
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text("UPDATE support SET indicator_id = NULL"))
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text("UPDATE evidence SET marking = 'SECRET'"))
    engine.dispose()
    database = open_server(url, noon, "S. Officer", tmp_path)
    with database.open_work(reading=True) as work:
        (indicator,) = (kept.value for kept in work.indicators.all())
        assert (indicator.level, indicator.counted, indicator.is_comparable) == (
            ResultLevel.OUTPUT,
            Counted.NUMBER,
            True,
        )
        assert [kept.value.indicator for kept in work.supports.all()] == [1]
    database.close()


def test_v0006_returns_leaves_every_value_of_a_file_of_version_5(tmp_path: Path) -> None:
    file = tmp_path / "v5.funding"
    shutil.copyfile(FILES / file.name, file)
    with closing(sqlite3.connect(file)) as connection:
        before = _rows_of_2(connection)
    assert sum(map(bool, before.values())) > 55
    assert before["saved_return"]
    database = open_file(file, noon, "S. Officer")
    with database.open_work(reading=True) as work:
        assert {(kept.value.template, kept.value.size) for kept in work.returns.all()} == {(None, 0)}
        assert work.templates.all() == []
    database.close()
    with closing(sqlite3.connect(file)) as connection:
        after = _rows_of_2(connection)
    for name, rows in before.items():
        known = set(rows[0]) if rows else set()
        assert rows == [{key: row[key] for key in known} for row in after[name]], name


def test_v0006_returns_upgrades_a_server_of_version_5(
    new_server_database: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tmp_path / "scripts"
    shutil.copytree(
        steps.SCRIPTS / "versions", older / "versions", ignore=shutil.ignore_patterns("v0006*", "v0007*")
    )
    url = new_server_database()
    engine = postgres_engine(url)
    with monkeypatch.context() as older_program:
        older_program.setattr(steps, "SCRIPTS", older)
        with engine.begin() as connection:
            steps.run_migrations(connection)
            for statement in (
                "INSERT INTO party VALUES ('PCC', 'commissioner', NULL, NULL, 1, 1)",
                "INSERT INTO fund (id, version, name, funder_id, ring_fence)"
                " VALUES (1, 1, 'Locality Fund', 1, '')",
                "INSERT INTO saved_return (id, version, fund_id, year, quarter, return_version, state, made_at,"
                " made_by, file_name, sha256, cells, spent_pence, quarters)"
                " VALUES (1, 1, 1, 2018, 2, 1, 'submitted', '2018-10-20T12:00:00+00:00', 'A', 'x', '', 9, 1, '[]')",
            ):
                connection.execute(text(statement))
    with engine.begin() as connection:
        steps.run_migrations(connection)
        assert differences(connection) == []
        connection.execute(text("UPDATE saved_return SET state = 'queried'"))
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text("UPDATE saved_return SET state = 'lost'"))
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text("UPDATE saved_return SET template_id = 7"))
    engine.dispose()


def test_v0007_figures_leaves_every_value_of_a_file_of_version_6(tmp_path: Path) -> None:
    file = tmp_path / "v6.funding"
    shutil.copyfile(FILES / file.name, file)
    with closing(sqlite3.connect(file)) as connection:
        before = _rows_of_2(connection)
    assert sum(map(bool, before.values())) > 60
    assert all(before[name] for name in ("indicator", "figure_import", "performance_finding"))
    database = open_file(file, noon, "S. Officer")
    with database.open_work(reading=True) as work:
        assert {kept.value.due for kept in work.indicators.all()} == {Due.QUARTER}
        assert {kept.value.summed_over for kept in work.indicators.all()} == {None}
        assert {(kept.value.part, kept.value.files) for kept in work.figure_imports.all()} == {("", ())}
        assert {kept.value.history for kept in work.performance_findings.all()} == {""}
    database.close()
    with closing(sqlite3.connect(file)) as connection:
        after = _rows_of_2(connection)
    for name, rows in before.items():
        known = set(rows[0]) if rows else set()
        assert rows == [{key: row[key] for key in known} for row in after[name]], name


#: How an indicator is made, its figures as first and last days, and what it is due after the upgrade.
_DUE = (
    ("flow", "number", (), Due.QUARTER),
    ("stock", "number", (("2018-06-01", "2018-06-30"),), Due.QUARTER),
    ("stock", "number", (("2017-06-01", "2017-06-30"), ("2018-06-01", "2018-06-30")), Due.YEAR),
    ("flow", "share of a number", (("2017-04-01", "2018-03-31"), ("2018-04-01", "2018-12-31")), Due.YEAR),
    ("flow", "number", (("2017-10-01", "2017-10-31"), ("2018-10-01", "2018-10-31")), Due.YEAR),
    ("flow", "number", (("2017-04-01", "2018-03-31"), ("2018-04-01", "2019-03-31")), Due.YEAR),
    ("flow", "number", (("2017-04-01", "2018-01-31"), ("2018-04-01", "2019-01-31")), Due.QUARTER),
    ("stock", "number", (("2017-06-01", "2017-06-30"), ("2017-09-01", "2017-09-30")), Due.QUARTER),
)


def test_v0007_figures_upgrades_a_server_of_version_6_and_tells_what_comes_once_a_year(
    new_server_database: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tmp_path / "scripts"
    shutil.copytree(steps.SCRIPTS / "versions", older / "versions", ignore=shutil.ignore_patterns("v0007*"))
    url = new_server_database()
    engine = postgres_engine(url)
    with monkeypatch.context() as older_program:
        older_program.setattr(steps, "SCRIPTS", older)
        with engine.begin() as connection:
            steps.run_migrations(connection)
            for statement in _of_version_6():
                connection.execute(text(statement))
    with engine.begin() as connection:
        steps.run_migrations(connection)
        assert differences(connection) == []
        found = connection.execute(text("SELECT due FROM indicator ORDER BY id")).scalars().all()
        assert found == [due.value for *_, due in _DUE]
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text("UPDATE indicator SET due = 'now and then'"))
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text("UPDATE indicator SET summed_over = 'street'"))
    engine.dispose()


def test_v0007_figures_tells_the_same_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "v6.funding"
    shutil.copyfile(FILES / file.name, file)
    with closing(sqlite3.connect(file)) as connection:
        for statement in _of_version_6():
            connection.execute(statement)
        connection.commit()
    engine = sqlite_engine(file)
    upgrading.upgrade(engine)
    with engine.connect().execution_options(reading=True) as connection:
        found = (
            connection.execute(text("SELECT due FROM indicator WHERE id > 100 ORDER BY id")).scalars().all()
        )
    engine.dispose()
    assert found == [due.value for *_, due in _DUE]


def _of_version_6() -> Iterator[str]:
    """The indicators of _DUE with their figures, and what is no sign of anything: a forecast, and one of a place."""
    yield "INSERT INTO area (id, version, name, kind, code, aliases_json) VALUES (101, 1, 'A', 'ward', '', '[]')"
    figure = 100
    for id, (measure, counted, figures, _) in enumerate(_DUE, start=101):
        yield (
            "INSERT INTO indicator (id, version, name, unit, direction, measure, counted, baseline, target,"
            f" source_text, owned_by) VALUES ({id}, 1, 'I{id}', '', 'none', '{measure}', '{counted}', '', '', '', '')"
        )
        given = [(*days, "actual", "NULL") for days in figures]
        for first, last, status, area in (
            *given,
            ("2018-07-01", "2018-09-30", "forecast", "NULL"),
            ("2018-07-01", "2018-09-30", "actual", "101"),
        ):
            figure += 1
            yield (
                "INSERT INTO indicator_figure (id, version, indicator_id, first_day, last_day, measured, status, note,"
                f" area_id) VALUES ({figure}, 1, {id}, '{first}', '{last}', '5', '{status}', '', {area})"
            )


def test_every_table_of_a_file_is_strict_and_none_deletes_by_cascade(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute("PRAGMA table_list").fetchall()
        loose = [
            name
            for _, name, kind, _, _, strict in tables
            if kind == "table" and not strict and name[:7] != "sqlite_"
        ]
        assert loose == ["alembic_version"]
        for table in Base.metadata.tables:
            actions = connection.execute(f"PRAGMA foreign_key_list({table})").fetchall()
            assert {(row[5], row[6]) for row in actions} <= {("NO ACTION", "NO ACTION")}


def test_every_version_script_has_a_test_named_after_it() -> None:
    scripts = [path.stem for path in (steps.SCRIPTS / "versions").glob("v*.py")]
    assert scripts
    tests = [name for name in globals() if name.startswith("test_v")]
    assert [script for script in scripts if not any(script in name for name in tests)] == []


def test_every_released_version_has_its_file() -> None:
    released = range(1, upgrading.SCHEMA_VERSION + 1)
    assert [version for version in released if not (FILES / f"v{version}.funding").exists()] == []


@pytest.mark.parametrize("version", range(1, upgrading.SCHEMA_VERSION + 1))
def test_a_file_of_a_released_version_opens_and_keeps_its_totals(version: int, tmp_path: Path) -> None:
    file = tmp_path / f"v{version}.funding"
    shutil.copyfile(FILES / file.name, file)
    assert file.stat().st_size < 1_400_000
    database = open_file(file, noon, "S. Officer")
    expected = json.loads((FILES / f"v{version}.json").read_text(encoding="utf-8"))
    assert totals(database) == expected
    with database._engine.connect().execution_options(reading=True) as connection:
        assert differences(connection) == []
    problems = database.problems()
    assert len(problems) == (2 if version < 5 else 5 if version == 5 else 8)
    assert all("is missing from" in problem for problem in problems), (
        "only its originals and papers were left out"
    )
    with database.open_work() as work:
        work.parties.add(Party("A later partner", PartyKind.PARTNER))
        work.commit(RECORD)
    database.close()


def test_the_newest_released_file_is_laid_out_as_a_new_one_is(file: Path) -> None:
    """A step that is changed after its file was saved would be another version under the same number."""

    def layout(path: Path) -> list[tuple[str, str, str]]:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(
                "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"
            ).fetchall()

    assert layout(FILES / f"v{upgrading.SCHEMA_VERSION}.funding") == layout(file)


def test_an_older_file_is_upgraded_with_all_that_it_holds(
    old_place: Place, next_version: Callable[..., None]
) -> None:
    before = old_place.open()
    with before.open_work(reading=True) as work:
        held = (work.projects.all(), work.awards.all(), work.ledger.held(), work.journal.head())
    before.close()
    next_version()
    after = old_place.open()
    assert version_of(old_place) == [THEN]
    with after.open_work(reading=True) as work:
        assert held == (work.projects.all(), work.awards.all(), work.ledger.held(), work.journal.head())
    with after._engine.connect().execution_options(reading=True) as connection:
        assert connection.execute(text("SELECT count(*) FROM remark")).scalar_one() == 3
    old_place.open()  # a second time there is nothing left to do
    assert version_of(old_place) == [THEN]


def test_a_file_is_backed_up_before_it_is_upgraded(
    file: Path, tmp_path: Path, next_version: Callable[..., None]
) -> None:
    with closing(sqlite3.connect(file)) as connection:
        before = list(connection.iterdump())
    next_version()
    open_file(file, noon, "S. Officer").close()
    (kept,) = Backups(file).all()
    assert (kept.reason, kept.schema) == (Reason.UPGRADE, int(NOW))
    backup = Backups(file).place_of(kept)
    with closing(sqlite3.connect(backup)) as connection:
        assert list(connection.iterdump()) == before
        assert connection.execute("PRAGMA user_version").fetchone() == (int(NOW),)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (int(THEN),)
    assert not list(tmp_path.glob(".fundingapp-*"))


class StoppedError(Exception):
    """Stands for whatever may go wrong in the middle of an upgrade."""


def stop_at(engine: Engine, number: int, stop: Callable[[], None]) -> list[str]:
    """Calls *stop* before the *number*-th statement on *engine*; gives the statements that came."""
    seen: list[str] = []

    def before(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)
        if len(seen) == number:
            stop()

    event.listen(engine, "before_cursor_execute", before)
    return seen


def statements_of_an_upgrade(place: Place, tmp_path: Path) -> int:
    """How many statements the upgrade has up to its COMMIT, counted on a copy; more than enough on a server."""
    if place.kind == "postgresql":
        return 75
    copy = tmp_path / "counted.funding"
    shutil.copyfile(place.target, copy)
    engine = sqlite_engine(copy)
    seen = stop_at(engine, 0, lambda: None)
    upgrading.upgrade(engine)
    engine.dispose()
    return seen.index("COMMIT") + 1


def test_an_upgrade_that_fails_at_any_statement_leaves_everything_as_it_was_and_can_be_tried_again(
    old_place: Place, next_version: Callable[..., None], tmp_path: Path
) -> None:
    next_version()
    before = content(old_place)

    def fail() -> None:
        raise StoppedError

    total = statements_of_an_upgrade(old_place, tmp_path)
    # The statements that count rows are many and alike: each third of them is enough.
    stopped = 0
    every = 3 if old_place.kind == "sqlite" else 1
    for number in sorted({*range(1, total + 1, every), *range(total // 2 - 8, total // 2 + 8), total}):
        engine = engine_of(old_place)
        stop_at(engine, number, fail)
        try:
            upgrading.upgrade(engine)
        except StoppedError:
            stopped += 1
            assert content(old_place) == before, f"stopped at statement {number}"
        else:
            break  # past the last statement: it went through
        finally:
            engine.dispose()
    assert stopped >= 20
    if version_of(old_place) == [NOW]:
        assert old_place.open().problems()[1:] == []
    assert version_of(old_place) == [THEN]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills are tried where processes can fork")
def test_an_upgrade_that_is_killed_leaves_the_old_file_or_the_new_one(
    file: Path, next_version: Callable[..., None], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(file)) as connection:
        old = list(connection.iterdump())
    next_version()
    place = Place("sqlite", str(file), tmp_path)
    total = statements_of_an_upgrade(place, tmp_path)
    with closing(sqlite3.connect(tmp_path / "counted.funding")) as connection:
        new = list(connection.iterdump())
    whole = file.read_bytes()
    outcomes = set()
    for number in (*range(1, total, 7), total - 1, total, total + 1):
        file.write_bytes(whole)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads: this child starts none
            child = os.fork()
        if child == 0:
            engine = sqlite_engine(file)
            stop_at(engine, number, lambda: os.kill(os.getpid(), signal.SIGKILL))
            upgrading.upgrade(engine, lambda: Backups(file).make(Reason.UPGRADE, "", noon(), "S. Officer"))
            os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(child, 0)
        with closing(sqlite3.connect(file)) as connection:
            found = list(connection.iterdump())
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert found in (old, new), f"killed at statement {number}"
        outcomes.add(found == new)
    assert outcomes == {False, True}
    database = place.open()
    assert database.problems() == []
    place.close()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('op.execute("DELETE FROM charge")', "rows of charge would be lost"),
        ('op.drop_table("charge")', "rows of charge would be lost"),
        ('op.execute("DELETE FROM award WHERE id = 1")', "rows of award would be lost"),
    ],
)
def test_an_upgrade_that_would_lose_rows_is_refused(
    old_place: Place, next_version: Callable[..., None], more: str, said: str
) -> None:
    before = content(old_place)
    next_version(more)
    with pytest.raises(ExpectedError) as refused:
        old_place.open()
    assert refused.value.code == "upgrade_failed"
    assert said in refused.value.message
    assert content(old_place) == before


def test_an_upgrade_that_would_break_references_is_refused(
    file: Path, next_version: Callable[..., None]
) -> None:
    before = file.read_bytes()
    next_version('op.execute("INSERT INTO remark VALUES (77, 77)")')
    with pytest.raises(ExpectedError) as refused:
        open_file(file, noon, "S. Officer")
    assert refused.value.code == "upgrade_failed"
    assert "references" in refused.value.message
    assert file.read_bytes() == before


def test_no_room_for_an_upgrade_is_told_as_such_and_leaves_the_file_as_it_was(
    file: Path, next_version: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite rolls back by itself when the disk is full; the second ROLLBACK must not hide why."""
    from fundingapp.persistence.engines import PRAGMAS

    before = file.read_bytes()
    pages = len(before) // 4096
    next_version('op.execute("CREATE TABLE filler AS SELECT zeroblob(10000000) AS filling")')
    monkeypatch.setitem(PRAGMAS, "max_page_count", pages + 20)
    with pytest.raises(ExpectedError) as refused:
        open_file(file, noon, "S. Officer")
    assert refused.value.code == "disk_full"
    assert file.read_bytes() == before
    monkeypatch.delitem(PRAGMAS, "max_page_count")
    assert open_and_close(file).opened.notice == ""


def open_and_close(file: Path) -> Database:
    database = open_file(file, noon, "S. Officer")
    database.close()
    return database


def test_an_older_file_that_can_only_be_read_says_that_it_must_be_upgraded(
    file: Path, next_version: Callable[..., None]
) -> None:
    next_version()
    with pytest.raises(ExpectedError) as refused:
        open_file(file, noon, "S. Officer", read_only=True)
    assert refused.value.code == "needs_upgrade"
    assert f"version {int(NOW)}" in refused.value.message


def test_two_programs_that_upgrade_at_once_both_find_it_done(
    new_server_database: Callable[..., str], tmp_path: Path
) -> None:
    url = new_server_database()

    def go(_: int) -> list[str]:
        opened = open_server(url, noon, "S. Officer", tmp_path / "files")
        try:
            return opened.problems()
        finally:
            opened.close()

    with ThreadPoolExecutor(max_workers=3) as programs:
        assert list(programs.map(go, range(3))) == [[], [], []]


def test_a_server_database_of_a_newer_program_is_refused_with_both_versions(
    new_server_database: Callable[..., str], tmp_path: Path
) -> None:
    url = new_server_database()
    open_server(url, noon, "S. Officer", tmp_path / "files").close()
    engine = postgres_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    engine.dispose()
    with pytest.raises(ExpectedError) as refused:
        open_server(url, noon, "S. Officer", tmp_path / "files")
    assert refused.value.code == "newer_schema"
    assert "version 9" in refused.value.message
    assert f"knows {int(NOW)}" in refused.value.message


def test_a_new_file_is_made_by_the_same_steps_that_upgrade_old_ones(
    tmp_path: Path, next_version: Callable[..., None]
) -> None:
    old = tmp_path / "old.funding"
    create_file(old)
    next_version()
    new = tmp_path / "new.funding"
    create_file(new)
    open_and_close(old)
    schemas = []
    for path in (old, new):
        with closing(sqlite3.connect(path)) as connection:
            schemas.append(
                connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name").fetchall()
            )
    assert schemas[0] == schemas[1]
