"""The sixth version of the funding file: returns in the commissioner's own workbook, with their proofs and words.

One function for each capability; what tables of version 5 gain stands between those that they refer to.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fundingapp.persistence.migrations.tables import WHOLE, check, gain, real_day, refers, whole_number

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_IN_RANGE = "BETWEEN -1000000000000000 AND 1000000000000000"


def upgrade() -> None:
    """Brings a file of version 5 to version 6; nothing that it holds is lost, and no total changes."""
    _templates()
    _returns()
    _words()
    _proofs()


def _templates() -> None:
    """The commissioner's workbooks, and what is put where in them."""
    op.create_table(
        "return_template",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.Column("fund_id", WHOLE, nullable=True),
        sa.Column("party_id", WHOLE, nullable=True),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("quarters_json", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("replaces_id", WHOLE, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'in use' OR state = 'replaced' OR state = 'withdrawn'",
            name=op.f("ck_return_template_state_known"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_return_template_fund_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_return_template_party_id")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["return_template.id"], name=op.f("fk_return_template_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_template")),
        sqlite_strict=True,
    )
    op.create_table(
        "template_mapping",
        sa.Column("template_id", WHOLE, nullable=False),
        sa.Column("cells_json", sa.Text(), nullable=False),
        sa.Column("tables_json", sa.Text(), nullable=False),
        sa.Column("to_review_json", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"], ["return_template.id"], name=op.f("fk_template_mapping_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_mapping")),
        sa.UniqueConstraint("template_id", name=op.f("uq_template_mapping_template_id")),
        sqlite_strict=True,
    )


def _returns() -> None:
    """How far a return is, what it was filled into, and what it takes the place of."""
    whole, empty = whole_number(), "NOT NULL DEFAULT ''"
    gain(
        "saved_return",
        refers("saved_return", "template_id", "return_template"),
        refers("saved_return", "replaces_id", "saved_return"),
        ("checksum", "TEXT", empty),
        ("sequence", whole, "NOT NULL DEFAULT 0"),
        ("size", whole, "NOT NULL DEFAULT 0"),
        ("sent_to", "TEXT", empty),
    )
    check(
        "saved_return",
        state_known="state = 'draft' OR state = 'checked' OR state = 'certified' OR "
        "state = 'submitted' OR state = 'queried' OR state = 'accepted'",
    )
    gain("support", refers("support", "saved_return_id", "saved_return"))
    supported = (
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
        "carry_forward",
        "settlement",
        "repayment",
        "reconciliation",
        "certificate",
        "project",
        "line",
        "outcome",
        "indicator",
        "figure",
        "milestone",
        "table",
        "saved_return",
    )
    one = " + ".join(f"CASE WHEN {name}_id IS NULL THEN 0 ELSE 1 END" for name in supported)
    check("support", supports_one=f"{one} = 1")
    check(
        "step",
        subject_known="subject = 'allocation' OR subject = 'bid' OR subject = 'claim' OR "
        "subject = 'virement' OR subject = 'condition' OR subject = 'agreement' OR "
        "subject = 'carry-forward' OR subject = 'settlement' OR subject = 'year' OR "
        "subject = 'certificate' OR subject = 'reconciliation' OR subject = 'return' OR "
        "subject = 'asset' OR subject = 'partner book'",
    )


def _words() -> None:
    """What a return says in words, and what it lists beside the money."""
    op.create_table(
        "return_text",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "section = 'progress' OR section = 'issues' OR section = 'milestones' OR "
            "section = 'plan for underspend' OR section = 'changes' OR section = 'case study'",
            name=op.f("ck_return_text_section_known"),
        ),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_return_text_quarter_in_year")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_return_text_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_text")),
        sa.UniqueConstraint(
            "fund_id", "year", "quarter", "section", name=op.f("uq_return_text_fund_id_year_quarter_section")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "project_progress",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("spend_rag", sa.Text(), nullable=True),
        sa.Column("delivery_rag", sa.Text(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("judged_by", sa.Text(), nullable=False),
        sa.Column("judged_at", sa.Text(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "delivery_rag = 'Green' OR delivery_rag = 'Amber/Green' OR delivery_rag = 'Amber' OR "
            "delivery_rag = 'Amber/Red' OR delivery_rag = 'Red'",
            name=op.f("ck_project_progress_delivery_rag_known"),
        ),
        sa.CheckConstraint(
            "spend_rag = 'Green' OR spend_rag = 'Amber/Green' OR spend_rag = 'Amber' OR "
            "spend_rag = 'Amber/Red' OR spend_rag = 'Red'",
            name=op.f("ck_project_progress_spend_rag_known"),
        ),
        sa.CheckConstraint(
            "status = 'not started' OR status = 'in progress' OR status = 'on hold' OR "
            "status = 'cancelled' OR status = 'complete'",
            name=op.f("ck_project_progress_status_known"),
        ),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_project_progress_quarter_in_year")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_progress_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_progress")),
        sa.UniqueConstraint(
            "project_id", "year", "quarter", name=op.f("uq_project_progress_project_id_year_quarter")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "risk",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("likelihood", sa.Integer(), nullable=False),
        sa.Column("impact", sa.Integer(), nullable=False),
        sa.Column("mitigation", sa.Text(), nullable=False),
        sa.Column("likelihood_after", sa.Integer(), nullable=True),
        sa.Column("impact_after", sa.Integer(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("consequence", sa.Text(), nullable=False),
        sa.Column("proximity", sa.Text(), nullable=False),
        sa.Column("owned_by", sa.Text(), nullable=False),
        sa.Column("project_id", WHOLE, nullable=True),
        sa.Column("raised_on", sa.Text(), nullable=True),
        sa.Column("closed_on", sa.Text(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("risk", "closed_on"),
        real_day("risk", "raised_on"),
        sa.CheckConstraint("impact BETWEEN 1 AND 5", name=op.f("ck_risk_impact_in_scale")),
        sa.CheckConstraint("impact_after BETWEEN 1 AND 5", name=op.f("ck_risk_impact_after_in_scale")),
        sa.CheckConstraint("likelihood BETWEEN 1 AND 5", name=op.f("ck_risk_likelihood_in_scale")),
        sa.CheckConstraint(
            "likelihood_after BETWEEN 1 AND 5", name=op.f("ck_risk_likelihood_after_in_scale")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_risk_fund_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_risk_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk")),
        sqlite_strict=True,
    )
    op.create_table(
        "asset",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("cost_pence", WHOLE, nullable=False),
        sa.Column("share_pence", WHOLE, nullable=False),
        sa.Column("bought_on", sa.Text(), nullable=False),
        sa.Column("custodian", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("life_years", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("disposed_on", sa.Text(), nullable=True),
        sa.Column("proceeds_pence", WHOLE, nullable=False),
        sa.Column("consent_ref", sa.Text(), nullable=False),
        sa.Column("line_id", WHOLE, nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("asset", "bought_on"),
        real_day("asset", "disposed_on"),
        sa.CheckConstraint(
            "state = 'held' OR state = 'disposal requested' OR state = 'disposed'",
            name=op.f("ck_asset_state_known"),
        ),
        sa.CheckConstraint(f"cost_pence {_IN_RANGE}", name=op.f("ck_asset_cost_pence_in_range")),
        sa.CheckConstraint(f"proceeds_pence {_IN_RANGE}", name=op.f("ck_asset_proceeds_pence_in_range")),
        sa.CheckConstraint(f"share_pence {_IN_RANGE}", name=op.f("ck_asset_share_pence_in_range")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_asset_fund_id")),
        sa.ForeignKeyConstraint(["line_id"], ["ledger_line.id"], name=op.f("fk_asset_line_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_asset_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sqlite_strict=True,
    )
    op.create_table(
        "partner_statement",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("passed_on_pence", WHOLE, nullable=False),
        sa.Column("received_on", sa.Text(), nullable=True),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("partner_statement", "received_on"),
        real_day("partner_statement", "signed_on"),
        sa.CheckConstraint(
            f"passed_on_pence {_IN_RANGE}", name=op.f("ck_partner_statement_passed_on_pence_in_range")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_partner_statement_fund_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_partner_statement_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_statement")),
        sqlite_strict=True,
    )
    op.create_table(
        "accepted_exception",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("check_key", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_accepted_exception_quarter_in_year")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_accepted_exception_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accepted_exception")),
        sa.UniqueConstraint(
            "fund_id",
            "year",
            "quarter",
            "check_key",
            name=op.f("uq_accepted_exception_fund_id_year_quarter_check_key"),
        ),
        sqlite_strict=True,
    )


def _proofs() -> None:
    """How each return was proved, and what came back from partners and commissioners."""
    op.create_table(
        "return_proof",
        sa.Column("saved_return_id", WHOLE, nullable=False),
        sa.Column("cells_json", sa.Text(), nullable=False),
        sa.Column("basis_json", sa.Text(), nullable=False),
        sa.Column("parts_json", sa.Text(), nullable=False),
        sa.Column("checks_json", sa.Text(), nullable=False),
        sa.Column("not_computed_json", sa.Text(), nullable=False),
        sa.Column("read_by", sa.Text(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["saved_return_id"], ["saved_return.id"], name=op.f("fk_return_proof_saved_return_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_proof")),
        sa.UniqueConstraint("saved_return_id", name=op.f("uq_return_proof_saved_return_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "partner_book",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("cells_json", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("project_id", WHOLE, nullable=True),
        sa.Column("saved_return_id", WHOLE, nullable=True),
        sa.Column("sent_to", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=True),
        sa.Column("back_sha256", sa.Text(), nullable=False),
        sa.Column("back_at", sa.Text(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("partner_book", "due_on"),
        sa.CheckConstraint(
            "kind = 'project lead''s workbook' OR kind = 'commissioner''s queries'",
            name=op.f("ck_partner_book_kind_known"),
        ),
        sa.CheckConstraint(
            "state = 'out' OR state = 'back' OR state = 'settled'", name=op.f("ck_partner_book_state_known")
        ),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_partner_book_quarter_in_year")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_partner_book_fund_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_partner_book_project_id")),
        sa.ForeignKeyConstraint(
            ["saved_return_id"], ["saved_return.id"], name=op.f("fk_partner_book_saved_return_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_book")),
        sa.UniqueConstraint("mark", name=op.f("uq_partner_book_mark")),
        sqlite_strict=True,
    )
    op.create_table(
        "cell_proposal",
        sa.Column("partner_book_id", WHOLE, nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'proposed' OR state = 'accepted' OR state = 'refused'",
            name=op.f("ck_cell_proposal_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_book_id"], ["partner_book.id"], name=op.f("fk_cell_proposal_partner_book_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_proposal")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_cell_proposal_partner_book_id"), "cell_proposal", ["partner_book_id"], unique=False
    )
