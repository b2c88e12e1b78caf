"""Runs Alembic on an open connection: the caller owns the transaction."""

from __future__ import annotations

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

#: Where the steps are: in “versions” below this folder.
SCRIPTS = Path(__file__).parent


def run_migrations(connection: Connection) -> None:
    """Carries out every step that the database has not had yet. The caller begins and commits."""
    scripts = ScriptDirectory(str(SCRIPTS))

    def steps(revision: object, _context: MigrationContext) -> object:
        return scripts._upgrade_revs("head", revision)  # type: ignore[arg-type]  # noqa: SLF001 - as EnvironmentContext does

    context = MigrationContext.configure(
        connection, opts={"fn": steps, "transaction_per_migration": False, "transactional_ddl": False}
    )
    with Operations.context(context):
        context.run_migrations()
