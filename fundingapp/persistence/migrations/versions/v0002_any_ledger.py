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
    place = (
        "disposition = 'project' OR disposition = 'income' OR disposition = 'excluded'",
        "disposition_known",
    )
    kind = ("kind = 'revenue' OR kind = 'capital'", "kind_known")

    def check(table: str, condition: str, name: str) -> sa.CheckConstraint:
        return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))

    def edited(table: str) -> list[sa.schema.SchemaItem]:
        return [
            sa.Column("id", WHOLE, autoincrement=False, nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        ]

    def goal(table: str) -> list[sa.schema.SchemaItem]:
        return [
            sa.Column("disposition", sa.Text(), nullable=False),
            sa.Column("project_id", WHOLE, nullable=True),
            sa.Column("fund_id", WHOLE, nullable=True),
            sa.Column("kind", sa.Text(), nullable=True),
            check(table, *place),
            check(table, *kind),
        ]

    op.create_table(
        "supplier_alias",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("same_as", sa.Text(), nullable=False),
        *edited("supplier_alias"),
        sa.UniqueConstraint("name", name=op.f("uq_supplier_alias_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "rejected_suggestion",
        sa.Column("key", sa.Text(), nullable=False),
        *goal("rejected_suggestion"),
        *edited("rejected_suggestion"),
        sqlite_strict=True,
    )
    op.create_table(
        "dismissed_double",
        sa.Column("first_key", sa.Text(), nullable=False),
        sa.Column("second_key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *edited("dismissed_double"),
        sa.UniqueConstraint("first_key", "second_key", name=op.f("uq_dismissed_double_first_key_second_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "suggestion",
        sa.Column("line_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        *goal("suggestion"),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons_json", sa.Text(), nullable=False),
        check("suggestion", "score BETWEEN 0 AND 100", "score_in_range"),
        sa.ForeignKeyConstraint(["line_id"], ["ledger_line.id"], name=op.f("fk_suggestion_line_id")),
        sa.PrimaryKeyConstraint("line_id", "place", name=op.f("pk_suggestion")),
        sqlite_strict=True,
    )
    op.create_table(
        "suggestion_due",
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("supplier", name=op.f("pk_suggestion_due")),
        sqlite_strict=True,
    )
    op.create_table(
        "suggestion_basis",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        check("suggestion_basis", "id = 1", "one_row"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_basis")),
        sqlite_strict=True,
    )
    op.create_table(
        "reversal_pair",
        sa.Column("line_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("original_id", WHOLE, nullable=True),
        sa.Column("twice", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        check("reversal_pair", "twice = 0 OR twice = 1", "twice_or_not"),
        sa.ForeignKeyConstraint(["line_id"], ["ledger_line.id"], name=op.f("fk_reversal_pair_line_id")),
        sa.ForeignKeyConstraint(
            ["original_id"], ["ledger_line.id"], name=op.f("fk_reversal_pair_original_id")
        ),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_reversal_pair")),
        sqlite_strict=True,
    )
    op.create_index("ix_reversal_pair_original", "reversal_pair", ["original_id"], unique=False)
    # The lines that a file of version 1 holds have no suggestions yet.
    op.execute("INSERT INTO suggestion_due SELECT '*' WHERE EXISTS (SELECT 1 FROM ledger_line)")


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
    op.create_table(
        "line_total",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("split", sa.Integer(), nullable=False),
        sa.Column("unequal", sa.Integer(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.CheckConstraint(
            "state = 'waiting' OR state = 'charged' OR state = 'income' OR state = 'excluded'",
            name=op.f("ck_line_total_state_known"),
        ),
        sa.CheckConstraint("period BETWEEN 1 AND 13", name=op.f("ck_line_total_period_in_year")),
        sa.PrimaryKeyConstraint("year", "period", "state", name=op.f("pk_line_total")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "charge_total",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("fund_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("project_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("charges", sa.Integer(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.CheckConstraint(
            "disposition = 'project' OR disposition = 'income' OR disposition = 'excluded'",
            name=op.f("ck_charge_total_disposition_known"),
        ),
        sa.CheckConstraint("period BETWEEN 1 AND 13", name=op.f("ck_charge_total_period_in_year")),
        sa.CheckConstraint(
            "(disposition = 'project') = (project_id <> 0 AND fund_id <> 0 AND kind <> '')",
            name=op.f("ck_charge_total_head_when_project"),
        ),
        sa.PrimaryKeyConstraint(
            "year",
            "disposition",
            "fund_id",
            "project_id",
            "kind",
            "period",
            name=op.f("pk_charge_total"),
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO line_total (year, period, state, lines, split, unequal, amount_pence)"
        " SELECT year, period, state, count(*), sum(CASE WHEN parts > 1 THEN 1 ELSE 0 END),"
        " sum(CASE WHEN state <> 'waiting' AND charged_pence <> amount_pence THEN 1 ELSE 0 END), sum(amount_pence)"
        " FROM ledger_line WHERE live = 1 GROUP BY year, period, state"
    )
    op.execute(
        "INSERT INTO charge_total (year, disposition, fund_id, project_id, kind, period, charges, amount_pence)"
        " SELECT year, disposition, coalesce(fund_id, 0), coalesce(project_id, 0), coalesce(kind, ''), period,"
        " count(*), sum(amount_pence) FROM charge WHERE live = 1"
        " GROUP BY year, disposition, fund_id, project_id, kind, period"
    )
