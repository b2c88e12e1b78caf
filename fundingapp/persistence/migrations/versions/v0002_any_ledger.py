"""The second version of the funding file: layouts, wider rules, suggestions, adjustments, stored totals.

One function for each capability, in the order in which they are carried out.
"""

from __future__ import annotations

import json

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
    """Rules with conditions on any field: what the five columns asked is kept as conditions in the same words."""
    rules = op.get_bind().execute(sa.text("SELECT * FROM coding_rule ORDER BY id")).mappings().all()
    op.drop_table("coding_rule")
    table = op.create_table(
        "coding_rule",
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Integer(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("is_on = 0 OR is_on = 1", name=op.f("ck_coding_rule_on_or_off")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_rule")),
        sqlite_strict=True,
    )
    asked = (
        ("type", "type", "is"),
        ("cost_centre", "cost centre", "is"),
        ("account", "account", "is"),
        ("supplier", "supplier", "contains"),
        ("description", "description", "contains"),
    )
    op.bulk_insert(
        table,
        [
            {name: rule[name] for name in ("place", "target", "id", "version")}
            | {
                "conditions": json.dumps(
                    [
                        [field, operator, [" ".join(rule[name].split())]]
                        for name, field, operator in asked
                        if rule[name].strip()
                    ],
                    ensure_ascii=False,
                ),
                "name": "",
                "is_on": 1,
            }
            for rule in rules
        ],
    )


def _suggestions() -> None:
    """What is suggested for lines that no rule placed, and what was rejected."""


def _adjustments() -> None:
    """Adjustments with evidence, and locked periods."""


def _totals() -> None:
    """Sums of lines and charges, kept up to date with them."""
