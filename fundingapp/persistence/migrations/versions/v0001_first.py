"""The first version of the funding file.

Frozen: it never follows later changes of the records; those are steps of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes every table, and keeps the audit trail append-only."""
    op.create_table(
        "coding_rule",
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("cost_centre", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_rule")),
        sqlite_strict=True,
    )
    op.create_table(
        "import_batch",
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.Text(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_kept", sa.Integer(), nullable=False),
        sa.Column("rows_skipped", sa.Integer(), nullable=False),
        sa.Column("total_pence", WHOLE, nullable=False),
        sa.Column("stated_total_pence", WHOLE, nullable=True),
        sa.Column("control_total_pence", WHOLE, nullable=True),
        sa.Column("new_lines", sa.Integer(), nullable=False),
        sa.Column("unchanged_lines", sa.Integer(), nullable=False),
        sa.Column("reworded_lines", sa.Integer(), nullable=False),
        sa.Column("amount_changed_lines", sa.Integer(), nullable=False),
        sa.Column("vanished_lines", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state = 'live' OR state = 'removed'", name=op.f("ck_import_batch_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sqlite_strict=True,
    )
    op.create_table(
        "journal",
        sa.Column("sequence", WHOLE, autoincrement=False, nullable=False),
        sa.Column("done_at", sa.Text(), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("detail_digest", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_journal")),
        sqlite_strict=True,
    )
    op.create_table(
        "partnership",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("accountable_body", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_partnership_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership")),
        sqlite_strict=True,
    )
    op.create_table(
        "party",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=True),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind = 'commissioner' OR kind = 'funder' OR kind = 'accountable body' OR kind = 'partner'",
            name=op.f("ck_party_kind_known"),
        ),
        sa.CheckConstraint(
            "valid_from IS date(valid_from, '+0 days')", name=op.f("ck_party_valid_from_is_a_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "valid_to IS date(valid_to, '+0 days')", name=op.f("ck_party_valid_to_is_a_day")
        ).ddl_if(dialect="sqlite"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sqlite_strict=True,
    )
    op.create_table(
        "project",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Text(), nullable=True),
        sa.Column("ends_on", sa.Text(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ends_on IS date(ends_on, '+0 days')", name=op.f("ck_project_ends_on_is_a_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "starts_on IS date(starts_on, '+0 days')", name=op.f("ck_project_starts_on_is_a_day")
        ).ddl_if(dialect="sqlite"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("ref", name=op.f("uq_project_ref")),
        sqlite_strict=True,
    )
    op.create_table(
        "batch_control",
        sa.Column("batch_id", WHOLE, nullable=False),
        sa.Column("cost_centre", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("total_pence", WHOLE, nullable=False),
        sa.CheckConstraint("period BETWEEN 1 AND 13", name=op.f("ck_batch_control_period_in_year")),
        sa.CheckConstraint(
            "total_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_batch_control_total_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_batch_control_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "cost_centre", "year", "period", name=op.f("pk_batch_control")),
        sqlite_strict=True,
    )
    op.create_table(
        "finding",
        sa.Column("batch_id", WHOLE, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "severity = 'note' OR severity = 'warning' OR severity = 'error'",
            name=op.f("ck_finding_severity_known"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_finding_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_finding")),
        sqlite_strict=True,
    )
    op.create_table(
        "fund",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("funder_id", WHOLE, nullable=False),
        sa.Column("ring_fence", sa.Text(), nullable=False),
        sa.Column("payment_basis", sa.Text(), nullable=False),
        sa.Column("tolerance_percent", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "payment_basis = 'arrears' OR payment_basis = 'advance'", name=op.f("ck_fund_payment_basis_known")
        ),
        sa.ForeignKeyConstraint(["funder_id"], ["party.id"], name=op.f("fk_fund_funder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund")),
        sa.UniqueConstraint("name", name=op.f("uq_fund_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "journal_detail",
        sa.Column("sequence", WHOLE, nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("detail_json", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sequence"], ["journal.sequence"], name=op.f("fk_journal_detail_sequence")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_journal_detail")),
        sqlite_strict=True,
    )
    op.create_table(
        "ledger_line",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.Column("first_batch_id", WHOLE, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("transaction_ref", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("posted_on", sa.Text(), nullable=True),
        sa.Column("cost_centre", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("charged_pence", WHOLE, nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "posted_on IS date(posted_on, '+0 days')", name=op.f("ck_ledger_line_posted_on_is_a_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "state = 'waiting' OR state = 'charged' OR state = 'income' OR state = 'excluded'",
            name=op.f("ck_ledger_line_state_known"),
        ),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_ledger_line_amount_pence_in_range"),
        ),
        sa.CheckConstraint("live = 0 OR live = 1", name=op.f("ck_ledger_line_live_or_not")),
        sa.CheckConstraint("period BETWEEN 1 AND 13", name=op.f("ck_ledger_line_period_in_year")),
        sa.ForeignKeyConstraint(
            ["first_batch_id"], ["import_batch.id"], name=op.f("fk_ledger_line_first_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_line")),
        sqlite_strict=True,
    )
    op.create_index("ix_ledger_line_batch", "ledger_line", ["first_batch_id"], unique=False)
    op.create_index("ix_ledger_line_supplier", "ledger_line", ["supplier"], unique=False)
    op.create_index(
        "ix_ledger_line_totals",
        "ledger_line",
        ["live", "year", "period", "state", "amount_pence", "charged_pence", "parts"],
        unique=False,
    )
    op.create_index(
        "uq_ledger_line_live_key",
        "ledger_line",
        ["key"],
        unique=True,
        sqlite_where=sa.text("live = 1"),
        postgresql_where=sa.text("live = 1"),
    )
    op.create_table(
        "skipped_row",
        sa.Column("batch_id", WHOLE, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("row_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_skipped_row_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_skipped_row")),
        sqlite_strict=True,
    )
    op.create_table(
        "accrual",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("reverses_year", sa.Integer(), nullable=True),
        sa.Column("reverses_period", sa.Integer(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind = 'revenue' OR kind = 'capital'", name=op.f("ck_accrual_kind_known")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_accrual_amount_pence_in_range"),
        ),
        sa.CheckConstraint("period BETWEEN 1 AND 13", name=op.f("ck_accrual_period_in_year")),
        sa.CheckConstraint(
            "reverses_period BETWEEN 1 AND 13", name=op.f("ck_accrual_reverses_period_in_year")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_accrual_fund_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_accrual_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accrual")),
        sqlite_strict=True,
    )
    op.create_table(
        "allocation",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("notified_on", sa.Text(), nullable=True),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind = 'revenue' OR kind = 'capital'", name=op.f("ck_allocation_kind_known")),
        sa.CheckConstraint(
            "notified_on IS date(notified_on, '+0 days')", name=op.f("ck_allocation_notified_on_is_a_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "resource = 'allocation' OR resource = 'brought forward' OR "
            "resource = 'supplement' OR resource = 'reduction'",
            name=op.f("ck_allocation_resource_known"),
        ),
        sa.CheckConstraint(
            "status = 'indicative' OR status = 'confirmed' OR status = 'revised' OR status = 'withdrawn'",
            name=op.f("ck_allocation_status_known"),
        ),
        sa.CheckConstraint("amount_pence >= 0", name=op.f("ck_allocation_amount_not_negative")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_allocation_amount_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_allocation_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_allocation_fund_id_year"), "allocation", ["fund_id", "year"], unique=False)
    op.create_table(
        "award",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("dated", sa.Text(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("dated IS date(dated, '+0 days')", name=op.f("ck_award_dated_is_a_day")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("kind = 'revenue' OR kind = 'capital'", name=op.f("ck_award_kind_known")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_award_amount_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_award_fund_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_award_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_award_fund_id_year"), "award", ["fund_id", "year"], unique=False)
    op.create_table(
        "bid",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decided_on IS date(decided_on, '+0 days')", name=op.f("ck_bid_decided_on_is_a_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("kind = 'revenue' OR kind = 'capital'", name=op.f("ck_bid_kind_known")),
        sa.CheckConstraint(
            "state = 'draft' OR state = 'submitted' OR state = 'approved' OR "
            "state = 'part approved' OR state = 'deferred' OR state = 'rejected' OR "
            "state = 'withdrawn'",
            name=op.f("ck_bid_state_known"),
        ),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_bid_amount_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_bid_fund_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_bid_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid")),
        sqlite_strict=True,
    )
    op.create_table(
        "budget_movement",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", WHOLE, nullable=True),
        sa.Column("target_id", WHOLE, nullable=True),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("dated", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "dated IS date(dated, '+0 days')", name=op.f("ck_budget_movement_dated_is_a_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "kind = 'revenue' OR kind = 'capital'", name=op.f("ck_budget_movement_kind_known")
        ),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_budget_movement_amount_above_nought")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_budget_movement_amount_pence_in_range"),
        ),
        sa.CheckConstraint(
            "source_id IS NOT NULL AND target_id IS NULL OR target_id IS NOT NULL AND source_id IS NULL "
            "OR source_id <> target_id",
            name=op.f("ck_budget_movement_two_lines"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_budget_movement_fund_id")),
        sa.ForeignKeyConstraint(["source_id"], ["project.id"], name=op.f("fk_budget_movement_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["project.id"], name=op.f("fk_budget_movement_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_movement")),
        sqlite_strict=True,
    )
    op.create_table(
        "charge",
        sa.Column("line_id", WHOLE, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("project_id", WHOLE, nullable=True),
        sa.Column("fund_id", WHOLE, nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rule_id", WHOLE, nullable=True),
        sa.Column("run_id", WHOLE, nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(disposition = 'project') = (project_id IS NOT NULL AND fund_id IS NOT NULL AND kind IS NOT NULL)",
            name=op.f("ck_charge_head_when_project"),
        ),
        sa.CheckConstraint(
            "disposition = 'project' OR disposition = 'income' OR disposition = 'excluded'",
            name=op.f("ck_charge_disposition_known"),
        ),
        sa.CheckConstraint("how = 'rule' OR how = 'hand'", name=op.f("ck_charge_how_known")),
        sa.CheckConstraint("kind = 'revenue' OR kind = 'capital'", name=op.f("ck_charge_kind_known")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_charge_amount_pence_in_range"),
        ),
        sa.CheckConstraint("live = 0 OR live = 1", name=op.f("ck_charge_live_or_not")),
        sa.CheckConstraint("period BETWEEN 1 AND 13", name=op.f("ck_charge_period_in_year")),
        sa.ForeignKeyConstraint(["line_id"], ["ledger_line.id"], name=op.f("fk_charge_line_id")),
        sa.PrimaryKeyConstraint("line_id", "part", name=op.f("pk_charge")),
        sqlite_strict=True,
    )
    op.create_index("ix_charge_run", "charge", ["run_id"], unique=False)
    op.create_index(
        "ix_charge_totals",
        "charge",
        ["live", "year", "disposition", "fund_id", "project_id", "kind", "period", "amount_pence"],
        unique=False,
    )
    op.create_table(
        "contingency",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind = 'revenue' OR kind = 'capital'", name=op.f("ck_contingency_kind_known")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_contingency_amount_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_contingency_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contingency")),
        sqlite_strict=True,
    )
    op.create_table(
        "forecast",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind = 'revenue' OR kind = 'capital'", name=op.f("ck_forecast_kind_known")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_forecast_amount_pence_in_range"),
        ),
        sa.CheckConstraint("period BETWEEN 1 AND 13", name=op.f("ck_forecast_period_in_year")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_forecast_fund_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_forecast_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast")),
        sa.UniqueConstraint(
            "project_id",
            "fund_id",
            "kind",
            "year",
            "period",
            name=op.f("uq_forecast_project_id_fund_id_kind_year_period"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "line_change",
        sa.Column("batch_id", WHOLE, nullable=False),
        sa.Column("line_id", WHOLE, nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("reviewed", sa.Integer(), nullable=False),
        sa.Column("before_json", sa.Text(), nullable=False),
        sa.Column("after_json", sa.Text(), nullable=True),
        sa.Column("charges_before_json", sa.Text(), nullable=False),
        sa.Column("charges_after_json", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "change = 'reworded' OR change = 'amount changed' OR change = 'vanished'",
            name=op.f("ck_line_change_change_known"),
        ),
        sa.CheckConstraint("reviewed = 0 OR reviewed = 1", name=op.f("ck_line_change_reviewed_or_not")),
        sa.CheckConstraint("taken = 0 OR taken = 1", name=op.f("ck_line_change_taken_or_not")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_line_change_batch_id")),
        sa.ForeignKeyConstraint(["line_id"], ["ledger_line.id"], name=op.f("fk_line_change_line_id")),
        sa.PrimaryKeyConstraint("batch_id", "line_id", name=op.f("pk_line_change")),
        sqlite_strict=True,
    )
    op.create_table(
        "line_sighting",
        sa.Column("line_id", WHOLE, nullable=False),
        sa.Column("batch_id", WHOLE, nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_line_sighting_batch_id")),
        sa.ForeignKeyConstraint(["line_id"], ["ledger_line.id"], name=op.f("fk_line_sighting_line_id")),
        sa.PrimaryKeyConstraint("line_id", "batch_id", name=op.f("pk_line_sighting")),
        sqlite_strict=True,
    )
    op.create_table(
        "saved_return",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("return_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        sa.Column("spent_pence", WHOLE, nullable=False),
        sa.Column("quarters", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'draft' OR state = 'submitted'", name=op.f("ck_saved_return_state_known")
        ),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_saved_return_quarter_in_year")),
        sa.CheckConstraint(
            "spent_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_saved_return_spent_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_saved_return_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_return")),
        sqlite_strict=True,
    )
    if op.get_context().dialect.name == "sqlite":
        for table in ("journal", "journal_detail"):
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the history can only be added to'); END"
                )
    else:
        op.execute(
            "CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the history can only be added to'; END $$"
        )
        for table in ("journal", "journal_detail"):
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
            )
