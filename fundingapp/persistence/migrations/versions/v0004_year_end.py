"""The fourth version of the funding file: year end, the carry-forward chain, locks and signatures.

One function for each capability; what tables of version 3 gain comes last.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fundingapp.persistence.migrations.tables import WHOLE, check, gain, real_day, refers, whole_number

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KINDS = "kind = 'revenue' OR kind = 'capital' OR kind = 'labour' OR kind = 'non-labour'"
_IN_RANGE = "BETWEEN -1000000000000000 AND 1000000000000000"


def upgrade() -> None:
    """Brings a file of version 3 to version 4; nothing that it holds is lost, and no total changes."""
    _year_end()
    _signing()
    _indicators()
    _locks()
    _widened()
    _digests()


def _year_end() -> None:
    """What is left of a year: carried forward, given back, closed; and what the commissioner publishes."""
    op.create_table(
        "carry_forward",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("project_id", WHOLE, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_pence", WHOLE, nullable=False),
        sa.Column("agreed_pence", WHOLE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("plan_for_use", sa.Text(), nullable=False),
        sa.Column("spend_by", sa.Text(), nullable=True),
        sa.Column("asked_on", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Text(), nullable=True),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("carry_forward", "asked_on"),
        real_day("carry_forward", "decided_on"),
        sa.CheckConstraint(_KINDS, name=op.f("ck_carry_forward_kind_known")),
        real_day("carry_forward", "spend_by"),
        sa.CheckConstraint(
            "state = 'forecast' OR state = 'anticipated' OR state = 'requested' OR state = 'agreed' OR "
            "state = 'part agreed' OR state = 'refused' OR state = 'withdrawn'",
            name=op.f("ck_carry_forward_state_known"),
        ),
        sa.CheckConstraint("agreed_pence >= 0", name=op.f("ck_carry_forward_agreed_not_negative")),
        sa.CheckConstraint(
            "agreed_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_carry_forward_agreed_pence_in_range"),
        ),
        sa.CheckConstraint("asked_pence >= 0", name=op.f("ck_carry_forward_asked_not_negative")),
        sa.CheckConstraint(
            "asked_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_carry_forward_asked_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_carry_forward_fund_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_carry_forward_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carry_forward")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_carry_forward_fund_id_from_year"), "carry_forward", ["fund_id", "from_year"], unique=False
    )
    op.create_table(
        "settlement",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("project_id", WHOLE, nullable=True),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Text(), nullable=True),
        sa.Column("carry_forward_id", WHOLE, nullable=True),
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("invoiced_on", sa.Text(), nullable=True),
        sa.Column("repayment_id", WHOLE, nullable=True),
        sa.Column("payment_id", WHOLE, nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("settlement", "decided_on"),
        real_day("settlement", "invoiced_on"),
        sa.CheckConstraint(_KINDS, name=op.f("ck_settlement_kind_known")),
        sa.CheckConstraint(
            "state = 'repayable' OR state = 'invoiced' OR state = 'repaid' OR "
            "state = 'netted from next payment' OR state = 'surrendered'",
            name=op.f("ck_settlement_state_known"),
        ),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_settlement_amount_above_nought")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_settlement_amount_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["carry_forward_id"], ["carry_forward.id"], name=op.f("fk_settlement_carry_forward_id")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_settlement_fund_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_settlement_payment_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_settlement_project_id")),
        sa.ForeignKeyConstraint(["repayment_id"], ["repayment.id"], name=op.f("fk_settlement_repayment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sqlite_strict=True,
    )
    op.create_table(
        "year_close",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_year_close_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_close")),
        sa.UniqueConstraint("fund_id", "year", name=op.f("uq_year_close_fund_id_year")),
        sqlite_strict=True,
    )
    op.create_table(
        "published_allocation",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("is_ours", sa.Integer(), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "part = 'partnership' OR part = 'retained by the commissioner' OR part = 'budget line' OR "
            "part = 'difference'",
            name=op.f("ck_published_allocation_part_known"),
        ),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_published_allocation_amount_pence_in_range"),
        ),
        sa.CheckConstraint("is_ours = 0 OR is_ours = 1", name=op.f("ck_published_allocation_ours_or_not")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_published_allocation_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_allocation")),
        sqlite_strict=True,
    )


def _signing() -> None:
    """Who works on the file; reconciliations, certificates, balances that are to stay, and alarms."""
    op.create_table(
        "member",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=True),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role = 'finance lead' OR role = 'finance officer' OR role = 'section 151 officer' OR "
            "role = 'community safety manager' OR role = 'project lead' OR role = 'auditor'",
            name=op.f("ck_member_role_known"),
        ),
        real_day("member", "valid_from"),
        real_day("member", "valid_to"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("login", "role", name=op.f("uq_member_login_role")),
        sqlite_strict=True,
    )
    op.create_table(
        "reconciliation",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("to_period", sa.Integer(), nullable=False),
        sa.Column("dated", sa.Text(), nullable=False),
        sa.Column("opening_pence", WHOLE, nullable=False),
        sa.Column("movements_pence", WHOLE, nullable=False),
        sa.Column("ledger_total_pence", WHOLE, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("prepared_at", sa.Text(), nullable=False),
        sa.Column("figures_json", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.Text(), nullable=False),
        sa.Column("reviewed_at", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("reconciliation", "dated"),
        sa.CheckConstraint(
            "state = 'draft' OR state = 'prepared' OR state = 'reviewed' OR state = 'withdrawn'",
            name=op.f("ck_reconciliation_state_known"),
        ),
        sa.CheckConstraint(
            "ledger_total_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_reconciliation_ledger_total_pence_in_range"),
        ),
        sa.CheckConstraint(
            "movements_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_reconciliation_movements_pence_in_range"),
        ),
        sa.CheckConstraint(
            "opening_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_reconciliation_opening_pence_in_range"),
        ),
        sa.CheckConstraint("to_period BETWEEN 1 AND 13", name=op.f("ck_reconciliation_to_period_in_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
        sqlite_strict=True,
    )
    op.create_table(
        "reconciliation_item",
        sa.Column("reconciliation_id", WHOLE, nullable=False),
        sa.Column("item_text", sa.Text(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("line_id", WHOLE, nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_reconciliation_item_amount_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["line_id"], ["ledger_line.id"], name=op.f("fk_reconciliation_item_line_id")),
        sa.ForeignKeyConstraint(
            ["reconciliation_id"],
            ["reconciliation.id"],
            name=op.f("fk_reconciliation_item_reconciliation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_item")),
        sqlite_strict=True,
    )
    op.create_table(
        "certificate",
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("to_period", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("figures_json", sa.Text(), nullable=False),
        sa.Column("checksum", sa.Text(), nullable=False),
        sa.Column("journal_head", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("prepared_at", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("saved_return_id", WHOLE, nullable=True),
        sa.Column("reconciliation_id", WHOLE, nullable=True),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("signed_as", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voided_by", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.Text(), nullable=True),
        sa.Column("voided_why", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "about = 'return' OR about = 'year end' OR about = 'reconciliation'",
            name=op.f("ck_certificate_about_known"),
        ),
        sa.CheckConstraint(
            "decided_by = '' OR state = 'declined' OR decided_by <> prepared_by",
            name=op.f("ck_certificate_two_people"),
        ),
        sa.CheckConstraint(
            "state = 'awaiting sign-off' OR state = 'certified' OR state = 'declined' OR state = 'void'",
            name=op.f("ck_certificate_state_known"),
        ),
        sa.CheckConstraint("to_period BETWEEN 1 AND 13", name=op.f("ck_certificate_to_period_in_year")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_certificate_fund_id")),
        sa.ForeignKeyConstraint(
            ["reconciliation_id"], ["reconciliation.id"], name=op.f("fk_certificate_reconciliation_id")
        ),
        sa.ForeignKeyConstraint(
            ["saved_return_id"], ["saved_return.id"], name=op.f("fk_certificate_saved_return_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sqlite_strict=True,
    )
    op.create_table(
        "balance_assertion",
        sa.Column("fund_id", WHOLE, nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("to_period", sa.Integer(), nullable=False),
        sa.Column("figures_json", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("sequence", WHOLE, nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("late_json", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("to_period BETWEEN 1 AND 13", name=op.f("ck_balance_assertion_to_period_in_year")),
        sa.CheckConstraint(
            "because = 'lock' OR because = 'certificate' OR because = 'closing of the year' OR "
            "because = 'reconciliation' OR because = 'by hand'",
            name=op.f("ck_balance_assertion_because_known"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_balance_assertion_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance_assertion")),
        sqlite_strict=True,
    )
    op.create_table(
        "alarm",
        sa.Column("watched", sa.Text(), nullable=False),
        sa.Column("watched_id", WHOLE, nullable=False),
        sa.Column("sequence", WHOLE, nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("what_was_done", sa.Text(), nullable=False),
        sa.Column("differences_json", sa.Text(), nullable=False),
        sa.Column("cleared", WHOLE, nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "watched = 'balance' OR watched = 'certificate' OR watched = 'reconciliation'",
            name=op.f("ck_alarm_watched_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sqlite_strict=True,
    )


def _indicators() -> None:
    """What is measured of the difference made."""
    op.create_table(
        "indicator",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("project_id", WHOLE, nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("owned_by", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "direction = 'up is good' OR direction = 'down is good' OR direction = 'none'",
            name=op.f("ck_indicator_direction_known"),
        ),
        sa.CheckConstraint("measure = 'flow' OR measure = 'stock'", name=op.f("ck_indicator_measure_known")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_indicator_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sqlite_strict=True,
    )
    op.create_table(
        "indicator_figure",
        sa.Column("indicator_id", WHOLE, nullable=False),
        sa.Column("first_day", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Text(), nullable=False),
        sa.Column("measured", sa.Text(), nullable=True),
        sa.Column("numerator", sa.Text(), nullable=True),
        sa.Column("denominator", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("indicator_figure", "first_day"),
        real_day("indicator_figure", "last_day"),
        sa.CheckConstraint(
            "status = 'actual' OR status = 'forecast' OR status = 'provisional'",
            name=op.f("ck_indicator_figure_status_known"),
        ),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_indicator_figure_days_in_order")),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_figure_indicator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_figure")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_indicator_figure_indicator_id"), "indicator_figure", ["indicator_id"], unique=False
    )


def _locks() -> None:
    """A year may have two locks: one for everybody, one for all but the finance lead."""
    bind = op.get_bind()
    old = bind.execute(
        sa.text("SELECT id, version, year, to_period, reason, locked_by, locked_at FROM period_lock")
    )
    rows = [dict(row) for row in old.mappings()]
    op.drop_table("period_lock")
    table = op.create_table(
        "period_lock",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("to_period", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("locked_by", sa.Text(), nullable=False),
        sa.Column("locked_at", sa.Text(), nullable=False),
        sa.Column("whom", sa.Text(), server_default=sa.text("'everybody'"), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("to_period BETWEEN 1 AND 13", name=op.f("ck_period_lock_to_period_in_year")),
        sa.CheckConstraint(
            "whom = 'everybody' OR whom = 'all but the finance lead'", name=op.f("ck_period_lock_whom_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_lock")),
        sa.UniqueConstraint("year", "whom", name=op.f("uq_period_lock_year_whom")),
        sqlite_strict=True,
    )
    if rows:
        bind.execute(table.insert(), rows)


def _widened() -> None:
    """What evidence may support, and whose moves are kept."""
    supported = ("carry_forward", "settlement", "repayment", "reconciliation", "certificate")
    gain("support", *(refers("support", f"{name}_id", name) for name in supported))
    before = (
        "adjustment",
        "accrual",
        "agreement",
        "allocation",
        "bid",
        "condition",
        "movement",
        "consent",
        "claim",
        "payment",
    )
    one = " + ".join(f"CASE WHEN {name}_id IS NULL THEN 0 ELSE 1 END" for name in (*before, *supported))
    check("support", supports_one=f"{one} = 1")
    check(
        "step",
        subject_known="subject = 'allocation' OR subject = 'bid' OR subject = 'claim' OR subject = 'virement' OR "
        "subject = 'condition' OR subject = 'agreement' OR subject = 'carry-forward' OR subject = 'settlement' OR "
        "subject = 'year' OR subject = 'certificate' OR subject = 'reconciliation'",
    )


def _digests() -> None:
    """A digest for every row, which the program writes once the schema stands; and whether the file was closed."""
    for name in ("ledger_line", "charge"):
        gain(name, ("digest", whole_number(), ""))
    op.create_table(
        "row_digest",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("table_name", "row_id", name=op.f("pk_row_digest")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "file_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("in_use", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_file_mark_one_row")),
        sa.CheckConstraint("in_use = 0 OR in_use = 1", name=op.f("ck_file_mark_in_use_or_not")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_mark")),
        sqlite_strict=True,
    )
    op.execute("INSERT INTO file_mark (id, in_use) VALUES (1, 0)")
