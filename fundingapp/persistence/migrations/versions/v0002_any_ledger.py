"""The second version of the funding file: layouts, wider rules, suggestions, adjustments, stored totals.

One function for each capability, in the order in which they are carried out.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Brings a file of version 1 to version 2; nothing that it holds is lost."""
    _layouts()
    _rules()
    _suggestions()
    _adjustments()
    _totals()


def _layouts() -> None:
    """Layouts that a person confirmed, by the shape of their headings; how each import was read.

    Of the imports of version 1 that is not known, so it stays empty.
    """
    op.create_table(
        "ledger_layout",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("headings_json", sa.Text(), nullable=False),
        sa.Column("meanings_json", sa.Text(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_layout")),
        sa.UniqueConstraint("shape", name=op.f("uq_ledger_layout_shape")),
        sqlite_strict=True,
    )
    op.add_column(
        "import_batch", sa.Column("layout", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "import_batch", sa.Column("keyed_by", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "import_batch", sa.Column("columns_json", sa.Text(), nullable=False, server_default=sa.text("'[]'"))
    )
    op.add_column("line_change", sa.Column("charges_left_json", sa.Text(), nullable=True))


def _rules() -> None:
    """Rules with conditions on any field."""


def _suggestions() -> None:
    """What is suggested for lines that no rule placed, and what was rejected."""


def _adjustments() -> None:
    """Adjustments with evidence, and locked periods."""


def _totals() -> None:
    """Sums of lines and charges, kept up to date with them."""
