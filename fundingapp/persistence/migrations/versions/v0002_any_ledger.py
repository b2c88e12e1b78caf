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
    """Layouts that a person confirmed, by the shape of their headings."""


def _rules() -> None:
    """Rules with conditions on any field."""


def _suggestions() -> None:
    """What is suggested for lines that no rule placed, and what was rejected."""


def _adjustments() -> None:
    """Adjustments with evidence, and locked periods."""
    in_range = "BETWEEN -1000000000000000 AND 1000000000000000"
    op.create_table(
        "adjustment",
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("line_id", WHOLE, nullable=True),
        sa.Column("accrual_id", WHOLE, nullable=True),
        sa.Column("reverses_year", sa.Integer(), nullable=True),
        sa.Column("reverses_period", sa.Integer(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "type = 'prepayment' OR type = 'journal correction' OR type = 'recharge' OR "
            "type = 'irrecoverable VAT' OR type = 'recoverable VAT' OR type = 'accrual written off' OR "
            "type = 'ineligible'",
            name=op.f("ck_adjustment_type_known"),
        ),
        sa.CheckConstraint("kind = 'revenue' OR kind = 'capital'", name=op.f("ck_adjustment_kind_known")),
        sa.CheckConstraint("period BETWEEN 1 AND 13", name=op.f("ck_adjustment_period_in_year")),
        sa.CheckConstraint(
            "reverses_period BETWEEN 1 AND 13", name=op.f("ck_adjustment_reverses_period_in_year")
        ),
        sa.CheckConstraint(f"amount_pence {in_range}", name=op.f("ck_adjustment_amount_pence_in_range")),
        sa.CheckConstraint("amount_pence <> 0", name=op.f("ck_adjustment_amount_not_nought")),
        sa.CheckConstraint(
            "(reverses_year IS NULL) = (reverses_period IS NULL)", name=op.f("ck_adjustment_reversal_whole")
        ),
        sa.CheckConstraint(
            "(type = 'accrual written off') = (accrual_id IS NOT NULL)",
            name=op.f("ck_adjustment_writes_off_one"),
        ),
        sa.ForeignKeyConstraint(["accrual_id"], ["accrual.id"], name=op.f("fk_adjustment_accrual_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_adjustment_fund_id")),
        sa.ForeignKeyConstraint(["line_id"], ["ledger_line.id"], name=op.f("fk_adjustment_line_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_adjustment_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
        sqlite_strict=True,
    )
    op.create_table(
        "evidence",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_evidence_size_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_evidence_sha256",
        "evidence",
        ["sha256"],
        unique=True,
        sqlite_where=sa.text("sha256 <> ''"),
        postgresql_where=sa.text("sha256 <> ''"),
    )
    op.create_table(
        "support",
        sa.Column("evidence_id", WHOLE, nullable=False),
        sa.Column("adjustment_id", WHOLE, nullable=True),
        sa.Column("accrual_id", WHOLE, nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(adjustment_id IS NULL) <> (accrual_id IS NULL)", name=op.f("ck_support_supports_one")
        ),
        sa.ForeignKeyConstraint(["accrual_id"], ["accrual.id"], name=op.f("fk_support_accrual_id")),
        sa.ForeignKeyConstraint(["adjustment_id"], ["adjustment.id"], name=op.f("fk_support_adjustment_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_support_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support")),
        sqlite_strict=True,
    )
    op.create_table(
        "period_lock",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("to_period", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("locked_by", sa.Text(), nullable=False),
        sa.Column("locked_at", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("to_period BETWEEN 1 AND 13", name=op.f("ck_period_lock_to_period_in_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_lock")),
        sa.UniqueConstraint("year", name=op.f("uq_period_lock_year")),
        sqlite_strict=True,
    )


def _totals() -> None:
    """Sums of lines and charges, kept up to date with them."""
